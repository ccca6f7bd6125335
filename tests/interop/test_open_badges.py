"""Other people's verifiers of badges check our default diploma and presentation with what is published.

Their loaders answer for documents that anybody can fetch: the contexts of the W3C and of 1EdTech, and what
the issuer puts on its own site. Nothing is handed to them on our behalf.
"""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
import tarfile
import venv
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from PIL import Image

from bench.peers import workers
from bench.peers.workers import Worker
from tests.interop import peers
from tests.shared import need
from tests.unit.issuer.kits import HEADERS, PUPIL
from tests.unit.issuer.offices import PASSPHRASE, Office
from tests.unit.issuer.test_jwt_form import tokens, with_jwt
from tools.how_others_read import python_peers
from vcwallet import strict_json
from vcwallet.bundle.codec import has_type
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.request import Request, Want
from vcwallet.bundle.scanning import read_inputs
from vcwallet.credentials import presentation
from vcwallet.credentials.achievement import facts
from vcwallet.credentials.credential import Credential
from vcwallet.errors import VcwalletError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.identifiers.multibase import base64url_decode, base64url_encode
from vcwallet.issuer import Issuer, publishing
from vcwallet.proofs.jsonld import PINNED
from vcwallet.report import Outcome, ShowingOutcome
from vcwallet.sealed_file import UNSAFE_FOR_TESTS as CHEAP
from vcwallet.verifier import ANYTHING, NOT_COMPARED, TrustList, openid_asking
from vcwallet.verifier.office import Office as AdmissionOffice
from vcwallet.verifier.reception import Reception
from vcwallet.verifier.waiting import Waiting
from vcwallet.wallet import Profile, Wallet, drafts, lcw_backup

PYTHON_PEERS: Final = python_peers()
PUBLISHED: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/data-integrity/v2",
)
SCHEMA: Final = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
RECIPIENT, CHALLENGE = "priem.vuz.example", "вопрос-1"
CHILD: Final = SoftwareKey(KeyType.ED25519, bytes(range(7, 39)))
NOW: Final = datetime.now(UTC).replace(microsecond=0)
"""The peers look at the clock."""


class Site:
    """An olympiad with a site, one diploma of it, and everything that is published."""

    def __init__(self, folder: Path) -> None:
        office = with_jwt(Office.make(folder / "olympiad"))
        did = did_key.did_of(CHILD.public_key)
        office.issue([[*PUPIL, "Школа № 0", "Небывалинск", did]], headers=[*HEADERS, "Школа", "Город", "DID"])
        (self.diploma,) = office.files().values()
        (self.token,) = tokens(office.out).values()
        with office.folder.register() as register:
            publishing.publish(office.folder, office.keystore, register, folder / "site", now=NOW)
        self.documents: dict[str, Any] = {url: PINNED.document(url) for url in PUBLISHED}
        for path in (folder / "site").rglob("*.json"):
            address = f"https://olymp.example/{path.relative_to(folder / 'site').as_posix()}"
            self.documents[address] = json.loads(path.read_text("utf-8"))
        self.issuer = "did:web:olymp.example"
        self.holder = did

    @property
    def single(self) -> dict[str, Any]:
        """The diploma with the one proof that every reader of Open Badges knows."""
        return {**self.diploma, "proof": self.diploma["proof"][0]}

    def shown(self) -> dict[str, Any]:
        return presentation.sign(
            [self.single],
            holder_key=CHILD,
            holder=self.holder,
            domain=RECIPIENT,
            challenge=CHALLENGE,
            created=NOW,
            expires=NOW + timedelta(days=7),
            purpose_text="Поступление, 2027",
        )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="module")
