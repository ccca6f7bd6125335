"""`vcwallet kit`: what offices need to know, signed by who maintains it, carried on a stick.

Each module holds the commands of one idea and is imported when one of them runs.
"""

from __future__ import annotations

from typing import Final

import click

from vcwallet.cli.speak import Group
from vcwallet.errors import N_

_HERE: Final = "vcwallet.cli.kit."
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "update": (_HERE + "installing:update", N_("Install a kit, or a newer state of one that is installed.")),
    "show": (_HERE + "installing:show", N_("Show the kits that are installed, and how old they are.")),
    "diff": (_HERE + "installing:diff", N_("Say what a kit would change, or what the last update changed.")),
}


@click.group(
    cls=Group,
    lazy=COMMANDS,
    order=tuple(COMMANDS),
    help=N_(
        "Bring this computer's knowledge up to date from a kit, or make a kit for others.\n\n"
        "A kit holds trust lists, lists of revoked diplomas, official levels of olympiads and admission"
        " rules, signed by who maintains it, in one file or folder."
    ),
)
def kit() -> None:
    pass
