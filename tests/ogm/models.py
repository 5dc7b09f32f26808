"""What several of the tests without a database use."""

from __future__ import annotations

from typing import Any

from runic.cypher.dialect import Dialect
from runic.ogm import Field, MetaData, Node
from runic.ogm.driver.falkordb import FalkorDBDialect
from runic.ogm.mapper.values import FieldCodec

FALKORDB = FalkorDBDialect()
PLAIN = Dialect(name="plain")


def meta_of(cls: Any) -> Any:
    """Return the facts of a model class."""
    return cls.__runic_meta__


def codec(annotation: Any, dialect: Dialect = FALKORDB, **options: Any) -> FieldCodec:
    """Return the codec of a field ``value`` with that annotation."""
    body = {"__annotations__": {"id": str, "value": annotation}, "value": Field(**options)}
    model = type(Node)("Holder", (Node,), body, labels=["Holder"], registry=MetaData())
    return FieldCodec(model.__runic_fields__["value"], dialect)
