"""Another program saves a wallet that is open on pages: they say so, show the difference and lose nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.shared import HANG_SECONDS, ROOT
from tests.unit.wallet.shared import PASSPHRASE
from tests.web.family.family import Home, home
from tests.web.pages import Page
from vcwallet.wallet import Wallet

NOTE = "Запись с этих страниц"
THEIRS = "Запись другой программы"
OTHER = "совсем другая небылица 8 вымысел"
CLOSED = "фразу сменили: после соединения этот файл открывается только новой"
SAVES = """
import sys
from tests.unit.wallet.shared import NOW, PASSPHRASE
from vcwallet.wallet import Wallet
wallet = Wallet.open(sys.argv[1], PASSPHRASE)
if sys.argv[2] == "note":
    child = wallet.child("Проба")
    child.note(child.diplomas()[0], sys.argv[3], now=NOW)
else:
    wallet.change_passphrase(sys.argv[3])
wallet.save()
"""


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Opened]:
    made = home(tmp_path)
    made.open()
    yield Opened(made, made.of("Проба"))
    made.desk.session.end()


@dataclass
class Opened:
    """A wallet open on pages, the address of whose child is known whatever becomes of its passphrase."""

    home: Home
    child: str

    def see(self, part: str = "") -> Page:
        """The child's page, or the first from there whose address holds `part`."""
        page = self.home.desk.get(self.child)
        return self.home.desk.get(page.address(part)) if part else page

    def press(self, part: str, **typed: str) -> Page:
        return self.home.desk.post(self.home.page.address(part), typed)

    def write(self) -> None:
        self.see("/kept/")
        self.press("/note", note=NOTE)

    def another_program(self, change: str = "note") -> None:
        said = {"note": THEIRS, "passphrase": OTHER}[change]
        command = [sys.executable, "-c", SAVES, str(self.home.file), change, said]
        subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, timeout=HANG_SECONDS)

    def notes(self, passphrase: str = PASSPHRASE) -> set[str]:
        """What is on the disk."""
        child = Wallet.open(self.home.file, passphrase).child("Проба")
        return {note.words for each in child.notes().values() for note in each}


def test_before_anything_is_changed_here_the_page_says_so_and_shows_the_difference(family: Opened) -> None:
    assert "программа" not in family.see().words
    family.another_program()
    assert "Кошелёк только что сохранила другая программа" in family.see().words
    page = family.see("/meanwhile")
    assert family.notes() == {THEIRS}, "looking writes nothing"
    assert "заметки разные" in page.words
    page = family.press("/meanwhile/take")
    assert "заметки другие" in page.words
    assert "Этот кошелёк сохранила ещё одна программа" in family.see().words
    assert THEIRS in family.see("/kept/").words
    family.see("/meanwhile")
    family.press("/meanwhile/looked")
    assert "программа" not in family.see().words


def test_what_both_changed_is_in_the_file_and_said(family: Opened) -> None:
    family.see()
    family.another_program()
    family.write()
    assert family.notes() == {NOTE, THEIRS}
    assert "Этот кошелёк сохранила ещё одна программа" in family.see().words
    assert "заметки другие" in family.see("/meanwhile").words


def test_what_only_these_pages_saved_is_no_other_program(family: Opened) -> None:
    family.write()
    assert "программа" not in family.see().words
    page = family.home.desk.get(family.child.partition("children/")[0] + "meanwhile")
    assert "Файл такой, каким его сохранили эти страницы" in page.words


def test_a_passphrase_that_was_changed_elsewhere_is_said_before_and_after(family: Opened) -> None:
    family.another_program("passphrase")
    assert CLOSED in family.see("/meanwhile").words
    family.write()
    assert family.notes(OTHER) == {NOTE}
    assert CLOSED in family.see("/meanwhile").words
