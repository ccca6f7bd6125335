"""What the page says is what the codes carry, whatever is hidden, in every kit and language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.shared import SOAK
from tests.unit.bundle.test_writing import words_of
from tests.unit.wallet.shared import NOW, Issuer, later
from tests.unit.wallet.test_disclosure import TEMPLATES, draft_of, scored
from tests.unit.wallet.test_disclosure import issued as issued_to
from vcwallet import strict_json
from vcwallet.bundle import contents, opening, pictures, scanning, sheet, symbols
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.symbols import PAPER
from vcwallet.bundle.writing import BundleForm, render
from vcwallet.credentials import fact_words, presentation
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.fact_places import PLACES
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.locales import LANGUAGES, Language, language
from vcwallet.strict_json import Json, JsonObject
from vcwallet.wallet import drafts

KEY = SoftwareKey.generate(KeyType.ED25519)
HOLDER = did_key.did_of(KEY.public_key)
TO = {"domain": "priem.vuz.example", "purpose_text": "Поступление в 2027 году"}


def issued(template: str) -> Credential:
    return issued_to(template, HOLDER)


def bundle_of(*credentials: Credential) -> Bundle:
    return Bundle(
        presentation.sign(
            credentials,
            holder_key=KEY,
            holder=HOLDER,
            challenge="c-4711",
            created=NOW,
            expires=later(30),
            **TO,
        )
    )


def texts(value: Json, name: str = "") -> Iterator[str]:
    """Every text of a document that is about a person or an achievement; not by the program's own list."""
    if isinstance(value, dict):
        for member, inner in value.items():
            if member not in ("id", "type", "@context", "proof", "credentialStatus", "achievementType"):
                if member in ("resultDescription", "resultType") and isinstance(inner, str):
                    continue
                yield from texts(inner, member)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, name)
    elif isinstance(value, str):
        yield re.sub(r"T00:00:00(\+\d\d:\d\d|Z)$", "", value)


def in_words(text: str, spoken: Language) -> set[str]:
    day = re.fullmatch(r"(\d{4}-\d{2}-\d{2})T.*", text)
    said = spoken.value(day[1] if day else text) or ""
    return set(re.findall(r"\w+", said)) | set(re.findall(r"\w+", spoken.number(text)))


def forms(text: str, spoken: Language) -> list[set[str]]:
    """The words of a text as signed, and as they stand beside a number, in the language of the page."""
    return [in_words(text, spoken), in_words(fact_words.score_name(text, spoken), spoken)]


def of_the_program(spoken: Language) -> set[str]:
    """The words of the design itself, and the numbers of codes, pages and rows."""
    templates = [
        *sheet._TEXTS.values(),
        *fact_words.FACT_NAMES.values(),
        *fact_words.KIND_NAMES.values(),
        *fact_words._FURTHER_NAMES.values(),
        fact_words._ALSO_SAID,
        "spare {number}",
        "{number} of {total}",
        "Any one code is enough.",
        "Any {needed} of the codes are enough.",
        "All {needed} codes are needed.",
        contents._besides(bundle_of(draft_of(scored_credential(), []).credential), False, spoken),
    ]
    said = " ".join(spoken.text(each) for each in templates)
    return set(re.findall(r"\w+", said)) | {str(number) for number in range(30)}


@lru_cache
def scored_credential() -> Credential:
    return Credential.parse(scored(Issuer()))


def codes_of(pdf: bytes) -> Bundle:
    with opening.Opener() as opener:
        seen = [text for _, page in opener.pictures(pdf) for text in pictures.codes(page)]
    (found,) = scanning.read_inputs(["\n".join(seen)])
    assert found.bundle is not None
    return found.bundle


def attached_to(pdf: bytes) -> Bundle:
    with opening.Opener() as opener:
        (content,) = opener.attachments(pdf)
    return Bundle.parse(strict_json.loads_object(content))


