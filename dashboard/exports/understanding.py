"""Tables nobody has described, as they are understood: how they are written, what they may hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import SourceError
from dashboard.exports.corrections import Corrections
from dashboard.exports.guesses import Described, TableGuess
from dashboard.exports.guessing import guess_table
from dashboard.exports.input_files import read_mapped_file
from dashboard.exports.mapping_format import parse_mapping
from dashboard.exports.native import is_companion
from dashboard.exports.profile import Recognition, recognised_files
from dashboard.exports.sheets import sheet_names

if TYPE_CHECKING:
    from dashboard.exports.files import ExportFiles
    from dashboard.exports.input_files import MappedFile
    from dashboard.exports.mapping_model import FileSpec
    from dashboard.exports.text_tables import InputTable

SHEETS = (".csv", ".tsv", ".txt", ".tab", ".xlsx", ".ods", ".parquet")
WORKBOOKS = (".xlsx", ".ods")
OF_SYSTEMS = (".sav", ".zsav", ".json", ".ndjson")
HEAD = 'format = "alliance-mapping"\nversion = 1'
PLAIN = ("plain", "csv")
"""Readers that take a table as it stands, where a profile knows it."""

PREVIEWED = 8
EXAMPLES = 3
_NO_TABLE = '[[table.families]]\nfile = "{}"\ncolumns.family_id = {{ value = "none" }}'
_NUMBER = r"^\s*[-+]?\d+([.,]\d+)?\s*$"
_LOOKED_AT = 200


@dataclass(frozen=True)
class Understood:
    """One table as it is understood.

    Attributes:
        file_id: Name by which the mapping calls it.
        file: Its file.
        profile: The system that wrote it, it seems; none for a plain table.
        form: Keys of ``[[file]]``: what was corrected, and what is no default.
        settled: How it was read: encoding, separator, decimal mark, rows of the header.
        guess: What its columns are taken for.
        preview: Its first rows.
        examples: First different cells of each column.
        row_count: How many rows it has.
        unread: Numbers of columns without a name of their own.
        notes: Sentences: what is worth knowing of the file as a whole.
        reasons: Sentences: by what the system was recognised.
        refused: Why it cannot be read; empty where it can.
        holds: The native columns that take a column, where nothing is guessed: ``table.column``.
    """

    file_id: str
    file: str
    profile: str | None = None
    form: Mapping[str, object] = field(default_factory=dict)
    settled: Mapping[str, str | int] = field(default_factory=dict)
    guess: TableGuess = field(default_factory=TableGuess)
    preview: pl.DataFrame = field(default_factory=pl.DataFrame)
    examples: Mapping[str, list[str]] = field(default_factory=dict)
    row_count: int = 0
    unread: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    refused: str = ""
    holds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def sheet(self) -> str:
        """Return the sheet that is read, empty for the first or where there are none."""
        return str(self.form.get("sheet", ""))


def understood_tables(
    listed: ExportFiles, corrections: Corrections | None = None
) -> list[Understood]:
    """Return every table of an export as it is understood, in the order of their names.

    Args:
        listed: Files of the export.
        corrections: What a person corrected.

    Returns:
        One entry for each table or sheet; one that cannot be read says why. Companions of
        another file (a dictionary of REDCap), manifests and mappings are none; empty for none.
    """
    given = corrections or Corrections()
    known = {each.file: each for each in recognised_files(listed)}
    beside = {name for each in known.values() for name in each.companions.values()}
    places = [
        (name, sheet)
        for name in listed.names
        if name not in beside and not is_companion(name)
        for sheet in _sheets(listed, name)
    ]
    found: list[Understood] = []
    for (name, sheet), file_id in zip(places, _ids(places), strict=True):
        form = dict(given.forms.get(file_id, {}))
        if sheet:
            form.setdefault("sheet", sheet)
        each = _as_recognised(Understood(file_id, name, form=form), known.get(name))
        found.append(_understood(listed, each, given.columns.get(file_id, {})))
    return found


def file_block(each: Understood) -> str:
    """Return the ``[[file]]`` of a table as TOML."""
    return "\n".join(_block_lines(each.file_id, each.file, each.profile, each.form))


def quoted(text: str) -> str:
    """Return a text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _sheets(listed: ExportFiles, name: str) -> list[str | None]:
    ending = PurePath(name).suffix.lower()
    if ending not in (*SHEETS, *OF_SYSTEMS):
        return []
    if ending in WORKBOOKS:
        sheets = sheet_names(listed.content(name))
        return list(sheets) if len(sheets) > 1 else [None]
    return [None]


def _ids(places: Sequence[tuple[str, str | None]]) -> list[str]:
    if len(places) == 1:
        return ["table"]
    found: list[str] = []
    for name, sheet in places:
        word = re.sub(r"\W+", "_", (sheet or PurePath(name).stem).casefold()).strip("_") or "table"
        found.append(word if word not in found else f"{word}_{len(found) + 1}")
    return found


