"""The family's side: one file with every child's diplomas, and a memory of what was shown.

    wallet = Wallet.create("семья.vcw", passphrase)
    wallet.remembered.remember_issuer(ControlledIdentifierDocument.loads(did_json), now=now)
    entry = wallet.add(diploma, now=now)
    shown = wallet.present([entry], domain="university.example", purpose="Поступление, 2026", now=now)
    Path("bundle.json").write_text(shown.bundle.text, "utf-8")

Nothing is kept that does not verify; nothing is shown that is not in the ledger. Each child has a key of its
own, and one child's records never appear with another's. No step opens a connection.
"""

from vcwallet.sealed_file import DEFAULT, LIGHT, Kdf, Notice, Passphrase, PersonKey, RecoveryCode
from vcwallet.wallet.adding import AddResult, What, add
from vcwallet.wallet.child import Child, Entry
from vcwallet.wallet.children import Profile, Proposal
from vcwallet.wallet.ledger import Disclosure, Ledger, LedgerEntry, ShownDocument
from vcwallet.wallet.remembered import KnownStatus, Remembered, Standing
from vcwallet.wallet.wallet import Shown, Wallet

__all__ = [
    "DEFAULT",
    "LIGHT",
    "AddResult",
    "Child",
    "Disclosure",
    "Entry",
    "Kdf",
    "KnownStatus",
    "Ledger",
    "LedgerEntry",
    "Notice",
    "Passphrase",
    "PersonKey",
    "Profile",
    "Proposal",
    "RecoveryCode",
    "Remembered",
    "Shown",
    "ShownDocument",
    "Standing",
    "Wallet",
    "What",
    "add",
]
