"""Publishing by the pages: what changes is said first, a loss has to be named, what is there is compared."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from tests.web.secretary.offices import FOLDER, PASSPHRASE, Office
from vcwallet.errors import DocumentError, MachineError
from vcwallet.issuer import Arrival, Issuer


def published(office: Office) -> Path:
    """Publish by the pages into a folder of the home folder."""
    site = office.home / "сайт"
    site.mkdir(exist_ok=True)
    office.send("publish")
    page = office.choose(site)
    assert "Что изменится" in page.words
    office.post(page.path)
    return site


def test_the_first_publishing(opened: Office) -> None:
    page = opened.go("publish")
    assert "Ещё ничего не опубликовано" in page.words
    site = published(opened)
    assert (site / ".well-known" / "did.json").is_file()
    assert "Опубликовано" in opened.page.words
    assert "2 марта 2026" in opened.page.words.replace("\u00a0", " ")
    assert "сентябр" in opened.page.words or "август" in opened.page.words


def test_the_first_publishing_may_begin_a_folder_of_its_own(opened: Office) -> None:
    """Nothing of it lies loose among the documents."""
    page = opened.send("publish")
    assert "Название новой папки" in page.words
    refused = opened.post(page.path, {"new": "1", "name": "../вне"})
    assert refused.code == "page.file-name"
    page = opened.post(page.path, {"root": "0"})
    page = opened.post(page.path, {"new": "1", "name": "Для сайта"})
    assert "Что изменится" in page.words
    assert not (opened.home / "Для сайта").exists()
    opened.post(page.path)
    assert (opened.home / "Для сайта" / ".well-known" / "did.json").is_file()


def test_what_changes_is_said_before_anything_is_written(opened: Office) -> None:
    site = published(opened)
    before = (site / "status" / "1.json").read_bytes()
    opened.send("diplomas/1/revoke")
    page = opened.get(opened.go("publish").address("/publish/"))
    assert "1 диплом станет отозванным" in page.words
    assert "не содержит последних изменений" in page.words or "последних" in page.words
    assert (site / "status" / "1.json").read_bytes() == before
    opened.post(page.path)
    assert (site / "status" / "1.json").read_bytes() != before


def test_without_the_keys_the_difference_is_shown_and_writing_asks_for_them(office: Office) -> None:
    office.enter(office.home / FOLDER, passphrase=None)
    (office.home / "сайт").mkdir()
    office.send("publish")
    page = office.choose(office.home / "сайт")
    assert "Что изменится" in page.words
    page = office.post(page.path)
    assert page.path.endswith("/unlock")
    page = office.send("unlock", passphrase=PASSPHRASE)
    assert "Что изменится" in page.words


def test_a_loss_has_to_be_named(office: Office) -> None:
    """An older copy of the folder would take a revocation back."""
    place, old = office.home / FOLDER, office.home / "старая"
    site = office.home / "сайт"
    with Issuer.open(place, PASSPHRASE) as issuer:
        issuer.publish(site, now=office.time.now)
    shutil.copytree(place, old)
    with Issuer.open(place, PASSPHRASE) as issuer:
        (first, _) = issuer.lines()
        issuer.revoke(first.id, now=office.time.now)
        issuer.publish(site, now=office.time.now)
    with Issuer.open(old) as issuer:
        issuer.settle(Arrival.SHARED, now=office.time.now)
    before = (site / "status" / "1.json").read_bytes()
    office.enter(old)
    page = office.get(office.go("publish").address("/publish/"))
    assert "Что-то из опубликованного пропадёт" in page.words
    assert page.value("lose") == "revocations"
    refused = office.post(page.path)
    assert (site / "status" / "1.json").read_bytes() == before
    assert " --" not in refused.words
    office.get(page.path)
    office.post(page.path, {"lose": "revocations"})
    assert (site / "status" / "1.json").read_bytes() != before


def test_a_published_copy_is_checked_without_the_keys(office: Office) -> None:
    with Issuer.open(office.home / FOLDER, PASSPHRASE) as issuer:
        issuer.publish(office.home / "сайт", now=office.time.now)
    office.enter(office.home / FOLDER, passphrase=None)
    office.send("publish", check="1")
    page = office.choose(office.home / "сайт")
    assert "Всё как должно быть" in page.words
    (office.home / "сайт" / "status" / "1.json").unlink()
    page = office.get(page.path)
    assert "1 файл не такой" in page.words


def test_the_site_is_asked_only_when_the_button_is_pressed(opened: Office) -> None:
    asked: list[str] = []

    def network(url: str, ceiling: int) -> bytes:
        asked.append(url)
        raise DocumentError("fetch.status", "no such page")

    opened.network = network
    rewired = Office(opened.home, network=network)
    rewired.enter(opened.home / FOLDER, passphrase=None)
    page = rewired.go("publish/site")
    assert asked == []
    assert "https://olymp.example" in page.words
    page = rewired.send("publish/site")
    assert "https://olymp.example/.well-known/did.json" in asked
    assert "не такие" in page.words or "не такой" in page.words


def test_a_site_that_does_not_answer_is_said_in_place(opened: Office) -> None:
    def network(url: str, ceiling: int) -> bytes:
        raise MachineError("fetch.no-answer", "no answer")

    rewired = Office(opened.home, network=network)
    rewired.enter(opened.home / FOLDER, passphrase=None)
    assert rewired.send("publish/site").status == 422


def test_lists_that_end_are_told_on_the_overview(opened: Office) -> None:
    published(opened)
    later = Office(opened.home)
    later.time.now += timedelta(days=160)
    assert "действуют только до" in later.enter(opened.home / FOLDER).words
