"""What will be shown, in the family's words, before anything is signed.

    for line in preview_lines(drafts, language):
        print(line)
    for warning in warnings(drafts, language, now=now):
        print(warning)

Everything is read from the drafts, which are what will be signed: values as the recipient will read them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vcwallet.credentials.achievement import Fact, Facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.fact_words import FACT_NAMES, fact_text, further
from vcwallet.errors import N_
from vcwallet.identifiers.host_name import in_letters
from vcwallet.locales import Language
from vcwallet.speaking.shown import ShownDiploma, shown_document
from vcwallet.wallet.answering import Why
from vcwallet.wallet.drafts import fields, with_parts
from vcwallet.wallet.presenting import Drafts, PreparedDiploma

__all__ = [
    "Field",
    "chosen",
    "field_names",
    "fields_of",
    "more_than_asked",
    "preview_lines",
    "read_of",
    "recipient",
    "warnings",
    "why_fixed",
]


def recipient(drafts: Drafts) -> str:
    """The name in its own letters, unless they deceive."""
    host = drafts.terms.recipient
    return in_letters(host) if drafts.terms.imitated is None else host


def preview_lines(drafts: Drafts, language: Language) -> Iterator[str]:
    """Who is shown, to whom, what for, until when; of each diploma what is read and what stays hidden."""
    terms = drafts.terms
    yield language.text(N_("Diplomas of: {child}"), child=drafts.child.name)
    yield language.text(N_("For: {recipient}"), recipient=recipient(drafts))
    yield language.text(N_("Purpose: {purpose}"), purpose=terms.purpose)
    if drafts.until is None:
        yield language.text(N_("Good until: it has no last day"))
    else:
        yield language.text(N_("Good until: {day}; after that nobody accepts it"), day=drafts.until)
    if terms.retention is not None:
        yield language.text(N_("They promise to keep it for {days} days at most."), days=terms.retention.days)
    for number, each in enumerate(drafts.diplomas, 1):
        yield ""
        yield f"{number}. {language.value(each.diploma.title)}"
        yield from _diploma_lines(each, language)
    for number, document in enumerate(drafts.documents, len(drafts.diplomas) + 1):
        yield ""
        yield from _document_lines(number, shown_document(document, language), language)


def _document_lines(number: int, shown: ShownDiploma, language: Language) -> Iterator[str]:
    yield f"{number}. {shown.title}"
    yield "   " + language.text(N_("they will read:"))
    yield from (f"     {name}: {value}" for name, value in shown.facts)
    if shown.hidden:
        yield "   " + language.text(N_("hidden from them: {fields}"), fields=shown.hidden)


def _diploma_lines(each: PreparedDiploma, language: Language) -> Iterator[str]:
    yield "   " + language.text(N_("they will read:"))
    for name, value in read_of(each.draft.credential, each.draft.facts, language):
        yield f"     {name}: {value}"
    withheld = [name for name in each.draft.hidden if name in each.withheld]
    hidden = [name for name in each.draft.hidden if name not in each.withheld]
    if hidden:
        yield "   " + language.text(N_("hidden from them: {fields}"), fields=field_names(hidden, language))
    if withheld:
        yield "   " + language.text(
            N_("hidden, although they ask for it: {fields}"), fields=field_names(withheld, language)
        )
    if each.absent:
        yield "   " + language.text(
            N_("not in this diploma anyway: {fields}"), fields=field_names(each.absent, language)
        )


def read_of(credential: Credential, facts: Facts, language: Language) -> tuple[tuple[str, str], ...]:
    """Everything that a recipient reads of a credential, names and values; `facts` are the credential's.

    A family's preview and a recipient's page are both made of it.
    """
    said = [
        (language.text(FACT_NAMES[fact]), language.value(fact_text(facts, fact, language)) or "")
        for fact in facts.said
    ]
    return (*said, *further(credential, facts, language))


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a diploma says, as a family decides about it."""

    name: str
    """A word of `wallet.FIELDS`; "" for what has no word and is always read."""
    label: str
    value: str
    shown: bool
    free: bool
    """Whether the family may hide it."""
    asked: bool
    """Whether the recipient asks for it by name."""


def fields_of(each: PreparedDiploma, language: Language) -> tuple[Field, ...]:
    """What a diploma says, field by field: what is read of it as drafted, and what the family may change."""
    diploma, draft = each.diploma, each.draft
    possible, asked = diploma.hideable, each.asked
    found = [
        Field(
            name,
            language.text(FACT_NAMES[name]),
            _value(diploma.credential, diploma.facts, name, language),
            shown=name in draft.fields,
            free=name in possible,
            asked=name in asked,
        )
        for name in fields(diploma.credential, diploma.facts)
    ]
    known = {field.value for field in found}
    rest = [
        Field("", name, value, shown=True, free=False, asked=False)
        for name, value in further(draft.credential, draft.facts, language)
        if value not in known and not any(value in part.split(_DASH) for part in known)
    ]
    return (*found, *rest)


