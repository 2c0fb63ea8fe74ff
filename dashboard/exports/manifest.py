"""The manifest: what an export says of itself, and whether the files are whole."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.domain.codes import plain_text
from dashboard.errors import PendingSource, SourceError
from dashboard.exports.counting import counted
from dashboard.exports.foreign_code import foreign_code
from dashboard.exports.parquet_trial import readable_files
from dashboard.exports.schemas import SCHEMA_VERSION

GUARDED = "guarded_texts"
MANIFEST_NAMES = ("manifest.json", "manifest.csv", "manifest.parquet")
_EXAMPLES = {"row_counts": '{"sessions": 12}', "sha256": '{"sessions.csv": "9f86d081..."}'}


@dataclass(frozen=True)
class ExportFacts:
    """What an export says of itself.

    Attributes:
        source_system: System the export came from.
        exported_at: When it was exported, or none where nobody said.
        timezone: IANA name of the service's time zone, or none.
        pseudonymised: Whether ids and labels are pseudonyms, or none where nobody said.
        note: End of the sentence "These are …", shown wherever the data are, for instance
            "invented sample data".
    """

    source_system: str = ""
    exported_at: dt.datetime | None = None
    timezone: str | None = None
    pseudonymised: bool | None = None
    note: str = ""

    @property
    def exported_instant(self) -> dt.datetime | None:
        """Return when it was exported, in UTC, so that two exports can be put in order.

        A time without an offset is one of ``timezone``, and of UTC where that is not stated.
        """
        if self.exported_at is None:
            return None
        if self.exported_at.tzinfo is not None:
            return self.exported_at.astimezone(dt.UTC)
        zone = ZoneInfo(self.timezone) if self.timezone else dt.UTC
        return self.exported_at.replace(tzinfo=zone).astimezone(dt.UTC)


@dataclass(frozen=True)
class Manifest:
    """The facts of an export with the counts and checksums its files must have.

    Attributes:
        facts: What the export says of itself.
        row_counts: Rows by table or file.
        sha256: Checksums by file or table.
        name: Name of the manifest.
        is_guarded: Whether texts of its CSV files begin with an apostrophe where a spreadsheet
            would run them, as ``alliance export`` writes them.
    """

    facts: ExportFacts
    row_counts: Mapping[str, int] = field(default_factory=dict)
    sha256: Mapping[str, str] = field(default_factory=dict)
    name: str = MANIFEST_NAMES[0]
    is_guarded: bool = False

    @property
    def entries(self) -> list[str]:
        """Return the files and tables that it lists, each once, sorted."""
        return sorted({*self.row_counts, *self.sha256})

    def check_file(self, file: str, table: str, digest: str) -> None:
        """Refuse a file whose bytes are not those that were exported.

        Raises:
            PendingSource: If the manifest has a checksum of the file and it is another one.
        """
        stated = self.sha256.get(file, self.sha256.get(table))
        if stated is not None and stated.lower() != digest:
            message = (
                f"{file}: the sha256 is not the one in the manifest, so the file is still being "
                "written or was changed afterwards. Wait and try again, or export it anew."
            )
            raise PendingSource(message)

    def check_rows(self, file: str, table: str, row_count: int) -> None:
        """Refuse a file that has not the number of rows that were exported.

        Raises:
            PendingSource: If the manifest has a count of the table and it is another one.
        """
        stated = self.row_counts.get(table, self.row_counts.get(file))
        if stated is not None and stated != row_count:
            message = (
                f"{file}: the manifest says {counted(stated, 'row')}, the file has {row_count}, so "
                "it is half-written or was changed. Wait and try again, or export it anew."
            )
            raise PendingSource(message)

    def vouches_for(self, file: str, table: str) -> bool:
        """Return whether the manifest holds a checksum of this file.

        A count alone vouches for nothing: half a last row is a row as well.
        """
        return file in self.sha256 or table in self.sha256


def read_manifest(name: str, content: bytes) -> Manifest:
    """Read a manifest.

    Args:
        name: ``manifest.json``, ``manifest.csv`` or ``manifest.parquet``.
        content: Its bytes; the last two are tables of one row.

    Raises:
        SourceError: If it is not of that form, or of another version of the format.
        PendingSource: If its JSON ends early.
    """
    given = _json(name, content) if name.endswith(".json") else _one_row(name, content)
    version = str(given.get("schema_version", SCHEMA_VERSION))
    if version != SCHEMA_VERSION:
        message = (
            f"{name}: expected schema_version {SCHEMA_VERSION}; found another one. "
            "Install the board that reads it, or export in version 1."
        )
        raise SourceError(message)
    return Manifest(
        facts=read_facts(name, given),
        row_counts=_counts(name, given.get("row_counts")),
        sha256=_digests(name, given),
        name=name,
        is_guarded=_truth(name, GUARDED, given.get(GUARDED)) or False,
    )


def read_facts(where: str, given: Mapping[str, Any]) -> ExportFacts:
    """Read the facts of an export from a manifest or from ``[facts]`` of a mapping.

    TOML gives moments as such, JSON and CSV as text.

    Raises:
        SourceError: If the time, the time zone or the truth value is not one.
    """
    timezone = given.get("timezone") or None
    if timezone is not None:
        _zone(where, str(timezone))
    return ExportFacts(
        source_system=plain_text(str(given.get("source_system") or "")),
        exported_at=_moment(where, given.get("exported_at")),
        timezone=None if timezone is None else str(timezone),
        pseudonymised=_truth(where, "pseudonymised", given.get("pseudonymised")),
        note=plain_text(str(given.get("note") or "")),
    )


def _json(name: str, content: bytes) -> dict[str, Any]:
    try:
        given = json.loads(content)
    except (ValueError, RecursionError):
        message = f"{name}: not valid JSON; it may still be being written."
        raise PendingSource(message) from None
    if not isinstance(given, dict):
        message = f"{name}: expected one JSON object with source_system, exported_at and so on."
        raise SourceError(message)
    return given


def _one_row(name: str, content: bytes) -> dict[str, Any]:
    message = f"{name}: not a readable table; it may still be being written."
    is_text = name.endswith(".csv")
    if not is_text and not all(readable_files([content])):
        raise PendingSource(message)
    with foreign_code(PendingSource(message), pl.exceptions.PolarsError):
        rows = pl.read_csv(content, infer_schema=False) if is_text else pl.read_parquet(content)
    if rows.height != 1:
        message = f"{name}: expected one row; found {rows.height}."
        raise SourceError(message)
    return rows.row(0, named=True)


def _mapping(name: str, given: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    stated = given.get(key)
    if stated is None or stated == "":
        return {}
    if isinstance(stated, str):
        try:
            stated = json.loads(stated)
        except ValueError:
            stated = None
    if not isinstance(stated, dict):
        message = f"{name}: '{key}' takes an object, for instance {_EXAMPLES[key]}."
        raise SourceError(message)
    return stated


def _counts(name: str, stated: object) -> dict[str, int]:
    given = _mapping(name, {"row_counts": stated}, "row_counts")
    if not all(type(count) is int and count >= 0 for count in given.values()):
        message = f"{name}: 'row_counts' takes whole numbers from 0."
        raise SourceError(message)
    return {str(table): int(count) for table, count in given.items()}


def _digests(name: str, given: Mapping[str, Any]) -> dict[str, str]:
    stated = _mapping(name, given, "sha256")
    for digest in stated.values():
        if not isinstance(digest, str) or not re.fullmatch("[0-9a-fA-F]{64}", digest):
            message = f"{name}: 'sha256' takes 64 hexadecimal digits for each file."
            raise SourceError(message)
    return {str(file): digest for file, digest in stated.items()}


def _zone(where: str, timezone: str) -> None:
    try:
        ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):
        message = f"{where}: 'timezone' takes an IANA name such as Europe/London."
        raise SourceError(message) from None


def _moment(where: str, given: object) -> dt.datetime | None:
    if given is None or given == "":
        return None
    if isinstance(given, dt.datetime):
        return given
    try:
        return dt.datetime.fromisoformat(str(given))
    except ValueError:
        message = f"{where}: 'exported_at' takes a moment such as 2026-03-31T18:00:00+02:00."
        raise SourceError(message) from None


def _truth(where: str, key: str, given: object) -> bool | None:
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if given is None or given == "":
        return None
    if str(given).lower() in words:
        return words[str(given).lower()]
    message = f"{where}: '{key}' takes true or false."
    raise SourceError(message)
