"""Qualtrics: a header of two or three rows, test responses, and finished or not.

Names stand in the first row, texts of questions in the second; the third, of newer exports, holds
an ``ImportId`` for each column, which stays when a question is renamed. A mapping may name a column
by either: ``Q1`` or ``import:QID1``. In the older form of two rows, ``V1`` is also
``import:ResponseID``.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import SourceError
from dashboard.exports.headers import ROW
from dashboard.exports.profile import ProfileReading, Recognition, aside
from dashboard.exports.profiles._grid import (
    leads,
    named_reading,
    read_grid,
    settings_of,
    with_columns,
)

if TYPE_CHECKING:
    from dashboard.exports.files import ExportFiles
    from dashboard.exports.manifest import Manifest
    from dashboard.exports.mapping_model import FileSpec

_OWN = frozenset(
    {
        *("startdate", "enddate", "status", "finished", "recordeddate", "responseid"),
        *("progress", "duration (in seconds)", "distributionchannel", "userlanguage"),
        *("responseset", "externaldatareference", "externalreference", "ipaddress"),
    }
)
_NEEDED_OWN = 3
_MOMENTS = ("startdate", "enddate", "recordeddate")
_LEGACY = re.compile(r"V\d+")
_TEST_STATUS = ("1", "2", "8", "survey preview", "survey test", "spam")
_TEST_CHANNELS = ("preview", "test")
_FINISHED = {"1": "complete", "true": "complete", "0": "partial", "false": "partial"}


class Qualtrics:
    """Responses as Qualtrics exports them, as text or workbook."""

    def recognise(self, listed: ExportFiles) -> list[Recognition]:
        """Return the files with an ImportId row, or with the names of two header rows."""
        found = []
        for name, separator, records in leads(listed):
            place = _import_row(records)
            if place is not None:
                reason = f"row {place + 1} holds an ImportId for each column"
            elif _has_own(records[0]) or (_is_legacy(records) and _has_own(records[1])):
                reason = "the header holds names that Qualtrics gives"
            else:
                continue
            found.append(Recognition("qualtrics", name, (reason,), settings=settings_of(separator)))
        return found

    def read(
        self, listed: ExportFiles, name: str, spec: FileSpec, manifest: Manifest | None
    ) -> ProfileReading:
        """Read responses; the rows of the header are none, and test responses are set aside.

        Raises:
            SourceError: If the header is none of Qualtrics.
        """
        grid = read_grid(listed, name, spec, manifest)
        records = [grid.record(place) for place in range(3)]
        last = _last_header(name, records)
        reading = named_reading(name, grid, records[0], grid.row_no(last), manifest)
        ids = _import_ids(records)
        columns = reading.table.rows
        aliases = {
            f"import:{ids[place]}": (column, columns[column])
            for place, column in enumerate(records[0])
            if place in ids and column in columns.columns and column
        }
        reading = with_columns(reading, aliases)
        numbered = frozenset(each for each in columns.columns if _LEGACY.fullmatch(each))
        reading = replace(reading, table=replace(reading.table, no_answers=numbered))
        return _without_tests(name, _with_state(reading))


def _last_header(name: str, records: list[list[str]]) -> int:
    """Return the place of the last row of the header, from 0."""
    imports = _import_row(records)
    if imports is not None:
        return imports
    if _is_legacy(records):
        return 1
    if _has_own(records[0]):
        return 1 if _is_worded(records) else 0
    message = (
        f"{name}: row 1 is no header of Qualtrics: it holds neither an ImportId row below it nor "
        "the columns StartDate, Finished and ResponseId. Export again, or leave reader = "
        '"qualtrics" out.'
    )
    raise SourceError(message)


def _is_worded(records: list[list[str]]) -> bool:
    """Return whether the second record has words, without a digit, where a response has moments."""
    pairs = zip(records[0], records[1], strict=False)
    moments = [cell for name, cell in pairs if name.casefold() in _MOMENTS]
    filled = [cell for cell in moments if cell]
    return bool(filled) and not any(letter.isdigit() for cell in filled for letter in cell)


def _has_own(record: list[str]) -> bool:
    return len({cell.casefold() for cell in record} & _OWN) >= _NEEDED_OWN


def _is_legacy(records: list[list[str]]) -> bool:
    if len(records) < 2 or not records[1]:
        return False
    return any(_LEGACY.fullmatch(cell) for cell in records[0]) and _has_own(records[1])


def _import_row(records: list[list[str]]) -> int | None:
    for place, record in enumerate(records[:3]):
        filled = sum(1 for cell in record if cell)
        if place and 2 * sum(1 for cell in record if _import_id(cell)) > filled:
            return place
    return None


def _import_id(cell: str) -> str:
    """Return the ImportId in a cell of the third row; empty where there is none."""
    if not cell.startswith("{") or "ImportId" not in cell:
        return ""
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        return ""
    return str(found.get("ImportId") or "") if isinstance(found, dict) else ""


def _import_ids(records: list[list[str]]) -> dict[int, str]:
    """Return the lasting id of each column by its place, where it has one."""
    place = _import_row(records)
    if place is not None:
        ids = {number: _import_id(cell) for number, cell in enumerate(records[place])}
        return {number: found for number, found in ids.items() if found}
    if not _is_legacy(records):
        return {}
    return {
        number: cell
        for number, cell in enumerate(records[1])
        if cell and _LEGACY.fullmatch(records[0][number])
    }


def _own_column(reading: ProfileReading, *names: str) -> str | None:
    """Return the column that Qualtrics calls so, by name or by ImportId."""
    wanted = {each for name in names for each in (name, f"import:{name}")}
    return next((each for each in reading.table.columns if each.casefold() in wanted), None)


def _with_state(reading: ProfileReading) -> ProfileReading:
    """Return the reading with ``state:Finished``: complete, partial, or null where unknown."""
    rows = reading.table.rows
    state = pl.Series([None] * rows.height, dtype=pl.String)
    finished, progress = _own_column(reading, "finished"), _own_column(reading, "progress")
    if progress is not None:
        share = rows[progress].cast(pl.Float64, strict=False)
        state = pl.select(
            pl.when(share >= 100).then(pl.lit("complete")).when(share >= 0).then(pl.lit("partial"))
        ).to_series()
    if finished is not None:
        said = rows[finished].str.to_lowercase()
        said = said.replace_strict(_FINISHED, default=None, return_dtype=pl.String)
        state = said.zip_with(said.is_not_null(), state)
    return with_columns(reading, {"state:Finished": (finished or "", state)})


def _without_tests(name: str, reading: ProfileReading) -> ProfileReading:
    """Return the reading without previews, tests and spam; the channel tells in any language."""
    rows = reading.table.rows
    is_test = pl.repeat(0, rows.height, eager=True) == 1
    for column, words in (("status", _TEST_STATUS), ("distributionchannel", _TEST_CHANNELS)):
        own = _own_column(reading, column)
        if own is not None:
            is_test |= rows[own].str.to_lowercase().is_in(words).fill_null(value=False)
    mend = "A preview, test or spam response, no answer of a member; leave it out of the export."
    tests = aside(name, rows.filter(is_test)[ROW], None, "test_response", mend)
    return replace(
        reading,
        table=replace(reading.table, rows=rows.filter(~is_test)),
        set_aside=pl.concat([reading.set_aside, tests]),
    )


PROFILE = Qualtrics()
