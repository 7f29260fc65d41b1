"""`SandboxRunner`: starts the template, has it decode one file at a time, believes nothing."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.files import UnreadableFile
from core.reasons import Reason
from sandbox.limits import SandboxLimits
from sandbox.messages import BadAnswer, Kind, Part, read_message, write_all
from sandbox.template import MAX_REQUEST_BYTES, UNCONFINED

ROOT = Path(__file__).resolve().parent.parent
PIPE_BYTES = 2**20  # a frame ahead: the child decodes the next one while this one is analysed
F_SETPIPE_SZ = 1031  # fcntl(2); not in Python's module everywhere
REPORT_BYTES = 2**12
ENDING_S = 1.0  # that a child may take to end after its answer
PASSED = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH")


class ChildLost(Exception):
    """A child was killed from outside, its template too, or had no time to end: try again."""


class SandboxBusy(Exception):
    """Others took their turns for longer than this one may wait: try again."""


class Unconfined(Exception):
    """The system refused a limit, and nothing was decoded: a defect of the installation."""


@dataclass(frozen=True)
class RunReport:
    """What one file cost: processor seconds and most memory of the child.

    `template_cpu_s` is what the template has taken since it began, its children apart.
    """

    cpu_s: float = 0.0
    peak_mb: float = 0.0
    template_cpu_s: float = 0.0


class SandboxRunner:
    """Runs the tasks of one module, one file at a time, each in a child of its own.

    The template is started at once, and anew when it was lost. `network` says why its children
    could not be kept from the network, None where they are.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self.network: str | None = None
        self.last = RunReport()
        self._ready = False  # whether the template has said that it can decode
        self._pending = False  # whether a child's report is still to come
        self._start()

    def await_ready(self) -> None:
        """Return once the template can decode. Raises `ChildLost` where it cannot start."""
        if not self._ready:
            self.network = self._receive()["network"]
            self._ready = True

    def run(
        self,
        task: str,
        parameters: Mapping[str, Any],
        content: bytes | bytearray,
        limits: SandboxLimits,
        max_part_bytes: int,
    ) -> Generator[Part, None, None]:
        """The parts of the answer, as they come; leaving off ends the child.

        Raises `UnreadableFile` for what the task refuses, and with `file_too_costly` for what
        breaks a limit or the decoder; `ChildLost` where the child was killed from outside, or
        `wall_s` passed.
        """
        if self._pending or self._template.poll() is not None:
            self.close()
            self._start()
        self.await_ready()
        answer = self._send(task, parameters, content, limits)
        try:
            yield from _parts(answer, max_part_bytes)
        except _EndedEarly:
            _raise_for(self._report(patience_s=ENDING_S))
        except UnreadableFile:
            self._report(patience_s=ENDING_S)
            raise
        except BaseException:
            self._report(patience_s=0.0)
            raise
        else:
            self._report(patience_s=ENDING_S)
        finally:
            os.close(answer)

    def close(self) -> None:
        """End the template and its child."""
        self._control.close()
        self._template.kill()
        self._template.wait()

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "sandbox.template", str(theirs.fileno()), self._module]
        with theirs:
            self._template = subprocess.Popen(
                command, cwd=ROOT, env=_environment(), stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, pass_fds=(theirs.fileno(),),
            )  # fmt: skip
        self._control, self._ready, self._pending = ours, False, False

    def _send(
        self,
        task: str,
        parameters: Mapping[str, Any],
        content: bytes | bytearray,
        limits: SandboxLimits,
    ) -> int:
        """Hand the file to a child; returns the end of the pipe where its answer comes."""
        request = {"task": task, "parameters": parameters, "limits": asdict(limits)}
        packed = json.dumps(request).encode()
        if len(packed) > MAX_REQUEST_BYTES:
            raise ValueError("the parameters are too large")
        answer, answered = os.pipe()
        with suppress(OSError):  # where pipes are bounded more narrowly, frames come in pieces
            fcntl.fcntl(answered, F_SETPIPE_SZ, PIPE_BYTES)
        held = os.memfd_create("kaihu-file")
        try:
            write_all(held, memoryview(content))
            socket.send_fds(self._control, [packed], [held, answered])
        except OSError as error:
            os.close(answer)
            raise ChildLost from error
        finally:
            os.close(held)
            os.close(answered)
        self._pending = True
        return answer

    def _report(self, *, patience_s: float) -> Mapping[str, Any]:
        """How the child ended; one that has not in time is ended."""
        self._control.settimeout(patience_s or None)
        try:
            if patience_s == 0.0:
                self._control.send(b"end it")
            report = self._receive()
        except TimeoutError:
            return self._report(patience_s=0.0)
        self._pending = False
        self.last = RunReport(
            float(report["cpu_s"]), float(report["peak_mb"]), float(report["template_cpu_s"])
        )
        return report

    def _receive(self) -> dict[str, Any]:
        try:
            content = self._control.recv(REPORT_BYTES)
        except TimeoutError:
            raise
        except OSError as error:
            raise ChildLost from error
        if not content:
            raise ChildLost
        received: dict[str, Any] = json.loads(content)
        return received


class _EndedEarly(Exception):
    """The child ended, or wrote nonsense, before its answer was whole."""


def _parts(answer: int, max_bytes: int) -> Iterator[Part]:
    try:
        while (message := read_message(answer, max_bytes)) is not None:
            if message.kind is Kind.END:
                return
            if message.kind is Kind.REFUSED:
                raise UnreadableFile(Reason(message.part.meta["reason"]))
            yield message.part
    except (BadAnswer, KeyError, ValueError) as error:
        raise _EndedEarly from error
    raise _EndedEarly


def _raise_for(report: Mapping[str, Any]) -> None:
    """Raises `ChildLost` for a child that others or the clock ended, and `Unconfined`.

    Anything else is `UnreadableFile`, whatever broke the decoder: libraries that get no more memory
    end in many ways. Processor time is the file's, the clock's is the machine's.
    """
    if report["signal"] == signal.SIGKILL and report["ended_by"] != "caller":
        raise ChildLost
    if report["exit_code"] == UNCONFINED:
        raise Unconfined
    raise UnreadableFile(Reason.FILE_TOO_COSTLY)


def _environment() -> dict[str, str]:
    """Nothing of this process's settings: no secret, one thread for each library."""
    passed = {name: os.environ[name] for name in PASSED if name in os.environ}
    return {**passed, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
