"""What several takes of one paper say together.

Each field is that of a take, never one put together of two; which takes read it so is kept with it.
Takes that contradict each other are told as `fields_differ`, and what speaks of fraud in any take
of the paper stays, however clean the others are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.reasons import Reason
from ocr.document_types import (
    CODES,
    CREDIT_CODE,
    PRINCIPAL,
    PRINCIPALS,
    REQUIRED,
    DocumentType,
)
from ocr.takes.papers import Relation, relation
from ocr.takes.take import NAMES, Take, TakeRules
from ocr.validation.consistency import consistency_flags
from ocr.validation.differences import PRINTED_TOGETHER

# What another photo may cure; everything else that is wrong with the newest take stays.
RETAKES = (
    Reason.INCOMPLETE,
    Reason.BLURRED,
    Reason.TOO_DARK,
    Reason.TOO_FAR,
    Reason.GLARE,
    Reason.UNREADABLE,
)
CURABLE = frozenset(
    {
        *RETAKES,
        Reason.PARTLY_CUT,
        Reason.PORTRAIT_UNCLEAR,
        Reason.DATE_UNCLEAR,
        Reason.NAME_UNCERTAIN,
        Reason.CODE_FROM_QR,
        Reason.CODE_REPAIRED,
        Reason.REGISTRATION_NUMBER_ONLY,
        Reason.SHAKEN,
    }
)

# Without this a sheet that is edited in one field could be shown in parts too small to compare.
_PRINTED_TOGETHER = {
    kind: frozenset(PRINCIPAL if name in PRINCIPALS else name for name in names)
    for kind, names in {**dict.fromkeys(REQUIRED, ()), **PRINTED_TOGETHER}.items()
}


@dataclass(frozen=True)
class MergedField:
    """A field, the confidence in it, 0..1, and the ids of the takes that read it so."""

    text: str
    confidence: float
    takes: tuple[str, ...]


@dataclass(frozen=True)
class MergedTakes:
    """What takes say together.

    `counted` are the takes whose fields count, the newest among them; `carried` those of which
    only signs of fraud do. `missing` are required fields that none shows, `doubtful` fields that a
    better photo would settle, `differing` those that takes read differently, with the takes.
    `portrait` is the newest take that shows the holder's face well enough.
    """

    fields: Mapping[str, MergedField]
    reasons: tuple[Reason, ...]
    counted: tuple[str, ...]
    carried: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    differing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    portrait: str | None = None

    @property
    def texts(self) -> dict[str, str]:
        """The fields' texts, by label."""
        return {name: one.text for name, one in self.fields.items()}


def merge_takes(
    kind: DocumentType,
    newest: Take,
    earlier: Sequence[Take],
    rules: TakeRules,
    fraud: Collection[Reason],
    today: date,
) -> MergedTakes:
    """What the newest take of a paper says, completed by earlier ones; their order is none.

    A take completes another if both show the same paper, both show enough of it to be searched for
    edits, and neither has a reason of `fraud`. What of `fraud` an earlier take has stays unless it
    shows another paper. Terms end by `today`.
    """
    relations = {take.id: relation(kind, newest, take, rules.min_confidence) for take in earlier}
    same = [take for take in earlier if relations[take.id] is Relation.SAME]
    counted = _counted(kind, newest, same, rules, fraud)
    compared = [newest, *(one for one in earlier if _may_be_same(relations[one.id]))]
    carried = [
        take
        for take in earlier
        if relations[take.id] is not Relation.OTHER and not set(fraud).isdisjoint(take.reasons)
    ]
    fields = _merged(counted, rules)
    differing = _differing(compared, rules)
    reasons = [
        *_own_reasons(kind, newest, counted, fields, rules, today),
        *(reason for take in _by_age(carried) for reason in take.reasons if reason in fraud),
        *([Reason.FIELDS_DIFFER] if differing else []),
    ]
    unread = _unread(kind, fields, reasons, rules)
    missing = tuple(name for name in unread if name not in fields)
    unsettled = (*unread, *_uncertain_names(fields, rules), *_unclear(counted, fields, rules))
    doubtful = (name for name in unsettled if name not in (*missing, *differing))
    return MergedTakes(
        fields=fields,
        reasons=tuple(dict.fromkeys(reasons)),
        counted=tuple(take.id for take in counted),
        carried=tuple(take.id for take in _by_age(carried)),
        missing=missing,
        doubtful=tuple(dict.fromkeys(doubtful)),
        differing=differing,
        portrait=_portrait(counted),
    )


