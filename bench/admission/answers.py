"""What is right to answer, per applicant, per thing handed in and per file, as plain data.

docs/reference/report.schema.json has the words: the fate and the code of an item, the outcome of a whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class ItemAnswer:
    """One diploma."""

    id: str
    outcome: str
    code: str


@dataclass(frozen=True)
class Answer:
    """One thing handed in: the files it is in, whose it is, and what it is worth."""

    story: str
    """What was made, as the name of a function of `bench.admission.stories`."""
    files: tuple[str, ...]
    matched: str
    """How the applicant is found: the values of `vcwallet.verifier.matching.How`."""
    number: str | None
    """Of the application; None where a person must decide."""
    outcome: str
    showing: str
    items: tuple[ItemAnswer, ...]


@dataclass(frozen=True)
class Points:
    """By the rules: what is confirmed, and what it could become."""

    confirmed: str
    possible: str
    rights: tuple[str, ...] = ()
    rights_possible: tuple[str, ...] = ()


@dataclass(frozen=True)
class ApplicantAnswer:
    """A row of the list: of who handed in nothing there is no outcome."""

    number: str
    name: str
    outcome: str | None
    waits: bool
    """Something that seems to be this applicant's needs a person."""
    points: Points


@dataclass(frozen=True)
class Answers:
    applicants: tuple[ApplicantAnswer, ...]
    handed_in: tuple[Answer, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    """From every file, by its path from the folder, to what becomes of it."""

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", "utf-8")

    @classmethod
    def read(cls, path: Path) -> Answers:
        document = json.loads(path.read_text("utf-8"))
        return cls(
            tuple(
                ApplicantAnswer(
                    each["number"],
                    each["name"],
                    each["outcome"],
                    each["waits"],
                    Points(
                        each["points"]["confirmed"],
                        each["points"]["possible"],
                        tuple(each["points"]["rights"]),
                        tuple(each["points"]["rights_possible"]),
                    ),
                )
                for each in document["applicants"]
            ),
            tuple(
                Answer(
                    each["story"],
                    tuple(each["files"]),
                    each["matched"],
                    each["number"],
                    each["outcome"],
                    each["showing"],
                    tuple(ItemAnswer(**item) for item in each["items"]),
                )
                for each in document["handed_in"]
            ),
            document["files"],
        )


def outcome_of(showing: str, items: Iterable[ItemAnswer]) -> str:
    """The whole: an attacked showing or a forged diploma refuses it, else each diploma stands alone."""
    fates = {each.outcome for each in items if each.code != "item.duplicate"}
    if showing == "refused" or "refused" in fates:
        return "refused"
    if showing == "unknown" or "unknown" in fates:
        return "unknown"
    if fates == {"confirmed"}:
        return "confirmed"
    return "partly" if "confirmed" in fates else "nothing"


def worst(outcomes: Sequence[str]) -> str | None:
    """Of several things that one applicant handed in."""
    order = ("refused", "unknown", "nothing", "partly", "confirmed")
    return next((each for each in order if each in outcomes), None)
