"""After a theft of keys: the diplomas that are left are signed anew, under the keys that stood by.

    reissued = reissue(folder, keystore, register, [folder.issued_path], now=now)

A diploma keeps its id, its place in the status list and every word; its proofs are new. One that stands in a
countersigned batch is signed without a question. Another may be the thief's, so a person compares it with
the sheet first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from vcwallet import limits, strict_json
from vcwallet.errors import VcwalletError
from vcwallet.files import read_file, replace_file
from vcwallet.identifiers.keys import KeyType
from vcwallet.issuer import batches, countersigning, signing
from vcwallet.issuer.folder import IssuerFolder
from vcwallet.issuer.keystore import Keystore
from vcwallet.issuer.register import Register, State
from vcwallet.issuer.signing import HIDEABLE, PLAIN
from vcwallet.proofs.cryptosuites.ecdsa_sd import ECDSA_SD_2023
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.strict_json import Json, JsonObject


@dataclass(slots=True)
class Reissued:
    """What became of the diplomas in some folders."""

    done: int = 0
    left: int = 0
    """Signed by keys that were not withdrawn, or revoked: nothing to do."""
    doubtful: list[str] = field(default_factory=list)
    """In no countersigned batch; left as they are unless a person vouched for them."""
    strangers: list[str] = field(default_factory=list)
    """Not in the register, or unreadable: never signed."""


def reissue(
    folder: IssuerFolder,
    keystore: Keystore,
    register: Register,
    places: Iterable[Path],
    *,
    now: datetime,
    vouched: bool = False,
) -> Reissued:
    """Sign anew what withdrawn keys signed, in its files. `vouched` signs the doubtful ones too.

    May be stopped and repeated. Raises what signing and writing raise.
    """
    known = countersigning.countersigned(folder)
    result = Reissued()
    for path in _files(places):
        lines: list[str] = []
        digests: dict[str, str] = {}
        numbers: list[int] = []
        # Split as bytes: a text in a document may hold U+2028, which ends a line of characters only.
        for line in read_file(path, limits.DIPLOMA_LINES_BYTES).splitlines():
            text = line.decode("utf-8", "replace")
            new = _anew(folder, keystore, register, text, path, known, result, now=now, vouched=vouched)
            lines.append(text if new is None else strict_json.dumps(new[1]))
            if new is not None:
                numbers.append(new[0])
                digests[str(new[1]["id"])] = batches.digest(lines[-1].encode("utf-8"))
        if not digests:
            continue
        batches.write(
            folder.path,
            digests,
            numbers=(min(numbers), max(numbers)),
            issuer_id=folder.document.id,
            key=keystore.signing_key(),
            verification_method=folder.verification_method(KeyType.ED25519).id,
            created=now,
        )
        ending = "\n" if path.suffix == ".jsonl" else ""
        replace_file(path, "".join(f"{line}{ending}" for line in lines).encode("utf-8"))
        if not ending and signing.jwt_path(path).exists():
            # The second form was signed with the key that was withdrawn, too.
            token = signing.jwt_form(folder.signer(), keystore, lines[0])
            if token is None:
                signing.jwt_path(path).unlink()
            else:
                replace_file(signing.jwt_path(path), token.encode("ascii"))
        result.done += len(digests)
    return result


def _anew(
    folder: IssuerFolder,
    keystore: Keystore,
    register: Register,
    text: str,
    path: Path,
    known: Mapping[str, set[str]],
    result: Reissued,
    *,
    now: datetime,
    vouched: bool,
) -> tuple[int, JsonObject] | None:
    """The number and the diploma signed anew; None for one that is left as it is."""
    try:
        document = strict_json.loads_object(text)
        line = register.get(str(document.get("id")))
    except VcwalletError:
        result.strangers.append(path.name)
        return None
    withdrawn = {m.id for m in folder.document.verification_methods if m.revoked is not None}
    proofs = _proofs(document)
    if line.state in (State.RESERVED, State.REVOKED) or not withdrawn & {
        str(p.get("verificationMethod")) for p in proofs
    }:
        result.left += 1
        return None
    if batches.digest(strict_json.dumps(document).encode("utf-8")) not in known.get(line.id, ()):
        result.doubtful.append(path.name)
        if not vouched:
            return None
    bare: JsonObject = {name: value for name, value in document.items() if name != "proof"}
    signer = folder.signer()
    new = add_proof(
        bare,
        suite=PLAIN,
        key=keystore.signing_key(),
        verification_method=signer.verification_method,
        created=now,
    )
    base = next((proof for proof in proofs if proof.get("cryptosuite") == HIDEABLE), None)
    if base is not None and signer.hideable_method is not None:
        new = add_proof(
            new,
            suite=HIDEABLE,
            key=keystore.signing_key(KeyType.P256),
            verification_method=signer.hideable_method,
            created=now,
            mandatory_pointers=ECDSA_SD_2023.mandatory_pointers(base),
            randomness=keystore.disclosure_randomness(bare),
        )
    return line.number, new


def _proofs(document: JsonObject) -> list[JsonObject]:
    proof: Json = document.get("proof")
    listed = proof if isinstance(proof, list) else [proof]
    return [each for each in listed if isinstance(each, dict)]


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        if place.is_dir():
            yield from sorted((*place.rglob("*.vc.json"), *place.rglob("*.vc.jsonl")))
        else:
            yield place
