"""Time the reading of a million-row CSV with bad rows in it beside what Polars alone would take.

    python benchmarks/import_beside_polars.py --runs 3

An invented service of a million answers is written as native CSV, and one row in a hundred of them
is spoiled: a word for a number, a value outside its range, an id that names nothing, a doubled key.
The floor is what no import can be faster than: ``polars.read_csv`` of the same files and
``write_parquet`` of what it read, where nothing is checked. The import reads the same files, checks
every row, sets the bad ones aside with file, row and reason, and writes what it accepted. Each run
is a process of its own; reported are seconds of the clock and of the processor, their ratios, the
peak of memory, and whether every row is accounted for. Publishing is timed by import_ratings.py.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from dashboard.exports.manifest import ExportFacts
from dashboard.exports.reading import read_export
from dashboard.exports.schemas import NATIVE_TABLES, polars_schema
from dashboard.exports.writing import write_native

ITEMS, SESSIONS = 4, 25
FIRST_DAY = dt.date(2020, 1, 6)
SPOILED = 100
"""One row in so many is spoiled."""


def invented(answers: int) -> dict[str, pl.DataFrame]:
    """Return native tables with so many answers: one member a family, forms of four items."""
    forms = pl.DataFrame({"form": range(answers // ITEMS)}, schema={"form": pl.Int64}).with_columns(
        pl.format("P{}", pl.col("form") // SESSIONS).alias("person"),
        pl.format("S{}", "form").alias("session_id"),
        pl.format("Q{}", "form").alias("form_id"),
        (pl.col("form") % SESSIONS + 1).alias("session_no"),
    )
    people = forms.select("person").unique(maintain_order=True)
    sessions = forms.with_columns(
        (pl.lit(FIRST_DAY) + pl.duration(days=7 * pl.col("session_no"))).alias("held_on"),
        pl.lit("held").alias("status"),
        case_id="person",
    )
    numbers = pl.DataFrame({"item_no": range(1, ITEMS + 1)})
    items = forms.join(numbers, how="cross").with_columns(
        ((pl.col("form") * 7 + pl.col("item_no") * 3) % 101 / 10).alias("value")
    )
    words = {"modality": "family", "referral": "unknown", "ending": "ongoing"}
    member = {"role": "parent", "age_band": "unknown", "index_client": True}
    form = {"perspective": "self", "instrument_id": "srs", "state": "complete"}
    found = {
        "families": people.select(family_id="person"),
        "cases": people.select(case_id="person", family_id="person", **_words(words)),
        "members": people.select(member_id="person", family_id="person", **_words(member)),
        "sessions": sessions,
        "forms": forms.with_columns(
            member_id="person", components_source=pl.lit("items"), **_words(form)
        ),
        "item_scores": items,
    }
    return {name: _as_native(name, rows) for name, rows in found.items()}


def _words(given: dict[str, object]) -> dict[str, pl.Expr]:
    return {name: pl.lit(value) for name, value in given.items()}


def _as_native(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    types = polars_schema(name)
    missing = [pl.lit(None).alias(column) for column in types if column not in rows.columns]
    return rows.with_columns(missing).select(list(types)).cast(types)


def write_service(folder: Path, answers: int) -> int:
    """Write the service with spoiled rows and no manifest; return how many rows are spoiled."""
    write_native(invented(answers), folder, ExportFacts())
    (folder / "manifest.json").unlink()
    file = folder / "item_scores.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    spoiled = range(SPOILED, len(lines), SPOILED)
    for place, number in enumerate(spoiled):
        form, item_no, value = lines[number].split(",")
        lines[number] = (
            f"{form},{item_no},ten", f"{form},{item_no},11.5", f"lost-{form},{item_no},{value}",
            lines[number - 1],
        )[place % 4]  # fmt: skip
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(spoiled)


def floor(source: Path, target: Path) -> dict[str, float]:
    """Read every file with Polars and write it, unchecked."""
    rows = 0
    for file in sorted(source.glob("*.csv")):
        table = pl.read_csv(file, infer_schema_length=None if file.stem == "item_scores" else 100)
        table.write_parquet(target / f"{file.stem}.parquet")
        rows += table.height
    return {"rows": rows}


def checked(source: Path, target: Path) -> dict[str, float]:
    """Read every file as an import does and write what was accepted."""
    export = read_export(source)
    for table in NATIVE_TABLES:
        export.tables[table].write_parquet(target / f"{table}.parquet")
    files = export.files
    return {
        "rows": int(files["row_count"].sum()),
        "accepted": int(files["accepted_count"].sum()),
        "set_aside": int(files["set_aside_count"].sum()),
        "without_reason": export.set_aside.filter(pl.col("mend").str.len_chars() == 0).height,
    }


def one_run(kind: str, source: Path) -> dict[str, float]:
    """Run the floor or the import in this process and return its figures."""
    with tempfile.TemporaryDirectory() as target:
        began, cpu = time.perf_counter(), time.process_time()
        found = (floor if kind == "floor" else checked)(source, Path(target))
        times = {"clock_s": time.perf_counter() - began, "cpu_s": time.process_time() - cpu}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**found, **times, "peak_mb": peak}


def main() -> None:
    """Write the service, run both in turn as often as asked, and keep figures and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        print(json.dumps(one_run(given.run[0], Path(given.run[1]))))
        return
    from measuring import keep, spread  # noqa: PLC0415 - of the folder it is run from

    found: dict[str, list[dict[str, float]]] = {"floor": [], "import": []}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "export"
        spoiled = write_service(source, given.answers)
        for kind in [*found] * given.runs:
            command = [sys.executable, __file__, "--run", kind, str(source)]
            ran = subprocess.run(command, check=True, capture_output=True, text=True)
            found[kind].append(json.loads(ran.stdout))
    figures = {
        kind: {name: spread([run[name] for run in runs], 3) for name in runs[0]}
        for kind, runs in found.items()
    }
    ratios = {
        name: round(
            min(run[name] for run in found["import"]) / min(run[name] for run in found["floor"]), 2
        )
        for name in ("clock_s", "cpu_s")
    }
    keep(
        "import_beside_polars",
        {**figures, "spoiled_rows": spoiled, "ratio_of_least": ratios},
        answers=given.answers,
        runs=given.runs,
    )


if __name__ == "__main__":
    main()
