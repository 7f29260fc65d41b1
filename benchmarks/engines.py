"""`kaihu bench engines`: CPU seconds of each analysis, beside what the packages' defaults cost.

Inputs are the demo's: a drawn and photographed licence and card, the actor's video, the digits.
"""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from app.cli.serve import environment
from app.jobs.analysis_pool import Analysts, Borrowed, load_analyst
from app.settings import Settings
from demo.actor import Actor, index_clip
from demo.documents import Press, photograph
from demo.personas import NOODLES, OWNER
from demo.speaker import DigitSpeaker
from core.files import SoundLimits, VideoLimits
from evaluation.report import Figures
from kyc.liveness.challenge import Action, Cue, FaceChallenge
from kyc.policy import load_policy

REPEATS, ONBOARDINGS = 5, 100
NEVER = 10**6  # analyses: a worker replaces its processes before so many
TODAY = date(2026, 11, 24)
ACTIONS = (
    Action.TURN_LEFT,
    Action.OPEN_MOUTH,
    Action.TURN_RIGHT,
    Action.LOOK_UP,
    Action.OPEN_MOUTH,
)
VIDEO_LIMITS = VideoLimits(20 * 1024 * 1024, 20.0, 1920 * 1080 * 2)
SOUND_LIMITS = SoundLimits(10 * 1024 * 1024, 60.0)
DIGITS = {"first": "9081726354", "second": "112738"}
Inputs = dict[str, tuple[bytes, dict[str, Any]]]


def bench_engines(settings: Settings) -> Figures:
    """Measured in processes with a worker's environment (threads)."""
    os.environ.update(environment(settings))
    with ProcessPoolExecutor(1, get_context("spawn")) as other:
        inputs = other.submit(_inputs, settings).result()
    with ProcessPoolExecutor(1, get_context("spawn")) as other:
        figures = other.submit(_costs, settings, inputs).result()
    return figures | _memory(settings, inputs)


def _costs(settings: Settings, inputs: Inputs) -> Figures:
    began = time.perf_counter()
    analyst = load_analyst(settings.models, settings.policy)
    figures: Figures = {"n": REPEATS, "worker_ready_s": time.perf_counter() - began}
    borrowed = Borrowed()

    def analyse(kind: str) -> None:
        content, asked = inputs[kind]
        analyst.analyse(kind, content, asked, TODAY)
        borrowed.give_back()

    cost = {kind: _median_cpu(analyse, kind) for kind in inputs}
    figures["licence_page_cpu_s"] = cost["licence"]
    figures["id_card_cpu_s"] = cost["id_card_front"]
    figures["face_video_cpu_s"] = cost["face_video"]
    figures["voice_clip_cpu_s"] = cost["voice_clip"]
    figures["onboarding_cpu_s"] = sum(cost.values())
    naive = {kind: _median_cpu(_NAIVE[kind], content) for kind, (content, _) in inputs.items()}
    figures["naive_licence_page_cpu_s"] = naive["licence"]
    figures["naive_face_video_cpu_s"] = naive["face_video"]
    figures["naive_voice_clip_cpu_s"] = naive["voice_clip"]
    figures["naive_onboarding_cpu_s"] = sum(naive.values())
    figures["ratio_onboarding"] = figures["naive_onboarding_cpu_s"] / figures["onboarding_cpu_s"]
    return figures


def _inputs(settings: Settings) -> Inputs:
    demo = settings.models / "demo"
    rules = load_policy(settings.policy).liveness.motion
    actor = Actor(index_clip(demo / "franck.mp4", settings.models), rules, 1)
    press = Press(demo / "NotoSansSC.ttf")
    starts = [0.8 + 1.6 * number for number in range(len(ACTIONS))]
    cues = [Cue(a, at, at + 1.6) for a, at in zip(ACTIONS, starts, strict=True)]
    asked = {"cues": [{"action": c.action, "at": c.at, "until": c.until} for c in cues]}
    digits = DigitSpeaker(demo / "digits").say(DIGITS["first"] + DIGITS["second"], 1)
    return {
        "id_card_front": (photograph(press.id_card_front(OWNER, actor.portrait()), 1), {}),
        "id_card_back": (photograph(press.id_card_back(), 2), {}),
        "licence": (photograph(press.licence(NOODLES), 3), {}),
        "face_video": (actor.play(FaceChallenge(tuple(cues))), asked),
        "voice_clip": (digits, dict(DIGITS)),
    }


def _memory(settings: Settings, inputs: Inputs) -> Figures:
    """Of a process that a worker starts for its analyses, seen from outside."""
    analysts = Analysts(settings.models, settings.policy, 1, recycle_after=NEVER)
    analysts.warm_up()
    process = max(psutil.Process().children(), key=lambda child: child.memory_info().rss)
    sizes = []
    for _ in range(ONBOARDINGS):
        for kind, (content, asked) in inputs.items():
            analysts.analyse(kind, content, asked, TODAY, settings.job_seconds).result()
        sizes.append(process.memory_info().rss / 2**20)
    peak = _peak_mb(process.pid)
    analysts.close()
    half = ONBOARDINGS // 2  # caches and arenas fill during the first
    slope = float(np.polyfit(np.arange(half, ONBOARDINGS), sizes[half:], 1)[0])
    return {
        "worker_rss_mb": sizes[-1],
        "worker_rss_peak_mb": peak,
        "rss_growth_mb_per_100": slope * 100,
    }


def _peak_mb(pid: int) -> float:
    """The most that a process has ever held, analyses under way included (Linux)."""
    told = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(told[1]) / 1024 if told else math.nan


def _median_cpu(work: Callable[[Any], None], argument: Any) -> float:
    work(argument)
    seconds = []
    for _ in range(REPEATS):
        began = time.process_time()
        work(argument)
        seconds.append(time.process_time() - began)
    return float(np.median(seconds))


_paddle: Any = None


def _naive_document(content: bytes) -> None:
    """PaddleOCR as its page documents it, but for the weights, which cannot be downloaded here."""
    global _paddle
    import cv2
    from paddleocr import PaddleOCR

    if _paddle is None:
        models = Settings().models / "ocr"
        _paddle = PaddleOCR(
            text_detection_model_name="PP-OCRv6_small_det",
            text_detection_model_dir=str(models / "det"),
            text_recognition_model_name="PP-OCRv6_small_rec",
            text_recognition_model_dir=str(models / "rec"),
            engine="onnxruntime",
            use_doc_orientation_classify=False,
            use_doc_unwarping=False,
            use_textline_orientation=False,
        )
    _paddle.predict(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR))


def _naive_face_video(content: bytes) -> None:
    """face_recognition's own example: locate and encode in every frame."""
    import face_recognition

    from kyc.face.video import sampled_frames

    for frame in sampled_frames(content, lambda _: 1000, VIDEO_LIMITS):
        places = face_recognition.face_locations(frame.image)
        face_recognition.face_encodings(frame.image, places)


def _naive_voice_clip(content: bytes) -> None:
    """librosa's MFCC, averaged: what a first voiceprint usually is."""
    import librosa

    from voiceprint.audio import RATE, decode_recording

    samples = decode_recording(content, SOUND_LIMITS)
    librosa.feature.mfcc(y=samples, sr=RATE, n_mfcc=20).mean(axis=1)


_NAIVE: dict[str, Callable[[bytes], None]] = {
    "id_card_front": _naive_document,
    "id_card_back": _naive_document,
    "licence": _naive_document,
    "face_video": _naive_face_video,
    "voice_clip": _naive_voice_clip,
}
