"""Every sentence exists in both languages with the same placeholders, and none can be tricked by evidence."""

from __future__ import annotations

import ast
import os
import pickle
import re

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.shared import ROOT
from vcwallet import locales
from vcwallet.cli import COMMANDS, next_steps
from vcwallet.credentials import gate
from vcwallet.errors import Action, Aged, UsageError, fill, plural
from vcwallet.report import Binding, Check, Fate, Outcome, Result, ShowingKind, Tie
from vcwallet.speaking import report_sentences, sentences

PLACEHOLDER = re.compile(r"\{(\w+)(?:!r)?\}")


def catalogue():
    with (locales.FOLDER / "ru" / "LC_MESSAGES" / "messages.po").open("rb") as source:
        return read_po(source)


def source_messages() -> dict[str | tuple[str, ...], str]:
    found = {}
    for name, line, message, _comments, _context in extract_from_dir(
        ROOT / "vcwallet",
        [("**.py", "python"), ("web/pages/templates/**.html", "jinja2")],
        options_map={"web/pages/templates/**.html": {"silent": "false"}},
        keywords={"N_": None, "_": None, "plural": (1, 2), "ngettext": (1, 2)},
    ):
        found[message] = f"{name}:{line}"
    return found


def test_every_sentence_of_the_source_is_translated() -> None:
    russian = catalogue()
    missing = []
    for message, where in source_messages().items():
        first = message if isinstance(message, str) else message[0]
        translated = russian.get(first)
        if translated is None or not translated.string or not all(translated.string):
            missing.append(f"{where}: {first}")
    assert not missing, "\n".join(missing[:40]) + f"\n{len(missing)} untranslated: run `make catalogue`"


def test_no_sentence_stands_inside_an_f_string() -> None:
    """The extractor does not look there: such a sentence would have no Russian, and nobody would be told."""
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "vcwallet").rglob("*.py"))
        for outer in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(outer, ast.JoinedStr)
        for call in ast.walk(outer)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("N_", "plural")
    ]
    assert not hidden, "\n".join(hidden)


def test_translations_keep_their_placeholders_and_are_not_fuzzy() -> None:
    for message in catalogue():
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        wanted = set(PLACEHOLDER.findall(message.id if isinstance(message.id, str) else " ".join(message.id)))
        if isinstance(message.string, str):
            assert set(PLACEHOLDER.findall(message.string)) == wanted, message.id
        else:
            # Forms may leave out what another has, as the English ones do.
            assert all(set(PLACEHOLDER.findall(text)) <= wanted for text in message.string), message.id


def test_the_compiled_catalogue_is_the_one_in_the_source() -> None:
    russian = locales.language("ru")
    for message in catalogue():
        if message.id and isinstance(message.id, str):
            assert russian.text(message.id) == message.string, f"run `make catalogue`: {message.id}"


def test_checks_outcomes_fates_ties_and_results_all_have_words() -> None:
    assert set(sentences.CHECKS) == set(Check)
    assert set(sentences.RESULTS) == set(Result)
    assert set(report_sentences.HEADLINES) == set(Outcome)
    assert set(report_sentences.FATES) == set(Fate)
    assert set(report_sentences.TIES) == set(Tie)
    assert set(report_sentences.BINDINGS) == set(Binding)


def codes_in(pattern: str) -> set[str]:
    """The codes that the gate and the verifier write."""
    names = (
        "verifier/verifier",
        "verifier/showing",
        "verifier/statuses",
        "verifier/item_codes",
        "verifier/queue",
    )
    parts = [ROOT / "vcwallet" / f"{name}.py" for name in ("credentials/gate", *names)]
    return {code for part in parts for code in re.findall(pattern, part.read_text("utf-8"))}


def test_every_reason_the_verifier_gives_has_a_sentence() -> None:
    rooms = "structure|trust|presentation|recipient|request|kind|issuer|key|validity|holder|status|demands"
    given = codes_in(rf'"((?:{rooms})\.[a-z-]+)"') - {"presentation.no-proof", "key.identifier"}
    assert given <= set(sentences.REASONS), given - set(sentences.REASONS)
    assert len(given) > 50


