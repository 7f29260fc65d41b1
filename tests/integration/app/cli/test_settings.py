"""A wrong setting stops the start with a sentence."""

from __future__ import annotations

import base64

import pytest
from pydantic import ValidationError

from app.cli.main import main
from app.settings import Settings

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
SHORT = "whsec_" + base64.b64encode(b"short").decode()


@pytest.mark.parametrize("name", ["KAIHU_DATABASE_URL=mysql://x", "KAIHU_PORT=x"])
def test_a_wrong_setting_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    variable, value = name.split("=")
    monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit) as left:
        main(["audit", "verify"], standalone_mode=False)
    assert left.value.code == 2
    assert variable in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("http://example.com/x", SECRET),
        ("http://127.0.0.1:x@evil.example/hook", SECRET),
        ("http://127.0.0.1:8080/hook", SECRET),
        ("https://169.254.169.254/", SECRET),
        ("https://example.com", ""),
        ("https://example.com", "whsec_?"),
        ("https://example.com", SHORT),
    ],
)
def test_webhooks_without_a_secret_or_in_clear_stop_the_start(url: str, secret: str) -> None:
    with pytest.raises(ValidationError):
        Settings(webhook_url=url, webhook_secret=secret)


@pytest.mark.parametrize("url", ["https://example.com", "http://127.0.0.1:8080/hook"])
def test_webhooks_that_are_signed_go_out(url: str) -> None:
    here = url.startswith("http://")
    settings = Settings(webhook_url=url, webhook_secret=SECRET, webhook_loopback=here)
    assert settings.webhook_url == url
