"""How far ratings vary in a service, and that nothing is said of too few members."""

from __future__ import annotations

import math
import statistics

import pytest

from dashboard.store.arrow import polars_rows
from dashboard.store.connections import open_reader
from tests.support.quiet_service import add_quiet_families
from tests.support.quiet_spread import QUIET_SERIES, s_diff_with, sd_between_with


@pytest.fixture
def spread(opened):
    def read(service) -> dict:
        store = opened(service)
        file = store.folder / f"generation-{store.facts.generation:06d}.duckdb"
        with open_reader(file) as connection:
            rows = polars_rows(connection.table("scale_spreads")).rows(named=True)
        return next(row for row in rows if (row["instrument_id"], row["scale"]) == ("srs", "total"))

    return read


def draw_members(service, count: int, totals: str) -> None:
    for number in range(count):
        service.draw_family(f"P{number}", {f"p{number}": "partner"})
        held = " held" * len(totals.split())
        picture = f"sessions{held}\n p{number}/srs {totals}"
        service.draw_case(f"CP{number}", picture, family_id=f"P{number}")


def test_the_spread_is_the_deviation_of_all_ratings_and_of_those_within_members(service, spread):
    service.draw_case("C1", "sessions held held held held\n mother/srs 30 36 40 26")
    add_quiet_families(service)

    found = spread(service)

    assert found["member_count"] == 80 + 1
    assert found["rating_count"] == 80 * 6 + 4
    assert found["perfect_count"] == 1
    assert found["sd_between"] == pytest.approx(sd_between_with(30, 36, 40, 26))
    squares = 80 * 6 * 1**2 + (33 - 30) ** 2 + (36 - 33) ** 2 + (40 - 33) ** 2 + (33 - 26) ** 2
    assert found["sd_within"] == pytest.approx(math.sqrt(squares / (80 * 5 + 3)))
    assert found["s_diff"] == pytest.approx(math.sqrt(2) * found["sd_within"])
    assert found["s_diff"] == pytest.approx(s_diff_with([30, 36, 40, 26]))


def test_a_series_of_three_ratings_says_nothing_of_the_spread_within(service, spread):
    service.draw_case("C1", "sessions held held held\n mother/srs 30 36 40")
    add_quiet_families(service)

    found = spread(service)

    assert (found["member_count"], found["series_member_count"]) == (81, 80)
    assert found["s_diff"] == pytest.approx(s_diff_with())


def test_twenty_nine_members_are_too_few_and_thirty_are_enough(service, spread):
    draw_members(service, 29, "30 36 40 26")
    before = spread(service)
    service.draw_case("C1", "sessions held held held held\n mother/srs 30 36 40 26")
    after = spread(service)

    assert (before["sd_between"], before["sd_within"], before["s_diff"]) == (None, None, None)
    assert after["sd_between"] == pytest.approx(statistics.stdev([30, 36, 40, 26] * 30))
    assert after["series_member_count"] == 30


@pytest.mark.parametrize("total", ["40", "35.1"])
def test_ratings_that_are_all_alike_have_no_spread(service, spread, total):
    draw_members(service, 30, " ".join([total] * 5))

    found = spread(service)

    assert (found["sd_between"], found["sd_within"], found["s_diff"]) == (None, None, None)


def test_the_correlation_within_sessions_is_the_services_own_from_fifty_joint_sessions(
    service, spread
):
    add_quiet_families(service)

    found = spread(service)

    sessions = [list(pair) for pair in zip(*QUIET_SERIES[:2], strict=True)] * 40
    means = [statistics.mean(pair) for pair in sessions]
    between = 2 * sum((mean - 36) ** 2 for mean in means) / (240 - 1)
    within = 240 * 2 * 2**2 / (480 - 240)
    assert (between - within) / (between + (2 - 1) * within) < 0
    assert (found["joint_session_count"], found["rho_origin"]) == (240, "service")
    assert found["rho"] == 0


def test_the_correlation_is_a_half_until_then(service, spread):
    add_quiet_families(service, 8)

    found = spread(service)

    assert (found["joint_session_count"], found["rho_origin"], found["rho"]) == (48, "rule", 0.5)


def test_members_who_always_agree_are_not_taken_for_wholly_alike(service, spread):
    for number in range(10):
        service.draw_family(f"P{number}", {f"p{number}": "partner", f"q{number}": "partner"})
        service.draw_case(
            f"CP{number}",
            f"sessions held held held held held\n p{number}/srs 30 31 32 33 34"
            f"\n q{number}/srs 30 31 32 33 34",
            family_id=f"P{number}",
        )

    assert spread(service)["rho"] == 0.95


def test_ratings_about_the_whole_family_are_not_ratings_of_members(service, spread):
    service.draw_case("C1", "sessions held\n mother/srs 36")
    form_id = service.therapist_form("C1-1", "srs", rater_id="T01")
    service.answer(form_id, [9, 9, 9, 9])

    assert (spread(service)["member_count"], spread(service)["rating_count"]) == (1, 1)
