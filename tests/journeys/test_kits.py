"""Each kit from its sample sheet to a university: paper, a photo of it, wallet, showing, verdict."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PIL import Image

from tests.shared import ROOT
from tests.unit.bundle.optics import tilted
from tests.unit.issuer.test_diploma import attached, png, raster, said, words
from tests.unit.wallet.shared import PASSPHRASE
from vcwallet import locales, strict_json
from vcwallet.bundle import scanning
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
from vcwallet.credentials import credential as credentials
from vcwallet.credentials.credential import Credential
from vcwallet.issuer import Issuer, diploma
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import Profile, Wallet

pytestmark = pytest.mark.slow

NOW = datetime(2026, 6, 20, 9, tzinfo=UTC)
AT = ("--now", "2026-06-20T09:00:00Z")
UNIVERSITY = "priem.vuz.example"
SHEETS = sorted((ROOT / "issuers").glob("*/samples/*.xlsx"))
KITS = sorted({sheet.parts[-3] for sheet in SHEETS})


@dataclass
class Paper:
    """A kit's diploma of the first pupil of a sample sheet."""

    issuer: Issuer
    folder: Path
    document: JsonObject
    pdf: bytes


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Paper]:
    found = {}
    for kit in KITS:
        place = tmp_path_factory.mktemp(kit)
        issuer = Issuer.create(
            place / "issuer", PASSPHRASE, kit=kit, site=f"https://{kit}.example", kdf=UNSAFE_FOR_TESTS
        )
        for template in issuer.settings.templates:
            out = place / template
            read = issuer.read(place / "issuer" / "samples" / f"{template}.xlsx", template=template, now=NOW)
            assert not read.blocking, read.problems
            issuer.issue(issuer.plan(read), out=out, now=NOW)
            (first, *_) = sorted(out.glob("*.vc.json"))
            document = strict_json.loads_object(first.read_bytes())
            found[template] = Paper(issuer, out, document, issuer.pdf(document, now=NOW))
            (out / "paper.pdf").write_bytes(found[template].pdf)
    return found


def test_every_template_has_a_sample_and_a_design() -> None:
    templates = {path.stem for path in (ROOT / "issuers").glob("*/templates/*.toml")}
    assert templates == {sheet.stem for sheet in SHEETS}
    for kit in Issuer.kits():
        assert {one.id for one in kit.templates} == {
            path.stem for path in (kit.folder / "templates").glob("*.toml")
        }, "a template that issuer.toml does not name is never used"
        look = diploma.Design.load(kit.folder / "design").settings
        assert set(look.templates) == {one.id for one in kit.templates}


@pytest.mark.parametrize("template", [sheet.stem for sheet in SHEETS])
def test_what_is_on_the_paper_is_what_was_signed(papers: dict[str, Paper], template: str) -> None:
    paper = papers[template]
    carried = attached(paper.pdf)
    assert carried == diploma.whole(paper.document)
    credentials.verify(Credential.parse(carried), resolve=lambda _: paper.issuer.document, now=NOW)
    page = words(paper.pdf).casefold()
    for text in said(carried):
        for part in text.split("; "):
            assert part.casefold() in page, part
    assert diploma.printed(paper.document).side_mm <= 26


@pytest.mark.parametrize("template", [sheet.stem for sheet in SHEETS])
def test_the_code_is_read_from_a_scan_and_from_a_skewed_photo(
    papers: dict[str, Paper], template: str
) -> None:
    paper = papers[template]
    page = raster(paper.pdf, dpi=150)
    photo = tilted(raster(paper.pdf, dpi=220).convert("L"), 0.12, random.Random(template))
    for picture in (page, photo):
        (seen,) = scanning.read_inputs([png(picture)])
        assert seen.document == diploma.whole(paper.document)


def test_a_family_keeps_the_papers_and_shows_them(
    papers: dict[str, Paper],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """All diplomas of one pupil from all kits, from PDF alone, shown and accepted."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VCWALLET_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("VCWALLET_PASSPHRASE", PASSPHRASE)
    say = _speaking(capsys)
    wallet = Wallet.create(tmp_path / "семья.vcw", PASSPHRASE, kdf=UNSAFE_FOR_TESTS)
    wallet.add_child(Profile("Пробник", "Тестов", "Вымыслович", date(2009, 5, 17)), now=NOW)
    wallet.save()
    learnt = [file for paper in papers.values() for file in sorted(paper.folder.glob("*.json"))]
    beside = [str(file) for file in learnt if not file.name.endswith(".vc.json")]
    pdfs = [str(paper.folder / "paper.pdf") for paper in papers.values()]
    say("wallet", "add", "семья.vcw", *beside, *pdfs, "--yes", *AT)
    say("trust", "create", "trust.json", "--domain", UNIVERSITY, *AT)
    for kit in KITS:
        paper = next(each for each in papers.values() if each.issuer.settings.kit == kit)
        say("trust", "add", "trust.json", str(paper.folder), "--anything", "--no-fingerprint-check", *AT)
    told = ("--to", UNIVERSITY, "--purpose", "поступление 2027", "--yes")
    say("wallet", "present", "семья.vcw", "--all", *told, "--out", "shown.json", *AT)
    answer = json.loads(say("verify", "shown.json", "--trust", "trust.json", "--json", *AT))
    assert answer["outcome"] == "confirmed"
    assert answer["counts"]["confirmed"] == len(papers)


def _speaking(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def say(*words: str) -> str:
        ended = run(command_line, list(words), Speaker(locales.language("en")))
        told = capsys.readouterr()
        assert ended == 0, f"{words}\n{told.out}\n{told.err}"
        return told.out

    return say


def test_the_renders_in_the_documentation_are_of_these_designs() -> None:
    """docs/images/kits has a picture of every template's diploma; tools/kit_renders.py makes them."""
    folder = ROOT / "docs" / "images" / "kits"
    assert {path.stem for path in folder.glob("*.png")} == {sheet.stem for sheet in SHEETS}
    assert sum(path.stat().st_size for path in folder.glob("*.png")) < 1_500_000
    for path in folder.glob("*.png"):
        with Image.open(path) as picture:
            assert max(picture.size) <= 1000
