"""What answers on the page: the reports of `vcwallet verify --json`, the sentences of the officer's desk."""

from __future__ import annotations

import json
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.world import NOW, UNIVERSITY, World, seeded_key
from vcwallet import limits, strict_json
from vcwallet.bundle import codec, symbols
from vcwallet.bundle.request import Request
from vcwallet.bundle.scanning import demand_read, read_inputs
from vcwallet.errors import InputError
from vcwallet.identifiers.keys import KeyType
from vcwallet.identifiers.keys.tables import PARAMETERS
from vcwallet.locales import language
from vcwallet.page.desk import Desk
from vcwallet.primitives import NotLoaded
from vcwallet.speaking.answers import answer_words
from vcwallet.verifier.trust import TrustList
from vcwallet.verifier.verifier import Verifier

W = World()
TRUST = strict_json.dumps(W.trust(recipient=UNIVERSITY).to_json()).encode()
AT = NOW.isoformat()
CODES = [each.digits for each in symbols.lay_out(codec.encode(W.bundle()))]
PARTS = [
    each.digits
    for each in symbols.lay_out(
        codec.encode(W.bundle(*(W.olympiad.diploma(each, holder=W.child.id) for each in range(12)))), parity=0
    )
]
SHOWN = strict_json.dumps(W.bundle().to_json()).encode()
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0"


def desk(code: str = "ru") -> Desk:
    return Desk(TRUST, code, program="1.0", status_days=14, old_days=None)


def told(answer: str) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(answer)
    return known


def test_a_file_is_answered_in_words_and_in_the_document_for_programs() -> None:
    answer = told(desk().files([("показ.json", SHOWN)], now=AT))["answer"]
    reading = read_inputs([("показ.json", SHOWN)])
    expected = Verifier(TrustList.parse(TRUST)).check_found(reading, now=NOW)
    assert json.loads(answer["json"]) == json.loads(json.dumps(expected.as_json(program="1.0")))
    (words,) = answer["reports"]
    (said,) = [answer_words(each, language("ru")) for each in expected.reports]
    assert (words["state"], words["head"], words["why"]) == ("confirmed", said.head, said.why)
    assert [each["diploma"]["title"] for each in words["cards"]] == [e.diploma.title for e in said.cards]
    assert answer["problems"] == []
    # What is printed says when it was found.
    assert answer["when"] == f"Проверено {language('ru').moment(NOW)} по часам этого компьютера."


def test_codes_before_a_camera_become_one_answer_and_are_not_answered_again() -> None:
    here = desk()
    steps = [told(here.codes([each], now=AT)) for each in CODES]
    assert [each["seen"] for each in steps[:-1]] == ["part"] * (len(steps) - 1)
    assert steps[-1]["answer"]["reports"][0]["state"] == "confirmed"
    assert told(here.codes(CODES, now=AT))["seen"] == "answered"
    here.anew()
    assert told(here.codes(CODES, now=AT))["answer"] is not None


