"""PDFs are opened in another process: what is asked for comes back, and a hostile one costs little."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from tests.shared import has_ended, wait_until
from vcwallet import limits
from vcwallet.bundle import opening, opening_ahead
from vcwallet.bundle.opening import Opener
from vcwallet.errors import InputError, LimitExceeded, MachineError, VcwalletError

LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux holds a process to a ceiling on memory"
)


def pdf_of(*objects: bytes) -> bytes:
    """A PDF of these objects; the first is the catalogue, the second the tree of pages."""
    made, places = bytearray(b"%PDF-1.7\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return bytes(
        made
    ) + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        size,
        table,
        size,
        len(made),
    )


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


def packed(unit: bytes, times: int) -> bytes:
    """A stream whose many equal contents are compressed twice over.

    A unit is compressed once: after a full flush nothing refers to what was before, so it can be repeated.
    """
    compressor = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    each = compressor.compress(unit) + compressor.flush(zlib.Z_FULL_FLUSH)
    checksum = 1
    for _ in range(times):
        checksum = zlib.adler32(unit, checksum)
    once = b"\x78\xda" + each * times + compressor.flush() + checksum.to_bytes(4, "big")
    return stream(zlib.compress(once, 9), b"/Filter[/FlateDecode/FlateDecode]")


def drawn(content: bytes, *, times: int = 1, box: bytes = b"0 0 90 45") -> bytes:
    """A PDF with pages that look the same."""
    kids = b" ".join(b"3 0 R" for _ in range(times))
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, times),
        b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R>>" % box,
        content,
    )


def with_files(*files: bytes) -> bytes:
    """A PDF with one empty page and attached files, given as streams."""
    first = 4
    names = b"".join(b"(%d) %d 0 R" % (at, at) for at in range(first, first + len(files)))
    specifications = [
        b"<</Type/Filespec/F(a)/EF<</F %d 0 R>>>>" % (first + len(files) + at) for at in range(len(files))
    ]
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[%s]>>>>>>" % names,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 90 45]>>",
        *specifications,
        *files,
    )


HALF_BLACK = stream(b"0 0 45 45 re f")
PLAIN = drawn(HALF_BLACK)
SLOW = drawn(packed(b"0 0 9000000 9000000 re f\n" * 1000, 60), box=b"0 0 9000000 9000000")
"""Minutes of work: each of the 60,000 strokes of the brush is 80 million pixels."""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The processes that were started; none may be left at the end."""
    processes: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def spy(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        processes.append(real(*arguments, **options))  # type: ignore[call-overload]
        return processes[-1]

    monkeypatch.setattr(subprocess, "Popen", spy)
    yield processes
    assert processes
    assert [each.returncode for each in processes if each.returncode is None] == [], "somebody is still there"


def attachments(pdf: bytes) -> list[bytes]:
    with Opener() as opener:
        return opener.attachments(pdf)


def pictures(data: bytes, **options: int) -> Iterator[tuple[int, Image.Image]]:
    with Opener() as opener:
        yield from opener.pictures(data, **options)


def everything(pdf: bytes) -> None:
    attachments(pdf)
    for _ in pictures(pdf):
        pass


def test_attached_files_come_back_as_they_were(started: list[object]) -> None:
    """Those over the ceiling and empty ones are left out; so are those beyond the first few."""
    json, large = b'{"a": 1}', packed(bytes(limits.KIB), limits.JSON_BYTES // limits.KIB + 1)
    assert attachments(with_files(stream(json), stream(b""), large, stream(bytes(range(256))))) == [
        json,
        bytes(range(256)),
    ]
    many = [stream(b"%d" % number) for number in range(limits.SCAN_PDF_ATTACHMENTS + 3)]
    assert len(attachments(with_files(*many))) == limits.SCAN_PDF_ATTACHMENTS
    assert attachments(PLAIN) == []
    assert len(started) == 3


def test_pages_come_back_as_grey_pictures_of_the_wanted_size(started: list[object]) -> None:
    [(number, picture)] = pictures(PLAIN, dpi=144)
    assert (number, picture.mode, picture.size) == (1, "L", (180, 90))
    assert picture.getpixel((10, 45)) == 0
    assert picture.getpixel((170, 45)) == 255
    three = drawn(HALF_BLACK, times=3)
    assert [number for number, _ in pictures(three, only=2)] == [2]
    assert list(pictures(three, only=4)) == []
    assert len(started) == 3, "one for a PDF, not for a page"


def test_of_many_pages_the_first_are_drawn_by_one_process(started: list[object]) -> None:
    """The pages are larger than what a pipe holds, and the reader of some is slower than the drawing."""
    many = drawn(HALF_BLACK, times=limits.SCAN_PDF_PAGES + 10, box=b"0 0 200 200")
    assert [number for number, _ in pictures(many)] == list(range(1, limits.SCAN_PDF_PAGES + 1))
    assert len(started) == 1


def test_a_huge_page_is_drawn_smaller_and_one_like_a_thread_is_not(started: list[object]) -> None:
    for padding, most in (
        (0, limits.SCAN_SMALL_LOOK_PIXELS),
        (limits.SCAN_LARGE_FILE_BYTES, limits.SCAN_LOOK_PIXELS),
    ):
        [(_, picture)] = pictures(drawn(HALF_BLACK, box=b"0 0 9000000 9000000") + bytes(padding))
        assert most * 0.9 < picture.width * picture.height <= most
    for box in (b"0 0 0.001 99000000", b"0 0 1e30 1e30", b"0 0 0 0"):
        try:
            sizes = [picture.size for _, picture in pictures(drawn(HALF_BLACK, box=box))]
        except InputError as error:
            assert error.code == "pdf.unreadable"
        else:
            assert all(width * height <= limits.SCAN_SMALL_LOOK_PIXELS for width, height in sizes)


def test_files_opened_at_once_have_a_process_each_and_none_is_left(started: list[object]) -> None:
    with Opener() as opener:
        first = opener.pictures(PLAIN)
        next(first)
        assert len(list(opener.pictures(PLAIN))) == 1
        assert list(first) == []
        assert opener.pages(PLAIN) == 1
    assert len(started) == 2


def test_who_stops_looking_leaves_no_process_behind(started: list[subprocess.Popen[bytes]]) -> None:
    looking = pictures(drawn(HALF_BLACK, times=40, box=b"0 0 300 300"))
    next(looking)
    assert started[0].poll() is None
    looking.close()  # type: ignore[attr-defined]
    assert started[0].returncode is not None


LOCKED = PLAIN.replace(
    b"/Root 1 0 R",
    b"/Root 1 0 R/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>"
    % (b"00" * 32, b"00" * 32),
)
UNREADABLE = {
    "a header alone": b"%PDF-1.7",
    "nothing between header and end": b"%PDF-1.7\n%%EOF",
    "noise behind the header": b"%PDF-1.7\n" + zlib.compress(bytes(range(256)) * 99),
    "zeros behind the header": b"%PDF-1.7\n" + bytes(1_000_000),
    "no pages": pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"),
    "the first third of a file": PLAIN[: len(PLAIN) // 3],
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_only_begins_as_a_pdf_is_unreadable(name: str, started: list[object]) -> None:
    for read in (attachments, lambda data: list(pictures(data))):
        with pytest.raises(InputError) as caught:
            read(UNREADABLE[name])
        assert caught.value.code == "pdf.unreadable"


def test_a_pdf_with_a_password_says_so(started: list[object]) -> None:
    with pytest.raises(InputError) as caught:
        attachments(LOCKED)
    assert caught.value.code == "pdf.locked"


@pytest.mark.parametrize("part", range(1, 10))
def test_a_pdf_cut_short_is_read_or_refused(part: int, started: list[object]) -> None:
    whole = with_files(stream(b"{}"))
    try:
        everything(whole[: len(whole) * part // 10])
    except InputError as error:
        assert error.code == "pdf.unreadable"


BOMBS = {
    "a gigabyte attached in two kilobytes": with_files(packed(bytes(limits.MIB), 1000)),
    "a page of a hundred million lines": drawn(packed(b"0 0 m 9 9 l S\n" * 70_000, 1_500)),
}


MEASURED = """
import resource, sys; sys.path[:] = {path!r}
from pathlib import Path
from vcwallet.bundle.opening import Opener
from vcwallet.errors import LimitExceeded
bomb = Path({file!r}).read_bytes()
try:
    with Opener() as opener:
        list(opener.attachments(bomb))
        list(opener.pictures(bomb))
except LimitExceeded as error:
    print(error.code)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@LINUX
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_at_the_ceiling_of_memory(name: str, tmp_path: Path) -> None:
    """Measured from a process of its own: `ru_maxrss` never falls, and begins with that of who started it."""
    assert len(BOMBS[name]) < 10_000
    (tmp_path / "bomb.pdf").write_bytes(BOMBS[name])
    script = MEASURED.format(path=sys.path, file=str(tmp_path / "bomb.pdf"))
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, encoding="ascii")
    code, largest = told.stdout.split()
    assert code == "pdf.too-heavy"
    # Linux adds pages up for each processor and tells the sum inexactly, by some dozens of pages.
    assert int(largest) * limits.KIB < limits.SCAN_PDF_MEMORY_BYTES + limits.MIB


def test_a_slow_page_is_given_up_in_time(started: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SCAN_PDF_SECONDS", 1)
    with pytest.raises(LimitExceeded) as caught:
        list(pictures(SLOW))
    assert caught.value.code == "pdf.too-slow"


def test_the_time_of_the_one_who_looks_is_not_counted(
    started: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over each page longer than all of them may take; by a clock that stands still while we wait."""
    now = 0.0
    monkeypatch.setattr(opening, "time", SimpleNamespace(monotonic=lambda: now))
    seen = 0
    for _ in pictures(drawn(HALF_BLACK, times=4, box=b"0 0 300 300")):
        now += 10 * limits.SCAN_PDF_SECONDS
        seen += 1
    assert seen == 4


def test_the_time_of_waiting_for_every_page_is_counted_together(
    started: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock that moves by a third of it at each look: four pages are three too many."""
    looks = itertools.count()
    monkeypatch.setattr(
        opening, "time", SimpleNamespace(monotonic=lambda: next(looks) * limits.SCAN_PDF_SECONDS / 3)
    )
    with pytest.raises(LimitExceeded) as caught:
        list(pictures(drawn(HALF_BLACK, times=4, box=b"0 0 300 300")))
    assert caught.value.code == "pdf.too-slow"


def answering(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Put another program in the place of the one that reads PDFs.

    It has `say(kind, numbers...)`, and `take()` which says that it is ready and reads the file.
    """
    preface = (
        "import sys, os, time; sys.path[:] = sys.argv[1].split(sys.argv[2])\n"
        "from vcwallet.bundle.opening_process import *\n"
        "from vcwallet.bundle.opening_process import _say as say\n"
        "def take():\n"
        "    say(READY); sys.stdin.buffer.read(JOB.unpack(sys.stdin.buffer.read(JOB.size))[1]); say(BEGUN)\n"
    )
    monkeypatch.setattr(opening_ahead, "_PROGRAM", preface + program)


PIXELS, ATTACHED = limits.SCAN_PIXELS, limits.JSON_BYTES
BROKEN = {
    "ends at once": ("pass", "pdf.no-reader"),
    "has no PDFium": ("raise ImportError", "pdf.no-reader"),
    "says something else first": ("print('Hello! ' * 99)", "pdf.no-reader"),
    "ends when ready": ("take()", "pdf.too-heavy"),
    "ends within a header": ("take(); os.write(1, b'PP')", "pdf.too-heavy"),
    "ends within a picture": ("take(); say(PICTURE, 1, 9, 9, content=b'...')", "pdf.too-heavy"),
    "dies": ("take(); os.abort()", "pdf.too-heavy"),
    "announces too many pixels": (f"take(); say(PICTURE, 1, {PIXELS}, 2)", "pdf.too-heavy"),
    "announces the most there is": ("take(); say(PICTURE, 1, 2**32 - 1, 2**32 - 1)", "pdf.too-heavy"),
    "announces no pixels": ("take(); say(PICTURE, 1, 0, 9); say(END)", "pdf.too-heavy"),
    "sends page 0": ("take(); say(PICTURE, 0, 1, 1, content=b'.'); say(END)", "pdf.too-heavy"),
    "sends a page for ever": (
        "take()\nwhile True: say(PICTURE, 1, 1, 1, content=b'.')",
        "pdf.too-heavy",
    ),
    "sends pages for ever": (
        "take()\nfor n in range(1, 9999): say(PICTURE, n, 1, 1, content=b'.')",
        "pdf.too-heavy",
    ),
    "sends attachments instead": ("take(); say(ATTACHMENT, 1, content=b'.')", "pdf.too-heavy"),
    "speaks nonsense": ("take(); say(b'?')", "pdf.too-heavy"),
    "never begins": ("time.sleep(600)", "pdf.too-slow"),
    "never takes the file": ("say(READY); time.sleep(600)", "pdf.too-slow"),
    "closes its pipe and stays": ("take(); os.close(1); time.sleep(600)", "pdf.too-heavy"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_whatever_the_other_process_does_is_an_error_of_ours(
    name: str, started: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    program, code = BROKEN[name]
    if code == "pdf.too-slow":
        monkeypatch.setattr(limits, "SCAN_PDF_SECONDS", 1)
    answering(monkeypatch, program)
    with pytest.raises(VcwalletError) as caught:
        list(pictures(PLAIN + bytes(limits.MIB)))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "program",
    [
        f"take(); say(ATTACHMENT, {ATTACHED} + 1)",
        "take()\nwhile True: say(ATTACHMENT, 1, content=b'.')",
        "take(); say(PICTURE, 1, 1, 1, content=b'.')",
    ],
)
def test_attachments_are_counted_and_measured_here_too(
    program: str, started: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, program)
    with pytest.raises(LimitExceeded) as caught:
        attachments(PLAIN)
    assert caught.value.code == "pdf.too-heavy"


@pytest.mark.parametrize("executable", ["", None, "no-such-program", "a\0b"])
def test_a_python_that_cannot_be_started_is_the_machines_fault(
    executable: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    with pytest.raises(MachineError) as caught:
        attachments(PLAIN)
    assert caught.value.code == "pdf.no-reader"


READS = """
import sys; sys.path[:] = {path!r}
from pathlib import Path
from types import SimpleNamespace
from vcwallet.bundle.opening import Opener
pdf = Path({pdf!r}).read_bytes()
with Opener() as opener:
    sizes = [picture.size for _, picture in opener.pictures(pdf, dpi=144)]
Path({out!r}).write_text(str(sizes), "utf-8")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="file descriptors are closed by a POSIX shell")
@pytest.mark.parametrize("closed", ["<&-", "<&- >&-", "<&- >&- 2>&-"])
def test_a_process_without_standard_streams_reads_pdfs(closed: str, tmp_path: Path) -> None:
    """As a service or a program started from a window is."""
    (tmp_path / "a.pdf").write_bytes(PLAIN)
    out = tmp_path / "out"
    (tmp_path / "a.py").write_text(
        READS.format(path=sys.path, pdf=str(tmp_path / "a.pdf"), out=str(out)), "utf-8"
    )
    subprocess.run(["sh", "-c", f'exec "$0" "$1" {closed}', sys.executable, tmp_path / "a.py"], check=True)
    assert out.read_text("utf-8") == "[(180, 90)]"


def test_neither_the_environment_nor_the_folder_decides_what_is_run(
    started: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pypdfium2.py", "struct.py", "sitecustomize.py"):
        (tmp_path / name).write_text("import os; os._exit(1)\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "struct.py"))
    assert len(list(pictures(PLAIN))) == 1


@LINUX
def test_nobody_reads_the_standard_input_while_libraries_are_loaded() -> None:
    """On Windows PDFium, loaded for a PDF after a picture, would wait there until the next file comes."""
    picture = BytesIO()
    Image.new("L", (9, 9)).save(picture, "PNG")
    with Opener() as opener:
        for data in (picture.getvalue(), PLAIN):
            assert [number for number, _ in opener.pictures(data)] == [1]
            [reader] = opener._idle
            assert Path(f"/proc/{reader._process.pid}/fd/0").readlink() == Path(os.devnull)


@LINUX
def test_the_other_process_ends_when_this_one_is_killed(tmp_path: Path) -> None:
    """In the middle of a page, when it writes nothing that could fail."""
    (tmp_path / "a.pdf").write_bytes(SLOW)
    (tmp_path / "a.py").write_text(
        READS.format(path=sys.path, pdf=str(tmp_path / "a.pdf"), out=str(tmp_path / "out")), "utf-8"
    )
    with subprocess.Popen([sys.executable, tmp_path / "a.py"]) as parent:
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
        wait_until(lambda: children.read_text("ascii"))
        found = children.read_text("ascii").split()
        time.sleep(0.5)  # until it draws, where the machine is fast; it ends before that, too
        os.kill(parent.pid, signal.SIGKILL)
    wait_until(lambda: has_ended(int(found[0])))
