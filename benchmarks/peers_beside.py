"""Make the same choices in the board and in Dash, Mosaic and Streamlit, side by side in one run.

    pip install -r benchmarks/peers.txt            # in an environment of its own
    (cd benchmarks/peers/mosaic && npm install && npm run bundle)
    python benchmarks/peers_beside.py --python /path/to/that/bin/python --sizes 10k 1M
    python benchmarks/peers_beside.py --python … --blocks 0 --cold 10 --loads 20  # starts and loads

An invented service is published; the others read one flat table made from that store for this
very task, with the ratings of the SRS total. The task: choose a therapist, a kind of threat, a
case, another case, and back. A change is done at the last animation frame in which the picture or
the count line moved, given that the line says what DuckDB counts for that choice and that nothing
moved for a quarter of a second afterwards. Before a choice the pointer rests for as long as a hand
takes (``--rests``, 150 ms) on a menu of Mosaic or on the name of a therapist in the board, since
either prepares then; ``--rests 0`` leaves that out. The board draws its own layered picture (weeks
of families, or a case with its threats and marks), the others a plain heatmap of rows by sessions.

``inside_ms`` are the changes of cases and threats of one therapist; at 10k the board holds every
therapist, and at larger sizes it fetches another one. ``cold_s`` is from the command to the first
picture with its line, in a browser that is running and has nothing in its cache; the board has its
store from an earlier start, the others their file. ``cold_cpu_s`` is what the program and its
workers worked until then. ``page_ms`` is a load of a program that has answered before, by a browser
with an empty cache. ``ratios`` has the medians and 95th percentiles of the board divided by those
of each other program.

Starts, loads and blocks of choices alternate between the programs, so that the noise of the machine
meets all of them alike: compare ratios. Programs that are not installed are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from browsing import chromium
from filter_change import Traffic
from measuring import keep, served, spread
from peer_apps import PEERS, THREATS, App, Choice, Places, apps, flat_file
from service_sizes import FAMILIES

from dashboard.exports.sample import write_sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

QUIET_MS, LIMIT_MS = 250, 60_000
PROBE = (PEERS / "probe.js").read_text(encoding="utf-8")
CHOSEN = """
    from {table}
    where
        therapist_id = $therapist
        and ($chosen_case = '' or case_id = $chosen_case)
        and ($threat = '' or list_contains(threat_types, $threat))
"""
RATED = """
    select
        count(*), count(distinct family_id),
        min(score) filter (where is_own), max(score) filter (where is_own)