def python_folder() -> Path:
    """The environment of the Python peers; made once, and only when it is asked for."""
    folder = workers.CACHE / f"badges-{'-'.join(name.split('==')[1] for name in PYTHON_PEERS)}"
    if not (folder / ".ready").exists():
        if os.environ.get("VCWALLET_INTEROP") != "1" or "PYTEST_XDIST_WORKER" in os.environ:
            need(False, f"no peers in {folder} (VCWALLET_INTEROP=1 without -n installs them)")
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(_interpreter(folder)), "-m", "pip", "-q", "--disable-pip-version-check"]
        bare = PYTHON_PEERS[0].replace("[ldp,ldp-sd]", "")
        try:
            subprocess.run([*pip, "install", *PYTHON_PEERS], check=True, capture_output=True, timeout=600)
            # The published JSON Schema is in the source of openbadgeslib only.
            source = [*pip, "download", "--no-deps", "--no-binary", ":all:", "-d", str(folder), bare]
            subprocess.run(source, check=True, capture_output=True, timeout=600)
        except (subprocess.SubprocessError, OSError) as error:
            need(False, f"pip could not install {', '.join(PYTHON_PEERS)}: {error}")
        (folder / ".ready").touch()
    return folder


@pytest.fixture(scope="module")
def schema(python_folder: Path) -> dict[str, Any]:
    """1EdTech's JSON Schema of an AchievementCredential, as openbadgeslib's source has it."""
    (archive,) = python_folder.glob("openbadgeslib-*.tar.gz")
    with tarfile.open(archive) as source:
        (name,) = [one for one in source.getnames() if one.endswith(SCHEMA.rpartition("/")[2])]
        file = source.extractfile(name)
        assert file is not None
        found: dict[str, Any] = json.load(file)
    return found


@pytest.fixture(scope="module")
def javascript(site: Site, schema: dict[str, Any]) -> Iterator[Worker]:
    with peers.started(peers.HERE, "badges.mjs") as worker:
        worker.ask(do="setup", documents={**site.documents, SCHEMA: schema})
        yield worker


@pytest.fixture(scope="module")
def python(site: Site, python_folder: Path) -> Iterator[Worker]:
    worker = Worker("Python peers", [_interpreter(python_folder), peers.HERE / "badge_readers.py"])
    with worker._process:
        worker.ask(do="setup", documents=site.documents)
        yield worker
        worker.close()


