"""Whether a file is of its source and of the owner's own business."""

from __future__ import annotations

import pytest

from loans.sources.belonging import OTHER_FIRM, OTHER_SOURCE, compared
from loans.sources.findings import Fault, FileFinding, Told
from loans.sources.kinds import SourceKind
from loans.sources.rows import AccountKind

NONE_PRINTED = (AccountKind.WALLET, AccountKind.MERCHANT)
NAMES, FIRMS = ("张伟",), ("92310115MA1K4LRD25", "张伟面馆")


def found(publisher: str, account: AccountKind, owner: str | None = None) -> FileFinding:
    return FileFinding(publisher=publisher, account=account, owner=owner, rows=3)


@pytest.mark.parametrize(
    ("publisher", "account", "source"),
    [
        ("wechat", AccountKind.WALLET, SourceKind.WECHAT),
        ("alipay", AccountKind.WALLET, SourceKind.ALIPAY),
        ("icbc", AccountKind.DEBIT, SourceKind.BANK),
        ("cmb", AccountKind.CREDIT, SourceKind.BANK),
        ("wechat_merchant", AccountKind.MERCHANT, SourceKind.ACQUIRING),
        ("wechat_merchant", AccountKind.MERCHANT, SourceKind.WECHAT),
        ("unknown", AccountKind.MERCHANT, SourceKind.ACQUIRING),
    ],
)
def test_a_file_of_its_source_is_taken(
    publisher: str, account: AccountKind, source: SourceKind
) -> None:
    finding = found(publisher, account, "张伟")
    assert compared(finding, source, NAMES, FIRMS) == finding


@pytest.mark.parametrize(
    ("publisher", "account", "source"),
    [
        ("wechat", AccountKind.WALLET, SourceKind.BANK),
        ("icbc", AccountKind.DEBIT, SourceKind.WECHAT),
        ("alipay", AccountKind.WALLET, SourceKind.WECHAT),
    ],
)
def test_a_file_of_a_source_without_consent_is_refused(
    publisher: str, account: AccountKind, source: SourceKind
) -> None:
    refused = compared(found(publisher, account), source, NAMES, FIRMS).refused
    assert refused is not None
    assert refused.code == OTHER_SOURCE


def test_a_statement_of_another_name_is_told() -> None:
    finding = found("icbc", AccountKind.DEBIT, "李强")
    faults = compared(finding, SourceKind.BANK, NAMES, FIRMS).faults
    assert faults == (Told(code=Fault.OWNER_DIFFERS),)


@pytest.mark.parametrize("printed", [None, "***", "6222 0000 1234"])
def test_a_statement_that_names_nobody_is_told(printed: str | None) -> None:
    finding = found("icbc", AccountKind.DEBIT, printed)
    faults = compared(finding, SourceKind.BANK, NAMES, FIRMS, NONE_PRINTED).faults
    assert faults == (Told(code=Fault.OWNER_UNKNOWN),)


def test_of_kinds_that_print_no_owner_none_is_missed() -> None:
    bill = found("wechat", AccountKind.WALLET)
    assert compared(bill, SourceKind.WECHAT, NAMES, FIRMS, NONE_PRINTED) == bill
    masked = found("alipay", AccountKind.WALLET, "**")
    faults = compared(masked, SourceKind.ALIPAY, NAMES, FIRMS, NONE_PRINTED).faults
    assert faults == (Told(code=Fault.OWNER_UNKNOWN),)


def test_an_invoice_of_another_firm_is_refused() -> None:
    theirs = FileFinding(publisher="x", firms=("91310000MA1FL0AB1X", "乙公司"), rows=1)
    refused = compared(theirs, SourceKind.INVOICES, NAMES, FIRMS).refused
    assert refused is not None
    assert refused.code == OTHER_FIRM
    ours = FileFinding(publisher="x", firms=("91310000MA1FL0AB1X", "92310115ma1k4lrd25"), rows=1)
    assert compared(ours, SourceKind.INVOICES, NAMES, FIRMS) == ours
