"""A child costs no more than it may, can do nothing else, and is believed in nothing."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import psutil
import pytest

from core.files import UnreadableFile
from core.reasons import Reason
from sandbox.limits import SandboxLimits
from sandbox.messages import Part
from sandbox.runner import ChildLost, SandboxRunner

LIMITS = SandboxLimits(memory_mb=128, cpu_s=1, wall_s=60.0)
MAX_PART = 2**20


@pytest.fixture(scope="module")
def shared_runner() -> Iterator[SandboxRunner]:
    with closing(SandboxRunner("tests.support.misbehaving")) as started:
        yield started


@pytest.fixture
def runner(shared_runner: SandboxRunner) -> Iterator[SandboxRunner]:
    """A runner that works before a test, and has to work after it."""
    yield shared_runner
    assert parts(shared_runner, "echo", parts=2) == [Part({"number": n}, b"x") for n in range(2)]


def parts(
    runner: SandboxRunner, task: str, limits: SandboxLimits = LIMITS, **parameters: object
) -> list[Part]:
    return list(runner.run(task, parameters, b"x", limits, MAX_PART))


def reason_against(
    runner: SandboxRunner, task: str, limits: SandboxLimits = LIMITS, **parameters: object
) -> Reason:
    with pytest.raises(UnreadableFile) as caught:
        parts(runner, task, limits, **parameters)
    return caught.value.reason


def test_a_file_of_any_size_comes_back_whole(runner: SandboxRunner) -> None:
    content = os.urandom(3 * 2**20)
    found = list(runner.run("echo", {"parts": 3}, content, LIMITS, 2**22))
    assert [bytes(part.body) == content for part in found] == [True] * 3


def test_what_a_decoder_says_of_a_file_is_passed_on(runner: SandboxRunner) -> None:
    assert reason_against(runner, "refuse") is Reason.NOT_AN_IMAGE


def test_a_breach_of_each_limit_is_the_files_fault(runner: SandboxRunner) -> None:
    assert reason_against(runner, "grow") is Reason.FILE_TOO_COSTLY
    assert runner.last.peak_mb < 300
    assert reason_against(runner, "compute") is Reason.FILE_TOO_COSTLY
    assert runner.last.cpu_s < 3


def test_a_child_that_had_no_time_to_end_may_be_tried_again(runner: SandboxRunner) -> None:
    with pytest.raises(ChildLost):
        parts(runner, "wait", limits=replace(LIMITS, wall_s=0.3))


@pytest.mark.parametrize("end", [signal.SIGSEGV, signal.SIGABRT])
def test_a_crash_of_a_library_is_the_files_fault(runner: SandboxRunner, end: int) -> None:
    assert reason_against(runner, "crash", signal=end) is Reason.FILE_TOO_COSTLY


def test_a_child_that_somebody_else_kills_may_be_tried_again(runner: SandboxRunner) -> None:
    with pytest.raises(ChildLost):
        parts(runner, "crash", signal=signal.SIGKILL)


@pytest.mark.usefixtures("runner")
def test_a_template_that_is_killed_is_started_anew() -> None:
    children = psutil.Process().children()
    template = next(one for one in children if "sandbox.template" in one.cmdline())
    template.kill()
    template.wait()


def test_a_child_that_hides_is_ended(runner: SandboxRunner) -> None:
    assert reason_against(runner, "hide") is Reason.FILE_TOO_COSTLY


@pytest.mark.parametrize(
    "lie",
    [
        "09" + "00" * 8,  # no kind
        "01" + "ffffffff" * 2,  # too long
        "01" + "02000000" + "00000000" + "5b5d",  # a description that is no object
        "01" + "01000000" + "00000000" + "7b",  # one that is no JSON
        "02" + "02000000" + "00000000" + "7b7d",  # no reason
        "0101",  # an end in the middle
    ],
)
def test_what_no_decoder_answers_is_not_believed(runner: SandboxRunner, lie: str) -> None:
    assert reason_against(runner, "lie", bytes=lie) is Reason.FILE_TOO_COSTLY


def test_a_child_opens_nothing_starts_nothing_and_reaches_nobody(runner: SandboxRunner) -> None:
    (found,) = parts(runner, "escape")
    allowed = [] if os.geteuid() == 0 else ["signal the template"]
    assert found.meta["done"] == allowed


def test_leaving_off_ends_the_child_at_once(runner: SandboxRunner) -> None:
    began = time.monotonic()
    with closing(runner.run("wait", {}, b"x", LIMITS, MAX_PART)), pytest.raises(KeyError):
        raise KeyError
    with closing(runner.run("echo", {"parts": 1000}, bytes(2**20), LIMITS, MAX_PART)) as answer:
        next(answer)
    assert time.monotonic() - began < 10


def test_the_template_knows_no_secret_and_no_network(runner: SandboxRunner) -> None:
    children = psutil.Process().children()
    template = next(one for one in children if "sandbox.template" in one.cmdline())
    assert not [name for name in template.environ() if name.startswith("KAIHU_")]
    if runner.network is None:
        ours, theirs = (os.readlink(f"/proc/{pid}/ns/net") for pid in ("self", template.pid))
        assert ours != theirs
