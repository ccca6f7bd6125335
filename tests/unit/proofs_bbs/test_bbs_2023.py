"""bbs-2023: any subset verifies and shows only itself, and two derivations have nothing in common."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import SOAK
from tests.unit.primitives.bls_curve import G2
from tests.unit.proofs_suites.world import (
    HIDEABLE,
    KEYS,
    MANDATORY,
    NOW,
    changed,
    diploma,
    hideable_diploma,
    put,
    sign,
    value_at,
    verify,
)
from vcwallet import limits, strict_json
from vcwallet.bundle import codec
from vcwallet.credentials import presentation, verification
from vcwallet.credentials.achievement import facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import DocumentError, LimitExceeded, ProofError, UsageError
from vcwallet.identifiers import did, multibase
from vcwallet.identifiers.did.key import did_of, verification_method_of
from vcwallet.identifiers.keys import KeyType, PublicKey
from vcwallet.proofs.cryptosuites import bbs, is_base_proof
from vcwallet.proofs.cryptosuites.canonical_forms import UnsecuredDocument
from vcwallet.proofs.data_integrity import derive
from vcwallet.proofs.jsonld import PINNED
from vcwallet.wallet import drafts

SUITE = "bbs-2023"
KEY = KEYS[KeyType.BLS12_381_G2]
BASE = sign(
    hideable_diploma(), SUITE, mandatory_pointers=MANDATORY, randomness=lambda size: bytes(range(size))
)

GROUPED = UnsecuredDocument(
    {name: value for name, value in BASE.items() if name != "proof"}, PINNED
).base_proof_transformation(
    bbs.create_shuffled_id_label_map_function(bbs.parse_base_proof_value(BASE["proof"]).hmac_key),
    MANDATORY,
)
OBJECTS = {f"c14n{number}": f"c14n{number}" for number in range(len(GROUPED.label_map))}
"""The objects without a name, by their canonical identifiers."""


class TestBaseProof:
    def test_stands_beside_others(self) -> None:
        """With two proofs to derive from, the caller chooses; else it is the one that everybody can read."""
        three = diploma()
        for suite in ("eddsa-rdfc-2022", SUITE, "ecdsa-sd-2023"):
            pointers = () if suite == "eddsa-rdfc-2022" else MANDATORY
            three = sign(three, suite, mandatory_pointers=pointers)
        assert len(verify(three, stored=True)) == 3
        for chosen, made in ((None, "ecdsa-sd-2023"), ("ecdsa-sd-2023", "ecdsa-sd-2023"), (SUITE, SUITE)):
            shown = derive(three, HIDEABLE[:1], suite=chosen)
            assert [proof.cryptosuite for proof in verify(shown)] == [made]
        with pytest.raises(UsageError) as caught:
            derive(three, HIDEABLE[:1], suite="eddsa-rdfc-2022")
        assert caught.value.code == "proof.no-base-proof"

    def test_every_statement_is_checked_when_it_is_stored(self) -> None:
        """Also a changed mandatory part, a changed hideable one, changed pointers, changed copies."""
        for pointer, value in [
            ("/credentialSubject/dateOfBirth", "2010-11-03"),
            ("/credentialSubject/achievement/name", "Другая грамота"),
            ("/validFrom", "2026-05-26T00:00:00+03:00"),
        ]:
            with pytest.raises(ProofError) as caught:
                verify(changed(BASE, pointer, value), stored=True)
            assert caught.value.code == "proof.signature"
        base = bbs.parse_base_proof_value(BASE["proof"])
        values = [base.bbs_signature, base.bbs_header, base.public_key, base.hmac_key]
        for pointers in (base.mandatory_pointers[:-1], (*base.mandatory_pointers, HIDEABLE[0])):
            value = bbs.serialize_base_proof_value(bbs.BaseProofValue(*values, pointers))
            with pytest.raises(ProofError) as caught:
                verify(changed(BASE, "/proof/proofValue", value), stored=True)
            assert caught.value.code == "proof.signature"
        for position in (1, 2):
            other = [*values[:position], bytes(len(values[position])), *values[position + 1 :]]
            value = bbs.serialize_base_proof_value(bbs.BaseProofValue(*other, base.mandatory_pointers))
            with pytest.raises(ProofError) as caught:
                verify(changed(BASE, "/proof/proofValue", value), stored=True)
            assert caught.value.code == "proof.disclosure-malformed"

    def test_another_key_for_labels_changes_nothing_or_is_refused(self) -> None:
        """It is not signed, only the labels are; where they come out alike, so does all that is derived."""
        base = bbs.parse_base_proof_value(BASE["proof"])

        def labels(key: bytes) -> dict[str, str]:
            return bbs.create_shuffled_id_label_map_function(key)(OBJECTS)

        def with_key(key: bytes) -> dict[str, Any]:
            value = bbs.BaseProofValue(
                base.bbs_signature, base.bbs_header, base.public_key, key, base.mandatory_pointers
            )
            return changed(BASE, "/proof/proofValue", bbs.serialize_base_proof_value(value))

        keys = [number.to_bytes(32, "big") for number in range(5000)]
        alike = [key for key in keys if labels(key) == labels(base.hmac_key)]
        assert 0 < len(alike) < 100
        verify(with_key(alike[0]), stored=True)
        verify(derive(with_key(alike[0]), HIDEABLE[1:]))
        for key in keys[:20]:
            if key not in alike:
                with pytest.raises(ProofError):
                    verify(with_key(key), stored=True)

    def test_two_issuings_share_no_labels(self) -> None:
        one, other = (bbs.parse_base_proof_value(sign(diploma(), SUITE)["proof"]) for _ in range(2))
        assert one.hmac_key != other.hmac_key

    def test_a_key_that_signs_one_message_at_a_time_is_none(self) -> None:
        class Card:
            public_key = KEY.public_key

            def sign(self, message: bytes) -> bytes:
                return bytes(64)

        with pytest.raises(ProofError) as caught:
            sign(diploma(), SUITE, Card())  # type: ignore[arg-type]
        assert caught.value.code == "proof.key-type"


class TestDerivedProof:
    @settings(max_examples=1000 if SOAK else 30, deadline=None)
    @given(st.sets(st.sampled_from(HIDEABLE)), st.booleans())
    def test_any_subset_shows_exactly_itself(self, shown: set[str], again: bool) -> None:
        document = derive(BASE, sorted(shown))
        if again:
            document = strict_json.loads_object(strict_json.dumps(document))
        (proof,) = verify(document)
        assert proof.cryptosuite == SUITE
        assert not is_base_proof(document["proof"])
        for pointer in (*MANDATORY, *shown):
            assert value_at(document, pointer) == value_at(BASE, pointer)
        text = strict_json.dumps(document)
        base = bbs.parse_base_proof_value(BASE["proof"])
        data = multibase.decode_multibase(document["proof"]["proofValue"])
        for part in (base.hmac_key, base.bbs_header, base.bbs_signature[:48], base.bbs_signature[48:]):
            assert part not in data
        for pointer in set(HIDEABLE) - shown:
            assert value_at(document, pointer) is None
            for _, hidden in strict_json.strings(value_at(BASE, pointer)):
                assert hidden == "Result" or hidden not in text
        # What may not be guessed is not confirmed either: no hidden message stands there as its number.
        value = bbs.parse_derived_proof_value(document["proof"])
        statements = len(GROUPED.nquads) - len(GROUPED.groups["mandatory"])
        assert len(value.bbs_proof) == 272 + 32 * (statements - len(value.selective_indexes))
        from vcwallet.identifiers.bbs_signature import BLS12_381_SHA_256

        for scalar in BLS12_381_SHA_256.messages_to_scalars([line.encode() for line in GROUPED.nquads]):
            assert scalar.to_bytes(32, "big") not in data

    def test_two_derivations_share_no_part_of_the_proof(self) -> None:
        """What recipients could compare: the values have the same shape, and not one number in common."""
        shown = [derive(BASE, HIDEABLE[:2]) for _ in range(6)]
        values = [bbs.parse_derived_proof_value(document["proof"]) for document in shown]
        seen: set[bytes] = set()
        for value in values:
            parts = {value.bbs_proof[start : start + 8] for start in range(0, len(value.bbs_proof), 8)}
            assert not seen & parts
            seen |= parts
            assert value.presentation_header == b""
        same = [changed(document, "/proof/proofValue", "") for document in shown]
        assert all(document == same[0] for document in same)
        # Labels are ranks among the few objects of a document, not the long numbers they come from.
        assert all(len(label) <= 3 for value in values for label in value.label_map.values())

    def test_the_presentation_header_is_signed(self) -> None:
        document = bbs.derive(BASE, [], presentation_header=b"asked today")
        verify(document)
        value = bbs.parse_derived_proof_value(document["proof"])
        other = bbs.DerivedProofValue(
            value.bbs_proof, value.label_map, value.mandatory_indexes, value.selective_indexes, b"asked then"
        )
        with pytest.raises(ProofError) as caught:
            verify(changed(document, "/proof/proofValue", bbs.serialize_derived_proof_value(other)))
        assert caught.value.code == "proof.signature"

    def test_proofs_of_two_documents_do_not_mix(self) -> None:
        """One pupil, two diplomas of one key: the proof of one is no good for the other."""
        other = sign(
            changed(hideable_diploma(), "/credentialSubject/dateOfBirth", "2011-11-02"),
            SUITE,
            mandatory_pointers=MANDATORY,
        )
        mine, theirs = derive(BASE, HIDEABLE[:1]), derive(other, HIDEABLE[:1])
        for document, proof in ((mine, theirs["proof"]), (theirs, mine["proof"])):
            with pytest.raises(ProofError):
                verify({**document, "proof": proof})

    def test_another_key_did_not_sign_it(self) -> None:
        stranger = type(KEY).generate(KeyType.BLS12_381_G2).public_key
        document = derive(BASE, [])
        method = verification_method_of(did_of(stranger))
        with pytest.raises(ProofError) as caught:
            verify(changed(document, "/proof/verificationMethod", method))
        assert caught.value.code == "proof.signature"

    def test_a_key_outside_the_group_is_none(self) -> None:
        """It can be written as a did:key; the point is looked at before it is used."""
        key = PublicKey(KeyType.BLS12_381_G2, G2.compressed(G2.some()))
        method = verification_method_of(did_of(key))
        for document, stored in ((derive(BASE, []), False), (BASE, True)):
            with pytest.raises(DocumentError) as caught:
                verify(changed(document, "/proof/verificationMethod", method), stored=stored)
            assert caught.value.code == "key.not-in-group"

    def test_a_family_hides_a_field_and_a_stranger_verifies_the_rest(self) -> None:
        """Through every room: kept, drafted, presented, carried in a bundle."""
        holder_key = KEYS[KeyType.ED25519]
        document = hideable_diploma()
        document["issuer"] = {
            "id": did_of(KEY.public_key),
            "type": ["Profile"],
            "name": "Олимпиада «Вымысел»",
        }
        document["credentialSubject"]["id"] = did_of(holder_key.public_key)
        kept = Credential.parse(sign(document, SUITE, mandatory_pointers=MANDATORY))
        drafted = drafts.draft(kept, facts(kept), hide={"born"})
        assert "born" in drafted.hidden

        def present(shown: strict_json.JsonObject) -> strict_json.JsonObject:
            return presentation.sign(
                [shown],
                holder_key=holder_key,
                holder=did_of(holder_key.public_key),
                domain="university.example",
                challenge=None,
                created=NOW,
                expires=NOW + timedelta(days=1),
            )

        made = present(drafted.credential.json)
        carried = codec.decode(codec.encode(codec.Bundle(made))).presentation
        assert carried == made
        verification.verify(
            Presentation.parse(carried), resolve=did.resolve, now=NOW, domain="university.example"
        )
        assert document["credentialSubject"]["dateOfBirth"] not in strict_json.dumps(carried)
        with pytest.raises(UsageError) as caught:
            present(kept.json)
        assert caught.value.code == "presentation.base-proof"


SHOWN = derive(BASE, HIDEABLE[1:])


def components(document: dict[str, Any]) -> list[Any]:
    value: list[Any] = cbor2.loads(multibase.decode_multibase(document["proof"]["proofValue"])[3:])
    return value


DERIVED, BASE_HEADER = b"\xd9\x5d\x03", b"\xd9\x5d\x02"
MALFORMED: dict[str, tuple[bytes, Callable[[list[Any]], Any]]] = {
    "nothing after the header": (DERIVED, lambda parts: b""),
    "an unknown header": (b"\xd9\x5d\x0b", lambda parts: parts),
    "ecdsa-sd-2023's header": (b"\xd9\x5d\x01", lambda parts: parts),
    "four components": (DERIVED, lambda parts: parts[:4]),
    "six components": (DERIVED, lambda parts: [*parts, 0]),
    "something after the end": (DERIVED, lambda parts: cbor2.dumps(parts) + b"\0"),
    "deep nesting": (DERIVED, lambda parts: b"\x81" * 5000),
    "a tag": (DERIVED, lambda parts: put(0, cbor2.CBORTag(64, parts[0]))(parts)),
    "a text for a proof": (DERIVED, put(0, "a" * 272)),
    "a label map that is a list": (DERIVED, put(1, [])),
    "a label map with texts": (DERIVED, put(1, {"c14n0": "b0"})),
    "labels that are bytes": (DERIVED, put(1, {0: b"b0"})),
    "a negative label": (DERIVED, put(1, {0: -1})),
    "an enormous label": (DERIVED, put(1, {0: 2**70})),
    "indexes that are true": (DERIVED, put(2, [True])),
    "mandatory indexes out of order": (DERIVED, put(2, [2, 1])),
    "an index beyond the statements": (DERIVED, lambda parts: put(2, [*parts[2], 1000])(parts)),
    "selective indexes out of order": (DERIVED, lambda parts: put(3, parts[3][::-1])(parts)),
    "a selective index twice": (DERIVED, lambda parts: put(3, [parts[3][0]] * len(parts[3]))(parts)),
    "a negative selective index": (DERIVED, put(3, [-1])),
    "a presentation header that is a text": (DERIVED, put(4, "")),
    "a large presentation header": (DERIVED, put(4, bytes(limits.BBS_PRESENTATION_HEADER_BYTES + 1))),
    "a base proof: a short signature": (BASE_HEADER, lambda parts: put(0, parts[0][:-1])(parts)),
    "a base proof: a short header": (BASE_HEADER, put(1, bytes(63))),
    "a base proof: a short key": (BASE_HEADER, put(2, bytes(95))),
    "a base proof: a short hmac key": (BASE_HEADER, put(3, bytes(31))),
    "a base proof: pointers that are bytes": (BASE_HEADER, put(4, [b"/issuer"])),
}


@pytest.mark.parametrize(("header", "make"), MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_values(header: bytes, make: Callable[[list[Any]], Any]) -> None:
    document = BASE if header == BASE_HEADER else SHOWN
    data = make(components(document))
    value = multibase.encode_multibase(header + (data if isinstance(data, bytes) else cbor2.dumps(data)), "u")
    with pytest.raises(ProofError) as caught:
        verify(changed(document, "/proof/proofValue", value), stored=True)
    assert caught.value.code == "proof.disclosure-malformed"
    if header == BASE_HEADER:
        with pytest.raises(ProofError):
            derive(changed(document, "/proof/proofValue", value), [])


@pytest.mark.parametrize(
    ("position", "make", "code"),
    [
        (0, lambda proof: proof[:-32], "proof.signature"),
        (0, lambda proof: proof[:-1], "proof.signature-malformed"),
        (0, lambda proof: b"", "proof.signature-malformed"),
        (0, lambda proof: proof + bytes(32), "proof.signature-malformed"),
        (1, lambda labels: {}, "proof.label-map"),
        (1, lambda labels: {**labels, len(labels): 77}, "proof.label-map"),
        (1, lambda labels: dict.fromkeys(labels, 1), "proof.label-map"),
        (1, lambda labels: {n: rank + 1 for n, rank in labels.items()}, "proof.signature"),
        (2, lambda indexes: indexes[1:], "proof.signature-count"),
        (3, lambda indexes: indexes[1:], "proof.signature-count"),
        (3, lambda indexes: [*indexes[:-1], 40_000], "proof.signature-malformed"),
        (3, lambda indexes: [*indexes[:-1], indexes[-1] + 1], "proof.signature"),
    ],
)
def test_values_that_do_not_hold(position: int, make: Callable[[Any], Any], code: str) -> None:
    parts = components(SHOWN)
    parts[position] = make(parts[position])
    value = multibase.encode_multibase(DERIVED + cbor2.dumps(parts), "u")
    with pytest.raises(ProofError) as caught:
        verify(changed(SHOWN, "/proof/proofValue", value))
    assert caught.value.code == code


def test_documents_have_a_ceiling() -> None:
    """A document of more statements than a proof may hide is not signed, and never verified."""
    results = [{"type": ["Result"], "value": str(number)} for number in range(limits.BBS_MESSAGES // 3 + 1)]
    large = changed(diploma(), "/credentialSubject/result", results)
    with pytest.raises(LimitExceeded) as caught:
        sign(large, SUITE)
    assert caught.value.code == "bbs.too-many-messages"
    smaller = changed(diploma(), "/credentialSubject/result", results[: limits.BBS_MESSAGES // 3 - 20])
    verify(derive(sign(smaller, SUITE, mandatory_pointers=MANDATORY), []))


MISSING = """
import sys
from datetime import UTC, datetime
sys.modules["py_arkworks_bls12381"] = None
from vcwallet.errors import MachineError
from vcwallet.identifiers import did
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs.data_integrity import derive, verify_proofs
from vcwallet import strict_json
base, shown = (strict_json.loads_object(line) for line in sys.stdin)
did.resolve(shown["proof"]["verificationMethod"].partition("#")[0])
NOW = datetime(2026, 6, 1, tzinfo=UTC)
for use in (
    lambda: verify_proofs(shown, resolve=did.resolve, purpose="assertionMethod", now=NOW),
    lambda: derive(base, []),
    lambda: SoftwareKey.generate(KeyType.BLS12_381_G2),
):
    try:
        use()
    except MachineError as error:
        print(error.code, error, error.next_step)
from vcwallet.conformance import instances
names = instances.make("http://127.0.0.1:1", now=NOW).keys()
assert "bbs-2023" not in names and "ecdsa-sd-2023-p256" in names
"""


def test_without_its_extra_it_says_which_one() -> None:
    """The key can still be read, so a trust list that has one loses nothing else; nor does the interface."""
    given_ = "\n".join((strict_json.dumps(BASE), strict_json.dumps(SHOWN)))
    lines = subprocess.run(
        [sys.executable, "-c", MISSING], input=given_, capture_output=True, encoding="utf-8", check=True
    ).stdout.splitlines()
    assert len(lines) == 3
    for line in lines:
        assert line.startswith("bbs.extra-missing ")
        assert "Install the part “bbs” of vcwallet." in line
        assert "py-arkworks-bls12381" in line


def test_it_costs_nothing_until_it_is_used() -> None:
    script = (
        "import sys, vcwallet.proofs.data_integrity, vcwallet.identifiers.keys\n"
        "assert not {'py_arkworks_bls12381', 'vcwallet.identifiers.bbs_signature'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
