"""Files of any form through a mapping: what each key of the format does."""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.errors import MappingError, PendingSource, SourceError
from dashboard.exports.reading import read_export
from tests.exports.practice import PRACTICE, practice, table


def test_a_practice_with_two_files_joined_by_a_key_comes_out_as_native_tables(tmp_path):
    export = read_export(practice(tmp_path))
    assert export.set_aside.is_empty()
    assert export.tables["sessions"].select("session_id", "case_id", "session_no").rows() == [
        ("A-1", "A", 1),
        ("A-2", "A", 2),
        ("B-1", "B", 1),
    ]
    assert export.tables["sessions"]["lead_therapist_id"].to_list() == ["T1", "T1", "T2"]
    assert export.facts.note == "drawn for a test"
    assert table(export, "item_scores", "form_id", "item_no", "value") == [
        ("A-1-srs", 1, 8.5),
        ("A-1-srs", 2, 9.0),
        ("A-2-srs", 1, 7.0),
        ("A-2-srs", 2, 6.5),
        ("B-1-srs", 1, 3.0),
        ("B-1-srs", 2, 4.0),
    ]


def test_a_bad_value_of_a_wide_cell_names_the_file_the_row_and_that_column(tmp_path):
    export = read_export(practice(tmp_path, visits=PRACTICE["visits"].replace("6.5", "often")))
    assert export.set_aside.drop("mend").rows() == [
        ("visits.csv", 3, "item_scores", "q2", "not_a_number")
    ]
    visits = export.files.filter(pl.col("file") == "visits.csv")
    assert visits.select("row_count", "accepted_count", "set_aside_count").rows() == [(3, 2, 1)]
    assert "A-2-srs" in export.tables["forms"]["form_id"]


def test_a_bad_value_of_a_joined_file_names_the_row_there(tmp_path):
    export = read_export(practice(tmp_path, cases=PRACTICE["cases"].replace("B,T2", "B,Dr Who")))
    places = export.set_aside.select("file", "row_no", "table_name", "column_name", "rule").rows()
    assert ("cases.csv", 3, "therapists", "therapist", "id_pattern") in places
    assert ("cases.csv", 3, "sessions", "therapist", "id_pattern") in places


def test_rows_without_a_partner_in_the_joined_file_are_noted(tmp_path):
    visits = PRACTICE["visits"] + "C,1,03/02/2026,5,5\n"
    export = read_export(practice(tmp_path, visits=visits))
    notes = export.notices.filter(pl.col("rule") == "join_unmatched")
    assert notes.select("file", "row_no", "column_name").rows() == [("visits.csv", 5, "case")]


def test_a_join_key_that_stands_twice_is_refused(tmp_path):
    with pytest.raises(SourceError, match="stands more than once in file 'cases'"):
        read_export(practice(tmp_path, cases=PRACTICE["cases"] + "A,T2\n"))


def test_a_join_may_name_its_keys_differently(tmp_path):
    text = PRACTICE["mapping"].replace('on = ["case"]', 'on = { case = "id" }')
    text = text.replace('"case"  # of cases', '"id"')
    cases = PRACTICE["cases"].replace("case,", "id,")
    assert read_export(practice(tmp_path, cases=cases, mapping=text)).set_aside.is_empty()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('"q{item_no}"', '"line{item_no}"'), r"table\.item_scores\[1\]\.unpivot\.pattern: no col"),
        (('session_no = "nr"', 'session_no = "no"'), r"columns\.session_no: file 'visits' has no"),
        (('on = ["case"]', 'on = ["key"]'), r"join\[1\]\.on: file 'visits' has no column 'key'"),
        (('on = ["case"]', 'on = { case = "key" }'), r"join\[1\]\.on: file 'cases' has no column"),
        (('path = "cases.csv"', 'path = "case.csv"'), r"file\[1\]\.path: expected such a file"),
        (('id = "visits"', 'id = "visits"\nfill_down = ["x"]'), "which mapping.toml: file"),
        (('id = "visits"', 'id = "visits"\nfill_from = { x = "nr" }'), "has no column 'x'"),
    ],
)
def test_what_the_files_do_not_have_is_refused_by_key(change, words, tmp_path):
    with pytest.raises(SourceError, match=words):
        read_export(practice(tmp_path, mapping=PRACTICE["mapping"].replace(*change)))


