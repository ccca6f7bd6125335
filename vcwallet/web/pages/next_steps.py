"""What the pages call the actions that each interface has its own words for (`errors.Action`).

The command line has other words for them (`vcwallet.cli.next_steps`); a page names no command and no option.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vcwallet.errors import N_, Action, VcwalletError
from vcwallet.locales import Language

__all__ = ["PAGES", "next_step"]

PAGES: Final[Mapping[Action, str]] = {
    Action.UPDATE: N_("Install a newer version of the program, then try again."),
    Action.REINSTALL: N_("Install the program again."),
    Action.REPORT_MISTAKE: N_("Send us the file if you may, and say what you pressed."),
    Action.INSTALL_PART: N_(
        "The program was installed without the part “{part}”. Ask whoever installed it to add that part."
    ),
    Action.ADD_BY_HAND: N_("Get the document from the issuer, and add it on the child's page."),
    Action.ASK_FOR_ID: N_("Ask the family for a new number. Its wallet makes one, for you."),
    Action.OPEN_ISSUER: N_("Choose the folder of your organisation on the first page, or make one there."),
    Action.NEW_ISSUER: N_(
        "Put the old address of the site back. A new site is a new identifier: it needs a new folder, which"
        " is made on the first page."
    ),
    Action.FILES_AGAIN: N_(
        "They lie many in a file, or in another folder. Give the same sheet once more: nothing is signed"
        " twice, and each diploma gets a file of its own."
    ),
    Action.CHOOSE_SHEETS: N_("Choose one of its sheets, or all of them."),
    Action.NEWEST_COPY: N_(
        "Put back the newest copy of the organisation's folder. If there is none, the register can be"
        " recovered from what went out."
    ),
    Action.NAME_LOSS: N_(
        "Publish from the newest copy of the folder, with the clock of this computer set right, or tick that"
        " you mean to lose: {loss}."
    ),
    Action.MAKE_TRUST_LIST: N_(
        "Make a new list on the page “Whom you trust”, or install a newer version of the program."
    ),
    Action.INSTALL_KIT: N_(
        "Install a kit on the page “Whom you trust”, from the stick or the file you were given."
    ),
    Action.KIT_AGAIN: N_("Install the same kit again on the page “Whom you trust”: that puts it back."),
    Action.LOOK_AT_KIT: N_(
        "Look at its changes on the page “Whom you trust”, and confirm them there if they are right."
    ),
    Action.UPDATE_ENTRY: N_(
        "Its issuer is on the list already. Bring the entry up to date on the page “Whom you trust”."
    ),
    Action.LIST_DIPLOMAS: N_("The children's pages show all diplomas of the wallet."),
    Action.NAME_PUBLIC_ADDRESS: N_("Close this page and open the program again."),
    Action.NAME_CHILD: N_("Choose the child whose it is."),
    Action.COMPARE_NAMES: N_(
        "Compare the names. A changed surname is written down, and a mistake corrected, on the child's page."
    ),
    Action.ISSUE_TO_CHILD: N_(
        "Ask the issuer to issue it to your child's number, or keep the file as a document nobody signed."
    ),
}
"""The others are said in the words of `errors.Action` itself; those of a kit's maintainer have no page."""


def next_step(error: VcwalletError, language: Language) -> str:
    """What to do next after an error, in the pages' words; "" where nothing is known."""
    said = None if error.action is None else PAGES.get(error.action)
    return language.text(said or error.next_step_template, **error.evidence)
