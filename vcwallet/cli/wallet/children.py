"""`vcwallet wallet child, request-id`: the children and their ids."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from vcwallet.bundle import writing
from vcwallet.bundle.writing import BundleForm
from vcwallet.cli.files import overwrite_option, place
from vcwallet.cli.speak import Command, Group, Speaker, option, pass_speaker, passphrase_option
from vcwallet.cli.values import moment, now_option
from vcwallet.cli.wallet.opening import (
    child_of,
    child_option,
    file_argument,
    json_option,
    open_wallet,
    save_wallet,
)
from vcwallet.credentials.open_badges import parse_date
from vcwallet.errors import N_, UsageError
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import Child, Profile


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
            "wallet.birth-date", N_("“{value}” is not a date such as 17.05.2009."), value=given[:32]
        )
    return parsed


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
    profile = Profile(given, family, patronymic, _born(born))
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
    speaker.table([N_("Child"), N_("Diplomas"), N_("Id")], rows)


def _child_json(one: Child) -> JsonObject:
    return {"name": one.name, "id": one.did, "diplomas": len(one.diplomas()), **one.profile.to_json()}


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
