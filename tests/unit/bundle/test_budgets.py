"""Small hostile inputs cost little: pictures, invented parts, repeated lists."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.shared import processor_seconds
from tests.unit.bundle import samples
from tests.unit.bundle.optics import png
from tests.unit.bundle.test_opening import BOMBS, HALF_BLACK, SLOW, drawn, pdf_of, stream
from vcwallet import limits
from vcwallet.bundle import codec, opening_ahead, pictures, symbols
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.digits import to_digits
from vcwallet.bundle.effort import Effort, processor
from vcwallet.bundle.frames import Frame, split
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.opening import Opener
from vcwallet.bundle.scanning import read_inputs
from vcwallet.errors import LimitExceeded, VcwalletError

LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux holds a process to a ceiling on memory"
)
SINGLE = Bundle(samples.presentation(1))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    processes: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def spy(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        processes.append(real(*arguments, **options))  # type: ignore[call-overload]
        return processes[-1]

    monkeypatch.setattr(subprocess, "Popen", spy)
    yield processes
    assert [each.returncode for each in processes if each.returncode is None] == [], "somebody is still there"


# --- pictures -------------------------------------------------------------------------------------


def test_one_process_opens_many_files_and_a_new_one_follows_a_bad_file(started: list[object]) -> None:
    picture = png(symbols.picture(symbols.lay_out(codec.encode(SINGLE))[0], scale=4))
    with Opener() as opener:
        for _ in range(5):
            assert [number for number, _ in opener.pictures(picture)] == [1]
        assert len(started) == 1
        with pytest.raises(VcwalletError) as caught:
            list(opener.pictures(picture[:300]))
        assert caught.value.code == "picture.unreadable"
        next(opener.pictures(picture))
        ((_, shown),) = opener.pictures(picture)
        assert shown.size == Image.open(io.BytesIO(picture)).size
    assert len(started) <= 3
    reading = read_inputs([picture, picture, b"junk", SINGLE.text])
    assert [one.bundle for one in reading if one.problem is None] == [SINGLE]
    assert len(started) <= 4


def test_who_reads_again_and_again_keeps_the_process(started: list[object]) -> None:
    picture = png(symbols.picture(symbols.lay_out(codec.encode(SINGLE))[0], scale=4))
    with Opener() as opener:
        for _ in range(3):
            assert read_inputs([picture], opener=opener)[0].bundle == SINGLE
    assert len(started) == 1


def test_documents_alone_start_no_process(started: list[object]) -> None:
    assert read_inputs([SINGLE.text, codec.encode(SINGLE)])[0].bundle == SINGLE
    assert not started


MEASURED = """
import re, resource, sys; sys.path[:] = {path!r}
from pathlib import Path
from vcwallet import limits
from vcwallet.bundle import scanning
limits.SCAN_SECONDS = 1
scanning.read_inputs([Path({picture!r})])
# Not `ru_maxrss` of this process: it begins with that of the one that started it.
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text("ascii"))[1])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@LINUX
@pytest.mark.parametrize("mode", ["RGBA", "L", "P"])
def test_a_small_file_of_a_huge_picture_costs_this_process_little(mode: str, tmp_path: Path) -> None:
    """80 million points from 300 kB took 1.4 GiB here. Measured apart, for `ru_maxrss` never falls."""
    picture = Image.new(mode, (9_600, 8_300))
    picture.save(tmp_path / "huge.png")
    assert (tmp_path / "huge.png").stat().st_size < 400_000
    script = MEASURED.format(path=sys.path, picture=str(tmp_path / "huge.png"))
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, encoding="ascii")
    here, apart = (int(size) * limits.KIB for size in told.stdout.split())
    assert here < 256 * limits.MIB
    # Linux tells this inexactly, by some dozens of pages.
    assert apart < limits.SCAN_PDF_MEMORY_BYTES + limits.MIB


@LINUX
def test_a_picture_that_needs_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SCAN_PDF_MEMORY_BYTES", 200 * limits.MIB)
    (found,) = read_inputs([png(Image.new("RGBA", (9_000, 8_000)))])
    assert found.problem is not None
    assert found.problem.code == "picture.too-heavy"


def test_a_slow_picture_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    preface = (
        "import sys, time; sys.path[:] = sys.argv[1].split(sys.argv[2])\n"
        "from vcwallet.bundle.opening_process import *\n"
        "from vcwallet.bundle.opening_process import _say\n"
        "_say(READY); time.sleep(600)"
    )
    monkeypatch.setattr(opening_ahead, "_PROGRAM", preface)
    monkeypatch.setattr(limits, "SCAN_PDF_SECONDS", 1)
    (found,) = read_inputs([png(Image.new("L", (300, 300)))])
    assert found.problem is not None
    assert found.problem.code == "picture.too-slow"


