"""Frames seen in any order and place -> the bundles they are parts of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from vcwallet import limits
from vcwallet.bundle import codec
from vcwallet.bundle.frames import Collector, Frame, Progress, missing_parts
from vcwallet.bundle.inputs import Input, Source
from vcwallet.errors import N_, LimitExceeded
from vcwallet.strict_json import JsonObject

PartsKey: TypeAlias = tuple[str, bytes]
"""A folder and the id of a bundle."""


@dataclass(slots=True)
class Parts:
    """The parts of one bundle, and the pictures that showed some of them."""

    collector: Collector = field(default_factory=Collector)
    shown_in: dict[Source, Input] = field(default_factory=dict)

    @property
    def progress(self) -> Progress:
        progress = self.collector.progress
        assert progress is not None  # it has its first frame
        return progress

    def document(self, *, search: bool = True) -> JsonObject:
        """What the parts hold; `search` for one wrong part among more than enough.

        Raises InputError (``frames.missing``), and what `Collector.result` and `codec.unpack` raise.
        """
        if not self.progress.complete:
            raise missing_parts(self.progress)
        return codec.unpack(self.collector.result(search=search))


class Assembly:
    """The parts of all bundles that were seen, in the order of first sight.

    Parts are joined within one folder only: what lies in another is another person's.
    """

    def __init__(self) -> None:
        self._parts: dict[PartsKey, Parts] = {}

    def __iter__(self) -> Iterator[tuple[PartsKey, Parts]]:
        return iter(self._parts.items())

    def parts_of(self, folder: str, frame: Frame) -> Parts:
        """Where a frame belongs; raises LimitExceeded (``scan.too-many-bundles``)."""
        key = (folder, frame.bundle_id)
        if key not in self._parts and len(self._parts) >= limits.SCAN_BUNDLES:
            raise LimitExceeded(
                "scan.too-many-bundles",
                N_("Parts of more than {limit} bundles at once."),
                limit=limits.SCAN_BUNDLES,
            )
        return self._parts.setdefault(key, Parts())

    def whole(self) -> frozenset[PartsKey]:
        """The bundles of which enough parts were seen."""
        return frozenset(key for key, parts in self if parts.progress.complete)
