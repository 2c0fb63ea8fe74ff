"""Every signal is computed again, without SQL, on random services by random rules."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dashboard.domain.rules import shipped_rules
from dashboard.store import Store, query_contracts
from dashboard.store.arrow import polars_rows
from dashboard.store.connections import open_reader
from tests.support import (
    second_case_signals,
    second_family_signals,
    second_series_signals,
    second_spreads,
)
from tests.support.quiet_service import service_with_signals
from tests.support.random_signals import RandomSignals, random_rules
from tests.support.second_opinion import SecondOpinion
from tests.support.second_spreads import SecondSignals

CONTRACTS = query_contracts()
COMPUTED_TWICE = {
    name: getattr(module, name)
    for module in (
        second_series_signals,
        second_spreads,
        second_family_signals,
        second_case_signals,
    )
    for name in CONTRACTS
    if hasattr(module, name)
}
SEEDS = st.integers(0, 2**32 - 1)


def made(store: Store, name: str) -> pl.DataFrame:
    if CONTRACTS[name].folder == "signals":
        return store.query(name)
    file = store.folder / f"generation-{store.facts.generation:06d}.duckdb"
    with open_reader(file) as connection:
        return polars_rows(connection.table(name))


def assert_agrees(store: Store, signals: SecondSignals, name: str) -> int:
    found = made(store, name)
    rows = COMPUTED_TWICE[name](signals)
    assert found.height == len(rows), name
    if rows:
        expected = pl.DataFrame(rows, schema_overrides=dict(found.schema), infer_schema_length=None)
        grain = list(CONTRACTS[name].grain)
        assert_frame_equal(
            found.sort(grain), expected.select(found.columns).sort(grain), abs_tol=1e-9
        )
    return len(rows)


def test_every_signal_is_computed_twice():
    signals = {name for name, contract in CONTRACTS.items() if contract.folder == "signals"}

    assert (signals | {"scale_spreads"}) - set(COMPUTED_TWICE) == set()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(service_seed=SEEDS, rules_seed=SEEDS)
def test_every_signal_agrees_with_its_second_computation(service_seed, rules_seed):
    service = RandomSignals(service_seed).draw()
    service.rules = random_rules(rules_seed)
    signals = SecondSignals(SecondOpinion(service), service.rules)
    with tempfile.TemporaryDirectory() as folder, service.open(Path(folder) / "store") as store:
        for name in sorted(COMPUTED_TWICE):
            assert_agrees(store, signals, name)


@pytest.mark.parametrize("name", sorted(COMPUTED_TWICE))
def test_it_agrees_where_every_signal_fires_by_the_shipped_rules(every_signal, name):
    store, signals = every_signal

    assert assert_agrees(store, signals, name) > 0


@pytest.fixture(scope="module")
def every_signal(tmp_path_factory):
    service = service_with_signals()
    signals = SecondSignals(SecondOpinion(service), shipped_rules())
    with service.open(tmp_path_factory.mktemp("signals") / "store") as store:
        yield store, signals
