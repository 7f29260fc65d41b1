"""A phone: the public HTTP API as an owner's app uses it, every step timed."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from demo.device import DeviceAuth
from kyc.analysis.challenges import ChallengeKind
from kyc.evidence.states import EvidenceState
from kyc.verification.states import VerificationPurpose
from loans.states import MOVING

Answer = dict[str, Any]

WAIT = {"Prefer": "wait=20"}
MAX_WAITS = 6
MAX_REFUSALS = 30
DECISION = "wait for the decision"
SIGN_IN = ("read the texts", "ask for a code", "sign in")
SEND = "send"
TUS = {"Tus-Resumable": "1.0.0"}
API = "/api/v1"
CHUNK_TYPE, CHUNK_BYTES = "application/offset+octet-stream", 4 * 2**20


@dataclass(frozen=True)
class Step:
    """What was done, what came back, how long it took."""

    what: str
    answer: str
    ms: int


@dataclass(frozen=True)
class Need:
    """What an owner of the demo declares: codes of the standards, fen, months."""

    purpose: str
    amount_fen: int
    tenor_months: int
    industry: str = "62"  # catering
    occupation: str = "10600"  # heads of enterprises
    role: str = "owner"


def _ignore(_: object) -> None:
    """Report nothing."""


@dataclass
class Phone:
    """One owner's phone.

    `steps` is a timeline, `refused` how often the server was too busy (503), `consents` the texts
    in force by kind, `promise` that on the use of a loan. `before_upload` takes the owner's own
    time.
    """

    client: httpx.Client
    device: DeviceAuth = field(default_factory=DeviceAuth)
    report: Callable[[Step], None] = _ignore
    before_upload: Callable[[str], None] = _ignore
    steps: list[Step] = field(default_factory=list)
    consents: dict[str, str] = field(default_factory=dict)
    promise: Answer = field(default_factory=dict)
    onboarding: str = ""
    refused: int = 0

    def __post_init__(self) -> None:
        """Sign whatever the client sends."""
        self.client.auth = self.device

    def sign_in(self, number: str, outbox: Path) -> None:
        """Read what is to be consented to, and sign in by the code that an outbox file receives."""
        reading, asking, signing = SIGN_IN
        texts = self._call(reading, "GET", "/meta")["consents"]
        self.consents = {text["kind"]: text["version"] for text in texts}
        asked = self._call(asking, "POST", "/auth/codes", json={"phone": number})
        code = newest_code(outbox, number)
        body = {"attempt": asked["attempt"], "phone": number, "code": code}
        self.device.token = self._call(signing, "POST", "/auth/tokens", json=body)["access"]

    def start(self) -> None:
        """Start an onboarding and give every consent."""
        view = self._call("start onboarding", "POST", "/onboardings")
        self.onboarding = f"/onboardings/{view['id']}"
        for kind, version in self.consents.items():
            body = {"kind": kind, "version": version}
            self._call(f"consent: {kind}", "POST", f"{self.onboarding}/consents", json=body)

    def challenge(self, kind: ChallengeKind) -> Answer:
        """A new challenge: its `id`, and what is asked (`asked`)."""
        body = {"kind": kind}
        return self._call(f"challenge: {kind}", "POST", f"{self.onboarding}/challenges", json=body)

    def send(self, kind: str, content: bytes, challenge: str = "", *, wait: bool) -> Answer:
        """Send evidence of a kind, and wait for its check if asked to: the onboarding then."""
        return self._call(
            f"{SEND} {kind}",
            "PUT",
            f"{self.onboarding}/evidence/{kind}",
            files={"file": (kind, content)},
            data={"challenge_id": challenge} if challenge else {},
            headers=WAIT if wait else {},
        )

    def result(self) -> Answer:
        """The onboarding once nothing of it is being analysed, at most two minutes from now."""
        for _ in range(MAX_WAITS):
            view = self._call(DECISION, "GET", self.onboarding, headers=WAIT)
            if all(item["state"] != EvidenceState.ANALYSING for item in view["evidence"]):
                break
        return view

    def consent_to(self, source: str) -> None:
        """Consent to every use of a source that is offered; records are asked for then."""
        sources = self._call("list the sources", "GET", "/sources")["sources"]
        offered = next(one for one in sources if one["source"] == source)
        for use in offered["uses"]:
            body = {"source": source, "use": use["use"], "version": offered["version"]}
            self._call(f"consent: {source}", "POST", "/source-consents", json=body)

    def send_file(self, source: str, name: str, content: bytes) -> None:
        """Consent to a source, and send a file of it in chunks (tus 1.0)."""
        self.consent_to(source)
        began = time.perf_counter()
        metadata = f"filename {base64.b64encode(name.encode()).decode()}"
        headers = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": metadata}
        begun = self.client.post(f"/sources/{source}/files", headers=headers)
        begun.raise_for_status()
        address = begun.headers["Location"].removeprefix(API)
        for offset in range(0, len(content), CHUNK_BYTES):
            headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": CHUNK_TYPE}
            chunk = content[offset : offset + CHUNK_BYTES]
            self.client.patch(address, headers=headers, content=chunk).raise_for_status()
        self._note(f"{SEND} {name}", f"{len(content) // 1024} kB", began)

    def profile(self) -> Answer:
        """What is known of the business, once nothing is being read."""
        for _ in range(MAX_WAITS):
            view = self._call("what is known", "GET", "/profile", headers=WAIT)
            if not view["is_moving"]:
                break
        return view

    def read_promise(self) -> None:
        """Read what may be declared, and what is promised with it."""
        promise = self._call("read the promise", "GET", "/purposes")["promise"]
        self.promise = {name: promise[name] for name in ("version", "sha256")}

    def declare(self, need: Need) -> Answer:
        """Declare what the owner does and what the money is for, with the promise that was read."""
        body = {**asdict(need), "promise": self.promise}
        return self._call(f"declare {need.purpose}", "POST", "/declarations", json=body)

    def apply(
        self,
        declaration: str,
        need: Need,
        *,
        stated: Mapping[str, int] | None = None,
        key: str = "",
        wait: bool = False,
    ) -> Answer:
        """Apply for what was declared, telling a month's trade or not: the application, received.

        With a `key` it may be sent again where an answer got lost. With `wait` the answer is the
        application once it is decided.
        """
        body = {
            "declaration_id": declaration,
            "amount_fen": need.amount_fen,
            "tenor_months": need.tenor_months,
            **({"stated": dict(stated)} if stated else {}),
        }
        headers = {"Idempotency-Key": key} if key else {}
        headers |= WAIT if wait else {}
        return self._call("apply for a loan", "POST", "/applications", json=body, headers=headers)

    def application(self, application: str, *, wait: bool) -> Answer:
        """An application, once it is decided if it is waited for."""
        path, headers = f"/applications/{application}", WAIT if wait else {}
        for _ in range(MAX_WAITS if wait else 1):
            view = self._call("decision on the loan", "GET", path, headers=headers)
            if view["state"] not in MOVING:
                break
        return view

    def withdraw(self, application: str) -> Answer:
        """Withdraw an application."""
        return self._call("withdraw it", "POST", f"/applications/{application}/withdrawal")

    def contract(self, application: str) -> bytes:
        """The contract of an accepted loan, as PDF."""
        began = time.perf_counter()
        path = f"/applications/{application}/contract"
        for _ in range(MAX_REFUSALS):
            response = self.client.get(path)
            if response.status_code != 503:
                break
            time.sleep(float(response.headers.get("Retry-After", "1")))
        shown = (
            f"{len(response.content) // 1024} kB, SHA-256 {sha256(response.content).hexdigest()}"
        )
        self._note("read the contract", shown, began)
        return response.content

    def note(self, what: str, answer: str) -> None:
        """Put something that happens beside the phone on its timeline."""
        self._note(what, answer, time.perf_counter())

    def confirm(self, purpose: VerificationPurpose, say: Callable[[str], bytes]) -> Answer:
        """Read new digits aloud, as `say` does: the verification once the voice is compared."""
        body = {"purpose": purpose}
        asked = self._call(f"digits for the {purpose}", "POST", "/me/verifications", json=body)
        return self._call(
            "read them aloud",
            "PUT",
            f"/me/verifications/{asked['id']}/recording",
            files={"file": ("voice", say(asked["digits"]))},
            headers=WAIT,
        )

    def accept(self, offer: str, verification: str | None) -> Answer:
        """Accept an offer, with the verification that confirms it."""
        body = {"verification_id": verification}
        return self._call("accept the offer", "POST", f"/offers/{offer}/acceptance", json=body)

    def _call(self, what: str, method: str, path: str, **request: Any) -> Answer:
        began = time.perf_counter()
        response = self.client.request(method, path, **request)
        while response.status_code == 503 and self.refused < MAX_REFUSALS:
            self.refused += 1
            time.sleep(float(response.headers.get("Retry-After", "1")))
            response = self.client.request(method, path, **request)
        body: Answer = response.json()
        self._note(what, _summary(response, body), began)
        return body

    def _note(self, what: str, answer: str, began: float) -> None:
        step = Step(what, answer, round((time.perf_counter() - began) * 1000))
        self.steps.append(step)
        self.report(step)


def newest_code(outbox: Path, number: str) -> str:
    """The last one-time code sent to a number.

    Raises StopIteration where there is none, FileNotFoundError before the first of all.
    """
    sent = map(json.loads, reversed(outbox.read_text("utf-8").splitlines()))
    return str(next(row["code"] for row in sent if row["phone"] == number))


def _summary(response: httpx.Response, body: Answer) -> str:
    """An answer in a few words."""
    if response.status_code >= 400:
        return f"{response.status_code} {body.get('code')}: {body.get('detail')}"
    if body.get("decision"):
        return " ".join([body["decision"], *body["reasons"]])
    if "digits" in body:
        return str(body["state"])
    if "missing" in body:
        return ", ".join(f"{item['kind']} {item['state']}" for item in body["evidence"])
    if thickness := body.get("thickness"):
        a_month = (body.get("mean_monthly_fen") or 0) // 100
        return f"{a_month} yuan a month; {thickness['points']:.0f} of 100 points are known"
    if offers := body.get("offers"):
        return "offers: " + ", ".join(map(_offer_summary, offers))
    if asked := body.get("asked"):
        return _challenge_summary(asked)
    return str(body.get("state", response.status_code))


def _challenge_summary(asked: Answer) -> str:
    return " ".join(cue["action"] for cue in asked["cues"]) if "cues" in asked else "digits"


def _offer_summary(offer: Answer) -> str:
    yuan, months = offer["principal_fen"] // 100, offer["tenor_months"]
    return f"{yuan} yuan, {months} months at {offer['annual_rate_bp'] / 100:.2f} %"
