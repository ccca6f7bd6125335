"""`vcwallet conformance jose-cose` leaves the word that the suite compares, whatever it is given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.proofs_jose.world import (
    CHILD,
    ISSUED,
    NOW,
    SCHOOL,
    encode,
    forge,
    key_of,
    method_of,
    parts_of,
    resigned,
)
from vcwallet import timestamps
from vcwallet.cli import main
from vcwallet.conformance.jose_cose import FEATURES
from vcwallet.credentials.enveloped import decode_base64
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.identifiers.multibase import base58btc_decode, base64url_encode
from vcwallet.proofs.jose import vc_jose_cose
from vcwallet.proofs.jose.key_discovery import thumbprint
from vcwallet.proofs.jose.sd_jwt import SdJwt

P256 = KeyType.P256
ENVELOPE = {
    "@context": "https://www.w3.org/ns/credentials/v2",
    "type": "EnvelopedVerifiableCredential",
    "id": "data:application/vc+jwt,not.looked.at",
}
CREDENTIAL: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
    "type": ["VerifiableCredential", "ExampleAlumniCredential"],
    "issuer": SCHOOL,
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {"id": CHILD, "name": "Тест", "phones": [{"number": "1"}, {"number": "2"}]},
}
PRESENTATION: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiablePresentation"],
    "holder": CHILD,
    "verifiableCredential": [ENVELOPE],
}


def seeded(key_type: KeyType = P256) -> SoftwareKey:
    return SoftwareKey.generate(key_type, lambda size: bytes(range(7, 7 + size)))


class Suite:
    """What the suite does: files in a folder, a program per test, a word in a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def key(self, key_type: KeyType = P256, **changes: Any) -> Path:
        secret = seeded(key_type)
        public = {**secret.public_key.to_jwk(), "kid": thumbprint(secret.public_key)}
        scalar = base58btc_decode(secret.secret_multibase[1:])[2:]
        method = {
            "id": f"{SCHOOL}#key-1",
            "type": "JsonWebKey",
            "controller": SCHOOL,
            "publicKeyJwk": public,
            "secretKeyJwk": {**public, "d": base64url_encode(scalar)},
            **changes,
        }
        return self.file("key.json", json.dumps(method))

    def file(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.write_text(content, "utf-8")
        return path

    def run(self, verb: str, feature: str, source: Path, key: Path, *more: str) -> tuple[str, str]:
        output = self.folder / "ответ.json"
        with pytest.raises(SystemExit) as ended:
            main(
                [
                    *("conformance", "jose-cose", verb, "--input", str(source), "--key", str(key)),
                    *("--feature", feature, "--output", str(output), *more),
                ]
            )
        assert ended.value.code == 0
        answer = json.loads(output.read_text("utf-8"))
        assert set(answer) == {"result", "data"}
        return answer["result"], answer["data"]

    def issue(self, feature: str, document: Any, *more: str, key_type: KeyType = P256) -> tuple[str, str]:
        return self.run(
            "issue", feature, self.file("in.json", json.dumps(document)), self.key(key_type), *more
        )

    def verify(self, feature: str, text: str, *more: str, key_type: KeyType = P256) -> tuple[str, str]:
        return self.run("verify", feature, self.file("in.txt", text), self.key(key_type), *more)


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Suite:
    monkeypatch.setenv("VCWALLET_NOW", timestamps.render(NOW))
    return Suite(tmp_path)


def failed(answer: tuple[str, str]) -> str:
    """The code of a failure."""
    assert answer[0] == "failure", answer
    return answer[1].partition(":")[0]


def without(name: str) -> dict[str, Any]:
    return {member: value for member, value in CREDENTIAL.items() if member != name}


def document_of(feature: str) -> dict[str, Any]:
    return CREDENTIAL if feature.startswith("credential") else PRESENTATION


@pytest.mark.parametrize("feature", list(FEATURES))
@pytest.mark.parametrize("key_type", [KeyType.ED25519, P256, KeyType.P384, KeyType.P521])
def test_what_is_issued_verifies(suite: Suite, feature: str, key_type: KeyType) -> None:
    result, text = suite.issue(feature, document_of(feature), key_type=key_type)
    assert result == "success"
    result, data = suite.verify(feature, text + "\n", key_type=key_type)
    assert result == "success"
    found = json.loads(data)
    assert {name: found[name] for name in document_of(feature)} == document_of(feature)


def test_paths_of_what_can_be_hidden(suite: Suite) -> None:
    paths = ["credentialSubject.name", "credentialSubject.phones[0]", "credentialSubject.phones[1].number"]
    result, text = suite.issue("credential_sdjwt", CREDENTIAL, "--sd", json.dumps(paths))
    assert result == "success"
    assert set(SdJwt.read(text).disclosures) == {
        ("credentialSubject", "name"),
        ("credentialSubject", "phones", 0),
        ("credentialSubject", "phones", 1, "number"),
    }
    result, text = suite.issue(
        "presentation_sdjwt", PRESENTATION, "--sd", '["holder", "verifiableCredential[0]"]'
    )
    assert result == "success"
    assert suite.verify("presentation_sdjwt", text)[0] == "success"


BAD_PATHS = {
    **dict.fromkeys(['["a..b"]', '["a[b]"]', '["[x"]', '[""]', "[1]", "{}"], "conformance.path"),
    "no": "json.malformed",
    '["nobody"]': "sd-jwt.no-such-part",
}


@pytest.mark.parametrize(("paths", "code"), BAD_PATHS.items(), ids=BAD_PATHS)
def test_paths_that_are_none(suite: Suite, paths: str, code: str) -> None:
    assert failed(suite.issue("credential_sdjwt", CREDENTIAL, "--sd", paths)) == code


BAD_DOCUMENTS: dict[str, Any] = {
    "a member of no meaning": ({**CREDENTIAL, "badExtension": {"huh": "?"}}, "conformance.unknown-member"),
    "another first context": (
        {**CREDENTIAL, "@context": ["https://www.w3.org/ns/credentials/examples/v2"]},
        "credential.base-context",
    ),
    "no type": (without("type"), "credential.no-type"),
    "no issuer": (without("issuer"), "credential.party"),
    "no subject": (without("credentialSubject"), "credential.no-subject"),
    "a list": ([], "json.not-an-object"),
}


@pytest.mark.parametrize(("document", "code"), BAD_DOCUMENTS.values(), ids=BAD_DOCUMENTS)
@pytest.mark.parametrize("feature", [name for name in FEATURES if name.startswith("credential")])
def test_documents_that_are_not_issued(suite: Suite, feature: str, document: Any, code: str) -> None:
    assert failed(suite.issue(feature, document)) == code


@pytest.mark.parametrize("feature", [name for name in FEATURES if name.startswith("credential")])
def test_a_claim_of_the_token_in_a_document_is_not_issued(suite: Suite, feature: str) -> None:
    assert failed(suite.issue(feature, {**CREDENTIAL, "exp": 1})) == "jose.claim-in-document"


BAD_SHOWN: dict[str, Any] = {
    "a credential that is no URL": ([{**ENVELOPE, "id": "not-a-credential"}], "credential.id"),
    "another media type": ([{**ENVELOPE, "id": "data:text/plain,x"}], "conformance.not-enveloped"),
    "a credential without an envelope": ([CREDENTIAL], "conformance.not-enveloped"),
    "a text": (["x"], "credential.not-objects"),
    "nothing": ([], "credential.not-objects"),
}


@pytest.mark.parametrize(("inner", "code"), BAD_SHOWN.values(), ids=BAD_SHOWN)
def test_presentations_of_something_else(suite: Suite, inner: Any, code: str) -> None:
    document = {**PRESENTATION, "verifiableCredential": inner}
    assert failed(suite.issue("presentation_jose", document)) == code
    good = suite.issue("presentation_jose", PRESENTATION)[1]
    key = seeded()
    assert suite.verify("presentation_jose", resigned(good, key))[0] == "success"
    assert failed(suite.verify("presentation_jose", resigned(good, key, None, document))) == code


def test_a_line_end_after_an_enveloped_credential_is_forgiven(suite: Suite) -> None:
    inner = [{**ENVELOPE, "id": "data:application/vc+cose;base64,AAAA\n"}]
    result, text = suite.issue("presentation_jose", {**PRESENTATION, "verifiableCredential": inner})
    assert result == "success"
    assert suite.verify("presentation_jose", text)[0] == "success"


def test_tokens_that_are_refused(suite: Suite) -> None:
    good = suite.issue("credential_jose", CREDENTIAL)[1]
    key = seeded()
    ours = method_of(SCHOOL, P256)
    refused = {
        "JSON": (json.dumps(CREDENTIAL), "jws.malformed"),
        "not ASCII": ("й", "conformance.not-text"),
        "cut": (good[:-2], "proof.signature-malformed"),
        "the key of another": (resigned(good, key_of(SCHOOL, P256)), "proof.signature"),
        "another algorithm": (resigned(good, key, {"alg": "ES384"}), "jws.algorithm-key"),
        "another media type": (resigned(good, key, {"typ": "bad+typ", "cty": "bad+cty"}), "jws.type"),
        "vc and vp": (resigned(good, key, None, {"vc": "oops", "vp": "nooo"}), "jose.old-claim"),
        "expired": (resigned(good, key, None, {"exp": 1}), "proof.expired"),
        "not yet": (resigned(good, key, None, {"nbf": int(NOW.timestamp()) + 60}), "proof.not-yet"),
        "iss of another": (resigned(good, key, None, {"iss": CHILD}), "jose.issuer-claim"),
        "issuer of another": (resigned(good, key, None, {"issuer": CHILD}), "conformance.other-key"),
        "a member of no meaning": (
            resigned(good, key, None, {"anotherBadOne": {"oh": "no!"}}),
            "conformance.unknown-member",
        ),
        "no issuer": (resigned(good, key, None, {"issuer": None}), "conformance.other-key"),
        "unsigned": (forge({"alg": "none", "kid": ours}, CREDENTIAL, key), "jws.unsigned"),
    }
    found = {name: failed(suite.verify("credential_jose", text)) for name, (text, _) in refused.items()}
    assert found == {name: code for name, (_, code) in refused.items()}


def test_unreferenced_disclosures_are_refused(suite: Suite) -> None:
    text = suite.issue("credential_sdjwt", CREDENTIAL, "--sd", '["credentialSubject.name"]')[1]
    assert (
        failed(suite.verify("credential_sdjwt", text + encode(["salt", "grade", "5"]) + "~"))
        == "sd-jwt.unreferenced"
    )


def test_an_algorithm_that_is_not_known_is_an_open_question(suite: Suite) -> None:
    good = suite.issue("credential_jose", CREDENTIAL)[1]
    key = seeded()
    assert suite.verify("credential_jose", resigned(good, key, {"alg": "PS256"}))[0] == "indeterminate"


def test_cose_comes_in_base64(suite: Suite) -> None:
    text = suite.issue("credential_cose", CREDENTIAL)[1]
    data = decode_base64(text)
    assert data is not None
    assert suite.verify("credential_cose", text.rstrip("="))[0] == "success"
    assert failed(suite.verify("credential_cose", data.hex())) == "cose.form"
    assert suite.verify("credential_cose", base64url_encode(data))[0] == "failure"
    assert failed(suite.verify("credential_cose", "-" + text)) == "conformance.not-base64"


def test_the_clock_can_be_set(suite: Suite) -> None:
    good = suite.issue("credential_jose", CREDENTIAL)[1]
    assert parts_of(good)[1]["iat"] == int(NOW.timestamp())
    assert (
        failed(suite.verify("credential_jose", good, "--now", timestamps.render(ISSUED))) == "proof.not-yet"
    )
    key = seeded()
    old = resigned(good, key, None, {"iat": None, "exp": 1_700_000_000})
    assert failed(suite.verify("credential_jose", old)) == "proof.expired"
    assert suite.verify("credential_jose", old, "--now", "2023-11-14")[0] == "success"


BAD_KEYS: dict[str, tuple[dict[str, Any], str]] = {
    "no secret": ({"secretKeyJwk": None}, "conformance.secret"),
    "the secret of another key": (
        {"secretKeyJwk": {"d": base64url_encode(bytes(31) + b"\1")}},
        "conformance.secret",
    ),
    "a secret that is none": ({"secretKeyJwk": {"d": "AA"}}, "key.secret-malformed"),
    "no public key": ({"publicKeyJwk": None}, "controlled-identifier.malformed"),
    "a secret among the public": ({"publicKeyJwk": {"kty": "oct", "k": "AA"}}, "key.secret-published"),
    "no controller": ({"controller": None}, "controlled-identifier.malformed"),
}


@pytest.mark.parametrize(("changes", "code"), BAD_KEYS.values(), ids=BAD_KEYS)
def test_keys_that_cannot_sign(suite: Suite, changes: dict[str, Any], code: str) -> None:
    source = suite.file("in.json", json.dumps(CREDENTIAL))
    assert failed(suite.run("issue", "credential_jose", source, suite.key(P256, **changes))) == code


def test_a_did_may_sign_for_somebody_else_here(suite: Suite) -> None:
    """Test 27 of the suite: the key of a DID signs a document of an issuer with a URL."""
    key = suite.key(P256, controller="did:example:x", id="did:example:x#1")
    source = suite.file("in.json", json.dumps(CREDENTIAL))
    result, text = suite.run("issue", "credential_jose", source, key)
    assert result == "success"
    source = suite.file("in.txt", text)
    assert failed(suite.run("verify", "credential_jose", source, key)) == "conformance.other-key"


def test_a_file_that_is_missing(suite: Suite) -> None:
    assert (
        failed(suite.run("verify", "credential_jose", suite.folder / "нет.txt", suite.key()))
        == "file.missing"
    )


def test_a_file_that_cannot_be_read(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, limit: int) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("vcwallet.conformance.commands.read_file", refuse)
    assert suite.verify("credential_jose", "x") == ("error", "Permission denied")


def test_every_feature_has_its_media_type() -> None:
    assert sorted(FEATURES.values()) == sorted(vc_jose_cose.MediaType)
