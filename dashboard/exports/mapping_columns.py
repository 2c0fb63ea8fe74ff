"""Columns of a mapping block: words, numbers and days of a file as the native tables write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import SourceError
from dashboard.exports.cells import is_cut_number, is_day_like, is_serial_day, serial_days
from dashboard.exports.schemas import polars_schema
from dashboard.exports.workbench import FAULTS, ROW_ID

if TYPE_CHECKING:
    from dashboard.exports.input_files import MappedFile
    from dashboard.exports.mapping_model import Block, ColumnSpec

_NO_ID = re.compile(r"[^A-Za-z0-9.-]")
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_WRITTEN = r"^\d{1,2}[./-]\d{1,2}[./-]\d{4}$"
_ORDERS = {"dmy": "%d-%m-%Y", "mdy": "%m-%d-%Y"}
_TIME = r"[T ]\d{1,2}:\d{2}.*$"
_DAY_IN_LIST = (
    "The cell holds a day where a word of a list is expected: spreadsheet programs make days of "
    "entries such as 3-4. Format the column as text there, enter the word again and export anew."
)
_DAY_IN_NUMBER = (
    "The cell holds a day where a number is expected: spreadsheet programs make days of entries "
    "such as 3.4. Format the column as text there, enter the number again and export anew."
)
_SERIAL = (
    "The cell holds a number where a day is expected; it may be a day as Excel counts them. "
    'Format the column as a day and export again, or declare date_order = "excel".'
)
_CUT = (
    "The cell holds a number with an exponent, so its last digits are lost: spreadsheet programs "
    "cut long numbers. Export again with the column formatted as text."
)


@dataclass(frozen=True)
class NativeColumn:
    """One native column of a block, computed.

    Attributes:
        texts: The native texts, null where nothing was given.
        source: Column of the file it came from; none for a constant or a longer template.
        faults: Rows whose value could not be taken (``workbench.FAULTS``), by row of the block.
    """

    texts: pl.Series
    source: str | None
    faults: pl.DataFrame


def native_column(
    block: Block,
    name: str,
    rows: pl.DataFrame,
    files: dict[str, MappedFile],
    *,
    has_late_defaults: bool,
) -> NativeColumn:
    """Compute one native column of a block.

    Args:
        block: The block.
        name: Native column.
        rows: Rows of the block: columns of its file, of joined files (``file_id.column``) and
            of unpivoted ones, with ``__id``.
        files: Every input file.
        has_late_defaults: Whether rows are merged first and defaults filled in afterwards.

    Raises:
        SourceError: If a column is not in the file, or days are ambiguous.
    """
    spec, target = block.columns[name], polars_schema(block.table)[name]
    source = _source_column(spec)
    texts = _texts(block, spec, rows, files)
    given, faults = texts, list[pl.DataFrame]()
    if spec.words is not None:
        texts, faults = _mapped_words(rows, name, spec, texts)
    elif target.is_numeric() and source is not None:
        decimal = spec.decimal or files[_file_of(block, source)].spec.decimal or "."
        texts, faults = _written_numbers(rows, name, texts, decimal)
    elif target == pl.Date:
        texts = _days(block, spec, texts, files)
        faults = [_faults(rows, is_serial_day(texts), name, "excel_serial_number", _SERIAL)]
    elif target == pl.String and source is not None:
        faults = [_faults(rows, is_cut_number(texts), name, "cut_number", _CUT)]
    if spec.default is not None and not has_late_defaults:
        texts = pl.select(
            pl.when(given.is_null()).then(pl.lit(spec.default)).otherwise(texts)
        ).to_series()
    found = pl.concat([pl.DataFrame(schema=FAULTS), *faults])
    return NativeColumn(texts, source, found.unique(ROW_ID, maintain_order=True))


def _mapped_words(
    rows: pl.DataFrame, name: str, spec: ColumnSpec, texts: pl.Series
) -> tuple[pl.Series, list[pl.DataFrame]]:
    """Return words as codes, and the cells that hold none of the words."""
    words = spec.words or {}
    folded = texts.str.strip_chars().str.to_lowercase()
    bad = texts.is_not_null() & ~folded.is_in(list(words))
    coded = folded.replace_strict(words, default=None, return_dtype=pl.String).replace("", None)
    mend = f"The mapping knows no such word ({spec.key}.map); add it, or correct the cell."
    return coded, [
        _faults(rows, _days_among(texts, bad), name, "day_in_a_list", _DAY_IN_LIST),
        _faults(rows, bad, name, "word_not_in_map", mend),
    ]


def _written_numbers(
    rows: pl.DataFrame, name: str, texts: pl.Series, decimal: str
) -> tuple[pl.Series, list[pl.DataFrame]]:
    """Return numbers with a decimal point, and the cells that hold a day or another mark."""
    numbers, bad = _numbers(texts, decimal)
    lost = numbers.is_not_null() & numbers.cast(pl.Float64, strict=False).is_null()
    mend = f"Column '{name}': write numbers with the decimal mark '{decimal}'."
    return numbers, [
        _faults(rows, _days_among(texts, lost), name, "day_in_a_number", _DAY_IN_NUMBER),
        _faults(rows, bad, name, "not_a_number", mend),
    ]


def _days_among(texts: pl.Series, bad: pl.Series) -> pl.Series | None:
    return bad & is_day_like(texts) if bad.any() else None


def resolve(block: Block, key: str, name: str, rows: pl.DataFrame) -> str:
    """Return the column a mapping means, or refuse by name of file, column and key.

    Raises:
        SourceError: If neither the file nor a joined one has it.
    """
    if name in rows.columns:
        return name
    message = f"{key}: file '{block.file_id}' has no column '{name}'. {its_columns(block, rows)}"
    raise SourceError(message)


def its_columns(block: Block, rows: pl.DataFrame) -> str:
    """Return which columns of a block its file does have: names of the mapping, none of a file.

    A file without a header has data where the names would stand; those belong in no message.
    """
    named = {name for spec in block.columns.values() for name in _columns_of(spec)}
    named |= {name for condition in block.where for name in condition.columns}
    named |= {name for join in block.joins for name in join.left}
    there = [name for name in rows.columns if name in named]
    if not there:
        return (
            "It has none of the columns of this block: the header may be missing or stand in "
            "another row ('skip_rows', 'header_rows', 'columns')."
        )
    return f"Of the columns of this block it has: {', '.join(there)}."


def placeholders(template: str) -> list[str]:
    """Return the columns that a template names, in order."""
    return _PLACEHOLDER.findall(template)


def iso_days(texts: pl.Series, order: str) -> pl.Series:
    """Return days as YYYY-MM-DD; a text that is no day in this order stays as it is."""
    plain = texts.str.replace(_TIME, "")
    if order == "iso":
        return plain
    if order == "excel":
        return serial_days(plain)
    dashed = plain.str.replace_all(r"[./]", "-")
    is_written = plain.str.contains(_WRITTEN).fill_null(value=False)
    days = dashed.set(~is_written, None).str.to_date(_ORDERS[order], strict=False)
    return days.dt.to_string("%Y-%m-%d").zip_with(days.is_not_null(), plain)


def _columns_of(spec: ColumnSpec) -> list[str]:
    own = [] if spec.column is None else [spec.column]
    return [*own, *placeholders(spec.template or ""), *spec.rank_by, *spec.rank_within]


def _source_column(spec: ColumnSpec) -> str | None:
    if spec.template is not None:
        named = placeholders(spec.template)
        return named[0] if len(named) == 1 else None
    return spec.rank_by[0] if spec.rank_by else spec.column


def _file_of(block: Block, source: str) -> str:
    joined = (join.file_id for join in block.joins if source.startswith(f"{join.file_id}."))
    return next(joined, block.file_id)


def _texts(
    block: Block, spec: ColumnSpec, rows: pl.DataFrame, files: dict[str, MappedFile]
) -> pl.Series:
    if spec.value is not None:
        return pl.Series([spec.value], dtype=pl.String).new_from_index(0, rows.height)
    if spec.template is not None:
        return _filled_template(block, spec, rows)
    if spec.rank_by:
        return _rank(block, spec, rows, files)
    return rows[resolve(block, spec.key, str(spec.column), rows)]


def _filled_template(block: Block, spec: ColumnSpec, rows: pl.DataFrame) -> pl.Series:
    template = str(spec.template)
    names = [resolve(block, spec.key, name, rows) for name in placeholders(template)]
    pieces = _PLACEHOLDER.split(template)[::2]
    parts: list[pl.Expr] = [pl.lit(pieces[0])]
    for name, piece in zip(names, pieces[1:], strict=True):
        parts += [_plain(name) if name in spec.written_plain else pl.col(name), pl.lit(piece)]
    return rows.select(pl.concat_str(parts).alias("filled")).to_series()


def _plain(name: str) -> pl.Expr:
    """Return the cells of a column as ids take them; two different cells stay different."""
    return pl.col(name).map_elements(plain_id, return_dtype=pl.String)


def plain_id(text: str) -> str:
    """Return a text with every character that an id does not take as ``_`` and its number.

    An underscore is written so too, so that no two texts become one.
    """
    return _NO_ID.sub(lambda found: f"_{ord(found[0]):02x}", text)


def _rank(
    block: Block, spec: ColumnSpec, rows: pl.DataFrame, files: dict[str, MappedFile]
) -> pl.Series:
    by = [resolve(block, spec.key, name, rows) for name in spec.rank_by]
    within = [resolve(block, spec.key, name, rows) for name in spec.rank_within]
    keys = rows.select(
        *[pl.col(name).alias(f"within {name}") for name in within],
        *[_sortable(block, spec, rows[name], files).alias(f"by {name}") for name in by],
    )
    order = pl.struct(f"by {name}" for name in by).rank("dense")
    ranked = order.over([f"within {name}" for name in within]) if within else order
    is_known = pl.all_horizontal(pl.col(f"by {name}").is_not_null() for name in by)
    return keys.select(pl.when(is_known).then(ranked.cast(pl.String)).alias("rank")).to_series()


def _sortable(
    block: Block, spec: ColumnSpec, texts: pl.Series, files: dict[str, MappedFile]
) -> pl.Series:
    numbers = texts.cast(pl.Float64, strict=False)
    if numbers.null_count() == texts.null_count():
        return numbers
    return _days(block, spec, texts, files)


def _numbers(texts: pl.Series, decimal: str) -> tuple[pl.Series, pl.Series | None]:
    if decimal == ".":
        return texts, None
    bad = texts.str.contains(".", literal=True).fill_null(value=False) if decimal == "," else None
    return texts.str.replace(",", ".", literal=True), bad


def _days(
    block: Block, spec: ColumnSpec, texts: pl.Series, files: dict[str, MappedFile]
) -> pl.Series:
    declared = spec.date_order
    if declared is None and (source := _source_column(spec)) is not None:
        declared = files[_file_of(block, source)].spec.date_order
    return iso_days(texts, declared or _proved_order(spec, texts))


def _proved_order(spec: ColumnSpec, texts: pl.Series) -> str:
    """Return the one order of day and month in which every day exists, or refuse to guess."""
    plain = texts.drop_nulls().str.replace(_TIME, "")
    written = plain.filter(plain.str.contains(_WRITTEN))
    if written.is_empty():
        return "iso"
    is_day = {
        order: iso_days(written, order).str.contains(r"^\d{4}-\d{2}-\d{2}$").all()
        for order in ("dmy", "mdy")
    }
    proved = [order for order, holds in is_day.items() if holds]
    if len(proved) == 1:
        return proved[0]
    message = (
        f"{spec.key}: the days may be read as day-month-year or as month-day-year, and nothing "
        'decides it. Declare date_order = "dmy" or "mdy" for the file.'
    )
    raise SourceError(message)


def _faults(
    rows: pl.DataFrame, bad: pl.Series | None, name: str, rule: str, mend: str
) -> pl.DataFrame:
    if bad is None or not bad.any():
        return pl.DataFrame(schema=FAULTS)
    return rows.filter(bad).select(
        ROW_ID,
        pl.lit(name).alias("column_name"),
        pl.lit(rule).alias("rule"),
        pl.lit(mend).alias("mend"),
    )
