"""`kaihu evaluate voice`: speaker trials, degraded speech, and digits by the owner's templates."""

from __future__ import annotations

import csv
import io
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import av
import numpy as np

from evaluation.curves import Curves
from evaluation.rates import equal_error_rate, min_dcf, score_at_eer, true_accept_rate, wilson
from evaluation.report import Figures, not_measured
from kyc.policy import VoicePolicy
from voiceprint.digits import best_match, excess
from voiceprint.sound import RATE, Samples, decode_sound
from voiceprint.speaker import SpeakerEmbedder

Trial = dict[str, str]
DIGIT_TRIALS = 60
LEAST_TRIALS = 10


def evaluate_voice(data: Path, models: Path, policy: VoicePolicy, curves: Curves) -> Figures:
    folder = data / "voice"
    embedder = SpeakerEmbedder(models)
    trials: dict[tuple[str, str], list[Trial]] = defaultdict(list)
    with (folder / "trials.csv").open() as file:
        for trial in csv.DictReader(file):
            trials[trial["corpus"], trial["seconds"]].append(trial)
    figures: Figures = {"n": sum(map(len, trials.values()))}
    for (corpus, seconds), rows in sorted(trials.items()):
        name = f"{corpus}.{seconds}s"
        figures |= _trial_figures(folder, embedder, name, rows, curves)
        figures |= _trial_figures(
            folder, embedder, f"{name}.other_clip", [r for r in rows if r["other_clip"] == "1"]
        )
    four = trials["librispeech", "4.0"]
    different = [row for row in four if row["same"] == "0"][:1500]
    chosen = [row for row in four if row["same"] == "1"] + different
    for name, degrade in DEGRADATIONS.items():
        scores, same = _scores(folder, embedder, chosen, degrade)
        figures[f"degraded.{name}.eer"] = equal_error_rate(scores, same)
    figures |= _digit_figures(folder, policy)
    figures |= _synthetic_figures(folder, embedder, four, policy)
    figures["second_cpu_ms"] = _second_cost(folder, embedder, chosen)
    return figures


def _trial_figures(
    folder: Path,
    embedder: SpeakerEmbedder,
    name: str,
    rows: list[Trial],
    curves: Curves | None = None,
) -> Figures:
    same_count = sum(row["same"] == "1" for row in rows)
    counts = {f"{name}.n_same": same_count, f"{name}.n_different": len(rows) - same_count}
    if min(counts.values()) < LEAST_TRIALS:
        return counts | not_measured("too few trials", f"{name}.eer", f"{name}.mindcf")
    scores, same = _scores(folder, embedder, rows, lambda samples: samples)
    if curves is not None:
        curves.add(name, scores, same)
    figures = {
        f"{name}.eer": equal_error_rate(scores, same),
        f"{name}.cosine_at_eer": score_at_eer(scores, same),
        f"{name}.cosine_at_far_1e-2": float(np.quantile(scores[~same], 1 - 1e-2)),
        f"{name}.cosine_at_far_1e-3": float(np.quantile(scores[~same], 1 - 1e-3)),
        f"{name}.tar_at_far_1e-3": true_accept_rate(scores, same, 1e-3),
        f"{name}.mindcf": min_dcf(scores, same),
    }
    return figures | counts


def _scores(
    folder: Path,
    embedder: SpeakerEmbedder,
    rows: list[Trial],
    degrade: Callable[[Samples], Samples],
) -> tuple[np.ndarray, np.ndarray]:
    @cache
    def embedding(path: str, start: str, seconds: str) -> np.ndarray:
        first = int(float(start) * RATE)
        cut = _sound(folder / path)[first : first + int(float(seconds) * RATE)]
        return embedder.embed(degrade(cut))

    scores = [
        float(
            embedding(row["enrol"], row["enrol_start_s"], row["seconds"])
            @ embedding(row["test"], row["test_start_s"], row["seconds"])
        )
        for row in rows
    ]
    return np.array(scores), np.array([row["same"] == "1" for row in rows])


@cache
def _sound(path: Path) -> Samples:
    return decode_sound(path.read_bytes())


def _synthetic_figures(
    folder: Path, embedder: SpeakerEmbedder, trials: list[Trial], policy: VoicePolicy
) -> Figures:
    """Synthetic voices that claim to be each enrolled person, and the persons themselves.

    None of the set's synthetic voices imitates anybody: this is no test against cloned voices.
    """
    with (folder / "manifest.csv").open() as file:
        voices = [row["path"] for row in csv.DictReader(file) if row["kind"] == "tts"]
    if not voices:
        return not_measured("no synthetic voices", "synthetic.rejected", "synthetic.live_rejected")
    enrolled = {(row["enrol"], row["enrol_start_s"]): row for row in trials}
    owners = np.stack([_cut(folder, embedder, r["enrol"], r) for r in enrolled.values()])
    spoofs = np.stack([embedder.embed(_sound(folder / path)) for path in voices])
    least = policy.known_voice["1.5"]
    rejected = (owners @ spoofs.T < least).ravel()
    own = [r for r in trials if r["same"] == "1" and r["other_clip"] == "1"]
    scores, _ = _scores(folder, embedder, own, lambda samples: samples)
    return {
        "synthetic.voices": len(voices),
        "synthetic.rejected": float(rejected.mean()),
        "synthetic.rejected.ci95": wilson(int(rejected.sum()), len(rejected)),
        "synthetic.live_rejected": float((scores < policy.known_voice["4.0"]).mean()),
    }


