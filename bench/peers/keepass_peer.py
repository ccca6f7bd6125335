"""KDBX4 (pykeepass) as a worker: one entry for each credential, its text in the notes."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from peer import serve
from pykeepass import PyKeePass, create_database

state = {}


def text(size):
    return os.urandom(size // 2).hex()


def setup(request):
    path = Path(request["folder"]) / "family.kdbx"
    database = create_database(str(path), password="bench")
    for number in range(request["count"]):
        database.add_entry(database.root_group, f"{number}", "", "", notes=text(request["bytes"]))
    database.save()
    state.update(path=path, bytes=request["bytes"], number=request["count"])
    state["middle"] = str(request["count"] // 2)
    state["database"] = PyKeePass(str(path), password="bench")
    state["key"] = state["database"].transformed_key


def opening(request):
    PyKeePass(str(state["path"]), transformed_key=state["key"])


def read(request):
    state["database"].find_entries(title=state["middle"], first=True).notes  # noqa: B018 - reading is the work


def add(request):
    state["number"] += 1
    database = state["database"]
    database.add_entry(database.root_group, str(state["number"]), "", "", notes=text(state["bytes"]))
    database.save(transformed_key=state["key"])


def derive(request):
    PyKeePass(str(state["path"]), password="bench")


def size(request):
    return state["path"].stat().st_size


serve(setup, {"open": opening, "read": read, "add": add, "derive": derive, "size": size})
