"""The policy of the repository, and others that differ in a line."""

from __future__ import annotations

from pathlib import Path

from app.policy import load, parse
from app.settings import ROOT
from core.policy import Policy, policy_text

PATH = ROOT / "policy"
POLICY = load(PATH)
CONTENT = policy_text(PATH)


def changed_content(old: str, new: str) -> str:
    """The policy's text with one passage replaced; the passage must stand in it once."""
    if CONTENT.count(old) != 1:
        raise ValueError(f"{old!r} stands {CONTENT.count(old)} times in the policy")
    return CONTENT.replace(old, new)


def changed_policy(old: str, new: str) -> Policy:
    """The policy with one passage replaced. Raises as `app.policy.parse` does."""
    return parse(changed_content(old, new))


def write_policy(path: Path, content: str) -> Path:
    """A policy of one file."""
    path.write_text(content, "utf-8")
    return path
