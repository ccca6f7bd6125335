"""Twenty invented organisations: what they sign, in which trouble they are, what an office knows of them.

What the office knows is made here as its files have it: trust list, status lists, levels.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from bench.admission.people import Person, seeded_key
from vcwallet.credentials import status_list
from vcwallet.credentials.issuers import FinalList, IssuerState, KeyState, digest_of
from vcwallet.credentials.json_pointers import pointers_outside
from vcwallet.credentials.template import Template
from vcwallet.credentials.template_file import load
from vcwallet.credentials.terms import SchoolYear
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs.data_integrity import add_proof, derive
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import How, Identifier, Pin, Scope, TrustedIssuer, TrustedKey, TrustList, Years

NOW = datetime(2027, 6, 15, 9, tzinfo=UTC)
"""The day on which the office checks."""
UNIVERSITY = "priem.vymysel.example"
YEARS = tuple(map(SchoolYear, (2024, 2025, 2026)))

_KITS = Path(__file__).parents[2] / "issuers"
_FIRST_DAY = datetime(2024, 9, 1, tzinfo=UTC)
_CLOSED = datetime(2026, 8, 31, 20, 59, 59, tzinfo=UTC)


class Trouble(StrEnum):
    """What is the matter with an organisation, as the office sees it."""

    NONE = "none"
    RENEWED_KEY = "renewed-key"
    """Its first key is retired, and a second one signs since September 2026."""
    STOLEN_KEY = "stolen-key"
    """Its first key is compromised, and the second one is good."""
    NEW_KEY = "new-key"
    """Its second key was published, and nobody has compared the fingerprint."""
    CLOSED = "closed"
    MERGED = "merged"
    UNLISTED = "unlisted"
    LOOK_ALIKE = "look-alike"
    """Not on the list, and with a name that looks like one on it."""
    OLD_STATUS = "old-status"
    """The office has its list of revoked diplomas, but of forty days ago."""
    NO_STATUS = "no-status"
    """The office has no list of its revoked diplomas."""
    SUSPENDS = "suspends"
    """It keeps a list of suspended diplomas as well."""


@dataclass(frozen=True)
class Organisation:
    entry: str
    name: str
    sort: str
    """The folder of its kit in issuers/."""
    trouble: Trouble = Trouble.NONE
    number: str | None = None
    """In the official list of olympiads."""
    profiles: tuple[str, ...] = ()
    level: int = 0

    @property
    def site(self) -> str:
        return f"{self.entry}.example"

    @property
    def is_school(self) -> bool:
        return self.sort == "school"

    @cached_property
    def keys(self) -> tuple[SoftwareKey, ...]:
        """The first, the second, and of those with a site a third for diplomas whose parts can be hidden."""
        names = ("first",) if self.is_school else ("first", "second")
        plain = tuple(seeded_key(f"{self.entry} {name}") for name in names)
        return plain if self.is_school else (*plain, seeded_key(f"{self.entry} hiding", KeyType.P256))

    @cached_property
    def id(self) -> str:
        return did_key.did_of(self.keys[0].public_key) if self.is_school else f"did:web:{self.site}"

    def method(self, place: int) -> str:
        return did_key.verification_method_of(self.id) if self.is_school else f"{self.id}#key-{place + 1}"

    @property
    def status_url(self) -> str:
        return f"https://{self.site}/status/1.json"

    @property
    def suspension_url(self) -> str:
        return f"https://{self.site}/status/2.json"


def _olympiad(
    place: int, name: str, level: int, *profiles: str, trouble: Trouble = Trouble.NONE
) -> Organisation:
    number = str(3 + 7 * place)
    return Organisation(f"olymp-{place}", f"Олимпиада «{name}»", "olympiad", trouble, number, profiles, level)


ORGANISATIONS = (
    _olympiad(1, "Вымысел", 1, "математика", "физика", trouble=Trouble.RENEWED_KEY),
    _olympiad(2, "Небылица", 2, "математика", "информатика"),
    _olympiad(3, "Сказочный интеграл", 3, "математика"),
    _olympiad(4, "Мнимая единица", 2, "физика", "химия"),
    _olympiad(5, "Шапка-невидимка", 1, "информатика", trouble=Trouble.STOLEN_KEY),
    _olympiad(6, "Тридевятое царство", 3, "биология", "химия", trouble=Trouble.NEW_KEY),
    _olympiad(7, "Ковёр-самолёт", 2, "физика"),
    Organisation("vsosh-000", "Оператор олимпиады школьников, регион 000", "olympiad"),
    Organisation("school-0", "Школа № 0, Небывалинск", "school"),
    Organisation("school-00", "Лицей № 00, Выдумск", "school"),
    Organisation("school-000", "Гимназия № 000, Придумск", "school"),
    Organisation("school-old", "Школа № 0 бис, Нетутово", "school", Trouble.CLOSED),
    Organisation("school-joined", "Школа № 00 бис, Нетутово", "school", Trouble.MERGED),
    Organisation("contest-ink", "Конкурс «Невидимые чернила»", "contest", Trouble.SUSPENDS),
    Organisation("contest-fog", "Конкурс «Туман»", "contest", Trouble.UNLISTED),
    Organisation("contest-twin", "Конкурc «Невидимые чернила»", "contest", Trouble.LOOK_ALIKE),
    Organisation("sport-norms", "Центр норм «Семь вёрст»", "sport"),
    Organisation("sport-races", "Центр норм «Сапоги-скороходы»", "sport", Trouble.OLD_STATUS),
    Organisation("volunteers", "Добровольцы Небывалинска", "volunteering"),
    Organisation("volunteers-far", "Добровольцы Нетутова", "volunteering", Trouble.NO_STATUS),
)
SUCCESSOR = "school-00"
"""Who took over the school that is merged."""


def named(entry: str) -> Organisation:
    return next(each for each in ORGANISATIONS if each.entry == entry)


def listed() -> Sequence[Organisation]:
    """Those on the trust list."""
    return [each for each in ORGANISATIONS if each.trouble not in (Trouble.UNLISTED, Trouble.LOOK_ALIKE)]


@cache
def template(sort: str, name: str) -> Template:
    return load(_KITS / sort / "templates" / f"{name}.toml")


@dataclass(frozen=True)
class Wording:
    """What a diploma is to say: a template of the organisation's kit and its columns."""

    template: str
    values: Mapping[str, str]
    year: SchoolYear
    kit: str = ""
    """Whose template it is, when not the organisation's own."""
    signed: datetime | None = None
    key: int = 0
    hide: tuple[str, ...] = ()
    """Pointers to what the family leaves out; then the diploma has a derived proof and no other."""
    until: datetime | None = None
    bound: bool = True
    """Issued to the key of the child, and not to a name only."""
    suspended: bool = False
    revoked: bool = False


