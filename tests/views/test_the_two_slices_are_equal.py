"""The slice of the browser and the slice of Python draw and say the same, column by column."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.domain.selection import Selection
from dashboard.views.ink import inks
from dashboard.views.layers import LAYERS, paint
from dashboard.views.overview import overview_picture
from dashboard.views.own_lines import own_lines
from dashboard.views.slice import case_picture, chosen
from dashboard.views.summary import count_line
from dashboard.views.view import view_of
from tests.support.engine_page import EnginePage
from tests.support.large_service import FAMILIES, service_of, small_limits
from tests.support.selections import LOOKS, drawn_selections, for_browser, looks, shown_service

pytestmark = pytest.mark.browser
PAGED = ("list", "page", "pages", "from", "all", "weekPage", "weekPages", "start", "last")


@pytest.fixture(scope="module")
def engine(browser):
    context = browser.new_context()
    yield EnginePage(context.new_page())
    context.close()


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A service of which a browser holds forty of ninety cases at a time."""
    with small_limits():
        service = shown_service(service_of(FAMILIES), tmp_path_factory.mktemp("large") / "store")
    yield service
    service.store.close()


@pytest.fixture
def loaded(engine, service):
    engine.take(service.loaded.text)
    return engine


def seen_by_python(block, selection, look, ink, zoom):
    """Return what Python makes of a selection, in the words of the browser."""
    place = {"page": look["page"], "week_page": look["weekPage"], "bare": look["bare"]}
    view = replace(view_of(selection, block, look["cell"]), **place)
    case, weeks = case_picture(block, view), overview_picture(block, view)
    return {
        "view": view.for_browser(),
        "list": chosen(block, view),
        "case": vars(case),
        "own": own_lines(block, view, case),
        "overview": {**vars(weeks), **weeks.paging},
        "count": count_line(block, view),
        "query": selection.to_query(),
        "again": selection.to_query(),
        "painted": paint(case.layers, ink, zoom),
    }


def assert_same_layers(browser, python):
    assert list(browser) == list(python) == list(LAYERS)
    for name, columns in LAYERS.items():
        assert list(browser[name]) == list(python[name]) == list(columns)
        for column in columns:
            assert browser[name][column] == python[name][column], f"{name}.{column}"


def assert_same(browser, python):
    assert {key: browser["view"][key] for key in python["view"]} == python["view"]
    for name in ("list", "own", "count", "query", "again"):
        assert browser[name] == python[name], name
    for name in ("rows", "columns", "grid", "width", "height", "hidden", "number"):
        assert browser["case"][name] == python["case"][name], name
    assert_same_weeks(browser["overview"], python["overview"])
    assert_same_layers(browser["case"]["layers"], python["case"]["layers"])
    assert_same_layers(browser["painted"], python["painted"])


def assert_same_weeks(browser, python):
    for name in ("rows", "columns", "grid", "width", "height", *PAGED):
        assert browser[name] == python[name], name
    assert_same_layers(browser["layers"], python["layers"])


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    drawn=drawn_selections(),
    look=looks(),
    dress=st.tuples(st.sampled_from(["light", "dark"]), st.sampled_from([1, 1.45])),
)
def test_any_selection_gives_equal_columns(loaded, service, drawn, look, dress):
    selection, ink, zoom = service.pools.selection(drawn), inks()[dress[0]], dress[1]

    there = loaded.slice(for_browser(selection), look, ink, zoom)

    assert_same(there, seen_by_python(service.block, selection, look, ink, zoom))


@settings(max_examples=25)
@given(drawn=drawn_selections(), page=st.integers(0, 3), look=looks())
def test_a_set_that_was_fetched_gives_equal_columns_and_the_cases_of_the_query(
    engine, large, drawn, page, look
):
    selection, ink, shared = large.pools.selection(drawn), inks()["light"], large.shared
    with small_limits():
        wanted = shared.wanted(selection, page)
        held, glimpse = shared.made(wanted), shared.glimpse(wanted)
    python = seen_by_python(held.block, selection, look, ink, 1)

    engine.take(held.text)
    assert_same(engine.slice(for_browser(selection), look, ink, 1), python)
    # A glimpse knows no members: whoever asks for some waits for the rest.
    everybody = selection.changed(members=())
    python = seen_by_python(held.block, everybody, look, ink, 1)
    engine.add(glimpse.patch.text)
    there = engine.weeks(for_browser(everybody), look)
    assert there.pop("count") == python["count"]
    assert_same_weeks(there, python["overview"])

    listed = chosen(held.block, view_of(selection.changed(cases=()), held.block))
    seen = {held.block.facts["cases"][number]["code"] for number in listed}
    queried = large.store.query_selection("case_codes", selection.changed(cases=()))["case_id"]
    assert seen == set(queried) & held.case_ids


@pytest.mark.real_data
def test_files_that_nobody_here_wrote_give_equal_columns(engine, simulated):
    engine.take(simulated.loaded.text)
    ink, facts = inks()["light"], simulated.block.facts
    for number in range(0, len(facts["cases"]), 7):
        family = facts["families"][number % len(facts["families"])]
        selection = Selection(cases=(facts["cases"][number]["code"],), instrument=family["code"])
        there = engine.slice(for_browser(selection), LOOKS, ink, 1)
        assert_same(there, seen_by_python(simulated.block, selection, LOOKS, ink, 1))


def test_every_case_gives_equal_columns_in_each_of_its_instruments_and_scales(loaded, service):
    ink, compared = inks()["light"], 0
    for case in service.block.facts["cases"][:12]:
        for family in service.block.facts["families"]:
            for scale in family["scales"]:
                selection = Selection(
                    cases=(case["code"],),
                    instrument=family["code"],
                    scale=service.block.facts["scales"][scale],
                    threats=("lack_of_trust",) if compared % 2 else (),
                )
                there = loaded.slice(for_browser(selection), LOOKS, ink, 1)
                assert_same(there, seen_by_python(service.block, selection, LOOKS, ink, 1))
                compared += 1
    assert compared >= len(service.block.facts["scales"])
