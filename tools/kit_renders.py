"""Draws the kits' diplomas for the documentation, of the first pupils of the sample sheets.

python -m tools.kit_renders
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2

from vcwallet import strict_json
from vcwallet.issuer import Issuer
from vcwallet.sealed_file import LIGHT

PICTURES = Path(__file__).parents[1] / "docs" / "images" / "kits"
_NOW = datetime(2026, 6, 20, 9, tzinfo=UTC)
_PASSPHRASE = "только для образцов в документации"  # noqa: S105 - the keys are thrown away
_DPI = 62


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for kit in Issuer.kits():
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / kit.name
            site = f"https://{kit.name}.example"
            with Issuer.create(folder, _PASSPHRASE, kit=kit.name, site=site, kdf=LIGHT) as issuer:
                for template in issuer.settings.templates:
                    out = folder / "issued" / template
                    sheet = folder / "samples" / f"{template}.xlsx"
                    issuer.issue(
                        issuer.plan(issuer.read(sheet, template=template, now=_NOW)), out=out, now=_NOW
                    )
                    first = min(out.glob("*.vc.json"))
                    pdf = issuer.pdf(strict_json.loads_object(first.read_bytes()), now=_NOW)
                    page = pypdfium2.PdfDocument(pdf)[0].render(scale=_DPI / 72 * 2).to_pil()
                    small = page.resize((page.width // 2, page.height // 2))
                    small.quantize(128, dither=0).save(PICTURES / f"{template}.png", optimize=True)


if __name__ == "__main__":
    main()
