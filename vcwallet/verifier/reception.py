"""A desk at which people show their diplomas, one after another.

    reception = Reception(Office.of(trust))
    taken = reception.look(picture, now=now)      # a camera, many times a second
    taken = reception.typed(text, now=now)        # a hand scanner
    taken = reception.files(given, now=now)       # what came by letter
    reception.next()

Everything a person brings goes one way: codes and files become documents, documents an answer, and the answer
an entry of today's list. Nothing is written to the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from vcwallet import limits
from vcwallet.bundle import vcalm
from vcwallet.bundle.gathering import Gathering, Seen, Step
from vcwallet.bundle.inputs import Input, Source
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.openid_asked import OpenidAsked, expanded
from vcwallet.bundle.opening import Opener
from vcwallet.bundle.request import Request
from vcwallet.bundle.scanning import Found, Reading, documents, read_each
from vcwallet.errors import N_, InputError, LimitExceeded, VcwalletError
from vcwallet.identifiers.host_name import same_recipient
from vcwallet.report import Problem, Report, ShowingKind
from vcwallet.strict_json import JsonObject
from vcwallet.verifier.office import Office
from vcwallet.verifier.today import Entry, Today
from vcwallet.verifier.unit_checking import Task
from vcwallet.verifier.waiting import Requests, Waiting

__all__ = ["Reception", "Taken"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a picture, a text or files."""

    step: Step | None = None
    """How far the codes before the camera are; None for files."""
    entries: tuple[Entry, ...] = ()
    """The answers that were given, in the order of what was shown."""
    problems: tuple[Problem, ...] = ()
    """What could not be read."""


