"""Every file ends in one row: read, empty, unreadable, incomplete or of the system; none ends the reading."""

from __future__ import annotations

import errno
import io
import json
import os
import random
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.shared import processor_seconds
from tests.unit.bundle import samples
from tests.unit.bundle.optics import blurred, png
from vcwallet import limits
from vcwallet.bundle import codec, looking, symbols, writing
from vcwallet.bundle.accounting import FileFate
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.scanning import Reading, read_inputs
from vcwallet.bundle.writing import BundleForm
from vcwallet.errors import InputError, Mistake
from vcwallet.locales import language

BUNDLE = Bundle(samples.presentation(5), (samples.status_list(),))
SYMBOLS = symbols.lay_out(codec.encode(BUNDLE))
SINGLE = Bundle(samples.presentation(1))
ENGLISH = language("en")
GOOD = writing.render(BUNDLE, BundleForm.PNG, ENGLISH)


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()


BLURRED = png(blurred(symbols.picture(SYMBOLS[0], scale=4).convert("L"), 9))
UNREAD: dict[str, tuple[bytes, FileFate, str]] = {
    "обрезан.pdf": (b"%PDF-1.7\n1 0 obj\n<<", FileFate.UNREADABLE, "pdf.unreadable"),
    "смазан.jpg": (BLURRED, FileFate.EMPTY, "scan.no-code"),
    "снимок.avif": (
        b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf",
        FileFate.UNREADABLE,
        "scan.avif",
    ),
    "снимок.heic": (b"\x00\x00\x00\x18ftypheic\x00\x00", FileFate.UNREADABLE, "scan.heic"),
    "архив.rar": (b"Rar!\x1a\x07\x01\x00", FileFate.UNREADABLE, "scan.archive"),
    "архив.7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", FileFate.UNREADABLE, "scan.archive"),
    "пусто.json": (b"", FileFate.EMPTY, "scan.empty"),
    "диплом.docx": (
        zipped(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
        FileFate.UNREADABLE,
        "archive.office-document",
    ),
    "диплом.doc": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
        FileFate.UNREADABLE,
        "scan.office-document",
    ),
    "голос.mp3": (b"ID3\x03" + bytes(64), FileFate.UNREADABLE, "scan.unknown-kind"),
    "обрезан.zip": (zipped(a=b"{}")[:20], FileFate.UNREADABLE, "archive.unreadable"),
    "пустой.zip": (zipped(), FileFate.EMPTY, "archive.empty"),
    "обрезан.json": (b'{"type":', FileFate.UNREADABLE, "json.malformed"),
    "чужое.json": (b'{"a": 1}', FileFate.EMPTY, "scan.other-document"),
}
LEFT_BY_SYSTEMS = (
    "Thumbs.db",
    ".DS_Store",
    "desktop.ini",
    "~$диплом.docx",
    "__MACOSX/._снимок.png",
    ".скрытый",
)


def fates(reading: Reading) -> dict[str, FileFate]:
    names = [row.name for row in reading.files]
    assert len(set(names)) == len(names)
    return {row.name: row.fate for row in reading.files}


def fill(folder: Path) -> None:
    for name, (content, _, _) in UNREAD.items():
        (folder / name).write_bytes(content)
    for name in LEFT_BY_SYSTEMS:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"\x00junk")
    (folder / "коды.png").write_bytes(GOOD)
    (folder / "заметки.txt").write_text("Не забыть паспорт, 12 мая 2026 года", "utf-8")


def check_all_told(reading: Reading, prefix: str = "") -> None:
    told = {one.where: one.problem.code for one in reading if one.problem is not None}
    assert told == {prefix + name: code for name, (_, _, code) in UNREAD.items()}
    rows = fates(reading)
    for name, (_, fate, _) in UNREAD.items():
        assert rows.pop(prefix + name) is fate, name
    assert rows.pop(prefix + "коды.png") is FileFate.WITH_ITEMS
    assert rows.pop(prefix + "заметки.txt") is FileFate.EMPTY
    assert set(rows.values()) == {FileFate.SYSTEM}
    assert [one.bundle for one in reading if one.problem is None] == [BUNDLE]
    assert reading.exit_status == InputError.exit_status


