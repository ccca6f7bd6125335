"""The kit of an invented country, from its first key to an office's stick, by a maintainer's commands.

A centre maintains it, two people sign what is believed, a region signs a list of its own, one computer
publishes. What may go wrong goes wrong on the way.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import national_kit
from vcwallet import locales, strict_json
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.verifier.kit.files import KitFiles
from vcwallet.verifier.kit.keys import KitKey
from vcwallet.verifier.kit.layout import Manifest, fingerprint_digits, typed_fingerprint
from vcwallet.verifier.kit.publishing import try_out

PASSPHRASE = "шесть случайных слов для пробы тут"
KIT_FILES = sorted(national_kit.FOLDER.glob("*.json"))
CAP = ("--kind", "school-award", "--kind", "project", "--years", "2023/24-2026/27")
LEVELS = sorted((national_kit.ADMISSION / "levels").glob("*.json"))
PACK = national_kit.ADMISSION / "vymysel-2027.toml"


@dataclass
class Office:
    """The centre's desk: a folder, and what its commands said."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    out: str = ""
    err: str = ""

    def __call__(self, *words: str | Path, status: int = 0, lang: str = "ru") -> str:
        done = run(command_line, ["kit", *map(str, words)], Speaker(locales.language(lang)))
        self.out, self.err = self.capsys.readouterr()
        assert done == status, f"{words}\n{self.out}\n{self.err}"
        assert "Traceback" not in self.err
        return self.out

    def refused(self, *words: str | Path, status: int = 2) -> str:
        """What a command said that must not succeed."""
        self(*words, status=status)
        return self.err

    def answer(self, *words: str | Path) -> dict:
        return json.loads(self(*words, "--json"))

    # --- the usual round ---------------------------------------------------------------------------------

    def build(self, now: str, *more: str) -> tuple[str, ...]:
        """The roles with a new part; the draft is at ``draft.zip``."""
        answer = self.answer("build", "--dir", "kit", "--out", "draft.zip", "--replace", "--now", now, *more)
        return tuple(dict.fromkeys(part["role"] for part in answer["parts"]))

    def sign(self, *keys: str, now: str) -> None:
        for key in keys:
            self("sign", "draft.zip", "--key", key, "--yes", "--now", now)

    def publish(self, now: str, key: str = "keys/timestamp.vcw", *more: str) -> None:
        self("publish", "draft.zip", "stick", "kit.zip", "--key", key, "--dir", "kit", "--now", now, *more)


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VCWALLET_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("VCWALLET_PASSPHRASE", PASSPHRASE)
    create = KitKey.create.__func__  # type: ignore[attr-defined]

    def cheap(cls: type[KitKey], path: Path, passphrase: str) -> object:
        return create(cls, path, passphrase, kdf=UNSAFE_FOR_TESTS)

    monkeypatch.setattr(KitKey, "create", classmethod(cheap))
    return Office(tmp_path, capsys)


def begin(office: Office) -> None:
    """The kit with everything in it, as the centre has it before it publishes for the first time."""
    office(
        *("init", "kit", "--kit", "vymysel", "--name", "Комплект «Вымысел»", "--targets-needed", "2"),
        *("--maintainer", "Вымышленный центр", "--contact", "+7 000 000-00-00", "--paper", "paper.txt"),
        *("--now", "2027-01-11"),
    )
    region = office.answer("key", "region-00.vcw")["key"]
    office("add", *KIT_FILES[:1], *LEVELS, PACK, "--dir", "kit")
    office("add", "--dir", "kit", "--body", "region-00", "--key", region, *CAP, KIT_FILES[1])
    office("add", KIT_FILES[2], "--dir", "kit")


def first(office: Office) -> None:
    """The first kit, on a stick and as one file."""
    begin(office)
    office.build("2027-01-12")
    office.sign(
        *("keys/targets-1.vcw", "keys/targets-2.vcw", "keys/status.vcw", "region-00.vcw"), now="2027-01-12"
    )
    office.publish("2027-01-13")


def put(path: str, change: Callable[[dict], object]) -> None:
    """Change a file among the sources."""
    place = Path("kit/sources", path)
    document = json.loads(place.read_bytes())
    change(document)
    place.write_bytes(strict_json.dumps(document).encode())


