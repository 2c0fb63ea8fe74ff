"""Values of SPSS variables as texts: numbers, days, labels, and why one is missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_DAY_ZERO = pl.datetime(1582, 10, 14)
_LAST_SECOND = 265_000_000_000
"""About the year 9980; SPSS itself ends in 9999."""

_EXACT = 1e15
_FORMATS = {
    "DATE": "%Y-%m-%d",
    "ADATE": "%Y-%m-%d",
    "EDATE": "%Y-%m-%d",
    "SDATE": "%Y-%m-%d",
    "JDATE": "%Y-%m-%d",
    "WKYR": "%G-W%V",
    "MOYR": "%Y-%m",
    "DATETIME": "%Y-%m-%dT%H:%M:%S",
    "YMDHMS": "%Y-%m-%dT%H:%M:%S",
}
_TIMES = ("TIME", "DTIME", "MTIME")


@dataclass(frozen=True)
class Variable:
    """What a file says of one variable.

    Attributes:
        kind: Name of its format without width, for instance "F", "A", "EDATE".
        labels: Value labels, by number or text.
        missing: Ranges of values that stand for "missing", both ends included.
    """

    kind: str
    labels: Mapping[float | str, str]
    missing: Sequence[tuple[Any, Any]]

    @staticmethod
    def of(name: str, about: Any) -> Variable:  # noqa: ANN401 - the library has no types
        """Return what the file says of a variable."""
        written = str(about.original_variable_types.get(name) or "")
        found = re.match(r"[A-Z]+", written.upper())
        return Variable(
            kind=found.group() if found else "",
            labels={
                key: str(label).strip()
                for key, label in (about.variable_value_labels.get(name) or {}).items()
                if str(label).strip()
            },
            missing=[(each["lo"], each["hi"]) for each in about.missing_ranges.get(name) or []],
        )


@dataclass(frozen=True)
class Texts:
    """One variable as texts.

    Attributes:
        values: Its values; null where system- or user-missing, or refused.
        labels: Labels of the values; none where the variable has no labels.
        missing: Label or text of user-missing values; none where the variable declares none.
        is_refused: Which values could not be taken: days outside every calendar.
    """

    values: pl.Series
    labels: pl.Series | None
    missing: pl.Series | None
    is_refused: pl.Series


def written_texts(cells: pl.Series, variable: Variable) -> Texts:
    """Return the values of a variable as texts.

    Args:
        cells: Numbers or texts as the file stores them; days are seconds since October 1582.
        variable: What the file says of it.
    """
    if cells.dtype == pl.String:
        trimmed = cells.str.strip_chars()
        cells = trimmed.zip_with(trimmed.str.len_bytes() > 0, pl.Series([None], dtype=pl.String))
    else:
        cells = cells.cast(pl.Float64).fill_nan(None)
    is_missing = _is_missing(cells, variable.missing)
    labelled = _labelled(cells, variable.labels)
    kept = _without(cells, is_missing)
    values = _values(kept, variable.kind)
    missing = None
    if variable.missing:
        reasons = _values(cells, "") if labelled is None else labelled.fill_null(_values(cells, ""))
        missing = _without(reasons, ~is_missing)
    return Texts(
        values=values,
        labels=None if labelled is None else _without(labelled, is_missing),
        missing=missing,
        is_refused=kept.is_not_null() & values.is_null(),
    )


def _is_missing(cells: pl.Series, ranges: Sequence[tuple[Any, Any]]) -> pl.Series:
    found = pl.lit(value=False)
    for low, high in ranges:
        if cells.dtype == pl.String:
            found = found | pl.col("cell").is_in([str(low).strip(), str(high).strip()])
        else:
            found = found | pl.col("cell").is_between(_number(low), _number(high))
    frame = cells.alias("cell").to_frame()
    return frame.with_columns(found.fill_null(value=False).alias("is_missing"))["is_missing"]


def _number(declared: Any) -> float | None:  # noqa: ANN401 - the library has no types
    """Return what a file declares of a variable of numbers; none where it is none of them."""
    try:
        return float(declared)
    except (TypeError, ValueError):
        return None


def _labelled(cells: pl.Series, labels: Mapping[float | str, str]) -> pl.Series | None:
    if not labels:
        return None
    is_text = cells.dtype == pl.String
    keyed = {(str(key).strip() if is_text else _number(key)): each for key, each in labels.items()}
    found = [None if cell is None else keyed.get(cell) for cell in cells.to_list()]
    return pl.Series(found, dtype=pl.String)


def _without(values: pl.Series, is_out: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"value": values, "is_out": is_out})
    return frame.select(pl.when(~pl.col("is_out")).then(pl.col("value")).alias("value"))["value"]


def _values(cells: pl.Series, kind: str) -> pl.Series:
    """Return numbers as the shortest text, days and moments as ISO writes them."""
    if cells.dtype == pl.String:
        return cells
    cell = pl.col("cell")
    is_day = cell.is_between(0, _LAST_SECOND)
    moment = _DAY_ZERO + pl.duration(seconds=pl.when(is_day).then(cell).cast(pl.Int64))
    if kind in _FORMATS:
        text = moment.dt.to_string(_FORMATS[kind])
    elif kind == "QYR":
        text = pl.format("{}-Q{}", moment.dt.year(), moment.dt.quarter())
    elif kind in _TIMES:
        text = _clock(cell)
    else:
        is_whole = (cell == cell.round()) & (cell.abs() < _EXACT)
        whole = pl.when(is_whole).then(cell).cast(pl.Int64).cast(pl.String)
        text = pl.coalesce(whole, cell.cast(pl.String))
    return cells.alias("cell").to_frame().select(text.alias("text"))["text"]


def _clock(cell: pl.Expr) -> pl.Expr:
    """Return seconds as HH:MM:SS; a length of time may have more than 24 hours."""
    seconds = pl.when(cell.is_between(0, _LAST_SECOND)).then(cell).cast(pl.Int64)
    parts = [seconds // 3600, seconds // 60 % 60, seconds % 60]
    return pl.format("{}:{}:{}", *(part.cast(pl.String).str.zfill(2) for part in parts))
