"""Exports that lie nowhere but in a test, and profiles read from them."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

from dashboard.exports.dialects import TextForm
from dashboard.exports.files import ExportFiles
from dashboard.exports.profile import ProfileReading, profile_named
from dashboard.exports.profiles._grid import plain_spec


class Memory(ExportFiles):
    """Files by name, held in memory."""

    def __init__(self, **files: bytes) -> None:
        names = {name.replace("__", "."): content for name, content in files.items()}
        super().__init__(name="memory", folder=Path(), paths={name: Path(name) for name in names})
        object.__setattr__(self, "held", names)

    def content(self, name: str) -> bytes:
        return self.held[name]


def written(rows, separator=","):
    """Return rows as delimited text."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(rows)
    return out.getvalue()


def read_with(profile, listed, name, separator=",", **spec) -> ProfileReading:
    """Read one file of an export with a profile, as no mapping describes it further."""
    plain = replace(plain_spec(name, TextForm(separator=separator)), **spec)
    return profile_named(profile).read(listed, name, plain, None)


def lost_rows(reading: ProfileReading) -> int:
    """Return how many records are neither a row, nor ragged, nor set aside as a whole."""
    whole = reading.set_aside.filter(reading.set_aside["column_name"].is_null())
    found = reading.table.rows.height + len(reading.table.ragged_rows) + whole.height
    return reading.table.row_count - found
