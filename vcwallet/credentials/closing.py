"""An issuer's last word: it issues no more, and these are the last states of its lists of revoked diplomas.

    statement = sign(Closing(issuer, since, final_lists), key=key, verification_method=method)
    closing = read(statement)         # its form
    verify(statement, keys, now=now)  # who signed it

Published beside the lists, for whoever keeps a trust list: with it, what the issuer signed can be confirmed
for as long as anybody keeps the lists, whatever their age.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from vcwallet import limits, timestamps
from vcwallet.credentials.issuers import FinalList
from vcwallet.errors import N_, DocumentError
from vcwallet.identifiers.controlled_identifier import Resolver
from vcwallet.identifiers.keys import SigningKey
from vcwallet.proofs.data_integrity import VerifiedProof, add_proof, verify_proofs
from vcwallet.strict_json import JsonObject

FORMAT: Final = "vcwallet-closing/1"
_SUITE: Final = "eddsa-jcs-2022"


@dataclass(frozen=True, slots=True)
class Closing:
    issuer: str
    since: datetime
    final_lists: Mapping[str, FinalList] = field(hash=False)
    """From the id of a status list to its last state."""


def sign(closing: Closing, *, key: SigningKey, verification_method: str) -> JsonObject:
    """The statement with its proof, created at the moment of closing. Raises what `add_proof` raises."""
    lists: JsonObject = {
        url: {"asOf": timestamps.render(final.as_of), "digest": final.digest}
        for url, final in closing.final_lists.items()
    }
    statement: JsonObject = {
        "format": FORMAT,
        "issuer": closing.issuer,
        "since": timestamps.render(closing.since),
        "finalLists": lists,
    }
    return add_proof(
        statement, suite=_SUITE, key=key, verification_method=verification_method, created=closing.since
    )


def read(statement: JsonObject) -> Closing:
    """Raises DocumentError (``closing.malformed``) and what reading a moment raises."""
    issuer, since, lists = statement.get("issuer"), statement.get("since"), statement.get("finalLists")
    if (
        statement.get("format") != FORMAT
        or set(statement) != {"format", "issuer", "since", "finalLists", "proof"}
        or not isinstance(issuer, str)
        or not isinstance(since, str)
        or not isinstance(lists, dict)
        or len(lists) > limits.OUTPUT_LISTS
    ):
        raise _malformed()
    final: dict[str, FinalList] = {}
    for url, state in lists.items():
        if not isinstance(state, dict) or set(state) != {"asOf", "digest"}:
            raise _malformed()
        as_of, digest = state["asOf"], state["digest"]
        if not isinstance(as_of, str) or not isinstance(digest, str):
            raise _malformed()
        final[url] = FinalList(timestamps.parse(as_of), digest)
    return Closing(issuer, timestamps.parse(since), final)


def verify(statement: JsonObject, *, resolve: Resolver, now: datetime) -> tuple[VerifiedProof, ...]:
    """Raises what `verify_proofs` raises, and DocumentError (``closing.of-another``) for another's proof."""
    proofs = verify_proofs(statement, resolve=resolve, purpose="assertionMethod", now=now)
    if any(proof.controller != statement.get("issuer") for proof in proofs):
        raise DocumentError(
            "closing.of-another", N_("Somebody else than the issuer signed the statement that it is closed.")
        )
    return proofs


def _malformed() -> DocumentError:
    return DocumentError("closing.malformed", N_("The statement that an issuer is closed is not in order."))
