"""How the command line speaks to a person: languages, errors, questions, tables, progress.

Command modules write English templates (`N_`); everything is translated at the moment it is shown, in
the language of the `Speaker` that is passed along.
"""

from __future__ import annotations

import codecs
import contextlib
import gettext
import importlib
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, TextIO, TypeVar

import click

from vcwallet import limits, locales, strict_json
from vcwallet.characters import in_json, visible
from vcwallet.cli.next_steps import COMMANDS
from vcwallet.errors import (
    N_,
    Aged,
    Cancelled,
    MachineError,
    Plural,
    UsageError,
    VcwalletError,
)
from vcwallet.files import in_our_words
from vcwallet.locales import Said
from vcwallet.strict_json import Json

if TYPE_CHECKING:
    from rich.console import Console

F = TypeVar("F", bound=Callable[..., Any])

INTERNAL_ERROR = 70

ANSWERS = {
    **dict.fromkeys(("y", "yes", "д", "да", "нуы", "l", "lf"), True),
    **dict.fromkeys(("n", "no", "н", "нет", "т", "тщ", "ytn"), False),
}
"""Yes and no in two languages, and as they come out when the keyboard is in the other layout.

"y" and "н" are one key: each counts as what it says, for nobody can tell which layout was meant.
"""


Cell = Said | tuple[str, ...]
"""Of a table: one value, or several lines."""


