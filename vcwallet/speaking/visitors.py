"""What is said in other words to a visitor of a university's page than to whoever keeps the trust list.

    language = for_visitors(language("ru"))

A visitor chooses no issuers, has no command, and may be somebody else than the one to whom diplomas must be
shown there. Everything that is not in this table is said to both in the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vcwallet.errors import N_, Action
from vcwallet.locales import Language

__all__ = ["FOR_VISITORS", "for_visitors"]

_ANEW: Final = N_(
    "Open the page anew while there is a network. If this stays, tell those on whose site it lies."
)
_OF_THE_WALLET: Final = N_("Ask the family for what its wallet writes when it shows.")

FOR_VISITORS: Final[Mapping[str, str]] = {
    # To whom it was shown.
    "not shown to you": N_("shown to somebody else"),
    "Shown to you": N_("Shown to the recipient that this page names"),
    "a showing addressed to you": N_("a showing addressed to the recipient that this page names"),
    "Ask for it to be shown to you by name.": N_("Ask for a showing that names its recipient."),
    "this is a file, not a showing. Ask for it to be shown to you.": N_(
        "this is a file, not a showing. Ask the family to show it with its wallet."
    ),
    "It is in order as a document; it must be shown as you demand. Ask for it to be shown to you.": N_(
        "It is in order as a document; it must be shown as this page demands, by the family's wallet."
    ),
    "you demand the holder of a key, and it was issued to a name. Another showing does not change that:"
    " compare with the person's document, or demand less.": N_(
        "this page demands the holder of a key, and it was issued to a name. Another showing does not change"
        " that: compare with the person's document."
    ),
    "it answers one of OpenID4VP ({addressed}). If you asked, add the file that was kept of the request.": N_(
        "it answers one of OpenID4VP ({addressed}), and this page reads none. Ask for another showing."
    ),
    "this answers one of OpenID4VP ({addressed}). If you asked, add the file that was kept of the request."
    " If somebody else asked, ask for it to be shown to you.": N_(
        "this answers one of OpenID4VP ({addressed}), and this page reads none. Ask for another showing."
    ),
    # What is too old. How old the page is stands above everything that is given to it.
    "Get a newer one, then check again.": _ANEW,
    "The trust list was good until {until}; get a newer one.": N_("The trust list was good until {until}."),
    "The list of revoked credentials was good until {until}. Get a newer list.": N_(
        "The list of revoked credentials was good until {until}."
    ),
    "That is {days} days old; allowed are {rule}. Get a newer list.": N_(
        "That is {days} days old, beyond the {rule} that are allowed."
    ),
    "the list is of {date} (age in days: {days}, allowed: {rule}). Get a newer list.": N_(
        "the list is of {date} (age in days: {days}, allowed: {rule}). Open the page anew: there may be a"
        " newer one."
    ),
    "Signed by {issuer}; unchanged; not revoked as of {date} (days ago: {days}, fresh up to {rule})."
    " Install a newer kit if you can.": N_(
        "Signed by {issuer}; unchanged; not revoked as of {date} (days ago: {days}, fresh up to {rule}). Open"
        " the page anew: there may be a newer one."
    ),
    "That is {days} days old, beyond {rule}, and still counts: the kit recommends so.": N_(
        "That is {days} days old, beyond {rule}, and still counts by the rules of this page."
    ),
    "Its list of revoked credentials is not signed; such a list counts only in a trust list or kit.": N_(
        "Its list of revoked credentials is not signed; such a list counts only in the trust list."
    ),
    # What only a program, a wallet or a university's own folder could do next.
    Action.UPDATE.sentence: _ANEW,
    Action.REINSTALL.sentence: _ANEW,
    Action.INSTALL_PART.sentence: _ANEW,
    Action.REPORT_MISTAKE.sentence: N_("Tell those on whose site this page lies, and say what you did."),
    "Name the file that was kept of the request it answers.": _OF_THE_WALLET,
    "Add it to a wallet and type the passphrase that was chosen in LearnCard.": _OF_THE_WALLET,
    "Add it to a wallet, and then delete the file or keep it where you keep passports.": N_(
        "Do not keep it, and tell the family: whoever has this file can show as its owner."
    ),
}


def for_visitors(language: Language) -> Language:
    """The same language, spoken to a visitor of a page."""
    return language.saying(FOR_VISITORS)
