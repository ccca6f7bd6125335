"""What a base proof must never let be hidden: members without which a diploma says more than its issuer did.

A base proof (ecdsa-sd-2023, bbs-2023) lets the holder leave out every part that no mandatory pointer names.
Without its status a revoked diploma looks good, without its dates one that is over does.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from vcwallet.errors import N_, UsageError
from vcwallet.strict_json import Json, JsonObject

__all__ = ["MUST_STAY", "check_mandatory"]

MUST_STAY: Final = (
    "type",
    "issuer",
    "validFrom",
    "validUntil",
    "issuanceDate",
    "expirationDate",
    "credentialStatus",
    "credentialSchema",
    "termsOfUse",
    "refreshService",
)
"""Members of a credential's own level; those of data model 1.1 among them."""


def check_mandatory(document: JsonObject, pointers: Collection[str]) -> None:
    """Raise UsageError (``base-proof.hideable``) when mandatory `pointers` leave out a part that must stay.

    Call it before a credential is signed with a base proof. `pointers` are JSON pointers (RFC 6901).
    """
    for member in MUST_STAY:
        if member in document and not _named(document[member], f"/{member}", pointers):
            raise UsageError(
                "base-proof.hideable",
                N_("With this signature “{member}” could be hidden, so nothing was signed."),
                next_step=N_("Make “{member}” mandatory, with all that is in it."),
                member=member,
            )


def _named(value: Json, pointer: str, pointers: Collection[str]) -> bool:
    """Whether all of a value is named, as a whole or part by part."""
    if pointer in pointers:
        return True
    if isinstance(value, dict):
        parts = [(name.replace("~", "~0").replace("/", "~1"), part) for name, part in value.items()]
    elif isinstance(value, list):
        parts = [(str(number), part) for number, part in enumerate(value)]
    else:
        return False
    return bool(parts) and all(_named(part, f"{pointer}/{name}", pointers) for name, part in parts)
