"""What is told of an invoice that was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from loans.policy import LoanPolicy
from loans.sources.findings import Fault
from loans.sources.invoice_findings import DOUBTS, found_in_invoice
from loans.sources.invoices import InvoiceFlag
from tests.support.policy import POLICY
from tests.support.statement_values import invoice

TODAY = date(2026, 3, 10)
READ = invoice(TODAY, 50_000, "某商贸有限公司", "1")
NOT_COUNTED = POLICY.section(LoanPolicy).known_by.not_counted


@pytest.mark.parametrize("flag", sorted(DOUBTS))
def test_an_invoice_that_contradicts_itself_is_told_and_not_counted(flag: InvoiceFlag) -> None:
    doubtful = replace(READ, flags=frozenset({flag}))
    (fault,) = found_in_invoice(doubtful, TODAY).faults
    assert fault.code == Fault.INVOICE_DOUBTFUL
    assert fault.code in NOT_COUNTED


def test_an_invoice_of_a_day_to_come_is_told_and_not_counted() -> None:
    assert found_in_invoice(READ, TODAY).faults == ()
    (fault,) = found_in_invoice(READ, TODAY - timedelta(days=1)).faults
    assert fault.code == Fault.FUTURE_ROWS
    assert fault.code in NOT_COUNTED
