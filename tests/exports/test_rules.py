"""Rules between rows, each on a drawn table: which row is set aside, and which stays."""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.exports.reading import read_export
from dashboard.exports.writing import write_native
from tests.exports.support import SOUND, export_with

FORMS = (SOUND / "forms.csv").read_text(encoding="utf-8")
ITEMS = (SOUND / "item_scores.csv").read_text(encoding="utf-8")


def sessions(*days):
    rows = [f"S{no},C1,{no},{day},T1,,held" for no, day in enumerate(days, start=1)]
    head = "session_id,case_id,session_no,held_on,lead_therapist_id,format,status"
    return "\n".join([head, *rows, "S9,C2,1,,T1,,held"]) + "\n"


def faults(export, table):
    rows = export.set_aside.filter(pl.col("table_name") == table)
    return rows.select("row_no", "column_name", "rule").rows()


@pytest.mark.parametrize(
    ("days", "out_of_order"),
    [
        (("2026-01-10", "2026-01-05"), [3]),
        (("2026-02-01", "2026-01-05", "2026-01-08"), [2]),
        (("2026-01-05", "2062-01-12", "2026-01-19", "2026-01-26"), [3]),
        (("2026-01-05", "2026-01-05", "2026-01-05"), []),
        (("2026-01-05", "", "2026-01-19"), []),
        (("2026-01-09", "2026-01-08", "2026-01-07"), [3, 4]),
    ],
)
def test_as_few_sessions_as_possible_are_set_aside_for_days_that_run_backwards(
    days, out_of_order, tmp_path
):
    export = read_export(export_with(tmp_path / "export", sessions=sessions(*days)))
    assert [row for row, _, rule in faults(export, "sessions") if rule == "dates_backwards"] == (
        out_of_order
    )


def test_a_self_form_is_about_its_rater(tmp_path):
    forms = FORMS.replace("A1,S1,M1,self,,", "A1,S1,,self,,").replace(
        "A2,S1,M2,self,,", "A2,S1,M2,self,M1,"
    )
    export = read_export(export_with(tmp_path / "export", forms=forms))
    assert faults(export, "forms") == [
        (2, "member_id", "self_form_without_member"),
        (3, "rater_id", "rater_is_not_the_member"),
    ]


def test_a_form_of_a_therapist_names_one_that_is_known(tmp_path):
    more = "B1,S1,,therapist,T1,srs,,complete,,,items\nB2,S1,,therapist,T8,srs,,complete,,,items\n"
    export = read_export(export_with(tmp_path / "export", forms=FORMS + more))
    assert faults(export, "forms") == [(9, "rater_id", "unknown_reference")]


def test_a_form_puts_no_member_into_a_session_of_another_family(tmp_path):
    forms = FORMS.replace("A6,S4,M3,self,M3", "A6,S4,M1,self,M1")
    export = read_export(export_with(tmp_path / "export", forms=forms))
    assert faults(export, "forms") == [(7, "member_id", "member_of_other_family")]


def test_a_scale_of_the_family_is_not_rated_for_a_member(tmp_path):
    forms = FORMS.replace("A5,S2,,observer", "A5,S2,M1,observer")
    export = read_export(export_with(tmp_path / "export", forms=forms))
    assert faults(export, "ratings") == [(2, "scale", "scale_is_of_the_family")]


def test_an_instrument_that_is_not_scored_has_no_scale_and_says_why(tmp_path):
    forms = FORMS.replace("wai_sr_client", "wai_s")
    ratings = "form_id,scale,score\nA5,shared_purpose,1\nA3,bond,20\n"
    export = read_export(export_with(tmp_path / "export", forms=forms, ratings=ratings))
    assert faults(export, "ratings") == [(3, "scale", "scale_not_of_instrument")]
    assert "could not be checked against the form" in export.set_aside["mend"].item()
    assert export.notices.select("row_no", "rule").rows() == [(4, "scoring_refused")]
    assert (
        export.notices["message"]
        .item()
        .startswith("Items of WAI-S are kept and not scored (1 form from this row on): its key")
    )
    assert export.tables["item_scores"].filter(form_id="A3").height == 12


def test_an_item_without_a_known_range_must_still_be_a_number(tmp_path):
    source = tmp_path / "export"
    tables = dict(read_export(SOUND).tables)
    tables["forms"] = tables["forms"].with_columns(
        pl.col("instrument_id").replace("wai_sr_client", "score_15")
    )
    tables["item_scores"] = tables["item_scores"].with_columns(
        pl.when(form_id="A3", item_no=2).then(float("nan")).otherwise("value").alias("value")
    )
    write_native(tables, source, read_export(SOUND).facts, file_format="parquet")
    export = read_export(source)
    assert [rule for _, _, rule in faults(export, "item_scores")] == ["not_a_number"]


