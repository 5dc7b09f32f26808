"""Statements: what is asked, free of any session; :func:`select` starts one."""

from __future__ import annotations

from runic.ogm.query._aliases import alias
from runic.ogm.query.builder import QueryBuilder, Rows, TraversalStep
from runic.ogm.query.expressions import AggExpr, Expr, avg, col, collect, count, max_, min_, not_, search_words, sum_
from runic.ogm.query.specialised import (
    AsyncFulltextQueryBuilder,
    AsyncQueryBuilder,
    AsyncRows,
    AsyncTraversalStep,
    AsyncVectorQueryBuilder,
    FulltextQueryBuilder,
    VectorQueryBuilder,
)

__all__ = [
    "AggExpr",
    "AsyncFulltextQueryBuilder",
    "AsyncQueryBuilder",
    "AsyncRows",
    "AsyncTraversalStep",
    "AsyncVectorQueryBuilder",
    "Expr",
    "FulltextQueryBuilder",
    "QueryBuilder",
    "Rows",
    "TraversalStep",
    "VectorQueryBuilder",
    "alias",
    "avg",
    "col",
    "collect",
    "count",
    "max_",
    "min_",
    "not_",
    "search_words",
    "select",
    "sum_",
]


def select[M](cls: type[M]) -> QueryBuilder[M]:
    """Start a statement about the nodes of *cls*, a class or an alias object; a session runs it. ::

    users = session.scalars(select(User).where(User.active == True).order_by(User.name))
    """
    return QueryBuilder(None, cls)
