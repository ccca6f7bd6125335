"""Text is kept as it came, and what it hides is said."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.credentials.world import diploma, put
from vcwallet.credentials import spelling, text
from vcwallet.credentials.credential import Credential

# name: (text, the codes it must bring, the sample of the first)
FLAGGED: dict[str, tuple[str, set[str], str]] = {
    "Latin C in a Cyrillic surname": ("Cидоров", {text.MIXED_SCRIPT}, "[C]идоров"),
    "Latin M in МГУ": ("MГУ", {text.MIXED_SCRIPT}, "[M]ГУ"),
    "three Latin letters in Сириус": ("Cиpиуc", {text.MIXED_SCRIPT}, "[C]и[p]иу[c]"),
    "Cyrillic а in a Latin word": ("Olympiаd", {text.MIXED_SCRIPT}, "[O][l][y][m][p][i]а[d]"),
    "Greek letter in a Cyrillic word": ("Πетров", {text.MIXED_SCRIPT}, "Πетров"),
    "only letters that look Cyrillic": ("Институт PAH", {text.LOOK_ALIKE}, "[P][A][H]"),
    "й of two characters": ("Андреи\u0306", {text.NOT_NFC}, "Андреи<U+0306>"),
    "ё of two characters": ("Семе\u0308нов", {text.NOT_NFC}, "Семе<U+0308>нов"),
    "the sign of the ångström": ("\u212b", {text.NOT_NFC}, "\u212b"),
    "right-to-left override": ("Иван\u202eов", {text.BIDI}, "Иван<U+202E>ов"),
    "an isolate left open": ("\u2067Иванов", {text.BIDI}, "<U+2067>Иванов"),
    "Arabic letter mark": ("Иванов\u061c", {text.BIDI}, "Иванов<U+061C>"),
    "zero width space": ("Ива\u200bнов", {text.INVISIBLE}, "Ива<U+200B>нов"),
    "zero width joiner": ("Ива\u200dнов", {text.INVISIBLE}, "Ива<U+200D>нов"),
    "soft hyphen": ("Ива\u00adнов", {text.INVISIBLE}, "Ива<U+00AD>нов"),
    "byte order mark": ("\ufeffИванов", {text.INVISIBLE}, "<U+FEFF>Иванов"),
    "tag characters": ("Иванов\U000e0041", {text.INVISIBLE}, "Иванов<U+E0041>"),
    "Hangul filler": ("Иванов\u3164", {text.INVISIBLE}, "Иванов<U+3164>"),
    "variation selector": ("Иванов\ufe0e", {text.INVISIBLE}, "Иванов<U+FE0E>"),
    "line separator": ("Иванов\u2028Пётр", {text.INVISIBLE}, "Иванов<U+2028>Пётр"),
    "private use": ("Иванов\ue000", {text.UNASSIGNED}, "Иванов<U+E000>"),
    "not a character": ("Иванов\uffff", {text.UNASSIGNED}, "Иванов<U+FFFF>"),
    "two at once": ("Cидоров\u202e", {text.BIDI, text.MIXED_SCRIPT}, "Cидоров<U+202E>"),
}

PLAIN = [
    "Тестов Пробник Вымыслович",
    "IT-планета",
    "МГУ имени М. В. Ломоносова",
    "Диплом III степени",
    "Кубок LXIV",
    "10 «А»",
    "Объём 5 µg",
    "naïve café",
    "北京",
    "Всероссийская олимпиада по C++",
    "Школа № 0",
    "Ёлкин-Йотов",
    "plain ASCII",
    "«STEM-центр», WorldSkills",
    "",
]


@pytest.mark.parametrize("name", FLAGGED)
def test_what_a_text_hides_is_flagged_and_made_visible(name: str) -> None:
    value, codes, sample = FLAGGED[name]
    found = text.flags(value)
    assert {flag.code for flag in found} == codes
    assert found[0].sample == sample


@pytest.mark.parametrize("value", PLAIN)
def test_honest_text_is_left_alone(value: str) -> None:
    assert text.flags(value) == ()


def test_an_issuer_refuses_what_is_never_honest_and_warns_of_the_rest() -> None:
    refused = {name for name, (_, codes, _) in FLAGGED.items() if codes & text.REFUSED_AT_ISSUE}
    assert "zero width space" in refused
    assert "ё of two characters" in refused
    assert "Latin C in a Cyrillic surname" not in refused


def test_findings_point_at_the_text_and_never_at_an_identifier() -> None:
    document = put(diploma(), "/credentialSubject/familyName", "Cидоров")
    document = put(document, "/credentialSubject/achievement/name", "Олимпиада\u202e")
    document["issuer"]["id"] = (
        "https://школa.example/"  # a Latin "a" in an identifier: the trust list's business
    )
    findings = text.findings(document)
    assert [(f.reason, f.evidence["pointer"]) for f in findings] == [
        (text.MIXED_SCRIPT, "/credentialSubject/familyName"),
        (text.BIDI, "/credentialSubject/achievement/name"),
    ]


def test_the_text_itself_stays_as_it_came() -> None:
    document = put(diploma(), "/credentialSubject/familyName", "Семе\u0308нов")
    assert Credential.parse(document).subjects[0]["familyName"] == "Семе\u0308нов"


def test_an_issuer_posing_as_another_has_the_same_skeleton() -> None:
    for real, fake in (
        ("МГУ", "MГУ"),
        ("Сириус", "Cиpиуc"),
        ("СИРИУС", "Cиpиуc"),
        ("Школа № 0", "Школа  №\u00a00"),
        ("РАН", "PAH"),
        ("Олимпиада", "Олим\u200bпиада"),
    ):
        assert real != fake
        assert spelling.skeleton(real) == spelling.skeleton(fake), real
    assert spelling.skeleton("МГУ") != spelling.skeleton("МГТУ")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Фёдор", "ФЕДОР", True),
        ("Андрей", "Андреи\u0306", True),
        (" Анна  Мария", "Анна Мария", True),
        ("Иванов", "Иванова", False),
        ("Cидоров", "Сидоров", False),
    ],
)
def test_a_name_is_compared_as_a_person_would(one: str, other: str, same: bool) -> None:
    assert spelling.same_name(one, other) is same


@given(st.text(max_size=200))
def test_any_text_is_flagged_without_error_and_shown_without_harm(value: str) -> None:
    """No sample holds a character that could hide or reorder what stands around it."""
    for flag in text.flags(value):
        assert len(flag.sample) <= 64
        assert not any(unicodedata.category(c) in ("Cf", "Cn", "Co") for c in flag.sample)
    spelling.skeleton(value)
    assert spelling.same_name(value, value)


SAID = {
    "text.not-nfc": "Андре\u0438\u0306",
    "text.mixed-script": "Cидоров",
    "text.look-alike": "Институт PAH",
    "text.bidi": "\u202eабв",
    "text.invisible": "а\u200bб",
    "text.unassigned": "а\u0378б",
}


@pytest.mark.parametrize("code", SAID)
def test_codes_are_stable(code: str) -> None:
    assert [flag.code for flag in text.flags(SAID[code])] == [code]
