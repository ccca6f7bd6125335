"""`vcwallet wallet`: a family keeps its diplomas in one file and shows some of them."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from vcwallet import limits
from vcwallet.bundle.scanning import Found
from vcwallet.cli.files import find
from vcwallet.cli.speak import Group, Speaker, option, pass_speaker, passphrase, passphrase_option
from vcwallet.cli.values import moment, now_option
from vcwallet.credentials.credential import Credential
from vcwallet.errors import N_, UsageError
from vcwallet.files import read_file
from vcwallet.sealed_file import Secret, normalize_passphrase
from vcwallet.wallet import (
    DEFAULT,
    LIGHT,
    AddResult,
    Child,
    Entry,
    KnownStatus,
    Passphrase,
    Proposal,
    Standing,
    Wallet,
    What,
    adding,
    archives,
    attachments,
    disclosure,
    passphrases,
)
from vcwallet.wallet.device import SeenSaves, default_place

KDFS: Final = {"default": DEFAULT, "light": LIGHT}
SHORT: Final = 8
"""Letters of a record's number that are shown; any beginning that fits one diploma names it."""

FACTS = {
    "achievement": N_("Achievement"),
    "description": N_("Stage or title"),
    "result": N_("Result"),
    "score": N_("Score"),
    "field": N_("Field"),
    "year": N_("School year"),
    "code": N_("Number in the official list"),
    "kind": N_("Kind"),
    "person": N_("Name"),
    "patronymic": N_("Patronymic"),
    "born": N_("Date of birth"),
    "school": N_("School"),
    "place": N_("Place"),
    "class": N_("Class"),
    "role": N_("Role"),
    "number": N_("Number on the paper"),
    "awarded": N_("Date"),
    "dates": N_("Beginning and end"),
    "until": N_("In force until"),
    "issuer": N_("Issuer"),
}

STANDINGS = {
    Standing.GOOD: N_("not revoked"),
    Standing.REVOKED: N_("REVOKED"),
    Standing.UNKNOWN: N_("not known"),
    Standing.NONE: N_("cannot be revoked"),
}


_LIFE, _FAMILY = "vcwallet.cli.wallet_life:", "vcwallet.cli.wallet_family:"
MORE: Final = {
    "present": (
        "vcwallet.cli.wallet_present:present",
        N_("Show some diplomas of one child to one recipient."),
    ),
    "history": (_FAMILY + "history", N_("What was shown, to whom, why and until when.")),
    "child": (_FAMILY + "child", N_("The children of the wallet.")),
    "refresh": (
        "vcwallet.cli.wallet_refresh:refresh",
        N_("Fetch newer lists of revoked diplomas and issuers' keys, after asking you."),
    ),
    "request-id": (_FAMILY + "request_id", N_("A child's id for an issuer, with a proof that it is theirs.")),
    "note": (_FAMILY + "note", N_("Write the family's own words beside a diploma.")),
    "remove": (_FAMILY + "remove", N_("Take a diploma out of the wallet.")),
    "backup": (_LIFE + "backup", N_("Copy the wallet and read the copy back.")),
    "recovery-sheet": (
        _LIFE + "recovery_sheet",
        N_("Print a code that opens the wallet when all else fails."),
    ),
    "selftest": (_LIFE + "selftest", N_("The fire drill: open a backup, decrypt and check everything.")),
    "restore": (_LIFE + "restore", N_("Put a wallet back from a backup.")),
    "passphrase": (_LIFE + "passphrase", N_("Change the passphrase.")),
    "merge": (_LIFE + "merge", N_("Bring copies of one wallet together.")),
    "export": (_LIFE + "export", N_("Write everything of a child as plain files.")),
    "export-child": (_LIFE + "export_child", N_("Make a wallet of a child's own.")),
}


@click.group(
    cls=Group,
    lazy=MORE,
    order=("create", "add", "list", "show", "present", "history", "note", "remove", "refresh", "request-id"),
    help=N_("Keep a family's diplomas in one encrypted file and show some of them."),
)
def wallet() -> None:
    pass


