"""``alliance export``: the tables of a store as files for another board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.domain.places import data_folder
from dashboard.frames.native_export import write_native_export
from dashboard.shells.output import say, say_json
from dashboard.shells.progress import progress
from dashboard.store import open_source

if TYPE_CHECKING:
    from pathlib import Path

    from dashboard.domain.selection import Selection
    from dashboard.exports.writing import FileFormat


def export_source(
    source: Path | None,
    out: Path,
    *,
    out_format: FileFormat,
    selection: Selection,
    as_json: bool,
    mapping: Path | None = None,
    instruments: Path | None = None,
    rules: Path | None = None,
) -> int:
    """Write the tables of a source and say what was written; the exit code is 0.

    Args:
        source: Export or store folder; none for the sample service.
        out: Folder to write.
        out_format: Which files are written.
        selection: Which cases.
        as_json: Print one object for a machine.
        mapping: Mapping file, or none.
        instruments: Instrument file, or none.
        rules: Rules file, or none.

    Raises:
        DisclosureError: If nothing is chosen, or the folder cannot be written.
        PendingSource: If another run is writing there.
    """
    with (
        progress(silent=as_json) as report,
        open_source(
            source or data_folder("sample_data"),
            mapping=mapping,
            instruments=instruments,
            rules=rules,
            progress=report,
        ) as store,
    ):
        counts = write_native_export(store, out, file_format=out_format, selection=selection)
    if as_json:
        say_json({"out": out.name, "format": out_format, "rows": counts})
        return 0
    written = ", ".join(f"{count} {table}" for table, count in counts.items() if count)
    say(f"{out.name}: {written or 'no rows'}; readable by you only.")
    say(f"Read it back with: alliance serve {out}")
    return 0
