"""An organisation that issues diplomas: one object over its folder, its keys and its register.

    issuer = Issuer.open(Path("olympiad"), passphrase)
    results = issuer.read(Path("results.csv"), now=now)
    plan = issuer.plan(results)                    # what would be signed: nothing is yet
    issuer.issue(plan, out=Path("diplomas"), now=now)
    issuer.publish(Path("site"), now=now)

Everything lies in the folder: `vcwallet.issuer.folder` says what is where.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vcwallet import timestamps
from vcwallet.credentials import template_file
from vcwallet.credentials.achievement import Facts, facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.template import Column, ColumnType, Template
from vcwallet.errors import N_, MachineError, UsageError, VcwalletError
from vcwallet.files import free_name
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument, VerificationMethod
from vcwallet.issuer import folder as folders
from vcwallet.issuer.folder import IssuerFolder, KeyUse
from vcwallet.issuer.keystore import Keystore
from vcwallet.sealed_file import DEFAULT, Kdf, Secret

if TYPE_CHECKING:
    from vcwallet.bundle.recovery_sheet import RecoverySheet
    from vcwallet.issuer.countersigning import Countersigned
    from vcwallet.issuer.diploma import Drawn, Press
    from vcwallet.issuer.finding import LookedUp, Match, Story
    from vcwallet.issuer.handout import Archives, By, Diploma, HandedOut
    from vcwallet.issuer.health import Health
    from vcwallet.issuer.holder_ids import HandedId
    from vcwallet.issuer.invented import Invented, Question
    from vcwallet.issuer.issued_files import Child
    from vcwallet.issuer.issuing import FileLayout, Issued, Plan
    from vcwallet.issuer.keeping import Backup, Compared, Recovered
    from vcwallet.issuer.naming import Dropped, Named
    from vcwallet.issuer.publishing import Difference, Loss, SiteFile
    from vcwallet.issuer.register import Arrival, Change, Register, RegisterLine, State
    from vcwallet.issuer.reissuing import Reissued
    from vcwallet.issuer.roster import Beginning, Roster, Row
    from vcwallet.issuer.settings import Settings
    from vcwallet.issuer.sheet_words import SheetWords
    from vcwallet.locales import Language
    from vcwallet.strict_json import Json, JsonObject

__all__ = ["Issuer", "Kit", "StandbyMove"]

_CHANGED_TOGETHER: Final = 1_000
"""Diplomas."""
_NO_ID: Final = "urn:uuid:00000000-0000-4000-8000-000000000000"
"""Of a credential that is only looked at."""


@dataclass(frozen=True, slots=True)
class Kit:
    """A ready-made issuer to copy: settings and templates of a fictional organisation."""

    name: str
    folder: Path
    templates: tuple[Template, ...]
    settings: Settings

    def questions(self, now: datetime) -> tuple[Question, ...]:
        """What its settings say of all rows, which a new organisation confirms or replaces."""
        from vcwallet.issuer import invented

        return invented.questions(self.settings, self.templates, now=now)

    def demand_name(self, name: str) -> None:
        """Raises UsageError for an organisation's name that cannot be signed: ``settings.malformed``,
        ``invented.name`` for the kit's own."""
        from vcwallet.issuer import invented

        invented.demand_name(self.settings, name)

    def demand_value(self, name: str, raw: str, *, site: str = "", now: datetime) -> None:
        """Check the answer to a question as a cell would be; "" leaves it to a column of the sheet.

        Raises UsageError with the cell's code, and ``invented.value`` for what the kit invented.
        """
        from vcwallet.issuer import correcting, invented

        question = next(each for each in self.questions(now) if each.name == name)
        if not raw:
            return
        template = next(each for each in self.templates if each.id == question.templates[0])
        correcting.read_value(template, question.column.key, raw, today=now.date())
        invented.demand_own(question, raw, site=site)

    def picture(
        self, template: Template, *, name: str = "", values: Mapping[str, str] | None = None, now: datetime
    ) -> bytes:
        """A diploma as it would look with an organisation's name and values, of an invented child; a PNG.

        An answer that would be refused is not seen in it. Raises what `Issuer.preview` raises.
        """
        from vcwallet.issuer import kit_sample

        return kit_sample.picture(
            self.folder, self.settings, template, name=name, values=values or {}, now=now
        )


@dataclass(frozen=True, slots=True)
class StandbyMove:
    """Standby keys about to be moved to a stick."""

    sheet: RecoverySheet
    file: Path
    finish: Callable[[], None]
    """Write the file, read it back, remove the keys from the issuer's folder. Raises what saving raises."""


