"""Every ceiling on outside input, in one table.

A value read from a file, a code or another person's document is compared with one of these *before*
work proportional to it is done. Sizes are bytes unless the name says otherwise.
"""

from __future__ import annotations

from datetime import timedelta
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
MULTIBASE_CHARACTERS: Final = 768
"""Base58 decoding is quadratic, so its input is capped first. An RSA key of 4,096 bits takes 722."""
RSA_MIN_BITS: Final = 2048
RSA_MAX_BITS: Final = 4096
RSA_EXPONENT_BITS: Final = 64
CONTROLLED_IDENTIFIER_BYTES: Final = 64 * KIB
VERIFICATION_METHODS: Final = 64
IRI_CHARACTERS: Final = 2048

# --- files --------------------------------------------------------------------------------------
FILE_BYTES: Final = 64 * MIB
PASSPHRASE_BYTES: Final = 4 * KIB

# --- trust lists --------------------------------------------------------------------------------
TRUST_LIST_BYTES: Final = 16 * MIB
TRUST_LIST_NODES: Final = 400_000
TRUST_LIST_ISSUERS: Final = 2000
TRUST_LIST_STATUS_LISTS: Final = 4_000
TRUST_LIST_REMOVED: Final = 2_000
TRUST_IDS_PER_ISSUER: Final = 16
TRUST_KEYS_PER_ISSUER: Final = 32
STATUS_LIST_COPIES: Final = 8
"""Different copies of one list that are looked at for one diploma, the trust list's first."""
TRUST_KEY_CANDIDATES: Final = 4
"""Keys of one issuer that one name in a proof may mean."""
TRUST_KEY_COMBINATIONS: Final = 16
"""Readings of the names in all proofs of one document, each of which is a verification."""
TRUST_SCOPES_PER_ISSUER: Final = 64
TRUST_SCOPE_VALUES: Final = 200
TRUST_NAME_CHARACTERS: Final = 512

# --- kits ---------------------------------------------------------------------------------------
KIT_ZIP_BYTES: Final = 64 * MIB
KIT_MEMBERS: Final = 20_000
"""Of a zip, or files of a folder."""
KIT_FILES: Final = 10_000
"""Named by one of the two lists of a kit: its files, and its status lists."""
KIT_FILE_BYTES: Final = 16 * MIB
KIT_UNPACKED_BYTES: Final = 256 * MIB
"""Of all files of one kit together."""
KIT_INDEX_BYTES: Final = 8 * MIB
KIT_INDEX_NODES: Final = 200_000
KIT_PATH_CHARACTERS: Final = 256
KIT_ROOTS: Final = 64
"""Roots of one kit, from the first to the present one; each is read in an update."""
KIT_BODIES: Final = 200
KIT_KEYS: Final = 32
"""Of one role."""
KIT_METADATA_BYTES: Final = 8 * MIB
"""What one role signed; the lists of 10,000 files take about 3."""

# --- admission rules ------------------------------------------------------------------------------
LEVELS_BYTES: Final = 4 * MIB
LEVELS_ENTRIES: Final = 5_000
"""Of one school year; the real list has some 400."""
LEVELS_NODES: Final = 100_000
LEVELS_YEARS: Final = 64
POLICY_BYTES: Final = 256 * KIB
POLICY_RULES: Final = 500
"""Rights and achievements of one pack."""
POLICY_VALUES: Final = 200
"""Of one clause."""
POLICY_TEXT_CHARACTERS: Final = 512
POLICY_POINTS: Final = 1_000
POLICY_DECIMALS: Final = 3
POLICY_ITEMS: Final = 1_000
"""Diplomas of one applicant."""
POLICY_TABLE_ROWS: Final = 20_000
"""Of a table of applicants that a pack is tried with."""
POLICY_COMBINATIONS: Final = 10_000
"""Ways to choose which diploma gives which right."""

