"""What stands where in a kit, and what its own files say: shared by who makes a kit and who receives one.

A kit is a TUF repository in a folder or a zip (docs/reference/kit.md):

    metadata/   1.root.json ... (all of them), timestamp.json, and of each other role the newest
    targets/    kit.json · status.json · trust/ · levels/ · packs/ · bodies/<body>/ · status/<entry>/

`kit.json` is signed by the role ``targets``: who makes the kit, every file of that role, and for each body
its *caps*, the widest scopes that its list may give to anybody. `status.json` is signed by the role
``status``: every status list of the kit, so that whoever keeps those up to date needs nobody else's
signature. Which role signs a file follows from its path alone (`role_of`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from vcwallet import limits, own_files, strict_json, timestamps
from vcwallet.bundle.digits import digits_needed, from_digits, to_digits
from vcwallet.errors import N_, DocumentError, InputError, VcwalletError
from vcwallet.strict_json import Json, JsonObject
from vcwallet.verifier import trust_file
from vcwallet.verifier.scopes import Scope
from vcwallet.verifier.trusted_issuer import SLUG

if TYPE_CHECKING:
    from datetime import datetime

    from pydantic import BaseModel

__all__ = [
    "DEFAULT_AGES",
    "ISSUED",
    "MANIFEST",
    "METADATA",
    "STATUS",
    "STATUS_INDEX",
    "STATUS_PATHS",
    "TARGETS",
    "Age",
    "Ages",
    "ListedStatus",
    "Manifest",
    "Sort",
    "StatusIndex",
    "body_file",
    "body_paths",
    "fingerprint_digits",
    "fingerprint_of",
    "is_fingerprint",
    "issued_at",
    "owner_of",
    "role_of",
    "sort_of",
    "typed_fingerprint",
]

FORMAT: Final = "vcwallet-kit/1"
STATUS_FORMAT: Final = "vcwallet-kit-status/1"

METADATA: Final = "metadata"
"""The folder of what the roles signed."""
TARGETS: Final = "targets"
"""The folder of the files, and the role that signs them and delegates."""
MANIFEST: Final = "kit.json"
STATUS: Final = "status"
"""The role that says which status lists are the newest."""
STATUS_INDEX: Final = "status.json"
STATUS_PATHS: Final = (STATUS_INDEX, f"{STATUS}/*/*")
"""What the role `STATUS` may sign."""
ISSUED: Final = "x-vcwallet-issued"
"""The member of every signed metadata file that says when it was signed: TUF itself has none."""
RESERVED_ROLES: Final = frozenset({"root", TARGETS, "snapshot", "timestamp", STATUS})

_FINGERPRINT_BYTES: Final = 16
_PART: Final = r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?"
_PATH: Final = re.compile(rf"{_PART}(?:/{_PART}){{0,4}}", re.ASCII)
# Windows gives these names to devices, whatever follows the first dot.
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)")


class Sort(StrEnum):
    """What a file of a kit is; each sort has one reader."""

    MANIFEST = "manifest"
    STATUS_INDEX = "status-index"
    TRUST = "trust"
    BODY = "body"
    STATUS = "status"
    LEVELS = "levels"
    PACK = "pack"


_SORTS: Final = {
    Sort.MANIFEST: re.compile(r"kit\.json"),
    Sort.STATUS_INDEX: re.compile(r"status\.json"),
    Sort.TRUST: re.compile(rf"trust/({SLUG.pattern})\.json"),
    Sort.BODY: re.compile(rf"bodies/({SLUG.pattern})/trust\.json"),
    Sort.STATUS: re.compile(rf"status/({SLUG.pattern})/{_PART}\.json"),
    Sort.LEVELS: re.compile(r"levels/([0-9]{4}-[0-9]{2})\.json"),
    Sort.PACK: re.compile(rf"packs/({_PART})/{_PART}\.toml"),
}


def sort_of(path: str) -> Sort:
    """What the file at a path of `targets/` is. Raises DocumentError (``kit.name``).

    TUF's own patterns let ``bodies/region-00/..`` through, so no path is formed of a name before this.
    """
    if _PATH.fullmatch(path) and ".." not in path and not any(map(_DEVICES.match, path.split("/"))):
        for sort, pattern in _SORTS.items():
            if pattern.fullmatch(path):
                return sort
    raise DocumentError(
        "kit.name",
        N_("The kit names a file “{path}”, and no file of a kit is called so."),
        next_step=N_("Ask the maintainer of the kit for a right one."),
        path=path[:128],
    )


def owner_of(path: str) -> str:
    """The body, the entry, the list, the university or the school year that a path names; "" for the rest."""
    match = _SORTS[sort_of(path)].fullmatch(path)
    return match[1] if match is not None and match.lastindex else ""


def role_of(path: str) -> str:
    """The role that signs the file at this path."""
    sort = sort_of(path)
    if sort is Sort.BODY:
        return owner_of(path)
    return STATUS if sort in (Sort.STATUS, Sort.STATUS_INDEX) else TARGETS


def body_file(body: str) -> str:
    """Where the trust list of a body stands."""
    return f"bodies/{body}/trust.json"


def body_paths(body: str) -> tuple[str, ...]:
    """What the role of a body may sign."""
    return (f"bodies/{body}/*",)


# --- how old it may be ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Age:
    """Days up to which knowledge is *fresh*, and up to which it is *old and said*; beyond it is too old."""

    fresh: int
    stale: int


@dataclass(frozen=True, slots=True)
class Ages:
    """What a kit recommends; what the office itself demands wins."""

    kit: Age = Age(90, 400)
    """Of the kit as a whole, so of its trust lists and levels, from the moment it was signed."""
    status_lists: Age = Age(14, 60)
    """Of each status list, from the moment its issuer signed it."""


DEFAULT_AGES: Final = Ages()


# --- kit.json -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Manifest:
    """`kit.json`. Raises DocumentError (``kit.malformed``) for what cannot be."""

    kit: str
    """How the kit is called, in small Latin letters; stays the same from version to version."""
    name: Mapping[str, str]
    maintainer: Mapping[str, str] = field(default_factory=dict)
    contact: str | None = None
    """Where the maintainer is asked, for people: a telephone number, an address."""
    files: tuple[str, ...] = ()
    """Every file that the role `TARGETS` signs, but for this one."""
    caps: Mapping[str, tuple[Scope, ...]] = field(default_factory=dict)
    """For each body, which also has a file (`body_file`), the widest scopes that it may give."""
    ages: Ages = DEFAULT_AGES

    def __post_init__(self) -> None:
        seen = {MANIFEST}
        for path in self.files:
            if role_of(path) != TARGETS or path in seen:
                raise _wrong(MANIFEST, f"files: {path}")
            seen.add(path)
        for body, caps in self.caps.items():
            if not SLUG.fullmatch(body) or body in RESERVED_ROLES or not caps:
                raise _wrong(MANIFEST, f"caps: {body}")
        for age in (self.ages.kit, self.ages.status_lists):
            if age.stale < age.fresh:
                raise _wrong(MANIFEST, "ages")

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file of the kit but the status lists: first this one, then `STATUS_INDEX`."""
        return (MANIFEST, STATUS_INDEX, *self.files, *map(body_file, self.caps))

    @classmethod
    def parse(cls, content: bytes) -> Manifest:
        """Raises DocumentError: ``kit.malformed``, ``kit.format``, ``kit.name``, those of `strict_json`."""
        read = _read(content, MANIFEST, FORMAT, 0)
        try:
            caps = {body: tuple(map(trust_file.read_scope, each)) for body, each in read.caps.items()}
        except VcwalletError as error:
            raise _as_document(error) from None
        return cls(
            kit=read.kit,
            name=dict(read.name),
            maintainer=dict(read.maintainer),
            contact=read.contact,
            files=tuple(read.files),
            caps=caps,
            ages=Ages(*(Age(each.fresh, each.stale) for each in (read.ages.kit, read.ages.statusLists))),
        )

    def to_json(self) -> JsonObject:
        """The file form; `parse` reads it back."""
        document: JsonObject = {"format": FORMAT, "kit": self.kit, "name": dict(self.name)}
        if self.maintainer:
            document["maintainer"] = dict(self.maintainer)
        if self.contact:
            document["contact"] = self.contact
        document["files"] = list[Json](self.files)
        document["caps"] = {
            body: [trust_file.scope_json(each) for each in caps] for body, caps in self.caps.items()
        }
        document["ages"] = {
            name: {"fresh": age.fresh, "stale": age.stale}
            for name, age in (("kit", self.ages.kit), ("statusLists", self.ages.status_lists))
        }
        return document


