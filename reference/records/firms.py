"""The firms that the service knows, out of a JSON file: records by credit code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from reference.records.messages import Acquiring, Code, Registry, Reviews


class DataDamaged(Exception):
    """A file of firms that cannot be read; the text says which and where."""


class Firm(BaseModel):
    """What is known of one business; what is left out is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    registry: Registry | None = None
    acquiring: Acquiring | None = None
    reviews: Reviews | None = None


Firms = Mapping[str, Firm]
_FILE = TypeAdapter(dict[Code, Firm])


def read_firms(path: Path) -> Firms:
    """The firms of a file. Raises `DataDamaged`, FileNotFoundError."""
    try:
        return _FILE.validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise DataDamaged(f"{path}: {place}: {first['msg']}") from error


def cut_to(record: Acquiring, first: date, last: date) -> Acquiring | None:
    """The days of a record that are asked for; None where it covers none of them."""
    begin, end = max(first, record.first_day), min(last, record.last_day)
    if begin > end:
        return None
    days = tuple(each for each in record.days if begin <= each.day <= end)
    return record.model_copy(update={"first_day": begin, "last_day": end, "days": days})
