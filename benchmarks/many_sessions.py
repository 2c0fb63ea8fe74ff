"""Many at once: thirty open sessions that each change a filter, and hundreds that come and go.

    python benchmarks/many_sessions.py

First part: clients of the web socket, as many as ``--open``, one of them a page in Chromium, each
change a filter every four seconds. Of the server: ``answer_ms`` is from a change to its
acknowledgement, ``beside_ms`` a small request of somebody else meanwhile, which waits behind
whatever the server does. Of the browser:
``settled_ms`` is from the change in the page to its last painted frame, over which the server has
no say; a hundred seconds give enough of them for a 95th percentile.

Second part: ``--closed`` sessions are opened, asked for their document and closed. The resident
memory of the server is read after the first fifty and after all of them, once they have been let
go, and then what of them is still there (see ``counted_board.py``). ``ratio`` is the one to the
other, ``left_behind`` what is more of than before the first.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from browsing import QUIET_MS, chromium, open_board, probed_page
from measuring import ServedBoard, keep, served, spread
from open_session import close, next_message, token_of
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

EVERY_S = 4.0
LET_GO_S = 32
"""Longer than the board keeps a session that nobody is connected to."""

FIRST = 50
COUNTED_BOARD = (str(Path(__file__).with_name("counted_board.py")),)
Figures = dict[str, Any]
CHANGE = """async ([name, quiet]) => {
    const [engine] = allianceBoards, model = engine.widgets.models[name];
    const began = performance.now();
    model.setv({active: (model.active + 1) % model.labels.length});
    let painted = 0;
    while (painted < began && performance.now() - began < 10000) {
        painted = await paintProbe.settled(quiet);
    }
    return painted - began;
}"""
"""Every scale of the case that is shown has other figures, so that each change is painted."""


class Client:
    """A session without a browser: it speaks with the server as Bokeh's script does."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.number = 0

    async def open(self) -> Client:
        """Open the page and its socket, and fetch the document."""
        page = await AsyncHTTPClient().fetch(self.address, request_timeout=60)
        token = token_of(page.body.decode())
        request = HTTPRequest(
            self.address.replace("http", "ws") + "ws",
            headers={"Origin": self.address.rstrip("/")},
        )
        self.socket: WebSocketClientConnection = await websocket_connect(
            request, subprotocols=["bokeh", token], max_message_size=2**30
        )
        await next_message(self.socket)
        document = await self.ask("PULL-DOC-REQ", {}, "PULL-DOC-REPLY")
        roots = document["doc"]["roots"]
        self.boxes = next(
            root["id"]
            for root in roots
            if "select:therapists" in root["attributes"].get("tags", [])
        )
        return self

    async def ask(self, kind: str, content: dict[str, Any], answer: str) -> dict[str, Any]:
        """Send a message and return the content of its answer, whatever comes between."""
        self.number += 1
        for part in ({"msgid": str(self.number), "msgtype": kind}, {}, content):
            await self.socket.write_message(json.dumps(part))
        while True:
            header = json.loads(str(await self.socket.read_message()))
            await self.socket.read_message()
            found = json.loads(str(await self.socket.read_message()))
            if header["msgtype"] == answer:
                return dict(found)

    async def change(self) -> float:
        """Tick or clear the first box of the therapists and return the milliseconds it took."""
        event = {
            "kind": "ModelChanged",
            "model": {"id": self.boxes},
            "attr": "active",
            "new": [0] if self.number % 2 else [],
        }
        began = time.perf_counter()
        await self.ask("PATCH-DOC", {"events": [event]}, "OK")
        return 1000 * (time.perf_counter() - began)

    async def close(self) -> None:
        """Go away."""
        await close(self.socket)


async def busy(address: str, number: int, seconds: float) -> tuple[list[float], list[float]]:
    """Let sessions change a filter, and return the times of changes and of requests beside them."""
    clients = [await Client(address).open() for _ in range(number)]
    end = time.monotonic() + seconds
    found: list[float] = []

    async def one(client: Client) -> None:
        await asyncio.sleep(random.uniform(0, EVERY_S))  # noqa: S311 - spreads them out
        while time.monotonic() < end:
            found.append(await client.change())
            await asyncio.sleep(EVERY_S)

    async def beside() -> list[float]:
        waits = []
        while time.monotonic() < end:
            began = time.perf_counter()
            await AsyncHTTPClient().fetch(address + "alive", request_timeout=60)
            waits.append(1000 * (time.perf_counter() - began))
            await asyncio.sleep(0.25)
        return waits

    waits, *_ = await asyncio.gather(beside(), *map(one, clients))
    for client in clients:
        await client.close()
    return found, waits


def open_together(number: int, seconds: float) -> dict[str, Any]:
    """Return what the server and what one page needed for changes while all sessions are open."""
    with (
        tempfile.TemporaryDirectory() as home,
        served(Path(home)) as board,
        chromium() as browser,
    ):
        page = probed_page(browser)
        open_board(page, board.address, "?case=C-104")
        kept: list[tuple[list[float], list[float]]] = []
        work = threading.Thread(
            target=lambda: kept.append(asyncio.run(busy(board.address, number - 1, seconds)))
        )
        work.start()
        settled = []
        while work.is_alive():
            settled.append(float(page.evaluate(CHANGE, ["scale", QUIET_MS])))
            page.wait_for_timeout(1000 * EVERY_S)
        work.join()
        ((answers, waits),) = kept
        return {
            "server": {"answer_ms": spread(answers), "beside_ms": spread(waits)},
            "browser": {"settled_ms": spread(settled)},
        }


def counted(board: ServedBoard) -> dict[str, int]:
    """Return what of its sessions a board still holds."""
    board.process.send_signal(signal.SIGUSR1)
    for line in board.process.stdout or ():
        if line.startswith("counted "):
            return dict(json.loads(line.removeprefix("counted ")))
    raise SystemExit("the board ended before it told what it holds")


async def come_and_go(address: str, times: int) -> None:
    """Open sessions and close each once it has its document."""
    for _ in range(times):
        client = await Client(address).open()
        await client.close()


def open_and_closed(number: int, *, first: int = FIRST, let_go_s: float = LET_GO_S) -> Figures:
    """Return the memory of the server after the first sessions and after all, and what is left."""
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as home, served(Path(home), program=COUNTED_BOARD) as board:
        asyncio.run(come_and_go(board.address, 1))
        time.sleep(let_go_s)
        figures["begin_mb"], before = round(board.resident_mb, 2), counted(board)
        for name, times in (("after_first", first), ("after_all", number - first)):
            asyncio.run(come_and_go(board.address, times))
            figures[f"{name}_open_mb"] = round(board.resident_mb, 2)
            time.sleep(let_go_s)
            figures[f"{name}_mb"] = round(board.resident_mb, 2)
            after = counted(board)
    figures["ratio"] = round(figures["after_all_mb"] / figures["after_first_mb"], 3)
    figures["held"] = after
    figures["left_behind"] = {
        name: held - before[name] for name, held in after.items() if held > before[name]
    }
    return figures


def main() -> None:
    """Run both parts and keep their figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=100)
    parser.add_argument("--closed", "--sessions", type=int, default=500)
    given = parser.parse_args()
    figures: Figures = {}
    if given.open:
        figures["open_together"] = open_together(given.open, given.seconds)
    if given.closed:
        figures["open_and_closed"] = open_and_closed(given.closed)
    keep("many_sessions", figures, **vars(given))


if __name__ == "__main__":
    main()
