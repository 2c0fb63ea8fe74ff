"""A file that nobody here wrote, through its mapping: every total is recomputed from its words."""

from __future__ import annotations

import csv

import pytest

from dashboard.domain.vocabulary import Reason
from dashboard.store import open_source, query_contracts
from tests.support.repository import REPOSITORY

EXAMPLE = REPOSITORY / "docs" / "examples" / "simulated_wai_srs"
WORDS = ["Never", "Rarely", "Occasionally", "Sometimes", "Often", "Very Often", "Always"]
KEY = {
    "task": ([2, 4, 7, 11, 13, 15, 16, 18, 24, 31, 33, 35], [7, 11, 15, 31, 33]),
    "bond": ([1, 5, 8, 17, 19, 20, 21, 23, 26, 28, 29, 36], [1, 20, 28]),
    "goal": ([3, 6, 9, 10, 12, 14, 22, 25, 27, 30, 32, 34], [3, 9, 10, 12, 27, 34]),
}


@pytest.fixture(scope="module")
def store(real_data, tmp_path_factory):
    with open_source(
        real_data / "simulated_wai_srs",
        mapping=EXAMPLE / "mapping.toml",
        instruments=EXAMPLE / "instruments.toml",
        home=tmp_path_factory.mktemp("real"),
    ) as opened:
        yield opened


def own_instrument(store) -> str:
    families = store.query("instrument_scales")
    return next(name for name in families["instrument_id"] if name != "srs")


def recomputed(row: dict[str, str]) -> dict[str, float]:
    items = [name for name in row if name not in {"pairing_id", "session_id"}]
    answers = {number: WORDS.index(row[name]) + 1 for number, name in enumerate(items, start=1)}
    return {
        name: sum(8 - answers[item] if item in turned else answers[item] for item in numbers)
        for name, (numbers, turned) in KEY.items()
    }


@pytest.mark.real_data
def test_the_totals_of_all_277_forms_are_those_of_the_file(store, real_data):
    with (real_data / "simulated_wai_srs" / "survey_wai_logs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    expected = {}
    for row in rows:
        sums = recomputed(row)
        expected[row["pairing_id"], int(row["session_id"])] = sums | {
            "composite": sum(sums.values())
        }
    found = store.query("form_totals", instrument_id=own_instrument(store))

    assert len(expected) == found.height == 277
    assert {
        (row["case_id"], row["session_no"]): {
            name: row[name] for name in ("task", "bond", "goal", "composite")
        }
        for row in found.iter_rows(named=True)
    } == expected


@pytest.mark.real_data
def test_cases_without_any_form_are_there_and_shown_as_such(store):
    cases = store.query("case_list")
    empty = cases.filter(cases["instrument_families"].list.len() == 0)

    assert (cases.height, empty.height) == (180, 30)
    assert store.query("form_totals", instrument_id="srs").height == 277
    assert store.facts.has_dates is False
    assert store.query("alliance_by_family_week").is_empty()
    assert "simulated" in store.facts.note


@pytest.mark.real_data
def test_the_file_goes_through_every_signal_and_the_agenda(store):
    heights = {
        name: store.query(name).height
        for name, contract in query_contracts().items()
        if contract.folder == "signals"
    }
    reasons = store.query("agenda_reasons")

    assert heights["rating_changes"] >= 277
    assert heights["rupture_readiness"] > 0
    assert set(reasons["reason_code"]) <= {str(reason) for reason in Reason}
