"""`vcwallet kit add|remove`: what goes into a kit, and what goes out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vcwallet.cli.kit.maker_words import MakerCommand, as_json_option, kit_folder, public_key
from vcwallet.cli.scope_options import scope_of, scope_options
from vcwallet.cli.speak import Speaker, argument, option, own_file, pass_speaker
from vcwallet.errors import N_, UsageError
from vcwallet.files import read_file

if TYPE_CHECKING:
    from vcwallet.verifier.kit.folder import MaintainerFolder
    from vcwallet.verifier.scopes import Scope


@click.command(
    cls=MakerCommand,
    help=N_(
        "Put files into the kit, in place of those of before: trust lists, levels of olympiads, admission"
        " rules, lists of revoked diplomas. What a file is, is read from it; lists of revoked diplomas that a"
        " trust list holds become files of the kit.\n\n"
        "With --body NAME the file is the trust list of a body, such as a region. A body that is not in the"
        " kit yet needs its --key, and a cap: the widest that its list may believe anybody for, said with"
        " --kind and the like."
    ),
)
@argument(
    "files", metavar="[FILE...]", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@option("--body", default="", metavar="NAME", help=N_("Whose trust list it is, such as region-00."))
@option("--key", "keys", multiple=True, metavar="KEY", help=N_("The body's key; may be repeated."))
@option(
    "--needed",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help=N_("How many of the body's keys must sign."),
)
@scope_options
@kit_folder
@as_json_option
@pass_speaker
def add(
    speaker: Speaker,
    files: Sequence[Path],
    body: str,
    keys: Sequence[str],
    needed: int | None,
    kinds: Sequence[str],
    numbers: Sequence[str],
    profiles: Sequence[str],
    stages: Sequence[str],
    years: str | None,
    anything: bool,
    directory: Path,
    as_json: bool,
) -> None:
    from vcwallet import limits
    from vcwallet.verifier.kit.filling import parts_of
    from vcwallet.verifier.kit.folder import MaintainerFolder

    folder = MaintainerFolder.open(directory)
    cap = scope_of(kinds, numbers, profiles, stages, years, anything)
    if not body and (keys or needed or cap):
        raise UsageError(
            "kit.body-missing",
            N_("A key and a cap belong to a body, and none is named."),
            next_step=N_("Say --body NAME."),
        )
    if not files and not body:
        raise UsageError(
            "kit.nothing-added",
            N_("It is not said what to put into the kit."),
            next_step=N_("Name files, or a body with its key and its cap."),
        )
    folder = _with_body(folder, body, keys, needed, cap)
    found: dict[str, tuple[Path, bytes]] = {}
    named: dict[str, Path] = {}
    known = folder.sources()
    for file in files:
        with own_file(file):
            content = read_file(file, limits.KIT_FILE_BYTES)
            parts = parts_of(content, file.name, sources=known, body=body)
        path = next(iter(parts))
        if path in named:
            raise UsageError(
                "kit.one-place",
                N_("{one} and {other} would both be {path} of the kit."),
                next_step=N_("Give one of them."),
                one=named[path].name,
                other=file.name,
                path=path,
            )
        named[path] = file
        found.update({each: (file, data) for each, data in parts.items()})
        known.update(parts)
    folder.save()
    for path, (_, content) in found.items():
        folder.put(path, content)
    if as_json:
        speaker.json({"files": {path: str(file) for path, (file, _) in found.items()}})
        return
    if body and (keys or cap):
        speaker.say(N_("{body}: a body of the kit, with its key and its cap."), body=body)
    for path, (file, _) in found.items():
        speaker.say("{path}  ← {file}", path=path, file=str(file))


@click.command(
    cls=MakerCommand,
    help=N_(
        "Take files out of the kit, by the paths that “kit build” shows, or a body with its list: WHAT is a"
        " path or the name of a body.\n\n"
        "An organisation that is taken out of a trust list is written down as removed in that list"
        " (“vcwallet trust remove”); a list of revoked diplomas that goes is kept by offices that have it."
    ),
)
@argument("what", metavar="WHAT...", nargs=-1, required=True)
@kit_folder
@as_json_option
@pass_speaker
def remove(speaker: Speaker, what: Sequence[str], directory: Path, as_json: bool) -> None:
    from vcwallet.verifier.kit.folder import MaintainerFolder
    from vcwallet.verifier.kit.layout import body_file

    folder = MaintainerFolder.open(directory)
    known = folder.sources()
    gone: list[str] = []
    for each in what:
        if each in folder.roles.bodies:
            folder = folder.without_body(each)
            gone += [path for path in [body_file(each)] if path in known]
        elif each in known:
            gone.append(each)
        else:
            raise UsageError(
                "kit.not-in-it",
                N_("The kit has neither a file nor a body “{what}”."),
                next_step=N_("There are: {known}."),
                what=each[:64],
                known=", ".join((*known, *folder.roles.bodies))[:1024] or "-",
            )
    folder.save()
    for path in dict.fromkeys(gone):
        folder.take_out(path)
    if as_json:
        speaker.json({"removed": list(dict.fromkeys((*what, *gone)))})
        return
    for each in dict.fromkeys((*what, *gone)):
        speaker.say(N_("{what}: not in the next kit."), what=each)


def _with_body(
    folder: MaintainerFolder, name: str, keys: Sequence[str], needed: int | None, cap: Scope | None
) -> MaintainerFolder:
    """The folder with this body added or changed; a body that is named alone must be there."""
    from vcwallet.verifier.kit.roles import Body, Holders

    if not name:
        return folder
    known = folder.roles.bodies.get(name)
    if known is None and not (keys and cap):
        raise UsageError(
            "kit.body-new",
            N_("The body {body} is not in the kit yet: it needs a key and a cap."),
            next_step=N_(
                "Give --key with what the body's “vcwallet kit key” printed, and --kind with --years."
            ),
            body=name[:64],
        )
    holders = None if known is None else known.holders
    if keys or holders is None:
        holders = Holders(tuple(public_key(each) for each in keys), needed or 1)
    elif needed:
        holders = replace(holders, threshold=needed)
    caps = (cap,) if cap is not None else known.caps if known is not None else ()
    return folder.with_body(name, Body(holders, caps))
