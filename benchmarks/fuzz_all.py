"""Search every target of ``fuzz_imports.py``, two at a time, and tell what came of it as a table.

    python benchmarks/fuzz_all.py corpora --seconds 600 --real ../shared/real_data
    python benchmarks/fuzz_all.py corpora --report

All of them go forward together, in slices of processor seconds, so that a run that is ended early
has looked at each; the next one goes on from there. What broke something lies in ``NAME.found``;
after so many finds of one target in one slice the others have their turn.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue

SEARCH = Path(__file__).with_name("fuzz_imports.py")
REAL = {name: name for name in ("qualtrics", "redcap", "spss", "fhir", "surveymonkey", "csv")}
REAL["xlsx"] = "csv"
MOST_FINDS = 5
NICE = 15


def search(name: str, options: argparse.Namespace, seconds: float) -> None:
    """Search one target up to so many processor seconds of all its runs, past a few finds."""
    corpus = options.corpora / name
    command = [sys.executable, str(SEARCH), name, str(corpus), "--seconds", str(seconds)]
    if options.real is not None and name in REAL:
        command += ["--more", str(options.real / REAL[name])]
    environment = {**os.environ, "RUST_BACKTRACE": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    for number in range(MOST_FINDS):
        seed = str(int(seconds) * 10 + number + 1)
        with (options.corpora / f"{name}.log").open("a", encoding="utf-8") as log:
            done = subprocess.run(
                [*command, "--seed", seed],
                stdout=log,
                stderr=log,
                env=environment,
                check=False,
                preexec_fn=lambda: os.nice(NICE),
            )
        if done.returncode == 0:
            return


def search_all(names: list[str], options: argparse.Namespace) -> None:
    """Search all targets slice by slice until their seconds are spent or the time is up."""
    end = time.monotonic() + options.minutes * 60
    waiting: SimpleQueue[tuple[str, float]] = SimpleQueue()
    slices = int(options.seconds // options.slice) or 1
    for number in range(1, slices + 1):
        for name in names:
            waiting.put((name, options.seconds * number / slices))

    def work() -> None:
        while time.monotonic() < end:
            try:
                name, seconds = waiting.get_nowait()
            except Empty:
                return
            search(name, options, seconds)

    workers = [threading.Thread(target=work) for _ in range(options.at_once)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def table(names: list[str], corpora: Path) -> str:
    """Return what came of each target as rows of a table in Markdown."""
    head = "| target | inputs | imported | rows set aside | read | refused | processor | slowest |"
    lines = [f"{head} peak | finds |", "|---" * 10 + "|"]
    for name in names:
        account = corpora / f"{name}.account"
        if not account.is_file():
            continue
        told = json.loads(account.read_text(encoding="utf-8"))
        kinds = ("imported", "imported, rows set aside", "read", "refused")
        counts = [f"{told['outcomes'].get(kind, 0):,}" for kind in kinds]
        found = corpora / f"{name}.found"
        finds = sum(1 for _ in found.iterdir()) if found.is_dir() else 0
        cells = [name, f"{told['inputs']:,}", *counts, f"{told['seconds']:.0f} s"]
        cells += [f"{told['slowest']} s", f"{told['peak_mib']} MiB", str(finds)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main(argv: list[str]) -> int:
    """Search, then print the table; return 1 where anything was found."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "corpora", type=Path, help="folder of all corpora; made where it is missing"
    )
    parser.add_argument("--seconds", type=float, default=600, help="of the processor, for each")
    parser.add_argument("--slice", type=float, default=50, help="of the processor, in one turn")
    parser.add_argument("--minutes", type=float, default=600, help="by the clock, for all")
    parser.add_argument("--at-once", type=int, default=2, help="searches at the same time")
    parser.add_argument("--real", type=Path, help="folder of real exports to begin with")
    parser.add_argument("--only", nargs="+", help="targets; otherwise all of them")
    parser.add_argument("--report", action="store_true", help="the table alone")
    options = parser.parse_args(argv)
    listed = subprocess.run(
        [sys.executable, str(SEARCH), "--list"], capture_output=True, text=True, check=True
    )
    names = options.only or listed.stdout.split()
    options.corpora.mkdir(parents=True, exist_ok=True)
    if not options.report:
        search_all(names, options)
    print(table(names, options.corpora))
    found = [each for each in options.corpora.glob("*.found") if any(each.iterdir())]
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
