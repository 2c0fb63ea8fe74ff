"""Time ``import dashboard.frames`` in fresh processes, with what it loads.

python benchmarks/import_time.py --runs 5
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys

MEASURED = """
import sys, time
began = time.perf_counter()
import dashboard.frames
print(time.perf_counter() - began, len(sys.modules))
"""


def main() -> None:
    """Print the median and the range."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    command = [sys.executable, "-c", MEASURED]
    found = []
    for _ in range(given.runs):
        ran = subprocess.run(command, check=True, capture_output=True, text=True)
        found.append(ran.stdout.split())
    times = sorted(float(span) * 1000 for span, _ in found)
    print(
        f"import dashboard.frames: median {statistics.median(times):.0f} ms "
        f"({times[0]:.0f} to {times[-1]:.0f}), {found[0][1]} modules"
    )


if __name__ == "__main__":
    main()
