"""Backups of other wallets: of the Learner Credential Wallet (``UniversalWallet2020``), with its keys.

    profile = read_profile(document)
    profile.name, profile.credentials, profile.holder

A backup lies open: whoever has the file has the private key. That key and the public one, and the did:key in
the backup, must belong together; nothing of what is in it is believed otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from vcwallet import limits
from vcwallet.bundle.codec import has_type
from vcwallet.errors import N_, InputError, LimitExceeded, VcwalletError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, PublicKey, SoftwareKey
from vcwallet.identifiers.multibase import base58btc_decode
from vcwallet.strict_json import JsonObject

__all__ = ["Holder", "Profile", "read_profile"]

_ED25519_SECRET: Final = b"\x80\x26"
_SEED_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody in another wallet, and the key that badges are shown with there."""

    name: str
    """As that wallet calls the profile; "" where it does not."""
    did: str
    key: SoftwareKey = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Profile:
    name: str
    credentials: tuple[JsonObject, ...] = field(repr=False)
    holder: Holder | None
    problem: VcwalletError | None = None
    """Why its key is not taken; the credentials are good all the same."""


def read_profile(document: JsonObject) -> Profile:
    """One profile of a backup.

    Raises InputError: ``other-wallet.encrypted``, ``other-wallet.locked``, ``other-wallet.malformed``;
    LimitExceeded (``other-wallet.too-many``).
    """
    contents = document.get("contents")
    if has_type(document, "EncryptedWallet"):
        raise InputError(
            "other-wallet.encrypted",
            N_("This is an encrypted backup of the Learner Credential Wallet, which is not read."),
            next_step=N_("Make a new backup in that wallet: newer ones are not locked."),
        )
    if document.get("status", "UNLOCKED") != "UNLOCKED":
        raise InputError(
            "other-wallet.locked",
            N_("This is a locked backup of another wallet, which is not read."),
            next_step=N_("Make a new backup in that wallet: newer ones are not locked."),
        )
    if not isinstance(contents, list):
        raise InputError(
            "other-wallet.malformed",
            N_("This is a backup of another wallet, and its list of contents is missing."),
            next_step=N_("Make a new backup in that wallet."),
        )
    if len(contents) > limits.SCAN_ARRAY:
        raise LimitExceeded(
            "other-wallet.too-many",
            N_("The backup of another wallet holds more than {limit} things."),
            limit=limits.SCAN_ARRAY,
        )
    items = [each for each in contents if isinstance(each, dict)]
    name = next((_name(each) for each in items if has_type(each, "ProfileMetadata")), "")
    credentials = tuple(each for each in items if has_type(each, "VerifiableCredential"))
    keys = [each for each in items if _is_signing_key(each)]
    documents = [each for each in items if str(each.get("id", "")).startswith("did:") and _has_methods(each)]
    if not keys:
        return Profile(name, credentials, None)
    try:
        return Profile(name, credentials, _holder(name, keys, documents))
    except VcwalletError as error:
        return Profile(name, credentials, None, error)


def _holder(name: str, keys: list[JsonObject], documents: list[JsonObject]) -> Holder:
    if len(keys) > 1:
        raise _not_together()
    (item,) = keys
    public = PublicKey.from_multibase(str(item.get("publicKeyMultibase", "")))
    text = str(item.get("privateKeyMultibase", ""))
    secret = base58btc_decode(text[1:]) if text.startswith("z") else b""
    seed, rest = secret[2 : 2 + _SEED_BYTES], secret[2 + _SEED_BYTES :]
    if not secret.startswith(_ED25519_SECRET) or len(seed) != _SEED_BYTES or rest not in (b"", public.raw):
        raise _not_together()
    key = SoftwareKey(KeyType.ED25519, seed)
    did = did_key.did_of(public)
    named = {str(item.get("controller", did)), *(str(each.get("id")) for each in documents)}
    if key.public_key != public or named != {did}:
        raise _not_together()
    return Holder(name, did, key)


def _is_signing_key(item: JsonObject) -> bool:
    return has_type(item, "Ed25519VerificationKey2020") and "privateKeyMultibase" in item


def _has_methods(item: JsonObject) -> bool:
    return "verificationMethod" in item or "authentication" in item


def _name(item: JsonObject) -> str:
    data = item.get("data")
    name = data.get("profileName") if isinstance(data, dict) else None
    return name[:200] if isinstance(name, str) else ""


def _not_together() -> InputError:
    return InputError(
        "other-wallet.key",
        N_("The private key, the public key and the did:key in the backup do not belong together."),
        next_step=N_("Make a new backup in that wallet; the badges in it were read all the same."),
    )