def raised(confidence: float, odds: float) -> float:
    """The confidence in a reading that a second take repeats, 0..1.

    Bayes' rule: `odds` are how much likelier a second take repeats a right reading than a wrong
    one. Further takes add nothing: what deceived the recogniser twice deceives it again.
    """
    return min(confidence * odds / (confidence * odds + 1 - confidence), 1.0)


def _counted(
    kind: DocumentType,
    newest: Take,
    same: Iterable[Take],
    rules: TakeRules,
    fraud: Collection[Reason],
) -> list[Take]:
    def may_complete(take: Take) -> bool:
        """Whether nothing speaks of fraud in a take that was searched for edits at all."""
        clean = set(fraud).isdisjoint(take.reasons)
        return clean and take.shows(_PRINTED_TOGETHER[kind]) >= rules.min_compared

    if not may_complete(newest):
        return [newest]
    return _by_age([newest, *filter(may_complete, same)])


def _by_age(takes: Iterable[Take]) -> list[Take]:
    return sorted(takes, key=lambda take: take.id)


def _may_be_same(related: Relation) -> bool:
    return related in (Relation.SAME, Relation.DISPUTED)


@dataclass(frozen=True)
class _Readings:
    """The takes that read a field alike, the oldest first, and how sure they are together."""

    takes: tuple[Take, ...]
    sureness: float

    def best(self, name: str) -> Take:
        return max(self.takes, key=lambda take: (take.sureness(name), take.id))


def _readings(name: str, takes: Sequence[Take], rules: TakeRules) -> list[_Readings]:
    """The readings of a field that are believed: the surest ones, where some are sure enough."""
    alike: dict[str, list[Take]] = {}
    for take in takes:
        if name in take.fields:
            alike.setdefault(take.form(name), []).append(take)
    groups = [_Readings(tuple(group), _sureness(name, group, rules)) for group in alike.values()]
    for least in (rules.certain, rules.min_confidence):
        if believed := [group for group in groups if group.sureness >= least]:
            return _without_parts(name, believed)
    return groups


def _without_parts(name: str, groups: Sequence[_Readings]) -> list[_Readings]:
    """Readings but for those of which another shows more."""
    return [
        group
        for group in groups
        if not any(
            group.takes[0].shows_part_of(other.takes[0], name)
            for other in groups
            if other is not group
        )
    ]


def _sureness(name: str, takes: Sequence[Take], rules: TakeRules) -> float:
    readings = sorted((take.sureness(name) for take in takes), reverse=True)
    if name in NAMES or len(readings) == 1 or not readings[1]:
        return readings[0]
    return raised(readings[0], rules.agreement_odds)


def _merged(takes: Sequence[Take], rules: TakeRules) -> dict[str, MergedField]:
    """Each field as the surest takes read it; where they differ, as the newest of these does."""
    names = dict.fromkeys(name for take in takes for name in take.fields)
    merged = {}
    for name in names:
        group = max(_readings(name, takes, rules), key=lambda one: one.takes[-1].id)
        ids = tuple(take.id for take in group.takes)
        merged[name] = MergedField(group.best(name).fields[name], group.sureness, ids)
    return merged


def _differing(takes: Sequence[Take], rules: TakeRules) -> dict[str, tuple[str, ...]]:
    """Fields that two takes show with confidence and read differently, with those takes."""
    found = {}
    for name in dict.fromkeys(name for take in _by_age(takes) for name in take.fields):
        groups = _readings(name, _by_age(takes), rules)
        if len(groups) > 1 and groups[0].sureness >= rules.min_confidence:
            ids = {take.id for group in groups for take in group.takes}
            found[name] = tuple(sorted(ids))
    return found


def _own_reasons(
    kind: DocumentType,
    newest: Take,
    counted: Sequence[Take],
    fields: Mapping[str, MergedField],
    rules: TakeRules,
    today: date,
) -> list[Reason]:
    """What is wrong with the newest take that no other one cures, and with the fields together."""
    if len(counted) == 1:
        return list(newest.reasons)
    kept = _not_cured(kind, newest, counted, fields, rules)
    texts = {name: one.text for name, one in fields.items()}
    together = [flag.reason for flag in consistency_flags(kind, texts, None, today)]
    permits = [Reason.RESIDENCE_PERMIT for take in counted if _is_permit(take)]
    return [*kept, *together, *permits]


