"""What an upload asks of a store: what it would change, and the mapping it was read by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.store.changes import changes_since
from dashboard.store.folder import StoreFolder, replace_text

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from dashboard.exports.reading import ReadExport

KEPT_MAPPING = "upload_mapping.toml"
_MOST_CHARACTERS = 1_000_000


def changes_to(folder: Path, export: ReadExport) -> pl.DataFrame:
    """Return what an export would add, change and take away if it were published into a store.

    Args:
        folder: Folder of the store.
        export: What was read and checked.

    Returns:
        One row for each native table, as ``changes_since``; nulls where there is no generation.

    Raises:
        StoreError: If the pointer of the store is damaged.
    """
    store = StoreFolder(folder)
    current = store.current()
    return changes_since(None if current is None else store.generation(current), export.tables)


def keep_mapping(folder: Path, text: str) -> None:
    """Keep the mapping of an upload beside the generations, for the next one.

    Raises:
        StoreError: If an import is at work in the store.
    """
    store = StoreFolder(folder)
    with store.locked():
        replace_text(folder / KEPT_MAPPING, text[:_MOST_CHARACTERS])


def kept_mapping(folder: Path) -> str:
    """Return the mapping of the last upload; empty where there is none that can be read."""
    try:
        return (folder / KEPT_MAPPING).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
