"""The file form of a trust list, format ``vcwallet-trust-list/2``: its shape, and its entries as objects.

docs/reference/trust-list.md describes it for people, docs/reference/trust-list.schema.json for programs.
Every member the format does not know is an error: a misspelt restriction must not restrict nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, Literal

from vcwallet import json_schema, limits, strict_json, timestamps
from vcwallet.credentials.issuers import FinalList, IssuerState, KeyState
from vcwallet.credentials.terms import SchoolYear, school_year
from vcwallet.errors import N_, Action, UsageError, VcwalletError
from vcwallet.identifiers.keys import PublicKey
from vcwallet.strict_json import Json, JsonObject
from vcwallet.verifier.scopes import Scope, Years, bad_years
from vcwallet.verifier.trusted_issuer import (
    SLUG,
    FormerName,
    How,
    Identifier,
    Pin,
    Registration,
    TrustedIssuer,
    TrustedKey,
    as_usage,
)

if TYPE_CHECKING:
    from pydantic import BaseModel

FORMAT: Final = "vcwallet-trust-list/2"

_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT: Final = rf"^{_DAY}(T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(Z|[+-][0-9]{{2}}:[0-9]{{2}}))?$"
_END_OF_DAY: Final = time(23, 59, 59)


def read(data: bytes | str) -> Any:
    """The file as an object whose attributes are its members.

    Raises UsageError, since the list is the user's own file: ``trust.not-one``, ``trust.format``,
    ``trust.malformed`` and ``trust.unknown-member`` with `pointer`, and the codes of `strict_json`.
    """
    if data.lstrip()[:1] not in (b"{", "{", b"[", "["):
        raise _not_one()  # a sheet of applicants, a PDF: what is wrong with it as JSON helps nobody
    try:
        document = strict_json.loads_object(
            data, max_bytes=limits.TRUST_LIST_BYTES, max_nodes=limits.TRUST_LIST_NODES
        )
    except VcwalletError as error:
        raise as_usage(error) from None
    named = document.get("format")
    if not isinstance(named, str) or not named.startswith(FORMAT.partition("/")[0]):
        raise _not_one()
    if named != FORMAT:
        raise UsageError(
            "trust.format",
            N_("This is not a trust list that this vcwallet reads (format “{format}”)."),
            next_step=Action.MAKE_TRUST_LIST,
            format=named[:64],
        )
    if not json_schema.fits(document, schema()):
        _refuse(document, 0)
    return json_schema.members(document, schema())


def _not_one() -> UsageError:
    return UsageError(
        "trust.not-one",
        N_("This is no trust list."),
        next_step=N_("Name the file in which your office keeps whom it believes."),
    )


def read_scope(document: JsonObject) -> Scope:
    """A scope that stands alone, in another file of a verifier's.

    Raises UsageError: what Scope raises, and ``trust.malformed`` or ``trust.unknown-member``.
    """
    part: Any = {"$ref": "#/$defs/ScopeEntry"}
    if not json_schema.fits(document, part, root=schema()):
        _refuse(document, 1)
    return _scope(json_schema.members(document, part, root=schema()))


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """The JSON Schema of the file: docs/reference/trust-list.schema.json is exactly this."""
    text = (resources.files("vcwallet.verifier") / "trust-list.schema.json").read_text("utf-8")
    return strict_json.loads_object(text)


def generated_schema() -> JsonObject:
    """What pydantic says of the models; ``trust-list.schema.json`` beside this module is exactly this."""
    generated: JsonObject = _models()[0].model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://w3id.org/vcwallet/trust-list/2",
        **generated,
    }


def _refuse(document: JsonObject, model: int) -> None:
    """Say how a document that does not fit is wrong. Raises UsageError, as `read` says."""
    from pydantic import ValidationError

    try:
        _models()[model].model_validate(document)
    except ValidationError as error:
        raise _malformed(error) from None
    # The two answer alike; should they ever not, nothing is believed by such a list.
    raise _not_in_order("/")


# --- reading -------------------------------------------------------------------------------------------


def issuer_of(entry: Any, position: int) -> TrustedIssuer:
    """An entry of the file as an object. Raises UsageError with `pointer` or `entry`."""
    at = f"/issuers/{position}"
    return TrustedIssuer(
        entry=entry.entry,
        name=dict(entry.name),
        ids=tuple(
            Identifier(each.id, begin(each.from_, f"{at}/ids"), end(each.until, f"{at}/ids"))
            for each in entry.ids
        ),
        keys=tuple(_key(each, f"{at}/keys/{number}") for number, each in enumerate(entry.keys)),
        scopes=scopes_of(entry.scopes),
        state=IssuerState(entry.state),
        since=begin(entry.since, f"{at}/since"),
        successor=entry.successor,
        final_lists={
            url: FinalList(_moment(each.asOf, f"{at}/finalLists"), each.digest)
            for url, each in entry.finalLists.items()
        },
        former_names=tuple(
            FormerName(_former(each), _required(end(each.until, f"{at}/formerNames")))
            for each in entry.formerNames
        ),
        sort=entry.sort,
        region=entry.region,
        registration=(
            Registration(entry.registration.scheme, entry.registration.value) if entry.registration else None
        ),
        same_name_as=frozenset(entry.sameNameAs),
    )


def _key(entry: Any, pointer: str) -> TrustedKey:
    try:
        material = PublicKey.from_multibase(entry.key)
    except VcwalletError as error:
        raise as_usage(error) from None
    return TrustedKey(
        key=material,
        ids=frozenset(entry.ids),
        state=KeyState(entry.state),
        valid_from=begin(entry.from_, f"{pointer}/from"),
        valid_until=end(entry.until, f"{pointer}/until"),
        since=begin(entry.since, f"{pointer}/since"),
        pinned=None
        if entry.pinned is None
        else Pin(How(entry.pinned.how), day(entry.pinned.on, f"{pointer}/pinned/on"), entry.pinned.who),
    )


def scopes_of(entries: Any) -> tuple[Scope, ...]:
    """Scopes of the file as objects. Raises what Scope raises."""
    return tuple(_scope(each) for each in entries)


def _scope(entry: Any) -> Scope:
    return Scope(
        kinds=tuple(entry.kinds),
        years=Years() if entry.years == "*" else Years(_year(entry.years.from_), _year(entry.years.to)),
        numbers=_clause(entry.numbers),
        profiles=_clause(entry.profiles),
        stages=_clause(entry.stages),
        results=_clause(entry.results),
        source=entry.source,
    )


def _clause(values: list[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)


def _year(text: str | None) -> SchoolYear | None:
    if text is None:
        return None
    year = school_year(text)
    if year is None:
        raise bad_years(text)
    return year


def _former(entry: Any) -> dict[str, str]:
    return {language: name for language in ("ru", "en") if (name := getattr(entry, language)) is not None}


def _required(moment: datetime | None) -> datetime:
    assert moment is not None  # the shape demands it
    return moment


def begin(text: str | None, pointer: str) -> datetime | None:
    """The first moment of a day, or the moment itself."""
    if text is None:
        return None
    return _moment(text if "T" in text else f"{text}T00:00:00Z", pointer)


def end(text: str | None, pointer: str) -> datetime | None:
    """The last second of a day, or the moment itself."""
    if text is None:
        return None
    return _moment(text if "T" in text else f"{text}T23:59:59Z", pointer)


def day(text: str, pointer: str) -> date:
    return _moment(f"{text}T00:00:00Z", pointer).date()


def _moment(text: str, pointer: str) -> datetime:
    try:
        return timestamps.parse(text)
    except VcwalletError:
        raise UsageError(
            "trust.malformed",
            N_("The trust list is not in order at {pointer}: “{value}” is no date."),
            pointer=pointer,
            value=text[:64],
        ) from None


# --- writing -------------------------------------------------------------------------------------------


def entry_of(issuer: TrustedIssuer) -> JsonObject:
    """The file form of an issuer; `issuer_of` reads it back."""
    written_scopes: list[Json] = [scope_json(scope) for scope in issuer.scopes]
    entry: dict[str, Json] = {
        "entry": issuer.entry,
        "name": dict(issuer.name),
        "formerNames": [
            {**former.name, "until": _day_text(former.until, last=True)} for former in issuer.former_names
        ],
        "sort": issuer.sort,
        "region": issuer.region,
        "registration": None
        if issuer.registration is None
        else {"scheme": issuer.registration.scheme, "value": issuer.registration.value},
        "ids": [
            _without_nothing(
                {
                    "id": each.id,
                    "from": _day_text(each.valid_from),
                    "until": _day_text(each.valid_until, last=True),
                }
            )
            for each in issuer.ids
        ],
        "keys": [_key_json(key) for key in issuer.keys],
        "scopes": written_scopes,
        "state": issuer.state.value,
        "since": _day_text(issuer.since),
        "successor": issuer.successor,
        "finalLists": {
            url: {"asOf": timestamps.render(each.as_of), "digest": each.digest}
            for url, each in issuer.final_lists.items()
        },
        "sameNameAs": list[Json](sorted(issuer.same_name_as)),
    }
    kept = _without_nothing(entry)
    # Empty scopes mean something, so they are written.
    return {
        name: value for name, value in kept.items() if name in ("keys", "scopes") or value not in ([], {})
    }


def _key_json(key: TrustedKey) -> JsonObject:
    return _without_nothing(
        {
            "key": key.key.multibase,
            "ids": list[Json](sorted(key.ids)),
            "state": key.state.value,
            "from": _day_text(key.valid_from),
            "until": _day_text(key.valid_until, last=True),
            "since": _day_text(key.since),
            "pinned": None
            if key.pinned is None
            else {
                "how": key.pinned.how.value,
                "on": key.pinned.on.isoformat(),
                **({"who": key.pinned.who} if key.pinned.who else {}),
            },
        }
    )


def scope_json(scope: Scope) -> JsonObject:
    """The file form of a scope; `read_scope` reads it back."""
    years: Json = "*"
    if scope.years != Years():
        years = _without_nothing(
            {
                "from": str(scope.years.first) if scope.years.first else None,
                "to": str(scope.years.last) if scope.years.last else None,
            }
        )
    lists: dict[str, tuple[str, ...] | None] = {
        "kinds": scope.kinds,
        "numbers": scope.numbers,
        "profiles": scope.profiles,
        "stages": scope.stages,
        "results": scope.results,
    }
    return _without_nothing(
        {
            **{name: None if values is None else list[Json](values) for name, values in lists.items()},
            "years": years,
            "source": scope.source,
        }
    )


def _without_nothing(members: Mapping[str, Json]) -> JsonObject:
    return {name: value for name, value in members.items() if value is not None}


def _day_text(moment: datetime | None, *, last: bool = False) -> str | None:
    """A day where the moment is one of its ends, the moment otherwise."""
    if moment is None:
        return None
    utc = moment.astimezone(UTC)
    if utc.time() == (_END_OF_DAY if last else time()):
        return utc.date().isoformat()
    return timestamps.render(moment)


# --- the shape -----------------------------------------------------------------------------------------


def _malformed(error: Any) -> UsageError:
    """pydantic's first complaint, in a sentence of ours."""
    first = error.errors(include_url=False, include_input=False)[0]
    pointer = strict_json.pointer(_plain(first["loc"])) or "/"
    context = first.get("ctx", {})
    if first["type"] == "unknown_member":
        return UsageError(
            "trust.unknown-member",
            N_("The trust list has a member “{member}” at {pointer}, which means nothing there."),
            next_step=N_("The members known there are: {known}."),
            pointer=pointer,
            member=str(context["member"])[:64],
            known=str(context["known"]),
        )
    if first["type"] == "missing":
        return UsageError(
            "trust.malformed",
            N_("The trust list is not in order: {pointer} is missing."),
            pointer=pointer,
        )
    if first["type"] == "literal_error":
        return UsageError(
            "trust.malformed",
            N_("The trust list is not in order at {pointer}: there can stand only {known}."),
            pointer=pointer,
            known=", ".join(re.findall(r"'([^']*)'", str(context["expected"]))),
        )
    if first["type"] in ("too_long", "string_too_long"):
        return UsageError(
            "trust.malformed",
            N_("The trust list is not in order at {pointer}: it is longer than {limit}."),
            pointer=pointer,
            limit=int(context["max_length"]),
        )
    return _not_in_order(pointer)


