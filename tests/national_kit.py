"""What goes into the kit of a whole invented country: the files of ``examples/kit``, and their keys.

`write` puts them there (``python -m tests.national_kit``); a test compares. The keys come from fixed seeds:
whoever reads this can sign as these issuers, so nobody may believe them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime

from tests.shared import ROOT
from tests.world import Issuer, World
from vcwallet import strict_json
from vcwallet.credentials.issuers import KeyState
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import How, Pin, TrustedKey, TrustList
from vcwallet.verifier.scopes import Scope, Years

FOLDER = ROOT / "examples" / "kit"
ADMISSION = ROOT / "examples" / "admission"
LISTED = datetime(2026, 9, 12, 9, tzinfo=UTC)
OLYMPIAD = Issuer("Олимпиада «Вымысел»", "olympiad-diploma", "vymysel-olymp.example")
FABLE = Issuer("Олимпиада «Небылица»", "olympiad-diploma", "nebylica-olymp.example")
SCHOOL = Issuer("Школа № 0, Небывалинск", "school-award")
REGION_CAP = Scope(("school-award", "project"), Years.parse("2023/24-2026/27"), source="соглашение № 0")
BODY = "region-00"


def national() -> TrustList:
    """Two olympiads of the official list; the first had another key before."""
    years = Years.parse("2023/24-2026/27")
    entries = [
        World.trusted(
            issuer,
            entry=entry,
            name={"ru": issuer.name, "en": english},
            sort="olympiad",
            scopes=(
                Scope(
                    ("olympiad-diploma",),
                    years,
                    numbers=(number,),
                    profiles=profiles,
                    stages=("final",),
                    source="вымышленный приказ № 0",
                ),
            ),
        )
        for issuer, entry, english, number, profiles in (
            (OLYMPIAD, "olymp-vymysel", "The Invention Olympiad", "12", ("математика", "физика")),
            (FABLE, "olymp-nebylica", "The Fable Olympiad", "31", ("информатика",)),
        )
    ]
    former = TrustedKey(
        replace(OLYMPIAD, name="Олимпиада «Вымысел» до 2025 года").key.public_key,
        state=KeyState.RETIRED,
        valid_until=datetime(2025, 8, 31, 23, 59, 59, tzinfo=UTC),
        pinned=Pin(How.PAPER, date(2023, 9, 10)),
    )
    first, *others = entries
    return TrustList(
        (first.with_key(former), *others),
        LISTED,
        name={"ru": "Олимпиады из перечня", "en": "Olympiads of the official list"},
        list_name="national",
    )


def region() -> TrustList:
    """What a region says of its schools, within its cap."""
    school = World.trusted(
        SCHOOL,
        entry="school-0-nebyvalinsk",
        name={"ru": SCHOOL.name, "en": "School No. 0, Nebyvalinsk"},
        sort="school",
        region="00",
        scopes=(Scope(("school-award",), Years.parse("2024/25-2026/27")),),
    )
    return TrustList((school,), LISTED, name={"ru": "Школы региона 00"}, list_name=BODY)


def status(at: datetime = LISTED, revoked: Collection[int] = (23, 1024)) -> JsonObject:
    """The olympiad's list of revoked diplomas."""
    return replace(OLYMPIAD, revoked=set(revoked)).status(at)


def files() -> dict[str, bytes]:
    """The files of ``examples/kit``."""
    made = {
        "national.json": national().to_json(),
        "region-00.json": region().to_json(),
        "vymysel-status.json": status(),
    }
    return {
        name: (strict_json.dumps(document, indent=2) + "\n").encode("utf-8")
        for name, document in made.items()
    }


def write() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, content in files().items():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    write()
