"""The commands of who maintains a kit: what they refuse, and that nothing is left half done."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import national_kit
from vcwallet import locales
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker
from vcwallet.errors import VcwalletError
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.verifier.kit.folder import MaintainerFolder
from vcwallet.verifier.kit.keys import KitKey

PASSPHRASE = "шесть случайных слов для пробы тут"
NATIONAL, REGION, STATUS = (
    national_kit.FOLDER / f"{name}.json" for name in ("national", "region-00", "vymysel-status")
)
INIT = ("init", "kit", "--kit", "vymysel", "--name", "Комплект", "--alone", "--paper", "paper.txt")
CAP = ("--kind", "school-award", "--years", "any")


def call(*words: str | Path) -> None:
    command_line.main(["kit", *map(str, words)], standalone_mode=False, obj=Speaker(locales.language("en")))


def refused(*words: str | Path) -> str:
    with pytest.raises(VcwalletError) as caught:
        call(*words)
    return caught.value.code


def tree() -> set[str]:
    return {path.as_posix() for path in Path().rglob("*")}


@pytest.fixture(autouse=True)
def _cheap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VCWALLET_PASSPHRASE", PASSPHRASE)
    create = KitKey.create.__func__  # type: ignore[attr-defined]

    def cheap(cls: type[KitKey], path: Path, passphrase: str) -> object:
        return create(cls, path, passphrase, kdf=UNSAFE_FOR_TESTS)

    monkeypatch.setattr(KitKey, "create", classmethod(cheap))


@pytest.fixture
def region(capsys: pytest.CaptureFixture[str]) -> str:
    """A kit with its trust list; the region's public key."""
    call(*INIT)
    call("add", NATIONAL, "--dir", "kit")
    capsys.readouterr()
    call("key", "region-00.vcw", "--json")
    return str(json.loads(capsys.readouterr().out)["key"])


def with_file(name: str) -> Callable[[], object]:
    return lambda: Path(name).parent.mkdir(exist_ok=True) or Path(name).write_text("", "utf-8")


@pytest.mark.parametrize(
    ("words", "before", "expected"),
    [
        ((*INIT[:3], "Комплект", *INIT[4:]), None, "kit.kit-name"),
        (INIT, with_file("kit/a"), "kit.folder-exists"),
        (INIT, with_file("keys/root.vcw"), "kit.key-there"),
        (INIT, with_file("paper.txt"), "file.exists"),
        ((*INIT[:-1], "paper.docx"), None, "kit-paper.form"),
        ((*INIT, "--root-key", "z6Mk"), None, "kit.key-text"),
        (
            (
                *(each for each in INIT if each != "--alone"),
                "--root-key",
                _KEY := national_kit.SCHOOL.key.public_key.multibase,
            ),
            None,
            "kit.roots-few",
        ),
        ((*INIT, "--root-key", _KEY, "--root-key", _KEY), None, "kit.key-twice"),
        (("key", "nowhere/key.vcw"), None, "kit.no-place"),
        (("key", "a.vcw"), with_file("a.vcw"), "sealed-file.exists"),
    ],
)
def test_a_kit_that_cannot_begin_leaves_nothing_behind(
    words: tuple[str, ...], before: Callable[[], object] | None, expected: str
) -> None:
    if before is not None:
        before()
    there = tree()
    assert refused(*words) == expected
    assert {path for path in tree() if not path.endswith("keys")} == {
        path for path in there if not path.endswith("keys")
    }


def test_without_the_part_that_makes_kits_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tuf", None)
    for words in (INIT, ("key", "a.vcw"), ("build",), ("rotate", "root")):
        assert refused(*words) == "kit.nothing-to-make-with"
    assert not tree()


def test_a_failure_in_the_middle_takes_the_new_keys_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "kit")

    monkeypatch.setattr(MaintainerFolder, "create", fail)
    with pytest.raises(OSError):
        call(*INIT)
    assert not list(Path("keys").iterdir())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("add",), "kit.nothing-added"),
        (("add", NATIONAL, *CAP), "kit.body-missing"),
        (("add", NATIONAL, NATIONAL), "kit.one-place"),
        (("add", "--body", "region-00"), "kit.body-new"),
        (("add", "--body", "region-00", REGION), "kit.body-new"),
        (("add", "--body", "region-00", "--key", "KEY"), "kit.body-new"),
        (("add", "--body", "root", "--key", "KEY", *CAP), "kit.body-name"),
        (("add", "--body", "region-00", "--key", "KEY", "--needed", "2", *CAP), "kit.threshold"),
        (("add", "--body", "region-00", "--key", "KEY", *CAP, STATUS), "kit.not-a-trust-list"),
        (("rotate", "snapshot"), "kit.role-unknown"),
        (("rotate", "root", "targets", "--key", "KEY"), "kit.key-of-which"),
    ],
)
def test_what_cannot_be_changes_nothing(region: str, words: tuple[str | Path, ...], expected: str) -> None:
    before = {path: path.read_bytes() for path in Path("kit").rglob("*") if path.is_file()}
    given = [region if each == "KEY" else each for each in words]
    assert refused(*given, "--dir", "kit") == expected
    assert {path: path.read_bytes() for path in Path("kit").rglob("*") if path.is_file()} == before


