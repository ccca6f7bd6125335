"""`vcwallet issuer blank`: an empty sheet to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vcwallet.cli.issuer.words import as_json_option, issuer_folder, next_command
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker
from vcwallet.errors import N_, UsageError
from vcwallet.files import replace_file

if TYPE_CHECKING:
    from vcwallet.issuer import Template


@click.command(
    cls=Command,
    help=N_(
        "Make an empty sheet to fill in: the headers of a template, lists of the values it takes,"
        " examples.\n\n"
        "NAME is a template of the issuer's folder, or a kit or a template of a kit. Columns whose value"
        " issuer.toml gives for the whole sheet are left out."
    ),
)
@argument("name", metavar="NAME")
@option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("The .xlsx to write; otherwise it has the name of the template."),
)
@issuer_folder
@as_json_option
@pass_speaker
def blank(speaker: Speaker, name: str, out: Path | None, directory: Path, as_json: bool) -> None:
    from vcwallet.issuer import blank_sheet

    template, given = _template(name, directory)
    file = out or Path(f"{template.id}.xlsx")
    if file.suffix.casefold() != ".xlsx" or file.exists():
        raise UsageError(
            "issuer.blank-file",
            N_("{file} is there already, or does not end in .xlsx."),
            next_step=N_("Name a new file with --out."),
            file=str(file),
        )
    replace_file(file, blank_sheet.blank(template, speaker.language, given=given), public=True)
    columns = [column.headers[0] for column in template.columns if column.key not in given]
    if as_json:
        speaker.json({"file": str(file), "template": template.id, "columns": [*columns]})
        return
    speaker.say(
        N_("{file}: an empty sheet for “{name}”. Fill it in, then: {command}"),
        file=str(file),
        command=next_command(directory, "check", str(file)),
        name=template.names[speaker.language.code],
    )


def _template(name: str, directory: Path) -> tuple[Template, frozenset[str]]:
    """The template that is meant, and the keys of the columns that need no place in the sheet."""
    from vcwallet.issuer import Issuer

    if (directory / "issuer.toml").is_file():
        with Issuer.open(directory) as issuer:
            if name in issuer.settings.templates:
                template = issuer.template(name)
                return template, frozenset(key for key, value in issuer.given(template).items() if value)
    kits = Issuer.kits()
    for kit in kits:
        for template in kit.templates:
            if name in (kit.name, template.id):
                return template, frozenset()
    raise UsageError(
        "issuer.no-such-kit-or-template",
        N_("There is no kit and no template “{name}”."),
        next_step=N_("Choose one of: {known}."),
        name=name[:64],
        known=", ".join(template.id for kit in kits for template in kit.templates),
    )
