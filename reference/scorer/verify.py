"""Contract tests against any scorer: `kaihu scorer verify URL`.

Each check asks the scorer over HTTP, as a client would, and says what it found broken. A scorer
passes where nothing is found.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from reference.scorer.asker import TERMS, Asker, Breach, Reply, body_of, new_key
from reference.signatures import Request

LONGEST_S, TIMED = 0.8, 20  # for the second slowest of so many: 95 of 100
KNOWN: Mapping[str, float | str] = {
    "months_in_business": 30,
    "legal_form": "individual",
    "industry": "F",
}
MORE: Mapping[str, float] = {
    "employees": 4,
    "turnover_months": 12,
    "turnover_trend": 1.0,
    "turnover_variation": 0.3,
    "amount_to_monthly_turnover": 1.0,
}
INVOICES: Mapping[str, float] = {
    "invoice_sales_a_month_fen": 10_000_000,
    "invoice_sales_count_a_month": 10,
    "invoice_active_share": 0.9,
    "invoice_variation": 1.0,
    "invoice_busiest_quarter_share": 0.3,
    "invoice_void_share": 0.05,
    "invoice_top_customer_share": 0.3,
    "invoice_repeat_share": 0.5,
}
# Along each of these the risk never turns round: the contract says which way.
SAFER: Mapping[str, Sequence[float]] = {
    "months_in_business": (0, 3, 6, 11, 12, 24, 36, 60, 120, 400),
    "employees": (0, 1, 2, 5, 10, 20, 100),
    "turnover_months": (0, 2, 3, 6, 12, 24),
    "turnover_trend": (0, 0.4, 0.7, 0.9, 1.0, 1.3, 3.0),
    "invoice_sales_a_month_fen": (0, 1_000_000, 10_000_000, 50_000_000, 500_000_000),
    "invoice_sales_count_a_month": (0, 2, 5, 15, 40, 500),
    "invoice_active_share": (0, 0.4, 0.7, 0.9, 1.0),
    "invoice_repeat_share": (0, 0.05, 0.3, 0.7, 1.0),
}
RISKIER: Mapping[str, Sequence[float]] = {
    "turnover_variation": (0, 0.1, 0.3, 0.6, 1.0, 3.0),
    "amount_to_monthly_turnover": (0.1, 0.7, 1.5, 3.0, 10.0),
    "invoice_variation": (0, 0.5, 1.0, 1.5, 3.0),
    "invoice_busiest_quarter_share": (0.05, 0.2, 0.3, 0.5, 1.0),
    "invoice_void_share": (0, 0.08, 0.12, 0.3, 1.0),
    "invoice_top_customer_share": (0, 0.2, 0.4, 0.8, 1.0),
    "amount_fen": (1_000_000, 3_000_000, 8_000_000, 15_000_000, 30_000_000, 90_000_000),
    "tenor_months": (3, 6, 12, 24, 36),
}


@dataclass(frozen=True)
class Finding:
    """A check, and what it found; empty where the contract was kept."""

    check: str
    breach: str


def verify(asker: Asker) -> Iterator[Finding]:
    """What each check found, one after the other."""
    for check, run in CHECKS.items():
        try:
            run(asker)
        except Breach as breach:
            yield Finding(check, str(breach))
        else:
            yield Finding(check, "")


def question(known: Mapping[str, float | str] = KNOWN, **changes: Any) -> dict[str, Any]:
    """A question with these features; keywords replace parts of it."""
    asked = {
        "application": new_key(),
        "product": "working_capital",
        "purpose": "stock_of_goods",
        "amount_fen": 5_000_000,
        "tenor_months": 12,
        "catalogue": "1",
        "features": {
            name: {"value": value, "source": "verification", "as_of": "2026-11-28"}
            for name, value in known.items()
        },
    }
    return {**asked, **changes}


def _answers(asker: Asker) -> None:
    for known in (KNOWN, {**KNOWN, **MORE}, {**KNOWN, **INVOICES}, {}):
        asker.ask(question(known))


def _same_again(asker: Asker) -> None:
    asked = question()
    first, again = (asker.ask(asked) for _ in range(2))
    if (first.points, first.pd_12m, first.reasons) != (again.points, again.pd_12m, again.reasons):
        raise Breach("the same question is assessed differently the second time")


def _idempotency(asker: Asker) -> None:
    body, key = body_of(question()), new_key()
    first, _, again = (asker.send(body, each) for each in (key, new_key(), key))
    if first.body != again.body:
        raise Breach("the same key and question are answered with other bytes")
    other = asker.send(body_of(question(amount_fen=7_000_000)), key)
    if other.status != httpx.codes.CONFLICT:
        raise Breach(f"a key that is used for another question is answered with {other.status}")
    _require_problem(other)
    if asker.send(body, "").status != httpx.codes.BAD_REQUEST:
        raise Breach("a question without a key is not refused with 400")


def _signatures(asker: Asker) -> None:
    def unsigned(request: Request) -> None:
        for name in ("Signature", "Signature-Input"):
            del request.headers[name]

    def another_key(request: Request) -> None:
        request.headers["Idempotency-Key"] = new_key()

    def another_body(request: Request) -> None:
        request.headers["Content-Digest"] = f"sha-256=:{base64.b64encode(bytes(32)).decode()}:"

    for change in (unsigned, another_key, another_body):
        reply = asker.send(body_of(question()), new_key(), change=change)
        if reply.status != httpx.codes.UNAUTHORIZED:
            raise Breach(f"a request that is not signed ({change.__name__}): {reply.status}")
    stranger = replace(asker, own=Ed25519PrivateKey.generate())
    reply = stranger.send(body_of(question()), new_key(), change=lambda _request: None)
    if reply.status != httpx.codes.UNAUTHORIZED:
        raise Breach(f"a stranger's request is answered with {reply.status}")


def _nonsense(asker: Asker) -> None:
    wrong: list[dict[str, Any]] = [
        {"amount_fen": "5000000"},
        {"amount_fen": 5e6 + 0.5},
        {"amount_fen": -1},
        {"amount_fen": 10**30},
        {"tenor_months": 0},
        {"catalogue": "none of ours"},
        {"application": ""},
        {"name": "somebody"},
        {"features": []},
    ]
    bodies = [b"", b"{", b"[]", b"null", b"\xff", *(body_of(question(**each)) for each in wrong)]
    for body in bodies:
        reply = asker.send(body, new_key())
        if not 400 <= reply.status < 500:
            raise Breach(f"nonsense is answered with {reply.status}: {body[:80]!r}")
        _require_problem(reply)


def _require_problem(reply: Reply) -> None:
    if not isinstance(reply.problem["code"], str):
        raise Breach("a problem without a code")


def _named_features(asker: Asker) -> None:
    for value in (-1, 1e9, "young"):
        reply = asker.send(body_of(question({**KNOWN, "months_in_business": value})), new_key())
        if reply.status != httpx.codes.UNPROCESSABLE_ENTITY:
            raise Breach(f"a feature that cannot be ({value!r}) is answered with {reply.status}")
        if "months_in_business" not in json.dumps(reply.problem):
            raise Breach(f"a feature that cannot be ({value!r}) is not named")


def _missing(asker: Asker) -> None:
    for name in KNOWN:
        known = {other: value for other, value in KNOWN.items() if other != name}
        answer = asker.ask(question(known))
        if name not in answer.missing:
            raise Breach(f"{name} was not sent, and is not told as missing")
    everything = asker.ask(question())
    if set(everything.missing) & set(KNOWN):
        raise Breach("what was sent is told as missing")


def _direction(asker: Asker) -> None:
    for grid, sign in ((SAFER, 1), (RISKIER, -1)):
        for name, values in grid.items():
            said = [asker.ask(_at(name, value)).pd_12m for value in values]
            turned = [
                f"{values[at]:g} to {values[at + 1]:g}"
                for at in range(len(said) - 1)
                if sign * (said[at + 1] - said[at]) > 0
            ]
            if turned:
                raise Breach(f"the risk turns round along {name}: {', '.join(turned)}")


def _at(name: str, value: float) -> dict[str, Any]:
    beside = next((more for more in (MORE, INVOICES) if name in more), {})
    known = {**KNOWN, **beside}
    return question(known, **{name: value}) if name in TERMS else question({**known, name: value})


def _unknown(asker: Asker) -> None:
    plain, more = asker.ask(question()), asker.ask(question({**KNOWN, "shoe_size": 43}))
    if plain.pd_12m != more.pd_12m:
        raise Breach("a feature that no catalogue has changes the assessment")


def _time(asker: Asker) -> None:
    seconds = sorted(asker.send(body_of(question()), new_key()).seconds for _ in range(TIMED))
    if seconds[-2] > LONGEST_S:
        raise Breach(f"answers take {seconds[-2]:.2f} s; {LONGEST_S} s are waited for")


def _model(asker: Asker) -> None:
    answer = asker.ask(question()).model
    try:
        cards = json.loads(asker.model().body)["cards"]
        known = {(card["name"], card["version"], card["sha256"]) for card in cards}
    except (ValueError, KeyError, TypeError) as error:
        raise Breach("the model is not described as the contract has it") from error
    if (answer.name, answer.version, answer.card_sha256) not in known:
        raise Breach("answers name a model that GET /v1/model does not describe")


CHECKS: Mapping[str, Callable[[Asker], None]] = {
    "answers": _answers,
    "same question, same assessment": _same_again,
    "idempotency": _idempotency,
    "signatures": _signatures,
    "nonsense": _nonsense,
    "features that cannot be": _named_features,
    "missing features": _missing,
    "direction of risk": _direction,
    "unknown features": _unknown,
    "time": _time,
    "model": _model,
}
