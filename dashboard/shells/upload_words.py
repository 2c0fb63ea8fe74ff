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
        columns.append({"name": name, "kind": kind, "reason": reason, "examples": examples})
    return {
        "id": each.file_id,
        "file": each.file,
        "sheet": each.sheet,
        "profile": each.profile or "",
        "form": dict(each.form),
        "settled": dict(each.settled),
        "columns": columns,
        "rows": [list(row) for row in each.preview.iter_rows()],
        "row_count": each.row_count,
        "unread": list(each.unread),
        "notes": list(each.notes),
        "reasons": list(each.reasons),
        "refused": each.refused,
    }
