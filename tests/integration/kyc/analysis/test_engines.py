"""The real engines on real material: the demo's clips, voice and drawn documents."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
import pysilk
import pytest
from PIL import Image, ImageDraw, ImageFont

from app.settings import ROOT
from core.reasons import Reason
from demo.actor import ClipActor, index_clip
from demo.documents import DocumentPrinter, photograph
from demo.personas import LAPSED, NOODLES, OWNER
from demo.speaker import DigitSpeaker, as_wav
from evaluation.planar_motion import turned_plane
from kyc.analysis.analyser import AnalysisInput, Engines, Sample, VoiceReference, perform
from kyc.analysis.challenges import Challenge, DigitChallenge
from kyc.analysis.documents import READING
from kyc.analysis.face_verification import analyse_face_verification
from kyc.analysis.findings import DocumentFinding, Finding, TemplateKind, VerificationFinding
from kyc.analysis.voice import analyse_verification
from kyc.decoding.decoders import ConfinedDecoders
from kyc.evidence.types import FACE_VIDEO, ID_CARD_FRONT, LICENCE, TYPES, VOICE_CLIP, EvidenceType
from kyc.face.embedding import FaceTemplate, compare
from kyc.face.finder import FaceFinder
from kyc.liveness.challenge import Action, Cue, FaceChallenge
from kyc.policy import DecodingPolicy, FacePolicy, LivenessPolicy, UploadPolicy
from ocr.document_types import CREDIT_CODE, ISSUE_DATE, DocumentType
from ocr.preprocess.quality import Box
from ocr.reading import DocumentReading
from ocr.validation.flags import Flag
from tests.support.policy import POLICY
from voiceprint.audio import RATE, Samples, decode_recording
from voiceprint.segmentation import segmentations

LIVENESS = POLICY.section(LivenessPolicy)
TODAY = date(2026, 11, 24)
FIRST, SECOND = "9081726354", "112738"
DIGITS = DigitChallenge(FIRST, SECOND)


@pytest.fixture(scope="module")
def engines(models: Path) -> Iterator[Engines]:
    decoders = ConfinedDecoders(POLICY.section(DecodingPolicy).limits)
    yield Engines(models, POLICY, decoders)
    decoders.runner.close()


def analysed(
    engines: Engines, kind: EvidenceType, content: bytes, challenge: Challenge | None = None
) -> Finding:
    """What a process of the pool would find."""
    work = AnalysisInput(kind.analyse, Sample(content, TODAY, challenge))
    finding = perform(work, engines)
    assert finding.seconds > 0
    return finding


@pytest.fixture(scope="module")
def printer(models: Path) -> DocumentPrinter:
    return DocumentPrinter(models / "demo/NotoSansSC.ttf")


@pytest.fixture(scope="module")
def owner(models: Path) -> ClipActor:
    clip = index_clip(models / "demo/franck.mp4", models)
    return ClipActor(clip, LIVENESS.motion, 1)


@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
def test_a_card_is_read_however_it_lies(
    engines: Engines, printer: DocumentPrinter, owner: ClipActor, quarter_turns: int
) -> None:
    sheet = np.rot90(printer.id_card_front(OWNER, owner.portrait()), quarter_turns)
    finding = analysed(engines, ID_CARD_FRONT, photograph(sheet, 1))
    assert finding.reasons == ()
    assert finding.facts["姓名"] == OWNER.name
    assert finding.facts["公民身份号码"] == OWNER.number
    assert TemplateKind.PORTRAIT in finding.templates


def test_a_card_is_read_through_marks_all_over_it(
    engines: Engines, printer: DocumentPrinter, owner: ClipActor, models: Path
) -> None:
    card = printer.id_card_front(OWNER, owner.portrait())
    marks = _marks(card.shape[:2], models / "demo/NotoSansSC.ttf", 28.0)[..., None] * 0.4
    marked = (card * (1 - marks) + np.array([205, 30, 35]) * marks).astype(np.uint8)
    finding = analysed(engines, ID_CARD_FRONT, photograph(marked, 1))
    assert finding.reasons == ()
    assert finding.facts["姓名"] == OWNER.name
    assert finding.facts["公民身份号码"] == OWNER.number


def _marks(shape: tuple[int, int], font: Path, degrees: float) -> npt.NDArray[np.float64]:
    """How much of each pixel lines of a mark cover, 0..1, (height, width)."""
    height, width = shape
    layer = Image.new("L", (2 * width, 2 * width))
    draw = ImageDraw.Draw(layer)
    for at in range(0, 2 * width, 150):
        draw.text(
            (at % 400, at), "仅供办理贷款使用 他用无效  " * 5, 255, ImageFont.truetype(font, 32)
        )
    layer = layer.rotate(degrees, Image.Resampling.BICUBIC)
    box = (width // 2, width // 2, width // 2 + width, width // 2 + height)
    return np.asarray(layer.crop(box), np.float64) / 255


def test_no_template_is_made_of_a_portrait_without_consent(
    engines: Engines, printer: DocumentPrinter, owner: ClipActor
) -> None:
    card = photograph(printer.id_card_front(OWNER, owner.portrait()), 1)
    sample = Sample(card, TODAY, biometric=False)
    finding = perform(AnalysisInput(ID_CARD_FRONT.analyse, sample), engines)
    assert finding.reasons == ()
    assert finding.templates == {}
    assert finding.measurements[READING]["portrait"], "it is there, and that is all that is known"


def test_a_licence_and_one_that_lapsed(engines: Engines, printer: DocumentPrinter) -> None:
    good = analysed(engines, LICENCE, photograph(printer.licence(NOODLES), 2))
    assert good.reasons == ()
    assert good.facts["统一社会信用代码"] == NOODLES.code
    assert good.facts["principal"] == NOODLES.principal
    lapsed = analysed(engines, LICENCE, photograph(printer.licence(LAPSED), 3))
    assert lapsed.reasons == ("licence_expired",)


@pytest.mark.parametrize("name", ["甪直水乡面馆", "南埝汽修店", "样例市鲊香餐馆", "样例市㛃记布店"])
def test_rare_characters_of_a_firms_name_are_read(
    engines: Engines, printer: DocumentPrinter, name: str
) -> None:
    photo = photograph(printer.licence(replace(NOODLES, name=name)), 5)
    finding = analysed(engines, LICENCE, photo)
    assert finding.facts["名称"] == name


@pytest.mark.parametrize("orientation", [1, 6], ids=["as it is", "turned by its EXIF"])
def test_glare_is_found_where_the_photo_shows_it(
    engines: Engines, printer: DocumentPrinter, orientation: int
) -> None:
    photo = Image.open(io.BytesIO(photograph(printer.licence(NOODLES), 3)))
    lamp = (0.2, 0.28, 0.45, 0.4)  # over the firm's name; left, top, right, bottom as shares
    file = io.BytesIO()
    stored = reflected(photo, lamp)
    exif = Image.Exif()
    exif[0x0112] = orientation
    if orientation == 6:  # to be turned clockwise: kept turned the other way
        stored = stored.transpose(Image.Transpose.ROTATE_90)
    stored.save(file, "JPEG", quality=90, exif=exif)
    finding = analysed(engines, LICENCE, file.getvalue())
    assert isinstance(finding, DocumentFinding)
    assert "glare" in finding.reasons
    assert overlap(finding.measured["regions"]["glare"], lamp) > 0.6


def reflected(photo: Image.Image, lamp: Box) -> Image.Image:
    """A photo with a lamp reflected in a box."""
    left, top, right, bottom = (
        round(share * side) for share, side in zip(lamp, photo.size * 2, strict=True)
    )
    pixels = np.array(photo, np.float32)
    light = np.zeros(pixels.shape[:2], np.float32)
    centre, axes = ((left + right) // 2, (top + bottom) // 2), (right - left, bottom - top)
    cv2.ellipse(light, centre, (axes[0] // 2, axes[1] // 2), 0, 0, 360, 255.0, -1)
    pixels += cv2.GaussianBlur(light, (0, 0), 6)[..., None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def overlap(one: Sequence[float], other: Box) -> float:
    """Intersection over union of two boxes."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    common = max(width, 0.0) * max(height, 0.0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return common / (sum(areas) - common)


