"""Files that hold nothing of ours, as they lie among what people hand in, and what becomes of each."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import PurePosixPath
from typing import Final

from PIL import Image, ImageDraw

EMPTY: Final = "empty"
UNREADABLE: Final = "unreadable"
SYSTEM: Final = "system"


def make(name: str, seed: int) -> tuple[bytes, str]:
    """The content of a file of this name, and its fate."""
    if name in ("Thumbs.db", ".DS_Store") or name.startswith("~$"):
        return b"\x00\x05\x16\x07" * 40, SYSTEM
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".heic":
        return b"\x00\x00\x00\x18ftypheic" + bytes(200), UNREADABLE
    if suffix == ".docx":
        return _docx(), UNREADABLE
    if suffix == ".pdf":
        # The first kilobyte of a PDF of an archive program that went away.
        return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendo", UNREADABLE
    return _picture(seed), EMPTY


def _docx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document>Справка</document>")
    return out.getvalue()


def _picture(seed: int) -> bytes:
    """A picture without codes: a few spots on a light ground."""
    chance = random.Random(seed)
    picture = Image.new("L", (800, 600), 220)
    draw = ImageDraw.Draw(picture)
    for _ in range(40):
        x, y, side = chance.randrange(800), chance.randrange(600), chance.randrange(10, 90)
        draw.ellipse((x, y, x + side, y + side), fill=chance.randrange(30, 200))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70)
    return out.getvalue()
