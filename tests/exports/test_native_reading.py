"""The native format: what is read, what is refused, and in which words."""

from __future__ import annotations

import datetime as dt
import json
import zipfile

import polars as pl
import pytest

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.reading import read_export
from dashboard.exports.schemas import NATIVE_TABLES, polars_schema
from dashboard.exports.writing import write_native
from tests.exports.support import SOUND, export_with

SESSIONS = (SOUND / "sessions.csv").read_text(encoding="utf-8")


def moment(text):
    return dt.datetime.fromisoformat(text)


def with_manifest(folder, **facts):
    (folder / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


def test_a_sound_export_gives_the_twelve_tables_typed_and_sorted_by_key():
    export = read_export(SOUND)
    assert list(export.tables) == list(NATIVE_TABLES)
    for table, rows in export.tables.items():
        assert dict(rows.schema) == polars_schema(table)
    assert export.tables["sessions"]["session_id"].to_list() == ["S1", "S2", "S3", "S4"]
    assert export.set_aside.is_empty()


def test_values_keep_their_meaning_and_ids_their_text(tmp_path):
    families = "family_id,label\n007,\n123456789012345678,\nF1,\nF2,\n"
    export = read_export(export_with(tmp_path / "export", families=families))
    assert export.tables["families"]["family_id"].to_list() == [
        "007",
        "123456789012345678",
        "F1",
        "F2",
    ]
    assert export.tables["sessions"]["held_on"][0] == dt.date(2026, 1, 12)
    assert export.tables["members"]["index_client"].to_list() == [False, True, False]
    assert export.tables["forms"]["recorded_at"].drop_nulls().to_list() == [
        moment("2026-02-09T15:30:00")
    ]


def test_columns_are_found_by_name_and_not_by_position(tmp_path):
    rows = [line.split(",") for line in SESSIONS.splitlines()]
    turned = "\n".join(",".join(reversed(row)) for row in rows) + "\n"
    export = read_export(export_with(tmp_path / "export", sessions=turned))
    assert export.tables["sessions"].equals(read_export(SOUND).tables["sessions"])


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path):
    source = export_with(tmp_path / "export")
    text = "\ufeff" + SESSIONS.replace("\n", "\r\n")
    (source / "sessions.csv").write_bytes(text.encode())
    assert read_export(source).content_hash == read_export(SOUND).content_hash


def test_quoted_texts_with_separators_and_line_ends_are_one_field(tmp_path):
    families = 'family_id,label\nF1,"the ""first"", of two\nfamilies"\nF2,\n'
    export = read_export(export_with(tmp_path / "export", families=families))
    assert export.tables["families"]["label"].to_list() == [
        'the "first", of two\nfamilies',
        None,
    ]


def test_blank_lines_are_no_rows_but_count_for_the_row_numbers(tmp_path):
    families = "family_id,label\n\nF1,\nF2,\n,\n\nF 3,\n"
    export = read_export(export_with(tmp_path / "export", families=families))
    assert export.set_aside.select("file", "row_no", "rule").rows() == [
        ("families.csv", 7, "id_pattern")
    ]
    assert export.files.filter(pl.col("file") == "families.csv")["row_count"].item() == 3


@pytest.mark.parametrize("row", ["F3,,,", "F3"])
def test_a_row_with_too_many_or_too_few_fields_is_set_aside(row, tmp_path):
    families = f"family_id,label\nF1,\n{row}\nF2,\n"
    export = read_export(export_with(tmp_path / "export", families=families))
    mend = (
        "The row has not the 2 fields of the header; close its quotes, or add or remove separators."
    )
    assert export.set_aside.rows() == [("families.csv", 3, "families", None, "ragged_row", mend)]


def test_a_row_with_two_faults_is_set_aside_once_with_both_mends(tmp_path):
    members = (SOUND / "members.csv").read_text().replace("parent,18-64", "mum,40")
    export = read_export(export_with(tmp_path / "export", members=members))
    first = export.set_aside.row(0, named=True)
    assert (first["row_no"], first["column_name"], first["rule"]) == (2, "role", "not_in_list")
    assert "Column 'role' takes one of" in first["mend"]
    assert "Column 'age_band' takes one of" in first["mend"]


