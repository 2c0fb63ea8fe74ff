"""Rows of the meetings file as records and as frames of a fixed form."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

import polars as pl

from dashboard.meetings.records import Decision, Value

_MOMENT = pl.Datetime("us", "UTC")

DECISIONS: dict[str, pl.DataType] = {
    "decision_id": pl.String(),
    "case_id": pl.String(),
    "family_id": pl.String(),
    "revision": pl.Int32(),
    "question": pl.String(),
    "decision": pl.String(),
    "agreed_strategy": pl.String(),
    "agreed_member_id": pl.String(),
    "review_on": pl.Date(),
    "decided_on": pl.Date(),
    "discussed_session_no": pl.Int32(),
    "declared_by": pl.String(),
    "state": pl.String(),
    "outcome": pl.String(),
    "reviewed_on": pl.Date(),
    "reviewed_session_no": pl.Int32(),
    "recorded_at": _MOMENT,
    "revised_at": _MOMENT,
}
"""One row for each decision, as it stands now."""

LAST_DISCUSSED: dict[str, pl.DataType] = {
    "case_id": pl.String(),
    "discussed_on": pl.Date(),
    "discussed_session_no": pl.Int32(),
}
"""One row for each case the group has discussed."""

CHANGES: dict[str, pl.DataType] = {
    "change_id": pl.Int64(),
    "decision_id": pl.String(),
    "case_id": pl.String(),
    "kind": pl.String(),
    "revision": pl.Int32(),
    "declared_by": pl.String(),
    "changed_at": _MOMENT,
    "field": pl.String(),
    "old_value": pl.String(),
    "new_value": pl.String(),
}
"""One row for each field of each change, oldest first; values as text."""

REMOVALS: dict[str, pl.DataType] = {
    "removal_id": pl.Int64(),
    "declared_by": pl.String(),
    "removed_at": _MOMENT,
    "decision_count": pl.Int32(),
    "change_count": pl.Int32(),
}
"""One row for each time a case's records were removed: who, when and how many, not what."""

_DAYS = ("review_on", "decided_on", "reviewed_on")
_MOMENTS = ("recorded_at", "revised_at")


def as_decision(row: sqlite3.Row) -> Decision:
    """Return a row of ``decisions`` as a record."""
    values: dict[str, Any] = dict(row)
    values |= {name: _day(values[name]) for name in _DAYS}
    values |= {name: _moment(values[name]) for name in _MOMENTS}
    return Decision(**values)


def stored(values: Mapping[str, object]) -> dict[str, str | int | None]:
    """Return values as SQLite keeps them: days and moments as ISO text."""
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value  # type: ignore[misc]
        for name, value in values.items()
    }


def values_of(decision: Decision) -> dict[str, Value]:
    """Return the fields of a decision by name."""
    return {each.name: getattr(decision, each.name) for each in fields(decision)}


def decision_frame(decisions: Iterable[Decision]) -> pl.DataFrame:
    """Return decisions as a frame; without any, an empty frame of the same form."""
    return frame(
        [tuple(getattr(each, name) for name in DECISIONS) for each in decisions], DECISIONS
    )


def change_frame(rows: Iterable[sqlite3.Row]) -> pl.DataFrame:
    """Return changes as a frame with one row for each field that was given."""
    return frame([line for row in rows for line in _lines(row)], CHANGES)


def discussed_frame(rows: Iterable[sqlite3.Row]) -> pl.DataFrame:
    """Return when each case was last discussed as a frame."""
    lines = [
        (row["case_id"], _day(row["discussed_on"]), row["discussed_session_no"]) for row in rows
    ]
    return frame(lines, LAST_DISCUSSED)


def removal_frame(rows: Iterable[sqlite3.Row]) -> pl.DataFrame:
    """Return removals as a frame."""
    moments = ({**dict(row), "removed_at": _moment(row["removed_at"])} for row in rows)
    return frame([tuple(row[name] for name in REMOVALS) for row in moments], REMOVALS)


def frame(rows: Sequence[Sequence[object]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return rows as a frame of a fixed form, empty ones too."""
    return pl.DataFrame(list(rows), schema=dict(schema), orient="row")


def _lines(row: sqlite3.Row) -> list[tuple[object, ...]]:
    old, new = json.loads(row["old_values"]), json.loads(row["new_values"])
    head = (row["change_id"], row["decision_id"], row["case_id"], row["kind"], row["revision"])
    made = (row["declared_by"], _moment(row["changed_at"]))
    return [
        (*head, *made, name, _as_text(old.get(name)), _as_text(new[name])) for name in sorted(new)
    ]


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
