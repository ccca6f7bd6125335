"""The arithmetic of a decision in words, with the paragraphs it rests on.

    for sentence in decision_sentences(decision, language("ru")):
        print(sentence)

`decision_lines` are the same for a screen of 80 columns, `decision_summary` is one line of them. For a family
that tries the rules before it applies, `family=True` says "show the class" where an office reads "the class
is not shown". Both are made of one `Decision`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeAlias

from vcwallet.credentials.fact_words import KIND_NAMES
from vcwallet.errors import N_
from vcwallet.locales import Language
from vcwallet.report import Item
from vcwallet.speaking.report_sentences import FIELDS
from vcwallet.speaking.reports import Line, Tone, wrapped
from vcwallet.speaking.rules import (
    CLAUSE_WORDS,
    ROMAN,
    asked,
    cited,
    document_words,
    in_words,
    named,
    points_words,
    right_words,
)
from vcwallet.verifier.policy import Decision, DecisionLine, Part
from vcwallet.verifier.policy_pack import Pack, Right, Rule, document_of

__all__ = [
    "arithmetic",
    "decided_by",
    "decision_lines",
    "decision_sentences",
    "decision_summary",
    "level_words",
    "rules_words",
]


def decision_sentences(decision: Decision, language: Language, *, family: bool = False) -> list[str]:
    """Every step of the decision as one sentence, in the order of its lines."""
    speaking = _Speaking(decision, language, family)
    return [speaking.sentence(line) for line in decision.lines]


def arithmetic(decisions: Sequence[Decision], language: Language, *, family: bool = False) -> list[str]:
    """All decisions about one applicant for a page, and below them what documents they cite."""
    sentences: list[str] = []
    for decision in decisions:
        sentences += [f"{decision.programme}:"] if len(decisions) > 1 else []
        sentences += decision_sentences(decision, language, family=family)
    return [*sentences, *_documents_cited(decisions, language)]


def _documents_cited(decisions: Iterable[Decision], language: Language) -> list[str]:
    """The documents whose paragraphs the sentences name by a short name, each once with its title."""
    words: dict[str, str] = {}
    for decision in decisions:
        known = decision.pack.sources
        for line in decision.lines:
            parts = (each.merit.source for each in (*line.parts, *line.left_out))
            for source in (*line.sources, *parts):
                document = known[document_of(source)]
                words[document.id] = document_words(document, language)
    return list(words.values())


def decision_lines(decision: Decision, language: Language, *, family: bool = False) -> list[Line]:
    """The sentences in rows of a screen, under what the decision is about."""
    pack = decision.pack
    title = language.text(
        N_("{name}: {code} {programme}"),
        name=named(pack.name, language),
        code=decision.programme,
        programme=named(pack.programmes[decision.programme], language),
    )
    rows = [Line(row) for row in wrapped(title, indent=1)]
    sentences = decision_sentences(decision, language, family=family)
    for line, sentence in zip(decision.lines, sentences, strict=True):
        tone = _TONES.get(line.code, Tone.PLAIN)
        rows += [Line(row, tone) for row in wrapped(sentence, indent=3)]
    made = language.text(
        N_("By the rules {id}, version {version} of {date}."),
        id=pack.id,
        version=pack.version,
        date=pack.published,
    )
    for text in (*_documents_cited([decision], language), made):
        rows += [Line(row, Tone.GREY) for row in wrapped(text, indent=3)]
    return rows


def decision_summary(decision: Decision, language: Language) -> str:
    """``Points: 8, could become 9. Right: 100 points, Mathematics (№ 1).``"""
    points = decision.points
    sure = in_words(points.confirmed, language)
    if points.possible == points.confirmed:
        text = language.text(N_("Points: {points}."), points=sure)
    else:
        more = in_words(points.possible, language)
        text = language.text(N_("Points: {points}, could become {possible}."), points=sure, possible=more)
    for given in decision.rights:
        what = right_words(given.right, decision.pack, language)
        text += " " + language.text(N_("Right: {what} (№ {number})."), what=what, number=given.item)
    return text


def decided_by(decision: Decision, language: Language) -> list[tuple[str, str]]:
    """What it was decided by, each with its name: the rules and the official lists, by version and digest."""
    return rules_words(decision.pack, {each.list: each.digest for each in decision.levels}, language)


def rules_words(pack: Pack, lists: Mapping[str, str], language: Language) -> list[tuple[str, str]]:
    """Rules and official lists; `lists` are the digests of those, by school year."""
    rules = language.text(
        N_("{id}, version {version} of {date}, {digest}"),
        id=pack.id,
        version=pack.version,
        date=pack.published,
        digest=pack.digest,
    )
    known = (
        (language.text(N_("Official list of {year}"), year=year), digest) for year, digest in lists.items()
    )
    return [(language.text(N_("Admission rules")), rules), *known]


def level_words(items: Iterable[Item]) -> dict[int, str]:
    """The level of each diploma that has one, by its number: ``II``."""
    return {
        item.number: ROMAN[item.level.value]
        for item in items
        if item.level is not None and item.level.value is not None
    }


_TONES: Final[Mapping[str, Tone]] = {
    "right.given": Tone.GOOD,
    "points.total": Tone.GOOD,
    "points.possible": Tone.CAREFUL,
    "missing.right": Tone.CAREFUL,
    "missing.merit": Tone.CAREFUL,
    "item.unfit": Tone.GREY,
    "item.no-rule": Tone.GREY,
    "item.same": Tone.GREY,
}

# The clause that a missing fact would answer, where its wish is worth telling.
_WISHES: Final[Mapping[str, tuple[str, ...]]] = {
    "class": ("classes",),
    "profile": ("profiles",),
    "result": ("results",),
    "stage": ("stages",),
    "score": ("hours_at_least",),
    "listNumber": ("numbers",),
}
_FACTS: Final[Mapping[str, str]] = {
    **FIELDS,
    "type": N_("kind"),
    "score": N_("hours"),
    "awarded": N_("day of the award"),
}

_OPEN: Final[Mapping[str, str]] = {
    "confirmation": N_("it is not confirmed yet"),
    "levels": N_("the official list of its year is not at hand"),
    "region": N_("the trust list does not name the region of its issuer"),
}


class _Speaking:
    """One decision in one language, to an office or a family."""

    def __init__(self, decision: Decision, language: Language, family: bool) -> None:
        self.decision = decision
        self.pack = decision.pack
        self.language = language
        self.family = family

    def sentence(self, line: DecisionLine) -> str:
        return _SENTENCES[line.code](self, line)

    def _text(self, template: str, **values: str | int) -> str:
        return self.language.text(template, **values)

    def _amount(self, line: DecisionLine, name: str) -> str:
        return in_words(Decimal(line.values[name]), self.language)

    def _points(self, line: DecisionLine, name: str) -> str:
        return points_words(Decimal(line.values[name]), self.language)

    def _cited(self, line: DecisionLine) -> str:
        return cited(line.sources, self.language)

    def _numbers(self, numbers: Iterable[int]) -> str:
        return ", ".join(f"№ {number}" for number in numbers)

    def _right(self, line: DecisionLine) -> tuple[Right, str]:
        right = self.pack.right(line.values["right"])
        return right, right_words(right, self.pack, self.language)

    def _exam(self, right: Right) -> dict[str, str]:
        assert right.confirm is not None  # only such a right has an exam to speak of
        exam = named(self.pack.exams[right.confirm.exam], self.language)
        return {"exam": exam, "least": in_words(right.confirm.at_least, self.language)}

    def _category(self, identifier: str) -> str:
        return named(self.pack.category(identifier).name, self.language)

    # --- rights ---

    def right_given(self, line: DecisionLine) -> str:
        right, what = self._right(line)
        number, source = self._numbers(line.items), self._cited(line)
        if right.confirm is None:
            return self._text(
                N_("Special right: {what}. Based on {numbers}; no exam has to confirm it{source}"),
                what=what,
                numbers=number,
                source=source,
            )
        return self._text(
            N_("Special right: {what}. Based on {numbers}; the exam “{exam}” is at least {least}{source}"),
            what=what,
            numbers=number,
            source=source,
            **self._exam(right),
        )

    def exam_too_low(self, line: DecisionLine) -> str:
        right, what = self._right(line)
        return self._text(
            N_(
                "No right “{what}”: {numbers} would give it, but the exam “{exam}” is {have}, and at least"
                " {least} is needed{source}"
            ),
            what=what,
            numbers=self._numbers(line.items),
            have=self._amount(line, "have"),
            source=self._cited(line),
            **self._exam(right),
        )

    def right_without_diploma(self, line: DecisionLine) -> str:
        return self._text(
            N_("No right “{what}”: it is claimed, and no diploma gives it{source}"),
            what=self._right(line)[1],
            source=self._cited(line),
        )

    def right_elsewhere(self, line: DecisionLine) -> str:
        return self._text(
            N_("No right “{what}”: it is claimed, and not given for this programme{source}"),
            what=self._right(line)[1],
            source=self._cited(line),
        )

    # --- points ---

    def category(self, line: DecisionLine) -> str:
        text = f"{self._category(line.values['category'])}: {self._parts(line.parts)}"
        if line.left_out:
            dropped = ", ".join(
                f"№ {each.item} ({in_words(each.merit.points, self.language)})" for each in line.left_out
            )
            text += self._text(
                N_("; only the best counts, not added: {dropped}{source}"),
                dropped=dropped,
                source=self._cited(line),
            )
        if line.values["counted"] != line.values["whole"]:
            text += self._text(
                N_(" = {whole}; at most {cap}{source}"),
                whole=self._amount(line, "whole"),
                cap=self._amount(line, "cap"),
                source=self._cited(line),
            )
        return text

    def _parts(self, parts: Iterable[Part]) -> str:
        return " + ".join(
            f"{in_words(each.merit.points, self.language)} (№ {each.item},"
            f" {named(each.merit.text, self.language)}{cited([each.merit.source], self.language)})"
            for each in parts
        )

    def excluded(self, line: DecisionLine) -> str:
        return self._text(
            N_("{category} do not count beside “{instead}”: {parts}{source}"),
            category=self._category(line.values["category"]),
            instead=self._category(line.values["instead"]),
            parts=self._parts(line.parts),
            source=self._cited(line),
        )

    def used(self, line: DecisionLine) -> str:
        return self._text(
            N_("No points, because they give the special right: {numbers}{source}"),
            numbers=self._numbers(line.items),
            source=self._cited(line),
        )

    def sum(self, line: DecisionLine) -> str:
        terms = [in_words(Decimal(each), self.language) for each in line.values["terms"].split()]
        added = " + ".join(terms)
        if len(terms) > 1:
            added += f" = {self._amount(line, 'whole')}"
        values = {"sum": added, "cap": self._amount(line, "cap"), "source": self._cited(line)}
        if line.values["counted"] == line.values["whole"]:
            return self._text(N_("Sum: {sum}; not more than the ceiling of {cap}{source}"), **values)
        return self._text(N_("Sum: {sum}; the ceiling is {cap}, so {cap} count{source}"), **values)

    def total(self, line: DecisionLine) -> str:
        points = self._points(line, "points")
        return self._text(N_("In all for individual achievements: {points}"), points=points)

    def without_rights(self, line: DecisionLine) -> str:
        points = self._points(line, "points")
        return self._text(N_("Without using a special right: {points}"), points=points)

    def possible(self, line: DecisionLine) -> str:
        return self._text(N_("Could become: {points}"), points=self._points(line, "points"))

    # --- what is missing ---

    def missing_right(self, line: DecisionLine) -> str:
        right = self.pack.right(line.values["rule"])
        return self._text(
            N_("Right “{what}”: {missing}{source}"),
            what=right_words(right, self.pack, self.language),
            missing=self._missing(line, right),
            source=self._cited(line),
        )

    def missing_merit(self, line: DecisionLine) -> str:
        merit = self.pack.merit(line.values["rule"])
        return self._text(
            N_("{points} for “{what}”: {missing}{source}"),
            points=points_words(merit.points, self.language),
            what=named(merit.text, self.language),
            missing=self._missing(line, merit),
            source=self._cited(line),
        )

    def _missing(self, line: DecisionLine, rule: Rule) -> str:
        fact = line.values["fact"]
        if fact == "exam":
            assert isinstance(rule, Right)  # only a right is confirmed by an exam
            exam = self._exam(rule)
            return self._text(N_("the exam “{exam}” is not known; at least {least} is needed"), **exam)
        if fact == "claim":
            return self._text(N_("it is not claimed"))
        number = self._numbers(line.items)
        if fact in _OPEN:
            return f"{number}: {self._text(_OPEN[fact])}"
        field = self._text(_FACTS.get(fact, fact))
        wish = next((each for each in _WISHES.get(fact, ()) if each in rule.when.written), None)
        needed = ""
        if wish is not None:
            wanted = asked(wish, rule.when.written[wish], self.language)
            needed = self._text(N_(" (needed: {wanted})"), wanted=wanted)
        if "unread" in line.values:
            return self._text(
                N_("{number}: somebody has to read what it says under “{field}”{needed}"),
                number=number,
                field=field,
                needed=needed,
            )
        template = N_("{number}: show “{field}”{needed}")
        if not self.family:
            template = N_("{number}: “{field}” is not shown{needed}")
        return self._text(template, number=number, field=field, needed=needed)

    # --- what gives nothing ---

    def same(self, line: DecisionLine) -> str:
        first, second = line.items
        return self._text(
            N_("№ {first} is the same achievement as № {second} and counts once"), first=first, second=second
        )

    def without_rule(self, line: DecisionLine) -> str:
        return self._text(N_("{numbers}: the rules give nothing for it"), numbers=self._numbers(line.items))

    def unfit(self, line: DecisionLine) -> str:
        clause, said = line.values["clause"], line.values["said"]
        number, source = self._numbers(line.items), self._cited(line)
        if clause == "window":
            return self._text(
                N_("{number} does not fit: {year} is not among the years {first} to {last}{source}"),
                number=number,
                year=said,
                first=line.values["first"],
                last=line.values["last"],
                source=source,
            )
        rule = self.pack.rule(line.values["rule"])
        wanted = asked(clause, rule.when.written[clause], self.language)
        template = N_("{number} does not fit: {clause} is “{said}”, needed: {wanted}{source}")
        if not said:
            template = N_("{number} does not fit: it names no {clause}, needed: {wanted}{source}")
            if clause in ("levels", "subjects"):
                template = N_("{number} does not fit: not on the official list of its year{source}")
        kinds = {kind.value: words for kind, words in KIND_NAMES.items()}
        if clause == "levels" and said:
            said = ROMAN[int(said)]
        return self._text(
            template,
            number=number,
            clause=self._text(CLAUSE_WORDS[clause]),
            said=self._text(kinds[said]) if clause == "kinds" and said in kinds else said,
            wanted=wanted,
            source=source,
        )


_Sentence: TypeAlias = Callable[[_Speaking, DecisionLine], str]
_SENTENCES: Final[Mapping[str, _Sentence]] = {
    "right.given": _Speaking.right_given,
    "right.exam-too-low": _Speaking.exam_too_low,
    "right.no-diploma": _Speaking.right_without_diploma,
    "right.other-programme": _Speaking.right_elsewhere,
    "points.category": _Speaking.category,
    "points.excluded": _Speaking.excluded,
    "points.used": _Speaking.used,
    "points.sum": _Speaking.sum,
    "points.total": _Speaking.total,
    "points.without-rights": _Speaking.without_rights,
    "points.possible": _Speaking.possible,
    "missing.right": _Speaking.missing_right,
    "missing.merit": _Speaking.missing_merit,
    "item.same": _Speaking.same,
    "item.no-rule": _Speaking.without_rule,
    "item.unfit": _Speaking.unfit,
}
