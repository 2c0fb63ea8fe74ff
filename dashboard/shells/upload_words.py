"""A table as it is understood, as plain values for the page of uploads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dashboard.exports.understanding import Understood


def table_words(each: Understood) -> dict[str, Any]:
    """Return one table: how it is written, its first rows, and what each column is taken for."""
    columns = []
    for name in each.preview.columns:
        kind, reason = each.guess.kind_of(name)
        examples = each.examples.get(name, [])
        said = {"name": name, "kind": kind, "reason": reason, "examples": examples}
        columns.append({**said, "goes_to": list(each.holds.get(name, ()))})
    return {
        "id": each.file_id,
        "file": each.file,
        "sheet": each.sheet,
        "profile": each.profile or "",
        "form": dict(each.form),
        "settled": dict(each.settled),
        "columns": columns,
        "rows": [_texts(row) for row in each.preview.iter_rows()],
        "row_count": each.row_count,
        "unread": list(each.unread),
        "notes": list(each.notes),
        "reasons": list(each.reasons),
        "refused": each.refused,
    }


def _texts(row: tuple[object, ...]) -> list[str | None]:
    return [None if cell is None else str(cell) for cell in row]
