"""What stands around the rows: publisher, kind of account, owner, account, period, totals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from loans.sources.readers.amounts import AmountUnreadable, read_amount
from loans.sources.readers.records import Cell, words_of
from loans.sources.readers.times import TimeUnreadable, read_time
from loans.sources.readers.vocabulary import column_name, plain, vocabulary
from loans.sources.rows import AccountKind

MAX_NOTES = 400  # records outside of the rows that are kept
MAX_NOTE_CHARS = 1_000
MAX_CELLS = 64
LABEL_AND_VALUE = 2  # parts of a cell like 户名 周某某
SHORTEST_NAME = 2  # characters
YEAR_AND_MONTH = re.compile(r"(20\d\d)\s*[年/.-]\s*(\d{1,2})(?!\d)")
DAY = re.compile(r"20\d\d\s*[年/.-]\s*\d{1,2}\s*[月/.-]\s*\d{1,2}\s*日?|(?<!\d)20\d{6}(?!\d)")
LABEL_VALUE = re.compile(
    r"([^\s:：,，;；()（）\[\]]{1,16})\s*[:：]\s*[\[［【]?([^\s:：,，;；|\[\]［］【】]+)"
)
SPACED = re.compile(r"([户姓账帐卡])[\s\u3000]+([名号])")
ADDRESSED = re.compile(r"尊敬的\s*(?!客户|用户|会员)([^\s(（,，:：]{2,10}?)(?:先生|女士|小姐)")
OWN_BOOK = re.compile(
    r"([\u4e00-\u9fff()（）]{3,40}?(?:公司|合作社|经营部|商行|工厂|中心))\s*"
    r"[^\s:：]{0,8}?(?:资金流水|日记[账帐]|流水[账帐]|收支|收付款|出纳)"
)
PAYER_OF_OTHERS = re.compile("银行|支付|财付通|银联")  # whose statements are of its customers
CERTIFIED = re.compile(r"兹证明[:：]?\s*([^\s(（,，:：]{2,20})")


@dataclass(frozen=True)
class Note:
    """A record that is no row; `block` headers began before it.

    `beneath` is true where it stands under the last of them, in the same table.
    """

    line: int
    text: str
    words: tuple[str, ...]
    cells: tuple[Cell, ...] = ()
    block: int = 0
    table: int = 0
    beneath: bool = False


def note_of(
    line: int, cells: Sequence[Cell], block: int, table: int = 0, beneath: bool = False
) -> Note | None:
    """The note that a record is; None for an empty one."""
    words = words_of(cells)
    if not words:
        return None
    return Note(
        line,
        " ".join(words)[:MAX_NOTE_CHARS],
        tuple(words),
        tuple(cells[:MAX_CELLS]),
        block,
        table,
        beneath,
    )


def publisher_of(texts: Iterable[str]) -> tuple[str, AccountKind | None]:
    """The publisher whose mark stands first, and its kind of account; `unknown` without one."""
    for text in texts:
        found = plain(text)
        places = [
            (at, -len(mark), publisher)
            for publisher in vocabulary().publishers
            for mark in publisher.marks
            if (at := found.find(mark)) >= 0
        ]
        if places:
            best = min(places, key=lambda place: place[:2])[2]
            return best.code, best.account
    return "unknown", None


def account_of(texts: Iterable[str], usual: AccountKind | None) -> AccountKind:
    """The kind of account, by words around the rows; a publisher's usual kind without them."""
    joined = plain(" ".join(texts))
    for kind, words in vocabulary().accounts.items():
        if usual is AccountKind.WALLET and kind is not AccountKind.MERCHANT:
            continue  # wallets speak of cards and shares that they pay into
        if any(word in joined for word in words):
            return kind
    return usual or AccountKind.DEBIT


def account_in_notes(texts: Iterable[str], otherwise: AccountKind) -> AccountKind:
    """A merchant's account, if what stands outside of the table is addressed to one."""
    joined = plain(" ".join(texts))
    named = any(word in joined for word in vocabulary().notes["merchant"])
    return AccountKind.MERCHANT if named else otherwise


