"""How the processes of a run share its tests: whatever uses one server goes to one of them, and so does each file.

Beside pytest-xdist's own schedulers: a process that ends costs the run the test that ended it and no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

__all__ = ["ByServer"]

# A process runs a test only when it knows the next one, or that there is none.
_ENOUGH = 2


class ByServer(LoadScopeScheduling):
    """Give the tests of each of *rows*, names of backends, to one process, and the other tests file by file."""

    def __init__(self, config: Any, log: Any, rows: Iterable[str]) -> None:
        super().__init__(config, log)
        longest_first = sorted(rows, key=len, reverse=True)
        self._row = re.compile(rf"\[.*?\b({'|'.join(map(re.escape, longest_first))})\b") if longest_first else None

    def _split_scope(self, nodeid: str) -> str:
        found = self._row.search(nodeid) if self._row else None
        return found[1] if found else nodeid.split("::")[0]

    def _reschedule(self, node: WorkerController) -> None:
        """Give *node* units until it has enough: one that waits with a single test would wait for ever."""
        while not node.shutting_down and self._pending_of(self.assigned_work[node]) <= _ENOUGH:
            if not self.workqueue:
                node.shutdown()
                return
            self._assign_work_unit(node)

    def remove_node(self, node: WorkerController) -> str | None:
        """Take back what *node* has not run; the test that it ended in, which is returned, does not run again."""
        workload = self.assigned_work.pop(node)
        begun = next((unit for unit in workload.values() if not all(unit.values())), None)
        if begun is None:
            return None
        ended_in = next(test for test, done in begun.items() if not done)
        begun[ended_in] = True
        self.workqueue.update({scope: unit for scope, unit in workload.items() if not all(unit.values())})
        for other in self.assigned_work:
            self._reschedule(other)
        return ended_in