# --- bundle -------------------------------------------------------------------------------------
BUNDLE_BYTES: Final = 1 * MIB
"""The encoded form; the JSON it holds is capped by JSON_BYTES."""
BUNDLE_STATUS_LISTS: Final = 32
"""Stapled to one presentation, equal ones counted once; each may inflate to STATUS_LIST_BYTES."""
BUNDLE_BLOBS: Final = 4_096
BUNDLE_NESTING: Final = 4
"""A signed text inside a signed text: an enveloped presentation of enveloped credentials needs two."""
FRAME_BYTES: Final = 4 * KIB
"""The largest QR symbol, version 40 at level L, holds 2,919."""
FRAME_DATA_PARTS: Final = 128
SCAN_INPUTS: Final = 10_000
SCAN_BUNDLES: Final = 5_000
"""Different bundles in the parts of one call."""
SCAN_TEXT_CHARACTERS: Final = 1 * MIB
SCAN_PIXELS: Final = 80_000_000
"""One picture; A4 at 600 dpi has 35 million."""
SCAN_LOOK_PIXELS: Final = 12_500_000
"""A picture is looked at, and a page drawn, in at most this size, which a camera's 4032 x 3024 and A4 at 350
dpi just keep.

A picture full of finder patterns takes the reader time beyond proportion: 4 s at this size, minutes at 80
million pixels."""
PAGE_PIXELS: Final = 25_000_000
"""One picture on a page in a browser, whose memory never shrinks; a telephone's camera makes 12 million."""
PAGE_GIF_PIECES: Final = 100_000
"""Of at most 255 bytes, in a GIF; the largest that is read has 66 thousand."""
PAGE_WEBP_CHUNKS: Final = 64
"""In a WebP picture; one with a profile, transparency and notes of two kinds has six."""
PAGE_FILE_BYTES: Final = 16 * MIB
"""One file on such a page, which is copied more than once on its way to Python; larger ones are not read."""
PAGE_FILES_BYTES: Final = 64 * MIB
"""All files that are given to such a page at once."""
PAGE_BYTES: Final = 64 * MIB
"""Such a page, or its zip, when somebody compares it; one with a large trust list has 30."""
PAGE_MEMBERS: Final = 1_000
"""Files in such a zip; a page has some hundred."""
PAGE_PDF_SECONDS: Final = 60
"""Of the clock, for each look at one PDF on such a page."""
PAGE_PICTURE_SECONDS: Final = 30
"""Of the clock, for each look at one picture on such a page; a small one has less."""
PAGE_OPENING_SECONDS: Final = 180
"""For all PDFs and pictures that are given to such a page at once."""
PAGE_FRAME_SECONDS: Final = 10
"""For one picture of the camera; a hostile one takes tenths on a computer."""
PAGE_PDF_MEMORY_BYTES: Final = 256 * MIB
"""Of the program that opens a PDF on such a page."""
PAGE_PICTURE_MEMORY_BYTES: Final = 512 * MIB
"""Of the program that reads a picture; one of 25 million points, with colours, takes 320."""
SCAN_PICTURES_PER_FILE: Final = 100
SCAN_SECONDS: Final = 60
"""Of the processor, looking for codes in one file, and once more in all that showed parts of a bundle that is
not whole."""
SCAN_PDF_PAGES: Final = 50
SCAN_PDF_ATTACHMENTS: Final = 16
SCAN_PDF_MEMORY_BYTES: Final = 768 * MIB
"""Addresses of the process that opens a PDF, its program included; held on Linux."""
SCAN_PDF_SECONDS: Final = 30
"""Of that process, once for the attachments and once for all pages that are drawn."""
SCAN_WAITING: Final = 4
"""Times as long is waited for it: other programs want the processor too."""
SCAN_SMALL_FILE_BYTES: Final = 64 * KIB
"""Up to this size the ceilings of small files hold, and then they rise evenly."""
SCAN_LARGE_FILE_BYTES: Final = 512 * KIB
"""From this size on the others hold. 50 pages of an office scan have more."""
SCAN_SMALL_OPENING_SECONDS: Final = 1
SCAN_SMALL_LOOKING_SECONDS: Final = 2
SCAN_SMALL_MEMORY_BYTES: Final = 320 * MIB
"""Of which the program itself takes 110, most of it addresses without memory."""
SCAN_SMALL_LOOK_PIXELS: Final = 5_000_000
"""A4 at 230 dpi. A picture full of finder patterns takes the reader 1.5 s at this size."""
CAMERA_PICTURE_BYTES: Final = 4 * MIB
"""One picture of a camera that runs; at 1280 x 720 a JPEG has 0.1 to 0.6 MiB."""
CAMERA_LOOK_SECONDS: Final = 0.03
"""Of the processor, after which no further look at such a picture begins: the next one comes anyway."""
GATHERED_BUNDLES: Final = 16
"""Of which a camera or a hand scanner brings parts at once; the one not seen for longest is forgotten."""
SCAN_SYMBOLS_PER_PICTURE: Final = 64
SCAN_DRAWN_SYMBOLS: Final = 256
"""In one SVG or HTML file: a bundle has at most so many parts."""
SCAN_ARCHIVES_IN_ARCHIVES: Final = 1
SCAN_SEARCHES: Final = 20
"""Bundles of one call whose parts do not fit together and are searched for the wrong one."""
SCAN_ARRAY: Final = 1_000
"""Documents in one JSON array."""
PNG_CHUNKS: Final = 100_000
"""Walked in search of a badge; a camera's picture has hundreds."""
LEARNCARD_SALTS: Final = 200
"""Derivations of a passphrase for one bundle of LearnCard: with its usual costs half a minute in all."""
LEARNCARD_MEMORY_KIB: Final = 128 * 1024
LEARNCARD_PASSES: Final = 4
LEARNCARD_LANES: Final = 8
LEARNCARD_WORK_KIB: Final = LEARNCARD_SALTS * 64 * 1024 * 3
"""Memory times passes, summed over all of them: as many as are allowed, at the usual costs."""
MARKUP_DEPTH: Final = 100
"""Elements of SVG and XML, one in another."""
CBOR_BYTES: Final = 16 * KIB
CBOR_DEPTH: Final = 24

