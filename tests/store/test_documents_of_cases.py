"""The documents that publishing keeps with each case hold just the rows that asking gives."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.domain.scope import Scope
from dashboard.errors import QueryError
from dashboard.frames.fetching import fetch_with_cases, kept_frames
from dashboard.store import documents
from dashboard.store.contracts import documented_contracts, query_contracts
from dashboard.store.documents import documents_steps, rows_within
from tests.support.quiet_service import service_with_signals

DOCUMENTED = documented_contracts()


@pytest.fixture(scope="module")
def store(signals_store):
    return signals_store


def spoken_of(store, name, scope):
    rows = store.query(name, scope=scope)
    told = DOCUMENTED[name].told_where
    return rows.filter(pl.sql_expr(told)) if told else rows


@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_rows_of_any_cases_are_those_that_asking_gives(store, name):
    cases = [*store.query("case_list")["case_id"], "nobody"]

    @settings(max_examples=20)
    @given(st.sets(st.sampled_from(cases)))
    def of(chosen):
        scope = Scope("some", frozenset(chosen))
        kept = store.with_cases([name], scope=scope)[name]
        assert kept.equals(spoken_of(store, name, scope))
        assert kept.schema == store.query(name, scope=scope).schema

    of()


def test_several_measures_of_the_whole_service_are_asked_at_once(store):
    everything = Scope("everything", None)

    assert {name: rows.rows() for name, rows in store.with_cases(DOCUMENTED).items()} == {
        name: spoken_of(store, name, everything).rows() for name in DOCUMENTED
    }


def test_of_no_measure_there_are_no_rows(store):
    assert store.with_cases([]) == {}


def test_what_was_asked_before_is_not_asked_again(store, monkeypatch):
    kept_frames.clear()
    asked = []
    ask = store.with_cases
    monkeypatch.setattr(
        store, "with_cases", lambda names, **scope: asked.append([*names]) or ask(names, **scope)
    )
    scope = Scope("one", frozenset(store.query("case_list")["case_id"][:1]))

    first = fetch_with_cases(store, ["case_list", "ceilings"], scope=scope)
    more = fetch_with_cases(store, ["case_list", "ruptures"], scope=scope)

    assert asked == [["case_list", "ceilings"], ["ruptures"]]
    assert more["case_list"].equals(first["case_list"])
    assert more["case_list"].equals(store.query("case_list", scope=scope))


def test_a_measure_that_is_not_kept_so_is_refused(store):
    with pytest.raises(QueryError, match=r"The rows of \['cell_counts', 'splits'\] are not kept"):
        store.with_cases(["splits", "case_list", "cell_counts"])


def test_a_service_is_documented_some_cases_at_a_time(store, tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "CASES_AT_ONCE", 2)
    count = store.query("case_list").height

    with service_with_signals().open(tmp_path / "store") as slowly:
        kept = slowly.with_cases(DOCUMENTED)

    assert count > 4
    assert documents_steps(count) == -(-count // 2) + 1
    assert {name: rows.rows() for name, rows in kept.items()} == {
        name: rows.rows() for name, rows in store.with_cases(DOCUMENTED).items()
    }


def test_texts_numbers_days_and_lists_come_back_as_they_were():
    contract = query_contracts()["case_list"]
    document = (
        '{"family_id": ["F \\"1\\" \\u00e6"], "modality": [""], "referral": ["x"],'
        ' "opened_on": ["2026-02-01"], "closed_on": [null], "ending": ["going_on"],'
        ' "is_latest_of_family": [true], "session_count": [2], "held_count": [1],'
        ' "first_held_on": ["0001-01-01"], "last_held_on": ["9999-12-31"],'
        ' "lead_therapist_ids": [["T1", "T2"]], "co_therapist_ids": [[]], "group_ids": [["G1"]],'
        ' "instrument_families": [["srs"]], "expected_count": [4], "complete_count": [0]}'
    )
    kept = pl.DataFrame({"case_id": ["C1", "C2"], "case_list": [document, None]})

    (row,) = rows_within(kept, [contract])["case_list"].rows(named=True)

    assert row["family_id"] == 'F "1" æ'
    assert (row["opened_on"], row["closed_on"]) == (dt.date(2026, 2, 1), None)
    assert (row["first_held_on"], row["last_held_on"]) == (dt.date.min, dt.date.max)
    assert (row["lead_therapist_ids"], row["co_therapist_ids"]) == (["T1", "T2"], [])
