"""A credential is held to the schemas it names, from what is at hand, and nothing is fetched."""

from __future__ import annotations

import builtins
import hashlib
import json
import socket
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from tests.unit.credentials.world import diploma, fate
from vcwallet import limits
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.schema import SchemaStore, Unchecked, validate

URL = "https://schemas.example/diploma.json"
NEWEST = "https://json-schema.org/draft/2020-12/schema"


def schema(**members: Any) -> bytes:
    return json.dumps({"$schema": NEWEST, "$id": URL, "type": "object"} | members).encode()


def credential(kind: str = "JsonSchema", **members: Any) -> Credential:
    return Credential.parse(diploma(credentialSchema={"id": URL, "type": kind} | members))


GRADE_11 = {
    "properties": {"credentialSubject": {"properties": {"role": {"const": "11"}}, "required": ["id"]}}
}


@pytest.mark.parametrize("kind", ["JsonSchema", "1EdTechJsonSchemaValidator2019", "JsonSchemaValidator2018"])
@pytest.mark.parametrize(
    "dialect",
    [NEWEST, "https://json-schema.org/draft/2019-09/schema", "http://json-schema.org/draft-07/schema#"],
)
def test_a_schema_that_holds_says_nothing_and_one_that_does_not_is_a_refusal(kind: str, dialect: str) -> None:
    good = SchemaStore({URL: schema(**{"$schema": dialect, "required": ["credentialSubject"]})})
    assert validate(credential(kind), good) == ()
    bad = SchemaStore({URL: schema(**{"$schema": dialect, **GRADE_11})})
    assert fate(lambda: validate(credential(kind), bad)) == (
        "schema.not-valid",
        "/credentialSubject/role",
    )


def test_every_schema_counts() -> None:
    entries = [{"id": URL, "type": "JsonSchema"}, {"id": URL + "2", "type": "JsonSchema"}]
    both = Credential.parse(diploma(credentialSchema=entries))
    store = SchemaStore({URL: schema(), URL + "2": schema(**{"$id": URL + "2", **GRADE_11})})
    assert fate(lambda: validate(both, store))[0] == "schema.not-valid"


UNCHECKED: dict[str, tuple[Credential, dict[str, bytes], str]] = {
    "not at hand": (credential(), {}, "schema.not-at-hand"),
    "of an unknown type": (credential("ExampleSchema2030"), {URL: schema()}, "schema.unknown-type"),
    "a credential itself": (credential("JsonSchemaCredential"), {URL: schema()}, "schema.unknown-type"),
    "of an unknown dialect": (
        credential(),
        {URL: schema(**{"$schema": "https://a.example/draft"})},
        "schema.unknown-dialect",
    ),
    "of no dialect": (credential(), {URL: b'{"type": "object"}'}, "schema.unknown-dialect"),
    "referring elsewhere": (
        credential(),
        {URL: schema(**{"$ref": "https://elsewhere.example/s.json"})},
        "schema.reference",
    ),
    "referring to nothing of its own": (
        credential(),
        {URL: schema(**{"$ref": "#/$defs/none"})},
        "schema.reference",
    ),
}


@pytest.mark.parametrize("name", UNCHECKED)
def test_what_cannot_be_checked_is_reported_not_passed(name: str) -> None:
    asked, schemas, reason = UNCHECKED[name]
    assert validate(asked, SchemaStore(schemas)) == (Unchecked(URL, reason),)


def test_a_reference_to_a_schema_of_the_store_is_followed() -> None:
    part = "https://schemas.example/part.json"
    store = SchemaStore(
        {URL: schema(**{"$ref": part}), part: schema(**{"$id": part, "required": ["никогда"]})}
    )
    assert fate(lambda: validate(credential(), store)) == ("schema.not-valid", "/")


def test_a_schema_that_refers_to_itself_ends() -> None:
    store = SchemaStore({URL: schema(**{"$ref": "#"})})
    assert fate(lambda: validate(credential(), store))[0] == "schema.too-deep"


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a connection was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    store = SchemaStore({URL: schema(**{"$ref": "https://elsewhere.example/s.json"})})
    assert validate(credential(), store)[0].reason == "schema.reference"


def test_a_stated_digest_must_be_that_of_the_schema_at_hand() -> None:
    content = schema()
    good = "sha384-" + b64encode(hashlib.sha384(content).digest()).decode()
    store = SchemaStore({URL: content})
    assert validate(credential(digestSRI=good), store) == ()
    other = SchemaStore({URL: content + b" "})
    assert fate(lambda: validate(credential(digestSRI=good), other))[0] == "related-resource.digest"
    assert fate(lambda: validate(credential(digestSRI="sha384"), store))[0] == "related-resource.digest-form"


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b'{"a":1,"a":2}', schema(type="круг")])
def test_what_is_no_schema_is_the_callers_mistake(content: bytes) -> None:
    assert fate(lambda: validate(credential(), SchemaStore({URL: content})))[0] == "schema.malformed"


def test_there_is_a_ceiling_on_schemas() -> None:
    many = {f"{URL}#{n}": schema() for n in range(limits.SCHEMAS + 1)}
    assert fate(lambda: SchemaStore(many))[0] == "schema.too-many"
    long = schema(description="а" * limits.SCHEMA_BYTES)
    assert fate(lambda: SchemaStore({URL: long}))[0] == "schema.malformed"


def test_a_folder_of_schemas_is_a_store(tmp_path: Path) -> None:
    folder = tmp_path / "схемы"
    folder.mkdir()
    (folder / "диплом.json").write_bytes(schema(**GRADE_11))
    (folder / "прочти.txt").write_text("не схема", "utf-8")
    store = SchemaStore.from_folder(folder)
    assert URL in store
    assert fate(lambda: validate(credential(), store))[0] == "schema.not-valid"
    (folder / "без имени.json").write_text('{"type": "object"}', "utf-8")
    assert fate(lambda: SchemaStore.from_folder(folder))[0] == "schema.malformed"
    (folder / "без имени.json").unlink()
    (folder / "папка.json").mkdir()
    assert fate(lambda: SchemaStore.from_folder(folder))[0] == "schema.unreadable"


def test_without_the_extra_the_person_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **options: Any) -> Any:
        if name.split(".")[0] == "jsonschema":
            raise ImportError(name)
        return real(name, *args, **options)

    for name in [name for name in sys.modules if name.split(".")[0] == "jsonschema"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    assert fate(lambda: validate(credential(), SchemaStore({URL: schema()})))[0] == "schema.extra-missing"
    # Where there is nothing to check, nothing is needed.
    assert validate(Credential.parse(diploma()), SchemaStore()) == ()
    assert validate(credential(), SchemaStore())[0].reason == "schema.not-at-hand"
