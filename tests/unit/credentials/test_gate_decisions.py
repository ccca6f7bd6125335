"""Decisions of the gate that nothing else in the suite depends on: each test was a mutant that survived."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.unit.credentials.test_gate import DIPLOMA, LIST, Listed, W, answer, code, key, olympiad, told
from tests.world import NOW, SIGNED, altered, seeded_key
from vcwallet.credentials import enveloped
from vcwallet.credentials.credential import EnvelopedCredential
from vcwallet.credentials.gate import CLOCK_SKEW, REASONS, Place, admit, finding_of
from vcwallet.credentials.issuers import IssuerState, KeyState, ListedIssuer, ListedKey
from vcwallet.credentials.presentation import EnvelopedPresentation, Presentation
from vcwallet.errors import KeyUnavailable, LimitExceeded, MachineError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.did.key import verification_method_of
from vcwallet.identifiers.keys import KeyType
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.proofs.jose import jws, vc_jose_cose
from vcwallet.proofs.jose.vc_jose_cose import MediaType
from vcwallet.report import Check, Result
from vcwallet.strict_json import JsonObject, dumps
from vcwallet.timestamps import render


def test_a_reason_is_told_under_the_question_its_code_begins_with() -> None:
    assert {reason: known.check.value for reason, known in REASONS.items()} == {
        reason: reason.partition(".")[0] for reason in REASONS
    }


def test_what_this_computer_cannot_do_is_not_known_and_never_admitted() -> None:
    found = finding_of(MachineError("machine.no-extra", "No extra."))
    assert (found.check, found.result) == (Check.PROOF, Result.UNKNOWN)


def test_what_is_not_at_hand_is_not_known_and_never_refused() -> None:
    found = finding_of(KeyUnavailable("key.not-listed", "No key."))
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


def undated(document: Any) -> Any:
    return add_proof(
        {name: value for name, value in document.items() if name != "proof"},
        suite="eddsa-rdfc-2022",
        key=W.olympiad.key,
        verification_method=W.olympiad.method,
        created=None,
    )


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (undated(LIST), Place.STATUS_LIST),
        (undated(DIPLOMA), Place.DIPLOMA),
        (
            W.olympiad.sign({n: v for n, v in LIST.items() if n not in ("proof", "validFrom")}),
            Place.STATUS_LIST,
        ),
    ],
    ids=["a list without a date of signing", "a diploma without one", "a list without a begin"],
)
def test_what_has_one_date_only_is_dated_by_it(document: Any, place: Place) -> None:
    assert told(answer(document, place, olympiad(key(valid_until=NOW))))[2] == "key.in-window"
    ended = olympiad(key(valid_until=SIGNED - timedelta(days=200)))
    assert code(answer(document, place, ended)) == "key.too-late"


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


def shown_as_token(holder: Any = W.child, method: str = verification_method_of(W.child.id)) -> Any:
    """A presentation of another's wallet: a JWT without a proof inside."""
    document = {name: value for name, value in W.bundle().presentation.items() if name != "proof"}
    document["holder"] = holder.id
    secured = vc_jose_cose.secure(
        document,
        MediaType.VP_JWT,
        key=holder.key,
        verification_method=method,
        issued=SIGNED,
        expires=NOW + timedelta(days=1),
        domain="priem.vuz.example",
    )
    envelope = enveloped.recognise(str(secured))
    assert isinstance(envelope, EnvelopedPresentation)
    return enveloped.open_presentation(envelope)


def test_a_presentation_in_an_envelope_needs_no_proof_beside_its_signature() -> None:
    admission = admit(shown_as_token(), Place.PRESENTATION, issuers=Listed(), now=NOW)
    assert admission.demand() is admission
    club = admit(
        shown_as_token(W.olympiad, W.olympiad.method), Place.PRESENTATION, issuers=olympiad(key()), now=NOW
    )
    assert code(club) is None


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
    assert found.evidence == {"issuer": W.olympiad.id, "name": DIPLOMA["issuer"]["name"]}


def test_a_forged_proof_is_refused_though_the_list_gives_its_keys_no_names() -> None:
    forged = W.olympiad.sign(W.olympiad.unsigned(7), key=seeded_key("злоумышленник"))
    other = ListedKey(seeded_key("другая кривая", KeyType.P256).public_key)
    for issuers in (olympiad(key()), olympiad(key(), other)):
        found = answer(forged, issuers=issuers).reason
        assert found is not None
        assert (found.reason, found.result) == ("proof.signature", Result.FAILED)


def test_a_key_that_is_not_at_hand_is_a_question_about_the_key() -> None:
    found = answer(altered(DIPLOMA, lambda d: d["proof"].update(verificationMethod=f"{W.olympiad.id}#gone")))
    assert found.reason is not None
    assert (found.reason.reason, found.reason.check) == ("key.not-listed", Check.KEY)


@pytest.mark.parametrize("order", [1, -1])
def test_of_one_key_under_two_names_the_narrower_window_counts(order: int) -> None:
    two = [
        key(ids=frozenset({W.olympiad.method}), valid_until=NOW),
        key(ids=frozenset({f"{W.olympiad.id}#old"}), valid_until=SIGNED - timedelta(days=1)),
    ]
    assert code(answer(DIPLOMA, issuers=olympiad(*two[::order]))) == "key.too-late"


