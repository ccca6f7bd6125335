"""`vcwallet issuer check`, and what `issue` shows and asks before it signs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.issuer.kits import HEADERS, OTHER, PUPIL, csv
from tests.unit.issuer.offices import Office
from tests.unit.issuer.test_commands import NOW, Terminal
from vcwallet import locales
from vcwallet.cli.issuer import issuer as issuer_commands
from vcwallet.cli.speak import Speaker
from vcwallet.errors import UsageError


def test_a_check_shows_values_diplomas_and_how_rows_stand(terminal: Terminal, olympiad: Path) -> None:
    sheet = terminal.folder / "Итоги.csv"
    sheet.write_bytes(csv([*PUPIL[:5], "Победитель"], OTHER))
    said = terminal.do("check", sheet, "--dir", olympiad, *NOW)
    for words in ("Победитель", "Диплом победителя", "A diploma, as it will be read", "Примерова Выдумка"):
        assert words in said
    terminal.do("issue", "--yes", sheet, "--dir", olympiad, *NOW)
    sheet.write_bytes(csv([*PUPIL[:5], "Победитель"], OTHER, ["Макетов", *PUPIL[1:]]))
    said = terminal.do("check", sheet, "--dir", olympiad, *NOW)
    assert "Signed before, word for word: 2." in said
    assert terminal.json("check", sheet, "--dir", olympiad, *NOW)["signedBefore"] == [2, 3]
    assert len(Office.at(olympiad).files()) == 2


def test_nothing_is_signed_before_somebody_agreed(
    terminal: Terminal, olympiad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = terminal.folder / "Итоги.csv"
    sheet.write_bytes(csv(PUPIL))
    said = terminal.do("issue", sheet, "--dir", olympiad, *NOW, expect=2)
    assert "--yes" in said
    assert not list(olympiad.glob("issued/*.json"))
    questions: list[str] = []

    def agreed(self: Speaker, template: str, /, *, yes: bool = False, **values: object) -> bool:
        questions.append(template.format(**values))
        return False

    monkeypatch.setattr(Speaker, "agreed", agreed)
    terminal.do("issue", sheet, "--dir", olympiad, *NOW, expect=2)
    assert questions == ["Sign 1?"]
    assert not list(olympiad.glob("issued/*.json"))


def test_a_mistake_made_many_times_is_said_once(terminal: Terminal, olympiad: Path) -> None:
    sheet = terminal.folder / "Итоги.csv"
    letters = "абвгдежзик"
    rows = [[f"Тестов{letters[n // 10]}{letters[n % 10]}", *PUPIL[1:4], "99", "1"] for n in range(82)]
    sheet.write_bytes(csv(*rows))
    said = terminal.do("check", sheet, "--dir", olympiad, *NOW, expect=2)
    assert "Mistakes: 82" in said
    assert "E2, E3, E4, E5, E6, E7, E8, E9 … (82), Класс: «99»" in said
    assert said.count("is not a class") == 1
    assert len(said.splitlines()) < 40


def test_rows_are_allowed_by_number_and_range(terminal: Terminal, olympiad: Path) -> None:
    sheet = terminal.folder / "Итоги.csv"
    headers = [*HEADERS, "Школа"]
    sheet.write_bytes(csv([*PUPIL, "Медицинский лицей"], [*OTHER, "Медицинский лицей"], headers=headers))
    terminal.do("check", sheet, "--dir", olympiad, *NOW, expect=2)
    terminal.do("check", sheet, "--dir", olympiad, "--allow-text", "2", *NOW, expect=2)
    terminal.do("check", sheet, "--dir", olympiad, "--allow-text", "2-3", *NOW)
    for words, code in (("9-3", "issuer.allow-text"), ("2", "issuer.sheet-has-mistakes")):
        command = ["check", str(sheet), "--dir", str(olympiad), "--allow-text", words, *NOW]
        with pytest.raises(UsageError) as caught:
            issuer_commands.main(command, standalone_mode=False, obj=Speaker(locales.language("en")))
        assert caught.value.code == code
