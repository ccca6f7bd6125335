"""The code behind each refusal of `vcwallet trust`; what each of them protects is in test_trust_commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.verifier import test_trust_commands
from tests.unit.verifier.test_trust_commands import (
    ANYTHING,
    AT,
    PERSON,
    UNSEEN,
    WRONG,
    Office,
    added,
    document,
    office,
    w,
)
from tests.world import NOW, World
from vcwallet.cli.speak import Speaker
from vcwallet.errors import VcwalletError

__all__ = ["office", "w"]

HEARD: list[VcwalletError] = []


class Listening(Speaker):
    """Keeps the errors it tells."""

    def problem(self, where: str, error: VcwalletError) -> None:
        HEARD.append(error)
        Speaker.problem(self, where, error)


Words = Sequence[str | Path]


def no_scope(office: Office, w: World) -> Words:
    site = office.publish("site", document(w.olympiad))
    return ("add", office.file, site, "--name", "О", "--no-fingerprint-check")


def two_scopes(office: Office, w: World) -> Words:
    return (*no_scope(office, w), "--anything", "--kind", "project", "--years", "any")


def half_a_scope(office: Office, w: World) -> Words:
    return (*no_scope(office, w), "--kind", "project")


def two_documents(office: Office, w: World) -> Words:
    folder = office.publish("both", document(w.school), document(w.olympiad))
    return ("add", office.file, folder, "--name", "О", *UNSEEN)


def lists_of_two(office: Office, w: World) -> Words:
    added(office, w.olympiad)
    site = office.publish("school", document(w.school))
    office.do("add", office.file, site, "--name", "Школа", *UNSEEN, *AT)
    return ("update", office.file, office.publish("lists", w.olympiad.status(), w.school.status()))


def two_trust_lists(office: Office, w: World) -> Words:
    other = office.folder / "другой.json"
    office.do("create", other, *AT)
    folder = office.publish("lists")
    for number, path in enumerate((office.file, other)):
        (folder / f"{number}.json").write_bytes(path.read_bytes())
    return ("update", office.file, folder)


def nothing_published(office: Office, w: World) -> Words:
    return ("add", office.file, office.publish("empty", w.olympiad.diploma()), "--name", "О", *UNSEEN)


def proposed(office: Office, w: World) -> None:
    site = office.publish("site", document(w.olympiad))
    office.do("add", office.file, site, "--name", "О", *ANYTHING, *AT, typed="\n")


def retiring_a_proposed_key(office: Office, w: World) -> Words:
    proposed(office, w)
    return ("key", office.file, "olymp-example", "retire")


def confirming_unseen(office: Office, w: World) -> Words:
    proposed(office, w)
    return ("key", office.file, "olymp-example", "confirm")


def a_new_key(office: Office, w: World) -> Words:
    added(office, w.olympiad)
    keys = document(w.olympiad, (w.olympiad.name, "key-1"), ("второй", "key-2"))
    return ("update", office.file, office.publish("site", keys))


def an_unknown_change(office: Office, w: World) -> Words:
    added(office, w.olympiad)
    return ("remove", office.file, "olymp-example", "--accept", "everything")


def a_key_of_another(office: Office, w: World) -> Words:
    added(office, w.olympiad)
    site = office.publish("school", document(w.stranger))
    office.do("add", office.file, site, "--name", "Другая", *UNSEEN, *AT)
    keys = document(w.stranger, (w.olympiad.name, "key-1"))
    return ("update", office.file, office.publish("thief", keys))


def the_list_of_another(office: Office, w: World) -> Words:
    added(office, w.olympiad)
    newer = w.olympiad.status(NOW - timedelta(days=1))
    folder = office.publish("school", document(w.school), newer)
    return ("add", office.file, folder, "--name", "Школа", *UNSEEN)


def a_scope_of_nothing(office: Office, w: World) -> Words:
    added(office, w.olympiad)
    return ("scope", office.file, "olymp-example")


REFUSED: dict[str, Callable[[Office, World], Words]] = {
    "trust.exists": lambda office, w: ("create", office.file),
    "trust.scope-missing": a_scope_of_nothing,
    "trust.scope-both": two_scopes,
    "trust.scope-incomplete": half_a_scope,
    "trust.several-issuers": two_documents,
    "trust.several-lists": two_trust_lists,
    "trust.nothing-published": nothing_published,
    "trust.key-not-believed": retiring_a_proposed_key,
    "trust.fingerprint-needed": confirming_unseen,
    "trust.needs-a-person": a_new_key,
    "trust.unknown-change": an_unknown_change,
    "trust.list-of-another": the_list_of_another,
    "trust.update-refused": a_key_of_another,
}


A_PERSON_IS_NEEDED = (
    "trust.fingerprint-needed",
    "trust.list-of-another",
    "trust.needs-a-person",
    "trust.update-refused",
)


@pytest.mark.parametrize("code", REFUSED)
def test_a_refusal_has_its_code(code: str, office: Office, w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    words = REFUSED[code](office, w)
    monkeypatch.setattr(test_trust_commands, "Speaker", Listening)
    HEARD.clear()
    office.refused(*words, *AT, status=PERSON if code in A_PERSON_IS_NEEDED else WRONG)
    assert [heard.code for heard in HEARD] == [code]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (("--kind", "project"), {"--years"}),
        (("--years", "any"), {"--kind"}),
        (("--kind", "olympiad-diploma", "--years", "any"), {"--number", "--stage"}),
        (("--kind", "any", "--years", "any", "--stage", "final"), {"--number"}),
    ],
)
def test_what_a_scope_lacks_is_said_in_options_of_the_command(
    given: tuple[str, ...], missing: set[str], office: Office, w: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_trust_commands, "Speaker", Listening)
    HEARD.clear()
    office.refused(*no_scope(office, w), *given, *AT, status=WRONG)
    (heard,) = HEARD
    assert heard.code == "trust.scope-incomplete"
    assert {word.strip(",.") for word in str(heard).split() if word.startswith("--")} == missing
    assert "“any”" in heard.next_step, "a word that the command line takes"


def test_lists_of_two_issuers_are_not_taken_at_once(
    office: Office, w: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = lists_of_two(office, w)
    monkeypatch.setattr(test_trust_commands, "Speaker", Listening)
    HEARD.clear()
    office.refused(*words, *AT, status=WRONG)
    assert [heard.code for heard in HEARD] == ["trust.several-issuers"]


def test_a_compromised_key_needs_a_word_more(
    office: Office, w: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(office, w.olympiad)
    office.do("key", office.file, "olymp-example", "compromised", "--since", "2026-05-31", *AT)
    whole = w.olympiad.key.public_key.fingerprint
    monkeypatch.setattr(test_trust_commands, "Speaker", Listening)
    HEARD.clear()
    office.refused("key", office.file, "olymp-example", "confirm", "--fingerprint", whole, *AT, typed="y\n")
    assert [heard.code for heard in HEARD] == ["trust.needs-really"]
