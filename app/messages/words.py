"""`Words`: the sentences of one language, with the numbers of one policy filled in."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Protocol

from access.policy import SignInPolicy, StaffPolicy
from core.errors import BusinessError
from core.money import yuan
from core.policy import Policy
from core.reasons import Reason
from kyc.lists.names.judge import Judgement
from kyc.policy import OnboardingPolicy, UploadPolicy, VoicePolicy
from loans.policy import LoanPolicy
from privacy.kinds import ConsentKind

FOLDER = Path(__file__).parent
BYTES_PER_MB = 1024 * 1024

Table = Mapping[str, str]


class Language(StrEnum):
    """A language that sentences are written in, as a BCP 47 tag."""

    CHINESE = "zh-CN"
    ENGLISH = "en"


FILES: Mapping[Language, str] = {Language.CHINESE: "zh", Language.ENGLISH: "en"}
DEFAULT = Language.CHINESE


class Section(StrEnum):
    """A table of a language's file."""

    ERRORS = "errors"
    REASONS = "reasons"  # what owners are shown
    FIELDS = "fields"  # of papers
    FIELD_ADVICE = "field_advice"
    HELP = "help"  # what would help who was declined
    LIMITS = "limits"  # why no more is offered
    TO_ADD = "to_add"  # what would tell more of a business
    OWNERSHIP = "ownership"  # evidence of being the owner
    AGENT = "agent"  # what customer service is shown of a caller's voice
    ACTIONS = "actions"
    EVIDENCE = "evidence"
    ROLES = "roles"  # of who declares
    PURPOSES = "purposes"
    PRODUCTS = "products"
    REPAYMENTS = "repayments"  # ways to repay
    QUESTIONS = "questions"  # that would settle a declaration
    ANSWERS = "answers"
    CONSENTS = "consents"
    SOURCES = "sources"
    USES = "uses"  # of a source
    SOURCE_CONSENTS = "source_consents"
    COLUMNS = "columns"  # of a statement, that its header lacks
    FILE_FAULTS = "file_faults"  # what is told of a file of a source, or of a row
    KNOWN_FROM = "known_from"  # where a feature comes from
    LIST_WRITINGS = "list_writings"  # what staff is shown of a hit: how the name is written
    LIST_AGREEMENTS = "list_agreements"  # and what agrees beside it


class Named(Protocol):
    """What has a name in each language."""

    @property
    def zh(self) -> str: ...

    @property
    def en(self) -> str: ...


@cache
def catalogue(language: Language) -> Mapping[str, Table]:
    """Every sentence of a language, by section and code."""
    content = FOLDER.joinpath(f"{FILES[language]}.toml").read_text("utf-8")
    tables: Mapping[str, Table] = tomllib.loads(content)
    return tables


@cache
def consent_text(language: Language, kind: ConsentKind) -> str:
    """The text of a consent, in Markdown."""
    return FOLDER.joinpath("consents", f"{kind}.{FILES[language]}.md").read_text("utf-8")


def policy_numbers(policy: Policy) -> Mapping[str, str | int]:
    """The numbers of the policy that sentences name."""
    onboarding, loans = policy.section(OnboardingPolicy), policy.section(LoanPolicy)
    return {
        "min_age": onboarding.min_age,
        "max_age": onboarding.max_age,
        "password_min": policy.section(StaffPolicy).passwords.min_length,
        "password_max": policy.section(StaffPolicy).passwords.max_length,
        "minutes": policy.section(SignInPolicy).code_s // 60,
        "challenge_s": onboarding.challenge_s,
        "challenge_window_h": onboarding.challenge_window_h,
        "expires_min": onboarding.expires_min,
        "upload_mb": policy.section(UploadPolicy).max_bytes // BYTES_PER_MB,
        "max_open_uploads": policy.section(UploadPolicy).max_open,
        "min_part_kb": policy.section(UploadPolicy).min_part_bytes // 1024,
        "verification_s": policy.section(VoicePolicy).verification_s,
        "verification_window_h": policy.section(VoicePolicy).verification_window_h,
        "min_yuan": yuan(loans.min_fen),
        "max_yuan": yuan(loans.max_fen),
        "pause_days": loans.credit.pause_days,
        "self_payment_yuan": yuan(loans.line.self_payment_max_fen if loans.line else loans.max_fen),
        "max_payees": loans.declared.max_payees,
        "tenors": " / ".join(map(str, loans.tenors)),
    }


