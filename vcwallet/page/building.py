"""A static folder: the verifier's page, the program in it, the trust list, and the digest of every file.

    built = build(out, Edition(trust, Settings(...)), runtime, now=now)
    check(out)                        # every file is the one that was built
    archive = packed(out)             # a zip that is the same wherever it is made

Nothing in it asks for anything outside of it. The same inputs make the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from vcwallet import limits, strict_json
from vcwallet.errors import N_, InputError, UsageError, VcwalletError
from vcwallet.files import read_file, replace_file
from vcwallet.locales import LANGUAGES, language
from vcwallet.page.runtime import Runtime
from vcwallet.strict_json import JsonObject
from vcwallet.timestamps import render
from vcwallet.verifier.demands import Demands
from vcwallet.verifier.trust import TrustList
from vcwallet.web.pages.rendering import page

__all__ = ["Built", "Edition", "build", "check", "packed"]

FORMAT: Final = "vcwallet-page/1"
MANIFEST: Final = "manifest.json"
SERVICE_WORKER: Final = "service-worker.js"

_HERE: Final = Path(__file__).parent
_SCRIPTS: Final = ("page", "worker", "codes")
_OF_PAGES: Final = _HERE.parent / "web" / "pages" / "static"
_SHARED: Final = ("pages.css", "lens.js", "dropped.js", "mark.svg", "fonts/OFL.txt")
_OWN_MODULE: Final = re.compile(r"""(["']\.{0,2}/?[\w./-]+)\.mjs(?=["'?])""")
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types page",
        "base-uri 'none'",
    )
)
"""What a browser is told of the page; a server may say the same in a header."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What makes this page another than the next."""

    trust: TrustList
    demands: Demands
    program: str
    """The version of vcwallet."""
    lang: str = "ru"
    name: str = ""
    """What the page's owner calls itself."""


@dataclass(frozen=True, slots=True)
class Built:
    digest: str
    """Of the manifest, and so of everything."""
    files: int
    size: int


