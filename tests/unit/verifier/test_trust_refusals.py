"""Who and what a trust list does not take in, each refusal provoked by what it names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.verifier.test_trust_list import example
from tests.world import NOW, World
from vcwallet import strict_json
from vcwallet.errors import DocumentError, UsageError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import PublicKey
from vcwallet.identifiers.published_test_keys import PUBLISHED_TEST_KEYS
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import ANYTHING, NOT_COMPARED, Identifier, TrustedIssuer, TrustList


def document(*keys: PublicKey, identifier: str = "did:web:other.example") -> ControlledIdentifierDocument:
    names = [f"{identifier}#key-{number}" for number in range(len(keys))]
    methods: list[strict_json.Json] = [
        {"id": name, "type": "Multikey", "controller": identifier, "publicKeyMultibase": key.multibase}
        for name, key in zip(names, keys, strict=True)
    ]
    return ControlledIdentifierDocument.parse(
        {
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": identifier,
            "verificationMethod": methods,
            "assertionMethod": list[strict_json.Json](names),
        }
    )


def add(trust: TrustList, found: ControlledIdentifierDocument) -> TrustList:
    return trust.with_issuer(
        found, name={"ru": "Другая"}, scopes=[ANYTHING], fingerprints=NOT_COMPARED, now=NOW
    )


def published() -> PublicKey:
    return PublicKey.from_multibase(min(each for each in PUBLISHED_TEST_KEYS if each.startswith("z6Mk")))


REFUSED: dict[str, tuple[Callable[[World], object], str]] = {
    "an issuer without a key": (lambda w: add(w.trust(), document()), "trust.no-keys"),
    "the key of a listed issuer": (
        lambda w: add(w.trust(), document(w.olympiad.key.public_key)),
        "trust.key-of-another",
    ),
    "a key printed in a standard": (lambda w: add(w.trust(), document(published())), "trust.key-published"),
    "an entry without a name": (
        lambda w: TrustedIssuer("other", {"ru": " "}, (Identifier("did:web:other.example"),), ()),
        "trust.no-name",
    ),
    "an entry without an identifier": (
        lambda w: TrustedIssuer("other", {"ru": "Другая"}, (), ()),
        "trust.no-name",
    ),
    "removing who took another over": (
        lambda w: example().without_entry("school-00-nebyvalinsk", on=NOW.date()),
        "trust.is-successor",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_list_stays_as_it_was(name: str) -> None:
    action, code = REFUSED[name]
    w = World()
    before = w.trust()
    with pytest.raises(UsageError) as caught:
        action(w)
    assert caught.value.code == code
    assert w.trust() == before


@pytest.mark.parametrize("missing", ["id", "validFrom"])
def test_a_status_list_without_a_name_or_a_day_cannot_be_told_from_another(missing: str) -> None:
    w = World()
    signed = w.olympiad.status()
    unsigned: JsonObject = {name: value for name, value in signed.items() if name not in (missing, "proof")}
    proof = {"created": None} if missing == "validFrom" else {}
    with pytest.raises(DocumentError) as caught:
        w.trust(status_lists=()).admitted(w.olympiad.sign(unsigned, **proof), now=NOW)  # type: ignore[arg-type]
    assert caught.value.code == "trust.list-undated"


def test_the_published_key_would_else_be_a_key() -> None:
    assert did_key.did_of(published()).startswith("did:key:z6Mk")
