"""The policy: thresholds, limits and rules as data, read from TOML and typed by their packages.

A policy is one TOML file, or a folder of them which together are one: `version` first, then a
table a section. Each package describes its own sections as models; loading checks them all, so
that a number that is missing, misspelt or of another type stops the start.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict

VERSION_FILE = "version.toml"


class PolicyInvalid(Exception):
    """A policy that cannot be used; the text says which part and why."""


class Part(BaseModel):
    """A table of the policy, or a table in one: immutable, and nothing unknown in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Section(Part):
    """A top-level table of the policy; `table` is its name.

    One that is `optional` may be missing, as in policies of before it was there.
    """

    table: ClassVar[str]
    optional: ClassVar[bool] = False


S = TypeVar("S", bound=Section)


@dataclass(frozen=True)
class Policy:
    """A version, the text that it was read from, and its sections by model."""

    version: str
    content: str
    sections: Mapping[type[Section], Section]

    def section(self, model: type[S]) -> S:
        """The section of a model. Raises KeyError for one that was not asked for in loading."""
        found = self.sections[model]
        if not isinstance(found, model):
            raise KeyError(model.table)
        return found

    @classmethod
    def parsed(cls, content: str, models: Iterable[type[Section]]) -> Self:
        """The policy of a text. Raises `PolicyInvalid`, `pydantic.ValidationError`."""
        try:
            tables: dict[str, Any] = tomllib.loads(content)
        except tomllib.TOMLDecodeError as error:
            raise PolicyInvalid(f"the policy is not valid TOML: {error}") from error
        version = tables.pop("version", None)
        if not isinstance(version, str):
            raise PolicyInvalid("the policy names no version")
        by_name = {model.table: model for model in models}
        if unknown := tables.keys() - by_name.keys():
            raise PolicyInvalid(f"no package reads [{min(unknown)}]")
        missing = by_name.keys() - tables.keys()
        if missing := {name for name in missing if not by_name[name].optional}:
            raise PolicyInvalid(f"[{min(missing)}] is missing")
        sections = {
            model: model.model_validate(tables[name])
            for name, model in by_name.items()
            if name in tables
        }
        return cls(version, content, sections)


def policy_text(path: Path) -> str:
    """The text of a policy file, or of a folder's files with the version's first.

    Raises FileNotFoundError.
    """
    if not path.is_dir():
        return path.read_text("utf-8")
    files = sorted(path.glob("*.toml"), key=lambda file: (file.name != VERSION_FILE, file.name))
    return "\n".join(file.read_text("utf-8") for file in files)


def load_policy(path: Path, models: Iterable[type[Section]]) -> Policy:
    """The policy at a path, checked. Raises as `policy_text` and `Policy.parsed` do."""
    return Policy.parsed(policy_text(path), models)
