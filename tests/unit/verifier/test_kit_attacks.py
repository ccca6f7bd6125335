"""The table of attacks on a kit: what is handed over, what the office answers, what stays installed.

Each row begins with an office that has kit 1 of a maintainer with two bodies. A refused kit leaves every file
of the office as it was, and nothing lying about; an accepted one is in use as a whole.
"""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp

from tests.kits import Desk, Maintainer, paper_of
from tests.world import Issuer, World
from vcwallet import limits, strict_json, timestamps
from vcwallet.errors import VcwalletError
from vcwallet.identifiers.keys import SoftwareKey
from vcwallet.verifier.kit import sources as kit_sources
from vcwallet.verifier.kit import tuf as kit_tuf
from vcwallet.verifier.kit.files import KitFiles, metadata_file, target_file
from vcwallet.verifier.kit.layout import ISSUED
from vcwallet.verifier.kit.roles import TufSigner
from vcwallet.verifier.scopes import ANYTHING, Scope, Years

NOW = datetime(2027, 6, 1, 9, tzinfo=UTC)
CAP = Scope(("school-award", "project"), Years.parse("2024/25-2027/28"))
WORLD = World()


def day(number: float) -> datetime:
    return NOW + timedelta(days=number)


@cache
def trust_list(name: str, site: str, version: int, *, scope: Scope = CAP) -> bytes:
    issuer = Issuer(name, "school-award", site)
    trust = WORLD.trust(
        WORLD.trusted(issuer, scopes=(scope,)),
        status_lists=(),
        list_name="list",
        version=version,
        issued_at=NOW - timedelta(days=5),
    )
    return strict_json.dumps(trust.to_json()).encode()


@cache
def status_list(version: int) -> bytes:
    issuer = Issuer("Олимпиада", "olympiad-diploma", "olymp.example", set(range(version)))
    return strict_json.dumps(issuer.status(day(version - 10))).encode()


def content(version: int, *bodies: str) -> dict[str, bytes]:
    """The files of a kit; the list of the olympiad revokes one diploma more in each version."""
    return {
        "trust/national.json": trust_list("Олимпиада", "olymp.example", version, scope=ANYTHING),
        "status/olymp/1.json": status_list(version),
        **{f"bodies/{name}/trust.json": trust_list(name, f"{name}.example", version) for name in bodies},
    }


BODIES = ("region-00", "region-01")


@dataclass
class Case:
    """A maintainer who published kit 1, and an office that has it."""

    desk: Desk
    maintainer: Maintainer = field(
        default_factory=lambda: Maintainer(bodies=dict.fromkeys(BODIES, (CAP,)), seed="attacks")
    )
    bodies: tuple[str, ...] = BODIES
    first: KitFiles = field(init=False)
    now: datetime = NOW + timedelta(days=1)

    def __post_init__(self) -> None:
        self.first = self.make(1, NOW)
        self.desk.paper = paper_of(self.first)
        self.desk.update(self.first, NOW)

    def make(self, version: int, at: datetime, *former: SoftwareKey) -> KitFiles:
        return self.maintainer.make(content(version, *self.bodies), at, *former)

    def second(self) -> KitFiles:
        return self.make(2, self.now)

    def newcomer(self, paper: str) -> None:
        """Nothing is installed yet, and this is on the paper."""
        self.desk = Desk(self.desk.place / "newcomer", paper)

    def forged(
        self,
        kit: KitFiles,
        at: datetime,
        *,
        edits: Mapping[str, Callable[[Any], None]] | None = None,
        files: Mapping[str, bytes] | None = None,
        snapshot: Callable[[Any], None] = lambda _: None,
        timestamp: Callable[[Any], None] = lambda _: None,
    ) -> KitFiles:
        """The kit with what some roles signed changed, and everything signed anew with their keys."""
        out = dict(kit.files) | dict(files or {})
        meta = {}
        for role, edit in (edits or {}).items():
            part = kit.targets(role)
            part.signed.version += 1
            edit(part.signed)
            out[metadata_file(role, part.signed.version)] = signed(part, self.maintainer.keys[role])
            meta[f"{role}.json"] = MetaFile.from_data(
                part.signed.version, out[metadata_file(role, part.signed.version)], ["sha256"]
            )
        assert kit.snapshot is not None
        assert kit.timestamp is not None
        snap = Metadata[Snapshot].from_bytes(kit.snapshot.to_bytes())
        snap.signed.version += 1
        snap.signed.meta |= meta
        snapshot(snap.signed)
        name = metadata_file("snapshot", snap.signed.version)
        out[name] = signed(snap, self.maintainer.keys["publishing"])
        stamp = Metadata[Timestamp].from_bytes(kit.timestamp.to_bytes())
        stamp.signed.version += 1
        stamp.signed.snapshot_meta = MetaFile.from_data(snap.signed.version, out[name], ["sha256"])
        stamp.signed.unrecognized_fields[ISSUED] = timestamps.render(at)
        timestamp(stamp.signed)
        out["metadata/timestamp.json"] = signed(stamp, self.maintainer.keys["publishing"])
        return KitFiles(out)


