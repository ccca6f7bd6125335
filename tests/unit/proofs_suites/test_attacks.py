"""What can be done to a signed document, as a named table: each is refused for its own reason."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.unit.proofs_suites.world import (
    CREATED,
    GONE,
    KEYS,
    NOW,
    OTHER_KEY,
    PLAIN,
    Registry,
    changed,
    diploma,
    method_of,
    sign,
    verify,
)
from vcwallet import limits
from vcwallet.errors import KeyUnavailable, ProofError, Side, UsageError, VcwalletError
from vcwallet.identifiers import multibase
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs.data_integrity import UnknownCryptosuite

Document = dict[str, Any]
RDFC, JCS = "eddsa-rdfc-2022", "eddsa-jcs-2022"
ED = KEYS[KeyType.ED25519]
UNKNOWN = {
    "type": "DataIntegrityProof",
    "cryptosuite": "quantum-2031",
    "verificationMethod": "did:example:a#b",
    "proofPurpose": "assertionMethod",
    "proofValue": "zzz",
}


def put(path: str, value: Any) -> Callable[[Document], Document]:
    return lambda document: changed(document, path, value)


def proofs(*more: Any) -> Callable[[Document], Document]:
    """The good proof and others beside it."""
    return lambda document: {**document, "proof": [document["proof"], *more]}


def instead(*values: Any) -> Callable[[Document], Document]:
    return lambda document: {**document, "proof": list(values)}


def signature(document: Document) -> bytes:
    return multibase.base58btc_decode(document["proof"]["proofValue"][1:])


def with_signature(make: Callable[[bytes], bytes]) -> Callable[[Document], Document]:
    return lambda document: changed(
        document, "/proof/proofValue", multibase.encode_multibase(make(signature(document)))
    )


break_signature = with_signature(lambda value: bytes([value[0] ^ 1]) + value[1:])


def plus_group_order(value: bytes) -> bytes:
    order = 2**252 + 27742317777372353535851937790883648493
    return value[:32] + (int.from_bytes(value[32:], "little") + order).to_bytes(32, "little")


def twice(document: Document) -> Document:
    """The same good proof a second time; without ids that is only a repetition."""
    return {**document, "proof": [document["proof"], copy.deepcopy(document["proof"])]}


def nested(document: Document) -> Document:
    return changed(document, "/proof/proof", copy.deepcopy(document["proof"]))


CHANGES: dict[str, tuple[Callable[[Document], Document], str]] = {
    # the proof as a whole
    "stripped": (put("/proof", GONE), "proof.missing"),
    "an empty list": (instead(), "proof.missing"),
    "null": (put("/proof", None), "proof.malformed"),
    "a text": (put("/proof", "z123"), "proof.malformed"),
    "a list in a list": (lambda d: {**d, "proof": [[d["proof"]]]}, "proof.malformed"),
    "null beside the good one": (proofs(None), "proof.malformed"),
    "an empty object beside the good one": (proofs({}), "proof.malformed"),
    "more than the ceiling": (
        lambda d: {**d, "proof": [d["proof"]] * (limits.PROOFS + 1)},
        "proof.too-many",
    ),
    "a proof in a proof": (nested, "proof.nested"),
    # the value
    "value gone": (put("/proof/proofValue", GONE), "proof.malformed"),
    "value null": (put("/proof/proofValue", None), "proof.malformed"),
    "value empty": (put("/proof/proofValue", ""), "proof.malformed"),
    "value a number": (put("/proof/proofValue", 7), "proof.malformed"),
    "value a list": (put("/proof/proofValue", ["z2"]), "proof.malformed"),
    "one bit of the signature": (break_signature, "proof.signature"),
    "value in base64url": (
        lambda d: changed(d, "/proof/proofValue", multibase.encode_multibase(signature(d), "u")),
        "proof.encoding",
    ),
    "value in hex": (
        lambda d: changed(d, "/proof/proofValue", "f" + signature(d).hex()),
        "proof.encoding",
    ),
    "value without its header": (
        lambda d: changed(d, "/proof/proofValue", d["proof"]["proofValue"][1:]),
        "proof.encoding",
    ),
    "value with a space": (
        lambda d: changed(d, "/proof/proofValue", d["proof"]["proofValue"] + " "),
        "multibase.alphabet",
    ),
    "value with a newline before": (
        lambda d: changed(d, "/proof/proofValue", "\n" + d["proof"]["proofValue"]),
        "proof.encoding",
    ),
    "value with a letter base-58 leaves out": (
        lambda d: changed(d, "/proof/proofValue", d["proof"]["proofValue"][:-1] + "l"),
        "multibase.alphabet",
    ),
    "value with a Cyrillic letter": (
        lambda d: changed(d, "/proof/proofValue", d["proof"]["proofValue"][:-1] + "А"),
        "multibase.alphabet",
    ),
    "value with a leading zero byte": (with_signature(lambda s: b"\0" + s), "proof.signature-malformed"),
    "value one byte short": (with_signature(lambda s: s[:-1]), "proof.signature-malformed"),
    "value not canonical: S + L": (with_signature(plus_group_order), "proof.signature-malformed"),
    "value of another length": (with_signature(lambda s: s + s), "proof.signature-malformed"),
    "value too long to decode": (
        put("/proof/proofValue", "z" + "2" * (limits.MULTIBASE_CHARACTERS + 1)),
        "multibase.too-long",
    ),
    "value far too long": (
        put("/proof/proofValue", "z" * (limits.PROOF_VALUE_CHARACTERS + 1)),
        "proof.too-long",
    ),
    # the kind
    "type gone": (put("/proof/type", GONE), "proof.malformed"),
    "type a list": (put("/proof/type", ["DataIntegrityProof"]), "proof.malformed"),
    "suite gone": (put("/proof/cryptosuite", GONE), "proof.malformed"),
    "suite null": (put("/proof/cryptosuite", None), "proof.malformed"),
    "suite a list": (put("/proof/cryptosuite", [RDFC]), "proof.malformed"),
    "suite of another key": (put("/proof/cryptosuite", "ecdsa-rdfc-2019"), "proof.key-type"),
    "suite of the same key": (put("/proof/cryptosuite", JCS), "proof.signature"),
    "an old type as suite": (put("/proof/cryptosuite", "Ed25519Signature2020"), "proof.unknown-suite"),
    "suite as type": (put("/proof/type", RDFC), "proof.unknown-suite"),
    "type unknown": (put("/proof/type", "RsaSignature2018"), "proof.unknown-suite"),
    "suite in capitals": (put("/proof/cryptosuite", "EDDSA-RDFC-2022"), "proof.unknown-suite"),
    # the key
    "method gone": (put("/proof/verificationMethod", GONE), "proof.malformed"),
    "method an object": (put("/proof/verificationMethod", {"id": method_of(ED)}), "proof.malformed"),
    "method swapped": (put("/proof/verificationMethod", method_of(OTHER_KEY)), "proof.signature"),
    "method of another type": (
        put("/proof/verificationMethod", method_of(KEYS[KeyType.P256])),
        "proof.key-type",
    ),
    "method without a fragment": (
        put("/proof/verificationMethod", method_of(ED).partition("#")[0]),
        "key.identifier",
    ),
    "method that its document does not define": (
        put("/proof/verificationMethod", method_of(ED).partition("#")[0] + "#other"),
        "key.not-listed",
    ),
    "method of an identifier nobody knows": (
        put("/proof/verificationMethod", "did:web:school0.example#key"),
        "did.not-self-contained",
    ),
    # what it says
    "purpose gone": (put("/proof/proofPurpose", GONE), "proof.malformed"),
    "purpose null": (put("/proof/proofPurpose", None), "proof.malformed"),
    "purpose a list": (put("/proof/proofPurpose", ["assertionMethod"]), "proof.malformed"),
    "purpose another": (put("/proof/proofPurpose", "authentication"), "proof.purpose"),
    "purpose written out": (
        put("/proof/proofPurpose", "https://w3id.org/security#assertionMethod"),
        "proof.purpose",
    ),
    "created removed": (put("/proof/created", GONE), "proof.signature"),
    "created moved": (put("/proof/created", "2026-05-25T09:00:01Z"), "proof.signature"),
    "created the same moment otherwise written": (
        put("/proof/created", "2026-05-25T12:00:00+03:00"),
        "proof.signature",
    ),
    "created without a zone": (put("/proof/created", "2026-05-25T09:00:00"), "proof.signature"),
    "created null": (put("/proof/created", None), "proof.malformed"),
    "created a date": (put("/proof/created", "2026-05-25"), "timestamp.malformed"),
    "created a week date": (put("/proof/created", "2026-W21-1T09:00:00Z"), "timestamp.malformed"),
    "created a number": (put("/proof/created", 1779700000), "proof.malformed"),
    "expires added": (put("/proof/expires", "2036-01-01T00:00:00Z"), "proof.signature"),
    "expires malformed": (put("/proof/expires", "tomorrow"), "timestamp.malformed"),
    "challenge added": (put("/proof/challenge", "x"), "proof.signature"),
    "challenge a number": (put("/proof/challenge", 5), "proof.malformed"),
    "domain added": (put("/proof/domain", "university.example"), "proof.signature"),
    "domain an empty list": (put("/proof/domain", []), "proof.malformed"),
    "domain with null": (put("/proof/domain", ["a", None]), "proof.malformed"),
    "domain twice": (put("/proof/domain", ["a", "a"]), "proof.malformed"),
    "domain a long list": (
        put("/proof/domain", [f"{n}.example" for n in range(limits.PROOF_TEXTS + 1)]),
        "proof.too-many-texts",
    ),
    "domain a long text": (put("/proof/domain", "a" * 3000), "proof.too-long"),
    "nonce added": (put("/proof/nonce", "abc"), "proof.signature"),
    "nonce null": (put("/proof/nonce", None), "proof.malformed"),
    "id added": (put("/proof/id", "urn:uuid:3a1c9a1e-57d3-4d0c-8e57-0d2c1b3f4a5e"), "proof.signature"),
    "id not an IRI": (put("/proof/id", "456321"), "proof.malformed"),
    "id with a space": (put("/proof/id", "urn:a b"), "proof.malformed"),
    "a keyword": (put("/proof/@id", "urn:a"), "proof.malformed"),
    "an unknown member null": (put("/proof/extra", None), "proof.malformed"),
    # other proofs beside the good one
    "a broken proof beside it": (
        lambda d: {**d, "proof": [d["proof"], break_signature(d)["proof"]]},
        "proof.signature",
    ),
    "a broken proof before it": (
        lambda d: {**d, "proof": [break_signature(d)["proof"], d["proof"]]},
        "proof.signature",
    ),
    "a proof of another document beside it": (
        lambda d: proofs(sign({**diploma(), "name": "Другое"}, RDFC)["proof"])(d),
        "proof.signature",
    ),
    "a proof for another purpose beside it": (
        lambda d: proofs(sign(diploma(), RDFC, OTHER_KEY, purpose="authentication")["proof"])(d),
        "proof.purpose",
    ),
    "only proofs of unknown kinds": (instead(UNKNOWN, UNKNOWN), "proof.unknown-suite"),
    "an unknown kind without a suite": (proofs({"type": "DataIntegrityProof"}), "proof.malformed"),
    # the chain
    "previous proof missing": (
        put("/proof/previousProof", "urn:uuid:00000000-0000-4000-8000-000000000000"),
        "proof.previous-missing",
    ),
    "previous proof a number": (put("/proof/previousProof", 456321), "proof.malformed"),
    "previous proof null": (put("/proof/previousProof", None), "proof.malformed"),
    "previous proof an empty list": (put("/proof/previousProof", []), "proof.malformed"),
    "previous proof twice": (put("/proof/previousProof", ["urn:a", "urn:a"]), "proof.malformed"),
    "previous proof an object": (put("/proof/previousProof", {"id": "urn:a"}), "proof.malformed"),
    "previous proof itself": (
        lambda d: changed(changed(d, "/proof/id", "urn:a"), "/proof/previousProof", "urn:a"),
        "proof.chain-cycle",
    ),
    "previous proofs in a circle": (
        lambda d: {
            **d,
            "proof": [
                {**d["proof"], "id": "urn:a", "previousProof": "urn:b"},
                {**d["proof"], "id": "urn:b", "previousProof": ["urn:c"]},
                {**d["proof"], "id": "urn:c", "previousProof": ["urn:a"]},
                d["proof"],
            ],
        },
        "proof.chain-cycle",
    ),
    "two proofs of one id": (
        lambda d: {**d, "proof": [{**d["proof"], "id": "urn:a"}, {**d["proof"], "id": "urn:a"}]},
        "proof.duplicate-id",
    ),
    "an unknown kind with the id of another": (
        lambda d: {**d, "proof": [{**d["proof"], "id": "urn:a"}, {**UNKNOWN, "id": "urn:a"}]},
        "proof.duplicate-id",
    ),
    # the document
    "a letter of the name": (put("/credentialSubject/familyName", "Примеровa"), "proof.signature"),
    "a member removed": (put("/credentialSubject/dateOfBirth", GONE), "proof.signature"),
    "a member added": (put("/description", "за что угодно"), "proof.signature"),
    "the context of the proof": (
        put("/proof/@context", ["https://www.w3.org/ns/credentials/v2"]),
        "proof.context",
    ),
    "the context of the proof empty": (put("/proof/@context", []), "proof.context"),
}


@pytest.mark.parametrize(("change", "code"), CHANGES.values(), ids=CHANGES.keys())
def test_refused_for_its_own_reason(change: Callable[[Document], Document], code: str) -> None:
    secured = sign(diploma(), RDFC)
    assert len(verify(secured)) == 1
    with pytest.raises(VcwalletError) as caught:
        verify(change(secured))
    assert caught.value.code == code
    assert all(len(str(value)) <= 70 for value in caught.value.evidence.values())


# What canonical JSON sees otherwise than statements do.
JCS_CHANGES: dict[str, tuple[Callable[[Document], Document], str]] = {
    "the proof's context removed": (put("/proof/@context", GONE), "proof.signature"),
    "the document's context removed": (put("/@context", GONE), "proof.context"),
    "contexts in another order": (
        lambda d: {**d, "@context": d["@context"][::-1]},
        "proof.context",
    ),
    "contexts of document and proof in another order": (
        lambda d: changed({**d, "@context": d["@context"][::-1]}, "/proof/@context", d["@context"][::-1]),
        "proof.signature",
    ),
    "a context appended": (
        lambda d: {**d, "@context": [*d["@context"], "https://evil.example/v1"]},
        "proof.context",
    ),
    "an inline context appended": (
        lambda d: {**d, "@context": [*d["@context"], {"familyName": "https://schema.org/knows"}]},
        "proof.context",
    ),
    "a context put first": (
        lambda d: {**d, "@context": ["https://evil.example/v1", *d["@context"]]},
        "proof.context",
    ),
    "a context shortened": (lambda d: {**d, "@context": d["@context"][:1]}, "proof.context"),
    "a text for a list": (put("/type", "VerifiableCredential"), "proof.signature"),
    "true for 1 in an unknown member": (put("/proof/extra", True), "proof.signature"),
    "an unknown member": (put("/undefinedTerm", "x"), "proof.signature"),
    "a number written otherwise": (put("/credentialSubject/licenseNumber", 1.0), "proof.signature"),
}


@pytest.mark.parametrize(("change", "code"), JCS_CHANGES.values(), ids=JCS_CHANGES.keys())
def test_canonical_json_refuses_for_its_own_reason(change: Callable[[Document], Document], code: str) -> None:
    secured = sign(diploma(), JCS)
    assert len(verify(secured)) == 1
    with pytest.raises(VcwalletError) as caught:
        verify(change(secured))
    assert caught.value.code == code


@pytest.mark.parametrize("suite", PLAIN)
def test_no_single_change_of_a_proof_is_accepted(suite: str) -> None:
    """Every member dropped, emptied, nulled, listed or lengthened; every outcome is an error of ours."""
    secured = sign(
        diploma(), suite, expires=NOW + timedelta(days=1), domain=["a.example", "b.example"], challenge="c"
    )
    assert len(verify(secured)) == 1
    tried = 0
    for name, value in secured["proof"].items():
        others = [GONE, None, "", [], {}, 0, True, [value], {"@value": value}]
        others += [value + "x", value[:-1], value.upper(), " " + value] if isinstance(value, str) else []
        for other in others:
            if other == value or (name == "domain" and other == [value]):
                continue
            with pytest.raises(VcwalletError):
                verify(changed(secured, f"/proof/{name}", other))
            tried += 1
    assert tried > 70


def test_an_unknown_kind_beside_a_good_one_is_passed_over() -> None:
    secured = sign(diploma(), RDFC)
    (proof,) = verify(proofs(UNKNOWN)(secured))
    assert proof.cryptosuite == RDFC


def test_an_unknown_kind_alone_cannot_be_told() -> None:
    with pytest.raises(UnknownCryptosuite) as caught:
        verify({**diploma(), "proof": UNKNOWN})
    assert caught.value.side is Side.KNOWLEDGE
    assert caught.value.exit_status == 3
    assert "quantum-2031" in str(caught.value)


def test_a_proof_that_builds_on_an_unknown_kind_cannot_be_told() -> None:
    with_unknown = {**diploma(), "proof": [{**UNKNOWN, "id": "urn:a"}]}
    secured = sign(with_unknown, RDFC, previous_proof="urn:a")
    with pytest.raises(UnknownCryptosuite):
        verify(secured)


def test_a_broken_proof_outweighs_one_that_cannot_be_told() -> None:
    """An unknown key comes first; the broken proof after it decides."""
    registry = Registry()
    known = registry.add("https://known.example", ED, "assertionMethod")
    secured = sign(diploma(), RDFC, OTHER_KEY, verification_method="https://unknown.example#key")
    secured = sign(secured, RDFC, verification_method=known)
    with pytest.raises(KeyUnavailable) as caught:
        verify(secured, resolve=registry)
    assert caught.value.code == "test.unknown"
    with pytest.raises(ProofError) as refused:
        verify(changed(secured, "/name", "Другое"), resolve=registry)
    assert refused.value.code == "proof.signature"


def test_the_same_proof_twice_is_two_proofs() -> None:
    assert len(verify(twice(sign(diploma(), RDFC)))) == 2


class TestTime:
    def test_created_a_little_ahead_is_a_wrong_clock(self) -> None:
        skew = timedelta(seconds=limits.CLOCK_SKEW_SECONDS)
        verify(sign(diploma(), RDFC, created=NOW + skew))
        with pytest.raises(ProofError) as caught:
            verify(sign(diploma(), RDFC, created=NOW + skew + timedelta(seconds=1)))
        assert caught.value.code == "proof.not-yet"

    def test_the_skew_is_the_callers(self) -> None:
        secured = sign(diploma(), RDFC, created=NOW + timedelta(seconds=60))
        verify(secured, clock_skew=timedelta(seconds=60))
        with pytest.raises(ProofError):
            verify(secured, clock_skew=timedelta(seconds=59))

    def test_expires_is_exact(self) -> None:
        secured = sign(diploma(), RDFC, expires=NOW)
        (proof,) = verify(secured, now=NOW - timedelta(microseconds=1))
        assert proof.expires == NOW
        with pytest.raises(ProofError) as caught:
            verify(secured, now=NOW)
        assert caught.value.code == "proof.expired"

    def test_no_created_is_allowed_except_for_the_old_suite(self) -> None:
        (proof,) = verify(sign(diploma(), RDFC, created=None))
        assert proof.created is None
        with pytest.raises(ProofError) as caught:
            sign(diploma(), "Ed25519Signature2020", created=None)
        assert caught.value.code == "proof.malformed"

    def test_a_moment_without_an_offset_is_utc(self) -> None:
        """Data Integrity 2.1 lets a verifier take it; nothing here writes it."""
        options = {
            "type": "DataIntegrityProof",
            "cryptosuite": JCS,
            "created": "2026-05-25T09:00:00",
            "verificationMethod": method_of(ED),
            "proofPurpose": "assertionMethod",
            "expires": "2026-06-01T12:00:01.5",
        }
        secured = _sign_by_hand(diploma(), options)
        (proof,) = verify(secured)
        assert proof.created == CREATED
        assert proof.expires == datetime(2026, 6, 1, 12, 0, 1, 500000, UTC)
        with pytest.raises(ProofError):
            verify(secured, now=NOW + timedelta(seconds=2))

    def test_a_key_is_judged_at_the_moment_of_verification(self) -> None:
        """`created` is the signer's word; whoever stole a withdrawn key writes an old date."""
        registry = Registry()
        method = registry.add("https://a.example", ED, "assertionMethod", revoked=NOW)
        secured = sign(diploma(), RDFC, verification_method=method)
        verify(secured, resolve=registry, now=NOW - timedelta(seconds=1))
        with pytest.raises(ProofError) as caught:
            verify(secured, resolve=registry)
        assert caught.value.code == "key.revoked"


