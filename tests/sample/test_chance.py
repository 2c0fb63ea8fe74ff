"""Chance follows from a seed and codes: the same everywhere, and even."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.exports.sample.chance import Chance, mixed, pick, salted, spread_column, unit_column
from dashboard.exports.sample.ordinary import ordinary_case
from dashboard.exports.sample.plans import CasePlan, MemberPlan, fortnightly
from dashboard.exports.sample.rows import case_rows, split_total

WHOLE = st.integers(min_value=0, max_value=2**63 - 1)


@given(seed=WHOLE, code=WHOLE)
def test_a_column_of_draws_agrees_with_whole_number_arithmetic(seed, code):
    frame = pl.DataFrame({"code": [code]}).select(unit_column(seed, "held", "code"))
    bits = mixed(salted(seed, "held") ^ code)
    assert frame.item() == (bits >> 11) / 2**53


def test_the_finaliser_gives_the_published_first_number_of_splitmix64():
    assert mixed(0) == 0xE220A8397B1DCDAF


def test_draws_are_even_and_of_the_size_asked_for():
    frame = pl.DataFrame({"code": range(20_000)}).select(
        unit=unit_column(7, "unit", "code"), spread=spread_column(7, "spread", 2.0, "code")
    )
    assert frame["unit"].is_between(0, 1, closed="left").all()
    assert frame["unit"].mean() == pytest.approx(0.5, abs=0.01)
    assert frame["spread"].mean() == pytest.approx(0, abs=0.05)
    assert frame["spread"].std() == pytest.approx(2.0, abs=0.05)


def test_another_purpose_gives_independent_draws():
    frame = pl.DataFrame({"code": range(20_000)}).select(
        one=unit_column(7, "one", "code"), other=unit_column(7, "other", "code")
    )
    assert abs(frame.select(pl.corr("one", "other")).item()) < 0.02


def test_every_word_is_picked_about_as_often():
    frame = pl.DataFrame({"code": range(20_000)}).select(
        word=pick(("a", "b", None), unit_column(7, "word", "code"))
    )
    shares = [
        (frame["word"] == "a").sum(),
        (frame["word"] == "b").sum(),
        frame["word"].null_count(),
    ]
    assert [share / 20_000 for share in shares] == pytest.approx([1 / 3] * 3, abs=0.02)


@given(seed=WHOLE, total=st.integers(0, 80))
def test_items_add_up_to_their_total_stay_legal_and_differ_where_they_can(seed, total):
    items = split_total(total, 4, 0, 20, Chance(seed, "items"))
    assert sum(items) == total
    assert all(0 <= item <= 20 for item in items)
    assert len(set(items)) > 1 or total in {0, 80}


@given(seed=WHOLE, number=st.integers(134, 160))
def test_an_ordinary_case_has_one_token_for_each_session_and_days_that_rise(seed, number):
    plan = ordinary_case(seed, number)
    assert all(len(member.line.split()) == len(plan.dates) for member in plan.members)
    assert list(plan.dates) == sorted(set(plan.dates))
    assert case_rows(plan, seed)["forms"]


def test_a_line_without_a_token_for_every_session_is_a_mistake_of_the_writer():
    mother = MemberPlan("Mother", "parent", "18-64", "36 37")
    plan = CasePlan(number=1, lead="T01", dates=fortnightly(1, 5, 3), members=(mother,))
    with pytest.raises(ValueError, match="case 1: a line has 2 tokens for 3 days"):
        case_rows(plan, 7)
