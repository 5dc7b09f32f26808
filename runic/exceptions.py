"""Every exception that runic raises, in one tree; all other modules import it, it imports none.

::

    OrmError
    ├── DriverError                          what a server or its connection said
    │   ├── ConnectionLostError              no connection, or a read whose answer was lost
    │   ├── AuthenticationError              credentials refused
    │   ├── QuerySyntaxError                 the server could not parse or run the text
    │   ├── ConflictError                    another transaction won; retry the whole unit of work
    │   ├── ConstraintViolationError         a unique or existence constraint said no
    │   │   └── DuplicateKeyError            two nodes of one class hierarchy with one key
    │   └── OutcomeUnknownError              a write was sent and its answer never came
    ├── MetadataError                        a model class or registry is wrong
    ├── FieldValidationError  (ValueError)   a value cannot be stored in its field
    ├── EntityNotFoundError                  a node that an operation needs is not in the graph
    │   └── StaleEntityError                 a loaded node or edge is gone from the graph
    ├── DetachedEntityError                  the entity belongs to no open session, or to another one
    ├── LazyLoadError                        a relation or field is not loaded and cannot be loaded here
    ├── SessionClosedError                   the session was closed
    ├── SessionBusyError                     the session is in use by another thread or by itself
    ├── PendingRollbackError (RuntimeError)  the transaction failed; rollback() first
    ├── NoResultFound                        a strict read found nothing
    ├── MultipleResultsFound                 a strict read found more than one row
    ├── InvalidArgumentError  (ValueError)   an argument has a value that makes no sense
    ├── InvalidTypeError      (TypeError)    an argument has the wrong type or class
    ├── UsageError            (RuntimeError) an operation called in the wrong state
    ├── UnsupportedFeatureError (NotImplementedError)  the database cannot do it
    └── MissingDependencyError (ImportError) a client package is not installed, or one that brings a backend is broken

A class that also derives from a builtin is the one raised where the documentation names that builtin.
"""

__all__ = [
    "AuthenticationError",
    "ConflictError",
    "ConnectionLostError",
    "ConstraintViolationError",
    "DetachedEntityError",
    "DriverError",
    "DuplicateKeyError",
    "EntityNotFoundError",
    "FieldValidationError",
    "InvalidArgumentError",
    "InvalidTypeError",
    "LazyLoadError",
    "MetadataError",
    "MissingDependencyError",
    "MultipleResultsFound",
    "NoResultFound",
    "OrmError",
    "OutcomeUnknownError",
    "PendingRollbackError",
    "QuerySyntaxError",
    "SessionBusyError",
    "SessionClosedError",
    "StaleEntityError",
    "UnsupportedFeatureError",
    "UsageError",
]


class OrmError(Exception):
    """Base of every error that runic raises."""


class DriverError(OrmError):
    """Report what a database server or the connection to it said; the client's own error is chained."""


class ConnectionLostError(DriverError):
    """Report that no connection could be made, or that a read lost its answer; nothing was written."""


class AuthenticationError(DriverError):
    """Report refused credentials."""


class QuerySyntaxError(DriverError):
    """Report a statement that the server could not parse or evaluate."""


class ConflictError(DriverError):
    """Report a conflict with another transaction; the whole unit of work may be tried again."""


class ConstraintViolationError(DriverError):
    """Report a write that a constraint of the database refused."""


class DuplicateKeyError(ConstraintViolationError):
    """Report a second node with the key of another one in the same class hierarchy."""


class OutcomeUnknownError(DriverError):
    """Report a write whose answer was lost: it may or may not have happened."""


class MetadataError(OrmError):
    """Report a model class, a registry or a reference between models that is wrong."""


class FieldValidationError(OrmError, ValueError):
    """Report a value that cannot be stored in the field that holds it."""


class EntityNotFoundError(OrmError):
    """Report a node that an operation needs and the graph does not have."""


class StaleEntityError(EntityNotFoundError):
    """Report that a loaded entity was changed here but is gone from the graph."""


class DetachedEntityError(OrmError):
    """Report an operation that needs a session on an entity that has none, or another one."""


class LazyLoadError(OrmError):
    """Report a value that is not loaded and cannot be loaded where it was asked for."""


class SessionClosedError(OrmError):
    """Report the use of a session after its close."""


class SessionBusyError(OrmError):
    """Report the use of a session while another thread, or the session itself, is using it."""


class PendingRollbackError(OrmError, RuntimeError):
    """Report the use of a session whose transaction has failed, so that the database undid what was flushed."""


class NoResultFound(OrmError):
    """Report a strict read that found nothing."""


class MultipleResultsFound(OrmError):
    """Report a strict read that found more than one row."""


class InvalidArgumentError(OrmError, ValueError):
    """Report an argument whose value makes no sense."""


class InvalidTypeError(OrmError, TypeError):
    """Report an argument of the wrong type or class."""


class UsageError(OrmError, RuntimeError):
    """Report an operation that was called in the wrong state."""


class UnsupportedFeatureError(OrmError, NotImplementedError):
    """Report something that the database in use cannot do, and what to do instead."""


class MissingDependencyError(OrmError, ImportError):
    """Report a client package that is not installed and the extra that brings it, or a broken backend of another's."""
