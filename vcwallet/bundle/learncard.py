"""LearnCard's holder continuity bundle (1.0.0): a ZIP whose credentials are sealed with a passphrase.

    bundle = ContinuityBundle.read(data)
    for name, content in bundle.contents("the passphrase"):
        print(name, content)

The file says itself what opening it costs, once for each salt: both are bounded before the first derivation,
a salt is derived once, and the stored bytes must have the digest that the manifest gives them. The seed of
the wallet is opened only when somebody asks for it.

Specification: LearnCard, packages/holder-continuity-bundle/BUNDLE_SPEC.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from vcwallet import limits, primitives, strict_json
from vcwallet.bundle import archives
from vcwallet.bundle.other_wallets import Holder
from vcwallet.errors import N_, InputError, LimitExceeded, VcwalletError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.identifiers.multibase import base64_decode
from vcwallet.sealed_file.slots import Kdf, argon2id
from vcwallet.strict_json import Json, JsonObject

__all__ = ["ContinuityBundle", "is_bundle"]

_MANIFEST: Final = "manifest.json"
_SEED: Final = "keys/private-key-seed.txt.enc"
_WANTED: Final = ("credential", "presentation")
_IV_BYTES: Final = 12


class _Salt(NamedTuple):
    """What one derivation takes: equal for entries that one derivation opens."""

    salt: bytes
    passes: int
    memory_kib: int
    lanes: int


@dataclass(frozen=True, slots=True)
class _Sealed:
    name: str
    kdf: _Salt
    iv: bytes
    ciphertext: bytes


def is_bundle(data: bytes) -> bool:
    """Whether an archive says that it is one; raises nothing."""
    if _MANIFEST.encode() not in data or (b"credentials/" not in data and b"keys/" not in data):
        return False
    try:
        return "primaryDid" in _manifest(data)
    except VcwalletError:
        return False


@dataclass(frozen=True, slots=True)
class ContinuityBundle:
    did: str
    _open: tuple[tuple[str, bytes], ...] = field(repr=False)
    _sealed: tuple[_Sealed, ...] = field(repr=False)
    _seed: _Sealed | None = field(repr=False)

    @classmethod
    def read(cls, data: bytes) -> ContinuityBundle:
        """What the bundle holds; nothing is derived yet.

        Raises InputError: ``learncard.malformed``, ``learncard.digest``; LimitExceeded: ``learncard.costs``,
        ``learncard.too-many-salts``; and what `archives.Archive` raises.
        """
        manifest = _manifest(data)
        entries = [each for each in _list(manifest.get("contents")) if isinstance(each, dict)]
        plain: list[tuple[str, bytes]] = []
        sealed: list[_Sealed] = []
        seed: _Sealed | None = None
        named: set[str] = set()
        with archives.Archive(data, members=limits.ZIP_MEMBERS, unpacked=limits.ZIP_BYTES) as archive:
            numbers = {name: number for number, name in enumerate(archive.names)}
            for entry in entries:
                path = entry.get("path")
                wanted = entry.get("type") in _WANTED or path == _SEED
                if not isinstance(path, str) or path not in numbers or not wanted:
                    continue
                if path in named:
                    # Unpacked once for each line that names it, a small file would fill the memory.
                    raise _malformed(_MANIFEST)
                named.add(path)
                content = archive.read(numbers[path], limits.JSON_BYTES * 2)
                if hashlib.sha256(content).hexdigest() != entry.get("sha256"):
                    raise InputError(
                        "learncard.digest",
                        N_("“{name}” in the bundle is not as its manifest says: it was changed or damaged."),
                        next_step=N_("Ask for the bundle once more, and change nothing in it."),
                        name=path[-64:],
                    )
                if entry.get("encrypted") is not True:
                    plain.append((path, content))
                elif path == _SEED:
                    seed = _envelope(path, content)
                else:
                    sealed.append(_envelope(path, content))
        salts = {each.kdf for each in (*sealed, *([seed] if seed else []))}
        work = sum(each.memory_kib * each.passes for each in salts)
        if len(salts) > limits.LEARNCARD_SALTS or work > limits.LEARNCARD_WORK_KIB:
            raise LimitExceeded(
                "learncard.too-many-salts",
                N_("Opening the bundle takes more work than {limit} derivations of its passphrase."),
                next_step=N_("Make several bundles with fewer badges each."),
                limit=limits.LEARNCARD_SALTS,
            )
        did = manifest.get("primaryDid")
        return cls(did if isinstance(did, str) else "", tuple(plain), tuple(sealed), seed)

    @property
    def locked(self) -> bool:
        """Whether it takes a passphrase."""
        return bool(self._sealed)

    def contents(self, passphrase: str) -> Iterator[tuple[str, bytes]]:
        """The credentials and presentations, by their names in the bundle.

        Raises InputError (``learncard.passphrase``) when it opens nothing.
        """
        yield from self._open
        keys: dict[_Salt, bytes] = {}
        for each in self._sealed:
            yield each.name, _unsealed(each, passphrase, keys)

    def holder(self, passphrase: str) -> Holder:
        """The key of the wallet: whoever has it is its holder.

        Raises InputError: ``learncard.no-seed``, ``learncard.seed`` (it is not the bundle's own key),
        ``learncard.passphrase``.
        """
        if self._seed is None:
            raise InputError(
                "learncard.no-seed",
                N_("The bundle has no key in it."),
                next_step=N_("Make a new bundle in LearnCard; the badges can be read without the key."),
            )
        text = _unsealed(self._seed, passphrase, {}).decode("ascii", "replace").strip().strip('"')
        try:
            key = SoftwareKey(KeyType.ED25519, bytes.fromhex(text))
        except (ValueError, VcwalletError):
            raise _not_its_seed() from None
        did = did_key.did_of(key.public_key)
        if did != self.did:
            raise _not_its_seed()
        return Holder("LearnCard", did, key)


def _manifest(data: bytes) -> JsonObject:
    with archives.Archive(data, members=limits.ZIP_MEMBERS, unpacked=limits.ZIP_BYTES) as archive:
        if _MANIFEST not in archive.names:
            raise _malformed(_MANIFEST)
        content = archive.read(archive.names.index(_MANIFEST), limits.JSON_BYTES)
    return strict_json.loads_object(content)


def _envelope(name: str, content: bytes) -> _Sealed:
    try:
        document = strict_json.loads_object(content, max_bytes=2 * limits.JSON_BYTES)
    except VcwalletError:
        raise _malformed(name) from None
    costs = document.get("kdfParams")
    if not isinstance(costs, dict) or costs.get("algorithm", "argon2id") != "argon2id":
        raise _malformed(name)
    numbers = [costs.get(member) for member in ("timeCost", "memoryCost", "parallelism")]
    passes, memory, lanes = (each if type(each) is int else 0 for each in numbers)
    kdf = _Salt(_bytes(document, "salt", name), passes, memory, lanes)
    if not (
        1 <= passes <= limits.LEARNCARD_PASSES
        and 8 * lanes <= memory <= limits.LEARNCARD_MEMORY_KIB
        and 1 <= lanes <= limits.LEARNCARD_LANES
        and 8 <= len(kdf.salt) <= 64
    ):
        raise LimitExceeded(
            "learncard.costs",
            N_("The bundle asks for more memory or time than opening one may take."),
            next_step=N_("Make a new bundle in LearnCard with its usual settings."),
            memory=memory,
            passes=passes,
        )
    iv, ciphertext = _bytes(document, "iv", name), _bytes(document, "ciphertext", name)
    if len(iv) != _IV_BYTES or len(ciphertext) < 16:
        raise _malformed(name)
    return _Sealed(name, kdf, iv, ciphertext)


def _unsealed(sealed: _Sealed, passphrase: str, keys: dict[_Salt, bytes]) -> bytes:
    kdf = sealed.kdf
    if kdf not in keys:
        costs = Kdf(kdf.memory_kib, kdf.passes, kdf.lanes)
        keys[kdf] = argon2id(passphrase.encode("utf-8"), kdf.salt, costs)
    try:
        return primitives.aes_gcm_decrypt(keys[kdf], sealed.iv, sealed.ciphertext, b"")
    except primitives.WrongTag:
        raise InputError(
            "learncard.passphrase",
            N_("This passphrase does not open the bundle."),
            next_step=N_("Type the passphrase that was chosen in LearnCard when the bundle was made."),
        ) from None


def _bytes(document: JsonObject, member: str, name: str) -> bytes:
    value = document.get(member)
    try:
        return base64_decode(value, max_characters=len(value)) if isinstance(value, str) else b""
    except VcwalletError:
        raise _malformed(name) from None


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _malformed(name: str) -> InputError:
    return InputError(
        "learncard.malformed",
        N_("“{name}” in the bundle is not as LearnCard writes it."),
        next_step=N_("Make a new bundle in LearnCard."),
        name=name[-64:],
    )


def _not_its_seed() -> InputError:
    return InputError(
        "learncard.seed",
        N_("The key in the bundle is not that of its did:key."),
        next_step=N_("Make a new bundle in LearnCard; the badges can be read without the key."),
    )
