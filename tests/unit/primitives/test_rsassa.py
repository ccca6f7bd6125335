"""RSA signatures are compared as a whole, so that nothing loose in one passes, on either host.

The key is nobody's: its secret stands here to make what no honest signer makes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from vcwallet import primitives
from vcwallet.primitives import PublicKey, WrongSignature
from vcwallet.primitives.rsassa import RsaPublic

N = int(
    "c417476ef2753b81964c442860f6c2261f040c544c633523002a785afe6030ff5b522773cec6592799fe885e00633c6c"
    "a72a6da87efddbb184a891377b32540207c64f755ec6f25b7f18bf59979da495366f7718b54d4c7e11cfba8a18237853"
    "3293b9098cb454e8c665fb4dc368f3a4a4c290e601a565dd20905073cd5160d7f83b19b45feb9bdb3098a36398563576"
    "3760ceb2af5a68f114ecde66f5553d9f3ed9600dfddd99388ee9ac53a0d58f3389d02672312be53a11e0a33ba11e61e6"
    "3aaa66197a99a5c6efb333e49cb0684605c81f5f33a0e8fdbb776f4de8db14ba79eb7d54e8a4ca27b4edf607fd61deb0"
    "7abf2a0a25ac73396a480073ca6ab8ab",
    16,
)
D = int(
    "55de25cb494419e740c42bf28ca771d454afa6a08184cdff823296daaddabc8a0dd8d76ae888c600c7f8048a395c3b59"
    "0f08ced542aaf2b9f53005cb4858fd1d987ef84b9ad1bece5f451c81e49945398c095a9b48c54d3245a573f7c5e33e6d"
    "1c5040ee941d61b33f31e84ea0bc04393c66f121af65d8c9f0d91149ec866ec3cff21238d9b1042b65f72364ecc020c6"
    "49d7fc92fe80304e62440b6e318acd31cf96344d696fe1f4ee99621f798715782bbd0ac104ecfd10d26beb12077a8967"
    "8c7e3df108e0452bda7a35d412fd49d5e4837c90ecf827f63c17230995ff63423296d65b913907366a44410ed81f0af7"
    "7b7cedf1b5fef015f14286fb528f64d5",
    16,
)
OCTETS = 256
MESSAGE = b"message"
DIGEST = hashlib.sha256(MESSAGE).digest()
INFO = bytes.fromhex("3031300d060960864801650304020105000420")


@pytest.fixture(params=[primitives.rsa_public, RsaPublic], ids=["host", "browser"])
def key(request: pytest.FixtureRequest) -> PublicKey:
    """That of this Python's host, and the browser's on every Python: it is plain arithmetic."""
    make: Callable[[int, int], PublicKey] = request.param
    return make(N, 65537)


def power(encoded: bytes) -> bytes:
    """What the secret makes of an encoded message."""
    assert len(encoded) == OCTETS
    return pow(int.from_bytes(encoded, "big"), D, N).to_bytes(OCTETS, "big")


def padded(tail: bytes, filler: bytes = b"\xff", head: bytes = b"\0\1") -> bytes:
    return head + filler * (OCTETS - len(tail) - len(head) - 1) + b"\0" + tail


def test_the_one_form_is_accepted(key: PublicKey) -> None:
    key.verify(power(padded(INFO + DIGEST)), MESSAGE)
    with pytest.raises(WrongSignature):
        key.verify(power(padded(INFO + DIGEST)), MESSAGE + b"\0")


def _pss() -> bytes:
    """EMSA-PSS (RFC 8017, section 9.1.1) with SHA-256 and an empty salt."""
    h = hashlib.sha256(bytes(8) + DIGEST).digest()
    size = OCTETS - 33
    mask = b"".join(hashlib.sha256(h + count.to_bytes(4, "big")).digest() for count in range(-(-size // 32)))
    block = bytearray(one ^ two for one, two in zip(bytes(size - 1) + b"\1", mask, strict=False))
    block[0] &= 0x7F
    return bytes(block) + h + b"\xbc"


ENCODED = {
    "a digest of another message": padded(INFO + hashlib.sha256(b"other").digest()),
    "no DigestInfo": padded(DIGEST),
    "no NULL": padded(bytes.fromhex("302f300b0609608648016503040201") + b"\x04\x20" + DIGEST),
    "a long length": padded(bytes.fromhex("308131300d060960864801650304020105000420") + DIGEST),
    "an indefinite length": padded(
        bytes.fromhex("3080300d060960864801650304020105000420") + DIGEST + b"\0\0"
    ),
    "SHA-1's name": padded(bytes.fromhex("3021300906052b0e03021a05000414") + hashlib.sha1(MESSAGE).digest()),
    "SHA-512": padded(
        bytes.fromhex("3051300d060960864801650304020305000440") + hashlib.sha512(MESSAGE).digest()
    ),
    "SHA-512's name on this digest": padded(bytes.fromhex("3031300d060960864801650304020305000420") + DIGEST),
    "rubbish behind": b"\0\1" + b"\xff" * 8 + b"\0" + INFO + DIGEST + bytes(OCTETS - 11 - len(INFO) - 32),
    "rubbish within": padded(bytes.fromhex("3033300f060960864801650304020105000000") + b"\x04\x20" + DIGEST),
    "too little filling": b"\0\1" + b"\xff" * 7 + b"\0" + bytes(OCTETS - 61) + INFO + DIGEST,
    "no filling": b"\0\1\0" + bytes(OCTETS - 3 - 51) + INFO + DIGEST,
    "another filling": padded(INFO + DIGEST, filler=b"\xfe"),
    "zeros for filling": padded(INFO + DIGEST, filler=b"\0"),
    "block type 2": padded(INFO + DIGEST, head=b"\0\2"),
    "block type 0": padded(INFO + DIGEST, head=b"\0\0"),
    "no zero before": padded(INFO + DIGEST, head=b"\1\1"),
    "PSS": _pss(),
    "zeros": bytes(OCTETS),
    "one": bytes(OCTETS - 1) + b"\1",
}


@pytest.mark.parametrize("encoded", ENCODED.values(), ids=ENCODED.keys())
def test_nothing_else_is(key: PublicKey, encoded: bytes) -> None:
    with pytest.raises(WrongSignature):
        key.verify(power(encoded), MESSAGE)


def test_numbers_and_lengths_out_of_range(key: PublicKey) -> None:
    good = power(padded(INFO + DIGEST))
    above = int.from_bytes(good, "big") + N
    assert above.bit_length() > 8 * OCTETS
    for signature in (
        b"",
        good[:-1],
        good + b"\0",
        b"\0" + good,
        above.to_bytes(OCTETS + 1, "big"),
        N.to_bytes(OCTETS, "big"),
        (N - int.from_bytes(good, "big")).to_bytes(OCTETS, "big"),
        (N + 1).to_bytes(OCTETS, "big"),
        b"\xff" * OCTETS,
    ):
        with pytest.raises(WrongSignature):
            key.verify(signature, MESSAGE)
