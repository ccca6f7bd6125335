"""What is hidden stays hidden, what is shown was signed, and nothing can be added, moved or shown twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import SOAK
from tests.unit.proofs_jose.world import (
    CHILD,
    KNOWN,
    NOW,
    SCHOOL,
    STRANGER,
    encode,
    fate,
    forge,
    key_of,
    method_of,
    parts_of,
    resigned,
)
from vcwallet import limits
from vcwallet.identifiers.keys import KeyType
from vcwallet.identifiers.multibase import base64url_decode
from vcwallet.proofs.jose import sd_jwt
from vcwallet.proofs.jose.sd_jwt import Disclosure, Path, SdJwt, bind, verify_key_binding

KEY = key_of(SCHOOL, KeyType.P256)
HEADER: dict[str, Any] = {"typ": "example+sd-jwt"}
CLAIMS: dict[str, Any] = {
    "iss": SCHOOL,
    "child": {
        "familyName": "Пробник",
        "givenName": "Тест",
        "school": {"name": "Школа № 0", "class": "9 «Б»"},
    },
    "results": ["диплом I степени", {"points": 98, "place": 1}, None],
    "open": True,
}
PARTS: list[Path] = [
    ("child", "familyName"),
    ("child", "school"),
    ("child", "school", "class"),
    ("results", 0),
    ("results", 1),
    ("results", 1, "points"),
    ("results", 2),
    ("open",),
]
CNF = {"cnf": {"jwk": key_of(CHILD).public_key.to_jwk()}}


def issue(claims: dict[str, Any] = CLAIMS, hide: list[Path] = PARTS, **options: Any) -> str:
    return sd_jwt.issue(claims, hide=hide, header=HEADER, key=KEY, **options)


def rebuilt(payload: dict[str, Any], *disclosures: Any, header: dict[str, Any] = HEADER) -> str:
    """A token that a forger with the issuer's key could make: any payload, any disclosures."""
    texts = [each if isinstance(each, str) else encode(each) for each in disclosures]
    return "~".join([forge({"alg": "ES256", **header}, payload, KEY), *texts, ""])


def digest(disclosure: Any) -> str:
    text = disclosure if isinstance(disclosure, str) else encode(disclosure)
    return encode(hashlib.sha256(text.encode()).digest())


# --- round trips --------------------------------------------------------------------------------


def test_the_holder_has_everything() -> None:
    found = SdJwt.read(issue())
    found.jws.verify(KEY.public_key)
    assert found.payload == CLAIMS
    assert set(found.disclosures) == set(PARTS)
    assert found.key_binding is None


def test_nothing_to_hide_needs_no_words_about_it() -> None:
    token = issue(hide=[])
    assert token.endswith("~")
    assert token.count("~") == 1
    assert parts_of(token)[1] == CLAIMS


def test_a_hidden_name_is_not_in_the_signed_text() -> None:
    signed = json.dumps(parts_of(issue())[1], ensure_ascii=False)
    for word in ("familyName", "Пробник", "school", "class", "9 «Б»", "points", "open"):
        assert f'"{word}"' not in signed
    assert "givenName" in signed


def test_the_order_of_digests_tells_nothing() -> None:
    """They are sorted, so the order of the names cannot be read from them."""
    for _ in range(5):
        payload = parts_of(
            issue(hide=[("child", "familyName"), ("child", "givenName"), ("child", "school")])
        )[1]
        assert payload["child"]["_sd"] == sorted(payload["child"]["_sd"])


def test_salts_are_fresh_and_long() -> None:
    salts = [each.salt for _ in range(3) for each in SdJwt.read(issue()).disclosures.values()]
    assert len(set(salts)) == 3 * len(PARTS)
    assert all(len(base64url_decode(salt)) == 16 for salt in salts)


def test_issuing_leaves_its_input_alone() -> None:
    before = json.dumps(CLAIMS)
    issue()
    assert json.dumps(CLAIMS) == before


