"""ecdsa-sd-2023: every step equals the official vectors; any subset verifies and shows only itself."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import SOAK, vector_json, vector_text
from tests.unit.proofs_suites.world import (
    HIDEABLE,
    MANDATORY,
    changed,
    diploma,
    hideable_diploma,
    put,
    sign,
    value_at,
    verify,
)
from vcwallet import limits, strict_json, timestamps
from vcwallet.errors import DocumentError, LimitExceeded, ProofError, UsageError
from vcwallet.identifiers import did, multibase
from vcwallet.identifiers.keys import SoftwareKey
from vcwallet.proofs import rdfc
from vcwallet.proofs.cryptosuites import ecdsa_sd, selection, selective_disclosure
from vcwallet.proofs.cryptosuites.canonical_forms import RDF_DATASET, UnsecuredDocument
from vcwallet.proofs.cryptosuites.ecdsa_sd import derive
from vcwallet.proofs.data_integrity import add_proof, verify_proofs
from vcwallet.proofs.jsonld import PINNED, to_quads

SD = "ecdsa-sd-2023"
FOLDER = f"vc-di-ecdsa/{SD}"
INPUTS = {"prc": "prCred", "employ": "employ"}
VECTOR_NOW = datetime(2026, 3, 1, tzinfo=UTC)


def entries(value: dict[str, Any]) -> list[list[Any]]:
    """A JavaScript Map as the vectors write it."""
    assert value["dataType"] == "Map"
    pairs: list[list[Any]] = value["value"]
    return pairs


class Vectors:
    """One of the two official cases, with the fixed keys."""

    def __init__(self, case: str) -> None:
        self.case = case
        prefix = INPUTS[case]
        # The input file of "prc" got another description after the steps were recorded; they agree with this.
        self.document = self.json("addSignedSDBase")
        del self.document["proof"]
        self.mandatory = vector_json(f"vc-di-ecdsa/{prefix}Mandatory.json")
        self.selective = vector_json(f"vc-di-ecdsa/{prefix}Selective.json")
        material = vector_json(f"{FOLDER}/SDKeyMaterial.json")
        self.key = SoftwareKey.from_secret_multibase(material["baseKeyPair"]["secretKeyMultibase"])
        self.proof_key = multibase.base58btc_decode(material["proofKeyPair"]["secretKeyMultibase"][1:])[2:]
        self.hmac_key = bytes.fromhex(material["hmacKeyString"])

    def json(self, name: str) -> Any:
        return vector_json(f"{FOLDER}/{self.case}/{name}.json")

    def randomness(self, size: int) -> bytes:
        """What makes `SoftwareKey.generate` arrive at the vectors' key."""
        scalar = int.from_bytes(self.proof_key, "big")
        return {32: self.hmac_key, 40: (scalar - 1).to_bytes(40, "big")}[size]


@pytest.fixture(params=INPUTS)
def vectors(request: pytest.FixtureRequest) -> Vectors:
    return Vectors(request.param)


