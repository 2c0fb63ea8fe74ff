"""A member's own limits, runs of perfect forms, and slips after them."""

from __future__ import annotations

import polars as pl
import pytest


def draw(service, *totals: float) -> None:
    scores = " ".join(f"{total:g}" for total in totals)
    service.draw_case("C1", f"sessions{' held' * len(totals)}\n mother/srs {scores}")


def limits_of(store) -> pl.DataFrame:
    rows = store.query("own_limits", case_ids=["C1"]).filter(pl.col("scale") == "total")
    return rows.sort("session_no")


def ceiling_of(store) -> dict:
    rows = store.query("ceilings", case_ids=["C1"]).filter(pl.col("scale") == "total")
    (row,) = rows.rows(named=True)
    return row


def test_own_limits_come_from_the_first_six_ratings(service, opened):
    draw(service, 34, 36, 34, 36, 34, 36, 29.6, 29.7, 10)

    rows = limits_of(opened(service))

    mean, moving = (34 + 36) / 2, (2 + 2 + 2 + 2 + 2) / 5
    assert rows["session_no"].to_list() == [7, 8, 9]
    assert rows["own_mean"].to_list() == [mean] * 3
    assert rows["lower_limit"].to_list() == pytest.approx([mean - 2.66 * moving] * 3)
    assert mean - 2.66 * moving == pytest.approx(29.68)
    assert rows["is_below_limit"].to_list() == [True, False, True]


def test_six_ratings_have_no_limits_yet(service, opened):
    draw(service, 34, 36, 34, 36, 34, 0)

    assert limits_of(opened(service)).height == 0


@pytest.mark.parametrize("total", [2.3, 35.1, 36])
def test_a_rating_like_all_before_is_not_below_its_own_limit(service, opened, total):
    draw(service, *[total] * 7)

    assert limits_of(opened(service))["is_below_limit"].to_list() == [False]


def test_three_perfect_forms_in_a_row_say_nothing(service, opened):
    draw(service, 30, 40, 40, 40)

    row = ceiling_of(opened(service))

    assert (row["perfect_run"], row["is_ceiling"], row["perfect_count"]) == (3, True, 3)
    assert (row["is_slip"], row["slip_session_nos"], row["slip_scores"]) == (False, [], [])


def test_two_perfect_forms_are_no_ceiling_and_one_below_ends_it(service, opened):
    draw(service, 40, 40, 40, 39.9, 40, 40)

    row = ceiling_of(opened(service))

    assert (row["perfect_run"], row["is_ceiling"], row["perfect_count"]) == (2, False, 5)


def test_a_slip_is_two_forms_below_after_three_perfect_ones(service, opened):
    draw(service, 40, 40, 40, 39, 38)

    row = ceiling_of(opened(service))

    assert row["is_slip"] is True
    assert (row["perfect_before"], row["perfect_run"]) == (3, 0)
    assert (row["slip_session_nos"], row["slip_scores"]) == ([4, 5], [39, 38])


@pytest.mark.parametrize(
    "totals",
    [(40, 40, 40, 39), (40, 40, 39, 38), (40, 40, 40, 39, 40, 39, 38), (30, 31, 32, 33, 34)],
    ids=["one below", "two perfect before", "a perfect one between", "never perfect"],
)
def test_anything_less_is_no_slip(service, opened, totals):
    draw(service, *totals)

    assert ceiling_of(opened(service))["is_slip"] is False


def test_a_missed_form_neither_ends_a_run_nor_adds_to_it(service, opened):
    service.draw_case("C1", "sessions held held held held held\n mother/srs 40 d 40 . 40")

    assert ceiling_of(opened(service))["perfect_run"] == 3


def test_the_middle_of_a_scale_around_zero_is_not_perfect_and_its_end_is(service, opened):
    service.draw_case("C1", "sessions held held held")
    for session in (1, 2, 3):
        service.rate(
            f"C1-{session}",
            "softa_o",
            {"engagement": 0, "safety": 3},
            perspective="observer",
            member_id="mother",
            rater_id="O1",
        )

    rows = opened(service).query("ceilings", case_ids=["C1"])

    assert dict(rows.select("scale", "is_ceiling").rows()) == {"engagement": False, "safety": True}
