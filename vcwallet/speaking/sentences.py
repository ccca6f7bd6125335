"""The sentence of every check, outcome, binding and reason a report can hold; templates for the catalogue."""

from __future__ import annotations

from vcwallet.errors import N_
from vcwallet.locales import Language
from vcwallet.report import Check, Finding, Outcome, Result

OUTCOMES = {
    Outcome.ACCEPTED: N_("accepted"),
    Outcome.REFUSED: N_("refused"),
    Outcome.CANNOT_CONFIRM: N_("cannot confirm"),
}

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
    Check.PRESENTATION_RECIPIENT: N_("meant for you"),
    Check.PRESENTATION_FRESHNESS: N_("not too old"),
    Check.KIND: N_("kind"),
    Check.ISSUER: N_("issuer"),
    Check.KEY: N_("issuer's key"),
    Check.PROOF: N_("unchanged since signed"),
    Check.VALIDITY: N_("dates"),
    Check.HOLDER: N_("belongs to who shows it"),
    Check.STATUS: N_("not revoked"),
    Check.STATUS_AGE: N_("age of that knowledge"),
    Check.POLICY: N_("your own rules"),
    Check.TEXT: N_("unusual text"),
}

BINDINGS = {
    "none": N_("document only: nobody proved that it is theirs"),
    "bearer": N_("shown by its holder, but not known to be meant for you"),
    "addressed": N_("shown by its holder, addressed to you"),
    "interactive": N_("shown by its holder just now, to you"),
}

REASONS = {
    "structure.well-formed": N_("The data is well-formed; credentials: {number}."),
    "structure.schema": N_("It has the form that its schema asks for."),
    "structure.schema-unchecked": N_("It names a schema that could not be compared ({schema})."),
    "structure.nothing": N_("There is no diploma in it."),
    "trust.current": N_("The trust list is {days} days old."),
    "trust.from-the-future": N_(
        "The trust list was made on {issued}, later than this computer's clock: check the computer's date."
    ),
    "trust.expired": N_("The trust list was good until {until}; get a newer one."),
    "presentation.none": N_("A credential came alone, without a presentation by its holder."),
    "presentation.holds": N_("The holder signed what is shown here, and it has not been changed."),
    "presentation.current": N_("It may be used until {until}."),
    "presentation.never-expires": N_("It names no day after which it must not be used."),
    "recipient.you": N_("It is addressed to {addressed}."),
    "recipient.other": N_("It was shown to {addressed}, not to {expected}."),
    "recipient.nobody": N_("It is addressed to nobody; you asked for {expected}."),
    "recipient.other-challenge": N_("It does not answer the question you gave."),
    "recipient.not-compared": N_("It is addressed to {addressed}; whether that is you was not compared."),
    "recipient.anybody": N_("It is addressed to nobody in particular."),
    "issuer.listed": N_("{issuer} is on your trust list."),
    "issuer.not-listed": N_(
        "The issuer calls itself “{name}” ({issuer}) and is not on your trust list, so it is not believed."
    ),
    "issuer.out-of-scope": N_(
        "{issuer} is on your trust list, but not for this ({clause}: {value}; listed: {allowed})."
    ),
    "issuer.scope-open": N_(
        "{issuer} is on your trust list; whether for this cannot be told without {missing}: ask to see it."
    ),
    "key.issuers-own": N_("The key belongs to the issuer."),
    "key.in-window": N_("The key belongs to the issuer and was in use on {signed}."),
    "key.too-early": N_("Signed on {signed}, but the key came into use on {start}."),
    "key.too-late": N_("Signed on {signed}, but the key went out of use on {end}."),
    "key.compromised": N_("The key may be in other hands: what it signed confirms nothing."),
    "key.no-date": N_("The signing date is missing, so it cannot be compared with the key's window."),
    "key.published": N_("The key is a published test key: anybody can sign with it."),
    "proof.holds": N_("The signature holds: nothing was changed."),
    "proof.signature": N_("Something was changed after it was signed, or it was signed with another key."),
    "proof.not-checked": N_("The signature could not be checked without the key."),
    "validity.current": N_("In force on the day of the check."),
    "validity.not-yet": N_("It is in force only from {start}."),
    "validity.over": N_("It was in force until {end}."),
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
    "holder.alone": N_("Nobody proved that it is theirs: compare the name with the person's document."),
    "holder.not-checked": N_("Without the holder's signature it is not known whose it is."),
    "holder.several-people": N_(
        "The credentials do not agree on {member}: look whether they are about one person."
    ),
    "status.good": N_("Not revoked as of {as_of}."),
    "status.revoked": N_("Revoked by its issuer (known as of {as_of})."),
    "status.suspended": N_("Suspended by its issuer (known as of {as_of})."),
    "status.other-kind": N_("Its kind of revocation list is not known here."),
    "status.none-kept": N_("The issuer keeps no list of revoked credentials for it."),
    "status.no-list": N_("The list of revoked credentials is not at hand ({list})."),
    "status.fresh": N_("That is {days} days old; your rule is {rule}."),
    "status.stale": N_("That is {days} days old; your rule is {rule}. Get a newer list."),
    "issuer.look-alike": N_(
        "The issuer calls itself “{name}”, which looks like {trusted} on your trust list, but it is {issuer}."
    ),
    "text.not-nfc": N_("“{sample}” is written with divided letters ({pointer})."),
    "text.mixed-script": N_("“{sample}” mixes alphabets within one word ({pointer})."),
    "text.look-alike": N_("“{sample}” is Latin but reads like Russian ({pointer})."),
    "text.bidi": N_("“{sample}” holds characters that reverse the reading direction ({pointer})."),
    "text.invisible": N_("“{sample}” holds invisible characters ({pointer})."),
    "text.unassigned": N_("“{sample}” holds characters that do not exist ({pointer})."),
    "policy.met": N_("Your rules are met."),
    "policy.binding": N_("You ask for the binding “{demanded}”; this one is “{binding}”."),
    "policy.not-all-asked": N_("You asked for {asked} of the kind {kind} with {fields}; {number} came."),
    "policy.twice": N_("The same credential stands in the bundle twice; it counts once."),
}


def sentence(finding: Finding, language: Language) -> str:
    """A finding in words. A refusal by a lower module has its own, unless there are better ones here."""
    if finding.error is not None and finding.reason not in REASONS:
        return language.error(finding.error)
    return language.text(REASONS.get(finding.reason, finding.reason), **finding.evidence)
