"""Settings of the service, from the environment, prefix `RECORDS_`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from reference.settings import port_of


@dataclass(frozen=True)
class RecordsSettings:
    """Where the service keeps its key, what it knows, and who may ask."""

    folder: Path  # of its key
    host: str
    port: int
    data: Path  # a JSON file: records of firms by credit code
    clients: Path  # a line each: name, Ed25519 public key in base64

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """The settings of an environment. Raises `reference.settings.SettingInvalid`."""
        folder = Path(environment.get("RECORDS_FOLDER", "var/records")).absolute()
        return cls(
            folder=folder,
            host=environment.get("RECORDS_HOST", "127.0.0.1"),
            port=port_of("RECORDS_PORT", environment.get("RECORDS_PORT", "8200")),
            data=Path(environment.get("RECORDS_DATA", folder / "firms.json")),
            clients=Path(environment.get("RECORDS_CLIENTS", folder / "clients")),
        )
