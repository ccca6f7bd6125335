"""Whatever file, picture or text a bundle comes in, it is found; what cannot be read costs only itself."""

from __future__ import annotations

import io
import json
import os
import random
from pathlib import Path

import pytest
from PIL import Image

from tests.shared import processor_seconds
from tests.unit.bundle import samples
from tests.unit.bundle.optics import png
from vcwallet import limits
from vcwallet.bundle import codec, pictures, scanning, symbols, writing
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.digits import from_digits, to_digits
from vcwallet.bundle.frames import Frame
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.scanning import read_inputs
from vcwallet.bundle.writing import BundleForm
from vcwallet.errors import InputError, VcwalletError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.locales import language
from vcwallet.strict_json import JsonObject

BUNDLE = Bundle(samples.presentation(5), (samples.status_list(),))
SYMBOLS = symbols.lay_out(codec.encode(BUNDLE))
SINGLE = Bundle(samples.presentation(1))


@pytest.mark.parametrize("form", BundleForm)
def test_every_form_that_is_written_is_read_back(form: BundleForm) -> None:
    for bundle in (BUNDLE, SINGLE):
        (found,) = read_inputs([writing.render(bundle, form, language("en"))])
        assert found.bundle == bundle
        assert found.kind is (DocumentKind.BUNDLE if bundle.status_lists else DocumentKind.PRESENTATION)
        assert found.problem is None


@pytest.mark.parametrize("suffix", ["png", "jpeg", "webp", "tiff", "bmp", "gif"])
def test_picture_formats(suffix: str) -> None:
    out = io.BytesIO()
    symbols.grid(SYMBOLS, scale=4).convert("RGB").save(out, suffix)
    assert read_inputs([out.getvalue()])[0].bundle == BUNDLE


@pytest.mark.parametrize("text", ["BM", "BMAJ-7Q2K-55XN-PL0T-93RD-XX", "BMW на счастье, а не снимок"])
def test_a_text_that_begins_as_a_bitmap_does_is_a_text(text: str) -> None:
    """One recovery code in a thousand does, and lies in a file of its own."""
    assert not pictures.is_picture(text.encode())


def test_pictures_of_unusual_kinds() -> None:
    """A screenshot with a transparent background, 16 shades deep, palette, many pages."""
    grey = symbols.grid(SYMBOLS, scale=4).convert("L")
    clear = Image.new("RGBA", grey.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (0, 0), Image.eval(grey, lambda value: 255 - value))
    deep = grey.convert("I;16").point(lambda value: value * 200)
    for picture in (
        clear,
        deep,
        grey.convert("P"),
        grey.convert("RGB").convert("P", palette=Image.Palette.ADAPTIVE),
    ):
        assert read_inputs([png(picture)])[0].bundle == BUNDLE
    first, *others = [symbols.picture(one, scale=4) for one in SYMBOLS]
    out = io.BytesIO()
    first.save(out, "TIFF", save_all=True, append_images=others)
    (found,) = read_inputs([out.getvalue()])
    assert found.bundle == BUNDLE
    assert found.where == ", ".join(["#1", *(f"#1:{n}" for n in range(2, len(SYMBOLS) + 1))])


