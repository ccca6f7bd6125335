"""What is shown: the smallest signed form of a credential, without what the family hides.

    draft = disclosure.draft(credential, hide={"born", "school"})
    print(draft.fields, draft.hidden)

A field is one that `achievement.facts` shows to people. It can be hidden where the issuer signed the parts
one by one (a base proof of ecdsa-sd-2023) and did not make it mandatory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from vcwallet import strict_json
from vcwallet.credentials import credential as credentials
from vcwallet.credentials.achievement import FACTS, facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.presentation import is_base_proof
from vcwallet.errors import N_, ProofError, UsageError
from vcwallet.identifiers.controlled_identifier import Resolver
from vcwallet.proofs.cryptosuites.ecdsa_sd import ECDSA_SD_2023, derive, parse_base_proof_value
from vcwallet.proofs.data_integrity import verify_proofs
from vcwallet.strict_json import Json, JsonObject

_PREFERRED: Final = "eddsa-rdfc-2022"
"""The suite Open Badges 3.0 names; any verifier of diplomas reads it."""

# The members of the subject behind a field. Achievement and issuer are what the diploma is about.
_MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "person": ("familyName", "givenName", "patronymicName"),
    "born": ("birthDate",),
    "school": ("schoolName",),
    "place": ("schoolLocation",),
    "class": ("schoolClass",),
    "role": ("role",),
    "number": ("licenseNumber",),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """One credential as its recipient will get it."""

    document: JsonObject = field(repr=False)
    fields: tuple[str, ...]
    """The facts its recipient will read, keys of `achievement.FACTS`."""
    hidden: tuple[str, ...]
    """The facts it has that its recipient will not read."""


def draft(credential: Credential, hide: Collection[str] = ()) -> Draft:
    """The smallest form that shows everything but the fields of `hide`; those it has not are passed over.

    Raises UsageError: ``wallet.no-such-field``, ``wallet.cannot-hide``, ``wallet.nothing-to-show``.
    """
    check_names(hide)
    present = facts(credential)
    hidden = tuple(name for name in present if name in hide)
    if not hidden:
        return Draft(_whole(credential), tuple(present), ())
    possible = hideable(credential)
    for name in hidden:
        if name not in possible:
            raise _cannot_hide(credential, name)
    pointers = {pointer for name in hidden for pointer in possible[name]}
    document = derive(credential.json, list(_all_but(credential.json, pointers)))
    visible = facts(Credential.parse(document))
    if still := set(hidden) & visible.keys():
        raise _cannot_hide(credential, min(still))
    return Draft(document, tuple(visible), tuple(name for name in present if name not in visible))


def check_names(names: Collection[str]) -> None:
    """Raise UsageError (``wallet.no-such-field``): a misspelt field would be shown instead of hidden."""
    for name in names:
        if name not in FACTS:
            raise UsageError(
                "wallet.no-such-field",
                N_("There is no field “{name}”."),
                next_step=N_("Choose from: {known}."),
                name=name[:64],
                known=", ".join(FACTS),
            )


def hideable(credential: Credential) -> dict[str, tuple[str, ...]]:
    """The fields a family may hide, each with the JSON pointers it stands at; empty without a base proof."""
    base = next(
        (proof for proof in credential.proofs if proof.get("cryptosuite") == ECDSA_SD_2023.name), None
    )
    subject = credential.json.get("credentialSubject")
    if base is None or not is_base_proof(base) or not isinstance(subject, dict):
        return {}
    mandatory = parse_base_proof_value(base).mandatory_pointers
    places = {
        name: tuple(f"/credentialSubject/{member}" for member in members if member in subject)
        for name, members in _MEMBERS.items()
    }
    return {
        name: pointers
        for name, pointers in {**places, **_results(subject)}.items()
        if pointers and not any(_overlap(pointer, fixed) for pointer in pointers for fixed in mandatory)
    }


def _results(subject: JsonObject) -> dict[str, tuple[str, ...]]:
    """Ranks, and scores together with the descriptions that only scores have."""
    results = subject.get("result")
    if not isinstance(results, list):
        return {}
    ranks: list[str] = []
    scores: list[str] = []
    for position, result in enumerate(results):
        described = isinstance(result, dict) and "resultDescription" in result
        (scores if described else ranks).append(f"/credentialSubject/result/{position}")
    if scores:
        scores.append("/credentialSubject/achievement/resultDescription")
    return {"result": tuple(ranks), "score": tuple(scores)}


def _overlap(one: str, other: str) -> bool:
    """Whether two pointers name the same place, or one a place inside the other's."""
    return one == other or one.startswith(other + "/") or other.startswith(one + "/")


