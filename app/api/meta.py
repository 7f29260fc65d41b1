"""What an app has to know before it asks an owner for anything."""

from __future__ import annotations

from flask_restx import Namespace, Resource

from access.permissions import Permission
from app.api.caller import words
from app.api.endpoint import reads
from app.presenters.meta import present_meta
from app.schemas.meta import MetaResponse
from storage.context import Context


class Meta(Resource):
    """Texts, lists and limits in force."""

    @reads("read_meta", Permission.PUBLIC, answer=MetaResponse)
    def get(self, context: Context) -> MetaResponse:
        """Read consent texts, actions, accepted files, lists and limits.

        Texts and names come in the language of `Accept-Language`. Read this when the app starts:
        versions and limits change with the policy.
        """
        return present_meta(context.policy, words())


def meta_namespace() -> Namespace:
    """The route `/meta`."""
    namespace = Namespace(
        "Before you start", path="/meta", description="Texts, lists and limits in force."
    )
    namespace.add_resource(Meta, "")
    return namespace