def test_the_examples_are_what_the_generator_makes() -> None:
    there = {path.name: path.read_bytes() for path in KIT_FILES}
    assert there == national_kit.files(), "run: python -m tests.national_kit"


def test_a_country_has_its_kit(office: Office) -> None:
    begin(office)
    paper = Path("paper.txt").read_text("utf-8")
    lines = [line.rpartition(": ")[2] for line in paper.splitlines()]
    printed = [found for line in lines if (found := typed_fingerprint(line))]
    # Twice as groups and once as digits: one and the same.
    assert len(printed) == 3
    assert len(set(printed)) == 1
    assert "+7 000 000-00-00" in paper
    assert "Комплект «Вымысел»" in paper

    roles = office.build("2027-01-12")
    assert roles == ("targets", "region-00", "status")
    office.sign("keys/targets-1.vcw", "keys/status.vcw", "region-00.vcw", now="2027-01-12")
    told = office.refused(
        *("publish", "draft.zip", "kit.zip", "--key", "keys/timestamp.vcw", "--dir", "kit"),
        *("--now", "2027-01-12"),
    )
    assert "targets: подписей 1 из 2" in told
    assert not Path("kit.zip").exists()
    # One person is not two.
    assert "уже подписал" in office.refused("sign", "draft.zip", "--key", "keys/targets-1.vcw", "--yes")
    office.sign("keys/targets-2.vcw", now="2027-01-12")
    office.publish("2027-01-13")

    kit = KitFiles.read(Path("stick"))
    assert kit == KitFiles.read(Path("kit.zip"))
    manifest = Manifest.parse(kit.content["kit.json"])
    assert manifest.files == (
        *(f"levels/{year}.json" for year in ("2023-24", "2024-25", "2025-26", "2026-27")),
        "packs/vymysel.example/2027.toml",
        "trust/national.json",
    )
    assert manifest.caps == {"region-00": (national_kit.REGION_CAP.__class__(**_plain()),)}
    assert "status/olymp-vymysel/1.json" in kit.content
    # An office compares the paper, and has it; a scanner types the digits of the code.
    for place, typed in (("by-hand", printed[0]), ("by-scanner", fingerprint_digits(printed[0]))):
        office("update", "stick", "--kit", place, "--fingerprint", typed, "--now", "2027-01-20")
    other = fingerprint_digits("0000 " * 8)
    office.refused("update", "stick", "--kit", "third", "--fingerprint", other, "--now", "2027-01-20")


def _plain() -> dict:
    cap = national_kit.REGION_CAP
    return {"kinds": cap.kinds, "years": cap.years}


def test_new_lists_of_revoked_diplomas_need_one_signature(office: Office) -> None:
    first(office)
    newer = national_kit.status(national_kit.LISTED.replace(month=11), revoked=(23, 24, 1024))
    Path("newer.json").write_bytes(strict_json.dumps(newer).encode())
    assert "status/olymp-vymysel/1.json" in office("add", "newer.json", "--dir", "kit")
    assert office.build("2027-02-01") == ("status",)
    office.sign("keys/status.vcw", now="2027-02-01")
    office.publish("2027-02-01")
    # Nothing changed: the kit says that it is still so.
    assert office.build("2027-02-15") == ()
    office.publish("2027-02-15")
    assert KitFiles.read(Path("stick")).timestamp.signed.version == 3  # type: ignore[union-attr]


def test_malformed_sources_are_all_named_and_nothing_is_written(office: Office) -> None:
    begin(office)
    put("trust/national.json", lambda document: document["issuers"][0].update(scope=[]))
    Path("kit/sources/packs/vymysel.example/2027.toml").write_text("id =", "utf-8")
    Path("kit/sources/readme.txt").write_text("?", "utf-8")
    put("bodies/region-00/trust.json", lambda document: document["issuers"][0]["scopes"].append(_WIDE))
    told = office.refused("build", "--dir", "kit", "--now", "2027-01-12")
    for path in (
        "trust/national.json",
        "packs/vymysel.example/2027.toml",
        "readme.txt",
        "bodies/region-00/trust.json",
    ):
        assert path in told
    assert "school-0-nebyvalinsk" in told, "who is believed for more than the body may"
    assert not list(Path("kit").glob("draft*"))


_WIDE = {"kinds": ["olympiad-diploma"], "numbers": ["*"], "stages": ["final"], "years": "*"}


