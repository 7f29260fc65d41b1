"""What is known of a business, and what its owner contests."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Response, request
from flask_restx import Namespace, Resource

from access.permissions import Permission
from app.api.caller import Caller, origin, words
from app.api.endpoint import event_stream, reads, serves, writes
from app.api.headers import LAST_EVENT_ID, PREFER
from app.listening.places import TooManyListeners
from app.listening.streams import ProfileEvents
from app.listening.waits import Later
from app.presenters.profile import (
    present_objection,
    present_objections,
    present_open_objections,
    present_profile,
)
from app.schemas.profile import (
    ObjectionDecisionRequest,
    ObjectionRequest,
    ObjectionResponse,
    ObjectionsResponse,
    OpenObjectionsResponse,
    ProfileResponse,
)
from audit.actions import Action
from core.errors import NotFound
from loans.known.objections import (
    Contest,
    DecideObjection,
    ObjectionOpen,
    ObjectionOver,
    contest,
    decide_objection,
    open_objections,
)
from loans.known.show import own_profile
from storage.context import Context


class OwnProfile(Resource):
    """What is known of the owner's business."""

    @serves(
        "read_profile",
        Permission.LOAN_READ,
        answer=ProfileResponse,
        errors=(TooManyListeners,),
        headers=(PREFER,),
        noted=Action.OWN_DATA_READ,
    )
    def get(self, caller: Caller) -> ProfileResponse | Later[ProfileResponse]:
        """Read what is known of the business, from where, and what would add most.

        With `Prefer: wait=N` the answer comes once no file is being read any more.
        """
        return caller.waiting().profile(partial(present_profile, words=words()))


class ProfileStream(Resource):
    """What is known as it changes."""

    @serves(
        "stream_profile",
        Permission.LOAN_READ,
        answer=Response,
        content="text/event-stream",
        errors=(TooManyListeners,),
        headers=(LAST_EVENT_ID,),
        noted=Action.OWN_DATA_READ,
    )
    def get(self, caller: Caller) -> Response:
        """Stream what is known of the business as files are read.

        Server-sent events named `profile`; each carries the whole answer of `GET /profile` as its
        data. The stream ends after 25 seconds: connect again with `Last-Event-ID`.
        """
        seen = request.headers.get("Last-Event-ID", "")
        subject = caller.actor.uuid
        events = ProfileEvents(caller.services, caller.actor, origin(), words(), subject, seen)
        return event_stream(events)


class Objections(Resource):
    """What the owner contests."""

    @reads(
        "list_own_objections",
        Permission.LOAN_READ,
        answer=ObjectionsResponse,
        noted=Action.OWN_DATA_READ,
    )
    def get(self, context: Context) -> ObjectionsResponse:
        """List the own objections, and what became of them."""
        return present_objections(own_profile(context).objections)

    @writes(
        "contest_profile",
        Permission.LOAN_MANAGE,
        body=ObjectionRequest,
        answer=ObjectionResponse,
        status=201,
        errors=(NotFound, ObjectionOpen, ObjectionOver),
    )
    def post(self, context: Context, body: ObjectionRequest) -> ObjectionResponse:
        """Contest one thing that is known.

        It is not used until a person has decided.
        """
        return present_objection(contest(context, Contest(body.feature, body.text)))


class OpenObjections(Resource):
    """Objections that nobody decided."""

    @writes("list_objections", Permission.REVIEW_READ, answer=OpenObjectionsResponse)
    def get(self, context: Context) -> OpenObjectionsResponse:
        """List the objections that wait for a person, the oldest first."""
        return present_open_objections(open_objections(context))


class ObjectionDecision(Resource):
    """The decision on an objection."""

    @writes(
        "decide_objection",
        Permission.REVIEW_DECIDE,
        body=ObjectionDecisionRequest,
        answer=ObjectionResponse,
        status=201,
        errors=(NotFound, ObjectionOver),
    )
    def post(
        self, context: Context, body: ObjectionDecisionRequest, objection_id: UUID
    ) -> ObjectionResponse:
        """Decide an objection.

        What is `upheld` is not used from now on; otherwise it is used again.
        """
        command = DecideObjection(objection_id, body.upheld)
        return present_objection(decide_objection(context, command))


def profile_namespace() -> Namespace:
    """Routes of what is known."""
    namespace = Namespace(
        "Profile", path="/", description="What is known of a business, and what is contested."
    )
    namespace.add_resource(OwnProfile, "/profile")
    namespace.add_resource(ProfileStream, "/profile/events")
    namespace.add_resource(Objections, "/profile/objections")
    namespace.add_resource(OpenObjections, "/objections")
    namespace.add_resource(ObjectionDecision, "/objections/<uuid:objection_id>/decision")
    return namespace
