"""Once published, the bundled service shows every state a cell can have, and the hero's row."""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.domain.places import data_folder
from dashboard.domain.vocabulary import CellState
from dashboard.store import open_source


@pytest.fixture(scope="module")
def cells():
    with open_source(data_folder("sample_data")) as store:
        yield store.query("alliance_cells")


def test_every_state_of_a_cell_occurs(cells):
    assert set(cells["state"].cast(pl.String)) == {str(state) for state in CellState}


def test_the_child_of_the_hero_case_reads_as_in_the_design(cells):
    child = cells.filter(
        pl.col("target_member_id") == "M-104-4", pl.col("scale").cast(pl.String) == "total"
    ).sort("session_no")
    drawn = [
        f"{score:g}" if score is not None else str(state)
        for score, state in child.select("score", pl.col("state").cast(pl.String)).iter_rows()
    ]
    assert drawn == [
        "not_applicable",
        *["37", "40", "40", "40"],
        "not_held",
        *["40", "40", "lost", "40", "40"],
        "not_offered",
    ]


def test_a_genuine_zero_is_a_score_and_not_a_gap(cells):
    zero = cells.filter(
        pl.col("case_id") == "C-114",
        pl.col("session_no") == 1,
        pl.col("target_member_id") == "M-114-2",
        pl.col("scale").cast(pl.String) == "total",
    )
    assert zero.select("score", pl.col("state").cast(pl.String)).rows() == [(0.0, "complete")]


def test_parts_of_a_split_total_are_not_interpretable_and_its_total_is(cells):
    split = cells.filter(pl.col("case_id") == "C-120", pl.col("score").is_not_null())
    is_total = split["scale"].cast(pl.String) == "total"
    assert split.filter(is_total)["is_interpretable"].all()
    assert not split.filter(~is_total)["is_interpretable"].any()