def test_the_digests_of_rfc_9901() -> None:
    """Sections 4.2.1 to 4.2.3: the same claim in three spellings, and the digest of the first."""
    text = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    spellings = [
        text,
        "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNXHUwMGY2Yml1cyJd",
        "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsImZhbWlseV9uYW1lIiwiTcO2Yml1cyJd",
        "WwoiXzI2YmM0TFQtYWM2cTJLSTZjQlc1ZXMiLAoiZmFtaWx5X25hbWUiLAoiTcO2Yml1cyIKXQ",
    ]
    for spelling in spellings:
        found = Disclosure.read(spelling)
        assert (found.salt, found.name, found.value) == ("_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius")
    assert Disclosure.read(text).digest == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    element = Disclosure.read("WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0")
    assert (element.name, element.value) == (None, "FR")
    assert element.digest == "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs"


def test_a_spelling_is_signed_with_its_meaning() -> None:
    """The same claim written with other spaces is another disclosure."""
    honest = ["salt salt salt salt", "name", "Пробник"]
    payload = {"_sd": [digest(honest)]}
    assert SdJwt.read(rebuilt(payload, honest)).payload == {"name": "Пробник"}
    other = encode(json.dumps(honest, ensure_ascii=False, separators=(",", ":")).encode())
    assert fate(lambda: SdJwt.read(rebuilt(payload, other))) == "sd-jwt.unreferenced"


def test_decoys_and_undisclosed_parts_leave_no_trace() -> None:
    decoy = digest("decoy")
    payload = {"a": {"_sd": [decoy]}, "b": [{"...": digest("another")}, 1], "_sd": []}
    assert SdJwt.read(rebuilt(payload)).payload == {"a": {}, "b": [1]}


# --- derivation ---------------------------------------------------------------------------------


def shown_of(value: Any, path: Path, shown: set[Path], hidden: set[Path]) -> Any:
    """What must be left of CLAIMS when only `shown` is shown."""
    if isinstance(value, dict):
        return {
            name: shown_of(v, (*path, name), shown, hidden)
            for name, v in value.items()
            if (*path, name) not in hidden or (*path, name) in shown
        }
    if isinstance(value, list):
        return [
            shown_of(v, (*path, n), shown, hidden)
            for n, v in enumerate(value)
            if (*path, n) not in hidden or (*path, n) in shown
        ]
    return value


@settings(max_examples=150, deadline=None)
@given(st.sets(st.sampled_from(PARTS)), st.sets(st.sampled_from(PARTS)))
def test_any_subset_derives_verifies_and_reveals_nothing_else(hide: set[Path], wanted: set[Path]) -> None:
    copy = SdJwt.read(issue(hide=sorted(hide, key=str)))
    wanted &= hide
    shown = {path[:n] for path in wanted for n in range(1, len(path) + 1)} & hide
    derived = SdJwt.read(copy.select(wanted).text)
    derived.jws.verify(KEY.public_key)
    assert derived.payload == shown_of(CLAIMS, (), shown, hide)
    assert set(derived.disclosures) == shown
    everything = (
        derived.text
        + "".join(
            json.dumps(json.loads(base64url_decode(each.text)), ensure_ascii=False)
            for each in derived.disclosures.values()
        )
        + json.dumps(parts_of(derived.text)[1], ensure_ascii=False)
    )
    for path in hide - shown:
        disclosure = copy.disclosures[path]
        assert disclosure.salt not in everything
        assert disclosure.text not in everything
        if disclosure.name is not None:
            assert f'"{disclosure.name}"' not in everything


safe_text = st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc"]), max_size=8)
names = safe_text.filter(lambda name: name not in ("_sd", "...", "_sd_alg"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9999, 9999) | safe_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=12,
)


def all_paths(value: Any, path: Path = ()) -> list[Path]:
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    )
    return [p for name, v in members for p in ((*path, name), *all_paths(v, (*path, name)))]


