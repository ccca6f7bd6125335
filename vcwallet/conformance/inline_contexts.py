"""Contexts inside a document, which the W3C suites send and nobody else may.

The rest of vcwallet knows contexts by URL only: no reader need ask which words a document redefines.
Here each object in a list of contexts gets a URL of its own for as long as one request takes: the statements
are the same, and `Lifted.restore` puts the objects back. The suites that sign the JSON itself take the
document as it is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from vcwallet import strict_json
from vcwallet.proofs.cryptosuites import Cryptosuite
from vcwallet.proofs.cryptosuites.canonical_forms import CANONICAL_JSON
from vcwallet.proofs.cryptosuites.suite import PlainSuite
from vcwallet.proofs.jsonld import PINNED, Contexts, to_quads
from vcwallet.strict_json import Json, JsonObject

__all__ = ["Lifted", "lift", "signs_json"]

_INNER = "verifiableCredential"


@dataclass(frozen=True, slots=True)
class Lifted:
    """A document with URLs for contexts, and the set that knows them."""

    document: JsonObject
    contexts: Contexts = PINNED
    objects: dict[str, Json] = field(default_factory=dict)

    def check(self) -> None:
        """Raise what `to_quads` raises for a word of the document that nothing defines, whatever signs it."""
        unsecured = {name: member for name, member in self.document.items() if name != "proof"}
        to_quads(unsecured, contexts=self.contexts)

    def restore(self, document: JsonObject) -> JsonObject:
        """A document made of the lifted one, with the objects back in its list of contexts."""
        listed = document.get("@context")
        if not self.objects or not isinstance(listed, list):
            return document
        return {**document, "@context": [self.objects.get(str(item), item) for item in listed]}


def lift(document: JsonObject) -> Lifted:
    """Lift the contexts of a document and of the credentials in it.

    Raises what `Contexts.with_file` raises for an object that is no context, or too large a one.
    """
    objects: dict[str, Json] = {}
    lifted = _lifted(document, objects)
    inner = document.get(_INNER)
    if isinstance(inner, list):
        lifted[_INNER] = [_lifted(item, objects) if isinstance(item, dict) else item for item in inner]
    elif isinstance(inner, dict):
        lifted[_INNER] = _lifted(inner, objects)
    contexts = PINNED
    for url, item in objects.items():
        file = item if isinstance(item, dict) and "@context" in item else {"@context": item}
        contexts = contexts.with_file(url, strict_json.dumps(file).encode("utf-8"))
    return Lifted(lifted, contexts, objects)


def signs_json(suite: Cryptosuite) -> bool:
    """Whether a suite signs the JSON and not the statements it makes."""
    return isinstance(suite, PlainSuite) and suite.form is CANONICAL_JSON


def _lifted(document: JsonObject, objects: dict[str, Json]) -> JsonObject:
    listed = document.get("@context")
    if not isinstance(listed, list):
        return dict(document)
    urls: list[Json] = []
    for item in listed:
        if isinstance(item, dict):
            url = "urn:sha256:" + hashlib.sha256(strict_json.dumps(item).encode("utf-8")).hexdigest()
            objects[url] = item
            urls.append(url)
        else:
            urls.append(item)
    return {**document, "@context": urls}
