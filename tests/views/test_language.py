"""Sentences in other languages: complete, in step with the code, and never where codes belong."""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from dashboard.domain.places import data_folder
from dashboard.domain.selection import Selection
from dashboard.domain.vocabulary import Scale, ThreatType
from dashboard.panels.shared import SharedPictures
from dashboard.store import open_source
from dashboard.views import words as say
from dashboard.views.language import CATALOGUES, language, languages
from tests.support.repository import REPOSITORY
from tests.support.served import served

if TYPE_CHECKING:
    from pathlib import Path

    from babel.messages import Catalog

    from dashboard.views.packing import Block
    from tests.support.served import Served

TEMPLATE = CATALOGUES / "board.pot"
TRANSLATED = [code for code in languages() if code != "en"]
PLACE = re.compile(r"\{(\w+)\}")
POINTERS_TO_TEXTS = {
    "text",
    "floor_text",
    "top_text",
    "lead",
    "said",
    "label",
    "sub",
    "date",
    "words",
    "note",
    "member",
}
CODE = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")


def catalogue(file: Path) -> Catalog:
    with file.open("rb") as text:
        return read_po(text)


def translation(code: str) -> Catalog:
    return catalogue(CATALOGUES / code / "LC_MESSAGES" / "board.po")


def sentences(messages: Catalog) -> set[str | tuple[str, ...]]:
    return {message.id for message in messages if message.id}


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def faults(messages: Catalog) -> list[str]:
    """Return what is missing or wrong in a translation, one sentence each."""
    found = []
    for message in messages:
        said, meant = forms(message.string), forms(message.id)
        expected = messages.num_plurals if message.pluralizable else 1
        if not message.id:
            continue
        if message.fuzzy or len(said) != expected or not all(said):
            found.append(f"not translated: {meant[0]}")
        elif any(set(PLACE.findall(text)) != set(PLACE.findall(meant[-1])) for text in said):
            found.append(f"other placeholders: {meant[0]}")
        elif any(ends(text) != ends(meant[-1]) for text in said):
            found.append(f"other ends: {meant[0]}")
    return found


def ends(text: str) -> tuple[str, str]:
    """Return the punctuation a sentence begins and ends with, which joins it to others."""
    first, last = text[0], text[-1]
    return first if first in ",: " else "", last if last in ".:, " else ""


def fetched(board: Served, query: str) -> str:
    with urlopen(board.url + query, timeout=30) as answer:  # noqa: S310 - our own http address
        return answer.read().decode("utf-8")


def changed_by(code: str) -> set[str]:
    """Return the English sentences that read otherwise in a language."""
    said = {forms(message.id)[0]: forms(message.string)[0] for message in translation(code)}
    return {text for text, other in said.items() if text and text != other}


@pytest.fixture(scope="module")
def store(alliance_home):
    with open_source(data_folder("sample_data")) as opened:
        yield opened


