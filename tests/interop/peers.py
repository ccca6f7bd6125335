"""Starting the npm packages, in the workers and the cache folder of `bench.peers.workers`."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.peers import workers
from bench.peers.workers import Unavailable, Worker
from tests.shared import ROOT, need

BENCH = ROOT / "bench" / "js"
HERE = Path(__file__).parent


@contextmanager
def started(source: Path, script: str) -> Iterator[Worker]:
    """A script of `source` with the packages its ``package.json`` names.

    Without them it skips with a reason, or fails under CI. They are installed only when VCWALLET_INTEROP=1,
    and only by one process: npm has no lock for a folder.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    need(node is not None and npm is not None, "node and npm are not installed")
    assert node is not None
    assert npm is not None
    manifest = (source / "package.json").read_bytes()
    # The name `workers.javascript` gives it, so that what a benchmark installed is used.
    folder = workers.CACHE / f"js-{hashlib.sha256(manifest).hexdigest()[:12]}"
    if not (folder / ".ready").exists():
        alone = os.environ.get("VCWALLET_INTEROP") == "1" and "PYTEST_XDIST_WORKER" not in os.environ
        need(alone, f"npm packages not in {folder} (VCWALLET_INTEROP=1 without -n installs them)")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_bytes(manifest)
        quiet = ["--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
        try:
            workers._run([npm, "install", *quiet], folder, "npm could not install the packages")
        except Unavailable as reason:
            need(False, str(reason))
        (folder / ".ready").touch()
    # Node looks for packages beside the script, and for what it shares with others.
    for each in source.glob("*.mjs"):
        target, content = folder / each.name, each.read_bytes()
        if not target.exists() or target.read_bytes() != content:
            target.write_bytes(content)
    worker = Worker(script, [node, folder / script])
    # `Worker.close` leaves the pipe of answers open.
    with worker._process:
        try:
            yield worker
        finally:
            worker.close()
