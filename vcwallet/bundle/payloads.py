"""What one symbol, or one text that was typed, holds: parts of a bundle, a document, somebody else's code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from vcwallet.bundle import evidence, kinds, typed_digits, vp1
from vcwallet.bundle.evidence import Evidence
from vcwallet.bundle.frames import Frame
from vcwallet.credentials import enveloped
from vcwallet.errors import VcwalletError
from vcwallet.keyboards import as_american
from vcwallet.strict_json import JsonObject

__all__ = ["Payload", "payloads"]

Payload: TypeAlias = Frame | JsonObject | Evidence | VcwalletError
"""A part, a whole document, a token that is no diploma, or what is to be told of a code of another kind."""


def payloads(text: str) -> Iterator[Payload]:
    """Everything in a text that is worth telling; nothing for a text that is no code.

    Raises what `vp1.read`, `evidence.of_token` and `enveloped.recognise` raise.
    """
    bare = text.strip()
    if kinds.looks_like_token(bare):  # first: digits in it may look like a part of a bundle
        # As a file or a wallet has it; it becomes a document in the envelope that its header asks for.
        found = evidence.of_token(bare)
        yield enveloped.recognise(bare).json if found is None or found.sd_jwt_vc is not None else found
        return
    link = kinds.openid_request(bare) or kinds.offer_link(bare)
    if link is not None:  # its nonce or code may look like digits of a bundle
        yield link
        return
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
        if candidate.startswith(vp1.VP1):
            yield vp1.read(candidate)
            return
        problem = kinds.other_code(candidate)
        if problem is not None:
            yield problem
            return