def test_a_mapping_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(MappingError, match="there is no such readable mapping file"):
        read_export(practice(tmp_path), mapping=tmp_path / "other.toml")


def test_a_mapping_named_by_hand_goes_before_the_one_beside_the_data(tmp_path):
    source = practice(tmp_path / "data")
    other = tmp_path / "other.toml"
    other.write_text(PRACTICE["mapping"].replace("drawn for", "changed for"), encoding="utf-8")
    assert read_export(source, mapping=other).facts.note == "changed for a test"


def test_days_in_the_declared_order_become_iso(tmp_path):
    days = read_export(practice(tmp_path)).tables["sessions"]["held_on"].dt.to_string()
    assert days.to_list() == ["2026-02-03", "2026-02-10", "2026-03-05"]


def test_days_that_prove_their_order_need_no_declaration(tmp_path):
    text = PRACTICE["mapping"].replace('date_order = "dmy"\n', "")
    visits = PRACTICE["visits"].replace("10/02/2026", "25/02/2026")
    export = read_export(practice(tmp_path, mapping=text, visits=visits))
    assert str(export.tables["sessions"]["held_on"][0]) == "2026-02-03"


def test_ambiguous_days_without_a_declared_order_are_refused(tmp_path):
    text = PRACTICE["mapping"].replace('date_order = "dmy"\n', "")
    with pytest.raises(SourceError, match=r"columns\.held_on: the days may be read as day-month"):
        read_export(practice(tmp_path, mapping=text))


def test_a_day_that_does_not_exist_in_the_declared_order_is_set_aside(tmp_path):
    visits = PRACTICE["visits"].replace("10/02/2026", "10/22/2026")
    export = read_export(practice(tmp_path, visits=visits))
    first = export.set_aside.filter(pl.col("table_name") == "sessions")
    assert first.select("row_no", "column_name", "rule").rows() == [(3, "date", "not_a_date")]


def test_a_time_behind_a_day_is_left_out(tmp_path):
    visits = PRACTICE["visits"].replace("03/02/2026", "03/02/2026 14:30")
    export = read_export(practice(tmp_path, visits=visits))
    assert str(export.tables["sessions"]["held_on"][0]) == "2026-02-03"


@pytest.mark.parametrize(
    ("mark", "cell", "value"),
    [(",", '"8,5"', 8.5), ("either", '"8,5"', 8.5), ("either", "8.5", 8.5), (",", "8.5", None)],
)
def test_the_decimal_mark_is_the_declared_one(mark, cell, value, tmp_path):
    text = PRACTICE["mapping"].replace('id = "visits"', f'id = "visits"\ndecimal = "{mark}"')
    visits = PRACTICE["visits"].replace(",8.5,", f",{cell},").replace("6.5", "6")
    export = read_export(practice(tmp_path, mapping=text, visits=visits))
    found = export.tables["item_scores"].filter(form_id="A-1-srs", item_no=1)["value"].to_list()
    assert found == ([] if value is None else [value])
    assert export.set_aside["rule"].to_list() == (["not_a_number"] if value is None else [])


def test_words_become_codes_whatever_their_case_and_unknown_ones_are_set_aside(tmp_path):
    text = PRACTICE["mapping"].replace(
        'value = "score"  # of items',
        'value = { column = "score", map = { Often = 8, never = 0 } }',
    )
    visits = "case,nr,date,q1,q2\nA,1,03/02/2026,OFTEN,Never\nB,1,05/03/2026,oftn,often\n"
    export = read_export(practice(tmp_path, mapping=text, visits=visits))
    assert table(export, "item_scores", "form_id", "item_no", "value") == [
        ("A-1-srs", 1, 8.0),
        ("A-1-srs", 2, 0.0),
        ("B-1-srs", 2, 8.0),
    ]
    assert export.set_aside.drop("mend").rows() == [
        ("visits.csv", 3, "item_scores", "q1", "word_not_in_map")
    ]