@pytest.mark.parametrize("days", [0, "0"])
def test_what_is_of_today_is_told_so_and_not_by_a_count_of_days(days: int | str) -> None:
    """Evidence holds numbers, and the same as text where a report was written down."""
    for said in sentences.REASONS.values():
        if isinstance(said, Aged):
            for code in locales.LANGUAGES:
                words = locales.language(code)
                assert words.text(said, days=days) == words.text(said.today)
                assert words.text(said, days=1) == words.text(said.older, days=1) != words.text(said.today)


OLD = re.compile(r"days old|days ago|age in days")
TOO_OLD = re.compile(r"newer|beyond|too old|[Nn]ot known")
"""In sentences that are said only of what is older than it may be."""


def test_no_sentence_says_that_something_is_0_days_old() -> None:
    """Whatever tells an age in days is the older form of an `Aged`."""
    bare = set()
    for path in (ROOT / "vcwallet").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        aged = {
            id(inner)
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Aged"
            for inner in ast.walk(call)
        }
        bare |= {
            each.value
            for each in ast.walk(tree)
            if isinstance(each, ast.Constant)
            and isinstance(each.value, str)
            and OLD.search(each.value)
            and re.search(r"\{(days|number)\}", each.value)
            and id(each) not in aged
        }
    assert not {each for each in bare if not TOO_OLD.search(each)}


def test_an_age_in_days_is_counted_as_a_language_counts() -> None:
    said = Aged("today", plural("Trust list: {days} day old.", "Trust list: {days} days old."))
    ru = locales.language("ru")
    assert [ru.text(said, days=days) for days in (0, 1, 2, 5)] == [
        "today",
        "Список доверия: 1 день.",
        "Список доверия: 2 дня.",
        "Список доверия: 5 дней.",
    ]


def test_every_item_and_every_showing_has_a_sentence_and_none_is_idle() -> None:
    assert codes_in(r'"(item\.[a-z-]+)"') == set(report_sentences.ITEMS)
    given = codes_in(r'"(showing\.[a-z-]+)"') | {f"showing.{kind.value}" for kind in ShowingKind}
    assert given - {"showing.none"} == set(report_sentences.SHOWINGS) - {"showing.none"}


def test_the_first_words_of_a_sentence_say_what_to_do() -> None:
    """Two sentences that begin alike for a hurried reader mean one action."""
    begins: dict[str, set[str]] = {}
    for code, said in {**report_sentences.ITEMS, **report_sentences.SHOWINGS}.items():
        for code_of in ("ru", "en"):
            words = locales.language(code_of).text(said.head)
            begins.setdefault(" ".join(words.split()[:2]).rstrip(":.,"), set()).add(action_of(code))
    unlike = {words: fates for words, fates in begins.items() if len(fates) > 1}
    assert not unlike


def action_of(code: str) -> str:
    """What a clerk does with it."""
    said = {**report_sentences.ITEMS, **report_sentences.SHOWINGS}[code].head
    for action in (
        "Confirmed",
        "Shown to you",
        "Not counted",
        "Counted once",
        "Not known",
        "Careful",
        "Do not accept",
    ):
        if said.startswith(action):
            return action
    return said


def test_evidence_cannot_reach_beyond_its_own_text() -> None:
    error = UsageError("x.y", "{a} and {b}", a="{b}", b="{a.__class__}")
    assert str(error) == "{b} and {a.__class__}"
    assert fill("{a}", {"a": None}) == "-"


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "ru_RU.UTF-8"}, "en"),
        ({"LANGUAGE": "ru:en"}, "ru"),
        ({"VCWALLET_LANG": "ru", "LANG": "en_US"}, "ru"),
        ({"LANG": "de_DE"}, "en"),
    ],
)
def test_the_system_says_which_language(environ: dict[str, str], code: str) -> None:
    assert locales.preferred(environ) == code


CHECKS_PAGE = ROOT / "docs" / "reference" / "checks.md"
TABLE_FROM = "<!-- the table is written by tests/unit/ground/test_words.py (VCWALLET_WRITE=1) -->\n"
PREFIX_OF = {
    "structure": Check.STRUCTURE,
    "trust": Check.TRUST,
    "kit": Check.TRUST,
    "presentation": Check.PRESENTATION_PROOF,
    "endorsement": Check.KIND,
    "recipient": Check.PRESENTATION_RECIPIENT,
    "request": Check.PRESENTATION_FRESHNESS,
}
CHECK_OF = {
    "presentation.current": Check.PRESENTATION_FRESHNESS,
    "presentation.never-expires": Check.PRESENTATION_FRESHNESS,
    "presentation.signed": Check.PRESENTATION_FRESHNESS,
    "presentation.seen-again": Check.DEMANDS,
    "presentation.seen-elsewhere": Check.DEMANDS,
    "status.fresh": Check.STATUS_AGE,
    "status.stale": Check.STATUS_AGE,
    "status.old": Check.STATUS_AGE,
    "trust.from-the-future": Check.CLOCK,
    "kit.ahead": Check.CLOCK,
}


