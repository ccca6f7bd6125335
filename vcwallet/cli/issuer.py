"""`vcwallet issuer`: from a spreadsheet to signed files; revoking; publishing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vcwallet import timestamps
from vcwallet.characters import visible
from vcwallet.cli.speak import Group, Speaker, argument, option, pass_speaker, passphrase, passphrase_option
from vcwallet.cli.values import DURATION, moment, now_option
from vcwallet.errors import N_, UsageError, VcwalletError

if TYPE_CHECKING:
    from vcwallet.issuer import Issued, Issuer, Plan, Problem, RegisterLine, Roster
    from vcwallet.strict_json import Json, JsonObject

_SHOWN_PROBLEMS = 100
_SHOWN_ENTRIES = 50
_PARALLEL_FROM = 4_000
"""Rows from which starting more processes pays: each opens the keystore by its passphrase first."""
_MOST_PROCESSES = 4
"""Unless asked for more: opening a keystore takes a quarter of a gigabyte of each."""

_PROMPT = N_("Passphrase of the issuer's keys")


@click.group(
    cls=Group,
    help=N_("Sign diplomas from a spreadsheet, revoke them, publish what others need."),
    order=("kits", "create", "check-template", "check-id", "issue", "list", "publish", "revoke"),
)
def issuer() -> None:
    pass


_dir = option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="FOLDER",
    help=N_("The issuer's folder; otherwise the one you are in."),
)


_as_json = option("--json", "as_json", is_flag=True, help=N_("Write the answer as JSON."))


@issuer.command(help=N_("List the ready-made kits that “create” copies."))
@_as_json
@pass_speaker
def kits(speaker: Speaker, as_json: bool) -> None:
    from vcwallet.issuer import Issuer

    known = Issuer.kits()
    if as_json:
        speaker.json(
            [
                {
                    "kit": kit.name,
                    "templates": [{"id": each.id, "name": dict(each.names)} for each in kit.templates],
                }
                for kit in known
            ]
        )
        return
    speaker.table(
        (N_("Kit"), N_("Template"), N_("What it is")),
        [
            (kit.name, template.id, template.names[speaker.language.code])
            for kit in known
            for template in kit.templates
        ],
    )


@issuer.command(
    help=N_(
        "Make an issuer's folder in FOLDER: a kit's templates, settings to edit, keys under a passphrase.\n\n"
        "A passphrase of random words is proposed. "
        "With --site the issuer is known by its site (did:web); without one by its key (did:key)."
    )
)
@argument("directory", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@option("--kit", required=True, metavar="NAME", help=N_("Which kit to copy; see “vcwallet issuer kits”."))
@option("--name", metavar="NAME", help=N_("The organisation's name, as diplomas will say it."))
@option("--site", metavar="URL", help=N_("The organisation's site, https://…, if it has one."))
@passphrase_option
@_as_json
@pass_speaker
def create(
    speaker: Speaker,
    directory: Path,
    kit: str,
    name: str | None,
    site: str | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    from vcwallet.cli.wallet.passphrases import first_passphrase
    from vcwallet.issuer import Issuer

    secret = first_passphrase(speaker, passphrase_file)
    made = Issuer.create(directory, secret, kit=kit, name=name, site=site)
    if as_json:
        speaker.json({"folder": str(directory), **_identity(made)})
        return
    speaker.say(N_("{folder}: an issuer called “{name}”."), folder=str(directory), name=made.settings.name.ru)
    _say_identity(speaker, made)
    if not made.lets_fields_be_hidden:
        speaker.say(
            N_(
                "Without a site the identifier names one key, so families can show these diplomas only whole."
                " With --site they can hide fields."
            )
        )
    speaker.say(
        N_("Now look through {file}, and keep a copy of the folder and of the passphrase in two places."),
        file=str(made.settings_file),
    )


def _identity(issuer: Issuer) -> JsonObject:
    return {
        "name": {"ru": issuer.settings.name.ru, "en": issuer.settings.name.en},
        "id": issuer.id,
        "keys": [
            {
                "id": method.id,
                "type": method.public_key.type.value,
                "fingerprint": method.public_key.fingerprint,
            }
            for method in issuer.document.verification_methods
        ],
        "fieldsCanBeHidden": issuer.lets_fields_be_hidden,
    }


def _say_identity(speaker: Speaker, issuer: Issuer) -> None:
    speaker.say(N_("Identifier: {id}"), id=issuer.id)
    for method in issuer.document.verification_methods:
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
@argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=str))
@option(
    "--max-age",
    type=DURATION,
    default="365d",
    show_default=True,
    help=N_("How old a proof may be: 30d, 12h."),
)
@_dir
@now_option
@_as_json
@pass_speaker
def check_id(
    speaker: Speaker,
    files: tuple[str, ...],
    max_age: timedelta,
    directory: Path,
    now: datetime | None,
    as_json: bool,
) -> int:
    from vcwallet.cli.files import given
    from vcwallet.issuer import Issuer

    seen: dict[str, str] = {}
    failures: list[VcwalletError] = []
    answers: list[Json] = []
    with Issuer.open(directory) as issuer:
        for handed in issuer.check_ids(given(files), most_age=max_age, now=moment(now)):
            if handed.problem is not None:
                failures.append(handed.problem)
                speaker.problem(handed.where, handed.problem)
                answers.append({"file": handed.where, "problem": _problem(speaker, handed.problem)})
            if handed.checked is None:
                continue
            checked = handed.checked
            if as_json:
                made = timestamps.render(checked.made)
                answers.append(
                    {"file": handed.where, "id": checked.did, "made": made, "addressed": checked.addressed}
                )
            else:
                # Two columns, as a spreadsheet takes them. A file's name is the sender's: it begins no
                # formula there.
                name = "".join(each if each.isprintable() else " " for each in handed.where)
                speaker.data(f"{checked.did}\t({visible(name)})\n")
            if not checked.addressed:
                speaker.warn(
                    N_(
                        "{file}: the proof names no recipient, so somebody else may have passed it on to you."
                    ),
                    file=handed.where,
                )
            if (other := seen.setdefault(checked.did, handed.where)) != handed.where:
                speaker.warn(N_("{file}: the same id as in {other}."), file=handed.where, other=other)
    if as_json:
        speaker.json(answers)
    return failures[0].exit_status if failures else 0


def _problem(speaker: Speaker, error: VcwalletError) -> JsonObject:
    """An error as JSON: its code stays, its sentences are in the language of the session."""
    step = speaker.language.next_step(error)
    told: JsonObject = {"code": error.code, "message": speaker.language.error(error)}
    return {**told, "nextStep": step} if step else told


@issuer.command(
    help=N_(
        "Sign the rows of SHEET (.xlsx, .xls, .ods, .csv): one file for each pupil.\n\n"
        "Every row is checked before any is signed, and nothing is signed when one is bad. Running it again"
        " signs only what is new; a run that was stopped is continued."
    )
)
@argument("sheet", metavar="SHEET", type=click.Path(exists=True, dir_okay=False, path_type=Path))
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
@_as_json
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
    as_json: bool,
) -> None:
    from vcwallet.issuer import FileLayout, Issuer

    at = moment(now)
    with Issuer.open(directory) as issuer:
        values = dict(_pair(text) for text in given)
        read = issuer.read(sheet, template=template, page=page, values=values, now=at)
        if not as_json:
            _show_understood(speaker, read)
            _show_problems(speaker, read.problems, read.more_problems)
        if read.blocking and not only_good:
            if as_json:
                speaker.json({**_sheet(speaker, read), "signed": 0})
            raise _bad_rows(read)
        if dry_run:
            if as_json:
                speaker.json({**_sheet(speaker, read), "signed": 0})
            else:
                speaker.say(N_("{number} diplomas can be signed. Nothing was signed."), number=len(read.rows))
            return
        issuer.unlock(passphrase(speaker, passphrase_file, prompt=_PROMPT))
        plan = issuer.plan(read)
        _warn_of_others(speaker, plan, replace=replace, restore=restore)
        total = len(plan.new) + len(plan.unfinished) + (len(plan.already) if again else 0)
        total += (len(plan.changed) if replace else 0) + (len(plan.revoked) if restore else 0)
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
                processes=processes or most,
                progress=advance,
            )
    if as_json:
        speaker.json(
            {
                **_sheet(speaker, read),
                "signed": issued.issued,
                "signedEarlier": issued.already,
                "replaced": issued.replaced,
                "changedRows": [] if replace else [each.row.number for each in plan.changed],
                "revokedRows": [] if restore else [each.row.number for each in plan.revoked],
                "folder": str(target),
            }
        )
        return
    _say_issued(speaker, read, issued)


def _warn_of_others(speaker: Speaker, plan: Plan, *, replace: bool, restore: bool) -> None:
    if plan.changed and not replace:
        speaker.warn(
            N_("Changed since they were signed: rows {rows}. To sign them and revoke the old: --replace."),
            rows=_numbers(planned.row.number for planned in plan.changed),
        )
    if plan.revoked and not restore:
        speaker.warn(
            N_("Revoked since they were signed: rows {rows}. To sign them anew: --restore."),
            rows=_numbers(planned.row.number for planned in plan.revoked),
        )


def _say_issued(speaker: Speaker, read: Roster, issued: Issued) -> None:
    from vcwallet.issuer import ISSUER_FILE

    speaker.say(
        N_("Signed: {number}. Signed earlier: {already}."), number=issued.issued, already=issued.already
    )
    if read.blocking:
        speaker.warn(N_("Not signed: {number} rows have mistakes."), number=read.bad_rows)
    if issued.replaced:
        speaker.say(
            N_("Replaced: {number}. Publish the list of revoked diplomas: “vcwallet issuer publish”."),
            number=issued.replaced,
        )
    speaker.say(N_("The files are in {folder}."), folder=str(issued.folder))
    speaker.say(
        N_("Hand {issuer} and status-*.json out together with them: they are checked without a network."),
        issuer=ISSUER_FILE,
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


def _bad_rows(read: Roster) -> UsageError:
    return UsageError(
        "issuer.bad-rows",
        N_("Nothing was signed: {number} rows have mistakes."),
        next_step=N_("Correct the sheet and run this again, or sign the others with --only-good."),
        number=read.bad_rows,
    )


def _numbers(rows: Iterable[int]) -> str:
    known = list(rows)
    return ", ".join(str(number) for number in known[:20]) + (" …" if len(known) > 20 else "")


_DELIMITERS = {";": N_("semicolon"), ",": N_("comma"), "\t": N_("tab")}


def _sheet(speaker: Speaker, read: Roster) -> JsonObject:
    """How a sheet was understood and what is wrong with it, as JSON."""
    how = read.understood
    return {
        "template": read.template.id,
        "format": how.format,
        "sheet": how.sheet,
        "otherSheets": list(how.other_sheets),
        "encoding": how.encoding,
        "delimiter": how.delimiter,
        "headerRow": how.header_row,
        "columns": [{"header": header, "key": key} for header, key in how.columns],
        "ignored": list(how.ignored),
        "given": dict(how.given),
        "rows": how.rows,
        "withoutDiploma": how.skipped,
        "canBeSigned": len(read.rows),
        "problems": [
            {
                "row": problem.row,
                "cell": problem.cell,
                "column": problem.column,
                "value": problem.value,
                "code": problem.code,
                "message": speaker.text(problem.template, **problem.evidence),
                "nextStep": speaker.text(problem.next_step, **problem.evidence),
                "blocking": problem.blocking,
            }
            for problem in read.problems
        ],
        "moreProblems": read.more_problems,
    }


def _show_understood(speaker: Speaker, read: Roster) -> None:
    understood = read.understood
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
        [(header, read.title(key)) for header, key in understood.columns],
    )
    if understood.ignored:
        speaker.say(N_("Not used: {columns}."), columns=", ".join(understood.ignored)[:300])
    if understood.given:
        say = speaker.language.value
        speaker.say(
            N_("The same in all rows: {values}."),
            values="; ".join(f"{read.title(key)}: {say(value)}" for key, value in understood.given),
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
        "The reason stays in the register: the published list holds neither names nor reasons."
    )
)
@argument("credential", metavar="ID")
@option("--reason", metavar="TEXT", help=N_("Why; for your own records only, it never leaves this folder."))
@_dir
@now_option
@_as_json
@pass_speaker
def revoke(
    speaker: Speaker,
    credential: str,
    reason: str | None,
    directory: Path,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer

    file = not credential.startswith("urn:") and Path(credential).is_file()
    with Issuer.open(directory) as issuer:
        line = issuer.find(Path(credential) if file else credential)
        changed = issuer.revoke(line.id, now=moment(now), reason=reason)
        line = issuer.find(line.id)
    if as_json:
        speaker.json({**_line(line), "revokedBefore": not changed})
        return
    if not changed:
        speaker.say(N_("{id} was revoked before."), id=line.id)
        return
    speaker.say(N_("Revoked: {id}."), id=line.id)
    speaker.say(N_("It counts once the list is out: run “vcwallet issuer publish”."))


@issuer.command(
    help=N_(
        "Write the identifier document and the lists of revoked diplomas into FOLDER: static files for the"
        " site, or to hand out where there is no site."
    )
)
@argument("site_dir", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@_dir
@passphrase_option
@now_option
@_as_json
@pass_speaker
def publish(
    speaker: Speaker,
    site_dir: Path,
    directory: Path,
    passphrase_file: Path | None,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer

    with Issuer.open(directory) as issuer:
        issuer.unlock(passphrase(speaker, passphrase_file, prompt=_PROMPT))
        written = issuer.publish(site_dir, now=moment(now))
        site = issuer.settings.site
    if as_json:
        speaker.json({"files": [str(path) for path in written], "site": site or None})
        return
    for path in written:
        speaker.say("{file}", file=str(path))
    if site:
        speaker.say(N_("Put the content of {folder} at {site}/."), folder=str(site_dir), site=site)


@issuer.command("list", help=N_("Who issues here and what was issued; the register holds no names."))
@option("--all", "everything", is_flag=True, help=N_("Every diploma, not only the last ones."))
@_dir
@_as_json
@pass_speaker
def list_(speaker: Speaker, directory: Path, everything: bool, as_json: bool) -> None:
    from vcwallet.issuer import Issuer, State

    states = {State.ISSUED: N_("issued"), State.RESERVED: N_("not finished"), State.REVOKED: N_("revoked")}
    last = None if everything else _SHOWN_ENTRIES
    with Issuer.open(directory) as issuer:
        counts = issuer.counts()
        if as_json:
            speaker.json(
                {
                    **_identity(issuer),
                    "counts": {state.value: counts.get(state, 0) for state in State},
                    "diplomas": [_line(line) for line in issuer.lines(last=last)],
                }
            )
            return
        speaker.say("{name}", name=issuer.settings.name.ru)
        _say_identity(speaker, issuer)
        for state, words in states.items():
            if counts.get(state):
                speaker.say("{state}: {number}", state=speaker.text(words), number=counts[state])
        speaker.table(
            (N_("No."), N_("Diploma"), N_("Template"), N_("Signed"), N_("State")),
            (
                (
                    f"{line.number:04d}",
                    line.id,
                    line.template,
                    line.created,
                    speaker.text(states[line.state]) + (f": {line.reason}" if line.reason else ""),
                )
                for line in issuer.lines(last=last)
            ),
        )
        everything_there = sum(counts.values())
        if last is not None and everything_there > last:
            speaker.say(
                N_("The last {shown} of {all} are shown; --all shows every one."),
                shown=last,
                all=everything_there,
            )


def _line(line: RegisterLine) -> JsonObject:
    return {
        "number": line.number,
        "id": line.id,
        "template": line.template,
        "signed": timestamps.render(line.created),
        "state": line.state.value,
        "revoked": timestamps.render(line.revoked) if line.revoked is not None else None,
        "reason": line.reason,
    }


@issuer.command(help=N_("Check template files: only achievements have a place in them."))
@argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path)
)
@_as_json
@pass_speaker
def check_template(speaker: Speaker, files: tuple[Path, ...], as_json: bool) -> None:
    from vcwallet.issuer import Issuer

    answers: list[Json] = []
    for file in files:
        template = Issuer.check_template(file)
        columns = len(template.columns)
        answers.append(
            {"file": str(file), "id": template.id, "name": dict(template.names), "columns": columns}
        )
        if not as_json:
            speaker.say(
                N_("{file}: “{name}”, {number} columns, nothing against it."),
                file=str(file),
                name=template.names[speaker.language.code],
                number=columns,
            )
    if as_json:
        speaker.json(answers)
