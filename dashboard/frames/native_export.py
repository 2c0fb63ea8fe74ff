"""The native tables of a store written out again, so that importing them gives the same store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.errors import DisclosureError
from dashboard.exports.manifest import MANIFEST_NAMES
from dashboard.exports.schemas import NATIVE_TABLES
from dashboard.exports.writing import FileFormat, write_native
from dashboard.frames.fetching import EVERYTHING
from dashboard.frames.placing import README, new_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dashboard.domain.selection import Selection
    from dashboard.store import Store
    from dashboard.store.native_rows import NativeContent

MARK = "# Native tables written by alliance export"

_ABOUT = f"""{MARK}

The clinical record of a service as Alliance Board imported it: every accepted row, with its ids,
days and texts as they are. It is pseudonymised, not anonymous. Keep it as you keep the record.

- Read it into a board: `alliance serve FOLDER`, or `alliance import FOLDER --store STORE`.
- Every table and column: docs/data_dictionary.md of Alliance Board.
- `manifest.json` holds the number of rows and the SHA-256 of every file; a file that was changed
  afterwards is refused.
- `instruments.toml` and `rules.toml` lie here where the service has its own.
- In CSV files a text that a spreadsheet would run as a formula begins with an apostrophe. The
  board takes it away again; `guarded_texts` in the manifest says so.
- Rows that were set aside at the import are not here: `alliance query set_aside_rows` lists them.
- The limits of colours stay with a store: copy its `display_limits.json` into the new store before
  the first import to keep them.
"""


def write_native_export(
    store: Store,
    folder: Path,
    *,
    file_format: FileFormat = "csv",
    selection: Selection = EVERYTHING,
    scope: Scope = WHOLE_GROUP,
) -> dict[str, int]:
    """Write the native tables of the chosen cases as an export, and return its rows by table.

    Args:
        store: An open store.
        folder: New, empty, or an earlier export, which stays until this one is whole.
        file_format: ``csv`` or ``parquet``.
        selection: Which cases; without any filter every row of the store.
        scope: Who is looking.

    Raises:
        DisclosureError: If no case is chosen, files of somebody else lie in the folder, or it
            cannot be written.
        PendingSource: If another run is writing it.
    """
    content = store.native(selection, scope=scope)
    if content.tables["cases"].is_empty() and selection != EVERYTHING:
        message = "No case passes these filters: nothing to write. Leave one of them out."
        raise DisclosureError(message)
    with new_folder(folder, MARK, known_files()) as beside:
        _write(content, beside, file_format)
    return {table: rows.height for table, rows in content.tables.items()}


def known_files() -> set[str]:
    """Return the names of all files that such an export may hold."""
    tables = {f"{table}.{form}" for table in NATIVE_TABLES for form in ("csv", "parquet")}
    return {*tables, MANIFEST_NAMES[0], "instruments.toml", "rules.toml", README}


def _write(content: NativeContent, folder: Path, file_format: FileFormat) -> None:
    write_native(content.tables, folder, content.facts, file_format=file_format, guards=True)
    texts: Mapping[str, str] = {README: _ABOUT, **content.companions}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
