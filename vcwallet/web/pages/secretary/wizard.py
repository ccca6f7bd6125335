"""From a kit to an issuer's own folder: a question on each page, and a sample that follows the answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from starlette.responses import Response

from vcwallet.credentials.template import AWARDED
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.identifiers.did import web
from vcwallet.issuer import Issuer, Kit
from vcwallet.issuer.invented import Question
from vcwallet.sealed_file import passphrases
from vcwallet.speaking import rosters
from vcwallet.web.pages.secretary.opened import Secretary
from vcwallet.web.pages.secretary.sheet_in_work import SheetInWork, read_again
from vcwallet.web.pages.session import Kept
from vcwallet.web.pages.visit import Get, Post, Visit, file_response

__all__ = ["FRONT", "ROUTES"]

STEPS: Final = (
    N_("What you issue"),
    N_("Its name"),
    N_("Site"),
    N_("The same in all diplomas"),
    N_("Passphrase"),
)


@dataclass
class Founding:
    """The answers so far."""

    kit: Kit
    name: str = ""
    site: str = ""
    has_site: bool | None = None
    values: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None
    phrase: str = ""
    """Proposed; what is typed counts."""
    drawn: int = 0
    """Counts the changes, so that a browser asks for the sample anew."""

    def answer(self, question: Question) -> str:
        """What was typed, or what is proposed as long as nothing was."""
        return self.values.get(question.name, question.proposal)


# --- what is issued --------------------------------------------------------------------


def kits(visit: Visit[None]) -> Response:
    return visit.page("secretary/kits.html", kits=_kits(visit))


def _kits(visit: Visit[None]) -> list[tuple[Kit, str, list[str]]]:
    language = visit.language
    return [
        (
            kit,
            language.text(rosters.KITS[kit.name]) if kit.name in rosters.KITS else kit.name,
            [template.names[language.code] for template in kit.templates],
        )
        for kit in Issuer.kits()
    ]


def kit_picture(visit: Visit[None]) -> Response:
    kit = _kit(visit.parameters["kit"])
    return _picture(kit.picture(kit.templates[0], now=visit.now))


def choose_kit(visit: Visit[None]) -> Response:
    try:
        founding = Founding(_kit(visit.form.text("kit")))
    except VcwalletError as error:
        return visit.again("secretary/kits.html", error, kits=_kits(visit))
    return visit.go(f"secretary/new/{visit.session.begin(founding)}/name")


def _kit(name: str) -> Kit:
    found = next((kit for kit in Issuer.kits() if kit.name == name), None)
    if found is None:
        raise _nothing_chosen()
    return found


def _nothing_chosen() -> UsageError:
    return UsageError(
        "page.nothing-chosen", N_("Nothing was chosen."), next_step=N_("Choose one of the answers.")
    )


def _picture(content: bytes) -> Response:
    return file_response(Kept("sample.png", content, "image/png", inline=True))


# --- the answers -------------------------------------------------------------------------


def _founding(visit: Visit[None]) -> Founding:
    """Raises UsageError (``page.forgotten``)."""
    return visit.session.task(visit.parameters["task"], Founding)


def _page(visit: Visit[None], template: str, error: VcwalletError | None = None, **values: Any) -> Response:
    founding, task = _founding(visit), visit.parameters["task"]
    field_ = values.pop("field", None)
    known: dict[str, Any] = {
        "founding": founding,
        "task": task,
        "steps": [visit.language.text(each) for each in STEPS],
        **values,
    }
    if error is not None:
        return visit.again(template, error, field=field_, **known)
    return visit.page(template, **known)


def _next(visit: Visit[None], page: str) -> Response:
    return visit.go(f"secretary/new/{visit.parameters['task']}/{page}")


def sample(visit: Visit[None]) -> Response:
    founding = _founding(visit)
    template = founding.kit.templates[0]
    values = {each.name: founding.answer(each) for each in founding.kit.questions(visit.now)}
    return _picture(founding.kit.picture(template, name=founding.name, values=values, now=visit.now))


def ask_name(visit: Visit[None]) -> Response:
    return _page(visit, "secretary/new_name.html")


def say_name(visit: Visit[None]) -> Response:
    founding = _founding(visit)
    founding.name, founding.drawn = visit.form.text("name"), founding.drawn + 1
    if visit.form.ticked("again"):
        return _page(visit, "secretary/new_name.html")
    try:
        founding.kit.demand_name(founding.name)
    except VcwalletError as error:
        return _page(visit, "secretary/new_name.html", error, field="name")
    return _next(visit, "site")


def ask_site(visit: Visit[None]) -> Response:
    return _page(visit, "secretary/new_site.html")


def say_site(visit: Visit[None]) -> Response:
    founding, form = _founding(visit), visit.form
    founding.has_site = {"yes": True, "no": False}.get(form.text("has-site"))
    founding.site = web.address(form.text("site")) if founding.has_site else ""
    try:
        _demand_site(founding)
    except VcwalletError as error:
        return _page(visit, "secretary/new_site.html", error, field="site" if founding.has_site else None)
    return _next(visit, "values")


def _demand_site(founding: Founding) -> None:
    if founding.has_site is None:
        raise _nothing_chosen()
    if founding.has_site:
        web.did_of(founding.site)


def ask_values(visit: Visit[None]) -> Response:
    return _page(visit, "secretary/new_values.html", **_questions(visit, _founding(visit)))


def _questions(visit: Visit[None], founding: Founding) -> dict[str, Any]:
    titles = {each.id: each.names[visit.language.code] for each in founding.kit.templates}
    return {
        "questions": [
            (
                question,
                founding.answer(question),
                [choice.value for choice in question.column.choices if not choice.skip],
                [titles[each] for each in question.templates]
                if len(question.templates) < len(titles)
                else [],
            )
            for question in founding.kit.questions(visit.now)
        ],
        "day_of_award": AWARDED,
    }


def say_values(visit: Visit[None]) -> Response:
    founding, form = _founding(visit), visit.form
    questions = founding.kit.questions(visit.now)
    founding.values = {each.name: form.text(f"value-{each.name}") for each in questions}
    founding.drawn += 1
    if form.ticked("again"):
        return _page(visit, "secretary/new_values.html", **_questions(visit, founding))
    for name, value in founding.values.items():
        try:
            founding.kit.demand_value(name, value, site=founding.site, now=visit.now)
        except VcwalletError as error:
            return _page(
                visit,
                "secretary/new_values.html",
                error,
                field=f"value-{name}",
                **_questions(visit, founding),
            )
    return _choose_place(visit, founding)


# --- where it lies and what opens it -----------------------------------------------------


def _choose_place(visit: Visit[None], founding: Founding) -> Response:
    task = visit.parameters["task"]
    return visit.choose(
        N_("Where shall the folder of the diplomas lie?"),
        f"secretary/new/{task}/in/{{chosen}}",
        wanted="new",
        # Quotation marks are in the way in names of folders, and cutting would leave one without its other.
        name=visit.language.text(
            N_("{name}, diplomas"),
            name=founding.name.translate(dict.fromkeys(map(ord, '«»„“”"')))[:50].rstrip(". "),
        ),
    )


def ask_phrase(visit: Visit[None]) -> Response:
    founding = _founding(visit)
    founding.folder = visit.chosen()
    if not founding.phrase:
        founding.phrase = passphrases.generate(visit.language.code, visit.randomness)
    return _phrase(visit, founding)


def _phrase(visit: Visit[None], founding: Founding, error: VcwalletError | None = None) -> Response:
    return _page(
        visit,
        "secretary/new_phrase.html",
        error,
        field="passphrase" if error and error.code.startswith(("passphrase.", "page.")) else None,
        folder=founding.folder,
        chosen=visit.parameters["chosen"],
        words=founding.phrase.split(),
    )


def found(visit: Visit[None]) -> Response:
    """Make the folder and its keys, once the passphrase was typed twice."""
    founding, form = _founding(visit), visit.form
    founding.folder = visit.chosen()
    if form.ticked("other"):
        founding.phrase = passphrases.generate(visit.language.code, visit.randomness)
        return _next(visit, f"in/{visit.parameters['chosen']}")
    typed = form.raw("passphrase")
    try:
        passphrases.demand_same(typed, form.raw("again"))
        issuer = Issuer.create(
            founding.folder,
            typed,
            kit=founding.kit.name,
            name=founding.name,
            site=founding.site,
            values=founding.values,
            randomness=visit.randomness,
        )
    except VcwalletError as error:
        return _phrase(visit, founding, error)
    visit.places.remember(founding.folder, Secretary.kind, visit.now.date())
    return visit.enter(Secretary(issuer, unlocked=True), "made", ends=visit.parameters["task"])


def made(visit: Visit[Secretary]) -> Response:
    return visit.page("secretary/made.html", issuer=visit.opened.issuer, folder=visit.opened.folder)


# --- the values of a folder that is there --------------------------------------------------


def ask_own_values(visit: Visit[Secretary]) -> Response:
    return visit.page("secretary/values.html", **_own_values(visit))


def _own_values(visit: Visit[Secretary]) -> dict[str, Any]:
    """What is the same in all diplomas; beside a sheet in work, in those that are made of it."""
    issuer, form, sheet = visit.opened.issuer, visit.form, _sheet(visit)
    invented = {(each.table, each.key) for each in issuer.invented}
    return {
        "tables": [
            (
                template.names[visit.language.code],
                [
                    (
                        f"{template.id}.{column.key}",
                        column,
                        form.text(f"value-{template.id}.{column.key}") if form.names() else value,
                        [choice.value for choice in column.choices if not choice.skip],
                        (template.id, column.key) in invented,
                    )
                    for column, value in issuer.same_in_all(template)
                ],
            )
            for template in (
                issuer.template(each) for each in ((sheet.template,) if sheet else issuer.settings.templates)
            )
        ],
        "name_is_invented": ("name", "ru") in invented,
        "day_of_award": AWARDED,
        "back": _back(visit),
    }


def _sheet(visit: Visit[Secretary]) -> SheetInWork | None:
    task = visit.parameters.get("task")
    return visit.opened.task(task, SheetInWork) if task else None


def _back(visit: Visit[Secretary]) -> str:
    task = visit.parameters.get("task")
    return f"sheet/{task}" if task else "sheet"


def say_own_values(visit: Visit[Secretary]) -> Response:
    issuer, form = visit.opened.issuer, visit.form
    typed: dict[str, dict[str, str]] = {}
    for name in form.names():
        if name.startswith("value-"):
            template, _, key = name.removeprefix("value-").partition(".")
            typed.setdefault(template, {})[key] = form.text(name)
    for template, values in typed.items():
        for key, value in values.items():
            try:
                if value:
                    issuer.check_value(issuer.template(template), key, value, now=visit.now)
            except VcwalletError as error:
                field = f"value-{template}.{key}"
                return visit.again("secretary/values.html", error, field=field, **_own_values(visit))
    issuer.write_values(typed)
    sheet = _sheet(visit)
    if sheet is not None:
        read_again(sheet, issuer, visit.now)
    return visit.go(_back(visit), notice=visit.language.text(N_("Saved. The next diplomas will say so.")))


FRONT: Final = (
    Get("new", kits),
    Post("new", choose_kit),
    Get("new/pictures/{kit}", kit_picture),
    Get("new/{task}/sample/{drawn}", sample),
    Get("new/{task}/name", ask_name),
    Post("new/{task}/name", say_name),
    Get("new/{task}/site", ask_site),
    Post("new/{task}/site", say_site),
    Get("new/{task}/values", ask_values),
    Post("new/{task}/values", say_values),
    Get("new/{task}/in/{chosen}", ask_phrase),
    Post("new/{task}/in/{chosen}", found),
)
ROUTES: Final = (
    Get("made", made),
    Get("values", ask_own_values),
    Post("values", say_own_values),
    Get("sheet/{task}/values", ask_own_values),
    Post("sheet/{task}/values", say_own_values),
)
