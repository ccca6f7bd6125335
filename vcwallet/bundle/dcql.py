"""The Digital Credentials Query Language (OpenID4VP 1.0, sections 6 and 7): what is asked, and of which.

    query = Query.parse(document)
    for each in query.credentials:
        print(each.id, each.select(credential.json, types))
    query.answered_by({"diploma"})                # ("diploma",), or None

A query is read and applied here, to one document at a time; whose documents they are, and whether anybody
agreed, is the wallet's business. Members that are not known are ignored, as section 6 has it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from vcwallet import limits
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.enveloped import OpenedCredential
from vcwallet.errors import N_, InputError, VcwalletError
from vcwallet.proofs.jose import open_badges_jwt
from vcwallet.proofs.jose.vc_jose_cose import MediaType
from vcwallet.proofs.jsonld import PINNED, types_of
from vcwallet.strict_json import Json, JsonObject, pointer

__all__ = ["ClaimsQuery", "CredentialQuery", "CredentialSet", "Format", "Query"]

PathStep: TypeAlias = str | int | None
Value: TypeAlias = str | int | bool

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)


class Format(StrEnum):
    """Credential formats that can be answered (appendix B)."""

    LDP_VC = "ldp_vc"
    JWT_VC_JSON = "jwt_vc_json"
    DC_SD_JWT = "dc+sd-jwt"

    @classmethod
    def of(cls, envelope: OpenedCredential | None) -> Format | None:
        """Of a credential of the data model, by the envelope around it; None where it has no name here."""
        if envelope is None:
            return cls.LDP_VC
        media_type = envelope.envelope.media_type
        return cls.JWT_VC_JSON if media_type in (MediaType.VC_JWT, open_badges_jwt.MEDIA_TYPE) else None


@dataclass(frozen=True, slots=True)
class ClaimsQuery:
    """One claim that is asked for (section 6.3)."""

    path: tuple[PathStep, ...]
    id: str | None = None
    values: tuple[Value, ...] | None = None
    """Only one of these will do; a hint, which tells who asked something even by silence."""

    def select(self, document: JsonObject) -> tuple[tuple[str | int, ...], ...]:
        """The places in a document that the path leads to (section 7.1.1); () where it leads nowhere."""
        found: list[tuple[tuple[str | int, ...], Json]] = [((), document)]
        for step in self.path:
            found = list(_next(found, step))
            if not found or len(found) > limits.DCQL_SELECTED:
                return ()
        if self.values is not None:
            found = [(place, value) for place, value in found if _is_among(value, self.values)]
        return tuple(place for place, _ in found)


@dataclass(frozen=True, slots=True)
class CredentialQuery:
    """One credential that is asked for, or several of one sort (section 6.1)."""

    id: str
    format: str
    """A value of `Format`, or the name of a format that nothing here answers."""
    types: tuple[frozenset[str], ...] = ()
    """Alternatives, each a set of expanded types (``type_values``, appendix B.1.1)."""
    vct: tuple[str, ...] = ()
    """``vct_values`` (appendix B.3.5)."""
    claims: tuple[ClaimsQuery, ...] | None = None
    """None asks for the least that can be shown, not for everything (section 6.4.1)."""
    claim_sets: tuple[tuple[str, ...], ...] = ()
    multiple: bool = False
    binding: bool = True
    """Whether its holder must sign for this recipient (``require_cryptographic_holder_binding``)."""
    authorities: bool = False
    """Whether it is limited to ``trusted_authorities``, none of whose kinds a diploma can show."""

    def is_meant(self, credential: Credential) -> bool:
        """Whether a credential is of the types that are asked for, in whatever format it came.

        Types are compared as IRIs, and as they stand where no context says what they mean (appendix B.1.1).
        """
        if not self.types:
            return True
        try:
            types = frozenset(types_of(credential.json, PINNED))
        except VcwalletError:
            types = frozenset(credential.types)
        return any(each <= types for each in self.types)

    def select(self, document: JsonObject) -> tuple[str, ...] | None:
        """JSON pointers to the claims that a credential is to show; None where it lacks one."""
        found = self.places(document)
        return None if found is None else tuple(map(pointer, found))

    def places(self, document: JsonObject) -> tuple[tuple[str | int, ...], ...] | None:
        """Where the claims stand that a credential is to show; None where it lacks one (section 6.4.1).

        Of ``claim_sets`` the first that it can give.
        """
        if self.claims is None:
            return ()
        places = [claim.select(document) for claim in self.claims]
        by_id = {claim.id: found for claim, found in zip(self.claims, places, strict=True) if claim.id}
        options = [[by_id[name] for name in names] for names in self.claim_sets] or [places]
        for option in options:
            if all(option):
                return tuple(dict.fromkeys(place for found in option for place in found))
        return None


@dataclass(frozen=True, slots=True)
class CredentialSet:
    """One use of several credentials (section 6.2)."""

    options: tuple[tuple[str, ...], ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    credentials: tuple[CredentialQuery, ...]
    credential_sets: tuple[CredentialSet, ...] = ()

    @classmethod
    def parse(cls, document: JsonObject) -> Query:
        """Raises InputError (``dcql.malformed``, with `member`)."""
        credentials = tuple(map(_credential, _list(document, "credentials", limits.DCQL_CREDENTIALS)))
        known = [each.id for each in credentials]
        if len(set(known)) != len(known):
            raise _malformed("id")
        sets: list[CredentialSet] = []
        if "credential_sets" in document:
            for each in _list(document, "credential_sets", limits.DCQL_SETS):
                options = _names(_object(each, "credential_sets"), "options", known)
                sets.append(CredentialSet(options, _true_unless(each, "required", True)))
        return cls(credentials, tuple(sets))

    def to_json(self) -> JsonObject:
        """The query; `parse` reads it back."""
        document: JsonObject = {"credentials": [_credential_json(each) for each in self.credentials]}
        if self.credential_sets:
            document["credential_sets"] = [_set_json(each) for each in self.credential_sets]
        return document

    def answered_by(self, available: Collection[str]) -> tuple[str, ...] | None:
        """The ids of the queries to answer when these can be; None when nothing may be sent (section 6.4.2).

        Without ``credential_sets`` all of them; else of every required set the first option that there is.
        What is not required stays away: the least is shown.
        """
        known = [each.id for each in self.credentials]
        if not self.credential_sets:
            return tuple(known) if set(known) <= set(available) else None
        chosen: set[str] = set()
        for each in self.credential_sets:
            if not each.required:
                continue
            option = next((names for names in each.options if set(names) <= set(available)), None)
            if option is None:
                return None
            chosen.update(option)
        if not any(each.required for each in self.credential_sets):
            # Nothing is required: of each set what there is, or there would be no answer at all.
            for each in self.credential_sets:
                chosen.update(next((names for names in each.options if set(names) <= set(available)), ()))
        return tuple(name for name in known if name in chosen) or None


def _next(
    found: Sequence[tuple[tuple[str | int, ...], Json]], step: PathStep
) -> Iterator[tuple[tuple[str | int, ...], Json]]:
    """One step of a claims path pointer: a value of the wrong kind ends it, a missing one is left out."""
    wanted = dict if isinstance(step, str) else list
    if not all(isinstance(value, wanted) for _, value in found):
        return
    for place, value in found:
        if isinstance(step, str):
            if isinstance(value, dict) and step in value:
                yield (*place, step), value[step]
        elif isinstance(value, list):
            for position, item in enumerate(value):
                if step is None or step == position:
                    yield (*place, position), item


def _is_among(value: Json, values: Sequence[Value]) -> bool:
    """Equal in type and value: true is not 1, and "1" is neither."""
    return any(type(value) is type(each) and value == each for each in values)


def _credential(value: Json) -> CredentialQuery:
    given = _object(value, "credentials")
    name = given.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise _malformed("id")
    meta = _object(given.get("meta"), "meta")
    types: tuple[frozenset[str], ...] = ()
    if "type_values" in meta:
        types = tuple(
            frozenset(_texts(each, "type_values"))
            for each in _list(meta, "type_values", limits.DCQL_ALTERNATIVES)
        )
    vct: tuple[str, ...] = ()
    if "vct_values" in meta or given.get("format") == Format.DC_SD_JWT:
        vct = _texts(_list(meta, "vct_values", limits.DCQL_VALUES), "vct_values")
    claims: tuple[ClaimsQuery, ...] | None = None
    claim_sets: tuple[tuple[str, ...], ...] = ()
    if "claims" in given:
        claims = tuple(map(_claim, _list(given, "claims", limits.DCQL_CLAIMS)))
    ids = [each.id for each in claims or () if each.id is not None]
    if len(set(ids)) != len(ids):
        raise _malformed("claims")
    if "claim_sets" in given:
        if claims is None or len(ids) != len(claims):
            raise _malformed("claim_sets")
        claim_sets = _names(given, "claim_sets", ids)
    return CredentialQuery(
        id=name,
        format=_text(given, "format"),
        types=types,
        vct=tuple(vct),
        claims=claims,
        claim_sets=claim_sets,
        multiple=_true_unless(given, "multiple", False),
        binding=_true_unless(given, "require_cryptographic_holder_binding", True),
        authorities=bool(
            _list(given, "trusted_authorities", limits.DCQL_ALTERNATIVES)
            if "trusted_authorities" in given
            else ()
        ),
    )


def _credential_json(each: CredentialQuery) -> JsonObject:
    meta: JsonObject = {}
    if each.types:
        meta["type_values"] = [list[Json](sorted(types)) for types in each.types]
    if each.vct:
        meta["vct_values"] = list[Json](each.vct)
    document: JsonObject = {"id": each.id, "format": each.format, "meta": meta}
    if each.multiple:
        document["multiple"] = True
    if not each.binding:
        document["require_cryptographic_holder_binding"] = False
    if each.claims is not None:
        document["claims"] = [_claim_json(claim) for claim in each.claims]
    if each.claim_sets:
        document["claim_sets"] = [list[Json](names) for names in each.claim_sets]
    return document


def _set_json(each: CredentialSet) -> JsonObject:
    document: JsonObject = {"options": [list[Json](names) for names in each.options]}
    if not each.required:
        document["required"] = False
    return document


def _claim(value: Json) -> ClaimsQuery:
    given = _object(value, "claims")
    name = given.get("id")
    if name is not None and (not isinstance(name, str) or not _ID.fullmatch(name)):
        raise _malformed("claims")
    path: list[PathStep] = []
    for step in _list(given, "path", limits.DCQL_PATH):
        if (
            step is None
            or (isinstance(step, str) and len(step) <= limits.DCQL_CHARACTERS)
            or (isinstance(step, int) and not isinstance(step, bool) and step >= 0)
        ):
            path.append(step)
        else:
            raise _malformed("path")
    values: tuple[Value, ...] | None = None
    if "values" in given:
        listed = _list(given, "values", limits.DCQL_VALUES)
        # `bool` is an `int`; a number with a fraction is none of the three kinds that may stand here.
        values = tuple(
            each
            for each in listed
            if isinstance(each, int) or (isinstance(each, str) and len(each) <= limits.DCQL_CHARACTERS)
        )
        if len(values) != len(listed):
            raise _malformed("values")
    return ClaimsQuery(tuple(path), name, values)


def _claim_json(claim: ClaimsQuery) -> JsonObject:
    document: JsonObject = {} if claim.id is None else {"id": claim.id}
    document["path"] = list[Json](claim.path)
    if claim.values is not None:
        document["values"] = list[Json](claim.values)
    return document


def _names(given: Mapping[str, Json], member: str, known: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """Lists of ids, of which each is known."""
    found = tuple(_texts(each, member) for each in _list(given, member, limits.DCQL_SETS))
    if any(name not in known for names in found for name in names):
        raise _malformed(member)
    return found


def _texts(value: Json, member: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= limits.DCQL_VALUES:
        raise _malformed(member)
    texts = [each for each in value if isinstance(each, str) and 0 < len(each) <= limits.DCQL_CHARACTERS]
    if len(texts) != len(value):
        raise _malformed(member)
    return tuple(texts)


def _list(given: Mapping[str, Json], member: str, most: int) -> list[Json]:
    value = given.get(member)
    if not isinstance(value, list) or not 0 < len(value) <= most:
        raise _malformed(member)
    return value


def _object(value: Json, member: str) -> JsonObject:
    if not isinstance(value, dict):
        raise _malformed(member)
    return value


def _text(given: JsonObject, member: str) -> str:
    value = given.get(member)
    if not isinstance(value, str) or not 0 < len(value) <= limits.DCQL_CHARACTERS:
        raise _malformed(member)
    return value


def _true_unless(given: Json, member: str, default: bool) -> bool:
    value = _object(given, member).get(member, default)
    if not isinstance(value, bool):
        raise _malformed(member)
    return value


def _malformed(member: str) -> InputError:
    return InputError(
        "dcql.malformed",
        N_("The question is not well-formed at “{member}”, or asks for more than one answer can hold."),
        next_step=N_("Tell whoever asks; nothing was sent."),
        member=member,
    )
