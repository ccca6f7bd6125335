"""The frame of the pages: who is let in, forms, choosing a file, long work, closing."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response

from tests.shared import HANG_SECONDS, wait_until
from tests.web.pages import HOST, NOW, OWN, TYPED, Desk
from vcwallet import limits
from vcwallet.errors import N_, UsageError
from vcwallet.locales import language
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.wallet import Wallet
from vcwallet.web.pages import application, chooser, instance, jobs, rendering, roles, uploads
from vcwallet.web.pages.application import opening_address
from vcwallet.web.pages.session import Opened
from vcwallet.web.pages.visit import Get, Post, Role, Visit


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


# --- what is let in --------------------------------------------------------------------------------


def test_the_link_of_the_command_opens_the_first_page_once(desk: Desk) -> None:
    assert desk.page.status == 200
    assert "Кто вы сегодня?" in desk.page.words
    link = f"/open/{desk.session.token()}"
    assert desk.get(link, headers=TYPED).status == 200
    assert desk.get(link, headers=TYPED).status == 410


def test_a_link_is_too_old_after_a_minute(desk: Desk) -> None:
    link = f"/open/{desk.session.token()}"
    desk.time.pass_by(timedelta(seconds=61))
    assert desk.get(link, headers=TYPED).status == 410


def test_a_link_is_not_used_up_by_a_browser_that_looks_ahead(desk: Desk) -> None:
    link = f"/open/{desk.session.token()}"
    assert desk.get(link, headers={**TYPED, "Sec-Purpose": "prefetch"}).status == 403
    assert desk.get(link, headers=TYPED).status == 200


def test_without_the_cookie_there_is_nothing(desk: Desk) -> None:
    desk.browser.cookies.clear()
    for address in ("", "static/pages.css", "closed"):
        assert desk.get(address).status == 401, address
    assert desk.get("/favicon.ico").status == 401


def test_a_request_to_another_name_is_refused(desk: Desk) -> None:
    for host in ("evil.example", "localhost:4321", "127.0.0.1"):
        assert desk.get("", headers={**OWN, "Host": host}).status == 421, host


ALLOWED = {
    ("GET", "same-origin"),
    ("GET", "none"),
    ("GET", ""),
    ("POST", "same-origin"),
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("site", ["same-origin", "same-site", "cross-site", "none", "", "same-origin, none"])
def test_only_our_own_pages_are_answered(desk: Desk, method: str, site: str) -> None:
    headers = {"Sec-Fetch-Site": site} if site else {}
    answer = desk.get("", headers=headers) if method == "GET" else desk.post("", {"x": "1"}, headers=headers)
    assert (answer.status == 200) == ((method, site) in ALLOWED)


@pytest.mark.parametrize(
    "origin", ["null", "http://127.0.0.1:4322", "http://localhost:4321", "https://evil.example"]
)
def test_a_form_of_another_origin_is_refused(desk: Desk, origin: str) -> None:
    for site in ({"Sec-Fetch-Site": "same-origin"}, {}):
        assert desk.post("", {"x": "1"}, headers={**site, "Origin": origin}).status == 403
    assert desk.post("", {"x": "1"}, headers={"Origin": f"http://{HOST}"}).status == 200


def test_every_answer_keeps_scripts_frames_and_stores_out(desk: Desk) -> None:
    for answer in (desk.get(""), desk.get("static/pages.js"), desk.get("nowhere"), desk.get("/favicon.ico")):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "trusted-types 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["x-frame-options"] == "DENY"
    assert desk.get("static/../application.py").status == 404
    assert (
        desk.get("static/fonts/golos-text-cyrillic-400-normal.woff2").headers["content-type"] == "font/woff2"
    )


def test_templates_escape_everything() -> None:
    folder = Path(application.__file__).parent
    for template in folder.glob("templates/**/*.html"):
        text = template.read_text("utf-8")
        assert "|safe" not in text.replace(" ", ""), template
        assert "style=" not in text, template
        assert "<script>" not in text, template
    for source in folder.rglob("*.py"):
        assert "Markup(" not in source.read_text("utf-8"), source


def test_a_value_called_like_a_word_of_templates_is_refused() -> None:
    """The word would be shown in its place."""
    with pytest.raises(TypeError, match="said"):
        rendering.page("plain.html", language("ru"), {"said": "Слова", "said_in": []})


def test_another_command_of_the_same_person_gets_a_link(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "семья.vcw"
    Wallet.create(path, "шесть слов и ещё одно", kdf=UNSAFE_FOR_TESTS)
    told = {"path": str(path)}
    asked = desk.browser.post("/instance", json=told, headers={"X-Vcwallet-Secret": "guessed"})
    assert asked.status_code == 401
    asked = desk.browser.post(
        "/instance", json=told, headers={"X-Vcwallet-Secret": "the secret of this program"}
    )
    target = desk.session.redeem(asked.json()["token"])
    assert target is not None
    assert target.startswith("family/open/")
    assert desk.session.chosen(target.rpartition("/")[2]) == path


def test_what_no_role_opens_is_named(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "письмо.txt"
    path.write_text("привет", "utf-8")
    with pytest.raises(UsageError) as refused:
        opening_address(desk.session, roles.ROLES, path)
    assert refused.value.code == "page.unknown-file"


def test_the_note_about_the_running_program(tmp_path: Path) -> None:
    running = instance.Running("http://127.0.0.1:1", "secret")
    assert instance.find(tmp_path) is None
    instance.announce(tmp_path, running)
    assert instance.find(tmp_path) == running
    assert running.link(None) is None  # nobody listens there
    instance.withdraw(tmp_path, instance.Running("http://127.0.0.1:2", "another"))
    assert instance.find(tmp_path) == running
    instance.withdraw(tmp_path, running)
    assert instance.find(tmp_path) is None


# --- the first page ----------------------------------------------------------------------------------


def test_the_language_is_switched_in_place(desk: Desk) -> None:
    page = desk.post(f"{desk.page.path}?language=en")
    assert "Who are you today?" in page.words
    assert 'lang="en"' in page.html
    assert "Кто вы сегодня?" in desk.post(f"{page.path}?language=ru").words
    assert "Кто вы сегодня?" in desk.post(f"{page.path}?language=xx").words


def test_what_was_opened_is_listed_and_forgotten(desk: Desk, tmp_path: Path) -> None:
    there, gone = tmp_path / "Документы" / "семья.vcw", tmp_path / "stick" / "старое.vcw"
    there.touch()
    desk.places.remember(gone, "family", NOW.date())
    desk.places.remember(there, "family", NOW.date())
    page = desk.get("")
    assert "семья.vcw" in page.words
    assert "2 марта 2026" in page.words.replace("\u00a0", " ")
    assert "старое.vcw" in page.words
    assert str(tmp_path) not in page.html
    page = desk.post("", {"forget": page.value("forget", number=1)})
    assert "старое.vcw" not in page.words
    assert [each.path for each in desk.places.before()] == [there]


def test_a_memory_that_is_damaged_is_an_empty_one(desk: Desk) -> None:
    desk.places.state.mkdir(exist_ok=True)
    for content in (
        b"",
        b"{",
        b'{"opened": [{"path": 1}]}',
        b'{"opened": [1, {"path": "a", "kind": "b", "day": "x"}]}',
    ):
        (desk.places.state / "opened.json").write_bytes(content)
        assert desk.get("").status == 200


# --- choosing ------------------------------------------------------------------------------------------


def test_a_file_is_found_by_going_through_folders(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "Документы" / "Школа"
    folder.mkdir()
    Wallet.create(folder / "семья.vcw", "шесть слов и ещё одно", kdf=UNSAFE_FOR_TESTS)
    (folder / "фото.jpg").touch()
    page = desk.post("", {"find": "1"})
    assert "Школа" in page.words
    page = desk.post(page.path, {"into": page.value("into")})
    assert "семья.vcw" in page.words
    assert "фото.jpg" not in page.words
    answer = desk.browser.post(page.path, data={"pick": page.value("pick")}, headers=OWN)
    assert answer.headers["location"].startswith(f"/{desk.session.place}/family/open/")
    assert str(tmp_path) not in page.html


def test_nothing_outside_the_home_folder_is_reached(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "Документы" / "наружу").symlink_to("/etc")
    (tmp_path / ".hidden").mkdir()
    page = desk.post("", {"find": "1"})
    assert "наружу" not in page.words
    for entry in ("up", "up", "up"):
        page = desk.post(page.path, {entry: "1"})
    assert "Документы" in page.words
    assert ".hidden" not in page.words
    for number in ("99", "-1", "1e3", "²", "../..", "0" * 400, "000000" + "9" * 3, "9" * 5000):
        assert desk.post(page.path, {"into": number}).status == 200
        assert desk.post(page.path, {"root": number}).status == 200
    assert "Документы" in desk.page.words


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "C:x",
        "x\0",
        "CON",
        "nul.txt",
        "lpt1.vcw",
        ".x",
        "x.",
        "я" * 120,
        "a\u202eb",
    ],
)
def test_a_name_of_a_new_file_means_the_same_everywhere(name: str) -> None:
    with pytest.raises(UsageError) as refused:
        chooser.file_name(name)
    assert refused.value.code == "page.file-name"


def test_a_name_with_cyrillic_letters_and_spaces_is_fine() -> None:
    assert chooser.file_name("Кошелёк Вымысловых (копия).vcw") == "Кошелёк Вымысловых (копия).vcw"


def test_a_choice_that_is_forgotten_is_told(desk: Desk) -> None:
    page = desk.get("choose/AAAAAAAAAAAAAAAAAAAAAA")
    assert (page.status, page.code) == (422, "page.forgotten")
    assert "Начните снова" in page.words


# --- what is opened: a role of this test's own ---------------------------------------------------------


class Drawer(Opened):
    kind = "drawer"
    title = "ящик"

    def __init__(self) -> None:
        super().__init__()
        self.is_shut = threading.Event()
        self.go_on = threading.Event()
        self.got: list[tuple[str, bytes]] = []

    def shut(self) -> None:
        self.is_shut.set()


def _home(visit: Visit[Drawer]) -> Response:
    return visit.page("closed.html", resting=())


def _take(visit: Visit[Drawer]) -> Response:
    visit.opened.got += [(each.name, each.content) for each in visit.form.files("files")]
    return visit.go()


def _fail(visit: Visit[Drawer]) -> Response:
    raise ZeroDivisionError("секрет")


def _long(visit: Visit[Drawer]) -> Response:
    def work(job: jobs.Job) -> str:
        for _ in range(3):
            visit.opened.go_on.wait(HANG_SECONDS)
            job.step()
        return "done"

    return visit.start(N_("Closed"), 3, work, back="")


def _chosen(visit: Visit[Drawer]) -> Response:
    raise AssertionError(visit.chosen())


ROUTES = (
    Get("", _home),
    Get("done", _home),
    Get("fail", _fail),
    Get("chosen/{chosen}", _chosen),
    Post("take", _take),
    Post("long", _long),
)


@pytest.fixture
def drawer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drawer]:
    role = Role("drawer", lambda path: False, lambda: ((), ROUTES))
    answering: Any = desk.app
    while not hasattr(answering, "_roles"):
        answering = getattr(answering, "_app", None) or answering.app
    answering._roles["drawer"] = role
    drawer = Drawer()
    desk.session.enter(drawer)
    yield drawer
    drawer.go_on.set()


def test_files_are_held_in_memory(desk: Desk, drawer: Drawer, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    def spooled(self: Any) -> None:
        raise AssertionError("a file was spooled to the disk")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", spooled)
    large = b"x" * (3 * limits.MIB)
    desk.post(f"{drawer.id}/take", {"note": "я"}, files=[("files", "диплом.json", large), ("files", "", b"")])
    assert drawer.got == [("диплом.json", large)]


def test_a_form_over_a_ceiling_is_refused(
    desk: Desk, drawer: Drawer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAGES_UPLOAD_BYTES", 1000)
    page = desk.post(f"{drawer.id}/take", files=[("files", "a", b"x" * 2000)])
    assert (page.status, page.code) == (422, "page.too-much")
    assert "Дайте это по частям" in page.words
    monkeypatch.setattr(limits, "PAGES_UPLOAD_BYTES", 10**6)
    monkeypatch.setattr(limits, "PAGES_UPLOAD_FILES", 2)
    assert desk.post(f"{drawer.id}/take", files=[("files", "a", b"x")] * 3).status == 422
    assert drawer.got == []


def test_what_is_no_form_is_refused(desk: Desk, drawer: Drawer) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        answer = desk.browser.post(
            f"/{desk.session.place}/{drawer.id}/take",
            content=b"--y\r\nnothing",
            headers={**OWN, "Content-Type": kind},
        )
        code = "page.form-malformed"
        assert f'data-code="{code}"' in answer.text, kind
    assert drawer.got == []


async def _slow(self: Any) -> Any:
    yield b"a"
    raise TimeoutError


async def _cut(self: Any) -> Any:
    yield b"a"
    raise uploads.ClientDisconnect


@pytest.mark.parametrize(("stream", "code"), [(_slow, "page.too-slow"), (_cut, "page.cut-short")])
def test_what_does_not_arrive_is_told(
    desk: Desk, drawer: Drawer, monkeypatch: pytest.MonkeyPatch, stream: Callable[..., Any], code: str
) -> None:
    monkeypatch.setattr(uploads.Request, "stream", stream)
    page = desk.post(f"{drawer.id}/take", {"x": "y"})
    assert (page.status, page.code) == (422, code)


def test_a_mistake_of_the_program_is_told_without_its_details(desk: Desk, drawer: Drawer) -> None:
    page = desk.get(f"{drawer.id}/fail")
    assert page.status == 500
    assert "секрет" not in page.html
    assert "Traceback" not in page.html


def test_a_path_is_taken_from_no_request(desk: Desk, drawer: Drawer) -> None:
    page = desk.get(f"{drawer.id}/chosen/etc")
    assert page.status == 422
    assert "уже не помнит" in page.words


def test_what_work_has_to_say_is_left_for_the_page_that_a_person_sees(desk: Desk, drawer: Drawer) -> None:
    """The script that follows the work asks for its page, too, and shows nothing of where that leads."""
    desk.browser.post(f"/{desk.session.place}/{drawer.id}/long", headers=OWN)
    drawer.go_on.set()
    assert drawer.job is not None
    job_of = drawer.job
    wait_until(lambda: not job_of.running)
    drawer.notice = "Сделано именно это."
    job = f"/{desk.session.place}/{drawer.id}/job"
    told = desk.browser.get(job, headers={**OWN, "Sec-Fetch-Dest": "empty"})
    assert (told.status_code, told.content) == (204, b"")
    assert told.headers["content-type"].startswith("text/html")
    assert "Сделано именно это." in desk.get(job).words


def test_long_work_is_shown_and_stopped(desk: Desk, drawer: Drawer) -> None:
    answer = desk.browser.post(f"/{desk.session.place}/{drawer.id}/long", headers=OWN)
    job = answer.headers["location"]
    assert job.endswith(f"{drawer.id}/job")
    assert 'data-job="running"' in desk.browser.get(job, headers=OWN).text
    # Every other page of it leads to the work.
    other = desk.browser.get(f"/{desk.session.place}/{drawer.id}/", headers=OWN)
    assert other.headers["location"] == job
    shown = desk.browser.get(job, headers=OWN).text
    desk.browser.post(
        f"{job}/stop", data={"job": re.findall(r'name="job" value="([^"]*)"', shown)[0]}, headers=OWN
    )
    assert "Остановимся" in desk.browser.get(job, headers=OWN).text
    drawer.go_on.set()
    page = desk.get(job)
    assert "Прервано" in page.words
    assert drawer.job is not None
    assert drawer.job.error is not None
    assert drawer.job.error.code == "job.stopped"


def test_work_that_is_done_leads_on(desk: Desk, drawer: Drawer) -> None:
    drawer.go_on.set()
    assert desk.post(f"{drawer.id}/long").path.endswith(f"{drawer.id}/done")


def test_closing_lets_go_of_the_keys_and_the_pages(desk: Desk, drawer: Drawer) -> None:
    cookie = desk.session.cookie
    page = desk.post(f"{drawer.id}/close")
    assert "Закрыто" in page.words
    assert drawer.is_shut.wait(HANG_SECONDS)
    assert desk.session.cookie != cookie
    assert desk.get(f"{drawer.id}/").path.endswith("/closed")
    assert desk.post(f"{drawer.id}/take", {"x": "y"}).path.endswith("/closed")


def test_what_nobody_touches_is_closed(desk: Desk, drawer: Drawer) -> None:
    desk.time.pass_by(timedelta(minutes=9))
    desk.get(f"{drawer.id}/")
    desk.time.pass_by(timedelta(minutes=9))
    assert desk.session.close_idle() == ()
    desk.time.pass_by(timedelta(minutes=2))
    assert desk.session.close_idle() == (drawer,)
    assert drawer.is_shut.wait(HANG_SECONDS)


def test_looking_for_what_is_idle_while_something_is_opened_does_not_end_the_looking(
    desk: Desk, drawer: Drawer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pages look on one thread while another opens a file; who stops looking closes nothing any more."""
    touch = desk.session.touch

    def touching(opened: Opened) -> None:
        assert desk.session.close_idle() == ()
        touch(opened)

    monkeypatch.setattr(desk.session, "touch", touching)
    second = Drawer()
    desk.session.enter(second)
    monkeypatch.undo()
    desk.time.pass_by(timedelta(minutes=11))
    assert desk.session.close_idle() == (drawer, second)


def test_a_computer_that_slept_is_idle(desk: Desk, drawer: Drawer) -> None:
    desk.time.now += timedelta(hours=8)  # the other clock stood still
    assert desk.session.close_idle() == (drawer,)


def test_work_under_way_keeps_what_it_works_on_open(desk: Desk, drawer: Drawer) -> None:
    desk.browser.post(f"/{desk.session.place}/{drawer.id}/long", headers=OWN)
    desk.time.pass_by(timedelta(hours=1))
    assert desk.session.close_idle() == ()


def test_looking_at_work_is_not_being_there(desk: Desk, drawer: Drawer) -> None:
    drawer.go_on.set()
    desk.post(f"{drawer.id}/long")
    desk.time.pass_by(timedelta(minutes=9))
    desk.browser.get(f"/{desk.session.place}/{drawer.id}/job", headers=OWN)
    desk.time.pass_by(timedelta(minutes=2))
    assert desk.session.close_idle() == (drawer,)


def test_ending_closes_everything(desk: Desk, drawer: Drawer) -> None:
    page = desk.post("end")
    assert "Программа закрыта" in page.words
    assert drawer.is_shut.wait(HANG_SECONDS)
    assert desk.ended
    assert desk.session.opened == {}
