"""`vcwallet policy`, and the rules of a university in `verify` and in `wallet check`: one answer for both."""

from __future__ import annotations

import csv
import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xlsxwriter

from tests.admission import FOLDER, example_pack, levels_of
from tests.kits import Desk, Maintainer, paper_of
from tests.shared import ROOT
from tests.world import NOW, UNIVERSITY, World
from vcwallet import limits, strict_json
from vcwallet.cli import command_line
from vcwallet.cli.admission import admission
from vcwallet.cli.speak import Speaker, run
from vcwallet.errors import LimitExceeded, UsageError
from vcwallet.locales import language
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.verifier.policy_table import read_examples
from vcwallet.wallet import Profile, Wallet

SCHEMA = json.loads((ROOT / "docs" / "reference" / "report.schema.json").read_text("utf-8"))
PACK = FOLDER / "vymysel-2027.toml"


def program(*words: str | Path, lang: str = "en") -> int:
    return run(command_line, list(map(str, words)), Speaker(language(lang)))


def test_the_example_and_its_sixty_applicants(capsys: pytest.CaptureFixture[str]) -> None:
    assert program("policy", "lint", PACK) == 0
    table = FOLDER / "applicants.csv"
    assert program("policy", "test", PACK, table, "--levels", FOLDER / "levels") == 0
    assert "60 applicants are as the table says." in capsys.readouterr().out


def test_a_table_that_says_something_else_is_told_row_by_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (FOLDER / "applicants.csv").read_text("utf-8-sig").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("27-010"))
    lines[at] = lines[at].replace("hundred-math № 1;0;0", "exempt-level-1;7;0")
    (tmp_path / "Таблица.csv").write_text("\n".join(lines), "utf-8")
    words = ("policy", "test", PACK, tmp_path / "Таблица.csv", "--levels", FOLDER / "levels", "--details")
    assert program(*words) == 5
    said = capsys.readouterr().out
    assert (
        f"27-010 (row {at + 1}): rights: the table says exempt-level-1, the rules say hundred-math № 1"
        in said
    )
    assert f"27-010 (row {at + 1}): points: the table says 7, the rules say 0" in said
    assert "59 applicants are as the table says." in said
    assert "Special right: 100 points, Mathematics" in said


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("01.03.02", "01.03.99", "Направление"),
        ("Математика 82", "Математика много", "Экзамены"),
        ("Математика 82", "Химия 82", "Экзамены"),
        ("Математика 82", '"Математика 82; math 90"', "Экзамены"),
        ("Диплом олимпиады", "Диплом", "Вид"),
        ("2025/26", "2025/27", "Учебный год"),
        ("hundred-math № 1", "hundred-maths", "Верные права"),
        ("hundred-math № 1;0;", "hundred-math № 1;ноль;", "Верные баллы"),
    ],
)
def test_a_cell_that_is_not_understood_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, column: str
) -> None:
    table = (FOLDER / "applicants.csv").read_text("utf-8-sig")
    assert old in table
    (tmp_path / "t.csv").write_text(table.replace(old, new, 1), "utf-8")
    assert program("policy", "test", PACK, tmp_path / "t.csv") == 2
    assert f"Row 2, column “{column}”" in capsys.readouterr().err
    with pytest.raises(UsageError) as caught:
        read_examples((tmp_path / "t.csv").read_bytes(), example_pack())
    assert caught.value.code == "policy.table-cell"
    assert caught.value.evidence["row"] == 2


def test_what_the_rules_do_not_answer_is_said_in_the_reader_s_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = (FOLDER / "applicants.csv").read_text("utf-8-sig")
    (tmp_path / "t.csv").write_text(table.replace("Математика 74", "Математика 7400", 1), "utf-8")
    words = ("policy", "test", PACK, tmp_path / "t.csv", "--levels", FOLDER / "levels")
    assert program(*words, lang="ru") == 5
    why = "Результат экзамена «math» — не число баллов: 7400."
    assert f"правила не дают ответа: {why}" in capsys.readouterr().out
    assert program(*words, "--json", lang="ru") == 5
    (found,) = json.loads(capsys.readouterr().out)["differences"]
    assert (found["what"], found["rules"], found["decision"]) == ("error", why, None)


