"""Diplomas as PDF: how many a second, drawn by one process and by two, and how large they are.

On a machine that does something else besides, only the processor's time means anything.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from vcwallet.issuer import Issuer, diploma
from vcwallet.sealed_file import LIGHT
from vcwallet.strict_json import loads_object

_COUNT = 200
_NOW = datetime(2026, 6, 20, 9, tzinfo=UTC)
_PASSPHRASE = "только для измерения скорости печати дипломов"


def main() -> str:
    rows = [
        "| kit | processor ms a PDF | PDFs a second, 1 process | 2 processes | kB | code, mm |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for kit in Issuer.kits():
        with tempfile.TemporaryDirectory() as place:
            rows.append(_measured(kit.name, Path(place)))
    said = (
        f"{_COUNT} diplomas of each kit, checked, drawn and written, while the machine had other work."
        " The processor's time is of one process, all its threads together."
    )
    return "\n".join([said, "", *rows])


def _measured(kit: str, place: Path) -> str:
    site = f"https://{kit}.example"
    with Issuer.create(place / kit, _PASSPHRASE, kit=kit, site=site, kdf=LIGHT) as issuer:
        read = issuer.read(place / kit / "sample.csv", now=_NOW)
        issuer.issue(issuer.plan(read), out=place / "out", now=_NOW)
        signed = sorted((place / "out").glob("*.vc.json"))
        files = [place / "many" / f"{number:04d}.vc.json" for number in range(_COUNT)]
        files[0].parent.mkdir()
        for number, file in enumerate(files):
            shutil.copyfile(signed[number % len(signed)], file)
        issuer.pdf(loads_object(signed[0].read_bytes()), now=_NOW)
        speeds, worked = [], process_time()
        for processes in (1, 2):
            begun = perf_counter()
            drawn = issuer.draw(files, now=_NOW, processes=processes)
            speeds.append(_COUNT / (perf_counter() - begun))
            assert all(each.problem is None for each in drawn)
            if processes == 1:
                worked = (process_time() - worked) / _COUNT * 1000
        size = median(each.pdf.stat().st_size for each in drawn) / 1000
        code = max(diploma.printed(loads_object(file.read_bytes())).side_mm for file in signed)
    return f"| {kit} | {worked:.1f} | {speeds[0]:.0f} | {speeds[1]:.0f} | {size:.0f} | {code:.1f} |"
