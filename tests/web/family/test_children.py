"""What is written of a child, put right; two entries of one child joined; a child taken out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.wallet.shared import MASHA, NOW, PETYA
from tests.web.family.family import Home, home
from tests.web.pages import Page
from vcwallet.wallet import Profile


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Home]:
    made = home(tmp_path)
    yield made
    made.desk.session.end()


def go(family: Home, child: str, end: str) -> Page:
    """A page about a child, found by links from its home."""
    family.open()
    family.desk.get(family.of(child))
    page = family.desk.get(family.page.address("/names"))
    return page if end == "names" else family.desk.get(page.address(f"/{end}"))


def written(profile: Profile, **other: str) -> dict[str, str]:
    return {
        "family": profile.family_name,
        "given": profile.given_name,
        "patronymic": profile.patronymic_name or "",
        "born": profile.written_birth_date,
        **other,
    }


# --- putting it right ---------------------------------------------------------------------------------------


def test_the_page_has_what_is_written_and_writes_what_is_right(family: Home) -> None:
    page = go(family, MASHA.given_name, "names")
    assert page.value("born") == "17.05.2009"
    assert page.value("family") == MASHA.family_name
    page = family.desk.post(page.path, written(MASHA, patronymic="-"))
    assert f"Записано: {MASHA.family_name} {MASHA.given_name}, 17 мая 2009" in page.words
    profile = family.saved.child(MASHA.given_name).profile
    assert profile.patronymic_name is None
    assert profile.former_family_names == ()


def test_a_name_that_the_diplomas_contradict_is_written_after_somebody_compared(family: Home) -> None:
    page = go(family, MASHA.given_name, "names")
    page = family.desk.post(page.path, written(MASHA, family="Иномарова"))
    assert page.status == 422
    assert page.code == "wallet.other-person"
    assert "Иномарова" in page.words
    assert family.saved.child(MASHA.given_name).profile == MASHA
    page = family.desk.post(page.path, {"same": "1", **{name: page.value(name) for name in written(MASHA)}})
    assert page.status == 200
    assert family.saved.child(MASHA.given_name).profile.family_name == "Иномарова"


def test_a_surname_that_changed_keeps_the_diplomas_under_the_earlier_one(family: Home) -> None:
    page = go(family, MASHA.given_name, "names")
    page = family.desk.post(page.path, written(MASHA, family="Иномарова", renamed="1"))
    assert page.status == 200
    profile = family.saved.child(MASHA.given_name).profile
    assert (profile.family_name, profile.former_family_names) == ("Иномарова", (MASHA.family_name,))


def test_what_cannot_be_written_stays_typed_and_is_told_at_its_field(family: Home) -> None:
    page = go(family, MASHA.given_name, "names")
    for wrong, code in (({"born": "вчера"}, "wallet.birth-date"), ({"given": ""}, "wallet.child-name")):
        answer = family.desk.post(page.path, written(MASHA) | {"family": "Набрано"} | wrong)
        assert (answer.status, answer.code) == (422, code)
        assert answer.value("family") == "Набрано"
        assert 'aria-invalid="true"' in answer.html
    answer = family.desk.post(page.path, written(PETYA))
    assert answer.code == "wallet.same-child"
    assert family.saved.child(MASHA.given_name).profile == MASHA


# --- two entries of one child -------------------------------------------------------------------------------


def twice(family: Home) -> str:
    """The girl a second time, mistyped, with a diploma of her own; the given name of that entry."""
    made = family.saved
    other = made.add_child(Profile(MASHA.given_name + "а", MASHA.family_name, MASHA.patronymic_name), now=NOW)
    made.add(family.issuer.diploma(other.profile, number=8), child=other, now=NOW)
    made.save()
    return other.profile.given_name


def test_two_entries_become_one_after_the_names_were_compared(family: Home) -> None:
    mistyped = twice(family)
    other = family.saved.child(mistyped)
    page = go(family, MASHA.full_name, "merge")
    assert "Разъединить их потом нельзя" in page.words
    page = family.desk.post(page.path, {"other": other.id})
    assert (page.status, page.code) == (422, "wallet.other-person")
    assert len(family.saved.children) == 3
    page = family.desk.post(page.path, {"same": page.value("same")})
    assert "теперь часть записи" in page.words
    saved = family.saved
    assert {each.name for each in saved.children} == {MASHA.full_name, PETYA.full_name}
    assert len(saved.diplomas(child=saved.child(MASHA.given_name))) == 2


@pytest.mark.parametrize("given", ["", "нет такого", "0"])
def test_an_entry_that_is_not_there_joins_nothing(family: Home, given: str) -> None:
    page = go(family, MASHA.given_name, "merge")
    page = family.desk.post(page.path, {"other": given})
    assert page.status == 422
    assert len(family.saved.children) == 2


def test_an_entry_is_not_joined_with_itself(family: Home) -> None:
    page = go(family, MASHA.given_name, "merge")
    page = family.desk.post(page.path, {"other": family.saved.child(MASHA.given_name).id})
    assert page.code == "wallet.same-entry"
    assert len(family.saved.children) == 2


# --- taking a child out -------------------------------------------------------------------------------------


def test_a_child_goes_when_its_name_was_typed_and_what_goes_is_said_before(family: Home) -> None:
    page = go(family, MASHA.given_name, "remove")
    assert "1 диплом" in page.words
    assert "Ключ ребёнка" in page.words
    assert page.address("/leaving"), "saving everything is offered first"
    for wrong in ("", PETYA.given_name):
        answer = family.desk.post(page.path, {"name": wrong})
        assert (answer.status, answer.code) == (422, "page.other-child")
        assert len(family.saved.children) == 2
    answer = family.desk.post(page.path, {"name": f" {MASHA.given_name.lower()} "})
    assert answer.status == 200
    assert "запись убрана из кошелька" in answer.words
    assert [each.name for each in family.saved.children] == [PETYA.full_name]
    assert family.desk.get(page.path).code == "page.no-child"
