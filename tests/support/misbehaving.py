"""Tasks of a sandbox that do what a file might make a decoder do. Imported by its template."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from core.files import UnreadableFile
from core.reasons import Reason
from sandbox.messages import Part
from sandbox.template import ANSWER, Task


def echo(parameters: Mapping[str, Any], content: bytes) -> Iterator[Part]:
    """The content in so many parts."""
    for number in range(parameters["parts"]):
        yield Part({"number": number}, content)


def refuse(_parameters: Mapping[str, Any], _content: bytes) -> Iterator[Part]:
    """What a decoder says of a file that it cannot read."""
    yield Part()
    raise UnreadableFile(Reason.NOT_AN_IMAGE)


def grow(_parameters: Mapping[str, Any], _content: bytes) -> Iterator[Part]:
    """Take memory without end."""
    held = []
    while True:
        held.append(bytearray(2**24))
        yield Part()


def compute(_parameters: Mapping[str, Any], _content: bytes) -> Iterator[Part]:
    """Take processor time without end."""
    while True:
        pass
    yield Part()


def wait(_parameters: Mapping[str, Any], _content: bytes) -> Iterator[Part]:
    """Take time without end, and no processor."""
    time.sleep(3600)
    yield Part()


def crash(parameters: Mapping[str, Any], _content: bytes) -> Iterator[Part]:
    """End by a signal, as a library that writes where it must not."""
    yield Part()
    os.kill(os.getpid(), parameters["signal"])
    time.sleep(3600)


def hide(_parameters: Mapping[str, Any], _content: bytes) -> Iterator[Part]:
    """Close the answer and live on."""
    os.close(ANSWER)
    time.sleep(3600)
    yield Part()


def lie(parameters: Mapping[str, Any], _content: bytes) -> Iterator[Part]:
    """Bytes that are no message."""
    os.write(ANSWER, bytes.fromhex(parameters["bytes"]))
    yield Part()


def escape(_parameters: Mapping[str, Any], _content: bytes) -> Iterator[Part]:
    """Try what must not succeed; tells what did, and whether it is root."""
    attempts: Mapping[str, Callable[[], object]] = {
        "read": lambda: os.open("/etc/passwd", os.O_RDONLY),
        "write": lambda: os.open("/tmp/kaihu-escaped", os.O_CREAT | os.O_WRONLY),  # noqa: S108
        "connect": lambda: socket.socket(),
        "fork": os.fork,
        "signal the template": lambda: os.kill(os.getppid(), 0),
    }
    yield Part({"done": [name for name, attempt in attempts.items() if _succeeds(attempt)]})


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True


TASKS: Mapping[str, Task] = {
    "echo": echo,
    "refuse": refuse,
    "grow": grow,
    "compute": compute,
    "wait": wait,
    "crash": crash,
    "hide": hide,
    "lie": lie,
    "escape": escape,
}


def warm_up() -> None:
    """Nothing is loaded."""
