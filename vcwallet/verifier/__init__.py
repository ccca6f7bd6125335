"""The verifier's role: whom to believe, what to demand, and the answer.

verifier = Verifier(TrustList.parse(Path("trust-list.json").read_bytes()))
report = verifier.check(bundle, domain="admission.example", now=datetime.now(UTC))
"""

from vcwallet.verifier.policy import Binding, Policy
from vcwallet.verifier.trust import KeyStatus, TrustedIssuer, TrustedKey, TrustList
from vcwallet.verifier.verifier import NotConfirmed, VerificationError, Verifier

__all__ = [
    "Binding",
    "KeyStatus",
    "NotConfirmed",
    "Policy",
    "TrustList",
    "TrustedIssuer",
    "TrustedKey",
    "VerificationError",
    "Verifier",
]
