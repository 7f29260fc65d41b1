"""Hostile and mutated files: each is decoded or has a reason of its own, within its limits.

`KAIHU_TRUST_MUTATIONS` says how many mutated files; 5,000 is the measure. They may be run in
pieces: `KAIHU_TRUST_FIRST_MUTATION` is the number of the first.
"""

from __future__ import annotations

import io
import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import pytest
from PIL import Image

from core.files import UnreadableFile
from core.reasons import Reason
from kyc.decoding.decoders import ConfinedDecoders
from kyc.face.video import FramePlan
from kyc.policy import DecodingPolicy, UploadPolicy
from tests.support.mutations import mutated
from tests.support.policy import POLICY

COUNT = int(os.environ.get("KAIHU_TRUST_MUTATIONS", "50"))
FIRST = int(os.environ.get("KAIHU_TRUST_FIRST_MUTATION", "0"))
UPLOADS, DECODING = POLICY.section(UploadPolicy), POLICY.section(DecodingPolicy)
VIDEOS = (".mp4", ".mov", ".webm", ".mkv")
RECORDINGS = (".wav", ".m4a", ".mp3", ".ogg", ".flac")
PHOTOS = (".jpg", ".png", ".heic", ".webp", ".gif", ".pdf")
MAX_MB = 1200  # above rest
MAX_CPU_S = 15
MAX_HONEST_BYTES = 2**22
CONVERTED = 3  # files of each kind of which the data have none


@dataclass
class Costs:
    """What the files of a run cost, and what became of them."""

    cpu_s: float = 0.0
    peak_mb: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def decoders() -> Iterator[ConfinedDecoders]:
    started = ConfinedDecoders(DECODING.limits)
    yield started
    started.runner.close()


def decoded(decoders: ConfinedDecoders, name: str, content: bytes) -> Reason | None:
    """The reason against a file, None where it is read; raises for anything else."""
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


def measure(decoders: ConfinedDecoders, costs: Costs, name: str, content: bytes) -> None:
    """Decode a file; one tried again (`ChildLost`), or that costs too much, is a fault."""
    try:
        reason = decoded(decoders, name, content)
    except Exception as error:
        costs.faults.append(f"{name}: {error!r}")
        return
    cost = decoders.runner.last
    costs.cpu_s, costs.peak_mb = max(costs.cpu_s, cost.cpu_s), max(costs.peak_mb, cost.peak_mb)
    costs.reasons[reason or "read"] += 1
    if reason is Reason.ANALYSIS_FAILED or cost.peak_mb > MAX_MB or cost.cpu_s > MAX_CPU_S:
        costs.faults.append(f"{name}: {reason} {cost}")


def test_the_hostile_set(decoders: ConfinedDecoders, evaluation_data: Path) -> None:
    files = sorted((evaluation_data / "hostile").glob("*--*"))
    assert files
    costs = Costs()
    for file in files:
        measure(decoders, costs, file.name, file.read_bytes())
    print(costs)
    assert not costs.faults


def test_mutated_files(decoders: ConfinedDecoders, evaluation_data: Path) -> None:
    honest = honest_files(evaluation_data)
    costs = Costs()
    for number in range(FIRST, FIRST + COUNT):
        chance = random.Random(number)
        suffix = chance.choice(sorted(honest))
        content, *others = chance.choices(honest[suffix], k=2)
        others.append(chance.choice(honest[chance.choice(sorted(honest))]))
        measure(decoders, costs, f"{number}{suffix}", mutated(content, suffix, others, chance))
    print(costs)
    assert not costs.faults


def honest_files(folder: Path) -> dict[str, list[bytes]]:
    """Photos, PDFs, clips and recordings by suffix; each kind is as likely as any other."""
    files: dict[str, list[bytes]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        suffix = path.suffix.lower()
        usual = suffix in (*PHOTOS, *VIDEOS, *RECORDINGS) and "hostile" not in path.parts
        if usual and len(files[suffix]) < 200 and path.stat().st_size < MAX_HONEST_BYTES:
            files[suffix].append(path.read_bytes())
    assert {".jpg", ".wav", ".mp4"} <= files.keys()
    for suffix, form in ((".webp", "WEBP"), (".gif", "GIF")):
        files[suffix] = [_saved(content, form) for content in files[".jpg"][:CONVERTED]]
    files[".ogg"] = [_opus(content) for content in files[".wav"][:CONVERTED]]
    return {suffix: contents for suffix, contents in files.items() if contents}


def _saved(photo: bytes, form: str) -> bytes:
    file = io.BytesIO()
    Image.open(io.BytesIO(photo)).convert("RGB").save(file, form)
    return file.getvalue()


def _opus(recording: bytes) -> bytes:
    file = io.BytesIO()
    with av.open(io.BytesIO(recording)) as source, av.open(file, "w", format="ogg") as target:
        stream = target.add_stream("libopus", rate=48_000, layout="mono")
        resampler = av.AudioResampler(format="flt", layout="mono", rate=48_000)
        for frame in source.decode(audio=0):
            for block in resampler.resample(frame):
                target.mux(stream.encode(block))
        target.mux(stream.encode())
    return file.getvalue()
