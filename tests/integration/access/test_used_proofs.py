"""A proof is good for one request, whichever process is asked, until its age alone refuses it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from access.models import UsedProof
from access.proofs import Proof, ProofReplayed
from access.used_proofs import forget_old_proofs, has_old_proofs, use_proof
from app.services import Services, open_services
from core.actors import ANONYMOUS
from tests.support.clock import MovableClock
from tests.support.factories import proof_of


def used(services: Services, proof: Proof) -> None:
    with services.transaction(ANONYMOUS) as context:
        use_proof(context, proof)


def test_a_proof_is_used_once_in_all_processes(services: Services, clock: MovableClock) -> None:
    with services.reading() as context:
        proof = proof_of(context, "device")
        other = Proof("another device", proof.jti, proof.until)
    used(services, proof)
    used(services, other)  # the same id of another device is another proof
    beside = open_services(services.settings, clock)
    for each in (services, beside):
        with pytest.raises(ProofReplayed):
            used(each, proof)
    beside.database.dispose()


def test_what_is_refused_by_its_age_is_forgotten(services: Services, clock: MovableClock) -> None:
    with services.reading() as context:
        proof = proof_of(context)
    used(services, proof)
    with services.transaction() as context:
        assert not has_old_proofs(context)
        assert forget_old_proofs(context) == 0
    clock.advance(timedelta(minutes=10))
    with services.transaction() as context:
        assert has_old_proofs(context)
        assert forget_old_proofs(context) == 1
        assert context.session.scalar(sa.select(sa.func.count()).select_from(UsedProof)) == 0
