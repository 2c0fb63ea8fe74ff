"""Ten processes write into one meetings file at once; afterwards every word is looked for.

    python benchmarks/meeting_writers.py --writers 10 --seconds 60

Each writer records decisions, changes its own, and changes one that all of them share, whatever
revision it finds. What the file acknowledged is told on standard output and looked for afterwards:
a record in the decisions, a change in the history, a change that came second in the history as
refused. Lost is what was acknowledged and is not there; an error is any other answer.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from dashboard.errors import MeetingsError, RevisionConflict
from dashboard.meetings import Decision, Entry, MeetingsFile

DAY = dt.date(2026, 11, 2)
START_SECONDS = 120


@dataclass(frozen=True)
class Tally:
    """What the writers did and what was found afterwards."""

    written: int
    read_back: int
    lost: int
    errors: int
    conflicts: int
    seconds: float
    sentences: tuple[str, ...]

    def report(self) -> str:
        """Return the tally as a line of text."""
        return (
            f"written {self.written} ({self.conflicts} of them second to another and kept as "
            f"refused), read back {self.read_back}, lost {self.lost}, errors {self.errors}, "
            f"in {self.seconds:.0f} s" + "".join(f"\n{each}" for each in self.sentences)
        )


def write(path: Path, writer: int, seconds: float) -> None:
    """Write for some seconds, telling each acknowledged word on standard output."""
    meetings = MeetingsFile(path)
    shared = meetings.decisions(["SHARED"])["decision_id"][0]
    ends, number = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        word = f"writer {writer} number {number}"
        try:
            tell(*act(meetings, shared, writer, number, word))
        except MeetingsError as error:
            tell("error", str(error))
        number += 1


def act(
    meetings: MeetingsFile, shared: str, writer: int, number: int, word: str
) -> tuple[str, str]:
    """Do one of the three things a browser does, and return what became of it."""
    if number % 3 < 2:
        entry = Entry(f"C{number % 50}", "F1", f"W{writer}", DAY, decision=word)
        own = meetings.record(entry)
        return ("recorded", word) if number % 3 == 0 else revised(meetings, own, writer, word)
    return revised(meetings, meetings.decision(shared), writer, word)


def revised(meetings: MeetingsFile, decision: Decision, writer: int, word: str) -> tuple[str, str]:
    """Change a decision and return whether it was kept or came second."""
    try:
        changes = {"outcome": f"{word} outcome"}
        meetings.revise(decision.decision_id, decision.revision, f"W{writer}", changes)
    except RevisionConflict:
        return "refused", f"{word} outcome"
    return "revised", f"{word} outcome"


def tell(kind: str, word: str) -> None:
    """Say what happened as a line of JSON."""
    print(json.dumps([kind, word]), flush=True)


def run(writers: int, seconds: float) -> Tally:
    """Let processes write at once and look for everything that was acknowledged.

    Args:
        writers: How many processes.
        seconds: How long each of them writes.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "meetings.sqlite"
        meetings = MeetingsFile(path)
        meetings.record(Entry("SHARED", "F1", "W0", DAY, decision="shared by all"))
        began = time.monotonic()
        children = [
            subprocess.Popen(
                [sys.executable, __file__, "--write", str(path), str(each), str(seconds)],
                stdout=subprocess.PIPE,
                text=True,
            )
            for each in range(writers)
        ]
        said = [child.communicate(timeout=seconds + START_SECONDS)[0] for child in children]
        spent = time.monotonic() - began
        broken = sum(child.returncode != 0 for child in children)
        told = Counter(tuple(json.loads(line)) for lines in said for line in lines.splitlines())
        return tallied(meetings, told, broken, spent)


def tallied(
    meetings: MeetingsFile, told: Counter[tuple[str, ...]], broken: int, seconds: float
) -> Tally:
    """Compare what was acknowledged with what is in the file."""
    fields = meetings.history().filter(pl.col("field").is_in(["decision", "outcome"]))
    kept = Counter(fields.drop_nulls("new_value").select("kind", "new_value").rows())
    acknowledged = Counter({key: count for key, count in told.items() if key[0] != "error"})
    lost = (acknowledged - kept).total() + missing_now(meetings, acknowledged)
    return Tally(
        written=acknowledged.total(),
        read_back=(acknowledged & kept).total(),
        lost=lost,
        errors=told.total() - acknowledged.total() + broken,
        conflicts=sum(count for key, count in acknowledged.items() if key[0] == "refused"),
        seconds=seconds,
        sentences=tuple(sorted({key[1] for key in told if key[0] == "error"})),
    )


def missing_now(meetings: MeetingsFile, acknowledged: Counter[tuple[str, ...]]) -> int:
    """Count the recorded decisions that do not stand in the file as they were written."""
    standing = set(meetings.decisions()["decision"])
    return sum(word not in standing for kind, word in acknowledged if kind == "recorded")


def main() -> None:
    """Run what was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--write", nargs=3, dest="writing", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.writing:
        path, writer, seconds = given.writing
        write(Path(path), int(writer), float(seconds))
        return
    tally = run(given.writers, given.seconds)
    print(tally.report())
    if tally.lost or tally.errors:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
