"""PDFs and pictures given to the page of a site: a bad one costs itself alone, all others are answered."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import pypdfium2
from PIL import Image, ImageOps
from playwright.sync_api import Browser, Playwright

from tests.browser import camera, chromium
from tests.browser.chromium import PHONE
from tests.browser.test_a_site import (
    PROGRAM,
    Site,
    all_kept,
    give,
    moscow,
    ready,
    report,
    runtime,
    site,
    visitor,
)
from tests.browser.test_an_officer import five_codes
from tests.browser.town import NOW, Town
from tests.shared import wait_until
from tests.unit.bundle.test_opening import BOMBS, HALF_BLACK, LOCKED, PLAIN, SLOW, UNREADABLE, drawn
from tests.unit.bundle.test_others_files import signed_pdf
from vcwallet import limits
from vcwallet.bundle import codec, symbols, writing
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.inputs import Input, Source
from vcwallet.bundle.opening import Opener
from vcwallet.bundle.scanning import read_each
from vcwallet.bundle.writing import BundleForm
from vcwallet.issuer import diploma
from vcwallet.issuer.design import Design
from vcwallet.locales import language
from vcwallet.page.desk import Desk

__all__ = ["runtime", "site"]

Files = list[tuple[str, bytes]]


def scanned(*pages: Image.Image) -> bytes:
    """As an office's scanner makes it: pictures, not quite straight, one on each page."""
    out = io.BytesIO()
    turned = [each.rotate(2, fillcolor="white", resample=Image.Resampling.BICUBIC) for each in pages]
    turned[0].save(out, "PDF", save_all=True, append_images=turned[1:], resolution=200)
    return out.getvalue()


