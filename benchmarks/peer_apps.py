"""The board and what a service might use instead: how each is started, and how a choice is made."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import duckdb

if TYPE_CHECKING:
    from playwright.sync_api import Page

PEERS = Path(__file__).with_name("peers")
THREATS = ("lack_of_trust", "goal_misalignment", "resistance_to_change")
BOARD_SHOWS = ("[data-outlet=count]", "#board[data-state=ready]")
"""Where the count line of the board stands, and what says that its picture is drawn."""

CASES = """
create table cases as
select
    spans.therapist_id,
    case_facts.case_id,
    case_facts.family_id,
    coalesce(threats.threat_types, cast([] as varchar[])) as threat_types
from store.case_facts
inner join (
    select distinct case_id, therapist_id
    from store.therapist_spans
    where role in ('lead', 'co')
) as spans on case_facts.case_id = spans.case_id
left join (
    select case_id, list(distinct threat_type) as threat_types
    from store.threat_periods
    group by case_id
) as threats on case_facts.case_id = threats.case_id
order by spans.therapist_id, case_facts.case_id
"""
RATINGS = """
create table ratings as
select
    cases.therapist_id,
    cases.case_id,
    cases.family_id,
    cells.session_no,
    cells.row_key,
    cells.score,
    cells.is_member_rating as is_own,
    cases.threat_types
from cases
inner join store.cells on cases.case_id = cells.case_id
where
    cells.instrument_family = 'srs' and cells.scale = 'total' and cells.score is not null