# --- sealed files (the wallet, the issuer's keystore) -------------------------------------------
SEALED_FILE_BYTES: Final = 256 * MIB
SEALED_HEADER_BYTES: Final = 64 * KIB
SEALED_INDEX_BYTES: Final = 16 * MIB
SEALED_RECORD_BYTES: Final = 16 * MIB
SEALED_RECORDS: Final = 100_000
SEALED_TOMBSTONES: Final = 200_000
SEALED_NAMES: Final = 4_096
"""Distinct kinds and distinct owners in one file."""
SEALED_SLOTS: Final = 16
ARGON2_MIN_KIB: Final = 8 * KIB
ARGON2_MAX_KIB: Final = 2 * KIB * KIB
ARGON2_PASSES: Final = 16
ARGON2_LANES: Final = 16
ARGON2_WORK_KIB: Final = 16 * KIB * KIB
"""Memory times passes, summed over all passphrase slots of a file: about ten seconds of one computer."""

# --- credentials --------------------------------------------------------------------------------
OBJECTS_PER_PROPERTY: Final = 256
"""Subjects, status entries, schemas, evidence ... of one credential; credentials of one presentation."""
STATUS_LIST_BYTES: Final = 16 * MIB
"""An inflated status list: 2**27 one-bit entries."""
STATUS_LISTS_KEPT_BYTES: Final = 64 * MIB
"""Inflated lists that a process keeps from one unit of a queue to the next."""
STATUS_SIZE_BITS: Final = 8
STATUS_MINIMUM_ENTRIES: Final = 131_072
"""Bitstring Status List section 3.2: below this the list gives no privacy in a crowd."""
SCHEMA_BYTES: Final = 512 * KIB
SCHEMAS: Final = 256

