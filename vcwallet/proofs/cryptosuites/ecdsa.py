"""The plain suites of vc-di-ecdsa. A P-384 key brings SHA-384, inside RDFC-1.0 as well (section 3.1)."""

from __future__ import annotations

from typing import Final

from vcwallet.identifiers.keys import KeyType
from vcwallet.proofs.cryptosuites.canonical_forms import CANONICAL_JSON, RDF_DATASET
from vcwallet.proofs.cryptosuites.suite import DATA_INTEGRITY_CONTEXTS, DATA_INTEGRITY_PROOF, PlainSuite

_HASHES: Final = {KeyType.P256: "sha256", KeyType.P384: "sha384"}

ECDSA_RDFC_2019: Final = PlainSuite(
    name="ecdsa-rdfc-2019",  # section 3.2
    type=DATA_INTEGRITY_PROOF,
    form=RDF_DATASET,
    hashes=_HASHES,
    contexts=DATA_INTEGRITY_CONTEXTS,
)
ECDSA_JCS_2019: Final = PlainSuite(
    name="ecdsa-jcs-2019",  # section 3.3
    type=DATA_INTEGRITY_PROOF,
    form=CANONICAL_JSON,
    hashes=_HASHES,
    contexts=DATA_INTEGRITY_CONTEXTS,
)
