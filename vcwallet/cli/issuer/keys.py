"""`vcwallet issuer passphrase|recovery-sheet|standby|rotate|compromised`: an issuer's keys over the years."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from vcwallet.cli.issuer.words import (
    PROMPT,
    as_json_option,
    identity,
    issuer_folder,
    next_command,
    publish_next,
    say_identity,
)
from vcwallet.cli.passphrases import (
    SAVED_PATH,
    code_file_option,
    new_passphrase,
    new_passphrase_option,
    recovery_code,
    recovery_option,
    tell_file_of_before,
    with_passphrase,
    with_recovery_code,
)
from vcwallet.cli.recovery_sheets import check_sheet_place, sheet_option, unconfirmed_option, write_sheet
from vcwallet.cli.speak import (
    Command,
    Speaker,
    argument,
    option,
    pass_speaker,
    passphrase_option,
    yes_option,
)
from vcwallet.cli.values import MOMENT, moment, now_option
from vcwallet.errors import N_

if TYPE_CHECKING:
    from vcwallet.issuer import Issuer
    from vcwallet.sealed_file import Secret
    from vcwallet.strict_json import Json

PARTLY: Final = 5
SHOWN: Final = 20
"""Names of files; the rest are counted."""


def unlock(
    speaker: Speaker,
    issuer: Issuer,
    passphrase_file: Path | None,
    *,
    recovery: bool = False,
    code_files: Sequence[Path] = (),
) -> None:
    """Open the keys by their passphrase, or by the recovery code where that is said."""
    if recovery or code_files:
        with_recovery_code(speaker, code_files, use=lambda secret: issuer.unlock(secret=secret))
    else:
        with_passphrase(speaker, passphrase_file, prompt=PROMPT, use=issuer.unlock)


@click.command(
    cls=Command,
    help=N_(
        "Change the passphrase of the keys.\n\n"
        "Copies of the folder made before still open with the old one. With --recovery the recovery code is"
        " asked for instead of the passphrase that was forgotten."
    ),
)
@issuer_folder
@passphrase_option
@recovery_option
@code_file_option
@new_passphrase_option
@as_json_option
@pass_speaker
def passphrase(
    speaker: Speaker,
    directory: Path,
    passphrase_file: Path | None,
    recovery: bool,
    code_files: Sequence[Path],
    new_passphrase_file: Path | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer

    with Issuer.open(directory) as issuer:
        unlock(speaker, issuer, passphrase_file, recovery=recovery, code_files=code_files)
        issuer.change_passphrase(new_passphrase(speaker, new_passphrase_file))
        if as_json:
            speaker.json({"file": str(issuer.keystore_file)})
            return
        speaker.say(N_("{file}: opens with the new passphrase now."), file=str(issuer.keystore_file))
        tell_file_of_before(speaker, issuer.keystore_file)


@click.command(
    "recovery-sheet",
    cls=Command,
    help=N_(
        "Make a recovery code of the keys and the sheet to print it on: .pdf, or .txt to copy by pen.\n\n"
        "Codes of sheets made before are closed once you have typed two groups from the new one; until then"
        " both open the keys. Print the sheet and delete its file."
    ),
)
@issuer_folder
@passphrase_option
@sheet_option
@unconfirmed_option
@now_option
@as_json_option
@pass_speaker
def recovery_sheet(
    speaker: Speaker,
    directory: Path,
    passphrase_file: Path | None,
    out: Path,
    yes: bool,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer

    check_sheet_place(out, unconfirmed=yes)
    with Issuer.open(directory) as issuer:
        unlock(speaker, issuer, passphrase_file)
        sheet = issuer.recovery_sheet(now=moment(now))
        write_sheet(
            speaker,
            sheet,
            out,
            unconfirmed=yes,
            save=lambda: issuer.finish_recovery_sheet(sheet),
            withdraw=lambda: issuer.withdraw_recovery_sheet(sheet),
        )
        if as_json:
            speaker.json({"file": str(issuer.keystore_file), "sheet": str(out), "number": sheet.number})
            return
    speaker.say(N_("{file}: the sheet {number}."), file=str(out), number=sheet.number)
    speaker.say(N_("Print it, then delete the file. The codes of earlier sheets open earlier copies only."))


standby_file_option = option(
    "--standby",
    type=SAVED_PATH,
    metavar="FILE",
    help=N_("The file of the standby keys on the stick; otherwise the one in the folder."),
)


def _standby_code(speaker: Speaker, standby: Path | None, code_files: Sequence[Path]) -> Secret | None:
    """What opens the standby keys on a stick; those that lie in the folder need nothing."""
    return None if standby is None else recovery_code(speaker, code_files)


@click.command(
    cls=Command,
    help=N_(
        "Move the standby keys to STICK, and print the sheet that opens them: .pdf, or .txt to copy by pen."
        "\n\n"
        "They are made together with the first keys and named in the identifier document, so that an exchange"
        " of keys asks nobody for anything. The stick and the sheet belong into the safe, apart from each"
        " other. With --lost new ones are made first, because the stick or the sheet is gone."
    ),
)
@argument("stick", metavar="STICK", type=click.Path(file_okay=False, exists=True, path_type=Path))
@option("--lost", is_flag=True, help=N_("Make new standby keys: the stick or the sheet is gone."))
@issuer_folder
@passphrase_option
@sheet_option
@unconfirmed_option
@now_option
@as_json_option
@pass_speaker
def standby(
    speaker: Speaker,
    stick: Path,
    lost: bool,
    directory: Path,
    passphrase_file: Path | None,
    out: Path,
    yes: bool,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer

    check_sheet_place(out, unconfirmed=yes)
    at = moment(now)
    with Issuer.open(directory) as issuer:
        unlock(speaker, issuer, passphrase_file)
        if lost:
            issuer.renew_standby(now=at)
        move = issuer.move_standby(stick, now=at)
        write_sheet(speaker, move.sheet, out, unconfirmed=yes, save=move.finish)
        if as_json:
            speaker.json({"file": str(move.file), "sheet": str(out), **identity(issuer)})
            return
    speaker.say(N_("{file}: the standby keys. The folder has them no longer."), file=str(move.file))
    speaker.say(
        N_(
            "Print {sheet} and delete its file. Keep the stick and the page in the safe, apart from each"
            " other."
        ),
        sheet=str(out),
    )
    if lost:
        _say_publish(speaker, issuer)


@click.command(
    cls=Command,
    help=N_(
        "Exchange the keys: sign with the standby keys from here on, and make new ones to stand by.\n\n"
        "What was signed before stays valid: the keys of before stay in the identifier document with the end"
        " of their time. If somebody else may have the keys, “vcwallet issuer compromised” is the command."
    ),
)
@issuer_folder
@passphrase_option
@standby_file_option
@code_file_option
@yes_option
@now_option
@as_json_option
@pass_speaker
def rotate(
    speaker: Speaker,
    directory: Path,
    passphrase_file: Path | None,
    standby: Path | None,
    code_files: Sequence[Path],
    yes: bool,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer

    with Issuer.open(directory) as issuer:
        unlock(speaker, issuer, passphrase_file)
        secret = _standby_code(speaker, standby, code_files)
        if not yes:
            speaker.confirm(N_("Sign with other keys from here on?"))
        issuer.rotate(now=moment(now), standby=standby, secret=secret)
        say_exchanged(speaker, issuer, as_json)


@click.command(
    cls=Command,
    help=N_(
        "Somebody else may have the keys: withdraw them, and sign with the standby keys from here on.\n\n"
        "Once the document is published, nothing the old keys signed is believed, whatever date it bears,"
        " since a thief chooses the date. The diplomas are then signed anew."
    ),
)
@option("--since", type=MOMENT, required=True, metavar="DAY", help=N_("Since when they may have them."))
@issuer_folder
@passphrase_option
@standby_file_option
@code_file_option
@yes_option
@now_option
@as_json_option
@pass_speaker
def compromised(
    speaker: Speaker,
    since: datetime,
    directory: Path,
    passphrase_file: Path | None,
    standby: Path | None,
    code_files: Sequence[Path],
    yes: bool,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer

    with Issuer.open(directory) as issuer:
        unlock(speaker, issuer, passphrase_file)
        secret = _standby_code(speaker, standby, code_files)
        if not yes:
            speaker.confirm(N_("Withdraw the keys? Nothing they signed will be believed any more."))
        issuer.compromised(since=since, now=moment(now), standby=standby, secret=secret)
        say_exchanged(speaker, issuer, as_json)
    if not as_json:
        speaker.say(N_("Then sign the diplomas anew: {command}"), command=next_command(directory, "reissue"))


@click.command(
    cls=Command,
    help=N_(
        "Confirm with the standby keys what was signed since the last time.\n\n"
        "Take the stick out of the safe after a large batch, such as once a year. Should the keys of every"
        " day be stolen, whatever is confirmed is signed anew without a question."
    ),
)
@issuer_folder
@passphrase_option
@standby_file_option
@code_file_option
@now_option
@as_json_option
@pass_speaker
def countersign(
    speaker: Speaker,
    directory: Path,
    passphrase_file: Path | None,
    standby: Path | None,
    code_files: Sequence[Path],
    now: datetime | None,
    as_json: bool,
) -> int:
    from vcwallet.issuer import Issuer

    with Issuer.open(directory) as issuer:
        unlock(speaker, issuer, passphrase_file)
        secret = _standby_code(speaker, standby, code_files)
        done = issuer.countersign(now=moment(now), standby=standby, secret=secret)
    if as_json:
        speaker.json(
            {"batches": done.batches, "diplomas": done.diplomas, "refused": list["Json"](done.refused)}
        )
    else:
        speaker.say(
            N_("Confirmed: {diplomas} diplomas in {batches} batches. Put the stick back into the safe."),
            diplomas=done.diplomas,
            batches=done.batches,
        )
        for name in done.refused:
            speaker.warn(N_("Not confirmed: {file} is not as the keys of every day signed it."), file=name)
    return PARTLY if done.refused else 0


@click.command(
    cls=Command,
    help=N_(
        "Sign anew the diplomas that withdrawn keys signed, in their files.\n\n"
        "They keep their ids and every word. What the standby keys had confirmed is signed without a"
        " question; any other diploma may be the thief's, so compare it with your own sheet and then say"
        " --vouched."
    ),
)
@argument("places", metavar="FOLDER...", nargs=-1, type=click.Path(exists=True, path_type=Path))
@option("--vouched", is_flag=True, help=N_("Somebody has compared the unconfirmed ones with the sheet."))
@issuer_folder
@passphrase_option
@now_option
@as_json_option
@pass_speaker
def reissue(
    speaker: Speaker,
    places: tuple[Path, ...],
    vouched: bool,
    directory: Path,
    passphrase_file: Path | None,
    now: datetime | None,
    as_json: bool,
) -> int:
    from vcwallet.issuer import Issuer

    with Issuer.open(directory) as issuer:
        unlock(speaker, issuer, passphrase_file)
        result = issuer.reissue(places, now=moment(now), vouched=vouched)
    waiting = [] if vouched else result.doubtful
    if as_json:
        speaker.json(
            {
                "signed": result.done,
                "left": result.left,
                "doubtful": list["Json"](result.doubtful),
                "strangers": list["Json"](result.strangers),
            }
        )
        return PARTLY if waiting or result.strangers else 0
    speaker.say(N_("Signed anew: {number}. Nothing to do: {left}."), number=result.done, left=result.left)
    for name in waiting[:SHOWN]:
        speaker.warn(N_("Not signed: {file}. The standby keys never confirmed it."), file=name)
    for name in result.strangers[:SHOWN]:
        speaker.warn(N_("Not signed: {file}. The register does not know it."), file=name)
    if waiting:
        speaker.warn(
            N_("{number} diplomas may be the thief's: compare them with your sheet, then say --vouched."),
            number=len(waiting),
        )
    if result.done:
        speaker.say(N_("Hand the new files out, and the diplomas on paper that are drawn from them."))
    return PARTLY if waiting or result.strangers else 0


def say_exchanged(speaker: Speaker, issuer: Issuer, as_json: bool) -> None:
    if as_json:
        speaker.json(identity(issuer))
        return
    say_identity(speaker, issuer)
    _say_publish(speaker, issuer)


def _say_publish(speaker: Speaker, issuer: Issuer) -> None:
    speaker.say(
        N_("Publish the document that names the new keys: {command}"),
        command=publish_next(speaker, issuer.keystore_file.parent),
    )
