"""A child's records taken out of the family's wallet: into a wallet of the child's own, or plain files."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from vcwallet import strict_json, timestamps
from vcwallet.characters import visible
from vcwallet.errors import N_
from vcwallet.locales import Language
from vcwallet.sealed_file import SealedFile
from vcwallet.strict_json import Json, JsonObject
from vcwallet.wallet import drafts, ledger, records
from vcwallet.wallet.child import Child
from vcwallet.wallet.known_issuers import KnownIssuers
from vcwallet.wallet.known_lists import KnownLists

FORMAT: Final = "vcwallet-child/1"
INDEX: Final = "wallet.json"


def copy_child(child: Child, source: SealedFile, target: SealedFile) -> None:
    """Put everything of a child into another wallet file: key, diplomas, notes, attachments and ledger."""
    view, there = source.view(child.id), target.view(child.id)
    moved: dict[str, str] = {}
    about_others: list[tuple[str, bytes]] = []
    for info in view.records():
        data = view.get(info.id)
        if info.kind in (records.NOTE, records.NUMBER):
            about_others.append((info.kind, data))
        elif info.kind not in (records.MEANINGS, records.ASIDE):  # they name records by this file's ids
            moved[info.id] = there.put(data, kind=info.kind)
    for kind, data in about_others:
        document = records.load(data)
        about = moved.get(records.text(document, "about"))
        if about is not None:
            there.put(records.dump({**document, "about": about}), kind=kind)


def plain_files(
    child: Child,
    issuers: KnownIssuers,
    lists: KnownLists,
    language: Language,
    *,
    single_proof: bool = False,
    keys: bool = False,
) -> Iterator[tuple[str, bytes]]:
    """Everything of a child in the open, as names and contents: for another program, or for good.

    Each name is a path with ``/``. Some programs refuse a diploma with two proofs; with `single_proof` each
    has the one that most know, and the proof that hides fields is not among the files. The child's keys are,
    when `keys` says so. `returning.bring_back` reads the files.
    """
    used: set[str] = set()
    diplomas, attachments = child.diplomas(), child.attachments()
    notes = child.notes()
    listed: list[Json] = []
    for number, diploma in enumerate(diplomas, 1):
        text = diploma.signed.text
        if single_proof and diploma.signed.envelope is None:
            text = strict_json.dumps(drafts.whole(diploma.credential))
        name = _unused(f"diplomas/{number:03d} {_plain(diploma.title)}.vc.json", used)
        yield name, (text + "\n").encode("utf-8")
        said: list[Json] = [
            {"text": note.words, "changed": timestamps.render(note.changed)}
            for note in notes.get(diploma.id, ())
        ]
        listed.append(
            {"file": name, "number": diploma.number, "added": timestamps.render(diploma.added), "notes": said}
        )
    documents: list[Json] = []
    for attachment in attachments:
        name = _unused(f"attachments/{_plain(attachment.name)}", used)
        yield name, attachment.data
        documents.append(
            {
                "file": name,
                "name": attachment.name,
                "mediaType": attachment.media_type,
                "number": attachment.number,
                "added": timestamps.render(attachment.added),
            }
        )
    credentials = [diploma.credential for diploma in diplomas]
    for issuer in sorted({each.issuer_id for each in credentials}):
        if (document := issuers.document(issuer)) is not None:
            yield _unused(f"issuers/{_plain(issuer)}.did.json", used), _pretty(document.to_json())
    for number, status_list in enumerate(lists.all_about(credentials), 1):
        yield f"lists/{number:03d}.json", (strict_json.dumps(status_list) + "\n").encode("utf-8")
    yield "history.json", _pretty(history_json(child))
    index: JsonObject = {
        "format": FORMAT,
        "profile": child.profile.to_json(),
        "id": child.did,
        "diplomas": listed,
        "attachments": documents,
        "history": list[Json](child.ledger.lines()),
        "heads": list[Json](child.ledger.heads()),
        "receipts": list[Json](child.ledger.receipts()),
    }
    if keys:
        index["keys"] = [key.secret_multibase for key in child.keys]
    yield INDEX, _pretty(index)
    yield "README.txt", _readme(child, language, single_proof=single_proof, keys=keys).encode("utf-8")


_README: Final = (
    N_("Everything that the wallet kept of {child}, as plain files. Anybody who has them can read them."),
    "",
    N_("diplomas: the diplomas as they were signed (W3C Verifiable Credentials, Open Badges 3.0)."),
    N_("issuers: the public keys of those who signed them (Controlled Identifiers, did.json)."),
    N_("lists: signed lists of revoked diplomas, as far as they were known (Bitstring Status List)."),
    N_("attachments: documents nobody signed."),
    N_("history.json: what was shown, to whom, what for and until when."),
    N_("wallet.json: the names, the family's notes, and how these files belong together."),
    "",
    N_("The files in “diplomas” and “issuers” are read by other programs for such diplomas."),
    N_("vcwallet makes a wallet of this folder again."),
)
_SINGLE: Final = N_("Each diploma has one of its signatures here; fields of it can no longer be hidden.")
_KEYS: Final = N_("The child's keys are in wallet.json: whoever has it can show these diplomas as the child.")
_NO_KEYS: Final = N_("The child's keys are not among the files; in a wallet made of them it has a new one.")


def zipped(files: Iterable[tuple[str, bytes]], *, made: datetime) -> bytes:
    """What `plain_files` gives as one ZIP file; names keep their own letters."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            # A ZIP file knows no year before 1980.
            entry = zipfile.ZipInfo(name, max((1980, 1, 1, 0, 0, 0), made.timetuple()[:6]))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def _readme(child: Child, language: Language, *, single_proof: bool, keys: bool) -> str:
    lines = [*_README, *([_SINGLE] if single_proof else []), _KEYS if keys else _NO_KEYS]
    return "\n".join(language.text(line, child=child.name) if line else "" for line in lines) + "\n"


def _pretty(document: JsonObject) -> bytes:
    return (strict_json.dumps(document, indent=2) + "\n").encode("utf-8")


def history_json(child: Child) -> JsonObject:
    """The ledger as a document; ``heads`` are the digests that fix it."""
    lines: list[Json] = []
    for entry in child.ledger.entries():
        said = {"erased": True} if entry.showing is None else ledger.to_json(entry.showing)
        received: JsonObject = {} if entry.receipt is None else {"receipt": entry.receipt}
        lines.append({"digest": entry.digest, "previous": list[Json](entry.previous), **said, **received})
    return {"child": child.name, "heads": list[Json](child.ledger.heads()), "shown": lines}


def _plain(name: str) -> str:
    """A file name that every system takes."""
    plain = re.sub(r'[<>:"/\\|?*\x00-\x1f\x7f]', "_", visible(name)).strip(" .") or "_"
    stem, dot, suffix = plain.rpartition(".")
    return f"{stem[:100]}{dot}{suffix[:20]}" if dot and len(suffix) <= 20 else plain[:100]


def _unused(path: str, used: set[str]) -> str:
    """The path, or with a number in it when it is used here already."""
    folder, _, name = path.rpartition("/")
    stem, dot, suffix = name.partition(".")
    candidate, number = path, 1
    while candidate.casefold() in used:
        number += 1
        candidate = f"{folder}/{stem} ({number}){dot}{suffix}"
    used.add(candidate.casefold())
    return candidate
