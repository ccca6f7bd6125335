"""The issuers of the test interface: one per cryptosuite and kind of key, each with a key of its own.

A request never names a suite, so a suite is a row of `ROWS`: a segment of an address and a kind of key. The
keys are made when the server starts and are gone when it ends.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vcwallet.conformance.inline_contexts import lift, signs_json
from vcwallet.conformance.statuses import PublishedStatusList
from vcwallet.credentials import enveloped, related_resource, status_list
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.data_model import V2_CONTEXT
from vcwallet.credentials.status_list import StatusList
from vcwallet.errors import N_, MachineError, UsageError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs.cryptosuites import SUITES
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.proofs.jose.vc_jose_cose import MediaType
from vcwallet.strict_json import JsonObject

__all__ = ["ROWS", "STATUS_LISTS", "Instance", "Row", "make"]

STATUS_LISTS: Final = "/status-lists/"


@dataclass(frozen=True, slots=True)
class Row:
    """What one issuer of the interface does. `name` is a segment of its address."""

    name: str
    suite: str
    """A name of `SUITES`, or the media type of an envelope."""
    key_type: KeyType
    mandatory_pointers: tuple[str, ...] = ()
    """What can never be hidden, when a request does not say."""
    keeps_status: bool = False
    """Whether what it issues gets an entry in a status list."""


ROWS: Final = (
    Row("ed25519signature2020", "Ed25519Signature2020", KeyType.ED25519),
    Row("eddsa-rdfc-2022", "eddsa-rdfc-2022", KeyType.ED25519),
    Row("eddsa-jcs-2022", "eddsa-jcs-2022", KeyType.ED25519),
    Row("ecdsa-rdfc-2019-p256", "ecdsa-rdfc-2019", KeyType.P256),
    Row("ecdsa-rdfc-2019-p384", "ecdsa-rdfc-2019", KeyType.P384),
    Row("ecdsa-jcs-2019-p256", "ecdsa-jcs-2019", KeyType.P256),
    Row("ecdsa-jcs-2019-p384", "ecdsa-jcs-2019", KeyType.P384),
    Row("ecdsa-sd-2023-p256", "ecdsa-sd-2023", KeyType.P256, mandatory_pointers=("/issuer",)),
    Row("bbs-2023", "bbs-2023", KeyType.BLS12_381_G2, mandatory_pointers=("/issuer",)),
    Row("jwt", MediaType.VC_JWT.value, KeyType.P256),
    Row("vc2", "eddsa-rdfc-2022", KeyType.ED25519),
    Row("status", "eddsa-rdfc-2022", KeyType.ED25519, keeps_status=True),
)


@dataclass(frozen=True, slots=True)
class Instance:
    """An issuer of the interface at work."""

    row: Row
    key: SoftwareKey
    did: str
    verification_method: str
    statuses: PublishedStatusList | None = None

    def issue(
        self, document: JsonObject, *, mandatory_pointers: Sequence[str] | None = None, now: datetime
    ) -> JsonObject:
        """The credential with this issuer's proof, created at `now`.

        Raises DocumentError and UsageError for what is not signed: what the data model refuses, what a
        signature would not cover, another issuer's credential (``conformance.other-issuer``), a credential
        with a status entry of its own where this issuer gives one (``conformance.status-given``).
        """
        # 1 structure
        credential = Credential.parse(document)
        related_resource.verify(document)
        # 2 nobody signs in another's name
        if credential.issuer_id != self.did:
            raise UsageError(
                "conformance.other-issuer",
                N_("This issuer is {issuer}; it does not sign as {other}."),
                issuer=self.did,
                other=credential.issuer_id[:64],
            )
        # 3 status
        if self.statuses is not None and credential.status_entries:
            raise UsageError(
                "conformance.status-given",
                N_("This issuer gives the status entry itself; the credential has one."),
            )
        with nullcontext() if self.statuses is None else self.statuses.entry(credential.id) as entry:
            given = document if entry is None else {**document, "credentialStatus": entry}
            # 4 proof
            return self.sign(given, mandatory_pointers, now)

    def sign(
        self, document: JsonObject, mandatory_pointers: Sequence[str] | None, now: datetime
    ) -> JsonObject:
        lifted = lift(document)
        lifted.check()
        if self.row.suite not in SUITES:
            return self.envelop(document, now)
        signed = add_proof(
            document if signs_json(SUITES[self.row.suite]) else lifted.document,
            suite=self.row.suite,
            key=self.key,
            verification_method=self.verification_method,
            created=now,
            mandatory_pointers=self.row.mandatory_pointers
            if mandatory_pointers is None
            else mandatory_pointers,
            contexts=lifted.contexts,
        )
        return lifted.restore(signed)

    def envelop(self, document: JsonObject, now: datetime) -> JsonObject:
        """The object that stands for a credential in an envelope (data model, section 4.13.1)."""
        made = enveloped.secure_credential(
            document,
            media_type=MediaType(self.row.suite),
            key=self.key,
            verification_method=self.verification_method,
            issued=now,
        )
        return {"@context": V2_CONTEXT, "type": "EnvelopedVerifiableCredential", "id": made.json["id"]}


def make(
    base_url: str, *, now: datetime, randomness: Callable[[int], bytes] = os.urandom
) -> Mapping[str, Instance]:
    """The issuers by name; without the extra ``bbs``, all but one.

    `base_url` is what the addresses of their status lists begin with.
    """
    made: dict[str, Instance] = {}
    for row in ROWS:
        try:
            key = SoftwareKey.generate(row.key_type, randomness)
        except MachineError:
            continue
        did = did_key.did_of(key.public_key)
        method = did_key.verification_method_of(did)
        statuses = None
        if row.keeps_status:
            url = f"{base_url}{STATUS_LISTS}{row.name}"
            statuses = PublishedStatusList(url, _signer(url, row.suite, key, did, method), now=now)
        made[row.name] = Instance(row, key, did, method, statuses)
    return made


def _signer(
    url: str, suite: str, key: SoftwareKey, did: str, method: str
) -> Callable[[StatusList, datetime], JsonObject]:
    def sign(bits: StatusList, now: datetime) -> JsonObject:
        return status_list.sign(
            bits, id=url, issuer=did, key=key, verification_method=method, valid_from=now, suite=suite
        )

    return sign