@given(st.data())
@settings(max_examples=200 if SOAK else 12, deadline=None, phases=[Phase.generate])
def test_the_page_says_what_the_codes_carry(data: st.DataObject) -> None:
    spoken = language(data.draw(st.sampled_from(LANGUAGES)))
    chosen = data.draw(st.lists(st.sampled_from(sorted(TEMPLATES)), min_size=1, max_size=2, unique=True))
    wholes = [issued(each) for each in chosen] + [scored_credential()]
    hide = data.draw(st.sets(st.sampled_from([*PLACES, "result", "score"])))
    parts = [draft_of(whole, hide & drafts.hideable(whole).keys()) for whole in wholes]
    bundle = bundle_of(*(each.credential for each in parts))
    pdf = render(bundle, BundleForm.PDF, spoken)
    assert codes_of(pdf) == attached_to(pdf) == bundle

    page = set(re.findall(r"\w+", words_of(pdf)[0]))
    carried: set[str] = set()
    for part in parts:
        for text in texts(part.credential.json):
            either = forms(text, spoken)
            whole_there = re.search(r"\d", text) or any(words <= page for words in either)
            assert whole_there, (text, "is in the codes and not on the page")
            assert any(words & page for words in either), (text, "is in the codes and not on the page")
            carried = carried.union(*either)
    shown = bundle.presentation["proof"]
    assert isinstance(shown, dict)
    about = " ".join((*TO.values(), *(str(shown[name]) for name in ("created", "expires"))))
    carried |= in_words(about, spoken)
    for moment in ("created", "expires"):
        carried |= in_words(str(shown[moment]), spoken)
    carried |= {word for part in parts for word in in_words(part.credential.issuer_id, spoken)}
    strange = page - carried - of_the_program(spoken)
    assert not strange, "on the page and not in the codes"
    hidden = {
        word
        for whole in wholes
        for text in texts(whole.json)
        for words in forms(text, spoken)
        for word in words
        if not word.isdecimal()
    }
    assert not page & (hidden - carried - of_the_program(spoken))


def test_a_hidden_patronymic_is_not_on_the_sheet_not_even_as_a_word() -> None:
    """The sheet said «отчество» although it was hidden, because it listed labels."""
    spoken = language("ru")
    whole = issued("olympiad-diploma")
    bundle = bundle_of(draft_of(whole, ["patronymic", "born"]).credential)
    said, pages = words_of(render(bundle, BundleForm.PDF, spoken))
    assert pages == 1
    assert "отчеств" not in said.casefold()
    assert "рождения" not in said.casefold()


def test_the_sheet_says_also_what_is_no_fact() -> None:
    """It said that nothing else was in the codes, and the day and the narrative were."""
    document = issued("olympiad-diploma").json
    (narrative,) = [text for text in texts(document) if text == _narrative(document)]
    words = contents.contents(bundle_of(draft_of(issued("olympiad-diploma"), []).credential), language("ru"))
    said = [value for each in words.shown for _, value in each.details] + [row[1] for row in words.common]
    assert narrative in said
    assert any(re.fullmatch(r"\d\d\.\d\d\.\d{4}", value) for value in said), "the day"


def _narrative(document: JsonObject) -> str:
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    achievement = subject["achievement"]
    assert isinstance(achievement, dict)
    criteria = achievement["criteria"]
    assert isinstance(criteria, dict)
    return str(criteria["narrative"])


@pytest.mark.parametrize(("size", "count"), [(100, 3), (762, 3), (1600, 6), (3000, 6), (3100, 9), (6000, 12)])
def test_spare_codes_fill_the_rows_of_the_paper(size: int, count: int) -> None:
    laid_out = sheet.lay_out(bytes(size), size=PAPER)
    assert len(laid_out) == count
    needed = laid_out[0].needed
    assert needed == 1 or 4 * (count - needed) >= needed


@pytest.mark.parametrize("number", range(1, 9))
def test_spare_codes_cost_no_page(number: int) -> None:
    whole = issued("olympiad-diploma")
    bundle = bundle_of(*[draft_of(whole, ["born"]).credential] * number)
    from vcwallet.bundle import codec

    bare = symbols.lay_out(codec.encode(bundle), parity=0)
    with_spares = render(bundle, BundleForm.PDF, language("ru"))
    assert words_of(with_spares)[1] == words_of(sheet.pdf(bundle, bare, language("ru")))[1]
    assert codes_of(with_spares) == bundle


def test_a_picture_says_who_for_whom_until_when_and_what_to_do() -> None:
    bundle = bundle_of(draft_of(issued("olympiad-diploma"), ["patronymic"]).credential)
    said = " ".join(contents.caption(bundle, language("ru")))
    (person,) = contents.contents(bundle, language("ru")).people
    for expected in (person, "priem.vuz.example", "Поступление в 2027 году", "20.07.2026", "vcwallet"):
        assert expected in said
    svg = render(bundle, BundleForm.SVG, language("ru")).decode("utf-8")
    html = render(bundle, BundleForm.HTML, language("ru")).decode("utf-8")
    for expected in (person.split()[0], "priem.vuz.example", "20.07.2026"):
        assert expected in svg
        assert expected in html
    for form in (BundleForm.PNG, BundleForm.SVG, BundleForm.HTML):
        (found,) = scanning.read_inputs([render(bundle, form, language("ru"))])
        assert found.bundle == bundle
