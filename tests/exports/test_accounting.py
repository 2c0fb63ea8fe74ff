"""Nothing is lost: rows in = accepted + set aside, whatever an export holds."""

from __future__ import annotations

import time

import polars as pl
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from dashboard.errors import AllianceError
from dashboard.exports.reading import read_export
from dashboard.exports.schemas import NATIVE_TABLES
from tests.exports.practice import PRACTICE, practice
from tests.exports.support import SOUND, export_with

CELLS = {
    table: [line.split(",") for line in (SOUND / f"{table}.csv").read_text().splitlines()]
    for table in NATIVE_TABLES
}
ODD = st.sampled_from(
    [
        *("", "0", "7", "-1", "11", "2.5", "NaN", "M1", "S2", "A3", "F 1", "2026-01-20"),
        *("self", "srs", "softa_o", "declined", "complete", "total", "bond", "30/02/2026"),
        *("true", "x" * 40),
    ]
)
CHANGE = st.tuples(
    st.sampled_from(list(NATIVE_TABLES)),
    st.integers(1, 40),
    st.integers(0, 10),
    st.one_of(ODD, st.sampled_from(["<double>", "<drop>", "<short>"])),
)


def changed(changes):
    """Return the texts of the sound export after some cells and rows were changed."""
    tables = {table: [list(row) for row in rows] for table, rows in CELLS.items()}
    for table, row_no, column, change in changes:
        rows = tables[table]
        if len(rows) < 2:
            continue
        place = 1 + row_no % (len(rows) - 1)
        row = rows[place]
        if change == "<double>":
            rows.insert(place, list(row))
        elif change == "<drop>":
            del rows[place]
        elif change == "<short>":
            del row[-1:]
        else:
            row[column % len(row)] = change
    return {table: "".join(",".join(row) + "\n" for row in rows) for table, rows in tables.items()}


def read_or_refused(source):
    """Return the export, or none where it was refused in words; any other error is a defect."""
    try:
        export = read_export(source)
    except AllianceError:
        event("refused")
        return None
    event("read")
    return export


def records(text):
    return sum(1 for line in text.splitlines()[1:] if line.replace(",", "").strip())


@given(changes=st.lists(CHANGE, max_size=8))
@settings(
    max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_rows_in_are_rows_accepted_and_rows_set_aside_for_any_change(changes, tmp_path_factory):
    texts = changed(changes)
    source = export_with(tmp_path_factory.mktemp("export"), **texts)
    export = read_or_refused(source)
    if export is None:
        return
    for file in export.files.iter_rows(named=True):
        [table] = file["table_names"]
        aside = export.set_aside.filter(pl.col("file") == file["file"])
        assert file["row_count"] == records(texts[table])
        assert file["accepted_count"] == export.tables[table].height
        assert file["set_aside_count"] == aside.height == aside["row_no"].n_unique()
        assert file["row_count"] == file["accepted_count"] + file["set_aside_count"]
    assert export.set_aside["mend"].str.len_chars().min() != 0
    assert export.content_hash == read_export(source).content_hash


@given(
    cells=st.lists(
        st.tuples(st.integers(1, 3), st.integers(0, 4), ODD.filter(lambda cell: "," not in cell)),
        max_size=5,
    )
)
@settings(max_examples=60, deadline=None)
def test_rows_of_a_mapped_file_are_accounted_for_after_any_change(cells, tmp_path_factory):
    rows = [line.split(",") for line in PRACTICE["visits"].splitlines()]
    for row, column, cell in cells:
        rows[row][column] = cell
    text = "".join(",".join(row) + "\n" for row in rows)
    export = read_or_refused(practice(tmp_path_factory.mktemp("practice"), visits=text))
    if export is None:
        return
    for file in export.files.iter_rows(named=True):
        aside = export.set_aside.filter(pl.col("file") == file["file"])["row_no"].n_unique()
        assert file["set_aside_count"] == aside
        assert file["row_count"] == file["accepted_count"] + aside
    assert records(text) == export.files.filter(pl.col("file") == "visits.csv")["row_count"].item()


def million_ratings(folder):
    """Write a million ratings of 200,000 forms, every thousandth above its scale."""
    families = pl.select(pl.format("F{}", pl.int_range(2_000)).alias("family_id"))
    members = families.join(pl.DataFrame({"n": [1, 2, 3, 4]}), how="cross").select(
        pl.format("{}-{}", "family_id", "n").alias("member_id"), "family_id"
    )
    sessions = families.join(pl.DataFrame({"session_no": range(1, 26)}), how="cross").select(
        pl.format("{}-{}", "family_id", "session_no").alias("session_id"),
        pl.col("family_id").alias("case_id"),
        "session_no",
        pl.lit("held").alias("status"),
    )
    forms = sessions.join(members, left_on="case_id", right_on="family_id").select(
        pl.format("{}.{}", "session_id", pl.col("member_id").str.tail(1)).alias("form_id"),
        "session_id",
        "member_id",
        perspective=pl.lit("self"),
        instrument_id=pl.lit("srs"),
        state=pl.lit("complete"),
        components_source=pl.lit("subscale_only"),
    )
    scales = pl.DataFrame({"scale": ["total", "bond", "goals", "tasks", "overall"]})
    ratings = forms.select("form_id").join(scales, how="cross").with_row_index("place")
    score = pl.when(pl.col("place") % 1_000 == 7).then(99).otherwise(pl.col("place") * 7 % 101 / 10)
    tables = {
        "families": families,
        "cases": families.select(
            pl.col("family_id").alias("case_id"),
            "family_id",
            modality=pl.lit("family"),
            referral=pl.lit("unknown"),
            ending=pl.lit("ongoing"),
        ),
        "members": members.with_columns(
            role=pl.lit("parent"), age_band=pl.lit("18-64"), index_client=pl.lit("no")
        ),
        "sessions": sessions,
        "forms": forms,
        "ratings": ratings.select("form_id", "scale", score.alias("score")),
    }
    for name, rows in tables.items():
        rows.write_csv(folder / f"{name}.csv")


@pytest.mark.slow
def test_of_a_million_ratings_a_thousand_bad_ones_are_explained_within_seconds(tmp_path):
    million_ratings(tmp_path)
    start = time.perf_counter()
    export = read_export(tmp_path)
    seconds = time.perf_counter() - start

    file = export.files.filter(pl.col("file") == "ratings.csv")
    assert file.select("row_count", "accepted_count", "set_aside_count").rows() == [
        (1_000_000, 999_000, 1_000)
    ]
    assert export.tables["ratings"].height == 999_000
    assert export.set_aside["row_no"].to_list() == list(range(9, 1_000_000, 1_000))
    assert export.set_aside["rule"].unique().to_list() == ["out_of_range"]
    assert seconds < 30
