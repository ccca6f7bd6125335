"""A badge as a JWT: its claims repeat what it says, or it is refused; its key is the issuer's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import SOAK
from tests.unit.proofs_jose.world import (
    CHILD,
    KNOWN,
    NOW,
    SCHOOL,
    STRANGER,
    WORDS,
    changed,
    diploma,
    fate,
    forge,
    key_of,
    method_of,
)
from vcwallet import strict_json
from vcwallet.errors import UsageError
from vcwallet.identifiers.keys import KeyType
from vcwallet.proofs.data_integrity import VerifiedProof
from vcwallet.proofs.jose import open_badges_jwt

BADGE = diploma(validUntil="2027-05-25T00:00:00+03:00")
NBF = int(datetime(2026, 5, 24, 21, tzinfo=UTC).timestamp())
EXP = int(datetime(2027, 5, 24, 21, tzinfo=UTC).timestamp())
CLAIMS: dict[str, Any] = {"iss": SCHOOL, "jti": BADGE["id"], "sub": CHILD, "nbf": NBF, "exp": EXP}
ALGORITHMS = {"RS256": KeyType.RSA, "ES256": KeyType.P256, "EdDSA": KeyType.ED25519}


def token(
    header: dict[str, Any] | None = None,
    payload: dict[str, Any] | None = None,
    *,
    alg: str = "RS256",
    signer: str = SCHOOL,
) -> str:
    """A badge's token; `header` and `payload` replace members, None removes one."""
    kind = ALGORITHMS[alg]
    whole_header = changed({"alg": alg, "typ": "JWT", "kid": method_of(SCHOOL, kind)}, header or {})
    return forge(whole_header, changed({**BADGE, **CLAIMS}, payload or {}), key_of(signer, kind))


def verify(text: str, **options: Any) -> VerifiedProof:
    return open_badges_jwt.read(text).verify(**{"resolve": KNOWN, "now": NOW, **options})


@pytest.mark.parametrize("alg", list(ALGORITHMS))
def test_the_three_algorithms(alg: str) -> None:
    text = token(alg=alg)
    found = open_badges_jwt.read(text)
    assert found.document == {**BADGE, **CLAIMS}
    assert strict_json.loads(found.text) == found.document
    proof = verify(text)
    assert (proof.cryptosuite, proof.controller) == (f"jwt {alg}", SCHOOL)
    assert proof.purpose == "assertionMethod"
    assert proof.expires is not None


def test_a_key_in_the_header_instead_of_a_name() -> None:
    jwk = key_of(SCHOOL, KeyType.RSA).public_key.to_jwk()
    assert verify(token({"kid": None, "jwk": jwk})).verification_method.id == method_of(SCHOOL, KeyType.RSA)
    assert verify(token({"jwk": jwk})).controller == SCHOOL


def old(payload: dict[str, Any] | None = None, badge: dict[str, Any] | None = None) -> str:
    """Data model 1.1: the badge inside the claim ``vc``."""
    inner = {
        "@context": ["https://www.w3.org/2018/credentials/v1", BADGE["@context"][1]],
        "id": BADGE["id"],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": SCHOOL, "type": ["Profile"], "name": "Школа № 0"},
        "issuanceDate": "2026-05-25T00:00:00+03:00",
        "expirationDate": "2027-05-25T00:00:00+03:00",
        "credentialSubject": {"id": CHILD, "type": ["AchievementSubject"]},
    }
    whole = changed({**CLAIMS, "vc": changed(inner, badge or {})}, payload or {})
    return forge({"alg": "RS256", "kid": method_of(SCHOOL, KeyType.RSA)}, whole, key_of(SCHOOL, KeyType.RSA))


def test_a_badge_of_the_old_model_comes_out_of_its_claim() -> None:
    found = open_badges_jwt.read(old())
    assert "vc" not in found.document
    assert "iss" not in found.document
    assert found.document["issuanceDate"] == "2026-05-25T00:00:00+03:00"
    assert verify(old()).controller == SCHOOL


def test_claims_fill_in_what_an_old_badge_leaves_out() -> None:
    bare = old(
        badge={
            "id": None,
            "issuer": None,
            "issuanceDate": None,
            "expirationDate": None,
            "credentialSubject": {"type": ["AchievementSubject"]},
        }
    )
    document = open_badges_jwt.read(bare).document
    assert document["id"] == BADGE["id"]
    assert document["issuer"] == SCHOOL
    assert document["issuanceDate"] == "2026-05-24T21:00:00Z"
    assert document["expirationDate"] == "2027-05-24T21:00:00Z"
    assert document["credentialSubject"] == {"id": CHILD, "type": ["AchievementSubject"]}
    assert verify(bare).controller == SCHOOL
    nameless = open_badges_jwt.read(old(badge={"issuer": {"name": "Школа № 0"}})).document
    assert nameless["issuer"] == {"id": SCHOOL, "name": "Школа № 0"}


def test_exp_sets_the_end_of_a_badge_that_has_none() -> None:
    document = open_badges_jwt.read(token(payload={"validUntil": None})).document
    assert document["validUntil"] == "2027-05-24T21:00:00Z"


STRANGERS_KEY = key_of(STRANGER, KeyType.RSA).public_key.to_jwk()

REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    # keys
    "neither kid nor jwk": (lambda: verify(token({"kid": None})), "open-badges-jwt.no-key"),
    "a key of the forger's own": (
        lambda: verify(token({"kid": None, "jwk": STRANGERS_KEY}, signer=STRANGER)),
        "jose.embedded-key",
    ),
    "a key of the forger's own beside the issuer's": (
        lambda: verify(token({"jwk": STRANGERS_KEY}, signer=STRANGER)),
        "jose.embedded-key",
    ),
    "signed by a stranger": (lambda: verify(token(signer=STRANGER)), "proof.signature"),
    "a secret in the header": (
        lambda: verify(token({"jwk": {**STRANGERS_KEY, "d": "AA"}})),
        "key.secret-published",
    ),
    "HS256": (lambda: verify(token({"alg": "HS256"})), "jws.symmetric"),
    "none": (lambda: verify(token({"alg": "none"})), "jws.unsigned"),
    "an algorithm that is not the key's": (lambda: verify(token({"alg": "ES256"})), "jws.algorithm-key"),
    "typ of another format": (lambda: verify(token({"typ": "vc+jwt"})), "jws.type"),
    # claims
    **{
        f"no {claim}": (lambda claim=claim: verify(token(payload={claim: None})), "open-badges-jwt.no-claim")  # type: ignore[misc]
        for claim in ("iss", "jti", "sub", "nbf")
    },
    **{
        f"another {claim}": (
            lambda claim=claim, value=value: verify(token(payload={claim: value})),  # type: ignore[misc]
            "open-badges-jwt.claim",
        )
        for claim, value in {
            "iss": STRANGER,
            "jti": "urn:uuid:0",
            "sub": STRANGER,
            "nbf": NBF + 1,
            "exp": EXP - 1,
        }.items()
    },
    "a badge without an id": (lambda: verify(token(payload={"id": None})), "open-badges-jwt.no-claim"),
    "a badge without an issuer": (
        lambda: verify(token(payload={"issuer": None})),
        "open-badges-jwt.no-claim",
    ),
    "a badge for nobody": (
        lambda: verify(token(payload={"credentialSubject": {"name": "Тест"}})),
        "open-badges-jwt.no-claim",
    ),
    "a badge for several": (
        lambda: verify(token(payload={"credentialSubject": [{"id": CHILD}, {"id": STRANGER}]})),
        "open-badges-jwt.claim",
    ),
    "a badge without a date": (
        lambda: verify(token(payload={"validFrom": None})),
        "open-badges-jwt.no-claim",
    ),
    "a date that is none": (lambda: verify(token(payload={"validFrom": "soon"})), "open-badges-jwt.claim"),
    "nbf no number": (lambda: verify(token(payload={"nbf": "soon"})), "jwt.claim"),
    "exp no number, and no end": (
        lambda: verify(token(payload={"exp": [1], "validUntil": None})),
        "jwt.claim",
    ),
    "not yet": (lambda: verify(token(), now=NOW - timedelta(days=30)), "proof.not-yet"),
    "over": (lambda: verify(token(), now=NOW + timedelta(days=400)), "proof.expired"),
    # the old form
    "vc a text": (lambda: verify(old({"vc": "x"})), "open-badges-jwt.form"),
    "a presentation": (lambda: verify(old({"vp": {}})), "open-badges-jwt.form"),
    "old: issuer of another": (lambda: verify(old(badge={"issuer": STRANGER})), "open-badges-jwt.claim"),
    "old: no iss, no issuer": (
        lambda: verify(old({"iss": None}, {"issuer": None})),
        "open-badges-jwt.no-claim",
    ),
    "old: no nbf": (lambda: verify(old({"nbf": None})), "open-badges-jwt.no-claim"),
    "old: other end": (lambda: verify(old({"exp": EXP + 5})), "open-badges-jwt.claim"),
    "old: nbf no number": (lambda: verify(old({"nbf": "x"}, {"issuanceDate": None})), "jwt.claim"),
}


@pytest.mark.parametrize(("action", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(action: Callable[[], object], code: str) -> None:
    assert fate(action) == code


@settings(max_examples=2000 if SOAK else 50, deadline=None)
@given(
    st.dictionaries(st.sampled_from([*CLAIMS, "issuer", "id", "validFrom", "validUntil", "@context"]), WORDS),
    st.dictionaries(
        st.sampled_from(["issuer", "id", "issuanceDate", "credentialSubject", "@context"]), WORDS
    ),
)
def test_no_signed_words_raise_anything_but_our_errors(plain: dict[str, Any], inside: dict[str, Any]) -> None:
    header = {"alg": "EdDSA", "kid": method_of(SCHOOL)}
    for payload in (
        {**BADGE, **CLAIMS, **plain},
        {**CLAIMS, **plain, "vc": {**BADGE, **inside}},
    ):
        text = forge(header, payload, key_of(SCHOOL))
        fate(lambda text=text: verify(text))  # type: ignore[misc]


# --- made here --------------------------------------------------------------------------------------------


def made(badge: dict[str, Any]) -> str:
    kind = KeyType.P256
    return open_badges_jwt.secure(
        badge, key=key_of(SCHOOL, kind), verification_method=method_of(SCHOOL, kind)
    )


def test_a_token_made_here_holds_and_says_what_the_badge_says() -> None:
    signed = {**BADGE, "proof": {"type": "DataIntegrityProof"}}
    found = open_badges_jwt.read(made(signed))
    assert found.document == BADGE, "the proofs of the other form stay out"
    assert verify(made(signed)).cryptosuite == "jwt ES256"


@pytest.mark.parametrize("member", ["id", "issuer", "validFrom", "credentialSubject"])
def test_a_badge_that_cannot_be_repeated_in_claims_is_not_signed(member: str) -> None:
    with pytest.raises(UsageError) as caught:
        made({name: value for name, value in BADGE.items() if name != member})
    assert caught.value.code == "open-badges-jwt.unfit"


def test_one_token_with_two_badges_is_refused() -> None:
    """Some programs look into ``vc`` and some beside it."""
    other = {**BADGE, "name": "Другой"}
    assert fate(lambda: verify(token(payload={"vc": BADGE}))) == "accepted"
    assert fate(lambda: verify(token(payload={"vc": other}))) == "open-badges-jwt.claim"
