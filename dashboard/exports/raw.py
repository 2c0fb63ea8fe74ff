"""What a reader of any format hands on: native tables in texts, and where each row stood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import polars as pl

if TYPE_CHECKING:
    from dashboard.exports.manifest import ExportFacts
    from dashboard.exports.workbench import Origin

Progress = Callable[[str, float], None]
"""Told what is being done and which share of the whole is done, 0 to 1."""

Distinct = Literal["no", "identical", "last"]
"""How rows with one key are taken: each for itself, merged when identical, or merged with the
last filled value of each column."""

FILE_NOTES = {
    "file": pl.String,
    "row_no": pl.UInt32,
    "table_name": pl.String,
    "column_name": pl.String,
    "rule": pl.String,
    "message": pl.String,
}
"""Columns of notices that a reader makes before the rows are checked."""

ASIDE = {
    "file": pl.String,
    "row_no": pl.UInt32,
    "table_name": pl.String,
    "column_name": pl.String,
    "rule": pl.String,
    "mend": pl.String,
}
"""Columns of rows set aside, with the place in the original file."""


@dataclass(frozen=True)
class RawTable:
    """One native table before its values are checked.

    Attributes:
        rows: ``__id`` and the columns that were found, mostly texts.
        origin: Where each row stood.
        distinct: How rows with the same key are taken.
        late_defaults: What a column means that no row of a key fills, for ``distinct = "last"``.
        faults: Rows that the reader itself has to set aside, as in ``workbench.FAULTS``.
    """

    rows: pl.DataFrame
    origin: Origin
    distinct: Distinct = "no"
    late_defaults: Mapping[str, str] = field(default_factory=dict)
    faults: pl.DataFrame | None = None


@dataclass(frozen=True)
class RawFile:
    """One input file: what it fed, how many records it holds, and its checksum."""

    file: str
    table_names: list[str]
    row_count: int
    sha256: str


@dataclass(frozen=True)
class RawExport:
    """Everything a reader found, before validation.

    Attributes:
        tables: Native tables by name; a table that no file gave is absent.
        files: The input files, in the order of reading.
        set_aside: Records the reader itself could not take (``ASIDE``).
        notices: What the reader noted (``FILE_NOTES``).
        facts: What the export says of itself.
        mapping_fingerprint: Identifies how the files were read.
    """

    tables: dict[str, RawTable]
    files: list[RawFile]
    facts: ExportFacts
    mapping_fingerprint: str
    set_aside: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ASIDE))
    notices: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FILE_NOTES))


def silent(_step: str, _share: float) -> None:
    """Take notice of no progress."""
