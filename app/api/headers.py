"""Headers that several routes take or send."""

from __future__ import annotations

from app.api.declaration import Header

PREFER = Header(
    "Prefer",
    "`wait=N`: answer once the analysis has ended, at the latest after N seconds (RFC 7240)",
    "wait=20",
)
PROOF = Header(
    "DPoP",
    "proof that this device holds its key, made for this request (RFC 9449): a JWT with `typ` "
    "`dpop+jwt`, ES256 and the public `jwk`; `htm`, `htu`, `iat`, `jti`, with a token its `ath`, "
    "and `nonce` once the server has sent one (`DPoP-Nonce`)",
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7fX0.e30.c2lnbmF0dXJl",
    required=True,
)
SIGN_IN_ATTEMPT = Header(
    "Sign-In-Attempt",
    "the attempt that `POST /auth/codes` answered with, for the account's own number",
    "q2c0Vn1mT8mB3fZx9LwA7g",
    required=True,
)
ONE_TIME_CODE = Header(
    "One-Time-Code",
    "a fresh code that `POST /auth/codes` sent to the account's own number",
    "731904",
    required=True,
)
LAST_EVENT_ID = Header(
    "Last-Event-ID",
    "the last event that was received: the stream then begins with the next change",
    "01990f3e-9d10-7b44-8a3e-5a1c0e7b9c22",
)
TUS_RESUMABLE = Header("Tus-Resumable", "version of the protocol", "1.0.0", required=True)
UPLOAD_LENGTH = Header("Upload-Length", "bytes of the whole file", "4812331", required=True)
UPLOAD_METADATA = Header(
    "Upload-Metadata",
    "pairs of a name and a base64 value, separated by commas: `kind`, and where there are any "
    "`challenge_id` and `sha256` (of the whole file, lower-case hex)",
    "kind ZmFjZV92aWRlbw==",
    required=True,
)
UPLOAD_OFFSET = Header("Upload-Offset", "where the chunk begins, bytes", "1048576", required=True)

SENT_VERSION = Header("Tus-Resumable", "version of the protocol", "1.0.0")
SENT_LENGTH = Header("Upload-Length", "bytes of the whole file", "4812331")
SENT_OFFSET = Header("Upload-Offset", "bytes that have arrived", "1048576")
SENT_EXPIRES = Header(
    "Upload-Expires", "when the upload is forgotten", "Sat, 28 Nov 2026 05:00:00 GMT"
)
SENT_LOCATION = Header(
    "Location",
    "the upload's address",
    "/api/v1/onboardings/01990f3e-7a5c-7c1a-9f52-2f6b7d1f0a11/uploads/"
    "01990f41-2b6e-7d11-a0c4-9e8d7c6b5a99",
)