def somebody_there() -> bool:
    """Whether a person is at the keyboard who can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


@dataclass(frozen=True, slots=True)
class Styled:
    """A part of a line in colour; `ground` is the colour behind it."""

    text: str
    colour: str | None = None
    ground: str | None = None
    bold: bool = False


class Advance(Protocol):
    """Move a bar on; what is `said` stands behind it until something else is."""

    def __call__(self, steps: int, said: str | None = None, /) -> None: ...


_BAR: Final = 14
"""Characters of a bar: its label, the time left and what is said stand beside it in 80 columns."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """The voice of one run: what is said goes to standard output, what went wrong to standard error."""

    language: locales.Language

    def text(self, template: str | Plural | Aged, /, **values: Said) -> str:
        return self.language.text(template, **values)

    def say(self, template: str | Plural | Aged = "", /, **values: Said) -> None:
        _echo(self.text(template, **values), sys.stdout)

    def aside(self, template: str | Plural | Aged, /, **values: Said) -> None:
        """On standard error, where the output is for a program."""
        _echo(self.text(template, **values), sys.stderr)

    def warn(self, template: str | Plural | Aged, /, **values: Said) -> None:
        _echo(self.text(template, **values), sys.stderr, colour="yellow")

    def line(self, text: str, *, aside: bool = False, colour: str | None = None) -> None:
        """A line that is a sentence already, of which no word is broken on a screen."""
        _echo(visible(text), sys.stderr if aside else sys.stdout, colour=colour)

    def write(self, *parts: str | Styled, aside: bool = False) -> None:
        """One line put together from texts that are no templates: sentences already said, names, numbers."""
        click.echo("".join(_styled(part) for part in parts), file=sys.stderr if aside else sys.stdout)

    def error(self, error: VcwalletError) -> None:
        self.problem(error.file if isinstance(error, OwnFileWrong) else self.text(N_("Error")), error)

    def problem(self, where: str, error: VcwalletError) -> None:
        """An error about one of several things; the others go on."""
        if isinstance(error, Cancelled):
            # Whoever said no made no mistake.
            _echo(self.language.error(error), sys.stderr, colour="yellow")
            return
        # "There is no file a.json" needs no "a.json:" before it.
        named = error.evidence.get("file") == where
        place = (self.text(N_("Error")) if named else visible(where)) + ":"
        said = _wrapped(f"{place} {self.language.error(error)}", sys.stderr)
        if said.startswith(place):
            said = click.style(place, fg="red") + said.removeprefix(place)
        click.echo(said, file=sys.stderr)
        words = COMMANDS.get(error.action) if error.action is not None else None
        step = self.text(words, **error.evidence) if words else self.language.next_step(error)
        if step:
            _echo("  " + step, sys.stderr)

    def data(self, content: str | bytes) -> None:
        """Write a result that a program may read: UTF-8 whatever the console's own encoding.

        The bytes as they are, except onto a screen: there a text is made harmless as `json` makes it.
        """
        raw = content.encode("utf-8") if isinstance(content, str) else content
        if sys.stdout.isatty():
            with contextlib.suppress(UnicodeDecodeError):
                raw = in_json(raw.decode("utf-8")).encode("utf-8")
        click.echo(raw, nl=False)

    def draw(self, codes: str) -> None:
        """Codes drawn on a terminal: block characters of our own making, as they are."""
        click.echo(codes, nl=False, file=sys.stdout)

    def json(self, value: Json) -> None:
        """Write an answer as JSON, in which no character acts on a terminal; the values are as they came."""
        self.data(self.json_text(value))

    @staticmethod
    def json_text(value: Json) -> str:
        """What `json` writes."""
        return in_json(strict_json.dumps(value, indent=2)) + "\n"

    def ask(
        self,
        template: str,
        /,
        *,
        hidden: bool = False,
        twice: bool = False,
        optional: bool = False,
        **values: Said,
    ) -> str:
        """What a person types; `hidden` does not echo it, `optional` takes Enter alone for an answer."""
        answer: str = click.prompt(
            _question(self.text(template, **values)),
            default="" if optional else None,
            show_default=False,
            hide_input=hidden,
            confirmation_prompt=twice,
            err=True,
        )
        return answer

    def agreed(self, template: str, /, *, yes: bool = False, **values: Said) -> bool:
        """Ask until the answer is a yes or a no in Russian or English, whatever layout the keyboard is in.

        Enter alone is a no. `yes` is what ``--yes`` said: nobody is asked. Raises UsageError
        (``cli.unconfirmed``) when there is nobody to ask.
        """
        if yes:
            return True
        if not somebody_there():
            raise UsageError(
                "cli.unconfirmed",
                N_("Somebody has to agree to this, and there is nobody to ask."),
                next_step=N_("Run it in a terminal, or say --yes."),
            )
        choice = self.text(N_("[y/N]"))
        question = _question(f"{self.text(template, **values)} {choice}")
        while True:
            given = click.prompt(question, default="", show_default=False, err=True).strip().casefold()
            if given in ANSWERS or not given:
                return ANSWERS.get(given, False)
            self.aside(N_("Please answer yes or no."))

    def confirm(self, template: str, /, *, yes: bool = False, **values: Said) -> None:
        """Ask as `agreed` does; raises Cancelled (``cli.cancelled``) on no, and what `agreed` raises."""
        if not self.agreed(template, yes=yes, **values):
            raise Cancelled("cli.cancelled", N_("Nothing was changed."))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "") -> None:
        """A table; column names are templates, a cell is a value or the lines in it.

        No word is broken: where the columns do not fit beside each other, each row is a list of its cells.
        """
        from rich.table import Table
        from rich.text import Text

        heads = [self.text(column) for column in columns]
        lines = [[self._cell(cell) for cell in row] for row in rows]
        columns_of = [(head, *cells) for head, *cells in zip(heads, *lines, strict=True)]
        console = self.console()
        widths = _widths(columns_of, console.width - 3 * len(heads) - 1)
        if widths is None:
            self._list(title, heads, lines)
            return
        table = Table(title=self.text(title) if title else None, title_justify="left", header_style="bold")
        for head, width in zip(heads, widths, strict=True):
            table.add_column(head, width=width, overflow="fold")
        for row in lines:
            table.add_row(*map(Text, row))
        console.print(table)

    def _list(self, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        if title:
            self.say(title)
        for row in rows:
            begins = "- "
            for head, cell in zip(heads, row, strict=True):
                if not head and cell and "\n" not in cell:
                    begins += (
                        f"{cell} "  # a mark stands before what it is about, and not on a line of its own
                    )
                elif cell:
                    said = (f"{head}: " if head else "") + cell.replace("\n", "\n    ")
                    _echo(begins + said, sys.stdout)
                    begins = "  "
            if begins.strip(" -"):
                _echo(begins.rstrip(), sys.stdout)

    def _cell(self, cell: Cell) -> str:
        lines = cell if isinstance(cell, tuple) else (cell,)
        return "\n".join(self.language.value(line) or "" for line in lines)

    def console(self) -> Console:
        from rich.console import Console

        # Not a terminal: a wide width unless one is asked for, so that pipes and logs do not wrap at 80.
        asked = os.environ.get("COLUMNS", "")
        width = int(asked) if asked.isdecimal() else 120
        return Console(
            width=None if sys.stdout.isatty() else width, highlight=False, markup=False, emoji=False
        )

    @contextlib.contextmanager
    def progress(self, template: str, total: int | None) -> Iterator[Advance]:
        """A bar on standard error for long work, or a count where its end is not known."""
        label = self.text(template)
        # What stands behind the bar has the type of what click would iterate over, and nothing is iterated.
        made: Any = (
            click.progressbar(
                length=total, label=label, file=sys.stderr, width=_BAR, item_show_func=lambda said: said
            )
            if total is not None
            else click.progressbar(iter(()), label=label, file=sys.stderr, width=_BAR, show_pos=True)
        )
        with made as bar:
            yield bar.update


def _widths(columns: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """A width for each column in which no word of it is broken, at most `room` in all; None without room."""
    least = [max(len(word) for cell in column for word in ("", *cell.split())) for column in columns]
    wished = [max(len(line) for cell in column for line in cell.split("\n")) for column in columns]
    spare = room - sum(least)
    if spare < 0:
        return None
    widths = list(least)
    while spare > 0:
        wanting = [place for place, width in enumerate(widths) if width < wished[place]]
        if not wanting:
            break
        # A column at a time, the one that is furthest from what it wishes for.
        widest = max(wanting, key=lambda place: wished[place] / widths[place])
        widths[widest] += 1
        spare -= 1
    return widths


def _echo(text: str, stream: TextIO, *, colour: str | None = None) -> None:
    # The stream by name: where a console says ASCII, click would write UTF-8 instead.
    click.secho(_wrapped(text, stream), file=stream, fg=colour)


def _wrapped(text: str, stream: TextIO) -> str:
    """On a screen no line ends inside a word; a pipe gets the sentence in one line."""
    if stream is None or not stream.isatty():
        return text
    width = shutil.get_terminal_size().columns
    return "\n".join(lines(text, width))


def _question(text: str) -> str:
    """A question in lines that leave a place for the colon after it and the beginning of the answer."""
    if not sys.stderr.isatty():
        return text
    return "\n".join(lines(text, shutil.get_terminal_size().columns - 8))


def lines(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` characters, except where one word is longer; indents are kept."""
    out = []
    for line in text.split("\n"):
        indent = " " * (len(line) - len(line.lstrip(" ")))
        out += textwrap.wrap(
            line,
            width,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
            replace_whitespace=False,
            drop_whitespace=True,
        ) or [""]
    return out