# --- the issuer's spreadsheets, templates and settings ------------------------------------------
TEMPLATE_BYTES: Final = 256 * KIB
SETTINGS_BYTES: Final = 64 * KIB
DESIGN_BYTES: Final = 8 * MIB
"""All files of a diploma's design: its pictures go into every PDF."""
DESIGN_FILES: Final = 100
DESIGN_SECONDS: Final = 30
"""For the first page by a design that no kit of the program has; it takes less than a second."""
DESIGN_MEMORY_BYTES: Final = 1024 * MIB
SHEET_BYTES: Final = 256 * MIB
SHEET_UNPACKED_BYTES: Final = 1024 * MIB
"""All parts of an .xlsx or .ods together, inflated."""
SHEET_PARTS: Final = 4_096
SHEET_SHEETS: Final = 256
SHEET_ROWS: Final = 1_048_576
"""What one Excel sheet can hold."""
SHEET_COLUMNS: Final = 512
SHEET_MERGED: Final = 50_000
"""Merged areas of one sheet."""
ERROR_SHEET_MERGED_CELLS: Final = 200_000
"""Cells of one sheet that are merged again when it is given back; each is written."""
SHEET_SHOWN: Final = 2_000_000
"""Cells of an .ods that show something else than their value."""
SHEET_CELLS: Final = 24_000_000
"""Of the rectangles that hold every filled cell, all sheets together: a spreadsheet reader allocates the
whole of each."""
CELL_CHARACTERS: Final = 4_096
ROSTER_HEADER_ROWS: Final = 30
"""How far down the row of headers is looked for."""
ROSTER_PROBLEMS: Final = 10_000
"""Kept for showing; the rest are counted."""
ROSTER_NEIGHBOURS: Final = 500
"""Rows whose cells are kept beside the problems with them, to be shown together."""
ROSTER_COMPARED_ROWS: Final = 20_000
"""Of a sheet, among which one child in two spellings is looked for: many more have too many namesakes."""
ROSTER_ALIKE: Final = 200
"""Rows asked about as one child in two spellings."""
WORKBOOK_ROWS_UNADVISED: Final = 100_000
"""Rows of a workbook, which take 94 MiB while it is read; a person who has more is told of CSV."""
ISSUED_ROWS_PER_SHARD: Final = 1_000
EARLIER_WORDINGS: Final = 32
"""Of what was the same in all rows of sheets, for one template and year: the newest are looked up."""
DIPLOMA_LINES_BYTES: Final = ISSUED_ROWS_PER_SHARD * 64 * KIB
"""A file of diplomas that this issuer wrote, a line for each."""
REGISTER_MARK_BYTES: Final = 512 * KIB
REGISTER_LINE_BYTES: Final = 64 * KIB
"""One line of an exported register: a reason has at most 500 characters."""
BACKUP_FILES: Final = 256
BACKUP_PART_BYTES: Final = 16 * MIB
"""Of one file of the folder; the register in it is read line by line."""
OUTPUT_LISTS: Final = 4_096
"""Status lists in a folder of diplomas or on a site that are compared with the register."""

# --- proofs (cryptosuites, data_integrity) ------------------------------------------------------
PROOFS: Final = 8
"""Of one document. Each may sign another document (a chain), so this multiplies the work."""
PROOF_VALUE_CHARACTERS: Final = 64 * KIB
PROOF_TEXTS: Final = 16
"""Domains, or previous proofs, of one proof."""
POINTERS: Final = 256
"""Parts of a document that are named for selective disclosure."""
POINTER_CHARACTERS: Final = 1024
CLOCK_SKEW_SECONDS: Final = 24 * 3600
"""How far ahead a signer's clock may be: an office computer in the wrong zone is off by up to 12 hours."""

# --- proofs (jose) ------------------------------------------------------------------------------
JOSE_CHARACTERS: Final = 1 * MIB
"""A whole JWS, SD-JWT or COSE message, as it came."""
JOSE_HEADER_CHARACTERS: Final = 16 * KIB
JOSE_SIGNATURE_CHARACTERS: Final = 1 * KIB
SD_JWT_DISCLOSURES: Final = 512
KEY_BINDING_SECONDS: Final = 24 * 3600
"""How old the holder's answer may be."""

# --- proofs (jsonld, rdfc) ----------------------------------------------------------------------
RDFC_QUADS: Final = 50_000
RDFC_CALLS: Final = 500
"""Hash N-Degree Quads calls per dataset; the W3C tests need at most 468."""
RDFC_CALLS_PER_BLANK_NODE: Final = 8
"""Twenty look-alike credentials in one presentation need 160."""
RDFC_WORK: Final = 8_000
"""Related hashes and steps of gossip paths per dataset; the W3C tests need at most 6,168."""
RDFC_WORK_PER_QUAD: Final = 4
"""Look-alike credentials in one presentation need 1.6."""
RDFC_RELATED_NODES: Final = 5
"""Different blank nodes that look alike from one neighbour: their orders are tried, 5! = 120."""
RDFC_DEPTH: Final = 200
JSONLD_CONTEXTS: Final = 16
"""In one list. Honest documents name two to five."""
JSONLD_DERIVED_CONTEXTS: Final = 256
"""Contexts put together for one document that are not remembered yet: of its lists, types and properties."""
JSONLD_REMEMBERED_CONTEXTS: Final = 1024
JSONLD_CONTEXT_BYTES: Final = 256 * KIB
"""Of a context that a user adds."""

