"""The maintainer's folder: who signs the kit, what goes into it, and the kit as it was published last.

    folder = MaintainerFolder.open(Path("kit"))
    draft = build(folder.published(), folder.roles, folder.manifest, folder.sources(), now=now)

    maintainer.json     the name of the kit, who signs what, the bodies and their caps
    sources/            the files of the kit, by the paths they have in it
    published/          the kit of before: the next one is built on it

No key lies in it: each is in a file of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vcwallet import limits, own_files, strict_json
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.files import read_file, replace_file
from vcwallet.identifiers.keys import PublicKey
from vcwallet.strict_json import Json, JsonObject
from vcwallet.verifier.kit.files import KitFiles
from vcwallet.verifier.kit.layout import STATUS, TARGETS, Manifest
from vcwallet.verifier.kit.roles import ROOT, TIMESTAMP, Body, Holders, Roles

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["MaintainerFolder"]

FORMAT: Final = "vcwallet-kit-maintainer/1"
SHEET: Final = "maintainer.json"
SOURCES: Final = "sources"
PUBLISHED: Final = "published"

ROLES: Final = (ROOT, TARGETS, STATUS, TIMESTAMP)
"""The roles every kit has, by the names that people give them; TUF's snapshot is signed with timestamp."""


@dataclass(frozen=True)
class MaintainerFolder:
    """A folder from which a kit is made. `with_roles` and the like return another; `save` writes it."""

    path: Path
    manifest: Manifest
    """Without the list of files: that is made of the sources."""
    roles: Roles

    @classmethod
    def create(cls, path: Path, manifest: Manifest, roles: Roles, first: KitFiles) -> MaintainerFolder:
        """A new folder, whose kit begins with the signed root in `first`.

        Raises UsageError (``kit.folder-exists``) and OSError.
        """
        demand_new(path)
        made = cls(path, manifest, roles)
        (path / SOURCES).mkdir(parents=True)
        first.write(path / PUBLISHED)
        made.save()
        return made

    @classmethod
    def open(cls, path: Path) -> MaintainerFolder:
        """Raises UsageError: ``kit.no-folder``, ``kit.sheet``, and what Manifest and Roles raise."""
        place = path / SHEET
        if not place.is_file():
            raise UsageError(
                "kit.no-folder",
                N_("{folder} is no folder from which a kit is made."),
                next_step=N_("Go to the folder, or name it."),
                folder=str(path)[-64:],
            )
        document = strict_json.loads_object(read_file(place, limits.JSON_BYTES))
        from pydantic import ValidationError

        try:
            read: Any = _model().model_validate(document)
        except ValidationError as error:
            raise own_files.misfit(error.errors()[0], name=SHEET, code="kit.sheet") from None
        manifest = Manifest.parse(strict_json.dumps({**read.kit, "files": []}).encode("utf-8"))
        bodies = {
            name: Body(_holders(each), manifest.caps.get(name, ())) for name, each in read.bodies.items()
        }
        return cls(
            path, manifest, _roles({role: _holders(getattr(read.roles, role)) for role in ROLES}, bodies)
        )

    def save(self) -> None:
        kit = self.roles.manifest(self.manifest, ()).to_json()
        del kit["files"]
        document: JsonObject = {
            "format": FORMAT,
            "kit": kit,
            "roles": {name: _json(each) for name, each in self.holders.items() if name in ROLES},
            "bodies": {name: _json(each) for name, each in self.holders.items() if name not in ROLES},
        }
        replace_file(self.path / SHEET, (strict_json.dumps(document, indent=2) + "\n").encode("utf-8"))

    @property
    def holders(self) -> Mapping[str, Holders]:
        """Who signs for each role and body, by the names that people give them."""
        roles = (self.roles.root, self.roles.targets, self.roles.status, self.roles.publishing)
        bodies = {name: each.holders for name, each in sorted(self.roles.bodies.items())}
        return {**dict(zip(ROLES, roles, strict=True)), **bodies}

    def with_holders(self, role: str, holders: Holders) -> MaintainerFolder:
        """With other people for a role or for a body that is there."""
        if role in self.roles.bodies:
            return self.with_body(role, Body(holders, self.roles.bodies[role].caps))
        return replace(self, roles=_roles({**self.holders, role: holders}, self.roles.bodies))

    def with_body(self, name: str, body: Body) -> MaintainerFolder:
        """With this body, in place of the one of before."""
        return replace(self, roles=replace(self.roles, bodies={**self.roles.bodies, name: body}))

    def without_body(self, name: str) -> MaintainerFolder:
        left = {each: body for each, body in self.roles.bodies.items() if each != name}
        return replace(self, roles=replace(self.roles, bodies=left))

    # --- files -------------------------------------------------------------------------------------------

    def sources(self) -> dict[str, bytes]:
        """The files of `sources`; see `files_in`."""
        return files_in(self.path / SOURCES)

    def put(self, path: str, content: bytes) -> Path:
        """Put a file among the sources, in place of the one of before."""
        place = self.path / SOURCES / path
        place.parent.mkdir(parents=True, exist_ok=True)
        replace_file(place, content, public=True)
        return place

    def take_out(self, path: str) -> None:
        """Remove a file from among the sources."""
        (self.path / SOURCES / path).unlink(missing_ok=True)

    @property
    def published_at(self) -> Path:
        return self.path / PUBLISHED

    def published(self) -> KitFiles:
        return KitFiles.read(self.published_at)

    def keep(self, kit: KitFiles) -> None:
        """Keep what was published: the next kit follows it."""
        kit.write(self.published_at)


def files_in(top: Path) -> dict[str, bytes]:
    """The files of a folder, by their paths from it; hidden ones are left out."""
    return {
        path.relative_to(top).as_posix(): read_file(path, limits.KIT_FILE_BYTES)
        for path in sorted(top.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(top).parts)
    }


def demand_new(path: Path) -> None:
    """Raises UsageError (``kit.folder-exists``) for a place where no new folder can be."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(
            "kit.folder-exists",
            N_("{folder} is there already and is not empty."),
            next_step=N_("Name a new folder."),
            folder=str(path)[-64:],
        )


def _roles(holders: Mapping[str, Holders], bodies: Mapping[str, Body]) -> Roles:
    root, targets, status, publishing = (holders[role] for role in ROLES)
    return Roles(root, targets, status, publishing, bodies)


def _holders(read: Any) -> Holders:
    try:
        return Holders(tuple(PublicKey.from_multibase(each) for each in read.keys), read.threshold)
    except VcwalletError as error:
        raise UsageError(
            error.code, error.template, next_step=error.action or error.next_step_template, **error.evidence
        ) from None


def _json(holders: Holders) -> JsonObject:
    return {"keys": list[Json]([key.multibase for key in holders.keys]), "threshold": holders.threshold}


@lru_cache(maxsize=1)
def _model() -> type[BaseModel]:
    """The shape of `SHEET`; made on first use because pydantic is slow to import."""
    from typing import Annotated, Literal

    from pydantic import BaseModel, ConfigDict, Field

    class Strict(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)

    class People(Strict):
        keys: Annotated[list[str], Field(min_length=1, max_length=limits.KIT_KEYS)]
        threshold: Annotated[int, Field(ge=1)]

    class RolesOfKit(Strict):
        root: People
        targets: People
        status: People
        timestamp: People

    class MaintainerSheet(Strict):
        format: Literal["vcwallet-kit-maintainer/1"]
        kit: dict[str, Any]
        roles: RolesOfKit
        bodies: dict[str, People] = Field(default={}, max_length=limits.KIT_BODIES)

    return MaintainerSheet
