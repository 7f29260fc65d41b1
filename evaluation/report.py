"""One flat object of named figures, with what they were measured on and by."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.model_store import verify
from app.policy import load
from app.settings import ROOT, Settings

Figures = dict[str, Any]  # by name; JSON's own types, None for what was not measured

BASELINES = {
    "evaluate": ROOT / "evaluation/baseline.json",
    "calibrate": ROOT / "evaluation/baseline.json",
    "bench": ROOT / "benchmarks/baseline.json",
}


@dataclass(frozen=True)
class Output:
    """Where figures go beside the terminal: a file, and the baseline."""

    file: Path | None
    keep: bool


def finish(
    command: str, settings: Settings, figures: Figures, output: Output, data: Path | None = None
) -> None:
    """Head the figures, print them, write them where asked, and keep them as the baseline."""
    whole = {**_head(command, settings, data), **figures}
    for name, value in whole.items():
        if name != "models":
            print(f"{name:<44} {value:.4f}" if isinstance(value, float) else f"{name:<44} {value}")
    if output.file is not None:
        output.file.write_text(_json(whole), "utf-8")
    if output.keep:
        baseline = BASELINES[command.split()[0]]
        runs = json.loads(baseline.read_text("utf-8")) if baseline.exists() else {}
        baseline.write_text(_json({**runs, command: whole}), "utf-8")


def _json(content: Figures) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _head(command: str, settings: Settings, data: Path | None) -> Figures:
    manifest = verify(settings.models)
    head: Figures = {
        "command": command,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "revision": _revision(),
        "policy_version": load(settings.policy).version,
        "models": {
            name: str(row["sha256"])[:12]
            for name, row in sorted(manifest.items())
            if not name.startswith("demo/")
        },
    }
    return head if data is None else {**head, "data": data.name}


def not_measured(why: str, *names: str) -> Figures:
    """Figures that could not be measured, each with the reason (`.why`)."""
    figures: Figures = {}
    for name in names:
        figures[name] = None
        figures[f"{name}.why"] = why
    return figures


def _revision() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"