""" + CHOSEN.format(table="ratings")
CHOSEN_FAMILIES = "select count(distinct family_id)" + CHOSEN.format(table="cases")


@dataclass(frozen=True)
class Step:
    """One change, and the line it must lead to: in the board, and in the others."""

    kind: str
    choice: Choice
    board: str
    others: str

    def line(self, app: App) -> str:
        """Return the line that a program must show."""
        return self.board if app.name == "board" else self.others


def step(connection: duckdb.DuckDBPyConnection, kind: str, choice: Choice) -> Step | None:
    """Return a change with the lines DuckDB counts for it; none where nobody rated."""
    given = {"therapist": choice.therapist, "chosen_case": choice.case, "threat": choice.threat}
    forms, rated, lowest, highest = connection.execute(RATED, given).fetchall()[0]
    families = connection.execute(CHOSEN_FAMILIES, given).fetchall()[0][0]
    if not forms or lowest is None:
        return None
    lines = [
        f"{forms} form{'s' * (forms != 1)} · {count} famil{'y' if count == 1 else 'ies'} · "
        f"lowest {lowest:g}, highest {highest:g}"
        for count in (families, rated)
    ]
    return Step(kind, choice, *lines)


def block(
    connection: duckdb.DuckDBPyConnection, therapist: str, chance: random.Random
) -> list[Step]:
    """Return choices about one therapist, each with a line that differs from the one before."""
    rows = connection.execute(
        "select distinct case_id from ratings where therapist_id = $one order by all",
        {"one": therapist},
    ).fetchall()
    cases = chance.sample([case for (case,) in rows], min(3, len(rows)))
    everything = Choice(therapist)
    wanted = [
        ("therapist", everything),
        ("threat", Choice(therapist, threat=chance.choice(THREATS))),
        ("threat", everything),
        *(("case", Choice(therapist, case)) for case in cases),
        ("case", everything),
    ]
    steps: list[Step] = []
    for kind, choice in wanted:
        made = step(connection, kind, choice)
        if made and (not steps or made.others != steps[-1].others):
            steps.append(made)
    return steps


def opening(file: Path) -> Step:
    """Return what every page begins with: the first therapist."""
    with duckdb.connect(str(file), read_only=True) as connection:
        first = connection.execute("select min(therapist_id) from ratings").fetchall()[0][0]
        made = step(connection, "therapist", Choice(first))
    if made is None:
        raise SystemExit("the first therapist has no rating by a member")
    return made


def blocks(file: Path, rounds: int, seed: int) -> Iterator[list[Step]]:
    """Yield as many blocks as asked for, of therapists drawn by chance, never twice in a row."""
    chance = random.Random(seed)  # noqa: S311
    with duckdb.connect(str(file), read_only=True) as connection:
        listed = connection.execute(
            "select distinct therapist_id from ratings order by all"
        ).fetchall()
        therapists = [therapist for (therapist,) in listed]
        order = chance.sample(therapists, len(therapists)) * (1 + rounds // len(therapists))
        for therapist in order[:rounds]:
            yield block(connection, therapist, chance)


class Opened:
    """A page of one program, with the bytes it takes over the wire."""

    def __init__(self, browser: Browser, app: App) -> None:
        self.app, self.received = app, 0
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        shown = {"lineProbePicture": app.picture, "lineProbeDrawn": app.drawn}
        context.add_init_script(f"Object.assign(globalThis, {json.dumps(shown)});{PROBE}")
        self.page: Page = context.new_page()
        self.traffic = Traffic()
        self.traffic.watch(self.page)
        wire = context.new_cdp_session(self.page)
        wire.send("Network.enable")
        wire.on("Network.loadingFinished", self._add)

    def _add(self, event: dict[str, Any]) -> None:
        self.received += int(event.get("encodedDataLength", 0))

    @property
    def bytes(self) -> int:
        """Return what went over the wire so far, both ways over web sockets."""
        return self.received + self.traffic.sent + self.traffic.received

    def open(self, first: Step) -> dict[str, Any]:
        """Open the page and wait for the first picture and line."""
        self.app.listening(LIMIT_MS / 1000)
        self.page.goto(self.app.first(first.choice.therapist), timeout=LIMIT_MS)
        return dict(
            self.page.evaluate(
                "given => lineProbe.done(...given)", [first.line(self.app), QUIET_MS, LIMIT_MS]
            )
        )

    def change(self, step: Step) -> dict[str, Any]:
        """Make one choice; return what it took."""
        line = step.line(self.app)
        before, worked = self.bytes, self.app.processor_seconds()
        self.app.choose(self.page, step.kind, step.choice)
        found = dict(
            self.page.evaluate("given => lineProbe.done(...given)", [line, QUIET_MS, LIMIT_MS / 4])
        )
        if found["ms"] is None:
            print(
                f"{self.app.name}: {step.choice} says {found['line']!r}, not {line!r}",
                file=sys.stderr,
            )
        return {
            "kind": step.kind,
            "ms": found["ms"],
            "bytes": self.bytes - before,
            "cpu_ms": (self.app.processor_seconds() - worked) * 1000,
        }


def cold(browser: Browser, app: App, first: Step) -> dict[str, float]:
    """Return seconds from the command to the first picture and line; nothing where none came."""
    began = time.time()
    app.start()
    try:
        opened = Opened(browser, app)
        found = opened.open(first)
        worked = app.processor_seconds()
        opened.page.context.close()
        if found["ms"] is None:
            return {}
        return {"cold_s": found["epoch"] / 1000 - began, "cold_cpu_s": worked}
    finally:
        app.stop()


def warm(browser: Browser, app: App, first: Step) -> tuple[Opened, dict[str, float]]:
    """Open a page of a program that runs; return it with what the load took."""
    before, opened = app.processor_seconds(), Opened(browser, app)
    found = opened.open(first)
    if found["ms"] is None:
        return opened, {}
    worked = 1000 * (app.processor_seconds() - before)
    kilobytes = opened.bytes / 1000
    return opened, {"page_ms": found["ms"], "page_cpu_ms": worked, "page_kb": kilobytes}


def in_turn(programs: list[App], times: int) -> Iterator[App]:
    """Yield every program as often as asked, another one first in each round."""
    for number in range(times):
        turn = number % len(programs)
        yield from programs[turn:] + programs[:turn]


def spreads(found: list[dict[str, float]]) -> dict[str, Any]:
    """Return the spread of every figure, and how often there was none."""
    done = [one for one in found if one]
    figures: dict[str, Any] = {
        name: spread([one[name] for one in done], 2 if name.endswith("_s") else 0)
        for name in (done[0] if done else {})
    }
    missed = len(found) - len(done)
    return {**figures, "never_drawn": missed} if missed else figures


def told(changes: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the figures of the changes of one program, together and by kind."""
    done = [one for one in changes if one["ms"] is not None]
    if not changes:
        return {}
    if not done:
        return {"failed": len(changes)}
    found: dict[str, Any] = {
        "change_ms": spread([one["ms"] for one in done], 0),
        "change_bytes": spread([one["bytes"] for one in done], 0),
        "server_cpu_ms": spread([one["cpu_ms"] for one in done], 0),
        "failed": len(changes) - len(done),
    }
    inside = [one["ms"] for one in done if one["kind"] != "therapist"]
    if inside:
        found["inside_ms"] = spread(inside, 0)
    for kind in sorted({one["kind"] for one in done}):
        found[f"{kind}_ms"] = spread([one["ms"] for one in done if one["kind"] == kind], 0)
    return found


