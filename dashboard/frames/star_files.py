"""The tables of a star as files: a folder of Parquet, or one workbook with its definitions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from dashboard.domain.disclosure import Level
from dashboard.errors import DisclosureError, FrameError
from dashboard.frames.disclosure import OUTSIDE_MEASURES
from dashboard.frames.placing import README, new_file, new_folder
from dashboard.frames.star import MADE, TABLES, StarRequest, star_definitions, star_tables
from dashboard.frames.writing import XLSX_ROWS, workbook_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from dashboard.store import Store

MARK = "# Dimensions and facts written by alliance export"
DICTIONARY = "dictionary"
XLSX_CELLS = 4_000_000
_WORD = re.compile(r"[A-Za-z0-9._-]+")
_FOR_WHOM: Mapping[Level, str] = {
    Level.SUPERVISION: "Level A, for the group itself: ids and days as they are.",
    Level.SNAPSHOT: (
        "Level B: ids are codes of this service, and days are Mondays of weeks counted from its "
        "first session, which stands on 3 January 2000. Free texts are left out."
    ),
    Level.OUTSIDE: (
        "Level C, for outside: threats by quarter; counts up to 7 are left out, others rounded "
        "to 5."
    ),
}


@dataclass(frozen=True)
class Untold:
    """What may not stand in any cell.

    Attributes:
        words: Ids and days, as whole words.
        texts: Free texts, anywhere in a cell.
    """

    words: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()

    def require_none(self, table: str, rows: pl.DataFrame) -> None:
        """Refuse rows that hold any of it.

        Raises:
            DisclosureError: Naming the table, never what was found.
        """
        cells = {cell for column in rows.select(pl.selectors.string()) for cell in column.unique()}
        said = "\n".join(sorted(cell for cell in cells if cell is not None))
        folded = said.casefold()
        if self.words.isdisjoint(_WORD.findall(said)) and not any(
            text in folded for text in self.texts
        ):
            return
        message = (
            f"Nothing was written: table '{table}' would tell an id, a day or a free text of the "
            "export. Report this as a defect with the version of the board."
        )
        raise DisclosureError(message)


def write_star(store: Store, folder: Path, request: StarRequest, untold: Untold) -> dict[str, int]:
    """Write the tables as a folder of Parquet files, and return their rows by table.

    Args:
        store: An open store.
        folder: New, empty, or an earlier export of this kind, which stays until this one is whole.
        request: What is to be told.
        untold: What may not stand in it.

    Raises:
        DisclosureError: If nothing is chosen, it would tell what it may not, files of somebody
            else lie there, or it cannot be written.
        PendingSource: If another run is writing it.
    """
    columns: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    with new_folder(folder, MARK, known_files()) as beside:
        for table, rows in _told(store, request, untold):
            rows.write_parquet(beside / f"{table}.parquet", compression="zstd")
            columns[table], counts[table] = rows.columns, rows.height
        definitions = star_definitions(columns)
        definitions.write_parquet(beside / f"{DICTIONARY}.parquet", compression="zstd")
        page = _page(store, request, counts, definitions)
        (beside / README).write_text(page, encoding="utf-8", newline="\n")
    return counts


def write_workbook(
    store: Store, file: Path, request: StarRequest, untold: Untold
) -> dict[str, int]:
    """Write the tables as sheets of one workbook, with their definitions; return rows by table.

    Args:
        store: An open store.
        file: File to write; the one of that name stays until this one is whole.
        request: What is to be told.
        untold: What may not stand in it.

    Raises:
        DisclosureError: If nothing is chosen, it would tell what it may not, or it cannot be
            written.
        FrameError: If there are more rows than a workbook is good for.
        PendingSource: If another run is writing it.
    """
    tables = dict(_small(_told(store, request, untold)))
    definitions = star_definitions({table: rows.columns for table, rows in tables.items()})
    about = pl.DataFrame({"about": [*_lines(store, request), *_HINTS]})
    sheets = {"about": about, **tables, "definitions": definitions}
    with new_file(file) as beside:
        beside.write_bytes(workbook_bytes(sheets))
    return {table: rows.height for table, rows in tables.items()}


def known_files() -> set[str]:
    """Return the names of all files that such a folder may hold."""
    outside = {f"fact_{measure}" for measure in OUTSIDE_MEASURES}
    return {README, *(f"{table}.parquet" for table in (*TABLES, *MADE, *outside, DICTIONARY))}


def _told(store: Store, request: StarRequest, untold: Untold) -> Iterator[tuple[str, pl.DataFrame]]:
    for table, rows in star_tables(store, request):
        untold.require_none(table, rows)
        yield table, rows


def _small(tables: Iterable[tuple[str, pl.DataFrame]]) -> Iterator[tuple[str, pl.DataFrame]]:
    cells = 0
    for table, rows in tables:
        cells += rows.height * rows.width
        if rows.height > XLSX_ROWS or cells > XLSX_CELLS:
            message = (
                f"A workbook of more than {XLSX_CELLS} cells, or of more than {XLSX_ROWS} rows in "
                "a sheet, opens in no spreadsheet. Choose fewer cases, or write --format star."
            )
            raise FrameError(message)
        yield table, rows


_HINTS = (
    "Scores are raw points. Nothing is interpolated; an empty cell means that nothing is known.",
    "A score that is missing has its reason in the column state.",
    "Signals are things to ask about, never verdicts; see the meaning of each column.",
    "Pseudonymised, not anonymous: a small family is recognised by whoever knows it.",
)


def _lines(store: Store, request: StarRequest) -> list[str]:
    facts = store.facts
    as_of = facts.as_of.isoformat() if facts.as_of and request.level is Level.SUPERVISION else ""
    return [
        _FOR_WHOM[request.level],
        *([f"Data as of {as_of}."] if as_of else []),
        f"Rules of the signals: version {facts.rules_version}.",
    ]


def _page(
    store: Store, request: StarRequest, counts: Mapping[str, int], definitions: pl.DataFrame
) -> str:
    lines = [MARK, "", *_lines(store, request), "", *(f"- {hint}" for hint in _HINTS), "", _READING]
    for table, count in counts.items():
        lines += ["", f"## {table}", "", f"{count} rows.", "", *_columns(table, definitions)]
    return "\n".join(lines) + "\n"


def _columns(table: str, definitions: pl.DataFrame) -> Iterator[str]:
    yield "| column | type | leads to | meaning |"
    yield "|---|---|---|---|"
    for row in definitions.filter(pl.col("table") == table).iter_rows(named=True):
        meaning = row["meaning"].replace("|", "\\|")
        yield f"| {row['column']} | {row['type']} | {row['refers_to'] or ''} | {meaning} |"


_READING = """\
One Parquet file for each table; `dictionary.parquet` holds what this page says of columns. Facts
lead to dimensions by the column named under "leads to": one key, many rows.

In R:

    ratings <- arrow::read_parquet("fact_ratings.parquet")
    scales <- arrow::read_parquet("dim_scale.parquet")
    dplyr::left_join(ratings, scales, by = c("scale_key", "instrument_id", "scale"))

In a BI program: load the files, then relate each column to the key of the table it leads to."""