def owner_of(notes: Iterable[Note]) -> str | None:
    """Whose account it is, as printed."""
    labels = set(vocabulary().notes["owner"])
    for note in map(_closed_up, notes):
        if found := CERTIFIED.search(note.text) or ADDRESSED.search(note.text):
            return without_honorific(found[1])
        if (titled := OWN_BOOK.match(note.text)) and not PAYER_OF_OTHERS.search(titled[1]):
            return titled[1]
        for label, value in labelled(note):
            if label in labels and _is_name(value):
                return without_honorific(value)
    return None


def without_honorific(name: str) -> str:
    """A name without 先生 or 女士 behind it, which letters to customers add."""
    bare = re.sub(r"[(（]$", "", name)
    for word in vocabulary().notes["honorifics"]:
        if bare.endswith(word) and len(bare) - len(word) >= SHORTEST_NAME:
            return bare.removesuffix(word)
    return name


def tail_of(notes: Iterable[Note]) -> str | None:
    """The last four digits of the account, where a note prints them."""
    labels = set(vocabulary().notes["account"])
    for note in notes:
        joined = re.sub(r"(?<=[\d*])\s+(?=[\d*])", "", unicodedata.normalize("NFKC", note.text))
        for label, value in labelled(Note(note.line, joined, note.words)):
            if label in labels and (tail := last_digits(value)):
                return tail
    return None


def last_digits(text: str) -> str | None:
    """The last four digits of an account number."""
    found = re.search(r"(\d{4})\D{0,2}$", text.strip())
    return found[1] if found else None


def period_of(notes: Iterable[Note]) -> tuple[date | None, date | None]:
    """The first and the last day that the file says it covers."""
    words = vocabulary().notes["period"]
    days: list[date] = []
    for note in notes:
        text = plain(note.text)
        if "导出时间" in text or not any(word in text for word in words):
            continue
        days += _days(note.text)
        if len(days) >= 2:
            break
    return (min(days), max(days)) if len(days) >= 2 else (None, None)


def _days(text: str) -> list[date]:
    found = []
    for day in DAY.findall(text):
        try:
            moment = read_time(re.sub(r"\s", "", day))
        except TimeUnreadable:
            continue
        if isinstance(moment, date):
            found.append(moment.date() if isinstance(moment, datetime) else moment)
    return found


def year_and_month(texts: Iterable[str]) -> tuple[int, int] | None:
    """The month of a bill, by which its days without a year are understood: the last one there."""
    for text in texts:
        months = [
            (int(year), int(month))
            for year, month in YEAR_AND_MONTH.findall(unicodedata.normalize("NFKC", text))
            if 1 <= int(month) <= 12
        ]
        if months:
            return max(months)
    return None


def labelled(note: Note) -> list[tuple[str, str]]:
    """Pairs of a name and what is said of it: in one cell, or in two beside each other."""
    pairs = [(column_name(label), value) for label, value in LABEL_VALUE.findall(note.text)]
    for left, right in zip(note.words, note.words[1:], strict=False):
        pairs.append((column_name(left), right.strip()))
    for word in note.words:
        if len(apart := word.split()) == LABEL_AND_VALUE:
            pairs.append((column_name(apart[0]), apart[1]))
    return pairs


def _closed_up(note: Note) -> Note:
    """A note whose labels are not spaced out, as in 户　　名."""
    return replace(note, text=SPACED.sub(r"\1\2", note.text))


def _is_name(value: str) -> bool:
    if len(value) < SHORTEST_NAME or any(letter.isdigit() or letter == ":" for letter in value):
        return False
    return vocabulary().role(value) is None  # a name of a column stands beside the label


def opening_of(notes: Iterable[Note]) -> int | None:
    """The balance that was carried forward into the statement."""
    words = vocabulary().notes["opening"]
    for note in notes:
        if any(word in plain(note.text) for word in words):
            for cell in reversed(note.words):
                try:
                    amount = read_amount(cell.split("：")[-1].split(":")[-1])
                except AmountUnreadable:
                    continue
                if amount is not None:
                    return amount.fen
    return None
