"""Give the readers of imports bytes that no system ever wrote, and see that they give reasons.

    python benchmarks/fuzz_imports.py fhir corpus/fhir --seconds 600
    python benchmarks/fuzz_imports.py --list

Whatever the bytes, an import answers with rows or with a refusal in words: never with another
exception. Rows in = accepted + set aside, every row set aside has a rule and a way to mend it, no
message repeats a value of the data or names a path of the machine, and memory stays below 1 GiB.

With atheris (``pip install atheris``; nothing else needs it) the search is guided by the lines that
the bytes reach. The corpus folder keeps what reached new lines, and ``CORPUS.account`` what came of
all inputs so far, so that a later run goes on from there: ``--seconds`` are processor seconds of
all runs together. Bytes that broke something are kept in ``CORPUS.found``; name one of them with
``--again FILE`` to see it happen. Without atheris the examples are changed at random.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import sys
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # small inputs; threads only wait for each other

try:
    import atheris
except ImportError:
    atheris = None

from fuzz_nursery import Nursery

with nullcontext() if atheris is None else atheris.instrument_imports(include=["dashboard"]):
    from fuzz_targets import NAMES, Target, profile_named, profile_names, require, target_named

    for each in profile_names():  # otherwise read later, and then no line of theirs would guide
        profile_named(each)

MEMORY_MB = 1024
APART = ("spss", "parquet")
SLOWEST = 10.0
"""Processor seconds that one small file may take."""

NOTED = 5.0


@dataclass
class Search:
    """One search: its target, and the account that runs add up to.

    Attributes:
        target: What is given.
        account: File of the account.
        seconds: Processor seconds of all runs together.
        before: Account of the runs before this one.
        nursery: Process that reads SPSS or tries Parquet files; none for others.
        slowest: The most processor seconds that one input took.
    """

    target: Target
    account: Path
    seconds: float
    before: dict[str, float | dict[str, int]] = field(default_factory=dict)
    nursery: Nursery | None = None
    slowest: float = 0.0
    noted: float = 0.0

    def __post_init__(self) -> None:
        """Take up the account, and start the process of files that are read apart."""
        if self.account.is_file():
            self.before = json.loads(self.account.read_text(encoding="utf-8"))
        if self.target.name in APART:
            self.nursery = Nursery(self.target.name)

    @property
    def used(self) -> float:
        """Return the processor seconds of this run, and of the process it has forked."""
        return time.process_time() + (self.nursery.spent if self.nursery else 0.0)

    @property
    def is_over(self) -> bool:
        """Return whether the seconds of all runs are spent."""
        return self._sum("seconds", self.used) >= self.seconds

    def one(self, given: bytes) -> None:
        """Give one input; the account is written now and then, and where something is found."""
        start = self.used
        try:
            self.target.take(given)
            took = self.used - start
            self.slowest = max(self.slowest, took)
            require(took < SLOWEST, f"one input took {took:.1f} s of the processor")
        except BaseException:
            self.note()
            raise
        if self.used - self.noted > NOTED:
            self.note()

    def note(self) -> dict[str, object]:
        """Write and return the account of all runs."""
        self.noted = self.used
        outcomes = Counter(self.before.get("outcomes") or {}) + self.target.outcomes
        peaks = [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]
        peaks += [self.nursery.peak_kib] if self.nursery else []
        account = {
            "target": self.target.name,
            "inputs": outcomes.total(),
            "outcomes": dict(sorted(outcomes.items())),
            "seconds": round(self._sum("seconds", self.used), 1),
            "slowest": round(max(float(self.before.get("slowest", 0)), self.slowest), 2),
            "peak_mib": max(int(self.before.get("peak_mib", 0)), max(peaks) // 1024),
            "deaths": int(self._sum("deaths", self.nursery.deaths if self.nursery else 0)),
        }
        self.account.parent.mkdir(parents=True, exist_ok=True)
        passing = self.account.with_suffix(".passing")
        passing.write_text(json.dumps(account), encoding="utf-8")
        passing.replace(self.account)
        return account

    def _sum(self, name: str, now: float) -> float:
        return float(self.before.get(name, 0)) + now  # type: ignore[arg-type]

    def end(self) -> None:
        """Write and tell the account, and take away the folder of the imports."""
        print(json.dumps(self.note()), flush=True)
        shutil.rmtree(self.target.folder.parent, ignore_errors=True)


def changed(seed: bytes, chance: random.Random) -> bytes:
    """Return an input with some of its bytes cut, doubled, swapped or overwritten."""
    content = bytearray(seed)
    for _ in range(chance.randint(1, 8)):
        if len(content) <= 1:
            return bytes(seed[:1] + chance.randbytes(chance.randint(0, 20)))
        start = chance.randrange(1, len(content))
        end = min(start + chance.choice((1, 1, 2, 8, 64)), len(content))
        way = chance.randrange(4)
        if way == 0:
            del content[start:end]
        elif way == 1:
            content[start:start] = content[start:end]
        elif way == 2:
            content[start:end] = chance.randbytes(end - start)
        else:
            content[start:start] = chance.choice((b",", b'"', b"\n", b";", b"\0", b"{", b"9" * 20))
    return bytes(content)


def search_at_random(search: Search, found: Path, seed: int) -> int:
    """Change the seeds at random for a while; the first find ends it."""
    chance = random.Random(seed)  # noqa: S311 - inputs, no secrets
    while not search.is_over:
        given = changed(chance.choice(search.target.seeds), chance)
        try:
            search.one(given)
        except Exception:
            found.mkdir(parents=True, exist_ok=True)
            (found / f"crash-{abs(hash(given)):x}").write_bytes(given)
            raise
    search.end()
    return 0


def search_guided(search: Search, corpus: Path, found: Path, options: argparse.Namespace) -> None:
    """Search with atheris; it ends the process itself, with 0 where nothing was found."""
    corpus.mkdir(parents=True, exist_ok=True)
    found.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(search.target.seeds):
        (corpus / f"example-{number}").write_bytes(seed)

    def one(given: bytes) -> None:
        search.one(given)
        if search.is_over:
            search.end()
            os._exit(0)

    atheris.Setup(
        [
            sys.argv[0],
            str(corpus),
            f"-max_len={options.longest}",
            f"-artifact_prefix={found}/",
            f"-rss_limit_mb={MEMORY_MB}",
            f"-seed={options.seed}",
            "-timeout=1200",  # by the clock; SLOWEST is the claim, by the processor
            "-report_slow_units=1200",
            "-verbosity=0",
        ],
        one,
    )
    atheris.Fuzz()


def main(argv: list[str]) -> int:
    """Search one target, and return 0 where every input came out as rows or a reason."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("target", nargs="?", choices=NAMES)
    parser.add_argument("corpus", nargs="?", type=Path)
    parser.add_argument("--seconds", type=float, default=60, help="of the processor, in all runs")
    parser.add_argument("--longest", type=int, default=8192, help="bytes of the longest input")
    parser.add_argument("--every", type=int, default=8, help="one in so many is imported whole")
    parser.add_argument("--more", type=Path, help="folder of further files to begin with")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", type=Path, help="read this one input and stop")
    parser.add_argument("--unguided", action="store_true", help="without atheris, at random")
    parser.add_argument("--list", action="store_true", help="name the targets and stop")
    options = parser.parse_args(argv)
    if options.list or options.target is None:
        print("\n".join(NAMES))
        return 0
    target = target_named(options.target, more=options.more, longest=options.longest)
    target.every = options.every
    corpus = options.corpus or Path(f"corpus-{options.target}")
    found = corpus.with_name(corpus.name + ".found")
    search = Search(target, corpus.with_name(corpus.name + ".account"), options.seconds)
    if options.again is not None:
        target.take(options.again.read_bytes(), is_whole=True)
        print(dict(target.outcomes))
        return 0
    if search.is_over:
        search.end()
        return 0
    if atheris is None or options.unguided:
        return search_at_random(search, found, options.seed)
    search_guided(search, corpus, found, options)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