def signed(part: Metadata[Any], keys: list[SoftwareKey]) -> bytes:
    part.signatures.clear()
    for key in keys:
        part.sign(TufSigner(key), append=True)
    return part.to_bytes()


def target(path: str, data: bytes) -> Callable[[Targets], None]:
    """Adds or replaces a file among what a role signs."""

    def edit(signed: Targets) -> None:
        signed.targets[path] = TargetFile.from_data(path, data, ["sha256"])

    return edit


def manifest_with(kit: KitFiles, **members: Any) -> bytes:
    return json.dumps({**json.loads(kit.content["kit.json"]), **members}).encode()


def changed_bytes(kit: KitFiles, path: str, change: Callable[[bytes], bytes | None]) -> KitFiles:
    """One file of the kit as a torn or tampered stick gives it."""
    name = target_file(path, kit.content[path])
    data = change(kit.files[name])
    others = {each: content for each, content in kit.files.items() if each != name}
    return KitFiles(others if data is None else {**others, name: data})


Given = KitFiles | bytes | Path
ROWS: list[tuple[str, str, Callable[[Case], Given]]] = []


def row(name: str, expected: str) -> Callable[[Callable[[Case], Given]], Callable[[Case], Given]]:
    def add(act: Callable[[Case], Given]) -> Callable[[Case], Given]:
        ROWS.append((name, expected, act))
        return act

    return add


def test_the_table(tmp_path: Path, row_of_table: tuple[str, str, Callable[[Case], Given]]) -> None:
    name, expected, act = row_of_table
    case = Case(Desk(tmp_path / "kits"))
    given = act(case)
    before = case.desk.picture()
    if expected == "accepted":
        kit = case.desk.update(given, case.now)
        kit.check()
        assert kit.installed.issued_at <= case.now + timedelta(hours=24)
        assert case.desk.installed(case.now).installed == kit.installed
    else:
        with pytest.raises(VcwalletError) as caught:
            case.desk.update(given, case.now)
        assert caught.value.code == expected, name
        assert caught.value.next_step, name
        after = case.desk.picture()
        assert after == before, name
    assert not list(case.desk.place.glob("stage-*"))


# --- accepted ------------------------------------------------------------------------------------------


@row("same kit again", "accepted")
def _(case: Case) -> Given:
    return case.first


@row("a newer kit", "accepted")
def _(case: Case) -> Given:
    return case.second()


@row("a newer kit in a folder", "accepted")
def _(case: Case) -> Given:
    folder = case.desk.place.parent / "stick"
    case.second().write(folder)
    return folder


@row("a newer kit in one zip on the stick", "accepted")
def _(case: Case) -> Given:
    file = case.desk.place.parent / "Комплект № 2.zip"
    file.write_bytes(case.second().zip())
    return file


@row("freeze: the same kit 200 days later, past its date", "accepted")
def _(case: Case) -> Given:
    case.now = day(200)
    return case.first


@row("a newcomer takes a kit that is past its date", "accepted")
def _(case: Case) -> Given:
    case.newcomer(case.desk.paper)
    case.now = day(800)
    return case.first


@row("a newcomer takes a kit past the five years of its root", "accepted")
def _(case: Case) -> Given:
    case.newcomer(case.desk.paper)
    case.now = day(6 * 366)
    return case.first


