"""A trust list reads back what it writes; whatever is misspelt or twice in it is an error that says so."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import ROOT, processor_seconds
from tests.world import NOW, SIGNED, World, seeded_key
from vcwallet import strict_json
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.gate import Place, admit
from vcwallet.credentials.issuers import FinalList, IssuerState, KeyState
from vcwallet.errors import UsageError
from vcwallet.identifiers.did import key as did_key
from vcwallet.verifier import (
    ANYTHING,
    NOT_COMPARED,
    How,
    Identifier,
    Pin,
    Scope,
    TrustedIssuer,
    TrustedKey,
    TrustList,
    Years,
)
from vcwallet.verifier import trust_file as file_form
from vcwallet.verifier.trust_changes import What
from vcwallet.verifier.trusted_issuer import FormerName, Registration, entry_name, key_of

SCHEMA = ROOT / "docs" / "reference" / "trust-list.schema.json"
READ_BY = ROOT / "vcwallet" / "verifier" / "trust-list.schema.json"
PIN = Pin(How.PAPER, date(2025, 9, 10), "Образцова П. П.")


def example() -> TrustList:
    """The list of the page of reference: an olympiad with two keys, and a school that was merged."""
    old, new, school, successor = (seeded_key(seed).public_key for seed in ("1", "2", "3", "4"))
    olympiad = TrustedIssuer(
        entry="olymp-vymysel",
        name={"ru": "Олимпиада «Вымысел»", "en": "The Invention Olympiad"},
        ids=(Identifier("did:web:olymp.example", datetime(2025, 9, 1, tzinfo=UTC)),),
        keys=(
            TrustedKey(
                old,
                frozenset({"did:web:olymp.example#key-1"}),
                KeyState.RETIRED,
                datetime(2025, 9, 1, tzinfo=UTC),
                datetime(2026, 8, 31, 23, 59, 59, tzinfo=UTC),
                pinned=PIN,
            ),
            TrustedKey(
                new,
                frozenset({"did:web:olymp.example#key-2"}),
                valid_from=datetime(2026, 9, 1, tzinfo=UTC),
                pinned=Pin(How.KIT, date(2026, 9, 2)),
            ),
        ),
        scopes=(
            Scope(
                ("olympiad-diploma",),
                Years.parse("2024/25-2027/28"),
                numbers=("12",),
                profiles=("математика", "физика"),
                stages=("final",),
                source="приказ № 0 от 01.09.2025, строка 12",
            ),
        ),
        former_names=(
            FormerName({"ru": "Олимпиада «Выдумка»"}, datetime(2025, 8, 31, 23, 59, 59, tzinfo=UTC)),
        ),
        sort="olympiad",
        region="00",
        registration=Registration("ogrn", "0000000000000"),
    )
    merged = TrustedIssuer(
        entry="school-0-nebyvalinsk",
        name={"ru": "Школа № 0, Небывалинск"},
        ids=(Identifier(did_key.did_of(school)),),
        keys=(
            TrustedKey(
                school,
                state=KeyState.RETIRED,
                valid_until=datetime(2026, 8, 31, 23, 59, 59, tzinfo=UTC),
                pinned=PIN,
            ),
        ),
        scopes=(
            Scope(("school-award", "project", "extracurricular-course"), Years.parse("2024/25-2025/26")),
            Scope(
                ("olympiad-diploma",), Years.parse("2024/25-2025/26"), numbers=("none",), stages=("school",)
            ),
        ),
        state=IssuerState.MERGED,
        since=datetime(2026, 8, 31, tzinfo=UTC),
        successor="school-00-nebyvalinsk",
        final_lists={
            "https://school0.example/status/1.json": FinalList(
                datetime(2026, 8, 30, 10, tzinfo=UTC), "sha256-" + "A" * 43 + "="
            )
        },
    )
    after = TrustedIssuer(
        entry="school-00-nebyvalinsk",
        name={"ru": "Школа № 00, Небывалинск"},
        ids=(Identifier(did_key.did_of(successor)),),
        keys=(TrustedKey(successor, pinned=PIN),),
    )
    return TrustList(
        (olympiad, merged, after),
        NOW,
        name={"ru": "Перечень приёмной комиссии"},
        recipient="priem.vuz.example",
        list_name="vymysel-admission",
        version=7,
    )


def document() -> dict[str, Any]:
    written: dict[str, Any] = json.loads(strict_json.dumps(example().to_json()))
    return written


def test_what_is_written_is_read_back() -> None:
    text = strict_json.dumps(example().to_json(), indent=2)
    assert TrustList.parse(text) == example()
    assert TrustList.parse(text).to_json() == example().to_json()


@pytest.mark.parametrize("page", ["trust-list.md", "trust-list.ru.md"])
def test_the_file_on_the_page_of_reference_is_a_trust_list(page: str) -> None:
    text = (ROOT / "docs" / "reference" / page).read_text("utf-8")
    (block,) = re.findall(r"^```json\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    trust = TrustList.parse(block)
    assert [each.entry for each in trust.issuers] == ["olymp-vymysel", "school-0-nebyvalinsk"]
    assert trust.issuers[0] == replace(
        example().issuers[0],
        keys=(
            example().issuers[0].keys[0],
            replace(example().issuers[0].keys[1], pinned=trust.issuers[0].keys[1].pinned),
        ),
        scopes=trust.issuers[0].scopes,
    )


@pytest.mark.parametrize("page", ["trust-list.md", "trust-list.ru.md"])
def test_the_page_of_reference_names_every_change_a_person_may_confirm(page: str) -> None:
    text = (ROOT / "docs" / "reference" / page).read_text("utf-8")
    named = set(re.findall(r"`([a-z]+\.[a-z-]+)`", text))
    told = {
        What.ENTRY_USED,
        What.KEY_UNUSABLE,
        What.KEY_NAMES,
        What.KEY_PINNED,
        What.DETAILS,
    }
    missing = {each.value for each in What if each not in told} - named
    assert not missing, sorted(missing)


def test_days_are_written_as_days() -> None:
    first = document()["issuers"][0]
    assert first["keys"][0]["from"] == "2025-09-01"
    assert first["keys"][0]["until"] == "2026-08-31"
    assert first["formerNames"] == [{"ru": "Олимпиада «Выдумка»", "until": "2025-08-31"}]
    assert document()["issuers"][1]["since"] == "2026-08-31"


def test_the_published_schema_is_the_one_the_program_reads_by() -> None:
    generated = json.dumps(file_form.generated_schema(), ensure_ascii=False, indent=2) + "\n"
    import os

    if os.environ.get("VCWALLET_WRITE") == "1":
        SCHEMA.write_text(generated, "utf-8")
        READ_BY.write_text(generated, "utf-8")
    assert SCHEMA.read_text("utf-8") == READ_BY.read_text("utf-8") == generated


def test_the_published_schema_takes_the_example_and_nothing_unknown() -> None:
    import jsonschema

    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    check.validate(document())
    for change in (
        lambda d: d["issuers"][0].update(kind=["olympiad-diploma"]),
        lambda d: d["issuers"][0]["keys"][0].update(validUntil="2026-08-31"),
        lambda d: d["issuers"][0]["keys"][0].pop("until"),
        lambda d: d["issuers"][0]["keys"][1].pop("pinned"),
        lambda d: d["issuers"][0]["scopes"][0].pop("years"),
        lambda d: d.update(validUntil="2027-01-01T00:00:00Z"),
    ):
        changed = document()
        change(changed)
        assert list(check.iter_errors(changed))


def key(**members: Any) -> dict[str, Any]:
    return {"key": seeded_key("9").public_key.multibase, "ids": [], "state": "proposed", **members}


WRONG: dict[str, tuple[Callable[[dict[str, Any]], Any], str, str]] = {
    # what: (the change, the code, what the message or its next step must name)
    "the format of before": (
        lambda d: d.update(format="vcwallet-trust-list/1"),
        "trust.format",
        "vcwallet-trust-list/1",
    ),
    "another document": (lambda d: d.update(format="vcwallet-kit/1"), "trust.not-one", "believes"),
    "no format": (lambda d: d.pop("format"), "trust.not-one", "believes"),
    "a member that is misspelt": (
        lambda d: d["issuers"][0]["scopes"][0].update(number=["12"]),
        "trust.unknown-member",
        "numbers",
    ),
    "a restriction of format 1": (
        lambda d: d["issuers"][0].update(kinds=["Award"]),
        "trust.unknown-member",
        "scopes",
    ),
    "a member of a key that is misspelt": (
        lambda d: d["issuers"][0]["keys"][0].update(validUntil="2026-01-01"),
        "trust.unknown-member",
        "until",
    ),
    "a state that does not exist": (
        lambda d: d["issuers"][0]["keys"][0].update(state="stolen"),
        "trust.malformed",
        "compromised",
    ),
    "a state of an entry that does not exist": (
        lambda d: d["issuers"][2].update(state="gone"),
        "trust.malformed",
        "merged",
    ),
    "a kind that is misspelt": (
        lambda d: d["issuers"][0]["scopes"][0].update(kinds=["olympiad-diplom"]),
        "trust.unknown-kind",
        "olympiad-diploma",
    ),
    "an achievement type as a kind": (
        lambda d: d["issuers"][0]["scopes"][0].update(kinds=["Award"]),
        "trust.unknown-kind",
        "school-award",
    ),
    "a stage that is misspelt": (
        lambda d: d["issuers"][0]["scopes"][0].update(stages=["finals"]),
        "trust.malformed",
        "stages",
    ),
    "an empty clause": (
        lambda d: d["issuers"][0]["scopes"][0].update(profiles=[""]),
        "trust.malformed",
        "profiles",
    ),
    "a clause of quotation marks only": (
        lambda d: d["issuers"][0]["scopes"][0].update(profiles=["«»"]),
        "trust.scope-empty",
        "profile",
    ),
    "an olympiad without a number": (
        lambda d: d["issuers"][0]["scopes"][0].pop("numbers"),
        "trust.scope-incomplete",
        "number",
    ),
    "an olympiad without a stage": (
        lambda d: d["issuers"][0]["scopes"][0].pop("stages"),
        "trust.scope-incomplete",
        "stage",
    ),
    "a scope without years": (
        lambda d: d["issuers"][0]["scopes"][0].pop("years"),
        "trust.malformed",
        "years",
    ),
    "years that are none": (
        lambda d: d["issuers"][0]["scopes"][0]["years"].update({"from": "2024/26"}),
        "trust.scope-years",
        "2024/26",
    ),
    "years the wrong way round": (
        lambda d: d["issuers"][0]["scopes"][0]["years"].update({"from": "2028/29"}),
        "trust.scope-years",
        "2028/29",
    ),
    "a key named by an id of somebody else": (
        lambda d: d["issuers"][0]["keys"][0].update(ids=["did:web:o1ymp.example#key-1"]),
        "trust.key-id",
        "did:web:olymp.example",
    ),
    "a key named without a fragment": (
        lambda d: d["issuers"][0]["keys"][0].update(ids=["did:web:olymp.example"]),
        "trust.key-id",
        "did:web:olymp.example",
    ),
    "a key that is no key": (
        lambda d: d["issuers"][0]["keys"][0].update(key="z6MkWrong"),
        "key.unsupported-type",
        "",
    ),
    "one key at two issuers": (
        lambda d: d["issuers"][2]["keys"].append(key(key=d["issuers"][0]["keys"][0]["key"])),
        "trust.duplicate-key",
        "olymp-vymysel",
    ),
    "one key twice at one issuer, to be active under another id": (
        lambda d: d["issuers"][0]["keys"].append({**d["issuers"][0]["keys"][0], "ids": []}),
        "trust.duplicate-key",
        "olymp-vymysel",
    ),
    "one identifier at two issuers": (
        lambda d: d["issuers"][2]["ids"].append({"id": "did:web:olymp.example"}),
        "trust.duplicate-id",
        "olymp-vymysel",
    ),
    "one entry twice": (
        lambda d: d["issuers"].append(d["issuers"][0]),
        "trust.duplicate-entry",
        "olymp-vymysel",
    ),
    "a did:key without its key": (
        lambda d: d["issuers"][2].update(keys=[]),
        "trust.key-missing",
        "school-00-nebyvalinsk",
    ),
    "retired without a day": (
        lambda d: d["issuers"][1]["keys"][0].pop("until"),
        "trust.key-retired-undated",
        "",
    ),
    "believed although nobody compared it": (
        lambda d: d["issuers"][0]["keys"][0].pop("pinned"),
        "trust.key-not-pinned",
        "proposed",
    ),
    "a window the wrong way round": (
        lambda d: d["issuers"][0]["keys"][0].update({"from": "2027-01-01"}),
        "trust.key-window",
        "2027-01-01",
    ),
    "merged into nobody": (lambda d: d["issuers"][1].pop("successor"), "trust.state", "successor"),
    "merged into somebody who is not there": (
        lambda d: d["issuers"][1].update(successor="school-000"),
        "trust.unknown-entry",
        "school-00-nebyvalinsk",
    ),
    "closed without a day": (
        lambda d: (
            (d["issuers"][1].update(state="closed"), d["issuers"][1].pop("successor"))
            and d["issuers"][1].pop("since")
        ),
        "trust.state",
        "since",
    ),
    "final lists of an issuer that is there": (
        lambda d: d["issuers"][2].update(finalLists=d["issuers"][1]["finalLists"]),
        "trust.state",
        "finalLists",
    ),
    "two issuers of one name": (
        lambda d: d["issuers"][2].update(name={"ru": "Олимпиада Вымысел", "en": "The Invention Olympiad"}),
        "trust.look-alike",
        "olymp-vymysel",
    ),
    "a name that looks like another, with a Latin letter": (
        lambda d: d["issuers"][2].update(name={"ru": "Олимпиада «Вымыceл»"}),
        "trust.look-alike",
        "olymp-vymysel",
    ),
    "a name another had before": (
        lambda d: d["issuers"][2].update(name={"ru": "Олимпиада «Выдумка»"}),
        "trust.look-alike",
        "olymp-vymysel",
    ),
    "a name of one who was removed": (
        lambda d: d.update(removed=[{"entry": "olymp-vymysel", "on": "2026-01-01"}]),
        "trust.entry-used",
        "olymp-vymysel",
    ),
    "an entry name with capitals": (
        lambda d: d["issuers"][0].update(entry="Olymp"),
        "trust.malformed",
        "entry",
    ),
    "a day that is none": (
        lambda d: d["issuers"][0]["keys"][0].update({"from": "2025-02-30"}),
        "trust.malformed",
        "2025-02-30",
    ),
    "a status list without an id": (
        lambda d: d.update(statusLists=[{"issuer": "did:web:olymp.example"}]),
        "trust.malformed",
        "/statusLists/0",
    ),
    "two states of one status list": (
        lambda d: d.update(
            statusLists=[{"issuer": "did:web:olymp.example", "id": "https://l.example/1"}] * 2
        ),
        "trust.duplicate-list",
        "https://l.example/1",
    ),
    "a name that is a number": (lambda d: d["issuers"][0].update(name={"ru": 7}), "trust.malformed", "name"),
    "no issuers at all": (lambda d: d.pop("issuers"), "trust.malformed", "/issuers"),
    "a version below one": (lambda d: d.update(version=0), "trust.malformed", "/version"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_in_the_file_is_the_users_to_mend_and_is_named(what: str) -> None:
    change, code, named = WRONG[what]
    changed = document()
    change(changed)
    with pytest.raises(UsageError) as refused:
        TrustList.parse(json.dumps(changed))
    assert refused.value.code.startswith(code)
    assert named in f"{refused.value} {refused.value.next_step}"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": 1}', "null", "не JSON"])
def test_what_is_no_trust_list_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError):
        TrustList.parse(text)


def test_an_issuer_that_has_the_same_name_on_purpose_says_whose() -> None:
    changed = document()
    changed["issuers"][2].update(name={"ru": "Олимпиада «Вымысел»"}, sameNameAs=["olymp-vymysel"])
    assert TrustList.parse(json.dumps(changed)).entry("school-00-nebyvalinsk").same_name_as == {
        "olymp-vymysel"
    }


def test_a_successor_may_keep_the_name() -> None:
    changed = document()
    changed["issuers"][2].update(name={"ru": "Школа № 0, Небывалинск"})
    TrustList.parse(json.dumps(changed)).entry("school-00-nebyvalinsk")


def test_look_alikes_are_found_among_1900_issuers_without_comparing_each_with_each() -> None:
    """The shapes are computed once per list: afterwards a question costs next to nothing."""
    base = example().issuers[2]
    many = tuple(
        TrustedIssuer(
            f"school-{n}", {"ru": f"Школа № {n}, Небывалинск"}, (Identifier(f"did:web:s{n}.example"),), ()
        )
        for n in range(1, 1900)
    )
    trust = TrustList((base, *many), NOW)
    with processor_seconds(2):
        for _ in range(1000):
            assert trust.look_alike("Школа № 1234, Нeбывалинcк") is many[1233]
            assert trust.look_alike("Школа № 5000, Небывалинск") is None


def test_listed_tells_the_gate_keys_by_material_with_their_windows() -> None:
    trust = example()
    listed = trust.listed("did:web:olymp.example")
    assert listed is not None
    assert (listed.entry, listed.state, listed.successor) == ("olymp-vymysel", IssuerState.ACTIVE, None)
    first, second = listed.keys
    assert first.key == seeded_key("1").public_key
    assert (first.state, first.ids) == (KeyState.RETIRED, {"did:web:olymp.example#key-1"})
    # The identifier is the olympiad's from September 2025, so no key of it signs earlier under that name.
    assert first.valid_from == datetime(2025, 9, 1, tzinfo=UTC)
    assert second.valid_until is None
    assert trust.listed("did:web:o1ymp.example") is None


def test_listed_names_the_successor_by_its_identifier() -> None:
    trust = example()
    listed = trust.listed(trust.entry("school-0-nebyvalinsk").ids[0].id)
    assert listed is not None
    assert listed.successor == trust.entry("school-00-nebyvalinsk").ids[0].id
    assert list(listed.final_lists) == ["https://school0.example/status/1.json"]


def test_an_identifier_that_ended_ends_the_windows_of_its_keys() -> None:
    issuer = example().issuers[0]
    over = datetime(2026, 12, 31, tzinfo=UTC)
    changed = TrustedIssuer(
        issuer.entry,
        issuer.name,
        (Identifier("did:web:olymp.example", None, over), Identifier("did:web:new.example", over)),
        issuer.keys,
    )
    assert [each.valid_until for each in changed.listed("did:web:olymp.example").keys][1] == over
    # A key that is named under the other identifier only does not speak for this one.
    assert changed.listed("did:web:new.example").keys == ()


def test_what_a_key_signed_that_nobody_compared_is_not_known() -> None:
    w = World()
    trust = TrustList.start(now=NOW).with_issuer(
        w.olympiad.document, name={"ru": "О"}, scopes=[ANYTHING], fingerprints=[], now=NOW
    )
    assert trust.issuers[0].keys[0].state is KeyState.PROPOSED
    admission = admit(Credential.parse(w.olympiad.diploma()), Place.DIPLOMA, issuers=trust, now=NOW)
    assert admission.reason is not None
    assert admission.reason.reason == "key.not-pinned"


def test_a_recipient_is_written_as_the_name_of_a_host() -> None:
    assert (
        TrustList.start(now=NOW, recipient="https://Priem.VUZ.example./2027").recipient == "priem.vuz.example"
    )
    with pytest.raises(UsageError) as refused:
        TrustList.start(now=NOW, recipient="priem@vuz.example")
    assert refused.value.code == "host-name.malformed"


def test_a_program_makes_a_list_in_a_few_lines() -> None:
    w = World()
    trust = TrustList.start(now=NOW, recipient="priem.vuz.example").with_issuer(
        w.olympiad.document,
        name={"ru": w.olympiad.name},
        scopes=[
            Scope(("olympiad-diploma",), Years.parse("2025/26-2025/26"), numbers=("*",), stages=("final",))
        ],
        fingerprints=[w.olympiad.key.public_key.fingerprint],
        who="Образцова П. П.",
        now=NOW,
    )
    trust = trust.with_status_list(w.olympiad.status(), now=NOW)
    issuer = trust.entry("olymp-example")
    assert issuer.keys[0].pinned == Pin(How.PAPER, NOW.date(), "Образцова П. П.")
    assert TrustList.parse(strict_json.dumps(trust.to_json())) == trust
    assert len(trust.status_lists) == 1


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"fingerprints": ["0000 " * 8]}, "trust.fingerprint-differs"),
        ({"entry": "Олимпиада"}, "trust.entry-name"),
    ],
)
def test_an_issuer_is_not_taken_in(options: dict[str, Any], code: str) -> None:
    w = World()
    given: dict[str, Any] = {
        "name": {"ru": "О"},
        "scopes": [ANYTHING],
        "fingerprints": NOT_COMPARED,
        "now": NOW,
    }
    with pytest.raises(UsageError) as refused:
        TrustList.start(now=NOW).with_issuer(w.olympiad.document, **{**given, **options})
    assert refused.value.code == code


def test_adding_is_not_updating() -> None:
    w = World()
    with pytest.raises(UsageError) as refused:
        w.trust().with_issuer(
            w.olympiad.document, name={"ru": "О"}, scopes=[ANYTHING], fingerprints=NOT_COMPARED, now=NOW
        )
    assert refused.value.code == "trust.listed-already"


def test_removing_keeps_the_name_and_the_compromised_keys_refused() -> None:
    w = World()
    bad = w.trusted(w.olympiad, key={"state": KeyState.COMPROMISED, "since": SIGNED})
    trust = w.trust(bad).without_entry("olymp-example", on=NOW.date(), why={"ru": "попросили"})
    assert trust.issuers == ()
    assert trust.status_lists == w.trust(bad).status_lists
    again = TrustList.parse(strict_json.dumps(trust.to_json()))
    assert again.removed == trust.removed
    with pytest.raises(UsageError) as refused:
        again.with_issuer(
            w.olympiad.document, name={"ru": "О"}, scopes=[ANYTHING], fingerprints=NOT_COMPARED, now=NOW
        )
    assert refused.value.code == "trust.key-compromised"


def test_a_key_is_meant_by_the_end_of_its_fingerprint_its_name_or_its_material() -> None:
    issuer = example().issuers[0]
    for number, known in enumerate(issuer.keys, 1):
        for said in (
            known.key.fingerprint,
            known.key.fingerprint[-9:],
            known.key.fingerprint[-4:],
            f"key-{number}",
            f"did:web:olymp.example#key-{number}",
            known.key.multibase,
        ):
            assert key_of(issuer, said) is known
    for wrong in ("key-3", "0000 0000", "did:web:olymp.example#key"):
        with pytest.raises(UsageError) as refused:
            key_of(issuer, wrong)
        assert refused.value.code == "trust.unknown-key"
        assert issuer.keys[0].key.fingerprint in refused.value.next_step
    with pytest.raises(UsageError) as refused:
        key_of(issuer, "")
    assert refused.value.code == "trust.which-key"


@given(st.from_regex(r"[A-Za-z0-9._-]{0,80}[A-Za-z0-9]", fullmatch=True))
def test_an_entry_gets_a_name_that_can_name_it_whatever_its_identifier(tail: str) -> None:
    name = entry_name(f"did:web:{tail}", {"issuer", "issuer-2"})
    assert TrustedIssuer(name, {"ru": "О"}, (Identifier("https://o.example/"),), ()).entry == name
    assert name not in {"issuer", "issuer-2"}
