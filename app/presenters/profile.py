"""What is known of a business, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.messages.words import Section, Words
from app.schemas.profile import (
    FeatureResponse,
    MonthResponse,
    ObjectionResponse,
    ObjectionsResponse,
    OpenObjectionResponse,
    OpenObjectionsResponse,
    ProfileResponse,
    SourcePointsResponse,
    ThicknessResponse,
)
from loans.known.models import Objection
from loans.known.objections import OpenObjection
from loans.known.show import ProfileView
from loans.profile.catalogue import catalogue
from loans.profile.feature import Feature

NOTHING_MORE = "nothing_more"  # to add


def present_profile(view: ProfileView, words: Words) -> ProfileResponse:
    """Everything, each thing with where it is known from."""
    income = view.known.get("turnover")
    thick = view.known.get("thickness")
    reasons = view.known.get("owner", {}).get("reasons", [])
    return ProfileResponse(
        is_moving=view.is_moving,
        thickness=None if thick is None else _thickness(thick, words),
        months=[_month(each) for each in income["months"]] if income else [],
        mean_monthly_fen=income["mean_monthly_fen"] if income and income["months"] else None,
        owner_reasons=[words.name(Section.OWNERSHIP, reason) for reason in reasons],
        features=[
            _feature(name, each, name in view.contested, words)
            for name, each in view.features.items()
        ],
    )


def present_objection(row: Objection) -> ObjectionResponse:
    """An objection of one's own."""
    return ObjectionResponse.model_validate(row)


def present_objections(rows: Sequence[Objection]) -> ObjectionsResponse:
    """One's own objections."""
    return ObjectionsResponse(objections=[present_objection(row) for row in rows])


def present_open_objections(rows: Sequence[OpenObjection]) -> OpenObjectionsResponse:
    """Objections for reviewers."""
    return OpenObjectionsResponse(
        objections=[
            OpenObjectionResponse(
                id=one.objection.id,
                feature=one.objection.feature,
                state=one.objection.state,
                made_at=one.objection.made_at,
                decided_at=one.objection.decided_at,
                text=one.text,
                value=one.value,
            )
            for one in rows
        ]
    )


def _feature(name: str, feature: Feature, contested: bool, words: Words) -> FeatureResponse:
    meaning = catalogue()[name]
    return FeatureResponse(
        feature=name,
        name=words.of(meaning),
        value=feature.value,
        unit=meaning.unit,
        source=feature.source,
        source_name=words.name(Section.KNOWN_FROM, feature.source),
        as_of=feature.as_of,
        coverage=feature.coverage,
        is_contested=contested,
    )


def _thickness(thick: Mapping[str, Any], words: Words) -> ThicknessResponse:
    source, points = thick["next_source"], thick["next_points"]
    return ThicknessResponse(
        points=round(thick["points"]),
        by_source=[
            SourcePointsResponse(
                source=name,
                name=words.name(Section.KNOWN_FROM, name),
                points=round(got),
                max_points=round(most),
            )
            for name, (got, most) in thick["by_source"].items()
        ],
        next_source=source,
        next_points=round(points),
        advice=words.name(Section.TO_ADD, source or NOTHING_MORE),
    )


def _month(each: Sequence[Any]) -> MonthResponse:
    month, fen, sales = each
    return MonthResponse(month=date.fromisoformat(month), fen=fen, sales=sales)
