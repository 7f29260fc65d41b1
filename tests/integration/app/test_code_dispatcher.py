"""A code that could not be sent at once is sent later, while it is valid, and then forgotten."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from access.models import OutgoingMessage
from access.policy import SignInPolicy
from app.codes import CodeDispatcher, CodeSender, SenderUnavailable, send_code
from app.services import Services
from core.actors import ANONYMOUS
from core.origin import INSIDE
from tests.support.clock import MovableClock
from tests.support.factories import PHONE


class Sender:
    """Satisfies `app.codes.CodeSender`; is away as long as it is told to be."""

    def __init__(self) -> None:
        self.away = False
        self.sent: list[tuple[str, str]] = []

    def send(self, phone: str, code: str) -> None:
        if self.away:
            raise SenderUnavailable
        self.sent.append((phone, code))


@pytest.fixture
def sender(services: Services) -> Sender:
    made = Sender()
    services.parts.resources.add(CodeSender, made)
    return made


def asked(services: Services) -> str:
    return send_code(services, ANONYMOUS, INSIDE, PHONE, None)


def waiting(services: Services) -> int:
    with services.reading() as context:
        return len(context.session.scalars(sa.select(OutgoingMessage)).all())


def test_a_code_is_sent_at_once_and_forgotten(services: Services, sender: Sender) -> None:
    attempt = asked(services)
    assert len(attempt) == 22
    assert [phone for phone, _ in sender.sent] == [PHONE]
    assert waiting(services) == 0


def test_a_sender_that_is_away_is_tried_again(
    services: Services, sender: Sender, clock: MovableClock
) -> None:
    sender.away = True
    asked(services)  # is told nothing of it
    dispatcher = CodeDispatcher(services)
    assert not dispatcher.send_one()  # whoever wrote it may still be sending it
    clock.advance(seconds=6)
    assert dispatcher.send_one()
    assert not dispatcher.send_one()
    assert waiting(services) == 1
    sender.away = False
    clock.advance(seconds=3)
    assert dispatcher.send_one()
    assert (len(sender.sent), waiting(services)) == (1, 0)


def test_what_has_expired_or_does_not_open_is_forgotten_unsent(
    services: Services, sender: Sender, clock: MovableClock
) -> None:
    sender.away = True
    asked(services)
    with services.transaction() as context:
        context.session.execute(sa.update(OutgoingMessage).values(sealed=b"damaged" * 9))
    clock.advance(seconds=6)
    sender.away = False
    assert CodeDispatcher(services).send_one()
    assert (sender.sent, waiting(services)) == ([], 0)
    sender.away = True
    asked(services)
    sender.away = False
    clock.advance(seconds=services.parts.policy.section(SignInPolicy).code_s)
    assert CodeDispatcher(services).send_one()
    assert (sender.sent, waiting(services)) == ([], 0)