def _interpreter(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def changed(document: dict[str, Any]) -> dict[str, Any]:
    """The same with one letter of the name replaced."""
    text = strict_json.dumps(document)
    assert text.count("Тестов") >= 1
    return strict_json.loads_object(text.replace("Тестов", "Пестов"))


def verdict(worker: Worker, do: str, document: dict[str, Any], **request: Any) -> tuple[bool, str]:
    answer = worker.ask(do=do, text=strict_json.dumps(document), **request)
    assert answer["asked"] == [], "an address was asked that nobody publishes"
    return answer["result"]["verified"], answer["result"]["said"]


@pytest.mark.parametrize("peer", ["digitalbazaar", "dcc"])
def test_a_default_diploma_verifies_in_javascript(javascript: Worker, site: Site, peer: str) -> None:
    for document in (site.diploma, site.single):
        verified, said = verdict(javascript, peer, document)
        assert verified, said
        assert not verdict(javascript, peer, changed(document))[0]


@pytest.mark.parametrize("peer", ["openvc", "openbadgeslib"])
def test_a_diploma_with_one_proof_verifies_in_python(python: Worker, site: Site, peer: str) -> None:
    """These two refuse a set of proofs, of which they would have to believe one."""
    verified, said = verdict(python, peer, site.single, issuer=site.issuer)
    assert verified, said
    assert not verdict(python, peer, changed(site.single), issuer=site.issuer)[0]


def without_the_birth_date(site: Site) -> dict[str, Any]:
    credential = Credential.parse(site.diploma)
    return dict(drafts.draft(credential, facts(credential), {"born"}).credential.json)


def test_hidden_fields_verify_in_python(python: Worker, site: Site) -> None:
    hidden = without_the_birth_date(site)
    assert "dateOfBirth" not in hidden["credentialSubject"]
    verified, said = verdict(python, "openvc", hidden)
    assert verified, said
    assert not verdict(python, "openvc", changed(hidden))[0]


def test_what_these_readers_do_not_take(javascript: Worker, python: Worker, site: Site) -> None:
    """Said on the page of how others read our diplomas, and noticed here when one of them learns it."""
    assert not verdict(javascript, "dcc", without_the_birth_date(site))[0]
    verified, said = verdict(python, "openbadgeslib", without_the_birth_date(site), issuer=site.issuer)
    assert not verified
    assert "validUntil" in said, "it is not the signature"
    for peer in ("openvc", "openbadgeslib"):
        assert not verdict(python, peer, site.diploma, issuer=site.issuer)[0], "a set of signatures"


def test_a_default_presentation_verifies(javascript: Worker, python: Worker, site: Site) -> None:
    shown = site.shown()
    request = {"domain": RECIPIENT, "challenge": CHALLENGE}
    for worker, peer in ((javascript, "digitalbazaar-presentation"), (python, "openvc-presentation")):
        verified, said = verdict(worker, peer, shown, **request)
        assert verified, said
        other = {**shown, "termsOfUse": [{**shown["termsOfUse"][0], "description": "Кредит"}]}
        assert not verdict(worker, peer, other, **request)[0]
        assert not verdict(worker, peer, shown, **{**request, "challenge": "вопрос-2"})[0]


def test_the_jwt_form_verifies_in_javascript(jose: Worker, site: Site) -> None:
    """By the published key and the rules of Open Badges 3.0."""
    document = site.documents["https://olymp.example/.well-known/did.json"]
    payload = json.loads(jose.ask(do="verify-badge", text=site.token, document=document)["result"])
    assert (payload["id"], payload["credentialStatus"]) == (
        site.diploma["id"],
        site.diploma["credentialStatus"],
    )
    with pytest.raises(RuntimeError, match=r"(?i)signature"):
        jose.ask(do="verify-badge", text=forged(site.token), document=document)


@pytest.mark.parametrize("peer", ["openvc-jwt", "openvc-jwt-query", "openbadgeslib-jwt"])
def test_the_jwt_form_verifies_in_python(python: Worker, site: Site, peer: str) -> None:
    for token, good in ((site.token, True), (forged(site.token), False)):
        answer = python.ask(do=peer, text=token, issuer=site.issuer)["result"]
        assert answer["verified"] is good, answer["said"]


def forged(token: str) -> str:
    """The same token with one letter of the name replaced."""
    head, payload, signature = token.split(".")
    text = base64url_decode(payload).decode("utf-8")
    assert text.count("Тестов") >= 1
    return ".".join([head, base64url_encode(text.replace("Тестов", "Пестов").encode()), signature])


@pytest.fixture(scope="module")
def exported(site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a family takes along: the child's only diploma, with the keys."""
    family = Wallet.create(tmp_path_factory.mktemp("family") / "a.vcw", "никакой пароль вымысла 7", kdf=CHEAP)
    document = site.documents["https://olymp.example/.well-known/did.json"]
    family.issuers.remember(ControlledIdentifierDocument.parse(document), now=NOW)
    child = family.add_child(Profile(PUPIL[1], PUPIL[0], PUPIL[2]), now=NOW)
    child.adopt_key(CHILD)
    family.add(site.diploma, child=child, now=NOW)
    return dict(family.plain_files(child, keys=True))


def test_what_a_family_takes_along_verifies_elsewhere(
    javascript: Worker, python: Worker, site: Site, exported: dict[str, bytes]
) -> None:
    """The file with one signature, and what Learner Credential Wallet adds of the presentation."""
    (single,) = (
        json.loads(content) for name, content in exported.items() if name.startswith("one-signature/")
    )
    (added,) = json.loads(exported["all-diplomas.json"])["verifiableCredential"]
    for document in (single, added):
        for worker, peer in ((javascript, "dcc"), (python, "openvc"), (python, "openbadgeslib")):
            verified, said = verdict(worker, peer, document, issuer=site.issuer)
            assert verified, (peer, said)


@pytest.mark.parametrize("form", ["png", "svg"])
def test_openbadgeslib_reads_and_verifies_our_pictures(
    python: Worker, site: Site, exported: dict[str, bytes], form: str
) -> None:
    (picture,) = (content for name, content in exported.items() if name.endswith(f".{form}"))
    for content, good in ((picture, True), (picture.replace("Тестов".encode(), "Пестов".encode()), False)):
        if form == "png":
            content = with_checksums(content)
        packed = base64.b64encode(content).decode("ascii")
        answer = python.ask(do="openbadgeslib-picture", form=form, picture=packed, issuer=site.issuer)[
            "result"
        ]
        assert answer["verified"] is good, answer["said"]


@pytest.mark.parametrize("form", ["png", "svg"])
@pytest.mark.parametrize("what", ["a document", "a token"])
def test_we_read_the_badge_in_a_picture_of_openbadgeslib(
    python: Worker, site: Site, form: str, what: str
) -> None:
    text = json.dumps(site.single, ensure_ascii=False) if what == "a document" else site.token
    plain = io.BytesIO()
    Image.radial_gradient("L").save(plain, "PNG")
    picture = plain.getvalue() if form == "png" else b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'
    answer = python.ask(
        do="openbadgeslib-bake", form=form, text=text, picture=base64.b64encode(picture).decode("ascii")
    )["result"]
    assert answer["verified"], answer["said"]
    (found,) = read_inputs([base64.b64decode(answer["said"])])
    assert found.kind is DocumentKind.CREDENTIAL, found.problem
    assert found.document is not None
    if what == "a document":
        assert found.document == site.single
    else:
        assert str(found.document["id"]).endswith(f",{site.token}")


def test_we_read_our_own_pictures_and_our_own_backup_for_other_wallets(exported: dict[str, bytes]) -> None:
    for name, content in exported.items():
        if name.endswith((".png", ".svg")):
            (found,) = read_inputs([content])
            assert found.kind is DocumentKind.CREDENTIAL, found.problem
    profiles = [
        each.holder
        for each in read_inputs([exported["Wallet Backup.json"]])
        if each.kind is DocumentKind.OTHER_WALLET
    ]
    assert did_key.did_of(CHILD.public_key) in {each.did for each in profiles if each is not None}


def test_learner_credential_wallet_finds_the_badge_in_our_picture(
    javascript: Worker, exported: dict[str, bytes]
) -> None:
    (picture,) = (content for name, content in exported.items() if name.endswith(".png"))
    packed = base64.b64encode(picture).decode("ascii")
    found = json.loads(javascript.ask(do="lcw-picture", picture=packed)["result"]["said"])
    verified, said = verdict(javascript, "dcc", found)
    assert verified, said


def test_learner_credential_wallet_takes_our_backup_apart(
    javascript: Worker, exported: dict[str, bytes]
) -> None:
    """Its own packages make the same document and the same second key of our key, and sign with it."""
    text = exported["Wallet Backup.json"].decode("utf-8")
    own, adopted = javascript.ask(do="lcw-backup", text=text)["result"]
    for profile in (own, adopted):
        assert (profile["same"], profile["signs"], profile["agrees"]) == (True, True, True)
    assert (own["name"], own["credentials"]) == (" ".join(PUPIL[:3]), [])
    assert adopted["did"] == did_key.did_of(CHILD.public_key)
    (credential,) = adopted["credentials"]
    verified, said = verdict(javascript, "dcc", credential)
    assert verified, said


def test_learner_credential_wallet_answers_our_exchange(javascript: Worker, site: Site) -> None:
    """Its packages sign what the message of the exchange asks, in its old suite; the desk takes that once."""
    document = ControlledIdentifierDocument.parse(
        site.documents["https://olymp.example/.well-known/did.json"]
    )
    trust = TrustList.start(now=NOW, recipient=RECIPIENT).with_issuer(
        document, name={"ru": "О"}, scopes=[ANYTHING], fingerprints=NOT_COMPARED, now=NOW
    )
    lists = [each for each in site.documents.values() if has_type(each, "BitstringStatusListCredential")]
    for each in lists:
        trust = trust.with_status_list(each, now=NOW)
    reception = Reception(AdmissionOffice.of(trust))
    request = Request(RECIPIENT, "Поступление", NOW, wants=(Want("olympiad-diploma", ("person", "result")),))
    until = NOW + timedelta(minutes=10)
    asked = openid_asking.make(
        request, response_uri=f"https://{RECIPIENT}/r", encrypted=True, nonce="n", state="s"
    )
    exchange = replace(request, domain=RECIPIENT, challenge="n-1", expires=until)
    phone = lcw_backup.backup("Вымысел", [CHILD], lambda did: [site.single])
    assert phone is not None

    def answered(change: Callable[[Any], None] = lambda shown: None) -> bytes:
        message = reception.exchanged(waiting, b"{}", now=NOW)
        shown = javascript.ask(do="lcw-answer", text=phone.decode("utf-8"), message=message)["result"]
        change(shown["presentation"])
        return json.dumps({"verifiablePresentation": shown["presentation"]}).encode("utf-8")

    def rename(shown: Any) -> None:
        shown["verifiableCredential"][0]["credentialSubject"]["familyName"] = "Иная"

    waiting = reception.requests.add(Waiting(request, asked, until, "a", exchange=exchange), now=NOW)
    with pytest.raises(VcwalletError) as refused:
        reception.exchanged(waiting, answered(rename), now=NOW)
    assert refused.value.code == "openid.other-showing"
    message = answered()
    assert reception.exchanged(waiting, message, now=NOW) == {}
    (entry,) = reception.today
    assert entry.report.showing.outcome is ShowingOutcome.VALID
    assert entry.report.outcome is Outcome.CONFIRMED
    with pytest.raises(VcwalletError):
        reception.exchanged(waiting, message, now=NOW)


def with_checksums(png: bytes) -> bytes:
    """A PNG whose chunks are as good as they were before somebody changed one."""
    out, at = png[:8], 8
    while at < len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        chunk = png[at + 4 : at + 8 + size]
        out += png[at : at + 4] + chunk + zlib.crc32(chunk).to_bytes(4, "big")
        at += 12 + size
    return out


def test_what_every_kit_issues_fits_the_published_json_schema(schema: dict[str, Any], tmp_path: Path) -> None:
    """Both forms of every diploma of every sample sheet, by 1EdTech's own schema."""
    from jsonschema import Draft201909Validator

    validator = Draft201909Validator(schema)
    seen = set()
    for kit in Issuer.kits():
        office = with_jwt(Office.make(tmp_path / kit.name, kit=kit.name, site=f"https://{kit.name}.example"))
        with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
            for template in issuer.settings.templates:
                sheet = office.folder.path / "samples" / f"{template}.xlsx"
                issuer.issue(
                    issuer.plan(issuer.read(sheet, template=template, now=NOW)),
                    out=tmp_path / template,
                    now=NOW,
                )
                for path in (tmp_path / template).glob("0*.*"):
                    text = path.read_text("utf-8")
                    payload = text if path.suffix == ".json" else base64url_decode(text.split(".")[1])
                    document = json.loads(payload)
                    errors = [error.message for error in validator.iter_errors(document)]
                    assert errors == [], (template, path.name)
                    seen.add((template, path.suffix))
    assert len(seen) == 2 * sum(len(kit.templates) for kit in Issuer.kits())


def test_a_default_diploma_fits_the_published_json_schema(schema: dict[str, Any], site: Site) -> None:
    from jsonschema import Draft201909Validator

    validator = Draft201909Validator(schema)
    for document in (site.diploma, site.single):
        assert [error.message for error in validator.iter_errors(document)] == []
    broken = {name: member for name, member in site.single.items() if name != "credentialSubject"}
    assert list(validator.iter_errors(broken)), "the schema refuses something"
