"""Answers of the API about a loan, given in the browser: nothing of a server scores or decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from playwright.sync_api import Page, Route

ID = str(UUID(int=1))
OFFER = {
    "id": ID,
    "state": "open",
    "principal_fen": 8_000_000,
    "tenor_months": 12,
    "instalment_fen": 700_000,
    "repayment": "equal_instalments",
    "interest_fen": 400_000,
    "fee_fen": 0,
    "simple_rate_bp": 1_000,
    "irr_bp": 1_047,
}
QUESTION = {
    "text": "What is the loan for?",
    "answers": [{"code": "goods", "text": "Goods"}, {"code": "rent", "text": "Rent"}],
}
PLAN = {
    "instalments": [
        {"due": f"2027-{month:02}-15", "total_fen": 700_000, "interest_fen": 60_000, "fee_fen": 0}
        for month in range(1, 13)
    ]
}


class LoanAnswers:
    """What the page is told of its application: `state` may be changed between its questions."""

    def __init__(self, page: Page, state: str) -> None:
        """Answer the page from now on."""
        self.state = state
        self.voice = "verified"
        for path, answer in (
            ("declarations", {"id": ID}),
            ("applications", {"id": ID}),
            ("offers/*/schedule", PLAN),
            ("me/verifications", {"id": ID, "digits": "350414"}),
        ):
            self._answer(page, path, answer)
        page.route(
            "**/api/v1/applications/*", lambda route: route.fulfill(json=self._application())
        )
        page.route("**/api/v1/applications/*/answer", self._take_answer)
        page.route("**/api/v1/applications/*/contract", _give_contract)
        page.route("**/api/v1/me/verifications/*/recording", self._judge_voice)
        page.route("**/api/v1/offers/*/acceptance", self._accept)

    def _answer(self, page: Page, path: str, answer: Mapping[str, Any]) -> None:
        page.route(f"**/api/v1/{path}", lambda route: route.fulfill(status=201, json=answer))

    def _application(self) -> Mapping[str, Any]:
        advised = self.state in {"declined", "review"}
        return {
            "id": ID,
            "state": self.state,
            "offers": [OFFER, {**OFFER, "id": str(UUID(int=2))}] if self.state == "offered" else [],
            "advice": ["The amount is more than the business can carry."] if advised else [],
            "would_help": ["A smaller amount"] if advised else [],
            "question": QUESTION if self.state == "asking" else None,
            "person_may_be_asked": self.state == "declined",
        }

    def _take_answer(self, route: Route) -> None:
        self.state = "offered"
        route.fulfill(json=self._application())

    def _judge_voice(self, route: Route) -> None:
        advice = [] if self.voice == "verified" else ["Read again where it is quiet."]
        route.fulfill(json={"id": ID, "state": self.voice, "advice": advice})

    def _accept(self, route: Route) -> None:
        self.state = "accepted"
        route.fulfill(json={"id": ID})


def answer_onboarding(page: Page, **changed: Any) -> None:
    """Have the page told other values of its onboarding than the server's."""

    def change(route: Route) -> None:
        at_once = {name: one for name, one in route.request.headers.items() if name != "prefer"}
        answer = route.fetch(headers=at_once)
        route.fulfill(response=answer, json={**answer.json(), **changed})

    page.route("**/api/v1/onboardings/*", change)


def _give_contract(route: Route) -> None:
    route.fulfill(body=b"%PDF-1.7", content_type="application/pdf")
