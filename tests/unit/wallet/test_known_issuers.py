"""What a wallet learns of issuers: keys by their material, never changed silently, lists never forgotten."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.wallet.shared import NOW, PETYA, Cli, Issuer, later, reopen, wallet
from vcwallet import limits, strict_json
from vcwallet.credentials import status_list
from vcwallet.credentials.gate import NotAdmitted, NotKnown
from vcwallet.credentials.issuers import KeyState
from vcwallet.errors import KeyUnavailable, LimitExceeded, UsageError, VcwalletError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument, VerificationMethod
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import NewKeys, Standing, Wallet, What

AT = ("--now", "2026-06-20T09:00:00Z")


def document(issuer: Issuer, *methods: VerificationMethod) -> ControlledIdentifierDocument:
    """The issuer's document as it is when it lists these methods."""
    ids = tuple(method.id for method in methods)
    return ControlledIdentifierDocument(issuer.id, methods, {"assertionMethod": ids})


def method(issuer: Issuer, key: SoftwareKey, name: str = "key-1", **changes: Any) -> VerificationMethod:
    return VerificationMethod(f"{issuer.id}#{name}", issuer.id, key.public_key, **changes)


def states(family: Wallet, issuer: Issuer) -> dict[str, KeyState]:
    listed = family.issuers.listed(issuer.id)
    assert listed is not None
    return {key.key.multibase: key.state for key in listed.keys}


# --- keys ----------------------------------------------------------------------------------------


def test_another_key_under_the_known_name_is_a_question(tmp_path: Path) -> None:
    """Somebody's did.json made the forged diploma genuine and the genuine one a forgery."""
    issuer, impostor = Issuer(), Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    family.add(issuer.diploma(), now=NOW)
    with pytest.raises(UsageError) as caught:
        family.issuers.remember(impostor.document, now=later())
    assert caught.value.code == "wallet.issuer-new-keys"
    assert impostor.key.public_key.fingerprint in str(caught.value)
    with pytest.raises(VcwalletError):
        family.add(impostor.diploma(number=2), now=later())
    family.add(issuer.diploma(number=3), now=later())
    assert family.inspect(now=later()).problems == ()


def test_a_key_that_was_compared_is_taken_and_the_old_one_kept(tmp_path: Path) -> None:
    issuer, renewed = Issuer(), Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    asked: list[NewKeys] = []

    def agree(new: NewKeys) -> bool:
        asked.append(new)
        return True

    assert family.issuers.remember(renewed.document, agree=agree, now=later())
    assert set(asked[0].fingerprints) == {
        renewed.key.public_key.fingerprint,
        renewed.parts_key.public_key.fingerprint,
    }
    family.save()
    again = reopen(tmp_path / "a.vcw")
    again.add(issuer.diploma(number=1), now=later())
    again.add(renewed.diploma(number=2), now=later())
    assert len(states(again, issuer)) == 4
    assert not again.issuers.remember(renewed.document, now=later(2)), "it is known now"


def test_a_key_left_out_of_a_newer_document_is_kept(tmp_path: Path) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    assert not family.issuers.remember(
        document(issuer, method(issuer, issuer.parts_key, "key-2")), now=later()
    )
    family.add(issuer.diploma(), now=later())


def test_a_withdrawn_key_confirms_nothing_and_never_comes_back(tmp_path: Path) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    withdrawn = method(issuer, issuer.key, revoked=later(1))
    assert family.issuers.remember(document(issuer, withdrawn), at_its_address=True, now=later(1))
    for _ in range(2):
        assert states(family, issuer)[issuer.key.public_key.multibase] is KeyState.COMPROMISED
        with pytest.raises(NotKnown) as caught:
            family.add(issuer.diploma(), now=later(2))
        assert caught.value.code == "key.compromised"
        # The same key under another name, and without the word that it was withdrawn.
        other = document(issuer, method(issuer, issuer.key), method(issuer, issuer.key, "key-9"))
        family.issuers.remember(other, now=later(2))


