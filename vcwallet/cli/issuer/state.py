"""`vcwallet issuer health|move|backup|restore|register`: keeping the folder, and what is left of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from vcwallet import timestamps
from vcwallet.cli.issuer.words import (
    PROMPT,
    as_json_option,
    examined_folder,
    issuer_folder,
    next_command,
    publish_next,
    say_need,
)
from vcwallet.cli.speak import (
    Command,
    Group,
    Speaker,
    argument,
    option,
    pass_speaker,
    passphrase,
    passphrase_option,
)
from vcwallet.cli.values import moment, now_option
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.speaking.issuers import ARRIVED, need_sentence

if TYPE_CHECKING:
    from vcwallet.issuer import Arrival, Backup, Health
    from vcwallet.strict_json import JsonObject


@click.command(
    cls=Command,
    help=N_(
        "Say that the issuer's folder has moved, is a copy, or is reached by another way.\n\n"
        "Run it in the folder at its new place. Without an option: the folder at the old place is not used"
        " any more. A copy gets lists of revoked diplomas of its own; what was signed before stays with the"
        " other folder."
    ),
)
@option("--copy", is_flag=True, help=N_("The folder at the old place goes on being used as well."))
@option(
    "--shared",
    is_flag=True,
    help=N_("It is the same folder, reached from another computer or by another name."),
)
@issuer_folder
@now_option
@as_json_option
@pass_speaker
def move(
    speaker: Speaker, copy: bool, shared: bool, directory: Path, now: datetime | None, as_json: bool
) -> None:
    from vcwallet.issuer import Issuer

    arrival = arrival_of(copy=copy, shared=shared)
    with Issuer.open(directory) as issuer:
        issuer.settle(arrival, now=moment(now))
    if as_json:
        speaker.json({"folder": str(directory.resolve()), "arrival": arrival.value})
        return
    speaker.say(ARRIVED[arrival], folder=str(directory.resolve()))


@click.command(
    cls=Command,
    help=N_(
        "What the issuer's folder needs, the most urgent first: publishing, backups, keys.\n\n"
        "Ends with 5 when something cannot wait. Nothing is asked and nothing is changed."
    ),
)
@examined_folder
@now_option
@as_json_option
@pass_speaker
def health(speaker: Speaker, directory: Path, now: datetime | None, as_json: bool) -> int:
    from vcwallet.issuer import Issuer, Urgency

    with Issuer.open(directory) as issuer:
        found = issuer.health(moment(now))
        if as_json:
            speaker.json(
                {
                    "needs": [
                        {
                            "need": need.kind.value,
                            "urgency": need.urgency.name.lower(),
                            "message": need_sentence(need, speaker.language),
                            "day": _day(need.day),
                            "number": need.number,
                        }
                        for need in found.needs
                    ],
                    "published": _day(found.published),
                    "listsEnd": _day(found.lists_end),
                    "backedUp": _day(found.backed_up),
                    "drilled": _day(found.drilled),
                    "closed": found.closed_since is not None,
                }
            )
        else:
            for need in found.needs:
                say_need(speaker, issuer, need)
            _say_days(speaker, found)
    return _CANNOT_WAIT if any(need.urgency is Urgency.NOW for need in found.needs) else 0


_CANNOT_WAIT: Final = 5


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _say_days(speaker: Speaker, found: Health) -> None:
    if not found.needs:
        speaker.say(N_("Nothing needs to be done."))
    for template, day in (
        (N_("Published last: {day}"), found.published),
        (N_("The lists are in force until {day}."), found.lists_end),
        (N_("Last backup: {day}"), found.backed_up),
        (N_("A backup was last proved to open: {day}"), found.drilled),
    ):
        if day is not None:
            speaker.say(template, day=day)


def arrival_of(*, copy: bool, shared: bool) -> Arrival:
    """Raises UsageError ``issuer.move`` for both at once."""
    from vcwallet.issuer import Arrival

    if copy and shared:
        raise UsageError("issuer.move", N_("--copy and --shared exclude each other: say one of them."))
    return Arrival.COPY if copy else Arrival.SHARED if shared else Arrival.MOVED


def _backup_as_json(found: Backup) -> JsonObject:
    return {
        "issuer": found.issuer,
        "made": timestamps.render(found.made),
        "diplomas": found.held.diplomas,
        "lists": found.held.lists,
    }


def _say_backup(speaker: Speaker, found: Backup, day: date) -> None:
    speaker.say(
        N_("{issuer}, as of {made}: diplomas in the register: {diplomas}. The keys open; everything agrees."),
        issuer=found.issuer,
        made=day,
        diplomas=found.held.diplomas,
    )


@click.command(
    cls=Command,
    help=N_(
        "Write settings, templates, keys and register into FILE, and prove that it can be put back.\n\n"
        "The signed diplomas are not in it, nor are the standby keys."
    ),
)
@argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@issuer_folder
@passphrase_option
@now_option
@as_json_option
@pass_speaker
def backup(
    speaker: Speaker,
    file: Path,
    directory: Path,
    passphrase_file: Path | None,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer

    with Issuer.open(directory) as issuer:
        issuer.unlock(passphrase(speaker, passphrase_file, prompt=PROMPT))
        made = issuer.backup(file, now=moment(now))
        day = issuer.today(made.made)
    if as_json:
        speaker.json({"file": str(file), **_backup_as_json(made)})
        return
    _say_backup(speaker, made, day)
    speaker.say(
        N_("Keep {file} on another disk, and a newer one after every day of signing."), file=str(file)
    )


@click.command(
    cls=Command,
    help=N_(
        "Put the backup FILE back into FOLDER, a new one.\n\n"
        "With --drill nothing is kept: the backup is only proved to open and to agree with itself, and the"
        " issuer's folder remembers the day."
    ),
)
@argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@argument("folder", metavar="FOLDER", required=False, type=click.Path(file_okay=False, path_type=Path))
@option("--drill", is_flag=True, help=N_("Only prove that the backup can be put back."))
@issuer_folder
@passphrase_option
@now_option
@as_json_option
@pass_speaker
def restore(
    speaker: Speaker,
    file: Path,
    folder: Path | None,
    drill: bool,
    directory: Path,
    passphrase_file: Path | None,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer

    target = restore_target(folder, drill=drill)
    secret = passphrase(speaker, passphrase_file, prompt=PROMPT)
    found = Issuer.drill(file, secret) if target is None else Issuer.restore(file, target, secret)
    if target is None:
        # A backup may be tried anywhere; the folder it is of remembers it when that is at hand.
        with suppress(VcwalletError), Issuer.open(directory) as issuer:
            issuer.drilled(found, file, now=moment(now))
    if as_json:
        speaker.json({"folder": None if target is None else str(target), **_backup_as_json(found)})
        return
    # Of which zone the organisation is, only the backup knows; it is put back where its people work.
    _say_backup(speaker, found, found.made.astimezone().date())
    if target is None:
        return
    speaker.say(
        N_("It is in {folder}. Say there what became of the old folder: {command}"),
        folder=str(target),
        command=next_command(target, "move"),
    )
    speaker.say(
        N_("If diplomas were signed after the backup, name their folder to take them over: {command}"),
        command=next_command(target, "register", "recover", speaker.text(N_("FOLDER"))),
    )


def restore_target(folder: Path | None, *, drill: bool) -> Path | None:
    """Where to; None for a drill. Raises UsageError ``issuer.restore``."""
    if (folder is None) is not drill:
        raise UsageError(
            "issuer.restore",
            N_("It is not said whether to put the backup back or only to try it."),
            next_step=N_("Name the folder to put it into, or say --drill: one of the two."),
        )
    return folder


@click.group(cls=Group, help=N_("Look after the register: compare it, move it, take over what it lost."))
def register() -> None:
    pass


@register.command(
    cls=Command,
    help=N_("Compare the register with itself, with the diplomas in the folder and with what was published."),
)
@option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help=N_("Where the files of the diplomas are; otherwise the folder “issued”."),
)
@issuer_folder
@as_json_option
@pass_speaker
def verify(speaker: Speaker, out: Path | None, directory: Path, as_json: bool) -> None:
    from vcwallet.issuer import Issuer

    with Issuer.open(directory) as issuer:
        found = issuer.compare_register(out)
    if as_json:
        speaker.json(
            {
                "diplomas": found.held.diplomas,
                "lists": found.held.lists,
                "changes": found.held.changes,
                "files": found.files,
                "unknownFiles": list(found.unknown),
                "withoutFile": found.missing,
            }
        )
    else:
        speaker.say(
            N_("The register agrees with itself. Diplomas: {diplomas}; files of diplomas: {files}."),
            diplomas=found.held.diplomas,
            files=found.files,
        )
        if found.missing:
            speaker.say(N_("Without a file in this folder: {number}."), number=found.missing)
        for each in found.unknown:
            speaker.warn(N_("The register does not know {file}."), file=each)
    found.demand_known()


@register.command(
    "export", cls=Command, help=N_("Write the register into FILE, as lines of JSON for another database.")
)
@argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@issuer_folder
@as_json_option
@pass_speaker
def export(speaker: Speaker, file: Path, directory: Path, as_json: bool) -> None:
    from vcwallet.issuer import Issuer

    with Issuer.open(directory) as issuer:
        issuer.export_register(file)
    if as_json:
        speaker.json({"file": str(file)})
        return
    speaker.say(
        N_("The register is in {file}. It names nobody, but reasons of revocations are in it."),
        file=str(file),
    )


@register.command(
    "import",
    cls=Command,
    help=N_(
        "Make the register of FILE, which “register export” wrote, where issuer.toml says that it is.\n\n"
        "To move it into a database: export it, write the address into issuer.toml, import it."
    ),
)
@argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@issuer_folder
@as_json_option
@pass_speaker
def import_(speaker: Speaker, file: Path, directory: Path, as_json: bool) -> None:
    from vcwallet.issuer import Issuer

    with Issuer.open(directory) as issuer:
        issuer.import_register(file)
        diplomas = sum(issuer.counts().values())
    if as_json:
        speaker.json({"diplomas": diplomas})
        return
    speaker.say(N_("The register is there: diplomas: {diplomas}."), diplomas=diplomas)


@register.command(
    cls=Command,
    help=N_(
        "Go on without the newest register: take over what went out and it does not know.\n\n"
        "Only when the newest register is lost. The diplomas and lists in FOLDER are read, otherwise those in"
        " “issued” and where you published last. Every diploma found can then be revoked, and what was"
        " revoked stays so. A row of a sheet that was signed after the copy was made is not recognised."
    ),
)
@argument(
    "folders", metavar="[FOLDER...]", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@issuer_folder
@passphrase_option
@now_option
@as_json_option
@pass_speaker
def recover(
    speaker: Speaker,
    folders: tuple[Path, ...],
    directory: Path,
    passphrase_file: Path | None,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer

    with Issuer.open(directory) as issuer:
        issuer.unlock(passphrase(speaker, passphrase_file, prompt=PROMPT))
        found = issuer.recover_register(folders, now=moment(now))
    if as_json:
        speaker.json({"diplomas": found.diplomas, "revocations": found.revocations})
        return
    speaker.say(
        N_("Taken over: diplomas: {diplomas}, revocations: {revocations}."),
        diplomas=found.diplomas,
        revocations=found.revocations,
    )
    speaker.say(N_("Publish the lists now: {command}"), command=publish_next(speaker, directory))