# --- status.json ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListedStatus:
    """One status list of a kit: where it stands, and by what it is asked for."""

    path: str
    id: str
    """The URL by which diplomas name the list."""
    issuer: str
    purposes: tuple[str, ...]

    @classmethod
    def of(cls, path: str, document: JsonObject) -> ListedStatus:
        """How a signed status list stands in the index. Raises DocumentError (``kit.malformed``)."""
        issuer, subject = document.get("issuer"), document.get("credentialSubject")
        if isinstance(issuer, dict):
            issuer = issuer.get("id")
        purposes = subject.get("statusPurpose") if isinstance(subject, dict) else None
        named = purposes if isinstance(purposes, list) else [purposes]
        identifier = document.get("id")
        if not isinstance(identifier, str) or not isinstance(issuer, str):
            raise _wrong(path, "id, issuer")
        if not named or any(not isinstance(each, str) for each in named):
            raise _wrong(path, "credentialSubject.statusPurpose")
        return cls(path, identifier, issuer, tuple(str(each) for each in named))

    def to_json(self) -> JsonObject:
        return {
            "path": self.path,
            "id": self.id,
            "issuer": self.issuer,
            "purposes": list[Json](self.purposes),
        }


@dataclass(frozen=True)
class StatusIndex:
    """`status.json`. Raises DocumentError (``kit.malformed``) for a path or a URL that stands twice."""

    lists: tuple[ListedStatus, ...] = ()

    def __post_init__(self) -> None:
        paths, ids = set[str](), set[str]()
        for each in self.lists:
            if sort_of(each.path) is not Sort.STATUS or each.path in paths or each.id in ids:
                raise _wrong(STATUS_INDEX, each.path)
            paths.add(each.path)
            ids.add(each.id)

    @classmethod
    def parse(cls, content: bytes) -> StatusIndex:
        """Raises DocumentError: ``kit.malformed``, ``kit.format``, ``kit.name``, those of `strict_json`."""
        read = _read(content, STATUS_INDEX, STATUS_FORMAT, 1)
        return cls(
            tuple(ListedStatus(each.path, each.id, each.issuer, tuple(each.purposes)) for each in read.lists)
        )

    def to_json(self) -> JsonObject:
        """The file form; `parse` reads it back."""
        return {"format": STATUS_FORMAT, "lists": [each.to_json() for each in self.lists]}