@dataclass(frozen=True)
class Words:
    """Sentences of one language."""

    language: Language
    numbers: Mapping[str, str | int]

    def error(self, error: BusinessError) -> str:
        """What the sender of a request that cannot be met is told: what to do next."""
        return self.sentence(Section.ERRORS, error.code, error.parameters)

    def failure(self, code: str) -> str:
        """The sentence of an error code without parameters of its own."""
        return self.sentence(Section.ERRORS, code)

    def advice(self, reasons: Iterable[str]) -> list[str]:
        """What an owner is told about reasons: a sentence each, none twice."""
        return list(dict.fromkeys(self.sentence(Section.REASONS, one) for one in reasons))

    def field_advice(self, field: str, advice: str) -> str:
        """What an owner is told about one field of a paper, with the field's name."""
        tables = catalogue(self.language)
        colon = "：" if self.language is Language.CHINESE else ": "
        return f"{tables[Section.FIELDS][field]}{colon}{tables[Section.FIELD_ADVICE][advice]}"

    def help(self, scorer_reasons: Iterable[str]) -> list[str]:
        """What would help, by what cost points with the scorer; of others nothing is said."""
        table = catalogue(self.language)[Section.HELP]
        return [table[reason] for reason in scorer_reasons if reason in table]

    def agent_advice(self, reasons: Iterable[str]) -> list[str]:
        """What customer service is told about a caller's voice: a sentence each, none twice."""
        return list(dict.fromkeys(self.sentence(Section.AGENT, one) for one in reasons))

    def list_hit(self, judgement: Judgement | None) -> str:
        """By what an account was named, for staff; empty where no name was compared."""
        if judgement is None:
            return ""
        tables = catalogue(self.language)
        beside = tables[Section.LIST_AGREEMENTS]
        said = [
            beside.get(code, "")
            for code in (f"birth_{judgement.birth}", f"number_{judgement.number}")
        ]
        told = [tables[Section.LIST_WRITINGS][judgement.writing], *filter(None, said)]
        if not any(said):
            told.append(beside["nothing"])
        return "".join(told) if self.language is Language.CHINESE else " ".join(told)

    def name(self, section: Section, code: str) -> str:
        """The name of an entry of a list; the code itself where it has none."""
        return catalogue(self.language)[section].get(code, code)

    def of(self, named: Named) -> str:
        """The name of a code of a standard."""
        return named.zh if self.language is Language.CHINESE else named.en

    def listed(self, names: Iterable[str]) -> str:
        """Names one after the other, ended as a sentence is."""
        comma, end = ("、", "。") if self.language is Language.CHINESE else (", ", ".")
        return comma.join(names) + end

    def consent(self, kind: ConsentKind) -> str:
        """The text of a consent, in Markdown."""
        return consent_text(self.language, kind)

    def sentence(
        self, section: Section, code: str, parameters: Mapping[str, str | int] | None = None
    ) -> str:
        """The sentence of a code, or the section's `other` one where the code has none."""
        table = catalogue(self.language)[section]
        return table.get(code, table["other"]).format_map({**self.numbers, **(parameters or {})})


def shown_reasons(reasons: Iterable[str]) -> list[Reason]:
    """Reasons that an owner may know, each once; all others are `other`.

    That the same face or number is known, or that somebody is listed, is not an owner's to know.
    """
    known = catalogue(DEFAULT)[Section.REASONS]
    shown = (Reason(reason) if reason in known else Reason.OTHER for reason in reasons)
    return list(dict.fromkeys(shown))