file_argument = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
child_option = option("--child", "child_name", metavar="NAME", help=N_("Only this child."))
kdf_option = option(
    "--kdf",
    type=click.Choice(list(KDFS)),
    default="default",
    show_default=True,
    help=N_("How hard guessing is made: default takes 256 MiB of memory, light takes 64 MiB."),
)


def open_wallet(
    speaker: Speaker, file: Path, passphrase_file: Path | None, *, secret: Secret | None = None
) -> Wallet:
    """Open, and tell what there is to tell: a copy opened instead, an older state than last seen."""
    if secret is None:
        given = passphrase(speaker, passphrase_file, prompt=N_("Passphrase of the wallet"))
        secret = Passphrase(given)
    opened = Wallet.open(file, secret=secret)
    seen = SeenSaves(default_place())
    notices = list(opened.notices)
    if (older := seen.compare(opened.file)) is not None:
        notices.append(older)
    else:
        seen.remember(opened.file)
    for notice in notices:
        speaker.warn(notice.template, **notice.evidence)
    return opened


def save_wallet(opened: Wallet) -> None:
    opened.save()
    remember(opened)


def remember(opened: Wallet) -> None:
    """Note on this device which save of the file was seen last."""
    SeenSaves(default_place()).remember(opened.file)


def child_of(opened: Wallet, name: str | None) -> Child:
    """The child that is named, or the only one; raises UsageError (``wallet.name-the-child``)."""
    if name:
        return opened.child(name)
    if len(opened.children) == 1:
        return opened.children[0]
    raise UsageError(
        "wallet.name-the-child", N_("Say which child."), next_step=N_("Name the child with --child NAME.")
    )


def new_passphrase(speaker: Speaker, file: Path | None) -> str:
    """A new passphrase: from `file`, or random words typed back, or the person's own, typed twice.

    Raises UsageError (``cli.new-passphrase-missing``) when there is nobody to ask.
    """
    if file is not None:
        return passphrase(speaker, file, prompt="")
    if not sys.stdin.isatty():
        raise UsageError(
            "cli.new-passphrase-missing",
            N_("A new passphrase is needed and there is nobody to ask."),
            next_step=N_("Give it in a file: its first line is read."),
        )
    made = passphrases.generate(speaker.language.code, os.urandom)
    speaker.say(N_("A passphrase made for you, of random words:"))
    click.echo(f"\n    {made}\n")
    speaker.say(N_("Write it down, then type it. Or type one of your own."))
    typed: str = click.prompt(speaker.text(N_("New passphrase")), hide_input=True, err=True)
    if normalize_passphrase(typed) != normalize_passphrase(made):
        passphrases.check(typed)
        again = click.prompt(speaker.text(N_("The same once more")), hide_input=True, err=True)
        if normalize_passphrase(again) != normalize_passphrase(typed):
            raise UsageError("cli.passphrases-differ", N_("The two are not the same. Nothing was changed."))
    return typed


# --- create ------------------------------------------------------------------------------------------


@wallet.command(
    help=N_(
        "Start a wallet in FILE.\n\n"
        "A passphrase of random words is proposed. Nobody can open the file without it: make a recovery"
        " sheet next."
    )
)
@file_argument
@passphrase_option
@kdf_option
@pass_speaker
def create(speaker: Speaker, file: Path, passphrase_file: Path | None, kdf: str) -> None:
    if file.exists():
        raise UsageError(
            "sealed-file.exists",
            N_("“{name}” exists already and is not overwritten."),
            next_step=N_("Choose another name."),
            name=file.name,
        )
    if passphrase_file is None and "VCWALLET_PASSPHRASE" in os.environ:
        given = passphrase(speaker, None, prompt="")
    else:
        given = new_passphrase(speaker, passphrase_file)
    remember(Wallet.create(file, given, kdf=KDFS[kdf]))
    speaker.say(N_("{file}: an empty wallet."), file=str(file))
    if sys.stdout.isatty():
        speaker.say(N_("Next: vcwallet wallet recovery-sheet {file} --out sheet.pdf"), file=str(file))


