"""One column at a time: texts become values, and the schema says which are sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.exports.schemas import (
    DEFAULTS,
    NATIVE_TABLES,
    column_facts,
    key_columns,
    legal_words,
    polars_schema,
)
from dashboard.exports.workbench import ROW_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    import dataframely as dy

    from dashboard.exports.workbench import Workbench

_TRUE = ("true", "1", "yes")
_FALSE = ("false", "0", "no")
_RULES = {
    "nullability": "required_value_missing",
    "regex": "id_pattern",
    "check__one_of": "not_in_list",
    "min": "out_of_range",
    "max": "out_of_range",
}
_UNREADABLE = {
    pl.Boolean: ("not_true_or_false", "Write true or false (1, 0, yes and no are read too)."),
    pl.Date: ("not_a_date", "Write the day as YYYY-MM-DD; a day that exists."),
    pl.Datetime: ("not_a_timestamp", "Write the moment as YYYY-MM-DDTHH:MM."),
    pl.Int32: ("not_a_whole_number", "Write a whole number in digits."),
    pl.Float64: ("not_a_number", "Write a number with a decimal point; leave a missing one out."),
}


@dataclass(frozen=True)
class _Check:
    column: str
    rule: str
    mend: str
    is_bad: pl.Expr

    @property
    def is_required(self) -> bool:
        """Return whether the check is that the column is filled."""
        return self.rule == "required_value_missing"


def check_values(
    bench: Workbench, table: str, *, timezone: str | None, is_merged_later: bool = False
) -> None:
    """Turn the texts of a table into values and set aside rows with one that is not legal.

    A row with several faults is set aside once: under the first, with every mend.

    Args:
        bench: Rows under validation; the table may hold texts or values.
        table: Native table.
        timezone: IANA name into whose local time moments with an offset are turned.
        is_merged_later: Whether an empty cell may still be filled from another row; then only
            the key has to be there.
    """
    raw = bench.tables[table]
    typed = raw.select(ROW_ID, *_parsed(raw, table, timezone))
    unreadable = _unreadable(raw, typed, table)
    checks = _schema_checks(table)
    if is_merged_later:
        key = key_columns(table)
        checks = [check for check in checks if check.column in key or not check.is_required]
    faults = _faults(typed, unreadable, checks, raw.schema)
    bench.seen_keys[table] = typed[key_columns(table)[0]]
    bench.tables[table] = typed
    bench.take_out(table, faults)


def check_required(bench: Workbench, table: str) -> None:
    """Set aside merged rows that no row gave a required value."""
    rows = bench.tables[table]
    checks = [check for check in _schema_checks(table) if check.is_required]
    bench.take_out(table, _faults(rows, {}, checks, rows.schema))


def parsed_number(text: pl.Expr) -> pl.Expr:
    """Return finite numbers of texts such as 3, 3.5 or -1e2; null where one is not."""
    number = text.cast(pl.Float64, strict=False) + 0.0
    return pl.when(number.is_finite()).then(number)


def _parsed(raw: pl.DataFrame, table: str, timezone: str | None) -> list[pl.Expr]:
    expressions = []
    for name, target in polars_schema(table).items():
        default = DEFAULTS.get((table, name))
        if name not in raw.columns:
            value = pl.lit(default, target)
        else:
            value = _value(pl.col(name), raw.schema[name], target, timezone)
            value = value if default is None else value.fill_null(default)
        expressions.append(value.alias(name))
    return expressions


def _value(
    column: pl.Expr, source: pl.DataType, target: pl.DataType, timezone: str | None
) -> pl.Expr:
    if source == pl.String:
        return value_of_text(column, target, timezone)
    if isinstance(source, pl.Datetime) and isinstance(target, pl.Datetime):
        return _local(column, source.time_zone, timezone).cast(target)
    if isinstance(source, pl.Datetime) and target == pl.Date:
        return _midnight(column, source.time_zone, timezone)
    if target == pl.Float64 and source.is_numeric():
        return parsed_number(column)
    if source == target:
        return column
    return value_of_text(column.cast(pl.String), target, timezone)


def _midnight(moment: pl.Expr, given: str | None, timezone: str | None) -> pl.Expr:
    """Return the day of a moment at midnight, where it was written or in the service's zone."""
    written = moment if given is None else moment.dt.replace_time_zone(None)
    days = [
        pl.when(local.dt.time() == pl.time(0)).then(local.dt.date())
        for local in (written, _local(moment, given, timezone))
    ]
    return pl.coalesce(*days)


def value_of_text(text: pl.Expr, target: pl.DataType, timezone: str | None = None) -> pl.Expr:
    """Return texts as values of a native type; null where one cannot be read as such."""
    if target == pl.Boolean:
        lower = text.str.to_lowercase()
        truth = pl.when(lower.is_in(_TRUE)).then(pl.lit(value=True))
        return truth.when(lower.is_in(_FALSE)).then(pl.lit(value=False))
    if target == pl.Date:
        is_day = text.str.contains(r"^\d{4}-\d{2}-\d{2}$")
        return pl.when(is_day).then(text.str.to_date("%Y-%m-%d", strict=False))
    if isinstance(target, pl.Datetime):
        return _moment(text, timezone)
    if target == pl.Int32:
        is_whole = text.str.contains(r"^[+-]?\d{1,9}(\.0+)?$")
        return pl.when(is_whole).then(text.str.replace(r"\.0+$", "").cast(pl.Int32, strict=False))
    return parsed_number(text) if target == pl.Float64 else text


