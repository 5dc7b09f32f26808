"""The tree of exceptions, and the protocols and helpers that documents name beside it."""

from __future__ import annotations

import builtins
from typing import Any

import pytest

import runic.ogm as ogm
from runic import exceptions
from runic.cypher.dialect import Dialect, Feature
from runic.ogm import MetaData, Node, OrmError, create_driver, select

spec = pytest.mark.spec


class User(Node, labels=["User"], registry=MetaData()):
    id: str
    name: str
    age: int
    bio: str
    deleted_at: str | None = None


PARENTS = [
    pytest.param("EntityNotFoundError", "OrmError", marks=spec(129)),
    pytest.param("DetachedEntityError", "OrmError", marks=spec(130)),
    pytest.param("LazyLoadError", "OrmError", marks=spec(131)),
    pytest.param("FieldValidationError", "OrmError ValueError", marks=spec(132)),
    pytest.param("MetadataError", "OrmError", marks=spec(133)),
    pytest.param("UnsupportedFeatureError", "OrmError NotImplementedError", marks=spec(134)),
    ("StaleEntityError", "EntityNotFoundError"),
    ("DriverError", "OrmError"),
    ("ConnectionLostError", "DriverError"),
    ("AuthenticationError", "DriverError"),
    ("QuerySyntaxError", "DriverError"),
    ("ConflictError", "DriverError"),
    ("ConstraintViolationError", "DriverError"),
    ("DuplicateKeyError", "ConstraintViolationError"),
    ("OutcomeUnknownError", "DriverError"),
    ("SessionClosedError", "OrmError"),
    ("SessionBusyError", "OrmError"),
    ("NoResultFound", "OrmError"),
    ("MultipleResultsFound", "OrmError"),
    ("InvalidArgumentError", "OrmError ValueError"),
    ("InvalidTypeError", "OrmError TypeError"),
    ("UsageError", "OrmError RuntimeError"),
    ("MissingDependencyError", "OrmError ImportError"),
]


@pytest.mark.parametrize(("name", "parents"), PARENTS)
def test_each_error_is_in_its_place_of_the_tree(name: str, parents: str) -> None:
    error = getattr(ogm, name)

    for parent in parents.split():
        assert issubclass(error, getattr(ogm, parent, None) or getattr(builtins, parent))
    assert error.__doc__


@spec(128)
def test_every_error_derives_from_the_base() -> None:
    assert issubclass(OrmError, Exception)
    assert {name for name in exceptions.__all__ if not issubclass(getattr(exceptions, name), OrmError)} == set()
    assert not issubclass(ogm.LazyLoadError, AttributeError)
    assert not issubclass(ogm.DetachedEntityError, AttributeError)


@spec(134)
def test_what_a_database_cannot_do_says_what_to_do_instead() -> None:
    dialect = Dialect(name="SomeDB", refusals={Feature.VECTOR: "Store a list."})
    with pytest.raises(NotImplementedError, match=r"SomeDB does not support vector search\. Store a list\.") as caught:
        dialect.require(Feature.VECTOR, "vector search")
    assert isinstance(caught.value, OrmError)


@spec(135)
def test_an_unknown_backend_is_a_value_error_of_ours() -> None:
    with pytest.raises(ValueError, match="oracle") as caught:
        create_driver("oracle", host="nowhere")
    assert isinstance(caught.value, OrmError)


@spec(136)
@pytest.mark.parametrize("terminal", ["all", "one", "count", "all_rows"])
def test_a_terminal_of_an_unbound_builder_is_a_runtime_error_of_ours(terminal: str) -> None:
    with pytest.raises(RuntimeError) as caught:
        getattr(select(User), terminal)()
    assert isinstance(caught.value, OrmError)


@spec(99)
def test_the_documented_comparisons_produce_filters() -> None:
    made: list[Any] = [User.name == "Alice", User.age > 18, User.bio.contains("graph"), User.deleted_at.is_null()]
    assert [(f.cls, f.prop, f.op, f.value) for f in made] == [
        (User, "name", "=", "Alice"),
        (User, "age", ">", 18),
        (User, "bio", "CONTAINS", "graph"),
        (User, "deleted_at", "IS NULL", None),
    ]
    assert all(isinstance(expression, ogm.FilterExpr) for expression in made)
