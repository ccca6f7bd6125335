"""Finding one diploma: by its file, its number, its number on paper, or the name in the organisation's files.

The register holds no names. What a diploma says is read from the file in the organisation's own folder; a
diploma whose file lies elsewhere is found by its number, and nobody is told whose it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from vcwallet.credentials.achievement import Facts, facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.template import Column
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.issuer import issued_files, naming
from vcwallet.issuer.folder import IssuerFolder
from vcwallet.issuer.issued_files import Child
from vcwallet.issuer.issuing import Plan
from vcwallet.issuer.naming import Dropped, Named
from vcwallet.issuer.register import Register, RegisterLine, State


@dataclass(frozen=True, slots=True)
class Match:
    """A diploma that was found."""

    line: RegisterLine
    child: Child
    """As its file says; of no name when the file is not in the organisation's folder."""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What was found."""

    found: tuple[Match, ...] = ()
    """By number."""
    problems: tuple[Named, ...] = ()
    """What a file holds that is no diploma of this register, each with the reason."""
    not_searched: int = 0
    """Diplomas whose files are not in the organisation's folder, when files were searched."""

    @property
    def needs_keys(self) -> bool:
        """Whether it was a sheet, whose rows are known by the keys alone."""
        return any(
            each.problem is not None and each.problem.code == "issuer.locked" for each in self.problems
        )


def look_up(
    register: Register,
    out: Path,
    words: str,
    *,
    file: Dropped | None,
    sheet: Callable[[Path | bytes], Plan],
    progress: Callable[[int], object],
) -> LookedUp:
    """See `Issuer.look_up`."""
    if file is not None:
        named = list(naming.diplomas(register, [file], sheet=sheet))
        lines = {each.line.id: each.line for each in named if each.line is not None}
        return LookedUp(_matches(out, lines, {}), tuple(each for each in named if each.problem is not None))
    lines = {}
    try:
        line = naming.find(register, words)
        lines[line.id] = line
    except UsageError:
        # It is no id and no number of the register: it may be a name, or the number on paper.
        pass
    if not words.strip() or (lines and not naming.is_number(words)):
        return LookedUp(_matches(out, lines, {}))
    searched = issued_files.search(out, words, paper_numbers=True, progress=progress)
    lines |= register.known(list(searched.children))
    unread = max(register.count() - searched.read, 0)
    return LookedUp(_matches(out, lines, searched.children), not_searched=unread)


def named(out: Path, lines: Iterable[RegisterLine]) -> tuple[Match, ...]:
    """Some lines in their order, each with the name that its file says."""
    return tuple(Match(line, issued_files.child(issued_files.document(out, line))) for line in lines)


def _matches(out: Path, lines: dict[str, RegisterLine], children: Mapping[str, Child]) -> tuple[Match, ...]:
    found = sorted(lines.values(), key=lambda line: line.number)
    return tuple(
        Match(line, children.get(line.id) or issued_files.child(issued_files.document(out, line)))
        for line in found
    )


@dataclass(frozen=True, slots=True)
class Story:
    """What is known of one diploma."""

    line: RegisterLine
    whose: str
    facts: Facts | None
    """What its file says; None when the file is not in the organisation's folder, or cannot be read."""
    file: Path | None
    """Its own file there."""
    pdf: Path | None
    values: tuple[tuple[Column, str], ...]
    """What can be corrected, with the words that were signed; nothing without the file or the template."""
    newest: RegisterLine
    """The correction that counts instead of it, or the line itself."""
    before: RegisterLine | None
    """The diploma that this one corrects."""
    can_be_suspended: bool
    is_published: bool
    """Whether the lists that were published last say what was done to it."""


def story(folder: IssuerFolder, register: Register, diploma_id: str) -> Story:
    """Raises UsageError ``register.unknown-id``."""
    line = register.get(diploma_id)
    out = folder.issued_path
    document = issued_files.document(out, line)
    file = issued_files.find(out, line)
    pdf = file.with_name(file.name.removesuffix(".vc.json") + ".pdf") if file is not None else None
    read: Facts | None = None
    values: tuple[tuple[Column, str], ...] = ()
    if document is not None:
        try:
            read = facts(Credential.parse(document))
            template = folder.template(line.template)
            values = tuple(zip(template.columns, template.read(document), strict=True))
        except VcwalletError:
            # A file or a template that somebody changed is no reason not to find the line.
            pass
    return Story(
        line=line,
        whose=issued_files.name(document) if document is not None else "",
        facts=read,
        file=file,
        pdf=pdf if pdf is not None and pdf.is_file() else None,
        values=values if line.state in (State.ISSUED, State.SUSPENDED) else (),
        newest=register.latest(line),
        before=register.line(line.replaces) if line.replaces is not None else None,
        can_be_suspended=register.is_suspendable(line),
        is_published=all(each.id != line.id for each in register.unpublished()),
    )


def file_of(folder: IssuerFolder, register: Register, diploma: str) -> Path:
    """See `Issuer.signed_file`."""
    line = naming.find(register, diploma)
    found = issued_files.own_file(folder.issued_path, line)
    if found is None:
        raise UsageError(
            "finding.no-file",
            N_("The file of the diploma No. {number} is not in the folder of diplomas."),
            next_step=N_("It lies where it was signed into: name the file itself."),
            number=f"{line.number:04d}",
        )
    return found
