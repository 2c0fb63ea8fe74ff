"""What pictures and sentences need of every cell: the cells of the heatmaps, and less of each."""

from __future__ import annotations

import polars as pl

from dashboard.domain.scope import Scope


def drawn(service):
    service.draw_case(
        "C1",
        """
        sessions   held held cancelled
        mother/srs 36   d    .
        youth/srs  21   p    .
        """,
    )
    service.draw_family("F2", {"ann": "partner"})
    service.draw_case("C2", "sessions held\nann/ors 20", family_id="F2")
    return service


def test_they_are_the_cells_of_the_heatmaps_with_fewer_columns(service, opened):
    store = opened(drawn(service))
    cells = store.query("drawn_cells")

    assert cells.equals(store.query("alliance_cells").select(cells.columns))


def test_a_missing_form_is_a_cell_with_its_reason_and_never_a_zero(service, opened):
    cells = opened(drawn(service)).query("drawn_cells")
    total = cells.filter(pl.col("scale") == "total", pl.col("instrument_family") == "srs")
    said = total.sort("row_key", "session_no").select("session_no", "score", "state").rows()

    assert said == [
        *((1, 36, "complete"), (2, None, "declined"), (3, None, "not_held")),
        *((1, 21, "complete"), (2, None, "partial"), (3, None, "not_held")),
    ]


def test_they_are_those_of_the_cases_of_a_scope(service, opened):
    store = opened(drawn(service))

    seen = store.query("drawn_cells", scope=Scope("mine", frozenset({"C2"})))
    assert set(seen["case_id"]) == {"C2"}
    assert store.query("drawn_cells", scope=Scope("nobody", frozenset())).is_empty()
