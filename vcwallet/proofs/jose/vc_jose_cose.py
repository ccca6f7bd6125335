"""Securing Verifiable Credentials using JOSE and COSE (W3C vc-jose-cose): ``vc+jwt``, ``vp+cose`` and others.

    token = secure(diploma, MediaType.VC_JWT, key=key, verification_method=method, issued=now)
    secured = read(token, MediaType.VC_JWT)
    proof = secured.verify(resolve=did.resolve, now=now)     # then secured.document may be believed

What this module does not decide: whether the key's controller is the issuer or holder of the document,
whether the document follows the data model, whom to believe. `vcwallet.credentials.enveloped` does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from vcwallet import strict_json
from vcwallet.errors import N_, ProofError, UsageError
from vcwallet.identifiers.controlled_identifier import Resolver
from vcwallet.identifiers.keys import KeyType, PublicKey, SigningKey
from vcwallet.proofs.data_integrity import VerifiedProof
from vcwallet.proofs.jose import cose, jws, sd_jwt
from vcwallet.proofs.jose.cose import Sign1
from vcwallet.proofs.jose.jws import Jws
from vcwallet.proofs.jose.jwt import CLAIM_NAMES, Claims
from vcwallet.proofs.jose.key_discovery import find_method
from vcwallet.proofs.jose.sd_jwt import SdJwt
from vcwallet.strict_json import Json, JsonObject

__all__ = ["Content", "Mechanism", "MediaType", "Secured", "of_jws", "read", "secure"]


class Content(StrEnum):
    """What is inside; the value is the media type's, without ``application/``."""

    CREDENTIAL = "vc"
    PRESENTATION = "vp"

    @property
    def purpose(self) -> str:
        """The verification relationship that its signer's key needs."""
        return "assertionMethod" if self is Content.CREDENTIAL else "authentication"

    @property
    def signer_member(self) -> str:
        return "issuer" if self is Content.CREDENTIAL else "holder"


class Mechanism(StrEnum):
    JWT = "jwt"
    SD_JWT = "sd-jwt"
    COSE = "cose"


class MediaType(StrEnum):
    """Section 6.1; the value is what a ``data:`` URL says."""

    VC_JWT = "application/vc+jwt"
    VP_JWT = "application/vp+jwt"
    VC_SD_JWT = "application/vc+sd-jwt"
    VP_SD_JWT = "application/vp+sd-jwt"
    VC_COSE = "application/vc+cose"
    VP_COSE = "application/vp+cose"

    @property
    def subtype(self) -> str:
        """What ``typ`` says, such as "vc+jwt"."""
        return self.value.partition("/")[2]

    @property
    def content(self) -> Content:
        return Content(self.subtype.partition("+")[0])

    @property
    def mechanism(self) -> Mechanism:
        return Mechanism(self.subtype.partition("+")[2])


# CWT claims by the names they have in a JWT (RFC 8392, section 4; RFC 9711, section 4.1 for the nonce).
_CWT_NAMES: Final[Mapping[int, str]] = MappingProxyType(
    {1: "iss", 2: "sub", 3: "aud", 4: "exp", 5: "nbf", 6: "iat", 10: "nonce"}
)
_CWT_LABELS: Final[Mapping[str, int]] = MappingProxyType({name: label for label, name in _CWT_NAMES.items()})

# Sections 3.2.1 and 3.2.2, RFC 9901 section 9.7: what decides whether a document counts is never hidden. A
# holder may be: who signed the presentation is then told by its disclosure or its key.
_MUST_SHOW: Final[Mapping[Content, frozenset[str]]] = MappingProxyType(
    {
        Content.CREDENTIAL: frozenset(
            {"@context", "type", "issuer", "validFrom", "validUntil"}
            | {"credentialStatus", "credentialSchema", "relatedResource"}
        ),
        Content.PRESENTATION: frozenset({"@context", "type"}),
    }
)

