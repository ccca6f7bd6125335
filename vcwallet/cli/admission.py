"""The options by which a command is told the rules of a university, and what it makes of them.

Most commands that have these options are given none, so the rules are loaded when there are some.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from vcwallet import limits
from vcwallet.cli.speak import Speaker, option, own_file
from vcwallet.errors import N_, UsageError
from vcwallet.files import read_file
from vcwallet.report import Item, Report

if TYPE_CHECKING:
    from vcwallet.verifier.kit.installed import InstalledKit
    from vcwallet.verifier.levels import Levels
    from vcwallet.verifier.policy import Applicant, Decision
    from vcwallet.verifier.policy_pack import Pack

F = TypeVar("F", bound=Callable[..., Any])

levels_option = option(
    "--levels",
    "levels_paths",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="PATH",
    help=N_("The official lists of olympiads: a folder, or the file of one school year; may be repeated."),
)


def admission_options(function: F) -> F:
    """``--policy``, ``--levels``, ``--programme``, ``--exam`` and ``--claim``."""
    for each in reversed(_OPTIONS):
        function = each(function)
    return function


_OPTIONS = (
    option(
        "--policy",
        "policy_file",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help=N_(
            "The rules of a university, or their id in your kit: say what the diplomas are worth by them."
        ),
    ),
    levels_option,
    option("--programme", metavar="CODE", help=N_("The programme applied for, as the rules call it.")),
    option(
        "--exam",
        "exams",
        multiple=True,
        metavar="NAME=POINTS",
        help=N_("The result of an exam, e.g. math=80; may be repeated."),
    ),
    option(
        "--claim",
        "claimed",
        multiple=True,
        metavar="RIGHT",
        help=N_("A special right that is used, or “none”; otherwise all there are. May be repeated."),
    ),
)


@dataclass(frozen=True)
class Admission:
    """The rules, and for whom they are asked."""

    pack: Pack
    levels: Levels
    programme: str
    applicant: Applicant

    def decide(self, items: Sequence[Item]) -> Decision:
        from vcwallet.verifier.policy import decide

        return decide(self.pack, items, self.levels, self.applicant, self.programme)

    def decided(self, report: Report) -> Report:
        """The report with what it is worth."""
        from vcwallet.verifier.policy import with_decision

        return with_decision(report, self.pack, self.levels, self.applicant, self.programme)


def admission(
    policy_file: Path | None,
    levels_paths: Sequence[Path],
    programme: str | None,
    exams: Sequence[str],
    claimed: Sequence[str],
    kits: Sequence[InstalledKit] = (),
) -> Admission | None:
    """What the options say; None without ``--policy``. Raises UsageError for what does not go together.

    Rules and levels that no file is named for are those of the installed kits.
    """
    if policy_file is None:
        demand_rules_for(levels=levels_paths, programme=programme, exam=exams, claim=claimed)
        return None
    from vcwallet.verifier.levels import NO_LEVELS
    from vcwallet.verifier.policy import Applicant, decide

    pack = read_pack(policy_file, kits)
    with own_file(policy_file):
        code = programme_code(pack, programme)
        applicant = Applicant(_exams(exams, pack), None if not claimed else _claim(claimed))
        # Wrong options are told before anything is read.
        decide(pack, (), NO_LEVELS, applicant, code)
    return Admission(pack, read_levels(levels_paths, kits), code, applicant)


def demand_rules_for(**options: object) -> None:
    """Raises UsageError (``policy.option-without-rules``) for an option that was given."""
    named = next((name for name, value in options.items() if value), None)
    if named is not None:
        raise UsageError(
            "policy.option-without-rules",
            N_("{option} means nothing without --policy."),
            next_step=N_("Name the rules with --policy FILE."),
            option=f"--{named}",
        )


def programme_code(pack: Pack, programme: str | None) -> str:
    """How the rules call a programme. Raises UsageError (``policy.which-programme``) for none of theirs."""
    code = None if programme is None else pack.programme(programme)
    if code is None:
        raise UsageError(
            "policy.which-programme",
            N_("The rules need to know the programme: --programme CODE."),
            next_step=N_("The rules name these: {known}."),
            known=", ".join(pack.programmes)[:500],
        )
    return code


def _claim(claimed: Sequence[str]) -> tuple[str, ...]:
    from vcwallet.verifier.policy import is_no_right

    return () if len(claimed) == 1 and is_no_right(claimed[0]) else tuple(claimed)


def _exams(exams: Sequence[str], pack: Pack) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for text in exams:
        exam, result = _exam(text, pack)
        if exam in found:
            raise UsageError(
                "policy.exam-twice",
                N_("The exam “{exam}” is given twice: “{value}”."),
                next_step=N_("Give each exam once, with the result that counts."),
                exam=exam,
                value=text[:64],
            )
        found[exam] = result
    return found


def _exam(text: str, pack: Pack) -> tuple[str, Decimal]:
    name, sign, points = text.rpartition("=")
    try:
        result = Decimal(points.strip().replace(",", "."))
    except InvalidOperation:
        sign = ""
    if not sign:
        raise UsageError(
            "policy.exam-option",
            N_("“{value}” is not an exam and its result."),
            next_step=N_("Write it as {example}."),
            value=text[:64],
            example=f"{next(iter(pack.exams), 'math')}=80",
        )
    return pack.exam(name) or name.strip(), result


def read_pack(file: Path, kits: Sequence[InstalledKit] = ()) -> Pack:
    """The rules in a file; or those of this id in a kit, where there is no such file.

    Raises UsageError (``policy.neither-file-nor-kit``), and ``policy.in-two-kits`` when two kits have
    different ones: which of them are the university's own, no order of folders may decide.
    """
    from vcwallet.verifier.policy_pack import Pack

    if kits and not file.exists():
        name = file.as_posix()
        found = [kit.packs[name] for kit in kits if name in kit.packs]
        if not found:
            raise UsageError(
                "policy.neither-file-nor-kit",
                N_("There is no file “{value}”, and no rules of that name in your kits."),
                next_step=N_("The rules in your kits: {known}."),
                value=name[:128],
                known=", ".join(dict.fromkeys(known for kit in kits for known in kit.packs))[:500] or "-",
            )
        if len({pack.digest for pack in found}) > 1:
            raise UsageError(
                "policy.in-two-kits",
                N_("Two installed kits have different rules “{pack}”."),
                next_step=N_("Name the file of the rules, or the folder of one kit with --kit."),
                pack=name[:64],
            )
        return found[0]
    with own_file(file):
        return Pack.parse(read_file(file, limits.POLICY_BYTES), name=file.name)


def read_levels(paths: Sequence[Path], kits: Sequence[InstalledKit] = ()) -> Levels:
    """The lists in these files and folders; when none are named, those of the kits.

    Two kits may have the same list of a year, and never two of which one would win: `Levels.of` refuses that.
    """
    from vcwallet.verifier.levels import Levels

    if not paths:
        same = {content: name for kit in kits for name, content in kit.level_files}
        return Levels.of((name, content) for content, name in same.items())
    files: list[tuple[str, bytes]] = []
    for path in paths:
        for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
            with own_file(file):
                files.append((file.name, read_file(file, limits.LEVELS_BYTES)))
    with own_file(", ".join(path.name for path in paths)):
        return Levels.of(files)


def tell_summary(speaker: Speaker, decision: Decision) -> None:
    """One line: points, rights, and how to see where they come from."""
    from vcwallet.speaking.decisions import decision_summary

    speaker.line(
        speaker.text(
            N_("{summary} How it was counted: --explain"),
            summary=decision_summary(decision, speaker.language),
        )
    )
