"""A phone: the public HTTP API as an owner's app uses it, every step timed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

WAIT = {"Prefer": "wait=20"}
TERMS = "2026-11"
MOST_REFUSALS = 30
DECISION = "wait for the decision"


@dataclass(frozen=True)
class Step:
    """What was done, what came back, how long it took."""

    what: str
    answer: str
    ms: int


@dataclass
class Phone:
    """One owner's phone. `steps` is its timeline, `refused` how often the door was shut (503)."""

    client: httpx.Client
    say: Callable[[Step], None]
    steps: list[Step] = field(default_factory=list)
    onboarding: str = ""
    refused: int = 0
    takes: Callable[[str], None] = lambda _: None  # the person's own time before each step

    def sign_in(self, number: str, outbox: Path) -> None:
        self._call("ask for a code", "POST", "/auth/codes", json={"phone": number})
        lines = outbox.read_text("utf-8").splitlines()
        code = next(
            row["code"] for row in map(json.loads, reversed(lines)) if row["phone"] == number
        )
        body = {"phone": number, "code": code}
        tokens = self._call("sign in", "POST", "/auth/tokens", json=body)
        self.client.headers["Authorization"] = f"Bearer {tokens['access']}"

    def start(self) -> None:
        view = self._call("start onboarding", "POST", "/onboardings")
        self.onboarding = f"/onboardings/{view['id']}"
        for kind in ("terms", "biometric"):
            body = {"kind": kind, "version": TERMS}
            self._call(f"consent: {kind}", "POST", f"{self.onboarding}/consents", json=body)

    def challenge(self, kind: str) -> dict[str, Any]:
        body = {"kind": kind}
        return self._call(f"challenge: {kind}", "POST", f"{self.onboarding}/challenges", json=body)

    def send(self, kind: str, content: bytes, challenge: str = "", *, wait: bool) -> dict[str, Any]:
        return self._call(
            f"send {kind}",
            "PUT",
            f"{self.onboarding}/evidence/{kind}",
            files={"file": (kind, content)},
            data={"challenge_id": challenge} if challenge else {},
            headers=WAIT if wait else {},
        )

    def result(self) -> dict[str, Any]:
        """The onboarding once nothing of it is being analysed, at most two minutes from now."""
        for _ in range(6):
            view = self._call(DECISION, "GET", self.onboarding, headers=WAIT)
            if all(item["state"] != "analysing" for item in view["evidence"]):
                break
        return view

    def declare(self, occupation: str, purpose: str) -> dict[str, Any]:
        body = {"occupation": occupation, "purpose": purpose}
        return self._call(f"declare {purpose}", "POST", "/declarations", json=body)

    def apply(self, declaration: str, amount_fen: int, tenor_months: int) -> dict[str, Any]:
        body = {
            "declaration_id": declaration,
            "amount_fen": amount_fen,
            "tenor_months": tenor_months,
        }
        return self._call("apply for a loan", "POST", "/applications", json=body)

    def confirm(self, purpose: str, say: Callable[[str], bytes]) -> dict[str, Any]:
        """Read new digits aloud, as `say` does, and wait for how the voice is judged."""
        body = {"purpose": purpose}
        asked = self._call(f"digits for the {purpose}", "POST", "/me/verifications", json=body)
        return self._call(
            "read them aloud",
            "PUT",
            f"/me/verifications/{asked['id']}/recording",
            files={"file": ("voice", say(asked["digits"]))},
            headers=WAIT,
        )

    def accept(self, offer: str, verification: str | None) -> dict[str, Any]:
        body = {"verification_id": verification}
        return self._call("accept the offer", "POST", f"/offers/{offer}/acceptance", json=body)

    def _call(self, what: str, method: str, path: str, **request: Any) -> dict[str, Any]:
        began = time.perf_counter()
        response = self.client.request(method, path, **request)
        while response.status_code == 503 and self.refused < MOST_REFUSALS:
            self.refused += 1
            time.sleep(float(response.headers.get("Retry-After", "1")))
            response = self.client.request(method, path, **request)
        body: dict[str, Any] = response.json()
        step = Step(what, _told(response, body), round((time.perf_counter() - began) * 1000))
        self.steps.append(step)
        self.say(step)
        return body


def _told(response: httpx.Response, body: dict[str, Any]) -> str:
    if response.status_code >= 400:
        return f"{response.status_code} {body.get('code')}: {body.get('detail')}"
    if body.get("decision"):
        return " ".join([body["decision"], *body["reasons"]])
    if "digits" in body:
        return str(body["state"])
    if "evidence" in body:
        return ", ".join(f"{item['kind']} {item['state']}" for item in body["evidence"])
    if offer := body.get("offer"):
        return f"offer at {offer['annual_rate_bp'] / 100:.2f} % a year"
    if asked := body.get("asked"):
        return " ".join(c["action"] for c in asked["cues"]) if "cues" in asked else "digits"
    return str(body.get("state", response.status_code))
