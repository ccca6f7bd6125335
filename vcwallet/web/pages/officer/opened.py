"""The officer's desk as it is opened: whom the office believes, who stands there, today's answers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from vcwallet import limits
from vcwallet.bundle.request import Request
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.files import read_file
from vcwallet.locales import Language
from vcwallet.report import Problem
from vcwallet.speaking.answer_lists import ApplicantWords
from vcwallet.speaking.queue_run import QueueCall, QueueRun
from vcwallet.speaking.reception import ages_sentence
from vcwallet.verifier.desk_key import DeskKey
from vcwallet.verifier.kit.installed import POINTER, InstalledKit, installed_kits, kit_folders
from vcwallet.verifier.office import Office
from vcwallet.verifier.protocol import Record
from vcwallet.verifier.queue import Rules
from vcwallet.verifier.reception import Reception
from vcwallet.verifier.trust import TrustList
from vcwallet.web.pages.clock import Clock
from vcwallet.web.pages.places import Places
from vcwallet.web.pages.session import Opened

__all__ = [
    "CAMERA",
    "WALLET",
    "Desk",
    "Listing",
    "Result",
    "digests",
    "kits_of",
    "kits_place",
    "office_at",
]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of the last files, for the page that lists it."""

    entries: tuple[int, ...]
    problems: tuple[Problem, ...]


@dataclass
class Listing:
    """One queue at this desk: what is checked, and what came of it. Its names are forgotten with the desk."""

    call: QueueCall
    rows: list[ApplicantWords] = field(default_factory=list)
    run: QueueRun | None = None
    failed: list[str] = field(default_factory=list)
    """Protocols that could not be made, with the reason."""


_LIST_LIFE: Final = timedelta(hours=4)


class Desk(Opened):
    """One desk. `path` is the trust list, or the folder of installed kits."""

    kind = "officer"

    def __init__(
        self,
        path: Path,
        kits: Path,
        office: Office,
        clock: Clock,
        *,
        read: Sequence[str],
        camera: str,
        wallet: str,
    ) -> None:
        """`read` is what `digests` said before the office was read."""
        super().__init__()
        self.path, self.kits = path, kits
        self.reception = Reception(office, camera=camera, wallet=wallet, present=self.present)
        self.result = Result((), ())
        """Of the files that were given last."""
        self.key: DeskKey | None = None
        """Signs receipts, once its passphrase was given."""
        self.rules: Rules | None = None
        """Of admission; None where only documents are checked."""
        self.pack = ""
        """Their id, where they are those of a kit."""
        self.listing: Listing | None = None
        """The queue that was opened last."""
        self.request: Request | None = None
        """The request that was made at this desk last."""
        self.picture = ""
        """Where its code is kept for the page."""
        self.record = Record(office=self.title)
        """What the next protocol begins with: who checks, for which office."""
        self._clock = clock
        self._read = read
        self._changed: datetime | None = None
        """When it was seen that another program had changed the files; None once the next person is there."""

    @property
    def office(self) -> Office:
        return self.reception.office

    @property
    def title(self) -> str:
        return self.office.trust.recipient or self.path.name

    @property
    def place(self) -> Path:
        return self.path

    @property
    def life(self) -> timedelta:
        """A list of today must outlive a lunch: nobody wrote it down."""
        return _LIST_LIFE if len(self.reception.today) else self.idle

    def rest(self) -> None:
        self.key = None

    @property
    def own(self) -> Path | None:
        """The office's own trust list, where the desk was opened with one."""
        return None if self.path.is_dir() else self.path

    def standing(self, language: Language) -> str:
        return ages_sentence(self.office, language, now=self._clock.now())

    def outdated(self) -> bool:
        """Whether something of what the office knows is so old that it confirms nothing."""
        return self.office.ages(self._clock.now()).outdated

    def read_again(self, now: datetime) -> None:
        """Believe from here on what the files say that a page has changed. Raises what `office_at` raises."""
        read = digests(self.path, self.kits)
        office = office_at(self.path, self.kits, now)
        if self.pack:
            self.rules = _rules(office, self.pack)
        self.reception.office, self._read = office, read

    def present(self, now: datetime) -> Office:
        """The office as the files say now; where another program changed them, they are read again.

        Raises UsageError (``desk.trust-unreadable``).
        """
        try:
            if digests(self.path, self.kits) != self._read:
                self.read_again(now)
                self._changed = now
        except (VcwalletError, OSError) as error:
            raise UsageError(
                "desk.trust-unreadable",
                N_(
                    "“{file}” or an installed kit was changed by another program and cannot be read now"
                    " ({reason}). Nothing is checked by what it said before."
                ),
                next_step=N_("Put it right, or close the desk and open it with another list."),
                file=self.path.name[-64:],
                reason=error.code if isinstance(error, VcwalletError) else type(error).__name__,
            ) from error
        return self.office

    def next(self) -> None:
        """The next person: what happened meanwhile was said."""
        self._changed = None
        self.reception.next()

    def news(self, language: Language) -> str:
        if self._changed is None:
            return ""
        return language.text(
            N_(
                "The trust list or a kit was changed by another program. Since {time} what is shown is"
                " checked by what it says now; earlier answers stay as they were."
            ),
            time=f"{self._changed:%H:%M}",
        )

    def shut(self) -> None:
        self.key = None
        self.listing = None
        self.reception.close()


def digests(path: Path, kits: Path) -> tuple[str, ...]:
    """What tells whether a trust list and the kits beside it are the ones that were read. Raises OSError.

    A kit is never changed in its place: an update writes another state and names it in the pointer. Take this
    before the files are read, so that what is written in between is seen the next time.
    """
    files = [] if path.is_dir() else [read_file(path, limits.TRUST_LIST_BYTES)]
    place = path if path.is_dir() else kits
    for folder in kit_folders(place) if place.is_dir() else ():
        files += [str(folder).encode("utf-8", "surrogateescape")]
        files += [read_file(folder / POINTER, limits.KIT_INDEX_BYTES)]
    return tuple(hashlib.sha256(each).hexdigest() for each in files)


def _rules(office: Office, pack: str) -> Rules | None:
    """The rules of a kit; None where no kit has them any more."""
    kit = next((each for each in office.kits if pack in each.packs), None)
    return None if kit is None else Rules(kit.packs[pack], kit.levels)


def office_at(path: Path, kits: Path, now: datetime) -> Office:
    """The office of a trust list with the kits that are installed here, or of a folder of kits alone.

    Raises what `TrustList.parse`, `installed_kits` and `Office.of` raise, and OSError.
    """
    if path.is_dir():
        return Office.of(None, installed_kits(path, now=now))
    own = TrustList.parse(read_file(path, limits.TRUST_LIST_BYTES))
    return Office.of(own, kits_of(kits, now))


def kits_of(place: Path, now: datetime) -> Sequence[InstalledKit]:
    """The kits that are installed, none where there are none."""
    return installed_kits(place, now=now) if place.is_dir() and kit_folders(place) else ()


def kits_place(places: Places) -> Path:
    """Where the kits of this person's programs are installed."""
    return places.state / "kits"


CAMERA: Final = N_("camera or scanner")
WALLET: Final = N_("a wallet's answer")