class TestVectors:
    def test_pointers(self, vectors: Vectors) -> None:
        for entry in vectors.json("addPointerValues"):
            part = selection.select_json_ld([entry["pointer"]], vectors.document)
            value: Any = part
            for step in entry["pointer"].strip("/").split("/"):
                value = value[0] if isinstance(value, list) else value[step]
            assert value == entry["value"]

    def test_base_proof(self, vectors: Vectors) -> None:
        document = UnsecuredDocument(vectors.document, PINNED)
        text = rdfc.canonicalize(to_quads(vectors.document))
        assert text.splitlines(keepends=True) == vectors.json("addBaseDocCanon")

        grouped = document.base_proof_transformation(
            selective_disclosure.create_hmac_id_label_map_function(vectors.hmac_key),
            vectors.mandatory,
        )
        assert grouped.nquads == vectors.json("addBaseDocHMACCanon")
        transform = vectors.json("addBaseTransform")
        assert transform["mandatoryPointers"] == vectors.mandatory
        mandatory = grouped.groups["mandatory"]
        assert [[i, grouped.nquads[i]] for i in sorted(mandatory)] == entries(transform["mandatory"])
        others = sorted(set(range(len(grouped.nquads))) - mandatory)
        assert [[i, grouped.nquads[i]] for i in others] == entries(transform["nonMandatory"])

        config = vectors.json("addProofConfig")
        canonical = RDF_DATASET.proof_configuration(config, document, "sha256")
        assert canonical.decode() == vector_text(f"{FOLDER}/{vectors.case}/addProofConfigCanon.txt")
        hashes = vectors.json("addHashData")
        statements, _ = selective_disclosure.split(grouped.nquads, mandatory)
        assert selective_disclosure.hash_mandatory_nquads(statements).hex() == hashes["mandatoryHash"]
        assert selective_disclosure.proof_hash(document, config).hex() == hashes["proofHash"]

        secured = add_proof(
            vectors.document,
            suite=SD,
            key=vectors.key,
            verification_method=config["verificationMethod"],
            created=timestamps.parse(config["created"]),
            mandatory_pointers=vectors.mandatory,
            randomness=vectors.randomness,
        )
        assert secured == vectors.json("addSignedSDBase")
        base = ecdsa_sd.parse_base_proof_value(secured["proof"])
        raw = vectors.json("addRawBaseSignatureInfo")
        assert base.base_signature.hex() == raw["baseSignature"]
        assert multibase.encode_multibase(base.public_key) == raw["publicKey"]
        assert [signature.hex() for signature in base.signatures] == raw["signatures"]
        assert ecdsa_sd.serialize_base_proof_value(base) == secured["proof"]["proofValue"]

    def test_derived_proof(self, vectors: Vectors) -> None:
        secured = vectors.json("addSignedSDBase")
        unsecured = {name: value for name, value in secured.items() if name != "proof"}
        base = ecdsa_sd.parse_base_proof_value(secured["proof"])
        recovered = vectors.json("derivedRecoveredBaseData")
        assert base.base_signature.hex() == recovered["baseSignature"]
        assert multibase.encode_multibase(base.public_key) == recovered["proofPublicKey"]
        assert base.hmac_key.hex() == recovered["hmacKey"]
        assert [signature.hex() for signature in base.signatures] == recovered["signatures"]
        assert list(base.mandatory_pointers) == recovered["mandatoryPointers"]

        combined = [*vectors.mandatory, *vectors.selective]
        grouped = selection.canonicalize_and_group(
            unsecured,
            selective_disclosure.create_hmac_id_label_map_function(base.hmac_key),
            {"mandatory": vectors.mandatory, "selective": vectors.selective, "combined": combined},
            PINNED,
        )
        indexes = vectors.json("derivedGroupIndexes")
        for name in ("mandatory", "selective", "combined"):
            assert sorted(grouped.groups[name]) == indexes[f"{name}Indexes"]
            group = vectors.json("derivedAllGroupData")["groups"][name]
            assert [[i, grouped.nquads[i]] for i in sorted(grouped.groups[name])] == entries(
                group["matching"]
            )
        assert selection.select_json_ld(combined, unsecured) == vectors.json("derivedUnsignedReveal")

        _, derived = ecdsa_sd.create_disclosure_data(unsecured, secured["proof"], vectors.selective, PINNED)
        disclosure = vectors.json("derivedDisclosureData")
        assert list(derived.mandatory_indexes) == disclosure["mandatoryIndexes"]
        assert (
            list(derived.mandatory_indexes)
            == vectors.json("derivedAdjMandatoryIndexes")["adjMandatoryIndexes"]
        )
        assert dict(entries(disclosure["labelMap"])) == derived.label_map
        assert [signature.hex() for signature in derived.signatures] == disclosure["signatures"]
        filtered = vectors.json("derivedAdjSignatures")["filteredSignatures"]
        assert [signature.hex() for signature in derived.signatures] == filtered
        assert derive(secured, vectors.selective) == vectors.json("derivedRevealDocument")

    def test_verification(self, vectors: Vectors) -> None:
        revealed = vectors.json("derivedRevealDocument")
        unsecured = {name: value for name, value in revealed.items() if name != "proof"}
        document = UnsecuredDocument(unsecured, PINNED)
        value = ecdsa_sd.parse_derived_proof_value(revealed["proof"])
        expected = vectors.json("verifyDerivedProofValue")
        assert value.base_signature.hex() == expected["baseSignature"]
        assert multibase.encode_multibase(value.public_key) == expected["publicKey"]
        assert [signature.hex() for signature in value.signatures] == expected["signatures"]
        assert dict(expected["labelMap"]) == value.label_map
        assert list(value.mandatory_indexes) == expected["mandatoryIndexes"]

        nquads = selective_disclosure.label_replacement_canonicalize(document, value.label_map)
        assert nquads == vectors.json("verifyNQuads")
        data = vectors.json("verifyCreateVerifyData")
        mandatory, others = selective_disclosure.split(nquads, frozenset(value.mandatory_indexes))
        assert others == data["nonMandatory"]
        assert selective_disclosure.hash_mandatory_nquads(mandatory).hex() == data["mandatoryHash"]
        options = {name: member for name, member in revealed["proof"].items() if name != "proofValue"}
        assert selective_disclosure.proof_hash(document, options).hex() == data["proofHash"]

        (proof,) = verify_proofs(revealed, resolve=did.resolve, purpose="assertionMethod", now=VECTOR_NOW)
        assert proof.cryptosuite == SD
        for name in ("addSignedSDBase", "derivedRevealDocument"):
            verify_proofs(
                vectors.json(name),
                resolve=did.resolve,
                purpose="assertionMethod",
                now=VECTOR_NOW,
                stored=True,
            )


