"""Delimited text as a table of texts: every record counted, ragged ones kept apart."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.dialects import (
    Dialect,
    TextForm,
    found_encoding,
    lead_records,
    marked_encoding,
    settled_dialect,
)
from dashboard.exports.headers import (
    ROW,
    Header,
    header_notes,
    kept_columns,
    read_header,
    unread_columns,
)

if TYPE_CHECKING:
    from _csv import Reader

_LOOK = 65_536
_NO_ENCODINGS = ("idna", "punycode", "raw-unicode-escape", "unicode-escape")


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
        dialect: How the text is written; none for a file that is no text.
        refused: Values that are not taken, null in ``rows`` (``raw.ASIDE``); none for none.
        notes: Rule and sentence of what is worth knowing of the file as a whole.
        unread_columns: Numbers of filled columns without a name of their own.
        labels: By column, what a dictionary beside the file calls it.
        forms: By column, the form it belongs to.
        no_answers: Columns that the system fills in itself, such as days and addresses.
    """

    file: str
    rows: pl.DataFrame
    row_count: int
    sha256: str
    ragged_rows: list[int] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    derived: Mapping[str, str] = field(default_factory=dict)
    dialect: Dialect | None = None
    refused: pl.DataFrame | None = None
    notes: list[tuple[str, str]] = field(default_factory=list)
    unread_columns: tuple[int, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    no_answers: frozenset[str] = frozenset()

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
    dialect, text = _settled(file, content, form)
    if form.needs_final_newline and not text.endswith((b"\n", b"\r")):
        message = (
            f"{file}: the last line has no line end, so the file may still be being written. "
            "Wait and try again; if it is whole, add a manifest with its sha256, or end the "
            "last line."
        )
        raise PendingSource(message)
    header = _header(file, text, form, dialect)
    rows, ragged = _fast_rows(text, dialect, header.names), list[int]()
    if rows is None:
        rows, ragged, dialect = _exact_rows(file, text, dialect, header.names)
    return InputTable(
        file=file,
        rows=kept_columns(rows),
        row_count=rows.height + len(ragged),
        sha256=digest,
        ragged_rows=ragged,
        passed_over=header.passed_over,
        dialect=dialect,
        notes=[*_dialect_notes(dialect), *_lost(text), *header_notes(header, rows)],
        unread_columns=unread_columns(header, rows),
    )


def settled_form(file: str, content: bytes, form: TextForm) -> TextForm:
    """Return a form with separator, quotes and rows before the header settled.

    Raises:
        SourceError: If the file is empty or cannot be decoded.
    """
    dialect, _ = _settled(file, content, form)
    return replace(
        form, separator=dialect.separator, quote=dialect.quote, skip_rows=dialect.skip_rows
    )


def first_record(file: str, content: bytes, form: TextForm) -> list[str]:
    """Return the fields of the first record that counts, trimmed; empty for a blank line.

    Raises:
        SourceError: If the file is empty, cannot be decoded, or ends before that record.
    """
    dialect, text = _settled(file, content, form)
    reader = _reader(text, dialect, strict=False)
    try:
        for _ in range(dialect.skip_rows):
            next(reader)
        return [field.strip() for field in next(reader)]
    except (StopIteration, csv.Error):
        message = f"{file}: expected a header in row {dialect.skip_rows + 1}; there is none."
        raise SourceError(message) from None


def first_records(file: str, content: bytes, form: TextForm) -> tuple[Dialect, list[list[str]]]:
    """Return how a text is written and its first filled records from the header on, trimmed.

    Raises:
        SourceError: If the file is empty or cannot be decoded.
    """
    dialect, text = _settled(file, content, form)
    records = lead_records(text[:_LOOK].decode("utf-8", errors="ignore"), dialect)
    trimmed = [[cell.strip() for cell in record] for record in records[dialect.skip_rows :]]
    return dialect, [record for record in trimmed if any(record)]


def _settled(file: str, content: bytes, form: TextForm) -> tuple[Dialect, bytes]:
    if not content:
        message = f"{file}: the file is empty; expected a header and rows. Export it anew."
        raise SourceError(message)
    text, encoding = decoded_text(file, content, form)
    has_mark = marked_encoding(content) is not None
    return settled_dialect(text, form, encoding, has_mark=has_mark), text


def is_text_encoding(name: str) -> bool:
    """Return whether a name is that of an encoding that turns bytes into text."""
    try:
        known = codecs.lookup(name).name
        return known not in _NO_ENCODINGS and "a".encode(known).decode(known) == "a"
    except (LookupError, ValueError):
        return False


def decoded_text(file: str, content: bytes, form: TextForm) -> tuple[bytes, str]:
    """Return a text as UTF-8 without byte order mark, and the encoding it came in.

    Args:
        file: Name for messages.
        content: Bytes of the file.
        form: Which encoding was declared; a mark goes before it, and so does valid UTF-8.

    Raises:
        SourceError: If the encoding is unknown or does not fit, or the text holds NUL.
    """
    if not is_text_encoding(form.encoding):
        message = f"{file}: '{form.encoding}' is no known encoding; try 'utf-8' or 'cp1252'."
        raise SourceError(message)
    known = codecs.lookup(found_encoding(content, form.encoding)).name
    try:
        text = content.decode(known)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        start = content.rfind(b"\n", 0, error.start) + 1
        message = (
            f"{file}: line {line} is not {known} text, from its byte {error.start - start + 1} on. "
            "Save the file as UTF-8, or declare its encoding in a mapping (for instance "
            'encoding = "cp1252").'
        )
        raise SourceError(message) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        message = (
            f"{file}: line {line} holds NUL characters, so it is no {known} text. Export it as "
            "UTF-8."
        )
        raise SourceError(message)
    if known == "utf-8":
        return content.removeprefix(codecs.BOM_UTF8), known
    return text.removeprefix("\ufeff").encode("utf-8", errors="replace"), known


def _dialect_notes(dialect: Dialect) -> list[tuple[str, str]]:
    notes = [("perhaps_a_header", doubt) for doubt in dialect.doubts]
    if dialect.is_plain:
        return notes
    return [("read_as", f"Read as: {dialect.words()}. A mapping can say otherwise."), *notes]


def _lost(text: bytes) -> list[tuple[str, str]]:
    place = text.find("\ufffd".encode())
    if place < 0:
        return []
    line = text.count(b"\n", 0, place) + 1
    message = (
        f"From line {line} on, characters stand as the sign for 'unknown': an earlier step lost "
        "them. Export again in UTF-8 from the system itself."
    )
    return [("lost_characters", message)]


def _records(file: str, text: bytes, dialect: Dialect) -> tuple[list[list[str]], Dialect]:
    """Return every record; where quotes do not pair up, once more with a backslash before them."""
    reader = _reader(text, dialect)
    try:
        return list(reader), dialect
    except csv.Error:
        if dialect.escape is None and b"\\" + dialect.quote.encode() in text:
            return _records(file, text, replace(dialect, escape="\\"))
        message = (
            f"{file}: after line {reader.line_num} the quotes do not pair up, or a field is "
            "longer than 131,072 characters. Export the file again with quoted texts closed."
        )
        raise SourceError(message) from None


def _reader(text: bytes, dialect: Dialect, *, strict: bool = True) -> Reader:
    return csv.reader(
        io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline=""),
        delimiter=dialect.separator,
        quotechar=dialect.quote,
        escapechar=dialect.escape,
        skipinitialspace=dialect.is_spaced,
        strict=strict,
    )


