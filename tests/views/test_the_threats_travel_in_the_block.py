"""The screen of threats says what was coded and counted, and claims no effect."""

from __future__ import annotations

import json

import pytest

from dashboard.domain.vocabulary import Strategy
from dashboard.views.threats import COLUMN_WORDS, GROUP_WORDS, SIGNAL_WORDS

CAUSAL = ("because", "caused", "worked", "effective", "helped", "improved", "led to", "thanks to")


@pytest.fixture(scope="module")
def page(sample):
    return sample.block.facts["threatPage"]


def test_every_open_threat_stands_once_with_since_when_and_who_coded_it(sample, page):
    spans = sample.store.query("threat_spans").filter(is_open=True)
    codes = [case["code"] for case in sample.block.facts["cases"]]

    assert sorted((codes[row[0]], row[1]) for row in page["open"]) == sorted(
        spans.select("case_id", "threat_type").rows()
    )
    since, said = next(row[2:] for row in page["open"] if codes[row[0]] == "C-104")
    assert since == "since session 7, 31 Aug 2026"
    assert said == "coded by therapist, severity 2, open"


def test_both_disagreements_are_those_of_the_signal(sample, page):
    rows = sample.store.query("threat_agreement").drop_nulls("kind")
    codes = [case["code"] for case in sample.block.facts["cases"]]

    assert sorted((codes[row[0]], row[1]) for row in page["disagreements"]) == sorted(
        rows.select("case_id", "kind").rows()
    )
    assert {row[1] for row in page["disagreements"]} == set(rows["kind"])


def test_the_months_are_in_order_with_their_counts(sample, page):
    rows = sample.store.query("threat_types_by_month")
    first = rows.row(0, named=True)

    assert len(page["months"]) == rows["month_start_date"].n_unique()
    assert page["months"][0]["counts"][first["threat_type"]] == [
        first["opened_count"],
        first["open_count"],
        first["case_count"],
    ]


def cells(page):
    return {
        (row["name"], column): lines
        for group in page["groups"]
        for row in group["rows"]
        for column, lines in row["cells"].items()
    }


def test_each_strategy_stands_once_in_the_group_the_article_gives_it(page):
    assert [group["group"] for group in page["groups"]] == list(GROUP_WORDS)
    assert sum(len(group["rows"]) for group in page["groups"]) == len(Strategy)
    assert {code for code, _ in page["columns"]} <= set(COLUMN_WORDS)


def test_below_five_cases_nothing_is_said_of_what_came_after(sample, page):
    matrix = sample.store.query("threat_strategy_matrix")
    untold = matrix.filter(matrix["rose_count"].is_null())
    told = matrix.filter(matrix["rose_count"].is_not_null())
    after = [line for lines in cells(page).values() for line in lines if "next rating" in line]

    assert len(after) == told.height > 0
    assert untold.height > 0
    few = cells(page)["active listening", "lack_of_trust"]
    assert few == ["used 3 times in 3 cases", "too few cases to say more"]


def test_what_came_after_is_raw_points_with_how_many(page):
    lines = cells(page)["gradual guiding", "resistance_to_change"]

    assert lines == [
        "used 5 times in 5 cases",
        (
            "SRS, next rating: 4 higher, 1 the same, 2 lower; median +0.5 points, "
            "middle half \N{MINUS SIGN}0.5 to +0.75"
        ),
    ]


def test_no_word_claims_an_effect(page):
    said = json.dumps(page).lower()

    assert [word for word in CAUSAL if word in said] == []


def test_every_signal_of_a_disagreement_has_words(sample):
    found = sample.store.query("threat_agreement")["signal_codes"].explode().drop_nulls()

    assert set(found) <= set(SIGNAL_WORDS)


def test_a_service_without_dates_has_threats_and_no_months(undated):
    page = undated.block.facts["threatPage"]

    assert page["months"] == []
    assert all("session" in row[2] and "," not in row[2] for row in page["open"])
