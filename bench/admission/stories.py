"""What people hand in: one function for each thing that happens, with the right answer beside it.

A story draws what it needs from the `Desk`. Its docstring says what happens; the answers are written where
the diploma or the showing is made, so that whoever reads a story sees both.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bench.admission.answers import ItemAnswer
from bench.admission.organisations import (
    NOW,
    UNIVERSITY,
    YEARS,
    Organisation,
    Registers,
    Wording,
    named,
)
from bench.admission.people import People, Person
from vcwallet.credentials.terms import SchoolYear
from vcwallet.identifiers.did import key as did_key
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.strict_json import JsonObject

LAST, BEFORE, FIRST = YEARS[2], YEARS[1], YEARS[0]
_CLASSES = {LAST: "11 «А»", BEFORE: "10 «А»", FIRST: "9 «А»"}
_PURPOSE = "https://w3id.org/dpv#Purpose"
_NAMES = (
    "/credentialSubject/familyName",
    "/credentialSubject/givenName",
    "/credentialSubject/patronymicName",
)
_BORN = "/credentialSubject/dateOfBirth"
_CLASS = "/credentialSubject/role"
_PROFILE = "/credentialSubject/achievement/fieldOfStudy"


class Where(StrEnum):
    """How it lies among what was handed in."""

    FOLDER = "folder"
    """A folder named by number and name."""
    NUMBERED = "numbered"
    """A file of the heap with the number in its name."""
    NAMELESS = "nameless"
    """A file of the heap that a camera named."""
    ARCHIVE = "archive"
    """In the export of an admission system, whose names are in cp866."""
    COLUMN = "column"
    """The list of applicants names the file."""
    LONG_SCAN = "long-scan"
    """Pages of one PDF from the scanner."""


NUMBERED = (Where.FOLDER, Where.NUMBERED, Where.ARCHIVE, Where.COLUMN)
ANYWHERE = (*NUMBERED, Where.NAMELESS, Where.LONG_SCAN)


class Form(StrEnum):
    JSON = "json"
    PNG = "png"
    PHOTO = "photo"
    PDF = "pdf"
    SCAN = "scan"


@dataclass(frozen=True)
class Worth:
    """What a diploma gives by the rules of the example, where it counts."""

    category: str = ""
    points: Decimal = Decimal(0)
    right: str = ""


NOTHING = Worth()


@dataclass(frozen=True)
class Diploma:
    document: JsonObject
    answer: ItemAnswer
    worth: Worth = NOTHING
    if_shown: Worth | None = None
    """What it could become when the family shows what it hides."""


@dataclass(frozen=True)
class Handed:
    """What was handed in, and what is right about it."""

    document: JsonObject
    showing: str
    diplomas: tuple[Diploma, ...]
    matched: str = ""
    """Where it is not simply the applicant's: why a person must decide."""
    for_others: bool = False
    """Whether a refused showing is only not for this university, or not for this day."""
    lone: bool = False
    part_missing: bool = False


@dataclass(frozen=True)
class Told:
    """One applicant: the row of the list, and what was handed in."""

    person: Person
    handed: Handed | None = None
    exams: Mapping[str, int] = field(default_factory=dict)
    claim: tuple[str, ...] = ()
    wheres: Sequence[Where] = ANYWHERE
    forms: Sequence[Form] = tuple(Form)
    form_name: Person | None = None
    """The applicant as the list spells the name."""
    besides: tuple[str, ...] = ()
    """Files that hold nothing of ours: names of `bench.admission.junk`."""
    on_list: bool = True
    with_number: bool | None = None
    namesake: Person | None = None
    """Another row of the list, whose applicant handed in nothing."""


