"""What stays out of the browser's Python, each with the reason, which lies outside of what is tested.

Most tests stay out by their cause: they met a package that has no build for browsers (`PACKAGES`), a part of
the program that needs one, or a process; or they failed after they had asked for such a package. The few that
notice the same in another way are named. A pattern of `TESTS` that matches no test of a file that ran
fails the run, and so does a run of too few tests.
"""

from __future__ import annotations

from typing import Final

from vcwallet.errors import VcwalletError

LEAST: Final = 4_500
"""Tests that pass, of all folders. There were more than 5,150 when this was written."""

PROCESSES: Final = 138
"""The number of Emscripten's error where a process is to be started."""

PACKAGES: Final = {
    **dict.fromkeys(("PIL", "pypdfium2", "zxingcpp"), "pictures: a page has a reader of its own"),
    "cryptography": "keys and certificates made by `cryptography`",
    "joserfc": "encrypted answers, and tokens of other software; its keys are those of `cryptography`",
    **dict.fromkeys(("tuf", "securesystemslib"), "kits, which an office makes and takes at a desk"),
    **dict.fromkeys(("cachetools", "lxml", "pyld"), "comparing with PyLD, whose lxml has no build"),
    **dict.fromkeys(("distributed", "rich", "sqlalchemy", "xlsxwriter"), "what is of a desk"),
    **dict.fromkeys(("httpx2", "jinja2", "starlette", "uvicorn"), "pages of a computer"),
    **dict.fromkeys(("pikepdf", "pyhanko", "typst"), "PDF, which is made and signed at a desk"),
    "python_calamine": "spreadsheets, which are of a desk",
    "rapidfuzz": "names that are alike, which a desk compares",
    "referencing": "JSON Schema, whose library needs one without a build",
}
"""By the name a package is imported by. The page needs none of them."""

_DEPTH = "nests values deeper than `strict_json` lets any document, which ends the interpreter of browsers"
_DESK = "what an office has at its desk: a terminal that asks, a list of applicants, a journal, spreadsheets"
_SCHEMA = "needs JSON Schema"
_THREADS = "what two threads do at once, and a page has one"

FILES: Final = {"tests/unit/credentials/test_schema.py": _SCHEMA} | {
    f"tests/unit/verifier/test_{name}.py": _DESK
    for name in (
        *("applicants", "journal", "many", "matching", "queue", "results", "today", "trust_codes"),
        *("trust_commands", "trust_transcripts", "waiting"),
    )
}

TESTS: Final = {
    f"tests/unit/{file}.py::{name}": reason
    for file, name, reason in (
        ("proofs_suites/test_jcs", "test_refuses_what_has_no_canonical_form[[]nesting beyond *", _DEPTH),
        ("verifier/test_asking", "test_a_request_from_rules_is_a_page_to_hang_up", _DESK),
        ("verifier/test_decisions", "test_what_a_schema_says_of_a_diploma*", _SCHEMA),
        ("verifier/test_units", "test_two_queues_of_one_program_do_not_close_each_others_archives", _THREADS),
        ("verifier/test_verdicts", "test_a_schema_is_applied_when_it_is_at_hand", _SCHEMA),
    )
}


def reason_of(error: BaseException | None) -> str | None:
    """Why a test that ended with this stays out; None when it has failed."""
    while error is not None:
        if isinstance(error, ModuleNotFoundError) and error.name is not None:
            if (package := error.name.partition(".")[0]) in PACKAGES:
                return PACKAGES[package]
        elif isinstance(error, OSError) and error.errno == PROCESSES:
            return "starts a process, which a page cannot"
        elif isinstance(error, VcwalletError) and error.code.endswith(".extra-missing"):
            return f"a part that a page has not ({error.code})"
        # Of an error of ours also what it does not name as its cause (`from None`).
        error = error.__cause__ or (error.__context__ if isinstance(error, VcwalletError) else None)
    return None
