"""What somebody who asked by OpenID4VP keeps of it, and the presentations in an answer.

    asked = OpenidAsked.parse(document)             # the file that `vcwallet request --openid4vp` wrote
    reading = expanded(read_inputs([path]), asked)  # what is in an answer takes its place

The nonce, the state and the key of one request open the answers to it and to no other (OpenID4VP 1.0, section
8.6). An answer that does not give what was asked is refused as a whole; whether what it gives holds is judged
afterwards, like anything that is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.bundle.codec import has_type
from vcwallet.bundle.dcql import CredentialQuery, Format
from vcwallet.bundle.kinds import DocumentKind, kind_of
from vcwallet.bundle.openid4vp import Invitation, OpenidRequest
from vcwallet.bundle.request import Request
from vcwallet.bundle.scanning import Found, Reading, Together
from vcwallet.credentials import enveloped
from vcwallet.credentials.credential import Credential, EnvelopedCredential
from vcwallet.errors import N_, InputError, LimitExceeded, VcwalletError
from vcwallet.identifiers.web_address import form_pairs
from vcwallet.proofs.jose import jwe
from vcwallet.strict_json import Json, JsonObject

__all__ = ["FORMAT", "OpenidAsked", "expanded"]

FORMAT: Final = "vcwallet-asked/1"


@dataclass(frozen=True, slots=True)
class OpenidAsked:
    request: Request
    """What is demanded: its domain is the whole client identifier, its challenge the nonce."""
    openid: OpenidRequest
    url: str
    """What the family gets: a link, a code."""
    key: JsonObject | None = field(default=None, repr=False)
    """The secret key that opens the answer, where it is to be encrypted."""

    @classmethod
    def parse(cls, document: JsonObject) -> OpenidAsked:
        """Raises InputError (``openid.asked``), and what `Request.parse` and `Invitation.read` raise."""
        request, url, key = document.get("request"), document.get("url"), document.get("key")
        if not isinstance(request, dict) or not isinstance(url, str) or not isinstance(key, dict | None):
            raise _not_kept()
        read, openid = Request.parse(request), Invitation.read(url).unsigned()
        if (read.domain, read.challenge) != (openid.client.id, openid.nonce):
            raise _not_kept()
        if document.get("format") != FORMAT or (key is None) is not (openid.encryption is None):
            raise _not_kept()
        return cls(read, openid, url, key)

    def to_json(self) -> JsonObject:
        """The document; `parse` reads it back. It holds the key: it is nobody else's to see."""
        document: JsonObject = {"format": FORMAT, "url": self.url, "request": self.request.to_json()}
        if self.key is not None:
            document["key"] = self.key
        return document

    def opened(self, answer: JsonObject) -> JsonObject:
        """The answer with its members in clear; its state must be this request's.

        One that was handed over as a file may be in clear. Raises InputError (``openid.other-state``), and
        what `jwe.decrypt` and `strict_json.loads_object` raise.
        """
        text = answer.get("response")
        if isinstance(text, str):
            if self.key is None or not self._is_to_this(text):
                raise _other_state()
            answer = strict_json.loads_object(jwe.decrypt(text, self.key), max_bytes=limits.JSON_BYTES)
        if answer.get("state") != self.openid.state:
            raise _other_state()
        return answer

    def opened_post(self, body: bytes) -> JsonObject:
        """The answer in a form that was posted to `response_uri` (sections 8.2, 8.3.1).

        What was to be encrypted is not taken in clear: whoever stands between could have written it. Raises
        InputError: ``openid.posted``, ``openid.declined``, ``openid.unencrypted``; and what `opened` raises.
        """
        given = _form(body)
        if "error" in given:
            if given.get("state") != self.openid.state:
                raise _other_state()
            raise InputError(
                "openid.declined",
                N_("The wallet gave no answer ({reason})."),
                next_step=N_("Ask the family, and ask once more if it wants to."),
                reason=given["error"][:64],
            )
        if self.key is not None:
            if "response" not in given:
                raise InputError("openid.unencrypted", N_("The answer was to be encrypted, and is not."))
            return self.opened({"response": given["response"]})
        if "vp_token" not in given:
            raise _not_posted()
        token = strict_json.loads_object(given["vp_token"])
        return self.opened({"vp_token": token, "state": given.get("state")})

    def _is_to_this(self, text: str) -> bool:
        """Whether the header of an encrypted answer says what was offered (section 8.3)."""
        header, offered = jwe.header_of(text), self.openid.encryption
        if offered is None or header.get("enc") != offered.method:
            return False
        return header.get("kid", offered.kid) == offered.kid


def expanded(reading: Reading, asked: OpenidAsked | None = None) -> Reading:
    """The same reading with what is in every answer in place of the answer: a presentation, or several.

    Raises nothing: what is wrong with an answer becomes its problem.
    """
    found: list[Found] = []
    for each in reading.found:
        if each.kind is not DocumentKind.VP_TOKEN or each.document is None:
            found.append(each)
            continue
        try:
            found.append(_opened(each, each.document, asked))
        except VcwalletError as error:
            found.append(replace(each, kind=DocumentKind.NOTHING, document=None, problem=error))
    return Reading(tuple(found), reading.files)