@pytest.mark.parametrize(
    ("condition", "taken"),
    [
        ('{ column = "case", is = ["a"] }', ["A-1", "A-2"]),
        ('{ column = "case", is_not = ["A"] }', ["B-1"]),
        ('{ any_of = ["q1", "q2"], filled = true }', ["A-1", "B-1"]),
        ('{ column = "q1", filled = false }', ["A-2"]),
    ],
)
def test_conditions_choose_rows_and_the_rest_is_counted_in_a_notice(condition, taken, tmp_path):
    text = PRACTICE["mapping"].replace("# conditions", f"where = [{condition}]")
    visits = PRACTICE["visits"].replace("7,6.5", ",")
    export = read_export(practice(tmp_path, mapping=text, visits=visits))
    assert export.tables["sessions"]["session_id"].to_list() == taken


def test_rows_that_no_block_takes_are_noted(tmp_path):
    text = PRACTICE["mapping"]
    for block in ("sessions", "forms", "item_scores"):
        head = f'[[table.{block}]]\nfile = "visits"\n'
        text = text.replace(head, head + 'where = [{ column = "case", is = ["A"] }]\n')
    export = read_export(practice(tmp_path, mapping=text))
    notes = export.notices.filter(pl.col("rule") == "rows_not_used")
    assert notes["message"].to_list() == [
        "The conditions of the mapping ('where') take 1 row of it nowhere."
    ]


def test_columns_and_files_that_nothing_takes_are_noted(tmp_path):
    source = practice(tmp_path, cases="case,therapist,colour\nA,T1,red\nB,T2,\n")
    (source / "more.csv").write_text("a,b\n", encoding="utf-8")
    export = read_export(source)
    assert export.notices.select("file", "column_name", "rule").rows() == [
        ("cases.csv", "colour", "column_not_used"),
        ("more.csv", None, "file_not_read"),
    ]


def test_ranks_number_the_sessions_that_have_only_a_day(tmp_path):
    text = PRACTICE["mapping"].replace(
        'session_no = "nr"', 'session_no = { rank = { by = ["date"], within = ["case"] } }'
    )
    visits = PRACTICE["visits"].replace("A,1,03/02/2026", "A,1,28/02/2026")
    export = read_export(practice(tmp_path, mapping=text, visits=visits))
    assert export.tables["sessions"].select("session_id", "session_no").rows() == [
        ("A-1", 2),
        ("A-2", 1),
        ("B-1", 1),
    ]


def test_cells_left_empty_under_a_value_are_filled_down_where_declared(tmp_path):
    text = PRACTICE["mapping"].replace('id = "visits"', 'id = "visits"\nfill_down = ["case"]')
    visits = PRACTICE["visits"].replace("A,2,", ",2,")
    export = read_export(practice(tmp_path, mapping=text, visits=visits))
    assert export.tables["sessions"]["session_id"].to_list() == ["A-1", "A-2", "B-1"]


def test_missing_words_are_no_values(tmp_path):
    text = PRACTICE["mapping"].replace('id = "visits"', 'id = "visits"\nmissing = ["-99", "NA"]')
    visits = PRACTICE["visits"].replace("7,6.5", "-99,NA")
    export = read_export(practice(tmp_path, mapping=text, visits=visits))
    assert export.set_aside.is_empty()
    assert "A-2-srs" not in export.tables["item_scores"]["form_id"]


def test_an_unknown_instrument_set_by_the_mapping_is_refused_with_its_place(tmp_path):
    text = PRACTICE["mapping"].replace('value = "srs"', 'value = "our_own"')
    with pytest.raises(SourceError, match=r"visits\.csv, row 2 \(the mapping sets 'forms\.instr"):
        read_export(practice(tmp_path, mapping=text))


