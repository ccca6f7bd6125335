"""A bundle's bytes <-> frames, each small enough for one symbol; any `needed` different frames suffice.

A frame is ``version 1 | message id 4 | K | index | varint total | chunk``. The message id is the beginning
of the SHA-256 of the bundle. Frames 0..K-1 carry the bundle itself in K equal chunks, the last one filled
up with zeros; frames from K on carry a systematic Cauchy Reed-Solomon code over GF(2^8): symbol i of
frame x is the sum over j < K of chunk_j[i] / (x xor j). Every square submatrix of a Cauchy matrix is
regular, so the loss of any frames is made good by as many others.

The message id tells frames of different bundles apart and shows a wrong assembly. It authenticates
nothing; signatures do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from typing import Final

from vcwallet import limits
from vcwallet.bundle.tokens import read_varint, varint
from vcwallet.errors import N_, Action, DocumentError, InputError, LimitExceeded, UsageError, VcwalletError

VERSION: Final = 1
_FIXED: Final = 1 + 4 + 1 + 1
_POLYNOMIAL: Final = 0x11D


@dataclass(frozen=True, slots=True)
class Frame:
    """One part of a bundle. `index` counts from 0; parts from `needed` on are parity."""

    bundle_id: bytes
    needed: int
    index: int
    total: int
    chunk: bytes

    def to_bytes(self) -> bytes:
        head = bytes([VERSION]) + self.bundle_id + bytes([self.needed, self.index]) + varint(self.total)
        return head + self.chunk

    @classmethod
    def parse(cls, data: bytes) -> Frame:
        """Read one frame.

        Raises InputError: ``frames.foreign`` for what is not a frame of a bundle, ``frames.version-unknown``
        for one of a later version, ``frames.truncated`` when it is not as long as its header says.
        """
        frame, length = cls._read(data)
        if len(data) != length:
            raise InputError(
                "frames.truncated",
                N_("Part {number} of a bundle was read incompletely: {size} bytes instead of {expected}."),
                number=frame.index + 1,
                size=len(data),
                expected=length,
                bundle=frame.bundle_id.hex(),
            )
        return frame

    @classmethod
    def length(cls, data: bytes) -> int:
        """How long the frame that begins so must be; raises as `parse`. Eleven bytes are always enough."""
        return cls._read(data)[1]

    @classmethod
    def _read(cls, data: bytes) -> tuple[Frame, int]:
        if len(data) > _FIXED and data[0] > VERSION and data[0] < 16:
            raise InputError(
                "frames.version-unknown",
                N_("This may be a code of a newer vcwallet (version {version})."),
                next_step=Action.UPDATE,
                version=data[0],
            )
        if len(data) <= _FIXED or data[0] != VERSION:
            raise _foreign()
        needed, index = data[5], data[6]
        try:
            total, begins = read_varint(data, _FIXED)
        except DocumentError:
            raise _foreign() from None
        if not 1 <= needed <= limits.FRAME_DATA_PARTS or not 1 <= total <= limits.BUNDLE_BYTES:
            raise _foreign()
        length = begins + -(-total // needed)
        if length > limits.FRAME_BYTES or (needed - 1) * -(-total // needed) >= total:
            raise _foreign()
        return cls(data[1:5], needed, index, total, data[begins:]), length


class Added(Enum):
    """What a frame was to its collector."""

    NEW = "new"
    DUPLICATE = "duplicate"
    SURPLUS = "surplus"
    """New, but enough were there already; it is kept in case one of them is wrong."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bundle is collected, in the numbers printed beside the symbols (from 1)."""

    bundle_id: str
    needed: int
    present: tuple[int, ...]

    @property
    def remaining(self) -> int:
        """How many more parts are needed; any will do."""
        return max(0, self.needed - len(self.present))

    @property
    def missing(self) -> tuple[int, ...]:
        """The parts of the bundle itself that were not seen; spare parts make up for them."""
        return tuple(number for number in range(1, self.needed + 1) if number not in self.present)

    @property
    def complete(self) -> bool:
        return not self.remaining


