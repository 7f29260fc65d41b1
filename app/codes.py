"""One-time codes on their way to a phone: written in a transaction, sent outside of any."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Protocol, runtime_checkable

import structlog

from access.applicants import request_code
from access.outbox import Message, claim_message, erase_message, has_due_message, read_message
from app.services import Services
from core.actors import Actor
from core.errors import Unavailable
from core.origin import Origin

log = structlog.get_logger()

OWNER_ONLY = 0o600
IDLE_S = 0.5
SETTLE_S = 5.0  # that a thread has to end


class SenderUnavailable(Unavailable):
    """The code cannot be sent now; it is tried again while it is valid."""

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


class CodeDispatcher:
    """Sends, from a thread of the worker, what the process that wrote it did not send itself."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="codes", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Return once nothing is being sent."""
        self._stopping.set()
        self._thread.join(SETTLE_S)

    def send_one(self) -> bool:
        """Send at most one message that is due; whether there was one."""
        with self._services.reading() as context:
            if not has_due_message(context):
                return False
        with self._services.transaction() as context:
            message = claim_message(context)
        if message is not None:
            _send(self._services, message)
        return True

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                busy = self.send_one()
            except Exception:  # one message, or a database that is away, must not end the others
                log.exception("code not sent")
                busy = False
            if not busy:
                self._stopping.wait(IDLE_S)


def send_code(
    services: Services, actor: Actor, origin: Origin, phone: str, device_key: str | None
) -> str:
    """Begin an attempt to sign in, and send its code once it is stored; the attempt's id.

    A sender that is unavailable is tried again by the worker: whoever asked is told the same.
    Raises `access.codes.CodesPaused`.
    """
    with services.transaction(actor, origin) as context:
        asked = request_code(context, phone, device_key)
    with services.reading() as context:
        message = read_message(context, asked.message)
    if message is not None:
        _send(services, message)
    return asked.attempt


def _send(services: Services, message: Message) -> None:
    """Send a message and erase it; one that cannot be sent now stays for the next try."""
    try:
        services.parts.resources.get(CodeSender).send(message.phone, message.code)
    except SenderUnavailable:
        log.warning("code waits", message=str(message.id))
        return
    with services.transaction() as context:
        erase_message(context, message.id)
