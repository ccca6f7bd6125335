"""The name of every check and the sentence of every reason a report can hold; templates for the catalogue.

What decides about a whole, a showing or an item has a sentence of its own in `report_sentences`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vcwallet.credentials import gate
from vcwallet.errors import N_, Aged
from vcwallet.locales import Language
from vcwallet.report import Check, Finding, Result

RESULTS = {
    Result.PASSED: N_("yes"),
    Result.FAILED: N_("NO"),
    Result.NOT_COUNTED: N_("does not count"),
    Result.UNKNOWN: N_("unknown"),
    Result.NOTE: N_("note"),
}

CHECKS = {
    Check.STRUCTURE: N_("well-formed"),
    Check.FORM: N_("form"),
    Check.CLOCK: N_("clock"),
    Check.TRUST: N_("trust list"),
    Check.PRESENTATION_PROOF: N_("shown by its holder"),
    Check.PRESENTATION_RECIPIENT: N_("recipient"),
    Check.PRESENTATION_FRESHNESS: N_("not too old"),
    Check.KIND: N_("kind"),
    Check.ISSUER: N_("issuer"),
    Check.KEY: N_("issuer's key"),
    Check.PROOF: N_("unchanged since signed"),
    Check.VALIDITY: N_("dates"),
    Check.HOLDER: N_("belongs to who shows it"),
    Check.STATUS: N_("not revoked"),
    Check.STATUS_AGE: N_("age of that knowledge"),
    Check.DEMANDS: N_("demands"),
    Check.TEXT: N_("unusual text"),
}

REASONS: Final[Mapping[str, str | Aged]] = {
    **{code: reason.sentence for code, reason in gate.REASONS.items()},
    "structure.well-formed": N_("The data is well-formed; credentials: {number}."),
    "structure.schema": N_("It has the form that its schema asks for."),
    "structure.schema-unchecked": N_("It names a schema that could not be compared ({schema})."),
    "structure.nothing": N_("There is no diploma in it."),
    "kit.fresh": Aged(N_("The kit is of today."), N_("The kit is {days} days old.")),
    "kit.stale": N_("The kit is {days} days old: install a newer one if you can."),
    "kit.too-old": N_("The kit is {days} days old, and confirms nothing beyond {rule}: install a newer one."),
    "kit.ahead": N_(
        "The kit was signed on {issued}, later than this computer's clock: check the computer's date."
    ),
    "trust.current": Aged(N_("The trust list is of today."), N_("The trust list is {days} days old.")),
    "trust.from-the-future": N_(
        "The trust list was made on {issued}, later than this computer's clock: check the computer's date."
    ),
    "trust.expired": N_("The trust list was good until {until}; get a newer one."),
    "presentation.none": N_("A credential came alone, without a presentation by its holder."),
    "presentation.demanded": N_("A showing was demanded, and a credential came alone."),
    "presentation.holds": N_("The holder signed what is shown here, and it has not been changed."),
    "presentation.signed": Aged(N_("It was signed today."), N_("It was signed {days} days ago.")),
    "presentation.current": N_("It may be used until {until}."),
    "presentation.never-expires": N_("It names no day after which it must not be used."),
    "recipient.you": N_("It is addressed to {addressed}."),
    "recipient.other": N_("It was shown to {addressed}, not to {expected}."),
    "recipient.openid": N_(
        "It answers a request of OpenID4VP ({addressed}), and the file that was kept of the request is"
        " missing."
    ),
    "recipient.nobody": N_("It is addressed to nobody; it must be to {expected}."),
    "recipient.other-challenge": N_("It does not answer the question you gave."),
    "recipient.not-compared": N_("It is addressed to {addressed}; whether that is you was not compared."),
    "recipient.challenge-used": N_(
        "This question was answered here before, on {day} (application {number}), by another showing."
    ),
    "presentation.seen-again": N_("This showing was seen here on {day} (application {number})."),
    "presentation.seen-elsewhere": N_(
        "This showing was seen here on {day}, under application {number}: a person must look."
    ),
    "demands.seen-elsewhere": N_(
        "This diploma came here on {day}, under application {number}: a person must look."
    ),
    "request.over": N_("Your request was good until {until}."),
    "recipient.anybody": N_("It is addressed to nobody in particular."),
    "issuer.out-of-scope": N_(
        "{issuer} is on the trust list, but not for this ({clause}: {value}; listed: {allowed})."
    ),
    "issuer.scope-open": N_(
        "{issuer} is on the trust list; whether for this cannot be told without {missing}: ask to see it."
    ),
    "proof.signature": N_("Something was changed after it was signed, or it was signed with another key."),
    "holder.same": N_("Issued to the one who shows it."),
    "holder.other": N_("Issued to somebody else than the one who shows it."),
    "holder.own-copy": N_(
        "This is the family's own copy, which uncovers every hidden field: ask for a showing,"
        " and compare the name."
    ),
    "holder.base-proof": N_(
        "It carries the secret that uncovers hidden fields: no holder shows that, somebody else passed it on."
    ),
    "holder.by-name": N_("Bound by name only: compare it with the person's document."),
    "holder.may-be-hidden": N_("Parts are hidden, and the key it was issued to may be among them."),
    "holder.alone": N_("Nobody proved that it is theirs: compare the name with the person's document."),
    "holder.not-checked": N_("Without the holder's signature it is not known whose it is."),
    "holder.several-people": N_("№ {first} and № {second} are about different people: {member}."),
    "holder.nameless": N_("No name is shown, and nothing else ties it to the person."),
    "holder.surnames-differ": N_(
        "The names on № {first} and № {second} differ and the birth date does not: ask for a document"
        " of the change."
    ),
    "kind.holds-open": N_("It holds credentials that are not confirmed: № {numbers}."),
    "endorsement.holds": N_("Endorsed by {issuer}, who is believed: “{comment}”. This adds nothing to it."),
    "endorsement.open": N_("An endorsement in it could not be checked, or does not hold ({why})."),
    "kind.holds-unread": N_("It holds signed documents that this program does not judge: {number}."),
    "status.not-named": N_("The issuer keeps lists of revoked credentials, and this one names none."),
    "status.final": N_("Not revoked as of {as_of}, in the last list of an issuer that is closed."),
    "status.not-final": N_("The issuer is closed, and this is not its last list, which is of {final}."),
    "status.list-over": N_("The list of revoked credentials was good until {until}. Get a newer list."),
    "status.good": N_("Not revoked as of {as_of}."),
    "status.revoked": N_("Revoked by its issuer (known as of {as_of})."),
    "status.suspended": N_("Suspended by its issuer (known as of {as_of})."),
    "status.named-revoked": N_("Revoked: a list of revoked credentials at hand names it."),
    "status.undated-list": N_(
        "The list at hand does not name it, and such a list says no day: how old that is, is not known."
    ),
    "status.unsigned-list": N_(
        "Its list of revoked credentials is not signed; such a list counts only in a trust list or kit."
    ),
    "status.other-kind": N_("Its kind of revocation list is not known here."),
    "status.none-kept": N_("It names no list of revoked credentials."),
    "status.no-list": N_("The list of revoked credentials is not at hand ({list})."),
    "status.fresh": Aged(
        N_("That is of today; allowed are {rule} days."),
        N_("That is {days} days old; allowed are {rule}."),
    ),
    "status.old": N_("That is {days} days old, beyond {rule}, and still counts: the kit recommends so."),
    "status.stale": N_("That is {days} days old; allowed are {rule}. Get a newer list."),
    "issuer.look-alike": N_(
        "The issuer calls itself “{name}”, which looks like {trusted} on the trust list, but it is {issuer}."
    ),
    "text.not-nfc": N_("“{sample}” is written with divided letters ({pointer})."),
    "text.mixed-script": N_("“{sample}” mixes alphabets within one word ({pointer})."),
    "text.look-alike": N_("“{sample}” is Latin but reads like Russian ({pointer})."),
    "text.bidi": N_("“{sample}” holds characters that reverse the reading direction ({pointer})."),
    "text.invisible": N_("“{sample}” holds invisible characters ({pointer})."),
    "text.unassigned": N_("“{sample}” holds characters that do not exist ({pointer})."),
    "demands.met": N_("The demands are met."),
    "demands.binding": N_("Demanded is {demanded}."),
    "demands.not-all-asked": N_("You asked for {asked} of the kind {kind} with {fields}; {number} came."),
    "demands.contested": N_("Another applicant handed in the same diploma: {others}."),
    "demands.elsewhere": N_("A person gave it to another applicant, who handed it in too: {others}."),
    "demands.twice": N_("The same diploma as № {number}; it counts once."),
}


def sentence(finding: Finding, language: Language) -> str:
    """A finding in words; an error of a lower module speaks for itself unless there are better words."""
    if finding.error is not None and finding.reason not in REASONS:
        return language.error(finding.error)
    return language.text(REASONS.get(finding.reason, finding.reason), **finding.evidence)
