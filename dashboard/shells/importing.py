"""``alliance import``: an export becomes the next generation of a store."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.errors import SourceError
from dashboard.exports.arrival import undisturbed
from dashboard.exports.counting import counted
from dashboard.exports.reading import read_export
from dashboard.shells.output import say, say_json
from dashboard.shells.progress import progress
from dashboard.store import open_source, publish, require_folder_of_its_own

if TYPE_CHECKING:
    from dashboard.exports.reading import ReadExport


def import_sources(
    sources: Sequence[Path],
    folder: Path,
    *,
    as_json: bool,
    mapping: Path | None,
    instruments: Path | None,
    rules: Path | None = None,
) -> int:
    """Load an export into a store, print the outcome, and return the exit code.

    Args:
        sources: One export, or the files and folders that make one export together.
        folder: Folder of the store.
        as_json: Whether a machine reads the outcome.
        mapping: Mapping file, or none.
        instruments: Instrument file, or none.
        rules: Rules file, or none.

    Raises:
        SourceError: If the export is refused; the store stays as it was.
        PendingSource: If its files are still being written.
        StoreError: If the store cannot be written, or its folder is that of an export.
    """
    require_folder_of_its_own(folder, sources)
    with gathered(sources) as source, progress(silent=as_json) as report:
        with undisturbed(sources):
            export = read_export(
                source, mapping=mapping, instruments=instruments, rules=rules, progress=report
            )
        generation = publish(export, folder, progress=report)
    changes = _changes(folder)
    accepted = sum(rows.height for rows in export.tables.values())
    aside = int(export.files["set_aside_count"].sum())
    if as_json:
        outcome = _outcome(folder, generation, accepted, export)
        say_json({**outcome, "changes": changes})
    else:
        say(
            f"{folder.name}: generation {generation} is in use: "
            f"{counted(accepted, 'row')} in the native tables, "
            f"{counted(aside, 'row')} of the files set aside. "
            f"Rules of signals: {export.rules.version}."
        )
        _tell_changes(changes)
        if aside:
            say(f"Why, row by row: alliance check {folder}")
    return 0


def _changes(folder: Path) -> list[dict[str, Any]]:
    """Return for each native table what the generation in use changed of the one before it."""
    with open_source(folder) as store:
        return store.query("import_changes").to_dicts()


def _tell_changes(changes: list[dict[str, Any]]) -> None:
    """Say in one line what differs from the generation before; nothing of a first one."""
    if any(each["added_count"] is None for each in changes):
        return
    kinds = {"added_count": "new", "changed_count": "changed", "vanished_count": "gone"}
    told = [
        f"{each['table_name']} {', '.join(parts)}"
        for each in changes
        if (parts := [f"{each[name]} {word}" for name, word in kinds.items() if each[name]])
    ]
    say(f"Beside the generation before: {'; '.join(told) or 'the same rows'}.")


@contextmanager
def gathered(sources: Sequence[Path]) -> Iterator[Path]:
    """Yield one place that holds all sources: the only one, or a passing folder of links.

    Raises:
        SourceError: If a source is missing, or two files have the same name.
    """
    if len(sources) == 1:
        yield sources[0]
        return
    with tempfile.TemporaryDirectory(prefix="alliance-") as name:
        together = Path(name)
        for file in _files(sources):
            if (together / file.name).exists():
                message = (
                    f"{file.name}: two of the sources hold a file of this name, and one export "
                    "has each name once. Import them one after the other into stores of their own."
                )
                raise SourceError(message)
            _place(file, together / file.name)
        yield together


def _files(sources: Sequence[Path]) -> Iterator[Path]:
    for source in sources:
        if source.is_dir():
            yield from sorted(file for file in source.iterdir() if file.is_file())
        elif source.is_file():
            yield source
        else:
            message = f"{source.name}: there is no such file or folder. Check the name."
            raise SourceError(message)


def _place(file: Path, target: Path) -> None:
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)


def _outcome(folder: Path, generation: int, accepted: int, export: ReadExport) -> dict[str, object]:
    return {
        "store": folder.name,
        "generation": generation,
        "content_hash": export.content_hash,
        "rules_version": export.rules.version,
        "native_row_count": accepted,
        "set_aside_count": int(export.files["set_aside_count"].sum()),
        "notice_count": export.notices.height,
        "files": export.files.to_dicts(),
    }
