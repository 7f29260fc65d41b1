"""`kaihu evaluate profile`: turnover and owners, on firms and people who are made up.

No public data has three overlapping sources of one firm with its true sales, nor people with all
that speaks for a business of theirs. `evaluation.simulation` draws both from seeds; what it assumes
stands there. The figures tell whether sources are put together rightly, not how owners in the field
are. Truth of turnover is what left a trace in any source that was handed in: cash nobody wrote down
is counted apart (`turnover.share_of_all_sales`).
"""

from __future__ import annotations

from collections import Counter
from statistics import median

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from core.policy import Policy
from evaluation.report import Figures
from evaluation.simulation.people import SOURCES, Person, draw_people
from evaluation.simulation.records import SimulatedFirm, simulate
from evaluation.simulation.sales import draw_firm
from loans.policy import LoanPolicy
from loans.profile.owner import identify_owner
from loans.profile.policy import OwnerRules, ProfileRules
from loans.profile.turnover import Turnover, turnover
from loans.sources.categories import KnownOwner, categorise, sure_share

FIRMS, PEOPLE, SEED = 200, 20_000, 1
CLOSE, BINS = 0.05, 10


def evaluate_profile(policy: Policy, firms: int = FIRMS, people: int = PEOPLE) -> Figures:
    """Turnover against true sales; owners against the truth, all sources and one missing."""
    rules = policy.section(LoanPolicy).profiles
    return {**_turnover_figures(firms, rules), **_owner_figures(people, rules.owner)}


def _turnover_figures(firms: int, rules: ProfileRules) -> Figures:
    off, by_kind, seen, sure = [], Counter[str](), [], []
    misses, months = Counter[str](), []
    for number in range(firms):
        firm = simulate(draw_firm(number, SEED), SEED)
        found, share = _found(firm, rules)
        truth, total = sum(firm.traced_fen.values()), sum(month.fen for month in found.months)
        off.append(total / truth - 1)
        by_kind[firm.firm.trade.kind] += 1
        misses[firm.firm.trade.kind] += abs(off[-1]) > CLOSE
        seen.append(truth / firm.all_sales_fen)
        sure.append(share)
        months += [
            month.fen / max(firm.traced_fen.get(f"{month.month:%Y-%m}", 0), 1) - 1
            for month in found.months
        ]
    return {
        "turnover.n": firms,
        "turnover.within_5pct": sum(abs(each) <= CLOSE for each in off) / firms,
        "turnover.off_median": median(off),
        "turnover.off_p5": float(np.quantile(off, 0.05)),
        "turnover.off_p95": float(np.quantile(off, 0.95)),
        "turnover.months_within_10pct": float(np.mean(np.abs(months) <= 2 * CLOSE)),
        "turnover.share_of_all_sales": median(seen),
        "turnover.sure_share": median(sure),
        **{
            f"turnover.within_5pct.{kind}": 1 - misses[kind] / count
            for kind, count in sorted(by_kind.items())
        },
    }


def _found(firm: SimulatedFirm, rules: ProfileRules) -> tuple[Turnover, float]:
    owner = KnownOwner(firm.firm.owner, (firm.firm.name,), (firm.firm.code,))
    accounts = categorise(firm.statements, owner, rules.categories)
    share = sure_share(accounts)
    return turnover(accounts, firm.invoices, owner, rules.turnover), share or 0.0


def _owner_figures(count: int, rules: OwnerRules) -> Figures:
    people = draw_people(count, SEED)
    owns = np.array([person.owns for person in people])
    every = _probabilities(people, rules)
    missing = {
        source: float(roc_auc_score(owns, _probabilities(people, rules, source)))
        for source in SOURCES
    }
    worst = min(missing, key=missing.__getitem__)
    return {
        "owner.n": count,
        "owner.auc": float(roc_auc_score(owns, every)),
        "owner.ece": calibration_error(every, owns),
        "owner.auc_one_missing": missing[worst],
        "owner.worst_missing": worst,
        **{f"owner.auc_without_{source}": auc for source, auc in missing.items()},
    }


def _probabilities(
    people: list[Person], rules: OwnerRules, without: str | None = None
) -> npt.NDArray[np.float64]:
    views = (identify_owner(person.evidence(without), rules) for person in people)
    return np.array([view.probability for view in views])


def calibration_error(
    probabilities: npt.NDArray[np.float64], outcomes: npt.NDArray[np.bool_]
) -> float:
    """Expected calibration error over ten bins of equal size."""
    order = np.argsort(probabilities, kind="stable")
    parts = np.array_split(order, BINS)
    gaps = [abs(probabilities[part].mean() - outcomes[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / len(order))