def _cut(folder: Path, embedder: SpeakerEmbedder, path: str, row: Trial) -> np.ndarray:
    first = int(float(row["enrol_start_s"]) * RATE)
    return embedder.embed(_sound(folder / path)[first : first + int(float(row["seconds"]) * RATE)])


def _digit_figures(folder: Path, rules: VoicePolicy) -> Figures:
    """Six digits from one speaker's takes, with pauses, cut apart and matched as enrolment does.

    Templates are one other take of each digit. Wrong strings are other random ones; beside them
    stand strings of which just one digit is another.
    """
    takes: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with (folder / "manifest.csv").open() as file:
        for row in csv.DictReader(file):
            if len(row["text"]) == 1 and row["text"].isdigit() and row["kind"] == "human":
                corpus = row["path"].split("/")[0]
                takes[corpus, row["speaker"]][row["text"]].append(row["path"])
    results: dict[str, list[bool]] = defaultdict(list)
    chance = np.random.default_rng(1)
    for (corpus, _), paths in sorted(takes.items()):
        digits = {d: [_sound(folder / p) for p in ps] for d, ps in paths.items() if len(ps) >= 2}
        if len(digits) < 10:
            continue
        for _ in range(DIGIT_TRIALS):
            for name, accepted in _digit_trial(digits, chance, rules).items():
                results[f"digits.{corpus}.{name}_accepted"].append(accepted)
    figures: Figures = {}
    for name, rows in results.items():
        figures |= {name: float(np.mean(rows)), f"{name}.ci95": wilson(sum(rows), len(rows))}
    for corpus in {corpus for corpus, _ in takes} - {name.split(".")[1] for name in results}:
        names = [f"digits.{corpus}.{end}_accepted" for end in ("right", "wrong")]
        figures |= not_measured("no speaker with two takes of every digit", *names)
    return figures


def _digit_trial(
    digits: dict[str, list[Samples]], chance: np.random.Generator, rules: VoicePolicy
) -> dict[str, bool]:
    kept = {d: int(chance.integers(len(takes))) for d, takes in digits.items()}
    first = "".join(chance.permutation(list("0123456789")))
    template_takes = [digits[d][kept[d]] for d in first]
    said = "".join(chance.choice(list("0123456789"), rules.second_reading))
    others = {d: [t for n, t in enumerate(digits[d]) if n != kept[d]] for d in digits}
    spoken = [others[d][int(chance.integers(len(others[d])))] for d in said]
    place = int(chance.integers(len(said)))
    asked = {
        "right": said,
        "wrong": "".join(chance.choice(list("0123456789"), len(said))),
        "one_other": said[:place] + str((int(said[place]) + 1) % 10) + said[place + 1 :],
    }
    samples = np.concatenate([_read_aloud(template_takes, chance), _read_aloud(spoken, chance)])
    accepted = {}
    for name, string in asked.items():
        if name == "right" or string != said:
            found = best_match(samples, first, string)
            accepted[name] = found is not None and excess(found[1]) <= rules.most_digit_excess
    return accepted


def _read_aloud(takes: Sequence[Samples], chance: np.random.Generator) -> Samples:
    """Takes one after the other with pauses of 80 to 250 ms, in a quiet room."""
    parts = [np.zeros(RATE // 3)]
    for take in takes:
        pause = np.zeros(int(chance.integers(8 * RATE // 100, 25 * RATE // 100)))
        parts += [take / np.abs(take).max() / 2, pause]
    samples = np.concatenate([*parts, np.zeros(RATE // 4)])
    return np.asarray(samples + chance.normal(0, 0.002, samples.shape), np.float32)


def _second_cost(folder: Path, embedder: SpeakerEmbedder, rows: list[Trial]) -> float:
    cuts = [_sound(folder / row["enrol"])[: 4 * RATE] for row in rows[:20]]
    began = time.process_time()
    for cut in cuts:
        embedder.embed(cut)
    return (time.process_time() - began) * 1000 / sum(len(cut) / RATE for cut in cuts)


def _noise(samples: Samples) -> Samples:
    power = float((samples**2).mean()) / 10
    noise = np.random.default_rng(1).normal(0, np.sqrt(power), samples.shape)
    return (samples + noise).astype(np.float32)


def _coded(codec: str, container: str, rate: int, bits: int) -> Callable[[Samples], Samples]:
    def through(samples: Samples) -> Samples:
        file = io.BytesIO()
        with av.open(file, "w", format=container) as output:
            stream = output.add_stream(codec, rate=rate)
            stream.layout = "mono"
            if bits:
                stream.bit_rate = bits
            resampler = av.AudioResampler(stream.format, "mono", rate, stream.frame_size or 160)
            pcm = (np.clip(samples, -1, 1) * 32767).astype(np.int16)[None]
            frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
            frame.sample_rate = RATE
            for part in [*resampler.resample(frame), *resampler.resample(None)]:
                output.mux(stream.encode(part))
            output.mux(stream.encode())
        return decode_sound(file.getvalue())

    return through


DEGRADATIONS: dict[str, Callable[[Samples], Samples]] = {
    "amr475": _coded("libopencore_amrnb", "amr", 8000, 4750),
    "aac24": _coded("aac", "adts", 16000, 24000),
    "noise10db": _noise,
    "mulaw8k": _coded("pcm_mulaw", "wav", 8000, 0),
}
