"""The capture page as it is served: words, addresses, headers, size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.messages.words import Language
from app.pages.capture.page import FOLDER, STATIC, page_messages
from app.pages.routes import install_pages
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import TYPES
from kyc.liveness.challenge import Action
from kyc.onboarding.states import Decision, OnboardingState
from loans.sources.kinds import FILES
from loans.sources.states import FileState
from loans.states import MOVING, ApplicationState

MAX_BYTES = 60_000  # of the page with everything that it loads, compressed
ROWS, COLUMNS = ("top", "middle", "bottom"), ("left", "centre", "right")
GZIP = {"Accept-Encoding": "gzip"}
COMPOSED = (  # what modules put before a word of theirs or the server's
    *("again_", "cue_", "hint_", "loan_", "media_", "paper_"),
    *("place_", "result_", "seen_", "sources_", "state_"),
)
ADDRESS = re.compile(r'(?:href|src)="(/assets/[^"]+)"')
SCRIPTS = sorted(STATIC.glob("*.js"))
SOURCE = "\n".join(path.read_text("utf-8") for path in SCRIPTS)


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("pages")
    install_pages(app)
    return app.test_client()


def keys(messages: Any, prefix: str = "") -> Iterator[str]:
    if isinstance(messages, dict):
        for name, value in messages.items():
            yield from keys(value, f"{prefix}.{name}")
    else:
        yield f"{prefix}:{len(messages) if isinstance(messages, list) else 'text'}"


def script_words(language: Language) -> dict[str, str]:
    return dict(page_messages(language)["script"])


def test_both_languages_say_the_same_things() -> None:
    assert [*keys(page_messages(Language.CHINESE))] == [*keys(page_messages(Language.ENGLISH))]


def test_both_languages_fill_in_the_same_values() -> None:
    chinese, english = script_words(Language.CHINESE), script_words(Language.ENGLISH)
    for key, sentence in chinese.items():
        names = re.findall(r"\{(\w+)\}", sentence)
        assert sorted(names) == sorted(re.findall(r"\{(\w+)\}", english[key])), key


def test_every_sentence_that_a_module_names_is_there() -> None:
    named = set(re.findall(r'(?:words|sayHint)\("(\w+)"', SOURCE))
    assert len(named) > 20
    assert named - set(script_words(Language.CHINESE)) == set()


def test_every_sentence_is_named_by_a_module() -> None:
    unused = {key for key in script_words(Language.CHINESE) if f'"{key}"' not in SOURCE}
    assert {key for key in unused if not key.startswith(COMPOSED)} == set()
    assert all(f"{prefix}${{" in SOURCE for prefix in COMPOSED)


@pytest.mark.parametrize(
    "keys",
    [
        [f"cue_{action}" for action in Action],
        [f"state_{state}" for state in EvidenceState if state is not EvidenceState.SUPERSEDED],
        [f"result_{one}" for one in Decision],
        [f"result_lead_{one}" for one in Decision],
        [f"result_{one}" for one in (OnboardingState.EXPIRED, OnboardingState.WITHDRAWN)],
        [f"result_lead_{one}" for one in (OnboardingState.EXPIRED, OnboardingState.WITHDRAWN)],
        [f"loan_{state}" for state in ApplicationState if state not in MOVING],
        [f"loan_lead_{state}" for state in ApplicationState if state not in MOVING],
        [f"media_{one}" for one in ("denied", "absent", "busy", "unsupported")],
        [f"hint_{one}" for one in ("dark", "glare", "blurred", "edges")],
        [f"place_{row}_{column}" for row in ROWS for column in COLUMNS],
        [f"sources_how_{kind}" for kind in sorted(FILES)],
        [f"sources_{state}" for state in FileState],
    ],
    ids=lambda keys: keys[0].rpartition("_")[0],
)
def test_whatever_the_server_or_a_device_may_say_has_a_sentence(keys: list[str]) -> None:
    assert keys
    assert set(keys) - set(script_words(Language.CHINESE)) == set()


def test_every_kind_of_evidence_has_a_step() -> None:
    for kind in TYPES.all():
        assert f'"{kind.kind}"' in SOURCE


def test_the_first_address_leads_to_the_page(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/capture")


@pytest.mark.parametrize(
    ("address", "preferred", "language"),
    [
        ("/capture", "", "zh-CN"),
        ("/capture", "fr", "zh-CN"),
        ("/capture", "en-GB,en;q=0.8", "en"),
        ("/capture?lang=zh-CN", "en", "zh-CN"),
        ("/capture?lang=en", "zh-CN", "en"),
        ("/capture?lang=xx", "en", "en"),
    ],
)
def test_the_page_is_in_the_language_asked_for(
    client: FlaskClient, address: str, preferred: str, language: str
) -> None:
    answer = client.get(address, headers={"Accept-Language": preferred})
    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_page_lets_in_nothing_from_elsewhere(client: FlaskClient) -> None:
    answer = client.get("/capture")
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob:",
        "media-src": "'self' blob:",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert "camera=(self), microphone=(self)" in answer.headers["Permissions-Policy"]
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_page_has_no_inline_script_and_no_inline_style(client: FlaskClient) -> None:
    page = client.get("/capture").text
    scripts = re.findall(r"<script([^>]*)>", page)
    assert scripts
    assert all("src=" in given or 'type="application/json"' in given for given in scripts)
    assert "<style" not in page
    assert " style=" not in page
    assert not re.search(r"\son\w+=", page)


def test_a_sentence_cannot_end_the_script_that_holds_it(client: FlaskClient) -> None:
    holder = client.get("/capture?lang=en").text.partition('id="words">')[2].partition("<")[0]
    assert holder.endswith("}")


def test_every_address_of_the_page_is_served(client: FlaskClient) -> None:
    addresses = set(ADDRESS.findall(client.get("/capture").text))
    assert {address.rpartition("/")[2] for address in addresses} == {
        path.name for path in STATIC.iterdir()
    }
    assert all(client.get(address).status_code == 200 for address in addresses)


@pytest.mark.parametrize("language", Language)
def test_the_page_and_all_that_it_loads_stay_small(client: FlaskClient, language: Language) -> None:
    page = client.get(f"/capture?lang={language}", headers=GZIP)
    addresses = set(ADDRESS.findall(client.get("/capture").text))
    loaded = sum(len(client.get(address, headers=GZIP).data) for address in addresses)
    assert len(page.data) + loaded <= MAX_BYTES


@pytest.mark.parametrize("video", ["paper-video", "face-video"])
def test_previews_play_in_the_page_on_every_phone(video: str) -> None:
    tag = re.search(rf'<video id="{video}"[^>]*>', (FOLDER / "page.html").read_text("utf-8"))
    assert tag is not None
    assert {"playsinline", "muted", "autoplay"} <= set(tag.group().rstrip(">").split())


def test_modules_ask_no_camera_for_what_some_cannot() -> None:
    assert "exact:" not in SOURCE


def test_texts_are_never_read_as_html() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", SOURCE)


@pytest.mark.parametrize("language", Language)
def test_every_word_in_the_page_is_a_word(client: FlaskClient, language: Language) -> None:
    assert "built-in" not in client.get(f"/capture?lang={language}").text  # a method of the table
