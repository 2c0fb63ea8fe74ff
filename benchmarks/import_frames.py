"""Time ``import dashboard.frames`` in fresh processes, beside ``import polars`` alone.

    python benchmarks/import_frames.py

The clock runs inside the process, from the first line to the end of the import; the two take
turns, so that noise hits both alike.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

from measuring import keep, spread

MODULES = ("polars", "dashboard.frames")
TIMED = """
import json, sys, time
began = time.perf_counter()
import {module}
spent = time.perf_counter() - began
print(json.dumps([1000 * spent, len(sys.modules), "panel" in sys.modules]))
"""


def imported(module: str) -> tuple[float, int, bool]:
    """Return milliseconds, how many modules are loaded, and whether the user interface is."""
    command = [sys.executable, "-c", TIMED.format(module=module)]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    milliseconds, modules, has_interface = json.loads(ran.stdout)
    return milliseconds, modules, has_interface


def main() -> None:
    """Import each as often as asked and keep the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    for module in MODULES:
        imported(module)
    rounds = [{module: imported(module) for module in MODULES} for _ in range(given.runs)]
    figures = {
        module: {
            "import_ms": spread([one[module][0] for one in rounds], 0),
            "modules": rounds[0][module][1],
            "loads_user_interface": rounds[0][module][2],
        }
        for module in MODULES
    }
    keep("import_frames", figures, runs=given.runs)


if __name__ == "__main__":
    main()
