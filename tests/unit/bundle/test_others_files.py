"""Whatever a family brings is named: badges inside pictures, evidence, backups of other wallets."""

from __future__ import annotations

import base64
import io
import json
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from tests.unit.bundle import samples
from vcwallet import limits
from vcwallet.bundle import codec, symbols
from vcwallet.bundle.evidence import of_content
from vcwallet.bundle.inspecting import said
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.scanning import Found, read_inputs
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.identifiers.multibase import base58btc_decode, base58btc_encode
from vcwallet.proofs.jose import jws

DIPLOMA = samples.credential()
TEXT = json.dumps(DIPLOMA, ensure_ascii=False)


def chunk(kind: bytes, content: bytes, *, checksum: int | None = None) -> bytes:
    crc = zlib.crc32(kind + content) if checksum is None else checksum
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)


def itxt(text: bytes, *, keyword: bytes = b"openbadgecredential", compressed: bool = False) -> bytes:
    flag = b"\x01\x00" if compressed else b"\x00\x00"
    return keyword + b"\0" + flag + b"\0\0" + (zlib.compress(text) if compressed else text)


def png(*chunks: bytes, image: Image.Image | None = None) -> bytes:
    out = io.BytesIO()
    (image or Image.radial_gradient("L")).save(out, "PNG")
    whole = out.getvalue()
    header = 8 + 12 + 13
    return whole[:header] + b"".join(chunks) + whole[header:]


def svg(inside: str, *, before: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{before}<svg xmlns="http://www.w3.org/2000/svg"'
        f' xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">{inside}<path d="M0 0h5"/></svg>'
    )


def only(given: bytes | str) -> Found:
    (found,) = read_inputs([given])
    return found


def code(found: Found) -> str:
    return "" if found.problem is None else found.problem.code


BAKED: dict[str, bytes | str] = {
    "a PNG": png(chunk(b"iTXt", itxt(TEXT.encode()))),
    "an SVG, as text": svg(f"<openbadges:credential><![CDATA[{TEXT}]]></openbadges:credential>"),
}


@pytest.mark.parametrize("given", BAKED.values(), ids=BAKED)
def test_a_badge_inside_a_picture_is_read(given: bytes | str) -> None:
    found = only(given)
    assert (found.kind, found.document, found.problem) == (DocumentKind.CREDENTIAL, DIPLOMA, None)


@pytest.mark.parametrize("form", ["png", "svg"])
def test_a_token_inside_a_picture_is_read(form: str) -> None:
    key = SoftwareKey.generate(KeyType.ED25519)
    token = jws.sign({"typ": "JWT", "kid": "k"}, json.dumps({**DIPLOMA, "iss": "x"}).encode(), key)
    given: bytes | str = png(chunk(b"iTXt", itxt(token.encode())))
    if form == "svg":
        given = svg(f'<openbadges:credential verify="{token}"/>')
    found = only(given)
    assert found.kind is DocumentKind.CREDENTIAL
    assert found.document is not None
    assert str(found.document["id"]) == f"data:application/jwt,{token}"


def test_a_badge_and_codes_in_one_picture_are_both_read() -> None:
    grid = symbols.grid(symbols.lay_out(codec.encode(codec.Bundle(samples.presentation(1)))), scale=3)
    found = read_inputs([png(chunk(b"iTXt", itxt(TEXT.encode())), image=grid)])
    assert {each.kind for each in found} >= {DocumentKind.CREDENTIAL}
    assert any(each.bundle is not None for each in found)


