"""A presentation and everything in it, verified in one call.

    verify(presentation, resolve=trusted_keys, now=now, domain="university.example")

`presentation` and `enveloped` verify their own parts; an envelope may hold a presentation and a presentation
envelopes, so what needs both stands above the two.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from vcwallet.credentials import credential, enveloped
from vcwallet.credentials.presentation import Presentation, check_credentials, verify_holder
from vcwallet.identifiers.controlled_identifier import Resolver
from vcwallet.proofs.data_integrity import VerifiedProof
from vcwallet.proofs.jsonld import PINNED, Contexts

__all__ = ["verify"]


def verify(
    presentation: Presentation,
    *,
    resolve: Resolver,
    now: datetime,
    domain: str | None = None,
    challenge: str | None = None,
    contexts: Contexts = PINNED,
) -> tuple[VerifiedProof, ...]:
    """Verify the holder's proof and every credential; return the holder's proofs.

    A verifier that wants an answer per credential calls `presentation.verify_holder`, `check_credentials` and
    `credential.verify` for each. Validity, status and trust are not answered here either.

    Credentials in an envelope are opened and held to the same. Raises what those three raise, and what
    `enveloped.open_credential` and `enveloped.verify` raise.
    """
    proofs = verify_holder(
        presentation, resolve=resolve, now=now, domain=domain, challenge=challenge, contexts=contexts
    )
    opened = [enveloped.open_credential(given) for given in presentation.enveloped]
    inner = (envelope.credential for envelope in opened)
    check_credentials(replace(presentation, credentials=(*presentation.credentials, *inner)))
    for each in presentation.credentials:
        credential.verify(each, resolve=resolve, now=now, contexts=contexts)
    for envelope in opened:
        enveloped.verify(envelope, resolve=resolve, now=now, contexts=contexts)
    return proofs