@row("the last four groups of the paper are enough", "accepted")
def _(case: Case) -> Given:
    case.newcomer(case.desk.paper[-19:].upper().replace(" ", "  "))
    return case.first


@row("all root keys replaced, signed by the old and the new", "accepted")
def _(case: Case) -> Given:
    former = case.maintainer.keys["root"]
    case.maintainer.keys["root"] = case.maintainer.new_keys("root", 3, after="rotation")
    return case.make(2, case.now, *former)


def rotations(case: Case) -> KitFiles:
    """Three changes of all root and publishing keys."""
    for number in (1, 2, 3):
        former = case.maintainer.keys["root"]
        case.maintainer.keys["root"] = case.maintainer.new_keys("root", 3, after=str(number))
        case.maintainer.keys["publishing"] = case.maintainer.new_keys("publishing", 1, after=str(number))
        kit = case.make(number + 1, day(number), *former)
    case.now = day(4)
    return kit


@row("three rotations missed, all of them in the kit", "accepted")
def _(case: Case) -> Given:
    return rotations(case)


@row("by the paper of root 1, three rotations later", "accepted")
def _(case: Case) -> Given:
    kit = rotations(case)
    case.newcomer(paper_of(kit, 1))
    return kit


@row("by the paper of root 3", "accepted")
def _(case: Case) -> Given:
    kit = rotations(case)
    case.newcomer(paper_of(kit, 3))
    return kit


@row("a body removed the right way, and its organisations named as removed", "accepted")
def _(case: Case) -> Given:
    return without_body(case, named=True)


def without_body(case: Case, *, named: bool) -> KitFiles:
    case.maintainer.bodies = {"region-00": (CAP,)}
    case.bodies = ("region-00",)
    files = content(2, "region-00")
    if named:
        national = json.loads(files["trust/national.json"])
        national["removed"] = [{"entry": "region-01-example", "on": "2027-06-01"}]
        files["trust/national.json"] = json.dumps(national).encode()
    return case.maintainer.make(files, case.now)


@row("fast-forward: a stolen publishing key signs version 2^31", "accepted")
def _(case: Case) -> Given:
    return fast_forward(case)


def fast_forward(case: Case) -> KitFiles:
    def far(signed: Any) -> None:
        signed.version = 2**31

    return case.forged(case.second(), day(1), snapshot=far, timestamp=far)


@row("recovery from it: root gives publishing new keys", "accepted")
def _(case: Case) -> Given:
    case.desk.update(fast_forward(case), case.now)
    case.now = day(2)
    case.maintainer.keys["publishing"] = case.maintainer.new_keys("publishing", 1, after="theft")
    return case.make(3, case.now)


@row("the clock of the office is at 2099", "accepted")
def _(case: Case) -> Given:
    case.now = datetime(2099, 1, 1, tzinfo=UTC)
    return case.maintainer.make(content(2, *BODIES), day(1))


@row("the office's clock is some hours behind", "accepted")
def _(case: Case) -> Given:
    kit = case.make(2, day(1.9))
    case.now = day(1)
    return kit


@row("a zip packed with folders of its own", "accepted")
def _(case: Case) -> Given:
    return packed(case.second(), lambda out: out.writestr(zipfile.ZipInfo("metadata/"), b""))


# --- older, from the future, mixed ---------------------------------------------------------------------


@row("rollback: the older kit again", "kit.older")
def _(case: Case) -> Given:
    case.desk.update(case.second(), case.now)
    return case.first


@row("a kit from the future", "kit.from-the-future")
def _(case: Case) -> Given:
    kit = case.make(2, day(41))
    case.now = day(1)
    return kit


@row("the clock of the office is at 1970", "kit.from-the-future")
def _(case: Case) -> Given:
    kit = case.second()
    case.now = datetime(1970, 1, 1, tzinfo=UTC)
    return kit


@row("a part that was over already when the kit was signed", "kit.over")
def _(case: Case) -> Given:
    def over(signed: Targets) -> None:
        signed.expires = day(0.5)

    return case.forged(case.second(), day(1), edits={"targets": over})


@row("postdated to look fresh: the expiry of the parts bites", "kit.over")
def _(case: Case) -> Given:
    case.now = day(500)

    def late(signed: Timestamp) -> None:
        signed.expires = day(600)

    return case.forged(case.make(2, day(1)), case.now, timestamp=late)


