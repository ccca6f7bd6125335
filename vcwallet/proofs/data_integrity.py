"""Adding and verifying proofs: Verifiable Credential Data Integrity 1.1, section 4.

    secured = add_proof(diploma, suite="eddsa-rdfc-2022", key=key, verification_method=method, created=now)
    (proof,) = verify_proofs(secured, resolve=did.resolve, purpose="assertionMethod", now=now)
    shown = derive(secured, ["/credentialSubject/familyName"])  # where the suite hides

A document may carry several proofs. Here that means *all of them*: every proof of a known kind must hold, and
one that points at others (``previousProof``) holds only together with them. What this module does not decide:
whether a key's controller is the issuer of the document, whether the document's dates fit, whom to believe.

Documents come from `strict_json`; nothing here reads a clock, a disk or the network.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from vcwallet import limits, timestamps
from vcwallet.errors import N_, KeyUnavailable, LimitExceeded, ProofError, UsageError
from vcwallet.identifiers.controlled_identifier import Resolver, VerificationMethod, controller_of
from vcwallet.identifiers.keys import SigningKey
from vcwallet.identifiers.multibase import base64url_decode, decode_multibase
from vcwallet.proofs.cryptosuites import SUITES, Cryptosuite, base_proofs, is_base_proof, suite_of
from vcwallet.proofs.cryptosuites.canonical_forms import UnsecuredDocument, wrong_context
from vcwallet.proofs.cryptosuites.selective_disclosure import no_base_proof
from vcwallet.proofs.cryptosuites.suite import DATA_INTEGRITY_PROOF, HideableParts
from vcwallet.proofs.jsonld import PINNED, Contexts
from vcwallet.proofs.period_and_recipient import check_period, check_recipient
from vcwallet.strict_json import Json, JsonObject

__all__ = ["UnknownCryptosuite", "VerifiedProof", "add_proof", "derive", "verify_proofs"]

CLOCK_SKEW: Final = timedelta(seconds=limits.CLOCK_SKEW_SECONDS)


class UnknownCryptosuite(KeyUnavailable):
    """The proof is of a kind this program does not know, so it can be neither confirmed nor refused."""


@dataclass(frozen=True, slots=True)
class VerifiedProof:
    """A proof that holds. Only `verify_proofs` makes one, and the modules of `vcwallet.proofs.jose`."""

    cryptosuite: str
    """The name of the suite, a key of `SUITES`; also for a proof whose ``type`` names it. For an envelope its
    kind and algorithm, as in "vc+jwt ES256"."""
    verification_method: VerificationMethod
    controller: str
    purpose: str
    created: datetime | None
    expires: datetime | None
    domain: tuple[str, ...]
    """The recipients the signer named; none when he named none."""
    challenge: str | None
    signature: bytes = field(repr=False)
    """Its bytes, as they were made."""


def add_proof(
    document: JsonObject,
    *,
    suite: str,
    key: SigningKey,
    verification_method: str,
    purpose: str = "assertionMethod",
    created: datetime | None,
    expires: datetime | None = None,
    domain: str | Sequence[str] | None = None,
    challenge: str | None = None,
    previous_proof: str | Sequence[str] | None = None,
    proof_id: str | None = None,
    mandatory_pointers: Sequence[str] = (),
    randomness: Callable[[int], bytes] = os.urandom,
    contexts: Contexts = PINNED,
) -> JsonObject:
    """Return a new document with one proof more (sections 4.2 and 4.3); `document` stays as it is.

    `suite` is a name of `SUITES`. `created` and `expires` are aware; they are written to the second, and None
    leaves them out. `previous_proof` names proofs of the document by their ids; they are signed with it.
    Where no context defines the proof's terms, the suite's own is appended (section 2.4.2). Earlier proofs
    are kept, not verified. `mandatory_pointers`, what can never be hidden, and `randomness` are for the
    suites with selective disclosure, which sign the rest piece by piece.

    Raises UsageError (``proof.no-such-suite``, ``proof.expires-first``), what `verify_proofs` raises for a
    malformed proof or a wrong chain, ProofError (``proof.key-type``), and everything `to_quads` raises for
    what a signature would not cover.
    """
    chosen = SUITES.get(suite)
    if chosen is None:
        raise UsageError(
            "proof.no-such-suite",
            N_("There is no cryptosuite “{suite}”."),
            next_step=N_("Choose one of: {known}."),
            suite=suite[:64],
            known=", ".join(SUITES),
        )
    if created is not None and expires is not None and expires <= created:
        raise UsageError("proof.expires-first", N_("The proof would expire before it is created."))
    options: JsonObject = {"type": chosen.type}
    if proof_id is not None:
        options["id"] = proof_id
    if chosen.type == DATA_INTEGRITY_PROOF:
        options["cryptosuite"] = chosen.name
    if created is not None:
        options["created"] = timestamps.render(created)
    if expires is not None:
        options["expires"] = timestamps.render(expires)
    options["verificationMethod"] = verification_method
    options["proofPurpose"] = purpose
    if domain is not None:
        options["domain"] = domain if isinstance(domain, str) else list(domain)
    if challenge is not None:
        options["challenge"] = challenge
    if previous_proof is not None:
        options["previousProof"] = previous_proof if isinstance(previous_proof, str) else list(previous_proof)

    output = {name: value for name, value in document.items() if name != "proof"}
    _add_context(output, chosen)
    earlier = document.get("proof", [])
    all_proofs: list[Json] = list(earlier) if isinstance(earlier, list) else [earlier]
    # Nothing is signed that would be refused: the new proof is read as the verifier will read it.
    proofs = _read([*all_proofs, {**options, "proofValue": "z"}], single=not all_proofs)
    matching = _chain(proofs)[-1]
    unsecured = UnsecuredDocument(_with_proofs(output, proofs, matching), contexts)
    hideable = HideableParts(tuple(mandatory_pointers), randomness)
    proof = chosen.create_proof(unsecured, options, key, hideable)
    output["proof"] = [*all_proofs, proof] if all_proofs else proof
    return output


def derive(
    document: JsonObject,
    selective_pointers: Sequence[str],
    *,
    suite: str | None = None,
    randomness: Callable[[int], bytes] = os.urandom,
    contexts: Contexts = PINNED,
) -> JsonObject:
    """Return a new document with what is mandatory and what the JSON pointers name, and a proof of only that.

    `document` has one base proof; with base proofs of several suites, the one named `suite`, or the first in
    the order of `SUITES`. Other proofs are left out. It is not verified here; the wallet did that when it
    took the document in. `randomness` must be a cryptographic source.

    Raises UsageError (``proof.no-base-proof``), DocumentError (``selection.pointer``,
    ``selection.part-of-value``), ProofError (``proof.disclosure-malformed``) and what the suite's own
    `derive` raises.
    """
    for found, _ in base_proofs(document):
        if suite in (None, found.name):
            return found.add_derived_proof(
                document, selective_pointers, randomness=randomness, contexts=contexts
            )
    raise no_base_proof()


def verify_proofs(
    document: JsonObject,
    *,
    resolve: Resolver,
    purpose: str,
    now: datetime,
    domain: str | Sequence[str] | None = None,
    challenge: str | None = None,
    stored: bool = False,
    contexts: Contexts = PINNED,
    clock_skew: timedelta = CLOCK_SKEW,
) -> tuple[VerifiedProof, ...]:
    """Verify every proof of a known kind (sections 4.4 and 4.5), in document order; at least one.

    `purpose` is what the proofs must be for, such as "assertionMethod" for a credential. `domain` and
    `challenge`, when given, are what every proof must name: the domains as a set, exactly. `now` must be
    aware; a proof created after it by more than `clock_skew` or expired at it is refused. `stored` says that
    the document is its holder's own copy: only there a base proof, which uncovers what a family hides, has
    its place.

    A proof of an unknown kind beside known ones is passed over, and `previousProof` may not point at it.

    Raises ProofError: ``proof.missing``, ``proof.malformed`` (evidence `pointer`), ``proof.nested``,
    ``proof.duplicate-id``, ``proof.previous-missing``, ``proof.chain-cycle``, ``proof.purpose``,
    ``proof.domain``, ``proof.challenge``, ``proof.not-yet``, ``proof.expired``, ``proof.context``, what the
    suite's `verify_proof` and `ControlledIdentifierDocument.method` raise; LimitExceeded:
    ``proof.too-many``, ``proof.too-many-texts``, ``proof.too-long``; DocumentError for what the signature
    would not cover.

    Raises UnknownCryptosuite (``proof.unknown-suite``) and what `resolve` raises when it cannot tell. One
    proof that does not hold outweighs any that cannot be told.
    """
    # 1 the proofs: there, within the ceilings, well formed
    value = document.get("proof", [])
    proofs = _read(value if isinstance(value, list) else [value], single=not isinstance(value, list))
    # 2 the chain
    matching = _chain(proofs)
    # 3 what the proofs say of themselves
    recipients = None if domain is None else {domain} if isinstance(domain, str) else set(domain)
    for proof in proofs:
        if proof.suite is not None:
            _check_claims(proof, purpose, recipients, challenge, now, clock_skew)
    # 4 keys and signatures
    output = {name: value for name, value in document.items() if name != "proof"}
    inputs: dict[tuple[int, ...], UnsecuredDocument] = {}
    in_parts = stored and any(is_base_proof(proof.json) for proof in proofs if proof.suite is not None)
    verified: list[VerifiedProof] = []
    open_question: KeyUnavailable | None = None
    context_covered = False
    for proof, earlier in zip(proofs, matching, strict=True):
        if proof.suite is None:
            continue
        if earlier not in inputs:
            whole = _with_proofs(output, proofs, earlier)
            inputs[earlier] = UnsecuredDocument(whole, contexts, in_parts=in_parts)
        try:
            method = resolve(controller_of(proof.method_id)).method(proof.method_id, purpose, at=now)
            for position in earlier:
                if proofs[position].suite is None:
                    raise _unknown_suite(proofs[position])
            signed = proof.suite.verify_proof(inputs[earlier], proof.json, method.public_key, stored=stored)
        except KeyUnavailable as error:
            open_question = open_question or error
            continue
        context_covered = context_covered or signed is inputs[earlier]
        verified.append(
            VerifiedProof(
                cryptosuite=proof.suite.name,
                verification_method=method,
                controller=method.controller,
                purpose=purpose,
                created=proof.created,
                expires=proof.expires,
                domain=proof.domain,
                challenge=proof.challenge,
                signature=_signature_of(proof.json),
            )
        )
    if open_question is not None:
        raise open_question
    if not verified:
        raise _unknown_suite(proofs[0])
    # 5 contexts added after signing (vc-di-eddsa 3.3.2 step 4) need a later proof that covers them
    if not context_covered:
        raise wrong_context()
    return tuple(verified)


def _signature_of(proof: JsonObject) -> bytes:
    """The bytes of a signature that was verified, whichever member holds it."""
    value = proof.get("proofValue")
    if isinstance(value, str):
        return decode_multibase(value)
    return base64url_decode(str(proof["jws"]).rpartition(".")[2])


@dataclass(slots=True)
class _Proof:
    """One proof, read. For an unknown suite only `json`, `id` and `previous` mean anything."""

    json: JsonObject
    suite: Cryptosuite | None
    id: str | None = None
    previous: tuple[str, ...] = ()
    purpose: str = ""
    method_id: str = ""
    created: datetime | None = None
    expires: datetime | None = None
    domain: tuple[str, ...] = ()
    challenge: str | None = None


_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f]+")
# Section 2.1 lets a processor take a moment without an offset as UTC; the W3C test suites send such proofs.
_NO_OFFSET: Final = re.compile(r"T[0-9:.]+\Z")


def _read(values: list[Json], *, single: bool) -> list[_Proof]:
    if not values:
        raise ProofError(
            "proof.missing",
            N_("The document carries no proof, so anybody may have written it."),
            next_step=N_("Ask for the signed document."),
        )
    if len(values) > limits.PROOFS:
        raise LimitExceeded(
            "proof.too-many",
            N_("The document carries {number} proofs; the ceiling is {limit}."),
            number=len(values),
            limit=limits.PROOFS,
        )
    return [_read_one(value, "/proof" if single else f"/proof/{n}") for n, value in enumerate(values)]


def _read_one(value: Json, pointer: str) -> _Proof:
    if not isinstance(value, dict):
        raise _malformed(pointer)
    if "proof" in value:
        raise ProofError("proof.nested", N_("A proof stands inside another proof."))
    for name, member in value.items():
        if member is None or (name[:1] == "@" and name != "@context"):
            raise _malformed(f"{pointer}/{name}")
    _text(value, "type", pointer)
    suite = suite_of(value)
    if suite is None and value["type"] == DATA_INTEGRITY_PROOF:
        _text(value, "cryptosuite", pointer)
    proof_id = _text(value, "id", pointer) if "id" in value else None
    if proof_id is not None and not _IRI.fullmatch(proof_id):
        raise _malformed(f"{pointer}/id")
    previous = _texts(value, "previousProof", pointer)
    if suite is None:
        return _Proof(value, None, proof_id, previous)
    _text(value, "proofValue", pointer)
    if "nonce" in value:
        _text(value, "nonce", pointer)
    if suite.needs_created:
        _text(value, "created", pointer)
    return _Proof(
        json=value,
        suite=suite,
        id=proof_id,
        previous=previous,
        purpose=_text(value, "proofPurpose", pointer),
        method_id=_text(value, "verificationMethod", pointer),
        created=_moment(value, "created", pointer),
        expires=_moment(value, "expires", pointer),
        domain=_texts(value, "domain", pointer),
        challenge=_text(value, "challenge", pointer) if "challenge" in value else None,
    )


def _chain(proofs: list[_Proof]) -> list[tuple[int, ...]]:
    """For each proof the positions of those it builds on, in document order (section 4.5, step 3)."""
    if len(proofs) == 1 and not proofs[0].previous:
        return [()]
    positions: dict[str, int] = {}
    for position, proof in enumerate(proofs):
        if proof.id is not None:
            if proof.id in positions:
                raise ProofError("proof.duplicate-id", N_("Two proofs have the id {id}."), id=proof.id[:64])
            positions[proof.id] = position
    matching: list[tuple[int, ...]] = []
    for proof in proofs:
        for target in proof.previous:
            if target not in positions:
                raise ProofError(
                    "proof.previous-missing",
                    N_("A proof builds on the proof {id}, which is not there."),
                    next_step=N_("Somebody removed a proof; ask for the original document."),
                    id=target[:64],
                )
        matching.append(tuple(sorted(positions[target] for target in proof.previous)))
    # A cycle cannot be signed; it is refused before anything is canonicalised for it.
    settled: set[int] = set()
    while len(settled) < len(proofs):
        ready = {n for n, earlier in enumerate(matching) if settled.issuperset(earlier)}
        if ready == settled:
            raise ProofError("proof.chain-cycle", N_("The proofs build on one another in a circle."))
        settled = ready
    return matching


def _check_claims(
    proof: _Proof,
    purpose: str,
    recipients: set[str] | None,
    challenge: str | None,
    now: datetime,
    clock_skew: timedelta,
) -> None:
    if proof.purpose != purpose:
        raise ProofError(
            "proof.purpose",
            N_("The proof was made for “{found}”, not for “{expected}”."),
            found=proof.purpose[:64],
            expected=purpose[:64],
        )
    check_recipient(proof.domain, proof.challenge, expected_domains=recipients, expected_challenge=challenge)
    check_period(proof.created, proof.expires, now=now, clock_skew=clock_skew)


def _with_proofs(document: JsonObject, proofs: list[_Proof], positions: tuple[int, ...]) -> JsonObject:
    """Section 4.3, step 6: the document as it is signed carries the proofs that this one builds on."""
    if not positions:
        return document
    return {**document, "proof": [proofs[position].json for position in positions]}


def _add_context(document: JsonObject, suite: Cryptosuite) -> None:
    present = document.get("@context")
    if present is None:
        # Without any context there is no JSON-LD to speak of; the canonical JSON suites allow that.
        return
    listed = present if isinstance(present, list) else [present]
    if not any(context in suite.contexts for context in listed):
        document["@context"] = [*listed, suite.contexts[0]]


def _text(proof: JsonObject, name: str, pointer: str) -> str:
    value = proof.get(name)
    if not isinstance(value, str) or not value:
        raise _malformed(f"{pointer}/{name}")
    return _bounded(value, name, pointer)


def _texts(proof: JsonObject, name: str, pointer: str) -> tuple[str, ...]:
    """A member that is one text or an unordered set of them."""
    value = proof.get(name, ())
    if isinstance(value, tuple):
        return ()
    texts = value if isinstance(value, list) else [value]
    if len(texts) > limits.PROOF_TEXTS:
        raise LimitExceeded(
            "proof.too-many-texts",
            N_("The member {pointer} lists {number} texts; the ceiling is {limit}."),
            pointer=f"{pointer}/{name}",
            number=len(texts),
            limit=limits.PROOF_TEXTS,
        )
    found: list[str] = []
    for text in texts:
        if not isinstance(text, str) or not text or text in found:
            raise _malformed(f"{pointer}/{name}")
        found.append(_bounded(text, name, pointer))
    if not found:
        raise _malformed(f"{pointer}/{name}")
    return tuple(found)


def _bounded(text: str, name: str, pointer: str) -> str:
    ceiling = limits.PROOF_VALUE_CHARACTERS if name == "proofValue" else limits.IRI_CHARACTERS
    if len(text) > ceiling:
        raise LimitExceeded(
            "proof.too-long",
            N_("The member {pointer} has {size} characters; the ceiling is {limit}."),
            pointer=f"{pointer}/{name}",
            size=len(text),
            limit=ceiling,
        )
    return text


def _moment(proof: JsonObject, name: str, pointer: str) -> datetime | None:
    if name not in proof:
        return None
    text = _text(proof, name, pointer)
    return timestamps.parse(text + "Z" if _NO_OFFSET.search(text) else text)


def _malformed(pointer: str) -> ProofError:
    return ProofError("proof.malformed", N_("The proof is not in order at {pointer}."), pointer=pointer[:64])


def _unknown_suite(proof: _Proof) -> UnknownCryptosuite:
    name = proof.json.get("cryptosuite", proof.json.get("type"))
    return UnknownCryptosuite(
        "proof.unknown-suite",
        N_("The document is signed in a way this program does not know ({cryptosuite})."),
        next_step=N_("A newer version may know it."),
        cryptosuite=str(name)[:64],
    )
