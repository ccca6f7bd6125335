"""Kits in people's words: what one is, how old it is, and what a newer one would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from vcwallet.errors import N_, Aged, plural
from vcwallet.locales import Language
from vcwallet.report import Freshness
from vcwallet.verifier.kit import layout
from vcwallet.verifier.kit.installed import InstalledKit
from vcwallet.verifier.kit.layout import Sort
from vcwallet.verifier.kit.updating import Fate, FileChange
from vcwallet.verifier.trust_changes import Change, Decision, What

__all__ = ["FILES", "KitWords", "file_lines", "kit_name", "kit_sentence", "kit_words", "worth_telling"]

AGES: Final = {
    Freshness.FRESH: N_("fresh"),
    Freshness.STALE: N_("old; it still answers, and reports say its age"),
    Freshness.TOO_OLD: N_("too old: it confirms nothing; install a newer one"),
}
FILES: Final = {
    Sort.MANIFEST: N_("contents of the kit"),
    Sort.STATUS_INDEX: N_("index of the lists of revoked diplomas"),
    Sort.TRUST: N_("trust list"),
    Sort.BODY: N_("trust list of a body"),
    Sort.STATUS: N_("lists of revoked diplomas"),
    Sort.LEVELS: N_("levels of olympiads"),
    Sort.PACK: N_("admission rules"),
}
FATES: Final = {
    Fate.NEW: N_("new: {number}"),
    Fate.CHANGED: N_("changed: {number}"),
    Fate.GONE: N_("gone: {number}"),
    Fate.KEPT: N_("kept from the kit before: {number}"),
}


@dataclass(frozen=True, slots=True)
class KitWords:
    """An installed kit on a page."""

    name: str
    sentence: str
    root: str
    """The fingerprint on its maintainer's paper."""


def kit_words(kit: InstalledKit, language: Language) -> KitWords:
    return KitWords(kit_name(kit, language), kit_sentence(kit, language), kit.installed.root)


def kit_name(kit: InstalledKit, language: Language) -> str:
    names = kit.manifest.name
    return names.get(language.code) or next(iter(names.values()))


def kit_sentence(kit: InstalledKit, language: Language) -> str:
    """Which one it is, of which day, and what its age means."""
    return language.text(
        Aged(
            N_("{name}: kit no. {version} of today, {day}, {age}."),
            plural(
                "{name}: kit no. {version} of {day}, {days} day old, {age}.",
                "{name}: kit no. {version} of {day}, {days} days old, {age}.",
            ),
        ),
        name=kit_name(kit, language),
        version=kit.installed.version,
        day=kit.installed.issued_at,
        days=kit.age_days,
        age=language.text(AGES[kit.freshness]),
    )


def worth_telling(changes: Sequence[Change]) -> list[Change]:
    """What a person has to see; of lists of revoked diplomas that are merely newer there are thousands."""
    counted = (What.STATUS_NEW, What.STATUS_NEWER, What.STATUS_HEALED, What.STATUS_OLDER)
    return [each for each in changes if each.what not in counted or each.decision is not Decision.SILENT]


def file_lines(files: Sequence[FileChange], language: Language) -> Iterator[str]:
    """What becomes of the files of a kit, counted."""
    tally = Counter((layout.sort_of(each.path), each.fate) for each in files)
    for sort in (Sort.TRUST, Sort.BODY, Sort.LEVELS, Sort.PACK, Sort.STATUS):
        told = [language.text(FATES[fate], number=tally[sort, fate]) for fate in Fate if tally[sort, fate]]
        if told:
            yield f"{language.text(FILES[sort])} – {', '.join(told)}"
