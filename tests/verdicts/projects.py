"""Wycheproof and CCTV, from checkouts that somebody has, laid out as in 2026."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tests.verdicts.cases import NO, YES, Case
from vcwallet.identifiers.keys import KeyType
from vcwallet.primitives import Curve

_EXPECTED: Final = {"valid": YES, "invalid": NO, "acceptable": None}
_ECDSA: Final = {
    "ecdsa_secp256r1_sha256_p1363_test": Curve.P256,
    "ecdsa_secp384r1_sha384_p1363_test": Curve.P384,
    "ecdsa_secp521r1_sha512_p1363_test": Curve.P521,
}
_RSA: Final = tuple(f"rsa_signature_{bits}_sha256_test" for bits in (2048, 3072, 4096))
_NONCE_BITS: Final = 96
"""The only length of a nonce that anything here uses, and callers look at it."""


def of(folder: Path) -> Iterator[Case]:
    """Raises FileNotFoundError for a folder that is neither, or lacks a file."""
    if (folder / "testvectors_v1").is_dir():
        return wycheproof(folder / "testvectors_v1")
    return cctv(folder / "ed25519" / "ed25519vectors.json")


def cctv(file: Path) -> Iterator[Case]:
    """Its README: who checks the equation as it stands and compares octets refuses two of its kinds, which is
    what the primitive is to do. `PublicKey` takes no key of small order."""
    for vector in json.loads(file.read_text("utf-8")):
        flags, name = set(vector["flags"] or ()), str(vector["number"])
        given = (vector["key"], vector["sig"], vector["msg"].encode("utf-8").hex())
        right = not flags & {"non_canonical_R", "low_order_residue"}
        yield Case("CCTV ed25519", name, "ed25519", given, YES if right else NO)
        right = right and "low_order_A" not in flags
        yield Case("CCTV ed25519, PublicKey", name, "key", (KeyType.ED25519, *given), YES if right else NO)


def wycheproof(folder: Path) -> Iterator[Case]:
    for file, group, test in _tests(folder, "ed25519_test"):
        given = (group["publicKey"]["pk"], test["sig"], test["msg"])
        yield _wycheproof(file, test, "ed25519", given)
        yield _wycheproof(file, test, "key", (KeyType.ED25519, *given))
    for file, group, test in _tests(folder, *_ECDSA):
        curve, point = _ECDSA[file], group["publicKey"]["uncompressed"]
        yield _wycheproof(file, test, "ecdsa", (curve, point, test["sig"], test["msg"]))
        compressed = f"{2 + int(point[-1], 16) % 2:02x}{point[2 : 2 + len(point) // 2 - 1]}"
        yield _wycheproof(file, test, "key", (KeyType(curve), compressed, test["sig"], test["msg"]))
    for file, group, test in _tests(folder, *_RSA):
        numbers = group["publicKey"]["modulus"], group["publicKey"]["publicExponent"]
        # The missing NULL, which RFC 8017 leaves to whoever verifies, is refused here.
        expected = NO if "MissingNull" in test["flags"] else _EXPECTED[test["result"]]
        yield Case(file, str(test["tcId"]), "rsa", (*numbers, test["sig"], test["msg"]), expected)
        if expected == YES and int(numbers[1], 16) < 2**16:
            expected = NO  # key.rsa-size: an exponent that FIPS 186-5 does not allow
        given = (KeyType.RSA, group["publicKeyAsn"], test["sig"], test["msg"])
        yield Case(f"{file}, PublicKey", str(test["tcId"]), "key", given, expected)
    for file, _, test in _tests(folder, "aes_wrap_test"):
        expected = _opened(test["msg"], test["result"])
        # A key of 8 octets is no key for RFC 3394, which says that there are two blocks at least.
        expected = NO if "ShortKey" in test["flags"] else expected
        yield Case(file, str(test["tcId"]), "aes-key-unwrap", (test["key"], test["ct"]), expected)
        if expected not in (None, NO):
            yield Case(file, str(test["tcId"]), "aes-key-wrap", (test["key"], test["msg"]), test["ct"])
    for file, group, test in _tests(folder, "aes_gcm_test", "chacha20_poly1305_test"):
        if group["ivSize"] != _NONCE_BITS:
            continue
        asked = "aes-gcm" if file.startswith("aes") else "chacha20-poly1305"
        given = (test["key"], test["iv"], test["ct"] + test["tag"], test["aad"])
        yield Case(file, str(test["tcId"]), asked, given, _opened(test["msg"], test["result"]))
        if asked == "chacha20-poly1305" and test["result"] == "valid":
            given = (test["key"], test["iv"], test["msg"], test["aad"])
            yield Case(file, str(test["tcId"]), f"{asked}-seal", given, test["ct"] + test["tag"])
    for file, _, test in _tests(folder, "hkdf_sha256_test"):
        given = (test["ikm"], test["salt"], test["info"], test["size"])
        yield Case(file, str(test["tcId"]), "hkdf", given, _opened(test["okm"], test["result"]))
    for file, _, test in _tests(folder, "x25519_test"):
        # Only public keys are made here; what they are nobody wrote down but the other host.
        yield Case(file, str(test["tcId"]), "x25519", (test["private"],), None)


def _tests(folder: Path, *files: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for file in files:
        for group in json.loads((folder / f"{file}.json").read_text("utf-8"))["testGroups"]:
            for test in group["tests"]:
                yield file, group, test


def _wycheproof(file: str, test: dict[str, Any], asked: str, given: tuple[str, ...]) -> Case:
    group = f"{file}, PublicKey" if asked == "key" else file
    return Case(group, str(test["tcId"]), asked, given, _EXPECTED[test["result"]])


def _opened(octets: str, result: str) -> str | None:
    return {"valid": octets, "invalid": NO, "acceptable": None}[result]