def _opened(found: Found, answer: JsonObject, asked: OpenidAsked | None) -> Found:
    if asked is not None:
        answer = asked.opened(answer)
    token = answer.get("vp_token")
    if not isinstance(token, dict):
        raise InputError(
            "openid.needs-request",
            N_("The answer is encrypted."),
            next_step=N_("Name the file that was kept of the request it answers."),
        )
    queries = {} if asked is None else {each.id: each for each in asked.openid.query.credentials}
    if sum(len(shown) for shown in token.values() if isinstance(shown, list)) > limits.SCAN_ARRAY:
        raise _incomplete()
    given: list[tuple[DocumentKind, JsonObject]] = []
    for name, shown in token.items():
        if not isinstance(shown, list) or not shown:
            raise _incomplete()
        # Before anything of them is opened: the work on one answer has a ceiling.
        _demand_few(len(shown))
        query = queries.get(name)
        if asked is not None and query is None:
            raise _incomplete()
        documents = [_document(each) for each in shown]
        if query is not None:
            _demand_answers(query, [document for _, document in documents])
        given += documents
    # Section 8.6: of what was asked everything that is required must be there.
    if asked is not None:
        needed = asked.openid.query.answered_by(token.keys())
        if needed is None:
            raise _incomplete()
    if len(given) == 1:
        ((kind, document),) = given
        return replace(found, kind=kind, document=document)
    together = Together(tuple(document for _, document in given), token)
    return replace(found, document={"vp_token": token}, together=together)


def _form(body: bytes) -> dict[str, str]:
    """The members of a form, each once. Raises InputError (``openid.posted``)."""
    try:
        pairs = form_pairs(body.decode("ascii"))
    except ValueError:
        raise _not_posted() from None
    given = dict(pairs)
    if len(given) != len(pairs):
        raise _not_posted()
    return given


_SHOWN: Final = (DocumentKind.PRESENTATION, DocumentKind.CREDENTIAL, DocumentKind.SD_JWT_VC)


def _document(shown: Json) -> tuple[DocumentKind, JsonObject]:
    """One presentation: an object, or a token as text (section 8.1)."""
    document = enveloped.recognise(shown).json if isinstance(shown, str) else shown
    kind = kind_of(document) if isinstance(document, dict) else None
    if not isinstance(document, dict) or kind not in _SHOWN:
        raise _incomplete()
    return kind, document


def _demand_answers(query: CredentialQuery, documents: Sequence[JsonObject]) -> None:
    """Hold presentations to what was asked for: format, types, claims, and whether one or several.

    A wallet is not trusted to have chosen (section 14.9): what was asked and is not there is no answer, in
    whatever envelope it comes. Raises InputError (``openid.incomplete``), LimitExceeded
    (``openid.too-many-shown``), and what opening an envelope raises.
    """
    number = 0
    for document in documents:
        if kind_of(document) is DocumentKind.SD_JWT_VC:
            shown = enveloped.sd_jwt_vc_in(document)
            asked = query.format == Format.DC_SD_JWT and shown.vct in query.vct
            if not asked or query.places(shown.claims) is None:
                raise _incomplete()
            number += 1
            continue
        credentials = list(_credentials(document))
        for format_, credential in credentials:
            fits = format_ is not None and query.format == format_ and query.is_meant(credential)
            if not fits or query.select(credential.json) is None:
                raise _incomplete()
        if not credentials:
            raise _incomplete()
        number += len(credentials)
    if number > 1 and not query.multiple:
        raise _incomplete()
    _demand_few(number)


def _demand_few(number: int) -> None:
    if number > limits.OPENID_SHOWN:
        raise LimitExceeded(
            "openid.too-many-shown",
            N_("The answer brings {size} documents for one question; the ceiling is {limit}."),
            next_step=N_("Ask the family for those that you need, or for their files."),
            size=number,
            limit=limits.OPENID_SHOWN,
        )


def _credentials(document: JsonObject) -> Iterator[tuple[Format | None, Credential]]:
    """The credentials of a presentation, or the one that came without, each with the format it came in."""
    if kind_of(document) is DocumentKind.PRESENTATION:
        presentation = enveloped.presentation_in(document)
        yield from ((Format.of(None), each) for each in presentation.credentials)
        envelopes: Sequence[EnvelopedCredential] = presentation.enveloped
    elif has_type(document, "EnvelopedVerifiableCredential"):
        envelopes = [EnvelopedCredential.parse(document)]
    else:
        yield Format.of(None), Credential.parse(document)
        return
    for envelope in envelopes:
        opened = enveloped.open_credential(envelope)
        yield Format.of(opened), opened.credential


def _incomplete() -> InputError:
    return InputError(
        "openid.incomplete",
        N_("The answer does not give what was asked for, so nothing of it counts."),
        next_step=N_("Ask once more: each request is answered once, and as a whole."),
    )


def _not_posted() -> InputError:
    return InputError("openid.posted", N_("What was sent is no answer of OpenID4VP."))


def _other_state() -> InputError:
    return InputError(
        "openid.other-state",
        N_("This is an answer to another request."),
        next_step=N_("Name the file that was kept of the request it answers."),
    )


def _not_kept() -> InputError:
    return InputError(
        "openid.asked",
        N_("This is not what is kept of a request of OpenID4VP when it is made."),
        next_step=N_("Name the .json file that stands beside the picture or the link."),
    )
