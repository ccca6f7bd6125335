"""Whom one office believes and what it demands: its own trust list, its installed kits, or both.

office = Office.of(TrustList.parse(content), installed_kits(folder, now=now))
report = office.verifier().check(bundle, now=now)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from vcwallet.errors import N_, UsageError
from vcwallet.verifier.demands import Demands
from vcwallet.verifier.kit.installed import InstalledKit
from vcwallet.verifier.seen import SeenRegister
from vcwallet.verifier.trust import TrustList
from vcwallet.verifier.trust_together import KITS_ALONE, beside
from vcwallet.verifier.verifier import Verifier

__all__ = ["Office", "recommended"]


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
            return cls(beside(own, lists) if lists else own, tuple(kits), own)
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

    @property
    def demands(self) -> Demands:
        """What is demanded where the office says nothing of its own."""
        return recommended(self.kits)

    def verifier(self, demands: Demands | None = None, *, seen: SeenRegister | None = None) -> Verifier:
        return Verifier(self.trust, demands or self.demands, kits=self.kits, seen=seen)


def recommended(kits: Sequence[InstalledKit]) -> Demands:
    """How old lists of revoked diplomas may be, where the office says nothing: the strictest of its kits."""
    ages = [each.manifest.ages.status_lists for each in kits]
    if not ages:
        return Demands()
    return Demands(
        max_status_age=timedelta(days=min(each.fresh for each in ages)),
        old_status_age=timedelta(days=min(each.stale for each in ages)),
    )