def test_a_table_without_its_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.csv").write_text("Имя;Фамилия\nа;б\n", "utf-8")
    assert program("policy", "test", PACK, tmp_path / "t.csv") == 2
    assert "No row of headers with the columns" in capsys.readouterr().err
    with pytest.raises(UsageError) as caught:
        read_examples((tmp_path / "t.csv").read_bytes(), example_pack())
    assert caught.value.code == "policy.table-columns"


def test_a_table_that_nobody_wrote_by_hand() -> None:
    header, first, *_ = (FOLDER / "applicants.csv").read_text("utf-8-sig").splitlines()
    long = "\n".join([header, *[first] * limits.POLICY_TABLE_ROWS])
    with pytest.raises(LimitExceeded) as caught:
        read_examples(long.encode(), example_pack())
    assert caught.value.code == "policy.table-too-long"


def test_a_pack_with_errors_is_refused_everywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "правила.toml"
    bad.write_text(PACK.read_text("utf-8").replace("levels = [1]", "levls = [1]"), "utf-8")
    for words in (("policy", "lint", bad), ("policy", "explain", bad)):
        assert program(*words) == 2
        said = capsys.readouterr()
        assert "правила.toml:" in said.err
        assert "levls" in said.err


def test_explain_says_every_rule_with_its_paragraph(capsys: pytest.CaptureFixture[str]) -> None:
    assert program("policy", "explain", PACK, lang="ru") == 0
    said = capsys.readouterr().out
    assert "[rules, прил. 3, стр. 10]" in said
    assert all(len(line) <= 80 for line in said.splitlines())
    for words in ("0,75 балла", "класс: 10 или 11", "не больше чем 3 балла", "уровень по перечню: I или II"):
        assert words in " ".join(said.split())


# --- both sides ---------------------------------------------------------------------------------------------

RULES = """\
format = "vcwallet-policy/1"
id = "small.example/2026"
version = 3
year = 2026
published = 2025-10-01
name = { ru = "Малый университет", en = "The Small University" }
[[sources]]
id = "rules"
title = "Правила"
[window]
years_after = 4
year_itself = true
source = "rules, п. 1"
[exams]
math = { ru = "Математика", en = "Mathematics" }
[programmes]
"01.03.02" = { ru = "Математика", en = "Mathematics" }
[points]
cap = 10
source = "rules, п. 2"
[[categories]]
id = "all"
combine = "sum"
source = "rules, п. 3"
name = { ru = "Всё", en = "All" }
[[achievements]]
id = "olympiad"
category = "all"
points = 2.5
source = "rules, п. 4"
when = { kinds = ["olympiad-diploma"], levels = [1, 2, 3] }
text = { ru = "олимпиада", en = "olympiad" }
[[achievements]]
id = "school"
category = "all"
points = 1
source = "rules, п. 5"
when = { kinds = ["school-award"] }
text = { ru = "школа", en = "school" }
"""


PASSPHRASE = "клубень вымысел 7 проба небылица"
MASHA = Profile("Мария", "Вымыслова", "Тестовна", date(2009, 6, 28))
PERSON = {
    "familyName": "Вымыслова",
    "givenName": "Мария",
    "patronymicName": "Тестовна",
    "dateOfBirth": "2009-06-28",
}


@pytest.fixture
def both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A family's wallet with three diplomas, and what the office was shown of them: everything."""
    monkeypatch.chdir(tmp_path)
    w = World()
    family = Wallet.create(tmp_path / "family.vcw", PASSPHRASE, kdf=UNSAFE_FOR_TESTS)
    child = family.add_child(MASHA, now=NOW)
    for issuer in (w.olympiad, w.school):
        family.add_issuer(issuer.document, agree=lambda *_: True, now=NOW)
    second = w.olympiad.unsigned(2, holder=child.did, **PERSON)
    second["credentialSubject"]["achievement"] |= {"id": "urn:uuid:2", "fieldOfStudy": "Физика"}
    diplomas = [
        w.olympiad.diploma(1, holder=child.did, **PERSON),
        w.school.diploma(3, holder=child.did, **PERSON),
        w.olympiad.sign(second),
    ]
    w.olympiad.revoked.add(2)
    for issuer in (w.olympiad, w.school):
        family.lists.remember(issuer.status(), now=NOW)
    kept = [family.add(diploma, child=child, now=NOW) for diploma in diplomas]
    drafts = family.prepare(kept, to=UNIVERSITY, purpose="поступление", now=NOW)
    (tmp_path / "shown.json").write_text(family.sign(drafts, now=NOW).text, "utf-8")
    said = diplomas[0]["credentialSubject"]["achievement"]
    listed = [(said["humanCode"], profile, 2) for profile in (said["fieldOfStudy"], "Физика")]
    (tmp_path / "levels.json").write_bytes(levels_of(said["version"], listed, {}))
    (tmp_path / "rules.toml").write_text(RULES, "utf-8")
    (tmp_path / "passphrase").write_text(PASSPHRASE, "utf-8")
    (tmp_path / "trust.json").write_text(strict_json.dumps(w.trust(recipient=UNIVERSITY).to_json()), "utf-8")
    return w


