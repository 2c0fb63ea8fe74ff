"""A service as dimensions and facts, for BI programs and R: which tables, of which measures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from dashboard.domain.disclosure import Codes, Level, Thing
from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.errors import DisclosureError, SelectionError
from dashboard.frames.disclosure import OUTSIDE_MEASURES, disclose, disclosed_columns
from dashboard.frames.fetching import EVERYTHING, fetch
from dashboard.frames.writing import joined
from dashboard.store import query_contracts

if TYPE_CHECKING:
    from dashboard.domain.selection import Selection
    from dashboard.store import Store

CASES_AT_ONCE = 500
SCALE_KEY = "scale_key"

TABLES: Mapping[str, str] = {
    "dim_case": "case_list",
    "dim_member": "member_list",
    "dim_therapist": "therapist_list",
    "dim_scale": "instrument_scales",
    "bridge_case_therapist": "case_therapist_spans",
    "fact_ratings": "alliance_cells",
    "fact_sessions": "case_sessions",
    "fact_engagement": "case_engagement",
    "fact_threats": "threat_spans",
    "fact_strategies": "strategy_uses",
    "fact_reasons": "agenda_reasons",
    **{
        f"signal_{name}": name
        for name, contract in sorted(query_contracts().items())
        if contract.folder == "signals"
    },
}
"""Each table and the measure whose rows it holds; ``dim_family`` and ``dim_date`` are made of
the others."""

MADE = ("dim_family", "dim_date")

_LEADS_TO: Mapping[str, str] = {
    "case_id": "dim_case",
    "family_id": "dim_family",
    **dict.fromkeys(("member_id", "target_member_id"), "dim_member"),
    "therapist_id": "dim_therapist",
    SCALE_KEY: "dim_scale",
    **dict.fromkeys(("session_id", "onset_session_id"), "fact_sessions"),
    "threat_id": "fact_threats",
    "strategy_id": "fact_strategies",
}
"""By column the table whose key it holds; days lead to ``dim_date``."""

_KEYS: Mapping[str, str] = {
    "dim_case": "case_id",
    "dim_family": "family_id",
    "dim_member": "member_id",
    "dim_therapist": "therapist_id",
    "dim_scale": SCALE_KEY,
    "dim_date": "date",
    "fact_sessions": "session_id",
    "fact_threats": "threat_id",
    "fact_strategies": "strategy_id",
}


@dataclass(frozen=True)
class StarRequest:
    """What is to be told.

    Attributes:
        selection: Which cases.
        level: Who it is for: the group itself (A), readers (B: ids as codes, days as weeks), or
            outside (C: threats by quarter, rounded, and nothing else).
        codes: Codes of the service, for level B.
        scope: Who is looking.
    """

    level: Level
    codes: Codes
    selection: Selection = EVERYTHING
    scope: Scope = WHOLE_GROUP


def star_tables(store: Store, request: StarRequest) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the tables by name, one after the other, with plain columns only.

    Lists are texts parted by "; ". ``scale_key`` names instrument and scale in one column.

    Args:
        store: An open store.
        request: What is to be told.

    Raises:
        DisclosureError: If no case passes the filters.
        SelectionError: If level C is asked for a part of the service.
    """
    if request.level is Level.OUTSIDE:
        yield from _outside(store, request)
        return
    cases = _cases(store, request)
    first_week = _first_week(store, cases)
    families: set[str] = set()
    days: set[dt.date] = set()
    for table, measure in TABLES.items():
        if not disclosed_columns(measure, request.level):
            continue
        parts = [
            disclose(rows, measure, request.level, request.codes, first_week=first_week)
            for rows in _rows(store, measure, cases)
        ]
        rows = _plain(pl.concat(parts))
        families |= set(rows["family_id"]) if "family_id" in rows.columns else set()
        days |= _days(rows)
        yield table, rows
    yield (
        "dim_family",
        pl.DataFrame({"family_id": sorted(families)}, schema={"family_id": pl.String}),
    )
    yield "dim_date", calendar(days)


