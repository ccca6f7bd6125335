"""The issuers that a wallet knows: their keys by material, each with what became of it.

    issuers.remember(ControlledIdentifierDocument.loads(did_json), agree=ask_the_family, now=now)
    credential = issuers.verify(diploma, now=now)

Kept in the file so that everything can be checked without a network. That an issuer is here says only that
the family was given its document: it is enough to notice a changed diploma, and no reason for anybody to
believe the issuer.

A document is not signed, and anybody can write one. What comes from the issuer's own address may take belief
away: a key that was withdrawn or went out of use. From a file that is a question, because a key that was
withdrawn never comes back. A key that the wallet does not know is taken only when somebody has compared its
fingerprint, wherever it comes from. A key is never forgotten, because old diplomas need it. An identifier
that holds its own key says everything itself, and no document changes that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from vcwallet import timestamps
from vcwallet.credentials import gate
from vcwallet.credentials.clr import ClrCredential
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.enveloped import OpenedCredential
from vcwallet.credentials.gate import Place
from vcwallet.credentials.issuers import Issuers, KeyState, ListedIssuer, ListedKey
from vcwallet.errors import N_, KeyUnavailable, UsageError, VcwalletError
from vcwallet.identifiers import did
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument, VerificationMethod
from vcwallet.identifiers.keys import PublicKey
from vcwallet.proofs.jose.sd_jwt_vc import SdJwtVc
from vcwallet.report import Result
from vcwallet.sealed_file import RecordInfo, SealedFile
from vcwallet.strict_json import Json, JsonObject
from vcwallet.wallet import records
from vcwallet.wallet.signed import Signed

# A family may keep what ran out, what begins next week and what this program does not judge: whether it
# counts is the recipient's to say. Everything else the gate asks must be so.
_OUT_OF_ITS_TIME: Final = frozenset({"validity.not-yet", "validity.over"})
_KEPT_ALL_THE_SAME: Final = _OUT_OF_ITS_TIME | {"kind.not-judged"}

_SELF_CONTAINED: Final = tuple(f"did:{method}:" for method in did.SELF_CONTAINED)

# What two copies of a wallet learnt of one key: the worse counts.
_WORSE: Final = (KeyState.PROPOSED, KeyState.ACTIVE, KeyState.RETIRED, KeyState.COMPROMISED)


@dataclass(frozen=True, slots=True)
class NewKeys:
    """What an issuer's document says of its keys that somebody must have from the issuer itself."""

    issuer: str
    fingerprints: tuple[str, ...]
    """Of the keys that the wallet does not know under that issuer."""
    known: tuple[str, ...]
    """Fingerprints of the keys that are known of it."""
    ended: tuple[str, ...] = ()
    """Of the known keys that a file calls withdrawn, or out of use earlier than is known."""


Agree = Callable[[NewKeys], bool]
"""Asked whether somebody compared what is new with what the issuer says on paper or by telephone."""


_WITHDRAWN = datetime(2000, 1, 1, tzinfo=UTC)
"""The wallet keeps that a key was withdrawn, not when: nothing it signed is believed, whatever the day."""