class Desk:
    """Where diplomas are signed and shown."""

    def __init__(self, chance: random.Random, seed: int) -> None:
        self.chance = chance
        self.people = People(chance, seed)
        self.registers = Registers(chance)

    # --- diplomas ---------------------------------------------------------------------------------------

    def olympiad(
        self,
        person: Person,
        by: str = "olymp-2",
        year: SchoolYear = LAST,
        profile: str = "математика",
        result: str = "Диплом II степени",
        fate: str = "confirmed",
        code: str = "item.confirmed",
        worth: Worth | None = None,
        **options: Any,
    ) -> Diploma:
        """A final stage: 5 points, 2.5 in the ninth class, or the right it is claimed for."""
        issuer = named(by)
        values = {
            "olympiad": f"{issuer.name} по профилю «{profile}»",
            "stage": "Заключительный этап",
            "profile": profile,
            "list_number": issuer.number or "",
            "degree": result,
            "class": _CLASSES[year],
            "school": "Школа № 0",
            "location": "Небывалинск",
        }
        if worth is None:
            worth = Worth("olympiads", Decimal("2.5" if year == FIRST else "5"))
        return self._signed(
            issuer, person, Wording("olympiad-diploma", values, year, **options), fate, code, worth
        )

    def regional(self, person: Person, year: SchoolYear = BEFORE, **options: Any) -> Diploma:
        """The regional stage of the national olympiad: 3 points."""
        values = {
            "stage": "Региональный этап",
            "profile": "физика",
            "status": "Диплом призёра",
            "class": _CLASSES[year],
        }
        return self._signed(
            named("vsosh-000"),
            person,
            Wording("vsosh-diploma", values, year, **options),
            worth=Worth("olympiads", Decimal(3)),
        )

    def award(
        self, person: Person, by: str = "school-0", year: SchoolYear = BEFORE, **options: Any
    ) -> Diploma:
        """A commendation of a school before the eleventh class: no points."""
        code = options.pop("code", "item.confirmed")
        values = {
            "award": "Похвальный лист",
            "reason": "За отличные успехи в учении",
            "school": "Школа № 0",
            "class": _CLASSES[year],
        }
        return self._signed(named(by), person, Wording("school-award", values, year, **options), code=code)

    def contest(
        self,
        person: Person,
        by: str = "contest-ink",
        year: SchoolYear = LAST,
        fate: str = "confirmed",
        code: str = "item.confirmed",
        **options: Any,
    ) -> Diploma:
        """A laureate of a contest: 4 points."""
        values = {
            "contest": named(by).name,
            "stage": "Заключительный этап",
            "nomination": "Рассказ",
            "place": "Лауреат I степени",
        }
        worth = Worth("contests", Decimal(4))
        return self._signed(
            named(by), person, Wording("contest-diploma", values, year, **options), fate, code, worth
        )

    def norm(
        self,
        person: Person,
        by: str = "sport-norms",
        year: SchoolYear = LAST,
        fate: str = "confirmed",
        code: str = "item.confirmed",
        **options: Any,
    ) -> Diploma:
        """A golden badge of sport: 2 points."""
        values = {"programme": "Нормы «Понарошку»", "step": "V ступень", "badge": "Золотой знак отличия"}
        return self._signed(
            named(by),
            person,
            Wording("sport-norm", values, year, **options),
            fate,
            code,
            Worth("sport", Decimal(2)),
        )

    def volunteering(
        self,
        person: Person,
        by: str = "volunteers",
        hours: int = 72,
        year: SchoolYear = LAST,
        fate: str = "confirmed",
        code: str = "item.confirmed",
        **options: Any,
    ) -> Diploma:
        """Sixty hours and more: 1 point."""
        values = {
            "project": "Чистый берег реки Небывалки",
            "field": "Экология",
            "role": "Волонтёр",
            "hours": str(hours),
        }
        worth = Worth("volunteering", Decimal(1)) if hours >= 60 else NOTHING
        return self._signed(
            named(by), person, Wording("volunteering", values, year, **options), fate, code, worth
        )

    def _signed(
        self,
        by: Organisation,
        person: Person,
        wording: Wording,
        fate: str = "confirmed",
        code: str = "item.confirmed",
        worth: Worth = NOTHING,
    ) -> Diploma:
        document = self.registers.sign(by, person, wording)
        return Diploma(document, ItemAnswer(str(document["id"]), fate, code), worth)

    # --- showings ---------------------------------------------------------------------------------------

    def show(
        self,
        person: Person,
        *diplomas: Diploma,
        to: str | None = UNIVERSITY,
        days_ago: int = 3,
        lasts: int = 30,
        showing: str = "valid",
        matched: str = "",
        challenge: str | None = None,
    ) -> Handed:
        """A presentation by this person's key, also such as an honest wallet would not sign."""
        signed = NOW - timedelta(days=days_ago)
        document: JsonObject = {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "holder": person.did,
            "termsOfUse": [{"type": _PURPOSE, "description": "поступление 2027"}],
            "verifiableCredential": [each.document for each in diplomas],
        }
        presentation = add_proof(
            document,
            suite="eddsa-rdfc-2022",
            key=person.key,
            verification_method=did_key.verification_method_of(person.did),
            purpose="authentication",
            created=signed,
            expires=signed + timedelta(days=lasts),
            domain=to,
            challenge=challenge,
        )
        return Handed(presentation, showing, diplomas, matched)


