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

from tuf.api.metadata import Metadata, Root, Targets, VerificationResult

from vcwallet import strict_json, timestamps
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.identifiers.keys import PublicKey, SigningKey
from vcwallet.strict_json import Json, JsonObject
from vcwallet.verifier.kit_files import TIMESTAMP_FILE, KitFiles, metadata_file, packed, parsed, unpacked
from vcwallet.verifier.kit_layout import TARGETS, fingerprint_of
from vcwallet.verifier.kit_roles import ROOT, TufSigner, our_key

__all__ = ["Draft", "Standing"]

FORMAT: Final = "vcwallet-kit-draft/1"
_SHEET: Final = "draft.json"
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
        """Raises UsageError (``kit.no-draft``), what `unpacked` raises and what a draft is asked for."""
        files = unpacked(data)
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
        return fingerprint_of(self.kit.roots[0].signed_bytes)

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

    def signed_by(self, key: SigningKey) -> Draft:
        """With this key's signature on every new part that is its to sign.

        Raises UsageError: ``kit.not-your-part``, ``kit.signed-already``.
        """
        mine = [each for each in self.standings() if key.public_key in (*each.signed, *each.unsigned)]
        if not mine:
            raise UsageError(
                "kit.not-your-part",
                N_("The draft has no new part that this key signs ({key})."),
                next_step=N_("Take another key, or ask the maintainer whether yours is in the kit yet."),
                key=key.public_key.fingerprint,
            )
        waiting = {each.role for each in mine if key.public_key in each.unsigned}
        if not waiting:
            raise UsageError(
                "kit.signed-already",
                N_("This key has signed the draft already ({key})."),
                next_step=N_("Pass the draft on, or publish the kit when enough have signed."),
                key=key.public_key.fingerprint,
            )
        files = dict(self.kit.files)
        for role in sorted(waiting):
            part = self.part(role)
            part.sign(TufSigner(key), append=True)
            files[metadata_file(role, self.versions[role])] = written(part)
        return replace(self, kit=KitFiles(files))


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
