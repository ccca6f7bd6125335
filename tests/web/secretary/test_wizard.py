"""From a kit to an organisation's own folder: no invented word is left, the sample follows the answers."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

import pytest
from PIL import Image

from tests.unit.issuer.kits import PUPIL, csv
from tests.unit.issuer.offices import NOW, Office
from tests.web.pages import OWN, Desk, Page
from tests.web.secretary.desks import SecretaryDesk, fields
from vcwallet import sealed_file
from vcwallet.errors import UsageError
from vcwallet.issuer import Issuer, Kit, invented, keystore, settings

OLYMPIAD = "Небывалинская олимпиада"


@pytest.fixture(autouse=True)
def cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    create = keystore.Keystore.create.__func__  # type: ignore[attr-defined]

    def cheap(cls: type[keystore.Keystore], path: Path, passphrase: str, **options: object) -> object:
        return create(cls, path, passphrase, **{**options, "kdf": sealed_file.UNSAFE_FOR_TESTS})

    monkeypatch.setattr(keystore.Keystore, "create", classmethod(cheap))


def answer(desk: Desk, page: Page, **answers: str) -> Page:
    address, sent = fields(page, page.path)
    return desk.post(address, sent | {name.replace("_", "-", 1): each for name, each in answers.items()})


def begun(desk: Desk, kit: str = "olympiad") -> Page:
    page = desk.get("secretary/new")
    assert "Что вы выдаёте?" in page.words
    return desk.post("secretary/new", {"kit": kit})


def to_values(desk: Desk, *, site: str = "olymp.example.org") -> Page:
    page = answer(desk, begun(desk), name=OLYMPIAD)
    answers = {"has_site": "yes", "site": site} if site else {"has_site": "no"}
    page = answer(desk, page, **answers)
    assert "Чего нет в таблице?" in page.words
    return page


def filled(page: Page, **values: str) -> dict[str, str]:
    _, sent = fields(page, page.path)
    return sent | {f"value-{key}": value for key, value in values.items()}


def to_phrase(desk: Desk) -> Page:
    page = to_values(desk)
    page = desk.post(page.path, filled(page, olympiad="Турнир звездочётов", awarded="01.03.2026"))
    assert "Где будет лежать папка" in page.words
    page = desk.post(page.path, {"here": "1", "name": "Дипломы"})
    assert "Запишите эти слова" in page.words
    return page


def words_on(page: Page) -> str:
    return " ".join(
        unescape(each) for each in re.findall(r"<li>([^<]*)</li>", page.html.split('class="words"')[1])
    )


def test_five_questions_make_a_folder_that_signs_its_own_words(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    page = to_phrase(desk)
    phrase = words_on(page)
    assert len(phrase.split()) == 6
    page = desk.post(page.path, {"passphrase": phrase, "again": phrase})
    assert "Готово. Сделайте две копии папки." in page.words
    folder = tmp_path / "Документы" / "Дипломы"
    with Issuer.open(folder, phrase) as issuer:
        assert issuer.settings.name.ru == OLYMPIAD
        assert issuer.invented == ()
        assert issuer.id == "did:web:olymp.example.org"
        found = issuer.read(csv(PUPIL), now=NOW)
        assert issuer.issue(issuer.plan(found), now=NOW).issued == 1
    text = (folder / "issuer.toml").read_text("utf-8")
    for word in ("Вымысел", "№ 0"):
        assert not [line for line in text.splitlines() if word in line and not line.startswith("#")]
    assert desk.places.before()[0].path == folder
    assert phrase not in repr(desk.session._tasks)


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"name": ""}, "invented.no-name"),
        ({"name": "Олимпиада «Вымысел»"}, "invented.value"),
        ({"name": "Имя\u200bс невидимым"}, "settings.malformed"),
    ],
)
def test_a_name_that_cannot_be_signed_is_refused_at_its_field(
    tmp_path: Path, answers: dict[str, str], code: str
) -> None:
    desk = Desk(tmp_path)
    page = answer(desk, begun(desk), **answers)
    assert (page.status, page.code) == (422, code)
    assert 'id="name-wrong"' in page.html


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({}, "page.nothing-chosen"),
        ({"has_site": "yes", "site": ""}, "did.web-url"),
        ({"has_site": "yes", "site": "не адрес"}, "did.web-url"),
    ],
)
def test_whether_there_is_a_site_must_be_said(tmp_path: Path, answers: dict[str, str], code: str) -> None:
    desk = Desk(tmp_path)
    page = answer(desk, answer(desk, begun(desk), name=OLYMPIAD), **answers)
    assert (page.status, page.code) == (422, code)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"olympiad": "Олимпиада школьников «Вымысел»"}, "invented.value"),
        ({"list_number": "№ 0"}, "invented.value"),
        ({"year": "2025"}, "roster.school-year"),
        ({"awarded": "31.02.2026"}, "roster.impossible-date"),
    ],
)
def test_every_value_of_the_kit_is_confirmed_or_replaced(
    tmp_path: Path, values: dict[str, str], code: str
) -> None:
    desk = Desk(tmp_path)
    page = to_values(desk)
    page = desk.post(page.path, filled(page, **values))
    assert (page.status, page.code) == (422, code)
    (key,) = values
    assert f'id="value-{key}-wrong"' in page.html
    assert values[key] in unescape(page.html), "what was typed stays"


def test_the_sample_follows_each_answer(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    page = begun(desk)
    first = desk.browser.get(page.address("/sample/"), headers=OWN)
    assert Image.open(io.BytesIO(first.content)).format == "PNG"
    assert first.headers["content-type"] == "image/png"
    page = answer(desk, page, name=OLYMPIAD, again="1")
    assert page.status == 200
    second = desk.browser.get(page.address("/sample/"), headers=OWN)
    assert first.url != second.url
    assert first.content != second.content
    page = desk.post(to_values(desk).path, filled(desk.page, olympiad="=плохо") | {"again": "1"})
    assert page.status == 200, "half an answer is no mistake yet"


def test_what_is_proposed_is_seen_in_the_sample_and_an_empty_day_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    monkeypatch.setattr(Kit, "picture", lambda *_, values, **__: seen.append(values["year"]) or b"")
    desk = Desk(tmp_path)
    page = to_values(desk)
    assert "Пусто: день подписания" in page.words
    desk.browser.get(page.address("/sample/"), headers=OWN)
    assert seen == [page.value("value-year")]


def test_phrases_must_be_typed_alike_and_be_strong(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    page = to_phrase(desk)
    again = desk.post(page.path, {"passphrase": "один два три", "again": "один два"})
    assert again.code == "passphrase.not-the-same"
    again = desk.post(page.path, {"passphrase": "пароль", "again": "пароль"})
    assert again.code == "passphrase.weak"
    assert not (tmp_path / "Документы" / "Дипломы").exists()
    assert "пароль" not in re.sub(r"<li>.*?</li>", "", again.html)
    other = desk.post(page.path, {"other": "1"})
    assert words_on(other) != words_on(page)


def test_each_kit_is_chosen_by_its_picture(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    page = desk.get("secretary/new")
    pictures = [each for each in page.links if "/pictures/" in each]
    assert len(pictures) == len(Issuer.kits())
    for each in pictures:
        answer_ = desk.browser.get(each, headers=OWN)
        assert Image.open(io.BytesIO(answer_.content)).width > 700
    assert desk.post("secretary/new", {"kit": "нет такого"}).code == "page.nothing-chosen"
    assert desk.get("secretary/new/unknown/name").code == "page.forgotten"


def test_values_of_a_folder_are_changed_on_a_page_and_comments_stay(tmp_path: Path) -> None:
    desk = SecretaryDesk.of(tmp_path / "home", Office.make(tmp_path / "olympiad"))
    page = desk.inside("values")
    changed = {"value-olympiad-diploma.year": "2026/27", "value-olympiad-diploma.list_number": ""}
    wrong = desk.send(page, **{"value-olympiad-diploma.year": "2026/28"})
    assert wrong.code == "roster.school-year"
    page = desk.send(page, **changed)
    assert "Сохранено" in page.words
    with Issuer.open(desk.office.folder.path) as issuer:
        given = issuer.given(issuer.template("olympiad-diploma"))
        assert given["year"] == "2026/27"
        assert "list_number" not in given
        assert issuer.given(issuer.template("olympiad-winner"))["year"] == "2025/26"
        assert "# Адрес сайта" in issuer.settings_file.read_text("utf-8")
    page = desk.send(desk.inside("values"), **{"value-olympiad-diploma.list_number": "№ 7"})
    with Issuer.open(desk.office.folder.path) as issuer:
        assert issuer.given(issuer.template("olympiad-diploma"))["list_number"] == "№ 7"


def test_values_are_written_where_a_table_or_a_line_is_missing() -> None:
    text = '[values.one]\n# year = "2025/26"\nstage = "Финал"\n\n[status]\nvalid_days = 180\n'
    written = settings.with_values(
        text, {"one": {"year": "2026/27", "day": "1", "stage": ""}, "two": {"a": "б"}}
    )
    assert written == (
        '[values.one]\nyear = "2026/27"\n# stage = "Финал"\nday = "1"\n\n[status]\nvalid_days = 180\n'
        '\n[values.two]\na = "б"\n'
    )
    assert settings.with_values(text, {}) == text


def test_a_value_may_be_given_for_the_templates_that_agree() -> None:
    kit = next(each for each in Issuer.kits() if each.name == "olympiad")
    own = invented.own_values(kit.settings, {"olympiad-diploma.stage": "Школьный этап"}, left_out=())
    assert own["values.olympiad-winner", "stage"] == "Школьный этап"
    assert ("values.vsosh-diploma", "stage") not in own
    with pytest.raises(UsageError):
        invented.own_values(kit.settings, {"olympiad-diploma.shoe": "44"}, left_out=())


def test_an_example_may_keep_what_was_invented() -> None:
    kit = next(each for each in Issuer.kits() if each.name == "olympiad")
    example = kit.settings.values["olympiad-diploma"]["olympiad"]
    kit.demand_value("olympiad", example, site="https://olymp.example", now=NOW)
    with pytest.raises(UsageError):
        kit.demand_value("olympiad", example, site="", now=NOW)
