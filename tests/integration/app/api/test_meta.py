"""What an app learns before it asks an owner for anything."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask

from app.api.declaration import PREFIX


@pytest.mark.parametrize(
    ("language", "title", "action"),
    [
        ("en", "Face and voice", "Blink twice"),
        ("zh-CN", "人脸与声音信息处理", "眨眼两次"),
    ],
)
def test_texts_come_in_the_language_asked_for(
    application: Flask, language: str, title: str, action: str
) -> None:
    answer = application.test_client().get(f"{PREFIX}/meta", headers={"Accept-Language": language})
    meta = answer.get_json()
    assert answer.headers["Content-Language"] == language
    consents = {one["kind"]: one for one in meta["consents"]}
    assert consents["biometric"]["version"] == "2026-11-28"
    assert consents["biometric"]["title"] == title
    assert consents["biometric"]["text"].startswith(f"# {title}")
    assert {"code": "blink_twice", "name": action} in meta["actions"]


def test_limits_and_lists_are_the_policys(application: Flask) -> None:
    meta = application.test_client().get(f"{PREFIX}/meta").get_json()
    evidence = {one["kind"]: one for one in meta["evidence"]}
    assert list(evidence) == [
        *("id_card_front", "id_card_back", "licence", "face_video", "voice_clip")
    ]
    assert (evidence["face_video"]["challenge"], evidence["face_video"]["max_seconds"]) == (
        "face",
        20.0,
    )
    assert "WebM" in evidence["face_video"]["containers"]
    assert evidence["licence"]["max_bytes"] == 15_728_640
    industries = {one["code"]: one for one in meta["industries"]}
    assert "".join(industries) == "ABCDEFGHIJKLMNOPQRST"
    assert industries["H"]["choices"][1] == {"code": "62", "name": "餐饮业"}
    occupations = {one["code"]: one for one in meta["occupations"]}
    assert (len(occupations), occupations["70000"]["choices"]) == (8, [])
    assert [one["code"] for one in meta["roles"]] == ["owner", "partner", "shareholder", "manager"]
    assert "stocks" not in {one["code"] for one in meta["purposes"]}
    assert meta["loan"] == {
        "min_fen": 1_000_000,
        "max_fen": 30_000_000,
        "tenors_months": [6, 12, 24],
    }


def test_they_come_compressed_to_who_takes_it(application: Flask) -> None:
    client = application.test_client()
    plain = client.get(f"{PREFIX}/meta")
    packed = client.get(f"{PREFIX}/meta", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert "Content-Encoding" not in plain.headers
    assert all("Accept-Encoding" in one.headers["Vary"] for one in (plain, packed))


def test_what_is_asked_for_with_a_token_is_never_compressed(application: Flask) -> None:
    """The length of a compressed answer would tell of what stands in it."""
    headers = {"Accept-Encoding": "gzip", "Authorization": "Bearer x"}
    answer = application.test_client().get(f"{PREFIX}/meta", headers=headers)
    assert "Content-Encoding" not in answer.headers
