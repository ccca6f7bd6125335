"""Showing in four steps, what was put aside, and the history, through the real application."""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from tests.unit.wallet.shared import MASHA, NOW, PETYA
from tests.web.family.family import Home, home
from tests.web.pages import Network, Page
from tests.web.secretary.desks import fields
from tests.world import World, seeded_key
from vcwallet import locales, strict_json
from vcwallet.bundle.request import Request, Want
from vcwallet.bundle.scanning import read_inputs
from vcwallet.errors import UsageError
from vcwallet.identifiers.did import key as did_key
from vcwallet.sealed_file import saving
from vcwallet.speaking.shown import shown_item
from vcwallet.verifier import Verifier
from vcwallet.verifier.desk_key import DeskKey
from vcwallet.wallet import Diploma
from vcwallet.web.pages.family import safety, showing
from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.family.under_way import Begun
from vcwallet.web.pages.visit import Visit

VUZ = "priem.vuz.example"


@pytest.fixture
def family(tmp_path: Path) -> Home:
    """Masha has two diplomas whose parts can be hidden, and one that is signed as a whole."""
    made = home(tmp_path)
    opened = made.saved
    masha = opened.child(MASHA.full_name)
    for number, awarded in ((11, "2025-03-01"), (12, "2026-03-01")):
        document = made.issuer.with_hideable_parts(
            made.issuer.diploma(number=number, awarded=awarded, role=f"{number - 2} «А»")
        )
        opened.add(document, child=masha, now=NOW)
    opened.save()
    made.open()
    return made


def start(family: Home) -> Page:
    return family.desk.get(family.of(MASHA.full_name) + "/show")


def chosen(family: Home, *numbers: int, to: str = VUZ) -> Page:
    """To step three, by hand."""
    page = start(family)
    page = family.desk.post(page.path, {"to": to, "purpose": "Поступление", "until": "1"})
    ids = [each.id for each in diplomas(family, *numbers)]
    return family.desk.post(page.path, {"diploma": ids})


def diplomas(family: Home, *numbers: int) -> list[Diploma]:
    found = {(each.credential.id or "")[-2:]: each for each in family.saved.child(MASHA.full_name).diplomas()}
    return [found[f"{number:02}"] for number in numbers]


def ticks(page: Page) -> list[str]:
    """The diplomas and fields that are ticked."""
    found = re.findall(r'<input type="checkbox" name="show" value="([^"]*)" checked>', page.html)
    return [unescape(each) for each in found]


def preview(page: Page) -> list[tuple[str, list[tuple[str, str]]]]:
    """The recipient's own view: of each diploma the title, names and values."""
    part = page.html.partition('class="seen"')[2].partition("</section>")[0]
    found = []
    for article in part.split("<article")[1:]:
        title = re.search("<h3>([^<]*)</h3>", article)
        assert title is not None
        rows = re.findall(r"<dt>([^<]*)</dt>\s*<dd>([^<]*)</dd>", article)
        found.append((unescape(title[1]), [(unescape(name), unescape(value)) for name, value in rows]))
    return found


def lines(family: Home) -> int:
    return len(family.saved.child(MASHA.full_name).ledger.entries())


# --- the whole way ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("hide", [(), ("born",), ("school", "class"), ("person", "result")])
def test_what_was_looked_at_is_what_the_office_reads(family: Home, hide: tuple[str, ...]) -> None:
    page = chosen(family, 11, 12)
    kept = [each for each in ticks(page) if each.split()[1] not in hide]
    page = family.desk.post(page.path, {"show": kept, "again": "1"})
    looked_at = preview(page)
    page = family.desk.post(page.path, {"show": kept})
    assert preview(page) == looked_at, "the last step shows the same"
    assert lines(family) == 0, "nothing is written down before it is signed"
    page = family.desk.post(page.path)
    assert "Готово" in page.words
    assert lines(family) == 1
    content = family.desk.get(page.address("/file")).content
    (found,) = read_inputs([content])
    assert found.bundle is not None
    report = Verifier(World().trust()).check(found.bundle, domain=VUZ, now=NOW)
    assert len(report.items) == len(looked_at) == 2
    for item, (title, rows) in zip(report.items, looked_at, strict=True):
        card = shown_item(item, locales.language("ru").in_full())
        assert (title, rows[: len(card.facts)]) == (card.title, list(card.facts))
        values = [value for _, value in rows]
        assert ("17 мая 2009" in values) is ("born" not in hide)


def offered(page: Page) -> list[bool]:
    """Of each diploma that may be shown, whether it is ticked."""
    found = re.findall(r'<input type="checkbox" name="diploma" value="[^"]*"( checked)?>', page.html)
    return [bool(each) for each in found]


