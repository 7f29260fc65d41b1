"""A slow machine and a slow program are told apart."""

from __future__ import annotations

import pytest

from benchmarks.service import APPLICANTS, REST, kind_of, load_overhead


def test_the_overhead_is_the_same_on_a_machine_of_half_the_speed() -> None:
    fast = load_overhead(2.2 * APPLICANTS, 2.0)
    assert fast == pytest.approx(1.1)
    assert load_overhead(4.4 * APPLICANTS, 4.0) == pytest.approx(fast)


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("python -m gunicorn --worker-class app.web.worker.Worker wsgi:app", "web"),
        ("python -m app.cli.main worker", "worker"),
        ("python -m app.cli.main lending", "lending"),
        ("python -c from multiprocessing.spawn import spawn_main", "analysing"),
        ("python -m sandbox.template 7 kyc.decoding.tasks", "analysing"),
        ("python -m reference.scorer", REST),
    ],
)
def test_a_process_is_known_by_its_command_line(command: str, kind: str) -> None:
    assert kind_of(command.split()) == kind