@settings(max_examples=1500 if SOAK else 50, deadline=None)
@given(st.dictionaries(names, json_values, max_size=4), st.data())
def test_any_document_with_any_parts_hidden_comes_back(claims: dict[str, Any], data: st.DataObject) -> None:
    places = all_paths(claims)
    hide = data.draw(st.lists(st.sampled_from(places), unique=True)) if places else []
    copy = SdJwt.read(issue(claims, hide))
    assert copy.payload == claims
    shown = data.draw(st.lists(st.sampled_from(hide), unique=True)) if hide else []
    kept = {path[:n] for path in shown for n in range(1, len(path) + 1)} & set(hide)
    assert copy.select(shown).payload == shown_of(claims, (), kept, set(hide))


def test_a_part_brings_those_around_it_and_not_those_inside() -> None:
    copy = SdJwt.read(issue())
    shown = copy.select([("results", 1, "points")])
    assert set(shown.disclosures) == {("results", 1), ("results", 1, "points")}
    shown = copy.select([("child", "school")])
    assert shown.payload["child"]["school"] == {"name": "Школа № 0"}


def test_a_derived_token_derives_again() -> None:
    copy = SdJwt.read(issue())
    first = copy.select([("results", 1, "points"), ("results", 2)])
    second = first.select([("results", 1)])
    assert second.payload["results"] == [{"place": 1}]
    assert fate(lambda: second.select([("results", 2)])) == "sd-jwt.no-such-part"


def test_what_cannot_be_selected() -> None:
    copy = SdJwt.read(issue())
    for path in [(), ("iss",), ("child",), ("nobody",), ("results", 9), ("results", "1")]:
        assert fate(lambda path=path: copy.select([path])) == "sd-jwt.no-such-part"  # type: ignore[misc]


BAD_ISSUE: dict[str, tuple[Callable[[], object], str]] = {
    "a path to nothing": (lambda: issue(hide=[("child", "nobody")]), "sd-jwt.no-such-part"),
    "the root": (lambda: issue(hide=[()]), "sd-jwt.no-such-part"),
    "a position beyond the end": (lambda: issue(hide=[("results", 3)]), "sd-jwt.no-such-part"),
    "_sd": (lambda: issue({"a": {"_sd": ["x"]}}, []), "sd-jwt.reserved-name"),
    "...": (lambda: issue({"a": [{"...": "x"}]}, []), "sd-jwt.reserved-name"),
    "_sd_alg": (lambda: issue({"_sd_alg": "md5"}, []), "sd-jwt.reserved-name"),
    "_sd below what is hidden": (lambda: issue({"a": {"b": {"_sd": 1}}}, [("a",)]), "sd-jwt.reserved-name"),
    "too many parts": (lambda: issue({"a": [0] * 600}, [("a", n) for n in range(600)]), "sd-jwt.too-many"),
    "too deep": (lambda: issue(json.loads('{"a":' * 30 + "1" + "}" * 30), []), "json.too-deep"),
}


@pytest.mark.parametrize(("action", "code"), BAD_ISSUE.values(), ids=BAD_ISSUE.keys())
def test_what_is_not_issued(action: Callable[[], object], code: str) -> None:
    assert fate(action) == code


# --- refusals -----------------------------------------------------------------------------------

GOOD = issue()
JWT, *TEXTS = GOOD.rstrip("~").split("~")
HONEST = ["c2FsdHNhbHRzYWx0c2FsdA", "name", "Пробник"]
ELEMENT = ["c2FsdHNhbHRzYWx0c2FsdA", "Пробник"]


def with_texts(*texts: str) -> str:
    return "~".join([JWT, *texts, ""])


def nested(depth: int) -> str:
    """Disclosures one inside the other, each of them shallow."""
    disclosures: list[Any] = [["salt", "x", 1]]
    for number in range(depth):
        disclosures.append([f"salt {number}", "x", {"_sd": [digest(disclosures[-1])]}])
    return rebuilt({"_sd": [digest(disclosures[-1])]}, *disclosures)


