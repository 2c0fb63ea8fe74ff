"""An import that is killed takes nothing away: the last good generation is served."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from benchmarks.kill_rounds import Bench, found_content, run_rounds
from dashboard.exports.reading import read_export
from dashboard.store import publish

KILL_AT = """
import os, signal, sys
from pathlib import Path
from dashboard.exports.reading import read_export
from dashboard.store import publish

def die_there(stage, share):
    if (stage, share) == (sys.argv[3], float(sys.argv[4])):
        os.kill(os.getpid(), signal.SIGKILL)

publish(read_export(Path(sys.argv[1])), Path(sys.argv[2]), progress=die_there)
"""


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return Bench.prepare(tmp_path_factory.mktemp("killed"), families=25)


@pytest.mark.parametrize(
    ("stage", "share", "is_switched"),
    [
        ("building", 0.0, False),
        ("verifying", 0.8, False),
        ("renaming", 0.95, False),
        ("pointer", 0.97, False),
        ("pointer", 1.0, True),
    ],
)
def test_an_import_killed_at_a_stage_leaves_a_whole_generation(bench, stage, share, is_switched):
    export = bench.next_export()
    before, after = bench.hashes if export == bench.exports[1] else bench.hashes[::-1]
    killed = subprocess.run(
        [sys.executable, "-c", KILL_AT, str(export), str(bench.store), stage, str(share)],
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert killed.returncode == -signal.SIGKILL
    assert found_content(bench) == (after if is_switched else before)


def test_the_import_after_a_killed_one_arrives_and_clears_what_was_left(bench):
    (bench.store / "generation-000099.duckdb.tmp").write_bytes(b"half")
    (bench.store / "generation-000099.duckdb.tmp.wal").write_bytes(b"half")
    export = bench.next_export()
    publish(read_export(export), bench.store)

    assert found_content(bench) == bench.hashes[bench.exports.index(export)]
    assert [file.name for file in bench.store.iterdir() if ".tmp" in file.name] == []


def test_imports_killed_at_random_moments_are_neither_torn_nor_lost():
    tally = run_rounds(5, seed=11)

    assert tally.rounds == 5
    assert (tally.torn, tally.lost, tally.stray) == (0, 0, 0)


@pytest.mark.slow
def test_fifty_imports_killed_at_random_moments_are_neither_torn_nor_lost():
    tally = run_rounds(50, seed=7)

    assert tally.rounds == 50
    assert (tally.torn, tally.lost, tally.stray) == (0, 0, 0)
