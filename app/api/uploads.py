"""Resumable uploads, tus 1.0 (creation, expiration, termination): a tunnel loses no video."""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from flask import Response, request
from flask_restx import Namespace, Resource
from werkzeug.exceptions import PreconditionFailed, UnsupportedMediaType
from werkzeug.http import http_date

from app.api import api
from app.api.endpoint import APPLICANT, UploadInvalid, house, permitted
from app.schemas import UploadBegun
from kyc.onboarding import uploads as use
from kyc.onboarding.chunks import abandon
from kyc.onboarding.models import Upload

VERSION = "1.0.0"
PART_TYPE = "application/offset+octet-stream"

space: Namespace = api.namespace(
    "uploads", path="/onboardings/<uuid:onboarding_id>/uploads", description="tus 1.0"
)


@space.route("")
class Uploads(Resource):
    def options(self, onboarding_id: UUID) -> Response:
        most = house().desk.policy.onboarding.most_upload_bytes
        extensions = "creation,expiration,termination"
        return _answer(
            204, {"Tus-Version": VERSION, "Tus-Extension": extensions, "Tus-Max-Size": str(most)}
        )

    def post(self, onboarding_id: UUID) -> Response:
        """`Upload-Length`; `Upload-Metadata` with kind and, if any, challenge_id and sha256."""
        caller = _caller()
        begun = UploadBegun.model_validate(
            {**_metadata(), "length": request.headers.get("Upload-Length")}
        )
        command = use.BeginUpload(
            onboarding_id, begun.kind, begun.length, begun.challenge_id, begun.sha256
        )
        with house().database.transaction() as session:
            upload = use.begin_upload(session, house().desk, caller, command)
        return _answer(201, {"Location": f"{request.base_url}/{upload.id}", **_progress(upload)})


@space.route("/<uuid:upload_id>")
class OneUpload(Resource):
    def head(self, onboarding_id: UUID, upload_id: UUID) -> Response:
        with house().database.reading() as session:
            upload = use.own_upload(session, _caller(), onboarding_id, upload_id)
            return _answer(200, {"Upload-Length": str(upload.length), **_progress(upload)})

    def patch(self, onboarding_id: UUID, upload_id: UUID) -> Response:
        """A part at `Upload-Offset`; after the last one the onboarding holds the evidence."""
        caller = _caller()
        if request.mimetype != PART_TYPE:
            raise UnsupportedMediaType
        offset, part = _offset(), request.get_data()
        with house().database.transaction() as session:
            upload = use.own_upload(session, caller, onboarding_id, upload_id, lock=True)
            use.append(session, house().desk, caller, upload, offset, part)
        return _answer(204, _progress(upload))

    def delete(self, onboarding_id: UUID, upload_id: UUID) -> Response:
        with house().database.transaction() as session:
            upload = use.own_upload(session, _caller(), onboarding_id, upload_id, lock=True)
            abandon(session, house().desk.media, upload)
        return _answer(204, {})


def _caller() -> UUID:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise PreconditionFailed
    return permitted(APPLICANT).id


def _metadata() -> dict[str, str]:
    """`Upload-Metadata`: pairs of a key and a base64 value, parted by commas."""
    pairs = (pair.split() for pair in request.headers.get("Upload-Metadata", "").split(","))
    try:
        return {
            pair[0]: base64.b64decode(pair[1], validate=True).decode()
            for pair in pairs
            if len(pair) == 2
        }
    except (binascii.Error, UnicodeDecodeError) as error:
        raise UploadInvalid from error


def _offset() -> int:
    given = request.headers.get("Upload-Offset", "")
    if not given.isdecimal():
        raise UploadInvalid
    return int(given)


def _progress(upload: Upload) -> dict[str, str]:
    return {
        "Upload-Offset": str(upload.received),
        "Upload-Expires": http_date(upload.expires_at),
    }


def _answer(status: int, headers: dict[str, str]) -> Response:
    return Response(status=status, headers={"Tus-Resumable": VERSION, **headers})
