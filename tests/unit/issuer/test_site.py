"""What is published for people and for programs: whole, the same each time, compared, renewed in time."""

from __future__ import annotations

import os
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.unit.issuer.kits import csv
from tests.unit.issuer.offices import NOW, PASSPHRASE, Office, pupils
from tests.unit.issuer.test_commands import Terminal, olympiad, terminal
from vcwallet import fetch, locales
from vcwallet.cli.issuer import issuer as issuer_commands
from vcwallet.cli.speak import Speaker
from vcwallet.errors import DocumentError, UsageError
from vcwallet.issuer import Issuer, SiteStanding

__all__ = ["olympiad", "terminal"]

DID = ".well-known/did.json"
LIST = "status/1.json"
INDEX = "diplomas/index.html"


def published(site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()
    }


@pytest.fixture
def issuer(office: Office) -> Issuer:
    """Two diplomas are signed."""
    office.issue(pupils(2))
    return Issuer.open(office.folder.path, PASSPHRASE)


def standings(issuer: Issuer, site: Path, *, now: Any = NOW) -> dict[str, SiteStanding]:
    def read(path: str) -> bytes | None:
        return (site / path).read_bytes() if (site / path).exists() else None

    return {each.path: each.standing for each in issuer.compare(read, now=now)}


def test_the_same_moment_gives_the_same_site(issuer: Issuer, tmp_path: Path) -> None:
    issuer.publish(tmp_path / "one", now=NOW)
    issuer.publish(tmp_path / "two", now=NOW)
    one = published(tmp_path / "one")
    templates = {f"diplomas/{each}.html" for each in issuer.settings.templates}
    assert set(one) == {DID, LIST, INDEX, *templates}
    assert one == published(tmp_path / "two")


def test_the_index_names_the_keys_and_every_list_and_loads_nothing(issuer: Issuer, tmp_path: Path) -> None:
    site = tmp_path / "site"
    issuer.publish(site, now=NOW)
    found: list[tuple[str, str]] = []
    tags: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            tags.add(tag)
            found.extend((name, value or "") for name, value in attributes if name in ("href", "src"))

    pages = sorted(site.glob("diplomas/*.html"))
    for page in pages:
        Reader().feed(page.read_text("utf-8"))
    assert not tags & {"script", "img", "link", "iframe", "form"}
    for _, link in found:
        assert link.startswith("#") or (site / "diplomas" / link).resolve().is_file(), link
    text = (site / INDEX).read_text("utf-8")
    for method in issuer.document.verification_methods:
        assert method.public_key.fingerprint in text
    assert "Как проверить наш диплом" in text
    assert "How to check our diploma" in text
    assert "Пробник" not in "".join(page.read_text("utf-8") for page in pages)


