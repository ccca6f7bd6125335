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

# --- trust lists --------------------------------------------------------------------------------
TRUST_LIST_BYTES: Final = 16 * MIB
TRUST_LIST_NODES: Final = 200_000
TRUST_LIST_ISSUERS: Final = 2000
TRUST_LIST_STATUS_LISTS: Final = 500
TRUST_LIST_SCOPES: Final = 200

# --- bundle -------------------------------------------------------------------------------------
BUNDLE_BYTES: Final = 1 * MIB
"""The encoded form; the JSON it holds is capped by JSON_BYTES."""
BUNDLE_BLOBS: Final = 4_096
BUNDLE_NESTING: Final = 4
"""A signed text inside a signed text: an enveloped presentation of enveloped credentials needs two."""
FRAME_BYTES: Final = 4 * KIB
"""The largest QR symbol, version 40 at level L, holds 2,919."""
FRAME_DATA_PARTS: Final = 128
COLLECTOR_BUNDLES: Final = 64
"""Different bundles half collected at one time."""
SCAN_INPUTS: Final = 10_000
SCAN_TEXT_BYTES: Final = 4 * MIB
SCAN_PIXELS: Final = 100_000_000
"""One picture; A4 at 600 dpi has 35 million."""
SCAN_PICTURES_PER_FILE: Final = 100
SCAN_PDF_PAGES: Final = 50
SCAN_PDF_ATTACHMENTS: Final = 16
SCAN_SYMBOLS_PER_PICTURE: Final = 64
CBOR_BYTES: Final = 16 * KIB
CBOR_DEPTH: Final = 24
