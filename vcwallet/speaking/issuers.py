"""What becomes of an issuer's folder, its diplomas and its keys, in people's words.

    for need in issuer.health(now).needs:
        print(need_sentence(need, language))

What to do about it is a command in one interface and a button in another, so that is said there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from vcwallet.errors import N_, Plural, plural
from vcwallet.locales import Language

if TYPE_CHECKING:
    from vcwallet.issuer.health import Need
    from vcwallet.issuer.register import RegisterLine

__all__ = [
    "ARRIVED",
    "KEY_USES",
    "SITE_STANDINGS",
    "STATES",
    "need_sentence",
    "state_words",
]

STATES: Final[Mapping[str, str]] = {
    "issued": N_("issued"),
    "suspended": N_("suspended"),
    "reserved": N_("not finished"),
    "revoked": N_("revoked"),
}
"""By `State`; in the order in which they are counted."""

SITE_STANDINGS: Final[Mapping[str, str]] = {
    "same": N_("as it should be"),
    "missing": N_("missing"),
    "different": N_("says something else"),
    "behind": N_("does not have the newest changes"),
    "ending": N_("ends soon or has ended"),
    "not-ours": N_("not published by this issuer"),
}
"""By `SiteStanding`."""

KEY_USES: Final[Mapping[str, str]] = {
    "daily": N_("Key {type}, fingerprint {fingerprint}"),
    "standby": N_("Standby key {type}, fingerprint {fingerprint}"),
    "over": N_("Key {type} until {expires}, fingerprint {fingerprint}"),
    "compromised": N_("Compromised key {type}, fingerprint {fingerprint}"),
}
"""By `KeyUse`."""

ARRIVED: Final[Mapping[str, str]] = {
    "moved": N_("The issuer works in {folder} from here on. Do not use the folder at the old place."),
    "copy": N_(
        "{folder} is a copy from here on and has lists of its own. Diplomas signed before are revoked and"
        " replaced in the other folder."
    ),
    "shared": N_("The issuer works in {folder} as well."),
}
"""By `Arrival`: what was said of a folder that is opened at another place."""

_NEEDS: Final[Mapping[str, str | Plural]] = {
    "settle": N_(
        "This folder was at {place} before. Until it is said what became of that one, nothing is signed,"
        " revoked or published here."
    ),
    "publish-changes": plural(
        "The state of {number} diploma was changed and is not published: whoever checks it sees the state"
        " before.",
        "The state of {number} diplomas was changed and is not published: whoever checks them sees the state"
        " before.",
    ),
    "publish-keys": N_(
        "The keys have changed, and the published document does not name them: what they sign cannot be"
        " confirmed."
    ),
    "lists-ended": N_(
        "The published lists of revoked diplomas ended on {day}: whoever checks your diplomas cannot tell"
        " whether they still count."
    ),
    "go-on": plural(
        "{number} diploma was begun and is not finished: the signing was stopped.",
        "{number} diplomas were begun and are not finished: the signing was stopped.",
    ),
    "own-values": plural(
        "{number} value in the settings was invented by the kit. Nothing is signed with it.",
        "{number} values in the settings were invented by the kit. Nothing is signed with them.",
    ),
    "back-up": N_("Something was signed or changed since the backup of {day}. It is not in the backup."),
    "lists-end": N_("The published lists of revoked diplomas are in force until {day} only."),
    "publish-first": N_(
        "Nothing was published yet: who checks your diplomas has neither your keys nor the lists of revoked"
        " ones."
    ),
    "publish-again": plural(
        "{number} file is missing or out of date where you published last: {place}.",
        "{number} files are missing or out of date where you published last: {place}.",
    ),
    "recovery-sheet": N_(
        "There is no recovery sheet: if the passphrase is forgotten, nothing opens the keys."
    ),
    "standby": N_(
        "The standby keys still lie in the folder, so whoever steals it has them as well: {place}."
    ),
    "drill": N_("No backup was tried since {day}: it is not known whether one still opens."),
}
_NO_BACKUP: Final = N_(
    "There is no backup of this folder: with this computer the keys and the register would be lost, and"
    " nothing could be revoked any more."
)


def need_sentence(need: Need, language: Language) -> str:
    """What is not as it should be."""
    template = _NO_BACKUP if need.kind == "back-up" and need.day is None else _NEEDS[need.kind]
    return language.text(template, number=need.number, place=need.place, day=need.day)


def state_words(line: RegisterLine, language: Language) -> str:
    """What became of a diploma; what replaces it is said, and the reason is not."""
    told = language.text(STATES[line.state])
    if line.replaced_by is not None and line.state == "revoked":
        return language.text(
            N_("{state}: replaced by No. {number}"), state=told, number=f"{line.replaced_by:04d}"
        )
    return told
