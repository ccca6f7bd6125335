"""What an issuer shows the world: its identifier document and its signed status lists. Static files only.

A status list says which places are set, never whose they are or why: the reason of a revocation stays in the
register.

What lies in the target already is read before anything is written. A list is never replaced by an older one,
nor by one that clears a place, nor a document by one that has lost a key, unless the caller names that loss:
a copy of the folder that is behind would un-revoke diplomas.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final

from vcwallet import limits, strict_json, timestamps
from vcwallet.credentials import status_list
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.status_list import StatusList, VerifiedStatusList
from vcwallet.errors import N_, Action, DocumentError, InputError, UsageError, VcwalletError
from vcwallet.files import read_file, replace_files
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.issuer import site_pages
from vcwallet.issuer.folder import IssuerFolder, ended, list_path
from vcwallet.issuer.keystore import Keystore
from vcwallet.issuer.lineage import Mark, PublishedList
from vcwallet.issuer.register import Register, RegisterLine, State
from vcwallet.strict_json import JsonObject

ISSUER_FILE: Final = "issuer.json"
"""The identifier document, beside handed-out credentials."""


class Loss(StrEnum):
    """What publishing may take away from the target when the caller names it."""

    REVOCATIONS = "revocations"
    """Places that are set there become free."""
    NEWER_LISTS = "newer-lists"
    """A list there is dated later than this one."""
    KEYS = "keys"
    """A key of the document there is not in this one."""


@dataclass(frozen=True, slots=True)
class _Due:
    """A status list as this register would publish it, not signed yet."""

    number: int
    """Of the register's list; its list for suspension has the same."""
    id: str
    name: str
    """What its file is called after."""
    entries: int
    places: tuple[int, ...]
    """That are set."""
    purpose: str

    @property
    def may_clear(self) -> bool:
        """A suspension may end; a revocation may not."""
        return self.purpose == "suspension"

    @property
    def bits(self) -> StatusList:
        made = StatusList.create(self.entries)
        for position in self.places:
            made.set(position, 1)
        return made


def _due(register: Register) -> tuple[_Due, ...]:
    """Every status list of this register, as it is at this moment."""
    lists = []
    for entry in register.lists():
        if not entry.own:
            continue
        revoked = register.revoked_positions(entry.number)
        lists.append(_Due(entry.number, entry.id, entry.name, entry.entries, revoked, "revocation"))
        if entry.suspension_id is not None:
            places = register.suspended_positions(entry.number)
            name = f"{entry.name}-suspended"
            lists.append(_Due(entry.number, entry.suspension_id, name, entry.entries, places, "suspension"))
    return tuple(lists)


def _sign(
    folder: IssuerFolder,
    keystore: Keystore,
    lists: Sequence[_Due],
    *,
    now: datetime,
    final: bool = False,
) -> dict[str, JsonObject]:
    """The lists by their names, signed as of `now` and good for as long as issuer.toml says.

    A final one is good without an end: nobody will sign the next.
    """
    signer = folder.signer()
    return {
        each.name: status_list.sign(
            each.bits,
            id=each.id,
            issuer=signer.issuer_id,
            key=keystore.signing_key(),
            verification_method=signer.verification_method,
            purpose=each.purpose,
            valid_from=now,
            valid_until=None if final else _until(folder, now),
        )
        for each in lists
    }


def _until(folder: IssuerFolder, now: datetime) -> datetime:
    return now + timedelta(days=folder.settings.status.valid_days)


def publish(
    folder: IssuerFolder,
    keystore: Keystore,
    register: Register,
    site: Path,
    *,
    now: datetime,
    losing: Iterable[Loss] = (),
    final: bool = False,
) -> tuple[Path, ...]:
    """Write the files of the issuer's site into `site`, the folder that is served at the site's address.

    The identifier document goes where did:web looks for it: ``.well-known/did.json`` for a whole domain,
    ``did.json`` for a part of one. An issuer without a site gets the same files as for a family (`hand_out`).
    Returns what was written.

    Raises UsageError, and writes nothing, for what would be lost and is not in `losing`:
    ``publishing.un-revokes``, ``publishing.newer-there``, ``publishing.forgets-keys``; and for what is not
    this issuer's: ``publishing.not-ours``.
    """
    acts = register.last_act()
    lists = _due(register)
    ours = _places_of(folder, lists)
    pages = _pages(folder, lists, site, now=now, final=final)
    marks = (register.mark(), *keystore.register_marks)
    _check(folder, lists, marks, site, pages, now=now, losing=frozenset(losing))
    register.demand_home()
    signed = _sign(folder, keystore, lists, now=now, final=final)
    files = {site / path: _document(folder, due, signed) for path, due in ours.items()}
    replace_files(_contents(files) | pages, public=True)
    register.note_published(
        [PublishedList(each.id, now, 0 if each.may_clear else len(each.places)) for each in lists],
        site=site,
        acts=acts,
        now=now,
    )
    return (*files, *pages)