def _header(file: str, text: bytes, form: TextForm, dialect: Dialect) -> Header:
    if form.header_rows == 0:
        return Header(list(form.columns))
    wanted = dialect.skip_rows + dialect.name_row
    reader = _reader(text, dialect, strict=False)
    names: list[str] = []
    try:
        for _ in range(wanted):
            names = next(reader)
    except (StopIteration, csv.Error):
        message = f"{file}: expected a header in row {wanted}; the file ends before it."
        raise SourceError(message) from None
    if not any(name.strip() for name in names):
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
    return read_header(file, names, form, wanted)


def _fast_rows(text: bytes, dialect: Dialect, names: list[str]) -> pl.DataFrame | None:
    """Return the rows of a regular file, or none where every record has to be looked at."""
    is_usual = dialect.quote == '"' and not dialect.is_spaced
    if len(names) < 2 or not is_usual:
        return None
    count_records = _quoted_count if b'"' in text else _plain_count
    record_count = count_records(text, dialect.separator, len(names), dialect.lead)
    if not record_count:
        return None
    try:
        rows = pl.read_csv(
            text,
            has_header=False,
            skip_lines=dialect.lead,
            schema=dict.fromkeys(names, pl.String),
            separator=dialect.separator,
            row_index_name=ROW,
            row_index_offset=dialect.lead + 1,
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
    reader = _reader(content, Dialect(separator=separator))
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
    file: str, text: bytes, dialect: Dialect, names: list[str]
) -> tuple[pl.DataFrame, list[int], Dialect]:
    records, dialect = _records(file, text, dialect)
    lead = dialect.lead
    if len(records) < lead:
        many = dialect.header_rows > 1
        place = f"rows {dialect.skip_rows + 1} to {lead}" if many else f"row {lead}"
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
    rows = rows.with_columns(pl.Series(ROW, numbers, dtype=pl.UInt32))
    return filled_rows(rows, names), ragged, dialect


def filled_rows(rows: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Return the rows trimmed, empty texts as null, rows of separators only left out."""
    trimmed = pl.col(names).str.strip_chars()
    rows = rows.with_columns(pl.when(trimmed.str.len_bytes() > 0).then(trimmed))
    return rows.filter(pl.any_horizontal(pl.col(names).is_not_null()))
