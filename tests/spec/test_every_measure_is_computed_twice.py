"""Every measure is computed again, without SQL, on random services; the two must agree."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dashboard.domain.scope import Scope
from dashboard.store import query_contracts
from tests.support import second_cases, second_measures, second_threats
from tests.support.random_service import RandomService, random_selection
from tests.support.second_opinion import SecondOpinion

CONTRACTS = query_contracts()
COMPUTED_TWICE = {
    name: getattr(module, name)
    for module in (second_measures, second_cases, second_threats)
    for name in CONTRACTS
    if hasattr(module, name)
}
TOLD_ONLY = {
    "agenda_reasons": "computed from the raw files by somebody else; tests/independent",
    "import_changes": "tests/store/test_what_an_import_changes",
    "perfect_forms_by_instrument": "shares of scale_spreads; test_perfect_forms",
    "rupture_firing": "counts rows of signals; test_rule_firing",
    "split_firing": "counts rows of signals; test_rule_firing",
    "threats_by_quarter": "test_threats_by_quarter",
    "display_steps": "computed in test_display_steps, with the steps of every cell here",
    "generation_facts": "repeats what the importer knows; test_the_account_of_an_import",
    "rule_list": "repeats the file of rules; tests/shells/test_rules_told.py",
    "import_files": "repeats the account of the importer",
    "import_notices": "repeats the account of the importer",
    "set_aside_rows": "repeats the account of the importer",
    "rules_in_force": "repeats the loaded rules; test_rules_in_force",
    "instrument_scales": "repeats the registry; test_lists_to_choose_from",
}
NOTHING_CHOSEN = {
    "group_ids": [],
    "therapist_ids": [],
    "family_ids": [],
    "case_ids": [],
    "member_ids": [],
    "threat_types": [],
    "instrument_family": "",
    "scale": "",
    "date_from": None,
    "date_to": None,
}
SEEDS = st.integers(0, 2**32 - 1)


def declared(name: str, params: dict[str, object]) -> dict[str, object]:
    known = {param.name for param in CONTRACTS[name].given_params}
    return {key: value for key, value in params.items() if key in known}


def assert_agrees(store, opinion: SecondOpinion, name: str, params, scope: Scope) -> None:
    contract = CONTRACTS[name]
    given_params = params | {"instrument_id": "srs"}
    asked = declared(name, given_params)
    effective = NOTHING_CHOSEN | asked
    found = store.query(name, scope=scope, **asked)
    case_ids = None if scope.case_ids is None else set(scope.case_ids)
    rows = COMPUTED_TWICE[name](opinion, effective, case_ids)
    assert found.height == len(rows), name
    if rows:
        expected = pl.DataFrame(rows, schema_overrides=dict(found.schema), infer_schema_length=None)
        grain = list(contract.grain)
        columns = found.columns
        assert_frame_equal(
            found.select(columns).sort(grain), expected.select(columns).sort(grain), abs_tol=1e-9
        )


def test_every_measure_is_computed_twice_or_says_where_it_is_proved():
    asked = {name for name, contract in CONTRACTS.items() if contract.folder == "measures"}

    assert asked - set(COMPUTED_TWICE) - set(TOLD_ONLY) == set()
    assert set(COMPUTED_TWICE) & set(TOLD_ONLY) == set()


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(service_seed=SEEDS, selection_seeds=st.lists(SEEDS, min_size=4, max_size=4))
def test_every_measure_agrees_with_its_second_computation(service_seed, selection_seeds):
    service = RandomService(service_seed).draw()
    opinion = SecondOpinion(service)
    cases = sorted(opinion.cases)
    scopes = [Scope("whole"), Scope("half", frozenset(cases[::2])), Scope("none", frozenset())]
    with tempfile.TemporaryDirectory() as folder, service.open(Path(folder) / "store") as store:
        for name in sorted(COMPUTED_TWICE):
            assert_agrees(store, opinion, name, NOTHING_CHOSEN, scopes[0])
            for number, seed in enumerate(selection_seeds):
                params = random_selection(seed, service)
                assert_agrees(store, opinion, name, params, scopes[(0, 0, 1, 2)[number]])
