"""A child's records taken out of the family's wallet: into a wallet of the child's own, or plain files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vcwallet import strict_json
from vcwallet.sealed_file import SealedFile
from vcwallet.strict_json import Json, JsonObject
from vcwallet.wallet import drafts, ledger, records
from vcwallet.wallet.child import Child


def copy_child(child: Child, source: SealedFile, target: SealedFile) -> None:
    """Put everything of a child into another wallet file: key, diplomas, notes, attachments and ledger."""
    view, there = source.view(child.id), target.view(child.id)
    moved: dict[str, str] = {}
    about_others: list[tuple[str, bytes]] = []
    for info in view.records():
        data = view.get(info.id)
        if info.kind in (records.NOTE, records.NUMBER):
            about_others.append((info.kind, data))
        elif info.kind != records.MEANINGS:  # they name records by this file's ids
            moved[info.id] = there.put(data, kind=info.kind)
    for kind, data in about_others:
        document = records.load(data)
        about = moved.get(records.text(document, "about"))
        if about is not None:
            there.put(records.dump({**document, "about": about}), kind=kind)


def plain_files(child: Child, *, single_proof: bool = False) -> Iterator[tuple[str, bytes]]:
    """Everything of a child in the open, as names and contents: for another program, or for good.

    Some programs refuse a diploma with two proofs; with `single_proof` each has the one that most know. The
    proof that hides fields is not among the files then.
    """
    used: set[str] = set()
    for number, diploma in enumerate(child.diplomas(), 1):
        text = diploma.signed.text
        if single_proof and diploma.signed.envelope is None:
            text = strict_json.dumps(drafts.whole(diploma.credential))
        yield _unused(f"{number:03d} {diploma.title}.vc.json", used), (text + "\n").encode("utf-8")
    for attachment in child.attachments():
        yield _unused(attachment.name, used), attachment.data
    yield (
        _unused("history.json", used),
        (strict_json.dumps(history_json(child), indent=2) + "\n").encode("utf-8"),
    )


def history_json(child: Child) -> JsonObject:
    """The ledger as a document; ``heads`` are the digests that fix it."""
    lines: list[Json] = []
    for entry in child.ledger.entries():
        said = {"erased": True} if entry.showing is None else ledger.to_json(entry.showing)
        lines.append({"digest": entry.digest, "previous": list[Json](entry.previous), **said})
    return {"child": child.name, "heads": list[Json](child.ledger.heads()), "shown": lines}


def _unused(name: str, used: set[str]) -> str:
    """A file name every system takes, not yet used here."""
    plain = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", name).strip(" .") or "_"
    stem, dot, suffix = plain.partition(".")
    stem = stem[:100]
    candidate, number = f"{stem}{dot}{suffix[:20]}", 1
    while candidate.casefold() in used:
        number += 1
        candidate = f"{stem} ({number}){dot}{suffix[:20]}"
    used.add(candidate.casefold())
    return candidate
