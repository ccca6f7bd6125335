"""Handing out: what is chosen becomes a folder or an archive, and nothing else lies about."""

from __future__ import annotations

import io
import zipfile

from tests.web.secretary.offices import FOLDER, Office


def test_a_folder_for_each_pupil_is_written_where_the_person_chose(opened: Office) -> None:
    page = opened.go("hand-out")
    assert "могут быть выданы 2 диплома" in page.words.replace("\u00a0", " ")
    opened.send("hand-out", by="pupil", archives="none")
    page = opened.choose(opened.home / "Документы", name="Раздать")
    assert "Записать в эту папку?" in page.words
    assert not (opened.home / "Документы" / "Раздать").exists()
    page = opened.post(page.path)
    assert "Можно раздавать" in page.words
    assert "2 диплома, 2 ученика" in page.words
    place = opened.home / "Документы" / "Раздать"
    assert (place / "handout.xlsx").is_file()
    assert len(list(place.rglob("*.vc.json"))) == len(list(place.rglob("*.pdf"))) == 2
    opened.post(page.path)
    assert opened.shown == [place]


def test_locked_archives_are_downloaded_with_their_codes_on_the_page(opened: Office) -> None:
    page = opened.send("hand-out", by="pupil", archives="pupil", locked="1", download="1")
    assert "Код" in page.words
    archive = opened.get(page.address("kept/"))
    assert "attachment" in archive.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(archive.content)) as packed:
        names = packed.namelist()
    assert sum(name.endswith(".zip") for name in names) == 2
    left = [each.name for each in (opened.home / FOLDER).iterdir() if each.name.startswith(".handing-out")]
    assert left == []


def test_only_one_class_is_handed_out(opened: Office) -> None:
    page = opened.go("hand-out")
    assert "10 «А»" in page.words
    page = opened.send("hand-out", **{"by": "class", "class": "9 «Б»", "download": "1"})
    assert "1 диплом, 1 ученик" in page.words
    assert "Тестов" not in page.words


def test_a_folder_that_is_there_is_not_written_over(opened: Office) -> None:
    place = opened.home / "Документы" / "Раздать"
    place.mkdir()
    (place / "чужое.txt").write_text("не трогать", "utf-8")
    opened.send("hand-out", by="pupil", archives="none")
    page = opened.choose(opened.home / "Документы", name="Раздать")
    page = opened.post(page.path)
    assert page.status == 200 or page.status == 422
    assert "уже есть" in page.words
    assert (place / "чужое.txt").read_text("utf-8") == "не трогать"


def test_a_forgotten_task_leads_back(opened: Office) -> None:
    assert opened.go("hand-out/nothing").status == 422