class Issuer:
    """An opened issuer. Close it, or use it as a context manager: the register is a database.

    Reading a sheet, looking at the register, revoking and checking ids need no keys. `plan`, `issue`,
    `hand_out` and `publish` do: they raise UsageError ``issuer.locked`` when it was opened without a
    passphrase and `unlock` was not called.

    Moments (`now`) are aware datetimes. Everything raises subclasses of `VcwalletError`.
    """

    def __init__(self, folder: IssuerFolder, *, randomness: Callable[[int], bytes] = os.urandom) -> None:
        """Use `Issuer.create` and `Issuer.open`."""
        self._folder = folder
        self._randomness = randomness
        self._keystore: Keystore | None = None
        self._passphrase: str | None = None
        self._open_register: Register | None = None

    # --- beginning and end -----------------------------------------------------------------------------

    @staticmethod
    def kits() -> tuple[Kit, ...]:
        """The ready-made kits that `create` copies. Raises MachineError ``folder.no-kits``."""
        from vcwallet.issuer import settings

        found = []
        for name, place in folders.kits().items():
            read = settings.load(place / folders.SETTINGS)
            templates = (place / folders.TEMPLATES / f"{template_id}.toml" for template_id in read.templates)
            found.append(Kit(name, place, tuple(map(template_file.load, templates)), read))
        return tuple(found)

    @classmethod
    def create(
        cls,
        folder: Path,
        passphrase: str,
        *,
        kit: str,
        name: str | None = None,
        site: str | None = None,
        values: Mapping[str, str] | None = None,
        example: bool = False,
        register: str | None = None,
        hsm: str = "",
        pin: str = "",
        kdf: Kdf = DEFAULT,
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> Issuer:
        """Make an issuer's folder from a kit, with keys of its own, and open it.

        `kit` is the name of a ready-made one or the path of a folder.

        `name` is the organisation's name as diplomas say it; `site` is ``https://…``. With a site the
        identifier is did:web and families can hide fields; without one it is did:key, which can never change
        its key. `values` replace those of the kit with the same keys; `example` keeps its invented ones, to
        try the program: `issue` refuses them otherwise. `folder` must not exist or be empty, so that no keys
        are ever overwritten.

        `hsm` is ``hsm:LABEL?module=PATH``, a token in which the keys of every day are made; `pin` opens it.

        Raises UsageError (``folder.no-such-kit``, ``folder.not-empty``, ``folder.no-such-value``,
        ``settings.malformed``,
        ``did.web-url``, ``passphrase.weak``) and what making a sealed file raises.
        """
        made = IssuerFolder.create(
            folder,
            kit=kit,
            passphrase=passphrase,
            name=name,
            site=site,
            values=values,
            example=example,
            register=register,
            hsm=hsm,
            pin=pin,
            kdf=kdf,
            randomness=randomness,
        )
        issuer = cls(made, randomness=randomness)
        issuer.unlock(passphrase)
        return issuer

    @classmethod
    def open(
        cls,
        folder: Path,
        passphrase: str | None = None,
        *,
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> Issuer:
        """Open a folder that `create` made; without a passphrase its keys stay locked.

        Raises UsageError (``folder.not-an-issuer``, ``folder.site-changed``), what `unlock` raises, and what
        reading the folder's files raises.
        """
        issuer = cls(IssuerFolder.open(folder), randomness=randomness)
        if passphrase is not None:
            issuer.unlock(passphrase)
        return issuer

    def unlock(self, passphrase: str | None = None, *, secret: Secret | None = None) -> None:
        """Open the keystore with the passphrase, or with a `RecoveryCode`.

        Raises UsageError (``folder.other-keys``, ``issuer.closed``) and what `SealedFile.open` raises.
        """
        from vcwallet.issuer import closing

        if self.closed_since is not None:
            closing.forget_keys(self._folder, lambda: self._folder.unlock(passphrase, secret=secret))
        closing.demand_open(self._folder)
        self._keystore = self._folder.unlock(passphrase, secret=secret)
        self._passphrase = passphrase
        if self._keystore.document is not None:
            # An exchange of keys that had been stopped is ended by unlocking.
            self._folder = IssuerFolder.open(self._folder.path)

    def change_passphrase(self, passphrase: str, *, kdf: Kdf = DEFAULT) -> None:
        """Replace the passphrase of the keys. Copies of the folder made before keep the older one.

        Raises UsageError (``passphrase.weak``, ``issuer.locked``) and what saving a sealed file raises.
        """
        self._keys().change_passphrase(passphrase, kdf=kdf)
        self._passphrase = passphrase

    def recovery_sheet(self, *, now: datetime) -> RecoverySheet:
        """A new recovery code of the keys, saved beside the earlier ones, on the sheet to be printed.

        Call `finish_recovery_sheet` when it is on paper, `withdraw_recovery_sheet` when it is not.
        """
        from vcwallet.bundle.recovery_sheet import RecoverySheet, SheetOf

        code = self._keys().begin_recovery_code()
        return RecoverySheet(code, folders.KEYSTORE, self.today(now), SheetOf.KEYS)

    def finish_recovery_sheet(self, sheet: RecoverySheet) -> None:
        """Close the codes of earlier sheets and save. Raises what saving a sealed file raises."""
        self._keys().finish_recovery_code(sheet.printed)

    def withdraw_recovery_sheet(self, sheet: RecoverySheet) -> None:
        """Close the code of a sheet that is on no paper. Raises what saving a sealed file raises."""
        self._keys().withdraw_recovery_code(sheet.printed)

    @property
    def has_recovery_code(self) -> bool:
        """Whether a recovery sheet of the keys was made."""
        return self._keys().has_recovery_code

    # --- the standby keys ------------------------------------------------------------------------------

    @property
    def standby_file(self) -> Path | None:
        """Where the standby keys lie in the folder; None once they were moved, or where there are none."""
        return self._folder.standby_path

    def move_standby(self, target: Path, *, now: datetime) -> StandbyMove:
        """Copy the standby keys to a folder on a stick, under a new code on a sheet to be printed.

        Nothing is written until `StandbyMove.finish`, which also removes them from the issuer's folder.
        Raises UsageError (``standby.none``, ``standby.away``, ``issuer.locked``).
        """
        from vcwallet.bundle.recovery_sheet import RecoverySheet, SheetOf
        from vcwallet.issuer import rotation

        keys = self._keys()
        standby = rotation.open_standby(self._folder, keys, None, None)
        copy, code = standby.copied(free_name(target / standby.path.name), randomness=self._randomness)
        sheet = RecoverySheet(code, copy.path.name, self.today(now), SheetOf.STANDBY)
        return StandbyMove(sheet, copy.path, lambda: rotation.finish_move(keys, standby, copy, code))

    def renew_standby(self, *, now: datetime) -> None:
        """Make other standby keys because the present ones were lost; verifiers are to compare them anew."""
        from vcwallet.issuer import rotation

        self._folder = rotation.renew_standby(
            self._folder, self._keys(), now=now, randomness=self._randomness
        )

    def rotate(self, *, now: datetime, standby: Path | None = None, secret: Secret | None = None) -> None:
        """Sign with the standby keys from here on, and make new ones to stand by. Publish afterwards.

        `standby` is their file on a stick and `secret` its `RecoveryCode`; neither is needed while they lie
        in the folder. What was signed before stays valid: the keys of before stay in the document with the
        end of their time. Raises UsageError (``standby.none``, ``standby.away``, ``standby.other``, and
        ``rotation.clock-behind`` when the keys would end before a diploma they signed).
        """
        from vcwallet.issuer import rotation

        keys = self._keys()
        for latest in self.lines(last=1):
            if latest.created > now:
                raise UsageError(
                    "rotation.clock-behind",
                    N_("By this computer's clock it is {now}, and diplomas were signed on {signed}."),
                    next_step=N_("Set the clock right: what keys signed after their end is not believed."),
                    now=timestamps.render(now),
                    signed=timestamps.render(latest.created),
                )
        opened = rotation.open_standby(self._folder, keys, standby, secret)
        self._folder = rotation.rotate(self._folder, keys, opened, now=now, randomness=self._randomness)

    def compromised(
        self,
        *,
        since: datetime,
        now: datetime,
        standby: Path | None = None,
        secret: Secret | None = None,
    ) -> None:
        """Withdraw the keys of every day, which somebody else may have had `since`; otherwise as `rotate`.

        Once that is published, nothing they signed is believed, whatever date it bears. Raises as `rotate`,
        but for the clock, and UsageError ``rotation.since-future``.
        """
        from vcwallet.issuer import rotation

        if since > now:
            raise UsageError(
                "rotation.since-future",
                N_("{since} has not come yet."),
                next_step=N_("Name the day on which somebody else may first have had the keys."),
                since=timestamps.render(since),
            )
        keys = self._keys()
        opened = rotation.open_standby(self._folder, keys, standby, secret)
        self._folder = rotation.rotate(
            self._folder, keys, opened, now=now, compromised_since=since, randomness=self._randomness
        )

    def countersign(
        self, *, now: datetime, standby: Path | None = None, secret: Secret | None = None
    ) -> Countersigned:
        """Confirm with the standby keys what was signed since the last time.

        Should the keys of every day be stolen, what is confirmed is signed anew without a question. Raises as
        `rotate`.
        """
        from vcwallet.issuer import countersigning, rotation

        opened = rotation.open_standby(self._folder, self._keys(), standby, secret)
        return countersigning.countersign(self._folder, opened, now=now)

    def reissue(self, places: Sequence[Path] = (), *, now: datetime, vouched: bool = False) -> Reissued:
        """Sign anew, in their files, the diplomas that withdrawn keys signed; they keep id and every word.

        `places` are folders and files, otherwise where diplomas go. One that no countersigned batch holds may
        be the thief's: it is left until somebody has compared it, and signed with `vouched`.
        """
        from vcwallet.issuer import reissuing

        keystore, register = self._ready()
        register.demand_home()
        found = places or [self.issued_folder]
        return reissuing.reissue(self._folder, keystore, register, found, now=now, vouched=vouched)

    def close_for_good(self, site: Path, *, now: datetime) -> tuple[Path, ...]:
        """Publish the last states of the lists and a signed statement that there will be no others.

        From then on this folder signs, revokes and publishes nothing, and has no keys. Verifiers who take the
        statement in confirm what was signed for as long as they keep it. Raises UsageError
        ``closing.unfinished`` and as `publish`. Returns the files.
        """
        from vcwallet.issuer import closing

        keystore, register = self._ready()
        self._demand_newest(self.issued_folder)
        written = closing.close(self._folder, keystore, register, site, now=now)
        keystore.remember(register.mark())
        return written

    @property
    def closed_since(self) -> datetime | None:
        """When it was closed for good; None for an issuer that issues."""
        from vcwallet.issuer import closing

        return closing.closed_since(self._folder)

    def close(self) -> None:
        """Let go of the register and the keys, and log out of their token unless another issuer uses it."""
        self._close_register()
        keystore, self._keystore, self._passphrase = self._keystore, None, None
        if keystore is not None:
            keystore.close()

    def _close_register(self) -> None:
        if self._open_register is not None:
            self._open_register.close()
            self._open_register = None

    def __enter__(self) -> Issuer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- who it is -------------------------------------------------------------------------------------

    @property
    def id(self) -> str:
        """The identifier that diplomas name: a did:web or a did:key."""
        return self._folder.document.id

    @property
    def document(self) -> ControlledIdentifierDocument:
        """The identifier's document with the public keys: what verifiers and families need to have."""
        return self._folder.document

    def use_of(self, method: VerificationMethod) -> KeyUse:
        """What a key of `document` is for at present."""
        return self._folder.use_of(method)

    @property
    def settings(self) -> Settings:
        """What `issuer.toml` says."""
        return self._folder.settings

    @property
    def settings_file(self) -> Path:
        """`issuer.toml`, for a person to look through."""
        return self._folder.path / folders.SETTINGS

    @property
    def keystore_file(self) -> Path:
        """The sealed file with the keys."""
        return self._folder.keystore_path

    @property
    def issued_folder(self) -> Path:
        """Where signed files go when no other folder is named."""
        return self._folder.issued_path

    @property
    def withdrawn_folder(self) -> Path:
        """Where the files of corrected and revoked diplomas are put."""
        from vcwallet.issuer import issued_files

        return self.issued_folder / issued_files.WITHDRAWN

    @property
    def lets_fields_be_hidden(self) -> bool:
        """Whether diplomas carry a proof with which families can hide fields; it takes a site."""
        return self._folder.signer().hideable_method is not None

    @property
    def invented(self) -> tuple[Invented, ...]:
        """The invented values of the kit that `issuer.toml` still has: `issue` refuses to sign them."""
        return self._folder.invented()

    def same_in_all(self, template: Template) -> tuple[tuple[Column, str], ...]:
        """What is, or in the kit was, the same in all rows of a template, and the values that stand there."""
        return self._folder.same_in_all(template)

    def write_values(self, values: Mapping[str, Mapping[str, str]]) -> None:
        """Write into `issuer.toml` what is the same in all rows: template -> key -> value.

        "" leaves a value to a column of the sheet. Raises UsageError ``settings.malformed``.
        """
        self._folder = self._folder.with_values(values)

    def demand_own_values(self, plan: Plan, *, replace: bool = False) -> None:
        """Raise UsageError ``issuer.invented-values`` when `issue` would sign what the kit invented."""
        from vcwallet.issuer import invented

        to_sign = chain(plan.new, plan.another, plan.corrected, plan.changed if replace else ())
        invented.demand_none(self.invented, plan.template, (planned.row.values for planned in to_sign))

    def template(self, template_id: str | None = None) -> Template:
        """A template by its id; the first one of issuer.toml when none is named.

        Raises UsageError ``folder.no-such-template`` and what `template_file.load` raises.
        """
        return self._folder.template(template_id)

    def today(self, now: datetime) -> date:
        """The day it is at the issuer's: after midnight in Moscow it is still yesterday in Greenwich."""
        return self._folder.today(now)

    def beginning_of(self, day: str) -> datetime:
        """The moment at which a day began at the issuer's; days are typed as in a sheet, or ``2026-03-01``.

        Raises UsageError ``issuer.no-day``.
        """
        from vcwallet.tables import cells

        read, _ = cells.read_cell(Column("since", ColumnType.DATE, into="", headers=()), day)
        if not read:
            raise UsageError(
                "issuer.no-day",
                N_("“{day}” is no day."),
                next_step=N_("Write it as 01.03.2026."),
                day=day[:40],
            )
        return self._folder.beginning_of(date.fromisoformat(read))

    def given(self, template: Template) -> dict[str, str]:
        """The values that issuer.toml gives for a template's columns, by column key."""
        return self._folder.given(template)

    # --- a sheet becomes diplomas ----------------------------------------------------------------------

    def read(
        self,
        sheet: Path | bytes,
        *,
        template: str | None = None,
        page: str | None = None,
        all_pages: bool = False,
        hidden: bool = False,
        name_case: bool = False,
        allow_text: Collection[str] = (),
        columns: Mapping[str, str] | None = None,
        meanings: Mapping[str, Mapping[str, str]] | None = None,
        header_row: int | None = None,
        without_results: bool = False,
        values: Mapping[str, str] | None = None,
        now: datetime,
        progress: Callable[[int], object] = lambda rows: None,
    ) -> Roster:
        """Read and check a spreadsheet (.xlsx, .xls, .ods, .csv) for a template; signs nothing.

        The answer has the rows that can be signed, every problem with its cell, and how the file was
        understood. `page` names a sheet of a workbook; otherwise the one that fits best is read, or with
        `all_pages` every one that has the same headers. `hidden` also reads hidden rows and columns.
        `name_case` writes names in capital letters with one capital letter first. `allow_text` are numbers of
        rows, and keys of `values`, whose words of conduct, health and the like a person has looked at.
        `columns` says which header is which column of the template, `meanings` what words of its columns of
        fixed values mean; without them what was kept of earlier sheets counts (`sheet_words`). `header_row`
        is the row of headers, where it is not found. `without_results` leaves out pupils who have a result
        by a column that this template does not use and another template of the folder does: prize-winners,
        when certificates of taking part are signed.
        `values` are values by column key for columns that the sheet does not have, over those of issuer.toml.
        A day after `now` is a problem. `progress` is told how many pupils were read.

        Raises what `vcwallet.issuer.roster.read` raises when the file as a whole cannot be read.
        """
        from vcwallet.issuer import roster

        chosen = self.template(template)
        given = {**self._folder.given(chosen), **(values or {})}
        if columns is None or meanings is None:
            kept = self.sheet_words(chosen)
            columns = kept.columns if columns is None else columns
            meanings = kept.meanings if meanings is None else meanings
        return roster.read(
            sheet,
            chosen,
            today=self.today(now),
            given=given,
            sheet=page,
            all_sheets=all_pages,
            hidden=hidden,
            name_case=name_case,
            allow_text=allow_text,
            columns=columns,
            meanings=meanings,
            header_row=header_row,
            results=self._results_elsewhere(chosen),
            without_results=without_results,
            progress=progress,
        )

    def blank(self, template: Template, *, language: Language) -> bytes:
        """An empty sheet for a template as .xlsx, without the columns that `issuer.toml` gives values for."""
        from vcwallet.issuer import blank_sheet

        given = [key for key, value in self.given(template).items() if value]
        return blank_sheet.blank(template, language, given=given)

    @staticmethod
    def beginnings(sheet: Path | bytes) -> tuple[Beginning, ...]:
        """The first rows of each sheet of a file, for a person to find its headers where `read` does not."""
        from vcwallet.issuer import roster

        return roster.beginnings(sheet)

    def sheet_words(self, template: Template) -> SheetWords:
        """What is kept of how this organisation's sheets are read: `read` uses it unless told otherwise.

        Raises UsageError ``sheets.unreadable``, ``sheets.malformed``, and for what the template does not have
        the codes of `SheetWords.checked`.
        """
        from vcwallet.issuer import sheet_words

        return sheet_words.load(self._folder.sheets_path, template)

    def keep_sheet_words(self, template: Template, words: SheetWords) -> None:
        """Keep in ``sheets.toml``, for the next sheets, what a person said of columns and words of one."""
        from vcwallet.issuer import sheet_words

        sheet_words.keep(self._folder.sheets_path, template, words.checked(template))

    def _results_elsewhere(self, chosen: Template) -> tuple[Column, ...]:
        """The columns by which other templates of the folder tell those who earned something."""
        from vcwallet.credentials.template import RESULT

        found: list[Column] = []
        for each in self.settings.templates:
            # What is wrong with another template is said when that is used.
            with suppress(VcwalletError, OSError):
                if each != chosen.id:
                    columns = self.template(each).columns
                    found += [c for c in columns if c.into == RESULT and any(v.skip for v in c.choices)]
        return tuple(found)

    def explained(self, sheet: Path | bytes, results: Roster, *, language: Language) -> bytes:
        """The sheet as an .xlsx with its problems in it: cells coloured and explained, and what to do."""
        from vcwallet.issuer import error_sheet

        return error_sheet.marked(sheet, results, language)

    def unsigned(self, results: Roster, row: Row, *, now: datetime) -> JsonObject:
        """The credential that a row would become, without id, status and proofs: to look at, not to keep."""
        signer = self._folder.signer()
        return results.template.fill(
            row.values,
            credential_id=_NO_ID,
            issuer_id=signer.issuer_id,
            issuer_name=signer.issuer_name,
            subject_id=_NO_ID,
            valid_from=now,
            zone=signer.zone,
        )

    def preview(self, results: Roster, row: Row, *, now: datetime) -> bytes:
        """The page that the diploma of a row will be, as a PDF marked as a sample; it carries nothing.

        Raises what `diploma.preview` raises.
        """
        from vcwallet.issuer import diploma

        document = self.unsigned(results, row, now=now)
        return diploma.preview(document, self._press().design, template=results.template.id)

    def picture(self, results: Roster, row: Row, *, now: datetime) -> bytes:
        """The same page as a PNG, to look at on a screen. Raises what `preview` raises."""
        from vcwallet.issuer import diploma

        document = self.unsigned(results, row, now=now)
        return diploma.picture(document, self._press().design, template=results.template.id)

    def as_read(self, results: Roster, row: Row, *, now: datetime) -> Facts:
        """What whoever gets the diploma of a row will read in it."""
        return facts(Credential.parse(self.unsigned(results, row, now=now)))

    def check_value(self, template: Template, key: str, raw: str, *, now: datetime) -> str:
        """The canonical text of one value as a person types it. Raises UsageError with a cell's code."""
        from vcwallet.issuer import correcting

        return correcting.read_value(template, key, raw, today=self.today(now))

    def plan(self, results: Roster, *, progress: Callable[[int], object] = lambda rows: None) -> Plan:
        """Compare the rows that can be signed with the register: what `issue` would do. Writes nothing.

        `progress` is told how many were compared.

        Rows with blocking problems are not among them; whether the others may go ahead is the caller's
        decision (`Roster.blocking`).
        """
        from vcwallet.issuer import issuing

        in_sheet = {key for _, key in results.understood.columns}
        given = [column.key for column in results.template.columns if column.key not in in_sheet]
        return issuing.plan(*self._ready(), results.template, results.rows, given=given, progress=progress)

    def correction(self, diploma: str | Path, changes: Mapping[str, str], *, now: datetime) -> Plan:
        """The plan of correcting one diploma, named by its id, its number or its file. Writes nothing.

        `changes` are the new values by column key, as a person types them; the others are read from the
        diploma in `issued_folder`, or from the file that is named. `issue` then signs the corrected diploma,
        revokes the old one, links both in the register and moves the old files aside.

        Raises UsageError: ``register.unknown-id``, ``register.unknown-number``, ``correcting.revoked``,
        ``correcting.no-file``, ``correcting.other-words`` when the file does not say what was signed,
        ``correcting.nothing``, ``roster.given``, and the codes a cell would have.
        """
        from vcwallet.issuer import correcting

        return correcting.plan(self._folder, *self._ready(), diploma, changes, today=self.today(now))

    def correct(self, diploma: str | Path, changes: Mapping[str, str], *, now: datetime) -> RegisterLine:
        """Sign a corrected diploma in place of one; the new line. Raises as `correction` and `issue`."""
        plan = self.correction(diploma, changes, now=now)
        (planned,) = (*plan.corrected, *plan.unfinished)
        self.issue(plan, now=now)
        assert planned.like is not None
        return self.latest(self.find(planned.like.id))

    def issue(
        self,
        plan: Plan,
        *,
        out: Path | None = None,
        now: datetime,
        replace: bool = False,
        restore: bool = False,
        again: bool = False,
        layout: FileLayout | None = None,
        workers: int = 1,
        cluster: str | None = None,
        executor: Executor | None = None,
        at_once: int | None = None,
        progress: Callable[[int], object] = lambda steps: None,
    ) -> Issued:
        """Sign what is new and what an interrupted run left unfinished; write the files into `out`.

        `replace` also signs rows that changed and revokes their old diplomas, `restore` rows whose diplomas
        were revoked, `again` writes files once more that were signed earlier. What a family needs to check
        the diplomas without a network is written beside them (`hand_out`).

        `workers` are processes that sign at once; each opens the keystore by itself, with the passphrase this
        one was opened with (one that was opened with a recovery code signs in one process). Or give the
        address of a Dask `cluster`, or an `executor` of so many `workers`: they find the folder at the same
        path, and the passphrase in ``VCWALLET_PASSPHRASE``. Each worker has a shard and the next one waiting.
        `progress` is called with the number of diplomas each time some are on the disk, `at_once` of them or
        a whole shard; what it raises stops the run. A run that is stopped may be repeated: nothing is issued
        twice.

        Raises MachineError ``issuing.worker-died``, what `executors.cluster` raises, UsageError
        (``register.busy``, ``issuing.frame-changed``), OSError from writing; and, before anything is signed,
        UsageError when this copy of the folder is not the newest, or not the only one: ``register.missing``,
        ``register.older``, ``register.parted``, ``register.another``, ``register.behind``,
        ``register.elsewhere``; and ``issuer.invented-values`` when the kit's invented values would be signed.
        """
        from vcwallet import executors
        from vcwallet.issuer import issuing, publishing, signing

        keystore, register = self._ready()
        target = out or self.issued_folder
        self._demand_newest(target)
        self.demand_own_values(plan, replace=replace)
        with ExitStack() as stack:
            crew = None
            if cluster is not None:
                crew = stack.enter_context(executors.cluster(cluster))
            elif executor is not None:
                crew = executors.Crew(executor, workers if workers > 1 else os.cpu_count() or 1)
            elif workers > 1 and self._passphrase is not None:
                signer = self._folder.signer()
                crew = stack.enter_context(signing.processes(signer, self._passphrase, workers=workers))
            issued = issuing.issue(
                self._folder,
                keystore,
                register,
                plan,
                out=target,
                now=now,
                replace=replace,
                restore=restore,
                again=again,
                layout=layout or issuing.FileLayout.FILES,
                crew=crew,
                at_once=at_once,
                progress=progress,
            )
        publishing.hand_out(self._folder, keystore, register, target, now=now)
        keystore.remember(register.mark())
        return issued

    # --- paper -----------------------------------------------------------------------------------------

    def pdf(self, document: JsonObject, *, now: datetime) -> bytes:
        """The PDF of a diploma this issuer signed, by the design of its folder. Needs the extra `pdf`.

        Raises what `diploma.Press.pdf` raises.
        """
        return self._press().pdf(document, now=now)

    def draw(
        self,
        files: Sequence[Path],
        *,
        now: datetime,
        processes: int = 1,
        progress: Callable[[int], object] = lambda steps: None,
    ) -> tuple[Drawn, ...]:
        """Write a PDF beside each signed file; what became of each, in their order.

        Raises what concerns all of them: UsageError (``design.broken`` and what is wrong with the folder),
        MachineError (``sheet.no-typst``, ``diploma.worker-died``), OSError.
        """
        from vcwallet import executors
        from vcwallet.issuer import diploma

        found = []
        with executors.processes(processes) if processes > 1 else nullcontext() as crew:
            for drawn in diploma.draw_all(self._press(), files, now=now, crew=crew):
                found.append(drawn)
                progress(1)
        return tuple(found)

    @property
    def without_pdf(self) -> tuple[Path, ...]:
        """The signed files in `issued_folder` that no PDF lies beside."""
        from vcwallet.issuer import diploma

        found = diploma.signed_files([self.issued_folder]) if self.issued_folder.is_dir() else ()
        return tuple(file for file in found if not diploma.has_pdf(file))

    def draw_missing(self, *, now: datetime, progress: Callable[[int], object] = lambda steps: None) -> int:
        """Write the PDFs that are not there; how many diplomas still have none.

        Where the part for PDFs is not installed that is all of them: diplomas are handed out without paper.
        Raises as `draw` for what else concerns all of them.
        """
        missing = self.without_pdf
        try:
            drawn = self.draw(missing, now=now, progress=progress) if missing else ()
        except MachineError as error:
            if error.code != "sheet.no-typst":
                raise
            return len(missing)
        return sum(each.problem is not None for each in drawn)

    def _press(self) -> Press:
        from vcwallet.issuer import diploma

        return diploma.Press.of(self._folder)

    # --- afterwards ------------------------------------------------------------------------------------

    def find(self, diploma: str | Path) -> RegisterLine:
        """What the register says of a diploma, named by its id (``urn:uuid:…``), its number or its file.

        Raises UsageError ``register.unknown-id``, ``register.unknown-number`` and what reading the file
        raises.
        """
        from vcwallet.issuer import correcting

        return correcting.find(self._register(), diploma)[0]

    @property
    def has_issued(self) -> bool:
        """Whether the register has any line; one that is not there yet is not made."""
        place = self._folder.path / folders.REGISTER
        if self._open_register is None and not self.settings.database.url and not place.exists():
            return False
        return any(True for _ in self._register().lines(last=1))

    def latest(self, line: RegisterLine) -> RegisterLine:
        """The last correction of a diploma, or the diploma itself when nothing replaces it."""
        return self._register().latest(line)

    def whose(self, line: RegisterLine) -> str:
        """The name of the child whose a diploma is, as its file in `issued_folder` says; "" without one."""
        return self.child(line).name

    def child(self, line: RegisterLine) -> Child:
        """Whose a diploma is, as its file in `issued_folder` says; of no name when there is none."""
        from vcwallet.issuer import issued_files

        return issued_files.child(issued_files.document(self.issued_folder, line))

    def lines(
        self,
        *,
        last: int | None = None,
        states: Collection[State] = (),
        template: str | None = None,
        since: datetime | None = None,
    ) -> Iterator[RegisterLine]:
        """Lines of the register by number; `last` gives the last few of them.

        All, or those in some states, of a template, signed since a moment. The register holds no names.
        """
        return self._register().lines(last=last, states=states, template=template, since=since)

    def count(
        self,
        *,
        states: Collection[State] = (),
        template: str | None = None,
        since: datetime | None = None,
    ) -> int:
        """How many lines `lines` would give."""
        return self._register().count(states=states, template=template, since=since)

    def counts(self) -> dict[State, int]:
        """How many lines of the register are in each state."""
        return self._register().counts()

    def search(self, words: str) -> tuple[tuple[tuple[RegisterLine, Child], ...], int]:
        """Diplomas of children whose names have some words, or words that begin so; how many were not read.

        The files in `issued_folder` are searched, for the register holds no names: those whose files lie
        elsewhere are not found, and they are counted.
        """
        from vcwallet.issuer import issued_files

        found = issued_files.search(self.issued_folder, words)
        lines = self._register().known(list(found.children))
        told = sorted(
            ((line, found.children[line.id]) for line in lines.values()), key=lambda pair: pair[0].number
        )
        return tuple(told), max(self.count() - found.read, 0)

    def look_up(
        self,
        words: str = "",
        *,
        file: Dropped | None = None,
        now: datetime,
        progress: Callable[[int], object] = lambda read: None,
    ) -> LookedUp:
        """The diplomas that somebody asks for by some words, or by a file they have.

        `words` are a diploma's id, its number in the register, its number on paper, or a name: the last two
        are looked for in the files in `issued_folder`, for the register holds no names. `file` is a diploma,
        its PDF or picture, a list of ids, or a sheet as it was signed, which needs the keys. Nothing that a
        file holds is raised. `progress` is told how many files were read.
        """
        from vcwallet.issuer import finding

        def sheet(content: Path | bytes) -> Plan:
            return self.plan(self.read(content, now=now))

        return finding.look_up(
            self._register(), self.issued_folder, words, file=file, sheet=sheet, progress=progress
        )

    def recent(self, number: int) -> tuple[Match, ...]:
        """The diplomas that were signed last, the newest first."""
        from vcwallet.issuer import finding

        return finding.named(self.issued_folder, self.lines(last=number))[::-1]

    def story(self, diploma_id: str) -> Story:
        """What is known of one diploma: its line, what its own file says, and what may be done with it.

        Raises UsageError ``register.unknown-id``.
        """
        from vcwallet.issuer import finding

        return finding.story(self._folder, self._register(), diploma_id)

    def signed_file(self, diploma: str) -> Path:
        """The file of a diploma alone, named by its id or its number; one that lies in a file of many is
        written out.

        Raises UsageError: ``register.unknown-id``, ``register.unknown-number``, and ``finding.no-file`` when
        it is not in `issued_folder`; and OSError.
        """
        from vcwallet.issuer import finding

        return finding.file_of(self._folder, self._register(), diploma)

    def file_of(self, diploma: str, *, pdf: bool, now: datetime) -> tuple[str, bytes]:
        """The `signed_file` of a diploma with its name, or its PDF, which is drawn when it is not there.

        Raises as `signed_file` and `pdf`.
        """
        file = self.signed_file(diploma)
        if not pdf:
            return file.name, file.read_bytes()
        (drawn,) = self.draw([file], now=now)
        if drawn.problem is not None:
            raise drawn.problem
        return drawn.pdf.name, drawn.pdf.read_bytes()

    def named(
        self,
        diplomas: Sequence[str | Path],
        *,
        template: str | None = None,
        page: str | None = None,
        now: datetime,
    ) -> Iterator[Named]:
        """The diplomas that a person means: ids, numbers, files, folders, lists of ids, sheets of rows.

        A sheet is read for `template`, and needs the keys. Nothing that an input holds is raised.
        """
        from vcwallet.issuer import naming

        def sheet(content: Path | bytes) -> Plan:
            return self.plan(self.read(content, template=template, page=page, now=now))

        return naming.diplomas(self._register(), diplomas, sheet=sheet)

    def revoke(self, diploma_id: str, *, now: datetime, reason: str | None = None) -> bool:
        """Revoke a diploma for good; False when it was so before, and then `reason` is added to it.

        It counts once `publish` has written the list. `reason` stays in the register. Raises UsageError
        ``register.unknown-id``, ``register.inherited`` for a diploma of the folder that this one was copied
        from, and as `issue` for a copy that is not the newest.
        """
        self._demand_newest(self.issued_folder)
        return self._register().revoke(diploma_id, now=now, reason=reason)

    def suspend(self, diploma_id: str, *, now: datetime, reason: str | None = None) -> bool:
        """Let a diploma not count for a while; False when it was so before. Counts once published.

        Raises what `revoke` raises, and UsageError: ``register.revoked``, ``register.not-issued``, and
        ``register.not-suspendable`` for one that was signed while issuer.toml did not say
        ``suspension = true``.
        """
        self._demand_newest(self.issued_folder)
        return self._register().suspend(diploma_id, now=now, reason=reason)

    def reinstate(self, diploma_id: str, *, now: datetime, reason: str | None = None) -> bool:
        """End a suspension; False when there is none. Raises as `suspend`."""
        self._demand_newest(self.issued_folder)
        return self._register().reinstate(diploma_id, now=now, reason=reason)

    def change(
        self, what: Change, diploma_ids: Iterable[str], *, now: datetime, reason: str | None = None
    ) -> Iterator[tuple[str, bool | VcwalletError]]:
        """`revoke`, `suspend` or `reinstate` many: of each id whether it was changed, or why it could not be.

        The register is compared with what went out once, and written a thousand at a time: each thousand
        wholly or, when the program is stopped, not at all. Raises what `revoke` raises of this copy.
        """
        from vcwallet.issuer.kept_rows import batches
        from vcwallet.issuer.register import Change as Kind

        self._demand_newest(self.issued_folder)
        register = self._register()
        deed = {
            Kind.REVOKED: register.revoke,
            Kind.SUSPENDED: register.suspend,
            Kind.REINSTATED: register.reinstate,
        }[what]
        for some in batches(diploma_ids, _CHANGED_TOGETHER):
            told: list[tuple[str, bool | VcwalletError]] = []
            with register.together(what, now):
                for diploma_id in some:
                    try:
                        told.append((diploma_id, deed(diploma_id, now=now, reason=reason)))
                    except UsageError as error:
                        told.append((diploma_id, error))
            yield from told

    def hand_out(self, out: Path, *, now: datetime) -> tuple[Path, ...]:
        """Write the identifier document and the signed status lists into a folder of diplomas.

        With these beside them diplomas are checked without a network. Returns the files.
        """
        from vcwallet.issuer import publishing

        return publishing.hand_out(self._folder, *self._ready(), out, now=now)

    def handout(
        self,
        out: Path,
        *,
        now: datetime,
        language: Language,
        by: By | None = None,
        archives: Archives | None = None,
        locked: bool = False,
        classes: Collection[str] = (),
    ) -> HandedOut:
        """Make the folder to hand out: a folder for each pupil or class, sheets to sign and for letters.

        The diplomas of `issued_folder` that count are in it, or those of some `classes`, if any are named;
        those that have no file of their own there are counted (`HandedOut.without_file`).
        PDFs that are not there are not made: call `draw` before. `out` must not be there. Raises what
        `vcwallet.issuer.handout.hand_out` raises, and UsageError ``register.behind`` for an older copy.
        """
        from vcwallet.issuer import handout, issued_files, publishing
        from vcwallet.issuer.register import State

        keystore, register = self._ready()
        before = register.site_folder
        # An older copy would hand out what was revoked since.
        places = [self.issued_folder, *([before] if before is not None else [])]
        publishing.check_ahead(self._folder, register, places)
        files = issued_files.by_id(self.issued_folder)
        counting = {line.id for line in register.lines(states=(State.ISSUED,))}
        return handout.hand_out(
            self._diplomas(files, classes),
            out,
            without_file=len(counting - files.keys()),
            issuer_files=publishing.for_families(self._folder, keystore, register, now=now),
            office=handout.Office(self._name_in(language), language, self.today(now)),
            by=by or handout.By.PUPIL,
            archives=archives or handout.Archives.NONE,
            locked=locked,
            randomness=self._randomness,
        )

    def archive(
        self,
        *,
        now: datetime,
        language: Language,
        by: By | None = None,
        archives: Archives | None = None,
        locked: bool = False,
        classes: Collection[str] = (),
    ) -> tuple[HandedOut, bytes]:
        """What `handout` makes as one zip archive, for whoever saves it elsewhere. Raises as `handout`.

        It is packed in the issuer's folder, which holds the diplomas anyway, and nothing of it stays there.
        """
        from vcwallet.issuer import handout

        with tempfile.TemporaryDirectory(prefix=".handing-out-", dir=self._folder.path) as place:
            made = self.handout(
                Path(place, "handout"),
                now=now,
                language=language,
                by=by,
                archives=archives,
                locked=locked,
                classes=classes,
            )
            return made, handout.packed(made.folder)

    def classes(self) -> tuple[str, ...]:
        """The school classes of the diplomas in `issued_folder` that count, youngest first."""
        from vcwallet.issuer import handout, issued_files

        return handout.classes_of(self._diplomas(issued_files.by_id(self.issued_folder), ()))

    def _name_in(self, language: Language) -> str:
        names = self.settings.name
        return names.ru if language.code == "ru" else names.en

    def _diplomas(self, files: Mapping[str, Path], classes: Collection[str]) -> Iterator[Diploma]:
        """Those of some signed files, by the ids of their diplomas, that the register calls issued."""
        from vcwallet.credentials.template import ROLE
        from vcwallet.issuer.handout import Diploma
        from vcwallet.issuer.register import State

        wanted = {" ".join(each.casefold().split()) for each in classes}
        lines = self._register().known(list(files))
        for line in sorted(lines.values(), key=lambda each: each.number):
            if line.state is not State.ISSUED:
                continue
            document = folders.read_document(files[line.id])
            role: Json = document
            for member in ROLE.split("/")[1:]:
                role = role.get(member, {}) if isinstance(role, dict) else {}
            if not wanted or (isinstance(role, str) and " ".join(role.casefold().split()) in wanted):
                yield Diploma(line.number, files[line.id], document)

    def publish(self, site: Path, *, now: datetime, losing: Collection[Loss] = ()) -> tuple[Path, ...]:
        """Write the files of the issuer's site: the identifier document, status lists, pages for people.

        `site` is the folder that is served at the site's address; without a site it gets what `hand_out`
        writes. Run it after revoking, and before lists expire (`Settings.status`). Returns the files.

        What lies in `site` already is read first. Raises UsageError, and writes nothing, when something there
        would be lost that `losing` does not name (``publishing.un-revokes``, ``publishing.newer-there``,
        ``publishing.forgets-keys``), when it is not this issuer's (``publishing.not-ours``), and as `issue`
        for a copy of the folder that is not the newest.
        """
        from vcwallet.issuer import publishing

        keystore, register = self._ready()
        if publishing.Loss.REVOCATIONS not in losing:
            before = register.site_folder
            # What lies at `site` itself is compared list by list.
            elsewhere = [before] if before is not None and before.resolve() != site.resolve() else []
            publishing.check_ahead(self._folder, register, [self.issued_folder, *elsewhere])
        written = publishing.publish(self._folder, keystore, register, site, now=now, losing=losing)
        keystore.remember(register.mark())
        return written

    def compare_site(
        self, address: str, get: Callable[[str, int], bytes], *, now: datetime
    ) -> tuple[SiteFile, ...]:
        """Compare what is published at an address with what `publish` would write now, but for its pages.

        `get` asks the network for a document of at most so many bytes; what it raises when the network fails
        is raised, and a site that has no such file is one where it is missing.
        """
        from vcwallet.issuer import publishing

        return self.compare(publishing.asking(address, get), now=now, with_pages=False)

    def compare(
        self, read: Callable[[str], bytes | None], *, now: datetime, with_pages: bool = True
    ) -> tuple[SiteFile, ...]:
        """Compare what is published with what `publish` would write now. Writes nothing, needs no keys.

        `read` gives the content of a published file by its path from the site's address, or None.
        """
        from vcwallet.issuer import publishing

        return publishing.compare(self._folder, self._register(), read, now=now, with_pages=with_pages)

    def difference(self, site: Path, *, now: datetime) -> Difference:
        """What `publish` into a folder would change there, and what would be lost.

        Writes nothing, needs no keys.
        Raises UsageError ``publishing.not-ours`` for a folder into which nothing may be published.
        """
        from vcwallet.issuer import publishing

        return publishing.difference(self._folder, self._register(), site, now=now)

    def health(self, now: datetime) -> Health:
        """Everything that has to be looked after, the most urgent first; needs no keys and writes nothing."""
        from vcwallet.issuer import health

        return health.examine(self._folder, self._register(), now=now)

    @property
    def site_folder(self) -> Path | None:
        """The folder that was published into last."""
        return self._register().site_folder

    @property
    def lists_end(self) -> datetime | None:
        """When the first of the published lists ends; None when none does."""
        from vcwallet.issuer import publishing

        if self.closed_since is not None:
            return None
        return publishing.ends(self._register(), self._folder)

    def settle(self, arrival: Arrival, *, now: datetime) -> None:
        """Say what this folder is, when it is opened at another place than before.

        Until then nothing is signed, revoked or published from it (``register.elsewhere``): two copies that
        do not know of each other would give one place in a status list to two children.
        """
        self._register().settle(arrival, now=now)

    # --- keeping it ------------------------------------------------------------------------------------

    def backup(self, file: Path, *, now: datetime) -> Backup:
        """Write settings, templates, keys and register into one file, and prove that it opens and agrees.

        Diplomas are not in it, nor are standby keys. Raises UsageError (``backup.exists``,
        ``backup.in-the-folder``) and as `drill`.
        """
        from vcwallet.issuer import keeping
        from vcwallet.issuer.register import Change

        keystore, register = self._ready()

        def unlock(folder: IssuerFolder) -> Keystore:
            if self._passphrase is not None:
                return folder.unlock(self._passphrase)
            return folder.unlock(secret=keystore.own_secret)

        made = keeping.backup(self._folder, register, file, unlock=unlock, now=now)
        register.note(Change.BACKED_UP, now=now)
        return made

    def drilled(self, found: Backup, file: Path, *, now: datetime) -> None:
        """Remember that a backup was tried and opens. Raises UsageError ``backup.of-another``."""
        from vcwallet.issuer import keeping
        from vcwallet.issuer.register import Change

        keeping.demand_ours(found, self._folder, file)
        self._register().note(Change.DRILLED, now=now)

    def try_backup(self, file: Path, passphrase: str, *, now: datetime) -> Backup:
        """A `drill` of a backup of this issuer, and remember the day. Raises as `drill` and `drilled`."""
        found = self.drill(file, passphrase)
        self.drilled(found, file, now=now)
        return found

    @staticmethod
    def drill(file: Path, passphrase: str) -> Backup:
        """Put a backup back into a folder that is thrown away, open its keys, compare its parts.

        Raises DocumentError (``backup.damaged``, ``register.export-damaged``, ``register.inconsistent``),
        UsageError when keys and register do not belong together, and what opening the keystore raises.
        """
        from vcwallet.issuer import keeping

        return keeping.drill(file, unlock=lambda made: made.unlock(passphrase))

    @staticmethod
    def restore(file: Path, folder: Path, passphrase: str) -> Backup:
        """Put a backup back into a new folder, after a `drill`. Then say with `settle` what it is.

        Raises UsageError ``folder.not-empty`` and as `drill`.
        """
        from vcwallet.issuer import keeping

        return keeping.restore(file, folder, unlock=lambda made: made.unlock(passphrase))

    def compare_register(self, out: Path | None = None) -> Compared:
        """Compare the register with itself, with what went out last and with the diplomas in a folder.

        Raises DocumentError ``register.inconsistent``, UsageError ``register.behind``.
        """
        from vcwallet.issuer import keeping

        return keeping.compare(self._folder, self._register(), out or self.issued_folder)

    def export_register(self, file: Path) -> None:
        """Write the register as lines of JSON, for another database. Raises UsageError ``backup.exists``."""
        from vcwallet.issuer import keeping

        keeping.write_export(self._register(), file)

    def import_register(self, file: Path) -> None:
        """Make the register, where issuer.toml says it is, of what `export_register` wrote.

        Raises UsageError ``register.taken`` where there is one, DocumentError ``register.export-damaged``,
        and as `issue` for a register that is not the newest of this issuer.
        """
        from vcwallet.issuer import keeping

        self._close_register()
        self._folder.load_register(keeping.read_export(file))
        self._register()

    def recover_register(self, places: Iterable[Path] = (), *, now: datetime) -> Recovered:
        """Go on without the newest register: take over what the diplomas and lists in some folders tell.

        For a register that is lost, or of which only an older copy is left. Without `places` the diplomas in
        `issued_folder` are read, and the folder that was published into last. Places in the lists before are
        given to nobody any more. Needs the keys: they forget the register that is lost.
        """
        from vcwallet.issuer import keeping

        keystore = self._keys()
        self._close_register()
        register = self._folder.register(randomness=self._randomness, make=True, whatever_state=True)
        self._open_register = register
        chosen = [*places]
        if not chosen:
            site = register.site_folder
            chosen = [self.issued_folder, *([site] if site is not None else [])]
        recovered = keeping.recover(self._folder, register, chosen, now=now)
        keystore.remember(register.mark())
        return recovered

    def check_ids(
        self,
        inputs: Sequence[Path | bytes | str],
        *,
        now: datetime,
        most_age: timedelta | None = None,
    ) -> Iterator[HandedId]:
        """The ids of children in what families handed in: pictures, PDFs, texts, files and folders of them.

        Each has the id, or the problem with it; nothing in an input is raised. A proof older than `most_age`
        (otherwise a year) or addressed to somebody else is a problem.
        """
        from vcwallet.issuer import holder_ids

        return holder_ids.check_ids(
            inputs,
            recipients=holder_ids.recipients_of(self._folder),
            most_age=most_age or holder_ids.MOST_AGE,
            now=now,
        )

    def _keys(self) -> Keystore:
        """Raises UsageError ``issuer.locked``, and what `IssuerFolder.demand_present` raises."""
        if self._keystore is None:
            raise UsageError(
                "issuer.locked", N_("The issuer's keys are locked: signing needs their passphrase.")
            )
        self._folder.demand_present()
        return self._keystore

    def _ready(self) -> tuple[Keystore, Register]:
        """The keys and a register that is in the state they were used with last, or a later one.

        Raises UsageError ``issuer.closed`` for an issuer that is closed.
        """
        from vcwallet.issuer import closing

        closing.demand_open(self._folder)
        keystore, register = self._keys(), self._register()
        for mark in keystore.register_marks:
            register.demand(mark)
        return keystore, register

    def _demand_newest(self, out: Path) -> None:
        """Before anything is changed: the register is at home here and not behind what went out."""
        from vcwallet.issuer import closing, publishing

        closing.demand_open(self._folder)
        register = self._register()
        register.demand_home()
        site = register.site_folder
        publishing.check_ahead(self._folder, register, [out, *([site] if site is not None else [])])

    def _register(self) -> Register:
        if self._open_register is None:
            self._open_register = self._folder.register(randomness=self._randomness)
        return self._open_register
