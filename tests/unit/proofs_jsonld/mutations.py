"""Random changes of a credential, and what such a document means: written without looking at the walker."""

from __future__ import annotations

import copy
import random
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from vcwallet.proofs.jsonld import PINNED

Json = Any
Place = tuple[Json, Any]
"""A container and the key or position of one of its values."""

VOCABULARIES = [
    "https://purl.imsglobal.org/spec/vc/ob/vocab.html#",
    "https://www.w3.org/2018/credentials#",
    "https://schema.org/",
    "https://w3id.org/vcwallet#",
]


def places(value: Json) -> Iterator[Place]:
    """Every value below `value`."""
    if isinstance(value, dict):
        members: Iterator[Any] = iter(list(value))
    elif isinstance(value, list):
        members = iter(range(len(value)))
    else:
        return
    for key in members:
        yield value, key
        yield from places(value[key])


def objects(value: Json) -> list[dict[str, Json]]:
    found = [value] if isinstance(value, dict) else []
    return found + [box[key] for box, key in places(value) if isinstance(box[key], dict)]


# --- changes: each takes the document and changes it in place --------------------------------------

Change = Callable[[dict[str, Json], random.Random], None]


def any_place(document: Json, chance: random.Random, kind: type | tuple[type, ...] = object) -> Place:
    return chance.choice([(box, key) for box, key in places(document) if isinstance(box[key], kind)])


def remove(document: Json, chance: random.Random) -> None:
    box, key = any_place(document, chance)
    del box[key]


def add_undefined(document: Json, chance: random.Random) -> None:
    chance.choice(objects(document))[chance.choice(["grade", "оценка", "comment", "Name", " name"])] = "5"


def add_known(document: Json, chance: random.Random) -> None:
    """A name that some context defines, wherever it may stand."""
    name = chance.choice(
        ["name", "description", "image", "url", "narrative", "termsOfUse", "role", "tag", "email"]
    )
    value = chance.choice(
        ["x", "https://x.example/", ["x"], {"id": "urn:x"}, {"type": "Image", "id": "urn:x"}, [], {}, None]
    )
    chance.choice(objects(document))[name] = value


def add_keyword(document: Json, chance: random.Random) -> None:
    name = chance.choice(
        [
            "@id",
            "@type",
            "@graph",
            "@reverse",
            "@nest",
            "@index",
            "@included",
            "@base",
            "@vocab",
            "@set",
            "@list",
            "@value",
            "@language",
            "@direction",
            "@none",
            "@json",
            "@container",
            "@unknown",
            "@",
            "@odd1",
        ]
    )
    value = chance.choice(["x", "urn:x", [], {}, None, ["x"], {"name": "x"}, [{"id": "urn:x"}], True, "ltr"])
    chance.choice(objects(document))[name] = value


def rename(document: Json, chance: random.Random) -> None:
    box = chance.choice(objects(document))
    name = chance.choice(list(box) or ["x"])
    other = chance.choice(
        [
            name.capitalize(),
            name.upper(),
            name + " ",
            name + "s",
            "@" + name,
            "schema:" + name,
            "cred:" + name,
            name[:1].upper() + name[1:],
            name[:1].lower() + name[1:],
            "criteria",
            "achievement",
            "creator",
            *[vocabulary + name for vocabulary in VOCABULARIES],
            unicodedata.normalize("NFD", name),
        ]
    )
    _rename(box, name, other)


def rename_to_sibling(document: Json, chance: random.Random) -> None:
    """Give a value the name of another member somewhere."""
    box = chance.choice(objects(document))
    names = sorted({name for other in objects(document) for name in other})
    _rename(box, chance.choice(list(box) or ["x"]), chance.choice(names))


def _rename(box: dict[str, Json], name: str, other: str) -> None:
    members = {other if key == name else key: value for key, value in box.items()}
    box.clear()
    box.update(members)


def change_text(document: Json, chance: random.Random) -> None:
    box, key = any_place(document, chance, str)
    text: str = box[key]
    at = chance.randrange(len(text) + 1)
    box[key] = chance.choice(
        [
            text + " ",
            " " + text,
            text + "\u200b",
            text + "\x00",
            text + "\x1f",
            text + "\x7f",
            text + "\ud800",
            text.upper(),
            text.lower(),
            text.swapcase(),
            text[::-1],
            "",
            text[:-1],
            text[:at] + "x" + text[at:],
            unicodedata.normalize("NFD", text),
            text.replace("о", "o"),
            text + "#",
            text + "/",
            text + "?",
            text.replace("https:", "HTTPS:"),
            text.replace("https:", "http:"),
            text.replace("/", "/./", 1),
            text.replace("example", "EXAMPLE"),
            text.replace("example", "ex%61mple"),
            "_:b1",
            "_:" + text,
            "urn:" + text,
            "@" + text,
            "xsd:" + text,
            text.replace(VOCABULARIES[0], ""),
            *[vocabulary + text for vocabulary in VOCABULARIES],
            "\\" + text,
            text + '"',
            text + "\n",
            text + "\r\n",
        ]
    )