BAD_PICTURES: dict[str, tuple[bytes | str, str]] = {
    "two badges in a PNG": (
        png(chunk(b"iTXt", itxt(TEXT.encode())), chunk(b"iTXt", itxt(b"{}"))),
        "badge.two",
    ),
    "two badges in an SVG": (
        svg(
            "<openbadges:credential>{}</openbadges:credential><openbadges:credential>[]</openbadges:credential>"
        ),
        "badge.two",
    ),
    "a wrong checksum": (png(chunk(b"iTXt", itxt(TEXT.encode()), checksum=7)), "badge.checksum"),
    "a compressed bomb": (png(chunk(b"iTXt", itxt(bytes(50_000_000), compressed=True))), "badge.compressed"),
    "a giant text": (png(chunk(b"iTXt", itxt(b"{" * (limits.JSON_BYTES + 1)))), "badge.too-large"),
    "no text": (png(chunk(b"iTXt", itxt(b"\xff\xfe\xfd"))), "badge.text"),
    "too many pieces": (png(*[chunk(b"juNk", b"")] * (limits.PNG_CHUNKS + 1)), "badge.too-many-chunks"),
    "JSON nested without end": (png(chunk(b"iTXt", itxt(b'{"a":' * 5000))), "json.too-deep"),
    "a token that nobody signed": (png(chunk(b"iTXt", itxt(b"eyJhbGciOiJub25lIn0.e30."))), "jws.unsigned"),
    "entities in an SVG": (
        svg(
            "<openbadges:credential>&b;</openbadges:credential>",
            before='<!DOCTYPE svg [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;">]>',
        ),
        "markup.entities",
    ),
    "an SVG that breaks off": (svg("<openbadges:credential>")[:120], "markup.malformed"),
    "an SVG nested without end": (svg("<g>" * 200 + "</g>" * 200 + "openbadges"), "markup.too-deep"),
}


@pytest.mark.parametrize(("given", "expected"), BAD_PICTURES.values(), ids=BAD_PICTURES)
def test_a_bad_picture_is_told_and_nothing_of_it_is_taken(given: bytes | str, expected: str) -> None:
    found = read_inputs([given])
    assert expected in {code(each) for each in found}
    assert not [each for each in found if each.document is not None]


ASSERTION = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "Assertion",
    "id": "https://badges.example/1",
    "recipient": {"type": "email", "hashed": True, "identity": "sha256$ab"},
    "issuedOn": "2020-05-01T00:00:00Z",
    "verification": {"type": "hosted"},
    "badge": {
        "type": "BadgeClass",
        "name": "Вымышленный кружок",
        "issuer": {"type": "Profile", "name": "Клуб «Небылица»"},
    },
}
BLOCKCERT = {
    "@context": ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/blockcerts/v3"],
    "type": ["VerifiableCredential", "BlockcertsCredential"],
    "issuer": "https://blocks.example/issuer.json",
    "issuanceDate": "2022-01-01T00:00:00Z",
    "credentialSubject": {"name": "Вымыслова Мария Тестовна"},
    "proof": {"type": "MerkleProof2019", "proofValue": "z7veGu1qoKR3"},
}
EUROPASS = {
    "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
    "displayParameter": {"title": {"en": "Invented Diploma"}},
    "issuer": {"id": "urn:x", "legalName": {"en": "Nowhere University"}},
    "credentialSubject": {"id": "urn:y", "fullName": {"en": "Test Inventova"}},
    "issued": "2023-02-03T00:00:00Z",
}
SEALED = {
    "payload": base64.urlsafe_b64encode(json.dumps(EUROPASS).encode()).decode().rstrip("="),
    "signatures": [{"protected": "e30", "signature": "c2ln"}],
}
EUROPASS_XML = (
    '<?xml version="1.0"?><europassCredential xmlns="http://data.europa.eu/snb">'
    "<title><text>Invented Diploma</text></title><issued>2021-01-02T00:00:00Z</issued></europassCredential>"
)
CMS = bytes.fromhex("308203e806092a864886f70d010702a08203d9") + bytes(300)


