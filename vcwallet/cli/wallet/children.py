"""`vcwallet wallet child, request-id`: the children and their ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from vcwallet import timestamps
from vcwallet.bundle import writing
from vcwallet.bundle.writing import BundleForm
from vcwallet.cli.files import overwrite_option, place
from vcwallet.cli.passphrases import tell_what_is_still_before
from vcwallet.cli.speak import (
    Command,
    Group,
    Speaker,
    argument,
    option,
    pass_speaker,
    passphrase_option,
    somebody_there,
    yes_option,
)
from vcwallet.cli.values import moment, now_option
from vcwallet.cli.wallet.opening import (
    child_of,
    child_option,
    file_argument,
    json_option,
    open_wallet,
    save_wallet,
)
from vcwallet.errors import N_, UsageError
from vcwallet.speaking.wallets import loss_of_child
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import Attachment, Child, Diploma, Profile, Wallet
from vcwallet.wallet.profile import birth_date
from vcwallet.wallet.recognising import describe_child


@click.group(cls=Group, help=N_("The children of the wallet: add, rename, merge, remove."))
def child() -> None:
    pass


@child.command("add", help=N_("Add a child before its first diploma, to have an id to give to issuers."))
@file_argument
@passphrase_option
@option("--given", required=True, metavar="NAME", help=N_("Given name."))
@option("--family", required=True, metavar="NAME", help=N_("Family name."))
@option("--patronymic", metavar="NAME", help=N_("Patronymic, if there is one."))
@option("--born", metavar="DATE", help=N_("Date of birth, e.g. 17.05.2009; it tells namesakes apart."))
@json_option
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
    as_json: bool,
    now: datetime | None,
) -> None:
    profile = Profile(given, family, patronymic, birth_date(born or ""))
    opened = open_wallet(speaker, file, passphrase_file)
    made = opened.add_child(profile, now=moment(now))
    save_wallet(opened)
    if as_json:
        speaker.json(_child_json(made))
    else:
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


@child.command("correct", help=N_("Write a child down anew where a name or the birth date was mistyped."))
@file_argument
@passphrase_option
@child_option
@option("--given", metavar="NAME", help=N_("The right given name."))
@option("--family", metavar="NAME", help=N_("The right family name; a changed one is for “rename”."))
@option("--patronymic", metavar="NAME", help=N_("The right patronymic; “-” for none."))
@option("--born", metavar="DATE", help=N_("The right date of birth, e.g. 17.05.2009."))
@now_option
@pass_speaker
def correct(
    speaker: Speaker,
    file: Path,
    passphrase_file: Path | None,
    child_name: str | None,
    given: str | None,
    family: str | None,
    patronymic: str | None,
    born: str | None,
    now: datetime | None,
) -> None:
    if given is None and family is None and patronymic is None and born is None:
        raise click.UsageError(
            speaker.text(N_("Say what is right: --given, --family, --patronymic, --born."))
        )
    birth_date(born or "")  # a wrong date is told before a passphrase is asked for
    opened = open_wallet(speaker, file, passphrase_file)
    chosen = child_of(opened, child_name)
    profile = chosen.profile.corrected(given=given, family=family, patronymic=patronymic, born=born or None)
    at = moment(now)
    insisting(speaker, lambda insisted: opened.correct_child(chosen, profile, insisted=insisted, now=at))
    save_wallet(opened)
    speaker.say(N_("Written down: {child}."), child=describe_child(chosen.profile, speaker.language.day))


@child.command("merge", help=N_("Bring two entries of one child together: CHILD goes into the other one."))
@file_argument
@argument("other", metavar="CHILD")
@passphrase_option
@option("--into", "into_name", required=True, metavar="NAME", help=N_("The child that stays."))
@yes_option
@now_option
@pass_speaker
def merge(
    speaker: Speaker,
    file: Path,
    other: str,
    passphrase_file: Path | None,
    into_name: str,
    yes: bool,
    now: datetime | None,
) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    gone, stays = opened.child(other), opened.child(into_name)
    speaker.confirm(
        N_("{other} and {child} become one child, {child}. This cannot be taken apart again. Do it?"),
        yes=yes,
        other=describe_child(gone.profile, speaker.language.day),
        child=describe_child(stays.profile, speaker.language.day),
    )
    name, at = gone.name, moment(now)
    insisting(speaker, lambda insisted: opened.merge_children(gone, stays, insisted=insisted, now=at))
    save_wallet(opened)
    speaker.say(
        N_("{other} is now part of {child}; diplomas: {number}."),
        other=name,
        child=stays.name,
        number=len(stays.diplomas()),
    )


@child.command("move", help=N_("Put a diploma, or a document nobody signed, under another child."))
@file_argument
@argument("entries", metavar="DIPLOMA...", nargs=-1, required=True)
@passphrase_option
@option("--to", "to_name", required=True, metavar="NAME", help=N_("The child whose it is."))
@pass_speaker
def move(
    speaker: Speaker, file: Path, entries: Sequence[str], passphrase_file: Path | None, to_name: str
) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    to = opened.child(to_name)
    for kept in [opened.kept(entry) for entry in entries]:
        insisting(speaker, partial(_move, opened, kept, to))
        speaker.say(N_("{child}: {title}"), child=to.name, title=kept.title)
    save_wallet(opened)


def _move(opened: Wallet, kept: Diploma | Attachment, to: Child, insisted: bool) -> None:
    opened.move(kept, to, insisted=insisted)


@child.command("remove", help=N_("Take a child out of the wallet with everything that is kept of it."))
@file_argument
@argument("name", metavar="CHILD")
@passphrase_option
@yes_option
@pass_speaker
def remove(speaker: Speaker, file: Path, name: str, passphrase_file: Path | None, yes: bool) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    chosen = opened.child(name)
    said = describe_child(chosen.profile, speaker.language.day)
    speaker.aside("{child}", child=said)
    for line in loss_of_child(chosen, speaker.language):
        speaker.aside("  {line}", line=line)
    speaker.confirm(N_("Take it all out?"), yes=yes)
    opened.remove_child(chosen)
    save_wallet(opened)
    speaker.say(N_("{child} is no longer in this wallet; older backups still have the child."), child=said)
    tell_what_is_still_before(speaker, file)


def insisting(speaker: Speaker, act: Callable[[bool], None]) -> None:
    """Do it; where evidence is against it, ask a person who sees both names, whom no option stands in for."""
    try:
        act(False)
    except UsageError as refused:
        if refused.code != "wallet.other-person" or not somebody_there():
            raise
        speaker.aside(N_("These are not the same names:"))
        speaker.aside(N_("  one:      {person}"), person=str(refused.evidence["found"]))
        speaker.aside(N_("  another:  {person}"), person=str(refused.evidence["child"]))
        speaker.confirm(N_("Is this the same child all the same?"))
        act(True)


@child.command("list", help=N_("The children, their ids and how many diplomas each has."))
@file_argument
@passphrase_option
@json_option
@pass_speaker
def list_children(speaker: Speaker, file: Path, passphrase_file: Path | None, as_json: bool) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    if as_json:
        speaker.json([_child_json(each) for each in opened.children])
        return
    rows = [(each.name, str(len(each.diplomas())), each.did) for each in opened.children]
    if not rows:
        speaker.say(N_("No child is in the wallet yet. Add one with “vcwallet wallet child add”."))
        return
    speaker.table([N_("Child"), N_("Diplomas"), N_("Id")], rows)
    for each in opened.children:
        if (handover := each.handover) is not None:
            speaker.say(
                N_("{child} has a wallet of their own since {day}; this one has their keys no longer.")
                if handover.let_go
                else N_("{child} has a wallet of their own since {day}."),
                child=each.name,
                day=handover.day,
            )


def _child_json(one: Child) -> JsonObject:
    return {
        "name": one.name,
        "id": one.did,
        "diplomas": len(one.diplomas()),
        **({} if one.handover is None else {"ownWalletSince": timestamps.render(one.handover.day)}),
        **one.profile.to_json(),
    }


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
@overwrite_option
@json_option
@now_option
@pass_speaker
def request_id(
    speaker: Speaker,
    file: Path,
    passphrase_file: Path | None,
    child_name: str | None,
    domain: str | None,
    out: Path | None,
    as_json: bool,
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
    write = None if out is None else place(speaker, out)
    opened = open_wallet(speaker, file, passphrase_file)
    chosen = child_of(opened, child_name)
    proof = opened.prove_id(chosen, to=domain, now=moment(now))
    if write is not None:
        write(writing.render(proof, form, speaker.language))
    if as_json:
        speaker.json({"child": chosen.name, "id": chosen.did, "proof": proof.presentation})
    else:
        speaker.data(chosen.did + "\n")