REFUSED: dict[str, tuple[str, str]] = {
    # disclosures
    "forged: another value": (
        with_texts(encode([SdJwt.read(GOOD).disclosures["open",].salt, "open", False]), *TEXTS[:2]),
        "sd-jwt.unreferenced",
    ),
    "forged: added": (with_texts(*TEXTS, encode(["salt", "grade", "отлично"])), "sd-jwt.unreferenced"),
    "of another token": (with_texts(*TEXTS, issue().split("~")[1]), "sd-jwt.unreferenced"),
    "without the part around it": (
        with_texts(SdJwt.read(GOOD).disclosures["results", 1, "points"].text),
        "sd-jwt.unreferenced",
    ),
    "twice": (with_texts(*TEXTS, TEXTS[0]), "sd-jwt.duplicate-disclosure"),
    "padded": (with_texts(*TEXTS[:-1], TEXTS[-1] + "="), "multibase.base64url"),
    "not canonical": (
        rebuilt({"_sd": [digest("WyJzIiwibiIsMX1d")]}, "WyJzIiwibiIsMV1="),
        "multibase.base64url",
    ),
    "in standard base64": (with_texts("+/+/"), "multibase.base64url"),
    "no JSON": (rebuilt({"_sd": [digest("AAAA")]}, "AAAA"), "json.malformed"),
    "an object": (rebuilt({"_sd": [digest({"a": 1})]}, {"a": 1}), "sd-jwt.disclosure"),
    "of one part": (rebuilt({"_sd": [digest(["salt"])]}, ["salt"]), "sd-jwt.disclosure"),
    "of four parts": (rebuilt({"_sd": [digest([*HONEST, 1])]}, [*HONEST, 1]), "sd-jwt.disclosure"),
    "salt a number": (rebuilt({"_sd": [digest([1, "a", 2])]}, [1, "a", 2]), "sd-jwt.disclosure"),
    "name a number": (rebuilt({"_sd": [digest(["s", 1, 2])]}, ["s", 1, 2]), "sd-jwt.disclosure"),
    "name null": (rebuilt({"_sd": [digest(["s", None, 2])]}, ["s", None, 2]), "sd-jwt.disclosure"),
    "a name twice inside": (
        rebuilt({"_sd": [digest(encode(b'["s","n",{"a":1,"a":2}]'))]}, encode(b'["s","n",{"a":1,"a":2}]')),
        "json.duplicate-key",
    ),
    "an element where a member belongs": (rebuilt({"_sd": [digest(ELEMENT)]}, ELEMENT), "sd-jwt.digests"),
    "a member where an element belongs": (
        rebuilt({"a": [{"...": digest(HONEST)}]}, HONEST),
        "sd-jwt.digests",
    ),
    # names
    "name _sd": (rebuilt({"_sd": [digest(["s", "_sd", []])]}, ["s", "_sd", []]), "sd-jwt.claim-name"),
    "name ...": (rebuilt({"_sd": [digest(["s", "...", 1])]}, ["s", "...", 1]), "sd-jwt.claim-name"),
    "name _sd_alg": (
        rebuilt({"_sd": [digest(["s", "_sd_alg", "md5"])]}, ["s", "_sd_alg", "md5"]),
        "sd-jwt.claim-name",
    ),
    "name that is there": (rebuilt({"name": "Тест", "_sd": [digest(HONEST)]}, HONEST), "sd-jwt.claim-exists"),
    "name disclosed twice": (
        rebuilt(
            {"_sd": [digest(HONEST), digest(["other", "name", "Тест"])]}, HONEST, ["other", "name", "Тест"]
        ),
        "sd-jwt.claim-exists",
    ),
    "... as a member": (rebuilt({"a": {"...": digest(HONEST)}}), "sd-jwt.claim-name"),
    "... at the root": (rebuilt({"...": digest(HONEST)}), "sd-jwt.claim-name"),
    "... with another member": (rebuilt({"a": [{"...": digest(HONEST), "b": 1}]}), "sd-jwt.digests"),
    "... inside what is disclosed": (
        rebuilt({"_sd": [digest(["s", "a", {"...": "x"}])]}, ["s", "a", {"...": "x"}]),
        "sd-jwt.claim-name",
    ),
    "_sd_alg below the root": (rebuilt({"a": {"_sd_alg": "sha-256"}}), "sd-jwt.claim-name"),
    # digests
    "_sd a text": (rebuilt({"_sd": digest(HONEST)}), "sd-jwt.digests"),
    "_sd of numbers": (rebuilt({"_sd": [1]}), "sd-jwt.digests"),
    "_sd an object": (rebuilt({"_sd": {}}), "sd-jwt.digests"),
    "_sd null": (rebuilt({"_sd": None}), "sd-jwt.digests"),
    "a digest of another length": (rebuilt({"_sd": ["AAAA"]}), "sd-jwt.digests"),
    "a digest padded": (rebuilt({"_sd": [digest(HONEST) + "="]}), "sd-jwt.digests"),
    "... a number": (rebuilt({"a": [{"...": 1}]}), "sd-jwt.digests"),
    "a digest twice in one list": (rebuilt({"_sd": [digest("x"), digest("x")]}), "sd-jwt.duplicate-digest"),
    "a digest in two places": (
        rebuilt({"_sd": [digest(HONEST)], "a": {"_sd": [digest(HONEST)]}}, HONEST),
        "sd-jwt.duplicate-digest",
    ),
    "a digest again inside what is disclosed": (
        rebuilt(
            {"_sd": [digest(["s", "a", {"_sd": [digest("x")]}]), digest("x")]},
            ["s", "a", {"_sd": [digest("x")]}],
        ),
        "sd-jwt.duplicate-digest",
    ),
    # the hash
    **{
        f"_sd_alg {name}": (rebuilt({"_sd_alg": name}), "sd-jwt.hash")
        for name in ("md5", "sha-1", "sha-512", "sha-256-32", "SHA-256", "", None, 256, ["sha-256"])
    },
    # form
    "no tilde": (JWT, "sd-jwt.malformed"),
    "nothing before the tilde": ("~", "sd-jwt.malformed"),
    "an empty disclosure": (JWT + "~~", "sd-jwt.malformed"),
    "an empty disclosure in the middle": (f"{JWT}~{TEXTS[0]}~~{TEXTS[1]}~", "sd-jwt.malformed"),
    "empty": ("", "sd-jwt.malformed"),
    "payload a list": ("~".join([forge({"alg": "ES256"}, [], KEY), ""]), "json.not-an-object"),
    "none": ("~".join([f"{encode({'alg': 'none'})}.{JWT.split('.')[1]}.AA", ""]), "jws.unsigned"),
    # ceilings
    "endless tildes": (JWT + "~" * 10_000, "sd-jwt.too-many"),
    "endless": ("A" * (limits.JOSE_CHARACTERS + 1), "jws.too-long"),
    "nested deep": (nested(100), "sd-jwt.too-deep"),
    "one part nested deep": (
        rebuilt({}, encode(b'["s",' + b"[" * 3000 + b"]" * 3000 + b"]")),
        "json.too-deep",
    ),
    "nested by little more than the ceiling": (nested(limits.JSON_DEPTH + 1), "sd-jwt.too-deep"),
}


