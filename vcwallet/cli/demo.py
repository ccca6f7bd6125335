"""`vcwallet demo`: the whole story in one folder, by the commands a person would type."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import click

from vcwallet.cli.speak import Command, Speaker, Styled, argument, option, pass_speaker
from vcwallet.errors import N_, MachineError, UsageError
from vcwallet.files import replace_file
from vcwallet.report import Outcome
from vcwallet.speaking.report_sentences import HEADLINES

UNIVERSITY = "priem.vuz.example"
MARKER = "vcwallet-demo.txt"
PASSPHRASE = "вымышленный пароль только для показа"  # noqa: S105 - the folder is there to be looked at


@click.command(
    cls=Command,
    help=N_(
        "Play the whole story in FOLDER: an olympiad signs its results and hands them out, a family keeps and"
        " shows some of them, a university checks them offline. Every command is printed; the folder stays"
        " for the curious."
    ),
)
@argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("vcwallet-demo"))
@option("--again", is_flag=True, help=N_("Start over in a folder that an earlier demo left behind."))
@pass_speaker
def demo(speaker: Speaker, folder: Path, again: bool) -> int:
    _prepare(folder, again)
    story = _Story(speaker, folder)
    story.issue()
    story.keep_and_show()
    story.verify()
    return story.sum_up()


def _prepare(folder: Path, again: bool) -> None:
    if folder.exists() and any(folder.iterdir()):
        # Only what a demo made is ever deleted.
        if not again or not (folder / MARKER).is_file():
            raise UsageError(
                "demo.folder-not-empty",
                N_("The folder {folder} is not empty."),
                next_step=N_("Name a new folder, or say --again if an earlier demo made it."),
                folder=str(folder),
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / MARKER, b"This folder was made by `vcwallet demo` and may be deleted.\n")
    replace_file(folder / "passphrase.txt", (PASSPHRASE + "\n").encode("utf-8"))


def examples() -> Path:
    """The example data: in an installed package inside it, in a checkout beside it."""
    package = Path(__file__).parent.parent
    for place in (package / "_examples", package.parent / "examples"):
        if place.is_dir():
            return place
    raise MachineError("demo.no-examples", N_("The example data is not installed with this vcwallet."))


@dataclass
class _Story:
    speaker: Speaker
    folder: Path
    verdicts: list[tuple[str, Outcome]] = field(default_factory=list)

    def issue(self) -> None:
        sheets = examples() / "sheets"
        for name in ("olympiad-results.csv", "olympiad-results-bad.csv", "school-awards.xlsx"):
            shutil.copy(sheets / name, self.folder / name)
        self.tell(N_("1. An olympiad makes its keys and signs the results in its spreadsheet."))
        self.do(
            "issuer", "create", "--kit", "olympiad", "--site", "https://olymp.example", "olympiad", *_SECRET
        )
        self.tell(N_("A look at a sheet with mistakes: every one is named, and coloured in errors.xlsx."))
        errors = ("--errors", "errors.xlsx")
        self.do("issuer", "check", "olympiad-results-bad.csv", "--dir", "olympiad", *errors, expect=2)
        self.tell(N_("The corrected sheet: what will be signed is shown, then 120 diplomas and their PDFs."))
        self.do("issuer", "issue", "--yes", "olympiad-results.csv", "--dir", "olympiad", *_SECRET)
        self.tell(N_("A folder for each family, and what goes onto the olympiad's site."))
        self.do("issuer", "hand-out", "families", "--dir", "olympiad", *_SECRET)
        self.do("issuer", "publish", "olympiad-site", "--dir", "olympiad", *_SECRET)
        self.tell(N_("A school that has no site signs its awards as well."))
        self.do("issuer", "create", "--kit", "school", "--example", "school", *_SECRET)
        self.do("issuer", "issue", "--yes", "school-awards.xlsx", "--dir", "school", "--no-pdf", *_SECRET)

    def keep_and_show(self) -> None:
        first, second = (self.handed_out(diploma) for diploma in self.diplomas("olympiad")[:2])
        award = self.diplomas("school")[0]
        self.tell(N_("2. A family keeps what it was given, whole folders, in one encrypted file."))
        self.do("wallet", "create", "family.vcw", "--kdf", "light", *_SECRET)
        for given in ((first,), (second,), (award, "school/issued/issuer.json")):
            self.do("wallet", "add", "family.vcw", *given, "--yes", *_SECRET)
        self.do("wallet", "list", "family.vcw", *_SECRET)
        self.tell(N_("It shows one diploma to one university, for one purpose."))
        for number, name in ((1, "shown.png"), (1, "shown.json"), (3, "award.png"), (2, "second.png")):
            self.do(
                *("wallet", "present", "family.vcw", str(number), "--to", UNIVERSITY),
                *("--purpose", self.speaker.text(N_("admission 2027")), "--out", name, "--yes", *_SECRET),
            )

    def verify(self) -> None:
        self.tell(N_("3. A university chooses whom it believes. From here on nothing needs the network."))
        self.do("trust", "create", "trust-list.json", "--domain", UNIVERSITY)
        self.tell(N_("An office compares the fingerprint with the olympiad's letter; here nobody does."))
        self.do(
            *("trust", "add", "trust-list.json", "olympiad-site", "--name", "Олимпиада «Вымысел»"),
            *("--kind", "olympiad-diploma", "--number", "any", "--stage", "any", "--years", "any"),
            "--no-fingerprint-check",
        )
        confirmed, refused, unknown = Outcome.CONFIRMED, Outcome.REFUSED, Outcome.UNKNOWN
        self.verdict(N_("The picture the family sent"), confirmed, "shown.png")
        self.change_one_letter("shown.json", "changed.json")
        self.verdict(N_("The same with one letter of the name changed"), refused, "changed.json")
        self.verdict(N_("An award by a school nobody listed"), unknown, "award.png")
        self.tell(N_("The olympiad revokes the second diploma; the university brings its list up to date."))
        self.do("issuer", "revoke", self.diplomas("olympiad")[1], "--dir", "olympiad")
        self.do("issuer", "publish", "olympiad-site", "--dir", "olympiad", *_SECRET)
        self.do("trust", "update", "trust-list.json", "olympiad-site")
        self.verdict(N_("The revoked diploma"), Outcome.NOTHING, "second.png")
        self.verdict(
            N_("Shown to one university, used at another"), refused, "shown.png", "--domain", "other.example"
        )

    def change_one_letter(self, original: str, changed: str) -> None:
        """What a cheat would try: the first letter of the family name, in the family's own file."""
        text = (self.folder / original).read_text("utf-8")
        head, member, tail = text.partition('"familyName":"')
        letter = "Б" if tail[0] != "Б" else "В"
        replace_file(self.folder / changed, (head + member + letter + tail[1:]).encode("utf-8"))

    def handed_out(self, diploma: Path) -> Path:
        """The folder in which a family got a diploma."""
        (found,) = (self.folder / "families").rglob(diploma.name)
        return found.parent.relative_to(self.folder)

    def diplomas(self, issuer: str) -> list[Path]:
        return sorted(path.relative_to(self.folder) for path in (self.folder / issuer).rglob("*.vc.json"))

    # --- telling and doing ---------------------------------------------------------------------------

    def tell(self, template: str) -> None:
        self.speaker.say()
        self.speaker.write(Styled(self.speaker.text(template), bold=True))

    def do(self, *arguments: str | Path, expect: int = 0) -> int:
        """Run a command as a person would, in the demo's folder; stop the story if it ends otherwise."""
        words = [str(each) for each in arguments]
        self.speaker.write(Styled("$ vcwallet " + subprocess.list2cmdline(words), colour="cyan"))
        sys.stdout.flush()
        status = subprocess.run(  # noqa: S603 - our own program and our own arguments
            [sys.executable, "-m", "vcwallet", "--lang", self.speaker.language.code, *words],
            cwd=self.folder,
            env={**os.environ, "PYTHONUTF8": "1"},
            check=False,
        ).returncode
        if status != expect:
            raise MachineError(
                "demo.unexpected",
                N_("The command ended with {status}; the story needs {expected}."),
                status=status,
                expected=expect,
            )
        return status

    def verdict(self, title: str, expected: Outcome, *arguments: str) -> None:
        self.tell(title)
        self.do("verify", *arguments, "--trust", "trust-list.json", expect=expected.exit_status)
        self.verdicts.append((title, expected))

    def sum_up(self) -> int:
        self.speaker.say()
        words = self.speaker.text
        self.speaker.table(
            [N_("What was shown"), N_("Answer"), N_("Exit status")],
            [
                (words(title), words(HEADLINES[outcome].head), str(outcome.exit_status))
                for title, outcome in self.verdicts
            ],
            title=N_("Five answers"),
        )
        self.speaker.say(
            N_("Look around in {folder}; the passphrase is in passphrase.txt."), folder=str(self.folder)
        )
        return 0


_SECRET = ("--passphrase-file", "passphrase.txt")
