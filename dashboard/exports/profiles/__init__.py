"""Mappings that ship with the board, recognised by the column names of a file."""

from __future__ import annotations

import glob
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.errors import SourceError
from dashboard.exports.input_files import read_input
from dashboard.exports.mapping_format import parse_mapping

if TYPE_CHECKING:
    from dashboard.exports.files import ExportFiles
    from dashboard.exports.mapping_model import ExportMapping, FileSpec

_SHEETS = (".csv", ".tsv", ".txt", ".xlsx", ".ods", ".parquet")
_SEPARATORS = (",", ";", "\t")


@cache
def shipped_profiles() -> tuple[ExportMapping, ...]:
    """Return the mappings that ship with the board, in the order of their names."""
    files = sorted(Path(__file__).parent.glob("*.toml"))
    return tuple(parse_mapping(file.name, file.read_bytes()) for file in files)


def recognised_profile(listed: ExportFiles) -> ExportMapping | None:
    """Return the shipped mapping that fits the one table of an export.

    Args:
        listed: Files of the export; exactly one of them is a table.

    Returns:
        The mapping, set to that file and its separator; none where no mapping fits.
    """
    tables = [name for name in listed.names if name.lower().endswith(_SHEETS)]
    if len(tables) != 1:
        return None
    for profile in shipped_profiles():
        [spec] = profile.files.values()
        fitting = _fitting(listed, tables[0], spec)
        if fitting is not None:
            return replace(profile, files={fitting.file_id: fitting})
    return None


def _fitting(listed: ExportFiles, name: str, spec: FileSpec) -> FileSpec | None:
    for separator in _SEPARATORS:
        form = replace(spec.text_form, separator=separator)
        candidate = replace(spec, path=glob.escape(name), text_form=form)
        try:
            columns = read_input(listed, name, candidate, None).columns
        except SourceError:
            continue
        if set(spec.needed_columns) <= set(columns):
            return candidate
    return None