# --- add ---------------------------------------------------------------------------------------------


@wallet.command(
    help=N_(
        "Add diplomas.\n\n"
        "INPUT is a .vc.json file, a PDF, a picture of the codes, a bundle, or a folder of these; any"
        " number. An issuer's identifier document and its lists of revoked diplomas are learnt as well."
        " Every signature is checked before anything is kept, and what cannot be kept is named."
    )
)
@file_argument
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path(path_type=str))
@passphrase_option
@option(
    "--child", "child_name", metavar="NAME", help=N_("Whose they are; otherwise found out by id or name.")
)
@option("--yes", is_flag=True, help=N_("Take every proposal about whose a diploma is, without asking."))
@option(
    "--replace-issuer", is_flag=True, help=N_("Take an issuer's new document although its old keys are gone.")
)
@option("--unsigned", is_flag=True, help=N_("Keep the files as they are, marked as not signed."))
@now_option
@pass_speaker
def add(
    speaker: Speaker,
    file: Path,
    inputs: Sequence[str],
    passphrase_file: Path | None,
    child_name: str | None,
    yes: bool,
    replace_issuer: bool,
    unsigned: bool,
    now: datetime | None,
) -> int:
    opened = open_wallet(speaker, file, passphrase_file)
    at = moment(now)
    if unsigned:
        return _attach(speaker, opened, child_of(opened, child_name), inputs, at)
    found = _find(inputs)

    def choose(credential: Credential, proposal: Proposal) -> Child | None:
        return _ask_whose(speaker, opened, credential, proposal, yes=yes, now=at)

    results = adding.add(
        opened,
        found,
        child=opened.child(child_name) if child_name else None,
        choose=choose if yes or sys.stdin.isatty() else None,
        replace_issuers=replace_issuer,
        now=at,
    )
    save_wallet(opened)
    for result in results:
        _tell_added(speaker, result)
    failures = [result.error.exit_status for result in results if result.error is not None]
    return failures[0] if failures else 0


def _find(inputs: Sequence[str]) -> list[Found]:
    """What the inputs hold, ZIP files among them unpacked in memory."""
    plain = [name for name in inputs if name == "-" or not archives.is_archive(Path(name))]
    found = find(plain)
    for name in inputs:
        if name not in plain:
            found.extend(adding.find_in_archive(Path(name)))
    return found


def _attach(speaker: Speaker, opened: Wallet, child: Child, inputs: Sequence[str], now: datetime) -> int:
    for name in inputs:
        path = Path(name)
        data = read_file(path, limits.WALLET_ATTACHMENT_BYTES)
        media_type = attachments.MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")
        child.attach(path.name, media_type, data, now=now)
        speaker.say(N_("+ {child}: {name} (not signed)"), child=child.name, name=path.name)
    save_wallet(opened)
    return 0


def _ask_whose(
    speaker: Speaker, opened: Wallet, credential: Credential, proposal: Proposal, *, yes: bool, now: datetime
) -> Child | None:
    what = disclosure.title(credential)
    if proposal.child is not None:
        child = opened.child(proposal.child)
        question = N_("“{title}” seems to be {child}'s. Is it?")
        if yes or click.confirm(speaker.text(question, title=what, child=child.name), err=True):
            return child
    for other in proposal.others if not yes else ():
        child = opened.child(other)
        if click.confirm(speaker.text(N_("Is it {child}'s?"), child=child.name), err=True):
            return child
    if proposal.newcomer is not None:
        question = N_("“{title}” is of {child}, who is not in this wallet. Add the child?")
        name = proposal.newcomer.full_name
        if yes or click.confirm(speaker.text(question, title=what, child=name), err=True):
            return opened.add_child(proposal.newcomer, now=now)
    return None