@dataclass
class Reception:
    """One desk; not to be used from several threads at once."""

    office: Office
    request: Request | None = None
    """The office's own request, which what is shown must answer; None where nothing was asked."""
    requests: Requests = field(default_factory=Requests)
    """Those by OpenID4VP that wait for an answer, each with a nonce and a key of its own."""
    today: Today = field(default_factory=Today)
    camera: str = ""
    """What reports call the camera and the hand scanner as the source of what they read."""
    wallet: str = ""
    """What they call a wallet that sent an answer to the desk."""
    present: Callable[[datetime], Office] | None = None
    """The office as its files say now, asked before each check: a desk is open for hours, and a key may be
    withdrawn meanwhile. None where nothing but this desk changes it."""

    def __post_init__(self) -> None:
        self._opener = Opener()
        self._gathering = Gathering(source=self.camera)
        self._answered: str | None = None

    @property
    def gathering(self) -> Gathering:
        """The codes of the person who stands there."""
        return self._gathering

    def look(self, picture: bytes, *, now: datetime) -> Taken:
        """One picture of the camera; raises what `Gathering.picture` and `present` raise."""
        return self._after(self._gathering.picture(picture, self._opener), now)

    def typed(self, text: str, *, now: datetime) -> Taken:
        """What the hand scanner typed; raises what `Gathering.text` and `present` raise."""
        return self._after(self._gathering.text(text), now)

    def files(
        self, given: Iterable[tuple[str, bytes]], *, kept: Iterable[tuple[str, bytes]] = (), now: datetime
    ) -> Taken:
        """Files by their names, of any kind; what lies in one folder belongs together.

        Raises what `present` raises, and what `Request.parse` and `OpenidAsked.parse` raise.

        A request that is given by itself and is this office's is not answered: it becomes the one that is
        asked from then on. What was kept of one by OpenID4VP opens and checks the answers it came with, and
        nothing later: it is answered once. `kept` is what the office itself says it kept. Among what a family
        brings neither changes what is asked, or a showing for somebody else could be brought with a question
        that fits it.
        """
        self._demand_present(now)
        reading = self._read(given)
        asked, strange = self._asked(reading)
        for document in documents(self._read(kept), DocumentKind.ASKED):
            asked = OpenidAsked.parse(document)
        taken, rest = self._answers_to_requests(reading, now)
        taken = replace(taken, problems=(*strange, *taken.problems))
        if rest.found or not (taken.entries or taken.problems):
            more = self._answer(expanded(rest, asked), now, self.request if asked is None else asked.request)
            taken = Taken(None, taken.entries + more.entries, taken.problems + more.problems)
        if asked is not None and not (taken.entries or taken.problems):
            taken = Taken(problems=(_kept_alone(reading),))
        return taken

    def _read(self, given: Iterable[tuple[str, bytes]]) -> Reading:
        inputs = [
            Input(Source(number, name), partial(_itself, content), folder=name.rpartition("/")[0])
            for number, (name, content) in enumerate(given, 1)
        ]
        return read_each(inputs, self._opener)

    def _asked(self, reading: Reading) -> tuple[OpenidAsked | None, tuple[Problem, ...]]:
        """What was kept of a request of this office, and what is said of questions that are not taken.

        Raises what `Request.parse` and `OpenidAsked.parse` raise.
        """
        kept, strange = None, []
        alone = all(each.kind is DocumentKind.REQUEST for each in reading)
        for each in reading:
            if each.document is None:
                continue
            if each.kind is DocumentKind.REQUEST:
                request = Request.parse(each.document)
                if alone and self._is_ours(request.domain, unnamed=True):
                    self.request = request
                else:
                    strange.append(Problem(each.where, _not_asked_here(request.domain)))
            elif each.kind is DocumentKind.ASKED:
                found = OpenidAsked.parse(each.document)
                if self._is_ours(found.openid.response_uri.host, unnamed=False):
                    kept = found
                else:
                    strange.append(Problem(each.where, _not_asked_here(found.openid.response_uri.host)))
        return kept, tuple(strange)

    def _is_ours(self, domain: str, *, unnamed: bool) -> bool:
        """Whether a question is asked in this office's name; `unnamed` where the office has none."""
        recipient = self.office.trust.recipient
        return unnamed if recipient is None else same_recipient(recipient, domain)

    def posted(self, waiting: Waiting, body: bytes, *, now: datetime) -> Taken:
        """What a wallet sent to the address of a request.

        Raises what `Waiting.opened_post` raises, and InputError (``openid.incomplete``,
        ``openid.other-showing``) and what `present` raises; then nothing of it counts.
        """
        return self._to_request(waiting, waiting.opened_post(body, now=now), Source(1, self.wallet), now)

    def exchanged(self, waiting: Waiting, body: bytes, *, now: datetime) -> JsonObject:
        """What is said to a wallet's message of an exchange (VCALM): what is asked, or nothing more.

        Raises InputError (``openid.not-open``, ``openid.other-showing``, ``vcalm.nothing``), and what
        `vcalm.read` raises; then nothing of it counts.
        """
        presentation = waiting.opened_exchange(body, now=now)
        request = waiting.exchange
        if request is None:
            raise _not_for_this()
        if presentation is None:
            return vcalm.presentation_request(request)
        found = Found(DocumentKind.PRESENTATION, (Source(1, self.wallet),), presentation)
        self._to_one(waiting, Reading((found,)), request, now)
        return {}

    def next(self) -> None:
        """The next person; codes of the one before that are still in sight are not taken."""
        self._gathering = Gathering(answered=self._answered, source=self.camera)

    def anew(self) -> None:
        """Begin with this person once more: the parts that were read are forgotten."""
        self._answered = None
        self.next()

    def check_again(self, entry: Entry, report: Report) -> Entry:
        """Put an answer right, such as with what the diplomas are worth."""
        return self.today.put_right(entry.number, report)

    def close(self) -> None:
        """Forget everybody, and end the process that opens pictures."""
        self.today.forget()
        self.anew()
        self._opener.__exit__()

    def _answers_to_requests(self, reading: Reading, now: datetime) -> tuple[Taken, Reading]:
        """What came of answers to requests that wait, and everything else of a reading."""
        entries: tuple[Entry, ...] = ()
        problems: tuple[Problem, ...] = ()
        rest: list[Found] = []
        tried = 0
        for each in reading:
            found = None
            if each.kind is DocumentKind.VP_TOKEN and each.document is not None:
                tried += 1
                if tried > limits.OPENID_TRIED:
                    problems += (Problem(each.where, _too_many_answers()),)
                    break
                found = self.requests.answered_by(each.document)
            if found is None:
                rest.append(each)
                continue
            try:
                found[0].demand_open(now)
                entries += self._to_request(*found, each.sources[0], now).entries
            except VcwalletError as error:
                problems += (Problem(each.where, error),)
        return Taken(None, entries, problems), Reading(tuple(rest), reading.files)

    def _to_request(self, waiting: Waiting, answer: JsonObject, source: Source, now: datetime) -> Taken:
        """Check an answer by the request that it is to, which is then used up.

        Raises InputError (``openid.incomplete``, ``openid.other-showing``) for what does not answer it; that
        is counted, and the request goes on waiting.
        """
        found = Found(DocumentKind.VP_TOKEN, (source,), answer)
        return self._to_one(waiting, expanded(Reading((found,)), waiting.asked), waiting.asked.request, now)

    def _to_one(self, waiting: Waiting, reading: Reading, request: Request, now: datetime) -> Taken:
        try:
            self._demand_present(now)
        except VcwalletError as unreadable:
            waiting.problem = unreadable  # it is no fault of the answer, which may come again
            raise
        answers = self.office.verifier().check_found(reading, request=request, now=now)
        error = next((each.error for each in answers.problems), None)
        if error is None and not (answers.reports and all(map(_is_for_us, answers.reports))):
            # Sections 8.6 and 14.1.2: signed by its holder, for this nonce and this recipient.
            error = _not_for_this()
        if error is not None:
            waiting.refuse(error)
            raise error
        entries = tuple(map(self.today.add, answers.reports))
        waiting.answered(tuple(each.number for each in entries))
        return Taken(None, entries)

    def _after(self, step: Step, now: datetime) -> Taken:
        if step.seen is not Seen.WHOLE or step.found is None:
            return Taken(step)
        try:
            self._demand_present(now)
        except VcwalletError:
            self.anew()  # so that the same code is read once more when the office's files are put right
            raise
        if step.progress is not None:
            self._answered = step.progress.bundle_id
        taken = self._answer(Reading((step.found,)), now, self.request)
        self.next()
        return Taken(step, taken.entries, taken.problems)

    def _answer(self, reading: Reading, now: datetime, request: Request | None) -> Taken:
        domain = None if request is not None else self.office.trust.recipient
        answers = self.office.verifier().check_found(reading, domain=domain, request=request, now=now)
        problems = answers.problems
        asked = [each for each in reading if each.kind in (DocumentKind.REQUEST, DocumentKind.ASKED)]
        if not answers.reports and not problems and not asked:
            problems = (_nothing_shown(reading),)
        return Taken(None, tuple(map(self.today.add, answers.reports)), problems)

    def _demand_present(self, now: datetime) -> None:
        if self.present is not None:
            self.office = self.present(now)

    def task(self, now: datetime) -> Task:
        """The same demands for a queue, whose units other processes may check.

        Raises what `present` raises.
        """
        self._demand_present(now)
        domain = None if self.request is not None else self.office.trust.recipient
        return Task(self.office.verifier(), now, domain=domain, request=self.request)


