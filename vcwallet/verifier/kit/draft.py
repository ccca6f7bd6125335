"""A kit that waits for signatures: one file that travels from person to person.

    draft = Draft.loads(Path("draft-5.zip").read_bytes())
    for standing in draft.standings():
        print(standing.role, standing.missing)
    signed = draft.signed_by(key)

It holds the kit of before whole, so that whoever signs sees what changes, with the new parts beside it. What
publishing signs is not in it: that is made of the signed parts at the end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from tuf.api.metadata import Metadata, Role, Root, Targets, VerificationResult

from vcwallet import strict_json, timestamps
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.identifiers.keys import PublicKey, SigningKey
from vcwallet.strict_json import Json, JsonObject
from vcwallet.verifier.kit.files import (
    TIMESTAMP_FILE,
    KitFiles,
    metadata_file,
    packed,
    parsed,
    target_file,
    unreadable,
)
from vcwallet.verifier.kit.layout import MANIFEST, METADATA, TARGETS, Manifest, fingerprint_of
from vcwallet.verifier.kit.roles import ROOT, SNAPSHOT, Holders, TufSigner, our_key
from vcwallet.verifier.scopes import Scope

__all__ = ["Draft", "Standing"]

FORMAT: Final = "vcwallet-kit-draft/1"
_SHEET: Final = f"{METADATA}/draft.json"
"""Among the metadata, so that it is read as any other file of a kit."""
_ROLES: Final = 256


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a new part is signed."""

    role: str
    version: int
    threshold: int
    signed: tuple[PublicKey, ...]
    unsigned: tuple[PublicKey, ...]
    """Who may sign it and has not."""
    former: bool = False
    """Whether those who signed the root of before are meant: they hand over to the new ones."""

    @property
    def missing(self) -> int:
        return max(0, self.threshold - len(self.signed))


@dataclass(frozen=True, slots=True)
class PeopleChange:
    """Who signs for a role, before and in the new kit; None where the role is not there."""

    role: str
    before: Holders | None
    after: Holders | None


