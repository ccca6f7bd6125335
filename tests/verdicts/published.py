"""The vectors in the package `cryptography-vectors` that concern the primitives.

Most are of NIST's programs: stanzas of `name = value`, under headings in brackets that hold until the next
one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from zipfile import ZipFile

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from tests.verdicts.cases import NO, YES, Case
from vcwallet import limits
from vcwallet.identifiers.keys import KeyType
from vcwallet.primitives import Curve

Stanza = dict[str, str]

PART: Final = {
    "Ed25519": (9, 228),
    "ECDSA verified": (1, 180),
    "ECDSA signed": (1, 6),
    "ECDSA points": (1, 36),
    "RSA": (1, 240),
    "AES-GCM": (11, 103),
    "ChaCha20-Poly1305": (1, 141),
    "AES key wrap": (15, 380),
    "HKDF": (1, 4),
    "X25519": (1, 1),
    "Argon2id": (1, 5),
}
"""Of each group: one case of how many is asked in a part, and how many these are. Cases come in pairs, so an
even step would always take the same one."""

_HASHES: Final = {Curve.P256: "SHA-256", Curve.P384: "SHA-384", Curve.P521: "SHA-512"}
_COSTLY_KIB: Final = 65_536
"""@noble takes seconds for more."""


def cases(package: ZipFile, *, whole: bool) -> list[Case]:
    """All, or every so many of each group. Raises ValueError when they are not as many as they should be: a
    file that could not be read any more would be one that agrees with everything."""
    found = list(_all(package))
    groups = {group: [case for case in found if case.group == group] for group in PART}
    if len(found) != sum(map(len, groups.values())):
        raise ValueError(sorted({case.group for case in found} - set(groups)))
    part = {group: groups[group][:: PART[group][0]] for group in groups}
    counted = {group: len(taken) for group, taken in part.items()}
    if counted != {group: number for group, (_, number) in PART.items()}:
        raise ValueError(counted)
    if whole:
        return found
    return [case for taken in part.values() for case in taken if not _is_costly(case)]


def _is_costly(case: Case) -> bool:
    return case.asked == "argon2id" and int(case.arguments[2]) > _COSTLY_KIB


def _all(package: ZipFile) -> Iterator[Case]:
    def read(name: str) -> str:
        return package.read(f"cryptography_vectors/{name}").decode("utf-8").replace("\r\n", "\n")

    yield from _ed25519(read("asymmetric/Ed25519/sign.input"))
    ecdsa = "asymmetric/ECDSA"
    for name in ("SigVer.rsp", "SigGen.txt"):
        yield from _ecdsa(name, _stanzas(read(f"{ecdsa}/FIPS_186-3/{name}")))
    yield from _ecdsa_signed(read(f"{ecdsa}/RFC6979/evppkey_ecdsa_rfc6979.txt"))
    yield from _ecdsa_points(_stanzas(read(f"{ecdsa}/FIPS_186-3/PKV.rsp")))
    for name in ("FIPS_186-2/SigVer15_186-3.rsp", "SigVer15EMTest.txt"):
        yield from _rsa(name, _stanzas(read(f"asymmetric/RSA/{name}")))
    for bits in (128, 192, 256):
        yield from _aes_gcm(f"{bits}", _stanzas(read(f"ciphers/AES/GCM/gcmDecrypt{bits}.rsp")))
        for name in (f"KW_AD_{bits}", f"KW_AE_{bits}"):
            yield from _key_wrap(name, _stanzas(read(f"keywrap/kwtestvectors/{name}.txt")))
    for name in ("boringssl", "openssl"):
        yield from _chacha20(name, _stanzas(read(f"ciphers/ChaCha20Poly1305/{name}.txt")))
    for name in ("rfc-5869-HKDF-SHA256", "hkdf-generated"):
        # These have empty lines within.
        text = re.sub(r"\n\n(?!COUNT|#)", "\n", read(f"KDF/{name}.txt"))
        yield from _hkdf(name, _stanzas(text))
    for number, stanza in enumerate(_stanzas(read("asymmetric/X25519/rfc7748.txt"))):
        if int.from_bytes(bytes.fromhex(stanza["INPUT_U"]), "little") == 9:
            yield Case("X25519", str(number), "x25519", (stanza["INPUT_SCALAR"],), stanza["OUTPUT_U"])
    for number, stanza in enumerate(_stanzas(read("KDF/argon2id.txt"))):
        if "secret" not in stanza:
            costs = [int(stanza[name]) for name in ("memcost", "iter", "lanes", "length")]
            given = (stanza["pass"], stanza["salt"], *costs)
            yield Case("Argon2id", str(number), "argon2id", given, stanza["output"])


def _stanzas(text: str) -> Iterator[Stanza]:
    """Each with the headings above it, as members too, and `[]` for one without a value."""
    headings: Stanza = {}
    fresh = False
    for block in re.split(r"\n\s*\n", text):
        stanza: Stanza = {}
        for line in block.splitlines():
            line = line.strip()
            if line.startswith("#") or not line:
                continue
            if line.startswith("["):
                name, _, value = line.strip("[]").partition("=")
                headings = headings if fresh else {}
                fresh = True
                headings = headings | ({name.strip(): value.strip()} if value else {"[]": name})
                continue
            name, _, value = line.partition("=")
            stanza[name.strip()] = value.strip()
        if stanza:
            fresh = False
            yield headings | stanza


def _ed25519(text: str) -> Iterator[Case]:
    """Of Bernstein's own program: seed and key, key, message, signature and message."""
    for number, line in enumerate(text.split()):
        secret, key, message, signed = line.split(":")[:4]
        signature = signed[:128]
        yield Case("Ed25519", f"{number}", "ed25519-sign", (secret[:64], message), signature)
        yield Case("Ed25519", f"{number}", "key", (KeyType.ED25519, key, signature, message), YES)


