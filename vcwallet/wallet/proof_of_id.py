"""How a child tells an issuer its id: a presentation of nothing but its holder.

The issuer writes the ``did:key`` into the diploma. That the one who sends it has its key is proved as in any
presentation, so the issuer's check is the verifier's: `presentation.verify_holder`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from vcwallet.bundle.codec import Bundle
from vcwallet.credentials import data_model
from vcwallet.identifiers.did import key as did_key
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.wallet.child import Child

DEFAULT_EXPIRY: Final = timedelta(days=365)
"""An id is collected in autumn and written into diplomas in spring."""


def prove_id(
    child: Child, *, domain: str | None = None, expires: timedelta = DEFAULT_EXPIRY, now: datetime
) -> Bundle:
    """The child's id with a proof of possession, addressed to the issuer `domain` if it is known.

    It holds no name: the sheet has that beside it. Raises what `add_proof` raises.
    """
    signed = add_proof(
        {
            "@context": [data_model.V2_CONTEXT],
            "type": ["VerifiablePresentation"],
            "holder": child.did,
        },
        suite="eddsa-rdfc-2022",
        key=child.key,
        verification_method=did_key.verification_method_of(child.did),
        purpose="authentication",
        created=now,
        expires=now + expires,
        domain=domain,
    )
    return Bundle(signed)