# --- web ----------------------------------------------------------------------------------------
WEB_BODY_BYTES: Final = JSON_BYTES
"""Of one request; what it holds is held to the ceilings of strict_json as well."""
WEB_DISCARDED_BYTES: Final = 4 * WEB_BODY_BYTES
"""How much of a larger request is still read, and thrown away, to tell its sender."""
WEB_HEADER_BYTES: Final = 16 * KIB
WEB_CONNECTIONS: Final = 64
WEB_WORKERS: Final = 2
"""Documents that are worked on at the same time."""
WEB_READ_SECONDS: Final = 20
"""In which a request must have arrived."""
WEB_WORK_SECONDS: Final = 30
"""In which a request is answered, waiting for its turn included."""
WEB_IDLE_SECONDS: Final = 15
"""How long a connection is kept for the next request."""
WEB_STATUS_ENTRIES: Final = 10_000
"""Credentials with a status that the test interface remembers; it forgets them when it ends."""

# --- the pages (web.pages) ------------------------------------------------------------------------
PAGES_UPLOAD_BYTES: Final = 256 * MIB
"""Of all files of one form; they are held in memory."""
PAGES_UPLOAD_FILES: Final = 2_000
PAGES_UPLOAD_SECONDS: Final = 120
PAGES_FORM_BYTES: Final = 4 * MIB
"""Of a form without files."""
PAGES_FORM_FIELDS: Final = 5_000
PAGES_FIELD_BYTES: Final = MIB
PAGES_LISTED: Final = 1_000
"""Files and folders that the chooser shows of one folder."""
FILE_NAME_BYTES: Final = 200
"""Of a name that a person gives to a new file; systems allow 255."""

# --- what is written for people -------------------------------------------------------------------
SAID_CHARACTERS: Final = 5_000
"""Of one value inside a sentence, a table or a page; a longer one is cut, with a mark."""

# --- the wallet -----------------------------------------------------------------------------------
WALLET_NOTE_CHARACTERS: Final = 4_000
WALLET_ATTACHMENT_BYTES: Final = 15 * MIB
WALLET_SHOWN_TEXT_BYTES: Final = 64 * 1024
"""Of a text that nobody signed, on a page."""
WALLET_SHOWN_PIXELS: Final = 4_000_000
"""Of a picture or a page that nobody signed, on a page."""
BADGE_PICTURE_BYTES: Final = 2 * MIB
"""Of the picture that a badge carries in itself."""
BADGE_PICTURE_PIXELS: Final = 360_000
"""Of that picture on a page."""
WALLET_LISTS_OF_ONE_ADDRESS: Final = 8
"""Status lists that contradict each other about what is revoked; an honest issuer has one."""
WALLET_EXPORT_BYTES: Final = 16 * MIB
"""Of the file that ties the others of an exported child together; it has the history in it."""
WALLET_EXPORT_NODES: Final = 1_000_000
WALLET_EXPORT_FILES: Final = 20_000
WALLET_EXPORT_ZIP_BYTES: Final = 4 * 1024 * MIB
"""Of all files of an export together; each is read with its own ceiling, one at a time."""
ZIP_MEMBERS: Final = 1_000
ZIP_BYTES: Final = 64 * MIB
"""Of everything in it, unpacked."""

# --- the queue of applicants ----------------------------------------------------------------------
QUEUE_APPLICANTS: Final = 50_000
QUEUE_FILES: Final = 200_000
"""In a folder and the archives in it, together."""
QUEUE_ZIP_BYTES: Final = 64 * 1024 * MIB
"""Of one archive on the disk, unpacked; its members are read one at a time, none beyond FILE_BYTES."""
PROTOCOL_ITEMS: Final = 500
"""Diplomas on one protocol: a thousand take a minute to draw."""
DECISIONS_BYTES: Final = 16 * MIB
QUEUE_UNIT_FILES: Final = 500
"""Of one folder that are read together; those of a larger one are read one by one."""

