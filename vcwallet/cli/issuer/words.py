"""What several commands of an issuer share: options, and how an issuer and a line are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from vcwallet import timestamps
from vcwallet.cli.speak import Speaker, option
from vcwallet.errors import N_, VcwalletError
from vcwallet.speaking.issuers import KEY_USES, need_sentence

if TYPE_CHECKING:
    from vcwallet.issuer import Issuer, Need, RegisterLine
    from vcwallet.strict_json import JsonObject

PROMPT: Final = N_("Passphrase of the issuer's keys")


def _warn_of_ending_lists(context: click.Context, _: click.Parameter, folder: Path) -> Path:
    """Say after the command that the published lists end soon: without them verifiers cannot tell."""

    def warn() -> None:
        from vcwallet.issuer import Issuer, NeedKind

        speaker = context.find_object(Speaker)
        at = context.params.get("now") or datetime.now(UTC)
        with suppress(VcwalletError, OSError), Issuer.open(folder) as issuer:
            for need in issuer.health(at).needs:
                if speaker is not None and need.kind in (NeedKind.LISTS_ENDED, NeedKind.LISTS_END):
                    say_need(speaker, issuer, need)

    if not context.resilient_parsing:
        context.call_on_close(warn)
    return folder


def _folder_option(*, warn: bool) -> Callable[[Any], Any]:
    return option(
        "--dir",
        "directory",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path(),
        metavar="FOLDER",
        help=N_("The issuer's folder; otherwise the one you are in."),
        callback=_warn_of_ending_lists if warn else None,
    )


issuer_folder = _folder_option(warn=True)
examined_folder = _folder_option(warn=False)
"""For the command that says all of it anyway."""
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


_REMEDIES: Final[Mapping[str, tuple[str, ...]]] = {
    "settle": ("move",),
    "publish-changes": ("publish",),
    "publish-keys": ("publish",),
    "lists-ended": ("publish", "--renew"),
    "go-on": ("issue", N_("SHEET")),
    "back-up": ("backup", N_("FILE")),
    "lists-end": ("publish", "--renew"),
    "publish-first": ("publish", N_("FOLDER")),
    "publish-again": ("publish",),
    "recovery-sheet": ("recovery-sheet", "--out", "sheet.pdf"),
    "standby": ("standby", N_("STICK"), "--out", "standby.pdf"),
    "drill": ("restore", N_("FILE"), "--drill"),
}
"""The command for what is needed, by `NeedKind`; some name what a person fills in."""


def say_need(speaker: Speaker, issuer: Issuer, need: Need) -> None:
    """What is not as it should be, and the command that mends it."""
    told = need_sentence(need, speaker.language)
    if need.kind == "own-values":
        speaker.warn(N_("{told} Write your own into {file}."), told=told, file=str(issuer.settings_file))
    else:
        speaker.warn(N_("{told} Run: {command}"), told=told, command=remedy(speaker, issuer, need))


def remedy(speaker: Speaker, issuer: Issuer, need: Need) -> str:
    """The command that mends something, to be typed as it stands but for what is to be filled in."""
    words = [speaker.text(each) if each.isupper() else each for each in _REMEDIES[need.kind]]
    if need.kind.startswith("publish") and issuer.site_folder is None:
        words = ["publish", speaker.text(N_("FOLDER"))]
    return next_command(issuer.settings_file.parent, *words)


def say_identity(speaker: Speaker, issuer: Issuer) -> None:
    speaker.say(N_("Identifier: {id}"), id=issuer.id)
    for method in issuer.document.verification_methods:
        speaker.say(
            KEY_USES[issuer.use_of(method)],
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
