"""What a mapping file says, as values: files, blocks, columns, conditions, joins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.exports.dialects import TextForm
    from dashboard.exports.manifest import ExportFacts
    from dashboard.exports.raw import Distinct

FORMAT = "alliance-mapping"
FORMAT_VERSION = 1
READERS = ("csv", "xlsx", "ods", "parquet")
"""Plain kinds of file; the profiles (``profile.profile_names``) are readers besides."""

DATE_ORDERS = ("iso", "dmy", "mdy", "excel")
"""``excel``: days since 30 December 1899, as Excel counts them."""

DECIMAL_MARKS = (".", ",", "either")
"""``either`` suits scores, which have no thousands: 7.5 and 7,5 are the same number."""


@dataclass(frozen=True)
class FileSpec:
    """One input file and how it is written.

    Attributes:
        key: Place in the mapping, for messages.
        file_id: Name by which blocks call it.
        path: File name inside the export; ``*`` stands for any characters.
        reader: One of ``READERS`` or a profile, or none: by the ending.
        text_form: Separator, encoding and header of a text file; header of a sheet.
        sheet: Sheet of a workbook; none: the first.
        decimal: Decimal mark of its numbers; none: found in them.
        date_order: Order of its days; none: only ISO, or an order the days themselves prove.
        missing: Words that mean "no value".
        fill_down: Columns whose empty cells repeat the cell above.
        fill_from: Columns whose empty cells take the cell of another column of the row.
        optional_columns: Columns that may be absent; they are then empty.
        is_optional: Whether the file may be absent.
        needed_columns: Columns by which a shipped mapping recognises its file.
        options: What the profile that reads the file wants to know; lists of texts by key.
    """

    key: str
    file_id: str
    path: str
    reader: str | None
    text_form: TextForm
    sheet: str | None
    decimal: str | None
    date_order: str | None
    missing: tuple[str, ...]
    fill_down: tuple[str, ...]
    optional_columns: tuple[str, ...]
    is_optional: bool
    fill_from: Mapping[str, str] = field(default_factory=dict)
    needed_columns: tuple[str, ...] = ()
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Join:
    """Columns of another file beside those of the block's own, by equal keys."""

    key: str
    file_id: str
    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True)
class Condition:
    """Which rows of a file a block takes."""

    key: str
    columns: tuple[str, ...]
    words: tuple[str, ...] | None
    is_wanted: bool


@dataclass(frozen=True)
class Unpivot:
    """Wide columns that become one row each.

    Attributes:
        key: Place in the mapping, for messages.
        value: Name of the new column with the cell.
        pattern: Names of the wide columns with ``{placeholders}`` that become columns.
        key_column: Name of the new column that tells the wide columns apart.
        columns: Wide column to the text of ``key_column``.
    """

    key: str
    value: str
    pattern: str | None = None
    key_column: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ColumnSpec:
    """Where a native column comes from: a column, a constant, a template or a rank.

    Attributes:
        key: Place in the mapping, for messages.
        column: Column of the file, ``file_id.column`` for a joined file.
        value: Constant.
        template: Text with ``{column}`` placeholders; empty when one of them is.
        written_plain: Columns of the template of which other characters than an id takes are
            written as their number: ``Step mother`` as ``Step_20mother``.
        rank_by: Columns whose order numbers the rows from 1 within ``rank_within``.
        rank_within: Columns that make a group for the rank.
        words: Words of the file to codes or numbers; compared without regard to case.
        default: What an empty cell means.
        decimal: Decimal mark, where the column differs from its file.
        date_order: Order of days, where the column differs from its file.
    """

    key: str
    column: str | None = None
    value: str | None = None
    template: str | None = None
    written_plain: tuple[str, ...] = ()
    rank_by: tuple[str, ...] = ()
    rank_within: tuple[str, ...] = ()
    words: Mapping[str, str] | None = None
    default: str | None = None
    decimal: str | None = None
    date_order: str | None = None


@dataclass(frozen=True)
class Block:
    """One ``[[table.NAME]]``: rows of a file that become rows of a native table."""

    key: str
    table: str
    file_id: str
    columns: Mapping[str, ColumnSpec]
    joins: tuple[Join, ...]
    where: tuple[Condition, ...]
    unpivot: Unpivot | None


@dataclass(frozen=True)
class ExportMapping:
    """A whole mapping file."""

    name: str
    files: Mapping[str, FileSpec]
    blocks: tuple[Block, ...]
    distinct: Mapping[str, Distinct]
    facts: ExportFacts
    fingerprint: str
