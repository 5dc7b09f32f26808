"""The documented names at their documented addresses, and the two colours of each class side by side."""

from __future__ import annotations

import importlib
import inspect
import pickle
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

RUNIC = Path(__file__).parent.parent / "runic"

spec = pytest.mark.spec


PATHS = [
    pytest.param("driver.factory", "create_driver", marks=spec(4, 18)),
    pytest.param("driver.falkordb", "FalkorDBDriver FalkorDBDialect create_falkordb_driver", marks=spec(5, 14)),
    pytest.param("driver.falkordb", "AsyncFalkorDBDriver", marks=spec(6)),
    pytest.param("query", "select count avg", marks=spec(7)),
    pytest.param("core.models", "Node Edge", marks=spec(10)),
    pytest.param("core.descriptors", "Field Relation FieldDescriptor", marks=spec(11)),
    pytest.param("core.metadata", "MetaData NodeMeta", marks=spec(12)),
    pytest.param("core.types", "TypeConverter DatetimeConverter EnumConverter Vector VectorConverter", marks=spec(13)),
    pytest.param("core.types", "GeoLocation GeoLocationConverter", marks=spec(13)),
    pytest.param("session.session", "Session", marks=spec(19)),
    pytest.param("session.async_session", "AsyncSession", marks=spec(19)),
    pytest.param("session.connection_pool", "ConnectionManager AsyncConnectionManager", marks=spec(19)),
    pytest.param("schema.index_manager", "IndexSpec extract_declared_specs", marks=spec(21)),
    pytest.param("exceptions", "OrmError EntityNotFoundError DetachedEntityError LazyLoadError", marks=spec(23)),
    pytest.param("exceptions", "FieldValidationError MetadataError", marks=spec(23)),
    pytest.param("query.builder", "QueryBuilder", marks=spec(24)),
    pytest.param("query.specialised", "AsyncQueryBuilder FulltextQueryBuilder VectorQueryBuilder", marks=spec(24)),
    pytest.param("query.traversal", "TraversalStep", marks=spec(24)),
    pytest.param("query.expressions", "Expr FilterExpr CompoundExpr NegatedExpr OrderExpr AggExpr", marks=spec(25)),
    pytest.param("query.expressions", "count avg sum_ min_ max_ collect", marks=spec(25)),
]
FROM_THE_ROOT = (
    "Field Node Edge Relation Session AsyncSession Repository AsyncRepository select count avg sum_ min_ max_ collect "
    "Vector GeoLocation create_driver create_async_driver create_falkordb_driver GraphDriver AsyncGraphDriver "
    "TransactionalGraphDriver ConnectionManager AsyncConnectionManager GraphResult QueryResult MetaData Property Link "
    "Many One prop many one alias col not_ QueryBuilder AsyncQueryBuilder TraversalStep AggExpr Expr OrmError"
)


def modules(package: str) -> list[str]:
    """Return the names of a package's public modules, relative to it."""
    folder = RUNIC / package
    paths = (path.relative_to(folder).with_suffix("") for path in folder.rglob("*.py"))
    names = (".".join(part for part in path.parts if part != "__init__") for path in paths)
    return sorted(name for name in names if name and not name.startswith("_") and "._" not in name)


@pytest.mark.parametrize(("path", "names"), PATHS)
@pytest.mark.parametrize("package", ["runic.ogm", "runic.orm"])
def test_documented_paths_hold_their_names(package: str, path: str, names: str) -> None:
    module = importlib.import_module(f"{package}.{path}")
    assert [name for name in names.split() if not hasattr(module, name)] == []


@spec(1, 2, 3)
@pytest.mark.parametrize("name", FROM_THE_ROOT.split())
def test_the_root_exports(name: str) -> None:
    ogm = importlib.import_module("runic.ogm")
    assert hasattr(ogm, name)
    assert name in ogm.__all__


@spec(22, 26)
def test_the_migration_package_exports_the_managers() -> None:
    migrate, schema = importlib.import_module("runic.migrate"), importlib.import_module("runic.migrate.schema")
    assert migrate.IndexManager is schema.IndexManager
    assert migrate.SchemaManager is schema.SchemaManager
    assert schema.ValidationResult
    assert migrate.create_adapter


