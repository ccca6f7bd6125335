"""The command line. Commands parse what was typed, call one role, and tell a person what came of it.

Every command module is imported when its command runs, so `vcwallet --help` costs little more than click.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from vcwallet.cli.speak import Group, Option, Speaker, choose_language, option, run
from vcwallet.errors import N_

COMMANDS = {
    "open": (
        "vcwallet.cli.open:open_pages",
        N_("Open pages in your browser: everything without a terminal."),
    ),
    "issuer": ("vcwallet.cli.issuer:issuer", N_("Sign diplomas from a spreadsheet, revoke, publish.")),
    "wallet": (
        "vcwallet.cli.wallet:wallet",
        N_("Keep a family's diplomas in one file and show some of them."),
    ),
    "trust": ("vcwallet.cli.trust:trust", N_("Choose the issuers you believe.")),
    "kit": ("vcwallet.cli.kit:kit", N_("Install or make a kit: whom to believe, and what was revoked.")),
    "request": ("vcwallet.cli.request:request", N_("Ask a family for what you need, as a file or a code.")),
    "verify": ("vcwallet.cli.verify:verify", N_("Check what was shown: picture, PDF, file or scanned text.")),
    "verify-folder": (
        "vcwallet.cli.verify_folder:verify_folder",
        N_("Check what all applicants handed in: a row for each in results.xlsx."),
    ),
    "desk": ("vcwallet.cli.desk:desk", N_("Make the key that signs your office's receipts.")),
    "seen": ("vcwallet.cli.seen:seen", N_("Look after the register of what was shown before.")),
    "policy": (
        "vcwallet.cli.policy:policy",
        N_("Write the admission rules of a university as data, and try them."),
    ),
    "page": (
        "vcwallet.cli.page:page",
        N_("Build a page for your university's site that checks diplomas in the browser."),
    ),
    "scan": (
        "vcwallet.cli.scan:scan",
        N_("Read the codes of a picture or PDF and write down what they hold."),
    ),
    "inspect": (
        "vcwallet.cli.inspect:inspect",
        N_("Say what any file is and what it says of itself, without checking it."),
    ),
    "serve": ("vcwallet.cli.serve:serve", N_("Let a second desk in the same room check diplomas.")),
    "demo": ("vcwallet.cli.demo:demo", N_("Play the whole story in a folder: sign, keep, show, check.")),
}

_READS = (["verify"], ["scan"], ["inspect"], ["wallet", "add"])
"""Commands that open the pictures and PDFs they are given."""

UNLISTED = {"conformance": "vcwallet.conformance.commands:conformance"}
"""Commands that no person needs: help does not show them."""


@click.group(
    cls=Group,
    lazy=COMMANDS,
    unlisted=UNLISTED,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=N_(
        "Pupils' achievements: signed by those who saw them, kept by the family,"
        " believed offline by those who need to know."
    ),
)
@option(
    "--lang",
    type=click.Choice(["ru", "en"]),
    expose_value=False,
    is_eager=True,
    help=N_("Language of what you read; otherwise that of your system."),
)
@click.version_option(
    package_name="vcwallet", message="%(prog)s %(version)s", cls=Option, help=N_("Show the version and exit.")
)
def command_line() -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit status.

    0 done or confirmed, 1 refused (only a report says so), 2 wrong usage or something wrong in the user's
    own files, 3 not known, 4 unreadable input, 5 only partly or nothing confirmed, 6 the computer could not
    do it, 70 a mistake of the program, 130 interrupted.
    """
    language, given = choose_language(sys.argv[1:] if arguments is None else arguments)
    if given[:1] in _READS or given[:2] in _READS:
        from vcwallet.bundle import opening_ahead

        opening_ahead.start(given)
    sys.exit(run(command_line, given, Speaker(language)))
