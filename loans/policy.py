"""The loan part of the policy, typed."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field, PositiveInt, model_validator

from core.money import Fen
from core.policy import Part, Section
from loans.calls.policy import CallRules
from loans.credit.capacity import CapacityRules
from loans.credit.limits import LimitRules
from loans.declaration.questions import QuestionRules
from loans.declaration.rules import ConsistencyRules
from loans.profile.intents import IntentRules
from loans.profile.policy import ProfileRules
from loans.sources.policy import SourcesRules
from loans.sources.readers.einvoice_limits import InvoiceLimits
from loans.sources.readers.limits import StatementLimits
from loans.terms.contract import ContractRules
from loans.terms.product import Product, ProductChannel, product_for
from loans.terms.rate import PriceRules


class CreditRules(Part):
    """May we lend: how risky, how often, how long the scorer is waited for."""

    max_pd: float  # of default within twelve months: a riskier loan is declined
    pause_days: int  # after a refusal, unless something new is known
    new_months: PositiveInt = 2  # of turnover, from which on more is known
    max_applications: int  # of a person or a firm within `window_h`
    window_h: int
    give_up_h: int  # of asking the scorer: then a person looks
    pauses_s: tuple[float, ...]  # between two askings; the last one goes on
    to_person: tuple[str, ...]  # what a declaration's comparison may say for a person to look
    limits: LimitRules
    capacity: CapacityRules | None = None  # none: verified turnover is not lent by


class CreditReviewRules(Part):
    """How people look at applications."""

    claim_min: int
    reviewers: int  # who have to agree where two are needed
    four_eyes: tuple[str, ...]  # reasons against which several have to agree


class ScorerRules(CallRules):
    """How long the risk scorer is waited for, and what may be believed of its answers."""

    catalogue: str  # version of the features' meaning
    features: tuple[str, ...]  # of the catalogue; an answer may call only these missing
    models: tuple[str, ...]  # names of models whose answers count


class CourtRules(CallRules):
    """How long the service of the courts' list is waited for, and when a person looks instead."""

    pauses_s: Annotated[tuple[int, ...], Field(min_length=1)]  # before each next asking
    give_up_h: Annotated[float, Field(gt=0)]  # after which a person looks
    source: str


class DeclaredRules(Part):
    """What a declaration holds."""

    max_payees: int
    promise: str  # the version of the text in force


# Policies of before read no invoice.
NO_INVOICES = InvoiceLimits(
    max_bytes=1, max_unpacked_bytes=1, max_xml_bytes=1, max_pages=1, max_texts=1
)
NO_QUESTIONS = QuestionRules(valid_days=1, answers={})  # policies of before ask nothing


class LineRules(Part):
    """How credit lines are drawn on, and what is printed of it."""

    valid_months: PositiveInt  # then a line is looked at anew
    min_draw_fen: Annotated[Fen, Field(gt=0)]
    draw_valid_min: PositiveInt  # a draw that is not confirmed ends
    max_draws: PositiveInt  # of a line within `window_h`, whatever became of them
    window_h: PositiveInt
    self_payment_max_fen: Fen  # a larger draw is paid to those who are named, not to the borrower
    contract_text: str  # versions of the words, files of `terms/texts/`
    note_text: str


# What policies of before held to compare words, and what says that a policy is one of them.
_OF_WORDS = frozenset({"industries", "consistency"})
_WORDS = frozenset({"sections_of_words", "contradicting_score"})  # of consistency then


