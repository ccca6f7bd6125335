"""`vcwallet wallet list, show, note, remove`: looking at what is kept."""

from __future__ import annotations

import itertools
from datetime import datetime
from pathlib import Path

import click

from vcwallet.cli.speak import (
    Cell,
    Command,
    Speaker,
    argument,
    option,
    pass_speaker,
    passphrase_option,
    yes_option,
)
from vcwallet.cli.values import moment, now_option
from vcwallet.cli.wallet.opening import (
    SHORT,
    child_option,
    choose_diplomas,
    file_argument,
    json_option,
    open_wallet,
    save_wallet,
)
from vcwallet.cli.wallet.words import diploma_json, standing
from vcwallet.credentials.achievement import Fact, Kind
from vcwallet.credentials.fact_words import FACT_NAMES, fact_text
from vcwallet.errors import N_
from vcwallet.wallet import Child, Diploma


@click.command("list", cls=Command, help=N_("What is in the wallet, by child and date."))
@file_argument
@passphrase_option
@child_option
@option("--year", metavar="YYYY", help=N_("Only what was awarded in this year."))
@option("--issuer", metavar="TEXT", help=N_("Only issuers whose name or id has this text."))
@option("--kind", type=click.Choice([kind.value for kind in Kind]), help=N_("Only this kind of achievement."))
@option("--text", metavar="TEXT", help=N_("Only diplomas that have this text anywhere."))
@json_option
@now_option
@pass_speaker
def list_(
    speaker: Speaker,
    file: Path,
    passphrase_file: Path | None,
    child_name: str | None,
    year: str | None,
    issuer: str | None,
    kind: str | None,
    text: str | None,
    as_json: bool,
    now: datetime | None,
) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    child = opened.child(child_name) if child_name else None
    names = {each.id: each.name for each in opened.children}
    at = moment(now)

    def wanted(entry: Diploma) -> bool:
        said = entry.facts.said
        return (
            (child is None or entry.child == child.id)
            and (year is None or entry.awarded[:4] == year)
            and (kind is None or entry.facts.kind == kind)
            and (issuer is None or _has(issuer, said.get(Fact.ISSUER, ""), entry.credential.issuer_id))
            and (text is None or _has(text, *said.values()))
        )

    chosen = [(number, entry) for number, entry in enumerate(opened.diplomas(), 1) if wanted(entry)]
    if as_json:
        speaker.json(
            [
                diploma_json(entry, opened.status(entry, now=at), child=names[entry.child], number=number)
                for number, entry in chosen
            ]
        )
        return
    if not chosen:
        speaker.say(N_("Nothing is here."))
    columns = [N_("№"), N_("Id"), N_("Date"), N_("Achievement"), N_("Issuer"), N_("Revocation")]
    for owner, numbered in itertools.groupby(chosen, key=lambda each: each[1].child):
        speaker.say(N_("{child}:"), child=names[owner])
        rows = [
            (
                str(number),
                entry.id[:SHORT],
                entry.awarded,
                entry.title,
                entry.facts.said.get(Fact.ISSUER, ""),
                standing(speaker, opened.status(entry, now=at)),
            )
            for number, entry in numbered
        ]
        speaker.table(columns, rows)
    if not (year or issuer or kind or text):
        for each in (child,) if child else opened.children:
            for kept in each.attachments():
                speaker.say(N_("{child}: {name} (not signed)"), child=each.name, name=kept.name)


def _has(wanted: str, *places: str) -> bool:
    return any(wanted.casefold() in place.casefold() for place in places)


@click.command(
    cls=Command,
    help=N_("One diploma: what it says, who signed it, and whether it is revoked as far as is known."),
)
@file_argument
@argument("entry", metavar="DIPLOMA")
@passphrase_option
@now_option
@option("--json", "as_json", is_flag=True, help=N_("Write the signed document itself."))
@pass_speaker
def show(
    speaker: Speaker,
    file: Path,
    entry: str,
    passphrase_file: Path | None,
    now: datetime | None,
    as_json: bool,
) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    chosen = choose_diplomas(opened, (entry,), None)[0]
    if as_json:
        speaker.data(chosen.credential.text + "\n")
        return
    words = speaker.language
    rows: list[tuple[str, Cell]] = [
        (speaker.text(FACT_NAMES[key]), fact_text(chosen.facts, key, words)) for key in chosen.facts.said
    ]
    suites = sorted(
        {str(proof.get("cryptosuite") or proof.get("type")) for proof in chosen.credential.proofs}
    )
    rows += [
        (speaker.text(N_("Signed by")), chosen.credential.issuer_id),
        (speaker.text(N_("Signature")), ", ".join(suites)),
        (speaker.text(N_("Revocation")), standing(speaker, opened.status(chosen, now=moment(now)))),
        (speaker.text(N_("In the wallet since")), chosen.added),
        (speaker.text(N_("Id")), chosen.id),
    ]
    can_hide = [f"{name} ({speaker.text(FACT_NAMES[name])})" for name in chosen.hideable]
    rows.append((speaker.text(N_("Can be hidden")), ", ".join(can_hide) or speaker.text(N_("nothing"))))
    if note := opened.child(chosen.child).notes().get(chosen.id):
        rows.append((speaker.text(N_("Your note")), tuple(note.splitlines())))
    speaker.table([N_("What"), N_("Says")], rows, title=N_("Diploma"))


@click.command(cls=Command, help=N_("Write the family's own words beside a diploma; they are never shown."))
@file_argument
@argument("entry", metavar="DIPLOMA")
@argument("words", default="")
@passphrase_option
@now_option
@pass_speaker
def note(
    speaker: Speaker, file: Path, entry: str, words: str, passphrase_file: Path | None, now: datetime | None
) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    chosen = choose_diplomas(opened, (entry,), None)[0]
    opened.child(chosen.child).note(chosen, words, now=moment(now))
    save_wallet(opened)
    speaker.say(N_("{title}: {words}"), title=chosen.title, words=words or "-")


@click.command(
    cls=Command,
    help=N_(
        "Take a diploma, or a document nobody signed, out of the wallet.\n\n"
        "DIPLOMA is a number or id from the list, or the name of an unsigned document. What the history says"
        " of a diploma stays."
    ),
)
@file_argument
@argument("entry", metavar="DIPLOMA")
@passphrase_option
@child_option
@yes_option
@pass_speaker
def remove(
    speaker: Speaker, file: Path, entry: str, passphrase_file: Path | None, child_name: str | None, yes: bool
) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    children = (opened.child(child_name),) if child_name else opened.children
    named = [(each, kept) for each in children for kept in each.attachments() if kept.name == entry]
    if len(named) == 1:
        owner, kept = named[0]
        _agree_to_remove(speaker, kept.name, owner, yes=yes)
        owner.detach(kept)
        title = kept.name
    else:
        chosen = choose_diplomas(opened, (entry,), children[0] if child_name else None)[0]
        owner, title = opened.child(chosen.child), chosen.title
        _agree_to_remove(speaker, title, owner, yes=yes)
        owner.remove(chosen)
    save_wallet(opened)
    speaker.say(N_("{title}: taken out."), title=title)


def _agree_to_remove(speaker: Speaker, title: str, owner: Child, *, yes: bool) -> None:
    question = N_("Take “{title}” of {child} out of the wallet?")
    speaker.confirm(question, yes=yes, title=title, child=owner.name)