def without_attachments(pdf: bytes) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    while document.count_attachments():
        document.del_attachment(0)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def packed(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def givings(town: Town) -> Iterator[Files]:
    """PDFs of each kind; beside each lies a showing, so that there is a report whatever becomes of them."""
    world = town.world
    design = Design.load(town.documents)
    mine = [world.olympiad.diploma(number, holder=world.child.id) for number in (3, 4, 5)]
    handed_out = [diploma.pdf(each, design) for each in mine]
    printed = writing.render(Bundle(world.child.show(mine[1:2])), BundleForm.PDF, language("ru"))
    codes = [symbols.picture(each, scale=4).convert("L") for each in five_codes(town)]
    sheet = Image.new("L", (1600, 2200), "white")
    sheet.paste(codes[0], (300, 500))
    part = io.BytesIO()
    codes[4].save(part, "PNG")
    showing = ("показ.json", town.showing())
    yield [
        ("диплом.pdf", handed_out[0]),
        ("диплом без вложения.pdf", without_attachments(handed_out[1])),
        ("показ.pdf", printed),
        showing,
    ]
    yield [("скан.pdf", scanned(sheet, *codes[1:4])), ("пятый код.png", part.getvalue())]
    yield [("четыре из пяти.pdf", scanned(sheet, *codes[1:4])), showing]
    yield [
        ("пустой.pdf", PLAIN),
        ("подпись.pdf", signed_pdf()),
        ("под паролем.pdf", LOCKED),
        *((f"{number}.pdf", content) for number, content in enumerate(UNREADABLE.values())),
        ("бесконечный.pdf", drawn(HALF_BLACK, box=b"0 0 9000000 9000000")),
        ("много страниц.pdf", drawn(HALF_BLACK, times=limits.SCAN_PDF_PAGES + 1)),
        showing,
    ]
    yield [*webp_pictures(town), showing]
    yield [
        ("архив.zip", packed(("а.pdf", handed_out[2]), ("б.pdf", LOCKED), ("в/г.pdf", printed))),
        ("второй.zip", packed(("диплом.pdf", handed_out[0]))),
    ]


def webp_pictures(town: Town) -> Files:
    """As a messenger or a browser saves a picture of a code; each is a showing of its own."""
    world = town.world
    made = []
    for number in range(21, 25):
        (part,) = symbols.lay_out(
            codec.encode(Bundle(world.child.show([world.olympiad.diploma(number, holder=world.child.id)]))),
            parity=0,
        )
        made.append(symbols.picture(part, scale=5).convert("L"))
    see_through = Image.new("RGBA", made[2].size, "black")  # black all over where transparency is passed over
    see_through.putalpha(ImageOps.invert(made[2]))
    large = Image.new("RGB", (1500, 2400), "ivory")
    large.paste(made[3], (200, 1300))
    return [
        ("с потерями.webp", webp(made[0].convert("RGB"), quality=60)),
        ("без потерь.webp", webp(made[1], lossless=True)),
        ("прозрачный.webp", webp(see_through, lossless=True, exact=True)),
        ("снимок экрана.webp", webp(large.convert("RGBA"), exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0")),
        ("без кода.webp", webp(Image.new("L", (40, 30), "white"))),
        ("снимок.avif", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf"),
        ("снимок.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
    ]


def webp(picture: Image.Image, **options: int | bytes) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", **options)
    return out.getvalue()


def said_here(site: Site, files: Files) -> str:
    """The report of this computer, with PDFium in a process of its own and Pillow."""
    trust = (site.inside / "trust-list.json").read_bytes()
    here = Desk(trust, "ru", program=PROGRAM, status_days=14, old_days=None)
    given = [
        Input(Source(number, name), partial(bytes, content))
        for number, (name, content) in enumerate(files, 1)
    ]
    with Opener() as opener:
        answer = here.answer(read_each(given, opener), moscow())
    assert isinstance(answer, dict)
    return str(answer["json"])


def test_pdfs_and_webp_are_answered_as_this_computer_answers_them(
    browser: Browser, site: Site, town: Town
) -> None:
    """Byte for byte, without a network: what opens them is kept with the page, and not loaded before."""
    with visitor(browser, site, size=PHONE) as person:
        page = person.page
        all_kept(page)
        assert page.evaluate("navigator.serviceWorker.ready.then((each) => each.active !== null)")
        give(page, ("показ.json", town.showing()))
        asked = [each for each in site.server.asked if "pdfium.wasm" in each]
        assert asked == [f"/{site.inside.name}/pdfium/pdfium.wasm.gz"]
        site.stop()
        for files in givings(town):
            page.locator("#next").click()
            give(page, *files)
            assert report(page) == said_here(site, files)
        broken = webp_pictures(town)[1][1]
        page.locator("#next").click()
        give(page, ("обрезан.webp", broken[: len(broken) // 2]), ("показ.json", town.showing()))
        told = json.loads(report(page))
        assert [each["code"] for each in told["problems"]] == ["picture.unreadable"]
        assert [each["outcome"] for each in told["reports"]] == ["confirmed"]
        assert chromium.violations(page) == []
        chromium.fits(page)


SPY = """
window.begun = 0;
window.started = [];
window.asked = [];
window.Worker = class extends window.Worker {
  constructor(name, options) {
    super(name, options);
    window.started.push(String(name).split("/").at(-1));
    this.addEventListener("message", ({ data }) => { window.begun += "begun" in data; });
  }
  postMessage(...given) {
    window.asked.push(given[0].kind ?? given[0].ask);
    if (given[0].memory && window.little) given[0].memory = window.little;
    super.postMessage(...given);
  }
};
"""
"""Counts the files whose time has begun, and what the workers are asked."""


def test_a_pdf_that_works_for_ever_or_bursts_costs_itself_alone(
    browser: Browser, site: Site, town: Town
) -> None:
    """It is ended with the worker that opened it; Python, its neighbours and the next PDF go on."""
    pdf = writing.render(town.world.bundle(), BundleForm.PDF, language("ru"))
    with chromium.person(browser, site.url) as person:
        page = person.page
        page.clock.install(time=NOW)
        page.add_init_script(SPY)
        page.goto(site.url)
        ready(page)
        files: Files = [("вечный.pdf", SLOW), ("бомба.pdf", next(iter(BOMBS.values()))), ("показ.pdf", pdf)]
        page.locator("#files").set_input_files(
            [{"name": name, "mimeType": "application/pdf", "buffer": content} for name, content in files]
        )
        wait_until(lambda: page.evaluate("window.begun") == 1)
        page.clock.fast_forward(limits.PAGE_PDF_SECONDS * 1000)
        page.locator("#answer").wait_for()
        told = json.loads(report(page))
        assert [each["code"] for each in told["problems"]] == ["pdf.too-slow", "pdf.too-heavy"]
        assert [each["outcome"] for each in told["reports"]] == ["confirmed"]
        assert page.evaluate("window.started") == [
            "worker.js?lang=ru",
            "opening-worker.js",
            "opening-worker.js",
        ], "Python was not started again, and what opens files was, behind the one that took too long"


def mosaic(width: int, height: int, module: int) -> Image.Image:
    """Nothing but the patterns by which codes are found: how long they are compared grows with their cube."""
    tile = Image.new("L", (9, 9), 255)
    for inset, shade in ((1, 0), (2, 255), (3, 0)):
        tile.paste(shade, (inset, inset, 9 - inset, 9 - inset))
    tile = tile.resize((9 * module, 9 * module), Image.Resampling.NEAREST)
    picture = Image.new("L", (width, height), 255)
    for left in range(0, width, tile.width):
        for top in range(0, height, tile.height):
            picture.paste(tile, (left, top))
    return picture


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def one_code(town: Town) -> Image.Image:
    (part,) = symbols.lay_out(codec.encode(town.world.bundle()), parity=0)
    return symbols.picture(part, scale=6).convert("L")


MOSAIC = png(mosaic(4995, 4995, 2).convert("1"))
"""15 kB, and minutes for the reader of codes in a telephone."""


def test_a_picture_that_keeps_the_reader_busy_costs_itself_alone(
    browser: Browser, site: Site, town: Town
) -> None:
    """It is ended with the worker that reads it; Python, its neighbours and the next picture go on."""
    code = png(one_code(town))
    with chromium.person(browser, site.url) as person:
        page = person.page
        page.clock.install(time=NOW)
        page.add_init_script(SPY)
        page.goto(site.url)
        ready(page)
        page.locator("#files").set_input_files(
            [
                {"name": name, "mimeType": "image/png", "buffer": content}
                for name, content in [
                    ("мозаика.png", MOSAIC),
                    ("код.png", code),
                    ("бомба.png", b"\x89PNG\r\n\x1a\n"),
                ]
            ]
        )
        # Both pictures at once, and the mosaic closer.
        wait_until(lambda: page.evaluate("window.begun") == 3)
        page.clock.fast_forward(limits.PAGE_PICTURE_SECONDS * 1000)
        page.locator("#answer").wait_for()
        told = json.loads(report(page))
        assert [(each["source"], each["code"]) for each in told["problems"]] == [
            ("мозаика.png", "scan.too-slow"),
            ("бомба.png", "picture.unreadable"),
        ]
        assert [each["outcome"] for each in told["reports"]] == ["confirmed"]
        page.locator("#next").click()
        give(page, ("код.png", code))
        assert [each["outcome"] for each in json.loads(report(page))["reports"]] == ["confirmed"]
        started = page.evaluate("window.started")
        assert started.count("worker.js?lang=ru") == 1, "Python was not started again"
        assert started.count("opening-worker.js") == 2, "and what reads codes once, for the next person"
        assert page.evaluate("window.asked").count("picture") == 4
        # Many, while somebody is answered by a text and leaves: the next person does not wait for them.
        page.locator("#next").click()
        page.locator("#files").set_input_files(
            [
                {"name": f"{number}.png", "mimeType": "image/png", "buffer": MOSAIC + bytes(number)}
                for number in range(200)
            ]
        )
        wait_until(lambda: page.evaluate("window.begun") > 4)
        page.locator("#text").fill(town.showing().decode("utf-8"))
        page.locator("#typed button").click()
        page.locator("#answer").wait_for()
        page.locator("#next").click()
        give(page, ("показ.json", town.showing()))
        assert json.loads(report(page))["problems"] == []
        page.locator("#next").click()
        page.evaluate(f"window.little = {32 * limits.MIB}")
        give(page, ("большой.png", png(Image.new("L", (4900, 4900)))), ("код.png", code))
        told = json.loads(report(page))
        assert [(each["source"], each["code"]) for each in told["problems"]] == [
            ("большой.png", "picture.too-heavy")
        ]
        assert [each["outcome"] for each in told["reports"]] == ["confirmed"]
        assert page.evaluate("window.started").count("worker.js?lang=ru") == 1


STUCK = """
window.workers = [];
window.Worker = class extends window.Worker {
  constructor(name, options) {
    super(name, options);
    window.workers.push(String(name).split("/").at(-1));
  }
  postMessage(...given) {
    if (given[0].kind === "frame" && !window.stuck) {
      window.stuck = true;
      this.dispatchEvent(new MessageEvent("message", { data: { begun: true } }));
    } else super.postMessage(...given);
  }
};
"""
"""The first picture of the camera is never read to its end."""


def test_a_picture_of_the_camera_that_keeps_the_reader_busy_is_passed_over(
    playwright: Playwright, site: Site, town: Town, tmp_path: Path
) -> None:
    browser = chromium.launch(
        playwright, *camera.flags(camera.write(tmp_path / "camera.y4m", [one_code(town)]))
    )
    with chromium.person(browser, site.url, permissions=["camera"]) as person:
        page = person.page
        page.clock.install(time=NOW)
        page.add_init_script(STUCK)
        page.goto(site.url)
        ready(page)
        page.get_by_role("button", name="Включить камеру").click()
        wait_until(lambda: page.evaluate("window.stuck === true"))
        page.clock.fast_forward(limits.PAGE_FRAME_SECONDS * 1000)
        page.locator("#answer").wait_for()
        assert "Подтверждено" in page.locator("#answers").inner_text()
        assert page.evaluate("window.workers") == [
            "worker.js?lang=ru",
            "opening-worker.js",
            "opening-worker.js",
        ]
    browser.close()


def test_where_what_opens_files_does_not_load_they_are_named_and_the_others_answered(
    browser: Browser, site: Site, town: Town
) -> None:
    part = site.inside / "opening-worker.js"
    with visitor(browser, site, service_workers="block", refusals={404}) as person:
        page = person.page
        # The page has compared all its files by now, and loaded it; it is wanted anew for each giving.
        part.unlink()
        for _ in range(2):
            give(page, ("код.png", png(one_code(town))), ("показ.json", town.showing()))
            page.locator("#next").click()
        give(page, ("код.png", png(one_code(town))), ("показ.json", town.showing()), ("п.pdf", PLAIN))
        told = json.loads(report(page))
        assert [each["code"] for each in told["problems"]] == ["page.no-opener"] * 2
        assert [each["outcome"] for each in told["reports"]] == ["confirmed"]
        person.console.clear()


HOLD = """
window.held = [];
window.shown = [];
window.Worker = class extends window.Worker {
  postMessage(...given) {
    if ("kind" in given[0]) window.held.push(() => super.postMessage(...given));
    else super.postMessage(...given);
  }
};
addEventListener("DOMContentLoaded", () => {
  const answers = document.getElementById("answers");
  new MutationObserver(() => window.shown.push(answers.innerText)).observe(answers, { childList: true });
});
"""
"""Holds back what is asked of the worker for files, and writes down everything that is shown."""


def test_what_comes_late_of_one_person_is_not_shown_to_the_next(
    browser: Browser, site: Site, town: Town
) -> None:
    """A PDF takes its time; meanwhile its owner is answered by a text, and leaves."""
    pdf = writing.render(town.world.bundle(), BundleForm.PDF, language("ru"))
    with chromium.person(browser, site.url) as person:
        page = person.page
        page.clock.set_fixed_time(NOW)
        page.add_init_script(HOLD)
        page.goto(site.url)
        ready(page)
        for answered_late in (False, True):
            page.locator("#files").set_input_files(
                [{"name": "показ.pdf", "mimeType": "application/pdf", "buffer": pdf}]
            )
            wait_until(lambda: page.evaluate("window.held.length") == 1)
            page.locator("#text").fill(town.showing().decode("utf-8"))
            page.locator("#typed button").click()
            page.locator("#answer").wait_for()
            if answered_late:
                page.locator("#next").click()
                page.locator("#asking").wait_for()
            page.evaluate("window.shown = []; window.held.splice(0).forEach((each) => each())")
            if answered_late:
                # Is read behind the PDF, and so shown behind it.
                give(page, ("пустой.txt", b""))
                assert len(page.evaluate("window.shown")) == 1
                assert "Подтверждено" not in page.evaluate("window.shown[0]")
            else:
                wait_until(lambda: page.evaluate("window.shown.length") == 1)
                assert "Подтверждено" in page.evaluate("window.shown[0]")
                page.locator("#next").click()
                page.locator("#asking").wait_for()