def doubtful(diploma: Diploma, outcome: str = "unknown", code: str = "item.showing") -> Diploma:
    """The same diploma in a showing that leaves it open."""
    if diploma.answer.outcome != "confirmed":
        return diploma
    return replace(diploma, answer=replace(diploma.answer, outcome=outcome, code=code))


# --- everything is in order ---------------------------------------------------------------------------------

Story = Callable[[Desk], Told]
MATHS = {"math": 91, "physics": 70}


def one_olympiad(desk: Desk) -> Told:
    """A prize in mathematics, claimed as 100 points."""
    person = desk.people.person()
    diploma = desk.olympiad(person, worth=Worth("olympiads", Decimal(5), "hundred-math"))
    return Told(person, desk.show(person, diploma), exams=MATHS, claim=("hundred-math",))


def several_kinds(desk: Desk) -> Told:
    """An olympiad (5), sport (2) and volunteering (1)."""
    person = desk.people.person()
    handed = desk.show(person, desk.olympiad(person), desk.norm(person), desk.volunteering(person))
    return Told(person, handed, exams=MATHS)


def best_of_two(desk: Desk) -> Told:
    """Three olympiads, of which only the best counts."""
    person = desk.people.person()
    diplomas = (desk.olympiad(person, year=BEFORE), desk.regional(person), desk.olympiad(person, year=FIRST))
    return Told(person, desk.show(person, *diplomas), exams=MATHS)


def weak_exam(desk: Desk) -> Told:
    """The right to 100 points is claimed, and the exam does not confirm it: the points remain."""
    person = desk.people.person()
    handed = desk.show(person, desk.olympiad(person))
    return Told(person, handed, exams={"math": 61}, claim=("hundred-math",))


def by_name_only(desk: Desk) -> Told:
    """A school signed for a name and a birth date, because it had no key of the child."""
    person = desk.people.person()
    return Told(person, desk.show(person, desk.award(person, bound=False), desk.norm(person, bound=False)))


def few_hours(desk: Desk) -> Told:
    """Volunteering that is confirmed and gives no points, beside a contest."""
    person = desk.people.person()
    return Told(person, desk.show(person, desk.volunteering(person, hours=40), desk.contest(person)))


def class_hidden(desk: Desk) -> Told:
    """The class is not shown: confirmed without points, which it would give if it were shown."""
    person = desk.people.person()
    diploma = desk.olympiad(person, worth=NOTHING, hide=(_CLASS,))
    diploma = replace(diploma, if_shown=Worth("olympiads", Decimal(5)))
    return Told(person, desk.show(person, diploma), exams=MATHS)


def retired_key_in_time(desk: Desk) -> Told:
    """Signed by a key that is retired, while it was in use."""
    person = desk.people.person()
    return Told(person, desk.show(person, desk.olympiad(person, "olymp-1", BEFORE)), exams=MATHS)


def closed_school(desk: Desk) -> Told:
    """The school is closed, and its last list of revoked diplomas is final."""
    person = desk.people.person()
    return Told(person, desk.show(person, desk.award(person, "school-old", code="item.confirmed-final")))


def merged_school(desk: Desk) -> Told:
    """Another school took it over; its last list is final too."""
    person = desk.people.person()
    return Told(person, desk.show(person, desk.award(person, "school-joined", code="item.confirmed-final")))


def other_spelling(desk: Desk) -> Told:
    """The list has capital letters, е for ё, another dash and no patronymic: the same person."""
    person = desk.people.person(alone=True)
    spelled = replace(
        person,
        family=person.family.upper().replace("Ё", "Е").replace("-", " – "),
        given=person.given.replace("ё", "е"),
        patronymic="",
    )
    return Told(person, desk.show(person, desk.norm(person)), form_name=spelled)


def twice_in_one(desk: Desk) -> Told:
    """One diploma twice in one showing counts once."""
    person = desk.people.person()
    diploma = desk.norm(person)
    again = replace(diploma, answer=replace(diploma.answer, outcome="not-counted", code="item.duplicate"))
    return Told(person, desk.show(person, diploma, again))


# --- some do not count --------------------------------------------------------------------------------------


