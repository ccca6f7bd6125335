"""Where there are no processes, no Pillow and no PDFium, files are opened by what the reader is handed."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.world import NOW, UNIVERSITY, World
from vcwallet import strict_json
from vcwallet.bundle import codec, symbols
from vcwallet.bundle.scanning import read_inputs
from vcwallet.locales import language
from vcwallet.speaking.reports import report_lines
from vcwallet.verifier.trust import TrustList
from vcwallet.verifier.verifier import Verifier

W = World()

PROGRAM = """
import json, sys
from datetime import datetime

ABSENT = {
    *("PIL", "zxingcpp", "pypdfium2", "qrcode", "pydantic", "pyld", "joserfc", "jsonschema", "click"),
    *("subprocess", "multiprocessing", "sqlite3", "concurrent"),
}

class Absent:
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in ABSENT:
            raise ImportError(name)

for name in [each for each in sys.modules if each.partition(".")[0] in ABSENT]:
    del sys.modules[name]
sys.meta_path.insert(0, Absent())

from vcwallet.bundle.scanning import read_inputs
from vcwallet.locales import language
from vcwallet.speaking.answers import answer_words
from vcwallet.speaking.reports import report_lines
from vcwallet.verifier.office import Office
from vcwallet.verifier.trust import TrustList

given = json.loads(sys.stdin.buffer.read())

class Look:
    number, is_sharp, is_blank = 1, True, False
    def __init__(self, texts):
        self.texts = texts

class Eyes:
    def looks(self, data, *, until, only=None, first=1, thorough=False):
        yield Look(given["codes"][int(data[8:])])
    def attachments(self, data): raise AssertionError
    pages = signature_fields = attachments
    def drawn(self, markup, *, until): raise AssertionError

pictures = [(f"{number}.png", b"\\x89PNG\\r\\n\\x1a\\n%d" % number) for number in range(len(given["codes"]))]
reading = read_inputs([*pictures, ("document.json", given["document"].encode())], opener=Eyes())
office = Office.of(TrustList.parse(given["trust"].encode()))
now = datetime.fromisoformat(given["now"])
answers = office.verifier().check_found(reading, now=now)
words = [answer_words(each, language("ru")).head for each in answers.reports]
lines = [line.text for each in answers.reports for line in report_lines(each, language("ru"), details=True)]
print(json.dumps({"answers": answers.as_json(program="test"), "words": words, "lines": lines}))
"""


def test_pictures_and_documents_are_read_verified_and_told_without_them() -> None:
    """The answers are those of the computer's own way, word for word."""
    trust = strict_json.dumps(W.trust(recipient=UNIVERSITY).to_json())
    bundle = W.bundle()
    codes = symbols.lay_out(codec.encode(bundle))
    changed = bundle.to_json()
    changed["proof"]["created"] = "2026-01-01T00:00:00Z"  # type: ignore[index, call-overload]
    document = strict_json.dumps(changed)
    given = {
        "codes": [[each.digits] for each in codes],
        "document": document,
        "trust": trust,
        "now": NOW.isoformat(),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], input=json.dumps(given).encode(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(done.stdout)

    drawn = [(f"{number}.png", symbols.png([each])) for number, each in enumerate(codes)]
    reading = read_inputs([*drawn, ("document.json", document.encode())])
    answers = Verifier(TrustList.parse(trust.encode())).check_found(reading, now=NOW)
    expected = json.loads(json.dumps(answers.as_json(program="test")))
    assert [each["outcome"] for each in expected["reports"]] == ["confirmed", "refused"]
    assert told["answers"] == expected
    assert told["lines"] == [
        line.text for each in answers.reports for line in report_lines(each, language("ru"), details=True)
    ]
