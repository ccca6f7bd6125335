"""What others say of a badge or its issuer: each endorsement is a credential of its own, by somebody else.

    found = judged(credential, issuers=trust, status=status_of, contexts=PINNED, now=now)
    print(found.findings, found.checked)

An endorsement raises nothing: a badge is believed for what its own issuer signed. One that is checked whole
(its issuer listed, its signature and status good, about this badge) is told and leaves the badge as it is;
of any other nobody knows what it is, so the badge that holds it stays open, as with all that nobody checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vcwallet.bundle.codec import has_type
from vcwallet.credentials import enveloped
from vcwallet.credentials.credential import Credential, EnvelopedCredential
from vcwallet.credentials.enveloped import OpenedCredential
from vcwallet.credentials.gate import Place, admit, display_name
from vcwallet.credentials.issuers import Issuers, ListedIssuer
from vcwallet.credentials.open_badges import EndorsementCredential
from vcwallet.errors import N_, DocumentError, VcwalletError
from vcwallet.proofs.jsonld import Contexts
from vcwallet.report import Check, Finding, Result
from vcwallet.strict_json import Json, JsonObject

__all__ = ["Endorsements", "is_of_its_own", "judged"]

_PLAIN, _TOKEN = "endorsement", "endorsementJwt"
_CHARACTERS: Final = 200

StatusFindings = Callable[[Credential, ListedIssuer], tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class Endorsements:
    findings: tuple[Finding, ...] = ()
    checked: int = 0
    """How many of the signed documents inside need nobody's look any more."""


def judged(
    given: Credential, *, issuers: Issuers, status: StatusFindings, contexts: Contexts, now: datetime
) -> Endorsements:
    """What is to be told of every endorsement in a credential. Raises nothing for any content."""
    findings: list[Finding] = []
    about = _may_be_about(given)
    for each in _endorsements(given.json):
        try:
            thing = _read(each)
            credential = thing.credential if isinstance(thing, OpenedCredential) else thing
            said = EndorsementCredential.read(credential)
            if said.endorsed_id not in about:
                raise DocumentError(
                    "endorsement.of-another", N_("It is about something else than what it stands in.")
                )
            admission = admit(thing, Place.ENDORSEMENT, issuers=issuers, now=now, contexts=contexts)
            admission.demand()
            assert admission.issuer is not None  # of each credential that is admitted
            doubts = [
                found
                for found in status(credential, admission.issuer)
                if found.result not in (Result.PASSED, Result.NOTE)
            ]
        except VcwalletError as error:
            findings.append(Finding.about(Check.KIND, Result.NOTE, "endorsement.open", why=error.code))
            continue
        if doubts:
            findings.append(Finding.about(Check.KIND, Result.NOTE, "endorsement.open", why=doubts[0].reason))
            continue
        name, comment = display_name(admission.issuer), (said.comment or "-")[:_CHARACTERS]
        findings.append(
            Finding.about(Check.KIND, Result.NOTE, "endorsement.holds", issuer=name, comment=comment)
        )
    checked = sum(each.reason == "endorsement.holds" for each in findings)
    return Endorsements(tuple(findings), checked)


def _may_be_about(given: Credential) -> frozenset[str]:
    """The ids of the badge, its issuer and its achievements."""
    achievements: list[Json] = []
    for subject in given.subjects:
        found = subject.get("achievement")
        achievements += found if isinstance(found, list) else [found]
    ids = [given.id, given.issuer_id, *(each.get("id") for each in achievements if isinstance(each, dict))]
    return frozenset(each for each in ids if isinstance(each, str))


def is_of_its_own(value: JsonObject) -> bool:
    """Whether what stands inside a document is a signed document of its own, which may be anybody's."""
    return "proof" in value or has_type(value, "VerifiableCredential")


def _endorsements(value: Json, *, top: bool = True) -> Iterator[Json]:
    """Those of a document and of what its issuer put into it.

    Those inside another document are not: whoever made it put them there, and a good one among them must not
    stand for it where it is counted what nobody looked at.
    """
    if isinstance(value, list):
        for inner in value:
            yield from _endorsements(inner, top=False)
    elif isinstance(value, dict) and (top or not is_of_its_own(value)):
        for name, inner in value.items():
            if name in (_PLAIN, _TOKEN):
                yield from inner if isinstance(inner, list) else [inner]
            elif name not in ("proof", "verifiableCredential"):
                yield from _endorsements(inner, top=False)


def _read(each: Json) -> Credential | OpenedCredential:
    """Raises what reading a credential or an envelope raises."""
    if isinstance(each, str):
        envelope = enveloped.recognise(each)
        if isinstance(envelope, EnvelopedCredential):
            return enveloped.open_credential(envelope)
    elif isinstance(each, dict):
        return Credential.parse(each)
    raise DocumentError("endorsement.form", N_("An endorsement must be a credential, or a token with one."))
