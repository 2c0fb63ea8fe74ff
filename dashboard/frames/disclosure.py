"""What a frame may tell at a level of disclosure: columns by allow-list, ids as codes.

Nothing is hidden later on: a column that is not allowed at a level is not in the frame that a
picture, a table or a file is made from.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from dashboard.domain.disclosure import Codes, Level, Thing
from dashboard.errors import FrameError
from dashboard.store import column_types, query_contracts

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST_WEEK = dt.date(2000, 1, 3)
"""A Monday: at level B days are counted in weeks from the first session of the service."""

REDACTED_UP_TO = 7
ROUNDED_TO = 5
"""Level C: counts up to 7 are left out, others rounded to 5. Source: settled, after NHS Digital."""

_THINGS: dict[str, Thing] = {
    "family_id": Thing.FAMILY,
    "case_id": Thing.CASE,
    "session_id": Thing.SESSION,
    "onset_session_id": Thing.SESSION,
    "threat_id": Thing.THREAT,
    "threat_ids": Thing.THREAT,
    "strategy_id": Thing.STRATEGY,
    **dict.fromkeys(
        ("member_id", "target_member_id", "member_ids", "highest_member_ids", "lowest_member_ids"),
        Thing.MEMBER,
    ),
    **dict.fromkeys(
        ("therapist_id", "therapist_ids", "lead_therapist_ids", "co_therapist_ids"),
        Thing.THERAPIST,
    ),
    **dict.fromkeys(("group_id", "group_ids"), Thing.GROUP),
}
"""Which columns hold ids, and of what. Raters and row keys are told apart by perspective."""

_KEYED = ("row_key", "rater_id", "observer_id")
_LEFT_OUT = frozenset({"form_id", "subject_key", "note", "source_system", "mend", "message"})
"""Columns no file shows: ids of no use in it, and free text."""

_QUIET_WORDS = frozenset({"VARCHAR", "VARCHAR[]"})


def disclosed_columns(name: str, level: Level) -> list[str]:
    """Return the columns of a measure that may be told at a level, in order.

    At level C none may: what goes outside has measures of its own.

    Raises:
        QueryError: If no measure has that name.
    """
    columns = list(column_types(query_contracts()[name]))
    if level is Level.SUPERVISION:
        return columns
    if level is Level.OUTSIDE:
        return columns if name in OUTSIDE_MEASURES else []
    allowed = _ALLOWED_WORDS | _ALLOWED_OF.get(name, frozenset())
    types = {column.name: column.type for column in query_contracts()[name].columns}
    return [
        column
        for column in columns
        if column not in _LEFT_OUT
        and (types[column] not in _QUIET_WORDS or column in allowed or _is_id(column))
    ]


OUTSIDE_MEASURES = frozenset({"threats_by_quarter"})
"""Measures without any dimension of a family, a member or a therapist."""

_ALLOWED_WORDS = frozenset(
    {
        "age_band", "co_therapist_ids", "collected", "context", "ending", "family_name", "helpful",
        "instrument_family", "instrument_families", "instrument_id", "instrument_name", "kind",
        "level", "link", "member_role", "modality", "origin", "perspective", "reason",
        "reason_code", "referral", "refusal", "reported_by", "rho_origin", "role",
        "rule_id", "rules_version", "scale", "scales", "default_scale", "session_status",
        "signal_codes", "value", "other_type",
        "state", "states", "status", "strategies", "strategy", "threat_type", "threat_types",
        "member_threat_types", "family_threat_types", "fit_prompt", "latest_level",
        "next_states",
    }
)  # fmt: skip
"""Columns of words from closed lists; a text column that is none of these stays out of a file."""

_ALLOWED_OF = {"rules_in_force": frozenset({"rule_id", "value"})}
"""Columns that are words from closed lists in one measure only."""


def disclose(
    rows: pl.DataFrame, name: str, level: Level, codes: Codes, *, first_week: dt.date | None = None
) -> pl.DataFrame:
    """Return the rows of a measure as a file at a level may tell them.

    Args:
        rows: Rows of the measure.
        name: Name of the measure.
        level: Who the file is for.
        codes: Codes of the service, for levels B and C.
        first_week: Monday of the service's first session, from which weeks are counted; none
            leaves days empty.

    Returns:
        At level A the rows as they are. At level B the allowed columns, ids as codes, days as
        Mondays counted from the first week, sorted by what the measure is sorted by, in code
        order. At level C rows of the outside measures with redacted and rounded counts.

    Raises:
        FrameError: If nothing of that measure may be told at that level.
    """
    columns = disclosed_columns(name, level)
    if not columns:
        message = f"Nothing of '{name}' may be told at level {level}; choose another measure."
        raise FrameError(message)
    if level is Level.SUPERVISION:
        return rows.select(columns)
    if level is Level.OUTSIDE:
        return _rounded(rows.select(columns))
    recoded = rows.with_columns(
        *_coded(rows, codes),
        *_keyed(rows, codes),
        *(_in_weeks(rows, column, first_week) for column in _days(rows)),
    ).select(columns)
    if {"date_column", "held_on"} <= set(columns):
        recoded = _placed_by_week(recoded)
    order = [column for column in query_contracts()[name].order if column in columns]
    return recoded.sort(order, maintain_order=True) if order else recoded


def _is_id(column: str) -> bool:
    return column in _THINGS or column in _KEYED


def _coded(rows: pl.DataFrame, codes: Codes) -> Iterable[pl.Expr]:
    for column in rows.columns:
        if column not in _THINGS:
            continue
        values = rows[column]
        is_list = isinstance(values.dtype, pl.List)
        ids = values.explode() if is_list else values
        given = codes.of(_THINGS[column], ids.drop_nulls().unique().to_list())
        swapped = pl.element() if is_list else pl.col(column)
        swapped = swapped.replace_strict(given, default=None, return_dtype=pl.String)
        yield pl.col(column).list.eval(swapped).alias(column) if is_list else swapped


def _keyed(rows: pl.DataFrame, codes: Codes) -> Iterable[pl.Expr]:
    if "row_key" in rows.columns:
        keys = rows["row_key"].unique().to_list()
        yield pl.col("row_key").replace_strict(
            {key: _row_key(key, codes) for key in keys}, return_dtype=pl.String
        )
    for column in ("rater_id", "observer_id"):
        if column not in rows.columns:
            continue
        ids = rows[column].drop_nulls().unique().to_list()
        as_member = codes.of(Thing.MEMBER, ids)
        as_therapist = codes.of(Thing.THERAPIST, ids)
        therapist = pl.col(column).replace_strict(
            {**as_therapist, "": ""}, default=None, return_dtype=pl.String
        )
        if "perspective" in rows.columns:
            member = pl.col(column).replace_strict(as_member, default=None, return_dtype=pl.String)
            therapist = pl.when(pl.col("perspective") == "self").then(member).otherwise(therapist)
        yield therapist.alias(column)


def _row_key(key: str, codes: Codes) -> str:
    target, rater, perspective, instrument = key.split("|", 3)
    thing = Thing.MEMBER if perspective == "self" else Thing.THERAPIST
    return "|".join(
        (
            target if target == "*" else codes.of(Thing.MEMBER, [target])[target],
            rater if rater == "*" else codes.of(thing, [rater])[rater],
            perspective,
            instrument,
        )
    )


def _days(rows: pl.DataFrame) -> list[str]:
    return [name for name, dtype in rows.schema.items() if dtype in (pl.Date, pl.Datetime("us"))]


def _in_weeks(rows: pl.DataFrame, column: str, first_week: dt.date | None) -> pl.Expr:
    if first_week is None or rows.schema[column] != pl.Date:
        return pl.lit(None).cast(rows.schema[column]).alias(column)
    shift = FIRST_WEEK - first_week
    return (pl.col(column).dt.truncate("1w") + shift).alias(column)


def _placed_by_week(rows: pl.DataFrame) -> pl.DataFrame:
    """Return sessions placed on the date axis by their weeks; the places of an export tell days.

    The same rule as for days: a column is the shortest gap of the case, a sixtieth of its length
    where that is more, and no two sessions share a place.
    """
    day = (pl.col("held_on") - pl.col("held_on").min()).dt.total_days()
    of_case = (
        rows.filter(pl.col("held_on").is_not_null())
        .sort("case_id", "column_no")
        .with_columns(
            number=pl.int_range(pl.len()).over("case_id"),
            day=day.over("case_id"),
        )
    )
    unit = pl.max_horizontal(
        pl.col("day").diff().min().over("case_id"), pl.col("day").max().over("case_id") / 60
    )
    unit = pl.when(unit > 0).then(unit).otherwise(1.0)
    beyond = (pl.col("day") / unit - pl.col("number")).cum_max().over("case_id")
    places = of_case.select("case_id", "column_no", date_column=pl.col("number") + beyond)
    return (
        rows.drop("date_column")
        .join(places, on=["case_id", "column_no"], how="left", maintain_order="left")
        .select(rows.columns)
    )


def _rounded(rows: pl.DataFrame) -> pl.DataFrame:
    counts = [column for column in rows.columns if column.endswith("_count")]
    # Many threats of few cases would tell of those cases: one small number takes its row along.
    is_told = pl.all_horizontal(pl.col(column) > REDACTED_UP_TO for column in counts)
    return rows.with_columns(
        pl.when(is_told)
        .then((pl.col(column) / ROUNDED_TO).round() * ROUNDED_TO)
        .cast(rows.schema[column])
        .alias(column)
        for column in counts
    )
