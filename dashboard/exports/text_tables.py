"""Delimited text as a table of texts: every record counted, ragged ones kept apart."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.schemas import NATIVE_TABLES

ROW = "__row"
"""Internal column: number of the record as a person counts, the first line being row 1."""

RESERVED = "__"
"""How internal columns begin; a column of a file that begins so is passed over and noted."""

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NO_ENCODINGS = ("idna", "punycode", "raw-unicode-escape", "unicode-escape")
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True)
class TextForm:
    """How a delimited text file is written.

    Attributes:
        separator: One character between fields.
        encoding: Name of the encoding; a byte order mark of UTF-8 is passed over.
        skip_rows: Records before the header.
        header_rows: Records of the header; 0 when the file has none and ``columns`` names them.
        name_row: Which of the header records holds the names, from 1.
        columns: Names of the columns of a file without header.
        expected: Names of which the header holds at least one; none: any header will do.
        needs_final_newline: Whether a last line without line end means "still being written".
    """

    separator: str = ","
    encoding: str = "utf-8"
    skip_rows: int = 0
    header_rows: int = 1
    name_row: int = 1
    columns: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    needs_final_newline: bool = True


@dataclass(frozen=True)
class InputTable:
    """One file or sheet, read: its columns as they stand, and the records that are no row.

    Attributes:
        file: Name of the file, with the sheet where there are several.
        rows: One row per sound record, texts (or typed values where the format has types),
            with ``__row``.
        ragged_rows: Row numbers of records with too many or too few fields.
        row_count: Sound and ragged records together; blank lines are no records.
        sha256: Of the bytes of the file.
        passed_over: Columns that were not read, because their names begin as internal ones do.
        derived: Columns of ``rows`` that a profile made, and of which column of the file.
    """

    file: str
    rows: pl.DataFrame
    row_count: int
    sha256: str
    ragged_rows: list[int] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    derived: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """Return the names of the columns, without the internal one."""
        return [name for name in self.rows.columns if name != ROW]


def read_text_table(file: str, content: bytes, form: TextForm, digest: str) -> InputTable:
    """Read delimited text; every field is a text, an empty one is null.

    Args:
        file: Name for messages.
        content: Bytes of the file.
        form: How it is written.
        digest: SHA-256 of the bytes.

    Raises:
        PendingSource: If the last line has no line end although the form asks for one.
        SourceError: If the file is empty, cannot be decoded, has no header, names a column
            twice or not at all, or holds quotes that never close.
    """
    if not content:
        message = f"{file}: the file is empty; expected a header and rows. Export it anew."
        raise SourceError(message)
    content = _decoded(file, content, form)
    if form.needs_final_newline and not content.endswith((b"\n", b"\r")):
        message = (
            f"{file}: the last line has no line end, so the file may still be being written. "
            "Wait and try again; if it is whole, add a manifest with its sha256, or end the "
            "last line."
        )
        raise PendingSource(message)
    names = _header(file, content, form)
    safe = safe_names(names)
    rows, ragged = _fast_rows(content, form, safe), list[int]()
    if rows is None:
        rows, ragged = _exact_rows(file, content, form, safe)
    return InputTable(
        file=file,
        rows=kept_columns(rows),
        row_count=rows.height + len(ragged),
        sha256=digest,
        ragged_rows=ragged,
        passed_over=[name for name in names if name.startswith(RESERVED)],
    )


def first_record(file: str, content: bytes, form: TextForm) -> list[str]:
    """Return the fields of the first record that counts, trimmed; empty for a blank line.

    Raises:
        SourceError: If the file is empty, cannot be decoded, or ends before that record.
    """
    if not content:
        message = f"{file}: the file is empty; expected a header and rows. Export it anew."
        raise SourceError(message)
    content = _decoded(file, content, form).removeprefix(codecs.BOM_UTF8)
    reader = csv.reader(_lines(content), delimiter=form.separator)
    try:
        for _ in range(form.skip_rows):
            next(reader)
        return [field.strip() for field in next(reader)]
    except (StopIteration, csv.Error):
        message = f"{file}: expected a header in row {form.skip_rows + 1}; there is none."
        raise SourceError(message) from None


def safe_names(names: list[str]) -> list[str]:
    """Return names under which columns can be read beside the internal ones, in their order."""
    return [
        f"{RESERVED}column_{number}" if name.startswith(RESERVED) else name
        for number, name in enumerate(names, start=1)
    ]


def kept_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows without the columns that only ``safe_names`` could name."""
    return rows.drop(name for name in rows.columns if name.startswith(RESERVED) and name != ROW)


def likely_separator(line: str) -> str | None:
    """Return the separator that a header line seems to use, or none where it has none."""
    counts = {separator: line.count(separator) for separator in _SEPARATORS}
    best = max(counts, key=lambda separator: counts[separator])
    return best if counts[best] else None


def separator_word(separator: str) -> str:
    """Return the name of a separator for a sentence."""
    return _SEPARATORS.get(separator, f"'{separator}'")


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


def is_text_encoding(name: str) -> bool:
    """Return whether a name is that of an encoding that turns bytes into text."""
    try:
        known = codecs.lookup(name).name
        return known not in _NO_ENCODINGS and "a".encode(known).decode(known) == "a"
    except (LookupError, ValueError):
        return False


