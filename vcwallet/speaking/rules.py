"""Admission rules in people's words: the names of rights, what a rule asks for, a whole pack to read.

    for line in pack_lines(pack, language("ru")):
        print(line)

What a pack itself says (names of exams, of categories, its sources) is in the languages its author wrote; of
two the reader's is taken, of one that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from vcwallet.credentials.fact_words import KIND_NAMES, RESULT_NAMES, STAGE_NAMES
from vcwallet.credentials.terms import OlympiadList
from vcwallet.errors import N_, plural
from vcwallet.locales import Language
from vcwallet.verifier.policy import amount
from vcwallet.verifier.policy_pack import Combine, Merit, Names, Pack, Right, RightKind, Rule, Source

__all__ = [
    "CLAUSE_WORDS",
    "ROMAN",
    "asked",
    "cited",
    "document_words",
    "in_words",
    "named",
    "pack_lines",
    "points_words",
    "right_words",
]

CLAUSE_WORDS: Final[Mapping[str, str]] = {
    "kinds": N_("kind"),
    "list": N_("list"),
    "numbers": N_("number in the official list"),
    "stages": N_("stage"),
    "profiles": N_("subject"),
    "levels": N_("level by the official list"),
    "subjects": N_("school subject by the official list"),
    "results": N_("result"),
    "classes": N_("class"),
    "regions": N_("region of the issuer"),
    "hours_at_least": N_("hours"),
    "age_at_least": N_("age"),
    "age_at_most": N_("age"),
    "window": N_("year"),
}
_LISTS: Final[Mapping[OlympiadList, str]] = {
    OlympiadList.OFFICIAL: N_("an olympiad of the official list"),
    OlympiadList.NATIONAL: N_("the national olympiad"),
    OlympiadList.NONE: N_("neither the national olympiad nor one of the official list"),
}
ROMAN: Final = {1: "I", 2: "II", 3: "III"}


def named(names: Names, language: Language) -> str:
    """A text of the pack in the reader's language, or in the one it has."""
    return language.value(names.get(language.code) or next(iter(names.values()))) or ""


def cited(sources: Iterable[str], language: Language) -> str:
    """`` [rules, п. 5.3]``, or nothing."""
    text = "; ".join(dict.fromkeys(language.value(each) or "" for each in sources))
    return f" [{text}]" if text else ""


def document_words(document: Source, language: Language) -> str:
    """``[rules] Admission rules of 2027``: what stands in brackets elsewhere, by its title."""
    return f"[{document.id}] {language.value(document.title)}"


def points_words(points: Decimal, language: Language) -> str:
    """``5 points``, ``2.5 points``, in the forms of the language."""
    if points == points.to_integral_value():
        return language.text(plural("{number} point", "{number} points"), number=int(points))
    # A fraction takes one form, whatever its digits.
    return language.text(N_("{amount} points"), amount=in_words(points, language))


def in_words(points: Decimal, language: Language) -> str:
    """An amount with the language's own decimal mark."""
    return language.number(amount(points))


def right_words(right: Right, pack: Pack, language: Language) -> str:
    """What a right gives: ``without entrance exams``, ``100 points, Mathematics``."""
    if right.kind is RightKind.WITHOUT_EXAMS:
        return language.text(N_("without entrance exams"))
    assert right.exam is not None  # the pack was checked for it
    return language.text(N_("100 points, {exam}"), exam=named(pack.exams[right.exam], language))


def asked(clause: str, wanted: Any, language: Language) -> str:
    """What one clause asks for: ``10 or 11``, ``at least 60``."""
    if clause == "list":
        return language.text(_LISTS[wanted])
    if clause in ("hours_at_least", "age_at_least"):
        return language.text(N_("at least {least}"), least=wanted)
    if clause == "age_at_most":
        return language.text(N_("at most {most}"), most=wanted)
    words: list[str] = []
    for each in wanted:
        if clause == "kinds":
            words.append(language.text(KIND_NAMES[each]))
        elif clause == "stages":
            words.append(language.text(STAGE_NAMES[each]))
        elif clause == "results":
            words.append(language.text(RESULT_NAMES[each]))
        elif clause == "levels":
            words.append(ROMAN[each])
        else:
            words.append(language.value(each) or "")
    return any_of(words, language)