def revoked(desk: Desk) -> Told:
    """One of two was revoked."""
    person = desk.people.person()
    gone = desk.olympiad(person, fate="not-counted", code="item.revoked", revoked=True)
    return Told(person, desk.show(person, gone, desk.norm(person)), exams=MATHS)


def all_revoked(desk: Desk) -> Told:
    """The only diploma was revoked."""
    person = desk.people.person()
    gone = desk.volunteering(person, fate="not-counted", code="item.revoked", revoked=True)
    return Told(person, desk.show(person, gone))


def suspended(desk: Desk) -> Told:
    """A contest holds its diploma back, for a time."""
    person = desk.people.person()
    held = desk.contest(person, fate="not-counted", code="item.suspended", suspended=True)
    return Told(person, desk.show(person, held, desk.volunteering(person)))


def out_of_scope(desk: Desk) -> Told:
    """A school signed a diploma of an olympiad's final, which it is not believed for."""
    person = desk.people.person()
    values = {
        "olympiad": "Олимпиада «Вымысел»",
        "stage": "Заключительный этап",
        "profile": "математика",
        "degree": "Диплом I степени",
        "class": _CLASSES[LAST],
    }
    # The school has no such template of its own: it borrowed the olympiad's.
    wording = Wording("olympiad-diploma", values, LAST, kit="olympiad")
    document = desk.registers.sign(named("school-000"), person, wording)
    answer = ItemAnswer(str(document["id"]), "not-counted", "item.out-of-scope")
    return Told(person, desk.show(person, Diploma(document, answer), desk.award(person)), exams=MATHS)


def over(desk: Desk) -> Told:
    """Its issuer gave it an end, which is past."""
    person = desk.people.person()
    ended = desk.norm(
        person, year=FIRST, fate="not-counted", code="item.over", until=NOW - timedelta(days=200)
    )
    return Told(person, desk.show(person, ended))


def key_out_of_time(desk: Desk) -> Told:
    """Signed with a retired key, half a year after it was taken out of use."""
    person = desk.people.person()
    late = desk.olympiad(person, "olymp-1", fate="not-counted", code="item.key-out-of-time")
    return Told(person, desk.show(person, late), exams=MATHS)


# --- something is not known ---------------------------------------------------------------------------------


def unlisted(desk: Desk) -> Told:
    """A contest that is not on the list, beside a diploma of one that is."""
    person = desk.people.person()
    stranger = desk.contest(person, "contest-fog", fate="unknown", code="item.issuer-unknown")
    return Told(person, desk.show(person, stranger, desk.norm(person)))


def look_alike(desk: Desk) -> Told:
    """A contest with the name of a listed one, but for a Latin letter."""
    person = desk.people.person()
    twin = desk.contest(person, "contest-twin", fate="unknown", code="item.look-alike")
    return Told(person, desk.show(person, twin), wheres=NUMBERED)


def key_not_pinned(desk: Desk) -> Told:
    """Signed by a new key of a listed olympiad, which nobody has compared."""
    person = desk.people.person()
    new = desk.olympiad(person, "olymp-6", profile="химия", key=1, fate="unknown", code="item.key-not-pinned")
    return Told(person, desk.show(person, new))


def stolen_key(desk: Desk) -> Told:
    """Signed by a key that somebody else may hold, beside one by the key that replaced it."""
    person = desk.people.person()
    old = desk.olympiad(
        person,
        "olymp-5",
        BEFORE,
        profile="информатика",
        fate="unknown",
        code="item.key-compromised",
    )
    good = desk.olympiad(person, "olymp-5", profile="информатика", key=1)
    return Told(person, desk.show(person, old, good))


def old_status(desk: Desk) -> Told:
    """The list of revoked diplomas is forty days old."""
    person = desk.people.person()
    stale = desk.norm(person, "sport-races", fate="unknown", code="item.status-stale")
    return Told(person, desk.show(person, stale))


def no_status(desk: Desk) -> Told:
    """The office has no list of revoked diplomas of this issuer."""
    person = desk.people.person()
    missing = desk.volunteering(person, "volunteers-far", fate="unknown", code="item.status-missing")
    return Told(person, desk.show(person, missing, desk.norm(person)))


def hidden_needed(desk: Desk) -> Told:
    """The profile is not shown, and without it nobody can tell whether the olympiad may sign it."""
    person = desk.people.person()
    hiding = desk.olympiad(person, worth=NOTHING, fate="unknown", code="item.hidden-needed", hide=(_PROFILE,))
    hiding = replace(hiding, if_shown=Worth("olympiads", Decimal(5)))
    return Told(person, desk.show(person, hiding), exams=MATHS)


