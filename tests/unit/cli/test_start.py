"""What a command loads: a person waits for it, so nothing heavy is imported that the command does not use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.world import NOW, UNIVERSITY, World
from vcwallet import strict_json
from vcwallet.bundle import codec, symbols
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.wallet import Profile, Wallet

WORDS = "сорок две выдуманные вороны"
NEVER = (
    *("pydantic", "pydantic_core", "pyld", "jsonschema", "sqlalchemy", "requests", "asyncio", "starlette"),
    *("typst", "tuf", "distributed", "joserfc", "openpyxl", "xlsxwriter", "python_calamine", "pypdfium2"),
    *("vcwallet.issuer", "vcwallet.tables", "vcwallet.web", "vcwallet.fetch", "vcwallet.conformance"),
)
"""By no command that a family or an officer waits for."""
OF_VERIFY = (
    *("rich", "sqlite3", "tomllib", "importlib.metadata", "vcwallet.wallet", "vcwallet.sealed_file"),
    *("vcwallet.verifier.policy", "vcwallet.verifier.policy_pack", "vcwallet.verifier.levels"),
    *("vcwallet.verifier.seen", "vcwallet.verifier.desk_key", "vcwallet.verifier.protocol"),
    *("vcwallet.verifier.kit", "vcwallet.verifier.trust_changes", "vcwallet.verifier.queue"),
    *(
        "vcwallet.speaking.decisions",
        "vcwallet.speaking.protocol",
        "vcwallet.bundle.slip",
        "vcwallet.printing",
    ),
    *("vcwallet.bundle.openid4vp", "vcwallet.bundle.openid_asked", "vcwallet.bundle.dcql"),
    *("vcwallet.bundle.learncard", "vcwallet.executors", "PIL.ImageFilter", "PIL.ImageOps"),
)
OF_WALLET_LIST = (
    *("PIL", "zxingcpp", "sqlite3", "vcwallet.verifier", "vcwallet.executors"),
    *("vcwallet.bundle.openid4vp", "vcwallet.bundle.dcql", "vcwallet.wallet.openid_answering"),
)
OF_HELP = (
    *("PIL", "zxingcpp", "rich", "cryptography", "sqlite3", "vcwallet.bundle", "vcwallet.credentials"),
    *("vcwallet.proofs", "vcwallet.verifier", "vcwallet.wallet", "vcwallet.sealed_file"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    world = World()
    drawn = symbols.lay_out(codec.encode(world.bundle()))
    (tmp_path / "shown.png").write_bytes(symbols.png(drawn))
    trust = world.trust(recipient=UNIVERSITY).to_json()
    (tmp_path / "trust.json").write_text(strict_json.dumps(trust), "utf-8")
    wallet = Wallet.create(tmp_path / "family.vcw", WORDS, kdf=UNSAFE_FOR_TESTS)
    wallet.add_child(Profile("Тестовна"), now=NOW)
    wallet.save()
    (tmp_path / "secret.txt").write_text(WORDS, "utf-8")
    return tmp_path


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The modules that a process of the program has when the command is done."""
    program = (
        "import sys, pathlib\nfrom vcwallet.cli import main\n"
        f"try:\n    main({list(arguments)!r})\nexcept SystemExit as ended:\n    status = ended.code\n"
        "pathlib.Path('modules').write_text('\\n'.join(sys.modules))\nsys.exit(status)"
    )
    ended = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return set((folder / "modules").read_text().splitlines())


def too_much(modules: set[str], names: tuple[str, ...]) -> list[str]:
    return sorted(each for each in modules if each in names or each.startswith(tuple(f"{n}." for n in names)))


@pytest.mark.parametrize(
    ("arguments", "names", "used"),
    [
        (["--help"], OF_HELP, "click"),
        (["verify", "shown.png", "--trust", "trust.json", "--now", NOW.isoformat()], OF_VERIFY, "zxingcpp"),
        (
            ["wallet", "list", "family.vcw", "--passphrase-file", "secret.txt"],
            OF_WALLET_LIST,
            "vcwallet.wallet",
        ),
    ],
    ids=["help", "verify a picture", "wallet list"],
)
def test_a_command_loads_what_it_uses(
    folder: Path, arguments: list[str], names: tuple[str, ...], used: str
) -> None:
    modules = loaded(folder, *arguments)
    assert used in modules
    assert too_much(modules, (*NEVER, *names)) == []


def test_one_name_too_many_is_seen() -> None:
    assert too_much({"rich.table", "richer", "click"}, OF_VERIFY) == ["rich.table"]
