"""What the sample writes: rows collected by native table, and how much of it there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboard.exports.schemas import NATIVE_TABLES, polars_schema

Row = tuple[Any, ...]
Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class SampleCounts:
    """How much was written.

    ``ratings`` counts the scales of forms that carry answers, the measure of size on which the
    benchmarks agree; ``forms`` counts every form row, missing ones included.
    """

    therapists: int
    families: int
    cases: int
    members: int
    sessions: int
    forms: int
    ratings: int


def as_frames(rows: Mapping[str, list[Row]]) -> Tables:
    """Return rows collected by table as typed frames; a table without rows comes out empty."""
    return {
        table: pl.DataFrame(rows.get(table, []), schema=polars_schema(table), orient="row")
        for table in NATIVE_TABLES
    }