BASE = sign(hideable_diploma(), SD, mandatory_pointers=MANDATORY, randomness=lambda size: bytes(range(size)))


class TestBaseProof:
    def test_stands_beside_a_plain_proof(self) -> None:
        """The default set: one proof for the whole, one to derive from."""
        both = sign(sign(diploma(), "eddsa-rdfc-2022"), SD, mandatory_pointers=MANDATORY)
        assert [proof.cryptosuite for proof in verify(both, stored=True)] == ["eddsa-rdfc-2022", SD]
        with pytest.raises(ProofError) as caught:
            verify(both)
        assert caught.value.code == "proof.base-proof"
        shown = derive(both, HIDEABLE[:1])
        assert isinstance(shown["proof"], dict)
        assert len(verify(shown)) == 1

    def test_every_statement_is_checked_when_it_is_stored(self) -> None:
        """Also a changed mandatory part, a changed hideable one, a changed pointer, a lost signature."""
        for pointer, value in [
            ("/credentialSubject/dateOfBirth", "2010-11-03"),
            ("/credentialSubject/achievement/name", "Другая грамота"),
            ("/credentialSubject/familyName", "Примеровa"),
            ("/validFrom", "2026-05-26T00:00:00+03:00"),
        ]:
            with pytest.raises(ProofError) as caught:
                verify(changed(BASE, pointer, value), stored=True)
            assert caught.value.code == "proof.signature"
        base = ecdsa_sd.parse_base_proof_value(BASE["proof"])
        for pointers in (base.mandatory_pointers[:-1], (*base.mandatory_pointers, HIDEABLE[0])):
            other = ecdsa_sd.BaseProofValue(
                base.base_signature, base.public_key, base.hmac_key, base.signatures, pointers
            )
            value = ecdsa_sd.serialize_base_proof_value(other)
            with pytest.raises(ProofError) as caught:
                verify(changed(BASE, "/proof/proofValue", value), stored=True)
            assert caught.value.code == "proof.signature-count"

    def test_two_issuings_share_nothing(self) -> None:
        one, other = (ecdsa_sd.parse_base_proof_value(sign(diploma(), SD)["proof"]) for _ in range(2))
        assert one.public_key != other.public_key
        assert one.hmac_key != other.hmac_key
        assert not set(one.signatures) & set(other.signatures)

    def test_plain_suites_have_no_mandatory_parts(self) -> None:
        with pytest.raises(UsageError) as caught:
            sign(diploma(), "eddsa-rdfc-2022", mandatory_pointers=MANDATORY)
        assert caught.value.code == "proof.no-disclosure"


