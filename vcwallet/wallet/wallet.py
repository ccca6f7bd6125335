"""The family's wallet: children, what they were given, and what was shown of it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vcwallet.bundle import scanning, writing
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.inputs import Given
from vcwallet.bundle.other_wallets import Holder
from vcwallet.bundle.request import Request
from vcwallet.bundle.writing import BundleForm
from vcwallet.credentials.achievement import facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.issuers import Issuers
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.host_name import host_name
from vcwallet.locales import language
from vcwallet.sealed_file import (
    DEFAULT,
    Disk,
    Kdf,
    Notice,
    Passphrase,
    PrintedCode,
    RecoveryCode,
    SealedFile,
    Secret,
    passphrases,
    read_header,
)
from vcwallet.sealed_file.recovery_codes import sheet_number
from vcwallet.sealed_file.slots import Randomness, RecoverySlot
from vcwallet.strict_json import JsonObject
from vcwallet.timestamps import demand_moment
from vcwallet.wallet import (
    adding,
    answering,
    checkup,
    comparing,
    copies,
    drafts,
    inspection,
    leaving,
    merging,
    presenting,
    proof_of_id,
    receiving,
    records,
    refreshing,
    returning,
)
from vcwallet.wallet.adding import AddResult, Candidate, Undecided, UndecidedProfile
from vcwallet.wallet.answering import Picked
from vcwallet.wallet.asides import Choice
from vcwallet.wallet.attachments import Attachment
from vcwallet.wallet.checkup import Checkup, Reminder
from vcwallet.wallet.child import Child, Diploma, Removed
from vcwallet.wallet.comparing import Difference
from vcwallet.wallet.family import Family
from vcwallet.wallet.guardians import Guardians
from vcwallet.wallet.inspection import Health, Tried
from vcwallet.wallet.known_issuers import Agree, KnownIssuers, NewKeys
from vcwallet.wallet.known_lists import KnownLists, KnownStatus
from vcwallet.wallet.ledger import LedgerEntry
from vcwallet.wallet.merging import Merged
from vcwallet.wallet.presenting import Drafts, Expires, Hide, Hiding, Terms
from vcwallet.wallet.profile import Profile
from vcwallet.wallet.receiving import Received
from vcwallet.wallet.recognising import Contradiction, Fit, Proposal
from vcwallet.wallet.returning import BroughtBack, Export
from vcwallet.wallet.seen_saves import Backup, SavedState
from vcwallet.wallet.signed import Signed

if TYPE_CHECKING:
    from vcwallet.bundle.openid4vp import OpenidRequest
    from vcwallet.executors import Crew
    from vcwallet.wallet.openid_answering import OpenidDrafts

KIND: Final = "wallet"


@dataclass(frozen=True, slots=True)
class Shown:
    """A presentation that was written into the ledger, ready to be carried away."""

    bundle: Bundle
    ledger_entry: LedgerEntry

    @property
    def presentation(self) -> JsonObject:
        return self.bundle.presentation

    @property
    def text(self) -> str:
        """The bundle as JSON text."""
        return self.bundle.text

    def render(self, form: BundleForm | str, *, lang: str = "ru") -> bytes:
        """The bundle as a file: `form` is ``pdf``, ``png``, ``svg``, ``gif``, ``html``, ``txt`` or ``json``.

        `lang` is the language of a sheet or page, ``ru`` or ``en``. Raises UsageError (``bundle.form``) and
        what `bundle.writing.render` raises.
        """
        wanted = form if isinstance(form, BundleForm) else writing.form_of(Path(f"bundle.{form}"))
        return writing.render(self.bundle, wanted, language(lang))


class Wallet:
    """A wallet file, opened. Changes stay in memory until `save`; `sign` saves by itself.

    Every method that verifies or writes a date takes `now`, an aware datetime: the wallet reads no clock.
    """

    def __init__(self, file: SealedFile, randomness: Randomness = os.urandom) -> None:
        self._file = file
        self._randomness = randomness
        self.issuers = KnownIssuers(file)
        """The issuers' keys that the wallet was given."""
        self.lists = KnownLists(file, self.issuers)
        """The lists of revoked diplomas that the wallet was given."""
        self.guardians = Guardians(file)
        """Other people who can open the wallet."""
        self.taken_over: tuple[Merged, ...] = ()
        """What other programs had saved into the file and `save` brought in; who told a person empties it."""
        self._family = Family(file, randomness)

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
        """What is left of a damaged wallet, to be saved as `to`; also the number of records lost.

        Raises what `SealedFile.salvage` raises.
        """
        file, lost = SealedFile.salvage(path, to, kind=KIND, secret=secret, randomness=randomness)
        return cls(file, randomness), lost

    @property
    def path(self) -> Path:
        return self._file.path

    @property
    def saved_state(self) -> SavedState:
        """Which save of which file this is; `SeenSaves` compares it with what a device saw."""
        return SavedState(self._file.file_id, self._file.generation, self._file.save_id)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What opening and saving found worth telling the family."""
        return self._file.notices

    def save(self) -> None:
        """Raises what `SealedFile.save` raises; the file that was there is then still there.

        What another program saved meanwhile is taken over as `merge` takes over a copy; see `taken_over`.
        """
        if self._file.changed and self.saved_by_another():
            came = merging.merge(self._file, self._family, self.path)
            self.taken_over = (*self.taken_over, *([came] if came.changed else []))
        before = {info.id for info in self._file.records()}
        self._file.save()
        if not before.issuperset(info.id for info in self._file.records()):
            self._family.settle_numbers()
            self._file.save()

    def saved_by_another(self) -> bool:
        """Whether another state of this file lies in its place; `SealedFile.save` judges everything else."""
        if not self._file.save_id:
            return False
        try:
            header = read_header(self.path)
        except VcwalletError:
            return False
        same_file = header.file_id.hex() == self._file.file_id
        return same_file and header.save.hex() != self._file.save_id

    # --- children --------------------------------------------------------------------------------

    @property
    def children(self) -> tuple[Child, ...]:
        """In the order of their names."""
        return self._family.children

    def child(self, wanted: str) -> Child:
        """By full name, given name or id.

        Raises UsageError (``wallet.no-child``, ``wallet.ambiguous-child``).
        """
        return self._family.child(wanted)

    def add_child(self, profile: Profile, *, now: datetime) -> Child:
        """A new child with a key of its own.

        Raises UsageError (``wallet.child-name``, ``wallet.same-child``).
        """
        demand_moment(now)
        return self._family.add_child(profile, now=now)

    def correct_child(self, child: Child, profile: Profile, *, insisted: bool = False, now: datetime) -> None:
        """Write a child down anew, because it was written down wrong; see `Family.correct_child`."""
        demand_moment(now)
        self._family.correct_child(child, profile, insisted=insisted, now=now)

    def merge_children(self, other: Child, into: Child, *, insisted: bool = False, now: datetime) -> None:
        """Bring two entries of one child together; see `Family.merge_children`."""
        demand_moment(now)
        self._family.merge_children(other, into, insisted=insisted, now=now)

    def remove_child(self, child: Child) -> None:
        """Take a child out of the wallet with all that is kept of it, its key included."""
        self._family.remove_child(child)

    def move(self, kept: Diploma | Attachment, to: Child, *, insisted: bool = False) -> None:
        """Put a diploma, or a document nobody signed, under another child; see `Family.move`."""
        self._family.move(kept, to, insisted=insisted)

    def remove(self, kept: Diploma | Attachment) -> Removed:
        """Take something out of the wallet; see `Family.remove`. `put_back` undoes it."""
        return self._family.remove(kept)

    def put_back(self, removed: Removed) -> Diploma | Attachment:
        """Undo `remove`; see `Family.put_back`."""
        return self._family.put_back(removed)

    def contradiction(self, credential: Credential, child: Child) -> Contradiction | None:
        """The names of a credential beside those of a child, when they are not one person's."""
        if self._family.fit(credential, child) is not Fit.CONTRADICTED:
            return None
        return self._family.contradiction(credential, child)

    def prove_id(
        self,
        child: Child,
        *,
        to: str | None = None,
        expires: timedelta = proof_of_id.DEFAULT_EXPIRY,
        now: datetime,
    ) -> Bundle:
        """A child's id for an issuer, with a proof that the child has its key; see `proof_of_id`."""
        demand_moment(now)
        return proof_of_id.prove_id(
            child, domain=None if to is None else host_name(to), expires=expires, now=now
        )

    # --- adding ----------------------------------------------------------------------------------

    def add(
        self, document: JsonObject | bytes | str | Credential, *, child: Child | None = None, now: datetime
    ) -> Diploma:
        """Verify one diploma, given as JSON, and keep it: under `child` or the child it is certainly of.

        One that says the same as a kept one is not kept twice; the kept one is returned. Nothing is kept that
        does not verify, and nothing that names another person or another holder id than the child's. The
        first diploma of an empty wallet begins its child.

        Raises what `KnownIssuers.verify` and `Family.keep` raise.
        """
        demand_moment(now)
        if not isinstance(document, dict | bytes | str | Credential):
            raise UsageError(
                "wallet.not-a-document", N_("A diploma is given as JSON: an object, bytes or text.")
            )
        signed = self.issuers.admit(Signed.read(document), now=now)
        return self._family.keep(signed, child=child, now=now)[0]

    def add_files(
        self,
        inputs: Sequence[Given],
        *,
        child: Child | None = None,
        agree: Agree | None = None,
        crew: Crew | None = None,
        now: datetime,
    ) -> tuple[AddResult, ...]:
        """Add whatever is in files and folders (Path), file contents (bytes, or with a name) or texts (str).

        Pictures, PDFs, texts, JSON and ZIP files are read. Issuers' documents and lists of revoked diplomas
        among them are kept first. `agree` is asked when an issuer's document names a key that is new here.
        What leaves open whose it is, or names another person than the child, is `undecided` in its result,
        for `settle`. What fails is in the results too; raises UsageError (``scan.nothing-given``,
        ``scan.too-many-inputs``) only.

        The processes of a `crew` (see `scanning.read_each`) look at the files: they are told where those lie,
        and what was seen comes back. What is in the wallet goes to none of them. With it MachineError
        (``executors.workers-die``) may be raised.
        """
        demand_moment(now)
        return adding.add(
            self._family,
            self.issuers,
            self.lists,
            scanning.read_inputs(inputs, crew=crew),
            child=child,
            agree=agree,
            now=now,
        )

    def add_opened(
        self, where: str, inside: Sequence[tuple[str, bytes]], holder: Holder | None, *, now: datetime
    ) -> tuple[AddResult, ...]:
        """Add what was in a bundle of another wallet; with its `holder` it is asked whose profile that is."""
        demand_moment(now)
        reading = scanning.of_other_wallet(where, scanning.read_inputs(inside) if inside else (), holder)
        return adding.add(self._family, self.issuers, self.lists, reading, now=now)

    def candidates(self, undecided: Undecided | UndecidedProfile) -> tuple[Candidate, ...]:
        """The children whose an undecided diploma may be; see `adding.candidates`."""
        return adding.candidates(self._family, undecided)

    def settle(
        self,
        undecided: Undecided | UndecidedProfile,
        *,
        child: Child,
        insisted: bool = False,
        where: str = "",
        now: datetime,
    ) -> AddResult:
        """Add an undecided diploma as a child's; see `adding.settle`. Raises nothing for any answer."""
        demand_moment(now)
        return adding.settle(
            self._family, self.issuers, where, undecided, child=child, insisted=insisted, now=now
        )

    def add_issuer(
        self,
        document: ControlledIdentifierDocument | JsonObject | bytes | str,
        *,
        agree: Agree | None = None,
        now: datetime,
    ) -> bool:
        """Keep an issuer's identifier document (did.json); returns whether it was news.

        Raises what `ControlledIdentifierDocument.loads` and `KnownIssuers.remember` raise.
        """
        demand_moment(now)
        if isinstance(document, dict):
            document = ControlledIdentifierDocument.parse(document)
        elif not isinstance(document, ControlledIdentifierDocument):
            document = ControlledIdentifierDocument.loads(document)
        return self.issuers.remember(document, agree=agree, now=now)

    def title(self, credential: Credential) -> str:
        """One line for people about a credential that is not kept yet; raises what `facts` raises."""
        return drafts.title(credential, facts(credential))

    def propose(self, credential: Credential) -> Proposal:
        """Whose a credential seems to be."""
        return self._family.propose(credential)

    def plan_refresh(self) -> refreshing.Plan:
        """What could be newer for the diplomas in the wallet; nothing is asked. See `refreshing.plan`."""
        return refreshing.plan(self._family)

    def refresh(
        self,
        wanted: Sequence[refreshing.Wanted],
        *,
        get: refreshing.Get,
        agree: Agree | None = None,
        now: datetime,
    ) -> Iterator[AddResult]:
        """Ask for documents of a plan with `get`, and keep what holds; see `refreshing.refresh`."""
        demand_moment(now)
        return refreshing.refresh(
            self._family,
            self.issuers,
            self.lists,
            wanted,
            get=get,
            agree=agree,
            now=now,
        )

    # --- looking ---------------------------------------------------------------------------------

    def diplomas(self, *, child: Child | None = None) -> tuple[Diploma, ...]:
        """Everything of one child, or of all children one after another."""
        return self._family.diplomas(child=child)

    def diploma(self, wanted: str, *, child: Child | None = None) -> Diploma:
        """By its number, the beginning of its id, or the credential's own id; see `Family.diploma`."""
        return self._family.diploma(wanted, child=child)

    def kept(self, wanted: str, *, child: Child | None = None) -> Diploma | Attachment:
        """A diploma, or a document nobody signed: by number, id or name; see `Family.kept`."""
        return self._family.kept(wanted, child=child)

    def everything(self, *, child: Child | None = None) -> tuple[Diploma | Attachment, ...]:
        """Diplomas and documents nobody signed, of one child or of all."""
        return self._family.everything(child=child)

    def status(self, diploma: Diploma, *, now: datetime) -> KnownStatus:
        """What the lists at hand say of a diploma's revocation."""
        demand_moment(now)
        return self.lists.status(diploma.credential, now=now)

    # --- showing ---------------------------------------------------------------------------------

    def prepare(
        self,
        chosen: Sequence[Diploma] = (),
        *,
        request: Request | None = None,
        child: Child | None = None,
        to: str | None = None,
        purpose: str | None = None,
        challenge: str | None = None,
        expires: Expires | None = None,
        hide: Hide = (),
        only: Collection[str] | None = None,
        show: Collection[str] = (),
        staple: bool = False,
        now: datetime,
    ) -> Drafts:
        """What one recipient will get and read, to be looked at and then given to `sign`.

        `chosen` are diplomas of one child. With a `request` and none chosen, the fewest diplomas and fields
        of `child` that answer it are proposed. The request says to whom, what for and until when; what is
        said here comes before it. `expires` is a duration, or the last day or moment. `hide` names fields
        nobody will read, for all diplomas or by a diploma's id; `only` hides all that can be hidden but its
        fields. What a request does not ask for is hidden, except the fields of `show`. `staple` adds all
        status lists at hand.

        Raises UsageError: ``wallet.nothing-chosen``, ``wallet.several-children``, and
        what `presenting.terms`, `Hiding.check`, `answering.propose` and `presenting.prepare` raise.
        """
        demand_moment(now)
        terms = presenting.terms(
            request,
            to=to,
            purpose=purpose,
            challenge=challenge,
            expires=expires,
            randomness=self._randomness,
            now=now,
        )
        unasked: dict[str, Collection[str]] = {}
        picked: tuple[Picked, ...] = ()
        if not chosen and request is not None and child is not None:
            answer = answering.propose(
                child, request, status=lambda diploma: self.status(diploma, now=now), now=now
            )
            chosen, unasked, picked = answer.diplomas, dict(answer.hide), answer.picked
        elif request is not None:
            unasked = {diploma.id: answering.unasked(diploma, request) for diploma in chosen}
        if not chosen:
            raise UsageError(
                "wallet.nothing-chosen", N_("No diploma was chosen."), next_step=N_("Choose at least one.")
            )
        owners = {diploma.child for diploma in chosen} | ({child.id} if child is not None else set())
        if len(owners) != 1:
            raise UsageError(
                "wallet.several-children",
                N_("One presentation speaks of one child; these diplomas are of several."),
                next_step=N_("Make one for each child."),
            )
        asked = (
            {} if request is None else {each.id: answering.asked_by_name(each, request) for each in chosen}
        )
        hiding = Hiding(hide, only, show, unasked, asked)
        hiding.check()
        whose = self.child(owners.pop())
        _ = whose.key  # what cannot be signed is not previewed
        made = presenting.prepare(
            whose,
            chosen,
            terms,
            hiding=hiding,
            staple=staple,
            lists=self.lists,
            now=now,
        )
        return replace(made, picked=picked)

    def prepare_openid(
        self,
        child: Child,
        request: OpenidRequest,
        *,
        among: Collection[Diploma] = (),
        purpose: str,
        expires: Expires,
        now: datetime,
    ) -> OpenidDrafts:
        """The least that answers a request of OpenID4VP, to be looked at and then given to `sign_openid`.

        `among` are the diplomas to choose from, where it is not all of the child's. The wallet is searched
        here: call it when the family has seen the request and agreed.

        Raises UsageError (``wallet.expires-past``, ``wallet.expires-late``) and what
        `openid_answering.prepare` raises.
        """
        demand_moment(now)
        terms = Terms(
            recipient=request.response_uri.host,
            purpose=purpose,
            challenge=request.nonce,
            expires=presenting.end_of(expires, now),
            retention=None,
            status_age=None,
            audience=request.client.id,
        )
        from vcwallet.wallet import openid_answering

        return openid_answering.prepare(
            child,
            request,
            terms,
            among=among,
            status=lambda diploma: self.status(diploma, now=now),
            lists=self.lists,
            now=now,
        )

    def sign_openid(self, prepared: OpenidDrafts, *, now: datetime) -> tuple[JsonObject, LedgerEntry]:
        """The ``vp_token``, signed as drafted; the ledger is on the disk before this returns.

        Raises what `openid_answering.sign` and `save` raise.
        """
        demand_moment(now)
        from vcwallet.wallet import openid_answering

        token, line = openid_answering.sign(prepared, issuers=self.issuers, now=now)
        self._save_line(prepared.drafts.child, line)
        return token, line

    def answer(self, child: Child, request: Request, *, now: datetime) -> tuple[Choice, VcwalletError | None]:
        """The fewest diplomas and fields of a child that answer a request, for the family to change.

        Where the request names none and the child has several, or the child has too few, none is chosen, and
        the error says why.
        Raises what `presenting.terms` raises: a request that is no longer open is answered by nothing.
        """
        asked = Choice(request, request.domain, request.purpose)
        self.check_terms(asked, now=now)
        try:
            proposed = self.prepare(request=request, child=child, now=now)
        except UsageError as unanswered:
            chosen = self.choose_only(child, asked)
            return chosen, None if chosen.diplomas else unanswered
        hidden = {each.diploma.id: each.draft.hidden for each in proposed.diplomas}
        return replace(asked, diplomas=tuple(hidden), hide=hidden), None

    def check_terms(self, choice: Choice, *, now: datetime) -> Terms:
        """To whom, what for and until when of a choice; raises what `presenting.terms` raises."""
        demand_moment(now)
        return presenting.terms(
            choice.request,
            to=None if choice.request is not None else choice.to,
            purpose=choice.purpose,
            challenge=None,
            expires=choice.until,
            randomness=self._randomness,
            now=now,
        )

    def choose(self, child: Child, choice: Choice, wanted: Collection[str]) -> Choice:
        """A choice with other diplomas, named by their ids.

        Of a diploma that comes what the request does not ask for is hidden; of one that stays what was.
        """
        hide: dict[str, tuple[str, ...]] = {}
        for each in child.diplomas():
            if each.id in wanted and each.id in choice.diplomas:
                hide[each.id] = choice.hide.get(each.id, ())
            elif each.id in wanted:
                hide[each.id] = () if choice.request is None else answering.unasked(each, choice.request)
        return replace(choice, diplomas=tuple(hide), hide=hide)

    def choose_only(self, child: Child, choice: Choice) -> Choice:
        """A choice with the one diploma that the child can show, where no request says which ones.

        Of several diplomas none is chosen, and what was chosen stays.
        """
        can = [each.id for each in child.diplomas() if child.has_key_for(each.signed)]
        open_ = not choice.diplomas and (choice.request is None or not choice.request.wants)
        return self.choose(child, choice, can) if open_ and len(can) == 1 else choice

    def prepare_choice(self, child: Child, choice: Choice, *, now: datetime) -> Drafts:
        """What one recipient will get of what a family chose, and nothing hidden but what it hides.

        Diplomas that are no longer the child's are passed over. Raises what `prepare` raises.
        """
        chosen = [each for each in child.diplomas() if each.id in choice.diplomas]
        return self.prepare(
            chosen,
            request=choice.request,
            to=None if choice.request is not None else choice.to,
            purpose=choice.purpose,
            expires=choice.until,
            hide=choice.hide,
            # The family looked at every field, also at those that nobody asked for.
            show=drafts.FIELDS,
            now=now,
        )

    def sign(self, prepared: Drafts, *, now: datetime) -> Shown:
        """Sign drafts as they are with the child's key; the ledger is on the disk before this returns.

        Raises what `presenting.sign` and `save` raise.
        """
        demand_moment(now)
        signed, line = presenting.sign(prepared, issuers=self.issuers, now=now)
        self._save_line(prepared.child, line)
        return Shown(Bundle(signed, prepared.status_lists), line)

    def _save_line(self, child: Child, line: LedgerEntry) -> None:
        try:
            self.save()
        except VcwalletError:
            child.ledger.take_back(line)  # nothing left this computer
            raise

    # --- keeping it for years --------------------------------------------------------------------

    def receive(self, receipt: JsonObject, *, listed: Issuers | None = None, now: datetime) -> Received:
        """Keep what a recipient gave back for a showing, beside its line in the history; `save` writes it.

        `listed` is a trust list that may name the recipient. Raises what `receiving.receive` raises.
        """
        demand_moment(now)
        return receiving.receive(self.children, receipt, issuers=self.issuers, listed=listed, now=now)

    def inspect(self, *, now: datetime) -> Health:
        """Decrypt everything and verify what was signed; changes nothing."""
        demand_moment(now)
        return inspection.inspect(self._file, self._family, self.issuers, now=now)

    def check(self, *, now: datetime) -> Checkup:
        """What the family should see to: health, revocations, the age of lists, names. Changes nothing."""
        demand_moment(now)
        return checkup.check(self.inspect(now=now), self._family, self.lists, now=now)

    def reminders(
        self, *, noticed: Sequence[Notice] = (), backup: Backup | None, now: datetime
    ) -> tuple[Reminder, ...]:
        """What the family should see to, the most urgent first; far cheaper than `check`.

        `noticed` is what this device noticed when it opened the file, `backup` the last that it made.
        """
        demand_moment(now)
        found, copies, oldest = [*self.notices, *noticed], tuple[Path, ...](), None
        try:
            copies = self.conflict_copies()
            oldest = self.lists.oldest((each.credential for each in self.diplomas()), now=now)
        except VcwalletError as damage:  # the file is gone, or a record of it does not read
            evidence = {name: value for name, value in damage.evidence.items() if value is not None}
            found.append(Notice(damage.code, damage.template, evidence))
        return checkup.reminders(
            noticed=found,
            copies=[path.name for path in copies],
            has_sheet=bool(self.own_sheets),
            backup=backup,
            saves_since=0 if backup is None else self.saved_state.generation - backup.generation,
            oldest=oldest,
            now=now,
        )

    def back_up(self, place: Path, *, now: datetime) -> tuple[Path, Health]:
        """Copy the saved state and read the copy back; where it went, and what it holds.

        In a folder the copy carries the day in its name, and a number where that day has a copy already.
        Raises what `copy_to` raises.
        """
        demand_moment(now)
        if place.is_dir():
            folder, stem, number = place, f"{self.path.stem} {now.date().isoformat()}", 1
            place = folder / f"{stem}{self.path.suffix}"
            while place.exists():
                number += 1
                place = folder / f"{stem} {number}{self.path.suffix}"
        return place, self.copy_to(place).inspect(now=now)

    def try_copy(self, path: Path, secret: Secret, *, now: datetime) -> Tried:
        """Open a copy as on the day of need, and read all of it; nothing is changed.

        Raises what `open` raises.
        """
        copy = Wallet.open(path, secret=secret, randomness=self._randomness)
        return Tried(
            copy.inspect(now=now),
            copy.sheets,
            copy.opened_by_sheet,
            same=copy.saved_state.file_id == self.saved_state.file_id,
            behind=max(0, self.saved_state.generation - copy.saved_state.generation),
        )

    def copy_to(self, path: str | Path) -> Wallet:
        """Write the saved state to another place and open the copy: a backup, or a restored wallet.

        Raises what `SealedFile.copy_to` and `open` raise.
        """
        copied = self._file.copy_to(path)
        return Wallet.open(copied, secret=self._file.own_secret(), randomness=self._randomness)

    def restore_to(self, path: str | Path, passphrase: str | None = None, *, kdf: Kdf = DEFAULT) -> Wallet:
        """Write the wallet to another place, in one step, and open it there.

        With `passphrase` what is written opens with that and no earlier one; without one it is a copy. Raises
        UsageError
        (``passphrase.weak``) and what `SealedFile.elsewhere`, `change_passphrase` and `save` raise.
        """
        if passphrase is None and not self._file.changed:
            return self.copy_to(path)
        restored = Wallet(self._file.elsewhere(path), self._randomness)
        if passphrase is None:
            restored.save()
        else:
            restored.change_passphrase(passphrase, kdf=kdf)
        return restored

    def change_passphrase(self, passphrase: str, *, kdf: Kdf = DEFAULT) -> None:
        """Replace the family's passphrase and save. Older copies of the file keep the older one.

        Raises UsageError (``passphrase.weak``) and what `SealedFile.change_passphrase` and `save` raise.
        """
        passphrases.check(passphrase)
        self._file.change_passphrase(passphrase, kdf=kdf, keep=self.guardians.slots)
        self.save()

    def begin_recovery_code(self, *, shared: bool = False) -> PrintedCode:
        """A code for a new sheet, or three shares of one: saved beside the earlier ones, returned here only.

        `finish_recovery_code` closes the family's earlier ones when the sheet is on paper,
        `withdraw_recovery_code` this one when it is not.
        """
        return self._file.begin_recovery_code(shared=shared)

    def finish_recovery_code(self, made: PrintedCode) -> None:
        """Close the codes of the family's earlier sheets and save."""
        self._file.finish_recovery_code(made, keep=self.guardians.slots)

    def withdraw_recovery_code(self, made: PrintedCode) -> None:
        """Close a code that came on no paper, and save."""
        self._file.withdraw_recovery_code(made)

    @property
    def sheets(self) -> tuple[str, ...]:
        """The numbers of the recovery sheets that open the wallet, such as ``3F-21``."""
        return self._file.sheets

    @property
    def own_sheets(self) -> tuple[str, ...]:
        """The numbers of the family's own sheets, without those of guardians."""
        of_guardians = {each.sheet for each in self.guardians.all()}
        return tuple(number for number in self.sheets if number not in of_guardians)

    @property
    def opened_by_sheet(self) -> str | None:
        """The number of the recovery sheet whose code opened the wallet."""
        slot = self._file.opened_by
        return sheet_number(slot.id) if isinstance(slot, RecoverySlot) else None

    def opens_with(self, secret: Secret) -> bool:
        """Whether a passphrase or code fits the wallet as it is now."""
        return self._file.opens_with(secret)

    def is_way_in(self, text: str) -> bool:
        """Whether a text, however it came to be typed, is a passphrase or a printed code of the wallet."""
        for form in (RecoveryCode, Passphrase):
            with suppress(VcwalletError):  # it cannot be one by its letters
                if self.opens_with(form(text)):
                    return True
        return False

    def conflict_copies(self) -> tuple[Path, ...]:
        """Other copies of this wallet in its folder, as cloud folders leave them."""
        return copies.conflict_copies(self.path)

    def merge(self, paths: Sequence[Path]) -> tuple[Merged, ...]:
        """Take over what copies of this wallet have, and save; what each of them changed here.

        Raises what `SealedFile.merge` and `save` raise; nothing is changed on the disk then.
        """
        changed = tuple(merging.merge(self._file, self._family, path) for path in paths)
        self.save()
        return changed

    def compare(self, path: Path) -> Difference:
        """Lay a copy of this wallet beside it, before `merge`; changes nothing. See `comparing.compare`."""
        return comparing.compare(self._file, path, lambda file: Family(file, self._randomness))

    def copies_with_news(self) -> tuple[Path, ...]:
        """Copies of this wallet in its folder that have something which is not here: `merge` brings it."""
        found = []
        for path in self.conflict_copies():
            with suppress(VcwalletError):
                if self._file.lacks(self._file.copy_at(path)):
                    found.append(path)
        return tuple(found)

    def export_child(
        self,
        child: Child,
        path: str | Path,
        passphrase: str,
        *,
        let_go: bool = False,
        kdf: Kdf = DEFAULT,
        now: datetime,
    ) -> Wallet:
        """A wallet of the child's own, with a master key of its own: for the day the child turns 18.

        It holds the child's key, diplomas, notes, attachments and ledger, and of the issuers those who signed
        them. Both wallets say that it was made. The family's wallet keeps its copy; with `let_go` it forgets
        the child's keys, once the other file was written and read back.

        Raises UsageError (``wallet.handed-over``) when the keys are not here, and what `create` and `save`
        raise.
        """
        demand_moment(now)
        did = did_key.did_of(child.key.public_key)
        own = Wallet.create(path, passphrase, kdf=kdf, randomness=self._randomness)
        leaving.copy_child(child, self._file, own._file)
        own._family.settle_numbers()
        credentials = [diploma.credential for diploma in child.diplomas()]
        self.issuers.copy_into(own._file, credentials)
        self.lists.copy_into(own._file, credentials)
        own.child(child.id).hand_over(let_go=False, now=now)
        own.save()
        read = Wallet.open(own.path, secret=own._file.own_secret(), randomness=self._randomness)
        if read.child(child.id).did != did or len(read.diplomas()) != len(child.diplomas()):
            raise records.unreadable()
        child.hand_over(let_go=let_go, now=now)
        self.save()
        return read

    def plain_files(
        self, child: Child, *, keys: bool = False, lang: str = "ru"
    ) -> Iterator[tuple[str, bytes]]:
        """Everything of a child in the open, as names and contents: for other programs, or for good.

        With `keys` the child's keys are among the files. `lang` is the language of the README and of the
        pictures.
        """
        return leaving.plain_files(child, self.issuers, self.lists, language(lang), keys=keys)

    def plain_zip(
        self,
        child: Child,
        *,
        keys: bool = False,
        lang: str = "ru",
        now: datetime,
    ) -> bytes:
        """The `plain_files` of a child as one ZIP file."""
        demand_moment(now)
        return leaving.zipped(self.plain_files(child, keys=keys, lang=lang), made=now)

    def bring_back(self, export: Export, *, agree: Agree | None = None, now: datetime) -> BroughtBack:
        """Keep a child that `plain_files` or `plain_zip` wrote down, verifying what was signed.

        Raises what `returning.bring_back` raises.
        """
        demand_moment(now)
        return returning.bring_back(export, self._family, self.issuers, self.lists, agree=agree, now=now)

    def keys_in(self, export: Export, *, now: datetime) -> tuple[NewKeys, ...]:
        """What `bring_back` would ask about issuers. Raises what `returning.new_keys` raises."""
        demand_moment(now)
        return returning.new_keys(export, self.issuers, now=now)

    def history(self, child: Child) -> JsonObject:
        """What was shown of a child, as a document; ``heads`` are the digests that fix it."""
        return leaving.history_json(child)
