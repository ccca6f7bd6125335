"""The issuer's register: what was issued, without saying to whom.

It holds credential ids, status positions, moments, template ids and keyed digests of rows. It holds no names,
no birth dates and no file names, and the digests cannot be computed without the secret in the keystore: the
register alone answers no question about a child. Who has which diploma is in the files that were handed out
and in the organisation's own sheets.

A row is first *reserved* (id, place in the status list, moment of signing), then signed and written, then
marked *issued*. Signing is deterministic, so a run that was killed in between is simply run again: reserved
rows get the very same credential, and nothing is issued twice.

Every change is numbered and tagged (`vcwallet.issuer.lineage`), so that an old copy of a register is noticed.
A copy that goes on by itself gets status lists of its own: places in a list are given by one register only.

One SQLite file by default, PostgreSQL by URL (`register_database`). One writer at a time; another waits for
it. What is in it is told in `register_tables`.
"""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from vcwallet import strict_json, timestamps
from vcwallet.errors import N_, Action, DocumentError, UsageError
from vcwallet.files import replace_file
from vcwallet.issuer import lineage, register_export
from vcwallet.issuer import register_database as database
from vcwallet.issuer import register_tables as tables
from vcwallet.issuer.lineage import Mark, Place, PublishedList, Standing

MIGRATIONS: Final[dict[str, tuple[str, Callable[[sa.Connection], None]]]] = {}
"""From the format of an older register: the next format, and what changes the tables into it."""

_MOST_FULL: Final = 0.75
"""Of a status list; then the next one begins, so that a free place is found in a few tries."""
_REASON: Final = 500
"""Characters of a reason that are kept."""
_VARIANTS: Final = {digit: "89ab"[at % 4] for at, digit in enumerate("0123456789abcdef")}
"""What a random digit becomes that tells of which variant a UUID is."""
_VARIABLES: Final = 500
"""Values in one IN (...); old SQLite takes 999."""


class State(StrEnum):
    """What became of a line."""

    RESERVED = "reserved"
    """It has its id and its place; its file is not known to be on the disk."""
    ISSUED = "issued"
    SUSPENDED = "suspended"
    """Does not count for a while."""
    REVOKED = "revoked"
    """For good."""


class Change(StrEnum):
    """What a numbered change of a register was."""

    MADE = "made"
    MIGRATED = "migrated"
    SETTLED = "settled"
    PUBLISHED = "published"
    RESERVED = "reserved"
    ISSUED = "issued"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    RECOVERED = "recovered"
    BACKED_UP = "backed-up"
    """Nothing else changed: a backup was written, and proved to open."""
    DRILLED = "drilled"
    """Nothing else changed: a backup was tried and can be put back."""


NOT_IN_BACKUPS: Final = frozenset(Change) - {
    Change.PUBLISHED, Change.MIGRATED, Change.BACKED_UP, Change.DRILLED
}  # fmt: skip
"""The changes after which a backup lacks something that cannot be made again."""


@dataclass(frozen=True, slots=True)
class LastChange:
    """The last change of a kind."""

    number: int
    moment: datetime | None


class Deed(StrEnum):
    """What is done to a diploma after it was signed."""

    REVOKED = "revoked"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    NOTED = "noted"
    """A reason that was added later."""


@dataclass(frozen=True, slots=True)
class Act:
    """What was done to a diploma, when and why."""

    deed: Deed
    moment: datetime
    reason: str | None
    """For the issuer only: nothing that is published is made from it."""


class Arrival(StrEnum):
    """What a folder is that is opened at another place than before."""

    MOVED = "moved"
    """The folder at the place before is not used any more."""
    COPY = "copy"
    """Both go on, each with status lists of its own."""
    SHARED = "shared"
    """It is the same folder, reached from another computer or by another way."""


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One line of the register."""

    number: int
    """Running number of the register; names the file, stands in no credential."""
    id: str
    subject: str
    """The random id of the credential's subject, used where the child gave none."""
    template: str
    version: str
    row_digest: str
    edition: int
    """0 for the first diploma of a row, one more for each that replaces it."""
    content_digest: str
    frame_digest: str
    """Of what all credentials of that run had in common: the issuer's name, the template's fixed texts."""
    list: int
    position: int
    state: State
    created: datetime
    replaces: int | None = None
    """The number of the diploma that this one corrects."""
    replaced_by: int | None = None
    """The number of the diploma that corrects this one, from the moment it is reserved."""
    acts: tuple[Act, ...] = ()
    """What was done to it, in that order."""

    @property
    def revoked(self) -> datetime | None:
        """When it was revoked."""
        return next((act.moment for act in self.acts if act.deed is Deed.REVOKED), None)

    @property
    def reason(self) -> str | None:
        """Every reason that was given, in that order. For the issuer only."""
        return "; ".join(act.reason for act in self.acts if act.reason) or None


@dataclass(frozen=True, slots=True)
class RegisteredList:
    """A status list: its number, its id (a URL of the site, or a random ``urn:uuid:``), its length.

    With `suspension_id` there is a second list of the same length, for suspension: a diploma has the same
    place in both (Bitstring Status List 1.0, section 2.1: an entry for each purpose).
    """

    number: int
    id: str
    name: str
    """What its file is called after: the number, and in a copy what tells it from other copies."""
    entries: int
    own: bool
    """Whether this register gives its places and publishes it: a copy leaves inherited lists alone."""
    suspension_id: str | None = None


class RowToReserve(NamedTuple):
    """A row to reserve a place for. Millions are made: a dataclass takes four times as long."""

    row_digest: str
    content_digest: str
    edition: int = 0
    replaces: int | None = None
    """The number of the line that becomes revoked once this one is issued."""
    likenesses: tuple[int, ...] = ()
    """Keyed digests by which a corrected row is found to be like this one."""


class Reserved(NamedTuple):
    """What a row got: the beginning of its line."""

    number: int
    id: str
    subject: str
    list: int
    position: int
    created: datetime
    replaces: int | None


@dataclass(frozen=True, slots=True)
class FoundList:
    """A status list that went out, as it is taken over into a register that lost it."""

    id: str
    name: str
    entries: int
    revoked: frozenset[int] = frozenset()
    suspension_id: str | None = None
    suspended: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class FoundDiploma:
    """A diploma that went out, as it is taken over into a register that lost its line."""

    number: int
    """From the name of its file."""
    id: str
    subject: str
    template: str
    list_id: str
    position: int
    suspension_id: str | None
    created: datetime


