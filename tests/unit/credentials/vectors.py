"""What tests/vectors/credentials holds: one file, one fate.

`python -m tests.unit.credentials.vectors` writes it. Each file says in `what` what it is, in `check` which
question is asked (of a `credential`, a `presentation` for `domain` and `challenge`, or the `status` of a
credential by a status list), at which moment `now`, and its `fate`: "accepted", "revoked" or the code of the
refusal. Every key is a did:key, so nothing else is needed. The signatures are deterministic, so the files can
be made again.
"""

from __future__ import annotations

import gzip
import json
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

from tests.unit.credentials.world import (
    CHILD,
    GONE,
    LIST_URL,
    NOW,
    OLYMPIAD,
    SAMPLES,
    SCHOOL,
    SIBLING,
    STRANGER,
    Party,
    award,
    diploma,
    put,
    shown,
    signed,
    signed_list,
)
from vcwallet.credentials.status_list import StatusList
from vcwallet.identifiers.keys import KeyType
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.timestamps import render

RECIPIENT = "university.example"
P256 = Party.of("vcwallet test P-256 school", KeyType.P256)
SUBJECT = "/credentialSubject"
LIST = "/credentialSubject/encodedList"


def vectors() -> dict[str, dict[str, Any]]:
    """File name without ending -> content."""
    return {**_credentials(), **_presentations(), **_statuses()}


def _credentials() -> dict[str, dict[str, Any]]:
    good = signed(diploma())
    by_p256 = put(diploma(), "/issuer/id", P256.did)
    old = {
        "@context": [
            "https://www.w3.org/2018/credentials/v1",
            "https://w3id.org/security/suites/ed25519-2020/v1",
        ],
        "id": "urn:uuid:0f4a3c9e-8d0b-4b5e-9c55-3a7d1e6b2f08",
        "type": ["VerifiableCredential"],
        "issuer": OLYMPIAD.did,
        "issuanceDate": "2020-01-01T00:00:00Z",
        "credentialSubject": {"id": CHILD.did},
    }
    latin = put(diploma(), SUBJECT + "/familyName", "Tестов")

    def case(what: str, fate: str, document: dict[str, Any]) -> dict[str, Any]:
        return _case(what, "credential", fate, credential=document)

    return {
        "diploma": case("an olympiad diploma bound to its holder", "accepted", good),
        "award-by-name": case("a school award bound by name only", "accepted", signed(award(), SCHOOL)),
        "diploma-jcs": case(
            "signed as canonical JSON", "accepted", signed(diploma(), suite="eddsa-jcs-2022")
        ),
        "diploma-p256": case("signed with P-256", "accepted", signed(by_p256, P256, suite="ecdsa-rdfc-2019")),
        "diploma-proof-set": case(
            "two proofs by one issuer", "accepted", signed(good, suite="eddsa-jcs-2022")
        ),
        "credential-1.1": case(
            "data model 1.1 with Ed25519Signature2020", "accepted", signed(old, suite="Ed25519Signature2020")
        ),
        "look-alike-name": case(
            "a Latin T in the surname: accepted, and noted as text.mixed-script", "accepted", signed(latin)
        ),
        "order-of-lists": case(
            "types in another order: the same statements",
            "accepted",
            put(good, "/type", ["OpenBadgeCredential", "VerifiableCredential"]),
        ),
        "unsigned": case("no proof at all", "credential.no-proof", diploma()),
        "another-key": case("signed by a stranger", "credential.issuer-key", signed(diploma(), STRANGER)),
        "another-key-beside": case(
            "signed by the issuer and by a stranger", "credential.issuer-key", signed(good, STRANGER)
        ),
        "issuer-changed": case(
            "the issuer exchanged after signing", "proof.signature", put(good, "/issuer/id", STRANGER.did)
        ),
        "name-changed": case(
            "another surname", "proof.signature", put(good, SUBJECT + "/familyName", "Чужов")
        ),
        "status-removed": case(
            "the status entry cut out", "proof.signature", put(good, "/credentialStatus", GONE)
        ),
        "claim-added": case(
            "a grade that no context defines", "jsonld.undefined-term", put(good, SUBJECT + "/grade", "5")
        ),
        "null-added": case("a null beside the claims", "jsonld.null", put(good, SUBJECT + "/role", None)),
        "inline-context": case(
            "definitions of its own",
            "credential.inline-context",
            put(good, "/@context/3", {"grade": "https://a.example/#grade"}),
        ),
        "wrong-purpose": case(
            "a proof for presentations on a credential",
            "proof.purpose",
            signed(diploma(), purpose="authentication"),
        ),
        "proof-of-the-future": case(
            "signed two days from now", "proof.not-yet", signed(diploma(), created=NOW + timedelta(days=2))
        ),
        "related-resource-other-edition": case(
            "names a digest that the base context does not have",
            "related-resource.digest",
            signed(
                diploma(
                    relatedResource={
                        "id": "https://www.w3.org/ns/credentials/v2",
                        "digestSRI": "sha256-" + "A" * 43 + "=",
                    }
                )
            ),
        ),
    }


