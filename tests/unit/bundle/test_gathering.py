"""A camera and a hand scanner at a desk: parts come in any order, and a bad one costs only itself."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PIL import Image

from tests.unit.bundle import samples
from tests.unit.bundle.optics import noisy, tilted, turned
from vcwallet import limits, strict_json
from vcwallet.bundle import codec, symbols
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.digits import from_digits, to_digits
from vcwallet.bundle.frames import Frame
from vcwallet.bundle.gathering import Gathering, Seen, Step
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.opening import Opener
from vcwallet.bundle.symbols import Symbol
from vcwallet.errors import InputError, LimitExceeded


@pytest.fixture(scope="module")
def shown() -> tuple[Symbol, ...]:
    parts = symbols.lay_out(codec.encode(Bundle(samples.presentation(12, seed=3))))
    assert parts[0].needed >= 3
    return parts


@pytest.fixture(scope="module")
def other() -> tuple[Symbol, ...]:
    return symbols.lay_out(codec.encode(Bundle(samples.presentation(12, seed=4))))


@pytest.fixture(scope="module")
def opener() -> Iterator[Opener]:
    with Opener() as one:
        yield one


def before_the_camera(symbol: Symbol, seed: int = 1) -> bytes:
    """A sheet in a hand: turned, seen from aside, noisy, in a JPEG as a canvas makes it."""
    chance = random.Random(seed)
    sheet = tilted(turned(symbols.picture(symbol, scale=5), 4), 0.03, chance)
    sheet.thumbnail((690, 690))
    scene = Image.new("L", (1280, 720), 150)
    scene.paste(sheet, (300, 15))
    out = io.BytesIO()
    noisy(scene, 6, chance).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def frame(symbol: Symbol) -> Frame:
    return Frame.parse(from_digits(symbol.digits))


def typed(part: Frame) -> str:
    return to_digits(part.to_bytes())


def test_parts_come_one_picture_at_a_time_in_any_order(shown: tuple[Symbol, ...], opener: Opener) -> None:
    gathering = Gathering(source="camera")
    steps = [
        gathering.picture(before_the_camera(each), opener) for each in reversed(shown[: shown[0].needed])
    ]
    assert [each.seen for each in steps] == [Seen.PART] * (len(steps) - 1) + [Seen.WHOLE]
    progress = steps[1].progress
    assert progress is not None
    assert progress.needed == shown[0].needed
    assert progress.missing == tuple(range(1, progress.needed - 1))
    found = steps[-1].found
    assert found is not None
    assert found.bundle == Bundle(samples.presentation(12, seed=3))
    assert found.where == "camera"


def test_spare_parts_make_up_for_missing_ones(shown: tuple[Symbol, ...]) -> None:
    gathering = Gathering()
    last = Step(Seen.NOTHING)
    for each in shown[1 : shown[0].needed + 1]:
        assert last.found is None
        last = gathering.text(each.digits)
    assert last.seen is Seen.WHOLE


def test_the_same_part_again_is_no_progress(shown: tuple[Symbol, ...]) -> None:
    gathering = Gathering()
    assert gathering.text(shown[0].digits).seen is Seen.PART
    again = gathering.text(shown[0].digits)
    assert again.seen is Seen.AGAIN
    assert again.progress == gathering.progress


def test_several_codes_in_one_text_are_taken_together(shown: tuple[Symbol, ...]) -> None:
    assert Gathering().text("\n".join(each.digits for each in shown)).seen is Seen.WHOLE


def test_codes_of_two_people_are_kept_apart(shown: tuple[Symbol, ...], other: tuple[Symbol, ...]) -> None:
    gathering = Gathering()
    pairs = zip(shown[: shown[0].needed], other[: other[0].needed], strict=True)
    steps = [gathering.text(each.digits) for pair in pairs for each in pair]
    whole = [each.found for each in steps if each.found is not None]
    assert [each.bundle is not None for each in whole] == [True, True]
    assert whole[0] != whole[1]


def test_what_was_answered_is_not_taken_again(shown: tuple[Symbol, ...], other: tuple[Symbol, ...]) -> None:
    gathering = Gathering(answered=frame(shown[0]).bundle_id.hex())
    assert gathering.text(shown[0].digits) == Step(Seen.ANSWERED)
    assert gathering.text(other[0].digits).seen is Seen.PART


def test_a_wrong_part_among_enough_is_told_and_made_good_by_a_spare_one(shown: tuple[Symbol, ...]) -> None:
    gathering = Gathering()
    needed = shown[0].needed
    wrong = replace(frame(shown[0]), chunk=bytes(len(frame(shown[0]).chunk)))
    gathering.text(typed(wrong))
    for each in shown[1:needed]:
        step = gathering.text(each.digits)
    assert (step.seen, step.problem and step.problem.code) == (Seen.OTHER, "frames.mismatch")
    assert gathering.text(shown[needed].digits).seen is Seen.WHOLE


def test_two_parts_that_contradict_each_other_are_told(shown: tuple[Symbol, ...]) -> None:
    gathering = Gathering()
    gathering.text(shown[0].digits)
    other = replace(frame(shown[0]), chunk=bytes(len(frame(shown[0]).chunk)))
    step = gathering.text(typed(other))
    assert (step.seen, step.problem and step.problem.code) == (Seen.OTHER, "frames.conflict")
    assert gathering.progress is not None
    assert gathering.progress.present == (1,)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("https://example.org/diploma", "foreign.web-address"),
        ("VP1-R!!", "foreign.vp1"),
        ("12345", "scan.no-code-typed"),
        ("{", "json.malformed"),
    ],
)
def test_a_code_of_something_else_is_told(text: str, code: str) -> None:
    step = Gathering().text(text)
    assert (step.seen, step.problem and step.problem.code) == (Seen.OTHER, code)


def test_a_document_as_a_whole_needs_no_parts() -> None:
    step = Gathering().text(strict_json.dumps(samples.credential(1)))
    assert step.found is not None
    assert step.found.kind is DocumentKind.CREDENTIAL


def test_bundles_without_end_are_forgotten(shown: tuple[Symbol, ...]) -> None:
    gathering = Gathering()
    first = frame(shown[0])
    for number in range(limits.GATHERED_BUNDLES + 1):
        gathering.text(typed(replace(first, bundle_id=number.to_bytes(4, "big"))))
    # The first of them is new again, the last is known.
    assert gathering.text(typed(replace(first, bundle_id=bytes(4)))).seen is Seen.PART
    last = limits.GATHERED_BUNDLES.to_bytes(4, "big")
    assert gathering.text(typed(replace(first, bundle_id=last))).seen is Seen.AGAIN


def test_an_empty_scene_brings_nothing(opener: Opener) -> None:
    out = io.BytesIO()
    noisy(Image.new("L", (1280, 720), 150), 20, random.Random(2)).convert("RGB").save(out, "JPEG")
    assert Gathering().picture(out.getvalue(), opener) == Step(Seen.NOTHING)


def test_what_no_camera_sends_is_refused_and_the_next_picture_is_read(
    shown: tuple[Symbol, ...], opener: Opener
) -> None:
    gathering = Gathering()
    with pytest.raises(LimitExceeded) as caught:
        gathering.picture(b"\xff\xd8\xff" + bytes(limits.CAMERA_PICTURE_BYTES), opener)
    assert caught.value.code == "camera.picture-too-large"
    for bad in (b"", b"%PDF-1.7", b"\xff\xd8\xffbroken"):
        with pytest.raises(InputError):
            gathering.picture(bad, opener)
    assert gathering.picture(before_the_camera(shown[0]), opener).seen is Seen.PART


def test_what_is_typed_has_a_ceiling() -> None:
    with pytest.raises(LimitExceeded):
        Gathering().text("1" * (limits.SCAN_TEXT_CHARACTERS + 1))
