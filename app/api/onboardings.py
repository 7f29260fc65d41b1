"""Onboardings: start, consent, challenges, evidence, and how it stands."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Response, request
from flask_restx import Namespace, Resource

from access.attempts import AttemptsUsed
from access.permissions import Permission
from app.api.caller import Caller, origin, public_address, words
from app.api.endpoint import event_stream, reads, serves, writes
from app.api.headers import LAST_EVENT_ID, PREFER
from app.listening.places import TooManyListeners
from app.listening.streams import OnboardingEvents
from app.listening.waits import Later
from app.pages.routes import CAPTURE
from app.parsing import UploadInvalid
from app.presenters.handover import present_handover
from app.presenters.onboarding import (
    present_challenge,
    present_challenges,
    present_names,
    present_onboarding,
)
from app.schemas.common import DoneResponse
from app.schemas.handovers import HandoverResponse
from app.schemas.onboardings import (
    ChallengeRequest,
    ChallengeResponse,
    ChallengesResponse,
    ConsentRequest,
    CorrectionRequest,
    EvidenceRequest,
    NamesResponse,
    OnboardingResponse,
)
from audit.actions import Action
from core.errors import NotFound
from kyc.accounts.handover import end_handover, make_handover
from kyc.decision.corrections import (
    CorrectionsUsed,
    CorrectName,
    NameInvalid,
    NothingToCorrect,
    correct_name,
    read_names,
)
from kyc.decision.person import ask_person, choose_camera
from kyc.decision.view import view_onboarding
from kyc.evidence.types import TYPES
from kyc.onboarding.challenges import (
    ChallengesUsed,
    ChallengeUnusable,
    issue_challenge,
    open_challenges,
)
from kyc.onboarding.consents import GiveConsent, give_consent, withdraw_consent
from kyc.onboarding.ownership import OnboardingClosed
from kyc.onboarding.start import start_onboarding
from kyc.onboarding.submit import (
    EvidenceLimit,
    FileEmpty,
    QueueFull,
    SubmitEvidence,
    submit_evidence,
)
from kyc.onboarding.throttling import Paused
from privacy.consents import ConsentMissing, ConsentOutdated, ConsentsUsed
from privacy.kinds import ConsentKind
from storage.context import Context
from storage.media import StoreUnavailable
from storage.queue import JobsWaiting


class Onboardings(Resource):
    """Attempts to open an account."""

    @writes(
        "start_onboarding",
        Permission.ONBOARDING_OWN,
        answer=OnboardingResponse,
        status=201,
    )
    def post(self, context: Context) -> OnboardingResponse:
        """Start an onboarding, or go on with the one that is open.

        Then give both consents, and send what `missing` lists, in that order: each piece is
        analysed while the owner does the next.
        """
        onboarding = start_onboarding(context)
        return present_onboarding(view_onboarding(context, onboarding.id), words())


class OneOnboarding(Resource):
    """One attempt."""

    @serves(
        "read_onboarding",
        Permission.ONBOARDING_READ,
        answer=OnboardingResponse,
        errors=(NotFound, TooManyListeners),
        headers=(PREFER,),
        token_alone=True,
        noted=Action.OWN_DATA_READ,
    )
    def get(
        self, caller: Caller, onboarding_id: UUID
    ) -> OnboardingResponse | Later[OnboardingResponse]:
        """Read how an onboarding stands.

        With `Prefer: wait=N` the answer comes once nothing is being analysed. Send what is
        `missing`, and what is in state `retry` again as its `advice` says.
        """
        present = partial(present_onboarding, words=words())
        return caller.waiting().onboarding(onboarding_id, present)


class Events(Resource):
    """One attempt as it changes."""

    @serves(
        "stream_onboarding",
        Permission.ONBOARDING_READ,
        answer=Response,
        content="text/event-stream",
        errors=(NotFound, TooManyListeners),
        headers=(LAST_EVENT_ID,),
        token_alone=True,
        noted=Action.OWN_DATA_READ,
    )
    def get(self, caller: Caller, onboarding_id: UUID) -> Response:
        """Stream an onboarding as it changes.

        Server-sent events named `onboarding`; each carries the whole answer of
        `GET /onboardings/{onboarding_id}` as its data. The stream ends after 25 seconds or when
        the onboarding is decided: connect again with `Last-Event-ID`. An account has few streams
        at a time.
        """
        seen = request.headers.get("Last-Event-ID", "")
        events = OnboardingEvents(
            caller.services, caller.actor, origin(), words(), onboarding_id, seen
        )
        return event_stream(events)


class Consents(Resource):
    """Consents of an onboarding."""

    @writes(
        "give_consent",
        Permission.ONBOARDING_MANAGE,
        body=ConsentRequest,
        answer=DoneResponse,
        status=201,
        errors=(NotFound, OnboardingClosed, ConsentMissing, ConsentOutdated, ConsentsUsed),
    )
    def post(self, context: Context, body: ConsentRequest, onboarding_id: UUID) -> DoneResponse:
        """Consent to a text.

        `GET /meta` has the texts with their versions: show the text, and send the version that the
        owner read. Photos need `terms`, face and voice need `biometric` too.
        """
        give_consent(context, GiveConsent(onboarding_id, body.kind, body.version))
        return DoneResponse()


class OneConsent(Resource):
    """One consent."""

    @writes(
        "withdraw_consent",
        Permission.ONBOARDING_OWN,
        answer=DoneResponse,
        errors=(NotFound,),
    )
    def delete(self, context: Context, onboarding_id: UUID, kind: str) -> DoneResponse:
        """Withdraw a consent.

        With the biometric one all templates are deleted, and face and voice that were not decided
        on are set aside. What was decided stays decided.
        """
        withdraw_consent(context, onboarding_id, ConsentKind(kind))
        return DoneResponse()


class OwnPerson(Resource):
    """A person who looks, instead of face and voice."""

    @writes(
        "choose_person",
        Permission.ONBOARDING_MANAGE,
        answer=OnboardingResponse,
        status=201,
        errors=(NotFound, OnboardingClosed, ConsentMissing),
    )
    def post(self, context: Context, onboarding_id: UUID) -> OnboardingResponse:
        """Have a person decide, without face and voice.

        For whoever would rather not give these, or cannot: the terms suffice. The papers are still
        `missing`; with them the decision is `review`, and a person calls or sees the owner.
        """
        onboarding = ask_person(context, onboarding_id)
        return present_onboarding(view_onboarding(context, onboarding.id), words())

    @writes(
        "choose_camera",
        Permission.ONBOARDING_MANAGE,
        answer=OnboardingResponse,
        errors=(NotFound, OnboardingClosed, ConsentMissing),
    )
    def delete(self, context: Context, onboarding_id: UUID) -> OnboardingResponse:
        """Go back to face and voice.

        As long as nothing is decided.
        """
        onboarding = choose_camera(context, onboarding_id)
        return present_onboarding(view_onboarding(context, onboarding.id), words())


class OwnHandover(Resource):
    """Another device that goes on."""

    @writes(
        "make_handover",
        Permission.ONBOARDING_OWN,
        answer=HandoverResponse,
        status=201,
        errors=(NotFound, OnboardingClosed, ConsentMissing, AttemptsUsed),
    )
    def post(self, context: Context, onboarding_id: UUID) -> HandoverResponse:
        """Make a link by which another device goes on.

        For a desktop without a camera: show it as a QR code. It is good once, until `expires_at`;
        a new one takes the place of those before. `handed_over` says when it was used.
        """
        made = make_handover(context, onboarding_id)
        return present_handover(made, public_address(CAPTURE))

    @writes(
        "end_handover",
        Permission.ONBOARDING_OWN,
        answer=OnboardingResponse,
        errors=(NotFound,),
    )
    def delete(self, context: Context, onboarding_id: UUID) -> OnboardingResponse:
        """Take an onboarding back from the other device.

        Its session ends at once, and links that were not used are worth nothing. What was sent
        since the hand-over counts no more: `missing` says what to send again.
        """
        onboarding = end_handover(context, onboarding_id)
        return present_onboarding(view_onboarding(context, onboarding.id), words())


class Challenges(Resource):
    """Challenges of an onboarding."""

    @reads(
        "read_challenges",
        Permission.ONBOARDING_MANAGE,
        answer=ChallengesResponse,
        errors=(NotFound, OnboardingClosed),
    )
    def get(self, context: Context, onboarding_id: UUID) -> ChallengesResponse:
        """Read the challenges that may still be answered.

        The newest first. After a reload, go on with one of these instead of drawing another.
        """
        return present_challenges(open_challenges(context, onboarding_id))

    @writes(
        "draw_challenge",
        Permission.ONBOARDING_MANAGE,
        body=ChallengeRequest,
        answer=ChallengeResponse,
        status=201,
        errors=(NotFound, OnboardingClosed, ConsentMissing, Paused, ChallengesUsed),
    )
    def post(
        self, context: Context, body: ChallengeRequest, onboarding_id: UUID
    ) -> ChallengeResponse:
        """Draw a challenge for the face or the voice.

        Record one file while showing what `asked` says, and send it with the challenge's id before
        `expires_at`; a resumable upload that begins before then with its `sha256` may take longer.
        A challenge is answered once, and the number of draws a day is limited; a few that are lost
        to a fault of a file or of a camera do not count.
        """
        return present_challenge(issue_challenge(context, onboarding_id, body.kind))


class EvidenceSlot(Resource):
    """One kind of evidence of an onboarding."""

    @serves(
        "send_evidence",
        Permission.ONBOARDING_MANAGE,
        body=EvidenceRequest,
        answer=OnboardingResponse,
        status=202,
        errors=(
            *(UploadInvalid, NotFound, OnboardingClosed, ConsentMissing, Paused, QueueFull),
            *(FileEmpty, EvidenceLimit, JobsWaiting, ChallengeUnusable, StoreUnavailable),
        ),
        headers=(PREFER,),
    )
    def put(
        self, caller: Caller, body: EvidenceRequest, onboarding_id: UUID, kind: str
    ) -> OnboardingResponse | Later[OnboardingResponse]:
        """Send a piece of evidence.

        `GET /meta` says which files are accepted. The piece replaces what was sent before, but for
        another photo of the same paper: fields that were read well are kept, see `fields`. The same
        bytes again change nothing. With `Prefer: wait=N` the answer comes once it is analysed. Use
        a resumable upload for a video on a weak network.
        """
        command = SubmitEvidence(onboarding_id, kind, body.file, body.challenge_id)
        with caller.transaction() as context:
            evidence = submit_evidence(context, command)
        present = partial(present_onboarding, words=words())
        return caller.waiting().evidence(onboarding_id, evidence.id, present)


class Names(Resource):
    """The names on the papers of an onboarding."""

    @writes(
        "read_names",
        Permission.ONBOARDING_READ,
        answer=NamesResponse,
        errors=(NotFound,),
    )
    def get(self, context: Context, onboarding_id: UUID) -> NamesResponse:
        """Read the names on the papers.

        As they were read, and as their owner corrected them: show them, so that the owner can say
        that one was read wrong. Each reading is an audit event.
        """
        return present_names(read_names(context, onboarding_id))


class Corrections(Resource):
    """Names that were read wrong."""

    @writes(
        "correct_name",
        Permission.ONBOARDING_MANAGE,
        body=CorrectionRequest,
        answer=DoneResponse,
        status=201,
        errors=(
            *(NotFound, OnboardingClosed, ConsentMissing),
            *(NothingToCorrect, NameInvalid, CorrectionsUsed),
        ),
    )
    def post(self, context: Context, body: CorrectionRequest, onboarding_id: UUID) -> DoneResponse:
        """Correct a name that was read wrong.

        A person compares it with the paper before anything is decided; what was read is kept. Also
        while the onboarding waits for a person and nobody reads it yet.
        """
        correct_name(context, CorrectName(onboarding_id, body.kind, body.field, body.value))
        return DoneResponse()


def onboardings_namespace() -> Namespace:
    """Routes below `/onboardings`."""
    namespace = Namespace(
        "Onboarding",
        path="/onboardings",
        description="Open an account: consents, documents, face, voice, decision.",
    )
    one = "/<uuid:onboarding_id>"
    consents = ",".join(ConsentKind)
    kinds = ",".join(kind.kind for kind in TYPES.all())
    namespace.add_resource(Onboardings, "")
    namespace.add_resource(OneOnboarding, one)
    namespace.add_resource(Events, f"{one}/events")
    namespace.add_resource(Consents, f"{one}/consents")
    namespace.add_resource(OneConsent, f"{one}/consents/<any({consents}):kind>")
    namespace.add_resource(OwnPerson, f"{one}/person")
    namespace.add_resource(OwnHandover, f"{one}/handover")
    namespace.add_resource(Challenges, f"{one}/challenges")
    namespace.add_resource(Names, f"{one}/names")
    namespace.add_resource(Corrections, f"{one}/corrections")
    namespace.add_resource(EvidenceSlot, f"{one}/evidence/<any({kinds}):kind>")
    return namespace
