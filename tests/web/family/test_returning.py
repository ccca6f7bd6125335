"""A child comes back from the ZIP file and from the folder; what its diplomas are worth is asked before."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shared import ROOT
from tests.unit.wallet.shared import MASHA, NOW, PETYA, wallet
from tests.web.family.family import Home, home
from tests.web.pages import Page
from vcwallet import strict_json
from vcwallet.identifiers.keys import KeyType, SoftwareKey

ADMISSION = ROOT / "examples" / "admission"


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Home]:
    made = home(tmp_path)
    saved = made.saved
    girl = saved.child(MASHA.given_name)
    girl.note(saved.diplomas(child=girl)[0], "первый диплом", now=NOW)
    saved.save()
    made.open()
    yield made
    made.desk.session.end()


def taken(family: Home, *, keys: bool = True) -> bytes:
    """What the page gives, after which the girl is taken out of the wallet."""
    here = family.of(MASHA.given_name)
    page = family.desk.get(f"{here}/leaving")
    content = family.desk.post(page.address("/leaving/files"), {"keys": "1"} if keys else {}).content
    family.desk.post(f"{here}/remove", {"name": MASHA.given_name})
    assert [each.name for each in family.saved.children] == [PETYA.full_name]
    return content


def back(family: Home, *files: tuple[str, str, bytes]) -> Page:
    family.desk.get(family.of(PETYA.given_name))
    page = family.desk.get(family.page.address("/bring-back"))
    return family.desk.post(page.path, files=files)


def in_a_folder(content: bytes) -> list[tuple[str, str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [("folder", f"Проба/{name}", archive.read(name)) for name in archive.namelist()]


@pytest.mark.parametrize("way", ["zip", "folder"])
def test_a_child_comes_back_with_its_key_its_diplomas_and_notes(family: Home, way: str) -> None:
    did = family.saved.child(MASHA.given_name).did
    content = taken(family)
    page = back(family, *([("zip", "Проба.zip", content)] if way == "zip" else in_a_folder(content)))
    assert page.status == 200
    assert "Ребёнок снова здесь" in page.words
    assert "Не принято" not in page.words
    girl = family.saved.child(MASHA.given_name)
    assert girl.did == did
    assert [note.words for notes in girl.notes().values() for note in notes] == ["первый диплом"]
    assert family.desk.get(page.address("/children/")).status == 200


def test_without_the_key_it_has_another_and_that_is_said(family: Home) -> None:
    did = family.saved.child(MASHA.given_name).did
    page = back(family, ("zip", "Проба.zip", taken(family, keys=False)))
    assert "новый ключ" in page.words
    assert family.saved.child(MASHA.given_name).did != did


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ((), "page.no-files"),
        ((("zip", "a.zip", b"PK\x03\x04" + b"\0" * 64),), "archive.unreadable"),
        ((("zip", "a.pdf", b"%PDF-1"),), "wallet.no-export"),
        ((("folder", "a/b.txt", b"1"), ("folder", "a/c.txt", b"2")), "wallet.no-export"),
        ((("folder", "a/wallet.json", b"{}"), ("folder", "a/../../x", b"2")), "wallet.no-export"),
    ],
)
def test_what_is_no_export_brings_nothing(
    family: Home, files: tuple[tuple[str, str, bytes], ...], code: str
) -> None:
    page = back(family, *files)
    assert (page.status, page.code) == (422, code)
    assert len(family.saved.children) == 2


def test_a_child_that_is_here_is_not_taken_twice(family: Home) -> None:
    page = family.desk.get(f"{family.of(MASHA.given_name)}/leaving")
    content = family.desk.post(page.address("/leaving/files")).content
    back(family, ("zip", "Проба.zip", content))
    assert "уже есть" in family.page.words or family.page.code == "wallet.same-child"
    assert len(family.saved.children) == 2


@pytest.mark.parametrize("compared", [True, False])
def test_a_key_of_an_issuer_that_is_new_here_is_compared_first(
    family: Home, tmp_path: Path, compared: bool
) -> None:
    """The export was made where the issuer's second key is known; this wallet knows the first alone."""
    content = taken(family)
    document = family.issuer.document.to_json()
    stranger = SoftwareKey.generate(KeyType.ED25519).public_key
    methods, signing = document["verificationMethod"], document["assertionMethod"]
    assert isinstance(methods, list)
    assert isinstance(signing, list)
    method = f"{family.issuer.id}#another"
    methods.append(
        {
            "id": method,
            "type": "Multikey",
            "controller": family.issuer.id,
            "publicKeyMultibase": stranger.multibase,
        }
    )
    signing.append(method)
    files = [
        (field, name, strict_json.dumps(document).encode() if "/issuers/" in name else data)
        for field, name, data in in_a_folder(content)
    ]
    page = back(family, *files)
    assert stranger.fingerprint in page.words
    assert len(family.saved.children) == 1, "nothing is kept before the question is answered"
    page = family.desk.post(page.path, {"key-1": "1"} if compared else {})
    known = family.saved.issuers.listed(family.issuer.id)
    assert known is not None
    assert (stranger in [each.key for each in known.keys]) is compared
    assert ("Не принято" in page.words) is not compared
    assert len(family.saved.diplomas(child=family.saved.child(MASHA.given_name))) == 1


