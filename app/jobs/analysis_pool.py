"""The processes that hold the models. They know the engines alone: no database, no Flask.

Each is a process of its own, started anew ("spawn"), so what this module imports is what each of
them holds in memory.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import date
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import onnxruntime
import psutil
from pebble import ProcessPool

from app.jobs.scheduling import keep_to_a_core
from kyc.analysis.analyser import Analyst, Finding
from kyc.policy import load_policy

ROOM = 56 * 2**20  # bytes: what a card's photo takes for a while stays, what a licence's takes goes
ARENA = 128 * 2**20  # bytes: room enough to find the text of a page; it grows where that is not
YIELDING = 10  # niceness of analyses: whoever asks the web processes goes first
# Of PaddleX's and librosa's imports: for downloads and filters, which no analyst makes.
SELDOM_USED = ("aiohttp", "modelscope", "scipy.signal")
_analyst: Analyst | None = None  # one a process, made by `_load` before the first task


class Analysts:
    """Some processes that analyse, one piece of evidence each at a time.

    What is asked may take so many `seconds`; a process is replaced after `recycle_after` analyses.
    """

    def __init__(self, models: Path, policy: Path, count: int, recycle_after: int) -> None:
        self._count = count
        self._pool = ProcessPool(
            max_workers=count,
            max_tasks=recycle_after,
            initializer=_load,
            initargs=[models, policy, count],
            context=get_context("spawn"),
        )

    def warm_up(self) -> None:
        """Return once every process has loaded its models. Each then practises, unawaited."""
        for future in [self._pool.schedule(_ready, args=[0.5]) for _ in range(self._count)]:
            future.result()
        for _ in range(self._count):
            self._pool.schedule(_practise)

    def analyse(
        self, kind: str, content: bytes, asked: dict[str, Any], today: date, seconds: float
    ) -> Future[Finding]:
        """The finding to come; `ProcessExpired` or `TimeoutError` where its process dies."""
        arguments = [kind, content, asked, today]
        found: Future[Finding] = self._pool.schedule(_analyse, args=arguments, timeout=seconds)
        return found

    def close(self) -> None:
        """Return once everything that was asked is answered."""
        self._pool.close()
        self._pool.join()


def load_analyst(models: Path, policy: Path) -> Analyst:
    """All engines, for a process that has one core: more threads would take another's."""
    cv2.setNumThreads(1)
    share_arena()
    with uncollected():
        return Analyst(models, load_policy(policy))


@cache
def share_arena() -> None:
    """Let ONNX Runtime's networks, which run one after another, work in the same memory."""
    kind, use = onnxruntime.OrtAllocatorType, onnxruntime.OrtMemType
    memory = onnxruntime.OrtMemoryInfo("Cpu", kind.ORT_ARENA_ALLOCATOR, 0, use.DEFAULT)
    growth = onnxruntime.OrtArenaCfg({"initial_chunk_size_bytes": ARENA})
    onnxruntime.create_and_register_allocator(memory, growth)


def postpone(packages: Iterable[str]) -> None:
    """Let importing packages that were not imported yet load nothing, until they are used.

    Their submodules cannot be imported by name meanwhile.
    """
    for package in packages:
        sys.modules.setdefault(package, _Postponed(package))


class _Postponed(ModuleType):
    """Stands for a package and loads it when something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)  # the import system asks for those
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


class Borrowed:
    """What analyses take of the system's memory for a while."""

    def __init__(self) -> None:
        self._process, self._least = psutil.Process(), 0

    def give_back(self) -> None:
        """Return what was freed, where `ROOM` more is held than when that was last done.

        Not always: what is returned is asked for again by the next photo, page by page.
        """
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's; others return it unasked
        if trim is not None and self._process.memory_info().rss > self._least + ROOM:
            trim(0)
            self._least = self._process.memory_info().rss


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector, which looks at all that is being loaded again and again."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


_borrowed = Borrowed()  # by this process


def _load(models: Path, policy: Path, siblings: int) -> None:
    global _analyst
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(YIELDING)
    keep_to_a_core(siblings)
    postpone(SELDOM_USED)
    _analyst = load_analyst(models, policy)


def _ready(seconds: float) -> bool:
    time.sleep(seconds)  # long enough that every process takes one of these, none takes two
    return _analyst is not None


def _practise() -> None:
    if _analyst is not None:
        _analyst.practise()
        _borrowed.give_back()


def _analyse(kind: str, content: bytes, asked: dict[str, Any], today: date) -> Finding:
    if _analyst is None:
        raise RuntimeError("the models are not loaded")
    try:
        return _analyst.analyse(kind, content, asked, today)
    finally:
        _borrowed.give_back()
