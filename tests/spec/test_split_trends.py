"""Whether the members of a family move apart or together, session by session."""

from __future__ import annotations

from statistics import linear_regression

import pytest

from tests.support.drawn_service import DrawnService
from tests.support.quiet_members import add_quiet_members, spread_with

APART, CLOSE = 14.0, 2.0
"""Points between two raters: marked, and below notable, beside the quiet members."""


def drawn(ranges: list[float]) -> DrawnService:
    service = DrawnService()
    add_quiet_members(service)
    service.draw_family("F1", {"mother": "parent", "youth": "youth,13-17"})
    service.draw_case("C1", "sessions " + " ".join(["held"] * len(ranges)))
    for number, apart in enumerate(ranges, start=1):
        service.rate(f"C1-{number}", "srs", {"total": 20 + apart / 2}, member_id="mother")
        service.rate(f"C1-{number}", "srs", {"total": 20 - apart / 2}, member_id="youth")
    return service


def trend(opened, ranges: list[float]) -> dict[str, object]:
    return opened(drawn(ranges)).query("split_trends").row(0, named=True)


def in_spreads(ranges: list[float], points: float) -> float:
    scores = [20 + sign * apart / 2 for apart in ranges for sign in (1, -1)]
    return points / spread_with(*scores)


@pytest.mark.parametrize(
    ("ranges", "notable_of_last_4", "is_widening"),
    [
        ([APART, APART, APART], 3, True),
        ([APART, CLOSE, APART, APART], 3, True),
        ([APART, APART, APART, CLOSE], 3, True),
        ([APART, APART, CLOSE, CLOSE, APART], 2, False),
        ([APART, APART, APART, CLOSE, CLOSE], 2, False),
        ([APART, APART], 2, False),
    ],
)
def test_a_split_widens_when_three_of_the_last_four_joint_sessions_are_notable(
    opened, ranges, notable_of_last_4, is_widening
):
    found = trend(opened, ranges)

    assert (found["notable_of_last_4"], found["is_widening"]) == (notable_of_last_4, is_widening)
    assert found["widening_reason"] == ("repeated" if is_widening else None)


def test_a_split_widens_when_its_range_grows_fast_and_the_last_two_are_notable(opened):
    ranges = [0.0, 1.0, 2.0, 12.0, 14.0]
    slope = linear_regression([1, 2, 3, 4, 5], ranges).slope

    found = trend(opened, ranges)

    assert found["notable_of_last_4"] == 2
    assert found["slope_sd"] == pytest.approx(in_spreads(ranges, slope))
    assert found["slope_sd"] > 0.25
    assert (found["is_widening"], found["widening_reason"]) == (True, "growing")


def test_a_range_that_grows_fast_up_to_below_notable_is_not_widening(opened):
    ranges = [0.0, 0.0, 0.0, 12.0, 3.0]

    found = trend(opened, ranges)

    assert found["slope_sd"] > 0.25
    assert not found["is_widening"]


def test_a_line_is_not_drawn_through_four_joint_sessions(opened):
    found = trend(opened, [0.0, 1.0, 12.0, 14.0])

    assert (found["slope_sd"], found["is_widening"]) == (None, False)


def test_the_line_is_drawn_through_the_last_six_joint_sessions(opened):
    ranges = [14.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    slope = linear_regression([2, 3, 4, 5, 6, 7], ranges[1:]).slope

    found = trend(opened, ranges)

    assert found["slope_sd"] == pytest.approx(in_spreads(ranges, slope))
    assert (found["session_nos"], found["ranges"]) == ([2, 3, 4, 5, 6, 7], ranges[1:])


@pytest.mark.parametrize(
    ("ranges", "is_narrowed", "narrowed_from"),
    [
        ([APART, CLOSE, CLOSE], True, 1),
        ([CLOSE, CLOSE, APART, CLOSE, CLOSE], True, 3),
        ([APART, CLOSE, CLOSE, CLOSE], False, None),
        ([APART, CLOSE], False, None),
        ([APART, CLOSE, APART], False, None),
        ([CLOSE, CLOSE, CLOSE], False, None),
    ],
)
def test_a_split_has_narrowed_when_two_joint_sessions_lie_below_directly_after_a_notable_one(
    opened, ranges, is_narrowed, narrowed_from
):
    found = trend(opened, ranges)

    assert (found["is_narrowed"], found["narrowed_from_session_no"]) == (is_narrowed, narrowed_from)


def test_sessions_that_only_one_of_them_rated_are_not_in_the_trend(opened):
    service = drawn([APART, CLOSE, CLOSE])
    service.add("sessions", session_id="C1-4", case_id="C1", session_no=4)
    service.rate("C1-4", "srs", {"total": 3}, member_id="mother")

    found = opened(service).query("split_trends").row(0, named=True)

    assert (found["joint_count"], found["latest_session_no"]) == (3, 3)
    assert found["is_narrowed"]


def test_under_thirty_members_ranges_are_told_and_no_trend_is_judged(service, opened):
    service.draw_case(
        "C1", "sessions held held held held held\nmother/srs 9 9 9 39 39\nyouth/srs 9 8 7 2 2"
    )

    found = opened(service).query("split_trends").filter("is_default_scale").row(0, named=True)

    assert found["ranges"] == [9 - 9, 9 - 8, 9 - 7, 39 - 2, 39 - 2]
    assert found["levels"] == [None] * 5
    assert (found["slope_sd"], found["latest_level"]) == (None, None)
    assert (found["is_widening"], found["is_narrowed"]) == (False, False)


def test_two_instruments_of_one_family_have_a_trend_each(service, opened):
    service.draw_case(
        "C1",
        """
        sessions             held held
        mother/srs           36   30
        father/srs           30   30
        mother/wai_sr_client .    48
        youth/wai_sr_client  .    40
        """,
    )

    found = opened(service).query("split_trends").filter("is_default_scale")

    assert found.select("instrument_id", "session_nos", "ranges").rows() == [
        ("srs", [1, 2], [36 - 30, 30 - 30]),
        ("wai_sr_client", [2], [48 - 40]),
    ]
