"""Where an office's installed kits are, and `--kit`, for every command that asks whom to believe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from vcwallet import limits
from vcwallet.cli.speak import option, own_file
from vcwallet.errors import N_, UsageError
from vcwallet.files import read_file
from vcwallet.verifier.office import Office
from vcwallet.verifier.trust import TrustList

if TYPE_CHECKING:
    from vcwallet.verifier.kit.installed import InstalledKit

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT: Final = "default"


def kits_place(given: str) -> Path:
    """The folder that ``--kit`` names; ``default`` is the one this user's programs keep their state in."""
    from vcwallet.wallet.seen_saves import default_place

    return default_place() / "kits" if given == DEFAULT else Path(given)


def kit_option(function: F) -> F:
    """Adds ``--kit`` as it stands beside ``--trust``."""
    return option(
        "--kit",
        "kit_place",
        metavar="FOLDER",
        help=N_(
            "The kits you installed with “vcwallet kit update”: “default”, or the folder you named there."
            " Your own list then adds to them, or takes belief away."
        ),
    )(function)


def rules_kit_option(function: F) -> F:
    """Adds ``--kit`` where a kit is asked for rules and levels only."""
    return option(
        "--kit",
        "kit_place",
        metavar="FOLDER",
        help=N_(
            "The kits you installed with “vcwallet kit update”, which have the rules and the levels: default,"
            " or the folder you named there."
        ),
    )(function)


def kits_of(kit_place: str | None, now: datetime) -> tuple[InstalledKit, ...]:
    """The kits that ``--kit`` names; none without it. Raises UsageError, KitDamaged."""
    if kit_place is None:
        return ()
    from vcwallet.verifier.kit.installed import installed_kits

    return installed_kits(kits_place(kit_place), now=now)


def trust_option(function: F) -> F:
    """Adds ``--trust``, the office's own list; one of it and ``--kit`` is needed."""
    return option(
        "--trust",
        "trust_file",
        type=click.Path(dir_okay=False, path_type=Path),
        help=N_("Your trust list: the issuers you believe."),
    )(function)


def believed(
    trust_file: Path | None, kit_place: str | None, now: datetime
) -> tuple[TrustList, tuple[InstalledKit, ...]]:
    """Whom an office believes: its own list, its kits, or both.

    Raises UsageError (``trust.none-named``, ``trust.overlap``, ``kit.none-installed``), what
    `TrustList.parse` raises, and KitDamaged.
    """
    if trust_file is None and kit_place is None:
        raise UsageError(
            "trust.none-named",
            N_("It is not said whom you believe."),
            next_step=N_(
                "Name your trust list with --trust, your installed kits with --kit default, or both."
            ),
        )
    own: TrustList | None = None
    if trust_file is not None:
        with own_file(trust_file):
            own = TrustList.parse(read_file(trust_file, limits.TRUST_LIST_BYTES))
    kits = kits_of(kit_place, now)
    with own_file(trust_file or ""):
        return Office.of(own, kits).trust, kits
