"""A verifiable presentation: some of a pupil's credentials, shown by their holder to one recipient.

    shown = sign([diploma], holder_key=key, holder=did, domain="university.example", challenge=None,
                 created=now, expires=now + timedelta(days=30), purpose_text="Поступление, 2026")

    presentation = Presentation.parse(data)
    verify_holder(presentation, resolve=trusted_keys, now=now, domain="university.example")

`vcwallet.credentials.verification` verifies a presentation with all credentials in it.

Specification: Verifiable Credentials Data Model v2.0, section 4.13. What the holder shows the credentials for
is signed as terms of use (section 5.5) of the type `PURPOSE`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from vcwallet import strict_json
from vcwallet.credentials import credential as credentials
from vcwallet.credentials import data_model
from vcwallet.credentials.credential import Credential, EnvelopedCredential
from vcwallet.credentials.data_model import Version
from vcwallet.errors import N_, DocumentError, ProofError, UsageError
from vcwallet.identifiers.controlled_identifier import Resolver
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import SigningKey
from vcwallet.proofs.cryptosuites import is_base_proof
from vcwallet.proofs.data_integrity import VerifiedProof, add_proof, verify_proofs
from vcwallet.proofs.jsonld import PINNED, Contexts
from vcwallet.strict_json import JsonObject, pointer

__all__ = [
    "PURPOSE",
    "EnvelopedPresentation",
    "Presentation",
    "check_credentials",
    "check_holder",
    "demand_holder",
    "sign",
    "verify_holder",
]


PURPOSE: Final = "https://w3id.org/dpv#Purpose"
"""The type of terms of use that say what for, from the Data Privacy Vocabulary (W3C Community Group)."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """A presentation whose structure holds, and that of every credential in it; no proof is verified yet.

    `json` and `text` are the document as it came; neither may be altered. `credentials` hold the embedded
    objects themselves, so what is verified and shown is what was signed.
    """

    json: JsonObject = field(repr=False)
    text: str = field(repr=False, compare=False)
    version: Version
    types: tuple[str, ...]
    id: str | None
    holder: str | None
    credentials: tuple[Credential, ...]
    enveloped: tuple[EnvelopedCredential, ...]
    proofs: tuple[JsonObject, ...] = field(repr=False)
    purpose: str | None
    """What the credentials are shown for."""

    @classmethod
    def parse(cls, document: JsonObject | bytes | str) -> Presentation:
        """Read a presentation.

        Raises DocumentError with evidence `pointer`: the codes of `credential.check_structure`, and
        ``presentation.purpose``. From text, also what `strict_json.loads_object` raises.
        """
        if isinstance(document, dict):
            text = strict_json.dumps(document)
        else:
            source = document
            document = strict_json.loads_object(source)
            text = source if isinstance(source, str) else source.decode("utf-8-sig")
        version = data_model.version(document)
        types = data_model.types(document, (), required="VerifiablePresentation")
        presentation_id = data_model.identifier(document, ())
        holder = data_model.party(document, "holder")[0] if "holder" in document else None
        plain: list[Credential] = []
        enveloped: list[EnvelopedCredential] = []
        for path, item in data_model.objects(document, "verifiableCredential"):
            try:
                if "EnvelopedVerifiableCredential" in data_model.types(item, ()):
                    enveloped.append(EnvelopedCredential.parse(item))
                else:
                    plain.append(Credential.parse(item))
            except DocumentError as error:
                data_model.place_within(error, path)
                raise
        for member in ("termsOfUse", "refreshService"):
            for path, item in data_model.objects(document, member):
                data_model.types(item, path)
                data_model.identifier(item, path)
        proofs = data_model.objects(document, "proof")
        for path, proof in proofs:
            data_model.types(proof, path)
        return cls(
            json=document,
            text=text,
            version=version,
            types=types,
            id=presentation_id,
            holder=holder,
            credentials=tuple(plain),
            enveloped=tuple(enveloped),
            proofs=tuple(proof for _, proof in proofs),
            purpose=_purpose(document),
        )


@dataclass(frozen=True, slots=True)
class EnvelopedPresentation:
    """``EnvelopedVerifiablePresentation`` (section 4.13.2). Only the shape is known; it is not opened."""

    json: JsonObject = field(repr=False)
    media_type: str
    data: str = field(repr=False)

    @classmethod
    def parse(cls, document: JsonObject) -> EnvelopedPresentation:
        """Raises what `EnvelopedCredential.parse` raises."""
        media_type, data = credentials.open_envelope(document, "EnvelopedVerifiablePresentation")
        return cls(document, media_type, data)


def _purpose(document: JsonObject) -> str | None:
    stated = [
        (path, terms)
        for path, terms in data_model.objects(document, "termsOfUse")
        if PURPOSE in data_model.types(terms, path)
    ]
    if not stated:
        return None
    path, terms = stated[0]
    text = data_model.plain_text(terms.get("description"))
    if len(stated) > 1 or not text:
        raise DocumentError(
            "presentation.purpose",
            N_("What the documents are shown for must be one text."),
            pointer=pointer((*path, "description")),
        )
    return text


def sign(
    shown: Sequence[JsonObject | Credential | EnvelopedCredential],
    *,
    holder_key: SigningKey,
    holder: str,
    domain: str,
    challenge: str | None,
    created: datetime,
    expires: datetime,
    purpose_text: str = "",
    suite: str = "eddsa-rdfc-2022",
    verification_method: str | None = None,
    contexts: Contexts = PINNED,
) -> JsonObject:
    """Present credentials, each exactly as given, under the holder's proof of purpose ``authentication``.

    `domain` names the recipient: with it, and with `expires`, a presentation that gets into other hands is
    of no use there. What is in an envelope goes as it is: whose it is says who opens it
    (`check_credentials`). `verification_method` may be left out for a ``did:key`` holder.

    Raises UsageError: ``presentation.empty``, ``presentation.no-recipient``, ``presentation.dates``,
    ``presentation.unsigned``, ``presentation.base-proof`` (it would give away what the family hides),
    ``presentation.other-person`` (a credential of another child), ``presentation.verification-method``;
    and what `Credential.parse` and `add_proof` raise.
    """
    if not shown:
        raise UsageError("presentation.empty", N_("There is nothing to show."))
    if not domain:
        raise UsageError("presentation.no-recipient", N_("Say to whom the documents are shown."))
    if expires <= created:
        raise UsageError("presentation.dates", N_("The presentation would end before it begins."))
    read = [
        item if isinstance(item, Credential | EnvelopedCredential) else Credential.parse(item)
        for item in shown
    ]
    for credential in read:
        if isinstance(credential, EnvelopedCredential):
            continue
        if not credential.proofs:
            raise UsageError("presentation.unsigned", N_("An unsigned document cannot be shown."))
        if any(is_base_proof(proof) for proof in credential.proofs):
            raise UsageError(
                "presentation.base-proof",
                N_("The document still carries the proof that lets its reader uncover every hidden field."),
            )
        if not credential.holder_ids <= {holder}:
            raise UsageError(
                "presentation.other-person",
                N_("The document “{id}” belongs to another person than the one who shows it."),
                id=(credential.id or "-")[:64],
            )
    if verification_method is None:
        if not holder.startswith("did:key:"):
            raise UsageError(
                "presentation.verification-method",
                N_("Say which key of {holder} signs the presentation."),
                holder=holder[:64],
            )
        verification_method = did_key.verification_method_of(holder)
    document: JsonObject = {
        "@context": [data_model.V2_CONTEXT],
        "type": ["VerifiablePresentation"],
        "holder": holder,
    }
    if purpose_text:
        document["termsOfUse"] = [{"type": PURPOSE, "description": purpose_text}]
    document["verifiableCredential"] = [credential.json for credential in read]
    return add_proof(
        document,
        suite=suite,
        key=holder_key,
        verification_method=verification_method,
        purpose="authentication",
        created=created,
        expires=expires,
        domain=domain,
        challenge=challenge,
        contexts=contexts,
    )


def verify_holder(
    presentation: Presentation,
    *,
    resolve: Resolver,
    now: datetime,
    domain: str | None = None,
    challenge: str | None = None,
    contexts: Contexts = PINNED,
) -> tuple[VerifiedProof, ...]:
    """Verify the presentation's own proofs: all of them by its holder, for this recipient and challenge.

    Raises ProofError: ``presentation.no-proof``, ``presentation.no-holder``, ``presentation.holder-key``, and
    what `verify_proofs` raises; DocumentError (``credential.inline-context``).
    """
    if not presentation.proofs:
        raise ProofError("presentation.no-proof", N_("Nobody signed that these documents are shown to you."))
    demand_holder(presentation)
    credentials.refuse_inline_contexts(presentation.json)
    proofs = verify_proofs(
        presentation.json,
        resolve=resolve,
        purpose="authentication",
        now=now,
        domain=domain,
        challenge=challenge,
        contexts=contexts,
    )
    for proof in proofs:
        check_holder(presentation, proof)
    return proofs


def demand_holder(presentation: Presentation) -> str:
    """The holder; raises ProofError (``presentation.no-holder``) when nobody is named."""
    if presentation.holder is None:
        raise ProofError("presentation.no-holder", N_("The presentation does not say who shows it."))
    return presentation.holder


def check_holder(presentation: Presentation, proof: VerifiedProof) -> None:
    """Raise ProofError (``presentation.holder-key``) unless it was the holder who made the proof."""
    holder = demand_holder(presentation)
    if proof.controller != holder:
        raise ProofError(
            "presentation.holder-key",
            N_("The documents are shown by {holder}, but signed with the key of {controller}."),
            holder=holder[:64],
            controller=proof.controller[:64],
        )


def check_credentials(presentation: Presentation) -> None:
    """Hold the embedded credentials to what may be shown: one person's, and no base proof.

    A credential whose subject has a DID must be the holder's. One whose subject has none belongs to whom its
    text says; `achievement.disagreement` compares that.

    Raises ProofError: ``presentation.other-person``, ``presentation.base-proof``.
    """
    for position, credential in enumerate(presentation.credentials):
        if not credential.holder_ids <= {presentation.holder}:
            raise ProofError(
                "presentation.other-person",
                N_("The document “{id}” belongs to another person than the one who shows it."),
                id=(credential.id or "-")[:64],
                pointer=f"/verifiableCredential/{position}",
            )
        if any(is_base_proof(proof) for proof in credential.proofs):
            raise ProofError(
                "presentation.base-proof",
                N_("The document still carries the proof that lets its reader uncover every hidden field."),
                pointer=f"/verifiableCredential/{position}",
            )
