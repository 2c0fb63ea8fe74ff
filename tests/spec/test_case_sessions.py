"""Sessions on both axes: one column each by number, and by day without overlap."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.support.drawn_service import FIRST_DAY


def on_days(service, days: list[int | None]) -> None:
    service.add("cases", case_id="C1", family_id="F1")
    for number, day in enumerate(days, start=1):
        held_on = None if day is None else FIRST_DAY + dt.timedelta(days=day)
        service.add(
            "sessions",
            session_id=f"S{number}",
            case_id="C1",
            session_no=number * 10,
            held_on=held_on,
        )


@pytest.mark.parametrize(
    ("days", "columns"),
    [
        ([0], [0]),
        ([0, 7, 14, 28], [0, 1, 2, 4]),
        ([0, 7, 21], [0, 1, 3]),
        # The unit is a sixtieth of the span, 10 days, so the second session is pushed aside.
        ([0, 1, 600], [0, 1, 60]),
        ([0, 0, 0], [0, 1, 2]),
        ([0, 0, 120], [0, 1, 60]),
        ([0, None, 14, 21], [0, None, 2, 3]),
        ([None, None], [None, None]),
    ],
)
def test_a_day_becomes_a_place_and_columns_never_overlap(service, opened, days, columns):
    on_days(service, days)
    found = opened(service).query("case_sessions").sort("session_no")

    assert found["date_column"].to_list() == pytest.approx(columns)
    assert found["column_no"].to_list() == list(range(len(days)))


def test_a_session_is_in_the_week_that_begins_on_monday(service, opened):
    sunday, monday = 6, 7
    on_days(service, [0, sunday, monday, None])
    found = opened(service).query("case_sessions").sort("session_no")
    first = dt.date(2026, 6, 1)

    assert first.isoweekday() == 1
    assert found["week_start_date"].to_list() == [first, first, dt.date(2026, 6, 8), None]


def test_a_number_that_was_never_exported_makes_no_session(service, opened):
    on_days(service, [0, 7])
    found = opened(service).query("case_sessions").sort("session_no")

    assert found["session_no"].to_list() == [10, 20]
    assert found["column_no"].to_list() == [0, 1]
