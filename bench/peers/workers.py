"""Peers as worker processes: one JSON request a line in, one JSON answer a line out.

    setup:      {"do": "setup", "contexts": {...}, "keys": {...}}                       -> {}
    operation:  {"do": name, "times": n, ...} -> {"seconds": s, "processor": s, "result": text, "memory": n}
    either:                                     -> {"error": "..."}

A peer's packages are installed under a cache folder (``VCWALLET_BENCH_CACHE``, by default the user's own),
never into the project's environment. A peer that cannot be had is skipped with a printed reason.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent.parent
CACHE = Path(os.environ.get("VCWALLET_BENCH_CACHE") or Path.home() / ".cache" / "vcwallet-bench")


class Unavailable(Exception):
    """The peer cannot be had here; the message says why."""


class Worker:
    """One peer process."""

    def __init__(self, name: str, command: Sequence[str | Path], cwd: Path | None = None) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            cwd=cwd,
        )

    def ask(self, **request: Any) -> dict[str, Any]:
        """One request. Raises RuntimeError with what the peer said went wrong."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request, ensure_ascii=False) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with status {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"{self.name}: {answer['error']}")
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)


def own(package: str = "") -> Worker:
    """This package, in a process of its own like the others; or what is in the folder `package`."""
    program = (
        f"import sys, runpy; sys.path.insert(0, {package!r}); import vcwallet; sys.path.pop(0);"
        "runpy.run_module('bench.peers.vcwallet_peer', run_name='__main__')"
    )
    run = ["-c", program] if package else ["-m", "bench.peers.vcwallet_peer"]
    return Worker("before" if package else "vcwallet", [sys.executable, *run], cwd=HERE.parent)


def javascript(script: str) -> Worker:
    """A script of ``bench/js`` with the packages its ``package.json`` names."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Unavailable("node and npm are not installed")
    source = HERE / "js"
    manifest = (source / "package.json").read_bytes()
    folder = CACHE / f"js-{hashlib.sha256(manifest).hexdigest()[:12]}"
    if not (folder / ".ready").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_bytes(manifest)
        quiet = ["--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
        _run([npm, "install", *quiet], folder, "npm could not install the packages")
        (folder / ".ready").touch()
    shutil.copy(source / script, folder / script)
    return Worker("JavaScript", [node, folder / script])


def python(name: str, script: str, *requirements: str) -> Worker:
    """A script of ``bench/peers`` under a Python that has `requirements`."""
    key = hashlib.sha256("\n".join((sys.version, *requirements)).encode()).hexdigest()[:12]
    folder = CACHE / f"{name}-{key}"
    interpreter = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not (folder / ".ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        install: list[str | Path] = [
            interpreter,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        _run([*install, *requirements], folder, f"pip could not install {', '.join(requirements)}")
        (folder / ".ready").touch()
    return Worker(name, [interpreter, HERE / "peers" / script])


def _run(command: Sequence[str | Path], folder: Path, complaint: str) -> None:
    try:
        subprocess.run(
            [str(part) for part in command],
            cwd=folder,
            check=True,
            capture_output=True,
            encoding="utf-8",
            timeout=600,
        )
    except (subprocess.SubprocessError, OSError) as error:
        said = getattr(error, "stderr", None) or str(error)
        raise Unavailable(f"{complaint}: {said.strip().splitlines()[-1:]}") from None