TODAY_ENTRIES: Final = 1_000
"""Answers of one desk that are kept in memory; one has some tens of kilobytes."""

# --- requests, receipts, what was seen ------------------------------------------------------------
REQUEST_WANTS: Final = 20
REQUEST_FIELDS: Final = 40
REQUEST_AT_LEAST: Final = 100
REQUEST_NAME_CHARACTERS: Final = 64
REQUEST_TEXT_CHARACTERS: Final = 500
REQUEST_YEAR: Final = 9_999
REQUEST_DAYS: Final = 36_500
OPENID_REQUEST_BYTES: Final = 64 * KIB
"""A request of OpenID4VP, by value or as a request object."""
OPENID_PARAMETERS: Final = 40
OPENID_CERTIFICATES: Final = 8
OPENID_KEYS: Final = 16
OPENID_ANSWER_BYTES: Final = 2 * MIB
"""An answer that is posted to an office, as a form."""
OPENID_REPLY_BYTES: Final = 16 * KIB
"""What a recipient says of an answer it took."""
OPENID_SHOWN: Final = REQUEST_AT_LEAST
"""Documents that an answer may bring for one question: as many as a question may ask for."""
OPENID_TRIED: Final = 100
"""Answers in files that are given to a desk at once: each may be tried with the key of every request."""
OPENID_OPEN: Final = 20
"""Requests of one desk that wait for an answer at once."""
OPENID_OPEN_LIFE: Final = timedelta(minutes=10)
"""For so long a request waits whose answer is sent to the desk: a family stands there."""
OPENID_REFUSALS: Final = 5
"""Answers that do not belong to a request, after which it is over."""
OPENID_SENDERS: Final = 2
"""Who may be sending an answer to one request at once."""
OPENID_READ_SECONDS: Final = 20
"""In which an answer must have arrived."""
OFFER_BYTES: Final = 64 * KIB
"""An offer of OpenID4VCI, as a link or as the document it leads to."""
OFFER_CREDENTIALS: Final = 20
"""Documents that one offer brings."""
OFFER_DESCRIPTION_CHARACTERS: Final = 300
OFFER_CODE_CHARACTERS: Final = 64
OFFER_NAMES: Final = 40
OFFER_NAME_CHARACTERS: Final = 200
OFFER_SERVERS: Final = 8
OFFER_METADATA_BYTES: Final = 2 * MIB
OFFER_REPLY_BYTES: Final = 64 * KIB
"""A token, or a nonce."""
OFFER_TOKEN_CHARACTERS: Final = 16_384
OFFER_NONCE_CHARACTERS: Final = 2_048
OFFER_SECONDS: Final = 20
"""For one step of taking what is offered: the site may sign while it is waited for."""
DCQL_CREDENTIALS: Final = 20
DCQL_CLAIMS: Final = 40
DCQL_SETS: Final = 20
"""Of credentials, of claims, and options of one."""
DCQL_ALTERNATIVES: Final = 20
DCQL_PATH: Final = 12
DCQL_VALUES: Final = 64
DCQL_CHARACTERS: Final = 1_024
DCQL_SELECTED: Final = 2_000
"""Places in one credential that one path may select."""
SHOWING: Final = timedelta(days=366)
"""For so long a showing may be good: an admission campaign from its first day, and no more."""
RECEIPT_CHARACTERS: Final = 1000
SEEN_SECRET_BYTES: Final = 256

# --- BBS signatures -----------------------------------------------------------------------------
BBS_MESSAGES: Final = 1024
"""Hideable statements of one document. A derived proof has 32 bytes for each that is hidden."""
BBS_PRESENTATION_HEADER_BYTES: Final = 1 * KIB

# --- fetching -----------------------------------------------------------------------------------
FETCH_SECONDS: Final = 5
"""For one document, from looking the name up to its last byte."""
FETCH_ADDRESSES: Final = 4
"""Of one host, tried one after another."""
FETCH_STATUS_LIST_BYTES: Final = JSON_BYTES
FETCH_KIT_SECONDS: Final = 300
"""For a whole kit in one zip, over a slow line."""
FETCH_DOCUMENTS: Final = 500
"""Asked for by one refresh."""