# Section 3.1.3: "The JWT Claim Names vc and vp MUST NOT be present."
_OLD_CLAIMS: Final = frozenset({"vc", "vp"})


@dataclass(frozen=True, slots=True)
class Secured:
    """A secured credential or presentation, read; nothing is verified.

    `document` is the payload as it came, with the JWT's own claims beside the members of the data model;
    `text` is its JSON, exactly, but for an SD-JWT: there it is put together from what was disclosed.
    """

    document: JsonObject = field(repr=False, hash=False)
    text: str = field(repr=False)
    name: str
    """What `VerifiedProof.cryptosuite` will say: the subtype and the algorithm, as in "vc+jwt ES256"."""
    content: Content
    claims: Claims
    key_type: KeyType
    kid: str | None
    jwk: JsonObject | None = field(repr=False, hash=False)
    verify_signature: Callable[[PublicKey], None] = field(repr=False, compare=False)
    """Raises ProofError unless the signature is the key's."""
    signature: bytes = field(repr=False)
    sd_jwt: SdJwt | None = field(default=None, repr=False, compare=False)

    @property
    def signer(self) -> str | None:
        """The issuer or holder whom the document names, else the token's own ``iss``."""
        value = self.document.get(self.content.signer_member)
        named = value.get("id") if isinstance(value, dict) else value
        return named if isinstance(named, str) else self.claims.issuer

    def verify(
        self,
        *,
        resolve: Resolver,
        now: datetime,
        domain: str | None = None,
        challenge: str | None = None,
    ) -> VerifiedProof:
        """Verify the signature and what the token says of itself (section 5).

        `domain` and `challenge`, when given, are what ``aud`` and ``nonce`` must be. `now` is aware. A Key
        Binding JWT that is there must hold, to whomever it answers.

        Raises ProofError: ``jose.issuer-claim``, ``jose.id-claim``, ``jose.subject-claim`` when a claim
        contradicts the document; and what `Claims.check`, `find_method`, the signature's own check and
        `sd_jwt.verify_key_binding` raise.
        """
        self._check_agreement()
        self.claims.check(now=now, domain=domain, challenge=challenge)
        method = find_method(
            kid=self.kid,
            jwk=self.jwk,
            key_type=self.key_type,
            signer=self.signer,
            purpose=self.content.purpose,
            resolve=resolve,
            now=now,
        )
        self.verify_signature(method.public_key)
        if self.sd_jwt is not None and self.sd_jwt.key_binding is not None:
            sd_jwt.verify_key_binding(self.sd_jwt, resolve=resolve, now=now)
        return VerifiedProof(
            cryptosuite=self.name,
            verification_method=method,
            controller=method.controller,
            purpose=self.content.purpose,
            created=self.claims.issued,
            expires=self.claims.expires,
            domain=self.claims.audience,
            challenge=self.claims.nonce,
            signature=self.signature,
        )

    def _check_agreement(self) -> None:
        """Section 3.1.3: claim and member must not name two issuers, two ids or two subjects."""
        if self.claims.issuer is not None and self.claims.issuer != self.signer:
            raise ProofError(
                "jose.issuer-claim",
                N_("The token says it is by {claim}, and the document in it is by {signer}."),
                claim=self.claims.issuer[:64],
                signer=str(self.signer)[:64],
            )
        if self.claims.id is not None and self.document.get("id", self.claims.id) != self.claims.id:
            raise ProofError(
                "jose.id-claim",
                N_("The token and the document in it have different ids."),
                claim=self.claims.id[:64],
            )
        if self.claims.subject is not None and self.content is Content.CREDENTIAL:
            value = self.document.get("credentialSubject")
            subjects = value if isinstance(value, list) else [value]
            ids = (each.get("id") for each in subjects if isinstance(each, dict))
            named = {each for each in ids if isinstance(each, str)}
            if named and self.claims.subject not in named:
                raise ProofError(
                    "jose.subject-claim",
                    N_("The token and the document in it are about different people."),
                    claim=self.claims.subject[:64],
                )