@dataclass(frozen=True)
class Draft:
    """The files of the kit of before and the new ones, and which roles have a new part."""

    kit: KitFiles
    versions: Mapping[str, int]
    """Of every role but those of publishing, as they will be in the new kit."""
    new: tuple[str, ...]
    """The roles whose part is new and is to be signed."""
    made: datetime

    # --- the file that travels -----------------------------------------------------------------------------

    def dumps(self) -> bytes:
        sheet: JsonObject = {
            "format": FORMAT,
            "made": timestamps.render(self.made),
            "versions": dict(self.versions),
            "new": list[Json](self.new),
        }
        content = (strict_json.dumps(sheet, indent=2) + "\n").encode("utf-8")
        return packed({**self.kit.files, _SHEET: content})

    @classmethod
    def loads(cls, data: bytes) -> Draft:
        """Raises UsageError (``kit.no-draft``) and what `KitFiles.read` raises."""
        files = dict(KitFiles.read(data).files)
        try:
            sheet = strict_json.loads_object(files.pop(_SHEET))
            versions, new = sheet["versions"], sheet["new"]
            if sheet["format"] != FORMAT or not isinstance(versions, dict) or not isinstance(new, list):
                raise _no_draft()
            if len(versions) > _ROLES or any(type(each) is not int for each in versions.values()):
                raise _no_draft()
            made = timestamps.parse(str(sheet["made"]))
            draft = cls(KitFiles(files), {name: int(str(each)) for name, each in versions.items()}, (), made)
            return replace(draft, new=tuple(str(each) for each in new if str(each) in versions))
        except (KeyError, VcwalletError):
            raise _no_draft() from None

    # --- what is in it -------------------------------------------------------------------------------------

    @property
    def base(self) -> str:
        """The digest of the timestamp of the kit that this one follows; "" for the first."""
        before = self.kit.files.get(TIMESTAMP_FILE)
        return "" if before is None else hashlib.sha256(before).hexdigest()

    @property
    def fingerprint(self) -> str:
        """Of the first root: which kit this is, for ever."""
        return fingerprint(self.kit)

    @property
    def number(self) -> int:
        """Of the kit that is made of it: what the timestamp will bear."""
        before = self.kit.timestamp
        return 1 if before is None else before.signed.version + 1

    @cached_property
    def root(self) -> Metadata[Root]:
        return self.kit.roots[-1]

    def part(self, role: str) -> Metadata[Any]:
        """What a role signs in the new kit. Raises DocumentError (``kit.unreadable``)."""
        name = metadata_file(role, self.versions[role])
        return parsed(self.kit.named(name), Root if role == ROOT else Targets, name)

    @cached_property
    def delegated(self) -> tuple[str, ...]:
        delegations = self.part(TARGETS).signed.delegations
        return () if delegations is None else tuple(delegations.roles or ())

    @cached_property
    def content(self) -> Mapping[str, bytes]:
        """The files of the new kit by their paths."""
        content: dict[str, bytes] = {}
        for role in (TARGETS, *self.delegated):
            for path, target in self.part(role).signed.targets.items():
                folder, _, base = f"{TARGETS}/{path}".rpartition("/")
                content[path] = self.kit.named(f"{folder}/{target.hashes.get('sha256')}.{base}")
        return MappingProxyType(content)

    @cached_property
    def manifest(self) -> Manifest:
        """Raises DocumentError (``kit.unreadable``) and what `Manifest.parse` raises."""
        if MANIFEST not in self.content:
            raise unreadable(MANIFEST)
        return Manifest.parse(self.content[MANIFEST])

    @cached_property
    def before(self) -> KitFiles | None:
        """The kit before alone, as it was published; None for the first kit."""
        kit = self.kit
        if kit.timestamp is None:
            return None
        roots = range(1, len(kit.roots) + (ROOT not in self.new))
        names = {TIMESTAMP_FILE, *(metadata_file(ROOT, number) for number in roots)}
        names.add(metadata_file(SNAPSHOT, kit.timestamp.signed.snapshot_meta.version))
        names |= {metadata_file(role, version) for role, version in kit.versions.items()}
        names |= {target_file(path, content) for path, content in kit.content.items()}
        return KitFiles({name: content for name, content in kit.files.items() if name in names})

    @property
    def content_before(self) -> Mapping[str, bytes]:
        """The files of the kit before by their paths; none for the first kit."""
        return {} if self.before is None else self.before.content

    @property
    def caps_before(self) -> Mapping[str, tuple[Scope, ...]]:
        """The caps of the bodies in the kit before; nothing for the first kit."""
        content = self.content_before
        return Manifest.parse(content[MANIFEST]).caps if MANIFEST in content else {}

    def people(self) -> tuple[PeopleChange, ...]:
        """Where others sign than in the kit before, or other numbers of them; for the first kit everybody."""
        before: dict[str, Holders] = {}
        if self.before is not None:
            before = _holders(self.before.roots[-1].signed, self.before.targets(TARGETS).signed)
        after = _holders(self.root.signed, self.part(TARGETS).signed if TARGETS in self.versions else None)
        return tuple(
            PeopleChange(role, before.get(role), after.get(role))
            for role in dict.fromkeys((*after, *before))
            if before.get(role) != after.get(role)
        )

    # --- signatures ---------------------------------------------------------------------------------------

    def standings(self) -> tuple[Standing, ...]:
        """How far each new part is signed; the root that follows another stands under both."""
        return tuple(each for role in self.new for each in self._standings_of(role))

    def _standings_of(self, role: str) -> Iterator[Standing]:
        part = self.part(role)
        payload, signatures = part.signed_bytes, part.signatures
        version = self.versions[role]
        if role != ROOT:
            names: Root | Targets = self.root.signed if role == TARGETS else self.part(TARGETS).signed
            try:
                result = names.get_verification_result(role, payload, signatures)
            except ValueError:  # a role that nobody names
                raise _no_draft() from None
            yield _standing(role, version, result)
            return
        own = self.root.signed
        if len(self.kit.roots) > 1:
            former = self.kit.roots[-2].signed.get_verification_result(ROOT, payload, signatures)
            yield _standing(role, version, former, former=True)
        yield _standing(role, version, own.get_verification_result(ROOT, payload, signatures))

    def waiting_for(self, key: PublicKey) -> tuple[str, ...]:
        """The roles whose new part waits for this key's signature.

        Raises UsageError: ``kit.not-your-part``, ``kit.signed-already``.
        """
        mine = [each for each in self.standings() if key in (*each.signed, *each.unsigned)]
        if not mine:
            raise UsageError(
                "kit.not-your-part",
                N_("The draft has no new part that this key signs ({key})."),
                next_step=N_("Take another key, or ask the maintainer whether yours is in the kit yet."),
                key=key.fingerprint,
            )
        waiting = sorted({each.role for each in mine if key in each.unsigned})
        if not waiting:
            raise UsageError(
                "kit.signed-already",
                N_("This key has signed the draft already ({key})."),
                next_step=N_("Pass the draft on, or publish the kit when enough have signed."),
                key=key.fingerprint,
            )
        return tuple(waiting)

    def signed_by(self, key: SigningKey) -> Draft:
        """With this key's signature on every new part that is its to sign. Raises as `waiting_for`."""
        waiting = self.waiting_for(key.public_key)
        files = dict(self.kit.files)
        for role in waiting:
            part = self.part(role)
            part.sign(TufSigner(key), append=True)
            files[metadata_file(role, self.versions[role])] = written(part)
        return replace(self, kit=KitFiles(files))


def _holders(root: Root, targets: Targets | None) -> dict[str, Holders]:
    """Who signs for each role, as root and targets say; the order of keys means nothing."""
    delegations = None if targets is None else targets.delegations
    named: list[tuple[Root | Targets, str, Role]] = [
        (root, name, role) for name, role in root.roles.items() if name != SNAPSHOT
    ]
    if targets is not None and delegations is not None:
        named += [(targets, name, role) for name, role in (delegations.roles or {}).items()]
    return {
        name: Holders(
            tuple(sorted((our_key(by.get_key(each)) for each in role.keyids), key=lambda key: key.raw)),
            role.threshold,
        )
        for by, name, role in named
    }


def fingerprint(kit: KitFiles) -> str:
    """Of the first root: which kit it is, for ever. Raises DocumentError (``kit.unreadable``)."""
    return fingerprint_of(kit.roots[0].signed_bytes)


def written(part: Metadata[Any]) -> bytes:
    """A part as it is written: the same whoever signed first."""
    part.signatures = dict(sorted(part.signatures.items()))
    return part.to_bytes()


def _standing(role: str, version: int, result: VerificationResult, *, former: bool = False) -> Standing:
    return Standing(
        role,
        version,
        result.threshold,
        tuple(our_key(key) for key in result.signed.values()),
        tuple(our_key(key) for key in result.unsigned.values()),
        former,
    )


def _no_draft() -> UsageError:
    return UsageError(
        "kit.no-draft",
        N_("This is no draft of a kit that waits for signatures."),
        next_step=N_("Name the file that was written when the kit was built."),
    )
