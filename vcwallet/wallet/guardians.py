"""Other people who can open a family's wallet: each by a way of their own, with a name, and removable.

A guardian's passphrase or printed code is a slot of the file like the family's own; the name stands in a
sealed record, so that the file tells nobody who they are. Whoever opens the file can read and change
everything in it: a guardian is trusted with all of it, and has no less power than the family.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vcwallet import timestamps
from vcwallet.characters import visible
from vcwallet.errors import N_, UsageError
from vcwallet.sealed_file import DEFAULT, Kdf, PrintedCode, SealedFile, passphrases
from vcwallet.sealed_file.recovery_codes import sheet_number
from vcwallet.sealed_file.slots import RecoverySlot
from vcwallet.wallet import records

_NAME_CHARACTERS: Final = 60


@dataclass(frozen=True, slots=True)
class Guardian:
    name: str
    slot: str
    since: datetime
    sheet: str | None
    """The number of the printed sheet; None for a passphrase."""
    record: str


class Guardians:
    """The guardians of one wallet file."""

    def __init__(self, file: SealedFile) -> None:
        self._file = file

    def all(self) -> tuple[Guardian, ...]:
        """By name; those whose way in is still open."""
        slots = {slot.id: slot for slot in self._file.slots}
        found = []
        for record in records.shared(self._file, records.GUARDIAN):
            document = records.load(self._file.get(record))
            slot = slots.get(records.text(document, "slot"))
            if slot is not None:
                sheet = sheet_number(slot.id) if isinstance(slot, RecoverySlot) else None
                name, since = records.text(document, "name"), records.moment(document, "since")
                found.append(Guardian(name, slot.id, since, sheet, record))
        return tuple(sorted(found, key=lambda each: (each.name.casefold(), each.since, each.record)))

    @property
    def slots(self) -> frozenset[str]:
        """Of the file's slots those that are not the family's own."""
        return frozenset(each.slot for each in self.all())

    def find(self, name: str) -> Guardian:
        """Raises UsageError (``wallet.no-guardian``)."""
        for each in self.all():
            if _same(each.name, name):
                return each
        raise UsageError(
            "wallet.no-guardian",
            N_("No guardian of this wallet is called “{name}”."),
            next_step=N_("The guardians are: {guardians}."),
            name=name[:64],
            guardians=", ".join(each.name for each in self.all())[:200] or "-",
        )

    def by_slot(self, slot: str) -> Guardian:
        """Raises UsageError (``wallet.no-guardian``)."""
        return self.find(next((each.name for each in self.all() if each.slot == slot), ""))

    def check_name(self, name: str) -> None:
        """Raises UsageError (``wallet.guardian-name``, ``wallet.same-guardian``)."""
        if not name.strip() or len(name) > _NAME_CHARACTERS or visible(name) != name:
            raise UsageError(
                "wallet.guardian-name",
                N_("A guardian is called by a name of at most {limit} letters."),
                limit=_NAME_CHARACTERS,
            )
        if any(_same(each.name, name) for each in self.all()):
            raise UsageError(
                "wallet.same-guardian",
                N_("“{name}” is a guardian of this wallet already."),
                next_step=N_("Choose another name, or remove the guardian first."),
                name=name[:64],
            )

    def add_passphrase(self, name: str, passphrase: str, *, kdf: Kdf = DEFAULT, now: datetime) -> None:
        """Save a passphrase of the guardian's own.

        Raises UsageError (``passphrase.weak``) and what `check_name` and saving raise.
        """
        self.check_name(name)
        passphrases.check(passphrase)
        self._name(self._file.add_passphrase(passphrase, kdf=kdf), name, now)
        self._file.save()

    def add_code(self, name: str, *, now: datetime) -> PrintedCode:
        """Save a printed code of the guardian's own; it is returned here only.

        `remove` takes it back when it came on no paper. Raises what `check_name` and saving raise.
        """
        self.check_name(name)
        made = self._file.add_recovery_code()
        self._name(made.slot, name, now)
        self._file.save()
        return made

    def remove(self, guardian: Guardian) -> None:
        """Close the guardian's way in, and save. Copies of the file made before still open with it."""
        self._file.remove_slot(guardian.slot)
        self._file.remove(guardian.record)
        self._file.save()

    def _name(self, slot: str, name: str, now: datetime) -> None:
        document = records.dump({"name": name.strip(), "since": timestamps.render(now), "slot": slot})
        self._file.put(document, kind=records.GUARDIAN)


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
