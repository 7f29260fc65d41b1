"""Static files: named by their contents, compressed, kept for ever."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.pages.assets import Assets
from app.pages.routes import install_pages


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "main.js").write_text("import './part.js';" * 20)
    (tmp_path / "part.js").write_text("export const one = 1;")
    (tmp_path / "notes.txt").write_text("no asset")
    return tmp_path


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("pages")
    install_pages(app)
    return app.test_client()


def test_an_address_holds_for_the_same_contents(folder: Path) -> None:
    assert Assets(folder).address("main.js") == Assets(folder).address("main.js")


@pytest.mark.parametrize("change", ["contents", "name", "another file"])
def test_any_change_makes_another_address_for_all(folder: Path, change: str) -> None:
    before = Assets(folder).address("main.js")
    if change == "contents":
        (folder / "part.js").write_text("export const one = 2;")
    elif change == "name":
        (folder / "part.js").rename(folder / "piece.js")
    else:
        (folder / "more.css").write_text("")
    assert Assets(folder).address("main.js") != before


def test_a_file_that_is_no_asset_has_no_address(folder: Path) -> None:
    with pytest.raises(KeyError):
        Assets(folder).address("notes.txt")


def test_what_is_found_is_the_file_of_that_version_alone(folder: Path) -> None:
    assets = Assets(folder)
    found = assets.find(assets.digest, "part.js")
    assert found is not None
    assert found.content == b"export const one = 1;"
    assert assets.find("0" * 16, "part.js") is None
    assert assets.find(assets.digest, "../part.js") is None


def test_an_asset_is_compressed_and_kept_for_ever(client: FlaskClient) -> None:
    address = stylesheet(client)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    assert packed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Type"].startswith("text/css")
    assert gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


def test_what_a_browser_has_is_not_sent_again(client: FlaskClient) -> None:
    address = stylesheet(client)
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def stylesheet(client: FlaskClient) -> str:
    return client.get("/capture").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
