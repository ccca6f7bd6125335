"""Files that another worker opens: what it is asked, and that its answers give the usual reports."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any
from zipfile import ZipFile

import pytest
from PIL import Image

from tests.unit.bundle.test_opening import LOCKED, PLAIN, stream, with_files
from tests.unit.bundle.test_others_files import signed_pdf
from tests.unit.page.test_desk import AT, PNG, SHOWN, W, desk, told
from vcwallet import limits
from vcwallet.bundle import codec, symbols, writing
from vcwallet.bundle.effort import Effort
from vcwallet.bundle.inputs import Input, Source
from vcwallet.bundle.opening import Opener
from vcwallet.bundle.scanning import read_each
from vcwallet.bundle.writing import BundleForm
from vcwallet.errors import VcwalletError
from vcwallet.locales import language
from vcwallet.page.desk import Desk
from vcwallet.page.elsewhere import Answer, Elsewhere, Seen, Wanted, WantedPdf, WantedPicture

PROBLEMS = {
    "pdf.locked": "locked",
    "pdf.unreadable": "unreadable",
    "pdf.too-heavy": "heavy",
    "pdf.too-slow": "slow",
}
OF_PICTURES = {
    "picture.unreadable": "unreadable",
    "picture.too-heavy": "heavy",
    "scan.too-slow": "slow",
}
OF_BOTH = {"page.files-too-slow": "late", "page.no-opener": "missing"}


def opened(wanted: Wanted) -> Answer:
    """What the other worker would tell, by the process that opens files on this computer."""
    answer, until = Answer(), Effort.of(len(wanted.data)).looks_until()
    with Opener() as opener:
        if isinstance(wanted, WantedPicture):
            looks = opener.looks(wanted.data, only=1, until=until, thorough=wanted.thorough)
            return Answer(looks=[Seen(1, each.texts) for each in looks])
        try:
            answer = replace(
                answer,
                attachments=opener.attachments(wanted.data),
                pages=opener.pages(wanted.data),
                signature_fields=opener.signature_fields(wanted.data),
                is_open=True,
            )
            if wanted.always or not answer.attachments:
                answer = replace(answer, is_drawn=True)
                pages = opener.looks(wanted.data, first=wanted.first, until=until, thorough=wanted.thorough)
                for each in islice(pages, wanted.last - wanted.first + 1):
                    seen = Seen(each.number, each.texts, each.is_sharp, each.is_blank)
                    answer = replace(answer, looks=[*answer.looks, seen])
        except VcwalletError as error:
            return replace(answer, problem=PROBLEMS[error.code])
    return answer


def given(
    here: Desk, files: Sequence[tuple[str, bytes]], asked: list[Wanted] | None = None
) -> dict[str, Any]:
    """The answer to files, once everything that is wanted of them was told."""
    step = told(here.files(files, now=AT))
    while "wanted" in step:
        wanted = here._eyes.elsewhere.wanted
        assert [each.as_json() for each in wanted] == step["wanted"]
        assert [here.content(number) for number in range(len(wanted))] == [each.data for each in wanted]
        (asked if asked is not None else []).extend(wanted)
        step = told(here.opened([opened(each) for each in wanted], now=AT))
    answer: dict[str, Any] = step["answer"]
    return answer


def here_and_there(files: Sequence[tuple[str, bytes]]) -> tuple[str, str]:
    inputs = [
        Input(Source(number, name), partial(bytes, content))
        for number, (name, content) in enumerate(files, 1)
    ]
    with Opener() as opener:
        here: Any = desk().answer(read_each(inputs, opener), AT)
    return here["json"], given(desk(), files)["json"]


def scanned(*pages: Image.Image) -> bytes:
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=200)
    return out.getvalue()


BUNDLE = W.bundle(*(W.olympiad.diploma(number, holder=W.child.id) for number in range(9)))
PARTS = [
    symbols.picture(each, scale=4).convert("L") for each in symbols.lay_out(codec.encode(BUNDLE), parity=0)
]
ONE = symbols.picture(symbols.lay_out(codec.encode(W.bundle()), parity=0)[0], scale=6).convert("L")
BESIDE = ("показ.json", SHOWN)


def test_reports_are_those_of_this_computer() -> None:
    """Attached, on pages, on pages of several files, in an archive; with nothing, with a password, broken."""
    printed = writing.render(W.bundle(), BundleForm.PDF, language("ru"))
    archive = io.BytesIO()
    with ZipFile(archive, "w") as file:
        file.writestr("а.pdf", printed)
        file.writestr("б/в.pdf", scanned(*PARTS))
    words = Image.new("L", (800, 1100), "white")
    words.paste("black", (100, 100, 700, 300))
    assert len(PARTS) > 1
    for files in (
        [("показ.pdf", printed)],
        [("скан.pdf", scanned(*PARTS)), ("письмо.pdf", scanned(words))],
        [("часть.pdf", scanned(words, *PARTS[:-1])), ("ещё.pdf", scanned(PARTS[-1]))],
        [("часть.pdf", scanned(words, *PARTS[:-1])), BESIDE],
        [("архив.zip", archive.getvalue())],
        [
            ("а.pdf", PLAIN),
            ("б.pdf", LOCKED),
            ("в.pdf", b"%PDF-1.7"),
            ("г.pdf", signed_pdf()),
            ("д.pdf", with_files(stream(b"{}"), stream(b"\xff"))),
            BESIDE,
        ],
    ):
        here, there = here_and_there(files)
        assert here == there, [name for name, _ in files]


def test_one_question_suffices_for_most_and_pages_are_drawn_only_when_nothing_of_ours_is_attached() -> None:
    asked: list[Wanted] = []
    printed = writing.render(W.bundle(), BundleForm.PDF, language("ru"))
    given(desk(), [("а.pdf", printed), ("б.pdf", scanned(ONE)), ("в.pdf", LOCKED), ("г.pdf", printed)], asked)
    whole = [replace(each, data=b"") for each in asked]
    assert whole == [WantedPdf(b"", 1, limits.SCAN_PDF_PAGES, thorough=False, always=False)] * 3, "and once"
    asked.clear()
    given(desk(), [("а.pdf", with_files(stream(b"{}")))], asked)
    pages = WantedPdf(b"", 1, limits.SCAN_PDF_PAGES, thorough=False, always=True)
    assert [replace(each, data=b"") for each in asked] == [whole[0], pages]
    asked.clear()
    given(desk(), [("а.pdf", PLAIN)], asked)
    assert [each.thorough for each in asked] == [False, True], "what shows something is looked at closer"


def test_a_picture_is_looked_at_closer_only_where_nothing_was_found_and_each_look_is_asked_for_once() -> None:
    asked: list[Wanted] = []
    out = io.BytesIO()
    ONE.save(out, "PNG")
    words = io.BytesIO()
    Image.new("L", (80, 60), "white").save(words, "PNG")
    files = [("код.png", out.getvalue()), ("а.pdf", LOCKED), ("слова.png", words.getvalue())]
    answer = given(desk(), [*files, ("ещё раз.png", out.getvalue())], asked)
    assert [each["state"] for each in answer["reports"]] == ["confirmed"]
    assert [(each.data, each.thorough) for each in asked if isinstance(each, WantedPicture)] == [
        (out.getvalue(), False),
        (words.getvalue(), False),
        (words.getvalue(), True),
    ]


def test_a_small_picture_has_less_time_than_a_large_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SCAN_WAITING", 4)
    small, large = (WantedPicture(bytes(size), thorough=False) for size in (1, limits.MIB))
    assert small.as_json()["seconds"] == limits.SCAN_WAITING * limits.SCAN_SMALL_LOOKING_SECONDS
    assert large.as_json()["seconds"] == limits.PAGE_PICTURE_SECONDS


@pytest.mark.parametrize("thorough", [False, True])
@pytest.mark.parametrize(("code", "problem"), [*OF_PICTURES.items(), *OF_BOTH.items()])
def test_what_is_wrong_with_a_picture_is_told_of_it_alone(code: str, problem: str, thorough: bool) -> None:
    here = desk()
    assert len(told(here.files([("а.png", PNG), BESIDE], now=AT))["wanted"]) == 1
    if thorough:
        step = told(here.opened([Answer(looks=[Seen(1, [])])], now=AT))
        assert [each["thorough"] for each in step["wanted"]] == [True]
    answer = told(here.opened([Answer(problem=problem)], now=AT))["answer"]
    assert [each["state"] for each in answer["reports"]] == ["confirmed"]
    (told_of,) = json.loads(answer["json"])["problems"]
    assert (told_of["source"], told_of["code"]) == ("а.png", code)


@pytest.mark.parametrize(
    ("problem", "code"),
    [(word, code) for code, word in (PROBLEMS | OF_BOTH).items()],
)
def test_what_is_wrong_with_a_pdf_is_told_of_it_alone(problem: str, code: str) -> None:
    """Before it was open, and in the midst of its pages, whose codes count."""
    here = desk()
    step = told(here.files([("а.pdf", PLAIN), BESIDE], now=AT))
    assert len(step["wanted"]) == 1
    answer = told(here.opened([Answer(problem=problem)], now=AT))["answer"]
    assert [each["state"] for each in answer["reports"]] == ["confirmed"]
    (told_of,) = json.loads(answer["json"])["problems"]
    assert (told_of["source"], told_of["code"]) == ("а.pdf", code)
    here.files([("а.pdf", PLAIN)], now=AT)
    codes = [each.digits for each in symbols.lay_out(codec.encode(W.bundle()))]
    half = Answer(2, is_open=True, is_drawn=True, looks=[Seen(1, codes)], problem=problem)
    answer = told(here.opened([half], now=AT))["answer"]
    assert [each["state"] for each in answer["reports"]] == ["confirmed"]
    assert [each["code"] for each in json.loads(answer["json"])["problems"]] == [code]


def test_answers_to_nothing_that_was_asked_are_refused() -> None:
    """As when Python was started again in between: half of an answer is none."""
    with pytest.raises(ValueError, match="argument"):
        desk().opened([Answer()], now=AT)
    with pytest.raises(VcwalletError) as caught:
        Elsewhere().pdf(PLAIN)
    assert caught.value.code == "page.file-waits"
