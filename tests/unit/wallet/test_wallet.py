"""What a family does: add what verifies, look, show one child's diplomas to one recipient, remember it."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.wallet.shared import MASHA, NOW, PETYA, Issuer, later, present, reopen, wallet
from vcwallet.credentials import verification
from vcwallet.credentials.gate import NotAdmitted
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import KeyUnavailable, ProofError, UsageError, VcwalletError
from vcwallet.identifiers import did
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.wallet import Profile, Standing

UNIVERSITY = "university.example"
PURPOSE = "Поступление, 2026"


def test_a_diploma_is_kept_and_shown_and_remembered(tmp_path: Path) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "семья.vcw", issuer)
    document = issuer.diploma()
    entry = family.add(document, now=NOW)
    family.save()

    again = reopen(tmp_path / "семья.vcw")
    (kept,) = again.diplomas()
    assert kept == entry
    assert json.dumps(kept.credential.json) == json.dumps(document)
    assert kept.title == "Олимпиада «Вымысел», тур 1, Астрономия, Диплом победителя I степени, 2025/26"

    shown = present(again, [kept], domain=UNIVERSITY, purpose=PURPOSE, challenge="c-1", now=NOW)
    read = Presentation.parse(shown.bundle.text)
    assert read.purpose == PURPOSE
    (proof,) = verification.verify(
        read, resolve=again.issuers.resolve, now=NOW, domain=UNIVERSITY, challenge="c-1"
    )
    assert proof.controller == again.children[0].did == read.holder
    assert proof.expires == NOW + timedelta(days=30)

    # The ledger was on the disk before the presentation was handed out.
    (line,) = reopen(tmp_path / "семья.vcw").children[0].ledger.entries()
    assert line == shown.ledger_entry
    assert line.showing is not None
    assert (line.showing.recipient, line.showing.purpose) == (UNIVERSITY, PURPOSE)
    assert line.showing.shown[0].title == kept.title
    assert "born" in line.showing.shown[0].fields


def test_the_presentation_holds_for_its_recipient_and_its_days_only(tmp_path: Path) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    entry = family.add(issuer.diploma(), now=NOW)
    shown = present(family, [entry], domain=UNIVERSITY, purpose=PURPOSE, expires=timedelta(days=7), now=NOW)
    read = Presentation.parse(shown.presentation)
    resolve = family.issuers.resolve
    verification.verify(read, resolve=resolve, now=later(6), domain=UNIVERSITY)
    for now, domain in ((later(8), UNIVERSITY), (later(6), "other.example")):
        with pytest.raises(ProofError):
            verification.verify(read, resolve=resolve, now=now, domain=domain)


# --- adding -------------------------------------------------------------------------------------


def changed(document: Any, path: tuple[str, ...], value: Any) -> Any:
    out = copy.deepcopy(document)
    node = out
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return out


def test_nothing_is_kept_that_does_not_verify(tmp_path: Path) -> None:
    issuer, impostor = Issuer(), Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    good = issuer.diploma()
    bad: dict[str, tuple[Any, type[VcwalletError]]] = {
        "one letter changed": (changed(good, ("credentialSubject", "familyName"), "Тестовa"), NotAdmitted),
        "another key under the same name": (impostor.diploma(), NotAdmitted),
        "unsigned": ({k: v for k, v in good.items() if k != "proof"}, NotAdmitted),
        "nobody knows the issuer": (Issuer(id="did:web:unknown.example").diploma(), KeyUnavailable),
        "not a credential": ({"type": "Nothing"}, VcwalletError),
        "not JSON": (b"\xff\xfe", VcwalletError),
    }
    for name, (document, error) in bad.items():
        with pytest.raises(error):
            family.add(document, now=NOW)
        assert family.diplomas() == (), name
        assert family.children == (), name


def test_an_unknown_issuer_verifies_once_its_document_is_there(tmp_path: Path) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw")
    with pytest.raises(KeyUnavailable) as caught:
        family.add(issuer.diploma(), now=NOW)
    assert caught.value.code == "wallet.issuer-unknown"
    assert family.issuers.remember(issuer.document, now=NOW)
    family.add(issuer.diploma(), now=NOW)
    family.save()
    reopen(tmp_path / "a.vcw").add(issuer.diploma(number=2), now=NOW)


def test_the_same_diploma_is_kept_once_however_it_is_written(tmp_path: Path) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    document = issuer.diploma()
    first = family.add(document, now=NOW)
    unsigned = {name: document[name] for name in reversed(document) if name != "proof"}
    reordered = json.dumps({**unsigned, "proof": document["proof"]}, indent=3, ensure_ascii=True)
    signed_again = add_proof(
        unsigned, suite="eddsa-rdfc-2022", key=issuer.key, verification_method=issuer.method, created=later()
    )
    for copy_ in (document, reordered, signed_again):
        assert family.add(copy_, now=later(2)) == first
    assert len(family.diplomas()) == 1


# --- status -------------------------------------------------------------------------------------


def test_what_is_known_about_revocation_and_how_old_it_is(tmp_path: Path) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    good, revoked = (family.add(issuer.diploma(number=number), now=NOW) for number in (1, 2))
    assert family.status(good, now=NOW).standing is Standing.UNKNOWN
    assert family.lists.remember(issuer.status_list(at=NOW), now=NOW)
    assert family.status(revoked, now=NOW).standing is Standing.GOOD
    newer = issuer.status_list(revoked=(2,), at=later(1))
    assert family.lists.remember(newer, now=later(2))
    assert not family.lists.remember(issuer.status_list(at=NOW), now=later(2))
    assert family.status(revoked, now=later(2)).standing is Standing.REVOKED
    status = family.status(good, now=later(2))
    assert (status.standing, status.as_of) == (Standing.GOOD, later(1))


def test_a_forged_status_list_is_not_kept(tmp_path: Path) -> None:
    issuer, impostor = Issuer(), Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    with pytest.raises(NotAdmitted) as caught:
        family.lists.remember(impostor.status_list(revoked=(1,)), now=NOW)
    assert caught.value.code == "proof.signature"
    stranger = Issuer(id="did:web:stranger.example")
    family.issuers.remember(stranger.document, now=NOW)
    entry = family.add(issuer.diploma(), now=NOW)
    # Verifies, and says nothing about another issuer's diplomas.
    family.lists.remember(stranger.status_list(revoked=(1,)), now=NOW)
    assert family.status(entry, now=NOW).standing is Standing.UNKNOWN


def test_stapled_lists_are_those_of_what_is_shown(tmp_path: Path) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    entry = family.add(issuer.diploma(), now=NOW)
    family.lists.remember(issuer.status_list(), now=NOW)
    options: dict[str, Any] = {"domain": UNIVERSITY, "purpose": PURPOSE, "now": NOW}
    assert present(family, [entry], **options).bundle.status_lists == ()
    assert present(family, [entry], staple=True, **options).bundle.status_lists == (issuer.status_list(),)


# --- presenting ---------------------------------------------------------------------------------


def test_one_presentation_is_of_one_child(tmp_path: Path) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    masha, petya = family.add_child(MASHA, now=NOW), family.add_child(PETYA, now=NOW)
    hers, his = (
        family.add(issuer.diploma(MASHA), now=NOW),
        family.add(issuer.diploma(PETYA, number=2), now=NOW),
    )
    with pytest.raises(UsageError) as caught:
        present(family, [hers, his], domain=UNIVERSITY, purpose=PURPOSE, now=NOW)
    assert caught.value.code == "wallet.several-children"
    shown = present(family, [hers], domain=UNIVERSITY, purpose=PURPOSE, now=NOW)
    assert masha.did in shown.bundle.text
    for private in (PETYA.given_name, petya.did, petya.id):
        assert private not in shown.bundle.text
    assert petya.ledger.entries() == ()
    assert len(masha.ledger.entries()) == 1


IMPOSSIBLE = {
    "nothing chosen": ({"entries": []}, "wallet.nothing-chosen"),
    "no purpose": ({"purpose": "  "}, "wallet.no-purpose"),
    "no recipient": ({"domain": ""}, "presentation.no-recipient"),
    "ends before it begins": ({"expires": timedelta(0)}, "wallet.expires-past"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_presentations_that_cannot_be(tmp_path: Path, name: str) -> None:
    changes, code = IMPOSSIBLE[name]
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    options: dict[str, Any] = {
        "entries": [family.add(issuer.diploma(), now=NOW)],
        "domain": UNIVERSITY,
        "purpose": PURPOSE,
        "now": NOW,
        **changes,
    }
    with pytest.raises(UsageError) as caught:
        present(family, options.pop("entries"), **options)
    assert caught.value.code == code
    assert family.children[0].ledger.entries() == ()


def test_the_smallest_proof_goes_out_and_a_base_proof_never(tmp_path: Path) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    document = issuer.diploma()
    twice = add_proof(
        document,
        suite="eddsa-rdfc-2022",
        key=issuer.key,
        verification_method=issuer.method,
        created=later(),
    )
    entry = family.add(twice, now=NOW)
    assert isinstance(entry.credential.json["proof"], list)
    shown = present(family, [entry, entry], domain=UNIVERSITY, purpose=PURPOSE, now=NOW)
    (credential,) = Presentation.parse(shown.presentation).credentials
    assert isinstance(credential.json["proof"], dict)


def test_a_child_has_a_did_of_its_own(tmp_path: Path) -> None:
    family = wallet(tmp_path / "a.vcw")
    masha, petya = family.add_child(MASHA, now=NOW), family.add_child(PETYA, now=NOW)
    assert masha.did != petya.did
    assert did.resolve(masha.did).verification_methods[0].public_key == masha.key.public_key
    family.save()
    assert {child.did for child in reopen(tmp_path / "a.vcw").children} == {masha.did, petya.did}
    assert family.child("проба").did == masha.did
    for wanted, code in (("никто", "wallet.no-child"), ("", "wallet.no-child")):
        with pytest.raises(UsageError) as caught:
            family.child(wanted)
        assert caught.value.code == code
    with pytest.raises(UsageError):
        family.add_child(MASHA, now=NOW)
    with pytest.raises(UsageError):
        family.add_child(Profile(" "), now=NOW)


def test_entries_are_found_by_the_beginning_of_their_number(tmp_path: Path) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    entries = [family.add(issuer.diploma(number=number), now=NOW) for number in range(1, 20)]
    for entry in entries:
        assert family.diploma(entry.id[:12]) == entry
        assert family.diploma(entry.credential.id or "") == entry
    with pytest.raises(UsageError) as caught:
        family.diploma("нет")
    assert caught.value.code == "wallet.no-entry"
    with pytest.raises(UsageError):
        family.diploma("")
    family.children[0].remove(entries[0])
    assert len(family.diplomas()) == 18