def mixed(case: Case, role: str) -> KitFiles:
    """A new kit with one role's part of the old one under the name of the new one."""
    new = case.second()
    part = {"snapshot": case.first.snapshot, "timestamp": case.first.timestamp}.get(role)
    old = part if part is not None else case.first.targets(role)
    assert new.snapshot is not None
    version = new.snapshot.signed.version if role == "snapshot" else new.versions[role]
    return KitFiles({**new.files, metadata_file(role, version): old.to_bytes()})


@row("mix: the old snapshot under the new timestamp", "kit.file-differs")
def _(case: Case) -> Given:
    return mixed(case, "snapshot")


@row("mix: old targets under the new snapshot", "kit.file-differs")
def _(case: Case) -> Given:
    return mixed(case, "targets")


@row("mix: an old list of status lists under the new snapshot", "kit.file-differs")
def _(case: Case) -> Given:
    return mixed(case, "status")


@row("mix: a body's old list under the new snapshot", "kit.file-differs")
def _(case: Case) -> Given:
    return mixed(case, "region-00")


@row("the snapshot itself names an older part", "kit.older")
def _(case: Case) -> Given:
    case.desk.update(case.second(), case.now)

    def older(signed: Snapshot) -> None:
        data = case.first.files[metadata_file("status", 1)]
        signed.meta["status.json"] = MetaFile.from_data(1, data, ["sha256"])

    case.now = day(2)
    return case.forged(case.make(3, day(2)), day(2), snapshot=older)


@row("two kits with one number", "kit.two-of-one-number")
def _(case: Case) -> Given:
    case.desk.update(case.second(), case.now)

    def one_number(signed: Any) -> None:
        signed.version -= 1

    assert case.maintainer.kit is not None
    return case.forged(case.maintainer.kit, day(1.5), timestamp=one_number)


@row("a newer number with an older moment", "kit.moment-older")
def _(case: Case) -> Given:
    return case.forged(case.second(), day(-30))


# --- torn and tampered ---------------------------------------------------------------------------------


@row("a torn stick: one file is missing", "kit.file-missing")
def _(case: Case) -> Given:
    return changed_bytes(case.second(), "status/olymp/1.json", lambda _: None)


@row("a torn stick: one file is cut", "kit.file-differs")
def _(case: Case) -> Given:
    return changed_bytes(case.second(), "trust/national.json", lambda data: data[:-1])


@row("one byte of a trust list is changed", "kit.file-differs")
def _(case: Case) -> Given:
    return changed_bytes(
        case.second(), "trust/national.json", lambda data: data.replace(b"olymp.", b"0lymp.", 1)
    )


@row("the timestamp is missing", "kit.file-missing")
def _(case: Case) -> Given:
    return KitFiles(
        {name: data for name, data in case.second().files.items() if name != "metadata/timestamp.json"}
    )


@row("a zip that was cut", "kit.not-a-zip")
def _(case: Case) -> Given:
    return case.second().zip()[:-100]


@row("no kit at all", "kit.file-missing")
def _(case: Case) -> Given:
    folder = case.desk.place.parent / "empty"
    folder.mkdir()
    return folder


@row("a name that is not there", "kit.nothing-there")
def _(case: Case) -> Given:
    return case.desk.place.parent / "нет такого.zip"


# --- whose it is ---------------------------------------------------------------------------------------


def others() -> KitFiles:
    other = Maintainer(bodies=dict.fromkeys(BODIES, (CAP,)), seed="somebody else")
    return other.make(content(9, *BODIES), day(1))


@row("somebody else's whole kit", "kit.fingerprint-differs")
def _(case: Case) -> Given:
    return others()


@row("our root in front of somebody else's kit", "kit.signature")
def _(case: Case) -> Given:
    return KitFiles({**others().files, metadata_file("root", 1): case.first.files[metadata_file("root", 1)]})


@row("first installation: the fingerprint on the paper is another", "kit.fingerprint-differs")
def _(case: Case) -> Given:
    case.newcomer(paper_of(case.first))
    return others()


@row("first installation without a fingerprint", "kit.fingerprint-needed")
def _(case: Case) -> Given:
    case.newcomer("")
    return case.first


