"""The verifier's role: whom to believe, what to demand, and the answer.

verifier = Verifier(TrustList.parse(Path("trust-list.json").read_bytes()))
report = verifier.check(bundle, domain="admission.example", now=datetime.now(UTC))
"""

from vcwallet.credentials.issuers import FinalList, IssuerState, KeyState
from vcwallet.verifier.policy import Binding, Policy
from vcwallet.verifier.scopes import ANYTHING, Scope, ScopeAnswer, Within, Years
from vcwallet.verifier.trust import NOT_COMPARED, TrustList
from vcwallet.verifier.trusted_issuer import How, Identifier, Pin, TrustedIssuer, TrustedKey
from vcwallet.verifier.verifier import NotConfirmed, VerificationError, Verifier

__all__ = [
    "ANYTHING",
    "NOT_COMPARED",
    "Binding",
    "FinalList",
    "How",
    "Identifier",
    "IssuerState",
    "KeyState",
    "NotConfirmed",
    "Pin",
    "Policy",
    "Scope",
    "ScopeAnswer",
    "TrustList",
    "TrustedIssuer",
    "TrustedKey",
    "VerificationError",
    "Verifier",
    "Within",
    "Years",
]
