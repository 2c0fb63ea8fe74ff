"""Wide session surveys as feedback tools export them: four lines or only a total, skip flags.

One row for each client and session, with ``SRS_Skip``, ``SRSQ1`` to ``SRSQ4`` and ``Total_SRS``,
and likewise for ORS, CORS, CSRS, GSRS and CGSRS. Some tools fill the four lines with a quarter of
the total where only the total was known: such lines are no answers. Made for each survey:
``state:SRS`` (complete, partial or the state of a skipped one; null: no form), ``source:SRS``
(items, total_split, subscale_only), ``item:SRS_1`` to ``item:SRS_4`` and ``total:SRS``, the total
where it stands for the form because there are no lines of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import SourceError
from dashboard.exports.counting import counted
from dashboard.exports.headers import ROW
from dashboard.exports.native import file_note
from dashboard.exports.profile import ProfileReading, Recognition, aside
from dashboard.exports.profiles._grid import (
    leads,
    named_reading,
    read_grid,
    settings_of,
    with_columns,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.exports.files import ExportFiles
    from dashboard.exports.manifest import Manifest
    from dashboard.exports.mapping_model import FileSpec

LINES = 4
_MOST = 10.0
_ROUNDING = 0.2 + 1e-9
_SURVEYS = "SRS|CSRS|GSRS|CGSRS|ORS|CORS"
_ITEM = re.compile(rf"({_SURVEYS})[ _]?(?:Q|Item)?[ _]?([1-4])", re.IGNORECASE)
_TOTAL = re.compile(rf"Total[ _]?({_SURVEYS})|({_SURVEYS})[ _]?Total", re.IGNORECASE)
_SKIP = re.compile(rf"({_SURVEYS})[ _]?Skip(?:ped)?", re.IGNORECASE)
_FLAGS = {
    **dict.fromkeys(("1", "true", "yes", "y", "x", "skipped"), True),
    **dict.fromkeys(("0", "false", "no", "n"), False),
}
_SKIP_STATES = ("not_offered", "declined", "absent", "lost")


@dataclass
class _Survey:
    """The columns of one survey in a header."""

    name: str
    items: dict[int, str] = field(default_factory=dict)
    total: str | None = None
    skip: str | None = None

    @property
    def is_whole(self) -> bool:
        """Return whether it has four lines or a total."""
        return len(self.items) == LINES or self.total is not None


class SrsWide:
    """Sessions as feedback tools write them, as text or workbook."""

    def recognise(self, listed: ExportFiles) -> list[Recognition]:
        """Return the files with four lines or a total, and a skip flag or both of them."""
        found = []
        for name, separator, records in leads(listed):
            surveys = [
                each
                for each in _surveys(records[0])
                if each.is_whole and (each.skip or (each.total and each.items))
            ]
            if surveys:
                names = ", ".join(each.name for each in surveys)
                reason = f"it has lines, totals or skip flags of {names}"
                settings = settings_of(separator)
                found.append(Recognition("srs_wide", name, (reason,), settings=settings))
        return found

    def read(
        self, listed: ExportFiles, name: str, spec: FileSpec, manifest: Manifest | None
    ) -> ProfileReading:
        """Read sessions; the option ``skip_state`` says what a skipped survey means.

        Raises:
            SourceError: If the header has no survey, or the option is no state of a form.
        """
        state = (spec.options.get("skip_state") or ("not_offered",))[0]
        if state not in _SKIP_STATES:
            message = f"{spec.key}.options.skip_state takes one of: {', '.join(_SKIP_STATES)}."
            raise SourceError(message)
        grid = read_grid(listed, name, spec, manifest)
        header = grid.record(0)
        surveys = [each for each in _surveys(header) if each.is_whole]
        if not surveys:
            message = (
                f"{name}: row 1 has neither four lines nor a total of a survey (SRSQ1 to SRSQ4, "
                'Total_SRS). Export again, or leave reader = "srs_wide" out.'
            )
            raise SourceError(message)
        reading = named_reading(name, grid, header, grid.row_no(0), manifest)
        for survey in surveys:
            reading = _with_survey(name, reading, survey, spec.missing, state)
        return reading


def _surveys(header: Sequence[str]) -> list[_Survey]:
    """Return the surveys of a header in its order; the first column of a kind counts."""
    found: dict[str, _Survey] = {}
    for column in header:
        for pattern in (_ITEM, _TOTAL, _SKIP):
            match = pattern.fullmatch(column)
            if match is None:
                continue
            name = next(group for group in match.groups() if group).upper()
            survey = found.setdefault(name, _Survey(name))
            if pattern is _ITEM:
                survey.items.setdefault(int(match[2]), column)
            elif pattern is _TOTAL:
                survey.total = survey.total or column
            else:
                survey.skip = survey.skip or column
    return list(found.values())


def _with_survey(
    name: str, reading: ProfileReading, survey: _Survey, missing: Sequence[str], skip_state: str
) -> ProfileReading:
    """Return the reading with the columns made of one survey, and what contradicts itself."""
    cells = _facts(reading.table.rows, survey, missing)
    cells = cells.with_columns(_source().alias("source"))
    is_taken = pl.col("source").is_not_null()
    state = (
        pl.when(pl.col("is_skipped") & ~pl.col("is_contradicted"))
        .then(pl.lit(skip_state))
        .when(is_taken & ((pl.col("source") != "items") | (pl.col("given") == LINES)))
        .then(pl.lit("complete"))
        .when(is_taken)
        .then(pl.lit("partial"))
    )
    has_items = pl.col("source") == "items"
    made = cells.select(
        state.alias("state"),
        pl.col("source"),
        pl.when(has_items.not_()).then(pl.col("total")).alias("total"),
        *(pl.when(has_items).then(pl.col(str(line))).alias(str(line)) for line in survey.items),
    )
    own = survey.total or survey.items[1]
    columns = {
        f"state:{survey.name}": (survey.skip or own, made["state"]),
        f"source:{survey.name}": (own, made["source"]),
        f"total:{survey.name}": (own, made["total"]),
    }
    for line, column in survey.items.items():
        columns[f"item:{survey.name}_{line}"] = (column, made[str(line)])
    refused = [aside(name, *each) for each in _refusals(cells, survey)]
    notices = _notes(name, cells, survey)
    done = replace(
        reading,
        set_aside=pl.concat([reading.set_aside, *refused]),
        notices=pl.concat([reading.notices, *notices]),
    )
    return with_columns(done, columns)


def _facts(rows: pl.DataFrame, survey: _Survey, missing: Sequence[str]) -> pl.DataFrame:
    """Return what each row says of a survey: lines, total, how they fit, whether it was skipped."""
    lines = [str(line) for line in survey.items]
    texts = {str(line): _points(rows, column, missing) for line, column in survey.items.items()}
    texts["total"] = _points(rows, survey.total, missing)
    flags = _points(rows, survey.skip, missing).str.to_lowercase()
    cells = pl.DataFrame({ROW: rows[ROW], **texts}).with_columns(
        flags.replace_strict(_FLAGS, default=None, return_dtype=pl.Boolean).alias("flag"),
        flags.is_not_null().alias("is_flagged"),
    )
    numbers = {each: pl.col(each).cast(pl.Float64, strict=False) for each in [*lines, "total"]}
    answers = [numbers[each] for each in lines] or [pl.lit(None, pl.Float64)]
    every = [pl.col(each) for each in [*lines, "total"]]
    low, high = pl.min_horizontal(answers), pl.max_horizontal(answers)
    given = pl.sum_horizontal([pl.col(each).is_not_null() for each in lines] or [pl.lit(0)])
    gap = (pl.sum_horizontal(answers) - numbers["total"]).abs()
    is_null = (pl.max_horizontal(*numbers.values()).fill_null(0) == 0) & (
        pl.sum_horizontal(cell.is_not_null() for cell in every)
        == pl.sum_horizontal(number.is_not_null() for number in numbers.values())
    )
    return cells.with_columns(
        given.cast(pl.Int64).alias("given"),
        ((low == high) & (high < _MOST)).fill_null(value=False).alias("is_even"),
        (gap <= _ROUNDING).fill_null(value=False).alias("is_sum"),
        pl.col("flag").fill_null(value=False).alias("is_skipped"),
        (pl.col("flag").fill_null(value=False) & ~is_null).alias("is_contradicted"),
        (pl.col("is_flagged") & pl.col("flag").is_null()).alias("is_bad_flag"),
        pl.any_horizontal(cell.is_not_null() for cell in every).alias("is_filled"),
    )


def _points(rows: pl.DataFrame, column: str | None, missing: Sequence[str]) -> pl.Series:
    """Return the cells of a column with decimal points, missing words as null."""
    if column is None:
        return pl.Series([None] * rows.height, dtype=pl.String)
    given = rows[column]
    given = given.set(given.is_in(list(missing)).fill_null(value=False), None)
    return given.str.replace(",", ".", literal=True)


def _source() -> pl.Expr:
    """Return where the components of each form come from; null where there is no form."""
    is_whole = pl.col("given") == LINES
    has_total = pl.col("total").is_not_null()
    return (
        pl.when(pl.col("is_skipped") | ~pl.col("is_filled"))
        .then(None)
        .when(is_whole & has_total & pl.col("is_even") & pl.col("is_sum"))
        .then(pl.lit("total_split"))
        .when(pl.col("given") > 0)
        .then(pl.lit("items"))
        .otherwise(pl.lit("subscale_only"))
    )


def _refusals(cells: pl.DataFrame, survey: _Survey) -> list[tuple[pl.Series, str, str, str]]:
    """Return row numbers, column, rule and mend of what contradicts itself."""
    found = []
    if survey.skip is not None:
        found += [
            (
                cells.filter("is_contradicted")[ROW],
                survey.skip,
                "skipped_with_answers",
                "Marked as skipped, yet with answers; none is taken. Correct one or the other.",
            ),
            (
                cells.filter("is_bad_flag")[ROW],
                survey.skip,
                "not_a_skip_flag",
                "A skip flag is 1 or 0, yes or no, true or false; the answers are taken.",
            ),
        ]
    if survey.total is not None:
        with_both = cells.filter(pl.col("source") == "items", pl.col("total").is_not_null())
        is_whole = pl.col("given") == LINES
        found += [
            (
                with_both.filter(is_whole & ~pl.col("is_sum"))[ROW],
                survey.total,
                "total_differs_from_items",
                "The total is not the sum of the four lines and is not taken. Correct one of them.",
            ),
            (
                with_both.filter(~is_whole)[ROW],
                survey.total,
                "total_with_items_missing",
                "Lines are missing, so the total is not taken. Give all four, or only the total.",
            ),
        ]
    return found


def _notes(name: str, cells: pl.DataFrame, survey: _Survey) -> list[pl.DataFrame]:
    """Return a notice where zeros stand under a skipped survey: they are no answers."""
    zeros = cells.filter("is_skipped", "is_filled", ~pl.col("is_contradicted"))
    if zeros.is_empty():
        return []
    message = (
        f"Zeros of {survey.name} stand in {counted(zeros.height, 'row')} marked as skipped; they "
        "are no answers and are not taken."
    )
    return [file_note(name, "", survey.skip, "zero_as_missing", message)]


PROFILE = SrsWide()
