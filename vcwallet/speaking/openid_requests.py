"""A request of OpenID4VP in the family's words: who asks, what proves it, what is asked, and what to mind.

for line in request_lines(request, language):
    print(line)
for warning in answer_warnings(prepared, language):
    print(warning)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from vcwallet.bundle.dcql import ClaimsQuery, CredentialQuery, Format
from vcwallet.bundle.openid4vp import OpenidRequest
from vcwallet.bundle.who_asks import Prefix, Proven
from vcwallet.credentials.fact_places import PLACES, RESULT_PATH, WHAT_PLACES
from vcwallet.credentials.fact_words import FACT_NAMES, claim_name
from vcwallet.errors import N_
from vcwallet.identifiers.host_name import in_letters
from vcwallet.locales import Language
from vcwallet.speaking import previews
from vcwallet.wallet import recipients
from vcwallet.wallet.openid_answering import OpenidDrafts

__all__ = [
    "answer_warnings",
    "asked_for",
    "closing_lines",
    "proof_sentence",
    "purpose",
    "recipient",
    "request_lines",
    "who_asks",
]

_PROOFS: Final = {
    Proven.NOTHING: N_(
        "Nobody signed this request, so nothing proves who asks: anybody can make such a code in another's"
        " name. The answer goes to {host} and to nobody else. Is that whom you mean?"
    ),
    Proven.SAME_KEY: N_(
        "The request is signed, but the signature names no organisation. What is certain is only where the"
        " answer goes: {host}."
    ),
    Proven.SITE: N_(
        "The request is signed with a key that the site {host} publishes: it is this site that asks."
    ),
    Proven.FOLDER: N_(
        "The request is signed with a key that lies in a folder of the site {host} ({name}). Such a folder"
        " may be of anybody who has a place there, so it is not certain that the site itself asks."
    ),
    Proven.CERTIFICATE: N_(
        "The request is signed with a certificate for {name}, given by an authority that this computer"
        " believes."
    ),
    Proven.UNKNOWN_AUTHORITY: N_(
        "The request is signed with a certificate for {name}, and this computer does not know who gave it:"
        " anybody can make such a certificate. The answer goes to {host}."
    ),
}
_BY_DIGEST: Final = {
    Proven.CERTIFICATE: N_(
        "The request is signed with a certificate of an authority that this computer believes, and does not"
        " say whose it is. What is certain is only where the answer goes: {host}."
    ),
    Proven.UNKNOWN_AUTHORITY: _PROOFS[Proven.SAME_KEY],
}
"""Of who is named by the digest of a certificate: that is nobody's name, and whoever has any may ask so."""
_FORMATS: Final = {
    Format.LDP_VC.value: N_("a diploma, signed as most are"),
    Format.JWT_VC_JSON.value: N_("a diploma signed as a JWT"),
    Format.DC_SD_JWT.value: N_("a document signed as an SD-JWT"),
}


_ALWAYS_READ: Final[dict[tuple[str | int | None, ...], str]] = {
    **{("credentialSubject", *place.split("/")): name for name, place in WHAT_PLACES.items()},
    ("issuer", "id"): "issuer",
    ("validFrom",): "awarded",
}
"""What a diploma is about, by the names of its facts."""


def recipient(request: OpenidRequest, language: Language) -> str:
    """Where the answer goes, as a person says it; a name that deceives stays in its real letters."""
    if request.response_uri.on_this_computer:
        return language.text(N_("this computer ({host})"), host=request.response_uri.authority)
    host = request.response_uri.host
    # At another port than the usual one of the same name somebody else may be listening.
    port = request.response_uri.authority.removeprefix(host)
    return (in_letters(host) if recipients.imitated(host) is None else host) + port


def purpose(request: OpenidRequest, language: Language) -> str:
    """What an answer is for, where the family says nothing: a request of OpenID4VP has no words for it."""
    return language.text(N_("Answer to a request of {host}"), host=recipient(request, language))


def proof_sentence(request: OpenidRequest, language: Language) -> str:
    sentences = {**_PROOFS, **_BY_DIGEST} if request.client.prefix is Prefix.HASH else _PROOFS
    host = recipient(request, language)
    return language.text(sentences[request.proven], host=host, name=request.client.name)


