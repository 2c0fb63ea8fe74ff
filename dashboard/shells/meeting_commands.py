"""What ``alliance meetings`` and its subcommands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

MeetingsPath = Annotated[Path | None, Parameter(name="--meetings")]
ExportFormat = Literal["json", "csv"]

meetings_app = App(
    name="meetings",
    help=(
        "What the group decided: list, export or remove it. It lies in a file of its own, apart "
        "from every export, and alliance doctor says where."
    ),
    help_epilogue="Example:\n  alliance meetings list",
    help_format="plaintext",
    result_action="return_value",
    default_parameter=Parameter(show_default=False),
)


@meetings_app.command(name="list", help_epilogue="Example:\n  alliance meetings list --case C-101")
def list_(
    *,
    case: Annotated[tuple[str, ...], Parameter(negative=(), consume_multiple=False)] = (),
    meetings: MeetingsPath = None,
) -> int:
    """Print the decisions as they stand, newest meeting of each case first.

    Args:
        case: Code of a case; may be given several times, otherwise every case.
        meetings: The meetings file; otherwise that of the state folder.
    """
    from dashboard.shells.meeting_records import list_decisions

    return list_decisions(meetings, case)


@meetings_app.command(
    help_epilogue="Example:\n  alliance meetings export --format csv --out decisions.csv"
)
def export(
    *,
    file_format: Annotated[ExportFormat, Parameter(name="--format", show_default=True)] = "json",
    changes: Annotated[bool, Parameter(negative=())] = False,
    out: Path | None = None,
    meetings: MeetingsPath = None,
) -> int:
    """Write what was decided: JSON holds everything, every change too; CSV one table.

    Args:
        file_format: JSON or CSV; no cell of a CSV file can become a formula.
        changes: With CSV, the changes instead of the decisions as they stand.
        out: File to write instead of printing, for its owner only.
        meetings: The meetings file; otherwise that of the state folder.
    """
    from dashboard.shells.meeting_records import export_decisions

    return export_decisions(meetings, file_format=file_format, changes=changes, out=out)


@meetings_app.command(help_epilogue="Example:\n  alliance meetings remove C-101 --by SUP1 --yes")
def remove(
    case_id: str,
    /,
    *,
    by: str,
    yes: Annotated[bool, Parameter(negative=())] = False,
    meetings: MeetingsPath = None,
) -> int:
    """Remove everything kept about a case; who, when and how many stays, and no word of it.

    The exit code is 1 where --yes is missing; nothing is removed then.

    Args:
        case_id: Code of the case.
        by: Code of the person who removes it; declared, not verified.
        yes: Confirm; it cannot be undone.
        meetings: The meetings file; otherwise that of the state folder.
    """
    from dashboard.shells.meeting_records import remove_case

    return remove_case(meetings, case_id, by, yes=yes)