def lone_file(desk: Desk) -> Told:
    """The file of a diploma, and nobody who shows it."""
    person = desk.people.person()
    diploma = doubtful(desk.norm(person))
    handed = Handed(diploma.document, "none", (diploma,), lone=True)
    return Told(person, handed, forms=(Form.JSON,))


def undirected(desk: Desk) -> Told:
    """Shown to nobody in particular."""
    person = desk.people.person()
    diplomas = [doubtful(desk.norm(person)), doubtful(desk.volunteering(person))]
    return Told(person, desk.show(person, *diplomas, to=None, showing="unknown"))


# --- attacked, or not for this office -----------------------------------------------------------------------


def changed(desk: Desk) -> Told:
    """The degree was changed after it was signed."""
    person = desk.people.person()
    honest = desk.olympiad(person, fate="refused", code="item.changed", result="Диплом III степени")
    subject = dict(honest.document["credentialSubject"])  # type: ignore[arg-type]
    subject["result"] = [{**subject["result"][0], "value": "Диплом I степени"}]  # type: ignore[index, dict-item]
    forged = replace(honest, document={**honest.document, "credentialSubject": subject})
    return Told(person, desk.show(person, forged, desk.norm(person)), exams=MATHS)


def other_holder(desk: Desk) -> Told:
    """A diploma that was issued to the key of a sibling."""
    person = desk.people.person()
    sibling = desk.people.sibling(person)
    theirs = desk.norm(sibling)
    theirs = replace(theirs, answer=replace(theirs.answer, outcome="refused", code="item.other-holder"))
    return Told(person, desk.show(person, theirs, desk.volunteering(person)))


def other_recipient(desk: Desk) -> Told:
    """Shown to another university."""
    person = desk.people.person()
    handed = desk.show(person, desk.norm(person), to="priem.drugoi.example", showing="refused")
    return Told(person, replace(handed, for_others=True))


def showing_over(desk: Desk) -> Told:
    """The showing ended; the diploma is none the worse."""
    person = desk.people.person()
    handed = desk.show(person, desk.norm(person), days_ago=90, lasts=30, showing="refused")
    return Told(person, replace(handed, for_others=True))


def several_people(desk: Desk) -> Told:
    """Two children's diplomas in one showing, each by name."""
    person = desk.people.person()
    sibling = desk.people.sibling(person)
    handed = desk.show(
        person,
        desk.norm(person, bound=False),
        desk.volunteering(sibling, bound=False),
        showing="refused",
        matched="conflict",
    )
    return Told(person, handed, wheres=NUMBERED)


# --- whose is it? -------------------------------------------------------------------------------------------


def siblings_number(desk: Desk) -> Told:
    """A sibling's diplomas under the applicant's number."""
    person = desk.people.person()
    sibling = desk.people.sibling(person)
    handed = desk.show(sibling, desk.norm(sibling), matched="conflict")
    return Told(person, handed, wheres=NUMBERED)


def name_hidden(desk: Desk) -> Told:
    """The number fits, and the name is not shown. Where the list names the file, that decides."""
    person = desk.people.person()
    hiding = desk.olympiad(person, hide=(*_NAMES, _BORN))
    handed = desk.show(person, hiding, matched="number-name-hidden")
    return Told(person, handed, wheres=NUMBERED, exams=MATHS)


def birth_hidden(desk: Desk) -> Told:
    """No number; the name fits one row, and the birth date is not shown."""
    person = desk.people.person()
    hiding = desk.olympiad(person, hide=(_BORN,))
    handed = desk.show(person, hiding, matched="proposal")
    return Told(person, handed, wheres=(Where.NAMELESS, Where.LONG_SCAN))


def birth_hidden_with_number(desk: Desk) -> Told:
    """The number and the name fit, and the birth date is not shown: decided, and noted."""
    person = desk.people.person()
    return Told(person, desk.show(person, desk.olympiad(person, hide=(_BORN,))), wheres=NUMBERED, exams=MATHS)


def name_of_a_stranger(desk: Desk) -> Told:
    """No number, and only an issuer whom nobody listed says the name: that decides nothing."""
    person = desk.people.person()
    stranger = desk.contest(person, "contest-fog", fate="unknown", code="item.issuer-unknown")
    handed = desk.show(person, stranger, matched="proposal")
    return Told(person, handed, wheres=(Where.NAMELESS, Where.LONG_SCAN))


