"""HashiCorp Vault's transit engine (or OpenBao's) as the root of data keys, over HTTP.

Data keys are encrypted and decrypted by Vault, bound to person and purpose as associated data; the
root never leaves it. The other roots stay in their files, each sealed by Vault. What Vault refuses
because a ciphertext is another's or was changed is `SealBroken`; everything else that goes wrong is
`KeysUnavailable`: nothing passes while Vault is away.
"""

from __future__ import annotations

import base64
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from storage.keys.cipher import SealBroken
from storage.keys.names import KeyPurpose, Root
from storage.keys.roots import FileRoots, KeysUnavailable, RootKeyUnusable
from storage.keys.wrapping import KeyWrapper, LocalWrapper

PREFIX = "vault:v"
VERSION = re.compile(r"vault:v([0-9]{1,9}):")
TIMEOUT_S = 2.0
KEPT_S, MAX_KEPT = 5.0, 1_000  # unwrapped keys; the store is asked each time all the same
BROKEN = (  # what Vault says of a ciphertext; words of `sdk/helper/keysutil`
    "message authentication failed",
    "could not decrypt",
    "invalid ciphertext",
    "disallowed by policy",
    "no prefix",
    "version is too new",
)


@dataclass(frozen=True)
class VaultAddress:
    """Where the engine is; `token_file` is read at each request, so that an agent may renew it."""

    url: str
    token_file: Path
    mount: str = "transit"
    key: str = "kaihu"
    namespace: str = ""


class Transit:
    """The requests that are needed of one key of the engine."""

    def __init__(self, address: VaultAddress) -> None:
        self._address = address
        self._http = httpx.Client(base_url=address.url, timeout=TIMEOUT_S)

    def encrypt(self, plaintext: bytes, bound_to: str) -> str:
        """`vault:vN:…` under the newest version. Raises `KeysUnavailable`."""
        body = {"plaintext": _base64(plaintext), "associated_data": _base64(bound_to.encode())}
        return str(self._post(f"encrypt/{self._address.key}", body)["ciphertext"])

    def decrypt(self, ciphertext: str, bound_to: str) -> bytes:
        """Raises `SealBroken`, `KeysUnavailable`."""
        body = {"ciphertext": ciphertext, "associated_data": _base64(bound_to.encode())}
        return base64.b64decode(self._post(f"decrypt/{self._address.key}", body)["plaintext"])

    def latest_version(self) -> int:
        """The version that encrypts. Raises `KeysUnavailable`."""
        return int(self._send("GET", f"keys/{self._address.key}")["latest_version"])

    def rotate(self) -> None:
        """Make a new version. Raises `KeysUnavailable`."""
        self._send("POST", f"keys/{self._address.key}/rotate")

    def destroy_before(self, version: int) -> None:
        """Delete older versions for good. Raises `KeysUnavailable`.

        `min_decryption_version` alone can be set back; only `trim` deletes, and it wants both
        minima set.
        """
        minima = {"min_decryption_version": version, "min_encryption_version": version}
        self._post(f"keys/{self._address.key}/config", minima)
        self._post(f"keys/{self._address.key}/trim", {"min_available_version": version})

    def _post(self, path: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        return self._send("POST", path, body)

    def _send(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> Mapping[str, Any]:
        try:
            answer = self._http.request(
                method, f"/v1/{self._address.mount}/{path}", json=body, headers=self._headers()
            )
        except (httpx.HTTPError, OSError) as error:
            raise KeysUnavailable from error
        if answer.status_code == httpx.codes.BAD_REQUEST and _is_of_ciphertext(answer):
            raise SealBroken("vault does not open it")
        if not answer.is_success:
            raise KeysUnavailable
        return _data(answer)

    def _headers(self) -> dict[str, str]:
        headers = {"X-Vault-Token": self._address.token_file.read_text("ascii").strip()}
        if self._address.namespace:
            headers["X-Vault-Namespace"] = self._address.namespace
        return headers


class VaultWrapper(KeyWrapper):
    """Wraps under Vault; what was wrapped under a local root before still opens."""

    def __init__(self, transit: Transit, roots: FileRoots) -> None:
        self._transit, self._roots, self._local = transit, roots, LocalWrapper(roots)
        self._kept: dict[tuple[bytes, str], tuple[float, bytes]] = {}
        self._lock = threading.Lock()

    def wrap(self, key: bytes, person: UUID, purpose: KeyPurpose) -> bytes:
        return self._transit.encrypt(key, _binding(person, purpose)).encode("ascii")

    def unwrap(self, wrapped: bytes, person: UUID, purpose: KeyPurpose) -> bytes:
        if not wrapped.startswith(PREFIX.encode()):
            return self._unwrap_local(wrapped, person, purpose)
        place = (wrapped, _binding(person, purpose))
        with self._lock:
            until, known = self._kept.get(place, (0.0, b""))
        if time.monotonic() < until:
            return known
        key = self._transit.decrypt(wrapped.decode("ascii", "replace"), place[1])
        with self._lock:
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            self._kept[place] = (time.monotonic() + KEPT_S, key)
        return key

    def root_id(self, wrapped: bytes) -> str:
        found = VERSION.match(wrapped.decode("ascii", "replace"))
        return f"{PREFIX}{found[1]}" if found else self._local.root_id(wrapped)

    def newest_root_id(self) -> str:
        return f"{PREFIX}{self._transit.latest_version()}"

    def rotate(self) -> None:
        self._transit.rotate()

    def destroy_older(self) -> None:
        latest = self._transit.latest_version()
        self._roots.seal_again()  # the other roots' files name versions too
        self._transit.destroy_before(latest)
        self._roots.remove(Root.DATA)  # of before Vault was chosen; no data key names it any more

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()

    def _unwrap_local(self, wrapped: bytes, person: UUID, purpose: KeyPurpose) -> bytes:
        try:
            return self._local.unwrap(wrapped, person, purpose)
        except RootKeyUnusable as error:
            raise SealBroken("no local root is left") from error


class VaultSealer:
    """Root keys in their files, sealed by Vault; a plain one of before is read, and sealed then."""

    def __init__(self, transit: Transit) -> None:
        self._transit = transit

    def seal(self, root: Root, key: bytes) -> str:
        """`vault:vN:…`. Raises `KeysUnavailable`."""
        return self._transit.encrypt(key, f"root key:{root}")

    def open(self, root: Root, word: str) -> bytes:
        """Raises ValueError, `SealBroken`, `KeysUnavailable`."""
        if word.startswith(PREFIX):
            return self._transit.decrypt(word, f"root key:{root}")
        return base64.b64decode(word, validate=True)


def _binding(person: UUID, purpose: KeyPurpose) -> str:
    return f"data key:{person}:{purpose}"


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _is_of_ciphertext(answer: httpx.Response) -> bool:
    """Whether a 400 is about what was to be opened, and not about the engine."""
    return any(words in answer.text for words in BROKEN)


def _data(answer: httpx.Response) -> Mapping[str, Any]:
    if answer.status_code == httpx.codes.NO_CONTENT:
        return {}
    try:
        data = answer.json()["data"]
    except (ValueError, KeyError, TypeError) as error:
        raise KeysUnavailable from error
    return data if isinstance(data, dict) else {}
