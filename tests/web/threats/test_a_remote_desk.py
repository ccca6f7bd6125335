"""What a browser of another computer reaches, once its digits were right, and before."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.town import Town
from tests.shared import HANG_SECONDS
from tests.web.serving import Hands, Served, serving
from vcwallet import limits
from vcwallet.web.pages import officer
from vcwallet.web.pages.pairing import Pairing
from vcwallet.web.pages.places import Places

CANARY = "Выдуманная папка"
WAYS_TO_A_FOLDER = (
    *(("", {"wanted": each}) for each in ("new", "kit", "list")),
    ("", {"wanted": "kit", "take": "zip"}),
    *(("list", {"what": each}) for each in ("zip", "folder")),
    *(("kits", {"take": each}) for each in ("zip", "folder")),
    ("answers/1/receipt", {"choose": "1"}),
)


def state_of(folder: Path) -> Path:
    return folder / CANARY


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Served]:
    """A desk as `vcwallet serve --lan` makes it, with a browser let in."""
    state = state_of(tmp_path)
    state.mkdir()
    told: list[str] = []
    pairing = Pairing(Hands().clock(), secrets.token_bytes, told.append)
    places = Places(state, tuple, state, shown=False)
    with serving(tmp_path, roles=(officer.ROLE,), pairing=pairing, places=places) as served:
        served.let_in()
        yield served


def opened(remote: Served, folder: Path) -> str:
    """The address of the desk, with one answer in today's list."""
    town = Town(folder / "home")
    address = f"officer/open/{remote.session.choose(town.office())}"
    desk = remote.post(address).headers["location"]
    remote.upload(desk + "files", ("files", "показ.json", town.showing()))
    return desk


@pytest.mark.parametrize(("address", "form"), WAYS_TO_A_FOLDER)
def test_no_folder_and_no_file_is_offered(
    remote: Served, tmp_path: Path, address: str, form: dict[str, str]
) -> None:
    desk = opened(remote, tmp_path)
    before = sorted(tmp_path.rglob("*"))
    answer = remote.post(f"{desk}{address}" if address else "officer/", form)
    assert answer.status == 422, answer.headers.get("location")
    assert "page.elsewhere" in answer.text
    assert CANARY not in answer.text
    assert sorted(tmp_path.rglob("*")) == before


def test_what_the_person_opened_here_stays_remembered(remote: Served, tmp_path: Path) -> None:
    at_home = Places(tmp_path, tuple, state_of(tmp_path))
    at_home.remember(tmp_path / "семья.vcw", "family", remote.clock.wall.date())
    opened(remote, tmp_path)
    assert [each.path.name for each in at_home.before()] == ["семья.vcw"]


def test_who_is_not_let_in_cannot_fill_the_memory(remote: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form that says it is long is answered before anything of it came: who waits for it waits too long."""
    monkeypatch.setattr(limits, "PAGES_UPLOAD_SECONDS", 10 * HANG_SECONDS)
    headers = [
        ("Host", f"127.0.0.1:{remote.port}"),
        ("Origin", remote.url),
        ("Sec-Fetch-Site", "same-origin"),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Content-Length", str(64 * 1024)),
    ]
    assert remote.raw("POST", "/", headers).status == 422


def test_guesses_at_once_are_five() -> None:
    told: list[str] = []
    pairing = Pairing(Hands().clock(), secrets.token_bytes, told.append)
    let_in = []
    begin = threading.Barrier(16)

    def guess(number: int) -> None:
        begin.wait()
        for each in range(20):
            wrong = f"{(int(told[0]) + 1 + number * 20 + each) % 10**8:08d}"
            let_in.append(pairing.admits(wrong))

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not any(let_in)
    assert len(told) == 2, "five were compared; the others met the pause"
    assert not pairing.admits(told[1]), "not even the right digits are compared in the pause"
