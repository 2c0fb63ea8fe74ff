"""Kill an import at a random moment, again and again, and see what is served afterwards.

    nice python benchmarks/kill_rounds.py --rounds 500 --seed 1 --minutes 60

Each round starts an import in a process of its own and sends SIGKILL at a moment drawn uniformly
between its first write and the end of the pointer switch. Afterwards the store must open, every
table must read back, and the content must be that of the generation before or of the new one: the
new one for certain once the import said that it was done. After every fifth round an undisturbed
import must arrive and leave no file but those of a store. The processes come from a server that has
everything loaded, so that a round costs little more than what it is about.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import re
import signal
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.exports.reading import read_export
from dashboard.exports.sample import write_sample
from dashboard.store import Store, publish, query_contracts
from dashboard.store.folder import StoreFolder

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

STAGES = ("building", "verifying", "renaming", "pointer")
NEXT_SPAN = {"after": 0.95, "verifying": 1.05, "renaming": 1.05, "pointer": 1.05}
"""How the span of moments follows a machine that grows faster or slower meanwhile."""

PATIENCE_SECONDS = 120
UNDISTURBED_EVERY = 5

OF_A_STORE = re.compile(
    r"CURRENT|display_limits\.json|import\.lock|generation-[0-9]{6}\.duckdb|source\.json"
)
"""Names of the files of a store; any other is left over."""


@dataclass
class Tally:
    """What the rounds showed."""

    stages: Counter[str] = field(default_factory=Counter)
    torn: int = 0
    lost: int = 0
    stray: int = 0
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
            f"torn {self.torn}, lost {self.lost}, stray files {self.stray}, "
            f"new content served after {self.switched}"
        )


@dataclass(frozen=True)
class Bench:
    """Two exports that take turns, and the store they are imported into."""

    exports: tuple[Path, Path]
    hashes: tuple[str, str]
    cases: tuple[int, int]
    store: Path

    @classmethod
    def prepare(cls, folder: Path, families: int) -> Bench:
        """Write two exports and publish the first one."""
        exports = (folder / "first", folder / "second")
        read = []
        for seed, export in enumerate(exports, start=1):
            write_sample(export, families=families, seed=seed)
            read.append(read_export(export))
        publish(read[0], folder / "store")
        first, second = read
        return cls(
            exports=exports,
            hashes=(first.content_hash, second.content_hash),
            cases=(first.tables["cases"].height, second.tables["cases"].height),
            store=folder / "store",
        )

    def next_export(self) -> Path:
        """Return the export that is not the one in use."""
        with Store(self.store) as store:
            return self.exports[1 - self.hashes.index(store.facts.content_hash)]


@dataclass
class Import:
    """An import in a process of its own, and what it said so far."""

    process: BaseProcess
    said: Connection
    stages: list[tuple[str, float]] = field(default_factory=list)

    @classmethod
    def start(cls, bench: Bench) -> Import:
        """Start one and wait for its first write."""
        server = multiprocessing.get_context("forkserver")
        server.set_forkserver_preload([preloaded()])
        said, telling = server.Pipe(duplex=False)
        process = server.Process(
            target=tell_import, args=(bench.next_export(), bench.store, telling)
        )
        process.start()
        telling.close()
        running = cls(process, said)
        running.stages.append(said.recv())
        require(is_met=running.stages == [("building", 0.0)], otherwise="it did not begin")
        return running

    def end(self) -> None:
        """Wait until the process is gone, and take in what it still said."""
        with suppress(EOFError):
            while self.said.poll(PATIENCE_SECONDS):
                self.stages.append(self.said.recv())
        self.process.join(PATIENCE_SECONDS)
        self.said.close()


def preloaded() -> str:
    """Return the name under which the server of processes can load this module."""
    return __spec__.name if __spec__ and __name__ != "__main__" else "dashboard.store"


def tell_import(export: Path, store: Path, telling: Connection) -> None:
    """Import, telling each stage as it begins."""
    publish(read_export(export), store, progress=lambda *stage: telling.send(stage))


def require(*, is_met: bool, otherwise: str) -> None:
    """Stop the benchmark where something is not as it must be."""
    if not is_met:
        raise AssertionError(otherwise)


def usual_seconds(bench: Bench, runs: int = 3) -> float:
    """Return how long an import takes from its first write to the end of the switch."""
    spans = []
    for _ in range(runs):
        running = Import.start(bench)
        began = time.perf_counter()
        running.end()
        spans.append(time.perf_counter() - began)
        require(is_met=("pointer", 1.0) in running.stages, otherwise="an import did not end")
    return sorted(spans)[runs // 2]


def kill_once(bench: Bench, moment: float, tally: Tally) -> str:
    """Run one round: start, wait for a moment, kill, look; return the stage that was hit."""
    with Store(bench.store) as store:
        before = store.facts.content_hash
    after = bench.hashes[1 - bench.hashes.index(before)]
    running = Import.start(bench)
    running.process.join(moment)
    running.process.kill()
    running.end()
    is_acknowledged = ("pointer", 1.0) in running.stages
    is_killed = running.process.exitcode == -signal.SIGKILL
    require(is_met=is_killed or is_acknowledged, otherwise="an import failed by itself")
    stage = "after" if is_acknowledged else running.stages[-1][0]
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
        expected = bench.cases[bench.hashes.index(store.facts.content_hash)]
        if store.query("case_list").height != expected:
            return ""
        for name, contract in query_contracts().items():
            if contract.folder == "measures" and not contract.given_params:
                store.query(name)
        store.query("alliance_cells")
        return store.facts.content_hash


def import_undisturbed(bench: Bench) -> int:
    """Import once without a kill, and return how many files lie there that belong to no store.

    Raises:
        AssertionError: If what was imported is not what is served.
    """
    wanted = bench.next_export()
    publish(read_export(wanted), bench.store)
    arrived = found_content(bench) == bench.hashes[bench.exports.index(wanted)]
    require(is_met=arrived, otherwise="the import after a kill did not arrive")
    return sum(not OF_A_STORE.fullmatch(file.name) for file in bench.store.iterdir())


def run_rounds(
    rounds: int, seed: int, *, families: int = 25, minutes: float = 600, tell: bool = False
) -> Tally:
    """Kill as many imports as asked for, or as the time allows, and import undisturbed in between.

    Args:
        rounds: How many.
        seed: For the moments.
        families: Size of the exports.
        minutes: Time after which no further round begins.
        tell: Print the tally so far every 10 rounds.
    """
    moments = random.Random(seed)  # noqa: S311 - moments, not secrets
    tally, until = Tally(), time.monotonic() + 60 * minutes
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench.prepare(Path(folder), families)
        span = usual_seconds(bench)
        while tally.rounds < rounds and time.monotonic() < until:
            stage = kill_once(bench, moments.uniform(0, span), tally)
            span *= NEXT_SPAN.get(stage, 1)
            if tally.stages.total() % UNDISTURBED_EVERY == 0 or tally.rounds == rounds:
                tally.stray += import_undisturbed(bench)
            if tell and tally.stages.total() % 10 == 0:
                print(tally.report(), flush=True)
    return tally


def main() -> None:
    """Run the rounds that were asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=600)
    given = parser.parse_args()
    tally = run_rounds(given.rounds, given.seed, minutes=given.minutes, tell=True)
    print(tally.report())
    is_sound = tally.torn == tally.lost == tally.stray == 0
    require(is_met=is_sound, otherwise="an import was torn or lost, or left files behind")


if __name__ == "__main__":
    main()