@pytest.mark.parametrize(("token", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_at_reading(token: str, code: str) -> None:
    assert fate(lambda: SdJwt.read(token)) == code


def test_default_and_named_hash_are_the_same() -> None:
    payload = {"_sd": [digest(HONEST)]}
    for extra in ({}, {"_sd_alg": "sha-256"}):
        assert SdJwt.read(rebuilt({**payload, **extra}, HONEST)).payload == {"name": "Пробник"}


# --- the holder's answer ------------------------------------------------------------------------

UNIVERSITY, NONCE = "https://vuz.example", "вопрос 1"
BOUND = SdJwt.read(issue({**CLAIMS, **CNF}))


def answer(token: SdJwt = BOUND, **options: Any) -> str:
    settings_ = {"key": key_of(CHILD), "audience": UNIVERSITY, "nonce": NONCE, "issued": NOW, **options}
    return bind(token, **settings_)


def verified(text: str, **options: Any) -> Any:
    return verify_key_binding(SdJwt.read(text), **{"resolve": KNOWN, "now": NOW, **options})


def with_answer(header: dict[str, Any] | None = None, payload: dict[str, Any] | None = None) -> str:
    bound, _, kb = answer().rpartition("~")
    return bound + "~" + resigned(kb, key_of(CHILD), header, payload)


def test_the_holder_answers() -> None:
    proof = verified(answer(BOUND.select([("open",)])), domain=UNIVERSITY, challenge=NONCE)
    assert proof.cryptosuite == "kb+jwt EdDSA"
    assert proof.verification_method.public_key == key_of(CHILD).public_key
    assert (proof.domain, proof.challenge, proof.purpose) == ((UNIVERSITY,), NONCE, "authentication")
    assert proof.controller.startswith("did:jwk:")


def test_a_holder_named_by_the_id_of_his_key() -> None:
    token = SdJwt.read(issue({**CLAIMS, "cnf": {"kid": method_of(CHILD)}}))
    assert verified(answer(token)).controller == CHILD
    stranger = SdJwt.read(issue({**CLAIMS, "cnf": {"kid": method_of(STRANGER)}}))
    assert fate(lambda: verified(answer(stranger))) == "proof.signature"


def test_other_parts_need_another_answer() -> None:
    """sd_hash is over the disclosures as well: neither adding nor removing one goes unnoticed."""
    kb = answer(BOUND.select([("open",)])).rpartition("~")[2]
    for parts in ([], [("open",), ("results", 2)]):
        text = BOUND.select(parts).text + kb
        assert fate(lambda text=text: verified(text)) == "sd-jwt.other-token"  # type: ignore[misc]


def test_the_order_of_disclosures_is_part_of_the_answer() -> None:
    jwt, first, second, *rest = BOUND.text.split("~")
    swapped = "~".join([jwt, second, first, *rest])
    assert SdJwt.read(swapped).payload == BOUND.payload
    assert fate(lambda: verified(swapped + answer().rpartition("~")[2])) == "sd-jwt.other-token"


STRANGERS_KEY = key_of(STRANGER)
BAD_ANSWERS: dict[str, tuple[Callable[[], object], str]] = {
    "none": (lambda: verified(BOUND.text), "sd-jwt.no-key-binding"),
    "by a stranger": (lambda: verified(answer(key=STRANGERS_KEY)), "proof.signature"),
    "by another type of key": (
        lambda: verified(answer(key=key_of(CHILD, KeyType.P256))),
        "jws.algorithm-key",
    ),
    "to somebody else": (lambda: verified(answer(), domain="https://other.example"), "proof.domain"),
    "to another question": (lambda: verified(answer(), challenge="вопрос 2"), "proof.challenge"),
    "to two recipients": (lambda: verified(with_answer(payload={"aud": [UNIVERSITY]})), "sd-jwt.key-binding"),
    "old": (lambda: verified(answer(issued=NOW - timedelta(days=2))), "sd-jwt.key-binding-old"),
    "of the future": (lambda: verified(answer(issued=NOW + timedelta(days=2))), "proof.not-yet"),
    "over": (lambda: verified(with_answer(payload={"exp": int(NOW.timestamp())})), "proof.expired"),
    "typ left out": (lambda: verified(with_answer(header={"typ": None})), "sd-jwt.key-binding"),
    "typ of another token": (lambda: verified(with_answer(header={"typ": "JWT"})), "sd-jwt.key-binding"),
    "no aud": (lambda: verified(with_answer(payload={"aud": None})), "sd-jwt.key-binding"),
    "no nonce": (lambda: verified(with_answer(payload={"nonce": None})), "sd-jwt.key-binding"),
    "no iat": (lambda: verified(with_answer(payload={"iat": None})), "sd-jwt.key-binding"),
    "no sd_hash": (lambda: verified(with_answer(payload={"sd_hash": None})), "sd-jwt.key-binding"),
    "sd_hash of another": (
        lambda: verified(with_answer(payload={"sd_hash": digest("x")})),
        "sd-jwt.other-token",
    ),
    "unsigned": (
        lambda: verified(BOUND.text + f"{encode({'alg': 'none', 'typ': 'kb+jwt'})}.{encode({})}.AA"),
        "jws.unsigned",
    ),
    "no token at all": (lambda: verified(BOUND.text + "x"), "jws.malformed"),
    "the token itself": (lambda: verified(BOUND.text + BOUND.text.partition("~")[0]), "sd-jwt.key-binding"),
    "whose token it is was never said": (lambda: verified(answer(SdJwt.read(GOOD))), "jose.confirmation"),
}


@pytest.mark.parametrize(("action", "code"), BAD_ANSWERS.values(), ids=BAD_ANSWERS.keys())
def test_bad_answers(action: Callable[[], object], code: str) -> None:
    assert fate(action) == code


BAD_CNF: dict[str, tuple[Any, str]] = {
    "two ways at once": (
        {"jwk": key_of(CHILD).public_key.to_jwk(), "kid": method_of(CHILD)},
        "jose.confirmation",
    ),
    "empty": ({}, "jose.confirmation"),
    "a text": (method_of(CHILD), "jose.confirmation"),
    "a thumbprint": ({"jkt": "x"}, "jose.confirmation"),
    "a secret": ({"jwk": {**key_of(CHILD).public_key.to_jwk(), "d": "AA"}}, "key.secret-published"),
    "a symmetric key": ({"jwk": {"kty": "oct", "k": "AA"}}, "key.secret-published"),
    "a kid that names no key": ({"kid": "child"}, "key.identifier"),
    "a kid of somebody unknown": ({"kid": "did:example:nobody#1"}, "test.unknown"),
}


@pytest.mark.parametrize(("cnf", "code"), BAD_CNF.values(), ids=BAD_CNF.keys())
def test_bad_confirmations(cnf: Any, code: str) -> None:
    assert fate(lambda: verified(answer(SdJwt.read(issue({**CLAIMS, "cnf": cnf}))))) == code


# --- any text at all ----------------------------------------------------------------------------

FUZZED = answer()


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(FUZZED) - 1), st.sampled_from("~.=_-Aaz09\n\0я{"), st.booleans())
def test_no_change_passes_and_none_raises_another_error(position: int, letter: str, insert: bool) -> None:
    text = FUZZED[:position] + letter + FUZZED[position + (not insert) :]
    if text == FUZZED:
        return

    def verify_all() -> None:
        token = SdJwt.read(text)
        token.jws.verify(KEY.public_key)
        verify_key_binding(token, resolve=KNOWN, now=NOW, domain=UNIVERSITY, challenge=NONCE)

    assert fate(verify_all) != "accepted"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_no_text_raises_anything_but_our_errors(text: str) -> None:
    fate(lambda: SdJwt.read(text))
    fate(lambda: SdJwt.read(f"{JWT}~{text}"))
    fate(lambda: Disclosure.read(text))


@settings(max_examples=3000 if SOAK else 60, deadline=None)
@given(json_values)
def test_no_signed_payload_raises_anything_but_our_errors(value: Any) -> None:
    fate(lambda: SdJwt.read(rebuilt({"_sd": value, "a": [{"...": value}], "b": value})))
    fate(lambda: SdJwt.read(rebuilt({"_sd": [digest(value)]}, value)))
