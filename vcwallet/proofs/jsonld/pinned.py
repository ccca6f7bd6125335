"""The contexts this program knows: data files beside this module, each held to its recorded digest.

``contexts/index.json`` says where every file came from and under which licence. A file is read when a
document first names it; its bytes are hashed and compared before they are parsed. Nothing is ever fetched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any, Final

from vcwallet import limits
from vcwallet.errors import N_, Action, DocumentError, LimitExceeded, MachineError, UsageError
from vcwallet.proofs.jsonld.terms import ActiveContext, Path, absolute_iri, steps
from vcwallet.strict_json import JsonObject, loads_object, pointer

__all__ = ["FOLDER", "PINNED", "Contexts"]

FOLDER: Final = FilePath(__file__).with_name("contexts")
_ADDED: Final[dict[str, Any]] = {}
"""The record of a context that a user added: nothing is held against it."""


class Contexts:
    """A closed set of JSON-LD contexts, by URL, and the term tables made of them.

    `PINNED` holds those that come with the program; `with_file` makes a set that holds one more. Sets are
    never changed, and may be used by several threads.
    """

    def __init__(self, folder: FilePath = FOLDER, *, added: Mapping[str, bytes] | None = None) -> None:
        self._folder = folder
        self._added = dict(added or {})
        self._index: dict[str, dict[str, Any]] | None = None
        self._documents: dict[str, JsonObject] = {}
        self._empty = ActiveContext(self._load)
        self._roots: dict[tuple[str, ...], ActiveContext] = {}
        self.made = 0
        """How many term tables are remembered; attackers choose their number, so they are forgotten."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Term tables hold marks that are compared by identity, so what arrives in another process makes its
        # own, and the pinned set is the one that is there.
        return _arrived, (None if self._folder == FOLDER else self._folder, self._added)

    @property
    def urls(self) -> tuple[str, ...]:
        """Every context of this set."""
        return (*self._entries(), *self._added)

    @property
    def added(self) -> frozenset[str]:
        """The URLs of contexts that a user added."""
        return frozenset(self._added)

    def document(self, url: str) -> JsonObject:
        """The context document, to be read only.

        Raises DocumentError (``jsonld.context-unknown``), and MachineError (``jsonld.context-damaged``) when
        the file of this installation is not the one that was pinned.
        """
        return self._load(url, None)

    def digest(self, url: str) -> str:
        """SHA-256 of the published bytes of a context, hexadecimal. Raises as `document`."""
        if url in self._added:
            return hashlib.sha256(self._added[url]).hexdigest()
        return str(self._entry(url, None)["sha256"])

    def content(self, url: str) -> bytes:
        """The published bytes of a context, just compared with its digest. Raises as `document`."""
        if url in self._added:
            return self._added[url]
        entry = self._entry(url, None)
        file = str(entry["file"])
        try:
            data = (self._folder / file).read_bytes()
        except OSError:
            data = b""
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            raise _damaged(file)
        return data

    def with_file(self, url: str, file: FilePath | bytes) -> Contexts:
        """A set that also holds the context at `url`, read from `file` and never from the network.

        Raises UsageError (``jsonld.context-url``) for a URL that is not one, or is in the set already;
        MachineError (``jsonld.context-file``) for a file that cannot be read; InputError, DocumentError or
        LimitExceeded (``json.*``, ``jsonld.not-a-context``) for one that is no context.
        """
        if not absolute_iri(url) or url in self._added or url in self._entries():
            raise UsageError(
                "jsonld.context-url",
                N_("A context cannot be added under {url}: it is not a URL, or the program has it already."),
                url=url[:64],
            )
        data = file if isinstance(file, bytes) else _read(file)
        document = loads_object(data, max_bytes=limits.JSONLD_CONTEXT_BYTES)
        if not isinstance(document.get("@context"), dict | list):
            raise DocumentError(
                "jsonld.not-a-context", N_("The file for {url} holds no context."), url=url[:64]
            )
        return Contexts(self._folder, added={**self._added, url: data})

    def root(self, urls: tuple[str, ...], path: Path) -> ActiveContext:
        """The term table of a document that lists `urls`; `path` is where the list stands."""
        if self.made > limits.JSONLD_REMEMBERED_CONTEXTS:
            self.made = 0
            self._roots = {}
        found = self._roots.get(urls)
        if found is None:
            self.admit(urls, path)
            found = self._empty.with_urls(urls, path)
            self.made += 1
            self._roots[urls] = found
        return found

    def admit(self, urls: tuple[str, ...], path: Path) -> None:
        """Refuse a list of contexts that is too long, or whose order is not the one it must have.

        A proof over statements does not cover the list itself. What the order can be held to without the
        issuer's word: the base context of the data model comes first (VC Data Model 2.0 section 4.3).
        """
        if len(urls) > limits.JSONLD_CONTEXTS:
            raise LimitExceeded(
                "jsonld.contexts",
                N_("The list at {pointer} names more than {limit} contexts."),
                pointer=pointer(steps(path)),
                limit=limits.JSONLD_CONTEXTS,
            )
        for position, url in enumerate(urls):
            entry = self._entry(url, path)
            if entry.get("first") and position:
                raise DocumentError(
                    "jsonld.context-order",
                    N_(
                        "The list at {pointer} does not have the contexts, or the order, that {url} asks for."
                    ),
                    pointer=pointer(steps(path)),
                    url=url,
                )

    def _entries(self) -> dict[str, dict[str, Any]]:
        if self._index is None:
            try:
                index = json.loads((self._folder / "index.json").read_bytes())
                self._index = {entry["url"]: entry for entry in index["contexts"]}
            except (OSError, ValueError, KeyError, TypeError):
                raise _damaged("index.json") from None
        return self._index

    def _entry(self, url: str, path: Path) -> dict[str, Any]:
        entry = _ADDED if url in self._added else self._entries().get(url)
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
            self._entry(url, path)
            document = self._documents[url] = json.loads(self.content(url))
        return document


def _read(file: FilePath) -> bytes:
    try:
        with file.open("rb") as source:
            return source.read(limits.JSONLD_CONTEXT_BYTES + 1)
    except OSError as error:
        raise MachineError(
            "jsonld.context-file",
            N_("The file {file} cannot be read: {reason}."),
            file=file.name,
            reason=error.strerror,
        ) from None


def _damaged(file: str) -> MachineError:
    return MachineError(
        "jsonld.context-damaged",
        N_("The file {file} of this installation is not the published context it should be."),
        next_step=Action.REINSTALL,
        file=file,
    )


PINNED: Final = Contexts()
"""The contexts that come with the program."""


def _arrived(folder: FilePath | None, added: Mapping[str, bytes]) -> Contexts:
    return PINNED if folder is None and not added else Contexts(folder or FOLDER, added=added)
