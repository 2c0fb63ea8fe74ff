"""A split: how far apart the members of a family rate one session, and who stands where."""

from __future__ import annotations

from math import sqrt

import pytest

from tests.support.drawn_service import FIRST_DAY, DrawnService
from tests.support.quiet_members import add_quiet_members, range_at, spread_with

HALF_CORRELATED = sqrt(1 - 0.5)
NOTABLE = {2: 1.8124, 3: 2.4235, 4: 2.7838, 5: 3.0373, 6: 3.2317}
MARKED = {2: 2.7718, 3: 3.3145, 4: 3.6332, 5: 3.8577, 6: 4.0301}
JUST_BELOW, JUST_ABOVE = 0.9999, 1.0001
TOTALS = "is_default_scale"


def session_of(service: DrawnService, raters: int, apart: float) -> None:
    service.draw_family("F1", {f"m{number}": "parent" for number in range(raters)})
    service.draw_case("C1", "sessions held", first_day=FIRST_DAY)
    scores = [20 - apart / 2, 20 + apart / 2, *[20.0] * (raters - 2)]
    for number, score in enumerate(scores):
        service.rate("C1-1", "srs", {"total": score}, member_id=f"m{number}")


def split_of(opened, raters: int, apart: float) -> dict[str, object]:
    service = DrawnService()
    add_quiet_members(service)
    session_of(service, raters, apart)
    return opened(service).query("splits").row(0, named=True)


@pytest.mark.parametrize("raters", NOTABLE)
def test_a_split_is_notable_from_the_80_percent_point_of_chance_for_its_number_of_raters(
    opened, raters
):
    edge = range_at(NOTABLE[raters] * HALF_CORRELATED, raters)

    below = split_of(opened, raters, edge * JUST_BELOW)
    above = split_of(opened, raters, edge * JUST_ABOVE)

    assert (below["level"], above["level"]) == (None, "notable")
    assert above["cut_notable"] == pytest.approx(NOTABLE[raters] * HALF_CORRELATED)
    assert above["rater_count"] == raters


@pytest.mark.parametrize("raters", MARKED)
def test_a_split_is_marked_from_the_95_percent_point_of_chance_for_its_number_of_raters(
    opened, raters
):
    edge = range_at(MARKED[raters] * HALF_CORRELATED, raters)

    below = split_of(opened, raters, edge * JUST_BELOW)
    above = split_of(opened, raters, edge * JUST_ABOVE)

    assert (below["level"], above["level"]) == ("notable", "marked")
    assert above["cut_marked"] == pytest.approx(MARKED[raters] * HALF_CORRELATED)


def test_seven_raters_are_described_and_never_marked(opened):
    found = split_of(opened, 7, 36.0)

    assert (found["range_points"], found["rater_count"]) == (36, 7)
    assert found["range_sd"] == pytest.approx(36 / spread_with(2, 38, *[20] * 5))
    assert (found["cut_notable"], found["cut_marked"], found["level"]) == (None, None, None)


def test_a_range_of_one_standard_deviation_is_told_as_a_fact_and_is_no_level(opened):
    edge = range_at(1.0, 2)

    below = split_of(opened, 2, edge * JUST_BELOW)
    above = split_of(opened, 2, edge * JUST_ABOVE)

    assert [(row["is_one_sd"], row["level"]) for row in (below, above)] == [
        (False, None),
        (True, None),
    ]


def test_under_thirty_members_the_range_is_told_and_nothing_judged(service, opened):
    service.draw_case("C1", "sessions held\nmother/srs 40\nyouth/srs 0")

    found = opened(service).query("splits").row(0, named=True)

    assert (found["range_points"], found["highest_score"], found["lowest_score"]) == (40, 40, 0)
    assert [found[name] for name in ("sd_between", "range_sd", "level", "is_one_sd")] == [None] * 4


