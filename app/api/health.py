"""Alive, and ready to serve."""

from __future__ import annotations

from flask_restx import Namespace, Resource

from access.permissions import Permission
from app.api.caller import Caller
from app.api.endpoint import reads, serves
from app.readiness import NotReady, require_ready
from app.schemas.common import DoneResponse
from storage.context import Context


class Health(Resource):
    """Whether the process lives."""

    @reads("read_health", Permission.PUBLIC, answer=DoneResponse)
    def get(self, context: Context) -> DoneResponse:
        """Ask whether the web process answers.

        Restart it where this does not.
        """
        return DoneResponse()


class Ready(Resource):
    """Whether the service can work."""

    @serves("read_readiness", Permission.PUBLIC, answer=DoneResponse, errors=(NotReady,))
    def get(self, caller: Caller) -> DoneResponse:
        """Ask whether database and workers are ready.

        Send owners only when this is so: uploads are taken before, and wait.
        """
        require_ready(caller.services)
        return DoneResponse()


def health_namespace() -> Namespace:
    """The routes `/health` and `/ready`."""
    namespace = Namespace("Service", path="/", description="Alive, and ready to serve.")
    namespace.add_resource(Health, "/health")
    namespace.add_resource(Ready, "/ready")
    return namespace
