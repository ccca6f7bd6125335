"""The verifier's side: whom to believe, what to demand, and an answer for every diploma.

    verifier = Verifier(TrustList.parse(Path("trust-list.json").read_bytes()))
    answers = verifier.check_all([Path("from-the-queue")], domain="admission.example", now=datetime.now(UTC))
    for report in answers.reports:
        for item in report.items:
            print(item.person.name, item.achievement.name, item.outcome, item.code, item.tie)
    Path("report.json").write_text(json.dumps(answers.as_json(program="admission 1.0")))

`check_all` reads files, folders, contents and texts of any kind: pictures, PDFs, archives, JSON, what a
scanner types. `Verifier.check` answers for one bundle, presentation or credential, and `Verifier.verify`
returns its credentials or raises `VerificationError`. The answer is data: a `Report` with a `Showing`, an
`Item` for each diploma, and the `Finding` of every check; docs/reference/report.schema.json describes its
JSON. What a call itself gets wrong is a `VcwalletError` of the side *caller*. Nothing opens a connection.

What an office installed from kits (`vcwallet kit update`) is asked in the same way:

    kits = installed_kits(Path("kits"), now=now)
    own = TrustList.parse(Path("ours.json").read_bytes())
    verifier = Verifier(beside(own, [(kit.installed.kit, kit.trust) for kit in kits]), kits=kits)

The sentences of a report are said by the layer above the roles, one import away:

    from vcwallet.speaking.reports import language, report_lines

    for line in report_lines(report, language("ru")):
        print(line.text)

What the diplomas are worth by the rules of a university is data of its own:

    pack, levels = Pack.parse(rules), Levels.of(lists)
    decision = decide(pack, gathered([report]), levels, Applicant({"math": Decimal(82)}), "01.03.02")

The public names are those in `__all__`, each loaded when it is first used; the submodules are internal.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from vcwallet.bundle.codec import Bundle
    from vcwallet.bundle.request import Request, Want
    from vcwallet.credentials.achievement import Kind
    from vcwallet.credentials.issuers import FinalList, IssuerState, KeyState
    from vcwallet.errors import UsageError, VcwalletError
    from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
    from vcwallet.proofs.jsonld import PINNED, Contexts
    from vcwallet.report import (
        Achievement,
        Answers,
        Check,
        Fate,
        Files,
        Finding,
        Freshness,
        IssuerSeen,
        Item,
        KitSeen,
        Knowledge,
        Outcome,
        Person,
        Problem,
        Report,
        Result,
        SeenBefore,
        Showing,
        ShowingKind,
        ShowingOutcome,
        Source,
        StatusSeen,
        StatusState,
        Tie,
    )
    from vcwallet.verifier.demands import Binding, Demands
    from vcwallet.verifier.kit.installed import InstalledKit, KitDamaged, installed_kits
    from vcwallet.verifier.levels import Levels
    from vcwallet.verifier.policy import Applicant, Decision, decide, gathered, with_levels
    from vcwallet.verifier.policy_pack import Pack
    from vcwallet.verifier.scopes import ANYTHING, Scope, ScopeAnswer, Within, Years
    from vcwallet.verifier.seen import SeenRegister
    from vcwallet.verifier.trust import NOT_COMPARED, Distrust, TrustList
    from vcwallet.verifier.trust_together import beside
    from vcwallet.verifier.trusted_issuer import How, Identifier, Pin, TrustedIssuer, TrustedKey
    from vcwallet.verifier.verifier import NotConfirmed, VerificationError, Verifier

__all__ = [
    "ANYTHING",
    "NOT_COMPARED",
    "PINNED",
    "Achievement",
    "Answers",
    "Applicant",
    "Binding",
    "Bundle",
    "Check",
    "Contexts",
    "ControlledIdentifierDocument",
    "Decision",
    "Demands",
    "Distrust",
    "Fate",
    "Files",
    "FinalList",
    "Finding",
    "Freshness",
    "How",
    "Identifier",
    "InstalledKit",
    "IssuerSeen",
    "IssuerState",
    "Item",
    "KeyState",
    "Kind",
    "KitDamaged",
    "KitSeen",
    "Knowledge",
    "Levels",
    "NotConfirmed",
    "Outcome",
    "Pack",
    "Person",
    "Pin",
    "Problem",
    "Report",
    "Request",
    "Result",
    "Scope",
    "ScopeAnswer",
    "SeenBefore",
    "SeenRegister",
    "Showing",
    "ShowingKind",
    "ShowingOutcome",
    "Source",
    "StatusSeen",
    "StatusState",
    "Tie",
    "TrustList",
    "TrustedIssuer",
    "TrustedKey",
    "UsageError",
    "VcwalletError",
    "VerificationError",
    "Verifier",
    "Want",
    "Within",
    "Years",
    "beside",
    "decide",
    "gathered",
    "installed_kits",
    "with_levels",
]

_MODULES: Final = {
    "vcwallet.bundle.codec": ("Bundle",),
    "vcwallet.bundle.request": (
        "Request",
        "Want",
    ),
    "vcwallet.credentials.achievement": ("Kind",),
    "vcwallet.credentials.issuers": (
        "FinalList",
        "IssuerState",
        "KeyState",
    ),
    "vcwallet.errors": (
        "UsageError",
        "VcwalletError",
    ),
    "vcwallet.identifiers.controlled_identifier": ("ControlledIdentifierDocument",),
    "vcwallet.proofs.jsonld": (
        "Contexts",
        "PINNED",
    ),
    "vcwallet.report": (
        "Achievement",
        "Answers",
        "Check",
        "Fate",
        "Files",
        "Finding",
        "Freshness",
        "IssuerSeen",
        "Item",
        "KitSeen",
        "Knowledge",
        "Outcome",
        "Person",
        "Problem",
        "Report",
        "Result",
        "SeenBefore",
        "Showing",
        "ShowingKind",
        "ShowingOutcome",
        "Source",
        "StatusSeen",
        "StatusState",
        "Tie",
    ),
    "vcwallet.verifier.demands": (
        "Binding",
        "Demands",
    ),
    "vcwallet.verifier.kit.installed": (
        "InstalledKit",
        "KitDamaged",
        "installed_kits",
    ),
    "vcwallet.verifier.levels": ("Levels",),
    "vcwallet.verifier.policy": (
        "Applicant",
        "Decision",
        "decide",
        "gathered",
        "with_levels",
    ),
    "vcwallet.verifier.policy_pack": ("Pack",),
    "vcwallet.verifier.scopes": (
        "ANYTHING",
        "Scope",
        "ScopeAnswer",
        "Within",
        "Years",
    ),
    "vcwallet.verifier.seen": ("SeenRegister",),
    "vcwallet.verifier.trust": (
        "Distrust",
        "NOT_COMPARED",
        "TrustList",
    ),
    "vcwallet.verifier.trust_together": ("beside",),
    "vcwallet.verifier.trusted_issuer": (
        "How",
        "Identifier",
        "Pin",
        "TrustedIssuer",
        "TrustedKey",
    ),
    "vcwallet.verifier.verifier": (
        "NotConfirmed",
        "VerificationError",
        "Verifier",
    ),
}
_HOMES: Final = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load a public name on first use."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'vcwallet.verifier' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
