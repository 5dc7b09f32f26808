"""What the errors of every driver have in common: how they show what was sent and what came back."""

from __future__ import annotations

__all__ = ["shortened"]


def shortened(text: str, most: int = 120) -> str:
    """Return *text* on one line of at most *most* characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 3]}..."