def change_type(document: Json, chance: random.Random) -> None:
    """Another kind of JSON value that looks alike."""
    box, key = any_place(document, chance)
    value = box[key]
    options: list[Json] = [None, True, False, 0, 1, -0.0, 1.5, "", [], {}, [None], [[]], [{}], {"id": value}]
    options += [{"@id": value}, {"@value": value}, {"@set": [value]}, {"@list": [value]}, {"@graph": [value]}]
    options += [{"@value": value, "@language": tag} for tag in ["ru", "RU", "", "x y", None]]
    options += [
        {"@value": value, "@type": tag}
        for tag in ["xsd:string", "http://www.w3.org/2001/XMLSchema#string", "@json", None]
    ]
    options += [
        {"@value": value, "@direction": "rtl"},
        {"@value": value, "@index": "x"},
        {"id": value, "@index": "x"},
    ]
    if isinstance(value, str) and value.isdigit():
        options += [int(value), float(value)]
    if isinstance(value, int | float):
        options += [str(value), value + 1, -value, float(value), value * 2**60, value + 2**-52]
    if isinstance(value, dict):
        options += list(value.values())
    box[key] = chance.choice(options)


def wrap(document: Json, chance: random.Random) -> None:
    box, key = any_place(document, chance)
    value = box[key]
    options: list[Json] = [
        [value],
        [[value]],
        [value, value],
        [value, None],
        [None, value],
        [value, []],
        [value, {}],
    ]
    if isinstance(value, list):
        options += [value[:1], value[:-1], value[::-1], value + value, [*value, "x"], [value], *value]
        options += [
            {"@list": value},
            {"@set": value},
            [{"@list": value}],
            {str(at): item for at, item in enumerate(value)},
        ]
    box[key] = chance.choice(options)


def swap(document: Json, chance: random.Random) -> None:
    (box, key), (other, name) = any_place(document, chance), any_place(document, chance)
    box[key], other[name] = copy.deepcopy(other[name]), copy.deepcopy(box[key])


def move(document: Json, chance: random.Random) -> None:
    box = chance.choice([one for one in objects(document) if one])
    name = chance.choice(list(box))
    chance.choice(objects(document))[name] = copy.deepcopy(box.pop(name))


def duplicate(document: Json, chance: random.Random) -> None:
    box = chance.choice([one for one in objects(document) if one])
    name = chance.choice(list(box))
    chance.choice(objects(document)).setdefault(name, copy.deepcopy(box[name]))


def repeat_object(document: Json, chance: random.Random) -> None:
    """Put an object, or a part of it, a second time beside itself."""
    box, key = any_place(document, chance, dict)
    part = {
        name: copy.deepcopy(value)
        for name, value in box[key].items()
        if chance.random() < 0.6 or name == "id"
    }
    box[key] = [box[key], part] if not isinstance(box, list) else box[key]
    if isinstance(box, list):
        box.append(part)


def split_object(document: Json, chance: random.Random) -> None:
    """Say with two objects of one identifier what one said."""
    box, key = any_place(document, chance, dict)
    one, other = {}, {}
    for name, value in box[key].items():
        if name == "id" or chance.random() < 0.5:
            one[name] = value
        if name == "id" or name not in one:
            other[name] = value
    box[key] = [one, other]


def reference_object(document: Json, chance: random.Random) -> None:
    """Describe a thing where it is only named, or only name it."""
    known = {one["id"]: one for one in objects(document) if isinstance(one.get("id"), str)}
    box, key = any_place(document, chance, (str, dict))
    value = box[key]
    name = value.get("id") if isinstance(value, dict) else value
    box[key] = chance.choice([name, {"id": name}, copy.deepcopy(known.get(name, {"id": name}))])


def change_contexts(document: Json, chance: random.Random) -> None:
    urls: list[Json] = list(document["@context"]) if isinstance(document.get("@context"), list) else []
    at = chance.randrange(len(urls) + 1)
    extra = chance.choice(
        [
            *PINNED.urls,
            {},
            {"grade": "urn:grade"},
            {"@vocab": "urn:v#"},
            {"@base": "urn:b"},
            {"@language": "ru"},
            None,
            "https://www.w3.org/ns/credentials/v2#",
            "https://w3id.org/vcwallet/v2",
            [],
            5,
        ]
    )
    document["@context"] = chance.choice(
        [
            urls[::-1],
            urls[1:],
            urls[:-1],
            chance.sample(urls, len(urls)),
            [*urls[:at], extra, *urls[at:]],
            [*urls[:at], *urls[at + 1 :]],
            urls + urls,
            [urls],
            urls[0] if urls else None,
            [*urls, extra],
            None,
        ]
    )


