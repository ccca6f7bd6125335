"""What is hidden stays at home; what is asked for is found; what is shown is the least that does the job."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.wallet.shared import MASHA, NOW, PETYA, Issuer, later, wallet
from vcwallet.bundle.request import Request, Want
from vcwallet.credentials import presentation
from vcwallet.credentials.achievement import facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.presentation import Presentation, is_base_proof
from vcwallet.errors import ProofError, UsageError
from vcwallet.wallet import Wallet, answering, disclosure

TO: dict[str, Any] = {"domain": "university.example", "purpose": "Поступление", "now": NOW}
SECRETS = ("2009-05-17", "Школа № 0")


def scored(issuer: Issuer, number: int = 1) -> Any:
    """A diploma that also states points, which few universities need."""
    document = issuer.diploma(number=number, schoolClass="10")
    del document["proof"]
    subject: Any = document["credentialSubject"]
    scale = "urn:uuid:0b8d3f7e-91a4-4f6d-b2c5-7e60d1f48a39"
    subject["achievement"]["resultDescription"] = [
        {
            "id": scale,
            "type": ["ResultDescription"],
            "name": "Сумма баллов",
            "resultType": "RawScore",
            "valueMax": "100",
        }
    ]
    subject["result"].append({"type": ["Result"], "resultDescription": scale, "value": "87"})
    return issuer.with_hideable_parts(issuer.sign(document))


def kept(family: Wallet, document: Any) -> Any:
    return family.add(document, now=NOW)


def test_hidden_fields_leave_no_trace_and_the_rest_still_verifies(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    entry = kept(family, issuer.with_hideable_parts(issuer.diploma()))
    shown = family.present([entry], hide={entry.id: ["born", "school"]}, **TO)
    for secret in SECRETS:
        assert secret in entry.credential.text
        assert secret not in shown.bundle.text
    (credential,) = Presentation.parse(shown.presentation).credentials
    assert facts(credential).keys() == entry.facts.keys() - {"born", "school"}
    assert not any(is_base_proof(proof) for proof in credential.proofs)
    presentation.verify(
        Presentation.parse(shown.bundle.text), resolve=family.remembered.resolve, now=NOW, domain=TO["domain"]
    )
    said = shown.ledger_entry.disclosure
    assert said is not None
    assert set(said.shown[0].hidden) == {"born", "school"}
    assert "born" not in said.shown[0].fields


def test_without_hiding_the_plain_proof_goes_out_and_the_base_proof_stays(
    tmp_path: Path, issuer: Issuer
) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    entry = kept(family, issuer.with_hideable_parts(issuer.diploma()))
    assert [is_base_proof(proof) for proof in entry.credential.proofs] == [False, True]
    (credential,) = Presentation.parse(family.present([entry], **TO).presentation).credentials
    assert [proof["cryptosuite"] for proof in credential.proofs] == ["eddsa-rdfc-2022"]
    (base,) = (proof for proof in entry.credential.proofs if is_base_proof(proof))
    assert str(base["proofValue"]) not in family.present([entry], **TO).bundle.text


def test_a_diploma_with_nothing_but_a_base_proof_is_shown_through_a_derived_one(
    tmp_path: Path, issuer: Issuer
) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    unsigned = {name: value for name, value in issuer.diploma().items() if name != "proof"}
    entry = kept(family, issuer.with_hideable_parts(unsigned))
    (credential,) = Presentation.parse(family.present([entry], **TO).presentation).credentials
    assert facts(credential) == entry.facts
    assert not is_base_proof(credential.proofs[0])


@pytest.mark.parametrize("field", ["born", "school", "class", "result", "score", "person", "patronymic"])
def test_each_field_hides_alone(issuer: Issuer, field: str) -> None:
    credential = Credential.parse(scored(issuer))
    draft = disclosure.draft(credential, [field])
    assert set(draft.hidden) == disclosure.with_parts([field])
    assert set(draft.fields) == set(disclosure.fields(credential)) - set(draft.hidden)
    if field in ("born", "school", "result"):
        assert facts(credential)[field] not in str(draft.document)


def test_a_hidden_score_takes_its_scale_along(issuer: Issuer) -> None:
    draft = disclosure.draft(Credential.parse(scored(issuer)), ["score"])
    for trace in ("87", "Сумма баллов", "RawScore", "ResultDescription"):
        assert trace not in str(draft.document["credentialSubject"])


def test_everything_hideable_at_once(issuer: Issuer) -> None:
    credential = Credential.parse(scored(issuer))
    every = disclosure.hideable(credential)
    assert set(every) == {"person", "patronymic", "born", "school", "class", "result", "score"}
    draft = disclosure.draft(credential, every)
    assert set(draft.hidden) == set(every)
    for name in (MASHA.given_name, MASHA.family_name, *SECRETS, "победителя"):
        assert name not in str(draft.document)


IMPOSSIBLE = {
    "a field there is not": ("salary", "wallet.no-such-field"),
    "a mandatory part": ("achievement", "wallet.cannot-hide"),
    "the issuer": ("issuer", "wallet.cannot-hide"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_be_hidden_is_not_shown_by_mistake(tmp_path: Path, issuer: Issuer, name: str) -> None:
    field, code = IMPOSSIBLE[name]
    family = wallet(tmp_path / "a.vcw", issuer)
    entry = kept(family, issuer.with_hideable_parts(issuer.diploma()))
    with pytest.raises(UsageError) as caught:
        family.present([entry], hide={entry.id: [field]}, **TO)
    assert caught.value.code == code
    plain = kept(family, issuer.diploma(number=2))
    assert disclosure.hideable(plain.credential) == {}
    with pytest.raises(UsageError) as caught:
        family.present([plain], hide={plain.id: ["born"]}, **TO)
    assert caught.value.code == "wallet.cannot-hide"
    # A field the diploma has not is hidden already.
    assert family.present([plain], hide={plain.id: ["class"]}, **TO)
    assert len(family.children[0].ledger.entries()) == 1


def test_a_forged_base_proof_is_not_kept(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    impostor = Issuer()
    for document in (
        impostor.with_hideable_parts(issuer.diploma()),
        {**issuer.with_hideable_parts(issuer.diploma()), "validFrom": "2020-01-01T00:00:00Z"},
    ):
        with pytest.raises(ProofError):
            kept(family, document)


# --- requests ------------------------------------------------------------------------------------------


def request(*wants: Want, **changes: Any) -> Request:
    values = {
        "domain": "university.example",
        "purpose": "Поступление",
        "created": NOW,
        "wants": wants,
        **changes,
    }
    return Request(**values)


def asked(family: Wallet, *wants: Want, **changes: Any) -> answering.Answer:
    def status(entry: Any) -> Any:
        return family.status(entry, now=NOW)

    return answering.propose(family.children[0], request(*wants, **changes), status=status, now=NOW)


def test_the_fewest_diplomas_and_fields_answer_a_request(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    for number, year in ((1, 2024), (2, 2025), (3, 2026)):
        document = issuer.diploma(
            number=number, awarded=f"{year}-03-01", schoolClass="9" if number == 2 else None
        )
        kept(family, issuer.with_hideable_parts(document))
    newest = family.entries()[-1]
    one = asked(family, Want("Award", ("person", "result")))
    assert one.entries == (newest,)
    assert set(one.hide[newest.id]) == {"born", "school"}
    # One diploma that serves both wants is preferred to two.
    both = asked(family, Want("Award", ("class",)), Want("Award", ("born",)))
    assert [entry.awarded[:4] for entry in both.entries] == ["2025"]
    assert "class" not in both.hide[both.entries[0].id]
    assert "born" not in both.hide[both.entries[0].id]
    assert len(asked(family, Want("Award", at_least=2)).entries) == 2
    assert all(not hidden for hidden in asked(family, Want("Award")).hide.values()), (
        "whole diplomas were asked for"
    )
    shown = family.present(one.entries, hide=one.hide, **TO)
    assert "2009-05-17" not in shown.bundle.text


def test_what_is_revoked_answers_nothing(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    first, second = (kept(family, issuer.diploma(number=number)) for number in (1, 2))
    family.remembered.remember_status_list(issuer.status_list(revoked=(2,)), now=NOW)
    assert asked(family, Want("Award")).entries == (first,)
    with pytest.raises(UsageError) as caught:
        asked(family, Want("Award", at_least=2))
    assert caught.value.code == "wallet.not-enough"
    assert second


REQUESTS: dict[str, tuple[tuple[Want, ...], dict[str, Any], str]] = {
    "expired": ((Want("Award"),), {"expires": NOW}, "wallet.request-expired"),
    "asks for nothing": ((), {}, "wallet.request-names-nothing"),
    "another kind": ((Want("Course"),), {}, "wallet.not-enough"),
    "a field no diploma has": ((Want("Award", ("score",)),), {}, "wallet.not-enough"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_requests_that_cannot_be_answered(tmp_path: Path, issuer: Issuer, name: str) -> None:
    wants, changes, code = REQUESTS[name]
    family = wallet(tmp_path / "a.vcw", issuer)
    kept(family, issuer.diploma())
    with pytest.raises(UsageError) as caught:
        asked(family, *wants, **changes)
    assert caught.value.code == code


def test_a_request_is_answered_by_one_child_only(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    family.add_child(MASHA, now=NOW)
    family.add_child(PETYA, now=NOW)
    kept(family, issuer.diploma(MASHA, number=1))
    kept(family, issuer.diploma(PETYA, number=2))
    with pytest.raises(UsageError):
        asked(family, Want("Award", at_least=2))


def test_the_promise_how_long_it_is_kept_is_remembered(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    entry = kept(family, issuer.diploma())
    family.present([entry], retention=timedelta(days=40), **{**TO, "now": later()})
    (line,) = family.children[0].ledger.entries()
    assert line.disclosure is not None
    assert line.disclosure.retention_days == 40
