"""A family at its pages: a wallet with two children, invented, and the desk it is opened at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.unit.wallet.shared import MASHA, NOW, PASSPHRASE, PETYA, Issuer, wallet
from tests.web.pages import Desk, Page
from vcwallet import strict_json
from vcwallet.errors import UsageError
from vcwallet.wallet import Wallet


@dataclass
class Home:
    """The pages, the file on the disk, and who signed what is in it."""

    desk: Desk
    file: Path
    issuer: Issuer

    def open(self) -> Page:
        """Open the wallet with its passphrase."""
        address = f"family/open/{self.desk.session.choose(self.file)}"
        return self.desk.post(address, {"passphrase": PASSPHRASE})

    @property
    def page(self) -> Page:
        return self.desk.page

    def of(self, name: str) -> str:
        """The address of a child's home."""
        return self.page.path.partition("/children/")[0] + f"/children/{self.saved.child(name).id}"

    @property
    def saved(self) -> Wallet:
        """What is on the disk."""
        return Wallet.open(self.file, PASSPHRASE)

    def saved_opens_with(self, passphrase: str) -> bool:
        """Whether a passphrase opens what is on the disk."""
        try:
            Wallet.open(self.file, passphrase)
        except UsageError:
            return False
        return True

    def add(self, *files: tuple[str, bytes]) -> Page:
        """Drop files on the page that is open."""
        return self.desk.post(self.page.address("/add"), files=[("files", *each) for each in files])

    def diploma(self, name: str, **options: Any) -> tuple[str, bytes]:
        return name, strict_json.dumps(self.issuer.diploma(**options)).encode("utf-8")


def home(folder: Path, language: str = "ru") -> Home:
    desk = Desk(folder, language)
    desk.time.now = NOW
    issuer = Issuer()
    path = folder / "Документы" / "семья.vcw"
    made = wallet(path, issuer)
    made.add_child(MASHA, now=NOW)
    made.add_child(PETYA, now=NOW)
    made.add(issuer.diploma(number=1), now=NOW)
    made.add(issuer.diploma(PETYA, number=3), now=NOW)
    made.lists.remember(issuer.status_list(), now=NOW)
    made.save()
    return Home(desk, path, issuer)
