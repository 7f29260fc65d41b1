"""The service as gunicorn loads it."""

from __future__ import annotations

import os

from flask import Flask

from reference.keys import open_own_key, read_public_keys
from reference.records import KEY_FILE, TAG
from reference.records.firms import read_firms
from reference.records.service import create_records
from reference.records.settings import RecordsSettings
from reference.signatures import Signatures


def open_application() -> Flask:
    """The application of this environment.

    Raises `DataDamaged`, `KeyFileDamaged`, `SettingInvalid`, FileNotFoundError.
    """
    settings = RecordsSettings.read(os.environ)
    own = open_own_key(settings.folder, KEY_FILE)
    signatures = Signatures(own, read_public_keys(settings.clients), TAG)
    return create_records(read_firms(settings.data), signatures)