DOMAINS = {
    "one for one": ("a.example", "a.example", None),
    "one as a list": (["a.example"], "a.example", None),
    "asked as a list": ("a.example", ["a.example"], None),
    "the same two in another order": (["b.example", "a.example"], ["a.example", "b.example"], None),
    "not asked": ("a.example", None, None),
    "none at all": (None, "a.example", "proof.domain"),
    "another": ("b.example", "a.example", "proof.domain"),
    "one more than asked": (["a.example", "b.example"], "a.example", "proof.domain"),
    "one less than asked": ("a.example", ["a.example", "b.example"], "proof.domain"),
    "another case": ("A.example", "a.example", "proof.domain"),
    "a trailing dot": ("a.example.", "a.example", "proof.domain"),
}


class TestRecipient:
    @pytest.mark.parametrize("suite", [RDFC, JCS])
    @pytest.mark.parametrize(("made", "asked", "code"), DOMAINS.values(), ids=DOMAINS.keys())
    def test_domains(self, suite: str, made: Any, asked: Any, code: str | None) -> None:
        secured = sign(diploma(), suite, domain=made)
        if code is None:
            (proof,) = verify(secured, domain=asked)
            assert set(proof.domain) == ({made} if isinstance(made, str) else set(made))
        else:
            with pytest.raises(ProofError) as caught:
                verify(secured, domain=asked)
            assert caught.value.code == code

    def test_challenges(self) -> None:
        secured = sign(diploma(), RDFC, challenge="7f3a")
        (proof,) = verify(secured, challenge="7f3a")
        assert proof.challenge == "7f3a"
        verify(secured)
        for wrong in ("7f3b", "7F3A", ""):
            with pytest.raises(ProofError) as caught:
                verify(secured, challenge=wrong)
            assert caught.value.code == "proof.challenge"
        with pytest.raises(ProofError):
            verify(sign(diploma(), RDFC), challenge="7f3a")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown suite": ({"suite": "rsa-2018"}, "proof.no-such-suite"),
    "it would expire before it begins": ({"expires": CREATED}, "proof.expires-first"),
    "an id that is no IRI": ({"proof_id": "first"}, "proof.malformed"),
    "an empty domain": ({"domain": []}, "proof.malformed"),
    "an empty challenge": ({"challenge": ""}, "proof.malformed"),
    "an empty purpose": ({"purpose": ""}, "proof.malformed"),
    "a previous proof that is not there": ({"previous_proof": "urn:a"}, "proof.previous-missing"),
}


