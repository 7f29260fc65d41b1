"""Dates as they are printed, 2020年06月04日 or 二〇二〇年六月四日, also where they were misread."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from ocr.extraction.values import Value
from ocr.identifiers import DAY_NUMERALS, YEAR_NUMERALS, read_date
from ocr.recognition.protocols import TextReader

DATE = re.compile(
    rf"\d{{4}}年\d{{1,2}}月\d{{1,2}}日?|{YEAR_NUMERALS}年{DAY_NUMERALS}月{DAY_NUMERALS}日?"
)
_ONE_DIGIT = re.compile(r"\d{4}年(?:\d{1,2}月)?\d[月日]")
_PADDED = re.compile(r"\d{4}年(?:\d{1,2}月)?0\d[月日]")
DATE_LENGTH = 9.5  # line heights
NUMERALS = "〇零一二三四五六七八九十"


def completed_date(printed: str) -> str:
    """A match of `DATE` with its last character, which may not have been read."""
    return printed.rstrip("日") + "日"


def lacks_digit(text: str, others: Iterable[str]) -> bool:
    """Whether a date has one digit where its sheet prints two: one of 2017年04月18日 is hidden.

    Registers print months and days with two digits (GB/T 7408); a sheet on which `others` of its
    texts have dates with one, and none with a leading zero, does not.
    """
    if not _ONE_DIGIT.search(text):
        return False
    printed = " ".join(others)
    padded = bool(_PADDED.search(text) or _PADDED.search(printed))
    return padded or not _ONE_DIGIT.search(printed)


def date_characters(text: str) -> str:
    """What a date is made of that was read as `text`: Arabic digits or Chinese numerals."""
    return (NUMERALS if re.search(r"[一二三四五六七八九]", text) else "0123456789") + "年月日"


def read_date_again(value: Value, reader: TextReader) -> Value:
    """A value that is no date, read again as nothing but a date; unchanged where that fails."""
    characters = date_characters(value.text)
    again = reader.read([np.array(value.lines[0].quad)], characters)
    return Value(again[0].text, tuple(again)) if again and read_date(again[0].text) else value
