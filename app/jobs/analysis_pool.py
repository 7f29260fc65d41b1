"""The processes that hold the models. They know the engines alone: no database, no Flask.

Each is a process of its own, started anew ("spawn"), so what this module imports is what each of
them holds in memory.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import structlog
from pebble import ProcessPool

from app.garbage import exempt_loaded
from app.jobs.lazy_imports import SELDOM_USED, lazy_import
from app.jobs.memory import MemoryTrimmer, garbage_collection_off, share_arena
from app.jobs.scheduling import bind_to_a_core
from app.policy import load
from kyc.analysis.analyser import Engines
from kyc.decoding.decoders import ConfinedDecoders
from kyc.policy import DecodingPolicy

log = structlog.get_logger()

NICENESS = 10  # of analyses: the web processes go first
SETTLE_S = 0.5  # long enough that every process takes one task of the warm-up, none takes two


class AnalysisPool:
    """Some processes that analyse, one job each at a time.

    A job may take so many `seconds`; a process is replaced after `recycle_after` jobs.
    """

    def __init__(
        self, models: Path, policy: Path, count: int, recycle_after: int, seconds: float
    ) -> None:
        self.count, self._seconds = count, seconds
        self._pool = ProcessPool(
            max_workers=count,
            max_tasks=recycle_after,
            initializer=_load,
            initargs=[models, policy, count],
            context=get_context("spawn"),
        )

    def warm_up(self) -> None:
        """Return once every process has loaded its models. Each then reads a page, unawaited."""
        for future in [self._pool.schedule(_ready, args=[SETTLE_S]) for _ in range(self.count)]:
            future.result()
        for _ in range(self.count):
            self._pool.schedule(_warm_up)

    def submit(self, perform: Callable[[Any, Engines], Any], work: Any) -> Future[Any]:
        """The result to come; `ProcessExpired` or `TimeoutError` where its process dies.

        `perform` is a function of a module, which the process imports.
        """
        arguments = [perform, work]
        result: Future[Any] = self._pool.schedule(_perform, args=arguments, timeout=self._seconds)
        return result

    def close(self) -> None:
        """Return once everything that was submitted is done."""
        self._pool.close()
        self._pool.join()


class _Process:
    """What one process of the pool holds."""

    engines: Engines | None = None
    trimmer = MemoryTrimmer()


def load_engines(models: Path, policy: Path, siblings: int = 0) -> Engines:
    """All engines, for a process that has one core: more threads would take another's.

    Files are decoded by a process beside it, which starts meanwhile. `siblings` is how many such
    processes this machine runs, see `bind_to_a_core`. All that the process has loaded by then is
    exempt from garbage collection, not the engines alone.
    """
    rules = load(policy)
    decoders = ConfinedDecoders(rules.section(DecodingPolicy).limits)
    bind_to_a_core(siblings)  # after the decoders' process began, which any core may run
    cv2.setNumThreads(1)
    share_arena()
    with garbage_collection_off():
        engines = Engines(models, rules, decoders)
    decoders.runner.await_ready()
    if decoders.runner.network is not None:
        log.warning("decoders are not kept from the network", why=decoders.runner.network)
    exempt_loaded()
    return engines


def _load(models: Path, policy: Path, siblings: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    lazy_import(SELDOM_USED)
    _Process.engines = load_engines(models, policy, siblings)


def _ready(seconds: float) -> bool:
    time.sleep(seconds)
    return _Process.engines is not None


def _warm_up() -> None:
    if _Process.engines is not None:
        _Process.engines.warm_up()
        _Process.trimmer.trim()


def _perform(perform: Callable[[Any, Engines], Any], work: Any) -> Any:
    if _Process.engines is None:
        raise RuntimeError("the models are not loaded")
    try:
        return perform(work, _Process.engines)
    finally:
        _Process.trimmer.trim()
