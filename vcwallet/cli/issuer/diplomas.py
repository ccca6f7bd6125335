"""`vcwallet issuer list|revoke|suspend|reinstate`: what was issued, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from vcwallet.cli.issuer.words import (
    PROMPT,
    as_json_option,
    identity,
    issuer_folder,
    line_as_json,
    problem,
    publish_next,
    say_identity,
)
from vcwallet.cli.speak import (
    Cell,
    Command,
    Speaker,
    argument,
    option,
    pass_speaker,
    passphrase,
    passphrase_option,
    yes_option,
)
from vcwallet.cli.values import MOMENT, moment, now_option
from vcwallet.credentials.fact_words import FACT_NAMES
from vcwallet.errors import N_, VcwalletError
from vcwallet.speaking.issuers import STATES, child_words, counts_words, state_words

if TYPE_CHECKING:
    from vcwallet.issuer import Issuer, RegisterLine, State
    from vcwallet.issuer.issued_files import Child
    from vcwallet.issuer.register import Change
    from vcwallet.strict_json import Json

_SHOWN_ENTRIES: Final = 50
_SHEETS: Final = (".xlsx", ".xls", ".ods", ".csv")


def diploma(named: str) -> str | Path:
    """What a person named a diploma by: a file, a folder, an id or a number."""
    return Path(named) if not named.startswith("urn:") and Path(named).exists() else named


@click.command(
    "list",
    cls=Command,
    help=N_(
        "Who issues here and what was issued.\n\n"
        "The register holds no names: --name searches the files in this folder."
    ),
)
@option("--name", metavar="WORDS", help=N_("Only diplomas of children whose names have these words."))
@option(
    "--state",
    "states",
    multiple=True,
    metavar="WHAT",
    type=click.Choice(list(STATES)),
    help=N_("Only diplomas in this state: issued, suspended, reserved, revoked; may be repeated."),
)
@option("--template", metavar="NAME", help=N_("Only diplomas of this template."))
@option("--since", type=MOMENT, metavar="TIME", help=N_("Only diplomas signed at this moment or later."))
@option("--all", "everything", is_flag=True, help=N_("Every diploma, not only the last ones."))
@issuer_folder
@as_json_option
@pass_speaker
def list_(
    speaker: Speaker,
    directory: Path,
    name: str | None,
    states: tuple[str, ...],
    template: str | None,
    since: datetime | None,
    everything: bool,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer, State

    wanted = [State(each) for each in states]
    children: dict[str, Child] = {}
    with Issuer.open(directory) as issuer:
        counts = issuer.counts()
        unread = 0
        if name is None:
            matching = issuer.count(states=wanted, template=template, since=since)
            last = None if everything else _SHOWN_ENTRIES
            lines = list(issuer.lines(last=last, states=wanted, template=template, since=since))
        else:
            searched, unread = issuer.search(name)
            lines = [
                line
                for line, _ in searched
                if (not wanted or line.state in wanted)
                and template in (None, line.template)
                and (since is None or line.created >= since)
            ]
            children = {line.id: child for line, child in searched}
            matching = len(lines)
            lines = lines if everything else lines[-_SHOWN_ENTRIES:]
        if as_json:
            told = [line_as_json(line) for line in lines]
            if name is not None:
                told = [{**line_as_json(line), "name": children[line.id].name} for line in lines]
            speaker.json(
                {
                    **identity(issuer),
                    "counts": {state.value: counts.get(state, 0) for state in State},
                    "diplomas": [*told],
                    "notShown": matching - len(lines),
                    "notSearched": unread,
                }
            )
            return
        if name is None and not wanted and template is None and since is None:
            _say_all(speaker, issuer, counts)
        _show(speaker, issuer, lines, children)
        if matching > len(lines):
            speaker.say(
                N_("The last {shown} of {all} are shown; --all shows every one."),
                shown=len(lines),
                all=matching,
            )
        if name is not None and not lines:
            speaker.say(N_("No diploma of such a name is in {folder}."), folder=str(issuer.issued_folder))
        if unread:
            speaker.say(
                N_("Not searched, for their files are not in {folder}: {number}."),
                folder=str(issuer.issued_folder),
                number=unread,
            )


def _say_all(speaker: Speaker, issuer: Issuer, counts: Mapping[State, int]) -> None:
    """Who issues and how much; somebody who looks for certain diplomas is not asking for it."""
    speaker.say("{name}", name=issuer.settings.name.ru)
    say_identity(speaker, issuer)
    if words := counts_words(counts, speaker.language):
        speaker.say("{counts}.", counts=words)


def _show(speaker: Speaker, issuer: Issuer, lines: list[RegisterLine], children: dict[str, Child]) -> None:
    if not lines:
        return
    heads = [N_("No."), N_("Diploma"), N_("Template"), N_("Signed"), N_("State")]
    rows: list[list[Cell]] = [
        [
            f"{line.number:04d}",
            line.id,
            line.template,
            issuer.today(line.created),
            _state(speaker, line),
        ]
        for line in lines
    ]
    if children:
        heads[1:1] = [N_("Name"), FACT_NAMES["born"]]
        for row, line in zip(rows, lines, strict=True):
            child = children[line.id]
            row[1:1] = [child.name, child.born or ""]
    speaker.table(heads, rows)


def _state(speaker: Speaker, line: RegisterLine) -> str:
    told = state_words(line, speaker.language)
    replaced = line.replaced_by is not None and line.state == "revoked"
    return told + (f": {line.reason}" if line.reason and not replaced else "")


class _What(Enum):
    """What a command does to diplomas: what it asks of many and of one that was named by its number, what it
    says of each, and of one that was so before."""

    REVOKE = (
        N_("Revoke {number} diplomas for good?"),
        N_("Revoke diploma No. {diploma} ({whose}) for good?"),
        N_("Revoked: {diploma}."),
        N_("{diploma} was revoked before."),
    )
    SUSPEND = (
        N_("Suspend {number} diplomas?"),
        N_("Suspend diploma No. {diploma} ({whose})?"),
        N_("Suspended: {diploma}."),
        N_("{diploma} was suspended before."),
    )
    REINSTATE = (
        N_("Let {number} diplomas count again?"),
        N_("Let diploma No. {diploma} ({whose}) count again?"),
        N_("Counts again: {diploma}."),
        N_("{diploma} was not suspended."),
    )

    @property
    def change(self) -> Change:
        from vcwallet.issuer.register import Change

        return {
            _What.REVOKE: Change.REVOKED,
            _What.SUSPEND: Change.SUSPENDED,
            _What.REINSTATE: Change.REINSTATED,
        }[self]


def _command(what: _What, help_: str) -> Callable[[Callable[[], None]], click.Command]:
    def made(named: Callable[[], None]) -> click.Command:
        @click.command(named.__name__, cls=Command, help=help_)
        @argument("diplomas", metavar="DIPLOMA...", nargs=-1, required=True)
        @option(
            "--reason",
            metavar="TEXT",
            help=N_("Why; for your own records only, it never leaves this folder."),
        )
        @option(
            "--template",
            metavar="NAME",
            help=N_("What the rows of a sheet were signed as; otherwise the first template of issuer.toml."),
        )
        @option(
            "--page", metavar="NAME", help=N_("The sheet of a workbook; otherwise the one that fits best.")
        )
        @yes_option
        @issuer_folder
        @passphrase_option
        @now_option
        @as_json_option
        @pass_speaker
        def command(speaker: Speaker, /, **options: Any) -> int:
            return _change(speaker, what, **options)

        return command

    return made


@_command(
    _What.REVOKE,
    N_(
        "Revoke diplomas for good. A reason can be added later by revoking once more.\n\n"
        "A diploma is named by its id (urn:uuid:…), its number or its file. A folder, a list of ids (.txt), a"
        " file of many diplomas (.vc.jsonl) or a sheet as it was signed names all that are in it.\n\n"
        "The reason stays in the register: the published list holds neither names nor reasons."
    ),
)
def revoke() -> None:
    pass


@_command(
    _What.SUSPEND,
    N_(
        "Let diplomas not count for a while, until “reinstate”; diplomas are named as for “revoke”.\n\n"
        "It takes suspension = true in [status] of issuer.toml before they are signed."
    ),
)
def suspend() -> None:
    pass


@_command(_What.REINSTATE, N_("Let suspended diplomas count again; diplomas are named as for “revoke”."))
def reinstate() -> None:
    pass


def _change(
    speaker: Speaker,
    what: _What,
    *,
    diplomas: tuple[str, ...],
    reason: str | None,
    template: str | None,
    page: str | None,
    yes: bool,
    directory: Path,
    passphrase_file: Path | None,
    now: datetime | None,
    as_json: bool,
) -> int:
    from vcwallet.issuer import Issuer

    at = moment(now)
    question, of_one, done, before = what.value
    problems: list[tuple[str, VcwalletError]] = []
    told: list[Json] = []
    with Issuer.open(directory) as issuer:
        if any(each.lower().endswith(_SHEETS) for each in diplomas):
            issuer.unlock(passphrase(speaker, passphrase_file, prompt=PROMPT))
        found: dict[str, int] = {}
        by_number: dict[str, RegisterLine] = {}
        named = [diploma(each) for each in diplomas]
        for each in issuer.named(named, template=template, page=page, now=at):
            if each.line is not None:
                found[each.line.id] = each.line.number
                if each.by_number:
                    by_number[each.line.id] = each.line
            elif each.problem is not None:
                problems.append((each.where, each.problem))
        if len(diplomas) == 1 and not found and len(problems) == 1:
            raise problems[0][1]
        if len(found) > 1:
            speaker.confirm(question, yes=yes, number=len(found))
        elif by_number and not yes:
            # A number is soon mistyped, and then another child's diploma is meant.
            (line,) = by_number.values()
            whose = child_words(issuer.child(line), speaker.language) or line.id
            speaker.confirm(of_one, diploma=f"{line.number:04d}", whose=whose)
        changes = 0
        for id_, changed in issuer.change(what.change, found, now=at, reason=reason):
            if isinstance(changed, VcwalletError):
                problems.append((f"{found[id_]:04d}", changed))
                continue
            changes += changed
            if as_json:
                told.append({**line_as_json(issuer.find(id_)), "changed": changed})
            else:
                # Of many, looking for each one's file would take longer than what was asked for.
                child = issuer.child(issuer.find(id_)) if len(found) == 1 else None
                whose = child_words(child, speaker.language) if child is not None else ""
                called = f"№ {found[id_]:04d}" + (f", {whose}" if whose else "")
                speaker.say(done if changed else before, diploma=called)
    for where, wrong in problems:
        speaker.problem(where, wrong)
    if as_json:
        speaker.json(
            {
                "diplomas": told,
                "problems": [{"named": where, **problem(speaker, wrong)} for where, wrong in problems],
            }
        )
    elif changes:
        speaker.say(N_("It counts once the list is out: {command}"), command=publish_next(speaker, directory))
    return problems[0][1].exit_status if problems else 0