def forms(depth: int, times: int) -> bytes:
    """A page that draws a form, which draws another so many times, and so on."""
    named = b"/Resources<</XObject<</X %d 0 R>>>>"
    drawing = [
        stream(b"/X Do " * times, b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]" + named % (number + 6))
        for number in range(depth)
    ]
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R" + named % 5 + b">>",
        stream(b"/X Do " * times),
        *drawing,
        stream(b"0 0 9 9 re f ", b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]"),
    )


COSTLY = {
    "a page of enormous strokes": (SLOW, "pdf.too-slow"),
    "a page of a hundred million lines": (BOMBS["a page of a hundred million lines"], "pdf.too-heavy"),
    "a gigabyte attached": (BOMBS["a gigabyte attached in two kilobytes"], "pdf.too-heavy"),
    "forms in forms": (forms(8, 10), None),
    "50 pages of 80 million points": (
        drawn(HALF_BLACK, times=limits.SCAN_PDF_PAGES, box=b"0 0 9000000 9000000"),
        "scan.too-slow",
    ),
    "8,000 pages": (drawn(HALF_BLACK, times=8_000, box=b"0 0 595 842"), "scan.too-slow"),
}


@LINUX
@pytest.mark.parametrize("name", COSTLY)
def test_a_small_hostile_pdf_costs_little(name: str, tmp_path: Path) -> None:
    """These took up to 60 s and 690 MiB. Time is the processor's: a busy computer measures the same."""
    content, code = COSTLY[name]
    assert len(content) <= limits.SCAN_SMALL_FILE_BYTES
    (tmp_path / "a.pdf").write_bytes(content)
    script = COSTED.format(path=sys.path, file=str(tmp_path / "a.pdf"))
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, encoding="ascii")
    found, seconds, here, apart = told.stdout.split()
    assert found in ((code,) if code else ("pdf.too-heavy", "pdf.too-slow"))
    assert float(seconds) < 2 * (limits.SCAN_SMALL_OPENING_SECONDS + limits.SCAN_SMALL_LOOKING_SECONDS)
    assert max(int(here), int(apart)) * limits.KIB < 256 * limits.MIB


COSTED = """
import re, resource, sys; sys.path[:] = {path!r}
from pathlib import Path
from vcwallet.bundle import scanning
before = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
(found,) = scanning.read_inputs([Path({file!r})])
children = resource.getrusage(resource.RUSAGE_CHILDREN)
print(found.problem.code)
print(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) - before + children.ru_utime + children.ru_stime)
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text("ascii"))[1])
print(children.ru_maxrss)
"""


