"""How often the rules fire: by chance within budgets, and mostly on what is planted."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.exports.sample.unchanging import (
    MEAN,
    SPREAD,
    Plant,
    UnchangingService,
    planted_cases,
    unchanging_service,
)
from dashboard.frames.calibration import BUDGETS, RATERS, calibration

SESSIONS = 480


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return calibration(seed=3, sessions=SESSIONS)


def share(rows: pl.DataFrame, data: str, rule: str, among: str, planted: float | None = None):
    found = rows.filter(
        (pl.col("data") == data)
        & (pl.col("rule") == rule)
        & (pl.col("among") == among)
        & pl.col("planted_sd").eq_missing(pl.lit(planted, pl.Float64))
    )
    assert found.height == 1
    return found.row(0, named=True)


@pytest.mark.slow
def test_every_budget_stands_beside_its_share_on_the_unchanging_service(rows):
    bound = rows.filter(pl.col("most").is_not_null())

    assert bound["data"].unique().to_list() == ["unchanging"]
    assert bound.height == len(BUDGETS)


@pytest.mark.slow
def test_a_marked_split_fires_by_chance_about_once_in_twenty_at_every_family_size(rows):
    for raters in RATERS:
        row = share(rows, "unchanging", "split marked", f"sessions, {raters} raters")
        literature = share(
            rows, "unchanging", "range of 1 SD (literature)", f"sessions, {raters} raters"
        )

        assert row["of"] == -(-SESSIONS // 12) * 12
        assert 0.02 < row["share"] < 0.09
        assert literature["share"] > 4 * row["share"]


@pytest.mark.slow
def test_ruptures_by_chance_stay_within_their_budget(rows):
    marked = share(rows, "unchanging", "rupture marked", "members")
    notable = share(rows, "unchanging", "rupture at least notable", "members")

    assert marked["share"] <= 0.03
    assert marked["share"] < notable["share"] <= 0.12


@pytest.mark.slow
def test_a_larger_planted_fall_is_found_more_often(rows):
    found = [
        share(rows, "planted", "rupture marked", "members", fall)["share"]
        for fall in (1.0, 1.5, 2.0, 3.0)
    ]

    assert found == sorted(found)
    assert found[0] < 0.3
    assert found[-1] > 0.9


@given(
    seed=st.integers(0, 1000),
    sizes=st.lists(st.integers(1, 5), min_size=1, max_size=6),
    sessions=st.integers(1, 6),
)
@settings(max_examples=25, deadline=None)
def test_an_unchanging_service_is_the_same_for_the_same_model(seed, sizes, sessions):
    model = UnchangingService(sizes, session_count=sessions, missing_share=0.0, seed=seed)
    first, second = unchanging_service(model), unchanging_service(model)

    assert first.content_hash == second.content_hash
    assert first.tables["forms"].height == sum(sizes) * sessions
    assert first.tables["cases"].height == len(sizes)


def test_what_is_planted_lowers_one_member_of_a_third_of_the_families():
    sizes = [2, 3, 4, 5] * 6
    plant = Plant(from_session=3, to_session=4, fall_sd=2.0)
    calm = unchanging_service(UnchangingService(sizes, session_count=5, missing_share=0.0))
    moved = unchanging_service(
        UnchangingService(sizes, session_count=5, missing_share=0.0, plant=plant)
    )
    both = calm.tables["ratings"].join(moved.tables["ratings"], on=["form_id", "scale"])
    changed = both.filter((pl.col("score") - pl.col("score_right")).abs() > 1e-6)
    model = UnchangingService(sizes, plant=plant)

    assert len(planted_cases(model)) == len(sizes) // 3
    assert changed.height == len(sizes) // 3 * 2
    assert (changed["score"] - changed["score_right"]).round(3).unique().to_list() == [2 * SPREAD]


def test_a_ceiling_makes_perfect_forms_and_no_score_above_it():
    model = UnchangingService([3] * 40, ceiling_sd=0.5, seed=2)
    scores = unchanging_service(model).tables["ratings"]["score"]

    assert scores.max() == MEAN + 0.5 * SPREAD
    assert 0.2 < (scores == scores.max()).mean() < 0.45


def test_without_a_plant_no_case_is_planted():
    assert planted_cases(UnchangingService([2, 3])) == []
