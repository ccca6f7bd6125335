"""Pages are made by the windows of one program at once, each on a thread of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from vcwallet import printing
from vcwallet.strict_json import JsonObject


def test_two_windows_print_by_one_arrangement_at_once(tmp_path: Path) -> None:
    arrangement = tmp_path / "page.typ"
    arrangement.write_text("#json(bytes(sys.inputs.data)).word\n#lorem(2000)\n", "utf-8")
    words: list[JsonObject] = [{"word": f"Пробник {number % 2}"} for number in range(12)]

    def printed(data: JsonObject) -> bytes:
        return printing.pdf(arrangement, data, seconds=0)

    with ThreadPoolExecutor(2) as windows:
        made = list(windows.map(printed, words))
    assert made[:2] * 6 == made
    assert made[0] != made[1]
