"""`vcwallet issuer issue`: from a sheet to signed files."""

from __future__ import annotations

import os
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from vcwallet.cli.issuer.one_row import ask_row, named_row
from vcwallet.cli.issuer.planned import reworded_as_json, settled, show_plan
from vcwallet.cli.issuer.printing import after_issuing
from vcwallet.cli.issuer.sheets import (
    Reading,
    compared,
    reading_options,
    sheet_as_json,
    show_diplomas,
    show_problems,
    show_understood,
    show_values,
)
from vcwallet.cli.issuer.words import (
    PROMPT,
    as_json_option,
    issuer_folder,
    next_command,
    publish_next,
)
from vcwallet.cli.passphrases import with_passphrase
from vcwallet.cli.speak import (
    Command,
    Speaker,
    argument,
    option,
    pass_speaker,
    passphrase_option,
    somebody_there,
    yes_option,
)
from vcwallet.cli.values import moment, now_option
from vcwallet.errors import N_, UsageError
from vcwallet.speaking.rosters import numbers

if TYPE_CHECKING:
    from vcwallet.issuer import Issued, Plan, Roster

_PARALLEL_FROM: Final = 4_000
"""Rows from which starting more processes pays: each opens the keystore by its passphrase first."""
_MOST_PROCESSES: Final = 4
"""Unless asked for more: opening a keystore takes a quarter of a gigabyte of each."""


