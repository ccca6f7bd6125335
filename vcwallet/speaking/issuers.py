"""What becomes of an issuer's folder, its diplomas and its keys, in people's words.

    for need in issuer.health(now).needs:
        print(need_sentence(need, language))

What to do about it is a command in one interface and a button in another, so that is said there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from vcwallet.credentials.achievement import Fact
from vcwallet.credentials.fact_words import FACT_NAMES, fact_text
from vcwallet.errors import N_, Plural, plural
from vcwallet.locales import Language

if TYPE_CHECKING:
    from vcwallet.credentials.template import Column
    from vcwallet.issuer import Issuer
    from vcwallet.issuer.finding import LookedUp, Story
    from vcwallet.issuer.handout import HandedOut
    from vcwallet.issuer.health import Need
    from vcwallet.issuer.issued_files import Child
    from vcwallet.issuer.publishing import Difference, SiteFile
    from vcwallet.issuer.register import Act, RegisterLine, State
    from vcwallet.issuer.reissuing import Reissued

__all__ = [
    "ARRIVED",
    "DEEDS",
    "KEY_USES",
    "SITE_STANDINGS",
    "STATES",
    "arrivals",
    "changed_fields",
    "column_name",
    "counts_words",
    "deed_words",
    "difference_words",
    "field_text",
    "handed_out_words",
    "key_words",
    "lookup_words",
    "need_sentence",
    "reissued_words",
    "site_words",
    "state_words",
    "story_facts",
]

STATES: Final[Mapping[str, str]] = {
    "issued": N_("issued"),
    "suspended": N_("suspended"),
    "reserved": N_("not finished"),
    "revoked": N_("revoked"),
}
"""By `State`; in the order in which they are counted."""

SITE_STANDINGS: Final[Mapping[str, str]] = {
    "same": N_("as it should be"),
    "missing": N_("missing"),
    "different": N_("says something else"),
    "behind": N_("does not have the newest changes"),
    "ending": N_("ends soon or has ended"),
    "not-ours": N_("not published by this issuer"),
}
"""By `SiteStanding`."""

KEY_USES: Final[Mapping[str, str]] = {
    "daily": N_("Key {type}, fingerprint {fingerprint}"),
    "standby": N_("Standby key {type}, fingerprint {fingerprint}"),
    "over": N_("Key {type} until {expires}, fingerprint {fingerprint}"),
    "compromised": N_("Compromised key {type}, fingerprint {fingerprint}"),
}
"""By `KeyUse`."""

ARRIVED: Final[Mapping[str, str]] = {
    "moved": N_("The issuer works in {folder} from here on. Do not use the folder at the old place."),
    "copy": N_(
        "{folder} is a copy from here on and has lists of its own. Diplomas signed before are revoked and"
        " replaced in the other folder."
    ),
    "shared": N_("The issuer works in {folder} as well."),
}
"""By `Arrival`: what was said of a folder that is opened at another place."""

_NEEDS: Final[Mapping[str, str | Plural]] = {
    "settle": N_(
        "This folder was at {place} before. Until it is said what became of that one, nothing is signed,"
        " revoked or published here."
    ),
    "publish-changes": plural(
        "The state of {number} diploma was changed and is not published: whoever checks it sees the state"
        " before.",
        "The state of {number} diplomas was changed and is not published: whoever checks them sees the state"
        " before.",
    ),
    "publish-keys": N_(
        "The keys have changed, and the published document does not name them: what they sign cannot be"
        " confirmed."
    ),
    "lists-ended": N_(
        "The published lists of revoked diplomas ended on {day}: whoever checks your diplomas cannot tell"
        " whether they still count."
    ),
    "go-on": plural(
        "{number} diploma was begun and is not finished: the signing was stopped.",
        "{number} diplomas were begun and are not finished: the signing was stopped.",
    ),
    "own-values": plural(
        "{number} value in the settings was invented by the kit. Nothing is signed with it.",
        "{number} values in the settings were invented by the kit. Nothing is signed with them.",
    ),
    "back-up": N_("Something was signed or changed since the backup of {day}. It is not in the backup."),
    "lists-end": N_("The published lists of revoked diplomas are in force until {day} only."),
    "publish-first": N_(
        "Nothing was published yet: who checks your diplomas has neither your keys nor the lists of revoked"
        " ones."
    ),
    "publish-again": plural(
        "{number} file is missing or out of date where you published last: {place}.",
        "{number} files are missing or out of date where you published last: {place}.",
    ),
    "recovery-sheet": N_(
        "There is no recovery sheet: if the passphrase is forgotten, nothing opens the keys."
    ),
    "standby": N_(
        "The standby keys still lie in the folder, so whoever steals it has them as well: {place}."
    ),
    "drill": N_("No backup was tried since {day}: it is not known whether one still opens."),
}
_NO_BACKUP: Final = N_(
    "There is no backup of this folder: with this computer the keys and the register would be lost, and"
    " nothing could be revoked any more."
)


def need_sentence(need: Need, language: Language, *, day: Callable[[date], str] | None = None) -> str:
    """What is not as it should be; `day` writes a day, instead of `language.day`."""
    template = _NO_BACKUP if need.kind == "back-up" and need.day is None else _NEEDS[need.kind]
    told = (day or language.day)(need.day) if need.day is not None else ""
    return language.text(template, number=need.number, place=need.place, day=told)


_COUNTS: Final[Mapping[str, Plural]] = {
    "issued": plural("{number} diploma counts", "{number} diplomas count"),
    "suspended": plural("{number} is suspended", "{number} are suspended"),
    "reserved": plural("{number} is not finished", "{number} are not finished"),
    "revoked": plural("{number} is revoked", "{number} are revoked"),
}


def counts_words(counts: Mapping[State, int], language: Language) -> str:
    """How many diplomas there are in each state; "" when there are none."""
    return ", ".join(
        language.text(template, number=number)
        for state, template in _COUNTS.items()
        if (number := next((count for known, count in counts.items() if known == state), 0))
    )


DEEDS: Final[Mapping[str, str]] = {
    "revoked": N_("Revoked on {day}"),
    "suspended": N_("Suspended on {day}"),
    "reinstated": N_("Counts again since {day}"),
    "noted": N_("Noted on {day}"),
}
"""By `Deed`."""


def deed_words(act: Act, day: str, language: Language) -> str:
    """What was done to a diploma, and why as far as it was said; the reason is for the issuer only."""
    told = language.text(DEEDS[act.deed], day=day)
    reason = language.text(N_("replaced by a corrected one")) if act.reason == "replaced" else act.reason
    return f"{told}: {reason}" if reason else told


def key_words(issuer: Issuer, language: Language, *, day: Callable[[date], str]) -> tuple[KeyWords, ...]:
    """The keys of an issuer, those of every day first; `day` writes the day on which a key's time ended."""
    told = []
    for method in issuer.document.verification_methods:
        use = issuer.use_of(method)
        ended = method.expires or method.revoked
        told.append(
            KeyWords(
                use.value,
                language.text(_KEY_WORDS[use], day=day(issuer.today(ended)) if ended is not None else ""),
                method.public_key.type.value,
                method.public_key.fingerprint,
            )
        )
    return tuple(sorted(told, key=lambda key: list(_KEY_WORDS).index(key.use)))