def test_the_only_diploma_is_ticked_and_of_several_none(tmp_path: Path, family: Home) -> None:
    terms = {"to": VUZ, "purpose": "Поступление", "until": "1"}
    assert offered(family.desk.post(start(family).path, terms)) == [False] * 3
    alone = home(tmp_path / "другая семья")
    alone.open()
    page = alone.desk.post(start(alone).path, terms)
    assert offered(page) == [True]
    page = alone.desk.post(page.path, {})
    assert page.status == 422
    assert offered(page) == [False], "whoever took the tick away is not contradicted"


@pytest.mark.parametrize(("wants", "ticked"), [((), True), ((Want("olympiad-diploma", at_least=2),), False)])
def test_the_only_diploma_is_ticked_for_a_request_that_names_none(
    tmp_path: Path, wants: tuple[Want, ...], ticked: bool
) -> None:
    alone = home(tmp_path)
    alone.open()
    asked = Request(VUZ, "Поступление", NOW, wants=wants)
    content = strict_json.dumps(asked.to_json()).encode()
    page = alone.desk.post(start(alone).address("/show/request"), files=[("request", "запрос.json", content)])
    assert offered(page) == [ticked]


def test_pressing_twice_signs_once(family: Home) -> None:
    page = chosen(family, 11)
    page = family.desk.post(page.path, {"show": ticks(page)})
    check = page.path
    family.desk.post(check)
    family.desk.post(check)
    assert lines(family) == 1


def test_what_is_signed_cannot_be_ticked_anew(family: Home) -> None:
    """Otherwise somebody would go back, hide more, and hand out what was signed before."""
    page = chosen(family, 11)
    what, kept = page.path, ticks(page)
    page = family.desk.post(what, {"show": kept})
    done = family.desk.post(page.path)
    assert "подписан" in family.desk.get(what).html
    page = family.desk.post(what, {"show": kept[:1]})
    assert page.status == 422
    assert lines(family) == 1
    assert family.desk.get(done.path).status == 200


def test_a_request_that_closed_meanwhile_is_told_in_place(family: Home) -> None:
    asked = Request(VUZ, "Поступление", NOW, expires=NOW + timedelta(days=1))
    content = strict_json.dumps(asked.to_json()).encode("utf-8")
    page = family.desk.post(start(family).address("/show/request"), files=[("request", "r.json", content)])
    page = family.desk.post(page.path, {"diploma": [each.id for each in diplomas(family, 11)]})
    family.desk.time.now += timedelta(days=2)
    family.desk.session.touch(next(iter(family.desk.session.opened.values())))
    page = family.desk.post(page.path, {"show": ticks(page)})
    assert page.status == 422
    assert "Что увидит" in page.words


def test_only_what_a_window_showed_is_signed_in_it(family: Home, refused: list[str]) -> None:
    """Two windows share a showing; with the button of one, what the other chose would be signed unseen."""
    what = chosen(family, 11)
    most = family.desk.post(what.path, {"show": []})
    family.desk.post(what.path, {"show": ticks(what)})
    (address, sent) = fields(most, "/check")
    answer = family.desk.post(address, sent)
    assert answer.status == 422
    assert refused == ["page.changed-since"]
    assert preview(answer) != preview(most)
    assert lines(family) == 0
    assert "Готово" in family.desk.post(*fields(answer, "/check")).words
    assert lines(family) == 1


