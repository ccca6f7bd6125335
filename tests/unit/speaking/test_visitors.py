"""A page on a university's site speaks to visitors, who keep no trust list and have no command."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sameness import cases
from tests.sameness.hosts import SETTINGS, Case
from tests.sameness.spoken import not_for_visitors
from tests.unit.ground.test_words import source_messages
from tests.world import UNIVERSITY, World
from vcwallet import strict_json
from vcwallet.credentials import gate
from vcwallet.errors import Action
from vcwallet.locales import LANGUAGES, language
from vcwallet.page.desk import Desk
from vcwallet.report import Binding
from vcwallet.speaking import report_sentences
from vcwallet.speaking.sentences import CHECKS, REASONS
from vcwallet.speaking.visitors import FOR_VISITORS, for_visitors

UNHEARD = (
    # A page asks no question, keeps no register of what was seen, judges no queue, and its kits are one list.
    *("showing.just-now", "showing.other-challenge", "showing.request-over", "showing.seen-elsewhere"),
    *(
        "showing.challenge-used",
        "item.contested",
        "item.elsewhere",
        "item.seen-elsewhere",
        "item.kit-too-old",
    ),
    *("kit.fresh", "kit.stale", "kit.too-old", "kit.ahead", "request.over", "recipient.other-challenge"),
    *("recipient.challenge-used", "presentation.seen-again", "presentation.seen-elsewhere"),
    *("demands.seen-elsewhere", "demands.not-all-asked", "demands.contested", "demands.elsewhere"),
)


def test_a_sentence_that_is_said_otherwise_is_one_that_is_said() -> None:
    """One that was written anew would leave a visitor with an office's words, and nobody would notice."""
    said = set(source_messages())
    assert not [each for each in FOR_VISITORS if each not in said]
    assert not [each for each in FOR_VISITORS.values() if each not in said]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_reason_and_sentence_of_a_report_can_be_said_to_a_visitor(code: str) -> None:
    speaking = for_visitors(language(code))
    templates: list[Any] = [*CHECKS.values(), *report_sentences.BINDINGS.values()]
    templates += [each.sentence for each in gate.REASONS.values()]
    templates += [each for reason, each in REASONS.items() if reason not in UNHEARD]
    for table in (report_sentences.ITEMS, report_sentences.SHOWINGS, report_sentences.NOT_HARMED):
        templates += [part for name, each in table.items() if name not in UNHEARD for part in each]
    templates += [*report_sentences.ISSUED_TO_A_NAME, *report_sentences.IN_REFUSED]
    # A mistake of the program, and what a page lacks, may be told of any file.
    templates += [each.sentence for each in (Action.REPORT_MISTAKE, Action.REINSTALL, Action.INSTALL_PART)]
    said = [speaking.text(part) for each in templates for part in _parts(each)]
    assert len(said) > 150
    assert not_for_visitors(said) == []


def _parts(template: Any) -> list[Any]:
    """An `Aged` has two."""
    return [template] if isinstance(template, str) else list(template)


def test_what_a_trust_list_demands_is_said_to_a_visitor() -> None:
    """What is shown without any demand is asked of the page itself, in `tests/sameness`."""
    told = {each.name: not_for_visitors(_answered(each)) for each in _demanded()}
    assert len(told) == 18
    assert {name: said for name, said in told.items() if said} == {}


def _demanded() -> list[Case]:
    w = World()
    found = []
    for binding in Binding:
        trust = cases.text_of(w.trust(recipient=UNIVERSITY, binding=binding, require_status=True))
        for name, shown in {
            "alone": w.olympiad.diploma(7, holder=w.child.id),
            "to nobody": w.child.show_as(
                w.child.key, w.child.id, None, [w.olympiad.diploma(7, holder=w.child.id)], domain=None
            ),
            "by name": w.bundle(w.school.diploma(3)).to_json(),
        }.items():
            content = strict_json.dumps(shown).encode("utf-8")
            found += [
                cases.given(f"{binding} {name} {code}", ("показ.json", content), trust=trust, lang=code)
                for code in LANGUAGES
            ]
    return found


def _answered(case: Case) -> Any:
    settings = case.settings or SETTINGS
    desk = Desk(
        case.trust.encode("utf-8"),
        case.lang,
        program=settings["program"],
        status_days=settings["statusDays"],
        old_days=settings["oldStatusDays"],
    )
    return json.loads(desk.files(case.files, now=case.now))