def test_engines_read_after_their_warm_up_what_they_read_before(
    engines: Engines, printer: DocumentPrinter
) -> None:
    photo = photograph(printer.licence(NOODLES), 3)
    before = analysed(engines, LICENCE, photo)
    engines.warm_up()
    after = analysed(engines, LICENCE, photo)
    assert replace(after, seconds=0.0) == replace(before, seconds=0.0)


def test_the_sheet_of_the_warm_up_is_read_as_a_licence(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings: list[DocumentReading] = []
    read = engines.documents.read
    monkeypatch.setattr(engines.documents, "read", lambda *asked: readings.append(read(*asked)))
    engines.warm_up()
    (reading,) = readings
    assert reading.kind is DocumentType.LICENCE
    assert {CREDIT_CODE, ISSUE_DATE} <= reading.fields.keys()


def test_a_document_in_the_wrong_slot(engines: Engines, printer: DocumentPrinter) -> None:
    finding = analysed(engines, LICENCE, photograph(printer.id_card_back(), 4))
    assert "wrong_document" in finding.reasons
    noise = np.full((700, 900, 3), 120, np.uint8)
    assert "not_a_document" in analysed(engines, LICENCE, photograph(noise, 5)).reasons


def shaken_licence(printer: DocumentPrinter, right: int, up: int) -> bytes:
    """A photo of a licence whose every point drew a line, px."""
    photo = np.asarray(Image.open(io.BytesIO(photograph(printer.licence(NOODLES), 4))))
    side = 2 * max(right, up) + 1
    middle = side // 2
    line, (x, y) = np.zeros((side, side), np.float32), (right // 2, up // 2)
    cv2.line(line, (middle - x, middle + y), (middle + x, middle - y), 1.0)
    file = io.BytesIO()
    Image.fromarray(cv2.filter2D(photo, -1, line / line.sum())).save(file, "JPEG", quality=95)
    return file.getvalue()


def test_a_shaken_licence_is_read_and_seen_by_a_person(
    engines: Engines, printer: DocumentPrinter
) -> None:
    finding = analysed(engines, LICENCE, shaken_licence(printer, 10, 6))
    assert finding.reasons == ("shaken",)
    assert finding.facts["统一社会信用代码"] == NOODLES.code


def test_edits_are_looked_for_in_a_shaken_photo_as_it_was_sent_alone(
    engines: Engines, printer: DocumentPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = []

    def edited(*seen: object) -> list[Flag]:
        looked_at.append(seen)
        return [Flag(Reason.EDITED)]

    monkeypatch.setattr("ocr.validation.validate.tampering_flags", edited)
    finding = analysed(engines, LICENCE, shaken_licence(printer, 10, 6))
    assert set(finding.reasons) == {"edited", "shaken"}
    assert len(looked_at) == 1


def test_a_licence_shaken_beyond_reading_is_sent_back_as_it_was(
    engines: Engines, printer: DocumentPrinter
) -> None:
    reasons = analysed(engines, LICENCE, shaken_licence(printer, 52, 40)).reasons
    assert reasons
    assert "shaken" not in reasons


def test_both_sides_on_one_copy_are_two_documents(
    engines: Engines, printer: DocumentPrinter, owner: ClipActor
) -> None:
    front, back = printer.id_card_front(OWNER, owner.portrait()), printer.id_card_back()
    page = np.full((1700, 1240, 3), 252, np.uint8)
    page[100 : 100 + len(front), 110 : 110 + front.shape[1]] = front
    page[950 : 950 + len(back), 110 : 110 + back.shape[1]] = back
    copy = np.repeat(page.mean(2, keepdims=True).astype(np.uint8), 3, axis=2)
    finding = analysed(engines, ID_CARD_FRONT, photograph(copy, 7))
    assert set(finding.reasons) == {"multiple_documents", "photocopy"}
    assert finding.facts["公民身份号码"] == OWNER.number


def test_a_licence_out_of_the_picture_is_sent_back_or_seen_by_a_person(
    engines: Engines, printer: DocumentPrinter
) -> None:
    sheet = Image.open(io.BytesIO(photograph(printer.licence(NOODLES), 8)))
    cases = {0.3: "incomplete", 0.8: "partly_cut"}
    for kept, reason in cases.items():
        file = io.BytesIO()
        sheet.crop((0, 0, int(sheet.width * kept), sheet.height)).save(file, "JPEG")
        assert reason in analysed(engines, LICENCE, file.getvalue()).reasons


def test_damaged_photos_are_findings_and_never_wrong_in_silence(
    engines: Engines, printer: DocumentPrinter
) -> None:
    chance = np.random.default_rng(9)
    real = photograph(printer.licence(NOODLES), 9)
    for _ in range(10):
        damaged = bytearray(real)
        for place in chance.integers(600, len(real), 4):
            damaged[place] = int(chance.integers(0, 256))
        finding = analysed(engines, LICENCE, bytes(damaged))
        assert finding.reasons or finding.facts["统一社会信用代码"] == NOODLES.code


def challenge(*actions: str) -> FaceChallenge:
    starts = [0.8 + 1.6 * number for number in range(len(actions))]
    return FaceChallenge(
        tuple(Cue(Action(a), at, at + 1.6) for a, at in zip(actions, starts, strict=True))
    )


def test_a_face_that_does_what_is_asked_and_a_replay(engines: Engines, owner: ClipActor) -> None:
    drawn = challenge("turn_left", "open_mouth", "blink_twice", "turn_right", "look_up")
    video = owner.play(drawn)
    live = analysed(engines, FACE_VIDEO, video, drawn)
    assert live.reasons == ()
    other = challenge("look_up", "turn_right", "open_mouth", "turn_left", "look_up")
    replay = analysed(engines, FACE_VIDEO, video, other)
    assert "action_missing" in replay.reasons


def test_a_photo_turned_before_the_camera_hardly_turns_its_head(
    owner: ClipActor, models: Path
) -> None:
    seen = []
    finder = FaceFinder(models)
    for still in [owner.portrait() for _ in range(5)]:
        flat = finder.find_subject(still)
        assert flat is not None
        for degrees in (-40, 40):
            turned = finder.find_subject(turned_plane(still, degrees))
            assert turned is not None
            seen.append(abs(turned.yaw - flat.yaw))
    # The threshold has little room to spare, so the median alone: see liveness.md.
    assert sorted(seen)[len(seen) // 2] < LIVENESS.motion.turn_degrees


def test_a_face_at_the_edge_or_far_away_is_found_by_looking_again(
    owner: ClipActor, models: Path
) -> None:
    still = owner.portrait()
    far = np.full((640, 640, 3), 90, np.uint8)
    small = cv2.resize(still, (still.shape[1] // 3, still.shape[0] // 3))
    far[40 : 40 + small.shape[0], 400 : 400 + small.shape[1]] = small
    finder = FaceFinder(models)
    face = finder.find_subject(far)
    assert face is not None
    assert face.box[0] > 400
    assert face.box[3] < 40 + small.shape[0]
    assert finder.find_subject(np.zeros((300, 300, 3), np.uint8)) is None


def test_a_portrait_matches_its_owner_and_nobody_else(
    engines: Engines, printer: DocumentPrinter, owner: ClipActor, models: Path
) -> None:
    card = photograph(printer.id_card_front(OWNER, owner.portrait()), 6)
    front = analysed(engines, ID_CARD_FRONT, card)
    portrait = FaceTemplate.unpacked(front.templates[TemplateKind.PORTRAIT])
    drawn = challenge("turn_left", "open_mouth")
    clip = index_clip(models / "demo/cap12.mp4", models)
    stranger = ClipActor(clip, LIVENESS.motion, 2)
    for actor, alike in ((owner, True), (stranger, False)):
        finding = analysed(engines, FACE_VIDEO, actor.play(drawn), drawn)
        face = FaceTemplate.unpacked(finding.templates[TemplateKind.FACE])
        rules = POLICY.section(FacePolicy)
        similarity = compare(portrait, face, rules.fusion)
        assert similarity.dlib is not None
        assert (similarity.log_likelihood_ratio >= rules.match_llr) == alike


def test_digits_in_order_out_of_order_and_too_few(engines: Engines, models: Path) -> None:
    speaker = DigitSpeaker(models / "demo/digits")
    said = {
        (): FIRST + SECOND,
        ("digits_wrong",): FIRST + "112739",
        ("digits_unclear",): FIRST,
    }
    copied = analysed(engines, VOICE_CLIP, speaker.say(FIRST + SECOND, 1, alike=True), DIGITS)
    assert copied.reasons == ("recording_copied",)
    for reasons, digits in said.items():
        finding = analysed(engines, VOICE_CLIP, speaker.say(digits, 1), DIGITS)
        assert finding.reasons == reasons


def test_a_first_reading_of_something_else_is_read_again(engines: Engines, models: Path) -> None:
    """Both readings agree with each other: the owner's own templates know no better."""
    speaker = DigitSpeaker(models / "demo/digits")
    other_order = str.maketrans("0123456789", "5790218634")
    backwards = decoded(speaker.say((FIRST + SECOND)[::-1], 1))[::-1]
    for reading in (
        speaker.say((FIRST + SECOND).translate(other_order), 1),
        as_wav(backwards),
    ):
        finding = analysed(engines, VOICE_CLIP, reading, DIGITS)
        assert "digits_not_read" in finding.reasons
        assert not finding.templates


def test_neighbours_that_changed_places_are_no_digits_read(engines: Engines, models: Path) -> None:
    """Two edits: a person listens, and the templates wait for the verdict."""
    asked = DigitChallenge("0981726354", "112738".translate(str.maketrans("09", "90")))
    reading = DigitSpeaker(models / "demo/digits").say(FIRST + SECOND, 1)
    finding = analysed(engines, VOICE_CLIP, reading, asked)
    assert finding.reasons == ("digits_unsure",)
    assert finding.templates.keys() == {TemplateKind.VOICE, TemplateKind.DIGITS}
    assert finding.measurements["digit_edits"] == 2


def test_a_voice_message_of_wechat_is_opened_in_the_confined_process(
    engines: Engines, models: Path
) -> None:
    reading = decoded(DigitSpeaker(models / "demo/digits").say(FIRST + SECOND, 1))
    message = io.BytesIO()
    pcm = io.BytesIO((reading * 32767).astype("<i2").tobytes())
    pysilk.encode(pcm, message, RATE, 24_000)
    assert analysed(engines, VOICE_CLIP, message.getvalue(), DIGITS).reasons == ()


def test_a_soft_voice_is_heard_and_digits_that_fail_in_a_ringing_room_are_told_as_echo(
    engines: Engines, models: Path
) -> None:
    speaker = DigitSpeaker(models / "demo/digits")
    soft = as_wav(decoded(speaker.say(FIRST + SECOND, 1)) / 100)
    assert analysed(engines, VOICE_CLIP, soft, DIGITS).reasons == ()
    others = decoded(speaker.say(FIRST + "112739", 1))
    moments = np.arange(2 * RATE) / RATE
    echoes = np.random.default_rng(1).standard_normal(len(moments)) * 10 ** (-3 * moments)
    hall = convolved(others, np.concatenate([[3.0], echoes / 10]))[: len(others)]
    ringing = as_wav(hall / np.abs(hall).max())
    assert analysed(engines, VOICE_CLIP, ringing, DIGITS).reasons == ("too_much_echo",)


def convolved(sound: Samples, response: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """A sound in a room of this impulse response."""
    length = len(sound) + len(response) - 1
    spectrum = np.fft.rfft(sound, length) * np.fft.rfft(response, length)
    return np.fft.irfft(spectrum, length)


def decoded(content: bytes) -> Samples:
    return decode_recording(content, POLICY.section(UploadPolicy).recording)


def cut_again(reading: bytes, said: str, wanted: str) -> bytes:
    """Other digits, cut together out of a reading that was recorded."""
    samples = decoded(reading)
    spans = dict(zip(said[:10], segmentations(samples, len(said))[0], strict=False))
    pause = np.zeros(RATE // 4)
    parts = [[samples[spans[d].start : spans[d].end], pause] for d in wanted]
    return as_wav(np.concatenate([pause, *[piece for part in parts for piece in part]]))


def test_a_caller_is_known_by_voice_and_by_digits(engines: Engines, models: Path) -> None:
    speaker = DigitSpeaker(models / "demo/digits")
    enrolling = speaker.say(FIRST + SECOND, 1)
    enrolled = analysed(engines, VOICE_CLIP, enrolling, DIGITS)
    templates = enrolled.templates

    def call(sound: bytes, digits: str) -> tuple[str, tuple[str, ...]]:
        reference = VoiceReference(
            templates[TemplateKind.VOICE], templates[TemplateKind.DIGITS], digits
        )
        sample = Sample(sound, TODAY, reference=reference)
        finding = perform(AnalysisInput(analyse_verification, sample), engines)
        assert isinstance(finding, VerificationFinding)
        return finding.outcome, finding.reasons

    said = speaker.say("730284", 9)
    assert call(said, "730284") == ("verified", ())
    assert call(said, "915366") == ("rejected", ("digits_wrong",))
    spliced = cut_again(enrolling, FIRST + SECOND, "730284")
    assert call(spliced, "730284") == ("unsure", ("recording_copied",))
    deeper = decoded(said)
    higher = np.interp(np.arange(0, len(deeper), 1.6), np.arange(len(deeper)), deeper)
    assert call(as_wav(higher), "730284")[0] in {"rejected", "unsure"}
    assert call(as_wav(np.zeros(3 * RATE)), "730284") == ("again", ("no_speech",))
    assert call(b"not a recording", "730284") == ("again", ("not_a_recording",))


def test_an_owner_is_known_by_face_and_by_what_it_does(
    engines: Engines, owner: ClipActor, models: Path
) -> None:
    enrolling = challenge("look_up", "open_mouth")
    first = owner.play(enrolling)
    enrolled = analysed(engines, FACE_VIDEO, first, enrolling)
    known = enrolled.templates[TemplateKind.FACE]
    asked = challenge("open_mouth", "turn_left")

    def confirm(video: bytes, face: bytes = known) -> tuple[str, tuple[str, ...]]:
        sample = Sample(video, TODAY, challenge=asked, known_face=face)
        finding = perform(AnalysisInput(analyse_face_verification, sample), engines)
        assert isinstance(finding, VerificationFinding)
        return finding.outcome, finding.reasons

    shown = owner.play(asked)
    assert confirm(shown) == ("verified", ())
    other = ClipActor(index_clip(models / "demo/cap12.mp4", models), LIVENESS.motion, 1)
    stranger = analysed(engines, FACE_VIDEO, other.play(enrolling), enrolling)
    assert confirm(shown, stranger.templates[TemplateKind.FACE]) == ("rejected", ("face_mismatch",))
    outcome, reasons = confirm(first)
    assert outcome == "again"
    assert "action_missing" in reasons


@pytest.mark.parametrize(
    ("kind", "code"),
    [("licence", "not_an_image"), ("face_video", "not_a_video"), ("voice_clip", "not_a_recording")],
)
def test_bytes_that_are_nothing_are_a_finding(engines: Engines, kind: str, code: str) -> None:
    asked: dict[str, Challenge] = {
        FACE_VIDEO.kind: challenge("look_up"),
        VOICE_CLIP.kind: DIGITS,
    }
    finding = analysed(engines, TYPES.of(kind), b"PK\x03\x04", asked.get(kind))
    assert finding.reasons == (code,)


@pytest.mark.parametrize("kind", [FACE_VIDEO, VOICE_CLIP], ids=lambda kind: str(kind.kind))
def test_a_recording_without_its_challenge_is_a_defect(
    engines: Engines, kind: EvidenceType
) -> None:
    with pytest.raises(TypeError):
        analysed(engines, kind, b"recording")


def clip_of(images: list[np.ndarray], rate: int = 5) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt, stream.options = "yuv420p", {"preset": "ultrafast"}
        for image in images:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode())
    return file.getvalue()


def crowd(owner: ClipActor) -> np.ndarray:
    face = owner.portrait()
    return np.hstack([face, face[:, ::-1]])


@pytest.mark.parametrize(
    ("film", "code"),
    [
        (lambda _: clip_of([np.zeros((240, 320, 3), np.uint8)]), "no_face"),
        (lambda _: clip_of([np.zeros((240, 320, 3), np.uint8)] * 130), "video_too_long"),
        (lambda _: clip_of([np.zeros((4320, 7680, 3), np.uint8)]), "video_too_large"),
        (lambda owner: clip_of([owner.portrait()]), "video_too_short"),
        (lambda owner: clip_of([crowd(owner)] * 20), "several_faces"),
        (lambda owner: clip_of([owner.portrait() // 6] * 20), "face_too_dark"),
        (lambda owner: owner.play(challenge("turn_left", "open_mouth"))[:9000], "not_a_video"),
        (lambda _: DigitSpeaker(ROOT / "models/demo/digits").say("12", 1), "not_a_video"),
    ],
)
def test_a_video_that_cannot_be_used_says_why(
    engines: Engines, owner: ClipActor, film: Callable[[ClipActor], bytes], code: str
) -> None:
    asked = challenge("turn_left", "open_mouth")
    assert code in analysed(engines, FACE_VIDEO, film(owner), asked).reasons