@pytest.mark.parametrize("named", [False, True], ids=["a folder", "files named one by one"])
def test_each_file_that_is_not_read_is_named(named: bool, tmp_path: Path) -> None:
    fill(tmp_path)
    if named:
        inputs = [tmp_path / name for name in (*UNREAD, "коды.png")]
        reading = read_inputs([*inputs, *map(tmp_path.joinpath, LEFT_BY_SYSTEMS[:0])])
        assert {one.where for one in reading if one.problem} == set(UNREAD)
        assert len(reading.files) == len(inputs)
    else:
        check_all_told(read_inputs([tmp_path]))


def test_an_archive_is_read_as_a_folder_is(tmp_path: Path) -> None:
    inside = tmp_path / "внутри"
    inside.mkdir()
    fill(inside)
    path = tmp_path / "заявление.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for each in sorted(inside.rglob("*")):
            made.write(each, each.relative_to(inside).as_posix())
    check_all_told(read_inputs([path]), "заявление.zip/")
    assert fates(read_inputs([tmp_path]))["заявление.zip/коды.png"] is FileFate.WITH_ITEMS


@pytest.mark.parametrize("encoding", ["cp866", "utf-8"])
def test_russian_names_of_members_are_read_although_the_archive_does_not_say_how(encoding: str) -> None:
    name = "Тестова/диплом № 1.json".replace("№", "N")
    stand_in = "x" * len(name.encode(encoding))
    raw = zipped(**{stand_in: BUNDLE.text.encode()}).replace(stand_in.encode(), name.encode(encoding))
    (found,) = read_inputs([raw])
    assert found.where == name
    assert found.bundle == BUNDLE


PDF_BEGINS = b"%PDF-1.7\n"


def test_an_archive_that_begins_with_a_stored_pdf_is_an_archive() -> None:
    # The first kilobyte of such an archive holds the header of a PDF, which may stand behind other bytes.
    sheet = writing.render(SINGLE, BundleForm.PDF, ENGLISH)
    reading = read_inputs([zipped(**{"a.pdf": sheet, "b.json": BUNDLE.text.encode()})])
    assert {one.where: one.bundle for one in reading} == {"a.pdf": SINGLE, "b.json": BUNDLE}


def test_a_document_that_speaks_of_a_pdf_is_that_document() -> None:
    listed = json.dumps([{"%PDF-": 1}, BUNDLE.to_json()]).encode()
    assert [one.bundle for one in read_inputs([listed]) if one.document] == [BUNDLE]


def test_a_picture_that_speaks_of_a_pdf_is_that_picture() -> None:
    out = io.BytesIO()
    Image.open(io.BytesIO(GOOD)).convert("L").save(out, "JPEG", quality=90, comment=PDF_BEGINS)
    assert PDF_BEGINS in out.getvalue()[:1024]
    assert [one.bundle for one in read_inputs([out.getvalue()])] == [BUNDLE]


def test_a_pdf_behind_other_bytes_is_a_pdf() -> None:
    sheet = writing.render(SINGLE, BundleForm.PDF, ENGLISH)
    assert [one.bundle for one in read_inputs([b"\r\n\x00mail\r\n" + sheet])] == [SINGLE]


def test_an_archive_in_an_archive_is_read_and_a_third_one_is_named() -> None:
    inner = zipped(**{"a.json": BUNDLE.text.encode()})
    (found,) = read_inputs([zipped(**{"b.zip": inner})])
    assert (found.where, found.bundle) == ("b.zip/a.json", BUNDLE)
    (found,) = read_inputs([zipped(**{"c.zip": zipped(**{"b.zip": inner})})])
    assert found.problem is not None
    assert found.problem.code == "scan.archive-in-archive"


