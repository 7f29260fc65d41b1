"""What the XML of an invoice says, whatever its schema calls the elements. Pure."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from loans.sources.invoices import Party
from loans.sources.readers.einvoice_printed import PrintedInvoice, PrintedItem
from loans.sources.readers.einvoice_words import BUYER, SELLER, vocabulary, words
from ocr.identifiers import read_date

MAX_DEPTH = 24
MAX_TAGS = 100_000  # an invoice with two thousand lines of goods has half as many
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")
_PREFIXES = re.compile(r"(</?|\s)[A-Za-z_][\w.-]{0,40}:(?=[A-Za-z_])")
_COMPACT_DAY = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:\d{6})?$")
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030"}
_SPECIAL = "generalorspecialvat"
_SPECIAL_WORD = "专用"
_GENERAL, _TOLL, _SPECIAL_CODE = "11", "12", "13"  # the last two digits of an old code
_OTHER = re.compile(r"original|blue|related|蓝字|原")  # another invoice that is named


class XmlUnreadable(Exception):
    """Bytes that are no XML, or XML with a document type or entities."""


class XmlTooLarge(Exception):
    """XML with more elements than any invoice has."""


@dataclass(frozen=True)
class _Leaf:
    """An element without others in it: its name, those around it, its text."""

    name: str
    around: tuple[str, ...]
    text: str
    parent: int  # which element it is in


def printed_xml(data: bytes) -> PrintedInvoice | None:
    """What the elements say; None where they are of no invoice.

    Entities and document types are refused before they are resolved. Raises `XmlUnreadable`,
    `XmlTooLarge`.
    """
    try:
        everything = list(_leaves(_root(data)))
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as error:
        raise XmlUnreadable from error
    goods = _goods(everything)
    leaves = [leaf for leaf in everything if leaf.parent not in goods]
    number = _first(leaves, "number")
    if number is None or (_first(leaves, "gross") is None and _first(leaves, "net") is None):
        return None
    code = _first(leaves, "code")
    return PrintedInvoice(
        kind=_kind(leaves, code),
        number=number,
        code=code,
        check_code=_first(leaves, "check_code"),
        day=next((day for text in _all(leaves, "day") if (day := read_date(_dashed(text)))), None),
        seller=_party(leaves, SELLER),
        buyer=_party(leaves, BUYER),
        net=_first(leaves, "net"),
        tax=_first(leaves, "tax"),
        gross=_first(leaves, "gross"),
        items=_items(list(goods.values())),
        words=_first(leaves, "words"),
        remark=_first(leaves, "remark") or "",
        drawer=_first(leaves, "drawer"),
    )


def _root(data: bytes) -> Element:
    text = _DECLARATION.sub("", _text(data), count=1)
    if text.count("<") > MAX_TAGS:
        raise XmlTooLarge
    try:
        return _parsed(text)
    except ParseError:
        # Some issuers use prefixes that they never declare.
        return _parsed(_PREFIXES.sub(r"\1", text))


def _parsed(text: str) -> Element:
    root: Element = fromstring(text, forbid_dtd=True)
    return root


def _text(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    declared = _DECLARED.match(data)
    named = declared[1].decode("ascii").lower() if declared else "utf-8"
    for encoding in (_WIDER.get(named, named), "utf-8-sig", "gb18030"):
        try:
            return data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise XmlUnreadable


def _leaves(root: Element) -> Iterator[_Leaf]:
    """Every leaf with text and every attribute, in the order of the file."""
    stack: list[tuple[Element, tuple[str, ...], int]] = [(root, (), 0)]
    while stack:
        element, around, parent = stack.pop()
        name = _plain(element.tag)
        text = (element.text or "").strip()
        if not len(element) and text:
            yield _Leaf(name, around, text, parent)
        within = (*around, name)
        for key, value in element.attrib.items():
            yield _Leaf(_plain(key), within, value.strip(), id(element))
        if len(within) < MAX_DEPTH:
            stack += [(child, within, id(element)) for child in reversed(element)]


def _plain(tag: object) -> str:
    """The name without its namespace: letters, digits and Chinese characters, in lower case."""
    return re.sub(r"[^0-9a-z一-龥]", "", str(tag).rsplit("}", 1)[-1].lower())


def _all(leaves: Sequence[_Leaf], field: str) -> list[str]:
    named = words("elements", field)
    found = [
        leaf
        for leaf in leaves
        if leaf.name in named and not any(_OTHER.search(name) for name in leaf.around)
    ]
    return [leaf.text for leaf in sorted(found, key=lambda leaf: named.index(leaf.name))]


def _first(leaves: Sequence[_Leaf], field: str) -> str | None:
    return next(iter(_all(leaves, field)), None)


def _party(leaves: Sequence[_Leaf], side: str) -> Party:
    prefixes = tuple(words("elements", side))

    def part(field: str) -> str | None:
        named = words("elements", f"party_{field}")
        for leaf in leaves:
            inside = leaf.name in named and any(each.startswith(prefixes) for each in leaf.around)
            if inside or any(leaf.name == prefix + name for prefix in prefixes for name in named):
                return leaf.text
        return None

    return Party(part("name"), part("number"))


def _items(groups: Sequence[Mapping[str, str]]) -> list[PrintedItem]:
    def value(group: Mapping[str, str], field: str) -> str | None:
        return next((group[name] for name in words("elements", field) if name in group), None)

    return [
        PrintedItem(
            value(group, "item_name") or "",
            value(group, "item_net"),
            _percent(value(group, "item_rate")),
            value(group, "item_tax"),
        )
        for group in groups
    ]


def _goods(leaves: Sequence[_Leaf]) -> dict[int, dict[str, str]]:
    """The elements that are a line of goods: those with a name and an amount."""
    groups: dict[int, dict[str, str]] = {}
    for leaf in leaves:
        groups.setdefault(leaf.parent, {}).setdefault(leaf.name, leaf.text)
    named, priced = words("elements", "item_name"), words("elements", "item_net")
    return {
        parent: group
        for parent, group in groups.items()
        if group.keys() & set(named) and group.keys() & set(priced)
    }


def _percent(rate: str | None) -> str | None:
    """A rate as it is printed: of 0.03 or 3 3 %, of zero 免税, as the tax office writes it."""
    if rate is None or not re.fullmatch(r"\d+(\.\d+)?", rate):
        return rate
    share = Decimal(rate)
    if share == 0:
        return words("rates", "exempt")[0]
    return f"{share * 100 if share < 1 else share:f}%"


def _kind(leaves: Sequence[_Leaf], code: str | None) -> str:
    """数电票 say themselves what they are; an older one by the end of its code."""
    if code:
        ending = {_TOLL: "toll", _GENERAL: "old_general", _SPECIAL_CODE: "old_special"}
        return str(vocabulary()["kinds"][ending.get(code[-2:], "old_general")])
    special = [leaf for leaf in leaves if _SPECIAL in leaf.around and _SPECIAL_WORD in leaf.text]
    return str(vocabulary()["kinds"]["special" if special else "general"])


def _dashed(text: str) -> str:
    found = _COMPACT_DAY.match(text)
    return "-".join(found.groups()) if found else text
