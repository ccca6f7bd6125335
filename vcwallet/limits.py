"""Every ceiling on outside input, in one table.

A value read from a file, a code or another person's document is compared with one of these *before*
work proportional to it is done. Sizes are bytes unless the name says otherwise.
"""

from __future__ import annotations

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB

# --- JSON (strict_json) -------------------------------------------------------------------------
JSON_BYTES: Final = 2 * MIB
JSON_DEPTH: Final = 24
JSON_NODES: Final = 20_000
JSON_STRING_BYTES: Final = 1 * MIB
"""An encoded status list of 2**20 revoked entries is the longest honest string."""
JSON_SAFE_INTEGER: Final = 2**53 - 1
"""RFC 8785 section 3.2.2.3: integers beyond this are not the same number everywhere."""

# --- identifiers --------------------------------------------------------------------------------
DID_CHARACTERS: Final = 2048
MULTIBASE_CHARACTERS: Final = 512
"""Base58 decoding is quadratic, so its input is capped first."""
CONTROLLED_IDENTIFIER_BYTES: Final = 64 * KIB
VERIFICATION_METHODS: Final = 64
IRI_CHARACTERS: Final = 2048

# --- files --------------------------------------------------------------------------------------
FILE_BYTES: Final = 64 * MIB
PASSPHRASE_BYTES: Final = 4 * KIB
