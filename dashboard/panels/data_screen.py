"""What the screen of data says: every row accounted for, and whose forms are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from dashboard.views.numbers import in_code_order
from dashboard.views.phrases import row_label

if TYPE_CHECKING:
    import datetime as dt

    from dashboard.panels.board import Board
    from dashboard.views.language import Language

SET_ASIDE_SHOWN = 50
PARTIAL_UNDER = 60
"""Percent of expected forms under which a summary is read as partial."""

ROWS_SHOWN = 400
"""Families and members listed at most; every one is in the file."""


def data_facts(board: Board) -> dict[str, Any]:
    """Return what the template of the data screen needs, in words.

    Args:
        board: The board of the session; its scope decides what is counted.
    """
    return {**_import(board), **_coverage(board), **_instruments(board), **_changes(board)}


def _import(board: Board) -> dict[str, Any]:
    words, facts = board.words, board.store.facts
    set_aside, files = board.shared.frame("set_aside_rows"), board.shared.frame("import_files")
    count = set_aside.height
    title = words.plural("{count} row set aside", "{count} rows set aside", count)
    if count > SET_ASIDE_SHOWN:
        title += words(", the first {shown} shown").format(shown=SET_ASIDE_SHOWN)
    note = words("Source: {source}. Exported: {exported}. Loaded as generation {generation}.")
    sums = [files[name].sum() for name in ("row_count", "accepted_count", "set_aside_count")]
    lede = words(
        "{rows} rows in, {accepted} used, {aside} set aside. Every row is one or the other."
    )
    return {
        "files": files.to_dicts(),
        "set_aside": set_aside.head(SET_ASIDE_SHOWN).to_dicts(),
        "set_aside_title": title.format(count=count),
        "set_aside_files": sorted(set(set_aside["file"])),
        "set_aside_rules": sorted(set(set_aside["rule"])),
        "data_lede": lede.format(rows=sums[0], accepted=sums[1], aside=sums[2]) if sums[0] else "",
        "data_note": note.format(
            source=board.shared.source or words("not stated"),
            exported=moment(facts.exported_at, words),
            generation=facts.generation,
        ),
    }


def moment(time: dt.datetime | None, words: Language) -> str:
    """Return a moment as it is said, or that it is not stated."""
    if time is None:
        return words("not stated")
    return f"{words.export_date(time.date())} {time:%H:%M}"


def _coverage(board: Board) -> dict[str, Any]:
    frame, words = board.shared.frame, board.words
    therapists = frame("coverage_by_therapist")
    families = {row["case_id"]: row["family_id"] for row in frame("case_list").to_dicts()}
    cases = frame("coverage_by_case").group_by("case_id", maintain_order=True)
    by_case = cases.agg(pl.col("expected_count").sum(), pl.col("complete_count").sum())
    by_case = by_case.with_columns(family_id=pl.col("case_id").replace_strict(families))
    rows = frame("case_rows").filter(pl.col("kind") == "member")
    labels = {
        (row["case_id"], row["member_id"]): row_label(row, words).lower() for row in rows.to_dicts()
    }
    members = frame("coverage_by_member").with_columns(
        family_id=pl.col("case_id").replace_strict(families)
    )
    return {
        "by_therapist": [_row(row["therapist_id"], row) for row in therapists.to_dicts()],
        "by_family": [_row(_family(row), row) for row in in_code_order(by_case).to_dicts()],
        "by_member": [
            _row(f"{_family(row)}, {label}", row)
            for row in in_code_order(members).to_dicts()
            if (label := labels.get((row["case_id"], row["member_id"])))
        ],
        "coverage_shown": ROWS_SHOWN,
    }


def _family(row: dict[str, Any]) -> str:
    return f"{row['family_id']} ({row['case_id']})"


def _row(name: str, row: dict[str, Any]) -> dict[str, Any]:
    share = round(100 * row["complete_count"] / row["expected_count"])
    return {
        "name": name,
        "complete": row["complete_count"],
        "expected": row["expected_count"],
        "share": share,
        "is_partial": share < PARTIAL_UNDER,
    }


def _instruments(board: Board) -> dict[str, Any]:
    names = board.shared.frame("instrument_scales").select("instrument_id", "instrument_name")
    named = dict(names.unique().rows())
    perfect = board.shared.frame("perfect_forms_by_instrument").to_dicts()
    facts = board.shared.frame("generation_facts").row(0, named=True)
    return {
        "perfect": [
            {
                "name": named.get(row["instrument_id"], row["instrument_id"]),
                "perfect": row["perfect_count"],
                "count": row["rating_count"],
                "share": round(100 * row["perfect_share"]),
                "is_warned": row["is_warned"],
            }
            for row in perfect
        ],
        "rules_version": facts["rules_version"],
    }


def _changes(board: Board) -> dict[str, Any]:
    rows = board.shared.frame("import_changes").to_dicts()
    compared = [row for row in rows if row["before_count"] is not None]
    return {"changes": compared, "is_first_import": not compared}
