"""What answers on the page: codes, files and text become answers in words, by the rules of `verifier`.

    desk = Desk(trust_list, "ru", program="1.0", status_days=14, old_days=None)
    told = json.loads(desk.typed(text, now="2026-06-10T12:00:00+03:00"))

It runs in the visitor's browser and talks to the scripts of the page in JSON. Until the next person it keeps
the parts of a code that is not whole yet, and what was answered last: that is said again in another language.

An answer may need a part of the primitives that is not loaded yet (`primitives.NotLoaded`). Whoever asks
loads it and calls `again`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import is_dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.bundle.gathering import Gathering, Seen, Step
from vcwallet.bundle.inputs import Input, Source
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.scanning import Found, Reading, read_each
from vcwallet.characters import in_json, visible
from vcwallet.errors import N_, InputError, LimitExceeded, Mistake, UsageError, VcwalletError
from vcwallet.locales import language
from vcwallet.page.elsewhere import Answer
from vcwallet.page.eyes import Eyes
from vcwallet.report import Answers, Problem
from vcwallet.speaking.answers import answer_words
from vcwallet.speaking.reception import (
    ages_sentence,
    problem_sentence,
    progress_sentence,
    step_sentence,
)
from vcwallet.speaking.visitors import for_visitors
from vcwallet.strict_json import Json, JsonObject
from vcwallet.verifier.demands import Demands
from vcwallet.verifier.office import Office
from vcwallet.verifier.trust import TrustList
from vcwallet.verifier.verifier import Verifier

__all__ = ["Desk"]

_YEARS: Final = range(1900, 9000)
_NOTHING_READ: Final[JsonObject] = {"said": "", "problem": "", "progress": "", "seen": ""}
"""Of a code or a text: what is answered is something else."""


class Desk:
    def __init__(
        self, trust: bytes, code: str, *, program: str, status_days: int, old_days: int | None
    ) -> None:
        """`trust` is the page's trust list, and the days are how old lists of revoked diplomas may be.

        Raises what `TrustList.parse` raises.
        """
        self._office = Office.of(TrustList.parse(trust))
        self._demands = Demands(
            max_status_age=timedelta(days=status_days),
            old_status_age=None if old_days is None else timedelta(days=old_days),
        )
        self._language = for_visitors(language(code))
        self._program = program
        self._eyes = Eyes()
        self._inputs: list[Input] = []
        self._answered: str | None = None
        self._gathering = self._new_gathering()
        self._last: Callable[[], str] | None = None
        self._standing: Callable[[], Json] | None = None

    def state(self, *, now: str) -> str:
        """How old what the page goes by is."""
        try:
            at, clock = _moment(now), ""
        except InputError as error:
            at, clock = self._office.trust.issued_at, self._sentence(error)
        return _told(
            {
                "ages": "" if clock else ages_sentence(self._office, self._language, now=at),
                "clock": clock,
                "outdated": self._office.ages(at).outdated,
            }
        )

    def codes(self, texts: Iterable[str], *, now: str) -> str:
        """The texts of the codes in one picture of the camera."""
        return self._asked(partial(self._step, self._gathering.codes([str(each) for each in texts]), now))

    def typed(self, text: str, *, now: str) -> str:
        """What a hand scanner typed, or somebody pasted."""
        try:
            step = self._gathering.text(text)
        except LimitExceeded as error:
            step = Step(Seen.OTHER, self._gathering.progress, error)
        return self._asked(partial(self._step, step, now))

    def files(self, given: Iterable[tuple[str, bytes | None]], *, now: str) -> str:
        """Files by their names; what lies in one folder belongs together.

        None is the content of one that is too large to be read. Instead of an answer there may be a list
        of what is `wanted` of PDFs and pictures among them: `content` has the files themselves, and `opened`
        takes what was told of them.
        """
        self._inputs = [
            Input(Source(number, str(name)), partial(_content, content), folder=str(name).rpartition("/")[0])
            for number, (name, content) in enumerate(given, 1)
        ]
        self._eyes.forget()
        return self._read(now)

    def content(self, number: int) -> bytes:
        """The file that is wanted, from 0."""
        return self._eyes.elsewhere.wanted[number].data

    def opened(self, answers: Sequence[Answer], *, now: str) -> str:
        """`files`, with what the other worker told of what was wanted."""
        self._eyes.elsewhere.tell(answers)
        return self._read(now)

    def again(self) -> str:
        """Answer what was asked last, which ended without an answer; a code is not read anew for it."""
        assert self._last is not None
        return self._asked(self._last)

    def speak(self, code: str) -> str:
        """Another language from now on; in it, what was answered last and how far the parts of a code are."""
        self._language = for_visitors(language(code))
        return self._asked(self._said_again)

    def next(self) -> None:
        """The next person; codes of the one before that are still in sight are not taken."""
        self._last = self._standing = None
        self._inputs = []
        self._eyes.forget()
        self._gathering = self._new_gathering()

    def anew(self) -> None:
        """Forget the parts that were read, and what was answered last."""
        self._answered = self._last = None
        self.next()

    def _new_gathering(self) -> Gathering:
        return Gathering(answered=self._answered)

    def _asked(self, answer: Callable[[], str]) -> str:
        self._last = answer
        told = answer()
        self._last = None
        return told

    def _read(self, now: str) -> str:
        try:
            reading = read_each(self._inputs, self._eyes)
        except UsageError as error:  # more than are read at once
            said = self._sentence(error)
            progress = progress_sentence(self._gathering.progress, self._language)
            self._inputs = []
            self._eyes.forget()
            return _told(
                {**_NOTHING_READ, "said": said, "problem": said, "progress": progress, "answer": None}
            )
        wanted: list[Json] = [each.as_json() for each in self._eyes.elsewhere.wanted]
        if wanted:
            return _told({"wanted": wanted})
        self._inputs = []
        self._eyes.forget()
        return self._asked(partial(self._given, reading, now))

    def _given(self, reading: Reading, now: str) -> str:
        return _told({**_NOTHING_READ, "answer": self._answer_stands(partial(self.answer, reading, now))})

    def _step(self, step: Step, now: str) -> str:
        answer: Json = None
        if step.seen is Seen.WHOLE and step.found is not None:
            answer = self._answer_stands(partial(self._of_a_code, step.found, now))
            if step.progress is not None:
                self._answered = step.progress.bundle_id
            # Files that were given before may still be opened.
            self._gathering = self._new_gathering()
        return _told(
            {
                "said": step_sentence(step, self._language),
                "problem": problem_sentence(step, self._language),
                "progress": progress_sentence(step.progress, self._language),
                "seen": step.seen.value,
                "answer": answer,
            }
        )

    def _of_a_code(self, found: Found, now: str) -> Json:
        source = Source(1, self._language.text(N_("the camera, a scanner or pasted text")))
        return self.answer(Reading((replace(found, sources=(source,)),)), now)

    def _answer_stands(self, answer: Callable[[], Json]) -> Json:
        told = answer()
        self._standing = answer
        return told

    def _said_again(self) -> str:
        progress = progress_sentence(self._gathering.progress, self._language)
        answer = None if self._standing is None else self._standing()
        return _told({**_NOTHING_READ, "progress": progress, "answer": answer})

    def answer(self, reading: Reading, now: str) -> Json:
        """Reports in words and whole, what could not be read, and when this was found."""
        when = ""
        try:
            at = _moment(now)
        except InputError as error:
            answers = Answers((), (Problem(self._language.text(N_("The clock of this computer")), error),))
        else:
            when = self._language.text(
                N_("Checked on {moment} by the clock of this computer."), moment=self._language.moment(at)
            )
            answers = self._verifier().check_found(reading, now=at)
        if not answers.reports and not answers.problems:
            answers = replace(answers, problems=(_nothing_shown(reading),))
        told = tuple(replace(each, message=self._language.error(each.error)) for each in answers.problems)
        answers = replace(answers, problems=told)
        words: list[Json] = [_plain(answer_words(each, self._language)) for each in answers.reports]
        problems: list[Json] = [
            {
                "source": visible(each.source),
                "said": self._sentence(each.error),
                "mistake": isinstance(each.error, Mistake),
            }
            for each in answers.problems
        ]
        return {
            "several": self._several(len(words), len(problems)),
            "reports": words,
            "problems": problems,
            "when": when,
            "json": self.report(answers),
        }

    def _several(self, answers: int, unread: int) -> str:
        """How many answers there are, where more than one thing was given; the first may fill a phone."""
        if not answers or answers + unread == 1:
            return ""
        said = self._language.text(N_("Answers: {answers}."), answers=answers)
        if unread:
            said += " " + self._language.text(N_("Not read: {unread}."), unread=unread)
        return said

    def report(self, answers: Answers) -> str:
        """The document that ``vcwallet verify --json`` writes."""
        return in_json(strict_json.dumps(answers.as_json(program=self._program), indent=2)) + "\n"

    def _verifier(self) -> Verifier:
        return self._office.verifier(self._demands)

    def _sentence(self, error: VcwalletError) -> str:
        step = self._language.next_step(error) or ""
        return " ".join(filter(None, (self._language.error(error), step)))


def _moment(now: str) -> datetime:
    """Raises InputError (``page.clock``) for a moment from which counted days may leave the calendar."""
    with suppress(ValueError):
        at = datetime.fromisoformat(now)
        if at.year in _YEARS:
            return at
    raise InputError(
        "page.clock",
        N_("The clock of this computer says {now}, and nothing can be checked by it."),
        next_step=N_("Set the date and the time of this computer, and open the page anew."),
        now=now,
    )


def _content(content: bytes | None) -> bytes:
    if content is None:
        raise LimitExceeded(
            "page.file-too-large",
            N_(
                "This page reads files of up to {limit} MiB, and {all} MiB of them at once;"
                " this one it left unread."
            ),
            next_step=N_("Give the wallet's own file, or a smaller picture; of many files, some at a time."),
            limit=limits.PAGE_FILE_BYTES // limits.MIB,
            all=limits.PAGE_FILES_BYTES // limits.MIB,
        )
    return content


def _nothing_shown(reading: Reading) -> Problem:
    kinds = {each.kind for each in reading}
    if DocumentKind.REQUEST in kinds:
        error = InputError(
            "page.request",
            N_("This is a request for diplomas, not what was shown."),
            next_step=N_("Give what the family's wallet wrote when it showed."),
        )
    else:
        error = InputError(
            "verify.nothing-shown",
            N_("Neither a bundle nor a diploma is among the files."),
            next_step=N_("Ask the family for what its wallet writes when it shows."),
        )
    return Problem(", ".join(each.where for each in reading), error)


def _plain(value: object) -> Json:
    """Words as JSON: every character that acts or hides is shown, as on the officer's pages."""
    match value:
        case str():
            return visible(value)
        case bool() | int() | None:
            return value
        case list() | tuple():
            return [_plain(each) for each in value]
    if is_dataclass(value):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    raise TypeError(type(value).__name__)


def _told(value: Json) -> str:
    return strict_json.dumps(value)