class TestIssuing:
    @pytest.mark.parametrize(("options", "code"), WRONG.values(), ids=WRONG.keys())
    def test_nothing_is_signed_that_would_be_refused(self, options: dict[str, Any], code: str) -> None:
        with pytest.raises(VcwalletError) as caught:
            sign(diploma(), **{"suite": RDFC, "key": ED, **options})
        assert caught.value.code == code

    def test_a_wrong_suite_is_the_callers_fault(self) -> None:
        with pytest.raises(UsageError) as caught:
            sign(diploma(), "rsa-2018", ED)
        assert RDFC in caught.value.next_step

    def test_a_full_document_takes_no_more(self) -> None:
        document = diploma()
        for _ in range(limits.PROOFS):
            document = sign(document, JCS)
        assert len(verify(document)) == limits.PROOFS
        with pytest.raises(VcwalletError) as caught:
            sign(document, JCS)
        assert caught.value.code == "proof.too-many"

    def test_undefined_terms_are_not_signed(self) -> None:
        for suite in (RDFC, "ecdsa-rdfc-2019", "Ed25519Signature2020"):
            with pytest.raises(VcwalletError) as caught:
                sign({**diploma(), "undefinedTerm": "x"}, suite)
            assert caught.value.code.startswith("jsonld.")

    @pytest.mark.parametrize("suite", PLAIN)
    def test_a_credential_of_data_model_1_gets_the_context_it_needs(self, suite: str) -> None:
        document = {
            "@context": ["https://www.w3.org/2018/credentials/v1"],
            "type": ["VerifiableCredential"],
            "issuer": "did:web:school0.example",
            "issuanceDate": "2020-01-01T00:00:00Z",
            "credentialSubject": {"id": "did:example:pupil"},
        }
        secured = sign(document, suite)
        assert secured["@context"] == [*document["@context"], PLAIN[suite].contexts[0]]
        assert len(verify(secured)) == 1
        assert sign(secured, suite)["@context"] == secured["@context"]

    def test_canonical_json_needs_no_context(self) -> None:
        secured = sign({"myWebsite": "https://hello.world.example/"}, JCS)
        assert "@context" not in secured
        assert "@context" not in secured["proof"]
        assert len(verify(secured)) == 1

    def test_a_context_that_is_one_text(self) -> None:
        document = {"@context": "https://www.w3.org/ns/credentials/v2", "name": "один"}
        for suite in (RDFC, JCS):
            secured = sign(document, suite)
            assert secured["@context"] == document["@context"]
            verify(secured)