# --- the paper ------------------------------------------------------------------------------------------


def fingerprint_of(signed: bytes) -> str:
    """The fingerprint of a root, in eight groups of four: over the canonical form of its signed part.

    `signed` is what `Metadata.signed_bytes` of python-tuf gives, so it is the same whoever signed the root,
    in whatever order. The ids of TUF's keys are free text and no fingerprints.
    """
    digest = hashlib.sha256(signed).hexdigest()
    return " ".join(digest[start : start + 4] for start in range(0, 32, 4))


def is_fingerprint(typed: str) -> bool:
    """Whether a text is a whole fingerprint, however it is spaced."""
    return re.fullmatch(r"[0-9a-f]{32}", "".join(typed.split()).lower()) is not None


def fingerprint_digits(fingerprint: str) -> str:
    """A fingerprint as the digits of the code on the paper; `typed_fingerprint` reads them back."""
    return to_digits(bytes.fromhex(fingerprint))


def typed_fingerprint(typed: str) -> str | None:
    """The fingerprint that was typed in either form, however it is spaced; None for anything else.

    A scanner that types the code of the paper gives digits: letters would come out wrong under a Russian
    layout.
    """
    plain = "".join(typed.split()).lower()
    if len(plain) == digits_needed(_FINGERPRINT_BYTES):
        try:
            plain = from_digits(plain).hex()
        except InputError:
            return None
    if not is_fingerprint(plain):
        return None
    return " ".join(plain[start : start + 4] for start in range(0, 32, 4))


