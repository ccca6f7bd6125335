"""`vcwallet kit rotate`: other people, or other keys, from the next kit on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vcwallet.cli.kit.maker_words import (
    MakerCommand,
    as_json_option,
    keys_place,
    kit_folder,
    made_keys,
    public_key,
    role_words,
    say_key,
)
from vcwallet.cli.speak import Speaker, argument, option, pass_speaker, passphrase_option
from vcwallet.errors import N_, UsageError

if TYPE_CHECKING:
    from vcwallet.identifiers.keys import PublicKey
    from vcwallet.verifier.kit.keys import KitKey


@click.command(
    cls=MakerCommand,
    help=N_(
        "Exchange the keys of ROLE: root, targets, status, timestamp, or a body; several may be named.\n\n"
        "New keys are made, as many as there were, or those of --key are taken, which their owners made. It"
        " counts from the next kit that is built, signed and published: the former root keys sign the new"
        " ones in. The paper stays good. If a thief may have a key, exchange timestamp with it: then what the"
        " thief published is forgotten."
    ),
)
@argument("roles", metavar="ROLE...", nargs=-1, required=True)
@option("--key", "given", multiple=True, metavar="KEY", help=N_("A new key, of one role; may be repeated."))
@option("--needed", type=click.IntRange(min=1), metavar="NUMBER", help=N_("How many of the keys must sign."))
@option("--alone", is_flag=True, help=N_("One person only: one passphrase for all new keys."))
@option(
    "--keys",
    "keys_folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help=N_("Where the files of new keys go; otherwise into “keys” beside the folder."),
)
@passphrase_option
@kit_folder
@as_json_option
@pass_speaker
def rotate(
    speaker: Speaker,
    roles: Sequence[str],
    given: Sequence[str],
    needed: int | None,
    alone: bool,
    keys_folder: Path | None,
    passphrase_file: Path | None,
    directory: Path,
    as_json: bool,
) -> None:
    from vcwallet.verifier.kit.draft import fingerprint
    from vcwallet.verifier.kit.folder import ROLES, MaintainerFolder
    from vcwallet.verifier.kit.roles import Holders

    folder = MaintainerFolder.open(directory)
    known = folder.holders
    for role in roles:
        if role not in known:
            raise UsageError(
                "kit.role-unknown",
                N_("The kit has no role “{role}”."),
                next_step=N_("The roles are: {known}."),
                role=role[:64],
                known=", ".join(known),
            )
    if given and len(set(roles)) > 1:
        raise UsageError(
            "kit.key-of-which",
            N_("--key is given and several roles are named."),
            next_step=N_("Name one role."),
        )
    bodies = [role for role in roles if role not in ROLES]
    if bodies and not given:
        raise UsageError(
            "kit.body-key",
            N_("The keys of {body} are its own: they are not made here."),
            next_step=N_("Ask the body for what its “vcwallet kit key” prints, and give it with --key."),
            body=bodies[0],
        )
    made: list[KitKey] = []
    files: dict[str, list[Path]] = {}
    keys: dict[str, tuple[PublicKey, ...]] = {}
    if given:
        keys[roles[0]] = tuple(public_key(each) for each in given)
    else:
        place = keys_folder or keys_place(directory)
        files = {role: _files(place, role, len(known[role].keys)) for role in dict.fromkeys(roles)}
        made = made_keys(
            speaker, [file for each in files.values() for file in each], passphrase_file, alone=alone
        )
        public = (each.public_key for each in made)
        keys = {role: tuple(islice(public, len(each))) for role, each in files.items()}
    try:
        for role, new in keys.items():
            folder = folder.with_holders(role, Holders(new, needed or min(known[role].threshold, len(new))))
        kit = fingerprint(folder.published())
        for each in made:
            each.bind(kit)
            each.forget_state_before()
        folder.save()
    except BaseException:
        for each in made:
            each.remove()
        raise
    if as_json:
        speaker.json({role: [key.multibase for key in new] for role, new in keys.items()})
        return
    for role in keys:
        speaker.say(
            N_("{role} ({words}): new keys from the next kit on."), role=role, words=role_words(speaker, role)
        )
    for file, new_key in zip(chain.from_iterable(files.values()), made, strict=True):
        say_key(speaker, file, new_key)
    speaker.say(N_("Next: {command}"), command=f"vcwallet kit build --dir {directory}")
    if "root" in keys:
        speaker.say(
            N_(
                "The draft is signed by the former root keys and by the new ones. Keep both until it is"
                " published."
            )
        )


def _files(place: Path, role: str, count: int) -> list[Path]:
    """Names of new files: a number that no key of this role has."""
    pattern = re.compile(rf"{re.escape(role)}-([0-9]{{1,4}})\.vcw")
    used = [int(match[1]) for each in place.glob(f"{role}-*.vcw") if (match := pattern.fullmatch(each.name))]
    first = max(used, default=1 if (place / f"{role}.vcw").exists() or count == 1 else count) + 1
    return [place / f"{role}-{number}.vcw" for number in range(first, first + count)]
