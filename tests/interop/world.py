"""The olympiad's diploma, whose texts are Cyrillic and then some, signed and verified by us or by them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from bench.peers import cast
from bench.peers.cast import SIGNERS, Signer
from bench.peers.workers import Worker
from tests.shared import ROOT
from vcwallet import strict_json
from vcwallet.credentials import credential
from vcwallet.credentials.credential import Credential
from vcwallet.errors import ProofError
from vcwallet.identifiers import did
from vcwallet.proofs.data_integrity import add_proof

NOW: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
CREATED: Final = datetime(2026, 5, 25, 9, tzinfo=UTC)
CONTEXTS: Final = cast.CONTEXTS

TEXT: Final = (
    'Ёжик, йод; то же разложенное: Е\u0308жик, и\u0306од; «№ 1» — "кавычки", \\ и\n\tстрока; '
    "ѣ, 𝔄, 👩\u200d🎓, І, і, Ї"
)
"""Letters with and without combining marks, what JSON and N-Quads escape, and characters beyond 16 bits."""


def diploma(issuer: Signer) -> dict[str, Any]:
    path = ROOT / "tests/vectors/credentials/olympiad-diploma.unsigned.json"
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    document["issuer"]["id"] = issuer.did
    document["credentialSubject"]["id"] = SIGNERS["holder", issuer.key_type].did
    document["credentialSubject"]["achievement"]["description"] = TEXT
    return document


def sign(suite: str, signer: Signer, **options: Any) -> str:
    """Our signature, as text."""
    signed = add_proof(
        diploma(signer),
        suite=suite,
        key=signer.key,
        verification_method=signer.method,
        created=CREATED,
        **options,
    )
    return strict_json.dumps(signed)


def verify(text: str, *, stored: bool = False) -> str:
    """Our verdict on somebody's text: the name of the only suite in it."""
    (proof,) = credential.verify(Credential.parse(text), resolve=did.resolve, now=NOW, stored=stored)
    return proof.cryptosuite


def ask(worker: Worker, do: str, **request: Any) -> str:
    result: str = worker.ask(do=do, times=1, **request)["result"]
    return result


def without_proof(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    del document["proof"]
    return document


def forged(text: str) -> str:
    """The same text with one Cyrillic letter replaced by another."""
    document = json.loads(text)
    document["credentialSubject"]["achievement"]["name"] = "Олимпиада школьников «Вымысёл»"
    changed = json.dumps(document, ensure_ascii=False)
    assert json.loads(changed) != json.loads(text)
    return changed


def both_refuse(worker: Worker, text: str, **request: Any) -> None:
    with pytest.raises(ProofError) as caught:
        verify(forged(text))
    assert caught.value.code == "proof.signature"
    with pytest.raises(RuntimeError, match=r"Invalid signature\."):
        ask(worker, "verify", text=forged(text), **request)
