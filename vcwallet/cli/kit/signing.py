"""`vcwallet kit sign`: one person's signature on a draft."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from vcwallet import limits
from vcwallet.cli.kit.maker_words import (
    MakerCommand,
    as_json_option,
    checked,
    draft_json,
    instead_option,
    key_option,
    opened_key,
    say_draft,
    say_standings,
)
from vcwallet.cli.speak import (
    Speaker,
    argument,
    option,
    own_file,
    pass_speaker,
    passphrase_option,
    yes_option,
)
from vcwallet.cli.values import moment, now_option
from vcwallet.errors import N_
from vcwallet.files import read_file, write_result


@click.command(
    cls=MakerCommand,
    help=N_(
        "Sign a draft with your key, after a look at what it changes.\n\n"
        "The signature is added to DRAFT itself, which then goes to the next person. The key remembers what"
        " it signed: another draft of the same version is signed only with --instead."
    ),
)
@argument("draft_file", metavar="DRAFT", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@key_option
@instead_option
@option("--another-kit", is_flag=True, help=N_("The key signs in this kit too, besides another one."))
@passphrase_option
@yes_option
@now_option
@as_json_option
@pass_speaker
def sign(
    speaker: Speaker,
    draft_file: Path,
    key_file: Path,
    instead: bool,
    another_kit: bool,
    passphrase_file: Path | None,
    yes: bool,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.verifier.kit.draft import Draft
    from vcwallet.verifier.kit.publishing import demand_before

    at = moment(now)
    with own_file(draft_file):
        draft = Draft.loads(read_file(draft_file, limits.KIT_ZIP_BYTES))
        demand_before(draft, now=at)
        manifest, content, before = draft.manifest, draft.content, draft.content_before
    checked(speaker, manifest, content, before, at)
    if not as_json:
        say_draft(speaker, draft, at)
    key = opened_key(speaker, key_file, passphrase_file)
    draft.waiting_for(key.public_key)
    speaker.confirm(N_("Sign this?"), yes=yes)
    signed = key.signed(draft, instead=instead, another_kit=another_kit)
    write_result(draft_file, signed.dumps())
    if as_json:
        speaker.json({"draft": str(draft_file), **draft_json(signed, at)})
        return
    say_standings(speaker, signed.standings())
    missing = any(each.missing for each in signed.standings())
    speaker.say(
        N_("{file}: signed. It goes to the next person.")
        if missing
        else N_("{file}: signed, and enough have. It can be published."),
        file=str(draft_file),
    )
