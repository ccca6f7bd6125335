"""The protocol of a check says what the report says, in both languages, and carries the report itself."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pikepdf
import pypdfium2
import pytest

from tests.unit.verifier.test_verdicts import CASES, answer
from tests.world import NOW, UNIVERSITY, World
from vcwallet import strict_json
from vcwallet.bundle import sheet, symbols
from vcwallet.bundle.codec import Bundle, encode
from vcwallet.report import Answers, Freshness, KitSeen, Outcome, Report, Source
from vcwallet.speaking import protocol, reports
from vcwallet.speaking.report_sentences import HEADLINES, NOT_HARMED
from vcwallet.speaking.reports import language
from vcwallet.verifier import Verifier
from vcwallet.verifier.protocol import Agreement, Form, Record, compared, kept_until

RECORD = Record("Вымышленный университет", "27-000123", "Образцова Пелагея Примеровна")
THE_CHILD = Form("Тестов", "Пробник", "Вымыслович", date(2009, 5, 17))


def document(report: Report) -> str:
    return strict_json.dumps(Answers((report,)).as_json(program="0.2.0"), indent=2) + "\n"


def made(report: Report, code: str, record: Record = RECORD, **more: object) -> bytes:
    return protocol.build(report, document(report), record, language(code), program="0.2.0", **more)  # type: ignore[arg-type]


def pages(pdf: bytes) -> list[str]:
    opened = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_bounded() for page in opened]
    finally:
        opened.close()


def close(text: str) -> str:
    """Without what only divides lines: spaces, and the places where a long word may be divided."""
    return "".join(
        character for character in text if not character.isspace() and character not in "\u200b\ufffe"
    )


def unlike() -> Iterator[str]:
    """The names of cases of which no two decide in the same way."""
    seen = set()
    for name, case in CASES.items():
        report = answer(case)[2]
        codes = (report.outcome, report.showing.code, *(item.code for item in report.items))
        if codes not in seen:
            seen.add(codes)
            yield name


@pytest.mark.parametrize("name", list(unlike()))
def test_the_page_says_what_the_report_says(name: str) -> None:
    report = answer(CASES[name])[2]
    for code in ("ru", "en"):
        said = language(code)
        pdf = made(report, code)
        text = close("".join(pages(pdf)))
        refused = NOT_HARMED.get(report.showing.code) if report.outcome is Outcome.REFUSED else None
        expected = [
            said.text((refused or HEADLINES[report.outcome]).head)[1:],
            said.moment(report.checked_at),
            RECORD.number,
            RECORD.office,
            RECORD.checked_by,
            hashlib.sha256(document(report).encode()).hexdigest(),
            report.digest or "",
            said.day(date(2031, 12, 31)),
        ]
        for item in report.items:
            expected.append(reports.what(item, said))
            if item.code not in ("item.confirmed", "item.confirmed-no-list", "item.confirmed-final"):
                expected.append(reports.item_sentence(item, said))
            if item.proven:
                expected.append(reports.tie_sentence(item, said))
        for part in expected:
            assert close(part) in text, part


def test_nothing_of_what_is_refused_looks_as_if_it_counted() -> None:
    said = language("ru")
    for case in CASES.values():
        report = answer(case)[2]
        if report.outcome is Outcome.REFUSED:
            shown = [protocol.row_of(item, report, said) for item in report.items]
            assert all(row["mark"] != "✓" for row in shown)


def test_it_is_an_archive_file_with_the_report_in_it() -> None:
    report = answer(CASES["three diplomas of two issuers"])[2]
    pdf = made(report, "ru")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert list(opened.attachments) == [protocol.ATTACHMENT]
        attached = opened.attachments[protocol.ATTACHMENT].get_file().read_bytes()
        with opened.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
            assert "keep-until 2031-12-31" in str(metadata["pdf:Keywords"])
    assert attached.decode() == document(report)
    assert json.loads(attached)["reports"][0]["digest"] == report.digest
    assert hashlib.sha256(attached).hexdigest() in close(pages(pdf)[-1])
    assert made(report, "ru") == pdf


def ten(world: World, number: int = 10) -> Report:
    shown = [world.olympiad.diploma(index, holder=world.child.id) for index in range(1, number + 1)]
    report = Verifier(world.trust()).check(world.bundle(*shown), domain=UNIVERSITY, now=NOW)
    return replace(report, source=(Source("27-000123/sheet.pdf", 1),))


@pytest.mark.parametrize("code", ["ru", "en"])
def test_ten_diplomas_are_one_page_whatever_became_of_them(code: str) -> None:
    world = World()
    world.olympiad.revoked = {2, 3}
    form = replace(RECORD, form=THE_CHILD)
    assert len(pages(made(ten(world), code, form))) == 1
    arithmetic = ["Олимпиады и конкурсы: 5 (№ 2, диплом олимпиады из перечня [rules, прил. 3, стр. 1])"] * 6
    levels = dict.fromkeys(range(1, 11), "II (2025/26)")
    assert len(pages(made(ten(world), code, form, arithmetic=arithmetic, levels=levels))) == 1
    many = pages(made(ten(world, 25), code, form, explain=True))
    assert len(many) > 1
    assert all("27-000123" in page for page in many)


def test_a_form_that_says_otherwise_stands_in_the_answer() -> None:
    report = ten(World(), 1)
    other = replace(RECORD, form=replace(THE_CHILD, given="Проба"))
    text = close(pages(made(report, "ru", other))[0])
    assert close("В анкете иначе (имя): решает человек.") in text
    assert close("решает человек") not in close(pages(made(report, "ru", replace(RECORD, form=THE_CHILD)))[0])


def test_what_a_form_says_beside_what_was_proved() -> None:
    report = ten(World(), 1)
    spelled = compared(Form("ТЕСТОВ", "пробник", None, date(2009, 5, 18)), report.items)
    assert [each.agreement for each in spelled] == [
        Agreement.EQUAL,
        Agreement.EQUAL,
        Agreement.NOT_GIVEN,
        Agreement.DIFFERS,
    ]
    unproven = [replace(item, findings=()) for item in report.items]
    assert {each.agreement for each in compared(THE_CHILD, unproven)} == {Agreement.HIDDEN}


def test_a_letter_that_no_font_has_costs_no_page() -> None:
    world = World()
    strange = world.olympiad.diploma(1, holder=world.child.id, givenName="Мария漢字😀ꙮ")
    report = Verifier(world.trust()).check(world.bundle(strange), domain=UNIVERSITY, now=NOW)
    text = close(pages(made(report, "ru"))[0])
    assert "Мария<U+6F22><U+5B57><U+1F600><U+A66E>" in text
    bundle = Bundle(world.child.show([strange]))
    printed = sheet.pdf(bundle, symbols.lay_out(encode(bundle)), language("ru"))
    assert "<U+6F22>" in close(pages(printed)[0])
    with pikepdf.open(io.BytesIO(printed)) as opened:
        attached = opened.attachments[sheet.ATTACHMENT].get_file().read_bytes()
    assert attached.decode() == bundle.text


def test_it_is_kept_for_whole_years_after_the_year_of_the_check() -> None:
    assert kept_until(date(2027, 1, 1)) == kept_until(date(2027, 12, 31)) == date(2032, 12, 31)
    assert Record(keep_until=date(2030, 1, 1)).kept(date(2027, 1, 1)) == date(2030, 1, 1)


@pytest.mark.parametrize("code", ["ru", "en"])
def test_kits_are_named_with_their_number_age_root_and_digest(code: str) -> None:
    kit = KitSeen(
        "vymysel",
        {"ru": "Комплект «Вымысел»", "en": "The Invention kit"},
        "9f3a 11c0 77be 0000 9f3a 11c0 77be 0000",
        41,
        NOW,
        70,
        Freshness.TOO_OLD,
        NOW,
        "sha256-" + "A" * 43 + "=",
    )
    report = ten(World(), 1)
    report = replace(report, knowledge=replace(report.knowledge, kits=(kit,)))
    text = close(pages(made(report, code))[0])
    said = language(code)
    for part in (kit.name[code], "41", kit.root, kit.digest, reports.kit_sentence(kit, report, said)):
        assert close(part) in text, part
