"""One tree of errors.

Every error knows whose side failed (its class), what exactly happened (a stable code, such as
``roster.impossible-date``), the evidence (row, column, credential, pointer ...) and what to do next.
The words are English templates marked with `N_`; `vcwallet.locales` says them in Russian. A next step is a
sentence too, or an `Action` where an interface has a name of its own for it, such as a command or a button.

    try:
        wallet = Wallet.open(path, passphrase)
    except VcwalletError as error:
        print(error.code, error, error.next_step)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import ClassVar, NamedTuple

__all__ = [
    "N_",
    "Action",
    "Cancelled",
    "DocumentError",
    "InputError",
    "KeyUnavailable",
    "LimitExceeded",
    "MachineError",
    "Mistake",
    "Plural",
    "ProofError",
    "Side",
    "UsageError",
    "VcwalletError",
    "fill",
    "one_input",
    "plural",
]

EvidenceValue = str | int | bool | None
_PLACE = re.compile(r"\{([A-Za-z_][A-Za-z_0-9]*)\}")


def N_(template: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark a template for the message catalogue; returns it unchanged."""
    return template


class Plural(NamedTuple):
    """A template in the two forms English has; a catalogue may have more. The value `number` decides."""

    one: str
    many: str


class Aged(NamedTuple):
    """A template in two forms: for what is of today, whose value `days` is 0, and for what is older.

    Where the older form is a `Plural`, `days` decides that too.
    """

    today: str
    older: str | Plural


def plural(one: str, many: str) -> Plural:
    """Mark a template with a `{number}`, in an `Aged` with `{days}`, for the catalogue, in both its forms."""
    return Plural(one, many)


def fill(template: str, evidence: Mapping[str, EvidenceValue]) -> str:
    """Put the evidence into a template.

    Only ``{name}`` is understood: no attributes and no format specifications, so that neither a
    translation nor a hostile value can reach further than its own text.
    """

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name not in evidence:
            return match[0]
        return "-" if evidence[name] is None else str(evidence[name])

    # One pass: a value that holds braces stays as it is.
    return _PLACE.sub(value, template)


class Action(StrEnum):
    """What a person can do next, named by each interface in its own words; the sentence here fits all."""

    sentence: str

    def __new__(cls, code: str, sentence: str) -> Action:
        action = str.__new__(cls, code)
        action._value_ = code
        action.sentence = sentence
        return action

    UPDATE = "update", N_("Install a newer vcwallet, then try again.")
    REINSTALL = "reinstall", N_("Install vcwallet again.")
    REPORT_MISTAKE = "report-mistake", N_("Send us the file if you may, and say what you did.")
    INSTALL_PART = "install-part", N_("Install the part “{part}” of vcwallet.")
    ADD_BY_HAND = "add-by-hand", N_("Get the document from the issuer and add it to the wallet by hand.")
    ASK_FOR_ID = "ask-for-id", N_("Ask the family for a new id from its wallet, made for you.")
    OPEN_ISSUER = "open-issuer", N_("Choose the folder of an issuer, or make one.")
    NEW_ISSUER = (
        "new-issuer",
        N_("Put the old site back. A new site is a new identifier and needs a new folder."),
    )
    FILES_AGAIN = (
        "files-again",
        N_(
            "They lie many in a file, or in another folder. Have files of the same sheet written once more,"
            " each diploma in its own."
        ),
    )
    CHOOSE_SHEETS = "choose-sheets", N_("Name one of them, or have all of them read.")
    SETTLE = (
        "settle",
        N_("Say whether the folder has moved, is a copy, or is the same one reached by another way."),
    )
    NAME_DIPLOMA = (
        "name-diploma",
        N_(
            "Name it by its number, its id (urn:uuid:…) or its file. The number is found by the child's name."
        ),
    )
    STANDBY_FILE = "standby-file", N_("Put the stick in and name the file {file} on it.")
    NEWEST_COPY = (
        "newest-copy",
        N_(
            "Put back the newest copy of the issuer's folder. If there is none, recover the register from"
            " what went out."
        ),
    )
    NAME_LOSS = (
        "name-loss",
        N_(
            "Publish from the newest copy of the folder, with the clock set right,"
            " or say that you mean to lose: {loss}."
        ),
    )
    MAKE_TRUST_LIST = "make-trust-list", N_("Make a new trust list, or install a newer vcwallet.")
    INSTALL_KIT = (
        "install-kit",
        N_("Install a kit, from the stick or the file you were given."),
    )
    KIT_AGAIN = "kit-again", N_("Install the same kit again: that puts it back.")
    LOOK_AT_KIT = "look-at-kit", N_("Look at its changes, and confirm them if they are right.")
    UPDATE_ENTRY = (
        "update-entry",
        N_("Bring the entry up to date with what the issuer publishes; it is not added again."),
    )
    LIST_DIPLOMAS = "list-diplomas", N_("Look at the list of all diplomas in the wallet.")
    NAME_PUBLIC_ADDRESS = "name-public-address", N_("Say the address under which others reach this server.")
    NAME_FIELDS = (
        "name-fields",
        N_("Name what you must be able to read, such as the name, the date of birth and the result."),
    )
    NAME_CHILD = "name-child", N_("Say whose it is.")
    COMPARE_NAMES = (
        "compare-names",
        N_("Somebody has to compare the names. Write down a changed surname, or correct a mistake, first."),
    )
    BUILD_ON_NEWEST = (
        "build-on-newest",
        N_("Take over the newest published kit, then build and have it signed anew."),
    )
    ANOTHER_KIT = (
        "another-kit",
        N_("Compare the fingerprint with the kit's paper. If it is right, say that the key signs there too."),
    )
    ONE_DRAFT = (
        "one-draft",
        N_("Ask who built the other one. Only if that is thrown away may this one be signed instead."),
    )
    FETCH_PAGE = "fetch-page", N_("Have it fetched once; it comes from npm and PyPI.")
    ISSUE_TO_CHILD = (
        "issue-to-child",
        N_("Ask the issuer to issue it to your child's id, or keep the file as a document nobody signed."),
    )


