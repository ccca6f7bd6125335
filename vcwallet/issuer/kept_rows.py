"""Rows of a sheet of any length: a few in memory, the others in a file that only this process can read.

    kept = KeptRows[Row]()
    kept.append(row)                        # as the sheet is read
    len(kept), kept[-1], kept == (row,)     # a sequence like any other

    with Seen() as seen:
        seen.first(identity, (0, 7))        # None; later the place that came with the same identity

So a sheet of a million pupils takes as much memory as one of a thousand. What lies on the disk meanwhile has
no name there, and is sealed with a key that ends with the process: names and birth dates of children must not
be found in what a deleted file leaves behind. A short sheet never gets there.
"""

from __future__ import annotations

import errno
import hashlib
import os
import pickle
import sqlite3
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import IO, Any, Final, Generic, Self, TypeVar, overload

from vcwallet import primitives

T = TypeVar("T")

_BLOCK: Final = 500
"""Rows that are written and read together."""
_IN_MEMORY: Final = 2 * _BLOCK
_FAST: Final = 1
"""The least of zlib's efforts: half the size for a few microseconds a row."""


class KeptRows(Sequence[T], Generic[T]):
    """A sequence that is appended to while it is made, and read as often as one likes."""

    def __init__(self, rows: Iterable[T] = (), *, randomness: Callable[[int], bytes] = os.urandom) -> None:
        self._last: list[T] = []
        """The newest rows, which are not on the disk."""
        self._blocks: list[tuple[int, int]] = []
        """Where each block lies in the file: offset and length."""
        self._file: IO[bytes] | None = None
        self._end = 0
        self._randomness = randomness
        self._at_hand: tuple[int, list[T]] = (-1, [])
        """The block that was read last, for rows that are asked for one by one."""
        for row in rows:
            self.append(row)

    def append(self, row: T) -> None:
        """Raises OSError when the disk has no room."""
        self._last.append(row)
        if len(self._last) >= _IN_MEMORY:
            self._write(self._last[:_BLOCK])
            del self._last[:_BLOCK]

    def __len__(self) -> int:
        return len(self._blocks) * _BLOCK + len(self._last)

    def __iter__(self) -> Iterator[T]:
        for number in range(len(self._blocks)):
            yield from self._read(number)
        yield from self._last

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        if isinstance(place, slice):
            return tuple(self[each] for each in range(*place.indices(len(self))))
        at = place + len(self) if place < 0 else place
        if not 0 <= at < len(self):
            raise IndexError(place)
        number, rest = divmod(at, _BLOCK)
        if number >= len(self._blocks):
            return self._last[at - len(self._blocks) * _BLOCK]
        if self._at_hand[0] != number:
            self._at_hand = (number, self._read(number))
        return self._at_hand[1][rest]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str | bytes):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as of a list

    def __repr__(self) -> str:
        some = ", ".join(repr(each) for each in islice(self, 3))
        return f"<{len(self)} rows: {some}{', ...' if len(self) > 3 else ''}>"

    def __del__(self) -> None:
        if getattr(self, "_file", None) is not None:
            self._file.close()  # type: ignore[union-attr]

    def _write(self, rows: list[T]) -> None:
        if self._file is None:
            # It lives as long as this object.
            self._file = tempfile.TemporaryFile(prefix="vcwallet-", buffering=0)  # noqa: SIM115
            self._key = self._randomness(32)
        plain = zlib.compress(pickle.dumps(rows, pickle.HIGHEST_PROTOCOL), _FAST)
        sealed = primitives.chacha20_poly1305_encrypt(self._key, _nonce(len(self._blocks)), plain, b"")
        self._file.seek(self._end)
        view = memoryview(sealed)
        while view:
            view = view[self._file.write(view) :]
        self._blocks.append((self._end, len(sealed)))
        self._end += len(sealed)

    def _read(self, number: int) -> list[T]:
        assert self._file is not None, "a block lies in a file"
        offset, length = self._blocks[number]
        self._file.seek(offset)
        sealed = self._file.read(length)
        # Nobody else can have written it: the seal would not hold.
        plain = primitives.chacha20_poly1305_decrypt(self._key, _nonce(number), sealed, b"")
        rows: list[T] = pickle.loads(zlib.decompress(plain))  # noqa: S301
        return rows


def _nonce(number: int) -> bytes:
    """Each block is written once under a key of its own file."""
    return number.to_bytes(12, "big")


def batches(rows: Iterable[T], size: int = _BLOCK) -> Iterator[list[T]]:
    """Rows in their order, some at a time."""
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some


class Seen:
    """What came before, and where: any number of keys, of which memory holds a part.

    A key is kept as a digest that nobody can compute who does not have this object.
    """

    def __init__(self, *, randomness: Callable[[int], bytes] = os.urandom) -> None:
        self._secret = randomness(32)
        # "" is SQLite's name for a database in memory that goes on in a nameless file when it grows.
        self._database: Any = sqlite3.connect("", isolation_level=None)
        with _room():
            for words in (
                "PRAGMA journal_mode = OFF",
                "PRAGMA synchronous = OFF",
                "PRAGMA cache_size = -1024",
                "CREATE TABLE seen (digest BLOB PRIMARY KEY, page INTEGER, row INTEGER) WITHOUT ROWID",
                "BEGIN",
            ):
                self._database.execute(words)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    def first(self, key: bytes, place: tuple[int, int]) -> tuple[int, int] | None:
        """The place that this key came with first; None when it comes for the first time."""
        digest = self._digest(key)
        with _room():
            added = self._database.execute(_ADD, (digest, *place))
            if added.rowcount:
                return None
            page, row = self._database.execute(_FIND, (digest,)).fetchone()
            return page, row

    def note(self, keys: Iterable[bytes]) -> None:
        """Keys that came, wherever."""
        with _room():
            self._database.executemany(_ADD, ((self._digest(key), 0, 0) for key in keys))

    def __contains__(self, key: bytes) -> bool:
        with _room():
            return self._database.execute(_FIND, (self._digest(key),)).fetchone() is not None

    def _digest(self, key: bytes) -> bytes:
        return hashlib.blake2b(key, digest_size=16, key=self._secret).digest()


_ADD: Final = "INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_FIND: Final = "SELECT page, row FROM seen WHERE digest = ?"


@contextmanager
def _room() -> Iterator[None]:
    """What SQLite says of a disk, as what a disk says."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(errno.ENOSPC, str(error)) from None


__all__ = ["KeptRows", "Seen", "batches"]
