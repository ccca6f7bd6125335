"""Paper that outlives its school: ten yearly kits built on one another, and a clock at 2046."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.kits import Desk, Maintainer, paper_of
from tests.world import Issuer, World, seeded_key
from vcwallet import strict_json
from vcwallet.credentials.issuers import FinalList, IssuerState, KeyState, digest_of
from vcwallet.identifiers.keys import SoftwareKey
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.report import Outcome, Report
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import TrustedIssuer, TrustedKey, TrustList, Verifier
from vcwallet.verifier.kit.installed import installed_kits
from vcwallet.verifier.trusted_issuer import How, Pin

FIRST = datetime(2036, 8, 1, 9, tzinfo=UTC)
YEARS = 10
TODAY = datetime(2046, 9, 1, 12, tzinfo=UTC)
CLOSED = datetime(2037, 8, 31, tzinfo=UTC)


def year(number: int) -> datetime:
    return FIRST.replace(year=FIRST.year + number)


@dataclass
class School:
    """A school that signed until it was closed in 2037: three diplomas, of which it revoked one."""

    issuer: Issuer = field(
        default_factory=lambda: Issuer("Школа № 0, Небывалинск", "school-award", "school0.example", {3})
    )

    def signed(self, index: int, at: datetime, key: SoftwareKey | None = None) -> JsonObject:
        document = self.issuer.unsigned(index)
        document["validFrom"] = "2036-09-01T00:00:00Z"
        return self.issuer.sign(document, created=at, key=key)

    @property
    def last_list(self) -> JsonObject:
        return self.issuer.status(datetime(2037, 8, 30, 10, tzinfo=UTC))

    def listed(self, number: int) -> TrustedIssuer:
        """Its entry in the kit of that year: it signs, then it is closed, and its key is retired for ever."""
        issuer = World.trusted(self.issuer)
        (key,) = issuer.keys
        if number == 0:
            return issuer
        return replace(
            issuer,
            keys=(replace(key, state=KeyState.RETIRED, valid_until=CLOSED),),
            state=IssuerState.CLOSED,
            since=CLOSED,
            final_lists={
                self.issuer.list_id: FinalList(
                    datetime(2037, 8, 30, 10, tzinfo=UTC), digest_of(self.last_list)
                )
            },
        )


def olympiad(number: int) -> TrustedIssuer:
    """An olympiad that takes a new key every year and keeps the old ones in the list."""
    issuer = Issuer("Олимпиада «Вымысел»", "olympiad-diploma", "olymp.example")
    entry = World.trusted(issuer)
    keys = [
        TrustedKey(
            seeded_key(f"olympiad {each}").public_key,
            frozenset({f"{issuer.id}#key-{each}"}),
            KeyState.ACTIVE if each == number else KeyState.RETIRED,
            valid_from=year(each),
            valid_until=None if each == number else year(each + 1),
            pinned=Pin(How.PAPER, year(each).date()),
        )
        for each in range(number + 1)
    ]
    return replace(entry, keys=tuple(keys))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """An office that took the kit of each year, from 2036 to 2046; the people of the kit changed twice."""
    school, maintainer, desk = School(), Maintainer(seed="ten years"), None
    place = tmp_path_factory.mktemp("office") / "kits"
    for number in range(YEARS + 1):
        former: list[SoftwareKey] = []
        if number in (4, 8):
            former = maintainer.keys["root"]
            for role, count in (("root", 3), ("targets", 2), ("publishing", 1)):
                maintainer.keys[role] = maintainer.new_keys(role, count, after=str(number))
        trust = TrustList(
            (school.listed(number), olympiad(number)), year(number), list_name="national", version=number + 1
        )
        files = {"trust/national.json": strict_json.dumps(trust.to_json()).encode()}
        if number == 0:
            files["status/school0/1.json"] = strict_json.dumps(school.issuer.status(year(0))).encode()
        if number == 1:
            files["status/school0/1.json"] = strict_json.dumps(school.last_list).encode()
        kit = maintainer.make(files, year(number) + timedelta(days=30 * bool(number)), *former)
        desk = desk or Desk(place, paper_of(kit))
        desk.update(kit, year(number) + timedelta(days=40))
    assert desk is not None
    return desk


def check(office: Desk, document: JsonObject, now: datetime = TODAY) -> Report:
    kits = installed_kits(office.place, now=now)
    return Verifier(kits[0].trust, kits=kits).check(document, now=now)


def test_a_diploma_of_a_closed_school_is_confirmed_by_the_kit_of_2046(office: Desk) -> None:
    report = check(office, School().signed(1, datetime(2037, 5, 25, tzinfo=UTC)))
    assert report.outcome is Outcome.CONFIRMED
    assert report.items[0].code == "item.confirmed-final"
    assert report.items[0].status.final
    # The last list was left out of the kits of nine years, and kept by each update.
    (kit,) = installed_kits(office.place, now=TODAY)
    assert [each.listed.id for each in kit.installed.kept] == [School().issuer.list_id]
    assert kit.installed.version == YEARS + 1


def test_what_it_revoked_stays_revoked(office: Desk) -> None:
    report = check(office, School().signed(3, datetime(2037, 5, 25, tzinfo=UTC)))
    assert report.items[0].code == "item.revoked"


def test_what_its_key_signed_after_its_end_is_confirmed_by_nobody(office: Desk) -> None:
    report = check(office, School().signed(1, datetime(2037, 9, 1, tzinfo=UTC)))
    assert report.items[0].code == "item.key-out-of-time"


def test_another_key_in_its_name_is_not_believed(office: Desk) -> None:
    report = check(office, School().signed(1, datetime(2037, 5, 25, tzinfo=UTC), seeded_key("a thief")))
    assert report.outcome is not Outcome.CONFIRMED


@pytest.mark.parametrize("number", range(YEARS))
def test_a_diploma_of_each_year_is_judged_by_the_key_of_its_time(office: Desk, number: int) -> None:
    issuer = Issuer("Олимпиада «Вымысел»", "olympiad-diploma", "olymp.example")
    document = issuer.unsigned(number)
    del document["credentialStatus"]

    def signed(at: datetime) -> JsonObject:
        return add_proof(
            json.loads(json.dumps(document)),
            suite="eddsa-rdfc-2022",
            key=seeded_key(f"olympiad {number}"),
            verification_method=f"{issuer.id}#key-{number}",
            created=at,
        )

    assert check(office, signed(year(number) + timedelta(days=200))).outcome is Outcome.CONFIRMED
    late = check(office, signed(year(number + 1) + timedelta(days=20)))
    assert late.items[0].code == "item.key-out-of-time"


def test_an_office_that_slept_for_eight_years_takes_the_kit_of_2046(office: Desk, tmp_path: Path) -> None:
    """All roots are in the kit, so the paper of the first one still leads to the newest."""
    school, maintainer = School(), Maintainer(seed="sleeper")
    trust = TrustList((school.listed(1),), year(2), list_name="national")
    files = {
        "trust/national.json": strict_json.dumps(trust.to_json()).encode(),
        "status/school0/1.json": strict_json.dumps(school.last_list).encode(),
    }
    kit = maintainer.make(files, year(2))
    desk = Desk(tmp_path, paper_of(kit))
    desk.update(kit, year(2))
    document = school.signed(1, datetime(2037, 5, 25, tzinfo=UTC))
    assert check(desk, document).items[0].code == "item.kit-too-old"
    for number in (4, 8):
        former = maintainer.keys["root"]
        maintainer.keys["root"] = maintainer.new_keys("root", 3, after=str(number))
        kit = maintainer.make(files, year(number), *former)
    kit = maintainer.make(files, year(10))
    desk.update(kit, TODAY)
    assert check(desk, document).outcome is Outcome.CONFIRMED