def test_equal_ratings_below_the_maximum_are_noted_like_equal_items(tmp_path):
    components = "".join(f"A1,{scale},7\nA6,{scale},10\n" for scale in SCALES)
    source = export_with(
        tmp_path / "export", ratings=f"form_id,scale,score\n{components}", item_scores=NO_ITEMS
    )
    notes = read_export(source).notices.filter(pl.col("rule") == "components_not_interpretable")
    assert notes["row_no"].to_list() == [2]


SCALES = ("bond", "goals", "tasks", "overall")
NO_ITEMS = "form_id,item_no,value\nA2,1,8\n"


def test_a_child_on_a_form_for_grown_ups_is_accepted_and_noted(tmp_path):
    members = (SOUND / "members.csv").read_text().replace("youth,13-17", "child,6-12")
    export = read_export(export_with(tmp_path / "export", members=members))
    assert export.set_aside.is_empty()
    assert export.notices.select("row_no", "rule").rows() == [(3, "age_outside_instrument")]


def test_a_form_at_a_session_that_was_not_held_is_accepted_and_noted(tmp_path):
    text = (SOUND / "sessions.csv").read_text().replace("T1,in_person,held\nS2", "T1,,no_show\nS2")
    export = read_export(export_with(tmp_path / "export", sessions=text))
    assert export.notices.select("row_no", "rule").rows() == [
        (2, "form_at_session_not_held"),
        (3, "form_at_session_not_held"),
    ]


def test_spans_of_therapists_may_repeat_but_not_run_backwards(tmp_path):
    spans = (
        "case_id,therapist_id,role,from_date,to_date\n"
        "C1,T1,lead,2026-01-01,2026-02-01\n"
        "C1,T1,lead,2026-03-01,\n"
        "C1,T1,co,2026-03-01,2026-02-01\n"
        "C2,T1,lead,,\n"
        "C2,T1,lead,,2026-09-01\n"
    )
    export = read_export(export_with(tmp_path / "export", case_therapists=spans))
    assert faults(export, "case_therapists") == [
        (4, "to_date", "span_ends_before_start"),
        (5, "case_id", "duplicate_conflicting"),
        (6, "case_id", "duplicate_conflicting"),
    ]


def test_a_threat_stays_in_its_case_and_closes_after_it_opens(tmp_path):
    head, first = (SOUND / "threats.csv").read_text().splitlines()
    threats = "\n".join(
        [
            head,
            first,
            "D2,C2,S2,,lack_of_trust,1,therapist,,open,",
            "D3,C1,S3,,lack_of_trust,1,therapist,,resolved,S1",
            "D4,C1,S1,,lack_of_trust,1,therapist,,resolved,S4",
            "D5,C1,S1,,lack_of_trust,1,therapist,,resolved,S1",
            "D6,C2,S4,M3,lack_of_trust,1,therapist,,open,",
        ]
    )
    strategies = (
        "strategy_id,session_id,threat_id,member_id,strategy,context,helpful\n"
        "E1,S2,D6,,empathy,threat,\nE2,S4,D6,M3,empathy,threat,yes\n"
    )
    export = read_export(
        export_with(tmp_path / "export", threats=threats + "\n", strategies=strategies)
    )
    assert faults(export, "threats") == [
        (3, "case_id", "session_of_other_case"),
        (4, "closed_session_id", "closed_before_opened"),
        (5, "case_id", "session_of_other_case"),
    ]
    assert faults(export, "strategies") == [(2, "threat_id", "threat_of_other_case")]


def test_a_truth_value_may_be_written_in_six_ways_and_no_other(tmp_path):
    words = ("true", "FALSE", "1", "0", "Yes", "no", "maybe")
    rows = "".join(f"N{n},F1,,other,unknown,{word}\n" for n, word in enumerate(words))
    members = (SOUND / "members.csv").read_text() + rows
    export = read_export(export_with(tmp_path / "export", members=members))
    added = export.tables["members"].filter(pl.col("member_id").str.starts_with("N"))
    assert added["index_client"].to_list() == [True, False, True, False, True, False]
    assert faults(export, "members") == [(11, "index_client", "not_true_or_false")]


def test_of_a_file_with_an_empty_required_cell_only_that_row_is_set_aside(tmp_path):
    items = ITEMS.replace("A1,1,8\n", "A1,1,\n")
    export = read_export(export_with(tmp_path / "export", item_scores=items))
    assert faults(export, "item_scores") == [(2, "value", "required_value_missing")]
