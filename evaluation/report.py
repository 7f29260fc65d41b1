"""One flat object of named figures, with what they were measured on and by."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.settings import HOUSE, Settings
from app.weights import verify
from kyc.policy import load_policy

Figures = dict[str, Any]


def report(command: str, settings: Settings, figures: Figures, data: Path | None = None) -> Figures:
    manifest = verify(settings.models)
    head: Figures = {
        "command": command,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "revision": _revision(),
        "policy_version": load_policy(settings.policy).version,
        "models": {name: str(row["sha256"])[:12] for name, row in manifest.items()},
    }
    if data is not None:
        head["data"] = data.name
    return {**head, **figures}


def show(figures: Figures, file: Path | None) -> None:
    """Print the figures, and write them where asked."""
    for name, value in figures.items():
        if name != "models":
            print(f"{name:<44} {value:.4f}" if isinstance(value, float) else f"{name:<44} {value}")
    if file is not None:
        file.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")


def not_measured(why: str, *names: str) -> Figures:
    figures: Figures = {}
    for name in names:
        figures[name] = None
        figures[f"{name}.why"] = why
    return figures


def _revision() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"
