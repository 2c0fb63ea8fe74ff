"""Possible ruptures: against a member's own earlier ratings, and whether they were repaired."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.support.quiet_service import add_quiet_families
from tests.support.quiet_spread import sd_between_with

if TYPE_CHECKING:
    from tests.support.drawn_service import DrawnService


@pytest.fixture
def ruptures_of(opened, service: DrawnService):
    """Draw one member's totals among quiet families; return the possible ruptures of her case."""

    def drawn(*totals: str) -> list[dict]:
        held = " ".join(["held"] * len(totals))
        service.draw_case("C1", f"sessions {held}\n mother/srs {' '.join(totals)}")
        add_quiet_families(service)
        rows = opened(service).query("ruptures", case_ids=["C1"])
        return rows.filter(pl.col("scale") == "total").rows(named=True)

    return drawn


def test_a_v_is_a_marked_rupture_repaired_at_the_next_session(ruptures_of):
    (rupture,) = ruptures_of("36", "36", "36", "36", "30", "36")

    spread = sd_between_with(36, 36, 36, 36, 30, 36)
    assert rupture["reference"] == (36 + 36 + 36 + 36) / 4
    assert rupture["spread"] == pytest.approx(spread)
    assert (rupture["depth"], rupture["depth_sd"]) == (36 - 30, pytest.approx((36 - 30) / spread))
    assert 2 * spread <= 36 - 30
    assert (rupture["level"], rupture["state"]) == ("marked", "repaired")
    assert (rupture["onset_session_no"], rupture["onset_session_id"]) == (5, "C1-5")
    assert (rupture["repaired_session_no"], rupture["repaired_score"]) == (6, 36)
    assert (rupture["session_nos"], rupture["scores"]) == ([5, 6], [30, 36])
    assert rupture["further_count"] == 1
    assert rupture["member_id"] == "mother"


def test_a_fall_between_one_and_a_half_and_two_deviations_is_notable(ruptures_of):
    (rupture,) = ruptures_of("36", "36", "36", "36", "32")

    spread = sd_between_with(36, 36, 36, 36, 32)
    assert 1.5 * spread <= 36 - 32 < 2 * spread
    assert (rupture["level"], rupture["state"]) == ("notable", "open")
    assert (rupture["repaired_session_no"], rupture["repaired_score"]) == (None, None)


def test_a_fall_below_one_and_a_half_deviations_is_none(ruptures_of):
    assert 1.5 * sd_between_with(36, 36, 36, 36, 33) > 36 - 33
    assert ruptures_of("36", "36", "36", "36", "33") == []


@pytest.mark.parametrize(("score", "onsets"), [("22.5", [6]), ("22.6", [])])
def test_exactly_one_and_a_half_of_her_own_deviations_is_enough(ruptures_of, score, onsets):
    earlier = [23, 29, 30, 37, 31]
    assert statistics.stdev(earlier) == 5.0 > sd_between_with(*earlier, float(score))
    assert 30 - 1.5 * 5 == 22.5

    found = ruptures_of(*map(str, earlier), score)

    assert [rupture["onset_session_no"] for rupture in found] == onsets
    assert [rupture["spread"] for rupture in found] == [5.0] * len(onsets)


def test_one_over_several_sessions_has_its_depth_at_the_lowest(ruptures_of):
    (rupture,) = ruptures_of("36", "36", "36", "36", "32", "30", "33", "35")

    assert 36 - 0.3 * (36 - 30) == 34.2
    assert rupture["session_nos"] == [5, 6, 7, 8]
    assert rupture["scores"] == [32, 30, 33, 35]
    assert (rupture["lowest_score"], rupture["lowest_session_no"]) == (30, 6)
    assert (rupture["onset_score"], rupture["depth"], rupture["level"]) == (32, 6, "marked")
    assert (rupture["state"], rupture["repaired_session_no"]) == ("repaired", 8)


@pytest.mark.parametrize(("score", "state"), [("34.2", "repaired"), ("34.1", "open")])
def test_seven_tenths_of_the_drop_repair_it(ruptures_of, score, state):
    (rupture,) = ruptures_of("36", "36", "36", "36", "30", score)

    assert round(36 - 0.3 * (36 - 30), 6) == 34.2
    assert rupture["state"] == state