@dataclass(frozen=True, slots=True)
class Verified:
    """What a register that agrees with itself holds."""

    diplomas: int
    lists: int
    changes: int


class Register:
    """An open register. Close it, or use it as a context manager."""

    def __init__(
        self,
        engine: sa.Engine,
        *,
        name: str,
        list_id: Callable[[str], str],
        suspension_id: Callable[[str], str] | None,
        entries: int,
        randomness: Callable[[int], bytes],
        here: Place | None,
        who: str,
        on_change: Callable[[Mark], None],
    ) -> None:
        """Use `Register.open`."""
        self._engine = engine
        self.name = name
        self._list_id = list_id
        self._suspension_id = suspension_id
        self._entries = entries
        self._randomness = randomness
        self._here = here
        self._who = who
        self._on_change = on_change
        self._taken: dict[int, bytearray] = {}
        self._counts: dict[int, int] = {}
        self._suspendable: set[int] = set()
        self._seen = 0
        """The number of the change at which the places in `_taken` were looked up."""
        self._within: sa.Connection | None = None
        """The change that is being made `together`."""

    @classmethod
    def open(
        cls,
        place: Path | str,
        *,
        list_id: Callable[[str], str],
        suspension_id: Callable[[str], str] | None = None,
        entries: int,
        randomness: Callable[[int], bytes] = os.urandom,
        make: bool = False,
        issuer: str = "",
        here: Place | None = None,
        who: str = "",
        on_change: Callable[[Mark], None] = lambda mark: None,
    ) -> Register:
        """Open a register; with `make`, make it if there is none. `place` is a file, or an SQLAlchemy URL.

        `list_id` gives the id of a status list that is about to begin, by its name; `entries` its length.
        `suspension_id` gives the id of the list of suspended places beside it, when there is to be one.
        `here` is where a register that is a file is opened: it is changed only where it is at home. `who` is
        at work, and `on_change` is told the mark after each change.

        Raises UsageError (``register.missing``, ``register.url``, ``register.format``, ``register.another``
        for one that another issuer made) and MachineError (``register.database``,
        ``register.extra-missing``).
        """
        engine, name = database.opened(place, make=make)
        register = cls(
            engine,
            name=name,
            list_id=list_id,
            suspension_id=suspension_id,
            entries=entries,
            randomness=randomness,
            here=here,
            who=who,
            on_change=on_change,
        )
        try:
            if make:
                register._make(issuer)
            register._demand_known(issuer)
        except BaseException:
            register.close()
            raise
        return register

    def _demand_known(self, issuer: str) -> None:
        with self._work() as connection:
            if not sa.inspect(connection).has_table(tables.about.name):
                raise database.missing(self.name)
            about = _read_about(connection)
        found = about.get("format", "?")
        while found in MIGRATIONS:
            found = MIGRATIONS[found][0]
        if found == tables.FORMAT != about.get("format"):
            self._migrate()
        elif found != tables.FORMAT:
            raise UsageError(
                "register.format",
                N_("The register is of the kind {found}; this vcwallet knows {known}."),
                next_step=Action.UPDATE,
                found=about.get("format", "?")[:40],
                known=tables.FORMAT,
            )
        if issuer and about["issuer"] != issuer:
            lineage.demand(Standing.ANOTHER, self.name)

    def _migrate(self) -> None:
        """Bring an older register up to date, as a whole or not at all; a file is kept as it was."""
        with self._work(change=True) as connection:
            found = _read_about(connection)["format"]
            if found == tables.FORMAT:
                return  # another run did it, for which this one waited
            file = self._engine.url.database
            if connection.dialect.name == "sqlite" and file:
                # Nobody else writes meanwhile, and nothing is changed yet.
                before = Path(f"{file}.{found.rpartition('/')[2]}.bak")
                replace_file(before, Path(file).read_bytes())
            while found in MIGRATIONS:
                found, change = MIGRATIONS[found]
                change(connection)
            _set_about(connection, "format", found)
            last = connection.execute(tables.LAST_CHANGE).scalar() or 0
            self._note(connection, last + 1, Change.MIGRATED, None)
        self._on_change(self.mark())

    @staticmethod
    def demand_free(url: str) -> None:
        """Raise unless a register can be made in the database at `url`.

        UsageError (``register.url``, ``register.taken``), MachineError (``register.database``,
        ``register.extra-missing``).
        """
        engine, name = database.opened(url, make=True)
        try:
            with engine.connect() as connection:
                taken = sa.inspect(connection).has_table(tables.about.name)
        except sa.exc.SQLAlchemyError as error:
            raise database.refused(engine, error) from None
        finally:
            engine.dispose()
        if taken:
            raise UsageError(
                "register.taken",
                N_("There is a register at {register} already."),
                next_step=N_("Name a database of its own for each issuer."),
                register=name,
            )

    def _make(self, issuer: str) -> None:
        """The tables, and what the register is. Of two that make it at once one waits and finds it made."""
        with self._work(change=True) as connection:
            tables.metadata.create_all(connection)
            if _read_about(connection):
                return
            values = {
                "format": tables.FORMAT,
                "id": self._randomness(16).hex(),
                "issuer": issuer,
                "branch": "",
                "ancestors": "[]",
                "places": _places_text([self._here] if self._here else []),
            }
            connection.execute(
                tables.about.insert(), [{"name": name, "value": value} for name, value in values.items()]
            )
            self._note(connection, 1, Change.MADE, None)
        self._on_change(self.mark())

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Register:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- where it stands -----------------------------------------------------------------------

    def mark(self) -> Mark:
        """The state it is in."""
        with self._work() as connection:
            return self._mark(connection)

    def _mark(self, connection: sa.Connection) -> Mark:
        last = connection.execute(tables.NEWEST_CHANGE).one()
        published = tuple(
            PublishedList(line.list, timestamps.parse(line.moment), line.revoked)
            for line in connection.execute(tables.LAST_PUBLISHED)
        )
        return Mark(_read_about(connection)["id"], last.number, last.tag, published)

    def compare(self, mark: Mark) -> Standing:
        """Whether this register was ever in the state that `mark` names."""
        with self._work() as connection:
            about = _read_about(connection)
            tag = connection.execute(
                sa.select(tables.changes.c.tag).where(tables.changes.c.number == mark.number)
            ).scalar()
        if tag == mark.tag:
            return Standing.KNOWS
        if mark.register not in (about["id"], *_texts(about["ancestors"])):
            return Standing.ANOTHER
        return Standing.OLDER if tag is None else Standing.PARTED

    def demand(self, mark: Mark) -> None:
        """Raise as `lineage.demand` unless this register was once in the state that `mark` names."""
        lineage.demand(self.compare(mark), self.name)

    def demand_home(self) -> None:
        """Raise UsageError ``register.elsewhere`` unless the register is opened where it is at home."""
        if self._here is None:
            return
        with self._work() as connection:
            self._demand_home(_read_about(connection))

    def _demand_home(self, about: dict[str, str]) -> None:
        places = _places(about["places"])
        if self._here is not None and self._here not in places:
            raise UsageError(
                "register.elsewhere",
                N_("This folder was at {place} before. Two copies that both sign would mix up diplomas."),
                next_step=Action.SETTLE,
                place=str(places[-1]) if places else "?",
            )

    def settle(self, arrival: Arrival, *, now: datetime) -> None:
        """Say what this place is to the place the register was at home before."""
        assert self._here is not None, "a register in a database is at home everywhere"
        with self._change(Change.SETTLED, now, at_home=False) as connection:
            about = _read_about(connection)
            before = _places(about["places"])
            if arrival is Arrival.SHARED:
                places = [each for each in before if each != self._here] + [self._here]
            else:
                places = [self._here]
            _set_about(connection, "places", _places_text(places))
            if arrival is Arrival.COPY:
                ancestors = [*_texts(about["ancestors"]), about["id"]]
                _set_about(connection, "ancestors", strict_json.dumps([*ancestors]))
                _set_about(connection, "origin", str(before[-1]) if before else "?")
                _set_about(connection, "id", self._randomness(16).hex())
                _set_about(connection, "branch", self._randomness(4).hex())

    @property
    def site_folder(self) -> Path | None:
        """The folder that was published into last."""
        with self._work() as connection:
            text = _read_about(connection).get("site")
        return Path(text) if text else None

    @property
    def elsewhere(self) -> Place | None:
        """Where the register is at home when that is not where it is opened."""
        with self._work() as connection:
            places = _places(_read_about(connection)["places"])
        return None if self._here is None or self._here in places else places[-1]

    def last_changes(self) -> dict[Change, LastChange]:
        """The last change of each kind there was one of."""
        newest = sa.select(tables.changes.c.what, sa.func.max(tables.changes.c.number).label("last"))
        last = newest.group_by(tables.changes.c.what).subquery()
        query = sa.select(tables.changes).join(last, last.c.last == tables.changes.c.number)
        with self._work() as connection:
            return {
                Change(line.what): LastChange(
                    line.number, timestamps.parse(line.moment) if line.moment else None
                )
                for line in connection.execute(query)
            }

    def note(self, what: Change, *, now: datetime) -> None:
        """Remember a day on which the folder was looked after: `Change.BACKED_UP`, `Change.DRILLED`."""
        with self._change(what, now, at_home=False):
            pass

    def last_act(self) -> int:
        """The number of the last thing that was done to a signed diploma; 0 when nothing was."""
        with self._work() as connection:
            return connection.execute(sa.select(sa.func.max(tables.acts.c.id))).scalar() or 0

    def unpublished(self) -> tuple[RegisterLine, ...]:
        """The diplomas to which something was done that the lists published last do not have."""
        with self._work() as connection:
            after = int(_read_about(connection).get("published-acts", "0"))
            done = sa.select(tables.acts.c.number).where(
                tables.acts.c.id > after, tables.acts.c.act != Deed.NOTED.value
            )
            query = sa.select(*tables.line_columns).where(tables.credentials.c.number.in_(done))
            return tuple(
                self._told(connection, connection.execute(query.order_by(tables.credentials.c.number)).all())
            )

    def at_places(self, number: int, positions: Sequence[int]) -> tuple[RegisterLine, ...]:
        """The diplomas that have some places in a status list, by number."""
        found: list[RegisterLine] = []
        with self._work() as connection:
            for start in range(0, len(positions), _VARIABLES):
                query = sa.select(*tables.line_columns).where(
                    tables.credentials.c.list == number,
                    tables.credentials.c.position.in_(positions[start : start + _VARIABLES]),
                )
                found += self._told(connection, connection.execute(query).all())
        return tuple(sorted(found, key=lambda line: line.number))

    def is_suspendable(self, line: RegisterLine) -> bool:
        """Whether a diploma was signed with a place in a list of suspended ones."""
        return any(each.number == line.list and each.suspension_id is not None for each in self.lists())

    def note_published(
        self, lists: Sequence[PublishedList], *, site: Path | None, acts: int, now: datetime
    ) -> None:
        """Remember what was published, up to which act (`last_act`), and into which folder."""
        with self._change(Change.PUBLISHED, now) as connection:
            for each in lists:
                connection.execute(tables.published.delete().where(tables.published.c.list == each.id))
                connection.execute(
                    tables.published.insert().values(
                        list=each.id, moment=timestamps.render(each.moment), revoked=each.revoked
                    )
                )
            _set_about(connection, "published-acts", str(acts))
            if site is not None:
                _set_about(connection, "site", str(site.resolve()))

    # --- reading -------------------------------------------------------------------------------

    @property
    def is_empty(self) -> bool:
        """Whether nothing was reserved in it yet."""
        with self._work() as connection:
            return connection.execute(sa.select(tables.credentials.c.number).limit(1)).first() is None

    def find_rows(self, digests: Sequence[str]) -> dict[str, RegisterLine]:
        """The latest edition of each row that has one, by row digest."""
        found: dict[str, RegisterLine] = {}
        with self._work() as connection:
            for start in range(0, len(digests), _VARIABLES):
                some = digests[start : start + _VARIABLES]
                for line in database.among(connection, tables.BY_ROW, some):
                    entry = _entry(line)
                    latest = found.get(entry.row_digest)
                    if latest is None or latest.edition < entry.edition:
                        found[entry.row_digest] = entry
        return found

    def has_rows(self, digests: Sequence[str]) -> bool:
        """Whether any of some rows has a line that is not revoked."""
        with self._work() as connection:
            for start in range(0, len(digests), _VARIABLES):
                for _ in database.among(connection, tables.VALID_BY_ROW, digests[start : start + _VARIABLES]):
                    return True
        return False

    def alike(self, digests: Sequence[int]) -> dict[int, tuple[RegisterLine, ...]]:
        """The lines that were reserved with each of some digests, the revoked ones left out."""
        found: dict[int, tuple[RegisterLine, ...]] = {}
        with self._work() as connection:
            for start in range(0, len(digests), _VARIABLES):
                for line in database.among(connection, tables.ALIKE, digests[start : start + _VARIABLES]):
                    found[line.digest] = (*found.get(line.digest, ()), _entry(line))
        return found

    def wordings(self, template: str) -> tuple[dict[str, str], ...]:
        """What was the same in all rows of sheets signed by a template, by column key; the newest first."""
        query = (
            sa.select(tables.wordings.c.texts)
            .where(tables.wordings.c.template == template)
            .order_by(tables.wordings.c.number.desc())
        )
        with self._work() as connection:
            return tuple(_wording(text) for text in connection.execute(query).scalars())

    def line(self, number: int) -> RegisterLine:
        """Raises UsageError ``register.unknown-number``."""
        with self._work() as connection:
            found = connection.execute(
                sa.select(*tables.line_columns).where(tables.credentials.c.number == number)
            ).all()
            if found:
                return self._told(connection, found)[0]
        raise UsageError(
            "register.unknown-number",
            N_("The register has no diploma with the number {number}."),
            next_step=N_("Look the number up in the list of diplomas."),
            number=number,
        )

    def numbered(self, numbers: Sequence[int]) -> tuple[RegisterLine, ...]:
        """The lines with some numbers, by number; those the register has not are left out."""
        found: list[RegisterLine] = []
        with self._work() as connection:
            for start in range(0, len(numbers), _VARIABLES):
                query = sa.select(*tables.line_columns).where(
                    tables.credentials.c.number.in_(numbers[start : start + _VARIABLES])
                )
                found += self._told(connection, connection.execute(query).all())
        return tuple(sorted(found, key=lambda line: line.number))

    def latest(self, line: RegisterLine) -> RegisterLine:
        """The last correction of a line, or the line itself: what a further correction replaces."""
        while line.replaced_by is not None:
            line = self.line(line.replaced_by)
        return line

    def get(self, credential_id: str) -> RegisterLine:
        """Raises UsageError ``register.unknown-id``."""
        if found := self.known([credential_id]):
            return found[credential_id]
        raise _unknown(credential_id)

    def known(self, credential_ids: Sequence[str]) -> dict[str, RegisterLine]:
        """The lines of some credentials, by their ids; those the register has not are left out."""
        found: dict[str, RegisterLine] = {}
        with self._work() as connection:
            for start in range(0, len(credential_ids), _VARIABLES):
                some = credential_ids[start : start + _VARIABLES]
                query = sa.select(*tables.line_columns).where(tables.credentials.c.id.in_(some))
                for line in self._told(connection, connection.execute(query).all()):
                    found[line.id] = line
        return found

    def has(self, credential_id: str) -> bool:
        with self._work() as connection:
            query = sa.select(tables.credentials.c.number).where(tables.credentials.c.id == credential_id)
            return connection.execute(query).first() is not None

    def lines(
        self,
        *,
        last: int | None = None,
        states: Collection[State] = (),
        template: str | None = None,
        since: datetime | None = None,
    ) -> Iterator[RegisterLine]:
        """Lines by number: all, or those in some states, of a template, signed since a moment; the `last`."""
        query = self._filtered(sa.select(*tables.line_columns), states, template, since)
        if last is not None:
            query = query.order_by(tables.credentials.c.number.desc()).limit(last)
            with self._work() as connection:
                newest = self._told(connection, connection.execute(query).all()[::-1])
            yield from newest
            return
        # No transaction stays open while the caller works: a reader that waits would keep writers out.
        after = 0
        while True:
            some = query.where(tables.credentials.c.number > after).order_by(tables.credentials.c.number)
            with self._work() as connection:
                lines = self._told(connection, connection.execute(some.limit(_VARIABLES)).all())
            yield from lines
            if len(lines) < _VARIABLES:
                return
            after = lines[-1].number

    def count(
        self,
        *,
        states: Collection[State] = (),
        template: str | None = None,
        since: datetime | None = None,
    ) -> int:
        """How many lines `lines` would give."""
        query = self._filtered(
            sa.select(sa.func.count()).select_from(tables.credentials), states, template, since
        )
        with self._work() as connection:
            return int(connection.execute(query).scalar() or 0)

    @staticmethod
    def _filtered(
        query: sa.Select[Any], states: Collection[State], template: str | None, since: datetime | None
    ) -> sa.Select[Any]:
        if states:
            query = query.where(tables.credentials.c.state.in_([state.value for state in states]))
        if template is not None:
            query = query.where(tables.credentials.c.template == template)
        if since is not None:
            query = query.where(tables.credentials.c.created >= timestamps.render(since))
        return query

    def _told(self, connection: sa.Connection, found: Sequence[Any]) -> list[RegisterLine]:
        """Lines with what was done to them."""
        lines = [_entry(each) for each in found]
        acts: dict[int, tuple[Act, ...]] = {}
        for start in range(0, len(lines), _VARIABLES):
            some = [line.number for line in lines[start : start + _VARIABLES]]
            query = sa.select(tables.acts).where(tables.acts.c.number.in_(some)).order_by(tables.acts.c.id)
            for each in connection.execute(query):
                act = Act(Deed(each.act), timestamps.parse(each.moment), each.reason)
                acts[each.number] = (*acts.get(each.number, ()), act)
        return [replace(line, acts=acts.get(line.number, ())) for line in lines]

    def counts(self) -> dict[State, int]:
        """How many lines there are in each state."""
        query = sa.select(tables.credentials.c.state, sa.func.count()).group_by(tables.credentials.c.state)
        with self._work() as connection:
            return {State(line.state): int(line[1]) for line in connection.execute(query)}

    def lists(self) -> tuple[RegisteredList, ...]:
        with self._work() as connection:
            own = _read_about(connection)["id"]
            lines = connection.execute(sa.select(tables.lists).order_by(tables.lists.c.number))
            return tuple(
                RegisteredList(
                    line.number, line.id, line.name, line.entries, line.owner == own, line.suspension_id
                )
                for line in lines
            )

    def revoked_positions(self, number: int) -> tuple[int, ...]:
        """The set places of one status list."""
        return self._positions(number, State.REVOKED)

    def suspended_positions(self, number: int) -> tuple[int, ...]:
        """The set places of the list for suspension that stands beside a status list."""
        return self._positions(number, State.SUSPENDED)

    def _positions(self, number: int, state: State) -> tuple[int, ...]:
        query = sa.select(tables.credentials.c.position).where(
            tables.credentials.c.list == number, tables.credentials.c.state == state.value
        )
        kept = sa.select(tables.kept.c.position).where(tables.kept.c.list == number)
        with self._work() as connection:
            found = connection.execute(query.union(kept) if state is State.REVOKED else query)
            return tuple(found.scalars())

    # --- writing -------------------------------------------------------------------------------

    def reserve(
        self,
        rows: Sequence[RowToReserve],
        *,
        template: str,
        version: str,
        frame_digest: str,
        wording: Mapping[str, str] = MappingProxyType({}),
        now: datetime,
    ) -> list[Reserved]:
        """Give each row an id, a number and a random free place in a status list, in one transaction.

        `wording` is what is the same in all rows of their sheet, by column key.

        Raises UsageError ``register.busy`` when another run reserved one of the rows meanwhile,
        ``register.inherited`` when a row would replace a diploma of the folder that this one was copied from;
        nothing is reserved then.
        """
        try:
            with self._change(Change.RESERVED, now) as connection:
                self._note_wording(connection, template, wording)
                return self._reserve(connection, rows, template, version, frame_digest, now)
        except BaseException as error:
            # A list that was begun for them is not in the register either.
            self._forget_places()
            if isinstance(error, sa.exc.IntegrityError):
                raise self._busy() from None
            raise

    def _note_wording(self, connection: sa.Connection, template: str, wording: Mapping[str, str]) -> None:
        if not wording:
            return
        text = strict_json.dumps(dict(sorted(wording.items())))
        known = sa.select(tables.wordings.c.number).where(
            tables.wordings.c.template == template, tables.wordings.c.texts == text
        )
        if connection.execute(known).first() is None:
            last = connection.execute(sa.select(sa.func.max(tables.wordings.c.number))).scalar() or 0
            connection.execute(
                tables.wordings.insert().values(number=last + 1, template=template, texts=text)
            )

    def _busy(self) -> UsageError:
        who = "?"
        with suppress(sa.exc.SQLAlchemyError), self._engine.connect() as connection:
            query = sa.select(tables.changes.c.who).order_by(tables.changes.c.number.desc()).limit(1)
            who = connection.execute(query).scalar() or who
        return UsageError(
            "register.busy",
            N_("Another run is issuing from the same register: {who}."),
            next_step=N_("Wait until it has ended and run this again: nothing is issued twice."),
            who=who,
        )

    def _forget_places(self) -> None:
        self._taken, self._counts, self._suspendable = {}, {}, set()

    def _reserve(
        self,
        connection: sa.Connection,
        rows: Sequence[RowToReserve],
        template: str,
        version: str,
        frame_digest: str,
        now: datetime,
    ) -> list[Reserved]:
        self._demand_own_lists(connection, [row.replaces for row in rows if row.replaces is not None])
        last = connection.execute(tables.LAST_NUMBER).scalar() or 0
        stamp = timestamps.render(now)
        created = timestamps.parse(stamp)
        places = self._places(connection, len(rows))
        ids = self._uuids(2 * len(rows))
        reserved = [
            Reserved(number, id_, subject, list_number, position, created, row.replaces)
            for number, (row, id_, subject, (list_number, position)) in enumerate(
                zip(rows, ids[::2], ids[1::2], places, strict=True), last + 1
            )
        ]
        state = State.RESERVED.value
        for start in range(0, len(rows), _VARIABLES):
            # Some at a time: a line takes as much memory as the row itself.
            some = zip(reserved[start : start + _VARIABLES], rows[start : start + _VARIABLES], strict=True)
            lines = [
                (
                    *(each.number, each.id, each.subject, template, version, row.row_digest, row.edition),
                    *(row.content_digest, frame_digest, each.list, each.position, state, row.replaces, stamp),
                )
                for each, row in some
            ]
            database.insert(connection, tables.credentials, lines)
        # In their order each page of the table is looked at once.
        likenesses = sorted(
            [
                (digest, each.number)
                for each, row in zip(reserved, rows, strict=True)
                for digest in set(row.likenesses)
            ]
        )
        if likenesses:
            database.insert(connection, tables.likenesses, likenesses)
        database.tell_sizes(connection, last, last + len(reserved))
        return reserved

    def _places(self, connection: sa.Connection, wanted: int) -> list[tuple[int, int]]:
        """Free places at random in the newest list; begins a list when there is none or it is full."""
        if not self._taken:
            newest = connection.execute(
                sa.select(tables.lists).order_by(tables.lists.c.number.desc()).limit(1)
            ).first()
            if newest is None or not _gives_places(newest, _read_about(connection)):
                self._begin(connection, newest.number + 1 if newest is not None else 1)
            else:
                self._load(connection, newest.number, newest.entries)
                if newest.suspension_id is not None:
                    self._suspendable = {newest.number}
        number = max(self._taken)
        if self._suspension_id is not None and number not in self._suspendable:
            # What is signed from here on can be suspended, as issuer.toml says.
            number += 1
            self._begin(connection, number)
        found: list[tuple[int, int]] = []
        while len(found) < wanted:
            taken = self._taken[number]
            left = max(math.ceil(len(taken) * _MOST_FULL) - self._counts[number], 0)
            some = self._free(taken, min(left, wanted - len(found)))
            self._counts[number] += len(some)
            found += [(number, position) for position in some]
            if len(found) < wanted:
                number += 1
                self._begin(connection, number)
        return found

    def _free(self, taken: bytearray, wanted: int) -> list[int]:
        """Random places that are free, each as likely as another; they are taken then."""
        entries = len(taken)
        found: list[int] = []
        shift = 32 - (entries - 1).bit_length()
        while len(found) < wanted:
            some = wanted - len(found)
            for number in struct.unpack(f">{some}I", self._randomness(4 * some)):
                position = number >> shift
                if position < entries and not taken[position]:
                    taken[position] = 1
                    found.append(position)
        return found

    def _begin(self, connection: sa.Connection, number: int) -> None:
        about = _read_about(connection)
        name = f"{about['branch']}-{number}" if about["branch"] else str(number)
        suspension_id = self._suspension_id(name) if self._suspension_id is not None else None
        connection.execute(
            tables.lists.insert().values(
                number=number,
                id=self._list_id(name),
                name=name,
                suspension_id=suspension_id,
                entries=self._entries,
                owner=about["id"],
            )
        )
        self._suspendable = {number} if suspension_id is not None else set()
        self._taken = {number: bytearray(self._entries)}
        self._counts = {number: 0}

    def _load(self, connection: sa.Connection, number: int, entries: int) -> None:
        taken = bytearray(entries)
        query = sa.select(tables.credentials.c.position).where(tables.credentials.c.list == number)
        count = 0
        for position in connection.execute(query).scalars():
            taken[position] = 1
            count += 1
        self._taken, self._counts = {number: taken}, {number: count}

    def _demand_own_lists(self, connection: sa.Connection, replaced: Sequence[int]) -> None:
        """A diploma is revoked by the register that gives the places of its list, and by no copy of it."""
        about = _read_about(connection)
        if not about["branch"]:
            return
        for start in range(0, len(replaced), _VARIABLES):
            query = (
                sa.select(tables.credentials.c.id)
                .join(tables.lists, tables.lists.c.number == tables.credentials.c.list)
                .where(
                    tables.credentials.c.number.in_(replaced[start : start + _VARIABLES]),
                    tables.credentials.c.state != State.REVOKED.value,
                    tables.lists.c.owner != about["id"],
                )
            )
            if (found := connection.execute(query.limit(1)).scalar()) is not None:
                raise _inherited(found, about["origin"])

    def _uuids(self, wanted: int) -> list[str]:
        """Random UUIDs (RFC 9562, version 4); `uuid.UUID` makes one in six times the time."""
        random = self._randomness(16 * wanted).hex()
        every = [random[start : start + 32] for start in range(0, len(random), 32)]
        return [
            f"urn:uuid:{d[:8]}-{d[8:12]}-4{d[13:16]}-{_VARIANTS[d[16]]}{d[17:20]}-{d[20:]}" for d in every
        ]

    def mark_issued(self, numbers: Iterable[int], *, now: datetime) -> None:
        """The files of these entries are written. What they replace becomes revoked."""
        wanted = list(numbers)
        with self._change(Change.ISSUED, now) as connection:
            for start in range(0, len(wanted), _VARIABLES):
                some = wanted[start : start + _VARIABLES]
                database.among(connection, tables.WRITTEN, some)
                old = database.among(connection, tables.REPLACED, some).scalars().all()
                while old:
                    for number in self._not_yet(connection, State.REVOKED, old):
                        self._write_act(connection, number, Deed.REVOKED, State.REVOKED, now, "replaced")
                    # A correction that was itself corrected before it was finished revoked nothing.
                    old = database.among(connection, tables.REPLACED, old).scalars().all()

    def revoke(self, credential_id: str, *, now: datetime, reason: str | None = None) -> bool:
        """Revoke a credential for good; False when it was so before, and then a reason is added to it.

        Raises UsageError ``register.unknown-id``, and ``register.inherited`` for a diploma of the folder that
        this one was copied from: its list is published from there.
        """
        if self._within is None and self.get(credential_id).state is State.REVOKED and not reason:
            return False
        with self._change(Change.REVOKED, now) as connection:
            number, state, _ = self._state(connection, credential_id)
            if state is not State.REVOKED:
                self._write_act(connection, number, Deed.REVOKED, State.REVOKED, now, reason)
                return True
            if reason:
                self._write_act(connection, number, Deed.NOTED, State.REVOKED, now, reason)
            return False

    def suspend(self, credential_id: str, *, now: datetime, reason: str | None = None) -> bool:
        """Let a credential not count for a while; False when it was so before.

        Raises UsageError: ``register.unknown-id``, ``register.revoked`` for what is revoked for good,
        ``register.not-suspendable`` for what was signed without a place in a list for suspension,
        ``register.not-issued`` for what is not signed yet, and ``register.inherited`` as `revoke`.
        """
        with self._change(Change.SUSPENDED, now) as connection:
            number, state, suspendable = self._state(connection, credential_id)
            _check_issued(number, state)
            if not suspendable:
                raise UsageError(
                    "register.not-suspendable",
                    N_("The diploma No. {number} was signed without a place in a list of suspended ones."),
                    next_step=N_(
                        "It can be revoked and signed anew. For diplomas to come: suspension = true in"
                        " [status] of issuer.toml."
                    ),
                    number=f"{number:04d}",
                )
            if state is State.SUSPENDED:
                if reason:
                    self._write_act(connection, number, Deed.NOTED, state, now, reason)
                return False
            self._write_act(connection, number, Deed.SUSPENDED, State.SUSPENDED, now, reason)
        return True

    def reinstate(self, credential_id: str, *, now: datetime, reason: str | None = None) -> bool:
        """End a suspension; False when there is none.

        Raises UsageError: ``register.unknown-id``, ``register.revoked``, ``register.not-issued`` and
        ``register.inherited``.
        """
        with self._change(Change.REINSTATED, now) as connection:
            number, state, _ = self._state(connection, credential_id)
            _check_issued(number, state)
            if state is not State.SUSPENDED:
                return False
            self._write_act(connection, number, Deed.REINSTATED, State.ISSUED, now, reason)
        return True

    def _state(self, connection: sa.Connection, credential_id: str) -> tuple[int, State, bool]:
        """(number, state, whether it can be suspended) of a credential."""
        found = connection.execute(
            sa.select(
                tables.credentials.c.number,
                tables.credentials.c.state,
                tables.lists.c.suspension_id,
                tables.lists.c.owner,
            )
            .join(tables.lists, tables.lists.c.number == tables.credentials.c.list)
            .where(tables.credentials.c.id == credential_id)
        ).first()
        if found is None:
            raise _unknown(credential_id)
        about = _read_about(connection)
        if found.owner != about["id"]:
            raise _inherited(credential_id, about["origin"])
        return found.number, State(found.state), found.suspension_id is not None

    def _not_yet(self, connection: sa.Connection, state: State, numbers: Sequence[int]) -> Sequence[int]:
        query = sa.select(tables.credentials.c.number).where(
            tables.credentials.c.number.in_(numbers), tables.credentials.c.state != state.value
        )
        return connection.execute(query).scalars().all()

    def _write_act(
        self,
        connection: sa.Connection,
        number: int,
        deed: Deed,
        state: State,
        now: datetime,
        reason: str | None,
    ) -> None:
        connection.execute(
            tables.credentials.update().where(tables.credentials.c.number == number).values(state=state.value)
        )
        connection.execute(
            tables.acts.insert().values(
                number=number,
                act=deed.value,
                moment=timestamps.render(now),
                reason=(reason or "").strip()[:_REASON] or None,
            )
        )

    # --- as a whole ----------------------------------------------------------------------------

    def verify(self) -> Verified:
        """Whether the register agrees with itself. Raises DocumentError ``register.inconsistent``."""
        lines, lists = tables.credentials, tables.lists
        wrong = {
            "status_lists": sa.select(lines.c.number)
            .outerjoin(lists, lists.c.number == lines.c.list)
            .where(sa.or_(lists.c.number.is_(None), lines.c.position >= lists.c.entries)),
        }
        with self._work() as connection:
            if connection.dialect.name == "sqlite":
                told = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
                if told != "ok":
                    raise _inconsistent(str(told)[:100])
            for name, query in wrong.items():
                if (found := connection.execute(query.limit(1)).scalar()) is not None:
                    raise _inconsistent(f"{name} {found}")
            counts = [
                connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() or 0
                for table in (tables.credentials, tables.lists, tables.changes)
            ]
            last = connection.execute(tables.LAST_CHANGE).scalar() or 0
            if last != counts[2]:
                raise _inconsistent(f"changes {last}")
        return Verified(*counts)

    def dump(self) -> Iterator[bytes]:
        """The whole register as lines of JSON, the last with a digest of all before: for any database."""
        with self._work(change=True) as connection:
            yield from register_export.lines(connection, self._mark(connection))

    @classmethod
    def load(cls, place: Path | str, lines: Iterable[bytes]) -> None:
        """Make a register of what `dump` wrote, as a whole or not at all.

        Raises UsageError ``register.taken`` where there is one, DocumentError ``register.export-damaged``.
        """
        engine, name = database.opened(place, make=True)
        loading = cls(
            engine, name=name, list_id=str, suspension_id=None, entries=0, randomness=os.urandom, here=None,
            who="",
            on_change=lambda mark: None,
        )  # fmt: skip
        try:
            with loading._work(change=True) as connection:
                tables.metadata.create_all(connection)
                if _read_about(connection):
                    raise UsageError(
                        "register.taken",
                        N_("There is a register at {register} already."),
                        next_step=N_("Name a database of its own for each issuer."),
                        register=name,
                    )
                register_export.load(connection, lines)
        finally:
            loading.close()

    def recover(
        self, lists: Sequence[FoundList], diplomas: Iterable[FoundDiploma], *, now: datetime
    ) -> tuple[int, int]:
        """Take over what went out and the register has lost; go on with lists of its own.

        Places in the lists before are given to nobody any more: some may be taken that nothing tells of.
        Returns how many diplomas and revocations were taken over.
        """
        with self._change(Change.RECOVERED, now, at_home=False) as connection:
            about = _read_about(connection)
            own = self._randomness(16).hex()
            _set_about(connection, "ancestors", strict_json.dumps([*_texts(about["ancestors"]), about["id"]]))
            _set_about(connection, "id", own)
            _set_about(connection, "branch", self._randomness(4).hex())
            _set_about(connection, "places", _places_text([self._here] if self._here else []))
            connection.execute(
                tables.lists.update().where(tables.lists.c.owner == about["id"]).values(owner=own)
            )
            known = connection.execute(sa.select(tables.lists.c.id, tables.lists.c.number))
            numbers: dict[str, int] = {line.id: line.number for line in known}
            for each in lists:
                if each.id not in numbers:
                    numbers[each.id] = max(numbers.values(), default=0) + 1
                    connection.execute(
                        tables.lists.insert().values(
                            number=numbers[each.id],
                            id=each.id,
                            name=each.name,
                            suspension_id=each.suspension_id,
                            entries=each.entries,
                            owner=own,
                        )
                    )
            found = sum(self._take_over(connection, each, numbers) for each in diplomas)
            revoked = sum(self._keep(connection, each, numbers[each.id], now) for each in lists)
        return found, revoked

    def _take_over(self, connection: sa.Connection, found: FoundDiploma, numbers: dict[str, int]) -> bool:
        """A line for a diploma; which row it was made of nobody knows, so no row is found to be it."""
        lines = tables.credentials
        if found.list_id not in numbers:
            return False
        same_place = (lines.c.list == numbers[found.list_id]) & (lines.c.position == found.position)
        if connection.execute(sa.select(lines.c.id).where((lines.c.id == found.id) | same_place)).first():
            return False
        last = connection.execute(sa.select(sa.func.max(lines.c.number))).scalar() or 0
        taken = connection.execute(sa.select(lines.c.id).where(lines.c.number == found.number)).first()
        number = last + 1 if taken or not found.number else found.number
        row, stamp = self._randomness(16).hex(), timestamps.render(found.created)
        line = (
            *(number, found.id, found.subject, found.template, "", row, 0, "", ""),
            *(numbers[found.list_id], found.position, State.ISSUED.value, None, stamp),
        )
        database.insert(connection, lines, [line])
        return True

    def _keep(self, connection: sa.Connection, found: FoundList, number: int, now: datetime) -> int:
        lines = tables.credentials
        there = connection.execute(
            sa.select(lines.c.position, lines.c.number, lines.c.state).where(lines.c.list == number)
        )
        known = {line.position: (line.number, State(line.state)) for line in there}
        kept = set(
            connection.execute(
                sa.select(tables.kept.c.position).where(tables.kept.c.list == number)
            ).scalars()
        )
        count = 0
        for position in sorted(found.revoked - kept):
            if position not in known:
                connection.execute(tables.kept.insert().values(list=number, position=position))
            elif known[position][1] is not State.REVOKED:
                self._write_act(connection, known[position][0], Deed.REVOKED, State.REVOKED, now, None)
            else:
                continue
            count += 1
        for position in found.suspended - found.revoked:
            if position in known and known[position][1] is State.ISSUED:
                self._write_act(connection, known[position][0], Deed.SUSPENDED, State.SUSPENDED, now, None)
        return count

    @contextmanager
    def _change(self, what: Change, now: datetime, *, at_home: bool = True) -> Iterator[sa.Connection]:
        """One transaction that changes the register, alone: it is numbered and tagged, and then told of.

        Inside `together` it is a part of that one.
        """
        if self._within is not None:
            yield self._within
            return
        with self._work(change=True) as connection:
            if at_home:
                self._demand_home(_read_about(connection))
            last = connection.execute(tables.LAST_CHANGE).scalar() or 0
            if last != self._seen:
                # Another run has changed the register since: look again at what is free.
                self._forget_places()
            yield connection
            self._note(connection, last + 1, what, now)
            mark = self._mark(connection)
        self._seen = last + 1
        self._on_change(mark)

    @contextmanager
    def together(self, what: Change, now: datetime) -> Iterator[None]:
        """What is changed within is one change: all of it or nothing, numbered and told of once.

        A change of many that is refused by itself, for its own diploma, leaves the others as they are.
        """
        with self._change(what, now) as connection:
            self._within = connection
            try:
                yield
            finally:
                self._within = None

    def _note(self, connection: sa.Connection, number: int, what: Change, now: datetime | None) -> None:
        connection.execute(
            tables.changes.insert().values(
                number=number,
                tag=self._randomness(16).hex(),
                what=what.value,
                who=self._who,
                moment=timestamps.render(now) if now is not None else None,
            )
        )

    @contextmanager
    def _work(self, *, change: bool = False) -> Iterator[sa.Connection]:
        """One transaction; one that changes something waits for every other of that kind.

        IntegrityError passes: `reserve` answers it.
        """
        try:
            with (
                self._engine.connect().execution_options(**{database.CHANGES: change}) as connection,
                connection.begin(),
            ):
                if change and connection.dialect.name == "postgresql":
                    connection.execute(sa.text(f"SET LOCAL lock_timeout = '{database.WAIT_SECONDS}s'"))
                    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": database.LOCK})
                yield connection
        except sa.exc.IntegrityError:
            raise
        except sa.exc.SQLAlchemyError as error:
            cause = getattr(error, "orig", None)
            locked = getattr(cause, "sqlite_errorname", "").startswith("SQLITE_BUSY")
            if locked or getattr(cause, "sqlstate", None) == database.LOCK_NOT_AVAILABLE:
                raise self._busy() from None
            raise database.refused(self._engine, error) from None


