"""Every block of the documents that can run is run, document by document, in a folder of its own.

``console`` blocks: each line after ``$ `` is a command of vcwallet, which must end with 0, or with what a
comment says: ``# ends with 1``. Other lines are what a reader sees, and are not compared. Where a command is
named for the first time in all the documents, the installed program runs it; elsewhere a program that has its
modules imported (`tests.ready_program`). ``python`` blocks
share one namespace per document. ``json`` and ``toml`` blocks are parsed. Blocks for reading only say so by
their language.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from tests.ready_program import POSSIBLE, Run, ready_program
from tests.shared import ROOT
from tools import page_runtime
from vcwallet.cli import command_line

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("issuers/*/*.md")])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
COMMAND = Path(sysconfig.get_path("scripts")) / ("vcwallet.exe" if os.name == "nt" else "vcwallet")
RUNNABLE = ("console", "python")
DATA = {"json": json.loads, "toml": tomllib.loads}
# Help texts, pictures, signatures (`py`), and what the suites of W3C need from npm and git.
READ_ONLY = ("text", "mermaid", "py", "sh", "js")
# Pages of formats hold whole programs; the tests of those packages run them against their vectors.
RUN_ELSEWHERE = {
    "docs/reference/bundle-format.md": "tests/unit/bundle",
    "docs/reference/wallet-format.md": "tests/unit/sealed_file",
}


def blocks(document: Path) -> Iterator[tuple[str, str]]:
    for language, body in FENCE.findall(document.read_text("utf-8")):
        if language in RUNNABLE:
            yield language, body


def words_of(line: str, folder: Path) -> list[str]:
    """As a shell would: quotes and patterns of file names."""
    words: list[str] = []
    for word in shlex.split(line):
        found = sorted(folder.glob(word)) if "*" in word else []
        words += [path.relative_to(folder).as_posix() for path in found] or [word]
    return words


def installed(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(COMMAND), *words],
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def command_of(words: list[str]) -> tuple[str, ...]:
    """Its name: "verify", "issuer issue"."""
    found: list[str] = []
    command: click.Command | None = command_line
    for word in words:
        context = click.Context(command) if isinstance(command, click.Group) else None
        command = command.get_command(context, word) if context else None  # type: ignore[union-attr]
        if command is None:
            break
        found.append(word)
    return tuple(found)


@cache
def first_named() -> dict[tuple[str, ...], str]:
    """For each command the document, and its line, that names it first."""
    found: dict[tuple[str, ...], str] = {}
    for document in DOCUMENTS:
        for language, body in blocks(document):
            for line in body.splitlines() if language == "console" else ():
                if line.startswith("$ vcwallet "):
                    found.setdefault(command_of(shlex.split(line)[2:]), f"{document} {line}")
    return found


def run_console(document: Path, body: str, folder: Path, ready: Run) -> None:
    for line in body.splitlines():
        if not line.startswith("$ "):
            continue
        command, _, remark = line[2:].partition("  # ends with ")
        words = words_of(command, folder)
        assert words[0] == "vcwallet", f"only vcwallet is run: {line}"
        first = first_named()[command_of(words[1:])] == f"{document} {line}"
        done = (installed if first else ready)(words[1:], folder)
        assert done.returncode == int(remark or 0), f"{line}\n{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="module")
def ready() -> Iterator[Run]:
    if not POSSIBLE:
        yield installed
        return
    with ready_program() as run:
        yield run


@pytest.mark.slow
@pytest.mark.parametrize(
    "document",
    [
        each
        for each in DOCUMENTS
        if any(blocks(each)) and each.relative_to(ROOT).as_posix() not in RUN_ELSEWHERE
    ],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_the_blocks_of_a_document_run(
    document: Path,
    tmp_path: Path,
    ready: Run,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What pages for a site are made of is there beforehand (make page): no test asks a registry.
    state = tmp_path_factory.mktemp("state")
    (state / "page").symlink_to(page_runtime.FOLDER, target_is_directory=True)
    monkeypatch.setenv("VCWALLET_STATE", str(state))
    (tmp_path / "secret.txt").write_text("парольная фраза для примера\n", "utf-8")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    python: list[str] = []
    for language, body in blocks(document):
        if language == "console":
            run_console(document, body, tmp_path, ready)
        else:
            # Blocks build on one another, so each runs after all the earlier ones, in a process of its own.
            python.append(body)
            done = subprocess.run(
                [sys.executable, "-X", "utf8", "-c", "\n".join(python)],
                cwd=tmp_path,
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            assert done.returncode == 0, f"{body}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    text = FENCE.sub("", document.read_text("utf-8"))
    broken = [target for target in LINK.findall(text) if not (document.parent / target).exists()]
    assert not broken


@pytest.mark.parametrize("page", RUN_ELSEWHERE)
def test_pages_left_out_here_are_run_elsewhere(page: str) -> None:
    folder = ROOT / RUN_ELSEWHERE[page]
    assert any(Path(page).name in test.read_text("utf-8") for test in folder.glob("test_*.py"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_block_is_run_or_parsed_or_says_that_it_is_for_reading(document: Path) -> None:
    for language, body in FENCE.findall(document.read_text("utf-8")):
        assert language in (*RUNNABLE, *DATA, *READ_ONLY), f"a block of “{language}”"
        if language in DATA:
            assert DATA[language](body)


def test_the_readme_has_something_to_run() -> None:
    assert (
        len(
            [line for _, body in blocks(ROOT / "README.md") for line in body.splitlines() if line[:2] == "$ "]
        )
        > 8
    )


def test_every_command_of_the_documents_is_run_by_the_installed_program() -> None:
    """Once each, so that none is run only where its modules are imported already."""
    assert len(first_named()) > 40
    assert {("verify",), ("issuer", "issue"), ("wallet", "present")} < set(first_named())
    assert () not in first_named()
