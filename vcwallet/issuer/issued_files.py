"""The diplomas in the organisation's own folder: whose they are, what they say, which are withdrawn.

The register holds no names. Who has which diploma is told by these files alone: a search by name reads them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.credentials.open_badges import parse_date
from vcwallet.credentials.spelling import fold
from vcwallet.errors import VcwalletError
from vcwallet.files import read_file, remove_left_over, replace_file
from vcwallet.issuer import signing
from vcwallet.issuer.register import RegisterLine, State
from vcwallet.strict_json import JsonObject

WITHDRAWN: Final = "withdrawn"
"""The folder, inside that of the diplomas, of those that were corrected or revoked: not to be handed out."""
_ENDING: Final = ".vc.json"
_NAMES: Final = ("familyName", "givenName", "patronymicName")


def find(out: Path, line: RegisterLine) -> Path | None:
    """The file of a line in a folder of diplomas or among its withdrawn ones; its id is looked at.

    Diplomas that lie many in a file (``.vc.jsonl``) have none of their own.
    """
    for place in (out, out / WITHDRAWN):
        for path in _numbered(place, line.number):
            if path.name.endswith(_ENDING) and _read(path).get("id") == line.id:
                return path
    return None


def by_id(out: Path) -> dict[str, Path]:
    """The file of each diploma that has one of its own, by its id; the withdrawn ones are left out."""
    found: dict[str, Path] = {}
    for path in _diplomas(out):
        if path.name.endswith(_ENDING) and WITHDRAWN not in path.relative_to(out).parts:
            found[str(_read(path).get("id", ""))] = path
    return found


def document(out: Path, line: RegisterLine) -> JsonObject | None:
    """The diploma of a line, whichever way it lies there."""
    if (path := find(out, line)) is not None:
        return _read(path)
    for path in sorted(out.glob("*.vc.jsonl")):
        first, _, last = path.name.removesuffix(".vc.jsonl").partition("-")
        if not (first.isdecimal() and last.isdecimal() and int(first) <= line.number <= int(last)):
            continue
        for told in _documents(path):
            if told.get("id") == line.id:
                return told
    return None


def own_file(out: Path, line: RegisterLine) -> Path | None:
    """The file of a diploma alone. One that lies among many is written out beside them, as it is there; one
    that was revoked, into the folder of those.

    What is made of it then lies beside it, and is found when it has to be withdrawn. Raises OSError.
    """
    if (path := find(out, line)) is not None:
        return path
    told = document(out, line)
    if told is None:
        return None
    subject = told.get("credentialSubject")
    names = [subject.get(key) for key in _NAMES[:2]] if isinstance(subject, dict) else []
    place = out / WITHDRAWN if line.state is State.REVOKED else out
    path = place / signing.named(line.number, [each for each in names if isinstance(each, str)])
    signing.make_private_folder(path.parent)
    replace_file(path, strict_json.dumps(told).encode("utf-8"))
    return path


def name(told: JsonObject) -> str:
    """Whose a diploma is, as it says; "" when it says nothing."""
    subject = told.get("credentialSubject")
    parts = [subject.get(key) for key in _NAMES] if isinstance(subject, dict) else []
    return " ".join(part for part in parts if isinstance(part, str) and part)


@dataclass(frozen=True, slots=True)
class Child:
    """Whose a diploma is, as its file says. Two children of one name are told apart by the day of birth."""

    name: str = ""
    """"" when the file does not say, or is not there."""
    born: date | None = None


def child(told: JsonObject | None) -> Child:
    """Whose a diploma is; of nothing when there is none."""
    if told is None:
        return Child()
    subject = told.get("credentialSubject")
    born = subject.get("dateOfBirth") if isinstance(subject, dict) else None
    return Child(name(told), parse_date(born) if isinstance(born, str) else None)


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search by name found in a folder of diplomas."""

    children: Mapping[str, Child]
    """Whose each diploma is that was found, by its id."""
    read: int
    """Diplomas that were looked into."""