def test_a_split_says_who_is_high_who_is_low_and_how_far_caregivers_lie_from_the_young(
    service, opened
):
    service.draw_case(
        "C1",
        """
        sessions    held held held
        mother/srs  30   20   31
        father/srs  30   24   27
        youth/srs   20   34   .
        """,
        first_day=FIRST_DAY,
    )

    found = opened(service).query("splits")

    assert found.filter(TOTALS).select(
        "session_no", "joint_no", "highest_member_ids", "lowest_member_ids",
        "caregivers_minus_young", "is_latest_joint", "held_on",
    ).rows() == [
        (1, 1, ["father", "mother"], ["youth"], (30 + 30) / 2 - 20, False, FIRST_DAY),
        (2, 2, ["youth"], ["mother"], (20 + 24) / 2 - 34, False, FIRST_DAY.replace(day=8)),
        (3, 3, ["mother"], ["father"], None, True, FIRST_DAY.replace(day=15)),
    ]  # fmt: skip


def test_equal_ratings_name_everybody_as_highest_and_lowest(service, opened):
    service.draw_case("C1", "sessions held\nmother/srs 30\nyouth/srs 30")

    found = opened(service).query("splits").filter(TOTALS).row(0, named=True)

    assert found["range_points"] == 0
    assert found["highest_member_ids"] == found["lowest_member_ids"] == ["mother", "youth"]


def test_a_childs_form_is_never_subtracted_from_a_form_for_adults(service, opened):
    service.draw_case(
        "C1",
        """
        sessions     held held
        mother/srs   36   36
        father/srs   .    33
        child/csrs   12   12
        """,
    )

    found = opened(service).query("splits").filter(TOTALS)

    assert found.select("session_no", "instrument_id", "range_points").rows() == [(2, "srs", 3)]


def test_parts_of_a_form_that_were_made_up_from_its_total_are_not_compared(service, opened):
    service.draw_case("C1", "sessions held\nmother/srs t30\nyouth/srs 20")

    assert opened(service).query("splits")["scale"].to_list() == ["total"]


def test_a_zero_is_a_rating_like_any_other(service, opened):
    service.draw_case("C1", "sessions held\nmother/srs 36\nyouth/srs 0")

    found = opened(service).query("splits").filter(TOTALS).row(0, named=True)

    assert (found["lowest_score"], found["range_points"]) == (0, 36)


def test_one_rater_a_missed_form_and_nobody_rated_are_no_joint_session(service, opened):
    service.draw_case("C1", "sessions held held\nmother/srs 36 30\nyouth/srs d .")
    service.draw_case("C2", "sessions held\nmother/srs d\nyouth/srs o")

    assert opened(service).query("splits").height == 0


def test_two_cases_of_a_family_are_never_joined(service, opened):
    service.draw_case("C1", "sessions held\nmother/srs 36\nyouth/srs 30")
    service.draw_case("C2", "sessions held\nmother/srs 36\nyouth/srs 20")

    found = opened(service).query("splits").filter(TOTALS)

    assert found.select("case_id", "joint_no", "range_points").rows() == [
        ("C1", 1, 6),
        ("C2", 1, 16),
    ]


def test_two_observers_are_compared_each_with_themselves(service, opened):
    service.draw_case("C1", "sessions held")
    for observer, mother, youth in (("O1", 3, 1), ("O2", -2, 2)):
        for member_id, score in (("mother", mother), ("youth", youth)):
            service.rate(
                "C1-1", "softa_o", {"safety": score}, perspective="observer",
                member_id=member_id, rater_id=observer,
            )  # fmt: skip

    found = opened(service).query("splits")

    assert found.select("observer_id", "scale", "range_points", "lowest_member_ids").rows() == [
        ("O1", "safety", 3 - 1, ["youth"]),
        ("O2", "safety", 2 - -2, ["mother"]),
    ]


def test_sessions_recorded_out_of_order_are_counted_by_their_number(service, opened):
    service.draw_case("C1", "sessions held held held\nmother/srs 36 30 20\nyouth/srs 30 30 30")
    service.rows["sessions"].reverse()
    service.rows["forms"].reverse()

    found = opened(service).query("splits").filter(TOTALS).sort("joint_no")

    assert found["session_no"].to_list() == [1, 2, 3]
    assert found["is_latest_joint"].to_list() == [False, False, True]
