"""BLS12-381 of a web page: @noble, by the functions of `bls.mjs`.

Importing this module raises ModuleNotFoundError until the page has registered those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import vcwallet_bls as javascript
from pyodide.ffi import JsProxy, to_js

from vcwallet.primitives.interface import NotAPoint

_FIELD_BYTES: Final = 48
_SCALAR_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class _Point:
    native: JsProxy

    @property
    def compressed(self) -> bytes:
        octets: bytes = javascript.compressed(self.native).to_bytes()
        return octets

    def __add__(self, other: _Point) -> _Point:
        return _Point(javascript.added(self.native, other.native))

    def __sub__(self, other: _Point) -> _Point:
        return _Point(javascript.subtracted(self.native, other.native))

    def __neg__(self) -> _Point:
        return _Point(javascript.negated(self.native))

    def __mul__(self, scalar: int) -> _Point:
        return _Point(javascript.times(self.native, _octets([scalar], _SCALAR_BYTES)))


def g1(octets: bytes) -> _Point:
    return _point(javascript.g1(to_js(octets)))


def g2(octets: bytes) -> _Point:
    return _point(javascript.g2(to_js(octets)))


def g2_base() -> _Point:
    return _Point(javascript.g2Base())


def g1_mapped(number: int) -> _Point:
    return _Point(javascript.g1Mapped(_octets([number], _FIELD_BYTES)))


def g1_sum(points: Sequence[_Point], scalars: Sequence[int]) -> _Point:
    return _Point(javascript.g1Sum(_natives(points), _octets(scalars, _SCALAR_BYTES)))


def pairings_cancel(points: Sequence[_Point], others: Sequence[_Point]) -> bool:
    """Nothing but JavaScript's own `true` is a yes."""
    return javascript.pairingsCancel(_natives(points), _natives(others)) is True


def _point(found: JsProxy | None) -> _Point:
    if found is None:
        raise NotAPoint
    return _Point(found)


def _natives(points: Sequence[_Point]) -> JsProxy:
    return to_js([point.native for point in points])


def _octets(numbers: Sequence[int], length: int) -> JsProxy:
    return to_js(b"".join(number.to_bytes(length, "big") for number in numbers))