OPTIONS = ("--policy", "rules.toml", "--levels", "levels.json", "--programme", "01.03.02")
EXAM = ("--exam", "Математика=80,5")
AT = ("--now", NOW.isoformat())


def test_verify_says_points_and_fills_the_report(both: World, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("verify", "shown.json", "--trust", "trust.json", *AT, *OPTIONS, *EXAM)
    assert program(*words) == 5
    assert "Points: 3.5. How it was counted: --explain" in capsys.readouterr().out
    program(*words, "--explain", lang="ru")
    explained = capsys.readouterr().out
    assert "2,5 (№ 1, олимпиада [rules, п. 4])" in explained
    assert "Итого за индивидуальные достижения: 3,5 балла" in explained
    program(*words, "--json")
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMA)
    policy = document["reports"][0]["policy"]
    assert policy["points"] == {"confirmed": "3.5", "possible": "3.5", "cap": "10"}
    levels = [item["level"] and item["level"]["value"] for item in document["reports"][0]["items"]]
    assert levels == [2, None, 2]


def test_the_family_gets_the_answer_that_the_office_gets(
    both: World, capsys: pytest.CaptureFixture[str]
) -> None:
    program("verify", "shown.json", "--trust", "trust.json", *AT, *OPTIONS, *EXAM, "--json")
    of_office = json.loads(capsys.readouterr().out)["reports"][0]["policy"]
    family = ("wallet", "check", "family.vcw", "--passphrase-file", "passphrase", *AT, *OPTIONS, *EXAM)
    assert program(*family, "--json") == 0
    assert json.loads(capsys.readouterr().out) == of_office
    assert program(*family, lang="ru") == 0
    said = capsys.readouterr().out
    assert "Итого за индивидуальные достижения: 3,5 балла" in said
    program("verify", "shown.json", "--trust", "trust.json", *AT, *OPTIONS, *EXAM, "--explain", lang="ru")
    assert capsys.readouterr().out.endswith(said)


def test_a_showing_that_is_refused_gives_no_points(both: World, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("verify", "shown.json", "--trust", "trust.json", *AT, *OPTIONS, "--domain", "other.example")
    assert program(*words) == 1
    assert "Points: 0." in capsys.readouterr().out


def test_without_rules_a_report_says_nothing_of_points(
    both: World, capsys: pytest.CaptureFixture[str]
) -> None:
    program("verify", "shown.json", "--trust", "trust.json", *AT, "--json")
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMA)
    assert document["reports"][0]["policy"] is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--exam", "math=80"), "--exam means nothing without --policy"),
        (("--policy", "rules.toml"), "The rules need to know the programme"),
        (("--policy", "rules.toml", "--programme", "9"), "The rules need to know the programme"),
        ((*OPTIONS, "--exam", "math"), "“math” is not an exam and its result"),
        ((*OPTIONS, "--exam", "chemistry=80"), "no exam “chemistry”"),
        ((*OPTIONS, "--claim", "hundred"), "no right “hundred”"),
    ],
)
def test_options_that_do_not_go_together(
    both: World, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], words: str
) -> None:
    assert program("verify", "shown.json", "--trust", "trust.json", *options) == 2
    said = capsys.readouterr()
    assert words in " ".join(said.err.split())
    assert said.out == ""


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("policy.option-without-rules", (None, (), None, ("math=80",), ())),
        ("policy.which-programme", (PACK, (), None, (), ())),
        ("policy.exam-option", (PACK, (), "01.03.02", ("80",), ())),
        ("policy.exam-twice", (PACK, (), "01.03.02", ("math=80", "Математика=90"), ())),
        ("policy.unknown-right", (PACK, (), "01.03.02", (), ("hundred",))),
    ],
)
def test_the_code_of_each(code: str, given: tuple[Any, ...]) -> None:
    with pytest.raises(UsageError) as caught:
        admission(*given)
    assert caught.value.code == code


