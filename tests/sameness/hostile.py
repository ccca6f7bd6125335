"""What somebody gives who wants two programs to understand one file differently.

JSON at the edges of what readers agree about, texts that newer or older Unicode knows, moments at the ends of
calendars, numbers that are no longer exact, encodings with more than one spelling.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from tests.sameness.cases import LANGUAGES, MOSCOW, given, kinds, octets, trusted, world
from tests.sameness.hosts import Case
from tests.world import altered
from vcwallet.errors import VcwalletError

TEXTS = {
    "a NUL": "\0",
    "controls": "\x01\x1b[31m\x7f\x85\x9f",
    "bidi": "\u202eабв\u202c\u2066x\u2069\u200f",
    "zero widths": "а\u200bб\u200cв\u200dг\ufeffд",
    "Hebrew": "שלום 123",
    "Arabic": "مرحبا ١٢٣",
    "emoji of Unicode 16": "\U0001fae9\U0001fadc\U0001fabe",
    "letters of Unicode 16": "\ua7cb\ua7da\u1c89\U00010d40\U000105c0",
    "letters of Unicode 17": "\ua7ce\U00010940\U00011b60\U000323b0",
    "digits of Unicode 16": "\U00010d41\U0001ccf2",
    "unassigned": "\u0378\U000e0fff",
    "private": "\ue000\U0010fffd",
    "noncharacters": "\ufffe\uffff\U0001fffe",
    "lines": "a\u2028b\u2029c\vd\fe\x1cf",
    "Greek sigma": "ΣΑΣ ὀδυσσεύς",
    "Turkish i": "İıIi",
    "sharp s": "Straße ẞ ﬀ",
    "composed": "й \u0438\u0306 é e\u0301 Å \u212b",
    "many marks": "а" + "\u0301" * 300,
    "Hangul": "\u1112\u1161\u11ab 한",
    "look-alikes": "Oлимпиaда «Bымысел»",
    "long": "ж" * 20_000,
    "markup": "<script>&amp;</script>{0}%s{{x}}",
    "a superscript": "²½Ⅷ٣",
    "a newer letter between scripts": "жук\ua7cbabc \U00010d41abc",
    "a newer letter in a token": "eyJ\ua7cb.a.b",
    "a newer digit in a key": "PuTTY-User-Key-File-\U00010d41",
    "a newer letter in a scheme": "openid\ua7cb:x",
    "a token of other letters": "eyJя.я.я",
    "tags": "\U000e0041\U000e007f",
    "an ideographic space": "\u3000x\u00a0y\u2007z",
}
NUMBERS = (
    *("0", "-0", "0.0", "-0.0", "1.0", "1e0", "1E400", "-1e400", "1e-400", "5e-324", "2.5e-324", "1.5"),
    *("9007199254740993", "9007199254740992.0", "1e21", "1e20", "123456789012345678901234567890"),
    *("0.1", "0.30000000000000004", "1e16", "1e-7", "0.000001", "2.2250738585072011e-308", "9" * 4000),
    *("9" * 5000, "1" + "0" * 400, "NaN", "Infinity", "-Infinity", "01", "+1", "1.", ".5", "0x10", "1_000"),
)
"""As they stand in the JSON."""
MOMENTS = (
    *("0001-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:60Z"),
    *("2026-02-29T00:00:00Z", "2024-02-29T24:00:00Z", "2026-03-01T09:00:00", "2026-03-01", "2026-W09-7"),
    *("2026-03-01T09:00:00.123456789Z", "2026-03-01T09:00:00,5Z", "2026-03-01t09:00:00z"),
    *("2026-03-01T09:00:00+14:00", "2026-03-01T09:00:00-12:00", "2026-03-01T09:00:00+24:00"),
    *("2026-03-01T09:00:00+00:00:01", "2026-03-01T09:00Z", "20260301T090000Z", "2026-03-01 09:00:00Z"),
    *("-2026-03-01T09:00:00Z", "+2026-03-01T09:00:00Z", "12026-03-01T09:00:00Z", "٢٠٢٦-03-01T09:00:00Z"),
    *(
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
        "2026-03-01T09:00:00Z\n",
        " 2026-03-01T09:00:00Z",
    ),
    *("2026-06-30T23:59:60Z", "1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2038-01-19T03:14:08Z"),
)
BASES = (
    *(
        "z",
        "u",
        "f",
        "",
        "zz",
        "z0",
        "zIl",
        "uAAAA",
        "uAAA",
        "uAA==",
        "uA",
        "u-_",
        "u+/",
        "mAAAA",
        "z" + "1" * 200,
    ),
    *(
        "z" + "2" * 88,
        "u" + "A" * 86,
        "u" + "A" * 85 + "B",
        " u" + "A" * 86,
        "u" + "A" * 86 + "\n",
        "uЯ",
        "z\u0437",
    ),
)
LOCALES = (
    "ru",
    "RU",
    "ru-Cyrl-RU",
    "x-private",
    "de-DE-1996",
    "",
    "no such",
    "en\u200b",
    "a" * 64,
    "i-klingon",
)


def documents() -> Iterator[tuple[str, bytes]]:
    """Whole files."""
    w = world()
    diploma = w.olympiad.diploma(7, holder=w.child.id)
    text = json.dumps(diploma, ensure_ascii=False)
    yield "a BOM", b"\xef\xbb\xbf" + text.encode()
    yield "two BOMs", b"\xef\xbb\xbf" * 2 + text.encode()
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251", "koi8-r", "utf-7"):
        yield encoding, text.encode(encoding, "replace")
    yield "CRLF", json.dumps(diploma, indent=2).replace("\n", "\r\n").encode()
    yield "CR", json.dumps(diploma, indent=2).replace("\n", "\r").encode()
    yield "form feeds", b"\f" + text.encode() + b"\f"
    yield "other spaces", "\u00a0".encode() + text.encode() + "\u2028".encode()
    yield "a NUL behind", text.encode() + b"\0"
    yield "NULs around", b"\0" * 4 + text.encode() + b"\0" * 4
    yield "something behind", text.encode() + b" {}"
    yield "a comment", b"/* x */" + text.encode()
    yield "a trailing comma", text.encode()[:-1] + b",}"
    yield "single quotes", text.replace('"', "'").encode()
    yield "twice a member", text.encode()[:-1] + b',"id":"urn:uuid:0"}'
    yield "twice a member, escaped", text.encode()[:-1] + b',"\\u0069d":"urn:uuid:0"}'
    yield "twice a member inside", text.replace('"achievement": {', '"achievement": {"id": "x", ').encode()
    yield "members alike when composed", text.encode()[:-1] + ',"\u0439":1,"\u0438\u0306":2}'.encode()
    yield "a member __proto__", text.encode()[:-1] + b',"__proto__":{"a":1},"constructor":2,"toJSON":3}'
    yield "an empty member", text.encode()[:-1] + b',"":1}'
    for name, escaped in {
        "lone high": "\\ud800",
        "lone low": "\\udc00",
        "turned": "\\udc00\\ud800",
        "a pair": "\\ud83d\\ude00",
        "half escaped": "\\ud8",
        "a tab": "\t",
        "a line": "\n",
        "a NUL": "\\u0000",
        "unknown": "\\x41",
    }.items():
        yield f"a text with {name}", text.replace("Вымысел", escaped, 1).encode("utf-8", "surrogatepass")
        yield f"a member with {name}", text.encode()[:-1] + f',"{escaped}":1}}'.encode()
    yield "raw surrogates", text.encode().replace("Вымысел".encode(), b"\xed\xa0\x80", 1)
    yield "overlong", text.encode().replace("Вымысел".encode(), b"\xc0\xaf", 1)
    yield "beyond Unicode", text.encode().replace("Вымысел".encode(), b"\xf4\x90\x80\x80", 1)
    yield "cut", text.encode().replace("Вымысел".encode(), b"\xd0", 1)
    for depth in (60, 64, 65, 100, 500, 1000, 6000, 200_000):
        for opened, closed in (("[", "]"), ('{"a":', "}")):
            inside = opened * depth + "1" + closed * depth
            yield f"{depth} of {opened}", f'{{"@context":{inside}}}'.encode()
        yield f"{depth} that never end", b"[" * depth
    yield "many members", json.dumps({**diploma, **{f"m{each}": each for each in range(20_000)}}).encode()
    yield "a long list", json.dumps({**diploma, "more": [0] * 50_000}).encode()
    for value in ("null", "true", '"text"', "1", "[]", "{}", "[[]]", "[null]", "[1,[2]]", ""):
        yield f"the file {value}", value.encode()


def changes() -> Iterator[tuple[str, tuple[tuple[str | int, ...], Any]]]:
    """One value of a diploma: each text of it becomes each of `TEXTS`, alone and beside what is there."""
    unsigned = world().olympiad.unsigned(7, holder=world().child.id)
    for path in texts_in(unsigned):
        there = _at(unsigned, path)
        for name, text in TEXTS.items():
            yield f"{path} is {name}", (path, text)
            yield f"{path} with {name}", (path, f"{there}{text}")
            yield f"{path} after {name}", (path, f"{text} {there}")
        for text in MOMENTS:
            yield f"{path} is {text!r}", (path, text)
        for text in NUMBERS[:30]:
            yield f"{path} is {text[:40]!r}", (path, text)
    for text in MOMENTS:
        yield f"valid from {text!r}", (("validFrom",), text)
        yield f"born {text[:10]!r}", (("credentialSubject", "dateOfBirth"), text[:10])
    for name, text in TEXTS.items():
        for form in ("did:web:olymp.example:{}", "did:web:{}.example", "did:web:olymp.example:x#{}"):
            yield f"issuer {form} {name}", (("issuer", "id"), form.format(quote(text[:40])))
        for form in ("https://olymp.example/{}", "https://{}.example/", "urn:{}:1"):
            yield (
                f"list at {form} {name}",
                (("credentialStatus", "statusListCredential"), form.format(text[:40])),
            )
    for text in LOCALES:
        yield f"language {text!r}", (("credentialSubject", "achievement", "inLanguage"), text)
        said = {"@value": "Олимпиада", "@language": text}
        yield f"name in {text!r}", (("credentialSubject", "achievement", "name"), said)


def texts_in(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The places of all texts in a document but its contexts."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        if isinstance(member, str):
            yield (*path, key)
        elif key != "@context":
            yield from texts_in(member, (*path, key))


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def damaged(number: int) -> Iterator[Case]:
    """Files of every kind with a few octets changed, put in, left out, or without an end."""
    chance = random.Random("damaged")
    whole = [each for each in kinds() if each.files and all(content for _, content in each.files)]
    for index in range(number):
        case = whole[index % len(whole)]
        files = [(name, _damaged(content or b"", chance)) for name, content in case.files]
        yield replace(case, name=f"damaged {index} {case.name}", files=tuple(files))


def _damaged(content: bytes, chance: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        spot = chance.randrange(len(made) or 1)
        match chance.randrange(5):
            case 0:
                made[spot : spot + 1] = bytes([chance.randrange(256)])
            case 1:
                made[spot:spot] = chance.choice(
                    (b'"', b"\\", b"\0", b"{", b"]", b",", b"\xff", b"0", "Я".encode())
                )
            case 2:
                del made[spot : spot + chance.randint(1, 8)]
            case 3:
                made[spot:spot] = made[spot : spot + chance.randint(1, 64)]
            case _ if chance.random() < 0.3:
                del made[spot:]
    return bytes(made)


def _with(document: Any, path: tuple[str | int, ...], value: Any) -> Any:
    def change(twin: Any) -> None:
        for step in path[:-1]:
            twin = twin[step]
        twin[path[-1]] = value

    return altered(document, change)


def one_value() -> Iterator[Case]:
    """`changes`, by somebody after the issuer signed, and by the issuer."""
    w = world()
    unsigned = w.olympiad.unsigned(7, holder=w.child.id)
    signed = w.olympiad.sign(unsigned)
    for number, (name, (path, value)) in enumerate(changes()):
        try:
            before = w.olympiad.sign(_with(unsigned, path, value))
        except (VcwalletError, ValueError):
            before = None  # what its issuer could not sign
        if before is None or number % 8 == 0:
            before = _with(signed, path, value)
        yield given(name, ("а.json", octets(before)), lang=LANGUAGES[number % 2])


def hostile() -> Iterator[Case]:
    w = world()
    for number, (name, content) in enumerate(documents()):
        yield given(f"file: {name}", (f"{number}.json", content), lang=LANGUAGES[number % 2])
    signed = w.olympiad.sign(w.olympiad.unsigned(7, holder=w.child.id))
    text = json.dumps(signed, ensure_ascii=False)
    for value in NUMBERS:
        content = text[:-1] + f',"undefinedTerm":{value}}}'
        yield given(f"number {value[:30]}", ("а.json", content.encode()))
        content = text.replace('"achievement": {', f'"achievement": {{"creditsAvailable": {value}, ', 1)
        yield given(f"credits {value[:30]}", ("а.json", content.encode()), lang="en")
    for value in MOMENTS:
        for member in ("created", "expires"):
            yield given(
                f"proof {member} {value!r}", ("а.json", octets(_with(signed, ("proof", member), value)))
            )
    for value in BASES:
        yield given(
            f"proof value {value[:20]!r}", ("а.json", octets(_with(signed, ("proof", "proofValue"), value)))
        )
        list_ = _with(w.olympiad.status(), ("credentialSubject", "encodedList"), value)
        yield given(
            f"list {value[:20]!r}",
            ("а.json", octets(signed)),
            ("список.json", octets(list_)),
            trust=trusted(status_lists=()),
        )
    for name, value in TEXTS.items():
        yield given(f"file called {name}", (f"{value[:40]}.json", octets(signed)), (value[:40], b"x"))
        yield Case(f"typed {name}", trusted(), MOSCOW, steps=(value, f"{value}{{", "1" * 50 + value))