def _decoded(file: str, content: bytes, form: TextForm) -> bytes:
    if not is_text_encoding(form.encoding):
        message = f"{file}: '{form.encoding}' is no known encoding; try 'utf-8' or 'cp1252'."
        raise SourceError(message)
    known = codecs.lookup(form.encoding).name
    if known == "utf-8":
        content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode(known)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        seems = "utf-16" if content.startswith(_UTF16_MARKS) else "cp1252"
        message = (
            f"{file}: line {line} is not {known} text. Save the file as UTF-8, or declare its "
            f'encoding in a mapping (for instance encoding = "{seems}").'
        )
        raise SourceError(message) from None
    if "\0" in text:
        message = f"{file}: holds NUL characters, so it is no {known} text. Export it as UTF-8."
        raise SourceError(message)
    return content if known == "utf-8" else text.removeprefix("\ufeff").encode()


def _records(file: str, content: bytes, separator: str) -> list[list[str]]:
    reader = csv.reader(_lines(content), delimiter=separator, strict=True)
    try:
        return list(reader)
    except csv.Error:
        message = (
            f"{file}: after line {reader.line_num} the quotes do not pair up, or a field is "
            "longer than 131,072 characters. Export the file again with quoted texts closed."
        )
        raise SourceError(message) from None


def _lines(content: bytes) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="")


def _header(file: str, content: bytes, form: TextForm) -> list[str]:
    if form.header_rows == 0:
        return list(form.columns)
    wanted = form.skip_rows + form.name_row
    reader = csv.reader(_lines(content), delimiter=form.separator)
    names: list[str] = []
    try:
        for _ in range(wanted):
            names = next(reader)
    except (StopIteration, csv.Error):
        message = f"{file}: expected a header in row {wanted}; the file ends before it."
        raise SourceError(message) from None
    if not names:
        message = (
            f"{file}: expected a header in row {wanted}; that row is blank. Remove the blank rows "
            "before the header, or declare skip_rows in a mapping."
        )
        raise SourceError(message)
    names = [name.strip() for name in names]
    if form.expected and not set(form.expected) & set(names):
        message = (
            f"{file}: row {wanted} holds none of the columns expected there "
            f"({', '.join(form.expected)}). Write the header as row {wanted}."
        )
        raise SourceError(message)
    check_names(file, names)
    return names


def _fast_rows(content: bytes, form: TextForm, names: list[str]) -> pl.DataFrame | None:
    """Return the rows of a regular file, or none where every record has to be looked at."""
    lead = form.skip_rows + form.header_rows
    if len(names) < 2:
        return None
    count_records = _quoted_count if b'"' in content else _plain_count
    record_count = count_records(content, form.separator, len(names), lead)
    if not record_count:
        return None
    try:
        rows = pl.read_csv(
            content,
            has_header=False,
            skip_lines=lead,
            schema=dict.fromkeys(names, pl.String),
            separator=form.separator,
            row_index_name=ROW,
            row_index_offset=lead + 1,
        )
    except pl.exceptions.PolarsError:
        return None
    if rows.height != record_count:
        return None
    return filled_rows(rows.select(*names, pl.col(ROW).cast(pl.UInt32)), names)


def _plain_count(content: bytes, separator: str, width: int, lead: int) -> int:
    """Return the number of records of a text without quotes; 0 where a record is not regular.

    No line is blank and the separators add up; a line with too many of them is refused by the
    reader itself, so that none has too few either.
    """
    if content.count(b"\r") != content.count(b"\r\n") or not content.endswith(b"\n"):
        return 0
    if b"\n\n" in content or b"\n\r\n" in content:
        return 0
    start = 0
    for _ in range(lead):
        start = content.find(b"\n", start) + 1
        if start == 0:
            return 0
    count = content.count(b"\n", start)
    return count if content.count(separator.encode(), start) == count * (width - 1) else 0


def _quoted_count(content: bytes, separator: str, width: int, lead: int) -> int:
    """Return the number of records of a text with quotes; 0 where a record is not regular."""
    reader = csv.reader(_lines(content), delimiter=separator, strict=True)
    try:
        for _ in range(lead):
            next(reader)
        if reader.line_num != lead:
            return 0
        count = 0
        for record in reader:
            if len(record) != width:
                return 0
            count += 1
    except (csv.Error, StopIteration):
        return 0
    return count


def _exact_rows(
    file: str, content: bytes, form: TextForm, names: list[str]
) -> tuple[pl.DataFrame, list[int]]:
    records = _records(file, content, form.separator)
    lead = form.skip_rows + form.header_rows
    if len(records) < lead:
        place = f"rows {form.skip_rows + 1} to {lead}" if form.header_rows > 1 else f"row {lead}"
        message = f"{file}: expected a header in {place}; the file ends before its header does."
        raise SourceError(message)
    sound: list[list[str]] = []
    numbers: list[int] = []
    ragged: list[int] = []
    for number, record in enumerate(records[lead:], start=lead + 1):
        if len(record) == len(names):
            sound.append(record)
            numbers.append(number)
        elif any(field.strip() for field in record):
            ragged.append(number)
    columns = zip(*sound, strict=True) if sound else [()] * len(names)
    rows = pl.DataFrame(
        dict(zip(names, columns, strict=True)), schema=dict.fromkeys(names, pl.String)
    )
    return filled_rows(rows.with_columns(pl.Series(ROW, numbers, dtype=pl.UInt32)), names), ragged


def filled_rows(rows: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Return the rows trimmed, empty texts as null, rows of separators only left out."""
    trimmed = pl.col(names).str.strip_chars()
    rows = rows.with_columns(pl.when(trimmed.str.len_bytes() > 0).then(trimmed))
    return rows.filter(pl.any_horizontal(pl.col(names).is_not_null()))
