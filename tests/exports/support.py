"""Exports for tests: the sound one, and ways to change it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.exports.reading import ReadExport

CORRUPT = Path(__file__).parent / "corrupt"
SOUND = Path(__file__).parent / "sound"


def export_with(folder: Path, **files: str) -> Path:
    """Lay the sound export into a folder, with some files replaced by other text."""
    shutil.copytree(SOUND, folder, dirs_exist_ok=True)
    for table, text in files.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    return folder


def corrupt_export(name: str, folder: Path) -> Path:
    """Lay the sound export into a folder and the corrupt files of a case over it."""
    shutil.copytree(SOUND, folder, dirs_exist_ok=True)
    for file in (CORRUPT / name).glob("*.csv"):
        shutil.copy(file, folder / file.name)
    return folder


def explained(export: ReadExport) -> dict[str, list[list[object]]]:
    """Return rows set aside and notices as lists, in the order of golden files."""
    return {
        "set_aside": [list(row) for row in export.set_aside.rows()],
        "notices": [list(row) for row in export.notices.rows()],
    }