def _places_of(folder: IssuerFolder, lists: Sequence[_Due]) -> dict[Path, _Due | None]:
    """Where each document lies in the folder that is published; the identifier document is no list."""
    if not folder.settings.site:
        return _places_beside(lists)
    return {_document_path(folder): None} | {Path(list_path(each.name)): each for each in lists}


def _places_beside(lists: Sequence[_Due]) -> dict[Path, _Due | None]:
    """Where each document lies beside diplomas."""
    return {Path(ISSUER_FILE): None} | {Path(f"status-{each.name}.json"): each for each in lists}


def _document(folder: IssuerFolder, due: _Due | None, signed: Mapping[str, JsonObject]) -> JsonObject:
    return folder.published.to_json() if due is None else signed[due.name]


def _pages(
    folder: IssuerFolder, lists: Sequence[_Due], site: Path, *, now: datetime, final: bool = False
) -> dict[Path, bytes]:
    """The pages for people, by their place; an issuer without a site has none."""
    if not folder.settings.site:
        return {}
    until = None if final else folder.today(_until(folder, now))
    made = site_pages.pages(
        site_pages.Site(
            names={"ru": folder.settings.name.ru, "en": folder.settings.name.en},
            document=folder.document,
            address=folder.settings.site,
            document_path=PurePosixPath(_document_path(folder).as_posix()),
            lists=tuple(
                site_pages.PublishedFile(PurePosixPath(list_path(each.name)), each.may_clear, until)
                for each in lists
            ),
            templates=tuple(folder.template(each) for each in folder.settings.templates),
            today=folder.today(now),
        )
    )
    return {site / path: page for path, page in made.items()}


class SiteStanding(StrEnum):
    """How a file that is published stands to what this register would publish."""

    SAME = "same"
    MISSING = "missing"
    DIFFERENT = "different"
    """A page, or the document with the keys, says something else."""
    BEHIND = "behind"
    """A list that does not have all that was revoked or suspended since, or has what was reinstated."""
    ENDING = "ending"
    """A list that ends within `RENEWED_BEFORE`, or has ended."""
    NOT_OURS = "not-ours"


RENEWED_BEFORE: Final = timedelta(days=30)
"""So long before its end a list should be renewed: verifiers take lists in now and then."""


@dataclass(frozen=True, slots=True)
class SiteFile:
    """A file that is published, or should be."""

    path: str
    """From the site's address."""
    standing: SiteStanding
    until: datetime | None = None
    """When a list ends."""


def compare(
    folder: IssuerFolder,
    register: Register,
    read: Callable[[str], bytes | None],
    *,
    now: datetime,
    with_pages: bool = True,
) -> tuple[SiteFile, ...]:
    """Compare what is published with what this register would publish now. Writes nothing, signs nothing.

    `read` gives the content of a file by its path from the site's address, None where there is none.
    """
    lists = _due(register)
    compared = [
        _compare_one(folder, path.as_posix(), due, read(path.as_posix()), now=now)
        for path, due in _places_of(folder, lists).items()
    ]
    for path in _pages(folder, lists, Path(), now=now) if with_pages else ():
        there = read(path.as_posix())
        if there is None:
            standing = SiteStanding.MISSING
        else:
            # What a page says of days changes with each publishing.
            standing = (
                SiteStanding.SAME if site_pages.is_ours(there, folder.document.id) else SiteStanding.NOT_OURS
            )
        compared.append(SiteFile(path.as_posix(), standing))
    return tuple(compared)


