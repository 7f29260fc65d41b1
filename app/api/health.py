"""Alive, and ready to serve."""

from __future__ import annotations

import time

import sqlalchemy as sa
from flask_restx import Namespace, Resource
from storage.failures import Unavailable

from app.api import api
from app.api.endpoint import ANYONE, endpoint, house
from app.schemas import Done

space: Namespace = api.namespace("", path="/", description="health")

HEARTBEAT_S = 15


class NotReady(Unavailable):
    code = "not_ready"
    detail = "服务正在启动。The service is starting: try again in a moment."


@space.route("/health")
class Health(Resource):
    @endpoint(space, caller=ANYONE, answer=Done)
    def get(self) -> Done:
        return Done()


@space.route("/ready")
class Ready(Resource):
    @endpoint(space, caller=ANYONE, answer=Done)
    def get(self) -> Done:
        with house().database.reading() as session:
            session.execute(sa.text("SELECT 1"))
        heartbeat = house().settings.var / "worker.heartbeat"
        if not heartbeat.exists() or time.time() - heartbeat.stat().st_mtime > HEARTBEAT_S:
            raise NotReady
        return Done()