def test_a_bad_member_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("spoilt.json", b'{"a": "' + bytes(range(32, 127)).replace(b'"', b"") * 9 + b'"}')
        made.writestr("locked.json", b"{}")
        made.writestr("good.json", BUNDLE.text)
    data = bytearray(out.getvalue())
    data[60:70] = bytes(10)
    directory = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[directory + 8] |= 1
    bz2 = io.BytesIO()
    with zipfile.ZipFile(bz2, "w", zipfile.ZIP_BZIP2) as made:
        made.writestr("otherwise.json", b"{}")
    reading = read_inputs([bytes(data), bz2.getvalue()])
    told = {one.where: one.problem.code for one in reading if one.problem is not None}
    assert told == {
        "spoilt.json": "archive.damaged-member",
        "locked.json": "archive.locked",
        "otherwise.json": "archive.packed-otherwise",
    }
    assert [one.where for one in reading if one.bundle == BUNDLE] == ["good.json"]
    many = zipped(**{f"{n}.txt": b"" for n in range(9)})
    monkeypatch.setattr(limits, "ZIP_MEMBERS", 2)
    monkeypatch.setattr(limits, "ZIP_BYTES", 10)
    assert [one.problem and one.problem.code for one in read_inputs([many])] == ["archive.too-many"]
    large = zipped(**{"a.txt": bytes(6), "b.txt": bytes(6)})
    assert [one.problem and one.problem.code for one in read_inputs([large])][-1] == "archive.too-large"
    monkeypatch.setattr(limits, "ZIP_MEMBERS", 100)
    monkeypatch.setattr(limits, "SCAN_INPUTS", 3)
    assert [one.problem and one.problem.code for one in read_inputs([many])][-1] == "scan.too-many-members"