class Collector:
    """Gathers the frames of one bundle, in any order; the first frame decides which bundle it is.

    collector = Collector()
    for frame in frames:
        collector.add(frame)
    data = collector.result()
    """

    def __init__(self) -> None:
        self._first: Frame | None = None
        self._chunks: dict[int, bytes] = {}
        self._result: bytes | None = None

    def add(self, data: bytes | Frame) -> Added:
        """Take one frame.

        Raises what `Frame.parse` raises; InputError (``frames.other-bundle``) for a frame of another bundle;
        DocumentError (``frames.conflict``) for one that contradicts a frame taken earlier, which stays.
        """
        frame = data if isinstance(data, Frame) else Frame.parse(data)
        first = self._first
        if first is None:
            first = self._first = frame
        if frame.bundle_id != first.bundle_id:
            raise InputError(
                "frames.other-bundle",
                N_("This part belongs to another bundle ({other}, not {bundle})."),
                next_step=N_("Show the parts of one bundle at a time."),
                other=frame.bundle_id.hex(),
                bundle=first.bundle_id.hex(),
            )
        known = self._chunks.get(frame.index)
        same_kind = (frame.needed, frame.total) == (first.needed, first.total)
        if not same_kind or (known is not None and known != frame.chunk):
            raise DocumentError(
                "frames.conflict",
                N_("Two different parts both say they are part {number} of bundle {bundle}."),
                next_step=N_("Scan all parts of one sheet again."),
                number=frame.index + 1,
                bundle=frame.bundle_id.hex(),
            )
        if known is not None:
            return Added.DUPLICATE
        enough = len(self._chunks) >= first.needed
        self._chunks[frame.index] = frame.chunk
        return Added.SURPLUS if enough else Added.NEW

    @property
    def progress(self) -> Progress | None:
        """None before the first frame."""
        if self._first is None:
            return None
        numbers = tuple(index + 1 for index in sorted(self._chunks))
        return Progress(self._first.bundle_id.hex(), self._first.needed, numbers)

    def result(self, *, search: bool = True) -> bytes:
        """The bundle's bytes. `search` for one wrong part, when there are more than enough, costs time.

        Raises InputError (``frames.missing``) when parts are missing, DocumentError (``frames.mismatch``)
        when the parts do not make up the bundle they name. One wrong part among more than enough is found
        and left out.
        """
        if self._result is None:
            self._result = self._assemble(search)
        return self._result

    def _assemble(self, search: bool) -> bytes:
        first, progress = self._first, self.progress
        if first is None or progress is None:
            raise InputError("frames.none", N_("No part of a bundle was read yet."))
        if not progress.complete:
            raise missing_parts(progress)
        # Leaving out each in turn costs a solution apiece, so large bundles get fewer attempts.
        for left_out in (None, *islice(sorted(self._chunks), 256 // first.needed)):
            chosen = [index for index in sorted(self._chunks) if index != left_out][: first.needed]
            if len(chosen) < first.needed:
                break
            data = _solve(first.needed, {index: self._chunks[index] for index in chosen})[: first.total]
            if sha256(data).digest()[:4] == first.bundle_id:
                return data
            if len(self._chunks) == first.needed or not search:
                break
        raise DocumentError(
            "frames.mismatch",
            N_("The {count} parts do not make up bundle {bundle}: at least one was changed or misread."),
            next_step=N_("Scan all parts again."),
            count=len(self._chunks),
            bundle=first.bundle_id.hex(),
        )


def split(data: bytes, *, max_payload: int, parity: int = 0) -> list[bytes]:
    """Frames of a bundle, `parity` more than needed, all equally long.

    `max_payload` is the most bytes of the bundle that one frame may carry; `header_size` bytes come on
    top. Raises UsageError (``frames.no-room``) and LimitExceeded (``frames.size``, ``frames.too-many``).
    """
    if max_payload < 1 or parity < 0:
        raise UsageError("frames.no-room", N_("A symbol of this size has no room for a part of a bundle."))
    if not 1 <= len(data) <= limits.BUNDLE_BYTES:
        raise LimitExceeded(
            "frames.size", N_("A bundle of {size} bytes cannot be split into parts."), size=len(data)
        )
    needed = -(-len(data) // max_payload)
    if needed > limits.FRAME_DATA_PARTS or needed + parity > 256:
        raise LimitExceeded(
            "frames.too-many",
            N_("The bundle would need {count} codes; the ceiling is {limit}."),
            next_step=N_("Choose fewer diplomas, or hand over the file."),
            count=needed,
            limit=limits.FRAME_DATA_PARTS,
        )
    size = -(-len(data) // needed)
    needed = -(-len(data) // size)  # no chunk of zeros alone
    padded = data.ljust(needed * size, b"\0")
    chunks = [padded[start : start + size] for start in range(0, len(padded), size)]
    chunks += [_parity(index, chunks[:needed]) for index in range(needed, needed + parity)]
    name = sha256(data).digest()[:4]
    return [Frame(name, needed, index, len(data), chunk).to_bytes() for index, chunk in enumerate(chunks)]


def header_size(total: int) -> int:
    """How long the header of a frame is, for a bundle of `total` bytes."""
    return _FIXED + len(varint(total))


def missing_parts(progress: Progress) -> VcwalletError:
    """The error that tells a person what is still missing."""
    return InputError(
        "frames.missing",
        N_("{have} of {needed} parts were read; not seen: {missing}."),
        next_step=N_("Scan the missing parts; any spare part will do as well."),
        have=len(progress.present),
        needed=progress.needed,
        missing=_numbers(progress.missing),
        bundle=progress.bundle_id,
    )


def _numbers(numbers: tuple[int, ...]) -> str:
    shown = ", ".join(str(number) for number in numbers[:12])
    return shown + (" ..." if len(numbers) > 12 else "")


def _foreign() -> InputError:
    return InputError("frames.foreign", N_("This code is not a part of a bundle."))


# --- GF(2^8) ------------------------------------------------------------------------------------------


def _tables() -> tuple[list[int], list[int]]:
    exponents, logarithms = [0] * 510, [0] * 256
    value = 1
    for power in range(255):
        exponents[power] = exponents[power + 255] = value
        logarithms[value] = power
        value <<= 1
        if value > 255:
            value ^= _POLYNOMIAL
    return exponents, logarithms


_EXP, _LOG = _tables()


def _inverse(value: int) -> int:
    return _EXP[255 - _LOG[value]]


@lru_cache(maxsize=256)
def _times(factor: int) -> bytes:
    """The table of multiplication by `factor`, for `bytes.translate`."""
    shift = _LOG[factor]
    return bytes([0, *(_EXP[shift + _LOG[value]] for value in range(1, 256))])


def _scaled(factor: int, chunk: bytes) -> bytes:
    return bytes(len(chunk)) if not factor else chunk.translate(_times(factor))


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).to_bytes(len(left), "big")


def _parity(index: int, data: list[bytes]) -> bytes:
    """The chunk of frame `index` from those of the frames that carry the bundle itself."""
    out = bytes(len(data[0]))
    for j, chunk in enumerate(data):
        out = _xor(out, _scaled(_inverse(index ^ j), chunk))
    return out


def _solve(needed: int, received: dict[int, bytes]) -> bytes:
    """The data chunks, from any `needed` frames by index."""
    chunks = {index: chunk for index, chunk in received.items() if index < needed}
    unknown = [j for j in range(needed) if j not in chunks]
    parity = [x for x in received if x >= needed]
    rests = []
    for x in parity:
        rest = received[x]
        for j, known in chunks.items():
            rest = _xor(rest, _scaled(_inverse(x ^ j), known))
        rests.append(rest)
    # The inverse of a Cauchy matrix is known in closed form, in as many steps as it has entries; all of it is
    # products and quotients, so logarithms are added. Addition in this field is `^`.
    across = [sum(_LOG[x ^ y] for y in unknown) - sum(_LOG[x ^ o] for o in parity if o != x) for x in parity]
    for y in unknown:
        down = sum(_LOG[x ^ y] for x in parity) - sum(_LOG[y ^ o] for o in unknown if o != y)
        out = bytes(len(rests[0]))
        for x, part, rest in zip(parity, across, rests, strict=True):
            out = _xor(out, rest.translate(_times(_EXP[(part + down - _LOG[x ^ y]) % 255])))
        chunks[y] = out
    return b"".join(chunks[j] for j in range(needed))
