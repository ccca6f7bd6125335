"""A credential in an envelope counts exactly as much as what was verified about it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.proofs_jose.test_open_badges_jwt import token as badge_token
from tests.unit.proofs_jose.world import (
    CHILD,
    ISSUED,
    KNOWN,
    NOW,
    SCHOOL,
    STRANGER,
    diploma,
    fate,
    forge,
    key_of,
    method_of,
    resigned,
)
from vcwallet import limits
from vcwallet.credentials import enveloped, open_badges, verification
from vcwallet.credentials.credential import EnvelopedCredential, check_validity
from vcwallet.credentials.enveloped import (
    OpenedCredential,
    OpenedPresentation,
    encode_base64,
    open_credential,
    open_presentation,
)
from vcwallet.credentials.presentation import EnvelopedPresentation, Presentation
from vcwallet.errors import KeyUnavailable
from vcwallet.identifiers.keys import KeyType
from vcwallet.proofs.data_integrity import VerifiedProof, add_proof
from vcwallet.proofs.jose import sd_jwt, vc_jose_cose
from vcwallet.proofs.jose.sd_jwt import SdJwt
from vcwallet.proofs.jose.vc_jose_cose import Content, MediaType
from vcwallet.strict_json import JsonObject

P256 = KeyType.P256
CREDENTIALS = [each for each in MediaType if each.content is Content.CREDENTIAL]
PRESENTATIONS = [each for each in MediaType if each.content is Content.PRESENTATION]
UNIVERSITY = "vuz.example"


def secure(
    media_type: MediaType = MediaType.VC_JWT, document: Any = None, **options: Any
) -> EnvelopedCredential:
    return enveloped.secure_credential(
        document or diploma(),
        **{
            "media_type": media_type,
            "key": key_of(SCHOOL, P256),
            "verification_method": method_of(SCHOOL, P256),
            "issued": ISSUED,
            **options,
        },
    )


def show(
    *shown: JsonObject, media_type: MediaType = MediaType.VP_JWT, **options: Any
) -> EnvelopedPresentation:
    """What another program's holder would send: this one presents with embedded proofs only."""
    document: JsonObject = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": CHILD,
        "verifiableCredential": list(shown),
    }
    secured = vc_jose_cose.secure(
        document,
        media_type,
        **{
            "key": key_of(CHILD),
            "verification_method": method_of(CHILD),
            "domain": UNIVERSITY,
            "challenge": "вопрос",
            "issued": ISSUED,
            "expires": NOW + timedelta(days=1),
            **options,
        },
    )
    data = f",{secured}" if isinstance(secured, str) else f";base64,{encode_base64(secured)}"
    return EnvelopedPresentation.parse(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["EnvelopedVerifiablePresentation"],
            "id": f"data:{media_type}{data}",
        }
    )


def verify(envelope: EnvelopedCredential) -> tuple[VerifiedProof, ...]:
    return enveloped.verify(open_credential(envelope), resolve=KNOWN, now=NOW)


def envelope(data: str, media_type: str = "application/vc+jwt") -> EnvelopedCredential:
    return EnvelopedCredential.parse(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["EnvelopedVerifiableCredential"],
            "id": f"data:{media_type},{data}",
        }
    )


def with_embedded_proof(document: dict[str, Any], *, suite: str = "eddsa-jcs-2022") -> JsonObject:
    return add_proof(
        document, suite=suite, key=key_of(SCHOOL), verification_method=method_of(SCHOOL), created=ISSUED
    )


# --- credentials --------------------------------------------------------------------------------


@pytest.mark.parametrize("media_type", CREDENTIALS)
def test_a_diploma_in_an_envelope(media_type: MediaType) -> None:
    made = secure(media_type)
    opened = open_credential(EnvelopedCredential.parse(made.json))
    assert isinstance(opened, OpenedCredential)
    assert opened.credential.issuer_id == SCHOOL
    assert opened.credential.holder_ids == {CHILD}
    check_validity(opened.credential, now=NOW)
    (proof,) = enveloped.verify(opened, resolve=KNOWN, now=NOW)
    assert (proof.controller, proof.created) == (SCHOOL, ISSUED)
    badge = open_badges.AchievementCredential.read(opened.credential)
    assert badge.subject.achievement.name == "Похвальная грамота"


def test_a_badge_as_a_jwt() -> None:
    opened = open_credential(envelope(badge_token(), "application/jwt"))
    (proof,) = enveloped.verify(opened, resolve=KNOWN, now=NOW)
    assert proof.cryptosuite == "jwt RS256"
    assert opened.credential.subjects[0]["familyName"] == "Примерова"


