"""Symbols survive what paper, scanners and cameras do to them; rates are printed (pytest -s)."""

from __future__ import annotations

import random

import pytest
from PIL import Image

from tests.shared import SOAK
from tests.unit.bundle import optics, samples
from vcwallet.bundle import codec, opening, pictures, scanning, symbols
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.locales import language

SAMPLES = optics.full_symbols(100 if SOAK else 4)

# The least share that must be read; one symbol of a bundle may be lost, so less than all is no failure.
LEAST = dict.fromkeys(optics.CONDITIONS, 1.0) | {"blots on 2 % of the area": 0.25}


@pytest.mark.parametrize("condition", optics.CONDITIONS)
def test_a_full_symbol_is_read_under(condition: str) -> None:
    rate = optics.rate(condition, SAMPLES)
    print(f"{rate:7.0%} of {len(SAMPLES)}: {condition}")
    assert rate >= LEAST[condition]


def test_a_thorough_look_reads_what_a_quick_one_cannot() -> None:
    """Blurred by more than half a module: no reader takes it as it is."""
    symbol = SAMPLES[0]
    picture = optics.blurred(symbols.picture(symbol, scale=4).convert("L"), 0.55 * 4)
    assert pictures.codes(picture) == []
    assert pictures.codes(picture, thorough=True) == [symbol.digits]


def test_a_part_that_is_missing_is_looked_for_again_where_others_were_seen() -> None:
    """One of two symbols in a picture is out of focus, and nothing says how many there were."""
    bundle = Bundle(samples.presentation(5))
    sharp, blurred = (
        symbols.picture(one, scale=4).convert("L") for one in symbols.lay_out(codec.encode(bundle))[:2]
    )
    picture = Image.new("L", (2 * sharp.width, sharp.height), 255)
    picture.paste(sharp, (0, 0))
    picture.paste(optics.blurred(blurred, 0.55 * 4), (sharp.width, 0))
    assert len(pictures.codes(picture)) == 1
    (found,) = scanning.read_inputs([optics.png(picture)])
    assert found.bundle == bundle


@pytest.fixture(scope="module")
def printed() -> tuple[Bundle, list[Image.Image]]:
    """A bundle of 20 and the pages of its sheet, at 400 dots an inch."""
    pytest.importorskip("typst")
    from vcwallet.bundle import sheet

    bundle = Bundle(samples.presentation(20))
    pdf = sheet.pdf(bundle, symbols.lay_out(codec.encode(bundle)), language("en"))
    with opening.Opener() as opener:
        return bundle, [page for _, page in opener.pictures(pdf, dpi=400)]


@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_the_printed_sheet_is_read_from_a_scan(printed: tuple[Bundle, list[Image.Image]], dpi: int) -> None:
    bundle, sheets = printed
    for seed in range(10 if SOAK else 1):
        chance = random.Random(seed)
        scans = [optics.png(optics.scanned(page, dpi=dpi, page_dpi=400, chance=chance)) for page in sheets]
        (found,) = [each for each in scanning.read_inputs(scans) if each.kind is not DocumentKind.NOTHING]
        assert found.bundle == bundle
        assert found.progress is not None
        shown = len(symbols.lay_out(codec.encode(bundle)))
        print(f"{len(found.progress.present)} of {shown} symbols at {dpi} dpi")
        assert len(found.progress.present) == shown


def test_a_lost_quarter_of_the_symbols_does_no_harm() -> None:
    """On paper a quarter is lost for good; on a screen every fourth picture is missed."""
    bundle = Bundle(samples.presentation(20))
    for shown in (symbols.lay_out(codec.encode(bundle)), symbols.for_screen(codec.encode(bundle))):
        for seed in range(20 if SOAK else 2):
            kept = random.Random(seed).sample(shown, len(shown) - len(shown) // 4)
            pictured = [
                optics.tilted(symbols.picture(one, scale=4).convert("L"), 0.1, random.Random(seed))
                for one in kept
            ]
            (found,) = scanning.read_inputs([optics.png(picture) for picture in pictured])
            assert found.bundle == bundle
