"""What every person of the demo is played with: clips, a voice, a font, the rules of the server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from app import policy
from app.settings import Settings
from demo.actor import Clip, index_clip
from demo.documents import DocumentPrinter
from demo.speaker import DigitSpeaker
from kyc.liveness.motion import MotionRules
from kyc.policy import LivenessPolicy

OWNER_CLIP, STRANGER_CLIP = "franck.mp4", "cap12.mp4"
CLIPS = (OWNER_CLIP, STRANGER_CLIP)
FONT, DIGITS = "NotoSansSC.ttf", "digits"


@dataclass(frozen=True)
class Material:
    """Material that the people share.

    `motion` is what the server takes for an action, `outbox` the file of one-time codes.
    """

    printer: DocumentPrinter
    speaker: DigitSpeaker
    owner: Clip
    stranger: Clip
    motion: MotionRules
    outbox: Path


def demo_folder(models: Path) -> Path:
    """The part of the weights' folder that is the demo's."""
    return models / "demo"


def load_material(settings: Settings) -> Material:
    """The material, clips indexed; minutes the first time, seconds from then on."""
    folder = demo_folder(settings.models)
    with ThreadPoolExecutor() as pool:
        clips = [pool.submit(index_clip, folder / name, settings.models) for name in CLIPS]
        owner, stranger = (clip.result() for clip in clips)
    rules = policy.load(settings.policy).section(LivenessPolicy)
    return Material(
        printer=DocumentPrinter(folder / FONT),
        speaker=DigitSpeaker(folder / DIGITS),
        owner=owner,
        stranger=stranger,
        motion=rules.motion,
        outbox=settings.codes,
    )
