"""Random documents over the pinned contexts, made from the term tables: right ones, and ones with a fault."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from vcwallet.errors import DocumentError
from vcwallet.proofs.jsonld import PINNED
from vcwallet.proofs.jsonld.terms import ActiveContext, Native, Term, TermKind

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/"

LISTS: list[list[str]] = [
    [V2],
    [V2, OB + "context-3.0.3.json"],
    [V2, OB + "context-3.0.3.json"],
    [V2, OB + "context-3.0.2.json", OB + "extensions.json"],
    [V2, "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json", OB + "context-3.0.3.json"],
    [V2, "https://www.w3.org/ns/credentials/examples/v2"],
    [V2, "https://www.w3.org/ns/credentials/undefined-terms/v2"],
    [V2, "https://w3id.org/citizenship/v4rc1"],
    [V2, "https://w3id.org/security/data-integrity/v2"],
    [V1],
    [V1, OB + "context.json"],
    [V1, OB + "context-3.0.1.json", "https://w3id.org/security/suites/ed25519-2020/v1"],
    [
        V1,
        "https://w3id.org/security/data-integrity/v2",
        "https://w3id.org/vdl/v1",
        "https://w3id.org/vdl/aamva/v1",
    ],
    [V1, "https://w3id.org/vc/status-list/2021/v1", "https://w3id.org/security/data-integrity/v1"],
    ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
]

WORDS = [
    "Иван",
    "олимпиада",
    "a",
    "",
    "two\nlines",
    'quo"te',
    "back\\slash",
    "tab\there",
    "🏅",
    "e\u0301",
    "é",
    " ",
    "3.5E0",
    "5",
    "true",
    "2026-05-01",
    "2026-05-01T00:00:00Z",
    "did:example:1",
    "@odd",
    "colon: not an IRI",
]
IRIS = [
    "urn:uuid:9b0c6a5e-0000-4000-8000-000000000001",
    "https://school.example/1",
    "https://school.example/школа",
    "did:key:z6MkExample",
    "did:web:school.example#key-1",
    "data:text/plain,x",
    "tag:a,2026:b",
    "https://e.example/a/../b",
]


class Maker:
    """Makes one document after another from a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.ids = 0

    def document(self) -> dict[str, Any]:
        if self.chance.random() < 0.25:
            return self.presentation()
        return self.credential(self.chance.choice(LISTS))

    def presentation(self) -> dict[str, Any]:
        base = self.chance.choice([V1, V2, V2])
        count = self.chance.choice([1, 2, 2, 3])
        lists = [urls for urls in LISTS if urls[0] == base]
        credentials = [self.credential(self.chance.choice(lists)) for _ in range(count)]
        if self.chance.random() < 0.5:  # the same pattern of unnamed parts, which needs Hash N-Degree Quads
            twin = copy.deepcopy(credentials[0])
            if self.chance.random() < 0.5:
                twin["id"] = self.iri()
            credentials.append(twin)
        made = {
            "@context": [base],
            "type": "VerifiablePresentation",
            "holder": self.iri(),
            "verifiableCredential": credentials if self.chance.random() < 0.9 else credentials[0],
        }
        if self.chance.random() < 0.3:
            made["proof"] = {
                "type": "DataIntegrityProof",
                "cryptosuite": "eddsa-rdfc-2022",
                "proofPurpose": "authentication",
            }
        return made

    def credential(self, urls: list[str]) -> dict[str, Any]:
        active = PINNED.root(tuple(urls), None)
        made: dict[str, Any] = {"@context": urls if len(urls) > 1 or self.chance.random() < 0.5 else urls[0]}
        must = ["VerifiableCredential"] if "VerifiableCredential" in active.words else []
        made.update(self.node(active, 0, must))
        return made

    def node(self, active: ActiveContext, depth: int, must: list[str]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        words = active.words.items()
        classes = [name for name, term in words if name[:1].isupper() and term.kind == TermKind.PROPERTY]
        types = list(must)
        if classes and self.chance.random() < 0.8:
            types += self.chance.sample(classes, min(len(classes), self.chance.choice([1, 1, 1, 2])))
        types = list(dict.fromkeys(types))
        if types and active.type_names:
            made[active.type_names[0]] = types if len(types) > 1 or self.chance.random() < 0.5 else types[0]
            scoped = [active.words[name] for name in sorted(types) if active.words[name].has_context]
            try:
                active = active.with_types(tuple(scoped), None) if scoped else active
            except DocumentError:
                return made  # types that contradict each other: both must say so
        if active.id_names and self.chance.random() < 0.5:
            made[active.id_names[0]] = self.iri()
        names = [
            name
            for name, term in active.properties.items()
            if term.kind == TermKind.PROPERTY and not name[:1].isupper() and ":" not in name
        ]
        fields = self.chance.sample(names, min(len(names), self.chance.randint(1, 5)))
        if active.vocab and self.chance.random() < 0.5:
            fields.append(self.chance.choice(["alumniOf", "оценка", "myField"]))
        for name in fields:
            term = active.properties.get(name) or Term("urn:coined")
            value = self.values(term, active, depth)
            if value is not None:
                made[name] = value
        if not made:
            made.update({name: self.iri() for name in active.id_names[:1]})
        return made

    def values(self, term: Term, active: ActiveContext, depth: int) -> Any:
        if term.coercion == "@json":
            return self.json(0)
        count = self.chance.choice([0, 0, 0, 1, 2, 3])
        if count == 0:
            value = self.value(term, active, depth)
            return [value] if term.is_list and value is not None else value
        found: list[Any] = []
        for _ in range(count):
            value = self.value(term, active, depth)
            if value is not None and value not in found:
                found.append(value)
        return found or None

    def value(self, term: Term, active: ActiveContext, depth: int) -> Any:
        nested = self.chance.random() < (0.6 if depth < 3 else 0.0)
        if term.is_graph:
            return self.graph(term, active, depth)
        if term.coercion == "@id":
            return self.object(term, active, depth) if nested else self.iri()
        if term.coercion == "@vocab":
            inner = active.with_term(term, None) if term.has_context else active
            words = [name for name, word in inner.words.items() if word.kind == TermKind.PROPERTY]
            return self.chance.choice(words) if words and self.chance.random() < 0.8 else self.iri()
        if nested and term.coercion is None:
            return self.object(term, active, depth)
        if term.native == Native.NUMBER:
            return self.number()
        if term.native == Native.BOOLEAN:
            return self.chance.random() < 0.5
        if term.native == Native.TEXT:
            return self.chance.choice(WORDS)
        kind = self.chance.random()
        if kind < 0.7:
            return self.chance.choice(WORDS)
        if kind < 0.8:
            return self.number()
        if kind < 0.85:
            return self.chance.random() < 0.5
        language = self.chance.choice(["ru", "en-GB", "zh-Hant-TW"])
        return {"@value": self.chance.choice(WORDS), "@language": language}

    def graph(self, term: Term, active: ActiveContext, depth: int) -> Any:
        if depth > 1:
            return None
        if term.context is None:  # VC Data Model 2.0 empties the context for what a presentation holds
            return self.credential(self.chance.choice([urls for urls in LISTS if urls[0] == V2]))
        return self.object(term, active, depth)

    def object(self, term: Term, active: ActiveContext, depth: int) -> dict[str, Any]:
        inner = active.previous or active
        if term.has_context:
            inner = inner.with_term(term, None)
        made = self.node(inner, depth + 1, [])
        if term.is_graph and not made.keys() - set(inner.id_names):
            made[inner.type_names[0]] = self.chance.choice(
                ["https://school.example/T", "https://school.example/U"]
            )
        return made

    def iri(self) -> str:
        if self.chance.random() < 0.02:
            return self.chance.choice(IRIS)
        self.ids += 1
        return f"{self.chance.choice(IRIS)}?n={self.ids}"

    def number(self) -> Any:
        return self.chance.choice([0, 1, -7, 36, 4.5, 1.0, 0.1, 1e-7, 123456789, 2**53 - 1, 2.5e15, 5e-324])

    def json(self, depth: int) -> Any:
        kind = self.chance.randrange(8 if depth < 3 else 6)
        if kind == 6:
            return [self.json(depth + 1) for _ in range(self.chance.randrange(4))]
        if kind == 7:
            return {self.chance.choice(WORDS): self.json(depth + 1) for _ in range(self.chance.randrange(4))}
        return [None, True, self.number(), *[self.chance.choice(WORDS) for _ in range(3)]][kind]


# --- faults that PyLD notices as well -------------------------------------------------------------


def _nodes(document: Any) -> list[dict[str, Any]]:
    found = [document] if isinstance(document, dict) and "@value" not in document else []
    for member in document.values() if isinstance(document, dict) else document:
        if isinstance(member, dict | list):
            found += _nodes(member)
    return found


def undefined_name(node: dict[str, Any], chance: random.Random) -> None:
    name = chance.choice(["grade", "Оценка", "credentialsubject", "x y"])
    node[name] = chance.choice(["5", 5, {"id": "urn:x"}])


def unknown_context(node: dict[str, Any], chance: random.Random) -> None:
    node["@context"] = [V2, "https://nobody.example/v1"]


def bad_keyword(node: dict[str, Any], chance: random.Random) -> None:
    name, value = chance.choice([("@id", 5), ("@type", {}), ("@value", []), ("@reverse", "x")])
    node[name] = value


def bad_id(node: dict[str, Any], chance: random.Random) -> None:
    node["id"] = chance.choice([5, ["urn:x"], {}, True])


Fault = Callable[[dict[str, Any], random.Random], None]
FAULTS: list[Fault] = [undefined_name, unknown_context, bad_keyword, bad_id]


def with_fault(document: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The document with one fault at a random place; sometimes the place makes it none."""
    broken = copy.deepcopy(document)
    chance.choice(FAULTS)(chance.choice(_nodes(broken)), chance)
    return broken
