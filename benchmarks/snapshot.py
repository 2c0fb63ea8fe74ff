"""How long a snapshot takes from an open store, and how large it is.

``python benchmarks/snapshot.py`` for the sample; ``--families 500`` for a large service.
"""

from __future__ import annotations

import argparse
import gzip
import json
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
from dashboard.store import open_source
from dashboard.views.language import language


def measured(source: Path, rounds: int) -> dict[str, object]:
    """Return the median time and the sizes of a snapshot that no browser opens before."""
    snapshots.chromium = lambda: None
    codes, words, seconds = Codes(bytes(KEY_BYTES)), language("en"), []
    with tempfile.TemporaryDirectory() as folder, open_source(source) as store:
        file = Path(folder) / "snapshot.html"
        for _ in range(rounds):
            kept_frames.clear()
            begun = time.perf_counter()
            write_snapshot(store, file, words, SnapshotRequest(), codes=codes)
            seconds.append(time.perf_counter() - begun)
        content = file.read_bytes()
    return {
        "rounds": rounds,
        "median_s": round(statistics.median(seconds), 2),
        "fastest_s": round(min(seconds), 2),
        "slowest_s": round(max(seconds), 2),
        "bytes": len(content),
        "gzipped": len(gzip.compress(content, mtime=0)),
    }


def main() -> None:
    """Measure and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, help="draw a service of so many families")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = data_folder("sample_data")
        if asked.families:
            source = Path(folder) / "export"
            write_sample(source, families=asked.families)
        print(json.dumps({"families": asked.families or 60, **measured(source, asked.rounds)}))


if __name__ == "__main__":
    main()
