"""Public keys whose secret halves are printed in specifications and test data.

Anybody can sign with them, so nobody may be known by them: a verifier must not accept one as an issuer's
key, and an issuer must not begin with one. Tests and conformance runs use them on purpose, which is why
`PublicKey` itself does not refuse them.
"""

from __future__ import annotations

from typing import Final

PUBLISHED_TEST_KEYS: Final = frozenset(
    {
        # w3c/vc-di-eddsa, TestVectors/keyPair.json and proof-set-chain/multiKeyPairs.json
        "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
        "z6MktgKTsu1QhX6QPbyqG6geXdw6FQCZBPq7uQpieWbiQiG7",
        "z6MkhWqdDBPojHA7cprTGTt5yHv5yUi1B8cnXn8ReLumkw6E",
        "z6MkmEq87wkHCYnWnNZkigeDMGTN7oUw1upkhzd77KuXERS1",
        "z6Mkm1S51iPHJvDEkJ9MRtxJmT8Pqo6wHipAFwBAjN83vntT",
        # w3c/vc-di-ecdsa, TestVectors/p256KeyPair.json, p384KeyPair.json and ecdsa-sd-2023/SDKeyMaterial.json
        "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP",
        "zDnaeTHfhmSaQKBc7CmdL3K7oYg3D6SC7yowe2eBeVd2DH32r",
        "z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ",
    }
)
"""`publicKeyMultibase` values."""
