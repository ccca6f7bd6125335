"""Rows of a sheet of any length: a sequence like any other, whose rows lie sealed on the disk."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest

from bench.desk import memory
from tests.shared import SOAK
from vcwallet.issuer.kept_rows import KeptRows, Seen, batches
from vcwallet.issuer.roster import Row
from vcwallet.primitives import WrongTag

MANY = 3_456
"""More than stay in memory, and no whole number of blocks."""

SIZES = (1_000, 100_000 if SOAK else 10_000)
"""Of the sheets whose memory is compared."""


def rows(count: int) -> list[Row]:
    return [Row(number, ("Тестов", f"Пробник-{number}", "17.05.2009")) for number in range(count)]


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """The temporary files that were made, with a name to look into them by."""
    made: list[Path] = []

    def named(**options: Any) -> Any:
        made.append(tmp_path / str(len(made)))
        return made[-1].open("w+b", buffering=0)

    monkeypatch.setattr(tempfile, "TemporaryFile", named)
    return made


@pytest.mark.parametrize("count", [0, 1, 999, 1_000, 1_001, MANY])
def test_they_are_a_sequence_like_any_other(count: int) -> None:
    plain, kept = rows(count), KeptRows(rows(count))
    assert (len(kept), bool(kept), [*kept]) == (count, bool(plain), plain)
    assert kept == plain
    assert plain == kept
    assert kept != [*plain, *rows(1)]
    for place in (*range(0, count, 97), *range(-1, -count, -101)):
        assert kept[place] == plain[place]
    assert kept[3:2_500:7] == tuple(plain[3:2_500:7])
    for place in (count, -count - 1):
        with pytest.raises(IndexError):
            kept[place]


def test_two_readers_do_not_disturb_each_other() -> None:
    kept = KeptRows(rows(MANY))
    pairs = zip(kept, kept, strict=True)
    assert all(one == two == kept[at] for at, (one, two) in enumerate(pairs))


def test_it_can_go_on_after_it_was_read() -> None:
    kept = KeptRows(rows(MANY))
    assert kept[0] == rows(1)[0]
    kept.append(Row(7, ("Позже",)))
    assert kept[-1].values == ("Позже",)
    assert len(kept) == MANY + 1


def test_few_rows_never_reach_the_disk_and_what_does_tells_nothing(files: list[Path]) -> None:
    KeptRows(rows(999))
    assert not files
    kept = KeptRows(rows(MANY))
    (file,) = files
    lying = file.read_bytes()
    assert len(lying) > 10_000
    for words in ("Тестов", "Пробник", "17.05.2009"):
        assert words.encode("utf-8") not in lying
    # A byte that somebody changed is noticed, and nothing of the block is believed.
    file.write_bytes(lying[:20] + bytes([lying[20] ^ 1]) + lying[21:])
    with pytest.raises(WrongTag):
        kept[0]


def test_the_file_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kept = KeptRows(rows(MANY))
    assert len(kept) == MANY
    assert not [*tmp_path.iterdir()]


def test_what_came_before_is_known_with_its_place() -> None:
    with Seen() as seen:
        places = {str(number).encode(): (number % 3, number) for number in range(MANY)}
        assert all(seen.first(key, place) is None for key, place in places.items())
        assert all(seen.first(key, (9, 9)) == place for key, place in places.items())
        assert b"7" in seen
        assert b"-7" not in seen
        seen.note([b"-7", b"7"])
        assert b"-7" in seen
        assert seen.first(b"7", (9, 9)) == (1, 7)


def test_batches_keep_the_order() -> None:
    assert [*batches(iter(range(7)), 3)] == [[0, 1, 2], [3, 4, 5], [6]]
    assert [*batches([], 3)] == []


@pytest.mark.slow
def test_memory_does_not_grow_with_the_sheet() -> None:
    """Ten times the rows, read, compared and signed: kept in memory they took 18 % more."""
    small, large = (memory.peaks(count, "csv") for count in SIZES)
    for step in memory.STEPS:
        assert large[step] < small[step] * 1.1, (step, small, large)
