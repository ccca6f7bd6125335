"""Decisions of the gate that nothing else in the suite depends on: each test was a mutant that survived."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.credentials.test_gate import DIPLOMA, LIST, Listed, W, answer, code, key, olympiad, told
from tests.world import NOW, SIGNED, altered, seeded_key
from vcwallet.credentials import enveloped
from vcwallet.credentials.gate import REASONS, Place, admit, finding_of
from vcwallet.credentials.issuers import KeyState, ListedIssuer, ListedKey
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import LimitExceeded, MachineError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.did.key import verification_method_of
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.proofs.jose.vc_jose_cose import MediaType
from vcwallet.report import Check, Result


def test_a_reason_is_told_under_the_question_its_code_begins_with() -> None:
    assert {reason: known.check.value for reason, known in REASONS.items()} == {
        reason: reason.partition(".")[0] for reason in REASONS
    }


def test_what_this_computer_cannot_do_is_not_known_and_never_admitted() -> None:
    found = finding_of(MachineError("machine.no-extra", "No extra."))
    assert (found.check, found.result) == (Check.PROOF, Result.UNKNOWN)


def test_what_is_over_a_ceiling_accuses_nobody() -> None:
    found = finding_of(LimitExceeded("limits.anything", "Too much."))
    assert (found.check, found.result) == (Check.FORM, Result.UNKNOWN)


def test_an_expired_proof_is_over_like_the_diploma_it_stands_in() -> None:
    expired = add_proof(
        W.olympiad.unsigned(7),
        suite="eddsa-rdfc-2022",
        key=W.olympiad.key,
        verification_method=W.olympiad.method,
        created=SIGNED,
        expires=NOW - timedelta(days=1),
    )
    found = answer(expired).reason
    assert found is not None
    assert (found.reason, found.check, found.result) == (
        "proof.expired",
        Check.VALIDITY,
        Result.NOT_COUNTED,
    )


def test_a_list_that_is_an_achievement_as_well_is_no_list() -> None:
    both = altered(LIST, lambda d: d["type"].append("AchievementCredential"))
    assert code(answer(both, Place.STATUS_LIST)) == "kind.wrong-place"


def test_a_list_of_issuers_cannot_give_a_did_key_another_key() -> None:
    other = seeded_key("ключ, приписанный школе")
    listed = Listed({W.school.id: ListedIssuer("school", W.school.id, {}, (ListedKey(other.public_key),))})
    document = W.school.unsigned(3)
    forged = W.school.sign(document, key=other)
    assert code(answer(forged, issuers=listed)) == "proof.signature"
    assert code(answer(W.school.sign(document), issuers=listed)) == "key.not-pinned"


def test_a_list_with_an_undated_proof_is_dated_by_its_begin() -> None:
    undated = add_proof(
        {name: value for name, value in LIST.items() if name != "proof"},
        suite="eddsa-rdfc-2022",
        key=W.olympiad.key,
        verification_method=W.olympiad.method,
        created=None,
    )
    issuers = olympiad(key(valid_until=NOW))
    assert told(answer(undated, Place.STATUS_LIST, issuers))[2] == "key.in-window"
    issuers = olympiad(key(valid_until=NOW - timedelta(days=30)))
    assert code(answer(undated, Place.STATUS_LIST, issuers)) == "key.too-late"


def offered(*keys: Any) -> str | None:
    """The gate's answer about the olympiad's identifier document, under these listed keys."""
    document = W.olympiad.document
    assert isinstance(document, ControlledIdentifierDocument)
    return code(admit(document, Place.IDENTIFIER_DOCUMENT, issuers=olympiad(*keys), now=NOW))


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (KeyState.ACTIVE, None),
        (KeyState.RETIRED, None),
        (KeyState.PROPOSED, "key.not-pinned"),
        (KeyState.COMPROMISED, "key.compromised"),
    ],
)
def test_a_document_brings_no_key_back_into_use(state: KeyState, expected: str | None) -> None:
    assert offered(key(state=state)) == expected


def test_a_bare_credential_is_no_list() -> None:
    bare = altered(LIST, lambda d: d.update(type=["VerifiableCredential"]))
    assert code(answer(bare, Place.STATUS_LIST)) == "kind.wrong-place"


def shown_as_token() -> Any:
    return enveloped.open_presentation(
        enveloped.secure_presentation(
            [W.olympiad.diploma(7, holder=W.child.id)],
            media_type=MediaType.VP_JWT,
            holder=W.child.id,
            holder_key=W.child.key,
            verification_method=verification_method_of(W.child.id),
            domain="priem.vuz.example",
            challenge=None,
            issued=SIGNED,
            expires=NOW + timedelta(days=1),
        )
    )


def test_a_presentation_in_an_envelope_needs_no_proof_beside_its_signature() -> None:
    admission = admit(shown_as_token(), Place.PRESENTATION, issuers=Listed(), now=NOW)
    assert admission.demand() is admission


def test_a_presentation_that_nobody_signed_shows_nothing() -> None:
    bundle = W.bundle().presentation
    unsigned = Presentation.parse({name: value for name, value in bundle.items() if name != "proof"})
    admission = admit(unsigned, Place.PRESENTATION, issuers=Listed(), now=NOW)
    assert (code(admission), admission.signer) == ("presentation.no-proof", "")


def test_a_learner_record_is_a_kind_of_its_own_only_where_a_diploma_stands() -> None:
    """A record inside a record would be inflated without end, so nobody looks into it."""
    record = altered(DIPLOMA, lambda d: d.update(type=["VerifiableCredential", "ClrCredential"]))
    assert told(answer(record))[0] == "kind.fits"
    assert told(answer(record, Place.INNER))[0] == "kind.not-judged"


def test_an_issuer_that_nobody_listed_is_told_by_its_own_name_and_id() -> None:
    found = answer(DIPLOMA, issuers=Listed()).reason
    assert found is not None
    assert found.evidence == {"issuer": W.olympiad.id, "name": DIPLOMA["issuer"]["name"]}  # type: ignore
