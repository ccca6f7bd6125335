"""RDFC-1.0, the RDF Dataset Canonicalization algorithm (W3C Recommendation rdf-canon).

    from vcwallet.proofs import rdfc

    text = rdfc.canonicalize(quads)                       # SHA-256 inside
    text, labels = rdfc.canonicalize_with_labels(quads, hash_name="sha384")

Blank nodes get the same names whatever they were called before, so two datasets that differ only in
names and order become the same text. For some graphs that costs factorial time; here every graph has
a budget (`limits.RDFC_*`), and a graph that needs more is refused.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Final, TypeAlias

from vcwallet import limits
from vcwallet.errors import N_, InputError, LimitExceeded

__all__ = [
    "NEEDS_ESCAPE",
    "Quad",
    "canonicalize",
    "canonicalize_with_labels",
    "escape_literal",
    "parse_nquads",
]

Quad: TypeAlias = tuple[str, str, str, str]
"""Subject, predicate, object and graph name, each as canonical N-Quads writes it.

``<iri>``, ``_:label`` or ``"text"^^<datatype>``; the graph name is ``""`` in the default graph. Terms
are never taken apart again: canonicalising is joining, sorting and hashing these strings.
"""

_Issued: TypeAlias = dict[str, str]
"""An identifier issuer (section 4.4.1): blank node -> its new name, in the order of issue."""


def canonicalize(quads: Iterable[Quad], *, hash_name: str = "sha256") -> str:
    """The canonical N-Quads document of a dataset (rdf-canon section 4.4).

    `hash_name` is ``"sha256"`` or ``"sha384"``. Raises LimitExceeded (``rdfc.work``) for a graph whose
    blank nodes cannot be told apart within the budget.
    """
    return canonicalize_with_labels(quads, hash_name=hash_name)[0]


def canonicalize_with_labels(
    quads: Iterable[Quad], *, hash_name: str = "sha256"
) -> tuple[str, dict[str, str]]:
    """The canonical document and the issued identifiers map: input label -> ``c14nN``, both without ``_:``.

    The map is what selective disclosure (vc-di-ecdsa section 3.4) relabels. Raises as `canonicalize`.
    """
    lines: list[str] = []
    unlabelled: list[Quad] = []
    mentions: dict[str, list[Quad]] = {}
    for quad in dict.fromkeys(quads):
        subject, predicate, object_, graph = quad
        named = True
        if subject[0] == "_":
            mentions.setdefault(subject, []).append(quad)
            named = False
        if object_[0] == "_":
            if object_ != subject:
                mentions.setdefault(object_, []).append(quad)
            named = False
        if graph and graph[0] == "_":
            if graph != subject and graph != object_:
                mentions.setdefault(graph, []).append(quad)
            named = False
        if named:
            lines.append(_line(subject, predicate, object_, graph))
        else:
            unlabelled.append(quad)
    try:
        names = _Canonicalization(mentions, hash_name).issue() if mentions else {}
    except RecursionError:
        raise _too_much_work() from None
    name = names.get
    for subject, predicate, object_, graph in unlabelled:
        lines.append(_line(name(subject, subject), predicate, name(object_, object_), name(graph, graph)))
    lines.sort()
    return "".join(lines), {node[2:]: issued[2:] for node, issued in names.items()}


def _line(subject: str, predicate: str, object_: str, graph: str) -> str:
    if graph:
        return f"{subject} {predicate} {object_} {graph} .\n"
    return f"{subject} {predicate} {object_} .\n"


class _Canonicalization:
    """The canonicalization state (section 4.3), for datasets that have blank nodes."""

    def __init__(self, mentions: dict[str, list[Quad]], hash_name: str) -> None:
        self.mentions = mentions
        self.issued: _Issued = {}
        self.first_degree: dict[str, str] = {}
        digest: Callable[[bytes], hashlib._Hash] = {"sha256": hashlib.sha256, "sha384": hashlib.sha384}[
            hash_name
        ]
        self.hash: Callable[[str], str] = lambda text: digest(text.encode()).hexdigest()
        self.calls_left = max(limits.RDFC_CALLS, limits.RDFC_CALLS_PER_BLANK_NODE * len(mentions))
        mentioned = sum(map(len, mentions.values()))
        self.work_left = max(limits.RDFC_WORK, limits.RDFC_WORK_PER_QUAD * mentioned)

    def issue(self) -> _Issued:
        """Steps 3 to 5 of the canonicalization algorithm, section 4.4.3."""
        by_hash: dict[str, list[str]] = {}
        for node in self.mentions:
            first = self.first_degree[node] = self.hash_first_degree_quads(node)
            by_hash.setdefault(first, []).append(node)
        shared: list[list[str]] = []
        for _, nodes in sorted(by_hash.items()):
            if len(nodes) == 1:
                self.name(nodes[0])
            else:
                shared.append(nodes)
        for nodes in shared:
            results = [
                self.hash_n_degree_quads(node, {node: "_:b0"}, 0) for node in nodes if node not in self.issued
            ]
            results.sort(key=lambda result: result[0])
            for _, issuer in results:
                for node in issuer:
                    self.name(node)
        return self.issued

    def name(self, node: str) -> None:
        if node not in self.issued:
            self.issued[node] = f"_:c14n{len(self.issued)}"

    def hash_first_degree_quads(self, node: str) -> str:
        """Section 4.6.3."""
        lines = []
        for subject, predicate, object_, graph in self.mentions[node]:
            if subject[0] == "_":
                subject = "_:a" if subject == node else "_:z"
            if object_[0] == "_":
                object_ = "_:a" if object_ == node else "_:z"
            if graph and graph[0] == "_":
                graph = "_:a" if graph == node else "_:z"
            lines.append(_line(subject, predicate, object_, graph))
        lines.sort()
        return self.hash("".join(lines))

    def hash_related_blank_node(self, related: str, predicate: str, issuer: _Issued, position: str) -> str:
        """Section 4.7.3."""
        known = self.issued.get(related) or issuer.get(related) or self.first_degree[related]
        return self.hash(position + known if position == "g" else position + predicate + known)

    def hash_n_degree_quads(self, identifier: str, issuer: _Issued, depth: int) -> tuple[str, _Issued]:
        """Section 4.8.3."""
        self.calls_left -= 1
        if self.calls_left < 0 or depth > limits.RDFC_DEPTH:
            raise _too_much_work()
        related_lists: dict[str, list[str]] = {}
        mentions = self.mentions[identifier]
        self.spend(len(mentions))
        for subject, predicate, object_, graph in mentions:
            for position, node in (("s", subject), ("o", object_), ("g", graph)):
                if node[:2] == "_:" and node != identifier:
                    related = self.hash_related_blank_node(node, predicate, issuer, position)
                    # Duplicates stay: two ways to one neighbour are two steps of a path.
                    related_lists.setdefault(related, []).append(node)
        data_to_hash: list[str] = []
        for related, nodes in sorted(related_lists.items()):
            data_to_hash.append(related)
            chosen_path, chosen_issuer = "", issuer
            for order in self.permutations(nodes):
                found = self.path(order, issuer, chosen_path, depth)
                if found is not None and (not chosen_path or found[0] < chosen_path):
                    chosen_path, chosen_issuer = found
            data_to_hash.append(chosen_path)
            issuer = chosen_issuer
        return self.hash("".join(data_to_hash)), issuer

    def path(
        self, order: tuple[str, ...], issuer: _Issued, chosen: str, depth: int
    ) -> tuple[str, _Issued] | None:
        """Steps 5.4.1 to 5.4.5: one gossip path, or None once it is known to lose against `chosen`."""
        copy = dict(issuer)
        self.spend(len(order) + len(copy) // 16)
        path = ""
        recursion: list[str] = []
        for node in order:
            name = self.issued.get(node) or copy.get(node)
            if name is None:
                recursion.append(node)
                name = copy[node] = f"_:b{len(copy)}"
            path += name
            if chosen and len(path) >= len(chosen) and path > chosen:
                return None
        for node in recursion:
            result, deeper = self.hash_n_degree_quads(node, copy, depth + 1)
            path += f"{copy[node]}<{result}>"
            copy = deeper
            if chosen and len(path) >= len(chosen) and path > chosen:
                return None
        return path, copy

    def permutations(self, nodes: list[str]) -> Iterator[tuple[str, ...]]:
        """Every distinct order of a list that may hold duplicates.

        Orders that differ only in which of two equal entries comes first give the same path, so they
        are taken once; that keeps honest presentations, whose lists repeat a few nodes many times, cheap.
        """
        counts: dict[str, int] = {}
        for node in nodes:
            counts[node] = counts.get(node, 0) + 1
        if len(counts) == 1:
            yield tuple(nodes)
            return
        if len(counts) > limits.RDFC_RELATED_NODES:
            raise _too_much_work()
        yield from _arrangements(counts, (), len(nodes))

    def spend(self, amount: int) -> None:
        self.work_left -= amount
        if self.work_left < 0:
            raise _too_much_work()


def _arrangements(counts: dict[str, int], chosen: tuple[str, ...], length: int) -> Iterator[tuple[str, ...]]:
    if len(chosen) == length:
        yield chosen
        return
    for node, count in counts.items():
        if count:
            counts[node] = count - 1
            yield from _arrangements(counts, (*chosen, node), length)
            counts[node] = count


def _too_much_work() -> LimitExceeded:
    return LimitExceeded(
        "rdfc.work",
        N_("The document's unnamed parts refer to one another in too many ways to be told apart."),
        next_step=N_(
            "Give the parts identifiers, or refuse the document: honest ones do not look like this."
        ),
    )


# --- N-Quads (rdf-canon appendix A; N-Quads section 5) --------------------------------------------

NEEDS_ESCAPE: Final = re.compile('[\x00-\x1f"\\\\\x7f\ud800-\udfff\ufffe\uffff]')
_ECHAR: Final = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def escape_literal(text: str) -> str:
    """The inside of a STRING_LITERAL_QUOTE in canonical N-Quads."""
    return NEEDS_ESCAPE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return _ECHAR.get(found[0]) or f"\\u{ord(found[0]):04X}"


_ESCAPE: Final = r"\\[tbnrf\"'\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_CHARACTER: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"


@cache
def _statement() -> re.Pattern[str]:
    iri = r"<((?:[^\x00-\x20<>\"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*)>"
    blank = r"(_:[\w:](?:[\w:.·-]*[\w:·-])?)"
    literal = rf'"((?:[^\x22\x5C\x0A\x0D]|{_ESCAPE})*)"(?:\^\^{iri}|@([a-zA-Z]+(?:-[a-zA-Z0-9]+)*))?'
    return re.compile(
        rf"[ \t]*(?:(?:{iri}|{blank})[ \t]*{iri}[ \t]*(?:{iri}|{blank}|{literal})[ \t]*"
        rf"(?:(?:{iri}|{blank})[ \t]*)?\.[ \t]*)?(?:#.*)?"
    )


def parse_nquads(text: str) -> list[Quad]:
    """Read an N-Quads document; terms come back in canonical form, blank node labels as they were.

    Raises InputError (``rdfc.not-n-quads``) naming the line, LimitExceeded (``rdfc.too-many-quads``).
    """
    quads: list[Quad] = []
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        try:
            quad = _parse(line)
        except ValueError:
            raise InputError(
                "rdfc.not-n-quads", N_("Line {line} is not an N-Quads statement."), line=number
            ) from None
        if quad is not None:
            quads.append(quad)
        if len(quads) > limits.RDFC_QUADS:
            raise LimitExceeded(
                "rdfc.too-many-quads",
                N_("The dataset has more than {limit} statements."),
                limit=limits.RDFC_QUADS,
            )
    return quads


def _parse(line: str) -> Quad | None:
    found = _statement().fullmatch(line)
    if found is None:
        raise ValueError
    subject, blank, predicate, object_iri, object_blank, literal, datatype, language, graph, graph_blank = (
        found.groups()
    )
    if predicate is None:
        return None
    if literal is None:
        object_ = object_blank or _iri(object_iri)
    else:
        object_ = f'"{escape_literal(_unescape(literal))}"'
        if language is not None:
            object_ += f"@{language}"
        elif datatype is not None and _unescape(datatype) != _STRING:
            object_ += f"^^{_iri(datatype)}"
    name = graph_blank or ("" if graph is None else _iri(graph))
    return (blank or _iri(subject), _iri(predicate), object_, name)


def _iri(text: str) -> str:
    return f"<{_unescape(text)}>"


def _unescape(text: str) -> str:
    return re.sub(_ESCAPE, _character, text) if "\\" in text else text


def _character(found: re.Match[str]) -> str:
    escape = found[0]
    if len(escape) == 2:
        return _CHARACTER[escape[1]]
    character = chr(int(escape[2:], 16))
    if "\ud800" <= character <= "\udfff":
        raise ValueError
    return character
