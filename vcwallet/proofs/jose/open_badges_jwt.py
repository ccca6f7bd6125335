"""The JSON Web Token Proof Format of Open Badges 3.0 (chapter "Proofs (Signatures)").

    token = secure(badge, key=key, verification_method=f"{issuer}#key-2-jwk")
    secured = read(token)
    proof = secured.verify(resolve=trusted_keys, now=now)

Its header says ``typ: JWT`` or nothing, and its claims repeat what the badge says: all of them must be there
and agree. Badges of data model 1.1 stand inside a ``vc`` claim, and a claim then also fills in what the badge
leaves out (Verifiable Credentials Data Model v1.1, section 6.3.1, "JWT Decoding"). What is made here is both
at once, with the same badge in both places: programs that know ``jwt_vc_json`` look into ``vc`` only.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from vcwallet import strict_json, timestamps
from vcwallet.errors import N_, DocumentError, ProofError, UsageError
from vcwallet.identifiers.keys import SigningKey
from vcwallet.proofs.jose import jws
from vcwallet.proofs.jose.jws import Jws
from vcwallet.proofs.jose.jwt import CLAIM_NAMES, numeric_date
from vcwallet.proofs.jose.vc_jose_cose import Content, Secured, of_jws
from vcwallet.strict_json import Json, JsonObject

__all__ = ["MEDIA_TYPE", "read", "secure"]

MEDIA_TYPE: Final = "application/jwt"
_KIND: Final = "jwt"
_V1_CONTEXT: Final = "https://www.w3.org/2018/credentials/v1"


def read(text: str) -> Secured:
    """Read a badge that comes as a JWT; nothing is verified.

    Raises ProofError: ``open-badges-jwt.no-key`` (neither ``kid`` nor ``jwk``), ``open-badges-jwt.form``,
    ``open-badges-jwt.no-claim`` and ``open-badges-jwt.claim`` (evidence `claim`: one that is missing, and one
    that says something else than the badge), ``jws.type``; and what `Jws.read`, `strict_json.loads_object`
    and `Claims.read` raise.
    """
    token = Jws.read(text)
    if "kid" not in token.header and "jwk" not in token.header:
        raise ProofError("open-badges-jwt.no-key", N_("The badge does not say with which key it is signed."))
    payload = strict_json.loads_object(token.payload)
    if "vp" in payload:
        raise _bad_form()
    badge = _old_form(payload) if "vc" in payload else dict(payload)
    if "vc" in payload and "@context" in payload and payload["vc"] != _without_claims(payload):
        # Two programs would read two badges.
        raise _bad_claim("vc")
    since, until = _names_of_dates(badge)
    if "exp" in payload and until not in badge:
        # "MUST be used to set the value of the validUntil".
        badge[until] = _render(payload, "exp")
    for claim, value in (
        ("iss", _id_of(badge.get("issuer"))),
        ("jti", badge.get("id")),
        ("sub", _id_of(badge.get("credentialSubject"))),
    ):
        if claim not in payload or value is None:
            raise _no_claim(claim)
        if not isinstance(value, str) or payload[claim] != value:
            raise _bad_claim(claim)
    for claim, member in (("nbf", since), ("exp", until)):
        if claim == "nbf" and (claim not in payload or badge.get(member) is None):
            raise _no_claim(claim)
        if claim in payload and not _same_second(payload, claim, badge.get(member)):
            raise _bad_claim(claim)
    secured = of_jws(token, payload, "", _KIND, Content.CREDENTIAL)
    exact = token.payload.decode("utf-8-sig") if badge == payload else strict_json.dumps(badge)
    return replace(secured, document=badge, text=exact)


def secure(badge: JsonObject, *, key: SigningKey, verification_method: str) -> str:
    """The badge as a compact JWS; proofs inside are left out, for the token is the proof.

    `verification_method` becomes the ``kid``, which others look up and expect a JWK behind. Raises
    UsageError (``open-badges-jwt.unfit``) for a badge that says not all of what the claims repeat, and what
    `jws.sign` raises.
    """
    bare = {name: value for name, value in badge.items() if name != "proof"}
    claims: JsonObject = {
        "iss": _id_of(bare.get("issuer")),
        "jti": bare.get("id"),
        "sub": _id_of(bare.get("credentialSubject")),
    }
    dates = {"nbf": bare.get("validFrom"), "exp": bare.get("validUntil")}
    if not all(isinstance(value, str) for value in (*claims.values(), dates["nbf"])):
        raise UsageError(
            "open-badges-jwt.unfit",
            N_("A badge without an issuer, an id, a subject's id or a first day makes no JWT."),
            next_step=N_("Add what is missing to the badge."),
        )
    for claim, value in dates.items():
        if isinstance(value, str):
            claims[claim] = int(timestamps.parse(value).timestamp())
    header: JsonObject = {"typ": "JWT", "kid": verification_method}
    return jws.sign(header, strict_json.dumps({**bare, "vc": bare, **claims}).encode("utf-8"), key)


def _old_form(payload: JsonObject) -> JsonObject:
    claim = payload["vc"]
    if not isinstance(claim, dict):
        raise _bad_form()
    badge = dict(claim)
    since, until = _names_of_dates(badge)
    for name, member in (("jti", "id"), ("iss", "issuer")):
        if name in payload:
            badge.setdefault(member, payload[name])
    for name, member in (("nbf", since), ("exp", until)):
        if name in payload and member not in badge:
            badge[member] = _render(payload, name)
    for name, member in (("iss", "issuer"), ("sub", "credentialSubject")):
        party = badge.get(member)
        if name in payload and isinstance(party, dict):
            badge[member] = {"id": payload[name], **party}
    return badge


def _without_claims(payload: JsonObject) -> JsonObject:
    return {name: value for name, value in payload.items() if name != "vc" and name not in CLAIM_NAMES}


def _names_of_dates(badge: JsonObject) -> tuple[str, str]:
    contexts = badge.get("@context")
    first = contexts[0] if isinstance(contexts, list) and contexts else contexts
    return ("issuanceDate", "expirationDate") if first == _V1_CONTEXT else ("validFrom", "validUntil")


def _id_of(party: Json) -> Json:
    return party.get("id") if isinstance(party, dict) else party


def _render(payload: JsonObject, claim: str) -> str:
    moment = numeric_date(payload, claim)
    assert moment is not None
    return timestamps.render(moment)


def _same_second(payload: JsonObject, claim: str, value: Json) -> bool:
    claimed = numeric_date(payload, claim)
    if claimed is None or not isinstance(value, str):
        return False
    try:
        stated: datetime = timestamps.parse(value)
    except DocumentError:
        return False
    return claimed.replace(microsecond=0) == stated.replace(microsecond=0)


def _bad_claim(claim: str) -> ProofError:
    return ProofError(
        "open-badges-jwt.claim",
        N_("The claim “{claim}” says something else than the badge."),
        claim=claim,
    )


def _no_claim(claim: str) -> ProofError:
    return ProofError(
        "open-badges-jwt.no-claim",
        N_("The claim “{claim}”, or what it repeats of the badge, is missing."),
        claim=claim,
    )


def _bad_form() -> ProofError:
    return ProofError("open-badges-jwt.form", N_("The token does not hold a badge."))
