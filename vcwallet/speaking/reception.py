"""What is said at a desk while codes are read: how far it is, and what to do."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from vcwallet.bundle.frames import Progress
from vcwallet.bundle.gathering import Seen, Step
from vcwallet.errors import N_, Aged, plural
from vcwallet.locales import Language
from vcwallet.timestamps import in_zone_of

if TYPE_CHECKING:
    from vcwallet.verifier.office import Office

__all__ = ["ages_sentence", "problem_sentence", "progress_sentence", "step_sentence"]

_SEEN: Final = {
    Seen.NOTHING: N_("No code in sight yet."),
    Seen.ANSWERED: N_("This code has just been answered. Show the next one."),
}
_MISSING_NAMED: Final = 8


def step_sentence(step: Step, language: Language) -> str:
    """What the newest picture or text brought: what of it could not be read, and how far its parts are."""
    if step.seen is Seen.WHOLE:
        return language.text(N_("Read. The answer follows."))
    said = (problem_sentence(step, language), progress_sentence(step.progress, language))
    return " ".join(filter(None, said)) or language.text(_SEEN.get(step.seen, _SEEN[Seen.NOTHING]))


def problem_sentence(step: Step, language: Language) -> str:
    """What could not be read of it, and what to do; "" where all was read, or the document is whole."""
    if step.problem is None or step.seen is Seen.WHOLE:
        return ""
    said = (language.error(step.problem), language.next_step(step.problem))
    return " ".join(filter(None, said))


def progress_sentence(progress: Progress | None, language: Language) -> str:
    """«Прочитано 3 из 5, не хватает 2 и 4»; "" before the first part."""
    if progress is None or progress.complete:
        return ""
    missing = [str(number) for number in progress.missing]
    if len(missing) > _MISSING_NAMED:
        return language.text(
            N_("{have} of {needed} read."), have=len(progress.present), needed=progress.needed
        )
    last = language.text(N_("{some} and {last}"), some=", ".join(missing[:-1]), last=missing[-1])
    return language.text(
        plural(
            "{have} of {needed} read; {missing} is missing.",
            "{have} of {needed} read; {missing} are missing.",
        ),
        have=len(progress.present),
        needed=progress.needed,
        missing=last if len(missing) > 1 else missing[0],
        number=len(missing),
    )


def ages_sentence(office: Office, language: Language, *, now: datetime) -> str:
    """«Список доверия: 2 дня. Сведения об отозванных: 6 дней, годны 14.»"""
    issued = office.trust.issued_at
    if issued - now > office.demands.clock_skew:
        return language.text(
            N_(
                "The trust list was made on {issued}, later than this computer's clock:"
                " check the computer's date."
            ),
            issued=language.day(in_zone_of(now, issued)),
        )
    ages = office.ages(now)
    parts = [
        language.text(
            Aged(
                N_("Trust list: of today."),
                plural("Trust list: {days} day old.", "Trust list: {days} days old."),
            ),
            days=ages.trust,
        )
    ]
    if ages.status is not None:
        parts.append(
            language.text(
                Aged(
                    N_("Revocations: of today, good for {rule}."),
                    plural(
                        "Revocations: {days} day old, good for {rule}.",
                        "Revocations: {days} days old, good for {rule}.",
                    ),
                ),
                days=ages.status,
                rule=ages.rule,
            )
        )
    return " ".join(parts)
