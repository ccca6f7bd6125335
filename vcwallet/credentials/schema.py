"""``credentialSchema``: hold a credential to the JSON Schemas it names, from a local store.

    store = SchemaStore.from_folder(Path("schemas"))
    unchecked = validate(credential, store)          # raises when a schema does not hold

Specification: Verifiable Credentials JSON Schema, sections 2 and 3; 1EdTech Schema Validation Method 1.0.
Nothing is fetched, neither a schema nor what it refers to. The schemas of the store are trusted: a pattern in
one can be slow on purpose. The package ``jsonschema`` (extra ``schema``) is needed only where there is
something to check.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from vcwallet import limits, strict_json
from vcwallet.credentials import data_model, related_resource
from vcwallet.credentials.credential import Credential
from vcwallet.errors import N_, Action, DocumentError, LimitExceeded, MachineError, UsageError, VcwalletError
from vcwallet.strict_json import JsonObject, pointer

if TYPE_CHECKING:
    from jsonschema.protocols import Validator  # type: ignore[import-untyped]

__all__ = ["SCHEMA_TYPES", "SchemaStore", "Unchecked", "validate"]

SCHEMA_TYPES: Final = frozenset({"JsonSchema", "1EdTechJsonSchemaValidator2019", "JsonSchemaValidator2018"})
"""The types that are checked: the W3C's, 1EdTech's, and the one both had before."""

_DIALECTS: Final = (
    "https://json-schema.org/draft/2020-12/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-07/schema",
)


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A schema a credential names that could not be applied. `reason` is a stable code.

    ``schema.not-at-hand``, ``schema.unknown-type``, ``schema.unknown-dialect`` or ``schema.reference`` (it
    refers to a schema that is not in the store).
    """

    schema_id: str
    reason: str


class SchemaStore:
    """JSON Schemas by URL, with the exact bytes they came in."""

    __slots__ = ("_schemas",)

    def __init__(self, schemas: Mapping[str, bytes] = MappingProxyType({})) -> None:
        """Raises UsageError (``schema.malformed``, ``schema.too-many``), naming the schema."""
        if len(schemas) > limits.SCHEMAS:
            raise UsageError(
                "schema.too-many",
                N_("More than {limit} schemas are given."),
                next_step=N_("Name fewer schemas."),
                limit=limits.SCHEMAS,
            )
        self._schemas: dict[str, tuple[bytes, JsonObject]] = {}
        for url, content in schemas.items():
            try:
                self._schemas[url] = (
                    content,
                    strict_json.loads_object(content, max_bytes=limits.SCHEMA_BYTES),
                )
            except VcwalletError:
                raise _malformed(url) from None

    @classmethod
    def from_folder(cls, folder: Path) -> SchemaStore:
        """Every ``*.json`` of a folder, under the URL of its ``$id``.

        Raises UsageError (``schema.malformed``), MachineError (``schema.unreadable``).
        """
        schemas: dict[str, bytes] = {}
        try:
            for file in sorted(folder.glob("*.json")):
                with file.open("rb") as stream:
                    content = stream.read(limits.SCHEMA_BYTES + 1)
                try:
                    url = strict_json.loads_object(content, max_bytes=limits.SCHEMA_BYTES).get("$id")
                except VcwalletError:
                    raise _malformed(file.name) from None
                if not isinstance(url, str) or not data_model.is_url(url):
                    raise _malformed(file.name)
                schemas[url] = content
        except OSError as error:
            raise MachineError(
                "schema.unreadable", N_("The schemas cannot be read: {reason}."), reason=error.strerror or ""
            ) from None
        return cls(schemas)

    def __contains__(self, url: object) -> bool:
        return url in self._schemas

    def content(self, url: str) -> bytes | None:
        found = self._schemas.get(url)
        return None if found is None else found[0]

    def validator(self, url: str) -> Validator | None:
        """The validator of a schema in the store; None when its dialect is not known.

        Raises UsageError (``schema.malformed``) when it is no schema, MachineError
        (``schema.extra-missing``).
        """
        try:
            import jsonschema  # type: ignore[import-untyped]
            import referencing.jsonschema
        except ImportError:
            raise MachineError(
                "schema.extra-missing",
                N_("Schemas cannot be checked here: the package “{package}” is not installed."),
                next_step=Action.INSTALL_PART,
                part="schema",
                package="jsonschema",
            ) from None
        schema = self._schemas[url][1]
        dialect = schema.get("$schema")
        if not isinstance(dialect, str) or dialect.rstrip("#") not in _DIALECTS:
            return None
        kind: type[Validator] = jsonschema.validators.validator_for(schema)
        standard = referencing.jsonschema.DRAFT202012
        resources = [
            (name, referencing.Resource.from_contents(content, default_specification=standard))
            for name, (_, content) in self._schemas.items()
        ]
        # Without a retriever a registry knows only what it was given.
        registry: referencing.Registry[Any] = referencing.Registry().with_resources(resources)
        try:
            kind.check_schema(schema)
        except (jsonschema.exceptions.SchemaError, RecursionError):
            raise _malformed(url) from None
        return kind(schema, registry=registry)


def validate(credential: Credential, store: SchemaStore) -> tuple[Unchecked, ...]:
    """Check a credential, proof included, against every schema it names; return those that were not checked.

    Where the credential states a digest of a schema, the copy in the store must have it.

    Raises DocumentError: ``schema.not-valid`` (evidence `schema`, `pointer` into the credential, and `rule`,
    the keyword that failed), ``related-resource.digest``; and what `SchemaStore.validator` raises.
    """
    unchecked: list[Unchecked] = []
    for path, entry in data_model.objects(credential.json, "credentialSchema"):
        url = data_model.identifier(entry, path, required=True) or ""
        reason = None
        content = store.content(url)
        if not SCHEMA_TYPES & set(data_model.types(entry, path)):
            reason = "schema.unknown-type"
        elif content is None:
            reason = "schema.not-at-hand"
        else:
            related_resource.check_digests(content, related_resource.digests(entry, path), url, path)
            reason = _apply(store, url, credential)
        if reason is not None:
            unchecked.append(Unchecked(url, reason))
    return tuple(unchecked)


def _apply(store: SchemaStore, url: str, credential: Credential) -> str | None:
    """None when the schema holds, else why it could not be applied."""
    validator = store.validator(url)
    if validator is None:
        return "schema.unknown-dialect"
    import jsonschema
    import referencing.exceptions

    try:
        error = jsonschema.exceptions.best_match(validator.iter_errors(credential.json))
    except referencing.exceptions.Unresolvable:
        return "schema.reference"
    except RecursionError:
        raise LimitExceeded(
            "schema.too-deep", N_("The schema {schema} refers to itself without end."), schema=url[:64]
        ) from None
    if error is not None:
        raise DocumentError(
            "schema.not-valid",
            N_("The credential does not follow its schema {schema}: see {pointer}."),
            schema=url[:64],
            pointer=pointer(tuple(error.absolute_path)) or "/",
            rule=str(error.validator),
        )
    return None


def _malformed(name: str) -> UsageError:
    return UsageError(
        "schema.malformed",
        N_("“{schema}” is not a JSON Schema."),
        next_step=N_("Name a file that holds a JSON Schema."),
        schema=name[:64],
    )