def test_a_half_written_file_is_pending_unless_the_mapping_says_how_it_ends(tmp_path):
    visits = PRACTICE["visits"].rstrip("\n")
    with pytest.raises(PendingSource):
        read_export(practice(tmp_path / "a", visits=visits))
    text = PRACTICE["mapping"].replace('id = "visits"', 'id = "visits"\nfinal_newline = false')
    export = read_export(practice(tmp_path / "b", visits=visits, mapping=text))
    assert export.tables["sessions"].height == 3


def test_a_manifest_beside_mapped_files_is_checked_and_fills_open_facts(tmp_path):
    source = practice(tmp_path)
    facts = '"source_system": "s", "note": "other"'
    digests = f'"sha256": {{"visits.csv": "{"0" * 64}"}}'
    (source / "manifest.json").write_text(f"{{{digests}, {facts}}}", encoding="utf-8")
    with pytest.raises(PendingSource, match=r"visits\.csv: the sha256"):
        read_export(source)
    (source / "manifest.json").write_text(f"{{{facts}}}", encoding="utf-8")
    facts = read_export(source).facts
    assert (facts.source_system, facts.note) == ("s", "drawn for a test")


def test_ragged_rows_of_a_mapped_file_are_set_aside(tmp_path):
    export = read_export(practice(tmp_path, visits=PRACTICE["visits"] + "B,2\n"))
    assert export.set_aside.select("file", "row_no", "rule").rows() == [
        ("visits.csv", 5, "ragged_row")
    ]


def test_the_same_session_from_two_rows_is_one_when_declared_and_a_fault_when_not(tmp_path):
    visits = PRACTICE["visits"] + "A,1,03/02/2026,,\n"
    text = PRACTICE["mapping"].replace("# conditions", 'distinct = "identical"')
    export = read_export(practice(tmp_path / "a", visits=visits, mapping=text))
    assert export.tables["sessions"]["session_id"].to_list() == ["A-1", "A-2", "B-1"]
    export = read_export(practice(tmp_path / "b", visits=visits))
    assert ("sessions", "duplicate_identical") in export.set_aside.select(
        "table_name", "rule"
    ).rows()


def test_ranks_may_follow_a_number(tmp_path):
    text = PRACTICE["mapping"].replace(
        'session_no = "nr"', 'session_no = { rank = { by = ["nr"], within = ["case"] } }'
    )
    visits = PRACTICE["visits"].replace("A,2,", "A,10,").replace("B,1,", "B,7,")
    export = read_export(practice(tmp_path, mapping=text, visits=visits))
    assert export.tables["sessions"].select("session_id", "session_no").rows() == [
        ("A-1", 1),
        ("A-10", 2),
        ("B-7", 1),
    ]


def test_a_joined_file_may_lead_to_a_third_one(tmp_path):
    source = practice(tmp_path)
    (source / "staff.csv").write_text("name,code\nT1,K1\nT2,K2\n", encoding="utf-8")
    text = PRACTICE["mapping"].replace(
        'join = [{ file = "cases", on = ["case"] }]',
        'join = [{ file = "cases", on = ["case"] }, '
        '{ file = "staff", on = { "cases.therapist" = "name" } }]',
    )
    text = text.replace('"cases.therapist"\n', '"staff.code"\n')
    text = text.replace(
        "[[table.therapists]]", '[[file]]\nid = "staff"\npath = "staff.csv"\n\n[[table.therapists]]'
    )
    text = text.replace(
        'file = "cases"\ncolumns.therapist_id = "therapist"',
        'file = "staff"\ncolumns.therapist_id = "code"',
    )
    (source / "mapping.toml").write_text(text, encoding="utf-8")
    export = read_export(source)
    assert export.set_aside.is_empty()
    assert export.tables["sessions"]["lead_therapist_id"].to_list() == ["K1", "K1", "K2"]
