"""What the files and folders named on the command line hold."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

import click

from vcwallet import limits
from vcwallet.bundle import scanning
from vcwallet.bundle.accounting import FileFate
from vcwallet.bundle.inputs import Given, each_input
from vcwallet.bundle.kinds import DocumentKind, offer_link, openid_request
from vcwallet.bundle.request import Request
from vcwallet.bundle.scanning import Reading, documents
from vcwallet.cli.speak import Speaker, option, somebody_there
from vcwallet.errors import N_, UsageError
from vcwallet.files import check_place, write_result
from vcwallet.strict_json import JsonObject

if TYPE_CHECKING:
    from vcwallet.bundle.openid_asked import OpenidAsked
    from vcwallet.executors import Crew

_OVERWRITE: Final = "vcwallet.overwrite"
_PARALLEL_FROM: Final = 100
"""Fewer files are read and checked before other processes have started; of pictures alone a few less."""
_LINK: Final = re.compile(r"(?:[a-z][a-z0-9+.-]+://|openid4vp:|openid-credential-offer:)", re.IGNORECASE)
_IDLE_NAMED: Final = 10
"""Files with nothing in them that are named; a folder of photographs may hold thousands."""


def given(inputs: Sequence[str]) -> list[Path | bytes | str]:
    """The named files and folders, and links of OpenID; ``-`` is what a scanner types or a pipe brings.

    Raises UsageError (``files.link``) for any other link: nothing is fetched for a command that reads files.
    """
    return [_given(name) for name in inputs]


def _given(name: str) -> Path | bytes | str:
    if name == "-":
        return sys.stdin.buffer.read(limits.FILE_BYTES + 1)
    if openid_request(name) is not None or offer_link(name) is not None:
        return name
    if _LINK.match(name) and not Path(name).exists():
        raise UsageError(
            "files.link",
            N_("“{link}” is a link, and a file is needed here."),
            next_step=N_(
                "Open it in a browser, save what it gives, and name that file. A link that begins with"
                " openid4vp: or openid-credential-offer: is needed whole and in quotation marks."
            ),
            link=name[:64],
        )
    return Path(name)


def find(inputs: Sequence[str]) -> Reading:
    """What the named files and folders hold, and what became of each file; see `given`."""
    return scanning.read_inputs(given(inputs)) if inputs else Reading()


workers_option = option(
    "--workers",
    type=click.IntRange(1, 256),
    metavar="NUMBER",
    help=N_("Processes that read and check at once; otherwise one for each core where files are many."),
)


def workers_for(files: Sequence[Given], workers: int | None) -> int:
    """How many processes read these: see `executors.worth`."""
    most = _PARALLEL_FROM if workers is None else 0
    number = sum(1 for _ in islice(each_input(files), most))
    if number < most:
        return 1
    from vcwallet import executors

    return executors.worth(number, workers, least=most)


@contextmanager
def looking_crew(files: Sequence[Given], workers: int | None) -> Iterator[Crew | None]:
    """Processes that look at files, where there are enough for it to be worth while."""
    processes = workers_for(files, workers)
    if processes == 1:
        yield None
        return
    from vcwallet import executors
    from vcwallet.bundle import looking

    with executors.processes(processes, looking.prepare) as crew:
        yield crew


def status_lists(inputs: Sequence[str]) -> list[JsonObject]:
    """The lists of revoked diplomas in what ``--status`` names; each name must hold one.

    Raises UsageError (``status.none``), because an answer without the lists a person meant would be another.
    """
    lists: list[JsonObject] = []
    for name in inputs:
        inside = documents(reading := find([name]), DocumentKind.STATUS_LIST)
        if not inside:
            reason = next((one.problem for one in reading if one.problem is not None), None)
            raise UsageError(
                "status.none",
                N_("There is no list of revoked diplomas in “{name}”."),
                next_step=N_("Name the file of the list, or a folder that has it."),
                name=name[-64:],
            ) from reason
        lists += inside
    return lists


def tell_files(speaker: Speaker, reading: Reading) -> None:
    """One line for all files, unless each had something in it; and what was handed in more than once."""
    for one in reading:
        if one.times > 1:
            speaker.warn(N_("Handed in {times} times: {where}"), times=one.times, where=one.where)
    counts = reading.counts
    # An empty or broken file has been named with its problem; these have none.
    idle = [row.name for row in reading.files if row.fate is FileFate.EMPTY and row.problem is None]
    told = {source.name for one in reading if one.problem is not None for source in one.sources}
    if idle := [name for name in idle if name not in told]:
        more = "…" if len(idle) > _IDLE_NAMED else ""
        speaker.warn(
            N_("Neither a diploma nor a showing is in: {files}."),
            files=", ".join(idle[:_IDLE_NAMED]) + more,
        )
    # Of one file all has been said.
    if len(reading.files) > 1 and (counts.empty or counts.unreadable or counts.incomplete):
        speaker.warn(
            N_(
                "Files: {all}. With documents: {items}; nothing in them: {empty}; not readable: {unreadable};"
                " with parts missing: {incomplete}; of the system: {system}."
            ),
            all=len(reading.files),
            items=counts.with_items,
            empty=counts.empty,
            unreadable=counts.unreadable,
            incomplete=counts.incomplete,
            system=counts.system,
        )


def read_request(place: str) -> Request:
    """The one request in a file or in a picture of its code; ``-`` is what a scanner types.

    Raises what `scanning.the_request` raises.
    """
    return scanning.the_request(find([place]), place)


def read_asked(place: str) -> tuple[Request, OpenidAsked | None]:
    """What an office asked for: its request, and what it kept of one of OpenID4VP.

    Raises what `scanning.the_request` and `OpenidAsked.parse` raise.
    """
    from vcwallet.bundle.openid_asked import OpenidAsked

    reading = find([place])
    kept = documents(reading, DocumentKind.ASKED)
    if len(kept) == 1:
        asked = OpenidAsked.parse(kept[0])
        return asked.request, asked
    return scanning.the_request(reading, place), None


def read_question(given: str) -> Request | str:
    """What `read_request` reads, or the URL of a request of OpenID4VP, typed, in a file or in a picture."""
    if openid_request(given) is not None:
        return given.strip()
    return scanning.the_question(find([given]), given)


def read_offer(given: str) -> JsonObject | str:
    """The offer of a site, or the link of one: typed, in a file or in a picture.

    Raises what `scanning.the_offer` raises.
    """
    if offer_link(given) is not None:
        return given.strip()
    return scanning.the_offer(find([given]), given)


overwrite_option = option(
    "--overwrite",
    is_flag=True,
    expose_value=False,
    callback=lambda ctx, param, value: ctx.meta.__setitem__(_OVERWRITE, value),
    help=N_("Replace a file that is there already, without asking."),
)
"""For each command that writes a result where a person says; `place` obeys it."""


def place(speaker: Speaker, out: Path, *, inputs: Sequence[Path] | None = None) -> Callable[[bytes], None]:
    """Check where a result goes before any work is done, asking when a file is there; returns what writes it.

    Every file and folder among the arguments and options of the running command is an input of it, unless
    `inputs` says which are. Raises as `files.check_place`.
    """
    ctx = click.get_current_context()

    def may_replace(path: Path) -> bool:
        if ctx.meta.get(_OVERWRITE):
            return True
        if not somebody_there():
            return False
        speaker.confirm(N_("{file} is there already. Replace it?"), file=str(path))
        return True

    check_place(
        out,
        inputs=_paths(ctx, out) if inputs is None else inputs,
        may_replace=may_replace,
        or_else=N_("Choose another name, or say --overwrite to replace it.")
        if _OVERWRITE in ctx.meta
        else N_("Choose another name, or run it in a terminal, where it asks whether to replace it."),
    )
    return partial(write_result, out)


def _paths(ctx: click.Context, out: Path) -> Iterator[Path]:
    for value in ctx.params.values():
        for each in value if isinstance(value, list | tuple) else (value,):
            # A text that was not given is no path, least of all the folder one is in.
            if isinstance(each, str | Path) and each != "" and each is not out:
                yield Path(each)


def can_draw(screen: TextIO) -> bool:
    """Whether a person looks at it and it has the block characters that codes are drawn with."""
    if not screen.isatty():
        return False
    try:
        "█▀▄".encode(screen.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True