def test_a_mistake_of_ours_costs_one_input(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever is raised and wherever; Ctrl-C still ends everything."""
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 mistaken")
    (tmp_path / "b.json").write_text(BUNDLE.text, "utf-8")

    def fail(*_: object, **__: object) -> None:
        raise raised

    for raised in (ZeroDivisionError(), MemoryError(), RecursionError(), OSError(5, "I/O")):
        with monkeypatch.context() as patch:
            patch.setattr(looking._Look, "_pdf", fail)
            reading = read_inputs([tmp_path])
        bad, good = reading
        assert isinstance(bad.problem, Mistake)
        assert bad.problem.code == "input.mistake"
        assert bad.problem.__cause__ is raised
        assert bad.problem.evidence["kind"] == type(raised).__name__
        assert good.bundle == BUNDLE
        assert fates(reading)["a.pdf"] is FileFate.UNREADABLE
        assert reading.exit_status == 70
    raised = KeyboardInterrupt()  # type: ignore[assignment]
    monkeypatch.setattr(looking._Look, "_pdf", fail)
    with pytest.raises(KeyboardInterrupt):
        read_inputs([tmp_path])


def test_a_folder_that_cannot_be_opened_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system says is made up here: root and Windows open every folder."""
    (tmp_path / "closed").mkdir()
    listed = os.scandir

    def scandir(path: Any = ".") -> Any:
        if Path(path).name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    (found,) = read_inputs([tmp_path])
    assert found.problem is not None
    assert (found.where, found.problem.code) == ("closed", "scan.no-file")


@pytest.mark.skipif(os.name == "nt", reason="links and pipes")
def test_broken_links_are_named_and_pipes_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    reading = read_inputs([tmp_path])
    assert fates(reading) == {"broken": FileFate.UNREADABLE, "pipe": FileFate.SYSTEM}
    assert [one.problem and one.problem.code for one in reading] == ["scan.no-file"]


# --- whose parts ----------------------------------------------------------------------------------


def put(folder: Path, *numbers: int) -> None:
    folder.mkdir(parents=True)
    for number in numbers:
        (folder / f"{number}.png").write_bytes(png(symbols.picture(SYMBOLS[number], scale=3)))


def test_parts_are_joined_within_one_folder_only(tmp_path: Path) -> None:
    """One applicant's parts never make another's bundle whole, nor spoil it."""
    needed = SYMBOLS[0].needed
    put(tmp_path / "27-1", *range(needed - 1))
    put(tmp_path / "27-2", needed - 1)
    reading = read_inputs([tmp_path])
    assert {one.kind for one in reading} == {DocumentKind.INCOMPLETE}
    assert set(fates(reading).values()) == {FileFate.INCOMPLETE}
    together = read_inputs([tmp_path / "27-1" / "0.png", *sorted(tmp_path.glob("27-[12]/[1-9].png"))])
    assert [one.bundle for one in together] == [BUNDLE]
    both = zipped(
        **{f"27-1/{n}.png": png(symbols.picture(SYMBOLS[n], scale=3)) for n in range(needed - 1)},
        **{"27-2/x.png": png(symbols.picture(SYMBOLS[needed - 1], scale=3))},
    )
    assert {one.kind for one in read_inputs([both])} == {DocumentKind.INCOMPLETE}


def test_a_part_cut_short_is_forgiven_in_its_own_folder_only(tmp_path: Path) -> None:
    """That the bundle is whole elsewhere does not mean that this applicant's was read."""
    for folder, text in (
        ("27-1", SYMBOLS[0].digits[:-30]),
        ("27-2", "\n".join(one.digits for one in SYMBOLS)),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "codes.txt").write_text(text, "utf-8")
    reading = read_inputs([tmp_path])
    assert [one.problem.code for one in reading if one.problem is not None] == ["frames.truncated"]
    assert fates(reading)["27-1/codes.txt"] is FileFate.UNREADABLE
    (tmp_path / "27-2" / "again.txt").write_text(SYMBOLS[0].digits[:-30], "utf-8")
    assert len(read_inputs([tmp_path / "27-2"])) == 1


def test_a_bundle_handed_in_twice_is_told(tmp_path: Path) -> None:
    put(tmp_path / "27-1", *range(len(SYMBOLS)))
    (found,) = read_inputs([tmp_path])
    assert found.times == 1, "many pictures of one set"
    (tmp_path / "27-2").mkdir()
    (tmp_path / "27-2" / "b.json").write_text(BUNDLE.text, "utf-8")
    (found,) = read_inputs([tmp_path])
    assert (found.bundle, found.times) == (BUNDLE, 2)
    assert {source.name.split("/")[0] for source in found.sources} == {"27-1", "27-2"}


# --- forms ----------------------------------------------------------------------------------------


def test_the_pages_of_our_own_sheet_photographed_one_by_one_are_all_accounted_for(tmp_path: Path) -> None:
    """A page of words beside the codes is no page that could not be read; a blurred one is."""
    import pypdfium2

    bundle = Bundle(samples.presentation(20))
    sheet = pypdfium2.PdfDocument(writing.render(bundle, BundleForm.PDF, ENGLISH))
    assert len(sheet) > 1
    pages = [page.render(scale=200 / 72, grayscale=True).to_pil().convert("L") for page in sheet]
    for number, page in enumerate(pages, 1):
        (tmp_path / f"{number}.png").write_bytes(png(page))
    words = Image.new("L", pages[0].size, 255)
    words.paste(pages[0].crop((0, 0, pages[0].width, 500)), (0, 0))
    (tmp_path / "0.png").write_bytes(png(words))
    reading = read_inputs([tmp_path])
    assert [one.bundle for one in reading] == [bundle]
    assert reading.exit_status == 0
    assert fates(reading)["0.png"] is FileFate.EMPTY
    (tmp_path / "5.png").write_bytes(png(blurred(pages[-1], 9)))
    reading = read_inputs([tmp_path])
    assert [one.where for one in reading if one.problem is not None] == ["5.png"]


@pytest.mark.parametrize("form", [BundleForm.SVG, BundleForm.HTML])
def test_svg_and_html_of_ours_are_read_back(form: BundleForm, tmp_path: Path) -> None:
    for bundle in (BUNDLE, SINGLE):
        path = tmp_path / f"bundle.{form.value}"
        path.write_bytes(writing.render(bundle, form, ENGLISH))
        (found,) = read_inputs([path])
        assert (found.bundle, found.problem) == (bundle, None)


BAKED = """<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">
<openbadges:credential><![CDATA[{}]]></openbadges:credential><path d="{digits}"/></svg>"""


def test_numbers_of_an_svg_picture_are_never_codes() -> None:
    digits = SYMBOLS[0].digits
    baked = BAKED.replace("{digits}", digits)
    (found,) = read_inputs([baked])
    assert (found.kind, found.problem and found.problem.code) == (DocumentKind.FOREIGN, "scan.other-document")
    plain = f'<svg xmlns="http://www.w3.org/2000/svg"><path d="M{digits}"/><text>{digits}</text></svg>'
    (found,) = read_inputs([plain])
    assert found.problem is not None
    assert found.problem.code == "scan.no-code"
    letter = (
        "<html><body><p>Коды:</p>" + "".join(f"<p>{one.digits}</p>" for one in SYMBOLS) + "</body></html>"
    )
    assert read_inputs([letter])[0].bundle == BUNDLE
    icon = f'<svg><path d="M{digits}"/><text>{digits}</text></svg>'
    assert read_inputs([letter.replace("<p>", icon + "<p>", 1)])[0].bundle == BUNDLE
    hostile = "<p>" + "<svg>" * 100_000
    with processor_seconds(5):
        assert read_inputs([hostile])[0].problem is not None


def test_a_json_array_is_read_one_by_one() -> None:
    array = json.dumps([samples.credential(1), 7, BUNDLE.to_json(), [], samples.credential(1)])
    reading = read_inputs([array])
    assert [one.kind for one in reading] == [
        DocumentKind.CREDENTIAL,
        DocumentKind.NOTHING,
        DocumentKind.BUNDLE,
        DocumentKind.NOTHING,
    ]
    assert [one.times for one in reading] == [1, 1, 1, 1]


def test_a_json_array_has_a_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SCAN_ARRAY", 1)
    (found,) = read_inputs([json.dumps([samples.credential(1), samples.credential(2)])])
    assert found.problem is not None
    assert found.problem.code == "scan.too-many-documents"


# --- the sum --------------------------------------------------------------------------------------

KINDS_OF_CONTENT = [
    *(content for content, _, _ in UNREAD.values() if content is not BLURRED),
    b"just words",
    BUNDLE.text.encode(),
    SINGLE.text.encode(),
    SYMBOLS[0].digits.encode(),
    SYMBOLS[1].digits.encode(),
    zipped(**{"x.json": BUNDLE.text.encode(), "Thumbs.db": b"x", "y.txt": b"words"}),
    zipped(**{"z.zip": zipped(**{"y": b"", "q.rar": b"Rar!\x1a\x07"})}),
]


def _files(content: bytes) -> int:
    """How many files a content is: an archive with something in it is its members."""
    if not content.startswith(b"PK\x03\x04") or b"[Content_Types]" in content:
        return 1
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(_files(archive.read(name)) for name in archive.namelist()) or 1
    except zipfile.BadZipFile:
        return 1


@pytest.mark.parametrize("seed", range(12))
def test_the_rows_of_any_tree_add_up(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    expected = 0
    for number in range(chance.randrange(1, 25)):
        folder = tmp_path.joinpath(*(f"п{chance.randrange(3)}" for _ in range(chance.randrange(3))))
        folder.mkdir(parents=True, exist_ok=True)
        content = chance.choice(KINDS_OF_CONTENT)
        name = chance.choice(["Thumbs.db", "desktop.ini"]) if chance.random() < 0.1 else f"{number}.bin"
        expected -= (folder / name).exists() and 1
        (folder / name).write_bytes(content)
        expected += 1 if name in ("Thumbs.db", "desktop.ini") else _files(content)
    reading = read_inputs([tmp_path])
    counts = reading.counts
    assert len(reading.files) == expected
    assert sum(Counter(row.fate for row in reading.files).values()) == expected
    total = counts.with_items + counts.empty + counts.unreadable + counts.incomplete + counts.system
    assert total == expected
    assert counts.read == counts.with_items + counts.empty
    assert counts.as_json()["withItems"] == counts.with_items
    for row in reading.files:
        if row.fate in (FileFate.UNREADABLE, FileFate.INCOMPLETE):
            assert row.problem is not None, row
            assert reading.exit_status == InputError.exit_status