@pytest.mark.parametrize(
    ("after", "state"),
    [((), "open"), (("31", "30"), "open"), (("31", "30", "31"), "unrepaired")],
)
def test_it_is_not_repaired_so_far_after_three_further_ratings(ruptures_of, after, state):
    (rupture,) = ruptures_of("36", "36", "36", "36", "30", *after)

    assert (rupture["state"], rupture["further_count"]) == (state, len(after))
    assert rupture["latest_session_no"] == 5 + len(after)
    assert rupture["latest_score"] == float(["30", *after][-1])


def test_it_can_be_repaired_after_it_was_not_for_long(ruptures_of):
    (rupture,) = ruptures_of("36", "36", "36", "36", "30", "30", "31", "30", "36", "35")

    assert (rupture["state"], rupture["repaired_session_no"]) == ("repaired", 9)
    assert rupture["session_nos"] == [5, 6, 7, 8, 9]
    assert (rupture["further_count"], rupture["latest_session_no"]) == (4, 10)


def test_the_next_one_is_judged_by_all_earlier_ratings(ruptures_of):
    first, second = ruptures_of("36", "36", "36", "36", "30", "36", "30")

    earlier = [36, 36, 36, 36, 30, 36]
    assert (first["rupture_no"], first["is_latest_rupture"]) == (1, False)
    assert (second["rupture_no"], second["is_latest_rupture"]) == (2, True)
    assert second["reference"] == sum(earlier) / 6 == 35
    assert second["spread"] == pytest.approx(
        max(statistics.stdev(earlier), sd_between_with(*earlier, 30))
    )
    assert (second["onset_session_no"], second["depth"], second["level"]) == (7, 5, "marked")


def test_the_rating_that_repairs_does_not_open_the_next(ruptures_of):
    found = ruptures_of("40", "40", "40", "40", "10", "31", "31")

    assert 40 - 0.3 * (40 - 10) == 31
    later = statistics.mean([40, 40, 40, 40, 10, 31])
    assert later - 31 < 1.5 * statistics.stdev([40, 40, 40, 40, 10, 31])
    assert [(one["onset_session_no"], one["repaired_session_no"]) for one in found] == [(5, 6)]


def test_while_one_is_open_no_second_opens_and_its_reference_stands(ruptures_of):
    (rupture,) = ruptures_of("36", "36", "36", "36", "30", "20")

    assert (rupture["reference"], rupture["depth"]) == (36, 36 - 20)


def test_a_first_fall_needs_four_ratings_before_it(ruptures_of):
    assert ruptures_of("36", "36", "36", "20") == []


def test_the_ratings_of_a_member_who_joins_late_and_misses_some_are_counted_as_they_came(
    ruptures_of,
):
    (rupture,) = ruptures_of(".", "d", "36", "36", ".", "36", "36", "30", "a", "36")

    assert rupture["onset_session_no"] == 8
    assert rupture["session_nos"] == [8, 10]


def test_a_total_of_zero_is_a_score_like_any_other(ruptures_of):
    (rupture,) = ruptures_of("36", "36", "36", "36", "0")

    assert (rupture["lowest_score"], rupture["depth"]) == (0, 36)


def test_sessions_exported_out_of_order_are_read_by_their_numbers(service, opened):
    service.draw_case("C1", "sessions held held held held held held\n mother/srs 36 36 36 36 30 36")
    for table in ("sessions", "forms", "item_scores"):
        service.rows[table].reverse()
    add_quiet_families(service)

    rows = opened(service).query("ruptures", case_ids=["C1"]).filter(pl.col("scale") == "total")

    assert rows["session_nos"].to_list() == [[5, 6]]


def test_below_thirty_members_nothing_is_called_a_rupture(service, opened):
    service.draw_case("C1", "sessions held held held held held\n mother/srs 36 36 36 36 0")
    add_quiet_families(service, 14)
    store = opened(service)

    assert store.query("ruptures").height == 0
    assert set(store.query("rupture_readiness")["reason"]) == {"too_few_members"}


def test_a_therapists_own_form_is_not_judged_for_a_rupture(service, opened):
    service.draw_case("C1", "sessions held held held held held")
    for session, answer in enumerate((9, 9, 9, 9, 5), start=1):
        form_id = service.therapist_form(f"C1-{session}", "srs", rater_id="T01")
        service.answer(form_id, [answer, answer, answer, answer - 1])
    add_quiet_families(service)

    assert opened(service).query("ruptures", case_ids=["C1"]).height == 0