def test_an_sd_jwt_shows_what_its_holder_shows() -> None:
    hide: list[sd_jwt.Path] = [("credentialSubject", "dateOfBirth"), ("credentialSubject", "familyName")]
    copy = SdJwt.read(secure(MediaType.VC_SD_JWT, hide=hide).data)
    opened = open_credential(envelope(copy.select(hide[:1]).text, "application/vc+sd-jwt"))
    enveloped.verify(opened, resolve=KNOWN, now=NOW)
    subject = opened.credential.subjects[0]
    assert subject["dateOfBirth"] == "2010-11-02"
    assert "familyName" not in subject


def test_a_proof_inside_must_hold_as_well() -> None:
    """Open Badges: embedded proofs are made first, and the token's claims are not theirs."""
    signed = with_embedded_proof(diploma())
    proofs = verify(secure(document=signed))
    assert [each.cryptosuite for each in proofs] == ["vc+jwt ES256", "eddsa-jcs-2022"]
    assert fate(lambda: verify(secure(document={**signed, "name": "Другая"}))) == "proof.signature"


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "signed by a stranger with his own key": (
        lambda: verify(
            envelope(
                resigned(secure().data, key_of(STRANGER, P256), {"kid": method_of(STRANGER, P256)}),
            )
        ),
        "credential.issuer-key",
    ),
    "changed": (
        lambda: verify(envelope(secure(document=diploma(name="А")).data[:-4] + "AAAA")),
        "proof.signature",
    ),
    "expired": (lambda: verify(secure(expires=ISSUED + timedelta(days=1))), "proof.expired"),
    "no credential": (lambda: verify(envelope(_signed({"issuer": SCHOOL}))), "credential.context"),
    "a presentation as a credential": (
        lambda: verify(envelope(show(secure().json).data, "application/vp+jwt")),
        "enveloped.wrong-content",
    ),
    "an ID token": (
        lambda: verify(envelope(_signed({"iss": SCHOOL, "sub": CHILD}, typ="JWT"))),
        "jws.type",
    ),
    "garbage": (lambda: verify(envelope("header.payload....")), "jws.malformed"),
    "an unknown media type": (lambda: verify(envelope("x", "application/vc+zip")), "enveloped.media-type"),
    "a text": (lambda: verify(envelope("x", "text/plain")), "enveloped.media-type"),
    "an SD-JWT of another world": (
        lambda: verify(envelope("x", "application/dc+sd-jwt")),
        "enveloped.media-type",
    ),
    "a JWT in base64": (lambda: verify(envelope("x", "application/vc+jwt;base64")), "enveloped.data"),
    "a JWT with a parameter": (
        lambda: verify(envelope(secure().data, "application/vc+jwt;charset=utf-8")),
        "enveloped.data",
    ),
    "COSE not in base64": (lambda: verify(envelope("AAAA", "application/vc+cose")), "enveloped.data"),
    "COSE in base64url": (
        lambda: verify(envelope("-_-_", "application/vc+cose;base64")),
        "enveloped.data",
    ),
    "COSE with bits that no byte uses": (
        lambda: verify(envelope("AB==", "application/vc+cose;base64")),
        "enveloped.data",
    ),
    "COSE with too much padding": (
        lambda: verify(envelope("AAAA==", "application/vc+cose;base64")),
        "enveloped.data",
    ),
    "COSE with too little padding": (
        lambda: verify(envelope("AA=", "application/vc+cose;base64")),
        "enveloped.data",
    ),
    "COSE that is none": (
        lambda: verify(envelope("AAAA", "application/vc+cose;base64")),
        "cose.form",
    ),
    "a related resource of another edition": (
        lambda: verify(
            secure(
                document=diploma(
                    relatedResource=[
                        {
                            "id": "https://www.w3.org/ns/credentials/v2",
                            "digestSRI": "sha256-" + base64.b64encode(bytes(32)).decode(),
                        }
                    ]
                )
            )
        ),
        "related-resource.digest",
    ),
}


def _signed(payload: dict[str, Any], **header: Any) -> str:
    return forge({"alg": "ES256", "kid": method_of(SCHOOL, P256), **header}, payload, key_of(SCHOOL, P256))


