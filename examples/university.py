"""A university checks what it was shown, offline. Run after family.py, in the same folder."""

import json
from datetime import UTC, datetime
from pathlib import Path

from vcwallet.bundle.codec import Bundle
from vcwallet.credentials.achievement import facts
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.verifier import NOT_COMPARED, Scope, TrustList, VerificationError, Verifier, Years

now = datetime.now(UTC)
olympiad = ControlledIdentifierDocument.loads(Path("site/.well-known/did.json").read_bytes())
trust = TrustList.start(now=now).with_issuer(
    olympiad,
    name={"en": "Fictional Olympiad"},
    scopes=[Scope(kinds=("olympiad-diploma",), numbers=("*",), stages=("*",), years=Years())],
    fingerprints=NOT_COMPARED,  # an office gives the fingerprints of the issuer's letter
    now=now,
)
trust = trust.with_status_list(json.loads(Path("site/status/1.json").read_bytes()), now=now)

bundle = Bundle.parse(json.loads(Path("shown.json").read_bytes()))
try:
    for diploma in Verifier(trust).verify(bundle, domain="priem.vuz.example", now=now):
        said = facts(diploma)
        print(said.person.full_name, said.name, *(rank.text for rank in said.ranks))
except VerificationError as error:
    print(error, [finding.reason for finding in error.report.findings])
    raise SystemExit(error.exit_status) from error
