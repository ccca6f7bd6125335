"""What PyLD makes of a document, for contexts that nobody pinned.

The walk is tested against every pinned context; a context that a user adds is tested by nobody. So a document
that names one is also given to PyLD, an independent and complete JSON-LD processor, and counts only if both
find the same statements. PyLD is imported here and nowhere else, and loads nothing but what the set holds.
"""

from __future__ import annotations

import copy
from typing import Any

from vcwallet.errors import N_, Action, DocumentError, LimitExceeded, MachineError
from vcwallet.proofs import rdfc
from vcwallet.proofs.jsonld.pinned import Contexts
from vcwallet.proofs.rdfc import Quad
from vcwallet.strict_json import JsonObject

__all__ = ["confirm", "quads_of"]


def confirm(document: JsonObject, quads: list[Quad], contexts: Contexts) -> None:
    """Raise DocumentError (``jsonld.disputed``) unless PyLD also finds `quads`, and nothing else.

    Raises MachineError (``jsonld.no-pyld``) where PyLD, or what it is made of, is not installed: that is no
    answer about the document.
    """
    theirs: str | None
    try:
        import pyld.jsonld  # noqa: F401
    except ImportError:
        raise MachineError(
            "jsonld.no-pyld",
            N_("The program that reads documents with added contexts a second time cannot be started."),
            next_step=Action.REINSTALL,
        ) from None
    try:
        theirs = rdfc.canonicalize(quads_of(_dataset(document, contexts)))
    except LimitExceeded:
        raise
    except Exception:  # PyLD raises whatever its input leads it to; none of it is agreement
        theirs = None
    if theirs != rdfc.canonicalize(quads):
        raise DocumentError(
            "jsonld.disputed",
            N_("Two programs understand this document differently, because of a context that was added."),
            next_step=N_("Ask the author of the added context for a simpler one."),
        )


def _dataset(document: JsonObject, contexts: Contexts) -> dict[str, Any]:
    from pyld import jsonld

    def load(url: str, options: object) -> dict[str, Any]:
        # A copy, because PyLD resolves URLs in place; no "tag", because its memory is shared by URL.
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": copy.deepcopy(contexts.document(url)),
        }

    options = {"documentLoader": load, "base": "", "rdfDirection": "i18n-datatype"}
    dataset: dict[str, Any] = jsonld.to_rdf(copy.deepcopy(document), options)
    return dataset


def quads_of(dataset: dict[str, Any]) -> list[Quad]:
    """PyLD's form of a dataset, in ours."""
    return [
        (
            _term(triple["subject"]),
            _term(triple["predicate"]),
            _term(triple["object"]),
            "" if graph == "@default" else _resource(graph),
        )
        for graph, triples in dataset.items()
        for triple in triples
    ]


def _term(term: dict[str, str]) -> str:
    if term["type"] != "literal":
        return _resource(term["value"])
    text = f'"{rdfc.escape_literal(term["value"])}"'
    if "language" in term:
        return f"{text}@{term['language']}"
    datatype = term["datatype"]
    return text if datatype == "http://www.w3.org/2001/XMLSchema#string" else f"{text}^^<{datatype}>"


def _resource(value: str) -> str:
    return value if value.startswith("_:") else f"<{value}>"
