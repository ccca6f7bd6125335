"""What a receipt says of a check, in one line of a language."""

from __future__ import annotations

from datetime import date, timedelta

from vcwallet.errors import N_
from vcwallet.locales import Language
from vcwallet.report import Fate, Report
from vcwallet.timestamps import in_zone_of

__all__ = ["receipt_words"]


def receipt_words(report: Report, language: Language) -> str:
    """How many of how many are confirmed, when it was checked, with what knowledge, for what."""
    checked = report.checked_at
    confirmed = sum(item.outcome is Fate.CONFIRMED for item in report.items)
    text = language.text(
        N_("Checked on {day}: confirmed {number} of {all}."),
        day=checked.date(),
        number=confirmed,
        all=len(report.items),
    )
    known = _known(report)
    if known is not None:
        text += " " + language.text(N_("By what was known on {day}."), day=known)
    if report.showing.purpose:
        text += " " + language.text(N_("For: “{purpose}”."), purpose=report.showing.purpose[:200])
    return text + " " + language.text(N_("This is no promise of admission."))


def _known(report: Report) -> date | None:
    """The day of the oldest knowledge that the answer rests on."""
    oldest = report.knowledge.oldest_status_days
    if oldest is not None:
        return report.checked_at.date() - timedelta(days=oldest)
    trust = report.knowledge.trust
    return in_zone_of(report.checked_at, trust.issued_at).date() if trust is not None else None
