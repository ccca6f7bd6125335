"""An issuer's folder: made from a kit, opened again, and guarded against mixing things up."""

from __future__ import annotations

import os
import re
import shutil
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.unit.issuer.kits import TODAY
from tests.unit.issuer.offices import NOW, PASSPHRASE, Office, pupils
from vcwallet import limits
from vcwallet.credentials import template_file
from vcwallet.credentials.achievement import facts
from vcwallet.credentials.credential import Credential
from vcwallet.errors import DocumentError, InputError, UsageError, VcwalletError
from vcwallet.identifiers.keys import KeyType
from vcwallet.issuer import folder as folders
from vcwallet.issuer import publishing, roster, settings
from vcwallet.issuer.folder import IssuerFolder
from vcwallet.issuer.keystore import Keystore
from vcwallet.sealed_file import UNSAFE_FOR_TESTS, SealedFile
from vcwallet.wallet import Wallet

KITS = folders.kits()


@pytest.mark.parametrize("kit", KITS)
def test_every_kit_makes_an_issuer_whose_sample_sheet_has_no_mistakes(kit: str, tmp_path: Path) -> None:
    IssuerFolder.create(tmp_path / "o", kit=kit, passphrase=PASSPHRASE, kdf=UNSAFE_FOR_TESTS)
    opened = IssuerFolder.open(tmp_path / "o")
    opened.unlock(PASSPHRASE)
    assert opened.settings.kit == kit
    for name in opened.settings.templates:
        assert opened.template(name).id == name
    assert set(opened.settings.values) <= set(opened.settings.templates)
    template = opened.template()
    found = roster.read(opened.path / "sample.csv", template, today=TODAY, given=opened.given(template))
    assert not found.problems
    assert found.rows
    assert not found.understood.ignored


def test_all_templates_of_a_kit_are_listed_in_its_settings() -> None:
    for place in KITS.values():
        files = {path.stem for path in (place / "templates").glob("*.toml")}
        assert set(settings.load(place / "issuer.toml").templates) == files
        for path in (place / "templates").glob("*.toml"):
            assert template_file.load(path).id == path.stem


def test_there_are_kits_of_five_kinds_of_organisations() -> None:
    assert set(KITS) == {"contest", "olympiad", "school", "sport", "volunteering"}


def test_the_name_and_the_site_are_written_into_the_settings(tmp_path: Path) -> None:
    IssuerFolder.create(
        tmp_path / "o",
        kit="olympiad",
        passphrase=PASSPHRASE,
        name='Олимпиада "Выдумка" \\ 1',
        site="https://вымысел.рф/olymp/",
        kdf=UNSAFE_FOR_TESTS,
    )
    opened = IssuerFolder.open(tmp_path / "o")
    assert opened.settings.name.ru == 'Олимпиада "Выдумка" \\ 1'
    assert opened.settings.site == "https://вымысел.рф/olymp"
    assert opened.document.id.startswith("did:web:xn--")
    assert "# Кто выдаёт дипломы" in (tmp_path / "o" / "issuer.toml").read_text("utf-8")


@pytest.mark.parametrize(
    "site", ["http://olymp.example", "olymp.example", "https://localhost", "https://olymp.example/?a"]
)
def test_a_site_no_identifier_can_be_made_of_is_refused_before_anything_is_written(
    tmp_path: Path, site: str
) -> None:
    with pytest.raises(VcwalletError) as caught:
        IssuerFolder.create(tmp_path / "o", kit="olympiad", passphrase=PASSPHRASE, site=site)
    assert caught.value.code.startswith("did.web")
    assert not (tmp_path / "o").exists()


def test_a_name_or_passphrase_that_is_refused_leaves_nothing_half_made(tmp_path: Path) -> None:
    for name, passphrase in (("Имя\u202e", PASSPHRASE), ("Имя", ""), ("Имя", "пароль 2026")):
        with pytest.raises(UsageError):
            IssuerFolder.create(
                tmp_path / "o", kit="olympiad", passphrase=passphrase, name=name, kdf=UNSAFE_FOR_TESTS
            )
        assert not (tmp_path / "o").exists()
    IssuerFolder.create(tmp_path / "o", kit="olympiad", passphrase=PASSPHRASE, kdf=UNSAFE_FOR_TESTS)


@pytest.mark.parametrize("weak", ["пароль", "17.05.2009", "qwertyuiop", "Тестов Пробник"])
def test_keys_are_kept_under_no_passphrase_that_a_wallet_refuses(tmp_path: Path, weak: str) -> None:
    for make in (
        lambda: Keystore.create(tmp_path / "keys.vcw", weak, kdf=UNSAFE_FOR_TESTS),
        lambda: Wallet.create(tmp_path / "family.vcw", weak, kdf=UNSAFE_FOR_TESTS),
    ):
        with pytest.raises(UsageError) as refused:
            make()
        assert refused.value.code == "passphrase.weak"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_what_holds_names_or_secrets_is_readable_by_its_owner_alone(office: Office) -> None:
    office.issue(pupils(2))
    with office.folder.register() as register:
        publishing.publish(office.folder, office.keystore, register, office.folder.path / "site", now=NOW)
    private = [office.folder.keystore_path, office.folder.path / "register.sqlite", office.out]
    private += office.out.glob("*.vc.json")
    assert len(private) == 5
    for path in private:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    umask = os.umask(0)
    os.umask(umask)
    for path in office.folder.path.joinpath("site").rglob("*.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask, path


def test_an_unknown_kit_and_a_folder_in_use_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        IssuerFolder.create(tmp_path / "o", kit="army", passphrase=PASSPHRASE)
    assert caught.value.code == "folder.no-such-kit"
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "diary.txt").write_text("x", "utf-8")
    with pytest.raises(UsageError) as caught:
        IssuerFolder.create(tmp_path / "o", kit="olympiad", passphrase=PASSPHRASE)
    assert caught.value.code == "folder.not-empty"


