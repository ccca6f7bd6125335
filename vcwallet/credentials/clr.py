"""Comprehensive Learner Record 2.0, read only: one credential by an institution that holds many.

    record = ClrCredential.read(credential)
    for inner in record.credentials:
        verify(inner, resolve=trusted_keys, now=now)     # each has its own issuer and proof

Specification: 1EdTech Comprehensive Learner Record 2.0, appendix B.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vcwallet.credentials import data_model
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.open_badges import Achievement, Members, Profile, read_achievement, read_issuer
from vcwallet.errors import N_, DocumentError
from vcwallet.strict_json import pointer

__all__ = ["Association", "ClrCredential"]

_CONTEXT: Final = re.compile(r"https://purl\.imsglobal\.org/spec/clr/v2p0/context(-2\.[0-9]\.[0-9])?\.json")


@dataclass(frozen=True, slots=True)
class Association:
    """How one credential of the record relates to another, both by id: ``isChildOf``, ``precedes`` ..."""

    kind: str
    source_id: str
    target_id: str


@dataclass(frozen=True, slots=True)
class ClrCredential:
    """A learner's record. The credentials inside are parsed, not verified."""

    id: str
    name: str
    issuer: Profile
    subject_id: str | None
    credentials: tuple[Credential, ...]
    achievements: tuple[Achievement, ...]
    associations: tuple[Association, ...]
    awarded: datetime | None

    @classmethod
    def read(cls, credential: Credential) -> ClrCredential:
        """Read a record whose own proofs have been verified.

        Raises DocumentError with evidence `pointer`: ``clr.type``, ``clr.context``, ``clr.subject``, those of
        `open_badges` and of `credential.check_structure`.
        """
        if "ClrCredential" not in credential.types:
            raise DocumentError("clr.type", N_("This is not a learner record."), pointer="/type")
        if not any(isinstance(c, str) and _CONTEXT.fullmatch(c) for c in credential.contexts[1:2]):
            raise DocumentError(
                "clr.context",
                N_("The second context of a learner record must be that of CLR 2.0."),
                pointer="/@context/1",
            )
        if len(credential.subjects) != 1:
            raise _bad_subject(("credentialSubject",))
        members = Members(credential.json, ())
        subject = Members(credential.subjects[0], ("credentialSubject",))
        subject.types("ClrSubject")
        record = cls(
            id=members.id(),
            name=members.required("name"),
            issuer=read_issuer(credential),
            subject_id=subject.optional_id(),
            credentials=tuple(_credential(item) for item in subject.objects("verifiableCredential", None)),
            achievements=tuple(read_achievement(a) for a in subject.objects("achievement", "Achievement")),
            associations=tuple(_association(a) for a in subject.objects("association", "Association")),
            awarded=data_model.moment(credential.json, "awardedDate"),
        )
        if not record.credentials:
            raise _bad_subject(("credentialSubject", "verifiableCredential"))
        if record.subject_id is None and not subject.objects("identifier", "IdentityObject"):
            raise _bad_subject(("credentialSubject", "id"))
        return record


def _credential(members: Members) -> Credential:
    try:
        return Credential.parse(members.json)
    except DocumentError as error:
        data_model.place_within(error, members.path)
        raise


def _association(members: Members) -> Association:
    source, target = members.url("sourceId"), members.url("targetId")
    if source is None or target is None:
        raise _bad_subject(members.path)
    return Association(members.required("associationType"), source, target)


def _bad_subject(path: data_model.Path) -> DocumentError:
    return DocumentError(
        "clr.subject",
        N_("A learner record holds the credentials of one learner; see {pointer}."),
        pointer=pointer(path),
    )
