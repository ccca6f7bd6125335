"""Where a file goes in a kit: read from the file, so that nobody has to know the paths.

path = place_of(content, "levels.json", sources=folder.sources())      # "levels/2025-26.json"
files = parts_of(content, "trust.json", sources=folder.sources())      # and status lists in it
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.credentials.credential import Credential
from vcwallet.errors import N_, DocumentError, UsageError, VcwalletError
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import levels, trust_file
from vcwallet.verifier.kit.checking import read_lists
from vcwallet.verifier.kit.layout import ListedStatus, Sort, body_file, sort_of
from vcwallet.verifier.levels import Levels
from vcwallet.verifier.policy_pack import Pack
from vcwallet.verifier.trust import TrustList

__all__ = ["parts_of", "place_of"]

_STATUS_TYPES: Final = ("BitstringStatusListCredential", "StatusList2021Credential")


def place_of(content: bytes, name: str, *, sources: Mapping[str, bytes], body: str = "") -> str:
    """The path of a file in the kit. `sources` are the files that are there already.

    With `body` it is the trust list of that body. Raises UsageError (``kit.unknown-file``,
    ``kit.not-a-trust-list``, ``kit.status-of-nobody``) and what the readers raise.
    """
    if name.lower().endswith(".toml"):
        pack = Pack.parse(content, name=name)
        return _pack_place(pack, name)
    try:
        document = strict_json.loads_object(
            content, max_bytes=limits.KIT_FILE_BYTES, max_nodes=limits.TRUST_LIST_NODES
        )
    except VcwalletError as error:
        if error.code == "json.not-utf-8":  # a picture, an archive or a wallet, and no text at all
            raise _unknown(name) from None
        raise
    form = document.get("format")
    if form == trust_file.FORMAT:
        trust = TrustList.parse(content)
        return _checked(body_file(body) if body else f"trust/{trust.list_name}.json", name)
    if body:
        raise UsageError(
            "kit.not-a-trust-list",
            N_("{file} is no trust list, and a body signs nothing else."),
            next_step=N_("Put it in without naming a body: the kit itself signs it."),
            file=name[-64:],
        )
    if form == levels.FORMAT:
        (year,) = Levels.parse(content, name=name).lists
        return _checked(f"levels/{str(year).replace('/', '-')}.json", name)
    if set(_STATUS_TYPES) & set(_types(document)):
        return _status_place(document, sources)
    raise _unknown(name)


def parts_of(content: bytes, name: str, *, sources: Mapping[str, bytes], body: str = "") -> dict[str, bytes]:
    """The files of the kit that are made of one file, by path; the first is the file itself.

    A trust list that “vcwallet trust add” made has status lists inside. In a kit they are files of their own,
    which another role signs, so they are taken apart; a state that is older than the kit's own is left out.
    Raises what `place_of` raises.
    """
    path = place_of(content, name, sources=sources, body=body)
    if sort_of(path) not in (Sort.TRUST, Sort.BODY):
        return {path: content}
    trust = TrustList.parse(content)
    if not trust.status_lists:
        return {path: content}
    parts = {path: _written(replace(trust, status_lists=()).to_json())}
    for document in trust.status_lists:
        if trust.of(ListedStatus.of("", document).issuer) is None:
            continue  # of an issuer that is removed: nobody asks the kit for it
        place = _status_place(document, {**sources, **parts})
        if place not in sources or _is_newer(document, sources[place]):
            parts[place] = _written(document)
    return parts


def _written(document: JsonObject) -> bytes:
    return (strict_json.dumps(document, indent=2) + "\n").encode("utf-8")


def _is_newer(document: JsonObject, known: bytes) -> bool:
    """Whether a status list is of a later moment than the one of the kit, or that one cannot be read."""
    new = Credential.parse(document).valid_from
    try:
        old = Credential.parse(strict_json.loads_object(known)).valid_from
    except VcwalletError:
        return True
    return old is None or (new is not None and new > old)


def _pack_place(pack: Pack, name: str) -> str:
    """By the id, which stays when the rules get another version: ``vymysel.example/2027``, or one word."""
    path = f"packs/{pack.id}.toml"
    if pack.id.count("/") != 1:
        path = f"packs/{pack.id.replace('/', '-')}/{pack.year}.toml"
    return _checked(path, name)


def _types(document: JsonObject) -> list[str]:
    types = document.get("type")
    return [str(each) for each in types] if isinstance(types, list) else [str(types)]


def _status_place(document: JsonObject, sources: Mapping[str, bytes]) -> str:
    """Among the lists of its issuer: in place of the state of before, or under the next number."""
    listed = ListedStatus.of("", document)
    owner = next(
        (issuer for trust in read_lists(sources).values() if (issuer := trust.of(listed.issuer))), None
    )
    if owner is None:
        raise UsageError(
            "kit.status-of-nobody",
            N_("No trust list of the kit has the issuer of this list of revoked diplomas: {issuer}."),
            next_step=N_("Add the trust list with its issuer first."),
            issuer=listed.issuer[:128],
        )
    folder = f"status/{owner.entry}/"
    numbers = [0]
    for path, content in sources.items():
        if not path.startswith(folder):
            continue
        if (number := re.fullmatch(r"([0-9]{1,6})\.json", path.removeprefix(folder))) is not None:
            numbers.append(int(number[1]))
        try:
            known = strict_json.loads_object(content)
        except VcwalletError:
            continue
        if known.get("id") == listed.id:
            return path
    return f"{folder}{max(numbers) + 1}.json"


def _checked(path: str, name: str) -> str:
    """A path that a kit can have. Raises UsageError (``kit.unknown-file``)."""
    try:
        sort_of(path)
    except DocumentError:
        raise _unknown(name) from None
    return path


def _unknown(name: str) -> UsageError:
    return UsageError(
        "kit.unknown-file",
        N_("{file} is nothing that a kit holds."),
        next_step=N_(
            "A kit holds trust lists, lists of revoked diplomas, levels of olympiads and admission rules."
        ),
        file=name[-64:],
    )
