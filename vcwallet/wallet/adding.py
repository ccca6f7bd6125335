"""Adding whatever a family was handed: any number of files, each judged for itself.

    found = scanning.read_inputs([Path("дипломы")])
    for result in adding.add(family, issuers, lists, found, now=now):
        print(result.where, result.what)

Issuers' documents and status lists among the inputs are taken first, so that a folder with a diploma and its
issuer's ``did.json`` can be given in one go. What fails is reported, and nothing else is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from vcwallet.bundle.accounting import FileFate
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.other_wallets import Holder
from vcwallet.bundle.scanning import Found, Reading
from vcwallet.credentials import enveloped
from vcwallet.credentials.achievement import facts
from vcwallet.credentials.clr import ClrCredential
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.gate import CONTAINER_TYPES
from vcwallet.errors import N_, Action, InputError, UsageError, VcwalletError, one_input
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import attachments, drafts, other_documents
from vcwallet.wallet.attachments import Attachment
from vcwallet.wallet.child import Child, Diploma, Kept
from vcwallet.wallet.family import Family, which_child
from vcwallet.wallet.known_issuers import Agree, KnownIssuers
from vcwallet.wallet.known_lists import KnownLists, status_entries
from vcwallet.wallet.profile import Profile
from vcwallet.wallet.recognising import (
    Contradiction,
    Fit,
    described,
    likeness,
    only_person,
    persons,
)
from vcwallet.wallet.signed import Signed


class What(StrEnum):
    """What became of a document that was added."""

    ADDED = "added"
    ALREADY_THERE = "already-there"
    FULLER = "fuller"
    """It took the place of a copy that says less."""
    ISSUER_LEARNT = "issuer-learnt"
    STATUS_LIST_LEARNT = "status-list-learnt"
    OPENED = "opened"
    """A bundle of another wallet: what was in it has results of its own."""
    KEPT = "kept"
    """A document of another kind, which its holder can show to whoever asks for it."""
    KEY_TAKEN = "key-taken"
    """The key of a profile of another wallet: its badges can be shown from here."""
    NOTHING_NEW = "nothing-new"
    NOT_A_DIPLOMA = "not-a-diploma"
    """It was read, and nothing in it can be kept."""
    WHOSE = "whose"
    """It holds, and nobody could say or would confirm whose it is."""
    FAILED = "failed"


_BECAME: Final = {Kept.NEW: What.ADDED, Kept.ALREADY: What.ALREADY_THERE, Kept.FULLER: What.FULLER}


_OPEN: Final = frozenset({"wallet.which-child", "wallet.other-person"})
"""Codes of what an answer still settles."""
_WHOSE: Final = _OPEN | {"wallet.other-holder"}


@dataclass(frozen=True, slots=True)
class Undecided:
    """A diploma that nobody has said yet whose it is; `settle` adds it with the answer, also much later."""

    signed: Signed

    @property
    def title(self) -> str:
        """One line for people."""
        credential = self.signed.credential
        return drafts.title(credential, facts(credential))

    def names(self, day: Callable[[date], str]) -> str:
        """Whom it names, with birth dates, in one line; "" when it names nobody."""
        return "; ".join(filter(None, (described(each, day) for each in persons(self.signed.credential))))

    @property
    def question(self) -> tuple[str | None, str, str]:
        """Equal for documents to which one answer is enough: a diploma that came as a file and as a PDF."""
        credential = self.signed.credential
        return (credential.id, credential.issuer_id, repr(self.newcomer))

    @property
    def newcomer(self) -> Profile | None:
        """The child it would begin; None where it does not name one person in full."""
        person = only_person(self.signed.credential)
        return None if person is None else Profile.of(person)


@dataclass(frozen=True, slots=True)
class UndecidedProfile:
    """A profile of another wallet, of which nobody has said yet which child it is."""

    holder: Holder
    credentials: tuple[Credential, ...] = ()
    """What came with it, for the names in it."""

    @property
    def title(self) -> str:
        return self.holder.name or self.holder.did

    def names(self, day: Callable[[date], str]) -> str:
        """The profile as that wallet calls it, and whom its badges name, in one line."""
        said = dict.fromkeys(described(one, day) for each in self.credentials for one in persons(each))
        return "; ".join(filter(None, (self.holder.name, *said)))

    @property
    def question(self) -> tuple[str | None, str, str]:
        return (self.holder.did, "", "")

    @property
    def newcomer(self) -> Profile | None:
        """The child it would begin: the one person in full whom all that came with it names."""
        named = [Profile.of(one) for one in map(only_person, self.credentials) if one is not None]
        return named[0] if named and all(each == named[0] for each in named) else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A child whose a diploma may be."""

    child: Child
    contradiction: Contradiction | None
    """The names that somebody has to compare first; None where nothing is against it."""