@row("first installation with the last two groups only", "kit.fingerprint-needed")
def _(case: Case) -> Given:
    case.newcomer(case.desk.paper[-9:])
    return case.first


# --- roots ---------------------------------------------------------------------------------------------


def new_root(case: Case, keys: list[SoftwareKey], change: Callable[[Root], None]) -> KitFiles:
    """A second root, signed by these keys."""
    kit = case.second()
    root = Metadata[Root].from_bytes(kit.files[metadata_file("root", 1)])
    root.signed.version = 2
    change(root.signed)
    return KitFiles({**kit.files, metadata_file("root", 2): signed(root, keys)})


def exchanged(keys: list[SoftwareKey], role: str) -> Callable[[Root], None]:
    def change(root: Root) -> None:
        for keyid in list(root.roles[role].keyids):
            root.revoke_key(keyid, role)
        for key in keys:
            root.add_key(TufSigner(key).public_key, role)

    return change


@row("a new root signed by the new keys alone", "kit.signature")
def _(case: Case) -> Given:
    fresh = case.maintainer.new_keys("root", 3, after="theft")
    return new_root(case, fresh, exchanged(fresh, "root"))


@row("one stolen root key of three", "kit.signature")
def _(case: Case) -> Given:
    fresh = case.maintainer.new_keys("targets", 1, after="theft")
    return new_root(case, case.maintainer.keys["root"][:1], exchanged(fresh, "targets"))


@row("a root is missing in the chain", "kit.signature")
def _(case: Case) -> Given:
    kit = rotations(case)
    return KitFiles({name: data for name, data in kit.files.items() if name != metadata_file("root", 2)})


@row("an honest kit after a fast-forward that nobody repaired", "kit.older")
def _(case: Case) -> Given:
    case.desk.update(fast_forward(case), case.now)
    case.now = day(2)
    return case.make(3, case.now)


@row("more roots than a kit may have", "kit.too-many")
def _(case: Case) -> Given:
    root = case.first.files[metadata_file("root", 1)]
    many = {metadata_file("root", number): root for number in range(2, limits.KIT_ROOTS + 3)}
    return KitFiles({**case.first.files, **many})


# --- bodies and what they may --------------------------------------------------------------------------


@row("a body signs a file outside its folder", "kit.signed-by-nobody")
def _(case: Case) -> Given:
    kit, data = case.second(), trust_list("second", "second.example", 1)
    manifest = manifest_with(kit, files=["trust/national.json", "trust/second.json"])
    return case.forged(
        kit,
        day(1),
        edits={"region-00": target("trust/second.json", data), "targets": target("kit.json", manifest)},
        files={target_file("trust/second.json", data): data, target_file("kit.json", manifest): manifest},
    )


@row("a body names a path that climbs, which TUF's patterns let through", "kit.name")
def _(case: Case) -> Given:
    kit = case.second()
    path = "bodies/region-00/.."
    delegations = kit.targets("targets").signed.delegations
    assert delegations is not None
    assert delegations.roles is not None
    assert delegations.roles["region-00"].is_delegated_path(path)
    manifest = manifest_with(kit, files=["trust/national.json", path])
    return case.forged(
        kit,
        day(1),
        edits={"region-00": target(path, b"{}"), "targets": target("kit.json", manifest)},
        files={target_file("kit.json", manifest): manifest},
    )


@row("a body believes somebody for more than its cap", "kit.beyond-cap")
def _(case: Case) -> Given:
    kit = case.second()
    data = trust_list("region-00", "region-00.example", 2, scope=ANYTHING)
    path = "bodies/region-00/trust.json"
    return case.forged(
        kit, day(1), edits={"region-00": target(path, data)}, files={target_file(path, data): data}
    )


@row("a body without a cap", "kit.no-cap")
def _(case: Case) -> Given:
    kit = case.second()
    caps = json.loads(kit.content["kit.json"])["caps"]
    del caps["region-00"]
    manifest = manifest_with(kit, caps=caps)
    return case.forged(
        kit,
        day(1),
        edits={"targets": target("kit.json", manifest)},
        files={target_file("kit.json", manifest): manifest},
    )


