"""Key slots: ways to the master key of a sealed file.

A slot wraps the same 32 random bytes with AES-256-KW (RFC 3394) under a key that comes from a passphrase
(Argon2id, RFC 9106) or from a printed recovery code (128 random bits, so HKDF is enough). Changing a
passphrase replaces a slot and touches nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from vcwallet import limits, primitives
from vcwallet.characters import Hides, hides
from vcwallet.errors import N_, DocumentError, MachineError, UsageError
from vcwallet.sealed_file.recovery_codes import parse_recovery_code
from vcwallet.strict_json import Json, JsonObject

Randomness = Callable[[int], bytes]

MASTER_KEY_BYTES: Final = 32
_SALT_BYTES: Final = 16
_WRAPPED_BYTES: Final = MASTER_KEY_BYTES + 8
_SLOT_ID_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Kdf:
    """The cost of one guess at a passphrase: Argon2id memory in KiB, passes over it, lanes."""

    memory_kib: int
    passes: int
    lanes: int

    def check(self) -> None:
        """Hold a cost read from a file to the ceilings; raises DocumentError (``sealed-file.kdf``)."""
        if not (
            limits.ARGON2_MIN_KIB <= self.memory_kib <= limits.ARGON2_MAX_KIB
            and 1 <= self.passes <= limits.ARGON2_PASSES
            and 1 <= self.lanes <= limits.ARGON2_LANES
        ):
            raise DocumentError(
                "sealed-file.kdf",
                N_(
                    "The file asks for {memory_kib} KiB of memory, {passes} passes and {lanes} lanes to open."
                ),
                memory_kib=self.memory_kib,
                passes=self.passes,
                lanes=self.lanes,
            )


DEFAULT: Final = Kdf(256 * limits.KIB, 3, 4)
"""About one second and 256 MiB for each guess."""
LIGHT: Final = Kdf(64 * limits.KIB, 3, 4)
"""RFC 9106 section 4, second recommended option, for small computers. Nothing weaker is written."""
UNSAFE_FOR_TESTS: Final = Kdf(limits.ARGON2_MIN_KIB, 1, 1)
"""Ten milliseconds a guess: protects nobody. The only cost below `LIGHT` that can be written."""


def normalize_passphrase(text: str) -> bytes:
    """The one form of everything that people type for the same words, in UTF-8.

    Unicode's NFKC and full case folding, "ё" as "е", white space as one space between words. So a capital
    letter, a second space or another system's "й" opens the file, at the cost of one derivation: trying
    variants one after another would take the owner several, and tell by the time which one was right. What
    is folded here adds nothing to the strength that `passphrases.check` counts.

    Raises UsageError: ``passphrase.empty``, ``passphrase.too-long``, ``passphrase.character`` for
    code points that have no agreed normal form (surrogates, unassigned, private use).
    """
    if len(text) > limits.PASSPHRASE_BYTES:
        raise _too_long()
    for character in text:
        if hides(character) is Hides.UNASSIGNED:
            raise UsageError(
                "passphrase.character",
                N_("The passphrase holds the character U+{character}, which systems do not agree about."),
                next_step=N_("Choose a passphrase without it."),
                character=f"{ord(character):04X}",
            )
    data = _folded(text).encode("utf-8")
    if not data:
        raise UsageError(
            "passphrase.empty", N_("The passphrase is empty."), next_step=N_("Type a passphrase.")
        )
    if len(data) > limits.PASSPHRASE_BYTES:
        raise _too_long()
    return data


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    # Folding may leave what NFKC composes, and the other way round; the second pass ends it.
    for _ in range(2):
        folded = unicodedata.normalize("NFKC", folded.casefold())
    return " ".join(folded.replace("ё", "е").split())


def _too_long() -> UsageError:
    return UsageError(
        "passphrase.too-long",
        N_("The passphrase is longer than {limit} bytes."),
        next_step=N_("Choose a shorter one."),
        limit=limits.PASSPHRASE_BYTES,
    )


@dataclass(frozen=True)
class PassphraseSlot:
    id: str
    kdf: Kdf
    salt: bytes
    wrapped: bytes

    type = "argon2id"

    @classmethod
    def make(cls, master_key: bytes, passphrase: bytes, kdf: Kdf, randomness: Randomness) -> PassphraseSlot:
        salt = randomness(_SALT_BYTES)
        wrapped = primitives.aes_key_wrap(argon2id(passphrase, salt, kdf), master_key)
        return cls(randomness(_SLOT_ID_BYTES).hex(), kdf, salt, wrapped)

    def to_json(self) -> JsonObject:
        return {
            "id": self.id,
            "m_kib": self.kdf.memory_kib,
            "p": self.kdf.lanes,
            "salt": self.salt.hex(),
            "t": self.kdf.passes,
            "type": self.type,
            "wrapped": self.wrapped.hex(),
        }


@dataclass(frozen=True)
class RecoverySlot:
    id: str
    salt: bytes
    wrapped: bytes

    type = "recovery"

    @classmethod
    def make(cls, master_key: bytes, secret: bytes, randomness: Randomness) -> RecoverySlot:
        salt = randomness(_SALT_BYTES)
        wrapped = primitives.aes_key_wrap(
            primitives.hkdf_sha256(secret, salt, b"vcwallet/v1 recovery\n"), master_key
        )
        return cls(randomness(_SLOT_ID_BYTES).hex(), salt, wrapped)

    def unwrap(self, secret: bytes) -> bytes | None:
        return unwrap(self.wrapped, primitives.hkdf_sha256(secret, self.salt, b"vcwallet/v1 recovery\n"))

    def to_json(self) -> JsonObject:
        return {
            "id": self.id,
            "salt": self.salt.hex(),
            "type": self.type,
            "wrapped": self.wrapped.hex(),
        }


Slot = PassphraseSlot | RecoverySlot

_MEMBERS: Final = {
    "argon2id": {"id", "m_kib", "p", "salt", "t", "type", "wrapped"},
    "recovery": {"id", "salt", "type", "wrapped"},
}


def parse_slots(value: Json) -> tuple[Slot, ...]:
    """Read the slots of a header and hold their costs to the ceilings, before anything is derived.

    Raises DocumentError (``sealed-file.damaged``, ``sealed-file.kdf``).
    """
    if not isinstance(value, list) or not 1 <= len(value) <= limits.SEALED_SLOTS:
        raise damaged()
    slots = tuple(_parse_slot(item) for item in value)
    if len({slot.id for slot in slots}) != len(slots):
        raise damaged()
    work = sum(slot.kdf.memory_kib * slot.kdf.passes for slot in slots if isinstance(slot, PassphraseSlot))
    if work > limits.ARGON2_WORK_KIB:
        raise DocumentError(
            "sealed-file.kdf-work", N_("Trying all passphrases of this file would take unreasonably long.")
        )
    return slots


def _parse_slot(value: Json) -> Slot:
    if not isinstance(value, dict):
        raise damaged()
    kind = value.get("type")
    if not isinstance(kind, str) or set(value) != _MEMBERS.get(kind):
        raise damaged()
    slot_id = parse_hex(value["id"], _SLOT_ID_BYTES).hex()
    wrapped = parse_hex(value["wrapped"], _WRAPPED_BYTES)
    salt = parse_hex(value["salt"], _SALT_BYTES)
    if kind == "recovery":
        return RecoverySlot(slot_id, salt, wrapped)
    kdf = Kdf(_integer(value["m_kib"]), _integer(value["t"]), _integer(value["p"]))
    kdf.check()
    return PassphraseSlot(slot_id, kdf, salt, wrapped)


def _integer(value: Json) -> int:
    if type(value) is not int:
        raise damaged()
    return value


_HEX = re.compile("(?:[0-9a-f]{2})*")


def parse_hex(value: Json, size: int) -> bytes:
    """Exactly `size` bytes in lower-case hexadecimal; raises DocumentError (``sealed-file.damaged``)."""
    if not isinstance(value, str) or len(value) != 2 * size or not _HEX.fullmatch(value):
        raise damaged()
    return bytes.fromhex(value)


def damaged() -> DocumentError:
    return DocumentError(
        "sealed-file.damaged",
        N_("The file is damaged or was changed by something else than vcwallet."),
        next_step=N_("Open a backup of it."),
    )


class Secret(Protocol):
    """What a person opens a file with."""

    def unwrap(self, slots: tuple[Slot, ...]) -> bytes | None:
        """The master key from the first slot this secret fits, or None."""


class Passphrase:
    """Remembers the keys it derived, so that trying the previous copy of a file costs nothing."""

    def __init__(self, text: str) -> None:
        self._data = normalize_passphrase(text)
        self._keys: dict[tuple[bytes, Kdf], bytes] = {}

    def unwrap(self, slots: tuple[Slot, ...]) -> bytes | None:
        for slot in slots:
            if isinstance(slot, PassphraseSlot):
                known = (slot.salt, slot.kdf)
                if known not in self._keys:
                    self._keys[known] = argon2id(self._data, slot.salt, slot.kdf)
                if (key := unwrap(slot.wrapped, self._keys[known])) is not None:
                    return key
        return None


class RecoveryCode:
    """The printed code, or any two of three shares; raises what `parse_recovery_code` raises."""

    def __init__(self, *codes: str) -> None:
        self._secret = parse_recovery_code(*codes)

    def unwrap(self, slots: tuple[Slot, ...]) -> bytes | None:
        for slot in slots:
            if isinstance(slot, RecoverySlot) and (key := slot.unwrap(self._secret)) is not None:
                return key
        return None


class MasterKey:
    """The key itself, of a file that is open already: to read another copy of it without asking again."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def unwrap(self, slots: tuple[Slot, ...]) -> bytes | None:
        return self._key


def argon2id(passphrase: bytes, salt: bytes, kdf: Kdf) -> bytes:
    """RFC 9106. Raises MachineError (``sealed-file.memory``) when the computer cannot spare the memory."""
    try:
        return primitives.argon2id(
            passphrase, salt, memory_kib=kdf.memory_kib, passes=kdf.passes, lanes=kdf.lanes, length=32
        )
    except MemoryError:
        raise MachineError(
            "sealed-file.memory",
            N_("Opening needs {memory_kib} KiB of memory, which the computer does not have now."),
            next_step=N_("Close other programs and try again."),
            memory_kib=kdf.memory_kib,
        ) from None
    except primitives.NoArgon2id:
        raise MachineError(
            "sealed-file.argon2", N_("The cryptography library on this computer has no Argon2id.")
        ) from None


def unwrap(wrapped: bytes, key: bytes) -> bytes | None:
    try:
        return primitives.aes_key_unwrap(key, wrapped)
    except primitives.WrongTag:
        return None
