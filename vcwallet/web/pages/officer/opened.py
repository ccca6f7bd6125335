"""The officer's desk as it is opened: whom the office believes, who stands there, today's answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from vcwallet import limits
from vcwallet.bundle.request import Request
from vcwallet.errors import N_
from vcwallet.files import read_file
from vcwallet.locales import Language
from vcwallet.report import Problem
from vcwallet.speaking.answer_lists import ApplicantWords
from vcwallet.speaking.queue_run import QueueCall, QueueRun
from vcwallet.speaking.reception import ages_sentence
from vcwallet.verifier.desk_key import DeskKey
from vcwallet.verifier.kit.installed import InstalledKit, installed_kits, kit_folders
from vcwallet.verifier.office import Office
from vcwallet.verifier.protocol import Record
from vcwallet.verifier.queue import Rules
from vcwallet.verifier.reception import Reception
from vcwallet.verifier.trust import TrustList
from vcwallet.web.pages.clock import Clock
from vcwallet.web.pages.places import Places
from vcwallet.web.pages.session import Opened

__all__ = ["CAMERA", "WALLET", "Desk", "Listing", "Result", "kits_of", "kits_place", "office_at"]


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


class Desk(Opened):
    """One desk. `path` is the trust list, or the folder of installed kits."""

    kind = "officer"

    def __init__(
        self, path: Path, kits: Path, office: Office, clock: Clock, *, camera: str, wallet: str
    ) -> None:
        super().__init__()
        self.path, self.kits = path, kits
        self.reception = Reception(office, camera=camera, wallet=wallet)
        self.result = Result((), ())
        """Of the files that were given last."""
        self.key: DeskKey | None = None
        """Signs receipts, once its passphrase was given."""
        self.rules: Rules | None = None
        """Of admission; None where only documents are checked."""
        self.listing: Listing | None = None
        """The queue that was opened last."""
        self.request: Request | None = None
        """The request that was made at this desk last."""
        self.picture = ""
        """Where its code is kept for the page."""
        self.record = Record(office=self.title)
        """What the next protocol begins with: who checks, for which office."""
        self._clock = clock

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
    def own(self) -> Path | None:
        """The office's own trust list, where the desk was opened with one."""
        return None if self.path.is_dir() else self.path

    def standing(self, language: Language) -> str:
        return ages_sentence(self.office, language, now=self._clock.now())

    def outdated(self) -> bool:
        """Whether something of what the office knows is so old that it confirms nothing."""
        return self.office.ages(self._clock.now()).outdated

    def read_again(self, now: datetime) -> None:
        """Believe from here on what the files say that a page has changed."""
        self.reception.office = office_at(self.path, self.kits, now)

    def shut(self) -> None:
        self.key = None
        self.listing = None
        self.reception.close()


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
