"""Native tables written as an export that any board can read again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from dashboard.errors import SourceError
from dashboard.exports.files import sha256
from dashboard.exports.guarding import guarded
from dashboard.exports.manifest import GUARDED
from dashboard.exports.schemas import NATIVE_TABLES, REQUIRED_TABLES, SCHEMA_VERSION, empty_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl

    from dashboard.exports.manifest import ExportFacts

FileFormat = Literal["csv", "parquet"]


def write_native(
    tables: Mapping[str, pl.DataFrame],
    folder: Path,
    facts: ExportFacts,
    *,
    file_format: FileFormat = "csv",
    guards: bool = False,
) -> None:
    """Write native tables into a folder, the manifest last, so that half a folder is never read.

    Args:
        tables: Native tables by name; required ones that are absent are written empty, optional
            ones without rows are left out.
        folder: Made if absent; must hold no file yet.
        facts: What the export says of itself.
        file_format: ``csv`` (UTF-8) or ``parquet``.
        guards: Begin texts of CSV files that a spreadsheet would run with an apostrophe, and say
            so in the manifest: reading takes it away again.

    Raises:
        SourceError: If the folder holds files, or a name is no native table.
    """
    unknown = sorted(set(tables) - set(NATIVE_TABLES))
    if unknown:
        message = f"No native table is named {unknown}. Known: {', '.join(NATIVE_TABLES)}."
        raise SourceError(message)
    guards = guards and file_format == "csv"
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        message = f"{folder.name}: expected an empty folder to write into; it holds files."
        raise SourceError(message)
    row_counts: dict[str, int] = {}
    digests: dict[str, str] = {}
    for table in NATIVE_TABLES:
        rows = tables.get(table, empty_table(table))
        if rows.height or table in REQUIRED_TABLES:
            path = folder / f"{table}.{file_format}"
            _write(guarded(rows) if guards else rows, path, file_format)
            row_counts[table] = rows.height
            digests[path.name] = sha256(path.read_bytes())
    manifest = manifest_text(facts, row_counts, digests, guards=guards)
    (folder / "manifest.json").write_text(manifest, encoding="utf-8")


def manifest_text(
    facts: ExportFacts,
    row_counts: Mapping[str, int],
    digests: Mapping[str, str],
    *,
    guards: bool = False,
) -> str:
    """Return the text of ``manifest.json``.

    Args:
        facts: What the export says of itself.
        row_counts: Rows by table.
        digests: SHA-256 by file name.
        guards: Whether texts of CSV files are guarded against spreadsheets.
    """
    moment = facts.exported_at
    content = {
        "schema_version": SCHEMA_VERSION,
        "source_system": facts.source_system,
        "exported_at": None if moment is None else moment.isoformat(),
        "timezone": facts.timezone,
        "pseudonymised": facts.pseudonymised,
        "note": facts.note,
        **({GUARDED: True} if guards else {}),
        "row_counts": dict(row_counts),
        "sha256": dict(digests),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _write(rows: pl.DataFrame, path: Path, file_format: FileFormat) -> None:
    if file_format == "parquet":
        rows.write_parquet(path)
    else:
        rows.write_csv(path, datetime_format="%Y-%m-%dT%H:%M:%S%.6f")
