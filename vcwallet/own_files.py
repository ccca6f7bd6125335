"""Files that a person edits by hand: read as TOML, and what is wrong in one is said in our words.

The words of parsers (tomllib, pydantic) are English and speak of types; a secretary who mistyped a line of
``issuer.toml`` is told the line, or the setting and what it must be.

    content = read_toml(data, name="issuer.toml", code="settings.unreadable")
    try:
        Settings.model_validate(content)
    except ValidationError as error:
        raise misfit(error.errors()[0], name="issuer.toml", code="settings.malformed") from None
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from vcwallet.errors import N_, UsageError

_PLACE: Final = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)")


def read_toml(
    data: bytes, *, name: str, code: str, parse_float: Callable[[str], Any] = float
) -> dict[str, Any]:
    """The content of a TOML file; raises UsageError (`code`) with the line, where there is one.

    `parse_float` makes the numbers with a point, such as `Decimal` for amounts.
    """
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8-sig"), parse_float=parse_float)
    except UnicodeDecodeError:
        raise UsageError(
            code, N_("{file} is not UTF-8 text."), next_step=N_("Save it as UTF-8."), file=name
        ) from None
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        if place is None:
            raise UsageError(code, N_("{file} ends in the middle of a setting."), file=name) from None
        raise UsageError(
            code,
            N_("{file} cannot be read from line {line}, column {column} on."),
            next_step=N_("Look for a missing quotation mark or bracket there."),
            file=name,
            line=int(place[1]),
            column=int(place[2]),
        ) from None
    except RecursionError:
        raise UsageError(code, N_("{file} has lists within lists, too deep to read."), file=name) from None


def misfit(found: Mapping[str, Any], *, name: str, code: str) -> UsageError:
    """What one entry of ``ValidationError.errors()`` found in the file `name`, in our words.

    Evidence: `file`; `where`, the setting with a dot between steps; what the sentence needs.
    """
    context = found.get("ctx") or {}
    evidence = {"where": ".".join(str(step) for step in found["loc"])[:120] or "-"}
    template = _MISFITS.get(str(found["type"]))
    if template is None:
        template = N_("{file}: “{where}” is not as it must be.")
    elif "{expected}" in template:
        evidence["expected"] = str(context.get("expected", ""))[:200]
    elif "{limit}" in template:
        limits = ("max_length", "min_length", "ge", "gt", "le", "lt", "multiple_of", "decimal_places")
        evidence["limit"] = next((str(context[each]) for each in limits if each in context), "-")
    return UsageError(code, template, file=name, **evidence)


_MISFITS: Final = {
    "missing": N_("{file}: “{where}” is missing."),
    "needs_site": N_(
        "{file}: “{where}” is only for an organisation with a site, where its keys can be read."
    ),
    "extra_forbidden": N_("{file}: there is no setting “{where}”."),
    "string_type": N_("{file}: “{where}” must be a text in quotation marks."),
    "string_too_short": N_("{file}: “{where}” must have at least {limit} characters."),
    "string_too_long": N_("{file}: “{where}” must have at most {limit} characters."),
    "string_pattern_mismatch": N_("{file}: “{where}” is not written as it must be."),
    "int_type": N_("{file}: “{where}” must be a whole number."),
    "int_parsing": N_("{file}: “{where}” must be a whole number."),
    "number": N_("{file}: “{where}” must be a number."),
    "decimal_max_places": N_("{file}: “{where}” must have at most {limit} digits after the point."),
    "date_type": N_("{file}: “{where}” must be a day, such as 2026-10-01, without quotation marks."),
    "bool_type": N_("{file}: “{where}” must be true or false."),
    "bool_parsing": N_("{file}: “{where}” must be true or false."),
    "list_type": N_("{file}: “{where}” must be a list in square brackets."),
    "tuple_type": N_("{file}: “{where}” must be a list in square brackets."),
    "dict_type": N_("{file}: “{where}” must be a table of settings."),
    "model_type": N_("{file}: “{where}” must be a table of settings."),
    "model_attributes_type": N_("{file}: “{where}” must be a table of settings."),
    "too_short": N_("{file}: “{where}” must have at least {limit} entries."),
    "too_long": N_("{file}: “{where}” must have at most {limit} entries."),
    "greater_than_equal": N_("{file}: “{where}” must be at least {limit}."),
    "greater_than": N_("{file}: “{where}” must be more than {limit}."),
    "less_than_equal": N_("{file}: “{where}” must be at most {limit}."),
    "less_than": N_("{file}: “{where}” must be less than {limit}."),
    "multiple_of": N_("{file}: “{where}” must be a multiple of {limit}."),
    "literal_error": N_("{file}: “{where}” must be one of: {expected}."),
    "enum": N_("{file}: “{where}” must be one of: {expected}."),
    "one_of": N_("{file}: “{where}” must be one of: {expected}."),
    "invisible": N_("{file}: “{where}” holds characters that nobody can see."),
}
"""By pydantic's own types of errors; a mistake of another type is named by its place alone."""

_TABLE: Final = re.compile(r"^\s*(\[\[?)\s*([\w\".\- ]+?)\s*\]\]?\s*(?:#.*)?$")
_SETTING: Final = re.compile(r"^\s*\"?([\w\-/]+)\"?\s*=")


def line_of(data: bytes, where: Sequence[str | int]) -> int:
    """The line of a TOML file where a setting stands, or the table it belongs to; 0 when neither is found.

    Steps are names, and numbers (from 0) into arrays of tables: ``("columns", 2, "type")``.
    """
    wanted = tuple(str(step) for step in where)
    best, found = 0, 0
    table: tuple[str, ...] = ()
    counts: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(data.decode("utf-8-sig", "replace").splitlines(), start=1):
        if heading := _TABLE.match(line):
            table = ()
            steps = [step.strip().strip('"') for step in heading[2].split(".")]
            for place, step in enumerate(steps, start=1):
                table += (step,)
                if heading[1] == "[[" and place == len(steps):
                    counts[table] = counts.get(table, -1) + 1
                    # What was counted below an earlier entry starts anew.
                    for known in [each for each in counts if each[: len(table)] == table and each != table]:
                        del counts[known]
                if table in counts:
                    table += (str(counts[table]),)
            here = table
        elif setting := _SETTING.match(line):
            here = (*table, setting[1])
        else:
            continue
        if len(here) > best and here == wanted[: len(here)]:
            best, found = len(here), number
    return found
