"""A kit is built on the one before, signed by those whose parts changed, and published when enough have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Root

from tests.kits import Maintainer
from tests.world import World, seeded_key
from vcwallet import limits, strict_json
from vcwallet.errors import UsageError, VcwalletError
from vcwallet.identifiers.keys import KeyType
from vcwallet.verifier.kit import making
from vcwallet.verifier.kit.draft import Draft
from vcwallet.verifier.kit.files import KitFiles, packed
from vcwallet.verifier.kit.layout import ISSUED, Manifest, StatusIndex
from vcwallet.verifier.kit.roles import Body, Holders, Roles
from vcwallet.verifier.scopes import Scope, Years

NOW = datetime(2027, 6, 1, 9, tzinfo=UTC)
CAP = Scope(("school-award", "project"), Years.parse("2024/25-2026/27"))
WORLD = World()


def day(number: int) -> datetime:
    return NOW + timedelta(days=number)


@cache
def content(*, body: bool = False, revoked: int = 0) -> Mapping[str, bytes]:
    WORLD.olympiad.revoked = set(range(revoked))
    files = {
        "trust/national.json": strict_json.dumps(WORLD.trust(status_lists=()).to_json()).encode(),
        "status/olymp/1.json": strict_json.dumps(WORLD.olympiad.status()).encode(),
    }
    if body:
        school = WORLD.trusted(WORLD.stranger, scopes=(CAP,))
        files["bodies/region-00/trust.json"] = strict_json.dumps(
            WORLD.trust(school, status_lists=()).to_json()
        ).encode()
    return files


def code(action: object, *arguments: object, **named: object) -> str:
    with pytest.raises(VcwalletError) as caught:
        action(*arguments, **named)  # type: ignore[operator]
    return caught.value.code


def part(kit: KitFiles, name: str) -> dict:
    return json.loads(kit.files[f"metadata/{name}"])["signed"]


def test_a_kit_lists_its_files_and_every_part_says_when_it_was_made() -> None:
    maintainer = Maintainer({"region-00": (CAP,)})
    kit = maintainer.make(content(body=True), NOW)
    manifest = Manifest.parse(kit.content["kit.json"])
    assert manifest.files == ("trust/national.json",)
    assert manifest.caps == {"region-00": (CAP,)}
    index = StatusIndex.parse(kit.content["status.json"])
    assert [each.id for each in index.lists] == ["https://olymp.example/status/1"]
    assert set(kit.content) == {*manifest.paths, *(each.path for each in index.lists)}
    names = [name for name in kit.files if name.startswith("metadata/")]
    assert sorted(names) == [
        f"metadata/{name}.json"
        for name in ("1.region-00", "1.root", "1.snapshot", "1.status", "1.targets", "timestamp")
    ]
    for name in names:
        assert part(kit, name.removeprefix("metadata/"))[ISSUED] == "2027-06-01T09:00:00Z"
    for meta in part(kit, "1.snapshot.json")["meta"].values():
        assert set(meta) == {"version", "length", "hashes"}


def test_only_what_changed_is_signed_anew() -> None:
    maintainer = Maintainer()
    first = maintainer.make(content(), NOW)
    draft = maintainer.draft(content(revoked=1), day(1))
    assert draft.new == ("status",)
    second = maintainer.make(content(revoked=1), day(1))
    assert second.files["metadata/1.targets.json"] == first.files["metadata/1.targets.json"]
    assert second.versions == {"status": 2, "targets": 1}
    assert maintainer.draft(content(revoked=1), day(2)).new == ()


def test_a_part_that_ends_soon_is_signed_anew() -> None:
    maintainer = Maintainer()
    maintainer.make(content(), NOW)
    assert maintainer.draft(content(), day(270)).new == ()
    assert maintainer.draft(content(), day(280)).new == ("targets", "status")
    assert maintainer.draft(content(), day(5 * 366 - 100)).new == ("root", "targets", "status")


def test_a_kit_is_the_same_whoever_signs_first() -> None:
    forth, back = Maintainer(), Maintainer()
    back.keys = {role: keys[::-1] for role, keys in reversed(forth.keys.items())}
    draft = forth.draft(content(), NOW)
    kits = [
        making.publish(each.signed(draft), each.keys["publishing"], now=NOW).zip() for each in (forth, back)
    ]
    assert kits[0] == kits[1]


def test_a_draft_travels_as_one_file() -> None:
    maintainer = Maintainer()
    draft = maintainer.draft(content(), NOW)
    for keys in maintainer.keys.values():
        for key in keys:
            draft = Draft.loads(draft.dumps())
            if any(key.public_key in each.unsigned for each in draft.standings()):
                draft = draft.signed_by(key)
    assert making.publish(draft, maintainer.keys["publishing"], now=NOW).content == draft.content


def test_a_kit_below_its_threshold_is_not_published() -> None:
    maintainer = Maintainer(thresholds={"root": 2, "targets": 2})
    draft = maintainer.draft(content(), NOW)
    one, other = maintainer.keys["targets"]
    for key in (one, maintainer.keys["status"][0]):
        draft = draft.signed_by(key)
    publishing = maintainer.keys["publishing"]
    with pytest.raises(UsageError) as caught:
        making.publish(draft, publishing, now=NOW)
    assert caught.value.code == "kit.signatures-missing"
    assert caught.value.evidence == {
        "role": "targets",
        "signed": 1,
        "threshold": 2,
        "keys": other.public_key.fingerprint,
    }
    assert code(draft.signed_by, one) == "kit.signed-already"
    assert code(draft.signed_by, publishing[0]) == "kit.not-your-part"
    making.publish(draft.signed_by(other), publishing, now=NOW)


def test_a_signature_that_does_not_hold_counts_for_nobody() -> None:
    maintainer = Maintainer()
    draft = maintainer.draft(content(), NOW)
    signed = maintainer.signed(draft)
    part = json.loads(signed.kit.files["metadata/1.targets.json"])
    part["signed"]["version"] = 1
    part["signed"]["expires"] = "2099-01-01T00:00:00Z"
    files = {**signed.kit.files, "metadata/1.targets.json": json.dumps(part).encode()}
    changed = Draft(KitFiles(files), signed.versions, signed.new, signed.made)
    assert code(making.publish, changed, maintainer.keys["publishing"], now=NOW) == ("kit.signatures-missing")
    # Whoever signed before it was changed can sign it again.
    changed.signed_by(maintainer.keys["targets"][0])


def test_a_kit_is_published_with_the_publishing_key_alone() -> None:
    maintainer = Maintainer()
    draft = maintainer.signed(maintainer.draft(content(), NOW))
    assert code(making.publish, draft, maintainer.keys["targets"], now=NOW) == "kit.not-publishing-key"


def test_a_kit_is_not_made_before_the_one_it_follows() -> None:
    maintainer = Maintainer()
    maintainer.make(content(), NOW)
    assert code(maintainer.draft, content(), NOW - timedelta(seconds=1)) == "kit.not-after"
    maintainer.draft(content(), NOW)
    draft = maintainer.draft(content(), day(1))
    assert code(making.publish, draft, maintainer.keys["publishing"], now=NOW) == "kit.not-after"


@pytest.mark.parametrize("role", ["root", "targets", "status", "publishing"])
def test_new_people_take_over_when_the_former_agree(role: str) -> None:
    maintainer = Maintainer()
    first = maintainer.make(content(), NOW)
    former = maintainer.keys[role]
    maintainer.keys[role] = maintainer.new_keys(role, len(former), after="next")
    draft = maintainer.draft(content(), day(1))
    expected = {
        "root": ("root",),
        "targets": ("root", "targets"),
        "status": ("targets", "status"),
        "publishing": ("root",),
    }
    assert draft.new == expected[role]
    if role == "root":
        alone = maintainer.signed(draft)
        assert code(making.publish, alone, maintainer.keys["publishing"], now=day(1)) == (
            "kit.signatures-missing"
        )
        assert [each.former for each in draft.standings()] == [True, False]
    kit = maintainer.make(content(), day(1), *(former[:2] if role == "root" else ()))
    roots = [Metadata[Root].from_bytes(kit.files[name]) for name in kit.files if ".root." in name]
    assert len(roots) == 2 - (role == "status")
    assert kit.files["metadata/1.root.json"] == first.files["metadata/1.root.json"]


def test_a_body_that_goes_stays_in_the_snapshot_and_comes_back_with_a_new_version() -> None:
    maintainer = Maintainer({"region-00": (CAP,)})
    maintainer.make(content(body=True), NOW)
    maintainer.bodies = {}
    without = maintainer.make(content(), day(1))
    assert without.versions == {"region-00": 1, "status": 1, "targets": 2}
    assert not any("region-00" in name for name in without.files)
    maintainer.bodies = {"region-00": (CAP,)}
    assert maintainer.make(content(body=True), day(2)).versions["region-00"] == 2


def test_the_sources_must_fit_the_bodies() -> None:
    maintainer = Maintainer()
    assert code(maintainer.draft, content(body=True), NOW) == "kit.body-unknown"
    maintainer = Maintainer({"region-00": (CAP,)})
    assert code(maintainer.draft, content(), NOW) == "kit.body-without-list"
    assert code(maintainer.draft, {**content(body=True), "kit.json": b"{}"}, NOW) == "kit.made-here"
    climbing = {**content(body=True), "bodies/region-00/..": b"{}"}
    assert code(maintainer.draft, climbing, NOW) == "kit.name"


def test_who_may_sign_is_held_to_what_can_be() -> None:
    maintainer = Maintainer()
    keys = {role: tuple(key.public_key for key in keys) for role, keys in maintainer.keys.items()}
    assert code(Holders, (keys["root"][0],) * 2) == "kit.key-twice"
    assert code(Holders, keys["root"], 4) == "kit.threshold"
    assert code(Holders, keys["root"], 0) == "kit.threshold"
    assert code(Holders, ()) == "kit.threshold"
    root, targets = Holders(keys["root"], 2), Holders(keys["targets"])
    assert code(Roles, root, Holders(keys["root"][:1]), targets, targets) == "kit.root-key-shared"
    other = seeded_key("another type", KeyType.P256).public_key
    assert code(Holders, (other,)) == "kit.key-type"
    many = {f"body-{number}": Body(targets, (CAP,)) for number in range(limits.KIT_BODIES + 1)}
    assert code(Roles, root, targets, targets, targets, many) == "kit.too-many-bodies"
    for name in ("root", "snapshot", "1.root", "Region", ""):
        bodies = {name: Body(targets, (CAP,))}
        assert code(Roles, root, targets, targets, targets, bodies) == "kit.body-name"
    assert code(Roles, root, targets, targets, targets, {"a0": Body(targets, ())}) == "kit.body-uncapped"


def test_a_kit_is_read_back_from_a_folder_and_a_zip(tmp_path: Path) -> None:
    maintainer = Maintainer()
    first = maintainer.make(content(), NOW)
    first.write(tmp_path / "kit")
    second = maintainer.make(content(revoked=1), day(1))
    second.write(tmp_path / "kit")
    assert KitFiles.read(tmp_path / "kit") == second
    (tmp_path / "kit.zip").write_bytes(second.zip())
    assert KitFiles.read(tmp_path / "kit.zip") == second


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "kit.not-a-zip"),
        (b"PK\x03\x04", "kit.not-a-zip"),
        (packed({}), "kit.no-draft"),
        (packed({"metadata/draft.json": b"["}), "kit.no-draft"),
        (packed({"metadata/draft.json": b'{"format": "vcwallet-kit-draft/1"}'}), "kit.no-draft"),
    ],
)
def test_what_is_no_draft_is_said_so(data: bytes, expected: str) -> None:
    assert code(Draft.loads, data) == expected


@pytest.mark.parametrize(
    "name", ["metadata/1.root.json", "metadata/1.targets.json", "metadata/timestamp.json"]
)
@pytest.mark.parametrize("data", [None, b"", b"{}", b"[" * 90_000, b'{"signed": {"_type": "root"}}'])
def test_a_damaged_draft_is_said_so(name: str, data: bytes | None) -> None:
    maintainer = Maintainer()
    maintainer.make(content(), NOW)
    draft = maintainer.draft(content(revoked=1), day(1))
    files = {key: value for key, value in draft.kit.files.items() if key != name or data is not None}
    if data is not None:
        files[name] = data
    damaged = Draft(KitFiles(files), draft.versions, draft.new, draft.made)

    def use() -> None:
        Draft.loads(damaged.dumps()).standings()
        damaged.fingerprint  # noqa: B018
        KitFiles(files).content  # noqa: B018 - reading is what is tried
        damaged.number  # noqa: B018

    if name == "metadata/timestamp.json" and data is None:
        use()
    else:
        assert code(use) == "kit.unreadable"


def test_a_key_of_a_kind_that_no_kit_has_is_not_taken_for_one_of_ours() -> None:
    maintainer = Maintainer()
    maintainer.make(content(), NOW)
    draft = maintainer.draft(content(revoked=1), day(1))
    name = "metadata/1.targets.json"
    part = json.loads(draft.kit.files[name])
    for key in part["signed"]["delegations"]["keys"].values():
        key["keyval"]["public"] = "00"
    damaged = replace(draft, kit=KitFiles({**draft.kit.files, name: json.dumps(part).encode()}))
    assert code(damaged.standings) == "kit.key-unknown"


def test_a_kit_of_too_much_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    data = packed({f"metadata/{number}.json": b"0" * 100 for number in range(4)})
    KitFiles.read(data).write(tmp_path)
    for name, value in (("KIT_FILE_BYTES", 99), ("KIT_UNPACKED_BYTES", 399), ("KIT_MEMBERS", 3)):
        with monkeypatch.context() as patched:
            patched.setattr(limits, name, value)
            expected = "kit.too-many" if name == "KIT_MEMBERS" else "kit.too-large"
            assert code(KitFiles.read, tmp_path) == expected
            if name != "KIT_MEMBERS":
                assert code(KitFiles.read, data) == expected


def test_what_is_no_file_of_a_kit_is_passed_over(tmp_path: Path) -> None:
    kit = Maintainer().make(content(), NOW)
    kit.write(tmp_path)
    for name in ("Thumbs.db", "metadata/.DS_Store", "targets/trust/~$список.json"):
        (tmp_path / name).write_bytes(b"?")
    assert KitFiles.read(tmp_path) == kit


def test_a_kit_of_more_roots_than_are_read_is_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    kit = Maintainer().begin(NOW)
    monkeypatch.setattr(limits, "KIT_ROOTS", 2)
    files = {f"metadata/{number}.root.json": kit.files["metadata/1.root.json"] for number in (1, 2, 3)}
    assert code(lambda: KitFiles(files).roots) == "kit.unreadable"
