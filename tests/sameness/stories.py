"""Whole journeys: what an issuer hands out, a family shows and an office is given, made by the program."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bench.admission import make
from bench.admission.organisations import NOW as ADMISSION
from bench.admission.stories import STORIES
from tests.kits import Desk, Maintainer, paper_of
from tests.sameness.cases import MOSCOW, archives, given, octets, of_folder, pictures, text_of
from tests.sameness.hosts import Case
from tests.shared import ROOT
from tests.unit.issuer.kits import OTHER, PUPIL, csv
from tests.unit.verifier.test_kit_verifying import MADE, contents, kit_in
from tests.unit.wallet.shared import PASSPHRASE
from tests.world import NOW, UNIVERSITY, World
from vcwallet import strict_json
from vcwallet.issuer import Issuer
from vcwallet.page.believing import list_of_page
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.verifier import ANYTHING, NOT_COMPARED, ControlledIdentifierDocument, TrustList
from vcwallet.verifier.kit.layout import Age, Ages
from vcwallet.wallet import Wallet


def of_a_family(folder: Path) -> Iterator[Case]:
    """An olympiad signs two diplomas, a family hides and shows them, one is revoked, a list is published."""
    place = folder / "олимпиада"
    Issuer.create(
        place,
        PASSPHRASE,
        kit="olympiad",
        name="Олимпиада «Проба»",
        site="https://olymp.example",
        example=True,
        kdf=UNSAFE_FOR_TESTS,
    ).close()
    with Issuer.open(place, PASSPHRASE) as issuer:
        issued = folder / "выдано"
        issuer.issue(issuer.plan(issuer.read(csv(PUPIL, OTHER), now=NOW)), out=issued, now=NOW)
        issuer.publish(folder / "site", now=NOW)
        diplomas = sorted(issued.glob("*.vc.json"))
        document = folder / "site" / ".well-known" / "did.json"
        trust = _office(document)
        shown = []
        for number, path in enumerate(diplomas):
            wallet = Wallet.create(folder / f"семья {number}.vcw", PASSPHRASE, kdf=UNSAFE_FOR_TESTS)
            wallet.add_issuer(document.read_bytes(), now=NOW)
            kept = wallet.add(path.read_bytes(), now=NOW)
            drafts = wallet.prepare([kept], to=UNIVERSITY, purpose="поступление 2027", now=NOW)
            shown.append(wallet.sign(drafts, now=NOW).bundle)
        yield from of_folder(issued, trust, MOSCOW)
        issuer.revoke(
            str(strict_json.loads_object(diplomas[0].read_bytes())["id"]), now=NOW + timedelta(days=1)
        )
        issuer.publish(folder / "site", now=NOW + timedelta(days=1))
    lists = [(each.name, each.read_bytes()) for each in sorted((folder / "site" / "status").glob("*.json"))]
    later = (NOW + timedelta(days=2)).isoformat()
    for number, bundle in enumerate(shown):
        content = (f"показ {number}.json", bundle.text.encode())
        yield given(f"family {number}", content, trust=trust)
        for name, picture in pictures(diplomas[number].read_text("utf-8"), bundle).items():
            yield given(f"family {number}, {name}", (name, picture), trust=trust)
        yield given(f"family {number}, published later", content, *lists, trust=trust, now=later)
        for name, packed in archives([content, *lists]).items():
            yield given(
                f"family {number}, {name}", (f"всё.{name.split(' ')[0]}", packed), trust=trust, now=later
            )


def _office(document: Path) -> str:
    return text_of(
        TrustList.start(now=NOW, recipient=UNIVERSITY).with_issuer(
            ControlledIdentifierDocument.loads(document.read_bytes()),
            name={"ru": "Олимпиада «Проба»"},
            scopes=[ANYTHING],
            fingerprints=NOT_COMPARED,
            now=NOW,
        )
    )


def of_a_kit(folder: Path) -> Iterator[Case]:
    """A page that believes a kit, with the kit's own lists, on days before and after its last."""
    w = World()
    w.olympiad.revoked.add(7)
    maintainer = Maintainer()
    maintainer.manifest = replace(maintainer.manifest, ages=Ages(Age(5, 10), Age(30, 60)))
    kit = maintainer.make(contents(w), MADE)
    Desk(folder, paper_of(kit)).update(kit, MADE)
    known = kit_in(folder)
    trust = text_of(list_of_page(known.trust, [known]))
    for index in (7, 8):
        shown = w.bundle(w.olympiad.diploma(index, holder=w.child.id), w.school.diploma(2)).to_json()
        for days in (0, 4, 6, 9, 11, 31, 61):
            now = (MADE + timedelta(days=days)).isoformat()
            yield given(f"kit {index}, {days}", ("показ.json", octets(shown)), trust=trust, now=now)


def of_the_demo(folder: Path) -> Iterator[Case]:
    """Every file that `vcwallet demo` leaves."""
    folder.mkdir()
    command = [sys.executable, "-m", "vcwallet", "demo", str(folder / "demo")]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-1000:]
    trust = (folder / "demo" / "trust-list.json").read_text("utf-8")
    now = TrustList.parse(trust.encode()).issued_at + timedelta(days=1)
    yield from of_folder(folder / "demo", trust, now.isoformat())


def of_an_admission(folder: Path) -> Iterator[Case]:
    """Every way in which applicants hand things in."""
    made = make(folder / "office", applicants=len(STORIES) + 2, phone=(1500, 2000))
    yield from of_folder(made.inbox, made.trust_list.read_text("utf-8"), ADMISSION.isoformat())