def test_a_token_names_its_key_and_the_list_may_know_it_by_its_material_only() -> None:
    def token(**changes: Any) -> Any:
        document = {name: value for name, value in W.olympiad.unsigned(7).items() if name != "proof"}
        made = enveloped.secure_credential(
            document,
            **{
                "media_type": MediaType.VC_JWT,
                "key": W.olympiad.key,
                "verification_method": W.olympiad.method,
                "issued": SIGNED,
                **changes,
            },
        )
        return admit(enveloped.open_credential(made), Place.DIPLOMA, issuers=olympiad(key()), now=NOW)

    assert token().demand().proofs
    assert code(token(key=seeded_key("злоумышленник"))) == "proof.signature"


def test_a_diploma_signed_before_the_day_it_is_dated_is_held_to_the_day_of_signing() -> None:
    """Schools sign before the ceremony: the key's window is compared with the moment of signing."""
    dated = altered(W.olympiad.unsigned(7), lambda d: d.update(validFrom="2026-03-20T00:00:00Z"))
    issuers = olympiad(key(valid_until=SIGNED + timedelta(days=1)))
    assert code(answer(W.olympiad.sign(dated), issuers=issuers)) is None


@pytest.mark.parametrize(
    ("state", "since", "expected"),
    [
        (IssuerState.ACTIVE, SIGNED - timedelta(days=1), None),
        (IssuerState.CLOSED, None, None),
        (IssuerState.CLOSED, SIGNED, None),
        (IssuerState.CLOSED, SIGNED - timedelta(seconds=1), "issuer.closed"),
        (IssuerState.MERGED, SIGNED - timedelta(seconds=1), "issuer.closed"),
    ],
)
def test_only_what_was_signed_after_the_last_day_does_not_stand(
    state: IssuerState, since: Any, expected: str | None
) -> None:
    assert code(answer(DIPLOMA, issuers=olympiad(state=state, since=since))) == expected


def test_a_diploma_without_any_date_does_not_stand_for_a_closed_school() -> None:
    dateless = undated({name: value for name, value in DIPLOMA.items() if name != "validFrom"})
    assert code(answer(dateless)) is None
    assert code(answer(dateless, issuers=olympiad(state=IssuerState.CLOSED, since=NOW))) == "key.no-date"


def test_a_closed_school_is_told_once_whatever_the_number_of_proofs() -> None:
    second = seeded_key("вторая подпись")
    twice = add_proof(
        DIPLOMA,
        suite="eddsa-rdfc-2022",
        key=second,
        verification_method=f"{W.olympiad.id}#second",
        created=SIGNED,
    )
    closed = {"state": IssuerState.CLOSED, "since": SIGNED - timedelta(days=1)}
    told_ = told(answer(twice, issuers=olympiad(key(), ListedKey(second.public_key), **closed)))
    assert told_.count("issuer.closed") == 1


def test_validity_begins_within_the_skew_of_clocks_and_not_later() -> None:
    for late, expected in ((0, None), (1, "validity.not-yet")):
        begins = NOW + CLOCK_SKEW + timedelta(seconds=late)
        document = altered(W.olympiad.unsigned(7), lambda d, at=begins: d.update(validFrom=render(at)))
        assert code(answer(W.olympiad.sign(document))) == expected


def test_a_list_that_is_over_still_says_what_was_revoked() -> None:
    over = W.olympiad.status(NOW - timedelta(days=40), valid_until=NOW - timedelta(days=20))
    assert code(answer(over, Place.STATUS_LIST)) is None


def test_a_token_that_names_no_key_is_tried_with_the_issuers_own() -> None:
    payload = dumps({name: value for name, value in W.olympiad.unsigned(7).items() if name != "proof"})
    text = jws.sign({"typ": "vc+jwt", "cty": "vc"}, payload.encode(), W.olympiad.key)
    envelope = enveloped.recognise(text)
    assert isinstance(envelope, EnvelopedCredential)
    opened = enveloped.open_credential(envelope)
    admission = admit(opened, Place.DIPLOMA, issuers=olympiad(), now=NOW)
    assert (opened.secured.kid, code(admission)) == (None, None)


def dated(until: datetime) -> JsonObject:
    return W.olympiad.sign({**W.olympiad.unsigned(7), "validUntil": render(until)})


def test_a_diploma_is_in_force_until_its_last_moment() -> None:
    assert answer(dated(NOW + timedelta(days=1))).reason is None
    assert answer(dated(NOW)).reason is None
    over = answer(dated(NOW - timedelta(seconds=1))).reason
    assert over is not None
    assert over.reason == "validity.over"


def test_what_stands_in_a_wrong_place_is_named_by_its_own_types() -> None:
    def kind(document: JsonObject, place: Place = Place.DIPLOMA) -> object:
        found = answer(document, place).reason
        assert found is not None
        return found.evidence["kind"]

    assert kind(LIST) == "BitstringStatusListCredential"
    assert kind(DIPLOMA, Place.STATUS_LIST) == "OpenBadgeCredential"
    unsigned = {**W.olympiad.unsigned(7), "type": ["VerifiableCredential"]}
    assert kind(W.olympiad.sign(unsigned)) == "VerifiableCredential"
    shown = Presentation.parse(W.bundle().presentation)
    found = admit(shown, Place.DIPLOMA, issuers=Listed(), now=NOW).reason
    assert found is not None
    assert found.evidence["kind"] == "VerifiablePresentation"


def test_a_document_is_admitted_at_its_own_place() -> None:
    admission = admit(W.olympiad.document, Place.IDENTIFIER_DOCUMENT, issuers=Listed(), now=NOW)
    assert admission.place is Place.IDENTIFIER_DOCUMENT
