"""The sentence under the filters and the cells of a picture are what the queries say."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dashboard.domain.selection import Selection
from dashboard.panels.codes import settle
from dashboard.store import selection_params
from dashboard.views.geometry import GEOMETRY
from dashboard.views.language import language
from dashboard.views.slice import case_picture, chosen
from dashboard.views.summary import summary
from dashboard.views.view import view_of
from dashboard.views.words import STATE_WORDS
from tests.support.selections import drawn_selections

NUMBERS = {
    "forms": "form_count",
    "families": "family_count",
    "cases": "case_count",
    "sessions": "session_count",
    "threat_sessions": "threat_session_count",
}
service_is_only_read = settings(
    max_examples=70, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def asked(service, name, selection):
    """Return the rows of a query for a selection."""
    return service.store.query(name, **selection_params(selection, service.store, query=name))


def said(score, *, signed):
    return "" if score is None else language("en").number(score, signed=signed)


@service_is_only_read
@given(drawn=drawn_selections())
def test_forms_families_cases_and_sessions_are_counted_as_in_sql(service, drawn):
    check_counts(service, service.pools.selection(drawn))


@pytest.mark.real_data
@service_is_only_read
@given(drawn=drawn_selections())
def test_files_that_nobody_here_wrote_are_counted_as_in_sql(simulated, drawn):
    check_counts(simulated, simulated.pools.selection(drawn))


def check_counts(service, selection):
    """Compare the counts of a selection with those of the query."""
    counted = summary(service.block, view_of(selection, service.block))
    row = asked(service, "selection_summary", settle(selection, service.block)).row(0, named=True)

    expected = {name: row[column] for name, column in NUMBERS.items()}
    if not selection.threats:
        expected["threat_sessions"] = 0
    assert {name: getattr(counted, name) for name in NUMBERS} == expected
    signed = row["instrument_family"] == "softa_o"
    assert counted.lowest == said(row["lowest_score"], signed=signed)
    assert counted.highest == said(row["highest_score"], signed=signed)


def cells_of_query(service, selection):
    """Return what each cell of a case should say, by row and session column, from the queries."""
    shown, case_id = settle(selection, service.block), selection.cases[0]
    of_case = pl.col("case_id") == case_id
    rows = service.store.query("case_rows").filter(
        of_case, pl.col("instrument_family") == shown.instrument
    )
    sessions = service.store.query("case_sessions").filter(of_case)
    cells = asked(service, "alliance_cells", shown.changed(instrument="", scale=""))
    own = (pl.col("instrument_family") == shown.instrument) & (pl.col("scale") == shown.scale)
    shared = (pl.col("scale") == "shared_purpose") & pl.col("target_member_id").is_null()
    joined = (
        cells.filter(own | shared)
        .join(rows.select("row_key", "row_no"), on="row_key")
        .join(sessions.select("session_id", "column_no"), on="session_id")
    )
    return {
        (cell["row_no"], cell["column_no"]): STATE_WORDS[cell["state"]]
        if cell["score"] is None
        else said(cell["score"], signed=cell["is_true_zero"])
        for cell in joined.iter_rows(named=True)
    }


@service_is_only_read
@given(drawn=drawn_selections(), number=st.integers(0, 999))
def test_a_picture_says_every_score_and_every_reason_and_nothing_else(service, drawn, number):
    everywhere = service.pools.selection(drawn).changed(cases=())
    listed = chosen(service.block, view_of(everywhere, service.block))
    assume(listed)
    case_id = service.block.facts["cases"][listed[number % len(listed)]]["code"]
    selection = everywhere.changed(cases=(case_id,))

    picture = case_picture(service.block, view_of(selection, service.block))

    hits = picture.layers["hit"]
    drawn_cells = dict(zip(zip(hits["row"], hits["col"], strict=True), hits["said"], strict=True))
    expected = cells_of_query(service, selection)
    columns = sorted({column["col"] for column in picture.columns})
    assert len(drawn_cells) == len(hits["row"])
    assert drawn_cells == {place: text for place, text in expected.items() if place[1] in columns}
    if picture.hidden:
        assert len(columns) == GEOMETRY["columnsShown"]
    else:
        assert {column for _, column in expected} <= set(columns)


@pytest.mark.parametrize(
    ("first_day", "passes"), [(dt.date(2026, 6, 28), True), (dt.date(2026, 6, 29), False)]
)
def test_a_threat_counts_until_the_day_of_the_session_that_closed_it(long, first_day, passes):
    # Open from session 2 on 8 June; session 4, on 22 June, was the last one with it; session 5,
    # on 29 June, closed it.
    selection = Selection(threats=("lack_of_trust",), families=("F1",), date_from=first_day)

    row = asked(long, "selection_summary", selection).row(0, named=True)
    counted = summary(long.block, view_of(selection, long.block))

    assert counted.cases == row["case_count"] == int(passes)


def test_a_session_without_a_day_is_left_out_where_days_are_asked_for(long):
    case = Selection(cases=("C5",))
    days = {"date_from": dt.date(2020, 1, 1), "date_to": dt.date(2030, 1, 1)}

    for selection, count in ((case, 46), (case.changed(**days), 45)):
        view = view_of(selection, long.block)
        picture = case_picture(long.block, view)
        assert len(picture.columns) + picture.hidden == count
