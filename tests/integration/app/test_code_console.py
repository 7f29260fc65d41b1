"""One-time codes are shown to who runs the server, whatever else is in the outbox."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app import serve
from app.serve import CodeConsole
from app.settings import Settings


def line(code: str) -> str:
    return json.dumps({"phone": "13800000001", "code": code}) + "\n"


def test_codes_that_come_are_shown_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outbox = tmp_path / "codes.jsonl"
    outbox.write_text(line("111111"))
    console = CodeConsole(outbox)
    with outbox.open("a") as file:
        file.write(line("222222") + "\nnot JSON\n[]\n{}\n" + line("333333")[:-1])
    console.show_new()
    console.show_new()
    shown = capsys.readouterr().out
    assert ("222222" in shown, "333333" in shown, "111111" in shown) == (True, False, False)
    with outbox.open("a") as file:
        file.write("\n")
    console.show_new()
    assert capsys.readouterr().out == "one-time code for 13800000001: 333333\n"


def test_an_outbox_that_is_no_file_is_left_alone(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    CodeConsole(pipe).show_new()
    CodeConsole(tmp_path / "absent").show_new()


class OneCode:
    """In place of the processes: one code is sent while they are watched."""

    def __init__(self, settings: Settings, _output: object) -> None:
        self._settings = settings

    def start(self) -> None:
        """Nothing is started."""

    def watch(self, meanwhile: Callable[[], None]) -> None:
        """Send a code."""
        with self._settings.codes.open("a") as file:
            file.write(line("444444"))
        meanwhile()

    def stop(self) -> None:
        """Nothing is stopped."""


@pytest.mark.parametrize("sent_elsewhere", [False, True])
def test_codes_that_go_to_phones_stand_in_no_output(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    sent_elsewhere: bool,
) -> None:
    monkeypatch.setattr(serve, "Service", OneCode)
    outbox = tmp_path / "sms" if sent_elsewhere else None
    serve.serve(Settings(var=tmp_path / "var", code_outbox=outbox))
    assert ("444444" in capsys.readouterr().out) is not sent_elsewhere


@pytest.mark.parametrize("public", ["", "https://kaihu.example"])
def test_the_address_of_the_page_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], public: str
) -> None:
    monkeypatch.setattr(serve, "Service", OneCode)
    serve.serve(Settings(var=tmp_path / "var", public_url=public))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Page", f"{public or 'http://127.0.0.1:8000'}/capture"]
    assert ("kaihu serve --tls" in lines[1]) is not bool(public)
