"""A valid request for each operation of the API, on things of its own, by whoever may send it.

Every operation that is declared has one here: `test_access_matrix.py` fails for one that has not.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any, Final
from uuid import UUID

import pyotp
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from stdnum.cn import ric

from access.models import PHONE
from access.models import Applicant as Account
from access.staff import AddStaff, add_staff
from app.api.caller import EXTENSION
from app.readiness import HEARTBEAT
from app.schemas.sources import PasswordRequest, SignalRequest, SourceConsentRequest
from app.services import Services
from core.actors import STAFF_ROLES, Actor, Role
from core.ids import new_id
from core.reasons import Reason
from demo.device import DeviceKey
from kyc.evidence.types import ID_CARD_FRONT, LICENCE
from kyc.lists.models import Listed, ListHit
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision
from kyc.onboarding.uploads import BeginUpload, begin_upload
from kyc.review.cases import claim_case
from kyc.verification.states import VerificationPurpose
from kyc.verification.verify import (
    RequestVerification,
    SubmitRecording,
    request_verification,
    submit_recording,
)
from loans.codes import Role as DeclaredRole
from loans.credit.application import ask_for_person
from loans.credit.review import claim_application
from loans.lines.ending import close_line
from loans.offers.acceptance import AcceptOffer, accept_offer
from loans.sources.files import BeginFile, begin_file
from loans.sources.kinds import SourceKind
from storage.handlers import Lane
from tests.support.clock import MovableClock
from tests.support.devices import HERE, device_of
from tests.support.factories import (
    Applicant,
    applicant,
    applied,
    authorization_of,
    confirmed,
    decided,
    declared,
    onboarded,
    staff_member,
    started,
    submitted,
)
from tests.support.findings import OWNER, Findings, Person
from tests.support.jobs import work_off, work_off_by_performing
from tests.support.lending import RISKY, FixedScorer, lend
from tests.support.lines import asked, said_yes, with_line
from tests.support.log import sequence_all
from tests.support.reach import contacted
from tests.support.sources import (
    FEATURE,
    agree,
    contested,
    locked_zip,
    read_all,
    send_file,
    with_feature,
)
from tests.support.watchlist import entered, proposed
from tests.support.web import (
    API,
    CONSENTS,
    DECLARED,
    PASSWORD,
    Web,
    enter,
    sent_code,
    session_of,
)

AGENT, REVIEWER, COMPLIANCE = Role.AGENT, Role.REVIEWER, Role.COMPLIANCE
NOBODY: Final = "nobody"
OWN: Final = "owner"
ABSENT: Final = frozenset({404})
UNPROVEN: Final = frozenset({403})  # in a session without a step-up
TILE: Final = 256  # events of a whole tile (C2SP tlog-tiles)
_numbers = count()
TUS: Final = {"Tus-Resumable": "1.0.0"}


@dataclass(frozen=True)
class Example:
    """A valid request. `holder` may send it: nobody in particular, a role, or an owner.

    `others` are the statuses for who has the permission and is not the holder; none where the
    operation belongs to nobody, and they succeed too.
    """

    holder: str | Role | Web
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    data: Callable[[], Any] | None = None
    others: frozenset[int] = frozenset()

    def sent(self, web: Web, method: str) -> tuple[int, str]:
        """The status for one caller, and the code of a problem."""
        more: dict[str, Any] = {"headers": dict(self.headers)}
        if self.data is not None:
            more["data"] = self.data()
        status, answer = web.call(method, self.path, self.body, **more)
        return status, answer.get("code", "") if isinstance(answer, dict) else ""


class World:
    """One application with a caller of each role, and people who have nothing in common."""

    def __init__(self, app: Flask, clock: MovableClock) -> None:
        self.app, self.clock = app, clock
        self.services: Services = app.extensions[EXTENSION]
        self._seeds = count(1)
        self.staff: dict[Role, Actor] = {
            role: staff_member(self.services, role) for role in STAFF_ROLES
        }
        self._stranger = self.owner()[0].actor

    @property
    def stranger(self) -> Web:
        """Another applicant, in a new session."""
        return self.signed_in(self._stranger)

    @property
    def confined(self) -> Web:
        """Another applicant on a device to which one onboarding was handed over."""
        return session_of(self.app, self.services, self._stranger, confined_to=new_id())

    @property
    def client(self) -> FlaskClient:
        """A client of its own."""
        return self.app.test_client()

    def as_role(self, role: Role) -> Web:
        """A caller of a role."""
        return self.signed_in(self.staff[role])

    def proven(self, role: Role) -> Web:
        """A caller of a role who has just proven the second factor again."""
        return Web(
            self.client,
            {"Authorization": authorization_of(self.services, self.staff[role], proven=True)},
        )

    def nobody(self) -> Web:
        """A caller without a token."""
        return Web(self.client, {})

    def owner(self) -> tuple[Applicant, Web]:
        """Somebody new with an account."""
        made = applicant(self.services, f"137{next(self._seeds):08d}")
        return made, self.signed_in(made.actor)

    def approved(self) -> tuple[Applicant, Web]:
        """Somebody new whose onboarding was approved."""
        made, web = self.owner()
        decided = self.decide(made, self.person().findings())
        assert decided.decision is Decision.APPROVED, decided.reasons
        return made, web

    def decide(self, owner: Applicant, findings: Findings) -> Onboarding:
        """An onboarding decided on findings; what other examples left is analysed before."""
        work_off(self.services, self.person().findings())
        return onboarded(owner, findings)

    def person(self) -> Person:
        """Somebody whose number, firm and face nobody else has."""
        seed = next(self._seeds)
        number = f"11010119880314{seed:03d}"
        return replace(
            OWNER,
            number=number + ric.calc_check_digit(number),
            code=f"92110101MA{seed:08d}",
            seed=seed,
        )

    def case(self) -> UUID:
        """An onboarding that waits for a person, claimed by the reviewer."""
        owner, _ = self.owner()
        person = self.person()
        findings = {**person.findings(), LICENCE.kind: person.licence(Reason.LICENCE_EXPIRED)}
        onboarding = self.decide(owner, findings).id
        with self.services.transaction(self.staff[REVIEWER]) as context:
            claim_case(context, onboarding)
        return onboarding

    def asked_caller(self) -> tuple[UUID, UUID]:
        """An account, and digits that the agent asked its caller for."""
        account = self.approved()[0].id
        with self.services.transaction(self.staff[AGENT]) as context:
            command = RequestVerification(account, VerificationPurpose.CALLER)
            return account, request_verification(context, command).id

    def signed_in(self, actor: Actor) -> Web:
        """Somebody in a new session; an applicant on a device that signs."""
        return session_of(self.app, self.services, actor)

    def asked(self, phone: str) -> dict[str, str]:
        """An attempt to sign in, with the code that the phone was sent."""
        status, asked = self.nobody().call("POST", "/auth/codes", {"phone": phone})
        assert status == 202, asked
        code = sent_code(self.services.settings)
        return {"attempt": asked["attempt"], "phone": phone, "code": code}

    def proof(self, device: DeviceKey, path: str) -> Mapping[str, str]:
        """The header of a POST that proves a device."""
        return {"DPoP": device.proof("POST", f"{HERE}{API}{path}")}


Make = Callable[[World], Example]
EXAMPLES: Final[dict[str, Make]] = {}


def example(*operations: str) -> Callable[[Make], Make]:
    """Register what makes the example of operations."""

    def register(make: Make) -> Make:
        EXAMPLES.update(dict.fromkeys(operations, make))
        return make

    return register


def _file(name: str, **fields: str) -> Callable[[], Any]:
    return lambda: {"file": (io.BytesIO(name.encode()), name), **fields}


for _operation, _path in {
    "read_meta": "/meta",
    "read_health": "/health",
    "read_openapi": "/openapi.json",
    "read_swagger": "/swagger.json",
    "read_page": "/docs",
}.items():
    EXAMPLES[_operation] = lambda _world, path=_path: Example(NOBODY, path)  # type: ignore[misc]


@example("read_readiness")
def _ready(world: World) -> Example:
    (world.services.settings.var / HEARTBEAT).touch()
    return Example(NOBODY, "/ready")


@example("request_code")
def _code(_world: World) -> Example:
    return Example(NOBODY, "/auth/codes", {"phone": "13600000001"})


@example("sign_in")
def _sign_in(world: World) -> Example:
    body = world.asked("13600000002")
    proof = world.proof(device_of(world.app), "/auth/tokens")
    return Example(NOBODY, "/auth/tokens", body, headers=proof)


@example("refresh_tokens")
def _refresh(world: World) -> Example:
    body = world.asked("13600000003")
    device = device_of(world.app)
    _, tokens = enter(world.nobody(), body, device)
    proof = world.proof(device, "/auth/refresh")
    return Example(NOBODY, "/auth/refresh", {"refresh": tokens["refresh"]}, headers=proof)


@example("log_out")
def _log_out(world: World) -> Example:
    return Example(world.owner()[1], "/auth/logout")


@example("list_own_sessions")
def _sessions(world: World) -> Example:
    return Example(world.owner()[1], "/me/sessions")


@example("end_own_session")
def _end_session(world: World) -> Example:
    owner, web = world.owner()
    world.signed_in(owner.actor)
    _, sessions = web.call("GET", "/me/sessions")
    return Example(web, f"/me/sessions/{sessions['sessions'][0]['id']}", others=ABSENT)


@example("read_contact_preferences")
def _contact_preferences(world: World) -> Example:
    return Example(world.owner()[1], "/contact-preferences")


@example("set_contact_preferences")
def _set_contact_preferences(world: World) -> Example:
    body = {"channels": ["app"], "from_hour": 10, "until_hour": 18, "opted_out": False}
    return Example(world.owner()[1], "/contact-preferences", body)


@example("decline_contact")
def _decline_contact(world: World) -> Example:
    owner, web = world.owner()
    contact = contacted(world.services, owner.id)
    return Example(web, f"/contacts/{contact}/refusal", others=ABSENT)


@example("read_own_account")
def _own_account(world: World) -> Example:
    return Example(world.owner()[1], "/me")


def _own_code(world: World, phone: str) -> tuple[Web, dict[str, str]]:
    """Somebody new, and the headers that prove their phone."""
    web = world.signed_in(applicant(world.services, phone).actor)
    asked = world.asked(phone)
    return web, {"Sign-In-Attempt": asked["attempt"], "One-Time-Code": asked["code"]}


@example("export_own_data")
def _export(world: World) -> Example:
    web, proof = _own_code(world, "13600000011")
    return Example(web, "/me/export", headers=proof, others=frozenset({401}))


@example("close_own_account")
def _close(world: World) -> Example:
    web, proof = _own_code(world, "13600000012")
    return Example(web, "/me", headers=proof, others=frozenset({401}))


@example("sign_in_staff")
def _staff(world: World) -> Example:
    with world.services.transaction() as context:
        totp = pyotp.TOTP(add_staff(context, AddStaff("signs in", AGENT, PASSWORD)))
    body = {"name": "signs in", "password": PASSWORD, "totp": totp.at(world.clock.now())}
    return Example(NOBODY, "/staff/tokens", body)


@example("step_up")
def _step_up(world: World) -> Example:
    with world.services.transaction() as context:
        totp = pyotp.TOTP(add_staff(context, AddStaff("steps up", AGENT, PASSWORD)))
    body = {"name": "steps up", "password": PASSWORD, "totp": totp.at(world.clock.now())}
    _, tokens = world.nobody().call("POST", "/staff/tokens", body)
    web = Web(world.client, {"Authorization": f"Bearer {tokens['access']}"})
    world.clock.advance(seconds=31)  # a code works once
    later = {"totp": totp.at(world.clock.now())}
    return Example(web, "/staff/step-up", later, others=frozenset({403}))


@example("list_staff")
def _staff_accounts(_world: World) -> Example:
    return Example(Role.ADMIN, "/staff/accounts")


@example("disable_staff")
def _disable(world: World) -> Example:
    leaving = staff_member(world.services, AGENT)
    return Example(Role.ADMIN, f"/staff/accounts/{leaving.id}/disable")


@example("start_onboarding")
def _start(world: World) -> Example:
    return Example(world.owner()[1], "/onboardings")


def _open(world: World) -> tuple[Applicant, Web, str]:
    owner, web = world.owner()
    return owner, web, f"/onboardings/{started(owner)}"


@example("read_onboarding")
def _read(world: World) -> Example:
    _, web, path = _open(world)
    return Example(web, path, others=ABSENT)


def _with_card(world: World) -> tuple[Web, str]:
    """An open onboarding whose card was read."""
    owner, web = world.owner()
    onboarding = started(owner)
    submitted(owner, onboarding, ID_CARD_FRONT.kind)
    work_off(owner.services, world.person().findings())
    return web, f"/onboardings/{onboarding}"


@example("read_names")
def _names(world: World) -> Example:
    web, path = _with_card(world)
    return Example(web, f"{path}/names", others=ABSENT)


@example("correct_name")
def _correct(world: World) -> Example:
    web, path = _with_card(world)
    body = {"kind": ID_CARD_FRONT.kind, "field": "name", "value": "林之夏"}
    return Example(web, f"{path}/corrections", body, others=ABSENT)


@example("stream_onboarding")
def _stream(world: World) -> Example:
    owner, web = world.owner()
    onboarding = world.decide(owner, world.person().findings()).id  # decided: the stream ends
    return Example(web, f"/onboardings/{onboarding}/events", others=ABSENT)


@example("give_consent")
def _consent(world: World) -> Example:
    _, web, path = _open(world)
    kind, version = next(iter(CONSENTS.items()))
    return Example(web, f"{path}/consents", {"kind": kind, "version": version}, others=ABSENT)


@example("withdraw_consent")
def _withdraw(world: World) -> Example:
    _, web, path = _open(world)
    return Example(web, f"{path}/consents/biometric", others=ABSENT)


@example("read_challenges")
def _challenges(world: World) -> Example:
    _, web, path = _open(world)
    return Example(web, f"{path}/challenges", others=ABSENT)


@example("choose_person")
def _person(world: World) -> Example:
    _, web, path = _open(world)
    return Example(web, f"{path}/person", others=ABSENT)


@example("choose_camera")
def _camera(world: World) -> Example:
    _, web, path = _open(world)
    web.call("POST", f"{path}/person")
    return Example(web, f"{path}/person", others=ABSENT)


@example("make_handover", "end_handover")
def _handover(world: World) -> Example:
    _, web, path = _open(world)
    return Example(web, f"{path}/handover", others=ABSENT)


def _link(world: World) -> str:
    """The token of a link that nobody has used."""
    _, web, path = _open(world)
    link: str = web.call("POST", f"{path}/handover")[1]["link"]
    return link.partition("#handover=")[2]


@example("read_handover")
def _handover_owner(world: World) -> Example:
    return Example(NOBODY, "/handovers/owner", {"token": _link(world)})


@example("use_handover")
def _handover_session(world: World) -> Example:
    proof = world.proof(device_of(world.app), "/handovers/session")
    return Example(NOBODY, "/handovers/session", {"token": _link(world)}, headers=proof)


@example("draw_challenge")
def _challenge(world: World) -> Example:
    _, web, path = _open(world)
    return Example(web, f"{path}/challenges", {"kind": "face"}, others=ABSENT)


@example("send_evidence")
def _evidence(world: World) -> Example:
    _, web, path = _open(world)
    return Example(web, f"{path}/evidence/licence", data=_file("licence"), others=ABSENT)


@example("describe_uploads")
def _describe(world: World) -> Example:
    return Example(NOBODY, f"{_open(world)[2]}/uploads")


@example("begin_upload")
def _begin(world: World) -> Example:
    _, web, path = _open(world)
    headers = {**TUS, "Upload-Length": "5", "Upload-Metadata": "kind bGljZW5jZQ=="}
    return Example(web, f"{path}/uploads", headers=headers, others=ABSENT)


def _upload(world: World) -> tuple[Web, str]:
    owner, web = world.owner()
    onboarding = started(owner)
    with owner.acting() as context:
        upload = begin_upload(context, BeginUpload(onboarding, LICENCE.kind, 5, None, None))
    return web, f"/onboardings/{onboarding}/uploads/{upload.id}"


@example("cancel_upload", "read_upload")
def _begun(world: World) -> Example:
    web, path = _upload(world)
    return Example(web, path, headers=TUS, others=ABSENT)


@example("append_chunk")
def _append(world: World) -> Example:
    web, path = _upload(world)
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    return Example(web, path, headers=headers, data=lambda: b"chunk", others=ABSENT)


@example("list_sources")
def _sources(world: World) -> Example:
    return Example(world.owner()[1], "/sources")


@example("consent_to_source")
def _consent_to_source(world: World) -> Example:
    return Example(world.owner()[1], "/source-consents", SourceConsentRequest.example)


@example("withdraw_source_consent")
def _withdraw_source(world: World) -> Example:
    owner, web = world.owner()
    consent = agree(owner, SourceKind.WECHAT)[0]
    return Example(web, f"/source-consents/{consent}", others=ABSENT)


@example("describe_source_uploads")
def _describe_source(_world: World) -> Example:
    return Example(NOBODY, "/sources/wechat/files")


@example("begin_source_file")
def _begin_source(world: World) -> Example:
    owner, web = world.approved()
    agree(owner, SourceKind.WECHAT)
    headers = {**TUS, "Upload-Length": "5", "Upload-Metadata": "filename YmlsbC5jc3Y="}
    return Example(web, "/sources/wechat/files", headers=headers, others=frozenset({403}))


def _source_file(world: World) -> tuple[Web, str]:
    owner, web = world.approved()
    agree(owner, SourceKind.WECHAT)
    with owner.acting() as context:
        file = begin_file(context, BeginFile(SourceKind.WECHAT, "bill.csv", 5))
    return web, f"/sources/wechat/files/{file.id}"


@example("read_source_file", "delete_source_file")
def _read_source(world: World) -> Example:
    web, path = _source_file(world)
    return Example(web, path, others=ABSENT)


@example("read_source_upload")
def _source_upload(world: World) -> Example:
    web, path = _source_file(world)
    return Example(web, path, headers=TUS, others=ABSENT)


@example("append_to_source_file")
def _append_source(world: World) -> Example:
    web, path = _source_file(world)
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    return Example(web, path, headers=headers, data=lambda: b"chunk", others=ABSENT)


@example("unlock_source_file")
def _unlock_source(world: World) -> Example:
    owner, web = world.approved()
    agree(owner, SourceKind.WECHAT)
    file = send_file(owner, SourceKind.WECHAT, locked_zip())
    read_all(world.services)
    path = f"/sources/wechat/files/{file}/password"
    return Example(web, path, PasswordRequest.example, others=ABSENT)


@example("send_signals")
def _signals(world: World) -> Example:
    owner, web = world.owner()
    agree(owner, SourceKind.SIGNALS)
    at = (world.clock.now() - timedelta(minutes=1)).isoformat()
    body = {"signals": [{**SignalRequest.example, "at": at}]}
    return Example(web, "/signals", body, others=frozenset({403}))


@example("read_profile")
def _profile(world: World) -> Example:
    return Example(world.owner()[1], "/profile")


@example("stream_profile")
def _profile_stream(world: World) -> Example:
    return Example(world.owner()[1], "/profile/events")


@example("list_own_objections")
def _own_objections(world: World) -> Example:
    return Example(world.owner()[1], "/profile/objections")


@example("contest_profile")
def _contest(world: World) -> Example:
    owner, web = world.owner()
    with_feature(owner)
    body = {"feature": FEATURE, "text": "wrong"}
    return Example(web, "/profile/objections", body, others=ABSENT)


@example("list_objections")
def _objections(_world: World) -> Example:
    return Example(REVIEWER, "/objections")


@example("decide_objection")
def _decide_objection(world: World) -> Example:
    owner, _ = world.owner()
    objection = contested(owner)
    path = f"/objections/{objection}/decision"
    return Example(REVIEWER, path, {"upheld": True})


@example("list_purposes")
def _purposes(world: World) -> Example:
    return Example(world.approved()[1], "/purposes")


@example("list_products")
def _products(world: World) -> Example:
    return Example(world.approved()[1], "/products")


@example("declare")
def _declare(world: World) -> Example:
    return Example(world.approved()[1], "/declarations", DECLARED, others=frozenset({403}))


@example("apply_for_loan")
def _apply(world: World) -> Example:
    owner, web = world.approved()
    wanted = {"amount_fen": 5_000_000, "tenor_months": 12}
    body = {"declaration_id": str(declared(owner)), **wanted}
    return Example(web, "/applications", body, others=frozenset({403, 404}))


def _applied(world: World) -> tuple[Applicant, Web, Any]:
    owner, web = world.approved()
    return owner, web, decided(owner, declared(owner))


@example("read_application")
def _application(world: World) -> Example:
    _, web, view = _applied(world)
    return Example(web, f"/applications/{view.application.id}", others=ABSENT)


@example("stream_application")
def _application_stream(world: World) -> Example:
    _, web, view = _applied(world)  # decided: the stream ends
    return Example(web, f"/applications/{view.application.id}/events", others=ABSENT)


@example("answer_question")
def _answer_question(world: World) -> Example:
    owner, web = world.approved()
    application = applied(owner, declared(owner, role=DeclaredRole.PARTNER))
    lend(owner.services)
    body = {"answer": "family_business"}
    return Example(web, f"/applications/{application}/answer", body, others=ABSENT)


@example("withdraw_application")
def _withdraw_application(world: World) -> Example:
    _, web, view = _applied(world)
    return Example(web, f"/applications/{view.application.id}/withdrawal", others=ABSENT)


def _declined(world: World) -> tuple[Web, UUID]:
    owner, web = world.approved()
    return web, decided(owner, declared(owner), FixedScorer(RISKY)).application.id


@example("ask_for_person")
def _ask_for_person(world: World) -> Example:
    web, application = _declined(world)
    return Example(web, f"/applications/{application}/human-review", others=frozenset({403, 404}))


@example("read_schedule")
def _schedule(world: World) -> Example:
    _, web, view = _applied(world)
    return Example(web, f"/offers/{view.offers[0].id}/schedule", others=ABSENT)


@example("accept_offer")
def _accept(world: World) -> Example:
    owner, web, view = _applied(world)
    body = {"verification_id": str(confirmed(owner, VerificationPurpose.OFFER))}
    return Example(web, f"/offers/{view.offers[0].id}/acceptance", body, others=ABSENT)


@example("read_contract")
def _contract(world: World) -> Example:
    owner, web, view = _applied(world)
    offer, voice = view.offers[0].id, confirmed(owner, VerificationPurpose.OFFER)
    with owner.acting() as context:
        accept_offer(context, AcceptOffer(offer, voice))
    lend(world.services)
    return Example(web, f"/applications/{view.application.id}/contract", others=ABSENT)


def _line(world: World) -> tuple[Applicant, Web, UUID]:
    owner, web = world.approved()
    return owner, web, with_line(owner)


@example("list_lines")
def _lines(world: World) -> Example:
    return Example(_line(world)[1], "/lines")


@example("read_line")
def _one_line(world: World) -> Example:
    _, web, line = _line(world)
    return Example(web, f"/lines/{line}", others=ABSENT)


@example("stream_line")
def _line_stream(world: World) -> Example:
    owner, web, line = _line(world)
    with owner.acting() as context:
        close_line(context, line)  # it has ended: so does the stream
    return Example(web, f"/lines/{line}/events", others=ABSENT)


@example("close_line")
def _close_line(world: World) -> Example:
    _, web, line = _line(world)
    return Example(web, f"/lines/{line}/closure", others=ABSENT)


@example("list_draws")
def _draws(world: World) -> Example:
    _, web, line = _line(world)
    return Example(web, f"/lines/{line}/draws", others=ABSENT)


@example("ask_for_draw")
def _ask_for_draw(world: World) -> Example:
    _, web, line = _line(world)
    body = {"amount_fen": 1_000_000, "tenor_months": 6, "purpose": "rent"}
    return Example(web, f"/lines/{line}/draws", body, others=ABSENT)


def _draw(world: World) -> tuple[Applicant, Web, UUID]:
    owner, web, line = _line(world)
    return owner, web, asked(owner, line).id


@example("read_draw")
def _one_draw(world: World) -> Example:
    _, web, draw = _draw(world)
    return Example(web, f"/draws/{draw}", others=ABSENT)


@example("read_draw_schedule")
def _draw_schedule(world: World) -> Example:
    _, web, draw = _draw(world)
    return Example(web, f"/draws/{draw}/schedule", others=ABSENT)


@example("confirm_draw")
def _confirm_draw(world: World) -> Example:
    owner, web, draw = _draw(world)
    body = {"verification_id": str(confirmed(owner, VerificationPurpose.DRAW))}
    return Example(web, f"/draws/{draw}/confirmation", body, others=ABSENT)


@example("withdraw_draw")
def _withdraw_draw(world: World) -> Example:
    _, web, draw = _draw(world)
    return Example(web, f"/draws/{draw}/withdrawal", others=ABSENT)


@example("read_draw_note")
def _draw_note(world: World) -> Example:
    owner, web, draw = _draw(world)
    said_yes(owner, draw)
    lend(world.services)
    return Example(web, f"/draws/{draw}/note", others=ABSENT)


def _credit_case(world: World) -> UUID:
    """An application that a person looks at, claimed by the reviewer."""
    owner, _ = world.approved()
    application = decided(owner, declared(owner), FixedScorer(RISKY)).application.id
    with owner.acting() as context:
        ask_for_person(context, application)
    with world.services.transaction(world.staff[REVIEWER]) as context:
        claim_application(context, application)
    return application


@example("list_applications")
def _credit_cases(_world: World) -> Example:
    return Example(REVIEWER, "/credit-cases")


@example("claim_application", "release_application")
def _credit_claim(world: World) -> Example:
    path = f"/credit-cases/{_credit_case(world)}/claim"
    return Example(REVIEWER, path, others=frozenset({403, 409}))


@example("judge_application")
def _credit_verdict(world: World) -> Example:
    body = {"judgement": "decline", "note": "called the owner, the shop is closed"}
    path = f"/credit-cases/{_credit_case(world)}/verdicts"
    return Example(REVIEWER, path, body, others=frozenset({403, 409}))


@example("request_own_verification")
def _own_verification(world: World) -> Example:
    body = {"purpose": "offer"}
    return Example(world.approved()[1], "/me/verifications", body, others=frozenset({409}))


def _asked(world: World) -> tuple[Web, str]:
    owner, web = world.approved()
    with owner.acting() as context:
        command = RequestVerification(owner.id, VerificationPurpose.OFFER)
        return web, f"/me/verifications/{request_verification(context, command).id}"


@example("read_own_verification")
def _read_verification(world: World) -> Example:
    web, path = _asked(world)
    return Example(web, path, others=ABSENT)


@example("send_own_recording")
def _recording(world: World) -> Example:
    web, path = _asked(world)
    return Example(web, f"{path}/recording", data=_file("digits.wav"), others=ABSENT)


@example("change_phone")
def _phone(world: World) -> Example:
    owner, web = world.approved()
    verification = str(confirmed(owner, VerificationPurpose.PHONE))
    body = {**world.asked("13600000009"), "verification_id": verification}
    return Example(web, "/me/phone", body, others=frozenset({401, 403}))


@example("search_accounts")
def _search(world: World) -> Example:
    world.approved()
    return Example(AGENT, "/accounts?name=%E6%9E%97%E7%9F%A5%E5%A4%8F")


@example("find_accounts")
def _find(world: World) -> Example:
    world.approved()
    return Example(AGENT, "/accounts/searches", {"name": OWNER.name, "reason": "call"})


@example("read_account")
def _account(world: World) -> Example:
    return Example(AGENT, f"/accounts/{world.approved()[0].id}?reason=call")


@example("unmask_account")
def _unmask(world: World) -> Example:
    account, asked = world.asked_caller()
    with world.services.transaction(world.staff[AGENT]) as context:
        submit_recording(context, SubmitRecording(account, asked, b"call"))
    work_off(world.services)
    body = {"reason": "call", "note": "the caller is the owner, asked for the number"}
    path = f"/accounts/{account}/unmask"
    return Example(world.proven(AGENT), path, body, others=UNPROVEN)


@example("request_caller_verification")
def _ask_caller(world: World) -> Example:
    return Example(AGENT, f"/accounts/{world.approved()[0].id}/voice-verifications")


@example("read_caller_verification")
def _caller(world: World) -> Example:
    account, asked = world.asked_caller()
    return Example(AGENT, f"/accounts/{account}/voice-verifications/{asked}", others=ABSENT)


@example("send_caller_recording")
def _caller_recording(world: World) -> Example:
    made = _caller(world)
    return replace(made, path=f"{made.path}/recording", data=_file("call.wav"))


def _renamed(made: Make) -> Make:
    def make(world: World) -> Example:
        asked = made(world)
        return replace(asked, path=asked.path.replace("voice-verifications", "calls"))

    return make


for _name in ("request_caller_verification", "read_caller_verification", "send_caller_recording"):
    EXAMPLES[f"{_name}_alias"] = _renamed(EXAMPLES[_name])


@example("list_cases")
def _cases(_world: World) -> Example:
    return Example(REVIEWER, "/reviews")


@example("claim_case", "release_case")
def _claim(world: World) -> Example:
    path = f"/reviews/{world.case()}/claim"
    return Example(REVIEWER, path, others=frozenset({403, 409}))


@example("view_evidence")
def _view(world: World) -> Example:
    case = world.case()
    _, view = world.as_role(REVIEWER).call("POST", f"/reviews/{case}/claim")
    path = f"/reviews/{case}/evidence/{view['evidence'][0]['id']}"
    return Example(REVIEWER, path, others=frozenset({403, 409}))


@example("give_verdict")
def _verdict(world: World) -> Example:
    body = {"judgement": "approved", "note": "called the owner, renewal seen"}
    path = f"/reviews/{world.case()}/verdicts"
    return Example(REVIEWER, path, body, others=frozenset({403, 409}))


@example("read_lists")
def _lists(_: World) -> Example:
    return Example(COMPLIANCE, "/lists")


@example("read_list_entries")
def _list_entries(_: World) -> Example:
    return Example(COMPLIANCE, "/lists/court/entries")


def _phone_to_list() -> str:
    return f"135{next(_numbers):08d}"


@example("propose_list_entry")
def _propose_entry(_: World) -> Example:
    body = {"kind": "phone", "value": _phone_to_list(), "reason": "fraud", "source": "notice"}
    return Example(COMPLIANCE, "/lists/court/entries", body)


@example("propose_list_removal")
def _propose_removal(world: World) -> Example:
    entry = entered(world.services, Listed.PHONE, _phone_to_list())
    return Example(COMPLIANCE, "/list-removals", {"entry_id": str(entry), "reason": "wrong"})


@example("read_list_proposals")
def _list_proposals(_: World) -> Example:
    return Example(REVIEWER, "/list-proposals")


@example("decide_list_proposal")
def _decide_proposal(world: World) -> Example:
    proposal = proposed(world.services, Listed.PHONE, _phone_to_list())
    path = f"/list-proposals/{proposal}/verdict"
    return Example(world.proven(REVIEWER), path, {"confirmed": True}, others=UNPROVEN)


@example("read_list_hits")
def _list_hits(_: World) -> Example:
    return Example(REVIEWER, "/list-hits")


@example("clear_list_hit")
def _clear_hit(world: World) -> Example:
    owner, _ = world.owner()
    with world.services.reading() as context:
        row = context.session.get_one(Account, owner.id)
        phone = PHONE.open(context.keyring, row, row.id, row.phone).decode()
    entered(world.services, Listed.PHONE, phone)
    work_off_by_performing(world.services, Lane.HOUSEKEEPING, world.services)
    with world.services.reading() as context:
        hit = context.session.scalar(sa.select(ListHit.id).where(ListHit.applicant_id == owner.id))
    return Example(world.proven(REVIEWER), f"/list-hits/{hit}/clearance", others=UNPROVEN)


@example("read_history")
def _history(world: World) -> Example:
    return Example(COMPLIANCE, f"/audit/onboardings/{world.case()}")


def _sequenced(world: World) -> Any:
    """The story of a case whose events are all in the log."""
    case = world.case()
    sequence_all(world.services)
    return world.as_role(COMPLIANCE).call("GET", f"/audit/onboardings/{case}")[1]


@example("read_checkpoint")
def _checkpoint(world: World) -> Example:
    _sequenced(world)
    return Example(COMPLIANCE, "/audit/checkpoint")


@example("prove_inclusion")
def _inclusion(world: World) -> Example:
    return Example(COMPLIANCE, f"/audit/proofs/{_sequenced(world)['events'][0]['id']}")


def _size(world: World) -> int:
    """How many events the newest checkpoint is of."""
    _sequenced(world)
    _, checkpoint = world.as_role(COMPLIANCE).call("GET", "/audit/checkpoint")
    return int(checkpoint["note"].splitlines()[1])


@example("prove_consistency")
def _consistency(world: World) -> Example:
    return Example(COMPLIANCE, f"/audit/consistency-proofs/{_size(world)}")


@example("search_events")
def _events(_world: World) -> Example:
    return Example(COMPLIANCE, "/audit/events?action=access.refused")


@example("list_accesses")
def _accesses(world: World) -> Example:
    return Example(COMPLIANCE, f"/audit/access?applicant={world.owner()[0].id}")


@example("read_tile_checkpoint")
def _tile_checkpoint(world: World) -> Example:
    _size(world)
    return Example(COMPLIANCE, "/audit/tiles/checkpoint")


def _first_tile(world: World) -> str:
    size = _size(world)
    return "000" if size >= TILE else f"000.p/{size}"


@example("read_tile")
def _tile(world: World) -> Example:
    return Example(COMPLIANCE, f"/audit/tiles/tile/0/{_first_tile(world)}")


@example("read_entries")
def _entries(world: World) -> Example:
    path = f"/audit/tiles/tile/entries/{_first_tile(world)}"
    return Example(world.proven(COMPLIANCE), path, others=UNPROVEN)
