"""The children of one wallet, and whose a diploma is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from vcwallet import timestamps
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.spelling import same_name
from vcwallet.errors import N_, Action, UsageError
from vcwallet.identifiers.keys import SoftwareKey
from vcwallet.sealed_file import SealedFile
from vcwallet.sealed_file.slots import Randomness
from vcwallet.wallet import records
from vcwallet.wallet.attachments import Attachment
from vcwallet.wallet.child import CHILD_ID_BYTES, Child, Diploma, Kept, Removed, said_by
from vcwallet.wallet.numbers import Numbers, clashing
from vcwallet.wallet.profile import Profile
from vcwallet.wallet.recognising import (
    Contradiction,
    Fit,
    Proposal,
    between_people,
    contradiction,
    fit,
    likeness,
    propose,
)
from vcwallet.wallet.signed import Signed

_NAME_CHARACTERS: Final = 200
_ID_BEGINS: Final = 8
"""So many digits are the beginning of an id; fewer are a number."""


class Family:
    """All children of a wallet file, each behind a key of its own."""

    def __init__(self, file: SealedFile, randomness: Randomness) -> None:
        self._file = file
        self._randomness = randomness
        self._children: dict[str, Child] = {}
        self._numbers = Numbers(file)

    @property
    def children(self) -> tuple[Child, ...]:
        """In the order of their names."""
        owners = {info.owner for info in self._file.records() if info.kind == records.CHILD}
        for owner in owners - self._children.keys():
            self._children[owner] = Child(self._file.view(owner), self._randomness, self._numbers.take)
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
            next_step=N_("The children here are: {children}.")
            if children
            else N_("No child is here yet; the first diploma brings one."),
            wanted=wanted[:64],
            children=(", ".join(child.name for child in children) or "-")[:200],
        )

    def add_child(self, profile: Profile, *, key: SoftwareKey | None = None, now: datetime) -> Child:
        """A new child with a new key of its own, or with the one it had in another wallet.

        Raises UsageError (``wallet.child-name``, ``wallet.same-child``).
        """
        self._check_profile(profile)
        view = self._file.view(self._randomness(CHILD_ID_BYTES).hex())
        child = self._children[view.owner] = Child.begin(
            view, profile, self._randomness, self._numbers.take, key=key, now=now
        )
        return child

    def correct_child(self, child: Child, profile: Profile, *, insisted: bool = False, now: datetime) -> None:
        """Write a child down anew, because it was written down wrong; no name of before is remembered.

        Raises UsageError: ``wallet.child-name``, ``wallet.same-child``; ``wallet.other-person`` when a
        diploma that fitted the child names another person than the corrected one, unless `insisted`.
        """
        self._check_profile(profile, besides=child)
        corrected = replace(child.known, profile=profile)
        for diploma in child.diplomas() if not insisted else ():
            if fit(diploma.credential, corrected) is not Fit.CONTRADICTED:
                continue
            if fit(diploma.credential, child.known) is not Fit.CONTRADICTED:
                raise _other_person(contradiction(diploma.credential, corrected))
        child.rename(profile, now=now)

    def merge_children(self, other: Child, into: Child, *, insisted: bool = False, now: datetime) -> None:
        """Bring two entries of one child together: diplomas, documents, keys, history; `other` is gone then.

        Raises UsageError: ``wallet.same-entry``; ``wallet.other-person`` when the two, or a diploma of the
        one and the other, name different people, unless `insisted`.
        """
        if other.id == into.id:
            raise UsageError(
                "wallet.same-entry",
                N_("These are not two children but one."),
                next_step=N_("Name two different ones."),
            )
        renamed = into.profile.also_called(*other.profile.family_names)
        person = other.profile.person
        if not insisted and likeness(into.profile, person).contradicts:
            raise _other_person(between_people(person, into.known))
        both = replace(into.known, holder_ids=into.holder_ids | other.holder_ids)
        for diploma in other.diplomas() if not insisted else ():
            if fit(diploma.credential, both) is Fit.CONTRADICTED:
                raise _other_person(contradiction(diploma.credential, both))
        into.adopt_keys(other)
        for diploma in other.diplomas():
            into.take_over(diploma, other)
        for attachment in other.attachments():
            into.take_attachment(attachment, other)
        into.ledger.take_over(other.ledger)
        if renamed != into.profile:
            into.rename(renamed, now=now)
        self.remove_child(other)

    def remove_child(self, child: Child) -> None:
        """Take a child out of the wallet with all that is kept of it, its key included."""
        for info in self._file.records():
            if info.owner == child.id:
                self._file.remove(info.id)
        self._children.pop(child.id, None)

    def move(self, kept: Diploma | Attachment, to: Child, *, insisted: bool = False) -> None:
        """Put a diploma, or a document nobody signed, under another child.

        Raises UsageError: ``wallet.other-holder``, ``wallet.other-person``, as `keep` does.
        """
        owner = self.child(kept.child)
        if owner.id == to.id:
            return
        if isinstance(kept, Attachment):
            to.take_attachment(kept, owner)
            return
        self.demand_fit(kept.credential, to, insisted=insisted)
        to.take_over(kept, owner)

    def remove(self, kept: Diploma | Attachment) -> Removed:
        """Take a diploma with its notes, or a document nobody signed, out; what the ledger says stays."""
        owner = self.child(kept.child)
        if isinstance(kept, Attachment):
            owner.detach(kept)
            return Removed(kept)
        removed = Removed(kept, owner.notes().get(kept.id, ()))
        owner.remove(kept)
        return removed

    def put_back(self, removed: Removed) -> Diploma | Attachment:
        """Undo `remove`, under the same number. Raises UsageError (``wallet.no-child``)."""
        return self.child(removed.kept.child).put_back(removed)

    def number_next(self, number: int) -> None:
        """Let the next thing that is kept have this number, if no later one was given."""
        if number > self._numbers.last():
            self._numbers.note(number - 1)

    def settle_numbers(self) -> None:
        """Where two copies of the file gave one number twice, give the later thing another one."""
        everything = {each.id: each for each in self.everything()}
        self._numbers.note(max((each.number for each in everything.values()), default=0))
        numbered = [
            (each.number, timestamps.render(each.added), record) for record, each in everything.items()
        ]
        for record in clashing(numbered):
            self.child(everything[record].child).renumber(record)

    def _check_profile(self, profile: Profile, *, besides: Child | None = None) -> None:
        names = (profile.given_name, profile.family_name, profile.patronymic_name or "")
        if not profile.given_name.strip() or max(map(len, names)) > _NAME_CHARACTERS:
            raise UsageError(
                "wallet.child-name",
                N_("A child needs a given name of a usual length."),
                next_step=N_("Write the name as in the birth certificate."),
            )
        for child in self.children:
            if besides is not None and child.id == besides.id:
                continue
            if same_name(child.name, profile.full_name) and child.profile.birth_date == profile.birth_date:
                raise UsageError(
                    "wallet.same-child",
                    N_("{name} is in this wallet already."),
                    next_step=N_("Use the child that is there, or correct it."),
                    name=profile.full_name,
                )

    def propose(self, credential: Credential) -> Proposal:
        """Whose a credential seems to be."""
        return propose(credential, [child.known for child in self.children])

    def keep(
        self, signed: Signed, *, child: Child | None, insisted: bool = False, now: datetime
    ) -> tuple[Diploma, Kept]:
        """Keep a verified credential under `child`, or under the child it is certainly of; what it changed.

        What another child has already stays where it is: `move` puts it elsewhere.

        `insisted` says that a person saw the name on the diploma beside the child's and keeps it all the
        same.

        Raises UsageError: ``wallet.which-child``, ``wallet.other-holder``, ``wallet.other-person``; and what
        `Child.keep` raises.
        """
        credential = signed.credential
        if child is None:
            child = self.certain(self.propose(credential), now=now)
        self.demand_fit(credential, child, insisted=insisted)
        said = said_by(credential)
        for other in self.children:
            if other.id != child.id and (known := other.find(credential, said)) is not None:
                return known, Kept.ALREADY
        return child.keep(signed, said=said, now=now)

    def certain(self, proposal: Proposal, *, now: datetime) -> Child:
        """The child of a proposal that nobody needs to be asked about; an empty wallet's first is added.

        Raises UsageError: ``wallet.which-child``, ``wallet.other-holder``.
        """
        if proposal.foreign_holder:
            raise _other_holder()
        if proposal.sure and proposal.child is not None:
            return self.child(proposal.child)
        if proposal.sure and proposal.newcomer is not None:
            return self.add_child(proposal.newcomer, now=now)
        raise which_child()

    def fit(self, credential: Credential, child: Child) -> Fit:
        """What the evidence of a credential says about a child."""
        return fit(credential, child.known)

    def contradiction(self, credential: Credential, child: Child) -> Contradiction:
        """The names to be put before somebody who is asked to keep a contradicted credential."""
        return contradiction(credential, child.known)

    def demand_fit(self, credential: Credential, child: Child, *, insisted: bool) -> None:
        """Raises UsageError: ``wallet.other-holder``, always; ``wallet.other-person``, unless `insisted`."""
        found = self.fit(credential, child)
        if found is Fit.ANOTHER_HOLDER:
            raise _other_holder()
        if found is Fit.CONTRADICTED and not insisted:
            raise _other_person(self.contradiction(credential, child))

    def diplomas(self, *, child: Child | None = None) -> tuple[Diploma, ...]:
        """Everything of one child, or of all children one after another."""
        chosen = self.children if child is None else (child,)
        return tuple(diploma for each in chosen for diploma in each.diplomas())

    def everything(self, *, child: Child | None = None) -> tuple[Diploma | Attachment, ...]:
        """Diplomas and the documents nobody signed, of one child or of all."""
        chosen = self.children if child is None else (child,)
        found: list[Diploma | Attachment] = []
        for each in chosen:
            found += each.diplomas()
            found += each.attachments()
        return tuple(found)

    def diploma(self, wanted: str, *, child: Child | None = None) -> Diploma:
        """By its number, the beginning of its id, or the credential's own id.

        Raises UsageError (``wallet.no-entry``, ``wallet.ambiguous-entry``, ``wallet.not-signed``).
        """
        found = self.kept(wanted, child=child)
        if isinstance(found, Attachment):
            raise UsageError(
                "wallet.not-signed",
                N_("“{name}” is a document that nobody signed."),
                next_step=Action.LIST_DIPLOMAS,
                name=found.name[-64:],
            )
        return found

    def kept(self, wanted: str, *, child: Child | None = None) -> Diploma | Attachment:
        """A diploma, or a document nobody signed: by its number, the beginning of its id, or its name.

        A number is up to seven digits. Raises UsageError (``wallet.no-entry``, ``wallet.ambiguous-entry``).
        """
        everything = self.everything(child=child)
        if wanted.isascii() and wanted.isdecimal() and len(wanted) < _ID_BEGINS:
            found = [each for each in everything if each.number == int(wanted)]
        else:
            found = [each for each in everything if wanted and _is_called(each, wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(
                "wallet.ambiguous-entry",
                N_("“{wanted}” may be several things in this wallet."),
                next_step=N_("Use its number in the list."),
                wanted=wanted[:64],
            )
        raise UsageError(
            "wallet.no-entry",
            N_("There is no diploma “{wanted}” here."),
            next_step=Action.LIST_DIPLOMAS,
            wanted=wanted[:64],
        )


def _is_called(kept: Diploma | Attachment, wanted: str) -> bool:
    own = kept.name if isinstance(kept, Attachment) else kept.credential.id
    return own == wanted or kept.id.startswith(wanted)


def which_child() -> UsageError:
    return UsageError(
        "wallet.which-child", N_("It is not certain whose diploma this is."), next_step=Action.NAME_CHILD
    )


def _other_person(between: Contradiction) -> UsageError:
    return UsageError(
        "wallet.other-person",
        N_("On the diploma: {found}. In the wallet: {child}. Nobody said that this is one person."),
        next_step=Action.COMPARE_NAMES,
        found=between.on_diploma()[:200],
        child=between.in_wallet()[:200],
    )


def _other_holder() -> UsageError:
    return UsageError(
        "wallet.other-holder",
        N_("The diploma was issued to a holder id that this child does not have."),
        next_step=Action.ISSUE_TO_CHILD,
    )
