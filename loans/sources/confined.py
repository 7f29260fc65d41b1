"""Files of sources are worked on in a process of their own that can do little and cost little."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.files import UnreadableFile
from core.reasons import Reason
from loans.sources.findings import FileFinding, Told
from sandbox.limits import SandboxLimits
from sandbox.messages import Part
from sandbox.runner import SandboxBusy, SandboxRunner

READERS = "loans.sources.tasks"


@dataclass(frozen=True)
class ReadFile:
    """What was found in a file, and its contents, packed."""

    found: FileFinding
    packed: bytes = b""


@dataclass(frozen=True)
class ConfinedCost:
    """What a task may cost its process, how long its answer may be, how long it waits its turn."""

    limits: SandboxLimits
    max_bytes: int
    wait_s: float


class ConfinedTasks:
    """Runs the tasks of one module, one at a time, each answered in one part.

    Threads may share it, and take turns. The process is started when it is first needed.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._lock = threading.Lock()
        self._runner: SandboxRunner | None = None

    def run(
        self,
        task: str,
        parameters: Mapping[str, Any],
        content: Callable[[], bytes | bytearray],
        cost: ConfinedCost,
    ) -> Part:
        """The one part of an answer; `content` is opened once it is this task's turn.

        Raises `UnreadableFile` for what cannot be worked on within the limits, or is answered
        otherwise; `sandbox.runner.ChildLost` and `SandboxBusy` where it is worth another try; and
        what `content` raises.
        """
        if not self._lock.acquire(timeout=cost.wait_s):
            raise SandboxBusy
        try:
            if self._runner is None:
                self._runner = SandboxRunner(self._module)
            answer = self._runner.run(task, parameters, content(), cost.limits, cost.max_bytes)
            parts = list(answer)
        finally:
            self._lock.release()
        if len(parts) != 1:
            raise UnreadableFile(Reason.FILE_TOO_COSTLY)
        return parts[0]

    def close(self) -> None:
        """End the process."""
        with self._lock:
            if self._runner is not None:
                self._runner.close()
                self._runner = None


class ConfinedReaders:
    """Reads files of sources. What comes back is checked: a child may be in a stranger's hands."""

    def __init__(self) -> None:
        self._tasks = ConfinedTasks(READERS)

    def read(
        self,
        task: str,
        parameters: Mapping[str, Any],
        content: Callable[[], bytes],
        cost: ConfinedCost,
    ) -> ReadFile:
        """What a file holds; one that breaks its reader is refused.

        Raises `sandbox.runner.ChildLost` and `SandboxBusy` where it is worth another try, and what
        `content` raises.
        """
        try:
            part = self._tasks.run(task, parameters, content, cost)
            return ReadFile(FileFinding.model_validate(part.meta), bytes(part.body))
        except (UnreadableFile, ValueError):
            return ReadFile(FileFinding(refused=Told(code=Reason.FILE_TOO_COSTLY)))

    def close(self) -> None:
        """End the process."""
        self._tasks.close()
