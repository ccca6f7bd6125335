"""The options that describe a scope: what an issuer is believed for, and the cap of a body in a kit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from vcwallet.cli.speak import option
from vcwallet.credentials.terms import Kind
from vcwallet.errors import N_, UsageError
from vcwallet.verifier.scopes import ANY, ANYTHING, Scope, Years

F = TypeVar("F", bound=Callable[..., Any])


def scope_options(function: F) -> F:
    """Adds the options of `scope_of`."""
    for add in reversed(
        [
            option(
                "--kind",
                "kinds",
                multiple=True,
                metavar="KIND",
                help=N_("Believe it for this kind of achievement, e.g. olympiad-diploma; may be repeated."),
            ),
            option(
                "--number",
                "numbers",
                multiple=True,
                metavar="NUMBER",
                help=N_("Number in the official list of olympiads; “none” for those without, “any” for all."),
            ),
            option("--profile", "profiles", multiple=True, metavar="TEXT", help=N_("Profile, or “any”.")),
            option(
                "--stage",
                "stages",
                multiple=True,
                metavar="STAGE",
                help=N_("Stage: school, municipal, regional, final, or “any”."),
            ),
            option("--years", metavar="YEARS", help=N_("School years, e.g. 2025/26-2027/28, or “any”.")),
            option("--anything", is_flag=True, help=N_("Believe it for everything it signs.")),
        ]
    ):
        function = add(function)
    return function


def scope_of(
    kinds: Sequence[str],
    numbers: Sequence[str],
    profiles: Sequence[str],
    stages: Sequence[str],
    years: str | None,
    anything: bool,
) -> Scope | None:
    """The scope that the options describe; None when none of them was given."""
    narrowing = bool(kinds or numbers or profiles or stages or years)
    if anything:
        if narrowing:
            raise UsageError(
                "trust.scope-both",
                N_("--anything and a narrower scope exclude each other."),
                next_step=N_("Say one of them."),
            )
        return ANYTHING
    if not narrowing:
        return None
    needed: dict[str, object] = {"--kind": kinds, "--years": years}
    if {Kind.OLYMPIAD_DIPLOMA.value, "any", ANY} & set(kinds):
        needed |= {"--number": numbers, "--stage": stages}
    missing = [name for name, given in needed.items() if not given]
    if missing or years is None:
        raise UsageError(
            "trust.scope-incomplete",
            N_("What the issuer is believed for is not said whole: {missing} is missing."),
            next_step=N_("Write “any” there if it is meant for all of them."),
            missing=", ".join(missing),
        )
    return Scope(
        kinds=_values(kinds) or (),
        years=Years.parse(ANY if years in ("any", ANY) else years),
        numbers=_values(numbers),
        profiles=_values(profiles),
        stages=_values(stages),
    )


def _values(given: Sequence[str]) -> tuple[str, ...] | None:
    return tuple(ANY if each == "any" else each for each in given) or None
