"""Documents made to be expensive. `python -m tests.unit.proofs_jsonld.bombs` prints what each one costs."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from typing import Any

from tests.shared import peak_mib
from vcwallet.errors import DocumentError, VcwalletError
from vcwallet.proofs import rdfc
from vcwallet.proofs.jsonld import PINNED, Contexts, to_quads

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
VDL = "https://w3id.org/vdl/v1"


def credential(**members: Any) -> dict[str, Any]:
    return {"@context": [V2, OB], "id": "urn:c", "type": ["VerifiableCredential"], **members}


def nested(depth: int, member: str, leaf: dict[str, Any]) -> dict[str, Any]:
    for _ in range(depth):
        leaf = {"type": ["VerifiableCredential"], member: leaf}
    return leaf


def mixed_types(size: int) -> dict[str, Any]:
    """Every combination of so many types that get on with one another."""
    active, friends = PINNED.root((V2, OB), None), list[str]()
    for name, term in active.words.items():
        if name[:1].isupper() and term.has_context:
            try:
                active.with_types(tuple(active.words[one] for one in sorted([*friends, name])), None)
            except DocumentError:
                continue
            friends.append(name)
    combinations = itertools.islice(itertools.combinations(friends, size), 1200)
    return credential(evidence=[{"type": list(types), "name": "x"} for types in combinations])


def mixed_contexts() -> dict[str, Any]:
    """Credentials inside, each with another list of contexts."""
    active = PINNED.root((V2, OB), None)
    active = active.with_types((active.words["VerifiableCredential"],), None)
    lists: list[list[str]] = []
    others = [url for url in PINNED.urls if url not in (V1, V2)]
    for urls in itertools.permutations(others, 3):
        try:
            active.with_urls((V2, *urls), None)
        except DocumentError:
            continue
        lists.append([V2, *urls])
        if len(lists) == 200:
            break
    inner = [{"@context": urls, "type": "VerifiableCredential", "name": "x"} for urls in lists]
    return credential(endorsement=inner)


def json_literal() -> dict[str, Any]:
    deep: Any = []
    for _ in range(20):
        deep = [deep, 1.5, "x"]
    value = [deep, *({"a": 0.1 + number} for number in range(6000))]
    return {"@context": [V1, VDL], "type": "Iso18013DriversLicense", "driving_privileges": value}


BOMBS: dict[str, Callable[[], dict[str, Any]]] = {
    "many texts": lambda: credential(name=[str(number) for number in range(19_000)]),
    "many named objects": lambda: credential(
        relatedResource=[{"id": f"urn:{number}", "type": "Image"} for number in range(4_500)]
    ),
    "many unnamed objects": lambda: credential(
        evidence=[{"type": "Evidence", "name": str(number)} for number in range(4_800)]
    ),
    "many look-alikes": lambda: credential(evidence=[{"type": "Evidence", "name": "x"}] * 4_800),
    "many graphs": lambda: {
        "@context": [V2],
        "type": "VerifiablePresentation",
        "verifiableCredential": [{"@context": [V2], "type": "VerifiableCredential", "name": "x"}] * 3_900,
    },
    "one thing described again and again": lambda: credential(
        evidence=[
            {"id": f"urn:{number}", "name": {"id": "urn:x", "type": "Evidence", "name": "x"}}
            for number in range(2_800)
        ]
    ),
    "one wide thing described again and again": lambda: credential(
        credentialSubject=[
            {"id": f"urn:{number}", "name": {"id": "urn:y", "name": [str(one) for one in range(60)]}}
            for number in range(290)
        ]
    ),
    "types from elsewhere": lambda: credential(
        type=["VerifiableCredential", *(f"https://x.example/{number}" for number in range(19_000))]
    ),
    "names that a vocabulary makes": lambda: {
        "@context": [V2, EXAMPLES],
        **{f"n{number}": "x" for number in range(19_000)},
    },
    "types in every combination of three": lambda: mixed_types(3),
    "types in every combination of nine": lambda: mixed_types(9),
    "contexts in every order": mixed_contexts,
    "nesting": lambda: credential(evidence=nested(22, "evidence", {"name": "x"})),
    "nested graphs": lambda: credential(proof=nested(22, "proof", {"name": "x"})),
    "nesting beyond the ceiling": lambda: credential(evidence=nested(900, "evidence", {"name": "x"})),
    "nesting beyond the stack": lambda: credential(evidence=nested(100_000, "evidence", {"name": "x"})),
    "text to escape": lambda: credential(name='\\"\n' * 300_000),
    "long text": lambda: credential(name="ё" * 900_000),
    "long identifier": lambda: credential(id="urn:" + "a" * 1_000_000),
    "long identifier that ends badly": lambda: credential(id="urn:" + "a" * 1_000_000 + " "),
    "long language": lambda: credential(name={"@value": "x", "@language": "a-" * 500_000}),
    "JSON literal": json_literal,
}


def main() -> None:
    report: dict[str, tuple[str, float]] = {}
    for name, make in BOMBS.items():
        document, contexts = make(), Contexts()
        started = time.process_time()
        try:
            rdfc.canonicalize(to_quads(document, contexts=contexts))
            outcome = "answered"
        except VcwalletError as error:
            outcome = error.code
        report[name] = (outcome, time.process_time() - started)
    print(json.dumps({"documents": report, "peak MiB": peak_mib()}))


if __name__ == "__main__":
    main()
