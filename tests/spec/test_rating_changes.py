"""Each rating against the one before it: the change, the prompt to ask, and a reliable drop."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from dashboard.domain.rules import shipped_rules
from tests.support.quiet_service import add_quiet_families
from tests.support.quiet_spread import s_diff_with


def changes(store, row: str = "mother|mother|self|srs") -> pl.DataFrame:
    rows = store.query("rating_changes", case_ids=["C1"])
    return rows.filter(pl.col("scale") == "total", pl.col("row_key") == row).sort("session_no")


def draw(service, *totals: str, row: str = "mother/srs") -> None:
    service.draw_case("C1", f"sessions{' held' * len(totals)}\n {row} {' '.join(totals)}")


def test_a_change_is_from_the_rating_before_whatever_was_missed_between(service, opened):
    draw(service, ".", "38", "d", "36.5", "38")

    rows = changes(opened(service))

    assert rows["session_no"].to_list() == [2, 4, 5]
    assert rows["previous_score"].to_list() == [None, 38, 36.5]
    assert rows["change"].to_list() == [None, 36.5 - 38, 38 - 36.5]
    assert rows["is_latest"].to_list() == [False, False, True]


@pytest.mark.parametrize(
    ("edge", "prompts"),
    [
        ("below", [None, "below_cutoff", None, "fell_and_below"]),
        ("at_or_below", ["below_cutoff", "below_cutoff", None, "fell_and_below"]),
    ],
)
def test_thirty_six_prompts_only_where_the_service_has_it_so(service, opened, edge, prompts):
    shipped = shipped_rules()
    own = replace(shipped["fit_cutoff_edge"], value=edge)
    service.rules = replace(shipped, rules={**shipped.rules, "fit_cutoff_edge": own})
    draw(service, "36", "35.9", "36.9", "35.9")

    assert changes(opened(service))["fit_prompt"].to_list() == prompts


def test_a_fall_of_a_point_prompts_and_of_less_does_not(service, opened):
    draw(service, "39", "38", "37.1", "36.1")

    rows = changes(opened(service))

    assert rows["change"].to_list() == [None, -1, -0.9, -1]
    assert rows["fit_prompt"].to_list() == [None, "fell", None, "fell"]


def test_a_fall_of_a_point_is_one_whatever_its_last_binary_digit(service, opened):
    assert 3.1 - 4.1 > -1
    draw(service, "4.1", "3.1")

    assert changes(opened(service))["fit_prompt"].to_list() == ["below_cutoff", "fell_and_below"]


def test_a_child_form_without_a_cut_off_prompts_by_its_fall_alone(service, opened):
    service.draw_case("C1", "sessions held held\n child/csrs 20 18")

    rows = changes(opened(service), "child|child|self|csrs")

    assert rows["fit_prompt"].to_list() == [None, "fell"]


def test_a_form_of_another_family_of_instruments_prompts_nothing(service, opened):
    service.draw_case("C1", "sessions held held\n mother/wai_sr_client 44 24")

    rows = changes(opened(service), "mother|mother|self|wai_sr_client")

    assert (rows["change"].to_list(), rows["fit_prompt"].null_count()) == ([None, -20], 2)


def test_a_therapists_own_form_prompts_nothing(service, opened):
    service.draw_case("C1", "sessions held held")
    for session, answer in ((1, 9), (2, 4)):
        form_id = service.therapist_form(f"C1-{session}", "srs", rater_id="T01")
        service.answer(form_id, [answer, answer, answer, answer - 1])

    rows = changes(opened(service), "*|T01|therapist|srs")

    assert (rows["change"].to_list(), rows["fit_prompt"].null_count()) == ([None, -20], 2)


def test_a_reliable_drop_is_more_than_ratings_vary_by(service, opened):
    totals = [38, 35, 38, 34]
    draw(service, *map(str, totals))
    add_quiet_families(service)

    rows = changes(opened(service))

    criterion = 1.96 * s_diff_with(totals)
    assert 35 - 38 > -criterion > 34 - 38
    assert rows["s_diff"].to_list() == pytest.approx([s_diff_with(totals)] * 4)
    assert rows["reliable_criterion"].to_list() == pytest.approx([criterion] * 4)
    assert rows["is_reliable_drop"].to_list() == [None, False, False, True]
    assert rows["refusal"].null_count() == 4


def test_below_thirty_series_a_reliable_drop_is_refused_in_words(service, opened):
    draw(service, "38", "0", "38", "0")
    add_quiet_families(service, 14)

    rows = changes(opened(service))

    assert rows["change"].to_list() == [None, -38, 38, -38]
    assert rows["is_reliable_drop"].null_count() == 4
    assert rows["s_diff"].null_count() == 4
    assert rows["refusal"].to_list() == ["too_few_members"] * 4


def test_a_total_of_zero_is_a_score_and_not_a_missing_one(service, opened):
    draw(service, "1", "0", "0")

    rows = changes(opened(service))

    assert rows["score"].to_list() == [1, 0, 0]
    assert rows["change"].to_list() == [None, -1, 0]


def test_two_instruments_of_one_member_are_two_series(service, opened):
    service.draw_case("C1", "sessions held held\n mother/srs 30 28\n mother/wai_sr_client 40 44")

    rows = opened(service).query("rating_changes", case_ids=["C1"])
    rows = rows.filter(pl.col("is_default_scale"), pl.col("change").is_not_null())

    assert dict(rows.select("instrument_id", "change").rows()) == {"srs": -2, "wai_sr_client": 4}


def test_a_second_case_of_a_family_begins_anew(service, opened):
    draw(service, "38", "36")
    service.draw_case("C2", "sessions held\n mother/srs 20")

    rows = opened(service).query("rating_changes", case_ids=["C2"])

    assert rows.filter(pl.col("scale") == "total")["previous_score"].to_list() == [None]