def search(
    out: Path,
    words: str,
    *,
    paper_numbers: bool = False,
    progress: Callable[[int], object] = lambda read: None,
) -> Searched:
    """The diplomas in a folder whose name has every one of some words, or words that begin so.

    With `paper_numbers` also those that bear the words as their number on paper. Letter case and ё do not
    count. A file that is no diploma is passed over: the folder is the person's own. `progress` is told how
    many diplomas were looked into.
    """
    wanted = fold(words).split()
    number = _bare_number(words) if paper_numbers else ""
    children: dict[str, Child] = {}
    read = 0
    for path in _diplomas(out):
        for told in _documents(path):
            found = name(told)
            parts = fold(found).split()
            read += bool(parts)
            by_name = wanted and all(any(part.startswith(word) for part in parts) for word in wanted)
            if by_name or (number and number == _bare_number(_paper_number(told))):
                children[str(told.get("id", ""))] = child(told)
            progress(read)
    return Searched(children, read)


def _paper_number(told: JsonObject) -> str:
    subject = told.get("credentialSubject")
    found = subject.get("licenseNumber") if isinstance(subject, dict) else None
    return found if isinstance(found, str) else ""


def _bare_number(text: str) -> str:
    """A number on paper without the sign and the spaces that people write and leave out."""
    return "".join(fold(text.replace("№", "")).split())


def everything(out: Path) -> Iterator[tuple[Path, JsonObject]]:
    """Every diploma in a folder and where it lies, the withdrawn ones among them."""
    for path in _diplomas(out):
        for told in _documents(path):
            yield path, told


def withdraw(out: Path, lines: Iterable[RegisterLine]) -> tuple[Path, ...]:
    """Move the files of some lines, whatever was made of them, out of the way. Returns where they are.

    What a killed run left half written of them goes.
    """
    wanted: dict[Path, dict[str, RegisterLine]] = {}
    for line in lines:
        for place in (out, out / signing.thousand(line.number)):
            wanted.setdefault(place, {})[f"{line.number:04d}"] = line
    moved = []
    aside = out / WITHDRAWN
    for place, by_number in wanted.items():
        for number, names in _by_number(place, by_number).items():
            stems = tuple(
                f"{name.removesuffix(_ENDING)}."
                for name in names
                if name.endswith(_ENDING) and _read(place / name).get("id") == by_number[number].id
            )
            for name in names:
                if name.startswith(stems) and (place / name).is_file():
                    signing.make_private_folder(aside)
                    (place / name).replace(aside / name)
                    moved.append(aside / name)
        remove_left_over(place, of=lambda name, of=by_number: name.partition(" ")[0] in of)  # type: ignore[misc]
    return tuple(moved)


def _by_number(place: Path, numbers: Container[str]) -> dict[str, list[str]]:
    """The names in a folder that begin with some numbers, by those. It is listed once for all of them."""
    found: dict[str, list[str]] = {}
    for name in sorted(each.name for each in place.iterdir()) if place.is_dir() else ():
        number = name.partition(" ")[0]
        if number in numbers:
            found.setdefault(number, []).append(name)
    return found


def _numbered(out: Path, number: int) -> Sequence[Path]:
    start = f"{number:04d} "
    for place in (out, out / signing.thousand(number)):
        if place.is_dir() and (
            found := sorted(each for each in place.iterdir() if each.name.startswith(start))
        ):
            return found
    return ()


def _diplomas(out: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(out):
        for each in sorted(names):
            if each.endswith((_ENDING, ".vc.jsonl")):
                yield Path(folder, each)


def _documents(path: Path) -> Iterator[JsonObject]:
    if path.name.endswith(_ENDING):
        yield _read(path)
        return
    with path.open("rb") as file:
        while line := file.readline(limits.JSON_BYTES + 1):
            try:
                yield strict_json.loads_object(line)
            except VcwalletError:
                continue


def _read(path: Path) -> JsonObject:
    try:
        return strict_json.loads_object(read_file(path, limits.JSON_BYTES))
    except VcwalletError:
        return {}
