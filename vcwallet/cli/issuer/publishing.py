"""`vcwallet issuer publish`: the files that others need to check diplomas, and the pages that say how."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from vcwallet import timestamps
from vcwallet.cli.issuer.words import PROMPT, as_json_option, issuer_folder, next_command
from vcwallet.cli.passphrases import with_passphrase
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker, passphrase_option
from vcwallet.cli.values import moment, now_option
from vcwallet.errors import N_, UsageError
from vcwallet.speaking.issuers import SITE_STANDINGS

if TYPE_CHECKING:
    from vcwallet.issuer import Issuer, SiteFile
    from vcwallet.strict_json import Json


@click.command(
    cls=Command,
    help=N_(
        "Write the identifier document, the lists of revoked diplomas and pages for people into FOLDER:"
        " static files for the site, or to hand out where there is no site.\n\n"
        "What lies there already is read first: a list is not replaced by an older one, nor by one that calls"
        " fewer diplomas revoked. With --check nothing is written. Without FOLDER it is the one of the last"
        " time."
    ),
)
@argument("site_dir", metavar="[FOLDER]", required=False, type=click.Path(file_okay=False, path_type=Path))
@option(
    "--check",
    "checked",
    metavar="SOURCE",
    help=N_("Compare what is published, at a folder or an address (https://…), with the register."),
)
@option(
    "--renew",
    is_flag=True,
    help=N_("Publish only if something there is missing, behind, or ends within 30 days."),
)
@option(
    "--lose",
    "losing",
    metavar="WHAT",
    multiple=True,
    type=click.Choice(["revocations", "newer-lists", "keys"]),
    help=N_(
        "What may be lost of what is published there: revocations, newer-lists or keys; may be repeated."
    ),
)
@issuer_folder
@passphrase_option
@now_option
@as_json_option
@pass_speaker
def publish(
    speaker: Speaker,
    site_dir: Path | None,
    checked: str | None,
    renew: bool,
    losing: tuple[str, ...],
    directory: Path,
    passphrase_file: Path | None,
    now: datetime | None,
    as_json: bool,
) -> int:
    from vcwallet.issuer import Issuer, Loss, reading

    at = moment(now)
    with Issuer.open(directory) as issuer:
        site = issuer.settings.site
        if checked is not None:
            remote = checked.startswith("https://")
            if remote:
                from vcwallet import fetch

                found = issuer.compare_site(checked, fetch.get, now=at)
            else:
                found = issuer.compare(reading(Path(checked)), now=at)
            return _say_compared(speaker, issuer, checked, found, as_json=as_json)
        target = site_dir or issuer.site_folder
        if target is None:
            raise UsageError(
                "publish.where",
                N_("Nothing was published yet, so it is not known where to."),
                next_step=N_("Name the folder of the site: vcwallet issuer publish FOLDER"),
            )
        if renew:
            found = issuer.compare(reading(target), now=at)
            if all(each.standing == "same" for each in found):
                return _say_nothing_to_renew(speaker, issuer, target, found, as_json=as_json)
        with_passphrase(speaker, passphrase_file, prompt=PROMPT, use=issuer.unlock)
        written = issuer.publish(target, now=at, losing=[Loss(each) for each in losing])
    if as_json:
        speaker.json({"files": [str(path) for path in written], "site": site or None})
        return 0
    for path in written:
        speaker.say("{file}", file=str(path))
    if site:
        speaker.say(N_("Put the content of {folder} at {site}/."), folder=str(target), site=site)
        speaker.say(
            N_("Then look whether it is there: {command}"),
            command=next_command(directory, "publish", "--check", site),
        )
    return 0


def _say_compared(
    speaker: Speaker, issuer: Issuer, place: str, found: tuple[SiteFile, ...], *, as_json: bool
) -> int:
    wrong = [each for each in found if each.standing != "same"]
    if as_json:
        speaker.json({"place": place, "files": _as_json(found), "asItShouldBe": not wrong})
    else:
        speaker.table(
            (N_("File"), N_("How it stands"), N_("In force until")),
            [
                (
                    each.path,
                    speaker.text(SITE_STANDINGS[each.standing]),
                    issuer.today(each.until) if each.until is not None else "",
                )
                for each in found
            ],
        )
        if wrong:
            speaker.warn(N_("Publish anew: {number} files are not as they should be."), number=len(wrong))
    return _NOT_ALL if wrong else 0


_NOT_ALL: Final = 5
"""The exit status when something that is published is not as it should be."""


def _as_json(found: tuple[SiteFile, ...]) -> list[Json]:
    return [
        {
            "file": each.path,
            "standing": each.standing.value,
            "until": timestamps.render(each.until) if each.until is not None else None,
        }
        for each in found
    ]


def _say_nothing_to_renew(
    speaker: Speaker, issuer: Issuer, target: Path, found: tuple[SiteFile, ...], *, as_json: bool
) -> int:
    if as_json:
        speaker.json({"files": [], "place": str(target)})
        return 0
    ends = [each.until for each in found if each.until is not None]
    speaker.say(N_("Everything in {folder} is as it should be."), folder=str(target))
    if ends:
        speaker.say(N_("The lists are in force until {day}."), day=issuer.today(min(ends)))
    return 0
