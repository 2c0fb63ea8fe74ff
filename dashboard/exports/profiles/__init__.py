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
from dashboard.exports.profiles._near import misfit

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

    Raises:
        SourceError: If the file is nearly of a shipped form: with the reason it is not.
        PendingSource: If it is of a shipped form and not whole.
    """
    tables = [name for name in listed.names if name.lower().endswith(_SHEETS)]
    if len(tables) != 1:
        return None
    for profile in shipped_profiles():
        [spec] = profile.files.values()
        fitting = _fitting(listed, tables[0], spec)
        if fitting is not None:
            return replace(profile, files={fitting.file_id: fitting})
    for profile in shipped_profiles():
        [spec] = profile.files.values()
        _require_unlike(listed, tables[0], spec)
    return None


def _require_unlike(listed: ExportFiles, name: str, spec: FileSpec) -> None:
    """Refuse a file that was meant to be of the form, for the reason that it is not."""
    reason = misfit(name, listed.content(name), spec.needed_columns, _SEPARATORS)
    if reason is None:
        return
    if reason:
        raise SourceError(reason)
    for separator in _SEPARATORS:
        if misfit(name, listed.content(name), spec.needed_columns, (separator,)) == "":
            read_input(listed, name, _candidate(spec, name, separator), None)


def _fitting(listed: ExportFiles, name: str, spec: FileSpec) -> FileSpec | None:
    for separator in _SEPARATORS:
        candidate = _candidate(spec, name, separator)
        try:
            columns = read_input(listed, name, candidate, None).columns
        except SourceError:
            continue
        if set(spec.needed_columns) <= set(columns):
            return candidate
    return None


def _candidate(spec: FileSpec, name: str, separator: str) -> FileSpec:
    form = replace(spec.text_form, separator=separator)
    return replace(spec, path=glob.escape(name), text_form=form)
