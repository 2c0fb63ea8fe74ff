"""``alliance export``: the tables of a service as files for others."""

from __future__ import annotations

import json

from dashboard.exports.reading import read_export


def test_an_export_comes_back_as_it_went_out(alliance, sound, tmp_path):
    ran = alliance("export", sound, "--out", tmp_path / "again")
    assert ran.code == 0
    assert "again: 5 therapists, 4 families" in ran.out
    assert "readable by you only" in ran.out
    assert read_export(tmp_path / "again").content_hash == read_export(sound).content_hash


def test_an_export_for_a_machine_counts_rows_by_table(alliance, sound, tmp_path):
    ran = alliance(
        "export", sound, "--out", tmp_path / "part", "--format", "parquet",
        "--family", "F-101", "--json",
    )  # fmt: skip
    told = json.loads(ran.out)
    assert (told["out"], told["format"], told["rows"]["families"]) == ("part", "parquet", 1)
    assert (tmp_path / "part" / "forms.parquet").is_file()


def test_a_filter_that_no_case_passes_writes_nothing(alliance, sound, tmp_path):
    ran = alliance("export", sound, "--out", tmp_path / "none", "--family", "F-999")
    assert ran.code == 4
    assert "No case passes these filters" in ran.sentence
    assert list(tmp_path.iterdir()) == []