def test_what_is_no_issuers_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        IssuerFolder.open(tmp_path)
    assert caught.value.code == "folder.not-an-issuer"


def test_a_changed_site_would_be_another_issuer(office: Office) -> None:
    path = office.folder.path / "issuer.toml"
    path.write_text(path.read_text("utf-8").replace("olymp.example", "other.example"), "utf-8")
    with pytest.raises(UsageError) as caught:
        IssuerFolder.open(office.folder.path)
    assert caught.value.code == "folder.site-changed"


def test_keys_of_another_issuer_do_not_fit(office: Office, tmp_path: Path) -> None:
    other = Office.make(tmp_path / "other")
    shutil.copyfile(other.folder.keystore_path, office.folder.keystore_path)
    with pytest.raises(UsageError) as caught:
        office.folder.unlock(PASSPHRASE)
    assert caught.value.code == "folder.other-keys"


def test_the_day_is_that_of_the_issuers_zone(office: Office) -> None:
    assert office.folder.settings.zone == "+03:00"
    assert office.folder.today(datetime(2026, 3, 1, 20, 59, tzinfo=UTC)) == date(2026, 3, 1)
    assert office.folder.today(datetime(2026, 3, 1, 21, 0, tzinfo=UTC)) == date(2026, 3, 2)


def test_without_a_day_of_award_a_diploma_bears_the_day_of_signing_at_the_issuers(office: Office) -> None:
    """At half past one at night in Moscow; in Vladivostok it would be so every morning."""
    settings_file = office.folder.path / "issuer.toml"
    text = settings_file.read_text(encoding="utf-8")
    settings_file.write_text(re.sub(r"(?m)^awarded = .*$", "", text), encoding="utf-8")
    office = Office.at(office.folder.path)
    office.issue(pupils(1), now=datetime(2026, 3, 1, 22, 30, tzinfo=UTC))
    (document,) = office.files().values()
    assert document["validFrom"] == "2026-03-02T01:30:00+03:00"
    assert facts(Credential.parse(document)).awarded == date(2026, 3, 2)


def test_a_missing_part_is_named(office: Office) -> None:
    (office.folder.path / "identifier.json").unlink()
    with pytest.raises(InputError) as caught:
        IssuerFolder.open(office.folder.path)
    assert caught.value.code == "file.missing"


def test_a_template_that_is_not_listed_is_not_used(office: Office) -> None:
    for name in ("nobody", "../issuer", "school-award"):
        with pytest.raises(UsageError) as caught:
            office.folder.template(name)
        assert caught.value.code == "folder.no-such-template"


def test_the_keystore_holds_both_keys_and_nothing_in_clear(office: Office) -> None:
    keys = office.keystore.keys
    assert [key.public_key.type for key in keys] == [KeyType.ED25519, KeyType.P256]
    for path in office.folder.path.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert office.keystore.register_secret not in raw
            assert office.keystore.register_secret.hex().encode() not in raw
            assert not any(key.secret_multibase.encode() in raw for key in keys)


def test_a_sealed_file_without_keys_is_no_keystore(tmp_path: Path) -> None:
    file = SealedFile.create(tmp_path / "k", kind="issuer", passphrase=PASSPHRASE, kdf=UNSAFE_FOR_TESTS)
    file.put(b"x" * 32, kind="register-secret")
    file.save()
    with pytest.raises(DocumentError) as caught:
        Keystore.open(tmp_path / "k", PASSPHRASE)
    assert caught.value.code == "keystore.incomplete"


BASE = """
format = "vcwallet-issuer/1"
kit = "olympiad"
templates = ["olympiad-diploma"]
name = { ru = "О", en = "O" }
"""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BASE + "secret = 1", "settings.malformed"),
        (BASE.replace("issuer/1", "issuer/2"), "settings.malformed"),
        (BASE.replace('"О"', '"О\u202e"'), "settings.malformed"),
        (BASE.replace('"О"', '""'), "settings.malformed"),
        (BASE + 'zone = "+25:00"', "settings.malformed"),
        (BASE + "[status]\nentries = 8", "settings.malformed"),
        (BASE + 'site = "ftp://x.example"', "did.web-url"),
        (BASE.replace('["olympiad-diploma"]', "[]"), "settings.malformed"),
        ("[", "settings.unreadable"),
        ("\udcff", "settings.unreadable"),
        ("#" * (limits.SETTINGS_BYTES + 1), "file.too-large"),
    ],
)
def test_settings_that_are_not_right_are_named(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "issuer.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises((UsageError, InputError)) as caught:
        settings.load(path)
    assert caught.value.code == code


def test_good_settings_have_good_defaults(tmp_path: Path) -> None:
    path = tmp_path / "issuer.toml"
    path.write_text(BASE, "utf-8")
    read = settings.load(path)
    assert (read.site, read.zone, read.status.entries, read.database.url) == ("", "Z", 131_072, "")
