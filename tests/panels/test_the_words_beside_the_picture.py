"""What the engine writes beside the picture: the words of Python's tables, and never markup."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from dashboard.domain.selection import Selection
from dashboard.panels.tables import case_table, week_table
from dashboard.views.overview import overview_picture
from dashboard.views.slice import case_picture
from dashboard.views.view import view_of
from tests.support.engine_page import EnginePage
from tests.support.hostile import EVERY_SHAPE, HOSTILE, PARTS_THAT_RUN
from tests.support.selections import LOOKS, for_browser

pytestmark = pytest.mark.browser

LABELS = {"therapists": {"title": "Therapist", "words": {}}}
EVERYTHING = """([selection, look, labels]) => {
    const {block} = pure, view = pure.viewOf(block, selection, look);
    const hero = pure.casePicture(block, view), weeks = pure.overviewPicture(block, view);
    const head = pure.caseHead(block, view);
    return {
        twin: pure.twinTable(block, view, hero), weekTwin: pure.weekTable(block, view, weeks),
        chips: pure.chipsHtml(block, selection, labels),
        details: pure.detailsHtml(block, view, hero), tried: pure.triedHtml(block, hero), ...head,
        labels: pure.rowLabels(block, hero, false), weekLabels: pure.rowLabels(block, weeks, true),
        paging: pure.pagingHtml(block, weeks),
    };
}"""


@pytest.fixture(scope="module")
def engine(browser):
    context = browser.new_context()
    yield EnginePage(context.new_page())
    context.close()


def written(engine, selection, cell=None):
    return engine.run(EVERYTHING, for_browser(selection), {**LOOKS, "cell": cell}, LABELS)


def plain(markup):
    """Return the words of a piece of markup, tags and spaces between them left out."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "|", str(markup))).replace("&#39;", "'")


@pytest.mark.parametrize(
    "selection",
    [
        Selection(cases=("C1",)),
        Selection(cases=("C1",), instrument="softa_o", axis="date"),
        Selection(cases=("C3",), scale="bond"),
        Selection(cases=("C4",)),
        Selection(),
        Selection(therapists=("T03",), instrument="wai_sr"),
    ],
    ids=lambda selection: selection.to_query() or "everything",
)
def test_both_tables_say_what_the_tables_of_python_say(engine, shared, selection):
    loaded = shared.loaded(Selection())
    engine.take(loaded.text)
    view = view_of(selection, loaded.block)

    there = written(engine, selection)

    weeks = week_table(loaded.block, view, overview_picture(loaded.block, view))
    assert re.sub(r"\|+", "|", plain(there["weekTwin"])) == re.sub(r"\|+", "|", plain(weeks))
    case = case_table(loaded.block, view, case_picture(loaded.block, view))
    assert plain(there["twin"]) == plain(case)


def test_the_name_of_a_row_reaches_to_the_next_across_a_gap(engine, shared):
    loaded = shared.loaded(Selection())
    engine.take(loaded.text)
    selection = Selection(cases=("C1",))
    picture = case_picture(loaded.block, view_of(selection, loaded.block))
    tops = [row["y"] for row in picture.rows]

    labels = str(written(engine, selection)["labels"])

    assert max(b - a for a, b in pairwise(tops)) > min(b - a for a, b in pairwise(tops))
    said = [(int(y), int(high)) for y, high in re.findall(r"--y:(\d+);--rowh:(\d+)", labels)]
    assert said == [(a, b - a) for a, b in pairwise(tops)]


def poisoned(document, text):
    """Return a block in which every text that could come from data is hostile."""
    block = copy.deepcopy(document)
    block["texts"] = [text if words else "" for words in block["texts"]]
    block["geometry"] |= {"familiesShown": 1, "weeksShown": 1}
    for number, case in enumerate(block["cases"]):
        case |= {"code": f"{text}{number}", "family": text, "who": text}
        case |= {name: [text for _ in case[name]] for name in ("facts", "tried")}
    for family in block["families"]:
        family |= {"name": text}
    for instrument in block["instruments"]:
        for scale in instrument["scales"].values():
            scale["unit"] = text
    block["weekDays"] = [text for _ in block["weekDays"]]
    block["scaleWords"] = [text for _ in block["scaleWords"]]
    return block


