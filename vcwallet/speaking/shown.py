"""A diploma as its recipient reads it: one card, for the family before it signs and for the office after.

    shown_item(item, language)          # of a report
    shown_draft(draft, language)        # of what will be signed

Both are made from the same typed facts of the signed document, so what a family looks at is what an office
sees. The values are words already; a page only puts them in their places.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vcwallet.characters import visible
from vcwallet.credentials.fact_words import (
    FACT_NAMES,
    KIND_NAMES,
    claim_name,
    claims_read,
    further,
    score_name,
)
from vcwallet.errors import N_
from vcwallet.locales import Language
from vcwallet.proofs.jose.sd_jwt_vc import SdJwtVc
from vcwallet.report import Achievement, Item, Person
from vcwallet.speaking.report_sentences import FIELDS

if TYPE_CHECKING:
    from vcwallet.wallet.drafts import Draft
    from vcwallet.wallet.other_documents import PreparedDocument

__all__ = ["ShownDiploma", "document_rows", "shown_document", "shown_draft", "shown_item"]

_KINDS: Final = {kind.value: words for kind, words in KIND_NAMES.items()}


@dataclass(frozen=True, slots=True)
class ShownDiploma:
    """What is read of one diploma."""

    title: str
    facts: tuple[tuple[str, str], ...]
    """Names and values, in the order in which they are read."""
    hidden: str = ""
    """The names of what the signature allows to hide and nobody can read here."""
    hearsay: bool = False
    """No signature stands behind it: it is the document's own word."""


def shown_item(item: Item, language: Language) -> ShownDiploma:
    """A diploma of a report; its issuer by the name on the trust list, where it is there."""
    issuer = item.issuer
    name = issuer.name.get(language.code) or next(iter(issuer.name.values()), "")
    claimed = name or issuer.claimed_name or issuer.id
    return _shown(item.person, item.achievement, claimed, language, hearsay=not item.proven)


def shown_draft(draft: Draft, language: Language) -> ShownDiploma:
    """A diploma that will be shown; with everything that no fact has a word for."""
    from vcwallet.verifier.facts import achievement_of, person_of

    facts = draft.facts
    person, achievement = person_of(facts), achievement_of(facts)
    card = _shown(person, achievement, facts.issuer_name or facts.issuer_id, language)
    more = further(draft.credential, facts, language)
    return ShownDiploma(card.title, (*card.facts, *more), card.hidden)


def shown_document(prepared: PreparedDocument, language: Language) -> ShownDiploma:
    """A document of another kind that will be shown: its claims, under the names they have."""
    hidden = dict.fromkeys(claim_name(name, language) for name in prepared.hidden)
    return ShownDiploma(visible(prepared.title), document_rows(prepared.shown, language), ", ".join(hidden))


def document_rows(credential: SdJwtVc, language: Language) -> tuple[tuple[str, str], ...]:
    """What a document of another kind says beside its kind, and who issued it."""
    rows = [(claim_name(name, language), visible(value)) for name, value in claims_read(credential)]
    return (*rows, (language.text(FACT_NAMES["issuer"]), visible(credential.issuer)))


def _shown(
    person: Person, achievement: Achievement, issuer: str, language: Language, *, hearsay: bool = False
) -> ShownDiploma:
    title = achievement.name or language.text(_KINDS.get(achievement.kind or "", N_("another kind")))
    hidden = [FIELDS[name] for name in (*person.not_shown, *achievement.not_shown) if name in FIELDS]
    facts = [
        *_of_achievement(achievement, title, language),
        *_of_person(person, language),
        (language.text(FACT_NAMES["issuer"]), visible(issuer)),
    ]
    return ShownDiploma(
        visible(title),
        tuple((name, value) for name, value in facts if value),
        ", ".join(language.text(name) for name in dict.fromkeys(hidden)),
        hearsay,
    )


def _of_achievement(said: Achievement, title: str, language: Language) -> Iterator[tuple[str, str]]:
    def fact(name: str, value: str | None) -> tuple[str, str]:
        return language.text(FACT_NAMES[name]), visible(value or "")

    yield fact("result", ", ".join(each.text for each in said.results))
    for score in said.scores:
        most = f" / {language.number(score.most)}" if score.most else ""
        yield visible(score_name(score.label, language)), visible(language.number(score.value) + most)
    yield fact("field", said.profile)
    yield fact("description", said.description if said.description != title else None)
    yield fact("code", said.list_number)
    year = said.school_year
    yield fact("year", f"{year[0]}/{year[1] % 100:02}" if year else said.year_text)
    yield fact("class", said.school_class.text if said.school_class else None)
    yield fact("school", said.school)
    yield fact("place", said.place)
    yield fact("role", said.role)
    yield fact("awarded", language.day(said.awarded) if said.awarded else None)
    yield fact("number", said.licence)


def _of_person(person: Person, language: Language) -> Iterator[tuple[str, str]]:
    yield language.text(FACT_NAMES["person"]), visible(person.name)
    yield language.text(FACT_NAMES["born"]), language.day(person.born) if person.born else ""
