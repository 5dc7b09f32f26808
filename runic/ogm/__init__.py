"""The object-graph mapper: models, sessions, statements and drivers under one name."""

import typing

from runic.exceptions import (
    AuthenticationError,
    ConflictError,
    ConnectionLostError,
    ConstraintViolationError,
    DetachedEntityError,
    DriverError,
    DuplicateKeyError,
    EntityNotFoundError,
    FieldValidationError,
    InvalidArgumentError,
    InvalidTypeError,
    LazyLoadError,
    MetadataError,
    MissingDependencyError,
    MultipleResultsFound,
    NoResultFound,
    OrmError,
    OutcomeUnknownError,
    PendingRollbackError,
    QuerySyntaxError,
    SessionBusyError,
    SessionClosedError,
    StaleEntityError,
    UnsupportedFeatureError,
    UsageError,
)
from runic.ogm.core.descriptors import Field, FieldDescriptor, Link, Property, Relation
from runic.ogm.core.expressions import AggExpr, CompoundExpr, Expr, FilterExpr, NegatedExpr, OrderExpr
from runic.ogm.core.metadata import EdgeMeta, MetaData, NodeMeta
from runic.ogm.core.models import Edge, Node
from runic.ogm.core.properties import Many, One, many, one, prop
from runic.ogm.core.types import (
    DatetimeConverter,
    EnumConverter,
    GeoLocation,
    GeoLocationConverter,
    TypeConverter,
    Vector,
    VectorConverter,
)
from runic.ogm.driver import (
    AsyncGraphDriver,
    GraphDriver,
    GraphEdge,
    GraphNode,
    GraphPath,
    GraphResult,
    QueryResult,
    TransactionalGraphDriver,
)
from runic.ogm.driver.backend import Backend
from runic.ogm.driver.factory import create_async_driver, create_driver
from runic.ogm.driver.falkordb import (
    AsyncFalkorDBDriver,
    FalkorDBDialect,
    FalkorDBDriver,
    create_falkordb_driver,
)
from runic.ogm.mapper.mapper import Mapper
from runic.ogm.query import (
    AsyncQueryBuilder,
    FulltextQueryBuilder,
    QueryBuilder,
    Rows,
    TraversalStep,
    VectorQueryBuilder,
    alias,
    avg,
    col,
    collect,
    count,
    max_,
    min_,
    not_,
    select,
    sum_,
)
from runic.ogm.repository.async_repository import AsyncRepository
from runic.ogm.repository.repository import Repository
from runic.ogm.session.async_session import AsyncSession
from runic.ogm.session.connection_pool import AsyncConnectionManager, ConnectionManager
from runic.ogm.session.relating import RelateResult
from runic.ogm.session.session import Session

if typing.TYPE_CHECKING:
    from runic.ogm.driver.arcadedb import create_arcadedb_driver

__all__ = [
    "AggExpr",
    "AsyncConnectionManager",
    "AsyncFalkorDBDriver",
    "AsyncGraphDriver",
    "AsyncQueryBuilder",
    "AsyncRepository",
    "AsyncSession",
    "AuthenticationError",
    "Backend",
    "CompoundExpr",
    "ConflictError",
    "ConnectionLostError",
    "ConnectionManager",
    "ConstraintViolationError",
    "DatetimeConverter",
    "DetachedEntityError",
    "DriverError",
    "DuplicateKeyError",
    "Edge",
    "EdgeMeta",
    "EntityNotFoundError",
    "EnumConverter",
    "Expr",
    "FalkorDBDialect",
    "FalkorDBDriver",
    "Field",
    "FieldDescriptor",
    "FieldValidationError",
    "FilterExpr",
    "FulltextQueryBuilder",
    "GeoLocation",
    "GeoLocationConverter",
    "GraphDriver",
    "GraphEdge",
    "GraphNode",
    "GraphPath",
    "GraphResult",
    "InvalidArgumentError",
    "InvalidTypeError",
    "LazyLoadError",
    "Link",
    "Many",
    "Mapper",
    "MetaData",
    "MetadataError",
    "MissingDependencyError",
    "MultipleResultsFound",
    "NegatedExpr",
    "NoResultFound",
    "Node",
    "NodeMeta",
    "One",
    "OrderExpr",
    "OrmError",
    "OutcomeUnknownError",
    "PendingRollbackError",
    "Property",
    "QueryBuilder",
    "QueryResult",
    "QuerySyntaxError",
    "RelateResult",
    "Relation",
    "Repository",
    "Rows",
    "Session",
    "SessionBusyError",
    "SessionClosedError",
    "StaleEntityError",
    "TransactionalGraphDriver",
    "TraversalStep",
    "TypeConverter",
    "UnsupportedFeatureError",
    "UsageError",
    "Vector",
    "VectorConverter",
    "VectorQueryBuilder",
    "alias",
    "avg",
    "col",
    "collect",
    "count",
    "create_arcadedb_driver",
    "create_async_driver",
    "create_driver",
    "create_falkordb_driver",
    "many",
    "max_",
    "min_",
    "not_",
    "one",
    "prop",
    "select",
    "sum_",
]


def __getattr__(name: str) -> typing.Any:
    if name == "create_arcadedb_driver":  # only those who use ArcadeDB load its modules
        from runic.ogm.driver.arcadedb import create_arcadedb_driver

        return create_arcadedb_driver
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
