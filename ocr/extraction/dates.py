"""Dates as they are printed, 2020年06月04日, also where they were misread."""

from __future__ import annotations

import re

import numpy as np

from ocr.extraction.values import Value
from ocr.identifiers import read_date
from ocr.recognition.protocols import TextReader

DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日?")
DATE_CHARACTERS = "0123456789年月日"
DATE_LENGTH = 9.5  # line heights


def completed_date(printed: str) -> str:
    """A match of `DATE` with its last character, which may not have been read."""
    return printed.rstrip("日") + "日"


def read_date_again(value: Value, reader: TextReader) -> Value:
    """A value that is no date, read again as nothing but a date; unchanged where that fails."""
    again = reader.read([np.array(value.lines[0].quad)], DATE_CHARACTERS)
    return Value(again[0].text, tuple(again)) if again and read_date(again[0].text) else value
