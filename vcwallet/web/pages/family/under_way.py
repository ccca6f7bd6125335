"""What a family has begun on its pages and not finished, and what its last long work found."""

from __future__ import annotations

from dataclasses import dataclass, field

from vcwallet.bundle.recovery_sheet import RecoverySheet
from vcwallet.errors import VcwalletError
from vcwallet.sealed_file.recovery_codes import Group
from vcwallet.speaking.safekeeping import Checked
from vcwallet.wallet import AddResult, Drafts, Shown
from vcwallet.wallet.asides import Choice
from vcwallet.wallet.merging import Merged

__all__ = ["Begun", "Last", "NewSheet"]


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
    shown: Shown | None = None


@dataclass
class NewSheet:
    """A recovery sheet between being made and being read back from paper."""

    sheet: RecoverySheet
    groups: tuple[Group, ...]
    guardian: str | None = None
    """Whose it is; None for the family's own."""


@dataclass
class Last:
    """What pages tell after the work is done, until it is done once more."""

    checked: Checked | None = None
    joined: tuple[Merged, ...] = ()
    answers: list[AddResult] = field(default_factory=list)
    """Of the sites that were asked."""
