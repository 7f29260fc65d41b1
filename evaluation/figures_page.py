"""`kaihu figures`: docs/figures.md out of the two baseline files."""

from __future__ import annotations

import json
from typing import Any

from app.settings import ROOT

BASELINES = ("evaluation/baseline.json", "benchmarks/baseline.json")
HEAD = {"command", "date", "revision", "policy_version", "models", "data"}


def figures_page() -> str:
    """Every figure of the baselines, by command; those not measured say why."""
    parts = ["# Measured", "", "Made by `kaihu figures` from the baselines; do not edit."]
    for baseline in BASELINES:
        runs = json.loads((ROOT / baseline).read_text("utf-8"))
        for run in runs.values():
            parts += ["", *_run(run)]
    return "\n".join(parts) + "\n"


def _run(run: dict[str, Any]) -> list[str]:
    data = f" on `{run['data']}`" if "data" in run else ""
    title = f"## kaihu {run['command']}"
    when = f"{run['date'][:10]}, revision {run['revision']}, policy {run['policy_version']}{data}"
    rows = [
        f"| {name} | {_shown(value, run.get(f'{name}.why'))} |"
        for name, value in run.items()
        if name not in HEAD and not name.endswith(".why")
    ]
    return [title, "", when, "", "| figure | value |", "|---|---|", *rows]


def _shown(value: Any, why: str | None) -> str:
    if value is None:
        return f"not measured: {why}"
    if isinstance(value, list):
        return " to ".join(f"{part:.3f}" for part in value)
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return f"{text} ({why})" if why else text
