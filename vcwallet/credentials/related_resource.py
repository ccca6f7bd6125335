"""``relatedResource``: digests of what a credential leans on, such as its contexts.

Specification: Verifiable Credentials Data Model v2.0, section 5.3; Subresource Integrity, section 3.5;
Controlled Identifiers 1.0, section 2.5 (Multihash).

Nothing is fetched. A digest of a pinned context is compared with the pinned copy; of a resource we do not
have, only the form is checked, because nothing is read from it either.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from vcwallet.credentials import data_model
from vcwallet.credentials.data_model import Path
from vcwallet.errors import N_, DocumentError, VcwalletError
from vcwallet.identifiers.multibase import base64_decode, decode_multibase
from vcwallet.proofs.jsonld import PINNED, Contexts
from vcwallet.strict_json import Json, JsonObject, pointer

Digest = tuple[str, bytes]
"""The hash's name (``sha256``, ``sha384``, ``sha512``) and its value."""

_SRI: Final = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/]+={0,2})(?:\?[\x21-\x7e]*)?")
_LENGTHS: Final[Mapping[str, int]] = {"sha256": 32, "sha384": 48, "sha512": 64}
_MULTIHASH: Final[Mapping[bytes, str]] = {
    b"\x12\x20": "sha256",
    b"\x20\x30": "sha384",
    b"\x13\x40": "sha512",
}


def digests(resource: JsonObject, path: Path) -> tuple[Digest, ...]:
    """The digests that ``digestSRI`` and ``digestMultibase`` of an object hold; () when it has neither.

    Several SRI expressions stand in one string, separated by spaces; several Multibase values in a list.

    Raises DocumentError (``related-resource.digest-form``) for an unknown hash, a wrong length or encoding.
    """
    found: list[Digest] = []
    if "digestSRI" in resource:
        found += _digests_sri(resource["digestSRI"], (*path, "digestSRI"))
    if "digestMultibase" in resource:
        value = resource["digestMultibase"]
        for text in value if isinstance(value, list) else [value]:
            found.append(_digest_multibase(text, (*path, "digestMultibase")))
        if value == []:
            raise _bad_digest((*path, "digestMultibase"))
    return tuple(found)


def check_digests(content: bytes, expected: tuple[Digest, ...], name: str, path: Path) -> None:
    """Raise DocumentError (``related-resource.digest``) unless `content` has *every* expected digest."""
    for algorithm, value in expected:
        if hashlib.new(algorithm, content).digest() != value:
            raise DocumentError(
                "related-resource.digest",
                N_("The credential was made with another edition of {resource} than the one known here."),
                resource=name[:64],
                algorithm=algorithm,
                pointer=pointer(path),
            )


def check_form(document: JsonObject) -> tuple[tuple[Path, str, tuple[Digest, ...]], ...]:
    """The related resources of a credential as (path, id, digests).

    Raises DocumentError: ``related-resource.duplicate``, ``related-resource.no-digest``, those of `digests`
    and of `data_model`.
    """
    if "relatedResource" not in document:
        return ()
    seen: set[str] = set()
    resources: list[tuple[Path, str, tuple[Digest, ...]]] = []
    for path, resource in data_model.objects(document, "relatedResource"):
        resource_id = data_model.identifier(resource, path, required=True) or ""
        data_model.check_media_type(resource, path)
        if resource_id in seen:
            raise DocumentError(
                "related-resource.duplicate",
                N_("The related resource {resource} is listed twice."),
                resource=resource_id[:64],
                pointer=pointer(path),
            )
        seen.add(resource_id)
        found = digests(resource, path)
        if not found:
            raise DocumentError(
                "related-resource.no-digest",
                N_("The related resource at {pointer} has no digest."),
                pointer=pointer(path),
            )
        resources.append((path, resource_id, found))
    return tuple(resources)


def verify(document: JsonObject, *, contexts: Contexts = PINNED) -> None:
    """Compare the related resources that are contexts with the copies read here.

    Raises DocumentError (``related-resource.digest``) when one differs.
    """
    known = frozenset(contexts.urls) if "relatedResource" in document else frozenset()
    for path, resource_id, expected in check_form(document):
        if resource_id in known:
            check_digests(contexts.content(resource_id), expected, resource_id, path)


def _digests_sri(value: Json, path: Path) -> list[Digest]:
    found: list[Digest] = []
    for expression in value.split() if isinstance(value, str) else ():
        match = _SRI.fullmatch(expression)
        try:
            data = base64_decode(match[2]) if match else b""
        except VcwalletError:
            data = b""
        if match is None or len(data) != _LENGTHS[match[1]]:
            raise _bad_digest(path)
        found.append((match[1], data))
    if not found:
        raise _bad_digest(path)
    return found


def _digest_multibase(value: Json, path: Path) -> Digest:
    if not isinstance(value, str):
        raise _bad_digest(path)
    try:
        data = decode_multibase(value)
    except DocumentError:
        raise _bad_digest(path) from None
    algorithm = _MULTIHASH.get(data[:2])
    if algorithm is None or len(data) != 2 + _LENGTHS[algorithm]:
        raise _bad_digest(path)
    return algorithm, data[2:]


def _bad_digest(path: Path) -> DocumentError:
    return DocumentError(
        "related-resource.digest-form",
        N_("The digest at {pointer} is not one that is understood: SHA-256, SHA-384 or SHA-512 is."),
        pointer=pointer(path),
    )
