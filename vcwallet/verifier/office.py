"""Whom one office believes and what it demands: its own trust list, its installed kits, or both.

office = Office.of(TrustList.parse(content), installed_kits(folder, now=now))
report = office.verifier().check(bundle, now=now)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vcwallet import timestamps
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.report import Freshness
from vcwallet.strict_json import JsonObject
from vcwallet.verifier.days import days_between
from vcwallet.verifier.demands import Demands
from vcwallet.verifier.trust import TrustList
from vcwallet.verifier.trust_together import KITS_ALONE, beside
from vcwallet.verifier.verifier import Verifier

if TYPE_CHECKING:
    from vcwallet.verifier.kit.installed import InstalledKit
    from vcwallet.verifier.seen import SeenRegister

__all__ = ["Ages", "Office", "recommended"]


@dataclass(frozen=True, slots=True)
class Ages:
    """How old what an office knows is, in days."""

    trust: int
    """Of its own list and its kits the oldest."""
    status: int | None
    """Of the lists of revoked diplomas the oldest; None where there are none."""
    rule: int
    """How old those may be."""
    outdated: bool
    """Whether something of it is so old that it confirms nothing."""


@dataclass(frozen=True)
class Office:
    trust: TrustList
    """Of the own list and the kits together."""
    kits: tuple[InstalledKit, ...] = ()
    own: TrustList | None = None

    @classmethod
    def of(cls, own: TrustList | None, kits: Sequence[InstalledKit] = ()) -> Office:
        """Raises UsageError: ``trust.nobody`` without either, and what `beside` raises."""
        lists = [(each.installed.kit, each.trust) for each in kits]
        if own is not None:
            return cls(beside(own, lists) if lists or own.distrust else own, tuple(kits), own)
        if not kits:
            raise UsageError(
                "trust.nobody",
                N_("There is neither a trust list nor an installed kit."),
                next_step=N_("Start a trust list, or install a kit."),
            )
        if len(kits) == 1:
            return cls(kits[0].trust, tuple(kits))
        started = TrustList.start(now=max(each.installed.issued_at for each in kits), list_name=KITS_ALONE)
        return cls(beside(started, lists), tuple(kits))

    def beside(self, kit: InstalledKit) -> Office:
        """The same office with this kit in the place of its earlier state; raises what `of` raises."""
        others = [each for each in self.kits if each.installed.root != kit.installed.root]
        return Office.of(self.own, [*others, kit])

    def ages(self, now: datetime) -> Ages:
        """How old what is known is; the age of a list is checked again for each diploma that names it."""
        own = [] if self.own is None else [self.own.issued_at]
        stated = [each for document in self.trust.status_lists if (each := _stated(document)) is not None]
        stated += [kit.status_signed_at for kit in self.kits if kit.index.lists]
        demands = self.demands.stricter(max_status_age=self.trust.status_age)
        most = demands.old_status_age or demands.max_status_age
        status = days_between(min(stated), now) if stated else None
        end = self.trust.next_update
        return Ages(
            days_between(
                min([*own, *(kit.installed.issued_at for kit in self.kits)] or [self.trust.issued_at]), now
            ),
            status,
            demands.max_status_age.days,
            outdated=(end is not None and now > end)
            or (status is not None and status > most.days)
            or any(kit.freshness_at(now) is Freshness.TOO_OLD for kit in self.kits),
        )

    @property
    def demands(self) -> Demands:
        """What is demanded where the office says nothing of its own."""
        return recommended(self.kits)

    def verifier(self, demands: Demands | None = None, *, seen: SeenRegister | None = None) -> Verifier:
        return Verifier(self.trust, demands or self.demands, kits=self.kits, seen=seen)


def _stated(document: JsonObject) -> datetime | None:
    """The moment of which a status list speaks."""
    try:
        return timestamps.parse(str(document.get("validFrom")))
    except VcwalletError:
        return None


def recommended(kits: Sequence[InstalledKit]) -> Demands:
    """How old lists of revoked diplomas may be, where the office says nothing: the strictest of its kits."""
    ages = [each.manifest.ages.status_lists for each in kits]
    if not ages:
        return Demands()
    return Demands(
        max_status_age=timedelta(days=min(each.fresh for each in ages)),
        old_status_age=timedelta(days=min(each.stale for each in ages)),
    )
