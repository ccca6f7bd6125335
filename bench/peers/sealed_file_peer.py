"""This package's sealed file as a worker, in a process of its own like the others."""

import os
from pathlib import Path

from bench.peers.peer import serve
from vcwallet.sealed_file import DEFAULT, UNSAFE_FOR_TESTS, Passphrase, SealedFile
from vcwallet.sealed_file.slots import argon2id

state = {}


def setup(request):
    path = Path(request["folder"]) / "family.vcw"
    file = SealedFile.create(path, kind="wallet", passphrase="bench", kdf=UNSAFE_FOR_TESTS)
    records = [
        file.put(os.urandom(request["bytes"]), kind="credential", owner="a") for _ in range(request["count"])
    ]
    file.save()
    # It remembers the key it derived, so opening again is opening after derivation.
    secret = Passphrase("bench")
    state.update(path=path, secret=secret, middle=records[len(records) // 2], bytes=request["bytes"])
    state["file"] = SealedFile.open(path, kind="wallet", secret=secret)


def opening(request):
    SealedFile.open(state["path"], kind="wallet", secret=state["secret"])


def read(request):
    state["file"].get(state["middle"])


def add(request):
    state["file"].put(os.urandom(state["bytes"]), kind="credential", owner="a")
    state["file"].save()


def derive(request):
    argon2id(b"bench", bytes(16), DEFAULT)


def size(request):
    return state["path"].stat().st_size


serve(setup, {"open": opening, "read": read, "add": add, "derive": derive, "size": size})
