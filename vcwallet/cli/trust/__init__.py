"""`vcwallet trust`: the issuers a verifier chooses to believe.

Each module holds the commands of one idea and is imported when one of them runs.
"""

from __future__ import annotations

from typing import Final

import click

from vcwallet.cli.speak import Group
from vcwallet.errors import N_

_HERE: Final = "vcwallet.cli.trust."
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "create": (_HERE + "creating:create", N_("Start a trust list in FILE.")),
    "add": (_HERE + "adding:add", N_("Believe an issuer that is not in the list yet.")),
    "update": (_HERE + "updating:update", N_("Bring an issuer up to date.")),
    "show": (
        _HERE + "showing:show",
        N_("Show whom a trust list believes and for what, its keys, and how old its knowledge is."),
    ),
    "diff": (_HERE + "showing:diff", N_("Compare two trust lists.")),
    "scope": (_HERE + "entries:scope", N_("Set what an issuer is believed for.")),
    "key": (_HERE + "entries:key", N_("Say what became of a key.")),
    "close": (_HERE + "entries:close", N_("Write down that an issuer is closed.")),
    "merge": (
        _HERE + "entries:merge",
        N_("Write down that an issuer was taken over by another of the list."),
    ),
    "remove": (_HERE + "entries:remove", N_("Believe an issuer no longer.")),
}


@click.group(
    cls=Group,
    lazy=COMMANDS,
    order=tuple(COMMANDS),
    help=N_("Choose the issuers you believe, and keep their lists of revoked diplomas."),
)
def trust() -> None:
    pass
