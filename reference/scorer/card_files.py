"""A fitted card as a TOML file, and the page that says what it was made from and reached."""

from __future__ import annotations

import json
from collections.abc import Iterable

from reference.scorer import ranking
from reference.scorer.card import Card, CategoryFeature, Feature, NumberBin
from reference.scorer.fit import Fitted


def card_text(card: Card, made_by: str = "kaihu scorer fit") -> str:
    """The card as `read_card` reads it, with the command that made it in its head."""
    return "\n".join([f"# Made by `{made_by}`; do not edit.", *_lines(card)]) + "\n"


def model_card(fitted: Fitted) -> str:
    """The page, in Markdown (Mitchell and others, Model Cards for Model Reporting, 2019)."""
    card, data = fitted.card, fitted.card.data
    lines = [
        f"# {card.name}, version {card.version}",
        "",
        "Made by `kaihu scorer fit`; do not edit.",
        "",
        f"- Data: {data.source}; {data.rows} loans of {data.period}, {data.defaults} not repaid.",
        f"- Licence of the data: {data.licence}.",
        "- Use: the probability that a loan like these is not repaid. Not for other loans.",
        f"- Calibration: log-odds = {card.calibration.intercept:.3f} + "
        f"{card.calibration.slope:.3f} x those of the points.",
    ]
    if card.figures is not None:
        lines += [
            f"- Of loans that it was not fitted on: AUC {card.figures.auc:.3f}, "
            f"KS {card.figures.ks:.3f}, ECE {card.figures.ece:.3f}.",
        ]
    lines += ["", "| said | seen | share of loans |", "|---|---|---|"]
    for said, seen, share in ranking.reliability(fitted.probabilities, fitted.defaults):
        lines.append(f"| {said:.3f} | {seen:.3f} | {share:.2f} |")
    lines += ["", "| input | bins and points | missing |", "|---|---|---|"]
    lines += [f"| {one.name} | {_shown(one)} | {one.missing} |" for one in card.features]
    return "\n".join(lines) + "\n"


def _lines(card: Card) -> Iterable[str]:
    for name in ("name", "version", "catalogue", "base"):
        yield f"{name} = {_toml(getattr(card, name))}"
    for table in ("scale", "calibration", "data", "figures"):
        part = getattr(card, table)
        if part is not None:
            yield f"\n[{table}]"
            yield from (f"{name} = {_toml(value)}" for name, value in part)
    for feature in card.features:
        yield "\n[[features]]"
        for name, value in feature:
            if name != "bins":
                yield f"{name} = {_toml(value)}"
        yield "bins = ["
        yield from (f"  {{ {_bin(each.model_dump(exclude_none=True))} }}," for each in feature.bins)
        yield "]"


def _bin(parts: dict[str, object]) -> str:
    return ", ".join(f"{name} = {_toml(value)}" for name, value in parts.items())


def _toml(value: object) -> str:
    """A TOML value; JSON writes strings, numbers and arrays of strings alike."""
    return json.dumps(value, ensure_ascii=False)


def _shown(feature: Feature) -> str:
    if isinstance(feature, CategoryFeature):
        return "; ".join(f"{', '.join(each.among)}: {each.points}" for each in feature.bins)
    return "; ".join(f"{_bound(each)}: {each.points}" for each in feature.bins)


def _bound(each: NumberBin) -> str:
    return "more" if each.below is None else f"below {each.below:g}"