def build(out: Path, edition: Edition, runtime: Runtime, *, now: datetime) -> Built:
    """Write the page into a folder that is empty, not there yet, or an earlier edition of the page.

    Raises UsageError (``page.not-empty``), what `Runtime.files` raises, and OSError.
    """
    earlier = _earlier(out)
    files = _files(edition, runtime, now)
    digests = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
    files[SERVICE_WORKER] = _service_worker(digests)
    digests[SERVICE_WORKER] = hashlib.sha256(files[SERVICE_WORKER]).hexdigest()
    manifest: JsonObject = {
        "format": FORMAT,
        "program": edition.program,
        "built": render(now),
        "files": {name: digests[name] for name in sorted(digests)},
    }
    content = (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode("utf-8")
    for name in sorted(files):
        place = out / name
        place.parent.mkdir(parents=True, exist_ok=True)
        replace_file(place, files[name], public=True, one_of_many=True)
    replace_file(out / MANIFEST, content, public=True)
    for name in sorted(earlier - files.keys()):
        # A name that is a folder's is none of a page that was built.
        if not (out / name).is_dir():
            (out / name).unlink(missing_ok=True)
    size = len(content) + sum(map(len, files.values()))
    return Built(hashlib.sha256(content).hexdigest(), len(files) + 1, size)


def check(out: Path) -> Built:
    """Whether every file of a page is the one that was built.

    Raises UsageError (``page.none``), and InputError (``page.changed``) for the first file that is missing,
    changed, or not of the page.
    """
    content, digests = _manifest(out)
    size = len(content)
    for name, digest in digests.items():
        try:
            data = (out / name).read_bytes()
        except OSError:
            data = None
        if data is None or hashlib.sha256(data).hexdigest() != digest:
            raise _changed(name)
        size += len(data)
    there = {each.relative_to(out).as_posix() for each in out.rglob("*") if not each.is_dir()}
    for name in sorted(there - digests.keys() - {MANIFEST}):
        raise _changed(name)
    return Built(hashlib.sha256(content).hexdigest(), len(digests) + 1, size)


def packed(out: Path) -> bytes:
    """The page as a zip, without times and without compression: the same wherever it is made.

    Raises what `check` raises.
    """
    check(out)
    _, digests = _manifest(out)
    archive = io.BytesIO()
    with ZipFile(archive, "w", ZIP_STORED) as file:
        for name in sorted([*digests, MANIFEST]):
            member = ZipInfo(name)
            member.create_system, member.external_attr = 3, 0o644 << 16
            file.writestr(member, (out / name).read_bytes())
    return archive.getvalue()


def _files(edition: Edition, runtime: Runtime, now: datetime) -> dict[str, bytes]:
    files = runtime.files()
    for name in _SCRIPTS:
        files[f"{name}.js"] = _script(name)
    for name in _SHARED:
        files[name] = (_OF_PAGES / name).read_bytes()
    for font in sorted((_OF_PAGES / "fonts").glob("*.woff2")):
        files[f"fonts/{font.name}"] = font.read_bytes()
    files["trust-list.json"] = strict_json.dumps(edition.trust.to_json()).encode("utf-8")
    demands = edition.demands
    settings: JsonObject = {
        "program": edition.program,
        "statusDays": demands.max_status_age.days,
        "oldStatusDays": None if demands.old_status_age is None else demands.old_status_age.days,
    }
    files["page.json"] = strict_json.dumps(settings).encode("utf-8")
    megabytes = round(sum(map(len, files.values())) / 1_000_000)
    for code in LANGUAGES:
        place = _place(code, edition.lang)
        others = [_place(each, edition.lang) for each in LANGUAGES if each != code]
        text = page(
            "page/index.html",
            language(code),
            {
                "policy": POLICY,
                "name": edition.name,
                "other": others[0],
                "made": now,
                "recipient": edition.trust.recipient or "",
                "program": edition.program,
                "megabytes": megabytes,
                "largest": limits.PAGE_FILE_BYTES,
                "all": limits.PAGE_FILES_BYTES,
            },
        )
        files[place] = _OWN_MODULE.sub(r"\1.js", text).encode("utf-8")
    return files


def _place(code: str, first: str) -> str:
    return "index.html" if code == first else f"{code}.html"


def _script(name: str) -> bytes:
    """A script of ours, whose modules have the names they have on the page."""
    text = (_HERE / "static" / f"{name}.mjs").read_text("utf-8")
    return _OWN_MODULE.sub(r"\1.js", text).replace("./primitives/browser/", "./primitives/").encode("utf-8")


def _service_worker(digests: Mapping[str, str]) -> bytes:
    text = (_HERE / "static" / SERVICE_WORKER).read_text("utf-8")
    listed = json.dumps(dict(digests), indent=1)
    edition = hashlib.sha256(listed.encode()).hexdigest()[:16]
    values = f'const EDITION = "{edition}";\nconst FILES = {listed};\nconst TYPES = {json.dumps(_TYPES)};\n'
    values += f"const POLICY = {json.dumps(POLICY)};"
    return text.replace("/* MANIFEST */", values).encode("utf-8")


def _manifest(out: Path) -> tuple[bytes, dict[str, str]]:
    """The manifest as it lies there, and the digests in it. Raises UsageError (``page.none``)."""
    try:
        content = read_file(out / MANIFEST, limits.JSON_BYTES)
        listed = strict_json.loads_object(content)
        files = listed["files"]
        if listed["format"] != FORMAT or not isinstance(files, dict) or not all(map(_is_inside, files)):
            raise ValueError
        return content, {name: str(digest) for name, digest in files.items()}
    except (OSError, KeyError, ValueError, VcwalletError):
        raise UsageError(
            "page.none",
            N_("{folder} is no page that was built here."),
            next_step=N_("Name the folder that it was built into."),
            folder=str(out),
        ) from None


def _is_inside(name: str) -> bool:
    return not name.startswith("/") and "\\" not in name and ":" not in name and ".." not in name.split("/")


def _earlier(out: Path) -> set[str]:
    """The files of the page that is there already; none where there is nothing."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return set()
    try:
        return set(_manifest(out)[1])
    except UsageError:
        raise UsageError(
            "page.not-empty",
            N_("{folder} holds something else than a page that was built here."),
            next_step=N_("Name an empty folder."),
            folder=str(out),
        ) from None


def _changed(name: str) -> InputError:
    return InputError(
        "page.changed",
        N_("{file} is not the file that was built."),
        next_step=N_("Build the page anew, or copy it anew, and compare the digest that was published."),
        file=name,
    )
