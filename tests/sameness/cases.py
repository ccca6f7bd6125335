"""What is shown: everything of every fate that other tests make, and files of every kind.

Each generator goes on as long as it is asked, or ends with what there is, and is the same at every run.
"""

from __future__ import annotations

import io
import json
import random
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import timedelta, timezone
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from tests import bbs, tokens
from tests.mutations import test_bundle_changes, test_changed_evidence
from tests.sameness.hosts import SETTINGS, Case
from tests.shared import ROOT, VECTORS
from tests.unit.bundle.test_opening import LOCKED, PLAIN, UNREADABLE
from tests.unit.bundle.test_others_files import signed_pdf
from tests.unit.verifier import test_endorsements, test_model
from tests.unit.verifier.test_nothing_implied import bare, hideable, no_status, record, two_keys
from tests.world import NOW, UNIVERSITY, World
from vcwallet import strict_json
from vcwallet.bundle import baking, cbor_ld, codec, symbols, vp1, writing
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.request import Request, Want
from vcwallet.bundle.writing import BundleForm
from vcwallet.locales import language
from vcwallet.proofs.data_integrity import derive
from vcwallet.report import Binding
from vcwallet.strict_json import JsonObject
from vcwallet.verifier.trust import TrustList

LANGUAGES = ("ru", "en")
IN_TWO_FORMS = (BundleForm.PDF, BundleForm.PNG)
MOSCOW = NOW.astimezone(timezone(timedelta(hours=3))).isoformat()
"""The moment as a computer in Moscow says it."""


def text_of(trust: TrustList) -> str:
    return strict_json.dumps(trust.to_json())


def octets(document: Any) -> bytes:
    return strict_json.dumps(document).encode("utf-8")


@cache
def world() -> World:
    """Who is believed in most cases: an olympiad with a second key and a revoked diploma, and a school."""
    made = World()
    made.olympiad.revoked.add(3)
    return made


@cache
def trusted(**options: Any) -> str:
    w = world()
    return text_of(w.trust(bbs.believed(two_keys(w)), w.trusted(w.school), recipient=UNIVERSITY, **options))


def given(name: str, *files: tuple[str, bytes | None], trust: str | None = None, **more: Any) -> Case:
    """Files given to the page; whoever does not say otherwise believes `trusted`."""
    return Case(name, trust or trusted(), more.pop("now", MOSCOW), files=files, **more)


# --- showings of every fate -------------------------------------------------------------------------------


def showings() -> Iterator[Case]:
    """Tokens, bbs-2023, and `files_shown`, in both languages."""
    for name, content in (*tokens.showings(world(), now=NOW), *bbs.showings(world(), now=NOW)):
        for lang in LANGUAGES:
            yield given(f"{name} {lang}", (name, content), lang=lang)
    for name, content in islice(tokens.malformed(world(), now=NOW), 40):
        yield given(f"token {name}", (name, content))
    for number, (name, content) in enumerate(files_shown(world())):
        yield given(f"showing {number}", (name, content), lang=LANGUAGES[number % 2])


def files_shown(w: World) -> Iterator[tuple[str, bytes]]:
    """Good, changed at any place, stale, for others, revoked, by strangers, in part; without an end."""
    child, stranger, number = w.child, World().olympiad, 0
    while True:
        diploma = w.olympiad.diploma(number % 40, holder=child.id)
        shown: JsonObject = child.show([diploma, w.school.diploma(number % 7, holder=child.id)], created=NOW)
        kind = number % 8
        if kind == 1:
            _change(shown, number)
        elif kind == 2:
            shown = child.show([diploma], created=NOW - timedelta(days=number))
        elif kind == 3:
            shown = child.show([diploma], created=NOW, to="another.example")
        elif kind == 4:
            shown = diploma
        elif kind == 5:
            shown = child.show([stranger.diploma(number, holder=child.id)], created=NOW)
        elif kind in (6, 7):
            shown = child.show([_with_a_hidden_name(w, number)], created=NOW)
            if kind == 7:
                _change(shown, number)
        yield f"{number:03d}.json", octets(shown)
        number += 1