def _styled(part: str | Styled) -> str:
    if isinstance(part, str):
        return visible(part)
    return click.style(visible(part.text), fg=part.colour, bg=part.ground, bold=part.bold or None)


class OwnFileWrong(UsageError):
    """A file of the user's own cannot be used: a trust list, a context, a schema, a request."""

    def __init__(self, file: str, wrong: VcwalletError) -> None:
        super().__init__(
            wrong.code, wrong.template, next_step=wrong.action or wrong.next_step_template, **wrong.evidence
        )
        self.file = file


@contextlib.contextmanager
def own_file(file: Path | str) -> Iterator[None]:
    """What is wrong with `file` is wrong usage, said with its name; nothing is said of any input."""
    try:
        yield
    except OSError as error:
        # The words name the file already.
        refusal = in_our_words(error)
        if isinstance(refusal, MachineError):
            raise
        raise UsageError(
            refusal.code, refusal.template, next_step=refusal.next_step_template, **refusal.evidence
        ) from error
    except VcwalletError as error:
        if isinstance(error, MachineError | OwnFileWrong):
            raise
        raise OwnFileWrong(str(file), error) from error


pass_speaker = click.make_pass_decorator(Speaker)


def choose_language(arguments: Sequence[str]) -> tuple[locales.Language, list[str]]:
    """The language of ``--lang``, wherever it stands, else the system's; the arguments with it in front."""
    code, wish, rest = locales.preferred(), [], list[str]()
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == "--lang":
            wish = [word, *([value] if (value := next(words, None)) is not None else [])]
        elif word.startswith("--lang="):
            wish = ["--lang", word.removeprefix("--lang=")]
        else:
            rest.append(word)
    if len(wish) == 2:
        code = wish[1]
    chosen = locales.language(code if code in locales.LANGUAGES else "en")
    return chosen, [*wish, *rest]


