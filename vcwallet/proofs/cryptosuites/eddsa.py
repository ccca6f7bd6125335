"""The suites of vc-di-eddsa: Ed25519 over statements or over JSON, and their older relative."""

from __future__ import annotations

from typing import Final

from vcwallet.identifiers.keys import KeyType
from vcwallet.proofs.cryptosuites.canonical_forms import CANONICAL_JSON, RDF_DATASET
from vcwallet.proofs.cryptosuites.suite import DATA_INTEGRITY_CONTEXTS, DATA_INTEGRITY_PROOF, PlainSuite

EDDSA_RDFC_2022: Final = PlainSuite(
    name="eddsa-rdfc-2022",  # section 3.2
    type=DATA_INTEGRITY_PROOF,
    form=RDF_DATASET,
    hashes={KeyType.ED25519: "sha256"},
    contexts=DATA_INTEGRITY_CONTEXTS,
)
EDDSA_JCS_2022: Final = PlainSuite(
    name="eddsa-jcs-2022",  # section 3.3
    type=DATA_INTEGRITY_PROOF,
    form=CANONICAL_JSON,
    hashes={KeyType.ED25519: "sha256"},
    contexts=DATA_INTEGRITY_CONTEXTS,
)