class LoanPolicy(Section):
    """What is lent, for what, and at what price."""

    table: ClassVar[str] = "loans"

    min_fen: Fen
    max_fen: Fen
    tenors: tuple[int, ...]
    offer_valid_days: int
    max_declarations: int  # of an account, within `window_h`
    window_h: int
    forbidden_purposes: tuple[str, ...]
    offline_purposes: tuple[str, ...]  # of no product that is concluded online
    purposes: dict[str, tuple[str, ...]]  # sections in which each is usual; none: in all
    consistency: ConsistencyRules | None = None  # none: words alone were compared before
    intents: IntentRules | None = None  # none: no searches were read before
    declared: DeclaredRules
    pricing: PriceRules
    products: tuple[Product, ...]
    contract: ContractRules
    scorer: ScorerRules
    court: CourtRules | None = None  # none: no court list is asked
    credit: CreditRules
    questions: QuestionRules = NO_QUESTIONS
    review: CreditReviewRules
    profile: ProfileRules | None = None  # none: by policies of before 2026-11-29.9
    invoices: InvoiceLimits = NO_INVOICES
    statements: StatementLimits | None = None  # none: no statement is read, as before 2026-11-29
    line: LineRules | None = None  # none: no line is lent, as by policies of before 2026-11-28.5
    sources: SourcesRules | None = None  # none: nothing is known but papers, as before 2026-11-30

    @property
    def lines(self) -> LineRules:
        """How lines are drawn on. Raises `ValueError` where none are lent."""
        if self.line is None:
            raise ValueError("[loans.line] is missing: no credit line is lent")
        return self.line

    @property
    def known_by(self) -> SourcesRules:
        """What may be known of a business. Raises `ValueError` where nothing may."""
        if self.sources is None:
            raise ValueError("[loans.sources] is missing: nothing is known but papers")
        return self.sources

    @property
    def statement_limits(self) -> StatementLimits:
        """How large statements may be. Raises `ValueError` where none are read."""
        if self.statements is None:
            raise ValueError("[loans.statements] is missing: no statement is read")
        return self.statements

    @property
    def profiles(self) -> ProfileRules:
        """What profiles go by. Raises `ValueError` where none are built."""
        if self.profile is None:
            raise ValueError("[loans.profile] is missing: no profile is built")
        return self.profile

    @property
    def comparison(self) -> ConsistencyRules:
        """How declarations are compared. Raises `ValueError` where a policy of before is asked."""
        if self.consistency is None:
            raise ValueError("[loans.consistency] is missing: nothing can be compared")
        return self.consistency

    @model_validator(mode="before")
    @classmethod
    def _without_words(cls, table: Any) -> Any:
        """Policies of before 2026-11-29.14 weighed words; decisions replay without."""
        if not isinstance(table, dict):
            return table
        consistency = table.get("consistency", {})
        if _WORDS.isdisjoint(consistency):
            return table
        return {name: each for name, each in table.items() if name not in _OF_WORDS}

    @model_validator(mode="after")
    def _products_can_be_lent(self) -> LoanPolicy:
        codes = [product.code for product in self.products]
        if len(set(codes)) != len(codes):
            raise ValueError("[[loans.products]]: a code stands twice")
        longest = max(step.max_months for step in self.pricing.funds)
        if any(product.tenors[-1] > longest for product in self.products):
            raise ValueError("[loans.pricing] funds: a product's tenor is longer")
        return self

    @model_validator(mode="after")
    def _purposes_have_products(self) -> LoanPolicy:
        for product in self.products:
            if unknown := set(product.purposes) - self.purposes.keys():
                raise ValueError(f"[[loans.products]] {product.code}: {min(unknown)} is no purpose")
            offline = set(product.purposes) & set(self.offline_purposes)
            if offline and product.channel is ProductChannel.ONLINE:
                raise ValueError(
                    f"[[loans.products]] {product.code}: {min(offline)} is lent online"
                )
        for purpose in self.purposes:
            if product_for(purpose, self.products) is None:
                raise ValueError(f"[loans.purposes] {purpose}: no product is for it")
        if clash := self.purposes.keys() & set(self.forbidden_purposes):
            raise ValueError(f"[loans] forbidden_purposes: {min(clash)} is a purpose too")
        return self


SECTIONS = (LoanPolicy,)
