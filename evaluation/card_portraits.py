"""Portraits cut out of photographed identity cards against other photos of the people on them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from core.policy import Policy
from evaluation.documents import TODAY
from evaluation.rates import true_accept_rate, wilson
from evaluation.report import Figures
from kyc.face.embedding import FaceEmbedder, FaceTemplate, compare
from kyc.face.finder import FaceFinder
from kyc.face.picture import RGB
from kyc.policy import DocumentPolicy, FacePolicy, UploadPolicy
from ocr.document import DocumentReader
from ocr.document_types import DocumentType
from ocr.preprocess.decode import decode_photo

HARDEST = 2  # level
FAR = 1e-3
LOWEST = -1e3  # a card without a face matches nobody

Templates = Mapping[str, FaceTemplate | None]  # by `PERSON/FILE`


class CardPortraits:
    """The cards of the documents' set that bear a portrait of the faces' set."""

    def __init__(self, data: Path, models: Path, policy: Policy) -> None:
        self._folder = data / "documents"
        self._reader = DocumentReader(models, policy.section(DocumentPolicy).rules)
        self._limits = policy.section(UploadPolicy).photo
        self._rules = policy.section(FacePolicy)

    def figures(self, finder: FaceFinder, embedder: FaceEmbedder, others: Templates) -> Figures:
        """`card.*`: impostors are everybody else of the set that the portraits come from."""
        scores, same, cards = [], [], 0
        for person, file, portrait in self._portraits():
            cards += 1
            face = finder.find_subject(portrait) if portrait is not None else None
            card = embedder.embed(portrait, face) if portrait is not None and face else None
            for name, other in others.items():
                if name != f"{person}/{file}" and other is not None:
                    scores.append(self._score(card, other))
                    same.append(name.split("/")[0] == person)
        genuine = np.array(same)
        matched = true_accept_rate(np.array(scores), genuine, FAR)
        shipped = np.array(scores)[genuine] >= self._rules.match_llr
        return {
            "card.cards": cards,
            "card.n": int(genuine.sum()),
            "card.tar_at_far_1e-3": matched,
            "card.tar_at_far_1e-3.ci95": wilson(matched * genuine.sum(), int(genuine.sum())),
            "card.fnmr_at_shipped": float(1 - shipped.mean()),
        }

    def _portraits(self) -> Iterator[tuple[str, str, RGB | None]]:
        """Person, file of the portrait, and the portrait as it is cut out of a photo."""
        for truth in json.loads((self._folder / "truth.json").read_text("utf-8")):
            hard = truth["level"] > HARDEST
            if truth["kind"] != DocumentType.ID_FRONT or hard or not truth.get("portrait"):
                continue
            _, person, file = truth["portrait"].split("/")
            image = decode_photo((self._folder / truth["file"]).read_bytes(), self._limits)
            yield person, file, self._reader.read(image, TODAY, DocumentType.ID_FRONT).portrait

    def _score(self, card: FaceTemplate | None, other: FaceTemplate) -> float:
        if card is None:
            return LOWEST
        return compare(card, other, self._rules.fusion).log_likelihood_ratio