class TestDerivedProof:
    @settings(max_examples=2000 if SOAK else 40, deadline=None)
    @given(st.sets(st.sampled_from(HIDEABLE)), st.booleans())
    def test_any_subset_shows_exactly_itself(self, shown: set[str], again: bool) -> None:
        document = derive(BASE, sorted(shown))
        if again:
            document = strict_json.loads_object(strict_json.dumps(document))
        (proof,) = verify(document)
        assert proof.cryptosuite == SD
        for pointer in (*MANDATORY, *shown):
            assert value_at(document, pointer) == value_at(BASE, pointer)
        text = strict_json.dumps(document)
        base = ecdsa_sd.parse_base_proof_value(BASE["proof"])
        data = multibase.decode_multibase(document["proof"]["proofValue"])
        assert base.hmac_key not in data
        for pointer in set(HIDEABLE) - shown:
            assert value_at(document, pointer) is None
            for _, hidden in strict_json.strings(value_at(BASE, pointer)):
                assert hidden == "Result" or hidden not in text
        grouped = UnsecuredDocument(
            {k: v for k, v in BASE.items() if k != "proof"}, PINNED
        ).base_proof_transformation(
            selective_disclosure.create_hmac_id_label_map_function(base.hmac_key),
            base.mandatory_pointers,
        )
        value = ecdsa_sd.parse_derived_proof_value(document["proof"])
        kept = {multibase.base64url_decode(label[1:]) for label in value.label_map.values()}
        for label in grouped.label_map.values():
            name = multibase.base64url_decode(label[1:])
            assert (name in data) == (name in kept)
        assert sum(signature in data for signature in base.signatures) == len(value.signatures)

    def test_parts_of_two_documents_do_not_mix(self) -> None:
        """One pupil, two diplomas with a proof key each: the signatures of one are no good in the other."""
        other = sign(
            changed(hideable_diploma(), "/credentialSubject/dateOfBirth", "2011-11-02"),
            SD,
            mandatory_pointers=MANDATORY,
        )
        mine, theirs = derive(BASE, HIDEABLE[:1]), derive(other, HIDEABLE[:1])
        mixed = changed(mine, "/credentialSubject/dateOfBirth", "2011-11-02")
        value, foreign = (ecdsa_sd.parse_derived_proof_value(d["proof"]) for d in (mine, theirs))
        for signatures in itertools.product(
            (*value.signatures, *foreign.signatures), repeat=len(value.signatures)
        ):
            forged = ecdsa_sd.DerivedProofValue(
                value.base_signature, value.public_key, signatures, value.label_map, value.mandatory_indexes
            )
            with pytest.raises(ProofError):
                verify(changed(mixed, "/proof/proofValue", ecdsa_sd.serialize_derived_proof_value(forged)))

    def test_the_size_is_a_hundred_bytes_and_the_signatures(self) -> None:
        for count in range(len(HIDEABLE) + 1):
            document = derive(BASE, HIDEABLE[:count])
            value = ecdsa_sd.parse_derived_proof_value(document["proof"])
            size = len(multibase.decode_multibase(document["proof"]["proofValue"]))
            names = 34 * len(value.label_map)
            assert size <= 66 + 37 + 10 + names + 66 * len(value.signatures) + 2 * len(
                value.mandatory_indexes
            )


def components(document: dict[str, Any]) -> list[Any]:
    value: list[Any] = cbor2.loads(multibase.decode_multibase(document["proof"]["proofValue"])[3:])
    return value


def with_components(header: bytes, make: Callable[[list[Any]], Any]) -> str:
    document = BASE if header[2] == 0 else derive(BASE, HIDEABLE[:2])
    data: Any = make(components(document))
    return multibase.encode_multibase(header + (data if isinstance(data, bytes) else cbor2.dumps(data)), "u")


