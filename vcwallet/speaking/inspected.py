"""What a file is, in people's words, whoever made it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from vcwallet.bundle.evidence import Statement
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.errors import N_
from vcwallet.locales import Language

KINDS: Final[Mapping[DocumentKind, str]] = {
    DocumentKind.BUNDLE: N_("a bundle"),
    DocumentKind.PRESENTATION: N_("a presentation"),
    DocumentKind.CREDENTIAL: N_("a diploma"),
    DocumentKind.STATUS_LIST: N_("a list of revoked diplomas"),
    DocumentKind.CONTROLLED_IDENTIFIER: N_("an issuer's identifier document"),
    DocumentKind.TRUST_LIST: N_("a trust list"),
    DocumentKind.REQUEST: N_("a request"),
    DocumentKind.OPENID_REQUEST: N_("a request of OpenID4VP"),
    DocumentKind.OFFER: N_("an offer of OpenID4VCI"),
    DocumentKind.ASKED: N_("a request of OpenID4VP, kept for its answer"),
    DocumentKind.VP_TOKEN: N_("an answer to a request of OpenID4VP"),
    DocumentKind.RECEIPT: N_("a receipt"),
    DocumentKind.CLOSING: N_("an issuer's statement that it is closed"),
    DocumentKind.OTHER_WALLET: N_("a profile of another wallet, with its private key"),
    DocumentKind.LOCKED_WALLET: N_("a bundle of LearnCard, sealed with a passphrase"),
    DocumentKind.OPEN_BADGE_2: N_("a badge of Open Badges 2.0"),
    DocumentKind.BLOCKCERT: N_("a Blockcerts certificate"),
    DocumentKind.EUROPASS: N_("a European digital credential (Europass)"),
    DocumentKind.SD_JWT_VC: N_("an SD-JWT credential"),
    DocumentKind.SIGNED_PDF: N_("a PDF with a field for a signature"),
    DocumentKind.SIGNATURE: N_("a signature of another file"),
    DocumentKind.FOREIGN: N_("a document or code of another kind"),
    DocumentKind.INCOMPLETE: N_("some parts of a bundle"),
    DocumentKind.NOTHING: N_("nothing that is read here"),
}

NOTHING_VERIFIED: Final = N_("Nothing was verified: this is only what the files say of themselves.")


def rows(statement: Statement, language: Language) -> Iterator[tuple[str, str]]:
    """What a statement says, as names and values; what it does not say is left out."""
    named = (
        (N_("What"), statement.title),
        (N_("Who"), statement.person),
        (N_("By whom"), statement.issuer),
        (N_("Day"), _day(statement.day, language)),
        (N_("Until"), _day(statement.until, language)),
    )
    return ((language.text(name), language.value(value) or "") for name, value in named if value)


def _day(text: str, language: Language) -> str:
    try:
        return language.day(date.fromisoformat(text))
    except ValueError:
        return text
