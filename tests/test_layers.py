"""What may import what, what a file may weigh, and which words stay below the drivers: architecture as a test."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RUNIC = ROOT / "runic"
FILES = sorted(RUNIC.rglob("*.py"))
# The conformance suite is shipped, but its files are tests: as long as what they prove, and naming databases.
SUITE = RUNIC / "testing" / "conformance"
LIBRARY = [path for path in FILES if not path.is_relative_to(SUITE)]

MAX_FILE, MAX_FUNCTION = 350, 40

# Each layer may import itself, the floor (runic, runic.exceptions) and the layers named here.
BELOW_CORE = {"runic.cypher"}
BELOW_MAPPER = {"runic.cypher", "runic.ogm.core", "runic.ogm.driver"}
BELOW_QUERY = BELOW_MAPPER | {"runic.ogm.mapper"}
BELOW_SESSION = BELOW_QUERY | {"runic.ogm.query"}
OGM = BELOW_SESSION | {"runic.ogm.session", "runic.ogm.repository", "runic.ogm.schema"}
ALLOWED: dict[str, set[str]] = {
    "runic.exceptions": set(),
    "runic.cypher": set(),
    "runic.ogm.core": BELOW_CORE,
    "runic.ogm.driver": BELOW_CORE,
    "runic.ogm.mapper": BELOW_MAPPER,
    "runic.ogm.query": BELOW_QUERY,
    "runic.ogm.session": BELOW_SESSION,
    "runic.ogm.repository": BELOW_SESSION | {"runic.ogm.session"},
    "runic.ogm.schema": BELOW_CORE | {"runic.ogm.core"},
    "runic.ogm.exceptions": set(),
    "runic.ogm": OGM,
    "runic.orm": OGM | {"runic.ogm", "runic.ogm.exceptions"},
    "runic.migrate": {"runic.cypher", "runic.ogm.core", "runic.ogm.driver", "runic.ogm.schema", "runic.ogm.exceptions"},
    # Tests stand above everything, and nothing imports them.
    "runic.testing": OGM | {"runic.ogm", "runic.ogm.exceptions", "runic.migrate"},
    # The lazy doors of the package itself.
    "runic": set(),
}
FLOOR = {"runic", "runic.exceptions"}
# annotationlib is new in 3.14: an older interpreter does not list it.
STDLIB = sys.stdlib_module_names | {"annotationlib"}
# Used by migrations only, and there at the top of a module.
CLI_PACKAGES = {"mako", "typer"}
# The extra ``testing``.
TEST_PACKAGES = {"pytest"}
# Words of one database: none stands above driver/, but for the names that the root exports.
DATABASE_WORDS = re.compile(r"falkor|vecf32|redis", re.IGNORECASE)
# A documented value: ``VectorConverter.cypher_fn == "vecf32"``.
DOCUMENTED_WORDS = {("runic.ogm.core.types", '"vecf32"')}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer_of(module: str) -> str:
    """Return the longest prefix of *module* that is a layer."""
    return next(layer for layer in sorted(ALLOWED, key=len, reverse=True) if f"{module}.".startswith(f"{layer}."))


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def under_type_checking(tree: ast.Module) -> set[ast.AST]:
    """Return every node inside an ``if TYPE_CHECKING`` block."""
    tests = {"TYPE_CHECKING", "typing.TYPE_CHECKING"}
    blocks = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) in tests]
    return {inner for block in blocks for statement in block.body for inner in ast.walk(statement)}


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and module of each import that happens at run time; ``from p import m`` yields ``p.m``."""
    tree = parse(path)
    exempt = under_type_checking(tree)
    for node in ast.walk(tree):
        if node in exempt:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: imports are absolute"
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def complain(found: list[str]) -> None:
    assert not found, "\n" + "\n".join(found)


def test_no_layer_imports_upward() -> None:
    found: list[str] = []
    for path in FILES:
        layer = layer_of(module_name(path))
        for line, target in imports(path):
            if not f"{target}.".startswith("runic."):
                continue
            reached = layer_of(target)
            if reached != layer and reached not in ALLOWED[layer] | FLOOR:
                found.append(f"{path.relative_to(ROOT)}:{line}: {layer} may not import {target}")
    complain(found)


def test_client_packages_are_imported_only_inside_functions_of_the_drivers() -> None:
    found: list[str] = []
    for path in FILES:
        module = module_name(path)
        at_top = {line for node in parse(path).body for line in range(node.lineno, (node.end_lineno or 0) + 1)} - {
            line
            for node in ast.walk(parse(path))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for line in range(node.lineno, (node.end_lineno or 0) + 1)
        }
        for line, target in imports(path):
            package = target.partition(".")[0]
            if package in STDLIB or package == "runic":
                continue
            in_driver = module.startswith("runic.ogm.driver") and line not in at_top
            in_cli = module.startswith("runic.migrate") and package in CLI_PACKAGES
            in_tests = module.startswith("runic.testing") and (package in TEST_PACKAGES or line not in at_top)
            if not in_driver and not in_cli and not in_tests:
                found.append(f"{path.relative_to(ROOT)}:{line}: {package} is imported outside a driver's function")
    complain(found)


def test_no_file_and_no_function_is_too_long() -> None:
    found: list[str] = []
    for path in LIBRARY:
        where = path.relative_to(ROOT)
        if (lines := len(path.read_text().splitlines())) > MAX_FILE:
            found.append(f"{where}: {lines} lines, at most {MAX_FILE}")
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = function_length(node)
                if length > MAX_FUNCTION:
                    found.append(f"{where}:{node.lineno}: {node.name} has {length} lines, at most {MAX_FUNCTION}")
    complain(found)


def function_length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function without its docstring and decorators."""
    length = (node.end_lineno or 0) - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        length -= (first.end_lineno or 0) - first.lineno + 1
    return length


def docstrings(tree: ast.Module) -> set[int]:
    """Return the lines that docstrings and other bare strings cover."""
    bare = [node for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]
    return {line for node in bare for line in range(node.lineno, (node.end_lineno or 0) + 1)}


def test_no_word_of_one_database_stands_above_the_drivers() -> None:
    found: list[str] = []
    for path in LIBRARY:
        source = path.read_text()
        speaks = module_name(path) == "runic.ogm" or ".driver" in module_name(path)
        if speaks or not DATABASE_WORDS.search(source):
            continue
        exempt = docstrings(parse(path))
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT or token.start[0] in exempt:
                continue
            documented = (module_name(path), token.string) in DOCUMENTED_WORDS
            if DATABASE_WORDS.search(token.string) and not documented:
                found.append(f"{path.relative_to(ROOT)}:{token.start[0]}: {token.string[:60]}")
    complain(found)


def test_a_checker_is_silenced_only_with_the_reason_on_the_line_above() -> None:
    silencing = re.compile(r"#\s*(type|pyright|ty|pyrefly|mypy):\s*ignore|#\s*noqa")
    found: list[str] = []
    for path in LIBRARY:
        before = ""
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if silencing.search(line) and not before.strip().startswith("# "):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
            before = line
    complain(found)


@pytest.mark.spec(32)
def test_importing_runic_loads_no_third_party_module_and_no_asyncio() -> None:
    script = """
import sys
before = set(sys.modules)
import runic, runic.ogm
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(loaded - set(sys.stdlib_module_names) - {"runic"}), *(loaded & {"asyncio"}))
"""
    # -S keeps the environment's own start-up files out, -I the caller's; the path is then given by hand.
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{script}"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == []
