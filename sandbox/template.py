"""The process that has imported the decoders, and forks a child for each file.

`python -m sandbox.template CONTROL MODULE`: CONTROL is a socket (SOCK_SEQPACKET) to the process
that started it, MODULE has `TASKS` (functions by name) and `warm_up`. It reads no file itself, and
knows no secret: it is started with an environment of its own.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

from core.files import UnreadableFile
from core.reasons import Reason
from sandbox.confinement import confine, end_with_parent, leave_the_network
from sandbox.limits import SandboxLimits
from sandbox.memory import reserve_huge_pages
from sandbox.messages import Kind, Part, write_message

MAX_REQUEST_BYTES = 2**16
ANSWER, FILES = 3, 4  # the one file of a child beside the standard streams, and how many it has
# What a child does: parameters and a file's content -> parts of an answer, or `UnreadableFile`.
Task = Callable[[Mapping[str, Any], bytes], Iterator[Part]]
BROKEN, UNCONFINED = 1, 2  # exit codes of a child: decoding failed, or could not be confined


@dataclass(frozen=True)
class _Request:
    task: Task
    parameters: Mapping[str, Any]
    limits: SandboxLimits


def main(control: socket.socket, module: str) -> None:
    """Serve until the process at the other end of `control` is gone."""
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.SIG_IGN)  # the end of `control` says when
    end_with_parent()
    network = leave_the_network()
    decoders = importlib.import_module(module)
    decoders.warm_up()
    gc.collect()
    gc.freeze()
    reserve_huge_pages()
    control.send(json.dumps({"network": network}).encode())
    while True:
        request, files, _, _ = socket.recv_fds(control, MAX_REQUEST_BYTES, 2)
        if not request:
            return
        if len(files) == 2:
            _serve(control, _parsed(request, decoders.TASKS), files)


def _parsed(request: bytes, tasks: Mapping[str, Task]) -> _Request:
    given = json.loads(request)
    limits = SandboxLimits(**given["limits"])
    return _Request(tasks[given["task"]], given["parameters"], limits)


def _serve(control: socket.socket, request: _Request, files: list[int]) -> None:
    """Fork a child, wait for its end or end it, and tell what became of it."""
    child = os.fork()
    if child == 0:
        _be_the_child(control, request, *files)
    for file in files:
        os.close(file)
    ended_by = _await(control, child, time.monotonic() + request.limits.wall_s)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # and whatever it started
    _, status, used = os.wait4(child, 0)
    report = {
        "ended_by": ended_by,
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
        "exit_code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1,
        "cpu_s": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss / 1024,
        "template_cpu_s": time.process_time(),
    }
    control.send(json.dumps(report).encode())


def _await(control: socket.socket, child: int, until: float) -> str | None:
    """Return when the child has ended; "clock" or "caller" where it was killed for one of them."""
    ended = os.pidfd_open(child)
    try:
        poll = select.poll()
        poll.register(ended, select.POLLIN)
        poll.register(control, select.POLLIN)
        left_ms = max(0.0, until - time.monotonic()) * 1000
        ready = [file for file, _ in poll.poll(left_ms)]
        if ended in ready:
            return None
        os.kill(child, signal.SIGKILL)
        if control.fileno() in ready:
            control.recv(1)  # "no more of it", or the end
            return "caller"
        return "clock"
    finally:
        os.close(ended)


def _be_the_child(
    control: socket.socket, request: _Request, content_file: int, answer_file: int
) -> NoReturn:
    """Decode and answer; whatever happens, this process ends here."""
    code = UNCONFINED
    try:
        os.setpgid(0, 0)
        control.close()
        content = _whole(content_file)
        _only_answer(answer_file)
        confine(request.limits, FILES)
        code = BROKEN
        _decode(request, content)
        code = 0
    finally:  # nothing of the template may run in the child
        os._exit(code)


def _decode(request: _Request, content: bytes) -> None:
    try:
        for part in request.task(request.parameters, content):
            write_message(ANSWER, Kind.PART, part)
        write_message(ANSWER, Kind.END, Part())
    except UnreadableFile as error:
        write_message(ANSWER, Kind.REFUSED, Part({"reason": error.reason}))
    except MemoryError:
        write_message(ANSWER, Kind.REFUSED, Part({"reason": Reason.FILE_TOO_COSTLY}))


def _whole(file: int) -> bytes:
    size = os.fstat(file).st_size
    content = os.pread(file, size, 0)
    os.close(file)
    return content


def _only_answer(answer: int) -> None:
    """The answer's pipe beside three standard streams that lead nowhere."""
    os.dup2(answer, ANSWER)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(ANSWER):
        os.dup2(nothing, standard)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main(socket.socket(fileno=int(sys.argv[1])), sys.argv[2])
