"""JSON-LD documents as RDF statements, offline and in safe mode.

from vcwallet.proofs import jsonld, rdfc

text = rdfc.canonicalize(jsonld.to_quads(credential))
"""

from __future__ import annotations

from vcwallet.proofs.jsonld.pinned import PINNED, Contexts
from vcwallet.proofs.jsonld.walk import walk
from vcwallet.proofs.rdfc import Quad
from vcwallet.strict_json import JsonObject

__all__ = ["PINNED", "Contexts", "to_quads"]


def to_quads(document: JsonObject, *, contexts: Contexts = PINNED) -> list[Quad]:
    """The RDF statements of a document, which together say all that the document says.

    Raises DocumentError (``jsonld.*``, with the JSON pointer as evidence) for anything the statements would
    not say, LimitExceeded over a ceiling.
    """
    return walk(document, contexts)
