"""Time the import of a million ratings of an invented service: reading and publishing apart.

    python benchmarks/import_ratings.py --runs 5

Every run is a process of its own with a store of its own. Reported are medians for CSV and for
Parquet. Memory is the peak of the process when reading was done, and when all was done.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from measuring import keep, spread

from dashboard.exports.reading import read_export
from dashboard.exports.sample import write_sample
from dashboard.store import Store, publish

QUESTIONS = ("case_list", "coverage_total", "selection_summary")


def seconds(work: Callable[[], object]) -> float:
    """Return how long some work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def peak_mb() -> float:
    """Return the most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one_run(source: Path, folder: Path) -> dict[str, float]:
    """Read and publish an export in this process and ask a few questions."""
    began = time.perf_counter()
    export = read_export(source)
    found = {"read_s": time.perf_counter() - began, "read_peak_mb": peak_mb()}
    found["publish_s"] = seconds(lambda: publish(export, folder))
    found["peak_mb"] = peak_mb()
    with Store(folder) as store:
        middle = store.query("case_list")["case_id"][export.tables["cases"].height // 2]
        found |= {f"{name}_s": seconds(lambda name=name: store.query(name)) for name in QUESTIONS}
        one_case = seconds(lambda: store.query("alliance_cells", case_ids=[middle]))
        found["alliance_cells_of_one_case_s"] = one_case
    found["store_mb"] = sum(file.stat().st_size for file in folder.glob("generation-*")) / 1e6
    return found


def runs(source: Path, folder: Path, count: int) -> dict[str, object]:
    """Return the figures of several runs, each in a process of its own."""
    found = []
    for number in range(count):
        command = [sys.executable, __file__, "--run", str(source), str(folder / f"store-{number}")]
        ran = subprocess.run(command, check=True, capture_output=True, text=True)
        found.append(json.loads(ran.stdout))
    return {name: spread([run[name] for run in found], 3) for name in found[0]}


def service(folder: Path, file_format: str, families: int) -> tuple[Path, dict[str, int]]:
    """Write an invented service and return where it is and what it counts."""
    source = folder / "export"
    counts = write_sample(source, families=families, file_format=file_format)
    size = sum(file.stat().st_size for file in source.iterdir())
    return source, {"ratings": counts.ratings, "forms": counts.forms, "export_mb": size // 10**6}


def main() -> None:
    """Write the service in each format, run as often as asked, and keep the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=5060)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--run", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        print(json.dumps(one_run(*given.run)))
        return
    figures = {}
    for file_format in ("csv", "parquet"):
        with tempfile.TemporaryDirectory() as folder:
            source, counts = service(Path(folder), file_format, given.families)
            figures[file_format] = {**counts, **runs(source, Path(folder), given.runs)}
    keep("import_ratings", figures, families=given.families, runs=given.runs)


if __name__ == "__main__":
    main()
