"""Rows that publishing makes for every page are just those that asking anew gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.errors import QueryError
from dashboard.frames.fetching import fetch_told
from dashboard.store.arrow import polars_rows
from dashboard.store.contracts import kept_contracts, query_contracts, told_contracts
from dashboard.store.parameters import bind
from dashboard.views.notes import SAYS_SOMETHING

KEPT, TOLD = kept_contracts(), told_contracts()
SPOKEN_OF = [name for name, contract in query_contracts().items() if contract.told_where]


@pytest.fixture(scope="module")
def store(signals_store):
    return signals_store


@pytest.fixture(scope="module")
def connection(signals_generation):
    return signals_generation


def anew(connection, name, scope, **params):
    """Return the rows as the text of the query gives them."""
    bound = bind(KEPT[name], scope, params)
    return polars_rows(connection.sql(KEPT[name].sql, params=bound))


def some_cases(store):
    return st.sets(st.sampled_from([*store.query("case_list")["case_id"], "nobody"]))


@pytest.mark.parametrize("name", KEPT)
def test_of_the_whole_service_they_are_the_same(store, connection, name):
    kept = store.query(name)

    assert not kept.is_empty()
    assert kept.equals(anew(connection, name, WHOLE_GROUP))


@pytest.mark.parametrize("name", KEPT)
def test_of_any_cases_they_are_the_same_and_in_the_same_order(store, connection, name):
    @given(some_cases(store))
    def of(cases):
        scope = Scope("some", frozenset(cases))
        kept = store.query(name, scope=scope)
        assert kept.equals(anew(connection, name, scope))
        assert kept.schema == anew(connection, name, scope).schema

    of()


@pytest.mark.parametrize("name", [name for name in KEPT if KEPT[name].given_params])
def test_a_question_with_a_filter_is_computed(store, connection, name):
    one = store.query(name)["case_id"][0]
    asked = store.query(name, case_ids=[one])

    assert set(asked["case_id"]) == {one}
    assert asked.equals(anew(connection, name, WHOLE_GROUP, case_ids=[one]))


def test_a_page_is_given_what_is_told_and_of_every_other_measure_all(store):
    assert fetch_told(store, "rating_changes").equals(store.told("rating_changes"))
    assert fetch_told(store, "falls").equals(store.query("falls").filter("is_three_falls"))
    for name in ("case_list", "splits"):
        assert fetch_told(store, name).equals(store.query(name))
    with pytest.raises(QueryError, match="No query is named 'nothing'"):
        fetch_told(store, "nothing")


@pytest.mark.parametrize("name", SPOKEN_OF)
def test_what_is_told_is_all_that_notes_are_written_from(store, name):
    everything, told = store.query(name), fetch_told(store, name)
    notes = everything.filter(SAYS_SOMETHING[name])

    assert 0 < notes.height <= told.height < everything.height
    assert told.join(everything, on=everything.columns, how="anti", nulls_equal=True).is_empty()
    assert notes.join(told, on=everything.columns, how="anti", nulls_equal=True).is_empty()


def test_of_changes_the_latest_of_each_series_is_told_whatever_it_says(store):
    latest = store.query("rating_changes").filter("is_latest")

    assert store.told("rating_changes").filter("is_latest").equals(latest)


@pytest.mark.parametrize("name", SPOKEN_OF)
def test_what_is_told_of_any_cases_is_theirs_in_the_order_of_the_measure(store, name):
    everyone = fetch_told(store, name)

    @given(some_cases(store))
    def of(cases):
        told = fetch_told(store, name, scope=Scope("some", frozenset(cases)))
        assert told.equals(everyone.filter(everyone["case_id"].is_in(list(cases))))

    of()


def test_a_measure_that_tells_of_every_row_has_no_such_rows(store):
    with pytest.raises(QueryError, match="'case_list' has no table of what a page speaks of"):
        store.told("case_list")
