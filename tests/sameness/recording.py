"""Every call of the verifier that tests make, as cases: pytest with this file as a plugin.

recorded(folder, "tests/unit/verifier/test_nothing_implied.py")
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.sameness.hosts import Case
from tests.shared import ROOT
from vcwallet import strict_json
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.presentation import Presentation
from vcwallet.proofs.jsonld import PINNED
from vcwallet.verifier.demands import Demands
from vcwallet.verifier.verifier import Verifier

_PLACE = "VCWALLET_RECORDING"


def recorded(folder: Path, *tests: str) -> list[Case]:
    """The calls of these test files, each once."""
    place = folder / "recorded.jsonl"
    place.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [*command, "-p", "tests.sameness.recording", "-o", "addopts=", *tests],
        cwd=ROOT,
        env={**outside, _PLACE: str(place), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    cases: dict[str, Case] = {}
    with place.open(encoding="utf-8") as file:
        for line in file:
            known = json.loads(line)
            case = Case(known["name"], known["trust"], known["now"], call=known["call"])
            cases.setdefault(case.digest, case)
    return list(cases.values())


# --- inside pytest ----------------------------------------------------------------------------------------


def pytest_configure() -> None:
    for name, written in (("check", _checked), ("verify", _checked), ("check_found", _found)):
        setattr(Verifier, name, _watched(getattr(Verifier, name), written))


def _watched(original: Callable[..., Any], written: Callable[..., Iterator[dict[str, Any]]]) -> Any:
    @functools.wraps(original)
    def call(self: Verifier, *given: Any, **asked: Any) -> Any:
        try:
            lines = [
                json.dumps({"name": os.environ["PYTEST_CURRENT_TEST"].split(" ")[0], **each})
                for each in written(self, *given, **asked)
            ]
        except (TypeError, ValueError, AttributeError, RecursionError, KeyError):
            lines = []  # not a call that can be written down: a test of wrong calls
        if lines:
            with Path(os.environ[_PLACE]).open("a", encoding="utf-8") as file:
                file.write("".join(f"{line}\n" for line in lines))
        return original(self, *given, **asked)

    return call


def _checked(verifier: Verifier, shown: Any, **asked: Any) -> Iterator[dict[str, Any]]:
    yield from _calls(verifier, [shown], (), asked)


def _found(verifier: Verifier, found: Sequence[Any], **asked: Any) -> Iterator[dict[str, Any]]:
    lists = [each.document for each in found if each.kind is DocumentKind.STATUS_LIST and each.document]
    things = [each.bundle or each.document for each in found if each.kind is not DocumentKind.STATUS_LIST]
    yield from _calls(verifier, [each for each in things if each is not None], lists, asked)


def _calls(
    verifier: Verifier, things: Sequence[Any], lists: Sequence[Any], asked: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    of_its_own = verifier.kits or verifier.seen or verifier.contexts is not PINNED
    if of_its_own or len(verifier.schemas._schemas) or not isinstance(asked["now"], datetime):
        return
    demands: Demands = verifier.demands
    request = asked.get("request")
    common = {
        "now": asked["now"].isoformat(),
        "domain": asked.get("domain"),
        "challenge": asked.get("challenge"),
        "request": request.to_json() if request is not None else None,
        "statusDays": demands.max_status_age.days,
        "oldStatusDays": demands.old_status_age.days if demands.old_status_age else None,
        "binding": demands.binding.value,
        "requireStatus": demands.require_status,
        "clockSkew": demands.clock_skew.total_seconds(),
        "lists": [*verifier.status_lists, *lists],
    }
    trust = strict_json.dumps(verifier.trust.to_json())
    for thing in things:
        shown = thing.to_json() if isinstance(thing, Bundle) else thing
        shown = shown.json if isinstance(shown, Presentation | Credential) else shown
        call = json.dumps({**common, "shown": shown})
        yield {"trust": trust, "now": common["now"], "call": call}


@pytest.fixture(autouse=True, scope="session")
def _the_file_is_there(tmp_path_factory: pytest.TempPathFactory) -> None:
    Path(os.environ[_PLACE]).touch()
