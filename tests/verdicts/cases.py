"""A question to the primitives, and what this host says to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from vcwallet import primitives
from vcwallet.errors import VcwalletError
from vcwallet.identifiers.keys import KeyType, PublicKey
from vcwallet.primitives import Curve, NotAPoint, WrongSignature, WrongTag

YES: Final = "yes"
NO: Final = "no"
FAULT: Final = "fault"
"""What no question may end in: an exception that the interface does not name."""


@dataclass(frozen=True)
class Case:
    """`asked` is one of `QUESTIONS`, octets among its `arguments` are written in hex."""

    group: str
    name: str
    asked: str
    arguments: tuple[str | int, ...]
    expected: str | None
    """`YES`, octets, or `NO` for a refusal of any kind. None where whoever made it left it open."""

    def met_by(self, verdict: str) -> bool:
        if self.expected == NO:
            return verdict == NO or verdict.startswith(("key.", "proof."))
        return verdict != FAULT if self.expected is None else verdict == self.expected


def verdict(case: Case) -> str:
    """`YES`, `NO`, the code of an error, octets in hex, or `FAULT`."""
    try:
        said = QUESTIONS[case.asked](*case.arguments)
    except (WrongSignature, WrongTag, NotAPoint):
        return NO
    except VcwalletError as error:
        return error.code
    except Exception:
        return FAULT
    return YES if said is None else said.hex()


def _h(octets: str) -> bytes:
    return bytes.fromhex(octets)


def _hkdf(secret: str, salt: str, info: str, length: int) -> bytes:
    try:
        return primitives.hkdf_sha256(_h(secret), _h(salt), _h(info), length)
    except ValueError:
        raise WrongTag from None


def _argon2id(passphrase: str, salt: str, memory_kib: int, passes: int, lanes: int, length: int) -> bytes:
    costs = {"memory_kib": memory_kib, "passes": passes, "lanes": lanes, "length": length}
    return primitives.argon2id(_h(passphrase), _h(salt), **costs)


QUESTIONS: Final[dict[str, Callable[..., bytes | None]]] = {
    "ed25519": lambda key, signature, message: primitives.ed25519_public(_h(key)).verify(
        _h(signature), _h(message)
    ),
    "ed25519-sign": lambda seed, message: primitives.ed25519_secret(_h(seed)).sign(_h(message)),
    "ecdsa": lambda curve, point, signature, message: primitives.ecdsa_public(Curve(curve), _h(point)).verify(
        _h(signature), _h(message)
    ),
    "ecdsa-point": lambda curve, point: primitives.ecdsa_public(Curve(curve), _h(point)).uncompressed,
    "ecdsa-sign": lambda curve, scalar, message: primitives.ecdsa_secret(Curve(curve), _h(scalar)).sign(
        _h(message)
    ),
    "rsa": lambda modulus, exponent, signature, message: primitives.rsa_public(
        int(modulus, 16), int(exponent, 16)
    ).verify(_h(signature), _h(message)),
    "key": lambda kind, raw, signature, message: PublicKey(KeyType(kind), _h(raw)).verify(
        _h(signature), _h(message)
    ),
    "aes-gcm": lambda *given: primitives.aes_gcm_decrypt(*map(_h, given)),
    "chacha20-poly1305": lambda *given: primitives.chacha20_poly1305_decrypt(*map(_h, given)),
    "chacha20-poly1305-seal": lambda *given: primitives.chacha20_poly1305_encrypt(*map(_h, given)),
    "aes-key-unwrap": lambda *given: primitives.aes_key_unwrap(*map(_h, given)),
    "aes-key-wrap": lambda *given: primitives.aes_key_wrap(*map(_h, given)),
    "x25519": lambda scalar: primitives.x25519_public(_h(scalar)),
    "hkdf": _hkdf,
    "argon2id": _argon2id,
}
"""Signatures are asked of the primitive ("ed25519", "ecdsa", "rsa") and of `PublicKey` ("key")."""
