"""Every rule in order over a raw export: parents before children, nothing lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dashboard.exports import case_rules, form_rules, keys, notices, score_rules
from dashboard.exports.merging import fill_defaults, merge_rows
from dashboard.exports.schemas import NATIVE_TABLES
from dashboard.exports.values import check_required, check_values
from dashboard.exports.workbench import ROW_ID, Workbench

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.domain.instruments import Registry
    from dashboard.exports.raw import Progress, RawExport

_RULES: dict[str, tuple[Callable[[Workbench], None], ...]] = {
    "cases": (case_rules.check_cases,),
    "case_therapists": (case_rules.check_case_therapists,),
    "sessions": (case_rules.check_sessions,),
    "attendance": (lambda bench: case_rules.check_member_family(bench, "attendance"),),
    "forms": (
        lambda bench: case_rules.check_member_family(bench, "forms"),
        form_rules.check_forms,
    ),
    "ratings": (score_rules.check_ratings,),
    "item_scores": (score_rules.check_item_scores,),
    "threats": (
        case_rules.check_threats,
        lambda bench: case_rules.check_member_family(bench, "threats"),
    ),
    "strategies": (
        case_rules.check_strategies,
        lambda bench: case_rules.check_member_family(bench, "strategies"),
    ),
}


def validated(raw: RawExport, registry: Registry, progress: Progress) -> Workbench:
    """Check every row of a raw export.

    Args:
        raw: Tables in texts.
        registry: Known instruments.
        progress: Told which table is being checked.

    Returns:
        The bench with the accepted rows, those set aside and what was noted. Of every table,
        rows read = accepted + merged into an equal row + set aside; this is asserted.

    Raises:
        SourceError: If a form names an instrument that nobody defined.
    """
    bench = Workbench(
        registry=registry,
        tables={table: found.rows for table, found in raw.tables.items()},
        given=frozenset(raw.tables),
        origins={table: found.origin for table, found in raw.tables.items()},
    )
    for number, table in enumerate(NATIVE_TABLES):
        if table in raw.tables:
            progress(f"Checking {table}", number / len(NATIVE_TABLES) / 2)
            _check_rows(bench, raw, table)
    form_rules.require_known_instruments(bench)
    keys.derive_therapists(bench)
    for number, table in enumerate(NATIVE_TABLES):
        if table in raw.tables:
            progress(f"Comparing {table}", 0.5 + number / len(NATIVE_TABLES) / 2)
            _check_table(bench, table)
            _require_none_lost(bench, table, raw.tables[table].rows.height)
    notices.note_forms(bench)
    return bench


def _check_rows(bench: Workbench, raw: RawExport, table: str) -> None:
    distinct, early = raw.tables[table].distinct, raw.tables[table].faults
    if early is not None:
        bench.take_out(table, early)
    is_last = distinct == "last"
    check_values(bench, table, timezone=raw.facts.timezone, is_merged_later=is_last)
    if distinct != "no":
        merge_rows(bench, table, distinct)
    if is_last:
        fill_defaults(bench, table, raw.tables[table].late_defaults)
        check_required(bench, table)


def _check_table(bench: Workbench, table: str) -> None:
    keys.check_keys(bench, table)
    keys.check_references(bench, table)
    for rule in _RULES.get(table, ()):
        if bench.rows(table).height:
            rule(bench)


def _require_none_lost(bench: Workbench, table: str, row_count: int) -> None:
    """Assert that each row read is accepted, merged or set aside, and only one of them."""
    faults = bench.faults.get(table, [])
    aside = pl.concat([found[ROW_ID] for found in faults]) if faults else pl.Series(dtype=pl.UInt32)
    accepted = bench.rows(table)[ROW_ID]
    merged = bench.merged.get(table, 0)
    twice = aside.n_unique() != aside.len() or aside.is_in(accepted.implode()).any()
    if twice or accepted.len() + merged + aside.len() != row_count:
        raise AssertionError(
            f"Defect: of {row_count} rows of '{table}', {accepted.len()} were accepted, {merged} "
            f"merged and {aside.len()} set aside. Please report this; nothing was loaded."
        )
