"""A secretary's folder that is open in the pages, and ways to press what is on them."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from tests.unit.issuer.kits import HEADERS, csv
from tests.unit.issuer.offices import PASSPHRASE, Office
from tests.web.pages import Desk, Page
from vcwallet.issuer import Issuer
from vcwallet.web.pages.secretary.opened import Secretary

__all__ = ["SecretaryDesk", "fields"]


class SecretaryDesk(Desk):
    """The pages of one issuer, whose keys are open."""

    office: Office
    opened: Secretary

    @classmethod
    def of(cls, home: Path, office: Office, *, unlocked: bool = True) -> SecretaryDesk:
        desk = cls(home)
        desk.office = office
        issuer = Issuer.open(office.folder.path, PASSPHRASE if unlocked else None)
        desk.opened = Secretary(issuer, unlocked=unlocked)
        desk.session.enter(desk.opened)
        return desk

    def inside(self, address: str = "") -> Page:
        return self.get(f"{self.opened.id}/{address}")

    def give(self, content: bytes, *, name: str = "Итоги.csv", template: str = "") -> Page:
        """Upload a sheet."""
        data = {"template": template} if template else None
        return self.post(f"{self.opened.id}/sheet", data, files=[("sheet", name, content)])

    def send(self, page: Page, address: str = "", **answers: str) -> Page:
        """Send the form of a page that goes to an address with `address` in it, some fields answered."""
        found = fields(page, address or page.path)
        return self.post(
            found[0], found[1] | {name.replace("__", ":"): each for name, each in answers.items()}
        )


def fields(page: Page, action: str) -> tuple[str, dict[str, str]]:
    """The address of a form and what it would send if nothing in it was touched."""
    for found in re.findall(r"<form[^>]*>.*?</form>", page.html, re.DOTALL):
        where = re.search(r'action="([^"]*)"', found)
        if where is None or action not in where[1] or "language=" in where[1]:
            continue
        sent: dict[str, str] = {}
        for tag in re.findall(r"<input[^>]*>", found):
            name, value = re.search(r'\bname="([^"]*)"', tag), re.search(r'\bvalue="([^"]*)"', tag)
            if name is None or 'type="file"' in tag:
                continue
            if re.search(r'type="(checkbox|radio)"', tag) and " checked" not in tag:
                continue
            sent[unescape(name[1])] = unescape(value[1]) if value else "on"
        for name_, inner in re.findall(r'<select[^>]*\bname="([^"]*)"[^>]*>(.*?)</select>', found, re.DOTALL):
            options = re.findall(r"<option([^>]*)>([^<]*)", inner)
            chosen = next((each for each in options if "selected" in each[0]), options[0])
            value = re.search(r'value="([^"]*)"', chosen[0])
            sent[unescape(name_)] = unescape(value[1] if value else chosen[1])
        return where[1], sent
    raise AssertionError(f"no form goes to {action!r} on {page.path}: {page.words[:300]}")


def sheet(*rows: list[str], headers: list[str] = HEADERS) -> bytes:
    return csv(*rows, headers=headers)