def run(command: click.Command, arguments: list[str], speaker: Speaker) -> int:
    """Run a command and return its exit status; nothing a person typed or received ends in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console or pipe in cp1251 has no tick or box characters: never fail for that.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=ON_A_POOR_CONSOLE)
    # click asks the process-wide domain for its own words ("Usage:", "Options").
    os.environ["LANGUAGE"] = speaker.language.code
    gettext.bindtextdomain(locales.DOMAIN, str(locales.FOLDER))
    gettext.textdomain(locales.DOMAIN)
    try:
        status = command.main(arguments, prog_name="vcwallet", standalone_mode=False, obj=speaker)
    except VcwalletError as error:
        speaker.error(error)
        return error.exit_status
    except click.ClickException as error:
        _show_misuse(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        speaker.warn(N_("Interrupted."))
        return 130
    except BrokenPipeError:
        # The reader of our output left (`| head`): not an error, and Python must not complain at exit.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        refusal = in_our_words(error)
        speaker.error(refusal)
        return refusal.exit_status
    except Exception as error:  # whatever nobody foresaw is our mistake, told without a traceback
        if os.environ.get("VCWALLET_DEBUG"):
            raise
        speaker.error(
            MachineError(
                "cli.internal",
                N_("vcwallet made a mistake ({kind}). Nothing was half-written."),
                next_step=N_("Run it again with VCWALLET_DEBUG=1 and send us what it prints."),
                kind=type(error).__name__,
            )
        )
        return INTERNAL_ERROR
    return status if isinstance(status, int) else 0


def _show_misuse(error: click.ClickException) -> None:
    """What click says of a wrong command line; the words it says back are the user's."""
    asked = error.ctx if isinstance(error, click.UsageError) else None
    if asked is not None:
        click.echo(asked.get_usage(), file=sys.stderr)
    said = "\n".join(visible(line) for line in error.format_message().splitlines())
    _echo(gettext.gettext("Error: {message}").format(message=said), sys.stderr)
    if asked is not None:
        advice = gettext.gettext("Try '{command} {option}' for help.")
        _echo("  " + advice.format(command=asked.command_path, option="--help"), sys.stderr)


_INSTEAD = str.maketrans(
    {"✓": "+", "✗": "x", "·": ".", "•": ".", "…": "...", "→": ">", "−": "-"}
    | dict.fromkeys("‐‑‒–—―─━", "-")
    | dict.fromkeys("│┃", "|")
    | dict.fromkeys("«»“”„", '"')
    | dict.fromkeys("‘’", "'")
    | dict.fromkeys("  ", " ")
    | {"№": "N", "ё": "е", "Ё": "Е"}
)
ON_A_POOR_CONSOLE = "vcwallet.on_a_poor_console"


def _instead(error: UnicodeError) -> tuple[str, int]:
    """For a letter that the console's encoding lacks: our signs as others of the same meaning, else ``?``."""
    assert isinstance(error, UnicodeEncodeError)
    out = []
    for character in error.object[error.start : error.end]:
        try:
            out.append(_INSTEAD.get(ord(character), "?"))
            out[-1].encode(error.encoding)
        except UnicodeEncodeError:
            out[-1] = "?"
    return "".join(out), error.end


