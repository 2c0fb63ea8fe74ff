"""Texts that a spreadsheet would take for a formula, guarded by an apostrophe and freed again."""

from __future__ import annotations

import polars as pl

_FORMULA_START = r"^[\s']*[=+\-@\t\r\n\x00＝＋－＠]"
_GUARDED = r"^'(?P<text>[\s']*[=+\-@\t\r\n\x00＝＋－＠])"


def guarded(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows whose texts no spreadsheet runs; ``original_text`` undoes it, letter by letter.

    Args:
        rows: Any frame; other columns than texts stay as they are.
    """
    texts = pl.selectors.string()
    runs = texts.str.contains(_FORMULA_START)
    return rows.with_columns(pl.when(runs).then(pl.lit("'") + texts).otherwise(texts).name.keep())


def original_text(written: pl.Series) -> pl.Series:
    """Return texts as they were before ``guarded``."""
    return written.str.replace(_GUARDED, "${text}")
