"""A showing that a family began and put aside: what was decided so far, until somebody goes on with it.

    choice = Choice(to="priem.vuz.example", purpose="Поступление", diplomas=(diploma.id,))
    kept = child.asides.keep(choice, now=now)
    drafts = wallet.prepare_choice(child, kept.choice, now=now)

Nothing is signed and nothing was shown, so it is no line of the history. What can be read is computed anew
when somebody goes on: diplomas may have come or gone since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from vcwallet import timestamps
from vcwallet.bundle.request import Request
from vcwallet.credentials.open_badges import parse_date
from vcwallet.errors import N_, UsageError
from vcwallet.sealed_file import OwnerView
from vcwallet.strict_json import Json, JsonObject
from vcwallet.wallet import records


@dataclass(frozen=True, slots=True)
class Choice:
    """What a family decided of a showing that is not signed yet; empty is what is not decided."""

    request: Request | None = None
    to: str = ""
    purpose: str = ""
    until: date | None = None
    """The last day; None for the usual time."""
    diplomas: tuple[str, ...] = ()
    """Their ids."""
    hide: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """From a diploma's id to the fields that are not shown of it, words of `drafts.FIELDS`."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A choice that was put aside."""

    record: str
    day: datetime
    choice: Choice


class Asides:
    """The showings of one child that were put aside, behind that child's key."""

    def __init__(self, view: OwnerView) -> None:
        self._view = view

    def all(self) -> tuple[Aside, ...]:
        """Newest first. Raises DocumentError (``wallet.record``)."""
        found = [
            _read(info.id, records.load(self._view.get(info.id)))
            for info in self._view.records()
            if info.kind == records.ASIDE
        ]
        return tuple(sorted(found, key=lambda each: (each.day, each.record), reverse=True))

    def find(self, record: str) -> Aside:
        """Raises UsageError (``wallet.no-aside``)."""
        for each in self.all():
            if each.record == record:
                return each
        raise UsageError(
            "wallet.no-aside",
            N_("This showing was put aside no longer: it was signed or given up."),
            next_step=N_("Begin a new one."),
        )

    def keep(self, choice: Choice, *, instead_of: str | None = None, now: datetime) -> Aside:
        """Put a choice aside, in place of what it went on from; the caller saves."""
        document: JsonObject = {
            "day": timestamps.render(now),
            "request": None if choice.request is None else choice.request.to_json(),
            "to": choice.to,
            "purpose": choice.purpose,
            "until": None if choice.until is None else choice.until.isoformat(),
            "diplomas": list[Json](choice.diplomas),
            "hide": {diploma: list[Json](names) for diploma, names in choice.hide.items()},
        }
        record = self._view.put(records.dump(document), kind=records.ASIDE)
        if instead_of is not None:
            self.drop(instead_of)
        return _read(record, document)

    def drop(self, record: str) -> None:
        """Give up what was put aside; nothing happens when it is not there any more."""
        if any(info.id == record and info.kind == records.ASIDE for info in self._view.records()):
            self._view.remove(record)


def _read(record: str, document: JsonObject) -> Aside:
    request, hide = document.get("request"), document.get("hide")
    until = records.optional_text(document, "until")
    day = None if until is None else parse_date(until)
    if not isinstance(hide, dict) or (request is not None and not isinstance(request, dict)):
        raise records.unreadable()
    if until is not None and day is None:
        raise records.unreadable()
    choice = Choice(
        None if request is None else Request.parse(request),
        records.text(document, "to"),
        records.text(document, "purpose"),
        day,
        records.texts(document, "diplomas"),
        {diploma: records.texts(hide, diploma) for diploma in hide},
    )
    return Aside(record, records.moment(document, "day"), choice)
