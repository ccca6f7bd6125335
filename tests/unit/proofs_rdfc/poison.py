"""Graphs made to be expensive. `python -m tests.unit.proofs_rdfc.poison` prints what each one costs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import pairwise

from tests.shared import peak_mib
from vcwallet.errors import LimitExceeded
from vcwallet.proofs import rdfc
from vcwallet.proofs.rdfc import Quad

P, Q = "<urn:p>", "<urn:q>"


def node(name: object) -> str:
    return f"_:n{name}"


def clique(size: int) -> list[Quad]:
    return [(node(a), P, node(b), "") for a in range(size) for b in range(size) if a != b]


def bipartite(left: int, right: int) -> list[Quad]:
    return [(node(a), P, node(left + b), "") for a in range(left) for b in range(right)]


def rings(size: int, count: int) -> list[Quad]:
    return [
        (node(ring * size + step), P, node(ring * size + (step + 1) % size), "")
        for ring in range(count)
        for step in range(size)
    ]


def chain(size: int) -> list[Quad]:
    return [(node(step), P, node(step + 1), "") for step in range(size)]


def tree(depth: int, width: int, *, siblings: bool = False) -> list[Quad]:
    quads: list[Quad] = []
    level, last = [0], 0
    for _ in range(depth):
        children: list[int] = []
        for parent in level:
            mine = list(range(last + 1, last + 1 + width))
            last += width
            quads += [(node(parent), P, node(child), "") for child in mine]
            if siblings:
                quads += [(node(a), Q, node(b), "") for a, b in pairwise(mine)]
            children += mine
        level = children
    return quads


def stars(count: int, size: int) -> list[Quad]:
    return [(node(f"c{star}"), P, node(f"{star}x{ray}"), "") for star in range(count) for ray in range(size)]


def grid(size: int) -> list[Quad]:
    return [
        quad
        for a in range(size)
        for b in range(size)
        for quad in [
            (node(a * size + b), P, node(a * size + (b + 1) % size), ""),
            (node(a * size + b), Q, node((a + 1) % size * size + b), ""),
        ]
    ]


def cube(dimensions: int) -> list[Quad]:
    return [
        (node(corner), P, node(corner ^ (1 << axis)), "")
        for corner in range(1 << dimensions)
        for axis in range(dimensions)
    ]


def repeated(nodes: int, graphs: int) -> list[Quad]:
    return [
        (node("c"), P, node(other), f"<urn:g{graph}>") for other in range(nodes) for graph in range(graphs)
    ]


def loners(count: int) -> list[Quad]:
    return [(node(one), P, '"x"', "") for one in range(count)]


def pairs(count: int) -> list[Quad]:
    return [
        (node(2 * pair + one), P, node(2 * pair + 1 - one), "") for pair in range(count) for one in (0, 1)
    ]


def graph_names(count: int, size: int) -> list[Quad]:
    return [(f"<urn:s{row}>", P, '"x"', node(graph)) for graph in range(count) for row in range(size)]


REFUSED: dict[str, Callable[[], list[Quad]]] = {
    **{f"clique of {size}": lambda size=size: clique(size) for size in (6, 7, 8, 10, 40)},  # type: ignore[misc]
    "K5,5": lambda: bipartite(5, 5),
    "K6,6": lambda: bipartite(6, 6),
    "K100,100": lambda: bipartite(100, 100),
    "ring of 50": lambda: rings(50, 1),
    "ring of 1000": lambda: rings(1000, 1),
    "ring of 20000": lambda: rings(20000, 1),
    "1000 rings of 5": lambda: rings(5, 1000),
    "6000 rings of 3": lambda: rings(3, 6000),
    "chain of 150": lambda: chain(150),
    "chain of 5000": lambda: chain(5000),
    "binary tree of depth 8": lambda: tree(8, 2),
    "binary tree of depth 8 with siblings": lambda: tree(8, 2, siblings=True),
    "tree of depth 5, width 5": lambda: tree(5, 5),
    "1000 stars of 5": lambda: stars(1000, 5),
    "200 stars of 50": lambda: stars(200, 50),
    "torus of 10 by 10": lambda: grid(10),
    "cube of 5 dimensions": lambda: cube(5),
}
"""More work than honest documents need: ``rdfc.work``."""

LARGE: dict[str, Callable[[], list[Quad]]] = {
    "star of 20000": lambda: stars(1, 20000),
    "20000 look-alikes": lambda: loners(20000),
    "5000 pairs": lambda: pairs(5000),
    "1000 graphs of 20": lambda: graph_names(1000, 20),
    "20 graphs of 1000": lambda: graph_names(20, 1000),
    "one neighbour in 5000 graphs": lambda: repeated(1, 5000),
    "two neighbours in 2000 graphs": lambda: repeated(2, 2000),
    "five neighbours in 3 graphs": lambda: repeated(5, 3),
}
"""Large or symmetric, and still answered."""


def main() -> None:
    report: dict[str, tuple[str, float]] = {}
    for name, make in {**REFUSED, **LARGE}.items():
        quads = make()
        started = time.process_time()
        try:
            rdfc.canonicalize(quads, hash_name="sha384")
            outcome = "answered"
        except LimitExceeded as error:
            outcome = error.code
        report[name] = (outcome, time.process_time() - started)
    print(json.dumps({"graphs": report, "peak MiB": peak_mib()}))


if __name__ == "__main__":
    main()