def why_fixed(each: PreparedDiploma, language: Language) -> str:
    """Why what cannot be hidden in a diploma cannot."""
    if each.diploma.hideable:
        return language.text(N_("Always visible: its issuer signed it so"))
    return language.text(N_("No part can be hidden: its issuer signed it as a whole"))


_DASH: Final = " – "


def _value(credential: Credential, facts: Facts, name: str, language: Language) -> str:
    """The value of a field; a part of a fact has one of its own."""
    if name == "patronymic":
        return language.value(facts.person.patronymic) or ""
    if name == "dates":
        days = (
            subject.get(member)
            for member in ("activityStartDate", "activityEndDate")
            for subject in credential.subjects
        )
        return _DASH.join(language.value(day) or "" for day in days if isinstance(day, str))
    return language.value(fact_text(facts, Fact(name), language)) or ""


def more_than_asked(each: PreparedDiploma, language: Language) -> str:
    """Of a diploma whose fields are all read although only some are asked for."""
    return language.text(
        N_(
            "More of “{title}” is read than is asked for: its issuer signed it as a whole, and no part of it"
            " can be hidden."
        ),
        title=each.diploma.title,
    )


def chosen(drafts: Drafts, language: Language) -> Iterator[str]:
    """Why these diplomas were proposed and not others that would do."""
    for each in drafts.picked:
        yield language.text(
            _CHOSEN[each.because],
            titles="; ".join(f"“{one.title}”" for one in each.diplomas),
            others="; ".join(f"№ {one.number} “{one.title}”" for one in each.instead[:_OTHERS]),
        ) + ("" if len(each.instead) <= _OTHERS else " …")


_OTHERS: Final = 10
"""So many are named; a family that wants another knows its diplomas."""
_CHOSEN: Final = {
    Why.FEWER: N_(
        "Chosen: {titles}, which answers several questions at once. These would answer as well: {others}"
    ),
    Why.HERE: N_(
        "Chosen: {titles}. For these the wallet has no key, and they would answer as well: {others}"
    ),
    Why.KEY: N_("Chosen: {titles}, issued to the child's key. These would answer as well: {others}"),
    Why.LEAST: N_(
        "Chosen: {titles}, of which least is read that nobody asked for. These would answer as well: {others}"
    ),
    Why.NEWEST: N_("Chosen: {titles}, the newest. These would answer as well: {others}"),
}


def field_names(names: Sequence[str], language: Language) -> str:
    """Words of `wallet.FIELDS` as people call them."""
    return ", ".join(language.text(FACT_NAMES[name]) for name in names)


def warnings(drafts: Drafts, language: Language, *, now: datetime) -> Iterator[str]:
    """What the family had better look at before it agrees."""
    terms = drafts.terms
    if terms.imitated is not None:
        yield language.text(
            N_(
                "Stop and look at the recipient: “{letters}” is not “{imitated}”, it only looks like it. Its"
                " real name is {recipient}."
            ),
            letters=in_letters(terms.recipient),
            imitated=terms.imitated,
            recipient=terms.recipient,
        )
    if drafts.resembled is not None:
        yield language.text(
            N_(
                "Look at the recipient: until now diplomas were shown to “{earlier}”, and this is"
                " “{recipient}”. Is that a slip?"
            ),
            earlier=in_letters(drafts.resembled),
            recipient=recipient(drafts),
        )
    yield from chosen(drafts, language)
    for each in drafts.diplomas:
        if each.asked and not each.diploma.hideable and set(each.draft.fields) - with_parts(each.asked):
            yield more_than_asked(each, language)
    for seen in drafts.still_visible:
        yield language.text(
            N_("Visible after all: {field}. You hide it in one diploma, and it can be read in {titles}."),
            field=field_names([seen.name], language).lower(),
            titles="; ".join(each.diploma.title for each in seen.where),
        )
    for left in drafts.left_out:
        yield language.text(
            N_(
                "“{title}” is left out: what you hide cannot be hidden in it ({fields}), for its issuer"
                " signed it with the rest. To show it all the same, show it by itself."
            ),
            title=left.diploma.title,
            fields=field_names(left.fields, language),
        )
    if drafts.other_surnames:
        yield language.text(
            N_(
                "The recipient will read another surname ({names}) than the child has today ({present}), and"
                " may take it for another person. Give them the certificate of the change of name as well."
            ),
            names=", ".join(drafts.other_surnames),
            present=drafts.child.profile.family_name,
        )
    for each in drafts.revoked:
        yield language.text(N_("“{title}” is revoked: it will be refused."), title=each.diploma.title)
    for each in drafts.not_in_force(now=now):
        yield language.text(
            N_("“{title}” is not in force today: it will not be counted."), title=each.diploma.title
        )
    for each in drafts.too_old(now=now):
        assert terms.status_age is not None
        yield language.text(
            N_(
                "{recipient} asks whether “{title}” was revoked in the last {days} days, and no list in"
                " the wallet is so new. Add the issuer's newest one."
            ),
            recipient=terms.recipient,
            title=each.diploma.title,
            days=terms.status_age.days,
        )
