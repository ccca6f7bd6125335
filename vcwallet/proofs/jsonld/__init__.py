"""JSON-LD documents as RDF statements, offline and in safe mode.

    from vcwallet.proofs import jsonld, rdfc

    text = rdfc.canonicalize(jsonld.to_quads(credential))

A proof covers statements, not JSON. *Safe mode* closes the gap: two JSON documents that give the same
statements mean the same, and everything else is refused. "The same" is what the data model calls so:

* the order of an object's members, and of an array's values, except in lists (``@container: @list``);
* a single value and an array that holds only it; an identifier and an object with only that ``id``;
* 1 and 1.0; language tags by case; classes that one context declares to be the same;
* what is said of an identifier, in whichever object with that identifier it is said - but where two such
  objects speak of the same property, they must say the same (unless one is in a credential inside the
  document that has its own proof: that proof must then be verified too);
* the list of contexts, as long as every name keeps its meaning.

Refused, with the JSON pointer as evidence: names that nothing defines, that are identifiers, or that a
context has another name for; keywords but ``@context``, and ``@value`` with ``@language``; null, empty
objects and arrays, arrays in arrays, values given twice; relative and abbreviated identifiers; unknown,
inline, repeated or misplaced contexts; numbers and texts that cannot be told apart; control characters.
"""

from __future__ import annotations

from vcwallet.proofs.jsonld.pinned import PINNED, Contexts
from vcwallet.proofs.jsonld.walk import types_of, walk
from vcwallet.proofs.rdfc import Quad
from vcwallet.strict_json import JsonObject, strings

__all__ = ["PINNED", "Contexts", "to_quads", "types_of"]


def to_quads(document: JsonObject, *, contexts: Contexts = PINNED) -> list[Quad]:
    """The RDF statements of a document, in no particular order; blank nodes are ``_:b1``, ``_:b2`` ...

    Raises DocumentError (``jsonld.*``, ``json.*``, with evidence ``pointer``) for anything the statements
    would not say, LimitExceeded over a ceiling, MachineError when a context file of the program is damaged.
    A document that names a context which a user added is also checked with PyLD (``jsonld.disputed``).
    """
    quads = walk(document, contexts)
    if contexts.added and any(text in contexts.added for _, text in strings(document)):
        from vcwallet.proofs.jsonld import pyld_comparison

        pyld_comparison.confirm(document, quads, contexts)
    return quads
