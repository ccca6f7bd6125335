"""1EdTech's revocation list: the ids of revoked credentials, one after the other, without a signature.

    status = check_revocation_list(entry, RevocationList.parse(document), credential)

Specification: 1EdTech Revocation List Status Method 1.0.
"""

from __future__ import annotations

from dataclasses import dataclass

from vcwallet.credentials import data_model
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.status_entry import (
    EntryKind,
    Status,
    StatusEntry,
    StatusUnknown,
    wrong_issuer,
    wrong_list,
)
from vcwallet.errors import N_, DocumentError
from vcwallet.strict_json import JsonObject

__all__ = ["RevocationList", "check_revocation_list", "is_revocation_list"]


def is_revocation_list(document: JsonObject) -> bool:
    """Whether a document has the outward form of such a list, which is no credential."""
    return "revokedCredential" in document and "proof" not in document and "@context" not in document


@dataclass(frozen=True, slots=True)
class RevocationList:
    """A 1EdTech revocation list (VCRL 1.0, section 3): the ids of the credentials that are revoked.

    It is not signed. Only a copy that came through a trusted channel, such as a verifier's kit, says
    anything. Reasons of revocation are not read: they are nobody's business here.
    """

    id: str
    issuer_id: str
    revoked: frozenset[str]

    @classmethod
    def parse(cls, document: JsonObject) -> RevocationList:
        """Raises DocumentError (``status.list``) with evidence `member`."""
        list_id, issuer_id = document.get("id"), document.get("issuer")
        if not isinstance(list_id, str) or not data_model.is_url(list_id):
            raise _bad("id")
        if not isinstance(issuer_id, str) or not data_model.is_url(issuer_id):
            raise _bad("issuer")
        entries = document.get("revokedCredential", [])
        revoked: set[str] = set()
        for entry in entries if isinstance(entries, list) else [entries]:
            entry_id = entry.get("id") if isinstance(entry, dict) else None
            if not isinstance(entry, dict) or not isinstance(entry_id, str):
                raise _bad("revokedCredential")
            if entry.get("revoked", True) is not False:
                revoked.add(entry_id)
        return cls(list_id, issuer_id, frozenset(revoked))


def check_revocation_list(
    entry: StatusEntry, revocation_list: RevocationList, credential: Credential
) -> Status:
    """Whether a 1EdTech list names the credential.

    Raises DocumentError (``status.wrong-list``, ``status.list-issuer``), and StatusUnknown
    (``status.no-credential-id``) for a credential without an id, which no such list can name.
    """
    if entry.kind is not EntryKind.REVOCATION_LIST_1EDTECH or entry.list_url != revocation_list.id:
        raise wrong_list(revocation_list.id, entry)
    if revocation_list.issuer_id != credential.issuer_id:
        raise wrong_issuer(revocation_list.issuer_id, credential.issuer_id)
    if credential.id is None:
        raise StatusUnknown(
            "status.no-credential-id",
            N_("The credential has no id, so a list of revoked ids cannot name it."),
        )
    return Status("revocation", int(credential.id in revocation_list.revoked), None, None, entry.list_url)


def _bad(member: str) -> DocumentError:
    return DocumentError("status.list", N_("This is not a status list: see its {member}."), member=member)
