"""Proofs that were used: each is good for one request, whichever process is asked."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import sqlalchemy as sa

from access.models import UsedProof
from access.proofs import Proof, ProofReplayed
from storage.context import Context
from storage.database import insert_if_absent


def use_proof(context: Context, proof: Proof) -> None:
    """Note that a proof is used, for as long as it could be sent again. Raises `ProofReplayed`."""
    digest = hashlib.sha256(f"{proof.thumbprint}\n{proof.jti}".encode()).hexdigest()
    until = datetime.fromtimestamp(proof.until, UTC)
    if not insert_if_absent(context.session, UsedProof, digest=digest, expires_at=until):
        raise ProofReplayed


def has_old_proofs(context: Context) -> bool:
    """Whether there are any that would be refused by their age alone."""
    old = UsedProof.expires_at < context.now()
    return context.session.scalar(sa.select(UsedProof.digest).where(old).limit(1)) is not None


def forget_old_proofs(context: Context) -> int:
    """Forget those that would be refused by their age alone; returns how many."""
    old = sa.delete(UsedProof).where(UsedProof.expires_at < context.now())
    return context.session.connection().execute(old).rowcount
