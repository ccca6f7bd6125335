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
        # w3c/vc-di-ecdsa, TestVectors/p256KeyPair.json, p384KeyPair.json, ecdsa-sd-2023/SDKeyMaterial.json;
        # the first and the last are those of RFC 6979, A.2.5 and A.2.6
        "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP",
        "zDnaeTHfhmSaQKBc7CmdL3K7oYg3D6SC7yowe2eBeVd2DH32r",
        "z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ",
        # w3c/vc-di-bbs, TestVectors/BBSKeyMaterial.json; draft-irtf-cfrg-bbs-signatures, key pairs of SHA-256
        # and SHAKE-256
        (
            "zUC7DerdEmfZ8f4pFajXgGwJoMkV1ofMTmEG5UoNvnWiPiLuGKNeqgRpLH2TV4Xe5mJ2cXV76gRN7LFQwapF1VFu6x2yrr5ci1mX"
            "qC1WNUrnHnLgvfZfMH7h6xP6qsf9EKRQrPQ"
        ),
        (
            "zUC7Ekgg8j1ZpPmseur1YqykcZEKwhb96dEGAPcrc1n2sdsnDTAjRyDcsHVfW488caZUfAPfLXXP5oc2S1wKvvm6US7WDGq9x9QS"
            "BCHzXSm9ok5m21TY9XPDWeq5RqEaMtChSrX"
        ),
        (
            "zUC77R4yR5ZGkNGztHukUAqwDjGA7sGQk6zerwec2RA7nCbgd5Ua8re6E2cbfeU3z9MYbi1CUmybmpwNKnpzYgEJQ7kjixeMG4jE"
            "SG5te2AJvcTC6No8m4JqDHdFapuxD661zjn"
        ),
        # RFC 8032, section 7.1; the first is also that of RFC 8037, appendix A
        "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw",
        "z6MkiaMbhXHNA4eJVCCj8dbzKzTgYDKf6crKgHVHid1F1WCT",
        "z6MkwSD8dBdqcXQzKJZQFPy2hh2izzxskndKCjdmC2dBpfME",
        "z6Mkh7U7jBwoMro3UeHmXes4tKtFbZhMRWejbtunbU4hhvjP",
        "z6MkvLrkgkeeWeRwktZGShYPiB5YuPkhN2yi3MqMKZMFMgWr",
        # RFC 7515, appendix A.3, and RFC 7517, appendix A.2
        "zDnaerGBD7Zxzau2fdfEFaaaTDYBu5XEBYdGV2BmERp3MDSov",
        "zDnaekw6iisW1j4ronMuZagbvVehJK4unit6kvZ8UqJ2LSG1j",
        # w3c/cid, section 2.2.3, and earlier drafts of the same text in w3c/vc-data-integrity
        "z82LktJx1RLQT6wKrBmjMcmgu4hnPFHNsAHJjz2cFaPYBecT5ex4piSJ4q9aYmBDUbRiRzk",
        "z6MkqpGaBtBuqpZJGxoncSiSAfRbX7SRV78XZrJ5q2DnmUzm",
        "z6MkwdumDJHm1vcogfd5oAzc8RJYmzbaVta9FzE1rtyssgMX",
        # w3c-ccg/did-key-spec, test-vectors/ (the Ed25519 seeds are the numbers 0, 1, 2, 3 and 5)
        "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
        "z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG",
        "z6MknGc3ocHs3zdPiJbnaaqDi58NGb4pk1Sp9WxWufuXSdxf",
        "z6MkvqoYXQfDDJRv8L4wKzxYeuKyVZBfi9Qo6Ro8MiLH3kDQ",
        "z6MkwYMhwTvsq376YBAcJHy3vyRWzBgn5vKfVqqDCgm7XVKU",
        "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv",
        "zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169",
        "zDnaeTiq1PdzvZXUaMdezchcMJQpBdH2VN4pgrrEhMCCbmwSb",
        "z82Lm1MpAkeJcix9K8TMiLd5NMAhnwkjjCBeWHXyu3U4oT2MVJJKXkcVBgjGhnLBn2Kaau9",
        "z82LkvCwHNreneWpsgPEbV3gu1C6NFJEBg4srfJ5gdxEsMGRJUz2sG9FE42shbn2xkZJh54",
    }
)
"""`publicKeyMultibase` values."""
