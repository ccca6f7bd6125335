"""Any K of the frames give the bundle back; every other frame is recognised and named."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vcwallet.bundle.frames import Added, Collector, Frame, split
from vcwallet.errors import VcwalletError

DATA = random.Random(1).randbytes(1000)


def test_any_k_of_the_frames_are_enough_in_any_order() -> None:
    """All 70 choices of 4 out of 8, each in a random order."""
    frames = split(DATA, max_payload=250, parity=4)
    for chosen in itertools.combinations(frames, 4):
        collector = Collector()
        for frame in random.Random(0).sample(chosen, 4):
            assert collector.add(frame) is Added.NEW
        assert collector.result() == DATA


@settings(deadline=None)
@given(
    data=st.binary(min_size=1, max_size=3000),
    payload=st.integers(20, 900),
    parity=st.integers(0, 20),
    chance=st.randoms(use_true_random=False),
)
def test_whatever_is_lost_up_to_the_parity_is_made_good(
    data: bytes, payload: int, parity: int, chance: random.Random
) -> None:
    needed = -(-len(data) // payload)
    if needed > 128:
        payload, needed = 900, -(-len(data) // 900)
    frames = split(data, max_payload=payload, parity=parity)
    assert len({len(frame) for frame in frames}) == 1
    first = Frame.parse(frames[0])
    collector = Collector()
    for frame in chance.sample(frames, first.needed):
        collector.add(frame)
    assert collector.result() == data


def test_one_wrong_part_among_more_than_enough_is_left_out() -> None:
    frames = split(DATA, max_payload=250, parity=2)
    wrong = frames[1][:-1] + bytes([frames[1][-1] ^ 1])
    collector = Collector()
    for frame in (frames[0], wrong, *frames[2:]):
        collector.add(frame)
    assert collector.result() == DATA


def test_a_wrong_part_without_a_spare_is_a_mismatch_and_not_another_bundle() -> None:
    frames = split(DATA, max_payload=250)
    collector = Collector()
    for frame in (frames[0][:-1] + b"\x00", *frames[1:]):
        collector.add(frame)
    with pytest.raises(VcwalletError) as caught:
        collector.result()
    assert caught.value.code == "frames.mismatch"


def test_progress_names_what_is_missing_in_the_numbers_of_the_sheet() -> None:
    frames = split(DATA, max_payload=250, parity=1)
    collector = Collector()
    assert collector.progress is None
    collector.add(frames[3])
    collector.add(frames[4])
    assert collector.add(frames[4]) is Added.DUPLICATE
    progress = collector.progress
    assert progress is not None
    assert (progress.needed, progress.present, progress.missing) == (4, (4, 5), (1, 2, 3))
    assert (progress.remaining, progress.complete) == (2, False)
    with pytest.raises(VcwalletError) as caught:
        collector.result()
    assert caught.value.code == "frames.missing"
    assert "1, 2, 3" in str(caught.value)
    collector.add(frames[0])
    collector.add(frames[1])
    assert collector.add(frames[2]) is Added.SURPLUS
    assert collector.result() == DATA


FOREIGN = {
    "nothing": b"",
    "another version": b"\x00" + split(DATA, max_payload=250)[0][1:],
    "header cut off": split(DATA, max_payload=250)[0][:7],
    "no parts needed": b"\x01abcd\x00\x00\x05hello",
    "too many parts needed": b"\x01abcd\xff\x00" + b"\xff\x01" + b"x",
    "nothing in it": b"\x01abcd\x01\x00\x00",
    "a part of zeros alone": b"\x01abcd\x05\x00\x06ab",
    "a total beyond the ceiling": b"\x01abcd\x01\x00\xff\xff\xff\x7f",
    "a frame beyond the ceiling": b"\x01abcd\x01\x00\xa0\x9c\x01",
    "a total not in shortest form": b"\x01abcd\x01\x00\x85\x00hello",
}


@pytest.mark.parametrize("data", FOREIGN.values(), ids=FOREIGN)
def test_what_is_no_frame_is_foreign(data: bytes) -> None:
    with pytest.raises(VcwalletError) as caught:
        Collector().add(data)
    assert caught.value.code == "frames.foreign"


def test_truncated_foreign_conflicting_and_future_frames_are_named() -> None:
    frames = split(DATA, max_payload=250, parity=1)
    other = split(DATA[::-1], max_payload=250)
    contradictory = Frame.parse(frames[1])
    cases = {
        "frames.truncated": frames[1][:-5],
        "frames.other-bundle": other[1],
        "frames.conflict": Frame(
            contradictory.bundle_id, 3, 1, contradictory.total, contradictory.chunk
        ).to_bytes()
        + bytes(84),
        "frames.version-unknown": b"\x02" + frames[1][1:],
    }
    for code, frame in cases.items():
        collector = Collector()
        collector.add(frames[0])
        with pytest.raises(VcwalletError) as caught:
            collector.add(frame)
        assert caught.value.code == code
    collector = Collector()
    collector.add(frames[0])
    with pytest.raises(VcwalletError) as caught:
        collector.add(frames[0][:-1] + b"!")
    assert caught.value.code == "frames.conflict"


def test_splitting_refuses_what_it_cannot_carry() -> None:
    for size, payload, code in (
        (0, 100, "frames.size"),
        (1000, 0, "frames.no-room"),
        (2000, 10, "frames.too-many"),
    ):
        with pytest.raises(VcwalletError) as caught:
            split(bytes(size), max_payload=payload)
        assert caught.value.code == code