def _ecdsa(name: str, stanzas: Iterable[Stanza]) -> Iterator[Case]:
    for number, stanza in enumerate(stanzas):
        curve, _, digest = stanza["[]"].partition(",")
        if _HASHES.get(curve) != digest:  # type: ignore[call-overload]
            continue
        octets = Curve(curve).octets
        x, y, r, s = (int(stanza[one], 16).to_bytes(octets, "big").hex() for one in ("Qx", "Qy", "R", "S"))
        expected = YES if stanza.get("Result", "P")[0] == "P" else NO
        yield Case(
            "ECDSA verified",
            f"{name} {number}",
            "ecdsa",
            (curve, f"04{x}{y}", r + s, stanza["Msg"]),
            expected,
        )
        compressed = f"{2 + int(y, 16) % 2:02x}{x}"
        given = (KeyType(curve), compressed, r + s, stanza["Msg"])
        yield Case("ECDSA verified", f"{name} {number}, PublicKey", "key", given, expected)


def _ecdsa_signed(text: str) -> Iterator[Case]:
    """As OpenSSL tests it: private keys in PEM by name, messages in quotes, signatures in DER."""
    for curve, digest in _HASHES.items():
        pem = re.search(rf"^PrivateKey={curve}_PRIV\n(-+BEGIN.*?-+END [A-Z ]+-+)", text, re.M | re.S)
        assert pem is not None
        key = load_pem_private_key(pem[1].encode("ascii"), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        scalar = key.private_numbers().private_value.to_bytes(curve.octets, "big").hex()
        signed = re.findall(
            rf"^DigestSign = {digest.replace('-', '')}\nKey = {curve}_PRIV\n"
            r'.*\nInput = "(\w+)"\nOutput = (\w+)$',
            text,
            re.M,
        )
        for message, output in signed:
            both = decode_dss_signature(bytes.fromhex(output))
            expected = b"".join(number.to_bytes(curve.octets, "big") for number in both).hex()
            given = (curve, scalar, message.encode("ascii").hex())
            yield Case("ECDSA signed", f"{curve} {message}", "ecdsa-sign", given, expected)


def _ecdsa_points(stanzas: Iterable[Stanza]) -> Iterator[Case]:
    for number, stanza in enumerate(stanzas):
        if stanza["[]"] in tuple(Curve):
            # Coordinates out of range are written with a digit more than fits.
            size = 2 * Curve(stanza["[]"]).octets
            point = "04" + "".join(stanza[name].zfill(size) for name in ("Qx", "Qy"))
            point += "0" * (len(point) % 2)
            expected = point.lower() if stanza["Result"][0] == "P" else NO
            yield Case("ECDSA points", f"{number}", "ecdsa-point", (stanza["[]"], point), expected)


def _rsa(name: str, stanzas: Iterable[Stanza]) -> Iterator[Case]:
    """Exponents change from one to the next, the modulus stands alone and holds until another one does."""
    modulus = ""
    for number, stanza in enumerate(stanzas):
        modulus = stanza.get("n", modulus)
        if stanza.get("SHAAlg") != "SHA256":
            continue
        expected = YES if stanza["Result"][0] == "P" else NO
        given = (modulus, stanza["e"], stanza["S"], stanza["Msg"])
        yield Case("RSA", f"{name} {number}", "rsa", given, expected)
        n, e = int(modulus, 16), int(stanza["e"], 16)
        raw = RSAPublicNumbers(e, n).public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1).hex()
        if n.bit_length() < limits.RSA_MIN_BITS or e < 2**16:
            expected = "key.rsa-size"
        given = (KeyType.RSA, raw, stanza["S"], stanza["Msg"])
        yield Case("RSA", f"{name} {number}, PublicKey", "key", given, expected)


