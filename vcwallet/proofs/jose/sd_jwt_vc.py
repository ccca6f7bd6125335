"""SD-JWT-based Verifiable Digital Credentials, ``dc+sd-jwt`` (draft-ietf-oauth-sd-jwt-vc); read only.

    shown = verify(text, resolve=trusted_keys, now=now, domain="https://vuz.example", challenge=nonce)
    print(shown.vct, shown.claims)

They do not follow the W3C data model: their members are claims, and ``vct`` says what kind of thing they are.
Type Metadata is not fetched, ``x5c`` chains are not followed, and a ``status`` is handed on, not looked up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from vcwallet import limits
from vcwallet.errors import N_, ProofError
from vcwallet.identifiers.controlled_identifier import Resolver
from vcwallet.proofs.data_integrity import VerifiedProof
from vcwallet.proofs.jose import jws
from vcwallet.proofs.jose.jwt import Claims
from vcwallet.proofs.jose.key_discovery import find_method
from vcwallet.proofs.jose.sd_jwt import SdJwt, verify_key_binding
from vcwallet.strict_json import Json, JsonObject

__all__ = ["MEDIA_TYPE", "VerifiedSdJwtVc", "verify"]

MEDIA_TYPE: Final = "application/dc+sd-jwt"
_SUBTYPE: Final = "dc+sd-jwt"
# "MUST NOT be included in Disclosures", nor their sub-claims.
_NEVER_HIDDEN: Final = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"})


@dataclass(frozen=True, slots=True)
class VerifiedSdJwtVc:
    """A credential whose signature holds. Only `verify` makes one."""

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


def verify(
    text: str,
    *,
    resolve: Resolver,
    now: datetime,
    domain: str | None = None,
    challenge: str | None = None,
    demand_key_binding: bool = True,
) -> VerifiedSdJwtVc:
    """Verify a ``dc+sd-jwt`` and its Key Binding JWT (the draft's section "Verification and Processing").

    `domain` and `challenge`, when given, are what the holder's answer must name; a verifier who demands key
    binding gives both. Without `demand_key_binding` an answer that is there must still hold.

    Raises ProofError: ``sd-jwt-vc.type`` (no ``vct``), ``sd-jwt-vc.hidden`` (a claim that may not be hidden
    comes in a disclosure), ``sd-jwt-vc.issuer`` (no ``iss``), ``sd-jwt-vc.issuer-key``, ``jws.type``; and
    what `SdJwt.read`, `Claims.check`, `find_method`, `Jws.verify` and `verify_key_binding` raise.
    """
    # 1 form and ceilings
    token = SdJwt.read(text)
    if "typ" not in token.jws.header:
        raise _bad_type()
    jws.check_media_type(token.jws.header["typ"], _SUBTYPE, "typ")
    # 2 what every such credential says, in the open
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
    claims = Claims.read(token.payload)
    if claims.issuer is None:
        raise ProofError("sd-jwt-vc.issuer", N_("The token does not say who issued it."))
    # 3 when it counts
    claims.check(now=now, domain=domain if claims.audience else None)
    # 4 whose key, and the signature
    kid, jwk = token.jws.header.get("kid"), token.jws.header.get("jwk")
    method = find_method(
        kid=kid if isinstance(kid, str) else None,
        jwk=jwk if isinstance(jwk, dict) else None,
        key_type=jws.ALGORITHMS[token.jws.algorithm],
        signer=claims.issuer,
        purpose="assertionMethod",
        resolve=resolve,
        now=now,
    )
    if method.controller != claims.issuer:
        raise ProofError(
            "sd-jwt-vc.issuer-key",
            N_("The token is by {issuer}, but it is signed with the key of {controller}."),
            issuer=claims.issuer[:64],
            controller=method.controller[:64],
        )
    token.jws.verify(method.public_key)
    # 5 the holder
    holder = None
    if demand_key_binding or token.key_binding is not None:
        holder = verify_key_binding(token, resolve=resolve, now=now, domain=domain, challenge=challenge)
    return VerifiedSdJwtVc(
        claims=token.payload,
        vct=vct,
        issuer=claims.issuer,
        proof=VerifiedProof(
            cryptosuite=f"{_SUBTYPE} {token.jws.algorithm}",
            verification_method=method,
            controller=method.controller,
            purpose="assertionMethod",
            created=claims.issued,
            expires=claims.expires,
            domain=claims.audience,
            challenge=None,
            signature=token.jws.signature,
        ),
        holder=holder,
    )


def _bad_type() -> ProofError:
    return ProofError("sd-jwt-vc.type", N_("The token does not say what kind of credential it is."))
