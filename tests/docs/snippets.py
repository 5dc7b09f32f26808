"""Code in the documentation: it lives in files that run and stands in the pages word for word.

A page marks where it goes by ``<!-- docs_src/NAME.py -->`` on the line above a ``python`` block; a part of a file,
between ``# region NAME`` and ``# endregion NAME``, by ``<!-- tests/…/test_x.py#NAME -->``.
``python -m tests.docs.snippets`` copies the code into the pages (``make docs``).
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SOURCES = ROOT / "docs_src"
_BLOCK = re.compile(r"(?:^<!-- (?P<source>[\w/]+\.py(?:#\w+)?) -->\n)?^```python\n(?P<code>.*?)^```$", re.M | re.S)


def pages() -> list[Path]:
    """Return the pages whose code is checked."""
    top = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md")]
    below = [page for folder in ("docs", "references") for page in sorted((ROOT / folder).rglob("*.md"))]
    return [page for page in (*top, *below) if page.exists()]


def code_of(source: str) -> str:
    """Return the text that a marker names: a whole file, or one region of it."""
    path, _, region = source.partition("#")
    text = (ROOT / path).read_text()
    if region:
        match = re.search(rf"^[ ]*# region {region}\n(.*?)^[ ]*# endregion {region}$", text, re.M | re.S)
        if match is None:
            raise LookupError(f"{path} has no region {region}")
        text = textwrap.dedent(match[1]).rstrip() + "\n"
    # The module docstring and the markers of other regions are for readers of the file.
    text = re.sub(r'\A""".*?"""\n+', "", text, count=1, flags=re.S)
    return re.sub(r"^[ ]*# (end)?region \w+\n", "", text, flags=re.M)


def blocks(page: Path) -> list[tuple[str | None, str]]:
    """Return each python block of *page* with the source that it names."""
    return [(match["source"], match["code"]) for match in _BLOCK.finditer(page.read_text())]


def refreshed(text: str) -> str:
    """Return the text of a page with every named block as its source has it."""

    def block(match: re.Match[str]) -> str:
        source = match["source"]
        return match[0] if source is None else f"<!-- {source} -->\n```python\n{code_of(source)}```"

    return _BLOCK.sub(block, text)


if __name__ == "__main__":
    for page in pages():
        page.write_text(refreshed(page.read_text()))
