"""What the commands of a kit's maintainer share: options, people's passphrases, how a draft is told."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from vcwallet.cli.passphrases import SAVED_PATH, first_passphrase, with_passphrase
from vcwallet.cli.speak import Command, Speaker, option, somebody_there
from vcwallet.errors import N_, Action, MachineError, UsageError
from vcwallet.speaking import trust_lists

if TYPE_CHECKING:
    from datetime import datetime

    from vcwallet.identifiers.keys import PublicKey
    from vcwallet.strict_json import JsonObject
    from vcwallet.verifier.kit.checking import Problem
    from vcwallet.verifier.kit.draft import Draft, Standing
    from vcwallet.verifier.kit.keys import KitKey
    from vcwallet.verifier.kit.layout import Manifest

kit_folder = option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="FOLDER",
    help=N_("The folder from which the kit is made; otherwise the one you are in."),
)
as_json_option = option("--json", "as_json", is_flag=True, help=N_("Write the answer as JSON."))
key_option = option(
    "--key",
    "key_file",
    required=True,
    type=SAVED_PATH,
    metavar="FILE",
    help=N_("The file of the key to sign with."),
)
instead_option = option(
    "--instead",
    is_flag=True,
    help=N_("Another draft of this version, signed with this key, was thrown away."),
)

SHOWN: Final = 100
"""Changes of trust lists that are shown; the rest are counted, and `--json` has them."""
MANY: Final = 20
"""Lists of revoked diplomas: with more of them a bar is shown."""


class MakerCommand(Command):
    """A command that makes or signs kits, and so needs the extra `kit`."""

    def invoke(self, ctx: click.Context) -> Any:
        _demand_part()
        return super().invoke(ctx)


def _demand_part() -> None:
    if importlib.util.find_spec("tuf") is None:
        raise MachineError(
            "kit.nothing-to-make-with",
            N_("Kits cannot be made: a part of vcwallet is missing."),
            next_step=Action.INSTALL_PART,
            part="kit",
        )


ROLE_WORDS: Final = {
    "root": N_("who signs what"),
    "targets": N_("trust lists, levels, rules"),
    "status": N_("lists of revoked diplomas"),
    "timestamp": N_("publishing"),
}


_FATES: Final = {"new": N_("new"), "changed": N_("changed"), "gone": N_("gone")}


def role_words(speaker: Speaker, role: str) -> str:
    return speaker.text(ROLE_WORDS[role]) if role in ROLE_WORDS else role


# --- keys ------------------------------------------------------------------------------------------------


def keys_place(folder: Path) -> Path:
    """Where the files of new keys go when nobody says: beside the kit's folder, never in it."""
    named = folder if folder.name not in ("", "..") else folder.resolve()
    return named.parent / "keys"


def made_keys(
    speaker: Speaker, files: Sequence[Path], passphrase_file: Path | None, *, alone: bool
) -> list[KitKey]:
    """New keys in these files, each with the passphrase of whoever keeps it; all of them or none.

    One person, who does it `alone` or gives a passphrase in a file, has one for all. Raises UsageError
    (``kit.key-there``) before anything is asked, and what asking and `KitKey.create` raise.
    """
    from vcwallet.verifier.kit.keys import KitKey

    for file in files:
        if file.exists():
            raise UsageError(
                "kit.key-there",
                N_("{file} is there already. Nothing was written."),
                next_step=N_("Name another place; a key is never written over."),
                file=str(file)[-64:],
            )
    made: list[KitKey] = []
    try:
        secret = ""
        for file in files:
            if not secret or not (alone or passphrase_file or "VCWALLET_PASSPHRASE" in os.environ):
                if not alone and somebody_there():
                    speaker.aside(
                        N_("{file}: its passphrase is chosen by the person who will keep it."), file=file.name
                    )
                secret = first_passphrase(speaker, passphrase_file)
            file.parent.mkdir(parents=True, exist_ok=True)
            made.append(KitKey.create(file, secret))
    except BaseException:
        for key in made:
            key.remove()
        raise
    return made


def opened_key(speaker: Speaker, file: Path, passphrase_file: Path | None) -> KitKey:
    """Raises MachineError (``kit.nothing-to-make-with``), and what asking and `KitKey.open` raise."""
    _demand_part()
    from vcwallet.verifier.kit.keys import KitKey

    return with_passphrase(
        speaker,
        passphrase_file,
        prompt=N_("Passphrase of the key"),
        use=lambda given: KitKey.open(file, given),
    )


def public_key(text: str) -> PublicKey:
    """A public key as “kit key” prints it. Raises UsageError (``kit.key-text``)."""
    from vcwallet.errors import VcwalletError
    from vcwallet.identifiers.keys import PublicKey

    try:
        return PublicKey.from_multibase(text.strip())
    except VcwalletError:
        raise UsageError(
            "kit.key-text",
            N_("“{text}” is not a public key."),
            next_step=N_("Give what “vcwallet kit key” printed, from z to its end."),
            text=text[:64],
        ) from None


def say_key(speaker: Speaker, file: Path, key: KitKey) -> None:
    speaker.say("{file}  {key}", file=str(file), key=key.public_key.multibase)
    speaker.say(N_("  fingerprint {fingerprint}"), fingerprint=key.public_key.fingerprint)


