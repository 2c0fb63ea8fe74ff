"""``alliance sample``: an invented service in a folder."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from dashboard.exports.sample import FileFormat, write_sample
from dashboard.shells.output import say, say_json
from dashboard.shells.progress import progress

if TYPE_CHECKING:
    from pathlib import Path


def sample_service(
    folder: Path, *, families: int, seed: int, file_format: FileFormat, as_json: bool
) -> int:
    """Write an invented service and print what is in it; the exit code is 0.

    Raises:
        SourceError: If the folder holds other files.
    """
    with progress(silent=as_json) as report:
        counts = write_sample(
            folder, families=families, seed=seed, file_format=file_format, progress=report
        )
    if as_json:
        say_json(asdict(counts))
        return 0
    say(
        f"{folder.name}: an invented service of {counts.therapists} therapists and "
        f"{counts.families} families, {counts.sessions} sessions, {counts.forms} forms, "
        f"{counts.ratings} ratings. Nobody in it is real."
    )
    say(f"Look at it with: alliance serve {folder}")
    return 0
