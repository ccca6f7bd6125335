"""AES, GCM, key wrap, ChaCha20-Poly1305 and X25519 by their definitions: slow, and open in the middle."""

from __future__ import annotations

from typing import Final

# --- AES (FIPS 197), encryption only --------------------------------------------------------------------


def _doubled(octet: int) -> int:
    return (octet << 1) ^ (0x11B if octet & 0x80 else 0)


def _substitution() -> bytes:
    """Inverses in the field of 256, by powers and logarithms of 3, and the affine map."""
    powers, value = [], 1
    for _ in range(255):
        powers.append(value)
        value ^= _doubled(value)
    box = []
    for octet in range(256):
        inverse = powers[-powers.index(octet) % 255] if octet else 0
        turned = [(inverse << by | inverse >> (8 - by)) & 0xFF for by in range(5)]
        box.append(0x63 ^ turned[0] ^ turned[1] ^ turned[2] ^ turned[3] ^ turned[4])
    return bytes(box)


_BOX: Final = _substitution()


class Aes:
    def __init__(self, key: bytes) -> None:
        words = [key[at : at + 4] for at in range(0, len(key), 4)]
        length, round_constant = len(words), 1
        for number in range(length, 4 * (length + 7)):
            word = words[-1]
            if number % length == 0:
                word = word[1:] + word[:1]
            if number % length == 0 or (length > 6 and number % length == 4):
                word = bytes(_BOX[octet] for octet in word)
            if number % length == 0:
                word = bytes((word[0] ^ round_constant, *word[1:]))
                round_constant = _doubled(round_constant)
            words.append(xor(word, words[-length]))
        self._rounds = [b"".join(words[at : at + 4]) for at in range(0, len(words), 4)]

    def block(self, data: bytes) -> bytes:
        state = xor(data, self._rounds[0])
        for number, key in enumerate(self._rounds[1:], 1):
            # Row r of a column moves r columns to the left.
            state = bytes(_BOX[state[(place + 4 * (place % 4)) % 16]] for place in range(16))
            if number < len(self._rounds) - 1:
                state = b"".join(_mixed(state[at : at + 4]) for at in range(0, 16, 4))
            state = xor(state, key)
        return state


def _mixed(column: bytes) -> bytes:
    every = column[0] ^ column[1] ^ column[2] ^ column[3]
    return bytes(column[at] ^ every ^ _doubled(column[at] ^ column[(at + 1) % 4]) for at in range(4))


def xor(one: bytes, two: bytes) -> bytes:
    return bytes(first ^ second for first, second in zip(one, two, strict=True))


# --- Galois/Counter Mode (SP 800-38D) with nonces of 96 bits ----------------------------------------------


def times(one: int, two: int) -> int:
    """In the field of 2^128, whose bits GCM writes the other way round."""
    product = 0
    for place in range(127, -1, -1):
        if one >> place & 1:
            product ^= two
        two = two >> 1 ^ (0xE1 << 120 if two & 1 else 0)
    return product


def inverse(one: int) -> int:
    """The power 2^128 - 2."""
    result, square = 1 << 127, one
    for _ in range(127):
        square = times(square, square)
        result = times(result, square)
    return result


def blocks(data: bytes) -> list[bytes]:
    """Of 16 octets, the last one filled with zeros."""
    return [data[at : at + 16].ljust(16, b"\0") for at in range(0, len(data), 16)]


class Gcm:
    def __init__(self, key: bytes, nonce: bytes) -> None:
        self._aes, self._nonce = Aes(key), nonce
        self.hash_key = int.from_bytes(self._aes.block(bytes(16)), "big")

    def opened(self, data: bytes) -> bytes:
        """Or sealed, which is the same."""
        stream = b"".join(self._counter(number) for number in range(2, len(blocks(data)) + 2))
        return xor(data, stream[: len(data)])

    def hashed(self, data: bytes, start: int = 0) -> int:
        for block in blocks(data):
            start = times(start ^ int.from_bytes(block, "big"), self.hash_key)
        return start

    def tag(self, sealed: bytes, associated: bytes) -> bytes:
        lengths = (8 * len(associated)).to_bytes(8, "big") + (8 * len(sealed)).to_bytes(8, "big")
        hashed = self.hashed(lengths, self.hashed(sealed, self.hashed(associated)))
        return xor(hashed.to_bytes(16, "big"), self._counter(1))

    def _counter(self, number: int) -> bytes:
        return self._aes.block(self._nonce + number.to_bytes(4, "big"))


