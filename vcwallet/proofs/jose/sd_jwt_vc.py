"""SD-JWT-based Verifiable Digital Credentials, ``dc+sd-jwt`` (draft-ietf-oauth-sd-jwt-vc).

    credential = SdJwtVc.read(text)                 # form; nothing is verified
    shown = credential.showing([("family_name",)])  # the holder's choice
    answer = shown.bound(key=key, audience=client_id, nonce=nonce, issued=now)
    SdJwtVc.read(answer).verify(resolve=trusted_keys, now=now, domain=client_id, challenge=nonce)

They do not follow the W3C data model: their members are claims, and ``vct`` says what kind of thing they are.
Type Metadata is not fetched, ``x5c`` chains are not followed, and a ``status`` is handed on, not looked up.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from vcwallet import limits
from vcwallet.errors import N_, KeyUnavailable, ProofError
from vcwallet.identifiers.controlled_identifier import Resolver
from vcwallet.identifiers.keys import SigningKey
from vcwallet.proofs.data_integrity import VerifiedProof
from vcwallet.proofs.jose import jws, sd_jwt
from vcwallet.proofs.jose.jwt import Claims
from vcwallet.proofs.jose.key_discovery import find_method
from vcwallet.proofs.jose.sd_jwt import Path, SdJwt, verify_key_binding
from vcwallet.strict_json import Json, JsonObject

__all__ = ["MEDIA_TYPE", "SdJwtVc", "VerifiedSdJwtVc", "is_sd_jwt_vc"]

MEDIA_TYPE: Final = "application/dc+sd-jwt"
_SUBTYPE: Final = "dc+sd-jwt"
_EARLIER: Final = "vc+sd-jwt"
"""The ``typ`` of drafts until November 2024, which readers are to take for a time; the W3C has it now for
credentials of its data model, which have an ``@context``."""
# "MUST NOT be included in Disclosures", nor their sub-claims.
_NEVER_HIDDEN: Final = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"})


@dataclass(frozen=True, slots=True)
class VerifiedSdJwtVc:
    """A credential whose signature holds. Only `SdJwtVc.verify` makes one."""

    claims: JsonObject = field(repr=False, hash=False)
    """The Processed SD-JWT Payload: what is permanently open and what was disclosed."""
    vct: str
    issuer: str
    proof: VerifiedProof
    holder: VerifiedProof | None
    """The holder's answer; None when none was demanded and none came."""

    @property
    def status(self) -> Json:
        """What the issuer says about looking up the status; None when he says nothing."""
        return self.claims.get("status")


def is_sd_jwt_vc(token: SdJwt) -> bool:
    """Whether an SD-JWT is a credential of this kind by its outward form."""
    kind = token.jws.header.get("typ")
    name = kind.lower().removeprefix("application/") if isinstance(kind, str) else ""
    return name == _SUBTYPE or (
        name == _EARLIER and "vct" in token.payload and "@context" not in token.payload
    )


