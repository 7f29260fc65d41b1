"""`kaihu bench capture`: the page in a real browser, with people who take the minute's seconds."""

from __future__ import annotations

import statistics

import click

from app.serve import base_url
from app.settings import Settings
from benchmarks.applicants import prepared_applicant
from benchmarks.running import running_service
from demo.material import load_material
from evaluation.report import Figures

PEOPLE = 5
LOADS = 5
KB = 1000


def bench_capture(settings: Settings) -> Figures:
    """Seconds from number to decision, bytes before the first photo, seconds until it can be used.

    Raises `click.ClickException` where there is no browser.
    """
    try:
        from benchmarks.visits import interactive_s, visit
        from demo.browser import BrowserMissing, launched_browser
    except ModuleNotFoundError as error:
        if not str(error.name).startswith("playwright"):
            raise
        raise click.ClickException("install playwright: pip install playwright") from error
    try:
        launched = launched_browser()
    except BrowserMissing as error:
        raise click.ClickException(str(error)) from error
    with running_service(settings) as running, launched as browser:
        origin = base_url(running)
        loads = [interactive_s(browser, origin) for _ in range(LOADS)]
        material = load_material(running)
        people = [prepared_applicant(material, number) for number in range(PEOPLE)]
        visits = [visit(browser, running, who, material) for who in people]
    decided = [one for one in visits if one.decision is not None]
    before = [one.before_photos for one in visits]
    return {
        "n": PEOPLE,
        "decided": len(decided),
        "sent_back": sum(one.sent_back for one in visits),
        **_times("start_to_decision_s", [one.start_to_decision_s for one in decided]),
        **_times("decision_after_last_step_s", [one.wait_s for one in decided]),
        "page_kb": statistics.median(one.bodies for one in before) / KB,
        "page_with_heads_kb": statistics.median(one.with_heads for one in before) / KB,
        **_times("interactive_s", loads),
    }


def _times(name: str, values: list[float]) -> Figures:
    if not values:
        return {f"{name}_p50": None, f"{name}_p50.why": "nobody was decided"}
    return {f"{name}_p50": statistics.median(values), f"{name}_max": max(values)}
