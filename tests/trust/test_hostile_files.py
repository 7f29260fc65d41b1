"""Hostile and mutated files: each is decoded or has a reason of its own, within its limits.

`KAIHU_TRUST_MUTATIONS` says how many mutated files; 5,000 is the measure.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.files import UnreadableFile
from core.reasons import Reason
from kyc.decoding.decoders import ConfinedDecoders
from kyc.face.video import FramePlan
from kyc.policy import DecodingPolicy, UploadPolicy
from tests.support.policy import POLICY

COUNT = int(os.environ.get("KAIHU_TRUST_MUTATIONS", "50"))
UPLOADS, DECODING = POLICY.section(UploadPolicy), POLICY.section(DecodingPolicy)
VIDEOS, RECORDINGS = (".mp4", ".mov", ".webm", ".mkv"), (".wav", ".m4a", ".mp3", ".ogg")
MAX_MB = 1200  # above rest


@pytest.fixture(scope="module")
def decoders() -> Iterator[ConfinedDecoders]:
    started = ConfinedDecoders(DECODING.limits)
    yield started
    started.runner.close()


def decoded(decoders: ConfinedDecoders, name: str, content: bytes) -> Reason | None:
    """The reason against a file, None where it is read; anything else fails the test."""
    try:
        if name.startswith("face_video") or name.endswith(VIDEOS):
            for _ in decoders.video(content, FramePlan(8.0, 15.0), UPLOADS.video).frames:
                pass
        elif name.startswith("voice_clip") or name.endswith(RECORDINGS):
            decoders.recording(content, UPLOADS.recording)
        else:
            decoders.photo(content, UPLOADS.photo, with_codes=True)
    except UnreadableFile as error:
        return error.reason
    return None


def within_limits(decoders: ConfinedDecoders) -> bool:
    cost = decoders.runner.last
    return cost.peak_mb < MAX_MB and cost.cpu_s < DECODING.cpu_s + 2


def test_the_hostile_set(decoders: ConfinedDecoders, evaluation_data: Path) -> None:
    files = sorted((evaluation_data / "hostile").glob("*--*"))
    assert files
    for file in files:
        found = decoded(decoders, file.name, file.read_bytes())
        assert found is not Reason.ANALYSIS_FAILED, file.name
        assert within_limits(decoders), (file.name, decoders.runner.last)


def test_mutated_files(decoders: ConfinedDecoders, evaluation_data: Path) -> None:
    kinds = (*VIDEOS, *RECORDINGS, ".jpg", ".png", ".heic", ".webp", ".pdf")
    files = sorted(one for one in evaluation_data.rglob("*") if one.suffix.lower() in kinds)
    honest = [one for one in files if one.stat().st_size < 2**22 and "hostile" not in one.parts]
    assert honest
    for number in range(COUNT):
        chance = random.Random(number)
        file = chance.choice(honest)
        content = mutated(file.read_bytes(), chance)
        assert decoded(decoders, file.name, content) is not Reason.ANALYSIS_FAILED
        assert within_limits(decoders), (number, file.name, decoders.runner.last)


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, half of the time near the beginning, where headers are; or cut."""
    changed = bytearray(content)
    reach = len(changed) if chance.random() < 0.5 else min(len(changed), 512)
    for _ in range(chance.choice((1, 4, 32, 256))):
        changed[chance.randrange(reach)] = chance.randrange(256)
    return bytes(changed[: chance.randrange(len(changed))] if chance.random() < 0.1 else changed)
