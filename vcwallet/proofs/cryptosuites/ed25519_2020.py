"""``Ed25519Signature2020`` (vc-di-eddsa, appendix A), deployed before there was ``DataIntegrityProof``.

Read and written for those who still have it; new credentials use ``eddsa-rdfc-2022``.
"""

from __future__ import annotations

from typing import Final

from vcwallet.identifiers.keys import KeyType
from vcwallet.proofs.cryptosuites.canonical_forms import RDF_DATASET
from vcwallet.proofs.cryptosuites.suite import PlainSuite

# Any Ed25519 verification method will do: the key is the same whether its document calls it Multikey or
# Ed25519VerificationKey2020.
ED25519_SIGNATURE_2020: Final = PlainSuite(
    name="Ed25519Signature2020",
    type="Ed25519Signature2020",
    form=RDF_DATASET,
    hashes={KeyType.ED25519: "sha256"},
    contexts=("https://w3id.org/security/suites/ed25519-2020/v1",),
    needs_created=True,
)