_KEY_WORDS: Final[Mapping[str, str]] = {
    "daily": N_("Signs every day"),
    "standby": N_("Stands by"),
    "over": N_("Signed until {day}; what it signed stays valid"),
    "compromised": N_("Withdrawn: nothing it signed is believed"),
}


@dataclass(frozen=True, slots=True)
class KeyWords:
    """A key as it is told."""

    use: str
    words: str
    type: str
    fingerprint: str


def arrivals(language: Language) -> tuple[tuple[str, str, str], ...]:
    """What may have become of a folder at another place: the word for `Arrival`, a name, what follows."""
    return tuple((value, language.text(name), language.text(words)) for value, name, words in _ARRIVALS)


_ARRIVALS: Final = (
    (
        "moved",
        N_("The folder was moved or renamed"),
        N_("The folder at the old place is not used any more."),
    ),
    (
        "shared",
        N_("It is the same folder, reached from another computer or by another name"),
        N_("For a stick or a shared disk. The work goes on at both places."),
    ),
    (
        "copy",
        N_("It is a copy, and both are used"),
        N_(
            "The copy gets lists of its own. What was signed before is revoked and corrected in the other"
            " folder."
        ),
    ),
)


def column_name(column: Column, language: Language) -> str:
    """What a column of the sheet is called: the first of the headers it goes by."""
    if column.type == "did":
        return language.text(N_("The child's number from the family's wallet"))
    name = column.headers[0] if column.headers else column.key
    return name[:1].upper() + name[1:]


def field_text(column: Column, value: str, language: Language) -> str:
    """A signed value as a person types it: days and decimals as the language writes them."""
    if column.type == "date":
        return language.value(value) or ""
    return language.number(value) if column.type == "decimal" else value


def changed_fields(story: Story, typed: Mapping[str, str], language: Language) -> dict[str, str]:
    """The values that a person typed and that were signed otherwise, by column key."""
    return {
        column.key: typed[column.key]
        for column, value in story.values
        if column.key in typed and typed[column.key] != field_text(column, value, language)
    }


