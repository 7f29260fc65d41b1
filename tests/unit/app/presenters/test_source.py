"""What is told of a file has a sentence, in both languages."""

from __future__ import annotations

import pytest

from app.messages.words import Language, Section, catalogue
from loans.policy import LoanPolicy
from loans.sources.belonging import OTHER_FIRM, OTHER_SOURCE
from loans.sources.days import FUTURE
from loans.sources.findings import Fault
from loans.sources.readers.einvoice import InvoiceReason
from loans.sources.readers.refusal import RefusalCode, RowReason
from tests.support.policy import POLICY


@pytest.mark.parametrize("language", Language)
def test_every_fault_of_a_file_has_a_sentence(language: Language) -> None:
    told = {*RefusalCode, *RowReason, *InvoiceReason, *Fault, OTHER_FIRM, OTHER_SOURCE, FUTURE}
    assert {str(code) for code in told} <= catalogue(language)[Section.FILE_FAULTS].keys()


@pytest.mark.parametrize("language", Language)
def test_every_use_of_a_source_has_a_text_that_is_consented_to(language: Language) -> None:
    kinds = POLICY.section(LoanPolicy).known_by.kinds
    uses = {f"{kind}_{use}" for kind, rules in kinds.items() for use in rules.uses}
    assert uses == catalogue(language)[Section.SOURCE_CONSENTS].keys()
    assert set(kinds) == catalogue(language)[Section.SOURCES].keys()
