"""The people who maintain a kit, with keys from fixed seeds, their kits, and an office that has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.world import seeded_key
from vcwallet.identifiers.keys import SoftwareKey
from vcwallet.verifier.kit import making, updating
from vcwallet.verifier.kit import sources as kit_sources
from vcwallet.verifier.kit.draft import Draft
from vcwallet.verifier.kit.files import KitFiles
from vcwallet.verifier.kit.installed import InstalledKit, installed_kits
from vcwallet.verifier.kit.layout import Manifest, fingerprint_of
from vcwallet.verifier.kit.roles import Body, Holders, Roles
from vcwallet.verifier.scopes import Scope

MANIFEST = Manifest(
    "vymysel", {"ru": "Комплект «Вымысел»", "en": "The Invention kit"}, contact="+7 000 000-00-00"
)


@dataclass
class Maintainer:
    """Everybody's keys in one hand, and the kit that was published last.

    `keys` may be exchanged between two kits: `roles` follows.
    """

    bodies: Mapping[str, tuple[Scope, ...]] = field(default_factory=dict)
    manifest: Manifest = MANIFEST
    seed: str = ""
    keys: dict[str, list[SoftwareKey]] = field(default_factory=dict)
    thresholds: dict[str, int] = field(default_factory=lambda: {"root": 2})
    kit: KitFiles | None = None

    def __post_init__(self) -> None:
        for role, number in (("root", 3), ("targets", 2), ("status", 1), ("publishing", 1)):
            self.keys.setdefault(role, self.new_keys(role, number))
        for body in self.bodies:
            self.keys.setdefault(body, self.new_keys(body, 1))

    def new_keys(self, role: str, number: int, *, after: str = "") -> list[SoftwareKey]:
        return [seeded_key(f"kit {self.seed}{role} {each} {after}") for each in range(number)]

    @property
    def roles(self) -> Roles:
        def holders(role: str) -> Holders:
            public = tuple(key.public_key for key in self.keys[role])
            return Holders(public, self.thresholds.get(role, 1))

        bodies = {name: Body(holders(name), caps) for name, caps in self.bodies.items()}
        return Roles(holders("root"), holders("targets"), holders("status"), holders("publishing"), bodies)

    def begin(self, now: datetime) -> KitFiles:
        """The first root, signed by all of its people."""
        draft = making.initialise(self.roles, now=now)
        for key in self.keys["root"]:
            draft = draft.signed_by(key)
        self.kit = draft.kit
        return draft.kit

    def draft(self, content: Mapping[str, bytes], now: datetime) -> Draft:
        """The kit that follows, with nobody's signature."""
        before = self.begin(now) if self.kit is None else self.kit
        return making.build(before, self.roles, self.manifest, content, now=now)

    def signed(self, draft: Draft, *former: SoftwareKey) -> Draft:
        """Signed by everybody, and by `former` people who hand over."""
        for key in (*former, *(key for keys in self.keys.values() for key in keys)):
            if any(key.public_key in each.unsigned for each in draft.standings()):
                draft = draft.signed_by(key)
        return draft

    def make(self, content: Mapping[str, bytes], now: datetime, *former: SoftwareKey) -> KitFiles:
        """A whole kit with these files, after the one before."""
        draft = self.signed(self.draft(content, now), *former)
        self.kit = making.publish(draft, self.keys["publishing"], now=now)
        return self.kit


@dataclass
class Desk:
    """An office that installs kits: a folder of its own, and the paper of the maintainer."""

    place: Path
    paper: str = ""

    def update(self, given: Path | bytes | KitFiles, now: datetime, *, yes: bool = False) -> InstalledKit:
        """What `vcwallet kit update` does; `yes` is the person who confirms whatever asks."""
        source = given.zip() if isinstance(given, KitFiles) else given
        with (
            kit_sources.open_source(source, label="kit.zip") as opened,
            updating.staged(self.place, opened, now=now, paper=lambda: self.paper) as stage,
        ):
            self.stage = stage
            return stage.install(confirmed=lambda _: yes)

    def installed(self, now: datetime) -> InstalledKit:
        (kit,) = installed_kits(self.place, now=now)
        return kit

    def picture(self) -> dict[str, bytes]:
        """Every file of the place, to compare before and after."""
        return {
            path.relative_to(self.place).as_posix(): path.read_bytes()
            for path in sorted(self.place.rglob("*"))
            if path.is_file()
        }


def paper_of(kit: KitFiles, root: int = 1) -> str:
    """The fingerprint on the paper of one of its roots."""
    return fingerprint_of(kit.roots[root - 1].signed_bytes)
