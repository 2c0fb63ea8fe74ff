"""Run the second agenda: raw files of a folder in, the reasons of the SQL beside it out."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

HERE = Path(__file__).parent
PARTS = ["scores.sql", "signals.sql", "agenda.sql"]
REGISTRY = HERE.parents[1] / "dashboard" / "domain" / "instruments.toml"

RAW_COLUMNS = {
    "cases": "case_id family_id modality referral opened_on closed_on ending",
    "members": "member_id family_id label role age_band index_client",
    "sessions": "session_id case_id session_no held_on lead_therapist_id format status",
    "attendance": "session_id member_id state between_session_work",
    "forms": "form_id session_id member_id perspective rater_id instrument_id instrument_version"
    " state collected recorded_at components_source",
    "ratings": "form_id scale score",
    "item_scores": "form_id item_no value",
    "threats": "threat_id case_id session_id member_id threat_type severity reported_by opened_on"
    " status closed_session_id",
    "strategies": "strategy_id session_id threat_id member_id strategy context helpful",
}

COLUMNS: dict[str, Any] = {
    "case_id": pl.String,
    "family_id": pl.String,
    "tier": pl.Int32,
    "reason_code": pl.String,
    "member_id": pl.String,
    "instrument_id": pl.String,
    "threat_id": pl.String,
    "session_nos": pl.List(pl.Int32),
    "value": pl.Float64,
}

ORDER = ["tier", "case_id", "reason_code", "member_id", "instrument_id", "threat_id"]
KEY = ["case_id", "tier", "reason_code", "member_id", "instrument_id"]
RUPTURES_AND_SPLITS = ["rupture_marked", "rupture_notable", "split_marked"]


def agenda(
    folder: Path,
    *,
    last_discussed: Mapping[str, int] | None = None,
    last_meeting_on: dt.date | None = None,
    registry: Path = REGISTRY,
) -> pl.DataFrame:
    """Return one row per reason on the agenda of the raw native CSV files in a folder.

    `last_discussed` gives, by case, the number of the session the group last talked about;
    `last_meeting_on` is the day of the last meeting. Both are empty before a first meeting.
    """
    connection = duckdb.connect(":memory:")
    try:
        load(connection, folder, registry)
        connection.execute("create table last_discussed (case_id varchar, session_no integer)")
        for case_id, session_no in (last_discussed or {}).items():
            connection.execute("insert into last_discussed values (?, ?)", [case_id, session_no])
        connection.execute("create table run_facts (as_of date, last_meeting_on date)")
        connection.execute(
            "insert into run_facts values (?, ?)", [as_of(connection, folder), last_meeting_on]
        )
        run(connection)
        rows = connection.execute(f"select {', '.join(COLUMNS)} from agenda").fetchall()  # noqa: S608
    finally:
        connection.close()
    return pl.DataFrame(rows, schema=COLUMNS, orient="row").sort(ORDER, nulls_last=False)


def run(connection: duckdb.DuckDBPyConnection) -> None:
    """Run the three parts of the script; the tables they expect are already made."""
    for part in PARTS:
        connection.execute((HERE / part).read_text("utf-8"))


def load(connection: duckdb.DuckDBPyConnection, folder: Path, registry: Path = REGISTRY) -> None:
    """Make the raw tables, all text, and the facts of the registry; a missing file is empty."""
    for table, columns in RAW_COLUMNS.items():
        fields = ", ".join(f"{column} varchar" for column in columns.split())
        connection.execute(f"create table raw_{table} ({fields})")
        file = folder / f"{table}.csv"
        if file.exists():
            connection.execute(
                f"insert into raw_{table} by name "  # noqa: S608
                "select * from read_csv(?, header = true, all_varchar = true)",
                [str(file)],
            )
    _load_registry(connection, tomllib.loads(registry.read_text("utf-8"))["instrument"])


def _load_registry(
    connection: duckdb.DuckDBPyConnection, instruments: list[dict[str, Any]]
) -> None:
    connection.execute(
        "create table instruments (instrument_id varchar, kind varchar, scoring varchar,"
        " has_own_forms boolean, item_min double, item_max double, default_scale varchar,"
        " highest double)"
    )
    connection.execute(
        "create table default_items (instrument_id varchar, item_no integer, is_reversed boolean)"
    )
    connection.execute("create table fitting_ages (instrument_id varchar, age_band varchar)")
    every_age = ["0-5", "6-12", "13-17", "18-64", "65+", "unknown"]
    first_scales: dict[str, str] = {}
    for entry in instruments:
        if entry["scales"]:
            first_scales.setdefault(entry["family"], entry["scales"][0]["id"])
    for entry in instruments:
        default = first_scales.get(entry["family"])
        scale = next((scale for scale in entry["scales"] if scale["id"] == default), {})
        items = scale.get("items", [])
        low, high = entry.get("item_min"), entry.get("item_max")
        highest = scale.get("max", len(items) * high if items and high is not None else None)
        name, own = entry["id"], "self" in entry["perspectives"]
        facts = [name, entry["kind"], entry["scoring"], own, low, high, default, highest]
        connection.execute("insert into instruments values (?, ?, ?, ?, ?, ?, ?, ?)", facts)
        for item in items:
            is_reversed = item in entry.get("reversed", []) or item in scale.get("reversed", [])
            connection.execute(
                "insert into default_items values (?, ?, ?)", [name, item, is_reversed]
            )
        for band in entry.get("age_bands", every_age):
            connection.execute("insert into fitting_ages values (?, ?)", [name, band])


def as_of(connection: duckdb.DuckDBPyConnection, folder: Path) -> dt.date | None:
    """Return the local day of the export, else of the latest session, else none."""
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text("utf-8")) if file.exists() else {}
    if written := manifest.get("exported_at"):
        exported = dt.datetime.fromisoformat(written)
        if exported.tzinfo and manifest.get("timezone"):
            exported = exported.astimezone(ZoneInfo(manifest["timezone"]))
        return exported.date()
    row = connection.execute("select max(held_on::date) from raw_sessions").fetchone()
    return None if row is None else row[0]


def differences(ours: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Return one row per reason that only one side has, or whose session or size differs.

    Reasons are matched on case, tier, reason, member and instrument. Sessions (in order) and sizes
    (within 1e-6) are compared for ruptures and splits only. Empty when both agree. A key that one
    side holds more often than the other is a difference as well.
    """
    both = _numbered(ours).join(
        _numbered(theirs),
        on=[*KEY, "occurrence"],
        how="full",
        coalesce=True,
        nulls_equal=True,
        suffix="_theirs",
    )
    here, there = pl.col("here").is_not_null(), pl.col("here_theirs").is_not_null()
    same_sessions = pl.col("session_nos").eq_missing(pl.col("session_nos_theirs"))
    same_value = ((pl.col("value") - pl.col("value_theirs")).abs() <= 1e-6).fill_null(value=False)
    is_sized = pl.col("reason_code").is_in(RUPTURES_AND_SPLITS)
    difference = (
        pl.when(~there)
        .then(pl.lit("only ours"))
        .when(~here)
        .then(pl.lit("only theirs"))
        .when(is_sized & ~same_sessions)
        .then(pl.lit("other sessions"))
        .when(is_sized & ~same_value)
        .then(pl.lit("other size"))
    )
    return (
        both.with_columns(difference.alias("difference"))
        .filter(pl.col("difference").is_not_null())
        .select("difference", *KEY, "session_nos", "session_nos_theirs", "value", "value_theirs")
        .sort(*KEY, nulls_last=False)
    )


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the compared columns, with a number for each row that shares its key."""
    return (
        frame.select(
            pl.col(KEY[0]).cast(pl.String),
            pl.col("tier").cast(pl.Int32),
            *(pl.col(name).cast(pl.String) for name in KEY[2:]),
            pl.col("session_nos").cast(pl.List(pl.Int32)),
            pl.col("value").cast(pl.Float64),
            here=pl.lit(value=True),
        )
        .sort(*KEY, pl.col("session_nos").cast(pl.List(pl.String)).list.join(" "))
        .with_columns(occurrence=pl.int_range(pl.len()).over(KEY))
    )