def test_symbols_in_any_order_over_pictures_texts_and_folders(tmp_path: Path) -> None:
    """Two bundles mixed, in a folder with Cyrillic names; hidden files and folders are no part of it."""
    other = symbols.lay_out(codec.encode(SINGLE))
    folder = tmp_path / "Фото с телефона"
    (folder / "ещё").mkdir(parents=True)
    order = [*SYMBOLS, *other]
    random.Random(3).shuffle(order)
    for number, symbol in enumerate(order[1:]):
        (folder / "ещё" / f"снимок {number}.png").write_bytes(png(symbols.picture(symbol, scale=4)))
    (folder / ".git").mkdir()
    (folder / ".git" / "x.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    (folder / ".hidden.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    (folder / "заметки.txt").write_text("Не забыть паспорт, 12 мая 2026 года", "utf-8")
    (folder / "ещё" / "со сканера.txt").write_text(order[0].digits, "utf-8")
    found = read_inputs([folder])
    assert {each.kind for each in found} == {DocumentKind.BUNDLE, DocumentKind.PRESENTATION}
    assert {json.dumps(each.document) for each in found} == {
        json.dumps(b.to_json()) for b in (BUNDLE, SINGLE)
    }
    assert all(each.problem is None for each in found)
    assert any("ещё/снимок" in each.where for each in found)


def test_folders_are_read_in_order_and_without_pipes_or_links(tmp_path: Path) -> None:
    """A published site keeps its identifier document in a hidden folder; links lead round in a circle."""
    (tmp_path / ".well-known").mkdir()
    controlled = {"id": "did:web:x.example", "verificationMethod": []}
    (tmp_path / ".well-known" / "did.json").write_text(json.dumps(controlled), "utf-8")
    (tmp_path / "b.json").write_text(json.dumps(samples.credential(1)), "utf-8")
    (tmp_path / "a.json").write_text(json.dumps(samples.credential(2)), "utf-8")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.json")
        (tmp_path / "round").symlink_to(tmp_path)
    assert [each.where for each in read_inputs([tmp_path])] == ["a.json", "b.json", ".well-known/did.json"]


def test_a_pdf_gives_its_attachment_first_and_its_pages_otherwise() -> None:
    import pypdfium2

    pdf = writing.render(BUNDLE, BundleForm.PDF, language("ru"))
    assert read_inputs([pdf])[0].bundle == BUNDLE
    stripped = pypdfium2.PdfDocument(pdf)
    stripped.del_attachment(0)
    out = io.BytesIO()
    stripped.save(out)
    (found,) = read_inputs([out.getvalue()])
    assert found.bundle == BUNDLE
    assert found.progress is not None


def test_the_same_document_twice_is_one_with_two_sources() -> None:
    (found,) = read_inputs(
        [BUNDLE.text, writing.render(BUNDLE, BundleForm.PNG, language("en")), codec.encode(BUNDLE)]
    )
    assert found.bundle == BUNDLE
    assert found.where == "#1, #3, #2"


def test_kinds_are_told_by_form_alone() -> None:
    controlled = {
        "@context": ["https://www.w3.org/ns/cid/v1"],
        "id": "did:web:x.example",
        "verificationMethod": [],
    }
    documents = {
        DocumentKind.CREDENTIAL: samples.credential(),
        DocumentKind.STATUS_LIST: samples.status_list(),
        DocumentKind.CONTROLLED_IDENTIFIER: controlled,
        DocumentKind.TRUST_LIST: {"format": "vcwallet-trust-list/2", "issuers": []},
        DocumentKind.PRESENTATION: samples.presentation(),
        DocumentKind.BUNDLE: BUNDLE.to_json(),
    }
    for kind, document in documents.items():
        (found,) = read_inputs([json.dumps(document)])
        assert (found.kind, found.document, found.problem) == (kind, document, None)


PUBLISHED_KEY = {
    "id": "did:web:probe.example#key-1",
    "type": "Multikey",
    "controller": "did:web:probe.example",
    "publicKeyMultibase": "z6Mkq1m61HwQQC25NbmorQ6jonG3Phy6JxW2bZJN8xLbuu4H",
}


@pytest.mark.parametrize(
    "lists",
    [
        {"assertionMethod": [PUBLISHED_KEY]},
        {"verificationMethod": [PUBLISHED_KEY], "assertionMethod": [PUBLISHED_KEY]},
    ],
    ids=["inside a purpose only", "repeated"],
)
def test_an_identifier_document_is_known_by_its_keys_wherever_they_stand(
    lists: dict[str, JsonObject],
) -> None:
    (found,) = read_inputs([json.dumps({"id": "did:web:probe.example", **lists})])
    assert found.kind is DocumentKind.CONTROLLED_IDENTIFIER
    assert found.document is not None
    read = ControlledIdentifierDocument.parse(found.document)
    assert [method.id for method in read.verification_methods] == ["did:web:probe.example#key-1"]


def problem(*inputs: Path | bytes | str) -> VcwalletError:
    """The one problem of inputs that hold no document."""
    (found,) = read_inputs(inputs)
    assert found.document is None
    assert found.problem is not None
    with pytest.raises(VcwalletError):
        scanning.demand([found])
    return found.problem


PARTS = [symbol.digits for symbol in SYMBOLS]
BAD_INPUTS: dict[str, tuple[Path | bytes | str, str]] = {
    "an empty file": (b"", "scan.empty"),
    "an empty text": ("", "scan.no-code"),
    "a picture with nothing in it": (png(Image.new("L", (300, 300), 200)), "scan.no-code"),
    "a picture cut off": (png(symbols.grid(SYMBOLS, scale=2))[:300], "picture.unreadable"),
    "a picture in name only": (b"\x89PNG\r\n\x1a\n", "picture.unreadable"),
    "a picture of too many pixels": (png(Image.new("1", (20_000, 5_000))), "picture.too-many-pixels"),
    "a PDF in name only": (b"%PDF-1.7\n%%EOF", "pdf.unreadable"),
    "an archive cut off": (b"PK\x03\x04....", "archive.unreadable"),
    "a picture of an iPhone": (b"\x00\x00\x00\x18ftypheic\x00\x00", "scan.heic"),
    "a bundle of the future": (b"\x01\xff" + b"x" * 40, "bundle.dictionary-unknown"),
    "JSON that breaks off": ('{"a":', "json.malformed"),
    "JSON of another kind": ('{"a":1}', "scan.other-document"),
    "JSON, a list": ("[1]", "json.not-an-object"),
    "an envelope of something else": ('{"type":"VcwalletBundle","presentation":{}}', "bundle.envelope"),
    "a file that is not there": (Path("no such folder/файл.png"), "scan.no-file"),
    "one part of several": (PARTS[0], "frames.missing"),
    "a part cut short": (PARTS[0][:-30], "frames.truncated"),
    "a health card": ("shc:/56762909", "foreign.smart-health-card"),
    "a health certificate": ("HC1:6BFOXN", "foreign.eu-digital-covid-certificate"),
    "a health certificate under a Russian layout": ("РС1Ж6ИАЩЧТ", "foreign.eu-digital-covid-certificate"),
    "a JWT of something else": ("eyJhbGciOiJFUzI1NiJ9.e30.c2ln", "enveloped.unrecognised"),
    "a JWT that nobody signed": ("eyJhbGciOiJub25lIn0.e30.", "jws.unsigned"),
    "a JWT of no algorithm": ("eyJhbGciOiJub25lIn0.e30.c2ln", "jws.unsigned"),
    "a web address": ("https://example.com/x?y=1", "foreign.web-address"),
    "a VP1 code that is damaged": ("VP1-R00", "cborld.other-tag"),
    "a VP1 code of no known base": ("VP1-Zabc", "foreign.vp1"),
}


@pytest.mark.parametrize(("given", "code"), BAD_INPUTS.values(), ids=BAD_INPUTS)
def test_what_cannot_be_read_is_told_and_never_raised(given: Path | bytes | str, code: str) -> None:
    assert problem(given).code == code


def test_a_code_of_something_else_in_a_picture_is_named() -> None:
    import qrcode

    out = io.BytesIO()
    qrcode.make("HC1:6BFOXN%TSMAHN").save(out)
    (found,) = read_inputs([out.getvalue()])
    assert (found.kind, found.problem and found.problem.code) == (
        DocumentKind.FOREIGN,
        "foreign.eu-digital-covid-certificate",
    )


def test_missing_parts_are_named_with_how_many_are_there() -> None:
    (found,) = read_inputs([PARTS[1], "\n".join(PARTS[1:2])])
    assert found.kind is DocumentKind.INCOMPLETE
    assert found.problem is not None
    assert found.problem.evidence["have"] == 1
    assert found.problem.evidence["needed"] == SYMBOLS[0].needed
    assert found.progress is not None
    assert found.progress.present == (2,)


def test_a_bad_input_costs_only_itself() -> None:
    found = read_inputs([b"junk", BUNDLE.text, "HC1:6BFOXN", PARTS[0]])
    assert [each.kind for each in found] == [
        DocumentKind.NOTHING,
        DocumentKind.BUNDLE,
        DocumentKind.FOREIGN,
        DocumentKind.INCOMPLETE,
    ]


def test_a_part_cut_short_is_forgiven_when_the_others_suffice() -> None:
    (found,) = read_inputs(["\n".join([PARTS[0][:-30], *PARTS])])
    assert found.bundle == BUNDLE


def test_a_conflicting_part_is_told_although_the_bundle_is_whole() -> None:
    frame = Frame.parse(from_digits(PARTS[0]))
    forged = Frame(frame.bundle_id, frame.needed, frame.index, frame.total, bytes(len(frame.chunk)))
    found = read_inputs([*PARTS, to_digits(forged.to_bytes())])
    assert found[0].bundle == BUNDLE
    assert [each.problem.code for each in found if each.problem] == ["frames.conflict"]


def test_parts_of_a_forged_bundle_do_not_become_a_document() -> None:
    """All parts carry the name of one bundle and the content of another."""
    other = codec.encode(SINGLE)
    frames = [Frame.parse(from_digits(one.digits)) for one in symbols.lay_out(other, parity=0)]
    name = Frame.parse(from_digits(PARTS[0])).bundle_id
    forged = [Frame(name, one.needed, one.index, one.total, one.chunk).to_bytes() for one in frames]
    assert problem("\n".join(map(to_digits, forged))).code == "frames.mismatch"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_text_files_in_the_encodings_of_windows(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "коды.txt"
    path.write_bytes(("Коды для вуза:\r\n" + "\r\n".join(PARTS)).encode(encoding))
    assert read_inputs([path])[0].bundle == BUNDLE


def test_ceilings_hold_before_the_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x" * 100, "utf-8")
    for name, value, given, code in (
        ("FILE_BYTES", 50, tmp_path / "a.txt", "scan.file-too-large"),
        ("SCAN_TEXT_CHARACTERS", 50, "x" * 100, "scan.text-too-long"),
        ("SCAN_BUNDLES", 0, PARTS[0], "scan.too-many-bundles"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(limits, name, value)
            assert problem(given).code == code
    with monkeypatch.context() as patch:
        patch.setattr(limits, "SCAN_INPUTS", 1)
        with pytest.raises(VcwalletError) as caught:
            read_inputs(["a", "b"])
    assert caught.value.code == "scan.too-many-inputs"
    with pytest.raises(VcwalletError) as caught:
        read_inputs([])
    assert caught.value.code == "scan.nothing-given"


@pytest.mark.slow
def test_a_picture_full_of_finder_patterns_does_not_take_us_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader's time grows beyond proportion with them: 80 million pixels would take minutes."""
    pattern = Image.new("L", (9, 9), 255)
    for inset, shade in ((1, 0), (2, 255), (3, 0)):
        pattern.paste(shade, (inset, inset, 9 - inset, 9 - inset))
    tile = pattern.resize((18, 18), Image.Resampling.NEAREST)
    picture = Image.new("L", (1800, 1800))
    for place in range(100 * 100):
        picture.paste(tile, (place % 100 * 18, place // 100 * 18))
    with processor_seconds(30):
        assert problem(png(picture)).code == "scan.no-code"
    monkeypatch.setattr(limits, "SCAN_SECONDS", -1)
    assert problem(png(picture)).code == "scan.too-slow"


@pytest.mark.slow
def test_pages_and_pictures_beyond_the_ceiling_are_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    for form in ("PDF", "TIFF"):
        first, *others = [symbols.picture(one, scale=3).convert("L") for one in SYMBOLS]
        out = io.BytesIO()
        first.save(out, form, save_all=True, append_images=others)
        assert read_inputs([out.getvalue()])[0].bundle == BUNDLE
        with monkeypatch.context() as patch:
            patch.setattr(limits, "SCAN_PDF_PAGES", 1)
            patch.setattr(limits, "SCAN_PICTURES_PER_FILE", 1)
            found = read_inputs([out.getvalue()])
        assert found[0].kind is DocumentKind.INCOMPLETE
        assert isinstance(found[0].problem, InputError)
        told = {one.problem.code: dict(one.problem.evidence) for one in found if one.problem is not None}
        assert "pdf.too-many-pages" in told if form == "PDF" else "picture.too-many-pictures" in told
        if form == "PDF":
            assert told["pdf.too-many-pages"] == {"pages": len(SYMBOLS), "limit": 1}
    with monkeypatch.context() as patch:
        patch.setattr(limits, "SCAN_PIXELS", 100_000)
        assert read_inputs([writing.render(SINGLE, BundleForm.PNG, language("en"))])[0].problem is not None
