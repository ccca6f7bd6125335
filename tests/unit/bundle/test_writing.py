"""What is drawn holds exactly the symbols laid out, in every form, and the sheet says what they disclose."""

from __future__ import annotations

import io
import random
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from qrcode.main import QRCode
from qrcode.util import MODE_NUMBER, QRData

from tests.shared import SOAK
from tests.unit.bundle import optics, samples
from vcwallet import locales
from vcwallet.bundle import animation, codec, pictures, scanning, sheet, symbols, writing
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.digits import from_digits, to_digits
from vcwallet.bundle.frames import Frame
from vcwallet.bundle.symbols import DENSE, LARGEST, PAPER, QUIET_ZONE, SCREEN, Level, Symbol
from vcwallet.bundle.writing import BundleForm, form_of
from vcwallet.errors import MachineError, VcwalletError

ENGLISH = locales.language("en")
BUNDLE = Bundle(samples.presentation(12))
DATA = codec.encode(BUNDLE)
SYMBOLS = symbols.lay_out(DATA)


def test_symbols_are_equal_and_of_the_smallest_version() -> None:
    for size in (PAPER, DENSE, LARGEST):
        laid_out = symbols.lay_out(DATA, size=size)
        (version,) = {one.version for one in laid_out}
        (length,) = {len(one.digits) for one in laid_out}
        assert version <= size.max_version
        frame = from_digits(laid_out[0].digits)
        assert len(Frame.parse(frame).chunk) == -(-len(DATA) // laid_out[0].needed)
        assert symbols.capacity(version - 1, size.level) < len(frame) <= symbols.capacity(version, size.level)
        assert length == len(laid_out[-1].digits)


def test_a_quarter_more_symbols_than_needed_when_several_are() -> None:
    for size, needed, spare in (
        (100, 1, 0),
        (761, 1, 0),
        (762, 2, 1),
        (3000, 4, 1),
        (3100, 5, 2),
        (6000, 8, 2),
    ):
        laid_out = symbols.lay_out(bytes(size))
        assert (laid_out[0].needed, laid_out[0].count - laid_out[0].needed) == (needed, spare)
    assert len(symbols.for_screen(bytes(3000))) == 8
    assert len(symbols.for_screen(bytes(300))) == 1


def test_labels_count_the_parts_and_name_the_spare_ones() -> None:
    assert [one.label(ENGLISH) for one in symbols.lay_out(bytes(762))] == ["1 of 2", "2 of 2", "spare 1"]
    assert symbols.lay_out(bytes(100))[0].label(ENGLISH) == ""


def test_symbols_are_numeric_mode_and_full_ones_fit() -> None:
    """A version 22 symbol holds 1872 digits in numeric mode alone."""
    for data in (bytes(range(256)) * 2 + bytes(range(249)), bytes(761)):
        (symbol,) = symbols.lay_out(data)
        assert (symbol.version, len(symbol.digits)) == (22, 1870)
        assert len(symbols.modules(symbol)) == 22 * 4 + 17
        assert pictures.codes(symbols.picture(symbol, scale=3).convert("L")) == [symbol.digits]


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("version", [1, 6, 7, 9, 10, 15, 22, 25, 27, 40])
def test_another_library_draws_the_same_symbol(version: int, level: Level) -> None:
    """What draws our codes reads them too, and two mistakes could agree; `qrcode` only draws."""
    for length in (symbols.capacity(version, level), 9):
        symbol = Symbol(1, 1, 1, version, level, to_digits(random.Random(length).randbytes(length)))
        ours = symbols.modules(symbol)
        # ISO/IEC 18004, 7.9.1: where the mask stands, and what it is combined with.
        mask = int("".join("01"[cell] for cell in ours[8][2:5]), 2) ^ 0b101
        theirs = QRCode(
            version=version,
            error_correction={Level.L: 1, Level.M: 0, Level.Q: 3}[level],
            border=0,
            mask_pattern=mask,
        )
        theirs.add_data(QRData(symbol.digits.encode("ascii"), mode=MODE_NUMBER), optimize=0)
        theirs.make(fit=False)
        assert ours == theirs.modules


def test_impossible_versions_are_refused() -> None:
    for version in (0, 41):
        with pytest.raises(VcwalletError) as caught:
            symbols.capacity(version, Level.M)
        assert caught.value.code == "symbols.version"


def drawn(svg: ElementTree.Element) -> list[set[tuple[int, int]]]:
    """The dark modules of each stroked path."""
    found = []
    for path in svg.iter():
        if path.tag.endswith("path") and path.get("stroke"):
            cells = set()
            for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", path.get("d") or ""):
                cells |= {(int(x) + step, int(y)) for step in range(int(length))}
            found.append(cells)
    return found


def cells(symbol: Symbol, x: int, y: int) -> set[tuple[int, int]]:
    matrix = symbols.modules(symbol)
    return {
        (x + column, y + row) for row, line in enumerate(matrix) for column, dark in enumerate(line) if dark
    }


def test_svg_holds_the_same_modules() -> None:
    root = ElementTree.fromstring(symbols.svg(SYMBOLS, columns=2))
    side = len(symbols.modules(SYMBOLS[0])) + 2 * QUIET_ZONE
    expected = [
        cells(symbol, n % 2 * side + QUIET_ZONE, n // 2 * (side + 6) + QUIET_ZONE)
        for n, symbol in enumerate(SYMBOLS)
    ]
    assert drawn(root) == expected
    assert [text.text for text in root.iter() if text.tag.endswith("text")] == [
        f"{n}/{len(SYMBOLS)}" for n in range(1, len(SYMBOLS) + 1)
    ]


@pytest.mark.parametrize("dark_background", [True, False])
def test_half_blocks_are_read_from_a_screenshot_of_a_terminal(dark_background: bool) -> None:
    for symbol, block in zip(
        SYMBOLS, symbols.terminal(SYMBOLS, dark_background=dark_background).split("\n\n"), strict=True
    ):
        lines = block.rstrip("\n").split("\n")[:-1]
        shot = optics.screenshot(lines, dark_background=dark_background)
        assert pictures.codes(shot) == [symbol.digits]
        assert shot.getpixel((0, 0)) == 255


def test_gif_shows_every_symbol_four_to_five_times_a_second() -> None:
    shown = symbols.for_screen(DATA)
    file = Image.open(io.BytesIO(animation.gif(shown, scale=3)))
    assert (file.n_frames, file.info["duration"], file.info["loop"]) == (len(shown), 220, 0)


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_has_every_symbol_and_neither_script_nor_anything_from_outside() -> None:
    shown = symbols.for_screen(DATA)
    page = Page(animation.html(shown, ENGLISH, title="<script>alert(1)</script>"))
    assert page.tags.count("svg") == len(shown)
    assert "script" not in page.tags
    assert "<script>alert(1)</script>" in page.words
    single = Page(animation.html(symbols.lay_out(bytes(100)), ENGLISH))
    assert "animation" not in single.words


def test_names_of_files_choose_the_form() -> None:
    assert form_of(Path("Достижения.PDF")) is BundleForm.PDF
    with pytest.raises(VcwalletError) as caught:
        form_of(Path("bundle.docx"))
    assert caught.value.code == "bundle.form"


# --- the sheet ----------------------------------------------------------------------------------------


def words_of(pdf: bytes) -> tuple[str, int]:
    """The text of all pages, spaces made equal, and the number of pages."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).split()), len(pages)


def test_the_sheet_says_what_the_codes_disclose() -> None:
    presentation = samples.presentation(11)
    presentation["proof"]["expires"] = "2026-07-31T00:00:00Z"  # type: ignore[index, call-overload]
    bundle = Bundle(presentation)
    made = sheet.pdf(bundle, symbols.lay_out(codec.encode(bundle)), ENGLISH)
    words, pages = words_of(made)
    for expected in (
        "Тестов Пробник Вымыслович",
        "2009-05-17",
        "university.example",
        "Поступление в 2026 году",
        "2026-03-01",
        "2026-07-31",
        "Олимпиада школьников «Вымысел»",
        "Диплом призёра II степени",
        "1 of 2",
        "spare 1",
        "Any 2 of the codes are enough.",
    ):
        assert expected in words
    assert pages == 1
    assert sheet.pdf(bundle, symbols.lay_out(codec.encode(bundle)), ENGLISH) == made


@pytest.mark.parametrize("count", [1, 20, *([60] if SOAK else [])])
def test_all_codes_are_on_the_sheet(count: int) -> None:
    bundle = Bundle(samples.presentation(count))
    laid_out = symbols.lay_out(codec.encode(bundle))
    made = sheet.pdf(bundle, laid_out, ENGLISH)
    from vcwallet.bundle import opening

    with opening.Opener() as opener:
        seen = [text for _, page in opener.pictures(made) for text in pictures.codes(page)]
    # More spare codes than fill the last row are printed only where there is room.
    assert {symbol.digits for symbol in laid_out if not symbol.spare} <= set(seen)
    assert set(seen) <= {symbol.digits for symbol in laid_out}


INJECTIONS = (
    "#panic(1)",
    '"); #read("/etc/passwd")',
    "*_`$\\",
    '#import "@preview/x:1.0.0"',
    "<heading>",
    "{list} {page}",
)


def test_words_are_data_to_the_design_and_never_code() -> None:
    presentation = samples.presentation(len(INJECTIONS))
    for text, one in zip(INJECTIONS, presentation["verifiableCredential"], strict=True):  # type: ignore[arg-type]
        one["credentialSubject"]["achievement"]["name"] = text  # type: ignore[index, call-overload]
    presentation["termsOfUse"][0]["description"] = INJECTIONS[0]
    bundle = Bundle(presentation)
    words, _ = words_of(sheet.pdf(bundle, symbols.lay_out(codec.encode(bundle)), ENGLISH))
    for text in INJECTIONS:
        assert "".join(text.split()) in "".join(words.split())


def test_a_credential_of_another_kind_is_listed_by_what_it_is() -> None:
    presentation = samples.presentation(1)
    strange = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "ExampleDegree"],
        "issuer": "did:web:x.example",
        "credentialSubject": {"id": "did:web:y.example"},
    }
    presentation["verifiableCredential"] = [strange]
    words = sheet.contents(Bundle(presentation), ENGLISH)
    assert words.people == ()
    assert words.shown[0].issuer == "did:web:x.example"


def test_without_the_extra_the_sheet_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    with pytest.raises(MachineError) as caught:
        sheet.pdf(BUNDLE, SYMBOLS, ENGLISH)
    assert caught.value.code == "sheet.no-typst"


def test_codes_for_a_screen_are_coarser_and_say_the_same() -> None:
    codes = writing.screen_codes(BUNDLE)
    assert {code.version for code in codes} <= set(range(1, SCREEN.max_version + 1))
    read = scanning.read_inputs(["\n".join(code.digits for code in codes[-codes[0].needed :])])
    assert [each.bundle for each in read] == [BUNDLE]
