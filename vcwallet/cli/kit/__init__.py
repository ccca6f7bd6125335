"""`vcwallet kit`: what offices need to know, signed by who maintains it, carried on a stick.

Each module holds the commands of one idea and is imported when one of them runs.
"""

from __future__ import annotations

from typing import Final

import click

from vcwallet.cli.speak import Group
from vcwallet.errors import N_

_HERE: Final = "vcwallet.cli.kit."
_INSTALLING: Final = {
    "update": (_HERE + "installing:update", N_("Install a kit, or a newer state of one that is installed.")),
    "show": (_HERE + "installing:show", N_("Show the kits that are installed, and how old they are.")),
    "diff": (_HERE + "installing:diff", N_("Say what a kit would change, or what the last update changed.")),
}
"""For offices."""
_MAKING: Final = {
    "key": (_HERE + "beginning:key", N_("Make a key that signs kits, in FILE.")),
    "init": (
        _HERE + "beginning:init",
        N_("Begin a kit in FOLDER: its keys, and the paper with its fingerprint."),
    ),
    "add": (
        _HERE + "filling:add",
        N_("Put files into the kit: trust lists, levels, admission rules, lists of revoked diplomas."),
    ),
    "remove": (_HERE + "filling:remove", N_("Take files out of the kit, or a body that keeps a list in it.")),
    "build": (
        _HERE + "building:build",
        N_("Build the next kit: check every file, show what changed, write a draft for people to sign."),
    ),
    "sign": (_HERE + "signing:sign", N_("Sign a draft with your key, after a look at what it changes.")),
    "publish": (
        _HERE + "publishing:publish",
        N_("Make a kit of a draft that enough people have signed, after a trial."),
    ),
    "rotate": (_HERE + "rotating:rotate", N_("Exchange the keys of a role, from the next kit on.")),
    "paper": (_HERE + "beginning:paper", N_("Print the paper with the fingerprint of the kit once more.")),
}
"""For who maintains a kit."""
COMMANDS: Final[dict[str, tuple[str, str]]] = {**_INSTALLING, **_MAKING}


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