def _with_a_hidden_name(w: World, number: int) -> JsonObject:
    """A diploma of which the family shows all but one member of its subject (ecdsa-sd-2023)."""
    kept = hideable(w, w.olympiad.unsigned(number % 40, holder=w.child.id), ["/issuer", "/validFrom"])
    members = [name for name in kept["credentialSubject"] if name not in ("achievement", "type", "id")]
    hidden = members[number // 8 % len(members)]
    return derive(
        kept,
        [
            "/credentialStatus",
            *(f"/credentialSubject/{name}" for name in kept["credentialSubject"] if name != hidden),
        ],
    )


def _change(document: JsonObject, number: int) -> None:
    """One text somewhere in it, another one each time."""
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(each, dict | list):
                walk(each)
            elif isinstance(each, str):
                places.append((value, key))

    walk(document)
    holder, key = places[number // 8 % len(places)]
    holder[key] = holder[key][:-1] + ("x" if holder[key][-1:] != "x" else "y")


def the_matrix(step: int) -> Iterator[Case]:
    """What is demanded, shown, known and signed by whom: every `step`-th situation of the model."""
    for number, s in enumerate(test_model.ALL[::step]):
        binding = {"addressed": Binding.ADDRESSED, "holder": Binding.HOLDER}.get(s.demand, Binding.DOCUMENT)
        call = {
            "shown": test_model.shown(s.shown, s.tie),
            "now": NOW.isoformat(),
            "binding": binding.value,
            "lists": list(test_model.lists(s.lists)[1:]),
            "domain": UNIVERSITY if s.demand in ("domain", "addressed", "holder") else None,
            "challenge": "4711" if s.demand == "challenge" else None,
        }
        trust = text_of(test_model.trust(s.key, s.lists))
        yield Case(f"model {number} {s}", trust, call["now"], call=json.dumps(call))


def changed_bundles(step: int) -> Iterator[Case]:
    """Every `step`-th change of one node of a good bundle, as a file and as CBOR in codes would carry it."""
    trust = text_of(test_bundle_changes.WORLD.trust(recipient=UNIVERSITY))
    for name, document in test_bundle_changes.ALL[::step]:
        yield given(f"change {name}", ("показ.json", octets(document)), trust=trust)


def changed_evidence(number: int) -> Iterator[Case]:
    """Bundles with stapled lists, and lists beside them, changed in several places at once."""
    made = test_changed_evidence
    chance = random.Random("sameness")
    fresh, empty = (text_of(each.trust) for each in (made.FRESH, made.EMPTY))
    for each in range(number):
        pieces = made.changed(made.STAPLED, chance)
        bundle = {"type": "VcwalletBundle"}
        if isinstance(pieces, dict):
            bundle |= {"presentation": pieces.get("presentation"), "statusLists": [pieces.get("list")]}
        yield given(
            f"stapled {each}", ("показ.json", octets(bundle)), trust=(fresh, empty)[each % 2], lang="en"
        )
        yield given(
            f"list {each}",
            ("показ.json", octets(made.SHOWN.to_json())),
            ("список.json", octets(made.changed(made.REVOKING, chance))),
            trust=empty,
        )


# --- files of every kind ----------------------------------------------------------------------------------


def kinds() -> Iterator[Case]:
    """What stands in a badge or beside it, how it is packed, and what is no showing at all."""
    w = world()
    bundle = w.bundle()
    shown = octets(bundle.to_json())
    lone = octets(w.olympiad.diploma(7, holder=w.child.id))
    inner = [
        w.olympiad.sign(no_status(w.olympiad.unsigned(1))),
        w.school.sign(no_status(w.school.unsigned(2))),
    ]
    clr = w.bundle(record(w, *inner))
    badge = {**no_status(w.olympiad.unsigned(7, holder=w.child.id)), "id": test_endorsements.BADGE}
    praise = test_endorsements.endorsement(w, w.school, test_endorsements.BADGE)
    endorsed = w.bundle(w.olympiad.sign({**badge, "endorsement": [w.school.sign(praise)]}))
    unsigned = test_endorsements.endorsement(w, w.stranger, "urn:example:badge")
    unread = w.bundle(w.olympiad.sign({**badge, "endorsement": [unsigned]}))
    for name, document in {
        "bundle": bundle.to_json(),
        "stapled": Bundle(bundle.presentation, (w.olympiad.status(NOW - timedelta(hours=1)),)).to_json(),
        "record": clr.to_json(),
        "endorsed": endorsed.to_json(),
        "unread endorsement": unread.to_json(),
        "bare": w.bundle(bare(w)).to_json(),
        "list": w.olympiad.status(),
        "request": Request(domain=UNIVERSITY, purpose="Поступление", created=NOW, challenge="4711").to_json(),
        "several": [bundle.to_json(), w.bundle(w.olympiad.diploma(3, holder=w.child.id)).to_json()],
        "many": w.bundle(*(w.olympiad.diploma(each, holder=w.child.id) for each in range(12))).to_json(),
        "twice": w.bundle(*[w.olympiad.diploma(7, holder=w.child.id)] * 2).to_json(),
        "two people": w.child.show_any([w.olympiad.diploma(7), w.school.diploma(2, familyName="Другая")]),
    }.items():
        content = octets(document)
        for code in LANGUAGES:
            yield given(f"{name} {code}", (f"{name}.json", content), lang=code)
        yield given(f"{name} twice", ("а.json", content), ("б/а.json", content))
        yield given(f"{name}, no list", ("а.json", content), trust=trusted(status_lists=()))
        for days in (0, 15, 400, -3, 5000):
            now = (NOW + timedelta(days=days)).isoformat()
            settings = {**SETTINGS, "oldStatusDays": 60}
            yield given(f"{name} after {days}", ("а.json", content), now=now, settings=settings)
    both = (("диплом.json", lone), ("показ.json", shown), ("прочее.txt", "Здравствуйте".encode()))
    yield given("several files", *both)
    yield given(
        "in folders", *((f"человек {number}/{name}", data) for number, (name, data) in enumerate(both))
    )
    yield given("none", *())
    yield given("too large", ("большой.json", None), ("показ.json", shown))
    for kind, content in archives(both).items():
        yield given(kind, (f"всё.{kind.split(' ')[0]}", content), ("показ.json", shown))
    for name, content in pictures(lone.decode("utf-8"), bundle).items():
        yield given(f"picture {name}", (name, content))
    for name, content in pdfs(bundle).items():
        yield given(f"PDF {name}", (f"{name}.pdf", content), ("показ.json", shown))
    in_two = [(f"показ.{form}", writing.render(bundle, form, language("ru"))) for form in IN_TWO_FORMS]
    yield given("one showing in two forms", *in_two)
    laid_out = [each.digits for each in symbols.lay_out(codec.encode(clr))]
    yield Case("codes", trusted(), MOSCOW, steps=tuple((each,) for each in laid_out))
    yield Case("typed", trusted(), MOSCOW, steps=(*reversed(laid_out), "hello", lone.decode("utf-8")))
    yield Case("VP1", trusted(), MOSCOW, steps=(vp1.write(w.olympiad.diploma(5)), bundle.text), lang="en")
    yield given("CBOR-LD", ("код.bin", cbor_ld.encode(w.olympiad.diploma(7))))
    yield given("text", ("показ.txt", bundle.text.encode()), ("числа.txt", "\n".join(laid_out).encode()))


def archives(files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    made: dict[str, bytes] = {}
    for name, method in (("zip stored", zipfile.ZIP_STORED), ("zip deflated", zipfile.ZIP_DEFLATED)):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as archive:
            for place, content in files:
                archive.writestr(zipfile.ZipInfo(f"папка/{place}", (2026, 6, 1, 0, 0, 0)), content, method)
        made[name] = out.getvalue()
    for name, mode in (("tar", "w"), ("tar.gz", "w:gz")):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode=mode) as packed:  # type: ignore[call-overload]
            for place, content in files:
                member = tarfile.TarInfo(place)
                member.size = len(content)
                packed.addfile(member, io.BytesIO(content))
        made[name] = out.getvalue()
    return {**made, "zip cut": made["zip deflated"][:-40], "zip of zip": made["zip stored"] * 2}


def pictures(badge: str, bundle: Bundle) -> dict[str, bytes]:
    from PIL import Image

    plain = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(plain, "PNG")
    drawn = '<svg viewBox="0 0 8 8" xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
    made = {
        "значок.png": baking.png(plain.getvalue(), badge),
        "значок.svg": baking.svg(drawn, badge).encode(),
        "пустая.png": plain.getvalue(),
        "рисунок.svg": drawn.encode(),
    }
    for number, part in enumerate(symbols.lay_out(codec.encode(bundle))):
        # WebP is decoded by the browser, and Node.js has no decoder: tests/browser compares it.
        for kind in ("PNG", "JPEG", "GIF", "BMP"):
            out = io.BytesIO()
            symbols.picture(part, scale=6).convert("L").save(out, kind)
            made[f"код {number}.{kind.lower()}"] = out.getvalue()
    return made


def pdfs(bundle: Bundle) -> dict[str, bytes]:
    """What carries a bundle, and what carries nothing or cannot be opened."""
    made = {f"unreadable {number}": each for number, each in enumerate(UNREADABLE.values())}
    made |= {"empty": PLAIN, "locked": LOCKED, "signed": signed_pdf()}
    return {**made, "shown": writing.render(bundle, BundleForm.PDF, language("ru"))}


def demanded() -> Iterator[Case]:
    """Requests with answers to them, and without; the rules an office, its list or a request states."""
    w = world()
    asked = {
        "plain": Request(domain=UNIVERSITY, purpose="Поступление", created=NOW, challenge="4711"),
        "strict": Request(
            domain=UNIVERSITY,
            purpose="Поступление",
            created=NOW,
            challenge="4711",
            binding=Binding.HOLDER,
            require_status=True,
            status_age=timedelta(days=2),
        ),
        "wants": Request(
            domain=UNIVERSITY,
            purpose="Поступление",
            created=NOW,
            challenge="4711",
            wants=(Want(kind="olympiad-diploma", at_least=2), Want(kind="school-award")),
        ),
    }
    answers = {
        "answered": w.bundle(challenge="4711", created=NOW),
        "answered by two": w.bundle(
            *(w.olympiad.diploma(each, holder=w.child.id) for each in (7, 8)), challenge="4711", created=NOW
        ),
        "not answered": w.bundle(),
        "answered another": w.bundle(challenge="1", created=NOW),
        "for another": w.bundle(challenge="4711", to="other.example", created=NOW),
        "by name": w.bundle(w.school.diploma(3), challenge="4711", created=NOW),
        "late": w.bundle(challenge="4711", created=NOW - timedelta(days=3)),
    }
    for what, request in asked.items():
        for how, bundle in answers.items():
            for days in (0, 9):
                now = (NOW + timedelta(days=days)).isoformat()
                call = {"shown": bundle.to_json(), "request": request.to_json(), "now": now}
                yield Case(f"request {what}, {how}, {days}", trusted(), now, call=json.dumps(call))
            yield given(
                f"files of request {what}, {how}",
                ("запрос.json", octets(request.to_json())),
                ("показ.json", octets(bundle.to_json())),
            )


def vectors() -> Iterator[Case]:
    """The documents of tests/vectors, ours and other people's; none of their issuers is listed."""
    folders = [ROOT / "tests" / "vectors" / each for each in ("bundle", "credentials")]
    for path in sorted(found for folder in (*folders, VECTORS) for found in folder.rglob("*.json")):
        name = path.relative_to(ROOT / "tests" / "vectors").as_posix()
        content = path.read_bytes()
        yield given(f"vector {name}", (path.name, content))
        try:
            known = json.loads(content)
        except ValueError:
            continue
        if not isinstance(known, dict):
            continue
        parts = [
            (f"{member}.json", octets(known[member]))
            for member in ("credential", "presentation", "document", "list", "status")
            if isinstance(known.get(member), dict)
        ]
        given_as = known.get("input", known.get("cborld"))
        if isinstance(given_as, str):
            parts.append(("bytes.bin", _bytes(given_as)))
        if parts:
            yield given(f"parts of {name}", *parts, now=str(known.get("now", MOSCOW)).replace("Z", "+00:00"))
        if isinstance(given_as, list) and all(isinstance(each, str) for each in given_as):
            yield Case(f"codes of {name}", trusted(), MOSCOW, steps=(tuple(given_as), *given_as))


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return text.encode("utf-8")


def of_folder(folder: Path, trust: str, now: str) -> Iterator[Case]:
    """Every file of a story's folder alone, and each of its folders as a whole."""
    files = [each for each in sorted(folder.rglob("*")) if each.is_file()]
    for number, path in enumerate(files):
        name = path.relative_to(folder).as_posix()
        yield given(name, (name, path.read_bytes()), trust=trust, now=now, lang=LANGUAGES[number % 2])
    for place in sorted({each.parent for each in files}):
        inside = [
            (each.relative_to(folder).as_posix(), each.read_bytes()) for each in files if each.parent == place
        ]
        yield given(f"folder {place.relative_to(folder)}", *inside, trust=trust, now=now)


def some(cases: Iterable[Case], number: int) -> list[Case]:
    return list(islice(cases, number))