def _compare_one(
    folder: IssuerFolder, path: str, due: _Due | None, there: bytes | None, *, now: datetime
) -> SiteFile:
    if there is None:
        return SiteFile(path, SiteStanding.MISSING)
    if due is None:
        try:
            document = strict_json.loads_object(there)
        except VcwalletError:
            return SiteFile(path, SiteStanding.NOT_OURS)
        if document.get("id") != folder.document.id:
            return SiteFile(path, SiteStanding.NOT_OURS)
        same = document == folder.published.to_json()
        return SiteFile(path, SiteStanding.SAME if same else SiteStanding.DIFFERENT)
    found = _verified_list(folder, there, folder.document)
    if found is None or found.credential.id != due.id:
        return SiteFile(path, SiteStanding.NOT_OURS)
    until = found.credential.valid_until
    if StatusList(found.bits).encode() != due.bits.encode():
        return SiteFile(path, SiteStanding.BEHIND, until)
    ending = until is not None and until - now <= RENEWED_BEFORE
    return SiteFile(path, SiteStanding.ENDING if ending else SiteStanding.SAME, until)


@dataclass(frozen=True, slots=True)
class Difference:
    """What publishing into a folder would change there."""

    site: Path
    files: tuple[SiteFile, ...]
    """As they are there, each with how it stands."""
    until: date
    """So long the lists would be in force."""
    revoked: tuple[RegisterLine, ...]
    """Whose revocation the lists there do not have."""
    suspended: tuple[RegisterLine, ...]
    reinstated: tuple[RegisterLine, ...]
    """Which the lists there call suspended, and which count again."""
    losses: tuple[UsageError, ...]
    """What would be lost, each as `publish` refuses it until it is named."""


def difference(folder: IssuerFolder, register: Register, site: Path, *, now: datetime) -> Difference:
    """What `publish` into `site` would change. Writes nothing, signs nothing.

    Raises UsageError ``publishing.not-ours`` for a folder into which nothing may be published.
    """
    lists = _due(register)
    set_here: dict[str, list[RegisterLine]] = {"revocation": [], "suspension": []}
    cleared: list[RegisterLine] = []
    for path, due in _places_of(folder, lists).items():
        if due is None:
            continue
        there = _read_list(folder, site / path)
        bits = there.bits if there is not None and there.credential.id == due.id else b""
        before = set_places(bits)
        set_here[due.purpose] += register.at_places(due.number, sorted({*due.places} - before))
        if due.may_clear:
            gone = register.at_places(due.number, sorted(before - {*due.places}))
            cleared += [line for line in gone if line.state is State.ISSUED]
    pages = _pages(folder, lists, site, now=now)
    losses: list[UsageError] = []
    losing: set[Loss] = set()
    while True:
        try:
            _check(folder, lists, [register.mark()], site, pages, now=now, losing=losing)
        except UsageError as error:
            if (loss := loss_of(error)) is None:
                raise
            losses.append(error)
            losing.add(loss)
        else:
            break
    return Difference(
        site=site,
        files=compare(folder, register, reading(site), now=now),
        until=folder.today(_until(folder, now)),
        revoked=tuple(set_here["revocation"]),
        suspended=tuple(set_here["suspension"]),
        reinstated=tuple(cleared),
        losses=tuple(losses),
    )


def loss_of(error: UsageError) -> Loss | None:
    """What has to be named as lost for a refused publishing to go on; None where nothing helps."""
    named = error.evidence.get("loss")
    return Loss(str(named)) if named is not None else None


def reading(site: Path) -> Callable[[str], bytes | None]:
    """What `compare` reads files of a folder with."""

    def read(path: str) -> bytes | None:
        try:
            return read_file(site / path, limits.JSON_BYTES)
        except InputError as error:
            if error.code == "file.missing":
                return None
            raise

    return read


def ends(register: Register, folder: IssuerFolder) -> datetime | None:
    """When the first of the lists ends that were published, as far as the register remembers."""
    published = register.mark().published
    if not published:
        return None
    return min(each.moment for each in published) + timedelta(days=folder.settings.status.valid_days)


def for_families(
    folder: IssuerFolder, keystore: Keystore, register: Register, *, now: datetime
) -> dict[str, JsonObject]:
    """The issuer's document and every list by the names they have beside diplomas. Writes nothing."""
    lists = _due(register)
    signed = _sign(folder, keystore, lists, now=now)
    return {path.name: _document(folder, due, signed) for path, due in _places_beside(lists).items()}


def hand_out(
    folder: IssuerFolder, keystore: Keystore, register: Register, out: Path, *, now: datetime
) -> tuple[Path, ...]:
    """Write what a family needs to check the credentials in `out` with the network unplugged.

    Raises as `publish`.
    """
    lists = _due(register)
    ours = _places_beside(lists)
    _check_target(folder, out, ours, now=now, losing=frozenset())
    signed = _sign(folder, keystore, lists, now=now)
    files = {out / path: _document(folder, due, signed) for path, due in ours.items()}
    replace_files(_contents(files), public=True)
    return tuple(files)


