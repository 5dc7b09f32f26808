"""The lines of the blocks stay what they are in the documents.

``blocks.tsv`` holds a digest of each block, taken when it was compared with its document. Reformatting a module
breaks it, and that is the purpose; ``python -m tests.spec.documents.test_blocks`` writes the file anew after a block
was added or its document has changed.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
DIGESTS = HERE / "blocks.tsv"
_BLOCK = re.compile(r"^[ ]*# block (?P<name>\S+)\n(?P<lines>.*?)^[ ]*# end$", re.M | re.S)


def blocks() -> dict[str, str]:
    """Return the digest of each block by its name; indentation does not count."""
    found: dict[str, str] = {}
    for path in sorted(HERE.glob("test_*.py")):
        for block in _BLOCK.finditer(path.read_text()):
            lines = [line.strip() for line in block["lines"].splitlines() if line.strip()]
            assert block["name"] not in found, f"two blocks are called {block['name']}"
            found[block["name"]] = sha256("\n".join(lines).encode()).hexdigest()[:16]
    return found


def test_the_lines_of_the_blocks_are_those_of_the_documents() -> None:
    kept = dict(line.split("\t") for line in DIGESTS.read_text().splitlines())
    assert blocks() == kept


if __name__ == "__main__":
    DIGESTS.write_text("".join(f"{name}\t{digest}\n" for name, digest in blocks().items()))
