"""`vcwallet policy lint, explain, test`: for who writes the rules of a university as a pack."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from vcwallet import limits
from vcwallet.cli.admission import levels_option, read_levels, read_pack
from vcwallet.cli.speak import Command, Group, Speaker, argument, option, own_file, pass_speaker
from vcwallet.errors import N_, UsageError, plural
from vcwallet.files import read_file
from vcwallet.speaking.decisions import decision_sentences
from vcwallet.speaking.reports import wrapped
from vcwallet.speaking.rules import pack_lines
from vcwallet.strict_json import Json, JsonObject
from vcwallet.verifier.policy_pack import Pack, remarks
from vcwallet.verifier.policy_table import Difference, differences, read_examples


@click.group(
    cls=Group,
    help=N_(
        "Write the admission rules of a university as data, read them, and try them.\n\n"
        "A pack is a file of rules, each with the paragraph it is taken from. What it says is used by"
        " “vcwallet verify --policy”, and by families with “vcwallet wallet check --policy”."
    ),
)
def policy() -> None:
    pass


_pack_argument = argument("file", metavar="PACK", type=click.Path(dir_okay=False, path_type=Path))
_json_option = option("--json", "as_json", is_flag=True, help=N_("Write the answer as JSON."))


@policy.command(
    "lint",
    cls=Command,
    help=N_("Say everything that is wrong with a pack, with its line. Ends with 2 if there is anything."),
)
@_pack_argument
@_json_option
@pass_speaker
def lint(speaker: Speaker, file: Path, as_json: bool) -> int:
    with own_file(file):
        content = read_file(file, limits.POLICY_BYTES)
    found = remarks(content, name=file.name)
    if as_json:
        speaker.json(
            {
                "remarks": [
                    {"line": line, "code": error.code, "message": speaker.language.error(error)}
                    for line, error in found
                ]
            }
        )
        return UsageError.exit_status if found else 0
    for _, error in found:
        speaker.error(error)
    if found:
        return UsageError.exit_status
    pack = Pack.parse(content, name=file.name)
    speaker.say(
        N_("Nothing to remark. Rights: {rights}, achievements: {achievements}, programmes: {programmes}."),
        rights=len(pack.rights),
        achievements=len(pack.merits),
        programmes=len(pack.programmes),
    )
    return 0


@policy.command(
    "explain", cls=Command, help=N_("Say a pack in plain words, to be read beside the rules themselves.")
)
@_pack_argument
@_json_option
@pass_speaker
def explain(speaker: Speaker, file: Path, as_json: bool) -> None:
    pack = read_pack(file)
    lines = pack_lines(pack, speaker.language)
    if as_json:
        speaker.json(
            {"id": pack.id, "version": pack.version, "digest": pack.digest, "lines": list[Json](lines)}
        )
        return
    for line in lines:
        indent = len(line) - len(line.lstrip(" "))
        for row in wrapped(line.strip(), indent=indent) or [""]:
            speaker.line(row)


@policy.command(
    "test",
    cls=Command,
    help=N_(
        "Try a pack with a table of applicants and right answers.\n\n"
        "TABLE is a spreadsheet with one diploma in a row. Says where the pack answers something else, and"
        " ends with 5 then."
    ),
)
@_pack_argument
@argument("table", metavar="TABLE", type=click.Path(dir_okay=False, path_type=Path))
@levels_option
@option("--details", is_flag=True, help=N_("Show how each answer that differs was counted."))
@_json_option
@pass_speaker
def test(
    speaker: Speaker, file: Path, table: Path, levels_paths: Sequence[Path], details: bool, as_json: bool
) -> int:
    pack, levels = read_pack(file), read_levels(levels_paths)
    with own_file(table):
        examples = read_examples(read_file(table, limits.FILE_BYTES), pack)
    found = list(differences(examples, pack, levels))
    differing = len({each.example.row for each in found})
    if as_json:
        told: list[Json] = [_as_json(speaker, each) for each in found]
        speaker.json({"applicants": len(examples), "differences": told})
        return 5 if differing else 0
    for each in found:
        _tell(speaker, each, details=details)
    speaker.say(
        plural("{number} applicant is as the table says.", "{number} applicants are as the table says."),
        number=len(examples) - differing,
    )
    if differing:
        speaker.say(
            plural(
                "{number} applicant differs from the table.", "{number} applicants differ from the table."
            ),
            number=differing,
        )
    return 5 if differing else 0


def _as_json(speaker: Speaker, found: Difference) -> JsonObject:
    return {
        "applicant": found.example.number,
        "row": found.example.row,
        "what": found.what,
        "table": found.right,
        "rules": found.given if found.error is None else speaker.language.error(found.error),
        "decision": found.decision.as_json() if found.decision else None,
    }


_WHAT = {
    "rights": N_("rights"),
    "points": N_("points"),
    "possible": N_("points it could become"),
}


def _tell(speaker: Speaker, found: Difference, *, details: bool) -> None:
    example = found.example
    if found.error is not None:
        speaker.say(
            N_("{applicant} (row {row}): the rules give no answer: {error}"),
            applicant=example.number,
            row=example.row,
            error=speaker.language.error(found.error),
        )
        return
    speaker.say(
        N_("{applicant} (row {row}): {what}: the table says {right}, the rules say {given}"),
        applicant=example.number,
        row=example.row,
        what=speaker.text(_WHAT[found.what]),
        right=found.right,
        given=found.given,
    )
    if example.because:
        speaker.say(N_("    why, by the table: {because}"), because=example.because)
    if details and found.decision is not None:
        for sentence in decision_sentences(found.decision, speaker.language):
            for row in wrapped(sentence, indent=4):
                speaker.line(row)
