"""Damage to what is kept: stored files, sealed columns and data keys, by chance.

Each kind is done to the cases of a `Scene`, whose evidence is analysed but for the voice, which
waits. What is exchanged is exchanged between two cases, and damages both.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.services import Services
from kyc.evidence.models import Evidence, Template
from kyc.evidence.types import VOICE_CLIP
from kyc.onboarding.models import Onboarding
from storage.keys.names import KeyPurpose
from storage.keys.store import KEYS
from storage.media import FolderMedia

UNREADABLE = Path("/proc/self/mem")  # its first byte is an input/output error (EIO)
PURPOSES = (KeyPurpose.IDENTITY, KeyPurpose.BIOMETRICS)
Change = Callable[[bytes, random.Random], bytes]


@dataclass(frozen=True)
class Scene:
    """Services and two onboardings of different owners."""

    services: Services
    one: UUID
    other: UUID


@dataclass(frozen=True)
class Damage:
    """A kind of damage, and whether it is done to both cases of a scene.

    `late` damage is also noticed when it happens while the file is being analysed.
    """

    do: Callable[[Scene, random.Random], None]
    both: bool = False
    late: bool = False


def flipped(content: bytes, chance: random.Random) -> bytes:
    """One bit is another."""
    place = chance.randrange(len(content))
    bit = bytes([content[place] ^ (1 << chance.randrange(8))])
    return content[:place] + bit + content[place + 1 :]


def truncated(content: bytes, chance: random.Random) -> bytes:
    """The end is missing."""
    return content[: chance.randrange(1, len(content))]


def emptied(_content: bytes, _chance: random.Random) -> bytes:
    """Nothing is left."""
    return b""


def foreign(content: bytes, chance: random.Random) -> bytes:
    """As many bytes of something else."""
    return chance.randbytes(len(content))


CHANGES: dict[str, Change] = {
    "flipped": flipped,
    "truncated": truncated,
    "emptied": emptied,
    "foreign": foreign,
}


def _on_file(change: Change) -> Damage:
    def do(scene: Scene, chance: random.Random) -> None:
        media, waiting = scene.services.parts.media, _waiting(scene, scene.one)
        media.put(waiting, change(media.get(waiting), chance))

    return Damage(do)


def _on_path(change: Callable[[Path], None]) -> Damage:
    def do(scene: Scene, _chance: random.Random) -> None:
        media = scene.services.parts.media
        assert isinstance(media, FolderMedia)
        path = media._path(_waiting(scene, scene.one))
        path.unlink()
        change(path)

    return Damage(do)


def _exchange_files(scene: Scene, _chance: random.Random) -> None:
    media = scene.services.parts.media
    one, other = _waiting(scene, scene.one), _waiting(scene, scene.other)
    first, second = media.get(one), media.get(other)
    media.put(one, second)
    media.put(other, first)


def _exchange_own_files(scene: Scene, chance: random.Random) -> None:
    media, waiting = scene.services.parts.media, _waiting(scene, scene.one)
    with scene.services.reading() as context:
        mine = sa.select(Evidence.id).where(
            Evidence.onboarding_id == scene.one, Evidence.id != waiting
        )
        analysed = chance.choice(sorted(context.session.scalars(mine)))
    first, second = media.get(waiting), media.get(analysed)
    media.put(waiting, second)
    media.put(analysed, first)


def _on_facts(change: Change) -> Damage:
    def do(scene: Scene, chance: random.Random) -> None:
        with scene.services.transaction() as context:
            row = chance.choice(_with_facts(context.session, scene.one))
            row.facts = change(row.facts or b"", chance)

    return Damage(do, late=True)


def _lose_facts(scene: Scene, chance: random.Random) -> None:
    with scene.services.transaction() as context:
        chance.choice(_with_facts(context.session, scene.one)).facts = None


def _on_template(change: Change) -> Damage:
    def do(scene: Scene, chance: random.Random) -> None:
        with scene.services.transaction() as context:
            row = chance.choice(_templates(context.session, scene.one))
            row.sealed = change(row.sealed, chance)

    return Damage(do, late=True)


def _exchange_facts(scene: Scene, chance: random.Random) -> None:
    with scene.services.transaction() as context:
        one = chance.choice(_with_facts(context.session, scene.one))
        other = chance.choice(_with_facts(context.session, scene.other))
        one.facts, other.facts = other.facts, one.facts


def _exchange_own_facts(scene: Scene, chance: random.Random) -> None:
    with scene.services.transaction() as context:
        one, other = chance.sample(_with_facts(context.session, scene.one), 2)
        one.facts, other.facts = other.facts, one.facts


def _exchange_templates(scene: Scene, chance: random.Random) -> None:
    with scene.services.transaction() as context:
        one = chance.choice(_templates(context.session, scene.one))
        other = chance.choice(_templates(context.session, scene.other))
        one.sealed, other.sealed = other.sealed, one.sealed


def _on_key(column: str, change: Change) -> Damage:
    def do(scene: Scene, chance: random.Random) -> None:
        key = _key(scene, scene.one, chance.choice(PURPOSES))
        _write_key(scene, key, {column: change(key[column], chance)})

    return Damage(do, late=True)


def _lose_key(scene: Scene, chance: random.Random) -> None:
    key = _key(scene, scene.one, chance.choice(PURPOSES))
    with scene.services.parts.keyring.store.engine.begin() as connection:
        connection.execute(sa.delete(KEYS).where(*_same(key)))


def _exchange_keys(scene: Scene, chance: random.Random) -> None:
    purpose = chance.choice(PURPOSES)
    _exchange(scene, _key(scene, scene.one, purpose), _key(scene, scene.other, purpose))


def _exchange_own_keys(scene: Scene, _chance: random.Random) -> None:
    one, other = (_key(scene, scene.one, purpose) for purpose in PURPOSES)
    _exchange(scene, one, other)


def _exchange(scene: Scene, one: dict[str, Any], other: dict[str, Any]) -> None:
    held = ("key_id", "wrapped", "root_id")
    _write_key(scene, one, {name: other[name] for name in held})
    _write_key(scene, other, {name: one[name] for name in held})


def _waiting(scene: Scene, onboarding: UUID) -> UUID:
    with scene.services.reading() as context:
        query = sa.select(Evidence.id).where(
            Evidence.onboarding_id == onboarding, Evidence.kind == VOICE_CLIP.kind
        )
        return context.session.scalars(query).one()


def _with_facts(session: Any, onboarding: UUID) -> list[Evidence]:
    sealed = Evidence.onboarding_id == onboarding, Evidence.facts.is_not(None)
    return list(session.scalars(sa.select(Evidence).where(*sealed).order_by(Evidence.kind)))


def _templates(session: Any, onboarding: UUID) -> list[Template]:
    query = sa.select(Template).join(Evidence, Evidence.id == Template.evidence_id)
    query = query.where(Evidence.onboarding_id == onboarding)
    return list(session.scalars(query.order_by(Template.kind)))


def _key(scene: Scene, onboarding: UUID, purpose: KeyPurpose) -> dict[str, Any]:
    with scene.services.reading() as context:
        owner = context.session.get_one(Onboarding, onboarding).applicant_id
    query = sa.select(KEYS).where(KEYS.c.person_id == owner, KEYS.c.purpose == purpose.value)
    with scene.services.parts.keyring.store.engine.connect() as connection:
        return dict(connection.execute(query).mappings().one())


def _write_key(scene: Scene, key: dict[str, Any], values: dict[str, Any]) -> None:
    with scene.services.parts.keyring.store.engine.begin() as connection:
        connection.execute(sa.update(KEYS).where(*_same(key)).values(values))


def _same(key: dict[str, Any]) -> tuple[sa.ColumnElement[bool], ...]:
    return KEYS.c.person_id == key["person_id"], KEYS.c.purpose == key["purpose"]


DAMAGES: dict[str, Damage] = {
    **{f"file {name}": _on_file(change) for name, change in CHANGES.items()},
    "file gone": _on_path(lambda _: None),
    "folder in place of a file": _on_path(Path.mkdir),
    "file unreadable": _on_path(lambda path: path.symlink_to(UNREADABLE)),
    "files exchanged": Damage(_exchange_files, both=True),
    "files of one case exchanged": Damage(_exchange_own_files),
    **{f"facts {name}": _on_facts(change) for name, change in CHANGES.items()},
    "facts gone": Damage(_lose_facts, late=True),
    "facts exchanged": Damage(_exchange_facts, both=True, late=True),
    "facts of one case exchanged": Damage(_exchange_own_facts, late=True),
    **{f"template {name}": _on_template(change) for name, change in CHANGES.items()},
    "templates exchanged": Damage(_exchange_templates, both=True, late=True),
    **{f"key {name}": _on_key("wrapped", change) for name, change in CHANGES.items()},
    "key's id flipped": _on_key("key_id", flipped),
    "key gone": Damage(_lose_key, late=True),
    "keys exchanged": Damage(_exchange_keys, both=True, late=True),
    "keys of one case exchanged": Damage(_exchange_own_keys, late=True),
}
