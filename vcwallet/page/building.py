"""A static folder: the verifier's page, the program in it, the trust list, and the digest of every file.

    built = build(out, Edition(trust, Demands(), "1.0"), runtime, now=now)

`checking` says afterwards whether it is still that. Nothing in the page asks for anything outside of it. The
same inputs make the same bytes.

What is not a page lies in a folder that is named after the digests of all that is in it. So a page never runs
with a part of another edition, whatever a visit, a cache or a copy that broke off gives first.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vcwallet import limits, strict_json
from vcwallet.characters import visible
from vcwallet.errors import N_, InputError, UsageError
from vcwallet.files import read_file, remove_left_over_of, replace_file
from vcwallet.locales import LANGUAGES, language
from vcwallet.page.checking import FORMAT, MANIFEST, Built, Manifest
from vcwallet.page.joining import joined
from vcwallet.page.runtime import Runtime
from vcwallet.page.signature import SIGNATURE, signature
from vcwallet.strict_json import JsonObject
from vcwallet.timestamps import render
from vcwallet.verifier.demands import Demands
from vcwallet.verifier.trust import TrustList
from vcwallet.web.pages.rendering import page

if TYPE_CHECKING:
    from vcwallet.verifier.kit.keys import KitKey

__all__ = ["Edition", "believed", "build"]

SERVICE_WORKER: Final = "service-worker.js"

_HERE: Final = Path(__file__).parent
_SCRIPTS: Final = ("worker", "opening-worker", "codes", "decoded", "pdfium", "shades")
_OF_PAGES: Final = _HERE.parent / "web" / "pages" / "static"
_SHARED: Final = ("pages.css", "honest.js", "mark.svg", "fonts/OFL.txt")
_FROM_THE_NETWORK: Final = ("page.js", "pages.css")
"""What a first visit uses before the page can compare files: the browser does that by the page's own word."""
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


def build(
    out: Path, edition: Edition, runtime: Runtime, *, now: datetime, key: KitKey | None = None
) -> Built:
    """Write the page into a folder that is empty, not there yet, or an earlier edition of the page.

    `key` signs it. Raises UsageError (``page.not-empty``), what `Runtime.files` raises, and OSError.
    """
    earlier = _earlier(out)
    files = _files(edition, runtime, now)
    digests = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
    files[SERVICE_WORKER] = _service_worker(digests, now)
    digests[SERVICE_WORKER] = hashlib.sha256(files[SERVICE_WORKER]).hexdigest()
    manifest: JsonObject = {
        "format": FORMAT,
        "program": edition.program,
        "built": render(now),
        "files": {name: digests[name] for name in sorted(digests)},
    }
    # Pages come behind their folder: who visits meanwhile gets one edition or the other.
    # The manifest comes behind what it names, and the signature behind what it signs.
    files[MANIFEST] = (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode("utf-8")
    if key is not None:
        files[SIGNATURE] = signature(files[MANIFEST], key)
    for name in files:
        place = out / name
        place.parent.mkdir(parents=True, exist_ok=True)
        replace_file(place, files[name], public=True, one_of_many=True)
    remove_left_over_of(out / name for name in files)
    for name in sorted(earlier - files.keys()):
        # A name that is a folder's is none of a page that was built.
        if not (out / name).is_dir():
            (out / name).unlink(missing_ok=True)
            _without_empty_folders(out, (out / name).parent)
    return Built.of(files)


def _files(edition: Edition, runtime: Runtime, now: datetime) -> dict[str, bytes]:
    files = runtime.files()
    for name in _SCRIPTS:
        files[f"{name}.js"] = _named(_text(f"{name}.mjs"))
    files["page.js"] = _named(joined("page.mjs", _text))
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
    folder = _folder_of(files)
    integrity = {name: _integrity(files[name]) for name in _FROM_THE_NETWORK}
    megabytes = round(sum(map(len, files.values())) / 1_000_000)
    files = {f"{folder}/{name}": content for name, content in files.items()}
    for code in LANGUAGES:
        place = _place(code, edition.lang)
        others = [_place(each, edition.lang) for each in LANGUAGES if each != code]
        text = page(
            "page/index.html",
            language(code),
            {
                "policy": POLICY,
                "folder": folder,
                "integrity": integrity,
                "name": edition.name,
                "other": others[0],
                "made": now,
                "believed": believed(edition.trust, code),
                "recipient": edition.trust.recipient or "",
                "program": edition.program,
                "megabytes": megabytes,
                "largest": limits.PAGE_FILE_BYTES,
                "all": limits.PAGE_FILES_BYTES,
                "frame_seconds": limits.PAGE_FRAME_SECONDS,
            },
        )
        files[place] = _OWN_MODULE.sub(r"\1.js", text).encode("utf-8")
    return files


def _folder_of(files: Mapping[str, bytes]) -> str:
    """The name of the folder in which these files lie."""
    listed = json.dumps({name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)})
    return hashlib.sha256(listed.encode()).hexdigest()[:16]


def _without_empty_folders(out: Path, folder: Path) -> None:
    while folder != out and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def believed(trust: TrustList, code: str) -> list[str]:
    """The names of those whose signature may count: not without a key and a scope that are believed."""
    names = [
        each.name.get(code) or next(iter(each.name.values()))
        for each in trust.issuers
        if each.scopes and any(key.believed for key in each.keys)
    ]
    return sorted(map(visible, names), key=str.casefold)


def _place(code: str, first: str) -> str:
    return "index.html" if code == first else f"{code}.html"


def _text(name: str) -> str:
    """A script of ours: of this page alone, or of the pages of every role."""
    return ((_HERE / "static" if name.endswith(".mjs") else _OF_PAGES) / name).read_text("utf-8")


def _named(script: str) -> bytes:
    """With the names that its modules have on the page."""
    return _OWN_MODULE.sub(r"\1.js", script).replace("./primitives/browser/", "./primitives/").encode("utf-8")


def _service_worker(digests: Mapping[str, str], built: datetime) -> bytes:
    text = (_HERE / "static" / SERVICE_WORKER).read_text("utf-8")
    listed = json.dumps(dict(digests), indent=1)
    edition = hashlib.sha256(listed.encode()).hexdigest()[:16]
    values = f'const EDITION = "{edition}";\nconst BUILT = "{render(built)}";\n'
    values += f"const FILES = {listed};\nconst TYPES = {json.dumps(_TYPES)};\n"
    values += f"const POLICY = {json.dumps(POLICY)};"
    return text.replace("/* MANIFEST */", values).encode("utf-8")


def _earlier(out: Path) -> set[str]:
    """The files of the page that is there already; none where there is nothing."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return set()
    try:
        manifest = Manifest.parse(read_file(out / MANIFEST, limits.JSON_BYTES))
        return {*manifest.digests, SIGNATURE}
    except (InputError, OSError):
        raise UsageError(
            "page.not-empty",
            N_("{folder} holds something else than a page that was built here."),
            next_step=N_("Name an empty folder."),
            folder=str(out),
        ) from None


def _integrity(content: bytes) -> str:
    """As W3C Subresource Integrity, section 3.1, writes a digest."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")