class Side(StrEnum):
    """Whose side failed."""

    CALLER = "caller"
    """The person or program that called us: an option, a spreadsheet, a passphrase."""
    DOCUMENT = "document"
    """What was received: malformed, over a ceiling, changed or forged."""
    KNOWLEDGE = "knowledge"
    """Nobody's fault: what is needed to answer is not at hand."""
    MACHINE = "machine"
    """The computer: no permission, no space, an extra that is not installed."""


class VcwalletError(Exception):
    """Base of every error this package raises on purpose.

    ``code`` is stable and may be matched on; the words may change. ``evidence`` holds plain values.
    ``next_step`` is one sentence for the person at the keyboard, or ""; ``action`` is its name, or None.
    ``exit_status`` is what the command line ends with when an error ends a command: 2 for the caller's own
    mistake, 3 when something is not known, 4 for an input that cannot be used, 6 when the computer could not.
    (0, 1, 3 and 5 are also answers of a report; 1 is nothing else.)
    """

    side: ClassVar[Side]
    exit_status: ClassVar[int]

    def __init__(
        self, code: str, template: str, /, *, next_step: str | Action = "", **evidence: EvidenceValue
    ) -> None:
        super().__init__(template)
        self.code = code
        self.template = template
        self.action = next_step if isinstance(next_step, Action) else None
        self.next_step_template = next_step.sentence if isinstance(next_step, Action) else next_step
        self.evidence: dict[str, EvidenceValue] = evidence

    def __str__(self) -> str:
        return fill(self.template, self.evidence)

    @property
    def next_step(self) -> str:
        return fill(self.next_step_template, self.evidence)

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process pools; keyword-only evidence would be lost by the default.
        return (
            _rebuild,
            (type(self), self.code, self.template, self.action or self.next_step_template, self.evidence),
            self.__dict__,
        )


def _rebuild(
    kind: type[VcwalletError],
    code: str,
    template: str,
    next_step: str | Action,
    evidence: dict[str, EvidenceValue],
) -> VcwalletError:
    error = kind.__new__(kind)
    VcwalletError.__init__(error, code, template, next_step=next_step, **evidence)
    return error


class UsageError(VcwalletError):
    """The caller asked for something that cannot be: a bad option, a bad row, a wrong passphrase."""

    side = Side.CALLER
    exit_status = 2


class Cancelled(UsageError):
    """The person said no to a question."""


class DocumentError(VcwalletError):
    """What was received is not acceptable: malformed, lossy, changed or forged."""

    side = Side.DOCUMENT
    exit_status = 4


class InputError(DocumentError):
    """The input could not be read as anything we know: not JSON, no code in the picture, an empty file."""


class LimitExceeded(DocumentError):
    """The input is over a ceiling of `vcwallet.limits`."""


class ProofError(DocumentError):
    """A proof is there and does not hold."""


class KeyUnavailable(VcwalletError):
    """The key a proof names is not known here, so nothing can be said about the proof."""

    side = Side.KNOWLEDGE
    exit_status = 3


class Mistake(VcwalletError):
    """This program failed where it should not have. What it was doing is lost, and nothing beside it."""

    side = Side.MACHINE
    exit_status = 70

    @classmethod
    def of(cls, error: Exception) -> Mistake:
        """An exception nobody foresaw, as one line for the thing it happened to; the cause is kept."""
        mistake = cls(
            "input.mistake",
            N_("vcwallet made a mistake with this ({kind}), so nothing is known of it."),
            next_step=Action.REPORT_MISTAKE,
            kind=type(error).__name__,
        )
        mistake.__cause__ = error
        return mistake


@contextmanager
def one_input() -> Iterator[None]:
    """Around the work on one of several inputs: an exception nobody foresaw is raised as a `Mistake`."""
    try:
        yield
    except VcwalletError:
        raise
    except Exception as error:
        raise Mistake.of(error) from error


class MachineError(VcwalletError):
    """The computer could not do it: permissions, space, a missing extra."""

    side = Side.MACHINE
    exit_status = 6