def _tell_added(speaker: Speaker, result: AddResult) -> None:
    if result.error is not None:
        speaker.problem(result.where, result.error)
    elif result.entry is not None:
        template = {
            What.ADDED: N_("+ {child}: {title}  [{number}]"),
            What.ALREADY_THERE: N_("= {child}: {title}  [{number}] is here already"),
        }[result.what]
        speaker.say(template, child=result.child, title=result.entry.title, number=result.entry.id[:SHORT])
    elif result.what is What.ISSUER_LEARNT:
        speaker.say(N_("+ keys of {issuer}"), issuer=result.issuer)
    elif result.what is What.STATUS_LIST_LEARNT:
        speaker.say(N_("+ list of revoked diplomas of {issuer}"), issuer=result.issuer)


# --- list, show --------------------------------------------------------------------------------------


@wallet.command("list", help=N_("What is in the wallet, by child and date."))
@file_argument
@passphrase_option
@child_option
@option("--year", metavar="YYYY", help=N_("Only what was awarded in this year."))
@option("--issuer", metavar="TEXT", help=N_("Only issuers whose name or id has this text."))
@option("--kind", metavar="TYPE", help=N_("Only this achievement type, e.g. Award."))
@option("--text", metavar="TEXT", help=N_("Only diplomas that have this text anywhere."))
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
    now: datetime | None,
) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    child = opened.child(child_name) if child_name else None
    names = {each.id: each.name for each in opened.children}
    at = moment(now)

    def wanted(entry: Entry) -> bool:
        facts = entry.facts
        return (
            (child is None or entry.child == child.id)
            and (year is None or entry.awarded[:4] == year)
            and (kind is None or facts.get("kind", "").casefold() == kind.casefold())
            and (issuer is None or _has(issuer, facts.get("issuer", ""), entry.credential.issuer_id))
            and (text is None or _has(text, *facts.values()))
        )

    chosen = [(number, entry) for number, entry in enumerate(opened.entries(), 1) if wanted(entry)]
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
                entry.facts.get("issuer", ""),
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


def standing(speaker: Speaker, status: KnownStatus) -> str:
    words = speaker.text(STANDINGS[status.standing])
    if status.as_of is None:
        return words
    return speaker.text(N_("{words} as of {day}"), words=words, day=status.as_of.date().isoformat())


@wallet.command(
    help=N_("One diploma: what it says, who signed it, and whether it is revoked as far as is known.")
)
@file_argument
@click.argument("entry")
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
    chosen = choose_entries(opened, (entry,), None)[0]
    if as_json:
        speaker.data(chosen.credential.text + "\n")
        return
    rows = [(speaker.text(FACTS[key]), value) for key, value in chosen.facts.items()]
    suites = sorted(
        {str(proof.get("cryptosuite") or proof.get("type")) for proof in chosen.credential.proofs}
    )
    rows += [
        (speaker.text(N_("Signed by")), chosen.credential.issuer_id),
        (speaker.text(N_("Signature")), ", ".join(suites)),
        (speaker.text(N_("Revocation")), standing(speaker, opened.status(chosen, now=moment(now)))),
        (speaker.text(N_("In the wallet since")), chosen.added.date().isoformat()),
        (speaker.text(N_("Id")), chosen.id),
    ]
    can_hide = [f"{name} ({speaker.text(FACTS[name])})" for name in disclosure.hideable(chosen.credential)]
    rows.append((speaker.text(N_("Can be hidden")), ", ".join(can_hide) or speaker.text(N_("nothing"))))
    if words := opened.child(chosen.child).notes().get(chosen.id):
        rows.append((speaker.text(N_("Your note")), words))
    speaker.table([N_("What"), N_("Says")], rows, title=N_("Diploma"))


def choose_entries(opened: Wallet, wanted: Sequence[str], child: Child | None) -> tuple[Entry, ...]:
    """By number in the list, by the beginning of the id, or by the credential's own id."""
    everything = opened.entries()
    chosen = []
    for each in wanted:
        if each.isdecimal() and len(each) < SHORT // 2 and 0 < int(each) <= len(everything):
            chosen.append(everything[int(each) - 1])
        else:
            chosen.append(opened.entry(each, child=child))
    return tuple(chosen)
