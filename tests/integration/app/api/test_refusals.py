"""A caller who is known and refused leaves one event; nobody leaves none."""

from __future__ import annotations

from app.services import Services
from audit.actions import Action
from core.ids import new_id
from tests.support.log import events
from tests.support.web import SignIn


def test_a_refusal_is_one_event_with_its_route(
    services: Services, sign_in: SignIn, staff: SignIn
) -> None:
    agent = staff("agent")
    assert agent.call("GET", f"/audit/onboardings/{new_id()}")[0] == 403
    (event,) = events(services, Action.ACCESS_REFUSED)
    assert event.data == {"code": "not_allowed", "method": "GET"}
    assert event.subject == "/api/v1/audit/onboardings/<uuid:onboarding_id>"
    assert event.actor_kind == "staff"
    nobody = sign_in("13800000001").saying(Authorization="Bearer nonsense")
    assert nobody.call("POST", "/onboardings")[0] == 401
    assert len(events(services, Action.ACCESS_REFUSED)) == 1