def nest_contexts(document: Json, chance: random.Random) -> None:
    inner = chance.choice(
        [document.get("@context"), [], {}, None, chance.choice(PINNED.urls), {"name": "urn:x"}]
    )
    chance.choice(objects(document))["@context"] = copy.deepcopy(inner)


def change_types(document: Json, chance: random.Random) -> None:
    box = chance.choice([one for one in objects(document) if "type" in one] or [document])
    types = box.get("type")
    types = list(types) if isinstance(types, list) else [types]
    extra = chance.choice(
        [
            "Image",
            "Related",
            "criteria",
            "achievement",
            "name",
            "Unknown",
            "x y",
            "",
            "https://x.example/T",
            "urn:T",
            "AchievementCredential",
            "OpenBadgeCredential",
            None,
            5,
            {},
            "@json",
            "@id",
            "id",
            *[vocabulary + str(types[0]) for vocabulary in VOCABULARIES],
        ]
    )
    box["type"] = chance.choice(
        [
            [*types, extra],
            [extra, *types],
            types[::-1],
            types[:1],
            types[1:],
            [f"{types[0]} ", *types[1:]],
            types + types,
            extra,
            [types],
            [extra if item == types[-1] else item for item in types],
        ]
    )


CHANGES: list[Change] = [
    remove,
    add_undefined,
    add_known,
    add_keyword,
    rename,
    rename_to_sibling,
    change_text,
    change_type,
    wrap,
    swap,
    move,
    duplicate,
    repeat_object,
    split_object,
    reference_object,
    change_contexts,
    nest_contexts,
    change_types,
]


def mutated(document: dict[str, Json], chance: random.Random) -> tuple[str, dict[str, Json]]:
    """One or two changes of a document; the name of the first."""
    changed = copy.deepcopy(document)
    names = chance.sample(CHANGES, 2 if chance.random() < 0.2 else 1)
    for change in names:
        # The first change may leave the second nothing to work on.
        with suppress(IndexError, TypeError, KeyError, ValueError, AttributeError):
            change(changed, chance)
    return names[0].__name__, changed


# --- meaning --------------------------------------------------------------------------------------

LISTS = {"allowedValue"}
IDENTIFIERS = {
    "issuer",
    "credentialSubject",
    "credentialStatus",
    "statusListCredential",
    "criteria",
    "image",
    "source",
    "confidenceMethod",
    "credentialSchema",
    "evidence",
    "refreshService",
    "relatedResource",
    "termsOfUse",
    "creator",
    "holder",
}
"""Where the contexts say that a text is an identifier: there it equals an object with only that id."""
SAME_CLASS = {"AchievementCredential": "OpenBadgeCredential"}


def meaning(document: dict[str, Json]) -> Json:
    """A value that is equal for documents that mean the same, by the rules of `vcwallet.proofs.jsonld`.

    Contexts count by what they make of the names, which is for the statements to show.
    """
    described: dict[str, dict[str, set[Json]]] = {}
    top = _meaning({**document, "@context": None}, "", described)
    about = frozenset(
        (name, frozenset((key, frozenset(values)) for key, values in said.items()))
        for name, said in described.items()
    )
    return top, about


def _meaning(value: Json, name: str, described: dict[str, dict[str, set[Json]]]) -> Json:
    if isinstance(value, list):
        items = [_meaning(item, name, described) for item in value]
        if name in LISTS:
            return ("list", tuple(items))
        if len(items) == 1 and not isinstance(value[0], list):
            return items[0]
        return ("set", frozenset(items), len(items))
    if isinstance(value, bool) or value is None:
        return ("word", value)
    if isinstance(value, int | float):
        return ("number", float(value))
    if isinstance(value, str):
        if name == "type":
            value = SAME_CLASS.get(value, value)
        return ("id", value) if name in IDENTIFIERS else ("text", value)
    if name == "verifiableCredential":
        return ("document", meaning(value))  # statements of its own, in a graph of its own
    said = {key: member for key, member in value.items() if key != "id"}
    if "@language" in said and isinstance(said["@language"], str):
        said["@language"] = said["@language"].lower()
    if not isinstance(value.get("id"), str):
        return ("object", frozenset((key, _meaning(member, key, described)) for key, member in value.items()))
    about = described.setdefault(value["id"], {}) if said else {}
    for key, member in said.items():
        about.setdefault(key, set()).add(_meaning(member, key, described))
    return ("id", value["id"])