class TestContexts:
    """vc-di-eddsa 3.3.2 step 4: a context may be added after a canonical JSON proof, by a later proof."""

    def test_a_later_proof_may_add_a_context(self) -> None:
        first = sign(diploma(), JCS)
        both = sign(first, "Ed25519Signature2020", OTHER_KEY)
        assert both["proof"][0]["@context"] == diploma()["@context"]
        assert both["@context"] == [*diploma()["@context"], PLAIN["Ed25519Signature2020"].contexts[0]]
        assert [proof.cryptosuite for proof in verify(both)] == [JCS, "Ed25519Signature2020"]

    def test_what_no_proof_covers_is_refused(self) -> None:
        both = sign(sign(diploma(), JCS), "Ed25519Signature2020", OTHER_KEY)
        stripped = {**both, "proof": both["proof"][0]}
        with pytest.raises(ProofError) as caught:
            verify(stripped)
        assert caught.value.code == "proof.context"

    def test_the_context_repeated_in_a_proof_over_statements(self) -> None:
        """It is not covered, so it must say what the document says."""
        secured = sign(diploma(), RDFC)
        verify(changed(secured, "/proof/@context", secured["@context"]))

    def test_a_proof_over_json_without_its_context(self) -> None:
        """Some signers leave step 2 out; the document's own context is signed either way."""
        options = {
            "type": "DataIntegrityProof",
            "cryptosuite": JCS,
            "verificationMethod": method_of(ED),
            "proofPurpose": "assertionMethod",
        }
        secured = _sign_by_hand(diploma(), options)
        assert len(verify(secured)) == 1
        with pytest.raises(ProofError) as caught:
            verify({**secured, "@context": [*secured["@context"], "https://evil.example/v1"]})
        assert caught.value.code == "proof.signature"

    def test_inline_contexts_are_compared_by_value(self) -> None:
        document = {"@context": ["https://www.w3.org/ns/credentials/v2", {"term": "https://a.example/term"}]}
        secured = sign({**document, "term": "x"}, JCS)
        assert len(verify(copy.deepcopy(secured))) == 1


def _sign_by_hand(document: Document, options: Document, key: SoftwareKey = ED) -> Document:
    """A canonical JSON proof with exactly these options, as another program might write it."""
    from hashlib import sha256

    from vcwallet.proofs import jcs

    hash_data = b"".join(sha256(jcs.canonicalize(part)).digest() for part in (options, document))
    return {**document, "proof": {**options, "proofValue": multibase.encode_multibase(key.sign(hash_data))}}
