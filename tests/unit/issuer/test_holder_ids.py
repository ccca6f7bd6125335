"""An id is taken from a family only with a proof that its key is there, made lately and for this issuer."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.issuer.offices import NOW, Office
from tests.unit.issuer.test_commands import Terminal, terminal
from vcwallet import strict_json
from vcwallet.bundle import scanning
from vcwallet.credentials.data_model import V2_CONTEXT
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import VcwalletError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.issuer import holder_ids
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.strict_json import JsonObject

__all__ = ["terminal"]

KEY = SoftwareKey.generate(KeyType.ED25519)
DID = did_key.did_of(KEY.public_key)
OURS = frozenset({"did:web:olymp.example", "https://olymp.example", "olymp.example"})


def asked(
    key: SoftwareKey = KEY,
    *,
    holder: str | None = None,
    domain: Any = "olymp.example",
    created: datetime | None = NOW,
    days: int | None = 400,
    purpose: str = "authentication",
    **more: Any,
) -> JsonObject:
    """What a family's wallet makes, or something like it."""
    return add_proof(
        {
            "@context": [V2_CONTEXT],
            "type": ["VerifiablePresentation"],
            "holder": holder or did_key.did_of(key.public_key),
            **more,
        },
        suite="eddsa-rdfc-2022",
        key=key,
        verification_method=did_key.verification_method_of(did_key.did_of(key.public_key)),
        purpose=purpose,
        created=created,
        expires=None if days is None else NOW + timedelta(days=days),
        domain=domain,
    )


def check(document: JsonObject, *, now: datetime = NOW) -> holder_ids.CheckedId:
    return holder_ids.check_id(Presentation.parse(document), recipients=OURS, now=now)


@pytest.mark.parametrize(
    "domain", ["olymp.example", "Olymp.Example", "https://olymp.example/", "did:web:olymp.example"]
)
def test_an_id_for_this_issuer_by_any_of_its_names(domain: str) -> None:
    assert check(asked(domain=domain)) == holder_ids.CheckedId(DID, NOW, addressed=True)


def test_an_id_for_nobody_in_particular_is_told_apart() -> None:
    assert check(asked(domain=None)) == holder_ids.CheckedId(DID, NOW, addressed=False)


def test_an_issuers_own_names(tmp_path: Path) -> None:
    assert holder_ids.recipients_of(Office.make(tmp_path / "with-site").folder) == OURS
    without = Office.make(tmp_path / "without", site="").folder
    assert holder_ids.recipients_of(without) == {without.document.id}


def _without_proof(document: JsonObject) -> JsonObject:
    return {name: value for name, value in document.items() if name != "proof"}


STRANGER = did_key.did_of(SoftwareKey.generate(KeyType.ED25519).public_key)
BAD = {
    "for another issuer": (asked(domain="other.example"), "holder-id.domain"),
    "for this issuer and another": (asked(domain=["olymp.example", "other.example"]), "holder-id.domain"),
    "without a proof": (_without_proof(asked()), "presentation.no-proof"),
    "of somebody else": (asked(holder=STRANGER), "presentation.holder-key"),
    "holder changed afterwards": ({**asked(), "holder": STRANGER}, "proof.signature"),
    "proof of another purpose": (asked(purpose="assertionMethod"), "proof.purpose"),
    "of the future": (asked(created=NOW + timedelta(days=3)), "proof.not-yet"),
    "without a day": (asked(created=None), "holder-id.old"),
    "too old": (asked(created=NOW - timedelta(days=366)), "holder-id.old"),
    "over": (asked(created=NOW - timedelta(days=9), days=-1), "proof.expired"),
    "of a site": (asked(holder="did:web:olymp.example"), "presentation.holder-key"),
    "with something to show": (
        asked(
            verifiableCredential=[
                {
                    "@context": [V2_CONTEXT],
                    "type": ["EnvelopedVerifiableCredential"],
                    "id": "data:application/vc+jwt,a.b.c",
                }
            ]
        ),
        "holder-id.credentials",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_proof_is_refused(name: str) -> None:
    document, code = BAD[name]
    with pytest.raises(VcwalletError) as refused:
        check(document)
    assert refused.value.code == code


def test_only_an_id_is_an_id() -> None:
    for content in (b"{}", b"nothing", strict_json.dumps({"type": "VerifiableCredential"}).encode()):
        (found,) = scanning.read_inputs([content])
        with pytest.raises(VcwalletError):
            holder_ids.presented(found)


def test_the_command_prints_what_the_column_takes(terminal: Terminal, tmp_path: Path) -> None:
    office = tmp_path / "olympiad"
    terminal.do("create", "--kit", "olympiad", "--site", "https://olymp.example", office)
    for name, document in {
        "проба.json": asked(),
        "снова.json": asked(days=300),
        "чужое.json": asked(domain="other.example"),
        "никому.json": asked(SoftwareKey.generate(KeyType.ED25519), domain=None),
    }.items():
        (tmp_path / name).write_text(strict_json.dumps(document), "utf-8")
    now = ("--now", "2026-03-02T10:00:00Z", "--dir", office)
    said = terminal.do("check-id", tmp_path / "проба.json", *now)
    assert said.startswith(f"{DID}\t")
    assert said.count("\n") == 1
    said = terminal.do("check-id", tmp_path, *now, expect=4)
    assert said.count("did:key:") == 3
    assert "made for other.example" in said
    assert "names no recipient" in said
    assert "the same id as in" in said
    assert "older than 30 days" in terminal.do(
        "check-id",
        tmp_path / "проба.json",
        "--dir",
        office,
        "--now",
        "2026-05-02",
        "--max-age",
        "30d",
        expect=4,
    )
