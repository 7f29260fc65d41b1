"""What a sandbox serves beside the product: `/sandbox`."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Self, TypeVar

from flask import Flask, Response, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from werkzeug.exceptions import Conflict

from app.policy import load
from app.problems import FieldsInvalid, Problems, install_problems
from app.security_headers import install_security_headers
from app.settings import Settings
from core.errors import NotFound
from demo.performance import Unplayable
from demo.sandbox.devices import device_key
from demo.sandbox.people import CODE, PEOPLE, SandboxPerson
from demo.sandbox.performer import Performer
from demo.sandbox.setup import DEVICES, folder_of
from kyc.evidence.types import ID_CARD_BACK, ID_CARD_FRONT, LICENCE
from kyc.liveness.challenge import Action, Cue, FaceChallenge

PREFIX = "/sandbox"
PAPERS = (ID_CARD_FRONT.kind, ID_CARD_BACK.kind, LICENCE.kind)
R = TypeVar("R", bound="DrawnContent")
MAX_CUES, MAX_S, MAX_DIGITS = 12, 30.0, 40  # well beyond what the policy asks


class DrawnContent(BaseModel):
    """The answer of the API that drew something, as it came: what else it says is left aside."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class DrawnCue(DrawnContent):
    """One action and its time."""

    action: Action
    at: float = Field(ge=0, le=MAX_S)
    until: float = Field(gt=0, le=MAX_S)


class DrawnCues(DrawnContent):
    """Actions in their order."""

    cues: list[DrawnCue] = Field(min_length=1, max_length=MAX_CUES)


class FilmRequest(DrawnContent):
    """A face challenge, or a verification by face."""

    asked: DrawnCues

    @property
    def challenge(self) -> FaceChallenge:
        """What is to be acted."""
        return FaceChallenge(tuple(Cue(cue.action, cue.at, cue.until) for cue in self.asked.cues))


Digits = Annotated[str, Field(pattern=r"^[0-9]+$", max_length=MAX_DIGITS)]


class DrawnReadings(DrawnContent):
    """Two rows of digits."""

    first: Digits
    second: Digits


class SpeechRequest(DrawnContent):
    """A voice challenge (`asked`), or a verification by voice (`digits`)."""

    asked: DrawnReadings | None = None
    digits: Digits | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.asked is None and self.digits is None:
            raise ValueError("asked or digits is needed")
        return self

    @property
    def spoken(self) -> str:
        """What is to be said."""
        return self.digits or (self.asked.first + self.asked.second if self.asked else "")


class ProofRequest(DrawnContent):
    """The request that is to be proved: a form, so that curl needs no quotes."""

    method: str = Field(pattern=r"^[A-Z]{3,7}$")
    url: str = Field(pattern=r"^https?://", max_length=500)
    token: str = Field("", max_length=2000)
    nonce: str | None = Field(None, max_length=200)
    device: str = Field("curl", max_length=100)


class SandboxRoutes:
    """The answers, of one process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = folder_of(settings)
        self._secret = (self._folder / DEVICES).read_bytes()

    @cached_property
    def _performer(self) -> Performer:
        return Performer(self._settings)

    def describe(self) -> dict[str, Any]:
        """Test numbers, and what is expected for each."""
        return {
            "code": CODE,
            "people": [
                {
                    "phone": phone,
                    "decision": one.decision,
                    "reasons": list(one.reasons),
                    "papers": [f"{PREFIX}/people/{phone}/papers/{kind}" for kind in PAPERS],
                    "recordings": f"{PREFIX}/people/{phone}/recordings",
                    "videos": f"{PREFIX}/people/{phone}/videos",
                }
                for phone, one in PEOPLE.items()
            ],
            "proofs": f"{PREFIX}/proofs",
        }

    def paper(self, phone: str, kind: str) -> Response:
        """A photo of a paper, as a phone takes it."""
        _person(phone)
        if kind not in PAPERS:
            raise NotFound
        photo = (self._folder / "papers" / phone / f"{kind}.jpg").read_bytes()
        return Response(photo, mimetype="image/jpeg")

    def record(self, phone: str) -> Response:
        """The digits of a challenge or verification, read aloud."""
        _person(phone)
        asked = _sent(SpeechRequest, request.get_json(force=True))
        return Response(self._performer.say(asked.spoken), mimetype="audio/wav")

    def film(self, phone: str) -> Response:
        """The actions of a challenge or verification, filmed."""
        person, asked = _person(phone), _sent(FilmRequest, request.get_json(force=True))
        try:
            video = self._performer.film(person, asked.challenge)
        except Unplayable as error:
            raise Conflict from error  # the next one that is drawn will do
        return Response(video, mimetype="video/mp4")

    def prove(self) -> Response:
        """The value of a `DPoP` header for one request, by a device of the sandbox."""
        asked = _sent(ProofRequest, request.form.to_dict())
        key = device_key(self._secret, asked.device)
        proof = key.proof(asked.method, asked.url, asked.token or None, asked.nonce)
        return Response(proof, mimetype="text/plain")


def sandbox_app(settings: Settings) -> Flask:
    """The application that is mounted at `/sandbox`."""
    routes = SandboxRoutes(settings)
    app = Flask("kaihu-sandbox")
    app.config["MAX_CONTENT_LENGTH"] = 65_536
    app.get(PREFIX)(routes.describe)
    app.get(f"{PREFIX}/people/<phone>/papers/<kind>")(routes.paper)
    app.post(f"{PREFIX}/people/<phone>/recordings")(routes.record)
    app.post(f"{PREFIX}/people/<phone>/videos")(routes.film)
    app.post(f"{PREFIX}/proofs")(routes.prove)
    install_problems(app, Problems(load(settings.policy)))
    install_security_headers(app)
    return app


def _person(phone: str) -> SandboxPerson:
    if phone not in PEOPLE:
        raise NotFound
    return PEOPLE[phone]


def _sent(model: type[R], content: object) -> R:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise FieldsInvalid(error) from error
