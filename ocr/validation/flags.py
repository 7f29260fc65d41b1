"""What is wrong with a document, each with the evidence that a reviewer looks at."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from core.reasons import Reason
from ocr.geometry import Corners


@dataclass(frozen=True)
class Flag:
    """One thing that is wrong: `region` where, photo pixels, `measures` the values that show it.

    `field` is the field that it is about, where one field alone is.
    """

    reason: Reason
    field: str | None = None
    region: Corners | None = None
    measures: Mapping[str, float | str] = dataclasses.field(default_factory=dict)

    @property
    def name(self) -> str:
        """Reason and field in one, `edited:名称`; stable, measurements are kept under it."""
        return f"{self.reason}:{self.field}" if self.field else str(self.reason)
