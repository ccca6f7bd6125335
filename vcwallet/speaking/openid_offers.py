"""An offer of OpenID4VCI in the family's words: who offers what, for which child, and what the site learns.

for line in offer_lines(offered, child, issuers, language):
    print(line)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from vcwallet.bundle.openid4vci import Configuration, Format
from vcwallet.credentials.issuers import ListedIssuer
from vcwallet.errors import N_, VcwalletError
from vcwallet.identifiers.did import web
from vcwallet.identifiers.host_name import in_letters
from vcwallet.identifiers.web_address import WebAddress
from vcwallet.locales import Language
from vcwallet.wallet import Child, recipients
from vcwallet.wallet.openid_collecting import Offered

__all__ = ["code_question", "is_known", "offer_lines", "site"]

_FORMATS: Final[Mapping[Format | None, str]] = {
    Format.LDP_VC: N_("a diploma, signed as most are"),
    Format.JWT_VC_JSON: N_("a diploma signed as a JWT"),
    Format.JWT_VC_JSON_LD: N_("a diploma signed as a JWT"),
    Format.SD_JWT_VC: N_("a document signed as an SD-JWT"),
    None: N_("of a kind that this wallet cannot keep; it is not asked for"),
}
_OWN: Final = ("VerifiableCredential", "VerifiableAttestation")
"""Types that say nothing of what a credential is about."""


def site(address: WebAddress, language: Language) -> str:
    """A site as a person says it; a name that deceives stays in its real letters."""
    if address.on_this_computer:
        return language.text(N_("this computer ({host})"), host=address.authority)
    # At another port than the usual one of the same name somebody else may be listening.
    port = address.authority.removeprefix(address.host)
    return (in_letters(address.host) if recipients.imitated(address.host) is None else address.host) + port


def is_known(offered: Offered, issuers: Iterable[ListedIssuer]) -> bool:
    """Whether the wallet knows an issuer whose own site this is."""
    return any(_host(each.id) == offered.site.host for each in issuers)


def offer_lines(
    offered: Offered, child: Child, issuers: Iterable[ListedIssuer], language: Language
) -> Iterator[str]:
    """Everything to look at before the code of an offer is used."""
    host, server = site(offered.site, language), site(offered.server, language)
    yield language.text(N_("Offers: {host}"), host=host)
    if name := _in(offered.metadata.names, language):
        yield language.text(N_("It calls itself “{name}”; nothing proves that."), name=name)
    yield language.text(
        N_("Nobody signed the offer: certain is only which site gives what is taken, {host}."), host=host
    )
    if (imitated := recipients.imitated(offered.site.host)) is not None:
        yield language.text(
            N_("Stop and look at the site: “{letters}” is not “{imitated}”, it only looks like it."),
            letters=in_letters(offered.site.host),
            imitated=imitated,
        )
    yield (
        language.text(N_("The wallet knows the keys of an issuer whose site this is."))
        if is_known(offered, issuers)
        else language.text(N_("No issuer that the wallet knows has this site."))
    )
    yield language.text(N_("It offers for {child}:"), child=child.name)
    for each in offered.metadata.configurations:
        yield f"  – {_title(each, language)} ({language.text(_FORMATS[each.format])})"
    if any(each.bound for each in offered.wanted):
        yield language.text(
            N_("{host} is told the child's id, with a proof that the child has its key."), host=host
        )
    if offered.server.host != offered.site.host:
        yield language.text(
            N_("The offer's code goes to {server}, which {host} names."), server=server, host=host
        )
    if offered.offer.transaction_code is not None:
        yield code_question(offered, language)


def code_question(offered: Offered, language: Language) -> str:
    """What is said of the code that a person types (section 13.6.2: to whom it goes)."""
    wanted, server = offered.offer.transaction_code, site(offered.server, language)
    said = language.text(
        N_(
            "The issuer sent you a code another way. What you type is given to {server}, so type no other"
            " code."
        ),
        server=server,
    )
    if wanted is None or not wanted.description.strip():
        return said
    return said + " " + language.text(N_("The offer says of it: “{words}”"), words=wanted.description.strip())


def _title(wanted: Configuration, language: Language) -> str:
    types = [each for each in wanted.types if each not in _OWN]
    return _in(wanted.names, language) or (types[-1] if types else wanted.id)[:200]


def _in(names: Mapping[str, str], language: Language) -> str:
    """A name in the language, else in none in particular, else in English or whatever there is."""
    for key in (language.code, "", "en", *names):
        if key in names:
            return names[key]
    return ""


def _host(identifier: str) -> str | None:
    if not identifier.startswith("did:web:"):
        return None
    try:
        location = web.locate(identifier)
    except VcwalletError:
        return None
    # A did:web with a path belongs to whoever may write in that folder, and a site has many.
    return None if location.segments else location.domain