def issued_at(value: object, where: str) -> datetime:
    """The moment of a member `ISSUED`. Raises DocumentError (``kit.malformed``)."""
    if isinstance(value, str):
        try:
            return timestamps.parse(value)
        except VcwalletError:
            pass
    raise _wrong(where, ISSUED)


# --- reading --------------------------------------------------------------------------------------------


def _read(content: bytes, name: str, form: str, which: int) -> Any:
    document = strict_json.loads_object(
        content, max_bytes=limits.KIT_INDEX_BYTES, max_nodes=limits.KIT_INDEX_NODES
    )
    if document.get("format") != form:
        raise DocumentError(
            "kit.format",
            N_("{file} of the kit has the format “{format}”, which this vcwallet does not read."),
            next_step=N_("Install a newer vcwallet, then try again."),
            file=name,
            format=str(document.get("format"))[:64],
        )
    from pydantic import ValidationError

    try:
        return _models()[which].model_validate(document)
    except ValidationError as error:
        found = own_files.misfit(error.errors()[0], name=name, code="kit.malformed")
        raise _as_document(found) from None


def _wrong(name: str, where: str) -> DocumentError:
    return DocumentError(
        "kit.malformed",
        N_("{file} of the kit is not in order at “{where}”."),
        next_step=N_("Ask the maintainer of the kit for a right one."),
        file=name[:128],
        where=where[:128],
    )


def _as_document(error: VcwalletError) -> DocumentError:
    """The same complaint, as one about what was received."""
    return DocumentError(
        error.code, error.template, next_step=error.action or error.next_step_template, **error.evidence
    )


@lru_cache(maxsize=1)
def _models() -> tuple[type[BaseModel], type[BaseModel]]:
    """The shapes of both files; made on first use because pydantic is slow to import."""
    from typing import Annotated, Literal

    from pydantic import BaseModel, ConfigDict, Field, StringConstraints

    class _Strict(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)

    text = Annotated[str, StringConstraints(min_length=1, max_length=limits.TRUST_NAME_CHARACTERS)]
    iri = Annotated[str, StringConstraints(min_length=1, max_length=limits.IRI_CHARACTERS)]
    slug = Annotated[str, StringConstraints(pattern=f"^{SLUG.pattern}$")]
    path = Annotated[str, StringConstraints(min_length=1, max_length=limits.KIT_PATH_CHARACTERS)]
    days = Annotated[int, Field(ge=0, le=limits.REQUEST_DAYS)]
    names = Annotated[dict[str, text], Field(min_length=1)]
    # Each scope is read by the reader of trust lists.
    scopes = Annotated[list[dict[str, Any]], Field(min_length=1, max_length=limits.TRUST_SCOPES_PER_ISSUER)]

    class Days(_Strict):
        fresh: days
        stale: days

    class Recommended(_Strict):
        kit: Days = Days(fresh=DEFAULT_AGES.kit.fresh, stale=DEFAULT_AGES.kit.stale)
        statusLists: Days = Days(  # noqa: N815 - the file's own name
            fresh=DEFAULT_AGES.status_lists.fresh, stale=DEFAULT_AGES.status_lists.stale
        )

    class KitFile(_Strict):
        format: Literal["vcwallet-kit/1"]
        kit: slug
        name: names
        maintainer: dict[str, text] = Field(default={})
        contact: text | None = None
        files: Annotated[list[path], Field(max_length=limits.KIT_FILES)]
        caps: dict[slug, scopes] = Field(default={}, max_length=limits.KIT_BODIES)
        ages: Recommended = Recommended()

    class Listed(_Strict):
        path: path
        id: iri
        issuer: iri
        purposes: Annotated[list[text], Field(min_length=1, max_length=8)]

    class StatusFile(_Strict):
        format: Literal["vcwallet-kit-status/1"]
        lists: Annotated[list[Listed], Field(max_length=limits.KIT_FILES)]

    return KitFile, StatusFile
