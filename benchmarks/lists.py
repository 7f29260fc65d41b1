"""`kaihu bench lists`: a question against a long list of names, in the database.

`KAIHU_BENCH_LIST_ENTRIES` entries (100,000) are inserted as rows, without their use cases, half
with the end of a number. Listed persons are then asked about by their own name, birth date and
number, and people who are on no list by theirs.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from app.services import Services, migrate, open_services
from app.settings import Settings
from core.ids import new_id
from evaluation.report import Figures
from kyc.lists.matching import Named, matches
from kyc.lists.models import (
    LISTED_NAME,
    Listed,
    ListedName,
    ListedNameKey,
    ListEntry,
    ListReason,
)
from kyc.lists.names.judge import Outcome
from kyc.lists.states import EntryState
from kyc.lists.told import LISTS, Told, blind_keys

ENTRIES = int(os.environ.get("KAIHU_BENCH_LIST_ENTRIES", "100000"))
QUESTIONS, A_BATCH, SEED = 500, 2_000, 7
FIRST_BIRTH, LIFETIMES_DAYS = date(1950, 1, 1), 20_000
# The most frequent surnames and characters of given names, the first ones more often drawn.
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
    "彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红志建文国海波辉斌鹏飞宇浩然子轩梓涵欣怡佳琪思雨晨阳"
    "雪梅凤琴云龙成俊峰德福春生永庆荣光东林森淑珍美玲惠婷萍莉倩慧颖博远航天泽睿铭嘉诚"
)


def bench_lists(settings: Settings) -> Figures:
    """Build the list, then ask."""
    chance = random.Random(SEED)
    listed = [_drawn(chance) for _ in range(ENTRIES)]
    with tempfile.TemporaryDirectory() as folder:
        own = settings.model_copy(update={"var": Path(folder) / "var", "database_url": ""})
        migrate(own)
        services = open_services(own)
        begun = time.monotonic()
        for at in range(0, ENTRIES, A_BATCH):
            _insert(services, listed[at : at + A_BATCH], chance)
        built_s = time.monotonic() - begun
        asked = chance.sample(listed, min(QUESTIONS, ENTRIES))
        found = [_ask(services, one) for one in asked]
        others = [_ask(services, _drawn(chance)) for _ in range(QUESTIONS)]
    return {
        "entries": ENTRIES,
        "build_s": round(built_s, 1),
        **_times("listed", [ms for ms, _ in found]),
        **_times("other", [ms for ms, _ in others]),
        "listed_found": _share([Outcome.NONE not in seen for _, seen in found]),
        "others_found": _share([bool(seen - {Outcome.NONE}) for _, seen in others]),
        "others_as_hit": sum(Outcome.HIT in seen for _, seen in others),
    }


def _ask(services: Services, told: Told) -> tuple[float, set[Outcome]]:
    """Milliseconds of one question, and the outcomes that it found; none is `NONE`."""
    begun = time.perf_counter()
    with services.reading() as context:
        hits = matches(context, Named(told=(told,)))
    ms = (time.perf_counter() - begun) * 1000
    return ms, {hit.judgement.outcome for hit in hits if hit.judgement} or {Outcome.NONE}


def _insert(services: Services, batch: Sequence[Told], chance: random.Random) -> None:
    with services.transaction() as context:
        entries, names, keys = [], [], []
        for told in batch:
            kept = told if chance.random() < 0.5 else Told(told.kind, told.name, told.born)
            entry_id = new_id()
            entries.append(
                {
                    "id": entry_id,
                    "list_code": "court",
                    "kind": Listed.NAME,
                    "value_blind": str(entry_id),
                    "source": "drawn",
                    "reason": ListReason.JUDGEMENT_DEFAULT,
                    "state": EntryState.IN_FORCE,
                    "made_at": context.now(),
                }
            )
            sealed = LISTED_NAME.seal(context.keyring, LISTS, entry_id, kept.packed())
            names.append({"entry_id": entry_id, "sealed": sealed})
            keys += [
                {"entry_id": entry_id, "key_blind": key}
                for key in blind_keys(context.blind_index, [kept])
            ]
        for table, rows in ((ListEntry, entries), (ListedName, names), (ListedNameKey, keys)):
            context.session.execute(sa.insert(table), rows)


def _drawn(chance: random.Random) -> Told:
    name = _frequent(chance, SURNAMES) + "".join(
        _frequent(chance, GIVEN) for _ in range(1 if chance.random() < 0.2 else 2)
    )
    born = FIRST_BIRTH + timedelta(days=chance.randrange(LIFETIMES_DAYS))
    end = f"{chance.randrange(1000):03}{chance.choice('0123456789X')}"
    return Told(Listed.NAME, name, born, end)


def _frequent(chance: random.Random, characters: str) -> str:
    """One of them, by Zipf's law."""
    weights = [1 / (rank + 3) for rank in range(len(characters))]
    return chance.choices(characters, weights)[0]


def _times(name: str, ms: Sequence[float]) -> Figures:
    return {
        f"{name}_ms_p50": round(float(np.percentile(ms, 50)), 2),
        f"{name}_ms_p95": round(float(np.percentile(ms, 95)), 2),
    }


def _share(found: Sequence[bool]) -> float:
    return round(sum(found) / len(found), 4)