def read(data: str | bytes, media_type: MediaType) -> Secured:
    """Read a token (text) or COSE message (bytes) of `media_type`.

    The type in its header may be left out, and may not be another one.

    Raises ProofError: ``jws.type``, ``jose.old-claim`` (``vc`` or ``vp`` inside), ``jose.form`` for text
    instead of bytes or the reverse; and what `Jws.read`, `SdJwt.read`, `Sign1.read`, `Claims.read` and
    `strict_json.loads_object` raise.
    """
    if isinstance(data, str) is (media_type.mechanism is Mechanism.COSE):
        raise ProofError("jose.form", N_("The document does not come in the form that its media type says."))
    if isinstance(data, bytes):
        secured = _read_cose(Sign1.read(data), media_type)
    elif media_type.mechanism is Mechanism.SD_JWT:
        token = SdJwt.read(data)
        text = strict_json.dumps(token.payload)
        secured = of_jws(token.jws, token.payload, text, media_type.subtype, media_type.content)
        secured = replace(secured, sd_jwt=token)
    else:
        plain = Jws.read(data)
        document = strict_json.loads_object(plain.payload)
        text = plain.payload.decode("utf-8-sig")
        secured = of_jws(plain, document, text, media_type.subtype, media_type.content)
    if not _OLD_CLAIMS.isdisjoint(secured.document):
        raise ProofError(
            "jose.old-claim",
            N_("The document stands inside a claim of its own, as older formats had it."),
        )
    return secured


def secure(
    document: JsonObject,
    media_type: MediaType,
    *,
    key: SigningKey,
    verification_method: str,
    issued: datetime | None,
    expires: datetime | None = None,
    domain: str | None = None,
    challenge: str | None = None,
    holder_key: PublicKey | None = None,
    hide: Collection[sd_jwt.Path] = (),
    randomness: Callable[[int], bytes] = os.urandom,
) -> str | bytes:
    """Secure a credential or presentation: text for the JWT forms, bytes for COSE.

    `verification_method` is written as ``kid``. `issued` and `expires` are about the signature, aware, and
    written to the second; None leaves them out. `domain` and `challenge` address a presentation. `holder_key`
    is written as ``cnf``, so that the holder of an SD-JWT can answer with it; it, `hide` and `randomness` are
    for that form.

    Raises UsageError: ``jose.claim-in-document`` for a member with the name of a claim, ``jose.must-show``
    for a part that nobody may hide, ``jose.only-sd-jwt`` for what another form cannot carry,
    ``proof.expires-first``; and what `sd_jwt.issue` and `cose.sign` raise.
    """
    strict_json.check(document)
    reserved = sorted((CLAIM_NAMES | _OLD_CLAIMS) & document.keys())
    if reserved:
        raise UsageError(
            "jose.claim-in-document",
            N_("The document has a member “{name}”, which is the name of one of the token's own claims."),
            name=reserved[0],
        )
    if issued is not None and expires is not None and expires <= issued:
        raise UsageError("proof.expires-first", N_("The proof would expire before it is created."))
    if (hide or holder_key is not None) and media_type.mechanism is not Mechanism.SD_JWT:
        raise UsageError(
            "jose.only-sd-jwt", N_("Only an SD-JWT can have parts that are hidden, or its holder's key.")
        )
    for path in hide:
        if path[:1] and path[0] in _MUST_SHOW[media_type.content] | CLAIM_NAMES:
            raise UsageError(
                "jose.must-show",
                N_("“{name}” may not be hidden: without it nobody can tell whether the document holds."),
                name=str(path[0]),
            )
    claims: dict[str, Json] = {}
    if issued is not None:
        claims["iat"] = int(issued.timestamp())
    if expires is not None:
        claims["exp"] = int(expires.timestamp())
    if domain is not None:
        claims["aud"] = domain
    if challenge is not None:
        claims["nonce"] = challenge
    if holder_key is not None:
        claims["cnf"] = {"jwk": holder_key.to_jwk()}
    if media_type.mechanism is Mechanism.COSE:
        return _secure_cose(document, claims, media_type, key, verification_method)
    header: JsonObject = {
        "typ": media_type.subtype,
        "cty": media_type.content.value,
        "kid": verification_method,
    }
    payload = {**document, **claims}
    if media_type.mechanism is Mechanism.SD_JWT:
        return sd_jwt.issue(payload, hide=hide, header=header, key=key, randomness=randomness)
    return jws.sign(header, strict_json.dumps(payload).encode("utf-8"), key)


