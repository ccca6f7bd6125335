"""The issuer's role: a spreadsheet in, signed diplomas out; a register of what was issued; what is published.

    with Issuer.open(Path("olympiad"), passphrase) as issuer:
        results = issuer.read(Path("results.csv"), now=now)
        if not results.blocking:
            issuer.issue(issuer.plan(results), out=Path("diplomas"), now=now)
            issuer.publish(Path("site"), now=now)

No server, no account: an issuer is one folder on an office computer. What this module exports is covered by
semantic versioning; its submodules are internal.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from vcwallet.errors import VcwalletError

if TYPE_CHECKING:
    from vcwallet.bundle.recovery_sheet import RecoverySheet
    from vcwallet.credentials.template import Template
    from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
    from vcwallet.issuer.countersigning import Countersigned
    from vcwallet.issuer.diploma import Drawn
    from vcwallet.issuer.finding import LookedUp, Match, Story
    from vcwallet.issuer.folder import KeyUse
    from vcwallet.issuer.handout import Archives, By, HandedOut
    from vcwallet.issuer.health import Health, Need, NeedKind, Urgency
    from vcwallet.issuer.holder_ids import CheckedId, HandedId
    from vcwallet.issuer.invented import Invented
    from vcwallet.issuer.issuer import Issuer, Kit, StandbyMove
    from vcwallet.issuer.issuing import Issued, Plan, PlannedRow
    from vcwallet.issuer.keeping import Backup, Compared, Recovered
    from vcwallet.issuer.naming import Dropped, Named
    from vcwallet.issuer.publishing import (
        ISSUER_FILE,
        RENEWED_BEFORE,
        Difference,
        Loss,
        SiteFile,
        SiteStanding,
        loss_of,
        reading,
    )
    from vcwallet.issuer.register import Arrival, RegisterLine, State
    from vcwallet.issuer.reissuing import Reissued
    from vcwallet.issuer.roster import (
        LeftOut,
        Problem,
        Roster,
        Row,
        RowKind,
        Sample,
        SampleOf,
        SheetColumn,
        Understood,
        Value,
    )
    from vcwallet.issuer.settings import Settings
    from vcwallet.issuer.sheet_words import SheetWords
    from vcwallet.issuer.signing import FileLayout
    from vcwallet.sealed_file import LIGHT, Kdf, RecoveryCode

__all__ = [
    "ISSUER_FILE",
    "LIGHT",
    "RENEWED_BEFORE",
    "Archives",
    "Arrival",
    "Backup",
    "By",
    "CheckedId",
    "Compared",
    "ControlledIdentifierDocument",
    "Countersigned",
    "Difference",
    "Drawn",
    "Dropped",
    "FileLayout",
    "HandedId",
    "HandedOut",
    "Health",
    "Invented",
    "Issued",
    "Issuer",
    "Kdf",
    "KeyUse",
    "Kit",
    "LeftOut",
    "LookedUp",
    "Loss",
    "Match",
    "Named",
    "Need",
    "NeedKind",
    "Plan",
    "PlannedRow",
    "Problem",
    "Recovered",
    "RecoveryCode",
    "RecoverySheet",
    "RegisterLine",
    "Reissued",
    "Roster",
    "Row",
    "RowKind",
    "Sample",
    "SampleOf",
    "Settings",
    "SheetColumn",
    "SheetWords",
    "SiteFile",
    "SiteStanding",
    "StandbyMove",
    "State",
    "Story",
    "Template",
    "Understood",
    "Urgency",
    "Value",
    "VcwalletError",
    "loss_of",
    "reading",
]

_MODULES = {
    "RENEWED_BEFORE": "vcwallet.issuer.publishing",
    "SiteFile": "vcwallet.issuer.publishing",
    "SiteStanding": "vcwallet.issuer.publishing",
    "Archives": "vcwallet.issuer.handout",
    "By": "vcwallet.issuer.handout",
    "HandedOut": "vcwallet.issuer.handout",
    "Recovered": "vcwallet.issuer.keeping",
    "Compared": "vcwallet.issuer.keeping",
    "Backup": "vcwallet.issuer.keeping",
    "ISSUER_FILE": "vcwallet.issuer.publishing",
    "LIGHT": "vcwallet.sealed_file",
    "Arrival": "vcwallet.issuer.register",
    "CheckedId": "vcwallet.issuer.holder_ids",
    "ControlledIdentifierDocument": "vcwallet.identifiers.controlled_identifier",
    "Countersigned": "vcwallet.issuer.countersigning",
    "Drawn": "vcwallet.issuer.diploma",
    "FileLayout": "vcwallet.issuer.signing",
    "HandedId": "vcwallet.issuer.holder_ids",
    "Issued": "vcwallet.issuer.issuing",
    "Invented": "vcwallet.issuer.invented",
    "Issuer": "vcwallet.issuer.issuer",
    "Kdf": "vcwallet.sealed_file",
    "KeyUse": "vcwallet.issuer.folder",
    "Kit": "vcwallet.issuer.issuer",
    "LeftOut": "vcwallet.issuer.roster",
    "Loss": "vcwallet.issuer.publishing",
    "Plan": "vcwallet.issuer.issuing",
    "Named": "vcwallet.issuer.naming",
    "PlannedRow": "vcwallet.issuer.issuing",
    "Problem": "vcwallet.issuer.roster",
    "RecoveryCode": "vcwallet.sealed_file",
    "RecoverySheet": "vcwallet.bundle.recovery_sheet",
    "RegisterLine": "vcwallet.issuer.register",
    "Reissued": "vcwallet.issuer.reissuing",
    "Roster": "vcwallet.issuer.roster",
    "Row": "vcwallet.issuer.roster",
    "RowKind": "vcwallet.issuer.row_kinds",
    "Sample": "vcwallet.issuer.roster",
    "SampleOf": "vcwallet.issuer.roster",
    "Settings": "vcwallet.issuer.settings",
    "SheetColumn": "vcwallet.issuer.roster",
    "SheetWords": "vcwallet.issuer.sheet_words",
    "StandbyMove": "vcwallet.issuer.issuer",
    "State": "vcwallet.issuer.register",
    "Template": "vcwallet.credentials.template",
    "Understood": "vcwallet.issuer.roster",
    "Difference": "vcwallet.issuer.publishing",
    "Dropped": "vcwallet.issuer.naming",
    "Health": "vcwallet.issuer.health",
    "LookedUp": "vcwallet.issuer.finding",
    "Match": "vcwallet.issuer.finding",
    "Need": "vcwallet.issuer.health",
    "NeedKind": "vcwallet.issuer.health",
    "Story": "vcwallet.issuer.finding",
    "Urgency": "vcwallet.issuer.health",
    "Value": "vcwallet.issuer.roster",
    "loss_of": "vcwallet.issuer.publishing",
    "reading": "vcwallet.issuer.publishing",
}


def __getattr__(name: str) -> Any:
    """Submodules load on first use: SQLAlchemy and pydantic are not paid for by `import vcwallet.issuer`."""
    if name in _MODULES:
        return getattr(importlib.import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