def test_what_ended_for_want_of_a_part_is_answered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A code, of which the camera gives no second one, and files; the next person gets nothing of it."""
    check_found = Verifier.check_found
    wanting = [1]

    def check(*given: Any, **named: Any) -> Any:
        if wanting:
            wanting.pop()
            raise NotLoaded("vcwallet_bls")
        return check_found(*given, **named)

    monkeypatch.setattr(Verifier, "check_found", check)
    here = desk()
    for each in CODES[:-1]:
        here.codes([each], now=AT)
    with pytest.raises(NotLoaded):
        here.codes(CODES[-1:], now=AT)
    step = told(here.again())
    assert (step["seen"], step["answer"]["reports"][0]["state"]) == ("whole", "confirmed")
    assert told(here.codes(CODES, now=AT))["seen"] == "answered"
    wanting += [1, 2]
    with pytest.raises(NotLoaded):
        here.files([("показ.json", SHOWN)], now=AT)
    with pytest.raises(NotLoaded):
        here.again()
    assert told(here.again())["answer"]["reports"][0]["state"] == "confirmed"
    assert told(here.typed("hello", now=AT))["answer"] is None


def test_typed_text_is_a_code_or_says_that_it_is_none() -> None:
    here = desk(code="en")
    steps = [told(here.typed(each, now=AT)) for each in CODES]
    assert steps[-1]["answer"]["reports"][0]["state"] == "confirmed"
    here.next()
    assert "no code" in told(here.typed("hello", now=AT))["said"]
    pasted = told(here.typed(SHOWN.decode(), now=AT))["answer"]["reports"][0]
    assert dict(pasted["terms"])["Read from"] == "the camera, a scanner or pasted text"
    long = told(here.typed("1" * (limits.SCAN_TEXT_CHARACTERS + 1), now=AT))
    assert (long["seen"], long["answer"]) == ("other", None)
    assert "characters" in long["said"]


def test_what_was_answered_is_said_again_in_another_language() -> None:
    """As it would have been said in that one; and nothing of it to the next person."""
    files = [("показ.json", SHOWN), ("документ.bin", b"\0")]
    here = desk("ru")
    assert told(here.speak("en"))["answer"] is None
    said = {code: told(desk(code).files(files, now=AT)) for code in ("ru", "en")}
    assert told(here.files(files, now=AT)) == said["en"] != said["ru"]
    assert told(here.speak("ru")) == said["ru"]
    assert told(here.speak("en")) == said["en"]
    here.next()
    assert told(here.speak("ru"))["answer"] is None


def test_codes_that_were_read_are_said_again_too() -> None:
    here, there = desk("ru"), desk("en")
    for each in PARTS[:-1]:
        step = told(there.typed(each, now=AT))
        here.typed(each, now=AT)
    assert told(here.speak("en"))["progress"] == step["progress"] != ""
    here.speak("ru")
    here.typed(PARTS[-1], now=AT)
    assert told(here.speak("en"))["answer"] == told(there.typed(PARTS[-1], now=AT))["answer"]


def test_what_cannot_be_read_hides_no_parts_and_parts_hide_no_problem() -> None:
    """Something else after the parts of a code, or beside them in one picture."""
    here = desk("en")
    first, *_ = PARTS
    after = [
        told(here.typed(each, now=AT)) for each in (first, "hello", "1" * (limits.SCAN_TEXT_CHARACTERS + 1))
    ]
    beside = told(desk("en").codes(["https://example.org/", first], now=AT))
    for step, problem in zip((*after, beside), ("", "no code", "characters", "address"), strict=True):
        assert step["progress"].startswith(f"1 of {len(PARTS)}"), step
        assert problem in step["problem"], step
        assert step["said"].endswith(step["progress"])
        assert bool(step["problem"]) is bool(problem)


@pytest.mark.parametrize("key_type", [*(each for each in KeyType if PARAMETERS[each].curve), KeyType.ED25519])
def test_a_secret_key_is_called_one_and_never_asked_for_again(key_type: KeyType) -> None:
    """Pasted, or given as a file: its owner is told what it is, in words that do not repeat it."""
    pem = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIA==\n-----END EC PRIVATE KEY-----\n"
    for text in (*(seeded_key(f"key {each}", key_type).secret_multibase for each in range(20)), pem):
        step = told(desk().typed(text, now=AT))
        assert step["said"].startswith("Это секретный ключ")
        assert text.strip() not in step["said"]
        (problem,) = told(desk().files([("ключ.txt", text.encode())], now=AT))["answer"]["problems"]
        assert problem["said"].startswith("Это секретный ключ")


JWK = {"kty": "OKP", "crv": "Ed25519", "x": "AA", "d": "AA"}
SECRETS: dict[str, str] = {
    "a JWK": json.dumps(JWK),
    "an RSA key": json.dumps({"kty": "RSA", "n": "AA", "e": "AQAB", "d": "AA", "p": "AA", "q": "AA"}),
    "a list of keys": json.dumps({"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}, JWK]}),
    "a verification method": json.dumps(
        {
            "id": "did:example:a#1",
            "type": "Multikey",
            "publicKeyMultibase": "z6Mk",
            "secretKeyMultibase": "z3u2",
        }
    ),
    "an older method": json.dumps(
        {"id": "a#1", "type": "Ed25519VerificationKey2018", "privateKeyBase58": "AA"}
    ),
    "a JWK in a method": json.dumps({"id": "a#1", "type": "JsonWebKey", "publicKeyJwk": JWK}),
    "BLS": seeded_key("bbs", KeyType.BLS12_381_G2).secret_multibase,
    "PEM behind its parameters": "-----BEGIN EC PARAMETERS-----\nBggq\n-----END EC PARAMETERS-----\n"
    "-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\n",
    "PEM behind words": "Bag Attributes\n    localKeyID: 01\n-----BEGIN ENCRYPTED PRIVATE KEY-----\nMHcC\n",
    "OpenSSH": "-----BEGIN OPENSSH PRIVATE KEY-----\nMHcC\n",
    "PGP": "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nMHcC\n",
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_key_of_any_form_is_called_one_at_every_door(name: str, tmp_path: Path) -> None:
    """Whatever reads files and texts says so: the page, `verify`, a wallet, and who adds to a trust list."""
    step = told(desk().files([("ключ.json", SECRETS[name].encode())], now=AT))
    (problem,) = step["answer"]["problems"]
    assert problem["said"].startswith("Это секретный ключ")
    file = tmp_path / "key.json"
    file.write_text(SECRETS[name], "utf-8")
    with pytest.raises(InputError) as caught:
        demand_read(read_inputs([file]))
    assert caught.value.code == "foreign.secret-key"


def test_a_public_key_is_no_secret_one() -> None:
    public = seeded_key("public").public_key
    for text in (
        json.dumps(public.to_jwk()),
        json.dumps({"keys": [public.to_jwk()], "d": 1}),
        '{"p": 1, "k": 2}',
    ):
        (problem,) = told(desk().files([("ключ.json", text.encode())], now=AT))["answer"]["problems"]
        assert "секретный" not in problem["said"]
    assert "секретный" not in told(desk().typed(public.multibase, now=AT))["said"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("лист.svg", b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "page.no-drawings"),
        ("большой.json", None, "page.file-too-large"),
        ("пустой.json", b"", "scan.empty"),
        ("вложен.json", b"[" * 6000 + b"]" * 6000, "json.too-deep"),
        ("снимок.tif", b"II*\0" + b"\0" * 64, "picture.unreadable"),
        ("снимок.png", PNG[:16] + b"\0\0\xff\xff" * 2, "picture.too-many-pixels"),
    ],
)
def test_what_is_not_read_is_named_and_costs_nothing_else(
    name: str, content: bytes | None, code: str
) -> None:
    answer = told(desk().files([(name, content), ("показ.json", SHOWN)], now=AT))["answer"]
    assert [each["state"] for each in answer["reports"]] == ["confirmed"]
    (problem,) = json.loads(answer["json"])["problems"]
    assert problem["code"] == code
    assert [(each["source"], each["mistake"]) for each in answer["problems"]] == [(name, False)]


def test_a_small_file_that_is_one_too_many_is_not_called_large() -> None:
    """The page gives no content of a large file, nor of one beyond the ceiling of all together."""
    (problem,) = told(desk().files([("малый.json", None)], now=AT))["answer"]["problems"]
    said = problem["said"].replace("\u00a0", " ")
    assert "до 16 МиБ" in said
    assert "за один раз — до 64 МиБ" in said


def test_more_files_than_are_read_at_once_are_said_where_they_were_given() -> None:
    """And the next ones are read."""
    here = desk()
    many = told(here.files([("файл.json", b"{}")] * (limits.SCAN_INPUTS + 1), now=AT))
    assert many["answer"] is None
    assert many["said"].replace("\u00a0", " ").startswith("Слишком много файлов за раз, предел — 10000.")
    assert told(here.files([("показ.json", SHOWN)], now=AT))["answer"]["reports"]


def test_how_many_answers_follow_is_said_before_the_first_of_several() -> None:
    shown, broken = ("показ.json", SHOWN), ("пустой.json", b"")
    diploma = strict_json.dumps(W.olympiad.diploma(8, holder=W.child.id)).encode()
    for files, several in (
        ([shown], ""),
        ([broken], ""),
        ([broken, ("ещё.json", b"")], ""),
        ([shown, ("диплом.json", diploma)], "Ответов: 2."),
        ([shown, broken], "Ответов: 1. Не прочитано: 1."),
    ):
        assert told(desk().files(files, now=AT))["answer"]["several"] == several


def test_what_is_nothing_shown_is_told_and_a_request_is_named_as_one() -> None:
    status = strict_json.dumps(W.olympiad.status()).encode()
    asked = Request(domain=UNIVERSITY, purpose="Поступление", created=NOW, challenge="4711")
    for content, code in (
        (status, "verify.nothing-shown"),
        (strict_json.dumps(asked.to_json()).encode(), "page.request"),
    ):
        answer = told(desk().files([("файл.json", content)], now=AT))["answer"]
        assert [each["code"] for each in json.loads(answer["json"])["problems"]] == [code]


def test_the_age_of_what_the_page_goes_by_is_told() -> None:
    state = told(desk().state(now=AT))
    assert state["ages"].startswith("Список доверия: ")
    assert state["outdated"] is False


def test_a_clock_that_is_set_back_makes_no_list_one_of_today() -> None:
    """Nor on the pages of an office, which say the same."""
    ages = told(desk().state(now="2025-03-01T12:00:00+03:00"))["ages"]
    assert "позже, чем на часах этого компьютера" in ages.replace("\u00a0", " ")
    assert "сегодняшн" not in ages


@pytest.mark.parametrize(
    "now", ["0001-01-01T00:00:00+03:00", "9999-12-31T23:59:59-12:00", "+012345-01-01T00:00:00+03:00"]
)
def test_a_clock_outside_the_calendar_is_said_in_a_sentence(now: str) -> None:
    here = desk()
    state = told(here.state(now=now))
    assert state["clock"].startswith("Часы этого компьютера показывают ")
    assert state["ages"] == ""
    answer = told(here.files([("показ.json", SHOWN)], now=now))["answer"]
    assert answer["reports"] == []
    (problem,) = answer["problems"]
    assert problem["source"] == "Часы этого компьютера"
    assert problem["said"] == state["clock"]
    assert answer["when"] == ""
    assert json.loads(answer["json"])["problems"][0]["code"] == "page.clock"


@pytest.mark.parametrize("now", ["1969-12-31T23:59:59+03:00", "2286-01-01T00:00:00+00:00"])
def test_a_clock_that_is_wrong_confirms_nothing(now: str) -> None:
    (words,) = told(desk().files([("показ.json", SHOWN)], now=now))["answer"]["reports"]
    assert words["state"] != "confirmed"


@pytest.mark.parametrize("zone", [timedelta(hours=5, minutes=45), -timedelta(hours=3, minutes=30)])
def test_a_zone_of_quarters_of_an_hour_is_a_zone(zone: timedelta) -> None:
    now = NOW.astimezone(timezone(zone)).isoformat()
    (words,) = told(desk().files([("показ.json", SHOWN)], now=now))["answer"]["reports"]
    assert words["state"] == "confirmed"
