"""The scorer over HTTP: `POST /v1/assessments` and `GET /v1/model`, signed both ways."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, g, request
from pydantic import ValidationError

from reference.scorer.answers import Answers, AnswersUnavailable, KeyReused
from reference.scorer.card import Card, FeatureInvalid, Value, read_card
from reference.scorer.messages import (
    AssessmentAnswer,
    AssessmentRequest,
    ModelAnswer,
    ReasonAnswer,
)
from reference.signatures import Signatures
from reference.signed_app import JSON, has_key, problem, signed_app

VALID_FOR = timedelta(days=30)
MAX_BODY_BYTES = 64 * 2**10
TERMS = ("amount_fen", "tenor_months", "purpose", "product")  # of the loan: inputs of a card too


class RequestInvalid(Exception):
    """A question that is not one; `places` are the fields that are wrong."""

    def __init__(self, places: Sequence[str]) -> None:
        super().__init__(places)
        self.places = places


class CatalogueUnknown(Exception):
    """Features whose meaning is another than the cards were made for."""


@dataclass(frozen=True)
class Cards:
    """The cards of a scorer."""

    thin: Card
    thick: Card
    invoiced: Card

    def choose(self, features: Iterable[str]) -> Card:
        """The card of invoices where any is known, else the thick one where it says more."""
        known = set(features)
        for card, smaller in ((self.invoiced, self.thick), (self.thick, self.thin)):
            if known & (_names(card) - _names(smaller)):
                return card
        return self.thin


def read_cards(folder: Path) -> Cards:
    """The cards of a folder. Raises `CardInvalid`, FileNotFoundError."""
    return Cards(*(read_card(folder / f"{each.name}.toml") for each in fields(Cards)))


def _names(card: Card) -> set[str]:
    return {feature.name for feature in card.features}


def create_scorer(cards: Cards, signatures: Signatures, answers: Answers) -> Flask:
    """The WSGI application."""
    app = signed_app(__name__, signatures, MAX_BODY_BYTES)

    @app.post("/v1/assessments")
    def assess() -> Response:
        if not has_key():
            return problem(HTTPStatus.BAD_REQUEST, "idempotency_key_missing")
        key, body = request.headers["Idempotency-Key"], request.get_data()
        asked = _parsed(body)
        make = partial(_assessment, cards, asked)
        return Response(answers.once(g.sender, key, body, make), content_type=JSON)

    @app.get("/v1/model")
    def model() -> Response:
        return Response(json.dumps(_model(cards), ensure_ascii=False), content_type=JSON)

    for kind, answered in _PROBLEMS.items():
        app.register_error_handler(kind, answered)
    return app


def _parsed(body: bytes) -> AssessmentRequest:
    try:
        return AssessmentRequest.model_validate_json(body)
    except ValidationError as error:
        faults = error.errors(include_input=False)
        raise RequestInvalid(sorted({_place(fault["loc"]) for fault in faults})) from error


def _assessment(cards: Cards, asked: AssessmentRequest) -> bytes:
    card = cards.choose(asked.features)
    if asked.catalogue != card.catalogue:
        raise CatalogueUnknown
    features: dict[str, Value] = {name: each.value for name, each in asked.features.items()}
    terms: dict[str, Value] = {name: getattr(asked, name) for name in TERMS}
    found = card.assess({**features, **terms})
    answer = AssessmentAnswer(
        assessment=str(uuid.uuid4()),
        application=asked.application,
        model=ModelAnswer(name=card.name, version=card.version, card_sha256=card.sha256),
        points=found.points,
        pd_12m=found.pd_12m,
        reasons=tuple(
            ReasonAnswer(code=lost.code, feature=lost.feature, points_lost=lost.points_lost)
            for lost in found.reasons
        ),
        missing=found.missing,
        valid_until=datetime.now(UTC) + VALID_FOR,
    )
    return answer.model_dump_json().encode()


def _model(cards: Cards) -> Mapping[str, object]:
    every = (cards.thin, cards.thick, cards.invoiced)
    return {"cards": [card.model_dump(mode="json") for card in every]}


def _key_reused(_error: KeyReused) -> Response:
    return problem(HTTPStatus.CONFLICT, "idempotency_key_reused")


def _unavailable(_error: AnswersUnavailable) -> Response:
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable")


def _catalogue_unknown(_error: CatalogueUnknown) -> Response:
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "catalogue_unknown", ["catalogue"])


def _invalid(error: RequestInvalid) -> Response:
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "request_invalid", error.places)


def _feature_invalid(error: FeatureInvalid) -> Response:
    place = error.feature if error.feature in TERMS else f"features.{error.feature}"
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "feature_invalid", [place])


_PROBLEMS: Mapping[type[Exception], Callable[..., Response]] = {
    KeyReused: _key_reused,
    AnswersUnavailable: _unavailable,
    CatalogueUnknown: _catalogue_unknown,
    RequestInvalid: _invalid,
    FeatureInvalid: _feature_invalid,
}


def _place(location: Sequence[int | str]) -> str:
    """`features.NAME` of whatever is wrong in a feature, else the name of the field."""
    depth = 2 if location and location[0] == "features" else 1
    return ".".join(str(part) for part in location[:depth])