def test_names_are_escaped(office: Office, tmp_path: Path) -> None:
    settings = office.folder.path / "issuer.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace('Олимпиада «Вымысел»"', '<script>alert(1)</script>"', 1), "utf-8")
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        issuer.publish(tmp_path / "site", now=NOW)
    page = (tmp_path / "site" / INDEX).read_text("utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_page_of_somebody_else_is_not_written_over(issuer: Issuer, tmp_path: Path) -> None:
    page = tmp_path / "site" / INDEX
    page.parent.mkdir(parents=True)
    page.write_text("<h1>Наши выпускники</h1>", "utf-8")
    with pytest.raises(UsageError) as caught:
        issuer.publish(tmp_path / "site", now=NOW)
    assert caught.value.code == "publishing.not-ours"
    assert published(tmp_path / "site") == {INDEX: "<h1>Наши выпускники</h1>".encode()}


def test_a_disk_that_fills_up_leaves_what_was_there(
    issuer: Issuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    issuer.publish(site, now=NOW)
    before = published(site)
    whole = os.fsync
    written: list[int] = []

    def full(descriptor: int) -> None:
        if len(written) == 3:
            raise OSError(28, "No space left on device")
        written.append(descriptor)
        whole(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        issuer.publish(site, now=NOW + timedelta(days=1))
    assert published(site) == before


def test_what_is_published_is_compared(issuer: Issuer, tmp_path: Path) -> None:
    site = tmp_path / "site"
    assert set(standings(issuer, site).values()) == {SiteStanding.MISSING}
    issuer.publish(site, now=NOW)
    assert set(standings(issuer, site, now=NOW + timedelta(days=149)).values()) == {SiteStanding.SAME}
    assert standings(issuer, site, now=NOW + timedelta(days=150))[LIST] == SiteStanding.ENDING
    issuer.revoke(next(issuer.lines()).id, now=NOW)
    assert standings(issuer, site)[LIST] == SiteStanding.BEHIND
    (site / DID).write_text('{"id": "did:web:other.example"}', "utf-8")
    (site / LIST).write_bytes(b"<html>")
    (site / INDEX).write_bytes(b"<html>")
    found = standings(issuer, site)
    assert {found[path] for path in (DID, LIST, INDEX)} == {SiteStanding.NOT_OURS}
    document = issuer.document.to_json() | {"alsoKnownAs": ["https://other.example"]}
    from vcwallet import strict_json

    (site / DID).write_text(strict_json.dumps(document), "utf-8")
    assert standings(issuer, site)[DID] == SiteStanding.DIFFERENT


@pytest.fixture
def signed(terminal: Terminal, olympiad: Path) -> Path:
    sheet = terminal.folder / "итоги.csv"
    sheet.write_bytes(csv(*pupils(2)))
    terminal.do("issue", "--yes", sheet, "--dir", olympiad, "--no-pdf", "--now", "2026-06-01")
    return olympiad


def test_lists_are_renewed_in_time_and_every_command_says_so(terminal: Terminal, signed: Path) -> None:
    site = terminal.folder / "site"
    with pytest.raises(UsageError) as caught:
        issuer_commands.main(
            ["publish", "--dir", str(signed)], standalone_mode=False, obj=Speaker(locales.language("en"))
        )
    assert caught.value.code == "publish.where"
    terminal.do("publish", site, "--dir", signed, "--now", "2026-06-01")
    before = published(site)
    said = terminal.do("publish", "--renew", "--dir", signed, "--now", "2026-10-01")
    assert "as it should be" in said
    assert published(site) == before
    said = terminal.do("revoke", "--yes", "1", "--dir", signed, "--now", "2026-11-01")
    assert "are in force until" in said
    assert "--renew" in said
    said = terminal.do("publish", "--renew", "--dir", signed, "--now", "2026-11-01")
    assert "are in force until" not in said
    assert published(site)[LIST] != before[LIST]


def test_a_check_tells_each_file_and_ends_with_5(
    terminal: Terminal, signed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = terminal.folder / "site"
    day = ("--now", "2026-06-01")
    terminal.do("publish", site, "--dir", signed, *day)
    assert "as it should be" in terminal.do("publish", "--check", site, "--dir", signed, *day)
    (site / LIST).unlink()
    said = terminal.do("publish", "--check", site, "--dir", signed, *day, expect=5)
    assert "missing" in said
    answer = terminal.json("publish", "--check", site, "--dir", signed, *day, expect=5)
    assert {each["file"]: each["standing"] for each in answer["files"]}[LIST] == "missing"

    def get(url: str, ceiling: int) -> bytes:
        path = url.removeprefix("https://olymp.example/")
        if not (site / path).exists():
            raise DocumentError("fetch.status", "404")
        return (site / path).read_bytes()

    monkeypatch.setattr(fetch, "get", get)
    answer = terminal.json("publish", "--check", "https://olymp.example", "--dir", signed, *day, expect=5)
    assert {each["file"]: each["standing"] for each in answer["files"]} == {DID: "same", LIST: "missing"}