@row("a body that may sign more than its folder", "kit.delegation")
def _(case: Case) -> Given:
    def wide(signed: Targets) -> None:
        assert signed.delegations is not None
        assert signed.delegations.roles is not None
        signed.delegations.roles["region-00"].paths = ["bodies/region-00/*", "trust/*"]

    return case.forged(case.second(), day(1), edits={"targets": wide})


@row("a body that hands its right on", "kit.delegation")
def _(case: Case) -> Given:
    kit = case.second()

    def on(signed: Targets) -> None:
        signed.delegations = kit.targets("targets").signed.delegations

    return case.forged(kit, day(1), edits={"region-00": on})


@row("a body simply dropped from the snapshot", "kit.metadata")
def _(case: Case) -> Given:
    def dropped(signed: Snapshot) -> None:
        del signed.meta["region-01.json"]

    return case.forged(case.second(), day(1), snapshot=dropped)


@row("a body removed, and nobody said what became of its organisations", "kit.update-refused")
def _(case: Case) -> Given:
    return without_body(case, named=False)


@row("two lists of a kit have one organisation", "trust.overlap")
def _(case: Case) -> Given:
    files = content(2, *BODIES)
    files["bodies/region-01/trust.json"] = files["bodies/region-00/trust.json"]
    return case.maintainer.make(files, case.now)


# --- signed well, and wrong ----------------------------------------------------------------------------


def with_file(case: Case, path: str, data: bytes) -> KitFiles:
    return case.maintainer.make({**content(2, *BODIES), path: data}, case.now)


@row("a trust list that is malformed", "trust.malformed")
def _(case: Case) -> Given:
    national = json.loads(content(2)["trust/national.json"])
    del national["issuers"][0]["keys"]
    return with_file(case, "trust/national.json", json.dumps(national).encode())


@row("a trust list that says what an office demands", "kit.offices-own")
def _(case: Case) -> Given:
    national = json.loads(content(2)["trust/national.json"])
    return with_file(
        case, "trust/national.json", json.dumps({**national, "recipient": "vuz.example"}).encode()
    )


@row("a trust list of a lower version", "kit.update-refused")
def _(case: Case) -> Given:
    case.desk.update(case.make(3, day(1)), day(1))
    case.now = day(2)
    return case.maintainer.make(
        {**content(4, *BODIES), "trust/national.json": content(2)["trust/national.json"]}, case.now
    )


@row("a key that vanishes", "kit.update-refused")
def _(case: Case) -> Given:
    files = content(2, *BODIES)
    national = json.loads(files["trust/national.json"])
    other = json.loads(trust_list("чужой", "olymp.example", 2))["issuers"][0]["keys"]
    national["issuers"][0]["keys"] = other
    del files["status/olymp/1.json"]
    return case.maintainer.make({**files, "trust/national.json": json.dumps(national).encode()}, case.now)


@row("a status list that the gate does not admit", "kit.update-refused")
def _(case: Case) -> Given:
    stranger = Issuer("Чужая олимпиада", "olympiad-diploma", "strange.example")
    return with_file(case, "status/strange/1.json", strict_json.dumps(stranger.status(day(-1))).encode())


@row("a status list that un-revokes", "kit.not-confirmed")
def _(case: Case) -> Given:
    issuer = Issuer("Олимпиада", "olympiad-diploma", "olymp.example")
    return with_file(case, "status/olymp/1.json", strict_json.dumps(issuer.status(day(1))).encode())


@row("an index that says something else than the list", "kit.other-index")
def _(case: Case) -> Given:
    kit = case.second()
    index = json.loads(kit.content["status.json"])
    index["lists"][0]["issuer"] = "did:web:other.example"
    data = json.dumps(index).encode()
    return case.forged(
        kit,
        day(1),
        edits={"status": target("status.json", data)},
        files={target_file("status.json", data): data},
    )


@row("another kit under the same root", "kit.update-refused")
def _(case: Case) -> Given:
    case.maintainer.manifest = replace(case.maintainer.manifest, kit="other")
    return case.second()


@row("levels that are no JSON", "json.malformed")
def _(case: Case) -> Given:
    return with_file(case, "levels/2026-27.json", b"{")


@row("a policy pack that is no TOML", "policy.unreadable")
def _(case: Case) -> Given:
    return with_file(case, "packs/vymysel.example/2027.toml", b"[")


