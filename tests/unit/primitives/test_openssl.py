"""What OpenSSL says in its own way is said in that of the interface."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from cryptography.exceptions import InternalError, UnsupportedAlgorithm

from vcwallet import primitives
from vcwallet.primitives import openssl


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (InternalError("no memory", []), MemoryError),
        (MemoryError(), MemoryError),
        (UnsupportedAlgorithm("no Argon2id"), primitives.NoArgon2id),
    ],
)
def test_argon2id_that_cannot_be_had(
    theirs: Exception, ours: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(**parameters: object) -> None:
        raise theirs

    monkeypatch.setattr(openssl, "Argon2id", refuses)
    with pytest.raises(ours):
        openssl.argon2id(b"p", b"saltsalt", memory_kib=64, passes=1, lanes=1, length=32)


def test_javascript_has_what_the_other_host_asks_for() -> None:
    """Each function that Python calls is exported, and none is exported for nobody."""
    folder = files("vcwallet.primitives") / "browser"
    asked = re.findall(r"javascript\.(\w+)\(", (folder / "__init__.py").read_text("utf-8"))
    exported = re.findall(r"^export function (\w+)\(", (folder / "primitives.mjs").read_text("utf-8"), re.M)
    assert len(exported) > 10
    assert sorted(set(asked)) == sorted(exported)
