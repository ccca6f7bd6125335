"""A kit of a country's size: 500 issuers in 20 lists, 1,000 signed status lists, five years of levels.

Every status list is a real one: 131,072 places, signed by its issuer, so an installation verifies a thousand
signatures besides those of the kit.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from vcwallet import strict_json
from vcwallet.credentials import status_list
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.verifier import (
    How,
    Identifier,
    Pin,
    Scope,
    TrustedIssuer,
    TrustedKey,
    TrustList,
    Years,
)
from vcwallet.verifier.kit import making
from vcwallet.verifier.kit.files import KitFiles
from vcwallet.verifier.kit.layout import Manifest, fingerprint_of
from vcwallet.verifier.kit.roles import Body, Holders, Roles

ISSUERS: Final = 500
BODIES: Final = 20
LISTS: Final = 2
"""Of each issuer."""
REVOKED: Final = 131
CHANGED: Final = 10
ROUNDS: Final = 3
MADE: Final = datetime(2027, 6, 1, 9, tzinfo=UTC)
TARGETS: Final = {"first installation": 2.0, "the same again": 1.0, f"{CHANGED} lists changed": 1.0}
PEAK: Final = 100
CAP: Final = Scope(("school-award", "extracurricular-course"), Years.parse("2024/25-2027/28"))


@dataclass(frozen=True)
class School:
    number: int
    key: SoftwareKey

    @property
    def id(self) -> str:
        return f"did:web:s{self.number}.example"

    def listed(self) -> TrustedIssuer:
        key = TrustedKey(
            self.key.public_key,
            frozenset({f"{self.id}#key-1"}),
            pinned=Pin(How.PAPER, date(2025, 9, 1)),
        )
        return TrustedIssuer(
            f"s{self.number}",
            {"ru": f"Вымышленная школа № {self.number}", "en": f"Invented school {self.number}"},
            (Identifier(self.id),),
            (key,),
            (CAP,),
        )

    def status(self, which: int, at: datetime, revoked: int = REVOKED) -> bytes:
        bits = status_list.StatusList.create()
        # The same beginning for every state of a list: what was revoked stays so.
        chance = random.Random(self.number * LISTS + which)
        for _ in range(revoked):
            bits.set(chance.randrange(131_072), 1)
        signed = status_list.sign(
            bits,
            id=f"https://s{self.number}.example/status/{which}.json",
            issuer=self.id,
            key=self.key,
            verification_method=f"{self.id}#key-1",
            valid_from=at,
        )
        return strict_json.dumps(signed).encode()


class Country:
    """Whoever maintains the kit, with everybody's keys."""

    def __init__(self) -> None:
        self.chance = random.Random(1)
        self.schools = [School(number, self._key()) for number in range(ISSUERS)]
        self.bodies = [f"region-{number:02d}" for number in range(BODIES)]
        names = ("root", "targets", "status", "publishing", *self.bodies)
        self.keys = {name: self._key() for name in names}
        self.kit = self._begun()

    def _key(self) -> SoftwareKey:
        return SoftwareKey.generate(KeyType.ED25519, randomness=self.chance.randbytes)

    @property
    def roles(self) -> Roles:
        one = {name: Holders((key.public_key,)) for name, key in self.keys.items()}
        bodies = {name: Body(one[name], (CAP,)) for name in self.bodies}
        return Roles(one["root"], one["targets"], one["status"], one["publishing"], bodies)

    def _begun(self) -> KitFiles:
        return making.initialise(self.roles, now=MADE).signed_by(self.keys["root"]).kit

    def content(self) -> dict[str, bytes]:
        files = {
            f"status/s{school.number}/{which}.json": school.status(which, MADE)
            for school in self.schools
            for which in range(1, LISTS + 1)
        }
        for number, body in enumerate(self.bodies):
            mine = [school.listed() for school in self.schools[number::BODIES]]
            trust = TrustList(tuple(mine), MADE, list_name=body)
            files[f"bodies/{body}/trust.json"] = strict_json.dumps(trust.to_json()).encode()
        for year in range(2022, 2027):
            named = f"{year}-{(year + 1) % 100:02d}"
            files[f"levels/{named}.json"] = json.dumps(self._levels(year), ensure_ascii=False).encode()
        return files

    def _levels(self, year: int) -> dict[str, Any]:
        return {
            "format": "vcwallet-levels/1",
            "schoolYear": f"{year}/{(year + 1) % 100:02d}",
            "source": "вымышленный приказ № 0",
            "olympiads": [
                {"number": str(number), "profile": f"профиль {profile}", "level": 1 + (number + profile) % 3}
                for number in range(1, 90)
                for profile in range(5)
            ],
        }

    def publish(self, content: Mapping[str, bytes], at: datetime) -> KitFiles:
        draft = making.build(
            self.kit, self.roles, Manifest("country", {"ru": "Вымышленный комплект"}), content, now=at
        )
        for key in self.keys.values():
            if any(key.public_key in standing.unsigned for standing in draft.standings()):
                draft = draft.signed_by(key)
        self.kit = making.publish(draft, [self.keys["publishing"]], now=at)
        return self.kit


def main() -> str:
    country = Country()
    content = country.content()
    first = country.publish(content, MADE)
    paper = fingerprint_of(first.roots[0].signed_bytes)
    for school in country.schools[:CHANGED]:
        content[f"status/s{school.number}/1.json"] = school.status(
            1, MADE + timedelta(hours=12), REVOKED + 60
        )
    second = country.publish(content, MADE + timedelta(days=1))
    figures: dict[str, list[dict[str, float]]] = {name: [] for name in TARGETS}
    # In the project's folder: /tmp may be memory, where nothing is ever synced.
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        (folder / "1.zip").write_bytes(first.zip())
        second.write(folder / "2")
        for attempt in range(ROUNDS):
            place = folder / f"kits-{attempt}"
            for what, source, day in zip(TARGETS, ("1.zip", "1.zip", "2"), (0, 0, 1), strict=True):
                figures[what].append(_update(place, folder / source, day, paper))
        size = (folder / "1.zip").stat().st_size
    return "\n".join(_lines(figures, first, size))


def _update(place: Path, source: Path, day: int, paper: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.desk.kit_update", str(place), str(source), str(day), paper],
        capture_output=True,
        check=True,
    )
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def _lines(figures: Mapping[str, list[dict[str, float]]], kit: KitFiles, size: int) -> list[str]:
    metadata = sum(len(data) for name, data in kit.files.items() if name.startswith("metadata/"))
    whole = sum(map(len, kit.files.values()))
    lines = [
        (
            f"{ISSUERS} issuers in {BODIES} lists, {ISSUERS * LISTS:,} status lists, {REVOKED} revoked:"
            f" {len(kit.content):,} files, metadata {metadata // 1024} KiB, all {whole // 1024:,} KiB,"
            f" zip {size // 1024:,} KiB. Medians of {ROUNDS} processes, without their start."
        ),
        "",
        "| update | seconds | of the processor | target | peak memory, MiB |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, target in TARGETS.items():
        seconds = statistics.median(each["seconds"] for each in figures[name])
        processor = statistics.median(each["processor"] for each in figures[name])
        peak = max(each["peak"] for each in figures[name])
        lines.append(f"| {name} | {seconds:.2f} | {processor:.2f} | {target:.0f} | {peak:.0f} |")
        if seconds > target or peak > PEAK:
            print(f"over the target: {name}: {seconds:.2f} s, {peak:.0f} MiB")
    return lines