@pytest.mark.parametrize(("action", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(action: Callable[[], object], code: str) -> None:
    assert fate(action) == code


def test_padding_of_base64_may_be_left_out() -> None:
    made = secure(MediaType.VC_COSE, document=diploma(name="А" * 3))
    for name in ("Б", "ББ", "БББ"):
        made = secure(MediaType.VC_COSE, document=diploma(name=name))
        verify(envelope(made.data.rstrip("="), "application/vc+cose;base64"))


def test_what_is_too_long_is_not_decoded() -> None:
    assert enveloped.decode_base64("A" * (2 * limits.JOSE_CHARACTERS + 4)) is None


def test_an_envelope_that_cannot_be_told_is_no_accusation() -> None:
    with pytest.raises(KeyUnavailable):
        verify(envelope("x", "application/vc+zip"))


BAD_ISSUE: dict[str, tuple[Callable[[], object], str]] = {
    "a presentation's media type": (lambda: secure(MediaType.VP_JWT), "enveloped.content"),
    "a key of somebody else": (
        lambda: secure(verification_method=method_of(STRANGER, P256)),
        "enveloped.other-key",
    ),
    "no credential": (lambda: secure(document={"issuer": SCHOOL}), "credential.context"),
    "an algorithm that COSE has not here": (
        lambda: secure(MediaType.VC_COSE, key=key_of(SCHOOL, KeyType.RSA)),
        "jws.unknown-algorithm",
    ),
}


@pytest.mark.parametrize(("action", "code"), BAD_ISSUE.values(), ids=BAD_ISSUE.keys())
def test_what_is_not_issued(action: Callable[[], object], code: str) -> None:
    assert fate(action) == code


# --- the holder of an SD-JWT --------------------------------------------------------------------


def bound(**options: Any) -> EnvelopedCredential:
    made = secure(MediaType.VC_SD_JWT, holder_key=key_of(CHILD).public_key)
    text = sd_jwt.bind(
        SdJwt.read(made.data),
        **{"key": key_of(CHILD), "audience": UNIVERSITY, "nonce": "вопрос", "issued": NOW, **options},
    )
    return envelope(text, "application/vc+sd-jwt")


def demand(given: EnvelopedCredential, **options: Any) -> VerifiedProof:
    token = open_credential(given).secured.sd_jwt
    assert token is not None
    return sd_jwt.verify_key_binding(
        token,
        **{"resolve": KNOWN, "now": NOW, "domain": UNIVERSITY, "challenge": "вопрос", **options},
    )


def test_the_holder_of_an_sd_jwt_answers() -> None:
    assert demand(bound()).domain == (UNIVERSITY,)
    verify(bound())
    assert fate(lambda: demand(bound(), challenge="другой")) == "proof.challenge"
    assert fate(lambda: demand(secure(MediaType.VC_SD_JWT))) == "sd-jwt.no-key-binding"


def test_an_answer_of_a_thief_is_refused_even_when_none_was_demanded() -> None:
    assert fate(lambda: verify(bound(key=key_of(STRANGER)))) == "proof.signature"


# --- presentations ------------------------------------------------------------------------------


def verify_shown(given: EnvelopedPresentation, **options: Any) -> tuple[VerifiedProof, ...]:
    return enveloped.verify_holder(
        open_presentation(given),
        **{"resolve": KNOWN, "now": NOW, "domain": UNIVERSITY, "challenge": "вопрос", **options},
    )


@pytest.mark.parametrize("inner", CREDENTIALS)
@pytest.mark.parametrize("outer", PRESENTATIONS)
def test_enveloped_credentials_inside_are_verified_too(inner: MediaType, outer: MediaType) -> None:
    plain = with_embedded_proof(diploma())
    given = show(secure(inner).json, plain, media_type=outer)
    opened = open_presentation(EnvelopedPresentation.parse(given.json))
    assert isinstance(opened, OpenedPresentation)
    (proof,) = enveloped.verify_holder(opened, resolve=KNOWN, now=NOW, domain=UNIVERSITY, challenge="вопрос")
    assert (proof.controller, proof.purpose) == (CHILD, "authentication")
    assert len(opened.presentation.credentials) == len(opened.presentation.enveloped) == 1
    (each,) = opened.presentation.enveloped
    assert verify(each)[0].controller == SCHOOL


def with_a_proof(*inner: EnvelopedCredential) -> Presentation:
    """A presentation that is signed inside, of credentials that are signed outside."""
    document = add_proof(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "holder": CHILD,
            "verifiableCredential": [each.json for each in inner],
        },
        suite="eddsa-jcs-2022",
        key=key_of(CHILD),
        verification_method=method_of(CHILD),
        purpose="authentication",
        created=ISSUED,
    )
    return Presentation.parse(document)


def test_envelopes_inside_a_presentation_with_a_proof_of_its_own() -> None:
    def shown(*inner: EnvelopedCredential) -> str:
        return fate(lambda: verification.verify(with_a_proof(*inner), resolve=KNOWN, now=NOW))

    assert shown(secure(), secure(MediaType.VC_COSE)) == "accepted"
    assert shown(secure(), envelope("header.payload....")) == "jws.malformed"
    forged = resigned(secure().data, key_of(STRANGER, P256), {"kid": method_of(STRANGER, P256)})
    assert shown(envelope(forged)) == "credential.issuer-key"
    assert shown(secure(document=diploma(credentialSubject={"id": "did:example:sibling"}))) == (
        "presentation.other-person"
    )


def _presented(payload: dict[str, Any]) -> EnvelopedPresentation:
    given = show(secure().json)
    return EnvelopedPresentation.parse(
        {**given.json, "id": "data:application/vp+jwt," + resigned(given.data, key_of(CHILD), None, payload)}
    )


REFUSED_SHOWN: dict[str, tuple[Callable[[], object], str]] = {
    "to somebody else": (lambda: verify_shown(show(secure().json), domain="other.example"), "proof.domain"),
    "to another question": (lambda: verify_shown(show(secure().json), challenge="x"), "proof.challenge"),
    "over": (lambda: verify_shown(show(secure().json), now=NOW + timedelta(days=2)), "proof.expired"),
    "no holder": (lambda: verify_shown(_presented({"holder": None})), "presentation.no-holder"),
    "another holder": (lambda: verify_shown(_presented({"holder": STRANGER})), "presentation.holder-key"),
    "a proof inside": (
        lambda: verify_shown(_presented({"proof": {"type": "DataIntegrityProof"}})),
        "enveloped.two-proofs",
    ),
    "a credential that is none": (
        lambda: verify_shown(_presented({"verifiableCredential": [{"id": "bad"}]})),
        "credential.no-type",
    ),
    "a presentation inside": (
        lambda: verify_shown(_presented({"verifiableCredential": [show(secure().json).json]})),
        "credential.wrong-type",
    ),
    "a credential as a presentation": (
        lambda: verify_shown(
            EnvelopedPresentation.parse(
                {**secure().json, "type": ["EnvelopedVerifiablePresentation"]},
            )
        ),
        "enveloped.wrong-content",
    ),
    "a badge as a presentation": (
        lambda: verify_shown(
            EnvelopedPresentation.parse(
                {
                    **secure().json,
                    "type": ["EnvelopedVerifiablePresentation"],
                    "id": "data:application/jwt," + badge_token(),
                },
            )
        ),
        "enveloped.media-type",
    ),
}


@pytest.mark.parametrize(("action", "code"), REFUSED_SHOWN.values(), ids=REFUSED_SHOWN.keys())
def test_refused_presentations(action: Callable[[], object], code: str) -> None:
    assert fate(action) == code


def test_an_envelope_that_ends_before_it_begins_is_not_made() -> None:
    assert fate(lambda: show(secure().json, expires=ISSUED)) == "proof.expires-first"


# --- bare tokens --------------------------------------------------------------------------------


@pytest.mark.parametrize("media_type", [MediaType.VC_JWT, MediaType.VC_SD_JWT])
def test_a_bare_token_is_recognised(media_type: MediaType) -> None:
    made = secure(media_type)
    found = enveloped.recognise(f"\n{made.data} \n")
    assert isinstance(found, EnvelopedCredential)
    assert found.json == made.json


def test_a_bare_presentation_and_a_bare_badge_are_recognised() -> None:
    shown = enveloped.recognise(show(secure().json).data)
    assert isinstance(shown, EnvelopedPresentation)
    badge = enveloped.recognise(badge_token({"typ": None}))
    assert isinstance(badge, EnvelopedCredential)
    assert verify(badge)[0].cryptosuite == "jwt RS256"


UNRECOGNISED: dict[str, tuple[str, str]] = {
    "an EU credential": (_signed({}, typ="dc+sd-jwt") + "~", "enveloped.media-type"),
    "a DPoP token": (_signed({}, typ="dpop+jwt"), "enveloped.unrecognised"),
    "a badge that can be hidden": (_signed({}, typ="JWT") + "~", "enveloped.unrecognised"),
    "COSE as text": (_signed({}, typ="vc+cose"), "enveloped.data"),
    "JSON": ("{}", "jws.malformed"),
    "nothing": ("", "jws.malformed"),
}


@pytest.mark.parametrize(("text", "code"), UNRECOGNISED.values(), ids=UNRECOGNISED.keys())
def test_unrecognised(text: str, code: str) -> None:
    def open_recognised() -> object:
        found = enveloped.recognise(text)
        assert isinstance(found, EnvelopedCredential)
        return open_credential(found)

    assert fate(open_recognised) == code
