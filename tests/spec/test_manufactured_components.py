"""Components that were made from a total, or look it; the total itself stays."""

from __future__ import annotations

import polars as pl


def test_a_split_total_and_four_equal_answers_are_told_apart(service, opened):
    service.draw_case("C1", "sessions held held held held\n mother/srs t32 s34 34 s40")
    store = opened(service)

    rows = store.query("manufactured_components").select("session_id", "reason", "member_id")

    assert rows.rows() == [
        ("C1-1", "total_split", "mother"),
        ("C1-2", "equal_answers", "mother"),
    ]


def test_the_parts_leave_the_series_and_the_total_stays(service, opened):
    service.draw_case("C1", "sessions held held held\n mother/srs t32 34 30")

    rows = opened(service).query("rating_trends", case_ids=["C1"])

    assert dict(rows.select("scale", "rating_count").rows()) == {
        "bond": 2,
        "goals": 2,
        "tasks": 2,
        "overall": 2,
        "total": 3,
    }


def test_four_answers_of_zero_are_equal_below_the_maximum_as_well(service, opened):
    service.draw_case("C1", "sessions held\n mother/srs s0")

    rows = opened(service).query("manufactured_components")

    assert rows["reason"].to_list() == ["equal_answers"]


def test_a_form_with_an_item_missing_is_not_called_made(service, opened):
    service.draw_case("C1", "sessions held held\n mother/srs p 36\n father/srs d .")

    assert opened(service).query("manufactured_components").height == 0
    series = opened(service).query("ceilings").filter(pl.col("scale") == "total")
    assert series.select("member_id", "rating_count").rows() == [("mother", 1)]
