"""A wrong setting stops the start with a sentence."""

from __future__ import annotations

import base64
from pathlib import Path

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


@pytest.mark.parametrize(
    "reached", [{"host": "192.0.2.1"}, {"host": "10.0.0.5"}, {"trusted_proxies": "127.0.0.1"}]
)
def test_who_is_reached_from_elsewhere_says_under_which_address(reached: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="KAIHU_PUBLIC_URL"):
        Settings.model_validate(reached)
    with pytest.raises(ValidationError, match="https://NAME"):
        Settings.model_validate({**reached, "public_url": "kaihu.example"})
    Settings.model_validate({**reached, "public_url": "https://kaihu.example"})


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_one_machine_needs_no_address(host: str) -> None:
    assert Settings(host=host).public_url == ""


@pytest.mark.parametrize(
    "url",
    ["http://vault:8200", "http://127.0.0.1:x@evil.example", "https://user@vault:8200", "https://"],
)
def test_the_token_of_vault_goes_nowhere_else(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="KAIHU_VAULT_URL"):
        Settings(keys_provider="vault", vault_url=url, vault_token_file=tmp_path / "token")


def test_no_secret_is_told_by_a_wrong_setting_or_by_the_settings() -> None:
    secrets = {
        "root_data": "c2VjcmV0IG9uZQ",
        "metrics_token": "secret two",
        "webhook_secret": "whsec_secret-three",
        "database_url": "postgresql+psycopg://kaihu:secret-four@db/kaihu",
        "broker_url": "redis://:secret-five@broker",
        "keys_url": "postgresql+psycopg://kaihu:secret-six@db/keys",
        "media_url": "s3://key:secret-seven@bucket",
    }
    with pytest.raises(ValidationError) as wrong:
        Settings.model_validate({**secrets, "webhook_url": "https://example.com"})
    told = str(wrong.value) + repr(Settings.model_validate(secrets))
    for known in ("secret two", "secret-", secrets["root_data"]):
        assert known not in told
