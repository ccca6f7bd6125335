"""Status lists: bits where the specification puts them, and no list believed that is not the right one."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import SOAK, processor_seconds
from tests.unit.credentials.world import (
    GONE,
    LIST_URL,
    NOW,
    OLYMPIAD,
    SCHOOL,
    STRANGER,
    at,
    diploma,
    fate,
    put,
    signed,
    signed_list,
)
from vcwallet import limits
from vcwallet.credentials import status_list
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.revocation_list import RevocationList, check_revocation_list
from vcwallet.credentials.status_entry import EntryKind, StatusEntry
from vcwallet.credentials.status_list import StatusList, check_status
from vcwallet.errors import DocumentError
from vcwallet.identifiers import did
from vcwallet.identifiers.multibase import base64url_encode

V1 = "https://www.w3.org/2018/credentials/v1"
MINIMUM = limits.STATUS_MINIMUM_ENTRIES


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": LIST_URL,
    } | changes


def parsed(**changes: Any) -> StatusEntry:
    found = StatusEntry.parse(entry(**changes))
    assert found is not None
    return found


def verified(document: dict[str, Any]) -> status_list.VerifiedStatusList:
    return status_list.verify_status_list(document, resolve=did.resolve, now=NOW)


def encoded(bits: bytes) -> str:
    return "u" + base64url_encode(gzip.compress(bits))


# --- the bits ------------------------------------------------------------------------------------


def test_the_first_entry_is_the_leftmost_bit() -> None:
    """Section 3.3 and the drawing of section 6.1: index 0 is the highest bit of the first byte."""
    bits = StatusList.create()
    bits.set(0, 1)
    bits.set(9, 1)
    bits.set(len(bits) - 1, 1)
    raw = zlib.decompress(_gzip_of(bits.encode()), wbits=31)
    assert (raw[0], raw[1], raw[-1], len(raw)) == (0x80, 0x40, 0x01, 16384)


def test_the_example_of_the_specification_is_an_empty_list() -> None:
    text = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    bits = StatusList.decode(text)
    assert len(bits) == 131_072
    assert not any(bits.get(index) for index in range(0, 131_072, 997))


def test_a_list_has_one_text_without_a_date_in_it() -> None:
    first, second = StatusList.create(), StatusList.create()
    for bits in (first, second):
        bits.set(5, 1)
    assert first.encode() == second.encode()
    assert _gzip_of(first.encode())[:10] == b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"
    assert gzip.decompress(_gzip_of(first.encode()))[0] == 0x04


@settings(max_examples=200 if SOAK else 40, deadline=None)
@given(st.integers(1, 8), st.lists(st.tuples(st.integers(0, MINIMUM - 1), st.integers(0, 255)), max_size=12))
def test_entries_of_any_width_keep_to_themselves(size: int, changes: list[tuple[int, int]]) -> None:
    """Against a model: a dictionary of what was set; the neighbours of every entry stay as they were."""
    bits, model = StatusList.create(status_size=size), dict[int, int]()
    for index, value in changes:
        bits.set(index, value % 2**size)
        model[index] = value % 2**size
    again = StatusList.decode(bits.encode(), status_size=size)
    for index in model:
        for near in (index - 1, index, index + 1):
            if 0 <= near < len(bits):
                assert again.get(near) == model.get(near, 0)


@pytest.mark.parametrize("index", [-1, MINIMUM, 2**40])
def test_there_is_nothing_outside_the_list(index: int) -> None:
    bits = StatusList.create()
    assert fate(lambda: bits.get(index))[0] == "status.range"
    assert fate(lambda: bits.set(index, 1))[0] == "status.range"


@pytest.mark.parametrize(("length", "size"), [(MINIMUM - 1, 1), (MINIMUM, 0), (MINIMUM, 9), (2**28, 1)])
def test_a_list_too_small_or_too_large_is_not_made(length: int, size: int) -> None:
    assert fate(lambda: StatusList.create(length, status_size=size))[0] == "status.list-size"


def test_a_value_wider_than_the_entry_is_not_set() -> None:
    assert fate(lambda: StatusList.create(status_size=2).set(0, 4))[0] == "status.value"


_MEMBER = gzip.compress(bytes(16384), mtime=0)
BAD_ENCODINGS: dict[str, str] = {
    "empty": "",
    "no multibase header": base64url_encode(_MEMBER),
    "base58": "z" + base64url_encode(_MEMBER),
    "padding": "u" + base64url_encode(_MEMBER) + "=",
    "standard alphabet": "u" + base64url_encode(_MEMBER).replace("-", "+").replace("_", "/") + "+",
    "a line break": "u" + base64url_encode(_MEMBER[:60]) + "\n" + base64url_encode(_MEMBER[60:]),
    "not gzip": "u" + base64url_encode(bytes(100)),
    "zlib": "u" + base64url_encode(zlib.compress(bytes(16384))),
    "raw deflate": "u" + base64url_encode(zlib.compress(bytes(16384), wbits=-15)),
    "cut": "u" + base64url_encode(_MEMBER[:-9]),
    "cut within the checksum": "u" + base64url_encode(_MEMBER[:-1]),
    "wrong checksum": "u" + base64url_encode(_MEMBER[:-8] + bytes(4) + _MEMBER[-4:]),
    "wrong length": "u" + base64url_encode(_MEMBER[:-4] + bytes(4)),
    "a second member": "u" + base64url_encode(_MEMBER + _MEMBER),
    "something after the end": "u" + base64url_encode(_MEMBER + b"\0"),
    "Cyrillic": "uЯ",
}


@pytest.mark.parametrize("name", BAD_ENCODINGS)
def test_only_one_whole_gzip_member_is_a_list(name: str) -> None:
    assert fate(lambda: StatusList.decode(BAD_ENCODINGS[name]))[0] == "status.encoded-list"


def test_a_bomb_is_stopped_at_the_ceiling() -> None:
    """A gigabyte in one megabyte of text costs no more than the ceiling and its copy."""
    bomb = "u" + base64url_encode(_bomb(1024 if SOAK else 256))
    tracemalloc.start()
    with processor_seconds(5):
        code, _ = fate(lambda: StatusList.decode(bomb[: limits.JSON_STRING_BYTES]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert code == "status.list-too-large"
    assert peak < 3 * limits.STATUS_LIST_BYTES


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_list_or_an_error_of_the_tree(data: bytes) -> None:
    fate(lambda: StatusList.decode("u" + base64url_encode(data)))
    fate(lambda: StatusList.decode("u" + base64url_encode(b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + data)))


def _gzip_of(text: str) -> bytes:
    import base64

    return base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))


def _bomb(mebibytes: int) -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(deflate.compress(bytes(2**20)) for _ in range(mebibytes)), deflate.flush()])


# --- the entry -----------------------------------------------------------------------------------

MESSAGES = [{"status": hex(n), "message": f"step {n}"} for n in range(4)]
BAD_ENTRIES: dict[str, tuple[dict[str, Any], str]] = {
    **{
        f"index {value!r}": ({"statusListIndex": value}, "statusListIndex")
        for value in (
            None,
            94567,
            True,
            "",
            " 7",
            "7 ",
            "7\n",
            "-1",
            "+1",
            "007",
            "1_0",
            "1e3",
            "0x10",
            "1.0",
            "１２",
            "٣",
            "²",
            "99999999999",
        )
    },
    "no purpose": ({"statusPurpose": None}, "statusPurpose"),
    "purpose empty": ({"statusPurpose": ""}, "statusPurpose"),
    "purposes a list": ({"statusPurpose": ["revocation"]}, "statusPurpose"),
    "no list": ({"statusListCredential": None}, "statusListCredential"),
    "list no URL": ({"statusListCredential": "status/1"}, "statusListCredential"),
    "list is the entry's own id": ({"id": LIST_URL}, "statusListCredential"),
    "size 0": ({"statusSize": 0}, "statusSize"),
    "size negative": ({"statusSize": -1}, "statusSize"),
    "size true": ({"statusSize": True}, "statusSize"),
    "size a string": ({"statusSize": "2"}, "statusSize"),
    "size broken": ({"statusSize": 1.5}, "statusSize"),
    "size endless": ({"statusSize": 2**50}, "statusSize"),
    "no messages for two bits": ({"statusSize": 2}, "statusMessage"),
    "too few messages": ({"statusSize": 2, "statusMessage": MESSAGES[:3]}, "statusMessage"),
    "too many messages": ({"statusSize": 1, "statusMessage": MESSAGES}, "statusMessage"),
    "message twice": ({"statusSize": 2, "statusMessage": [*MESSAGES[:3], MESSAGES[0]]}, "statusMessage"),
    "messages an object": ({"statusMessage": MESSAGES[0]}, "statusMessage"),
    "message without status": (
        {"statusMessage": [{"message": "a"}, {"status": "0x1", "message": "b"}]},
        "statusMessage",
    ),
    "message without words": (
        {"statusMessage": [{"status": "0x0"}, {"status": "0x1", "message": "b"}]},
        "statusMessage",
    ),
    "message with a decimal status": (
        {"statusMessage": [{"status": "0", "message": "a"}, {"status": "1", "message": "b"}]},
        "statusMessage",
    ),
    "reference no URL": ({"statusReference": "words"}, "statusReference"),
    "references none": ({"statusReference": []}, "statusReference"),
    "one reference no URL": ({"statusReference": [LIST_URL, "words"]}, "statusReference"),
}


@pytest.mark.parametrize("name", BAD_ENTRIES)
def test_a_malformed_entry_is_refused_and_the_member_named(name: str) -> None:
    changes, member = BAD_ENTRIES[name]
    document = {key: value for key, value in entry(**changes).items() if value is not None}
    with pytest.raises(DocumentError) as caught:
        StatusEntry.parse(document, ("credentialStatus", 0))
    assert (caught.value.code, caught.value.evidence) == (
        "status.entry",
        {"pointer": "/credentialStatus/0", "member": member},
    )
    assert fate(lambda: Credential.parse(diploma(credentialStatus=document)))[0] == "status.entry"


def test_what_an_entry_may_hold_is_read() -> None:
    found = parsed(statusSize=2, statusMessage=MESSAGES, statusReference=[LIST_URL], statusPurpose="message")
    assert (found.size, found.messages[3], found.references) == (2, "step 3", (LIST_URL,))
    assert parsed(statusListIndex="0").index == 0
    assert parsed(type="StatusList2021Entry").kind is EntryKind.STATUS_LIST_2021
    assert StatusEntry.parse({"type": "ExampleStatus2030", "id": "urn:a:1"}) is None


# --- the list and the answer ---------------------------------------------------------------------


def test_a_revoked_diploma_is_found_and_its_neighbours_are_not() -> None:
    answers = [
        check_status(
            parsed(statusListIndex=str(index)),
            verified(signed_list(94567)),
            credential_issuer=OLYMPIAD.did,
            now=NOW,
        )
        for index in (94566, 94567, 94568)
    ]
    assert [answer.invalidates for answer in answers] == [False, True, False]
    assert answers[0].as_of == NOW - timedelta(days=2)


def test_several_bits_have_messages() -> None:
    bits = StatusList.create(status_size=2)
    bits.set(7, 3)
    found = verified(signed_list(bits=bits, purpose="message"))
    asked = parsed(statusPurpose="message", statusSize=2, statusMessage=MESSAGES, statusListIndex="7")
    answer = check_status(asked, found, credential_issuer=OLYMPIAD.did, now=NOW)
    assert (answer.value, answer.message, answer.invalidates) == (3, "step 3", False)


@pytest.mark.parametrize(
    ("purpose", "invalidates"),
    [
        ("revocation", True),
        ("suspension", True),
        ("message", False),
        ("refresh", False),
        ("unheard-of", True),
    ],
)
def test_a_purpose_nobody_knows_invalidates(purpose: str, invalidates: bool) -> None:
    found = verified(signed_list(94567, purpose=[purpose, "another"]))
    answer = check_status(parsed(statusPurpose=purpose), found, credential_issuer=OLYMPIAD.did, now=NOW)
    assert answer.invalidates is invalidates


def unsigned_list(**changes: Any) -> dict[str, Any]:
    document = status_list.unsigned(
        StatusList.create(), id=LIST_URL, issuer=OLYMPIAD.did, valid_from=NOW - timedelta(days=2)
    )
    for where, value in changes.items():
        document = put(document, where, value)
    return document


SUBJECT = "/credentialSubject"
BAD_LISTS: dict[str, tuple[str, Any, str]] = {
    "no list type": ("/type", ["VerifiableCredential"], "status.list"),
    "two lists": (
        SUBJECT,
        [at(unsigned_list(), SUBJECT), {"id": "urn:a:1", "type": "BitstringStatusList"}],
        "status.list",
    ),
    "a second subject type": (SUBJECT + "/type", ["BitstringStatusList", "JsonSchema"], "status.list"),
    "no purpose": (SUBJECT + "/statusPurpose", GONE, "status.list"),
    "purpose empty": (SUBJECT + "/statusPurpose", "", "status.list"),
    "no encoded list": (SUBJECT + "/encodedList", GONE, "status.list"),
    "another encoding": (SUBJECT + "/encodedList", "z111", "status.encoded-list"),
    "not compressed": (SUBJECT + "/encodedList", "uAAAA", "status.encoded-list"),
    "ttl negative": (SUBJECT + "/ttl", -1, "status.list"),
    "ttl true": (SUBJECT + "/ttl", True, "status.list"),
    "ttl in words": (SUBJECT + "/ttl", "day", "status.list"),
}


@pytest.mark.parametrize("name", BAD_LISTS)
def test_a_malformed_list_is_refused_though_it_is_signed(name: str) -> None:
    where, value, code = BAD_LISTS[name]
    document = signed(put(unsigned_list(), where, value))
    assert fate(lambda: verified(document))[0] == code


def test_the_time_to_live_is_read_in_milliseconds() -> None:
    assert verified(signed_list(ttl=timedelta(hours=6))).ttl == timedelta(hours=6)


WRONG: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    # name: (changes of the list, changes of the entry, the refusal)
    "another list": ({"id": "https://olymp.example/status/2"}, {}, "status.wrong-list"),
    "another kind of entry": ({}, {"type": "StatusList2021Entry"}, "status.wrong-list"),
    "another purpose": ({"purpose": "suspension"}, {}, "status.purpose"),
    "index at the end": ({}, {"statusListIndex": "131071"}, "accepted"),
    "index after the end": ({}, {"statusListIndex": "131072"}, "status.range"),
    "too short for two bits": (
        {},
        {"statusSize": 2, "statusMessage": MESSAGES, "statusListIndex": "5"},
        "status.list-too-short",
    ),
    "not yet valid": ({"valid_from": NOW + timedelta(seconds=1)}, {}, "status.list-not-yet-valid"),
    "over": ({"valid_until": NOW - timedelta(seconds=1)}, {}, "status.list-expired"),
    "ends now": ({"valid_until": NOW}, {}, "accepted"),
    "short": ({"bits": StatusList(bytes(16383))}, {}, "status.list-too-short"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_list_answers_only_for_its_own_entries_in_its_own_time(name: str) -> None:
    of_list, of_entry, code = WRONG[name]

    def ask() -> None:
        check_status(
            parsed(**of_entry), verified(signed_list(**of_list)), credential_issuer=OLYMPIAD.did, now=NOW
        )

    assert fate(ask)[0] == code


def test_a_list_by_somebody_else_counts_only_where_that_was_agreed() -> None:
    by_school = verified(signed_list(94567, by=SCHOOL))
    assert (
        fate(lambda: check_status(parsed(), by_school, credential_issuer=OLYMPIAD.did, now=NOW))[0]
        == "status.list-issuer"
    )
    answer = check_status(
        parsed(), by_school, credential_issuer=OLYMPIAD.did, now=NOW, list_issuers={SCHOOL.did}
    )
    assert answer.invalidates


def test_a_list_must_be_signed_by_the_issuer_it_names() -> None:
    forged = signed(unsigned_list(), STRANGER)
    assert fate(lambda: verified(forged))[0] == "credential.issuer-key"
    assert fate(lambda: verified(unsigned_list()))[0] == "credential.no-proof"
    cleared = put(signed_list(94567), SUBJECT + "/encodedList", StatusList.create().encode())
    assert fate(lambda: verified(cleared))[0] == "proof.signature"


def test_a_list_without_an_id_answers_for_nobody() -> None:
    nameless = signed(put(unsigned_list(), "/id", GONE))
    assert (
        fate(lambda: check_status(parsed(), verified(nameless), credential_issuer=OLYMPIAD.did, now=NOW))[0]
        == "status.wrong-list"
    )


# --- its forerunners -----------------------------------------------------------------------------


def test_a_list_of_2021_is_read_by_the_same_rules() -> None:
    bits = bytearray(16384)
    bits[94567 // 8] |= 0x80 >> 94567 % 8
    document = signed(
        {
            "@context": [V1, "https://w3id.org/vc/status-list/2021/v1"],
            "id": LIST_URL,
            "type": ["VerifiableCredential", "StatusList2021Credential"],
            "issuer": OLYMPIAD.did,
            "issuanceDate": "2026-05-01T00:00:00Z",
            "credentialSubject": {
                "id": f"{LIST_URL}#list",
                "type": "StatusList2021",
                "statusPurpose": "revocation",
                "encodedList": encoded(bytes(bits))[1:],
            },
        }
    )
    found = verified(document)
    assert found.as_of is not None
    asked = parsed(type="StatusList2021Entry")
    assert check_status(asked, found, credential_issuer=OLYMPIAD.did, now=NOW).invalidates
    assert (
        fate(lambda: check_status(parsed(), found, credential_issuer=OLYMPIAD.did, now=NOW))[0]
        == "status.wrong-list"
    )


REVOCATIONS: dict[str, Any] = {
    "id": "https://school0.example/revoked.json",
    "issuer": OLYMPIAD.did,
    "revokedCredential": [
        {"id": "urn:uuid:6c1f2b64-7d0e-4a52-9a5c-0f3e8b7d2a11", "revoked": True, "revocationReason": "тайна"},
        {"id": "urn:uuid:00000000-0000-4000-8000-000000000000", "revoked": False},
    ],
}
ONE_EDTECH: dict[str, Any] = {"id": "https://school0.example/revoked.json", "type": "1EdTechRevocationList"}


def test_a_1edtech_list_names_the_revoked_and_its_reasons_are_not_read() -> None:
    found = RevocationList.parse(REVOCATIONS)
    assert "тайна" not in repr(found)
    asked = StatusEntry.parse(ONE_EDTECH)
    assert asked is not None
    revoked = Credential.parse(diploma(credentialStatus=ONE_EDTECH))
    kept = Credential.parse(
        diploma(credentialStatus=ONE_EDTECH, id="urn:uuid:00000000-0000-4000-8000-000000000000")
    )
    assert check_revocation_list(asked, found, revoked).invalidates
    assert not check_revocation_list(asked, found, kept).invalidates
    nameless = Credential.parse(diploma(credentialStatus=ONE_EDTECH, id=None))
    assert fate(lambda: check_revocation_list(asked, found, nameless))[0] == "status.no-credential-id"
    other = RevocationList(found.id, SCHOOL.did, found.revoked)
    assert fate(lambda: check_revocation_list(asked, other, revoked))[0] == "status.list-issuer"
    assert fate(lambda: check_revocation_list(parsed(), found, revoked))[0] == "status.wrong-list"


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("/id", GONE),
        ("/id", 7),
        ("/issuer", GONE),
        ("/issuer", "школа"),
        ("/revokedCredential", "urn:a:1"),
        ("/revokedCredential/0", "urn:a:1"),
        ("/revokedCredential/0/id", 7),
    ],
)
def test_a_malformed_1edtech_list_is_refused(where: str, value: Any) -> None:
    assert fate(lambda: RevocationList.parse(put(REVOCATIONS, where, value)))[0] == "status.list"


def test_a_1edtech_entry_must_say_where_its_list_is() -> None:
    assert fate(lambda: StatusEntry.parse({"type": "1EdTechRevocationList"}))[0] == "status.entry"
