"""Kill an import at a random moment, again and again, and see what is served afterwards.

    python benchmarks/kill_rounds.py --rounds 100 --seed 1

Each round starts an import in a process of its own and sends SIGKILL at a moment drawn uniformly
between its first write and the end of the pointer switch. Afterwards the store must open, every
table must read back, and the content must be that of the generation before or of the new one: the
new one for certain once the import said that it was done.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from dashboard.exports.reading import read_export
from dashboard.exports.sample import write_sample
from dashboard.store import Store, publish, query_contracts
from dashboard.store.folder import StoreFolder

STAGES = ("building", "verifying", "renaming", "pointer")
NEXT_SPAN = {"after": 0.95, "verifying": 1.05, "renaming": 1.05, "pointer": 1.05}
"""How the span of moments follows a machine that grows faster or slower meanwhile."""

PATIENCE_SECONDS = 120


@dataclass
class Tally:
    """What the rounds showed."""

    stages: Counter[str] = field(default_factory=Counter)
    torn: int = 0
    lost: int = 0
    switched: int = 0

    @property
    def rounds(self) -> int:
        """Return how many imports were killed before they were done."""
        return sum(self.stages[stage] for stage in STAGES)

    def report(self) -> str:
        """Return the tally as lines of text."""
        stages = ", ".join(f"{stage} {self.stages[stage]}" for stage in STAGES)
        return (
            f"{self.rounds} imports killed while {stages}\n"
            f"{self.stages['after']} more were done before the signal came\n"
            f"torn {self.torn}, lost {self.lost}, new content served after {self.switched}"
        )


@dataclass(frozen=True)
class Bench:
    """Two exports that take turns, and the store they are imported into."""

    exports: tuple[Path, Path]
    hashes: tuple[str, str]
    store: Path

    @classmethod
    def prepare(cls, folder: Path, families: int) -> Bench:
        """Write two exports and publish the first one."""
        exports = (folder / "first", folder / "second")
        hashes = []
        for seed, export in enumerate(exports, start=1):
            write_sample(export, families=families, seed=seed)
            hashes.append(read_export(export).content_hash)
        publish(read_export(exports[0]), folder / "store")
        return cls(exports=exports, hashes=(hashes[0], hashes[1]), store=folder / "store")

    def next_export(self) -> Path:
        """Return the export that is not the one in use."""
        with Store(self.store) as store:
            return self.exports[1 - self.hashes.index(store.facts.content_hash)]


def import_in_this_process(export: Path, store: Path) -> None:
    """Import, telling each stage on standard output as it begins."""
    read = read_export(export)
    publish(read, store, progress=lambda stage, share: print(stage, share, flush=True))
    print("done", flush=True)


def start_import(bench: Bench) -> subprocess.Popen[str]:
    """Start an import in a process of its own and wait for its first write."""
    command = [sys.executable, __file__, "--import", str(bench.next_export()), str(bench.store)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    first = output_of(child).readline()
    require(is_met=first.startswith("building"), otherwise=f"the import said {first!r}")
    return child


def output_of(child: subprocess.Popen[str]) -> IO[str]:
    """Return what a process says, to be read line by line."""
    if child.stdout is None:
        raise AssertionError
    return child.stdout


def require(*, is_met: bool, otherwise: str) -> None:
    """Stop the benchmark where something is not as it must be."""
    if not is_met:
        raise AssertionError(otherwise)


def usual_seconds(bench: Bench, runs: int = 3) -> float:
    """Return how long an import takes from its first write to the end of the switch."""
    spans = []
    for _ in range(runs):
        child = start_import(bench)
        began = time.perf_counter()
        require(is_met="pointer 1.0\n" in output_of(child), otherwise="the import did not end")
        spans.append(time.perf_counter() - began)
        child.communicate(timeout=PATIENCE_SECONDS)
    return sorted(spans)[runs // 2]


def kill_once(bench: Bench, moment: float, tally: Tally) -> str:
    """Run one round: start, wait for a moment, kill, look; return the stage that was hit."""
    with Store(bench.store) as store:
        before = store.facts.content_hash
    after = bench.hashes[1 - bench.hashes.index(before)]
    child = start_import(bench)
    time.sleep(moment)
    child.send_signal(signal.SIGKILL)
    said, _ = child.communicate(timeout=PATIENCE_SECONDS)
    lines = ["building 0.0", *said.splitlines()]
    is_acknowledged = "pointer 1.0" in lines
    stage = "after" if is_acknowledged else lines[-1].split()[0]
    tally.stages[stage] += 1
    found = found_content(bench)
    tally.torn += found not in (before, after)
    tally.lost += is_acknowledged and found != after
    tally.switched += found == after
    return stage


def found_content(bench: Bench) -> str:
    """Return the content hash of what is served, or nothing where any of it cannot be read."""
    if StoreFolder(bench.store).current() is None:
        return ""
    with Store(bench.store) as store:
        if store.stale_reason:
            return ""
        expected = read_export(bench.exports[bench.hashes.index(store.facts.content_hash)])
        if store.query("case_list").height != expected.tables["cases"].height:
            return ""
        for name, contract in query_contracts().items():
            if contract.folder == "measures" and not contract.given_params:
                store.query(name)
        store.query("alliance_cells")
        return store.facts.content_hash


def run_rounds(rounds: int, seed: int, *, families: int = 25) -> Tally:
    """Kill as many imports as asked for, then import once undisturbed.

    Args:
        rounds: How many.
        seed: For the moments.
        families: Size of the exports.

    Raises:
        AssertionError: If the undisturbed import at the end does not arrive.
    """
    moments = random.Random(seed)  # noqa: S311 - moments, not secrets
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench.prepare(Path(folder), families)
        span = usual_seconds(bench)
        while tally.rounds < rounds:
            stage = kill_once(bench, moments.uniform(0, span), tally)
            span *= NEXT_SPAN.get(stage, 1)
        wanted = bench.next_export()
        publish(read_export(wanted), bench.store)
        arrived = found_content(bench) == bench.hashes[bench.exports.index(wanted)]
        require(is_met=arrived, otherwise="the import after the last kill did not arrive")
        left = sorted(file.name for file in bench.store.iterdir() if ".tmp" in file.name)
        require(is_met=not left, otherwise=f"left behind: {left}")
    return tally


def main() -> None:
    """Run the rounds that were asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--import", nargs=2, type=Path, dest="importing", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.importing:
        import_in_this_process(*given.importing)
        return
    tally = run_rounds(given.rounds, given.seed)
    print(tally.report())
    require(is_met=tally.torn == tally.lost == 0, otherwise="an import was torn or lost")


if __name__ == "__main__":
    main()
