"""The keys of an installation: its roots, the store of its data keys, the log's two keys."""

from __future__ import annotations

from app.settings import Settings
from audit.checkpoint import LogKey, Signer
from audit.log_keys import first_key, read_log_key
from core.private_files import private_folder
from storage.keyring import Keyring
from storage.keys.environment import EnvironmentRoots
from storage.keys.master import continue_master
from storage.keys.names import Root
from storage.keys.roots import (
    FileRoots,
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


def open_log_key(settings: Settings) -> LogKey:
    """What verifies the log: its public keys alone. Raises `RootKeyUnusable`."""
    try:
        text = settings.log_public_key_file.read_text("utf-8")
        return read_log_key(text, settings.log_origin)
    except (OSError, ValueError) as error:
        raise RootKeyUnusable(f"{settings.log_public_key_file}: {error}") from error


def open_signer(settings: Settings) -> Signer:
    """What signs the log; for the process that sequences it, and for no other.

    Raises `RootKeyUnusable` where this process may not read the key.
    """
    return Signer(settings.log_origin, open_roots(settings).newest(Root.LOG).key)


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
    signer = open_signer(settings)
    replace_file(public, first_key(signer.origin, signer.public_key).encode(), READABLE)
