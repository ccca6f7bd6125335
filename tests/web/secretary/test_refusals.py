"""What a secretary's form is refused for: by its code, what was sent, and what the page says."""

from __future__ import annotations

import pytest

from tests.web.secretary.offices import Office
from vcwallet.errors import UsageError
from vcwallet.web.pages.secretary import opened as opened_module

REFUSED = {
    "page.nothing-chosen": ("settle", {}, "Ничего не выбрано"),
    "passphrase.not-the-same": ("keys/passphrase", {"new": "одно", "again": "другое"}, "не совпадают"),
    "issuer.no-day": ("keys/stolen", {"since": "когда-то"}, "«когда-то» — не дата"),
}
SAID = {"page.code-typo": "Прочитайте группу", "page.not-sure": "Ничего не закрыто"}


@pytest.mark.parametrize("code", REFUSED)
def test_a_form_is_refused_in_place(opened: Office, code: str) -> None:
    address, sent, words = REFUSED[code]
    page = opened.send(address, **sent)
    assert page.status == 422
    assert words in page.words.replace("\u00a0", " ")
    assert page.path.endswith(address)


def test_groups_that_are_not_those_of_the_sheet(opened: Office) -> None:
    page = opened.send("keys/sheet")
    page = opened.post(page.path)
    assert page.status == 422
    assert SAID["page.code-typo"] in page.words.replace("\u00a0", " ")


def test_closing_without_meaning_it(opened: Office) -> None:
    (opened.home / "сайт").mkdir()
    opened.send("keys/close")
    page = opened.post(opened.choose(opened.home / "сайт").path)
    assert page.status == 422
    assert SAID["page.not-sure"] in page.words.replace("\u00a0", " ")
    assert opened.secretary.issuer.closed_since is None


def test_a_diploma_without_its_own_file(opened: Office) -> None:
    issuer = opened.secretary.issuer
    (path,) = issuer.issued_folder.glob("0001 *.vc.json")
    path.unlink()
    with pytest.raises(UsageError) as refused:
        issuer.file_of(issuer.find("1").id, pdf=False, now=opened.time.now)
    assert refused.value.code == "finding.no-file"


def test_a_task_that_is_not_known(opened: Office) -> None:
    with pytest.raises(UsageError) as refused:
        opened.secretary.task("nothing", opened_module.Secretary)
    assert refused.value.code == "page.forgotten"
