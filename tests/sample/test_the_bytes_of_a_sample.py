"""A sample is the same bytes wherever it is made, says that it is invented, and harms no file."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.domain.places import data_folder
from dashboard.errors import SourceError
from dashboard.exports.reading import read_export
from dashboard.exports.sample import BUNDLED_FAMILIES, write_sample
from dashboard.exports.schemas import NATIVE_TABLES, polars_schema


def content(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_bundled_sample_is_what_the_generator_writes_byte_for_byte(tmp_path):
    write_sample(tmp_path / "again")
    assert content(tmp_path / "again") == content(data_folder("sample_data"))


def test_the_bundled_sample_is_small():
    assert sum(len(text) for text in content(data_folder("sample_data")).values()) < 1_500_000


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_hash_seed_and_number_of_threads_change_no_byte(tmp_path, file_format):
    program = (
        "import sys; from pathlib import Path; from dashboard.exports.sample import write_sample; "
        f"write_sample(Path(sys.argv[1]), families=2700, file_format='{file_format}')"
    )
    made = []
    for name, threads in (("one", "1"), ("two", "4")):
        surroundings = {
            **os.environ,
            "PYTHONHASHSEED": threads,
            "POLARS_MAX_THREADS": threads,
        }
        folder = tmp_path / name
        subprocess.run([sys.executable, "-c", program, folder], check=True, env=surroundings)
        made.append(content(folder))
    assert made[0] == made[1]


def test_another_seed_gives_other_answers_and_the_same_stories(tmp_path):
    write_sample(tmp_path, seed=8)
    other, bundled = read_export(tmp_path).tables, read_export(data_folder("sample_data")).tables
    for table in ("families", "therapists"):
        assert_frame_equal(other[table], bundled[table])
    assert not other["item_scores"].equals(bundled["item_scores"])
    hero = pl.col("form_id").str.starts_with("R-104-")
    sums = [
        tables["item_scores"].filter(hero).group_by("form_id").agg(pl.col("value").sum())
        for tables in (other, bundled)
    ]
    assert_frame_equal(*sums, check_row_order=False)


def test_csv_and_parquet_hold_the_same_rows(tmp_path):
    write_sample(tmp_path / "csv", families=70)
    write_sample(tmp_path / "parquet", families=70, file_format="parquet")
    as_text, as_columns = read_export(tmp_path / "csv"), read_export(tmp_path / "parquet")
    for table in NATIVE_TABLES:
        assert_frame_equal(as_text.tables[table], as_columns.tables[table])


def test_parquet_columns_have_the_types_of_the_native_format(tmp_path):
    write_sample(tmp_path, families=2600, file_format="parquet")
    for table in NATIVE_TABLES:
        assert pl.read_parquet_schema(tmp_path / f"{table}.parquet") == polars_schema(table)


def test_the_manifest_and_the_readme_say_that_everything_is_invented():
    folder = data_folder("sample_data")
    assert json.loads((folder / "manifest.json").read_text())["note"] == "invented sample data"
    readme = (folder / "README.md").read_text()
    assert readme.startswith("# Invented sample data")
    assert f"--families {BUNDLED_FAMILIES} --seed 7 --format csv" in readme


def test_the_manifest_counts_every_row(tmp_path):
    counts = write_sample(tmp_path, families=80, file_format="parquet")
    stated = json.loads((tmp_path / "manifest.json").read_text())["row_counts"]
    assert stated == {
        table: pl.scan_parquet(tmp_path / f"{table}.parquet").select(pl.len()).collect().item()
        for table in NATIVE_TABLES
    }
    assert (counts.families, counts.forms) == (80, stated["forms"])


def test_a_sample_replaces_an_earlier_one_whatever_its_format(tmp_path):
    write_sample(tmp_path, families=5, file_format="parquet")
    write_sample(tmp_path, families=4)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"README.md", "manifest.json", *(f"{table}.csv" for table in NATIVE_TABLES)}
    assert read_export(tmp_path).tables["families"]["family_id"].to_list()[-1] == "F-104"


def test_a_sample_cut_short_has_no_manifest_and_is_written_again(tmp_path):
    def stop(_word, _share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_sample(tmp_path, families=5, progress=stop)
    assert not (tmp_path / "manifest.json").exists()
    write_sample(tmp_path, families=5)
    assert read_export(tmp_path).tables["families"].height == 5


def test_a_folder_with_files_of_its_own_is_left_alone(tmp_path):
    (tmp_path / "sessions.csv").write_text("mine")
    with pytest.raises(SourceError, match="holds files that are not an earlier sample"):
        write_sample(tmp_path)
    assert content(tmp_path) == {"sessions.csv": b"mine"}


def test_a_folder_with_a_readme_of_its_own_is_left_alone(tmp_path):
    (tmp_path / "README.md").write_text("# Our service\n")
    with pytest.raises(SourceError, match="Name a new or empty folder"):
        write_sample(tmp_path)


def test_a_file_is_not_a_folder(tmp_path):
    (tmp_path / "sample").write_text("mine")
    with pytest.raises(SourceError, match="this is a file"):
        write_sample(tmp_path / "sample")


@pytest.mark.parametrize("families", [0, -1])
def test_a_sample_without_a_family_is_refused(tmp_path, families):
    with pytest.raises(SourceError, match="at least 1 family"):
        write_sample(tmp_path / "none", families=families)
    assert not (tmp_path / "none").exists()


def test_progress_rises_to_the_end(tmp_path):
    told = []
    write_sample(
        tmp_path,
        families=6000,
        file_format="parquet",
        progress=lambda word, share: told.append((word, share)),
    )
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert {word for word, _ in told} == {"inventing families"}
