"""`kaihu calibrate attacks`: do colour and texture of a face add to the passive network?

Logistic regression over the network's odds and simple measures of the face, fitted on two
collections of pictures and judged, by the area under its curve, on the third.
"""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from evaluation.report import Figures
from kyc.face.embedding import align
from kyc.face.finder import FaceFinder
from kyc.face.picture import RGB
from kyc.face.quality import SKIN
from kyc.liveness.passive import PassiveDetector

Array = npt.NDArray[np.float64]
EVIDENCE = ("odds", "saturation", "saturation_spread", "red_spread", "blue_spread", "sharpness")


def calibrate_attacks(data: Path, models: Path) -> Figures:
    """`<collection>.auc.<evidence>` alone, and `.auc.combined`, fitted on the other collections."""
    evidence, live, collections = _measured(data / "attack", models)
    figures: Figures = {"n": len(live)}
    for name in sorted(set(collections)):
        left_out = collections == name
        for number, what in enumerate(EVIDENCE):
            auc = roc_auc_score(live[left_out], evidence[left_out, number])
            figures[f"{name}.auc.{what}"] = float(auc)
        model = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced"))
        model.fit(evidence[~left_out], live[~left_out])
        scores = model.decision_function(evidence[left_out])
        figures[f"{name}.auc.combined"] = float(roc_auc_score(live[left_out], scores))
    return figures


def _measured(
    folder: Path, models: Path
) -> tuple[Array, npt.NDArray[np.bool_], npt.NDArray[np.str_]]:
    passive = PassiveDetector(models)
    evidence, live, collections = [], [], []
    finder = FaceFinder(models)
    with (folder / "labels.csv").open() as file:
        for row in csv.DictReader(file):
            if row["kind"] == "clip":
                continue
            image = np.ascontiguousarray(cv2.imread(str(folder / row["path"]))[..., ::-1])
            face = finder.find_subject(image)
            if face is not None:
                evidence.append([passive.live_odds(image, face), *_skin(align(image, face))])
                live.append(row["label"] == "live")
                collections.append("nuaa" if row["collection"] == "nuaa" else row["kind"])
    return np.array(evidence), np.array(live), np.array(collections)


def _skin(aligned: RGB) -> list[float]:
    saturation = cv2.cvtColor(aligned, cv2.COLOR_RGB2HSV)[SKIN][..., 1].astype(float)
    chroma = cv2.cvtColor(aligned, cv2.COLOR_RGB2YCrCb)[SKIN][..., 1:].astype(float)
    grey = cv2.cvtColor(aligned, cv2.COLOR_RGB2GRAY)
    sharpness = float(np.log1p(cv2.Laplacian(grey, cv2.CV_64F).var()))
    return [saturation.mean(), saturation.std(), *chroma.std(axis=(0, 1)), sharpness]
