"""Writing an invented service as an export in the native format."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

from dashboard.errors import SourceError
from dashboard.exports.sample.arrivals import arrival_stories
from dashboard.exports.sample.bulk import bulk_families, bulk_therapists
from dashboard.exports.sample.ordinary import FIRST_NUMBER, LAST_NUMBER, ordinary_case
from dashboard.exports.sample.readme import HEADING, sample_readme
from dashboard.exports.sample.rows import case_rows
from dashboard.exports.sample.services import service_stories
from dashboard.exports.sample.stories import alliance_stories
from dashboard.exports.sample.tables import Row, SampleCounts, Tables, as_frames
from dashboard.exports.schemas import NATIVE_TABLES, SCHEMA_VERSION, key_columns

if TYPE_CHECKING:
    from dashboard.exports.sample.plans import CasePlan

NOTE = "invented sample data"
EXPORTED_AT = "2026-11-22T18:04:00"
FIRST_FAMILY = 101
BUNDLED_FAMILIES = LAST_NUMBER - FIRST_FAMILY + 1
_CHUNK = 2_500
_FEW = (
    ("T01", "Therapist 1", "senior", "Thursday"),
    ("T02", "Therapist 2", "qualified", "Monday"),
    ("T03", "Therapist 3", "qualified", "Monday"),
    ("T04", "Therapist 4", "trainee", "Thursday"),
    ("T05", "Therapist 5", "supervisor", "Monday"),
)
_SCALES_OF = {"srs": 5, "csrs": 5, "wai_sr_client": 4}
_ANSWERED = ("complete", "partial")

FileFormat = Literal["csv", "parquet"]
Progress = Callable[[str, float], None]


def write_sample(
    folder: Path,
    *,
    families: int = BUNDLED_FAMILIES,
    seed: int = 7,
    file_format: FileFormat = "csv",
    progress: Progress | None = None,
) -> SampleCounts:
    """Write an invented service: one file per native table, a manifest and a README.

    The first 60 families hold everything a service can meet (hand-made and ordinary cases);
    further ones are made in bulk, chunk by chunk. The same arguments give the same bytes.

    Args:
        folder: Where to write; it is made where it is missing.
        families: How many families, at least 1; under 60 some stories are left out.
        seed: Another seed gives other ordinary families and items, with the same stories.
        file_format: ``csv`` or ``parquet``.
        progress: Called with a word on the step and the share done, 0 to 1.

    Raises:
        SourceError: If the folder holds files that are not an earlier sample, or the number of
            families is not positive.
    """
    if families < 1:
        message = "A sample has at least 1 family; ask for 1 or more."
        raise SourceError(message)
    _require_free(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").unlink(missing_ok=True)
    text = sample_readme(families, seed, file_format)
    (folder / "README.md").write_text(text, encoding="utf-8")
    files = _TableFiles(folder, file_format)
    for tables, share in _chunks(families, seed):
        files.add(tables)
        if progress:
            progress("inventing families", share)
    files.finish()
    _write_manifest(folder, files)
    return files.counted()


def _chunks(families: int, seed: int) -> Iterator[tuple[Tables, float]]:
    small = min(families, BUNDLED_FAMILIES)
    further = families - small
    rows: dict[str, list[Row]] = {table: [] for table in NATIVE_TABLES}
    for plan in bundled_cases(seed):
        if plan.number < FIRST_FAMILY + small:
            for table, made in case_rows(plan, seed).items():
                rows[table] += made
    rows["therapists"] += _FEW
    therapist_count = max(12, round(families / 25)) if further else len(_FEW)
    tables = as_frames(rows)
    if further:
        more = bulk_therapists(len(_FEW) + 1, therapist_count)
        tables["therapists"] = pl.concat([tables["therapists"], more])
    yield _in_order(tables), small / families
    for start in range(0, further, _CHUNK):
        count = min(_CHUNK, further - start)
        numbers = range(LAST_NUMBER + 1 + start, LAST_NUMBER + 1 + start + count)
        leads = range(len(_FEW) + 1, therapist_count + 1)
        yield bulk_families(numbers, seed, leads), (small + start + count) / families


def bundled_cases(seed: int) -> list[CasePlan]:
    """Return the plans of families 101 to 160, in the order of their codes."""
    plans = [*alliance_stories(), *service_stories(), *arrival_stories()]
    plans += [ordinary_case(seed, number) for number in range(FIRST_NUMBER, LAST_NUMBER + 1)]
    return sorted(plans, key=lambda plan: (plan.number, plan.episode))


def _in_order(tables: Tables) -> Tables:
    return {table: frame.sort(key_columns(table)) for table, frame in tables.items()}


class _TableFiles:
    """One growing file per table, with the number of rows and of ratings in each."""

    def __init__(self, folder: Path, file_format: FileFormat) -> None:
        self.folder, self.file_format = folder, file_format
        self.row_counts = dict.fromkeys(NATIVE_TABLES, 0)
        self.rating_count = 0
        self._parts = folder / ".parts"
        self._part_count = 0
        for table in NATIVE_TABLES:
            for ending in ("csv", "parquet"):
                (folder / f"{table}.{ending}").unlink(missing_ok=True)

    def path(self, table: str) -> Path:
        return self.folder / f"{table}.{self.file_format}"

    def add(self, tables: Tables) -> None:
        for table, frame in tables.items():
            self.row_counts[table] += frame.height
            if self.file_format == "csv":
                self._append(table, frame)
            else:
                part = self._parts / table / f"{self._part_count:06d}.parquet"
                part.parent.mkdir(parents=True, exist_ok=True)
                frame.write_parquet(part)
        self._part_count += 1
        self.rating_count += _rating_count(tables)

    def _append(self, table: str, frame: pl.DataFrame) -> None:
        with self.path(table).open("ab") as file:
            frame.write_csv(file, include_header=self._part_count == 0)

    def finish(self) -> None:
        if self.file_format != "parquet":
            return
        for table in NATIVE_TABLES:
            parts = sorted((self._parts / table).iterdir())
            if len(parts) == 1:
                parts[0].replace(self.path(table))
            else:
                pl.scan_parquet(parts).sink_parquet(self.path(table), row_group_size=250_000)
        shutil.rmtree(self._parts)

    def counted(self) -> SampleCounts:
        return SampleCounts(
            therapists=self.row_counts["therapists"],
            families=self.row_counts["families"],
            cases=self.row_counts["cases"],
            members=self.row_counts["members"],
            sessions=self.row_counts["sessions"],
            forms=self.row_counts["forms"],
            ratings=self.rating_count,
        )


def _rating_count(tables: Tables) -> int:
    scored = (
        tables["forms"]
        .filter(pl.col("state").is_in(_ANSWERED))
        .join(tables["item_scores"].select("form_id").unique(), on="form_id", how="semi")
        .select(pl.col("instrument_id").replace_strict(_SCALES_OF, default=1).sum())
        .item()
    )
    return int(scored or 0) + tables["ratings"].height


def _write_manifest(folder: Path, files: _TableFiles) -> None:
    paths = [files.path(table) for table in NATIVE_TABLES]
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "source_system": "Alliance Board sample generator",
        "exported_at": EXPORTED_AT,
        "timezone": "Europe/Oslo",
        "pseudonymised": True,
        "note": NOTE,
        "row_counts": files.row_counts,
        "sha256": {path.name: _digest(path) for path in paths},
    }
    text = json.dumps(manifest, indent=2) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _require_free(folder: Path) -> None:
    if folder.is_file():
        message = f"{folder.name}: a sample is written into a folder; this is a file. Name another."
        raise SourceError(message)
    if not folder.is_dir() or not any(folder.iterdir()) or _is_sample(folder):
        return
    message = (
        f"{folder.name}: the folder holds files that are not an earlier sample, and nothing is "
        "written over them. Name a new or empty folder."
    )
    raise SourceError(message)


def _is_sample(folder: Path) -> bool:
    try:
        text = (folder / "README.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return text.startswith(HEADING)
