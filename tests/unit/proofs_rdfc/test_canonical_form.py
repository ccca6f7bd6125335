"""What a canonical form is: the same for the same dataset, another for another; and how texts are written."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vcwallet import limits
from vcwallet.errors import InputError, LimitExceeded
from vcwallet.proofs import rdfc
from vcwallet.proofs.rdfc import Quad

BLANK = st.integers(0, 6).map(lambda number: f"_:x{number}")
NAMED = st.integers(0, 2).map(lambda number: f"<urn:s{number}>")
LITERAL = st.sampled_from(['"a"', '"b"', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>', '"a"@ru'])
QUAD = st.tuples(
    BLANK | NAMED, st.sampled_from(["<urn:p>", "<urn:q>"]), BLANK | NAMED | LITERAL, BLANK | st.just("")
)
DATASET = st.lists(QUAD, max_size=14)


def canonical(quads: list[Quad]) -> str | None:
    try:
        return rdfc.canonicalize(quads)
    except LimitExceeded:
        return None


@settings(max_examples=300, deadline=None)
@given(DATASET, st.randoms(use_true_random=False))
def test_names_order_and_repetition_do_not_matter(quads: list[Quad], chance: random.Random) -> None:
    labels = [f"_:y{number}" for number in range(7)]
    chance.shuffle(labels)
    names = {f"_:x{number}": label for number, label in enumerate(labels)}
    other: list[Quad] = [tuple(names.get(term, term) for term in quad) for quad in quads * 2]  # type: ignore[misc]
    chance.shuffle(other)
    assert canonical(quads) == canonical(other)


@settings(max_examples=200, deadline=None)
@given(DATASET)
def test_the_form_is_the_dataset(quads: list[Quad]) -> None:
    """Reading a canonical form gives a dataset of the same canonical form, under the issued names."""
    if canonical(quads) is None:
        return
    text, labels = rdfc.canonicalize_with_labels(quads)
    again = rdfc.parse_nquads(text)
    renamed = {tuple(_renamed(term, labels) for term in quad) for quad in quads}
    assert set(again) == renamed
    assert rdfc.canonicalize(again) == text


def _renamed(term: str, labels: dict[str, str]) -> str:
    return "_:" + labels[term[2:]] if term.startswith("_:") else term


@settings(max_examples=300, deadline=None)
@given(DATASET)
def test_agrees_with_pyld(quads: list[Quad]) -> None:
    """Against an independent canonicaliser, on graphs without the case it is known to count twice."""
    quads = [quad for quad in dict.fromkeys(quads) if _blank_once(quad)]
    ours = canonical(quads)
    if ours is not None:
        assert ours == _by_pyld(quads)


def _blank_once(quad: Quad) -> bool:
    blanks = [term for term in (quad[0], quad[2], quad[3]) if term.startswith("_:")]
    return len(set(blanks)) == len(blanks)


def _by_pyld(quads: list[Quad]) -> str:
    from pyld.canon import URDNA2015

    def term(text: str) -> dict[str, Any]:
        if text.startswith("_:"):
            return {"type": "blank node", "value": text}
        if text.startswith("<"):
            return {"type": "IRI", "value": text[1:-1]}
        found = re.fullmatch(r'"(.*)"(?:\^\^<(.*)>|@(.*))?', text)
        assert found
        literal = {"type": "literal", "value": found[1]}
        if found[3]:
            return literal | {"language": found[3], "datatype": RDF_LANG_STRING}
        return literal | {"datatype": found[2] or "http://www.w3.org/2001/XMLSchema#string"}

    dataset: dict[str, list[Any]] = {"@default": []}
    for subject, predicate, object_, graph in quads:
        triple = {"subject": term(subject), "predicate": term(predicate), "object": term(object_)}
        dataset.setdefault(graph or "@default", []).append(triple)
    return str(URDNA2015().main(dataset, {"format": "application/n-quads"}))


RDF_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('\b\t\n\f\r"\\', r"\b\t\n\f\r\"\\"),
        ("\x00\x07\x0b\x0e\x1f\x7f", r"\u0000\u0007\u000B\u000E\u001F\u007F"),
        ("\ufffe\uffff", r"\uFFFE\uFFFF"),
        ("'/<>{}|^` \x80\xa0ёЁ\u2028🌃", "'/<>{}|^` \x80\xa0ёЁ\u2028🌃"),
    ],
    ids=["ECHAR", "UCHAR", "not characters of XML", "as they are"],
)
def test_escapes(text: str, written: str) -> None:
    """rdf-canon appendix A."""
    assert rdfc.escape_literal(text) == written
    if "\ufffe" not in text:
        assert rdfc.parse_nquads(f'<urn:s> <urn:p> "{written}" .') == [
            ("<urn:s>", "<urn:p>", f'"{written}"', "")
        ]


def test_lines_are_sorted_by_code_point() -> None:
    """UTF-16 would put the astral character first."""
    quads: list[Quad] = [("<urn:s>", "<urn:p>", f'"{character}"', "") for character in "\U0001f303\uff21"]
    assert rdfc.canonicalize(quads).splitlines()[0].endswith('"\uff21" .')


@pytest.mark.parametrize(
    "line",
    {
        "no dot": "<urn:s> <urn:p> <urn:o>",
        "a literal for a subject": '"s" <urn:p> <urn:o> .',
        "a blank predicate": "<urn:s> _:p <urn:o> .",
        "five terms": "<urn:s> <urn:p> <urn:o> <urn:g> <urn:h> .",
        "a space in an IRI": "<urn: s> <urn:p> <urn:o> .",
        "an unknown escape": r'<urn:s> <urn:p> "\x41" .',
        "half a surrogate pair": r'<urn:s> <urn:p> "\uD83C" .',
        "beyond Unicode": r'<urn:s> <urn:p> "\U00110000" .',
        "an open literal": '<urn:s> <urn:p> "o .',
    }.items(),
    ids=lambda item: item[0],
)
def test_what_is_not_n_quads(line: tuple[str, str]) -> None:
    with pytest.raises(InputError) as refused:
        rdfc.parse_nquads("# a comment\n\n" + line[1])
    assert (refused.value.code, refused.value.evidence["line"]) == ("rdfc.not-n-quads", 3)


def test_too_many_quads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RDFC_QUADS", 2)
    with pytest.raises(LimitExceeded, match="more than 2") as refused:
        rdfc.parse_nquads("<urn:s> <urn:p> <urn:o> .\n" * 3)
    assert refused.value.code == "rdfc.too-many-quads"
