"""Whether a file is of the source that it was sent as, and of the owner's own business. Pure."""

from __future__ import annotations

from collections.abc import Collection

from loans.sources.findings import Fault, FileFinding, Told
from loans.sources.holder import is_holder, names_somebody
from loans.sources.kinds import SourceKind
from loans.sources.rows import AccountKind

OTHER_SOURCE, OTHER_FIRM = "other_source", "other_firm"
WALLETS = {"wechat": SourceKind.WECHAT, "alipay": SourceKind.ALIPAY}
MERCHANTS = frozenset({SourceKind.ACQUIRING})


def compared(
    found: FileFinding,
    source: SourceKind,
    names: Collection[str],
    firms: Collection[str],
    unprinted: Collection[AccountKind] = (),
) -> FileFinding:
    """The finding with what speaks against its being the owner's own, of this source.

    A file of another source is refused: no consent was given to read it. So is an invoice that
    neither sells nor buys for the business. A statement of another name is read, and told; so is
    one that names nobody, but for kinds of account whose publishers print no owner (`unprinted`).
    """
    if found.refused is not None:
        return found
    if source is SourceKind.INVOICES:
        ours = any(_same(party, firm) for party in found.firms for firm in firms if firm)
        return found if ours else FileFinding(refused=Told(code=OTHER_FIRM))
    if source not in sources_of(found):
        return FileFinding(refused=Told(code=OTHER_SOURCE))
    fault = _fault_of(found, names, unprinted)
    if fault is None:
        return found
    return found.model_copy(update={"faults": (*found.faults, Told(code=fault))})


def is_owner_known(
    owner: str | None, account: AccountKind, unprinted: Collection[AccountKind]
) -> bool:
    """Whether a statement names its owner, or is of a kind whose publishers print none."""
    return names_somebody(owner) or (owner is None and account in unprinted)


def _fault_of(
    found: FileFinding, names: Collection[str], unprinted: Collection[AccountKind]
) -> Fault | None:
    if found.account is not None and not is_owner_known(
        found.owner, AccountKind(found.account), unprinted
    ):
        return Fault.OWNER_UNKNOWN
    if found.owner is not None and not is_holder(found.owner, names):
        return Fault.OWNER_DIFFERS
    return None


def sources_of(found: FileFinding) -> frozenset[SourceKind]:
    """The sources that a statement may have been sent as."""
    wallet = next((kind for name, kind in WALLETS.items() if name in (found.publisher or "")), None)
    if found.account == AccountKind.MERCHANT:
        return MERCHANTS if wallet is None else frozenset({*MERCHANTS, wallet})
    if found.account == AccountKind.WALLET:
        return frozenset(WALLETS.values()) if wallet is None else frozenset({wallet})
    return frozenset({SourceKind.BANK})


def _same(one: str, other: str) -> bool:
    return "".join(one.split()).upper() == "".join(other.split()).upper()