def day_of(year: SchoolYear) -> datetime:
    """When the diplomas of a school year are signed."""
    return datetime(year.second, 3, 1, 9, tzinfo=UTC)


class Registers:
    """What the organisations signed, and what they revoked: one place in a list for each diploma."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._places: dict[str, set[int]] = {}
        self._revoked: dict[str, set[int]] = {}

    def sign(self, by: Organisation, person: Person, wording: Wording) -> JsonObject:
        """A signed diploma of this person."""
        shape = template(wording.kit or by.sort, wording.template)
        hides = bool(wording.hide)
        names = {"family": person.family, "given": person.given, "patronymic": person.patronymic}
        values = {
            **names,
            "birth_date": person.born.isoformat(),
            "year": f"{wording.year.first}/{wording.year.second % 100:02}",
            "awarded": day_of(wording.year).date().isoformat(),
            **wording.values,
        }
        if wording.bound:
            values["did"] = person.did
        document = shape.fill(
            shape.record(values),
            credential_id=self._urn(),
            issuer_id=by.id,
            issuer_name=by.name,
            subject_id=self._urn(),
            valid_from=day_of(wording.year),
            zone="+03:00",
            status=self._status(by, wording),
        )
        if wording.until is not None:
            document["validUntil"] = wording.until.isoformat().replace("+00:00", "Z")
        place = len(by.keys) - 1 if hides else wording.key
        signed = add_proof(
            document,
            suite="ecdsa-sd-2023" if hides else "eddsa-rdfc-2022",
            key=by.keys[place],
            verification_method=by.method(place),
            created=wording.signed or day_of(wording.year),
            mandatory_pointers=pointers_outside(document, set(wording.hide)) if hides else (),
            randomness=self._chance.randbytes,
        )
        return derive(signed, [], randomness=self._chance.randbytes) if hides else signed

    def _status(self, by: Organisation, wording: Wording) -> Any:
        place = self._place(by)
        entries = [self._entry(by.status_url, "revocation", place)]
        if wording.revoked:
            self._revoked.setdefault(by.status_url, set()).add(place)
        if by.trouble is Trouble.SUSPENDS:
            entries.append(self._entry(by.suspension_url, "suspension", place))
            if wording.suspended:
                self._revoked.setdefault(by.suspension_url, set()).add(place)
        return entries if len(entries) > 1 else entries[0]

    @staticmethod
    def _entry(url: str, purpose: str, place: int) -> JsonObject:
        return {
            "id": f"{url}#{place}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose,
            "statusListIndex": str(place),
            "statusListCredential": url,
        }

    def _place(self, by: Organisation) -> int:
        taken = self._places.setdefault(by.entry, set())
        while (place := self._chance.randrange(131_072)) in taken:
            pass
        taken.add(place)
        return place

    def _urn(self) -> str:
        hexadecimal = f"{self._chance.getrandbits(128):032x}"
        groups = (hexadecimal[:8], hexadecimal[8:12], "4" + hexadecimal[13:16], "8" + hexadecimal[17:20])
        return "urn:uuid:" + "-".join((*groups, hexadecimal[20:]))

    # --- what the office has ---------------------------------------------------------------------------

    def status_lists(self) -> dict[str, tuple[JsonObject, ...]]:
        """The newest states that the office has, by entry."""
        found: dict[str, tuple[JsonObject, ...]] = {}
        for place, each in enumerate(listed()):
            if each.trouble is Trouble.NO_STATUS:
                continue
            as_of = NOW - timedelta(days=2 + place % 8)
            if each.trouble is Trouble.OLD_STATUS:
                as_of = NOW - timedelta(days=40)
            if each.trouble in (Trouble.CLOSED, Trouble.MERGED):
                as_of = datetime(2026, 8, 30, 10, tzinfo=UTC)
            lists = [self._list(each, each.status_url, "revocation", as_of)]
            if each.trouble is Trouble.SUSPENDS:
                lists.append(self._list(each, each.suspension_url, "suspension", as_of))
            found[each.entry] = tuple(lists)
        return found

    def _list(self, by: Organisation, url: str, purpose: str, as_of: datetime) -> JsonObject:
        bits = status_list.StatusList.create()
        for place in self._revoked.get(url, ()):
            bits.set(place, 1)
        key = _signing_key(by)
        return status_list.sign(
            bits,
            id=url,
            issuer=by.id,
            key=by.keys[key],
            verification_method=by.method(key),
            purpose=purpose,
            valid_from=as_of,
        )

    def trust_list(self, *, with_status_lists: bool = True) -> TrustList:
        lists = self.status_lists()
        return TrustList(
            tuple(_entry(each, lists.get(each.entry, ())) for each in listed()),
            issued_at=NOW - timedelta(days=10),
            name={"ru": "Вымышленный перечень для упражнения"},
            recipient=UNIVERSITY,
            status_lists=tuple(one for each in lists.values() for one in each) if with_status_lists else (),
            list_name="practice",
        )


def _signing_key(by: Organisation) -> int:
    """The key that signs today, as its place."""
    return 1 if by.trouble in (Trouble.RENEWED_KEY, Trouble.STOLEN_KEY) else 0


def _entry(each: Organisation, lists: Sequence[JsonObject]) -> TrustedIssuer:
    ended = each.trouble in (Trouble.CLOSED, Trouble.MERGED)
    state = {Trouble.CLOSED: IssuerState.CLOSED, Trouble.MERGED: IssuerState.MERGED}.get(each.trouble)
    finals = {
        str(one["id"]): FinalList(datetime(2026, 8, 30, 10, tzinfo=UTC), digest_of(one)) for one in lists
    }
    return TrustedIssuer(
        entry=each.entry,
        name={"ru": each.name},
        ids=(Identifier(each.id),),
        keys=tuple(_key(each, place) for place in range(len(each.keys))),
        scopes=_scopes(each),
        state=state or IssuerState.ACTIVE,
        since=_CLOSED if ended else None,
        successor=SUCCESSOR if each.trouble is Trouble.MERGED else None,
        final_lists=finals if ended else {},
        sort=each.sort,
        region="000",
    )


def _key(each: Organisation, place: int) -> TrustedKey:
    state, until, begins = KeyState.ACTIVE, None, _FIRST_DAY
    ended = each.trouble in (Trouble.CLOSED, Trouble.MERGED)
    if ended or (place == 0 and each.trouble is Trouble.RENEWED_KEY):
        state, until = KeyState.RETIRED, _CLOSED
    elif place == 0 and each.trouble is Trouble.STOLEN_KEY:
        state = KeyState.COMPROMISED
    elif place == 1 and each.trouble is Trouble.NEW_KEY:
        state = KeyState.PROPOSED
    if place == 1:
        begins = datetime(2026, 9, 1, tzinfo=UTC)
    pinned = Pin(How.PAPER, date(2026, 9, 10), "Образцова П. П.") if state is not KeyState.PROPOSED else None
    return TrustedKey(
        each.keys[place].public_key, frozenset({each.method(place)}), state, begins, until, pinned=pinned
    )


def _scopes(each: Organisation) -> tuple[Scope, ...]:
    years = Years(YEARS[0], YEARS[-1])
    if each.number is not None:
        return (
            Scope(
                ("olympiad-diploma",),
                years,
                numbers=(each.number,),
                profiles=each.profiles,
                stages=("final",),
                source="вымышленный приказ № 0",
            ),
        )
    if each.sort == "olympiad":
        stages = ("regional", "final")
        return (Scope(("olympiad-diploma",), years, numbers=("none",), stages=stages),)
    kinds = {
        "school": ("school-award", "project", "extracurricular-course"),
        "contest": ("contest-diploma",),
        "sport": ("sport-norm", "contest-diploma"),
        "volunteering": ("volunteering",),
    }[each.sort]
    scopes = [Scope(kinds, years, stages=("*",) if "contest-diploma" in kinds else None)]
    if each.is_school:
        scopes.append(Scope(("olympiad-diploma",), years, numbers=("none",), stages=("school",)))
    return tuple(scopes)


def levels(year: SchoolYear) -> JsonObject:
    """The official list of a school year, ``vcwallet-levels/1``."""
    return {
        "format": "vcwallet-levels/1",
        "schoolYear": str(year),
        "source": f"вымышленный приказ № 0 на {year} учебный год",
        "olympiads": [
            {"number": each.number, "name": each.name, "profile": profile, "level": each.level}
            for each in ORGANISATIONS
            if each.number is not None
            for profile in each.profiles
        ],
    }
