"""Native exports that cannot be used: refused by name, or still being written."""

from __future__ import annotations

import datetime as dt
import json

import polars as pl
import pytest

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.files import sha256
from dashboard.exports.reading import read_export
from tests.exports.support import SOUND, export_with

SESSIONS = (SOUND / "sessions.csv").read_text(encoding="utf-8")


def with_manifest(folder, **facts):
    (folder / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


def test_a_missing_required_table_is_refused_by_name(tmp_path):
    source = export_with(tmp_path / "export")
    (source / "members.csv").unlink()
    with pytest.raises(SourceError, match="missing: members"):
        read_export(source)


def test_a_folder_without_any_table_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("hello\n", encoding="utf-8")
    with pytest.raises(SourceError, match="holds none of the tables"):
        read_export(tmp_path)


def test_a_table_given_twice_is_refused(tmp_path):
    source = export_with(tmp_path / "export")
    pl.DataFrame({"family_id": ["F1"]}).write_parquet(source / "families.parquet")
    with pytest.raises(SourceError, match="both hold 'families'"):
        read_export(source)


def test_a_source_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SourceError, match="there is no such folder or file"):
        read_export(tmp_path / "nowhere")


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(SourceError, match="found none"):
        read_export(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"family_id,label\nF1,\xe9\n", "line 2 is not utf-8 text"),
        (b"family_id,label\nF1,a\0b\n", "holds NUL characters"),
        (b"family_id,\nF1,\n", "column 2 has no name in the header"),
        (b'family_id,label\nF1,"open\nF2,\n', "the quotes do not pair up"),
    ],
)
def test_a_file_that_is_no_sound_text_is_refused_with_its_reason(content, words, tmp_path):
    source = export_with(tmp_path / "export")
    (source / "families.csv").write_bytes(content)
    with pytest.raises(SourceError, match=words):
        read_export(source)


def test_every_cut_of_a_file_is_pending_or_only_loses_whole_rows(tmp_path):
    source = export_with(tmp_path / "export")
    whole = (SOUND / "therapists.csv").read_bytes()
    loaded = []
    for length in range(1, len(whole)):
        (source / "therapists.csv").write_bytes(whole[:length])
        try:
            loaded.append(read_export(source).tables["therapists"].height)
        except (PendingSource, SourceError):
            continue
    assert set(loaded) <= {0}


def test_with_a_manifest_no_cut_of_a_file_is_ever_loaded(tmp_path):
    source = export_with(tmp_path / "export")
    whole = (SOUND / "therapists.csv").read_bytes()
    with_manifest(source, sha256={"therapists.csv": sha256(whole)})
    for length in range(len(whole)):
        (source / "therapists.csv").write_bytes(whole[:length])
        with pytest.raises(PendingSource, match=r"therapists\.csv: the sha256 is not the one"):
            read_export(source)
    (source / "therapists.csv").write_bytes(whole)
    assert read_export(source).tables["therapists"].height == 1


def test_a_copy_under_way_is_pending(tmp_path):
    source = export_with(tmp_path / "export")
    (source / "forms.csv").rename(source / "forms.csv.part")
    with pytest.raises(PendingSource, match=r"forms\.csv\.part: a copy is still under way"):
        read_export(source)


def test_a_file_with_fewer_rows_than_the_manifest_says_is_pending(tmp_path):
    source = with_manifest(export_with(tmp_path / "export"), row_counts={"sessions": 9})
    with pytest.raises(PendingSource, match="the manifest says 9 rows, the file has 4"):
        read_export(source)


def test_a_file_the_manifest_lists_and_that_is_not_there_is_pending(tmp_path):
    source = with_manifest(export_with(tmp_path / "export"), row_counts={"threats": 1})
    (source / "threats.csv").unlink()
    with pytest.raises(PendingSource, match="lists 'threats', which is not there"):
        read_export(source)


def test_a_required_table_that_the_manifest_lists_and_that_is_not_there_is_pending(tmp_path):
    source = with_manifest(export_with(tmp_path / "export"), row_counts={"sessions": 4})
    (source / "sessions.csv").unlink()
    with pytest.raises(PendingSource, match="lists 'sessions', which is not there"):
        read_export(source)


def test_a_manifest_that_arrived_before_any_table_is_pending(tmp_path):
    (tmp_path / "export").mkdir()
    source = with_manifest(tmp_path / "export", row_counts={"sessions": 4})
    with pytest.raises(PendingSource, match="lists 'sessions', which is not there"):
        read_export(source)


def test_a_checksum_vouches_for_a_last_line_without_line_end_and_a_count_does_not(tmp_path):
    families = "family_id,label\nF1,\nF2,"
    source = export_with(tmp_path / "export", families=families)
    with_manifest(source, sha256={"families.csv": sha256(families.encode())})
    assert read_export(source).tables["families"].height == 2
    with_manifest(source, row_counts={"families": 2})
    with pytest.raises(PendingSource, match="the last line has no line end"):
        read_export(source)


def test_the_manifest_says_where_the_data_come_from(tmp_path):
    source = with_manifest(
        export_with(tmp_path / "export"),
        schema_version="1",
        source_system="a system",
        exported_at="2026-03-31T18:00:00+02:00",
        timezone="Europe/Oslo",
        pseudonymised=True,
        note="invented",
    )
    facts = read_export(source).facts
    assert facts.exported_at == dt.datetime(
        2026, 3, 31, 18, tzinfo=dt.timezone(dt.timedelta(hours=2))
    )
    assert (facts.source_system, facts.timezone) == ("a system", "Europe/Oslo")
    assert (facts.pseudonymised, facts.note) == (True, "invented")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"schema_version": "9"}, "expected schema_version 1"),
        ({"timezone": "Mars/Base"}, "'timezone' takes an IANA name"),
        ({"exported_at": "yesterday"}, "'exported_at' takes a moment"),
        ({"pseudonymised": "perhaps"}, "'pseudonymised' takes true or false"),
        ({"row_counts": {"sessions": "many"}}, "'row_counts' takes whole numbers"),
        ({"sha256": "not json"}, "'sha256' takes an object"),
    ],
)
def test_a_manifest_of_another_form_is_refused(facts, words, tmp_path):
    with pytest.raises(SourceError, match=words):
        read_export(with_manifest(export_with(tmp_path / "export"), **facts))


@pytest.mark.parametrize("text", ['{"note": "cut', "[]"])
def test_a_manifest_that_is_no_object_is_refused(text, tmp_path):
    source = export_with(tmp_path / "export")
    (source / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=r"manifest\.json"):
        read_export(source)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_manifest_may_be_a_table_of_one_row(kind, tmp_path):
    source = export_with(tmp_path / "export")
    row = pl.DataFrame({"source_system": ["a system"], "row_counts": ['{"sessions": 4}']})
    getattr(row, f"write_{kind}")(source / f"manifest.{kind}")
    assert read_export(source).facts.source_system == "a system"
    two = pl.concat([row, row])
    getattr(two, f"write_{kind}")(source / f"manifest.{kind}")
    with pytest.raises(SourceError, match="expected one row; found 2"):
        read_export(source)
    (source / f"manifest.{kind}").write_bytes(b"")
    with pytest.raises(PendingSource, match="not a readable table"):
        read_export(source)