def test_what_a_file_may_cost_grows_with_its_size() -> None:
    small, large = limits.SCAN_SMALL_FILE_BYTES, limits.SCAN_LARGE_FILE_BYTES
    sizes = (0, small, (small + large) // 2, large, limits.FILE_BYTES)
    efforts = [Effort.of(size) for size in sizes]
    assert efforts[0] == efforts[1]
    assert efforts[3] == efforts[4]
    for member in ("opening_seconds", "looking_seconds", "memory_bytes", "look_pixels"):
        values = [getattr(each, member) for each in efforts]
        assert values == sorted(values)
        assert values[1] < values[2] < values[3]
    assert efforts[3].looking_seconds == limits.SCAN_SECONDS
    assert efforts[3].memory_bytes == limits.SCAN_PDF_MEMORY_BYTES


def test_the_pages_of_an_honest_scan_are_all_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Black and white, 20 pages, a code on the last; in a quarter of the time that its size allows."""
    page = Image.new("L", (1_654, 2_339), 255)
    for row in range(200, 2_200, 6):
        page.paste(random.Random(row).randrange(256), (150, row, 1_500, row + 3))
    code = symbols.picture(symbols.lay_out(codec.encode(SINGLE))[0], scale=4)
    last = page.copy()
    last.paste(code, (200, 300))
    scanned = io.BytesIO()
    pages = [each.convert("1") for each in (*[page] * 19, last)]
    pages[0].save(scanned, "PDF", save_all=True, append_images=pages[1:], resolution=200)
    allowed = Effort.of(len(scanned.getvalue())).looking_seconds
    monkeypatch.setattr(limits, "SCAN_SECONDS", limits.SCAN_SECONDS / 4)
    assert Effort.of(len(scanned.getvalue())).looking_seconds < allowed
    (found,) = read_inputs([scanned.getvalue()])
    assert (found.problem, found.bundle, found.sources[0].page) == (None, SINGLE, 20)


def test_a_small_file_of_parts_that_are_missing_is_not_looked_at_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The thorough look at the end has the time of the file, not that of the whole call."""
    parts = symbols.lay_out(codec.encode(Bundle(samples.presentation(6))))
    shown = [symbols.picture(each, scale=4) for each in parts[:1]]
    looked: list[float] = []
    real = pictures.codes

    def spy(picture: Image.Image, *, thorough: bool = False, until: float) -> list[str]:
        if thorough:
            looked.append(until - processor())
        return real(picture, thorough=thorough, until=until)

    monkeypatch.setattr(pictures, "codes", spy)
    found = read_inputs([png(each) for each in shown])
    assert [one.kind for one in found] == [DocumentKind.INCOMPLETE]
    assert len(looked) == 1
    assert all(left <= limits.SCAN_SMALL_LOOKING_SECONDS for left in looked)


# --- parts ----------------------------------------------------------------------------------------


def test_invented_parts_cost_little() -> None:
    """195 kB of parts that make up nothing, each set with one more than it needs, took 24 s."""
    chance, needed, typed, size = random.Random(1), 20, [], 0
    while size < 195_000:
        name = chance.randbytes(4)
        for index in range(needed + 2):
            frame = Frame(name, needed, 200 + index, needed * 12, chance.randbytes(12))
            typed.append(to_digits(frame.to_bytes()))
            size += len(typed[-1]) + 1
    with processor_seconds(5):
        codes = {one.problem.code for one in read_inputs(["\n".join(typed)]) if one.problem is not None}
    assert codes == {"frames.mismatch"}


def test_one_wrong_part_is_looked_for_in_the_first_few_bundles_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """An honest sheet with a misread code is still found out; a heap of bad ones is not searched through."""
    parts = [Frame.parse(part) for part in split(codec.encode(SINGLE), max_payload=200, parity=2)]
    wrong = Frame(parts[0].bundle_id, parts[0].needed, 0, parts[0].total, bytes(len(parts[0].chunk)))
    typed = "\n".join(to_digits(part.to_bytes()) for part in [wrong, *parts[1:]])
    assert read_inputs([typed])[0].bundle == SINGLE
    monkeypatch.setattr(limits, "SCAN_SEARCHES", 0)
    (found,) = read_inputs([typed])
    assert found.problem is not None
    assert found.problem.code == "frames.mismatch"


# --- lists ----------------------------------------------------------------------------------------


def test_a_list_stapled_many_times_is_one() -> None:
    stapled = samples.status_list()
    document = {
        "type": codec.ENVELOPE_TYPE,
        "presentation": samples.presentation(1),
        "statusLists": [stapled] * 85,
    }
    (found,) = read_inputs([json.dumps(document)])
    assert found.bundle is not None
    assert found.bundle.status_lists == (stapled,)


def test_more_lists_than_a_family_has_are_refused() -> None:
    lists = [
        {**samples.status_list(), "name": str(number)} for number in range(limits.BUNDLE_STATUS_LISTS + 1)
    ]
    document = {"type": codec.ENVELOPE_TYPE, "presentation": samples.presentation(1), "statusLists": lists}
    with pytest.raises(LimitExceeded) as caught:
        Bundle.parse(document)
    assert caught.value.code == "bundle.too-many-lists"
    assert (
        len(Bundle.parse({**document, "statusLists": lists[1:]}).status_lists) == limits.BUNDLE_STATUS_LISTS
    )


def test_drawn_symbols_are_looked_at_for_so_long_only(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = symbols.svg(symbols.lay_out(codec.encode(SINGLE)))
    monkeypatch.setattr(limits, "SCAN_SECONDS", -1)
    (found,) = read_inputs([drawn])
    assert found.problem is not None
    assert found.problem.code == "scan.too-slow"


def test_a_picture_of_nothing_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight looks at millions of equal points took 20 s, for a file of 10 kB."""

    def looked(*_: object) -> None:
        raise AssertionError("nothing is there to be seen")

    monkeypatch.setattr(pictures, "_looks", looked)
    for shade in (0, 120, 255):
        assert pictures.codes(Image.new("L", (300, 300), shade), thorough=True) == []
    with pytest.raises(AssertionError):
        pictures.codes(Image.linear_gradient("L"))
