"""The recovery sheet: a page of paper that opens a sealed file when its passphrase is forgotten, and back.

    sheet = RecoverySheet(file.add_recovery_code(), "семья.vcw", today)
    (page,) = sheet.pages(".pdf", language)
    assert codes_in_file(Path("photo.jpg").read_bytes()) == sheet.printed.codes

Wallets, an issuer's keys and its standby keys have one. It names no child. Whoever finds it together with the
file can open the file, and the page says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

from vcwallet import printing
from vcwallet.bundle import opening, pictures
from vcwallet.bundle.openers import is_pdf
from vcwallet.bundle.symbols import lone_svg
from vcwallet.characters import visible
from vcwallet.errors import N_, InputError, UsageError
from vcwallet.locales import Language
from vcwallet.sealed_file import PrintedCode, parse_recovery_code, recovery_codes
from vcwallet.strict_json import Json, JsonObject


class SheetOf(StrEnum):
    """What the sheet opens."""

    WALLET = "wallet"
    KEYS = "keys"
    """An issuer's keystore."""
    STANDBY = "standby"
    """An issuer's standby keys, which have no passphrase at all."""


_TITLES: Final = {
    SheetOf.WALLET: N_("Recovery sheet of a wallet: {number}"),
    SheetOf.KEYS: N_("Recovery sheet of an issuer's keys: {number}"),
    SheetOf.STANDBY: N_("Sheet of an issuer's standby keys: {number}"),
}
_TEXTS: Final = {
    "file": N_("File"),
    "made": N_("Made on"),
    "copies": N_("Copies of the file"),
    "where": N_("where it lies"),
    "who": N_("who has it"),
    "page": N_("One page. Keep it apart from the file."),
}
_CODE: Final = N_("Recovery code")
_SHARE: Final = N_("Share {place} of three; any two of them are one recovery code")
_OPENS: Final = N_(
    "This code opens the file without its passphrase, and so does anybody who finds both together."
)
_ALONE: Final = N_(
    "Two of the three shares open the file without its passphrase; this one alone says nothing. Let each lie"
    " with another person."
)
_FORMAT: Final = N_(
    "The format of the file is published: it can be opened without this program too (vcwallet/v1)."
)
_ADVICE: Final = {
    SheetOf.WALLET: (
        _OPENS,
        N_("Keep the page where birth certificates are kept, and no photo or scan of it anywhere."),
        N_("Older copies of the file open with the sheet that was made for them, also after a newer one."),
        _FORMAT,
    ),
    SheetOf.KEYS: (
        _OPENS,
        N_(
            "The file signs in the name of the organisation: keep the page in its safe, and no photo or scan"
            " of it anywhere."
        ),
        N_("Older copies of the file open with the sheet that was made for them, also after a newer one."),
        _FORMAT,
    ),
    SheetOf.STANDBY: (
        N_("Only this code opens the file of the standby keys: without the page nobody can use them."),
        N_(
            "Keep the page in the safe of the organisation, apart from the stick with the file, and no photo"
            " or scan of it anywhere."
        ),
        N_(
            "Both are needed when the keys of every day are exchanged, lost or stolen, and to confirm what"
            " was signed. Nothing else asks for them."
        ),
        N_("Older copies of the file open with the sheet that was made for them, also after a newer one."),
        _FORMAT,
    ),
}
_BLANKS: Final = 3
_LINE: Final = "_" * 30


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """What stands on the page, or on the three pages of three shares."""

    printed: PrintedCode
    file_name: str
    made: date
    of: SheetOf = SheetOf.WALLET

    @property
    def number(self) -> str:
        """Such as ``3F-21``: a file names the sheets that open it by it."""
        return self.printed.number

    def pages(self, suffix: str, language: Language, how: Sequence[str] = ()) -> tuple[bytes, ...]:
        """A page for each code, as files whose names end with `suffix`: ``.pdf`` or ``.txt``.

        `how` are sentences about how to get the program and to open the file with it; the doors know them.

        Raises UsageError (``recovery-sheet.form``), and MachineError (``sheet.no-typst``) for a PDF without
        the extra `pdf`.
        """
        demand_form(suffix)
        return tuple(
            self.pdf(language, place, how)
            if suffix.lower() == ".pdf"
            else self.text(language, place, how).encode("utf-8")
            for place in range(1, len(self.printed.codes) + 1)
        )

    def text(self, language: Language, place: int = 1, how: Sequence[str] = ()) -> str:
        """A page as plain text, for a printer that is not at hand: to be copied by pen."""
        code = self.printed.codes[place - 1]
        numbers = "".join(f"{number:<5}" for number in range(1, len(code.split("-")) + 1))
        blank = f"{language.text(_TEXTS['where'])} {_LINE} {language.text(_TEXTS['who'])} {_LINE}"
        lines = [
            self.title(language),
            "",
            f"{language.text(_TEXTS['file'])}: {visible(self.file_name)}",
            f"{language.text(_TEXTS['made'])}: {language.day(self.made)}",
            "",
            self._heading(language, place),
            "",
            f"    {numbers.rstrip()}",
            f"    {code}",
            "",
            *self.advice(language, how),
            "",
            f"{language.text(_TEXTS['copies'])}:",
            *[blank] * _BLANKS,
        ]
        return "\n".join(lines) + "\n"

    def pdf(self, language: Language, place: int = 1, how: Sequence[str] = ()) -> bytes:
        """A page as PDF. Raises MachineError (``sheet.no-typst``) without the extra `pdf`."""
        code = self.printed.codes[place - 1]
        data: JsonObject = {
            "language": language.code,
            "title": self.title(language),
            "texts": {name: language.text(template) for name, template in _TEXTS.items()},
            "heading": self._heading(language, place),
            "advice": list[Json](self.advice(language, how)),
            "file": visible(self.file_name),
            "made": language.day(self.made),
            "groups": list[Json](code.split("-")),
            "blanks": _BLANKS,
            "svg": lone_svg(code),
        }
        return printing.pdf(Path(__file__).with_suffix(".typ"), data)

    @property
    def _shared(self) -> bool:
        return len(self.printed.codes) > 1

    def title(self, language: Language) -> str:
        """The heading of the page."""
        return language.text(_TITLES[self.of], number=self.number)

    def _heading(self, language: Language, place: int) -> str:
        return language.text(_SHARE, place=place) if self._shared else language.text(_CODE)

    def advice(self, language: Language, how: Sequence[str] = ()) -> list[str]:
        """The sentences under the code."""
        advice = [_ALONE if self._shared and line is _OPENS else line for line in _ADVICE[self.of]]
        return [*map(language.text, advice), *how]