def test_a_signer_looks_at_what_is_signed(office: Office) -> None:
    """Whoever builds may skip the checks; whoever signs does not."""
    begin(office)
    office.build("2027-01-12")
    draft = Path("draft.zip").read_bytes()
    put("bodies/region-00/trust.json", lambda document: document["issuers"][0]["scopes"].append(_WIDE))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("vcwallet.verifier.kit.checking.problems", lambda *_, **__: ())
        office.build("2027-01-12")
    told = office.refused("sign", "draft.zip", "--key", "region-00.vcw", "--yes", "--now", "2027-01-12")
    assert "bodies/region-00/trust.json:" in told
    Path("draft.zip").write_bytes(draft)
    office.sign("region-00.vcw", now="2027-01-12")


def test_keys_are_exchanged_and_the_paper_stays_good(office: Office) -> None:
    first(office)
    before = KitFiles.read(Path("kit.zip"))
    office("rotate", "root", "timestamp", "--dir", "kit")
    assert office.build("2027-03-01") == ("root",)
    office.sign("keys/root-4.vcw", "keys/root-5.vcw", now="2027-03-01")
    told = office.refused(
        *("publish", "draft.zip", "kit.zip", "--key", "keys/timestamp-2.vcw", "--dir", "kit"),
        *("--now", "2027-03-01"),
    )
    assert "root: подписей 0 из 2" in told, "the former root keys have not handed over"
    office.sign("keys/root-1.vcw", "keys/root-3.vcw", now="2027-03-01")
    assert "другим ключом" in office.refused(
        *("publish", "draft.zip", "kit.zip", "--key", "keys/timestamp.vcw", "--dir", "kit"),
        *("--now", "2027-03-01"),
    )
    office.publish("2027-03-02", "keys/timestamp-2.vcw")
    kit = KitFiles.read(Path("kit.zip"))
    assert len(kit.roots) == 2
    assert kit.files["metadata/1.root.json"] == before.files["metadata/1.root.json"]
    assert office.answer("paper", "again.txt", "--dir", "kit")["fingerprint"] == _fingerprint(before)
    assert Path("again.txt").read_text("utf-8").count(_fingerprint(before)) == 2


def _fingerprint(kit: KitFiles) -> str:
    from vcwallet.verifier.kit.draft import fingerprint

    return fingerprint(kit)


def test_a_compromised_targets_key_is_exchanged_together_with_publishing(office: Office) -> None:
    first(office)
    honest = KitFiles.read(Path("kit.zip"))
    # The thief has a copy of the whole folder, of both targets keys and of the publishing key.
    for name in ("kit", "keys"):
        shutil.copytree(name, f"thief/{name}")
    os.chdir("thief")
    put("trust/national.json", lambda document: document.update(name={"ru": "Кому вздумается"}))
    office.build("2027-03-01")
    office.sign("keys/targets-1.vcw", "keys/targets-2.vcw", now="2027-03-01")
    office.publish("2027-03-01")
    stolen = KitFiles.read(Path("kit.zip"))
    os.chdir("..")
    office("rotate", "targets", "timestamp", "--dir", "kit")
    assert office.build("2027-03-05") == ("root", "targets")
    office.sign(
        *("keys/root-1.vcw", "keys/root-2.vcw", "keys/targets-3.vcw", "keys/targets-4.vcw"), now="2027-03-05"
    )
    office.publish("2027-03-05", "keys/timestamp-2.vcw")
    healed = KitFiles.read(Path("kit.zip"))
    for before in (honest, stolen):
        try_out(healed, before, now=national_kit.LISTED.replace(year=2027, month=3))