def request_lines(request: OpenidRequest, language: Language) -> Iterator[str]:
    """Everything to look at before the wallet is searched."""
    yield language.text(N_("Asks: {host}"), host=recipient(request, language))
    yield from who_asks(request, language)
    yield language.text(N_("It asks for:"))
    for what, details in asked_for(request, language):
        yield f"  – {what}"
        yield from (f"     {each}" for each in details)
    yield from closing_lines(request, language)


def who_asks(request: OpenidRequest, language: Language) -> Iterator[str]:
    """What proves who asks, and a warning where the name only looks like another."""
    yield proof_sentence(request, language)
    if (imitated := recipients.imitated(request.response_uri.host)) is not None:
        yield language.text(
            N_(
                "Stop and look at the recipient: “{letters}” is not “{imitated}”, it only looks like it. Its"
                " real name is {recipient}."
            ),
            letters=in_letters(request.response_uri.host),
            imitated=imitated,
            recipient=request.response_uri.host,
        )


def asked_for(request: OpenidRequest, language: Language) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is asked for, and of each what will be read and under which condition."""
    for query in request.query.credentials:
        what = language.text(_FORMATS.get(query.format, N_("a document that this program does not know")))
        many = language.text(N_("all that fit")) if query.multiple else language.text(N_("one"))
        yield f"{what} ({many})", tuple(_details(query, language))


def closing_lines(request: OpenidRequest, language: Language) -> Iterator[str]:
    """What holds for the answer as a whole."""
    if request.query.credential_sets:
        yield language.text(N_("Not all of this is needed: the least that it takes is given."))
    if request.encryption is not None:
        yield language.text(N_("The answer is encrypted, so that only the one who asked can open it."))


def _details(query: CredentialQuery, language: Language) -> Iterator[str]:
    if query.vct:
        kinds = ", ".join(language.value(each) or "" for each in query.vct)
        yield language.text(N_("of the kind: {kinds}"), kinds=kinds)
    if query.claims is None:
        yield language.text(N_("to read: only what cannot be hidden"))
    else:
        names = dict.fromkeys(_name(query, claim, language) for claim in query.claims)
        yield language.text(N_("to read: {fields}"), fields=", ".join(names))
        for claim in query.claims:
            if claim.values is not None:
                yield language.text(
                    N_("only if “{field}” is: {values}"),
                    field=_name(query, claim, language),
                    values=", ".join(map(str, claim.values)),
                )
    if not query.binding:
        yield language.text(N_("without the child's signature"))


def _name(query: CredentialQuery, claim: ClaimsQuery, language: Language) -> str:
    """A claim by the name of its fact, where it has one; else as it stands in the request."""
    as_asked = ".".join("*" if step is None else str(step) for step in claim.path)
    if query.format == Format.DC_SD_JWT:
        return claim_name(as_asked, language)
    if claim.path[:2] == RESULT_PATH[:2]:
        return language.text(FACT_NAMES["result"])
    if claim.path in _ALWAYS_READ:
        return language.text(FACT_NAMES[_ALWAYS_READ[claim.path]])
    place = "/".join(map(str, claim.path[1:])) if claim.path[0] == "credentialSubject" else ""
    names = [name for name, places in PLACES.items() if place in places]
    if names:
        # The last is the finer: a patronymic is asked for by itself, a surname is a part of the name.
        return language.text(FACT_NAMES[names[-1]])
    return as_asked


def answer_warnings(prepared: OpenidDrafts, language: Language) -> Iterator[str]:
    """What is peculiar to answers of this sort, beside `previews.warnings`."""
    host = recipient(prepared.request, language)
    titles = [part.shown.diploma.title for part in prepared.parts if part.alone]
    titles += [part.shown.title for part in prepared.others if part.alone]
    for title in titles:
        yield language.text(
            N_(
                "“{title}” is asked for without the child's signature. {host} gets a copy that names no"
                " recipient and has no last day: whoever has it can show it to others."
            ),
            title=title,
            host=host,
        )
    for part in prepared.parts:
        title = part.shown.diploma.title
        if part.hides_nothing:
            yield previews.more_than_asked(part.shown, language)
        if part.by_name_only:
            yield language.text(
                N_(
                    "“{title}” names the child and no key of the child, so {host} may refuse it. Ask the"
                    " issuer to issue it to the child's id."
                ),
                title=title,
                host=host,
            )
        if part.shows_all:
            yield language.text(
                N_("{host} cannot check a diploma with hidden fields, so it reads all of “{title}”."),
                title=title,
                host=host,
            )
