"""What pages for a site are made of, fetched and prepared once, for the tests: `make page`.

    python -m tools.page_runtime          # prints the folder

The tests never reach for a network: they take what lies there.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from vcwallet.page.runtime import Runtime

__all__ = ["FOLDER", "PACKAGE"]

PACKAGE: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = Path(os.environ.get("VCWALLET_PAGE_CACHE") or Path.home() / ".cache" / "vcwallet-page")


def main() -> None:
    sys.stdout.write(f"{Runtime.fetched(FOLDER, package=PACKAGE).folder}\n")


if __name__ == "__main__":
    main()
