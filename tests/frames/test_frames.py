"""Frames: one function per measure, settled types, kept while the generation lasts."""

from __future__ import annotations

import inspect

import polars as pl
import pytest

from dashboard import frames
from dashboard.domain.scope import Scope
from dashboard.domain.selection import Selection
from dashboard.errors import FrameError, QueryError
from dashboard.frames import fetching
from dashboard.frames.fetching import FrameCache, fetch, kept_frames, require_columns
from dashboard.store import Store, column_types, publish, query_contracts
from tests.support.drawn_service import FIRST_DAY, DrawnService
from tests.support.quiet_service import service_with_signals

MEASURES = sorted(frames.catalogue())


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with service_with_signals().open(tmp_path_factory.mktemp("frames") / "store") as opened:
        yield opened


@pytest.fixture(autouse=True)
def _nothing_kept():
    kept_frames.clear()


@pytest.fixture
def asked(store, monkeypatch):
    """The names of the queries that reached the store."""
    names: list[str] = []
    original = Store.query

    def noting(self, name, **kwargs):
        names.append(name)
        return original(self, name, **kwargs)

    monkeypatch.setattr(Store, "query", noting)
    return names


def call(name: str, store: Store, **kwargs) -> pl.DataFrame:
    function = getattr(frames, name)
    if "instrument_id" in inspect.signature(function).parameters:
        return function(store, "srs", **kwargs)
    return function(store, **kwargs)


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_has_a_function_of_its_name_with_the_types_of_its_header(store, name):
    rows = call(name, store)

    assert dict(rows.schema) == column_types(query_contracts()[name])
    assert rows.height > 0


@pytest.mark.parametrize("name", MEASURES)
def test_no_frame_holds_a_categorical_or_a_decimal(store, name):
    kinds = {str(type_.base_type()) for type_ in call(name, store).schema.values()}

    assert kinds <= {"String", "Int32", "Int64", "Float64", "Boolean", "Date", "Datetime", "List"}


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in MEASURES
        if "selection" in inspect.signature(getattr(frames, name)).parameters
    ],
)
def test_a_selection_narrows_a_frame(store, name):
    whole = call(name, store)
    nothing = call(name, store, selection=Selection(cases=("gone",)))

    assert nothing.schema == whole.schema
    assert not nothing.equals(whole)


def test_a_scope_is_handed_to_the_query(store):
    rows = frames.case_list(store, scope=Scope("own", frozenset({"C3"})))

    assert rows["case_id"].to_list() == ["C3"]


def test_a_frame_is_fetched_once_for_the_same_question(store, asked):
    first = frames.alliance_cells(store, Selection(cases=("C1",)))
    second = frames.alliance_cells(store, Selection(cases=("C1",)))
    frames.alliance_cells(store, Selection(cases=("C3",)))
    frames.alliance_cells(store, scope=Scope("own", frozenset({"C1"})))
    frames.form_totals(store, "srs")
    frames.form_totals(store, "ors")

    assert first.equals(second)
    assert asked == ["alliance_cells"] * 3 + ["form_totals"] * 2


def test_lists_may_be_given_as_further_parameters(store, asked):
    for _ in range(2):
        fetch(store, "case_list", case_ids=["C1"])

    assert asked == ["case_list"]


def test_what_a_caller_does_to_a_frame_does_not_reach_the_next_one(store):
    rows = frames.case_list(store)
    rows.insert_column(0, pl.lit(1).alias("planted"))

    assert "planted" not in frames.case_list(store).columns


def test_a_new_generation_is_asked_anew(tmp_path):
    def service(total: int) -> DrawnService:
        drawn = DrawnService()
        drawn.draw_family("F1", {"mother": "parent"})
        drawn.draw_case("C1", f"sessions held\nmother/srs {total}", first_day=FIRST_DAY)
        return drawn

    with service(30).open(tmp_path / "store") as opened:
        before = frames.selection_summary(opened)["lowest_score"].item()
        publish(service(20).export(), tmp_path / "store")
        opened.refresh()
        assert (before, frames.selection_summary(opened)["lowest_score"].item()) == (30, 20)


def test_a_generation_that_changes_while_it_is_asked_is_not_kept(store, asked, monkeypatch):
    facts = [store.facts, None, store.facts, None]
    monkeypatch.setattr(Store, "facts", property(lambda _: facts.pop(0)))
    fetch(store, "case_rows")
    fetch(store, "case_rows")

    assert asked == ["case_rows"] * 2


def test_the_least_recently_used_frames_leave_first():
    cache = FrameCache(limit_bytes=2000)
    rows = pl.DataFrame({"n": pl.Series(range(100), dtype=pl.Int64)})
    cache.keep("a", rows)
    cache.keep("b", rows)
    cache.get("a")
    cache.keep("b", rows)
    cache.get("a")
    cache.keep("c", rows)

    assert [cache.get(key) is not None for key in ("a", "b", "c")] == [True, False, True]


def test_a_frame_over_the_limit_is_not_kept():
    cache = FrameCache(limit_bytes=10)
    cache.keep("a", pl.DataFrame({"n": range(100)}))

    assert cache.get("a") is None
    assert fetching.CACHE_BYTES > 10


def test_a_frame_that_lacks_a_column_is_refused_by_name():
    with pytest.raises(
        FrameError, match=r"'cell_counts' has the columns .* lacks \['cell_count'\]"
    ):
        require_columns(pl.DataFrame({"case_id": ["C1"], "family_id": ["F1"]}), "cell_counts")


def test_a_column_of_a_type_that_does_not_fit_is_refused():
    rows = pl.DataFrame({"case_id": ["C1"], "family_id": ["F1"], "cell_count": ["many"]})

    with pytest.raises(FrameError, match="a column whose type does not fit"):
        require_columns(rows, "cell_counts")


def test_the_catalogue_says_what_each_measure_is():
    assert frames.catalogue()["alliance_cells"].startswith("Every cell of the heatmaps")
    assert "cells" not in frames.catalogue()


def test_columns_are_defined_in_words():
    definitions = frames.column_definitions("alliance_by_family_week")
    row = definitions.row(by_predicate=pl.col("column") == "scores", named=True)

    assert row["type"] == "list of numbers"
    assert row["may_be_empty"] is False
    assert "raw points" in row["meaning"]


def test_an_unknown_measure_is_named_with_the_nearest_one():
    with pytest.raises(QueryError, match="Did you mean 'alliance_cells'"):
        frames.column_definitions("alliance_cell")
    with pytest.raises(QueryError, match="No measure is named 'zzz'"):
        frames.column_definitions("zzz")
