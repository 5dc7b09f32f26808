"""The former name of :mod:`runic.ogm`: the same module objects at the older address.

The files beside this one are read by type checkers and editors only; at run time the finder answers first, so a
class has one identity under both names, also for pickle.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from runic.ogm import *
from runic.ogm import __all__ as __all__

_HERE = "runic.orm"
_THERE = "runic.ogm"


class _FormerName(MetaPathFinder, Loader):
    """Find ``runic.orm.x`` as the module object of ``runic.ogm.x``."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(f"{_HERE}."):
            return None
        # Not marked as a package: the module keeps the search path it has.
        return ModuleSpec(fullname, self)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        real = _THERE + spec.name.removeprefix(_HERE)
        try:
            module = import_module(real)
        except ModuleNotFoundError as error:
            if error.name != real:
                raise
            raise ModuleNotFoundError(f"No module named {spec.name!r}", name=spec.name) from None
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        # The import system has just given the module the spec of this name; it keeps its own.
        spec = module.__spec__
        if spec is not None:
            module.__spec__ = spec.loader_state


if not any(isinstance(finder, _FormerName) for finder in sys.meta_path):
    sys.meta_path.insert(0, _FormerName())  # before the path finder, which would load a second copy
sys.modules[__name__] = import_module(_THERE)
