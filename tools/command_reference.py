"""Writes docs/reference/commands.md and commands.ru.md from what the commands say about themselves.

    python -m tools.command_reference          # writes both pages
    python -m tools.command_reference --print ru

Run it after any change of a command, an option or a sentence of theirs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
PAGES = {"en": ROOT / "docs/reference/commands.md", "ru": ROOT / "docs/reference/commands.ru.md"}
WIDTH = 100

HEAD = {
    "en": """# Commands

По-русски: [commands.ru.md](commands.ru.md). Made from the program by `python -m tools.command_reference`;
what stands here is what `--help` says.

## Exit codes

| | |
|---|---|
| 0 | done, or everything is confirmed |
| 1 | refused: a report says so, and nothing else ends with 1 |
| 2 | wrong usage, or something wrong in your own files, such as a trust list, a request or a sheet |
| 3 | something is not known that the answer needs |
| 4 | an input cannot be read or used |
| 5 | confirmed in part only, or nothing counts |
| 6 | the computer could not do it |
| 70 | a mistake of the program |
| 130 | interrupted |

What is wrong in your own files is found before any input is looked at.
Of several inputs the first of 1, 4, 3, 5, 0 that occurs.

## Environment variables

| variable | |
|---|---|
| `VCWALLET_LANG` | language of what you read, `ru` or `en`, where `--lang` is not given |
| `VCWALLET_PASSPHRASE` | the passphrase, for programs; a person is asked for it |
| `VCWALLET_COMPUTER` | the computer's name for an issuer's folder, where its own is another each day |
| `VCWALLET_STATE` | the folder where this computer remembers in what state it saved each wallet |
| `VCWALLET_DEBUG` | `1`: a mistake of the program is shown with its traceback |
| `VCWALLET_NOW` | the clock of `vcwallet conformance`, for test suites |
""",
    "ru": """# Команды

In English: [commands.md](commands.md). Страница сделана самой программой
(`python -m tools.command_reference`): здесь то же, что печатает `--help`.

## Коды завершения

| | |
|---|---|
| 0 | сделано или всё подтверждено |
| 1 | отказано: так говорит отчёт о проверке, и ничто другое этим кодом не завершается |
| 2 | неверная команда или непорядок в ваших собственных файлах: списке доверия, запросе, таблице |
| 3 | чего-то нужного для ответа не известно |
| 4 | вход не удалось прочитать или использовать |
| 5 | подтверждено не всё, или ничего не засчитывается |
| 6 | не смог компьютер |
| 70 | ошибка программы |
| 130 | прервано |

Непорядок в собственных файлах выясняется раньше, чем открывается вход.
Если входов несколько — первый из кодов 1, 4, 3, 5, 0, который встретился.

## Переменные окружения

| переменная | |
|---|---|
| `VCWALLET_LANG` | язык сообщений, `ru` или `en`, если не задан `--lang` |
| `VCWALLET_PASSPHRASE` | парольная фраза, для программ; у человека её спросят |
| `VCWALLET_COMPUTER` | имя компьютера для папки организации, если своё каждый день новое |
| `VCWALLET_STATE` | папка, где этот компьютер помнит, в каком виде он сохранил каждый кошелёк |
| `VCWALLET_DEBUG` | `1`: ошибку самой программы показывать вместе с трассировкой |
| `VCWALLET_NOW` | часы команды `vcwallet conformance`, для наборов тестов |
""",
}


def page(language: str) -> str:
    """A whole page. Runs in a process of its own: click's own words are chosen once for a process."""
    from vcwallet.cli import command_line
    from vcwallet.cli.speak import Speaker, choose_language

    chosen, _ = choose_language(["--lang", language])
    top = command_line.context_class(
        command_line,
        info_name="vcwallet",
        obj=Speaker(chosen),
        terminal_width=WIDTH,
        **command_line.context_settings,
    )
    helps = [f"## {ctx.command_path}\n\n```text\n{ctx.get_help().rstrip()}\n```\n" for ctx in _contexts(top)]
    return "\n".join([HEAD[language], *helps])


def _contexts(ctx: click.Context) -> Iterator[click.Context]:
    yield ctx
    if isinstance(ctx.command, click.Group):
        for name in ctx.command.list_commands(ctx):
            command = ctx.command.get_command(ctx, name)
            if command is not None and not command.hidden:
                inner = command.context_class(
                    command, info_name=name, parent=ctx, terminal_width=WIDTH, **command.context_settings
                )
                yield from _contexts(inner)


def made(language: str) -> str:
    """The page as a fresh process makes it."""
    done = subprocess.run(  # noqa: S603 - this very program
        [sys.executable, "-X", "utf8", "-m", "tools.command_reference", "--print", language],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def main() -> None:
    if sys.argv[1:2] == ["--print"]:
        sys.stdout.write(page(sys.argv[2]))
        return
    for language, path in PAGES.items():
        path.write_text(made(language), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
