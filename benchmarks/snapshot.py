"""How long a snapshot takes from an open store, and how large it is.

``python benchmarks/snapshot.py`` measures the sample of 60 families and a service of 500;
``--families 60`` or any other number measures one. "Built" ends when the bytes of the file are
ready; the gate that searches them is told apart, and no browser opens the file. The first round
of a process also loads what later rounds find loaded, and is told apart too.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

from dashboard.domain.disclosure import KEY_BYTES, Codes
from dashboard.domain.places import data_folder
from dashboard.exports.sample import write_sample
from dashboard.frames.fetching import kept_frames
from dashboard.panels import snapshot as snapshots
from dashboard.panels.snapshot import SnapshotRequest, write_snapshot
from dashboard.store import Store, open_source
from dashboard.views.language import language

SAMPLE, LARGE = 60, 500
LIMITS = {SAMPLE: (2.0, 2_500_000), LARGE: (15.0, 8_000_000)}
"""Seconds to build and bytes, by families. Source: what was agreed for the snapshot."""


def one_round(store: Store, file: Path) -> dict[str, float]:
    """Return the seconds of one snapshot by its parts, and what the processor spent on building."""
    marks: list[tuple[float, float]] = []
    searched = snapshots.require_releasable

    def timed(*given: object) -> None:
        marks.append((time.perf_counter(), time.process_time()))
        searched(*given)  # type: ignore[arg-type]
        marks.append((time.perf_counter(), time.process_time()))

    kept_frames.clear()
    snapshots.require_releasable = timed
    begun = time.perf_counter(), time.process_time()
    try:
        codes = Codes(bytes(KEY_BYTES))
        write_snapshot(store, file, language("en"), SnapshotRequest(), codes=codes)
    finally:
        snapshots.require_releasable = searched
    (built, processor), (passed, _) = marks
    return {
        "built_s": built - begun[0],
        "built_processor_s": processor - begun[1],
        "gate_s": passed - built,
        "all_s": time.perf_counter() - begun[0],
    }


def measured(source: Path, rounds: int) -> dict[str, object]:
    """Return the medians of a snapshot's parts, its first round, and its sizes."""
    snapshots.chromium = lambda: None
    with tempfile.TemporaryDirectory() as folder, open_source(source) as store:
        file = Path(folder) / "snapshot.html"
        first = one_round(store, file)
        taken = [one_round(store, file) for _ in range(rounds)]
        content = file.read_bytes()
    return {
        "rounds": rounds,
        **{part: round(statistics.median(each[part] for each in taken), 2) for part in first},
        "fastest_built_s": round(min(each["built_s"] for each in taken), 2),
        "slowest_built_s": round(max(each["built_s"] for each in taken), 2),
        "first_built_s": round(first["built_s"], 2),
        "bytes": len(content),
        "gzipped": len(gzip.compress(content, mtime=0)),
    }


def of_service(families: int, rounds: int) -> dict[str, object]:
    """Return what a service of so many families takes, beside its limits and the load."""
    with tempfile.TemporaryDirectory() as folder:
        source = data_folder("sample_data")
        if families != SAMPLE:
            source = Path(folder) / "export"
            write_sample(source, families=families)
        figures = measured(source, rounds)
    seconds, size = LIMITS.get(families, (None, None))
    limits = {"limit_s": seconds, "limit_bytes": size, "load": round(os.getloadavg()[0], 1)}
    return {"families": families, **figures, **limits}


def main() -> None:
    """Measure and print one line of JSON for each service."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, help="measure one service of so many families")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    for families in (asked.families,) if asked.families else (SAMPLE, LARGE):
        print(json.dumps(of_service(families, asked.rounds)), flush=True)


if __name__ == "__main__":
    main()
