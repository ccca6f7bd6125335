"""What was signed, in batches, each signed as a whole by the keys of every day as soon as it is made.

Whoever steals those keys chooses the date of what he signs, so after that no date proves anything. A batch
that the standby keys have countersigned since (`countersigning`) was there before. Digests are of whole
signed diplomas, whose ids are random, so nothing can be guessed from them; and they stay in the folder.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from vcwallet import strict_json, timestamps
from vcwallet.files import replace_file
from vcwallet.identifiers.keys import SigningKey
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.strict_json import JsonObject

FOLDER: Final = "batches"
FORMAT: Final = "vcwallet-batch/1"
SUITE: Final = "eddsa-jcs-2022"


def digest(content: bytes) -> str:
    """Of a signed diploma as it is written; reading and writing it changes no byte."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")


def write(
    issuer: Path,
    digests: Mapping[str, str],
    *,
    numbers: tuple[int, int],
    issuer_id: str,
    key: SigningKey,
    verification_method: str,
    created: datetime,
) -> None:
    """Write down one batch in the issuer's folder: from the ids of diplomas to their digests.

    The same batch gives the same file, so it may be written again by a run that is continued.
    """
    statement: JsonObject = {
        "format": FORMAT,
        "issuer": issuer_id,
        "created": timestamps.render(created),
        "credentials": dict(digests),
    }
    signed = add_proof(
        statement, suite=SUITE, key=key, verification_method=verification_method, created=created
    )
    name = f"{numbers[0]:07d}-{numbers[1]:07d}-{verification_method.partition('#')[2][:40].lower()}.json"
    place = issuer / FOLDER
    place.mkdir(mode=0o700, exist_ok=True)
    replace_file(place / name, strict_json.dumps(signed).encode("utf-8"))