def test_a_key_out_of_use_signs_nothing_new(tmp_path: Path) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    ends = document(issuer, method(issuer, issuer.key, expires=later(10)))
    family.issuers.remember(ends, at_its_address=True, now=later(1))
    family.add(issuer.diploma(), now=later(20))
    late = {**issuer.diploma(number=2)}
    del late["proof"]
    from vcwallet.proofs.data_integrity import add_proof

    late = add_proof(
        late,
        suite="eddsa-rdfc-2022",
        key=issuer.key,
        verification_method=issuer.method,
        created=later(11),
    )
    with pytest.raises(NotAdmitted) as caught:
        family.add(late, now=later(20))
    assert caught.value.code == "key.too-late"
    family.issuers.remember(issuer.document, now=later(20))
    with pytest.raises(NotAdmitted):
        family.add(late, now=later(20))


@pytest.mark.parametrize("name", ["no key that signs", "a published test key"])
def test_a_document_that_gives_no_usable_key_is_not_kept(tmp_path: Path, name: str) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw")
    if name == "no key that signs":
        offered = ControlledIdentifierDocument(issuer.id, (method(issuer, issuer.key),), {})
        code = "key.none"
    else:
        offered = document(issuer, VerificationMethod(issuer.method, issuer.id, published_test_key()))
        code = "key.published"
    with pytest.raises(VcwalletError) as caught:
        family.issuers.remember(offered, now=NOW)
    assert caught.value.code == code
    assert family.issuers.listed(issuer.id) is None


def published_test_key() -> Any:
    from vcwallet.identifiers.keys import PublicKey

    # RFC 8032, section 7.1, test 1: the public half.
    return PublicKey.from_multibase("z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw")


def test_two_copies_that_learnt_different_things_know_both(tmp_path: Path) -> None:
    issuer, renewed = Issuer(), Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    family.save()
    (tmp_path / "b.vcw").write_bytes((tmp_path / "a.vcw").read_bytes())
    there = reopen(tmp_path / "b.vcw")
    withdrawn = document(issuer, method(issuer, issuer.key, revoked=later()))
    there.issuers.remember(withdrawn, at_its_address=True, now=later())
    there.save()
    family = reopen(tmp_path / "a.vcw")
    family.issuers.remember(renewed.document, agree=lambda _: True, now=later())
    assert states(family, issuer)[issuer.key.public_key.multibase] is KeyState.ACTIVE
    family.merge([tmp_path / "b.vcw"])
    for known in (states(family, issuer), states(reopen(tmp_path / "a.vcw"), issuer)):
        assert known[issuer.key.public_key.multibase] is KeyState.COMPROMISED
        assert known[renewed.key.public_key.multibase] is KeyState.ACTIVE


@pytest.mark.parametrize("ending", [{"revoked": NOW}, {"expires": datetime(2020, 1, 1, tzinfo=UTC)}])
@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside a new key"])
def test_a_file_of_anybody_does_not_end_a_key_that_is_known(
    tmp_path: Path, ending: dict[str, datetime], beside: bool
) -> None:
    """A did.json in a folder made every genuine diploma of its issuer one by a withdrawn key, for ever."""
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    methods = [method(issuer, issuer.key, **ending)]
    if beside:
        methods.append(method(issuer, Issuer().key, "key-9"))
    (tmp_path / "did.json").write_text(strict_json.dumps(document(issuer, *methods).to_json()), "utf-8")
    (result,) = family.add_files([tmp_path / "did.json"], now=later())
    assert result.error is not None
    assert result.error.code == ("wallet.issuer-new-keys" if beside else "wallet.issuer-ends-keys")
    family.add(issuer.diploma(), now=later())
    asked: list[NewKeys] = []
    (result,) = family.add_files(
        [tmp_path / "did.json"], agree=lambda new: not asked.append(new), now=later()
    )
    assert asked[0].ended == (issuer.key.public_key.fingerprint,)
    assert result.what is What.ISSUER_LEARNT
    with pytest.raises(VcwalletError):
        family.add(issuer.diploma(number=2), now=later())