def _aes_gcm(name: str, stanzas: Iterable[Stanza]) -> Iterator[Case]:
    for number, stanza in enumerate(stanzas):
        if (stanza["IVlen"], stanza["Taglen"]) == ("96", "128"):
            given = (stanza["Key"], stanza["IV"], stanza["CT"] + stanza["Tag"], stanza["AAD"])
            yield Case(
                "AES-GCM", f"{name} {number}", "aes-gcm", given, NO if "FAIL" in stanza else stanza["PT"]
            )


def _key_wrap(name: str, stanzas: Iterable[Stanza]) -> Iterator[Case]:
    for number, stanza in enumerate(stanzas):
        key, wrapped, opened = stanza["K"], stanza["C"], NO if "FAIL" in stanza else stanza["P"]
        yield Case("AES key wrap", f"{name} {number}", "aes-key-unwrap", (key, wrapped), opened)
        if opened != NO:
            yield Case("AES key wrap", f"{name} {number}", "aes-key-wrap", (key, opened), wrapped)


def _chacha20(name: str, stanzas: Iterable[Stanza]) -> Iterator[Case]:
    for number, stanza in enumerate(stanzas):
        here = {name.lower(): value for name, value in stanza.items()}
        key, tag = here["key"], here["tag"]
        nonce, data, associated, sealed = (
            _octets(here.get(ours, here.get(theirs, "")))
            for ours, theirs in (("nonce", "iv"), ("in", "plaintext"), ("ad", "aad"), ("ct", "ciphertext"))
        )
        broken = "result" in here
        given = (key, nonce, sealed + tag, associated)
        yield Case(
            "ChaCha20-Poly1305", f"{name} {number}", "chacha20-poly1305", given, NO if broken else data
        )
        if not broken:
            given = (key, nonce, data, associated)
            yield Case("ChaCha20-Poly1305", f"{name} {number}", "chacha20-poly1305-seal", given, sealed + tag)


def _hkdf(name: str, stanzas: Iterable[Stanza]) -> Iterator[Case]:
    for number, stanza in enumerate(stanzas):
        if stanza.get("Hash") == "SHA-256":
            given = (stanza["IKM"], stanza["salt"], stanza["info"], int(stanza["L"]))
            yield Case("HKDF", f"{name} {number}", "hkdf", given, stanza["OKM"])


def _octets(text: str) -> str:
    return text.strip('"').encode("ascii").hex() if text.startswith('"') else text
