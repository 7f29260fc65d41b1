"""Who calls, and what this process opened: of the request that is being served."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass

from flask import current_app, g, request

from access.authentication import BEARER, DPOP, Authenticated, authenticate
from access.authorisation import NotAllowed, may
from access.models import AccessSession
from access.permissions import Permission
from access.proofs import (
    Proof,
    ProofInvalid,
    ProofMissing,
    ProofRefused,
    ProofReplayed,
    SignedRequest,
    read_proof,
)
from access.sessions import note_seen
from access.used_proofs import use_proof
from app.api.declaration import READING, Declaration
from app.language import words_of_request
from app.listening.waits import Waiting
from app.messages.words import Words
from app.services import Services
from core.actors import ANONYMOUS, Actor, ActorKind
from core.origin import Origin
from storage.context import Context

EXTENSION = "kaihu"


@dataclass(frozen=True)
class Caller:
    """An actor who is served outside of one transaction: uploads that wait, streams."""

    services: Services
    actor: Actor

    def transaction(self) -> AbstractContextManager[Context]:
        """A context that may write; committed at the end, undone by an error."""
        return self.services.transaction(self.actor, origin())

    def reading(self) -> AbstractContextManager[Context]:
        """A context that sees one state of the database and writes nothing."""
        return self.services.reading(self.actor, origin())

    def waiting(self) -> Waiting:
        """Answers that are waited for as long as the request's `Prefer` asks."""
        return Waiting(self.services, self.actor, origin(), request.headers.get("Prefer", ""))


def services() -> Services:
    """What this process opened at its start."""
    opened: Services = current_app.extensions[EXTENSION]
    return opened


def origin() -> Origin:
    """Where the request comes from, with the session that it came in once that is known."""
    return Origin(
        request_id=g.get("request_id", ""),
        address=request.remote_addr or "",
        session_id=g.get("session_id"),
        device=g.get("device", ""),
    )


def words() -> Words:
    """The sentences for this request, in the language that it asks for."""
    return words_of_request(services().parts.policy)


def public_address(path: str) -> str:
    """The whole address of a path of this service, as whoever asks reaches it."""
    public = services().settings.public_url.rstrip("/")
    return f"{public or request.host_url.rstrip('/')}{path}"


def sent_proof(context: Context, token: str | None = None) -> Proof:
    """The proof in the request's `DPoP` header, made for it and for its access token if any.

    Raises as `access.proofs.read_proof` does.
    """
    asked = SignedRequest(request.method, public_address(request.path), token)
    return read_proof(context, request.headers.get("DPoP"), asked)


def sent_key() -> str | None:
    """The thumbprint that a request proves where none is demanded; None of one without a proof.

    Raises as `access.proofs.read_proof` does.
    """
    if "DPoP" not in request.headers:
        return None
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    with services().reading(ANONYMOUS, origin()) as context:
        return sent_proof(context, token if scheme == DPOP else None).thumbprint


@dataclass
class Admitted:
    """Who may call, and the proof of their device that the request uses up, if it needs one.

    The proof is kept in the transaction of what the request does: one commit for both. It is used
    up as well by a request that fails.
    """

    actor: Actor
    _session: AccessSession | None = None
    _proof: Proof | None = None

    @contextmanager
    def transaction(self) -> Iterator[Context]:
        """What the request does, and the proof with it. Raises `ProofReplayed`."""
        with services().transaction(self.actor, origin()) as context:
            self._use_proof(context)
            yield context
        self._proof = None

    def use_proof(self) -> None:
        """Use the proof up before anything is done. Raises `ProofReplayed`."""
        if self._proof is not None:
            with self.transaction():
                pass

    @contextmanager
    def whatever_comes(self) -> Iterator[None]:
        """Use the proof up where the request fails, too."""
        try:
            yield
        except BaseException:
            with suppress(ProofReplayed):  # what failed had committed it
                self.use_proof()
            raise

    def _use_proof(self, context: Context) -> None:
        if self._proof is None or self._session is None:
            return
        try:
            use_proof(context, self._proof)
        except ProofRefused as refused:
            refused.holder = self.actor
            raise
        note_seen(context, self._session)


def permitted(declared: Declaration) -> Admitted:
    """Who calls, if their role has the route's permission; anybody where it is `PUBLIC`.

    An applicant proves their device's key too, unless the route is open to a token alone; a proof
    of a request that changes nothing is not remembered. From here on `origin` names the session.
    Raises `access.token_keys.TokenInvalid`, `NotAllowed`, `access.proofs.ProofRefused`.
    """
    if declared.permission is Permission.PUBLIC:
        return Admitted(ANONYMOUS)
    with services().reading(ANONYMOUS, origin()) as context:
        caller = authenticate(context, request.headers.get("Authorization"))
    g.session_id, g.device = caller.session.id, caller.session.device_key or ""
    g.actor = caller.actor
    if not may(services().parts.policy, caller.actor.role, declared.permission):
        raise NotAllowed
    if caller.actor.kind is not ActorKind.APPLICANT:
        return Admitted(caller.actor)
    if declared.token_alone and caller.scheme == BEARER:
        return Admitted(caller.actor)
    try:
        with services().reading(caller.actor, origin()) as context:
            proof = _own_proof(context, caller)
    except ProofRefused as refused:
        refused.holder = caller.actor
        raise
    if request.method in READING:
        return Admitted(caller.actor)
    return Admitted(caller.actor, caller.session, proof)


def _own_proof(context: Context, caller: Authenticated) -> Proof:
    """The proof of the caller's own device. Raises `access.proofs.ProofRefused`."""
    if caller.scheme != DPOP:
        raise ProofMissing
    proof = sent_proof(context, caller.token)
    if proof.thumbprint != caller.session.device_key:
        raise ProofInvalid
    return proof
