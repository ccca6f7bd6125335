"""JSON Canonicalization Scheme (RFC 8785): one text for one JSON value."""

from __future__ import annotations

import json
import re

from vcwallet import limits
from vcwallet.errors import N_, DocumentError, LimitExceeded
from vcwallet.strict_json import Json

_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
# What Python writes is RFC 8785 already, except for fractions (section 3.2.2.3 wants ECMAScript's digits),
# integers out of range, and names beyond the Basic Multilingual Plane, which section 3.2.3 sorts by UTF-16
# unit. A match inside a string only costs the slower path. Three patterns with a fixed beginning are found
# twice as fast as one without.
_NUMBERS_TO_REWRITE = tuple(
    re.compile(before + r"-?[0-9]+(?:[.e]|(?<=[0-9]{16}))") for before in ('":', r"\[", ",")
)


def canonicalize(value: Json) -> bytes:
    """The canonical UTF-8 text of `value`, which should have passed `strict_json`.

    Raises DocumentError (``jcs.number``, ``jcs.text``) for a number or a text that has no canonical form
    and LimitExceeded (``json.too-deep``).
    """
    try:
        text = _ENCODER.encode(value)
        only_bmp = len(text.encode("utf-16-le")) == 2 * len(text)
        rewrite = any(pattern.search(text) for pattern in _NUMBERS_TO_REWRITE)
        if only_bmp and not rewrite and isinstance(value, dict):
            return text.encode()

        import rfc8785

        return rfc8785.dumps(value)
    except UnicodeError:
        raise DocumentError("jcs.text", N_("A text is not Unicode, so it cannot be signed.")) from None
    except ValueError:
        raise DocumentError(
            "jcs.number", N_("A number has no canonical form, so it cannot be signed.")
        ) from None
    except RecursionError:
        raise LimitExceeded(
            "json.too-deep", N_("The document is nested deeper than {limit} levels."), limit=limits.JSON_DEPTH
        ) from None
