"""`vcwallet wallet ...` about the family: children, ids for issuers, notes, the history of what was shown."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from vcwallet import strict_json
from vcwallet.bundle import writing
from vcwallet.bundle.writing import BundleForm
from vcwallet.cli.speak import Command, Group, Speaker, option, pass_speaker, passphrase_option
from vcwallet.cli.values import moment, now_option
from vcwallet.cli.wallet import (
    FACTS,
    child_of,
    child_option,
    choose_entries,
    file_argument,
    open_wallet,
    save_wallet,
)
from vcwallet.credentials.open_badges import parse_date
from vcwallet.errors import N_, UsageError
from vcwallet.files import replace_file
from vcwallet.wallet import Child, LedgerEntry, Profile, enrolment, life
from vcwallet.wallet.child import Entry

SHORT_DIGEST = 12


# --- children ------------------------------------------------------------------------------------------


@click.group(cls=Group, help=N_("The children of the wallet."))
def child() -> None:
    pass


def _born(given: str | None) -> date | None:
    if given is None:
        return None
    day = ".".join(reversed(given.split("."))).replace(".", "-") if "." in given else given
    parsed = parse_date(day)
    if parsed is None:
        raise UsageError(
            "wallet.birth-date",
            N_("“{value}” is not a date such as 17.05.2009."),
            value=given[:32],
        )
    return parsed


@child.command("add", help=N_("Add a child before its first diploma, to have an id to give to issuers."))
@file_argument
@passphrase_option
@option("--given", required=True, metavar="NAME", help=N_("Given name."))
@option("--family", required=True, metavar="NAME", help=N_("Family name."))
@option("--patronymic", metavar="NAME", help=N_("Patronymic, if there is one."))
@option("--born", metavar="DATE", help=N_("Date of birth, e.g. 17.05.2009; it tells namesakes apart."))
@now_option
@pass_speaker
def add(
    speaker: Speaker,
    file: Path,
    passphrase_file: Path | None,
    given: str,
    family: str,
    patronymic: str | None,
    born: str | None,
    now: datetime | None,
) -> None:
    profile = Profile(given, family, patronymic, _born(born))
    opened = open_wallet(speaker, file, passphrase_file)
    made = opened.add_child(profile, now=moment(now))
    save_wallet(opened)
    speaker.say(N_("{child}: {id}"), child=made.name, id=made.did)


@child.command("rename", help=N_("Write down a new surname; diplomas under the old one stay this child's."))
@file_argument
@passphrase_option
@child_option
@option("--family", required=True, metavar="NAME", help=N_("The new family name."))
@now_option
@pass_speaker
def rename(
    speaker: Speaker,
    file: Path,
    passphrase_file: Path | None,
    child_name: str | None,
    family: str,
    now: datetime | None,
) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    chosen = child_of(opened, child_name)
    chosen.rename(chosen.profile.renamed(family), now=moment(now))
    save_wallet(opened)
    speaker.say(
        N_("{child}, formerly {names}."),
        child=chosen.name,
        names=", ".join(chosen.profile.former_family_names),
    )


@child.command("list", help=N_("The children, their ids and how many diplomas each has."))
@file_argument
@passphrase_option
@pass_speaker
def list_children(speaker: Speaker, file: Path, passphrase_file: Path | None) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    rows = [(each.name, str(len(each.entries())), each.did) for each in opened.children]
    speaker.table([N_("Child"), N_("Diplomas"), N_("Id")], rows)


@click.command(
    "request-id",
    cls=Command,
    help=N_(
        "A child's id for an issuer, with a proof that the child has its key.\n\n"
        "The id goes into the column of the issuer's sheet; the file or code proves it. No name is in it."
    ),
)
@file_argument
@passphrase_option
@child_option
@option("--to", "domain", metavar="DOMAIN", help=N_("The issuer, if the proof is to be of use only there."))
@option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("Where the proof goes: .png, .svg, .txt, .json."),
)
@now_option
@pass_speaker
def request_id(
    speaker: Speaker,
    file: Path,
    passphrase_file: Path | None,
    child_name: str | None,
    domain: str | None,
    out: Path | None,
    now: datetime | None,
) -> None:
    form = writing.form_of(out) if out is not None else BundleForm.JSON
    if form is BundleForm.PDF:
        # The printed sheet lists what is shown; here that is nothing.
        raise UsageError(
            "wallet.id-form",
            N_("The proof of an id is not written as a sheet."),
            next_step=N_("Choose a name that ends with .png, .svg, .txt or .json."),
        )
    opened = open_wallet(speaker, file, passphrase_file)
    chosen = child_of(opened, child_name)
    proof = enrolment.request_id(chosen, domain=domain, now=moment(now))
    if out is not None:
        replace_file(out, writing.render(proof, form, speaker.language))
    speaker.data(chosen.did + "\n")


# --- notes, taking out -----------------------------------------------------------------------------------


@click.command(cls=Command, help=N_("Write the family's own words beside a diploma; they are never shown."))
@file_argument
@click.argument("entry")
@click.argument("words", default="")
@passphrase_option
@now_option
@pass_speaker
def note(
    speaker: Speaker,
    file: Path,
    entry: str,
    words: str,
    passphrase_file: Path | None,
    now: datetime | None,
) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    chosen = choose_entries(opened, (entry,), None)[0]
    opened.child(chosen.child).note(chosen, words, now=moment(now))
    save_wallet(opened)
    speaker.say(N_("{title}: {words}"), title=chosen.title, words=words or "-")


@click.command(cls=Command, help=N_("Take a diploma out of the wallet. What the history says of it stays."))
@file_argument
@click.argument("entry")
@passphrase_option
@option("--yes", is_flag=True, help=N_("Do not ask."))
@pass_speaker
def remove(speaker: Speaker, file: Path, entry: str, passphrase_file: Path | None, yes: bool) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    chosen: Entry = choose_entries(opened, (entry,), None)[0]
    owner: Child = opened.child(chosen.child)
    if not yes:
        speaker.confirm(
            N_("Take “{title}” of {child} out of the wallet?"), title=chosen.title, child=owner.name
        )
    owner.remove(chosen)
    save_wallet(opened)
    speaker.say(N_("{title}: taken out."), title=chosen.title)


# --- history ---------------------------------------------------------------------------------------------


@click.command(
    cls=Command,
    help=N_(
        "What was shown, to whom, why and until when.\n\n"
        "The last digest of a child fixes everything before it. --erase makes a line say nothing; its place"
        " in the chain stays."
    ),
)
@file_argument
@passphrase_option
@child_option
@option("--to", "recipient", metavar="DOMAIN", help=N_("Only what was shown to this recipient."))
@option("--erase", metavar="DIGEST", help=N_("Forget what the line with this digest says."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
@pass_speaker
def history(
    speaker: Speaker,
    file: Path,
    passphrase_file: Path | None,
    child_name: str | None,
    recipient: str | None,
    erase: str | None,
    as_json: bool,
) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    children = (opened.child(child_name),) if child_name else opened.children
    if erase is not None:
        _erase(children, erase)
        save_wallet(opened)
    if as_json:
        speaker.data(strict_json.dumps([life.history_json(each) for each in children], indent=2) + "\n")
        return
    columns = [N_("Digest"), N_("Shown on"), N_("To"), N_("Purpose"), N_("Until"), N_("What")]
    empty = True
    for each in children:
        lines = [line for line in each.ledger.entries() if recipient is None or _to(line) == recipient]
        if lines:
            empty = False
            speaker.say(N_("{child}:"), child=each.name)
            speaker.table(columns, [_row(speaker, line) for line in lines])
            heads = ", ".join(head[:SHORT_DIGEST] for head in each.ledger.heads())
            speaker.say(N_("  Last digest: {digest}"), digest=heads)
    if empty:
        speaker.say(N_("Nothing is here."))


def _to(line: LedgerEntry) -> str | None:
    return None if line.disclosure is None else line.disclosure.recipient


def _erase(children: tuple[Child, ...], wanted: str) -> None:
    found = [
        (each, line)
        for each in children
        for line in each.ledger.entries()
        if len(wanted) >= 4 and line.digest.startswith(wanted)
    ]
    if len(found) != 1:
        raise UsageError("ledger.no-entry", N_("The history has no such entry."))
    owner, line = found[0]
    owner.ledger.erase(line.digest)


def _words(speaker: Speaker, fields: tuple[str, ...]) -> str:
    return ", ".join(speaker.text(FACTS[field]) for field in fields if field in FACTS)


def _row(speaker: Speaker, line: LedgerEntry) -> tuple[str, ...]:
    said = line.disclosure
    if said is None:
        return (line.digest[:SHORT_DIGEST], "", "", speaker.text(N_("erased by the family")), "", "")
    shown = []
    for document in said.shown:
        shown.append(f"{document.title}: {_words(speaker, document.fields)}")
        if document.hidden:
            shown.append(speaker.text(N_("hidden: {fields}"), fields=_words(speaker, document.hidden)))
    return (
        line.digest[:SHORT_DIGEST],
        said.at.date().isoformat(),
        said.recipient,
        said.purpose,
        said.expires.date().isoformat(),
        "\n".join(shown),
    )
