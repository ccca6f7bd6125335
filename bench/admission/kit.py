"""The kit that an office is given on a stick: what it has to know, signed by people who do not exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bench.admission.organisations import NOW, YEARS, Registers, levels
from tests.kits import Maintainer
from vcwallet import strict_json
from vcwallet.strict_json import JsonObject
from vcwallet.verifier.kit.files import KitFiles
from vcwallet.verifier.kit.layout import Manifest, fingerprint_of

_MANIFEST = Manifest(
    "practice",
    {"ru": "Комплект для упражнения", "en": "The practice kit"},
    {"ru": "Вымышленный центр олимпиад"},
    "+7 000 000-00-00",
)
RULES_ID = "vymysel.example/2027"
MADE = NOW - timedelta(days=1)


def make(registers: Registers, rules: bytes) -> tuple[KitFiles, str]:
    """The kit, and the fingerprint that stands on the maintainer's paper."""
    maintainer = Maintainer(manifest=_MANIFEST, seed="practice ")
    kit = maintainer.make(_content(registers, rules), MADE)
    return kit, fingerprint_of(kit.roots[0].signed_bytes)


def _content(registers: Registers, rules: bytes) -> Mapping[str, bytes]:
    # The domain is the office's own to say: a kit is for many of them.
    trust = replace(registers.trust_list(with_status_lists=False), recipient=None, list_name="national")
    files: dict[str, JsonObject] = {"trust/national.json": trust.to_json()}
    for entry, lists in registers.status_lists().items():
        for number, document in enumerate(lists, 1):
            files[f"status/{entry}/{number}.json"] = document
    for year in YEARS:
        files[f"levels/{year.first}-{year.second % 100:02}.json"] = levels(year)
    return {
        **{path: strict_json.dumps(document).encode() for path, document in files.items()},
        f"packs/{RULES_ID}.toml": rules,
    }
