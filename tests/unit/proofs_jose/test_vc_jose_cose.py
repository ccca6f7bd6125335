"""Six media types: each comes back, each is taken for itself only, and no claim contradicts its document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import SOAK
from tests.unit.proofs_jose.world import (
    CHILD,
    ISSUED,
    KNOWN,
    NOW,
    SCHOOL,
    STRANGER,
    WORDS,
    Registry,
    diploma,
    fate,
    forge,
    key_of,
    method_of,
    parts_of,
    resigned,
)
from vcwallet import strict_json
from vcwallet.identifiers.keys import KeyType
from vcwallet.proofs.data_integrity import VerifiedProof
from vcwallet.proofs.jose import cose
from vcwallet.proofs.jose.jwt import CLAIM_NAMES
from vcwallet.proofs.jose.vc_jose_cose import Content, Mechanism, MediaType, read, secure

TYPES = [KeyType.ED25519, KeyType.P256, KeyType.P384, KeyType.P521]
JWT, SD_JWT = MediaType.VC_JWT, MediaType.VC_SD_JWT


def document_for(media_type: MediaType) -> dict[str, Any]:
    if media_type.content is Content.CREDENTIAL:
        return diploma()
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": SCHOOL,
    }


def make(media_type: MediaType = JWT, document: dict[str, Any] | None = None, **options: Any) -> Any:
    key_type = options.pop("key_type", KeyType.P256)
    return secure(
        document or document_for(media_type),
        media_type,
        **{
            "key": key_of(SCHOOL, key_type),
            "verification_method": method_of(SCHOOL, key_type),
            "issued": ISSUED,
            **options,
        },
    )


def verify(secured: str | bytes, media_type: MediaType = JWT, **options: Any) -> VerifiedProof:
    return read(secured, media_type).verify(**{"resolve": KNOWN, "now": NOW, **options})


# --- round trips --------------------------------------------------------------------------------


@pytest.mark.parametrize("media_type", list(MediaType))
@pytest.mark.parametrize("key_type", TYPES)
def test_round_trip(media_type: MediaType, key_type: KeyType) -> None:
    expires = NOW + timedelta(days=1)
    secured = make(media_type, key_type=key_type, expires=expires)
    assert isinstance(secured, bytes) == (media_type.mechanism is Mechanism.COSE)
    found = read(secured, media_type)
    document = document_for(media_type)
    assert {name: found.document[name] for name in document} == document
    assert strict_json.loads(found.text) == found.document
    proof = found.verify(resolve=KNOWN, now=NOW)
    assert proof.controller == SCHOOL
    assert proof.verification_method.id == method_of(SCHOOL, key_type)
    assert proof.purpose == (
        "assertionMethod" if media_type.content is Content.CREDENTIAL else "authentication"
    )
    assert (proof.created, proof.expires) == (ISSUED, expires)
    assert proof.cryptosuite.startswith(media_type.subtype + " E")


def test_cose_signs_the_document_and_nothing_else() -> None:
    found = read(make(MediaType.VC_COSE), MediaType.VC_COSE)
    assert found.document == diploma()
    assert found.text == strict_json.dumps(diploma())


def test_the_exact_text_of_the_payload_is_kept() -> None:
    payload = '{ "@context" : ["x"],\n "issuer":"' + SCHOOL + '", "имя":"\\u0422ест" }'
    token = forge(
        {"alg": "ES256", "kid": method_of(SCHOOL, KeyType.P256)},
        payload.encode(),
        key_of(SCHOOL, KeyType.P256),
    )
    assert read(token, JWT).text == payload


def test_headers_are_those_of_the_specification() -> None:
    header = parts_of(make(SD_JWT))[0]
    assert header == {"alg": "ES256", "typ": "vc+sd-jwt", "cty": "vc", "kid": method_of(SCHOOL, KeyType.P256)}
    message = cose.Sign1.read(make(MediaType.VP_COSE))
    assert message.protected == {
        1: -7,
        3: "application/vp",
        4: method_of(SCHOOL, KeyType.P256).encode(),
        15: {6: int(ISSUED.timestamp())},
        16: "application/vp+cose",
    }


@pytest.mark.parametrize("media_type", [each for each in MediaType if each.content is Content.PRESENTATION])
def test_a_presentation_is_addressed(media_type: MediaType) -> None:
    secured = make(media_type, domain="vuz.example", challenge="вопрос")
    proof = verify(secured, media_type, domain="vuz.example", challenge="вопрос")
    assert (proof.domain, proof.challenge) == (("vuz.example",), "вопрос")
    assert fate(lambda: verify(secured, media_type, domain="other.example")) == "proof.domain"
    assert fate(lambda: verify(secured, media_type, challenge="другой")) == "proof.challenge"
    assert fate(lambda: verify(make(media_type), media_type, domain="vuz.example")) == "proof.domain"


def test_without_dates() -> None:
    for media_type in MediaType:
        proof = verify(make(media_type, issued=None), media_type)
        assert (proof.created, proof.expires) == (None, None)


@pytest.mark.parametrize("made", list(MediaType))
@pytest.mark.parametrize("taken", list(MediaType))
def test_only_the_diagonal_passes(made: MediaType, taken: MediaType) -> None:
    """A document of one type is no document of another, however alike their forms are."""
    expected = "accepted" if made is taken else "jws.type"
    if made.mechanism is not taken.mechanism:
        expected = {
            (Mechanism.JWT, Mechanism.SD_JWT): "sd-jwt.malformed",
            (Mechanism.SD_JWT, Mechanism.JWT): "multibase.base64url",
        }.get((made.mechanism, taken.mechanism), "jose.form")
    assert fate(lambda: verify(make(made), taken)) == expected


# --- what is not issued -------------------------------------------------------------------------

BAD_ISSUE: dict[str, tuple[Callable[[], object], str]] = {
    **{
        f"a member {name}": (
            lambda name=name: make(document=diploma(**{name: "x"})),
            "jose.claim-in-document",
        )  # type: ignore[misc]
        for name in ("iss", "exp", "nbf", "iat", "aud", "sub", "jti", "cnf", "nonce", "vc", "vp")
    },
    "ends before it begins": (lambda: make(expires=ISSUED), "proof.expires-first"),
    **{
        f"{name} hidden": (lambda name=name: make(SD_JWT, hide=[(name,)]), "jose.must-show")  # type: ignore[misc]
        for name in ("@context", "type", "issuer", "validFrom", "credentialStatus", "iat", "cnf")
    },
    "the status list's URL hidden": (
        lambda: make(SD_JWT, hide=[("credentialStatus", "statusListCredential")]),
        "jose.must-show",
    ),
    "hidden in a JWT": (lambda: make(JWT, hide=[("credentialSubject",)]), "jose.only-sd-jwt"),
    "hidden in COSE": (lambda: make(MediaType.VC_COSE, hide=[("credentialSubject",)]), "jose.only-sd-jwt"),
    "a holder's key in COSE": (
        lambda: make(MediaType.VC_COSE, holder_key=key_of(CHILD).public_key),
        "jose.only-sd-jwt",
    ),
    "an infinite number": (lambda: make(document=diploma(evidence=float("inf"))), "json.number"),
}


@pytest.mark.parametrize(("action", "code"), BAD_ISSUE.values(), ids=BAD_ISSUE.keys())
def test_what_is_not_issued(action: Callable[[], object], code: str) -> None:
    assert fate(action) == code


# --- what is refused ----------------------------------------------------------------------------

GOOD = make()
KEY = key_of(SCHOOL, KeyType.P256)
YESTERDAY, TOMORROW = (int((NOW + timedelta(days=n)).timestamp()) for n in (-1, 2))


def changed(
    header: dict[str, Any] | None = None, payload: dict[str, Any] | None = None
) -> Callable[[], object]:
    return lambda: verify(resigned(GOOD, KEY, header, payload))


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    # media types
    "typ of a presentation": (changed({"typ": "vp+jwt"}), "jws.type"),
    "typ JWT": (changed({"typ": "JWT"}), "jws.type"),
    "typ of a draft": (changed({"typ": "vc+ld+jwt"}), "jws.type"),
    "typ empty": (changed({"typ": ""}), "jws.type"),
    "typ of a holder's answer": (changed({"typ": "kb+jwt"}), "jws.type"),
    "cty of a presentation": (changed({"cty": "vp"}), "jws.type"),
    "cty of something else": (changed({"cty": "very/bad"}), "jws.type"),
    # claims
    "vc inside": (changed(payload={"vc": {}}), "jose.old-claim"),
    "vp inside": (changed(payload={"vp": "x"}), "jose.old-claim"),
    "iss of another": (changed(payload={"iss": STRANGER}), "jose.issuer-claim"),
    "iss in the header of another": (changed({"iss": STRANGER}), "jose.issuer-claim"),
    "iss in header and payload": (changed({"iss": STRANGER}, {"iss": SCHOOL}), "jose.header-claim"),
    "aud in header and payload": (changed({"aud": "a"}, {"aud": "b"}), "jose.header-claim"),
    "jti of another": (changed(payload={"jti": "urn:uuid:0"}), "jose.id-claim"),
    "sub of another": (changed(payload={"sub": STRANGER}), "jose.subject-claim"),
    "expired this second": (changed(payload={"exp": int(NOW.timestamp())}), "proof.expired"),
    "expired": (changed(payload={"exp": YESTERDAY}), "proof.expired"),
    "not yet": (changed(payload={"nbf": int(NOW.timestamp()) + 1}), "proof.not-yet"),
    "issued in the future": (changed(payload={"iat": TOMORROW}), "proof.not-yet"),
    **{
        f"{name} {value!r}": (changed(payload={name: value}), "jwt.claim")
        for name in ("exp", "nbf", "iat")
        for value in ("soon", True, -1, 1e300, [1], 253402300800)
    },
    "exp as a date in words": (changed(payload={"exp": "2036-01-01T00:00:00Z"}), "jwt.claim"),
    "iss a number": (changed(payload={"iss": 1}), "jwt.claim"),
    "iss empty": (changed(payload={"iss": ""}), "jwt.claim"),
    "aud a number": (changed(payload={"aud": 1}), "jwt.claim"),
    "aud an empty list": (changed(payload={"aud": []}), "jwt.claim"),
    "nonce a list": (changed(payload={"nonce": ["x"]}), "jwt.claim"),
    "a very long iss": (changed(payload={"iss": "x" * 5000}), "jwt.claim-too-long"),
    "too many recipients": (changed(payload={"aud": ["x"] * 100}), "jwt.claim-too-long"),
    "two recipients for one": (
        lambda: verify(resigned(GOOD, KEY, None, {"aud": ["a", "b"]}), domain="a"),
        "proof.domain",
    ),
    # payloads
    "a list": (lambda: verify(forge({"alg": "ES256"}, [], KEY)), "json.not-an-object"),
    "a text": (lambda: verify(forge({"alg": "ES256"}, b"diploma", KEY)), "json.malformed"),
    "a member twice": (
        lambda: verify(forge({"alg": "ES256"}, b'{"issuer":"a","issuer":"b"}', KEY)),
        "json.duplicate-key",
    ),
    # forms
    "bytes for text": (lambda: verify(b"x", JWT), "jose.form"),
    "text for bytes": (lambda: verify("x", MediaType.VC_COSE), "jose.form"),
    # keys
    "a key of another type": (changed({"kid": method_of(SCHOOL)}), "jws.algorithm-key"),
    "the key of a stranger": (changed({"kid": method_of(STRANGER, KeyType.P256)}), "proof.signature"),
    "a key nobody lists": (changed({"kid": f"{SCHOOL}#nobody"}), "key.not-listed"),
    "a key of nobody known": (changed({"kid": "did:example:nobody#1"}), "test.unknown"),
    "a name nobody lists": (changed({"kid": "nobody"}), "jose.key-not-listed"),
    "an issuer nobody knows": (changed({"kid": "nobody"}, {"issuer": "did:example:nobody"}), "test.unknown"),
    "no issuer": (changed({"kid": "nobody"}, {"issuer": None}), "jose.no-signer"),
    "a kid that is no URL": (changed({"kid": "http://ex ample#x"}), "key.identifier"),
    "an endless kid": (changed({"kid": "did:example:" + "x" * 5000 + "#x"}), "key.identifier"),
}


@pytest.mark.parametrize(("action", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(action: Callable[[], object], code: str) -> None:
    assert fate(action) == code


ACCEPTED: dict[str, Callable[[], object]] = {
    "no typ": changed({"typ": None}),
    "no cty": changed({"cty": None}),
    "typ with its prefix": changed({"typ": "application/vc+jwt", "cty": "application/vc"}),
    "typ in capitals": changed({"typ": "VC+JWT"}),
    "iss of the issuer": changed(payload={"iss": SCHOOL}),
    "iss in the header": changed({"iss": SCHOOL}),
    "sub of the subject": changed(payload={"sub": CHILD}),
    "jti of the document": changed(payload={"jti": diploma()["id"]}),
    "sub where no subject has an id": changed(payload={"sub": CHILD, "credentialSubject": {"name": "Тест"}}),
    "nbf this second": changed(payload={"nbf": int(NOW.timestamp())}),
    "a fraction of a second": changed(payload={"exp": NOW.timestamp() + 0.5}),
    "iat a little ahead": changed(payload={"iat": int(NOW.timestamp()) + 3600}),
    "iat in words, as the W3C's test tokens have it": changed(payload={"iat": "2010-01-01T19:23:24Z"}),
    "claims nobody knows": changed(payload={"_claim_names": {}, "auth_time": -1}),
}


@pytest.mark.parametrize("action", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_accepted(action: Callable[[], object]) -> None:
    assert fate(action) == "accepted"


# --- COSE ---------------------------------------------------------------------------------------


def cose_message(document: Any = None, **protected: Any) -> bytes:
    labels = {int(name.strip("_")): value for name, value in protected.items()}
    payload = strict_json.dumps(diploma() if document is None else document).encode()
    return cose.sign({4: method_of(SCHOOL, KeyType.P256).encode(), **labels}, payload, KEY)


COSE: dict[str, tuple[bytes, str]] = {
    "no types": (cose_message(), "accepted"),
    "typ of a presentation": (cose_message(_16="application/vp+cose"), "jws.type"),
    "typ a number": (cose_message(_16=50), "jws.type"),
    "content type of a presentation": (cose_message(_3="application/vp"), "jws.type"),
    "content type a number": (cose_message(_3=50), "jws.type"),
    "expired": (cose_message(_15={4: YESTERDAY}), "proof.expired"),
    "not yet": (cose_message(_15={5: TOMORROW}), "proof.not-yet"),
    "iss of another": (cose_message(_15={1: STRANGER}), "jose.issuer-claim"),
    "iss of bytes": (cose_message(_15={1: b"x"}), "jwt.claim"),
    "exp not a number": (cose_message(_15={4: float("nan")}), "jwt.claim"),
    "a claim under a label of truth": (cose_message(_15={True: STRANGER}), "accepted"),
    "claims a list": (cose_message(_15=[]), "cose.header"),
    "kid a text": (cose_message(_4=method_of(SCHOOL, KeyType.P256)), "cose.header"),
    "kid that is no text": (cose_message(_4=b"\xff\xfe"), "jose.key-not-listed"),
    "kid a fragment": (cose_message(_4=b"P-256"), "accepted"),
    "vc inside": (cose_message(document={"vc": {}, "issuer": SCHOOL}), "jose.old-claim"),
    "a payload that is no JSON": (cose.sign({}, b"\xa0", KEY), "json.not-utf-8"),
}


@pytest.mark.parametrize(("message", "code"), COSE.values(), ids=COSE.keys())
def test_cose(message: bytes, code: str) -> None:
    assert fate(lambda: verify(message, MediaType.VC_COSE)) == code


def test_kid_may_stand_in_the_open_header() -> None:
    """It only points: a carrier who changes it can make the message fail, not pass."""
    protected, _, payload, signature = cbor2.loads(
        cose.sign({}, strict_json.dumps(diploma()).encode(), KEY)[1:]
    )

    def message(kid: str) -> bytes:
        return b"\xd2" + cbor2.dumps([protected, {4: kid.encode()}, payload, signature])

    verify(message(method_of(SCHOOL, KeyType.P256)), MediaType.VC_COSE)
    assert (
        fate(lambda: verify(message(method_of(STRANGER, KeyType.P256)), MediaType.VC_COSE))
        == "proof.signature"
    )


# --- purposes and moments -----------------------------------------------------------------------


@pytest.mark.parametrize("listed", ["assertionMethod", "authentication"])
@pytest.mark.parametrize("media_type", list(MediaType))
def test_a_key_signs_for_its_purpose_only(media_type: MediaType, listed: str) -> None:
    fits = (media_type.content is Content.CREDENTIAL) == (listed == "assertionMethod")
    registry = Registry(SCHOOL, purposes=(listed,))
    found = fate(lambda: verify(make(media_type), media_type, resolve=registry))
    assert found == ("accepted" if fits else "key.other-purpose")


def test_the_moment_counts_to_the_second() -> None:
    token = make(expires=NOW)

    def at(moment: datetime) -> str:
        return fate(lambda: verify(token, now=moment))

    assert at(NOW - timedelta(seconds=1)) == "accepted"
    assert at(NOW) == "proof.expired"


# --- any change at all --------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(MediaType)), st.data())
def test_no_change_passes_and_none_raises_another_error(media_type: MediaType, data: st.DataObject) -> None:
    secured = CORPUS[media_type]
    position = data.draw(st.integers(0, len(secured) - 1))
    if isinstance(secured, bytes):
        letter = data.draw(st.integers(0, 255))
        changed_: str | bytes = secured[:position] + bytes([letter]) + secured[position + 1 :]
    else:
        symbol = data.draw(st.sampled_from("~.=_-Aaz09\n\0я{"))
        changed_ = secured[:position] + symbol + secured[position + data.draw(st.integers(0, 1)) :]
    if changed_ != secured:
        assert fate(lambda: verify(changed_, media_type)) != "accepted"


CORPUS: dict[MediaType, str | bytes] = {
    media_type: make(
        media_type,
        hide=[("credentialSubject", "familyName")] if media_type is SD_JWT else (),
    )
    for media_type in MediaType
}


@settings(max_examples=4000 if SOAK else 80, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["typ", "cty", "kid", "jwk", "iss", "sub", "aud", "crit", "alg", "x5c"]), WORDS
    ),
    st.dictionaries(
        st.sampled_from([*sorted(CLAIM_NAMES), "issuer", "id", "credentialSubject", "@context", "vc"]), WORDS
    ),
)
def test_no_signed_words_raise_anything_but_our_errors(
    header: dict[str, Any], payload: dict[str, Any]
) -> None:
    kid = method_of(SCHOOL, KeyType.P256)
    token = forge({"alg": "ES256", "kid": kid, **header}, {**diploma(), **payload}, KEY)
    fate(lambda: verify(token))
    fate(lambda: verify(token + "~", SD_JWT))