def _moment(text: pl.Expr, timezone: str | None) -> pl.Expr:
    plain = text.str.replace(" ", "T", literal=True).str.replace(r"Z$", "+00:00")
    formats = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d")
    local = [plain.str.to_datetime(form, time_unit="us", strict=False) for form in formats]
    aware = [
        plain.str.to_datetime(form + "%:z", time_unit="us", strict=False) for form in formats[:2]
    ]
    return pl.coalesce(*local, *[_local(moment, "UTC", timezone) for moment in aware])


def _local(moment: pl.Expr, given: str | None, timezone: str | None) -> pl.Expr:
    if given is None:
        return moment
    zone = ZoneInfo(timezone or "UTC").key
    return moment.dt.convert_time_zone(zone).dt.replace_time_zone(None)


def _unreadable(raw: pl.DataFrame, typed: pl.DataFrame, table: str) -> dict[str, pl.Series]:
    """Return, by column, which rows hold something that could not be read as its type."""
    found: dict[str, pl.Series] = {}
    for name, target in polars_schema(table).items():
        if name not in raw.columns or target == pl.String:
            continue
        lost = raw[name].is_not_null() & typed[name].is_null()
        if lost.any():
            found[name] = lost
    return found


def _schema_checks(table: str) -> list[_Check]:
    checks = []
    for name, column in NATIVE_TABLES[table].columns().items():
        for rule, holds in column.validation_rules(pl.col(name)).items():
            if rule in _RULES:
                bad = ~holds if rule == "nullability" else ~holds.fill_null(value=True)
                checks.append(_Check(name, _RULES[rule], _mend(table, name, rule), bad))
    return checks


def _mend(table: str, name: str, rule: str) -> str:
    if rule == "nullability":
        return f"Column '{name}' may not be empty; fill it in."
    if rule == "regex":
        return (
            f"Column '{name}' takes ids of 1 to 32 letters, digits, '.', '_' or '-'; "
            "give the row such an id."
        )
    if rule == "check__one_of":
        return f"Column '{name}' takes one of: {', '.join(legal_words(table, name) or [])}."
    facts = column_facts(table, name)
    limit = "" if facts["maximum"] is None else f" to {facts['maximum']}"
    return f"Column '{name}' takes whole numbers from {facts['minimum']}{limit}."


def _faults(
    typed: pl.DataFrame,
    unreadable: dict[str, pl.Series],
    checks: list[_Check],
    given: Mapping[str, pl.DataType],
) -> pl.DataFrame:
    bad = typed.select(check.is_bad.alias(str(number)) for number, check in enumerate(checks))
    found = [
        _found(typed, lost, name, *_unreadable_words(name, typed.schema[name], given[name]))
        for name, lost in unreadable.items()
    ]
    for number, check in enumerate(checks):
        mask = bad[str(number)]
        if check.is_required and check.column in unreadable:
            mask = mask & ~unreadable[check.column]
        if mask.any():
            found.append(_found(typed, mask, check.column, check.rule, check.mend))
    return _once(found, list(typed.columns))


def _unreadable_words(name: str, target: pl.DataType, given: pl.DataType) -> tuple[str, str]:
    rule, mend = _UNREADABLE[target.base_type()]
    mend = f"Column '{name}': {mend[0].lower()}{mend[1:]}"
    if given == pl.String:
        return rule, mend
    is_moment = isinstance(given, pl.Datetime)
    limit = ", which is a day only at midnight" if is_moment and target == pl.Date else ""
    return rule, f"{mend} The file holds it as {given.base_type()}{limit}."


def _found(typed: pl.DataFrame, mask: pl.Series, column: str, rule: str, mend: str) -> pl.DataFrame:
    return typed.filter(mask).select(
        ROW_ID,
        pl.lit(column).alias("column_name"),
        pl.lit(rule).alias("rule"),
        pl.lit(mend).alias("mend"),
    )


def _once(found: list[pl.DataFrame], order: list[str]) -> pl.DataFrame:
    """Return one row per row set aside: its first fault in column order, every mend."""
    if not found:
        return pl.DataFrame(schema={ROW_ID: pl.UInt32})
    place = pl.col("column_name").replace_strict(
        {name: number for number, name in enumerate(order)}, return_dtype=pl.Int32
    )
    faults = pl.concat(found).sort(ROW_ID, place, maintain_order=True)
    return faults.group_by(ROW_ID, maintain_order=True).agg(
        pl.col("column_name").first(),
        pl.col("rule").first(),
        pl.col("mend").unique(maintain_order=True).str.join(" "),
    )


def require_schema(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the accepted rows, proved once more by the whole schema.

    Raises:
        dataframely.exc.ValidationError: If a row that breaks the schema was accepted: a defect
            of the board, never of the export.
    """
    schema: type[dy.Schema] = NATIVE_TABLES[table]
    return schema.validate(rows, cast=False)
