"""That a wallet outlives a disk, a forgotten passphrase and a person: copies, drills, sheets, people."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from vcwallet.bundle.recovery_sheet import RecoverySheet
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.sealed_file import passphrases
from vcwallet.sealed_file.recovery_codes import groups_to_read
from vcwallet.speaking import safekeeping
from vcwallet.web.pages.family import creating, recovery
from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.family.saving import saved, unsaved
from vcwallet.web.pages.family.under_way import NewSheet
from vcwallet.web.pages.jobs import Job
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]

_PDF: Final = "application/pdf"


def safety(visit: Visit[Family]) -> Response:
    """What is known of copies, sheets and people who can open it."""
    opened = visit.opened
    backup = opened.seen.last_backup(opened.wallet.saved_state.file_id)
    found = safekeeping.safekeeping(opened.wallet, backup, visit.language)
    return visit.page("family/safety.html", safety=found, unsaved=unsaved(visit))


# --- a copy, and whether it opens ---------------------------------------------------------------------------


def choose_folder(visit: Visit[Family]) -> Response:
    return visit.choose(N_("Where shall the copy go?"), "safety/backup/{chosen}", wanted="folder")


def ask_backup(visit: Visit[Family]) -> Response:
    return visit.page("family/backup.html", folder=visit.chosen().name)


def backup(visit: Visit[Family]) -> Response:
    opened, folder, now = visit.opened, visit.chosen(), visit.now

    def work(_: Job) -> str:
        place, health = opened.wallet.back_up(folder, now=now)
        opened.seen.remember_backup(opened.wallet.saved_state, now=now)
        opened.last.checked = safekeeping.Checked(place.name, health)
        return "safety/checked"

    return visit.start(N_("Making a copy and reading it back"), 0, work, back="safety", stoppable=False)


def choose_copy(visit: Visit[Family]) -> Response:
    return visit.choose(N_("Which copy shall be checked?"), "safety/check/{chosen}", wanted="file")


def ask_check(visit: Visit[Family]) -> Response:
    return visit.page("family/check_copy.html", file=visit.chosen().name)


def check(visit: Visit[Family]) -> Response:
    """Open a copy as on the day of need, by the passphrase or by what is printed on the sheet."""
    opened, path, form = visit.opened, visit.chosen(), visit.form
    photos = [each.content for each in form.files("photo")]
    by_code = bool(form.text("code") or photos)
    try:
        secret = safekeeping.secret(form.raw("passphrase"), form.text("code"), photos)
        with visit.session.guesses.at(path):
            tried = opened.wallet.try_copy(path, secret, now=visit.now)
    except VcwalletError as error:
        field = "code" if by_code else "passphrase"
        return visit.again("family/check_copy.html", error, field=field, file=path.name)
    opened.last.checked = safekeeping.Checked(path.name, tried.health, tried)
    return visit.go("safety/checked")


def checked(visit: Visit[Family]) -> Response:
    found = visit.opened.last.checked
    if found is None:
        return visit.go("safety")
    problems = [visit.problem(each) for each in found.health.problems]
    return visit.page(
        "family/checked.html", checked=found, lines=found.said(visit.language), problems=problems
    )


# --- the passphrase -----------------------------------------------------------------------------------------


def ask_passphrase(visit: Visit[Family]) -> Response:
    return visit.page("family/new_passphrase.html", **_offered(visit))


def change_passphrase(visit: Visit[Family]) -> Response:
    opened = visit.opened
    try:
        chosen = creating.typed_words(visit, None)
        opened.wallet.change_passphrase(chosen, kdf=creating.kdf())
    except UsageError as error:
        field = safekeeping.field_of(error)
        return visit.again("family/new_passphrase.html", error, field=field, **_offered(visit))
    said = N_("The wallet opens with the new passphrase. Copies made before still open with the old one.")
    return saved(visit, "safety", visit.language.text(said))


def _offered(visit: Visit[Family]) -> dict[str, Any]:
    words = passphrases.generate(visit.language.code, visit.randomness)
    return {"words": words.split(), "file": visit.opened.title}


# --- sheets of more than one page, or of another person ----------------------------------------


def ask_shares(visit: Visit[Family]) -> Response:
    return visit.page("family/shares.html", sheets=visit.opened.wallet.own_sheets)


def make_shares(visit: Visit[Family]) -> Response:
    """A new code in three shares; the codes of earlier sheets go when somebody has read the new ones."""
    opened = visit.opened
    printed = opened.wallet.begin_recovery_code(shared=True)
    opened.save(visit.now)
    sheet = RecoverySheet(printed, opened.wallet.path.name, visit.now.date())
    return _hand_out(visit, NewSheet(sheet, groups_to_read(printed.codes, visit.randomness)))


def sheet(visit: Visit[Family]) -> Response:
    return visit.page("family/sheet_back.html", new=_new_sheet(visit), name=visit.parameters["sheet"])


def sheet_page(visit: Visit[Family]) -> Response:
    """One of the pages to print."""
    new, place = _new_sheet(visit), safekeeping.page_number(visit.parameters["page"])
    content = new.sheet.pdf(visit.language, place, recovery.how(visit))
    return visit.download(safekeeping.sheet_name(new.sheet, place, visit.language), content, _PDF)


def read_back(visit: Visit[Family]) -> Response:
    """The sheet is on paper when somebody reads groups of it back; then earlier ones are closed."""
    opened, new = visit.opened, _new_sheet(visit)
    wrong = safekeeping.misread(new.groups, [visit.form.text(f"group{n}") for n in range(len(new.groups))])
    if wrong is not None:
        values = {"new": new, "name": visit.parameters["sheet"]}
        return visit.again("family/sheet_back.html", wrong.error, field=f"group{wrong.position}", **values)
    if new.guardian is None:
        opened.wallet.finish_recovery_code(new.sheet.printed)
    opened.finish(visit.parameters["sheet"], "safety")
    said = N_("The sheet {number} opens the wallet. Keep it where birth certificates are kept.")
    return saved(visit, "safety", visit.language.text(said, number=new.sheet.number))


def withdraw_sheet(visit: Visit[Family]) -> Response:
    """The sheet came on no paper: its code opens nothing any more."""
    opened, new = visit.opened, _new_sheet(visit)
    if new.guardian is None:
        opened.wallet.withdraw_recovery_code(new.sheet.printed)
    else:
        opened.wallet.guardians.remove(opened.wallet.guardians.find(new.guardian))
    opened.finish(visit.parameters["sheet"], "safety")
    return saved(visit, "safety", visit.language.text(N_("Nothing was changed: earlier sheets stay good.")))


def _hand_out(visit: Visit[Family], new: NewSheet) -> Response:
    name = visit.opened.begin(new, visit.randomness)
    return visit.go(f"safety/sheet/{name}")


def _new_sheet(visit: Visit[Family]) -> NewSheet:
    """Raises UsageError (``page.forgotten``)."""
    return visit.opened.task(visit.parameters["sheet"], NewSheet)


# --- other people who can open it ---------------------------------------------------------------------------


def people(visit: Visit[Family]) -> Response:
    return _people(visit)


def add_person(visit: Visit[Family]) -> Response:
    """Somebody with a passphrase of their own, typed here by them; or with a sheet of their own."""
    form, opened = visit.form, visit.opened
    guardians, name = opened.wallet.guardians, form.text("name")
    try:
        if form.ticked("sheet"):
            printed = guardians.add_code(name, now=visit.now)
            opened.save(visit.now)
            made = RecoverySheet(printed, opened.wallet.path.name, visit.now.date())
            return _hand_out(visit, NewSheet(made, groups_to_read(printed.codes, visit.randomness), name))
        guardians.check_name(name)
        chosen = creating.typed_words(visit, None)
        guardians.add_passphrase(name, chosen, kdf=creating.kdf(), now=visit.now)
    except UsageError as error:
        return _people(visit, error)
    return saved(visit, "safety/people", visit.language.text(N_("{name} can open the wallet."), name=name))


def ask_remove(visit: Visit[Family]) -> Response:
    return visit.page(
        "family/remove_person.html", person=visit.opened.wallet.guardians.by_slot(visit.parameters["slot"])
    )


def remove_person(visit: Visit[Family]) -> Response:
    guardians = visit.opened.wallet.guardians
    person = guardians.by_slot(visit.parameters["slot"])
    guardians.remove(person)
    said = N_("{name} cannot open this wallet any more. Copies made before still open for them.")
    return saved(visit, "safety/people", visit.language.text(said, name=person.name))


def _people(visit: Visit[Family], error: UsageError | None = None) -> Response:
    values: dict[str, Any] = {
        "people": visit.opened.wallet.guardians.all(),
        "name": visit.form.text("name"),
        "file": visit.opened.title,
        "unsaved": unsaved(visit),
    }
    if error is not None:
        return visit.again("family/people.html", error, field=safekeeping.field_of(error), **values)
    return visit.page("family/people.html", **values)


ROUTES: Final = (
    Get("safety", safety),
    Post("safety/backup", choose_folder),
    Get("safety/backup/{chosen}", ask_backup),
    Post("safety/backup/{chosen}", backup),
    Post("safety/check", choose_copy),
    Get("safety/check/{chosen}", ask_check),
    Post("safety/check/{chosen}", check),
    Get("safety/checked", checked),
    Get("safety/passphrase", ask_passphrase),
    Post("safety/passphrase", change_passphrase),
    Get("safety/shares", ask_shares),
    Post("safety/shares", make_shares),
    Get("safety/sheet/{sheet}", sheet),
    Post("safety/sheet/{sheet}", read_back),
    Post("safety/sheet/{sheet}/withdraw", withdraw_sheet),
    Get("safety/sheet/{sheet}/{page}", sheet_page),
    Get("safety/people", people),
    Post("safety/people", add_person),
    Get("safety/people/{slot}/remove", ask_remove),
    Post("safety/people/{slot}/remove", remove_person),
)