def _inherited(credential_id: str, origin: str) -> UsageError:
    return UsageError(
        "register.inherited",
        N_("{id} was signed before this folder was copied, and belongs to {place}."),
        next_step=N_("Revoke or replace it there."),
        id=credential_id,
        place=origin,
    )


def _inconsistent(place: str) -> DocumentError:
    return DocumentError(
        "register.inconsistent",
        N_("The register contradicts itself: {place}."),
        next_step=Action.NEWEST_COPY,
        place=place,
    )


def _gives_places(line: Any, about: dict[str, str]) -> bool:
    """Whether places of a list are given here: it is this register's, and was begun by it."""
    branch = about["branch"]
    return bool(line.owner == about["id"] and line.name.startswith(f"{branch}-" if branch else ""))


def _read_about(connection: sa.Connection) -> dict[str, str]:
    return {line.name: line.value for line in connection.execute(tables.ABOUT)}


def _set_about(connection: sa.Connection, name: str, value: str) -> None:
    connection.execute(tables.about.delete().where(tables.about.c.name == name))
    connection.execute(tables.about.insert().values(name=name, value=value))


def _places(text: str) -> list[Place]:
    found = strict_json.loads(text.encode("utf-8"))
    assert isinstance(found, list)
    pairs = [each for each in found if isinstance(each, list)]
    return [Place(str(name), str(folder)) for name, folder in pairs]


