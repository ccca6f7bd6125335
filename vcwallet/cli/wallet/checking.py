"""`vcwallet wallet check`: all that a family should see to, on one screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from vcwallet import timestamps
from vcwallet.cli.admission import admission, admission_options
from vcwallet.cli.kits import kits_of, rules_kit_option
from vcwallet.cli.speak import Command, Speaker, pass_speaker, passphrase_option
from vcwallet.cli.values import moment, now_option
from vcwallet.cli.wallet.opening import child_of, child_option, file_argument, json_option, open_wallet
from vcwallet.cli.wallet.words import health_json
from vcwallet.errors import N_, Plural, plural
from vcwallet.locales import Said
from vcwallet.speaking.applying import child_items
from vcwallet.speaking.decisions import decision_lines
from vcwallet.speaking.wallets import reminder
from vcwallet.strict_json import Json
from vcwallet.wallet import Diploma, Wallet
from vcwallet.wallet.checkup import Checkup, Matter
from vcwallet.wallet.seen_saves import Backup, SeenSaves, default_place


@click.command(
    cls=Command,
    help=N_(
        "Look through the wallet and say what should be seen to, on one screen.\n\n"
        "Whether everything opens and every signature holds, who can open it, how old the last backup and the"
        " lists of revoked diplomas are, whether copies of it lie beside it, and what a university would ask"
        " about. Nothing is changed and nobody is asked.\n\n"
        "With --policy it says instead what one child's diplomas are worth by the rules of a university,"
        " before applying there: the same answer that its office gets when it is shown everything."
    ),
)
@file_argument
@passphrase_option
@child_option
@admission_options
@rules_kit_option
@json_option
@now_option
@pass_speaker
def check(
    speaker: Speaker,
    file: Path,
    passphrase_file: Path | None,
    child_name: str | None,
    policy_file: Path | None,
    levels_paths: Sequence[Path],
    programme: str | None,
    exams: Sequence[str],
    claimed: Sequence[str],
    kit_place: str | None,
    as_json: bool,
    now: datetime | None,
) -> int:
    at = moment(now)
    rules = admission(policy_file, levels_paths, programme, exams, claimed, kits_of(kit_place, at))
    opened = open_wallet(speaker, file, passphrase_file)
    if rules is not None:
        decision = rules.decide(child_items(opened, child_of(opened, child_name), now=at))
        if as_json:
            speaker.json(decision.as_json())
        else:
            for row in decision_lines(decision, speaker.language, family=True):
                speaker.line(row.text)
        return 0
    found = opened.check(now=at)
    backup = SeenSaves(default_place()).last_backup(opened.saved_state.file_id)
    copies = opened.conflict_copies()
    status = found.health.problems[0].exit_status if found.health.problems else 0
    if as_json:
        speaker.json(
            {
                **health_json(found.health),
                "sheets": list[Json](opened.sheets),
                "guardians": [{"name": each.name, "sheet": each.sheet} for each in opened.guardians.all()],
                "backup": None if backup is None else timestamps.render(backup.at),
                "savedSince": None if backup is None else opened.saved_state.generation - backup.generation,
                "copies": [path.name for path in copies],
                "oldestList": None if found.oldest is None else timestamps.render(found.oldest),
                **{
                    name: [diploma.id for diploma in group]
                    for name, group in (
                        ("revoked", found.revoked),
                        ("unknown", found.unknown),
                        ("aged", found.aged),
                        ("future", found.future),
                        ("otherSurname", found.other_surname),
                    )
                },
            }
        )
        return status
    lines = [*_health(found), *_ways_in(opened), *_reminders(speaker, opened, backup, at), *_questions(found)]
    for good, template, values in lines:
        speaker.say("{mark} {line}", mark="+" if good else "!", line=speaker.text(template, **values))
    for problem in found.health.problems:
        speaker.error(problem)
    if all(good for good, _, _ in lines):
        speaker.say(N_("Nothing needs to be done."))
    return status


_Line = tuple[bool, str | Plural, dict[str, Said]]


def _health(found: Checkup) -> Iterator[_Line]:
    health = found.health
    if health.problems:
        yield False, N_("Not everything in it holds, see below. Is there a backup?"), {}
    else:
        yield (
            True,
            N_("Everything opens and every signature holds: children {children}, diplomas {diplomas}."),
            {"children": health.children, "diplomas": health.credentials},
        )
    if health.unchecked:
        yield (
            False,
            plural(
                "{number} diploma could not be checked: add the did.json of its issuer.",
                "{number} diplomas could not be checked: add the did.json of their issuers.",
            ),
            {"number": health.unchecked},
        )


def _ways_in(opened: Wallet) -> Iterator[_Line]:
    guardians = opened.guardians.all()
    if own := opened.own_sheets:
        yield True, N_("Recovery sheets of the family: {numbers}."), {"numbers": ", ".join(own)}
    if guardians:
        names = ", ".join(each.name for each in guardians)
        yield True, N_("Others who can open it: {names}."), {"names": names}


def _reminders(speaker: Speaker, opened: Wallet, backup: Backup | None, at: datetime) -> Iterator[_Line]:
    """What to see to, each with the command that does it; the backup also when all is well."""
    found = [
        each
        for each in opened.reminders(backup=backup, now=at)
        if each.matter not in (Matter.DAMAGED, Matter.LISTS_OLD)
    ]
    for each in found:
        heading, why = reminder(each, speaker.language)
        command = _COMMANDS.get(each.matter)
        named = speaker.language.text(N_("“{command}”"), command=command) if command else ""
        parts = filter(None, (f"{heading}.", why, named))
        yield False, "{line}", {"line": " ".join(parts)}
    if backup is not None and not any(each.matter in _OF_BACKUPS for each in found):
        yield (
            True,
            N_("The last backup from this computer is of {day}, and nothing was changed since."),
            {"day": backup.at},
        )


_COMMANDS: Final = {
    Matter.COPIES_BESIDE: "vcwallet wallet merge",
    Matter.NO_SHEET: "vcwallet wallet recovery-sheet",
    Matter.NO_BACKUP: "vcwallet wallet backup",
    Matter.BACKUP_OLD: "vcwallet wallet backup",
    Matter.BACKUP_BEHIND: "vcwallet wallet backup",
}
_OF_BACKUPS: Final = frozenset({Matter.NO_BACKUP, Matter.BACKUP_OLD, Matter.BACKUP_BEHIND})


def _questions(found: Checkup) -> Iterator[_Line]:
    """What a university would ask about."""
    if found.revoked:
        yield False, N_("Revoked, so it will be refused: {diplomas}."), _named(found.revoked)
    if found.unknown:
        yield (
            False,
            N_("Not known whether revoked: {diplomas}. “vcwallet wallet refresh” asks for the lists."),
            _named(found.unknown),
        )
    if found.aged and found.oldest is not None:
        yield (
            False,
            N_("The lists of revoked diplomas are old, of {day} or later. “vcwallet wallet refresh”"),
            {"day": found.oldest},
        )
    elif found.oldest is not None:
        yield True, N_("The lists of revoked diplomas are of {day} or later."), {"day": found.oldest}
    if found.future:
        yield False, N_("Not in force yet: {diplomas}."), _named(found.future)
    if found.other_surname:
        yield (
            False,
            N_("Under another surname, so have the certificate of the change ready: {diplomas}."),
            _named(found.other_surname),
        )


def _named(diplomas: Sequence[Diploma]) -> dict[str, Said]:
    """Their numbers, as the list has them: titles would fill the screen."""
    return {"diplomas": "№ " + ", ".join(map(str, sorted(each.number for each in diplomas)))}
