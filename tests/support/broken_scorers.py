"""Scorers that break the contract, each in one way, and the check that must find it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from werkzeug.wrappers import Request as WebRequest

from tests.support.scorers import Change, Reply

STRANGER = Ed25519PrivateKey.generate()
OK = 200


@dataclass(frozen=True)
class BrokenScorer:
    """What a scorer makes of a good answer, and who finds it."""

    change: Change
    found_by: str


def _to_answers(change: Any) -> Change:
    def changed(request: WebRequest, reply: Reply) -> Reply:
        if reply.status != OK or request.method != "POST":
            return reply
        return reply.with_json(change)

    return changed


def _new_each_time(_request: WebRequest, reply: Reply) -> Reply:
    changed = _to_answers(lambda answer: answer.update(assessment=str(uuid.uuid4())))
    return changed(_request, reply)


def _conflicts_are_fine(_request: WebRequest, reply: Reply) -> Reply:
    return replace(reply, status=OK) if reply.status == 409 else reply


def _anybody_may_ask(_request: WebRequest, reply: Reply) -> Reply:
    return replace(reply, status=OK) if reply.status == 401 else reply


def _fails_on_nonsense(_request: WebRequest, reply: Reply) -> Reply:
    return replace(reply, status=500) if reply.status == 422 else reply


def _names_nothing(_request: WebRequest, reply: Reply) -> Reply:
    if reply.status != 422:
        return reply
    return reply.with_json(lambda problem: problem.update(places=[]))


def _likes_the_young(request: WebRequest, reply: Reply) -> Reply:
    def turned(answer: dict[str, Any]) -> None:
        features = json.loads(request.get_data())["features"]
        if features.get("months_in_business", {}).get("value", 0) > 100:
            answer["pd_12m"] = 0.9

    return _to_answers(turned)(request, reply)


def _counts_unknown(request: WebRequest, reply: Reply) -> Reply:
    def raised(answer: dict[str, Any]) -> None:
        if "shoe_size" in json.loads(request.get_data())["features"]:
            answer["pd_12m"] = 0.5

    return _to_answers(raised)(request, reply)


def _is_slow(_request: WebRequest, reply: Reply) -> Reply:
    return replace(reply, before_s=0.85)


def _drifts() -> Change:
    said = iter(range(1, 100_000))
    return _to_answers(lambda answer: answer.update(pd_12m=next(said) / 100_000))


def _foreign(answer: dict[str, Any]) -> None:
    answer["reasons"] = [{"code": "phone", "feature": "phone_model", "points_lost": 9}]


BROKEN: Mapping[str, BrokenScorer] = {
    "percent for a probability": BrokenScorer(
        _to_answers(lambda answer: answer.update(pd_12m=7.0)), "answers"
    ),
    "another application": BrokenScorer(
        _to_answers(lambda answer: answer.update(application="another")), "answers"
    ),
    "a foreign reason": BrokenScorer(_to_answers(_foreign), "answers"),
    "unsigned": BrokenScorer(lambda _request, reply: replace(reply, signed_by=None), "answers"),
    "another key": BrokenScorer(
        lambda _request, reply: replace(reply, signed_by=STRANGER), "answers"
    ),
    "another mood": BrokenScorer(_drifts(), "same question, same assessment"),
    "no idempotency": BrokenScorer(_new_each_time, "idempotency"),
    "keys used twice": BrokenScorer(_conflicts_are_fine, "idempotency"),
    "open to anybody": BrokenScorer(_anybody_may_ask, "signatures"),
    "500 for nonsense": BrokenScorer(_fails_on_nonsense, "nonsense"),
    "no feature named": BrokenScorer(_names_nothing, "features that cannot be"),
    "missing taken for zero": BrokenScorer(
        _to_answers(lambda answer: answer.update(missing=[])), "missing features"
    ),
    "risk turns round": BrokenScorer(_likes_the_young, "direction of risk"),
    "unknown features count": BrokenScorer(_counts_unknown, "unknown features"),
    "too slow": BrokenScorer(_is_slow, "time"),
    "another model": BrokenScorer(
        _to_answers(lambda answer: answer["model"].update(version="2")), "model"
    ),
}
