"""Time the import of a large invented service: reading it, publishing it, first questions.

    python benchmarks/import_ratings.py --families 5000 --runs 5     (about a million ratings)

Every run is a process of its own with a store of its own. Reported are medians; memory is the
peak of the process, the reading of the export included.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from dashboard.exports.reading import read_export
from dashboard.exports.sample import write_sample
from dashboard.store import Store, publish

QUESTIONS = ("case_list", "coverage_total", "selection_summary")


def seconds(work: Callable[[], object]) -> float:
    """Return how long some work takes."""
    began = time.perf_counter()
    work()
    return round(time.perf_counter() - began, 4)


def one_run(source: Path, folder: Path) -> dict[str, float]:
    """Read and publish an export in this process and ask a few questions."""
    began = time.perf_counter()
    export = read_export(source)
    read = time.perf_counter()
    publish(export, folder)
    published = time.perf_counter()
    found = {"read_s": read - began, "publish_s": published - read}
    with Store(folder) as store:
        middle = store.query("case_list")["case_id"][export.tables["cases"].height // 2]
        one_case = seconds(lambda: store.query("alliance_cells", case_ids=[middle]))
        found |= {f"{name}_s": seconds(lambda name=name: store.query(name)) for name in QUESTIONS}
        found["alliance_cells_of_one_case_s"] = one_case
    found["store_mb"] = sum(file.stat().st_size for file in folder.glob("generation-*")) / 1e6
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def runs(source: Path, folder: Path, count: int) -> list[dict[str, float]]:
    """Return the figures of several runs, each in a process of its own."""
    found = []
    for number in range(count):
        command = [sys.executable, __file__, "--run", str(source), str(folder / f"store-{number}")]
        ran = subprocess.run(command, check=True, capture_output=True, text=True)
        found.append(json.loads(ran.stdout))
    return found


def main() -> None:
    """Write the service, run as often as asked, print medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--run", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        print(json.dumps(one_run(*given.run)))
        return
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "export"
        counts = write_sample(source, families=given.families, file_format="parquet")
        figures = runs(source, Path(folder), given.runs)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{counts.ratings} ratings, {counts.forms} forms, median of {given.runs}")
    for name in figures[0]:
        print(f"  {name:32s} {statistics.median(run[name] for run in figures):10.3f}")


if __name__ == "__main__":
    main()