Found = dict[str, list[dict[str, Any]]]


def beside(
    browser: Browser,
    programs: list[App],
    first: Step,
    made: list[list[Step]],
    *,
    colds: int,
    loads: int,
) -> dict[str, Any]:
    """Return the figures of all programs, made in turn."""
    starts: Found = {app.name: [] for app in programs}
    opened: Found = {app.name: [] for app in programs}
    changes: Found = {app.name: [] for app in programs}
    for app in in_turn(programs, colds):
        starts[app.name].append(cold(browser, app, first))
    with ExitStack() as running:
        pages: dict[str, Opened] = {}
        for app in programs:
            app.start()
            running.callback(app.stop)
            warm(browser, app, first)
        for app in in_turn(programs, loads):
            if app.name in pages:
                pages[app.name].page.context.close()
            pages[app.name], load = warm(browser, app, first)
            opened[app.name].append(load)
        for number, steps in enumerate(made):
            turn = number % len(programs)
            for app in programs[turn:] + programs[:turn]:
                changes[app.name] += [pages[app.name].change(step) for step in steps]
    figures = {
        app.name: spreads(starts[app.name]) | spreads(opened[app.name]) | told(changes[app.name])
        for app in programs
    }
    return {**figures, "ratios": ratios(figures)}


def ratios(figures: dict[str, dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Return the figures of the board divided by those of each other program, where both have one.

    Medians have the name of the figure, 95th percentiles that name with ``_p95``.

    Args:
        figures: Figures of each program by its name.
    """
    board = {
        name: value for name, value in figures.get("board", {}).items() if isinstance(value, dict)
    }
    return {
        f"to_{name}": {
            what + suffix: round(value[point] / other[what][point], 2)
            for what, value in board.items()
            for point, suffix in (("median", ""), ("p95", "_p95"))
            if point in value and other.get(what, {}).get(point)
        }
        for name, other in figures.items()
        if name != "board"
    }


def published(folder: Path, size: str, given: argparse.Namespace) -> Places:
    """Write and publish a service as its first start does; return where everything stands."""
    places = Places(
        export=folder / f"export-{size}",
        home=folder / f"home-{size}",
        flat=folder / f"flat-{size}.duckdb",
        python=given.python.absolute(),
        bundle=given.bundle.absolute(),
    )
    if not places.home.exists():
        write_sample(places.export, families=FAMILIES[size], file_format="parquet")
        with served(places.home, str(places.export)):
            pass
    if not places.flat.exists():
        flat_file(next(places.home.glob("stores/*/generation-*.duckdb")), places.flat)
    shutil.copyfile(places.flat, places.own_file)
    return places


def options() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", choices=FAMILIES, default=["10k"])
    parser.add_argument("--python", type=Path, required=True, help="with the others installed")
    parser.add_argument("--bundle", type=Path, default=PEERS / "mosaic" / "dist")
    parser.add_argument("--blocks", type=int, default=40, help="of up to seven choices each")
    parser.add_argument("--cold", type=int, default=3, help="starts of each program")
    parser.add_argument("--loads", type=int, default=5, help="page loads of each, at least one")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rests", type=int, default=150, help="ms of the pointer before a choice")
    parser.add_argument("--apps", nargs="+", help="only these")
    parser.add_argument("--keep-in", type=Path, help="folder for exports and stores, kept")
    return parser.parse_args()


def main() -> None:
    """Make the choices at each size and keep the figures."""
    given, figures = options(), {}
    with tempfile.TemporaryDirectory() as passing, chromium() as browser:
        for size in given.sizes:
            places = published(given.keep_in or Path(passing), size, given)
            programs = [
                app for app in apps(places, given.rests) if not given.apps or app.name in given.apps
            ]
            made = list(blocks(places.flat, given.blocks, given.seed))
            before = os.getloadavg()[0]
            first = opening(places.flat)
            loads = max(1, given.loads)
            found = beside(browser, programs, first, made, colds=given.cold, loads=loads)
            figures[size] = {"load": [before, os.getloadavg()[0]], **found}
        version = browser.version
    keep("peers_beside", figures, chromium=version, seed=given.seed, rests_ms=given.rests)


if __name__ == "__main__":
    main()
