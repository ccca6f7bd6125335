"""What a wallet refuses has a code, and nothing of it is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.unit.wallet.shared import MASHA, NOW, PETYA, Issuer, later, wallet
from vcwallet import limits, strict_json
from vcwallet.credentials.achievement import facts
from vcwallet.credentials.credential import Credential
from vcwallet.errors import InputError, LimitExceeded, Mistake, ProofError, UsageError, VcwalletError
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import Intake, Published, Wallet, drafts
from vcwallet.wallet.known_issuers import KnownIssuers


@pytest.fixture
def family(tmp_path: Path, issuer: Issuer) -> Wallet:
    """Masha and Petya, one diploma each."""
    made = wallet(tmp_path / "семья.vcw", issuer)
    made.add_child(MASHA, now=NOW)
    made.add_child(PETYA, now=NOW)
    made.add(issuer.diploma(number=1), now=NOW)
    made.add(issuer.diploma(PETYA, number=2), now=NOW)
    return made


# --- children ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", " ", "я" * 500])
def test_a_child_needs_a_name(family: Wallet, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        family.add_child(replace(MASHA, given_name=name), now=NOW)
    assert caught.value.code == "wallet.child-name"
    assert len(family.children) == 2


def test_a_child_is_added_once(family: Wallet) -> None:
    with pytest.raises(UsageError) as caught:
        family.add_child(MASHA, now=NOW)
    assert caught.value.code == "wallet.same-child"
    family.add_child(replace(MASHA, birth_date=date(2011, 5, 17)), now=NOW)
    assert len(family.children) == 3


def test_a_name_of_two_children_names_neither(family: Wallet) -> None:
    family.add_child(replace(PETYA, family_name="Другов"), now=NOW)
    with pytest.raises(UsageError) as caught:
        family.child(PETYA.given_name)
    assert caught.value.code == "wallet.ambiguous-child"
    assert family.child(f"{PETYA.given_name} Другов").profile.family_name == "Другов"


# --- diplomas ------------------------------------------------------------------------------------


def test_a_diploma_that_may_be_of_two_children_is_not_guessed(family: Wallet, issuer: Issuer) -> None:
    family.add_child(replace(MASHA, birth_date=date(2011, 5, 17)), now=NOW)
    with pytest.raises(UsageError) as caught:
        family.add(issuer.diploma(number=5, dateOfBirth=None), now=NOW)
    assert caught.value.code == "wallet.which-child"
    assert len(family.diplomas()) == 2


def test_a_diploma_nobody_claims_is_left_out_and_the_others_are_added(
    family: Wallet, issuer: Issuer, tmp_path: Path
) -> None:
    unclear = issuer.diploma(replace(MASHA, given_name="Некто", family_name="Неизвестнов"), number=5)
    texts = [strict_json.dumps(each).encode() for each in (unclear, issuer.diploma(number=6))]
    intake = Intake.take(family, texts, now=NOW)
    intake.leave_out(1)
    codes = [each.error.code if each.error else None for each in intake.results]
    assert codes == ["wallet.left-out", None]
    assert len(family.diplomas()) == 3


def test_the_beginning_of_two_numbers_is_not_enough(family: Wallet, issuer: Issuer) -> None:
    for number in range(10, 70):  # of so many ids two begin with the same letter
        family.add(issuer.diploma(number=number), now=NOW)
    letters = [entry.id[0] for entry in family.diplomas() if entry.id[0].isalpha()]
    letter = next(each for each in letters if letters.count(each) > 1)
    with pytest.raises(UsageError) as caught:
        family.diploma(letter)
    assert caught.value.code == "wallet.ambiguous-entry"


def test_a_note_has_a_ceiling(family: Wallet) -> None:
    (child, _) = family.children
    (entry,) = child.diplomas()
    child.note(entry, "я" * limits.WALLET_NOTE_CHARACTERS, now=NOW)
    with pytest.raises(UsageError) as caught:
        child.note(entry, "я" * (limits.WALLET_NOTE_CHARACTERS + 1), now=NOW)
    assert caught.value.code == "wallet.note-too-long"
    ((note,),) = child.notes().values()
    assert note.words == "я" * limits.WALLET_NOTE_CHARACTERS


def test_what_nobody_signed_is_not_shown(issuer: Issuer) -> None:
    unsigned = {name: value for name, value in issuer.diploma().items() if name != "proof"}
    with pytest.raises(UsageError) as caught:
        drafts.draft(Credential.parse(unsigned), facts(Credential.parse(unsigned)))
    assert caught.value.code == "wallet.nothing-to-show"


def test_an_entry_that_the_history_does_not_have_is_not_erased(family: Wallet) -> None:
    (child, _) = family.children
    with pytest.raises(UsageError) as caught:
        child.ledger.erase("00" * 32)
    assert caught.value.code == "ledger.no-entry"


# --- showings ------------------------------------------------------------------------------------


def test_a_showing_of_nothing_has_nothing_to_add(family: Wallet, issuer: Issuer) -> None:
    shown: JsonObject = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
    }
    (result,) = family.add_files([strict_json.dumps(shown).encode()], now=NOW)
    assert isinstance(result.error, InputError)
    assert result.error.code == "wallet.nothing-inside"


# --- what is remembered of issuers ----------------------------------------------------------------


def test_a_status_list_without_a_name_is_not_remembered(family: Wallet, issuer: Issuer) -> None:
    nameless = {name: value for name, value in issuer.status_list().items() if name not in ("id", "proof")}
    with pytest.raises(VcwalletError) as caught:
        family.lists.remember(issuer.sign(nameless), now=NOW)
    assert isinstance(caught.value, ProofError)
    assert caught.value.code == "wallet.status-list-name"


def test_a_list_that_answers_for_no_diploma_here_is_not_kept(family: Wallet, issuer: Issuer) -> None:
    (wanted,) = [each for each in family.plan_refresh().wanted if each.kind is Published.STATUS_LIST]
    for entry in family.diplomas():
        family.child(entry.child).remove(entry)
    answer = strict_json.dumps(issuer.status_list(at=later())).encode()
    (result,) = family.refresh([wanted], get=lambda *_: answer, now=later())
    assert result.error is not None
    assert result.error.code == "refresh.unasked"


def test_more_addresses_than_the_ceiling_are_not_asked(
    family: Wallet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FETCH_DOCUMENTS", 1)
    with pytest.raises(LimitExceeded) as caught:
        family.plan_refresh()
    assert (caught.value.code, caught.value.evidence["number"]) == ("refresh.too-many", 2)


def test_a_mistake_of_ours_on_one_file_leaves_the_others_added(
    family: Wallet, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, calls = KnownIssuers.admit, []

    def mistaken(self: KnownIssuers, *arguments: Any, **options: Any) -> Credential:
        calls.append(arguments)
        if len(calls) == 1:
            raise ZeroDivisionError
        return right(self, *arguments, **options)

    monkeypatch.setattr(KnownIssuers, "admit", mistaken)
    files = [strict_json.dumps(issuer.diploma(number=number)) for number in (7, 8)]
    bad, good = family.add_files(files, now=NOW)
    assert isinstance(bad.error, Mistake)
    assert good.error is None
    assert len(family.diplomas()) == 3