def test_the_template_holds_exactly_the_sentences_of_the_code(tmp_path, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    extracted = tmp_path / "board.pot"
    command = ["pybabel", "-q", "extract", "-F", "pyproject.toml", "-o", str(extracted)]
    CommandLineInterface().run([*command, "dashboard"])

    found, kept = sentences(catalogue(extracted)), sentences(catalogue(TEMPLATE))
    advice = "run the two commands of dashboard/views/locale/README.md"
    assert (found - kept, kept - found) == (set(), set()), advice


def test_every_word_for_a_code_stands_in_the_template():
    tables = [value for name, value in vars(say).items() if name.endswith("_WORDS")]
    said = {word for table in tables for word in table.values()}

    assert len(said) > 50
    assert said - sentences(catalogue(TEMPLATE)) == set()


def test_no_code_stands_in_the_template_as_if_it_were_a_sentence():
    assert [text for text in sentences(catalogue(TEMPLATE)) if CODE.fullmatch(str(text))] == []
    assert CODE.fullmatch("not_held")


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_is_complete_with_the_same_placeholders_and_ends(code):
    messages = translation(code)

    assert sentences(messages) == sentences(catalogue(TEMPLATE))
    assert faults(messages) == []


def test_faults_of_a_translation_are_found():
    messages = translation("nb")
    messages["bond"].string = ""
    messages["goals"].flags.add("fuzzy")
    messages["severity {severity}"].string = "grad {alvor}"
    messages[", {count} not"].string = "{count} ikke"
    messages["{count} session held"].string = ("{count} samtale holdt",)

    assert faults(messages) == [
        "not translated: {count} session held",
        "other ends: , {count} not",
        "other placeholders: severity {severity}",
        "not translated: bond",
        "not translated: goals",
    ]


def test_norwegian_is_offered_and_an_unknown_language_is_english():
    assert languages() == ["en", "nb"]
    assert language("nb")("Lack of trust") == "Manglende tillit"
    assert language("xx").code == "en"
    assert language("../nb").code == "en"


def test_numbers_and_days_stand_in_the_form_of_the_language():
    english, norwegian = language("en"), language("nb")
    day = dt.date(2026, 11, 16)

    assert (english.number(34.5), norwegian.number(34.5)) == ("34.5", "34,5")
    assert (english.number(-1, signed=True), norwegian.number(-0.5)) == ("\u22121", "\u22120,5")
    assert (english.number(0, signed=True), norwegian.number(2, signed=True)) == ("0", "+2")
    assert (english.short_date(day), norwegian.short_date(day)) == ("16 Nov", "16. nov.")
    assert (english.long_date(day), norwegian.long_date(day)) == ("16 Nov 2026", "16. nov. 2026")
    assert (english.month(day), norwegian.month(day)) == ("Nov", "nov")


def test_one_and_many_are_told_apart():
    norwegian = language("nb")
    held = [norwegian.plural("{count} session held", "{count} sessions held", n) for n in (1, 2)]

    assert held == ["{count} samtale holdt", "{count} samtaler holdt"]


def test_two_languages_of_one_process_do_not_mix(store):
    def block_in(code: str) -> Block:
        return SharedPictures(store, language(code)).loaded(Selection()).block

    with ThreadPoolExecutor(4) as pool:
        english, norwegian, *again = pool.map(block_in, ["en", "nb", "en", "nb"])

    assert [block.pack() for block in again] == [english.pack(), norwegian.pack()]
    spoken, changed = {*english.texts, *english.facts["scaleWords"]}, changed_by("nb")
    assert len(spoken & changed) > 20
    assert changed & {*norwegian.texts, *norwegian.facts["scaleWords"]} == set()


def test_a_language_changes_words_and_nothing_else(store):
    english, norwegian = (
        SharedPictures(store, language(code)).loaded(Selection()).block for code in ("en", "nb")
    )

    for facts in ("scales", "threats", "looks", "frames", "geometry", "styles"):
        assert norwegian.facts[facts] == english.facts[facts]
    for table, columns in english.tables.items():
        numbers = columns.keys() - POINTERS_TO_TEXTS
        assert {name: norwegian.tables[table][name] for name in numbers} == {
            name: columns[name] for name in numbers
        }


def test_a_page_of_one_language_says_its_words_and_keeps_every_code(store):
    with served(store) as board:
        pages = {code: fetched(board, f"?lang={code}&case=C-104") for code in ("en", "nb", "en")}

    assert "Filene i uttrekket: hver rad er brukt eller lagt til side" in pages["nb"]
    assert "Files of the export: every row is used or set aside" not in pages["nb"]
    assert "Files of the export: every row is used or set aside" in pages["en"]
    for text in pages.values():
        assert "C-104" in text
        assert "lack_of_trust" in text


def test_a_norwegian_page_stays_norwegian_and_its_address_holds_codes(store, page):
    with served(store) as board:
        page.goto(f"{board.url}?lang=nb&case=C-104&scale=bond")
        page.wait_for_selector("#board[data-state=ready]")
        page.get_by_role("button", name="mål").click()
        page.get_by_text("C-104, mål, medlemmer etter samtale").first.wait_for(state="attached")

        assert page.evaluate("document.documentElement.lang") == "nb"
        assert page.evaluate("location.search") == "?lang=nb&case=C-104&instrument=srs&scale=goals"
        assert board.boards[-1].selection.scale == Scale.GOALS
        page.reload()
        page.wait_for_selector("#board[data-state=ready]")
        page.locator("summary", has_text="Trussel").click()
        page.get_by_label("Manglende tillit").click()
        page.locator(".chip", has_text="Manglende tillit").wait_for()
        assert f"threat={ThreatType.LACK_OF_TRUST}" in page.evaluate("location.search")
        assert "samtaler holdt" in page.locator("[data-outlet=facts]").inner_text()
        assert "16. nov. 2026" in page.locator("[data-outlet=facts]").inner_text()
        download = page.locator("a[data-download]").first.get_attribute("href")
        assert "threat=lack_of_trust" in download


def test_an_english_page_after_a_norwegian_one_is_english(store, page):
    with served(store) as board:
        for code, word in (("nb", "Familier"), ("en", "Families")):
            page.goto(f"{board.url}?lang={code}")
            page.wait_for_selector("#board[data-state=ready]")
            page.get_by_role("link", name=word, exact=True).wait_for()
            assert page.locator("html").get_attribute("lang") == code
            assert ("forms ·" in page.locator("[data-outlet=count]").inner_text()) is (code == "en")