def demand_form(suffix: str) -> None:
    """Raises UsageError (``recovery-sheet.form``) for the end of a name that no sheet is written under."""
    if suffix.lower() not in (".pdf", ".txt"):
        raise UsageError(
            "recovery-sheet.form",
            N_("A recovery sheet is not written as “{suffix}”."),
            next_step=N_("Choose a name that ends with .pdf or .txt."),
            suffix=suffix[-64:],
        )


def codes_in_file(data: bytes) -> tuple[str, ...]:
    """The recovery codes, or shares of one, in a sheet, a photo or scan of it, or a text.

    Raises InputError (``recovery-code.not-in-file``) where there is none, and what `opening.Opener.pictures`
    raises. A text that is no printed page is returned whole: what is wrong with it is told by who reads the
    code.
    """
    if is_pdf(data) or pictures.is_picture(data):
        texts = _scanned(data)
    else:
        texts = tuple(recovery_codes.codes_in(data.decode("utf-8-sig", "replace")))
    if not texts:
        raise InputError(
            "recovery-code.not-in-file",
            N_("There is no recovery code in the file."),
            next_step=N_("Photograph the square code on the sheet from nearer by, or type what is printed."),
        )
    return texts


def _scanned(data: bytes) -> tuple[str, ...]:
    found: dict[str, None] = {}
    with opening.Opener() as opener:
        for _, picture in opener.pictures(data):
            for thorough in (False, True):
                read = [text for text in pictures.codes(picture, thorough=thorough) if _is_code(text)]
                if read:
                    found |= dict.fromkeys(read)
                    break
    return tuple(found)


def _is_code(text: str) -> bool:
    try:
        parse_recovery_code(text)
    except UsageError as error:
        return error.code == "recovery-code.another-share"
    return True