@dataclass(frozen=True, slots=True)
class AddResult:
    """What became of one document."""

    where: str
    what: What
    diploma: Diploma | None = None
    child: str = ""
    """The child's name, for people."""
    kept: Attachment | None = None
    """A document of another kind."""
    issuer: str = ""
    error: VcwalletError | None = None
    undecided: Undecided | UndecidedProfile | None = None
    """What waits for an answer, where it is only not known whose it is."""
    waits_for: str = ""
    """The did:key of the profile of another wallet whose answer goes for it too."""
    kind: DocumentKind = DocumentKind.NOTHING
    """What it is, where it is something of ours that is no diploma: a request, a receipt."""
    offer: JsonObject | None = field(default=None, repr=False)
    """What a site offers, as it was found; it is taken by `openid_collecting`."""

    @property
    def is_document_of_nobody(self) -> bool:
        """Whether the file can still be kept as a document that nobody signed."""
        return self.what is What.NOT_A_DIPLOMA and self.kind is DocumentKind.NOTHING


_NO_DIPLOMAS: Final = (
    DocumentKind.REQUEST,
    DocumentKind.OPENID_REQUEST,
    DocumentKind.OFFER,
    DocumentKind.ASKED,
    DocumentKind.VP_TOKEN,
    DocumentKind.RECEIPT,
)
"""Documents that are known and that no wallet keeps as diplomas."""


def add(
    family: Family,
    issuers: KnownIssuers,
    lists: KnownLists,
    found: Sequence[Found],
    *,
    agree: Agree | None = None,
    child: Child | None = None,
    now: datetime,
) -> tuple[AddResult, ...]:
    """Add everything that was found; the caller saves. Raises nothing for any content.

    `child` is whose everything is where the documents leave it open; otherwise each credential goes to the
    child it is certainly of, and one that leaves it open, or names another person, is `undecided` in its
    result. `agree` is asked when an issuer's document names a key that is new here; without it the key is not
    taken.
    """
    results: list[AddResult] = []
    for each in found:
        results.extend(
            _learn_issuer(issuers, each.where, document, agree, now) for document in _issuer_documents(each)
        )
    given_lists = [(each.where, document) for each in found for document in _status_lists(each)]
    named_by = issuers_by_list(family) if given_lists else {}
    for where, document in given_lists:
        results.append(_learn_status_list(lists, where, document, named_by, now))
    idle = _idle(found)
    profiles = [each for each in found if each.kind is DocumentKind.OTHER_WALLET and each.holder is not None]
    waiting = frozenset[str]()
    for each in profiles:
        profile = _profile(family, each, found, child)
        results.append(profile)
        if profile.undecided is not None and each.holder is not None:
            waiting |= {each.holder.did}
    for each in found:
        if each in profiles:
            continue
        if each.problem is not None:
            nothing = all(source.name in idle for source in each.sources if source.name) and bool(idle)
            what = What.NOT_A_DIPLOMA if nothing else What.FAILED
            kind = each.kind if each.kind is DocumentKind.LOCKED_WALLET else DocumentKind.NOTHING
            results.append(AddResult(each.where, what, error=each.problem, kind=kind))
            continue
        if each.kind is DocumentKind.SD_JWT_VC and each.document is not None:
            results.append(_add_other(family, issuers, each.where, each.document, now))
            continue
        if each.kind in _NO_DIPLOMAS:
            offer = each.document if each.kind is DocumentKind.OFFER else None
            results.append(AddResult(each.where, What.NOT_A_DIPLOMA, kind=each.kind, offer=offer))
            continue
        try:
            with one_input():
                documents = list(_credentials(each))
        except VcwalletError as error:
            results.append(AddResult(each.where, What.FAILED, error=error))
            continue
        came_with = "" if each.holder is None else each.holder.did
        results.extend(
            _add_one(family, issuers, each.where, document, child, now, waiting=waiting, came_with=came_with)
            for document in documents
        )
    told = {source.name for each in found for source in each.sources}
    results += [AddResult(name, What.NOT_A_DIPLOMA) for name in idle if name not in told]
    return told_once(results)


def told_once(results: Sequence[AddResult]) -> tuple[AddResult, ...]:
    """The same, with each diploma added once: of copies that came together the fullest was added.

    Which copy is read first means nothing to a family, and that a fuller copy took the place of one that was
    here would make it look for something that is gone.
    """
    told = list(results)
    for at, result in enumerate(told):
        if result.what is not What.FULLER or result.diploma is None:
            continue
        for earlier, other in enumerate(told[:at]):
            if other.what is What.ADDED and other.diploma and other.diploma.number == result.diploma.number:
                told[earlier] = replace(other, what=What.ALREADY_THERE)
                told[at] = replace(result, what=What.ADDED)
    return tuple(told)


