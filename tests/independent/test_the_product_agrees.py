"""The agenda of the product equals the one computed from the raw files by somebody else."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from dashboard.exports.sample import write_sample
from dashboard.store import open_source
from tests.independent.agenda import agenda, differences
from tests.support.repository import REPOSITORY

SAMPLE = REPOSITORY / "sample_data"


def first_and_last(reasons: pl.DataFrame) -> pl.DataFrame:
    """Return the reasons with the sessions of a rupture as the other side names them."""
    is_rupture = pl.col("reason_code").str.starts_with("rupture_")
    ends = pl.concat_list(
        pl.col("session_nos").list.first(), pl.col("session_nos").list.last()
    ).cast(pl.List(pl.Int32))
    return reasons.with_columns(
        pl.when(is_rupture).then(ends).otherwise("session_nos").alias("session_nos")
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with open_source(SAMPLE, home=tmp_path_factory.mktemp("home")) as opened:
        yield opened


def test_every_reason_of_the_sample_is_the_same_in_both(store):
    ours = first_and_last(store.query("agenda_reasons"))

    assert ours.height > 50
    assert differences(ours, agenda(SAMPLE)).to_dicts() == []


def test_what_the_group_has_discussed_moves_both_windows_alike(store):
    discussed = {"C-103": 5, "C-104": 8, "C-106": 4, "C-114": 2}
    ours = store.query(
        "agenda_reasons",
        discussed_case_ids=list(discussed),
        discussed_session_nos=list(discussed.values()),
        discussed_dates=[dt.date(2026, 10, 1)] * len(discussed),
        last_meeting_on=dt.date(2026, 6, 1),
    )
    theirs = agenda(SAMPLE, last_discussed=discussed, last_meeting_on=dt.date(2026, 6, 1))

    assert ours.filter(pl.col("reason_code") == "repaired").height > 1
    assert differences(first_and_last(ours), theirs).to_dicts() == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_other_services_have_the_same_reasons_in_both(tmp_path, seed):
    folder = tmp_path / "export"
    write_sample(folder, families=150, seed=seed)
    with open_source(folder, home=tmp_path / "home") as store:
        ours = first_and_last(store.query("agenda_reasons"))

    assert differences(ours, agenda(folder)).to_dicts() == []


def test_a_discussed_case_comes_after_one_that_never_was(store):
    tier_two = store.query("agenda_reasons").filter(pl.col("case_tier") == 2)
    first, second = tier_two["case_id"].unique(maintain_order=True)[:2]
    after = store.query(
        "agenda_reasons",
        discussed_case_ids=[first],
        discussed_session_nos=[1],
        discussed_dates=[dt.date(2026, 11, 1)],
    ).filter(pl.col("case_tier") == 2)
    order = after["case_id"].unique(maintain_order=True).to_list()

    assert order[0] == second
    assert order[-1] == first
