"""A pack of rules is read, or each of its errors is told with its line."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.admission import FOLDER, example_pack
from vcwallet import limits
from vcwallet.credentials.terms import Kind, OlympiadList, ResultCode, StageCode
from vcwallet.errors import UsageError
from vcwallet.verifier.levels import digest_of
from vcwallet.verifier.policy_pack import CLAUSES, Combine, Pack, RightKind, remarks

CONTENT = (FOLDER / "vymysel-2027.toml").read_text("utf-8")
SMALL = """\
format = "vcwallet-policy/1"
id = "small.example/2027"
version = 1
year = 2027
published = 2026-10-01
name = { ru = "Малый", en = "Small" }

[[sources]]
id = "rules"
title = "Правила"

[window]
years_after = 4
year_itself = true
source = "rules, п. 1"

[exams]
math = "Математика"

[programmes]
"01.03.02" = "Математика"

[points]
cap = 10
source = "rules, п. 2"

[[rights]]
id = "hundred"
kind = "hundred-points"
exam = "math"
programmes = ["01.03.02"]
source = "rules, п. 3"
when = { list = "rsosh" }
confirm = { exam = "math", at_least = 75 }

[[categories]]
id = "sport"
combine = "sum"
cap = 2.5
source = "rules, п. 4"
name = "Спорт"

[[categories]]
id = "contests"
combine = "best"
source = "rules, п. 4"
name = "Конкурсы"

[[achievements]]
id = "gold"
category = "sport"
points = 2.25
source = "rules, п. 5"
when = { kinds = ["sport-norm"], results = ["gold"] }
text = "золото"

