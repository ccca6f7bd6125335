"""The contexts this program knows: data files beside this module, each held to its recorded digest.

``contexts/index.json`` says where every file came from and under which licence. A file is read when a
document first names it; its bytes are hashed and compared before they are parsed. Nothing is ever fetched.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path as FilePath
from typing import Final

from vcwallet import limits
from vcwallet.errors import N_, DocumentError, LimitExceeded, MachineError
from vcwallet.proofs.jsonld.terms import ActiveContext, Path, steps
from vcwallet.strict_json import JsonObject, pointer

__all__ = ["PINNED", "Contexts"]

FOLDER: Final = FilePath(__file__).with_name("contexts")


class Contexts:
    """A closed set of JSON-LD contexts, by URL, and the term tables made of them."""

    def __init__(self, folder: FilePath = FOLDER) -> None:
        self._folder = folder
        self._index: dict[str, dict[str, str]] | None = None
        self._documents: dict[str, JsonObject] = {}
        self._roots: dict[tuple[str, ...], ActiveContext] = {}
        self._empty = ActiveContext(self._load)

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(self._entries())

    def digest(self, url: str) -> str:
        """SHA-256 of the context's file, hexadecimal. Raises DocumentError (``jsonld.context-unknown``)."""
        return self._entry(url, None)["sha256"]

    def document(self, url: str) -> JsonObject:
        """The context document, to be read only.

        Raises DocumentError (``jsonld.context-unknown``), and MachineError (``jsonld.context-damaged``) when
        the file of this installation is not the one that was pinned.
        """
        return self._load(url, None)

    def root(self, urls: tuple[str, ...], path: Path) -> ActiveContext:
        """The term table of a document that lists `urls`; `path` is where the list stands."""
        found = self._roots.get(urls)
        if found is None:
            if len(urls) > limits.JSONLD_CONTEXTS:
                raise LimitExceeded(
                    "jsonld.contexts",
                    N_("The list at {pointer} names more than {limit} contexts."),
                    pointer=pointer(steps(path)),
                    limit=limits.JSONLD_CONTEXTS,
                )
            found = self._empty.extended(urls, path)
            self._roots[urls] = found
        return found

    def _entries(self) -> dict[str, dict[str, str]]:
        if self._index is None:
            index = json.loads((self._folder / "index.json").read_text("utf-8"))
            self._index = {entry["url"]: entry for entry in index["contexts"]}
        return self._index

    def _entry(self, url: str, path: Path) -> dict[str, str]:
        entry = self._entries().get(url)
        if entry is None:
            raise DocumentError(
                "jsonld.context-unknown",
                N_("The document names a context at {pointer} that this program does not have: {url}"),
                next_step=N_("Contexts are never fetched. Add its file if you trust it."),
                pointer=pointer(steps(path)),
                url=url[:64],
            )
        return entry

    def _load(self, url: str, path: Path) -> JsonObject:
        document = self._documents.get(url)
        if document is None:
            entry = self._entry(url, path)
            data = (self._folder / entry["file"]).read_bytes()
            if hashlib.sha256(data).hexdigest() != entry["sha256"]:
                raise MachineError(
                    "jsonld.context-damaged",
                    N_("The file {file} of this installation is not the published context it should be."),
                    next_step=N_("Install the program again."),
                    file=entry["file"],
                )
            document = self._documents[url] = json.loads(data)
        return document


PINNED: Final = Contexts()
"""The contexts that come with the program."""
