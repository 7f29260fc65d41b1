"""One-time codes on their way to a phone: made in a transaction, sent after it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Protocol, runtime_checkable

from access.applicants import request_code
from app.services import Services
from core.actors import Actor
from core.errors import Unavailable

OWNER_ONLY = 0o600


class SenderUnavailable(Unavailable):
    """The code cannot be sent now; a new one can be asked for soon."""

    code = "sender_unavailable"


@runtime_checkable
class CodeSender(Protocol):
    """Carries a code to a phone."""

    def send(self, phone: str, code: str) -> None:
        """Hand the code over; called once the code is stored, with no transaction open.

        Raises `SenderUnavailable`.
        """


class OutboxSender:
    """Writes codes to a file, a JSON object a line: the sender of a machine without messages.

    Only the account that runs the server can read the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, phone: str, code: str) -> None:
        """Append `{"phone": …, "code": …}`. Raises `SenderUnavailable`."""
        line = json.dumps({"phone": phone, "code": code})
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        try:
            with os.fdopen(os.open(self._path, flags, OWNER_ONLY), "w", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            raise SenderUnavailable from error


def send_code(services: Services, actor: Actor, phone: str) -> None:
    """Make a code for a phone number, and send it once it is stored.

    Raises `access.codes.CodesPaused`, `SenderUnavailable`.
    """
    with services.transaction(actor) as context:
        code = request_code(context, phone)
    services.parts.resources.get(CodeSender).send(phone, code)
