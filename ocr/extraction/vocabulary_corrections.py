"""Fields held against the words that registries and police choose from.

Types of business, the items and legal sentences of scopes, numerals of sums, the places of the
region in the credit code, and nationalities. Names and codes are never changed. What was read stays
with the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ocr.document_types import AUTHORITY, CREDIT_CODE, NATIONALITY, SCOPE
from ocr.extraction.business_types import TYPES
from ocr.extraction.closed_vocabulary import corrected
from ocr.extraction.label import SPECKS
from ocr.extraction.nationalities import NATIONALITIES
from ocr.extraction.regions import places_of_region
from ocr.extraction.standard_scope import ITEMS, SENTENCES
from ocr.extraction.values import Value
from ocr.recognition.line import Line

CAPITAL, PREMISES, TYPE = "注册资本", "住所", "类型"
Letters = list[tuple[str, float]]  # characters, each with its probability
_ITEM = re.compile(r"[^;。]+")
_WORD = re.compile(r"[\u3400-\u9fff]")
_NUMERALS = "零壹贰叁肆伍陆柒捌玖拾佰仟万亿"
MIN_NUMERALS = 3  # of a sum, among which one may be read as something else
# What capital numerals are taken for, which stands in no sum.
_LOOK_LIKE_NUMERALS = {
    "抬": "拾", "捡": "拾", "拐": "捌", "伯": "佰", "值": "佰", "任": "仟", "什": "仟", "位": "伍",
    "陈": "陆", "染": "柒", "玫": "玖", "贡": "贰", "参": "叁", "肄": "肆", "壶": "壹", "方": "万",
}  # fmt: skip
_HALF_CURRENCY = re.compile(r"元(?:民币|人币)$")
_LEGAL = re.compile(r"(?<=[\u4e00-\u9fff)])\((?=依法|企业依|除依|市场主体依|不得)")
_BRACKETED = re.compile("依法|除依法")  # sentences that are printed in brackets everywhere
FULL_WIDTH = 1.7  # of a line's usual step: between two characters one is missing


def with_corrections(values: Mapping[str, Value]) -> dict[str, Value]:
    """The fields of a document, those that can only be meant otherwise than they were read mended.

    `corrected_from` of a value says what was read.
    """
    code = values.get(CREDIT_CODE)
    places = places_of_region(code.text[2:8]) if code else frozenset[str]()
    return {name: _mended(name, value, places) for name, value in values.items()}


def _mended(name: str, value: Value, places: frozenset[str]) -> Value:
    letters = _letters(value)
    if letters is None:
        return value
    if name == SCOPE:
        text = _scope(letters, value)
    elif name == TYPE:
        text = corrected(value.text, [sure for _, sure in letters], TYPES) or value.text
    elif name == NATIONALITY:
        text = corrected(value.text, [sure for _, sure in letters], NATIONALITIES) or value.text
    elif name == CAPITAL:
        text = _capital(letters)
    elif name in (PREMISES, AUTHORITY):
        text = _place(letters, places)
    else:
        return value
    return value if text == value.text else replace(value, text=text, corrected_from=value.text)


def _letters(value: Value) -> Letters | None:
    """The characters of a value with their probabilities; None where these do not belong to it."""
    letters: Letters = []
    for line in value.lines:
        own = list(zip(line.text, line.confidences, strict=False))
        letters += own[len(line.text) - len(line.text.lstrip(SPECKS)) :]
    if len(value.text) == len(letters) + 1:  # a bracket that was added
        letters.append((value.text[-1], 0.0))
    if len(value.text) != len(letters):
        return None
    return [(letter, sure) for letter, (_, sure) in zip(value.text, letters, strict=True)]


def _scope(letters: Letters, value: Value) -> str:
    """A scope whose items and legal sentence are those of the catalogue."""
    text = "".join(letter for letter, _ in letters)
    sure = [sure for _, sure in letters]
    start, sentence = _legal_ending(text, sure)
    body = _ITEM.sub(lambda item: _item(item[0], sure[item.start() : item.end()]), text[:start])
    if sentence and body and body[-1] not in "。;" and _is_stop_missing(value):
        body += "。"
    return body + sentence


def _legal_ending(text: str, sure: Sequence[float]) -> tuple[int, str]:
    """Where the legal sentence at the end of a scope begins, and that sentence as it is printed.

    Its words decide, for brackets and commas are easily lost; the end of the text and an empty
    sentence where there is none.
    """
    words = [at for at, letter in enumerate(text) if _WORD.match(letter)]
    for meant, variants in _SENTENCES.items():
        own = words[-len(meant) :]
        read = "".join(text[at] for at in own)
        if read != meant and corrected(read, [sure[at] for at in own], [meant]) is None:
            continue
        is_open = text[own[0] - 1 : own[0]] == "("
        if not is_open and not (text[: own[0]].endswith(("。", ";")) and _BRACKETED.match(meant)):
            continue
        stopped = "。" in text[own[-1] :]
        matching = [one for one in variants if one.endswith("。)") == stopped]
        return own[0] - is_open, (matching or variants)[0]
    return len(text), ""


def _by_words(sentences: Iterable[str]) -> dict[str, list[str]]:
    """Sentences by their words alone, the longest first."""
    found: dict[str, list[str]] = {}
    for sentence in sorted(sentences, key=len, reverse=True):
        found.setdefault("".join(_WORD.findall(sentence)), []).append(sentence)
    return found


_SENTENCES = _by_words(SENTENCES)


def _item(text: str, sure: list[float]) -> str:
    """An item of the catalogue, or two of them between which a semicolon was not read."""
    if text in ITEMS:
        return text
    for at in range(2, len(text) - 1):
        if text[:at] in ITEMS and text[at:] in ITEMS:
            return f"{text[:at]};{text[at:]}"
    return corrected(text, sure, ITEMS) or text


def _is_stop_missing(value: Value) -> bool:
    """Whether a space as wide as a character stands before the bracket of a legal sentence."""
    found = [(line, at) for line in value.lines if (at := _legal(line)) is not None]
    return any(_gap(line, at) > FULL_WIDTH for line, at in found)


def _legal(line: Line) -> int | None:
    """Where in a line the bracket of a legal sentence stands, right after a word."""
    found = _LEGAL.search(line.text) if len(line.places) == len(line.text) else None
    return found.start() if found else None


def _gap(line: Line, at: int) -> float:
    """From the character before a place in a line to that there, in usual steps."""
    steps = np.diff(line.places)
    return float(steps[at - 1] / max(float(np.median(steps)), 1e-6))


def _capital(letters: Letters) -> str:
    """A sum in capital numerals, in which nothing but numerals and its ending can stand."""
    text = _HALF_CURRENCY.sub("元人民币", "".join(letter for letter, _ in letters))
    body, unit, ending = text.partition("元")
    strange = [letter for letter in body if letter not in _NUMERALS]
    if not unit or len(strange) != 1 or len(body) < MIN_NUMERALS:
        return text
    return body.replace(strange[0], _LOOK_LIKE_NUMERALS.get(strange[0], strange[0])) + unit + ending


def _place(letters: Letters, places: Iterable[str]) -> str:
    """An address or an office that begins with a place of the region in the code."""
    text = "".join(letter for letter, _ in letters)
    sure = [sure for _, sure in letters]
    fits = {len(place) for place in places if text.startswith(place)}
    by_length: dict[int, set[str]] = {}
    for place in places:
        by_length.setdefault(len(place), set()).add(place)
    for length in sorted(by_length, reverse=True):
        if any(known >= length for known in fits):
            return text
        if mended := corrected(text[:length], sure[:length], by_length[length]):
            return mended + text[length:]
    return text
