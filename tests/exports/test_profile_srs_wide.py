"""Sessions of feedback tools: lines, totals, and totals that only look like lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.profile import recognised_files
from dashboard.exports.reading import read_export
from tests.exports.memory import Memory, lost_rows, read_with, written
from tests.exports.practice import table

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "srs_wide"
HEAD = ["Case", "SRS_Skip", "SRSQ1", "SRSQ2", "SRSQ3", "SRSQ4", "Total_SRS"]
MADE = ("state:SRS", "source:SRS", "total:SRS", "item:SRS_1", "item:SRS_4")


def read(rows, head=HEAD, separator=",", **spec):
    listed = Memory(data__csv=written([head, *rows], separator).encode())
    return read_with("srs_wide", listed, "data.csv", separator, **spec)


def made(reading):
    return reading.table.rows.select(MADE).rows()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # four lines that are answers
        (["A", "0", "8", "9", "8", "9", "34"], ("complete", "items", None, "8", "9")),
        (["A", "", "8", "9", "8", "9", ""], ("complete", "items", None, "8", "9")),
        (["A", "0", "8,5", "9", "8", "9", "34,5"], ("complete", "items", None, "8.5", "9")),
        (["A", "0", "0", "0", "0", "1", "1"], ("complete", "items", None, "0", "1")),
        (["A", "0", "10", "10", "10", "10", "40"], ("complete", "items", None, "10", "10")),
        (["A", "0", "7", "7", "7", "7", ""], ("complete", "items", None, "7", "7")),
        # a total in four equal parts, exact or rounded: 33.3 / 4 = 8.325
        (["A", "0", "8", "8", "8", "8", "32"], ("complete", "total_split", "32", None, None)),
        (["A", "0", *["8.3"] * 4, "33.3"], ("complete", "total_split", "33.3", None, None)),
        # only a total
        (["A", "0", "", "", "", "", "32"], ("complete", "subscale_only", "32", None, None)),
        # lines missing
        (["A", "0", "8", "", "8", "9", ""], ("partial", "items", None, "8", "9")),
        # skipped, with nothing or with zeros that stand for nothing; no form at all
        (["A", "1", "", "", "", "", ""], ("not_offered", None, None, None, None)),
        (["A", "yes", "0", "0", "0", "0", "0"], ("not_offered", None, None, None, None)),
        (["A", "0", "", "", "", "", ""], (None, None, None, None, None)),
    ],
)
def test_each_form_says_what_became_of_it_and_where_its_parts_come_from(row, expected):
    reading = read([row])
    [(state, source, total, first, last)] = made(reading)
    if source == "total_split":
        assert (state, source, total) == expected[:3]
        assert (first, last) == (None, None)
    else:
        assert (state, source, total, first, last) == expected
    assert reading.set_aside.is_empty()


@pytest.mark.parametrize(
    ("row", "column", "rule", "source"),
    [
        (["A", "1", "8", "9", "8", "9", "34"], "SRS_Skip", "skipped_with_answers", None),
        (["A", "perhaps", "8", "9", "8", "9", "34"], "SRS_Skip", "not_a_skip_flag", "items"),
        (["A", "0", "8", "9", "8", "9", "40"], "Total_SRS", "total_differs_from_items", "items"),
        (["A", "0", "8", "8", "8", "8", "40"], "Total_SRS", "total_differs_from_items", "items"),
        (["A", "0", "8", "", "8", "9", "34"], "Total_SRS", "total_with_items_missing", "items"),
    ],
)
def test_what_contradicts_itself_is_set_aside_by_row_and_column(row, column, rule, source):
    reading = read([["B", "0", "1", "2", "3", "4", "10"], row])
    found = reading.set_aside.select("file", "row_no", "column_name", "rule").rows()
    assert found == [("data.csv", 3, column, rule)]
    assert made(reading)[1][1] == source
    assert made(reading)[1][2] is None


def test_zeros_of_a_skipped_survey_are_told_and_not_taken():
    reading = read([["A", "1", "0", "0", "0", "0", "0"]])
    assert reading.notices.select("column_name", "rule").rows() == [("SRS_Skip", "zero_as_missing")]


@pytest.mark.parametrize("state", ["declined", "absent", "lost"])
def test_a_mapping_says_what_a_skipped_survey_means(state):
    reading = read([["A", "1", *[""] * 5]], options={"skip_state": (state,)})
    assert made(reading)[0][0] == state


def test_a_skipped_survey_cannot_mean_a_complete_form():
    with pytest.raises(SourceError, match=r"options\.skip_state takes one of: not_offered"):
        read([["A", "1", *[""] * 5]], options={"skip_state": ("complete",)})


@pytest.mark.parametrize(
    "head",
    [
        ["Case", "srs_skip", "srsq1", "srsq2", "srsq3", "srsq4", "total_srs"],
        ["Case", "SRS Skipped", "SRS Q1", "SRS Q2", "SRS Q3", "SRS Q4", "SRS Total"],
        ["Case", "SRS_Skip", "SRS_1", "SRS_2", "SRS_3", "SRS_4", "SRS_Total"],
    ],
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_other_spellings_and_separators_are_the_same_form(head, separator):
    row = ["A", "0", "8", "9", "8", "9", "34"]
    listed = Memory(data__csv=("\ufeff" + written([head, row], separator)).encode())
    [found] = recognised_files(listed)
    assert (found.profile, found.settings.get("separator", ",")) == ("srs_wide", separator)
    assert made(read([row], head, separator)) == [("complete", "items", None, "8", "9")]


def test_columns_in_another_order_and_further_columns_change_nothing():
    head = ["Total_SRS", "x", "SRSQ4", "SRSQ3", "SRSQ2", "SRSQ1", "", "SRS_Skip"]
    reading = read([["34", "1", "9", "8", "9", "8", "", "0"]], head)
    assert made(reading) == [("complete", "items", None, "8", "9")]


def test_a_file_with_totals_alone_is_read():
    reading = read([["A", "30"], ["B", ""]], ["Case", "Total_SRS"])
    rows = reading.table.rows.select("state:SRS", "source:SRS", "total:SRS").rows()
    assert rows == [("complete", "subscale_only", "30"), (None, None, None)]


def test_a_file_without_a_survey_is_refused():
    with pytest.raises(SourceError, match=r"data\.csv: row 1 has neither four lines nor a total"):
        read([["A", "1"]], ["Case", "Mood"])


def test_the_example_comes_in_with_its_manufactured_parts_flagged():
    export = read_export(EXAMPLE, mapping=EXAMPLE / "mapping.toml")
    assert export.set_aside.is_empty()
    forms = table(export, "forms", "form_id", "state", "components_source")
    assert [form for form in forms if form[0].endswith("-srs")] == [
        ("O1-1-mother-srs", "complete", "items"),
        ("O1-1-son-srs", "complete", "items"),
        ("O1-2-mother-srs", "complete", "total_split"),
        ("O1-2-son-srs", "complete", "subscale_only"),
        ("O1-3-mother-srs", "complete", "items"),
        ("O1-3-son-srs", "not_offered", "items"),
        ("O2-1-father-srs", "complete", "items"),
    ]
    assert table(export, "ratings", "form_id", "scale", "score") == [
        ("O1-2-mother-srs", "total", 35.0),
        ("O1-2-son-srs", "total", 19.5),
    ]
    assert "components_not_interpretable" in export.notices["rule"].to_list()


def test_a_value_out_of_range_is_found_at_the_column_of_the_file(tmp_path):
    for file in EXAMPLE.iterdir():
        text = file.read_text(encoding="utf-8")
        text = text.replace("8.5,9,8,9,34.5", "8.5,90,8,9,115.5").replace(",19.5", ",49.5")
        (tmp_path / file.name).write_text(text)
    export = read_export(tmp_path, mapping=tmp_path / "mapping.toml")
    assert export.set_aside.select("row_no", "column_name", "rule").rows() == [
        (2, "SRSQ2", "out_of_range"),
        (5, "Total_SRS", "out_of_range"),
    ]
    [counts] = export.files.select("row_count", "accepted_count", "set_aside_count").rows()
    assert counts == (7, 5, 2)


CELLS = st.one_of(
    st.text(max_size=5), st.sampled_from(["", "0", "1", "8", "10", "8,5", "nan", "inf", "-3", "32"])
)


@given(st.lists(st.lists(CELLS, min_size=6, max_size=8), max_size=6))
def test_every_record_is_a_row_or_set_aside_whatever_its_cells(rows):
    listed = Memory(data__csv=written([HEAD, *rows]).encode("utf-8", "surrogatepass"))
    try:
        reading = read_with("srs_wide", listed, "data.csv")
    except (SourceError, PendingSource) as refusal:
        said = str(refusal)
    else:
        said = f"data.csv: {lost_rows(reading)} rows lost"
        assert lost_rows(reading) == 0
        found = reading.table.rows
        is_form = found["source:SRS"].is_not_null()
        assert set(found.filter(is_form)["state:SRS"]) <= {"complete", "partial"}
        assert set(found.filter(~is_form)["state:SRS"]) <= {None, "not_offered"}
    assert said.startswith("data.csv")


@given(st.lists(st.lists(CELLS, min_size=18, max_size=18), min_size=1, max_size=4))
def test_the_account_of_a_whole_import_adds_up_whatever_the_cells(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("any")
    head = (EXAMPLE / "sessions.csv").read_text(encoding="utf-8").splitlines()[:2]
    body = written(rows).encode("utf-8", "surrogatepass")
    (folder / "sessions.csv").write_bytes(("\n".join(head) + "\n").encode() + body)
    try:
        export = read_export(folder, mapping=EXAMPLE / "mapping.toml")
    except (SourceError, PendingSource):
        return
    [(count, accepted, aside)] = export.files.select(
        "row_count", "accepted_count", "set_aside_count"
    ).rows()
    assert count == accepted + aside
    assert aside == export.set_aside["row_no"].n_unique()
