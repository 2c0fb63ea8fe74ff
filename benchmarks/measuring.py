"""What every benchmark shares: figures in one form, the machine they came from, a served board."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results")
LIBRARIES = ("bokeh", "duckdb", "holoviews", "panel", "polars")
READY = re.compile(r"ready at (http://\S+/)")


def machine() -> dict[str, str]:
    """Return what the figures were measured on; nothing that tells whose machine it is."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return {
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"{memory:.0f} GiB",
        "python": platform.python_version(),
        "libraries": libraries,
        "load_before": f"{os.getloadavg()[0]:.1f}",
    }


def spread(values: Sequence[float], digits: int = 1) -> dict[str, float]:
    """Return the median with the range, and the 95th percentile where there are enough values."""
    ordered = sorted(values)
    figures = {"count": len(ordered), "median": statistics.median(ordered)}
    if len(ordered) >= 20:
        figures["p95"] = statistics.quantiles(ordered, n=20, method="inclusive")[-1]
    figures |= {"least": ordered[0], "most": ordered[-1]}
    return {name: round(value, digits) for name, value in figures.items()}


def keep(name: str, figures: dict[str, Any], **settings: object) -> None:
    """Write the figures of a benchmark as JSON and print them.

    Args:
        name: Name of the benchmark, which is that of its file.
        figures: What was measured, by what it is.
        settings: How it was measured, where that may differ from run to run.
    """
    document = {
        "benchmark": name,
        "measured_on": dt.datetime.now(dt.UTC).date().isoformat(),
        **machine(),
        **settings,
        "figures": figures,
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(document, indent=2, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    print(text)


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a process whose state folder is its own."""
    return {**os.environ, "ALLIANCE_HOME": str(home)}


def processor_seconds(process: int) -> float:
    """Return the user and system time of a process so far, with that of threads that ended."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(process: int) -> float:
    """Return the resident memory of a process."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line) / 1024


@dataclass(frozen=True)
class ServedBoard:
    """A board in a process of its own."""

    process: subprocess.Popen[str]
    address: str

    @property
    def processor_seconds(self) -> float:
        """User and system time of the board so far."""
        return processor_seconds(self.process.pid)

    @property
    def resident_mb(self) -> float:
        """Resident memory of the board now."""
        return resident_mb(self.process.pid)


@contextmanager
def served(
    home: Path, *source: str, program: Sequence[str] = ("-m", "dashboard")
) -> Iterator[ServedBoard]:
    """Serve a board as a person does, on a free port, for as long as the block runs.

    Args:
        home: State folder; a fresh one makes the start publish the data first.
        source: Export to serve; without one the sample service.
        program: What Python runs; it takes the same words as the command.
    """
    command = [sys.executable, *program, "serve", *source, "--no-open", "--port", "0"]
    process = subprocess.Popen(
        command,
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield ServedBoard(process, _address(process))
    finally:
        process.terminate()
        process.wait(30)
        if process.stdout:
            process.stdout.close()


def _address(process: subprocess.Popen[str]) -> str:
    said = []
    for line in process.stdout or ():
        said.append(line)
        if found := READY.search(line):
            return found[1]
    raise SystemExit("the board did not start:\n" + "".join(said))