@pytest.mark.parametrize("first", [False, True], ids=["known before", "seen first"])
def test_no_document_speaks_for_an_identifier_that_holds_its_own_key(tmp_path: Path, first: bool) -> None:
    """A did.json with another key made the genuine diploma of a did:key issuer one by an unknown key."""
    key, foreign = (SoftwareKey.generate(KeyType.ED25519) for _ in range(2))
    name = did_key.did_of(key.public_key)
    issuer = Issuer(id=name, key=key)
    family = wallet(tmp_path / "a.vcw")
    own = f"{name}#{name.removeprefix('did:key:')}"
    if not first:
        family.issuers.remember(did_key.resolve(name), now=NOW)
    for offered in (
        VerificationMethod(own, name, foreign.public_key),
        VerificationMethod(own, name, key.public_key, revoked=NOW),
    ):
        family.issuers.remember(document(issuer, offered), agree=lambda _: True, now=NOW)
        assert states(family, issuer) == {key.public_key.multibase: KeyState.ACTIVE}


KEYS = [SoftwareKey.generate(KeyType.ED25519) for _ in range(4)]
LISTED = st.tuples(
    st.integers(0, 3), st.sampled_from(["key-1", "key-2"]), st.booleans(), st.sampled_from([None, 5, 50])
)

DOCUMENT = st.lists(LISTED, max_size=2, unique_by=lambda each: each[1])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(LISTED, max_size=4, unique_by=lambda each: each[1]), st.booleans()), max_size=6
    )
)
def test_no_series_of_documents_gives_more_than_was_agreed_to(
    tmp_path_factory: pytest.TempPathFactory, given_documents: list[tuple[list[Any], bool]]
) -> None:
    """Against a model: keys are added by agreement alone, never lost, and never better than they were."""
    issuer = Issuer(key=KEYS[0], parts_key=KEYS[1])
    family = wallet(tmp_path_factory.mktemp("w") / "a.vcw", issuer)
    allowed = {KEYS[0].public_key.multibase, KEYS[1].public_key.multibase}
    withdrawn: set[str] = set()
    ends: dict[str, datetime] = {}
    for listed, agreed in given_documents:
        methods = [
            method(
                issuer,
                KEYS[number],
                name,
                revoked=NOW if revoked else None,
                expires=None if days is None else later(days),
            )
            for number, name, revoked, days in listed
        ]
        before = set(allowed)
        if agreed:
            allowed |= {each.public_key.multibase for each in methods}
        with suppress(VcwalletError):
            family.issuers.remember(
                document(issuer, *methods), agree=lambda _, said=agreed: said, at_its_address=True, now=NOW
            )
        for each in methods:
            name = each.public_key.multibase
            if name in allowed and each.revoked is not None:
                withdrawn.add(name)
            if name in allowed and each.expires is not None:
                ends[name] = min(each.expires, ends.get(name, each.expires))
        assert before <= states(family, issuer).keys() == allowed
        known = family.issuers.listed(issuer.id)
        assert known is not None
        for key in known.keys:
            name = key.key.multibase
            assert (key.state is KeyState.COMPROMISED) == (name in withdrawn)
            assert key.valid_until == ends.get(name)


# --- the question on the command line ------------------------------------------------------------


def write(path: Path, content: JsonObject) -> str:
    path.write_text(strict_json.dumps(content), "utf-8")
    return path.name


@pytest.fixture
def two(tmp_path: Path, cli: Cli) -> tuple[Issuer, Issuer]:
    """An issuer the wallet knows, and a document under its name with other keys, as files."""
    issuer, renewed = Issuer(), Issuer()
    wallet(tmp_path / "a.vcw", issuer).save()
    write(tmp_path / "did.json", renewed.document.to_json())
    write(tmp_path / "new.vc.json", renewed.diploma())
    return issuer, renewed


