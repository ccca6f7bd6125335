"""What is shown: the smallest signed form of a credential that does the job, and a preview in words."""

from __future__ import annotations

from vcwallet import strict_json
from vcwallet.credentials.achievement import facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.presentation import is_base_proof
from vcwallet.errors import N_, UsageError
from vcwallet.strict_json import Json, JsonObject

_PREFERRED = "eddsa-rdfc-2022"
"""The suite Open Badges 3.0 names; any verifier of diplomas reads it."""


def smallest(credential: Credential) -> JsonObject:
    """The credential with one proof: what a recipient needs, and nothing the family hides.

    A base proof never leaves the wallet. Proofs that need each other (``previousProof``) stay together.
    Raises UsageError (``wallet.nothing-to-show``) when only a base proof is there.
    """
    shareable = [proof for proof in credential.proofs if not is_base_proof(proof)]
    chained = any("previousProof" in proof for proof in shareable)
    if not shareable:
        raise UsageError(
            "wallet.nothing-to-show",
            N_("The document “{id}” has no proof that may leave the wallet as it is."),
            id=(credential.id or "-")[:64],
        )
    kept: list[Json] = [*shareable] if chained else [min(shareable, key=_cost)]
    document = dict(credential.json)
    document["proof"] = kept if len(kept) > 1 else kept[0]
    return document


def _cost(proof: JsonObject) -> tuple[bool, int]:
    return (proof.get("cryptosuite") != _PREFERRED, len(strict_json.dumps(proof)))


def title(credential: Credential) -> str:
    """One line for people: achievement, field, result, year."""
    shown = facts(credential)
    parts = [shown.get(key, "") for key in ("achievement", "field", "result", "year")]
    return ", ".join(part for part in parts if part) or credential.id or "-"


def visible_fields(credential: Credential) -> tuple[str, ...]:
    """The keys of `achievement.FACTS` a recipient will be able to read."""
    return tuple(facts(credential))
