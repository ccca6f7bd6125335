"""A family with a wallet of its own at a second desk: a code on the screen, TLS, an answer on the page.

The officer sits in Chromium. The wallet is this program's, as a command: it reads the code from the screen,
fetches the request and posts its answer, by the network of this computer.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium, people
from tests.browser.chromium import Person
from tests.unit.wallet.shared import NOW, PASSPHRASE
from tests.web.officer.counter import Family, write_trust
from tests.web.serving import Hands, Served, serving
from vcwallet.bundle import scanning
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
from vcwallet.locales import language
from vcwallet.web.pages import officer
from vcwallet.web.pages.pairing import Pairing
from vcwallet.web.pages.places import Places

NO_ICON = {401}
"""The page that asks for digits has none, and Chromium asks for one."""
Answers = Callable[..., int]
"""Has the wallet answer a request; the exit status of the command."""


@dataclass
class SecondDesk:
    pages: Served
    family: Family
    pins: list[str]

    def let_in(self, person: Person) -> str:
        """Type the digits of the first desk's screen, and open its list; the address of the desk."""
        page = person.page
        page.goto(self.pages.url + "/")
        page.locator("input[name=pin]").fill(self.pins[-1])
        people.press_it(person, "main form button")
        page.goto(self.pages.url + self.pages.place + f"officer/open/{self._list()}")
        people.press(person)
        return people.root(person)

    def _list(self) -> str:
        return self.pages.session.choose(write_trust(self.family))


@pytest.fixture
def second(tmp_path: Path) -> Iterator[SecondDesk]:
    family, state, pins = Family(tmp_path), tmp_path / "state", list[str]()
    family.made.save()
    state.mkdir()
    pairing = Pairing(Hands(NOW).clock(), secrets.token_bytes, pins.append)
    places = Places(state, tuple, state, shown=False)
    with serving(tmp_path, roles=(officer.ROLE,), now=NOW, tls=True, pairing=pairing, places=places) as pages:
        yield SecondDesk(pages, family, pins)


@pytest.fixture
def wallet(second: SecondDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answers:
    monkeypatch.setenv("VCWALLET_STATE", str(tmp_path / "the family's"))
    (tmp_path / "слова.txt").write_text(PASSPHRASE, "utf-8")

    def answer(url: str, *more: str) -> int:
        return run(
            command_line,
            [
                *("wallet", "present", str(tmp_path / "семья.vcw"), "--request", url, "--yes", *more),
                *("--passphrase-file", str(tmp_path / "слова.txt"), "--now", NOW.isoformat()),
            ],
            Speaker(language("en")),
        )

    return answer


def ask(person: Person, root: str) -> None:
    page = person.page
    page.goto(root + "request")
    page.get_by_label("Для чего").fill("Поступление в 2026 году")
    page.locator("input[name=kind][value=olympiad-diploma]").check()
    people.press_it(person, "button[name=by][value=openid]")
    assert page.locator("h1").inner_text() == "Ждём кошелёк"


def read_off(person: Person) -> str:
    """What the code on the screen says, read from a picture of the screen."""
    code = person.page.locator("main img[alt='Код запроса']")
    while not code.evaluate("each => each.complete && each.naturalWidth > 0"):
        person.page.wait_for_timeout(20)
    (found,) = scanning.read_inputs([code.screenshot()])
    assert found.document is not None
    return str(found.document["url"])


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_wallet_that_knows_the_certificate_answers_and_the_page_shows_it(
    browser: Browser,
    second: SecondDesk,
    wallet: Answers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    script: bool,
) -> None:
    """The page goes on to the answer by itself; without a script it asks for itself."""
    assert second.pages.certificate is not None
    known = tmp_path / "known.pem"
    known.write_bytes(second.pages.certificate.certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(known))
    with chromium.person(
        browser, second.pages.url, script=script, refusals=NO_ICON, ignore_https_errors=True
    ) as person:
        root = second.let_in(person)
        ask(person, root)
        chromium.fits(person.page)
        if script:
            assert chromium.violations(person.page) == []
        url = read_off(person)
        assert wallet(url) == 0
        person.page.wait_for_url("**/answers/1", timeout=60_000)
        assert person.page.locator("h1").inner_text() == "Подтверждено"
        told = person.page.locator("main").inner_text()
        assert "Тестова Проба Вымысловна" in told
        assert "Школа № 0" not in told


def test_a_wallet_that_does_not_know_the_certificate_answers_by_a_file(
    browser: Browser, second: SecondDesk, wallet: Answers, tmp_path: Path
) -> None:
    """What a family's phone does with a certificate that was made at the desk: it sends nothing."""
    with chromium.person(browser, second.pages.url, refusals=NO_ICON, ignore_https_errors=True) as person:
        page = person.page
        root = second.let_in(person)
        ask(person, root)
        assert wallet(read_off(person)) != 0
        with page.expect_download() as saved:
            page.get_by_role("link", name="Вопрос ссылкой").click()
        whole = saved.value.path().read_text("utf-8").strip()
        answer = tmp_path / "answer.json"
        assert wallet(whole, "--out", str(answer)) == 0
        people.drop(person, ("ответ.json", answer.read_bytes()))
        assert page.locator("h1").inner_text() == "Подтверждено"
        assert urlsplit(page.url).path.endswith("/answers/1")


def test_a_request_that_is_over_leaves_no_code_on_the_screen(
    browser: Browser, second: SecondDesk, wallet: Answers
) -> None:
    with chromium.person(browser, second.pages.url, refusals=NO_ICON, ignore_https_errors=True) as person:
        root = second.let_in(person)
        ask(person, root)
        read_off(person)
        (opened,) = second.pages.session.opened.values()
        (waiting,) = opened.reception.requests  # type: ignore[attr-defined]
        opened.submit(waiting.withdraw).result(60)
        person.page.get_by_role("heading", name="Запрос снят").wait_for()
        assert person.page.locator("main img").count() == 0
        chromium.fits(person.page)
        assert chromium.violations(person.page) == []