def _idle(found: Sequence[Found]) -> dict[str, None]:
    """The files that were read to their end with nothing of ours in them, in order."""
    rows = found.files if isinstance(found, Reading) else ()
    return {row.name: None for row in rows if row.fate is FileFate.EMPTY}


def settle(
    family: Family,
    issuers: KnownIssuers,
    where: str,
    undecided: Undecided | UndecidedProfile,
    *,
    child: Child,
    insisted: bool,
    now: datetime,
) -> AddResult:
    """Add what nobody could say whose it is, as `child`'s; it is verified again, for keys may have changed.

    Where the diploma names another person the result is undecided once more, until somebody `insisted`. Of a
    profile the key is taken; what came with it is for the caller to settle.
    """
    if isinstance(undecided, UndecidedProfile):
        return _take_key(where, undecided.holder, child)
    return _add_one(family, issuers, where, undecided.signed, child, now, insisted=insisted)


def candidates(family: Family, undecided: Undecided | UndecidedProfile) -> tuple[Candidate, ...]:
    """The children whose it may be, those first whom nothing contradicts; never one with another key."""
    if isinstance(undecided, UndecidedProfile):
        contradicted = {
            each.id
            for each in family.children
            for one in undecided.credentials
            for person in persons(one)
            if likeness(each.profile, person).contradicts
        }
        return tuple(
            Candidate(each, None)
            for each in sorted(family.children, key=lambda each: each.id in contradicted)
        )
    credential = undecided.signed.credential
    found = [(family.fit(credential, child), child) for child in family.children]
    order = (Fit.CERTAIN, Fit.OPEN, Fit.CONTRADICTED)
    return tuple(
        Candidate(child, family.contradiction(credential, child) if fit is Fit.CONTRADICTED else None)
        for fit, child in sorted(
            (each for each in found if each[0] in order), key=lambda each: order.index(each[0])
        )
    )


def _add_one(
    family: Family,
    issuers: KnownIssuers,
    where: str,
    document: JsonObject | Credential | Signed,
    child: Child | None,
    now: datetime,
    *,
    insisted: bool = False,
    waiting: Collection[str] = (),
    came_with: str = "",
) -> AddResult:
    signed: Signed | None = None
    try:
        with one_input():
            given = document if isinstance(document, Signed) else Signed.read(document)
            signed = issuers.admit(given, now=now)
        whose = _whose(family, signed.credential, now) if child is None else child
        diploma, kept = family.keep(signed, child=whose, insisted=insisted, now=now)
    except VcwalletError as error:
        if error.code == "credential.no-proof":
            # Whoever has only this can keep it all the same, as everything else that nobody signed.
            return AddResult(where, What.NOT_A_DIPLOMA, error=error)
        what = What.WHOSE if error.code in _WHOSE else What.FAILED
        if signed is not None and what is What.WHOSE:
            bound = {*signed.holder_ids.intersection(waiting), *{came_with}.intersection(waiting)}
            if bound:
                return AddResult(where, what, error=error, undecided=Undecided(signed), waits_for=min(bound))
        still_open = Undecided(signed) if signed is not None and error.code in _OPEN else None
        return AddResult(where, what, error=error, undecided=still_open)
    what = _BECAME[kept]
    return AddResult(where, what, diploma, child=family.child(diploma.child).name)


def _add_other(
    family: Family, issuers: KnownIssuers, where: str, document: JsonObject, now: datetime
) -> AddResult:
    """A document of another kind: kept for the child whose key its issuer named; else asked about, as a scan.

    One whose issuer's key is here must be as he signed it; of others nobody can tell.
    """
    try:
        with one_input():
            credential = enveloped.sd_jwt_vc_in(document)
            issuers.demand_untouched(credential, now=now)
        child = other_documents.holder_of(credential, family.children)
        if child is None:
            return AddResult(where, What.NOT_A_DIPLOMA, error=other_documents.no_holder())
        name, text = other_documents.file_name(where), credential.token.bound_text
        known = {each.id for each in child.attachments()}
        kept = child.attach(name, attachments.media_type_of(name), text.encode("ascii"), now=now)
    except VcwalletError as error:
        return AddResult(where, What.FAILED, error=error)
    what = What.ALREADY_THERE if kept.id in known else What.KEPT
    return AddResult(where, what, child=child.name, kept=kept)


def _profile(family: Family, found: Found, everything: Sequence[Found], child: Child | None) -> AddResult:
    """A profile of another wallet: its key is taken where it is said whose it is, else it is asked about."""
    holder = found.holder
    assert holder is not None
    for each in family.children:
        if holder.did in each.holder_ids:
            return AddResult(found.where, What.KEY_TAKEN, child=each.name, kind=found.kind)
    if child is not None:
        return _take_key(found.where, holder, child)
    inside = [each.document for each in everything if each.holder == holder and each.document is not None]
    credentials: list[Credential] = []
    for document in inside:
        with suppress(VcwalletError):
            credentials.append(Signed.read(document).credential)
    error = UsageError(
        "wallet.whose-profile",
        N_("It is not known which child the profile “{name}” of another wallet is."),
        next_step=Action.NAME_CHILD,
        name=holder.name or holder.did[:64],
    )
    undecided = UndecidedProfile(holder, tuple(credentials))
    return AddResult(found.where, What.WHOSE, error=error, undecided=undecided, kind=found.kind)


