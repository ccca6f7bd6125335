"""What stays out of the browser's Python (`make pyodide`) stays out for a reason, and faults do not."""

from __future__ import annotations

import pytest

from tests.pyodide.exceptions import FILES, PACKAGES, PROCESSES, reason_of
from tests.shared import ROOT
from vcwallet.errors import MachineError


def met(*errors: Exception) -> BaseException:
    """The last of them, each raised where the one before was caught, and hiding it."""
    caught: BaseException | None = None
    for error in errors:
        try:
            try:
                if caught is not None:
                    raise caught
            except BaseException:
                raise error from None
            raise error
        except Exception as raised:
            caught = raised
    assert caught is not None
    return caught


NO_PROCESS = OSError(PROCESSES, "no processes")
NO_PACKAGE = ModuleNotFoundError("none", name="tuf.api")


@pytest.mark.parametrize(
    "error",
    [
        NO_PACKAGE,
        NO_PROCESS,
        met(NO_PROCESS, MachineError("jsonld.reader", "none", next_step="none")),
        MachineError("schema.extra-missing", "none", next_step="none"),
    ],
)
def test_what_a_page_has_not_is_a_reason(error: BaseException) -> None:
    assert reason_of(error)


@pytest.mark.parametrize(
    "error",
    [
        AssertionError(),
        OSError(2, "no such file"),
        ModuleNotFoundError("none", name="vcwallet.other"),
        ModuleNotFoundError("none"),
        MachineError("sealed-file.memory", "none", next_step="none"),
        met(NO_PACKAGE, AssertionError()),
        met(NO_PROCESS, ValueError()),
    ],
)
def test_a_fault_is_none(error: BaseException) -> None:
    assert reason_of(error) is None


def test_what_is_named_is_there() -> None:
    assert "vcwallet" not in PACKAGES
    for name in FILES:
        assert (ROOT / name).is_file()
