"""Tests that stay out of the browser's Python, each with the reason, which lies outside of what they test.

A pattern of `TESTS` that matches no test of a file that ran fails the run, so the list cannot outlive its
reasons. What is neither here nor in the folders of `__main__` is about a computer: processes, other windows,
the roles that sign.
"""

from __future__ import annotations

_PICTURES = "draws or reads pictures with Pillow; a page has a reader of its own"
_LIBRARY = "makes keys, certificates or JWS with `cryptography`, which the page has not"
_KITS = "makes kits with python-tuf, which signs with `cryptography`; an office does that at a desk"
_BBS = "needs the extra bbs, which has no build for browsers"
_PYLD = "compares with PyLD, whose lxml has no build for browsers"
_PDF = "reads a PDF that was made by Typst"

FILES = {
    "tests/unit/identifiers/test_rsa.py": _LIBRARY,
    "tests/unit/primitives/test_openssl.py": _LIBRARY,
    **{
        f"tests/unit/bundle/test_{name}.py": _PICTURES
        for name in (
            *("baking", "budgets", "gathering", "nothing_passed_over", "opening", "optics", "others_files"),
            *("scanning", "targets", "writing"),
        )
    },
    "tests/unit/bundle/test_openid4vp.py": _LIBRARY,
    "tests/unit/bundle/test_openid_asked.py": _LIBRARY,
    "tests/unit/proofs_jsonld/test_differential.py": _PYLD,
    "tests/unit/proofs_jsonld/test_mutations.py": _PYLD,
    "tests/unit/proofs_jsonld/test_vectors.py": _PYLD,
    **{
        f"tests/unit/verifier/test_{name}.py": _KITS
        for name in (
            *("desk_attacks", "kit_ages", "kit_attacks", "kit_checking", "kit_faults", "kit_keys"),
            *("kit_making", "kit_paper", "kit_publishing", "kit_verifying"),
        )
    },
    "tests/unit/verifier/test_protocol.py": _PDF,
    "tests/unit/verifier/test_verify_folder.py": _PDF,
}

TESTS: dict[str, str] = {
    "tests/unit/identifiers/test_keys.py::test_keys_with_published_secrets_are_known_as_such": _BBS,
    "tests/unit/identifiers/test_keys.py::test_every_secret_in_the_official_vectors_is_on_the_list": _BBS,
}
