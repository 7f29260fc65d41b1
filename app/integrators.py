"""A sandbox for integrators (`KAIHU_SANDBOX`): a package brings it, and the service finds it.

The product has no mode for tests: engines, rules and routes are the same. The package says which
web application stands around the product's own, and under which settings all processes run. It is
found as further commands are, by an entry point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points

from app.settings import Settings

GROUP = "kaihu.sandbox"


class SandboxUnusable(Exception):
    """A sandbox is asked for and cannot be served; the text says why."""


@dataclass(frozen=True)
class Sandbox:
    """What gunicorn serves (`module:name`), and how settings are prepared before processes start.

    Preparing raises `SandboxUnusable`.
    """

    application: str
    prepare: Callable[[Settings], Settings]


def find_sandbox() -> Sandbox:
    """The sandbox of a package that is installed. Raises `SandboxUnusable`."""
    for entry in entry_points(group=GROUP):
        found = entry.load()
        if isinstance(found, Sandbox):
            return found
    raise SandboxUnusable("no installed package has a sandbox: install Kaihu again (make env)")