def _take_key(where: str, holder: Holder, child: Child) -> AddResult:
    if holder.did not in child.holder_ids:
        child.adopt_key(holder.key)
    return AddResult(where, What.KEY_TAKEN, child=child.name, kind=DocumentKind.OTHER_WALLET)


def _whose(family: Family, credential: Credential, now: datetime) -> Child:
    """The child that nobody needs to be asked about; raises UsageError when there is none.

    A file is no caller who knows what it hands over: the first diploma of an empty wallet may be anybody's,
    so the child that it would begin is asked about, too.
    """
    proposal = family.propose(credential)
    if proposal.contradicted:
        return family.child(proposal.contradicted[0])  # keeping it there is refused with both names
    if (proposal.sure and proposal.child is not None) or proposal.foreign_holder:
        return family.certain(proposal, now=now)
    raise which_child()


def _credentials(found: Found) -> Iterator[JsonObject | Credential]:
    if found.document is None:
        return
    if found.kind is DocumentKind.CREDENTIAL:
        yield found.document
        yield from _inner(found.document)
    elif found.bundle is not None:
        # Somebody else's presentation, an old bundle or an export: the credentials in it are as good as ever.
        presented = enveloped.presentation_in(found.bundle.presentation)
        if not presented.credentials and not presented.enveloped:
            raise InputError("wallet.nothing-inside", N_("No diploma is in it."))
        yield from presented.credentials
        yield from (each.json for each in presented.enveloped)


def _inner(document: JsonObject) -> Iterator[Credential]:
    """The badges in a learner record, which is kept beside them: each can be shown by itself."""
    if CONTAINER_TYPES & set(types if isinstance(types := document.get("type"), list) else ()):
        yield from ClrCredential.read(Credential.parse(document)).credentials


def _issuer_documents(found: Found) -> Iterator[JsonObject]:
    if found.document is None:
        return
    if found.kind is DocumentKind.CONTROLLED_IDENTIFIER:
        yield found.document
    elif found.kind is DocumentKind.TRUST_LIST:
        yield from _objects(
            issuer.get("controlledIdentifier") for issuer in _objects(_members(found.document, "issuers"))
        )


def _status_lists(found: Found) -> Iterator[JsonObject]:
    if found.document is None:
        return
    if found.kind is DocumentKind.STATUS_LIST:
        yield found.document
    elif found.kind is DocumentKind.TRUST_LIST:
        yield from _objects(_members(found.document, "statusLists"))
    elif found.bundle is not None:
        yield from found.bundle.status_lists


def _members(document: JsonObject, name: str) -> Iterable[object]:
    value = document.get(name)
    return value if isinstance(value, list) else ()


def _objects(values: Iterable[object]) -> Iterator[JsonObject]:
    for value in values:
        if isinstance(value, dict):
            yield value


def _learn_issuer(
    issuers: KnownIssuers, where: str, document: JsonObject, agree: Agree | None, now: datetime
) -> AddResult:
    try:
        with one_input():
            parsed = ControlledIdentifierDocument.parse(document)
        news = issuers.remember(parsed, agree=agree, now=now)
    except VcwalletError as error:
        return AddResult(where, What.FAILED, error=error)
    return AddResult(where, What.ISSUER_LEARNT if news else What.NOTHING_NEW, issuer=parsed.id)


def issuers_by_list(family: Family) -> dict[str, set[str]]:
    """From the address of a status list to the issuers of the kept diplomas that name it."""
    found: dict[str, set[str]] = {}
    for diploma in family.diplomas():
        for entry in status_entries(diploma.credential):
            found.setdefault(entry.list_url, set()).add(diploma.credential.issuer_id)
    return found


def _learn_status_list(
    lists: KnownLists, where: str, document: JsonObject, named_by: Mapping[str, set[str]], now: datetime
) -> AddResult:
    address = document.get("id")
    try:
        expected = named_by.get(address, set()) if isinstance(address, str) else set[str]()
        with one_input():
            news = lists.remember(document, expected=expected, now=now)
    except VcwalletError as error:
        return AddResult(where, What.FAILED, error=error)
    issuer = document.get("issuer")
    name = issuer if isinstance(issuer, str) else ""
    return AddResult(where, What.STATUS_LIST_LEARNT if news else What.NOTHING_NEW, issuer=name)
