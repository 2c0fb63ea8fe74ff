"""How often rules fire: counts over the signals of chosen cases, nothing else."""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.domain.scope import Scope
from tests.support.quiet_service import service_with_signals


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with service_with_signals().open(tmp_path_factory.mktemp("firing") / "store") as opened:
        yield opened


def test_splits_are_counted_by_the_number_of_raters(store):
    splits = store.query("splits").filter("is_default_scale")
    level = pl.col("level")
    expected = (
        splits.group_by("instrument_id", "rater_count")
        .agg(
            pl.len().alias("session_count"),
            pl.col("range_sd").is_not_null().sum().alias("judged_count"),
            level.is_not_null().sum().alias("notable_count"),
            (level == "marked").fill_null(value=False).sum().alias("marked_count"),
            pl.col("is_one_sd").fill_null(value=False).sum().alias("one_sd_count"),
        )
        .sort("instrument_id", "rater_count")
    )
    found = store.query("split_firing")

    assert found.filter(pl.col("marked_count") > 0).height > 0
    assert found.cast(pl.String).equals(expected.cast(pl.String))


def test_ruptures_are_counted_by_member_and_by_case(store):
    ruptures = store.query("ruptures").filter("is_default_scale")
    judged = store.query("rupture_readiness").filter(
        pl.col("is_default_scale") & (pl.col("state") == "judged")
    )
    found = store.query("rupture_firing").row(0, named=True)
    marked = ruptures.filter(pl.col("level") == "marked")

    assert found["member_count"] == judged.height
    assert found["case_count"] == judged["case_id"].n_unique()
    assert found["notable_member_count"] == ruptures.select("case_id", "row_key").n_unique()
    assert found["marked_member_count"] == marked.select("case_id", "row_key").n_unique() > 0
    assert found["marked_case_count"] == marked["case_id"].n_unique()


def test_a_smaller_scope_counts_its_own_cases_alone(store):
    one = Scope("one", frozenset({"C5"}))

    assert store.query("rupture_firing", scope=one)["case_count"].to_list() == [1]
    assert store.query("split_firing", scope=one)["session_count"].sum() == 8
