"""The second form of a diploma, a JWT: the same id and status entry, beside the first wherever that goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.issuer.kits import HEADERS, PUPIL
from tests.unit.issuer.offices import NOW, PASSPHRASE, Office, pupils
from vcwallet.credentials import enveloped
from vcwallet.errors import UsageError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.keys import PublicKey
from vcwallet.issuer import Issuer, publishing, settings
from vcwallet.issuer.folder import SETTINGS
from vcwallet.issuer.publishing import SiteStanding
from vcwallet.issuer.signing import FileLayout
from vcwallet.locales import language
from vcwallet.proofs.jose.jws import Jws
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.wallet import Child, Profile, Wallet


@pytest.fixture
def both(office: Office) -> Office:
    """An issuer that makes both forms."""
    return with_jwt(office)


def with_jwt(office: Office) -> Office:
    place = office.folder.path / SETTINGS
    place.write_text(place.read_text("utf-8").replace("\nkit = ", "\njwt = true\nkit = ", 1), "utf-8")
    return Office.at(office.folder.path)


def tokens(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("ascii") for path in sorted(folder.rglob("*.jwt"))}


def published(office: Office, folder: Path) -> ControlledIdentifierDocument:
    with office.folder.register() as register:
        publishing.publish(office.folder, office.keystore, register, folder, now=NOW)
    return ControlledIdentifierDocument.loads((folder / ".well-known/did.json").read_bytes())


def test_no_issuer_makes_it_unasked(office: Office, tmp_path: Path) -> None:
    office.issue(pupils(1))
    assert tokens(office.out) == {}
    assert len(published(office, tmp_path / "site").verification_methods) == 4


def test_it_is_the_same_diploma_and_holds_by_what_is_published(both: Office, tmp_path: Path) -> None:
    both.issue(pupils(2))
    documents = both.files()
    assert {name.removesuffix(".jwt") for name in tokens(both.out)} == {
        name.removesuffix(".vc.json") for name in documents
    }
    document = published(both, tmp_path / "site")
    for name, token in tokens(both.out).items():
        first = documents[f"{name.removesuffix('.jwt')}.vc.json"]
        opened = enveloped.open_credential(enveloped.recognise(token))
        (proof,) = enveloped.verify(opened, resolve=lambda _: document, now=NOW + timedelta(days=1))
        assert proof.controller == "did:web:olymp.example"
        bare = {key: value for key, value in first.items() if key != "proof"}
        assert opened.credential.json == bare, "and no base proof"
        assert Jws.read(token).header == {
            "alg": "ES256",
            "typ": "JWT",
            "kid": "did:web:olymp.example#key-2-jwk",
        }


def test_its_key_is_published_as_a_jwk_of_its_own_name(both: Office, tmp_path: Path) -> None:
    published(both, tmp_path / "site")
    document: dict[str, Any] = json.loads((tmp_path / "site/.well-known/did.json").read_text("utf-8"))
    methods = {method["id"].partition("#")[2]: method for method in document["verificationMethod"]}
    assert list(methods) == ["key-1", "key-2", "key-3", "key-4", "key-2-jwk", "key-4-jwk"]
    assert set(document["assertionMethod"]) == {method["id"] for method in methods.values()}
    jwk = methods["key-2-jwk"]["publicKeyJwk"]
    assert PublicKey.from_jwk(jwk) == PublicKey.from_multibase(methods["key-2"]["publicKeyMultibase"])
    assert methods["key-2-jwk"]["type"] == "JsonWebKey2020"


def test_turning_it_on_is_a_change_that_is_not_published_yet(office: Office, tmp_path: Path) -> None:
    published(office, tmp_path / "site")
    both = with_jwt(office)
    with both.folder.register() as register:
        compared = publishing.compare(both.folder, register, read_from(tmp_path / "site"), now=NOW)
    assert [each.standing for each in compared if each.path.endswith("did.json")] == [SiteStanding.DIFFERENT]


def test_written_again_it_has_the_same_bytes(both: Office) -> None:
    both.issue(pupils(1))
    first = tokens(both.out)
    for path in both.out.rglob("*.jwt"):
        path.unlink()
    both.issue(pupils(1), again=True)
    assert tokens(both.out) == first


def test_it_is_put_aside_with_the_first_form(both: Office) -> None:
    both.issue([PUPIL])
    both.issue([["Тестова", *PUPIL[1:]]], HEADERS, corrections=[2])
    assert list(tokens(both.out)) == ["0002 Тестова Пробник.jwt", "0001 Тестов Пробник.jwt"]
    aside = both.out / "withdrawn"
    assert sorted(path.name for path in aside.iterdir()) == [
        "0001 Тестов Пробник.jwt",
        "0001 Тестов Пробник.vc.json",
    ]


def test_after_a_theft_of_keys_both_forms_are_signed_anew(both: Office) -> None:
    both.issue(pupils(1))
    before = tokens(both.out)
    with Issuer.open(both.folder.path, PASSPHRASE) as issuer:
        issuer.compromised(since=NOW, now=NOW + timedelta(days=1))
        assert issuer.reissue([both.out], vouched=True, now=NOW + timedelta(days=1)).done == 1
    after = Office.at(both.folder.path)
    ((name, token),) = tokens(both.out).items()
    assert token != before[name]
    opened = enveloped.open_credential(enveloped.recognise(token))
    enveloped.verify(opened, resolve=lambda _: after.folder.published, now=NOW + timedelta(days=2))
    assert Jws.read(token).header["kid"] == "did:web:olymp.example#key-4-jwk"


def test_a_family_gets_both_and_is_told_what_the_second_shows(both: Office, tmp_path: Path) -> None:
    both.issue(pupils(1))
    with Issuer.open(both.folder.path, PASSPHRASE) as issuer:
        issuer.handout(tmp_path / "out", now=NOW, language=language("ru"))
    (name,) = tokens(tmp_path / "out")
    assert name.endswith(".jwt")
    (letter,) = (tmp_path / "out").rglob("*.html")
    assert "всегда показывает всё" in letter.read_text("utf-8")
    assert ".jwt" not in "".join(path.read_text("utf-8") for path in _letter_without(both, tmp_path))


def _letter_without(office: Office, folder: Path) -> list[Path]:
    for path in office.out.rglob("*.jwt"):
        path.unlink()
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        issuer.handout(folder / "other", now=NOW, language=language("ru"))
    return list((folder / "other").rglob("*.html"))


def added(folder: Path, files: list[Path]) -> tuple[Wallet, Child]:
    family = Wallet.create(folder / "семья.vcw", "никакой пароль вымысла 7", kdf=UNSAFE_FOR_TESTS)
    child = family.add_child(Profile(PUPIL[1], PUPIL[0], PUPIL[2]), now=NOW)
    later = NOW + timedelta(days=1)
    results = family.add_files(files, agree=lambda _: True, child=child, now=later)
    assert [each.error for each in results if each.error is not None] == []
    return family, child


def test_a_wallet_takes_both_for_one_diploma_and_keeps_the_one_that_can_hide(
    both: Office, tmp_path: Path
) -> None:
    both.issue([PUPIL])
    published(both, tmp_path / "site")
    (tmp_path / "family").mkdir()
    files = [tmp_path / "site/.well-known/did.json", *sorted(both.out.glob("0001*"))]
    assert [path.suffix for path in files[1:]] == [".jwt", ".json"]
    _, child = added(tmp_path / "family", files)
    (kept,) = child.diplomas()
    assert (kept.signed.token, "born" in kept.hideable) == (None, True)


def test_a_jwt_alone_is_kept_and_leaves_as_others_know_it(both: Office, tmp_path: Path) -> None:
    both.issue([PUPIL])
    published(both, tmp_path / "site")
    ((name, token),) = tokens(both.out).items()
    files = [tmp_path / "site/.well-known/did.json", both.out / name]
    family, child = added(tmp_path, files)
    (kept,) = child.diplomas()
    assert (kept.signed.token, kept.hideable) == (token, ())
    left = dict(family.plain_files(child))
    (alone,) = (content for path, content in left.items() if path.startswith("one-signature/"))
    assert alone.decode("ascii") == token
    (svg,) = (content for path, content in left.items() if path.endswith(".svg"))
    assert f'verify="{token}"' in svg.decode("utf-8")
    (png,) = (content for path, content in left.items() if path.endswith(".png"))
    assert token.encode("ascii") in png


def test_where_it_cannot_be_it_is_refused_before_anything_is_signed(both: Office) -> None:
    with pytest.raises(UsageError) as caught:
        both.issue(pupils(1), layout=FileLayout.LINES)
    assert caught.value.code == "issuing.lines-have-no-jwt"
    assert both.entries() == []
    text = (both.folder.path / SETTINGS).read_text("utf-8")
    without = text.replace('site = "https://olymp.example"', 'site = ""')
    assert without != text
    with pytest.raises(UsageError) as caught:
        settings.parse(without.encode("utf-8"), name=SETTINGS)
    assert (caught.value.code, caught.value.evidence["where"]) == ("settings.malformed", "jwt")


def read_from(site: Path) -> Callable[[str], bytes | None]:
    return lambda name: (site / name).read_bytes() if (site / name).is_file() else None
