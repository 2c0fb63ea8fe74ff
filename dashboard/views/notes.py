"""What was computed about one rating, as sentences that stand beside the chosen cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from dashboard.views import signal_words as say
from dashboard.views.numbers import by_case
from dashboard.views.packing import ANY, Columns, Rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashboard.views.numbers import BlockNumbers
    from dashboard.views.signal_words import Note

SIGNALS = (
    "ruptures",
    "splits",
    "rating_changes",
    "falls",
    "own_limits",
    "ceilings",
    "links",
    "family_therapist_gaps",
    "manufactured_components",
)
"""Signals that a note may be about, in the order in which notes stand."""

_Placed = tuple[str, str, int, str, "Note"]
"""Row key, scale (empty for each of them), column, signal and what is said."""


def note_table(build: BlockNumbers) -> Columns:
    """Return the notes of every cell: one row for each cell, scale and signal.

    A cell without a note has nothing computed about it that asks for a question.
    """
    table = Rows("case", "fam", "row", "col", "scale", "signal", "lead", "text")
    sources = {name: by_case(_told(build, name)) for name in SIGNALS}
    for case_id in build.cases:
        for name in SIGNALS:
            for row in sources[name].get(case_id, []):
                for note in _NOTES[name](build, case_id, row):
                    _add(table, build, case_id, note)
    return table.columns()


SAYS_SOMETHING = {
    "splits": pl.col("level").is_not_null() & (pl.col("level") != ""),
    "rating_changes": pl.col("is_reliable_drop") | (pl.col("fit_prompt").fill_null("") != ""),
    "falls": pl.col("is_three_falls"),
    "own_limits": pl.col("is_below_limit"),
    "ceilings": pl.col("is_slip"),
    "links": pl.col("is_weak") | pl.col("is_strong"),
    "family_therapist_gaps": pl.col("is_beyond"),
}
"""Which rows of a signal are told of; of the others, all are."""


def _told(build: BlockNumbers, name: str) -> pl.DataFrame:
    """Return the rows of a signal that have something to say, which are few of many."""
    rows: pl.DataFrame = getattr(build.frames, name)
    return rows.filter(SAYS_SOMETHING.get(name, pl.lit(value=True)))


def _add(table: Rows, build: BlockNumbers, case_id: str, note: _Placed) -> None:
    row_key, scale, column, signal, (lead, text) = note
    number = build.scales[scale] if scale else ANY
    said = (SIGNALS.index(signal), build.text(lead), build.text(text))
    for family, row, _ in build.places.get((case_id, row_key), []):
        place = (build.cases[case_id], build.families[family], row, column, number)
        table.add(*place, *said)


def _ruptures(build: BlockNumbers, case_id: str, row: dict[str, Any]) -> Iterator[_Placed]:
    note = say.rupture_note(row, build.language)
    for number in row["session_nos"]:
        column = build.column_of_number[case_id, number]
        yield row["row_key"], row["scale"], column, "ruptures", note


def _splits(build: BlockNumbers, case_id: str, row: dict[str, Any]) -> Iterator[_Placed]:
    note = say.split_note(row, build.roles, build.language)
    column = build.columns[case_id, row["session_id"]]
    for row_key in build.rated_together[case_id, row["instrument_id"], row["observer_id"]]:
        yield row_key, row["scale"], column, "splits", note


def _changes(build: BlockNumbers, case_id: str, row: dict[str, Any]) -> Iterator[_Placed]:
    place = (row["row_key"], row["scale"], build.columns[case_id, row["session_id"]])
    note = say.reliable_note if row["is_reliable_drop"] else say.fit_note
    yield *place, "rating_changes", note(row, build.language)


def _falls(build: BlockNumbers, case_id: str, row: dict[str, Any]) -> Iterator[_Placed]:
    column = build.columns[case_id, row["session_id"]]
    yield row["row_key"], row["scale"], column, "falls", say.falls_note(row, build.language)


def _limits(build: BlockNumbers, case_id: str, row: dict[str, Any]) -> Iterator[_Placed]:
    column = build.columns[case_id, row["session_id"]]
    note = say.limit_note(row, build.language)
    yield row["row_key"], row["scale"], column, "own_limits", note


def _ceilings(build: BlockNumbers, case_id: str, row: dict[str, Any]) -> Iterator[_Placed]:
    for number in row["slip_session_nos"]:
        column = build.column_of_number[case_id, number]
        note = say.slip_note(row, build.language)
        yield row["row_key"], row["scale"], column, "ceilings", note


def _links(build: BlockNumbers, case_id: str, row: dict[str, Any]) -> Iterator[_Placed]:
    column = build.columns[case_id, row["session_id"]]
    yield row["row_key"], row["scale"], column, "links", say.link_note(row, build.language)


def _gaps(build: BlockNumbers, case_id: str, row: dict[str, Any]) -> Iterator[_Placed]:
    place = (row["row_key"], row["scale"], build.columns[case_id, row["session_id"]])
    yield *place, "family_therapist_gaps", say.gap_note(row, build.language)


def _manufactured(build: BlockNumbers, case_id: str, row: dict[str, Any]) -> Iterator[_Placed]:
    place = (row["row_key"], "", build.columns[case_id, row["session_id"]])
    yield *place, "manufactured_components", say.manufactured_note(row, build.language)


_NOTES = {
    "ruptures": _ruptures,
    "splits": _splits,
    "rating_changes": _changes,
    "falls": _falls,
    "own_limits": _limits,
    "ceilings": _ceilings,
    "links": _links,
    "family_therapist_gaps": _gaps,
    "manufactured_components": _manufactured,
}
