"""What came of an export, for a person, a machine and a spreadsheet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from dashboard.exports.counting import counted

if TYPE_CHECKING:
    from dashboard.exports.reading import ReadExport

_SHOWN_ROWS = 8
FOLLOWS = "reference_set_aside"
"""Rule of rows set aside only because a row they belong to was."""


def report_text(export: ReadExport) -> str:
    """Return the account of an export in sentences: files, rows set aside by reason, notices.

    No line holds a value or an id of the data.
    """
    lines = [_total(export), "", "Files"]
    lines += [
        f"  {file['file']}: {counted(file['row_count'], 'row')} = "
        f"{file['accepted_count']} accepted + {file['set_aside_count']} set aside"
        for file in export.files.iter_rows(named=True)
    ]
    if export.set_aside.height:
        lines += ["", "Set aside"]
        lines += _grouped(export.set_aside, "mend")
    if export.notices.height:
        lines += ["", "Accepted, worth knowing"]
        lines += _grouped(export.notices, "message")
    return "\n".join(lines) + "\n"


def report_json(export: ReadExport) -> str:
    """Return the same account as one JSON object, every row set aside and every notice listed."""
    facts = export.facts
    content = {
        "content_hash": export.content_hash,
        "source_system": facts.source_system,
        "exported_at": None if facts.exported_at is None else facts.exported_at.isoformat(),
        "timezone": facts.timezone,
        "pseudonymised": facts.pseudonymised,
        "note": facts.note,
        "row_count": _sum(export, "row_count"),
        "accepted_count": _sum(export, "accepted_count"),
        "set_aside_count": _sum(export, "set_aside_count"),
        "files": export.files.to_dicts(),
        "tables": {table: rows.height for table, rows in export.tables.items()},
        "set_aside": export.set_aside.to_dicts(),
        "notices": export.notices.to_dicts(),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def report_csv(export: ReadExport) -> str:
    """Return the rows set aside as CSV, one line each, with the sentence that mends it."""
    return export.set_aside.write_csv()


def following_rows(set_aside: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the files that are set aside only because of other rows.

    Args:
        set_aside: Rows set aside, several for a row of a file that made rows of several tables.

    Returns:
        ``file`` and ``row_no``, one for each row as the file has it; empty for none.
    """
    follows = pl.col("rule") == FOLLOWS
    places = set_aside.filter(follows).select("file", "row_no").unique(maintain_order=True)
    causes = set_aside.filter(~follows).select("file", "row_no").unique()
    return places.join(causes, on=["file", "row_no"], how="anti", maintain_order="left")


def _total(export: ReadExport) -> str:
    return (
        f"{counted(_sum(export, 'row_count'), 'row')} read: "
        f"{_sum(export, 'accepted_count')} accepted, {_sum(export, 'set_aside_count')} set aside."
    )


def _sum(export: ReadExport, column: str) -> int:
    return int(export.files[column].sum())


def _grouped(rows: pl.DataFrame, sentence: str) -> list[str]:
    """Return one paragraph for each file and reason, with the first row numbers."""
    groups = rows.group_by("file", "rule", "column_name", sentence, maintain_order=True).agg(
        pl.len().alias("count"), pl.col("row_no").drop_nulls()
    )
    lines = []
    for group in groups.iter_rows(named=True):
        place = group["file"]
        if group["column_name"] is not None:
            place += f", column '{group['column_name']}'"
        lines.append(f"  {place} [{group['rule']}]{_row_words(group['row_no'], group['count'])}")
        lines.append(f"    {group[sentence]}")
    return lines


def _row_words(numbers: list[int], count: int) -> str:
    if not numbers:
        return ""
    shown = ", ".join(str(number) for number in numbers[:_SHOWN_ROWS])
    more = f" and {count - _SHOWN_ROWS} more" if count > _SHOWN_ROWS else ""
    return f" {'row' if count == 1 else 'rows'} {shown}{more}"
