"""A child's records taken out of the family's wallet: into a wallet of the child's own, or plain files."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from vcwallet import printing, strict_json, timestamps
from vcwallet.characters import visible
from vcwallet.credentials import data_model
from vcwallet.errors import N_
from vcwallet.files import names_a_device
from vcwallet.identifiers.did import key as did_key
from vcwallet.locales import Language
from vcwallet.sealed_file import SealedFile
from vcwallet.strict_json import Json, JsonObject
from vcwallet.wallet import diploma_card, drafts, lcw_backup, ledger, records
from vcwallet.wallet.child import Child, Diploma
from vcwallet.wallet.known_issuers import KnownIssuers
from vcwallet.wallet.known_lists import KnownLists

FORMAT: Final = "vcwallet-child/1"
INDEX: Final = "wallet.json"
README: Final = "README.txt"
DIPLOMAS: Final = "diplomas"
SINGLE: Final = "one-signature"
PICTURES: Final = "pictures"
ALL: Final = "all-diplomas.json"


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
    keys: bool = False,
) -> Iterator[tuple[str, bytes]]:
    """Everything of a child in the open, as names and contents: for other programs, or for good.

    Each name is a path with ``/``. Diplomas are there as they were signed, and again in the forms that other
    programs take: with one signature, all in one presentation that nobody signed, and as pictures where the
    extra `pdf` is installed. The child's keys are among the files when `keys` says so.
    `returning.bring_back` reads the files.
    """
    used: set[str] = set()
    diplomas, attachments = child.diplomas(), child.attachments()
    notes = child.notes()
    single = {each.id: _single(each) for each in diplomas}
    drawn = printing.has_typst()
    listed: list[Json] = []
    for number, diploma in enumerate(diplomas, 1):
        stem = f"{number:03d} {_plain(diploma.title)}"
        name = _unused(f"{DIPLOMAS}/{stem}.vc.json", used)
        yield name, (diploma.signed.text + "\n").encode("utf-8")
        if (document := single[diploma.id]) is not None:
            yield _unused(f"{SINGLE}/{stem}.vc.json", used), (strict_json.dumps(document) + "\n").encode()
        elif (token := diploma.signed.token) is not None:
            # What other programs know is the token alone, and not the envelope that it is kept in.
            kind = "sd-jwt" if "~" in token else "jwt"
            yield _unused(f"{SINGLE}/{stem}.{kind}", used), token.encode("ascii")
        if drawn:
            for suffix, content in diploma_card.baked(diploma, language):
                yield _unused(f"{PICTURES}/{stem}.{suffix}", used), content
        said: list[Json] = [
            {"text": note.words, "changed": timestamps.render(note.changed)}
            for note in notes.get(diploma.id, ())
        ]
        listed.append(
            {"file": name, "number": diploma.number, "added": timestamps.render(diploma.added), "notes": said}
        )
    if together := [document for document in single.values() if document is not None]:
        yield ALL, _pretty(_presentation(together))
    documents: list[Json] = []
    for attachment in attachments:
        name = _unused(f"attachments/{_plain(attachment.name)}", used)
        yield name, attachment.data
        signatures: list[Json] = []
        for each in attachment.signatures:
            beside = _unused(f"attachments/{_plain(each.name)}", used)
            yield beside, each.data
            signatures.append({"file": beside, "name": each.name})
        entry: JsonObject = {
            "file": name,
            "name": attachment.name,
            "mediaType": attachment.media_type,
            "number": attachment.number,
            "added": timestamps.render(attachment.added),
        }
        documents.append({**entry, "signatures": signatures} if signatures else entry)
    credentials = [diploma.credential for diploma in diplomas]
    for issuer in sorted({each.issuer_id for each in credentials}):
        if (known := issuers.document(issuer)) is not None:
            yield _unused(f"issuers/{_plain(issuer)}.did.json", used), _pretty(known.to_json())
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
        backup = lcw_backup.backup(child.name, child.keys, lambda did: _of_key(child, diplomas, single, did))
        if backup is not None:
            yield lcw_backup.NAME, backup
    yield INDEX, _pretty(index)
    yield README, _readme(child, diplomas, language, keys=keys, drawn=drawn).encode("utf-8")


def bound(child: Child) -> int:
    """How many diplomas name an id of the child: only who has its key can show them as the child."""
    return sum(bool(diploma.signed.holder_ids & child.holder_ids) for diploma in child.diplomas())


def _single(diploma: Diploma) -> JsonObject | None:
    """The diploma with one signature, which most programs check; None where it is in an envelope.

    A base proof is for whoever hides fields, so it is not in it.
    """
    return None if diploma.signed.envelope is not None else drafts.whole(diploma.credential)


def _presentation(credentials: Sequence[JsonObject]) -> JsonObject:
    """All in one document that nobody signed: a way to carry them, and no statement of whose they are."""
    return {
        "@context": [data_model.V2_CONTEXT],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": list[Json](credentials),
    }


def _of_key(
    child: Child, diplomas: Sequence[Diploma], single: Mapping[str, JsonObject | None], did: str
) -> list[JsonObject]:
    """The diplomas that go beside one of the keys: those that name it; the others beside the first."""
    ids = {did_key.did_of(key.public_key) for key in child.keys}
    found = []
    for diploma in diplomas:
        document, named = single[diploma.id], diploma.credential.holder_ids & ids
        if document is not None and (did in named or (not named and did == child.did)):
            found.append(document)
    return found


_ALL: Final = N_("To move to another wallet: all-diplomas.json, which has all of them in one go.")
_ABOUT: Final = (
    N_("Everything that the wallet kept of {child}, as plain files. Anybody who has them can read them."),
    "",
    N_("WHAT TO TAKE"),
    N_("To send or publish a diploma: its picture in “pictures”. The signed diploma is inside the file."),
    _ALL,
    N_("For a program that asks for one diploma, or refuses two signatures: a file of “one-signature”."),
    N_("To return to vcwallet: this whole folder or its ZIP file, imported into a wallet."),
    "",
    N_("WHAT LIES HERE"),
    N_("diplomas: the diplomas as they were signed (W3C Verifiable Credentials, Open Badges 3.0)."),
    N_("one-signature: the same, each with one of its signatures; fields of these cannot be hidden."),
    N_("pictures: a picture of each diploma with the diploma inside (Open Badges 3.0, “Baked Badge”)."),
    N_("all-diplomas.json: the diplomas in one presentation that nobody signed."),
    N_("issuers: the public keys of those who signed them (Controlled Identifiers, did.json)."),
    N_("lists: signed lists of revoked diplomas, as far as they were known (Bitstring Status List)."),
    N_("attachments: documents nobody signed."),
    N_("history.json: what was shown, to whom, what for and until when."),
    N_("wallet.json: the names, the family's notes, and how these files belong together."),
)
_TOKENS: Final = N_(
    "Not in all-diplomas.json, because they were issued as tokens (.jwt, .sd-jwt): {tokens}. Give their files"
    " of “one-signature” as well."
)
_LCW: Final = N_(
    "Wallet Backup.json: the diplomas and the keys for the phone program Learner Credential Wallet."
)
_NOT_DRAWN: Final = N_(
    "There are no pictures, because the part of the program that draws them is not installed."
)
_KEYS: Final = (
    N_("DANGER: the child's keys are in wallet.json and in Wallet Backup.json, and nothing protects them."),
    N_("Whoever gets one of the two can show these diplomas as {child}. Delete both when they have served."),
)
_NO_KEYS: Final = (
    N_("The child's keys are not among the files, so nobody can show anything as {child} with them."),
    N_(
        "Diplomas that name the child's own id: {bound}. They can be read and checked anywhere; a wallet made"
        " of these files has a new key and cannot keep or show them. Export again with the keys for that."
    ),
)


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


def _readme(child: Child, diplomas: Sequence[Diploma], language: Language, *, keys: bool, drawn: bool) -> str:
    last = _KEYS if keys else _NO_KEYS if bound(child) else _NO_KEYS[:1]
    tokens = sum(each.signed.envelope is not None for each in diplomas)
    after = _ABOUT.index(_ALL) + 1
    about = (*_ABOUT[:after], *((_TOKENS,) if tokens else ()), *_ABOUT[after:])
    lines = (*about, *((_LCW,) if keys else ()), *(() if drawn else (_NOT_DRAWN,)), "", *last)
    named = bound(child)
    said = (
        language.text(line, child=child.name, bound=named, tokens=tokens) if line else "" for line in lines
    )
    return "\n".join(said) + "\n"


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
    if names_a_device(plain):
        plain = f"_{plain}"
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
