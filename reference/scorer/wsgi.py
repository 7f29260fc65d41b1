"""The scorer as gunicorn loads it."""

from __future__ import annotations

import os
import time

from flask import Flask

from reference.scorer.answers import Answers
from reference.scorer.keys import open_own_key, read_public_keys
from reference.scorer.service import create_scorer, read_cards
from reference.scorer.settings import ScorerSettings
from reference.scorer.signatures import Signatures


def open_application() -> Flask:
    """The application of this environment.

    Raises `CardInvalid`, `KeyFileDamaged`, `SettingInvalid`, FileNotFoundError.
    """
    settings = ScorerSettings.read(os.environ)
    cards = read_cards(settings.cards)
    signatures = Signatures(open_own_key(settings.folder), read_public_keys(settings.clients))
    answers = Answers(settings.folder / "answers.sqlite", time.time)
    return create_scorer(cards, signatures, answers)