# --- AES key wrap (RFC 3394, section 2.2.1) ---------------------------------------------------------------


def wrapped(wrapping_key: bytes, key: bytes, start: bytes = b"\xa6" * 8) -> bytes:
    aes, first = Aes(wrapping_key), start
    parts = [key[at : at + 8] for at in range(0, len(key), 8)]
    for turn in range(6):
        for place, part in enumerate(parts):
            both = aes.block(first + part)
            count = turn * len(parts) + place + 1
            first, parts[place] = xor(both[:8], count.to_bytes(8, "big")), both[8:]
    return first + b"".join(parts)


# --- ChaCha20 and Poly1305 (RFC 8439) ---------------------------------------------------------------------

POLY_P: Final = 2**130 - 5
_CLAMP: Final = 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
_QUARTERS: Final = (
    *((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)),
    *((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)),
)


def chacha20_block(key: bytes, nonce: bytes, counter: int) -> bytes:
    given = b"expand 32-byte k" + key + counter.to_bytes(4, "little") + nonce
    first = [int.from_bytes(given[at : at + 4], "little") for at in range(0, 64, 4)]
    words = list(first)
    for _ in range(10):
        for a, b, c, d in _QUARTERS:
            for one, two, three, by in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                words[one] = words[one] + words[two] & 0xFFFFFFFF
                turned = words[three] ^ words[one]
                words[three] = (turned << by | turned >> (32 - by)) & 0xFFFFFFFF
    both = zip(words, first, strict=True)
    return b"".join((one + two & 0xFFFFFFFF).to_bytes(4, "little") for one, two in both)


class ChaCha20Poly1305:
    def __init__(self, key: bytes, nonce: bytes) -> None:
        self._key, self._nonce = key, nonce
        once = chacha20_block(key, nonce, 0)
        self.r = int.from_bytes(once[:16], "little") & _CLAMP
        self.s = int.from_bytes(once[16:32], "little")

    def opened(self, data: bytes) -> bytes:
        """Or sealed, which is the same."""
        numbers = range(1, -(-len(data) // 64) + 1)
        stream = b"".join(chacha20_block(self._key, self._nonce, number) for number in numbers)
        return xor(data, stream[: len(data)])

    def summed(self, data: bytes, start: int = 0) -> int:
        """Poly1305's sum after `data`, each block filled up with zeros, as this construction does."""
        for block in blocks(data):
            start = (start + int.from_bytes(block, "little") + 2**128) * self.r % POLY_P
        return start

    def tag(self, sealed: bytes, associated: bytes) -> bytes:
        lengths = len(associated).to_bytes(8, "little") + len(sealed).to_bytes(8, "little")
        total = self.summed(lengths, self.summed(sealed, self.summed(associated)))
        return ((total + self.s) % 2**128).to_bytes(16, "little")


# --- X25519 (RFC 7748, section 5) of the base point --------------------------------------------------------

_X_P: Final = 2**255 - 19


def x25519(scalar: bytes) -> bytes:
    k = int.from_bytes(scalar, "little")
    k = (k & (2**255 - 8)) & (2**255 - 1) | 2**254
    x_2, z_2, x_3, z_3 = 1, 0, 9, 1
    for place in range(254, -1, -1):
        bit = k >> place & 1
        if bit:
            x_2, z_2, x_3, z_3 = x_3, z_3, x_2, z_2
        a, b, c, d = x_2 + z_2, x_2 - z_2, x_3 + z_3, x_3 - z_3
        da, cb, aa, bb = d * a, c * b, a * a, b * b
        e = aa - bb
        x_3, z_3 = (da + cb) ** 2 % _X_P, 9 * (da - cb) ** 2 % _X_P
        x_2, z_2 = aa * bb % _X_P, e * (aa + 121665 * e) % _X_P
        if bit:
            x_2, z_2, x_3, z_3 = x_3, z_3, x_2, z_2
    return (x_2 * pow(z_2, -1, _X_P) % _X_P).to_bytes(32, "little")
