"""JWT and SD-JWT, both ways, beside the packages jose and @sd-jwt/core."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bench.peers.cast import SIGNERS, Signer
from bench.peers.workers import Worker
from tests.interop.world import CREATED, NOW, TEXT, ask, diploma
from vcwallet import strict_json
from vcwallet.errors import ProofError
from vcwallet.identifiers import did
from vcwallet.identifiers.keys import KeyType
from vcwallet.identifiers.multibase import base64url_decode, base64url_encode
from vcwallet.proofs.jose import vc_jose_cose
from vcwallet.proofs.jose.sd_jwt import SdJwt
from vcwallet.proofs.jose.vc_jose_cose import MediaType

pytestmark = pytest.mark.slow

ALGORITHMS = {"EdDSA": KeyType.ED25519, "ES256": KeyType.P256, "ES384": KeyType.P384}
SUBJECT = "credentialSubject"
HIDDEN = [(SUBJECT, "familyName"), (SUBJECT, "dateOfBirth"), (SUBJECT, "achievement", "description")]
SHOWN = [HIDDEN[0], HIDDEN[2]]
# The same two sets as @sd-jwt/core says them.
HIDDEN_FRAME = {SUBJECT: {"_sd": ["familyName", "dateOfBirth"], "achievement": {"_sd": ["description"]}}}
SHOWN_FRAME = {SUBJECT: {"familyName": True, "achievement": {"description": True}}}

every_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS)


def jwk(signer: Signer, *, secret: bool) -> dict[str, Any]:
    public = dict(signer.key.public_key.to_jwk())
    return {**public, "d": base64url_encode(signer.secret)} if secret else public


def header(signer: Signer, algorithm: str, media_type: MediaType) -> dict[str, str]:
    return {"alg": algorithm, "typ": media_type.subtype, "cty": "vc", "kid": signer.method}


def ours(signer: Signer, media_type: MediaType, **options: Any) -> str:
    token = vc_jose_cose.secure(
        diploma(signer),
        media_type,
        key=signer.key,
        verification_method=signer.method,
        issued=CREATED,
        **options,
    )
    assert isinstance(token, str)
    return token


def read(token: str, media_type: MediaType) -> dict[str, Any]:
    """The document, verified by us."""
    secured = vc_jose_cose.read(token, media_type)
    secured.verify(resolve=did.resolve, now=NOW)
    return dict(secured.document)


def forged(token: str) -> str:
    """The same token with one Cyrillic letter replaced by another."""
    head, payload, rest = token.split(".", 2)
    text = base64url_decode(payload).decode("utf-8")
    assert "«Вымысел»" in text
    return ".".join([head, base64url_encode(text.replace("«Вымысел»", "«Вымысёл»").encode()), rest])


def both_refuse(jose: Worker, do: str, token: str, media_type: MediaType, **request: Any) -> None:
    with pytest.raises(ProofError) as caught:
        read(forged(token), media_type)
    assert caught.value.code == "proof.signature"
    with pytest.raises(RuntimeError, match=r"(?i)signature"):
        ask(jose, do, text=forged(token), **request)


class TestJwt:
    @every_algorithm
    def test_they_verify_ours(self, jose: Worker, algorithm: str) -> None:
        signer = SIGNERS["issuer", ALGORITHMS[algorithm]]
        token = ours(signer, MediaType.VC_JWT)
        request = {"algorithm": algorithm, "jwk": jwk(signer, secret=False)}
        payload = json.loads(ask(jose, "verify-jwt", text=token, **request))
        assert payload == {**diploma(signer), "iat": int(CREATED.timestamp())}
        both_refuse(jose, "verify-jwt", token, MediaType.VC_JWT, **request)

    @every_algorithm
    def test_we_verify_theirs(self, jose: Worker, algorithm: str) -> None:
        signer = SIGNERS["issuer", ALGORITHMS[algorithm]]
        token = ask(
            jose,
            "sign-jwt",
            text=strict_json.dumps(diploma(signer)),
            header=header(signer, algorithm, MediaType.VC_JWT),
            jwk=jwk(signer, secret=True),
        )
        assert read(token, MediaType.VC_JWT) == diploma(signer)
        request = {"algorithm": algorithm, "jwk": jwk(signer, secret=False)}
        both_refuse(jose, "verify-jwt", token, MediaType.VC_JWT, **request)


class TestSdJwt:
    """A token by either side, from which either side leaves out what both then do not see."""

    @every_algorithm
    @pytest.mark.parametrize("issuer", ["we", "they"])
    @pytest.mark.parametrize("holder", ["we", "they"])
    def test_round_trip(self, jose: Worker, algorithm: str, issuer: str, holder: str) -> None:
        signer = SIGNERS["issuer", ALGORITHMS[algorithm]]
        request = {"algorithm": algorithm, "jwk": jwk(signer, secret=False)}
        if issuer == "we":
            token = ours(signer, MediaType.VC_SD_JWT, hide=HIDDEN)
        else:
            token = ask(
                jose,
                "issue-sd-jwt",
                text=strict_json.dumps(diploma(signer)),
                header=header(signer, algorithm, MediaType.VC_SD_JWT),
                jwk=jwk(signer, secret=True),
                frame=HIDDEN_FRAME,
            )
        assert SdJwt.read(token).disclosures.keys() == set(HIDDEN)
        if holder == "we":
            shown = SdJwt.read(token).select(SHOWN).text
        else:
            shown = ask(jose, "present-sd-jwt", text=token, shown=SHOWN_FRAME, **request)
        expected = diploma(signer)
        del expected[SUBJECT]["dateOfBirth"]
        assert expected[SUBJECT]["achievement"]["description"] == TEXT
        theirs = json.loads(ask(jose, "verify-sd-jwt", text=shown, **request))
        for document in (read(shown, MediaType.VC_SD_JWT), theirs):
            assert {name: value for name, value in document.items() if name != "iat"} == expected
        both_refuse(jose, "verify-sd-jwt", shown, MediaType.VC_SD_JWT, **request)
