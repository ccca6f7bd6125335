"""Build a preset dictionary from what issued credentials really look like (a developer's tool).

    python -m tools.bundle_dictionary issuers          # prints size and SHA-256
    python -m tools.bundle_dictionary issuers --write 1

A dictionary is text that the encoder may point back into. DEFLATE writes a near match in fewer bits than a
far one, so what is met most often stands at the end: first the words, then the terms of the contexts, then
whole documents with their values left out, the most frequent kind last.

An id that a release has used is frozen: build the next id instead, and add its digest to the table.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from vcwallet import strict_json
from vcwallet.bundle import tokens
from vcwallet.credentials import template_file
from vcwallet.credentials.achievement import CONTEXTS
from vcwallet.credentials.presentation import PURPOSE
from vcwallet.credentials.template import Column, ColumnType, Template
from vcwallet.identifiers.multibase import encode_multibase
from vcwallet.proofs.jsonld import PINNED
from vcwallet.strict_json import Json, JsonObject

LARGEST: Final = 32_506
"""DEFLATE looks back 32,768 bytes, of which zlib keeps 262 to itself."""

_WORDS: Final = Path(__file__).with_name("bundle_words")
_DICTIONARIES: Final = Path(__file__).parents[1] / "vcwallet/bundle/dictionaries"
_DATA_INTEGRITY: Final = "https://w3id.org/security/data-integrity/v2"
_TERM: Final = re.compile(r"[A-Za-z]\w{3,}")
_HOLDER: Final = "did:key:" + encode_multibase(b"\xed\x01" + bytes(range(32)))
_ISSUER_KEY: Final = encode_multibase(b"\xed\x01" + bytes(range(32, 64)))
_BLANK: Final = "\x7f"
"""Stands for a value while a document is made, and is taken out of its text."""
_LAST: Final = ("olympiad-participant", "contest-diploma", "school-award", "olympiad-diploma")
"""The kinds of credentials most often shown, the most frequent last."""


def build(kits: Path) -> bytes:
    """The dictionary for the kits in a folder; the same inputs give the same bytes."""
    templates = sorted(
        (template_file.load(path) for path in kits.glob("*/templates/*.toml")),
        key=lambda template: (_LAST.index(template.id) if template.id in _LAST else -1, template.id),
    )
    # Of the kinds before the last only what differs: the rest is found in the last, where it is nearer.
    documents = _blanked(_status_list())
    documents += "".join(_achievement(_credential(template)) for template in templates[:-1])
    documents += _blanked(_presentation(templates[-1]))
    values = " ".join(dict.fromkeys(value for template in templates for value in _values(template)))
    terms = "".join(f'"{term}":' for term in _terms() if f'"{term}":' not in documents)
    words = _words("words.ru.txt") + " " + _words("words.en.txt")
    whole = (words + terms + _OTHERS + values + documents).encode("utf-8")
    # The far end is the least useful.
    return whole[-LARGEST:]


_OTHERS: Final = (
    # Heads and claims of VC-JOSE-COSE, which travel inside base64url.
    '{"alg":"EdDSA","kid":"{"alg":"ES256","typ":"vp+jwt","cty":"vp","kid":"{"alg":"ES256","typ":"vc+jwt",'
    '"cty":"vc","kid":"did:web:","iss":"did:web:","iat":17,"exp":17,"nonce":"","aud":"'
    '"type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,\x0e\x0f.\x0e\x0f.\x06'
    '"@context":["https://www.w3.org/2018/credentials/v1","https://purl.imsglobal.org/spec/ob/v3p0/'
    'context-3.0.1.json","https://w3id.org/security/data-integrity/v2","https://w3id.org/security/suites/'
    'ed25519-2020/v1"],"issuanceDate":"2025-","type":["AchievementCredential"],"image":{"id":"https://",'
    '"type":"Image"},"type":"Ed25519Signature2020","cryptosuite":"ecdsa-rdfc-2019","cryptosuite":'
    '"eddsa-jcs-2022","cryptosuite":"bbs-2023","proof":{"type":"DataIntegrityProof","cryptosuite":'
    '"ecdsa-sd-2023","created":"","verificationMethod":"","proofPurpose":"assertionMethod","proofValue":"\x07"'
    '"cryptosuite":"bbs-2023","proofValue":"\x10d95d0385\x11"'
    '"cryptosuite":"ecdsa-sd-2023","created":"2026-03-01T09:00:00Z","verificationMethod":"did:web:.ru#\x01",'
    '"proofPurpose":"assertionMethod","proofValue":"\x10d95d01855840\x1358238024\x12'
    + "".join(f"{0x80 + n:02x}" + "5840\x13" * n for n in (7, 6, 5, 4, 3))
    + "a2005820\x14015820\x14a3005820\x14015820\x14025820\x14"
    + "".join(f"98{n:02x}" for n in range(24, 40))
    + "".join(f"{n:02x}" if n < 24 else f"18{n:02x}" for n in range(40))
    + '\x11"}'
)


def _presentation(template: Template) -> JsonObject:
    """A presentation of one credential without a value of its own."""
    return {
        "@context": [CONTEXTS[0]],
        "type": ["VerifiablePresentation"],
        "holder": _HOLDER,
        "termsOfUse": [{"type": PURPOSE, "description": "Поступление в университет, 2026"}],
        "verifiableCredential": [_credential(template)],
        "proof": {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022",
            "created": "2026-06-20T09:00:00Z",
            "expires": "2026-07-20T09:00:00Z",
            "verificationMethod": f"{_HOLDER}#{_HOLDER.removeprefix('did:key:')}",
            "proofPurpose": "authentication",
            "domain": ".ru",
            "challenge": "",
            "proofValue": _signature(2),
        },
    }


def _credential(template: Template) -> JsonObject:
    credential = template.fill(
        [_value(column) for column in template.columns],
        credential_id="urn:uuid:00000000-0000-4000-8000-000000000000",
        issuer_id=f"did:web:{_BLANK}.ru",
        issuer_name=_BLANK,
        subject_id=_HOLDER,
        valid_from=datetime(2026, 3, 1, tzinfo=UTC),
        zone="+03:00",
        status={
            "id": f"https://{_BLANK}.ru/status/1#{_BLANK}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": _BLANK,
            "statusListCredential": f"https://{_BLANK}.ru/status/1",
        },
    )
    credential["proof"] = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-03-01T09:00:00Z",
        "verificationMethod": f"did:web:{_BLANK}.ru#{_ISSUER_KEY}",
        "proofPurpose": "assertionMethod",
        "proofValue": _signature(1),
    }
    return credential


def _achievement(credential: JsonObject) -> str:
    text = _blanked(credential)
    return text[text.index(',"achievement"') : text.index(',"credentialStatus"')]


def _status_list() -> JsonObject:
    return {
        "@context": [CONTEXTS[0]],
        "id": f"https://{_BLANK}.ru/status/1",
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": f"did:web:{_BLANK}.ru",
        "validFrom": "2026-03-01T09:00:00Z",
        "validUntil": "2026-03-31T09:00:00Z",
        "credentialSubject": {
            "id": f"https://{_BLANK}.ru/status/1#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "uH4sI" + "Aa0_" * 40,
        },
    }


def _value(column: Column) -> str:
    """A value that leaves no trace of its own, but the shape of what stands there."""
    if column.type is ColumnType.DATE:
        return "2026-03-01"
    if column.type is ColumnType.YEAR:
        return "2025/26"
    if column.choices:
        return column.choices[0].value
    # Most diplomas have no number on paper.
    return "" if column.type is ColumnType.DID or column.into.endswith("/licenseNumber") else _BLANK


def _values(template: Template) -> Iterator[str]:
    yield from template.fixed.values()
    for column in template.columns:
        yield from (choice.value for choice in reversed(column.choices) if not choice.skip)


def _signature(seed: int) -> str:
    return encode_multibase(sha256(bytes([seed])).digest() * 2)


def _blanked(document: JsonObject) -> str:
    """The document as the encoder sees it, without its values."""
    return tokens.split(strict_json.dumps(document))[0].replace(_BLANK, "")


def _words(name: str) -> str:
    lines = (_WORDS / name).read_text("utf-8").splitlines()
    return " ".join(" ".join(line.split()) for line in lines if not line.startswith("#"))


def _terms() -> list[str]:
    """The terms of the contexts of an issued diploma, in alphabetical order."""
    found: set[str] = set()
    pending: list[Json] = [PINNED.document(url) for url in (*CONTEXTS, _DATA_INTEGRITY)]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            found.update(name for name in node if _TERM.fullmatch(name))
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
    return sorted(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kits", type=Path, help="folder of kits, each with its templates/")
    parser.add_argument("--write", type=int, metavar="ID", help="write the dictionary under this id")
    arguments = parser.parse_args()
    content = build(arguments.kits)
    if arguments.write is not None:
        (_DICTIONARIES / f"{arguments.write:03d}.txt").write_bytes(content)
    sys.stdout.write(f"{len(content)} bytes, SHA-256 {sha256(content).hexdigest()}\n")


if __name__ == "__main__":
    main()
