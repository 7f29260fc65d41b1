"""Portraits cut out of photographed identity cards against other photos of the people on them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from evaluation.documents import TODAY
from evaluation.rates import true_accept_rate, wilson
from evaluation.report import Figures
from kyc.face.embedding import FaceEmbedder, FaceTemplate, compare
from kyc.face.finder import FaceFinder
from kyc.policy import Policy
from ocr.document import DocumentReader
from ocr.document_types import DocumentType
from ocr.preprocess.decode import decode_photo

HARDEST = 2  # level
FAR = 1e-3


def evaluate_cards(
    data: Path, models: Path, policy: Policy, finder: FaceFinder, embedder: FaceEmbedder,
    others: Mapping[str, FaceTemplate | None],
) -> Figures:  # fmt: skip
    """`card.*`: impostors are everybody else of the set that the portraits come from.

    `others` are templates by `PERSON/FILE`. A card without a face matches nobody.
    """
    folder = data / "documents"
    reader = DocumentReader(models, policy.documents.rules)
    scores, same, cards = [], [], 0
    for truth in json.loads((folder / "truth.json").read_text("utf-8")):
        hard = truth["level"] > HARDEST
        if truth["kind"] != DocumentType.ID_FRONT or hard or not truth.get("portrait"):
            continue
        cards += 1
        _, person, file = truth["portrait"].split("/")
        image = decode_photo((folder / truth["file"]).read_bytes(), policy.documents.photo)
        portrait = reader.read(image, TODAY, DocumentType.ID_FRONT).portrait
        face = finder.find_subject(portrait) if portrait is not None else None
        card = embedder.embed(portrait, face) if portrait is not None and face else None
        for name, other in others.items():
            if name != f"{person}/{file}" and other is not None:
                scores.append(_score(card, other, policy))
                same.append(name.split("/")[0] == person)
    genuine = np.array(same)
    matched = true_accept_rate(np.array(scores), genuine, FAR)
    shipped = np.array(scores)[genuine] >= policy.face.match_llr
    return {
        "card.cards": cards,
        "card.n": int(genuine.sum()),
        "card.tar_at_far_1e-3": matched,
        "card.tar_at_far_1e-3.ci95": wilson(matched * genuine.sum(), int(genuine.sum())),
        "card.fnmr_at_shipped": float(1 - shipped.mean()),
    }


def _score(card: FaceTemplate | None, other: FaceTemplate, policy: Policy) -> float:
    return -1e3 if card is None else compare(card, other, policy.face.fusion).log_likelihood_ratio