def handed_out_words(made: HandedOut, language: Language) -> tuple[str, ...]:
    """What was made to hand out, and what is to be looked at in it."""
    told = [
        language.text(plural("{number} diploma", "{number} diplomas"), number=len(made.lines))
        + ", "
        + language.text(plural("{number} pupil", "{number} pupils"), number=made.pupils)
    ]
    if made.without_file:
        told.append(
            language.text(
                N_("Not handed out, for they have no file of their own: {number} diplomas."),
                number=made.without_file,
            )
        )
    if made.perhaps_several:
        more = "…" if len(made.perhaps_several) > _NAMES else ""
        told.append(
            language.text(
                N_(
                    "Without a date of birth, diplomas of one name and class lie in one folder: {names}. Look"
                    " whether each is one child's."
                ),
                names=", ".join(made.perhaps_several[:_NAMES]) + more,
            )
        )
    return tuple(told)


_NAMES: Final = 5
"""How many names one line has room for."""


def lookup_words(found: LookedUp, language: Language) -> tuple[str, ...]:
    """How many diplomas were found, and how many could not be searched."""
    told = [
        language.text(
            plural("{number} diploma was found.", "{number} diplomas were found."), number=len(found.found)
        )
        if found.found
        else language.text(N_("No diploma was found."))
    ]
    if found.not_searched:
        told.append(
            language.text(
                plural(
                    "The file of {number} diploma is not in this folder: it is found by its number only.",
                    "The files of {number} diplomas are not in this folder: they are found by their numbers"
                    " only.",
                ),
                number=found.not_searched,
            )
        )
    return tuple(told)


def story_facts(story: Story, language: Language) -> tuple[tuple[str, str], ...]:
    """What a diploma says, each fact with its name, without whose it is."""
    if story.facts is None:
        return ()
    facts = story.facts
    return tuple(
        (language.text(FACT_NAMES[fact]), text)
        for fact in Fact
        if fact is not Fact.PERSON and (text := fact_text(facts, fact, language))
    )


def site_words(files: Iterable[SiteFile], language: Language) -> tuple[tuple[SiteFile, str, str], ...]:
    """Published files, each with what it is for and how it stands."""
    return tuple(
        (each, language.text(_site_file(each.path)), language.text(SITE_STANDINGS[each.standing]))
        for each in files
    )


def _site_file(path: str) -> str:
    if path.endswith(".html"):
        return N_("a page for people")
    if "suspended" in path:
        return N_("the list of suspended diplomas")
    return N_("the list of revoked diplomas") if "status" in path else N_("the keys")


def difference_words(difference: Difference, language: Language) -> tuple[str, ...]:
    """What publishing would change for those who check diplomas."""
    told = [
        language.text(template, number=len(lines))
        for template, lines in (
            (_PUBLISHES_REVOKED, difference.revoked),
            (_PUBLISHES_SUSPENDED, difference.suspended),
            (_PUBLISHES_REINSTATED, difference.reinstated),
        )
        if lines
    ]
    standings = [each.standing.value for each in difference.files]
    if "different" in standings:
        told.append(language.text(N_("The document with your keys is replaced.")))
    if missing := standings.count("missing"):
        told.append(
            language.text(
                plural("{number} new file is written.", "{number} new files are written."), number=missing
            )
        )
    if not told:
        told.append(language.text(N_("For those who check your diplomas nothing changes.")))
    return tuple(told)


_PUBLISHES_REVOKED: Final = plural(
    "{number} diploma will be seen as revoked.", "{number} diplomas will be seen as revoked."
)
_PUBLISHES_SUSPENDED: Final = plural(
    "{number} diploma will be seen as suspended.", "{number} diplomas will be seen as suspended."
)
_PUBLISHES_REINSTATED: Final = plural(
    "{number} suspended diploma will count again.", "{number} suspended diplomas will count again."
)


def reissued_words(result: Reissued, language: Language) -> tuple[str, ...]:
    """What became of the diplomas that withdrawn keys had signed."""
    told = [
        language.text(
            N_("Signed anew: {number}. Nothing to do: {left}."), number=result.done, left=result.left
        )
    ]
    told += [
        language.text(N_("Not signed: {file}. The standby keys never confirmed it."), file=name)
        for name in result.doubtful[:_SHOWN_FILES]
    ]
    told += [
        language.text(N_("Not signed: {file}. The register does not know it."), file=name)
        for name in result.strangers[:_SHOWN_FILES]
    ]
    return tuple(told)


_SHOWN_FILES: Final = 20


def child_words(child: Child, language: Language) -> str:
    """Whose a diploma is, with the day of birth, for two children of one name are in one school."""
    return f"{child.name}, {language.day(child.born)}" if child.name and child.born else child.name


def state_words(line: RegisterLine, language: Language) -> str:
    """What became of a diploma; what replaces it is said, and the reason is not."""
    told = language.text(STATES[line.state])
    if line.replaced_by is not None and line.state == "revoked":
        return language.text(
            N_("{state}: replaced by No. {number}"), state=told, number=f"{line.replaced_by:04d}"
        )
    return told
