"""`vcwallet kit publish`: a signed draft becomes a kit."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from vcwallet import limits
from vcwallet.cli.kit.maker_words import (
    MakerCommand,
    as_json_option,
    bar,
    checked,
    instead_option,
    key_option,
    kit_folder,
    opened_key,
)
from vcwallet.cli.speak import Speaker, argument, own_file, pass_speaker, passphrase_option
from vcwallet.cli.values import moment, now_option
from vcwallet.errors import N_
from vcwallet.files import read_file


@click.command(
    cls=MakerCommand,
    help=N_(
        "Make a kit of a draft that enough people have signed, and write it to TARGET: a .zip, or a folder,"
        " such as one on a stick or of a site. Several may be named.\n\n"
        "Before anything is written the kit is installed for trial, as an office that never had it and as one"
        " that has the kit before. A target that has another kit than the draft was built on is left alone."
    ),
)
@argument("draft_file", metavar="DRAFT", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@argument("targets", metavar="TARGET...", nargs=-1, required=True, type=click.Path(path_type=Path))
@key_option
@instead_option
@passphrase_option
@kit_folder
@now_option
@as_json_option
@pass_speaker
def publish(
    speaker: Speaker,
    draft_file: Path,
    targets: tuple[Path, ...],
    key_file: Path,
    instead: bool,
    passphrase_file: Path | None,
    directory: Path,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.verifier.kit.draft import Draft
    from vcwallet.verifier.kit.folder import MaintainerFolder
    from vcwallet.verifier.kit.making import demand_signed
    from vcwallet.verifier.kit.publishing import demand_base, try_out, write

    at = moment(now)
    folder = MaintainerFolder.open(directory)
    with own_file(draft_file):
        draft = Draft.loads(read_file(draft_file, limits.KIT_ZIP_BYTES))
        demand_signed(draft)
        manifest, content, before = draft.manifest, draft.content, draft.content_before
    checked(speaker, manifest, content, before, at)
    demand_base(draft, folder.published_at)
    for each in targets:
        demand_base(draft, each)
    key = opened_key(speaker, key_file, passphrase_file)
    with bar(speaker, N_("Installing for trial"), 2, content) as done:
        kit = key.published(
            draft, now=at, instead=instead, trial=lambda kit: try_out(kit, draft.before, now=at, done=done)
        )
    for each in targets:
        write(kit, each)
    folder.keep(kit)
    if as_json:
        speaker.json(
            {
                "number": draft.number,
                "fingerprint": draft.fingerprint,
                "targets": [str(each) for each in targets],
            }
        )
        return
    for each in targets:
        speaker.say(N_("{place}: kit {number}, signed and tried out."), place=str(each), number=draft.number)
