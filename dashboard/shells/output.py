"""Rows and facts as text for people and for machines."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

NOTHING = "–"
"""Stands for null in a printed table, so that it differs from an empty text and from zero."""


def say(text: str) -> None:
    """Print a text for a person on standard output."""
    print(text)  # noqa: T201 - this is the command line


def note(text: str) -> None:
    """Print a remark on standard error, where it cannot get into a result."""
    print(text, file=sys.stderr)  # noqa: T201 - this is the command line


def say_json(content: Mapping[str, object]) -> None:
    """Print an object as JSON; days and moments in ISO form."""
    say(json.dumps(content, indent=2, ensure_ascii=False, default=_plain))


def text_table(rows: pl.DataFrame) -> str:
    """Return rows as aligned text; numbers to the right, null as a dash, lists with commas.

    Returns:
        The header alone where there is no row.
    """
    right = [rows[name].dtype.is_numeric() for name in rows.columns]
    cells = [[_cell(value) for value in row] for row in rows.iter_rows()]
    return aligned(rows.columns, cells, right)


def aligned(header: Sequence[str], cells: Iterable[Sequence[str]], right: Sequence[bool]) -> str:
    """Return text columns under a header, each as wide as its widest cell."""
    lines = [list(header), *(list(row) for row in cells)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(header))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "  ".join(
            text.rjust(width) if to_right else text.ljust(width)
            for text, width, to_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    )


def _cell(value: object) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, list):
        return ",".join(_cell(part) for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return " ".join(str(value).split())


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
