"""One update of a kit in a process of its own: ``python -m bench.desk.kit_update KITS SOURCE DAY PAPER``."""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vcwallet.verifier.kit import sources as kit_sources
from vcwallet.verifier.kit import updating

MADE = datetime(2027, 6, 1, 9, tzinfo=UTC)


def main(place: str, source: str, day: str, paper: str) -> None:
    begun, worked = time.perf_counter(), time.process_time()
    with (
        kit_sources.open_source(Path(source)) as opened,
        updating.staged(
            Path(place), opened, now=MADE + timedelta(days=int(day)), paper=lambda: paper
        ) as stage,
    ):
        files = len(stage.files)
        stage.install()
    seconds, processor = time.perf_counter() - begun, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "processor": processor, "peak": peak, "files": files}))


if __name__ == "__main__":
    main(*sys.argv[1:])