def test_an_export_of_another_wallet_is_taken(family: Home, tmp_path: Path) -> None:
    other = wallet(tmp_path / "other.vcw", family.issuer)
    away = other.add_child(type(MASHA)("Выдумка", "Небылицына"), now=NOW)
    content = other.plain_zip(away, keys=True, now=NOW)
    assert back(family, ("zip", "Выдумка.zip", content)).status == 200
    assert family.saved.child("Выдумка").did == away.did


# --- what it is worth ---------------------------------------------------------------------------------------


def by_rules(family: Home) -> Page:
    page = family.desk.get(f"{family.of(MASHA.given_name)}/worth")
    (rules,) = ADMISSION.glob("*.toml")
    levels = [("levels", each.name, each.read_bytes()) for each in sorted(ADMISSION.glob("levels/*.json"))]
    files = [("rules", rules.name, rules.read_bytes()), *levels]
    return family.desk.post(page.address("/worth/rules"), files=files)


def test_what_a_university_gives_is_counted_by_its_own_rules(family: Home) -> None:
    page = by_rules(family)
    assert page.status == 200
    programme = page.html.partition('<option value="')[2].partition('"')[0]
    page = family.desk.post(page.path, {"programme": programme, "exam-math": "82,5"})
    assert page.status == 200
    assert "По правилам" in page.words
    assert "№ 1: Олимпиада" in page.words
    assert page.value("exam-math") == "82,5"
    assert family.desk.get(f"{family.of(PETYA.given_name)}/worth").value("exam-math") == "", "his alone"
    page = family.desk.get(f"{family.of(MASHA.given_name)}/worth")
    page = family.desk.post(page.address("/worth/rules"), {"other": "1"})
    assert "Правила вуза" in page.words


def test_what_cannot_be_counted_is_said_and_stays_typed(family: Home) -> None:
    page = family.desk.get(f"{family.of(MASHA.given_name)}/worth")
    assert family.desk.post(page.path, {"programme": "x"}).code == "page.no-rules"
    assert family.desk.post(page.address("/worth/rules"), {"kit": "нет"}).code == "page.no-rules"
    for content in (b"", b"\xff", b"x = "):
        answer = family.desk.post(page.address("/worth/rules"), files=[("rules", "a.toml", content)])
        assert answer.status == 422
    page = by_rules(family)
    programme = page.html.partition('<option value="')[2].partition('"')[0]
    answer = family.desk.post(page.path, {"programme": programme, "exam-math": "пять"})
    assert (answer.status, answer.code) == (422, "desk.exam-result")
    assert answer.value("exam-math") == "пять"
    assert family.desk.post(page.path, {"programme": "нет такой"}).code == "policy.unknown-programme"
