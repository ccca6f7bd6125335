"""Bundles fit on paper: the targets of bench/qr.py hold for texts that the dictionary does not know."""

from __future__ import annotations

from bench import qr


def test_no_size_is_over_its_target() -> None:
    table = qr.sizes()
    assert table.count("\n") == 9
    assert "over" not in table
