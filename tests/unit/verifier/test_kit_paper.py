"""The paper of a kit says who makes it and its fingerprint, so that a person and a scanner read the same."""

from __future__ import annotations

from datetime import date

import pytest

from tests.kits import MANIFEST, Maintainer
from tests.world import NOW
from vcwallet import locales
from vcwallet.bundle import opening, pictures
from vcwallet.errors import UsageError
from vcwallet.verifier.kit.draft import fingerprint
from vcwallet.verifier.kit.layout import fingerprint_digits, typed_fingerprint
from vcwallet.verifier.kit.paper import KitPaper

FINGERPRINT = fingerprint(Maintainer().begin(NOW))
PAPER = KitPaper(MANIFEST, FINGERPRINT, date(2027, 1, 11))


@pytest.mark.parametrize("code", locales.LANGUAGES)
def test_a_page_says_the_same_to_a_person_and_to_a_scanner(code: str) -> None:
    import pypdfium2

    page = PAPER.page(".pdf", locales.language(code), ["How."])
    with opening.Opener() as opener:
        (picture,) = (picture for _, picture in opener.pictures(page))
        read = pictures.codes(picture, thorough=True)
    assert [typed_fingerprint(text) for text in read] == [FINGERPRINT]
    document = pypdfium2.PdfDocument(page)
    assert len(document) == 1
    words = " ".join(document[0].get_textpage().get_text_range().split())
    assert words.count(FINGERPRINT.split()[0]) == 2
    assert words.count(FINGERPRINT.split()[7]) == 2
    assert fingerprint_digits(FINGERPRINT) in words
    for said in (MANIFEST.name["ru"], MANIFEST.name["en"], "+7 000 000-00-00", "2027", "How."):
        assert said in words


@pytest.mark.parametrize("code", locales.LANGUAGES)
def test_a_text_to_copy_by_pen_says_it_too(code: str) -> None:
    text = PAPER.page(".txt", locales.language(code)).decode("utf-8")
    assert text.count(FINGERPRINT) == 2
    assert fingerprint_digits(FINGERPRINT) in text


def test_a_page_is_a_pdf_or_a_text() -> None:
    with pytest.raises(UsageError) as caught:
        PAPER.page(".docx", locales.language("ru"))
    assert caught.value.code == "kit-paper.form"


@pytest.mark.parametrize("typed", [FINGERPRINT, FINGERPRINT.upper(), FINGERPRINT.replace(" ", "  ")])
def test_a_fingerprint_is_read_however_it_is_typed(typed: str) -> None:
    assert typed_fingerprint(typed) == FINGERPRINT
    digits = fingerprint_digits(typed)
    assert len(digits) == 39
    assert typed_fingerprint(f"{digits[:20]} {digits[20:]}\n") == FINGERPRINT


@pytest.mark.parametrize("typed", ["", FINGERPRINT[:-1], "9" * 39, "0" * 38, "g" * 32, "1" * 40])
def test_what_is_no_fingerprint_is_not_read_as_one(typed: str) -> None:
    assert typed_fingerprint(typed) is None