def test_no_right_at_all_is_claimed_by_a_word() -> None:
    assert admission(None, (), None, (), ()) is None
    for word in ("none", "no", "нет", "Нет", "—", "не заявлено"):
        given = admission(PACK, (), "Прикладная математика и информатика", ("Математика = 80",), (word,))
        assert given is not None
        assert (given.programme, given.applicant.claimed) == ("01.03.02", ())
    assert given.applicant.exams == {"math": 80}


def test_programs_read_what_people_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert program("policy", "lint", PACK, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"remarks": []}
    (tmp_path / "p.toml").write_text(PACK.read_text("utf-8").replace("levels = [1]", "levls = [1]"), "utf-8")
    assert program("policy", "lint", tmp_path / "p.toml", "--json") == 2
    remarks = json.loads(capsys.readouterr().out)["remarks"]
    assert [each["code"] for each in remarks] == ["policy.malformed"]
    assert program("policy", "explain", PACK, "--json") == 0
    assert json.loads(capsys.readouterr().out)["id"] == "vymysel.example/2027"
    # Without the lists of levels nothing is confirmed that hangs on a level.
    assert program("policy", "test", PACK, FOLDER / "applicants.csv", "--json") == 5
    told = json.loads(capsys.readouterr().out)
    assert told["applicants"] == 60
    assert {"27-001", "27-003"} <= {each["applicant"] for each in told["differences"]}
    assert "27-042" not in {each["applicant"] for each in told["differences"]}


def test_an_installed_kit_brings_rules_and_levels(
    both: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    made = NOW - timedelta(days=1)
    maintainer = Maintainer()
    kit = maintainer.make(
        {
            "trust/national.json": strict_json.dumps(both.trust(status_lists=()).to_json()).encode(),
            "status/olymp/1.json": strict_json.dumps(both.olympiad.status()).encode(),
            "status/school/1.json": strict_json.dumps(both.school.status()).encode(),
            "packs/small/2026.toml": RULES.encode(),
            "levels/2025-26.json": (tmp_path / "levels.json").read_bytes(),
        },
        made,
    )
    Desk(tmp_path / "kits", paper_of(kit)).update(kit, made)
    words = ("verify", "shown.json", "--kit", "kits", "--domain", UNIVERSITY, *AT, "--programme", "01.03.02")
    assert program(*words, "--policy", "small.example/2026") == 5
    assert "Points: 3.5." in capsys.readouterr().out
    family = ("wallet", "check", "family.vcw", "--passphrase-file", "passphrase", "--kit", "kits", *AT)
    assert program(*family, "--programme", "01.03.02", "--policy", "small.example/2026") == 0
    assert "3.5 points" in capsys.readouterr().out
    # A list that is given stands before the kit's of that year.
    (tmp_path / "other.json").write_bytes(levels_of("2025/26", [("99", "физика", 1)], {}))
    assert program(*words, "--policy", "small.example/2026", "--levels", "other.json") == 5
    assert "Points: 1." in capsys.readouterr().out
    assert program(*words, "--policy", "small.example/2027") == 2
    assert "small.example/2027" in capsys.readouterr().err


def test_a_table_is_a_spreadsheet_too(tmp_path: Path) -> None:
    """Days and numbers as a spreadsheet program keeps them, not as text."""
    lines = (FOLDER / "applicants.csv").read_text("utf-8-sig").splitlines()
    rows = list(csv.reader(lines, delimiter=";"))
    with xlsxwriter.Workbook(tmp_path / "Таблица.xlsx") as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if re.fullmatch(r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}", cell):
                    written = date.fromisoformat("-".join(reversed(cell.split("."))))
                    sheet.write_datetime(at, place, written, day)
                elif re.fullmatch(r"[0-9]+(,[0-9]+)?", cell):
                    sheet.write_number(at, place, float(cell.replace(",", ".")))
                else:
                    sheet.write_string(at, place, cell)
    table = tmp_path / "Таблица.xlsx"
    of_text = read_examples((FOLDER / "applicants.csv").read_bytes(), example_pack())
    assert read_examples(table.read_bytes(), example_pack()) == of_text
    assert program("policy", "test", PACK, table, "--levels", FOLDER / "levels") == 0