def of_jws(token: Jws, document: JsonObject, text: str, kind: str, content: Content) -> Secured:
    """A document out of a JWS; `kind` is what its ``typ`` must say.

    Raises ProofError: ``jws.type``, ``jose.header-claim``, and what `Claims.read` raises.
    """
    jws.check_media_type(token.header.get("typ"), kind, "typ")
    jws.check_media_type(token.header.get("cty"), content.value, "cty")
    repeated: JsonObject = {
        name: token.header[name] for name in ("iss", "sub", "aud") if name in token.header
    }
    if any(value != document.get(name, value) for name, value in repeated.items()):
        # RFC 7519, section 5.3: a claim that the header repeats is the same claim.
        raise ProofError(
            "jose.header-claim", N_("The header of the token says something else than the token itself.")
        )
    kid, jwk = token.header.get("kid"), token.header.get("jwk")
    return Secured(
        document=document,
        text=text,
        name=f"{kind} {token.algorithm}",
        content=content,
        claims=Claims.read({**repeated, **document}),
        key_type=jws.ALGORITHMS[token.algorithm],
        kid=kid if isinstance(kid, str) else None,
        jwk=jwk if isinstance(jwk, dict) else None,
        verify_signature=token.verify,
        signature=token.signature,
    )


def _read_cose(message: Sign1, media_type: MediaType) -> Secured:
    jws.check_media_type(message.protected.get(cose.TYP), media_type.subtype, "typ")
    jws.check_media_type(message.protected.get(cose.CONTENT_TYPE), media_type.content.value, "content type")
    claims = message.protected.get(cose.CWT_CLAIMS, {})
    kid = message.protected.get(cose.KID, message.unprotected.get(cose.KID))
    if not isinstance(claims, dict) or not (kid is None or isinstance(kid, bytes)):
        raise cose.bad_header(str(cose.KID if isinstance(claims, dict) else cose.CWT_CLAIMS))
    key_type = cose.ALGORITHMS[message.algorithm]
    return Secured(
        document=strict_json.loads_object(message.payload),
        text=message.payload.decode("utf-8-sig"),
        name=f"{media_type.subtype} {jws.algorithm_of(key_type)}",
        content=media_type.content,
        claims=Claims.read(
            {_CWT_NAMES[n]: v for n, v in claims.items() if type(n) is int and n in _CWT_NAMES}
        ),
        key_type=key_type,
        # RFC 9052, section 3.1: any bytes. Those that are no text name no key here.
        kid=None if kid is None else kid.decode("utf-8", errors="replace"),
        jwk=None,
        verify_signature=message.verify,
        signature=message.signature,
    )


def _secure_cose(
    document: JsonObject, claims: JsonObject, media_type: MediaType, key: SigningKey, kid: str
) -> bytes:
    protected: dict[int, Any] = {
        cose.CONTENT_TYPE: f"application/{media_type.content.value}",
        cose.KID: kid.encode("utf-8"),
        cose.TYP: media_type.value,
    }
    if claims:
        protected[cose.CWT_CLAIMS] = {_CWT_LABELS[name]: value for name, value in claims.items()}
    return cose.sign(protected, strict_json.dumps(document).encode("utf-8"), key)
