"""What commands share."""

from __future__ import annotations

import getpass
import sys

import click
from pydantic import ValidationError

from app.settings import Settings
from core.actors import Actor, ActorKind, Role
from core.private_files import keep_private


def read_settings() -> Settings:
    """The settings of the environment; names each wrong one and exits with 2.

    What the command writes from here on is private.
    """
    try:
        settings = Settings()
        keep_private(settings.var)
        return settings
    except ValidationError as error:
        for fault in error.errors():
            name = "_".join(map(str, fault["loc"])).upper()
            click.echo(f"KAIHU_{name}: {fault['msg']}", err=True)
        sys.exit(2)


def operator() -> Actor:
    """Who runs the command, by the operating system's name: the system, acting for a person."""
    return Actor(ActorKind.SYSTEM, f"command:{getpass.getuser()}", Role.SYSTEM)
