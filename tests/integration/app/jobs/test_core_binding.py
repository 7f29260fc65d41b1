"""Analysing processes on cores of their own: real processes, bound, killed and replaced."""

from __future__ import annotations

import os
import signal
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import pytest

from app.jobs.scheduling import bind_to_a_core

Started = tuple[BaseProcess, Connection, set[int]]


def _stay(siblings: int, pipe: Connection) -> None:
    bind_to_a_core(siblings)
    pipe.send(os.sched_getaffinity(0))
    pipe.recv()


def _start(siblings: int) -> Started:
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_stay, args=(siblings, there))
    process.start()
    return process, here, here.recv()


def _end(process: BaseProcess) -> None:
    process.kill()
    process.join()


def test_each_keeps_to_a_core_and_what_replaces_it_takes_the_same() -> None:
    allowed = os.sched_getaffinity(0)
    running = [_start(len(allowed)) for _ in allowed]
    kept = [cores for _, _, cores in running]
    assert sorted(core for cores in kept for core in cores) == sorted(allowed)

    process = running[0][0]
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    replaced, _, cores = _start(len(allowed))
    assert cores == kept[0]

    one_too_many, _, everywhere = _start(len(allowed))
    assert everywhere == allowed
    for one in (replaced, one_too_many, *(process for process, _, _ in running)):
        _end(one)


def test_fewer_processes_than_cores_leave_the_cores_to_the_kernel() -> None:
    allowed = os.sched_getaffinity(0)
    if len(allowed) < 2:
        pytest.skip("this machine has one core: a single process is bound to it")
    running = [_start(len(allowed) - 1) for _ in range(len(allowed) - 1)]
    assert [cores for _, _, cores in running] == [allowed] * len(running)
    for process, _, _ in running:
        _end(process)
