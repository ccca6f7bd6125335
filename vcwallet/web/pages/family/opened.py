"""A family's wallet, open in the pages, and what the family is in the middle of."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, tzinfo
from pathlib import Path
from typing import ClassVar, Protocol, TypeVar

from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.locales import Language
from vcwallet.speaking import wallets
from vcwallet.wallet import Attachment, Child, Diploma, Intake, Notice, Reminder, Removed, SeenSaves, Wallet
from vcwallet.web.pages.family.eye import Eye
from vcwallet.web.pages.family.under_way import Last
from vcwallet.web.pages.places import Places
from vcwallet.web.pages.session import Opened

__all__ = ["Family", "showing_forgotten"]


class _OfAChild(Protocol):
    child: str


S = TypeVar("S", bound=_OfAChild)


class Family(Opened):
    """One wallet. What is changed is saved at once; what could not be saved stays in memory until it is."""

    kind: ClassVar[str] = "family"

    def __init__(self, wallet: Wallet, places: Places, *, phrase_is_due: bool = False, now: datetime) -> None:
        super().__init__()
        self.wallet = wallet
        self._path = wallet.path.absolute()
        self.seen = SeenSaves(places.state)
        self.phrase_is_due = phrase_is_due
        """Opened by a recovery sheet: the family has a passphrase again only when it made a new one."""
        self.unsaved: VcwalletError | None = None
        """Why the last save failed; what was changed since is in memory only."""
        self.intakes: dict[str, Intake] = {}
        """What was handed in last, by the child on whose page that was; "" while there is no child. With what
        nobody decided yet of what was handed in before."""
        self.removed: dict[str, Removed] = {}
        """What was taken out last of each child, for undoing it."""
        self.eye = Eye()
        """What the camera has seen."""
        self.last = Last()
        """What the last check of a copy, joining and refreshing found."""
        found = self.seen.meet(wallet.saved_state)
        self._noticed: tuple[Notice, ...] = () if found is None else (found,)
        self._saved: datetime | None = _time_on_disk(wallet, now.tzinfo)
        self._met = _state_on_disk(wallet)
        self._overtaken = False
        places.remember(wallet.path, self.kind, now.date())

    def showing(self, name: str, child: str, kind: type[S]) -> S:
        """What is under way of a child under this name; raises UsageError (``page.showing-forgotten``)."""
        found = self.tasks.get(name)
        if not isinstance(found, kind) or found.child != child:
            raise showing_forgotten()
        return found

    @property
    def title(self) -> str:
        return self._path.name

    @property
    def place(self) -> Path:
        return self._path

    def met(self, second: Opened) -> None:
        if isinstance(second, Family) and second.phrase_is_due:
            # Whoever took the sheet has forgotten the passphrase, even if the wallet stood open.
            self.phrase_is_due = True
            self.tasks |= second.tasks

    def standing(self, language: Language) -> str:
        return wallets.place(self._path.parent.name, self._saved, language)

    def shut(self) -> None:
        self.intakes.clear()
        self.removed.clear()
        self.eye.close()
        self.last = Last()
        del self.wallet

    def save(self, now: datetime) -> None:
        """Save. What stopped it is kept in `unsaved` for the pages to say: nothing of the change is lost."""
        try:
            self.wallet.save()
        except VcwalletError as error:
            self.unsaved = error
        else:
            self.unsaved, self._saved = None, now
            self.seen.remember(self.wallet.saved_state)
            self._met, self._overtaken = _state_on_disk(self.wallet), False

    @property
    def overtaken(self) -> bool:
        """Whether another program saved something into the file that is not here. Read when it changed."""
        found = _state_on_disk(self.wallet)
        if found != self._met:
            with suppress(VcwalletError):
                wallet = self.wallet
                self._overtaken = wallet.saved_by_another() and not wallet.compare(wallet.path).alike
                self._met = found
        return self._overtaken

    def take_over(self, now: datetime) -> None:
        """Bring in what another program saved into the file, and save both together."""
        wallet = self.wallet
        wallet.taken_over = (*wallet.taken_over, *wallet.merge([wallet.path]))
        self.save(now)

    def forget_child(self, child: str) -> None:
        """Let go of what was begun about a child that is not in the wallet any more."""
        self.intakes.pop(child, None)
        self.removed.pop(child, None)

    def reminders(self, now: datetime) -> tuple[Reminder, ...]:
        """What to see to, the most urgent first."""
        backup = self.seen.last_backup(self.wallet.saved_state.file_id)
        return self.wallet.reminders(noticed=self._noticed, backup=backup, now=now)

    def child(self, wanted: str) -> Child:
        """The child of an address, by its id alone. Raises UsageError (``page.no-child``)."""
        for child in self.wallet.children:
            if child.id == wanted:
                return child
        raise UsageError(
            "page.no-child",
            N_("This child is not in the wallet any more."),
            next_step=N_("Choose a child on the first page of the wallet."),
        )

    def diploma(self, child: Child, number: str) -> Diploma:
        """A diploma of that child alone. Raises UsageError (``wallet.no-entry``, ``wallet.not-signed``)."""
        return self.wallet.diploma(number, child=child)

    def document(self, child: Child, number: str) -> Attachment:
        """A document nobody signed, of that child alone. Raises UsageError (``wallet.no-entry``)."""
        kept = self.wallet.kept(number, child=child)
        if isinstance(kept, Attachment):
            return kept
        raise UsageError(
            "page.signed",
            N_("This is a diploma, and not a document that nobody signed."),
            next_step=N_("Choose it on the page of the child."),
        )

    def handed_in(self, child: str, intake: Intake) -> None:
        """Keep what was handed in on the page of a child; questions that are still open stay asked."""
        if child in self.intakes:
            intake.go_on_asking(self.intakes[child])
        self.intakes[child] = intake

    def intake(self, child: str) -> Intake:
        """What was handed in last on the page of a child. Raises UsageError (``page.no-intake``)."""
        if child not in self.intakes:
            raise UsageError(
                "page.no-intake",
                N_("What was handed in is not held any more."),
                next_step=N_("Hand the files in once more."),
            )
        return self.intakes[child]


def _state_on_disk(wallet: Wallet) -> tuple[int, int, int] | None:
    """What of the file changes with every save of it; None where there is none."""
    with suppress(OSError):
        found = wallet.path.stat()
        return found.st_mtime_ns, found.st_size, found.st_ino
    return None


def _time_on_disk(wallet: Wallet, zone: tzinfo | None) -> datetime | None:
    with suppress(OSError):
        return datetime.fromtimestamp(wallet.path.stat().st_mtime, zone)
    return None


def showing_forgotten() -> UsageError:
    return UsageError(
        "page.showing-forgotten",
        N_("This showing is not under way any more."),
        next_step=N_("Begin again: nothing was shown."),
    )
