"""What keeps a wallet from being lost, in words: copies, drills, sheets, people who can open it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vcwallet.bundle.recovery_sheet import RecoverySheet, codes_in_file
from vcwallet.errors import N_, UsageError, VcwalletError, plural
from vcwallet.locales import Language
from vcwallet.sealed_file import Passphrase, RecoveryCode, Secret
from vcwallet.sealed_file.recovery_codes import Group, codes_in
from vcwallet.speaking.copies import health_lines, unchecked
from vcwallet.wallet.inspection import Health, Tried
from vcwallet.wallet.seen_saves import Backup
from vcwallet.wallet.wallet import Wallet

__all__ = [
    "Checked",
    "Misread",
    "Safekeeping",
    "field_of",
    "misread",
    "page_number",
    "safekeeping",
    "secret",
    "sheet_name",
]


@dataclass(frozen=True, slots=True)
class Safekeeping:
    """How safe a wallet is, a sentence each."""

    backup: str
    backed_up: bool
    sheets: str
    has_sheet: bool
    people: str


def safekeeping(wallet: Wallet, backup: Backup | None, language: Language) -> Safekeeping:
    """What is known of copies, sheets and people; `backup` is the last copy that this computer made."""
    people = wallet.guardians.all()
    sheets = wallet.own_sheets
    return Safekeeping(
        _backup(wallet, backup, language),
        backup is not None and backup.generation == wallet.saved_state.generation,
        language.text(N_("Sheets that open it: {numbers}."), numbers=", ".join(sheets))
        if sheets
        else language.text(N_("There is no sheet: if you forget the passphrase, nobody opens the wallet.")),
        bool(sheets),
        language.text(N_("Besides you: {names}."), names=", ".join(each.name for each in people))
        if people
        else language.text(N_("Nobody but you can open it.")),
    )


def _backup(wallet: Wallet, backup: Backup | None, language: Language) -> str:
    if backup is None:
        return language.text(N_("This computer knows of no copy. If it is lost, so is the wallet."))
    since = wallet.saved_state.generation - backup.generation
    day = language.long_day(backup.at)
    if since <= 0:
        return language.text(N_("Copied and read back on {day}; nothing was changed since."), day=day)
    words = plural(
        "Copied and read back on {day}; saved {number} time since.",
        "Copied and read back on {day}; saved {number} times since.",
    )
    return language.text(words, day=day, number=since)


@dataclass(frozen=True, slots=True)
class Checked:
    """A copy that was made or tried, and what was found in it."""

    name: str
    health: Health
    tried: Tried | None = None
    """None for a copy that was just made."""

    @property
    def good(self) -> bool:
        return not self.health.problems

    def said(self, language: Language) -> tuple[str, ...]:
        """What was found, a sentence each."""
        found = [*health_lines(self.health, language)]
        if (warning := unchecked(self.health, language)) is not None:
            found.append(warning)
        if self.tried is not None:
            found += _tried(self.tried, language)
        return tuple(found)


def _tried(tried: Tried, language: Language) -> list[str]:
    found = []
    if not tried.same:
        found.append(language.text(N_("This is another wallet, not a copy of the one that is open.")))
    elif tried.behind:
        words = plural(
            "It is older than the wallet that is open: that one was saved {number} time since.",
            "It is older than the wallet that is open: that one was saved {number} times since.",
        )
        found.append(language.text(words, number=tried.behind))
    if tried.opened_by_sheet is not None:
        found.append(language.text(N_("The sheet {number} opens it."), number=tried.opened_by_sheet))
    elif tried.sheets:
        found.append(language.text(N_("Sheets that open it: {numbers}."), numbers=", ".join(tried.sheets)))
    return found


# --- secrets that were typed --------------------------------------------------------------------------------


def secret(passphrase: str, code: str, photos: Sequence[bytes] = ()) -> Secret:
    """What a form opens a file with: a recovery code, typed or in photos of its sheet, else the passphrase.

    Raises what `codes_in_file`, `RecoveryCode` and `Passphrase` raise.
    """
    codes = [*codes_in(code), *(found for photo in photos for found in codes_in_file(photo))]
    return RecoveryCode(*codes) if codes else Passphrase(passphrase)


_FIELDS: Final = {
    "passphrase.not-the-same": "again",
    "wallet.guardian-name": "name",
    "wallet.same-guardian": "name",
}


def field_of(error: VcwalletError) -> str:
    """The field of a form for a new passphrase that an error is about."""
    return _FIELDS.get(error.code, "passphrase")


# --- a sheet that is read back ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Misread:
    """The first group that was not read as it is printed."""

    position: int
    error: UsageError


def misread(groups: Sequence[Group], typed: Sequence[str]) -> Misread | None:
    """What was typed beside what the sheet says; None when all of it is right."""
    for position, (group, text) in enumerate(zip(groups, typed, strict=True)):
        if not group.is_read_as(text):
            error = UsageError(
                "recovery-code.misread",
                N_("Group {number} of the sheet is another one."),
                next_step=N_("Read it from the printed sheet, not from the screen."),
                number=group.number,
            )
            return Misread(position, error)
    return None


def page_number(text: str) -> int:
    """Which page of a sheet an address names."""
    return int(text) if text in ("1", "2", "3") else 1


def sheet_name(sheet: RecoverySheet, page: int, language: Language) -> str:
    """What the file of a page is called."""
    name = language.text(N_("Recovery sheet {number}"), number=sheet.number)
    return f"{name} {page}.pdf" if len(sheet.printed.codes) > 1 else f"{name}.pdf"
