"""`vcwallet kit key|init|paper`: the maintainer's keys and folder, and the paper with the fingerprint."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from vcwallet.cli.kit.maker_words import (
    MakerCommand,
    as_json_option,
    keys_place,
    kit_folder,
    made_keys,
    public_key,
    say_key,
)
from vcwallet.cli.passphrases import SAVED_PATH, first_passphrase
from vcwallet.cli.speak import Speaker, argument, option, pass_speaker, passphrase_option
from vcwallet.cli.values import moment, now_option
from vcwallet.errors import N_, UsageError
from vcwallet.files import check_place, write_result

if TYPE_CHECKING:
    from vcwallet.identifiers.keys import PublicKey
    from vcwallet.verifier.kit.keys import KitKey
    from vcwallet.verifier.kit.layout import Manifest

ROOTS: Final = 3
ROOTS_NEEDED: Final = 2
TARGETS: Final = 2
_HOW: Final = (
    N_("The program: vcwallet, a free package of Python (pypi.org; “pip install vcwallet[kit]”)."),
    N_("To install the kit: “vcwallet kit update FILE”; it asks for the last groups of the fingerprint."),
)


@click.command(
    cls=MakerCommand,
    help=N_(
        "Make a key that signs kits, in FILE.\n\n"
        "Whoever signs makes a key on their own computer, and sends the maintainer the line that begins with"
        " z. The file stays with its owner."
    ),
)
@argument("file", type=SAVED_PATH)
@passphrase_option
@as_json_option
@pass_speaker
def key(speaker: Speaker, file: Path, passphrase_file: Path | None, as_json: bool) -> None:
    from vcwallet.verifier.kit.keys import KitKey

    if not file.absolute().parent.is_dir():
        raise UsageError(
            "kit.no-place",
            N_("There is no folder {folder}."),
            next_step=N_("Make it, or choose another."),
            folder=str(file.parent)[-64:],
        )
    made = KitKey.create(file, first_passphrase(speaker, passphrase_file))
    if as_json:
        speaker.json({"file": str(file), **_key_json(made)})
        return
    say_key(speaker, file, made)


@click.command(
    cls=MakerCommand,
    help=N_(
        "Begin a kit in FOLDER: its keys, and the paper with its fingerprint.\n\n"
        "Three people hold the root keys, and two of them are needed to say who else signs; two people may"
        " sign what is believed, one the lists of revoked diplomas, and one computer publishes. Each types"
        " their own passphrase. With --alone one person does all of it, with one passphrase."
    ),
)
@argument("directory", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@option(
    "--kit",
    required=True,
    metavar="NAME",
    help=N_("How the kit is called in files, in small Latin letters; it never changes."),
)
@option("--name", required=True, metavar="TEXT", help=N_("How the kit is called, for people."))
@option("--maintainer", default="", metavar="TEXT", help=N_("Who maintains it, for people."))
@option("--contact", default="", metavar="TEXT", help=N_("Telephone or address for questions."))
@option(
    "--keys",
    "keys_folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help=N_("Where the files of the keys go; otherwise into “keys” beside the folder."),
)
@option(
    "--root-key",
    "root_keys",
    multiple=True,
    metavar="KEY",
    help=N_("A root key that its owner made with “kit key”; no root keys are made then. May be repeated."),
)
@option("--alone", is_flag=True, help=N_("One person only: one root key, one passphrase."))
@option(
    "--targets-needed",
    type=click.IntRange(1, TARGETS),
    default=1,
    show_default=True,
    metavar="NUMBER",
    help=N_("How many of the two must sign what is believed; 2 for a whole country."),
)
@option(
    "--paper",
    type=SAVED_PATH,
    metavar="FILE",
    help=N_("Where the paper goes, .pdf or .txt; otherwise paper.pdf in the folder."),
)
@passphrase_option
@now_option
@as_json_option
@pass_speaker
def init(
    speaker: Speaker,
    directory: Path,
    kit: str,
    name: str,
    maintainer: str,
    contact: str,
    keys_folder: Path | None,
    root_keys: tuple[str, ...],
    alone: bool,
    targets_needed: int,
    paper: Path | None,
    passphrase_file: Path | None,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.verifier.kit import making
    from vcwallet.verifier.kit.folder import MaintainerFolder, demand_new
    from vcwallet.verifier.kit.layout import Manifest
    from vcwallet.verifier.kit.roles import Holders, Roles
    from vcwallet.verifier.trusted_issuer import SLUG

    at = moment(now)
    code = speaker.language.code
    manifest = Manifest(
        kit,
        {code: name},
        maintainer={code: maintainer} if maintainer else {},
        contact=contact or None,
    )
    if not SLUG.fullmatch(kit):
        raise UsageError(
            "kit.kit-name",
            N_("A kit cannot be called “{kit}” in files."),
            next_step=N_("Use small Latin letters, digits and hyphens, such as vymysel."),
            kit=kit[:64],
        )
    demand_new(directory)
    page = paper or directory / "paper.pdf"
    _demand_paper(page)
    check_place(page, inputs=[], may_replace=lambda _: False)
    given = [public_key(each) for each in root_keys]
    if given and not alone and len(given) < ROOTS_NEEDED:
        raise UsageError(
            "kit.roots-few",
            N_("With one root key alone one person could put anybody in charge."),
            next_step=N_("Give --root-key of two people or more; three are usual. Or say --alone."),
        )
    place = keys_folder or keys_place(directory)
    files = [place / f"{each}.vcw" for each in _names(alone, roots=not given)]
    made = made_keys(speaker, files, passphrase_file, alone=alone)
    try:
        public = {each.path.stem: each.public_key for each in made}
        roots = tuple(given) or _of(public, "root")
        roles = Roles(
            root=Holders(roots, 1 if alone else min(ROOTS_NEEDED, len(roots))),
            targets=Holders(_of(public, "targets"), 1 if alone else targets_needed),
            status=Holders(_of(public, "status")),
            publishing=Holders(_of(public, "timestamp")),
        )
        draft = making.initialise(roles, now=at)
        for each in made:
            each.bind(draft.fingerprint)
            if each.public_key in roots:
                draft = each.signed(draft)
        content = _page(speaker, page, manifest, draft.fingerprint, at)
        folder = MaintainerFolder.create(directory, manifest, roles, draft.kit)
    except BaseException:
        for each in made:
            each.remove()
        raise
    for each in made:
        each.forget_state_before()
    write_result(page, content)
    if as_json:
        speaker.json(
            {
                "folder": str(folder.path),
                "fingerprint": draft.fingerprint,
                "paper": str(page),
                "keys": [
                    {"file": str(file), **_key_json(each)} for file, each in zip(files, made, strict=True)
                ],
            }
        )
        return
    speaker.say(N_("{folder}: the kit {kit}."), folder=str(directory), kit=kit)
    speaker.say(N_("Fingerprint of the kit: {fingerprint}"), fingerprint=draft.fingerprint)
    for file, each in zip(files, made, strict=True):
        say_key(speaker, file, each)
    speaker.say(
        N_("{file}: the paper. Print it for every office, and say the fingerprint by telephone."),
        file=str(page),
    )
    if not given:
        speaker.say(N_("Move each root key to a stick of its own, and keep the sticks apart."))
    speaker.say(
        N_("Next: put files in with “{command}”."),
        command=f"vcwallet kit add --dir {directory} {speaker.text('FILE')}",
    )


@click.command(
    cls=MakerCommand,
    help=N_("Print the paper with the fingerprint of the kit once more: .pdf, or .txt to copy by pen."),
)
@argument("out", metavar="FILE", type=SAVED_PATH)
@kit_folder
@now_option
@as_json_option
@pass_speaker
def paper(speaker: Speaker, out: Path, directory: Path, now: datetime | None, as_json: bool) -> None:
    from vcwallet.verifier.kit.draft import fingerprint
    from vcwallet.verifier.kit.folder import MaintainerFolder

    folder = MaintainerFolder.open(directory)
    _demand_paper(out)
    check_place(out, inputs=[], may_replace=lambda _: False)
    shown = fingerprint(folder.published())
    write_result(out, _page(speaker, out, folder.manifest, shown, moment(now)))
    if as_json:
        speaker.json({"paper": str(out), "fingerprint": shown})
        return
    speaker.say(
        N_("{file}: the paper. Print it for every office, and say the fingerprint by telephone."),
        file=str(out),
    )


def _names(alone: bool, *, roots: bool) -> list[str]:
    """What the files of the first keys are called."""
    if alone:
        return [*(["root"] if roots else []), "targets", "status", "timestamp"]
    return [
        *(f"root-{number}" for number in range(1, ROOTS + 1) if roots),
        *(f"targets-{number}" for number in range(1, TARGETS + 1)),
        "status",
        "timestamp",
    ]


def _of(public: dict[str, PublicKey], role: str) -> tuple[PublicKey, ...]:
    return tuple(key for name, key in public.items() if name.partition("-")[0] == role)


def _key_json(made: KitKey) -> dict[str, str]:
    return {"key": made.public_key.multibase, "fingerprint": made.public_key.fingerprint}


def _demand_paper(page: Path) -> None:
    """Raise now what would stop the page from being written: its form, or a part that is not installed."""
    from vcwallet import printing
    from vcwallet.verifier.kit.paper import demand_form

    demand_form(page.suffix)
    if page.suffix.lower() == ".pdf":
        printing.demand_typst()


def _page(speaker: Speaker, page: Path, manifest: Manifest, fingerprint: str, at: datetime) -> bytes:
    from vcwallet.verifier.kit.paper import KitPaper

    how = [speaker.text(line) for line in _HOW]
    return KitPaper(manifest, fingerprint, at.date()).page(page.suffix, speaker.language, how)