class KnownIssuers:
    """The issuers of one wallet file; what the gate asks (`credentials.issuers.Issuers`)."""

    def __init__(self, file: SealedFile) -> None:
        self._file = file
        self._kept: dict[str, tuple[ListedIssuer, datetime]] = {}
        self._listed: dict[str, ListedIssuer] = {}
        self._looked_at: tuple[RecordInfo, ...] | None = None
        self._changes = 0

    def listed(self, identifier: str) -> ListedIssuer | None:
        """The issuer as it is known here; one whose identifier holds its own key is always known."""
        known = self._by_id().get(identifier)
        if known is not None or not identifier.startswith(_SELF_CONTAINED):
            return known
        try:
            document = did.resolve(identifier)
        except VcwalletError:
            return None
        return ListedIssuer(identifier, identifier, {}, _signing_keys(document))

    def resolve(self, identifier: str) -> ControlledIdentifierDocument:
        """A `Resolver`: what the identifier itself says, or the keys that are known of an issuer.

        Raises KeyUnavailable (``wallet.issuer-unknown``), and what `did.resolve` raises.
        """
        known = self._by_id().get(identifier)
        if known is None:
            if identifier.startswith(_SELF_CONTAINED):
                return did.resolve(identifier)
            raise issuer_unknown(identifier)
        methods = {
            name: VerificationMethod(name, known.id, key.key)
            for key in sorted(known.keys, key=lambda key: key.state is KeyState.ACTIVE)
            for name in key.ids
        }
        ids = tuple(methods)
        relationships = {"assertionMethod": ids, "authentication": ids}
        return ControlledIdentifierDocument(known.id, tuple(methods.values()), relationships)

    def document(self, identifier: str) -> ControlledIdentifierDocument | None:
        """The issuer's keys as an identifier document that `remember` takes; None for one nobody told of.

        What is known of a key is in it: one that is withdrawn as ``revoked``, the end of another's time.
        """
        known = self._by_id().get(identifier)
        if known is None:
            return None
        methods = tuple(
            VerificationMethod(
                name,
                known.id,
                key.key,
                expires=key.valid_until,
                revoked=_WITHDRAWN if key.state is KeyState.COMPROMISED else None,
            )
            for key in known.keys
            for name in sorted(key.ids)
        )
        names = tuple(method.id for method in methods)
        return ControlledIdentifierDocument(known.id, methods, {"assertionMethod": names})

    def verify(
        self, document: JsonObject | bytes | str | Credential, *, stored: bool = True, now: datetime
    ) -> Credential:
        """The credential, admitted by the gate: as the family's own copy, or else as something shown.

        A learner record is admitted with every credential in it, or not at all.

        Raises what `Credential.parse` and `ClrCredential.read` raise, KeyUnavailable
        (``wallet.issuer-unknown``), and the NotAdmitted and NotKnown of `gate.Admission.demand`.
        """
        return self.admit(Signed.read(document), stored=stored, now=now).credential

    def admit(self, signed: Signed, *, stored: bool = True, now: datetime) -> Signed:
        """The same document, held to what `verify` says; of one in an envelope the envelope's signature."""
        return _admit(signed, self, stored=stored, now=now)

    def admit_with(self, document: ControlledIdentifierDocument, signed: Signed, *, now: datetime) -> Signed:
        """What `admit` would say if `document`, of an issuer that is not known yet, were kept; it is not.

        Raises what `admit` raises, and what `remember` raises of the document.
        """
        known, given = self._said(document, now)
        stranger = known or ListedIssuer(document.id, document.id, {}, given)
        return _admit(signed, _WithOneMore(self, stranger), stored=True, now=now)

    def demand_untouched(self, document: SdJwtVc, *, now: datetime) -> bool:
        """Whether the signature of a document of another kind holds; False where nobody here can tell.

        Raises the NotAdmitted of `gate.Admission.demand` for one that does not hold.
        """
        admission = gate.admit(document, Place.DIPLOMA, issuers=self, now=now)
        if _refused(admission):
            admission.demand()
        return bool(admission.proofs)

    @property
    def changes(self) -> int:
        """Counts what was learnt since the file was opened: what was verified before may hold no longer."""
        self._by_id()
        return self._changes

    def all(self) -> tuple[ListedIssuer, ...]:
        return tuple(self._by_id().values())

    def remember(
        self,
        document: ControlledIdentifierDocument,
        *,
        agree: Agree | None = None,
        at_its_address: bool = False,
        now: datetime,
    ) -> bool:
        """Keep an issuer's signing keys; returns whether anything was news.

        All keys of an issuer seen for the first time are taken: there is nothing to compare them with. Later
        a key that is new here needs `agree`, and so does the end of a known one, unless the document was
        fetched from the address that the issuer's identifier names (`at_its_address`).

        Raises NotAdmitted (``key.published``) and NotKnown (``key.none``), and UsageError
        (``wallet.issuer-new-keys``, ``wallet.issuer-ends-keys``) when nobody agreed.
        """
        known, given = self._said(document, now)
        if known is None:
            self._write(ListedIssuer(document.id, document.id, {}, given), now)
            return True
        strangers = _strangers(known, given)
        kept = tuple(_learnt(each, given) for each in known.keys)
        new = _asked(known, given, at_its_address=at_its_address)
        refused: UsageError | None = None
        if new is not None:
            if agree is not None and agree(new):
                kept += strangers
            else:
                refused = _new_keys(new) if strangers else _ends_keys(new)
                if new.ended:
                    kept = known.keys
        news = kept != known.keys
        if news:
            self._write(replace(known, keys=kept), now)
        if refused is not None:
            raise refused
        return news

    def asks_about(self, document: ControlledIdentifierDocument, *, now: datetime) -> NewKeys | None:
        """What `remember` would ask about a document of a file; None for nothing. Raises what it raises."""
        known, given = self._said(document, now)
        return None if known is None else _asked(known, given, at_its_address=False)

    def _said(
        self, document: ControlledIdentifierDocument, now: datetime
    ) -> tuple[ListedIssuer | None, tuple[ListedKey, ...]]:
        """What is known of the issuer, and the keys that a document which passes the gate says it has."""
        admission = gate.admit(document, Place.IDENTIFIER_DOCUMENT, issuers=self, now=now)
        if any(each.result is Result.FAILED or each.reason == "key.none" for each in admission.findings):
            admission.demand()
        itself = document.id.startswith(_SELF_CONTAINED)
        given = _signing_keys(did.resolve(document.id) if itself else document)
        return self._by_id().get(document.id), given

    def copy_into(self, other: SealedFile, credentials: Iterable[Credential]) -> None:
        """Give another wallet file what is known of those who issued some credentials."""
        issuers = {each.issuer_id for each in credentials}
        self._by_id()
        for record, (issuer, _) in self._kept.items():
            if issuer.id in issuers:
                other.put(self._file.get(record), kind=records.ISSUER)

    def _by_id(self) -> dict[str, ListedIssuer]:
        # The file's records change without us, too: saving and merging take over those of other copies.
        found = self._file.records()
        if found is self._looked_at:  # the same tuple as long as the file is the same
            return self._listed
        wanted = records.shared(self._file, records.ISSUER)
        if wanted != self._kept.keys():
            self._kept = {record: self._kept.get(record) or self._load(record) for record in wanted}
            self._listed = {}
            # Two copies of a wallet may each have learnt of one issuer: both are right.
            for issuer, _ in sorted(self._kept.values(), key=lambda each: each[1]):
                met = self._listed.get(issuer.id)
                keys = issuer.keys if met is None else _union(met.keys, issuer.keys)
                self._listed[issuer.id] = replace(issuer, keys=keys)
            self._changes += 1
        self._looked_at = found
        return self._listed

    def _write(self, issuer: ListedIssuer, now: datetime) -> None:
        for record, (kept, _) in self._kept.items():
            if kept.id == issuer.id:
                self._file.remove(record)
        document: JsonObject = {
            "added": timestamps.render(now),
            "id": issuer.id,
            "keys": [_key_json(key) for key in issuer.keys],
        }
        self._file.put(records.dump(document), kind=records.ISSUER)

    def _load(self, record: str) -> tuple[ListedIssuer, datetime]:
        """The issuer of a record, and when it was written."""
        document = records.load(self._file.get(record))
        keys = document.get("keys")
        if not isinstance(keys, list):
            raise records.unreadable()
        name = records.text(document, "id")
        issuer = ListedIssuer(name, name, {}, tuple(_read_key(key) for key in keys))
        return issuer, records.moment(document, "added")


