"""Texts of cells: the decimal mark of a file, and what spreadsheet programs make of entries."""

from __future__ import annotations

import polars as pl

_COMMA = r"^[+-]?\d+,\d+$"
_POINT = r"^[+-]?\d+\.\d+$"
_THOUSANDS = r"^[+-]?\d{1,3},\d{3}$"
_SERIAL = r"^[1-9]\d{4}(\.\d+)?$"
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|okt|dez|des)[a-z]*\.?"
_DAY_WORDS = (
    r"^\d{4}-\d{2}-\d{2}([T ]00:00(:00)?)?$",
    r"^\d{1,2}[./-]\d{1,2}[./-](\d{2}|\d{4})$",
    rf"(?i)^\d{{1,2}}[-. ]+{_MONTH}([- ]\d{{2,4}})?$",
    rf"(?i)^{_MONTH}[- ]\d{{1,4}}$",
)
_CUT_NUMBER = r"^\d([.,]\d+)?[Ee]\+\d+$"
_DAY_ZERO = pl.date(1899, 12, 30)


def found_decimal(rows: pl.DataFrame) -> str:
    """Return the decimal mark that the numbers of a file show.

    Args:
        rows: Texts of the file.

    Returns:
        The comma where numbers with a comma stand in it and none with a point; else the point,
        also where each comma could stand before thousands (1,234).
    """
    texts = [name for name, kind in rows.schema.items() if kind == pl.String]
    has_comma = rows.select(pl.col(texts).str.contains(",", literal=True).any())
    with_comma = [name for name in texts if has_comma[name].item()]
    if not with_comma:
        return "."
    commas = rows.select(_any(with_comma, _COMMA, _THOUSANDS).alias("found"))["found"].item()
    points = rows.select(_any(texts, _POINT).alias("found"))["found"].item()
    return "," if commas and not points else "."


def is_serial_day(texts: pl.Series) -> pl.Series:
    """Return which cells hold a day as Excel counts it (45000), null as false."""
    return texts.str.contains(_SERIAL).fill_null(value=False)


def serial_days(texts: pl.Series) -> pl.Series:
    """Return days as Excel counts them as YYYY-MM-DD; every other text stays as it is.

    Args:
        texts: Cells; a fraction, which is the time of day, is left out.
    """
    days = pl.col("cell").str.replace(r"\..*$", "").cast(pl.Int64, strict=False)
    written = (_DAY_ZERO + pl.duration(days=days)).dt.to_string("%Y-%m-%d")
    named = texts.alias("cell").to_frame()
    serial = pl.col("cell").str.contains(_SERIAL)
    return named.select(pl.when(serial).then(written).otherwise("cell")).to_series()


def is_day_like(texts: pl.Series) -> pl.Series:
    """Return which cells hold a day, as Excel makes of entries such as 3-4; null as false."""
    found = pl.any_horizontal(pl.col("cell").str.contains(pattern) for pattern in _DAY_WORDS)
    return texts.alias("cell").to_frame().select(found.fill_null(value=False)).to_series()


def is_cut_number(texts: pl.Series) -> pl.Series:
    """Return which cells hold a number with an exponent (1.23E+17); null as false."""
    return texts.str.contains(_CUT_NUMBER).fill_null(value=False)


def _any(columns: list[str], pattern: str, but: str | None = None) -> pl.Expr:
    cells = pl.col(columns)
    found = cells.str.contains(pattern)
    if but is not None:
        found = found & ~cells.str.contains(but)
    return pl.any_horizontal(found.any())
