"""What one symbol, or one text that was typed, holds: parts of a bundle, a document, somebody else's code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from vcwallet.bundle import foreign, typed_digits
from vcwallet.bundle.frames import Frame
from vcwallet.errors import VcwalletError
from vcwallet.keyboards import as_american
from vcwallet.strict_json import JsonObject

__all__ = ["Payload", "payloads"]

Payload: TypeAlias = Frame | JsonObject | VcwalletError
"""A part, a whole document, or what is to be told of a code that is neither."""


def payloads(text: str) -> Iterator[Payload]:
    """Everything in a text that is worth telling; nothing for a text that is no code.

    Raises what `foreign.read_vp1` raises.
    """
    frames = typed_digits.frames_in(text)
    for data in frames:
        try:
            yield Frame.parse(data)
        except VcwalletError as error:
            yield error
    if frames:
        return
    text = text.strip("\r\n\t")
    for candidate in (text, as_american(text)):
        if candidate.startswith(foreign.VP1):
            yield foreign.read_vp1(candidate)
            return
        problem = foreign.recognise(candidate)
        if problem is not None:
            yield problem
            return