def any_of(words: Sequence[str], language: Language) -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    if len(words) < 2:
        return "".join(words)
    return language.text(N_("{first} or {last}"), first=", ".join(words[:-1]), last=words[-1])


def rule_words(rule: Rule, pack: Pack, language: Language) -> str:
    """All that a rule asks for, one clause after another."""
    parts = []
    for clause, wanted in rule.when.written.items():
        text = asked(clause, wanted, language)
        if clause in ("kinds", "list", "stages", "results"):
            parts.append(text)
        else:
            parts.append(f"{language.text(CLAUSE_WORDS[clause])}: {text}")
    if rule.within_years is not None:
        first, last = pack.years_of(rule)
        parts.append(language.text(N_("held in {first} to {last}"), first=first, last=last))
    return "; ".join(parts)


def pack_lines(pack: Pack, language: Language) -> list[str]:
    """A whole pack, to be read beside the rules it was written from. "" stands between its parts."""
    return [each.rstrip() for each in _pack(pack, language)]


def _pack(pack: Pack, language: Language) -> Iterator[str]:
    text = language.text
    yield named(pack.name, language)
    yield text(
        N_("{id}, version {version}, of {date}; admission of {year}"),
        id=pack.id,
        version=pack.version,
        date=pack.published,
        year=pack.year,
    )
    yield ""
    yield text(N_("Sources"))
    for source in pack.sources.values():
        place = f" ({language.value(source.url)})" if source.url else ""
        yield f"  {document_words(source, language)}{place}"
    yield ""
    yield text(N_("Years"))
    first, last = pack.years
    yield "  " + text(
        N_(
            "An achievement counts if it was held in {first} to {last},"
            " unless its rule says otherwise.{source}"
        ),
        first=first,
        last=last,
        source=cited([pack.window.source], language),
    )
    if pack.rights:
        yield ""
        yield text(N_("Special rights"))
    for right in pack.rights:
        yield from _right(right, pack, language)
    yield ""
    yield text(N_("Points for individual achievements"))
    for category in pack.categories:
        yield from _category(category.id, pack, language)
    for group in pack.exclusive:
        names = [named(pack.category(each).name, language) for each in group.categories]
        yield "  " + text(
            N_("Only one of these counts, the one that gives most: {names}.{source}"),
            names=", ".join(names),
            source=cited([group.source], language),
        )
    yield "  " + text(
        N_("At most {points} in all.{source}"),
        points=points_words(pack.points.cap, language),
        source=cited([pack.points.source], language),
    )
    if pack.points.right_takes_points:
        yield "  " + text(
            N_("A diploma that gives a special right gives no points.{source}"),
            source=cited([pack.points.used_source or ""], language),
        )


def _right(right: Right, pack: Pack, language: Language) -> Iterator[str]:
    yield "  " + language.text(
        N_("{right}: {what}{source}"),
        right=right.id,
        what=right_words(right, pack, language),
        source=cited([right.source], language),
    )
    programmes = (f"{code} {named(pack.programmes[code], language)}" for code in right.programmes)
    yield "    " + language.text(N_("for: {programmes}"), programmes=", ".join(programmes))
    yield "    " + language.text(N_("who has: {rule}"), rule=rule_words(right, pack, language))
    if right.confirm is None:
        yield "    " + language.text(N_("no exam has to confirm it"))
    else:
        yield "    " + language.text(
            N_("confirmed by the exam “{exam}”, at least {least}"),
            exam=named(pack.exams[right.confirm.exam], language),
            least=in_words(right.confirm.at_least, language),
        )


def _category(identifier: str, pack: Pack, language: Language) -> Iterator[str]:
    category = pack.category(identifier)
    best = category.combine is Combine.BEST
    how = language.text(N_("only the best counts") if best else N_("they are added"))
    if category.cap is not None:
        how += ", " + language.text(N_("at most {points}"), points=points_words(category.cap, language))
    yield f"  {named(category.name, language)}: {how}{cited([category.source], language)}"
    for merit in pack.merits:
        if merit.category == identifier:
            yield from _merit(merit, pack, language)


def _merit(merit: Merit, pack: Pack, language: Language) -> Iterator[str]:
    points = points_words(merit.points, language)
    source = cited([merit.source], language)
    yield f"    {points}: {named(merit.text, language)}{source}"
    yield "      " + language.text(N_("who has: {rule}"), rule=rule_words(merit, pack, language))
