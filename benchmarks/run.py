"""Run every benchmark, one after the other, and write their figures into the README.

    python benchmarks/run.py

With ``--only-table`` nothing is run: the table is written from the results that are there. The
other programs run beside the board where BENCHMARK_PEERS names the Python they are installed in.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from measuring import RESULTS

BENCHMARKS = (
    *("import_frames", "first_page", "open_session", "page_weight", "many_sessions"),
    *("filter_change", "another_set", "import_ratings", "import_beside_polars"),
    *("service_sizes", "snapshot", "peers_beside"),
)
PEERS = "BENCHMARK_PEERS"
"""Names the Python that the other programs are installed in; without it they are left out."""

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- figures: written by run.py -->", "<!-- end of figures -->"
LABELS = {
    "import_ms": "import",
    "settled_ms": "settled picture",
    "bytes_sent": "bytes sent",
}
SHOWN = {
    *LABELS,
    *("first_answer_s", "again_answer_s", "first_heatmap_s", "again_heatmap_s"),
    *("again_document_cpu_s", "server_cpu_ms", "answer_ms", "beside_ms", "cold_s", "cold_cpu_s"),
    *("clock_s", "cpu_s", "page_ms", "document_ms", "read_s", "publish_s", "peak_mb", "change_ms"),
}
"""What the table tells; the results hold more."""

UNITS = {"ms": "ms", "s": "s", "mb": "MB", "kb": "kB"}


def result(name: str) -> dict[str, Any]:
    """Return the last result of a benchmark."""
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def rows(name: str, figures: dict[str, Any], of: str = "") -> list[str]:
    """Return one row of the table for each figure with a median."""
    found = []
    for key, value in figures.items():
        if isinstance(value, dict) and "median" in value and key in SHOWN:
            found.append(row(name, of, key, value))
        elif isinstance(value, dict) and "median" not in value:
            found += rows(name, value, f"{of} {key}".strip())
    return found


def row(name: str, of: str, key: str, value: dict[str, float]) -> str:
    """Return one row: what was measured, median, 95th percentile, range, number."""
    stem, _, ending = key.rpartition("_")
    unit = UNITS.get(ending, "")
    words = LABELS.get(key) or (stem if unit else key).replace("_", " ")
    what = f"{of.replace('_', ' ')}: {words}" if of else words
    p95 = f"{value['p95']:g} {unit}".strip() if "p95" in value else ""
    median = f"{value['median']:g} {unit}".strip()
    least_to_most = f"{value['least']:g} to {value['most']:g}"
    return f"| {name} | {what} | {median} | {p95} | {least_to_most} | {value['count']} |"


def table() -> str:
    """Return the table of all results with the machine and the day."""
    results = {name: result(name) for name in BENCHMARKS if (RESULTS / f"{name}.json").is_file()}
    last = list(results.values())[-1]
    days = sorted({one["measured_on"] for one in results.values()})
    where = f"{last['machine']}, Python {last['python']}, {last['libraries']}"
    lines = [
        f"Measured {' and '.join(days)} on {where}.",
        "",
        "| benchmark | what | median | p95 | least to most | n |",
        "|---|---|---|---|---|---|",
    ]
    for name, one in results.items():
        lines += rows(name, one["figures"])
    return "\n".join(lines)


def write_table() -> None:
    """Put the table into the README, between its two marks."""
    text = README.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    README.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}", encoding="utf-8")


def commands() -> list[list[str]]:
    """Return what is run, one after the other."""
    found = [[sys.executable, str(README.with_name(f"{name}.py"))] for name in BENCHMARKS]
    peers = os.environ.get(PEERS)
    return [*found[:-1], [*found[-1], "--python", peers]] if peers else found[:-1]


def main() -> None:
    """Run what was asked for and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only-table", action="store_true")
    given = parser.parse_args()
    for command in [] if given.only_table else commands():
        print(f"== {Path(command[1]).stem}", flush=True)
        subprocess.run(command, check=True)
    write_table()


if __name__ == "__main__":
    main()