def check_ahead(folder: IssuerFolder, register: Register, places: Iterable[Path]) -> None:
    """Raise unless the register has everything that is in `places`: folders of diplomas, a site's folder.

    An old copy of the whole folder agrees with itself: its own output, and the site, tell that it is old.

    Raises UsageError ``register.behind`` for a diploma or a revocation that the register does not have.
    """
    known = {each.id: each.number for each in register.lists()}
    for place in places:
        _check_diplomas(folder, register, place)
        for path, found in lists_in(folder, place):
            number = known.get(found.credential.id or "")
            if number is not None and _cleared(found, register.revoked_positions(number)):
                raise _behind(path)


_NUMBERED: Final = re.compile(r"(?P<number>[0-9]{4,9}) .*\.vc\.json")


def _check_diplomas(folder: IssuerFolder, register: Register, out: Path) -> None:
    """The diploma with the highest number in a folder must be one that the register knows."""
    newest: tuple[int, Path] | None = None
    place = out
    if out.is_dir():
        thousands = [each for each in out.iterdir() if re.fullmatch("[0-9]{7}", each.name) and each.is_dir()]
        place = max(thousands, default=out)
        for path in place.iterdir():
            found = _NUMBERED.fullmatch(path.name)
            if found and (newest is None or int(found["number"]) > newest[0]):
                newest = int(found["number"]), path
    if newest is None:
        return
    try:
        document = strict_json.loads_object(read_file(newest[1], limits.JSON_BYTES))
    except (VcwalletError, OSError):
        return
    issuer = document.get("issuer")
    if (issuer.get("id") if isinstance(issuer, dict) else issuer) != folder.document.id:
        return
    if not register.has(str(document.get("id"))):
        raise _behind(newest[1])


def _behind(path: Path) -> UsageError:
    return UsageError(
        "register.behind",
        N_("{file} holds what this register does not know: it is an older copy, or another one."),
        next_step=N_(
            "Put back the newest copy of the issuer's folder. If that file is another copy's, choose another"
            " folder for this one."
        ),
        file=str(path),
    )


def lists_in(folder: IssuerFolder, place: Path) -> Iterator[tuple[Path, VerifiedStatusList]]:
    """The status lists that this issuer signed, among the files of a folder."""
    files = (*place.glob("status-*.json"), *(place / "status").glob("*.json"))
    for path in islice(sorted(files), limits.OUTPUT_LISTS):
        if (found := _read_list(folder, path)) is not None:
            yield path, found


def _read_list(folder: IssuerFolder, path: Path) -> VerifiedStatusList | None:
    """None for what this issuer did not sign, with the keys of today or of before.

    What withdrawn keys signed lies on the site until the present ones are published over it, and what it
    revoked stays revoked.
    """
    keys = ended(folder.document, folder.document.verification_methods)
    try:
        return _verified_list(folder, read_file(path, limits.JSON_BYTES), keys)
    except (VcwalletError, OSError):
        return None


def _verified_list(
    folder: IssuerFolder, data: bytes, keys: ControlledIdentifierDocument
) -> VerifiedStatusList | None:
    """None for what this issuer did not sign with some keys of its."""
    try:
        credential = Credential.parse(strict_json.loads_object(data))
        if credential.issuer_id != folder.document.id or credential.valid_from is None:
            return None
        # As of its own moment: one that is dated ahead of this computer's clock counts.
        return status_list.verify_status_list(credential, resolve=lambda _: keys, now=credential.valid_from)
    except VcwalletError:
        return None


