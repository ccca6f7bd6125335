"""The cryptosuites by name. A suite is a value; `data_integrity` decides which proofs there are and what
they must say, and a suite only makes and checks the signature of one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from vcwallet.proofs.cryptosuites.bbs import BBS_2023
from vcwallet.proofs.cryptosuites.ecdsa import ECDSA_JCS_2019, ECDSA_RDFC_2019
from vcwallet.proofs.cryptosuites.ecdsa_sd import ECDSA_SD_2023
from vcwallet.proofs.cryptosuites.ed25519_2020 import ED25519_SIGNATURE_2020
from vcwallet.proofs.cryptosuites.eddsa import EDDSA_JCS_2022, EDDSA_RDFC_2022
from vcwallet.proofs.cryptosuites.suite import DATA_INTEGRITY_PROOF, Cryptosuite, DisclosingSuite
from vcwallet.strict_json import Json, JsonObject

__all__ = [
    "SUITES",
    "Cryptosuite",
    "DisclosingSuite",
    "base_proofs",
    "is_base_proof",
    "may_leave_out",
    "suite_of",
]

_ALL: Final[tuple[Cryptosuite, ...]] = (
    EDDSA_RDFC_2022,
    EDDSA_JCS_2022,
    ECDSA_RDFC_2019,
    ECDSA_JCS_2019,
    ED25519_SIGNATURE_2020,
    ECDSA_SD_2023,
    BBS_2023,
)
SUITES: Final[Mapping[str, Cryptosuite]] = MappingProxyType({suite.name: suite for suite in _ALL})

_DISCLOSING: Final = tuple(suite for suite in _ALL if isinstance(suite, DisclosingSuite))
_DISCLOSING_NAMED: Final = {suite.name: suite for suite in _DISCLOSING}
_BASE_PREFIXES: Final = tuple(prefix for suite in _DISCLOSING for prefix in suite.base_prefixes)


def suite_of(proof: JsonObject) -> Cryptosuite | None:
    """The suite a proof names by ``type`` and, for a DataIntegrityProof, ``cryptosuite``; or None."""
    proof_type = proof.get("type")
    name = proof.get("cryptosuite") if proof_type == DATA_INTEGRITY_PROOF else proof_type
    suite = SUITES.get(name) if isinstance(name, str) else None
    return suite if suite is not None and suite.type == proof_type else None


def is_base_proof(proof: JsonObject) -> bool:
    """Whether everything hidden can be recovered from a proof, so that it is for the holder only.

    The value decides: what the proof calls itself is not looked at, and may be a suite nobody knows.
    """
    value = proof.get("proofValue")
    return isinstance(value, str) and value.startswith(_BASE_PREFIXES)


def may_leave_out(proof: JsonObject) -> bool:
    """Whether statements the issuer signed may be missing from the document that carries this proof.

    Raises ProofError for a proof of a suite with hideable parts that is not in order.
    """
    suite = suite_of(proof)
    disclosing = _DISCLOSING_NAMED.get(suite.name) if suite is not None else None
    return disclosing is not None and disclosing.may_leave_out(proof)


def base_proofs(document: JsonObject) -> list[tuple[DisclosingSuite, JsonObject]]:
    """The base proofs of a document, in the order of `SUITES`.

    Raises ProofError (``proof.encoding``) for a proof that names such a suite and cannot be one of it.
    """
    value = document.get("proof", [])
    proofs: list[Json] = value if isinstance(value, list) else [value]
    return [
        (suite, proof)
        for suite in _DISCLOSING
        for proof in proofs
        if isinstance(proof, dict) and suite.is_base_proof(proof)
    ]
