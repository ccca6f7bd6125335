"""The program is killed while it saves what was typed into a page: nothing that was answered is lost.

What it printed and left on the disk until then holds neither the passphrase nor a name.
"""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from html import unescape
from http.client import HTTPException
from itertools import count
from pathlib import Path
from urllib.parse import urlencode, urljoin

from tests.browser.test_after_closing import holding
from tests.shared import HANG_SECONDS, SOAK, wait_until
from tests.unit.wallet.shared import MASHA, NOW, PASSPHRASE, Issuer, wallet
from tests.web.threats.test_program import asked, opened, printed_link
from vcwallet.wallet import Wallet

KILLS = 40 if SOAK else 4


@dataclass
class Visitor:
    """A browser without windows: it follows where answers lead, and keeps the cookie."""

    url: str
    cookie: str = ""
    page: str = ""
    status: int = 0
    answered: int = -1
    """The number of the last note of which a page said that it is kept."""

    def go(self, address: str, fields: dict[str, str] | None = None) -> int:
        """The status of the first answer; a redirection is followed after that."""
        target = urljoin(self.url, address)
        data = None if fields is None else urlencode(fields).encode("ascii")
        first, headers, body = asked(target, data=data, cookie=self.cookie)
        self.cookie = headers.get("set-cookie", self.cookie).partition(";")[0]
        self.url, self.page = target, body.decode("utf-8")
        if first == 303:
            self.go(headers["location"])
        while 'data-job="running"' in self.page:
            time.sleep(0.02)
            self.go(self.url)
        return first

    def link(self, part: str) -> str:
        return next(
            each
            for each in map(unescape, re.findall(r'(?:href|action)="([^"]*)"', self.page))
            if part in each
        )

    def has_written(self) -> bool:
        return self.answered >= 0

    def write(self, begin: int) -> None:
        """One note after another in the place of the last, until nobody answers any more."""
        address = self.link("/note")
        for number in count(begin):
            try:
                if self.go(address, {"note": f"Заметка {number}"}) == 303 and "Не сохранено" not in self.page:
                    self.answered = number
            except (OSError, HTTPException):  # the answer may be cut in its midst
                return


def saved_wallet(home: Path) -> Path:
    """A wallet with one child and one diploma, in the folder of documents."""
    path = home / "Документы" / "семья.vcw"
    path.parent.mkdir(parents=True)
    issuer = Issuer()
    made = wallet(path, issuer)
    made.add_child(MASHA, now=NOW)
    made.add(issuer.diploma(number=1), now=NOW)
    made.save()
    return path


def test_what_was_answered_is_in_the_file_after_a_kill(tmp_path: Path) -> None:
    home = tmp_path / "home"
    path = saved_wallet(home)
    said = []
    for turn in range(KILLS):
        with opened(home, str(path), "--no-browser", VCWALLET_LANG="ru") as program:
            visitor = Visitor(printed_link(program))
            visitor.go(visitor.url)
            assert visitor.go(visitor.url, {"passphrase": PASSPHRASE}) == 303
            visitor.go(visitor.link("/children/"))
            visitor.go(visitor.link("/kept/"))
            writing = threading.Thread(target=visitor.write, args=(1000 * turn,))
            writing.start()
            wait_until(visitor.has_written)
            time.sleep(0.037 * turn)
            program.process.kill()
            writing.join(HANG_SECONDS)
            assert not writing.is_alive()
            said.append("".join(program.process.communicate()))
        (notes,) = Wallet.open(path, PASSPHRASE).children[0].notes().values()
        (kept,) = (int(note.words.removeprefix("Заметка ")) for note in notes)
        assert kept in (visitor.answered, visitor.answered + 1), "the last answered, or the one under way"
    for canary in (PASSPHRASE, MASHA.given_name, MASHA.family_name, "Заметка"):
        assert not [each for each in said if canary in each]
        assert holding(home, canary) == []
    assert holding(home, "семья.vcw"), "the memory of opened files is there, so this would find a name, too"
