"""Making a recovery sheet: of a family's wallet and of an issuer's keys.

Whoever makes one sees to it that at every moment whatever is on paper opens the file: the new code is in the
file before the page is written, and codes of earlier sheets are closed when somebody has read the new page.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from vcwallet.bundle.recovery_sheet import RecoverySheet, SheetOf, demand_form
from vcwallet.cli.passphrases import SAVED_PATH, until_right
from vcwallet.cli.speak import Speaker, option, somebody_there
from vcwallet.errors import N_, UsageError
from vcwallet.sealed_file import Disk, PrintedCode
from vcwallet.sealed_file.recovery_codes import SHARES, Group, groups_to_read

sheet_option = option("--out", required=True, type=SAVED_PATH, help=N_("Where the sheet goes: .pdf or .txt."))
unconfirmed_option = option("--yes", is_flag=True, help=N_("Do not ask for two groups of the code back."))
_PROGRAM: Final = N_("The program: vcwallet, a free package of Python (pypi.org; “pip install vcwallet”).")
_HOW: Final = {
    SheetOf.WALLET: (
        _PROGRAM,
        N_(
            "To open: “vcwallet wallet restore --recovery”, and type the code with its hyphens or without, in"
            " any case; or give it a photo of this page, and delete the photo."
        ),
        N_(
            "Once a year try “vcwallet wallet selftest”: it names the sheets that open the file. Is {number}"
            " one?"
        ),
    ),
    SheetOf.KEYS: (
        _PROGRAM,
        N_(
            "To open: “vcwallet issuer passphrase --recovery”, and type the code with its hyphens or without,"
            " in any case; or give it a photo of this page, and delete the photo."
        ),
    ),
    SheetOf.STANDBY: (_PROGRAM,),
}


def check_sheet_place(out: Path, *, unconfirmed: bool, shared: bool = False) -> None:
    """Raise now, before anything is asked or made, what would stop a sheet from being written and read.

    Raises UsageError: ``recovery-sheet.form``, ``recovery-sheet.exists``, ``recovery-sheet.no-folder``,
    ``cli.code-unconfirmed``.
    """
    demand_form(out.suffix)
    if not out.absolute().parent.is_dir():
        raise UsageError(
            "recovery-sheet.no-folder",
            N_("There is no folder {folder}."),
            next_step=N_("Make it, or choose another."),
            folder=str(out.parent)[-64:],
        )
    for name in sheet_names(out, SHARES if shared else 1):
        if name.exists():
            raise UsageError(
                "recovery-sheet.exists",
                N_("{file} is there already. Nothing was written."),
                next_step=N_("Choose another name, or delete the file if it is an old sheet."),
                file=name.name[-64:],
            )
    if not unconfirmed and not somebody_there():
        raise UsageError(
            "cli.code-unconfirmed",
            N_("Somebody has to type two groups of the code from the sheet."),
            next_step=N_("Run it in a terminal, or say --yes."),
        )


def sheet_names(out: Path, pages: int) -> tuple[Path, ...]:
    """The files of a sheet: `out`, or with a number in the name where there are several."""
    if pages == 1:
        return (out,)
    return tuple(out.with_stem(f"{out.stem} {number}") for number in range(1, pages + 1))


def write_sheet(
    speaker: Speaker,
    sheet: RecoverySheet,
    out: Path,
    *,
    unconfirmed: bool,
    save: Callable[[], object],
    withdraw: Callable[[], object] = lambda: None,
) -> None:
    """Write the sheet, have groups typed from it, and `save`: the code is on paper.

    What nobody read is taken away again, and `withdraw` called. Raises UsageError (``cli.code-typo``), what
    making the page and writing it raises, and what `save` and `withdraw` raise.
    """
    written: list[Path] = []
    try:
        how = [speaker.text(line, number=sheet.number) for line in _HOW[sheet.of]]
        pages = sheet.pages(out.suffix, speaker.language, how)
        for path, page in zip(sheet_names(out, len(pages)), pages, strict=True):
            # The one secret that is meant to leave: for its owner only, and never over another file.
            Disk().write_new(path, page)
            written.append(path)
        if not unconfirmed:
            _have_it_read(speaker, sheet.printed)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        withdraw()
        raise
    save()


def _have_it_read(speaker: Speaker, printed: PrintedCode) -> None:
    """Groups, typed from the page: nobody learns in eleven years that the printer was out of ink."""
    speaker.say(N_("Open or print the sheet now."))
    question = N_("Share {place}, group {number}") if len(printed.codes) > 1 else N_("Group {number}")
    for group in groups_to_read(printed.codes, os.urandom):

        def attempt(group: Group = group) -> None:
            if not group.is_read_as(speaker.ask(question, place=group.place, number=group.number)):
                raise UsageError(
                    "cli.code-typo",
                    N_("That is not what the sheet says."),
                    next_step=N_("Read the group from the sheet again."),
                )

        until_right(speaker, attempt)
