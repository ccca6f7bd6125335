"""The family's wallet: children, what they were given, and what was shown of it."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

from vcwallet.bundle.codec import Bundle
from vcwallet.credentials import credential as credentials
from vcwallet.credentials import presentation
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.text import same_name
from vcwallet.errors import N_, UsageError
from vcwallet.sealed_file import DEFAULT, Disk, Kdf, Notice, SealedFile, Secret
from vcwallet.sealed_file.slots import Randomness
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import disclosure, passphrases, records
from vcwallet.wallet.child import CHILD_ID_BYTES, Child, Entry
from vcwallet.wallet.children import Profile, Proposal, propose
from vcwallet.wallet.ledger import Disclosure, LedgerEntry, ShownDocument, presentation_digest
from vcwallet.wallet.remembered import KnownStatus, Remembered

KIND: Final = "wallet"
DEFAULT_EXPIRY: Final = timedelta(days=30)
_NAME_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """A presentation that was written into the ledger, ready to be carried away."""

    bundle: Bundle
    ledger_entry: LedgerEntry

    @property
    def presentation(self) -> JsonObject:
        return self.bundle.presentation


class Wallet:
    """A wallet file, opened. Changes stay in memory until `save`; `present` saves by itself."""

    def __init__(self, file: SealedFile, randomness: Randomness = os.urandom) -> None:
        self.file = file
        self.remembered = Remembered(file)
        self._randomness = randomness
        self._children: dict[str, Child] = {}

    @classmethod
    def create(
        cls,
        path: str | Path,
        passphrase: str,
        *,
        kdf: Kdf = DEFAULT,
        randomness: Randomness = os.urandom,
        disk: Disk | None = None,
    ) -> Wallet:
        """A new, empty wallet, on the disk at once.

        Raises UsageError (``passphrase.weak``), and what `SealedFile.create` and `save` raise.
        """
        passphrases.check(passphrase)
        file = SealedFile.create(
            path, kind=KIND, passphrase=passphrase, kdf=kdf, randomness=randomness, disk=disk
        )
        wallet = cls(file, randomness)
        wallet.save()
        return wallet

    @classmethod
    def open(
        cls,
        path: str | Path,
        passphrase: str | None = None,
        *,
        secret: Secret | None = None,
        randomness: Randomness = os.urandom,
        disk: Disk | None = None,
    ) -> Wallet:
        """With the passphrase, or with another `Secret`; raises what `SealedFile.open` raises."""
        file = SealedFile.open(
            path, kind=KIND, passphrase=passphrase, secret=secret, randomness=randomness, disk=disk
        )
        return cls(file, randomness)

    @classmethod
    def salvage(
        cls, path: str | Path, to: str | Path, *, secret: Secret, randomness: Randomness = os.urandom
    ) -> tuple[Wallet, int]:
        """Save as `to` what is left of a damaged wallet; also the number of records lost.

        Raises what `SealedFile.salvage` and `save` raise.
        """
        file, lost = SealedFile.salvage(path, to, kind=KIND, secret=secret, randomness=randomness)
        wallet = cls(file, randomness)
        wallet.save()
        return wallet, lost

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What opening and saving found worth telling the family."""
        return self.file.notices

    def save(self) -> None:
        """Raises what `SealedFile.save` raises; the file that was there is then still there."""
        self.file.save()

    # --- children --------------------------------------------------------------------------------

    @property
    def children(self) -> tuple[Child, ...]:
        """In the order of their names."""
        owners = {info.owner for info in self.file.records() if info.kind == records.CHILD}
        for owner in owners - self._children.keys():
            self._children[owner] = Child(self.file.view(owner), self._randomness)
        found = [self._children[owner] for owner in owners]
        return tuple(sorted(found, key=lambda child: (child.name.casefold(), child.id)))

    def child(self, wanted: str) -> Child:
        """By full name, given name or id.

        Raises UsageError (``wallet.no-child``, ``wallet.ambiguous-child``).
        """
        children = self.children
        found = [
            child
            for child in children
            if child.id == wanted
            or same_name(wanted, child.name)
            or same_name(wanted, child.profile.given_name)
            or same_name(wanted, f"{child.profile.given_name} {child.profile.family_name}")
        ]
        if len(found) == 1:
            return found[0]
        raise UsageError(
            "wallet.ambiguous-child" if found else "wallet.no-child",
            N_("Several children are called “{wanted}”.")
            if found
            else N_("There is no child “{wanted}” in this wallet."),
            next_step=N_("The children here are: {children}."),
            wanted=wanted[:64],
            children=(", ".join(child.name for child in children) or "-")[:200],
        )

    def add_child(self, profile: Profile, *, now: datetime) -> Child:
        """A new child with a key of its own.

        Raises UsageError (``wallet.child-name``, ``wallet.same-child``).
        """
        names = (profile.given_name, profile.family_name, profile.patronymic_name or "")
        if not profile.given_name.strip() or max(map(len, names)) > _NAME_CHARACTERS:
            raise UsageError("wallet.child-name", N_("A child needs a given name of a usual length."))
        for child in self.children:
            if same_name(child.name, profile.full_name) and child.profile.birth_date == profile.birth_date:
                raise UsageError(
                    "wallet.same-child", N_("{name} is in this wallet already."), name=profile.full_name
                )
        view = self.file.view(self._randomness(CHILD_ID_BYTES).hex())
        return Child.begin(view, profile, self._randomness, now=now)

    # --- adding ----------------------------------------------------------------------------------

    def propose(self, credential: Credential) -> Proposal:
        """Whose a credential seems to be."""
        return propose(credential, [child.known for child in self.children])

    def add(
        self, document: JsonObject | bytes | str | Credential, *, child: Child | None = None, now: datetime
    ) -> Entry:
        """Verify a credential and keep it, under `child` or under the child it is certainly of.

        One that says the same as a kept one is not kept twice; its entry is returned. The first diploma
        of an empty wallet begins its child. Nothing is kept that does not verify.

        Raises what `Credential.parse` and `credential.verify` raise (KeyUnavailable for an issuer whose
        document is not at hand), UsageError: ``wallet.which-child``, ``wallet.other-holder``.
        """
        return self.add_verified(self.verify(document, now=now), child=child, now=now)[0]

    def verify(self, document: JsonObject | bytes | str | Credential, *, now: datetime) -> Credential:
        """The credential, when all its proofs hold by what this wallet knows; raises as `add`."""
        credential = document if isinstance(document, Credential) else Credential.parse(document)
        credentials.verify(credential, resolve=self.remembered.resolve, now=now, stored=True)
        return credential

    def add_verified(
        self, credential: Credential, *, child: Child | None, now: datetime
    ) -> tuple[Entry, bool]:
        """`add` after `verify`; also tells whether it was new."""
        if child is None:
            proposal = self.propose(credential)
            if proposal.foreign_holder:
                raise UsageError(
                    "wallet.other-holder",
                    N_("The diploma was issued to a holder id that no child of this wallet has."),
                    next_step=N_(
                        "Ask the issuer to issue it to your child's id, or name the child to keep it anyway."
                    ),
                )
            if not proposal.sure:
                raise UsageError(
                    "wallet.which-child",
                    N_("It is not certain whose diploma this is."),
                    next_step=N_("Name the child with --child NAME."),
                )
            if proposal.child is not None:
                child = self.child(proposal.child)
            elif proposal.newcomer is not None:
                child = self.add_child(proposal.newcomer, now=now)
        assert child is not None
        return child.keep(credential, now=now)

    # --- looking ---------------------------------------------------------------------------------

    def entries(self, *, child: Child | None = None) -> tuple[Entry, ...]:
        """Everything of one child, or of all children one after another."""
        chosen = self.children if child is None else (child,)
        return tuple(entry for each in chosen for entry in each.entries())

    def entry(self, wanted: str, *, child: Child | None = None) -> Entry:
        """By the beginning of its number, or by the credential's own id.

        Raises UsageError (``wallet.no-entry``, ``wallet.ambiguous-entry``).
        """
        found = [
            entry
            for entry in self.entries(child=child)
            if wanted and (entry.id.startswith(wanted) or entry.credential.id == wanted)
        ]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(
                "wallet.ambiguous-entry",
                N_("“{wanted}” is the beginning of several diplomas' numbers."),
                next_step=N_("Give more of the number."),
                wanted=wanted[:64],
            )
        raise UsageError(
            "wallet.no-entry",
            N_("There is no diploma “{wanted}” here."),
            next_step=N_("“vcwallet wallet list” shows them all."),
            wanted=wanted[:64],
        )

    def status(self, entry: Entry, *, now: datetime) -> KnownStatus:
        return self.remembered.status(entry.credential, now=now)

    # --- presenting ------------------------------------------------------------------------------

    def present(
        self,
        entries: Sequence[Entry],
        *,
        domain: str,
        purpose: str,
        challenge: str | None = None,
        expires: timedelta = DEFAULT_EXPIRY,
        hide: Mapping[str, Collection[str]] = MappingProxyType({}),
        retention: timedelta | None = None,
        staple: bool | timedelta = False,
        now: datetime,
    ) -> Shown:
        """Show credentials of one child to one recipient for one purpose, until a day.

        The presentation is signed with the child's key and holds the smallest proof of each credential.
        `hide` maps an entry's id to the fields its recipient will not read. `retention`, how long the
        recipient promised to keep it, goes into the ledger, which is on the disk before this returns.
        `staple` adds the status lists that are at hand, or only those that are no older than it says.

        Raises UsageError (``wallet.nothing-chosen``, ``wallet.several-children``, ``wallet.no-purpose``),
        what `disclosure.draft` and `presentation.sign` raise, and what `save` raises.
        """
        if not entries:
            raise UsageError("wallet.nothing-chosen", N_("No diploma was chosen."))
        owners = {entry.child for entry in entries}
        if len(owners) != 1:
            raise UsageError(
                "wallet.several-children",
                N_("One presentation speaks of one child; these diplomas are of several."),
                next_step=N_("Make one for each child."),
            )
        if not purpose.strip():
            raise UsageError("wallet.no-purpose", N_("Say what the diplomas are shown for."))
        child = self.child(owners.pop())
        chosen = list({entry.meaning: entry for entry in entries}.values())
        drafts = [disclosure.draft(entry.credential, hide.get(entry.id, ())) for entry in chosen]
        until = now + expires
        signed = presentation.sign(
            [draft.document for draft in drafts],
            holder_key=child.key,
            holder=child.did,
            domain=domain,
            challenge=challenge,
            created=now,
            expires=until,
            purpose_text=purpose,
        )
        # What leaves the house is what a verifier will accept, or it does not leave.
        presentation.verify(
            presentation.Presentation.parse(signed),
            resolve=self.remembered.resolve,
            now=now,
            domain=domain,
            challenge=challenge,
        )
        ledger_entry = child.ledger.add(
            Disclosure(
                at=now,
                recipient=domain,
                purpose=purpose,
                expires=until,
                challenge=challenge,
                shown=tuple(
                    ShownDocument(
                        title=entry.title,
                        issuer=entry.credential.issuer_id,
                        credential_id=entry.credential.id,
                        fields=draft.fields,
                        hidden=draft.hidden,
                    )
                    for entry, draft in zip(chosen, drafts, strict=True)
                ),
                presentation_digest=presentation_digest(signed),
                retention_days=None if retention is None else retention.days,
            )
        )
        self.save()
        lists = self.remembered.status_lists_for(
            entry.credential for entry in chosen if self._staples(entry, staple, now)
        )
        return Shown(Bundle(signed, lists), ledger_entry)

    def _staples(self, entry: Entry, staple: bool | timedelta, now: datetime) -> bool:
        if isinstance(staple, bool):
            return staple
        return self.status(entry, now=now).is_within(staple, now=now)
