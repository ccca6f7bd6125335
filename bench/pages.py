"""Pages: from the command to the first page, first pages of the roles, many diplomas, a camera.

Every time is of a whole request over a socket of this computer, as a browser makes it; the browser's own
drawing is not in it.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from PIL import Image

from tests.browser.town import PASSPHRASE, Town
from tests.unit.wallet.shared import MASHA, NOW
from tests.web.serving import Served, serving
from tests.web.threats.test_killed import Visitor
from tests.web.threats.test_program import opened, printed_link
from vcwallet.bundle import codec, symbols
from vcwallet.wallet import Wallet

_DIPLOMAS = 1_000
_FRAMES = 100


def main() -> str:
    rows = ["| what | target | median | slowest |", "|---|--:|--:|--:|"]
    with tempfile.TemporaryDirectory() as place:
        rows.append(_row("command to first page", "1 s", [_command(Path(place) / f"{n}") for n in range(5)]))
    with tempfile.TemporaryDirectory() as place, serving(Path(place), now=NOW) as pages:
        pages.let_in()
        town = Town(pages.home)
        rows.append(_row("first page, answered", "200 ms", _times(lambda: pages.get(""), 20)))
        path = town.family()
        _many(town, path)
        wallet = _enter(pages, f"family/open/{pages.session.choose(path)}")
        rows.append(_row(f"a family's first page, {_DIPLOMAS:,} diplomas", "200 ms", _asked(pages, wallet)))
        folder = _enter(pages, f"secretary/open/{pages.session.choose(town.secretary())}")
        rows.append(_row("a secretary's first page", "200 ms", _asked(pages, folder)))
        desk = _enter(pages, f"officer/open/{pages.session.choose(town.office())}")
        rows.append(_row("an officer's first page", "200 ms", _asked(pages, desk)))
        seconds = _frames(pages, town, desk)
    usual, slowest = (f"{1 / each:.0f}" for each in (median(seconds), max(seconds)))
    rows.append(f"| pictures of a camera, read in a second | 15 | {usual} | {slowest} |")
    return "\n".join(rows)


def _command(home: Path) -> float:
    home.mkdir()
    began = perf_counter()
    with opened(home, "--no-browser") as program:
        visitor = Visitor(printed_link(program))
        visitor.go(visitor.url)
        if "<h1" not in visitor.page:
            raise AssertionError(visitor.page)
        return perf_counter() - began


def _many(town: Town, path: Path) -> None:
    wallet = Wallet.open(path, PASSPHRASE)
    for number in range(10, 10 + _DIPLOMAS):
        document = town.olympiad.diploma(number=number, awarded=f"{2016 + number % 11}-03-01")
        wallet.add(document, child=wallet.child(MASHA.full_name), now=NOW)
    wallet.save()


def _enter(pages: Served, address: str) -> str:
    """The address of what was opened; where that leads to a child or a page of its own, that page's."""
    answer = pages.post(address, {"passphrase": PASSPHRASE})
    while answer.status == 303:
        address = answer.headers["location"]
        answer = pages.get(address)
    if answer.status != 200:
        raise AssertionError(answer.text)
    return address


def _asked(pages: Served, address: str) -> list[float]:
    return _times(lambda: pages.get(address), 20)


def _frames(pages: Served, town: Town, desk: str) -> list[float]:
    """One code of several before the camera, as the page sends it."""
    bundle = town.world.bundle(
        *(town.world.olympiad.diploma(n, holder=town.world.child.id) for n in range(14))
    )
    part = symbols.picture(symbols.lay_out(codec.encode(bundle))[0], scale=4).convert("L")
    scene = Image.new("L", (1280, 720), 200)
    scene.paste(part.resize((640, 640)), (320, 40))
    picture = io.BytesIO()
    scene.save(picture, "JPEG", quality=85)
    kind = ("Content-Type", "image/jpeg")
    return _times(lambda: pages.ask("POST", desk + "frame", picture.getvalue(), kind), _FRAMES)


def _times(ask: Callable[[], object], count: int) -> list[float]:
    ask()
    found = []
    for _ in range(count):
        began = perf_counter()
        ask()
        found.append(perf_counter() - began)
    return found


def _row(what: str, target: str, seconds: list[float]) -> str:
    def told(each: float) -> str:
        return f"{each:.2f} s" if target.endswith(" s") else f"{each * 1000:.0f} ms"

    return f"| {what} | {target} | {told(median(seconds))} | {told(max(seconds))} |"
