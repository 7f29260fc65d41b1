"""Settings of services, from the environment."""

from __future__ import annotations

MAX_PORT = 65_535


class SettingInvalid(Exception):
    """A setting that cannot be used; the text says which and why."""


def port_of(name: str, text: str) -> int:
    """The port of a setting. Raises `SettingInvalid`."""
    if not text.isdecimal() or not 0 < int(text) <= MAX_PORT:
        raise SettingInvalid(f"{name} is no port: {text!r}")
    return int(text)
