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
from vcwallet.wallet.recognising import Contradiction, Fit, Proposal, contradiction, fit, propose

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

    def keep(
        self, credential: Credential, *, child: Child | None, insisted: bool = False, now: datetime
    ) -> tuple[Diploma, bool]:
        """Keep a verified credential under `child`, or under the child it is certainly of; was it new?

        `insisted` says that a person saw the name on the diploma beside the child's and keeps it all the
        same.

        Raises UsageError: ``wallet.which-child``, ``wallet.other-holder``, ``wallet.other-person``; and what
        `Child.keep` raises.
        """
        if child is None:
            child = self.certain(self.propose(credential), now=now)
        self.demand_fit(credential, child, insisted=insisted)
        return child.keep(credential, now=now)

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
            between = self.contradiction(credential, child)
            raise UsageError(
                "wallet.other-person",
                N_("On the diploma: {found}. In the wallet: {child}. Nobody said that this is one person."),
                next_step=Action.COMPARE_NAMES,
                found=between.on_diploma[:200],
                child=between.in_wallet[:200],
            )

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


def which_child() -> UsageError:
    return UsageError(
        "wallet.which-child", N_("It is not certain whose diploma this is."), next_step=Action.NAME_CHILD
    )


def _other_holder() -> UsageError:
    return UsageError(
        "wallet.other-holder",
        N_("The diploma was issued to a holder id that this child does not have."),
        next_step=Action.ISSUE_TO_CHILD,
    )
