"""`vcwallet kit build`: the next kit from its sources, for people to sign."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from vcwallet.cli.kit.maker_words import (
    MakerCommand,
    as_json_option,
    checked,
    draft_json,
    kit_folder,
    say_draft,
    say_standings,
)
from vcwallet.cli.passphrases import SAVED_PATH
from vcwallet.cli.speak import Speaker, argument, option, own_file, pass_speaker
from vcwallet.cli.values import moment, now_option
from vcwallet.errors import N_, UsageError
from vcwallet.files import check_place, write_result


@click.command(
    cls=MakerCommand,
    help=N_(
        "Build the next kit: every file is checked, what changed is shown, and a draft is written for people"
        " to sign.\n\n"
        "SOURCES is a folder of files by the paths they have in the kit; otherwise it is “sources” in the"
        " kit's folder, where “kit add” puts them."
    ),
)
@argument(
    "sources",
    metavar="[SOURCES]",
    required=False,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@option(
    "--out",
    type=SAVED_PATH,
    metavar="FILE",
    help=N_("Where the draft goes; otherwise draft-NUMBER.zip in the kit's folder."),
)
@option(
    "--published",
    "newest",
    type=click.Path(exists=True, path_type=Path),
    metavar="KIT",
    help=N_("The newest published kit, when another maintainer has published since."),
)
@option("--replace", is_flag=True, help=N_("Write over a draft of before: it is thrown away."))
@kit_folder
@now_option
@as_json_option
@pass_speaker
def build(
    speaker: Speaker,
    sources: Path | None,
    out: Path | None,
    newest: Path | None,
    replace: bool,
    directory: Path,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.verifier.kit import making
    from vcwallet.verifier.kit.files import KitFiles
    from vcwallet.verifier.kit.folder import MaintainerFolder, files_in
    from vcwallet.verifier.kit.publishing import follow

    at = moment(now)
    folder = MaintainerFolder.open(directory)
    published = folder.published()
    if newest is not None:
        with own_file(newest):
            newer = KitFiles.read(newest)
            follow(published, newer, now=at)
        folder.keep(newer)
        published = newer
    content = folder.sources() if sources is None else files_in(sources)
    manifest = folder.roles.manifest(folder.manifest, ())
    checked(speaker, manifest, content, published.content, at)
    draft = making.build(published, folder.roles, folder.manifest, content, now=at)
    place = out or directory / f"draft-{draft.number}.zip"
    if place.exists() and not replace:
        raise UsageError(
            "kit.draft-there",
            N_("{file} is there already, and people may have signed it."),
            next_step=N_("Have it signed and published, or throw it away with --replace."),
            file=str(place)[-64:],
        )
    check_place(place, inputs=[], may_replace=lambda _: replace)
    write_result(place, draft.dumps())
    if as_json:
        speaker.json({"draft": str(place), **draft_json(draft, at)})
        return
    say_draft(speaker, draft, at)
    say_standings(speaker, draft.standings())
    speaker.say(N_("{file}: the draft."), file=str(place))
    a_file, target = speaker.text("FILE"), speaker.text("TARGET")
    if draft.new:
        speaker.say(
            N_("Next, by each who signs: {command}"), command=f"vcwallet kit sign {place} --key {a_file}"
        )
    else:
        speaker.say(
            N_("Next: {command}"),
            command=f"vcwallet kit publish {place} {target} --key {a_file} --dir {directory}",
        )