def test_a_number_that_is_not_finite_is_no_score(tmp_path):
    items = "form_id,item_no,value\nA1,1,NaN\nA1,2,inf\nA1,3,7,5\nA1,4,1e1\n"
    export = read_export(export_with(tmp_path / "export", item_scores=items))
    assert export.set_aside.select("row_no", "rule").rows() == [
        (2, "not_a_number"),
        (3, "not_a_number"),
        (4, "ragged_row"),
    ]
    assert export.tables["item_scores"]["value"].to_list() == [10.0]


def test_negative_zero_becomes_zero(tmp_path):
    ratings = "form_id,scale,score\nA5,shared_purpose,-0.0\n"
    export = read_export(export_with(tmp_path / "export", ratings=ratings))
    assert str(export.tables["ratings"]["score"][0]) == "0.0"


def test_a_day_that_does_not_exist_is_set_aside(tmp_path):
    sessions = SESSIONS.replace("2026-01-19", "2026-02-30").replace("2026-01-26", "26/01/2026")
    export = read_export(export_with(tmp_path / "export", sessions=sessions))
    bad = export.set_aside.filter(pl.col("file") == "sessions.csv")
    assert bad.select("row_no", "column_name", "rule").rows() == [
        (3, "held_on", "not_a_date"),
        (4, "held_on", "not_a_date"),
    ]


def test_an_unknown_column_is_noted_and_nothing_else_changes(tmp_path):
    families = "family_id,label,colour\nF1,,red\nF2,,\n"
    export = read_export(export_with(tmp_path / "export", families=families))
    assert export.notices.select("file", "column_name", "rule").rows() == [
        ("families.csv", "colour", "unknown_column")
    ]
    assert export.content_hash == read_export(SOUND).content_hash


def test_a_file_that_is_no_table_is_noted_by_name(tmp_path):
    source = export_with(tmp_path / "export")
    (source / "notes.docx").write_bytes(b"anything")
    (source / "README.txt").write_text("how it was made", encoding="utf-8")
    export = read_export(source)
    assert export.notices.select("file", "rule").rows() == [("notes.docx", "file_not_a_table")]


def test_optional_columns_and_tables_may_be_left_out(tmp_path):
    source = export_with(tmp_path / "export")
    for table in ("therapists", "case_therapists", "attendance", "threats", "strategies"):
        (source / f"{table}.csv").unlink()
    sessions = "session_id,case_id,session_no,status\nS1,C1,1,held\nS2,C1,2,held\nS4,C2,1,held\n"
    (source / "sessions.csv").write_text(sessions, encoding="utf-8")
    export = read_export(source)
    assert export.set_aside.is_empty()
    assert export.tables["sessions"]["held_on"].null_count() == 3
    assert export.tables["therapists"].is_empty()


def test_without_a_table_of_therapists_their_list_is_made_from_the_ids_that_are_named(tmp_path):
    source = export_with(tmp_path / "export")
    (source / "therapists.csv").unlink()
    export = read_export(source)
    assert export.tables["therapists"].rows() == [("T1", None, "unknown", None)]
    assert export.notices["rule"].to_list() == ["therapists_derived"]


def test_csv_parquet_and_zip_of_the_same_content_have_one_content_hash(tmp_path):
    export = read_export(SOUND)
    write_native(export.tables, tmp_path / "parquet", export.facts, file_format="parquet")
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for file in SOUND.glob("*.csv"):
            archive.write(file, f"export/{file.name}")
    hashes = {
        read_export(source).content_hash
        for source in (SOUND, tmp_path / "parquet", tmp_path / "export.zip")
    }
    assert hashes == {export.content_hash}


def test_the_content_hash_does_not_depend_on_the_order_of_rows(tmp_path):
    head, *rows = (SOUND / "item_scores.csv").read_text().splitlines()
    turned = "\n".join([head, *reversed(rows)]) + "\n"
    export = read_export(export_with(tmp_path / "export", item_scores=turned))
    assert export.content_hash == read_export(SOUND).content_hash


@pytest.mark.parametrize(
    ("change", "same"),
    [("A1,1,8", True), ("A1,1,8.0", True), ("A1,1,8.5", False)],
)
def test_the_content_hash_changes_with_a_value_and_not_with_its_spelling(change, same, tmp_path):
    items = (SOUND / "item_scores.csv").read_text().replace("A1,1,8", change, 1)
    export = read_export(export_with(tmp_path / "export", item_scores=items))
    assert (export.content_hash == read_export(SOUND).content_hash) is same


