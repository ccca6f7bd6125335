"""`vcwallet wallet list, show, note, save, remove`: looking at what is kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import click

from vcwallet.cli.files import overwrite_option, place
from vcwallet.cli.passphrases import tell_what_is_still_before
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
    file_argument,
    json_option,
    open_wallet,
    save_wallet,
)
from vcwallet.cli.wallet.words import attachment_json, diploma_json
from vcwallet.credentials.achievement import Fact, Kind
from vcwallet.credentials.fact_words import FACT_NAMES, KIND_NAMES, fact_text, kind_named
from vcwallet.errors import N_, UsageError
from vcwallet.speaking.wallets import claims, note_lines, reminder, standing, unsigned
from vcwallet.wallet import Attachment, Child, Diploma, Wallet
from vcwallet.wallet.checkup import Matter
from vcwallet.wallet.seen_saves import SeenSaves, default_place


def _kind(ctx: click.Context, param: click.Parameter, given: str | None) -> Kind | None:
    """The kind that is meant, by its name in either language."""
    kind = None if given is None else kind_named(given)
    if given is not None and kind is None:
        speaker = ctx.find_object(Speaker)
        assert speaker is not None
        raise UsageError(
            "wallet.no-such-kind",
            N_("There is no kind of achievement “{name}”."),
            next_step=N_("Choose from: {known}."),
            name=given[:64],
            known=", ".join(speaker.text(name) for name in KIND_NAMES.values()),
        )
    return kind


@click.command("list", cls=Command, help=N_("What is in the wallet, by child and date."))
@file_argument
@passphrase_option
@child_option
@option("--year", metavar="YYYY", help=N_("Only what was awarded in this year."))
@option("--issuer", metavar="TEXT", help=N_("Only issuers whose name or id has this text."))
@option(
    "--kind",
    metavar="KIND",
    callback=_kind,
    help=N_(
        "Only this kind of achievement, e.g. “diploma of an olympiad” or olympiad-diploma; a kind there is"
        " not is answered with all there are."
    ),
)
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
    kind: Kind | None,
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

    filtered = year or issuer or kind or text
    chosen: list[Diploma | Attachment] = [entry for entry in opened.diplomas() if wanted(entry)]
    if not filtered:
        chosen += [kept for kept in opened.everything(child=child) if isinstance(kept, Attachment)]
    if as_json:
        speaker.json(
            [
                attachment_json(entry, child=names[entry.child])
                if isinstance(entry, Attachment)
                else diploma_json(entry, opened.status(entry, now=at), child=names[entry.child])
                for entry in chosen
            ]
        )
        return
    if not chosen:
        speaker.say(_nothing(filtered=bool(filtered), child=child), child=child.name if child else "")
        return
    columns = [N_("№"), N_("Id"), N_("Date"), N_("Achievement"), N_("Issuer"), N_("Revocation")]
    for owner in (child,) if child else opened.children:
        rows = [_row(speaker, opened, entry, at) for entry in chosen if entry.child == owner.id]
        if rows:
            speaker.say(N_("{child}:"), child=owner.name)
            speaker.table(columns, rows)
    _remind(speaker, opened, at)


_TOLD_ON_OPENING: Final = frozenset({Matter.DAMAGED, Matter.OLDER, Matter.PARALLEL, Matter.COPIES_BESIDE})


def _remind(speaker: Speaker, opened: Wallet, at: datetime) -> None:
    """The most urgent thing to see to, but for what every command says when it opens the file."""
    backup = SeenSaves(default_place()).last_backup(opened.saved_state.file_id)
    for each in opened.reminders(backup=backup, now=at):
        if each.matter not in _TOLD_ON_OPENING:
            speaker.aside(
                N_("{line}. “vcwallet wallet check” says what to do."),
                line=reminder(each, speaker.language)[0],
            )
            return


def _nothing(*, filtered: bool, child: Child | None) -> str:
    """An empty wallet, an empty child and a search without a hit are three things."""
    if filtered:
        return N_("Nothing in the wallet matches that; without the conditions the list shows everything.")
    if child is not None:
        return N_("Nothing of {child} is in the wallet yet. Add diplomas with “vcwallet wallet add”.")
    return N_("The wallet is empty. Add diplomas with “vcwallet wallet add”.")


def _row(speaker: Speaker, opened: Wallet, entry: Diploma | Attachment, at: datetime) -> tuple[str, ...]:
    if isinstance(entry, Attachment):
        signature = N_("not signed") if entry.evidence is None else N_("not checked")
        if entry.evidence is not None and entry.evidence.sd_jwt_vc is not None:
            signature = N_("of another kind")
        return (str(entry.number), entry.id[:SHORT], "", entry.name, "", speaker.text(signature))
    title = entry.title
    if entry.redacted:
        title = speaker.text(N_("{title} (a copy with hidden fields)"), title=title)
    return (
        str(entry.number),
        entry.id[:SHORT],
        entry.awarded,
        title,
        entry.facts.said.get(Fact.ISSUER, ""),
        standing(opened.status(entry, now=at), speaker.language),
    )


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
    chosen = opened.kept(entry)
    if isinstance(chosen, Attachment):
        _show_attachment(speaker, chosen, as_json=as_json, child=opened.child(chosen.child))
        return
    if as_json:
        speaker.data(chosen.signed.text + "\n")
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
        (speaker.text(N_("Revocation")), standing(opened.status(chosen, now=moment(now)), words)),
        (speaker.text(N_("In the wallet since")), chosen.added),
        (speaker.text(N_("Number")), str(chosen.number)),
        (speaker.text(N_("Id")), chosen.id),
    ]
    can_hide = [f"{name} ({speaker.text(FACT_NAMES[name])})" for name in chosen.hideable]
    rows.append((speaker.text(N_("Can be hidden")), ", ".join(can_hide) or speaker.text(N_("nothing"))))
    if notes := opened.child(chosen.child).notes().get(chosen.id):
        rows.append((speaker.text(N_("Your note")), tuple(note_lines(notes, words))))
    speaker.table([N_("What"), N_("Says")], rows, title=N_("Diploma"))


def _show_attachment(speaker: Speaker, kept: Attachment, *, child: Child, as_json: bool) -> None:
    if as_json:
        speaker.json(attachment_json(kept, child=child.name))
        return
    rows: list[tuple[str, Cell]] = [
        (speaker.text(N_("File")), kept.name),
        (speaker.text(N_("Of")), child.name),
        (speaker.text(N_("Size in bytes")), str(len(kept.data))),
        (speaker.text(N_("In the wallet since")), kept.added),
        (speaker.text(N_("Number")), str(kept.number)),
        (
            speaker.text(N_("Signature")),
            speaker.text(N_("nobody signed it"))
            if kept.evidence is None
            else unsigned(kept, speaker.language).words,
        ),
        *claims(kept, speaker.language),
    ]
    speaker.table([N_("What"), N_("Says")], rows, title=N_("Document"))


@click.command(
    cls=Command,
    help=N_(
        "Write the family's own words beside a diploma; they are never shown to anybody.\n\n"
        "Without WORDS the note is read out. New words take the place of the old ones; --delete takes the"
        " note away."
    ),
)
@file_argument
@argument("entry", metavar="DIPLOMA")
@argument("words", metavar="WORDS", default="")
@passphrase_option
@option("--delete", is_flag=True, help=N_("Take the note away."))
@now_option
@pass_speaker
def note(
    speaker: Speaker,
    file: Path,
    entry: str,
    words: str,
    passphrase_file: Path | None,
    delete: bool,
    now: datetime | None,
) -> None:
    if delete and words:
        raise click.UsageError(speaker.text(N_("Give words or --delete, not both.")))
    opened = open_wallet(speaker, file, passphrase_file)
    chosen = opened.diploma(entry)
    owner = opened.child(chosen.child)
    known = owner.notes().get(chosen.id, ())
    if not words and not delete:
        lines = tuple(note_lines(known, speaker.language)) or (
            speaker.text(N_("No note is written beside it.")),
        )
        speaker.say(N_("{title}:"), title=chosen.title)
        for line in lines:
            speaker.say(N_("  {line}"), line=line)
        return
    owner.note(chosen, words, now=moment(now))
    save_wallet(opened)
    if delete:
        speaker.say(N_("{title}: the note is gone."), title=chosen.title)
    else:
        speaker.say(N_("{title}: {words}"), title=chosen.title, words=words)


@click.command(
    cls=Command,
    help=N_(
        "Write one thing out of the wallet into a file as it was given.\n\n"
        "DIPLOMA is a number or id from the list. A diploma is written with all that its issuer signed: to"
        " show it to somebody use “vcwallet wallet present”."
    ),
)
@file_argument
@argument("entry", metavar="DIPLOMA")
@argument("out", metavar="TARGET", type=click.Path(dir_okay=False, path_type=Path))
@passphrase_option
@overwrite_option
@pass_speaker
def save(speaker: Speaker, file: Path, entry: str, out: Path, passphrase_file: Path | None) -> None:
    write = place(speaker, out)
    kept = open_wallet(speaker, file, passphrase_file).kept(entry)
    if not isinstance(kept, Attachment):
        write((kept.signed.text + "\n").encode("utf-8"))
        speaker.say(N_("{out}: {title}"), out=str(out), title=kept.title)
        return
    beside = [
        (_signature_beside(out, number, each.name), each) for number, each in enumerate(kept.signatures)
    ]
    written = [(place(speaker, path), path, each) for path, each in beside]
    write(kept.data)
    speaker.say(N_("{out}: {title}"), out=str(out), title=kept.title)
    for write_signature, path, each in written:
        write_signature(each.data)
        speaker.say(N_("{out}: {title}"), out=str(path), title=each.name)


def _signature_beside(out: Path, number: int, name: str) -> Path:
    """Where a signature is written: beside its document, whatever that is called here."""
    return out.with_name(f"{out.name}{f'.{number + 1}' if number else ''}{Path(name).suffix}")


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
    chosen = opened.kept(entry, child=opened.child(child_name) if child_name else None)
    owner = opened.child(chosen.child)
    _agree_to_remove(speaker, chosen.title, owner, yes=yes)
    opened.remove(chosen)
    save_wallet(opened)
    speaker.say(N_("{title}: taken out."), title=chosen.title)
    tell_what_is_still_before(speaker, file)


def _agree_to_remove(speaker: Speaker, title: str, owner: Child, *, yes: bool) -> None:
    question = N_("Take “{title}” of {child} out of the wallet?")
    speaker.confirm(question, yes=yes, title=title, child=owner.name)