order by cases.therapist_id, cases.case_id, cells.row_key, cells.session_no
"""


def flat_file(generation: Path, file: Path) -> Path:
    """Write the one table that the others read, from a published store; return where it is.

    The table is what their authors would advise: narrow, joined and sorted for these very
    questions. Beside it stand all cases, from which the families in the line of the board are
    counted: it counts a chosen family also where nobody rated.
    """
    with duckdb.connect(str(file)) as made:
        made.execute("attach $file as store (read_only)", {"file": str(generation)})
        made.execute(CASES)
        made.execute(RATINGS)
    return file


@dataclass
class Choice:
    """One state: a therapist, a case or every one, a kind of threat or any."""

    therapist: str
    case: str = ""
    threat: str = ""


@dataclass
class App:
    """A program that shows the task: how it starts, and where what it shows stands."""

    name: str
    command: list[str]
    folder: Path
    environment: dict[str, str]
    path: str = ""
    port: int = 0
    picture: str = ".js-plotly-plot"
    drawn: str = ".js-plotly-plot .heatmaplayer image"
    rests_ms: int = 0
    points: ClassVar[str] = ""
    change: ClassVar[str] = ""
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program in a group of its own."""
        self.process = subprocess.Popen(
            self.command,
            cwd=self.folder,
            env={**os.environ, **self.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def stop(self) -> None:
        """End it with all its workers."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(30)

    def listening(self, limit: float) -> None:
        """Wait until it takes connections; the limit is in seconds."""
        until = time.monotonic() + limit
        while time.monotonic() < until:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)

    @property
    def address(self) -> str:
        """Return where its page is."""
        return f"http://127.0.0.1:{self.port}/{self.path}"

    def first(self, therapist: str) -> str:
        """Return the address of the page, which begins with that therapist."""
        del therapist
        return self.address

    def processor_seconds(self) -> float:
        """Return what the program and its workers have used."""
        ticks = 0
        for file in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = file.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if self.process is not None and int(fields[2]) == self.process.pid:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def choose(self, page: Page, kind: str, choice: Choice) -> None:
        """Make one change, by the event that a click or a choice sends; the clock starts there.

        Where a program prepares for what the pointer rests on, it rests there first, for as long
        as a hand takes to click.
        """
        chosen = [kind, getattr(choice, kind)]
        if self.rests_ms and self.points and page.evaluate(self.points, chosen):
            page.wait_for_timeout(self.rests_ms)
        page.evaluate(self.change, chosen)


class Board(App):
    """The board itself, from a store of an earlier start; it prepares for a name rested on."""

    change = (PEERS / "board.js").read_text(encoding="utf-8")
    points = f"given => ({change})([...given, 'rests'])"

    def first(self, therapist: str) -> str:
        """Return the address of that therapist's families."""
        return f"{self.address}?screen=families&instrument=srs&therapist={therapist}"


class DashPage(App):
    """Dash under gunicorn, two workers."""

    change = "([kind, value]) => { lineProbe.start(); dash_clientside.set_props(kind, {value}); }"


class MosaicPage(App):
    """Mosaic, which prepares once the pointer enters a menu."""

    points = """([kind]) => {
      document.getElementById(kind).dispatchEvent(new PointerEvent("pointerenter"));
      return true;
    }"""
    change = """([kind, value]) => {
      const menu = document.getElementById(kind);
      lineProbe.start();
      menu.value = value;
      menu.dispatchEvent(new Event("input", {bubbles: true}));
    }"""


class StreamlitPage(App):
    """Streamlit; its boxes take no event but a real key, and the clock starts at that key."""

    def choose(self, page: Page, kind: str, choice: Choice) -> None:
        """Type the choice into its box and press Enter."""
        words = {"case": "every case", "threat": "any"}
        value = getattr(choice, kind) or words[kind]
        box = page.locator('[data-testid="stSelectbox"]', has_text=kind.capitalize())
        box.locator("input").click()
        box.locator("input").fill(value)
        page.wait_for_timeout(150)
        page.evaluate("addEventListener('keydown', lineProbe.start, {capture: true, once: true})")
        page.keyboard.press("Enter")


@dataclass(frozen=True)
class Places:
    """Where everything stands.

    Attributes:
        export: Export the board serves.
        home: State folder of the board, with its store.
        flat: File the others read; Mosaic writes, and has a copy beside it.
        python: Python of the environment the others are installed in.
        bundle: Folder with the bundled page of Mosaic.
    """

    export: Path
    home: Path
    flat: Path
    python: Path
    bundle: Path

    def tool(self, name: str) -> str:
        """Return a program of the environment of the others."""
        return str(self.python.with_name(name))

    @property
    def own_file(self) -> Path:
        """Return the copy that Mosaic writes into."""
        return self.flat.with_suffix(".mosaic.duckdb")


def apps(places: Places, rests_ms: int) -> list[App]:
    """Return the board and every other program that is installed.

    Args:
        places: Where data and programs stand.
        rests_ms: How long the pointer rests on what is chosen next, where that prepares anything.
    """
    where = {"PEER_FILE": str(places.flat)}
    found = [
        Board("board", _board(places, 5710), PEERS, {"ALLIANCE_HOME": str(places.home)}),
        DashPage("dash", _dash(places, 5711), PEERS, where),
        MosaicPage("mosaic", _mosaic(places, 5712), PEERS, {}, "page/"),
        StreamlitPage("streamlit", _streamlit(places, 5713), PEERS, where),
    ]
    found[0].picture, found[0].drawn = BOARD_SHOWS
    found[2].picture, found[2].drawn = "#picture", "#picture rect"
    for port, app in enumerate(found, 5710):
        app.port, app.rests_ms = port, rests_ms
    bundled = (places.bundle / "page.bundle.js").exists()
    return [
        app
        for app in found
        if Path(app.command[0]).exists() and (bundled or not isinstance(app, MosaicPage))
    ]


def _board(places: Places, port: int) -> list[str]:
    serve = [sys.executable, "-m", "dashboard", "serve", str(places.export)]
    return [*serve, "--no-open", "--port", str(port)]


def _dash(places: Places, port: int) -> list[str]:
    workers = [places.tool("gunicorn"), "-w", "2", "--threads", "4", "-b", f"127.0.0.1:{port}"]
    return [*workers, "dash_page:server"]


def _mosaic(places: Places, port: int) -> list[str]:
    page = str(PEERS / "mosaic_page.py")
    return [str(places.python), page, str(places.own_file), str(places.bundle), str(port)]


def _streamlit(places: Places, port: int) -> list[str]:
    return [
        *(places.tool("streamlit"), "run", str(PEERS / "streamlit_page.py")),
        *("--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}"),
        *("--server.fileWatcherType=none", "--browser.gatherUsageStats=false"),
    ]
