"""The keys over the years: backups, the recovery sheet, standby keys, an exchange, a theft, the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.responses import Response

from vcwallet.bundle.recovery_sheet import SheetOf
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.issuer import Issuer, RecoveryCode, RecoverySheet
from vcwallet.sealed_file import passphrases
from vcwallet.sealed_file.recovery_codes import Group, groups_to_read
from vcwallet.speaking.issuers import key_words, reissued_words
from vcwallet.web.pages.jobs import Job
from vcwallet.web.pages.secretary.opened import Secretary, with_keys
from vcwallet.web.pages.visit import Get, Post, Route, Visit

__all__ = ["ROUTES"]


def keys(visit: Visit[Secretary]) -> Response:
    issuer = visit.opened.issuer
    return visit.page(
        "secretary/keys.html",
        issuer=issuer,
        keys=key_words(issuer, visit.language, day=visit.language.long_day),
        health=issuer.health(visit.now),
    )


# --- backups ---------------------------------------------------------------------------


def ask_backup(visit: Visit[Secretary]) -> Response:
    return visit.page("secretary/backup.html", health=visit.opened.issuer.health(visit.now), folder=None)


def choose_backup(visit: Visit[Secretary]) -> Response:
    name = N_("Copy of {folder} {day}.zip")
    proposed = visit.language.text(name, folder=visit.opened.title, day=visit.language.day(visit.now))
    return visit.choose(
        N_("Where shall the backup lie? Best on a stick."),
        "keys/backup/{chosen}",
        wanted="new",
        name=proposed,
    )


@with_keys
def ask_backup_into(visit: Visit[Secretary]) -> Response:
    health = visit.opened.issuer.health(visit.now)
    return visit.page("secretary/backup.html", health=health, folder=visit.chosen())


@with_keys
def back_up(visit: Visit[Secretary]) -> Response:
    opened, now, file = visit.opened, visit.now, visit.chosen()
    told = visit.language.text(
        N_("The backup {file} is written, and it was proved to open. Keep it away from this computer."),
        file=file.name,
    )

    def work(job: Job) -> str:
        opened.issuer.backup(file, now=now)
        opened.notice = told
        return "keys"

    return visit.start(N_("Making a backup"), 0, work, back="keys/backup", stoppable=False)


def ask_drill(visit: Visit[Secretary]) -> Response:
    return visit.page("secretary/drill.html", file=None)


def choose_drill(visit: Visit[Secretary]) -> Response:
    return visit.choose(N_("Which backup shall be checked?"), "keys/drill/{chosen}", wanted="file")


def ask_drill_file(visit: Visit[Secretary]) -> Response:
    return visit.page("secretary/drill.html", file=visit.chosen().name)


def drill(visit: Visit[Secretary]) -> Response:
    file, issuer = visit.chosen(), visit.opened.issuer
    try:
        with visit.session.guesses.at(file):
            found = issuer.try_backup(file, visit.form.raw("passphrase"), now=visit.now)
    except VcwalletError as error:
        return visit.again("secretary/drill.html", error, field="passphrase", file=file.name)
    told = visit.language.text(
        N_("{file} of {day} opens and is whole: diplomas in it: {number}."),
        file=file.name,
        day=visit.language.long_day(issuer.today(found.made)),
        number=found.held.diplomas,
    )
    return visit.go("keys", notice=told)


# --- sheets ---------------------------------------------------------------------------


_PROGRAM: Final = N_("The program is called vcwallet; it is free, and published at pypi.org.")
_HOW: Final[Mapping[SheetOf, tuple[str, ...]]] = {
    SheetOf.KEYS: (
        _PROGRAM,
        N_("To open: choose the folder, then “Open with the recovery sheet”, and type the code."),
    ),
    SheetOf.STANDBY: (
        _PROGRAM,
        N_("To use: “Keys and backups”, then “Replace the key” or “The key was stolen”, and type the code."),
    ),
}
"""How to get the program and use the sheet, by what it opens."""


@dataclass
class Sheet:
    """A sheet that was made and that nobody has read back yet."""

    address: str
    """Of its PDF."""
    groups: tuple[Group, ...]
    finish: Callable[[], object]
    withdraw: Callable[[], object]
    done: str


def _keep_sheet(
    visit: Visit[Secretary],
    sheet: RecoverySheet,
    *,
    finish: Callable[[], object],
    withdraw: Callable[[], object],
    done: str,
) -> Response:
    pages = sheet.pages(".pdf", visit.language, [visit.language.text(each) for each in _HOW[sheet.of]])
    file = visit.language.text(N_("Sheet {number}"), number=sheet.number) + ".pdf"
    kept = visit.keep(file, pages[0], "application/pdf")
    groups = tuple(groups_to_read(sheet.printed.codes, visit.randomness))
    name = visit.opened.begin(Sheet(kept, groups, finish, withdraw, done), visit.randomness)
    return visit.go(f"keys/printed/{name}")


@with_keys
def ask_sheet(visit: Visit[Secretary]) -> Response:
    return visit.page("secretary/recovery.html", has=visit.opened.issuer.has_recovery_code)


@with_keys
def make_sheet(visit: Visit[Secretary]) -> Response:
    issuer = visit.opened.issuer
    sheet = issuer.recovery_sheet(now=visit.now)
    try:
        return _keep_sheet(
            visit,
            sheet,
            finish=partial(issuer.finish_recovery_sheet, sheet),
            withdraw=partial(issuer.withdraw_recovery_sheet, sheet),
            done=N_("The sheet opens the keys from here on; earlier sheets do not. Keep it in the safe."),
        )
    except VcwalletError:
        issuer.withdraw_recovery_sheet(sheet)
        raise


@with_keys
def ask_printed(visit: Visit[Secretary]) -> Response:
    return visit.page("secretary/printed.html", sheet=visit.opened.task(visit.parameters["task"], Sheet))


@with_keys
def printed(visit: Visit[Secretary]) -> Response:
    sheet = visit.opened.task(visit.parameters["task"], Sheet)
    if visit.form.ticked("withdraw"):
        sheet.withdraw()
        visit.opened.finish(visit.parameters["task"], "keys")
        return visit.go("keys", notice=visit.language.text(N_("The sheet does not count: destroy it.")))
    for group in sheet.groups:
        if not group.is_read_as(visit.form.text(f"group-{group.number}")):
            error = UsageError(
                "page.code-typo",
                N_("That is not what the sheet says."),
                next_step=N_("Read the group from the printed sheet again."),
            )
            return visit.again("secretary/printed.html", error, field=f"group-{group.number}", sheet=sheet)
    sheet.finish()
    visit.opened.finish(visit.parameters["task"], "keys")
    return visit.go("keys", notice=visit.language.text(sheet.done))


# --- the standby keys ---------------------------------------------------------------------------


@with_keys
def ask_standby(visit: Visit[Secretary]) -> Response:
    return visit.page("secretary/standby.html", issuer=visit.opened.issuer, stick=None)


@with_keys
def choose_stick(visit: Visit[Secretary]) -> Response:
    if visit.form.ticked("lost"):
        visit.opened.issuer.renew_standby(now=visit.now)
    return visit.choose(N_("Which is the stick for the safe?"), "keys/standby/{chosen}", wanted="folder")


@with_keys
def ask_stick(visit: Visit[Secretary]) -> Response:
    return visit.page("secretary/standby.html", issuer=visit.opened.issuer, stick=visit.chosen())


@with_keys
def move_to_stick(visit: Visit[Secretary]) -> Response:
    move = visit.opened.issuer.move_standby(visit.chosen(), now=visit.now)
    return _keep_sheet(
        visit,
        move.sheet,
        finish=move.finish,
        withdraw=lambda: None,
        done=N_(
            "The standby keys are on the stick and no longer in the folder. Keep the stick and the sheet in"
            " the safe, apart from each other."
        ),
    )


# --- exchanging the keys ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Exchange:
    """What the standby keys are taken out of the safe for."""

    name: str
    template: str
    do: Callable[..., object]
    done: str
    since: bool = False


_EXCHANGES: Final = (
    _Exchange(
        "rotate",
        "secretary/rotate.html",
        Issuer.rotate,
        N_("Other keys sign from here on. Publish now, and move the new standby keys to a stick."),
    ),
    _Exchange(
        "stolen",
        "secretary/stolen.html",
        Issuer.compromised,
        N_("The stolen keys are withdrawn. Publish at once, and then sign the diplomas anew."),
        since=True,
    ),
    _Exchange(
        "confirm",
        "secretary/confirm.html",
        Issuer.countersign,
        N_("What was signed is confirmed with the standby keys. Put the stick back into the safe."),
    ),
)


def _values(visit: Visit[Secretary], *, stick: bool) -> dict[str, Any]:
    opened = visit.opened
    return {
        "issuer": opened.issuer,
        "file": visit.chosen() if stick else None,
        "since": visit.form.text("since"),
        "at_hand": opened.issuer.standby_file is not None,
    }


def _choose_exchange(visit: Visit[Secretary], exchange: _Exchange) -> Response:
    return visit.choose(
        N_("Which file on the stick holds the standby keys?"),
        f"keys/{exchange.name}/{{chosen}}",
        wanted="file",
    )


def _exchange(visit: Visit[Secretary], exchange: _Exchange, *, stick: bool) -> Response:
    if not stick and visit.form.ticked("stick"):
        return _choose_exchange(visit, exchange)
    issuer, form = visit.opened.issuer, visit.form
    try:
        since = {"since": issuer.beginning_of(form.text("since"))} if exchange.since else {}
        secret = RecoveryCode(form.text("code")) if stick else None
        exchange.do(issuer, now=visit.now, standby=visit.chosen() if stick else None, secret=secret, **since)
    except VcwalletError as error:
        return visit.again(exchange.template, error, **_values(visit, stick=stick))
    return visit.go("keys", notice=visit.language.text(exchange.done))


def _ask_exchange(visit: Visit[Secretary], exchange: _Exchange, *, stick: bool) -> Response:
    return visit.page(exchange.template, **_values(visit, stick=stick))


def _exchanges() -> Iterator[Route]:
    for exchange in _EXCHANGES:
        for stick in (False, True):
            address = f"keys/{exchange.name}/{{chosen}}" if stick else f"keys/{exchange.name}"
            yield Get(address, with_keys(partial(_ask_exchange, exchange=exchange, stick=stick)))
            yield Post(address, with_keys(partial(_exchange, exchange=exchange, stick=stick)))


@with_keys
def ask_reissue(visit: Visit[Secretary]) -> Response:
    return visit.page("secretary/reissue.html", issuer=visit.opened.issuer, told=())


@with_keys
def reissue(visit: Visit[Secretary]) -> Response:
    result = visit.opened.issuer.reissue(now=visit.now, vouched=visit.form.ticked("vouched"))
    told = reissued_words(result, visit.language)
    return visit.page("secretary/reissue.html", issuer=visit.opened.issuer, told=told)


# --- the passphrase, and the end ---------------------------------------------------------------------------


@with_keys
def ask_passphrase(visit: Visit[Secretary]) -> Response:
    return visit.page("secretary/passphrase.html", proposed=_proposed(visit))


@with_keys
def change_passphrase(visit: Visit[Secretary]) -> Response:
    new = visit.form.raw("new")
    try:
        passphrases.demand_same(new, visit.form.raw("again"))
        visit.opened.issuer.change_passphrase(new)
    except VcwalletError as error:
        return visit.again("secretary/passphrase.html", error, field="new", proposed=_proposed(visit))
    told = N_("The new passphrase opens the keys. Copies made before still open with the old one.")
    return visit.go("keys", notice=visit.language.text(told))


def _proposed(visit: Visit[Secretary]) -> str:
    return passphrases.generate(visit.language.code, visit.randomness)


@with_keys
def ask_close(visit: Visit[Secretary]) -> Response:
    return visit.page("secretary/close.html", issuer=visit.opened.issuer, folder=None)


@with_keys
def choose_close(visit: Visit[Secretary]) -> Response:
    return visit.choose(
        N_("Where shall the last lists and the statement lie?"), "keys/close/{chosen}", wanted="folder"
    )


@with_keys
def ask_close_into(visit: Visit[Secretary]) -> Response:
    return visit.page("secretary/close.html", issuer=visit.opened.issuer, folder=visit.chosen())


@with_keys
def close(visit: Visit[Secretary]) -> Response:
    opened, folder = visit.opened, visit.chosen()
    try:
        if not visit.form.ticked("sure"):
            raise UsageError(
                "page.not-sure", N_("Nothing was closed."), next_step=N_("Tick that you mean it.")
            )
        opened.issuer.close_for_good(folder, now=visit.now)
    except VcwalletError as error:
        return visit.again("secretary/close.html", error, field="sure", issuer=opened.issuer, folder=folder)
    opened.unlocked = False
    told = N_("The issuer is closed. Put the content of {folder} on the site, and send it to who checks.")
    return visit.go(notice=visit.language.text(told, folder=folder.name))


ROUTES: Final = (
    Get("keys", keys),
    Get("keys/backup", ask_backup),
    Post("keys/backup", choose_backup),
    Get("keys/backup/{chosen}", ask_backup_into),
    Post("keys/backup/{chosen}", back_up),
    Get("keys/drill", ask_drill),
    Post("keys/drill", choose_drill),
    Get("keys/drill/{chosen}", ask_drill_file),
    Post("keys/drill/{chosen}", drill),
    Get("keys/sheet", ask_sheet),
    Post("keys/sheet", make_sheet),
    Get("keys/printed/{task}", ask_printed),
    Post("keys/printed/{task}", printed),
    Get("keys/standby", ask_standby),
    Post("keys/standby", choose_stick),
    Get("keys/standby/{chosen}", ask_stick),
    Post("keys/standby/{chosen}", move_to_stick),
    *_exchanges(),
    Get("keys/reissue", ask_reissue),
    Post("keys/reissue", reissue),
    Get("keys/passphrase", ask_passphrase),
    Post("keys/passphrase", change_passphrase),
    Get("keys/close", ask_close),
    Post("keys/close", choose_close),
    Get("keys/close/{chosen}", ask_close_into),
    Post("keys/close/{chosen}", close),
)
