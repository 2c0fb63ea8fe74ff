"""Publish invented services of 10,000, one million and ten million ratings, and ask them questions.

    python benchmarks/service_sizes.py --sizes 10k 1M 10M

The services are those of ``alliance sample``, as Parquet: 61 families with 12 therapists, 5,060
with 202, and 50,000 with 2,000, over three years. For each size, one after the other and each in a
process of its own: the floor (DuckDB's plain ``create table as`` of the same files), reading and
publishing with the time of every statement, and what the pages ask.

Processor seconds count all threads and hold still where other work shares the machine; the clock
does not. Memory is the most the process ever held.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from measuring import keep, spread

from dashboard.exports.reading import read_export
from dashboard.exports.sample import write_sample
from dashboard.store import Store, publish
from dashboard.store.connections import THREADS, WRITER_MEMORY
from dashboard.store.contracts import kept_contracts, told_contracts
from dashboard.store.documents import DOCUMENTS, documents_steps
from dashboard.store.publishing import BUILDING, RENAMING, VERIFYING, publishing_order

FAMILIES = {"10k": 61, "1M": 5060, "10M": 50_000}
PAGE_ROWS = 60
SHOWN_STATEMENTS = 12
Steps = list[tuple[str, float, float]]
Question = tuple[str, dict[str, Any]]


def peak_mb() -> float:
    """Return the most memory this process ever held; not what its parent did before it began."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def taken(work: Callable[[], object], name: str) -> dict[str, float]:
    """Return how long some work takes, by the clock and in processor seconds."""
    began, worked = time.perf_counter(), time.process_time()
    work()
    return {
        f"{name}_s": time.perf_counter() - began,
        f"{name}_cpu_s": time.process_time() - worked,
    }


def floor(source: Path, folder: Path) -> dict[str, float]:
    """Return what DuckDB alone needs to take the same files in, unchecked and with no signal."""
    file = folder / f"floor-{source.name}.duckdb"
    file.unlink(missing_ok=True)
    config = {"threads": THREADS, "memory_limit": WRITER_MEMORY}
    connection = duckdb.connect(str(file), config=dict(config))

    def take_in() -> None:
        for table in sorted(source.glob("*.parquet")):
            connection.read_parquet(str(table)).create(table.stem)
        connection.execute("checkpoint").fetchall()

    found = taken(take_in, "floor")
    connection.close()
    return {**found, "floor_peak_mb": peak_mb(), "floor_mb": file.stat().st_size / 1e6}


def published(source: Path, folder: Path) -> dict[str, Any]:
    """Read and publish an export; return times, memory, size, and the slowest statements."""
    exports: list[Any] = []
    found: dict[str, Any] = taken(lambda: exports.append(read_export(source)), "read")
    found["read_peak_mb"] = peak_mb()
    steps: Steps = []

    def note(stage: str, share: float) -> None:
        del share
        steps.append((stage, time.perf_counter(), time.process_time()))

    found |= taken(lambda: publish(exports[0], folder, progress=note), "publish")
    found["peak_mb"] = peak_mb()
    found["store_mb"] = sum(file.stat().st_size for file in folder.glob("generation-*")) / 1e6
    return {**found, **stages(steps, exports[0].tables["cases"].height)}


def stages(steps: Steps, cases: int) -> dict[str, Any]:
    """Return the time of each stage of an import of some cases, and of its slowest statements."""
    names = [contract.name for contract in publishing_order()]
    names += [contract.table for contract in kept_contracts().values()]
    names += [contract.told_table for contract in told_contracts().values()]
    built = [step for step in steps if step[0] == BUILDING]
    names += [DOCUMENTS] * documents_steps(cases)
    first = len(built) - len(names)
    after = {
        stage: next(step for step in steps if step[0] == stage) for stage in (VERIFYING, RENAMING)
    }
    each = {name: {"s": 0.0, "cpu_s": 0.0} for name in names}
    for place, name in enumerate(names, start=first):
        each[name]["s"] += built[place][1] - built[place - 1][1]
        each[name]["cpu_s"] += built[place][2] - built[place - 1][2]
    slowest = sorted(each, key=lambda name: -each[name]["cpu_s"])[:SHOWN_STATEMENTS]
    return {
        "loading_s": built[first - 1][1] - built[0][1],
        "statements_s": built[-1][1] - built[first - 1][1],
        "verifying_s": after[RENAMING][1] - after[VERIFYING][1],
        "statements": {name: each[name] for name in slowest},
    }


