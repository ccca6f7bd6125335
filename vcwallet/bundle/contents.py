"""A bundle -> everything it says, in words of one language: for sheets and for the captions of pictures.

    words = contents(bundle, language("ru"))
    words.people, words.recipient, words.expires, [each.title for each in words.shown]

Nothing is verified here: the words stand beside the codes they were read from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from vcwallet.bundle.codec import Bundle
from vcwallet.credentials import enveloped
from vcwallet.credentials.achievement import Fact, facts
from vcwallet.credentials.credential import Credential, EnvelopedCredential
from vcwallet.credentials.fact_words import FACT_NAMES, fact_text, further
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import N_, VcwalletError
from vcwallet.locales import Language
from vcwallet.proofs.jose.jwt import CLAIM_NAMES
from vcwallet.strict_json import Json, JsonObject

Row = tuple[str, str]
"""The name of something that is said, and what is said."""

_IN_COLUMNS: Final = (Fact.ACHIEVEMENT, Fact.RESULT, Fact.SCORE, Fact.YEAR, Fact.ISSUER)
_OF_THE_PUPIL: Final = (
    Fact.PERSON,
    Fact.BORN,
    Fact.SCHOOL,
    Fact.PLACE,
    Fact.CLASS,
    Fact.ROLE,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One credential in words: everything it says that is not among what all of them say."""

    title: str
    details: tuple[Row, ...]
    result: str
    year: str
    issuer: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a bundle discloses."""

    people: tuple[str, ...]
    common: tuple[Row, ...]
    """What every diploma says of the pupil, with the same words."""
    recipient: str
    purpose: str
    created: str
    expires: str
    shown: tuple[Shown, ...]
    besides: str
    """What else is in the codes, and is not written out."""


def contents(bundle: Bundle, language: Language) -> Contents:
    """Read a bundle for people; nothing is verified.

    Raises what `Presentation.parse` raises. A credential whose achievement cannot be read is listed by its
    type, and everything it says by the names of its members.
    """
    presentation = Presentation.parse(bundle.presentation)
    proof: JsonObject = presentation.proofs[0] if presentation.proofs else {}
    opened = [_opened(one) for one in presentation.enveloped]
    inside = (*presentation.credentials, *(one for one in opened if one is not None))
    known = [_read(one, language) for one in inside]
    people = tuple(dict.fromkeys(one[Fact.PERSON] for one, _ in known if Fact.PERSON in one))
    rest = [_rest(one, more, people, language) for one, more in known]
    same = [row for row in (rest[0] if rest else []) if all(row in rows for rows in rest)]
    of_the_pupil = {language.text(FACT_NAMES[fact]) for fact in _OF_THE_PUPIL}
    common = tuple(row for row in same if len(rest) > 1 or row[0] in of_the_pupil)
    return Contents(
        people=people,
        common=common,
        recipient=_text(proof.get("domain")),
        purpose=presentation.purpose or "",
        created=_moment(proof.get("created"), language),
        expires=_moment(proof.get("expires"), language),
        shown=(
            *(
                _shown(one, [row for row in rows if row not in common], language)
                for (one, _), rows in zip(known, rest, strict=True)
            ),
            *(
                Shown(each.media_type, (), "", "", "")
                for each, one in zip(presentation.enveloped, opened, strict=True)
                if one is None
            ),
        ),
        besides=_besides(bundle, None in opened, language),
    )


def caption(bundle: Bundle, language: Language) -> tuple[str, ...]:
    """Who, for whom, until when, and what to do with a picture of the codes: a line each."""
    words = contents(bundle, language)
    titles = [one.title for one in words.shown]
    lines = [" · ".join((*words.people, *titles))] if titles else []
    if words.recipient:
        about = language.text(N_("For {recipient}"), recipient=words.recipient)
        lines.append(" · ".join(filter(None, (about, words.purpose))))
    if words.expires:
        lines.append(language.text(N_("Good until {day}; after that nobody accepts it."), day=words.expires))
    lines.append(
        language.text(
            N_(
                "Send this as a file, or show it to a camera. The recipient checks it with the program"
                " vcwallet, without the internet."
            )
        )
    )
    return tuple(lines)


def _besides(bundle: Bundle, closed: bool, language: Language) -> str:
    said = []
    if closed:
        said.append(
            language.text(
                N_("Some of the documents are of a form whose contents are not written on this sheet.")
            )
        )
    if bundle.status_lists:
        said.append(
            language.text(
                N_("Lists of revoked diplomas go with it: {number}."), number=len(bundle.status_lists)
            )
        )
    said.append(
        language.text(
            N_(
                "Besides what is written here the codes hold only the numbers, addresses and signatures of"
                " the documents and the public key of whoever shows them."
            )
            if not closed
            else N_("What the codes hold besides is not written here.")
        )
    )
    return " ".join(said)


def _opened(envelope: EnvelopedCredential) -> Credential | None:
    """The credential in an envelope, without the claims of the token; None for what is not opened."""
    try:
        inside = enveloped.open_credential(envelope).credential
        members = {name: value for name, value in inside.json.items() if name not in CLAIM_NAMES}
        return Credential.parse(members)
    except VcwalletError:
        return None


def _read(credential: Credential, language: Language) -> tuple[Mapping[Fact, str], tuple[Row, ...]]:
    try:
        read = facts(credential)
    except VcwalletError:
        return {Fact.ACHIEVEMENT: ", ".join(credential.types), Fact.ISSUER: credential.issuer_id}, ()
    return {fact: fact_text(read, fact, language) for fact in read.said}, further(credential, read, language)


def _rest(
    known: Mapping[Fact, str], more: tuple[Row, ...], people: tuple[str, ...], language: Language
) -> list[Row]:
    """Everything that has no column of its own; the one person stands at the head of the sheet."""
    apart = {*_IN_COLUMNS, *([Fact.PERSON] if len(people) == 1 else [])}
    if Fact.YEAR not in known:
        apart.add(Fact.AWARDED)
    return [
        *((language.text(FACT_NAMES[fact]), text) for fact, text in known.items() if fact not in apart),
        *more,
    ]


def _shown(known: Mapping[Fact, str], rows: list[Row], language: Language) -> Shown:
    score = known.get(Fact.SCORE, "")
    if score and ": " not in score:
        score = f"{language.text(FACT_NAMES[Fact.SCORE])}: {score}"
    return Shown(
        title=known.get(Fact.ACHIEVEMENT, ""),
        details=tuple(rows),
        result="; ".join(filter(None, (known.get(Fact.RESULT), score))),
        year=known.get(Fact.YEAR) or known.get(Fact.AWARDED, ""),
        issuer=known.get(Fact.ISSUER, ""),
    )


def _text(value: Json) -> str:
    """A text, or a list of texts, of a document that may hold anything."""
    many = value if isinstance(value, list) else [value]
    return ", ".join(one for one in many if isinstance(one, str))


def _moment(value: Json, language: Language) -> str:
    """The day of a moment, in the zone it is written in; what is none is shown as it is."""
    return language.text("{day}", day=value[:10]) if isinstance(value, str) else ""
