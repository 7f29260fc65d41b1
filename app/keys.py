"""The keys of an installation: its roots, the store of its data keys, the log's two keys."""

from __future__ import annotations

from app.settings import Settings
from audit.checkpoint import CheckpointForged, LogKey, Signer
from audit.log_keys import FollowedLogKey, announced, first_key
from core.private_files import private_folder
from storage.keyring import Keyring
from storage.keys.environment import EnvironmentRoots
from storage.keys.master import continue_master
from storage.keys.names import Root
from storage.keys.roots import (
    FileRoots,
    RootKey,
    RootKeys,
    RootKeyUnusable,
    new_root_key,
    replace_file,
)
from storage.keys.store import DataKeyStore, store_url
from storage.keys.vault import Transit, VaultAddress, VaultSealer, VaultWrapper
from storage.keys.wrapping import KeyWrapper, LocalWrapper

READABLE = 0o644
USED_EVERYWHERE = (Root.DATA, Root.INDEX, Root.TOKENS)


def open_keyring(settings: Settings) -> Keyring:
    """The keyring of this process; roots that were never made are made.

    Raises `storage.keys.roots.RootKeyUnusable`.
    """
    private_folder(settings.keys)
    roots = open_roots(settings)
    wrapper: KeyWrapper = LocalWrapper(roots)
    if isinstance(roots, FileRoots):
        continue_master(settings.keys / "master.key", roots)
        for root in USED_EVERYWHERE:
            if root is not Root.DATA or settings.keys_provider == "file":
                roots.make_missing(root, new_root_key())
        if settings.keys_provider == "vault":
            wrapper = VaultWrapper(_transit(settings), roots)
    _make_log_key(settings, roots)
    store = DataKeyStore(store_url(settings.keys_url, settings.keys))
    return Keyring(roots, wrapper, store)


def open_roots(settings: Settings) -> RootKeys:
    """Where the roots are; reads none of them."""
    if settings.keys_provider == "environment":
        return EnvironmentRoots({root: getattr(settings, f"root_{root}") for root in Root})
    sealer = VaultSealer(_transit(settings)) if settings.keys_provider == "vault" else None
    return FileRoots(settings.keys, {Root.LOG: settings.log_key_file}, sealer)


def open_log_key(settings: Settings) -> FollowedLogKey:
    """What verifies the log: its public keys alone. Raises `RootKeyUnusable`."""
    try:
        return FollowedLogKey(settings.log_origin, settings.log_public_key_file)
    except (OSError, ValueError, CheckpointForged) as error:
        raise RootKeyUnusable(f"{settings.log_public_key_file}: {error}") from error


def open_signer(settings: Settings) -> Signer:
    """What signs the log; for the process that sequences it, and for no other.

    Raises `RootKeyUnusable` where this process may not read the key.
    """
    return FollowedSigner(open_log_key(settings), open_roots(settings))


class FollowedSigner(Signer):
    """Signs with the key that the public file names last, also when it was replaced since."""

    def __init__(self, log_key: LogKey, roots: RootKeys) -> None:
        self._log_key, self._roots = log_key, roots
        super().__init__(log_key.origin, self._present())

    def sign_note(self, body: str) -> str:
        """A signed note under the present key. Raises `RootKeyUnusable`."""
        return Signer(self.origin, self._present()).sign_note(body)

    def _present(self) -> bytes:
        for version in self._roots.versions(Root.LOG):
            if Signer(self._log_key.origin, version.key).public_key == self._log_key.public_key:
                return version.key
        raise RootKeyUnusable("the log's signing key is not the one of log.pub")


def replace_log_key(settings: Settings, until: int) -> RootKey:
    """Announce a new signing key, which signs from here on; returns it.

    Call it while nothing can be sequenced. The new key is on disk before it is announced: an
    interruption in between leaves the old one in force. Raises `RootKeyUnusable`, `RootFixed`.
    """
    roots, public = open_roots(settings), settings.log_public_key_file
    signer, known = open_signer(settings), open_log_key(settings)
    used = {known.public_key, *(key.public_key for key in known.chain.earlier)}
    spare = [v for v in roots.versions(Root.LOG) if _public(settings, v) not in used]
    made = spare[-1] if spare else roots.make_newest(Root.LOG)
    text = announced(known.text(), signer, until, _public(settings, made))
    replace_file(public, text.encode(), READABLE)
    return made


def _public(settings: Settings, version: RootKey) -> bytes:
    return Signer(settings.log_origin, version.key).public_key


def _transit(settings: Settings) -> Transit:
    if settings.vault_token_file is None:
        raise RootKeyUnusable("KAIHU_VAULT_TOKEN_FILE is not set")
    address = VaultAddress(
        settings.vault_url,
        settings.vault_token_file,
        settings.vault_mount,
        settings.vault_key,
        settings.vault_namespace,
    )
    return Transit(address)


def _make_log_key(settings: Settings, roots: RootKeys) -> None:
    """The signing key and, beside it for everybody, the public one; once they are made, neither
    is touched: the signing key may be another user's."""
    public = settings.log_public_key_file
    if public.exists():
        return
    if isinstance(roots, FileRoots):
        roots.make_missing(Root.LOG, new_root_key())
    first = _public(settings, roots.newest(Root.LOG))
    replace_file(public, first_key(settings.log_origin, first).encode(), READABLE)