def two_of_one_name(desk: Desk) -> Told:
    """No number, and two applicants of this name were born on this day."""
    person = desk.people.person()
    other = desk.people.namesake(person, same_birth=True)
    handed = desk.show(person, desk.norm(person), matched="ambiguous")
    return Told(person, handed, wheres=(Where.NAMELESS, Where.LONG_SCAN), namesake=other)


def namesake_elsewhere(desk: Desk) -> Told:
    """No number; a namesake was born on another day."""
    person = desk.people.person()
    other = desk.people.namesake(person)
    handed = desk.show(person, desk.norm(person))
    return Told(person, handed, wheres=(Where.NAMELESS, Where.LONG_SCAN), namesake=other)


def misspelt(desk: Desk) -> Told:
    """No number, and the list has a slip of the hand: offered, never decided."""
    person = desk.people.person()
    slip = replace(person, family=person.family[:2] + person.family[3:])
    handed = desk.show(person, desk.norm(person), matched="none")
    return Told(person, handed, wheres=(Where.NAMELESS, Where.LONG_SCAN), form_name=slip)


def not_on_the_list(desk: Desk) -> Told:
    """Somebody who did not apply."""
    person = desk.people.person()
    handed = desk.show(person, desk.norm(person), matched="none")
    return Told(person, handed, wheres=(Where.NAMELESS, Where.LONG_SCAN), on_list=False)


# --- nothing that can be read -------------------------------------------------------------------------------


def nothing_handed_in(desk: Desk) -> Told:
    """A row of the list, and no file."""
    return Told(desk.people.person())


def empty_folder(desk: Desk) -> Told:
    """A folder without files."""
    return Told(desk.people.person(), wheres=(Where.FOLDER,))


def only_heic(desk: Desk) -> Told:
    """Pictures of a kind that is not read, and what a system left beside them."""
    return Told(desk.people.person(), wheres=(Where.FOLDER,), besides=("IMG_0001.HEIC", "Thumbs.db"))


def only_documents(desk: Desk) -> Told:
    """A document of an office program and its shadow."""
    return Told(desk.people.person(), wheres=(Where.FOLDER,), besides=("справка.docx", "~$справка.docx"))


def cut_pdf(desk: Desk) -> Told:
    """A PDF that did not come through whole, and a picture without codes."""
    return Told(desk.people.person(), wheres=(Where.FOLDER,), besides=("диплом.pdf", "кот.jpg"))


def missing_part(desk: Desk) -> Told:
    """Of a bundle in several codes one was not photographed."""
    person = desk.people.person()
    diplomas = (desk.olympiad(person), desk.norm(person), desk.volunteering(person), desk.contest(person))
    handed = replace(desk.show(person, *diplomas), part_missing=True)
    return Told(person, handed, wheres=(Where.FOLDER, Where.NUMBERED), forms=(Form.PNG,), exams=MATHS)


def with_junk(desk: Desk) -> Told:
    """In order, in a folder with things that are none of ours."""
    person = desk.people.person()
    handed = desk.show(person, desk.norm(person))
    return Told(
        person, handed, wheres=(Where.FOLDER,), besides=("Thumbs.db", "кот.jpg", "IMG_0001.HEIC", ".DS_Store")
    )


STORIES: tuple[Story, ...] = (
    one_olympiad,
    several_kinds,
    siblings_number,
    revoked,
    changed,
    unlisted,
    lone_file,
    by_name_only,
    missing_part,
    two_of_one_name,
    best_of_two,
    weak_exam,
    few_hours,
    class_hidden,
    retired_key_in_time,
    closed_school,
    merged_school,
    other_spelling,
    twice_in_one,
    all_revoked,
    suspended,
    out_of_scope,
    over,
    key_out_of_time,
    look_alike,
    key_not_pinned,
    stolen_key,
    old_status,
    no_status,
    hidden_needed,
    undirected,
    other_holder,
    other_recipient,
    showing_over,
    several_people,
    name_hidden,
    birth_hidden,
    name_of_a_stranger,
    birth_hidden_with_number,
    namesake_elsewhere,
    misspelt,
    not_on_the_list,
    nothing_handed_in,
    empty_folder,
    only_heic,
    only_documents,
    cut_pdf,
    with_junk,
)
COMMON = (one_olympiad, several_kinds, best_of_two, by_name_only, few_hours, retired_key_in_time, with_junk)
"""What most people hand in: in a large admission these come again and again."""