def questions(store: Store) -> dict[str, Question]:
    """Return what the pages ask: the opening facts, one set, the agenda, a page of the weeks."""
    cases = store.query("case_list")
    middle = cases.height // 2
    therapist = cases["lead_therapist_ids"][middle][0]
    group = cases["group_ids"][middle][0]
    page = cases["case_id"][middle : middle + PAGE_ROWS].to_list()
    return {
        "the lists to choose from": ("therapist_list", {}),
        "the count line, whole service": ("selection_summary", {}),
        "cells of a case": ("alliance_cells", {"case_ids": [cases["case_id"][middle]]}),
        "cells of a therapist": ("alliance_cells", {"therapist_ids": [therapist]}),
        "count line of a therapist": ("selection_summary", {"therapist_ids": [therapist]}),
        "falls of a case": ("falls", {"case_ids": [cases["case_id"][middle]]}),
        "agenda of a group": ("agenda_reasons", {"group_ids": [group]}),
        "a page of the weeks": ("alliance_by_family_week", {"case_ids": page}),
    }


def one_question(store: Store, question: Question, times: int) -> dict[str, Any]:
    """Return how long one question takes, the first time and afterwards, and its rows."""
    query, params = question
    timed = [taken(lambda: store.query(query, **params), "ask") for _ in range(times)]
    return {
        "rows": store.query(query, **params).height,
        "first_ms": round(timed[0]["ask_s"] * 1000, 1),
        "again_ms": spread([one["ask_s"] * 1000 for one in timed[1:]]),
        "cpu_ms": spread([one["ask_cpu_s"] * 1000 for one in timed[1:]]),
    }


def asked(folder: Path, times: int) -> dict[str, Any]:
    """Return how long each question takes that a page asks."""
    with Store(folder) as store:
        found = {
            name: one_question(store, question, times)
            for name, question in questions(store).items()
        }
    return {"questions": found, "questions_peak_mb": peak_mb()}


def apart(step: str, source: Path, folder: Path) -> dict[str, Any]:
    """Return the figures of one step, run in a process of its own."""
    command = [sys.executable, __file__, "--step", step, str(source), str(folder)]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(ran.stdout))


def measured(size: str, folder: Path) -> dict[str, Any]:
    """Return all figures of one size, with the load of the machine around them."""
    source, store = folder / f"export-{size}", folder / f"store-{size}"
    counts = write_sample(source, families=FAMILIES[size], file_format="parquet")
    found: dict[str, Any] = {
        "therapists": counts.therapists,
        "families": counts.families,
        "forms": counts.forms,
        "ratings": counts.ratings,
        "export_mb": sum(file.stat().st_size for file in source.iterdir()) / 1e6,
        "load_at_start": os.getloadavg()[0],
    }
    for step, where in (("floor", folder), ("published", store), ("asked", store)):
        found |= apart(step, source, where)
    both = found["read_s"] + found["publish_s"]
    worked = found["read_cpu_s"] + found["publish_cpu_s"]
    return {
        **found,
        "load_at_end": os.getloadavg()[0],
        "times_the_floor": both / found["floor_s"],
        "times_the_floor_cpu": worked / found["floor_cpu_s"],
        "ratings_a_second": found["ratings"] / both,
    }


def rounded(figures: Any) -> Any:
    """Return figures with two decimals, at any depth."""
    if isinstance(figures, dict):
        return {name: rounded(value) for name, value in figures.items()}
    return round(figures, 2) if isinstance(figures, float) else figures


def main() -> None:
    """Measure the sizes asked for and keep their figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", choices=FAMILIES, default=["10k", "1M"])
    parser.add_argument("--keep-in", type=Path, help="folder for exports and stores, kept")
    parser.add_argument("--step", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        step, source, folder = given.step[0], Path(given.step[1]), Path(given.step[2])
        steps = {"floor": floor, "published": published, "asked": lambda _, at: asked(at, 12)}
        print(json.dumps(steps[step](source, folder)))
        return
    with tempfile.TemporaryDirectory() as passing:
        folder = given.keep_in or Path(passing)
        keep("service_sizes", {size: rounded(measured(size, folder)) for size in given.sizes})


if __name__ == "__main__":
    main()
