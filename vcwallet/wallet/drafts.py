"""What is shown: the smallest signed form of a credential, without what the family hides.

    draft = drafts.draft(credential, facts(credential), hide={"born", "school"})
    print(draft.facts, draft.hidden)

A field is a word of `FIELDS`. It can be hidden where the issuer signed the parts one by one: with a base
proof of ecdsa-sd-2023 or bbs-2023 that does not make it mandatory, or in an SD-JWT as a disclosure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from vcwallet import strict_json
from vcwallet.credentials import enveloped
from vcwallet.credentials.achievement import Fact, Facts, facts
from vcwallet.credentials.credential import Credential, EnvelopedCredential
from vcwallet.credentials.enveloped import OpenedCredential
from vcwallet.credentials.fact_places import PLACES
from vcwallet.credentials.json_pointers import pointers_outside
from vcwallet.credentials.terms import school_class
from vcwallet.errors import N_, UsageError
from vcwallet.proofs.cryptosuites import base_proofs, is_base_proof
from vcwallet.proofs.data_integrity import derive
from vcwallet.strict_json import Json, JsonObject

_PREFERRED: Final = "eddsa-rdfc-2022"
"""The suite Open Badges 3.0 names; any verifier of diplomas reads it."""

_FINER: Final[Mapping[str, tuple[str, ...]]] = {"person": ("patronymic",), "awarded": ("dates",)}
FIELDS: Final = tuple(word for fact in Fact for word in (fact.value, *_FINER.get(fact, ())))
"""The words for what a diploma says: the values of `achievement.Fact`, and parts that hide by themselves."""
ALWAYS_SHOWN: Final = tuple(word for word in FIELDS if word not in (*PLACES, "result", "score"))
"""What a diploma is about, or what is computed from that: no family can hide it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One credential as its recipient will get it, read as its recipient will read it."""

    credential: Credential = field(repr=False)
    facts: Facts = field(repr=False)
    """What it says to its recipient."""
    fields: tuple[str, ...]
    """What its recipient will read, words of `FIELDS`."""
    hidden: tuple[str, ...]
    """What it says that its recipient will not read."""
    envelope: OpenedCredential | None = field(default=None, repr=False)
    """What is handed over in place of the credential, where an envelope around it is the signature."""

    @property
    def handed_over(self) -> Credential | EnvelopedCredential:
        """The document that its recipient gets."""
        return self.credential if self.envelope is None else self.envelope.envelope


def draft(
    credential: Credential,
    said: Facts,
    hide: Collection[str] = (),
    *,
    envelope: OpenedCredential | None = None,
) -> Draft:
    """The smallest form that shows everything but the fields of `hide`; those it has not are passed over.

    `said` are the facts of the credential, `envelope` what it came in, if anything. Deriving,
    reading and the facts of what was derived are done once here and never again for this draft.

    Raises UsageError: ``wallet.no-such-field``, ``wallet.cannot-hide`` (`CannotHide`),
    ``wallet.nothing-to-show``.
    """
    check_names(hide)
    present = fields(credential, said)
    hidden = tuple(name for name in present if name in hide)
    possible = hideable(credential, envelope) if hidden else {}
    if fixed := [name for name in hidden if name not in possible]:
        raise CannotHide(credential, said, fixed)
    pointers = {pointer for name in hidden for pointer in possible[name]}
    opened = None
    if envelope is not None:
        opened = _without(envelope, pointers)
        document = opened.credential.json
    elif hidden:
        document = derive(credential.json, pointers_outside(credential.json, pointers))
    else:
        document = whole(credential)
    shown = Credential.parse(document) if opened is None else opened.credential
    read = facts(shown, something_hidden=opened is not None and enveloped.hides(opened))
    visible = fields(shown, read)
    if still := set(hidden).intersection(visible):
        raise CannotHide(credential, said, sorted(still))
    return Draft(shown, read, visible, tuple(name for name in present if name not in visible), opened)


def least(
    credential: Credential,
    said: Facts,
    pointers: Collection[str],
    *,
    suites: Collection[str] | None = None,
    envelope: OpenedCredential | None = None,
) -> Draft | None:
    """The smallest form that shows the places of the `pointers`, and besides only what cannot be hidden.

    `suites` are the cryptosuites that its reader can check; None says any. A reader that checks no hidden
    fields gets the whole. None when the reader can check no proof that there is.

    Raises UsageError (``wallet.nothing-to-show``) and what `derive` and `facts` raise.
    """
    opened = None
    if envelope is not None:
        opened = _selected(envelope, lambda place: any(_overlap(place, each) for each in pointers))
        shown = opened.credential
    else:
        document = _least_document(credential, pointers, suites)
        if document is None:
            return None
        shown = Credential.parse(document)
    read = facts(shown, something_hidden=opened is not None and enveloped.hides(opened))
    visible = fields(shown, read)
    hidden = tuple(name for name in fields(credential, said) if name not in visible)
    return Draft(shown, read, visible, hidden, opened)


def _least_document(
    credential: Credential, pointers: Collection[str], suites: Collection[str] | None
) -> JsonObject | None:
    for suite, _ in base_proofs(credential.json):
        if suites is None or suite.name in suites:
            return derive(credential.json, list(pointers), suite=suite.name)
    if suites is None:
        return whole(credential)
    known = [
        proof
        for proof in credential.proofs
        if not is_base_proof(proof)
        and "previousProof" not in proof
        and (proof.get("cryptosuite") or proof.get("type")) in suites
    ]
    return {**credential.json, "proof": min(known, key=_cost)} if known else None


def _without(envelope: OpenedCredential, pointers: Collection[str]) -> OpenedCredential:
    """The envelope with all of its disclosures but those at `pointers`."""
    return _selected(envelope, lambda place: not any(_overlap(place, each) for each in pointers))


def _selected(envelope: OpenedCredential, wanted: Callable[[str], bool]) -> OpenedCredential:
    """The envelope with the disclosures whose places are `wanted`, and without an answer to anybody."""
    token = envelope.secured.sd_jwt
    if token is None:
        return envelope
    shown = [path for path in token.disclosures if wanted(_pointer(path))]
    text = token.select(shown).text
    kept = envelope.envelope
    return enveloped.open_credential(
        EnvelopedCredential.parse({**kept.json, "id": f"data:{kept.media_type},{text}"})
    )


def _pointer(path: Sequence[str | int]) -> str:
    return strict_json.pointer(tuple(path))


def fields(credential: Credential, said: Facts) -> tuple[str, ...]:
    """The words of `FIELDS` for what a credential says, in their order; `said` are its facts."""
    words: set[str] = set(said.said)
    for subject in credential.subjects:
        words.update(
            name for names in _FINER.values() for name in names if subject.keys() & set(PLACES[name])
        )
    return tuple(name for name in FIELDS if name in words)


def with_parts(names: Collection[str]) -> set[str]:
    """Words of `FIELDS` and those for their parts: whoever may read the name may read the patronymic."""
    return {*names, *(part for name in names for part in _FINER.get(name, ()))}


def check_names(names: Collection[str]) -> None:
    """Raise UsageError (``wallet.no-such-field``): a misspelt field would be shown instead of hidden."""
    for name in names:
        if name not in FIELDS:
            raise UsageError(
                "wallet.no-such-field",
                N_("There is no field “{name}”."),
                next_step=N_("Choose from: {known}."),
                name=name[:64],
                known=", ".join(word for word in FIELDS if word not in ALWAYS_SHOWN),
            )


def hideable(credential: Credential, envelope: OpenedCredential | None = None) -> dict[str, tuple[str, ...]]:
    """The fields a family may hide, each with the JSON pointers it stands at.

    Empty without a base proof; in an `envelope`, when that is no SD-JWT.
    """
    if envelope is not None:
        token = envelope.secured.sd_jwt
        disclosed = set() if token is None else {_pointer(path) for path in token.disclosures}
        return _hideable(credential, lambda pointers: disclosed.issuperset(pointers)) if disclosed else {}
    bases = base_proofs(credential.json)
    if not bases:
        return {}
    suite, base = bases[0]
    mandatory = suite.mandatory_pointers(base)

    def free(pointers: Collection[str]) -> bool:
        return not any(_overlap(pointer, fixed) for pointer in pointers for fixed in mandatory)

    return _hideable(credential, free)


def _hideable(credential: Credential, free: Callable[[Collection[str]], bool]) -> dict[str, tuple[str, ...]]:
    """The fields all of whose places are `free` to be left out."""
    subject = credential.json.get("credentialSubject")
    if not isinstance(subject, dict):
        return {}
    found: dict[str, tuple[str, ...]] = {}
    role = subject.get("role")
    other = "role" if isinstance(role, str) and school_class(role) is not None else "class"
    for name, members in PLACES.items():
        places = tuple(f"/credentialSubject/{member}" for member in members if _is_there(subject, member))
        if places and name != other and free(places):
            found[name] = places
    return found | _results(subject, free)


def _is_there(subject: JsonObject, place: str) -> bool:
    value: Json = subject
    for step in place.split("/"):
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True


def _results(subject: JsonObject, free: Callable[[Collection[str]], bool]) -> dict[str, tuple[str, ...]]:
    """Ranks, and scores. Of a result whose frame is mandatory the value hides by itself."""
    results = subject.get("result")
    if not isinstance(results, list):
        return {}
    places: dict[str, list[str]] = {}
    fixed: set[str] = set()
    for position, result in enumerate(results):
        if not isinstance(result, dict):
            return {}
        name = "score" if "resultDescription" in result else "result"
        whole = f"/credentialSubject/result/{position}"
        if free([whole]):
            places.setdefault(name, []).append(whole)
        elif "value" in result and free([whole + "/value"]):
            places.setdefault(name, []).append(whole + "/value")
        else:
            fixed.add(name)
    scale = "/credentialSubject/achievement/resultDescription"
    if "score" in places and free([scale]):
        places["score"].append(scale)
    return {name: tuple(pointers) for name, pointers in places.items() if name not in fixed}


def _overlap(one: str, other: str) -> bool:
    """Whether two pointers name the same place, or one a place inside the other's."""
    return one == other or one.startswith(other + "/") or other.startswith(one + "/")


