"""Other keys for an issuer: the standby keys become those of every day, and new ones stand by.

    folder = rotate(folder, keystore, standby, now=now)                          # their time is over
    folder = rotate(folder, keystore, standby, now=now, compromised_since=day)   # somebody else may have them

Whoever pinned the standby keys on the first day has nothing to do. Everything is saved in an order that a
kill at any moment leaves either the keys of before in use or those of after: the new standby file, then the
keystore with its keys, their document and the new code in one step, then the document on its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from vcwallet.errors import N_, Action, UsageError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.issuer import folder as folders
from vcwallet.issuer import standby as standby_files
from vcwallet.issuer.folder import IssuerFolder
from vcwallet.issuer.keystore import Keystore
from vcwallet.issuer.standby import Standby
from vcwallet.sealed_file import PrintedCode, RecoveryCode, Secret


def open_standby(
    folder: IssuerFolder, keystore: Keystore, path: Path | None, secret: Secret | None
) -> Standby:
    """The standby keys from a stick with their code, or those that still lie in the folder.

    Raises UsageError: ``standby.none`` for an issuer whose identifier is its key, ``standby.away`` when no
    file was named and none lies in the folder, ``standby.other`` for the file of other keys; and what
    `Standby.open` raises.
    """
    _demand_exchangeable(folder)
    if path is None and folder.standby_path is not None and keystore.standby_code is not None:
        path, secret = folder.standby_path, RecoveryCode(keystore.standby_code)
    if path is None or secret is None:
        raise UsageError(
            "standby.away",
            N_("The standby keys are not in the folder."),
            next_step=Action.STANDBY_FILE,
            file=standby_files.file_name(folder.standby_methods),
        )
    standby = Standby.open(path, secret)
    if not standby.are(folder.standby_methods):
        raise UsageError(
            "standby.other",
            N_("The keys in {file} are not those that stand by for {issuer}."),
            next_step=N_("Look for {right}."),
            file=path.name,
            issuer=folder.document.id[:64],
            right=standby_files.file_name(folder.standby_methods),
        )
    return standby


def rotate(
    folder: IssuerFolder,
    keystore: Keystore,
    standby: Standby,
    *,
    now: datetime,
    compromised_since: datetime | None = None,
    randomness: Callable[[int], bytes] = os.urandom,
) -> IssuerFolder:
    """Exchange the keys. The file of the new standby keys lies in the folder, to be moved out.

    Raises what saving raises; then the keys are still those of before.
    """
    present = folders.in_use(folder.document)
    if compromised_since is None:
        document = folders.ended(folder.document, present, expires=now)
    else:
        document = folders.ended(folder.document, present, revoked=compromised_since)
    fresh, code, document = folders.with_standby(document, folder.path, randomness)
    old = folder.standby_path
    fresh.save()
    keystore.exchange(standby.keys, document.to_json(), code, randomness=randomness)
    return _settled(folder, document, old)


def renew_standby(
    folder: IssuerFolder,
    keystore: Keystore,
    *,
    now: datetime,
    randomness: Callable[[int], bytes] = os.urandom,
) -> IssuerFolder:
    """Other standby keys in place of lost ones, whose time is over. Raises UsageError ``standby.none``."""
    _demand_exchangeable(folder)
    document = folders.ended(folder.document, folder.standby_methods, expires=now)
    fresh, code, document = folders.with_standby(document, folder.path, randomness)
    old = folder.standby_path
    fresh.save()
    keystore.renew_standby(document.to_json(), code)
    return _settled(folder, document, old)


def finish_move(keystore: Keystore, standby: Standby, copy: Standby, printed: PrintedCode) -> None:
    """Write the copy, read it back, then forget the code and remove the file of before."""
    copy.save()
    Standby.open(copy.path, RecoveryCode(*printed.codes))
    keystore.keep_standby_code(None)
    keystore.save()
    standby_files.remove(standby.path)


def _settled(folder: IssuerFolder, document: ControlledIdentifierDocument, old: Path | None) -> IssuerFolder:
    folders.write_document(folder.path, document)
    if old is not None:
        standby_files.remove(old)
    return IssuerFolder.open(folder.path)


def _demand_exchangeable(folder: IssuerFolder) -> None:
    if not folder.standby_methods:
        raise UsageError(
            "standby.none",
            N_("An identifier without a site is itself a key, so nothing can stand by for it."),
            next_step=N_("An issuer with a site (did:web) can exchange its keys; this needs a new folder."),
        )
