"""One encrypted file that a family or an office can trust for many years: the format VCW1.

    file = SealedFile.create("семья.vcw", kind="wallet", passphrase=passphrase)
    record = file.put(b"...", kind="credential", owner="child-1")
    file.save()

    file = SealedFile.open("семья.vcw", kind="wallet", passphrase=passphrase)
    assert file.get(record) == b"..."

The wallet and the issuer's keystore are such files. Records are immutable, belong to an owner and are
encrypted under that owner's key; `SealedFile.view` sees one owner only. Saving replaces the file in one
step, keeps the previous one as ``.bak`` and merges what somebody else saved meanwhile. Nothing is ever
written to the disk in clear. What it cannot do: wipe memory (Python keeps copies), make older copies in a
cloud's history unreadable after a change of passphrase, or notice from the file alone that it was replaced
by an older copy of itself (`wallet` keeps a counter on each device for that).
"""

from vcwallet.sealed_file.disk import Disk
from vcwallet.sealed_file.file import Notice, OwnerView, PrintedCode, RecordInfo, SealedFile, read_header
from vcwallet.sealed_file.recovery_codes import parse_recovery_code
from vcwallet.sealed_file.slots import (
    DEFAULT,
    LIGHT,
    UNSAFE_FOR_TESTS,
    Kdf,
    Passphrase,
    RecoveryCode,
    Secret,
    normalize_passphrase,
)

__all__ = [
    "DEFAULT",
    "LIGHT",
    "UNSAFE_FOR_TESTS",
    "Disk",
    "Kdf",
    "Notice",
    "OwnerView",
    "Passphrase",
    "PrintedCode",
    "RecordInfo",
    "RecoveryCode",
    "SealedFile",
    "Secret",
    "normalize_passphrase",
    "parse_recovery_code",
    "read_header",
]
