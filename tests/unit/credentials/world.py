"""A small world in memory: an olympiad, a school, two children of one family. Every name is invented.

The keys come from fixed seeds, so that what they sign can be kept in tests/vectors and compared.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.shared import ROOT
from vcwallet.credentials import presentation, status_list
from vcwallet.errors import VcwalletError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs.data_integrity import add_proof

SAMPLES = ROOT / "tests" / "vectors" / "credentials"
NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Party:
    key: SoftwareKey

    @classmethod
    def of(cls, seed: str, key_type: KeyType = KeyType.ED25519) -> Party:
        return cls(SoftwareKey.generate(key_type, lambda size: seed.encode().ljust(size, b".")[:size]))

    @property
    def did(self) -> str:
        return did_key.did_of(self.key.public_key)

    @property
    def method(self) -> str:
        return did_key.verification_method_of(self.did)


OLYMPIAD = Party.of("vcwallet test olympiad")
SCHOOL = Party.of("vcwallet test school")
CHILD = Party.of("vcwallet test child")
SIBLING = Party.of("vcwallet test sibling")
STRANGER = Party.of("vcwallet test stranger")
LIST_URL = "https://olymp.example/status/1"


def sample(name: str) -> dict[str, Any]:
    """An unsigned sample as it stands in tests/vectors/credentials, fresh for every caller."""
    found: dict[str, Any] = json.loads((SAMPLES / f"{name}.unsigned.json").read_text("utf-8"))
    return found


def diploma(**changes: Any) -> dict[str, Any]:
    """The olympiad diploma of CHILD, unsigned; `changes` replace top-level members, None removes one."""
    document = sample("olympiad-diploma")
    document["issuer"]["id"] = OLYMPIAD.did
    document["credentialSubject"]["id"] = CHILD.did
    for member, value in changes.items():
        if value is None:
            document.pop(member, None)
        else:
            document[member] = value
    return document


def award() -> dict[str, Any]:
    """The school's award, bound by name only, unsigned."""
    document = sample("school-award")
    document["issuer"]["id"] = SCHOOL.did
    return document


def signed(
    document: dict[str, Any], by: Party = OLYMPIAD, *, suite: str = "eddsa-rdfc-2022", **options: Any
) -> dict[str, Any]:
    return add_proof(
        document,
        suite=suite,
        key=by.key,
        verification_method=by.method,
        **{"created": NOW - timedelta(days=30), **options},
    )


def shown(*credentials: dict[str, Any], by: Party = CHILD, **options: Any) -> dict[str, Any]:
    return presentation.sign(
        credentials,
        **{
            "holder_key": by.key,
            "holder": by.did,
            "domain": "university.example",
            "challenge": None,
            "created": NOW - timedelta(days=1),
            "expires": NOW + timedelta(days=29),
            "purpose_text": "Поступление на программу «Вымысел», 2026",
            **options,
        },
    )


def signed_list(
    *revoked: int, by: Party = OLYMPIAD, bits: status_list.StatusList | None = None, **options: Any
) -> dict[str, Any]:
    bits = bits or status_list.StatusList.create()
    for index in revoked:
        bits.set(index, 1)
    return status_list.sign(
        bits,
        **{
            "id": LIST_URL,
            "issuer": by.did,
            "key": by.key,
            "verification_method": by.method,
            "valid_from": NOW - timedelta(days=2),
            **options,
        },
    )


def at(document: Any, path: str) -> Any:
    """The value a JSON pointer names."""
    for step in path.split("/")[1:]:
        document = document[int(step) if isinstance(document, list) else step]
    return document


def put(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of the document with the value at a JSON pointer replaced, added, or, for `GONE`, removed."""
    out = copy.deepcopy(document)
    parent, _, last = path.rpartition("/")
    owner = at(out, parent)
    if value is GONE:
        del owner[int(last) if isinstance(owner, list) else last]
    elif isinstance(owner, list):
        owner.insert(int(last), value)
    else:
        owner[last] = value
    return out


GONE = object()


def fate(action: Callable[[], object]) -> tuple[str, str | None]:
    """The code of the refusal, or "accepted", and the JSON pointer it names. Other exceptions escape."""
    try:
        action()
    except VcwalletError as error:
        pointer = error.evidence.get("pointer")
        # The evidence must fit the sentence, and nothing of it may be endless.
        assert set(re.findall(r"{(\w+)}", error.template)) <= set(error.evidence), error.template
        assert all(len(str(value)) <= 256 for value in error.evidence.values()), error.evidence
        return error.code, pointer if isinstance(pointer, str) else None
    return "accepted", None


def read_vector(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found