def test_without_a_terminal_a_new_key_is_refused(
    two: tuple[Issuer, Issuer], cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    issuer, renewed = two
    assert cli("add", "a.vcw", "did.json", "new.vc.json", "--yes", *AT) != 0
    told = capsys.readouterr()
    assert renewed.key.public_key.fingerprint in told.err
    assert "+ keys" not in told.out
    family = reopen(Path("a.vcw"))
    assert family.diplomas() == ()
    assert len(states(family, issuer)) == 2


def test_a_fingerprint_that_was_compared_may_be_given(
    two: tuple[Issuer, Issuer], cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    issuer, renewed = two
    fingerprints = [key.public_key.fingerprint for key in (renewed.key, renewed.parts_key)]
    one = ("--fingerprint", fingerprints[0].upper())
    assert cli("add", "a.vcw", "did.json", *one, *AT) != 0, "the document has two new keys"
    both = (*one, "--fingerprint", fingerprints[1].replace(" ", ""))
    assert cli("add", "a.vcw", "did.json", "new.vc.json", "--yes", *both, *AT) == 0
    capsys.readouterr()
    assert cli("issuers", "a.vcw") == 0
    told = capsys.readouterr().out
    assert all(each in told for each in fingerprints)
    assert cli("issuers", "a.vcw", "--json") == 0
    (known,) = strict_json.loads(capsys.readouterr().out)  # type: ignore[misc]
    assert known["id"] == issuer.id  # type: ignore[index, call-overload]
    assert [key["state"] for key in known["keys"]] == ["active"] * 4  # type: ignore[index, call-overload, union-attr]


@pytest.mark.parametrize("answer", ["да", "нет"])
def test_at_a_terminal_it_is_asked(
    two: tuple[Issuer, Issuer], cli: Cli, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    issuer, _ = two
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", lambda *_, **__: answer)
    cli("add", "a.vcw", "did.json", *AT)
    assert len(states(reopen(Path("a.vcw")), issuer)) == (4 if answer == "да" else 2)


# --- lists ---------------------------------------------------------------------------------------


def signed_list(issuer: Issuer, at: datetime, *revoked: int, until: datetime | None = None) -> JsonObject:
    bits = status_list.StatusList.create()
    for index in revoked:
        bits.set(index, 1)
    return status_list.sign(
        bits,
        id="https://olymp.example/status/1",
        issuer=issuer.id,
        key=issuer.key,
        verification_method=issuer.method,
        valid_from=at,
        valid_until=until,
    )


def test_revoked_stays_revoked_when_the_list_runs_out(tmp_path: Path) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    good, bad = (family.add(issuer.diploma(number=number), now=NOW) for number in (1, 2))
    family.lists.remember(signed_list(issuer, NOW, 2, until=later(30)), now=NOW)
    assert [family.status(each, now=later(1)).standing for each in (good, bad)] == ["good", "revoked"]
    assert [family.status(each, now=later(31)).standing for each in (good, bad)] == ["unknown", "revoked"]


def test_a_newer_list_does_not_take_a_revocation_back(tmp_path: Path) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    bad, later_bad = (family.add(issuer.diploma(number=number), now=NOW) for number in (1, 2))
    family.lists.remember(signed_list(issuer, NOW, 1), now=NOW)
    assert family.lists.remember(signed_list(issuer, later(1), 2), now=later(2))
    assert [family.status(each, now=later(2)).standing for each in (bad, later_bad)] == ["revoked"] * 2
    family.save()
    again = reopen(tmp_path / "a.vcw")
    assert again.status(bad, now=later(2)).standing is Standing.REVOKED
    (stapled,) = again.lists.about([bad.credential], now=later(2))
    assert stapled["validFrom"] == "2026-06-21T09:00:00Z", "the newest one"
    # A list that has both again takes the place of the two.
    assert again.lists.remember(signed_list(issuer, later(3), 1, 2), now=later(4))
    assert len([info for info in again._file.records() if info.kind == "status-list"]) == 1


def test_lists_that_contradict_each_other_have_a_ceiling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WALLET_LISTS_OF_ONE_ADDRESS", 2)
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    for day in range(2):
        family.lists.remember(signed_list(issuer, later(day), day), now=later(5))
    with pytest.raises(LimitExceeded) as caught:
        family.lists.remember(signed_list(issuer, later(3), 3), now=later(5))
    assert caught.value.code == "wallet.too-many-lists"


REFUSED: dict[str, tuple[Callable[[Issuer], JsonObject], str]] = {
    "not valid yet": (lambda issuer: signed_list(issuer, later(365 * 70)), "validity.not-yet"),
    "a diploma": (lambda issuer: issuer.diploma(number=7), "kind.wrong-place"),
    "by nobody known": (
        lambda _: Issuer(id="did:web:stranger.example").status_list(),
        "wallet.issuer-unknown",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_list_that_is_refused_replaces_nothing(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, code = REFUSED[name]
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    bad = family.add(issuer.diploma(), now=NOW)
    family.lists.remember(signed_list(issuer, NOW, 1), now=NOW)
    monkeypatch.setattr("vcwallet.wallet.known_lists.expand", lambda *_: pytest.fail("it was inflated"))
    with pytest.raises(VcwalletError) as caught:
        family.lists.remember(make(issuer), now=later(1))
    assert caught.value.code == code
    monkeypatch.undo()
    assert family.status(bad, now=later(1)).standing is Standing.REVOKED


def test_an_older_list_and_the_same_list_are_no_news(tmp_path: Path) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    newest = signed_list(issuer, later(2), 1)
    assert family.lists.remember(newest, now=later(3))
    assert not family.lists.remember(newest, now=later(3))
    assert not family.lists.remember(signed_list(issuer, later(1)), now=later(3))


def test_anybodys_list_at_the_address_is_not_the_issuers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another issuer the wallet knows signs a list under the olympiad's address, dated far ahead or not."""
    issuer, stranger = Issuer(), Issuer(id="did:web:stranger.example", name="Кружок «Небывальщина»")
    family = wallet(tmp_path / "a.vcw", issuer, stranger)
    bad = family.add(issuer.diploma(), now=NOW)
    family.lists.remember(signed_list(issuer, NOW, 1), now=NOW)
    monkeypatch.setattr("vcwallet.wallet.known_lists.expand", lambda *_: pytest.fail("it was inflated"))
    (result,) = family.add_files([strict_json.dumps(signed_list(stranger, later(1)))], now=later(2))
    assert result.error is not None
    assert result.error.code == "status.list-issuer"
    monkeypatch.undo()
    # Where no diploma names the address yet it is kept as the stranger's, and answers only for the stranger.
    family.lists.remember(signed_list(stranger, later(1)), now=later(2))
    assert family.status(bad, now=later(2)).standing is Standing.REVOKED


def test_a_list_by_a_withdrawn_key_is_neither_kept_nor_counted(tmp_path: Path) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    kept = family.add(issuer.diploma(), now=NOW)
    family.lists.remember(signed_list(issuer, NOW), now=NOW)
    assert family.status(kept, now=NOW).standing is Standing.GOOD
    withdrawn = document(issuer, method(issuer, issuer.key, revoked=later()))
    family.issuers.remember(withdrawn, at_its_address=True, now=later())
    assert family.status(kept, now=later()).standing is Standing.UNKNOWN
    with pytest.raises(NotKnown) as caught:
        family.lists.remember(signed_list(issuer, later()), now=later())
    assert caught.value.code == "key.compromised"


# --- what is kept --------------------------------------------------------------------------------


def test_a_status_list_is_no_diploma(tmp_path: Path) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    with pytest.raises(NotAdmitted) as caught:
        family.add(issuer.status_list(), now=NOW)
    assert caught.value.code == "kind.wrong-place"


def test_what_ran_out_is_kept_all_the_same(tmp_path: Path) -> None:
    """The fact does not end with the right; whether it counts is the recipient's to say."""
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    ended = {**issuer.diploma(PETYA), "validUntil": "2026-05-01T00:00:00Z"}
    del ended["proof"]
    assert family.add(issuer.sign(ended), now=NOW)
    with pytest.raises(KeyUnavailable):
        family.add(replace(issuer, id="did:web:other.example").diploma(number=2), now=NOW)


def test_results_tell_a_new_key_from_a_new_issuer(tmp_path: Path) -> None:
    issuer, renewed = Issuer(), Issuer()
    family = wallet(tmp_path / "a.vcw")
    results = family.add_files([strict_json.dumps(issuer.document.to_json())], now=NOW)
    assert [each.what for each in results] == [What.ISSUER_LEARNT]
    results = family.add_files([strict_json.dumps(renewed.document.to_json())], now=NOW)
    assert [each.error.code if each.error else None for each in results] == ["wallet.issuer-new-keys"]
    assert isinstance(results[0].error, UsageError)