def test_a_body_has_a_key_of_its_own_which_is_not_made_here(region: str) -> None:
    call("add", "--dir", "kit", "--body", "region-00", "--key", region, *CAP, REGION)
    assert refused("rotate", "region-00", "--dir", "kit") == "kit.body-key"
    call("rotate", "region-00", "--dir", "kit", "--key", _KEY)
    (body,) = MaintainerFolder.open(Path("kit")).roles.bodies.values()
    assert [key.multibase for key in body.holders.keys] == [_KEY]
    call("add", "--dir", "kit", "--body", "region-00", "--kind", "project", "--years", "2025/26")
    (body,) = MaintainerFolder.open(Path("kit")).roles.bodies.values()
    assert [cap.kinds for cap in body.caps] == [("project",)]
    assert [key.multibase for key in body.holders.keys] == [_KEY]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "kit.no-folder"),
        ("{", "json.malformed"),
        ("{}", "kit.sheet"),
        ('{"format": "vcwallet-kit-maintainer/2"}', "kit.sheet"),
    ],
)
def test_a_folder_that_is_none_is_said_so(region: str, content: str | None, expected: str) -> None:
    place = Path("kit/maintainer.json")
    if content is None:
        place.unlink()
    else:
        place.write_text(content, "utf-8")
    for words in (("build",), ("add", NATIONAL), ("rotate", "root"), ("paper", "other.txt")):
        assert refused(*words, "--dir", "kit") == expected


def test_a_sheet_that_is_edited_by_hand_is_held_to_the_rules(region: str) -> None:
    place = Path("kit/maintainer.json")
    sheet = json.loads(place.read_text("utf-8"))
    sheet["roles"]["root"]["threshold"] = 2
    place.write_text(json.dumps(sheet), "utf-8")
    assert refused("build", "--dir", "kit") == "kit.threshold"
    sheet["roles"]["root"] = {"keys": ["z6Mk"], "threshold": 1}
    place.write_text(json.dumps(sheet), "utf-8")
    assert refused("build", "--dir", "kit").startswith(("key.", "multibase."))
    sheet["roles"]["root"] = sheet["roles"]["targets"]
    place.write_text(json.dumps(sheet), "utf-8")
    assert refused("build", "--dir", "kit") == "kit.root-key-shared"


def test_a_draft_that_is_there_and_wrong_sources(region: str) -> None:
    call("build", "--dir", "kit")
    assert refused("build", "--dir", "kit") == "kit.draft-there"
    Path("kit/sources/readme.txt").write_text("", "utf-8")
    assert refused("build", "--dir", "kit", "--replace") == "kit.sources-wrong"
    Path("kit/sources/readme.txt").rename("kit/sources/.readme")
    call("build", "--dir", "kit", "--replace")
    assert refused("sign", "kit/maintainer.json", "--key", "keys/targets.vcw", "--yes") == "kit.not-a-zip"
    assert refused("sign", "kit/draft-1.zip", "--key", "keys/root.vcw", "--yes") == "kit.not-your-part"
    assert refused("sign", "kit/draft-1.zip", "--key", "keys/targets.vcw") == "cli.unconfirmed"
    assert refused("sign", "kit/draft-1.zip", "--key", "kit/draft-1.zip", "--yes").startswith("sealed-file.")


def test_what_is_taken_out_is_not_in_the_next_kit(region: str) -> None:
    call("add", "--dir", "kit", "--body", "region-00", "--key", region, *CAP, REGION)
    call("add", "--dir", "kit", STATUS)
    assert refused("remove", "nothing", "--dir", "kit") == "kit.not-in-it"
    before = MaintainerFolder.open(Path("kit")).sources()
    assert refused("remove", "trust/national.json", "region-01", "--dir", "kit") == "kit.not-in-it"
    assert MaintainerFolder.open(Path("kit")).sources() == before
    call("remove", "region-00", "status/olymp-vymysel/1.json", "--dir", "kit")
    folder = MaintainerFolder.open(Path("kit"))
    assert set(folder.sources()) == {"trust/national.json"}
    assert not folder.roles.bodies
    call("build", "--dir", "kit")


def test_the_list_that_trust_add_made_goes_into_the_kit(
    region: str, capsys: pytest.CaptureFixture[str]
) -> None:
    own = json.loads(NATIONAL.read_text("utf-8"))
    own["statusLists"] = [json.loads(STATUS.read_text("utf-8"))]
    Path("national.json").write_text(json.dumps(own), "utf-8")
    # The same list of revoked diplomas may be named beside it.
    call("add", "--dir", "kit", "national.json", STATUS)
    assert set(MaintainerFolder.open(Path("kit")).sources()) == {
        "trust/national.json",
        "status/olymp-vymysel/1.json",
    }
    capsys.readouterr()
    command_line.main(
        ["kit", "build", "--dir", "kit"], standalone_mode=False, obj=Speaker(locales.language("ru"))
    )
    assert capsys.readouterr().out.endswith("vcwallet kit sign kit/draft-1.zip --key ФАЙЛ\n")


def test_sources_may_be_another_folder(region: str) -> None:
    Path("elsewhere/trust").mkdir(parents=True)
    Path("elsewhere/trust/other.json").write_bytes(NATIONAL.read_bytes())
    call("build", "elsewhere", "--dir", "kit", "--out", "draft.zip")
    from vcwallet.verifier.kit.draft import Draft

    assert "trust/other.json" in Draft.loads(Path("draft.zip").read_bytes()).content
