"""Whom the office believes: nothing gives belief without a comparison or a yes; files are written whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.web.officer.office import Office
from tests.web.pages import Page
from tests.world import NOW, UNIVERSITY, Issuer, seeded_key
from vcwallet import strict_json
from vcwallet.credentials.issuers import KeyState
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.keys import KeyType
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import TrustList
from vcwallet.verifier.scopes import ANYTHING
from vcwallet.verifier.trust_review import stolen, write
from vcwallet.verifier.trusted_issuer import signing_keys
from vcwallet.web.pages.officer.opened import Desk as OpenedDesk

FABLE = Issuer("Олимпиада «Небылица»", "olympiad-diploma", site="nebylitsa.example")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    one = Office(tmp_path)
    yield one
    one.desk.session.end()


def hand_over(office: Office, *documents: JsonObject) -> Page:
    files = [("files", f"{n}.json", strict_json.dumps(each).encode()) for n, each in enumerate(documents)]
    return office.post("trust", files=files)


def listed(office: Office) -> TrustList:
    return TrustList.parse(office.file.read_bytes())


def test_what_is_known_of_each_issuer_is_shown_with_its_age(office: Office) -> None:
    office.opened()
    page = office.get("trust")
    assert "Олимпиада «Вымысел»" in page.words
    assert "этим сведениям 3 дня" in page.words
    assert office.world.olympiad.key.public_key.fingerprint in page.words
    assert "did:" not in page.words.partition("Подробности")[0]


def test_an_issuer_is_believed_after_its_fingerprint_was_compared(office: Office) -> None:
    office.opened()
    page = hand_over(office, FABLE.document.to_json())
    (key,) = signing_keys(FABLE.document)
    end = " ".join(key.fingerprint.split()[-2:])
    # The end is nowhere on the page, so nobody copies it from there.
    assert end not in page.html
    data = {"fingerprint-0": end, "who": "О. Тестова", "name": "Небылица", "kind": ["project"]}
    page = office.desk.post(page.path, data)
    assert "Издатель внесён" in page.words
    entry = listed(office).issuers[-1]
    assert entry.name_in("ru") == "Небылица"
    assert entry.keys[0].pinned is not None
    assert entry.keys[0].pinned.who == "О. Тестова"
    assert office.file.with_name(office.file.name + ".bak").exists()
    # The open desk believes it from then on.
    assert "Небылица" in office.get("trust").words


@pytest.mark.parametrize(
    ("typed", "data", "code"),
    [
        ("", {"kind": "project"}, "trust.fingerprint-not-typed"),
        ("0000 0000", {"kind": "project"}, "trust.fingerprint-not-typed"),
        (None, {}, "trust.scope-not-said"),
        (None, {"kind": "project", "years": "вчера"}, "trust.scope-years"),
    ],
)
def test_what_is_not_compared_or_not_said_is_asked_again_and_nothing_is_written(
    office: Office, refused: list[str], typed: str | None, data: dict[str, object], code: str
) -> None:
    office.opened()
    page = hand_over(office, FABLE.document.to_json())
    (key,) = signing_keys(FABLE.document)
    given = " ".join(key.fingerprint.split()[-2:]) if typed is None else typed
    page = office.desk.post(page.path, {"fingerprint-0": given, **data})
    assert page.status == 422
    assert "Сначала сверьте" in page.words
    assert refused == [code]
    assert len(listed(office).issuers) == 2


@pytest.fixture
def two_keys() -> JsonObject:
    """The document of an issuer that also has a standby key."""
    document = FABLE.document.to_json()
    standby = seeded_key("standby", KeyType.P256).public_key.multibase
    more = {
        "id": f"{FABLE.id}#key-2",
        "type": "Multikey",
        "controller": FABLE.id,
        "publicKeyMultibase": standby,
    }
    methods, signing = document["verificationMethod"], document["assertionMethod"]
    assert isinstance(methods, list)
    assert isinstance(signing, list)
    return {**document, "verificationMethod": [*methods, more], "assertionMethod": [*signing, more["id"]]}


def ends(document: JsonObject) -> list[str]:
    keys = signing_keys(ControlledIdentifierDocument.parse(document))
    return [" ".join(key.fingerprint.split()[-2:]) for key in keys]


def test_fingerprints_are_read_out_in_any_order_and_the_page_says_whose_document_it_is(
    office: Office, two_keys: JsonObject
) -> None:
    office.opened()
    page = hand_over(office, two_keys)
    first, second = ends(two_keys)
    assert "nebylitsa.example" in page.words.partition("Подробности")[0]
    data = {"fingerprint-0": second, "fingerprint-1": first, "name": "Небылица", "kind": ["project"]}
    assert "Издатель внесён" in office.desk.post(page.path, data).words
    assert all(key.pinned is not None for key in listed(office).issuers[-1].keys)


def test_a_wrong_fingerprint_beside_a_right_one_is_refused_at_its_field(
    office: Office, two_keys: JsonObject
) -> None:
    office.opened()
    page = hand_over(office, two_keys)
    first, _ = ends(two_keys)
    data = {"fingerprint-0": first, "fingerprint-1": "0000 0000", "kind": ["project"]}
    page = office.desk.post(page.path, data)
    assert page.status == 422
    assert 'href="#fingerprint-1"' in page.html
    assert len(listed(office).issuers) == 2


def test_what_was_typed_is_kept_when_something_else_is_missing(office: Office) -> None:
    office.opened()
    page = hand_over(office, FABLE.document.to_json())
    (end,) = ends(FABLE.document.to_json())
    page = office.desk.post(page.path, {"fingerprint-0": end})
    assert page.status == 422
    assert f'value="{end}"' in page.html


def test_lists_without_the_document_of_their_issuer_say_where_the_document_lies(
    office: Office, refused: list[str]
) -> None:
    """Files that a person selects in a window leave out `.well-known`, whose name begins with a dot."""
    office.opened()
    page = hand_over(office, FABLE.status(NOW))
    assert page.status == 422
    assert "Кому вы доверяете" in page.words
    assert ".well-known" in page.words
    assert "nebylitsa.example" in page.words
    assert refused == ["trust.list-without-document"]


def test_a_newer_list_of_revoked_diplomas_is_taken_after_a_look(office: Office) -> None:
    office.opened()
    newer = office.world.olympiad.status(NOW - timedelta(days=1))
    page = hand_over(office, newer)
    assert "без вопросов" in page.words
    before = office.file.read_bytes()
    office.desk.get(page.path)
    assert office.file.read_bytes() == before
    office.desk.post(page.path)
    assert newer in listed(office).status_lists


def test_a_whole_list_gives_belief_only_where_it_was_ticked(office: Office) -> None:
    office.opened()
    w = office.world
    coming = w.trust(w.trusted(w.olympiad), w.trusted(w.school), w.trusted(w.stranger), recipient=UNIVERSITY)
    page = hand_over(office, coming.to_json())
    office.desk.post(page.path)
    assert len(listed(office).issuers) == 2
    page = hand_over(office, coming.to_json())
    office.desk.post(page.path, {"yes": page.value("yes")})
    assert len(listed(office).issuers) == 3


def test_a_tick_agrees_to_the_change_it_stood_beside(office: Office) -> None:
    """Another window settled the first change meanwhile: a tick by its place would mean the second."""
    office.opened()
    w = office.world
    coming = w.trust(
        w.trusted(w.olympiad),
        w.trusted(w.school),
        w.trusted(w.stranger),
        w.trusted(FABLE),
        recipient=UNIVERSITY,
    )
    page = hand_over(office, coming.to_json())
    first, second = page.value("yes"), page.value("yes", number=1)
    for _ in range(2):
        office.desk.post(page.path, {"yes": first})
        assert len(listed(office).issuers) == 3
    office.desk.post(page.path, {"yes": second})
    assert len(listed(office).issuers) == 4


def test_an_issuer_is_removed_on_a_page_that_says_what_is_lost(office: Office) -> None:
    office.opened()
    page = office.get("trust")
    asked = office.desk.get(page.address("trust/remove/"))
    assert "неизвестно" in asked.words
    assert len(listed(office).issuers) == 2
    office.desk.post(asked.path)
    assert len(listed(office).issuers) == 1
    assert [each.entry for each in listed(office).removed]


def test_a_key_is_retired_or_called_stolen_on_a_page_that_says_what_it_means(office: Office) -> None:
    office.opened()
    asked = office.desk.get(office.get("trust").address("/keys/0"))
    assert "Больше им не подписывают" in asked.words
    assert office.world.olympiad.key.public_key.fingerprint in asked.words
    assert office.desk.post(asked.path, {"deed": "retire", "key": "another"}).code == "page.forgotten"
    office.desk.post(asked.path, {"deed": "retire", "key": asked.value("key")})
    (key,) = listed(office).issuers[0].keys
    assert (key.state, key.valid_until) == (KeyState.RETIRED, office.desk.session.clock.now())
    asked = office.desk.get(asked.path)
    assert "Больше им не подписывают" not in asked.words
    office.desk.post(asked.path, {"deed": "stolen", "key": asked.value("key")})
    assert listed(office).issuers[0].keys[0].state is KeyState.COMPROMISED
    assert "не засчитывается" in office.desk.get(asked.path).words


def test_a_key_that_waits_is_believed_after_its_end_was_typed(office: Office) -> None:
    office.opened()
    own = listed(office)
    first = own.issuers[0]
    waiting = replace(first.keys[0], state=KeyState.PROPOSED, pinned=None)
    write(office.file, own.with_entry(first.with_key(waiting)), before=own)
    (desk,) = office.desk.session.opened.values()
    assert isinstance(desk, OpenedDesk)
    desk.read_again(NOW)
    asked = office.desk.get(office.get("trust").address("/keys/0"))
    end = " ".join(waiting.key.fingerprint.split()[-2:])
    assert end not in asked.html
    data = {"deed": "confirm", "key": asked.value("key"), "who": "О. Тестова"}
    wrong = office.desk.post(asked.path, data | {"fingerprint": "0000 0000"})
    assert wrong.code == "trust.fingerprint-differs"
    assert listed(office).issuers[0].keys[0].state is KeyState.PROPOSED
    office.desk.post(asked.path, data | {"fingerprint": end})
    key = listed(office).issuers[0].keys[0]
    assert key.state is KeyState.ACTIVE
    assert key.pinned is not None
    assert key.pinned.who == "О. Тестова"


def test_what_an_issuer_is_believed_for_is_changed(office: Office) -> None:
    office.opened()
    asked = office.desk.get(office.get("trust").address("/issuers/1/scope"))
    data = {"issuer": asked.value("issuer")}
    assert office.desk.post(asked.path, data).code == "trust.scope-not-said"
    before = listed(office).issuers[1].scopes
    office.desk.post(asked.path, data | {"kind": ["project"], "also": "1"})
    assert listed(office).issuers[1].scopes[:-1] == before
    office.desk.post(asked.path, data | {"for": "anything"})
    assert listed(office).issuers[1].scopes == (ANYTHING,)
    assert office.desk.post(asked.path, {"issuer": "another", "for": "anything"}).code == "page.forgotten"


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b"%PDF-1.7"])
def test_what_no_issuer_publishes_is_told_on_the_page(office: Office, content: bytes) -> None:
    office.opened()
    page = office.post("trust", files=[("files", "x.json", content)])
    assert page.status == 422
    assert "Кому вы доверяете" in page.words


def test_an_entry_or_task_that_is_not_there_is_told(office: Office) -> None:
    office.opened()
    of_issuers = (
        *(f"trust/issuers/{place}/scope" for place in ("9", "-1", "000000999")),
        *("trust/issuers/0/keys/9", "trust/remove/nobody"),
    )
    for address in (*of_issuers, "trust/add/x", "trust/update/x"):
        assert office.get(address).status == 422
        assert office.post(address).status == 422


def test_a_new_list_is_started_and_replaces_nothing(tmp_path: Path) -> None:
    office = Office(tmp_path)
    there = office.home / "Документы" / "список.json"
    there.write_text("чужое", "utf-8")
    address = f"officer/new/{office.desk.session.choose(there)}"
    page = office.desk.post(address, {"name": "Приёмная", "domain": "не адрес"})
    assert page.status == 422
    page = office.desk.post(address, {"name": "Приёмная", "domain": UNIVERSITY})
    assert "Кому вы доверяете" in page.words
    assert there.read_text("utf-8") == "чужое"
    made = [each for each in there.parent.iterdir() if each != there]
    assert [TrustList.parse(each.read_bytes()).recipient for each in made] == [UNIVERSITY]
    office.desk.session.end()


def test_a_desk_of_kits_alone_changes_nothing_of_them(office: Office, refused: list[str]) -> None:
    office.opened()
    (desk,) = office.desk.session.opened.values()
    assert isinstance(desk, OpenedDesk)
    desk.reception.office = replace(desk.office, own=None)
    assert "Добавить издателя" not in office.get("trust").words
    assert hand_over(office, FABLE.document.to_json()).status == 422
    assert refused == ["trust.no-own-list"]


def test_what_somebody_else_wrote_into_the_list_is_not_written_over(office: Office) -> None:
    """A command withdrew a key while the desk was open: a change on a page must not believe it again."""
    office.opened()
    asked = office.desk.get(office.get("trust").address("trust/remove/", number=1))
    own = listed(office)
    first, second = own.issuers[:2]
    write(office.file, own.with_entry(first.with_key(stolen(first.keys[0], NOW))), before=own)
    page = office.desk.post(asked.path)
    assert listed(office).issuers[0].keys[0].state is KeyState.COMPROMISED
    assert page.code == "trust.changed-meanwhile"
    assert second.entry in [each.entry for each in listed(office).issuers]
    # The desk knows it now: what is done again is done to the list as it is.
    office.desk.post(asked.path)
    assert listed(office).issuers[0].keys[0].state is KeyState.COMPROMISED
    assert second.entry not in [each.entry for each in listed(office).issuers]
