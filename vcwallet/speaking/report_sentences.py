"""The closed table of a report's sentences: of its whole, its showing, its items and ties.

Each sentence has a head, which alone must make a hurried reader do the right thing, and a body. "Accepted"
stands nowhere: it is the university's word for admission. Nor does "forged": what is known is that something
was changed after it was signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from vcwallet.errors import N_, Aged
from vcwallet.report import Binding, Fate, Outcome, Tie

__all__ = [
    "BINDINGS",
    "FATES",
    "FIELDS",
    "HEADLINES",
    "IN_REFUSED",
    "ISSUED_TO_A_NAME",
    "ITEMS",
    "NOT_HARMED",
    "SHOWINGS",
    "TIES",
    "Sentence",
]


class Sentence(NamedTuple):
    head: str
    body: str | Aged = ""


HEADLINES: Final[Mapping[Outcome, Sentence]] = {
    Outcome.CONFIRMED: Sentence(
        N_("confirmed"),
        N_("Everything that was shown is confirmed; what ties it to the person stands below."),
    ),
    Outcome.PARTLY: Sentence(
        N_("partly confirmed"),
        N_("What is confirmed counts. What does not count is named below, with the reason."),
    ),
    Outcome.UNKNOWN: Sentence(
        N_("not known"),
        N_("Something is missing that would tell. That accuses nobody; below stands what to do."),
    ),
    Outcome.NOTHING: Sentence(
        N_("nothing counts"),
        N_("None of the documents counts; the reasons stand below."),
    ),
    Outcome.REFUSED: Sentence(
        N_("do not accept"),
        N_("Nothing of this counts, whatever its parts would be alone; the reason stands below."),
    ),
}

NOT_HARMED: Final[Mapping[str, Sentence]] = {
    "showing.over": Sentence(
        N_("the showing is over"),
        N_("Nothing of this counts here, and nothing is wrong with the diplomas by that."),
    ),
    "showing.other-recipient": Sentence(
        N_("not shown to you"),
        N_("Nothing of this counts here, and nothing is wrong with the diplomas by that."),
    ),
    "showing.openid-answer": Sentence(
        N_("the request is missing"),
        N_("Nothing of this counts without it, and nothing is wrong with the diplomas by that."),
    ),
}
"""The headlines of showings that are refused for this use only: they must not look like a forgery."""

IN_REFUSED: Final = Sentence(
    N_("Not counted here."), N_("By itself it would be confirmed; nothing of this showing counts.")
)
"""Of a confirmed item in a showing that is refused: nothing there may look as if it counted."""

ISSUED_TO_A_NAME: Final = Sentence(
    N_("Not known who shows it:"),
    N_(
        "you demand the holder of a key, and it was issued to a name. Another showing does not change that:"
        " compare with the person's document, or demand less."
    ),
)
"""Where a holder is demanded and there is no key; "ask for it to be shown to you" would send people round."""

FATES: Final[Mapping[Fate, str]] = {
    Fate.CONFIRMED: N_("confirmed"),
    Fate.NOT_COUNTED: N_("does not count"),
    Fate.UNKNOWN: N_("not known"),
    Fate.REFUSED: N_("do not accept"),
}

ITEMS: Final[Mapping[str, Sentence]] = {
    "item.confirmed": Sentence(
        N_("Confirmed."),
        Aged(
            N_("Signed by {issuer}; unchanged; not revoked as of {date} (of today, allowed: {rule} days)."),
            N_(
                "Signed by {issuer}; unchanged; not revoked as of {date} (age in days: {days},"
                " allowed: {rule})."
            ),
        ),
    ),
    "item.confirmed-no-list": Sentence(
        N_("Confirmed."), N_("Signed by {issuer}; unchanged; it names no list of revoked diplomas.")
    ),
    "item.confirmed-aged": Sentence(
        N_("Confirmed by old knowledge."),
        N_(
            "Signed by {issuer}; unchanged; not revoked as of {date} (days ago: {days}, fresh up to {rule})."
            " Install a newer kit if you can."
        ),
    ),
    "item.confirmed-final": Sentence(
        N_("Confirmed."),
        N_("{issuer} is closed; its last list of revoked diplomas, of {date}, is final."),
    ),
    "item.revoked": Sentence(
        N_("Not counted: revoked"),
        N_("by its issuer (known as of {date}), who knows why. If there is a corrected one, ask for it."),
    ),
    "item.named-revoked": Sentence(
        N_("Not counted: revoked"),
        N_("by its issuer, in a list without a day. The other diplomas are not affected."),
    ),
    "item.suspended": Sentence(
        N_("Not counted: suspended"), N_("by its issuer (known as of {date}). Ask who shows it.")
    ),
    "item.out-of-scope": Sentence(
        N_("Not counted: {issuer} does not issue this"),
        N_("by the trust list ({clause}: {value}; on the list: {allowed})."),
    ),
    "item.over": Sentence(N_("Not counted: its time is over"), N_("since {end}.")),
    "item.not-yet": Sentence(N_("Not counted: its time has not begun"), N_("It is in force from {start}.")),
    "item.key-out-of-time": Sentence(
        N_("Not counted: signed outside the key's time"),
        N_("It is dated {signed}; by the trust list the issuer did not sign with this key then."),
    ),
    "item.contested": Sentence(
        N_("Not known whose it is:"),
        N_("{others} handed in the same diploma. It counts for nobody until you decide."),
    ),
    "item.elsewhere": Sentence(
        N_("Not counted: it is another's."), N_("You decided that it belongs to {others}.")
    ),
    "item.duplicate": Sentence(N_("Counted once:"), N_("the same diploma as № {number}.")),
    "item.seen-elsewhere": Sentence(
        N_("Not known whose it is: it came under application {number}"),
        N_("on {day}. It counts for neither until a person has looked."),
    ),
    "item.issuer-unknown": Sentence(
        N_("Not known: the issuer is not on the list."),
        N_(
            "That does not mean that it is false. It calls itself “{name}” ({issuer}). Whoever keeps the"
            " list may add it, with the fingerprint from its paper."
        ),
    ),
    "item.look-alike": Sentence(
        N_("Careful: it looks like “{trusted}”, but is somebody else."),
        N_("It calls itself “{name}” ({issuer}) and is not on the list."),
    ),
    "item.key-not-pinned": Sentence(
        N_("Not known: a key that is not confirmed."),
        N_("Whoever keeps the list compares its fingerprint with the issuer's paper: {fingerprint}."),
    ),
    "item.key-unknown": Sentence(
        N_("Not known: the issuer's key is not at hand."),
        N_("Whoever keeps the list adds the issuer's newer document; then check again."),
    ),
    "item.key-compromised": Sentence(
        N_("Not known: the issuer's key was stolen."),
        N_("What it signed confirms nothing. Ask for a diploma that was issued again."),
    ),
    "item.key-published": Sentence(
        N_("Do not accept: signed with a test key"),
        N_("that is printed in public; anybody can sign with it."),
    ),
    "item.status-stale": Sentence(
        N_("Not known whether revoked:"),
        N_("the list is of {date} (age in days: {days}, allowed: {rule}). Get a newer list."),
    ),
    "item.status-missing": Sentence(
        N_("Not known whether revoked:"),
        N_("its list of revoked diplomas is not at hand, or cannot be believed. Get it from the issuer."),
    ),
    "item.status-not-named": Sentence(
        N_("Not known whether revoked:"),
        N_(
            "{issuer} keeps lists of revoked diplomas, and this one names none. Ask for it to be shown whole."
        ),
    ),
    "item.status-none": Sentence(
        N_("Not known whether revoked:"),
        N_("a list of revoked diplomas is demanded, and its issuer keeps none."),
    ),
    "item.hidden-needed": Sentence(
        N_("Not known: something is not shown"),
        N_("that decides whether {issuer} may issue it ({missing}). Ask for it to be shown."),
    ),
    "item.showing": Sentence(
        N_("Not known who shows it."),
        N_("It is in order as a document; it must be shown as you demand. Ask for it to be shown to you."),
    ),
    "item.nameless": Sentence(
        N_("Not known whose it is:"), N_("no name is shown, and nothing else ties it to the person.")
    ),
    "item.holder-hidden": Sentence(
        N_("Not known whose it is:"),
        N_("parts are hidden, and the key it was issued to may be among them. Ask for it to be shown whole."),
    ),
    "item.trust": Sentence(
        N_("Not known: the trust list is over."), N_("Get a newer one, then check again.")
    ),
    "item.kit-too-old": Sentence(
        N_("Not known: your kit is too old."), N_("Install a newer one, then check again.")
    ),
    "item.clock": Sentence(
        N_("Not known: a clock is wrong."),
        N_("A date in it is ahead of this computer's. Check this computer's date, then check again."),
    ),
    "item.form": Sentence(
        N_("Not known: it is of an unusual form"),
        N_("that this program does not read ({reason}). That does not mean that it is false."),
    ),
    "item.kind": Sentence(
        N_("Not known: not a kind this program judges"), N_("({kind}). A person must look at it.")
    ),
    "item.wrong-kind": Sentence(
        N_("Do not accept: no diploma."), N_("A document of another kind stands in its place ({kind}).")
    ),
    "item.holds-open": Sentence(
        N_("Not known: it holds others"), N_("that are not confirmed (№ {numbers}). Look at those.")
    ),
    "item.holds-unread": Sentence(
        N_("Not known: it holds signed documents"),
        N_("that this program does not judge ({number}). A person must look at them."),
    ),
    "item.unknown": Sentence(N_("Not known."), N_("It could not be checked to the end ({reason}).")),
    "item.changed": Sentence(
        N_("Do not accept: changed after it was signed,"),
        N_("or signed with another key."),
    ),
    "item.other-signer": Sentence(
        N_("Do not accept: signed by somebody else"), N_("than the issuer it names.")
    ),
    "item.own-definitions": Sentence(
        N_("Do not accept: it says itself what its words mean,"), N_("and no signature covers that.")
    ),
    "item.proof": Sentence(
        N_("Do not accept: its signature is not as it must be."), N_("Nothing it says is proved.")
    ),
    "item.unsigned": Sentence(N_("Do not accept: nobody signed it."), N_("Ask for the signed diploma.")),
    "item.other-holder": Sentence(
        N_("Do not accept: it belongs to somebody else."), N_("It was issued to another key.")
    ),
    "item.other-recipient": Sentence(
        N_("Do not accept: shown to somebody else,"),
        N_("to {addressed}. Ask for it to be shown to {expected}."),
    ),
    "item.openid-answer": Sentence(
        N_("Do not accept without the request:"),
        N_(
            "it answers one of OpenID4VP ({addressed}). If you asked, add the file that was kept of the"
            " request."
        ),
    ),
    "item.base-proof": Sentence(
        N_("Do not accept: a secret copy"),
        N_("that uncovers hidden fields; no holder shows that, somebody else passed it on."),
    ),
}

SHOWINGS: Final[Mapping[str, Sentence]] = {
    "showing.just-now": Sentence(N_("Shown to you just now"), N_("({to}), in answer to your question.")),
    "showing.addressed": Sentence(N_("Shown to you"), N_("({to}).")),
    "showing.undirected": Sentence(
        N_("Shown, but not known to be meant for you."), N_("Ask for it to be shown to you by name.")
    ),
    "showing.alone": Sentence(
        N_("A file, not a showing:"),
        N_("who shows it is not proved. Compare the name with the person's document."),
    ),
    "showing.none": Sentence(
        N_("Not known who shows it:"), N_("this is a file, not a showing. Ask for it to be shown to you.")
    ),
    "showing.own-copy": Sentence(
        N_("The family's own copy, not a showing."),
        N_("It uncovers every hidden field: the family should send what its wallet writes when it shows."),
    ),
    "showing.other-recipient": Sentence(
        N_("Do not accept: it was shown to somebody else,"),
        N_(
            "to {addressed}, not to {expected}. The diplomas are not harmed: ask for it to be shown to"
            " {expected}."
        ),
    ),
    "showing.openid-answer": Sentence(
        N_("Do not accept without the request:"),
        N_(
            "this answers one of OpenID4VP ({addressed}). If you asked, add the file that was kept of the"
            " request. If somebody else asked, ask for it to be shown to you."
        ),
    ),
    "showing.other-challenge": Sentence(
        N_("Do not accept: not the answer to your question."), N_("Ask again, with a new question.")
    ),
    "showing.over": Sentence(
        N_("The time of this showing is over."),
        N_("The diplomas are not harmed: ask for them to be shown again."),
    ),
    "showing.request-over": Sentence(
        N_("Your request was good until {until}."), N_("Ask again with a new request.")
    ),
    "showing.seen-elsewhere": Sentence(
        N_("Not known whose it is: seen under application {number}"),
        N_("on {day}. One of the two did not make this showing: a person must look."),
    ),
    "showing.challenge-used": Sentence(
        N_("Not known: your question was answered already,"),
        N_("on {day} (application {number}). A question is good once: ask again with a new one."),
    ),
    "showing.changed": Sentence(
        N_("Do not accept: the showing was changed"), N_("after it was signed, or signed with another key.")
    ),
    "showing.unsigned": Sentence(
        N_("Do not accept: nobody signed the showing."), N_("Ask for it to be shown again.")
    ),
    "showing.several": Sentence(
        N_("Do not accept: diplomas of different people"), N_("({member}: № {first} and № {second}).")
    ),
    "showing.surnames": Sentence(
        N_("Not known whether one person:"),
        N_(
            "the names differ (№ {first} and № {second}), the birth date does not."
            " Ask for a document of the change."
        ),
    ),
    "showing.clock": Sentence(
        N_("Not known: a clock is wrong."),
        N_("The showing is dated ahead of this computer. Check this computer's date, then check again."),
    ),
    "showing.unknown": Sentence(
        N_("Not known who showed it:"), N_("its signature could not be checked here.")
    ),
    "showing.nothing": Sentence(N_("Nothing to check."), N_("There is no diploma in it that could be read.")),
}

TIES: Final[Mapping[Tie, Sentence]] = {
    Tie.KEY: Sentence(N_("Shown by the holder of the key it was issued to.")),
    Tie.NAME_AND_BIRTH: Sentence(
        N_("Tied to name and birth date: compare with the passport."),
        N_("The signature of the showing says nothing about that."),
    ),
    Tie.NAME: Sentence(
        N_("Tied to a name only; the birth date is not shown:"), N_("namesakes are possible.")
    ),
    Tie.NOTHING: Sentence(N_("No name is shown: nobody can say whose it is.")),
}

BINDINGS: Final[Mapping[Binding, str]] = {
    Binding.DOCUMENT: N_("a diploma alone"),
    Binding.ADDRESSED: N_("a showing addressed to you"),
    Binding.HOLDER: N_("a showing by the holder it was issued to"),
}

FIELDS: Final[Mapping[str, str]] = {
    "kind": N_("kind"),
    "number": N_("number"),
    "listNumber": N_("number"),
    "profile": N_("subject"),
    "stage": N_("stage"),
    "result": N_("result"),
    "score": N_("points"),
    "year": N_("school year"),
    "schoolYear": N_("school year"),
    "class": N_("class"),
    "school": N_("school"),
    "family": N_("family name"),
    "given": N_("given name"),
    "patronymic": N_("patronymic"),
    "born": N_("birth date"),
    "name": N_("name"),
}
"""Members of a report, and clauses of a scope."""