@click.command(
    cls=Command,
    help=N_(
        "Sign the rows of SHEET (.xlsx, .xls, .ods, .csv): one file for each pupil.\n\n"
        "Every row is checked before any is signed, and nothing is signed when one is bad. What would be"
        " signed is shown, and you are asked; without a terminal say --yes. Running it again"
        " signs only what is new; a run that was stopped is continued. A row that looks like the correction"
        " of a diploma signed earlier is asked about, and so are rows that were signed earlier with another"
        " name of the contest.\n\n"
        "With --one no sheet is needed: the program asks for each field."
    ),
)
@argument(
    "sheet", metavar="[SHEET]", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@option("--one", is_flag=True, help=N_("Sign one diploma; its fields are asked for, or given with --set."))
@reading_options
@option("--out", type=click.Path(file_okay=False, path_type=Path), help=N_("Where the files go."))
@option("--only-good", is_flag=True, help=N_("Sign the good rows although others are bad."))
@option("--replace", is_flag=True, help=N_("Rows that changed: sign them anew and revoke the old diplomas."))
@option(
    "--corrections",
    is_flag=True,
    help=N_("Rows that look like corrections of earlier diplomas are that: sign them, revoke the old ones."),
)
@option(
    "--other-children",
    is_flag=True,
    help=N_("Rows that look like corrections of earlier diplomas are other children: sign them too."),
)
@option(
    "--settings-corrected",
    is_flag=True,
    help=N_(
        "Rows that were signed with another name of the contest, or what else was the same in all rows: that"
        " was put right. Sign them anew, revoke the old ones."
    ),
)
@option(
    "--other-awards",
    is_flag=True,
    help=N_(
        "Rows that were signed with another name of the contest, or what else was the same in all rows: these"
        " are other awards. Sign them too."
    ),
)
@option("--restore", is_flag=True, help=N_("Rows whose diplomas were revoked: sign them anew."))
@option("--again", is_flag=True, help=N_("Also write the files signed earlier once more, if they were lost."))
@option(
    "--jsonl",
    "lines",
    is_flag=True,
    help=N_("For millions: one .vc.jsonl for each thousand diplomas instead of a file for each pupil."),
)
@option(
    "--pdf/--no-pdf",
    "pdf",
    default=None,
    help=N_("Make a PDF of each diploma, or none; otherwise PDFs are made of up to 2000 at once."),
)
@yes_option
@option("--workers", type=click.IntRange(1, 256), help=N_("How many processes sign at once."))
@option(
    "--cluster",
    metavar="URL",
    help=N_("Sign on a Dask cluster, tcp://computer:8786, whose workers reach this folder at the same path."),
)
@issuer_folder
@passphrase_option
@now_option
@as_json_option
@pass_speaker
def issue(
    speaker: Speaker,
    sheet: Path | None,
    one: bool,
    reading: Reading,
    out: Path | None,
    only_good: bool,
    replace: bool,
    corrections: bool,
    other_children: bool,
    settings_corrected: bool,
    other_awards: bool,
    restore: bool,
    again: bool,
    lines: bool,
    pdf: bool | None,
    yes: bool,
    workers: int | None,
    cluster: str | None,
    directory: Path,
    passphrase_file: Path | None,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import FileLayout, Issuer

    at = moment(now)
    if (
        (sheet is None) is not one
        or (corrections and other_children)
        or (settings_corrected and other_awards)
    ):
        raise UsageError(
            "issuer.what-to-sign",
            N_(
                "Name a sheet, or say --one; and say at most one of --corrections and --other-children,"
                " and of --settings-corrected and --other-awards."
            ),
        )
    if lines and pdf:
        raise UsageError(
            "issuer.lines-have-no-pdf",
            N_("With --jsonl there is no file for each pupil, and a PDF is made beside one."),
            next_step=N_(
                "Leave out --jsonl where paper is wanted; a PDF takes ten times as long as signing."
            ),
        )
    with Issuer.open(directory) as issuer:
        values = reading.values()
        source: Path | bytes
        if sheet is None:
            chosen = issuer.template(reading.template)
            source = (
                ask_row(speaker, issuer, chosen, values, now=at)
                if somebody_there()
                else named_row(chosen, values)
            )
            values = {}
        else:
            source = sheet
        read = reading.read(speaker, issuer, source, values=values, now=at)
        if not as_json and not one:
            show_understood(speaker, read)
        if not as_json:
            show_problems(speaker, read.problems, read.more_problems)
        if read.blocking and not only_good:
            if as_json:
                speaker.json({**sheet_as_json(speaker, read), "signed": 0})
            raise _bad_rows(read)
        with_passphrase(speaker, passphrase_file, prompt=PROMPT, use=issuer.unlock)
        plan = compared(speaker, issuer, read)
        if not as_json:
            show_plan(speaker, issuer, plan)
        plan = settled(
            speaker,
            issuer,
            plan,
            corrections=corrections,
            others=other_children,
            settings_corrected=settings_corrected,
            other_awards=other_awards,
        )
        _warn_of_others(speaker, plan, replace=replace, restore=restore)
        total = len(plan.new) + len(plan.another) + len(plan.corrected)
        total += len(plan.unfinished) + (len(plan.already) if again else 0)
        total += (len(plan.changed) if replace else 0) + (len(plan.revoked) if restore else 0)
        if total:
            issuer.demand_own_values(plan, replace=replace)
            if not as_json:
                show_values(speaker, read)
                show_diplomas(speaker, issuer, read, now=at)
            speaker.confirm(N_("Sign {number}?"), yes=yes, number=total)
        most = min(os.cpu_count() or 1, _MOST_PROCESSES) if total >= _PARALLEL_FROM else 1
        target = out or issuer.issued_folder
        with speaker.progress(N_("Signing"), total) if total else nullcontext(int) as advance:
            issued = issuer.issue(
                plan,
                out=target,
                now=at,
                replace=replace,
                restore=restore,
                again=again,
                layout=FileLayout.LINES if lines else FileLayout.FILES,
                workers=workers or most,
                cluster=cluster,
                progress=advance,
            )
    if as_json:
        speaker.json(
            {
                **sheet_as_json(speaker, read),
                "signed": issued.issued,
                "signedEarlier": issued.already,
                "replaced": issued.replaced,
                "anotherAward": [each.row.number for each in plan.another],
                "corrected": [each.row.number for each in plan.corrected],
                "looksLikeCorrection": [each.row.number for each in plan.alike],
                "signedWithOtherWords": [*reworded_as_json(plan)],
                "changedRows": [] if replace else [each.row.number for each in plan.changed],
                "revokedRows": [] if restore else [each.row.number for each in plan.revoked],
                "folder": str(target),
            }
        )
        return
    _say_issued(speaker, read, issued)
    if not lines:
        with Issuer.open(directory) as issuer:
            after_issuing(speaker, issuer, target, asked=pdf, now=at, processes=workers)
    _say_next(speaker, issued, directory)


def _warn_of_others(speaker: Speaker, plan: Plan, *, replace: bool, restore: bool) -> None:
    if plan.alike:
        speaker.warn(
            N_(
                "Not signed, for they look like corrections of earlier diplomas: rows {rows}."
                " If they are: --corrections. If they are other children: --other-children."
            ),
            rows=numbers(planned.row.number for planned in plan.alike),
        )
    if plan.reworded:
        speaker.warn(
            N_(
                "Not signed, for they were signed before with other words: rows {rows}."
                " If these were put right: --settings-corrected. If these are other awards: --other-awards."
            ),
            rows=numbers(planned.row.number for planned in plan.reworded),
        )
    if plan.changed and not replace:
        speaker.warn(
            N_("Changed since they were signed: rows {rows}. To sign them and revoke the old: --replace."),
            rows=numbers(planned.row.number for planned in plan.changed),
        )
    if plan.revoked and not restore:
        speaker.warn(
            N_("Revoked since they were signed: rows {rows}. To sign them anew: --restore."),
            rows=numbers(planned.row.number for planned in plan.revoked),
        )


def _say_issued(speaker: Speaker, read: Roster, issued: Issued) -> None:
    speaker.say(
        N_("Signed: {number}. Signed earlier: {already}."), number=issued.issued, already=issued.already
    )
    if read.blocking:
        speaker.warn(N_("Not signed: {number} rows have mistakes."), number=read.bad_rows)
    speaker.say(N_("The files are in {folder}."), folder=str(issued.folder))


def _say_next(speaker: Speaker, issued: Issued, directory: Path) -> None:
    if issued.replaced:
        speaker.say(
            N_("Replaced: {number}. Publish the list of revoked diplomas: {command}"),
            number=issued.replaced,
            command=publish_next(speaker, directory),
        )
    speaker.say(
        N_("To hand them out, a folder for each pupil with all that a check offline needs: {command}"),
        command=next_command(directory, "hand-out", speaker.text(N_("FOLDER"))),
    )


def _bad_rows(read: Roster) -> UsageError:
    return UsageError(
        "issuer.bad-rows",
        N_("Nothing was signed: {number} rows have mistakes."),
        next_step=N_("Correct the sheet and run this again, or sign the others with --only-good."),
        number=read.bad_rows,
    )
