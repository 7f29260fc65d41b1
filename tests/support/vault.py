"""A server that answers as Vault's transit engine does (aes256-gcm96 keys), over HTTP.

No Vault can be had where these tests run. Paths, fields, minima, error words and statuses follow
its API documentation and `builtin/logical/transit`: versions in the ciphertext's prefix, policy
minima, `trim` that wants both minima set, 400, 403, 404, and 503 while it is sealed.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.settings import Settings

TOKEN = "hvs.test"
Answer = tuple[int, dict[str, Any] | None]


class Refusal(Exception):
    """An answer with `errors`."""

    def __init__(self, status: int, *errors: str) -> None:
        self.answer: Answer = (status, {"errors": list(errors)})


@dataclass
class Key:
    """A named key: versions from 1, and the minima of its policy."""

    versions: dict[int, bytes] = field(default_factory=lambda: {1: os.urandom(32)})
    min_decryption: int = 1
    min_encryption: int = 0

    @property
    def latest(self) -> int:
        """The version that encrypts."""
        return max(self.versions)


@dataclass
class FakeVault:
    """The engine at `transit/`; `sealed` and `tokens` may be changed while it runs."""

    keys: dict[str, Key] = field(default_factory=lambda: {"kaihu": Key()})
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    sealed: bool = False
    requests: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, method: str, path: str, token: str, body: dict[str, Any]) -> Answer:
        """What Vault would say."""
        self.requests.append(f"{method} {path}")
        try:
            return self._answer(method, path, token, body)
        except Refusal as refusal:
            return refusal.answer

    def _answer(self, method: str, path: str, token: str, body: dict[str, Any]) -> Answer:
        if self.sealed:
            raise Refusal(503, "Vault is sealed")
        if token not in self.tokens:
            raise Refusal(403, "permission denied")
        match [method, *path.removeprefix("/v1/").split("/")]:
            case ["POST", "transit", "encrypt", name]:
                return self._encrypt(name, body)
            case ["POST", "transit", "decrypt", name]:
                return self._decrypt(name, body)
            case ["GET", "transit", "keys", name]:
                return self._described(name)
            case ["POST", "transit", "keys", name, "rotate"]:
                key = self._key(name)
                key.versions[key.latest + 1] = os.urandom(32)
                return self._described(name)
            case ["POST", "transit", "keys", name, "config"]:
                return self._configure(name, body)
            case ["POST", "transit", "keys", name, "trim"]:
                return self._trim(name, body)
        raise Refusal(
            404, f'no handler for route "{path.removeprefix("/v1/")}". route entry not found.'
        )

    def _key(self, name: str) -> Key:
        if name not in self.keys:
            raise Refusal(404)
        return self.keys[name]

    def _described(self, name: str) -> Answer:
        key = self._key(name)
        return 200, {
            "data": {
                "name": name,
                "type": "aes256-gcm96",
                "latest_version": key.latest,
                "min_available_version": min(key.versions),
                "min_decryption_version": key.min_decryption,
                "min_encryption_version": key.min_encryption,
                "keys": {str(version): 1764316800 for version in key.versions},
            }
        }

    def _encrypt(self, name: str, body: dict[str, Any]) -> Answer:
        # The key is made where there is none, as Vault does for who may create.
        key = self.keys.setdefault(name, Key())
        plain = _decoded(body, "plaintext")
        nonce = os.urandom(12)
        cipher = AESGCM(key.versions[key.latest])
        content = nonce + cipher.encrypt(nonce, plain, _decoded(body, "associated_data"))
        ciphertext = f"vault:v{key.latest}:{base64.b64encode(content).decode()}"
        return 200, {"data": {"ciphertext": ciphertext, "key_version": key.latest}}

    def _decrypt(self, name: str, body: dict[str, Any]) -> Answer:
        if name not in self.keys:
            raise Refusal(400, "encryption key not found")
        key, ciphertext = self.keys[name], str(body.get("ciphertext", ""))
        if not ciphertext:
            raise Refusal(400, "missing ciphertext to decrypt")
        if not ciphertext.startswith("vault:v"):
            raise Refusal(400, "invalid ciphertext: no prefix")
        words = ciphertext.removeprefix("vault:v").split(":", 1)
        if len(words) != 2:
            raise Refusal(400, "invalid ciphertext: wrong number of fields")
        if not words[0].isdigit():
            raise Refusal(400, "invalid ciphertext: version number could not be decoded")
        version = int(words[0])
        if version > key.latest:
            raise Refusal(400, "invalid ciphertext: version is too new")
        if version < key.min_decryption:
            raise Refusal(400, "ciphertext or signature version is disallowed by policy (too old)")
        try:
            content = base64.b64decode(words[1], validate=True)
        except ValueError:
            raise Refusal(400, "invalid ciphertext: could not decode base64") from None
        if len(content) < 12:
            raise Refusal(400, "invalid ciphertext length")
        cipher, bound_to = AESGCM(key.versions[version]), _decoded(body, "associated_data")
        try:
            plain = cipher.decrypt(content[:12], content[12:], bound_to)
        except InvalidTag:
            raise Refusal(400, "cipher: message authentication failed") from None
        return 200, {"data": {"plaintext": base64.b64encode(plain).decode()}}

    def _configure(self, name: str, body: dict[str, Any]) -> Answer:
        key = self._key(name)
        if int(body.get("min_decryption_version", key.min_decryption)) > key.latest:
            raise Refusal(400, f"cannot set min decryption version of {body}")
        key.min_decryption = int(body.get("min_decryption_version", key.min_decryption))
        key.min_encryption = int(body.get("min_encryption_version", key.min_encryption))
        return self._described(name)

    def _trim(self, name: str, body: dict[str, Any]) -> Answer:
        key, wanted = self._key(name), int(body.get("min_available_version", 0))
        if key.min_encryption == 0:
            words = (
                "minimum available version cannot be set when minimum encryption version is not set"
            )
            raise Refusal(400, words)
        if wanted > min(key.min_encryption, key.min_decryption):
            words = "minimum available version cannot be greater than minimum decryption version"
            raise Refusal(400, words)
        key.versions = {v: secret for v, secret in key.versions.items() if v >= wanted}
        return self._described(name)


def _decoded(body: dict[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(body.get(name, ""), validate=True)
    except (ValueError, TypeError):
        raise Refusal(400, f"failed to base64-decode {name}") from None


@contextmanager
def running_vault() -> Iterator[FakeVault]:
    """The server for as long as the block lasts."""
    vault = FakeVault()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve("GET")

        def do_POST(self) -> None:
            self._serve("POST")

        def _serve(self, method: str) -> None:
            sent = self.rfile.read(int(self.headers.get("content-length") or 0))
            token = self.headers.get("X-Vault-Token", "")
            status, body = vault.answer(method, self.path, token, json.loads(sent or b"{}"))
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing: the test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    vault.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield vault
    finally:
        server.shutdown()
        server.server_close()


def with_vault(settings: Settings, vault: FakeVault, folder: Path) -> Settings:
    """Settings whose keys Vault keeps."""
    token = folder / "token"
    token.write_text(TOKEN + "\n")
    changed = {"keys_provider": "vault", "vault_url": vault.url, "vault_token_file": token}
    return settings.model_copy(update=changed)
