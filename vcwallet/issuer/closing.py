"""The end of an issuer: the last states of its lists, and a signed statement that there will be no others.

    close(folder, keystore, register, Path("site"), now=now)

Everything is also kept in the issuer's own folder under ``closed``, to be put out again if the site is lost.
The keys are forgotten: what nobody has cannot be stolen and sign under an early date.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.credentials import closing
from vcwallet.credentials.closing import Closing
from vcwallet.credentials.issuers import FinalList, digest_of
from vcwallet.errors import N_, DocumentError, UsageError
from vcwallet.files import read_file, replace_file
from vcwallet.issuer import publishing, standby
from vcwallet.issuer.folder import IssuerFolder
from vcwallet.issuer.keystore import Keystore
from vcwallet.issuer.register import Register, State

STATEMENT: Final = "closing.json"
FOLDER: Final = "closed"


def close(
    folder: IssuerFolder, keystore: Keystore, register: Register, site: Path, *, now: datetime
) -> tuple[Path, ...]:
    """Publish what is final into `site`; from then on the folder signs nothing. Returns what was written.

    A run that was stopped may be repeated. Raises UsageError ``closing.unfinished`` while a run of issuing is
    not ended, and what `publishing.publish` raises.
    """
    unfinished = register.counts().get(State.RESERVED, 0)
    if unfinished:
        raise UsageError(
            "closing.unfinished",
            N_("{number} diplomas were begun and are not finished."),
            next_step=N_("Issue the same sheet again first: it continues where it stopped."),
            number=unfinished,
        )
    now = now.replace(microsecond=0)
    written = publishing.publish(folder, keystore, register, site, now=now, final=True)
    # The pages for people can be made again; what is checked against cannot.
    documents = [path for path in written if path.suffix == ".json"]
    final: dict[str, FinalList] = {}
    for path in documents:
        document = strict_json.loads_object(read_file(path, limits.JSON_BYTES))
        if "validFrom" in document:
            final[str(document["id"])] = FinalList(now, digest_of(document))
    signer = folder.signer()
    statement = closing.sign(
        Closing(folder.document.id, now, final),
        key=keystore.signing_key(),
        verification_method=signer.verification_method,
    )
    place = site / STATEMENT
    text = strict_json.dumps(statement, indent=2).encode("utf-8") + b"\n"
    replace_file(place, text, public=True)
    kept = folder.path / FOLDER
    for path in documents:
        copy = kept / path.relative_to(site)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    # With this file in it the folder is closed.
    replace_file(kept / STATEMENT, text, public=True)
    _forget_standby(folder)
    keystore.forget_keys()
    return (*written, place)


def forget_keys(folder: IssuerFolder, unlock: Callable[[], Keystore]) -> None:
    """End a closing that was stopped before every key was forgotten; nothing to do for one that was not.

    `unlock` opens the keystore of the closed folder; raises what it raises.
    """
    _forget_standby(folder)
    try:
        unlock().forget_keys()
    except DocumentError as error:
        if error.code != "keystore.incomplete":
            raise
        # The keys are forgotten already, but not yet in the previous state beside the file.
        folder.keystore_path.with_name(f"{folder.keystore_path.name}.bak").unlink(missing_ok=True)


def _forget_standby(folder: IssuerFolder) -> None:
    if folder.standby_path is not None:
        standby.remove(folder.standby_path)


def closed_since(folder: IssuerFolder) -> datetime | None:
    """When the issuer was closed; None for one that issues. Raises DocumentError for a spoilt statement."""
    place = folder.path / FOLDER / STATEMENT
    if not place.is_file():
        return None
    return closing.read(strict_json.loads_object(read_file(place, limits.JSON_BYTES))).since


def demand_open(folder: IssuerFolder) -> None:
    """Raises UsageError ``issuer.closed``."""
    since = closed_since(folder)
    if since is not None:
        raise UsageError(
            "issuer.closed",
            N_("{issuer} was closed on {since}: it signs nothing more."),
            next_step=N_("What is to be put out again lies in the folder “closed”."),
            issuer=folder.document.id[:64],
            since=since.date().isoformat(),
        )