def star_definitions(tables: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Return what every column of the tables means: the dictionary that lies beside them.

    Args:
        tables: Columns by table.

    Returns:
        ``table``, ``column``, ``type``, ``may_be_empty``, ``refers_to`` (a table, by its key) and
        ``meaning``; one row for each column, in order.
    """
    rows = [
        (table, column, *_definition(table, column))
        for table, columns in tables.items()
        for column in columns
    ]
    names = ["table", "column", "type", "may_be_empty", "refers_to", "meaning"]
    types = [pl.String, pl.String, pl.String, pl.Boolean, pl.String, pl.String]
    return pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")


def calendar(days: Iterable[dt.date]) -> pl.DataFrame:
    """Return every day from the first to the last, with the parts of its date; empty without one.

    Args:
        days: Days that occur.
    """
    found = sorted(days)
    dates = (
        pl.date_range(found[0], found[-1], eager=True) if found else pl.Series([], dtype=pl.Date)
    ).alias("date")
    day = pl.col("date").dt
    return dates.to_frame().with_columns(
        day.truncate("1w").alias("week_start_date"),
        day.iso_year().alias("iso_year"),
        day.week().cast(pl.Int32).alias("iso_week"),
        day.year().alias("year"),
        day.quarter().cast(pl.Int32).alias("quarter"),
        day.month().cast(pl.Int32).alias("month"),
        day.weekday().cast(pl.Int32).alias("weekday"),
    )


def _outside(store: Store, request: StarRequest) -> Iterator[tuple[str, pl.DataFrame]]:
    if request.selection != EVERYTHING:
        message = (
            "Level C tells the whole service in quarters and takes no filter: two files could be "
            "subtracted from each other. Leave the filters out, or choose level B."
        )
        raise SelectionError(message)
    for measure in sorted(OUTSIDE_MEASURES):
        rows = fetch(store, measure, scope=request.scope)
        yield f"fact_{measure}", disclose(rows, measure, Level.OUTSIDE, request.codes)


def _cases(store: Store, request: StarRequest) -> list[str]:
    """Return the chosen cases, at level B in the order of their codes, which tells nothing."""
    chosen = fetch(store, "case_list", request.selection, scope=request.scope)["case_id"].to_list()
    if not chosen and request.selection != EVERYTHING:
        message = "No case passes these filters: nothing to write. Leave one of them out."
        raise DisclosureError(message)
    if request.level is Level.SUPERVISION:
        return chosen
    codes = request.codes.of(Thing.CASE, chosen)
    return sorted(chosen, key=lambda case: codes[case])


def _rows(store: Store, measure: str, cases: list[str]) -> Iterator[pl.DataFrame]:
    """Yield the rows of a measure; a measure of rows of cases for some cases at a time."""
    is_by_case = query_contracts()[measure].order[0] == "case_id"
    size = CASES_AT_ONCE if is_by_case else len(cases)
    for start in range(0, max(len(cases), 1), max(size, 1)):
        part = frozenset(cases[start : start + size])
        yield fetch(store, measure, scope=Scope("export", part))


def _first_week(store: Store, cases: list[str]) -> dt.date | None:
    sessions = fetch(store, "case_sessions", scope=Scope("export", frozenset(cases)))
    first = sessions["week_start_date"].drop_nulls().min()
    return first if isinstance(first, dt.date) else None


def _plain(rows: pl.DataFrame) -> pl.DataFrame:
    rows = joined(rows)
    if {"instrument_id", "scale"} <= set(rows.columns):
        key = pl.concat_str("instrument_id", "scale", separator="|").alias(SCALE_KEY)
        return rows.with_columns(key)
    return rows


def _days(rows: pl.DataFrame) -> set[dt.date]:
    dates = [name for name, kind in rows.schema.items() if kind == pl.Date]
    return {day for name in dates for day in rows[name].drop_nulls().unique()}


_OF_DATES: Mapping[str, tuple[str, str]] = {
    "date": ("date", "the day; at level B weeks are counted from 3 January 2000"),
    "week_start_date": ("date", "its Monday"),
    "iso_year": ("whole number", "year of its ISO week"),
    "iso_week": ("whole number", "ISO week, 1 to 53"),
    "year": ("whole number", "calendar year"),
    "quarter": ("whole number", "1 to 4"),
    "month": ("whole number", "1 to 12"),
    "weekday": ("whole number", "1 Monday to 7 Sunday"),
}
_WORDS = {
    "VARCHAR": "text",
    "INTEGER": "whole number",
    "BIGINT": "whole number",
    "DOUBLE": "number",
    "BOOLEAN": "yes or no",
    "DATE": "date",
    "TIMESTAMP": "date and time",
}


def _definition(table: str, column: str) -> tuple[str, bool, str | None, str]:
    """Return type, whether it may be empty, the table it leads to, and the meaning."""
    if table == "dim_date":
        kind, meaning = _OF_DATES[column]
        return kind, False, None, meaning
    if table == "dim_family":
        return "text", False, None, "key of a family"
    if column == SCALE_KEY:
        leads_to = None if table == "dim_scale" else "dim_scale"
        return "text", leads_to is not None, leads_to, "instrument_id|scale, one key for both"
    measure = TABLES.get(table, table.removeprefix("fact_"))
    known = next(each for each in query_contracts()[measure].columns if each.name == column)
    kind = _WORDS[known.type.removesuffix("[]")]
    if known.type.endswith("[]"):
        kind = "text, several parted by '; '"
    leads_to = "dim_date" if known.type == "DATE" else _LEADS_TO.get(column)
    if _KEYS.get(table) == column:
        leads_to = None
    meaning = known.description.removeprefix("not null").removeprefix(", ")
    return kind, known.is_nullable, leads_to, meaning or column.replace("_", " ")
