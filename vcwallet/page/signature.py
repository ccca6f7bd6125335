"""Who signed a page: one more file of it, over the manifest, which has the digest of every other file.

It lies in the page, so that neither a copy on a stick nor a mirror loses it, and whoever receives the page
compares it by the vcwallet of their own: a page that looks at itself would protect nobody.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from vcwallet import strict_json
from vcwallet.errors import N_, InputError, UsageError, VcwalletError
from vcwallet.identifiers import multibase
from vcwallet.identifiers.keys import PublicKey
from vcwallet.strict_json import JsonObject
from vcwallet.verifier.kit.layout import typed_fingerprint

if TYPE_CHECKING:
    from vcwallet.verifier.kit.keys import KitKey

__all__ = ["SIGNATURE", "demand_signer", "signature", "signer"]

SIGNATURE: Final = "signature.json"
FORMAT: Final = "vcwallet-page-signature/1"


def signature(manifest: bytes, key: KitKey) -> bytes:
    """The file `SIGNATURE` of a page with this manifest."""
    return _written(key.public_key, key.sign_statement(_signed(manifest)))


def signer(manifest: bytes, content: bytes) -> PublicKey:
    """Whose signature of the manifest `content` is. Raises InputError (``page.signature``)."""
    try:
        document = strict_json.loads_object(content)
        if document.keys() != {"format", "key", "signature"} or document["format"] != FORMAT:
            raise ValueError
        key = PublicKey.from_multibase(str(document["key"]))
        signed = multibase.decode_multibase(str(document["signature"]))
        key.verify(signed, _signed(manifest))
        if content != _written(key, signed):  # the one file that no digest holds
            raise ValueError
    except (ValueError, VcwalletError) as error:
        raise InputError(
            "page.signature",
            N_("The signature in {file} was not made over this page."),
            next_step=N_("Do not use the page. Take it anew from the university itself."),
            file=SIGNATURE,
        ) from error
    return key


def demand_signer(found: PublicKey | None, fingerprint: str) -> None:
    """Raise unless the key with this fingerprint signed.

    Raises UsageError (``page.fingerprint``), InputError: ``page.unsigned``, ``page.signed-by-another``.
    """
    wanted = typed_fingerprint(fingerprint)
    if wanted is None:
        raise UsageError(
            "page.fingerprint",
            N_("“{text}” is not a whole fingerprint."),
            next_step=N_("Give all eight groups of it, in quotation marks, as the university published it."),
            text=fingerprint[:64],
        )
    if found is None:
        raise InputError(
            "page.unsigned",
            N_("Nobody signed this page, so it does not show whose it is."),
            next_step=N_("Do not use it. Ask the university for its signed page."),
            wanted=wanted,
        )
    if found.fingerprint != wanted:
        raise InputError(
            "page.signed-by-another",
            N_("Another key signed this page: {found}."),
            next_step=N_(
                "If the fingerprint is copied rightly, this is not that university's page: do not use it, and"
                " ask there, by telephone."
            ),
            found=found.fingerprint,
            wanted=wanted,
        )


def _written(key: PublicKey, signed: bytes) -> bytes:
    document: JsonObject = {
        "format": FORMAT,
        "key": key.multibase,
        "signature": multibase.encode_multibase(signed),
    }
    return (json.dumps(document, indent=1) + "\n").encode("ascii")


def _signed(manifest: bytes) -> bytes:
    """Begins with the format, so that a signature of a page is one of nothing else."""
    return f"{FORMAT}\n".encode("ascii") + manifest
