"""What the policy says of sources: what each may be used for, how long, and at what cost."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, PositiveInt, model_validator

from core.policy import Part
from loans.calls.policy import CallRules
from loans.sources.kinds import Channel, SourceKind, Use
from loans.sources.rows import AccountKind
from sandbox.limits import SandboxLimits


class KindRules(Part):
    """One source: its channel, what it may be used for, and how long a consent stands."""

    channel: Channel
    uses: tuple[Use, ...]
    max_days: PositiveInt
    version: str  # of the text that is consented to


class CostRules(Part):
    """What a confined process may cost."""

    memory_mb: PositiveInt
    cpu_s: PositiveInt
    wall_s: Annotated[float, Field(gt=0)]

    @property
    def limits(self) -> SandboxLimits:
        """As the process is confined."""
        return SandboxLimits(self.memory_mb, self.cpu_s, self.wall_s)


class RecordRules(CallRules):
    """How records of other systems are asked for, and how a registry words a status."""

    max_answer_bytes: PositiveInt
    pauses_s: Annotated[tuple[PositiveInt, ...], Field(min_length=1)]  # the last one goes on
    acquiring_days: PositiveInt  # for which an acquirer is asked
    operating: Annotated[tuple[str, ...], Field(min_length=1)]  # how such a status begins
    ending: tuple[str, ...]  # words in a status of a business that ends or has ended


class SourcesRules(Part):
    """Sources, and the files that owners send of them."""

    max_bytes: PositiveInt  # of a file
    min_part_bytes: PositiveInt
    max_open: PositiveInt  # files of an account that have not arrived whole
    max_files: PositiveInt  # of an account, read ones too
    max_begun: PositiveInt  # files of an account begun in a day, deleted ones too
    max_account_bytes: PositiveInt  # of the rows of all files of an account, compressed
    max_given: PositiveInt  # times that a consent may be given and withdrawn within `window_h`
    window_h: PositiveInt
    upload_h: PositiveInt  # until a file that does not arrive is forgotten
    max_packed_bytes: PositiveInt  # of the rows of a file, compressed
    max_unpacked_bytes: PositiveInt  # of the same, as JSON
    not_counted: tuple[str, ...]  # faults of a file (`findings.Fault`) for which it is not used
    owner_not_printed: tuple[AccountKind, ...]  # a statement of these need not name its owner
    max_signals: PositiveInt  # of an account in a day
    max_kept_signals: PositiveInt  # of an account
    signal_days: PositiveInt  # that they are kept
    trade_days: PositiveInt  # since its newest day, for which verified trade is lent by
    record_days: PositiveInt  # until a record is asked for again
    confined_wait_s: Annotated[float, Field(gt=0)]  # for a confined process that is busy
    records: RecordRules
    reading: CostRules
    building: CostRules
    kinds: dict[SourceKind, KindRules]

    @model_validator(mode="after")
    def _lanes_are_apart(self) -> Self:
        """What arises in the app may be judged by through a bureau alone (断直连)."""
        if missing := set(SourceKind) - self.kinds.keys():
            raise ValueError(f"no rules for {min(missing)}")
        for kind, rules in self.kinds.items():
            if rules.channel is Channel.OWN and Use.CREDIT in rules.uses:
                raise ValueError(f"{kind} is our own: it may not be used for credit")
        return self