def _not_for_this() -> InputError:
    return InputError(
        "openid.other-showing",
        N_("What came was not signed for this request, so nothing of it counts."),
        next_step=N_("Ask the family once more."),
    )


def _is_for_us(report: Report) -> bool:
    """Whether its holder signed a showing for the recipient and the nonce that it was held to."""
    return report.showing.kind in (ShowingKind.JUST_NOW, ShowingKind.ADDRESSED)


def _itself(content: bytes) -> bytes:
    return content


def _kept_alone(reading: Reading) -> Problem:
    return Problem(
        ", ".join(each.where for each in reading),
        InputError(
            "openid.kept-alone",
            N_("This was kept of a request of OpenID4VP, and no answer to it is among the files."),
            next_step=N_("Give the file that the family's wallet wrote together with it."),
        ),
    )


def _not_asked_here(domain: str) -> InputError:
    return InputError(
        "openid.not-asked-here",
        N_("A question by {domain} was among the files. It changes nothing of what this desk asks."),
        next_step=N_(
            "If it is your own, give it by itself, or, for an answer by OpenID4VP, under “Ask a family” as"
            " what you kept."
        ),
        domain=domain[:64],
    )


def _too_many_answers() -> LimitExceeded:
    return LimitExceeded(
        "openid.too-many-answers",
        N_("More than {limit} answers by OpenID4VP were given at once; the rest was not looked at."),
        next_step=N_("Give the answer of one family at a time."),
        limit=limits.OPENID_TRIED,
    )


def _nothing_shown(found: Iterable[Found]) -> Problem:
    where = ", ".join(each.where for each in found)
    return Problem(
        where,
        InputError(
            "verify.nothing-shown",
            N_("Neither a bundle nor a diploma is among the files."),
            next_step=N_("Ask the family for what its wallet writes when it shows."),
        ),
    )