@dataclass(frozen=True, slots=True)
class _WithOneMore:
    """What is known, and one issuer beside it."""

    known: KnownIssuers
    more: ListedIssuer

    def listed(self, identifier: str) -> ListedIssuer | None:
        return self.more if identifier == self.more.id else self.known.listed(identifier)


def _admit(signed: Signed, issuers: Issuers, *, stored: bool, now: datetime) -> Signed:
    credential = signed.credential
    _demand(signed.envelope or credential, Place.DIPLOMA, issuers, _KEPT_ALL_THE_SAME, stored, now)
    if gate.CONTAINER_TYPES & set(credential.types):
        for inner in ClrCredential.read(credential).credentials:
            _demand(inner, Place.INNER, issuers, _OUT_OF_ITS_TIME, False, now)
    return signed


def _demand(
    thing: Credential | OpenedCredential,
    place: Place,
    issuers: Issuers,
    tolerated: frozenset[str],
    stored: bool,
    now: datetime,
) -> None:
    admission = gate.admit(thing, place, issuers=issuers, now=now, stored=stored)
    if admission.issuer is None and admission.signer and not _refused(admission):
        raise issuer_unknown(admission.signer)
    counted = tuple(each for each in admission.findings if each.reason not in tolerated)
    replace(admission, findings=counted).demand()


def _refused(admission: gate.Admission) -> bool:
    return any(each.result is Result.FAILED for each in admission.findings)


def _signing_keys(document: ControlledIdentifierDocument) -> tuple[ListedKey, ...]:
    """The document's own keys that may sign, once each, with all the names it gives them."""
    wanted = document.relationships.get("assertionMethod", ())
    found: dict[PublicKey, ListedKey] = {}
    for method in document.verification_methods:
        if method.id in wanted and method.controller == document.id:
            key = _of_method(method)
            met = found.get(key.key)
            found[key.key] = key if met is None else _both(met, key)
    return tuple(found.values())


