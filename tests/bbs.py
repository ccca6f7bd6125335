"""Showings of a diploma with bbs-2023: of every fate, and with everything that no proof may be made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from tests.unit.primitives.bls_curve import G1, R
from tests.world import SIGNED, Issuer, World, seeded_key
from vcwallet import strict_json
from vcwallet.identifiers import multibase
from vcwallet.identifiers.did.key import verification_method_of
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs.cryptosuites import bbs
from vcwallet.proofs.data_integrity import add_proof, derive
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import TrustedIssuer

__all__ = ["KEY", "believed", "hidden", "showings"]

KEY: Final = seeded_key("подпись по частям", KeyType.BLS12_381_G2)
_ANOTHER: Final = seeded_key("чужая подпись по частям", KeyType.BLS12_381_G2)


def believed(listed: TrustedIssuer) -> TrustedIssuer:
    """The issuer with `KEY` beside the keys it has."""
    return replace(listed, keys=(*listed.keys, replace(listed.keys[0], key=KEY.public_key, ids=frozenset())))


def hidden(world: World, number: int, *, issuer: Issuer | None = None, key: SoftwareKey = KEY) -> JsonObject:
    """A diploma of which the family shows all but one member of its subject."""
    issuer = issuer or world.olympiad
    unsigned = issuer.unsigned(number % 40, holder=world.child.id)
    kept = add_proof(
        unsigned,
        suite="bbs-2023",
        key=key,
        verification_method=f"{issuer.id}#bbs" if issuer.site else verification_method_of(issuer.id),
        created=SIGNED,
        mandatory_pointers=["/issuer", "/validFrom"],
    )
    members = [name for name in unsigned["credentialSubject"] if name not in ("achievement", "type", "id")]
    left = members[number % len(members)]
    shown = [f"/credentialSubject/{name}" for name in unsigned["credentialSubject"] if name != left]
    return derive(kept, ["/credentialStatus", *shown])


def showings(world: World, *, now: datetime) -> Iterator[tuple[str, bytes]]:
    child = world.child
    good = hidden(world, 0)
    made: dict[str, JsonObject] = {f"good-{number}": hidden(world, number) for number in range(3)}
    made["revoked"] = hidden(world, 3)
    made["changed"] = _changed(good)
    made["another-key"] = hidden(world, 1, key=_ANOTHER)
    made["strange"] = hidden(world, 1, issuer=world.stranger)
    own = Issuer("Никто", world.olympiad.sample)
    own.__dict__["key"] = _ANOTHER
    made["own-did"] = hidden(world, 1, issuer=own, key=_ANOTHER)
    made |= {f"malformed-{number}": each for number, each in enumerate(_malformed(good))}
    for name, diploma in made.items():
        shown = child.show([diploma], created=now)
        yield f"bbs-{name}.json", strict_json.dumps(shown).encode("utf-8")
    both = child.show([made["another-key"], good, world.olympiad.diploma(5, holder=child.id)], created=now)
    yield "bbs-together.json", strict_json.dumps(both).encode("utf-8")


def _changed(document: JsonObject) -> JsonObject:
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    name = next(name for name, value in subject.items() if name != "id" and isinstance(value, str))
    return {**document, "credentialSubject": {**subject, name: f"{subject[name]}!"}}


def _malformed(document: JsonObject) -> Iterator[JsonObject]:
    proof: Any = document["proof"]
    value = bbs.parse_derived_proof_value(proof)
    octets = value.bbs_proof
    for place, part in (
        (0, G1.compressed(None)),
        (48, G1.compressed(G1.some())),
        (96, G1.compressed(G1.of_order(3))),
        (0, G1.written((1 << 380, 0))),
        (0, bytes([octets[0] & 0x7F])),
        (0, octets[48:96]),
        (144, bytes(32)),
        (144, R.to_bytes(32, "big")),
        (len(octets) - 32, bytes(32)),
        (len(octets) - 32, b"\xff" * 32),
    ):
        changed = octets[:place] + part + octets[place + len(part) :]
        written = bbs.serialize_derived_proof_value(replace(value, bbs_proof=changed))
        yield {**document, "proof": {**proof, "proofValue": written}}
    key = multibase.encode_multibase(b"\xeb\x01" + b"\xc0" + bytes(95))
    yield {**document, "proof": {**proof, "verificationMethod": f"did:key:{key}#{key}"}}