def _not_in_order(pointer: str) -> UsageError:
    return UsageError(
        "trust.malformed",
        N_("The trust list is not in order at {pointer}: what stands there is not of the form it must have."),
        next_step=N_("The page of reference about trust lists shows the form."),
        pointer=pointer,
    )


def _plain(location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Without the names pydantic gives to the branches of a choice."""
    return tuple(part for part in location if not str(part).startswith(("literal[", "YearRange")))


@lru_cache(maxsize=1)
def _models() -> tuple[type[BaseModel], type[BaseModel]]:
    """The form of the file and of a scope, for the schema and to say what is wrong; pydantic loads slowly."""
    from typing import Annotated

    from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
    from pydantic_core import PydanticCustomError

    class _Strict(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)

        @model_validator(mode="before")
        @classmethod
        def only_known_members(cls, value: Any) -> Any:
            if isinstance(value, dict):
                known = [each.alias or name for name, each in cls.model_fields.items()]
                for member in value:
                    if member not in known:
                        raise PydanticCustomError(
                            "unknown_member",
                            "“{member}” is not one of {known}",
                            {"member": member, "known": ", ".join(known)},
                        )
            return value

    text = Annotated[str, StringConstraints(min_length=1, max_length=limits.TRUST_NAME_CHARACTERS)]
    iri = Annotated[str, StringConstraints(min_length=1, max_length=limits.IRI_CHARACTERS)]
    slug = Annotated[str, StringConstraints(pattern=f"^{SLUG.pattern}$")]
    moment = Annotated[str, StringConstraints(pattern=_MOMENT)]
    day_only = Annotated[str, StringConstraints(pattern=f"^{_DAY}$")]
    stamp = Annotated[str, StringConstraints(pattern=_MOMENT.replace(")?$", ")$"))]
    names = Annotated[dict[str, text], Field(min_length=1)]
    values = Annotated[list[text], Field(min_length=1, max_length=limits.TRUST_SCOPE_VALUES)]
    school_years = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}/([0-9]{2}|[0-9]{4})$")]

    class Pinned(_Strict):
        how: Literal["paper", "kit", "not-compared"]
        on: day_only
        who: str = Field(default="", max_length=limits.TRUST_NAME_CHARACTERS)

    class Key(_Strict):
        model_config = ConfigDict(
            json_schema_extra={
                "allOf": [
                    {
                        "if": {"properties": {"state": {"const": "retired"}}, "required": ["state"]},
                        "then": {"required": ["until", "pinned"]},
                    },
                    {
                        "if": {"properties": {"state": {"const": "active"}}, "required": ["state"]},
                        "then": {"required": ["pinned"]},
                    },
                ]
            }
        )
        key: Annotated[str, StringConstraints(pattern="^z", max_length=limits.MULTIBASE_CHARACTERS)]
        ids: list[iri] = Field(default=[], max_length=limits.VERIFICATION_METHODS)
        state: Literal["proposed", "active", "retired", "compromised"]
        from_: moment | None = Field(default=None, alias="from")
        until: moment | None = None
        since: moment | None = None
        pinned: Pinned | None = None

    class Id(_Strict):
        id: iri
        from_: moment | None = Field(default=None, alias="from")
        until: moment | None = None

    class YearRange(_Strict):
        from_: school_years | None = Field(default=None, alias="from")
        to: school_years | None = None

    class ScopeEntry(_Strict):
        kinds: values
        numbers: values | None = None
        profiles: values | None = None
        stages: (
            Annotated[list[Literal["school", "municipal", "regional", "final", "*"]], Field(min_length=1)]
            | None
        ) = None
        results: values | None = None
        years: YearRange | Literal["*"]
        source: str | None = Field(default=None, max_length=limits.TRUST_NAME_CHARACTERS)

    class Former(_Strict):
        ru: text | None = None
        en: text | None = None
        until: moment

    class Register(_Strict):
        scheme: text
        value: text

    class Final_(_Strict):  # noqa: N801
        asOf: stamp  # noqa: N815 - the file's own names, here and below
        digest: Annotated[str, StringConstraints(pattern=r"^sha256-[A-Za-z0-9+/]{43}=$")]

    class Issuer(_Strict):
        entry: slug
        name: names
        formerNames: list[Former] = Field(default=[], max_length=16)  # noqa: N815
        sort: text | None = None
        region: text | None = None
        registration: Register | None = None
        ids: list[Id] = Field(min_length=1, max_length=limits.TRUST_IDS_PER_ISSUER)
        keys: list[Key] = Field(max_length=limits.TRUST_KEYS_PER_ISSUER)
        scopes: list[ScopeEntry] = Field(max_length=limits.TRUST_SCOPES_PER_ISSUER)
        state: Literal["active", "merged", "closed"] = "active"
        since: moment | None = None
        successor: slug | None = None
        finalLists: dict[iri, Final_] = Field(default={}, max_length=64)  # noqa: N815
        sameNameAs: list[slug] = Field(default=[], max_length=limits.TRUST_LIST_ISSUERS)  # noqa: N815

    class Removed(_Strict):
        entry: slug
        on: day_only
        text: names | None = None
        compromised: list[str] = Field(default=[], max_length=limits.TRUST_KEYS_PER_ISSUER)

    class Distrusted(_Strict):
        id: iri
        keys: list[str] = Field(default=[], max_length=limits.TRUST_KEYS_PER_ISSUER)
        onlyFor: list[ScopeEntry] | None = Field(  # noqa: N815
            default=None, min_length=1, max_length=limits.TRUST_SCOPES_PER_ISSUER
        )
        text: names | None = None

    class TrustListFile(_Strict):
        format: Literal["vcwallet-trust-list/2"]
        list_: slug = Field(alias="list")
        version: Annotated[int, Field(ge=1, le=limits.JSON_SAFE_INTEGER)]
        name: dict[str, text] = Field(default={})
        recipient: iri | None = None
        binding: Literal["document", "addressed", "holder"] = "document"
        requireStatus: bool = False  # noqa: N815
        statusDays: Annotated[int, Field(ge=1, le=limits.REQUEST_DAYS)] | None = None  # noqa: N815
        issuedAt: stamp  # noqa: N815
        nextUpdate: stamp | None = None  # noqa: N815
        issuers: list[Issuer] = Field(max_length=limits.TRUST_LIST_ISSUERS)
        removed: list[Removed] = Field(default=[], max_length=limits.TRUST_LIST_REMOVED)
        distrust: list[Distrusted] = Field(default=[], max_length=limits.TRUST_LIST_REMOVED)
        statusLists: list[dict[str, Any]] = Field(default=[], max_length=limits.TRUST_LIST_STATUS_LISTS)  # noqa: N815

    return TrustListFile, ScopeEntry
