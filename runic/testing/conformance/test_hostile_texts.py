"""Hostile texts in every place that takes a text: the right thing happens, or one error of ours, and nothing else.

``RUNIC_PROPERTY_SEED`` starts the random texts elsewhere.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from typing import Any

import pytest

import runic.migrate
import runic.ogm
from runic.cypher.dialect import Feature
from runic.ogm import DriverError, OrmError
from runic.ogm.query.expressions import search_words
from runic.testing.conformance import hostile_texts
from runic.testing.conformance.harness import Db
from runic.testing.conformance.hostile_names import CASES
from runic.testing.conformance.query_models import Article, library

SEED = int(os.environ.get("RUNIC_PROPERTY_SEED", "1"))
# What the server says of a text that is a program by contract: a regular expression, a parameter's name.
SERVER_MAY_REFUSE = {"a_pattern", "the_name_of_a_parameter"}
EVERYTHING = "MATCH (n) RETURN count(n)"


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
async def test_a_hostile_text(db: Db, name: str) -> None:
    await library(db)
    if name in ("a_search", "the_field_of_a_search") and Feature.FULLTEXT in db.dialect.features:
        await db.schema_manager().sync_schema([Article])
    ((before,),) = db.raw(EVERYTHING)
    attempt = CASES[name].attempt
    texts = hostile_texts.texts(SEED, 25 if db.backend.family == "falkordb" else 5)
    for text in texts[::4] if db.is_async else texts:  # both colours have one implementation
        async with db.open() as session:
            try:
                await attempt(db, session, text)
            except OrmError as error:
                told = name == "a_search" and "search_words()" in str(error)
                if isinstance(error, DriverError) and name not in SERVER_MAY_REFUSE and not told:
                    pytest.fail(f"seed {SEED}: the server was asked about {text!r} and said {error}")
                await session.rollback()
            except Exception as error:
                raise AssertionError(f"seed {SEED}: {text!r} raised {type(error).__name__}: {error}") from error
    assert db.raw(EVERYTHING) == [[before]]


# Texts that are Cypher, or the user's own values and callbacks, by their documentation.
EXCUSED = {
    "Session.execute.cypher", "Session.execute.models", "Session.__init__.driver", "Session.__init__.log_cypher",
    "Repository.cypher.query", "Repository.cypher_one.query", "Repository.cypher_raw.query",
    "Repository.cypher.returns", "Repository.cypher_one.returns", "Field.default", "Field.converter",
    "FilterExpr.__init__.cls", "FilterExpr.__init__.value", "Relation.default", "QueryBuilder.__init__.session",
    "Session.vector_search.vector", "Session.load_absent.field",
    "VectorQueryBuilder.__init__.field", "FulltextQueryBuilder.__init__.fields",
    "QueryBuilder.hop_from.source", "QueryBuilder.hop_from.relation", "QueryBuilder.hop_from.edge",
    "QueryBuilder.register_traversal.fd", "QueryBuilder.register_traversal.source_alias",
    "QueryBuilder.register_traversal.target_alias", "QueryBuilder.register_traversal.edge_alias",
    "IndexSpec.__init__.origin", "Session.__init__.bookmarks",
    "Session.all_rows.stmt", "Session.count.stmt", "Field.default_factory", "Relation.default_factory",
    "Session.load_absent.entity",
    # objects, not texts
    "Session.add.entity", "Session.delete.entity", "Session.expire.entity", "Session.expunge.entity",
    "Session.refresh.entity", "Session.load.entity", "Session.load_relationship.entity",
    "Session.relate.source", "Session.relate.target", "Session.unrelate.source", "Session.unrelate.target",
}  # fmt: skip
SURFACE = (
    runic.ogm.Session, runic.ogm.Repository, runic.ogm.QueryBuilder, runic.ogm.FulltextQueryBuilder,
    runic.ogm.VectorQueryBuilder, runic.ogm.FilterExpr, runic.ogm.OrderExpr,
    runic.ogm.CompoundExpr, runic.ogm.AggExpr, runic.migrate.IndexSpec, runic.ogm.Field, runic.ogm.Relation,
    runic.ogm.alias, runic.ogm.count, runic.ogm.collect, runic.ogm.sum_, search_words,
)  # fmt: skip


def test_every_text_of_the_public_api_has_its_case() -> None:
    known = {place for case in CASES.values() for place in case.covers}
    missing = [place for place, short in _places() if not {place, short} & (known | EXCUSED)]
    assert missing == []


def _places() -> Iterator[tuple[str, str]]:
    """Yield ``Class.method.parameter`` and ``Class.parameter`` for whatever a text may be given to."""
    for thing in SURFACE:
        for name, member in _members(thing):
            for parameter in inspect.signature(member).parameters.values():
                if parameter.name != "self" and any(word in str(parameter.annotation) for word in ("str", "Any")):
                    owner = f"{thing.__name__}.{name}" if name else thing.__name__
                    yield f"{owner}.{parameter.name}", f"{thing.__name__}.{parameter.name}"


def _members(thing: Any) -> list[tuple[str, Any]]:
    if not inspect.isclass(thing):
        return [("", thing)]
    inherited = {name for base in thing.__mro__[1:] if base in SURFACE for name in dir(base)} - {"__init__"}
    found = inspect.getmembers(thing, callable)
    return [
        (name, member) for name, member in found if name == "__init__" or (name[0] != "_" and name not in inherited)
    ]
