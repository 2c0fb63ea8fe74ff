"""What ``alliance export`` takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

Several = Annotated[tuple[str, ...], Parameter(negative=(), consume_multiple=False)]
OutFormat = Literal["csv", "parquet"]
EXAMPLES = (
    "Examples:\n"
    "  alliance export exports/ --out service/\n"
    "  alliance export exports/ --out service/ --format parquet --therapist T03"
)


def export(
    source: Path | None = None,
    /,
    *,
    out: Path,
    out_format: Annotated[OutFormat, Parameter(name="--format", show_default=True)] = "csv",
    therapist: Several = (),
    family: Several = (),
    threat: Several = (),
    as_json: Annotated[bool, Parameter(name="--json", negative=())] = False,
    mapping: Annotated[Path | None, Parameter(name="--mapping")] = None,
    instruments: Annotated[Path | None, Parameter(name="--instruments")] = None,
    rules: Annotated[Path | None, Parameter(name="--rules")] = None,
) -> int:
    """Write the tables again: as the native format, which any board reads back unchanged.

    What was there before stays until the new files are whole. All files are readable by you only.

    Args:
        source: Export or store folder; without one the invented sample service.
        out: Folder to write: new, empty, or an earlier export.
        out_format: Native tables as csv or parquet.
        therapist: Cases of this therapist only; may be given several times.
        family: This family only; may be given several times.
        threat: Cases with a threat of this type only; may be given several times.
        as_json: Print the outcome for a machine to read.
        mapping: Mapping file, for exports that are not in the native format.
        instruments: File with instruments the service defines itself.
        rules: File with the service's own rules of signals.
    """
    from dashboard.domain.selection import Selection
    from dashboard.shells.exporting import export_source

    chosen = Selection(therapists=therapist, families=family, threats=threat)
    beside = {"mapping": mapping, "instruments": instruments, "rules": rules}
    return export_source(
        source, out, out_format=out_format, selection=chosen, as_json=as_json, **beside
    )
