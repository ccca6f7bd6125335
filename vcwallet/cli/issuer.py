"""`vcwallet issuer`: from a spreadsheet to signed files; revoking; publishing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import ExitStack, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vcwallet.characters import visible
from vcwallet.cli.speak import Command, Group, Speaker, option, pass_speaker, passphrase, passphrase_option
from vcwallet.cli.values import DURATION, moment, now_option
from vcwallet.errors import N_, UsageError, VcwalletError

if TYPE_CHECKING:
    from vcwallet.credentials.template import Template
    from vcwallet.issuer.folder import IssuerFolder
    from vcwallet.issuer.roster import Problem, Roster, Understood

_SHOWN_PROBLEMS = 100
_SHOWN_ENTRIES = 50
_PARALLEL_FROM = 4_000
"""Rows from which starting more processes pays: each opens the keystore by its passphrase first."""
_MOST_PROCESSES = 4
"""Unless asked for more: opening a keystore takes a quarter of a gigabyte of each."""

_PROMPT = N_("Passphrase of the issuer's keys")


@click.group(cls=Group, help=N_("Sign diplomas from a spreadsheet, revoke them, publish what others need."))
def issuer() -> None:
    pass


_dir = option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help=N_("The issuer's folder; otherwise the one you are in."),
)


@issuer.command(help=N_("List the ready-made kits that “init” copies."))
@pass_speaker
def kits(speaker: Speaker) -> None:
    from vcwallet.credentials import template_file
    from vcwallet.issuer import folder, settings

    rows = []
    for name, place in folder.kits().items():
        for template_id in settings.load(place / folder.SETTINGS).templates:
            template = template_file.load(place / folder.TEMPLATES / f"{template_id}.toml")
            rows.append((name, template_id, template.names[speaker.language.code]))
    speaker.table((N_("Kit"), N_("Template"), N_("What it is")), rows)


@issuer.command(
    help=N_(
        "Make an issuer's folder in DIR: a kit's templates, settings to edit, keys under a passphrase.\n\n"
        "With --site the issuer is known by its site (did:web); without one by its key (did:key)."
    )
)
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@option("--kit", required=True, metavar="NAME", help=N_("Which kit to copy; see “vcwallet issuer kits”."))
@option("--name", metavar="NAME", help=N_("The organisation's name, as diplomas will say it."))
@option("--site", metavar="URL", help=N_("The organisation's site, https://…, if it has one."))
@passphrase_option
@pass_speaker
def init(
    speaker: Speaker,
    directory: Path,
    kit: str,
    name: str | None,
    site: str | None,
    passphrase_file: Path | None,
) -> None:
    from vcwallet.issuer.folder import SETTINGS, IssuerFolder

    secret = passphrase(speaker, passphrase_file, prompt=_PROMPT, new=True)
    folder = IssuerFolder.create(directory, kit=kit, passphrase=secret, name=name, site=site)
    speaker.say(
        N_("{folder}: an issuer called “{name}”."), folder=str(directory), name=folder.settings.name.ru
    )
    _identity(speaker, folder)
    if folder.signer().hideable_method is None:
        speaker.say(
            N_(
                "Without a site the identifier names one key, so families can show these diplomas only whole."
                " With --site they can hide fields."
            )
        )
    speaker.say(
        N_("Now look through {file}, and keep a copy of the folder and of the passphrase in two places."),
        file=str(directory / SETTINGS),
    )


def _identity(speaker: Speaker, folder: IssuerFolder) -> None:
    speaker.say(N_("Identifier: {id}"), id=folder.document.id)
    for method in folder.document.verification_methods:
        speaker.say(
            N_("Key {type}, fingerprint {fingerprint}"),
            type=method.public_key.type.value,
            fingerprint=method.public_key.fingerprint,
        )


@issuer.command(
    "check-id",
    help=N_(
        "Check children's ids that families sent, and print them for the column of the sheet.\n\n"
        "FILE is what “vcwallet wallet request-id” wrote: a picture, PDF or text. A diploma issued to an id"
        " can be shown only by whoever has its key."
    ),
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=str))
@option(
    "--max-age",
    type=DURATION,
    default="365d",
    show_default=True,
    help=N_("How old a proof may be: 30d, 12h."),
)
@_dir
@now_option
@pass_speaker
def check_id(
    speaker: Speaker, files: tuple[str, ...], max_age: timedelta, directory: Path, now: datetime | None
) -> int:
    from vcwallet.cli.files import find
    from vcwallet.issuer import holder_ids
    from vcwallet.issuer.folder import IssuerFolder

    recipients = holder_ids.recipients_of(IssuerFolder.open(directory))
    at = moment(now)
    seen: dict[str, str] = {}
    failures: list[VcwalletError] = []
    for found in find(files):
        try:
            checked = holder_ids.check_id(
                holder_ids.presented(found), recipients=recipients, most_age=max_age, now=at
            )
        except VcwalletError as error:
            failures.append(error)
            speaker.problem(found.where, error)
            continue
        # Two columns, as a spreadsheet takes them. A file's name is the sender's: it begins no formula there.
        name = "".join(each if each.isprintable() else " " for each in found.where)
        speaker.data(f"{checked.did}\t({visible(name)})\n")
        if not checked.addressed:
            speaker.warn(
                N_("{file}: the proof names no recipient, so somebody else may have passed it on to you."),
                file=found.where,
            )
        if (other := seen.setdefault(checked.did, found.where)) != found.where:
            speaker.warn(N_("{file}: the same id as in {other}."), file=found.where, other=other)
    return failures[0].exit_status if failures else 0


@issuer.command(
    help=N_(
        "Sign the rows of SHEET (.xlsx, .xls, .ods, .csv): one file for each pupil.\n\n"
        "Every row is checked before any is signed, and nothing is signed when one is bad. Running it again"
        " signs only what is new; a run that was stopped is continued."
    )
)
@click.argument("sheet", metavar="SHEET", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@option("--template", metavar="NAME", help=N_("What to issue; otherwise the first template of issuer.toml."))
@option("--page", metavar="NAME", help=N_("The sheet of a workbook; otherwise the one that fits best."))
@option("--out", type=click.Path(file_okay=False, path_type=Path), help=N_("Where the files go."))
@option(
    "--set",
    "given",
    multiple=True,
    metavar="COLUMN=VALUE",
    help=N_("A value for all rows that the sheet has no column of; may be repeated."),
)
@option("--dry-run", is_flag=True, help=N_("Check and show everything; sign nothing."))
@option("--only-good", is_flag=True, help=N_("Sign the good rows although others are bad."))
@option("--replace", is_flag=True, help=N_("Rows that changed: sign them anew and revoke the old diplomas."))
@option("--restore", is_flag=True, help=N_("Rows whose diplomas were revoked: sign them anew."))
@option("--again", is_flag=True, help=N_("Also write the files signed earlier once more, if they were lost."))
@option(
    "--lines",
    is_flag=True,
    help=N_("One file of many lines for each thousand diplomas instead of a file for each pupil."),
)
@option("--processes", type=click.IntRange(1, 256), help=N_("How many processes sign at once."))
@_dir
@passphrase_option
@now_option
@pass_speaker
def issue(
    speaker: Speaker,
    sheet: Path,
    template: str | None,
    page: str | None,
    out: Path | None,
    given: tuple[str, ...],
    dry_run: bool,
    only_good: bool,
    replace: bool,
    restore: bool,
    again: bool,
    lines: bool,
    processes: int | None,
    directory: Path,
    passphrase_file: Path | None,
    now: datetime | None,
) -> None:
    from vcwallet.issuer import roster
    from vcwallet.issuer.folder import IssuerFolder

    folder = IssuerFolder.open(directory)
    chosen = folder.template(template)
    at = moment(now)
    values = {**folder.given(chosen), **dict(_pair(text) for text in given)}
    read = roster.read(sheet, chosen, today=folder.today(at), given=values, sheet=page)
    _show_understood(speaker, read.understood, chosen)
    _show_problems(speaker, read.problems, read.more_problems)
    if read.blocking and not only_good:
        raise _bad_rows(read)
    if dry_run:
        speaker.say(N_("{number} diplomas can be signed. Nothing was signed."), number=len(read.rows))
        return
    secret = passphrase(speaker, passphrase_file, prompt=_PROMPT)
    _sign(
        speaker,
        folder,
        secret,
        chosen,
        read,
        out=out or folder.issued_path,
        at=at,
        replace=replace,
        restore=restore,
        again=again,
        lines=lines,
        processes=processes,
    )


def _sign(
    speaker: Speaker,
    folder: IssuerFolder,
    secret: str,
    template: Template,
    read: Roster,
    *,
    out: Path,
    at: datetime,
    replace: bool,
    restore: bool,
    again: bool,
    lines: bool,
    processes: int | None,
) -> None:
    from vcwallet.issuer import issuing, publishing

    keystore = folder.unlock(secret)
    with folder.register() as register, ExitStack() as stack:
        found = issuing.plan(keystore, register, template, read.rows)
        if found.changed and not replace:
            speaker.warn(
                N_(
                    "Changed since they were signed: rows {rows}. To sign them and revoke the old: --replace."
                ),
                rows=_numbers(planned.row.number for planned in found.changed),
            )
        if found.revoked and not restore:
            speaker.warn(
                N_("Revoked since they were signed: rows {rows}. To sign them anew: --restore."),
                rows=_numbers(planned.row.number for planned in found.revoked),
            )
        total = len(found.new) + len(found.unfinished) + (len(found.already) if again else 0)
        total += (len(found.changed) if replace else 0) + (len(found.revoked) if restore else 0)
        workers = processes or (min(os.cpu_count() or 1, _MOST_PROCESSES) if total >= _PARALLEL_FROM else 1)
        executor = None
        if workers > 1:
            executor = stack.enter_context(issuing.pool(folder, secret, processes=workers))
        with speaker.progress(N_("Signing"), total) if total else nullcontext(int) as advance:
            issued = issuing.issue(
                folder,
                keystore,
                register,
                found,
                out=out,
                now=at,
                replace=replace,
                restore=restore,
                again=again,
                form=issuing.FileLayout.LINES if lines else issuing.FileLayout.FILES,
                executor=executor,
                progress=advance,
            )
        publishing.hand_out(folder, keystore, register, out, now=at)
    speaker.say(
        N_("Signed: {number}. Signed earlier: {already}."), number=issued.issued, already=issued.already
    )
    if read.blocking:
        speaker.warn(N_("Not signed: {number} rows have mistakes."), number=_bad(read))
    if issued.replaced:
        speaker.say(
            N_("Replaced: {number}. Publish the list of revoked diplomas: “vcwallet issuer publish”."),
            number=issued.replaced,
        )
    speaker.say(N_("The files are in {folder}."), folder=str(out))
    speaker.say(
        N_("Hand {issuer} and status-*.json out together with them: they are checked without a network."),
        issuer=publishing.ISSUER_FILE,
    )


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise UsageError(
            "issuer.set",
            N_("“{text}” is not COLUMN=VALUE."),
            next_step=N_("Write for example: --set year=2025/26"),
            text=text[:64],
        )
    return key.strip(), value


def _bad(read: Roster) -> int:
    return len({problem.row for problem in read.problems if problem.blocking}) + read.more_problems


def _bad_rows(read: Roster) -> UsageError:
    return UsageError(
        "issuer.bad-rows",
        N_("Nothing was signed: {number} rows have mistakes."),
        next_step=N_("Correct the sheet and run this again, or sign the others with --only-good."),
        number=_bad(read),
    )


def _numbers(rows: Iterable[int]) -> str:
    known = list(rows)
    return ", ".join(str(number) for number in known[:20]) + (" …" if len(known) > 20 else "")


_DELIMITERS = {";": N_("semicolon"), ",": N_("comma"), "\t": N_("tab")}


def _show_understood(speaker: Speaker, understood: Understood, template: Template) -> None:
    from vcwallet.issuer.roster import FULL_NAME

    if understood.format == "csv":
        speaker.say(
            N_("Read as text in {encoding}, columns divided by: {delimiter}."),
            encoding=understood.encoding,
            delimiter=speaker.text(_DELIMITERS.get(understood.delimiter, understood.delimiter)),
        )
    else:
        speaker.say(N_("Read the sheet “{sheet}” of an .{format} file."), sheet=understood.sheet,
                    format=understood.format)  # fmt: skip
        if understood.other_sheets:
            speaker.say(N_("Not read: {sheets}."), sheets=", ".join(understood.other_sheets)[:200])
    speaker.say(N_("Headers in row {row}:"), row=understood.header_row)
    speaker.table(
        (N_("Column of the sheet"), N_("Understood as")),
        [
            (header, (template.column(key).headers if key != FULL_NAME else template.full_name_headers)[0])
            for header, key in understood.columns
        ],
    )
    if understood.ignored:
        speaker.say(N_("Not used: {columns}."), columns=", ".join(understood.ignored)[:300])
    if understood.given:
        speaker.say(
            N_("The same in all rows: {values}."),
            values="; ".join(
                f"{template.column(key).headers[0]}: {value}" for key, value in understood.given
            ),
        )
    speaker.say(
        N_("Rows: {rows}. Without a diploma: {skipped}."), rows=understood.rows, skipped=understood.skipped
    )
    if understood.first_names:
        speaker.say(N_("The first names: {names}."), names="; ".join(understood.first_names))


def _show_problems(speaker: Speaker, problems: tuple[Problem, ...], more: int) -> None:
    for blocking, title in ((True, N_("Mistakes")), (False, N_("Worth a look"))):
        some = [problem for problem in problems if problem.blocking is blocking]
        if not some:
            continue
        speaker.table(
            (N_("Row"), N_("Cell"), N_("Column"), N_("Value"), N_("What is wrong"), N_("What to do")),
            [
                (
                    str(problem.row),
                    problem.cell,
                    problem.column,
                    problem.value,
                    speaker.text(problem.template, **problem.evidence),
                    speaker.text(problem.next_step, **problem.evidence),
                )
                for problem in some[:_SHOWN_PROBLEMS]
            ],
            title=title,
        )
        rest = len(some) - _SHOWN_PROBLEMS + (more if blocking else 0)
        if rest > 0:
            speaker.say(N_("And {number} more."), number=rest)


@issuer.command(
    help=N_(
        "Revoke a diploma, named by its id (urn:uuid:…) or its file.\n\n"
        "The reason stays in the register: the published list says only that the place is set."
    )
)
@click.argument("credential", metavar="ID")
@option("--reason", metavar="TEXT", help=N_("Why; for your own records only, it never leaves this folder."))
@_dir
@now_option
@pass_speaker
def revoke(
    speaker: Speaker, credential: str, reason: str | None, directory: Path, now: datetime | None
) -> None:
    from vcwallet.issuer.folder import IssuerFolder, read_document

    folder = IssuerFolder.open(directory)
    credential_id = credential
    if not credential.startswith("urn:") and Path(credential).is_file():
        credential_id = str(read_document(Path(credential)).get("id", ""))
    with folder.register() as register:
        changed = register.revoke(credential_id, now=moment(now), reason=reason)
    if not changed:
        speaker.say(N_("{id} was revoked before."), id=credential_id)
        return
    speaker.say(N_("Revoked: {id}."), id=credential_id)
    speaker.say(N_("It counts once the list is out: run “vcwallet issuer publish”."))


@issuer.command(
    help=N_(
        "Write the identifier document and the lists of revoked diplomas into SITE_DIR: static files for the"
        " site, or to hand out where there is no site."
    )
)
@click.argument("site_dir", metavar="SITE_DIR", type=click.Path(file_okay=False, path_type=Path))
@_dir
@passphrase_option
@now_option
@pass_speaker
def publish(
    speaker: Speaker, site_dir: Path, directory: Path, passphrase_file: Path | None, now: datetime | None
) -> None:
    from vcwallet.issuer import publishing
    from vcwallet.issuer.folder import IssuerFolder

    folder = IssuerFolder.open(directory)
    keystore = folder.unlock(passphrase(speaker, passphrase_file, prompt=_PROMPT))
    with folder.register() as register:
        written = publishing.publish(folder, keystore, register, site_dir, now=moment(now))
    for path in written:
        speaker.say("{file}", file=str(path))
    if folder.settings.site:
        speaker.say(
            N_("Put the content of {folder} at {site}/."), folder=str(site_dir), site=folder.settings.site
        )


@issuer.command("list", help=N_("Who issues here and what was issued; the register holds no names."))
@option("--all", "everything", is_flag=True, help=N_("Every diploma, not only the last ones."))
@_dir
@pass_speaker
def list_(speaker: Speaker, directory: Path, everything: bool) -> None:
    from vcwallet.issuer.folder import IssuerFolder
    from vcwallet.issuer.register import ISSUED, RESERVED, REVOKED

    states = {ISSUED: N_("issued"), RESERVED: N_("not finished"), REVOKED: N_("revoked")}
    folder = IssuerFolder.open(directory)
    speaker.say("{name}", name=folder.settings.name.ru)
    _identity(speaker, folder)
    with folder.register() as register:
        counts = register.counts()
        for state, words in states.items():
            if counts.get(state):
                speaker.say("{state}: {number}", state=speaker.text(words), number=counts[state])
        speaker.table(
            (N_("No."), N_("Diploma"), N_("Template"), N_("Signed"), N_("State")),
            (
                (
                    f"{entry.number:04d}",
                    entry.id,
                    entry.template,
                    entry.created,
                    speaker.text(states[entry.state])
                    + (f": {entry.reason}" if entry.reason is not None else ""),
                )
                for entry in register.entries(last=None if everything else _SHOWN_ENTRIES)
            ),
        )


@issuer.command(cls=Command, help=N_("Check template files: only achievements have a place in them."))
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path)
)
@pass_speaker
def lint(speaker: Speaker, files: tuple[Path, ...]) -> None:
    from vcwallet.credentials import template_file

    for file in files:
        template = template_file.load(file)
        speaker.say(
            N_("{file}: “{name}”, {number} columns, nothing against it."),
            file=str(file),
            name=template.names[speaker.language.code],
            number=len(template.columns),
        )
