"""What the screen of data says: every row accounted for, and whose forms are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from dashboard.views.numbers import in_code_order
from dashboard.views.phrases import row_label

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from dashboard.panels.shared import SharedPictures
    from dashboard.views.language import Language

    Listed = Callable[[SharedPictures, list[str]], list[dict[str, Any]]]

SET_ASIDE_SHOWN = 50
PARTIAL_UNDER = 60
"""Percent of expected forms under which a summary is read as partial."""

ROWS_SHOWN = 400
"""Families and members listed at most; every one is in the file."""


def data_facts(shared: SharedPictures) -> dict[str, Any]:
    """Return what the template of the data screen needs, in words.

    It is said once for every session of a generation: of a large service it reads all forms.

    Args:
        shared: Whose scope decides what is counted, and whose language says it.
    """
    parts = (_import, _coverage, _instruments, _changes)
    return shared.once(
        lambda: {name: fact for part in parts for name, fact in part(shared).items()}
    )


def _import(shared: SharedPictures) -> dict[str, Any]:
    words, facts = shared.language, shared.store.facts
    set_aside, files = shared.frame("set_aside_rows"), shared.frame("import_files")
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
            source=shared.source or words("not stated"),
            exported=moment(facts.exported_at, words),
            generation=facts.generation,
        ),
    }


def moment(time: dt.datetime | None, words: Language) -> str:
    """Return a moment as it is said, or that it is not stated."""
    if time is None:
        return words("not stated")
    return f"{words.export_date(time.date())} {time:%H:%M}"


def _coverage(shared: SharedPictures) -> dict[str, Any]:
    therapists = shared.frame("coverage_by_therapist")
    return {
        "by_therapist": [_row(row["therapist_id"], row) for row in therapists.to_dicts()],
        "by_family": _first_listed(shared, _families),
        "by_member": _first_listed(shared, _members),
        "coverage_shown": ROWS_SHOWN,
    }


def _first_listed(shared: SharedPictures, listed: Listed) -> list[dict[str, Any]]:
    """Return the rows of a list in code order; beyond what is listed only enough to say so."""
    cases, rows = list(shared.index.family_of), list[dict[str, Any]]()
    for first in range(0, len(cases), ROWS_SHOWN):
        rows += listed(shared, cases[first : first + ROWS_SHOWN])
        if len(rows) > ROWS_SHOWN:
            break
    return rows


def _families(shared: SharedPictures, cases: list[str]) -> list[dict[str, Any]]:
    of_cases = shared.frame_of("coverage_by_case", cases).group_by("case_id", maintain_order=True)
    counted = of_cases.agg(pl.col("expected_count").sum(), pl.col("complete_count").sum())
    return [_row(_family(row), row) for row in _in_families(shared, counted)]


def _members(shared: SharedPictures, cases: list[str]) -> list[dict[str, Any]]:
    rows = shared.frame_of("case_rows", cases).filter(pl.col("kind") == "member").to_dicts()
    labels = {
        (row["case_id"], row["member_id"]): row_label(row, shared.language).lower() for row in rows
    }
    return [
        _row(f"{_family(row)}, {label}", row)
        for row in _in_families(shared, shared.frame_of("coverage_by_member", cases))
        if (label := labels.get((row["case_id"], row["member_id"])))
    ]


def _in_families(shared: SharedPictures, of_cases: pl.DataFrame) -> list[dict[str, Any]]:
    families = [shared.index.family_of[case] for case in of_cases["case_id"]]
    ordered = in_code_order(of_cases.with_columns(pl.Series("family_id", families, pl.String)))
    return ordered.to_dicts()


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


def _instruments(shared: SharedPictures) -> dict[str, Any]:
    names = shared.frame("instrument_scales").select("instrument_id", "instrument_name")
    named = dict(names.unique().rows())
    perfect = shared.frame("perfect_forms_by_instrument").to_dicts()
    facts = shared.frame("generation_facts").row(0, named=True)
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


def _changes(shared: SharedPictures) -> dict[str, Any]:
    rows = shared.frame("import_changes").to_dicts()
    compared = [row for row in rows if row["before_count"] is not None]
    return {"changes": compared, "is_first_import": not compared}
