"""Rows that have the same values and lack the same: the texts of their credentials, made without those.

    alike = AlikeRows(told, fill, derived)
    alike.texts(another) == Flat(fill(another)).texts

A credential is filled by putting what is told of a row (its values, its ids, its place) into texts; besides,
it matters only whether something is told. So a row is filled once with marks instead, and where they come out
tells how the texts of every other row are made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Final

from vcwallet.proofs.jsonld.shapes import Flat
from vcwallet.strict_json import JsonObject

__all__ = ["AlikeRows"]

_BETWEEN: Final = "\0"
"""Between texts: no signed text holds it. One that does makes another number of texts."""
_MARK: Final = re.compile("\x02([0-9]+)\x03")


class AlikeRows:
    """How the texts of some rows' credentials are made."""

    def __init__(
        self,
        told: Sequence[str],
        fill: Callable[[Sequence[str]], JsonObject],
        derived: Callable[[Sequence[str]], str],
    ) -> None:
        """Of the rows of which the same is told as of one of them, or nothing.

        `fill` makes the credential of what is told. `derived` is the one text in it that is made of that
        otherwise than by putting it into a text.
        """
        self._derived = derived
        marked = [_mark(place) if text else "" for place, text in enumerate(told)]
        found = derived(marked)
        texts = [text.replace(found, _mark(len(told))) for text in Flat(fill(marked)).texts]
        parts = _MARK.split(_BETWEEN.join(texts))
        self._frame = "%s".join([part.replace("%", "%%") for part in parts[::2]])
        self._sources: itemgetter[Any] = itemgetter(*map(int, parts[1::2]))

    def texts(self, told: Sequence[str]) -> list[str]:
        filled: str = self._frame % self._sources((*told, self._derived(told)))
        return filled.split(_BETWEEN)


def _mark(number: int) -> str:
    return f"\x02{number}\x03"
