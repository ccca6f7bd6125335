"""The exchange of VCALM by which a wallet answers at a site: what is asked, and what its messages are.

    message = presentation_request(request)        # the answer to a message that only begins
    presentation = read(body)                      # None as long as the wallet shows nothing

W3C, "Verifiable Credential API for Lifecycle Management" (VCALM), as of 2026-08-20: sections "Query By
Example", "DID Authentication", "Workflows and Exchanges" and "Initiating Interactions". Learner Credential
Wallet speaks nothing else, and takes an example literally: every text in it must stand so in the diploma. So
the example names only kinds, no field that is merely to be read, and this wallet shows whole diplomas.
"""

from __future__ import annotations

from typing import Final

from vcwallet import limits, strict_json
from vcwallet.bundle.codec import has_type
from vcwallet.bundle.kinds import DocumentKind, kind_of
from vcwallet.bundle.request import Request
from vcwallet.credentials.terms import achievement_type_of
from vcwallet.errors import N_, InputError
from vcwallet.identifiers import did
from vcwallet.proofs.cryptosuites import SUITES
from vcwallet.strict_json import Json, JsonObject

__all__ = ["interaction_url", "presentation_request", "protocols", "read", "shows_nothing"]

_BADGE: Final = "OpenBadgeCredential"
_TOGETHER: Final = "diplomas"
"""Queries of one group are answered together ("Logical Operations in Queries")."""


def interaction_url(address: str) -> str:
    """What the code of an interaction says: where its protocols lie ("Interaction URL Format")."""
    return f"{address}?iuv=1"


def protocols(exchange: str, openid: str) -> JsonObject:
    """What lies there ("Interaction Protocols Response")."""
    return {"protocols": {"vcapi": exchange, "oid4vp-1.0": openid}}


def presentation_request(request: Request) -> JsonObject:
    """What is asked, addressed to `request.domain` for `request.challenge`, which a wallet signs."""
    suites: list[Json] = [{"cryptosuite": name} for name in SUITES]
    kinds = {None if want.kind is None else achievement_type_of(want.kind) for want in request.wants}
    # Where badges of any kind are meant, those of the other kinds are among them.
    named: list[str | None] = [] if None in kinds else [*sorted(filter(None, kinds))]
    queries: list[Json] = [
        {
            "type": "QueryByExample",
            "group": _TOGETHER,
            "credentialQuery": {
                "reason": request.purpose,
                "example": _example(kind),
                "acceptedCryptosuites": suites,
            },
        }
        for kind in named or [None]
    ]
    methods: list[Json] = [{"method": name} for name in did.SELF_CONTAINED]
    queries.append(
        {
            "type": "DIDAuthentication",
            "group": _TOGETHER,
            "acceptedMethods": methods,
            "acceptedCryptosuites": suites,
        }
    )
    asked: JsonObject = {"query": queries, "domain": request.domain}
    if request.challenge is not None:
        asked["challenge"] = request.challenge
    return {"verifiablePresentationRequest": asked}


def _example(kind: str | None) -> JsonObject:
    example: JsonObject = {"type": [_BADGE]}
    if kind is not None:
        example["credentialSubject"] = {"achievement": {"achievementType": kind}}
    return example


def read(body: bytes) -> JsonObject | None:
    """The presentation in a message of an exchange; None for one that begins it, or asks something itself.

    Raises InputError (``vcalm.message``), and what `strict_json.loads_object` raises.
    """
    message = strict_json.loads_object(body, max_bytes=limits.OPENID_ANSWER_BYTES)
    shown = message.get("verifiablePresentation")
    if shown is None:
        return None
    if not isinstance(shown, dict) or kind_of(shown) is not DocumentKind.PRESENTATION:
        raise InputError(
            "vcalm.message",
            N_("What the wallet sent is no presentation."),
            next_step=N_("Ask the family once more."),
        )
    return shown


def shows_nothing(presentation: JsonObject, request: Request) -> bool:
    """Whether a wallet only says who it is: it has nothing that was asked for, or nothing was chosen.

    It says so to this question, by its challenge; and what is in an envelope is not looked for here.
    """
    if has_type(presentation, "EnvelopedVerifiablePresentation") or presentation.get("verifiableCredential"):
        return False
    proofs = presentation.get("proof")
    every = proofs if isinstance(proofs, list) else [proofs]
    challenges = [each.get("challenge") for each in every if isinstance(each, dict)]
    return request.challenge is not None and request.challenge in challenges