DERIVED_HEADER, BASE_HEADER = b"\xd9\x5d\x01", b"\xd9\x5d\x00"
MALFORMED: dict[str, tuple[bytes, Callable[[list[Any]], Any]]] = {
    "nothing after the header": (DERIVED_HEADER, lambda parts: b""),
    "an unknown header": (b"\xd9\x5d\x07", lambda parts: parts),
    "no array": (DERIVED_HEADER, lambda parts: {1: 2}),
    "four components": (DERIVED_HEADER, lambda parts: parts[:4]),
    "six components": (DERIVED_HEADER, lambda parts: [*parts, 0]),
    "something after the end": (DERIVED_HEADER, lambda parts: cbor2.dumps(parts) + b"\0"),
    "cut short": (DERIVED_HEADER, lambda parts: cbor2.dumps(parts)[:-1]),
    "an array of indefinite length": (
        DERIVED_HEADER,
        lambda parts: b"\x9f" + cbor2.dumps(parts)[1:] + b"\xff",
    ),
    "a count in nine bytes": (
        DERIVED_HEADER,
        lambda parts: b"\x9b" + (5).to_bytes(8, "big") + cbor2.dumps(parts)[1:],
    ),
    "an absurd count": (DERIVED_HEADER, lambda parts: b"\x9b" + b"\x7f" * 8),
    "deep nesting": (DERIVED_HEADER, lambda parts: b"\x81" * 5000),
    "a tag": (DERIVED_HEADER, lambda parts: put(0, cbor2.CBORTag(64, parts[0]))(parts)),
    "a pattern in a tag": (DERIVED_HEADER, lambda parts: put(0, cbor2.CBORTag(35, "(("))(parts)),
    "a date in a tag": (DERIVED_HEADER, lambda parts: put(0, cbor2.CBORTag(0, "never"))(parts)),
    "a short signature": (DERIVED_HEADER, lambda parts: put(0, parts[0][:-1])(parts)),
    "a text for a signature": (DERIVED_HEADER, put(0, "a" * 64)),
    "a short key": (DERIVED_HEADER, lambda parts: put(1, parts[1][:-1])(parts)),
    "a key of another type": (DERIVED_HEADER, lambda parts: put(1, b"\xed\x01" + parts[1][2:])(parts)),
    "signatures in a map": (DERIVED_HEADER, lambda parts: put(2, dict(enumerate(parts[2])))(parts)),
    "a long signature": (DERIVED_HEADER, lambda parts: put(2, [*parts[2], b"a" * 65])(parts)),
    "a label map that is a list": (DERIVED_HEADER, put(3, [])),
    "a label map with texts": (DERIVED_HEADER, put(3, {"c14n0": b"a" * 32})),
    "a short label": (DERIVED_HEADER, put(3, {0: b"a" * 31})),
    "a negative label": (DERIVED_HEADER, put(3, {-1: b"a" * 32})),
    "indexes that are true": (DERIVED_HEADER, put(4, [True])),
    "indexes out of order": (DERIVED_HEADER, put(4, [2, 1])),
    "an index twice": (DERIVED_HEADER, put(4, [1, 1])),
    "a negative index": (DERIVED_HEADER, put(4, [-1])),
    "an index beyond the statements": (DERIVED_HEADER, lambda parts: put(4, [*parts[4], 1000])(parts)),
    "an enormous index": (DERIVED_HEADER, put(4, [2**70])),
    "a base proof: pointers that are bytes": (BASE_HEADER, put(4, [b"/issuer"])),
    "a base proof: a short hmac key": (BASE_HEADER, put(2, b"a")),
    "a base proof: signatures missing": (BASE_HEADER, put(3, None)),
}