[[exclusive]]
categories = ["sport", "contests"]
source = "rules, п. 6"
"""


def test_a_pack_is_read_as_it_is_written() -> None:
    pack = Pack.parse(SMALL.encode())
    right, merit = pack.right("hundred"), pack.merit("gold")
    assert (right.kind, right.exam, right.programmes) == (RightKind.HUNDRED_POINTS, "math", ("01.03.02",))
    assert right.confirm is not None
    assert (right.confirm.exam, right.confirm.at_least) == ("math", 75)
    assert dict(right.when.written) == {"list": OlympiadList.OFFICIAL}
    assert dict(merit.when.written) == {"kinds": (Kind.SPORT_NORM,), "results": (ResultCode.GOLD,)}
    assert (merit.points, pack.category("sport").cap) == (Decimal("2.25"), Decimal("2.5"))
    assert (pack.category("sport").combine, pack.category("contests").cap) == (Combine.SUM, None)
    assert pack.exclusive[0].categories == ("sport", "contests")
    assert not pack.points.right_takes_points
    assert pack.digest == digest_of(SMALL.encode())


def test_an_amount_is_never_a_binary_fraction() -> None:
    pack = Pack.parse(SMALL.replace("2.25", "0.1").encode())
    assert pack.merit("gold").points + pack.merit("gold").points * 2 == Decimal("0.3")


def test_every_clause_can_be_written() -> None:
    when = (
        'kinds = ["olympiad-diploma"], list = "rsosh", numbers = ["12"], stages = ["final"], levels = [1],'
        ' profiles = ["физика"], subjects = ["физика"], results = ["winner"], classes = [11],'
        ' regions = ["00"], hours_at_least = 1, age_at_least = 10, age_at_most = 18'
    )
    pack = Pack.parse(SMALL.replace('kinds = ["sport-norm"], results = ["gold"]', when).encode())
    assert tuple(pack.merit("gold").when.written) == CLAUSES
    assert pack.merit("gold").when.stages == (StageCode.FINAL,)


def test_programmes_and_exams_are_found_by_name_in_either_language() -> None:
    pack = example_pack()
    assert pack.exam("математика") == pack.exam(" Mathematics") == pack.exam("math") == "math"
    assert pack.programme("01.03.02") == "01.03.02"
    assert pack.programme("Прикладные математика и физика") == "03.03.01"
    assert pack.exam("химия") is pack.programme("04.03.01") is None


# what to replace, by what, the code, and a line of the replacement that must be named
WRONG: dict[str, tuple[str, str, str]] = {
    "not TOML": ("[window]", "[window", "policy.unreadable"),
    "not UTF-8": ("Правила", "\udcff", "policy.unreadable"),
    "another format": ("vcwallet-policy/1", "vcwallet-policy/2", "policy.malformed"),
    "an id with a space": ("small.example/2027", "small example", "policy.malformed"),
    "version zero": ("version = 1", "version = 0", "policy.malformed"),
    "a version in quotation marks": ("version = 1", 'version = "1"', "policy.malformed"),
    "a version with a point": ("version = 1", "version = 1.5", "policy.malformed"),
    "a year of three digits": ("year = 2027", "year = 999", "policy.malformed"),
    "a day in quotation marks": ("published = 2026-10-01", 'published = "2026-10-01"', "policy.malformed"),
    "no name in any language": ('name = { ru = "Малый", en = "Small" }', "name = {}", "policy.malformed"),
    "a name in a language nobody has": ("en = ", "de = ", "policy.malformed"),
    "an empty text": ('title = "Правила"', 'title = " "', "policy.malformed"),
    "a character that nobody sees": ("Правила", "Пра\u200bвила", "policy.malformed"),
    "a digest that is none": ('title = "Правила"', 'title = "П"\nsha256 = "00"', "policy.malformed"),
    "a setting that is not known": ("years_after = 4", "years_aftr = 4", "policy.malformed"),
    "a number of years below zero": ("years_after = 4", "years_after = -1", "policy.malformed"),
    "yes in quotation marks": ("year_itself = true", 'year_itself = "true"', "policy.malformed"),
    "no source": ('source = "rules, п. 1"', "", "policy.malformed"),
    "an unknown source": ('"rules, п. 1"', '"rulez, п. 1"', "policy.unknown-name"),
    "an unknown source of the cap": ('"rules, п. 2"', '"rulez, п. 2"', "policy.unknown-name"),
    "an unknown source of a right": ('"rules, п. 3"', '"rulez, п. 3"', "policy.unknown-name"),
    "an unknown source of a category": ('"rules, п. 4"', '"rulez, п. 4"', "policy.unknown-name"),
    "an unknown source of an achievement": ('"rules, п. 5"', '"rulez, п. 5"', "policy.unknown-name"),
    "an unknown source of a group": ('"rules, п. 6"', '"rulez, п. 6"', "policy.unknown-name"),
    "an unknown clause": ("results = [", "reslts = [", "policy.malformed"),
    "an unknown clause of a right": ('{ list = "rsosh" }', '{ lst = "rsosh" }', "policy.malformed"),
    "an unknown kind": ('"sport-norm"', '"sport"', "policy.malformed"),
    "an unknown result": ('"gold"]', '"golden"]', "policy.malformed"),
    "an unknown list": ('"rsosh"', '"rsos"', "policy.malformed"),
    "an empty list of a clause": ('results = ["gold"]', "results = []", "policy.malformed"),
    "a level of none": ('results = ["gold"]', "levels = [0]", "policy.malformed"),
    "a level above": ('results = ["gold"]', "levels = [4]", "policy.malformed"),
    "a class of none": ('results = ["gold"]', "classes = [12]", "policy.malformed"),
    "a class with a point": ('results = ["gold"]', "classes = [10.5]", "policy.malformed"),
    "a level in quotation marks": ('results = ["gold"]', 'levels = ["1"]', "policy.malformed"),
    "a class in quotation marks": ('results = ["gold"]', 'classes = ["10"]', "policy.malformed"),
    "an id that is a number": ('id = "gold"', "id = 7", "policy.malformed"),
    "hours in words": ('results = ["gold"]', 'hours_at_least = "60"', "policy.malformed"),
    "no clause at all": ('{ kinds = ["sport-norm"], results = ["gold"] }', "{}", "policy.nothing-asked"),
    "levels of the national olympiad": (
        '{ list = "rsosh" }',
        '{ list = "vsosh", levels = [1] }',
        "policy.contradiction",
    ),
    "subjects of none": ('{ list = "rsosh" }', '{ list = "none", subjects = ["х"] }', "policy.contradiction"),
    "numbers of the national olympiad": (
        '{ list = "rsosh" }',
        '{ list = "vsosh", numbers = ["1"] }',
        "policy.contradiction",
    ),
    "ages of nobody": (
        'results = ["gold"]',
        "age_at_least = 17, age_at_most = 16",
        "policy.contradiction",
    ),
    "points below zero": ("points = 2.25", "points = -1", "policy.malformed"),
    "points in quotation marks": ("points = 2.25", 'points = "2.25"', "policy.malformed"),
    "points that are true": ("points = 2.25", "points = true", "policy.malformed"),
    "points that are no number": ("points = 2.25", "points = nan", "policy.malformed"),
    "points without end": ("points = 2.25", "points = inf", "policy.malformed"),
    "points too exact": ("points = 2.25", "points = 2.2501", "policy.malformed"),
    "points over the ceiling": ("points = 2.25", "points = 1001", "policy.malformed"),
    "an unknown category": ('category = "sport"', 'category = "sprt"', "policy.unknown-name"),
    "an unknown way to combine": ('combine = "sum"', 'combine = "max"', "policy.malformed"),
    "an unknown programme": ('programmes = ["01.03.02"]', 'programmes = ["01.03.03"]', "policy.unknown-name"),
    "an unknown exam": ('exam = "math"\n', 'exam = "mth"\n', "policy.unknown-name"),
    "an unknown exam to confirm": ('{ exam = "math"', '{ exam = "mth"', "policy.unknown-name"),
    "100 points for no exam": ('exam = "math"\n', "", "policy.contradiction"),
    "no exams and one exam": ('"hundred-points"', '"without-exams"', "policy.contradiction"),
    "a source twice": (
        'title = "Правила"',
        'title = "П"\n[[sources]]\nid = "rules"\ntitle = "Р"',
        "policy.twice",
    ),
    "a category twice": ('id = "contests"', 'id = "sport"', "policy.twice"),
    "one id for a right and an achievement": ('id = "gold"', 'id = "hundred"', "policy.twice"),
    "a group of one": ('["sport", "contests"]', '["sport"]', "policy.malformed"),
    "a group of a stranger": ('["sport", "contests"]', '["sport", "contest"]', "policy.unknown-name"),
    "one category twice in a group": ('["sport", "contests"]', '["sport", "sport"]', "policy.twice"),
    "a rule of an unknown document": (
        "cap = 10\n",
        'cap = 10\nused_for_a_right = "not-counted"\nused_source = "rulez, п. 9"\n',
        "policy.unknown-name",
    ),
    "a rule without its paragraph": (
        "cap = 10\n",
        'cap = 10\nused_for_a_right = "not-counted"\n',
        "policy.no-source",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_its_line(name: str) -> None:
    old, new, code = WRONG[name]
    assert old in SMALL
    changed = SMALL.replace(old, new, 1)
    content = changed.encode("utf-8", "surrogateescape")
    with pytest.raises(UsageError) as caught:
        Pack.parse(content, name="правила.toml")
    assert caught.value.code == code
    found = remarks(content, name="правила.toml")
    assert caught.value.code in {error.code for _, error in found}
    if code == "policy.unreadable":
        return
    # The line is that of the change, or that of the table or setting it stands in.
    line, error = found[0]
    at = SMALL[: SMALL.index(old)].count("\n") + 1
    told = [line for line, _ in found]
    assert error.evidence["line"] == line > 0
    assert f"правила.toml:{line}" in str(error)
    if new:
        here = range(at, at + new.count("\n") + 1)
        assert any(number in here for number in told) or code == "policy.twice", (at, told)


def test_all_errors_are_told_at_once_in_the_order_of_the_file() -> None:
    changed = CONTENT.replace("years_after", "years_aftr").replace('"sport-norm"', '"sprt"')
    found = remarks(changed.encode(), name="p.toml")
    lines = [line for line, _ in found]
    assert lines == sorted(lines)
    assert len(lines) >= 4  # the misspelt setting, the missing one, and the kind in two rules
    names = {match[1] for _, error in found if (match := re.search("“([^”]*)”", str(error)))}
    assert {"window.years_aftr", "window.years_after"} <= names


def test_a_file_over_the_ceiling_is_not_read() -> None:
    with pytest.raises(UsageError) as caught:
        Pack.parse(SMALL.encode() + b"#" * limits.POLICY_BYTES)
    assert caught.value.code == "policy.too-large"


def test_more_rules_than_anybody_reads() -> None:
    rule = SMALL[SMALL.index("[[achievements]]") : SMALL.index("[[exclusive]]")]
    many = "".join(rule.replace('"gold"\n', f'"gold-{number}"\n', 1) for number in range(limits.POLICY_RULES))
    with pytest.raises(UsageError) as caught:
        Pack.parse((SMALL + many).encode())
    assert caught.value.code == "policy.too-many-rules"


def test_the_example_has_nothing_to_remark() -> None:
    assert remarks(CONTENT.encode(), name="vymysel-2027.toml") == ()


def test_a_file_of_exactly_the_ceiling_is_read() -> None:
    content = SMALL.encode()
    assert Pack.parse(content + b"#" * (limits.POLICY_BYTES - len(content))).id == "small.example/2027"


def test_the_years_that_count() -> None:
    pack = Pack.parse(SMALL.encode())
    right = pack.right("hundred")
    assert pack.years == pack.years_of(right) == (2023, 2027)
    assert pack.years_of(replace(right, within_years=0)) == (2027, 2027)
    assert pack.years_of(replace(right, within_years=2)) == (2025, 2027)
    before = Pack.parse(SMALL.replace("year_itself = true", "year_itself = false").encode())
    assert before.years == (2023, 2026)
    assert before.years_of(replace(right, within_years=2)) == (2025, 2026)


def test_what_is_no_toml_is_told_with_its_line_too() -> None:
    ((line, error),) = remarks(SMALL.replace("[window]", "[window").encode(), name="p.toml")
    assert line == error.evidence["line"] == SMALL[: SMALL.index("[window]")].count("\n") + 1
    ((line, _),) = remarks(b"\xff", name="p.toml")
    assert line == 0


def test_a_bad_entry_of_a_list_is_told_once() -> None:
    found = remarks(SMALL.replace('results = ["gold"]', "classes = [12]").encode(), name="p.toml")
    assert [error.evidence["where"] for _, error in found] == ["achievements.0.when.classes.0"]


def test_exactly_as_many_rules_as_are_read() -> None:
    rule = SMALL[SMALL.index("[[achievements]]") : SMALL.index("[[exclusive]]")]
    # One right and one achievement are there already.
    more = range(limits.POLICY_RULES - 2)
    many = "".join(rule.replace('"gold"\n', f'"gold-{number}"\n', 1) for number in more)
    pack = Pack.parse((SMALL + many).encode())
    assert len(pack.rights) + len(pack.merits) == limits.POLICY_RULES


def test_one_age_is_an_age() -> None:
    changed = SMALL.replace('results = ["gold"]', "age_at_least = 16, age_at_most = 16")
    assert remarks(changed.encode(), name="p.toml") == ()


def test_one_language_is_enough_and_one_bound_of_an_age() -> None:
    pack = Pack.parse(SMALL.replace('ru = "Малый", en', "en").encode())
    assert dict(pack.name) == {"en": "Small"}
    for bound in ("age_at_least", "age_at_most"):
        pack = Pack.parse(SMALL.replace('results = ["gold"]', f"{bound} = 16").encode())
        assert dict(pack.merit("gold").when.written)[bound] == 16


@pytest.mark.parametrize(("listed", "known"), [('math = "Математика"\n', "math"), ("", "-")])
def test_a_name_that_is_unknown_is_told_with_those_that_are_known(listed: str, known: str) -> None:
    content = SMALL.replace('math = "Математика"\n', listed).replace('exam = "math"\n', 'exam = "mth"\n')
    (error, *_) = (
        error for _, error in remarks(content.encode(), name="p.toml") if error.evidence["value"] == "mth"
    )
    assert (error.code, error.evidence["known"]) == ("policy.unknown-name", known)
