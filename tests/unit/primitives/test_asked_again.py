"""The host of a page keeps its last answers about signatures, each for that very question alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from vcwallet import primitives
from vcwallet.primitives import Curve, PointKey, SecretKey, WrongSignature

MESSAGE = b"diploma"


def holds(key: PointKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except WrongSignature:
        return False
    return True


def secrets() -> Iterator[SecretKey]:
    for number in (1, 2):
        yield primitives.ed25519_secret(bytes([number] * 32))
        for curve, length in ((Curve.P256, 32), (Curve.P384, 48), (Curve.P521, 66)):
            yield primitives.ecdsa_secret(curve, number.to_bytes(length, "big"))


@pytest.mark.parametrize("message", [MESSAGE, MESSAGE * 1000], ids=["short", "long"])
def test_a_signature_that_was_right_once_is_right_for_nothing_else(message: bytes) -> None:
    """And one that was wrong stays wrong, and makes no other wrong."""
    keys = list(secrets())
    signatures = [key.sign(message) for key in keys]
    changed = [each[:-1] + bytes([each[-1] ^ 1]) for each in signatures]
    for _ in range(2):
        for at, key in enumerate(keys):
            own = key.public
            assert holds(own, signatures[at], message)
            assert not holds(own, signatures[at], message + b".")
            assert not holds(own, changed[at], message)
            for other, signature in enumerate(signatures):
                if other != at:
                    assert not holds(own, signature, message)
