"""``alliance meetings``: list, export and remove what the group decided."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dashboard.errors import MeetingsError
from dashboard.frames.writing import csv_bytes
from dashboard.meetings import MeetingsFile
from dashboard.shells.output import note, say, text_table

if TYPE_CHECKING:
    import polars as pl

_LISTED = (
    *("case_id", "decided_on", "state", "review_on", "declared_by"),
    *("question", "decision", "outcome"),
)
_PRIVATE_FILE = 0o600


def list_decisions(path: Path | None, case_ids: tuple[str, ...]) -> int:
    """Print the decisions as they stand, as a table, and return the exit code.

    Args:
        path: The meetings file, or none for that of the state folder.
        case_ids: Cases; none means every case.

    Raises:
        MeetingsError: If the file is not there or cannot be read.
    """
    decisions = _opened(path).decisions(case_ids or None)
    say(text_table(decisions.select(_LISTED)))
    return 0


def export_decisions(
    path: Path | None, *, file_format: Literal["json", "csv"], changes: bool, out: Path | None
) -> int:
    """Write what was decided for another program and return the exit code.

    JSON holds everything: decisions, every change, and what was removed. CSV holds the
    decisions as they stand, or the changes; no cell can become a formula.

    Args:
        path: The meetings file, or none for that of the state folder.
        file_format: ``json`` or ``csv``.
        changes: With CSV: one row for each field of each change instead.
        out: File to write, for its owner only; otherwise standard output.

    Raises:
        MeetingsError: If the meetings file is not there or cannot be read.
        OSError: If the other file cannot be written.
    """
    meetings = _opened(path)
    if file_format == "json":
        content = _whole(meetings)
    else:
        content = csv_bytes(meetings.history() if changes else meetings.decisions(), bom=bool(out))
    if out is None:
        sys.stdout.buffer.write(content)
        return 0
    with open(out, "wb", opener=_private) as written:
        written.write(content)
    note(f"{out.name}: written. It holds the group's own words; keep it as you keep the record.")
    return 0


def remove_case(path: Path | None, case_id: str, declared_by: str, *, yes: bool) -> int:
    """Remove everything kept about a case and return the exit code: 1 where it was not confirmed.

    Args:
        path: The meetings file, or none for that of the state folder.
        case_id: The case.
        declared_by: Code of the person who removes it.
        yes: Whether the person has confirmed.

    Raises:
        MeetingsError: If the file is not there or cannot be written.
    """
    meetings = _opened(path)
    count = meetings.decisions([case_id]).height
    if not yes:
        note(f"{_counted(count)} of this case, with every change to them, would be removed.")
        note("This cannot be undone. Confirm with --yes.")
        return 1
    removal = meetings.remove_case(case_id, declared_by)
    note(f"Removed: {_counted(removal.decision_count)}, {removal.change_count} changes.")
    return 0


def meetings_facts() -> tuple[str, int | None, str]:
    """Return where the meetings file is and how many decisions it holds, or why not.

    Returns:
        Its path; the count, none where it cannot be read; the reason, empty where it can.
    """
    meetings = MeetingsFile()
    try:
        return str(meetings.path), meetings.decision_count(), ""
    except MeetingsError as error:
        return str(meetings.path), None, str(error)


def _opened(path: Path | None) -> MeetingsFile:
    meetings = MeetingsFile(path)
    if not meetings.path.exists():
        message = (
            f"{meetings.path.name}: there is no such meetings file yet. The first decision kept "
            "on a case page makes it; another one is named with --meetings."
        )
        raise MeetingsError(message)
    return meetings


def _whole(meetings: MeetingsFile) -> bytes:
    frames = {
        "decisions": meetings.decisions(),
        "changes": meetings.history(),
        "removals": meetings.removals(),
    }
    content = {name: _objects(rows) for name, rows in frames.items()}
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def _objects(rows: pl.DataFrame) -> list[dict[str, object]]:
    return [
        {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in row.items()
        }
        for row in rows.iter_rows(named=True)
    ]


def _counted(count: int) -> str:
    return "1 decision" if count == 1 else f"{count} decisions"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, _PRIVATE_FILE)