@row("a part without the moment at which it was signed", "kit.malformed")
def _(case: Case) -> Given:
    def undated(signed: Targets) -> None:
        signed.unrecognized_fields.clear()

    return case.forged(case.second(), day(1), edits={"status": undated})


# --- zips and JSON that are meant to hurt --------------------------------------------------------------


def packed(kit: KitFiles, add: Callable[[zipfile.ZipFile], None]) -> bytes:
    out = io.BytesIO(kit.zip())
    with warnings.catch_warnings(), zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        add(archive)
    return out.getvalue()


def without(kit: KitFiles, name: str) -> KitFiles:
    return KitFiles({each: data for each, data in kit.files.items() if each != name})


@row("a zip bomb in place of the timestamp", "kit.too-large")
def _(case: Case) -> Given:
    kit = without(case.second(), "metadata/timestamp.json")
    return packed(kit, lambda out: out.writestr("metadata/timestamp.json", b"[" * 100_000_000))


@row("a zip with a member twice", "kit.odd-member")
def _(case: Case) -> Given:
    return packed(case.second(), lambda out: out.writestr("metadata/timestamp.json", b"{}"))


@row("a zip with a link in it", "kit.odd-member")
def _(case: Case) -> Given:
    link = zipfile.ZipInfo("targets/trust/link.json")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    return packed(case.second(), lambda out: out.writestr(link, b"/etc/passwd"))


@row("a zip with an absolute name in it", "kit.odd-member")
def _(case: Case) -> Given:
    return packed(case.second(), lambda out: out.writestr(zipfile.ZipInfo("/etc/passwd"), b"x"))


@row("a zip with a name that climbs", "kit.odd-member")
def _(case: Case) -> Given:
    return packed(case.second(), lambda out: out.writestr("targets/../../kits/current.json", b"x"))


@row("a zip of more members than a kit has", "kit.too-many")
def _(case: Case) -> Given:
    data = case.first.zip()
    return data + zipfile.stringCentralDir * (2 * limits.KIT_MEMBERS + 1) + data


@row("a zip that is larger than a kit", "kit.zip-too-large")
def _(case: Case) -> Given:
    return case.first.zip() + bytes(limits.KIT_ZIP_BYTES)


@row("a zip whose packed bytes are damaged", "kit.torn")
def _(case: Case) -> Given:
    kit = case.second()
    name = target_file("trust/national.json", kit.content["trust/national.json"])
    data = bytearray(kit.zip())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        place = archive.getinfo(name).header_offset + 30 + len(name) + 20
    data[place : place + 8] = bytes(8)
    return bytes(data)


@row("a timestamp of 16,000 open brackets", "kit.metadata")
def _(case: Case) -> Given:
    return KitFiles({**case.second().files, "metadata/timestamp.json": b"[" * 16_000})


@row("a root of 90,000 nested objects", "kit.metadata")
def _(case: Case) -> Given:
    return KitFiles({**case.second().files, metadata_file("root", 2): b'{"a":' * 90_000})


@row("a link on the stick in place of a file", "kit.file-missing")
def _(case: Case) -> Given:
    folder = case.desk.place.parent / "stick"
    kit = case.second()
    kit.write(folder)
    file = folder / target_file("trust/national.json", kit.content["trust/national.json"])
    kept = folder / "elsewhere.json"
    file.rename(kept)
    file.symlink_to(kept)
    return folder


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "row_of_table" in metafunc.fixturenames:
        metafunc.parametrize("row_of_table", ROWS, ids=[name for name, _, _ in ROWS])


def test_the_kit_that_is_taken_at_its_own_moment_is_refused_at_this_one(tmp_path: Path) -> None:
    """The clock is a private part of python-tuf: this fails when setting it has no effect any more."""
    case = Case(Desk(tmp_path / "kits"))
    (tmp_path / "metadata").mkdir()
    anchor = case.first.files[metadata_file("root", 1)]
    with kit_sources.open_source(case.first.zip()) as source:
        kit_tuf.KitUpdater(tmp_path / "metadata", source, anchor, NOW)
        with pytest.raises(VcwalletError) as caught:
            kit_tuf.KitUpdater(tmp_path / "metadata", source, anchor, day(200))
    assert caught.value.code == "kit.over"
