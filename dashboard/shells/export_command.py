"""What ``alliance export`` takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from dashboard.shells.export_options import Wanted

EXAMPLES = (
    "Examples:\n"
    "  alliance export exports/ --out service/\n"
    "  alliance export exports/ --out star/ --format star --level A\n"
    "  alliance export exports/ --out t03.xlsx --therapist T03"
)
EVERYTHING = Wanted()


def export(
    source: Path | None = None,
    /,
    *,
    out: Path,
    wanted: Wanted = EVERYTHING,
    as_json: Annotated[bool, Parameter(name="--json", negative=())] = False,
    mapping: Annotated[Path | None, Parameter(name="--mapping")] = None,
    instruments: Annotated[Path | None, Parameter(name="--instruments")] = None,
    rules: Annotated[Path | None, Parameter(name="--rules")] = None,
) -> int:
    """Write the tables out again: for another board, for BI programs and R, or for a spreadsheet.

    What was there before stays until the new files are whole. All files are readable by you only.
    Exit codes: 0 written, 2 the data or options cannot be used, 3 another run is writing, 4
    refused by the level or the disk.

    Args:
        source: Export or store folder; without one the invented sample service.
        out: Folder to write: new, empty, or an earlier export; for xlsx a file.
        wanted: What is taken out, and for whom.
        as_json: Print the outcome for a machine to read.
        mapping: Mapping file, for exports that are not in the native format.
        instruments: File with instruments the service defines itself.
        rules: File with the service's own rules of signals.
    """
    from dashboard.shells.exporting import export_source

    beside = {"mapping": mapping, "instruments": instruments, "rules": rules}
    return export_source(source, out, wanted, as_json=as_json, **beside)
