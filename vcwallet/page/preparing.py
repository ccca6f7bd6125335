"""What a page loads of Python, made small and compiled: run once by Pyodide itself, outside a browser.

    node prepare.mjs RUNTIME PACKAGE OUT

The standard library comes as sources, which a browser would compile at each visit for seconds; and most of
it, and of vcwallet, no page needs. Two archives are written: `python.zip`, the modules of the library
that are imported from the desk or by Pyodide, and `vcwallet.zip`, ours, with the data files they read. They
and the machines, of Python and of PDFium, are packed as a whole, for many a server sends a file as it lies:
the browser unpacks them while they come, faster than Python could unpack the members one by one. Packing is
done here, because other Pythons bring other editions of zlib, which pack to other bytes.
"""

from __future__ import annotations

import gzip
import importlib
import importlib.util
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from vcwallet.page.modules import needed, strings
from vcwallet.page.packing import pack

__all__ = ["prepare", "pruned"]

_BEGIN: Final = ("vcwallet.page.compiled", "vcwallet.page.browser")
_OF_PYODIDE: Final = ("pyodide", "_pyodide")
_DATA: Final = (
    "vcwallet/bundle/dictionaries/*.txt",
    "vcwallet/proofs/jsonld/contexts/**/*",
    "vcwallet/verifier/trust-list.schema.json",
)
_COMPILED: Final = "vcwallet/page/compiled"
_CATALOGUE: Final = "vcwallet/locales/ru/LC_MESSAGES/messages.mo"
_ENCODINGS: Final = frozenset({"aliases", "ascii", "cp437", "idna", "latin_1", "punycode", "utf_8"})
"""Which Python or its libraries ask for by a name that stands in no source."""
_BY_NAME: Final = ("_strptime", "site", "traceback", "zipfile")
"""Modules that Python written in C, or Pyodide, asks for."""
_NEVER: Final = frozenset(
    {
        *(
            "_pyrepl",
            "argparse",
            "bdb",
            "cProfile",
            "cmd",
            "code",
            "ctypes",
            "curses",
            "dbm",
            "difflib",
            "doctest",
        ),
        *(
            "email",
            "ensurepip",
            "fileinput",
            "ftplib",
            "getopt",
            "http",
            "imaplib",
            "mailbox",
            "multiprocessing",
        ),
        *("netrc", "pdb", "pickletools", "plistlib", "poplib", "profile", "pstats", "pydoc", "pydoc_data"),
        *("readline", "rlcompleter", "smtplib", "socketserver", "sqlite3", "statistics", "tarfile", "test"),
        *(
            "timeit",
            "tkinter",
            "trace",
            "tracemalloc",
            "turtle",
            "unittest",
            "urllib.request",
            "urllib.error",
        ),
        *("venv", "webbrowser", "wsgiref", "xml.dom", "xml.etree", "xml.sax", "xmlrpc", "zipapp", "zoneinfo"),
        *("asyncio.proactor_events", "asyncio.windows_events", "asyncio.windows_utils", "asyncio.tools"),
        *(
            "concurrent.futures.process",
            "concurrent.futures.interpreter",
            "logging.config",
            "logging.handlers",
        ),
    }
)
"""What a library would import for debuggers, terminals, other processes and the network."""
_LIBRARY: Final = "/lib/python314.zip/"
_MO: Final = 0x950412DE