codecs.register_error(ON_A_POOR_CONSOLE, _instead)


# --- click's parts, translated when shown ----------------------------------------------------------


# Words that stand for a value in usage lines; in a help text they are written as the catalogue has them.
METAVARS = (
    *(N_("[OPTIONS]"), N_("COMMAND [ARGS]..."), N_("FILE"), N_("FOLDER"), N_("INPUT"), N_("SOURCE")),
    *(N_("TARGET"), N_("NAME"), N_("TEXT"), N_("NUMBER"), N_("TIME"), N_("DATE"), N_("DURATION")),
    *(N_("DOMAIN"), N_("FIELD"), N_("KIND"), N_("COLUMN"), N_("VALUE"), N_("DIPLOMA"), N_("SHEET")),
    *(N_("CHILD"), N_("SCAN"), N_("OFFER")),
    *(N_("COPY"), N_("PREFIX"), N_("TYPE"), N_("WORDS"), N_("DIGEST"), N_("YYYY"), N_("PAGE")),
    *(N_("HEADER"), N_("WORD")),
    *(N_("ENTRY"), N_("STAGE"), N_("YEARS"), N_("FINGERPRINT"), N_("WHAT"), N_("DAY"), N_("KEY"), N_("OLD")),
    *(N_("KIT"), N_("DRAFT"), N_("ROLE"), N_("SOURCES")),
    *(N_("NEW"), N_("LINE"), N_("STICK"), N_("SUCCESSOR"), N_("BINDING"), N_("FEATURE"), N_("PATH")),
    *(N_("CODE"), N_("POINTS"), N_("RIGHT"), N_("PACK"), N_("TABLE")),
)
_OF_TYPES = {"DIRECTORY": "FOLDER", "INTEGER RANGE": "NUMBER", "INTEGER": "NUMBER"}
_WORD = re.compile(r"(?<![\w|])[A-Z][A-Z-]+(?![\w|])")


def _metavar(ctx: click.Context | None, written: str) -> str:
    """A usage word in the language of the session; what is not in the catalogue stays: ``URL``, ``ID``."""
    for ours, theirs in _OF_TYPES.items():
        written = written.replace(ours, theirs)
    if ctx is None:
        return written
    return _WORD.sub(lambda word: _translated(ctx, word[0]), written)


def _path_kind(parameter: click.Parameter) -> str:
    """What stands for a path that has no word of its own; "" for anything else.

    click names the kind once, when the option is made, in the language of whoever imported the command first.
    """
    kind = parameter.type
    if parameter.metavar is not None or not isinstance(kind, click.Path):
        return ""
    return "FOLDER" if kind.dir_okay and not kind.file_okay else "FILE"


def _translated(ctx: click.Context, template: str | None) -> str:
    speaker = ctx.find_object(Speaker)
    return speaker.text(template or "") if speaker else (template or "")


