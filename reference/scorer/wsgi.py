"""The scorer as gunicorn loads it."""

from __future__ import annotations

import os
import time

from flask import Flask

from reference.scorer.answers import Answers
from reference.scorer.card import read_card
from reference.scorer.keys import open_own_key, read_public_keys
from reference.scorer.service import Cards, create_scorer
from reference.scorer.settings import ScorerSettings
from reference.scorer.signatures import Signatures


def open_application() -> Flask:
    """The application of this environment.

    Raises `CardInvalid`, `KeyFileDamaged`, `SettingInvalid`, FileNotFoundError.
    """
    settings = ScorerSettings.read(os.environ)
    cards = Cards(
        thin=read_card(settings.cards / "thin.toml"), thick=read_card(settings.cards / "thick.toml")
    )
    signatures = Signatures(open_own_key(settings.folder), read_public_keys(settings.clients))
    answers = Answers(settings.folder / "answers.sqlite", time.time)
    return create_scorer(cards, signatures, answers)
