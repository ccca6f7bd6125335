"""What the verifier answers to signed credentials that other people published as examples and fixtures.

    python -m tools.published_credentials REPOSITORY.git...

Each REPOSITORY is a git directory; of its HEAD every JSON object in a text file is taken that is a credential
with a proof, and every JWT and SD-JWT that is read as something shown, once however often it stands there.
Nobody is on the trust list, so the best answer is "not known: the issuer is not listed". Why the others were
refused stands in docs/reference/conformance.md. A mistake of this program ends the run with status 1.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vcwallet.errors import Mistake
from vcwallet.verifier import TrustList, Verifier

_TEXTS = re.compile(r"\.(json|jsonld|ts|tsx|js|mjs|html|md|rs|test|txt)$")
_TOKEN = re.compile(r"eyJ[\w-]{10,}\.[\w-]{100,}\.[\w-]*(?:~[\w.~-]*)?", re.ASCII)
_OBJECT = re.compile(r'\{\s*"@?[a-zA-Z]')
_MOST_BYTES = 2_000_000
_DEPTH = 6


def _git(repository: Path, *words: str) -> bytes:
    return subprocess.run(["git", "-C", str(repository), *words], check=True, capture_output=True).stdout  # noqa: S603, S607


def _texts(repository: Path) -> Iterator[str]:
    for entry in _git(repository, "ls-tree", "-r", "-z", "HEAD").split(b"\0"):
        about, _, path = entry.partition(b"\t")
        if not _TEXTS.search(path.decode("utf-8", "replace")):
            continue
        try:
            content = _git(repository, "cat-file", "blob", about.split()[2].decode("ascii"))
        except subprocess.CalledProcessError:
            continue  # a snapshot may lack its largest files
        proved = b"VerifiableCredential" in content and b"proof" in content
        if len(content) <= _MOST_BYTES and (proved or b"eyJ" in content):
            yield content.decode("utf-8", "replace")


def _objects(text: str) -> Iterator[Any]:
    decoder, at = json.JSONDecoder(), 0
    try:
        yield decoder.decode(text)
        return
    except ValueError:
        pass
    while (found := _OBJECT.search(text, at)) is not None:
        try:
            value, at = decoder.raw_decode(text, found.start())
        except ValueError:
            at = found.start() + 1
        else:
            yield value


def _credentials(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > _DEPTH:
        return
    if isinstance(value, dict):
        types = value.get("type")
        known = [types] if isinstance(types, str) else types if isinstance(types, list) else []
        if "@context" in value and "proof" in value and "VerifiableCredential" in known:
            yield value
            return
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _credentials(each, depth + 1)


def main(repositories: list[str]) -> None:
    now = datetime.now(UTC)
    verifier = Verifier(TrustList.start(now=now))
    asking = _Asking(verifier, now)
    for name in repositories:
        documents, tokens = asking.documents.total(), asking.tokens.total()
        for text in _texts(Path(name)):
            for value in _objects(text) if "VerifiableCredential" in text else ():
                for credential in _credentials(value):
                    asking.ask(json.dumps(credential, sort_keys=True), asking.documents)
            for token in _TOKEN.findall(text):
                asking.ask(token, asking.tokens)
        head = _git(Path(name), "rev-parse", "--short", "HEAD").decode("ascii").strip()
        counted = (asking.documents.total() - documents, asking.tokens.total() - tokens)
        print(f"{name} {head}: {counted[0]}, tokens {counted[1]}")
    for called, answers in (("documents", asking.documents), ("tokens", asking.tokens)):
        print(f"{called}: {answers.total()}")
        for (outcome, code), number in answers.most_common():
            print(f"{number:5d}  {outcome}  {code}")
    for mistake in asking.mistakes:
        print(f"mistake: {mistake}", file=sys.stderr)
    sys.exit(bool(asking.mistakes))


@dataclass
class _Asking:
    verifier: Verifier
    now: datetime
    documents: Counter[tuple[str, str]] = field(default_factory=Counter)
    tokens: Counter[tuple[str, str]] = field(default_factory=Counter)
    mistakes: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def ask(self, one: str, answers: Counter[tuple[str, str]]) -> None:
        """Count what the verifier answers; a token that is nothing to be shown is not counted."""
        if one in self.seen:
            return
        self.seen.add(one)
        found = self.verifier.check_all([one.encode("utf-8")], now=self.now)
        self.mistakes += [
            f"{one[:60]} {each.error}" for each in found.problems if isinstance(each.error, Mistake)
        ]
        if not found.reports and answers is self.documents:
            answers["no diploma", "; ".join(each.error.code for each in found.problems)] += 1
        for report in found.reports[:1]:
            code = report.items[0].code if report.items else report.showing.code
            answers[report.outcome.value, code] += 1


if __name__ == "__main__":
    main(sys.argv[1:])
