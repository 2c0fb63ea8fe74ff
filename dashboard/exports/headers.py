"""Names of columns: as the header writes them, as a mapping corrects them, or passed over."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dashboard.errors import SourceError
from dashboard.exports.schemas import NATIVE_TABLES

if TYPE_CHECKING:
    import polars as pl

    from dashboard.exports.dialects import TextForm

ROW = "__row"
"""Internal column: number of the record as a person counts, the first line being row 1."""

RESERVED = "__"
"""How internal columns begin; a column of a file that begins so is passed over and noted."""


@dataclass(frozen=True)
class Header:
    """Names of the columns of a file, in their order.

    Attributes:
        names: Names under which they are read; internal ones for those passed over.
        passed_over: Names that begin as internal ones do.
        unnamed: Numbers of columns without a name, by their internal name.
        doubled: Numbers of columns whose name stands twice, by their internal name.
    """

    names: list[str]
    passed_over: list[str] = field(default_factory=list)
    unnamed: dict[str, int] = field(default_factory=dict)
    doubled: dict[str, int] = field(default_factory=dict)


def read_header(
    file: str, cells: list[str], form: TextForm, row: int, numbers: list[int] | None = None
) -> Header:
    """Return the names of the columns of a file.

    Args:
        file: Name for messages.
        cells: The cells of the header.
        form: What was declared: names by number, names that will be asked for.
        row: Row of the header, for messages.
        numbers: Number of each column in the file; by default from 1.

    Raises:
        SourceError: If a name is blank or stands twice and the form does not forgive it, a
            doubled one will be asked for, or the row holds only numbers.
    """
    numbers = numbers or list(range(1, len(cells) + 1))
    names = [form.names.get(n, cell.strip()) for n, cell in zip(numbers, cells, strict=True)]
    if not form.is_forgiving:
        check_names(file, names)
        passed_over = [name for name in names if is_reserved(name)]
        return Header(safe_names(names), passed_over)
    _require_words(file, names, form, row)
    header = Header([])
    for number, name in zip(numbers, names, strict=True):
        internal = f"{RESERVED}column_{number}"
        if not name:
            header.unnamed[internal] = number
        elif is_reserved(name):
            header.passed_over.append(name)
        elif names.count(name) > 1:
            _require_unasked(file, name, names, numbers, form)
            header.doubled[internal] = number
        else:
            internal = name
        header.names.append(internal)
    return header


def header_notes(header: Header, rows: pl.DataFrame) -> list[tuple[str, str]]:
    """Return rule and sentence for columns passed over that hold something.

    Args:
        header: The header.
        rows: Rows with internal columns still there.
    """
    notes = []
    for internal, number in header.unnamed.items():
        if rows[internal].null_count() < rows.height:
            notes.append(("unnamed_column", f"Column {number} has no name{_to_name(number)}"))
    for number in header.doubled.values():
        message = f"Column {number} has the name of another column{_to_name(number)}"
        notes.append(("doubled_column", message))
    return notes


def unread_columns(header: Header, rows: pl.DataFrame) -> tuple[int, ...]:
    """Return the numbers of filled columns that have no name of their own, in their order.

    Args:
        header: The header.
        rows: Rows with internal columns still there.
    """
    nameless = {**header.unnamed, **header.doubled}
    filled = [n for name, n in nameless.items() if rows[name].null_count() < rows.height]
    return tuple(sorted(filled))


def is_reserved(name: str) -> bool:
    """Return whether a column of a file cannot be read by its name.

    It begins as internal ones do, or Polars takes it for a pattern of names ("*", "^…$").
    """
    return name.startswith(RESERVED) or name == "*" or (name.startswith("^") and name.endswith("$"))


def safe_names(names: list[str]) -> list[str]:
    """Return names under which columns can be read beside the internal ones, in their order."""
    return [
        f"{RESERVED}column_{number}" if is_reserved(name) else name
        for number, name in enumerate(names, start=1)
    ]


def kept_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows without the columns that only an internal name could name."""
    return rows.drop(name for name in rows.columns if name.startswith(RESERVED) and name != ROW)


def check_names(file: str, names: list[str]) -> None:
    """Refuse a header with a blank or doubled name, saying which column.

    Raises:
        SourceError: If a name is blank or stands twice.
    """
    for number, name in enumerate(names, start=1):
        if not name:
            message = (
                f"{file}: column {number} has no name in the header. "
                "Name it, or remove the column from the export."
            )
            raise SourceError(message)
        if names.index(name) != number - 1:
            raise SourceError(_twice(file, name, names.index(name) + 1, number))


def _twice(file: str, name: str, first: int, second: int) -> str:
    """Return the refusal of a doubled name; one that the format does not know may be a datum."""
    if any(name in table.columns() for table in NATIVE_TABLES.values()):
        return (
            f"{file}: the header names column '{name}' twice (columns {first} and {second}). "
            "Rename or remove one."
        )
    return (
        f"{file}: columns {first} and {second} have the same name in the header. Rename or "
        "remove one; if that row is no header, write one above it."
    )


def _to_name(number: int) -> str:
    return f' in the header and was not read. To read it: names = {{ {number} = "a_name" }}.'


def _require_unasked(
    file: str, name: str, names: list[str], numbers: list[int], form: TextForm
) -> None:
    if name not in form.sought and not any(re.fullmatch(p, name) for p in form.sought_patterns):
        return
    places = [number for number, other in zip(numbers, names, strict=True) if other == name]
    message = (
        f"{file}: columns {places[0]} and {places[1]} have the same name in the header, and the "
        "mapping asks for it. Give one of them another name in the mapping: "
        f'names = {{ {places[1]} = "another_name" }}.'
    )
    raise SourceError(message)


def _require_words(file: str, names: list[str], form: TextForm, row: int) -> None:
    """Refuse a row of numbers in place of names, unless it is asked for by such names."""
    filled = [name for name in names if name]
    known = (*form.sought, *form.names.values())
    is_asked = any(name in known for name in filled) or any(
        re.fullmatch(pattern, name) for name in filled for pattern in form.sought_patterns
    )
    if filled and not is_asked and all(re.fullmatch(r"[-+.,\d\s/:]+", name) for name in filled):
        message = (
            f"{file}: row {row}, columns 1 to {len(names)} hold numbers where the names of the "
            "columns are expected. Write a header above them, or declare header_rows = 0 and "
            "'columns' in a mapping."
        )
        raise SourceError(message)