def _as_recognised(each: Understood, known: Recognition | None) -> Understood:
    """Return a table with the reader that was corrected, else with the one that knows it."""
    form = dict(each.form)
    profile = str(form.pop("reader", "")) or (known.profile if known else None)
    if profile in PLAIN:
        profile = None
    if known is None or profile != known.profile:
        return replace(each, profile=profile, form=form)
    return replace(each, profile=profile, form={**known.settings, **form}, reasons=known.reasons)


def _understood(listed: ExportFiles, each: Understood, columns: Mapping[str, str]) -> Understood:
    try:
        read = read_mapped_file(listed, _spec(each), None)
        if each.profile is None and "header_rows" not in each.form:
            each, read = _with_second_header(listed, each, read)
    except SourceError as error:
        return replace(each, refused=str(error))
    return _described(each, read, columns)


def _described(empty: Understood, read: MappedFile, columns: Mapping[str, str]) -> Understood:
    [table] = read.tables
    replaced = _replaced(table)
    names = [
        name for name in read.rows.columns if not name.startswith("__") and name not in replaced
    ]
    beside = Described(table.labels, table.forms, table.no_answers)
    return replace(
        empty,
        settled=settled_form(table, read),
        guess=guess_table(read.rows, names, columns, beside),
        preview=read.rows.select(names).head(PREVIEWED),
        examples={name: first_entries(read.rows[name]) for name in names},
        row_count=table.row_count,
        unread=table.unread_columns,
        notes=tuple(dict.fromkeys([*(text for _, text in table.notes), *read.notices["message"]])),
    )


def _replaced(table: InputTable) -> set[str]:
    """Return the columns of states in codes that a profile offers in words beside them."""
    return {source for name, source in table.derived.items() if name == f"state:{source}"}


def _spec(each: Understood) -> FileSpec:
    text = f"{HEAD}\n\n{file_block(each)}\n\n{_NO_TABLE.format(each.file_id)}\n"
    [spec] = parse_mapping("the file", text.encode()).files.values()
    return spec


def _with_second_header(
    listed: ExportFiles, each: Understood, read: MappedFile
) -> tuple[Understood, MappedFile]:
    """Read a table again whose first row belongs to the header, and say so in its form."""
    if not _is_header(read.rows.drop("__row", "__file", strict=False)):
        return each, read
    rows: dict[str, object] = {**each.form, "header_rows": 2}
    if read.tables[0].unread_columns:
        rows["name_row"] = 2
    again = replace(each, form=rows)
    return again, read_mapped_file(listed, _spec(again), None)


def _is_header(rows: pl.DataFrame) -> bool:
    """Return whether the first row holds words where every row below holds numbers."""
    if rows.height < 3 or not rows.width:
        return False
    lead = rows.head(_LOOKED_AT)
    is_number = lead.select(pl.all().str.contains(_NUMBER))
    if any(is_number.row(0)):
        return False
    return any(
        lead[name][0] is not None and below.len() > 1 and below.all()
        for name in lead.columns
        if (below := is_number[name][1:].drop_nulls()).len()
    )


def settled_form(table: InputTable, read: MappedFile) -> dict[str, str | int]:
    """Return how a file was read: decimal mark, rows of the header, encoding, separator."""
    spec, dialect = read.spec, table.dialect
    form = spec.text_form
    found: dict[str, str | int] = {
        "decimal": spec.decimal or ".",
        "header_rows": form.header_rows,
        "name_row": form.name_row,
    }
    if dialect is not None:
        found |= {
            "encoding": dialect.encoding,
            "separator": dialect.separator,
            "quote": dialect.quote,
            "skip_rows": dialect.skip_rows,
        }
    return found


def first_entries(cells: pl.Series) -> list[str]:
    """Return the first different cells of a column as texts; empty for an empty column."""
    return [str(cell) for cell in cells.drop_nulls().unique(maintain_order=True).head(EXAMPLES)]


def _block_lines(
    file_id: str, file: str, profile: str | None, form: Mapping[str, object]
) -> Iterator[str]:
    yield "[[file]]"
    yield f"id = {quoted(file_id)}"
    yield f"path = {quoted(_plain_path(file))}"
    if profile:
        yield f"reader = {quoted(profile)}"
    for key, value in form.items():
        if isinstance(value, dict):
            named = ", ".join(f"{quoted(str(n))} = {quoted(str(v))}" for n, v in value.items())
            if named:
                yield f"{key} = {{ {named} }}"
        elif isinstance(value, bool):
            yield f"{key} = {str(value).lower()}"
        elif isinstance(value, int):
            yield f"{key} = {value}"
        elif value:
            yield f"{key} = {quoted(str(value))}"


def _plain_path(file: str) -> str:
    """Return a file name as a pattern that fits only itself."""
    return re.sub(r"([\[*?])", r"[\1]", file)
