"""The API reference against the code: everything public is there, with its real signature, and nothing else."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

import pytest

import runic.migrate
import runic.ogm
from tests.docs.snippets import ROOT

PAGE = (ROOT / "references" / "api-reference.md").read_text()
# What the page documents in full; of other modules it names what the specification gives an address.
MODULES = (
    "runic.ogm",
    "runic.migrate",
    "runic.exceptions",
    "runic.ogm.core.types",
    "runic.ogm.driver",
    "runic.ogm.driver.falkordb",
    "runic.ogm.driver.factory",
    "runic.ogm.query",
    "runic.ogm.query.expressions",
    "runic.ogm.query.specialised",
    "runic.ogm.repository.repository",
    "runic.ogm.repository.async_repository",
    "runic.ogm.schema.index_manager",
)
# Between the package's own parts, though without an underscore.
INTERNAL = {"load_absent", "hop_from", "open_session", "question"}
# Of these the page names what callers may rely on.
IN_PART = {
    *("AGEDriver", "AsyncAGEDriver"),
    *("FalkorDBDialect", "NodeMeta", "EdgeMeta", "Property", "Link"),
    *("ValueFactory", "RepositoryProtocol", "AsyncRepositoryProtocol"),
}
_CODE = re.compile(r"`([^`]+)`")
_LIST = re.compile(r"`[^`]+`(?:,\s+`[^`]+`)*")


@dataclass(frozen=True)
class Entry:
    """One documented name: ``owner`` is the class of a member, ``signature`` its text or None."""

    owner: str | None
    name: str
    signature: str | None
    home: str | None

    @property
    def value(self) -> Any:
        if self.owner is not None:
            return inspect.getattr_static(find(self.owner, self.home), self.name)
        return find(self.name, self.home)


def find(name: str, home: str | None) -> Any:
    for module in (home, "runic.ogm", "runic.migrate"):
        if module is not None and hasattr(import_module(module), name):
            return getattr(import_module(module), name)
    raise LookupError(f"the page names {name}, which is neither in runic.ogm nor in runic.migrate ({home=})")


def parse(text: str) -> Iterator[Entry]:
    """Yield what the headings and the lists below them name."""
    for part in re.split(r"^### ", text, flags=re.M)[1:]:
        part = part.split("\n## ")[0]
        heading, _, body = part.partition("\n")
        said = re.search(r"^In (?:the modules of|`([\w.]+)`)", body, re.M)
        home = said[1] if said else None
        owners = [split(code) for code in _CODE.findall(heading)]
        for name, signature in owners:
            yield Entry(None, name, signature, home or repository_module(name))
        for item in re.findall(r"^- (.*(?:\n  .*)*)", body, re.M):
            listed = _LIST.match(item)
            assert listed is not None, f"an item without a name: {item}"
            for code in _CODE.findall(listed[0]):
                name, signature = split(re.sub(r"\s+", " ", code))
                yield Entry(owners[0][0], name, signature, home)


def repository_module(name: str) -> str | None:
    protocols = {"RepositoryProtocol": "repository", "AsyncRepositoryProtocol": "async_repository"}
    return f"runic.ogm.repository.{protocols[name]}" if name in protocols else None


def split(code: str) -> tuple[str, str | None]:
    name = re.match(r"\w+", code)
    assert name is not None, code
    rest = code[name.end() :]
    return name[0], rest if rest.startswith("(") else None


def signature_of(value: Any) -> str:
    """Write a signature as the page does: without annotations, and ``…`` for what has no text."""
    if isinstance(value, (classmethod, staticmethod)):
        value = value.__func__
    found = inspect.signature(value)
    parameters = [
        parameter.replace(
            annotation=parameter.empty,
            default=parameter.default if parameter.default is parameter.empty else _Text(parameter.default),
        )
        for parameter in found.parameters.values()
        if parameter.name not in ("self", "cls") or (parameter.name == "cls" and not _is_bound(value))
    ]
    return str(found.replace(parameters=parameters, return_annotation=inspect.Signature.empty))


def _is_bound(value: Any) -> bool:
    """Tell whether a first parameter *cls* is that of a class method."""
    return "." in value.__qualname__ and next(iter(inspect.signature(value).parameters)) == "cls"


class _Text:
    def __init__(self, value: Any) -> None:
        self.text = "…" if re.search(r" at 0x|<factory>|MISSING", repr(value)) else repr(value)

    def __repr__(self) -> str:
        return self.text


ENTRIES = list(parse(PAGE))
NAMES = {entry.name for entry in ENTRIES if entry.owner is None}
CLASSES = sorted(
    name for name in NAMES if inspect.isclass(next(e for e in ENTRIES if e.name == name and not e.owner).value)
)


@pytest.mark.spec(31)
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.owner or ''}.{entry.name}".lstrip("."))
def test_what_the_page_names_exists_with_its_signature(entry: Entry) -> None:
    value = entry.value
    if entry.signature is None:
        plain = entry.owner is not None and inspect.isfunction(value)
        assert not plain, f"write the signature: {entry.owner}.{entry.name}{signature_of(value)}"
    else:
        assert entry.signature == signature_of(value)


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_has_its_place(module: str) -> None:
    known = NAMES | set(_CODE.findall(PAGE.partition("## Errors")[2].partition("## Modules")[0]))
    assert sorted(set(import_module(module).__all__) - known) == []


@pytest.mark.parametrize("name", CLASSES)
def test_every_public_member_has_its_place(name: str) -> None:
    cls = next(entry for entry in ENTRIES if entry.name == name and entry.owner is None).value
    if name in IN_PART or cls.__module__.startswith("runic.ogm.core.models") or issubclass(cls, BaseException):
        return
    assert sorted(public(cls) - documented(cls)) == []


def public(cls: type) -> set[str]:
    """Collect the members that our own bases define; those that a constructor sets are its parameters."""
    ours = [base for base in cls.__mro__ if base.__module__.startswith("runic")]
    found = {name for base in ours for name in vars(base) if not name.startswith("_")}
    parameters: set[str] = set()
    if any("__init__" in vars(base) for base in ours) and not getattr(cls, "_is_protocol", False):
        parameters = set(inspect.signature(cls).parameters)
    return found - parameters - INTERNAL


def documented(cls: type) -> set[str]:
    """Collect the members that stand below the class, below a base of it, or below its synchronous twin."""
    names = {base.__name__ for base in cls.__mro__}
    names |= {name.removeprefix("Async") for name in names}
    return {entry.name for entry in ENTRIES if entry.owner in names}


def test_a_twin_has_the_parameters_of_the_class_it_is_a_twin_of() -> None:
    for name in sorted(NAMES):
        if not name.startswith("Async") or name.removeprefix("Async") not in NAMES:
            continue
        twin, cls = (next(e for e in ENTRIES if e.name == n and e.owner is None).value for n in (name, name[5:]))
        for entry in ENTRIES:
            if entry.owner == cls.__name__ and entry.signature is not None:
                assert signature_of(inspect.getattr_static(twin, entry.name)) == entry.signature, (name, entry.name)


def test_the_errors_are_what_the_table_says() -> None:
    table = PAGE.partition("## Errors")[2].partition("## Modules")[0]
    for row in re.findall(r"^\| (`.*`) \| (.*) \|$", table, re.M):
        for name in _CODE.findall(row[0]):
            error = getattr(runic.ogm, name)
            bases = {base.__name__ for base in error.__mro__}
            assert set(_CODE.findall(row[1])) <= bases, name
            builtin = next((base for base in error.__mro__[1:] if base.__module__ == "builtins"), Exception)
            assert builtin is Exception or f"(`{builtin.__name__}`)" in row[1], name


def test_the_modules_hold_what_the_table_says() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \| (.*) \|$", PAGE.partition("## Modules")[2], re.M)
    assert len(rows) > 20
    for module, names in rows:
        for name in _CODE.findall(names):
            assert hasattr(import_module(module), name), (module, name)
            former = module.replace("runic.ogm", "runic.orm")
            assert getattr(import_module(former), name) is getattr(import_module(module), name)


def test_protocols_are_not_called() -> None:
    """A heading of a protocol stands without a signature: nobody makes one."""
    for entry in ENTRIES:
        if entry.owner is None and inspect.isclass(entry.value) and Protocol in entry.value.__bases__:
            assert entry.signature is None, entry.name
