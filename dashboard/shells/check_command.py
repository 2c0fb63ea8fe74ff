"""What ``alliance check`` takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

CHECK_EXAMPLES = (
    "Examples:\n"
    "  alliance check exports/ --json\n"
    "  alliance check exports/ --format csv > set-aside.csv"
)


def check(
    source: Path,
    /,
    *,
    report_format: Annotated[
        Literal["text", "json", "csv"] | None, Parameter(name="--format")
    ] = None,
    as_json: Annotated[bool, Parameter(name="--json", negative=())] = False,
    mapping: Annotated[Path | None, Parameter(name="--mapping")] = None,
    instruments: Annotated[Path | None, Parameter(name="--instruments")] = None,
    rules: Annotated[Path | None, Parameter(name="--rules")] = None,
) -> int:
    """Validate an export without loading it: what is accepted, what is set aside, and why.

    The exit code is 0 when every row is sound, 1 when rows are set aside, 2 when the export
    cannot be used, 3 when it is still being written.

    Args:
        source: Export to validate, or a store folder whose import is accounted for.
        report_format: Text for a person; json for everything, every set-aside row included; csv
            for the set-aside rows alone, one a line, with the sentence that mends each.
        as_json: The same as --format json.
        mapping: Mapping file, for exports that are not in the native format.
        instruments: File with instruments the service defines itself.
        rules: File with the service's own rules of signals.
    """
    from dashboard.shells.checking import check_source

    form = "json" if as_json else report_format or "text"
    return check_source(source, form=form, mapping=mapping, instruments=instruments, rules=rules)