def test_two_maintainers_who_build_the_same_number_are_told(office: Office) -> None:
    first(office)
    shutil.copytree("kit", "other")
    put("trust/national.json", lambda document: document.update(name={"ru": "Одно имя"}))
    office.build("2027-02-01")
    office.sign("keys/targets-1.vcw", "keys/targets-2.vcw", now="2027-02-01")
    mine = Path("draft.zip").read_bytes()
    # The other maintainer has the same people: their keys remember what they signed.
    shutil.copy("other/sources/trust/national.json", "kit/sources/trust/national.json")
    put("trust/national.json", lambda document: document.update(name={"ru": "Другое имя"}))
    office.build("2027-02-02")
    told = office.refused("sign", "draft.zip", "--key", "keys/targets-1.vcw", "--yes", "--now", "2027-02-02")
    assert "уже подписал другую часть" in told
    assert "--instead" in told
    theirs = Path("draft.zip").read_bytes()
    Path("draft.zip").write_bytes(mine)
    office.publish("2027-02-03")
    # Signed on purpose all the same, it is not put in the place of what the first published.
    Path("draft.zip").write_bytes(theirs)
    for key in ("keys/targets-1.vcw", "keys/targets-2.vcw"):
        office("sign", "draft.zip", "--key", key, "--yes", "--instead", "--now", "2027-02-03")
    told = office.refused(
        *("publish", "draft.zip", "stick", "--key", "keys/timestamp.vcw", "--dir", "other"),
        *("--now", "2027-02-04"),
    )
    assert "stick" in told
    # The other goes on from what was published.
    office("build", "--dir", "other", "--published", "kit.zip", "--now", "2027-02-04")
    assert KitFiles.read(Path("other/published")) == KitFiles.read(Path("kit.zip"))


def test_a_kit_from_an_older_copy_of_the_folder_is_not_signed(office: Office) -> None:
    first(office)
    shutil.copytree("kit", "old")
    for number, name in enumerate(("Имя первое", "Имя второе"), 1):
        put("trust/national.json", lambda document, name=name: document.update(name={"ru": name}))
        office.build(f"2027-02-0{number}")
        office.sign("keys/targets-1.vcw", "keys/targets-2.vcw", now=f"2027-02-0{number}")
        office.publish(f"2027-02-0{number}")
    shutil.rmtree("kit")
    shutil.move("old", "kit")
    put("trust/national.json", lambda document: document.update(name={"ru": "Имя третье"}))
    office.build("2027-02-10")
    told = office.refused(
        "sign", "draft.zip", "--key", "keys/targets-1.vcw", "--yes", "--now", "2027-02-10", "--instead"
    )
    assert "targets 3" in told


def test_a_draft_with_signatures_is_not_written_over(office: Office) -> None:
    begin(office)
    office("build", "--dir", "kit", "--now", "2027-01-12")
    assert "--replace" in office.refused("build", "--dir", "kit", "--now", "2027-01-12")
    office("build", "--dir", "kit", "--now", "2027-01-12", "--replace")


def test_one_person_alone_keeps_a_kit(office: Office) -> None:
    office("init", "kit", "--kit", "small", "--name", "Малый комплект", "--alone", "--paper", "paper.txt")
    assert sorted(path.name for path in Path("keys").iterdir()) == [
        "root.vcw",
        "status.vcw",
        "targets.vcw",
        "timestamp.vcw",
    ]
    office("add", KIT_FILES[0], "--dir", "kit")
    office("build", "--dir", "kit", "--out", "draft.zip")
    for key in ("keys/targets.vcw", "keys/status.vcw"):
        office("sign", "draft.zip", "--key", key, "--yes")
    office("publish", "draft.zip", "kit.zip", "--key", "keys/timestamp.vcw", "--dir", "kit")


def test_people_who_are_apart_send_their_keys(office: Office) -> None:
    keys = [office.answer("key", f"{name}.vcw")["key"] for name in ("one", "two", "three")]
    words = [word for key in keys for word in ("--root-key", key)]
    told = office.answer("init", "kit", "--kit", "far", "--name", "Далёкий", "--paper", "paper.txt", *words)
    assert [Path(each["file"]).stem for each in told["keys"]] == [
        "targets-1",
        "targets-2",
        "status",
        "timestamp",
    ]
    office("add", KIT_FILES[0], "--dir", "kit")
    office("build", "--dir", "kit", "--out", "draft.zip")
    # The first root waits for its people, in the same draft as everything else.
    assert "root" in office.refused(
        "publish", "draft.zip", "kit.zip", "--key", "keys/timestamp.vcw", "--dir", "kit"
    )
    for key in ("one.vcw", "three.vcw", "keys/targets-2.vcw", "keys/status.vcw"):
        office("sign", "draft.zip", "--key", key, "--yes")
    office("publish", "draft.zip", "kit.zip", "--key", "keys/timestamp.vcw", "--dir", "kit")
