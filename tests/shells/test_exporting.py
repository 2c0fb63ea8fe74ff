"""``alliance export``: the tables of a service as files for others."""

from __future__ import annotations

import json

import polars as pl

from dashboard.exports.reading import read_export


def test_an_export_comes_back_as_it_went_out(alliance, sound, tmp_path):
    ran = alliance("export", sound, "--out", tmp_path / "again")
    assert ran.code == 0
    assert "again: level A, 5 therapists, 4 families" in ran.out
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


def test_a_workbook_by_its_ending_is_told_at_level_b(alliance, sound, tmp_path):
    ran = alliance("export", sound, "--out", tmp_path / "part.xlsx", "--family", "F-101", "--json")
    assert ran.code == 0
    told = json.loads(ran.out)
    assert (told["format"], told["level"], told["rows"]["dim_case"]) == ("xlsx", "B", 1)
    about = pl.read_excel(tmp_path / "part.xlsx", sheet_name="about")["about"]
    assert about[0].startswith("Level B: ids are codes")
    assert "F-101" not in pl.read_excel(tmp_path / "part.xlsx", sheet_name="dim_case")["family_id"]


def test_a_star_is_told_at_the_level_that_is_asked_for(alliance, sound, tmp_path):
    for level, families in (("A", 4), ("C", None)):
        ran = alliance(
            "export", sound, "--out", tmp_path / level, "--format", "star", "--level", level,
            "--json",
        )  # fmt: skip
        assert json.loads(ran.out)["rows"].get("dim_family") == families


def test_native_tables_are_told_at_level_a_only(alliance, sound, tmp_path):
    ran = alliance("export", sound, "--out", tmp_path / "out", "--level", "B")
    assert ran.code == 4
    assert "told at level A only. For level B write --format star" in ran.sentence
    assert list(tmp_path.iterdir()) == []


def test_a_filter_that_no_case_passes_writes_nothing(alliance, sound, tmp_path):
    ran = alliance("export", sound, "--out", tmp_path / "none", "--family", "F-999")
    assert ran.code == 4
    assert "No case passes these filters" in ran.sentence
    assert list(tmp_path.iterdir()) == []