def checks_table() -> str:
    """What decides, then the checks in the order of the steps, each with its reasons; in both languages."""
    russian = locales.language("ru")
    lines = []
    for title, table in (
        ("Items", report_sentences.ITEMS),
        ("Showings", report_sentences.SHOWINGS),
        ("Ties", {f"{tie.value}": said for tie, said in report_sentences.TIES.items()}),
    ):
        lines += [f"\n## {title}\n", "| code | | |", "|---|---|---|"]
        for code, said in table.items():
            english, translated = (
                f"**{words.text(said.head)}** {words.text(said.body)}".rstrip()
                for words in (locales.language("en"), russian)
            )
            lines.append(f"| `{code}` | {english} | {translated} |")
    for check in Check:
        lines += [
            f"\n## `{check.value}`",
            f"{sentences.CHECKS[check]} / {russian.text(sentences.CHECKS[check])}\n",
        ]
        reasons = [reason for reason in sentences.REASONS if _check_of(reason) is check]
        if reasons:
            lines += ["| reason | | |", "|---|---|---|"]
            lines += [
                f"| `{reason}` | {locales.language('en').text(said)} | {russian.text(said)} |"
                for reason in reasons
                for said in (sentences.REASONS[reason],)
            ]
    return "\n".join(lines) + "\n"


def _check_of(reason: str) -> Check:
    if reason in gate.REASONS:
        return gate.REASONS[reason].check
    prefix = reason.partition(".")[0]
    return CHECK_OF.get(reason) or PREFIX_OF.get(prefix) or Check(prefix)


def test_the_page_of_checks_is_the_programs_own_list() -> None:
    text = CHECKS_PAGE.read_text("utf-8")
    head = text[: text.index(TABLE_FROM) + len(TABLE_FROM)]
    if os.environ.get("VCWALLET_WRITE") == "1":
        CHECKS_PAGE.write_text(head + checks_table(), "utf-8", newline="\n")
    assert CHECKS_PAGE.read_text("utf-8") == head + checks_table(), "VCWALLET_WRITE=1 writes the page anew"


def below_the_doors() -> dict[str | tuple[str, ...], str]:
    """Sentences of modules that no door owns, with their places; a library's user reads them too."""
    doors = ("cli/", "conformance/", "fetch.py")
    return {message: where for message, where in source_messages().items() if not where.startswith(doors)}


COMMAND = re.compile(r"(?<!\w)--[a-z]|\bpip install\b|\bvcwallet (?!file\b)[a-z-]+ ?[a-z-]*[.”»` ]")


def test_no_sentence_below_the_doors_names_a_command_or_an_option() -> None:
    """A page has buttons and a library's user has functions: they say the action in their own words."""
    named = []
    for message, where in below_the_doors().items():
        for text in [message] if isinstance(message, str) else message:
            found = COMMAND.search(text)
            words = found[0].split() if found else []
            if found and (len(words) < 2 or words[1].strip(".”»`") in COMMANDS or "pip" in words[0]):
                named.append(f"{where}: {text}")
    assert not named, "\n".join(named)


def test_every_action_has_a_sentence_in_both_languages_and_one_pair_of_words_in_the_command_line() -> None:
    russian = locales.language("ru")
    for action in Action:
        assert russian.text(action.sentence) != action.sentence
        error = pickle.loads(pickle.dumps(UsageError("x.y", "No.", next_step=action, part="pdf")))
        assert (error.action, error.next_step_template) == (action, action.sentence)
    assert set(next_steps.COMMANDS) <= set(Action)


def test_a_plural_has_the_forms_of_its_language() -> None:
    pair = plural("Takes {nargs} values but 1 was given.", "Takes {nargs} values but {len} were given.")
    said = {
        number: locales.language("ru").text(pair, number=number, len=number, nargs=3) for number in (1, 2, 5)
    }
    assert len(set(said.values())) == 3
    assert locales.language("en").text(pair, number=1, nargs=3) == "Takes 3 values but 1 was given."
