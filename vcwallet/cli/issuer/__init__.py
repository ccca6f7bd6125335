"""`vcwallet issuer`: from a spreadsheet to signed files; revoking; publishing.

Each module holds the commands of one idea and is imported when one of them runs.
"""

from __future__ import annotations

from typing import Final

import click

from vcwallet.cli.speak import Group
from vcwallet.errors import N_

_HERE: Final = "vcwallet.cli.issuer."
COMMANDS: Final = {
    "kits": (_HERE + "creating:kits", N_("List the ready-made kits that “create” copies.")),
    "create": (
        _HERE + "creating:create",
        N_(
            "Make an issuer's folder in FOLDER: a kit's templates, settings to edit, keys under a passphrase."
        ),
    ),
    "check-kit": (
        _HERE + "check_kit:check_kit",
        N_("Check an issuer's folder, or template files, before anything is signed with them."),
    ),
    "blank": (_HERE + "blank_sheets:blank", N_("Make an empty sheet to fill in: headers, lists, examples.")),
    "check-id": (
        _HERE + "holder_ids:check_id",
        N_("Check children's ids that families sent, and print them for the column of the sheet."),
    ),
    "check": (
        _HERE + "checking:check",
        N_("Look before you sign: how SHEET is read, what is wrong in it, what would be signed."),
    ),
    "issue": (
        _HERE + "issuing:issue",
        N_("Sign the rows of SHEET (.xlsx, .xls, .ods, .csv): one file for each pupil."),
    ),
    "correct": (
        _HERE + "correcting:correct",
        N_("Correct a diploma that was signed: sign it anew, revoke the old one, link the two."),
    ),
    "diploma": (
        _HERE + "printing:diploma",
        N_("Make the PDFs of signed diplomas, to print or to send."),
    ),
    "list": (
        _HERE + "diplomas:list_",
        N_("Who issues here and what was issued; search by name, state, template or time."),
    ),
    "health": (
        _HERE + "state:health",
        N_("What the issuer's folder needs, the most urgent first: publishing, backups, keys."),
    ),
    "move": (
        _HERE + "state:move",
        N_("Say that the issuer's folder has moved, is a copy, or is reached by another way."),
    ),
    "hand-out": (
        _HERE + "handing_out:hand_out",
        N_("Make what families get: a folder for each pupil or class, and a sheet to sign."),
    ),
    "backup": (
        _HERE + "state:backup",
        N_("Write settings, templates, keys and register into FILE, and prove that it can be put back."),
    ),
    "restore": (_HERE + "state:restore", N_("Put the backup FILE back into FOLDER, a new one.")),
    "register": (
        _HERE + "state:register",
        N_("Look after the register: compare it, move it, take over what it lost."),
    ),
    "publish": (
        _HERE + "publishing:publish",
        N_(
            "Write the identifier document and the lists of revoked diplomas into FOLDER:"
            " static files for the site, or to hand out where there is no site."
        ),
    ),
    "standby": (
        _HERE + "keys:standby",
        N_("Move the standby keys to a stick for the safe, and print the sheet that opens them."),
    ),
    "rotate": (_HERE + "keys:rotate", N_("Exchange the keys: sign with the standby keys from here on.")),
    "countersign": (
        _HERE + "keys:countersign",
        N_("Confirm with the standby keys what was signed since the last time."),
    ),
    "compromised": (
        _HERE + "keys:compromised",
        N_("Somebody else may have the keys: withdraw them, and sign with the standby keys from here on."),
    ),
    "reissue": (_HERE + "keys:reissue", N_("Sign anew the diplomas that withdrawn keys signed.")),
    "revoke": (
        _HERE + "diplomas:revoke",
        N_("Revoke diplomas for good, named by id, number, file, folder or sheet."),
    ),
    "suspend": (_HERE + "diplomas:suspend", N_("Let diplomas not count for a while.")),
    "reinstate": (_HERE + "diplomas:reinstate", N_("Let suspended diplomas count again.")),
    "close": (
        _HERE + "closing:close",
        N_("End the issuer: publish its last lists and a statement that verifiers keep for ever."),
    ),
    "passphrase": (_HERE + "keys:passphrase", N_("Change the passphrase of the keys.")),
    "recovery-sheet": (
        _HERE + "keys:recovery_sheet",
        N_("Make a recovery code of the keys and the sheet to print it on: .pdf, or .txt to copy by pen."),
    ),
}


@click.group(
    cls=Group,
    lazy=COMMANDS,
    order=tuple(COMMANDS),
    help=N_("Sign diplomas from a spreadsheet, revoke them, publish what others need."),
)
def issuer() -> None:
    pass
