"""What a template file may be: everything but achievements is refused, each refusal for its own reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from vcwallet import limits
from vcwallet.credentials import template_file
from vcwallet.credentials.template import Template
from vcwallet.credentials.template_words import unwelcome_word
from vcwallet.errors import InputError, UsageError

GOOD = """
format = "vcwallet-template/1"
id = "contest"
version = "1"
include = "pupil"
same_achievement = ["contest"]

[name]
ru = "Диплом"
en = "Diploma"

[fixed]
"/credentialSubject/achievement/achievementType" = "Award"
"/credentialSubject/achievement/description" = "Финал"
"/credentialSubject/achievement/criteria/narrative" = "Победа"

[[columns]]
key = "contest"
type = "text"
into = "/credentialSubject/achievement/name"
required = true
headers = ["Конкурс"]

[[columns]]
key = "place"
type = "choice"
into = "/credentialSubject/result"
required = true
headers = ["Место"]
values = [{ value = "1 место", synonyms = ["1"] }, { value = "2 место", synonyms = ["2"] }]

[[hideable]]
key = "place"
columns = ["place"]
ru = "место"
en = "place"
"""


def column(**members: str) -> str:
    """One more column, with what is wrong about it."""
    described = {
        "key": '"more"',
        "type": '"text"',
        "into": '"/credentialSubject/achievement/fieldOfStudy"',
        "headers": '["Ещё"]',
        **members,
    }
    return GOOD + "\n[[columns]]\n" + "\n".join(f"{name} = {value}" for name, value in described.items())


def parse(text: str) -> Template:
    return template_file.parse(text.encode("utf-8"), name="contest.toml")


def test_the_good_one_is_accepted() -> None:
    template = parse(GOOD)
    assert template.column("contest").required
    assert template.column("family").headers[0] == "Фамилия"
    assert parse(column()).column("more").length == 200


SUBJECT, ACHIEVEMENT = "/credentialSubject", "/credentialSubject/achievement"


def into(place: str, **members: str) -> str:
    return column(into=f'"{place}"', **members)


def choice(place: str, *values: str, **members: str) -> str:
    listed = ", ".join(f'{{value = "{value}"}}' for value in values)
    return into(place, type='"choice"', values=f"[{listed}]", **members)


def number(**members: str) -> str:
    return into(f"{SUBJECT}/result", type='"integer"', **members)


def fixed(place: str) -> str:
    return GOOD.replace("[fixed]", f'[fixed]\n"{place}" = "Слово"')


def hiding(columns: str) -> str:
    return GOOD.replace('columns = ["place"]', f"columns = [{columns}]")


def same(columns: str) -> str:
    return GOOD.replace('same_achievement = ["contest"]', f"same_achievement = [{columns}]")


REFUSED: dict[str, dict[str, str]] = {
    "target-not-allowed": {
        "free text about the pupil": into(f"{SUBJECT}/narrative"),
        "evidence": into("/evidence"),
        "the credential's own description": into("/description"),
        "the issuer": into("/issuer/id"),
        "an e-mail": into(f"{SUBJECT}/email"),
        "one school for all": fixed(f"{SUBJECT}/parentOrg/name"),
        "one result for all": fixed(f"{SUBJECT}/result"),
        "one child for all": fixed(f"{SUBJECT}/id"),
    },
    "type-not-allowed-there": {
        "the class as free text": into(f"{SUBJECT}/role"),
        "a result as free text": into(f"{SUBJECT}/result"),
        "a role as free text": into(f"{SUBJECT}/role"),
        "criteria for each row": into(f"{ACHIEVEMENT}/criteria/narrative"),
        "a type for each row": choice(f"{ACHIEVEMENT}/achievementType", "Award"),
        "a name as text": into(f"{SUBJECT}/familyName", key='"family"'),
    },
    "target-twice": {"two columns for one place": into(f"{ACHIEVEMENT}/name")},
    "key-twice": {"two columns of one key": column(key='"contest"')},
    "achievement-type": {
        "a graduation diploma": GOOD.replace('"Award"', '"SecondarySchoolDiploma"'),
        "a state certificate": GOOD.replace('"Award"', '"Certification"'),
    },
    "target-missing": {
        "no criteria": GOOD.replace(f'"{ACHIEVEMENT}/criteria/narrative" = "Победа"', ""),
        "no name for sure": GOOD.replace('required = true\nheaders = ["Конкурс"]', 'headers = ["Конкурс"]'),
    },
    "result-is-a-mark": {"marks as results": choice(f"{SUBJECT}/result", "5", "4")},
    "result-without-measure": {"a number nobody explains": number(minimum="0", maximum="9")},
    "number-without-range": {
        "a number without bounds": number(measure='{name = "Баллы"}'),
        "a number below nothing": number(measure='{name = "Баллы"}', minimum="-5", maximum="5"),
    },
    "measure-without-number": {
        "a measure of words": choice(f"{SUBJECT}/result", "да", measure='{name = "Баллы"}')
    },
    "range-of-no-number": {"a range of words": column(minimum="1")},
    "digits-of-no-code": {"digits of words": column(digits="11")},
    "values-and-choice-disagree": {
        "a choice of nothing": choice(f"{SUBJECT}/role"),
        "values of a text": column(values='[{value = "да"}]'),
    },
    "synonym-of-two-values": {"one word for two values": choice(f"{SUBJECT}/role", "А", "a")},
    "header-of-two-columns": {
        "a header of two columns": column(headers='["конкурс"]'),
        "a header of the whole name": column(headers='["Ф.И.О."]'),
        "a header of signs": column(headers='["—"]'),
    },
    "must-stay-visible": {
        "hiding what a contest was": hiding('"contest"'),
        "hiding the day": hiding('"awarded"'),
        "hiding the holder": hiding('"did"'),
    },
    "no-such-column": {"hiding nothing known": hiding('"nobody"'), "the same nobody": same('"nobody"')},
    "hidden-twice": {"hiding twice": hiding('"place", "place"')},
    "achievement-names-a-person": {
        "an achievement for each child": same('"contest", "family"'),
        "an achievement for each class": same('"contest", "class"'),
    },
    "not-an-achievement": {
        "conduct as a header": column(headers='["Поведение"]'),
        "conduct in a title": GOOD.replace('ru = "Диплом"', 'ru = "Справка о поведении"'),
        "health as a header": column(headers='["Группа здоровья"]'),
        "a diagnosis as a value": choice(f"{SUBJECT}/role", "с диагнозом"),
        "disability as a value": choice(f"{SUBJECT}/role", "инвалид"),
        "a school mark as a header": column(headers='["Оценка"]'),
        "a school mark as a measure": number(minimum="0", maximum="5", measure='{name = "Оценка"}'),
        "a failed test as a value": choice(f"{SUBJECT}/result", "Незачёт"),
        "unsatisfactory": choice(f"{SUBJECT}/result", "неуд."),
        "absences": column(headers='["Пропуски и опоздания"]'),
        "a remark": column(headers='["Примечание"]'),
        "a reference letter": GOOD.replace('"Финал"', '"Характеристика ученика"'),
        "nationality": column(headers='["Национальность"]'),
        "an insurance number": column(headers='["СНИЛС"]'),
        "a passport": column(headers='["Паспорт, серия и номер"]'),
        "poor families": column(headers='["Малоимущая семья"]'),
        "Latin letters as a disguise": column(headers='["Пoвeдeниe"]'),
        "in English": column(headers='["Conduct"]'),
        "by its key": column(key='"health_group"'),
        "as what may be hidden": GOOD.replace('ru = "место"', 'ru = "замечания"'),
    },
}
CASES = [(name, code, text) for code, texts in REFUSED.items() for name, text in texts.items()]


@pytest.mark.parametrize(("code", "text"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_template_with_room_for_anything_else_is_refused(code: str, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert caught.value.code == "template.refused"
    assert code in str(caught.value.evidence["reasons"])


MALFORMED: list[tuple[str, str, str]] = [
    ("an unknown member", GOOD.replace('version = "1"', 'version = "1"\nscript = "x"'), "template.malformed"),
    ("an unknown member of a column", column(eval='"x"'), "template.malformed"),
    ("another format", GOOD.replace("template/1", "template/2"), "template.malformed"),
    ("an unknown type", column(type='"picture"'), "template.malformed"),
    ("no headers", column(headers="[]"), "template.malformed"),
    ("a name with spaces around", GOOD.replace('ru = "Диплом"', 'ru = " Диплом"'), "template.malformed"),
    ("an id with a slash", GOOD.replace('id = "contest"', 'id = "../contest"'), "template.malformed"),
    ("an unknown include", GOOD.replace('"pupil"', '"parents"'), "template.malformed"),
    ("no TOML", "это не TOML", "template.unreadable"),
    ("a list too deep", "a = " + "[" * 20_000, "template.unreadable"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"), [case[1:] for case in MALFORMED], ids=[case[0] for case in MALFORMED]
)
def test_a_malformed_file_is_named(text: str, code: str) -> None:
    with pytest.raises((UsageError, InputError)) as caught:
        parse(text)
    assert caught.value.code == code


def test_bytes_that_are_not_utf_8_and_files_too_large_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not UTF-8 text"):
        template_file.parse(GOOD.encode("cp1251"), name="x")
    big = tmp_path / "big.toml"
    big.write_bytes(b"#" * (limits.TEMPLATE_BYTES + 1))
    with pytest.raises(InputError) as caught:
        template_file.load(big)
    assert caught.value.code == "file.too-large"


@pytest.mark.parametrize(
    "text",
    [
        "Диплом I степени",
        "За особые успехи в изучении предмета",
        "Инновации и проекты",
        "Новая марка автомобиля",
        "Победитель олимпиады по обществознанию",
        "Фотография",
        "Отзывчивое сердце",
        "Диплом 80001234567",
        "Проект «Почта @ школа»",
        "Приказ № 8-123 от 01.03.2026",
    ],
)
def test_ordinary_words_of_achievements_are_welcome(text: str) -> None:
    assert unwelcome_word(text) is None


def test_a_column_of_the_file_takes_the_place_of_the_included_one() -> None:
    own = column(key='"class"', type='"class"', into='"/credentialSubject/role"', headers='["Группа"]')
    template = parse(own)
    assert template.column("class").headers == ("Группа",)
    assert [c.key for c in template.columns].count("class") == 1
