"""Preset dictionaries of the bundle codec, each frozen under its id.

A bundle names the dictionary it was written with, so a dictionary is never edited, only added: a changed
byte would make every bundle under that id unreadable. Id 0 is the empty dictionary.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from vcwallet.errors import N_, Action, InputError, MachineError

SHA256: Final[dict[int, str]] = {
    1: "b6e8589d68255cdce6bc0b67dcb0be197d78e6d8cf577154b8fe69176a7835d3",
}
"""Id -> SHA-256 of ``NNN.txt`` in this folder."""

NEWEST: Final = max(SHA256, default=0)


@lru_cache(maxsize=8)
def dictionary(number: int) -> bytes:
    """The bytes of dictionary `number`.

    Raises InputError (``bundle.dictionary-unknown``) for an id this version does not have, MachineError
    (``bundle.dictionary-changed``) when the installed file is not the frozen one.
    """
    if number == 0:
        return b""
    if number not in SHA256:
        raise InputError(
            "bundle.dictionary-unknown",
            N_("The bundle was written by a newer vcwallet (dictionary {number})."),
            next_step=Action.UPDATE,
            number=number,
        )
    content = files(__package__).joinpath(f"{number:03d}.txt").read_bytes()
    if sha256(content).hexdigest() != SHA256[number]:
        raise MachineError(
            "bundle.dictionary-changed",
            N_("A file of vcwallet was changed on this computer: dictionary {number}."),
            next_step=Action.REINSTALL,
            number=number,
        )
    return content
