"""An export read and checked: the twelve native tables, what was set aside, and why."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from dashboard.domain.instruments import Registry, load_registry
from dashboard.domain.rules import Rules, load_rules, shipped_rules
from dashboard.errors import MappingError, SourceError
from dashboard.exports.files import ExportFiles, export_files
from dashboard.exports.manifest import ExportFacts
from dashboard.exports.mapping_format import parse_mapping
from dashboard.exports.mapping_reading import read_mapped
from dashboard.exports.native import (
    NATIVE_FINGERPRINT,
    find_manifest,
    native_files,
    read_native,
    require_listed,
)
from dashboard.exports.profile import Recognition, recognised_files
from dashboard.exports.profiles import recognised_profile
from dashboard.exports.raw import ASIDE, FILE_NOTES, Progress, RawExport, silent
from dashboard.exports.schemas import NATIVE_TABLES, SCHEMA_VERSION, empty_table, key_columns
from dashboard.exports.validation import validated
from dashboard.exports.values import require_schema
from dashboard.exports.workbench import ROW_ID, Origin, Workbench, located

__all__ = ["ExportFacts", "ReadExport", "content_hash", "read_export"]

FILES: dict[str, pl.DataType | type[pl.DataType]] = {
    "file": pl.String,
    "table_names": pl.List(pl.String),
    "row_count": pl.Int64,
    "accepted_count": pl.Int64,
    "set_aside_count": pl.Int64,
    "sha256": pl.String,
}
"""Columns of the account of files: ``row_count`` = accepted + set aside, always."""


@dataclass(frozen=True)
class ReadExport:
    """One export, read and checked.

    Attributes:
        tables: The twelve native tables, typed and sorted by key, possibly empty.
        set_aside: One row per native row set aside: ``file``, ``row_no`` (the header is row 1),
            ``table_name``, ``column_name`` (null: the whole row), ``rule``, ``mend``.
        notices: What was accepted but is worth knowing: ``file``, ``row_no`` (null: the whole
            file), ``table_name`` (empty: no table), ``column_name``, ``rule``, ``message``.
        files: The account of every input file.
        facts: What the export says of itself.
        registry: Instruments the export was checked against.
        mapping_fingerprint: Identifies how the files were read.
        content_hash: SHA-256 of the content; equal for equal content in any row order.
        rules: Rules of the signals in force.
    """

    tables: Mapping[str, pl.DataFrame]
    set_aside: pl.DataFrame
    notices: pl.DataFrame
    files: pl.DataFrame
    facts: ExportFacts
    registry: Registry
    mapping_fingerprint: str
    content_hash: str
    rules: Rules = field(default_factory=shipped_rules)


def read_export(
    source: Path,
    *,
    mapping: Path | None = None,
    instruments: Path | None = None,
    rules: Path | None = None,
    progress: Progress | None = None,
) -> ReadExport:
    """Read an export of any known form and check every row.

    Args:
        source: A folder, a ``.zip`` or one file.
        mapping: Mapping file; without one, ``mapping.toml`` beside the data, if there.
        instruments: The service's own instruments; without one, ``instruments.toml`` beside the
            data, if there.
        rules: The service's own rules of signals; without one, ``rules.toml`` beside the data,
            if there.
        progress: Told what is being done and the share done, 0 to 1.

    Returns:
        Accepted rows and the reason for every other one. Nothing is dropped in silence.

    Raises:
        SourceError: If the export cannot be used at all; nothing of it is then loaded.
        PendingSource: If a file is still being written.
        MappingError: If the mapping is not of its form.
        RegistryError: If the instrument file is not of its form.
        RulesError: If the rules file is not of its form.
    """
    report = progress or silent
    listed = export_files(Path(source))
    registry = _registry(listed, instruments)
    in_force = _rules(listed, rules)
    raw = _raw(listed, mapping, lambda step, share: report(step, share * 0.5))
    bench = validated(raw, registry, lambda step, share: report(step, 0.5 + share * 0.4))
    report("Accounting for every row", 0.95)
    export = _accounted(raw, bench, registry, in_force)
    report("Read", 1.0)
    return export


def content_hash(
    tables: Mapping[str, pl.DataFrame],
    facts: ExportFacts,
    registry: Registry,
    mapping_fingerprint: str,
    rules: Rules | None = None,
) -> str:
    """Return the SHA-256 of the canonical native tables and of what they were read with.

    Args:
        tables: Native tables, sorted by key.
        facts: The manifest, which is a native table of one row.
        registry: Instruments.
        mapping_fingerprint: How the files were read.
        rules: Rules of the signals; none for the shipped ones.

    Returns:
        64 hexadecimal digits; the same for the same content, whatever the order of rows or the
        file format.
    """
    digest = hashlib.sha256()
    in_force = (rules or shipped_rules()).fingerprint
    for part in (SCHEMA_VERSION, registry.fingerprint, in_force, mapping_fingerprint, repr(facts)):
        digest.update(part.encode() + b"\0")
    for table in NATIVE_TABLES:
        digest.update(f"{table}\0{tables[table].height}\0".encode())
        for part_of_table in tables[table].iter_slices(500_000):
            digest.update(part_of_table.write_csv().encode())
    return digest.hexdigest()


def _accounted(raw: RawExport, bench: Workbench, registry: Registry, rules: Rules) -> ReadExport:
    tables = {table: _final(bench, table) for table in NATIVE_TABLES}
    set_aside = _set_aside(raw, bench)
    return ReadExport(
        tables=tables,
        set_aside=set_aside,
        notices=_notices(raw, bench),
        files=_files(raw, tables, set_aside),
        facts=raw.facts,
        registry=registry,
        mapping_fingerprint=raw.mapping_fingerprint,
        content_hash=content_hash(tables, raw.facts, registry, raw.mapping_fingerprint, rules),
        rules=rules,
    )


def rules_of(source: Path, rules: Path | None = None) -> Rules:
    """Return the rules of signals an export would be read with.

    Args:
        source: A folder, a ``.zip`` or one file.
        rules: Rules file; without one, ``rules.toml`` beside the data, if there.

    Raises:
        SourceError: If there is no such export.
        RulesError: If the rules file is not of its form.
    """
    return _rules(export_files(Path(source)), rules)


def _registry(listed: ExportFiles, instruments: Path | None) -> Registry:
    if instruments is not None:
        return load_registry(Path(instruments))
    with _beside(listed, "instruments.toml") as file:
        return load_registry(file) if file else load_registry()


def _rules(listed: ExportFiles, rules: Path | None) -> Rules:
    if rules is not None:
        return load_rules(Path(rules))
    with _beside(listed, "rules.toml") as file:
        return load_rules(file)


@contextmanager
def _beside(listed: ExportFiles, name: str) -> Iterator[Path | None]:
    """Yield a file that lies with the data, unpacked where they are an archive; none without."""
    if name in listed.entries:
        with tempfile.TemporaryDirectory() as folder:
            unpacked = Path(folder) / name
            unpacked.write_bytes(listed.content(name))
            yield unpacked
        return
    beside = listed.folder / name
    yield beside if beside.is_file() else None


def _raw(listed: ExportFiles, mapping: Path | None, progress: Progress) -> RawExport:
    if mapping is not None:
        plan = parse_mapping(Path(mapping).name, _mapping_bytes(Path(mapping)))
        return read_mapped(listed, plan, progress)
    beside = listed.folder / "mapping.toml"
    if "mapping.toml" in listed.names:
        plan = parse_mapping("mapping.toml", listed.content("mapping.toml"))
        return read_mapped(listed, plan, progress)
    if beside.is_file() and listed.archive is None:
        return read_mapped(listed, parse_mapping(beside.name, _mapping_bytes(beside)), progress)
    profile = recognised_profile(listed)
    if profile is not None:
        return read_mapped(listed, profile, progress)
    if native_files(listed):
        return read_native(listed, progress)
    require_listed(find_manifest(listed), {})
    known = "".join(_known(each) for each in recognised_files(listed))
    message = (
        f"{listed.name}: holds none of the tables {', '.join(NATIVE_TABLES)} as a file or a sheet, "
        f"and no known form of spreadsheet. {known}Describe the files with --mapping FILE."
    )
    raise SourceError(message)


def _known(found: Recognition) -> str:
    reasons = "; ".join(found.reasons)
    return f'{found.file} seems to be {found.profile} ({reasons}): reader = "{found.profile}". '


def _mapping_bytes(mapping: Path) -> bytes:
    try:
        return mapping.read_bytes()
    except OSError:
        message = f"{mapping.name}: there is no such readable mapping file."
        raise MappingError(message) from None


def _final(bench: Workbench, table: str) -> pl.DataFrame:
    if table not in bench.tables:
        return empty_table(table)
    rows = bench.tables[table].drop(ROW_ID).sort(key_columns(table), nulls_last=False)
    return require_schema(table, rows)


def _set_aside(raw: RawExport, bench: Workbench) -> pl.DataFrame:
    found = [
        located(bench.origins[table], pl.concat(faults))
        .with_columns(pl.lit(table).alias("table_name"))
        .select(*ASIDE)
        for table, faults in bench.faults.items()
    ]
    order = {file.file: number for number, file in enumerate(raw.files)}
    return (
        pl.concat([raw.set_aside, *found])
        .with_columns(pl.col("file").replace_strict(order, default=-1).alias("__order"))
        .sort("__order", "row_no", "table_name", "column_name", "rule", maintain_order=True)
        .drop("__order")
    )


def _notices(raw: RawExport, bench: Workbench) -> pl.DataFrame:
    found = [
        located(bench.origins.get(table, _nowhere()), pl.concat(notes))
        .with_columns(
            pl.lit(table).alias("table_name"),
            pl.col("file").fill_null(_file_of(raw, table)),
        )
        .select(*FILE_NOTES)
        for table, notes in bench.notices.items()
    ]
    return pl.concat([raw.notices, *found]).sort(
        "file", "row_no", "table_name", "column_name", "rule", maintain_order=True
    )


def _nowhere() -> Origin:
    return Origin(
        rows=pl.DataFrame(
            schema={
                ROW_ID: pl.UInt32,
                "file": pl.String,
                "row_no": pl.UInt32,
                "block": pl.UInt32,
            }
        )
    )


def _file_of(raw: RawExport, table: str) -> str:
    return next((file.file for file in raw.files if table in file.table_names), "")


def _files(
    raw: RawExport, tables: Mapping[str, pl.DataFrame], set_aside: pl.DataFrame
) -> pl.DataFrame:
    counts = dict(set_aside.group_by("file").agg(pl.col("row_no").n_unique()).iter_rows())
    rows = []
    for file in raw.files:
        aside = counts.get(file.file, 0)
        accepted = file.row_count - aside
        rows.append((file.file, file.table_names, file.row_count, accepted, aside, file.sha256))
        is_native = raw.mapping_fingerprint == NATIVE_FINGERPRINT
        if is_native and tables[file.table_names[0]].height != accepted:
            raise AssertionError(f"Defect: the rows of {file.file} do not add up.")
    return pl.DataFrame(rows, schema=FILES, orient="row")
