"""Door to :mod:`runic.exceptions`: the errors that schema work raises."""

from runic.exceptions import (
    ConstraintViolationError,
    DriverError,
    InvalidArgumentError,
    InvalidTypeError,
    MetadataError,
    OrmError,
    UnsupportedFeatureError,
    UsageError,
)

__all__ = [
    "ConstraintViolationError",
    "DriverError",
    "InvalidArgumentError",
    "InvalidTypeError",
    "MetadataError",
    "OrmError",
    "UnsupportedFeatureError",
    "UsageError",
]
