"""The children of one wallet, and whose a diploma is."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from vcwallet.credentials.credential import Credential
from vcwallet.credentials.spelling import same_name
from vcwallet.errors import N_, Action, UsageError
from vcwallet.sealed_file import SealedFile
from vcwallet.sealed_file.slots import Randomness
from vcwallet.wallet import records
from vcwallet.wallet.child import CHILD_ID_BYTES, Child, Diploma
from vcwallet.wallet.profile import Profile
from vcwallet.wallet.recognising import Proposal, propose

_NAME_CHARACTERS: Final = 200


class Family:
    """All children of a wallet file, each behind a key of its own."""

    def __init__(self, file: SealedFile, randomness: Randomness) -> None:
        self._file = file
        self._randomness = randomness
        self._children: dict[str, Child] = {}

    @property
    def children(self) -> tuple[Child, ...]:
        """In the order of their names."""
        owners = {info.owner for info in self._file.records() if info.kind == records.CHILD}
        for owner in owners - self._children.keys():
            self._children[owner] = Child(self._file.view(owner), self._randomness)
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
        view = self._file.view(self._randomness(CHILD_ID_BYTES).hex())
        child = self._children[view.owner] = Child.begin(view, profile, self._randomness, now=now)
        return child

    def propose(self, credential: Credential) -> Proposal:
        """Whose a credential seems to be."""
        return propose(credential, [child.known for child in self.children])

    def keep(self, credential: Credential, *, child: Child | None, now: datetime) -> tuple[Diploma, bool]:
        """Keep a verified credential under `child`, or under the child it is certainly of; was it new?

        The first diploma of an empty wallet begins its child.

        Raises UsageError: ``wallet.which-child``, ``wallet.other-holder``; and what `Child.keep` raises.
        """
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
            if proposal.sure and proposal.child is not None:
                child = self.child(proposal.child)
            elif proposal.sure and proposal.newcomer is not None:
                child = self.add_child(proposal.newcomer, now=now)
            else:
                raise UsageError(
                    "wallet.which-child",
                    N_("It is not certain whose diploma this is."),
                    next_step=Action.NAME_CHILD,
                )
        return child.keep(credential, now=now)

    def diplomas(self, *, child: Child | None = None) -> tuple[Diploma, ...]:
        """Everything of one child, or of all children one after another."""
        chosen = self.children if child is None else (child,)
        return tuple(diploma for each in chosen for diploma in each.diplomas())

    def diploma(self, wanted: str, *, child: Child | None = None) -> Diploma:
        """By the beginning of its number, or by the credential's own id.

        Raises UsageError (``wallet.no-entry``, ``wallet.ambiguous-entry``).
        """
        found = [
            diploma
            for diploma in self.diplomas(child=child)
            if wanted and (diploma.id.startswith(wanted) or diploma.credential.id == wanted)
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
            next_step=Action.LIST_DIPLOMAS,
            wanted=wanted[:64],
        )