def test_a_zip_that_points_outside_itself_is_refused(tmp_path):
    source = tmp_path / "export.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("../families.csv", "family_id\nF1\n")
    with pytest.raises(SourceError, match="points outside the archive"):
        read_export(source)


def test_a_zip_that_grows_without_measure_is_refused_before_it_is_unpacked(tmp_path):
    source = tmp_path / "export.zip"
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("families.csv", "family_id\n" + "0" * 5_000_000)
    with pytest.raises(SourceError, match="grows more than"):
        read_export(source)


def test_a_zip_with_several_folders_is_refused(tmp_path):
    source = tmp_path / "export.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("a/families.csv", "family_id\nF1\n")
        archive.writestr("b/cases.csv", "case_id\nC1\n")
    with pytest.raises(SourceError, match="several folders"):
        read_export(source)


def test_a_zip_that_is_cut_is_pending(tmp_path):
    source = tmp_path / "export.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("families.csv", "family_id\nF1\n" * 50)
    source.write_bytes(source.read_bytes()[:-30])
    with pytest.raises(PendingSource, match="not a whole zip archive"):
        read_export(source)


def test_a_cut_parquet_file_is_pending_and_one_that_is_none_is_refused(tmp_path):
    export = read_export(SOUND)
    source = tmp_path / "export"
    write_native(export.tables, source, export.facts, file_format="parquet")
    (source / "manifest.json").unlink()
    whole = (source / "forms.parquet").read_bytes()
    (source / "forms.parquet").write_bytes(whole[:-7])
    with pytest.raises(PendingSource, match="the Parquet file is not whole"):
        read_export(source)
    (source / "forms.parquet").write_bytes(b"PAR1 no table PAR1")
    with pytest.raises(SourceError, match="not a readable Parquet file"):
        read_export(source)


def test_parquet_columns_of_lists_are_refused(tmp_path):
    source = export_with(tmp_path / "export")
    (source / "families.csv").unlink()
    pl.DataFrame({"family_id": [["F1"]]}).write_parquet(source / "families.parquet")
    with pytest.raises(SourceError, match="'family_id' holds lists"):
        read_export(source)


def test_parquet_values_of_other_types_are_read_for_what_they_say(tmp_path):
    source = export_with(tmp_path / "export")
    (source / "sessions.csv").unlink()
    (source / "forms.csv").unlink()
    sessions = pl.read_csv(SOUND / "sessions.csv", try_parse_dates=True)
    sessions.with_columns(pl.col("session_no").cast(pl.Float64)).write_parquet(
        source / "sessions.parquet"
    )
    forms = pl.read_csv(SOUND / "forms.csv", infer_schema=False).with_columns(
        pl.lit(moment("2026-01-01T12:00:00")).dt.replace_time_zone("UTC").alias("recorded_at")
    )
    forms.write_parquet(source / "forms.parquet")
    with_manifest(source, timezone="Europe/Oslo")
    export = read_export(source)
    assert export.tables["sessions"].equals(read_export(SOUND).tables["sessions"])
    assert export.tables["forms"]["recorded_at"].unique().to_list() == [
        moment("2026-01-01T13:00:00")
    ]


def test_moments_with_an_offset_become_local_time_and_others_stay(tmp_path):
    forms = (SOUND / "forms.csv").read_text()
    for given, local in (
        ("2026-02-09T14:30:00Z", moment("2026-02-09T15:30:00")),
        ("2026-02-09T14:30+00:00", moment("2026-02-09T15:30:00")),
        ("2026-02-09 15:30:10.5", moment("2026-02-09T15:30:10.500000")),
    ):
        folder = tmp_path / given.replace(":", "").replace(" ", "")
        source = export_with(folder, forms=forms.replace("2026-02-09T15:30", given))
        with_manifest(source, timezone="Europe/Oslo")
        assert read_export(source).tables["forms"]["recorded_at"].drop_nulls().item() == local


def test_progress_is_told_from_nothing_to_all():
    told = []
    read_export(SOUND, progress=lambda step, share: told.append((step, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert told[-1] == ("Read", 1.0)
