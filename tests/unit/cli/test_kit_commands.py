"""`vcwallet kit update|show|diff`, and `--kit` where somebody asks whom to believe."""

from __future__ import annotations

import builtins
import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.kits import Maintainer, paper_of
from tests.shared import ROOT
from tests.world import NOW, World
from vcwallet import fetch, strict_json
from vcwallet.cli import command_line
from vcwallet.cli.kit import installing
from vcwallet.cli.kits import believed
from vcwallet.cli.speak import Speaker, run
from vcwallet.errors import DocumentError, MachineError, UsageError
from vcwallet.locales import language
from vcwallet.verifier.kit import updating
from vcwallet.verifier.policy_pack import Pack
from vcwallet.verifier.trust_review import NeedsPerson

MADE = NOW - timedelta(days=2)


class Office:
    """A folder with kits of one maintainer, and the command line in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = World()
        self.maintainer = Maintainer(seed="commands")
        self.paper = ""

    def kit(self, name: str, *, days: int = 0, **files: bytes) -> str:
        w = self.world
        kit = self.maintainer.make(
            {
                "trust/national.json": strict_json.dumps(w.trust(status_lists=()).to_json()).encode(),
                "status/olymp/1.json": strict_json.dumps(
                    w.olympiad.status(MADE + timedelta(days=days))
                ).encode(),
                **{path.replace("__", "/").replace("_", "-") + ".json": data for path, data in files.items()},
            },
            MADE + timedelta(days=days),
        )
        self.paper = paper_of(kit)
        (self.folder / name).write_bytes(kit.zip())
        return name

    def __call__(self, *words: str, lang: str = "en") -> int:
        return run(command_line, [*words, "--now", NOW.isoformat()], Speaker(language(lang)))


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VCWALLET_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "80")
    return Office(tmp_path)


def lines(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr()
    return said.out + said.err


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_a_kit_is_installed_by_its_paper_and_told_in_80_columns(
    office: Office, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    kit = office.kit(
        "Комплект.zip", levels__2025_26=(ROOT / "examples/admission/levels/2025-26.json").read_bytes()
    )
    assert office("kit", "update", kit, "--fingerprint", office.paper, lang=lang) == 0
    said = lines(capsys)
    assert office.paper in said
    assert {"ru": "Комплект «Вымысел»: комплект № 1", "en": "The Invention kit: kit no. 1"}[lang] in said
    assert office("kit", "show", lang=lang) == 0
    said = lines(capsys)
    assert {"ru": "Следующий ожидается до", "en": "The next one was to be expected by"}[lang] in said
    assert "2025-26" in said
    assert office("kit", "update", kit, lang=lang) == 0
    assert {"ru": "Нового нет", "en": "Nothing new"}[lang] in lines(capsys)
    assert office("kit", "diff", kit, lang=lang) == 0


def test_what_a_newer_kit_changes_is_told_before_and_after(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    assert office("kit", "update", office.kit("1.zip"), "--fingerprint", office.paper) == 0
    w = office.world
    w.olympiad.revoked.add(4)
    new = office.kit("2.zip", days=1)
    assert office("kit", "diff", new) == 5
    assert "lists of revoked diplomas – changed: 1" in lines(capsys)
    assert office("kit", "update", new) == 0
    capsys.readouterr()
    assert office("kit", "diff") == 5
    assert "lists of revoked diplomas – changed: 1" in lines(capsys)
    assert office("kit", "diff", "--json") == 5
    answer = json.loads(capsys.readouterr().out)
    assert {"fate": "changed", "path": "status/olymp/1.json"} in answer["files"]
    assert office("kit", "show", "--json") == 0
    (shown,) = json.loads(capsys.readouterr().out)["kits"]
    assert (shown["version"], shown["statusLists"], shown["organisations"]) == (2, 1, 2)


def test_what_needs_a_person_waits_for_one(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    office.world.olympiad.revoked.add(4)
    assert office("kit", "update", office.kit("1.zip"), "--fingerprint", office.paper) == 0
    office.world.olympiad.revoked.clear()
    new = office.kit("2.zip", days=1)
    capsys.readouterr()
    assert office("kit", "update", new) == 3
    said = lines(capsys)
    assert "--accept status.un-revoked" in said
    assert "1 more" in said
    assert "fewer" in said
    monkeypatch.setattr(installing, "somebody_there", lambda: True)
    for answer, status in ((False, 2), (True, 0)):
        monkeypatch.setattr(Speaker, "agreed", lambda *_, answer=answer, **__: answer)
        assert office("kit", "update", new) == status
    office.world.olympiad.revoked.add(5)
    assert office("kit", "update", office.kit("3.zip", days=2)) == 0
    office.world.olympiad.revoked.clear()
    assert office("kit", "update", office.kit("4.zip", days=3), "--accept", "status.un-revoked") == 0


def test_a_refused_kit_shows_what_it_would_undo(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert office("kit", "update", office.kit("1.zip"), "--fingerprint", office.paper) == 0
    w = office.world
    national = w.trust(w.trusted(w.olympiad), status_lists=())
    lost = strict_json.dumps(national.to_json()).encode()
    capsys.readouterr()
    bad = office.kit("2.zip", days=1, trust__national=lost)
    assert office("kit", "update", bad) == 4
    said = lines(capsys)
    assert "organisation removed" in said
    assert "What is installed stays in use" in said
    assert office("kit", "update", bad, "--json") == 4
    answer = json.loads(capsys.readouterr().out)
    assert answer["installed"] is False
    assert answer["changes"][0]["what"] == "entry.gone"


def test_the_fingerprint_is_asked_for_and_never_shown_before(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = office.kit("1.zip")
    assert office("kit", "update", kit) == 3
    said = lines(capsys)
    assert "--fingerprint" in said
    assert not any(group in said for group in office.paper.split())
    monkeypatch.setattr(installing, "somebody_there", lambda: True)
    monkeypatch.setattr(Speaker, "ask", lambda *_, **__: office.paper[-19:])
    assert office("kit", "update", kit) == 0


def test_the_kit_of_a_site_comes_as_one_zip(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    content = (office.folder / office.kit("1.zip")).read_bytes()
    asked = []

    def get(url: str, ceiling: int, **options: object) -> bytes:
        asked.append((url, options["media"]))
        return content

    monkeypatch.setattr(fetch, "get", get)
    url = "https://kit.example/kit.zip"
    assert office("kit", "update", url, "--fingerprint", office.paper) == 0
    assert asked == [(url, fetch.ZIP)]

    def refuse(url: str, ceiling: int, **_: object) -> bytes:
        raise DocumentError("fetch.redirect", "redirected", next_step="add it to the wallet")

    monkeypatch.setattr(fetch, "get", refuse)
    assert office("kit", "update", url) == 4


def test_without_tuf_the_part_to_install_is_named(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = office.kit("1.zip")
    for name in [each for each in sys.modules if each.split(".")[0] == "tuf"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "vcwallet.verifier.kit.tuf")
    monkeypatch.delattr("vcwallet.verifier.kit.tuf")
    real = builtins.__import__

    def no_tuf(name: str, *rest: object, **options: object) -> object:
        if name.split(".")[0] == "tuf":
            raise ModuleNotFoundError(name, name=name)
        return real(name, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", no_tuf)
    assert office("kit", "update", kit, "--fingerprint", office.paper) == 6
    assert "vcwallet[kit]" in lines(capsys)
    with pytest.raises(MachineError) as caught:
        updating._tuf()
    assert caught.value.code == "kit.no-tuf"


def test_diplomas_are_checked_with_a_kit_a_list_or_both(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    w = office.world
    Path("d.json").write_text(strict_json.dumps(w.olympiad.diploma()), "utf-8")
    own = w.trust(w.trusted(w.stranger), status_lists=(), list_name="own")
    Path("own.json").write_text(strict_json.dumps(own.to_json()), "utf-8")
    assert office("verify", "d.json") == 2
    assert "--kit default" in lines(capsys)
    assert office("verify", "d.json", "--kit", "default") == 2
    assert "vcwallet kit update" in lines(capsys)
    assert office("kit", "show") == 2
    assert office("kit", "update", office.kit("1.zip"), "--fingerprint", office.paper) == 0
    capsys.readouterr()
    assert office("verify", "d.json", "--kit", "default") == 0
    assert "kit no. 1 of 2026-06-08 (The Invention kit; age in days: 2)" in lines(capsys)
    assert office("verify", "d.json", "--kit", "default", "--trust", "own.json", lang="ru") == 0
    said = lines(capsys)
    assert "Известно: комплект № 1 от 08.06.2026 (Комплект «Вымысел»; 2 дн.)" in said
    assert "список\n   доверия" in said or "список доверия" in said
    overlapping = w.trust(w.trusted(w.olympiad, entry="mine"), status_lists=())
    Path("own.json").write_text(strict_json.dumps(overlapping.to_json()), "utf-8")
    assert office("verify", "d.json", "--kit", "default", "--trust", "own.json") == 2
    assert "stands in two lists" in lines(capsys)


def test_rules_and_levels_of_a_kit_are_named_by_their_id(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    admission = ROOT / "examples" / "admission"
    pack = (admission / "vymysel-2027.toml").read_bytes()
    kit = office.maintainer.make(
        {
            "trust/national.json": strict_json.dumps(office.world.trust(status_lists=()).to_json()).encode(),
            "status/olymp/1.json": strict_json.dumps(office.world.olympiad.status(MADE)).encode(),
            "levels/2025-26.json": (admission / "levels" / "2025-26.json").read_bytes(),
            "packs/vymysel.example/2027.toml": pack,
        },
        MADE,
    )
    Path("kit.zip").write_bytes(kit.zip())
    assert office("kit", "update", "kit.zip", "--fingerprint", paper_of(kit)) == 0
    Path("d.json").write_text(strict_json.dumps(office.world.olympiad.diploma()), "utf-8")
    capsys.readouterr()
    rules = Pack.parse(pack)
    words = ("verify", "d.json", "--kit", "default", "--programme", next(iter(rules.programmes)))
    assert office(*words, "--policy", rules.id, "--json") == 0
    report = json.loads(capsys.readouterr().out)["reports"][0]
    assert report["policy"]["programme"] == next(iter(rules.programmes))
    assert office(*words, "--policy", "vymysel.example/2000") == 2


def test_a_kit_may_be_installed_in_any_folder_and_named_by_it(office: Office) -> None:
    kit = office.kit("1.zip")
    assert office("kit", "update", kit, "--kit", "Наши комплекты", "--fingerprint", office.paper) == 0
    (home,) = (each for each in Path("Наши комплекты").iterdir() if each.is_dir())
    assert home.name == office.paper.replace(" ", "")
    assert office("kit", "update", kit, "--kit", str(home)) == 0
    assert office("kit", "show", "--kit", str(home)) == 0


def test_what_cannot_be_answered_says_by_its_code_why(office: Office) -> None:
    with pytest.raises(UsageError) as caught:
        believed(None, None, NOW)
    assert caught.value.code == "trust.none-named"
    with pytest.raises(UsageError) as caught:
        believed(None, "default", NOW)
    assert caught.value.code == "kit.none-installed"
    kit = office.folder / office.kit("1.zip")
    with (
        pytest.raises(NeedsPerson) as asked,
        installing._staged(Speaker(language("en")), str(kit), "default", None, NOW, as_json=False),
    ):
        raise AssertionError
    assert asked.value.code == "kit.fingerprint-unasked"
    assert NeedsPerson("kit.needs-a-person", "").exit_status == 3
