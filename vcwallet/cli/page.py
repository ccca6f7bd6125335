"""`vcwallet page`: the verifier's page for a university's own site."""

from __future__ import annotations

import hashlib
import shlex
import sys
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import click

import vcwallet
from vcwallet.cli.files import overwrite_option, place
from vcwallet.cli.kit.maker_words import opened_key
from vcwallet.cli.kits import believed, kit_option, trust_option
from vcwallet.cli.open import pages_part
from vcwallet.cli.passphrases import SAVED_PATH
from vcwallet.cli.speak import Command, Group, Speaker, argument, option, pass_speaker, passphrase_option
from vcwallet.cli.values import demand_use, moment, now_option
from vcwallet.errors import N_
from vcwallet.page.believing import list_of_page
from vcwallet.page.checking import Built, check, packed
from vcwallet.page.runtime import Runtime
from vcwallet.page.signature import SIGNATURE
from vcwallet.strict_json import JsonObject
from vcwallet.timestamps import render
from vcwallet.verifier.office import recommended
from vcwallet.wallet.seen_saves import default_place

__all__ = ["page"]


@click.group(
    cls=Group,
    help=N_(
        "A page that checks diplomas in the visitor's own browser, for your university's site: a folder of"
        " files, without a server program behind it."
    ),
)
def page() -> None:
    pass


@page.command(
    "build",
    cls=Command,
    help=N_(
        "Write the page into FOLDER, with your trust list in it.\n\n"
        "Put FOLDER on your site as it is, under https. It works without a network after the first visit,"
        " asks no other site, and keeps nothing of what is shown. Build it anew when your trust list changes"
        " and when its lists of revoked diplomas grow old. The first language is that of --lang."
    ),
)
@argument("out", type=click.Path(file_okay=False, path_type=Path))
@trust_option
@kit_option
@option(
    "--name", default="", metavar="TEXT", help=N_("What your university calls itself, for the page's head.")
)
@option(
    "--fetch",
    is_flag=True,
    help=N_(
        "Get what the page is made of from npm and PyPI, each package by its digest, and prepare it with"
        " Node.js; once for each edition of vcwallet."
    ),
)
@option(
    "--runtime",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help=N_("Where what was fetched lies; otherwise the folder where your programs keep their state."),
)
@option(
    "--zip",
    "archive",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("Write the whole page as one zip too, to hand over and to compare by its digest."),
)
@option(
    "--key",
    "key_file",
    type=SAVED_PATH,
    metavar="FILE",
    help=N_("Sign the page with this key, which “vcwallet kit key” made."),
)
@passphrase_option
@overwrite_option
@now_option
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
@pass_speaker
def build_page(
    speaker: Speaker,
    out: Path,
    trust_file: Path | None,
    kit_place: str | None,
    name: str,
    fetch: bool,
    runtime: Path | None,
    archive: Path | None,
    key_file: Path | None,
    passphrase_file: Path | None,
    now: datetime | None,
    as_json: bool,
) -> None:
    demand_use("--key", key_file, passphrase_file=passphrase_file)
    with pages_part("page"):
        from vcwallet.page import building
    write = place(speaker, archive) if archive is not None else None
    at = moment(now)
    trust, kits = believed(trust_file, kit_place, at)
    folder = runtime or default_place() / "page"
    package = Path(vcwallet.__file__).parent.parent
    if fetch:
        speaker.aside(N_("Fetching from npm and PyPI what a page is made of; this takes a minute."))
        ready = Runtime.fetched(folder, package=package)
    else:
        ready = Runtime.ready(folder, package=package)
    key = None if key_file is None else opened_key(speaker, key_file, passphrase_file)
    listed = list_of_page(trust, kits)
    if not building.believed(listed, speaker.language.code):
        speaker.warn(
            N_(
                "Nobody whom the list names is believed yet, so the page will confirm nothing. Add issuers"
                " with “vcwallet trust add”, and build the page anew."
            )
        )
    edition = building.Edition(listed, recommended(kits), version("vcwallet"), speaker.language.code, name)
    was_signed = (out / SIGNATURE).exists()
    built, digest = building.build(out, edition, ready, now=at, key=key), ""
    if write is not None:
        content = packed(out)
        write(content)
        digest = hashlib.sha256(content).hexdigest()
    if was_signed and built.signer is None:
        speaker.warn(
            N_(
                "The page that lay in {folder} was signed, and the new one is not: whoever compares the"
                " signature refuses it. Build it again with --key."
            ),
            folder=str(out),
        )
    if as_json:
        speaker.json({**_json(out, built), **({"zip": str(archive), "zipSha256": digest} if digest else {})})
        return
    _tell(speaker, out, built)
    if built.signer is not None:
        speaker.say(N_("Publish this fingerprint in another place than the page."))
    speaker.say(
        N_(
            "To see it here: {python} -m http.server --directory {folder}, then http://localhost:8000/ in a"
            " browser. Opened as a file it does not work."
        ),
        # Debian has no program of the name “python”, and Windows none of the name “python3”.
        python="python" if sys.platform == "win32" else "python3",
        folder=shlex.quote(str(out)),
    )
    if digest:
        speaker.say(
            N_("{file}: SHA-256 {digest}. Publish this digest in another place than the page."),
            file=str(archive),
            digest=digest,
        )


@page.command(
    "check",
    cls=Command,
    help=N_(
        "Compare every file of PAGE, a folder or a zip, with the digests it was built with; name what differs"
        " and who signed it.\n\n"
        "A page that came from a mirror or on a stick is the university's when it was signed with the key"
        " whose fingerprint the university published: give that with --signed-by."
    ),
)
@argument("given", metavar="PAGE", type=click.Path(exists=True, path_type=Path))
@option(
    "--signed-by",
    metavar="FINGERPRINT",
    help=N_("Refuse a page that the key with this fingerprint, all eight groups, did not sign."),
)
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
@pass_speaker
def check_page(speaker: Speaker, given: Path, signed_by: str | None, as_json: bool) -> None:
    built = check(given, signed_by=signed_by)
    if as_json:
        speaker.json(_json(given, built))
        return
    _tell(speaker, given, built)
    if built.signer is not None and signed_by is None:
        speaker.say(
            N_(
                "Anybody can sign with a key of their own: compare this fingerprint with the one that the"
                " university published, or give that one with --signed-by."
            )
        )


def _tell(speaker: Speaker, place: Path, built: Built) -> None:
    speaker.say(
        N_("{folder}: {number} files, {size} MB, as they were built on {date}."),
        folder=str(place),
        number=built.files,
        size=f"{built.size / 1_000_000:.1f}",
        date=built.at,
    )
    speaker.say(N_("  Digest of the page: {digest}"), digest=built.digest)
    if built.signer is None:
        speaker.say(N_("  Nobody signed it."))
    else:
        speaker.say(N_("  Signed with the key {fingerprint}"), fingerprint=built.signer.fingerprint)


def _json(place: Path, built: Built) -> JsonObject:
    return {
        "page": str(place),
        "digest": built.digest,
        "files": built.files,
        "bytes": built.size,
        "built": render(built.at),
        "signedBy": None if built.signer is None else built.signer.fingerprint,
    }
