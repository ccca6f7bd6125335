"""What is kept of a person's choice of a file or folder, from page to page."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Choosing", "Entry"]


@dataclass(frozen=True, slots=True)
class Entry:
    path: Path
    kind: str
    """``"folder"``, or the role whose file or folder it is."""

    @property
    def name(self) -> str:
        return self.path.name or str(self.path)


@dataclass
class Choosing:
    """One choice that is being made."""

    words: str
    """The question, a template."""
    target: str
    """Where to go with the choice, whose text stands for ``{chosen}``; "" for the page that opens it."""
    wanted: str
    name: str
    folder: Path
    back: str
    """The address that whoever chooses nothing goes back to."""
    entries: list[Entry] = field(default_factory=list)
    roots: list[Path] = field(default_factory=list)
    more: bool = False
    """Whether not everything is listed."""