@pytest.mark.parametrize("text", [*HOSTILE, EVERY_SHAPE])
def test_no_text_of_the_data_becomes_anything_but_text(engine, shared, text):
    document = json.loads(shared.loaded(Selection()).text)
    engine.take(json.dumps(poisoned(document, text)))
    selection = for_browser(Selection()) | {"cases": [f"{text}0"], "therapists": [text]}

    pieces = engine.run(EVERYTHING, selection, {**LOOKS, "cell": [0, 0]}, LABELS)

    assert {name for name, markup in pieces.items() if not markup} == set()
    ran = {name: engine.page.evaluate(PARTS_THAT_RUN, markup) for name, markup in pieces.items()}
    assert {name: found for name, found in ran.items() if found} == {}


def test_the_search_for_what_could_run_finds_it(engine):
    assert engine.page.evaluate(PARTS_THAT_RUN, EVERY_SHAPE) != []
    assert engine.page.evaluate(PARTS_THAT_RUN, '<b title="x" onclick="y">z</b>') == ["b[onclick]"]
    assert engine.page.evaluate(PARTS_THAT_RUN, '<a href="?case=1">z</a>') == []


def test_the_details_of_a_cell_say_every_scale_of_it_and_everyone_in_that_session(engine, shared):
    engine.take(shared.loaded(Selection()).text)
    said = plain(written(engine, Selection(cases=("C1",)), cell=[1, 0])["details"])

    assert "|Parent 2, session 1, 1 Jun|" in said
    for words in ("36", "of 40, SRS", "bond", "goals", "tasks", "overall", "1 Jun, everyone"):
        assert words in said
    assert "Youth" in said
    assert "20" in said


@pytest.mark.parametrize(
    ("case", "cell", "words"),
    [
        ("C1", [0, 2], "No rating, so nothing is computed and nothing is filled in."),
        ("C1", [1, 6], "A perfect form carries no information"),
        ("C1", [0, 1], "Threats open: lack of trust."),
        ("C1", None, "Choose a cell"),
        ("C1", [99, 0], "Choose a cell"),
    ],
)
def test_the_details_comment_on_what_a_cell_cannot_say(engine, shared, case, cell, words):
    engine.take(shared.loaded(Selection()).text)

    assert words in plain(written(engine, Selection(cases=(case,)), cell=cell)["details"])


def one_week_shown(block):
    return block.facts | {"geometry": block.facts["geometry"] | {"weeksShown": 1}}


PAGING = """([selection, look]) => pure.pagingHtml(pure.block,
    pure.overviewPicture(pure.block, pure.viewOf(pure.block, selection, look)))"""


def test_rows_without_anything_in_the_weeks_shown_are_told_apart_from_empty_cases(engine, shared):
    loaded = shared.loaded(Selection())
    block = replace(loaded.block, facts=one_week_shown(loaded.block))
    engine.take(block.pack())
    weeks = overview_picture(block, view_of(Selection(), block))
    bare = sum(not any(said) for said in weeks.grid)
    assert 0 < bare < len(weeks.rows)

    newest = engine.run(PAGING, for_browser(Selection()), LOOKS)
    oldest = engine.run(PAGING, for_browser(Selection()), {**LOOKS, "weekPage": 999})

    assert f"{bare} of these {len(weeks.rows)} families have nothing to show" in newest
    assert "nothing to show" not in oldest, "there are no earlier weeks to look at"


BEYOND = """([decisions, isFiltered]) => pure.beyondHtml({...pure.block, part: {page: 0}},
    {today: "2026-11-20", decisions}, isFiltered, day => day)"""


def decided(case, **changes):
    due = {"state": "open", "review_on": "2026-11-10", "decided_on": "2026-10-01"}
    return {**due, "case_id": case, "decision": "Ask. <b>", **changes}


def test_due_decisions_of_cases_that_are_not_held_are_a_step_away(engine, shared):
    engine.take(shared.loaded(Selection()).text)
    kept = [decided("C1"), decided("C900"), decided("C901", review_on="2026-12-24")]

    listed = engine.run(BEYOND, kept, False)
    many = engine.run(BEYOND, [decided(f"C9{number:02}") for number in range(23)], False)
    counted = engine.run(BEYOND, kept, True)

    assert re.findall('data-case="([^"]*)"', listed) == ["C900"], "C1 is held, C901 not yet due"
    assert "Ask. &#60;b&#62;" in listed
    assert "more decisions" not in listed
    assert len(re.findall("data-case=", many)) == 20
    assert "3 more decisions are due" in many
    assert re.findall("data-case=", counted) == []
    assert "1 more decisions are due" in counted


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_decision_becomes_anything_but_text(engine, shared, text):
    engine.take(shared.loaded(Selection()).text)

    written_so = engine.run(BEYOND, [decided(text, decision=text)], False)

    assert engine.page.evaluate(PARTS_THAT_RUN, written_so) == []
