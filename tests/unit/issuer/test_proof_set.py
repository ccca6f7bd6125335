"""What an issued diploma is signed with: a plain proof and a base proof, and what a family can hide by it."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.issuer.kits import HEADERS, PUPIL
from tests.unit.issuer.offices import NOW, PASSPHRASE, Office, pupils
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.json_pointers import pointers_outside
from vcwallet.credentials.template import Template
from vcwallet.errors import DocumentError, UsageError
from vcwallet.identifiers.keys import KeyType
from vcwallet.issuer import settings, signing
from vcwallet.issuer.folder import SETTINGS
from vcwallet.issuer.keystore import Keystore
from vcwallet.proofs.cryptosuites import is_base_proof
from vcwallet.proofs.cryptosuites.ecdsa_sd import parse_base_proof_value
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import drafts

SUITES = ["eddsa-rdfc-2022", "ecdsa-sd-2023"]
FULL = [*HEADERS, "Школа", "Город", "Номер диплома", "Баллы"]
WHOLE = [*PUPIL, "Школа № 0", "Небывалинск", "В-17", "87,5"]


def only(office: Office) -> JsonObject:
    (document,) = office.files().values()
    return document


def full(office: Office) -> JsonObject:
    """A diploma that says everything its template can."""
    office.issue([WHOLE], headers=FULL)
    return only(office)


def suites(document: JsonObject) -> list[str]:
    return [str(proof["cryptosuite"]) for proof in Credential.parse(document).proofs]


def test_an_issuer_with_a_site_signs_twice_and_both_proofs_hold(office: Office) -> None:
    credential = Credential.parse(full(office))
    plain, base = credential.proofs
    assert [plain["cryptosuite"], base["cryptosuite"]] == SUITES
    assert [is_base_proof(proof) for proof in credential.proofs] == [False, True]
    assert plain["verificationMethod"] == "did:web:olymp.example#key-1"
    assert base["verificationMethod"] == "did:web:olymp.example#key-2"


def test_exactly_what_the_template_calls_hideable_can_be_hidden(office: Office) -> None:
    credential = Credential.parse(full(office))
    assert drafts.hideable(credential) == {
        "patronymic": ("/credentialSubject/patronymicName",),
        "born": ("/credentialSubject/dateOfBirth",),
        "school": ("/credentialSubject/parentOrg/name",),
        "place": ("/credentialSubject/parentOrg/address/addressLocality",),
        "class": ("/credentialSubject/role",),
        "number": ("/credentialSubject/licenseNumber",),
        "score": ("/credentialSubject/result/1/value",),
    }
    base = parse_base_proof_value(credential.proofs[1])
    assert len(base.signatures) == 7, "one statement for each, so that showing one costs one signature"
    always = ["/issuer", "/type", "/validFrom", "/credentialStatus", "/credentialSubject/id"]
    assert {*always, "/credentialSubject/achievement"} <= {*base.mandatory_pointers}


@pytest.mark.parametrize(
    "hidden",
    ["/credentialStatus", "/credentialStatus/statusListIndex", "/validFrom", "/issuer", "/issuer/id"],
)
def test_nothing_is_signed_that_could_be_shown_without_its_status_or_dates(
    office: Office, monkeypatch: pytest.MonkeyPatch, hidden: str
) -> None:
    """However a template comes to say so: the proof itself must not allow it."""
    monkeypatch.setattr(
        Template,
        "mandatory_pointers",
        lambda template, values, document: pointers_outside(document, [hidden]),
    )
    with pytest.raises(UsageError) as refused:
        office.issue(pupils(1))
    assert refused.value.code == "base-proof.hideable"
    assert refused.value.evidence["member"] == hidden.split("/")[1]
    assert not list(office.out.glob("*"))


def test_an_issuer_without_a_site_signs_the_whole_only(tmp_path: Path) -> None:
    """A did:key names one key; there is none for the second proof."""
    office = Office.make(tmp_path / "olympiad", site="")
    office.issue(pupils(1))
    assert suites(only(office)) == SUITES[:1]
    assert drafts.hideable(Credential.parse(only(office))) == {}


def test_the_second_proof_can_be_turned_off(office: Office) -> None:
    place = office.folder.path / SETTINGS
    text = place.read_text("utf-8").replace("\n[name]", '\nproofs = ["eddsa-rdfc-2022"]\n\n[name]')
    place.write_text(text, "utf-8")
    changed = Office.at(office.folder.path)
    changed.issue(pupils(1))
    assert suites(only(changed)) == SUITES[:1]


@pytest.mark.parametrize(
    ("proofs", "code"),
    [
        ("[]", "settings.malformed"),
        ('["ecdsa-sd-2023"]', "settings.malformed"),
        ('["eddsa-rdfc-2022", "bbs-2023"]', "settings.malformed"),
        ('["eddsa-rdfc-2022", "eddsa-rdfc-2022"]', "settings.malformed"),
        ('["eddsa-rdfc-2022"] * 2', "settings.unreadable"),
        ('"x"', "settings.malformed"),
    ],
)
def test_other_sets_of_proofs_are_refused(office: Office, proofs: str, code: str) -> None:
    """Without the plain proof an undisclosed diploma would be long; unknown suites are misspellings."""
    text = (office.folder.path / SETTINGS).read_text("utf-8")
    data = text.replace("\n[name]", f"\nproofs = {proofs}\n\n[name]").encode("utf-8")
    with pytest.raises((UsageError, DocumentError)) as caught:
        settings.parse(data, name=SETTINGS)
    assert caught.value.code == code


def test_a_run_repeated_elsewhere_gives_the_same_bytes(office: Office) -> None:
    """Shards run at least once, in any process: ids, moments, keys and nonces are all derived or reserved."""
    rows = pupils(6)
    office.issue(rows)
    first = {path.name: path.read_bytes() for path in office.out.rglob("*.vc.json")}
    for path in office.out.rglob("*.vc.json"):
        path.unlink()
    with signing.processes(office.folder.signer(), PASSPHRASE, workers=1) as crew:
        assert isinstance(crew.executor, ProcessPoolExecutor)
        office.issue(rows, again=True, crew=crew, now=NOW + timedelta(days=1))
    assert {path.name: path.read_bytes() for path in office.out.rglob("*.vc.json")} == first


def test_no_two_documents_share_a_key(office: Office) -> None:
    """Statements signed with a shared key could be moved from one diploma to the other."""
    office.issue(pupils(4))
    values = [parse_base_proof_value(Credential.parse(each).proofs[1]) for each in office.files().values()]
    assert len({value.public_key for value in values}) == 4
    assert len({value.hmac_key for value in values}) == 4


def test_the_derived_keys_follow_the_document_and_the_keystore(tmp_path: Path, office: Office) -> None:
    def key(keystore: Keystore, document: JsonObject) -> tuple[bytes, bytes]:
        randomness = keystore.disclosure_randomness(document)
        return randomness(32), randomness(40)

    document: JsonObject = {"id": "urn:uuid:6c1f2b64-7d0e-4a52-9a5c-0f3e8b7d2a11", "name": "Вымысел"}
    hmac_key, proof_key = key(office.keystore, document)
    assert key(office.keystore, dict(document)) == (hmac_key, proof_key)
    assert proof_key[:32] != hmac_key
    # The same id with other words, as when the settings changed between two attempts.
    assert key(office.keystore, document | {"name": "Другое"}) != (hmac_key, proof_key)
    other = Office.make(tmp_path / "other")
    assert key(other.keystore, document) != (hmac_key, proof_key)
    reopened = office.folder.unlock(PASSPHRASE)
    assert key(reopened, document) == (hmac_key, proof_key)


def test_a_template_that_hides_something_else_changes_the_frame(office: Office) -> None:
    template = office.folder.template()
    assert replace(template, hideable=template.hideable[1:]).frame() != template.frame()


def test_no_secret_is_in_a_task(office: Office) -> None:
    """What goes to a worker is pickled, perhaps over a network."""
    signer = office.folder.signer()
    said = repr(signer)
    for kind in (KeyType.ED25519, KeyType.P256):
        assert office.keystore.signing_key(kind).secret_multibase not in said
    assert signer.keystore in said


POINTERS: dict[str, tuple[set[str], tuple[str, ...]]] = {
    "nothing hidden": (set(), ("/a", "/b", "/e~1~0")),
    "a member": ({"/a"}, ("/b", "/e~1~0")),
    "a member of a member": ({"/b/c"}, ("/a", "/b/d", "/e~1~0")),
    "part of a list's item": ({"/b/d/1/y"}, ("/a", "/b/c", "/b/d/0", "/b/d/1/x", "/e~1~0")),
    "a name that must be escaped": ({"/e~1~0"}, ("/a", "/b")),
    "all of an object, member by member": ({"/b/c", "/b/d"}, ("/a", "/e~1~0")),
}


@pytest.mark.parametrize("name", POINTERS)
def test_pointers_to_all_but_something(name: str) -> None:
    document: JsonObject = {
        "@context": ["x"],
        "a": 1,
        "b": {"c": "text", "d": [{"x": 1}, {"x": 2, "y": 3}]},
        "e/~": [],
        "proof": {},
    }
    hidden, expected = POINTERS[name]
    assert pointers_outside(document, hidden) == expected
