"""Credentials and presentations inside a signed envelope: opened, verified, and made.

    opened = open_credential(envelope)        # form and data model; nothing is verified
    proofs = verify(opened, resolve=trusted_keys, now=now)
    print(opened.credential.issuer_id, facts(opened.credential))

After `verify` the inner credential counts as much as one with a proof of its own, so a verifier treats it in
the same steps: `open_credential` belongs to the structure, `verify` stands for `credential.verify`.

Specification: Verifiable Credentials Data Model v2.0, section 4.13; Securing Verifiable Credentials using
JOSE and COSE; Open Badges 3.0, "JSON Web Token Proof Format".
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from vcwallet import limits, strict_json
from vcwallet.credentials import credential as credentials
from vcwallet.credentials import data_model, related_resource
from vcwallet.credentials.credential import Credential, EnvelopedCredential
from vcwallet.credentials.presentation import (
    EnvelopedPresentation,
    Presentation,
    check_holder,
    demand_holder,
)
from vcwallet.errors import N_, DocumentError, InputError, ProofError, UsageError, VcwalletError
from vcwallet.identifiers.controlled_identifier import Resolver, controller_of
from vcwallet.identifiers.keys import PublicKey, SigningKey
from vcwallet.proofs.data_integrity import UnknownCryptosuite, VerifiedProof
from vcwallet.proofs.jose import open_badges_jwt, sd_jwt, sd_jwt_vc, vc_jose_cose
from vcwallet.proofs.jose.jws import Jws
from vcwallet.proofs.jose.jwt import CLAIM_NAMES
from vcwallet.proofs.jose.sd_jwt import SdJwt
from vcwallet.proofs.jose.sd_jwt_vc import SdJwtVc
from vcwallet.proofs.jose.vc_jose_cose import Content, Mechanism, MediaType, Secured
from vcwallet.proofs.jsonld import PINNED, Contexts
from vcwallet.strict_json import JsonObject

__all__ = [
    "OpenedCredential",
    "OpenedPresentation",
    "decode_base64",
    "encode_base64",
    "hides",
    "open_credential",
    "open_presentation",
    "presentation_in",
    "recognise",
    "sd_jwt_vc_in",
    "secure_credential",
    "undisclosed",
    "verify",
    "verify_holder",
]


@dataclass(frozen=True, slots=True)
class OpenedCredential:
    """An envelope and the credential in it, whose structure holds; nothing is verified until `verify`."""

    envelope: EnvelopedCredential
    credential: Credential
    secured: Secured = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenedPresentation:
    """An envelope and the presentation in it; nothing is verified until `verify_holder`."""

    envelope: EnvelopedPresentation
    presentation: Presentation
    secured: Secured = field(repr=False)


def open_credential(envelope: EnvelopedCredential) -> OpenedCredential:
    """Open an envelope of a media type of vc-jose-cose, or ``application/jwt`` for a badge.

    Raises UnknownCryptosuite (``enveloped.media-type``) for another one; DocumentError
    (``enveloped.wrong-content``) for a presentation, ``enveloped.data`` for a URL that is not as its type
    demands; and what `vc_jose_cose.read`, `open_badges_jwt.read` and `check_structure` raise.
    """
    secured = _open(envelope, Content.CREDENTIAL)
    return OpenedCredential(envelope, credentials.check_structure(secured.document, secured.text), secured)


def hides(opened: OpenedCredential) -> bool:
    """Whether a part of an SD-JWT was not shown, or may not have been: a decoy looks the same."""
    return bool(undisclosed(opened))


def undisclosed(opened: OpenedCredential) -> frozenset[sd_jwt.Path]:
    """The objects and arrays of an SD-JWT in which a part was not shown."""
    token = opened.secured.sd_jwt
    return frozenset() if token is None else token.undisclosed


def open_presentation(envelope: EnvelopedPresentation) -> OpenedPresentation:
    """As `open_credential`, for a presentation; the credentials in it may be enveloped again."""
    secured = _open(envelope, Content.PRESENTATION)
    return OpenedPresentation(envelope, Presentation.parse(secured.text), secured)


def presentation_in(document: JsonObject) -> Presentation:
    """The presentation that a document is, or that its envelope holds. Raises what reading it raises."""
    kind = document.get("type")
    if "EnvelopedVerifiablePresentation" in (kind if isinstance(kind, list) else [kind]):
        return open_presentation(EnvelopedPresentation.parse(document)).presentation
    return Presentation.parse(document)


def verify(
    opened: OpenedCredential, *, resolve: Resolver, now: datetime, contexts: Contexts = PINNED
) -> tuple[VerifiedProof, ...]:
    """Verify the envelope, that the issuer made it, and every proof inside; the envelope's own comes first.

    As with `credential.verify`, the validity period, the status and trust are not answered here; nor is it
    whether a Key Binding JWT answers *this* recipient: `sd_jwt.verify_key_binding` demands that.

    Raises ProofError (``credential.issuer-key``), and what `Secured.verify`, `credential.verify` and
    `related_resource.verify` raise.
    """
    proof = opened.secured.verify(resolve=resolve, now=now)
    credential = opened.credential
    credentials.check_issuer(credential, proof)
    related_resource.verify(credential.json, contexts=contexts)
    if not credential.proofs:
        return (proof,)
    # Open Badges: proofs inside are made before the token, so they do not cover its claims.
    bare = {name: value for name, value in credential.json.items() if name not in CLAIM_NAMES}
    inner = credentials.verify(Credential.parse(bare), resolve=resolve, now=now, contexts=contexts)
    return (proof, *inner)


def verify_holder(
    opened: OpenedPresentation,
    *,
    resolve: Resolver,
    now: datetime,
    domain: str | None = None,
    challenge: str | None = None,
) -> tuple[VerifiedProof, ...]:
    """Verify that the holder made the envelope, for this recipient and challenge (``aud`` and ``nonce``).

    The credentials inside are not verified: `presentation.check_credentials`, `credential.verify` and, for
    those in an envelope, `verify` do that. An embedded proof beside the envelope's is refused: which of them
    addresses the recipient would be open.

    Raises ProofError: ``presentation.no-holder``, ``presentation.holder-key``, ``enveloped.two-proofs``, and
    what `Secured.verify` raises.
    """
    presentation = opened.presentation
    demand_holder(presentation)
    if presentation.proofs:
        raise ProofError("enveloped.two-proofs", N_("The presentation is signed twice, inside and outside."))
    proof = opened.secured.verify(resolve=resolve, now=now, domain=domain, challenge=challenge)
    check_holder(presentation, proof)
    return (proof,)


def secure_credential(
    document: JsonObject,
    *,
    media_type: MediaType,
    key: SigningKey,
    verification_method: str,
    issued: datetime | None,
    expires: datetime | None = None,
    holder_key: PublicKey | None = None,
    hide: Collection[sd_jwt.Path] = (),
    randomness: Callable[[int], bytes] = os.urandom,
) -> EnvelopedCredential:
    """Issue a credential in an envelope; the members are those of `vc_jose_cose.secure`.

    Raises UsageError: ``enveloped.content`` for a presentation's media type, ``enveloped.other-key`` when the
    verification method is not the issuer's; and what `Credential.parse` and `vc_jose_cose.secure` raise.
    """
    _demand_content(media_type, Content.CREDENTIAL)
    _demand_own_key(Credential.parse(document).issuer_id, verification_method)
    secured = vc_jose_cose.secure(
        document,
        media_type,
        key=key,
        verification_method=verification_method,
        issued=issued,
        expires=expires,
        holder_key=holder_key,
        hide=hide,
        randomness=randomness,
    )
    return EnvelopedCredential.parse(_envelope(secured, media_type))


def recognise(text: str) -> EnvelopedCredential | EnvelopedPresentation:
    """Put a bare token, as a file or a wallet has it, into the envelope that its own header asks for.

    Without ``typ``, and with ``typ: JWT``, it is a badge when its claims hold one. Nothing is verified, and
    COSE is not recognised, because it is not text. An SD-JWT VC holds no credential of the data model:
    `sd_jwt_vc_in` opens its envelope, and `open_credential` does not.

    Raises InputError (``enveloped.unrecognised``) for other tokens; and what `Jws.read` and `SdJwt.read`
    raise.
    """
    token = text.strip()
    if "~" in token and sd_jwt_vc.is_sd_jwt_vc(SdJwt.read(token)):
        return EnvelopedCredential.parse(_envelope(token, sd_jwt_vc.MEDIA_TYPE))
    jws = Jws.read(token.partition("~")[0])
    kind = jws.header.get("typ", "JWT")
    name = f"application/{str(kind).lower().removeprefix('application/')}"
    media_type = next((known for known in MediaType if known.value == name), None)
    a_badge = name == open_badges_jwt.MEDIA_TYPE and "~" not in token and _holds_badge(jws)
    if media_type is None and not a_badge:
        raise InputError(
            "enveloped.unrecognised",
            N_("This is a signed token of the kind “{kind}”, which holds no credential known here."),
            kind=str(kind)[:64],
        )
    if media_type is not None and media_type.content is Content.PRESENTATION:
        return EnvelopedPresentation.parse(_envelope(token, media_type))
    return EnvelopedCredential.parse(_envelope(token, media_type or open_badges_jwt.MEDIA_TYPE))


def sd_jwt_vc_in(document: JsonObject) -> SdJwtVc:
    """The SD-JWT VC in an envelope of ``application/dc+sd-jwt``.

    Raises DocumentError (``enveloped.wrong-content``), and what reading the envelope and `SdJwtVc.read`
    raise.
    """
    envelope = EnvelopedCredential.parse(document)
    if envelope.media_type != sd_jwt_vc.MEDIA_TYPE:
        raise _wrong_content(envelope.media_type)
    return SdJwtVc.read(_text(envelope))


def _holds_badge(token: Jws) -> bool:
    """Whether the claims are a credential, or have one as data model 1.1 has it."""
    try:
        claims = strict_json.loads_object(token.payload)
    except VcwalletError:
        return False
    return "@context" in claims or "vc" in claims


def _open(envelope: EnvelopedCredential | EnvelopedPresentation, content: Content) -> Secured:
    if envelope.media_type == open_badges_jwt.MEDIA_TYPE and content is Content.CREDENTIAL:
        return open_badges_jwt.read(_text(envelope))
    media_type = next((known for known in MediaType if known.value == envelope.media_type), None)
    if media_type is None:
        raise UnknownCryptosuite(
            "enveloped.media-type",
            N_("A document comes in an envelope of the kind {media_type}, which this program does not open."),
            media_type=envelope.media_type[:64],
        )
    if media_type.content is not content:
        raise _wrong_content(media_type.value)
    data = _bytes(envelope) if media_type.mechanism is Mechanism.COSE else _text(envelope)
    return vc_jose_cose.read(data, media_type)


def _text(envelope: EnvelopedCredential | EnvelopedPresentation) -> str:
    if envelope.json["id"] != f"data:{envelope.media_type},{envelope.data}":
        raise _bad_data(envelope.media_type)
    return envelope.data


def _bytes(envelope: EnvelopedCredential | EnvelopedPresentation) -> bytes:
    """vc-jose-cose, section 3.3.1: "MUST be encoded using base64" (RFC 2397); some leave the padding out."""
    if envelope.json["id"] != f"data:{envelope.media_type};base64,{envelope.data}":
        raise _bad_data(envelope.media_type)
    data = decode_base64(envelope.data)
    if data is None:
        raise _bad_data(envelope.media_type)
    return data


def decode_base64(text: str) -> bytes | None:
    """The bytes of standard base64 with all of its padding or none; None for anything else."""
    if len(text) > 2 * limits.JOSE_CHARACTERS:
        return None
    bare = text.rstrip("=")
    try:
        data = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    exact = encode_base64(data)
    return data if text in (exact, exact.rstrip("=")) else None


def encode_base64(data: bytes) -> str:
    """Standard base64, as a COSE message travels in text."""
    return base64.b64encode(data).decode("ascii")


def _envelope(secured: str | bytes, media_type: str) -> JsonObject:
    data = secured if isinstance(secured, str) else f"base64,{encode_base64(secured)}"
    presented = media_type in (MediaType.VP_JWT, MediaType.VP_SD_JWT, MediaType.VP_COSE)
    return {
        "@context": [data_model.V2_CONTEXT],
        "type": ["EnvelopedVerifiablePresentation" if presented else "EnvelopedVerifiableCredential"],
        "id": f"data:{media_type}{',' if isinstance(secured, str) else ';'}{data}",
    }


def _demand_content(media_type: MediaType, content: Content) -> None:
    if media_type.content is not content:
        raise UsageError(
            "enveloped.content",
            N_("An envelope of the kind {media_type} is not for this document."),
            media_type=media_type.value,
        )


def _demand_own_key(signer: str, verification_method: str) -> None:
    if controller_of(verification_method) != signer:
        raise UsageError(
            "enveloped.other-key",
            N_("The key {key} does not belong to {signer}, who is to sign."),
            key=verification_method[:64],
            signer=signer[:64],
        )


def _wrong_content(media_type: str) -> DocumentError:
    return DocumentError(
        "enveloped.wrong-content",
        N_("An envelope of the kind {media_type} stands where something else belongs."),
        media_type=media_type[:64],
    )


def _bad_data(media_type: str) -> DocumentError:
    return DocumentError(
        "enveloped.data",
        N_("The envelope of the kind {media_type} does not hold its document in good order."),
        media_type=media_type[:64],
    )