def whole(credential: Credential) -> JsonObject:
    """The credential with one proof that hides nothing and uncovers nothing.

    A base proof never leaves the wallet. Proofs that need each other (``previousProof``) stay together.
    """
    shareable = [proof for proof in credential.proofs if not is_base_proof(proof)]
    if not shareable:
        if not credential.proofs:
            raise UsageError(
                "wallet.nothing-to-show",
                N_("The document “{id}” is not signed, so it cannot be shown."),
                next_step=N_("Hand it over as the file it is."),
                id=(credential.id or "-")[:64],
            )
        return derive(credential.json, pointers_outside(credential.json, ()))
    chained = any("previousProof" in proof for proof in shareable)
    kept: list[Json] = [*shareable] if chained else [min(shareable, key=_cost)]
    return {**credential.json, "proof": kept if len(kept) > 1 else kept[0]}


def _cost(proof: JsonObject) -> tuple[bool, int]:
    return (proof.get("cryptosuite") != _PREFERRED, len(strict_json.dumps(proof)))


def title(credential: Credential, said: Facts) -> str:
    """One line for people; `said` are the credential's facts."""
    return said.title or credential.id or "-"


class CannotHide(UsageError):
    """What was to be hidden is signed together with the rest; `fields` are words of `FIELDS`."""

    def __init__(self, credential: Credential, said: Facts, names: Sequence[str]) -> None:
        super().__init__(
            "wallet.cannot-hide",
            N_("The field “{field}” of “{title}” cannot be hidden: its issuer signed it with the rest."),
            next_step=N_("Show it, or leave this diploma out."),
            field=names[0],
            title=title(credential, said)[:200],
        )
        self.fields = tuple(names)