def _presentations() -> dict[str, dict[str, Any]]:
    mine, named = signed(diploma()), signed(award(), SCHOOL)
    theirs = signed(put(diploma(), SUBJECT + "/id", SIBLING.did))
    good = shown(mine, named)
    base = mine | {
        "proof": [
            mine["proof"],
            mine["proof"]
            | {
                "cryptosuite": "ecdsa-sd-2023",
                "proofValue": "u" + urlsafe_b64encode(b"\xd9\x5d\x00" + bytes(9)).decode(),
            },
        ]
    }

    def case(what: str, fate: str, document: dict[str, Any], **options: Any) -> dict[str, Any]:
        return _case(what, "presentation", fate, **{"domain": RECIPIENT, **options}, presentation=document)

    return {
        "presentation": case("two documents for one university", "accepted", good),
        "presentation-answering": case(
            "the answer to a question", "accepted", shown(mine, challenge="q-17"), challenge="q-17"
        ),
        "presentation-replayed": case(
            "the answer to yesterday's question",
            "proof.challenge",
            shown(mine, challenge="q-16"),
            challenge="q-17",
        ),
        "presentation-elsewhere": case(
            "shown to another university", "proof.domain", shown(mine, domain="other.example")
        ),
        "presentation-over": case(
            "ended a second ago",
            "proof.expired",
            shown(mine, expires=NOW - timedelta(seconds=1)),
        ),
        "presentation-unsigned": case("no proof", "presentation.no-proof", put(good, "/proof", GONE)),
        "presentation-holder-removed": case(
            "nobody shows it", "presentation.no-holder", put(good, "/holder", GONE)
        ),
        "presentation-by-a-stranger": case(
            "signed by another than its holder",
            "presentation.holder-key",
            _force([mine], by=STRANGER),
        ),
        "presentation-use-changed": case(
            "another intended use", "proof.signature", put(good, "/termsOfUse/0/description", "Что угодно")
        ),
        "presentation-of-a-sibling": case(
            "a diploma of the holder and one of a sibling",
            "presentation.other-person",
            _force([mine, theirs]),
        ),
        "presentation-with-base-proof": case(
            "a selective-disclosure base proof is shown", "presentation.base-proof", _force([base])
        ),
        "presentation-with-a-forgery": case(
            "one of the diplomas is signed by a stranger",
            "credential.issuer-key",
            shown(mine, signed(diploma(), STRANGER)),
        ),
        "presentation-with-a-string": case(
            "a credential that is a string",
            "credential.not-objects",
            put(good, "/verifiableCredential", ["eyJhbGciOiJFZERTQSJ9.e30.AA"]),
        ),
    }


def _statuses() -> dict[str, dict[str, Any]]:
    credential = signed(diploma())
    empty = signed_list()

    def case(what: str, fate: str, document: dict[str, Any]) -> dict[str, Any]:
        return _case(what, "status", fate, credential=credential, statusList=document)

    def encoded(data: bytes) -> dict[str, Any]:
        text = "u" + urlsafe_b64encode(data).rstrip(b"=").decode()
        return signed(put(put(empty, "/proof", GONE), LIST, text), created=NOW - timedelta(days=2))

    member = gzip.compress(bytes(16384), mtime=0)
    return {
        "status-good": case("not revoked", "accepted", signed_list(94566, 94568)),
        "status-revoked": case("revoked", "revoked", signed_list(94567)),
        "status-of-another-list": case(
            "a list of another address", "status.wrong-list", signed_list(id=LIST_URL + "0")
        ),
        "status-by-another-issuer": case(
            "the school's list for the olympiad's diploma", "status.list-issuer", signed_list(by=SCHOOL)
        ),
        "status-of-another-purpose": case(
            "a list of suspensions", "status.purpose", signed_list(purpose="suspension")
        ),
        "status-over": case(
            "a list that ended yesterday",
            "status.list-expired",
            signed_list(valid_until=NOW - timedelta(days=1)),
        ),
        "status-too-short": case(
            "one byte below the minimum",
            "status.list-too-short",
            signed_list(bits=StatusList(bytes(16383))),
        ),
        "status-cleared": case(
            "the bit cleared after signing", "proof.signature", put(signed_list(94567), LIST, empty_bits())
        ),
        "status-forged": case(
            "a list in the issuer's name by a stranger",
            "credential.issuer-key",
            signed(put(empty, "/proof", GONE), STRANGER),
        ),
        "status-two-members": case(
            "two gzip members, of which readers see one or both", "status.encoded-list", encoded(member * 2)
        ),
        "status-trailing-byte": case("a byte after the list", "status.encoded-list", encoded(member + b"\0")),
        "status-cut": case("the checksum cut off", "status.encoded-list", encoded(member[:-4])),
    }


def empty_bits() -> str:
    return StatusList.create().encode()


def _force(credentials: list[dict[str, Any]], *, by: Party = CHILD) -> dict[str, Any]:
    """A presentation in CHILD's name that `presentation.sign` would refuse to make."""
    document: dict[str, Any] = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": CHILD.did,
        "verifiableCredential": credentials,
    }
    return add_proof(
        document,
        suite="eddsa-jcs-2022",
        key=by.key,
        verification_method=by.method,
        purpose="authentication",
        created=NOW - timedelta(days=1),
        domain=RECIPIENT,
    )


def _case(what: str, check: str, fate: str, **members: Any) -> dict[str, Any]:
    return {"what": what, "check": check, "now": render(NOW), "fate": fate, **members}


def write() -> None:
    for name, content in vectors().items():
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        (SAMPLES / f"{name}.json").write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    write()
