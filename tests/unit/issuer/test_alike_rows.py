"""What is signed by its texts alone is, byte for byte, what is signed of the filled credential."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.shared import ROOT, SOAK
from tests.unit.issuer.offices import NOW, Office
from tests.unit.proofs_suites.test_series import rows
from vcwallet import strict_json
from vcwallet.credentials import template_file
from vcwallet.credentials.template import ColumnType, Template
from vcwallet.errors import DocumentError
from vcwallet.issuer import signing
from vcwallet.issuer.signing import Making, Task
from vcwallet.proofs.series import Likeness

TEMPLATES = sorted((ROOT / "issuers").glob("*/templates/*.toml"))
DIPLOMAS = 2_000 if SOAK else 150
LIST = "https://olymp.example/.well-known/status/1.json"


def making(office: Office, template: Template) -> Making:
    """With the plain proof alone, whatever the office makes."""
    return Making(replace(office.folder.signer(), hideable_method=None), template, office.keystore)


def task(number: int, values: tuple[str, ...], *, suspension: bool = False) -> Task:
    return Task(
        number,
        f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        f"urn:uuid:00000000-0000-4000-9000-{number:012d}",
        LIST,
        number * 7,
        NOW + timedelta(hours=number % 3),
        values,
        f"{LIST}-suspended" if suspension else None,
    )


def alone(office: Office, template: Template, wanted: Task) -> str:
    """Signed as the first of its kind, which is filled."""
    return making(office, template).signed(wanted)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_rows_of_every_kit_are_signed_alike(
    path: Path, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = template_file.load(path)
    made, by_texts = making(office, template), 0
    real = Likeness.secure_as_text

    def counted(self: Likeness, texts: list[str]) -> str | None:
        nonlocal by_texts
        text = real(self, texts)
        by_texts += text is not None
        return text

    monkeypatch.setattr(Likeness, "secure_as_text", counted)
    every = [task(at, values, suspension=at % 2 == 1) for at, values in enumerate(rows(template) * 12)]
    signed = [made.signed(each) for each in every]
    assert by_texts > len(every) // 2
    assert signed[: len(every) // 4] == [alone(office, template, each) for each in every[: len(every) // 4]]
    assert signed[-5:] == [alone(office, template, each) for each in every[-5:]]


def test_hostile_values_are_signed_or_refused_as_before(office: Office) -> None:
    template = office.folder.template()
    full = rows(template)[0]
    made = making(office, template)
    for number in (0, 3):
        made.signed(task(number, full))
    assert any(made._alike.values())
    hostile = (
        "\0",
        "a\0b",
        "\x02",
        "\x020\x03",
        "\x0299\x03",
        "%s",
        "%(a)s %",
        '"\\',
        "😀",
        " ",
        "\x7f",
    )
    refused = 0
    for place, column in enumerate(template.columns):
        for text in hostile:
            values = (*full[:place], text, *full[place + 1 :])
            try:
                expected = alone(office, template, task(3, values))
            except DocumentError as error:
                refused += 1
                with pytest.raises(DocumentError) as caught:
                    made.signed(task(3, values))
                assert (caught.value.code, caught.value.evidence) == (error.code, error.evidence), column
            else:
                assert made.signed(task(3, values)) == expected
        assert made.signed(task(6, full)) == alone(office, template, task(6, full))
    assert refused > len(template.columns)


def test_many_pupils_are_signed_alike(office: Office) -> None:
    template, chance = office.folder.template(), random.Random(2026)
    full = rows(template)[0]
    special = {ColumnType.DATE, ColumnType.DID}
    letters = "абвгдеёжзӊҕәө«»\"\\%'- ё😀"
    texts = ["".join(chance.choices(letters, k=chance.randint(1, 24))) for _ in range(200)]
    made = making(office, template)
    for number in range(DIPLOMAS):
        values = tuple(
            (
                ""
                if not column.required and chance.random() < 0.1
                else value
                if column.type in special
                else chance.choice(texts)
            )
            for column, value in zip(template.columns, full, strict=True)
        )
        wanted = task(number, values)
        assert made.signed(wanted) == alone(office, template, wanted)


def test_of_more_kinds_than_are_kept_each_row_is_filled(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "_KINDS", 2)
    template = office.folder.template()
    made = making(office, template)
    for number, values in enumerate(rows(template)):
        told = made.signed(task(number, values))
        assert told == alone(office, template, task(number, values))
        assert strict_json.loads_object(told)["id"] == task(number, values).id
    assert len(made._alike) == 2
