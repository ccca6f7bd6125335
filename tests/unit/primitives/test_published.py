"""The figures that the specifications print, from whichever host this Python has."""

from __future__ import annotations

import sys

import pytest

from vcwallet import primitives
from vcwallet.primitives import WrongTag

LADIES = (
    b"Ladies and Gentlemen of the class of '99: "
    b"If I could offer you only one tip for the future, sunscreen would be it."
)


def test_the_platform_chooses_the_host() -> None:
    expected = "vcwallet.primitives." + ("browser" if sys.platform == "emscripten" else "openssl")
    for name in ("ed25519_public", "ecdsa_public", "rsa_public", "aes_key_unwrap", "argon2id"):
        assert getattr(primitives, name).__module__ == expected


def test_chacha20_poly1305() -> None:
    """RFC 8439, section 2.8.2."""
    key, nonce = bytes(range(0x80, 0xA0)), bytes.fromhex("070000004041424344454647")
    associated = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
    sealed = primitives.chacha20_poly1305_encrypt(key, nonce, LADIES, associated)
    assert sealed[:16].hex() == "d31a8d34648e60db7b86afbc53ef7ec2"
    assert sealed[-16:].hex() == "1ae10b594f09e26a7e902ecbd0600691"
    assert primitives.chacha20_poly1305_decrypt(key, nonce, memoryview(sealed), associated) == LADIES
    refused_otherwise(primitives.chacha20_poly1305_decrypt, key, nonce, sealed, associated)


def test_aes_gcm() -> None:
    """The Galois/Counter Mode of Operation (McGrew, Viega), test case 16."""
    key = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    nonce = bytes.fromhex("cafebabefacedbaddecaf888")
    associated = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = bytes.fromhex(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
        "c5f61e6393ba7a0abcc9f662" + "76fc6ece0f4e1768cddf8853bb2d551b"
    )
    opened = primitives.aes_gcm_decrypt(key, nonce, sealed, associated)
    assert opened.hex().startswith("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72")
    assert len(opened) == 60
    refused_otherwise(primitives.aes_gcm_decrypt, key, nonce, sealed, associated)


def refused_otherwise(decrypt, key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> None:  # type: ignore[no-untyped-def]
    for place in range(0, len(sealed), 3):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(WrongTag):
            decrypt(key, nonce, changed, associated)
    for given in (
        (bytes(32), nonce, sealed, associated),
        (key, bytes(12), sealed, associated),
        (key, nonce, sealed, b""),
        (key, nonce, sealed, associated + b"\0"),
        (key, nonce, sealed[:-1], associated),
        (key, nonce, sealed + b"\0", associated),
        (key, nonce, sealed[-16:], associated),
        (key, nonce, sealed[:15], associated),
        (key, nonce, b"", associated),
    ):
        with pytest.raises(WrongTag):
            decrypt(*given)


def test_aes_key_wrap() -> None:
    """RFC 3394, section 4.6."""
    wrapping_key = bytes(range(32))
    key = bytes.fromhex("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f")
    wrapped = primitives.aes_key_wrap(wrapping_key, key)
    assert wrapped.hex() == (
        "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"
    )
    assert primitives.aes_key_unwrap(wrapping_key, wrapped) == key
    for place in range(len(wrapped)):
        changed = wrapped[:place] + bytes([wrapped[place] ^ 0x80]) + wrapped[place + 1 :]
        with pytest.raises(WrongTag):
            primitives.aes_key_unwrap(wrapping_key, changed)
    for given in (wrapped[:-1], wrapped[:-8], wrapped + bytes(8), wrapped[:16], b""):
        with pytest.raises(WrongTag):
            primitives.aes_key_unwrap(wrapping_key, given)
    with pytest.raises(WrongTag):
        primitives.aes_key_unwrap(bytes(32), wrapped)


HKDF = {
    "A.1": (
        bytes([0x0B]) * 22,
        bytes(range(13)),
        bytes(range(0xF0, 0xFA)),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ),
    "A.2": (
        bytes(range(0x50)),
        bytes(range(0x60, 0xB0)),
        bytes(range(0xB0, 0x100)),
        (
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e0"
            "9da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"
        ),
    ),
    "A.3": (
        bytes([0x0B]) * 22,
        b"",
        b"",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ),
}


@pytest.mark.parametrize(("secret", "salt", "info", "expected"), HKDF.values(), ids=HKDF.keys())
def test_hkdf(secret: bytes, salt: bytes, info: bytes, expected: str) -> None:
    """RFC 5869, appendix A: the tests with SHA-256."""
    assert primitives.hkdf_sha256(secret, salt, info, len(expected) // 2).hex() == expected
    assert primitives.hkdf_sha256(secret, salt, info).hex() == expected[:64]
    for length in (0, 255 * 32 + 1):
        with pytest.raises(ValueError, match=str(length)):
            primitives.hkdf_sha256(secret, salt, info, length)


def test_x25519() -> None:
    """RFC 7748, section 5.2: one round with the base point."""
    scalar = b"\x09" + bytes(31)
    assert primitives.x25519_public(scalar).hex() == (
        "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"
    )


def test_argon2id() -> None:
    """RFC 9106 prints only figures with a key and associated data, which nothing here takes. This one is that
    of OpenSSL, so it holds the other host to it."""
    made = primitives.argon2id(b"p", b"saltsalt", memory_kib=8192, passes=1, lanes=4, length=32)
    assert made.hex() == "21df0a1811c0f23d59830c317c5e2df3d7b620feac49067e83c3972cdfb0e825"
    assert len(primitives.argon2id(b"p", b"saltsalt", memory_kib=64, passes=2, lanes=2, length=16)) == 16