def prepare(package: Path, modules: Path, wheels: Iterable[Path], compiled: bytes, out: Path) -> None:
    """`package` is the folder that holds vcwallet, `modules` that of npm's packages, `out` a folder.

    `compiled` is what `vcwallet.page.compiled` recorded.
    """
    stdlib, machine = (modules / "pyodide" / name for name in ("python_stdlib.zip", "pyodide.asm.wasm"))
    pdfium = modules / "@embedpdf" / "pdfium" / "dist" / "pdfium.wasm"
    ours = {name: package / name for name in _files(package / "vcwallet", package)}
    with ZipFile(stdlib) as sources:
        written_in_c: set[str] = set()
        theirs = {name for name in sources.namelist() if name.endswith(".py")}

        def source_of(name: str) -> str | None:
            if name.split(".")[0] in _NEVER or name in _NEVER:
                return None
            path = name.replace(".", "/")
            places = [f"{path}.py"] if name.endswith(".__init__") else [f"{path}.py", f"{path}/__init__.py"]
            for each in places:
                if each in ours:
                    return ours[each].read_text("utf-8")
                if each in theirs:
                    return sources.read(each).decode("utf-8")
            if name in sys.builtin_module_names:
                written_in_c.add(name)
            return None

        boots = [name for name in list(sys.modules) if name.split(".")[0] not in ("vcwallet", "__main__")]
        of_pyodide = [_module(each) for each in theirs if each.split("/")[0] in _OF_PYODIDE]
        found = needed([*_BEGIN, *_BY_NAME, *boots, *of_pyodide], source_of)
        ours_found = (source for name, source in found.items() if name.split(".")[0] == "vcwallet")
        said = {text for source in ours_found for text in strings(source)}
        wanted = _ENCODINGS | {text.lower().replace("-", "_") for text in said}
        found |= needed(_asked_for_by(written_in_c), source_of)
        codecs = (f"encodings.{each}" for each in wanted)
        found |= needed(codecs, source_of)

        def place_of(name: str) -> str:
            path = name.replace(".", "/")
            return f"{path}.py" if f"{path}.py" in ours or f"{path}.py" in theirs else f"{path}/__init__.py"

        places = {place_of(name): source for name, source in found.items()}
    python = {each: text for each, text in places.items() if each in theirs}
    program = {each: text for each, text in places.items() if each in ours}
    library = {f"{each}c": _compiled(_LIBRARY + each, text) for each, text in python.items()}
    files = {f"{each}c": _compiled(each, text) for each, text in program.items()}
    for pattern in _DATA:
        files |= {
            each.relative_to(package).as_posix(): each.read_bytes()
            for each in package.glob(pattern)
            if each.is_file() and each.suffix not in (".py", ".pyc") and "__pycache__" not in each.parts
        }
    files[_COMPILED] = compiled
    files[_CATALOGUE] = pruned((package / _CATALOGUE).read_bytes(), said)
    for wheel in wheels:
        files |= _of_wheel(wheel)
    for name, content in {
        "pyodide.asm.wasm": machine.read_bytes(),
        "python.zip": pack(library),
        "vcwallet.zip": pack(files),
        "pdfium.wasm": pdfium.read_bytes(),
    }.items():
        (out / f"{name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))


def pruned(catalogue: bytes, said: set[str]) -> bytes:
    """A catalogue of GNU gettext with those sentences only that are `said` somewhere."""
    kept = [
        (original, translated)
        for original, translated in _entries(catalogue)
        if not original or original.split(b"\0")[0].decode("utf-8") in said
    ]
    kept.sort()
    table, texts = [], bytearray()
    begin = 28 + 16 * len(kept)
    for column in (0, 1):
        for entry in kept:
            table.append(struct.pack("<II", len(entry[column]), begin + len(texts)))
            texts += entry[column] + b"\0"
    head = struct.pack("<7I", _MO, 0, len(kept), 28, 28 + 8 * len(kept), 0, begin)
    return head + b"".join(table) + bytes(texts)


def _entries(catalogue: bytes) -> Iterator[tuple[bytes, bytes]]:
    order = "<" if struct.unpack_from("<I", catalogue)[0] == _MO else ">"
    count, originals, translations = struct.unpack_from(f"{order}3I", catalogue, 8)
    for number in range(count):
        pair = []
        for table in (originals, translations):
            length, place = struct.unpack_from(f"{order}2I", catalogue, table + 8 * number)
            pair.append(catalogue[place : place + length])
        yield pair[0], pair[1]


def _asked_for_by(written_in_c: set[str]) -> list[str]:
    """What modules written in C import, which no source tells: they are imported here, to see it."""
    before = set(sys.modules)
    for name in sorted(written_in_c):
        importlib.import_module(name)
    return sorted(set(sys.modules) - before)


def _files(folder: Path, root: Path) -> Iterator[str]:
    return (each.relative_to(root).as_posix() for each in sorted(folder.rglob("*.py")))


def _module(place: str) -> str:
    return place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _of_wheel(wheel: Path) -> dict[str, bytes]:
    """The modules of a wheel, compiled, and its libraries; no stubs, no papers but the licence."""
    files = {}
    with ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".py"):
                files[f"{name}c"] = _compiled(name, archive.read(name).decode("utf-8"))
            elif name.endswith(".so") or "/licenses/" in name:
                files[name] = archive.read(name)
    return files


def _compiled(name: str, source: str) -> bytes:
    """As a .pyc that nothing is compared with."""
    from importlib import _bootstrap_external

    code = compile(source, name, "exec", dont_inherit=True)
    digest = importlib.util.source_hash(source.encode("utf-8"))
    return bytes(_bootstrap_external._code_to_hash_pyc(code, digest, False))  # type: ignore[attr-defined]
