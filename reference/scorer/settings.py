"""Settings of the scorer, from the environment, prefix `SCORER_`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from reference.settings import port_of

SHIPPED_CARDS = Path(__file__).resolve().parent / "cards"


@dataclass(frozen=True)
class ScorerSettings:
    """Where the scorer keeps its things, which cards it has, and who may ask."""

    folder: Path  # of its key and of the answers that it gave
    host: str
    port: int
    cards: Path  # folder of `thin.toml`, `thick.toml`, `invoiced.toml`
    clients: Path  # a line each: name, Ed25519 public key in base64

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """The settings of an environment. Raises `reference.settings.SettingInvalid`."""
        folder = Path(environment.get("SCORER_FOLDER", "var/scorer")).absolute()
        return cls(
            folder=folder,
            host=environment.get("SCORER_HOST", "127.0.0.1"),
            port=port_of("SCORER_PORT", environment.get("SCORER_PORT", "8100")),
            cards=Path(environment.get("SCORER_CARDS", SHIPPED_CARDS)),
            clients=Path(environment.get("SCORER_CLIENTS", folder / "clients")),
        )
