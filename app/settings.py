"""Settings from the environment, prefix `KAIHU_`; a wrong one stops the start with a sentence."""

from __future__ import annotations

import base64
import ipaddress
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.webhooks.address import AddressForbidden, Destination

MIN_SECRET = 24  # bytes, by the specification of Standard Webhooks
PUBLIC_KEY_BYTES = 32  # Ed25519
# Settings that put something elsewhere than below `var`.
ELSEWHERE = (
    *("database_url", "keys_url", "media_url", "broker_url"),
    *("log_key", "code_outbox", "audit_witness"),
)
ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Everything that can be set. Defaults make an embedded Kaihu below `var/`."""

    model_config = SettingsConfigDict(
        env_prefix="KAIHU_", frozen=True, extra="forbid", hide_input_in_errors=True
    )

    var: Path = Field(ROOT / "var", description="folder of database, media and keys")
    models: Path = Field(ROOT / "models", description="folder of the verified weights")
    policy: Path = Field(ROOT / "policy", description="the policy: a file, or a folder of files")
    database_url: str = Field(
        "", repr=False, description="SQLAlchemy URL; empty means SQLite below var"
    )
    sandbox: bool = Field(
        False,
        description="serve a sandbox for integrators, with test numbers and papers "
        "([integrate](integrate.md)); it keeps everything below a `var` of its own",
    )
    broker_url: str = Field(
        "",
        repr=False,
        description="Celery broker (Redis, RabbitMQ) of machines that analyse; empty: here",
    )
    keys_url: str = Field(
        "",
        repr=False,
        description="SQLAlchemy URL of the store of data keys; empty: SQLite below var/keys",
    )
    keys_provider: Literal["file", "environment", "vault"] = Field(
        "file", description="what keeps root keys: files below var/keys, the environment, Vault"
    )
    root_data: str = Field(
        "", repr=False, description="roots of the provider `environment`: 32 bytes in base64,"
    )
    root_index: str = Field("", repr=False, description="or several, by commas, the newest last")
    root_tokens: str = Field("", repr=False, description="as above")
    root_log: str = Field("", repr=False, description="as above; for the worker alone")
    vault_url: str = Field("", description="address of Vault or OpenBao, as `https://vault:8200`")
    vault_token_file: Path | None = Field(
        None, description="file of its token, read at each request"
    )
    vault_mount: str = Field("transit", description="where its transit engine is")
    vault_key: str = Field("kaihu", description="the engine's key (aes256-gcm96)")
    vault_namespace: str = Field("", description="its namespace; empty: none")
    log_key: Path | None = Field(
        None, description="file of the log's signing key; unset: `log.key` below var/keys"
    )
    media_url: str = Field(
        "",
        repr=False,
        description="fsspec URL of sealed media, as `s3://bucket/prefix`; empty: below var",
    )
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    tls_certificate: Path | None = Field(
        None, description="PEM file of a certificate with its chain: serve https, with `tls_key`"
    )
    tls_key: Path | None = Field(None, description="PEM file of the certificate's private key")
    public_url: str = Field(
        "",
        description="address under which phones reach this server, as `https://kaihu.example`: "
        "proofs of possession are made for it; empty, on one machine alone: the address that a "
        "request names",
    )
    web_processes: int = Field(2, ge=1, le=64, description="web processes")
    lending_processes: int = Field(2, ge=1, le=16, description="processes that decide on loans")
    web_threads: int = Field(8, ge=1, le=64, description="threads of each web process")
    trusted_proxies: str = Field(
        "",
        description="addresses of proxies whose `X-Forwarded-For` and `-Proto` are believed, "
        "separated by commas",
    )
    workers: int = Field(2, ge=1, le=64, description="processes that hold the models")
    job_seconds: int = Field(60, ge=5, description="longest that one analysis may take")
    recycle_after: int = Field(200, ge=1, description="analyses before a worker is replaced")
    code_outbox: Path | None = Field(
        None, description="file that receives one-time codes; unset: `codes.jsonl` below var"
    )
    metrics_token: str = Field(
        "",
        repr=False,
        description="bearer token of `/metrics` (Prometheus); empty serves it to nobody",
    )
    trace_url: str = Field(
        "", description="OTLP/HTTP address of traces, as `http://host:4318/v1/traces`; empty: none"
    )
    webhook_url: str = Field("", description="address that is told decisions; empty tells nobody")
    webhook_loopback: bool = Field(
        False, description="lets webhooks go to this machine, without https: for development"
    )
    webhook_secret: str = Field(
        "", repr=False, description="its `whsec_…` secret (Standard Webhooks)"
    )
    scorer_url: str = Field(
        "",
        description="address of the risk scorer, as `https://scorer.example`; empty: `serve` "
        "starts the reference scorer",
    )
    scorer_public_key: str = Field(
        "", description="the Ed25519 key that it signs with: 32 bytes in base64"
    )
    shadow_scorer_url: str = Field(
        "",
        description="address of a second scorer, whose answers are kept and decide nothing: "
        "`kaihu loans compare --shadow`",
    )
    shadow_scorer_public_key: str = Field(
        "", description="the Ed25519 key that the second scorer signs with: 32 bytes in base64"
    )
    court_url: str = Field(
        "",
        description="address of a service that keeps the courts' list of judgement defaulters; "
        "empty: none is asked",
    )
    court_public_key: str = Field(
        "", description="the Ed25519 key that it signs with: 32 bytes in base64"
    )
    records_url: str = Field(
        "",
        description="address of a service of records (business registry, acquirer, reviews), as "
        "`https://records.example`; empty: nobody is asked, and no consent to it is offered",
    )
    records_public_key: str = Field(
        "", description="the Ed25519 key that it signs with: 32 bytes in base64"
    )
    log_origin: str = Field("kaihu.local/audit", description="name of the audit log")
    audit_witness: str = Field(
        "",
        description="folder or fsspec URL that the worker gives checkpoints to, outside of its"
        " reach otherwise; empty: none",
    )

    @model_validator(mode="after")
    def _webhooks_signed(self) -> Self:
        if not self.webhook_url:
            return self
        try:
            Destination.of(self.webhook_url, loopback=self.webhook_loopback)
        except AddressForbidden as error:
            raise ValueError(str(error)) from error
        try:
            key = base64.b64decode(self.webhook_secret.removeprefix("whsec_"), validate=True)
        except ValueError as error:
            raise ValueError("the webhook secret is whsec_ and base64") from error
        if len(key) < MIN_SECRET:
            raise ValueError(f"the webhook secret holds at least {MIN_SECRET} bytes")
        return self

    @model_validator(mode="after")
    def _other_parties_known(self) -> Self:
        for name, url, public_key in (
            ("SCORER", self.scorer_url, self.scorer_public_key),
            ("SHADOW_SCORER", self.shadow_scorer_url, self.shadow_scorer_public_key),
            ("COURT", self.court_url, self.court_public_key),
            ("RECORDS", self.records_url, self.records_public_key),
        ):
            if url:
                _require_service(f"KAIHU_{name}", url, public_key)
            elif public_key:
                raise ValueError(f"KAIHU_{name}_PUBLIC_KEY needs KAIHU_{name}_URL")
        return self

    @model_validator(mode="after")
    def _tls_complete(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("https needs both KAIHU_TLS_CERTIFICATE and KAIHU_TLS_KEY")
        return self

    @model_validator(mode="after")
    def _sandbox_apart(self) -> Self:
        """What people use in earnest is not within a sandbox's reach."""
        if not self.sandbox:
            return self
        if self.keys_provider != "file":
            raise ValueError("a sandbox keeps keys of its own: unset KAIHU_KEYS_PROVIDER")
        for name in ELSEWHERE:
            if getattr(self, name):
                raise ValueError(
                    f"a sandbox keeps everything below KAIHU_VAR: unset KAIHU_{name.upper()}"
                )
        return self

    @model_validator(mode="after")
    def _vault_complete(self) -> Self:
        if self.keys_provider != "vault":
            return self
        address = urlsplit(self.vault_url)
        here = (address.scheme, address.hostname) == ("http", "127.0.0.1")
        if not (here or (address.scheme == "https" and address.hostname)):
            raise ValueError("the provider vault needs KAIHU_VAULT_URL, over https")
        if address.username is not None or address.password is not None:
            raise ValueError("KAIHU_VAULT_URL names no user: its token lies in a file")
        if self.vault_token_file is None:
            raise ValueError("the provider vault needs KAIHU_VAULT_TOKEN_FILE")
        return self

    @model_validator(mode="after")
    def _proofs_for_one_address(self) -> Self:
        """A proof made for another server is not good here, whatever `Host` a request names."""
        if not self.public_url and (self.proxies or not _is_this_machine(self.host)):
            raise ValueError(
                "set KAIHU_PUBLIC_URL, as https://kaihu.example: a server that others reach, by "
                "KAIHU_HOST or KAIHU_TRUSTED_PROXIES, takes proofs that were made for it alone"
            )
        return self

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query):
            raise ValueError("use https://NAME")
        return url

    @field_validator("database_url", "keys_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("use sqlite:///PATH or postgresql+psycopg://…")
        return url

    @classmethod
    def table(cls) -> str:
        """The settings as a Markdown table: `docs/settings.md`."""
        rows = ["| variable | default | what it is |", "|---|---|---|"]
        for name, field in cls.model_fields.items():
            default = str(field.default).replace(str(ROOT), ".")
            rows.append(f"| `KAIHU_{name.upper()}` | `{default}` | {field.description} |")
        head = "# Settings\n\nMade by `kaihu settings`; do not edit.\n\n"
        return head + "\n".join(rows) + "\n"

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, text: str) -> str:
        for part in filter(None, text.split(",")):
            ipaddress.ip_address(part.strip())
        return text

    @property
    def webhook_destination(self) -> Destination:
        """Where webhooks go. Raises `AddressForbidden`."""
        return Destination.of(self.webhook_url, loopback=self.webhook_loopback)

    @property
    def proxies(self) -> frozenset[str]:
        """The addresses of the trusted proxies."""
        return frozenset(part.strip() for part in self.trusted_proxies.split(",") if part.strip())

    @property
    def keys(self) -> Path:
        """The folder of root keys and of the store of data keys."""
        return self.var / "keys"

    @property
    def log_key_file(self) -> Path:
        """The file of the log's signing key."""
        return self.log_key or self.keys / "log.key"

    @property
    def log_public_key_file(self) -> Path:
        """The file of the log's public keys."""
        return self.keys / "log.pub"

    @property
    def codes(self) -> Path:
        """The file that receives one-time codes."""
        return self.code_outbox or self.var / "codes.jsonl"

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in use."""
        return self.database_url or f"sqlite:///{self.var / 'kaihu.sqlite'}"


def _require_service(name: str, url: str, public_key: str) -> None:
    address = urlsplit(url)
    here = address.scheme == "http" and _is_this_machine(address.hostname or "")
    if not (here or (address.scheme == "https" and address.hostname)):
        raise ValueError(f"{name}_URL is https://NAME, or http:// on this machine")
    try:
        key = base64.b64decode(public_key, validate=True)
    except ValueError as error:
        raise ValueError(f"{name}_PUBLIC_KEY is base64") from error
    if len(key) != PUBLIC_KEY_BYTES:
        raise ValueError(f"{name}_PUBLIC_KEY holds {PUBLIC_KEY_BYTES} bytes")


def _is_this_machine(host: str) -> bool:
    """Whether nobody else reaches what listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