def test_what_could_not_be_saved_was_shown_to_nobody(family: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    page = chosen(family, 11)
    check = family.desk.post(page.path, {"show": ticks(page)}).path

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(saving, "replace", full)
        page = family.desk.post(check)
        assert page.status == 422
        assert "Готово" not in page.words
    family.desk.get(check)
    family.desk.post(check)
    assert lines(family) == 1, "the first try left nothing behind"


def test_what_was_put_aside_is_said_to_be_kept_only_when_it_is(
    family: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = chosen(family, 11)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(saving, "replace", full)
    page = family.desk.post(page.path, {"show": ticks(page), "later": "1"})
    assert "Отложено." not in page.words
    assert "Не сохранено на диске" in page.words or "не сохран" in page.words.lower()


def test_a_request_is_answered_by_a_proposal_and_what_nobody_asked_for_is_not_ticked(family: Home) -> None:
    asked = Request(
        VUZ,
        "Поступление",
        NOW,
        wants=(Want("olympiad-diploma", ("person", "result"), at_least=2),),
        retention=timedelta(days=90),
    )
    content = strict_json.dumps(asked.to_json()).encode("utf-8")
    page = start(family)
    page = family.desk.post(page.address("/show/request"), files=[("request", "запрос.json", content)])
    assert "Что просят" in page.words
    assert page.html.count('name="diploma"') == 3
    chosen_ids = re.findall(r'name="diploma" value="([^"]*)" checked', page.html)
    assert len(chosen_ids) == 2
    assert "меньше всего лишнего" in page.words, "the third is signed as a whole"
    address = page.path
    page = family.desk.post(address, {"diploma": chosen_ids})
    assert (
        "меньше всего лишнего"
        not in family.desk.post(address, {"diploma": chosen_ids[:1], "later": "1"}).words
    )
    page = family.desk.post(address, {"diploma": chosen_ids})
    fields = {each.split()[1] for each in ticks(page)}
    assert "person" in fields
    assert "born" not in fields
    page = family.desk.post(page.path, {"show": ticks(page)})
    assert "не дольше 90 дней" in page.words


def test_what_is_no_request_is_said_in_place(family: Home) -> None:
    page = start(family)
    page = family.desk.post(page.address("/show/request"), {"pasted": "привет"})
    assert page.status == 422
    assert "Запроса" in page.words or "запрос" in page.words


def test_a_refused_recipient_is_told_at_its_field_and_what_was_typed_stays(family: Home) -> None:
    page = start(family)
    page = family.desk.post(page.path, {"to": "не сайт", "purpose": "Поступление", "until": "1"})
    assert page.status == 422
    assert 'aria-invalid="true"' in page.html
    assert page.value("purpose") == "Поступление"


def test_what_is_hidden_here_and_read_there_is_told_with_the_preview(family: Home) -> None:
    page = chosen(family, 11, 12)
    everything = ticks(page)
    first_born = next(each for each in everything if each.endswith(" born"))
    page = family.desk.post(
        page.path, {"show": [each for each in everything if each != first_born], "again": "1"}
    )
    assert "Всё-таки видно: дата рождения" in page.words


def test_a_diploma_signed_as_a_whole_says_why_nothing_of_it_can_be_hidden(family: Home) -> None:
    page = chosen(family, 1)
    assert "По частям не скрыть: издатель подписал его целиком" in page.words
    assert ticks(page) == []


def test_a_name_that_deceives_is_agreed_to_by_itself(family: Home) -> None:
    page = chosen(family, 11, to="рriem.vuz.example")
    page = family.desk.post(page.path, {"show": ticks(page)})
    check = page.path
    page = family.desk.post(check)
    assert page.status == 422
    assert lines(family) == 0
    page = family.desk.post(check, {"looked": "1"})
    assert lines(family) == 1


def test_the_codes_are_shown_in_turn_and_one_by_one(family: Home) -> None:
    page = chosen(family, 11, 12)
    page = family.desk.post(page.path, {"show": ticks(page)})
    done = family.desk.post(page.path)
    page = family.desk.get(done.address("/code"))
    picture = family.desk.get(page.address("/picture"))
    assert picture.content.startswith(b"GIF8")
    page = family.desk.get(page.address("/code/1"))
    assert "Код 1 из" in page.words
    sheet = family.desk.get(done.address("/sheet"))
    assert sheet.content.startswith(b"%PDF")
    assert "attachment" in sheet.headers["content-disposition"]


# --- put aside --------------------------------------------------------------------------------------------


def test_what_was_put_aside_is_there_after_closing(family: Home) -> None:
    page = chosen(family, 11, 12)
    kept = [each for each in ticks(page) if not each.endswith(" born")]
    page = family.desk.post(page.path, {"show": kept, "later": "1"})
    assert "Отложено" in page.words
    family.desk.post(page.address("/close"))
    family.open()
    page = start(family)
    assert VUZ in page.words
    page = family.desk.post(page.address("/show/aside/"))
    ids = re.findall(r'name="diploma" value="([^"]*)" checked', page.html)
    assert len(ids) == 2
    page = family.desk.post(page.path, {"diploma": ids})
    assert ticks(page) == kept
    page = family.desk.post(page.path, {"show": kept})
    family.desk.post(page.path)
    assert family.saved.child(MASHA.full_name).asides.all() == (), "it was signed"


def test_what_was_put_aside_can_be_given_up(family: Home) -> None:
    page = chosen(family, 11)
    page = family.desk.post(page.path, {"show": ticks(page), "later": "1"})
    page = family.desk.post(page.address("/drop"))
    assert "отменён" in page.words
    assert family.saved.child(MASHA.full_name).asides.all() == ()


def test_a_showing_of_one_child_is_not_found_under_the_other(family: Home) -> None:
    page = chosen(family, 11)
    masha, petya = (family.saved.child(each.full_name).id for each in (MASHA, PETYA))
    page = family.desk.get(page.path.replace(masha, petya))
    assert page.status == 422
    assert "Школа" not in page.words


# --- the history and the child's number -------------------------------------------------------------------


def test_the_history_says_what_was_seen_and_an_entry_is_erased_on_a_page_of_its_own(family: Home) -> None:
    page = chosen(family, 11)
    kept = [each for each in ticks(page) if not each.endswith(" born")]
    page = family.desk.post(page.path, {"show": kept})
    family.desk.post(page.path)
    page = family.desk.get(family.of(MASHA.full_name) + "/history")
    assert VUZ in page.words
    assert "Не видел дата рождения" in page.words
    assert family.desk.get(page.address("/history/print")).content.startswith(b"%PDF")
    page = family.desk.get(page.address("/forget"))
    assert "Вернуть показанное нельзя" in page.words
    page = family.desk.post(page.path)
    assert VUZ not in page.words
    (line,) = family.saved.child(MASHA.full_name).ledger.entries()
    assert line.showing is None


def test_a_receipt_is_kept_beside_the_showing_it_is_for(family: Home) -> None:
    key = seeded_key("desk")
    office = DeskKey(did_key.did_of(key.public_key), "Приёмная комиссия", key)
    asked = Request(VUZ, "Поступление", NOW, receipt_key=key.public_key.multibase)
    content = strict_json.dumps(asked.to_json()).encode("utf-8")
    page = family.desk.post(start(family).address("/show/request"), files=[("request", "r.json", content)])
    page = family.desk.post(page.path, {"diploma": [each.id for each in diplomas(family, 11)]})
    page = family.desk.post(page.path, {"show": ticks(page)})
    done = family.desk.post(page.path)
    (found,) = read_inputs([family.desk.get(done.address("/file")).content])
    report = Verifier(World().trust()).check(found.bundle or {}, domain=VUZ, now=NOW)
    receipt = office.sign(report, "Документы получены.", now=NOW)
    history = family.desk.get(family.of(MASHA.full_name) + "/history").path
    page = family.desk.post(history, {"pasted": "привет"})
    assert page.status == 422
    content = strict_json.dumps(receipt).encode("utf-8")
    page = family.desk.post(history, files=[("receipt", "расписка.json", content)])
    assert "Расписка сохранена" in page.words
    assert "Документы получены." in page.words
    (line,) = family.saved.child(MASHA.full_name).ledger.entries()
    assert line.receipt == receipt


def test_the_number_for_organisers_holds_no_name(family: Home) -> None:
    page = family.desk.get(family.of(MASHA.full_name) + "/id")
    did = family.saved.child(MASHA.full_name).did
    assert did in page.words
    saved = family.desk.post(page.path, {"form": "file", "to": "olymp.example"})
    proof = json.loads(saved.content)
    assert proof["holder"] == did
    assert proof["proof"]["domain"] == "olymp.example"
    assert MASHA.family_name not in saved.content.decode("utf-8")
    assert family.desk.post(page.path, {"form": "file", "to": "не сайт"}).status == 422


@pytest.mark.parametrize(
    ("handler", "code"),
    [
        (showing.which, "page.showing-forgotten"),
        (showing.done, "page.not-signed"),
        (showing.what, "page.showing-signed"),
        (safety.sheet, "page.forgotten"),
    ],
)
def test_an_address_of_something_that_is_over_says_so(
    family: Home, handler: Callable[[Visit[Family]], object], code: str
) -> None:
    opened = next(iter(family.desk.session.opened.values()))
    assert isinstance(opened, Family)
    child = opened.wallet.child(MASHA.full_name).id
    opened.tasks["begun"] = Begun(child)
    signed = opened.wallet.sign(
        opened.wallet.prepare(opened.wallet.child(child).diplomas(), to=VUZ, purpose="п", now=NOW), now=NOW
    )
    opened.tasks["signed"] = Begun(child, shown=signed)
    begun = {"page.not-signed": "begun", "page.showing-signed": "signed"}.get(code, "gone")
    visit = Visit(
        session=family.desk.session,
        opened=opened,
        path="",
        language=locales.language("ru").in_full(),
        now=NOW,
        randomness=bytes,
        places=family.desk.places,
        network=Network(family.desk.network),
        roles=(),
        parameters={"child": child, "begun": begun, "sheet": "gone"},
    )
    with pytest.raises(UsageError) as refused:
        handler(visit)
    assert refused.value.code == code
