"""Digits by the owner's own templates: right ones, others, and copies of what was enrolled."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from demo.speaker import as_wav
from evaluation.rates import wilson
from evaluation.report import Figures, not_measured
from evaluation.speech import DEGRADATIONS, loudspeaker, room, soft, sound, untouched
from kyc.policy import VoicePolicy
from voiceprint.audio import RATE, Samples
from voiceprint.digits import (
    DigitTemplates,
    best_matches,
    match_readings,
    mean_distance,
    mean_excess,
)
from voiceprint.reader import VoiceReader
from voiceprint.segmentation import segmentations

DIGITS = "0123456789"
TRIALS = 60
COPIES = 25
ENROLMENTS = 12
PLACES = {
    "near": untouched,
    "soft40db": soft,
    "room0.4s": room(0.4),
    "room0.7s": room(0.7),
    "room1.2s": room(1.2),
}
CHANNELS = {"untouched": untouched, **DEGRADATIONS, "loudspeaker": loudspeaker}


def digit_figures(folder: Path, reader: VoiceReader, rules: VoicePolicy) -> Figures:
    """Six digits from one speaker's takes, with pauses, cut apart and matched as enrolment does.

    Templates are one other take of each digit. Wrong strings are other random ones; beside them
    stand strings of which just one digit is another. `enrolment.*` is the whole reading, in the
    places of `PLACES`.
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
        digits = {d: [sound(folder / p) for p in ps] for d, ps in paths.items() if len(ps) >= 2}
        if len(digits) < 10:
            continue
        for _ in range(TRIALS):
            for name, accepted in _trial(digits, chance, rules).items():
                results[f"digits.{corpus}.{name}_accepted"].append(accepted)
        for _ in range(COPIES):
            for name, noticed in _copies(digits, chance, rules).items():
                results[f"copies.{corpus}.{name}"].append(noticed)
        for _ in range(ENROLMENTS):
            for name, so in _enrolment(reader, digits, chance, rules).items():
                results[f"enrolment.{corpus}.{name}"].append(so)
    figures: Figures = {}
    for name, rows in results.items():
        figures |= {name: float(np.mean(rows)), f"{name}.ci95": wilson(sum(rows), len(rows))}
    for corpus in {corpus for corpus, _ in takes} - {name.split(".")[1] for name in results}:
        names = [f"digits.{corpus}.{end}_accepted" for end in ("right", "wrong")]
        figures |= not_measured("no speaker with two takes of every digit", *names)
    return figures


def _trial(
    digits: dict[str, list[Samples]], chance: np.random.Generator, rules: VoicePolicy
) -> dict[str, bool]:
    kept = {d: int(chance.integers(len(takes))) for d, takes in digits.items()}
    first = "".join(chance.permutation(list(DIGITS)))
    template_takes = [digits[d][kept[d]] for d in first]
    said = "".join(chance.choice(list(DIGITS), rules.second_reading))
    others = {d: [t for n, t in enumerate(digits[d]) if n != kept[d]] for d in digits}
    spoken = [others[d][int(chance.integers(len(others[d])))] for d in said]
    place = int(chance.integers(len(said)))
    asked = {
        "right": said,
        "wrong": "".join(chance.choice(list(DIGITS), len(said))),
        "one_other": said[:place] + str((int(said[place]) + 1) % 10) + said[place + 1 :],
    }
    samples = np.concatenate([_read_aloud(template_takes, chance), _read_aloud(spoken, chance)])
    accepted = {}
    for name, string in asked.items():
        if name == "right" or string != said:
            found = match_readings(samples, first, string)
            accepted[name] = (
                found is not None and mean_excess(found.matches) <= rules.rules.most_digit_excess
            )
    return accepted


def _enrolment(
    reader: VoiceReader,
    digits: dict[str, list[Samples]],
    chance: np.random.Generator,
    rules: VoicePolicy,
) -> dict[str, bool]:
    """Whether an honest enrolment passes, and whether its failure is put down to the room."""
    two = {d: [takes[n] for n in chance.permutation(len(takes))[:2]] for d, takes in digits.items()}
    first = "".join(chance.permutation(list(DIGITS)))
    second = "".join(chance.choice(list(DIGITS), rules.second_reading))
    spoken = [two[d][0] for d in first] + [two[d][1] for d in second]
    read = _read_aloud(spoken, chance)
    found = {}
    for place, channel in PLACES.items():
        reasons = reader.enrol(
            as_wav(channel(read)), first, second, rules.rules, rules.limits
        ).reasons
        found[f"{place}.accepted"] = not reasons
        found[f"{place}.told_of_echo"] = "too_much_echo" in reasons
    return found


def _read_aloud(takes: Sequence[Samples], chance: np.random.Generator) -> Samples:
    """Takes one after the other with pauses of 80 to 250 ms, in a quiet room."""
    parts = [np.zeros(RATE // 3)]
    for take in takes:
        pause = np.zeros(int(chance.integers(8 * RATE // 100, 25 * RATE // 100)))
        parts += [take / np.abs(take).max() / 2, pause]
    samples = np.concatenate([*parts, np.zeros(RATE // 4)])
    return np.asarray(samples + chance.normal(0, 0.002, samples.shape), np.float32)


def _copies(
    digits: dict[str, list[Samples]], chance: np.random.Generator, rules: VoicePolicy
) -> dict[str, bool]:
    """Whether a call cut from the enrolled takes is noticed, and whether one of other takes is."""
    two = {d: [takes[n] for n in chance.permutation(len(takes))[:2]] for d, takes in digits.items()}
    first = "".join(chance.permutation(list(DIGITS)))
    enrolled = _read_aloud([two[d][0] for d in first], chance)
    parted = segmentations(enrolled, len(first))
    if not parted:
        return {}
    own = DigitTemplates.enrolled(enrolled, parted[0], first)
    said = "".join(chance.choice(list(DIGITS), rules.second_reading))
    found = {}
    for take, kind in enumerate(("noticed", "alarm")):
        call = _read_aloud([two[d][take] for d in said], chance)
        for name, channel in CHANNELS.items():
            if (matches := best_matches(own, channel(call), said)) is not None:
                distance = mean_distance(matches)
                found[f"{name}.{kind}"] = distance < rules.rules.least_digit_distance
    return found
