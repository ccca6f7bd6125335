"""What an issuer shows the world: its identifier document and its signed status lists. Static files only.

A status list says which places are set, never whose they are or why: the reason of a revocation stays in the
register.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from vcwallet import strict_json
from vcwallet.credentials import status_list
from vcwallet.credentials.status_list import StatusList
from vcwallet.files import replace_file
from vcwallet.issuer.folder import IssuerFolder, list_path
from vcwallet.issuer.keystore import Keystore
from vcwallet.issuer.register import Register, RegisteredList
from vcwallet.strict_json import JsonObject

ISSUER_FILE: Final = "issuer.json"
"""The identifier document, beside handed-out credentials."""


def signed_lists(
    folder: IssuerFolder, keystore: Keystore, register: Register, *, now: datetime
) -> tuple[tuple[RegisteredList, JsonObject], ...]:
    """Every status list, signed as of `now` and good for as long as issuer.toml says."""
    signer = folder.signer()
    lists = []
    for entry in register.lists():
        bits = StatusList.create(entry.entries)
        for position in register.revoked_positions(entry.number):
            bits.set(position, 1)
        document = status_list.sign(
            bits,
            id=entry.id,
            issuer=signer.issuer_id,
            key=keystore.signing_key(),
            verification_method=signer.verification_method,
            valid_from=now,
            valid_until=now + timedelta(days=folder.settings.status.valid_days),
        )
        lists.append((entry, document))
    return tuple(lists)


def publish(
    folder: IssuerFolder, keystore: Keystore, register: Register, site: Path, *, now: datetime
) -> tuple[Path, ...]:
    """Write the files of the issuer's site into `site`, the folder that is served at the site's address.

    The identifier document goes where did:web looks for it: ``.well-known/did.json`` for a whole domain,
    ``did.json`` for a part of one. An issuer without a site gets the same files as for a family (`hand_out`).
    Returns what was written.
    """
    if not folder.settings.site:
        return hand_out(folder, keystore, register, site, now=now)
    whole_domain = folder.document.id.count(":") == 2
    place = site / ".well-known" / "did.json" if whole_domain else site / "did.json"
    files = {place: folder.document.to_json()}
    for entry, document in signed_lists(folder, keystore, register, now=now):
        files[site / list_path(entry.number)] = document
    return _write(files)


def hand_out(
    folder: IssuerFolder, keystore: Keystore, register: Register, out: Path, *, now: datetime
) -> tuple[Path, ...]:
    """Write what a family needs to check the credentials in `out` with the network unplugged."""
    files = {out / ISSUER_FILE: folder.document.to_json()}
    for entry, document in signed_lists(folder, keystore, register, now=now):
        files[out / f"status-{entry.number}.json"] = document
    return _write(files)


def _write(files: dict[Path, JsonObject]) -> tuple[Path, ...]:
    for path, document in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, strict_json.dumps(document).encode("utf-8"), public=True)
    return tuple(files)
