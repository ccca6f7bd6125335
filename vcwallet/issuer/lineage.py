"""How far a register had got, and where it is at home: what tells an old copy of it from the newest one.

Every change of a register is numbered and gets a random tag, which stays in the register. A `Mark` is such a
pair. A register *knows* a mark when it has that change with that tag; one that does not know it is older, or
went another way from the same beginning, or is another's. Marks are kept in two places outside the register:
a file beside it, written after every change, and a record in the keystore, written by each command that opens
the keystore (docs/adr/0028).
"""

from __future__ import annotations

import getpass
import os
import platform
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from vcwallet import limits, strict_json, timestamps
from vcwallet.errors import N_, Action, DocumentError, UsageError, VcwalletError
from vcwallet.files import read_file, replace_file
from vcwallet.strict_json import Json, JsonObject

FORMAT: Final = "vcwallet-register-mark/1"
_HEX: Final = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A status list as it was last published."""

    id: str
    moment: datetime
    revoked: int
    """How many of its places were set."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A state that a register was in."""

    register: str
    """The random id of the register; a copy that goes on by itself gets another."""
    number: int
    """Of the last change, from 1."""
    tag: str
    """Random; tells two changes with one number apart."""
    published: tuple[PublishedList, ...] = ()

    def dumps(self) -> bytes:
        document: JsonObject = {
            "format": FORMAT,
            "register": self.register,
            "number": self.number,
            "tag": self.tag,
            "published": [
                {"list": each.id, "moment": timestamps.render(each.moment), "revoked": each.revoked}
                for each in self.published
            ],
        }
        return (strict_json.dumps(document, indent=2) + "\n").encode("utf-8")

    @classmethod
    def loads(cls, data: bytes) -> Mark:
        """Raises DocumentError ``register-mark.malformed``."""
        try:
            document = strict_json.loads_object(data)
            number, published = document["number"], document["published"]
            register, tag = str(document["register"]), str(document["tag"])
            whole = _HEX.fullmatch(register) and _HEX.fullmatch(tag) and document["format"] == FORMAT
            if not whole or not _is_count(number) or not isinstance(published, list):
                raise _malformed()
            assert isinstance(number, int)
            return cls(register, number, tag, tuple(_published(each) for each in published))
        except (KeyError, TypeError, VcwalletError):
            raise _malformed() from None


def _is_count(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _published(value: Json) -> PublishedList:
    if not isinstance(value, dict) or not _is_count(value["revoked"]):
        raise _malformed()
    revoked = value["revoked"]
    assert isinstance(revoked, int)
    return PublishedList(str(value["list"]), timestamps.parse(str(value["moment"])), revoked)


def _malformed() -> DocumentError:
    return DocumentError(
        "register-mark.malformed",
        N_("The file register.mark beside the register cannot be read."),
        next_step=N_(
            "Put it back from a copy of the folder. If there is none, delete it: the keys remember as well."
        ),
    )


def read_mark(path: Path) -> Mark | None:
    """The mark in the file beside a register; None where there is none. Raises as `Mark.loads`."""
    if not path.is_file():
        return None
    return Mark.loads(read_file(path, limits.REGISTER_MARK_BYTES))


def write_mark(path: Path, mark: Mark) -> None:
    replace_file(path, mark.dumps())


@dataclass(frozen=True, slots=True)
class Place:
    """Where a register that is a file is worked with: a copy of the folder is at another place."""

    computer: str
    folder: str

    def __str__(self) -> str:
        return f"{self.folder} ({self.computer})"


def computer() -> str:
    """What this computer is called; ``VCWALLET_COMPUTER`` where its name is another each day."""
    return (os.environ.get("VCWALLET_COMPUTER") or platform.node() or "computer")[:100]


def here(folder: Path) -> Place:
    return Place(computer(), os.path.normcase(folder.resolve())[:1000])


def who() -> str:
    """Who is at work, for whoever has to wait for them."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = "?"
    return f"{user[:60]}@{computer()[:50]}"


class Standing(StrEnum):
    """How a register stands to a mark."""

    KNOWS = "knows"
    OLDER = "older"
    """It is of the same descent and has not got so far."""
    PARTED = "parted"
    """It is of the same descent and went another way."""
    ANOTHER = "another"


def demand(standing: Standing, register: str) -> None:
    """Raise UsageError for a register that does not know a mark.

    ``register.older``, ``register.parted``, ``register.another``; `register` names it for a person.
    """
    if standing is Standing.KNOWS:
        return
    if standing is Standing.ANOTHER:
        raise UsageError(
            "register.another",
            N_("{register} is the register of another issuer, or of another folder of this one."),
            next_step=N_("Put back the register that belongs to the keys in this folder."),
            register=register,
        )
    if standing is Standing.PARTED:
        raise UsageError(
            "register.parted",
            N_("{register} went on apart from the register that these keys were used with last."),
            next_step=N_(
                "Two copies of the folder were mixed: put the files of one folder back together, from its"
                " newest copy."
            ),
            register=register,
        )
    raise UsageError(
        "register.older",
        N_("{register} is older than the one these keys were used with last."),
        next_step=Action.NEWEST_COPY,
        register=register,
    )
