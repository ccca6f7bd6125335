"""What the command line calls the actions that each interface has its own words for (`errors.Action`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vcwallet.errors import N_, Action

COMMANDS: Final[Mapping[Action, str]] = {
    Action.REPORT_MISTAKE: N_("Send us the file if you may, or what vcwallet prints with VCWALLET_DEBUG=1."),
    Action.INSTALL_PART: N_('Run: pip install "vcwallet[{part}]".'),
    Action.ADD_BY_HAND: N_("Get the document from the issuer and add it with “vcwallet wallet add”."),
    Action.ASK_FOR_ID: N_(
        "Ask the family for a new one: they make it with “vcwallet wallet request-id” and name you with --to."
    ),
    Action.OPEN_ISSUER: N_("Go to the folder, or name it with --dir. “vcwallet issuer create” makes one."),
    Action.NEW_ISSUER: N_(
        "Put the old site back. A new site is a new identifier: make a new folder with"
        " “vcwallet issuer create”."
    ),
    Action.CHOOSE_SHEETS: N_("Name one with --page, or read all of them with --all-pages."),
    Action.FILES_AGAIN: N_(
        "They were signed with --jsonl, or into another folder. To make files of them: sign the same sheet"
        " once more with --again, without --jsonl."
    ),
    Action.NAME_DIPLOMA: N_(
        "Name it by its number, its id (urn:uuid:…) or its file. By the child's name the number is found by"
        " “vcwallet issuer list --name”."
    ),
    Action.STANDBY_FILE: N_("Put the stick in and name the file on it: --standby /STICK/{file}"),
    Action.SETTLE: N_(
        "If the folder has moved and the other is not used any more: “vcwallet issuer move”. If both go on:"
        " “vcwallet issuer move --copy”. If it is the same folder, reached by another way:"
        " “vcwallet issuer move --shared”."
    ),
    Action.NEWEST_COPY: N_(
        "Put back the newest copy of the issuer's folder, for example with “vcwallet issuer restore”."
        " If there is none: “vcwallet issuer register recover”."
    ),
    Action.NAME_LOSS: N_(
        "Publish from the newest copy of the folder, with the clock set right. If you do mean it:"
        " --lose {loss}."
    ),
    Action.MAKE_TRUST_LIST: N_("Make one with “vcwallet trust create”, or install a newer vcwallet."),
    Action.INSTALL_KIT: N_(
        "Install one with “vcwallet kit update”, from the stick or the file you were given."
    ),
    Action.KIT_AGAIN: N_("Install the same kit again with “vcwallet kit update”: that puts it back."),
    Action.LOOK_AT_KIT: N_("Look at them with “vcwallet kit diff”; run the update in a terminal to confirm."),
    Action.UPDATE_ENTRY: N_("Bring it up to date: “vcwallet trust update”, with the same folder or file."),
    Action.LIST_DIPLOMAS: N_("“vcwallet wallet list” shows them all."),
    Action.NAME_PUBLIC_ADDRESS: N_("Say the address under which others reach this server with --public-url."),
    Action.NAME_FIELDS: N_('Name what you must be able to read: --fields "name,date of birth,result".'),
    Action.COMPARE_NAMES: N_(
        "Do it in a terminal and answer the question. Write down a changed surname with"
        " “vcwallet wallet child rename”, correct a mistake with “vcwallet wallet child correct”."
    ),
    Action.ISSUE_TO_CHILD: N_(
        "Ask the issuer to issue it to your child's id (“vcwallet wallet request-id”), or keep the file as a"
        " document nobody signed (--unsigned)."
    ),
    Action.BUILD_ON_NEWEST: N_(
        "Take over the newest published kit with “vcwallet kit build --published KIT”, and have that draft"
        " signed."
    ),
    Action.ANOTHER_KIT: N_(
        "Compare the fingerprint with the kit's paper. If it is right, and the key is to sign there too:"
        " --another-kit."
    ),
    Action.ONE_DRAFT: N_(
        "Ask who built the other one. Only if that is thrown away, sign this one with --instead."
    ),
    Action.FETCH_PAGE: N_("Fetch it once with --fetch; it comes from npm and PyPI."),
    Action.NAME_CHILD: N_("Name the child with --child NAME."),
}
"""The others are said in the words of `errors.Action` itself."""
