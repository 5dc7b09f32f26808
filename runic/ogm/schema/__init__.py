"""What models declare about indexes and constraints; ``runic.migrate`` creates them."""

from runic.ogm.schema.index_manager import IndexSpec, extract_declared_specs

__all__ = ["IndexSpec", "extract_declared_specs"]
