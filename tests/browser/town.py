"""Invented people with their files in one home folder: what the three pages are opened on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from PIL import Image

from tests.unit.issuer.kits import OTHER, PUPIL, csv
from tests.unit.wallet import shared
from tests.unit.wallet.shared import MASHA, NOW, PETYA
from tests.world import UNIVERSITY, World
from vcwallet import strict_json
from vcwallet.issuer import Issuer
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import TrustedIssuer

PASSPHRASE = shared.PASSPHRASE
NAMES = (MASHA.given_name, PETYA.given_name, "Пробник", "Выдумка")
"""Given names that no other text of the pages holds."""


@dataclass
class Town:
    home: Path
    world: World = field(default_factory=World)
    olympiad: shared.Issuer = field(default_factory=shared.Issuer)

    @property
    def documents(self) -> Path:
        place = self.home / "Документы"
        place.mkdir(parents=True, exist_ok=True)
        return place

    def diploma(self, number: int = 1, **options: object) -> JsonObject:
        return self.olympiad.with_hideable_parts(self.olympiad.diploma(number=number, **options))  # type: ignore[arg-type]

    def family(self) -> Path:
        """A wallet of two children: diplomas, one of them revoked, and a document that nobody signed."""
        path = self.documents / "семья.vcw"
        made = shared.wallet(path, self.olympiad)
        first, second = made.add_child(MASHA, now=NOW), made.add_child(PETYA, now=NOW)
        for number in (1, 2, 5):
            made.add(self.diploma(number, holder=first.did if number == 5 else None), now=NOW)
        made.add(self.diploma(3, profile=PETYA), now=NOW)
        made.lists.remember(self.olympiad.status_list(revoked=(2,)), now=NOW)
        scan = self.documents / "грамота.png"
        Image.new("RGB", (600, 800), "white").save(scan)
        made.child(first.id).attach("грамота.png", "image/png", scan.read_bytes(), now=NOW)
        made.save()
        assert second.id
        return path

    def office(self, *issuers: TrustedIssuer) -> Path:
        """A trust list that believes an olympiad and a school, or these issuers."""
        path = self.documents / "приёмная.json"
        olympiad, school = self.world.olympiad, self.world.school
        lists = (olympiad.status(NOW - timedelta(days=2)), school.status(NOW - timedelta(days=2)))
        trust = self.world.trust(
            *issuers, recipient=UNIVERSITY, issued_at=NOW - timedelta(days=2), status_lists=lists
        )
        path.write_text(strict_json.dumps(trust.to_json()), "utf-8")
        return path

    def showing(self, *credentials: JsonObject) -> bytes:
        """What a family brings to the office, as a file."""
        child = self.world.child
        shown = credentials or (self.world.olympiad.diploma(7, holder=child.id),)
        return strict_json.dumps(child.show(shown, created=NOW - timedelta(days=1))).encode("utf-8")

    def secretary(self) -> Path:
        """The folder of an olympiad that signed two diplomas."""
        path = self.documents / "олимпиада"
        made = Issuer.create(
            path,
            PASSPHRASE,
            kit="olympiad",
            name="Олимпиада «Проба»",
            site="https://olymp.example",
            example=True,
            kdf=UNSAFE_FOR_TESTS,
        )
        made.close()
        with Issuer.open(path, PASSPHRASE) as issuer:
            issuer.issue(issuer.plan(issuer.read(csv(PUPIL, OTHER), now=NOW)), now=NOW)
        return path