def _all_but(document: JsonObject, hidden: Collection[str]) -> Iterator[str]:
    """The fewest pointers that together name everything outside `hidden`."""
    # An explicit stack, in document order.
    stack: list[tuple[tuple[str | int, ...], Json]] = [
        ((name,), value) for name, value in reversed(document.items()) if name not in ("@context", "proof")
    ]
    while stack:
        path, value = stack.pop()
        pointer = strict_json.pointer(path)
        if pointer in hidden:
            continue
        if not any(each.startswith(pointer + "/") for each in hidden):
            yield pointer
        elif isinstance(value, dict):
            stack.extend(((*path, name), member) for name, member in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend(((*path, at), value[at]) for at in reversed(range(len(value))))


def _whole(credential: Credential) -> JsonObject:
    """The credential with one proof that hides nothing and uncovers nothing.

    A base proof never leaves the wallet. Proofs that need each other (``previousProof``) stay together.
    """
    shareable = [proof for proof in credential.proofs if not is_base_proof(proof)]
    if not shareable:
        if not credential.proofs:
            raise UsageError(
                "wallet.nothing-to-show",
                N_("The document “{id}” is not signed, so it cannot be shown."),
                id=(credential.id or "-")[:64],
            )
        return derive(credential.json, list(_all_but(credential.json, ())))
    chained = any("previousProof" in proof for proof in shareable)
    kept: list[Json] = [*shareable] if chained else [min(shareable, key=_cost)]
    return {**credential.json, "proof": kept if len(kept) > 1 else kept[0]}


def _cost(proof: JsonObject) -> tuple[bool, int]:
    return (proof.get("cryptosuite") != _PREFERRED, len(strict_json.dumps(proof)))


def verify_kept(credential: Credential, *, resolve: Resolver, now: datetime) -> None:
    """`credential.verify` for the family's own copy, where a base proof has its place.

    Raises what `credential.verify` raises.
    """
    if any(is_base_proof(proof) for proof in credential.proofs):
        for proof in verify_proofs(
            credential.json, resolve=resolve, purpose="assertionMethod", now=now, stored=True
        ):
            if proof.controller != credential.issuer_id:
                raise ProofError(
                    "credential.issuer-key",
                    N_("The credential is by {issuer}, but it is signed with the key of {controller}."),
                    issuer=credential.issuer_id[:64],
                    controller=proof.controller[:64],
                )
        # Besides the proofs, everything that is asked of a credential is asked of its shareable form.
        credential = Credential.parse(_whole(credential))
    credentials.verify(credential, resolve=resolve, now=now)


def title(credential: Credential) -> str:
    """One line for people: achievement, field, result, year."""
    shown = facts(credential)
    parts = [shown.get(key, "") for key in ("achievement", "field", "result", "year")]
    return ", ".join(part for part in parts if part) or credential.id or "-"


def _cannot_hide(credential: Credential, name: str) -> UsageError:
    return UsageError(
        "wallet.cannot-hide",
        N_("The field “{field}” of “{title}” cannot be hidden: its issuer signed it with the rest."),
        next_step=N_("Show it, or leave this diploma out."),
        field=name,
        title=title(credential)[:200],
    )