def _cleared(there: VerifiedStatusList, revoked: Iterable[int]) -> int:
    """How many places that are set there are not revoked here."""
    bits = bytearray(there.bits)
    for position in revoked:
        if position < len(bits) * 8:
            bits[position // 8] &= ~(0x80 >> position % 8)
    return int.from_bytes(bits, "big").bit_count()


def asking(address: str, get: Callable[[str, int], bytes]) -> Callable[[str], bytes | None]:
    """What `compare` reads files of a site with."""

    def read(path: str) -> bytes | None:
        try:
            return get(f"{address.rstrip('/')}/{path}", limits.JSON_BYTES)
        except DocumentError:
            # The site answered, and not with such a file.
            return None

    return read


def set_places(bits: bytes) -> frozenset[int]:
    """The places that are set in a status list."""
    return frozenset(
        number * 8 + bit for number, byte in enumerate(bits) if byte for bit in range(8) if byte & 0x80 >> bit
    )


def _document_path(folder: IssuerFolder) -> Path:
    whole_domain = folder.document.id.count(":") == 2
    return Path(".well-known", "did.json") if whole_domain else Path("did.json")


def _check(
    folder: IssuerFolder,
    lists: Sequence[_Due],
    marks: Sequence[Mark],
    site: Path,
    pages: Iterable[Path],
    *,
    now: datetime,
    losing: Collection[Loss],
) -> None:
    """Raise for what publishing would lose and is not in `losing`, and for what is not this issuer's."""
    _check_target(folder, site, _places_of(folder, lists), now=now, losing=losing)
    for mark in marks:
        _check_published(mark.published, lists, now=now, losing=losing)
    for path in pages:
        if path.exists() and not site_pages.is_ours(path.read_bytes(), folder.document.id):
            raise _not_ours(path)


def _check_target(
    folder: IssuerFolder,
    target: Path,
    ours: Mapping[Path, _Due | None],
    *,
    now: datetime,
    losing: Collection[Loss],
) -> None:
    for place, due in ours.items():
        path = target / place
        if not path.exists():
            continue
        if due is None:
            _check_document(folder, path, losing)
            continue
        there = _read_list(folder, path)
        if there is None or there.credential.id != due.id:
            raise _not_ours(path)
        if there.as_of is not None and there.as_of > now and Loss.NEWER_LISTS not in losing:
            raise _newer(str(path), there.as_of, now)
        cleared = 0 if due.may_clear else _cleared(there, due.places)
        if cleared and Loss.REVOCATIONS not in losing:
            raise _un_revokes(str(path), cleared)


def _check_document(folder: IssuerFolder, path: Path, losing: Collection[Loss]) -> None:
    try:
        there = ControlledIdentifierDocument.loads(read_file(path, limits.CONTROLLED_IDENTIFIER_BYTES))
    except VcwalletError:
        raise _not_ours(path) from None
    if there.id != folder.document.id:
        raise _not_ours(path)
    known = {method.public_key.multibase for method in folder.document.verification_methods}
    lost = [each for each in there.verification_methods if each.public_key.multibase not in known]
    if lost and Loss.KEYS not in losing:
        raise UsageError(
            "publishing.forgets-keys",
            N_("{file} names a key of this issuer that identifier.json does not have: {key}."),
            next_step=Action.NAME_LOSS,
            loss=Loss.KEYS.value,
            file=str(path),
            key=lost[0].public_key.fingerprint,
        )


def _check_published(
    published: Sequence[PublishedList],
    lists: Sequence[_Due],
    *,
    now: datetime,
    losing: Collection[Loss],
) -> None:
    """What was published last, into whichever folder, is not taken back either."""
    before = {each.id: each for each in published}
    for each in lists:
        last = before.get(each.id)
        if last is None:
            continue
        if last.moment > now and Loss.NEWER_LISTS not in losing:
            raise _newer(each.id, last.moment, now)
        if not each.may_clear and last.revoked > len(each.places) and Loss.REVOCATIONS not in losing:
            raise _un_revokes(each.id, last.revoked - len(each.places))


def _not_ours(path: Path) -> UsageError:
    return UsageError(
        "publishing.not-ours",
        N_("{file} is not a file that this issuer published, so it is not written over."),
        next_step=N_("Choose another folder, or take the file away."),
        file=str(path),
    )


def _newer(name: str, there: datetime, now: datetime) -> UsageError:
    return UsageError(
        "publishing.newer-there",
        N_("{list} was published as of {there}, which is later than {now}, the moment of this computer."),
        next_step=Action.NAME_LOSS,
        loss=Loss.NEWER_LISTS.value,
        list=name,
        there=timestamps.render(there),
        now=timestamps.render(now),
    )


def _un_revokes(name: str, number: int) -> UsageError:
    return UsageError(
        "publishing.un-revokes",
        N_("{list}: revoked there and not in this register: {number}."),
        next_step=Action.NAME_LOSS,
        loss=Loss.REVOCATIONS.value,
        list=name,
        number=number,
    )


def _contents(documents: Mapping[Path, JsonObject]) -> dict[Path, bytes]:
    return {path: strict_json.dumps(document).encode("utf-8") for path, document in documents.items()}
