"""What several commands of an issuer share: options, and how an issuer and a line are told."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from vcwallet import timestamps
from vcwallet.cli.speak import Speaker, option
from vcwallet.errors import N_, VcwalletError

if TYPE_CHECKING:
    from vcwallet.issuer import Issuer, RegisterLine
    from vcwallet.strict_json import JsonObject

PROMPT: Final = N_("Passphrase of the issuer's keys")


def _warn_of_ending_lists(context: click.Context, _: click.Parameter, folder: Path) -> Path:
    """Say after the command that the published lists end soon: without them verifiers cannot tell."""

    def warn() -> None:
        from vcwallet.issuer import RENEWED_BEFORE, Issuer

        speaker = context.find_object(Speaker)
        at = context.params.get("now") or datetime.now(UTC)
        with suppress(VcwalletError, OSError), Issuer.open(folder) as issuer:
            end = issuer.lists_end
            if speaker is not None and end is not None and end - at <= RENEWED_BEFORE:
                speaker.warn(
                    N_(
                        "The published lists of revoked diplomas are in force until {day} only: run {command}"
                    ),
                    day=issuer.today(end),
                    command=next_command(folder, "publish", "--renew"),
                )

    if not context.resilient_parsing:
        context.call_on_close(warn)
    return folder


issuer_folder = option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="FOLDER",
    help=N_("The issuer's folder; otherwise the one you are in."),
    callback=_warn_of_ending_lists,
)
as_json_option = option("--json", "as_json", is_flag=True, help=N_("Write the answer as JSON."))


def identity(issuer: Issuer) -> JsonObject:
    return {
        "name": {"ru": issuer.settings.name.ru, "en": issuer.settings.name.en},
        "id": issuer.id,
        "keys": [
            {
                "id": method.id,
                "type": method.public_key.type.value,
                "fingerprint": method.public_key.fingerprint,
                "use": issuer.use_of(method).value,
            }
            for method in issuer.document.verification_methods
        ],
        "fieldsCanBeHidden": issuer.lets_fields_be_hidden,
    }


def say_identity(speaker: Speaker, issuer: Issuer) -> None:
    from vcwallet.issuer import KeyUse

    words = {
        KeyUse.DAILY: N_("Key {type}, fingerprint {fingerprint}"),
        KeyUse.STANDBY: N_("Standby key {type}, fingerprint {fingerprint}"),
        KeyUse.OVER: N_("Key {type} until {expires}, fingerprint {fingerprint}"),
        KeyUse.COMPROMISED: N_("Compromised key {type}, fingerprint {fingerprint}"),
    }
    speaker.say(N_("Identifier: {id}"), id=issuer.id)
    for method in issuer.document.verification_methods:
        speaker.say(
            words[issuer.use_of(method)],
            type=method.public_key.type.value,
            fingerprint=method.public_key.fingerprint,
            expires=method.expires or "",
        )
    if issuer.standby_file is not None:
        speaker.say(
            N_(
                "The standby keys still lie in the folder. Move them to a stick for the safe, and print the"
                " sheet that opens them: {command}"
            ),
            command=next_command(
                issuer.keystore_file.parent, "standby", speaker.text(N_("STICK")), "--out", "standby.pdf"
            ),
        )


def say_invented(speaker: Speaker, issuer: Issuer) -> None:
    """Which values of issuer.toml are still the kit's invented ones, so that nothing can be signed."""
    found = dict.fromkeys(f"{each.key} = «{each.value}»" for each in issuer.invented)
    if found:
        speaker.warn(
            N_("Invented by the kit, and never signed: {values}. Write your own into {file}."),
            values="; ".join(found),
            file=str(issuer.settings_file),
        )


def next_command(folder: Path, *words: str) -> str:
    """A command of the issuer that can be typed as it stands, for the folder that this one was about."""
    from subprocess import list2cmdline

    place = () if folder == Path() else ("--dir", str(folder))
    return list2cmdline(["vcwallet", "issuer", *words, *place])


def publish_next(speaker: Speaker, folder: Path) -> str:
    return next_command(folder, "publish", speaker.text(N_("FOLDER")))


def problem(speaker: Speaker, error: VcwalletError) -> JsonObject:
    """An error as JSON: its code stays, its sentences are in the language of the session."""
    step = speaker.language.next_step(error)
    told: JsonObject = {"code": error.code, "message": speaker.language.error(error)}
    return {**told, "nextStep": step} if step else told


def numbers(rows: Iterable[int]) -> str:
    known = list(rows)
    return ", ".join(str(number) for number in known[:20]) + (" …" if len(known) > 20 else "")


def line_as_json(line: RegisterLine) -> JsonObject:
    return {
        "number": line.number,
        "id": line.id,
        "template": line.template,
        "signed": timestamps.render(line.created),
        "state": line.state.value,
        "revoked": timestamps.render(line.revoked) if line.revoked is not None else None,
        "reason": line.reason,
        "replaces": line.replaces,
        "replacedBy": line.replaced_by,
    }
