"""What a family has begun on its pages and not finished, and what its last long work found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vcwallet.bundle.recovery_sheet import RecoverySheet
from vcwallet.errors import VcwalletError
from vcwallet.sealed_file.recovery_codes import Group
from vcwallet.speaking.applying import Rules
from vcwallet.speaking.safekeeping import Checked
from vcwallet.wallet import AddResult, Drafts, NewKeys, Shown
from vcwallet.wallet.asides import Choice
from vcwallet.wallet.merging import Merged
from vcwallet.wallet.returning import BroughtBack

__all__ = ["Begun", "HandedBack", "Last", "NewSheet", "Worth"]


@dataclass
class Begun:
    """One showing on its way."""

    child: str
    choice: Choice = field(default_factory=Choice)
    aside: str | None = None
    """The record of what was put aside, where it goes on from there."""
    problem: VcwalletError | None = None
    """Why a request could not be answered by a proposal."""
    drafts: Drafts | None = None
    """What was looked at last, and will be signed."""
    seen: int = 0
    """The number of what is looked at (`Visit.demand_seen`)."""
    shown: Shown | None = None

    def look_at(self, drafts: Drafts) -> None:
        self.drafts, self.seen = drafts, self.seen + 1


@dataclass
class NewSheet:
    """A recovery sheet between being made and being read back from paper."""

    sheet: RecoverySheet
    groups: tuple[Group, ...]
    guardian: str | None = None
    """Whose it is; None for the family's own."""


@dataclass(frozen=True)
class HandedBack:
    """The files of an export, whose new keys of issuers somebody has to compare first."""

    files: tuple[tuple[str, bytes], ...]
    asked: tuple[NewKeys, ...]


@dataclass(frozen=True)
class Worth:
    """What was asked about a child's diplomas, as it was typed, and the answer."""

    rules: Rules
    typed: Mapping[str, str]
    claimed: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass
class Last:
    """What pages tell after the work is done, until it is done once more."""

    checked: Checked | None = None
    joined: tuple[Merged, ...] = ()
    rules: Rules | None = None
    """Of a university, by which it was asked last what diplomas are worth."""
    worth: dict[str, Worth] = field(default_factory=dict)
    """The answers, by child."""
    returned: BroughtBack | None = None
    answers: list[AddResult] = field(default_factory=list)
    """Of the sites that were asked."""
