"""Falls in a row, and where a series began and stands."""

from __future__ import annotations

import polars as pl
import pytest

from tests.support.quiet_service import add_quiet_families
from tests.support.quiet_spread import s_diff_with


def draw(service, *totals: float) -> None:
    scores = " ".join(f"{total:g}" for total in totals)
    service.draw_case("C1", f"sessions{' held' * len(totals)}\n mother/srs {scores}")


def rows_of(store, name: str) -> pl.DataFrame:
    rows = store.query(name, case_ids=["C1"]).filter(pl.col("scale") == "total")
    return rows.sort("session_no") if "session_no" in rows.columns else rows


def test_falls_are_counted_until_a_rating_does_not_fall(service, opened):
    draw(service, 38, 37, 36, 36, 35, 34, 33, 39)

    rows = rows_of(opened(service), "falls")

    assert rows["falls_in_row"].to_list() == [0, 1, 2, 0, 1, 2, 3, 0]
    assert rows["is_three_falls"].to_list() == [False] * 6 + [True, False]
    assert rows["fall_points"].to_list() == [0, 1, 2, 0, 1, 2, 36 - 33, 0]
    assert rows["run_session_nos"].to_list()[6] == [4, 5, 6, 7]
    assert rows["run_scores"].to_list()[6] == [36, 35, 34, 33]
    assert rows["run_session_nos"].to_list()[7] == [8]


def test_three_falls_are_reliable_by_what_they_add_up_to(service, opened):
    totals = [38, 37, 36, 35, 38, 36, 35, 34]
    draw(service, *totals)
    add_quiet_families(service)

    rows = rows_of(opened(service), "falls")

    least = 1.96 * s_diff_with(totals)
    assert 38 - 35 < least < 38 - 34
    assert rows["is_three_falls"].to_list() == [False] * 3 + [True] + [False] * 3 + [True]
    assert (rows["is_reliable"].to_list()[3], rows["is_reliable"].to_list()[7]) == (False, True)


def test_without_enough_members_whether_falls_are_reliable_is_not_said(service, opened):
    draw(service, 38, 30, 20, 10)

    rows = rows_of(opened(service), "falls")

    assert rows["is_three_falls"].to_list()[-1] is True
    assert rows["is_reliable"].null_count() == 4


def test_a_slope_needs_four_ratings(service, opened):
    draw(service, 20, 22, 24)

    (trend,) = rows_of(opened(service), "rating_trends").rows(named=True)

    assert (trend["slope"], trend["gain"]) == (None, 24 - 20)
    assert (trend["session_nos"], trend["scores"]) == ([1, 2, 3], [20, 22, 24])


def test_a_slope_is_by_the_number_of_the_session(service, opened):
    service.draw_case("C1", "sessions held held held held held held\n mother/srs 20 . 24 26 . 30")

    (trend,) = rows_of(opened(service), "rating_trends").rows(named=True)

    assert trend["slope"] == pytest.approx((30 - 20) / (6 - 1))
    assert (trend["first_session_no"], trend["latest_session_no"]) == (1, 6)
    assert trend["rating_count"] == 4


@pytest.mark.parametrize(
    ("totals", "opens"),
    [
        ((30, 31, 33, 34), True),
        ((30, 31, 31.5, 31), False),
        ((40, 30, 33, 40), False),
        ((30, 40, 40, 40), False),
        ((30, 35), False),
    ],
    ids=["rises", "less than may be chance", "from the maximum", "to the ceiling", "too early"],
)
def test_opening_up_is_a_rise_from_below_the_maximum_that_is_no_ceiling(
    service, opened, totals, opens
):
    draw(service, *totals)
    add_quiet_families(service)

    (trend,) = rows_of(opened(service), "rating_trends").rows(named=True)

    assert trend["s_diff"] == pytest.approx(s_diff_with(list(totals)))
    assert s_diff_with([30, 31, 33, 34]) < (34 - 30)
    assert s_diff_with([30, 31, 31.5, 31]) > (31 - 30)
    assert trend["is_opening_up"] is opens