# --- a draft -----------------------------------------------------------------------------------------------


def checked(
    speaker: Speaker,
    manifest: Manifest,
    content: Mapping[str, bytes],
    before: Mapping[str, bytes],
    now: datetime,
) -> None:
    """Look at every file; raises as `demand_right`."""
    from vcwallet.verifier.kit.checking import problems

    with bar(speaker, N_("Checking"), len(content), content) as done:
        found = problems(manifest, content, before, now=now, done=done)
    demand_right(speaker, found)


@contextmanager
def bar(speaker: Speaker, what: str, total: int, content: Iterable[str]) -> Iterator[Callable[[int], object]]:
    """A bar for work on many lists of revoked diplomas: each has a signature. Few are done at once."""
    if sum(path.startswith("status/") for path in content) <= MANY:
        yield lambda _: None
    else:
        with speaker.progress(what, total) as done:
            yield done


def demand_right(speaker: Speaker, problems: Sequence[Problem]) -> None:
    """Tell what is wrong with each file. Raises UsageError (``kit.sources-wrong``) when anything is."""
    for each in problems:
        speaker.problem(each.path, each.error)
    if problems:
        raise UsageError(
            "kit.sources-wrong",
            N_("Nothing was written: problems {number}."),
            next_step=N_("Correct the files that are named, then do it again."),
            number=len(problems),
        )


def say_draft(speaker: Speaker, draft: Draft, now: datetime) -> None:
    """What the draft would make of the kit before it."""
    from vcwallet.verifier.kit.checking import file_changes, read_lists, trust_changes
    from vcwallet.verifier.kit.installed import joined

    manifest = draft.manifest
    speaker.say(
        N_("{name}, kit {number} ({kit})"),
        name=manifest.name.get(speaker.language.code) or next(iter(manifest.name.values())),
        number=draft.number,
        kit=manifest.kit,
    )
    speaker.say(N_("Fingerprint of the kit: {fingerprint}"), fingerprint=draft.fingerprint)
    before, after = draft.content_before, draft.content
    files = file_changes(before, after)
    if not files and not draft.new:
        speaker.say(N_("Nothing changed: publishing says that it is still so."))
    for each in files:
        speaker.say("  {fate} {path}", fate=speaker.text(_FATES[each.fate]), path=each.path)
    say_people(speaker, draft)
    found = trust_changes(manifest, before, after, now=now)
    if found:
        trust = joined(manifest, read_lists(after), version=1, at=now)
        rows = [each.row for each in trust_lists.change_words(trust, found, speaker.language)]
        speaker.table(trust_lists.COLUMNS, rows[:SHOWN])
        if len(rows) > SHOWN:
            speaker.say(N_("More changes, all in --json: {number}"), number=len(rows) - SHOWN)


def say_people(speaker: Speaker, draft: Draft) -> None:
    """Who signs otherwise than before, and what a body may say at most."""
    for each in draft.people():
        before = () if each.before is None else each.before.keys
        after = () if each.after is None else each.after.keys
        if each.after is None:
            speaker.say(N_("  {role}: signs no more"), role=each.role)
            continue
        speaker.say(
            N_("  {role} ({words}): {threshold} of {number} must sign"),
            role=each.role,
            words=role_words(speaker, each.role),
            threshold=each.after.threshold,
            number=len(after),
        )
        for key in after:
            if key not in before:
                speaker.say(N_("    signs from now on: {fingerprint}"), fingerprint=key.fingerprint)
        for key in before:
            if key not in after:
                speaker.say(N_("    signs no more: {fingerprint}"), fingerprint=key.fingerprint)
    known = draft.caps_before
    for body, caps in draft.manifest.caps.items():
        if known.get(body) != caps:
            speaker.say(
                N_("  {body} may believe others for at most: {cap}"),
                body=body,
                cap=" / ".join(trust_lists.scope_words(scope, speaker.language) for scope in caps),
            )


def draft_json(draft: Draft, now: datetime) -> JsonObject:
    from vcwallet.verifier.kit.checking import file_changes, trust_changes

    before, after = draft.content_before, draft.content
    return {
        "kit": draft.manifest.kit,
        "number": draft.number,
        "fingerprint": draft.fingerprint,
        "files": [{"fate": each.fate.value, "path": each.path} for each in file_changes(before, after)],
        "changes": [
            trust_lists.change_json(each) for each in trust_changes(draft.manifest, before, after, now=now)
        ],
        "parts": [
            {
                "role": each.role,
                "version": each.version,
                "former": each.former,
                "threshold": each.threshold,
                "signed": [key.fingerprint for key in each.signed],
                "unsigned": [key.fingerprint for key in each.unsigned],
            }
            for each in draft.standings()
        ],
    }


def say_standings(speaker: Speaker, standings: Iterable[Standing]) -> None:
    """Who has signed, and who may."""
    for each in standings:
        speaker.say(
            N_("{role} {version} ({words}): signatures {signed} of {threshold}"),
            role=each.role,
            version=each.version,
            words=speaker.text(N_("those who signed before"))
            if each.former
            else role_words(speaker, each.role),
            signed=len(each.signed),
            threshold=each.threshold,
        )
        for key in each.unsigned if each.missing else ():
            speaker.say(N_("  may sign: {fingerprint}"), fingerprint=key.fingerprint)
