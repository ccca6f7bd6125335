"""Text that is not what it looks like: other normal forms, mixed alphabets, characters that hide or reverse.

A signature covers the characters, a person sees the shapes. Nothing is ever changed here: the text stays as
it came, and what deserves a look is said. An issuer refuses to sign what `REFUSED_AT_ISSUE` names; a verifier
shows the findings as notes.

    for flag in flags("Cидоров"):          # the first letter is Latin
        print(flag.code, flag.sample)

Unicode Standard Annex 15 (normal forms) and Technical Standard 39 (mixed scripts, per word here: "IT-планета"
is a usual name, and a flag on every such name would not be read).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

from vcwallet.characters import Hides, hides, known_everywhere, on_every_host, visible
from vcwallet.report import Check, Finding, Result
from vcwallet.strict_json import Json, pointer

__all__ = ["REFUSED_AT_ISSUE", "Flag", "findings", "flags", "odd_places"]

NOT_NFC: Final = "text.not-nfc"
MIXED_SCRIPT: Final = "text.mixed-script"
LOOK_ALIKE: Final = "text.look-alike"
BIDI: Final = "text.bidi"
INVISIBLE: Final = "text.invisible"
UNASSIGNED: Final = "text.unassigned"

SAMPLE_CHARACTERS: Final = 64

REFUSED_AT_ISSUE: Final = frozenset({NOT_NFC, BIDI, INVISIBLE, UNASSIGNED})
"""What no honest spreadsheet holds on purpose. The other codes may be a brand or a formula: there, warn."""

# Members whose strings are identifiers or encodings, not words for people.
_NOT_WORDS: Final = frozenset(
    {"@context", "@language", "@direction", "@type", "id", "type", "proof", "encodedList", "digestSRI"}
    | {"digestMultibase", "statusListCredential", "statusListIndex", "statusPurpose", "mediaType"}
)
_CODES: Final = {Hides.BIDI: BIDI, Hides.INVISIBLE: INVISIBLE, Hides.UNASSIGNED: UNASSIGNED}
# Russian text without a Latin letter in it: nothing to look for.
_ORDINARY: Final = re.compile(r"[\x20-\x40\[-`{-~А-яЁё«»№—–…\u00a0]*")
_WORD: Final = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")
_ROMAN: Final = re.compile(r"[IVXLCDM]+")

# Those a Russian word can be spelled with, so without I, J and S.
_RUSSIAN_SHAPES: Final = frozenset("ABEKMHOPCTYXaeopcyx")
# First words of names of letters that are not scripts.
_NO_SCRIPT: Final = frozenset({"MODIFIER", "MICRO", "FEMININE", "MASCULINE"})


@dataclass(frozen=True, slots=True)
class Flag:
    """`code` is a constant of this module; `sample` shows the place with nothing invisible left in it."""

    code: str
    sample: str


def flags(text: str) -> tuple[Flag, ...]:
    """What is notable about one text; each code at most once, with its first place."""
    if text.isascii() or _ORDINARY.fullmatch(text):
        return ()
    found: dict[str, str] = {}
    if on_every_host(partial(unicodedata.normalize, "NFC"), text) != text:
        found[NOT_NFC] = _sample(text)
    for position, character in enumerate(text):
        code = _character_flag(character)
        if code is not None and code not in found:
            found[code] = _sample(text[max(0, position - 12) : position + 12])
    words = _WORD.findall(known_everywhere(text))
    scripts = [_scripts(word) for word in words]
    for word, names in zip(words, scripts, strict=True):
        if len(names) > 1:
            found.setdefault(MIXED_SCRIPT, _annotated(word))
        elif names == {"LATIN"} and _poses_as_cyrillic(word) and {"CYRILLIC"} in scripts:
            found.setdefault(LOOK_ALIKE, _annotated(word))
    return tuple(Flag(code, sample) for code, sample in found.items())


def findings(document: Json) -> tuple[Finding, ...]:
    """The flags of every text a person may be shown, as notes of a report.

    Evidence: `pointer` (RFC 6901) and `sample`. The reason is the flag's code. Identifiers, proofs and
    encodings are not looked at.
    """
    return tuple(
        Finding(Check.TEXT, Result.NOTE, flag.code, {"pointer": pointer(path), "sample": flag.sample})
        for path, text in _words(document, ())
        for flag in flags(text)
    )


def odd_places(text: str) -> tuple[int, ...]:
    """Which characters of a text `flags` is about: hidden ones, and the letters that do not belong.

    In a word of two scripts these are the letters of the rarer one, or the Latin ones; a word of Latin
    letters that poses as a Russian one is odd as a whole.
    """
    odd = {place for place, character in enumerate(text) if _character_flag(character) is not None}
    words = list(_WORD.finditer(known_everywhere(text)))
    among_russian = any("CYRILLIC" in _scripts(word[0]) for word in words)
    for word in words:
        places: dict[str, list[int]] = {}
        for place in range(word.start(), word.end()):
            if (script := _script(text[place])) is not None:
                places.setdefault(script, []).append(place)
        if len(places) > 1:
            rarest = min(len(found) for found in places.values())
            rare = [script for script, found in places.items() if len(found) == rarest]
            odd.update(places["LATIN" if "LATIN" in rare else rare[0]])
        elif set(places) == {"LATIN"} and among_russian and _poses_as_cyrillic(word[0]):
            odd.update(places["LATIN"])
    return tuple(sorted(odd))


def _sample(text: str) -> str:
    """A short piece of `text` with nothing hidden in it; accents apart from their letters, too."""
    apart = "".join(f"<U+{ord(c):04X}>" if unicodedata.combining(c) else c for c in text[:SAMPLE_CHARACTERS])
    return visible(apart, most=SAMPLE_CHARACTERS)[:SAMPLE_CHARACTERS]


def _words(value: Json, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        if not value.isascii():
            yield path, value
    elif isinstance(value, dict):
        for name, member in value.items():
            if name not in _NOT_WORDS:
                yield from _words(member, (*path, name))
    elif isinstance(value, list):
        for position, member in enumerate(value):
            yield from _words(member, (*path, position))


def _character_flag(character: str) -> str | None:
    # A text of several lines has line ends.
    kind = None if character in "\t\n\r" else hides(character)
    return None if kind is None else _CODES[kind]


@lru_cache(maxsize=4096)
def _script(letter: str) -> str | None:
    """The first word of the character's name, which for letters is their script; None for marks."""
    if unicodedata.category(letter)[0] != "L" or _character_flag(letter) is not None:
        return None
    name = unicodedata.name(letter, "UNNAMED").split()[0]
    if name in _NO_SCRIPT:
        return None
    return "LATIN" if name == "FULLWIDTH" else name


def _scripts(word: str) -> set[str]:
    return {script for letter in word if (script := _script(letter)) is not None}


def _poses_as_cyrillic(word: str) -> bool:
    return len(word) > 1 and _ROMAN.fullmatch(word) is None and _RUSSIAN_SHAPES.issuperset(word)


def _annotated(word: str) -> str:
    """The word with its Latin letters marked, since looking at it tells nothing: ``[C]идоров``."""
    return "".join(f"[{c}]" if _script(c) == "LATIN" else c for c in word[:24])[:64]
