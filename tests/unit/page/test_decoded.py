"""Pictures that the browser decodes, under Node.js, which has no decoder: what stands in for one is told."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.shared import HANG_SECONDS, ROOT, need

OF_PAGE, OF_PAGES = ROOT / "vcwallet" / "page" / "static", ROOT / "vcwallet" / "web" / "pages" / "static"
SCRIPTS = (OF_PAGE / "decoded.mjs", OF_PAGE / "shades.mjs", OF_PAGES / "honest.js")
ASKED = """
const [{ href }, browser] = [new URL(process.argv[1]), process.argv[2]];
const { decoded } = await import(href);
let [closed, painted] = [0, 0];
const bitmap = { width: 1500, height: 1401, close: () => (closed += 1) }; // as bright as the row's number
class Canvas {
  constructor(width, height) {
    Object.assign(this, { width, height, rows: new Uint8Array(height) });
  }
  getContext() {
    const canvas = this;
    return {
      fillRect() {
        canvas.rows.fill(this.fillStyle === "white" ? 255 : 0);
      },
      drawImage: (_, left, top) => {
        for (let row = 0; row < Math.min(this.height, 1401 + top); row += 1) this.rows[row] = row - top;
      },
      getImageData: (left, top, width, height) => {
        const shade = (place) => (browser === "noise" ? place * 31 : this.rows[Math.trunc(place / width)]);
        painted += width > 16 ? height : 0; // less is the look whether it is honest
        const data = new Uint8Array(width * height * 4);
        return { data: data.map((_, place) => shade(Math.trunc(place / 4))) };
      },
    };
  }
}
const known = async () => bitmap;
if (browser !== "no decoder")
  globalThis.createImageBitmap = browser === "unknown" ? async () => { throw new TypeError("kind"); } : known;
if (browser !== "no canvas") globalThis.OffscreenCanvas = Canvas;
const told = await decoded(new Uint8Array(1), "image/webp");
const rows = told && told.grey.every((shade, place) => shade === Math.trunc(place / 1500) % 256);
console.log(JSON.stringify([told && [told.width, told.height, rows, painted], closed]));
"""


@pytest.mark.parametrize(
    ("browser", "told"),
    [
        ("decodes", [[1500, 1401, True, 1401], 1]),
        ("no decoder", [None, 0]),
        ("no canvas", [None, 0]),
        ("unknown", [None, 0]),
        ("noise", [None, 1]),
    ],
)
def test_a_browser_that_cannot_tell_the_points_of_a_picture_tells_none(
    browser: str, told: object, tmp_path: Path
) -> None:
    for script in SCRIPTS:  # beside each other, as in a page
        shutil.copy(script, tmp_path)
    node = shutil.which("node")
    need(node is not None, "node is not installed")
    assert node is not None
    command = [node, "--input-type=module", "--eval", ASKED, (tmp_path / "decoded.mjs").as_uri(), browser]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
    assert not done.stderr, done.stderr
    assert json.loads(done.stdout) == told
