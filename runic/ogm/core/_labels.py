"""Which of its labels stands for one class: where its indexes are, and where searches look."""

from __future__ import annotations

from runic.ogm.core.metadata import NodeMeta

__all__ = ["concrete_line", "own_label"]


def concrete_line(meta: NodeMeta) -> list[NodeMeta]:
    """Return the concrete classes from the root of the hierarchy down to the class of *meta*."""
    metas = [ancestor.__dict__.get("__runic_meta__") for ancestor in reversed(meta.cls.__mro__)]
    return [known for known in metas if isinstance(known, NodeMeta) and not known.abstract]


def own_label(meta: NodeMeta) -> str:
    """Return the label that tells the class of *meta* from those above it; of several, the primary or first one."""
    above = {label for known in concrete_line(meta) if known is not meta for label in known.labels}
    own = [label for label in meta.labels if label not in above]
    return own[0] if own and meta.primary_label not in own else meta.primary_label
