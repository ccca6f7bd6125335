"""`vcwallet wallet`: a family keeps its diplomas in one file and shows some of them.

Each module holds the commands of one idea and is imported when one of them runs.
"""

from __future__ import annotations

from typing import Final

import click

from vcwallet.cli.speak import Group
from vcwallet.errors import N_

_HERE: Final = "vcwallet.cli.wallet."
COMMANDS: Final = {
    "create": (_HERE + "creating:create", N_("Start a wallet in FILE.")),
    "add": (_HERE + "adding:add", N_("Add diplomas, one by one or a folder of them.")),
    "collect": (_HERE + "collecting:collect", N_("Take a diploma that a site offers for a child.")),
    "list": (_HERE + "diplomas:list_", N_("What is in the wallet, by child and date.")),
    "show": (
        _HERE + "diplomas:show",
        N_("One diploma: what it says, who signed it, and whether it is revoked as far as is known."),
    ),
    "present": (_HERE + "presenting:present", N_("Show some diplomas of one child to one recipient.")),
    "history": (_HERE + "history:history", N_("What was shown, to whom, why and until when.")),
    "receipt": (_HERE + "receiving:receipt", N_("Keep the receipt a recipient gave for a showing.")),
    "forget": (_HERE + "history:forget", N_("Empty one line of the history, for good.")),
    "child": (_HERE + "children:child", N_("The children of the wallet: add, rename, merge, remove.")),
    "refresh": (
        _HERE + "refreshing:refresh",
        N_("Fetch newer lists of revoked diplomas and issuers' keys, after asking you."),
    ),
    "issuers": (_HERE + "issuers:issuers", N_("The issuers this wallet knows, with their keys.")),
    "request-id": (
        _HERE + "children:request_id",
        N_("Write a child's id for an issuer, with a proof that the child has its key."),
    ),
    "note": (_HERE + "diplomas:note", N_("Write or read the family's own words beside a diploma.")),
    "save": (_HERE + "diplomas:save", N_("Write one thing out of the wallet into a file.")),
    "remove": (
        _HERE + "diplomas:remove",
        N_("Take a diploma, or a document nobody signed, out of the wallet."),
    ),
    "check": (_HERE + "checking:check", N_("All that should be seen to, on one screen.")),
    "backup": (_HERE + "copies:backup", N_("Copy the wallet and read the copy back.")),
    "recovery-sheet": (
        _HERE + "passphrases:recovery_sheet",
        N_("Print a code that opens the wallet when all else fails."),
    ),
    "selftest": (
        _HERE + "copies:selftest",
        N_("Try whether a backup can really be opened: decrypt and check everything."),
    ),
    "restore": (_HERE + "copies:restore", N_("Put a wallet back from a backup.")),
    "guardian": (
        _HERE + "guardians:guardian",
        N_("Let other people open the wallet, or close their way in."),
    ),
    "passphrase": (_HERE + "passphrases:passphrase", N_("Change the passphrase.")),
    "compare": (_HERE + "copies:compare", N_("Say how copies of one wallet differ, before joining them.")),
    "merge": (_HERE + "copies:merge", N_("Bring copies of one wallet together.")),
    "export": (_HERE + "leaving:export", N_("Write everything of a child as plain files.")),
    "import": (_HERE + "leaving:import_", N_("Take a child back from the files that “export” wrote.")),
    "export-child": (
        _HERE + "leaving:export_child",
        N_("Make a child's own wallet, for the day the child is grown."),
    ),
}


@click.group(
    cls=Group,
    lazy=COMMANDS,
    order=(
        "create",
        "add",
        "collect",
        "list",
        "show",
        "present",
        "history",
        "receipt",
        "forget",
        "note",
        "save",
        "remove",
        "refresh",
        "request-id",
    ),
    help=N_("Keep a family's diplomas in one encrypted file and show some of them."),
)
def wallet() -> None:
    pass
