"""Whether a series can be judged for a rupture yet, and how many open at other depths."""

from __future__ import annotations

import polars as pl

from tests.support.quiet_service import add_quiet_families
from tests.support.quiet_spread import sd_between_with


def readiness(store) -> list[tuple]:
    rows = store.query("rupture_readiness", case_ids=["C1"])
    rows = rows.filter(pl.col("scale") == "total")
    return rows.select("state", "reason", "count_1sd", "count_2sd").rows()


def test_the_fifth_rating_is_the_first_that_can_be_judged(service, opened):
    service.draw_case("C1", "sessions held held held held\n mother/srs 36 36 36 20")
    service.draw_case("C2", "sessions held held held held held\n mother/srs 36 36 36 36 36")
    add_quiet_families(service)
    rows = opened(service).query("rupture_readiness", case_ids=["C1", "C2"])
    rows = rows.filter(pl.col("scale") == "total").select("case_id", "state", "reason", "count_1sd")

    assert rows.rows() == [
        ("C1", "too_early", "too_few_ratings", None),
        ("C2", "judged", None, 0),
    ]


def test_onsets_are_counted_at_one_and_two_deviations(service, opened):
    totals = [36, 36, 36, 36, 33, 36, 30]
    service.draw_case(
        "C1", "sessions" + " held" * 7 + "\n mother/srs " + " ".join(map(str, totals))
    )
    add_quiet_families(service)

    spread = sd_between_with(*totals)
    assert spread <= 36 - 33 < 2 * spread <= sum(totals[:6]) / 6 - 30
    assert readiness(opened(service)) == [("judged", None, 2, 1)]


def test_a_fall_that_stays_is_one_onset_and_not_one_for_each_rating(service, opened):
    service.draw_case("C1", "sessions" + " held" * 8 + "\n mother/srs 36 36 36 36 20 20 20 20")
    add_quiet_families(service)

    assert readiness(opened(service)) == [("judged", None, 1, 1)]


def test_ratings_that_are_all_alike_in_the_service_have_no_spread_to_judge_by(service, opened):
    for number in range(30):
        service.draw_family(f"P{number}", {f"p{number}": "partner"})
        picture = f"sessions held held held held held\n p{number}/srs 40 40 40 40 40"
        service.draw_case(f"CP{number}", picture, family_id=f"P{number}")
    rows = opened(service).query("rupture_readiness")

    assert set(rows.select("state", "reason").rows()) == {("too_early", "no_spread")}
