"""Rows of sums below a table, pasted as values: no family is called "Total"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from dashboard.exports.headers import ROW
from dashboard.exports.input_files import FILE
from dashboard.exports.mapping_model import READERS
from dashboard.exports.mapping_names import names_of
from dashboard.exports.profile import aside

if TYPE_CHECKING:
    from collections.abc import Collection

    from dashboard.exports.input_files import MappedFile
    from dashboard.exports.mapping_model import ExportMapping

RULE = "row_of_sums"
WORDS = ("total", "totals", "totalt", "grand total", "sum", "sums", "i alt", "ialt", "summe")
"""How English, Norwegian and their neighbours call a row of sums, in small letters."""

_NAMES = (("families", "family_id"),)
_FAMILY = (*_NAMES, ("cases", "family_id"), ("cases", "case_id"))
_SESSION = (("sessions", "session_no"), ("sessions", "held_on"))
_MEMBER = (("members", "member_id"), ("members", "role"))
_MEND = (
    "The code of the family is a word for a sum, and the row has neither session nor member: it "
    "is taken for a sum below the table. Take it out of the file; if it is a code, give the "
    "session too."
)


def without_rows_of_sums(mapping: ExportMapping, file_id: str, found: MappedFile) -> MappedFile:
    """Return a table without its rows of sums, which are set aside; others stay as they are.

    A row is one only where nothing speaks against it: its code of the family is a word for a sum,
    no session, day, member or role is given, and no other row gives that code with one of them.

    Args:
        mapping: The mapping.
        file_id: The file.
        found: Its rows; a file of a system, whose records have keys, has no such rows.
    """
    rows = found.rows
    families = _named(mapping, file_id, _FAMILY, rows.columns)
    sessions = _named(mapping, file_id, _SESSION, rows.columns) - families
    if found.spec.reader not in (None, *READERS) or not families or not sessions:
        return found
    others = sorted(sessions | (_named(mapping, file_id, _MEMBER, rows.columns) - families))
    column = min(_named(mapping, file_id, _NAMES, rows.columns) or families)
    sums = _sums(rows, sorted(families), others)
    if sums.is_empty():
        return found
    told = [
        aside(str(file), part[ROW], column, RULE, _MEND)
        for (file,), part in sums.group_by(FILE, maintain_order=True)
    ]
    return replace(
        found,
        rows=rows.join(sums.select(FILE, ROW), on=[FILE, ROW], how="anti", maintain_order="left"),
        set_aside=pl.concat([found.set_aside, *told]),
    )


def _named(
    mapping: ExportMapping,
    file_id: str,
    wanted: tuple[tuple[str, str], ...],
    columns: Collection[str],
) -> set[str]:
    """Return the columns of a file that some native columns are made of."""
    specs = [
        spec
        for block in mapping.blocks
        if block.file_id == file_id
        for name, spec in block.columns.items()
        if (block.table, name) in wanted
    ]
    return {name for spec in specs for name in names_of(spec) if name in columns}


def _sums(rows: pl.DataFrame, families: list[str], others: list[str]) -> pl.DataFrame:
    words = pl.col(families).str.strip_chars(" :.").str.to_lowercase()
    seen = rows.with_columns(
        pl.any_horizontal(words.is_in(WORDS).fill_null(value=False)).alias("__is_word"),
        pl.all_horizontal((words.is_in(WORDS) | words.is_null()).fill_null(value=True)).alias(
            "__only"
        ),
        pl.any_horizontal(pl.col(others).is_not_null()).alias("__is_given"),
    )
    is_sum = pl.col("__is_word") & pl.col("__only") & ~pl.col("__is_given")
    used = seen.filter("__is_word", "__is_given").select(families)
    return seen.filter(is_sum).join(
        used, on=families, how="anti", nulls_equal=True, maintain_order="left"
    )