@pytest.mark.parametrize(("header", "make"), MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_values(header: bytes, make: Callable[[list[Any]], Any]) -> None:
    value = with_components(header, make)
    document = BASE if header == BASE_HEADER else derive(BASE, HIDEABLE[:2])
    with pytest.raises(ProofError) as caught:
        verify(changed(document, "/proof/proofValue", value), stored=True)
    assert caught.value.code == "proof.disclosure-malformed"
    if header == BASE_HEADER:
        with pytest.raises(ProofError):
            derive(changed(document, "/proof/proofValue", value), [])


@pytest.mark.parametrize(
    ("labels", "code"),
    [
        (lambda labels: {}, "proof.label-map"),
        (lambda labels: dict(list(labels.items())[1:]), "proof.label-map"),
        (lambda labels: {**labels, len(labels): b"a" * 32}, "proof.label-map"),
        (lambda labels: dict.fromkeys(labels, b"a" * 32), "proof.label-map"),
        (lambda labels: {n: bytes([n + 1]) * 32 for n in labels}, "proof.signature"),
    ],
    ids=["none", "one too few", "one too many", "one for all", "others"],
)
def test_label_maps(labels: Callable[[dict[int, bytes]], Any], code: str) -> None:
    document = derive(BASE, HIDEABLE)
    parts = components(document)
    assert len(parts[3]) > 1
    value = multibase.encode_multibase(DERIVED_HEADER + cbor2.dumps(put(3, labels(parts[3]))(parts)), "u")
    with pytest.raises(ProofError) as caught:
        verify(changed(document, "/proof/proofValue", value))
    assert caught.value.code == code


class TestSelection:
    def test_ids_and_types_come_along(self) -> None:
        part = selection.select_json_ld(["/credentialSubject/achievement/criteria/narrative"], diploma())
        whole = diploma()
        assert part == {
            "@context": whole["@context"],
            "id": whole["id"],
            "type": whole["type"],
            "credentialSubject": {
                "id": whole["credentialSubject"]["id"],
                "type": whole["credentialSubject"]["type"],
                "achievement": {
                    "id": whole["credentialSubject"]["achievement"]["id"],
                    "type": whole["credentialSubject"]["achievement"]["type"],
                    "criteria": whole["credentialSubject"]["achievement"]["criteria"],
                },
            },
        }

    def test_arrays_become_dense(self) -> None:
        document = {"@context": "c", "list": [{"id": "urn:a", "x": 1}, {"x": 2, "y": 3}, {"x": 4}, 5]}
        part = selection.select_json_ld(["/list/3", "/list/1/y", "/list/0"], document)
        assert part["list"] == [{"id": "urn:a", "x": 1}, {"y": 3}, 5]

    def test_a_whole_and_its_part_are_the_whole(self) -> None:
        for pointers in (["/issuer", "/issuer/name"], ["/issuer/name", "/issuer"]):
            assert selection.select_json_ld(pointers, diploma())["issuer"] == diploma()["issuer"]

    def test_escapes(self) -> None:
        document = {"@context": "c", "a/b": {"m~n": 1, "o": 2}, "": 3}
        part = selection.select_json_ld(["/a~1b/m~0n", "/"], document)
        assert part == {"@context": "c", "a/b": {"m~n": 1}, "": 3}

    def test_nothing(self) -> None:
        assert selection.select_json_ld([], diploma()) == {}

    def test_an_ordered_list_goes_as_a_whole(self) -> None:
        """A list is a chain of statements; a part of it would be another list."""
        place = "/credentialSubject/achievement/resultDescription/0/allowedValue"
        verify(derive(BASE, [place]))
        for part in ("/0", "/1", "/2"):
            with pytest.raises(DocumentError) as caught:
                derive(BASE, [place + part])
            assert caught.value.code == "selection.part-of-value"

    def test_a_text_that_looks_like_a_blank_node_stays(self) -> None:
        document = changed(diploma(), "/credentialSubject/parentOrg/name", "_:c14n0 и _:b1")
        secured = sign(document, SD, mandatory_pointers=MANDATORY)
        shown = derive(secured, ["/credentialSubject/parentOrg/name"])
        verify(shown)
        assert shown["credentialSubject"]["parentOrg"]["name"] == "_:c14n0 и _:b1"


def test_the_value_has_a_ceiling() -> None:
    long = "u" + "A" * limits.PROOF_VALUE_CHARACTERS
    with pytest.raises(LimitExceeded) as caught:
        verify(changed(BASE, "/proof/proofValue", long), stored=True)
    assert caught.value.code == "proof.too-long"
    signatures = (b"s" * 64,) * 1000
    with pytest.raises(LimitExceeded):
        ecdsa_sd.serialize_base_proof_value(
            ecdsa_sd.BaseProofValue(b"s" * 64, b"k" * 35, b"h" * 32, signatures, ("/issuer",))
        )
