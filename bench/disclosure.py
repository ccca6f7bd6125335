"""Hiding fields: issuing, deriving and verifying with ecdsa-sd-2023, and the bytes of what is shown.

The credential is the one of section "proofs"; the family hides four of its fields or shows them.
"""

from __future__ import annotations

from typing import Final

from bench.peers.cast import CREATED, NOW, SIGNERS, diploma
from bench.peers.comparison import measure, start, table
from vcwallet import strict_json
from vcwallet.identifiers import multibase
from vcwallet.identifiers.keys import KeyType

MANDATORY: Final = (
    "/issuer",
    "/type",
    "/validFrom",
    "/credentialStatus",
    "/credentialSubject/id",
    "/credentialSubject/achievement/id",
    "/credentialSubject/achievement/name",
)
HIDEABLE: Final = (
    "/credentialSubject/achievement/description",
    "/credentialSubject/achievement/criteria",
    "/credentialSubject/achievement/fieldOfStudy",
    "/credentialSubject/result",
)
SUITE: Final = "ecdsa-sd-2023"


def main() -> str:
    sides = start("JavaScript", "openvc-core")
    issuer, holder = SIGNERS["issuer", KeyType.P256], SIGNERS["holder", KeyType.P256]
    common = {"suite": SUITE, "created": CREATED, "now": NOW}
    issuing = {
        **common,
        "key": issuer.name,
        "method": issuer.method,
        "mandatory": MANDATORY,
        "text": strict_json.dumps(diploma(issuer.did, holder.did, 0)),
    }
    ours = sides["vcwallet"]
    secured = ours.ask("issue", 1, issuing)[1]
    rows = [
        measure(sides, ("issue",), "issue", issuing, (issuer, 1 + _statements(secured), 0)),
    ]
    sizes = []
    for count in (0, len(HIDEABLE)):
        request = {**common, "selective": HIDEABLE[:count], "text": secured}
        shown = ours.ask("derive", 1, request)[1]
        signatures = _statements(shown)
        what = "all hidden" if count == 0 else f"{count} of {len(HIDEABLE)} fields shown"
        rows += [
            measure(sides, (f"derive, {what}",), "derive", request, (issuer, 0, 0), ("verify", common)),
            measure(
                sides, (f"verify, {what}",), "verify", {**common, "text": shown}, (issuer, 0, 1 + signatures)
            ),
        ]
        sizes.append(f"{what} {_size(shown)} bytes ({signatures} signed statements)")
    for side in sides.values():
        side.worker.close()
    figures = table(["operation"], rows, sides)
    return f"{figures}\nSize of the proof's value: base proof {_size(secured)} bytes; {'; '.join(sizes)}."


def _size(text: str) -> int:
    return len(_value(text))


def _statements(text: str) -> int:
    import cbor2

    components = cbor2.loads(_value(text)[3:])
    return len(components[3 if _value(text)[2] == 0 else 2])


def _value(text: str) -> bytes:
    proof = strict_json.loads_object(text)["proof"]
    assert isinstance(proof, dict)
    value = proof["proofValue"]
    assert isinstance(value, str)
    return multibase.decode_multibase(value)