def signed_pdf() -> bytes:
    """One empty page and a form with a field for a signature."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Annots[4 0 R]>>",
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(s)/Rect[0 0 0 0]/V 5 0 R>>",
        b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/ByteRange[0 1 2 3]/Contents<00>>>",
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + each + b"endobj\n"
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % each for each in places)
    return bytes(out + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start)


@pytest.mark.parametrize("name", ["foo", "shift_jis", "utf-16", "windows-1251", "hex", "utf-7"])
def test_what_markup_says_of_its_encoding_changes_nothing(name: str) -> None:
    """It is read as the text that it is: no exception of a codec, and no other letters than are in it."""
    first = f'<?xml version="1.0" encoding="{name}"?>'
    badge = f"<openbadges:credential><![CDATA[{TEXT}]]></openbadges:credential>"
    found = only(svg(badge).replace('<?xml version="1.0"?>', first).encode())
    assert (found.document, code(found)) == (DIPLOMA, "")
    found = only(EUROPASS_XML.replace('<?xml version="1.0"?>', first).encode())
    assert found.kind is DocumentKind.EUROPASS


EVIDENCE: dict[str, tuple[bytes | str, DocumentKind, str]] = {
    "a badge of Open Badges 2.0": (json.dumps(ASSERTION), DocumentKind.OPEN_BADGE_2, "Вымышленный кружок"),
    "one in a PNG": (
        png(chunk(b"iTXt", itxt(json.dumps(ASSERTION).encode(), keyword=b"openbadges"))),
        DocumentKind.OPEN_BADGE_2,
        "Вымышленный кружок",
    ),
    "an address in a PNG": (
        png(chunk(b"tEXt", b"openbadges\0https://badges.example/1")),
        DocumentKind.OPEN_BADGE_2,
        "https://badges.example/1",
    ),
    "a Blockcerts certificate": (json.dumps(BLOCKCERT), DocumentKind.BLOCKCERT, "Вымыслова Мария Тестовна"),
    "a European credential": (json.dumps(EUROPASS), DocumentKind.EUROPASS, "Invented Diploma"),
    "a sealed one": (json.dumps(SEALED), DocumentKind.EUROPASS, "Invented Diploma"),
    "one in XML": (EUROPASS_XML, DocumentKind.EUROPASS, "Invented Diploma"),
    "a detached signature": (CMS, DocumentKind.SIGNATURE, ""),
    "one in base64": (base64.encodebytes(CMS), DocumentKind.SIGNATURE, ""),
    "a PDF with a signature": (signed_pdf(), DocumentKind.SIGNED_PDF, ""),
    "one in PEM": (b"-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----", DocumentKind.SIGNATURE, ""),
}


@pytest.mark.parametrize(("given", "kind", "title"), EVIDENCE.values(), ids=EVIDENCE)
def test_evidence_is_named_and_never_a_diploma(given: bytes | str, kind: DocumentKind, title: str) -> None:
    found = only(given)
    assert (found.kind, found.document, code(found)) == (kind, None, f"foreign.{kind}")
    assert found.problem is not None
    assert "checked" in str(found.problem)
    (statement,) = said(found)
    assert statement.title == title or statement.person == title


def test_what_is_kept_is_named_again_by_its_content() -> None:
    kept = (ASSERTION, BLOCKCERT, EUROPASS, SEALED)
    contents = [*(json.dumps(each).encode() for each in kept), EUROPASS_XML.encode(), CMS, signed_pdf()]
    named = [found.kind if (found := of_content(each)) else None for each in contents]
    assert named == [
        DocumentKind.OPEN_BADGE_2,
        DocumentKind.BLOCKCERT,
        DocumentKind.EUROPASS,
        DocumentKind.EUROPASS,
        DocumentKind.EUROPASS,
        DocumentKind.SIGNATURE,
        DocumentKind.SIGNED_PDF,
    ]
    plain = (TEXT.encode(), b"{", b"\xff", b"<a>", "Письмо".encode(), b"%PDF-1.7", b"")
    assert not [each for each in plain if of_content(each)]


def test_a_blockcert_with_an_ordinary_signature_beside_the_anchor_is_read_by_that() -> None:
    proofs = [BLOCKCERT["proof"], {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}]
    assert only(json.dumps({**BLOCKCERT, "proof": proofs})).kind is DocumentKind.CREDENTIAL


def test_an_sd_jwt_with_claims_of_its_own_is_named() -> None:
    key = SoftwareKey.generate(KeyType.P256)
    claims = {"vct": "https://ids.example/pupil", "iss": "https://ids.example", "given_name": "Проба"}
    found = only(jws.sign({"typ": "dc+sd-jwt"}, json.dumps(claims).encode(), key) + "~")
    assert (found.kind, found.problem) == (DocumentKind.SD_JWT_VC, None)
    (statement,) = said(found)
    assert (statement.title, statement.person) == ("https://ids.example/pupil", "Проба")


# --- the Learner Credential Wallet ------------------------------------------------------------------------


def backup(key: SoftwareKey, *credentials: Any, name: str = "Maria", secret: bytes | None = None) -> Any:
    """As LCW 2.2 writes it: a list of wallets whose contents are told apart by their shape."""
    did = did_key.did_of(key.public_key)
    seed = key.secret_multibase  # z and base58 of the header and the seed
    whole = b"\x80\x26" + (secret or base58btc_decode(seed[1:])[2:] + key.public_key.raw)
    return [
        {
            "@context": ["https://w3id.org/wallet/v1"],
            "id": "http://example.gov/wallet/3732",
            "type": "UniversalWallet2020",
            "status": "UNLOCKED",
            "contents": [
                *credentials,
                {"@context": "https://www.w3.org/ns/did/v1", "id": did, "authentication": [f"{did}#z"]},
                {
                    "type": "Ed25519VerificationKey2020",
                    "controller": did,
                    "publicKeyMultibase": key.public_key.multibase,
                    "privateKeyMultibase": "z" + base58btc_encode(whole),
                },
                {"type": "X25519KeyAgreementKey2020", "controller": did, "publicKeyMultibase": "z6LSx"},
                {"type": "ProfileMetadata", "data": {"profileName": name}},
            ],
        }
    ]


def test_a_backup_gives_its_credentials_and_its_key() -> None:
    key = SoftwareKey.generate(KeyType.ED25519)
    found = read_inputs([json.dumps(backup(key, DIPLOMA))])
    kinds = {each.kind: each for each in found}
    assert kinds.keys() == {DocumentKind.CREDENTIAL, DocumentKind.OTHER_WALLET}
    profile = kinds[DocumentKind.OTHER_WALLET]
    assert profile.holder is not None
    assert (profile.holder.name, profile.holder.did) == ("Maria", did_key.did_of(key.public_key))
    assert profile.holder.key.public_key == key.public_key
    assert kinds[DocumentKind.CREDENTIAL].holder == profile.holder
    assert code(profile) == "foreign.other-wallet"


def test_a_key_that_does_not_belong_to_the_backup_is_not_taken() -> None:
    key, other = (SoftwareKey.generate(KeyType.ED25519) for _ in range(2))
    strange = backup(key, DIPLOMA, secret=bytes(32) + key.public_key.raw)
    halves = backup(key, DIPLOMA, secret=bytes(32) + other.public_key.raw)
    foreign = backup(key, DIPLOMA)
    foreign[0]["contents"][1]["id"] = did_key.did_of(other.public_key)
    two = backup(key, DIPLOMA)
    two[0]["contents"].append(backup(other)[0]["contents"][1])
    for made in (strange, halves, foreign, two):
        found = read_inputs([json.dumps(made)])
        assert [each.kind for each in found if each.document is not None] == [DocumentKind.CREDENTIAL]
        assert "other-wallet.key" in {code(each) for each in found}
        assert not [each for each in found if each.holder is not None]


BAD_BACKUPS = {
    "locked": ({"type": "UniversalWallet2020", "status": "LOCKED", "contents": {}}, "other-wallet.locked"),
    "without contents": ({"type": "UniversalWallet2020"}, "other-wallet.malformed"),
    "too much": (
        {"type": "UniversalWallet2020", "contents": [1] * (limits.SCAN_ARRAY + 1)},
        "other-wallet.too-many",
    ),
    "encrypted": (
        {
            "@context": ["https://www.w3.org/2018/credentials/v1"],
            "type": ["VerifiableCredential", "EncryptedWallet"],
            "issuer": "did:web:lcw.app",
            "credentialSubject": {"jwe": {}},
        },
        "other-wallet.encrypted",
    ),
}


@pytest.mark.parametrize(("made", "expected"), BAD_BACKUPS.values(), ids=BAD_BACKUPS)
def test_a_backup_that_is_not_read_says_why(made: dict[str, Any], expected: str) -> None:
    assert code(only(json.dumps([made]))) == expected


def test_a_long_list_is_still_bounded() -> None:
    assert code(only(json.dumps([{}] * (limits.SCAN_ARRAY + 1)))) == "scan.too-many-documents"
