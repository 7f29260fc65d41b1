"""What `kaihu serve` finds of the sandbox: its web application, and what is made before that."""

from __future__ import annotations

import secrets
from pathlib import Path

from app.integrators import Sandbox, SandboxUnusable
from app.settings import Settings
from core.policy import policy_text
from core.private_files import private_folder

DEVICES = "devices.key"
KEY_BYTES = 32


def folder_of(settings: Settings) -> Path:
    """Where a sandbox keeps what is its own."""
    return settings.var / "sandbox"


def prepare(settings: Settings) -> Settings:
    """Write policy, keys of devices and papers; the settings of the sandbox's processes.

    Raises `SandboxUnusable` where the policy has no such limits.
    """
    from demo.sandbox.limits import sandbox_policy

    folder = folder_of(settings)
    private_folder(settings.var)
    private_folder(folder)
    policy = folder / "policy.toml"
    try:
        policy.write_text(sandbox_policy(policy_text(settings.policy)), "utf-8")
    except ValueError as error:
        raise SandboxUnusable(f"the sandbox cannot use this policy: {error}") from error
    devices = folder / DEVICES
    if not devices.exists():
        devices.write_bytes(secrets.token_bytes(KEY_BYTES))
    _draw_papers(settings, folder / "papers")
    return settings.model_copy(update={"policy": policy})


def _draw_papers(settings: Settings, folder: Path) -> None:
    """Draw the papers of all test numbers, once."""
    if folder.exists():
        return
    from demo.material import load_material
    from demo.sandbox.people import PEOPLE, photograph_papers

    material = load_material(settings)
    making = folder.with_suffix(".new")
    for phone, one in PEOPLE.items():
        (making / phone).mkdir(parents=True, exist_ok=True)
        for kind, photo in photograph_papers(material, one).by_kind().items():
            (making / phone / f"{kind}.jpg").write_bytes(photo)
    making.rename(folder)


SANDBOX = Sandbox("demo.sandbox.asgi:application", prepare)
