"""Parquet columns of other types than the table asks for."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from dashboard.errors import SourceError
from dashboard.exports.reading import read_export
from tests.exports.support import export_with


def parquet_with(folder, table, column, values, dtype=None):
    source = export_with(folder)
    rows = pl.read_csv(source / f"{table}.csv", infer_schema=False)
    values = values if len(values) == rows.height else values * rows.height
    rows.with_columns(pl.Series(column, values, dtype=dtype)).write_parquet(
        source / f"{table}.parquet"
    )
    (source / f"{table}.csv").unlink()
    return source


@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Oslo"])
def test_a_timestamp_at_midnight_is_the_day(zone, tmp_path):
    kind = pl.Datetime("us", zone)
    source = parquet_with(tmp_path, "cases", "opened_on", [dt.datetime(2026, 1, 2)], kind)  # noqa: DTZ001
    if zone is not None:
        rows = pl.read_parquet(source / "cases.parquet")
        local = pl.col("opened_on").dt.replace_time_zone(zone)
        rows.with_columns(local).write_parquet(source / "cases.parquet")
    export = read_export(source)
    assert export.set_aside.filter(pl.col("table_name") == "cases").is_empty()
    assert set(export.tables["cases"]["opened_on"]) == {dt.date(2026, 1, 2)}


def test_a_timestamp_with_a_time_of_day_is_set_aside_by_the_type_of_its_column(tmp_path):
    moment = dt.datetime(2026, 1, 2, 15, 30)  # noqa: DTZ001
    export = read_export(parquet_with(tmp_path, "cases", "opened_on", [moment]))
    found = export.set_aside.filter(pl.col("table_name") == "cases")
    assert found["rule"].unique().to_list() == ["not_a_date"]
    [mend] = found["mend"].unique()
    assert mend == (
        "Column 'opened_on': write the day as YYYY-MM-DD; a day that exists. "
        "The file holds it as Datetime, which is a day only at midnight."
    )


def test_a_number_where_a_day_belongs_is_set_aside_by_the_type_of_its_column(tmp_path):
    export = read_export(parquet_with(tmp_path, "cases", "opened_on", [20260102]))
    assert export.set_aside["mend"][0].endswith("The file holds it as Int64.")


def test_bytes_that_are_text_are_read_as_text(tmp_path):
    export = read_export(parquet_with(tmp_path, "families", "label", [b"Heron"], pl.Binary))
    assert set(export.tables["families"]["label"]) == {"Heron"}


@pytest.mark.parametrize(
    ("table", "column", "values", "words"),
    [
        ("families", "label", [b"\xff\xfe"], "'label' holds bytes that are no UTF-8 text"),
        ("sessions", "held_on", [dt.timedelta(days=3)], "'held_on' is of type Duration"),
        ("sessions", "held_on", [dt.time(9, 30)], "'held_on' is of type Time"),
    ],
)
def test_a_column_of_a_type_that_no_table_knows_is_refused_by_name(
    table, column, values, words, tmp_path
):
    with pytest.raises(SourceError) as refusal:
        read_export(parquet_with(tmp_path, table, column, values))
    assert str(refusal.value).startswith(f"{table}.parquet: column {words}")