@dataclass(frozen=True, slots=True)
class SdJwtVc:
    """A credential as it came, whose form holds; nothing is verified until `verify`."""

    token: SdJwt
    vct: str
    registered: Claims = field(repr=False)
    """Who, to whom and when, of the JWT."""

    @classmethod
    def read(cls, text: str) -> SdJwtVc:
        """Raises ProofError: ``sd-jwt-vc.type`` (no ``typ``, no ``vct``), ``sd-jwt-vc.hidden`` (a claim that
        may not be hidden comes in a disclosure), ``jws.type``; and what `SdJwt.read` and `Claims.read` raise.
        """
        token = SdJwt.read(text)
        if "typ" not in token.jws.header:
            raise _bad_type()
        if not is_sd_jwt_vc(token):
            jws.check_media_type(token.jws.header["typ"], _SUBTYPE, "typ")
        for path in token.disclosures:
            if path[0] in _NEVER_HIDDEN:
                raise ProofError(
                    "sd-jwt-vc.hidden",
                    N_("The token hides “{name}”, without which nobody can tell whether it holds."),
                    name=str(path[0]),
                )
        vct = token.payload.get("vct")
        if not isinstance(vct, str) or not 0 < len(vct) <= limits.IRI_CHARACTERS:
            raise _bad_type()
        return cls(token, vct, Claims.read(token.payload))

    @property
    def text(self) -> str:
        return self.token.text

    @property
    def claims(self) -> JsonObject:
        """What can be read of it."""
        return self.token.payload

    @property
    def issuer(self) -> str:
        """Who issued it; "" where only a certificate says so (``iss`` is optional)."""
        return self.registered.issuer or ""

    def demand_issuer(self) -> str:
        """Raises KeyUnavailable (``sd-jwt-vc.issuer``) where the claims name nobody.

        ``iss`` is optional: a certificate may say it, and certificates are not looked at here.
        """
        if self.registered.issuer is None:
            raise KeyUnavailable(
                "sd-jwt-vc.issuer",
                N_("The token does not say itself who issued it, so no key can be looked up."),
            )
        return self.registered.issuer

    @property
    def confirmation(self) -> Json:
        """Whose it is (``cnf``); None when its issuer named nobody's key."""
        return self.claims.get("cnf")

    @property
    def kid(self) -> str | None:
        kid = self.token.jws.header.get("kid")
        return kid if isinstance(kid, str) else None

    def showing(self, places: Collection[Path]) -> SdJwtVc:
        """A copy in which the claims at `places` can be read, and of the others what cannot be hidden."""
        return SdJwtVc.read(self.token.showing(places).text)

    def bound(
        self, *, key: SigningKey, audience: str, nonce: str, issued: datetime, algorithm: str | None = None
    ) -> str:
        """The credential with its holder's answer to a question; the members are those of `sd_jwt.bind`."""
        return sd_jwt.bind(
            self.token, key=key, audience=audience, nonce=nonce, issued=issued, algorithm=algorithm
        )

    def verify(
        self,
        *,
        resolve: Resolver,
        now: datetime,
        domain: str | None = None,
        challenge: str | None = None,
        demand_key_binding: bool = True,
    ) -> VerifiedSdJwtVc:
        """Verify it and its Key Binding JWT (the draft's section "Verification and Processing").

        `domain` and `challenge`, when given, are what the holder's answer must name; a verifier who demands
        key binding gives both. Without `demand_key_binding` an answer that is there must still hold.

        Raises KeyUnavailable (``sd-jwt-vc.issuer``), ProofError (``sd-jwt-vc.issuer-key``), and what
        `Claims.check`, `find_method`, `Jws.verify` and `verify_key_binding` raise.
        """
        proof = self.verify_issuer(resolve=resolve, now=now, domain=domain)
        holder = None
        if demand_key_binding or self.token.key_binding is not None:
            holder = verify_key_binding(
                self.token, resolve=resolve, now=now, domain=domain, challenge=challenge
            )
        return VerifiedSdJwtVc(self.claims, self.vct, self.issuer, proof, holder)

    def verify_issuer(self, *, resolve: Resolver, now: datetime, domain: str | None = None) -> VerifiedProof:
        """Verify what its issuer signed, and nothing else; see `verify`."""
        claims, read, issuer = self.registered, self.token.jws, self.demand_issuer()
        claims.check(now=now, domain=domain if claims.audience else None)
        jwk = read.header.get("jwk")
        method = find_method(
            kid=self.kid,
            jwk=jwk if isinstance(jwk, dict) else None,
            key_type=jws.ALGORITHMS[read.algorithm],
            signer=issuer,
            purpose="assertionMethod",
            resolve=resolve,
            now=now,
        )
        if method.controller != issuer:
            raise ProofError(
                "sd-jwt-vc.issuer-key",
                N_("The token is by {issuer}, but it is signed with the key of {controller}."),
                issuer=issuer[:64],
                controller=method.controller[:64],
            )
        read.verify(method.public_key)
        return VerifiedProof(
            cryptosuite=f"{_SUBTYPE} {read.algorithm}",
            verification_method=method,
            controller=method.controller,
            purpose="assertionMethod",
            created=claims.issued,
            expires=claims.expires,
            domain=claims.audience,
            challenge=None,
            signature=read.signature,
        )


def _bad_type() -> ProofError:
    return ProofError("sd-jwt-vc.type", N_("The token does not say what kind of credential it is."))
