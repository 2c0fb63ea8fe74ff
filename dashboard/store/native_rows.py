"""The native tables of a generation as they were imported, for the cases somebody may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.exports.manifest import read_manifest
from dashboard.exports.schemas import NATIVE_TABLES, key_columns, polars_schema
from dashboard.store.arrow import polars_rows

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from dashboard.exports.manifest import ExportFacts

MANIFEST = "manifest.json"

_WITHIN: Mapping[str, tuple[str, str]] = {
    "families": ("family_id", "cases"),
    "case_therapists": ("case_id", "cases"),
    "members": ("family_id", "cases"),
    "sessions": ("case_id", "cases"),
    "attendance": ("session_id", "sessions"),
    "forms": ("session_id", "sessions"),
    "ratings": ("form_id", "forms"),
    "item_scores": ("form_id", "forms"),
    "threats": ("case_id", "cases"),
    "strategies": ("session_id", "sessions"),
}
"""By native table the column that leads to its case, and the table it leads through."""

_THERAPISTS = (
    ("case_therapists", "therapist_id"),
    ("sessions", "lead_therapist_id as therapist_id"),
    ("forms", "case when perspective = 'therapist' then rater_id end as therapist_id"),
)


@dataclass(frozen=True)
class NativeContent:
    """What an export was imported from, in the native format.

    Attributes:
        tables: The twelve native tables, typed, possibly empty.
        facts: What the export said of itself.
        companions: Texts of the service's own ``instruments.toml`` and ``rules.toml``, if any.
    """

    tables: Mapping[str, pl.DataFrame]
    facts: ExportFacts
    companions: Mapping[str, str]


def native_content(
    cursor: duckdb.DuckDBPyConnection, chosen: duckdb.DuckDBPyRelation | None
) -> NativeContent:
    """Return the native tables of a generation.

    Args:
        cursor: A cursor on it.
        chosen: Cases by ``case_id``; none means every row, those of no case included.
    """
    texts = dict(cursor.table("loaded_texts").fetchall())
    facts = read_manifest(MANIFEST, texts.pop(MANIFEST).encode()).facts
    found = {table: cursor.table(f"native_{table}") for table in NATIVE_TABLES}
    if chosen is not None:
        found["cases"] = found["cases"].join(chosen, "case_id", how="semi")
        for table, (column, parent) in _WITHIN.items():
            found[table] = found[table].join(found[parent], column, how="semi")
        found["therapists"] = _therapists(found)
    tables = {table: _typed(table, found[table]) for table in NATIVE_TABLES}
    return NativeContent(tables=tables, facts=facts, companions=texts)


def _therapists(found: Mapping[str, duckdb.DuckDBPyRelation]) -> duckdb.DuckDBPyRelation:
    named = [found[table].project(column) for table, column in _THERAPISTS]
    every = named[0].union(named[1]).union(named[2])
    return found["therapists"].join(every, "therapist_id", how="semi")


def _typed(table: str, rows: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    types = polars_schema(table)
    found = polars_rows(rows).select(list(types)).cast(types)  # type: ignore[arg-type]
    return found.sort(key_columns(table), nulls_last=False)
