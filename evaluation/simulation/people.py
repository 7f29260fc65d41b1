"""People who are made up: who owns a business, and what each source would show of them.

Rates are assumptions of ours about owners, their staff, people with a job and people who want to
begin, and are written down without the likelihood ratios of the policy. Sources hang together: who
keeps no papers has none in several sources.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from loans.profile.owner import Evidence, EvidenceKind


@dataclass(frozen=True)
class Group:
    """A kind of people: their share, and how often each source shows something of them."""

    name: str
    owns: bool
    share: float
    shown: dict[EvidenceKind, float]
    signals: float  # mean number in a quarter
    runs: float  # searches in a quarter
    starts: float


K = EvidenceKind
GROUPS = (
    Group(
        "owner",
        True,
        0.24,
        {
            K.REGISTRY_LEGAL_PERSON: 0.94,
            K.REGISTRY_NAME: 0.96,
            K.LICENCE_AND_FACE: 0.9,
            K.MERCHANT_ACCOUNT: 0.7,
            K.INVOICES_AS_SELLER: 0.5,
            K.TAKINGS: 0.85,
            K.PAYROLL: 0.02,
        },
        6.0,
        2.5,
        0.3,
    ),
    Group(  # stalls and shops that are not registered yet, or in a relative's name
        "unregistered owner",
        True,
        0.03,
        {
            K.REGISTRY_LEGAL_PERSON: 0.0,
            K.REGISTRY_NAME: 0.02,
            K.LICENCE_AND_FACE: 0.25,
            K.MERCHANT_ACCOUNT: 0.45,
            K.INVOICES_AS_SELLER: 0.15,
            K.TAKINGS: 0.9,
            K.PAYROLL: 0.05,
        },
        5.0,
        2.0,
        0.8,
    ),
    Group(
        "part-time founder",
        True,
        0.06,
        {
            K.REGISTRY_LEGAL_PERSON: 0.88,
            K.REGISTRY_NAME: 0.92,
            K.LICENCE_AND_FACE: 0.8,
            K.MERCHANT_ACCOUNT: 0.5,
            K.INVOICES_AS_SELLER: 0.3,
            K.TAKINGS: 0.6,
            K.PAYROLL: 0.95,
        },
        3.0,
        1.5,
        1.0,
    ),
    Group(
        "prospective",
        False,
        0.09,
        {
            K.REGISTRY_LEGAL_PERSON: 0.005,
            K.REGISTRY_NAME: 0.05,
            K.LICENCE_AND_FACE: 0.01,
            K.MERCHANT_ACCOUNT: 0.01,
            K.INVOICES_AS_SELLER: 0.005,
            K.TAKINGS: 0.06,
            K.PAYROLL: 0.7,
        },
        0.3,
        0.5,
        3.0,
    ),
    Group(
        "staff of a shop",
        False,
        0.12,
        {
            K.REGISTRY_LEGAL_PERSON: 0.004,
            K.REGISTRY_NAME: 0.04,
            K.LICENCE_AND_FACE: 0.015,
            K.MERCHANT_ACCOUNT: 0.05,
            K.INVOICES_AS_SELLER: 0.01,
            K.TAKINGS: 0.15,
            K.PAYROLL: 0.75,
        },
        1.5,
        0.6,
        0.15,
    ),
    Group(
        "former owner",
        False,
        0.04,
        {
            K.REGISTRY_LEGAL_PERSON: 0.04,
            K.REGISTRY_NAME: 0.15,
            K.LICENCE_AND_FACE: 0.06,
            K.MERCHANT_ACCOUNT: 0.1,
            K.INVOICES_AS_SELLER: 0.03,
            K.TAKINGS: 0.1,
            K.PAYROLL: 0.5,
        },
        0.5,
        0.5,
        0.4,
    ),
    Group(
        "anybody",
        False,
        0.42,
        {
            K.REGISTRY_LEGAL_PERSON: 0.001,
            K.REGISTRY_NAME: 0.04,
            K.LICENCE_AND_FACE: 0.002,
            K.MERCHANT_ACCOUNT: 0.003,
            K.INVOICES_AS_SELLER: 0.001,
            K.TAKINGS: 0.03,
            K.PAYROLL: 0.75,
        },
        0.1,
        0.1,
        0.05,
    ),
)
SOURCES: dict[str, tuple[EvidenceKind, ...]] = {
    "registry": (K.REGISTRY_LEGAL_PERSON, K.REGISTRY_NAME),
    "licence": (K.LICENCE_AND_FACE,),
    "acquiring": (K.MERCHANT_ACCOUNT,),
    "invoices": (K.INVOICES_AS_SELLER,),
    "statements": (K.TAKINGS, K.PAYROLL),
    "signals": (K.APP_SIGNALS,),
    "intents": (K.RUNS_INTENTS, K.STARTS_INTENTS),
}
CONSENTED = 0.85  # how often a source that is not the licence is opened at all


@dataclass(frozen=True)
class Person:
    """Somebody: the truth, and the evidence that each opened source shows."""

    owns: bool
    group: str
    by_source: dict[str, tuple[Evidence, ...]]

    def evidence(self, without: str | None = None) -> list[Evidence]:
        """All that is shown, but for one source."""
        return [
            one for source, shown in self.by_source.items() if source != without for one in shown
        ]


def draw_people(count: int, seed: int) -> list[Person]:
    """A population; the same seed draws the same one."""
    draw = Random(f"people-{seed}")
    groups = draw.choices(GROUPS, [group.share for group in GROUPS], k=count)
    return [_person(draw, group) for group in groups]


def _person(draw: Random, group: Group) -> Person:
    orderly = draw.lognormvariate(0, 0.5)  # how well their papers are kept
    by_source = {
        source: tuple(_shown(draw, group, kinds, orderly))
        for source, kinds in SOURCES.items()
        if source == "licence" or draw.random() < CONSENTED
    }
    return Person(group.owns, group.name, by_source)


def _shown(
    draw: Random, group: Group, kinds: tuple[EvidenceKind, ...], orderly: float
) -> Iterator[Evidence]:
    counted = {
        K.APP_SIGNALS: group.signals,
        K.RUNS_INTENTS: group.runs,
        K.STARTS_INTENTS: group.starts,
    }
    registered = False
    for kind in kinds:
        if kind in counted:
            found = _count(draw, counted[kind] * draw.lognormvariate(-0.3, 0.8))
            for _ in range(found):
                yield Evidence(kind, days_ago=draw.randrange(90))
            if not found:
                yield Evidence(kind, present=False)
            continue
        rate = group.shown[kind]
        odds = rate / (1 - rate) * (orderly if group.owns else 1)
        present = draw.random() < odds / (1 + odds)
        if kind is K.REGISTRY_LEGAL_PERSON:
            registered = present
        yield Evidence(kind, present=present or (kind is K.REGISTRY_NAME and registered))


def _count(draw: Random, mean: float) -> int:
    limit, product, count = 2.718281828459045**-mean, draw.random(), 0
    while product > limit:
        product *= draw.random()
        count += 1
    return count
