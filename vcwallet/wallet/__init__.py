"""The family's side: one file with every child's diplomas, and a memory of what was shown.

    wallet = Wallet.create("семья.vcw", passphrase)
    for result in wallet.add_files([Path("дипломы"), Path("did.json")], now=now):
        print(result.where, result.what)
    wallet.save()

    wallet = Wallet.open("семья.vcw", passphrase)
    drafts = wallet.prepare(wallet.diplomas(), to="university.example", purpose="Поступление", now=now)
    for each in drafts.diplomas:
        print(each.diploma.title, each.draft.fields, each.draft.hidden)
    shown = wallet.sign(drafts, now=now)
    Path("sheet.pdf").write_bytes(shown.render("pdf"))

Nothing is kept that does not verify; nothing is shown that is not in the ledger. Each child has a key of its
own, and one child's records never appear with another's. No step opens a connection.

**What is here.** `Wallet` is the file, opened: every verb stands on it. It gives `Child` and `Diploma`,
takes a `Profile` for a new child, reads a `Request`, prepares `Drafts` and signs them into what was `Shown`;
the line of the ledger is a `LedgerEntry` with its `Showing`. `Passphrase` and `RecoveryCode` open a file;
`DEFAULT` and `LIGHT` say how hard guessing a passphrase is made. Everything raises `VcwalletError`.

The names in `__all__` are the public interface; the submodules are internal. Each name is loaded when it is
first used, so `import vcwallet.wallet` alone costs little.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from vcwallet.bundle.recovery_sheet import RecoverySheet
    from vcwallet.bundle.request import Request, Want
    from vcwallet.bundle.writing import BundleForm
    from vcwallet.errors import VcwalletError
    from vcwallet.sealed_file import DEFAULT, LIGHT, Kdf, Notice, Passphrase, RecoveryCode
    from vcwallet.wallet.adding import AddResult, Candidate, Undecided, What
    from vcwallet.wallet.attachments import Attachment
    from vcwallet.wallet.checkup import Matter, Reminder
    from vcwallet.wallet.child import Child, Diploma, Removed
    from vcwallet.wallet.drafts import FIELDS, Draft
    from vcwallet.wallet.guardians import Guardian
    from vcwallet.wallet.inspection import Health
    from vcwallet.wallet.intake import Intake
    from vcwallet.wallet.known_issuers import Agree, NewKeys
    from vcwallet.wallet.known_lists import KnownStatus, Standing
    from vcwallet.wallet.ledger import Ledger, LedgerEntry, Showing, ShownDocument
    from vcwallet.wallet.presenting import Drafts, LeftOut, PreparedDiploma, Terms
    from vcwallet.wallet.profile import Profile
    from vcwallet.wallet.receiving import Received
    from vcwallet.wallet.recognising import Contradiction, Proposal
    from vcwallet.wallet.refreshing import Plan, Published, Wanted
    from vcwallet.wallet.returning import BroughtBack
    from vcwallet.wallet.seen_saves import SavedState, SeenSaves
    from vcwallet.wallet.wallet import Shown, Wallet

__all__ = [
    "DEFAULT",
    "FIELDS",
    "LIGHT",
    "AddResult",
    "Agree",
    "Attachment",
    "BroughtBack",
    "BundleForm",
    "Candidate",
    "Child",
    "Contradiction",
    "Diploma",
    "Draft",
    "Drafts",
    "Guardian",
    "Health",
    "Intake",
    "Kdf",
    "KnownStatus",
    "Ledger",
    "LedgerEntry",
    "LeftOut",
    "Matter",
    "NewKeys",
    "Notice",
    "Passphrase",
    "Plan",
    "PreparedDiploma",
    "Profile",
    "Proposal",
    "Published",
    "Received",
    "RecoveryCode",
    "RecoverySheet",
    "Reminder",
    "Removed",
    "Request",
    "SavedState",
    "SeenSaves",
    "Showing",
    "Shown",
    "ShownDocument",
    "Standing",
    "Terms",
    "Undecided",
    "VcwalletError",
    "Wallet",
    "Want",
    "Wanted",
    "What",
]

_MODULES: Final = {
    "vcwallet.bundle.request": ("Request", "Want"),
    "vcwallet.bundle.writing": ("BundleForm",),
    "vcwallet.errors": ("VcwalletError",),
    "vcwallet.sealed_file": ("DEFAULT", "LIGHT", "Kdf", "Notice", "Passphrase", "RecoveryCode"),
    "vcwallet.wallet.adding": ("AddResult", "Candidate", "Undecided", "What"),
    "vcwallet.wallet.attachments": ("Attachment",),
    "vcwallet.wallet.checkup": ("Matter", "Reminder"),
    "vcwallet.wallet.child": ("Child", "Diploma", "Removed"),
    "vcwallet.wallet.drafts": ("FIELDS", "Draft"),
    "vcwallet.wallet.guardians": ("Guardian",),
    "vcwallet.wallet.inspection": ("Health",),
    "vcwallet.wallet.intake": ("Intake",),
    "vcwallet.wallet.known_issuers": ("Agree", "NewKeys"),
    "vcwallet.wallet.known_lists": ("KnownStatus", "Standing"),
    "vcwallet.wallet.ledger": ("Ledger", "LedgerEntry", "Showing", "ShownDocument"),
    "vcwallet.wallet.presenting": ("Drafts", "LeftOut", "PreparedDiploma", "Terms"),
    "vcwallet.wallet.profile": ("Profile",),
    "vcwallet.wallet.receiving": ("Received",),
    "vcwallet.wallet.recognising": ("Contradiction", "Proposal"),
    "vcwallet.bundle.recovery_sheet": ("RecoverySheet",),
    "vcwallet.wallet.refreshing": ("Plan", "Published", "Wanted"),
    "vcwallet.wallet.returning": ("BroughtBack",),
    "vcwallet.wallet.seen_saves": ("SavedState", "SeenSaves"),
    "vcwallet.wallet.wallet": ("Shown", "Wallet"),
}
_HOMES: Final = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load a public name on first use."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'vcwallet.wallet' has no attribute {name!r}")