def _is_permit(take: Take) -> bool:
    return Reason.RESIDENCE_PERMIT in take.reasons


def _not_cured(
    kind: DocumentType,
    newest: Take,
    counted: Sequence[Take],
    fields: Mapping[str, MergedField],
    rules: TakeRules,
) -> list[Reason]:
    reasons = [reason for reason in newest.reasons if reason not in CURABLE]
    if Reason.REGISTRATION_NUMBER_ONLY in newest.reasons and CREDIT_CODE not in fields:
        reasons.append(Reason.REGISTRATION_NUMBER_ONLY)
    if _unread(kind, fields, reasons, rules):
        asked = [reason for reason in newest.reasons if reason in RETAKES]
        reasons += asked or [Reason.UNREADABLE]
    elif all({Reason.INCOMPLETE, Reason.PARTLY_CUT} & set(take.reasons) for take in counted):
        reasons.append(Reason.PARTLY_CUT)
    if _rests_on_shaken(counted, fields, rules):
        reasons.append(Reason.SHAKEN)
    if all(Reason.PORTRAIT_UNCLEAR in take.reasons for take in counted):
        reasons.append(Reason.PORTRAIT_UNCLEAR)
    if _unclear(counted, fields, rules):
        reasons.append(Reason.DATE_UNCLEAR)
    if _uncertain_names(fields, rules):
        reasons.append(Reason.NAME_UNCERTAIN)
    return [*reasons, *_code_reasons(counted, fields)]


def _portrait(counted: Sequence[Take]) -> str | None:
    """The take whose portrait counts: the newest that shows one."""
    return max((take.id for take in counted if take.portrait), default=None)


def _rests_on_shaken(
    counted: Sequence[Take], fields: Mapping[str, MergedField], rules: TakeRules
) -> bool:
    """Whether portrait or a field is a shaken take's, and no other take reads it surely.

    In a shaken take no edit is detected.
    """
    steady = {take.id: take for take in counted if Reason.SHAKEN not in take.reasons}
    shaken = {take.id for take in counted} - steady.keys()

    def is_confirmed(name: str, takes: Collection[str]) -> bool:
        least = rules.min_name_confidence if name in NAMES else rules.min_confidence
        return any(steady[take].sureness(name) >= least for take in steady.keys() & set(takes))

    used = {name: field.takes for name, field in fields.items() if shaken & set(field.takes)}
    return _portrait(counted) in shaken or not all(
        is_confirmed(name, takes) for name, takes in used.items()
    )


def _code_reasons(counted: Sequence[Take], fields: Mapping[str, MergedField]) -> list[Reason]:
    """What is doubtful about the code unless one of its takes read it without that doubt."""
    for name in CODES:
        if name not in fields:
            continue
        takes = [take for take in counted if take.id in fields[name].takes]
        doubts = [Reason.CODE_FROM_QR, Reason.CODE_REPAIRED]
        return [doubt for doubt in doubts if all(doubt in take.reasons for take in takes)]
    return []


def _unread(
    kind: DocumentType,
    fields: Mapping[str, MergedField],
    reasons: Collection[Reason],
    rules: TakeRules,
) -> list[str]:
    """Required fields that are not read with confidence; a form without a code lacks none."""
    old_form = Reason.REGISTRATION_NUMBER_ONLY in reasons
    return [
        name
        for name in REQUIRED[kind]
        if not _is_read(name, fields, rules) and not (old_form and name == CREDIT_CODE)
    ]


def _is_read(name: str, fields: Mapping[str, MergedField], rules: TakeRules) -> bool:
    return name in fields and fields[name].confidence >= rules.min_confidence


def _uncertain_names(fields: Mapping[str, MergedField], rules: TakeRules) -> list[str]:
    return [
        name
        for name in NAMES
        if name in fields and fields[name].confidence < rules.min_name_confidence
    ]


def _unclear(
    counted: Sequence[Take], fields: Mapping[str, MergedField], rules: TakeRules
) -> list[str]:
    """Fields of which a part was not read and that no take shows whole."""
    unclear = dict.fromkeys(name for take in counted for name in sorted(take.unclear))
    return [name for name in unclear if not _is_read(name, fields, rules)]
