"""What pictures and sentences need of every cell: the cells of the heatmaps, and less of each."""

from __future__ import annotations

import polars as pl

from dashboard.domain.scope import Scope


def test_they_are_the_cells_of_the_heatmaps_with_fewer_columns(two_families, opened):
    store = opened(two_families)
    cells = store.query("drawn_cells")

    assert cells.equals(store.query("alliance_cells").select(cells.columns))


def test_a_missing_form_is_a_cell_with_its_reason_and_never_a_zero(two_families, opened):
    cells = opened(two_families).query("drawn_cells")
    own = cells.filter(pl.col("target_member_id").is_not_null())
    total = own.filter(pl.col("scale") == "total", pl.col("instrument_family") == "srs")
    said = total.sort("row_key", "session_no").select("session_no", "score", "state").rows()

    assert said == [
        *((1, 36, "complete"), (2, None, "declined"), (3, None, "not_held")),
        *((1, 21, "complete"), (2, None, "partial"), (3, None, "not_held")),
    ]


def test_they_are_those_of_the_cases_of_a_scope(two_families, opened):
    store = opened(two_families)

    seen = store.query("drawn_cells", scope=Scope("mine", frozenset({"C2"})))
    assert set(seen["case_id"]) == {"C2"}
    assert store.query("drawn_cells", scope=Scope("nobody", frozenset())).is_empty()
