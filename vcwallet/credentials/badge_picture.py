"""The picture that a badge carries in itself: the bytes, as its issuer put them there.

    data = picture_in(credential)

A picture at an address is not fetched: who keeps that address would learn who looks at the badge, and when.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from vcwallet import limits
from vcwallet.credentials.credential import Credential
from vcwallet.errors import VcwalletError
from vcwallet.identifiers.multibase import base64_decode
from vcwallet.strict_json import Json

__all__ = ["picture_in"]

_DATA: Final = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,([A-Za-z0-9+/]+={0,2})", re.ASCII)


def picture_in(credential: Credential) -> bytes | None:
    """That of the achievement, else that of the credential; None where neither carries one of points.

    What is too large is as good as none. The bytes may be anything: they are for `bundle.redrawn` alone.
    """
    for address in _addresses(credential):
        if len(address) > limits.BADGE_PICTURE_BYTES * 4 // 3 + 64:
            continue
        found = _DATA.fullmatch(address)
        if found is not None:
            try:
                return base64_decode(found[1], max_characters=len(address))
            except VcwalletError:
                continue
    return None


def _addresses(credential: Credential) -> Iterator[str]:
    for subject in credential.subjects:
        achievement = subject.get("achievement")
        for each in achievement if isinstance(achievement, list) else [achievement]:
            yield from _address(each)
    yield from _address(credential.json)


def _address(holder: Json) -> Iterator[str]:
    image = holder.get("image") if isinstance(holder, dict) else None
    place = image.get("id") if isinstance(image, dict) else image
    if isinstance(place, str):
        yield place