class _Formatter(click.HelpFormatter):
    """Help of which no line ends inside a word: ``--passphrase-file`` is one."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, _whole(args), prefix)

    def write_text(self, text: str) -> None:
        super().write_text(_whole(text))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(first, _whole(second)) for first, second in rows], col_max, col_spacing)

    def getvalue(self) -> str:
        return super().getvalue().replace(_UNBREAKABLE, "-")


_UNBREAKABLE = "\u2011"
"""A hyphen at which no line is broken."""


def _whole(text: str) -> str:
    return re.sub(r"(?<=\S)-(?=\S)|(?<!\S)-(?=-?\S)", _UNBREAKABLE, text)


class _Context(click.Context):
    formatter_class = _Formatter


class _Translated(click.Command):
    context_class = _Context

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        options, *pieces = super().collect_usage_pieces(ctx)
        return [_translated(ctx, options), *pieces]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        found = super().get_help_option(ctx)
        if found is not None:
            # click words it once, in the language of whoever asked first.
            found.help = _translated(ctx, N_("Show this message and exit."))
        return found

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        original, self.help = self.help, _translated(ctx, self.help)
        try:
            super().format_help_text(ctx, formatter)
        finally:
            self.help = original

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        original, self.epilog = self.epilog, _translated(ctx, self.epilog)
        try:
            super().format_epilog(ctx, formatter)
        finally:
            self.epilog = original


class Command(_Translated):
    """A command whose help is a template."""


_LOOKING: Final = ("list", "show", "status", "info", "ls")
"""Words for looking at what there is: whoever types one of them means whichever of them a group has."""


class Group(_Translated, click.Group):
    """A group whose help is a template.

    `lazy` maps a name to ("module:attribute", one-line help): listing does not import what it lists.
    `unlisted` maps a name that help does not show to its "module:attribute".
    `order` names the commands as a person meets them; others follow.
    """

    command_class = Command

    def __init__(
        self,
        *args: Any,
        lazy: Mapping[str, tuple[str, str]] | None = None,
        unlisted: Mapping[str, str] | None = None,
        order: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("invoke_without_command", True)
        kwargs.setdefault("subcommand_metavar", "COMMAND [ARGS]...")
        super().__init__(*args, **kwargs)
        self.lazy = dict(lazy or {})
        self.unlisted = dict(unlisted or {})
        self.order = tuple(order)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        *pieces, command = super().collect_usage_pieces(ctx)
        return [*pieces, _translated(ctx, command)]

    def invoke(self, ctx: click.Context) -> Any:
        result = super().invoke(ctx)
        if ctx.invoked_subcommand is None:
            # A group without a command shows what there is, and ends as wrong usage.
            click.echo(ctx.get_help())
            ctx.exit(2)
        return result

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            # click compares with the commands that are loaded, and most are loaded when they are run.
            known = self.list_commands(ctx)
            near = click.NoSuchCommand(error.command_name, possibilities=known, ctx=ctx)
            meant = next((name for name in known if name in _LOOKING), None)
            if near.possibilities or meant is None or error.command_name not in _LOOKING:
                raise near from None
            instead = gettext.ngettext("Did you mean {possibility}?", "", 1).format(possibility=f"'{meant}'")
            raise click.NoSuchCommand(error.command_name, f"{error.message} {instead}", ctx=ctx) from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = [*self.lazy, *super().list_commands(ctx)]
        return sorted(
            names, key=lambda name: self.order.index(name) if name in self.order else len(self.order)
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self.lazy[cmd_name][0] if cmd_name in self.lazy else self.unlisted.get(cmd_name)
        if place is None:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = place.partition(":")
        loaded: click.Command = getattr(importlib.import_module(module), attribute)
        return loaded

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name in self.list_commands(ctx):
            if name in self.lazy:
                rows.append((name, _translated(ctx, self.lazy[name][1])))
            else:
                command = self.commands[name]
                if not command.hidden:
                    first = _translated(ctx, command.help).split("\n\n")[0]
                    rows.append((name, first))
        with formatter.section(gettext.gettext("Commands")):
            formatter.write_dl(rows)


@contextlib.contextmanager
def _kind_of_file_named(ctx: click.Context, kind: click.ParamType[Any]) -> Iterator[None]:
    """While a value is read, its kind bears its name in the language of the session, for click's errors.

    click words it once, in the language of whoever asked first, and usage lines would show that for ever.
    """
    if not isinstance(kind, click.Path):
        yield
        return
    before = kind.name
    kind.name = _translated(
        ctx,
        N_("path") if kind.file_okay and kind.dir_okay else N_("file") if kind.file_okay else N_("directory"),
    )
    try:
        yield
    finally:
        kind.name = before


class Argument(click.Argument):
    """An argument whose name in usage lines is a template."""

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        with _kind_of_file_named(ctx, self.type):
            return super().process_value(ctx, value)

    def make_metavar(self, ctx: click.Context) -> str:
        written = _metavar(ctx, _path_kind(self) or super().make_metavar(ctx))
        return written if self.required or written.startswith("[") else f"[{written}]"


_CHOICES_BESIDE = 24
"""Characters of choices that are listed in place of a value; more of them stand in the help text."""


class Option(click.Option):
    """An option whose help is a template."""

    def make_metavar(self, ctx: click.Context) -> str:
        written = _path_kind(self) or super().make_metavar(ctx)
        return _metavar(ctx, self._kind if len(written) > _CHOICES_BESIDE else written)

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        with _kind_of_file_named(ctx, self.type):
            return super().process_value(ctx, value)

    def get_help_extra(self, ctx: click.Context) -> Any:
        extra = super().get_help_extra(ctx)
        if "range" in extra:
            # click writes 1<=x<=256.
            extra["range"] = re.sub(r"^(\d+)<=x<=(\d+)$", r"\1–\2", extra["range"])
        return extra

    @property
    def _kind(self) -> str:
        return self.opts[-1].rpartition("-")[2].upper()

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        original, self.help = self.help, _translated(ctx, self.help)
        if isinstance(self.type, click.Choice) and self.make_metavar(ctx) == _metavar(ctx, self._kind):
            listed = ", ".join(map(str, self.type.choices))
            speaker = ctx.find_object(Speaker)
            if speaker is not None:
                self.help += " " + speaker.text(N_("One of: {choices}."), choices=listed)
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = original


def option(*names: str, **attributes: Any) -> Callable[[F], F]:
    """`click.option` whose help is a template."""
    return click.option(*names, cls=Option, **attributes)


def argument(*names: str, **attributes: Any) -> Callable[[F], F]:
    """`click.argument` whose name in usage lines is a template."""
    return click.argument(*names, cls=Argument, **attributes)


yes_option = option("--yes", is_flag=True, help=N_("Do not ask; the answer is yes."))
"""For each command that asks; `Speaker.agreed` obeys it."""


# --- passphrases -----------------------------------------------------------------------------------


def passphrase_option(function: F) -> F:
    """Adds ``--passphrase-file``; see `passphrase`."""
    return option(
        "--passphrase-file",
        type=click.Path(dir_okay=False, path_type=Path),
        help=N_("Read the passphrase from the first line of this file instead of asking."),
    )(function)


def passphrase(speaker: Speaker, file: Path | None, *, prompt: str, new: bool = False) -> str:
    """The passphrase: from `file`, else from VCWALLET_PASSPHRASE, else asked for (twice when `new`).

    Raises UsageError (``cli.passphrase-missing``) when there is nobody to ask, and
    ``cli.passphrase-empty`` for an empty one.
    """
    if file is not None:
        with file.open("rb") as source:
            raw = source.read(limits.PASSPHRASE_BYTES + 1)
        if len(raw) > limits.PASSPHRASE_BYTES:
            raise UsageError(
                "cli.passphrase-too-long",
                N_("The passphrase file is too large."),
                next_step=N_("Name a text file whose first line is the passphrase."),
            )
        try:
            given = raw.decode("utf-8-sig").split("\n")[0].rstrip("\r")
        except UnicodeDecodeError:
            raise UsageError(
                "cli.passphrase-not-utf-8",
                N_("The passphrase file is not UTF-8 text."),
                next_step=N_("Save it as UTF-8."),
            ) from None
    elif "VCWALLET_PASSPHRASE" in os.environ:
        given = os.environ["VCWALLET_PASSPHRASE"]
    elif somebody_there():
        given = speaker.ask(prompt, hidden=True, twice=new)
    else:
        raise UsageError(
            "cli.passphrase-missing",
            N_("A passphrase is needed and there is nobody to ask."),
            next_step=N_("Give --passphrase-file FILE or set VCWALLET_PASSPHRASE."),
        )
    if not given:
        raise UsageError(
            "cli.passphrase-empty",
            N_("The passphrase is empty."),
            next_step=N_("Type a passphrase, or write it into the first line of the file."),
        )
    return given
