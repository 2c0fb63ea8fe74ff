"""How a delimited text is written: what was declared of it, and what was found in it."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
"""Separators that are looked for where none is declared, with their names."""

HEADER_WITHIN = 30
"""A header is looked for in so many records from the top."""

_LEAD = 65_536
_LEAD_RECORDS = 400
_EVEN_SHARE = 0.5
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE_ENDS = {"\r\n": "CRLF", "\n": "LF", "\r": "CR"}


@dataclass(frozen=True)
class TextForm:
    """How a delimited text file is said to be written; what is left open is found in it.

    Attributes:
        separator: One character between fields; none: found.
        encoding: Used where the bytes begin with no byte order mark and are no UTF-8.
        skip_rows: Records before the header; none: found.
        header_rows: Records of the header; 0 when the file has none and ``columns`` names them.
        name_row: Which of the header records holds the names, from 1.
        columns: Names of the columns of a file without header.
        expected: Names of which the header holds at least one; none: any header will do.
        needs_final_newline: Whether a last line without line end means "still being written".
        quote: The character around texts that hold separators; none: found.
        names: Names of columns by their number, where the header gives none or doubts.
        sought: Names that will be asked for: they tell the header from what stands above it.
        sought_patterns: Regular expressions of further names that will be asked for.
        is_forgiving: Whether columns without a name of their own are passed over and noted.
    """

    separator: str | None = ","
    encoding: str = "utf-8"
    skip_rows: int | None = 0
    header_rows: int = 1
    name_row: int = 1
    columns: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    needs_final_newline: bool = True
    quote: str | None = '"'
    names: Mapping[int, str] = field(default_factory=dict)
    sought: tuple[str, ...] = ()
    sought_patterns: tuple[str, ...] = ()
    is_forgiving: bool = False


@dataclass(frozen=True)
class Dialect:
    """How a text file is written, every point settled.

    Attributes:
        encoding: Name of the encoding; "utf-8" for plain ASCII.
        has_mark: Whether a byte order mark stands at its start.
        separator: Between fields.
        quote: Around texts.
        escape: Before a quote within quotes, where it is not doubled; none is usual.
        line_end: "LF", "CRLF", "CR", or "none" for a single line.
        is_spaced: Whether spaces stand between a separator and a quote.
        skip_rows: Records before the header.
        header_rows: Records of the header.
        name_row: Which of them holds the names.
        doubts: Sentences about what may be read otherwise.
    """

    encoding: str = "utf-8"
    has_mark: bool = False
    separator: str = ","
    quote: str = '"'
    escape: str | None = None
    line_end: str = "LF"
    is_spaced: bool = False
    skip_rows: int = 0
    header_rows: int = 1
    name_row: int = 1
    doubts: tuple[str, ...] = ()

    @property
    def lead(self) -> int:
        """Return how many records stand before the first row."""
        return self.skip_rows + self.header_rows

    @property
    def is_plain(self) -> bool:
        """Return whether there is nothing to tell: UTF-8, commas, names in row 1."""
        return replace(self, has_mark=False, line_end="LF", doubts=()) == Dialect(
            header_rows=self.header_rows, name_row=self.name_row
        )

    def words(self) -> str:
        """Return the dialect for a sentence, for instance "utf-8, comma, LF, names in row 1"."""
        parts = [self.encoding + (" with byte order mark" if self.has_mark else "")]
        parts.append(separator_word(self.separator))
        if self.quote != '"':
            parts.append(f"quotes {self.quote}")
        if self.escape is not None:
            parts.append(f"quotes within quotes after {self.escape}")
        parts.append(f"line ends {self.line_end}")
        if self.header_rows == 0:
            parts.append("no header")
        else:
            parts.append(f"names in row {self.skip_rows + self.name_row}")
        if self.header_rows > 1:
            parts.append(f"first row of data {self.lead + 1}")
        return ", ".join(parts)


def marked_encoding(content: bytes) -> str | None:
    """Return the encoding that a byte order mark at the start names, or none without one."""
    return next((name for mark, name in _MARKS if content.startswith(mark)), None)


def found_encoding(content: bytes, declared: str) -> str:
    """Return the encoding of a text: by its mark, else UTF-8 where it is, else the declared one.

    Plain ASCII says nothing, so that there the declared one holds (UTF-16 without a mark is
    ASCII and NUL).
    """
    marked = marked_encoding(content)
    if marked is not None or content.isascii():
        return marked or declared
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return declared
    return "utf-8"


def separator_word(separator: str) -> str:
    """Return the name of a separator for a sentence."""
    return SEPARATORS.get(separator, f"'{separator}'")


def likely_separator(line: str) -> str | None:
    """Return the separator that a header line seems to use, or none where it has none."""
    counts = {separator: line.count(separator) for separator in SEPARATORS}
    best = max(counts, key=lambda separator: counts[separator])
    return best if counts[best] else None


def settled_dialect(text: bytes, form: TextForm, encoding: str, *, has_mark: bool) -> Dialect:
    """Return how a text is written: as declared, and as found where nothing is declared.

    Args:
        text: The whole text as UTF-8.
        form: What was declared.
        encoding: The encoding it came in.
        has_mark: Whether it came with a byte order mark.

    Returns:
        The settled dialect. Without any separator in the text it is the comma.
    """
    lead = text[:_LEAD].decode("utf-8", errors="ignore")
    if len(text) > _LEAD and "\n" in lead:
        lead = lead[: lead.rfind("\n") + 1]
    draft = Dialect(
        encoding=encoding,
        has_mark=has_mark,
        quote=form.quote or '"',
        line_end=_line_end(lead),
        header_rows=form.header_rows,
        name_row=form.name_row if form.header_rows else 0,
    )
    draft = replace(draft, separator=form.separator or _separator(lead, draft, form))
    records = lead_records(lead, draft)
    if form.quote is None and _is_wrapped(records, "'"):
        draft = replace(draft, quote="'")
        records = lead_records(lead, draft)
    if any(cell.lstrip(" ") != cell and _is_open(cell, draft) for row in records for cell in row):
        draft = replace(draft, is_spaced=True)
        records = lead_records(lead, draft)
    skip_rows = form.skip_rows if form.skip_rows is not None else found_skip(records, form)
    draft = replace(draft, skip_rows=skip_rows)
    return replace(draft, doubts=header_doubts(records, draft))


def found_skip(records: list[list[str]], form: TextForm) -> int:
    """Return how many records stand before the header.

    Where names are sought it is the record that holds most of them, at least half; else the
    first one with more than one filled field (any filled one in a table of one column).

    Args:
        records: The first records.
        form: What was declared, with the names that are sought.
    """
    if form.header_rows == 0:
        return 0
    top = [[cell.strip() for cell in record] for record in records[:HEADER_WITHIN]]
    counts = [len(asked_names(form) & set(record)) for record in top]
    most = max(counts, default=0)
    if most and most * 2 >= len(form.sought):
        return max(counts.index(most) - (form.name_row - 1), 0)
    least = 2 if any(_filled(record) > 1 for record in top) else 1
    return next((place for place, record in enumerate(top) if _filled(record) >= least), 0)


def asked_names(form: TextForm) -> set[str]:
    """Return the names that are sought, and those that sought ones are made of (``WHAT:NAME``)."""
    return {*form.sought, *(name.split(":", 1)[-1] for name in form.sought)}


def header_doubts(records: list[list[str]], dialect: Dialect) -> tuple[str, ...]:
    """Return a sentence where the first row seems to belong to the header.

    It does where it holds words in a column that has only numbers below, and no number itself.
    """
    rows = [row for row in records[dialect.lead :] if _filled(row)]
    if dialect.header_rows == 0 or len(rows) < 3 or any(_is_number(cell) for cell in rows[0]):
        return ()
    columns = list(zip(*rows, strict=False))
    if any(column[0].strip() and _only_numbers(column[1:]) for column in columns):
        number = dialect.lead + 1
        doubt = (
            f"Row {number} holds words where every row below holds numbers; if it belongs to the "
            f"header, set header_rows = {dialect.header_rows + 1}."
        )
        return (doubt,)
    return ()


def lead_records(lead: str, dialect: Dialect) -> list[list[str]]:
    """Return the first records of a text as a dialect splits them; those before a fault."""
    reader = csv.reader(
        io.StringIO(lead, newline=""),
        delimiter=dialect.separator,
        quotechar=dialect.quote,
        skipinitialspace=dialect.is_spaced,
    )
    records = []
    try:
        for record in reader:
            records.append(record)
            if len(records) == _LEAD_RECORDS:
                break
    except csv.Error:
        return records
    return records


def _separator(lead: str, draft: Dialect, form: TextForm) -> str:
    """Return the separator that shows most sought names, then the most even rows."""
    best, best_score = ",", (0, 0.0, 0)
    for separator in SEPARATORS:
        records = lead_records(lead, replace(draft, separator=separator))
        score = (_names_found(records, form), *_evenness(records))
        if score[2] and score > best_score:
            best, best_score = separator, score
    return best


def _names_found(records: list[list[str]], form: TextForm) -> int:
    sought = asked_names(form)
    top = ({cell.strip() for cell in record} for record in records[:HEADER_WITHIN])
    return max((len(sought & cells) for cells in top), default=0)


def _evenness(records: list[list[str]]) -> tuple[float, int]:
    """Return the share of records with the most usual number of fields above 1, and that number."""
    filled = [len(record) for record in records if _filled(record)]
    widths = Counter(width for width in filled if width > 1)
    if not widths:
        return 0.0, 0
    width, count = widths.most_common(1)[0]
    share = count / len(filled)
    return (share, width) if share >= _EVEN_SHARE or filled[0] > 1 else (0.0, 0)


def _filled(record: list[str]) -> int:
    return sum(1 for cell in record if cell.strip())


def _is_wrapped(records: list[list[str]], quote: str) -> bool:
    """Return whether every field of the first filled record stands in such quotes."""
    first = next((record for record in records if _filled(record)), [])
    return bool(first) and all(
        len(cell) > 1 and cell.startswith(quote) and cell.endswith(quote) for cell in first
    )


def _is_open(cell: str, dialect: Dialect) -> bool:
    return cell.lstrip(" ").startswith(dialect.quote)


def _line_end(lead: str) -> str:
    return next((word for end, word in _LINE_ENDS.items() if end in lead), "none")


def _only_numbers(cells: tuple[str, ...]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) > 1 and all(_is_number(cell) for cell in filled)


def _is_number(cell: str) -> bool:
    try:
        float(cell.strip().replace(",", ".", 1))
    except ValueError:
        return False
    return True