def test_all_names_the_public_attributes_and_nothing_else() -> None:
    ogm = importlib.import_module("runic.ogm")
    public = {
        name for name, value in vars(ogm).items() if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    loaded_when_asked_for = {"create_arcadedb_driver"}
    assert set(ogm.__all__) == (public - {"annotations"}) | loaded_when_asked_for
    assert list(ogm.__all__) == sorted(set(ogm.__all__))


@spec(7, 8)
@pytest.mark.parametrize("name", ["", *modules("ogm")])
def test_the_former_name_is_the_same_module(name: str) -> None:
    path = f".{name}" if name else ""
    assert importlib.import_module(f"runic.orm{path}") is importlib.import_module(f"runic.ogm{path}")


def test_the_former_name_has_a_file_for_checkers_at_every_documented_path() -> None:
    files = set(modules("orm"))
    assert files - set(modules("ogm")) == set(), "leads nowhere"
    assert {path for path, _ in (parameter.values for parameter in PATHS)} - files == set()


@spec(8)
@pytest.mark.parametrize("first", ["runic.orm.core.models", "runic.ogm.core.models"])
def test_one_class_under_two_names_in_either_order(first: str) -> None:
    script = f"""
import pickle
import {first}
from runic.orm import Node as former, select
from runic.ogm import Node
import runic.orm.core.models, runic.ogm.core.models
assert former is Node is runic.orm.core.models.Node is runic.ogm.core.models.Node
assert pickle.loads(pickle.dumps(Node)) is Node
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_unknown_modules_are_not_found_under_either_name() -> None:
    for name in ("runic.ogm.nothing", "runic.orm.nothing", "runic.orm.core.nothing"):
        with pytest.raises(ModuleNotFoundError, match="nothing"):
            importlib.import_module(name)


@spec(9)
def test_there_is_no_package_runic_ogm_orm() -> None:
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("runic.ogm.orm")


def test_exceptions_survive_pickling() -> None:
    exceptions = importlib.import_module("runic.exceptions")
    for name in exceptions.__all__:
        error = getattr(exceptions, name)("said")
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert again.args == ("said",)


# ---- two colours

TWINS = [
    ("Session", "AsyncSession"),
    ("Repository", "AsyncRepository"),
    ("ConnectionManager", "AsyncConnectionManager"),
    ("QueryBuilder", "AsyncQueryBuilder"),
]
# Reading an unloaded relation on demand exists in one colour each, under its own name.
ONE_COLOUR = {"load"}
COROUTINES = {
    "Session": {
        "commit", "flush", "rollback", "close", "get", "scalars", "scalar", "count", "all_rows", "all_with_edges",
        "execute", "refresh", "relate", "unrelate",
    },
    "Repository": {"find_all", "find_all_by_ids", "count", "exists", "cypher", "cypher_one", "cypher_raw"},
    "ConnectionManager": {"release"},
    "QueryBuilder": {"all", "one", "first", "count", "all_rows", "all_with_edges"},
}  # fmt: skip


def surface(found: type[Any]) -> dict[str, Any]:
    """Return the public methods of a class by name, inherited ones included."""
    names = (name for name in dir(found) if not name.startswith("_"))
    return {name: method for name in names if callable(method := getattr(found, name))}


@spec(231, 237, 238, 239, 240, 241, 242, 243)
@pytest.mark.parametrize(("plain", "twin"), TWINS)
def test_both_colours_have_the_same_methods(plain: str, twin: str) -> None:
    ogm = importlib.import_module("runic.ogm")
    ours, theirs = surface(getattr(ogm, plain)), surface(getattr(ogm, twin))
    assert set(ours) - ONE_COLOUR == set(theirs) - ONE_COLOUR
    for name in set(ours) & set(theirs):
        assert list(inspect.signature(ours[name]).parameters) == list(inspect.signature(theirs[name]).parameters), name
        assert not inspect.iscoroutinefunction(ours[name]), name
    coroutines = {name for name, method in theirs.items() if inspect.iscoroutinefunction(method)}
    assert COROUTINES[plain] - coroutines == set()


@spec(234, 235, 236)
def test_what_touches_no_database_is_a_plain_method_in_both_colours() -> None:
    methods = surface(importlib.import_module("runic.ogm").AsyncSession)
    plain = "add add_all delete expire expunge expunge_all register_or_get query load_relationship"
    searches = "fulltext_search vector_search"
    for name in f"{plain} {searches}".split():
        assert not inspect.iscoroutinefunction(methods[name]), name