def _places_text(places: Iterable[Place]) -> str:
    return strict_json.dumps([[each.computer, each.folder] for each in places])


def _texts(text: str) -> list[str]:
    found = strict_json.loads(text.encode("utf-8"))
    return [str(each) for each in found] if isinstance(found, list) else []


def _wording(text: str) -> dict[str, str]:
    found = strict_json.loads(text.encode("utf-8"))
    return {key: str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _check_issued(number: int, state: State) -> None:
    if state is State.REVOKED:
        raise UsageError(
            "register.revoked",
            N_("The diploma No. {number} is revoked, and that is for good."),
            next_step=N_("If it has to count again, sign its row anew from the sheet."),
            number=f"{number:04d}",
        )
    if state is State.RESERVED:
        raise UsageError(
            "register.not-issued",
            N_("The diploma No. {number} is not signed yet: the run that began it was stopped."),
            next_step=N_("Sign the sheet again: the run is continued."),
            number=f"{number:04d}",
        )


def _unknown(credential_id: str) -> UsageError:
    return UsageError(
        "register.unknown-id",
        N_("The register has no credential {id}."),
        next_step=Action.NAME_DIPLOMA,
        id=credential_id[:64],
    )


def _entry(line: Any) -> RegisterLine:
    return RegisterLine(
        number=line.number,
        id=line.id,
        subject=line.subject,
        template=line.template,
        version=line.version,
        row_digest=line.row_digest,
        edition=line.edition,
        content_digest=line.content_digest,
        frame_digest=line.frame_digest,
        list=line.list,
        position=line.position,
        state=State(line.state),
        created=timestamps.parse(line.created),
        replaces=line.replaces,
        replaced_by=line.replaced_by,
    )