def _of_method(method: VerificationMethod) -> ListedKey:
    """`revoked` withdraws a key: nobody can tell who signed with it. `expires` ends its time."""
    state = KeyState.ACTIVE if method.revoked is None else KeyState.COMPROMISED
    return ListedKey(method.public_key, frozenset({method.id}), state, None, method.expires)


def _learnt(known: ListedKey, given: Sequence[ListedKey]) -> ListedKey:
    """A known key after a newer document of its issuer: new names, and only what takes belief away."""
    same = next((each for each in given if each.key == known.key), None)
    return known if same is None else _both(known, same)


def _ends(known: ListedKey, learnt: ListedKey) -> bool:
    return (known.state, known.valid_until) != (learnt.state, learnt.valid_until)


def _both(one: ListedKey, other: ListedKey) -> ListedKey:
    """What two sources say of one key: all its names, the worse state, the earlier end."""
    ends = [each.valid_until for each in (one, other) if each.valid_until is not None]
    return ListedKey(
        one.key,
        one.ids | other.ids,
        max(one.state, other.state, key=_WORSE.index),
        one.valid_from,
        min(ends, default=None),
    )


def _union(one: Sequence[ListedKey], other: Sequence[ListedKey]) -> tuple[ListedKey, ...]:
    found = {key.key: key for key in one}
    for key in other:
        found[key.key] = _both(found[key.key], key) if key.key in found else key
    return tuple(found.values())


def _key_json(key: ListedKey) -> JsonObject:
    document: JsonObject = {
        "ids": list[Json](sorted(key.ids)),
        "key": key.key.multibase,
        "state": key.state.value,
    }
    if key.valid_until is not None:
        document["until"] = timestamps.render(key.valid_until)
    return document


def _read_key(document: Json) -> ListedKey:
    if not isinstance(document, dict):
        raise records.unreadable()
    until = None if document.get("until") is None else records.moment(document, "until")
    try:
        material = PublicKey.from_multibase(records.text(document, "key"))
        state = KeyState(records.text(document, "state"))
    except (ValueError, VcwalletError):
        raise records.unreadable() from None
    return ListedKey(material, frozenset(records.texts(document, "ids")), state, None, until)


def issuer_unknown(identifier: str) -> KeyUnavailable:
    return KeyUnavailable(
        "wallet.issuer-unknown",
        N_("The keys of {issuer} are not at hand, so the signature cannot be checked."),
        next_step=N_(
            "Add the issuer's identifier document (did.json, issuer.json) together with the diploma."
        ),
        issuer=identifier[:64],
    )


def _strangers(known: ListedIssuer, given: Sequence[ListedKey]) -> tuple[ListedKey, ...]:
    return tuple(key for key in given if all(key.key != each.key for each in known.keys))


def _asked(known: ListedIssuer, given: Sequence[ListedKey], *, at_its_address: bool) -> NewKeys | None:
    """What somebody must have from the issuer itself: keys that are new, and ends that a file alone tells."""
    strangers = _strangers(known, given)
    ended = [each for each in known.keys if _ends(each, _learnt(each, given))] if not at_its_address else []
    if not strangers and not ended:
        return None
    return NewKeys(
        known.id,
        tuple(each.key.fingerprint for each in strangers),
        tuple(each.key.fingerprint for each in known.keys),
        tuple(each.key.fingerprint for each in ended),
    )


def _new_keys(new: NewKeys) -> UsageError:
    return UsageError(
        "wallet.issuer-new-keys",
        N_("The document of {issuer} names a key that is new here, with the fingerprint {fingerprint}."),
        next_step=N_(
            "Ask the issuer for its fingerprint, on paper or by telephone, and compare them before you take"
            " the key."
        ),
        issuer=new.issuer[:64],
        fingerprint=", ".join(new.fingerprints)[:256],
    )


def _ends_keys(new: NewKeys) -> UsageError:
    return UsageError(
        "wallet.issuer-ends-keys",
        N_(
            "A file says that {issuer} withdrew a key or uses it no longer. Anybody can write that: nothing"
            " was changed. The fingerprint of the key: {fingerprint}."
        ),
        next_step=N_(
            "Ask the issuer, on paper or by telephone, and then give the fingerprint; or refresh the wallet,"
            " which asks the issuer's own site."
        ),
        issuer=new.issuer[:64],
        fingerprint=", ".join(new.ended)[:256],
    )
