"""Cells of REDCap by what the dictionary says of their field: codes, ranges, decimal commas."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from dashboard.exports.headers import ROW
from dashboard.exports.profile import aside
from dashboard.exports.profiles._redcap_dictionary import checkbox_name, tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.exports.profiles._redcap_dictionary import Field

_TICKS = {"1": "1", "checked": "1", "0": "0", "unchecked": "0"}
_COMPLETE = {
    "0": "0",
    "incomplete": "0",
    "1": "1",
    "unverified": "1",
    "2": "2",
    "complete": "2",
}
_UNSENT = "[not completed]"


@dataclass
class Cells:
    """The rows of one file while they are understood.

    Attributes:
        file: Its name.
        columns: Texts by name of the variable.
        numbers: Row numbers as a person counts.
        derived: Columns made: name to the column of the file and the texts.
        words: Columns still to be made: name to the column of the file and texts by its cells.
        refused: Values that cannot be taken, as ``profile.aside`` gives them.
    """

    file: str
    columns: dict[str, pl.Series]
    numbers: pl.Series
    derived: dict[str, tuple[str, pl.Series]] = field(default_factory=dict)
    words: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    refused: list[pl.DataFrame] = field(default_factory=list)

    @property
    def rows(self) -> pl.DataFrame:
        """Return the rows as they now are, with ``__row``."""
        return pl.DataFrame([each.alias(name) for name, each in self.columns.items()]).with_columns(
            self.numbers.alias(ROW)
        )

    @property
    def checkboxes(self) -> set[str]:
        """Return the columns that are one choice of a checkbox."""
        return {column for name, (column, _) in self.words.items() if name.startswith("ticked:")}

    @property
    def made(self) -> dict[str, tuple[str, pl.Series]]:
        """Return every column that was made, or that words make of the cells as they now are."""
        translated = {
            name: (
                column,
                self.columns[column].replace_strict(words, default=None, return_dtype=pl.String),
            )
            for name, (column, words) in self.words.items()
        }
        return {**self.derived, **translated}

    def refuse(self, column: str, bad: pl.Series, rule: str, mend: str) -> None:
        """Take cells out of a column, with the reason for each."""
        bad = bad.fill_null(value=False)
        if bad.any():
            self.refused.append(aside(self.file, self.numbers.filter(bad), column, rule, mend))
            self.columns[column] = self.columns[column].set(bad, None)

    def put(self, column: str, texts: pl.Series) -> None:
        """Replace a column."""
        self.columns[column] = texts


def understand_values(cells: Cells, fields: Sequence[Field], decimal: str | None) -> None:
    """Bring every cell to its code or number; one that its field cannot hold is refused.

    Args:
        cells: The rows; changed in place.
        fields: The dictionary; empty: only checkboxes and ``_complete`` are known, by name.
        decimal: Decimal mark that the mapping declares for the file; none: none declared.
    """
    for each in fields:
        if each.kind == "checkbox":
            for code, label in each.choices.items():
                _understand_tick(cells, checkbox_name(each.name, code), code, label)
        elif each.name in cells.columns:
            _understand_field(cells, each, decimal)
    named = {each.name for each in fields} | cells.checkboxes
    for column in [each for each in cells.columns if each not in named]:
        _understand_by_name(cells, column)


def _understand_field(cells: Cells, each: Field, decimal: str | None) -> None:
    if each.choices:
        _understand_code(cells, each)
    elif each.validation.startswith(("number", "integer")):
        _check_number(cells, each, decimal)


def _understand_by_name(cells: Cells, column: str) -> None:
    if "___" in column:
        _understand_tick(cells, column, column.rpartition("___")[2], "")
    elif column.endswith("_complete"):
        _understand_complete(cells, column)
    elif column.endswith("_timestamp"):
        cells.put(column, cells.columns[column].replace(_UNSENT, None))


def _understand_tick(cells: Cells, column: str, code: str, label: str) -> None:
    if column not in cells.columns:
        return
    given = cells.columns[column]
    words = {**_TICKS, **({label.casefold(): "1"} if label else {})}
    folded = given.str.to_lowercase()
    ticks = folded.replace_strict(words, default=None, return_dtype=pl.String)
    bad = given.is_not_null() & ticks.is_null()
    cells.put(column, ticks.zip_with(~bad, given))
    mend = "A checkbox holds 1 or 0, Checked or Unchecked; export the record again."
    cells.refuse(column, bad, "not_a_checkbox", mend)
    cells.words[f"ticked:{column}"] = (column, {"1": code})


def _understand_code(cells: Cells, each: Field) -> None:
    """Bring a column of codes or of labels to codes, and keep the labels beside it."""
    given = cells.columns[each.name]
    codes = {code: code for code in each.choices}
    labels = [tidy(label) for label in each.choices.values()]
    by_label = {
        tidy(label): code for code, label in each.choices.items() if labels.count(tidy(label)) == 1
    }
    folded = pl.Series([None if cell is None else tidy(cell) for cell in given], dtype=pl.String)
    raw = given.replace_strict(codes, default=None, return_dtype=pl.String)
    named = folded.replace_strict(by_label, default=None, return_dtype=pl.String)
    first, second = (raw, named) if raw.null_count() <= named.null_count() else (named, raw)
    found = first.zip_with(first.is_not_null(), second)
    bad = given.is_not_null() & found.is_null()
    cells.put(each.name, found.zip_with(~bad, given))
    mend = (
        "The data dictionary has no such choice for this field; correct the record, or export "
        "the dictionary anew."
    )
    cells.refuse(each.name, bad, "code_not_in_dictionary", mend)
    cells.words[f"label:{each.name}"] = (each.name, each.choices)


def _check_number(cells: Cells, each: Field, decimal: str | None) -> None:
    """Refuse numbers outside the range of their field; a declared comma becomes a point."""
    given = cells.columns[each.name]
    has_comma = "comma" in each.validation
    plain = given.str.replace(",", ".", literal=True) if has_comma else given
    numbers = plain.cast(pl.Float64, strict=False)
    if has_comma and decimal != ",":
        cells.put(each.name, plain.zip_with(numbers.is_not_null(), given))
    lowest, highest = _limit(each.minimum, -math.inf), _limit(each.maximum, math.inf)
    mend = (
        "The value lies outside the range that the data dictionary gives this field; correct the "
        "record, or the dictionary."
    )
    cells.refuse(
        each.name, (numbers < lowest) | (numbers > highest), "outside_dictionary_range", mend
    )


def _limit(text: str, unlimited: float) -> float:
    """Return a limit of the dictionary; one that is empty or another field limits nothing."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return unlimited


def _understand_complete(cells: Cells, column: str) -> None:
    given = cells.columns[column]
    found = given.str.to_lowercase().replace_strict(_COMPLETE, default=None, return_dtype=pl.String)
    bad = given.is_not_null() & found.is_null()
    cells.put(column, found.zip_with(~bad, given))
    mend = "A form is 0 incomplete, 1 unverified or 2 complete; export the record again."
    cells.refuse(column, bad, "not_a_form_state", mend)
