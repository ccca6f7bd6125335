"""An admission office with a trust list on its disk, and people who come to its desk."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from PIL import Image

from tests.unit.bundle.optics import noisy, tilted, turned
from tests.web.pages import Desk, Page
from tests.world import NOW, UNIVERSITY, World
from vcwallet import strict_json
from vcwallet.bundle import codec, symbols
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.symbols import Symbol
from vcwallet.strict_json import JsonObject

HOUR = timedelta(hours=1)


@dataclass
class Office:
    """The pages of one officer, opened at a trust list."""

    home: Path
    language: str = "ru"
    world: World = field(default_factory=World)

    def __post_init__(self) -> None:
        self.desk = Desk(self.home, language=self.language)
        self.desk.time.now = NOW
        self.file = self.home / "Документы" / "приёмная.json"

    def opened(self, **options: object) -> Page:
        """The desk, opened at a list that believes the world's issuers."""
        options.setdefault("recipient", UNIVERSITY)
        trust = self.world.trust(**options)
        self.file.write_text(strict_json.dumps(trust.to_json()), "utf-8")
        return self.open(self.file)

    def open(self, path: Path) -> Page:
        address = f"officer/open/{self.desk.session.choose(path)}"
        self.desk.get(address)
        page = self.desk.post(address)
        (opened,) = self.desk.session.opened.values()
        self.root = f"/{self.desk.session.place}/{opened.id}/"
        return page

    def get(self, address: str = "") -> Page:
        return self.desk.get(self.root + address)

    def post(
        self,
        address: str,
        data: dict[str, object] | None = None,
        *,
        files: Sequence[tuple[str, str, bytes]] = (),
    ) -> Page:
        return self.desk.post(self.root + address, data, files=files)

    def frame(self, picture: bytes) -> dict[str, str]:
        """What the camera's page is answered for one picture."""
        answer = self.desk.browser.post(
            self.root + "frame",
            content=picture,
            headers={
                "Sec-Fetch-Site": "same-origin",
                "Origin": str(self.desk.browser.base_url).rstrip("/"),
                "Content-Type": "image/jpeg",
            },
        )
        assert answer.status_code == 200, answer.text
        told: dict[str, str] = json.loads(answer.content)
        return told

    def give(self, *documents: JsonObject, names: Sequence[str] = ()) -> Page:
        """Hand files in."""
        named = names or [f"показ {number}.json" for number in range(1, len(documents) + 1)]
        files = [
            ("files", name, strict_json.dumps(each).encode())
            for name, each in zip(named, documents, strict=True)
        ]
        return self.post("files", files=files)


def codes(bundle: Bundle, *, payload: int | None = None) -> tuple[Symbol, ...]:
    return symbols.lay_out(codec.encode(bundle), parity=0)


def before_the_camera(symbol: Symbol, seed: int = 1) -> bytes:
    """A sheet in a hand: turned, seen from aside, noisy, in a JPEG as a canvas makes it."""
    chance = random.Random(seed)
    sheet = tilted(turned(symbols.picture(symbol, scale=5), 4), 0.03, chance)
    sheet.thumbnail((690, 690))
    scene = Image.new("L", (1280, 720), 150)
    scene.paste(sheet, (300, 15))
    out = io.BytesIO()
    noisy(scene, 6, chance).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()
