"""`vcwallet issuer list|revoke`: what was issued, and what becomes of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import click

from vcwallet.cli.issuer.words import as_json_option, identity, issuer_folder, line_as_json, say_identity
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker
from vcwallet.cli.values import moment, now_option
from vcwallet.errors import N_

_SHOWN_ENTRIES: Final = 50


def diploma(named: str) -> str | Path:
    """What a person named a diploma by: a file, an id or a number."""
    return Path(named) if not named.startswith("urn:") and Path(named).is_file() else named


@click.command(
    "list", cls=Command, help=N_("Who issues here and what was issued; the register holds no names.")
)
@option("--all", "everything", is_flag=True, help=N_("Every diploma, not only the last ones."))
@issuer_folder
@as_json_option
@pass_speaker
def list_(speaker: Speaker, directory: Path, everything: bool, as_json: bool) -> None:
    from vcwallet.issuer import Issuer, State

    states = {State.ISSUED: N_("issued"), State.RESERVED: N_("not finished"), State.REVOKED: N_("revoked")}
    last = None if everything else _SHOWN_ENTRIES
    with Issuer.open(directory) as issuer:
        counts = issuer.counts()
        if as_json:
            speaker.json(
                {
                    **identity(issuer),
                    "counts": {state.value: counts.get(state, 0) for state in State},
                    "diplomas": [line_as_json(line) for line in issuer.lines(last=last)],
                }
            )
            return
        speaker.say("{name}", name=issuer.settings.name.ru)
        say_identity(speaker, issuer)
        for state, words in states.items():
            if counts.get(state):
                speaker.say("{state}: {number}", state=speaker.text(words), number=counts[state])
        speaker.table(
            (N_("No."), N_("Diploma"), N_("Template"), N_("Signed"), N_("State")),
            (
                (
                    f"{line.number:04d}",
                    line.id,
                    line.template,
                    line.created,
                    speaker.text(states[line.state]) + (f": {line.reason}" if line.reason else ""),
                )
                for line in issuer.lines(last=last)
            ),
        )
        everything_there = sum(counts.values())
        if last is not None and everything_there > last:
            speaker.say(
                N_("The last {shown} of {all} are shown; --all shows every one."),
                shown=last,
                all=everything_there,
            )


@click.command(
    cls=Command,
    help=N_(
        "Revoke a diploma, named by its id (urn:uuid:…) or its file.\n\n"
        "The reason stays in the register: the published list holds neither names nor reasons."
    ),
)
@argument("credential", metavar="ID")
@option("--reason", metavar="TEXT", help=N_("Why; for your own records only, it never leaves this folder."))
@issuer_folder
@now_option
@as_json_option
@pass_speaker
def revoke(
    speaker: Speaker,
    credential: str,
    reason: str | None,
    directory: Path,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer

    with Issuer.open(directory) as issuer:
        line = issuer.find(diploma(credential))
        changed = issuer.revoke(line.id, now=moment(now), reason=reason)
        line = issuer.find(line.id)
    if as_json:
        speaker.json({**line_as_json(line), "revokedBefore": not changed})
        return
    if not changed:
        speaker.say(N_("{id} was revoked before."), id=line.id)
        return
    speaker.say(N_("Revoked: {id}."), id=line.id)
    speaker.say(N_("It counts once the list is out: run “vcwallet issuer publish”."))
