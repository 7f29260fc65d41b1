"""Which sources there are, what each may be used for, and by which channel it comes."""

from __future__ import annotations

from enum import StrEnum


class SourceKind(StrEnum):
    """Where something is known from. Each needs a consent of its own for every use."""

    REGISTRY = "registry"  # the business registry (工商)
    BANK = "bank"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    INVOICES = "invoices"  # of value added tax
    ACQUIRING = "acquiring"  # what customers paid by card and code
    REVIEWS = "reviews"  # what customers say, and complaints
    SIGNALS = "signals"  # what an owner searched for and did in our own app


class Use(StrEnum):
    """What a source may be used for (征信业务管理办法: two lanes that cross by consent alone)."""

    CREDIT = "credit"  # to judge whether and how much may be lent
    PURPOSE = "purpose"  # to compare with what was declared
    CONTACT = "contact"  # to offer something to the owner; never to judge or to price


class Channel(StrEnum):
    """How it comes (征信业务管理办法: credit information comes through a licensed bureau alone)."""

    PERSON = "person"  # the owner brings it
    PUBLIC = "public"
    BUREAU = "bureau"
    OWN = "own"  # it arises in our own app


# Of these the owner sends files; of the others records are asked for, or arise.
FILES = frozenset(
    {
        SourceKind.BANK,
        SourceKind.WECHAT,
        SourceKind.ALIPAY,
        SourceKind.INVOICES,
        SourceKind.ACQUIRING,
    }
)
ASKED = frozenset({SourceKind.REGISTRY, SourceKind.ACQUIRING, SourceKind.REVIEWS})
