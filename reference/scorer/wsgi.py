"""The scorer as gunicorn loads it."""

from __future__ import annotations

import os
import time

from flask import Flask

from reference.keys import open_own_key, read_public_keys
from reference.scorer import KEY_FILE, TAG
from reference.scorer.answers import Answers
from reference.scorer.service import create_scorer, read_cards
from reference.scorer.settings import ScorerSettings
from reference.signatures import Signatures


def open_application() -> Flask:
    """The application of this environment.

    Raises `CardInvalid`, `KeyFileDamaged`, `SettingInvalid`, FileNotFoundError.
    """
    settings = ScorerSettings.read(os.environ)
    cards = read_cards(settings.cards)
    own = open_own_key(settings.folder, KEY_FILE)
    signatures = Signatures(own, read_public_keys(settings.clients), TAG)
    answers = Answers(settings.folder / "answers.sqlite", time.time)
    return create_scorer(cards, signatures, answers)
