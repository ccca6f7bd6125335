"""What a command would change: shown, asked about, written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vcwallet.cli.speak import Speaker, somebody_there
from vcwallet.credentials.issuers import KeyState
from vcwallet.errors import N_, UsageError
from vcwallet.speaking import trust_lists as words
from vcwallet.strict_json import Json
from vcwallet.verifier.trust import TrustList
from vcwallet.verifier.trust_changes import Change, Decision, What
from vcwallet.verifier.trust_review import NeedsPerson, open_changes, settled, write

CHANGES_FORMAT = "vcwallet-trust-changes/1"


@dataclass(frozen=True)
class Desk:
    """One command at one file: what is known before, and what was confirmed beforehand."""

    speaker: Speaker
    file: Path
    before: TrustList
    at: datetime
    accepted: frozenset[str]
    really: bool
    safe_only: bool
    as_json: bool

    def agreed(self, change: Change) -> bool:
        """Whether a change that asks was confirmed already: by a fingerprint, or on the command line."""
        return change.confirmed or (change.what in self.accepted and (self.really or not change.really))

    def settle(self, changes: Sequence[Change], *, quiet: bool = False) -> int:
        """Show the changes, ask where a person must, write the file; the exit status."""
        if not self.as_json and changes:
            table(self.speaker, self.before, changes)
        refused = [each for each in changes if each.decision is Decision.REFUSED]
        if refused and not self.safe_only:
            if self.as_json:
                answer(self.speaker, changes, written=False)
            worst = refused[0]
            raise NeedsPerson(
                "trust.update-refused",
                N_("Refused, so nothing was changed: {what} ({subject})."),
                next_step=N_("What is safe is done with --safe-only."),
                what=self.speaker.text(words.WHAT[worst.what]),
                subject=(worst.subject or worst.after or worst.entry)[:64],
            )
        open_ones = open_changes(changes, self.agreed)
        confirmed = frozenset(id(each) for each in self._confirm(changes, open_ones))
        after = settled(
            self.before,
            changes,
            agreed=lambda each: self.agreed(each) or id(each) in confirmed,
            now=self.at,
        )
        write(self.file, after, before=self.before)
        left = refused + [each for each in open_ones if id(each) not in confirmed]
        arrived = {each.subject for each in changes if each.what in (What.KEY_NEW, What.KEY_UNDER_OLD_NAME)}
        waiting = {
            issuer.entry
            for issuer in after.issuers
            for key in issuer.keys
            if key.state is KeyState.PROPOSED and key.key.fingerprint in arrived
        }
        if self.as_json:
            answer(self.speaker, changes, written=True)
        elif left:
            self.speaker.warn(N_("Left as it was; changes that need a person: {number}."), number=len(left))
        elif changes:
            self.speaker.say(N_("{file} is up to date."), file=str(self.file))
        else:
            self.speaker.say(N_("Nothing new."))
        for entry in () if self.as_json else sorted(waiting):
            say_not_compared(self.speaker, self.file, entry)
        return NeedsPerson.exit_status if left else 0

    def _confirm(self, changes: Sequence[Change], open_ones: Sequence[Change]) -> Sequence[Change]:
        if not open_ones or self.safe_only:
            return ()
        if not somebody_there():
            if self.as_json:
                answer(self.speaker, changes, written=False)
            raise NeedsPerson(
                "trust.needs-a-person",
                N_("Changes that a person must confirm: {number}; nothing was changed."),
                next_step=N_("Run it in a terminal, or confirm them beforehand with --accept {what}."),
                number=len(open_ones),
                what=" --accept ".join(sorted({each.what.value for each in open_ones})),
            )
        doubtful = [each for each in open_ones if each.really]
        if doubtful and not self.really:
            raise NeedsPerson(
                "trust.needs-really",
                N_("A key that is compromised, or was, is to be believed or forgotten."),
                next_step=N_("If it is really meant, say --really."),
            )
        self.speaker.confirm(N_("Confirm the changes marked with “?” ({number})?"), number=len(open_ones))
        return open_ones


def known_changes(accepted: Iterable[str]) -> frozenset[str]:
    """What ``--accept`` names. Raises UsageError (``trust.unknown-change``), which names the known ones."""
    for each in accepted:
        if each not in set(What):
            raise UsageError(
                "trust.unknown-change",
                N_("“{what}” is not the name of a change."),
                next_step=N_("The names are: {known}."),
                what=each[:64],
                known=", ".join(What),
            )
    return frozenset(accepted)


def table(speaker: Speaker, before: TrustList, changes: Sequence[Change]) -> None:
    told = words.change_words(before, changes, speaker.language)
    speaker.table(words.COLUMNS, [each.row for each in told])
    if any(each.decision is not Decision.SILENT for each in changes):
        speaker.say(N_("! refused, ? needs your yes, · needs no question"))


def answer(speaker: Speaker, changes: Sequence[Change], *, written: bool) -> None:
    listed: list[Json] = [words.change_json(each) for each in changes]
    speaker.json({"format": CHANGES_FORMAT, "written": written, "changes": listed})


def say_not_compared(speaker: Speaker, file: Path, entry: str) -> None:
    speaker.warn(
        N_("What a key signed that was not compared is not confirmed. Compare later with “{command}”."),
        command=f"vcwallet trust key {file} {entry} confirm",
    )
